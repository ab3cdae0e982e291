//! The part of a machine's weights that belongs to units which take part at all.

use faer::Mat;

/// Weights without the rows and columns that vanish: units without a weight add singular values of zero, which are no part of the noise.
pub(super) struct Alive {
    /// W, one row per visible unit with a weight, one column per hidden one.
    pub(super) weights: Mat<f64>,
    /// Number of units of both layers without a weight.
    pub(super) dead: usize,
}

impl Alive {
    /// Leaves out the dead units of a matrix of weights.
    pub(super) fn of(weights: &Mat<f64>) -> Self {
        let has_weight = |x: &f64| x.abs() > 0.0;
        let rows: Vec<usize> = (0..weights.nrows())
            .filter(|&i| weights.row(i).iter().any(has_weight))
            .collect();
        let columns: Vec<usize> = (0..weights.ncols())
            .filter(|&j| weights.col(j).iter().any(has_weight))
            .collect();
        Self {
            weights: Mat::from_fn(rows.len(), columns.len(), |i, j| {
                weights[(rows[i], columns[j])]
            }),
            dead: weights.nrows() - rows.len() + weights.ncols() - columns.len(),
        }
    }
}
