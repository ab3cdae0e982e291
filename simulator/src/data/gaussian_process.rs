//! A stationary Gaussian process on a ring or on a torus.

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::f64::consts::TAU;

use crate::error::{Result, at_least, check};
use crate::numbers::{add_scaled, as_float};

/// Exponents beyond which exp(−x) adds nothing to 1.
const NEGLIGIBLE: f64 = 40.0;

/// Where the sites of a translation-invariant model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A ring of N sites.
    Ring,
    /// An L × L torus, site (x, y) being column y L + x.
    Torus,
}

/// A Gaussian of unit variance at each site, with a correlation that falls as a Gaussian of the distance.
///
/// ```text
/// ρ(d) = Σ_m exp(−(d + m N)²/ξ²) / Σ_m exp(−(m N)²/ξ²) on a ring of N sites;   ρ(x) ρ(y) on a torus
/// ```
///
/// # Method
/// White noise is convolved with the square root of the circulant matrix ρ, along each axis in turn on a torus: exact but for rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianProcess {
    side: usize,
    place: Place,
    /// Entries of the square root at distances −R … R.
    taps: Vec<f64>,
}

impl GaussianProcess {
    /// A ring of `side` = N ≥ 3 sites or a torus of `side`² sites, with the correlation length ξ = `correlation_length` in sites, above 0 and at most
    /// the side.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for other arguments.
    pub fn new(place: Place, side: usize, correlation_length: f64) -> Result<Self> {
        let side = at_least("side", "at least 3", side, 3)?;
        let n = as_float(side);
        let length = check(
            "correlation_length",
            "above 0 and at most the side of the ring or torus",
            correlation_length,
            |xi| xi > 0.0 && xi <= n,
        )?;
        Ok(Self {
            side,
            place,
            taps: square_root(&correlation(side, length)),
        })
    }

    /// Number of sites.
    pub fn units(&self) -> usize {
        match self.place {
            Place::Ring => self.side,
            Place::Torus => self.side * self.side,
        }
    }

    /// Writes one configuration; `noise` is scratch space.
    pub(super) fn write(
        &self,
        to: &mut [f64],
        noise: &mut Vec<f64>,
        random: &mut Xoshiro256PlusPlus,
    ) {
        to.fill_with(|| StandardNormal.sample(random));
        for line in to.chunks_exact_mut(self.side) {
            self.convolve(line, noise);
        }
        if self.place == Place::Torus {
            let mut column = vec![0.0; self.side];
            for x in 0..self.side {
                let sites = (0..self.side).map(|y| y * self.side + x);
                column
                    .iter_mut()
                    .zip(sites.clone())
                    .for_each(|(z, site)| *z = to[site]);
                self.convolve(&mut column, noise);
                column.iter().zip(sites).for_each(|(z, site)| to[site] = *z);
            }
        }
    }

    /// The convolution of a closed line with the taps.
    fn convolve(&self, line: &mut [f64], noise: &mut Vec<f64>) {
        let (n, reach) = (line.len(), self.taps.len() / 2);
        noise.clear();
        noise.extend((0..n + 2 * reach).map(|i| line[(i + n * (1 + reach / n) - reach) % n]));
        line.fill(0.0);
        for (shift, &tap) in self.taps.iter().enumerate() {
            add_scaled(line, tap, &noise[shift..shift + n]);
        }
    }
}

/// ρ at the distances 0 to N − 1.
fn correlation(side: usize, length: f64) -> Vec<f64> {
    let n = as_float(side);
    let images = as_float(1 + side) / n + length * NEGLIGIBLE.sqrt() / n;
    let weight = |distance: f64| {
        let mut sum = (-(distance / length).powi(2)).exp();
        let mut image = 1.0;
        while image <= images {
            sum += (-((distance + image * n) / length).powi(2)).exp();
            sum += (-((distance - image * n) / length).powi(2)).exp();
            image += 1.0;
        }
        sum
    };
    let at_zero = weight(0.0);
    (0..side).map(|d| weight(as_float(d)) / at_zero).collect()
}

/// Entries of the square root of the circulant matrix with this first row, at distances −R … R.
fn square_root(row: &[f64]) -> Vec<f64> {
    let n = row.len();
    let cosine = |k: usize, d: usize| (TAU * as_float(k * d % n) / as_float(n)).cos();
    let transform = |row: &[f64], k: usize| -> f64 {
        let terms = row.iter().enumerate();
        terms.map(|(d, x)| x * cosine(k, d)).sum()
    };
    // Rounding makes small eigenvalues negative.
    let roots: Vec<f64> = (0..n).map(|k| transform(row, k).max(0.0).sqrt()).collect();
    let at = |d: usize| transform(&roots, d) / as_float(n);
    let entries: Vec<f64> = (0..=n / 2).map(at).collect();
    let reach = entries
        .iter()
        .rposition(|x| x.abs() > f64::EPSILON * 0.1 * entries[0]);
    let reach = reach.unwrap_or(0);
    // On an even ring the site opposite is reached from one side only.
    let left = if 2 * reach == n { reach - 1 } else { reach };
    let mut taps = vec![0.0; reach - left];
    taps.extend((1..=left).rev().map(|d| entries[d]));
    taps.extend(&entries[..=reach]);
    taps
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_root_of_the_correlation_squared_is_the_correlation() {
        for (side, length) in [(3, 0.4), (8, 8.0), (9, 2.0), (40, 3.0), (41, 3.0)] {
            let taps = square_root(&correlation(side, length));
            assert_eq!(taps.len() % 2, 1);
            let reach = taps.len() / 2;
            let mut square = vec![0.0; side];
            for (i, a) in taps.iter().enumerate() {
                for (j, b) in taps.iter().enumerate() {
                    square[(i + side * 4 + 2 * reach - j - 2 * reach) % side] += a * b;
                }
            }
            // Eigenvalues below rounding are put to 0.
            for (square, wanted) in square.iter().zip(correlation(side, length)) {
                assert_abs_diff_eq!(*square, wanted, epsilon = 1e-13);
            }
        }
    }

    #[test]
    fn arguments_out_of_their_domain_are_refused() {
        assert!(GaussianProcess::new(Place::Ring, 2, 1.0).is_err());
        for length in [0.0, -1.0, f64::NAN, 11.0] {
            assert!(GaussianProcess::new(Place::Torus, 10, length).is_err());
        }
    }
}
