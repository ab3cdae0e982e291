//! The exact gradient flow of a machine whose units are all Gaussian.

use faer::linalg::solvers::Solve;
use faer::{Mat, MatRef, Side};

use super::record::squared_overlaps;
use crate::error::{Error, Result, check, same_size};
use crate::linear::{product, svd};
use crate::numbers::as_float;

/// A machine of Gaussian units on both sides that learns data of a given covariance C without noise.
///
/// ```text
/// p(v, h) ∝ exp(vᵀ W h − |v|²/2 − |h|²/2),   ⟨v vᵀ⟩ = (1 − W Wᵀ)⁻¹
/// dW/dt = ∂L/∂W = ⟨v hᵀ⟩_data − ⟨v hᵀ⟩_model = C W − W (1 − Wᵀ W)⁻¹
/// ```
///
/// followed in time by the rule of Runge and Kutta, without any use of the modes. The law exists while all singular values of W
/// are below 1, and the flow never leaves that range.
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); Karakida, Okada & Amari, Neural Netw. 79, 78 (2016), for the machine.
#[derive(Debug, Clone)]
pub struct GaussianFlow {
    weights: Mat<f64>,
    covariance: Mat<f64>,
}

impl GaussianFlow {
    /// Starts with N × M weights and the N × N covariance of the data.
    ///
    /// # Errors
    /// [`Error::Size`] unless the covariance is N × N; [`Error::OutOfDomain`] for an entry that is not finite, or where a
    /// singular value of the weights is not below 1.
    pub fn new(weights: Mat<f64>, covariance: Mat<f64>) -> Result<Self> {
        same_size("rows of covariance", weights.nrows(), covariance.nrows())?;
        same_size("columns of covariance", weights.nrows(), covariance.ncols())?;
        for (name, matrix) in [("weight", &weights), ("covariance", &covariance)] {
            for column in matrix.col_iter() {
                column
                    .iter()
                    .try_for_each(|&x| check(name, "finite", x, |_| true).map(drop))?;
            }
        }
        let flow = Self {
            weights,
            covariance,
        };
        flow.slope(flow.weights.as_ref())?;
        Ok(flow)
    }

    /// W.
    pub fn weights(&self) -> MatRef<'_, f64> {
        self.weights.as_ref()
    }

    /// Goes on for a time in equal steps of the fourth-order rule.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless the time is finite and not negative and there is a step, and where the steps are so long
    /// that a singular value reaches 1.
    pub fn advance(&mut self, time: f64, steps: usize) -> Result<()> {
        check("time", "finite and not negative", time, |t| t >= 0.0)?;
        check("steps", "at least 1", as_float(steps), |n| n >= 1.0)?;
        let step = time / as_float(steps);
        for _ in 0..steps {
            let start = self.weights.clone();
            let mut slope = self.slope(start.as_ref())?;
            let mut total = slope.clone();
            for (part, weight) in [(0.5, 2.0), (0.5, 2.0), (1.0, 1.0)] {
                let at = &start + faer::Scale(part * step) * &slope;
                slope = self.slope(at.as_ref())?;
                total += faer::Scale(weight) * &slope;
            }
            self.weights = start + faer::Scale(step / 6.0) * total;
        }
        Ok(())
    }

    /// Singular values, from the largest down, and the squared overlaps of their left vectors with given unit vectors, the
    /// columns of `modes`: one row per singular value.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have N entries; [`Error::NotConverged`] where the decomposition fails.
    pub fn singular_values(&self, modes: MatRef<'_, f64>) -> Result<(Vec<f64>, Mat<f64>)> {
        let svd = svd(self.weights())?;
        let values = svd.S().column_vector().iter().copied().collect();
        Ok((values, squared_overlaps(svd.U(), modes)?))
    }

    fn slope(&self, weights: MatRef<'_, f64>) -> Result<Mat<f64>> {
        let gram = product(weights.transpose(), weights);
        let precision = Mat::from_fn(gram.nrows(), gram.ncols(), |i, j| {
            f64::from(u8::from(i == j)) - gram[(i, j)]
        });
        let factor = precision.llt(Side::Lower).map_err(|_| Error::OutOfDomain {
            name: "largest singular value",
            domain: "below 1: shorten the steps",
            value: gram.norm_max().sqrt(),
        })?;
        // (1 − WᵀW)⁻¹ is symmetric: W times it is the transpose of it times Wᵀ.
        let model = factor.solve(weights.transpose().to_owned());
        Ok(product(self.covariance.as_ref(), weights) - model.transpose())
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    fn one_mode(c: f64, s: f64) -> GaussianFlow {
        let (u, v) = ([0.6, 0.8], [0.8, -0.6]);
        let covariance = Mat::from_fn(2, 2, |i, j| {
            f64::from(u8::from(i == j)) + (c - 1.0) * u[i] * u[j]
        });
        GaussianFlow::new(Mat::from_fn(2, 2, |i, j| s * u[i] * v[j]), covariance).unwrap()
    }

    fn largest(flow: &GaussianFlow) -> f64 {
        flow.singular_values(Mat::identity(2, 2).as_ref())
            .unwrap()
            .0[0]
    }

    #[test]
    fn the_slope_is_that_of_the_log_likelihood() {
        // L = [ln det(1 − WᵀW) + tr C W Wᵀ]/2, by central differences in every weight.
        let flow = one_mode(2.5, 0.4);
        let weights = &flow.weights + Mat::from_fn(2, 2, |i, j| if i == j { 0.1 } else { -0.05 });
        let likelihood = |w: &Mat<f64>| {
            let gram = w.transpose() * w;
            let determinant =
                (1.0 - gram[(0, 0)]) * (1.0 - gram[(1, 1)]) - gram[(0, 1)] * gram[(1, 0)];
            let data = &flow.covariance * w * w.transpose();
            0.5 * (determinant.ln() + data[(0, 0)] + data[(1, 1)])
        };
        let slope = flow.slope(weights.as_ref()).unwrap();
        for i in 0..2 {
            for j in 0..2 {
                let at = |h: f64| {
                    let mut moved = weights.clone();
                    moved[(i, j)] += h;
                    likelihood(&moved)
                };
                // Third derivatives of order ten times h²/6, and rounding over h.
                let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert_relative_eq!(slope[(i, j)], expected, epsilon = 1e-8);
            }
        }
    }

    #[test]
    fn a_mode_grows_and_stops_where_the_model_has_the_variance_of_the_data() {
        let mut flow = one_mode(4.0, 0.01);
        flow.advance(6.0, 1200).unwrap();
        // 1/(1 − s²) = c, approached as exp(−24 t).
        assert_relative_eq!(largest(&flow).powi(2), 0.75, max_relative = 1e-10);
        let mut fading = one_mode(0.5, 0.3);
        fading.advance(4.0, 100).unwrap();
        assert!(largest(&fading) < 0.3 * (-2.0_f64).exp());
    }

    #[test]
    fn weights_without_a_law_and_other_sizes_are_refused() {
        let identity = || Mat::<f64>::identity(3, 3);
        assert!(GaussianFlow::new(identity(), identity()).is_err());
        assert!(GaussianFlow::new(Mat::zeros(2, 3), identity()).is_err());
        assert!(GaussianFlow::new(Mat::full(3, 2, f64::NAN), identity()).is_err());
        let mut flow = one_mode(4.0, 0.1);
        assert!(flow.advance(1.0, 0).is_err() && flow.advance(f64::NAN, 3).is_err());
        assert!(flow.advance(10.0, 2).is_err());
    }
}
