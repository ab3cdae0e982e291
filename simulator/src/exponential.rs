//! Exponentials in plain arithmetic, for loops over many units.
//!
//! Without calls and branches these loops are vectorized. There is one more reason: a product of matrices leaves the wide
//! registers of the processor in use, and each call of the system's exponential then costs tens of times its normal time.

use std::f64::consts::LOG2_E;

/// 1.5·2⁵²: adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first with trailing zeros so that its small multiples are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// 1/k! for k = 12..0: the remainder of |r| ≤ ln 2/2 is below rounding.
const FACTORIALS: [f64; 13] = [
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// `e^x` to a few units of the last digit; x is cut to [−708, 709], where the result is a normal number.
///
/// `e^x = 2^k e^r` with k = round(x/ln 2), and Taylor's series for r.
#[expect(
    clippy::inline_always,
    reason = "it is compiled for the registers of its callers"
)]
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let x = x.clamp(-708.0, 709.0);
    let shifted = x * LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut series = 0.0;
    for c in FACTORIALS {
        series = series * r + c;
    }
    // The lowest bits of `shifted` hold k: moved to the exponent they make 2^k.
    series * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// 1.5·2²³ and ln 2 in two parts, as above in single precision.
pub(crate) const SINGLE_ROUND: f32 = 12_582_912.0;
const SINGLE_LN_2_HIGH: f32 = 355.0 / 512.0;
const SINGLE_LN_2_LOW: f32 = -2.121_944_4e-4;

/// `e^x` in single precision to 5e-7 of its value; x is cut to [−86, 86], where the result is a normal number, and NaN
/// counts as −86.
///
/// As [`exp`], with the terms of the series up to r⁶, whose remainder is 2e-7.
#[expect(
    clippy::inline_always,
    reason = "it is compiled for the registers of its callers"
)]
#[expect(clippy::manual_clamp, reason = "a NaN gives −86")]
#[inline(always)]
pub(crate) fn exp_single(x: f32) -> f32 {
    let x = x.max(-86.0).min(86.0);
    let shifted = x * std::f32::consts::LOG2_E + SINGLE_ROUND;
    let k = shifted - SINGLE_ROUND;
    let r = (x - k * SINGLE_LN_2_HIGH) - k * SINGLE_LN_2_LOW;
    let mut series = 1.0 / 720.0;
    for c in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = series * r + c;
    }
    // The lowest bits of `shifted` hold k, the bits above are shifted out.
    f32::from_bits(series.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// 1/(1 + `e^−x`).
#[inline]
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// tanh x, to a rounding error of 1.
#[inline]
pub(crate) fn tanh(x: f64) -> f64 {
    let e = exp(-2.0 * x.abs());
    ((1.0 - e) / (1.0 + e)).copysign(x)
}

/// ln(1 + `e^−x`) for x ≥ 0.
///
/// 2 artanh s with s = y/(2 + y) ≤ 1/3, y = `e^−x`, by its series.
#[inline]
pub(crate) fn softplus_tail(x: f64) -> f64 {
    let y = exp(-x);
    let s = y / (2.0 + y);
    2.0 * s * ODD_INVERSES.iter().fold(0.0, |sum, c| sum * s * s + c)
}

/// ln 2cosh x.
#[inline]
pub(crate) fn log_two_cosh(x: f64) -> f64 {
    x.abs() + softplus_tail(2.0 * x.abs())
}

/// 1/(2n + 1) for n = 16..0: the next term is below rounding at s² = 1/9.
const ODD_INVERSES: [f64; 17] = [
    1.0 / 33.0,
    1.0 / 31.0,
    1.0 / 29.0,
    1.0 / 27.0,
    1.0 / 25.0,
    1.0 / 23.0,
    1.0 / 21.0,
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
    1.0,
];

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    use super::*;

    #[test]
    fn they_agree_with_the_library_to_rounding() {
        for i in -7050..=7050 {
            let x = 0.100_3 * f64::from(i);
            // Four units of the last digit.
            assert_relative_eq!(exp(x), x.exp(), max_relative = 1e-15);
            assert_abs_diff_eq!(tanh(x), x.tanh(), epsilon = 1e-15);
            let small = 0.01 * x;
            assert_relative_eq!(
                sigmoid(small),
                1.0 / (1.0 + (-small).exp()),
                max_relative = 1e-15
            );
            assert_abs_diff_eq!(tanh(small), small.tanh(), epsilon = 1e-15);
            let positive = small.abs();
            let expected = (-positive).exp().ln_1p();
            assert_relative_eq!(softplus_tail(positive), expected, max_relative = 1e-15);
        }
    }

    #[test]
    fn single_precision_is_close_to_double_everywhere() {
        for i in -860_000..=860_000 {
            let x = 1e-4 * f64::from(i);
            let rounded = crate::packed::single(x);
            // The remainder of the series, rounding of the reduced argument and of six steps.
            let expected = f64::from(rounded).exp();
            assert_relative_eq!(
                f64::from(exp_single(rounded)),
                expected,
                max_relative = 5e-7
            );
        }
        for (x, cut) in [
            (f32::INFINITY, 86.0),
            (f32::NEG_INFINITY, -86.0),
            (f32::NAN, -86.0),
            (1e30, 86.0),
            (-87.0, -86.0),
        ] {
            assert_relative_eq!(exp_single(x), exp_single(cut));
        }
        assert!(exp_single(-86.0).is_normal() && exp_single(86.0).is_normal());
        assert_relative_eq!(exp_single(0.0), 1.0);
        assert_relative_eq!(exp_single(-1e-30), 1.0);
    }

    #[test]
    fn extremes_stay_in_range() {
        assert!(exp(1e300).is_finite() && exp(-1e300) > 0.0);
        assert_abs_diff_eq!(sigmoid(-1e300), 0.0, epsilon = 1e-300);
        assert_abs_diff_eq!(sigmoid(1e300), 1.0);
        assert_abs_diff_eq!(tanh(f64::NEG_INFINITY), -1.0);
        assert_abs_diff_eq!(softplus_tail(f64::INFINITY), 0.0, epsilon = 1e-300);
    }
}
