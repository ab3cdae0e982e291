use crate::cli::args::CommonArgs;
use crate::cli::grid::{self, Grid};
use crate::cli::machine::MachineArgs;
use crate::questions::langevin::{Langevin, Moving};
use anyhow::{Context, Result, bail};
use clap::Args;
use saddlepoint_simulator::langevin::Langevin as Dynamics;

/// Langevin dynamics in the singular modes of a machine: of exp(-A) on the real line, not of the machine
///
/// A is the free energy of a machine in its reciprocal variables, on the real line of an exact integral over complex ones. Its law and the machine's
/// agree for infinitely many units; for finitely many the variances differ by terms of order 1/N (beside them in the table, by enumeration
/// where a layer has up to 18 two-valued units). To sample the machine itself use simulate gibbs.
#[derive(Debug, Args)]
#[command(
    mut_arg("machine", |machine| machine.required(false)),
    after_help = "Examples:\n  saddlepoint simulate langevin --singular-values 0.2:1.2:6\n  \
    saddlepoint simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --biases none -o machine.npz\n  \
    saddlepoint simulate langevin --machine machine.npz --modes 5\n\n\
    Two rows per mode: the slow variable (x + y)/sqrt 2 relaxes at the rate 1 - s and the fast one (x - y)/sqrt 2 at 1 + s \
    where the machine has infinitely many spins; there the slow one diverges for s > 1. For a finite machine A \
    bounds it."
)]
pub(crate) struct LangevinArgs {
    /// Singular values of infinitely many spins, in place of a machine
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative)]
    pub(crate) singular_values: Option<Grid>,

    #[command(flatten)]
    pub(crate) machine: Option<MachineArgs>,

    /// Leading modes to show [default: all]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) modes: Option<u64>,

    /// Time of a step
    #[arg(
        long,
        value_name = "DT",
        default_value_t = 0.05,
        allow_hyphen_values = true
    )]
    pub(crate) step: f64,

    /// Steps between two records
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) interval: u32,

    /// Records that are dropped first
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) burn_in: u32,

    /// Records that count
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) records: u32,

    /// Independent walkers
    #[arg(long, value_name = "C", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) walkers: u32,

    /// Size of a variable at which its mode has diverged
    #[arg(
        long,
        value_name = "X",
        default_value_t = 1e6,
        allow_hyphen_values = true
    )]
    pub(crate) limit: f64,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl LangevinArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Langevin> {
        let moving = match (&self.singular_values, &self.machine) {
            (Some(values), None) => Moving::Infinite(values.values().to_vec()),
            (None, Some(machine)) => Moving::Machine(machine.given(self.common.quiet)?),
            _ => bail!("give either --singular-values or --machine"),
        };
        let count = |x: u32| usize::try_from(x).context("a count is too large");
        Ok(Langevin {
            moving,
            dynamics: Dynamics {
                step: self.step,
                interval: count(self.interval)?,
                burn_in: count(self.burn_in)?,
                records: count(self.records)?,
                walkers: count(self.walkers)?,
                limit: self.limit,
            },
            modes: self.modes.and_then(|modes| usize::try_from(modes).ok()),
            seed: self.common.seed,
        })
    }
}
