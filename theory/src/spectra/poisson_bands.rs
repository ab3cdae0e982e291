//! The continuous spectra of infinite rings.

use num_complex::Complex64;

use super::{PopulationSpectrum, Response};
use crate::error::{Result, check};
use crate::numerics::count;

/// One band: the spectrum of a chain whose correlations decay as tᵈ.
///
/// ```text
/// λ(q) = scale · (1−t²)/(1+t²−2t cos q),   q uniform on [0, 2π)
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// t ∈ (−1, 1): correlation of neighbours. The law depends on |t| only.
    pub correlation: f64,
    /// Mean eigenvalue of the band, positive.
    pub scale: f64,
    /// Share of the variables, positive.
    pub weight: f64,
}

/// A mixture of [`Band`]s and of null directions, Σ weights + null weight = 1.
///
/// With c = (1+t²)/(1−t²) and D(u) = √(u² − 2cu + 1), the branch that grows like u, a band of scale 1 has
///
/// ```text
/// ∫ 1/(u−λ) = (1 + 1/D)/u,   ∫ λ/(u−λ)² = (u−c)/D³,   ∫ λ²/(u−λ)³ = [3(cu−1)(u−c)/D² − c]/(2D³),
///    ∫ ln(u−λ) = ln{[(1+t²)u − (1−t²) + (1−t²)D]/2}
/// ```
///
/// (own; from ∮ dq/(A − B cos q) = 2π/√(A²−B²)). All bands contain their scale: with one scale there is no gap.
#[derive(Debug, Clone, PartialEq)]
pub struct PoissonBands {
    bands: Vec<Band>,
    null_weight: f64,
}

impl PoissonBands {
    /// The mixture of `bands`, completed to total weight 1 by null directions.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless |t| < 1, weights and scales are positive, all scales are equal (otherwise gaps could
    /// open between the bands, which this type does not look for) and the weights sum to at most 1.
    pub fn new(bands: Vec<Band>) -> Result<Self> {
        let mut total = 0.0;
        for band in &bands {
            check("correlation", "between -1 and 1", band.correlation, |t| {
                t.abs() < 1.0
            })?;
            check(
                "scale",
                "positive and the same for all bands",
                band.scale,
                |s| s > 0.0 && s.total_cmp(&bands[0].scale).is_eq(),
            )?;
            check("weight", "positive", band.weight, |w| w > 0.0)?;
            total += band.weight;
        }
        // Weights such as nine times 1/10 sum to 1 only up to rounding.
        check("total weight", "positive and at most 1", total, |w| {
            w > 0.0 && w < 1.0 + 1e-12
        })?;
        let null_weight = if total > 1.0 - 1e-12 {
            0.0
        } else {
            1.0 - total
        };
        Ok(Self { bands, null_weight })
    }

    /// The infinite Ising ring: one band with t = tanh β and scale 1.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless `beta` is finite and |tanh β| < 1 in double precision (|β| < 18).
    pub fn ising_ring(beta: f64) -> Result<Self> {
        check("beta", "finite and between -18 and 18", beta, |b| {
            b.abs() < 18.0
        })?;
        Self::new(vec![Band {
            correlation: beta.tanh(),
            scale: 1.0,
            weight: 1.0,
        }])
    }

    fn largest_correlation(&self) -> f64 {
        self.bands
            .iter()
            .map(|band| band.correlation.abs())
            .fold(0.0, f64::max)
    }

    fn scale(&self) -> f64 {
        self.bands.first().map_or(0.0, |band| band.scale)
    }
}

impl Band {
    /// c = (1+t²)/(1−t²), the mean of the band's two ends in units of the scale.
    fn centre(&self) -> f64 {
        let t = self.correlation;
        (1.0 + t * t) / ((1.0 - t) * (1.0 + t))
    }

    /// D(v) at v = u/scale, as a product of two principal roots so that the cut is the band itself.
    fn root(&self, v: Complex64) -> Complex64 {
        let t = self.correlation.abs();
        let top = (1.0 + t) / (1.0 - t);
        (v - top).sqrt() * (v - 1.0 / top).sqrt()
    }

