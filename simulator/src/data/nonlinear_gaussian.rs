//! A stationary Gaussian process through a nonlinearity at each site: translation-invariant data of any kurtosis.

use std::fmt;
use std::str::FromStr;

use libm::{erf, erfc};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{DataModel, GaussianProcess};
use crate::error::{Error, Result, check};
use crate::samples::{Samples, allocate};

/// What is done to the Gaussian of a site; odd, so that the mean is 0, but for neurons that are silent or fire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nonlinearity {
    /// ψ(z) = erf(G z/√2), of negative kurtosis.
    Erf {
        /// The gain G, from 10⁻⁴ to 10⁶.
        gain: f64,
    },
    /// ψ(z) = z + C (z³ − 3z), of either sign of the kurtosis.
    Cubic {
        /// The coefficient C, from −10⁶ to 10⁶.
        coefficient: f64,
    },
    /// ψ(z) = sign z.
    Sign,
    /// 1 where z exceeds the quantile that it exceeds at the given rate, and 0 elsewhere: neurons that are silent or fire, whose tuning overlaps
    /// within a correlation length.
    Rate {
        /// Mean of a unit, from 10⁻⁴ to 1 − 10⁻⁴.
        rate: f64,
    },
}

/// How the text of a nonlinearity is read.
const SYNTAX: &str = "is no nonlinearity: write erf:G with a gain from 1e-4 to 1e6, cubic:C, sign, or rate:F with a mean between 1e-4 and 0.9999";

impl Nonlinearity {
    fn checked(self) -> Result<Self> {
        match self {
            Self::Erf { gain } => check("gain of erf", "from 1e-4 to 1e6", gain, |g| {
                (1e-4..=1e6).contains(&g)
            })?,
            Self::Cubic { coefficient } => {
                let domain = "from -1e6 to 1e6";
                check("coefficient of cubic", domain, coefficient, |c| {
                    c.abs() <= 1e6
                })?
            }
            Self::Sign => 1.0,
            Self::Rate { rate } => check("rate", "from 1e-4 to 0.9999", rate, |f| {
                (1e-4..=0.9999).contains(&f)
            })?,
        };
        Ok(self)
    }

    /// The values of a unit below and from a threshold of z on, if it has no others.
    fn two_values(self) -> Option<(f64, [i8; 2])> {
        match self {
            Self::Sign => Some((0.0, [-1, 1])),
            Self::Rate { rate } => Some((exceeded_at(rate), [0, 1])),
            Self::Erf { .. } | Self::Cubic { .. } => None,
        }
    }

    /// ψ(z).
    fn at(self, z: f64) -> f64 {
        match self {
            Self::Erf { gain } => erf(gain * z * std::f64::consts::FRAC_1_SQRT_2),
            Self::Cubic { coefficient } => z + coefficient * z * (z * z - 3.0),
            Self::Sign => z.signum(),
            Self::Rate { rate } => f64::from(u8::from(z >= exceeded_at(rate))),
        }
    }

    /// The standard deviation of ψ(z) for a standard Gaussian z.
    fn deviation(self) -> f64 {
        match self {
            Self::Erf { gain } => {
                let square = gain * gain;
                (std::f64::consts::FRAC_2_PI * (square / (1.0 + square)).asin()).sqrt()
            }
            Self::Cubic { coefficient } => (1.0 + 6.0 * coefficient * coefficient).sqrt(),
            Self::Sign | Self::Rate { .. } => 1.0,
        }
    }
}

