//! Where the characteristic function of a hidden unit's input is evaluated.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::RingFlow;
use crate::numerics::count;

/// Wave numbers that are treated together, one per lane.
pub(in crate::dynamics) const LANES: usize = 4;

/// One number for each of them.
pub(in crate::dynamics) type Lanes = [f64; LANES];

/// Beyond this wave number 1/sinh(πk/2) leaves (4/π) exp(−πk/2) ≈ 6e-14 of the integrals.
const CUTOFF: f64 = 19.5;

/// ln(8/1e-13): the images of tanh that the midpoint rule adds are smaller than 1e-13.
const LOG_ACCURACY: f64 = 32.0;

/// A sum of |w| up to which the input's bound is used as it is, without its moments.
const SHORT: f64 = 24.0;

/// A function of an input S as a sum of sine waves, and its integral:
///
/// ```text
/// f(S) = Σ_j a_j sin(k_j S),   ∫ f dS = f₀ + Σ_j a_j (1 − cos(k_j S))/k_j,   k_(j+1) = k_j + h
/// ```
pub(in crate::dynamics) trait Waves {
    /// Distance h of two wave numbers.
    fn step(&self) -> f64;
    /// Number of waves, a multiple of [`LANES`].
    fn count(&self) -> usize;
    /// `k_j`.
    fn wave_number(&self, wave: usize) -> f64;
    /// `a_j`.
    fn amplitude(&self, wave: usize) -> f64;
    /// The integral at S = 0.
    fn at_zero(&self) -> f64;
}

impl Waves for Nodes {
    fn step(&self) -> f64 {
        self.step
    }

    fn count(&self) -> usize {
        self.count
    }

    fn wave_number(&self, wave: usize) -> f64 {
        Self::wave_number(*self, wave)
    }

    fn amplitude(&self, wave: usize) -> f64 {
        self.weight(wave)
    }

    /// ln cosh 0.
    fn at_zero(&self) -> f64 {
        0.0
    }
}

/// The midpoints (j + 1/2) h.
///
/// The integrands are analytic for |Im k| < 2, so that the rule converges exponentially: by Poisson's formula it gives
///
/// ```text
/// Σ_m (−1)^m tanh(S + m L),   L = 2π/h
/// ```
///
/// instead of tanh S, off by at most 4 exp(λ(|S| − L)) for any 0 < λ ≤ 2. Midpoints avoid k = 0, where the integrand of ln cosh
/// is 0/0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::dynamics) struct Nodes {
    /// Distance h of two nodes.
    pub(in crate::dynamics) step: f64,
    /// Number of nodes, a multiple of [`LANES`].
    pub(in crate::dynamics) count: usize,
}

impl Nodes {
    /// The nodes for an input that never exceeds `largest`.
    pub(in crate::dynamics) fn for_largest(largest: f64) -> Self {
        Self::new(largest + 0.5 * LOG_ACCURACY, CUTOFF)
    }

    /// The nodes for one hidden unit of weights `w`.
    pub(in crate::dynamics) fn for_weights(ring: &RingFlow, w: &[f64]) -> Self {
        Self::new(period(ring, w), CUTOFF)
    }

    pub(super) fn new(period: f64, cutoff: f64) -> Self {
        let step = TAU / period;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and below 1e9 for inputs below 1e8"
        )]
        let count = (cutoff / step).ceil() as usize;
        Self {
            step,
            count: count.next_multiple_of(LANES),
        }
    }

    /// Nodes at 1/`factor` of the distance up to a cut-off of one's own.
    pub(in crate::dynamics) fn refined(self, factor: f64, cutoff: f64) -> Self {
        Self::new(factor * TAU / self.step, cutoff)
    }

    /// The wave number of a node.
    pub(in crate::dynamics) fn wave_number(self, node: usize) -> f64 {
        (count(node) + 0.5) * self.step
    }

    /// h/sinh(πk/2): the weight of a node in the integral of tanh.
    pub(in crate::dynamics) fn weight(self, node: usize) -> f64 {
        self.step / (FRAC_PI_2 * self.wave_number(node)).sinh()
    }
}

/// L such that the images are negligible: E exp(λ|S|) ≤ 2 E exp(λS) bounds large inputs, which are rare, better than Σ|w|.
fn period(ring: &RingFlow, w: &[f64]) -> f64 {
    let largest: f64 = w.iter().map(|w| w.abs()).sum();
    let bound = largest + 0.5 * LOG_ACCURACY;
    if largest <= SHORT {
        return bound;
    }
    let lambdas = [2.0, 1.0, 0.5, 0.25, 0.125];
    lambdas
        .iter()
        // The images of ln cosh are larger by 1/λ.
        .map(|lambda| (LOG_ACCURACY - f64::ln(*lambda) + log_moment(ring, w, *lambda)) / lambda)
        .fold(bound, f64::min)
}

/// ln E exp(λ w·v), by transfer matrices with hyperbolic rotations.
fn log_moment(ring: &RingFlow, w: &[f64], lambda: f64) -> f64 {
    let t = ring.correlation;
    let mut product = [[1.0, 0.0], [0.0, 1.0]];
    let mut log = 0.0;
    for w in w {
        let growth = (lambda * w).exp();
        let (cosh, sinh) = (0.5 * (growth + 1.0 / growth), 0.5 * (growth - 1.0 / growth));
        for row in &mut product {
            *row = [
                row[0] * cosh + row[1] * sinh,
                t * (row[0] * sinh + row[1] * cosh),
            ];
        }
        let size = product
            .as_flattened()
            .iter()
            .fold(0.0, |m: f64, x| m.max(x.abs()));
        product
            .as_flattened_mut()
            .iter_mut()
            .for_each(|x| *x /= size);
        log += size.ln();
    }
    log + ((product[0][0] + product[1][1]) / ring.closing).ln()
}
