//! The top sample eigenvector: no white noise even where it carries no trace of the top mode, and across the threshold.

pub(super) mod across;

use std::fmt;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_simulator::observables::ring_modes;
use saddlepoint_theory::covariance::overlap_profile;

use super::ensemble::{Ensemble, dense_cost, samples_at, sizes};
use super::own::{ALPHA, UNITS};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Coupling of the ring.
const BETA: f64 = 0.5;

/// Wave numbers k/N that are compared, as fractions of the largest, 1/2.
const WAVE_NUMBERS: [(usize, usize); 5] = [(0, 1), (1, 10), (1, 4), (1, 2), (1, 1)];

/// Powers of 1/N of the ratio to the profile, which is a smooth function of the distance N^(−2/3) of the largest eigenvalue
/// from the edge.
const POWERS: [f64; 2] = [2.0 / 3.0, 4.0 / 3.0];

/// Squared overlap of the top sample eigenvector of Ising-ring data with every Fourier mode, pairs (k, N−k) taken together,
/// against the overlap profile of the bulk's edge.
///
/// At each wave number the ratio of measured overlap and profile, the latter at the same N, is extrapolated to 1 in N^(−2/3).
/// The control is white noise, at the shortest wave.
///
/// Across the threshold, from half the critical samples to four times as many, the overlap with the leading mode is compared at finite N (50 to
/// 400): of a spike on white noise with the slope of the mean largest eigenvalue, whose ratio to it is extrapolated in N^(−2/3); of Gaussian data with
/// the covariance of a ring, where a few modes compete, with the overlap at the median place, which is right to 0.005 at half the critical samples
/// and shown without judgement from there on. The control is the formula of infinite N, 0 up to the threshold.
///
/// # References
/// Ledoit & Péché, Probab. Theory Relat. Fields 151, 233 (2011); Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013).
#[derive(Debug, Clone, Copy)]
pub struct OverlapProfile;

/// What is looked at.
#[derive(Clone, PartialEq)]
pub enum Point {
    /// A ring far below its threshold.
    Below(Below),
    /// A spike or a ring across its threshold.
    Across(across::Point),
}

/// The text that names the random streams: that of a ring below its threshold has no word of its own, as in published tables.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Below(Below { alpha, units }) => f
                .debug_struct("Point")
                .field("alpha", alpha)
                .field("units", units)
                .finish(),
            Self::Across(point) => f.debug_tuple("Across").field(point).finish(),
        }
    }
}

/// One ring and one α.
#[derive(Debug, Clone, PartialEq)]
pub struct Below {
    alpha: f64,
    units: usize,
}

impl Below {
    fn ensemble() -> Ensemble {
        Ensemble::IsingRing { beta: BETA }
    }
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["units", "x"],
    keys: &["x", "data", "units"],
    panels: &[
        Panel {
            show: Some(("observable", &["overlap_squared"])),
            scale: Scale::Log,
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["overlap_squared_over_profile"])),
            scale: Scale::Log,
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["leading_overlap_squared"])),
            x: &["alpha"],
            label: "across the threshold  c²",
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["leading_overlap_over_theory"])),
            x: &["alpha"],
            label: "c² over that of the theory",
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set: of rings below their threshold.
const PARAMETERS: &[Parameter] = &[
    Parameter {
        meaning: "Samples per unit, of an Ising ring with coupling 0.5",
        ..ALPHA
    },
    UNITS,
];

impl Experiment for OverlapProfile {
    type Point = Point;