    fn response(&self, u: Complex64) -> Response<Complex64> {
        let v = u / self.scale;
        let (c, root) = (self.centre(), self.root(v));
        let square = root * root;
        // (1 + 1/D)/v: on the left of the band D → −1 as v → 0, and D² − 1 = v (v − 2c) removes the cancellation.
        let first = if root.re < 0.0 {
            (v - 2.0 * c) / (root * (root - 1.0))
        } else {
            (root + 1.0) / (root * v)
        };
        let second = (v - c) / (square * root);
        let third = ((v * c - 1.0) * (v - c) * 3.0 / square - c) / (square * root * 2.0);
        Response {
            first: first / self.scale,
            second: second / self.scale,
            third: third / self.scale,
        }
    }
}

impl PopulationSpectrum for PoissonBands {
    // The trapezoid rule on a period converges geometrically for an analytic f; its nodes double until it has.
    fn expect(&self, f: &dyn Fn(f64) -> f64) -> f64 {
        let null = if self.null_weight > 0.0 {
            self.null_weight * f(0.0)
        } else {
            0.0
        };
        null + self
            .bands
            .iter()
            .map(|band| band.weight * periodic_mean(band, f))
            .sum::<f64>()
    }

    /// In closed form up to the second, `∫ λ² = scale² c`: of strong correlations the average takes many nodes.
    fn moment(&self, k: i32) -> f64 {
        let of_band = |band: &Band| match k {
            1 => band.scale,
            2 => band.scale * band.scale * band.centre(),
            _ => periodic_mean(band, &|lambda| lambda.powi(k)),
        };
        let null = if k == 0 { self.null_weight } else { 0.0 };
        let bands = self.bands.iter();
        null + bands.map(|band| band.weight * of_band(band)).sum::<f64>()
    }

    fn support(&self) -> (f64, f64) {
        let t = self.largest_correlation();
        let lowest = if self.null_weight > 0.0 {
            0.0
        } else {
            self.smallest_positive()
        };
        (lowest, self.scale() * (1.0 + t) / (1.0 - t))
    }

    fn positive_mass(&self) -> f64 {
        1.0 - self.null_weight
    }

    fn mass_above(&self, x: f64) -> f64 {
        if x < self.smallest_positive() {
            self.positive_mass()
        } else {
            0.0
        }
    }

    fn smallest_positive(&self) -> f64 {
        let t = self.largest_correlation();
        self.scale() * (1.0 - t) / (1.0 + t)
    }

    fn has_band_at(&self, x: f64) -> bool {
        x > self.smallest_positive() && x < self.support().1
    }

    fn gaps(&self) -> Vec<(f64, f64)> {
        Vec::new()
    }

    fn response(&self, u: Complex64) -> Response<Complex64> {
        let zero = Complex64::new(0.0, 0.0);
        let mut sum = Response {
            first: zero,
            second: zero,
            third: zero,
        };
        for band in &self.bands {
            let r = band.response(u);
            sum.first += r.first * band.weight;
            sum.second += r.second * band.weight;
            sum.third += r.third * band.weight;
        }
        sum
    }

    fn ratio(&self, u: Complex64) -> Complex64 {
        let bands = self.bands.iter();
        bands
            .map(|band| band.root(u / band.scale).inv() * band.weight)
            .sum()
    }

    fn response_on_axis(&self, u: f64) -> Response<f64> {
        let r = self.response(Complex64::new(u, 0.0));
        Response {
            first: r.first.re,
            second: r.second.re,
            third: r.third.re,
        }
    }

    fn argument(&self, u: Complex64) -> f64 {
        let total = self.bands.iter().map(|band| {
            let v = u / band.scale;
            let t = band.correlation;
            let (plus, minus) = (1.0 + t * t, (1.0 - t) * (1.0 + t));
            band.weight * (v * plus - minus + band.root(v) * minus).arg()
        });
        total.sum()
    }
}

