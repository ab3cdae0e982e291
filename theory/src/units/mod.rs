//! Units: what one unit of a machine does in a field.
//!
//! ```text
//! φ(a, b) = ln ∫ dP(x) exp(b x − a x²/2),   ⟨x⟩ = ∂φ/∂b,   var x = ∂²φ/∂b²
//! ```
//!
//! where P is the a-priori weight of the values x of the unit, b is the field on it and a a precision that is added to the unit's
//! own: positive where the field was measured with noise, negative where it fluctuates, since a Gaussian field of variance ρ has
//! `E_z exp φ(a, b + √ρ z) = exp φ(a − ρ, b)`. The weight of a unit of a machine is exp(−U(x)), not normalised: φ(0, b) is then the
//! cumulant generating function `ln ∫ dh exp(−U(h) + b h)` of a hidden unit whose input is b, and a spin has φ(0, b) = ln 2cosh b.
//!
//! | unit | name | values | potential U |
//! | --- | --- | --- | --- |
//! | [`Spin`] | `spin` | ±1 | 0 |
//! | [`Binary`] | `binary` | 0, 1 | 0 |
//! | [`Gaussian`] | `gaussian` | real | h²/2 |
//! | [`DoubleWell`] | `double-well:THETA` | real | h²/2 + θ\|h\|, θ ≤ 0 |
//! | [`Rectified`] | `relu` | h ≥ 0 | h²/2 |
//! | [`SparseRademacher`] | | 0, ±1/√ρ | normalised, unit variance |
//! | [`SparseGaussian`] | | real, mostly 0 | normalised, unit variance |
//! | [`SoftSpin`] | | real, near ±√(1 − Ω) | normalised, unit variance |
//!
//! [`UnitPrior`] is what all of them do, [`MachineUnit`] what the first five do besides, and [`Unit`] is one of these five by name.
//!
//! References: Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017); Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002
//! (2020), section 2.

use std::fmt::Debug;

mod binary;
mod double_well;
mod gaussian;
mod half_line;
mod rectified;
mod soft_spin;
mod sparse_gaussian;
mod sparse_rademacher;
mod spin;
mod unit;

pub use binary::Binary;
pub use double_well::DoubleWell;
pub use gaussian::Gaussian;
pub use rectified::Rectified;
pub use soft_spin::SoftSpin;
pub use sparse_gaussian::SparseGaussian;
pub use sparse_rademacher::SparseRademacher;
pub use spin::Spin;
pub use unit::ParseUnitError;

/// Kind of a unit of a machine, which fixes what it does in a field I.
///
/// ```text
/// spin              φ(I) = ln 2cosh I                        h = ±1
/// binary            φ(I) = ln(1 + e^I)                       h = 0, 1
/// gaussian          φ(I) = I²/2 + ln √(2π)                   U = h²/2
/// double-well:θ     φ(I) = ln ∫ exp(−h²/2 − θ|h| + h I) dh   U = h²/2 + θ|h|, θ ≤ 0
/// relu              φ(I) = ln ∫₀^∞ exp(−h²/2 + h I) dh       U = h²/2, h ≥ 0
/// ```
///
/// φ generates the cumulants: `φ' = ⟨h|I⟩`, `φ'' = var(h|I)`, and so on. The names are those of the command line:
///
/// ```
/// # use saddlepoint_theory::units::Unit;
/// let unit: Unit = "double-well:-2.5".parse()?;
/// assert_eq!(unit.to_string(), "double-well:-2.5");
/// # Ok::<(), saddlepoint_theory::units::ParseUnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// ±1.
    Spin,
    /// 0 or 1.
    Binary,
    /// Any real number, with unit variance.
    Gaussian,
    /// Any real number, with two wells.
    DoubleWell(DoubleWell),
    /// Not negative.
    Rectified,
}

impl Unit {
    /// The names, in a sentence.
    pub const NAMES: &str = "spin, binary, gaussian, double-well:THETA or relu";

    /// The units without a parameter: a text is read as the one whose law has that name.
    const PLAIN: [Self; 4] = [Self::Spin, Self::Binary, Self::Gaussian, Self::Rectified];

    /// The unit's law.
    pub fn prior(&self) -> &dyn MachineUnit {
        match self {
            Self::Spin => &Spin,
            Self::Binary => &Binary,
            Self::Gaussian => &Gaussian,
            Self::DoubleWell(unit) => unit,
            Self::Rectified => &Rectified,
        }
    }
}

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

/// A unit of a machine, of weight exp(−U(h)), in a field I.
///
/// ```text
/// φ(I) = φ(0, I) = ln ∫ exp(−U(h) + h I) dh,   φ' = ⟨h|I⟩,   φ'' = var(h|I),   φ''' and φ'''' the next cumulants
/// ```
pub trait MachineUnit: UnitPrior {
    /// Its name, without a parameter.
    fn name(&self) -> &'static str;

    /// φ, φ' and φ'' at once.
    fn response(&self, field: f64) -> [f64; 3] {
        let [mean, variance] = self.mean_and_variance(0.0, field);
        [self.log_partition(0.0, field), mean, variance]
    }

    /// φ''' and φ''''.
    fn third_and_fourth_cumulant(&self, field: f64) -> [f64; 2];

    /// The largest variance in any field.
    fn largest_variance(&self) -> f64;

    /// Σ φ(I) over the units of a layer.
    fn log_partition_of_layer(&self, fields: &[f64]) -> f64 {
        fields.iter().map(|&x| self.log_partition(0.0, x)).sum()
    }

    /// The two values of a discrete unit.
    fn states(&self) -> Option<[f64; 2]> {
        None
    }

    /// The variance as a function of the mean, and half of its derivative, where they have a closed form.
    fn variance_at_mean(&self, _mean: f64) -> Option<[f64; 2]> {
        None
    }
}

/// Σ ln(1 + exp(rate |I|)) over a layer, rate < 0: one exponential per unit, and a logarithm for a few hundred.
fn log_of_decays(fields: &[f64], rate: f64) -> f64 {
    let factor = |field: &f64| 1.0 + (rate * field.abs()).exp();
    // The product over a chunk is at most 2^512 and cannot overflow.
    let product = |chunk: &[f64]| chunk.iter().map(factor).product::<f64>().ln();
    fields.chunks(512).map(product).sum()
}
