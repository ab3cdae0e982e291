//! State evolution from both starts.

use super::Models;
use crate::questions::{Monitor, Outcome, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::Transition;
use saddlepoint_theory::replica::inference::{Critical, Inference, Prior, Start, StateEvolution};
use saddlepoint_theory::solver::Solution;

/// Free entropies closer than this, relative to α snr, are the same: both starts have one solution.
const SAME: f64 = 1e-12;

/// The best estimate of a receptive field, and the fixed point that state evolution reaches from zero overlap.
#[derive(Debug, Clone)]
pub struct Solutions {
    /// Laws of weights and hidden values, and signal-to-noise ratios.
    pub models: Models,
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
}

/// Where state evolution leads from one start.
#[derive(Debug, Clone)]
pub struct Row {
    /// Law of the weights.
    pub weight_prior: Prior,
    /// Law of the hidden values.
    pub hidden_prior: Prior,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Signal-to-noise ratio of rank-one data, the excess eigenvalue, above 0.
    pub snr: f64,
    /// Where state evolution starts.
    pub start: Start,
    /// `low` or `high` overlap, where a jump lies between the two; `None` where the overlap is continuous in α.
    pub branch: Option<&'static str>,
    /// The solution; `None` where the equations could not be solved.
    pub found: Option<Found>,
    /// How the solver ended.
    pub outcome: Outcome,
}

/// A solution and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Overlaps of weights and hidden values with their estimates, and mean-square errors.
    pub inference: Inference,
    /// Free entropy per unit.
    pub free_entropy: f64,
    /// Mutual information of the data with weights and hidden values, per unit.
    pub mutual_information: f64,
    /// Whether no other solution has a larger free entropy.
    pub optimal: bool,
}

const FOUND: &[Field<Found>] = &[
    Field::new(
        "q_weights",
        "q_w",
        "overlap of weights and estimate",
        "q_w = f_w(α snr q_s)",
        |found| found.inference.overlap_weights.into(),
    ),
    Field::new(
        "q_hidden",
        "q_s",
        "overlap of hidden values and estimate",
        "q_s = f_h(snr q_w)",
        |found| found.inference.overlap_hidden.into(),
    ),
    Field::new(
        "mse_weights",
        "1 − q_w",
        "mean-square error of a weight",
        "1 − q_w",
        |found| found.inference.error_weights.into(),
    ),
    Field::new(
        "mse_hidden",
        "1 − q_s",
        "mean-square error of a hidden value",
        "1 − q_s",
        |found| found.inference.error_hidden.into(),
    ),
    Field::in_nats(
        "free_entropy",
        "Φ",
        "free entropy per unit",
        "Φ = α ψ_h(snr q_w) + ψ_w(α snr q_s) − α snr q_s q_w/2",
        |found| found.free_entropy.into(),
    ),
    Field::in_nats(
        "mutual_information",
        "I/N",
        "mutual information of data and parameters per unit",
        "I/N = α snr/2 − Φ",
        |found| found.mutual_information.into(),
    ),
    Field::new(
        "optimal",
        "optimal",
        "whether the solution is that of the best inference",
        "largest Φ",
        |found| found.optimal.into(),
    ),
];

impl Record for Row {
    const NAME: &'static str = "infer";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::WEIGHT_PRIOR, |row| {
            row.weight_prior.to_string().into()
        }),
        Field::one(words::HIDDEN_PRIOR, |row| {
            row.hidden_prior.to_string().into()
        }),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(words::SNR, |row| row.snr.into()),
        Field::new(
            "start",
            "start",
            "where state evolution starts",
            "",
            |row| row.start.name().into(),
        ),
        Field::one(words::BRANCH, |row| row.branch.into()),
        Field::group(&lift(|row: &Row| row.found.as_ref(), FOUND)),
        Field::group(&lift(|row: &Row| Some(&row.outcome), Outcome::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha", "snr"],
            keys: &["weight_prior", "start", "hidden_prior", "snr", "alpha"],
            breaks: "branch",
            panels: &[
                Panel {
                    curves: &[Curve::line("q_weights")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    curves: &[Curve::line("free_entropy")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.outcome.shortfall(
            "its other columns are not a solution: leave the row out, or move alpha a little",
        )
    }
}

impl Question for Solutions {
    type Row = Row;

    /// Over the laws of the weights, those of the hidden values, α, snr, and the start.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let models = self.models.all()?;
        for same_laws in models.chunks(self.models.snr.len()) {
            let critical: Vec<_> = same_laws
                .iter()
                .map(|model| model.critical().ok())
                .collect();
            for &alpha in &self.alpha {
                for (model, critical) in same_laws.iter().zip(&critical) {
                    if !monitor.begins()? {
                        continue;
                    }
                    rows(model, alpha, critical.as_ref())
                        .into_iter()
                        .try_for_each(&mut *row)?;
                }
            }
        }
        Ok(())
    }
}

/// The rows of both starts.
fn rows(model: &StateEvolution, alpha: f64, critical: Option<&Critical>) -> [Row; 2] {
    let solve = |start| -> saddlepoint_theory::Result<(Solution<Inference>, f64, f64)> {
        let solution = model.solve(alpha, start)?;
        let level = model.free_entropy(alpha, &solution.state)?;
        let information = model.mutual_information(alpha, &solution.state)?;
        Ok((solution, level, information))
    };
    let solved = Start::ALL.map(|start| (start, solve(start).ok()));
    let levels = solved.iter().filter_map(|(_, found)| found.as_ref());
    let best = levels.map(|found| found.1).fold(0.0, f64::max);
    solved.map(|(start, solved)| Row {
        weight_prior: model.weights(),
        hidden_prior: model.hidden(),
        alpha,
        snr: model.snr(),
        start,
        branch: critical.and_then(|critical| branch(critical, alpha, start)),
        outcome: solved
            .as_ref()
            .map_or(Outcome::FAILED, |(solution, ..)| Outcome::of(solution)),
        found: solved.map(|(solution, free_entropy, mutual_information)| Found {
            inference: solution.state,
            free_entropy,
            mutual_information,
            optimal: best - free_entropy <= SAME * alpha * model.snr(),
        }),
    })
}

/// Each start jumps to the high branch at a fold of its own.
fn branch(critical: &Critical, alpha: f64, start: Start) -> Option<&'static str> {
    let jump = match start {
        Start::Uninformed => critical.algorithmic,
        Start::Informed => critical.spinodal,
    };
    let name = if alpha < jump { "low" } else { "high" };
    (critical.transition == Transition::FirstOrder).then_some(name)
}
