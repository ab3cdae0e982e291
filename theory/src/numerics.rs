//! Small numerical functions that several modules share.

use std::f64::consts::LN_2;

/// A count as a real number; exact, as all counts here stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// a·b.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// |a|, the Euclidean length.
pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// a − b.
pub(crate) fn subtract(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

/// ln 2cosh x without overflow; near x = 0 right to rounding of ln 2.
pub(crate) fn ln_2cosh(x: f64) -> f64 {
    if x.abs() < 1.0 {
        return LN_2 + ln_cosh(x);
    }
    x.abs() + (-2.0 * x.abs()).exp().ln_1p()
}

/// ln cosh x without overflow, to full relative precision near x = 0.
pub(crate) fn ln_cosh(x: f64) -> f64 {
    if x.abs() < 1.0 {
        // cosh x = 1 + 2 sinh²(x/2).
        return (2.0 * (0.5 * x).sinh().powi(2)).ln_1p();
    }
    x.abs() + (-2.0 * x.abs()).exp().ln_1p() - LN_2
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn logarithms_of_cosh_keep_their_digits_from_zero_to_infinity() {
        for x in [-1e-3, 0.3, -0.999, 1.001, 5.0, -20.0] {
            // cosh rounds at 1e-16, which at x = 1e-3 is 2e-10 of ln cosh.
            assert_relative_eq!(ln_cosh(x), f64::cosh(x).ln(), max_relative = 1e-9);
            assert_relative_eq!(ln_2cosh(x), (2.0 * f64::cosh(x)).ln(), max_relative = 1e-15);
        }
        assert_relative_eq!(ln_cosh(1e-9), 5e-19, max_relative = 1e-15);
        assert_relative_eq!(ln_cosh(-1e300), 1e300);
    }
}
