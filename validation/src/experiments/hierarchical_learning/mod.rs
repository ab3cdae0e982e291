//! Training of binary machines on data whose modes are of very different strength.

mod comparison;
mod data;
mod symmetry;

use std::borrow::Cow;

use faer::{Mat, Side};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Evaluation, Trainer, Training};
use saddlepoint_simulator::{Samples, Unit};
use saddlepoint_theory::dynamics::binary_rates;

use crate::comparison::as_float;
use crate::error::Result;
use crate::journal::digest;
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{COMPARED, COMPARISON, Row};
use comparison::{Comparison, first_stage};

/// Standard deviation of the initial weights: modes emerge at s ≈ 0.1.
const SCALE: f64 = 0.004;
/// Growth of the fastest mode per update of the first stage: the learning rate times its rate.
const GROWTH: f64 = 0.0066;
/// How much faster the second stage is.
const FASTER: f64 = 10.0;
/// End of the first stage, in units of the fastest mode's 1/rate.
const LAST: f64 = 2.4;
/// Modes that are looked at.
const MODES: usize = 3;

/// Singular values, overlaps and symmetry of the weights while a binary machine learns by PCD (T25's experiment).
///
/// First stage, from small weights: singular values and overlaps of the leading modes at given times, and the times at which each mode
/// has half an overlap, over the theory of early training, which is that of many hidden units: the ratios are extrapolated in 1/M. Then training at ten times the rate: Jensen–Shannon divergence between
/// the weights and rotated ones and the fourth moments of the singular vectors, before and after. That the divergence of the trained machine is that of an untrained one is a
/// control. At the end fourth moments, log-likelihood, largest singular value and number of unstable modes stand beside what
/// random weights, independent units, the onset of order (s = 4) and the number of growing modes say; these are not judged.
///
/// # References
/// Toledo-Marin, Maiti, Fox & Melko, Mach. Learn.: Sci. Technol. 6, 035030 (2025); own.
#[derive(Debug, Clone)]
pub struct HierarchicalLearning {
    /// Binarised digits, or `None` for synthetic data.
    digits: Option<Samples>,
}

impl HierarchicalLearning {
    /// On synthetic data.
    pub const SYNTHETIC: Self = Self { digits: None };

    /// On samples of 0 and 1, one per row.
    ///
    /// # Errors
    /// [`Error::Simulator`](crate::Error::Simulator) for other values.
    pub fn on(samples: Samples) -> Result<Self> {
        Layer::of_means(Unit::Binary, &samples)?;
        Ok(Self {
            digits: Some(samples),
        })
    }

    fn samples(&self, units: usize, samples: usize) -> Result<Cow<'_, Samples>> {
        match &self.digits {
            Some(samples) => Ok(Cow::Borrowed(samples)),
            None => Ok(Cow::Owned(data::tree(units, samples)?)),
        }
    }
}

/// One number of hidden units.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    units: usize,
    samples: usize,
    /// Digest of the samples of a file.
    digest: Option<u64>,
    hidden_units: usize,
    /// Rate of the fastest mode.
    fastest: f64,
    /// Epochs of the second stage.
    epochs: usize,
}

impl Point {
    /// Samples per update: ten updates make an epoch.
    fn batch(&self) -> usize {
        self.samples.div_ceil(10)
    }

    fn training(&self, learning_rate: f64) -> Training {
        Training {
            algorithm: Algorithm::Persistent { steps: 1 },
            learning_rate,
            batch: self.batch(),
            chains: self.batch(),
            ..Training::default()
        }
    }

    /// Learning rate of the first stage.
    fn slow(&self) -> f64 {
        GROWTH / self.fastest
    }

    /// Length of an epoch in units of the fastest mode's 1/rate.
    fn epoch(&self) -> f64 {
        GROWTH * as_float(self.samples.div_ceil(self.batch()))
    }

    /// Epochs until a time of the first stage in units of the fastest mode.
    fn epochs_until(&self, time: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number"
        )]
        let epochs = (time / self.epoch()).round() as usize;
        epochs
    }
}

