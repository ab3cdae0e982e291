//! The scalar channel of a law between a spin and a Gaussian.

use super::channel::Channel;
use super::trapezoid::{even_integrals, largest_step, relative_entropy};
use crate::replica::soft_channel::{self, Field, Planted};
use crate::units::{SoftSpin, UnitPrior};
use std::f64::consts::{FRAC_PI_2, TAU};

/// Standard deviations beyond which a Gaussian is negligible, `exp(−9²/2)` = 3e-18.
const REACH: f64 = 9.0;
/// r below which the observation is compared with pure noise, as ψ is small then.
const FAINT: f64 = 1.0;

/// The field r x + √r z of the channel.
fn field(precision: f64) -> Field {
    Field {
        along: precision,
        noise: precision,
        precision,
    }
}

/// f, 1 − f and f' at r > 0.
pub(super) fn channel(law: SoftSpin, precision: f64) -> Channel {
    let found = soft_channel::Channel::new(law, Planted::of(law, 0.0), field(precision));
    Channel {
        overlap: found.overlap.value,
        error: found.variance.value,
        slope: found.squared_variance,
    }
}

/// ψ at r > 0: E φ(r, r x + √r z), or `E_y [Z ln Z − Z + 1]` over pure noise y, with Z = exp φ(r, √r y).
pub(super) fn free_entropy(law: SoftSpin, precision: f64) -> f64 {
    if precision > FAINT {
        return soft_channel::log_partition(law, Planted::of(law, 0.0), field(precision));
    }
    // ln cosh is singular where its argument is iπ/2.
    let slope = Planted::of(law, precision).mean * precision.sqrt();
    let step = largest_step(FRAC_PI_2 / slope);
    let [integral] = even_integrals(step, REACH * (1.0 + precision).sqrt(), |y| {
        let log = law.log_partition(precision, precision.sqrt() * y);
        [(-0.5 * y * y).exp() * relative_entropy(log.exp_m1())]
    });
    integral / TAU.sqrt()
}
