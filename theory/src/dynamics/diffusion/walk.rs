//! How long a bump remembers its place in a landscape.

use std::f64::consts::TAU;

use faer::{Mat, Side};

use super::shift::interpolated;
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;

/// Steps per site of the lattice on which the bump hops.
const STEPS: usize = 4;

/// Depth over temperature up to which eight digits are left of the chance to leave the deepest valley.
const DEEPEST: f64 = 40.0;

/// Diffusion around a ring in a landscape of log-likelihoods L(x) at temperature T, one height per site.
///
/// ```text
/// ∂p/∂t = D ∂/∂x (∂p/∂x − p L′/T)
/// ```
///
/// in units in which D = 1: times are D t, in sites². The landscape is interpolated by its Fourier sum and the bump hops between quarters
/// of sites at the rates `exp((L_to − L_from)/2T)`, so that the law at long times is exp(L/T) to the last digit; the rest has
/// errors of second order in the landscape's change over a step.
#[derive(Debug, Clone)]
pub struct LandscapeWalk {
    /// Rates of the modes, 1/sites²: 0 that of the stationary law, the others below.
    rates: Vec<f64>,
    /// Modes of the symmetric generator, one per column.
    modes: Mat<f64>,
    /// Square roots of the stationary law.
    roots: Vec<f64>,
}

impl LandscapeWalk {
    /// Diffusion in `landscape`, N ≥ 3 heights in nats, at T > 0 in nats.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for fewer heights, one that is not finite, a temperature that is not positive, or heights that differ by
    /// more than 40 T.
    pub fn new(landscape: &[f64], temperature: f64) -> Result<Self> {
        positive("temperature", temperature)?;
        let units = count(landscape.len());
        check("places", "at least 3", units, |n| n >= 3.0)?;
        for &height in landscape {
            check("landscape", "finite", height, |_| true)?;
        }
        let heights = refined(landscape, temperature);
        let top = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let bottom = heights.iter().copied().fold(f64::INFINITY, f64::min);
        let domain = "at most 40, the depth of the landscape over the temperature";
        check("depth", domain, top - bottom, |depth| depth <= DEEPEST)?;
        let eigen = generator(&heights)
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| Error::OutOfDomain {
                name: "landscape",
                domain: "one whose walk can be diagonalised",
                value: top - bottom,
            })?;
        let weights: Vec<f64> = heights.iter().map(|height| (height - top).exp()).collect();
        let total: f64 = weights.iter().sum();
        Ok(Self {
            rates: eigen.S().column_vector().iter().copied().collect(),
            modes: eigen.U().to_owned(),
            roots: weights
                .iter()
                .map(|weight| (weight / total).sqrt())
                .collect(),
        })
    }

    /// What a bump that begins on site 0 remembers of its place after a time D t, averaged over a run.
    ///
    /// ```text
    /// C(t) = 1/(t_r − t) ∫₀^(t_r − t) ds ⟨cos 2π(x(s + t) − x(s))/N⟩
    /// ```
    ///
    /// with the duration `t_r` of the run, D `t_r` in sites². exp(−4π² D t/N²) in a flat landscape; near 1 where the bump is trapped.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 0 ≤ D t < D `t_r`, finite.
    pub fn memory(&self, lag: f64, duration: f64) -> Result<f64> {
        check("lag", "at least 0", lag, |lag| lag >= 0.0)?;
        let starts = positive("duration minus lag", duration - lag)?;
        // The mean law of the places at which the lag begins.
        let mut law = vec![0.0; self.roots.len()];
        for (rate, mode) in self.rates.iter().zip(self.modes.col_iter()) {
            let share = mean_decay(rate * starts) * mode[0] / self.roots[0];
            for ((law, root), value) in law.iter_mut().zip(&self.roots).zip(mode.iter()) {
                *law += share * root * value;
            }
        }
        let places = count(law.len());
        let waves: Vec<(f64, f64)> = (0..law.len())
            .map(|place| (TAU * count(place) / places).sin_cos())
            .collect();
        let mut memory = 0.0;
        for (rate, mode) in self.rates.iter().zip(self.modes.col_iter()) {
            let mut sums = [0.0; 4];
            for (place, (sin, cos)) in waves.iter().enumerate() {
                let end = mode[place] * self.roots[place];
                let start = mode[place] * law[place] / self.roots[place];
                for (sum, term) in
                    sums.iter_mut()
                        .zip([end * cos, start * cos, end * sin, start * sin])
                {
                    *sum += term;
                }
            }
            memory += (rate * lag).exp() * (sums[0] * sums[1] + sums[2] * sums[3]);
        }
        Ok(memory)
    }
}

/// Heights over temperature at every step.
fn refined(landscape: &[f64], temperature: f64) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = (0..STEPS)
        .map(|part| interpolated(landscape, count(part) / count(STEPS), false))
        .collect();
    let sites = 0..landscape.len();
    sites
        .flat_map(|site| parts.iter().map(move |part| part[site] / temperature))
        .collect()
}

/// The generator of the walk between its square roots of the stationary law.
fn generator(heights: &[f64]) -> Mat<f64> {
    let places = heights.len();
    let free = count(STEPS * STEPS);
    let rate = |from: usize, to: usize| free * (0.5 * (heights[to] - heights[from])).exp();
    let mut generator = Mat::zeros(places, places);
    for place in 0..places {
        let next = (place + 1) % places;
        generator[(place, place)] -= rate(place, next);
        generator[(next, next)] -= rate(next, place);
        generator[(place, next)] += free;
        generator[(next, place)] += free;
    }
    generator
}