/// What a replica measures, in the order of its values.
struct Values {
    /// Singular value and squared overlap of each mode after each epoch of the first stage.
    stage: Vec<[f64; 2 * MODES]>,
    /// Divergence, excess kurtosis, log-likelihood, before and after; largest singular value and number of unstable modes.
    ends: [f64; 8],
}

impl Values {
    fn flat(&self) -> Vec<f64> {
        [&self.ends[..], self.stage.as_flattened()].concat()
    }

    fn of(flat: &[f64]) -> Self {
        let mut ends = [0.0; 8];
        ends.copy_from_slice(&flat[..8]);
        Self {
            stage: flat[8..].as_chunks().0.to_vec(),
            ends,
        }
    }
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["x", "kappa"],
    keys: &["mode", "kappa"],
    panels: &[
        Panel {
            show: Some(("observable", &["singular_value", "overlap_squared"])),
            across: "time  t",
            ..COMPARED
        },
        Panel {
            show: Some((
                "observable",
                &["time_of_half_overlap", "jensen_shannon", "excess_kurtosis"],
            )),
            x: &["kappa"],
            ..COMPARED
        },
    ],
    ..COMPARISON
};

impl Experiment for HierarchicalLearning {
    type Point = Point;

    fn name(&self) -> &'static str {
        "hierarchical-learning"
    }

    fn description(&self) -> &'static str {
        "Modes of a binary machine leaving the bulk one after another, and the symmetry that training breaks."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn data(&self) -> Option<u64> {
        let samples = self.digits.as_ref()?.to_reals();
        let values = samples.iter().map(|&x| u8::from(x > 0.5));
        Some(digest(&values.collect::<Vec<u8>>()))
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let (units, samples) = match &self.digits {
            Some(samples) => (samples.columns(), samples.rows()),
            None => preset.choose((100, 2000), (784, 5000), (784, 5000)),
        };
        let file = self.data();
        let hidden: &[usize] =
            preset.choose(&[32, 64, 128], &[64, 128, 256, 500], &[64, 128, 256, 500]);
        let data = self.samples(units, samples)?;
        let fastest = rates(&data)?[0];
        let point = |&hidden_units: &usize| Point {
            units,
            samples,
            digest: file,
            hidden_units,
            fastest,
            epochs: preset.choose(20, 30, 200),
        };
        let replicas = preset.choose(24, 16, 32);
        Ok(hidden.iter().map(|m| (point(m), replicas)).collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * point.hidden_units)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = self.samples(point.units, point.samples)?;
        let modes = modes(&samples)?;
        let visible = Layer::of_means(Unit::Binary, &samples)?;
        let hidden = Layer::unbiased(Unit::Binary, point.hidden_units)?;
        let start = Rbm::random(visible, hidden, SCALE, random)?;
        let mut slow = Trainer::new(point.training(point.slow()), start, &samples, random)?;
        let before = [
            symmetry::divergence(slow.machine().weights(), random),
            kurtosis(&slow)?,
            log_likelihood(&slow)?,
        ];
        let mut stage = Vec::new();
        for _ in 0..point.epochs_until(LAST) {
            slow.epoch()?;
            stage.push(look(&slow, &modes)?);
        }
        let trained = slow.machine().clone();
        let mut fast = Trainer::new(
            point.training(FASTER * point.slow()),
            trained,
            &samples,
            random,
        )?;
        for _ in 0..point.epochs {
            fast.epoch()?;
        }
        let (singular_values, _) = fast.singular_values(modes.as_ref())?;
        // Binary units without biases order at s = 4.
        let unstable = singular_values.iter().filter(|&&s| s > 4.0).count();
        let ends = [
            before[0],
            symmetry::divergence(fast.machine().weights(), random),
            before[1],
            kurtosis(&fast)?,
            before[2],
            log_likelihood(&fast)?,
            singular_values[0],
            as_float(unstable),
        ];
        Ok(Values { stage, ends }.flat())
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let Some(first) = measured.first() else {
            return Ok(Vec::new());
        };
        let samples = self.samples(first.point.units, first.point.samples)?;
        let rates = rates(&samples)?;
        let independent = independent_log_likelihood(&samples);
        let data = if self.digits.is_some() {
            "samples"
        } else {
            "tree"
        };
        let of_size = |measured| Comparison {
            measured,
            data,
            rates: &rates,
            independent,
        };
        let sizes: Vec<Comparison> = measured.iter().map(of_size).collect();
        let mut rows = first_stage(&sizes)?;
        for of_size in &sizes {
            rows.extend(of_size.symmetry()?);
            rows.extend(of_size.end());
        }
        Ok(rows)
    }
}

