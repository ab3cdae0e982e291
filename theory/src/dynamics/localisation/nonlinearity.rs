//! What is done to the Gaussian of a site.

use std::f64::consts::FRAC_2_PI;
use std::fmt;
use std::str::FromStr;

use super::diagrams::cumulant_of_cubic;
use super::signs::cumulant_of_signs;
use super::thresholds::Firing;
use crate::error::{Error, check};

/// A function of a Gaussian of unit variance, minus its mean and divided by its standard deviation; odd but for neurons that are silent or fire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nonlinearity {
    /// ψ(z) = erf(G z/√2), of negative kurtosis: the sign of z and independent noise of variance 1/G², averaged over the noise.
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
    /// ψ(z) = 1 where z exceeds a threshold, and 0 elsewhere: neurons that are silent or fire.
    Rate {
        /// Mean F of ψ, from 10⁻⁴ to 1 − 10⁻⁴.
        rate: f64,
    },
}

/// Why a text names no nonlinearity; each message is the rest of a sentence that begins with the text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseNonlinearityError {
    /// There is no such nonlinearity.
    #[error("is no nonlinearity; write {}", Nonlinearity::NAMES)]
    Unknown,
    /// A parameter is missing or no number.
    #[error("needs a number after the colon: write {0}")]
    NotANumber(&'static str),
    /// A parameter is out of its range.
    #[error(transparent)]
    Parameter(#[from] Error),
}

impl Nonlinearity {
    /// How nonlinearities are written.
    pub const NAMES: &'static str = "erf:G with a gain G from 1e-4 to 1e6, cubic:C, sign, or rate:F with a mean F from 1e-4 to 0.9999";

    /// The same with its parameter checked.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless a gain is from 10⁻⁴ to 10⁶, a coefficient is finite and at most 10⁶ in size, and a rate is from 10⁻⁴ to 1 − 10⁻⁴.
    pub fn checked(self) -> Result<Self, Error> {
        match self {
            // Below, rounding would decide on the cumulants, which fall as G².
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

    /// Covariance of two sites whose Gaussians have the correlation ρ; 1 for a site with itself.
    ///
    /// ```text
    /// erf: arcsin(g ρ)/arcsin g, g = G²/(1 + G²)     sign: (2/π) arcsin ρ     cubic: (ρ + 6 C² ρ³)/(1 + 6 C²)
    /// rate: ∫₀^arcsin ρ dθ exp(−u²/(1 + sin θ))/(2π F (1 − F)),   F = erfc(u/√2)/2
    /// ```
    pub fn covariance(self, correlation: f64) -> f64 {
        match self {
            Self::Erf { gain } => (shared(gain) * correlation).asin() / shared(gain).asin(),
            Self::Cubic { coefficient } => {
                let square = 6.0 * coefficient * coefficient;
                (correlation + square * correlation.powi(3)) / (1.0 + square)
            }
            Self::Sign => FRAC_2_PI * correlation.asin(),
            Self::Rate { rate } => Firing::at_rate(rate).covariance(correlation),
        }
    }

    /// Third cumulant of three sites, given the correlations of the Gaussians of the pairs 01, 02, 12: 0 of an odd function.
    ///
    /// Sites may coincide: their correlation is exactly 1.
    pub fn third_cumulant(self, correlations: [f64; 3]) -> f64 {
        match self {
            Self::Erf { .. } | Self::Cubic { .. } | Self::Sign => 0.0,
            Self::Rate { rate } => Firing::at_rate(rate).third_cumulant(correlations),
        }
    }

    /// Whether third cumulants vanish, as those of an odd function do.
    pub fn is_odd(self) -> bool {
        !matches!(self, Self::Rate { .. })
    }

    /// Fourth cumulant of four sites, given the correlations of the Gaussians of the pairs 01, 02, 03, 12, 13, 23.
    ///
    /// Sites may coincide: their correlation is exactly 1. Doc comments of the cumulants of signs, of thresholds and of Hermite polynomials have the equations.
    pub fn fourth_cumulant(self, correlations: [f64; 6]) -> f64 {
        match self {
            Self::Erf { gain } => {
                let g = shared(gain);
                let variance = FRAC_2_PI * g.asin();
                cumulant_of_signs(correlations.map(|r| g * r)) / (variance * variance)
            }
            Self::Cubic { coefficient } => {
                let variance = 1.0 + 6.0 * coefficient * coefficient;
                cumulant_of_cubic(coefficient, correlations) / (variance * variance)
            }
            Self::Sign => signs(correlations),
            Self::Rate { rate } => Firing::at_rate(rate).fourth_cumulant(correlations),
        }
    }

    /// Excess kurtosis of one unit.
    pub fn kurtosis(self) -> f64 {
        self.fourth_cumulant([1.0; 6])
    }
}

/// g = G²/(1 + G²), the correlation of two noisy copies of one Gaussian.
fn shared(gain: f64) -> f64 {
    1.0 / (1.0 + (gain * gain).recip())
}

/// The cumulant of signs, of which two may stand at one site: s² = 1 leaves −2 C C of that site and the two others.
fn signs(correlations: [f64; 6]) -> f64 {
    let sign = |r: f64| FRAC_2_PI * r.asin();
    let [a, b, c, d, e, f] = correlations;
    // The site of a coincident pair with each of the others.
    let others = [[b, c], [a, c], [a, b], [a, e], [a, d], [b, d]];
    let is_one = |r: f64| r >= 1.0;
    match [a, b, c, d, e, f].into_iter().position(is_one) {
        Some(pair) => -2.0 * others[pair].map(sign).iter().product::<f64>(),
        None => cumulant_of_signs(correlations),
    }
}

impl FromStr for Nonlinearity {
    type Err = ParseNonlinearityError;

    fn from_str(text: &str) -> Result<Self, ParseNonlinearityError> {
        let number = |text: &str, example| {
            let number = text.parse::<f64>();
            number.map_err(|_| ParseNonlinearityError::NotANumber(example))
        };
        let named = match text.split_once(':') {
            None if text == "sign" => Self::Sign,
            None if text == "erf" => return Err(ParseNonlinearityError::NotANumber("erf:2")),
            None if text == "rate" => return Err(ParseNonlinearityError::NotANumber("rate:0.2")),
            None if text == "cubic" => {
                return Err(ParseNonlinearityError::NotANumber("cubic:-0.1"));
            }
            Some(("erf", gain)) => Self::Erf {
                gain: number(gain, "erf:2")?,
            },
            Some(("cubic", coefficient)) => Self::Cubic {
                coefficient: number(coefficient, "cubic:-0.1")?,
            },
            Some(("rate", rate)) => Self::Rate {
                rate: number(rate, "rate:0.2")?,
            },
            _ => return Err(ParseNonlinearityError::Unknown),
        };
        Ok(named.checked()?)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::gaussian_average;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use libm::erf;

    #[test]
    fn the_cumulant_of_erf_at_sites_that_coincide_is_that_of_averages() {
        let (gain, r) = (1.7, 0.45);
        let psi = |z: f64| erf(gain * z * std::f64::consts::FRAC_1_SQRT_2);
        let rest = f64::sqrt(1.0 - r * r);
        let moment = |p: i32, q: i32| {
            let inner = |z: f64| {
                let other = |y: f64| psi(r * z + rest * y).powi(q);
                psi(z).powi(p) * gaussian_average(other, &[], 1e-12).unwrap().value
            };
            gaussian_average(inner, &[], 1e-12).unwrap().value
        };
        let (variance, covariance) = (moment(2, 0), moment(1, 1));
        let unit = Nonlinearity::Erf { gain };
        assert_relative_eq!(
            unit.covariance(r),
            covariance / variance,
            max_relative = 1e-10
        );
        let square = variance * variance;
        let pairs = (moment(2, 2) - square - 2.0 * covariance * covariance) / square;
        let found = unit.fourth_cumulant([1.0, r, r, r, r, 1.0]);
        assert_abs_diff_eq!(found, pairs, epsilon = 1e-9);
        let triple = (moment(3, 1) - 3.0 * variance * covariance) / square;
        let found = unit.fourth_cumulant([1.0, 1.0, r, 1.0, r, r]);
        assert_abs_diff_eq!(found, triple, epsilon = 1e-9);
        let kurtosis = moment(4, 0) / square - 3.0;
        assert_abs_diff_eq!(unit.kurtosis(), kurtosis, epsilon = 1e-9);
    }

    #[test]
    fn erf_tends_to_the_sign_and_to_the_gaussian() {
        let r = [0.5, 0.3, 0.2, 0.6, 0.1, 0.7];
        let sign = Nonlinearity::Sign;
        // The variance of a site, (2/π) arcsin g, is 1 up to 0.9/G.
        let steep = Nonlinearity::Erf { gain: 1e5 };
        let [steep, limit] = [steep, sign].map(|unit| unit.fourth_cumulant(r));
        assert_relative_eq!(steep, limit, max_relative = 3e-5);
        let flat = Nonlinearity::Erf { gain: 1e-3 };
        assert_abs_diff_eq!(flat.fourth_cumulant(r), 0.0, epsilon = 1e-5);
        assert_abs_diff_eq!(flat.covariance(0.3), 0.3, epsilon = 1e-6);
        // erf(z/√2) is uniform on (−1, 1).
        let uniform = Nonlinearity::Erf { gain: 1.0 };
        assert_abs_diff_eq!(uniform.kurtosis(), -1.2, epsilon = 1e-12);
        assert_relative_eq!(sign.kurtosis(), -2.0);
    }

    #[test]
    fn erf_of_a_small_gain_is_cubic() {
        // erf(G z/√2) ∝ z − G² z³/6 + …: C = −G²/6.
        for gain in [1e-2, 1e-4] {
            let erf = Nonlinearity::Erf { gain };
            let coefficient = -gain * gain / 6.0;
            let cubic = Nonlinearity::Cubic { coefficient };
            for r in [[1.0; 6], [0.5, 0.3, 0.2, 0.6, 0.1, 0.7]] {
                let [found, wanted] = [erf, cubic].map(|unit| unit.fourth_cumulant(r));
                // The next order is G²; rounding 1e-15 of the covariances' products.
                let error = 2.0 * gain * gain + 1e-14 / wanted.abs();
                assert_relative_eq!(found, wanted, max_relative = error);
            }
        }
    }

    #[test]
    fn signs_at_one_site_are_the_limit_of_neighbouring_ones() {
        let coincident = [1.0, 0.4, 0.3, 0.4, 0.3, 0.6];
        let near = [1.0 - 1e-12, 0.4, 0.3, 0.4, 0.3, 0.6];
        let [exact, limit] = [coincident, near].map(|r| Nonlinearity::Sign.fourth_cumulant(r));
        // The error falls as the square root of the distance.
        assert_abs_diff_eq!(exact, limit, epsilon = 1e-4);
        let triple = [1.0, 1.0, 0.3, 1.0, 0.3, 0.3];
        let wanted = -2.0 * FRAC_2_PI * 0.3_f64.asin();
        assert_relative_eq!(Nonlinearity::Sign.fourth_cumulant(triple), wanted);
    }

    #[test]
    fn a_nonlinearity_is_read_back_from_its_name() {
        for name in ["erf:2.5", "cubic:-0.1", "sign", "rate:0.2"] {
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
