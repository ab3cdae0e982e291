//! Data: a model with its parameters, a listed spectrum, or what a data matrix says of its population.

use super::Units;
use crate::table::{Field, vocabulary as words};
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use saddlepoint_simulator::data::Nonlinearity;
use saddlepoint_theory::covariance::Debiased;
use saddlepoint_theory::replica::learning::PlantedData;
use saddlepoint_theory::spectra::Population;

/// Where data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DataModel {
    /// Independent units of unit variance
    Iid,
    /// White noise with one direction of larger variance
    Spiked,
    /// Two clusters: an RBM teacher with one spin hidden unit
    TwoCluster,
    /// Ising chain closed to a ring
    IsingRing,
    /// Discrete XY chain (clock model) closed to a ring
    ClockRing,
    /// Ising model on an L x L torus, units = L^2
    IsingTorus,
    /// Gaussian process on a ring through a nonlinearity at each site: for simulate data and flow localisation
    NlgpRing,
    /// The same on an L x L torus, units = L^2: for simulate data and flow localisation
    NlgpTorus,
    /// Gaussian process on a ring times one random number for all sites: for simulate data and flow localisation
    EllipticalRing,
    /// Eigenvalues of the population covariance listed in a file
    Spectrum,
    /// A data matrix in a file, one sample per row
    Samples,
}

impl DataModel {
    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iid => "iid",
            Self::Spiked => "spiked",
            Self::TwoCluster => "two-cluster",
            Self::IsingRing => "ising-ring",
            Self::ClockRing => "clock-ring",
            Self::IsingTorus => "ising-torus",
            Self::NlgpRing => "nlgp-ring",
            Self::NlgpTorus => "nlgp-torus",
            Self::EllipticalRing => "elliptical-ring",
            Self::Spectrum => "spectrum",
            Self::Samples => "samples",
        }
    }

    /// Whether it is a stationary Gaussian process of a correlation length, changed at each site or in strength: one that samples are drawn from and no table has columns for.
    pub fn is_stationary(self) -> bool {
        matches!(
            self,
            Self::NlgpRing | Self::NlgpTorus | Self::EllipticalRing
        )
    }
}

/// One combination of a data model's parameters. What the model does not have is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct DataPoint {
    /// Data model, which decides the parameters that are not `None`.
    pub model: DataModel,
    /// Number of units N.
    pub units: Option<Units>,
    /// Coupling β of neighbouring units, finite.
    pub beta: Option<f64>,
    /// States p of a unit, at least 2.
    pub states: Option<u16>,
    /// Excess eigenvalue ℓ > 0 of the spike.
    pub spike: Option<f64>,
    /// Signal b > 0 of two clusters.
    pub signal: Option<f64>,
    /// Correlation length ξ > 0 of a stationary Gaussian process, in sites.
    pub correlation_length: Option<f64>,
    /// What is done to it at each site.
    pub nonlinearity: Option<Nonlinearity>,
    /// Excess kurtosis of a unit, 0 or above, of elliptical data.
    pub kurtosis: Option<f64>,
}

impl DataPoint {
    /// A model without parameters.
    pub fn new(model: DataModel) -> Self {
        Self {
            model,
            units: None,
            beta: None,
            states: None,
            spike: None,
            signal: None,
            correlation_length: None,
            nonlinearity: None,
            kurtosis: None,
        }
    }

    /// White noise of `units` units with one direction of excess eigenvalue `spike` > 0.
    pub fn spiked(units: Units, spike: f64) -> Self {
        Self {
            units: Some(units),
            spike: Some(spike),
            ..Self::new(DataModel::Spiked)
        }
    }

    /// Two clusters of `units` spins whose centres are `signal` > 0 apart, `p(v) ∝ cosh(b ξ·v/√N)`.
    pub fn two_cluster(units: Units, signal: f64) -> Self {
        Self {
            units: Some(units),
            signal: Some(signal),
            ..Self::new(DataModel::TwoCluster)
        }
    }

    /// A ring of `units` spins, 3 or more, whose neighbours have the coupling `beta`.
    pub fn ising_ring(units: usize, beta: f64) -> Self {
        Self {
            units: Some(Units::Finite(units)),
            beta: Some(beta),
            ..Self::new(DataModel::IsingRing)
        }
    }

