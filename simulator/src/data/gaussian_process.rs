//! A stationary Gaussian process on a ring or on a torus.

use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

use crate::error::{Result, at_least, check};
use crate::numbers::as_float;

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
/// White noise is convolved with the square root of the circulant matrix ρ, by Fourier transforms, along each axis in turn on a torus: exact but for rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianProcess {
    side: usize,
    place: Place,
    /// Square roots of the eigenvalues of ρ, of the waves k = 0 to ⌊N/2⌋.
    roots: Vec<f64>,
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
            roots: square_root(&correlation(side, length)),
        })
    }

    /// Number of sites.
    pub fn units(&self) -> usize {
        match self.place {
            Place::Ring => self.side,
            Place::Torus => self.side * self.side,
        }
    }

    /// What writes configurations, one after the other.
    pub(super) fn writer(&self) -> Writer<'_> {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(self.side);
        let backward = planner.plan_fft_inverse(self.side);
        let scratch = forward.get_scratch_len().max(backward.get_scratch_len());
        Writer {
            process: self,
            waves: forward.make_output_vec(),
            line: forward.make_input_vec(),
            scratch: vec![Complex::ZERO; scratch],
            forward,
            backward,
        }
    }
}

/// Writes configurations of a process.
pub(super) struct Writer<'a> {
    process: &'a GaussianProcess,
    forward: Arc<dyn RealToComplex<f64>>,
    backward: Arc<dyn ComplexToReal<f64>>,
    line: Vec<f64>,
    waves: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl Writer<'_> {
    /// Writes one configuration.
    pub(super) fn write(&mut self, to: &mut [f64], random: &mut Xoshiro256PlusPlus) {
        to.fill_with(|| StandardNormal.sample(random));
        let side = self.process.side;
        for line in to.chunks_exact_mut(side) {
            self.line.copy_from_slice(line);
            self.convolve();
            line.copy_from_slice(&self.line);
        }
        if self.process.place == Place::Torus {
            for x in 0..side {
                let sites = (0..side).map(|y| y * side + x);
                let line = self.line.iter_mut().zip(sites.clone());
                line.for_each(|(z, site)| *z = to[site]);
                self.convolve();
                let line = self.line.iter().zip(sites);
                line.for_each(|(z, site)| to[site] = *z);
            }
        }
    }

    /// The convolution of the closed line with the square root of ρ.
    fn convolve(&mut self) {
        self.forward
            .process_with_scratch(&mut self.line, &mut self.waves, &mut self.scratch)
            .expect("buffers of the planner's own lengths");
        let scale = as_float(self.line.len()).recip();
        for (wave, root) in self.waves.iter_mut().zip(&self.process.roots) {
            *wave *= scale * root;
        }
        self.backward
            .process_with_scratch(&mut self.waves, &mut self.line, &mut self.scratch)
            .expect("buffers of the planner's own lengths, and real ends");
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

/// Square roots of the eigenvalues of the circulant matrix with this first row, of the waves k = 0 to ⌊N/2⌋.
fn square_root(row: &[f64]) -> Vec<f64> {
    let n = row.len();
    let cosine = |k: usize, d: usize| (TAU * as_float(k * d % n) / as_float(n)).cos();
    let eigenvalue = |k: usize| -> f64 {
        let terms = row.iter().enumerate();
        terms.map(|(d, x)| x * cosine(k, d)).sum()
    };
    // Rounding makes small eigenvalues negative.
    (0..=n / 2).map(|k| eigenvalue(k).max(0.0).sqrt()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_root_of_the_correlation_squared_is_the_correlation() {
        for (side, length) in [(3, 0.4), (8, 8.0), (9, 2.0), (40, 3.0), (41, 3.0)] {
            let process = GaussianProcess::new(Place::Ring, side, length).unwrap();
            let mut writer = process.writer();
            writer.line.fill(0.0);
            writer.line[0] = 1.0;
            writer.convolve();
            writer.convolve();
            // Eigenvalues below rounding are put to 0.
            for (square, wanted) in writer.line.iter().zip(correlation(side, length)) {
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
