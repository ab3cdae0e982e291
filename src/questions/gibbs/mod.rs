//! Sampling of a given machine by block Gibbs sampling, parallel tempering or enumeration: observables with their errors, their values in time,
//! configurations.

mod observables;
pub mod tempering;
pub mod trace;

pub use observables::Row;
pub use tempering::Ladders;

use super::{GivenMachine, Monitor, Question, in_order};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use faer::{Mat, MatRef};
use observables::{Observer, Series, Summary};
use saddlepoint_simulator::exact_sampling::ExactSampler;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use tempering::Tempered;

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
    /// The ladders of parallel tempering.
    pub ladders: Ladders,
    /// Numbers of the independent runs, one or more: each number has random numbers of its own.
    pub replicas: Range<usize>,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// The most numbers that are kept: 3.2 GB.
const MOST_VALUES: f64 = 4e8;

/// Values of observables beyond which not every sweep is recorded: 270 MB.
const MOST_RECORDED: u64 = 1 << 25;

/// Records of a chain below which it is not thinned.
const FEWEST_RECORDS: u64 = 1000;

/// How configurations are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Block Gibbs sampling: chains of sweeps
    Gibbs,
    /// Ladders of replicas from independent units to the machine, which exchange configurations
    Tempering,
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
    replica: usize,
    series: Vec<Series>,
    thin: u64,
    /// Sweeps per record of the observables.
    stride: u64,
    tempered: Option<Tempered>,
    /// The rungs of parallel tempering.
    pub ladder: Vec<tempering::Row>,
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

    /// Lets the chains of one replica move; `keep` says whether their configurations are wanted.
    ///
    /// # Errors
    /// If the simulator does not have such a machine, or it cannot take the values that it starts from; an interruption.
    pub fn sample(&self, replica: usize, monitor: &Monitor<'_>, keep: bool) -> Result<Sampled> {
        let machine = self.machine.in_simulator()?;
        let recorder = Recorder {
            observer: Observer::new(&machine, self.modes, self.chains())?,
            visible: Vec::new(),
            stride: self.stride()?,
            thin: keep.then_some(self.thin),
        };
        if keep {
            self.check_configurations()?;
        }
        let stride = recorder.stride;
        let rng = &mut stream(self.seed, "simulate gibbs", replica as u64);
        let seen = match self.method {
            Method::Gibbs => self.sweep(&machine, recorder, monitor, rng)?,
            Method::Tempering => self.temper(&machine, &recorder, monitor, rng)?,
            Method::Exact => self.draw(&machine, recorder, monitor, rng)?,
        };
        let kept = keep.then(|| self.configurations(seen.visible)).transpose();
        Ok(Sampled {
            replica,
            series: seen.series,
            thin: self.thin,
            stride,
            tempered: seen.tempered,
            ladder: seen.ladder,
            configurations: kept?,
        })
    }

    /// Chains of Gibbs sampling.
    fn sweep(
        &self,
        machine: &Rbm,
        mut recorder: Recorder,
        monitor: &Monitor<'_>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Seen> {
        let mut chains = self.begin(machine, rng)?;
        let total = self.burn_in.saturating_add(self.steps);
        for done in 1..=total {
            chains.sweep(rng);
            (monitor.progress)(done, total);
            monitor.check()?;
            if let Some(step @ 1..) = done.checked_sub(self.burn_in)
                && recorder.wants(step)
            {
                let energies = || Ok(chains.energies());
                recorder.record(step, energies, chains.visible(), chains.hidden())?;
            }
        }
        Ok(recorder.finish())
    }

    /// Independent configurations.
    fn draw(
        &self,
        machine: &Rbm,
        mut recorder: Recorder,
        monitor: &Monitor<'_>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Seen> {
        let sampler = ExactSampler::new(machine).context("--method exact")?;
        for step in 1..=self.steps {
            let (v, h) = sampler.draw(self.chains(), rng);
            let energy = |c| machine.energy(v.col_as_slice(c), h.col_as_slice(c));
            let energies = || Ok((0..v.ncols()).map(energy).collect::<Result<_, _>>()?);
            recorder.record(step, energies, v.as_ref(), h.as_ref())?;
            (monitor.progress)(step, self.steps);
            monitor.check()?;
        }
        Ok(recorder.finish())
    }

    /// Sweeps per record of the observables, so that memory does not grow with the sweeps.
    fn stride(&self) -> Result<u64> {
        let values = (self.chains() as u64).saturating_mul(3 + self.modes as u64);
        let most = (MOST_RECORDED / values).max(FEWEST_RECORDS);
        let stride = self.steps.div_ceil(most);
        check_memory(values.saturating_mul(self.steps / stride))?;
        Ok(stride)
    }

    /// Errs for more configurations than memory has room for.
    fn check_configurations(&self) -> Result<()> {
        let units = self.machine.weights.nrows() as u64;
        let rows = (self.chains() as u64).saturating_mul(self.steps / self.thin);
        check_memory(units.saturating_mul(rows))
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
                seed: self.seed,
                replica: sampled.replica,
                observable: series.name.clone(),
                summary: Summary::new(&series.chains, sampled.stride, sampled.tempered.as_ref())?,
                tempered: sampled.tempered,
            })
        };
        sampled.series.iter().map(row).collect()
    }
}

