//! How many samples it takes to see the uniform mode of a ring.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::covariance::SampleCovariance;
use saddlepoint_simulator::observables::{clock_ring_modes, ring_modes};
use saddlepoint_theory::covariance::{
    critical_alpha, crossing_alpha, crossing_published_alpha, spike,
};

use super::ensemble::{Ensemble, dense_cost, samples_at, sizes};
use crate::comparison::{Estimate, as_float};
use crate::error::{Error, Result};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::{AtSize, Parameters, Prediction, Row};

/// α over the spectral threshold around which the overlap passes one half.
const LADDER: [f64; 3] = [0.5, 1.0, 2.0];

/// The overlap at which a sample size is read off.
const LEVEL: f64 = 0.5;

/// Far above the threshold α is this times N times its critical value: all corrections then fall as 1/N.
const FAR: f64 = 2.0;

/// Factor by which β is wrong in the control of the Ising ring's critical sample size; on the clock rings within reach β
/// makes too little difference, and the crossing criteria are the controls.
const WRONG_BETA: f64 = 1.1;

/// The overlap of the top sample eigenvector with the uniform mode of the Ising ring, and with the two-fold uniform mode of
/// the clock ring (cosine and sine in angle), against the number of samples; spins, and Gaussian data of the same covariance.
///
/// *Far above* the spectral threshold `P_c` the overlap is `1 − P_c/P`: the critical sample size `P (1 − overlap)` measured
/// there is extrapolated to `P_c` in 1/N. For spins, to first order in 1/P, the overlap is
/// `1 − (1/P) Σ_k ⟨x_0² x_k²⟩/(λ_0 − λ_k)²`, which differs from that of Gaussian data by fourth cumulants, of relative order
/// (correlation length)/N. On the Ising ring at β = 0.5 a further term 1/N² takes care of them; clock rings within reach are
/// too short for it, so that spins on them serve the controls only.
///
/// *Around* `P_c` the ring has no sharp transition: the nearest modes compete with the uniform one, the overlap is a function of
/// `P/P_c` alone and passes one half near `P_c`. So the number of samples at half overlap grows as N⁴, up to corrections that
/// are fitted with the exponent (with few samples the ratio to `P_c` still drifts: at β = 1 and N = 40, `P_c` is 20); the
/// formula of an isolated outlier, 0 at `P_c`, is shown there as a control that fails. The crossing criteria do not know N: they stand as controls at the size where they differ most from `P_c`.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figure 12 and the crossing criteria.
#[derive(Debug, Clone, Copy)]
pub struct RetardedLearningRing;

/// One ring at one α.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    ensemble: Ensemble,
    units: usize,
    /// α over the spectral threshold.
    ratio: f64,
    is_far: bool,
    alpha: f64,
}

/// One ring with its sizes far above the threshold and around it, and the replicas of each.
type Plan = (Ensemble, Vec<(usize, usize)>, Vec<(usize, usize)>);

const SPINS_HALF: Ensemble = Ensemble::IsingRing { beta: 0.5 };
const SPINS_ONE: Ensemble = Ensemble::IsingRing { beta: 1.0 };
const GAUSS_HALF: Ensemble = Ensemble::GaussianIsingRing { beta: 0.5 };
const GAUSS_ONE: Ensemble = Ensemble::GaussianIsingRing { beta: 1.0 };
const CLOCK: Ensemble = Ensemble::ClockRing {
    states: 10,
    beta: 1.5,
};
const GAUSS_CLOCK: Ensemble = Ensemble::GaussianClockRing {
    states: 10,
    beta: 1.5,
};

fn plan(preset: Preset) -> Vec<Plan> {
    let none = Vec::new;
    let (far, far_one) = (&[12, 16, 24, 32, 40], &[24, 32, 40, 48]);
    let (half, one) = (&[20, 28, 40, 56, 80], &[40, 56, 80, 112]);
    preset.choose(
        vec![
            (
                SPINS_HALF,
                sizes(&far[..4], 3000, 3.0),
                sizes(&half[..4], 4000, 3.0),
            ),
            (
                GAUSS_HALF,
                sizes(&far[..3], 4000, 2.0),
                sizes(&half[..4], 4000, 3.0),
            ),
            (CLOCK, sizes(&[12], 400, 1.0), none()),
        ],
        vec![
            (
                SPINS_HALF,
                sizes(far, 40_000, 3.2),
                sizes(half, 12_000, 2.8),
            ),
            (SPINS_ONE, none(), sizes(one, 8000, 2.8)),
            (
                GAUSS_HALF,
                sizes(&far[..4], 20_000, 2.8),
                sizes(half, 12_000, 2.8),
            ),
            (GAUSS_ONE, sizes(far_one, 5000, 2.5), sizes(one, 8000, 2.8)),
            (CLOCK, sizes(&[12, 16], 2000, 2.0), none()),
            (GAUSS_CLOCK, sizes(&[12, 14, 16, 20], 2000, 2.0), none()),
        ],
        vec![
            (
                SPINS_HALF,
                sizes(far, 400_000, 3.2),
                sizes(half, 120_000, 2.8),
            ),
            (SPINS_ONE, none(), sizes(one, 80_000, 2.8)),
            (
                GAUSS_HALF,
                sizes(far, 200_000, 2.8),
                sizes(half, 120_000, 2.8),
            ),
            (
                GAUSS_ONE,
                sizes(far_one, 50_000, 2.5),
                sizes(one, 80_000, 2.8),
            ),
            (CLOCK, sizes(&[12, 16, 20], 20_000, 3.0), none()),
            (
                GAUSS_CLOCK,
                sizes(&[12, 14, 16, 20, 24], 20_000, 2.0),
                none(),
            ),
        ],
    )
}

