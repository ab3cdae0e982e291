use clap::Args;

/// Print the manual page of saddlepoint or of one of its commands
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  saddlepoint man plot | man -l -")]
pub(crate) struct ManArgs {
    /// Command to explain, such as `threshold` or `simulate data` [default: saddlepoint itself]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}
