use clap::Args;
use clap_complete::Shell;

/// Print a script that completes saddlepoint's arguments in a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint completions bash > ~/.local/share/bash-completion/completions/saddlepoint"
)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete in
    pub(crate) shell: Shell,
}
