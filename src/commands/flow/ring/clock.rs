//! Angles on a ring, by the exact flow.

use super::{Ring, fields};
use crate::commands::outcome::stop_cells;
use crate::old::columns::{place_cells, replica};
use crate::old::{Cell, Column};
use anyhow::{Context, Result};
use faer::Mat;
use saddlepoint_theory::dynamics::clock_flow::{ClockField, ClockFlow};
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, Field};

/// What is said of the field of a hidden unit; centre, width and participation are those of its amplitudes.
pub(super) const SUMMARY: [Column; 13] = [
    place_cells::CENTRE,
    place_cells::WIDTH,
    place_cells::PARTICIPATION,
    place_cells::ANGLE,
    place_cells::COSINE_FRACTION,
    place_cells::LOG_LIKELIHOOD,
    place_cells::LOG_LIKELIHOOD_DATA,
    place_cells::CURVATURE,
    place_cells::PLACES,
    place_cells::EQUIDISTANT,
    replica::STOP,
    replica::ITERATIONS,
    place_cells::RESIDUAL,
];

/// Largest slope with which a search ends. Joint turns of several fields leave the log-likelihood alone to 1e-10, and slopes of 1e-7
/// along them do not point anywhere.
const TOLERANCE: f64 = 1e-6;

/// A clock ring.
pub(super) struct Clock {
    ring: ClockFlow,
}

impl Clock {
    /// A ring of `units` sites with `states` angles each.
    pub(super) fn new(units: usize, states: usize, beta: f64) -> Result<Self> {
        let ring = ClockFlow::new(units, states, beta)
            .with_context(|| format!("--units {units} --states {states} --beta {beta:?}"))?;
        Ok(Self { ring })
    }
}

impl Ring for Clock {
    fn flow(&self) -> &dyn Flow {
        &self.ring
    }

    fn place(&self, weight: usize) -> Vec<Cell> {
        let p = self.ring.states();
        vec![(weight / p).into(), (weight % p).into()]
    }

    fn optimum(&self, hidden: usize, search: &Search) -> Result<Optimum> {
        let search = Search {
            tolerance: TOLERANCE,
            ..*search
        };
        Ok(self.ring.optimum(hidden, &search)?)
    }

    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        Ok(self.ring.trajectory(start, times)?)
    }

    fn summaries(&self, optimum: &Optimum) -> Result<Vec<Vec<Cell>>> {
        let fields: Vec<ClockField> = fields(&optimum.weights)
            .map(|weights| ClockField::new(&weights, self.ring.states()))
            .collect();
        let amplitudes = Mat::from_fn(self.ring.sites(), fields.len(), |i, m| {
            fields[m].amplitudes[i]
        });
        let arrangement = Arrangement::new(&amplitudes);
        let places = arrangement.units_per_place.len();
        let end = stop_cells(optimum.stop, optimum.iterations, optimum.residual);
        let row = |field: &ClockField| {
            let in_space = Field::new(&field.amplitudes);
            let cells: [Cell; 10] = [
                in_space.centre.into(),
                in_space.width.into(),
                in_space.participation.into(),
                field.angle.into(),
                field.cosine_fraction.into(),
                optimum.log_likelihood.into(),
                self.ring.data_log_likelihood().into(),
                optimum.curvature.into(),
                places.into(),
                (places > 0).then_some(arrangement.is_equidistant).into(),
            ];
            [&cells[..], &end].concat()
        };
        Ok(fields.iter().map(row).collect())
    }
}
