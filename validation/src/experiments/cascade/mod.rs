//! The cascade of transitions through which a machine learns: each mode becomes critical when its singular value passes 1.

mod statics;
mod training;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::ensemble::sizes;
use super::own::UNITS;
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{COMPARED, COMPARISON, Row};
use statics::Spot;

/// Factor by which the singular value is wrong in the controls.
const WRONG_S: f64 = 1.1;

/// A machine near one transition, and machines that learn through three of them.
///
/// **One mode.** Block Gibbs sampling of the rank-one machine of spins with M = N/2, below its transition at w = 0.6 and, near it, at fixed
/// ρ = (1 − w) √n with n = 2NM/(N + M): susceptibility ⟨x²⟩, Binder's cumulant, and integrated autocorrelation time of x per sweep. At every size
/// they are compared with the exact sums, and for infinite size with the law `exp(−ρt²/2 − t⁴/24)` of the mode, in which ⟨x²⟩ and the time
/// both grow as √n. The controls have a singular value that is 10% wrong, and for infinite size N + M units in place of n, or no quartic term.
///
/// **Training.** A machine of spins and Gaussian hidden units learns, by PCD from fresh samples, three independent blocks of two clusters each. Its
/// singular values pass 1 one after another, at the times that gradient ascent with exact averages gives. At each passage the machine of that
/// moment is sampled anew, and susceptibility and cumulant of the mode are those of a critical block, whatever the other modes do. The
/// controls grow at the rate c of the data alone, or have a singular value that is 10% wrong.
///
/// # References
/// Bachtis, Biroli, Decelle & Seoane, Adv. Neural Inf. Process. Syst. 37 (2024), arXiv 2405.14689; the theory is that of
/// [`saddlepoint_theory::reciprocal::CriticalMode`] and [`saddlepoint_theory::dynamics::BlockMode`].
#[derive(Debug, Clone, Copy)]
pub struct Cascade;

/// What is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    /// The rank-one machine at a spot, of [`statics::SPOTS`].
    Spot { spot: usize },
    /// A machine while it learns.
    Training,
}

/// One machine at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    question: Question,
    /// Visible units; while learning, those of one block.
    units: usize,
    chains: usize,
    sweeps: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x", "units"],
    keys: &["units", "mode"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &["susceptibility", "autocorrelation_time", "binder"],
            )),
            across: "distance  ρ = (1 − w) √n",
            ..COMPARED
        },
        Panel {
            show: Some((
                "observable",
                &["susceptibility_below", "autocorrelation_time_below"],
            )),
            x: &["units"],
            ..COMPARED
        },
        Panel {
            show: Some((
                "observable",
                &[
                    "time_of_singular_value",
                    "susceptibility_in_training",
                    "binder_in_training",
                ],
            )),
            across: "singular value  s",
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set: of the rank-one machine.
const PARAMETERS: &[Parameter] = &[UNITS];

/// Sizes of the rank-one machine at a preset.
fn ladder(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[16, 32, 64, 128],
        &[16, 32, 64, 128, 256],
        &[16, 32, 64, 128, 256, 512],
    )
}

/// The rank-one machine at all spots and sizes.
fn spots(ladder: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let (most, decline) = preset.choose((32, 0.3), (200, 0.4), (2000, 0.5));
    let sizes = sizes(ladder, most, decline);
    let of = |spot| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                question: Question::Spot { spot },
                units,
                chains: 32,
                sweeps: preset.choose(200, 400, 800),
            };
            (point, replicas)
        })
    };
    (0..statics::SPOTS.len()).flat_map(of).collect()
}

impl Experiment for Cascade {
    type Point = Point;

    fn name(&self) -> &'static str {
        "cascade"
    }

    fn description(&self) -> &'static str {
        "Modes that become critical one after another while a machine learns."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let records = preset.choose(20, 40, 80);
        let blocks = preset.choose(
            sizes(&[16, 32], 16, 0.0),
            sizes(&[16, 32, 64], 48, 0.5),
            sizes(&[16, 32, 64, 128], 96, 0.5),
        );
        let training = blocks.into_iter().map(|(units, replicas)| {
            let point = Point {
                question: Question::Training,
                units,
                chains: 64,
                sweeps: records,
            };
            (point, replicas)
        });
        let mut design = spots(ladder(preset), preset);
        design.extend(training);
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let units = asked.counts("units", ladder(asked.preset));
        Ok(spots(&units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        match point.question {
            Question::Spot { .. } => {
                as_float(point.units * point.units * point.chains * point.sweeps)
            }
            Question::Training => as_float(3000 * point.units * point.chains * point.sweeps),
        }
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match point.question {
            Question::Spot { spot } => statics::measure(point, statics::SPOTS[spot], random),
            Question::Training => training::measure(point, random),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for group in measured.chunk_by(|a, b| a.point.question == b.point.question) {
            match group[0].point.question {
                Question::Spot { spot } => {
                    rows.extend(Spot::new(statics::SPOTS[spot], group)?.rows()?);
                }
                Question::Training => {
                    for of_size in group {
                        rows.extend(training::rows(of_size)?);
                    }
                }
            }
        }
        Ok(rows)
    }
}

/// `1 − ⟨x⁴⟩/3⟨x²⟩²` of the mean moments, whose places are given; its scatter from the linear response to those of each replica.
fn binder(measured: &Measured<Point>, [second, fourth]: [usize; 2]) -> Result<Estimate> {
    let [m2, m4] = [
        measured.estimate(second)?.mean,
        measured.estimate(fourth)?.mean,
    ];
    let ratio = m4 / (3.0 * m2 * m2);
    let linear = |v: &[f64]| 1.0 - ratio * (v[fourth] / m4 - 2.0 * (v[second] / m2 - 1.0));
    measured.estimate_of(linear)
}