    /// The columns that name a data point, on every row.
    pub(crate) const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::DATA, |point| point.model.name().into()),
        Field::one(words::UNITS, |point| point.units.into()),
        Field::one(words::BETA, |point| point.beta.into()),
        Field::one(words::STATES, |point| point.states.into()),
        Field::one(words::SPIKE, |point| point.spike.into()),
        Field::one(words::SIGNAL, |point| point.signal.into()),
    ];

    /// The parameters in words, to say where something went wrong.
    pub(crate) fn describe(&self) -> String {
        let flags = [
            ("--data", Some(self.model.name().to_owned())),
            (
                "--units",
                self.units.and_then(Units::finite).map(|n| n.to_string()),
            ),
            ("--beta", self.beta.map(|x| x.to_string())),
            ("--states", self.states.map(|p| p.to_string())),
            ("--spike", self.spike.map(|x| x.to_string())),
            ("--signal", self.signal.map(|x| x.to_string())),
        ];
        let given = flags
            .into_iter()
            .filter_map(|(flag, value)| Some(format!("{flag} {}", value?)));
        given.collect::<Vec<_>>().join(" ")
    }

    /// The population covariance's eigenvalues of a model that has them in closed form.
    ///
    /// # Errors
    /// If the model has none, or a parameter is missing or out of its domain.
    pub fn population(&self) -> Result<Population> {
        let units = self.units.and_then(Units::finite);
        let given =
            |value: Option<f64>, flag: &str| value.with_context(|| format!("{flag} is missing"));
        let built = match self.model {
            DataModel::Iid => Population::iid(units),
            DataModel::Spiked => Population::spiked(units, &[given(self.spike, "--spike")?]),
            DataModel::TwoCluster => {
                Population::two_cluster(units, given(self.signal, "--signal")?)
            }
            DataModel::IsingRing => Population::ising_ring(units, given(self.beta, "--beta")?),
            DataModel::ClockRing => {
                let states = self.states.context("--states is missing")?;
                Population::clock_ring(units, states.into(), given(self.beta, "--beta")?)
            }
            DataModel::IsingTorus => bail!(
                "--data ising-torus: its population spectrum has no closed form; draw samples with \
                 'saddlepoint simulate data' and give them as --data samples --file FILE"
            ),
            DataModel::NlgpRing | DataModel::NlgpTorus | DataModel::EllipticalRing => bail!(
                "--data {}: only simulate data and flow localisation know it; draw samples and give them as --data samples --file FILE",
                self.model.name()
            ),
            DataModel::Spectrum | DataModel::Samples => {
                bail!("--data {} needs --file", self.model.name())
            }
        };
        Ok(built?)
    }
}

/// A data point with what a file says of it, where there is a file.
#[derive(Debug, Clone)]
pub struct Data {
    /// The model and its parameters.
    pub point: DataPoint,
    given: Given,
}

#[derive(Debug, Clone)]
enum Given {
    Nothing,
    /// The eigenvalues listed.
    Listed(Population),
    /// A sample spectrum and the population behind it.
    Samples(Box<Debiased>),
}

impl From<DataPoint> for Data {
    fn from(point: DataPoint) -> Self {
        Self {
            point,
            given: Given::Nothing,
        }
    }
}

impl Data {
    /// Data of a listed population.
    pub fn listed(point: DataPoint, population: Population) -> Self {
        Self {
            point,
            given: Given::Listed(population),
        }
    }

    /// A data matrix, by its sample spectrum.
    pub fn samples(debiased: Debiased) -> Self {
        Self {
            point: DataPoint::new(DataModel::Samples),
            given: Given::Samples(Box::new(debiased)),
        }
    }

    /// The sample spectrum of a data matrix.
    pub fn debiased(&self) -> Option<&Debiased> {
        match &self.given {
            Given::Samples(debiased) => Some(debiased),
            _ => None,
        }
    }

    /// The population covariance's eigenvalues.
    ///
    /// # Errors
    /// Those of [`DataPoint::population`].
    pub fn population(&self) -> Result<Population> {
        match &self.given {
            Given::Nothing => self.point.population(),
            Given::Listed(population) => Ok(population.clone()),
            Given::Samples(debiased) => Ok(debiased.population.clone()),
        }
    }

    /// The data as a hidden unit meets them: Gaussian but for two clusters.
    ///
    /// # Errors
    /// Those of [`DataPoint::population`].
    pub fn planted(&self) -> Result<PlantedData> {
        if let (DataModel::TwoCluster, Some(signal)) = (self.point.model, self.point.signal) {
            let units = self.point.units.and_then(Units::finite);
            return Ok(PlantedData::two_cluster(units, signal)?);
        }
        Ok(PlantedData::gaussian(&self.population()?)?)
    }

    /// The data point with the size of its population where the question leaves it open.
    pub(crate) fn sized(&self, population: &Population) -> DataPoint {
        let size = population.units().map_or(Units::Infinite, Units::Finite);
        DataPoint {
            units: self.point.units.or(Some(size)),
            ..self.point.clone()
        }
    }

    /// The same data with other parameters.
    pub(crate) fn at(&self, point: DataPoint) -> Self {
        Self {
            point,
            given: self.given.clone(),
        }
    }
}

/// The side L of a torus of L x L sites.
///
/// # Errors
/// If `units` is no square.
pub(crate) fn torus_side(units: usize) -> Result<usize> {
    let side = units.isqrt();
    ensure!(
        side * side == units,
        "--units {units} is no L x L torus; the nearest squares are {} and {}",
        side * side,
        (side + 1) * (side + 1)
    );
    Ok(side)
}
