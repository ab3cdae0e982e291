use super::Status;
use crate::call::available_threads;
use crate::cli::explore::ExploreArgs;
use crate::explore::Explorer;
use crate::notice::say;
use anyhow::Result;
use rayon::ThreadPoolBuilder;
use std::io::{self, Write};

/// Serves the page until an interruption.
pub(crate) fn run(args: &ExploreArgs) -> Result<Status> {
    let explorer = Explorer::open(args.port.unwrap_or(0))?;
    ThreadPoolBuilder::new()
        .num_threads(available_threads())
        .build_global()?;
    if !args.quiet {
        say("open this address in a browser; ctrl-C ends the explorer");
    }
    let mut stdout = io::stdout();
    writeln!(stdout, "{}", explorer.address())?;
    stdout.flush()?;
    explorer.serve();
    Ok(Status::Done)
}
