//! A population with finitely many distinct eigenvalues.

use num_complex::Complex64;

use super::{PopulationSpectrum, Response};
use crate::error::{Error, Result, check};

/// Partial sums kept side by side, so that the compiler can use vector registers.
const LANES: usize = 4;

/// Atoms on each side of a gap that the cheap test of [`PopulationSpectrum::surely_closed`] looks at.
const WINDOW: usize = 8;

/// Finitely many eigenvalues `λ_k` with weights `w_k`, `Σ w_k = 1`.
///
/// ```text
/// H = Σ_k w_k δ(λ − λ_k)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Atoms {
    /// Positive eigenvalues, ascending and distinct, padded to a multiple of [`LANES`].
    eigenvalues: Vec<f64>,
    /// Their weights; padding has weight zero.
    weights: Vec<f64>,
    /// Number of entries before the padding.
    len: usize,
    null_weight: f64,
}

impl Atoms {
    /// The law with the given (eigenvalue, weight) pairs; weights are scaled to sum to 1, equal eigenvalues are merged.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if an eigenvalue is negative or not finite, a weight is negative or not finite, or all
    /// weights are zero.
    pub fn new(pairs: &[(f64, f64)]) -> Result<Self> {
        let mut atoms = Vec::with_capacity(pairs.len());
        for &(eigenvalue, weight) in pairs {
            check("eigenvalue", "non-negative and finite", eigenvalue, |x| {
                x >= 0.0
            })?;
            check("weight", "non-negative and finite", weight, |x| x >= 0.0)?;
            if weight > 0.0 {
                atoms.push((eigenvalue, weight));
            }
        }
        let total: f64 = atoms.iter().map(|a| a.1).sum();
        check("total weight", "positive and finite", total, |x| x > 0.0)?;
        atoms.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Self::from_sorted(&atoms, total))
    }

    /// The law that gives each listed eigenvalue the same weight.
    ///
    /// # Errors
    /// As [`Atoms::new`].
    pub fn uniform(eigenvalues: &[f64]) -> Result<Self> {
        if eigenvalues.is_empty() {
            return Err(Error::OutOfDomain {
                name: "number of eigenvalues",
                domain: "at least 1",
                value: 0.0,
            });
        }
        let pairs: Vec<_> = eigenvalues.iter().map(|&x| (x, 1.0)).collect();
        Self::new(&pairs)
    }

    fn from_sorted(atoms: &[(f64, f64)], total: f64) -> Self {
        let mut null_weight = 0.0;
        let mut eigenvalues: Vec<f64> = Vec::with_capacity(atoms.len() + LANES);
        let mut weights: Vec<f64> = Vec::with_capacity(atoms.len() + LANES);
        for &(eigenvalue, weight) in atoms {
            let weight = weight / total;
            if eigenvalue <= 0.0 {
                null_weight += weight;
            } else if eigenvalues.last().is_some_and(|last| eigenvalue <= *last) {
                if let Some(w) = weights.last_mut() {
                    *w += weight;
                }
            } else {
                eigenvalues.push(eigenvalue);
                weights.push(weight);
            }
        }
        let len = eigenvalues.len();
        let padding = eigenvalues.last().copied().unwrap_or(1.0);
        while !eigenvalues.len().is_multiple_of(LANES) {
            eigenvalues.push(padding);
            weights.push(0.0);
        }
        Self {
            eigenvalues,
            weights,
            len,
            null_weight,
        }
    }

    /// The positive eigenvalues, ascending, with their weights.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.eigenvalues
            .iter()
            .copied()
            .zip(self.weights.iter().copied())
            .take(self.len)
    }

    /// Weight of the eigenvalue zero.
    pub fn null_weight(&self) -> f64 {
        self.null_weight
    }

    /// Σ w f(λ) over the positive eigenvalues, several at once, in [`LANES`] partial sums each.
    #[inline]
    fn sum_lanes<const D: usize>(&self, mut term: impl FnMut(f64, f64) -> [f64; D]) -> [f64; D] {
        let mut sums = [[0.0; LANES]; D];
        let eigenvalues = self.eigenvalues.chunks_exact(LANES);
        for (lambda, weight) in eigenvalues.zip(self.weights.chunks_exact(LANES)) {
            for lane in 0..LANES {
                let t = term(lambda[lane], weight[lane]);
                for d in 0..D {
                    sums[d][lane] += t[d];
                }
            }
        }
        sums.map(|lanes| lanes.iter().sum())
    }
}

impl PopulationSpectrum for Atoms {
    fn expect(&self, f: &dyn Fn(f64) -> f64) -> f64 {
        let null = if self.null_weight > 0.0 {
            self.null_weight * f(0.0)
        } else {
            0.0
        };
        null + self.iter().map(|(lambda, w)| w * f(lambda)).sum::<f64>()
    }

    fn support(&self) -> (f64, f64) {
        let largest = self.iter().last().map_or(0.0, |a| a.0);
        if self.null_weight > 0.0 {
            (0.0, largest)
        } else {
            (self.smallest_positive(), largest)
        }
    }

    fn positive_mass(&self) -> f64 {
        if self.null_weight > 0.0 {
            1.0 - self.null_weight
        } else {
            1.0
        }
    }

    fn mass_above(&self, x: f64) -> f64 {
        self.iter().filter(|a| a.0 > x).map(|a| a.1).sum()
    }

