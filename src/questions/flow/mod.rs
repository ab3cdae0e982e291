//! Learning without noise, and what noise does to a place cell.

pub mod diffusion;
pub mod landscape;
pub mod localisation;
pub mod modes;
pub mod noise;
pub mod persistent_chains;
pub mod ring;
pub mod short_chains;
pub mod stability;

use super::Monitor;
use crate::table::{Field, vocabulary as words};
use anyhow::{Result, ensure};
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

/// Rings, and the numbers of hidden units that learn from each.
#[derive(Debug, Clone)]
pub struct Rings {
    /// Numbers of sites N, 3 or more.
    pub units: Vec<usize>,
    /// Couplings β of neighbouring sites.
    pub beta: Vec<f64>,
    /// Numbers of hidden units M, 1 to 16, or up to N where their fields tile the ring.
    pub hidden_units: Vec<usize>,
}

/// One ring, and a number of hidden units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Number of sites N.
    pub units: usize,
    /// Coupling β of neighbouring sites.
    pub beta: f64,
    /// Number of hidden units M.
    pub hidden_units: usize,
}

impl Rings {
    /// Every combination, the number of hidden units varying fastest.
    fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for &units in &self.units {
            for &beta in &self.beta {
                points.extend(self.hidden_units.iter().map(|&hidden_units| Point {
                    units,
                    beta,
                    hidden_units,
                }));
            }
        }
        points
    }

    /// What is made of every combination.
    fn each<T>(&self, make: impl Fn(Point) -> Result<T>) -> Result<Vec<(Point, T)>> {
        let points = self.points().into_iter();
        points.map(|at| Ok((at, make(at)?))).collect()
    }
}

/// The singular value at which a mode begins.
fn start(singular_value: f64) -> Result<f64> {
    ensure!(
        singular_value > 0.0 && singular_value < 1.0,
        "--initial-singular-value {singular_value:?}: must be above 0 and below 1"
    );
    Ok(singular_value)
}

impl Point {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::UNITS, |at| at.units.into()),
        Field::one(words::BETA, |at| at.beta.into()),
        Field::one(words::HIDDEN_UNITS, |at| at.hidden_units.into()),
    ];

    /// Place cells that have learnt the ring of spins.
    fn place_cell(&self) -> Result<PlaceCell> {
        let ring = RingFlow::new(self.units, self.beta)?;
        Ok(PlaceCell::several(&ring, self.hidden_units)?)
    }

    /// The point in words, to say where something went wrong.
    fn describe(&self) -> String {
        format!(
            "--units {} --beta {:?} --hidden-units {}",
            self.units, self.beta, self.hidden_units
        )
    }
}

/// Takes a step for each item, unless interrupted.
fn for_each<T>(
    monitor: &Monitor<'_>,
    items: &[T],
    mut step: impl FnMut(&T) -> Result<()>,
) -> Result<()> {
    for (done, item) in (1..).zip(items) {
        if !monitor.begins()? {
            continue;
        }
        step(item)?;
        (monitor.progress)(done, items.len() as u64);
    }
    Ok(())
}
