//! Spins on a ring, by the exact flow or to leading order in the coupling.

use super::{Ring, fields};
use crate::cli::flow::RingMethod;
use crate::commands::outcome::stop_cells;
use crate::old::columns::{place_cells, replica};
use crate::old::{Cell, Column};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, Field, RingFlow};

/// What is said of the field of a hidden unit.
pub(super) const SUMMARY: [Column; 14] = [
    place_cells::CENTRE,
    place_cells::WIDTH,
    place_cells::PARTICIPATION,
    place_cells::SUM_WEIGHTS,
    place_cells::LOG_LIKELIHOOD,
    place_cells::LOG_LIKELIHOOD_SYMMETRIC,
    place_cells::LOG_LIKELIHOOD_DATA,
    place_cells::CURVATURE,
    place_cells::STAGGERED,
    place_cells::PLACES,
    place_cells::EQUIDISTANT,
    replica::STOP,
    replica::ITERATIONS,
    place_cells::RESIDUAL,
];

/// An Ising ring.
pub(super) struct Ising {
    ring: RingFlow,
    method: RingMethod,
}

impl Ising {
    /// A ring of `units` spins.
    pub(super) fn new(units: usize, beta: f64, method: RingMethod) -> Result<Self> {
        let ring = RingFlow::new(units, beta)
            .with_context(|| format!("--units {units} --beta {beta:?}"))?;
        ensure!(
            method == RingMethod::Exact || beta > 0.0,
            "--beta {beta:?}: --method small-beta wants a positive one"
        );
        Ok(Self { ring, method })
    }

    fn lattice(&self) -> Result<LatticeField> {
        Ok(LatticeField::new(self.ring.units())?)
    }

    fn symmetric_log_likelihood(&self, hidden: usize) -> Result<f64> {
        match self.method {
            RingMethod::Exact => Ok(self.ring.symmetric_log_likelihood(hidden)?),
            RingMethod::SmallBeta => {
                Ok(self.ring.beta().powi(2) * self.lattice()?.symmetric_potential())
            }
        }
    }
}

impl Ring for Ising {
    fn flow(&self) -> &dyn Flow {
        &self.ring
    }

    fn place(&self, weight: usize) -> Vec<Cell> {
        vec![weight.into()]
    }

    /// Weights of the lattice equations times √β.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Optimum> {
        match self.method {
            RingMethod::Exact => Ok(self.ring.optimum(hidden, search)?),
            RingMethod::SmallBeta => {
                let beta = self.ring.beta();
                let found = self.lattice()?.optimum(hidden, search)?;
                Ok(Optimum {
                    weights: scaled(&found.weights, beta.sqrt()),
                    log_likelihood: beta.powi(2) * found.log_likelihood,
                    curvature: beta * found.curvature,
                    residual: beta.powf(1.5) * found.residual,
                    ..found
                })
            }
        }
    }

    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        match self.method {
            RingMethod::Exact => Ok(self.ring.trajectory(start, times)?),
            RingMethod::SmallBeta => {
                let beta = self.ring.beta();
                let times: Vec<f64> = times.iter().map(|t| beta * t).collect();
                let start = scaled(start, beta.sqrt().recip());
                let found = self.lattice()?.trajectory(&start, &times)?;
                Ok(found.iter().map(|w| scaled(w, beta.sqrt())).collect())
            }
        }
    }

    fn summaries(&self, optimum: &Optimum) -> Result<Vec<Vec<Cell>>> {
        let symmetric = self.symmetric_log_likelihood(optimum.weights.ncols())?;
        let arrangement = Arrangement::new(&optimum.weights);
        let places = arrangement.units_per_place.len();
        let end = stop_cells(optimum.stop, optimum.iterations, optimum.residual);
        let row = |weights: Vec<f64>| {
            let field = Field::new(&weights);
            let cells: [Cell; 11] = [
                field.centre.into(),
                field.width.into(),
                field.participation.into(),
                field.sum_weights.into(),
                optimum.log_likelihood.into(),
                symmetric.into(),
                self.ring.data_log_likelihood().into(),
                optimum.curvature.into(),
                field.is_staggered.into(),
                places.into(),
                (places > 0).then_some(arrangement.is_equidistant).into(),
            ];
            [&cells[..], &end].concat()
        };
        Ok(fields(&optimum.weights).map(row).collect())
    }
}

fn scaled(weights: &Mat<f64>, factor: f64) -> Mat<f64> {
    Mat::from_fn(weights.nrows(), weights.ncols(), |i, m| {
        factor * weights[(i, m)]
    })
}
