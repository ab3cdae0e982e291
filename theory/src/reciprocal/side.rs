//! One layer of a machine around a mean-field state.

use faer::Mat;

use super::{Layer, Modes, Unit};

/// One layer around its state.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub(super) unit: Unit,
    pub(super) fields: Vec<f64>,
    pub(super) means: Vec<f64>,
    /// φ(I).
    free: Vec<f64>,
    /// Columns `√(s_k/D_i) u_ik`.
    pub(super) directions: Mat<f64>,
}

/// Φ with its first and second derivatives.
pub(super) struct Generator {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) hessian: Mat<f64>,
}

impl Side {
    pub(super) fn new(unit: Unit, fields: Vec<f64>) -> Self {
        let responses: Vec<[f64; 3]> = fields.iter().map(|&x| unit.response(x)).collect();
        Self {
            unit,
            // The same function as at a shifted field: without a shift the slope is zero to the last digit.
            means: responses.iter().map(|response| response[1]).collect(),
            free: responses.iter().map(|response| response[0]).collect(),
            fields,
            directions: Mat::new(),
        }
    }

    pub(super) fn deviations(&self) -> Vec<f64> {
        let deviation = |&x: &f64| self.unit.variance(x).sqrt();
        self.fields.iter().map(deviation).collect()
    }

    /// Σ φ.
    pub(super) fn free(&self) -> f64 {
        self.free.iter().sum()
    }

    /// Φ and its derivatives at the amplitudes of some modes.
    pub(super) fn generator(&self, modes: &[usize], amplitudes: &[f64]) -> Generator {
        let columns: Vec<&[f64]> = modes
            .iter()
            .map(|&k| self.directions.col_as_slice(k))
            .collect();
        let size = modes.len();
        let (mut value, mut gradient) = (0.0, vec![0.0; size]);
        let mut hessian = Mat::zeros(size, size);
        for (i, &field) in self.fields.iter().enumerate() {
            let pairs = columns.iter().zip(amplitudes);
            let shift: f64 = pairs.map(|(column, a)| column[i] * a).sum();
            let [shifted, mean, variance] = self.unit.response(field + shift);
            value += shifted - self.free[i] - self.means[i] * shift;
            let excess = mean - self.means[i];
            for (k, column) in columns.iter().enumerate() {
                gradient[k] += excess * column[i];
                for (l, other) in columns.iter().enumerate().take(k + 1) {
                    hessian[(k, l)] += variance * column[i] * other[i];
                }
            }
        }
        for k in 0..size {
            for l in 0..k {
                hessian[(l, k)] = hessian[(k, l)];
            }
        }
        Generator {
            value,
            gradient,
            hessian,
        }
    }

    /// `−Σ [φ‴ δ³/6 + φ⁗ δ⁴/24]`, and `Σ φ‴ δ² w_k` for every mode.
    pub(super) fn expansion(&self, modes: &[usize], amplitudes: &[f64]) -> (f64, Vec<f64>) {
        let columns: Vec<&[f64]> = modes
            .iter()
            .map(|&k| self.directions.col_as_slice(k))
            .collect();
        let (mut value, mut slopes) = (0.0, vec![0.0; modes.len()]);
        for (i, &field) in self.fields.iter().enumerate() {
            let pairs = columns.iter().zip(amplitudes);
            let shift: f64 = pairs.map(|(column, a)| column[i] * a).sum();
            let [third, fourth] = self.unit.third_and_fourth_cumulant(field);
            let (third, fourth) = (third * shift * shift, fourth * shift.powi(4));
            value -= third * shift / 6.0 + fourth / 24.0;
            for (slope, column) in slopes.iter_mut().zip(&columns) {
                *slope += third * column[i];
            }
        }
        (value, slopes)
    }

    /// Φ at an amplitude of one mode; zero to the last digit in the state itself.
    pub(super) fn along(&self, mode: usize, amplitude: f64) -> f64 {
        if amplitude.abs() <= 0.0 {
            return 0.0;
        }
        let column = self.directions.col_as_slice(mode);
        let units = self.fields.iter().zip(&self.means).zip(&self.free);
        let terms = units.zip(column).map(|(((&field, mean), free), w)| {
            let shift = amplitude * w;
            self.unit.log_partition(field + shift) - free - mean * shift
        });
        terms.sum()
    }

    /// Φ' and Φ'' at an amplitude of one mode; Φ' is zero to the last digit in the state itself.
    pub(super) fn slope_and_curvature(&self, mode: usize, amplitude: f64) -> [f64; 2] {
        let column = self.directions.col_as_slice(mode);
        let prior = self.unit.prior();
        let units = self.fields.iter().zip(&self.means).zip(column);
        let [slope, curvature] =
            units.fold([0.0, 0.0], |[slope, curvature], ((&field, mean), &w)| {
                let [shifted, variance] = prior.mean_and_variance(0.0, field + amplitude * w);
                [slope + (shifted - mean) * w, curvature + variance * w * w]
            });
        // The means of the state come from another form of the same function.
        [if amplitude.abs() > 0.0 { slope } else { 0.0 }, curvature]
    }

    /// An upper bound of the curvature of Φ along one mode, at any amplitude.
    pub(super) fn largest_curvature(&self, mode: usize) -> f64 {
        let squares: f64 = self
            .directions
            .col_as_slice(mode)
            .iter()
            .map(|w| w * w)
            .sum();
        self.unit.prior().largest_variance() * squares
    }

    /// T and Q of [`Landscape::landau`].
    pub(super) fn couplings(&self, mode: usize) -> [f64; 2] {
        let column = self.directions.col_as_slice(mode);
        let pairs = self.fields.iter().zip(column);
        pairs.fold([0.0, 0.0], |sums, (&field, &w)| {
            let [third, fourth] = self.unit.third_and_fourth_cumulant(field);
            [sums[0] + third * w.powi(3), sums[1] + fourth * w.powi(4)]
        })
    }
}

/// `√(s_k/D_i) u_ik = Σ_j W_ij √D_j v_jk/√s_k`: without a division by D, which may vanish.
pub(super) fn directions(
    weights: &Mat<f64>,
    deviations: &[f64],
    modes: &Modes,
    other: Layer,
) -> Mat<f64> {
    let weighted = Mat::from_fn(deviations.len(), modes.len(), |j, k| {
        let s = modes.singular_values()[k];
        if s > 0.0 {
            deviations[j] * modes.vector(other, k)[j] / s.sqrt()
        } else {
            0.0
        }
    });
    weights * &weighted
}
