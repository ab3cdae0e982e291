//! How far the distances between place cells fluctuate.

use faer::{Mat, MatRef, Side};

use super::Training;
use super::motion::motion;
use super::response::noise_within;
use super::shift::derivative;
use crate::dynamics::flow::Flow;
use crate::dynamics::ring_flow::{Field, RingFlow, positive_phase, sech_squared_pairs, tanh_pairs};
use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::curvature::hessian;

/// Fluctuations of the distances between neighbouring place cells, which repel each other.
///
/// Weights near their optimum are a linear stochastic process. In the eigenbasis of −H, the negative Hessian of the log-likelihood of
/// all weights, with rates `λ_a` and the covariance Σ of the gradient of one sample, and without the joint motion, along which nothing
/// pulls back,
///
/// ```text
/// ⟨δw_a δw_b⟩ = (η/B) Σ_ab/(λ_a + λ_b − η λ_a λ_b),   x_μ = e_μ·δw_μ/|e_μ|²,   Var(x_μ − x_ν) = d·⟨δw δwᵀ⟩ d
/// ```
///
/// exact for η/B → 0 at any learning rate η < 2/max λ; d is `x_μ − x_ν` as a combination of weights. The stiffness with which two place
/// cells repel each other is *not* that of a rigid shift of their fields: these give way, and it is more than an order of magnitude less.
///
/// # References
/// Own.
#[derive(Debug, Clone)]
pub struct Distances {
    /// On a site and between two.
    modes: [Modes; 2],
}

/// The modes of all weights but the joint motion.
#[derive(Debug, Clone)]
struct Modes {
    /// Rates λ > 0 per unit of learning rate.
    rates: Vec<f64>,
    /// Σ.
    noise: Mat<f64>,
    /// `x_μ − x_ν` of each pair of neighbours.
    distances: Vec<Vec<f64>>,
}

impl Distances {
    /// Of the place cells on a site and between two; `None` where they are no maximum in all but their joint motion.
    pub(super) fn new(ring: &RingFlow, places: [&[f64]; 2]) -> Result<Option<Self>> {
        let [on_site, between] = places;
        let pair = [Modes::new(ring, on_site)?, Modes::new(ring, between)?];
        let [Some(on_site), Some(between)] = pair else {
            return Ok(None);
        };
        Ok(Some(Self {
            modes: [on_site, between],
        }))
    }

    /// Variance of the distance between neighbouring places, sites², the mean of all neighbours.
    ///
    /// The harmonic mean of the values on a site and between two: the force of the lattice is averaged by the motion.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 0 < η < 2/max λ and the batch holds a sample; if the negative phase is sampled.
    pub fn variance(&self, training: &Training) -> Result<f64> {
        training.check_negative_phase(self.modes[0].distances.len())?;
        let temperature = 2.0 * training.checked_rate()?;
        let [on_site, between] = &self.modes;
        let largest = on_site.largest_rate().max(between.largest_rate());
        check(
            "learning_rate",
            "below the one at which learning is unstable",
            training.learning_rate,
            |rate| rate * largest < 2.0,
        )?;
        let values = [on_site, between].map(|modes| modes.variance(training.learning_rate));
        Ok(temperature * 2.0 / (values[0].recip() + values[1].recip()))
    }
}

impl Modes {
    fn new(ring: &RingFlow, weights: &[f64]) -> Result<Option<Self>> {
        let n = weights.len();
        let along = motion(ring, weights);
        let square: f64 = along.iter().map(|e| e * e).sum();
        let joint = Mat::from_fn(n, n, |i, j| along[i] * along[j] / square);
        let still = Mat::<f64>::identity(n, n) - &joint;
        let gradient = |weights: &[f64], gradient: &mut [f64]| {
            ring.evaluate(weights, gradient);
        };
        // A rate of 1 along the joint motion, where there is no noise left.
        let held = joint - &still * hessian(gradient, weights)? * &still;
        let not_finite = Error::NotFinite { name: "the modes" };
        let modes = held
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| not_finite)?;
        let rates: Vec<f64> = modes.S().column_vector().iter().copied().collect();
        if rates.iter().any(|rate| *rate <= 0.0) {
            return Ok(None);
        }
        let noise = &still * noise(ring, weights) * &still;
        Ok(Some(Self {
            rates,
            noise: modes.U().transpose() * noise * modes.U(),
            distances: distances(ring, weights, modes.U()),
        }))
    }

    fn largest_rate(&self) -> f64 {
        self.rates.iter().copied().fold(0.0, f64::max)
    }

    /// Variance of a distance, mean over neighbours, over η/B.
    fn variance(&self, learning_rate: f64) -> f64 {
        let response = |a: usize, b: usize| {
            let [x, y] = [self.rates[a], self.rates[b]];
            self.noise[(a, b)] / (x + y - learning_rate * x * y)
        };
        let n = self.rates.len();
        let all = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        let term = |(a, b)| {
            let products = self.distances.iter().map(|d| d[a] * d[b]);
            response(a, b) * products.sum::<f64>()
        };
        all.map(term).sum::<f64>() / count(self.distances.len())
    }
}

