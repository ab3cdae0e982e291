use super::{Status, ask::ask};
use crate::cli::threshold::ThresholdArgs;
use anyhow::Result;
use saddlepoint::questions::DataModel;

/// Critical sample sizes, of a model, of a data matrix, or with a parameter that is solved for.
pub(super) fn run(args: &ThresholdArgs) -> Result<Status> {
    let common = &args.common;
    match args.solve_for {
        _ if args.data.data == DataModel::Samples && args.explain => {
            ask(common, || args.explain_samples())
        }
        _ if args.explain => ask(common, || args.explain()),
        _ if args.data.data == DataModel::Samples => ask(common, || args.samples()),
        Some(unknown) => ask(common, || args.inverse(unknown)),
        None => ask(common, || args.question()),
    }
}
