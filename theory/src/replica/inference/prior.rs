//! The laws of weights and hidden units, and what a scalar Gaussian channel tells of them.

use std::fmt;

use super::channel::Channel;
use super::{slab, soft, spikes};
use crate::error::{Result, check};
use crate::units::{SoftSpin, SparseGaussian, SparseRademacher, UnitPrior};

/// A law of zero mean and unit variance, known to whoever infers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// ±1 with equal probability.
    Rademacher,
    /// Standard normal.
    Gaussian,
    /// 0, or ±1/√ρ.
    SparseRademacher(SparseRademacher),
    /// 0, or normal of variance 1/ρ.
    SparseGaussian(SparseGaussian),
    /// ±√(1 − Ω) with Gaussian noise of variance Ω.
    Soft(SoftSpin),
}

/// The members as the families that they belong to.
#[derive(Clone, Copy)]
enum Family {
    Spikes(f64),
    Slab(f64),
    Soft(SoftSpin),
    Normal,
}

impl Prior {
    /// Sparse Rademacher law of density ρ.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless 0 < `density` ≤ 1.
    pub fn sparse_rademacher(density: f64) -> Result<Self> {
        SparseRademacher::new(density).map(Self::SparseRademacher)
    }

    /// Sparse Gaussian law of density ρ.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless 0 < `density` ≤ 1.
    pub fn sparse_gaussian(density: f64) -> Result<Self> {
        SparseGaussian::new(density).map(Self::SparseGaussian)
    }

    /// Fraction of values that are not 0.
    pub fn density(&self) -> f64 {
        match self {
            Self::Rademacher | Self::Gaussian | Self::Soft(_) => 1.0,
            Self::SparseRademacher(law) => law.density(),
            Self::SparseGaussian(law) => law.density(),
        }
    }

    /// E x⁴: 1/ρ for discrete values, 3/ρ for Gaussian ones, 1 + 4Ω − 2Ω² between.
    pub fn fourth_moment(&self) -> f64 {
        match self.family() {
            Family::Spikes(density) => 1.0 / density,
            Family::Slab(density) => 3.0 / density,
            Family::Soft(law) => law.fourth_moment(),
            Family::Normal => 3.0,
        }
    }

    /// The scalar channel at signal-to-noise ratio `precision`, r ≥ 0.
    ///
    /// Right to rounding, relative, for overlap and error alike. The trapezoid rule with the step that the nearest pole of the
    /// integrand asks for takes 20 to 200 nodes at any r.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless r is finite and not negative.
    ///
    /// # References
    /// Guo, Shamai & Verdú, IEEE Trans. Inf. Theory 51, 1261 (2005); Lesieur, Krzakala & Zdeborová, J. Stat. Mech. 073403
    /// (2017), section 4.
    pub fn channel(&self, precision: f64) -> Result<Channel> {
        checked(precision).map(|r| self.channel_at(r))
    }

    /// Free entropy of the scalar channel, ψ(r).
    ///
    /// ```text
    /// ψ(r) = E ln ∫ dP(x') exp(r x x' + √r z x' − r x'²/2) = r/2 − I(x; y),   ψ' = f/2
    /// ```
    ///
    /// where I is the mutual information of value and observation; ψ is also the relative entropy of the observation to pure
    /// noise, so ψ ≥ 0, and r²/4 for r → 0.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless r is finite and not negative.
    ///
    /// # References
    /// Guo, Shamai & Verdú, IEEE Trans. Inf. Theory 51, 1261 (2005).
    pub fn free_entropy(&self, precision: f64) -> Result<f64> {
        checked(precision).map(|r| self.free_entropy_at(r))
    }

    /// [`Prior::channel`] for r that is known to be in its domain.
    pub(super) fn channel_at(&self, precision: f64) -> Channel {
        if self.is_faint(precision) {
            return Channel {
                overlap: precision,
                ..Channel::SILENT
            };
        }
        match self.family() {
            Family::Spikes(density) => spikes::channel(density, precision),
            Family::Slab(density) => slab::channel(density, precision),
            Family::Soft(law) => soft::channel(law, precision),
            Family::Normal => Channel::gaussian(precision),
        }
    }

    /// [`Prior::free_entropy`] for r that is known to be in its domain.
    pub(super) fn free_entropy_at(&self, precision: f64) -> f64 {
        if self.is_faint(precision) {
            return 0.25 * precision * precision;
        }
        match self.family() {
            Family::Spikes(density) => spikes::free_entropy(density, precision),
            Family::Slab(density) => slab::free_entropy(density, precision),
            Family::Soft(law) => soft::free_entropy(law, precision),
            Family::Normal => normal_free_entropy(precision),
        }
    }

    /// Whether f/r = 1 − r + O((E x⁴)² r²) is 1 to rounding.
    fn is_faint(&self, precision: f64) -> bool {
        precision * self.fourth_moment() < 1e-17
    }

    fn family(&self) -> Family {
        match self {
            Self::Rademacher => Family::Spikes(1.0),
            Self::SparseRademacher(law) => Family::Spikes(law.density()),
            Self::SparseGaussian(law) if law.density() < 1.0 => Family::Slab(law.density()),
            Self::Soft(law) if *law == SoftSpin::SPIN => Family::Spikes(1.0),
            Self::Soft(law) if *law != SoftSpin::GAUSSIAN => Family::Soft(*law),
            Self::Gaussian | Self::SparseGaussian(_) | Self::Soft(_) => Family::Normal,
        }
    }

    fn unit(&self) -> &dyn UnitPrior {
        match self {
            Self::Rademacher => &SparseRademacher::DENSE,
            Self::Gaussian => &SparseGaussian::DENSE,
            Self::SparseRademacher(law) => law,
            Self::SparseGaussian(law) => law,
            Self::Soft(law) => law,
        }
    }
}

impl UnitPrior for Prior {
    fn log_partition(&self, precision: f64, field: f64) -> f64 {
        self.unit().log_partition(precision, field)
    }

    fn mean(&self, precision: f64, field: f64) -> f64 {
        self.unit().mean(precision, field)
    }

    fn variance(&self, precision: f64, field: f64) -> f64 {
        self.unit().variance(precision, field)
    }
}

/// The name on the command line and in tables: `sparse-rademacher:0.05`.
impl fmt::Display for Prior {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rademacher => formatter.write_str("rademacher"),
            Self::Gaussian => formatter.write_str("gaussian"),
            Self::SparseRademacher(law) => {
                write!(formatter, "sparse-rademacher:{}", law.density())
            }
            Self::SparseGaussian(law) => write!(formatter, "sparse-gaussian:{}", law.density()),
            Self::Soft(law) => law.fmt(formatter),
        }
    }
}

/// [r − ln(1 + r)]/2, by its series where the difference would lose digits.
fn normal_free_entropy(r: f64) -> f64 {
    if r > 0.04 {
        return 0.5 * (r - r.ln_1p());
    }
    // r − ln(1 + r) = Σ_{k ≥ 2} (−r)^k/k, whose eleventh term is below 1e-15 of the first.
    let series = (2..=13)
        .rev()
        .map(f64::from)
        .fold(0.0, |sum, k| k.recip() - r * sum);
    0.5 * r * r * series
}

fn checked(precision: f64) -> Result<f64> {
    check("precision", "finite and not negative", precision, |r| {
        r >= 0.0
    })
}
