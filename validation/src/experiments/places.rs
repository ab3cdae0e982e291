//! The place of weights on a ring.

use std::f64::consts::TAU;

use super::harmonics::harmonic;
use crate::comparison::as_float;

/// Steps of Newton's method for a place, from the nearest site.
const NEWTON: usize = 5;

/// Where weights are, in sites, by comparison with those of a place cell: the shift x at which `Σ_j w_j w⁰_(j−x)` is largest, with
/// w⁰ interpolated by its Fourier sum.
///
/// At the maximum the projection on e = dw⁰/dx vanishes. Modes of the weights are orthogonal, so that to first order no other one
/// moves x.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// Fourier coefficients k = 1, 2, … of w⁰, real and imaginary part.
    coefficients: Vec<(f64, f64)>,
    /// N.
    units: f64,
    /// The last place, counted on over whole turns.
    place: f64,
}

impl Template {
    /// The weights w⁰, which are at 0.
    pub(super) fn new(weights: &[f64]) -> Self {
        let modes = 1..weights.len().div_ceil(2);
        Self {
            coefficients: modes.map(|k| harmonic(weights, k)).collect(),
            units: as_float(weights.len()),
            place: 0.0,
        }
    }

    /// Where the weights are, which have moved by less than half a turn since the last time.
    pub(super) fn follow(&mut self, weights: &[f64]) -> f64 {
        let turn = TAU / self.units;
        let products: Vec<Product> = self
            .coefficients
            .iter()
            .enumerate()
            .map(|(index, &(a, b))| {
                let (re, im) = harmonic(weights, index + 1);
                Product {
                    wave_number: turn * as_float(index + 1),
                    re: re * a + im * b,
                    im: im * a - re * b,
                }
            })
            .collect();
        let likeness = |site: usize| -> f64 {
            let terms = products.iter().map(|product| product.at(as_float(site)).0);
            terms.sum()
        };
        let likenesses: Vec<f64> = (0..weights.len()).map(likeness).collect();
        let nearest = (0..weights.len())
            .max_by(|a, b| likenesses[*a].total_cmp(&likenesses[*b]))
            .unwrap_or(0);
        let step = refined(&products, as_float(nearest)) - self.place;
        self.place += step - self.units * (step / self.units).round();
        self.place
    }
}

/// ŵ conj(ŵ⁰) of one wave.
struct Product {
    /// 2πk/N.
    wave_number: f64,
    re: f64,
    im: f64,
}

impl Product {
    /// Re(ŵ conj(ŵ⁰) exp(ikx)), its slope and its curvature in x.
    fn at(&self, x: f64) -> (f64, f64, f64) {
        let k = self.wave_number;
        let (sin, cos) = (k * x).sin_cos();
        let (even, odd) = (self.re * cos + self.im * sin, self.im * cos - self.re * sin);
        (even, k * odd, -k * k * even)
    }
}

/// The maximum of the sum next to x.
fn refined(products: &[Product], mut x: f64) -> f64 {
    for _ in 0..NEWTON {
        let (slope, curvature) = products.iter().fold((0.0, 0.0), |sum, product| {
            let (_, slope, curvature) = product.at(x);
            (sum.0 + slope, sum.1 + curvature)
        });
        // The best site is within half a site of a maximum.
        x -= (slope / curvature).clamp(-0.5, 0.5);
    }
    x
}

/// Diffusion per record, from the rise of the mean squared displacement between two lags.
///
/// ```text
/// D = [⟨(x_{t+b} − x_t)²⟩ − ⟨(x_{t+a} − x_t)²⟩]/(2 (b − a))
/// ```
///
/// What is added to the place and relaxes within the lag a cancels.
pub(super) fn diffusion(places: &[f64], lags: [usize; 2]) -> f64 {
    let [first, last] = lags.map(|lag| squared_displacement(places, lag));
    (last - first) / (2.0 * as_float(lags[1] - lags[0]))
}

/// Mean squared displacement over a lag.
fn squared_displacement(places: &[f64], lag: usize) -> f64 {
    let pairs = places.iter().zip(&places[lag..]);
    let sum: f64 = pairs.map(|(from, to)| (to - from).powi(2)).sum();
    sum / as_float(places.len() - lag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: usize = 60;

    #[test]
    fn a_walk_around_the_ring_is_followed() {
        let field = |centre: f64| -> Vec<f64> {
            let distance = |j: usize| (TAU * (as_float(j) - centre) / as_float(UNITS)).cos();
            (0..UNITS).map(|j| (3.0 * distance(j)).exp()).collect()
        };
        // Steps of 7.3 sites, many times around.
        let mut template = Template::new(&field(0.0));
        let walk: Vec<f64> = (0..150)
            .map(|step| template.follow(&field(7.3 * f64::from(step))))
            .collect();
        // Newton's method from half a site away, five steps.
        assert!((walk[149] - 1087.7).abs() < 1e-9);
    }

    #[test]
    fn steps_of_a_site_have_squares_that_add_up() {
        let walk: Vec<f64> = (0..150).map(|step| 0.8 * f64::from(step)).collect();
        // Rounding of places up to 120.
        assert!((squared_displacement(&walk, 5) - 16.0).abs() < 1e-10);
        // 0.64 (10² − 5²)/(2·5).
        assert!((diffusion(&walk, [5, 10]) - 4.8).abs() < 1e-10);
    }
}
