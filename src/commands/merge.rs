//! `merge`: a table from the journals of its shards.

use super::Status;
use super::ask::ask_of_seed;
use crate::cli::merge::MergeArgs;
use crate::notice::say;
use anyhow::{Context, Result};
use saddlepoint::output::staged;
use saddlepoint_validation::journal::Journals;

/// Reads the journals and writes their table.
pub(super) fn run(args: &MergeArgs) -> Result<Status> {
    for file in &args.files {
        staged::reading(file).with_context(|| file.display().to_string())?;
    }
    let journals = Journals::open(&args.files)?;
    ask_of_seed(&args.table, journals.header().seed, || {
        let merge = args.question(&journals)?;
        if !args.table.quiet {
            merge.notices.iter().for_each(|words| say(words));
        }
        Ok(merge)
    })
}
