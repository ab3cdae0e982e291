//! The spins of one layer in the fields that the other layer makes.

use faer::Mat;

use super::components::Term;
use crate::replica::field::{
    FieldAverages, centred_averages, centred_log_cosh, field_averages, log_cosh_average,
};

/// Terms of a law from which on averages over fields without mean are taken from a table: a few are summed, which is exact to the last
/// digit.
const MANY: usize = 8;

/// The fields of a layer: `H = √noise z + Σ_a coupling_a u_a + field`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input<'a> {
    /// Variance of the Gaussian part.
    pub(super) noise: f64,
    /// Coupling to each recalled mode.
    pub(super) couplings: &'a [f64],
    /// Uniform field θ.
    pub(super) field: f64,
}

/// What a layer answers.
#[derive(Debug, Clone)]
pub(super) struct Response {
    /// `q = E tanh² H`, then `m_a = E u_a tanh H`.
    pub(super) order: Vec<f64>,
    /// Derivatives of `order` (rows) with respect to the noise and the couplings (columns).
    pub(super) slopes: Mat<f64>,
    /// `E sech² H` = 1 − q without cancellation.
    pub(super) sech2: f64,
    /// `E sech⁴ H`.
    pub(super) sech4: f64,
}

impl Input<'_> {
    fn mean_and_variance(&self, term: &Term) -> (f64, f64) {
        let mut sum = (self.field, self.noise);
        for (a, coupling) in self.couplings.iter().enumerate() {
            sum.0 += coupling * term.values[a];
            sum.1 += coupling * coupling * term.variances[a];
        }
        sum
    }

    /// Order parameters and their derivatives, averaged over the joint law of the modes.
    pub(super) fn respond(&self, law: &[Term]) -> Response {
        let size = 1 + self.couplings.len();
        let mut response = Response {
            order: vec![0.0; size],
            slopes: Mat::zeros(size, size),
            sech2: 0.0,
            sech4: 0.0,
        };
        for term in law {
            let (mean, variance) = self.mean_and_variance(term);
            let averages = if is_tabulated(law, mean) {
                centred_averages(variance)
            } else {
                field_averages(mean, variance)
            };
            response.add(self.couplings, term, &averages);
        }
        response
    }

    /// `E ln 2cosh H`.
    pub(super) fn log_cosh(&self, law: &[Term]) -> f64 {
        let one = |term: &Term| {
            let (mean, variance) = self.mean_and_variance(term);
            let average = if is_tabulated(law, mean) {
                centred_log_cosh(variance)
            } else {
                log_cosh_average(mean, variance)
            };
            term.weight * average
        };
        law.iter().map(one).sum()
    }
}

/// Whether the average over a field of this mean is taken from the table.
fn is_tabulated(law: &[Term], mean: f64) -> bool {
    law.len() >= MANY && mean.abs() <= 0.0
}

impl Response {
    /// Adds one term, by Stein's lemma: with `u = value + √variance g`, `E u f(H) = value E f + variance · coupling E f'`.
    fn add(&mut self, couplings: &[f64], term: &Term, averages: &FieldAverages) {
        let (weight, bend) = (term.weight, averages.overlap_slope);
        let (e, k) = (averages.sech2, averages.tanh_sech2);
        self.sech2 += weight * e;
        self.sech4 += weight * averages.sech4;
        self.order[0] += weight * averages.tanh2;
        // Derivatives of mean and variance of the field with respect to the noise and to each coupling.
        let modes = couplings.iter().enumerate();
        let directions = modes.map(|(a, c)| (term.values[a], 2.0 * c * term.variances[a]));
        for (j, (mean, variance)) in std::iter::once((0.0, 1.0)).chain(directions).enumerate() {
            let tanh = e * mean - k * variance;
            let sech2 = -2.0 * k * mean - bend * variance;
            self.slopes[(0, j)] -= weight * sech2;
            for (a, coupling) in couplings.iter().enumerate() {
                self.slopes[(1 + a, j)] +=
                    weight * (term.values[a] * tanh + term.variances[a] * coupling * sech2);
            }
        }
        for (a, coupling) in couplings.iter().enumerate() {
            let (value, variance) = (term.values[a], term.variances[a]);
            self.order[1 + a] += weight * (value * averages.tanh + variance * coupling * e);
            self.slopes[(1 + a, 1 + a)] += weight * variance * e;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::ensemble::components::{ComponentLaw, joint_law};
    use approx::assert_abs_diff_eq;

    #[test]
    fn slopes_are_derivatives() {
        let laws = [
            ComponentLaw::Laplace,
            ComponentLaw::Rademacher,
            ComponentLaw::Gaussian,
        ];
        let law = joint_law(&laws, false);
        let at = |x: &[f64]| {
            let input = Input {
                noise: x[0],
                couplings: &x[1..],
                field: 0.2,
            };
            input.respond(&law)
        };
        let here = [0.7, 0.5, 0.9, 0.3];
        let (slopes, step) = (at(&here).slopes, 1e-5);
        for j in 0..4 {
            let [up, down] = [step, -step].map(|d| {
                let mut x = here;
                x[j] += d;
                at(&x).order
            });
            for i in 0..4 {
                // Central differences: step² and rounding/step.
                let difference = (up[i] - down[i]) / (2.0 * step);
                assert_abs_diff_eq!(slopes[(i, j)], difference, epsilon = 1e-9);
            }
        }
    }
}
