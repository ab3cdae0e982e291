//! A Gaussian on the half line: the law of rectified units and of each well of a double well.
//!
//! ```text
//! K(I) = ln ∫_0^∞ dx exp(−x²/2 + I x)
//! ```

use std::f64::consts::{PI, SQRT_2};

use libm::erfc;
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::exponential::exp;

/// Below this input the half line is treated by a continued fraction: the integral in its closed form would underflow at
/// −38, and the mean lose digits to cancellation.
const FAR: f64 = -4.0;

/// Terms of the continued fraction, enough for rounding errors at t = 4.
const TERMS: u32 = 60;

/// 1/∫ − t for the input −t: the continued fraction 1/(t + 2/(t + 3/(t + …))) of Laplace.
fn far_excess(t: f64) -> f64 {
    let tail = (2..=TERMS)
        .rev()
        .fold(0.0, |tail, k| f64::from(k) / (t + tail));
    1.0 / (t + tail)
}

/// K(I).
pub(super) fn log_integral(input: f64) -> f64 {
    if input < FAR {
        -(-input + far_excess(-input)).ln()
    } else {
        0.5 * (input * input + (0.5 * PI).ln()) + erfc(-input / SQRT_2).ln()
    }
}

/// K′(I), the mean of a Gaussian around I that is cut off at 0.
pub(super) fn mean(input: f64) -> f64 {
    if input < FAR {
        far_excess(-input)
    } else {
        input + exp(-0.5 * input * input) * (2.0 / PI).sqrt() / erfc(-input / SQRT_2)
    }
}

/// Draws a Gaussian of variance 1 around the input that is cut off at 0.
///
/// For a negative input by rejection from an exponential law of the best rate (Robert, Stat. Comput. 5, 121 (1995)).
pub(super) fn draw(input: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    if input >= 0.0 {
        loop {
            let noise: f64 = StandardNormal.sample(rng);
            if input + noise >= 0.0 {
                return input + noise;
            }
        }
    }
    let rate = 0.5 * (-input + (input * input + 4.0).sqrt());
    loop {
        let step: f64 = Exp1.sample(rng);
        let x = step / rate;
        let uniform: f64 = StandardUniform.sample(rng);
        if uniform <= exp(-0.5 * (x - input - rate).powi(2)) {
            return x;
        }
    }
}
