//! Units that are silent or fire: Gaussians that exceed a threshold.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2, TAU};
use std::sync::LazyLock;

use libm::erfc;
use statrs::function::erf::erfc_inv;

use super::plackett::{Given, PAIRS, matrix, over_scales};
use crate::numerics::count;
use crate::quadrature::gauss_legendre;

/// Correlation from which on a probability of two variables is expanded about equal ones.
const NEARLY_EQUAL: f64 = 0.925;

/// Correlation up to which the shorter rule has all digits.
const WEAK: f64 = 0.5;

/// Thresholds, in standard deviations, beyond which nothing is left of a Gaussian.
const BEYOND: f64 = 40.0;

static SHORT: LazyLock<[(f64, f64); 10]> = LazyLock::new(gauss_legendre);
static LONG: LazyLock<[(f64, f64); 20]> = LazyLock::new(gauss_legendre);

/// Units of mean F: 1 where a standard Gaussian exceeds u, else 0, minus F and over √(F(1 − F)).
#[derive(Debug, Clone, Copy)]
pub(super) struct Firing {
    rate: f64,
    threshold: f64,
}

impl Firing {
    /// Of the mean 0 < F < 1: `F = erfc(u/√2)/2`.
    pub(super) fn at_rate(rate: f64) -> Self {
        Self {
            rate,
            threshold: SQRT_2 * erfc_inv(2.0 * rate),
        }
    }

    /// F (1 − F).
    fn variance(&self) -> f64 {
        self.rate * (1.0 - self.rate)
    }

    /// Third moment of one unit, (1 − 2F)/√(F(1 − F)).
    fn skewness(&self) -> f64 {
        (1.0 - 2.0 * self.rate) / self.variance().sqrt()
    }

    /// Covariance of two units whose Gaussians have the correlation ρ; 1 for a unit with itself.
    ///
    /// ```text
    /// C = 1/(2π F(1 − F)) ∫₀^arcsin ρ dθ exp(−u²/(1 + sin θ))
    /// ```
    pub(super) fn covariance(&self, correlation: f64) -> f64 {
        if correlation >= 1.0 {
            return 1.0;
        }
        let end = correlation.asin();
        let square = self.threshold * self.threshold;
        let terms = LONG.iter().map(|&(x, weight)| {
            let sine = (end * x).sin();
            weight * (-square / (1.0 + sine)).exp()
        });
        end * terms.sum::<f64>() / (TAU * self.variance())
    }

    /// Third cumulant of three units, given the correlations of the pairs 01, 02, 12; 1 for units that coincide.
    ///
    /// ```text
    /// κ₃ = (F(1 − F))^(−3/2) ∫₀¹ dλ Σ_ab ρ_ab φ₂(u, u; λρ_ab) (P(z_c > u | z_a = z_b = u) − F)
    /// ```
    pub(super) fn third_cumulant(&self, correlations: [f64; 3]) -> f64 {
        let [a, b, c] = correlations;
        // x² = 1 + γx, γ the skewness: ⟨x² y⟩ = γ ⟨x y⟩.
        let left = [b, a, a];
        match correlations.iter().position(|r| *r >= 1.0) {
            Some(pair) => self.skewness() * self.covariance(left[pair]),
            // The fourth variable is independent of the others.
            None => self.over_thresholds([a, b, 0.0, c, 0.0, 0.0], 3),
        }
    }

    /// Fourth cumulant of four units, given the correlations of the pairs 01, 02, 03, 12, 13, 23; 1 for units that coincide.
    ///
    /// ```text
    /// ⟨x₁x₂x₃x₄⟩ = (F(1 − F))⁻² ∫₀¹ dλ Σ_ab ρ_ab φ₂(u, u; λρ_ab) ⟨(n_c − F)(n_d − F) | z_a = z_b = u⟩,   n = 0 or 1
    /// ```
    pub(super) fn fourth_cumulant(&self, correlations: [f64; 6]) -> f64 {
        let [a, b, c, d, e, f] = correlations.map(|r| self.covariance(r));
        self.fourth_moment(correlations) - a * f - b * e - c * d
    }

    fn fourth_moment(&self, correlations: [f64; 6]) -> f64 {
        let [a, b, c, d, e, f] = correlations;
        // What is left of the pairs 01, 02, … where both are at one place: its correlations with the others, and theirs.
        let left = [
            [b, c, f],
            [a, c, e],
            [a, b, d],
            [a, e, c],
            [a, d, b],
            [b, d, a],
        ];
        match correlations.iter().position(|r| *r >= 1.0) {
            // x² = 1 + γx.
            Some(pair) => {
                self.covariance(left[pair][2]) + self.skewness() * self.third_cumulant(left[pair])
            }
            None => self.over_thresholds(correlations, 4),
        }
    }

