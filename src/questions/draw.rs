//! Samples drawn from a data model.

use super::data::torus_side;
use super::{DataModel, DataPoint, Units};
use crate::table::Column;
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use saddlepoint_simulator::data::{
    ClockRing, DataModel as Model, Diagonal, Elliptical, GaussianProcess, Iid, IsingRing,
    IsingTorus, Law, NonlinearGaussian, Place, Spiked, TwoCluster,
};
use saddlepoint_simulator::{Samples, stream};

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
        Ok(self.replica_and_fresh(replica, 0)?.0)
    }

    /// Draws the samples of an independent replica, and `fresh` further ones of the same population; `None` for 0. How many there are does not change
    /// the first ones.
    ///
    /// # Errors
    /// As [`Draw::replica`].
    pub fn replica_and_fresh(
        &self,
        replica: u64,
        fresh: usize,
    ) -> Result<(Drawn, Option<Samples>)> {
        let rng = &mut stream(self.seed, STREAM, replica);
        let beta = || self.point.beta.context("--beta is missing");
        match self.point.model {
            DataModel::Spiked => {
                let spike = self.point.spike.context("--spike is missing")?;
                let model = Spiked::random(self.units()?, &[spike], rng)?;
                let u = model.directions();
                let direction = (0..u.nrows()).map(|i| u[(i, 0)]).collect();
                self.both(fresh, Some(direction), |n| model.draw(n, rng))
            }
            DataModel::TwoCluster => {
                let signal = self.point.signal.context("--signal is missing")?;
                let model = TwoCluster::random(self.units()?, signal, rng)?;
                self.both(fresh, Some(model.direction()), |n| model.draw(n, rng))
            }
            DataModel::Iid => {
                let model = Iid::new(self.units()?, self.law.of_simulator())?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::IsingRing => {
                let model = IsingRing::new(self.units()?, beta()?)?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::IsingTorus => {
                let model = IsingTorus::new(self.side()?, beta()?)?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::NlgpRing | DataModel::NlgpTorus => {
                let psi = self.point.nonlinearity;
                let psi = psi.context("--nonlinearity is missing")?;
                let model = NonlinearGaussian::new(self.process()?, psi)?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::EllipticalRing => {
                let kurtosis = self.point.kurtosis.context("--kurtosis is missing")?;
                let model = Elliptical::new(self.process()?, kurtosis)?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::ClockRing => {
                let states = self.point.states.context("--states is missing")?;
                let ring = ClockRing::new(self.units()?, states.into(), beta()?)?;
                self.both(fresh, None, |n| match self.encoding {
                    Encoding::OneHot => ring.draw(n, rng),
                    Encoding::States => ring.draw_states(n, rng),
                    Encoding::Standardised => ring.draw_standardized(n, rng),
                })
            }
            DataModel::Spectrum => {
                let variances = self.variances.as_deref().context("--file is missing")?;
                let model = Diagonal::new(variances)?;
                self.both(fresh, None, |n| model.draw(n, rng))
            }
            DataModel::Samples => {
                bail!("--data samples is data already; choose a model to draw from")
            }
        }
    }

    /// Samples by `draw`, and then `fresh` more.
    fn both(
        &self,
        fresh: usize,
        direction: Option<Vec<f64>>,
        mut draw: impl FnMut(usize) -> saddlepoint_simulator::Result<Samples>,
    ) -> Result<(Drawn, Option<Samples>)> {
        let directions = direction.map(|u| Samples::real(u.len(), 1, u));
        let drawn = Drawn {
            samples: draw(self.samples)?,
            directions: directions.transpose()?,
        };
        let fresh = (fresh > 0).then(|| draw(fresh)).transpose()?;
        Ok((drawn, fresh))
    }

    /// The unit vector of the population's leading mode where the model has one alone: what is planted, or the uniform one of a ferromagnet.
    pub fn leading_mode(&self, drawn: &Drawn) -> Option<Vec<f64>> {
        if let Some(directions) = &drawn.directions {
            return Some(directions.to_reals());
        }
        let is_ferromagnet = matches!(
            self.point.model,
            DataModel::IsingRing | DataModel::IsingTorus
        ) && self.point.beta.is_some_and(|beta| beta > 0.0);
        let columns = drawn.samples.columns();
        #[expect(
            clippy::cast_precision_loss,
            reason = "numbers of units stay far below 2^53"
        )]
        let entry = 1.0 / (columns as f64).sqrt();
        is_ferromagnet.then(|| vec![entry; columns])
    }

    fn units(&self) -> Result<usize> {
        let units = self.point.units.and_then(Units::finite);
        units.context("samples need a finite number of units; give --units N")
    }

    /// The Gaussian process behind a stationary model.
    fn process(&self) -> Result<GaussianProcess> {
        let length = self.point.correlation_length;
        let length = length.context("--correlation-length is missing")?;
        let (place, side) = if self.point.model == DataModel::NlgpTorus {
            (Place::Torus, self.side()?)
        } else {
            (Place::Ring, self.units()?)
        };
        Ok(GaussianProcess::new(place, side, length)?)
    }

    fn side(&self) -> Result<usize> {
        torus_side(self.units()?)
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