/// Average of f over one band's eigenvalues.
fn periodic_mean(band: &Band, f: &dyn Fn(f64) -> f64) -> f64 {
    const MOST_NODES: usize = 1 << 20;
    let t = band.correlation;
    let eigenvalue = |q: f64| {
        let s = (0.5 * q).sin();
        band.scale * (1.0 - t) * (1.0 + t) / ((1.0 - t) * (1.0 - t) + 4.0 * t * s * s)
    };
    let mut nodes = 16;
    let mut mean = 0.0;
    let mut previous = f64::NAN;
    let mut sum = f(eigenvalue(0.0));
    let mut fresh = 1..nodes;
    let mut step = 1;
    loop {
        for k in fresh.step_by(step) {
            let q = std::f64::consts::TAU * count(k) / count(nodes);
            sum += f(eigenvalue(q));
        }
        let next = sum / count(nodes);
        let settled = (next - mean).abs() <= 1e-15 * next.abs() && (mean - previous).abs() < 1e-9;
        (previous, mean) = (mean, next);
        if settled || nodes >= MOST_NODES {
            return mean;
        }
        nodes *= 2;
        fresh = 1..nodes;
        step = 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Two bands, and a quarter of null directions.
    fn two_bands() -> PoissonBands {
        PoissonBands::new(vec![
            Band {
                correlation: 0.5,
                scale: 1.25,
                weight: 0.5,
            },
            Band {
                correlation: -0.3,
                scale: 1.25,
                weight: 0.25,
            },
        ])
        .unwrap()
    }

    #[test]
    fn all_that_is_positive_lies_above_the_lower_end_and_nothing_above_the_top() {
        let spectrum = two_bands();
        let (lowest, top) = (spectrum.smallest_positive(), spectrum.support().1);
        assert!(0.0 < lowest && lowest < top);
        assert_relative_eq!(spectrum.mass_above(0.5 * lowest), 0.75);
        assert_relative_eq!(spectrum.mass_above(2.0 * top), 0.0);
    }

    #[test]
    fn closed_sums_are_the_integrals_over_the_band() {
        let spectrum = two_bands();
        for u in [-2.0, 0.1, 5.0] {
            let r = spectrum.response_on_axis(u);
            let power = |n: i32, m: i32| spectrum.expect(&|x| x.powi(n) / (u - x).powi(m));
            assert_relative_eq!(r.first, power(0, 1) - 0.25 / u, max_relative = 1e-13);
            assert_relative_eq!(r.second, power(1, 2), max_relative = 1e-13);
            assert_relative_eq!(r.third, power(2, 3), max_relative = 1e-13);
        }
    }

    #[test]
    fn moments_in_closed_form_are_the_averages() {
        for beta in [0.2, 1.0, 3.0] {
            let spectrum = PoissonBands::ising_ring(beta).unwrap();
            for k in 0..=3 {
                let average = spectrum.expect(&|x| x.powi(k));
                assert_relative_eq!(spectrum.moment(k), average, max_relative = 1e-11);
            }
        }
    }

    #[test]
    fn sums_near_zero_keep_their_accuracy() {
        let spectrum = PoissonBands::ising_ring(0.7).unwrap();
        for u in [-1.0, -1e-9, 1e-15, 0.05] {
            let first = spectrum.response_on_axis(u).first;
            assert_relative_eq!(
                first,
                spectrum.expect(&|x| 1.0 / (u - x)),
                max_relative = 1e-12
            );
        }
    }

    #[test]
    fn argument_is_the_integral_of_arguments() {
        let spectrum = PoissonBands::ising_ring(1.0).unwrap();
        for u in [
            Complex64::new(3.0, 0.4),
            Complex64::new(-1.0, 0.2),
            Complex64::new(9.0, 1.0),
        ] {
            let direct = spectrum.expect(&|x| u.im.atan2(u.re - x));
            assert_relative_eq!(spectrum.argument(u), direct, max_relative = 1e-12);
        }
    }

    #[test]
    fn unlike_scales_are_refused() {
        let band = |scale| Band {
            correlation: 0.1,
            scale,
            weight: 0.5,
        };
        assert!(matches!(
            PoissonBands::new(vec![band(1.0), band(2.0)]),
            Err(crate::Error::OutOfDomain { .. })
        ));
    }
}
