//! How often a test sees a mode, and how often it sees one that is not there.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_theory::covariance::{critical_alpha, debias};
use saddlepoint_theory::detection::{Crossover, detection_power};

use super::ensemble::{Ensemble, dense_cost, samples_at};
use super::own::{ALPHA, UNITS, numbers};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// The fraction of data sets in which an eigenvalue is called an outlier ([`debias`]): of white noise, against the level of the test, and of
/// one spike on white noise around its threshold, against the power that the crossover between the laws of noise and of outliers
/// gives ([`detection_power`]) at each size.
///
/// The test is a little cautious, since an eigenvalue must stand out from the bulk with and without itself, and the crossover is a law for
/// N → ∞: up to 240 units the power is up to 0.05 below the prediction. The difference is extrapolated to zero in N^(−2/3). The control takes the
/// threshold of infinite size for detection: nothing is seen below it and everything above.
///
/// # References
/// Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013).
#[derive(Debug, Clone, Copy)]
pub struct OutlierDetection;

/// Level of the test.
const LEVEL: f64 = 0.01;

/// One size and one strength of the spike.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    units: usize,
    samples: usize,
    /// Samples in units of the critical number, 0 for white noise.
    ratio: f64,
}

impl Point {
    /// The excess eigenvalue: `P_c = N/ℓ²`.
    fn spike(&self) -> f64 {
        (self.ratio * as_float(self.units) / as_float(self.samples)).sqrt()
    }

    fn ensemble(&self) -> Ensemble {
        if self.ratio > 0.0 {
            Ensemble::Spiked {
                spike: self.spike(),
            }
        } else {
            Ensemble::IidGaussian
        }
    }

    fn alpha(&self) -> f64 {
        as_float(self.samples) / as_float(self.units)
    }

    /// Whether the other has the same shape of the data and strength of the spike.
    fn is_like(&self, other: &Self) -> bool {
        let is_same = |a: f64, b: f64| a.total_cmp(&b).is_eq();
        is_same(self.alpha(), other.alpha()) && is_same(self.ratio, other.ratio)
    }

    fn parameters(&self, experiment: &'static str) -> Parameters {
        Parameters {
            alpha: Some(self.alpha()),
            x: Some(Argument::new("ratio", self.ratio)),
            ..self.ensemble().parameters(experiment)
        }
    }
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x"],
    keys: &["units", "alpha"],
    panels: &[
        Panel {
            show: Some(("observable", &["detected"])),
            across: "P/P_c  samples in units of the critical number",
            label: "fraction of data sets with an outlier",
            scale: Scale::Linear,
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["false_alarms"])),
            x: &["alpha"],
            across: "α = P/N  samples per unit",
            label: "fraction of noise with an outlier",
            scale: Scale::Linear,
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    numbers(
        "ratio",
        [0.1, 100.0],
        "Samples in units of the critical number; white noise is looked at besides",
        "2",
    ),
    ALPHA,
    Parameter {
        default: "60, 120, 240",
        ..UNITS
    },
];

impl Experiment for OutlierDetection {
    type Point = Point;

