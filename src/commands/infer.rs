use super::Status;
use super::outcome::{OUTCOME_COLUMNS, failed_cells, outcome_cells};
use crate::cli::infer::InferArgs;
use crate::old::columns::{ALPHA, replica};
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result};
use saddlepoint_theory::replica::inference::{Inference, Prior, Start, StateEvolution};
use saddlepoint_theory::solver::Solution;

/// Free entropies closer than this, relative to α snr, are the same: both starts have one solution.
const SAME: f64 = 1e-12;

/// State evolution from both starts, or the critical numbers of samples.
pub(super) fn run(args: &InferArgs) -> Result<Status> {
    let models = models(args)?;
    if args.critical {
        return critical(args, &models);
    }
    let alphas = args.alpha.as_ref().context("--alpha is missing")?;
    let mut output = Output::open(&args.common, solution_columns())?;
    let mut status = Status::Done;
    for pair in models.chunks(args.snr.values().len()) {
        for &alpha in alphas.values() {
            for model in pair {
                if !rows(model, alpha, &mut output)? {
                    status = Status::Incomplete;
                }
            }
        }
    }
    output.finish()?;
    Ok(status)
}

/// All models: over the laws of the weights, those of the hidden values, and snr.
fn models(args: &InferArgs) -> Result<Vec<StateEvolution>> {
    let mut models = Vec::new();
    for &weights in &args.weights {
        for &hidden in &args.hidden {
            for &snr in args.snr.values() {
                let model = StateEvolution::new(weights, hidden, snr);
                let name = || format!("--weights {weights} --hidden {hidden} --snr {snr}");
                models.push(model.with_context(name)?);
            }
        }
    }
    Ok(models)
}

fn solution_columns() -> Vec<Column> {
    let mut table = vec![
        replica::WEIGHTS,
        replica::HIDDEN,
        ALPHA,
        replica::SNR,
        replica::START,
        replica::Q_WEIGHTS,
        replica::Q_HIDDEN,
        replica::MSE_WEIGHTS,
        replica::MSE_HIDDEN,
        replica::FREE_ENTROPY,
        replica::MUTUAL_INFORMATION,
        replica::OPTIMAL,
    ];
    table.extend(OUTCOME_COLUMNS);
    table
}

fn law(prior: Prior) -> Cell {
    prior.to_string().into()
}

/// A solution and its free entropy.
type Branch = (Solution<Inference>, f64);

/// The rows of both starts; false if one of them has no solution.
fn rows(model: &StateEvolution, alpha: f64, output: &mut Output) -> Result<bool> {
    let solve = |start| -> saddlepoint_theory::Result<Branch> {
        let solution = model.solve(alpha, start)?;
        Ok((solution, model.free_entropy(alpha, &solution.state)?))
    };
    let branches = Start::ALL.map(|start| (start, solve(start)));
    let levels = branches
        .iter()
        .filter_map(|(_, branch)| branch.as_ref().ok());
    let best = levels.map(|branch| branch.1).fold(0.0, f64::max);
    let mut is_complete = true;
    for (start, branch) in branches {
        let mut row = vec![
            law(model.weights()),
            law(model.hidden()),
            alpha.into(),
            model.snr().into(),
            start.name().into(),
        ];
        if let Ok((solution, level)) = branch {
            is_complete &= solution.converged().is_ok();
            let found = solution.state;
            row.extend([
                found.overlap_weights.into(),
                found.overlap_hidden.into(),
                found.error_weights.into(),
                found.error_hidden.into(),
                level.into(),
                model.mutual_information(alpha, &found)?.into(),
                (best - level <= SAME * alpha * model.snr()).into(),
            ]);
            row.extend(outcome_cells(&solution));
        } else {
            is_complete = false;
            row.extend(vec![Cell::Missing; 7]);
            row.extend(failed_cells());
        }
        output.push(row)?;
    }
    Ok(is_complete)
}

/// The critical numbers of samples per unit of each model.
fn critical(args: &InferArgs, models: &[StateEvolution]) -> Result<Status> {
    let columns = vec![
        replica::WEIGHTS,
        replica::HIDDEN,
        replica::SNR,
        replica::ALPHA_SPECTRAL,
        replica::ALPHA_SPINODAL,
        replica::ALPHA_IT,
        replica::ALPHA_ALG,
        replica::TRANSITION,
    ];
    let mut output = Output::open(&args.common, columns)?;
    let mut status = Status::Done;
    for model in models {
        let mut row = vec![
            law(model.weights()),
            law(model.hidden()),
            model.snr().into(),
        ];
        if let Ok(critical) = model.critical() {
            row.extend([
                critical.spectral.into(),
                critical.spinodal.into(),
                critical.information.into(),
                critical.algorithmic.into(),
                critical.transition.name().into(),
            ]);
        } else {
            status = Status::Incomplete;
            row.extend(vec![Cell::Missing; 5]);
        }
        output.push(row)?;
    }
    output.finish()?;
    Ok(status)
}
