//! Eigenvalue laws of population covariance matrices, one per data model.
//!
//! Two views of a population are used. A [`PopulationSpectrum`] is the law H of the eigenvalues, normalised to 1 over the
//! variables: it fixes the bulk of the sample spectrum. A [`Population`] is the list of its modes, each eigenvalue with the
//! number of directions that share it, per unit: it fixes which modes leave that bulk.

mod atoms;
mod clock_ring;
mod ising_ring;
mod poisson_bands;
mod population;
mod spiked;
mod two_cluster;

use std::fmt::Debug;

use num_complex::Complex64;

pub use atoms::Atoms;
pub use clock_ring::transfer_eigenvalues;
pub(crate) use ising_ring::ln_tanh;
pub use ising_ring::{ising_correlation_length, ising_coupling};
pub use poisson_bands::{Band, PoissonBands};
pub use population::{Mode, Population};

/// The sums over a population on which its sample spectrum depends, at one point `u` of the plane.
///
/// ```text
/// first = ∫₊ 1/(u−λ) dH(λ),   second = ∫₊ λ/(u−λ)² dH(λ),   third = ∫₊ λ²/(u−λ)³ dH(λ)
/// ```
///
/// over the positive eigenvalues. All sums of the theory follow without cancellation as u → 0, where the lower edge of a
/// spectrum with as many samples as variables lies: `∫ λ/(u−λ) = u·first − H(λ>0)` and
/// `∫ λ²/(u−λ)² = H(λ>0) + u (second − first)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response<T> {
    /// ∫₊ 1/(u−λ) dH.
    pub first: T,
    /// ∫₊ λ/(u−λ)² dH.
    pub second: T,
    /// ∫₊ λ²/(u−λ)³ dH.
    pub third: T,
}

/// Law H of the eigenvalues λ ≥ 0 of a population covariance matrix, ∫ dH = 1.
///
/// The methods beyond the first three are what the law of the sample covariance needs of H; their point `u` is a
/// population eigenvalue continued to the complex plane, `u = −1/s` with s the companion Stieltjes transform.
/// Complex numbers are those of `num_complex`, the one numeric type that the ecosystem shares.
///
/// # References
/// Silverstein & Bai, J. Multivariate Anal. 54, 175 (1995).
pub trait PopulationSpectrum: Debug + Send + Sync {
    /// ∫ f(λ) dH(λ).
    fn expect(&self, f: &dyn Fn(f64) -> f64) -> f64;

    /// Smallest and largest λ.
    fn support(&self) -> (f64, f64);

    /// ∫ λᵏ dH(λ).
    fn moment(&self, k: i32) -> f64 {
        self.expect(&|lambda| lambda.powi(k))
    }

    /// H(λ > 0): one minus the weight of the null directions.
    fn positive_mass(&self) -> f64;

    /// H(λ > x) for `x` outside the support or between its bands.
    fn mass_above(&self, x: f64) -> f64;

    /// The point masses of a purely discrete law, as (eigenvalue, weight); empty for a continuous one.
    fn atoms(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }

    /// Smallest positive λ, the lower end of what can be seen; 0 if all eigenvalues vanish.
    fn smallest_positive(&self) -> f64;

    /// True inside a band of a continuous law, where the sums on the real axis do not exist.
    fn has_band_at(&self, x: f64) -> bool {
        let _ = x;
        false
    }

    /// Intervals between neighbouring bands of positive eigenvalues, ascending: the only places, besides the two outer
    /// ones, where the sample spectrum can have a gap.
    fn gaps(&self) -> Vec<(f64, f64)>;

    /// True when a cheap look at part of the population proves that the sample spectrum has no gap inside the gap
    /// (`lower`, `upper`) of the population; `false` only means that a search is needed.
    fn surely_closed(&self, aspect_ratio: f64, lower: f64, upper: f64) -> bool {
        let _ = (aspect_ratio, lower, upper);
        false
    }

    /// The sums at a complex point off the support.
    fn response(&self, u: Complex64) -> Response<Complex64>;

    /// ∫₊ λ/(u−λ) dH at a complex point off the support: `u·first − H(λ>0)`, which cancels far from the support.
    fn ratio(&self, u: Complex64) -> Complex64 {
        u * self.response(u).first - self.positive_mass()
    }

    /// The sums at a real point outside the support.
    fn response_on_axis(&self, u: f64) -> Response<f64>;

    /// ∫_{λ>0} arg(u−λ) dH for u in the upper half plane, each argument in (0, π).
    fn argument(&self, u: Complex64) -> f64;
}

/// The most variables of a finite ring: its modes are listed, 16 bytes each and as much again for sums over them.
const MOST_VARIABLES: usize = 1 << 25;

/// Errs unless a finite ring has 3 units or more, and no more variables than can be listed.
fn check_ring(units: usize, variables_per_unit: usize) -> crate::error::Result<()> {
    let name = "units";
    let n = crate::numerics::count(units);
    crate::error::check(name, "at least 3 on a ring", n, |n| n >= 3.0)?;
    let most = crate::numerics::count(MOST_VARIABLES / variables_per_unit.max(1));
    let domain = "at most 2^25 variables on a finite ring (inf is the infinite one)";
    crate::error::check(name, domain, n, |n| n <= most).map(drop)
}