    fn name(&self) -> &'static str {
        "overlap-profile"
    }

    fn description(&self) -> &'static str {
        "Overlap of the top sample eigenvector with each Fourier mode of the Ising ring, and across the threshold."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let rings = preset.choose(
            vec![(2.0, sizes(&[20, 40, 80, 160], 10_000, 1.5))],
            vec![
                (2.0, sizes(&[40, 80, 120, 200], 20_000, 1.4)),
                (10.0, sizes(&[40, 80, 120, 200], 20_000, 1.5)),
                (50.0, sizes(&[80, 120, 160, 200], 6000, 2.2)),
            ],
            vec![
                (2.0, sizes(&[40, 80, 120, 200, 400], 200_000, 1.5)),
                (10.0, sizes(&[40, 80, 120, 200, 400], 200_000, 1.6)),
                (50.0, sizes(&[80, 120, 160, 200, 400], 60_000, 2.2)),
            ],
        );
        let mut design = Vec::new();
        for (alpha, sizes) in rings {
            let point = |(units, replicas)| (Point::Below(Below { alpha, units }), replicas);
            design.extend(sizes.into_iter().map(point));
        }
        let across = across::design(preset).into_iter();
        design.extend(across.map(|(point, replicas)| (Point::Across(point), replicas)));
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let (units, most) = asked.preset.choose(
            (&[20, 40, 80, 160], 10_000),
            (&[40, 80, 120, 200], 20_000),
            (&[40, 80, 120, 200], 200_000),
        );
        let units = asked.counts("units", units);
        let of = |alpha| {
            let point = move |(units, replicas)| (Point::Below(Below { alpha, units }), replicas);
            sizes(&units, most, 1.5).into_iter().map(point)
        };
        let alphas = asked.numbers("alpha", &[2.0]);
        Ok(alphas.into_iter().flat_map(of).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        match point {
            Point::Below(point) => dense_cost(point.units, samples_at(point.alpha, point.units)),
            Point::Across(point) => point.cost(),
        }
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let point = match point {
            Point::Below(point) => point,
            Point::Across(point) => return Ok(vec![across::measure(point, random)?]),
        };
        let samples = samples_at(point.alpha, point.units);
        let drawn = Below::ensemble().draw(point.units, samples, random)?;
        let top = SampleCovariance::new(&drawn.samples, drawn.columns)?.leading(1)?;
        Ok(ring_modes(&top.vector(0))?)
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let (mut below, mut across) = (Vec::new(), Vec::new());
        for Measured { point, replicas } in measured {
            let replicas = replicas.clone();
            match point.clone() {
                Point::Below(point) => below.push(Measured { point, replicas }),
                Point::Across(point) => across.push(Measured { point, replicas }),
            }
        }
        let same = |a: &Measured<Below>, b: &Measured<Below>| {
            a.point.alpha.total_cmp(&b.point.alpha).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in below.chunk_by(same) {
            for wave_number in WAVE_NUMBERS {
                rows.extend(mode_rows(self.name(), sizes, wave_number)?);
            }
        }
        rows.extend(across::rows(self.name(), &across)?);
        Ok(rows)
    }
}

/// All sizes at one α and one wave number.
fn mode_rows(
    experiment: &'static str,
    sizes: &[Measured<Below>],
    (numerator, denominator): (usize, usize),
) -> Result<Vec<Row>> {
    let alpha = sizes[0].point.alpha;
    let mut at_sizes = Vec::new();
    let mut white_noise = 0.0;
    for m in sizes {
        let units = m.point.units;
        let k = units / 2 * numerator / denominator;
        let population = Below::ensemble().population(Some(units))?;
        // The eigenvalues of the ring fall with the wave number: rank and wave number agree.
        let (mode, overlap) = overlap_profile(&population, alpha)?.overlaps[k];
        white_noise = mode.weight / overlap;
        at_sizes.push(AtSize {
            factor: 1.0 / overlap,
            ..AtSize::new(units, m.estimate(k)?)
        });
    }
    let parameters = Parameters {
        alpha: Some(alpha),
        x: Some(Argument::new(
            "wave_number_per_unit",
            as_float(numerator) / as_float(2 * denominator),
        )),
        ..Below::ensemble().parameters(experiment)
    };
    let prediction = Prediction {
        observable: "overlap_squared",
        limit_observable: Some("overlap_squared_over_profile"),
        theory: 1.0,
        // At the shortest wave the profile differs most from white noise.
        wrong: (numerator == denominator).then_some(white_noise),
    };
    Row::extrapolate(&parameters, &prediction, &at_sizes, &POWERS)
}
