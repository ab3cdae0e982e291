use clap::Args;

/// Open a page with sliders for the questions that answer at once
///
/// The page is served on the loopback address of this machine alone, to whoever has the token that is part of its address. It shows the figure
/// of a question while its parameters are moved, with the command and the line of Python that give the same, and saves the table
/// and the figure. Nothing is read from files, and nothing of elsewhere is loaded. Ctrl-C ends it, with exit status 0.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint explore\n  saddlepoint explore --port 8100\n\n\
    From another machine: ssh -L 8100:127.0.0.1:8100 HOST saddlepoint explore --port 8100"
)]
pub(crate) struct ExploreArgs {
    /// Port of the address, 1 to 65535 [default: one that is free]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,

    /// Print the address alone
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
