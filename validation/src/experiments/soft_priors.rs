//! Students and teachers of laws between a spin and a Gaussian, beside their replica theory.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::DataModel;
use saddlepoint_simulator::soft_student::{SoftLaw, SoftStudent, SoftTeacher};
use saddlepoint_simulator::student::Schedule;
use saddlepoint_theory::replica::mismatched::Mismatched;
use saddlepoint_theory::replica::mismatched::soft::{Laws, Soft, State};
use saddlepoint_theory::units::SoftSpin;

use super::ensemble::{samples_at, sizes};
use super::own::{ALPHA, STUDENT_BETA, TEACHER_BETA, UNITS, numbers, product};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{
    Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
};

/// Sweeps from the teacher's weights to the posterior; in learned states memory is gone after a few dozen at any size.
const BURN_IN: usize = 60;

/// What is compared, in the order of the values of a replica.
const OBSERVABLES: [&str; 3] = ["overlap_teacher", "overlap_students", "norm"];

/// What students learn whose weights or hidden units are no spins, off the Nishimori line.
///
/// Samples are drawn from a teacher of random weights. Two students of the same samples are sampled from the teacher's weights on, and
/// their overlaps |m| with the teacher and |q| with each other, and their norm D, are extrapolated in 1/N. Controls: the theory
/// of spins at the same temperatures and number of samples.
///
/// # References
/// Manzan & Tantari, arXiv:2412.02623 (2024).
#[derive(Debug, Clone, Copy)]
pub struct SoftPriors;

/// Laws, temperatures and a number of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Case {
    /// Cold soft weights for a Gaussian teacher.
    SoftWeights,
    /// Cold Gaussian weights for a teacher of spins.
    GaussianWeights,
    /// A hot student of soft weights and a soft hidden unit, and a teacher of a soft hidden unit.
    SoftHidden,
    /// A user's.
    Own {
        /// α, β and β*.
        place: [f64; 3],
        /// Ω of the student's weights and hidden unit, and of the teacher's.
        omegas: [[f64; 2]; 2],
    },
}

impl Case {
    const ALL: [Self; 3] = [Self::SoftWeights, Self::GaussianWeights, Self::SoftHidden];

    /// The name in the column `law`.
    fn name(self) -> &'static str {
        match self {
            Self::SoftWeights => "soft",
            Self::GaussianWeights => "gaussian",
            Self::SoftHidden => "soft-hidden",
            Self::Own { omegas, .. } => {
                let [[weights, hidden], [of_teacher, its_hidden]] = omegas;
                // A row's words live as long as the program.
                Box::leak(
                    format!("{weights}/{hidden} of {of_teacher}/{its_hidden}").into_boxed_str(),
                )
            }
        }
    }

    /// α, β and β*.
    fn place(self) -> [f64; 3] {
        match self {
            Self::SoftWeights | Self::GaussianWeights => [2.0, 1.5, 1.2],
            Self::SoftHidden => [2.5, 0.75, 1.05],
            Self::Own { place, .. } => place,
        }
    }

    /// Ω of the student's weights and hidden unit, and of the teacher's.
    fn omegas(self) -> [[f64; 2]; 2] {
        match self {
            Self::SoftWeights => [[0.5, 0.0], [1.0, 0.0]],
            Self::GaussianWeights => [[1.0, 0.0], [0.0, 0.0]],
            Self::SoftHidden => [[0.5, 0.4], [0.0, 0.2]],
            Self::Own { omegas, .. } => omegas,
        }
    }

    /// The theory.
    fn state(self) -> Result<State> {
        let [
            [student_weights, student_hidden],
            [teacher_weights, teacher_hidden],
        ] = self.omegas();
        let laws = Laws {
            student_weights: SoftSpin::new(student_weights)?,
            teacher_weights: SoftSpin::new(teacher_weights)?,
            student_hidden: SoftSpin::new(student_hidden)?,
            teacher_hidden: SoftSpin::new(teacher_hidden)?,
        };
        let [alpha, student_beta, teacher_beta] = self.place();
        Ok(Soft::new(alpha, student_beta, teacher_beta, laws)?.equilibrium()?)
    }

    /// That of spins.
    fn state_of_spins(self) -> Result<State> {
        let [alpha, student_beta, teacher_beta] = self.place();
        let model = Mismatched::new(alpha, student_beta, teacher_beta)?;
        Ok(model.equilibrium()?.into())
    }
}

/// A case at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    case: Case,
    units: usize,
    sweeps: usize,
}

