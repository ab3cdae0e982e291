//! Block Gibbs sampling of a given machine: observables with their errors, their values in time, configurations.

mod observables;
pub mod trace;

pub use observables::Row;

use super::{GivenMachine, Monitor, Question};
use anyhow::{Context, Result};
use faer::Mat;
use observables::{Series, Summary};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};

/// Block Gibbs sampling of a given machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Gibbs {
    /// Weights, biases and kinds of units.
    pub machine: GivenMachine,
    /// Where its chains start.
    pub start: Start,
    /// Sweeps that count, 1 or more.
    pub steps: u64,
    /// Sweeps that are dropped first.
    pub burn_in: u64,
    /// Sweeps per recorded configuration, 1 or more.
    pub thin: u64,
    /// Leading modes whose amplitudes are observed.
    pub modes: usize,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// Where chains start.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// That many, from independent visible units of their biases.
    Random(usize),
    /// From given visible units.
    Given {
        /// Values of the visible units, one chain per row.
        visible: Mat<f64>,
        /// What messages call them.
        name: String,
    },
}

/// What was seen of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    series: Vec<Series>,
    thin: u64,
    /// Recorded visible units, one configuration per row, chain by chain at each record; `None` unless they were wanted.
    pub configurations: Option<Samples>,
}

impl Gibbs {
    /// Number of independent chains, 1 or more.
    pub fn chains(&self) -> usize {
        match &self.start {
            Start::Random(chains) => *chains,
            Start::Given { visible, .. } => visible.nrows(),
        }
    }

    /// Lets the chains move; `keep` says whether their configurations are wanted.
    ///
    /// # Errors
    /// If the simulator does not have such a machine, or it cannot take the values that it starts from; an interruption.
    pub fn sample(&self, monitor: &Monitor<'_>, keep: bool) -> Result<Sampled> {
        let machine = self.machine.in_simulator()?;
        let rng = &mut stream(self.seed, "simulate gibbs", 0);
        let mut chains = self.begin(&machine, rng)?;
        let total = self.burn_in.saturating_add(self.steps);
        let mut sweep = |chains: &mut Chains<'_>, done| {
            chains.sweep(rng);
            (monitor.progress)(done, total);
            monitor.check()
        };
        for step in 1..=self.burn_in {
            sweep(&mut chains, step)?;
        }
        let mut seen = observables::Observer::new(&machine, self.modes, chains.count())?;
        let mut visible = Vec::new();
        for step in 1..=self.steps {
            sweep(&mut chains, self.burn_in + step)?;
            seen.record(&chains);
            if keep && step.is_multiple_of(self.thin) {
                let configurations = chains.visible().col_iter();
                visible.extend(configurations.flat_map(|chain| chain.iter().copied()));
            }
        }
        let kept = keep.then(|| self.configurations(visible)).transpose();
        Ok(Sampled {
            series: seen.series,
            thin: self.thin,
            configurations: kept?,
        })
    }

    fn begin<'a>(&self, machine: &'a Rbm, rng: &mut Xoshiro256PlusPlus) -> Result<Chains<'a>> {
        match &self.start {
            Start::Random(chains) => Ok(Chains::random(machine, *chains, rng)?),
            Start::Given { visible, name } => {
                let visible = visible.transpose().to_owned();
                Chains::new(machine, visible, rng).with_context(|| name.clone())
            }
        }
    }

    fn configurations(&self, visible: Vec<f64>) -> Result<Samples> {
        let units = self.machine.weights.nrows();
        let rows = visible.len() / units;
        #[expect(clippy::cast_possible_truncation, reason = "-1, 0 or 1")]
        let samples = if self.machine.visible.is_discrete() {
            let values = visible.into_iter().map(|x| x as i8).collect();
            Samples::discrete(rows, units, values)
        } else {
            Samples::real(rows, units, visible)
        };
        Ok(samples?)
    }

    /// What the chains say of each observable.
    ///
    /// # Errors
    /// If a value is not finite.
    pub fn rows(&self, sampled: &Sampled) -> Result<Vec<Row>> {
        let row = |series: &Series| {
            Ok(Row {
                visible: self.machine.visible,
                hidden: self.machine.hidden,
                chains: self.chains(),
                steps: self.steps,
                observable: series.name.clone(),
                summary: Summary::new(&series.chains)?,
            })
        };
        sampled.series.iter().map(row).collect()
    }
}

impl Question for Gibbs {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let sampled = self.sample(monitor, false)?;
        self.rows(&sampled)?.into_iter().try_for_each(row)
    }
}
