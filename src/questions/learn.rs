//! Learning curves of one hidden unit, by maximum likelihood.

use super::{Data, DataPoint, Kind, Monitor, Outcome, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::learning::{Branch, Learned, OneUnit};
use saddlepoint_theory::solver::Solution;

/// What one hidden unit learns from P = α N samples, in the limit of many units.
#[derive(Debug, Clone)]
pub struct Learn {
    /// Data models with their parameters, or data matrices.
    pub data: Vec<Data>,
    /// Kinds of the hidden unit.
    pub hidden: Vec<Kind>,
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
    /// Whether every solution has a row, and not only that of the highest training likelihood.
    pub all_branches: bool,
}

/// One solution, or none where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Kind of the hidden unit.
    pub hidden: Kind,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Weight on the leading direction, likelihoods and stability; `None` where the equations were not solved.
    pub learned: Option<Learned>,
    /// How the solver ended.
    pub outcome: Outcome,
}

/// Columns of a solution: weight on the leading direction, likelihoods and stability.
const LEARNED: &[Field<Learned>] = &[
    Field::one(words::BRANCH, |found| {
        let name = match found.branch {
            Branch::Noise => "noise",
            Branch::Signal => "signal",
        };
        name.into()
    }),
    Field::new(
        "m",
        "m",
        "weight on the planted direction",
        "r m = E x g(m x + √Q z)",
        |found| found.m.into(),
    ),
    Field::new(
        "q",
        "Q",
        "variance of the field from all other directions",
        "Q = (1/N) Σ χ λ²/(αr + Λλ)²",
        |found| found.q.into(),
    ),
    Field::new(
        "v",
        "V",
        "response of a sample's field",
        "V = (1/N) Σ λ/(αr + Λλ)",
        |found| found.v.into(),
    ),
    Field::new(
        "rho",
        "ρ",
        "squared norm of the weights",
        "ρ = m² + (1/N) Σ χ λ/(αr + Λλ)²",
        |found| found.rho.into(),
    ),
    Field::one(words::OVERLAP_SQUARED, |found| {
        found.overlap_squared().into()
    }),
    Field::in_nats(
        "train_loglik",
        "ln p_{train}",
        "log-likelihood per training sample",
        "E φ(h*) − ln E exp φ(√ρ z)",
        |found| found.train_log_likelihood.into(),
    ),
    Field::in_nats(
        "test_loglik",
        "ln p_{test}",
        "log-likelihood per fresh sample",
        "E φ(ω) − ln E exp φ(√ρ z)",
        |found| found.test_log_likelihood.into(),
    ),
    Field::new(
        "at_stability",
        "AT",
        "replica symmetry holds below 1",
        "α E(dg/dω)² (1/N) Σ λ²/(αr + Λλ)²",
        |found| found.at_stability.into(),
    ),
    Field::one(words::STABLE, |found| found.is_stable().into()),
];

impl Record for Row {
    const NAME: &'static str = "learn";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::HIDDEN, |row| row.hidden.to_string().into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| row.learned.as_ref(), LEARNED)),
        Field::group(&lift(|row: &Row| Some(&row.outcome), Outcome::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha", "signal", "spike", "beta", "units"],
            keys: &["hidden", "signal", "spike", "beta", "units", "branch"],
            breaks: "branch",
            panels: &[
                Panel {
                    label: "squared overlap with the truth  c²",
                    curves: &[Curve::line("overlap_squared")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "log-likelihood per sample (nats)",
                    curves: &[
                        Curve::line("train_loglik").named("training samples"),
                        Curve::line("test_loglik").named("fresh samples"),
                    ],
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

impl Question for Learn {
    type Row = Row;

    /// Over the data, the kinds of hidden units, and α.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for data in &self.data {
            let (planted, point) = (data.planted()?, data.sized(&data.population()?));
            for hidden in &self.hidden {
                let unit = OneUnit::new(hidden.prior()?, &planted)?;
                for &alpha in &self.alpha {
                    monitor.check()?;
                    for solution in self.solutions(&unit, alpha) {
                        let outcome = solution.as_ref().map_or(Outcome::FAILED, Outcome::of);
                        row(Row {
                            data: point.clone(),
                            hidden: *hidden,
                            alpha,
                            learned: solution.map(|found| found.state),
                            outcome,
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Learn {
    /// The best solution or all; `None` where the equations were not solved.
    fn solutions(&self, unit: &OneUnit<'_>, alpha: f64) -> Vec<Option<Solution<Learned>>> {
        let found = if self.all_branches {
            unit.branches(alpha)
                .map(|both| both.into_iter().flatten().collect())
        } else {
            unit.learn(alpha).map(|best| vec![best])
        };
        let found: Option<Vec<_>> = found.ok();
        found.map_or(vec![None], |found| found.into_iter().map(Some).collect())
    }
}