/// Covariance of the gradient of one sample in the weights of all units.
fn noise(ring: &RingFlow, weights: &[f64]) -> Mat<f64> {
    let units = ring.units();
    let mut noise = Mat::zeros(weights.len(), weights.len());
    let fields: Vec<&[f64]> = weights.chunks(units).collect();
    let mean = |w: &[f64]| {
        let mut means = vec![0.0; units];
        positive_phase(ring, w, &mut means);
        means
    };
    let means: Vec<Vec<f64>> = fields.iter().map(|w| mean(w)).collect();
    for (a, w) in fields.iter().enumerate() {
        let within = noise_within(ring, &sech_squared_pairs(ring, w), &means[a]);
        let mut fill = |a: usize, b: usize, block: &Mat<f64>| {
            let mut part = noise.submatrix_mut(a * units, b * units, units, units);
            part.copy_from(block);
        };
        fill(a, a, &within);
        for (b, x) in fields.iter().enumerate().take(a) {
            let pairs = tanh_pairs(ring, w, x);
            let between = Mat::from_fn(units, units, |i, j| {
                pairs[(i, j)] - means[a][i] * means[b][j]
            });
            fill(a, b, &between);
            fill(b, a, &between.transpose().to_owned());
        }
    }
    noise
}

/// `x_μ − x_ν` of every pair of neighbours as combinations of modes.
fn distances(ring: &RingFlow, weights: &[f64], modes: MatRef<'_, f64>) -> Vec<Vec<f64>> {
    let units = ring.units();
    let place = |w: &[f64]| {
        let e = derivative(w);
        let square: f64 = e.iter().map(|e| e * e).sum();
        e.iter().map(|e| e / square).collect::<Vec<f64>>()
    };
    let places: Vec<Vec<f64>> = weights.chunks(units).map(place).collect();
    let coordinate = |unit: usize, mode: usize| -> f64 {
        let rows = places[unit].iter().enumerate();
        rows.map(|(i, x)| x * modes[(unit * units + i, mode)]).sum()
    };
    neighbours(ring, weights)
        .into_iter()
        .map(|(a, b)| {
            let modes = 0..modes.ncols();
            modes
                .map(|mode| coordinate(b, mode) - coordinate(a, mode))
                .collect()
        })
        .collect()
}

