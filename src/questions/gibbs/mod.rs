//! Block Gibbs sampling of a given machine: observables with their errors, their values in time, configurations.

mod observables;
pub mod trace;

pub use observables::Row;

use super::{GivenMachine, Monitor, Question};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use faer::{Mat, MatRef};
use observables::{Series, Summary};
use saddlepoint_simulator::exact_sampling::ExactSampler;
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
    /// How configurations are drawn.
    pub method: Method,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// The most numbers that are kept: 3.2 GB.
const MOST_VALUES: f64 = 4e8;

/// How configurations are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Block Gibbs sampling: chains of sweeps
    Gibbs,
    /// Independent configurations, by enumeration of the smaller layer of up to 25 units of two values
    Exact,
}

/// Where chains start.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// That many: half of them from independent visible units of their biases, the other half from the opposite configurations, so that they do not
    /// all start on one side of a barrier.
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
        self.check_memory(keep)?;
        let rng = &mut stream(self.seed, "simulate gibbs", 0);
        let mut seen = observables::Observer::new(&machine, self.modes, self.chains())?;
        let mut visible = Vec::new();
        let mut keep_all = |step: u64, chains: MatRef<'_, f64>| {
            if keep && step.is_multiple_of(self.thin) {
                visible.extend(chains.col_iter().flat_map(|chain| chain.iter().copied()));
            }
        };
        match self.method {
            Method::Gibbs => {
                let mut chains = self.begin(&machine, rng)?;
                let total = self.burn_in.saturating_add(self.steps);
                for done in 1..=total {
                    chains.sweep(rng);
                    (monitor.progress)(done, total);
                    monitor.check()?;
                    if let Some(step @ 1..) = done.checked_sub(self.burn_in) {
                        seen.record(chains.energies(), chains.visible(), chains.hidden());
                        keep_all(step, chains.visible());
                    }
                }
            }
            Method::Exact => {
                let sampler = ExactSampler::new(&machine).context("--method exact")?;
                for step in 1..=self.steps {
                    let (v, h) = sampler.draw(self.chains(), rng);
                    let energy = |c| machine.energy(v.col_as_slice(c), h.col_as_slice(c));
                    let energies: Result<Vec<f64>, _> = (0..v.ncols()).map(energy).collect();
                    seen.record(energies?, v.as_ref(), h.as_ref());
                    keep_all(step, v.as_ref());
                    (monitor.progress)(step, self.steps);
                    monitor.check()?;
                }
            }
        }
        let kept = keep.then(|| self.configurations(visible)).transpose();
        Ok(Sampled {
            series: seen.series,
            thin: self.thin,
            configurations: kept?,
        })
    }

    /// Errs before memory is taken that is not there: every observable of every chain is kept for its diagnostics.
    fn check_memory(&self, keep: bool) -> Result<()> {
        #[expect(clippy::cast_precision_loss, reason = "an order of magnitude")]
        let [chains, steps, units] = [
            self.chains() as f64,
            self.steps as f64,
            self.machine.weights.nrows() as f64,
        ];
        #[expect(clippy::cast_precision_loss, reason = "an order of magnitude")]
        let observables = (3 + self.modes) as f64;
        #[expect(clippy::cast_precision_loss, reason = "an order of magnitude")]
        let recorded = if keep {
            units * (steps / self.thin as f64)
        } else {
            0.0
        };
        let values = chains * (steps * observables + recorded);
        ensure!(
            values <= MOST_VALUES,
            "would keep {values:.1e} numbers, more than the limit of {MOST_VALUES:e}; lower --steps or --chains, or raise --thin"
        );
        Ok(())
    }

    fn begin<'a>(&self, machine: &'a Rbm, rng: &mut Xoshiro256PlusPlus) -> Result<Chains<'a>> {
        match &self.start {
            Start::Random(chains) => Ok(Chains::dispersed(machine, *chains, rng)?),
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
