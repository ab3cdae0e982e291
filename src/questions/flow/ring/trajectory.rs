//! The weights in time.

use super::{Machine, Ring, Sites, Weight, fields};
use crate::questions::flow::{Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Figure, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::{Result, ensure};
use faer::Mat;

/// The weights of each machine in time, from small irregular ones.
#[derive(Debug, Clone)]
pub struct Trajectory {
    /// The rings and the numbers of hidden units.
    pub rings: Rings,
    /// What stands on the sites.
    pub kind: Sites,
    /// Times, ascending from 0 or above, in updates times learning rate.
    pub time: Vec<f64>,
    /// Standard deviation of the weights at time 0, above 0 and at most 1.
    pub init_scale: f64,
    /// Seed of the irregular weights at time 0.
    pub seed: u64,
}

/// One weight at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Time of training, updates times learning rate, 0 or above.
    pub time: f64,
    /// Weight w with its machine, hidden unit and site.
    pub weight: Weight,
}

impl Record for Row {
    const NAME: &'static str = "flow-ring-trajectory";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(
            |row: &Row| Some(&row.weight.machine),
            Machine::FIELDS,
        )),
        Field::one(words::TIME, |row| row.time.into()),
        Field::group(&lift(|row: &Row| Some(&row.weight), Weight::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                split: &["hidden_unit", "time", "hidden_units", "units", "beta"],
                few: SHOWN,
                ..Weight::ANGLES
            },
            View {
                keys: &["time"],
                split: &["hidden_unit", "hidden_units", "units", "beta"],
                few: SHOWN,
                ..Weight::SPINS
            },
        ],
    };
}

/// Times that a figure shows.
const SHOWN: Option<(&str, usize)> = Some(("time", 5));

impl Question for Trajectory {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        self.kind.leaves_out()
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let kind = self.kind;
        let rings = self.rings.each(|at| kind.ring_in_time(at))?;
        ensure!(
            self.init_scale > 0.0 && self.init_scale <= 1.0,
            "--init-scale {:?}: must be above 0 and at most 1",
            self.init_scale
        );
        ensure!(self.time.is_sorted(), "--time: the times must ascend");
        for_each(monitor, &rings, |&(at, ref ring)| {
            let start = self.start(ring.as_ref(), at.hidden_units)?;
            let states = ring.trajectory(&start, &self.time)?;
            for (&time, state) in self.time.iter().zip(&states) {
                let mut weights =
                    Machine { at, kind }.weights(&state.weights, state.biases.as_ref());
                weights.try_for_each(|weight| row(Row { time, weight }))?;
            }
            Ok(())
        })
    }
}

impl Trajectory {
    /// Small irregular weights.
    fn start(&self, ring: &dyn Ring, hidden: usize) -> Result<Mat<f64>> {
        let start = ring.irregular(hidden, self.seed);
        let square: f64 = fields(&start).flatten().map(|w| w * w).sum();
        let size = u32::try_from(start.nrows() * hidden)?;
        let factor = self.init_scale * (f64::from(size) / square).sqrt();
        Ok(Mat::from_fn(start.nrows(), hidden, |i, m| {
            factor * start[(i, m)]
        }))
    }
}
