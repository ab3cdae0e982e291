//! `flow stability`: the rings on which a hidden unit loses the symmetry of its data.

use super::Status;
use crate::cli::flow::FlowStabilityArgs;
use crate::old::Output;
use crate::old::columns::{self, place_cells};
use anyhow::{Context, Result};
use saddlepoint_theory::dynamics::ring_flow::stability::critical_sizes;

/// One row per coupling.
pub(super) fn run(args: &FlowStabilityArgs) -> Result<Status> {
    let table = vec![
        columns::BETA,
        place_cells::N_UNSTABLE,
        place_cells::N_COEXISTENCE,
        place_cells::N_LOCALIZED,
        place_cells::CORRELATION_LENGTH,
    ];
    let mut output = Output::open(&args.common, table)?;
    for &beta in args.beta.values() {
        let sizes = critical_sizes(beta).with_context(|| format!("--beta {beta:?}"))?;
        output.push(vec![
            beta.into(),
            sizes.unstable.into(),
            sizes.coexistence.into(),
            sizes.localized.into(),
            (-1.0 / beta.tanh().ln()).into(),
        ])?;
    }
    output.finish()?;
    Ok(Status::Done)
}