    fn atoms(&self) -> Vec<(f64, f64)> {
        let null = (self.null_weight > 0.0).then_some((0.0, self.null_weight));
        null.into_iter().chain(self.iter()).collect()
    }

    fn smallest_positive(&self) -> f64 {
        if self.len == 0 {
            0.0
        } else {
            self.eigenvalues[0]
        }
    }

    fn gaps(&self) -> Vec<(f64, f64)> {
        self.eigenvalues[..self.len]
            .windows(2)
            .map(|pair| (pair[0], pair[1]))
            .collect()
    }

    // Every term λ²/(u−λ)² is convex between the poles, so a sum over the nearest atoms alone bounds the whole from
    // below, and so does its tangent at any point; without this a ring of N units costs N searches of N terms.
    fn surely_closed(&self, aspect_ratio: f64, lower: f64, upper: f64) -> bool {
        let after = self.eigenvalues[..self.len].partition_point(|&x| x < upper);
        let window = after.saturating_sub(WINDOW)..(after + WINDOW).min(self.len);
        let sums = |u: f64| {
            window.clone().fold((0.0, 0.0), |(value, slope), k| {
                let (lambda, weight) = (self.eigenvalues[k], self.weights[k]);
                let ratio = lambda / (u - lambda);
                let term = weight * ratio * ratio;
                (value + term, slope - 2.0 * term / (u - lambda))
            })
        };
        // A few bisections on the slope bring the tangent's lowest value close to the minimum.
        let (mut a, mut b) = (lower, upper);
        for _ in 0..6 {
            let u = 0.5 * (a + b);
            let (value, slope) = sums(u);
            let furthest = if slope > 0.0 { u - a } else { b - u };
            if aspect_ratio * (value - slope.abs() * furthest) > 1.0 {
                return true;
            }
            if slope > 0.0 {
                b = u;
            } else {
                a = u;
            }
        }
        false
    }

    fn response(&self, u: Complex64) -> Response<Complex64> {
        let (a, b) = (u.re, u.im);
        let b_squared = b * b;
        let [first_re, first_im, second_re, second_im, third_re, third_im] =
            self.sum_lanes(|lambda, weight| {
                // inverse = 1/(u−λ), ratio = λ/(u−λ); each term is the one before times ratio.
                let d = a - lambda;
                let scale = 1.0 / (d * d + b_squared);
                let (inverse_re, inverse_im) = (d * scale, -b * scale);
                let (ratio_re, ratio_im) = (lambda * inverse_re, lambda * inverse_im);
                let (first_re, first_im) = (weight * inverse_re, weight * inverse_im);
                let second_re = first_re * ratio_re - first_im * ratio_im;
                let second_im = first_re * ratio_im + first_im * ratio_re;
                let third_re = second_re * ratio_re - second_im * ratio_im;
                let third_im = second_re * ratio_im + second_im * ratio_re;
                [first_re, first_im, second_re, second_im, third_re, third_im]
            });
        Response {
            first: Complex64::new(first_re, first_im),
            second: Complex64::new(second_re, second_im),
            third: Complex64::new(third_re, third_im),
        }
    }

    fn response_on_axis(&self, u: f64) -> Response<f64> {
        let [first, second, third] = self.sum_lanes(|lambda, weight| {
            let inverse = 1.0 / (u - lambda);
            let ratio = lambda * inverse;
            let first = weight * inverse;
            let second = first * ratio;
            [first, second, second * ratio]
        });
        Response {
            first,
            second,
            third,
        }
    }

    fn argument(&self, u: Complex64) -> f64 {
        self.iter()
            .map(|(lambda, weight)| weight * u.im.atan2(u.re - lambda))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn equal_eigenvalues_are_merged_and_weights_normalised() {
        let atoms = Atoms::new(&[(2.0, 1.0), (1.0, 1.0), (2.0, 2.0), (0.0, 4.0)]).unwrap();
        let pairs: Vec<_> = atoms.iter().collect();
        assert_eq!(pairs, vec![(1.0, 0.125), (2.0, 0.375)]);
        let with_null = vec![(0.0, 0.5), (1.0, 0.125), (2.0, 0.375)];
        assert_eq!(PopulationSpectrum::atoms(&atoms), with_null);
        assert_relative_eq!(atoms.null_weight(), 0.5);
        assert_relative_eq!(atoms.moment(1), 0.875);
        assert_eq!(atoms.support(), (0.0, 2.0));
    }

    #[test]
    fn sums_on_the_axis_are_the_limit_of_the_complex_ones() {
        let atoms = Atoms::uniform(&[1.0, 3.0, 7.0, 7.5, 9.0]).unwrap();
        let real = atoms.response_on_axis(4.2);
        let complex = atoms.response(Complex64::new(4.2, 1e-9));
        // The difference is of first order in the imaginary part.
        assert_relative_eq!(real.first, complex.first.re, max_relative = 1e-8);
        assert_relative_eq!(real.second, complex.second.re, max_relative = 1e-8);
        assert_relative_eq!(real.third, complex.third.re, max_relative = 1e-8);
    }

    #[test]
    fn bad_eigenvalues_are_refused() {
        assert!(Atoms::new(&[(-1.0, 1.0)]).is_err());
        assert!(Atoms::new(&[(f64::NAN, 1.0)]).is_err());
        assert!(Atoms::new(&[(1.0, 0.0)]).is_err());
        assert!(Atoms::uniform(&[]).is_err());
    }
}
