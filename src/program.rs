//! The command line: from the arguments of the process to its exit status.

use crate::cli::Command;
use crate::commands::Status;
use crate::{cli, commands, interrupt, notice};
use clap::error::ErrorKind;
use std::process::ExitCode;

/// Runs the command that the arguments of this process name.
pub fn run() -> ExitCode {
    let status = match cli::parse() {
        Ok(cli) => {
            let is_server = matches!(cli.command, Command::Explore(_));
            interrupt::run(is_server, move || commands::run(cli.command))
        }
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
            notice::say(&notice::line(&error));
            ExitCode::from(2)
        }
    }
}
