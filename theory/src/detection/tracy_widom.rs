//! The Tracy–Widom law of the largest eigenvalue of noise, for real data.

use faer::{Mat, Side};

use super::airy::airy;
use crate::error::{Error, Result, check};
use crate::quadrature::gauss_legendre;
use crate::solver::root::find_root;

/// Mean of the Tracy–Widom law of real matrices (Bornemann 2010).
pub const TRACY_WIDOM_MEAN: f64 = -1.206_533_574_582;

/// Its variance.
pub const TRACY_WIDOM_VARIANCE: f64 = 1.607_781_034_581;

/// Points of the rule; the determinant is right to 1e-12 with 40.
const POINTS: usize = 50;

/// Below, the upper tail is 1 and above, 0, to all digits.
const LOWEST: f64 = -10.0;
const HIGHEST: f64 = 40.0;

/// Probability that a variable of the Tracy–Widom law of real matrices lies above `s`.
///
/// ```text
/// 1 − F₁(s) = 1 − det(1 − K),   K(x, y) = Ai(x + y + s) on L²(0, ∞)
/// ```
///
/// `s` is any finite number, in units of the scale of the edge
/// ([`tracy_widom_scale`](crate::covariance::tracy_widom_scale)); the answer is within [0, 1]. The determinant is taken at the points
/// of Gauss and Legendre. Absolute accuracy 1e-11; in the upper tail relative accuracy 1e-10 as long as it exceeds 1e-300.
///
/// # Errors
/// [`Error::OutOfDomain`] if `s` is not finite.
///
/// # References
/// Tracy & Widom, Commun. Math. Phys. 177, 727 (1996); Ferrari & Spohn, J. Phys. A 38, L557 (2005) (determinant); Bornemann, Math.
/// Comp. 79, 871 (2010) (quadrature).
pub fn tracy_widom_tail(s: f64) -> Result<f64> {
    check("s", "finite", s, |_| true)?;
    if s <= LOWEST {
        return Ok(1.0);
    }
    if s >= HIGHEST {
        return Ok(0.0);
    }
    // Ai(16) is 4e-20.
    let length = (16.0 - s).max(6.0);
    let rule = gauss_legendre::<POINTS>();
    let kernel = Mat::from_fn(POINTS, POINTS, |i, j| {
        let ((x, v), (y, w)) = (rule[i], rule[j]);
        airy(length * (x + y) + s) * length * (v * w).sqrt()
    });
    let eigenvalues =
        kernel
            .self_adjoint_eigenvalues(Side::Lower)
            .map_err(|_| Error::NotFinite {
                name: "Tracy–Widom determinant",
            })?;
    // All eigenvalues lie below 1; the largest reaches it only where the probability is 1 to all digits.
    let logarithm: f64 = eigenvalues.iter().map(|x| (-x).ln_1p()).sum();
    Ok(if logarithm.is_nan() {
        1.0
    } else {
        -logarithm.exp_m1()
    })
}

/// The point that a variable of the Tracy–Widom law exceeds with probability `level`: the inverse of [`tracy_widom_tail`].
///
/// # Errors
/// [`Error::OutOfDomain`] unless `level` is between 1e-100 and 1 − 1e-6.
pub fn tracy_widom_quantile(level: f64) -> Result<f64> {
    check("level", "1e-100 to 1 - 1e-6", level, |p| {
        (1e-100..=1.0 - 1e-6).contains(&p)
    })?;
    let mut failure = None;
    let mut distance = |s: f64| match tracy_widom_tail(s) {
        Ok(tail) => tail.ln() - level.ln(),
        Err(error) => {
            failure = Some(error);
            f64::NAN
        }
    };
    let found = find_root("tail - level", &mut distance, -7.0, HIGHEST - 1.0, 0.0);
    match failure {
        Some(error) => Err(error),
        None => Ok(found?.x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// The same determinant with 80 points and another program's Airy function (scipy).
    #[test]
    fn tails_are_those_of_an_independent_determinant() {
        for (s, below) in [
            (-5.0, 0.000_277_917_754_917_316_4),
            (-3.0, 0.069_600_118_867_370_4),
            (-1.2065, 0.519_662_731_265_471_7),
            (0.0, 0.831_908_066_202_952_4),
            (0.9793, 0.949_998_883_432_203_7),
            (4.0, 0.999_779_655_512_567_2),
        ] {
            assert_relative_eq!(tracy_widom_tail(s).unwrap(), 1.0 - below, epsilon = 1e-11);
        }
    }

    #[test]
    fn the_far_tail_keeps_its_digits() {
        // 1 − F₁ → ½ ∫∫: to leading order the trace of the kernel, ½ ∫_s^∞ Ai.
        let (s, mut sum) = (20.0, 0.0);
        for k in 0..4000 {
            sum += airy(s + 0.001 * (f64::from(k) + 0.5)) * 0.001;
        }
        assert_relative_eq!(tracy_widom_tail(s).unwrap(), 0.5 * sum, max_relative = 1e-6);
    }

    #[test]
    fn quantiles_are_the_published_ones() {
        // Bejan (2005), table 1: 95 %, 99 % and 99.5 %.
        for (level, published) in [(0.05, 0.9793), (0.01, 2.0234), (0.005, 2.4224)] {
            let quantile = tracy_widom_quantile(level).unwrap();
            assert_relative_eq!(quantile, published, epsilon = 1e-4);
            assert_relative_eq!(
                tracy_widom_tail(quantile).unwrap(),
                level,
                max_relative = 1e-9
            );
        }
        assert!(tracy_widom_quantile(0.0).is_err());
        assert!(tracy_widom_tail(f64::NAN).is_err());
    }
}
