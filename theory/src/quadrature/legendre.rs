//! The rule of Gauss and Legendre.

use crate::numerics::count;

/// Points and weights of the rule of Gauss and Legendre with N points on (0, 1), by Newton's method on the recurrence of the polynomials.
///
/// Exact for polynomials of degree 2N − 1. The error for an analytic function falls as ρ^(−2N), ρ the sum of the semiaxes of the
/// largest ellipse about [−1, 1] in which the function, moved there, is analytic.
pub(crate) fn gauss_legendre<const N: usize>() -> [(f64, f64); N] {
    std::array::from_fn(|k| {
        let mut x = (std::f64::consts::PI * (count(k) + 0.75) / (count(N) + 0.5)).cos();
        let mut slope = 1.0;
        // The starting point is within 1e-4: four steps reach rounding.
        for _ in 0..6 {
            let (mut before, mut value) = (1.0, x);
            for n in 1..N {
                let n = count(n);
                let next = ((2.0 * n + 1.0) * x * value - n * before) / (n + 1.0);
                before = std::mem::replace(&mut value, next);
            }
            slope = count(N) * (before - x * value) / (1.0 - x * x);
            x -= value / slope;
        }
        (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn monomials_up_to_twice_the_points_are_exact() {
        let rule = gauss_legendre::<12>();
        for power in 0..24 {
            let integral: f64 = rule.iter().map(|(x, w)| w * x.powi(power)).sum();
            // Rounding of a dozen terms.
            assert_relative_eq!(integral, 1.0 / f64::from(power + 1), max_relative = 1e-14);
        }
    }
}
