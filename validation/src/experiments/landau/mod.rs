//! The transition of one mode: Gibbs sampling across s = 1, finite-size scaling, and machines of two modes.

mod own_machine;
mod rank_one;
mod two_modes;

pub use own_machine::OwnMachine;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::ensemble::sizes;
use super::machines::Kind;
use super::own::UNITS;
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{COMPARED, COMPARISON, Parameters, Row};
use rank_one::Spot;

/// Factor by which the singular value is wrong in the controls.
const WRONG_S: f64 = 1.1;
/// Half of the distance between the singular values from which the crossing of two cumulants is found.
const HALF: f64 = 0.05;
/// Singular values at which every size is sampled.
const SPOTS: [f64; 7] = [0.6, 0.8, 1.0 - HALF, 1.0, 1.0 + HALF, 1.2, 1.6];

/// Distances |s − 1| = 1/n from the transition, each at N = 8n² units: one point of the scaling function of (s − 1)√N.
const DISTANCES: [usize; 5] = [2, 3, 4, 5, 6];
const SCALE: usize = 8;

/// Singular values of machines of two modes: the second one weak, and unstable by itself.
const MODES: [[f64; 2]; 2] = [[1.8, 0.5], [1.8, 1.3]];

/// Sweeps before anything is recorded: at s = 1 chains forget in about √N of them.
const BURN_IN: usize = 100;

/// The order of one mode across its transition, in the rank-one machine of spins and in machines of two modes.
///
/// At every size and singular value, moments from block Gibbs sampling against the exact double sum. For infinite size, Landau's
/// theory and mean field: `⟨x²⟩ → 1/(1 − s²)` below s = 1 and `⟨|x|⟩/√N → m = tanh sm` above, in 1/N; at s = 1, where the law of
/// φ is `exp(−φ⁴/24N)`, `⟨|φ|⟩/√N ~ N^(−1/4)` and Binder's cumulant, in N^(−1/2), the power by which φ⁶/N² is smaller; the crossing
/// of the cumulants of two sizes, which tends to s = 1 as 1/N; the exponents 1/2 of the order parameter and 1 of the susceptibility
/// at fixed (s − 1)√N. The field s m is what is followed: its expansion `(sm)² = 3(s − 1) + 3(s − 1)²/5 + …` has small corrections.
///
/// In machines of two random modes the amplitude `√s(x + y)/2` is compared with the solution of mean field in the same machine, in 1/N.
///
/// # References
/// Binder, Z. Phys. B 43, 119 (1981); the theory is that of [`saddlepoint_theory::reciprocal`].
#[derive(Debug, Clone, Copy)]
pub struct RankOneTransition;

/// What is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    /// The rank-one machine at one of [`SPOTS`].
    Spot { spot: usize },
    /// The rank-one machine at a distance 1/n from the transition, above or below.
    Approach { distance: usize, above: bool },
    /// A machine of two modes, of [`MODES`].
    Modes { index: usize },
}

/// One machine, or one law of machines, at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    question: Question,
    units: usize,
    chains: usize,
    sweeps: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["w"],
    keys: &["units", "x"],
    panels: &[
        Panel {
            show: Some(("observable", &["order_parameter", "binder"])),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["mean_square"])),
            scale: Scale::Log,
            ..COMPARED
        },
        Panel {
            show: Some((
                "observable",
                &[
                    "crossing",
                    "order_parameter_as_power",
                    "amplitude_over_mean_field",
                    "second_square_per_unit",
                ],
            )),
            x: &["units"],
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["variance_slow", "variance_fast"])),
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["susceptibility", "field"])),
            x: &["w"],
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
        &[8, 16, 32, 64, 128],
        &[8, 16, 32, 64, 128, 256],
        &[16, 32, 64, 128, 256, 512],
    )
}

/// The rank-one machine at all sizes and spots, its approach to the transition, and machines of two modes.
fn points(ladder: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let sweeps = preset.choose(100, 200, 400);
    let point = |question, (units, replicas)| {
        let point = Point {
            question,
            units,
            chains: 32,
            sweeps,
        };
        (point, replicas)
    };
    let ladder = sizes(ladder, preset.choose(80, 200, 1000), 0.5);
    let approaching = preset.choose(48, 128, 512);
    let random = preset.choose(
        sizes(&[40, 80, 120, 160], 64, 0.7),
        sizes(&[50, 100, 200, 400], 200, 1.0),
        sizes(&[50, 100, 200, 400], 1000, 1.0),
    );
    let spots = (0..SPOTS.len()).flat_map(|spot| {
        ladder
            .iter()
            .map(move |&at| point(Question::Spot { spot }, at))
    });
    let approach = [false, true].into_iter().flat_map(|above| {
        let units = DISTANCES.map(|distance| SCALE * distance * distance);
        let at = DISTANCES.into_iter().zip(sizes(&units, approaching, 0.4));
        at.map(move |(distance, at)| point(Question::Approach { distance, above }, at))
    });
    let modes = (0..MODES.len()).flat_map(|index| {
        random
            .iter()
            .map(move |&at| point(Question::Modes { index }, at))
    });
    spots.chain(approach).chain(modes).collect()
}

impl Experiment for RankOneTransition {
    type Point = Point;

    fn name(&self) -> &'static str {
        "landau"
    }

    fn description(&self) -> &'static str {
        "Gibbs sampling of one mode across its transition at s = 1, and of two modes."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(ladder(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let spots = |point: &(Point, usize)| matches!(point.0.question, Question::Spot { .. });
        let units = asked.counts("units", ladder(asked.preset));
        let all = points(&units, asked.preset);
        Ok(all.into_iter().filter(spots).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * point.units * point.chains * (point.sweeps + BURN_IN))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match point.question {
            Question::Modes { index } => two_modes::measure(point, MODES[index], random),
            question => rank_one::measure(point, question.singular_value(), random),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let groups = measured.chunk_by(|a, b| a.point.question.is_like(b.point.question));
        let mut spots = Vec::new();
        for group in groups {
            match group[0].point.question {
                Question::Spot { .. } => spots.push(Spot::new(group)?),
                Question::Approach { above, .. } => {
                    rows.extend(rank_one::exponent_rows(group, above)?);
                }
                Question::Modes { index } => rows.extend(two_modes::rows(group, MODES[index])?),
            }
        }
        let at_spots = rank_one::spot_rows(&spots)?;
        Ok(at_spots.into_iter().chain(rows).collect())
    }
}

impl Question {
    fn singular_value(self) -> f64 {
        match self {
            Self::Spot { spot } => SPOTS[spot],
            Self::Approach { distance, above } => {
                let sign = if above { 1.0 } else { -1.0 };
                1.0 + sign / as_float(distance)
            }
            Self::Modes { index } => MODES[index][0],
        }
    }

    /// n of the distance 1/n from the transition; 0 where there is none.
    fn distance(self) -> usize {
        match self {
            Self::Approach { distance, .. } => distance,
            Self::Spot { .. } | Self::Modes { .. } => 0,
        }
    }

    /// Whether the other belongs to the same comparison.
    fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Approach { above, .. }, Self::Approach { above: also, .. }) => above == also,
            _ => self == other,
        }
    }
}

fn parameters(data: &'static str, w: f64) -> Parameters {
    Parameters {
        experiment: "landau",
        data,
        law: Some(Kind::Spin.name()),
        w: Some(w),
        ..Parameters::default()
    }
}
