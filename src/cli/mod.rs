//! Arguments as typed: one file per subcommand, and the flags and syntax that they share.

pub(crate) mod args;
pub(crate) mod chains;
pub(crate) mod completions;
pub(crate) mod data_args;
pub(crate) mod explore;
pub(crate) mod flow;
pub(crate) mod grid;
pub(crate) mod infer;
pub(crate) mod landau;
pub(crate) mod learn;
pub(crate) mod localisation;
pub(crate) mod machine;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod phase;
pub(crate) mod plot;
pub(crate) mod score;
pub(crate) mod simulate;
pub(crate) mod spectrum;
pub(crate) mod sweep;
pub(crate) mod threads;
pub(crate) mod threshold;
pub(crate) mod validate;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::error::Error;

/// Theory, simulation and validation of learning in Restricted Boltzmann Machines
#[derive(Debug, Parser)]
#[command(
    name = "saddlepoint",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "GRID is 0.5, or 0.2,0.5,1, or 0.1:1.0:10 (ten values, both ends included), or \
    1:1e4:9:log. Several grids make their product, the last varying fastest.\n\n\
    Exit status: 0 done; 1 done, but a solver did not converge or a comparison failed; 2 could not run."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do: one variant, one file here and one file in `commands/` each.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Threshold(threshold::ThresholdArgs),
    Spectrum(spectrum::SpectrumArgs),
    Learn(learn::LearnArgs),
    Infer(infer::InferArgs),
    Phase(phase::PhaseArgs),
    Landau(landau::LandauArgs),
    Flow(flow::FlowArgs),
    Validate(validate::ValidateArgs),
    Merge(merge::MergeArgs),
    Sweep(sweep::SweepArgs),
    Simulate(simulate::SimulateArgs),
    Score(score::ScoreArgs),
    Plot(plot::PlotArgs),
    Explore(explore::ExploreArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// The page of the handbook about a command.
fn page(command: &str) -> &'static str {
    match command {
        "threshold" => "retarded-learning.md",
        "spectrum" => "sample-covariance.md",
        "learn" => "learning-curve.md",
        "infer" => "bayes-optimal.md",
        "phase" => "phases.md",
        "landau" => "reciprocal-space.md",
        "modes" | "short-chains" | "persistent-chains" => "singular-values.md",
        "ring" | "stability" | "diffusion" | "localisation" => "place-cells.md",
        "data" => "data.md",
        "merge" => "cluster.md",
        "explore" => "explore.md",
        "train" | "gibbs" | "langevin" | "score" => "machines.md",
        _ => "README.md",
    }
}

/// The command line, whose every help text and manual page ends with where the handbook is.
pub(crate) fn command() -> clap::Command {
    with_handbook(Cli::command().mut_subcommand("validate", validate::with_flags_anywhere))
}

fn with_handbook(command: clap::Command) -> clap::Command {
    let page = format!(
        "Handbook: docs/{} in saddlepoint's source",
        page(command.get_name())
    );
    let help = match command.get_after_help() {
        Some(help) => format!("{help}\n\n{page}"),
        None => page,
    };
    let names = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned());
    let names: Vec<String> = names.collect();
    let nested = |command: clap::Command, name: String| command.mut_subcommand(name, with_handbook);
    names.into_iter().fold(command.after_help(help), nested)
}

/// The arguments of this process.
///
/// # Errors
/// If they are wrong, or a help text is asked for.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches()?)
}

/// A usage error in one line: the flag, its value, what is wrong and what to do.
pub(crate) fn one_line(error: &clap::Error) -> String {
    if let (Some(flag), Some(value), Some(reason)) = (
        text(error, ContextKind::InvalidArg),
        text(error, ContextKind::InvalidValue).filter(|value| !value.is_empty()),
        error.source(),
    ) {
        // The name of the value follows the flag: `--beta <GRID>`.
        let flag = flag.split_whitespace().next().unwrap_or(flag);
        return format!("{flag} '{value}': {reason}");
    }
    let rendered = error.render().to_string();
    let message = rendered.split("\nUsage:").next().unwrap_or_default();
    let lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    let joined = lines.collect::<Vec<_>>().join(" ").replace(" tip: ", "; ");
    joined.strip_prefix("error: ").unwrap_or(&joined).to_owned()
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }
}
