//! Laws between a spin and a Gaussian.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bits::uniform;
use crate::error::{Result, check};
use crate::exponential::sigmoid;

/// The law of x = √(1 − Ω) s + √Ω g with a fair sign s and a standard Gaussian g.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftLaw {
    gaussian_variance: f64,
}

impl SoftLaw {
    /// ±1.
    pub const SPIN: Self = Self {
        gaussian_variance: 0.0,
    };

    /// The law whose Gaussian part has the variance Ω: 0 is a spin, 1 a standard Gaussian.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless Ω is in [0, 1].
    pub fn new(gaussian_variance: f64) -> Result<Self> {
        let gaussian_variance = check(
            "gaussian_variance",
            "in [0, 1]",
            gaussian_variance,
            |omega| (0.0..=1.0).contains(&omega),
        )?;
        Ok(Self { gaussian_variance })
    }

    /// Ω.
    pub fn gaussian_variance(self) -> f64 {
        self.gaussian_variance
    }

    /// √(1 − Ω).
    pub(super) fn spin_size(self) -> f64 {
        (1.0 - self.gaussian_variance).sqrt()
    }

    /// Whether the values are ±1.
    pub(super) fn is_spin(self) -> bool {
        self.gaussian_variance <= 0.0
    }

    /// A value.
    pub fn draw(self, rng: &mut Xoshiro256PlusPlus) -> f64 {
        Tilted::new(self, 0.0).draw(0.0, rng)
    }
}

/// The law times exp(b x − a x²/2), at a precision a > −1/Ω and any field b.
///
/// With S = 1 + Ωa both Gaussians have the variance Ω/S, their means are (±√(1 − Ω) + Ωb)/S and their weights as
/// exp(±√(1 − Ω) b/S).
pub(super) struct Tilted {
    size: f64,
    shift: f64,
    width: f64,
}

impl Tilted {
    pub(super) fn new(law: SoftLaw, precision: f64) -> Self {
        let omega = law.gaussian_variance;
        let narrowing = 1.0 + omega * precision;
        Self {
            size: law.spin_size() / narrowing,
            shift: omega / narrowing,
            width: (omega / narrowing).sqrt(),
        }
    }

    pub(super) fn draw(&self, field: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
        let mut mean = self.shift * field;
        if self.size > 0.0 {
            let up = uniform(rng.next_u64()) < sigmoid(2.0 * self.size * field);
            mean += if up { self.size } else { -self.size };
        }
        if self.width > 0.0 {
            let noise: f64 = StandardNormal.sample(rng);
            mean += self.width * noise;
        }
        mean
    }
}
