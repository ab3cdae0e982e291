//! `flow`: learning without noise.

use super::Asker;
use super::Status;
use crate::cli::flow::{Flow, FlowArgs, FlowModesArgs, FlowRingArgs};
use crate::questions::flow::ring::Visible;
use anyhow::Result;

/// Asks for the table that the flags want.
pub(super) fn table(args: &FlowArgs, asker: &impl Asker) -> Result<Status> {
    match &args.what {
        Flow::Modes(args) => modes(args, asker),
        Flow::ShortChains(args) => asker.ask_grid(&args.common, || args.question()),
        Flow::PersistentChains(args) if args.summary => {
            asker.ask_grid(&args.common, || args.summaries())
        }
        Flow::PersistentChains(args) => asker.ask_grid(&args.common, || args.updates()),
        Flow::Ring(args) => ring(args, asker),
        Flow::Stability(args) => asker.ask_grid(&args.common, || args.question()),
        Flow::Localisation(args) => asker.ask_grid(&args.common, || args.question()),
        Flow::Diffusion(args) if args.landscape => {
            asker.ask_grid(&args.common, || args.landscape())
        }
        Flow::Diffusion(args) => asker.ask_grid(&args.common, || args.question()),
    }
}

fn modes(args: &FlowModesArgs, asker: &impl Asker) -> Result<Status> {
    if args.hidden_units.is_none() {
        asker.ask_grid(&args.common, || args.saturating())
    } else if args.emergence {
        asker.ask_grid(&args.common, || args.emergence())
    } else {
        asker.ask_grid(&args.common, || args.growth())
    }
}

fn ring(args: &FlowRingArgs, asker: &impl Asker) -> Result<Status> {
    let kind = args.kind()?;
    if args.trajectory {
        return asker.ask_grid(&args.common, || args.trajectory(kind));
    }
    match (args.summary, kind.visible) {
        (false, _) => asker.ask_grid(&args.common, || args.weights(kind)),
        (true, Visible::Ising(method)) => asker.ask_grid(&args.common, || args.ising(method)),
        (true, Visible::Clock { states }) => asker.ask_grid(&args.common, || args.clock(states)),
    }
}
