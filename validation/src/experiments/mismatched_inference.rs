//! A student that believes in another temperature than its teacher's, beside its replica theory.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::student::{Schedule, Student};
use saddlepoint_theory::replica::mismatched::{Mismatched, State};

use super::ensemble::{samples_at, sizes};
use super::own::{ALPHA, STUDENT_BETA, TEACHER_BETA, UNITS, product};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Law, Panel, Scale, View};
use crate::table::{
    Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
    compared_with_limit,
};

/// Factor by which the number of samples is wrong in controls.
const WRONG_ALPHA: f64 = 1.1;

/// Sweeps from the teacher's weights to the posterior; in learned states memory is gone after a few dozen at any size.
const BURN_IN: usize = 100;

/// What is compared, in the order of the values of a replica.
const OBSERVABLES: [&str; 3] = ["overlap_teacher", "overlap_students", "energy"];

/// α, β and β* of a student that is too hot, one that is right, and two that are too cold; replica symmetry holds.
const JUDGED: [[f64; 3]; 4] = [
    [1.5, 1.0, 1.2],
    [1.5, 1.2, 1.2],
    [1.5, 1.5, 1.2],
    [2.5, 2.0, 1.2],
];
/// Further such points of the longer presets.
const FURTHER: [[f64; 3]; 2] = [[2.0, 1.5, 1.2], [1.0, 2.0, 1.5]];
/// Where replica symmetry is broken, a glass and learned states of cold students, and where it nearly is.
const SHOWN: [[f64; 3]; 4] = [
    [0.45, 2.0, 1.2],
    [0.8, 2.0, 1.2],
    [1.5, 2.0, 1.2],
    [1.5, 3.0, 1.2],
];

/// Where the stability λ is close to 1, corrections are functions of N(1 − λ)³, and powers of 1/N from about here on only.
const SMALLEST_WINDOW: f64 = 10.0;
/// Why rows are not judged there.
const NEARLY_BROKEN: &str = "near-replica-symmetry-breaking";

/// What students learn of the single pattern of a teacher, on and off the Nishimori line.
///
/// Samples are drawn from the teacher of a random pattern. Two students of the same samples are sampled by block Gibbs sampling, from
/// the teacher's pattern, and their overlaps |m| with the teacher and |q| with each other, and the energy per unit, are extrapolated
/// in 1/N. Controls: the published equations for the overlap of a cold student with its teacher, which are right for
/// β = β* only, and else a number of samples that is wrong by a tenth. Where replica symmetry is broken, or so nearly that
/// corrections are no powers of 1/N at these sizes, the rows stand beside the theory and are not judged.
///
/// # References
/// Theriault, Tosello & Tantari, arXiv:2410.16150 (2025).
#[derive(Debug, Clone, Copy)]
pub struct MismatchedInference;

/// A student and a teacher at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    alpha: f64,
    student_beta: f64,
    teacher_beta: f64,
    units: usize,
    sweeps: usize,
}

/// The theory at any temperature of the student.
const LIMIT: Law = Law {
    x: "x",
    of: &["observable", "alpha", "signal"],
    value: |of, beta| {
        let observable = of[0].to_csv();
        let index = OBSERVABLES.iter().position(|name| *name == observable)?;
        let model = Mismatched::new(of[1].number()?, beta, of[2].number()?);
        Some(values(&model.ok()?.equilibrium().ok()?)[index])
    },
};

/// The theory at any number of samples.
const WITH_SAMPLES: Law = Law {
    x: "alpha",
    of: &["observable", "x", "signal"],
    value: |of, alpha| {
        let observable = of[0].to_csv();
        let index = OBSERVABLES.iter().position(|name| *name == observable)?;
        let model = Mismatched::new(alpha, of[1].number()?, of[2].number()?);
        Some(values(&model.ok()?.equilibrium().ok()?)[index])
    },
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["x", "alpha", "signal"],
    scale: Scale::Linear,
    keys: &["alpha", "units", "signal", "x"],
    panels: &[Panel {
        show: Some((
            "observable",
            &["overlap_teacher", "overlap_students", "energy"],
        )),
        across: "inverse temperature of the student  β",
        curves: &compared_with_limit(&[LIMIT, WITH_SAMPLES]),
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        default: "1.5",
        ..ALPHA
    },
    STUDENT_BETA,
    TEACHER_BETA,
    UNITS,
];

/// Sizes of a preset: below N = 160 corrections of the order of 1/N² are seen.
fn units(preset: Preset) -> &'static [usize] {
    preset.choose(&[160, 320, 640], &[240, 480, 960], &[320, 640, 1280])
}

