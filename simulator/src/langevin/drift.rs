//! The forces that a finite machine adds to the linear motion of its modes.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::FiniteLayer;

/// The drift of a finite machine, −∇A, less its linear part.
pub(super) struct Drift<'a> {
    layers: &'a [FiniteLayer; 2],
    inputs: [Mat<f64>; 2],
    means: [Mat<f64>; 2],
    forces: Mat<f64>,
    start: Mat<f64>,
}

impl<'a> Drift<'a> {
    pub(super) fn new(layers: &'a [FiniteLayer; 2], modes: usize, walkers: usize) -> Self {
        let buffers = || [0, 1].map(|side: usize| Mat::zeros(layers[side].layer.units(), walkers));
        Self {
            layers,
            inputs: buffers(),
            means: buffers(),
            forces: Mat::zeros(modes, walkers),
            start: Mat::zeros(modes, walkers),
        }
    }

    /// The flow dφ/dt = −∇A + λ φ over the time Δ, by the midpoint rule.
    pub(super) fn kick(&mut self, time: f64, rates: &[f64], mut values: MatMut<'_, f64>) {
        self.start.copy_from(values.as_ref());
        for part in [0.5 * time, time] {
            self.write_forces(values.as_ref());
            for (c, walker) in values.as_mut().col_iter_mut().enumerate() {
                let start = self.start.col_as_slice(c);
                let forces = self.forces.col_as_slice(c);
                for (k, x) in walker.iter_mut().enumerate() {
                    *x = start[k] + part * (forces[k] - (1.0 - rates[k]) * *x);
                }
            }
        }
    }

    /// The part of −∇A that comes from the units.
    fn write_forces(&mut self, values: MatRef<'_, f64>) {
        self.forces.fill(0.0);
        let buffers = self.inputs.iter_mut().zip(&mut self.means);
        for (side, (inputs, means)) in self.layers.iter().zip(buffers) {
            for walker in 0..inputs.ncols() {
                inputs
                    .col_as_slice_mut(walker)
                    .copy_from_slice(side.layer.biases());
            }
            let vectors = side.vectors.as_ref();
            matmul(inputs.as_mut(), Accum::Add, vectors, values, 1.0, Par::Seq);
            for walker in 0..inputs.ncols() {
                side.layer
                    .write_means(inputs.col_as_slice(walker), means.col_as_slice_mut(walker));
            }
            let (forces, vectors) = (self.forces.as_mut(), vectors.transpose());
            matmul(forces, Accum::Add, vectors, means.as_ref(), 1.0, Par::Seq);
        }
    }
}
