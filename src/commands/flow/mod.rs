//! `flow`: learning without noise.

mod modes;

use super::Status;
use crate::cli::flow::{Flow, FlowArgs};
use anyhow::Result;

/// Runs the kind of flow that is asked for.
pub(super) fn run(args: &FlowArgs) -> Result<Status> {
    match &args.what {
        Flow::Modes(args) => modes::run(args),
    }
}
