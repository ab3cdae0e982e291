//! Flags of `flow short-chains` and `flow persistent-chains`.

use super::args::GridArgs;
use super::grid::{self, Counts, Grid};
use crate::questions::flow::persistent_chains::{Summaries, Trainings, Updates};
use crate::questions::flow::short_chains::ShortChains;
use anyhow::{Context, Result};
use clap::Args;

/// Compute what learning with short chains from independent units converges to, and what samples remember of it
///
/// A machine of Gaussian units, each mode alone; of spins, modes that are spread over many of them. Infinitely many samples, learning rate to
/// zero.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint flow short-chains --eigenvalues 3 --gibbs-steps 1,2,10 --sample-steps 1,2,5,10,100 --plot memory.svg\n\n\
    The training is that of `simulate train --algorithm rdm`. Chains that begin at the data (cd) end at likelihood_singular_value for every number of sweeps."
)]
pub(crate) struct FlowShortChainsArgs {
    /// Eigenvalues of the data's covariance, 0 or above
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) eigenvalues: Grid,

    /// Sweeps of the chains in an update, 1 or more
    #[arg(long, value_name = "GRID", value_parser = grid::from_one, default_value = "1")]
    pub(crate) gibbs_steps: Counts,

    /// Sweeps after which samples are looked at, 1 or more
    #[arg(long, value_name = "GRID", value_parser = grid::from_one, default_value = "1,2,5,10,20,50,100")]
    pub(crate) sample_steps: Counts,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

/// Numbers of sweeps of the grid of a flag.
fn sweeps(flag: &str, grid: &Counts) -> Result<Vec<u32>> {
    let count = |&sweeps: &usize| {
        let count = u32::try_from(sweeps).ok().filter(|k| *k <= 1_000_000);
        count.with_context(|| format!("{flag} {sweeps}: must be at most 1000000"))
    };
    grid.values().iter().map(count).collect()
}

impl FlowShortChainsArgs {
    /// The question.
    pub(crate) fn question(&self) -> Result<ShortChains> {
        Ok(ShortChains {
            eigenvalues: self.eigenvalues.values().to_vec(),
            gibbs_steps: sweeps("--gibbs-steps", &self.gibbs_steps)?,
            sample_steps: sweeps("--sample-steps", &self.sample_steps)?,
        })
    }
}

/// Compute how learning with persistent chains goes at a finite learning rate, when the chains lag behind the machine
///
/// A machine of Gaussian units, each mode alone; of spins, modes that are spread over many of them. Infinitely many samples and chains per
/// update, chains that begin at independent units; with --summary what finite numbers of them add.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow persistent-chains --eigenvalues 3 --learning-rate 0.01,0.05,0.2 --plot lag.svg\n  \
    saddlepoint flow persistent-chains --eigenvalues 3 --gibbs-steps 1,10 --learning-rate 0.001:1:61:log --summary --plot decay.svg\n\n\
    The training is that of `simulate train --algorithm pcd`. It ends at final_singular_value for every number of sweeps, if at all: above \
    oscillates_from the singular value swings to its end, above unstable_from it swings for ever, or at larger rates grows beyond all bounds."
)]
pub(crate) struct FlowPersistentChainsArgs {
    /// Eigenvalues of the data's covariance, 0 or above
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) eigenvalues: Grid,

    /// Sweeps of the chains in an update, 1 or more
    #[arg(long, value_name = "GRID", value_parser = grid::from_one, default_value = "1")]
    pub(crate) gibbs_steps: Counts,

    /// Learning rate, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) learning_rate: Grid,

    /// Singular value before the first update, above 0 and below 1
    #[arg(
        long,
        value_name = "S",
        default_value_t = 0.1,
        conflicts_with = "summary"
    )]
    pub(crate) initial_singular_value: f64,

    /// Number of updates, each with a row
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        conflicts_with = "summary")]
    pub(crate) updates: u32,

    /// A row per training: how fast small deviations from the end decay, whether they oscillate, and how far noise spreads them
    #[arg(long)]
    pub(crate) summary: bool,

    /// Samples per update, of Gaussian data, and as many chains
    #[arg(long, value_name = "B", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..),
        requires = "summary")]
    pub(crate) batch: u32,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl FlowPersistentChainsArgs {
    fn trainings(&self) -> Result<Trainings> {
        Ok(Trainings {
            eigenvalues: self.eigenvalues.values().to_vec(),
            gibbs_steps: sweeps("--gibbs-steps", &self.gibbs_steps)?,
            learning_rates: self.learning_rate.values().to_vec(),
        })
    }

    /// Update after update.
    pub(crate) fn updates(&self) -> Result<Updates> {
        Ok(Updates {
            trainings: self.trainings()?,
            initial_singular_value: self.initial_singular_value,
            updates: self.updates,
        })
    }

    /// The end of each training.
    pub(crate) fn summaries(&self) -> Result<Summaries> {
        Ok(Summaries {
            trainings: self.trainings()?,
            batch: self.batch,
        })
    }
}
