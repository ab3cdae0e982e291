//! `flow`: learning without noise.

mod diffusion;
mod modes;
mod ring;
mod stability;

use super::Status;
use crate::cli::flow::{Flow, FlowArgs};
use anyhow::Result;

/// Runs the kind of flow that is asked for.
pub(super) fn run(args: &FlowArgs) -> Result<Status> {
    match &args.what {
        Flow::Diffusion(args) => diffusion::run(args),
        Flow::Modes(args) => modes::run(args),
        Flow::Ring(args) => ring::run(args),
        Flow::Stability(args) => stability::run(args),
    }
}