/// Errs before memory is taken that is not there.
fn check_memory(recorded: u64) -> Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "an order of magnitude")]
    let values = recorded as f64;
    ensure!(
        values <= MOST_VALUES,
        "would keep {values:.1e} numbers, more than the limit of {MOST_VALUES:e}; lower --steps or --chains, or raise --thin"
    );
    Ok(())
}

/// What chains or ladders show at some sweeps.
#[derive(Debug, Clone)]
struct Recorder {
    observer: Observer,
    visible: Vec<f64>,
    /// Sweeps per record of the observables.
    stride: u64,
    /// Sweeps per record of the configurations, if they are wanted.
    thin: Option<u64>,
}

impl Recorder {
    /// One of other chains, empty.
    fn of(&self, chains: usize) -> Self {
        Self {
            observer: self.observer.of(chains),
            visible: Vec::new(),
            ..*self
        }
    }

    fn keeps(&self, step: u64) -> bool {
        self.thin.is_some_and(|thin| step.is_multiple_of(thin))
    }

    /// Whether anything of this sweep is recorded.
    fn wants(&self, step: u64) -> bool {
        step.is_multiple_of(self.stride) || self.keeps(step)
    }

    /// Takes note of a sweep: the energies, and the units of both layers in the columns.
    fn record(
        &mut self,
        step: u64,
        energies: impl FnOnce() -> Result<Vec<f64>>,
        visible: MatRef<'_, f64>,
        hidden: MatRef<'_, f64>,
    ) -> Result<()> {
        if step.is_multiple_of(self.stride) {
            self.observer.record(energies()?, visible, hidden);
        }
        if self.keeps(step) {
            let columns = visible.col_iter();
            self.visible
                .extend(columns.flat_map(|chain| chain.iter().copied()));
        }
        Ok(())
    }

    fn finish(self) -> Seen {
        Seen {
            series: self.observer.series,
            visible: self.visible,
            tempered: None,
            ladder: Vec::new(),
        }
    }
}

/// Sweeps that are done in all replicas together.
struct Counted<'a> {
    monitor: &'a Monitor<'a>,
    done: Mutex<Vec<u64>>,
}

impl<'a> Counted<'a> {
    fn new(monitor: &'a Monitor<'a>, replicas: usize) -> Self {
        Self {
            monitor,
            done: Mutex::new(vec![0; replicas]),
        }
    }

    /// That a replica, counted from 0, has done so many of its sweeps.
    fn advance(&self, replica: usize, done: u64, total: u64) {
        let mut all = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        all[replica] = done;
        (self.monitor.progress)(all.iter().sum(), total * all.len() as u64);
    }
}

/// What was seen of all chains.
struct Seen {
    series: Vec<Series>,
    /// Recorded visible units, chain by chain at each record.
    visible: Vec<f64>,
    tempered: Option<Tempered>,
    ladder: Vec<tempering::Row>,
}

impl Question for Gibbs {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        match self.method {
            Method::Tempering => Vec::new(),
            Method::Gibbs | Method::Exact => Row::TEMPERED.to_vec(),
        }
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let counted = Counted::new(monitor, self.replicas.len());
        let run = |replica: usize, say: &mut dyn FnMut(Row) -> Result<()>| {
            let progress =
                |done, total| counted.advance(replica - self.replicas.start, done, total);
            let monitor = Monitor {
                progress: &progress,
                ..*monitor
            };
            let sampled = self.sample(replica, &monitor, false)?;
            self.rows(&sampled)?.into_iter().try_for_each(say)
        };
        in_order(self.replicas.clone(), run, row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::Kind;

    fn asked(chains: usize, steps: u64) -> Gibbs {
        Gibbs {
            machine: GivenMachine {
                name: "pair".to_owned(),
                weights: Mat::full(1, 1, 0.5),
                visible_bias: vec![0.0],
                hidden_bias: vec![0.0],
                visible: Kind::SPIN,
                hidden: Kind::SPIN,
            },
            start: Start::Random(chains),
            steps,
            burn_in: 0,
            thin: 6,
            modes: 1,
            method: Method::Gibbs,
            ladders: Ladders::default(),
            replicas: 0..1,
            seed: 0,
        }
    }

    #[test]
    fn what_is_recorded_does_not_grow_with_the_sweeps() {
        assert_eq!(asked(100, 80_000).stride().unwrap(), 1);
        for steps in [1_000_000, 1_000_000_000] {
            let stride = asked(100, steps).stride().unwrap();
            assert!(stride > 1 && 4 * 100 * (steps / stride) <= MOST_RECORDED);
        }
        // A thousand records of every chain are needed for its diagnostics.
        assert!(asked(1_000_000, 1_000_000).stride().is_err());
    }

    #[test]
    fn a_trace_counts_sweeps_and_not_records() {
        let asked = asked(2, 100);
        let mut sampled = asked.sample(0, &Monitor::silent(), false).unwrap();
        let steps = |sampled: &Sampled| sampled.trace().map(|row| row.step).collect::<Vec<_>>();
        assert_eq!(steps(&sampled)[..3], [6, 12, 18]);
        sampled.stride = 4;
        assert_eq!(steps(&sampled)[..3], [12, 24, 36]);
    }
}