/// The u that a standard Gaussian exceeds with probability `rate`, by bisection.
fn exceeded_at(rate: f64) -> f64 {
    let above = |u: f64| 0.5 * erfc(u * std::f64::consts::FRAC_1_SQRT_2);
    let (mut low, mut high) = (-5.0, 5.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if above(middle) > rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

impl FromStr for Nonlinearity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::Name {
            text: text.to_owned(),
            problem: SYNTAX,
        };
        let number = |text: &str| text.parse::<f64>().map_err(|_| bad());
        match text.split_once(':') {
            None if text == "sign" => Ok(Self::Sign),
            Some(("erf", gain)) => {
                let gain = number(gain)?;
                Self::Erf { gain }.checked()
            }
            Some(("cubic", coefficient)) => {
                let coefficient = number(coefficient)?;
                Self::Cubic { coefficient }.checked()
            }
            Some(("rate", rate)) => {
                let rate = number(rate)?;
                Self::Rate { rate }.checked()
            }
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Nonlinearity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Erf { gain } => write!(f, "erf:{gain}"),
            Self::Cubic { coefficient } => write!(f, "cubic:{coefficient}"),
            Self::Sign => f.write_str("sign"),
            Self::Rate { rate } => write!(f, "rate:{rate}"),
        }
    }
}

/// A nonlinear Gaussian process, of unit variance at each site but for units that are 0 or 1.
///
/// ```text
/// x_i = ψ(z_i)/√Var ψ(z)
/// ```
///
/// where z is a [`GaussianProcess`].
///
/// # References
/// Ingrosso & Goldt, PNAS 119, e2201854119 (2022), for the model with `erf`.
#[derive(Debug, Clone, PartialEq)]
pub struct NonlinearGaussian {
    process: GaussianProcess,
    nonlinearity: Nonlinearity,
}

impl NonlinearGaussian {
    /// The process through a nonlinearity.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless a gain is from 10⁻⁴ to 10⁶, a coefficient from −10⁶ to 10⁶ and a rate from 10⁻⁴ to 1 − 10⁻⁴.
    pub fn new(process: GaussianProcess, nonlinearity: Nonlinearity) -> Result<Self> {
        Ok(Self {
            process,
            nonlinearity: nonlinearity.checked()?,
        })
    }
}

impl DataModel for NonlinearGaussian {
    fn units(&self) -> usize {
        self.process.units()
    }