    /// Mean product of the first `units` of four units, by [Plackett's identity](super::plackett).
    fn over_thresholds(&self, correlations: [f64; 6], units: usize) -> f64 {
        let sum = over_scales(|scale| {
            let matrix = matrix(correlations, scale);
            let mut sum = 0.0;
            for ((pair, [c, d]), r) in PAIRS.into_iter().zip(correlations) {
                if r == 0.0 || pair[1] >= units {
                    continue;
                }
                let given = Given::new(&matrix, pair);
                let others = if units == 4 {
                    self.others(&given, [c, d])
                } else {
                    upper(self.above(&given, c)) - self.rate
                };
                sum += r * self.density(given.between()) * others;
            }
            sum
        });
        sum / self.variance().powf(0.5 * count(units))
    }

    /// Density of two variables at the threshold, `φ₂(u, u; ρ) = exp(−u²/(1 + ρ))/(2π √(1 − ρ²))`.
    fn density(&self, correlation: f64) -> f64 {
        let square = self.threshold * self.threshold;
        let root = ((1.0 - correlation) * (1.0 + correlation)).sqrt();
        (-square / (1.0 + correlation)).exp() / (TAU * root)
    }

    /// The threshold of a variable where two others are at theirs, in its own standard deviations.
    fn above(&self, given: &Given<'_>, i: usize) -> f64 {
        let distance = self.threshold * (1.0 - given.mean(i));
        (distance / given.variance(i).sqrt()).clamp(-BEYOND, BEYOND)
    }

    /// Mean of (n − F)(n' − F) of two variables where two others are at their thresholds.
    fn others(&self, given: &Given<'_>, [c, d]: [usize; 2]) -> f64 {
        let [h, k] = [c, d].map(|i| self.above(given, i));
        let both = both_above(h, k, given.correlation([c, d]));
        both - self.rate * (upper(h) + upper(k) - self.rate)
    }
}

/// Probability that a standard Gaussian exceeds h.
fn upper(h: f64) -> f64 {
    0.5 * erfc(FRAC_1_SQRT_2 * h)
}

/// Probability that two standard Gaussians of correlation r exceed h and k.
///
/// ```text
/// Q(h) Q(k) + 1/(2π) ∫₀^arcsin r dθ exp(−(h² + k² − 2hk sin θ)/(2 cos² θ)),   Q(h) = erfc(h/√2)/2
/// ```
///
/// and for strong correlations the difference from |r| = 1, whose integrand is expanded about the end where it is singular.
///
/// # References
/// Drezner & Wesolowsky, J. Stat. Comput. Simul. 35, 101 (1990); Genz, Stat. Comput. 14, 251 (2004).
fn both_above(h: f64, k: f64, r: f64) -> f64 {
    if r.abs() >= NEARLY_EQUAL {
        return nearly_equal(h, k, r);
    }
    let rule: &[(f64, f64)] = if r.abs() < WEAK { &*SHORT } else { &*LONG };
    let end = r.asin();
    let (half, product) = (0.5 * (h * h + k * k), h * k);
    let terms = rule.iter().map(|&(x, weight)| {
        let sine = (end * x).sin();
        weight * ((sine * product - half) / (1.0 - sine * sine)).exp()
    });
    end * terms.sum::<f64>() / TAU + upper(h) * upper(k)
}