impl Experiment for RetardedLearningRing {
    type Point = Point;

    fn name(&self) -> &'static str {
        "retarded-learning-ring"
    }

    fn description(&self) -> &'static str {
        "Samples needed to see the uniform mode of the Ising ring and the two-fold mode of the clock ring."
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let mut design = Vec::new();
        for (ensemble, far, around) in plan(preset) {
            for (units, replicas) in far {
                let ratio = FAR * as_float(units);
                design.push((Point::new(ensemble, units, ratio, true)?, replicas));
            }
            for (units, replicas) in around {
                for ratio in LADDER {
                    design.push((Point::new(ensemble, units, ratio, false)?, replicas));
                }
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        dense_cost(point.units, samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = samples_at(point.alpha, point.units);
        let drawn = point.ensemble.draw(point.units, samples, random)?;
        let top = SampleCovariance::new(&drawn.samples, drawn.columns)?
            .leading(1)?
            .vector(0);
        let overlap = match point.ensemble {
            Ensemble::ClockRing { states, .. } => clock_ring_modes(&top, states)?[0][1],
            // In the eigenbasis the leading mode, one- or two-fold, comes first.
            Ensemble::GaussianIsingRing { .. } => top[0].powi(2),
            Ensemble::GaussianClockRing { .. } => top[0].powi(2) + top[1].powi(2),
            _ => ring_modes(&top)?[0],
        };
        Ok(vec![overlap])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for ring in measured.chunk_by(|a, b| a.point.ensemble == b.point.ensemble) {
            let (far, around): (Vec<_>, Vec<_>) = ring.iter().partition(|m| m.point.is_far);
            let parameters = Parameters {
                mode: Some(0),
                ..ring[0].point.ensemble.parameters(self.name())
            };
            let is_clock = matches!(ring[0].point.ensemble, Ensemble::ClockRing { .. });
            if !far.is_empty() && !is_clock {
                rows.extend(critical_size_rows(&parameters, &far)?);
            }
            rows.extend(criterion_rows(&parameters, &far)?);
            rows.extend(isolated_rows(&parameters, &around)?);
            if !around.is_empty() {
                rows.extend(half_overlap_rows(&parameters, &around)?);
            }
        }
        Ok(rows)
    }
}

impl Point {
    fn new(ensemble: Ensemble, units: usize, ratio: f64, is_far: bool) -> Result<Self> {
        let alpha = ratio * critical_alpha(&ensemble.population(Some(units))?, 0)?;
        Ok(Self {
            ensemble,
            units,
            ratio,
            is_far,
            alpha,
        })
    }

    /// Number of samples that were drawn.
    fn samples(&self) -> f64 {
        as_float(samples_at(self.alpha, self.units))
    }

    /// The spectral critical sample size.
    fn critical_samples(&self) -> f64 {
        self.alpha / self.ratio * as_float(self.units)
    }
}

/// The measured critical sample size P (1 − overlap).
fn critical_size(measured: &Measured<Point>) -> Result<Estimate> {
    let samples = measured.point.samples();
    measured.estimate_of(|values| samples * (1.0 - values[0]))
}

/// The measured critical sample size over that of the theory at the same α, extrapolated to 1.
fn critical_size_rows(parameters: &Parameters, far: &[&Measured<Point>]) -> Result<Vec<Row>> {
    let mut sizes = Vec::new();
    let mut wrong = None;
    for m in far {
        let Point {
            ensemble, units, ..
        } = m.point;
        let alpha = m.point.samples() / as_float(units);
        let missing = |ensemble: Ensemble| -> Result<f64> {
            Ok(1.0 - spike(&ensemble.population(Some(units))?, 0, alpha)?.overlap_squared())
        };
        let right = missing(ensemble)?;
        if let Ensemble::GaussianIsingRing { beta } = ensemble {
            let beta = beta * WRONG_BETA;
            wrong = Some(missing(Ensemble::IsingRing { beta })? / right);
        }
        let factor = 1.0 / (m.point.samples() * right);
        sizes.push(AtSize {
            factor,
            ..AtSize::new(units, critical_size(m)?)
        });
    }
    let parameters = Parameters {
        criterion: Some("spectral"),
        ..parameters.clone()
    };
    let prediction = Prediction {
        observable: "samples_c",
        limit_observable: Some("samples_c_over_theory"),
        theory: 1.0,
        wrong,
    };
    let powers: &[f64] = if is_gaussian(&parameters) {
        &[1.0]
    } else {
        &[1.0, 2.0]
    };
    Row::extrapolate(&parameters, &prediction, &sizes, powers)
}

/// Controls: what the crossing criteria take for the critical sample size.
fn criterion_rows(parameters: &Parameters, far: &[&Measured<Point>]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for criterion in ["crossing", "crossing-published"] {
        let mut worst: Option<(f64, Row)> = None;
        for m in far {
            let Point {
                ensemble, units, ..
            } = m.point;
            let population = ensemble.population(Some(units))?;
            let alpha = match criterion {
                "crossing" => crossing_alpha(&population)?,
                _ => crossing_published_alpha(&population)?,
            };
            let samples = alpha * as_float(units);
            let parameters = Parameters {
                criterion: Some(criterion),
                ..parameters.clone()
            };
            let row = Row::compare(
                &parameters,
                Some(units),
                "samples_c",
                samples,
                &critical_size(m)?,
            );
            let difference = (samples / m.point.critical_samples()).ln().abs();
            if worst
                .as_ref()
                .is_none_or(|(largest, _)| difference > *largest)
            {
                worst = Some((
                    difference,
                    Row {
                        control: true,
                        ..row
                    },
                ));
            }
        }
        rows.extend(worst.map(|(_, row)| row));
    }
    Ok(rows)
}

/// Controls: the overlap around the threshold against the formula of an isolated outlier.
fn isolated_rows(parameters: &Parameters, around: &[&Measured<Point>]) -> Result<Vec<Row>> {
    let row = |m: &&Measured<Point>| {
        let Point {
            ensemble, units, ..
        } = m.point;
        let alpha = m.point.samples() / as_float(units);
        let theory = spike(&ensemble.population(Some(units))?, 0, alpha)?.overlap_squared();
        let parameters = Parameters {
            alpha: Some(alpha),
            criterion: Some("spectral"),
            ..parameters.clone()
        };
        let row = Row::compare(
            &parameters,
            Some(units),
            "overlap_squared",
            theory,
            &m.estimate(0)?,
        );
        Ok(Row {
            control: true,
            ..row
        })
    };
    around.iter().map(row).collect()
}

/// Growth of the number of samples at half overlap: as N⁴.
fn half_overlap_rows(parameters: &Parameters, around: &[&Measured<Point>]) -> Result<Vec<Row>> {
    let mut samples = Vec::new();
    for ladder in around.chunk_by(|a, b| a.point.units == b.point.units) {
        let Point { units, .. } = ladder[0].point;
        let ratio = ratio_at_level(ladder)?;
        samples.push((
            units,
            ratio.rescaled(ladder[0].point.critical_samples(), 0.0),
        ));
    }
    let parameters = Parameters {
        x: Some(LEVEL),
        ..parameters.clone()
    };
    let growth = Prediction {
        observable: "samples_at_overlap",
        limit_observable: Some("samples_at_overlap_exponent"),
        theory: 4.0,
        // What the crossing criteria say, which do not know N.
        wrong: Some(1.0),
    };
    // Corrections of the lattice, and of the spins' fourth cumulants.
    let power = if is_gaussian(&parameters) { 2.0 } else { 1.0 };
    Row::exponent(&parameters, &growth, &samples, &[power])
}

/// Whether the data are Gaussian with the ring's covariance.
fn is_gaussian(parameters: &Parameters) -> bool {
    parameters.law.is_some()
}

/// The ratio of α to its critical value at which the overlap passes [`LEVEL`], by interpolation in ln α.
fn ratio_at_level(ladder: &[&Measured<Point>]) -> Result<Estimate> {
    let steps = ladder.iter().map(|m| {
        Ok((
            m.point.samples() / m.point.critical_samples(),
            m.estimate(0)?,
        ))
    });
    let steps: Vec<(f64, Estimate)> = steps.collect::<Result<_>>()?;
    let crossing = steps
        .windows(2)
        .find(|w| w[0].1.mean <= LEVEL && w[1].1.mean > LEVEL);
    let Some(&[(low, below), (high, above)]) = crossing else {
        let means = || steps.iter().map(|step| step.1.mean);
        return Err(Error::NoCrossing {
            observable: "overlap_squared",
            level: LEVEL,
            lowest: means().fold(f64::INFINITY, f64::min),
            highest: means().fold(f64::NEG_INFINITY, f64::max),
        });
    };
    let rise = above.mean - below.mean;
    let fraction = (LEVEL - below.mean) / rise;
    let mean = low * (high / low).powf(fraction);
    let error = (1.0 - fraction) * below.standard_error;
    let error = error.hypot(fraction * above.standard_error) / rise;
    Ok(Estimate {
        mean,
        standard_error: mean * (high / low).ln() * error,
        replicas: below.replicas + above.replicas,
        degrees_of_freedom: below.degrees_of_freedom.min(above.degrees_of_freedom),
    })
}