/// Mean log-likelihood per sample of independent units with the means of the data, relative to the uniform law.
///
/// ```text
/// L = N ln 2 + Σ_i [p_i ln p_i + (1 − p_i) ln(1 − p_i)],   p_i = ⟨v_i⟩ over the samples
/// ```
fn independent_log_likelihood(samples: &Samples) -> f64 {
    let mut sums = vec![0.0; samples.columns()];
    let mut row = sums.clone();
    for index in 0..samples.rows() {
        samples.write_row(index, &mut row);
        sums.iter_mut().zip(&row).for_each(|(sum, x)| *sum += x);
    }
    let term = |p: f64| if p > 0.0 { p * p.ln() } else { 0.0 };
    let of_unit = |sum: &f64| {
        let p = sum / as_float(samples.rows());
        std::f64::consts::LN_2 + term(p) + term(1.0 - p)
    };
    sums.iter().map(of_unit).sum()
}

/// Growth rates of the data's modes, the fastest first.
fn rates(samples: &Samples) -> Result<Vec<f64>> {
    let covariance = SampleCovariance::new(samples, Columns::Centred)?.matrix();
    Ok(binary_rates(covariance.as_ref())?)
}

/// The growing modes of the data, the eigenvectors of (C − diag C)/4, the fastest first.
fn modes(samples: &Samples) -> Result<Mat<f64>> {
    let covariance = SampleCovariance::new(samples, Columns::Centred)?.matrix();
    let size = covariance.nrows();
    let growth = Mat::from_fn(
        size,
        size,
        |i, j| if i == j { 0.0 } else { covariance[(i, j)] },
    );
    let decomposition = growth
        .self_adjoint_eigen(Side::Lower)
        .map_err(|_| no_decomposition())?;
    let vectors = decomposition.U();
    Ok(Mat::from_fn(size, MODES, |i, k| vectors[(i, size - 1 - k)]))
}

/// Singular values of the leading modes, and for each mode of the data its largest squared overlap with them.
fn look(trainer: &Trainer<'_>, modes: &Mat<f64>) -> Result<[f64; 2 * MODES]> {
    let (values, overlaps) = trainer.singular_values(modes.as_ref())?;
    let mut seen = [0.0; 2 * MODES];
    for k in 0..MODES {
        seen[k] = values[k];
        seen[MODES + k] = (0..2 * MODES).map(|j| overlaps[(j, k)]).fold(0.0, f64::max);
    }
    Ok(seen)
}

/// Mean excess kurtosis −2 Σ u⁴ that the reciprocal variables of the leading modes have under uniform units.
fn kurtosis(trainer: &Trainer<'_>) -> Result<f64> {
    let weights = trainer.machine().weights();
    let svd = weights.thin_svd().map_err(|_| no_decomposition())?;
    let fourth = |k: usize| svd.U().col(k).iter().map(|u| u.powi(4)).sum::<f64>();
    Ok(-2.0 * (0..MODES).map(fourth).sum::<f64>() / as_float(MODES))
}

fn no_decomposition() -> saddlepoint_simulator::Error {
    saddlepoint_simulator::Error::NotConverged {
        name: "a decomposition into modes",
        iterations: 0,
        residual: f64::NAN,
    }
}

fn log_likelihood(trainer: &Trainer<'_>) -> Result<f64> {
    let evaluation = Evaluation {
        temperatures: 300,
        chains: 50,
        ..Evaluation::default()
    };
    Ok(trainer.log_likelihood(&evaluation)?.value)
}
