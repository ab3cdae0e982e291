//! Arguments as meant: one file per subcommand, each ending in library calls and rows.

mod ask;
mod completions;
mod explore;
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
use crate::cli::simulate::{SimulateArgs, Simulation};
use crate::questions::controls::Controls;
use anyhow::{Result, bail};
pub(crate) use ask::{Asker, OnFiles};
pub(crate) use threshold::save_sums;

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
        Command::Spectrum(args) => spectrum::table(&args, &OnFiles),
        Command::Learn(args) => learn(&args, &OnFiles),
        Command::Infer(args) => infer(&args, &OnFiles),
        Command::Phase(args) => phase(&args, &OnFiles),
        Command::Landau(args) => landau(&args, &OnFiles),
        Command::Flow(args) => flow::table(&args, &OnFiles),
        Command::Validate(args) => validate::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Plot(args) => plot::run(&args),
        Command::Explore(args) => explore::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// Asks the question of a command whose answer is a table alone.
///
/// # Errors
/// If the command has another answer, and those of its question.
pub(crate) fn table(command: &Command, asker: &impl Asker) -> Result<Status> {
    match command {
        Command::Threshold(args) => threshold::table(args, asker),
        Command::Spectrum(args) => spectrum::table(args, asker),
        Command::Learn(args) => learn(args, asker),
        Command::Infer(args) => infer(args, asker),
        Command::Phase(args) => phase(args, asker),
        Command::Landau(args) => landau(args, asker),
        Command::Flow(args) => flow::table(args, asker),
        Command::Validate(args) if args.list => asker.ask(&args.common, || Ok(Controls)),
        Command::Validate(args) => asker.ask(&args.common, || args.question()),
        Command::Score(args) => asker.ask(&args.common, || args.question()),
        Command::Simulate(SimulateArgs {
            what: Simulation::Langevin(args),
        }) => asker.ask(&args.common, || args.question()),
        _ => bail!("the answer of this command is more than a table"),
    }
}

/// What one hidden unit learns, by either method.
fn learn(args: &LearnArgs, asker: &impl Asker) -> Result<Status> {
    match args.method {
        Method::Replica => asker.ask_grid(&args.common, || args.question()),
        Method::LinearResponse => asker.ask_grid(&args.common, || args.linear_response()),
    }
}

/// What can be learnt, or how many samples it takes: at best, or by a student of another temperature than its teacher.
fn infer(args: &InferArgs, asker: &impl Asker) -> Result<Status> {
    match (args.is_mismatched(), args.critical) {
        (false, true) => asker.ask_grid(&args.common, || args.critical()),
        (false, false) => asker.ask_grid(&args.common, || args.solutions()),
        (true, true) => asker.ask_grid(&args.common, || args.mismatched_lines()),
        (true, false) => asker.ask_grid(&args.common, || args.mismatched()),
    }
}

/// Phases and order parameters, or the lines between phases.
fn phase(args: &PhaseArgs, asker: &impl Asker) -> Result<Status> {
    match (args.model, args.boundary) {
        (Model::Rbm, false) if args.has_several_modes() => {
            asker.ask_grid(&args.common, || args.rbm_modes())
        }
        (Model::Rbm, false) => asker.ask_grid(&args.common, || args.rbm()),
        (Model::Rbm, true) => asker.ask_grid(&args.common, || args.rbm_lines()),
        (Model::Hopfield, false) => asker.ask_grid(&args.common, || args.hopfield()),
        (Model::Hopfield, true) => asker.ask_grid(&args.common, || args.hopfield_lines()),
        (Model::Patterns, _) => asker.ask_grid(&args.common, || args.patterns()),
    }
}

/// Modes, a profile, a cycle in a field, or ln Z.
fn landau(args: &LandauArgs, asker: &impl Asker) -> Result<Status> {
    if let Some(file) = &args.project {
        return asker.ask(&args.common, || args.projection(file));
    }
    if args.cascade {
        return asker.ask(&args.common, || args.cascade());
    }
    match args.composition.as_deref() {
        Some([file, ..]) => return asker.ask(&args.common, || args.composition(file)),
        Some([]) => return asker.ask(&args.common, || args.densities()),
        None => {}
    }
    if args.symmetry {
        return asker.ask(&args.common, || args.symmetry());
    }
    match (args.log_z, args.profile, args.hysteresis) {
        (true, ..) => asker.ask(&args.common, || args.log_z()),
        (_, Some(modes), _) => asker.ask(&args.common, || args.profile(modes)),
        (_, _, Some(mode)) => asker.ask(&args.common, || args.hysteresis(mode)),
        _ => asker.ask(&args.common, || args.modes()),
    }
}