/// How its table is drawn: the observables beside each other.
const VIEW: View = View {
    x: &["law", "x", "alpha", "signal"],
    scale: Scale::Linear,
    keys: &["units"],
    panels: &[Panel {
        across: "laws of student and teacher",
        show: Some((
            "observable",
            &["overlap_teacher", "overlap_students", "norm"],
        )),
        scale: Scale::Linear,
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set; an Ω is 0 for spins and 1 for Gaussian values.
const PARAMETERS: &[Parameter] = &[
    ALPHA,
    STUDENT_BETA,
    TEACHER_BETA,
    numbers(
        "student-weights",
        [0.0, 1.0],
        "Omega of the student's weights: 0 for spins, 1 for Gaussian ones",
        "0",
    ),
    numbers(
        "student-hidden",
        [0.0, 1.0],
        "Omega of the student's hidden unit",
        "0",
    ),
    numbers(
        "teacher-weights",
        [0.0, 1.0],
        "Omega of the teacher's weights",
        "0",
    ),
    numbers(
        "teacher-hidden",
        [0.0, 1.0],
        "Omega of the teacher's hidden unit",
        "0",
    ),
    UNITS,
];

/// Sizes of a preset.
fn units(preset: Preset) -> &'static [usize] {
    preset.choose(&[64, 128, 256], &[128, 256, 512], &[256, 512, 1024])
}

/// Cases at all sizes.
fn points(cases: &[Case], units: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let sizes = sizes(units, preset.choose(250, 1500, 6000), 0.7);
    let of = |&case: &Case| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                case,
                units,
                sweeps: preset.choose(20, 40, 60),
            };
            (point, replicas)
        })
    };
    cases.iter().flat_map(of).collect()
}

impl Experiment for SoftPriors {
    type Point = Point;

    fn name(&self) -> &'static str {
        "soft-priors"
    }

    fn description(&self) -> &'static str {
        "What students learn whose weights or hidden units are no spins."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(&Case::ALL, units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let all = product(
            asked,
            [
                ("alpha", 2.0),
                ("student-beta", 1.2),
                ("teacher-beta", 1.2),
                ("student-weights", 0.0),
                ("student-hidden", 0.0),
                ("teacher-weights", 0.0),
                ("teacher-hidden", 0.0),
            ],
        );
        let case = |[
            alpha,
            student,
            teacher,
            weights,
            hidden,
            of_teacher,
            its_hidden,
        ]: [f64; 7]| {
            let case = Case::Own {
                place: [alpha, student, teacher],
                omegas: [[weights, hidden], [of_teacher, its_hidden]],
            };
            // What the theory refuses is not simulated.
            case.state().map(|_| case)
        };
        let cases: Vec<Case> = all.into_iter().map(case).collect::<Result<_>>()?;
        let units = asked.counts("units", units(asked.preset));
        Ok(points(&cases, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let [alpha, ..] = point.case.place();
        as_float(point.units * samples_at(alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let [alpha, student_beta, teacher_beta] = point.case.place();
        let laws = |[weights, hidden]: [f64; 2]| -> Result<[SoftLaw; 2]> {
            Ok([SoftLaw::new(weights)?, SoftLaw::new(hidden)?])
        };
        let [of_student, of_teacher] = point.case.omegas();
        let teacher = SoftTeacher::random(point.units, teacher_beta, laws(of_teacher)?, random)?;
        let samples = teacher.draw(samples_at(alpha, point.units), random)?;
        let student = SoftStudent::new(&samples, student_beta, laws(of_student)?)?;
        let schedule = Schedule {
            burn_in: BURN_IN,
            sweeps: point.sweeps,
        };
        let observed = student.observe(teacher.weights(), schedule, random)?;
        Ok(vec![
            observed.overlap_teacher,
            observed.overlap_students,
            observed.norm,
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| a.point.case == b.point.case) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// What a state shows, in the order of [`OBSERVABLES`].
fn values(state: &State) -> [f64; 3] {
    [state.overlap_teacher, state.overlap_students, state.norm]
}

/// The rows of one case.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let case = sizes[0].point.case;
    let [alpha, student_beta, teacher_beta] = case.place();
    let state = case.state()?;
    let (right, wrong) = (values(&state), values(&case.state_of_spins()?));
    let parameters = Parameters {
        experiment,
        data: "teacher",
        law: Some(case.name()),
        signal: Some(teacher_beta),
        alpha: Some(alpha),
        x: Some(Argument::new("student_beta", student_beta)),
        unjudged: (!state.is_stable()).then_some(REPLICA_SYMMETRY_BROKEN),
        ..Parameters::default()
    };
    let mut rows = Vec::new();
    // The norm of spins is no question.
    let has_norm = case.omegas()[0][0] > 0.0;
    let observables = &OBSERVABLES[..if has_norm { 3 } else { 2 }];
    for (i, &observable) in observables.iter().enumerate() {
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: right[i],
            wrong: Some(wrong[i]),
        };
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
        let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, &[1.0])?);
    }
    Ok(rows)
}
