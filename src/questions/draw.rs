//! Samples drawn from a data model.

use super::{DataModel, DataPoint, Units};
use crate::table::Column;
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use saddlepoint_simulator::data::{
    ClockRing, DataModel as Model, Diagonal, Iid, IsingRing, IsingTorus, Law, Spiked, TwoCluster,
};
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};

/// Name of the random numbers of drawn samples; replica r has those numbered r.
const STREAM: &str = "simulate data";

/// What a column of samples is.
pub const UNIT_VALUE: Column = Column::new(
    "v",
    "v",
    "value of a unit: one column per unit, one row per sample",
    "",
);

/// What a column of planted directions is.
pub const DIRECTION: Column = Column::new(
    "u",
    "u",
    "planted unit vector: one column per direction, one row per unit",
    "",
);

/// Law of an independent unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnitLaw {
    /// -1 or 1
    Spin,
    /// Real, of unit variance
    Gaussian,
}

/// How the states of a clock unit are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// One column per state, 1 in that of the unit and 0 in the others
    OneHot,
    /// One column of states, counted from 0
    States,
    /// One column per state, of zero mean and unit variance
    Standardised,
}

/// Samples of a data model.
#[derive(Debug, Clone)]
pub struct Draw {
    /// The model and its parameters.
    pub point: DataPoint,
    /// Variances of the units of a listed spectrum.
    pub variances: Option<Vec<f64>>,
    /// Law of a unit of iid data.
    pub law: UnitLaw,
    /// How a clock unit is written.
    pub encoding: Encoding,
    /// Number of samples P.
    pub samples: usize,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// Samples, and the planted directions of the model that they were drawn from, one per column.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// One sample per row.
    pub samples: Samples,
    /// Unit vectors, where the model plants some.
    pub directions: Option<Samples>,
}

impl Draw {
    /// `samples` samples of a model: spins where iid data leave the law open, one-hot columns of a clock ring, seed 0.
    pub fn new(point: DataPoint, samples: usize) -> Self {
        Self {
            point,
            variances: None,
            law: UnitLaw::Spin,
            encoding: Encoding::OneHot,
            samples,
            seed: 0,
        }
    }

    /// Whether the model plants directions.
    pub fn is_planted(&self) -> bool {
        matches!(self.point.model, DataModel::Spiked | DataModel::TwoCluster)
    }

    /// Draws the samples of an independent replica.
    ///
    /// # Errors
    /// If a parameter is missing or out of its domain, or the samples do not fit into memory.
    pub fn replica(&self, replica: u64) -> Result<Drawn> {
        let rng = &mut stream(self.seed, STREAM, replica);
        let beta = || self.point.beta.context("--beta is missing");
        let samples = match self.point.model {
            DataModel::Spiked => return self.spiked(rng),
            DataModel::TwoCluster => return self.two_cluster(rng),
            DataModel::Iid => {
                Iid::new(self.units()?, self.law.of_simulator())?.draw(self.samples, rng)
            }
            DataModel::IsingRing => IsingRing::new(self.units()?, beta()?)?.draw(self.samples, rng),
            DataModel::IsingTorus => {
                IsingTorus::new(self.side()?, beta()?)?.draw(self.samples, rng)
            }
            DataModel::ClockRing => {
                let states = self.point.states.context("--states is missing")?;
                let ring = ClockRing::new(self.units()?, states.into(), beta()?)?;
                match self.encoding {
                    Encoding::OneHot => ring.draw(self.samples, rng),
                    Encoding::States => ring.draw_states(self.samples, rng),
                    Encoding::Standardised => ring.draw_standardized(self.samples, rng),
                }
            }
            DataModel::Spectrum => {
                let variances = self.variances.as_deref().context("--file is missing")?;
                Diagonal::new(variances)?.draw(self.samples, rng)
            }
            DataModel::Samples => {
                bail!("--data samples is data already; choose a model to draw from")
            }
        };
        Ok(Drawn {
            samples: samples?,
            directions: None,
        })
    }

    fn units(&self) -> Result<usize> {
        let units = self.point.units.and_then(Units::finite);
        units.context("samples need a finite number of units; give --units N")
    }

    fn side(&self) -> Result<usize> {
        let units = self.units()?;
        let side = units.isqrt();
        ensure!(
            side * side == units,
            "--units {units} is no L x L torus; the nearest squares are {} and {}",
            side * side,
            (side + 1) * (side + 1)
        );
        Ok(side)
    }

    fn spiked(&self, rng: &mut Xoshiro256PlusPlus) -> Result<Drawn> {
        let spike = self.point.spike.context("--spike is missing")?;
        let model = Spiked::random(self.units()?, &[spike], rng)?;
        let u = model.directions();
        let direction = (0..u.nrows()).map(|i| u[(i, 0)]).collect();
        Ok(Drawn {
            directions: Some(Samples::real(u.nrows(), 1, direction)?),
            samples: model.draw(self.samples, rng)?,
        })
    }

    fn two_cluster(&self, rng: &mut Xoshiro256PlusPlus) -> Result<Drawn> {
        let signal = self.point.signal.context("--signal is missing")?;
        let model = TwoCluster::random(self.units()?, signal, rng)?;
        let direction = model.direction();
        Ok(Drawn {
            directions: Some(Samples::real(direction.len(), 1, direction)?),
            samples: model.draw(self.samples, rng)?,
        })
    }
}

impl UnitLaw {
    fn of_simulator(self) -> Law {
        match self {
            Self::Spin => Law::Spin,
            Self::Gaussian => Law::Gaussian,
        }
    }
}
