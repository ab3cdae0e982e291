//! Fourth cumulants of Hermite polynomials of correlated Gaussians.

use std::sync::LazyLock;

use crate::numerics::count;

/// A connected diagram of four sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Diagram {
    /// Number of sites with He₃, the others having He₁.
    pub(super) cubes: i32,
    /// Π n! / Π m!, n the legs of the sites and m the lines of the pairs.
    pub(super) factor: f64,
    /// Lines of the pairs 01, 02, 03, 12, 13, 23.
    pub(super) lines: [usize; 6],
}

/// Sites of the pairs.
const PAIRS: [[usize; 2]; 6] = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];

/// All diagrams whose sites have one leg or three.
///
/// ```text
/// ⟨Π_i He_{n_i}(z_i)⟩ = Σ_m Π_i n_i! Π_{i<j} ρ_ij^{m_ij}/m_ij!,   Σ_j m_ij = n_i
/// ```
///
/// Those that fall into two parts are the products of covariances, which a cumulant is without.
///
/// # References
/// Mehler's formula for several variables: Slepian, SIAM J. Math. Anal. 3, 606 (1972).
pub(super) static DIAGRAMS: LazyLock<Vec<Diagram>> = LazyLock::new(|| {
    let all = 4_usize.pow(6);
    (0..all).filter_map(diagram).collect()
});

/// The diagram whose lines are the digits of a number to base 4.
fn diagram(number: usize) -> Option<Diagram> {
    let lines: [usize; 6] = std::array::from_fn(|pair| number >> (2 * pair) & 3);
    let mut legs = [0; 4];
    for ([i, j], m) in PAIRS.into_iter().zip(lines) {
        legs[i] += m;
        legs[j] += m;
    }
    let is_odd = legs.iter().all(|n| [1, 3].contains(n));
    let factorial = |n: usize| (1..=n).map(count).product::<f64>();
    let cubes = legs.iter().filter(|n| **n == 3).count();
    (is_odd && is_connected(lines)).then(|| Diagram {
        cubes: i32::try_from(cubes).unwrap_or(4),
        factor: legs.map(factorial).iter().product::<f64>()
            / lines.map(factorial).iter().product::<f64>(),
        lines,
    })
}

/// Whether every site is reached from the first one.
fn is_connected(lines: [usize; 6]) -> bool {
    let mut reached = [true, false, false, false];
    for _ in 0..3 {
        for ([i, j], m) in PAIRS.into_iter().zip(lines) {
            if m > 0 && (reached[i] || reached[j]) {
                reached[i] = true;
                reached[j] = true;
            }
        }
    }
    reached == [true; 4]
}

/// Fourth cumulant of z + C He₃(z) at four sites, given the correlations of their pairs.
pub(super) fn cumulant_of_cubic(coefficient: f64, correlations: [f64; 6]) -> f64 {
    let powers = correlations.map(|r| [1.0, r, r * r, r * r * r]);
    let term = |diagram: &Diagram| {
        let lines = powers.iter().zip(diagram.lines);
        let product: f64 = lines.map(|(power, m)| power[m]).product();
        diagram.factor * coefficient.powi(diagram.cubes) * product
    };
    DIAGRAMS.iter().map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_average;
    use approx::assert_relative_eq;

    #[test]
    fn at_one_site_the_cumulant_is_that_of_the_unit() {
        for c in [-0.3, -0.05, 0.0, 0.1, 2.0] {
            let psi = |z: f64| z + c * (z.powi(3) - 3.0 * z);
            let moment = |p: i32| gaussian_average(|z| psi(z).powi(p), &[], 1e-13).unwrap();
            let wanted = moment(4).value - 3.0 * moment(2).value.powi(2);
            let found = cumulant_of_cubic(c, [1.0; 6]);
            assert_relative_eq!(found, wanted, epsilon = 1e-12, max_relative = 1e-11);
        }
    }

    #[test]
    fn two_pairs_of_sites_have_the_cumulant_of_two_gaussian_averages() {
        let (c, r) = (-0.2, 0.6);
        let psi = |z: f64| z + c * (z.powi(3) - 3.0 * z);
        let rest = f64::sqrt(1.0 - r * r);
        let moment = |p: i32, q: i32| {
            let inner = |z: f64| {
                let other = |y: f64| psi(r * z + rest * y).powi(q);
                psi(z).powi(p) * gaussian_average(other, &[], 1e-13).unwrap().value
            };
            gaussian_average(inner, &[], 1e-13).unwrap().value
        };
        let variance = moment(2, 0);
        let wanted = moment(2, 2) - variance * variance - 2.0 * moment(1, 1).powi(2);
        let found = cumulant_of_cubic(c, [1.0, r, r, r, r, 1.0]);
        assert_relative_eq!(found, wanted, max_relative = 1e-11);
        let wanted = moment(3, 1) - 3.0 * variance * moment(1, 1);
        let found = cumulant_of_cubic(c, [1.0, 1.0, r, 1.0, r, r]);
        assert_relative_eq!(found, wanted, max_relative = 1e-11);
    }

    #[test]
    fn small_coefficients_leave_the_four_stars() {
        let r = [0.5, 0.3, 0.2, 0.6, 0.1, 0.7];
        let [a, b, c, d, e, f] = r;
        let stars = 6.0 * (a * b * c + a * d * e + b * d * f + c * e * f);
        // The next order is C².
        assert_relative_eq!(
            cumulant_of_cubic(1e-7, r) / 1e-7,
            stars,
            max_relative = 1e-5
        );
    }
}
