//! Units as three functions: one unit of a machine in a field.
//!
//! ```text
//! φ(a, b) = ln ∫ dP(x) exp(b x − a x²/2),   ⟨x⟩ = ∂φ/∂b,   var x = ∂²φ/∂b²
//! ```
//!
//! where P is the a-priori weight of the values x of the unit, b is the field on it and a what surrounds it adds to its
//! precision: positive where the field was measured with noise, negative where it fluctuates, since a Gaussian field of variance
//! ρ has `E_z exp φ(a, b + √ρ z) = exp φ(a − ρ, b)`. The weight of a unit of a machine is exp(−U(x)), not normalised: φ(0, b) is then the cumulant generating function
//! `ln ∫ dh exp(−U(h) + b h)` of a hidden unit whose input is b, and a spin has φ(0, b) = ln 2cosh b.
//!
//! | unit | values | potential U |
//! | --- | --- | --- |
//! | [`Spin`] | ±1 | 0 |
//! | [`Binary`] | 0, 1 | 0 |
//! | [`Gaussian`] | real | h²/2 |
//! | [`DoubleWell`] | real | h²/2 + θ\|h\|, θ ≤ 0 |
//! | [`Rectified`] | h ≥ 0 | h²/2 |
//! | [`SparseRademacher`] | 0, ±1/√ρ | normalised, unit variance |
//! | [`SparseGaussian`] | real, mostly 0 | normalised, unit variance |
//!
//! References: Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017); Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002
//! (2020), section 2.

use std::fmt::Debug;

mod binary;
mod double_well;
mod gaussian;
mod half_line;
mod rectified;
mod sparse_gaussian;
mod sparse_rademacher;
mod spin;

pub use binary::Binary;
pub use double_well::DoubleWell;
pub use gaussian::Gaussian;
pub use rectified::Rectified;
pub use sparse_gaussian::SparseGaussian;
pub use sparse_rademacher::SparseRademacher;
pub use spin::Spin;

pub(crate) use spin::ln_2cosh;

/// A unit with values x of a-priori weight P, in a field.
///
/// The three functions are those of the law `dP(x) exp(b x − a x²/2)/exp φ(a, b)`. φ is convex in b.
pub trait UnitPrior: Debug + Send + Sync {
    /// φ(a, b) = ln ∫ dP(x) exp(b x − a x²/2), with a the `precision` and b the `field`.
    ///
    /// It is +∞ where the integral diverges, as for a precision ≤ −1 of a Gaussian unit.
    fn log_partition(&self, precision: f64, field: f64) -> f64;

    /// ⟨x⟩ = ∂φ/∂b; infinite, with the sign of the field, where φ is infinite.
    fn mean(&self, precision: f64, field: f64) -> f64;

    /// ⟨x²⟩ − ⟨x⟩² = ∂²φ/∂b²; +∞ where φ is infinite.
    fn variance(&self, precision: f64, field: f64) -> f64;

    /// ⟨x⟩ and ⟨x²⟩ − ⟨x⟩², which for many units cost as much together as one of them.
    fn mean_and_variance(&self, precision: f64, field: f64) -> [f64; 2] {
        [self.mean(precision, field), self.variance(precision, field)]
    }
}
