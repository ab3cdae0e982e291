//! Arguments as meant: one file per subcommand, each ending in library calls and rows.

mod ask;
mod completions;
mod flow;
mod man;
mod merge;
mod plot;
mod score;
mod simulate;
mod spectrum;
mod sweep;
mod threshold;
mod validate;

use crate::cli::Command;
use crate::cli::infer::InferArgs;
use crate::cli::landau::LandauArgs;
use crate::cli::learn::{LearnArgs, Method};
use crate::cli::phase::{Model, PhaseArgs};
use anyhow::Result;

/// How a command that ran to its end went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// All converged and agreed: exit status 0.
    Done,
    /// A solver did not converge or a comparison failed: exit status 1.
    Incomplete,
}

/// Runs one command.
///
/// # Errors
/// If it could not run: exit status 2.
pub(crate) fn run(command: Command) -> Result<Status> {
    match command {
        Command::Threshold(args) => threshold::run(&args),
        Command::Spectrum(args) => spectrum::run(&args),
        Command::Learn(args) => learn(&args),
        Command::Infer(args) => infer(&args),
        Command::Phase(args) => phase(&args),
        Command::Landau(args) => landau(&args),
        Command::Flow(args) => flow::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Plot(args) => plot::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// What one hidden unit learns, by either method.
fn learn(args: &LearnArgs) -> Result<Status> {
    match args.method {
        Method::Replica => ask::ask_grid(&args.common, || args.question()),
        Method::LinearResponse => ask::ask_grid(&args.common, || args.linear_response()),
    }
}

/// What can be learnt, or how many samples it takes: at best, or by a student of another temperature than its teacher.
fn infer(args: &InferArgs) -> Result<Status> {
    match (args.is_mismatched(), args.critical) {
        (false, true) => ask::ask_grid(&args.common, || args.critical()),
        (false, false) => ask::ask_grid(&args.common, || args.solutions()),
        (true, true) => ask::ask_grid(&args.common, || args.mismatched_lines()),
        (true, false) => ask::ask_grid(&args.common, || args.mismatched()),
    }
}

/// Phases and order parameters, or the lines between phases.
fn phase(args: &PhaseArgs) -> Result<Status> {
    match (args.model, args.boundary) {
        (Model::Rbm, false) => ask::ask_grid(&args.common, || args.rbm()),
        (Model::Rbm, true) => ask::ask_grid(&args.common, || args.rbm_lines()),
        (Model::Hopfield, false) => ask::ask_grid(&args.common, || args.hopfield()),
        (Model::Hopfield, true) => ask::ask_grid(&args.common, || args.hopfield_lines()),
    }
}

/// Modes, a profile, a cycle in a field, or ln Z.
fn landau(args: &LandauArgs) -> Result<Status> {
    if let Some(file) = &args.project {
        return ask::ask(&args.common, || args.projection(file));
    }
    if args.cascade {
        return ask::ask(&args.common, || args.cascade());
    }
    if args.symmetry {
        return ask::ask(&args.common, || args.symmetry());
    }
    match (args.log_z, args.profile, args.hysteresis) {
        (true, ..) => ask::ask(&args.common, || args.log_z()),
        (_, Some(modes), _) => ask::ask(&args.common, || args.profile(modes)),
        (_, _, Some(mode)) => ask::ask(&args.common, || args.hysteresis(mode)),
        _ => ask::ask(&args.common, || args.modes()),
    }
}
