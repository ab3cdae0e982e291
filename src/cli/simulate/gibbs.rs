use super::replicas::Replicas;
use crate::cli::args::CommonArgs;
use crate::cli::machine::MachineArgs;
use crate::input;
use crate::questions::GivenMachine;
use crate::questions::gibbs::{Gibbs, Ladders, Method, Row, Start};
use anyhow::{Context, Result, ensure};
use clap::Args;
use saddlepoint_simulator::tempering::Size;
use std::path::PathBuf;
use std::str::FromStr;

/// Sweeps in which the ladders of tempering find their rungs.
const LEAST_BURN_IN: u64 = 400;

/// Sample a given Restricted Boltzmann Machine by Gibbs sampling, parallel tempering or enumeration
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --biases none -o machine.npz\n  \
    saddlepoint simulate gibbs --machine machine.npz --chains 100 --steps 2000 -o samples.npy\n  \
    saddlepoint simulate gibbs --machine machine.npz --steps 10000\n  \
    saddlepoint simulate gibbs --machine machine.npz --method tempering --ladder ladder.csv\n\n\
    FILE.npy holds the visible units, one configuration per row, chain by chain at each record; FILE.csv beside it the \
    observables: means over chains and time, their standard errors and autocorrelation times. Naming FILE.csv writes the \
    observables, and the configurations only where --configurations names a file."
)]
pub(crate) struct GibbsArgs {
    #[command(flatten)]
    pub(crate) machine: MachineArgs,

    /// How configurations are drawn; exact draws them independently, --steps times --chains of them
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = Method::Gibbs, hide_possible_values = false)]
    pub(crate) method: Method,

    /// Independent chains
    #[arg(long, value_name = "C", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) chains: u64,

    /// Sweeps that count, in each chain
    #[arg(long, value_name = "T", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) steps: u64,

    /// Independent runs: R of them, or those of numbers A to B - 1, up to 10000; merge puts their tables together
    #[arg(long, value_name = "R|A:B", default_value = "1", value_parser = Replicas::from_str, allow_hyphen_values = true)]
    pub(crate) replicas: Replicas,

    /// Sweeps per record: 1 keeps every configuration
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) thin: u64,

    /// Sweeps that are dropped first [default: a tenth of --steps; for tempering a quarter, at least 400]
    #[arg(long, value_name = "T")]
    pub(crate) burn_in: Option<u64>,

    /// Visible units to start from, one chain per row, .npy or .csv [default: random, given their biases, and as many opposite ones]
    #[arg(long, value_name = "FILE")]
    pub(crate) initial: Option<PathBuf>,

    /// Rungs of the ladders of tempering [default: as many as neighbours need to exchange every second time]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(2..=2000), conflicts_with = "along")]
    pub(crate) temperatures: Option<u16>,

    /// Machines of a training in order, which the ladders of tempering go through before they reach that of --machine
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) along: Vec<PathBuf>,

    /// Table of the rungs of tempering: position, exchange rate, ln Z with its error
    #[arg(long, value_name = "FILE")]
    pub(crate) ladder: Option<PathBuf>,

    /// Leading modes whose amplitudes are observed
    #[arg(long, value_name = "K", default_value_t = 3)]
    pub(crate) modes: u16,

    /// The recorded configurations, .npy or .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) configurations: Option<PathBuf>,

    /// Table of the observables of the first five chains at each record: step, chain, observable, value
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl GibbsArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Gibbs> {
        ensure!(
            self.method != Method::Exact || (self.initial.is_none() && self.burn_in.is_none()),
            "--method exact has no chains that start or forget; leave --initial and --burn-in out"
        );
        self.check_tempering()?;
        let burn_in = match self.method {
            Method::Tempering => (self.steps / 4).max(LEAST_BURN_IN),
            Method::Gibbs | Method::Exact => self.steps / 10,
        };
        Ok(Gibbs {
            method: self.method,
            ladders: Ladders {
                size: self
                    .temperatures
                    .map_or(Size::Adapted, |rungs| Size::Given(rungs.into())),
                along: self.along()?,
            },
            machine: self.machine.given(self.common.quiet)?,
            start: self.start()?,
            steps: self.steps,
            burn_in: self.burn_in.unwrap_or(burn_in),
            thin: self.thin,
            modes: self.modes.into(),
            replicas: self.replicas.numbers(),
            seed: self.common.seed,
        })
    }

    /// Columns that the table has no use for.
    pub(crate) fn left_out(&self) -> &'static [&'static str] {
        match self.method {
            Method::Tempering => &[],
            Method::Gibbs | Method::Exact => &Row::TEMPERED,
        }
    }

    /// Errs for flags that belong to tempering and another method, or the other way round.
    fn check_tempering(&self) -> Result<()> {
        if self.method == Method::Tempering {
            ensure!(
                self.initial.is_none(),
                "--method tempering begins with independent units; leave --initial out"
            );
            return Ok(());
        }
        for (flag, is_given) in [
            ("--temperatures", self.temperatures.is_some()),
            ("--along", !self.along.is_empty()),
            ("--ladder", self.ladder.is_some()),
        ] {
            ensure!(
                !is_given,
                "{flag} is for ladders of replicas; add --method tempering"
            );
        }
        Ok(())
    }

    /// The machines on the way.
    fn along(&self) -> Result<Vec<GivenMachine>> {
        let read = |file: &PathBuf| self.machine.of(file).given(self.common.quiet);
        self.along.iter().map(read).collect()
    }

    fn start(&self) -> Result<Start> {
        let chains = usize::try_from(self.chains).context("--chains is too large")?;
        let Some(file) = &self.initial else {
            return Ok(Start::Random(chains));
        };
        let visible = input::read(file, None)?;
        let name = file.display().to_string();
        ensure!(
            visible.nrows() == chains,
            "--initial {name}: holds {} configurations for --chains {chains}; give as many",
            visible.nrows()
        );
        Ok(Start::Given { visible, name })
    }
}
