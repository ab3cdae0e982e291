//! Data models as both sides see them: a sampler for the simulation, a population for the theory.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::Columns;
use saddlepoint_simulator::data::{
    ClockRing, DataModel, Diagonal, Iid, IsingRing, Law, Spiked, TwoCluster,
};
use saddlepoint_theory::spectra::{Mode, Population};

use crate::comparison::{FEWEST_REPLICAS, as_float, rounded};
use crate::error::Result;
use crate::table::Parameters;

/// Population eigenvalues of the three-atom population, each with weight 1/3.
const THREE_ATOMS: [f64; 3] = [1.0, 3.0, 7.0];

/// A data model without its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ensemble {
    /// Independent ±1.
    IidSpin,
    /// Independent standard Gaussians.
    IidGaussian,
    /// Gaussian data with one strong direction of excess eigenvalue `spike`.
    Spiked { spike: f64 },
    /// Two clusters of spins of separation `signal`.
    TwoCluster { signal: f64 },
    /// Ising spins on a ring.
    IsingRing { beta: f64 },
    /// Clock spins on a ring, one-hot and standardised.
    ClockRing { states: usize, beta: f64 },
    /// Gaussian data with the population eigenvalues of the Ising ring, in its eigenbasis.
    GaussianIsingRing { beta: f64 },
    /// Gaussian data with the population eigenvalues of the clock ring, in its eigenbasis.
    GaussianClockRing { states: usize, beta: f64 },
    /// Gaussian data with population eigenvalues 1, 3 and 7.
    ThreeAtoms,
}

/// Samples with what is needed to look at them.
pub(super) struct Drawn {
    pub(super) samples: Samples,
    pub(super) columns: Columns,
    /// The planted direction, where there is one.
    pub(super) direction: Option<Vec<f64>>,
}

impl Ensemble {
    /// Draws `samples` configurations of `units` units.
    pub(super) fn draw(
        self,
        units: usize,
        samples: usize,
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Drawn> {
        let (model, direction): (Box<dyn DataModel>, _) = match self {
            Self::IidSpin => (Box::new(Iid::new(units, Law::Spin)?), None),
            Self::IidGaussian => (Box::new(Iid::new(units, Law::Gaussian)?), None),
            Self::Spiked { spike } => {
                let model = Spiked::random(units, &[spike], random)?;
                let direction = model.directions().col(0).iter().copied().collect();
                (Box::new(model), Some(direction))
            }
            Self::TwoCluster { signal } => {
                let model = TwoCluster::random(units, signal, random)?;
                let direction = model.direction();
                (Box::new(model), Some(direction))
            }
            Self::IsingRing { beta } => (Box::new(IsingRing::new(units, beta)?), None),
            Self::ClockRing { states, beta } => {
                (Box::new(ClockRing::new(units, states, beta)?), None)
            }
            Self::GaussianIsingRing { .. } | Self::GaussianClockRing { .. } => {
                (Box::new(Diagonal::new(&self.eigenvalues(units)?)?), None)
            }
            Self::ThreeAtoms => {
                let variances: Vec<f64> = (0..units).map(|i| THREE_ATOMS[i % 3]).collect();
                (Box::new(Diagonal::new(&variances)?), None)
            }
        };
        let columns = match model.standardization() {
            _ if !matches!(self, Self::ClockRing { .. }) => Columns::Raw,
            (shift, scale) => Columns::Affine { shift, scale },
        };
        Ok(Drawn {
            samples: model.draw(samples, random)?,
            columns,
            direction,
        })
    }

    /// Whether it is an Ising ring, of spins or Gaussian.
    pub(super) fn is_ring(self) -> bool {
        matches!(
            self,
            Self::IsingRing { .. } | Self::GaussianIsingRing { .. }
        )
    }

    /// All population eigenvalues, leading first.
    fn eigenvalues(self, units: usize) -> Result<Vec<f64>> {
        let population = self.population(Some(units))?;
        let repeat =
            |mode: &Mode| std::iter::repeat_n(mode.eigenvalue, mode.degeneracy.unwrap_or(1));
        Ok(population.modes().iter().flat_map(repeat).collect())
    }

    /// The population, of infinite size for `None`.
    pub(super) fn population(self, units: Option<usize>) -> Result<Population> {
        Ok(match self {
            Self::IidSpin | Self::IidGaussian => Population::iid(units)?,
            Self::Spiked { spike } => Population::spiked(units, &[spike])?,
            Self::TwoCluster { signal } => Population::two_cluster(units, signal)?,
            Self::IsingRing { beta } | Self::GaussianIsingRing { beta } => {
                Population::ising_ring(units, beta)?
            }
            Self::ClockRing { states, beta } | Self::GaussianClockRing { states, beta } => {
                Population::clock_ring(units, states, beta)?
            }
            Self::ThreeAtoms => Population::from_weights(&THREE_ATOMS.map(|x| (x, 1.0 / 3.0)))?,
        })
    }

    /// The columns of a table that name this data model.
    pub(super) fn parameters(self, experiment: &'static str) -> Parameters {
        let base = Parameters {
            experiment,
            ..Parameters::default()
        };
        match self {
            Self::IidSpin => Parameters {
                data: "iid",
                law: Some("spin"),
                ..base
            },
            Self::IidGaussian => Parameters {
                data: "iid",
                law: Some("gaussian"),
                ..base
            },
            Self::Spiked { spike } => Parameters {
                data: "spiked",
                spike: Some(spike),
                ..base
            },
            Self::TwoCluster { signal } => Parameters {
                data: "two-cluster",
                signal: Some(signal),
                ..base
            },
            Self::IsingRing { beta } => Parameters {
                data: "ising-ring",
                beta: Some(beta),
                ..base
            },
            Self::ClockRing { states, beta } => Parameters {
                data: "clock-ring",
                states: Some(states),
                beta: Some(beta),
                ..base
            },
            Self::GaussianIsingRing { beta } => Parameters {
                law: Some("gaussian"),
                ..Self::IsingRing { beta }.parameters(experiment)
            },
            Self::GaussianClockRing { states, beta } => Parameters {
                law: Some("gaussian"),
                ..Self::ClockRing { states, beta }.parameters(experiment)
            },
            Self::ThreeAtoms => Parameters {
                data: "spectrum",
                law: Some("gaussian"),
                ..base
            },
        }
    }
}

/// Number of samples P = αN, rounded.
pub(super) fn samples_at(alpha: f64, units: usize) -> usize {
    rounded(alpha * as_float(units))
}

/// Sizes with the replicas of each: `most` at the first size, then fewer as N^(−`decline`), and never too few to judge.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive count far below 2^53"
)]
pub(super) fn sizes(units: &[usize], most: usize, decline: f64) -> Vec<(usize, usize)> {
    let replicas = |n: usize| {
        let share = (as_float(n) / as_float(units[0])).powf(-decline);
        ((as_float(most) * share) as usize).max(FEWEST_REPLICAS)
    };
    units.iter().map(|&n| (n, replicas(n))).collect()
}

/// Operations of a full decomposition of the smaller Gram matrix, for the order of tasks.
pub(super) fn dense_cost(units: usize, samples: usize) -> f64 {
    let (n, p) = (as_float(units.min(samples)), as_float(units.max(samples)));
    n * n * (p + 10.0 * n)
}