/// Replicas of the smallest size.
fn most(preset: Preset) -> usize {
    preset.choose(1000, 3000, 20_000)
}

/// Students of α, β and β* at all sizes, with the replicas of the smallest.
fn points(
    places: impl Iterator<Item = ([f64; 3], usize)>,
    units: &[usize],
    preset: Preset,
) -> Vec<(Point, usize)> {
    let sweeps = preset.choose(100, 100, 200);
    let at = |([alpha, student_beta, teacher_beta], most): ([f64; 3], usize)| {
        let sizes = sizes(units, most, 0.7).into_iter();
        sizes.map(move |(units, replicas)| {
            let point = Point {
                alpha,
                student_beta,
                teacher_beta,
                units,
                sweeps,
            };
            (point, replicas)
        })
    };
    places.flat_map(at).collect()
}

impl Experiment for MismatchedInference {
    type Point = Point;

    fn name(&self) -> &'static str {
        "mismatched-inference"
    }

    fn description(&self) -> &'static str {
        "What students of another temperature than their teacher's learn of it."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let most = most(preset);
        let further: &[[f64; 3]] = preset.choose(&[], &FURTHER, &FURTHER);
        let judged = JUDGED.iter().chain(further).map(|&place| (place, most));
        let shown = SHOWN.iter().map(|&place| (place, most / 4));
        Ok(points(judged.chain(shown), units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let defaults = [("alpha", 1.5), ("student-beta", 1.2), ("teacher-beta", 1.2)];
        let places = product(asked, defaults).into_iter();
        let units = asked.counts("units", units(asked.preset));
        let most = most(asked.preset);
        Ok(points(
            places.map(|place| (place, most)),
            &units,
            asked.preset,
        ))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let teacher = TwoCluster::random(point.units, point.teacher_beta, random)?;
        let samples = teacher.draw(samples_at(point.alpha, point.units), random)?;
        let student = Student::new(&samples, point.student_beta)?;
        let schedule = Schedule {
            burn_in: BURN_IN,
            sweeps: point.sweeps,
        };
        let observed = student.observe(teacher.pattern(), schedule, random)?;
        Ok(vec![
            observed.overlap_teacher,
            observed.overlap_students,
            observed.energy,
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let place = |m: &Measured<Point>| {
            let Point {
                alpha,
                student_beta,
                teacher_beta,
                ..
            } = m.point;
            [alpha, student_beta, teacher_beta].map(f64::to_bits)
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| place(a) == place(b)) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// What a state shows, in the order of [`OBSERVABLES`].
fn values(state: &State) -> [f64; 3] {
    [state.overlap_teacher, state.overlap_students, state.energy]
}

/// Why a state is shown only, with students of `units` weights or more.
fn unjudged(state: &State, units: usize) -> Option<&'static str> {
    let distance = 1.0 - state.at_stability;
    if distance <= 0.0 {
        return Some(REPLICA_SYMMETRY_BROKEN);
    }
    (as_float(units) * distance.powi(3) < SMALLEST_WINDOW).then_some(NEARLY_BROKEN)
}

/// The rows of one student and teacher.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let Point {
        alpha,
        student_beta,
        teacher_beta,
        ..
    } = sizes[0].point;
    let state = Mismatched::new(alpha, student_beta, teacher_beta)?.equilibrium()?;
    let right = values(&state);
    let few = Mismatched::new(WRONG_ALPHA * alpha, student_beta, teacher_beta)?;
    let mut wrong = values(&few.equilibrium()?);
    if student_beta > teacher_beta {
        let published = Mismatched::published(alpha, student_beta, teacher_beta)?;
        wrong[0] = published.equilibrium()?.overlap_teacher;
    }
    let parameters = Parameters {
        experiment,
        data: "two-cluster",
        signal: Some(teacher_beta),
        alpha: Some(alpha),
        x: Some(Argument::new("student_beta", student_beta)),
        unjudged: unjudged(&state, sizes[0].point.units),
        ..Parameters::default()
    };
    let mut rows = Vec::new();
    for (i, observable) in OBSERVABLES.into_iter().enumerate() {
        if parameters.unjudged.is_some() {
            for m in sizes {
                let (units, measured) = (Some(m.point.units), m.estimate(i)?);
                let row = Row::compare(&parameters, units, observable, right[i], &measured);
                rows.push(row);
            }
            continue;
        }
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
