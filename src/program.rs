//! The command line: from the arguments of the process to its exit status.

use crate::commands::Status;
use crate::{cli, commands, interrupt};
use clap::error::ErrorKind;
use std::io::{self, Write};
use std::process::ExitCode;

/// Runs the command that the arguments of this process name.
pub fn run() -> ExitCode {
    let status = match cli::parse() {
        Ok(cli) => interrupt::run(move || commands::run(cli.command)),
        Err(help) if help.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Goes to stderr, which may be closed.
            let _ = help.print();
            return ExitCode::from(2);
        }
        Err(error) if error.use_stderr() => Err(anyhow::anyhow!(cli::one_line(&error))),
        Err(help) => help.print().map_err(Into::into).map(|()| Status::Done),
    };
    match status {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Incomplete) => ExitCode::from(1),
        Err(error) if crate::output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let message = format!("{error:#}").replace('\n', " ");
            // Nowhere is left to say that stderr is closed.
            let _ = writeln!(io::stderr(), "saddlepoint: {message}");
            ExitCode::from(2)
        }
    }
}