    fn draw(&self, samples: usize, random: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let units = self.units();
        let mut process = self.process.writer();
        if let Some((threshold, [below, above])) = self.nonlinearity.two_values() {
            let mut values = allocate(samples, units)?;
            let mut field = vec![0.0; units];
            for row in values.chunks_exact_mut(units) {
                process.write(&mut field, random);
                for (value, z) in row.iter_mut().zip(&field) {
                    *value = if *z < threshold { below } else { above };
                }
            }
            return Samples::discrete(samples, units, values);
        }
        let mut values: Vec<f64> = allocate(samples, units)?;
        let scale = self.nonlinearity.deviation().recip();
        for row in values.chunks_exact_mut(units) {
            process.write(row, random);
            for x in row {
                *x = scale * self.nonlinearity.at(*x);
            }
        }
        Samples::real(samples, units, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Place;
    use crate::stream::stream;
    use approx::assert_abs_diff_eq;

    const ROWS: usize = 40_000;

    fn drawn(place: Place, nonlinearity: Nonlinearity) -> Vec<Vec<f64>> {
        let process = GaussianProcess::new(place, 7, 1.5).unwrap();
        let model = NonlinearGaussian::new(process, nonlinearity).unwrap();
        let samples = model.draw(ROWS, &mut stream(0, "process", 0)).unwrap();
        let row = |i| {
            let mut row = vec![0.0; model.units()];
            samples.write_row(i, &mut row);
            row
        };
        (0..ROWS).map(row).collect()
    }

    fn average(rows: &[Vec<f64>], f: impl Fn(&[f64]) -> f64) -> f64 {
        rows.iter().map(|row| f(row)).sum::<f64>() / 4e4
    }

    /// exp(−1/ξ²) and its images at distance 1 on a ring of 7, over those at distance 0.
    fn neighbours() -> f64 {
        let sum = |d: f64| -> f64 {
            let images = [-14.0, -7.0, 0.0, 7.0, 14.0];
            images
                .map(|m| (-((d + m) / 1.5_f64).powi(2)).exp())
                .iter()
                .sum()
        };
        sum(1.0) / sum(0.0)
    }

    #[test]
    fn units_have_unit_variance_and_the_kurtosis_of_their_nonlinearity() {
        // Wick's theorem: ⟨z³ He₃⟩ = 6, ⟨z² He₃²⟩ = 42, ⟨z He₃³⟩ = 324, ⟨He₃⁴⟩ = 3348.
        let cubic = |c: f64| {
            let fourth = 3.0 + 24.0 * c + 252.0 * c * c + 1296.0 * c.powi(3) + 3348.0 * c.powi(4);
            fourth / (1.0 + 6.0 * c * c).powi(2)
        };
        for (nonlinearity, fourth) in [
            (Nonlinearity::Sign, 1.0),
            (Nonlinearity::Cubic { coefficient: 0.0 }, 3.0),
            (Nonlinearity::Cubic { coefficient: -0.08 }, cubic(-0.08)),
            // erf(z/√2) is uniform on (−1, 1).
            (Nonlinearity::Erf { gain: 1.0 }, 1.8),
        ] {
            let rows = drawn(Place::Ring, nonlinearity);
            // Four standard errors: Var x² ≤ 2 and Var x⁴ ≤ 96.
            let variance = average(&rows, |x| x[3] * x[3]);
            assert_abs_diff_eq!(variance, 1.0, epsilon = 4.0 * (2.0_f64 / 4e4).sqrt());
            let found = average(&rows, |x| x[0].powi(4));
            assert_abs_diff_eq!(found, fourth, epsilon = 4.0 * (96.0_f64 / 4e4).sqrt());
        }
    }

    #[test]
    fn correlations_are_those_of_the_ring_and_their_product_on_the_torus() {
        let error = 4.0 * (1.5_f64 / 4e4).sqrt();
        let gaussian = Nonlinearity::Cubic { coefficient: 0.0 };
        let ring = drawn(Place::Ring, gaussian);
        assert_abs_diff_eq!(
            average(&ring, |x| x[6] * x[0]),
            neighbours(),
            epsilon = error
        );
        let torus = drawn(Place::Torus, gaussian);
        let diagonal = average(&torus, |x| x[8] * x[0]);
        assert_abs_diff_eq!(diagonal, neighbours().powi(2), epsilon = error);
        // Sheppard's arcsine law.
        let signs = drawn(Place::Ring, Nonlinearity::Sign);
        let wanted = std::f64::consts::FRAC_2_PI * neighbours().asin();
        assert_abs_diff_eq!(average(&signs, |x| x[2] * x[3]), wanted, epsilon = error);
    }

    #[test]
    fn neurons_fire_at_their_rate_and_together_with_their_neighbours() {
        let rows = drawn(Place::Ring, Nonlinearity::Rate { rate: 0.1 });
        assert!(rows.iter().flatten().all(|x| [0.0, 1.0].contains(x)));
        // Four standard errors of a mean of 4e4 numbers of variance 0.09.
        let error = 4.0 * (0.09_f64 / 4e4).sqrt();
        assert_abs_diff_eq!(average(&rows, |x| x[2]), 0.1, epsilon = error);
        // Far more often together than 0.01, and never more than alone.
        let together = average(&rows, |x| x[2] * x[3]);
        assert!((0.02..0.1).contains(&together), "{together}");
        // The normal quantile of 0.975.
        assert_abs_diff_eq!(exceeded_at(0.025), 1.959_963_984_540_054, epsilon = 1e-12);
    }

    #[test]
    fn a_nonlinearity_is_read_back_from_its_name() {
        for name in ["erf:2.5", "cubic:-0.1", "sign", "rate:0.05"] {
            assert_eq!(name.parse::<Nonlinearity>().unwrap().to_string(), name);
        }
        for name in [
            "tanh",
            "erf",
            "erf:0",
            "erf:x",
            "cubic:nan",
            "sign:1",
            "rate:1",
        ] {
            assert!(name.parse::<Nonlinearity>().is_err(), "{name}");
        }
    }
}
