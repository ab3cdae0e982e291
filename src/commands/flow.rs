//! `flow`: learning without noise.

use super::Status;
use super::ask::ask_grid;
use crate::cli::flow::{Flow, FlowArgs, FlowModesArgs, FlowRingArgs};
use anyhow::Result;
use saddlepoint::questions::flow::ring::Sites;

/// Asks for the table that the flags want.
pub(super) fn run(args: &FlowArgs) -> Result<Status> {
    match &args.what {
        Flow::Modes(args) => modes(args),
        Flow::Ring(args) => ring(args),
        Flow::Stability(args) => ask_grid(&args.common, || args.question()),
        Flow::Diffusion(args) if args.landscape => ask_grid(&args.common, || args.landscape()),
        Flow::Diffusion(args) => ask_grid(&args.common, || args.question()),
    }
}

fn modes(args: &FlowModesArgs) -> Result<Status> {
    if args.hidden_units.is_none() {
        ask_grid(&args.common, || args.saturating())
    } else if args.emergence {
        ask_grid(&args.common, || args.emergence())
    } else {
        ask_grid(&args.common, || args.growth())
    }
}

fn ring(args: &FlowRingArgs) -> Result<Status> {
    let kind = args.kind()?;
    if args.trajectory {
        return ask_grid(&args.common, || args.trajectory(kind));
    }
    match (args.summary, kind) {
        (false, _) => ask_grid(&args.common, || args.weights(kind)),
        (true, Sites::Ising(method)) => ask_grid(&args.common, || args.ising(method)),
        (true, Sites::Clock { states }) => ask_grid(&args.common, || args.clock(states)),
    }
}