/// [`both_above`] for correlations near ±1.
fn nearly_equal(h: f64, k: f64, r: f64) -> f64 {
    // P(X > h, Y > k) = P(X > h) − P(X > h, −Y > −k).
    let k = k.copysign(k * r);
    let (square, product) = ((h - k).powi(2), h * k);
    let rest = (1.0 - r.abs()) * (1.0 + r.abs());
    let mut missing = 0.0;
    if rest > 0.0 {
        let (width, distance) = (rest.sqrt(), square.sqrt());
        let (c, d) = ((4.0 - product) / 8.0, (12.0 - product) / 16.0);
        let series = 1.0 - d * square / 5.0;
        missing = width
            * (-0.5 * (square / rest + product)).exp()
            * (1.0 - c * (square - rest) * series / 3.0 + c * d * rest * rest / 5.0);
        // Where the exponential is large the tail is nothing.
        if product > -100.0 {
            missing -= (-0.5 * product).exp()
                * TAU.sqrt()
                * upper(distance / width)
                * distance
                * (1.0 - c * square * series / 3.0);
        }
        for &(x, weight) in LONG.iter() {
            let xs = (width * x).powi(2);
            let root = (1.0 - xs).sqrt();
            let exact = (-0.5 * product * (1.0 - root) / (1.0 + root)).exp() / root;
            let expanded = 1.0 + c * xs * (1.0 + d * xs);
            let decay = (-0.5 * (square / xs + product)).exp();
            missing += width * weight * decay * (exact - expanded);
        }
    }
    let inside = -missing / TAU;
    if r > 0.0 {
        inside + upper(h.max(k))
    } else {
        (upper(h) - upper(k)).max(0.0) - inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::localisation::signs::cumulant_of_signs;
    use crate::quadrature::gaussian_average;
    use approx::assert_abs_diff_eq;

    #[test]
    fn two_gaussians_exceed_their_thresholds_as_often_as_one_given_the_other() {
        for r in [0.0, 0.2, -0.45, 0.7, 0.92, -0.93, 0.97, 0.9999] {
            for (h, k) in [(0.0, 0.0), (0.8, 0.3), (-1.2, 1.5), (2.1, 2.1), (1.0, -2.5)] {
                let given = |x: f64| {
                    let above = upper((k - r * x) / f64::sqrt(1.0 - r * r));
                    if x > h { above } else { 0.0 }
                };
                let mut steps = vec![h];
                steps.extend((r != 0.0).then(|| k / r));
                steps.sort_by(f64::total_cmp);
                steps.dedup();
                let wanted = gaussian_average(given, &steps, 1e-12).unwrap().value;
                assert_abs_diff_eq!(both_above(h, k, r), wanted, epsilon = 1e-11);
            }
        }
        assert_abs_diff_eq!(both_above(0.3, 0.8, 1.0), upper(0.8), epsilon = 1e-15);
        assert_abs_diff_eq!(both_above(-0.3, 0.8, -1.0), 0.0, epsilon = 1e-15);
        let between = upper(-0.8) - upper(0.3);
        assert_abs_diff_eq!(both_above(-0.8, -0.3, -1.0), between, epsilon = 1e-15);
    }

    #[test]
    fn units_with_a_common_factor_have_a_product_of_one_dimension() {
        for rate in [0.05, 0.3, 0.5, 0.9] {
            let firing = Firing::at_rate(rate);
            for (b, tolerance) in [
                ([0.3, 0.5, 0.7, 0.2], 1e-12),
                ([0.9, 0.8, 0.95, 0.4], 1e-11),
                ([0.99, 0.97, 0.5, 0.98], 1e-9),
            ] {
                // At a given factor y the units are independent.
                let unit = |b: f64, y: f64| {
                    upper((firing.threshold - b * y) / f64::sqrt(1.0 - b * b)) - rate
                };
                let moment = |sites: &[usize]| {
                    let product = |y: f64| sites.iter().map(|&i| unit(b[i], y)).product::<f64>();
                    let scale = firing.variance().powf(0.5 * count(sites.len()));
                    gaussian_average(product, &[firing.threshold], 1e-13)
                        .unwrap()
                        .value
                        / scale
                };
                let correlations = PAIRS.map(|([i, j], _)| b[i] * b[j]);
                let found = firing.covariance(correlations[4]);
                assert_abs_diff_eq!(found, moment(&[1, 3]), epsilon = tolerance);
                let found = firing.third_cumulant([b[0] * b[1], b[0] * b[2], b[1] * b[2]]);
                assert_abs_diff_eq!(found, moment(&[0, 1, 2]), epsilon = tolerance / rate);
                let pairs = moment(&[0, 1]) * moment(&[2, 3])
                    + moment(&[0, 2]) * moment(&[1, 3])
                    + moment(&[0, 3]) * moment(&[1, 2]);
                let wanted = moment(&[0, 1, 2, 3]) - pairs;
                let found = firing.fourth_cumulant(correlations);
                assert_abs_diff_eq!(found, wanted, epsilon = 10.0 * tolerance / rate);
            }
        }
    }

    #[test]
    fn units_that_coincide_are_the_limit_of_neighbouring_ones() {
        let firing = Firing::at_rate(0.2);
        let near = 1.0 - 1e-12;
        // The error falls as the square root of the distance.
        let third = |r: f64| firing.third_cumulant([0.4, r, 0.4]);
        assert_abs_diff_eq!(third(1.0), third(near), epsilon = 1e-5);
        let fourth = |r: f64| firing.fourth_cumulant([0.4, 0.3, 0.4, 0.6, r, 0.6]);
        assert_abs_diff_eq!(fourth(1.0), fourth(near), epsilon = 1e-5);
        let alone = firing.fourth_cumulant([1.0; 6]);
        // Of a unit that is 0 or 1: (1 − 6F(1 − F))/(F(1 − F)).
        assert_abs_diff_eq!(alone, (1.0 - 0.96) / 0.16, epsilon = 1e-13);
        assert_abs_diff_eq!(firing.third_cumulant([1.0; 3]), 1.5, epsilon = 1e-14);
    }

    #[test]
    fn units_that_fire_half_of_the_time_are_signs() {
        let firing = Firing::at_rate(0.5);
        let correlations = [0.5, 0.3, 0.2, 0.6, 0.1, 0.7];
        let found = firing.fourth_cumulant(correlations);
        assert_abs_diff_eq!(found, cumulant_of_signs(correlations), epsilon = 1e-12);
        assert_abs_diff_eq!(firing.third_cumulant([0.5, 0.3, 0.6]), 0.0, epsilon = 1e-14);
    }
}
