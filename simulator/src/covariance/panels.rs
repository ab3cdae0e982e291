//! The lower triangle of a Gram matrix, shared by the threads in panels.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use rayon::prelude::*;

use crate::linear::contiguous;

/// Columns of a Gram matrix that one thread computes at a time.
const PANEL: usize = 256;

/// Σ B Bᵀ over blocks B of `side` rows: its lower triangle.
///
/// The threads share its columns in panels whose size does not depend on their number, so that neither do the sums.
#[derive(Debug, Clone)]
pub(super) struct Panels {
    side: usize,
    panels: Vec<Mat<f64>>,
}

impl Panels {
    /// Of no block yet.
    pub(super) fn new(side: usize) -> Self {
        let panel = |first: usize| Mat::zeros(side - first, PANEL.min(side - first));
        Self {
            side,
            panels: (0..side).step_by(PANEL).map(panel).collect(),
        }
    }

    /// Adds `factor` B Bᵀ.
    pub(super) fn add(&mut self, block: MatRef<'_, f64>, factor: f64) {
        let side = self.side;
        let panels = self.panels.par_iter_mut().enumerate();
        panels.for_each(|(index, panel)| {
            let first = index * PANEL;
            let below = block.subrows(first, side - first);
            let across = block.subrows(first, panel.ncols()).transpose();
            matmul(panel, Accum::Add, below, across, factor, Par::Seq);
        });
    }

    /// The sums, each panel column by column from the diagonal of its first one down.
    pub(super) fn columns_mut(&mut self) -> Vec<&mut [f64]> {
        let panels = self.panels.iter_mut();
        panels
            .flat_map(|panel| {
                let columns = panel.col_iter_mut().enumerate();
                columns.map(|(j, column)| &mut contiguous(column)[j..])
            })
            .collect()
    }

    /// The matrix, zero above the diagonal.
    pub(super) fn into_lower(self) -> Mat<f64> {
        let mut gram = Mat::zeros(self.side, self.side);
        for (index, panel) in self.panels.into_iter().enumerate() {
            let first = index * PANEL;
            for (j, column) in panel.col_iter().enumerate() {
                for (i, &x) in column.iter().enumerate().skip(j) {
                    gram[(first + i, first + j)] = x;
                }
            }
        }
        gram
    }
}
