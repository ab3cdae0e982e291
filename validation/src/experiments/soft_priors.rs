//! Students and teachers of laws between a spin and a Gaussian, beside their replica theory.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::DataModel;
use saddlepoint_simulator::soft_student::{SoftLaw, SoftStudent, SoftTeacher};
use saddlepoint_simulator::student::Schedule;
use saddlepoint_theory::replica::mismatched::Mismatched;
use saddlepoint_theory::replica::mismatched::soft::{Laws, Soft, State};
use saddlepoint_theory::units::SoftSpin;

use super::ensemble::{samples_at, sizes};
use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Cold soft weights for a Gaussian teacher.
    SoftWeights,
    /// Cold Gaussian weights for a teacher of spins.
    GaussianWeights,
    /// A hot student of soft weights and a soft hidden unit, and a teacher of a soft hidden unit.
    SoftHidden,
}

impl Case {
    const ALL: [Self; 3] = [Self::SoftWeights, Self::GaussianWeights, Self::SoftHidden];

    /// The name in the column `law`.
    fn name(self) -> &'static str {
        match self {
            Self::SoftWeights => "soft",
            Self::GaussianWeights => "gaussian",
            Self::SoftHidden => "soft-hidden",
        }
    }

    /// α, β and β*.
    fn place(self) -> [f64; 3] {
        match self {
            Self::SoftWeights | Self::GaussianWeights => [2.0, 1.5, 1.2],
            Self::SoftHidden => [2.5, 0.75, 1.05],
        }
    }

    /// Ω of the student's weights and hidden unit, and of the teacher's.
    fn omegas(self) -> [[f64; 2]; 2] {
        match self {
            Self::SoftWeights => [[0.5, 0.0], [1.0, 0.0]],
            Self::GaussianWeights => [[1.0, 0.0], [0.0, 0.0]],
            Self::SoftHidden => [[0.5, 0.4], [0.0, 0.2]],
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
    x: &["law"],
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
        let sweeps = preset.choose(20, 40, 60);
        let (units, most) = preset.choose(
            (&[64, 128, 256], 250),
            (&[128, 256, 512], 1500),
            (&[256, 512, 1024], 6000),
        );
        let points = Case::ALL.into_iter().flat_map(|case| {
            let sizes = sizes(units, most, 0.7).into_iter();
            sizes.map(move |(units, replicas)| {
                let point = Point {
                    case,
                    units,
                    sweeps,
                };
                (point, replicas)
            })
        });
        Ok(points.collect())
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
    let (right, wrong) = (values(&case.state()?), values(&case.state_of_spins()?));
    let parameters = Parameters {
        experiment,
        data: "teacher",
        law: Some(case.name()),
        signal: Some(teacher_beta),
        alpha: Some(alpha),
        x: Some(student_beta),
        ..Parameters::default()
    };
    let mut rows = Vec::new();
    for (i, observable) in OBSERVABLES.into_iter().enumerate() {
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
