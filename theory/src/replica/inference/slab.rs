//! The scalar channel of a sparse Gaussian prior.
//!
//! With t = r/ρ, w = t/(1 + t), a standard Gaussian z and π = 1/(1 + exp(L − t z²/2)), L = ln[(1 − ρ)/ρ] + ½ ln(1 + t), the
//! probability that the value is not 0,
//!
//! ```text
//! f = w E z² π,   1 − f = 1 − w + w E z² (1 − π),   f' = E π [1 − w + w z² (1 − π)]²/ρ
//! ```
//!
//! The integrands are even, with poles at t z²/2 = L ± iπ. From t = 1 on the factor 1 − π confines them to |z| of order √(L/t),
//! as the distance of the poles, so that the number of nodes stays the same.

use std::f64::consts::{PI, TAU};

use super::channel::Channel;
use super::trapezoid::{
    LANE_NUMBERS, LANES, Ladder, STRIDE, even_integrals, ladders, largest_step, relative_entropy,
};
use crate::numerics::count;

/// Standard deviations beyond which a Gaussian is negligible, `exp(−9²/2)` = 3e-18.
const REACH: f64 = 9.0;
/// Logarithm of odds that are negligible: `exp(−40)` = 4e-18.
const NEGLIGIBLE: f64 = 40.0;
/// t from which on the integrals run over the factor 1 − π.
const STRONG: f64 = 1.0;

/// f, 1 − f and f' at r > 0 and ρ < 1.
pub(super) fn channel(density: f64, precision: f64) -> Channel {
    let slab = Slab::new(density, precision);
    let (w, none) = (slab.share, 1.0 / (1.0 + slab.t));
    let [found, missed, squares] = slab.sums();
    if slab.is_strong() {
        Channel {
            overlap: w * (1.0 - missed),
            error: none + w * missed,
            slope: (none * none + squares) / density,
        }
    } else {
        Channel {
            overlap: w * found,
            error: none + w * missed,
            slope: squares / density,
        }
    }
}

/// ψ at r > 0 and ρ < 1: the relative entropy of the observation to pure noise.
///
/// ```text
/// ψ = E_0[(1 + δ) ln(1 + δ) − δ] = ρ E_1 ln(1 + δ) + (1 − ρ) E_0 ln(1 + δ),   1 + δ = 1 − ρ + ρ exp(w y²/2)/√(1 + t)
/// ```
///
/// with y standard normal (`E_0`) or of variance 1 + t (`E_1`): the first form where δ is small, the second where the two scales
/// are far apart.
pub(super) fn free_entropy(density: f64, precision: f64) -> f64 {
    let slab = Slab::new(density, precision);
    let step = largest_step(slab.pole() * (slab.t / slab.share).sqrt());
    let spread = 0.5 * slab.t.ln_1p();
    if !slab.is_strong() {
        let reach = REACH * (1.0 + slab.t).sqrt();
        let [integral] = even_integrals(step, reach, |y| {
            let excess = density * (0.5 * slab.share * y * y - spread).exp_m1();
            [gaussian(y) * relative_entropy(excess)]
        });
        return integral;
    }
    let some = slab.doubt();
    let [none] = even_integrals(step, REACH, |y| {
        [gaussian(y) * (0.5 * slab.share * y * y - slab.level).exp().ln_1p()]
    });
    density * (density.ln() - spread + 0.5 * slab.t + some)
        + (1.0 - density) * ((-density).ln_1p() + none)
}

struct Slab {
    t: f64,
    /// w = t/(1 + t).
    share: f64,
    /// L.
    level: f64,
}

impl Slab {
    fn new(density: f64, precision: f64) -> Self {
        let t = precision / density;
        Self {
            t,
            share: t / (1.0 + t),
            level: (-density).ln_1p() - density.ln() + 0.5 * t.ln_1p(),
        }
    }

    fn is_strong(&self) -> bool {
        self.t >= STRONG
    }

    /// Imaginary part of √(2 (L + iπ)/t).
    fn pole(&self) -> f64 {
        let modulus = self.level.hypot(PI);
        // (|x| − Re x)/2, without cancellation for L > 0.
        let squared = if self.level > 0.0 {
            0.5 * PI * PI / (modulus + self.level)
        } else {
            0.5 * (modulus - self.level)
        };
        (2.0 * squared / self.t).sqrt()
    }

    /// |z| beyond which the integrands are negligible.
    fn reach(&self) -> f64 {
        if self.is_strong() {
            let confined = 2.0 * (self.level + NEGLIGIBLE).max(1.0) / self.t;
            confined.sqrt().min(REACH)
        } else {
            REACH
        }
    }

    /// E z² π, E z² (1 − π) and the average of f', of which (1 − w)² is left out where the channel is strong.
    fn sums(&self) -> [f64; 3] {
        let step = largest_step(self.pole());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive number of at most some hundred nodes"
        )]
        let count = (self.reach() / step) as usize + 1;
        let mut sums = [[0.0; LANES]; 3];
        for (first, steps) in ladders(count) {
            let mut factors = Factors::new(self, first, step);
            for _ in 0..steps {
                factors.add_to(&mut sums, self);
                factors.advance(step);
            }
        }
        // The node at 0 belongs to either side by half; z² vanishes there.
        let odds = self.level.exp();
        let [.., centre] = self.terms(0.0, odds);
        let [found, missed, squares] = sums.map(|lanes| lanes.iter().sum::<f64>());
        let norm = 2.0 * step;
        [
            norm * found,
            norm * missed,
            norm * (squares - 0.5 * gaussian(0.0) * centre),
        ]
    }

    /// The integrands, but for the weight of z.
    #[inline]
    fn terms(&self, square: f64, odds: f64) -> [f64; 3] {
        let none = 1.0 - self.share;
        let some = 1.0 / (1.0 + odds);
        let rest = odds * some;
        let spread = self.share * square * rest;
        let uncertain = if self.is_strong() {
            some * spread * (2.0 * none + spread) - none * none * rest
        } else {
            some * (none + spread) * (none + spread)
        };
        [square * some, square * rest, uncertain]
    }

    /// E ln(1 + odds against the Gaussian) over z.
    fn doubt(&self) -> f64 {
        let [average] = even_integrals(largest_step(self.pole()), self.reach(), |z| {
            let odds = (self.level - 0.5 * self.t * z * z).exp();
            [gaussian(z) * odds.ln_1p()]
        });
        average
    }
}

/// z, its density and the odds against the Gaussian, along the nodes.
struct Factors {
    z: [f64; LANES],
    weight: Ladder,
    odds: Ladder,
}

impl Factors {
    fn new(slab: &Slab, index: usize, step: f64) -> Self {
        let first = count(index) * step;
        Self {
            z: LANE_NUMBERS.map(|lane| first + lane * step),
            weight: Ladder::new([gaussian(0.0).ln(), 0.0, -0.5], first, step),
            odds: Ladder::new([slab.level, 0.0, -0.5 * slab.t], first, step),
        }
    }

    #[inline]
    fn add_to(&self, sums: &mut [[f64; LANES]; 3], slab: &Slab) {
        for lane in 0..LANES {
            let square = self.z[lane] * self.z[lane];
            let terms = slab.terms(square, self.odds.value[lane]);
            for (sum, term) in sums.iter_mut().zip(terms) {
                sum[lane] += self.weight.value[lane] * term;
            }
        }
    }

    #[inline]
    fn advance(&mut self, step: f64) {
        self.z = self.z.map(|z| z + STRIDE * step);
        self.weight.advance();
        self.odds.advance();
    }
}

/// Density of the standard normal law.
fn gaussian(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}
