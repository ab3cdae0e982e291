use super::Status;
use crate::cli;
use crate::cli::completions::CompletionsArgs;
use anyhow::Result;
use std::io::{self, Write};

/// Prints the completion script of one shell.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Status> {
    // clap_complete panics where the pipe is closed: it writes to memory, and only then to stdout.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "saddlepoint", &mut script);
    io::stdout().write_all(&script)?;
    io::stdout().flush()?;
    Ok(Status::Done)
}
