//! The scalar channel of a sparse Rademacher prior.
//!
//! In units of the channel, u = √t y with t = r/ρ, the observation has the law of a mixture of N(0, t) and N(±t, t). With π(u) the
//! probability that the value is not 0 and T = tanh u,
//!
//! ```text
//! f = ∫ du w(u) π T²,   1 − f = ∫ du w(u) (1 − π T²),   f' = ∫ du w(u) π (1 − π T²)²/ρ,   w = [N(u; t, t) + N(u; −t, t)]/2
//! ```
//!
//! whose integrands are even and meromorphic: the nearest pole is where the odds of π are −1.

use std::f64::consts::{LN_2, PI, TAU};

use super::channel::Channel;
use super::trapezoid::{
    LANE_NUMBERS, LANES, Ladder, STRIDE, even_integrals, ladders, largest_step, relative_entropy,
};
use crate::numerics::count;

/// Standard deviations beyond which a Gaussian of the mixture is negligible, `exp(−9²/2)` = 3e-18.
const REACH: f64 = 9.0;
/// t beyond which the value is known but for an error of order exp(−t/8), below rounding relative to 1.
const CERTAIN: f64 = 320.0;
/// t beyond which even that underflows.
const FROZEN: f64 = 5900.0;
/// Where the error comes from, beyond [`CERTAIN`]: within this of the point at which both are equally likely; it falls off as
/// exp(−|u|/2) on either side.
const WINDOW: f64 = 80.0;
/// f, 1 − f and f' at r > 0.
pub(super) fn channel(density: f64, precision: f64) -> Channel {
    let t = precision / density;
    if t > FROZEN {
        return Channel::CERTAIN;
    }
    let nodes = Nodes::new(density, t);
    let mut sums = [[0.0; LANES]; 3];
    for (first, steps) in ladders(nodes.count) {
        let mut factors = Factors::new(&nodes, t, first);
        for _ in 0..steps {
            factors.add_to(&mut sums);
            factors.advance();
        }
    }
    let [found, missed, squares] = sums.map(|lanes| lanes.iter().sum::<f64>());
    // The node at u = 0 belongs to either side by half; T vanishes there.
    let (centre, odds) = if nodes.first > 0.0 {
        (0.0, 0.0)
    } else {
        ((-0.5 * t).exp(), 0.5 * nodes.centre.exp())
    };
    let norm = nodes.step / (TAU * t).sqrt();
    let error = norm * (missed - centre);
    Channel {
        // The smaller of the two is the accurate one; and beyond CERTAIN the nodes cover the errors only.
        overlap: if error > 0.5 {
            norm * found
        } else {
            1.0 - error
        },
        error,
        slope: norm * (squares - centre / (1.0 + odds)) / density,
    }
}

/// ψ at r > 0: the relative entropy of the observation to pure noise, `E_y [Z ln Z − Z + 1]`.
pub(super) fn free_entropy(density: f64, precision: f64) -> f64 {
    let t = precision / density;
    if t > CERTAIN {
        return 0.5 * precision - entropy(density);
    }
    let nodes = Nodes::new(density, t);
    let [integral] = even_integrals(nodes.step, t + REACH * t.sqrt(), |u| {
        let excess = 0.5 * ((u - 0.5 * t).exp_m1() + (-u - 0.5 * t).exp_m1());
        [(-0.5 * u * u / t).exp() * relative_entropy(density * excess)]
    });
    integral / (TAU * t).sqrt()
}

/// Entropy of the three values.
fn entropy(density: f64) -> f64 {
    let none = 1.0 - density;
    let of_none = if none > 0.0 { none * none.ln() } else { 0.0 };
    -of_none - density * (density.ln() - LN_2)
}

/// The nodes u = `first` + k `step`, on the positive half of the line.
struct Nodes {
    first: f64,
    step: f64,
    count: usize,
    /// u at which the two values and 0 are about equally likely: the odds against them are `exp(centre − u)/(1 + exp(−2u))`.
    centre: f64,
}

impl Nodes {
    fn new(density: f64, t: f64) -> Self {
        let centre = 0.5 * t + LN_2 + (-density).ln_1p() - density.ln();
        let deviation = t.sqrt();
        let step = deviation * largest_step(pole(centre - LN_2) / deviation);
        let mut ends = [0.0, t + REACH * deviation];
        if t > CERTAIN {
            ends = [(centre - WINDOW).max(0.0), ends[1].min(centre + WINDOW)];
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive number of at most some thousand nodes"
        )]
        let count = ((ends[1] - ends[0]).max(0.0) / step) as usize + 1;
        Self {
            first: ends[0],
            step,
            count,
            centre,
        }
    }
}

/// Distance from the real axis of the zeros of 1 + exp(−x) cosh u, x the logarithm of (1 − ρ)/ρ exp(t/2).
fn pole(log_odds_against: f64) -> f64 {
    if log_odds_against >= 0.0 {
        PI
    } else {
        PI - log_odds_against.exp().acos()
    }
}

/// The factors of the integrands along the nodes.
struct Factors {
    /// exp(−(u − t)²/2t).
    weight: Ladder,
    /// exp(centre − u).
    against: Ladder,
    /// exp(−2u).
    square: Ladder,
    /// 1 − exp(−2u), which near u = 0 keeps its digits.
    complement: [f64; LANES],
    /// exp(−2u) from one step to the next, and 1 less that.
    fall: [f64; 2],
}

impl Factors {
    fn new(nodes: &Nodes, t: f64, index: usize) -> Self {
        let first = nodes.first + count(index) * nodes.step;
        let ladder = |coefficients| Ladder::new(coefficients, first, nodes.step);
        let stride = STRIDE * nodes.step;
        Self {
            weight: ladder([-0.5 * t, 1.0, -0.5 / t]),
            against: ladder([nodes.centre, -1.0, 0.0]),
            square: ladder([0.0, -2.0, 0.0]),
            complement: LANE_NUMBERS.map(|lane| -(-2.0 * (first + lane * nodes.step)).exp_m1()),
            fall: [(-2.0 * stride).exp(), -(-2.0 * stride).exp_m1()],
        }
    }

    #[inline]
    fn add_to(&self, sums: &mut [[f64; LANES]; 3]) {
        for lane in 0..LANES {
            let terms = self.terms(lane);
            for (sum, term) in sums.iter_mut().zip(terms) {
                sum[lane] += term;
            }
        }
    }

    /// The integrands at one node.
    #[inline]
    fn terms(&self, lane: usize) -> [f64; 3] {
        let square = self.square.value[lane];
        let against = self.against.value[lane];
        let mirror = 1.0 + square;
        let total = mirror + against;
        let inverse = 1.0 / (mirror * total);
        let (some, none) = (mirror * mirror * inverse, against * mirror * inverse);
        let tanh = self.complement[lane] * total * inverse;
        // 1 − π T² = 1 − π + π sech² u.
        let sech = total * inverse;
        let rest = none + 4.0 * some * square * sech * sech;
        let weight = self.weight.value[lane] * mirror;
        [
            weight * some * tanh * tanh,
            weight * rest,
            weight * some * rest * rest,
        ]
    }

    #[inline]
    fn advance(&mut self) {
        self.weight.advance();
        self.against.advance();
        self.square.advance();
        for complement in &mut self.complement {
            // A sum of positive terms.
            *complement = *complement * self.fall[0] + self.fall[1];
        }
    }
}