/// (1/t) ∫₀^t exp(rate s) ds from rate · t.
fn mean_decay(exponent: f64) -> f64 {
    if exponent.abs() < 1e-8 {
        1.0 + 0.5 * exponent
    } else {
        exponent.exp_m1() / exponent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    fn cosine(units: usize, waves: usize, height: f64) -> Vec<f64> {
        (0..units)
            .map(|j| height * (TAU * count(j * waves % units) / count(units)).cos())
            .collect()
    }

    #[test]
    fn a_flat_landscape_is_forgotten_exponentially() {
        let walk = LandscapeWalk::new(&[0.3; 20], 0.01).unwrap();
        for lag in [0.0, 1.0, 10.0, 40.0] {
            let expected = (-lag * (TAU / 20.0).powi(2)).exp();
            // The lattice of quarter sites takes (2π/80)²/12 of the exponent of order 4.
            assert_abs_diff_eq!(walk.memory(lag, 50.0).unwrap(), expected, epsilon = 1e-3);
        }
    }

    #[test]
    fn modes_and_steps_of_time_agree() {
        let landscape: Vec<f64> = (0..12).map(|j| 0.02 * count(j * j % 7)).collect();
        let walk = LandscapeWalk::new(&landscape, 0.05).unwrap();
        let heights = refined(&landscape, 0.05);
        let (places, step, steps, lags) = (48, 2e-4, 20_000, 5_000);
        let hop = |from: usize, to: usize| 16.0 * (0.5 * (heights[to] - heights[from])).exp();
        let advance = |law: &[f64]| -> Vec<f64> {
            let next = |i: usize| {
                let [left, right] = [(i + places - 1) % places, (i + 1) % places];
                let gain = hop(left, i) * law[left] + hop(right, i) * law[right];
                law[i] + step * (gain - (hop(i, left) + hop(i, right)) * law[i])
            };
            (0..places).map(next).collect()
        };
        // Where walks from each place go in the mean after the lag: cos and sin.
        let mut law = vec![0.0; places];
        law[0] = 1.0;
        let mut mean = vec![0.0; places];
        for _ in 0..steps - lags {
            for (mean, law) in mean.iter_mut().zip(&law) {
                *mean += law / count(steps - lags);
            }
            law = advance(&law);
        }
        let angle = |i: usize| TAU * count(i) / count(places);
        let mut memory = 0.0;
        for start in 0..places {
            let mut law = vec![0.0; places];
            law[start] = 1.0;
            for _ in 0..lags {
                law = advance(&law);
            }
            let cos: f64 = (0..places)
                .map(|i| law[i] * (angle(i) - angle(start)).cos())
                .sum();
            memory += mean[start] * cos;
        }
        // Steps of time of 2e-4 against rates of up to 60.
        assert_abs_diff_eq!(walk.memory(1.0, 4.0).unwrap(), memory, epsilon = 2e-4);
    }

    /// Diffusion in a periodic landscape of temperature 1 in units of that in a flat one, `1/(⟨exp L⟩⟨exp(−L)⟩)`: Lifson &
    /// Jackson, J. Chem. Phys. 36, 2410 (1962).
    fn slowing(landscape: &[f64]) -> f64 {
        let mean = |sign: f64| -> f64 {
            let weights = landscape.iter().map(|height| (sign * height).exp());
            weights.sum::<f64>() / count(landscape.len())
        };
        1.0 / (mean(1.0) * mean(-1.0))
    }

    #[test]
    fn over_many_periods_the_slowest_mode_is_that_of_the_slowed_diffusion() {
        for height in [0.5, 1.5] {
            let landscape = cosine(160, 20, height);
            let walk = LandscapeWalk::new(&landscape, 1.0).unwrap();
            let mut rates = walk.rates.clone();
            rates.sort_by(|a, b| b.total_cmp(a));
            assert_abs_diff_eq!(rates[0], 0.0, epsilon = 1e-11);
            let expected = slowing(&landscape) * (TAU / 160.0).powi(2);
            // The square of one period over the ring, 1/400, and that of the landscape's change over a quarter of a site.
            assert_relative_eq!(-rates[1], expected, max_relative = 0.01);
        }
    }

    #[test]
    fn a_deep_valley_is_not_left() {
        let walk = LandscapeWalk::new(&cosine(20, 1, 15.0), 1.0).unwrap();
        // From the top at site 0: the variance of the place is 1/L″ = (N/2π)²/15, and cos loses that of a difference.
        let expected = (-1.0_f64 / 15.0).exp();
        assert_abs_diff_eq!(walk.memory(30.0, 300.0).unwrap(), expected, epsilon = 5e-3);
        assert!(LandscapeWalk::new(&cosine(20, 1, 25.0), 1.0).is_err());
    }

    #[test]
    fn what_is_no_landscape_or_time_is_refused() {
        assert!(LandscapeWalk::new(&[0.0, 1.0], 1.0).is_err());
        assert!(LandscapeWalk::new(&[0.0, f64::NAN, 1.0], 1.0).is_err());
        assert!(LandscapeWalk::new(&[0.0, 0.1, 0.2], 0.0).is_err());
        let walk = LandscapeWalk::new(&[0.0, 0.1, 0.2], 1.0).unwrap();
        for (lag, duration) in [
            (-1.0, 1.0),
            (1.0, 1.0),
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
        ] {
            assert!(walk.memory(lag, duration).is_err());
        }
    }
}