    fn name(&self) -> &'static str {
        "outlier-detection"
    }

    fn description(&self) -> &'static str {
        "Outliers among sample eigenvalues: false alarms and detection power at finite size."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let sizes: &[(usize, usize)] = preset.choose(
            &[(60, 120), (120, 240), (240, 480)],
            &[
                (60, 120),
                (120, 240),
                (240, 480),
                (150, 30),
                (300, 60),
                (600, 120),
            ],
            &[
                (60, 120),
                (120, 240),
                (240, 480),
                (480, 960),
                (150, 30),
                (300, 60),
                (600, 120),
                (1200, 240),
            ],
        );
        let replicas = preset.choose(200, 600, 1000);
        let ratios: &[f64] = preset.choose(
            &[2.0],
            &[1.0, 1.5, 2.0, 3.0],
            &[1.0, 1.5, 2.0, 2.5, 3.0, 4.0],
        );
        let mut design = Vec::new();
        for &(units, samples) in sizes {
            for &ratio in [0.0].iter().chain(ratios) {
                let point = Point {
                    units,
                    samples,
                    ratio,
                };
                design.push((point, replicas));
            }
        }
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let units = asked.counts("units", &[60, 120, 240]);
        let replicas = asked.preset.choose(200, 600, 1000);
        let ratios = asked.numbers("ratio", &[2.0]);
        let mut design = Vec::new();
        for alpha in asked.numbers("alpha", &[2.0]) {
            for &units in &units {
                for &ratio in [0.0].iter().chain(&ratios) {
                    let point = Point {
                        units,
                        samples: samples_at(alpha, units),
                        ratio,
                    };
                    design.push((point, replicas));
                }
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        dense_cost(point.units, point.samples)
    }

    /// 1 if there is an outlier, else 0.
    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let drawn = point.ensemble().draw(point.units, point.samples, random)?;
        let eigenvalues = SampleCovariance::new(&drawn.samples, drawn.columns)?.eigenvalues()?;
        let found = debias(&eigenvalues, as_float(point.samples), LEVEL)?;
        Ok(vec![f64::from(u8::from(!found.outliers.is_empty()))])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let crossover = Crossover::new(LEVEL)?;
        let mut shapes: Vec<Vec<&Measured<Point>>> = Vec::new();
        for m in measured {
            let is_like = |shape: &&mut Vec<&Measured<Point>>| shape[0].point.is_like(&m.point);
            match shapes.iter_mut().find(is_like) {
                Some(shape) => shape.push(m),
                None => shapes.push(vec![m]),
            }
        }
        let mut rows = Vec::new();
        for shape in shapes {
            rows.extend(if shape[0].point.ratio > 0.0 {
                power_rows(self.name(), &crossover, &shape)?
            } else {
                shape.iter().map(|m| level_row(self.name(), m)).collect()
            });
        }
        Ok(rows)
    }
}

/// False alarms at one size, against the level.
fn level_row(experiment: &'static str, measured: &Measured<Point>) -> Row {
    let parameters = measured.point.parameters(experiment);
    let units = Some(measured.point.units);
    Row::compare(
        &parameters,
        units,
        "false_alarms",
        LEVEL,
        &fraction(measured),
    )
}

/// Detection at all sizes of one shape and strength, against the power.
fn power_rows(
    experiment: &'static str,
    crossover: &Crossover,
    shape: &[&Measured<Point>],
) -> Result<Vec<Row>> {
    let (mut sizes, mut wrong) = (Vec::new(), None);
    for m in shape {
        let population = m.point.ensemble().population(Some(m.point.units))?;
        let alpha = m.point.alpha();
        let power = detection_power(crossover, &population, 0, alpha)?;
        let is_above = alpha > critical_alpha(&population, 0)?;
        // Between a half and twice the threshold the limit of infinite size is far off.
        wrong = (1.2..=2.0)
            .contains(&m.point.ratio)
            .then(|| f64::from(u8::from(is_above)) - power);
        sizes.push(AtSize {
            finite_size: power,
            ..AtSize::new(m.point.units, fraction(m))
        });
    }
    let prediction = Prediction {
        observable: "detected",
        limit_observable: Some("detected_less_power"),
        theory: 0.0,
        wrong,
    };
    let parameters = shape[0].point.parameters(experiment);
    Row::extrapolate(&parameters, &prediction, &sizes, &[2.0 / 3.0])
}

/// A fraction k/R with the standard error of Agresti and Coull, which is not zero for k = 0.
///
/// ```text
/// e² = p̃ (1 − p̃)/R,   p̃ = (k + 2)/(R + 4)
/// ```
fn fraction(measured: &Measured<Point>) -> Estimate {
    let found = measured.replicas.len();
    let replicas = as_float(found);
    let seen: f64 = measured.replicas.iter().map(|values| values[0]).sum();
    let smoothed = (seen + 2.0) / (replicas + 4.0);
    Estimate {
        mean: seen / replicas,
        standard_error: (smoothed * (1.0 - smoothed) / replicas).sqrt(),
        replicas: found,
        degrees_of_freedom: replicas - 1.0,
    }
}