/// Units whose places follow each other around the ring.
fn neighbours(ring: &RingFlow, weights: &[f64]) -> Vec<(usize, usize)> {
    let centres = weights.chunks(ring.units()).map(|w| Field::new(w).centre);
    let mut order: Vec<(f64, usize)> = centres
        .enumerate()
        .map(|(unit, centre)| (centre.unwrap_or(0.0), unit))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let next = order.iter().cycle().skip(1);
    order.iter().zip(next).map(|(a, b)| (a.1, b.1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::flow::Search;
    use approx::assert_relative_eq;

    /// Covariance of the gradient of all weights in one sample, by the plain sum.
    fn enumerated(n: usize, beta: f64, w: &[f64]) -> Mat<f64> {
        let size = w.len();
        let (mut z, mut first, mut second) = (0.0, Mat::zeros(size, 1), Mat::zeros(size, size));
        for state in 0..1_usize << n {
            let v: Vec<f64> = (0..n).map(|i| [1.0, -1.0][state >> i & 1]).collect();
            let bonds: f64 = (0..n).map(|i| v[i] * v[(i + 1) % n]).sum();
            let weight = (beta * bonds).exp();
            let slopes: Vec<f64> = w
                .chunks(n)
                .flat_map(|w| {
                    let input: f64 = w.iter().zip(&v).map(|(w, v)| w * v).sum();
                    v.iter()
                        .map(move |v| v * input.tanh())
                        .collect::<Vec<f64>>()
                })
                .collect();
            z += weight;
            first += Mat::from_fn(size, 1, |i, _| weight * slopes[i]);
            second += Mat::from_fn(size, size, |i, j| weight * slopes[i] * slopes[j]);
        }
        let mean = first * faer::Scale(1.0 / z);
        second * faer::Scale(1.0 / z) - &mean * mean.transpose()
    }

    #[test]
    fn the_variance_is_the_fixed_point_of_one_update_after_another() {
        let (n, beta, rate) = (11, 0.2, 0.4);
        let ring = RingFlow::new(n, beta).unwrap();
        let optimum = ring.optimum(2, &Search::default()).unwrap();
        let columns = optimum.weights.col_iter();
        let w: Vec<f64> = columns.flat_map(|w| w.iter().copied()).collect();
        let e = motion(&ring, &w);
        let square: f64 = e.iter().map(|e| e * e).sum();
        let size = w.len();
        let still = Mat::from_fn(size, size, |i, j| {
            f64::from(u8::from(i == j)) - e[i] * e[j] / square
        });
        // Columns of the Hessian by differences of the gradient.
        let slope = |shift: f64, at: usize| -> Vec<f64> {
            let mut moved = optimum.weights.clone();
            moved[(at % n, at / n)] += shift;
            let slope = ring.slope(&moved).unwrap().gradient;
            slope
                .col_iter()
                .flat_map(|g| g.iter().copied().collect::<Vec<f64>>())
                .collect()
        };
        let columns: Vec<[Vec<f64>; 2]> = (0..size)
            .map(|at| [slope(1e-4, at), slope(-1e-4, at)])
            .collect();
        let step = Mat::from_fn(size, size, |i, j| {
            let curvature = (columns[j][0][i] - columns[j][1][i]) / 2e-4;
            f64::from(u8::from(i == j)) + rate * curvature
        });
        let step = &still * step * &still;
        let noise = &still * enumerated(n, beta, &w) * &still * faer::Scale(rate * rate);
        let mut spread = noise.clone();
        // Doubling: after k rounds 2^k updates.
        let (mut power, mut sum) = (step, spread.clone());
        for _ in 0..16 {
            spread = &sum + &power * &sum * power.transpose();
            sum = spread.clone();
            power = &power * &power;
        }
        let distance = |i: usize| {
            let (unit, half) = (i / n, e.len() / 2);
            let own: f64 = e[unit * half..(unit + 1) * half]
                .iter()
                .map(|e| e * e)
                .sum();
            e[i] / own * if unit == 0 { 1.0 } else { -1.0 }
        };
        let mut expected = 0.0;
        for i in 0..size {
            for j in 0..size {
                expected += distance(i) * distance(j) * spread[(i, j)];
            }
        }
        let modes = Modes::new(&ring, &w).unwrap().unwrap();
        // The Hessian is known to 1e-8, its softest mode is of order 1e-2; B = 1.
        assert_relative_eq!(rate * modes.variance(rate), expected, max_relative = 1e-5);
    }

    #[test]
    fn fields_that_give_way_repel_each_other_much_less_than_rigid_ones() {
        let ring = RingFlow::new(24, 0.5).unwrap();
        let optimum = ring.optimum(3, &Search::default()).unwrap();
        let columns = optimum.weights.col_iter();
        let w: Vec<f64> = columns.flat_map(|w| w.iter().copied()).collect();
        let mut shift = motion(&ring, &w);
        // The first field to one side, the second to the other.
        shift[24..48].iter_mut().for_each(|e| *e = -*e);
        shift[48..].fill(0.0);
        let square: f64 = shift.iter().map(|e| e * e).sum();
        let gradient = |w: &[f64], gradient: &mut [f64]| {
            ring.evaluate(w, gradient);
        };
        let shift = Mat::from_fn(72, 1, |i, _| shift[i]);
        let rigid = -(shift.transpose() * hessian(gradient, &w).unwrap() * &shift)[(0, 0)];
        let modes = Modes::new(&ring, &w).unwrap().unwrap();
        let softest = modes.rates.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(rigid / square > 30.0 * softest, "{rigid} {softest}");
    }
}
