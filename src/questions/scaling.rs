//! How the variables of data were scaled before a machine learnt from them.

use anyhow::{Result, ensure};
use saddlepoint_simulator::Samples;

/// A shift and a scale for every variable: x → (x − mean)/scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// Mean of each variable.
    pub mean: Vec<f64>,
    /// Standard deviation of each variable, with the divisor P; 1 for one that does not vary.
    pub scale: Vec<f64>,
}

impl Scaling {
    /// What gives the columns of some samples zero mean and unit variance.
    pub fn of(samples: &Samples) -> Self {
        let columns = samples.columns();
        #[expect(
            clippy::cast_precision_loss,
            reason = "numbers of samples stay far below 2^53"
        )]
        let rows = samples.rows() as f64;
        let mut row = vec![0.0; columns];
        let mut mean = vec![0.0; columns];
        for index in 0..samples.rows() {
            samples.write_row(index, &mut row);
            mean.iter_mut().zip(&row).for_each(|(m, x)| *m += x / rows);
        }
        let mut variance = vec![0.0; columns];
        for index in 0..samples.rows() {
            samples.write_row(index, &mut row);
            for ((v, x), m) in variance.iter_mut().zip(&row).zip(&mean) {
                *v += (x - m).powi(2) / rows;
            }
        }
        let scale = |(v, m): (f64, &f64)| {
            // Below the rounding of the mean nothing varies.
            if v.sqrt() > 1e-14 * m.abs() {
                v.sqrt()
            } else {
                1.0
            }
        };
        let scale = variance.into_iter().zip(&mean).map(scale).collect();
        Self { mean, scale }
    }

    /// The samples scaled.
    ///
    /// # Errors
    /// If they have another number of variables, or a number that is no longer finite.
    pub fn apply(&self, samples: &Samples) -> Result<Samples> {
        let (rows, columns) = (samples.rows(), samples.columns());
        ensure!(
            columns == self.mean.len() && columns == self.scale.len(),
            "{columns} variables, where the scaling of the data has {}",
            self.mean.len()
        );
        let mut values = samples.to_reals();
        for row in values.chunks_exact_mut(columns) {
            for ((x, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
                *x = (*x - mean) / scale;
            }
        }
        Ok(Samples::real(rows, columns, values)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_columns_have_zero_mean_and_unit_variance() {
        let values = vec![1e3, -2.0, 7.0, 3e3, -2.0, 8.0, 2e3, -2.0, 9.0];
        let samples = Samples::real(3, 3, values).unwrap();
        let scaling = Scaling::of(&samples);
        let scaled = scaling.apply(&samples).unwrap().to_mat();
        let root = 1.5_f64.sqrt();
        for (j, expected) in [[-root, root, 0.0], [0.0; 3], [-root, 0.0, root]]
            .iter()
            .enumerate()
        {
            for (i, expected) in expected.iter().enumerate() {
                // Rounding.
                assert!((scaled[(i, j)] - expected).abs() < 1e-12);
            }
        }
        assert!(
            scaling
                .apply(&Samples::real(1, 2, vec![0.0; 2]).unwrap())
                .is_err()
        );
    }
}
