//! Flags of the simulations.

pub(crate) mod data;
pub(crate) mod gibbs;
pub(crate) mod langevin;
mod replicas;
pub(crate) mod train;

use clap::{Args, Subcommand};

/// Simulate finite systems
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(subcommand)]
    pub(crate) what: Simulation,
}

/// What to simulate.
#[derive(Debug, Subcommand)]
pub(crate) enum Simulation {
    Data(data::SimulateDataArgs),
    Train(Box<train::TrainArgs>),
    Gibbs(gibbs::GibbsArgs),
    Langevin(langevin::LangevinArgs),
}
