//! Learning curves of one hidden unit, by maximum likelihood.

use super::assumption::Assumption;
use super::{Data, DataModel, DataPoint, Kind, Monitor, Outcome, Question, Units};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use clap::ValueEnum;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::replica::learning::{self, Branch, Learned, OneUnit, Training};
use saddlepoint_theory::solver::Solution;

/// Units up to which the optimum on the ring itself is looked for, which takes a second there.
const LARGEST_RING: usize = 1000;

/// What one hidden unit learns from P = α N samples, in the limit of many units.
#[derive(Debug, Clone)]
pub struct Learn {
    /// Data models with their parameters, or data matrices.
    pub data: Vec<Data>,
    /// Kinds of the hidden unit.
    pub hidden: Vec<Kind>,
    /// Whether the biases are learnt with the weights.
    pub biases: Biases,
    /// Weight penalties, at least 0.
    pub l2: Vec<f64>,
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
    /// Whether every solution has a row, and not only that of the highest training likelihood.
    pub all_branches: bool,
}

/// Biases of the visible units and of the hidden unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Biases {
    /// Learnt with the weights, as trainers do
    Learned,
    /// None
    None,
}

impl Biases {
    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::None => "none",
        }
    }

    /// The training with these biases and the penalty `l2`.
    pub fn training(self, l2: f64) -> Training {
        let biases = match self {
            Self::Learned => learning::Biases::Learned,
            Self::None => learning::Biases::None,
        };
        Training {
            biases,
            penalty: l2,
        }
    }
}

/// One solution, or none where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Kind of the hidden unit.
    pub hidden: Kind,
    /// Whether the biases are learnt with the weights.
    pub biases: Biases,
    /// Weight penalty, at least 0.
    pub l2: f64,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Log-likelihood per sample, in nats, of the best spin or binary unit after infinitely many configurations of the spins of a ring;
    /// `None` for other data and units.
    pub spins_log_likelihood: Option<f64>,
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
        "c",
        "c",
        "bias of the hidden unit on centred data: c = inf is the limit in which the unit becomes Gaussian, 0 without biases",
        "E g = 0",
        |found| found.c.into(),
    ),
    Field::new(
        "eta",
        "η",
        "mean of the hidden unit in the machine; 0 without biases, whose mean plays no part",
        "η = F'(c − ηρ)",
        |found| found.eta.into(),
    ),
    Field::new(
        "m",
        "m",
        "weight on the planted direction",
        "(r + ε) m = E x g(m x + √Q z)",
        |found| found.m.into(),
    ),
    Field::new(
        "q",
        "Q",
        "variance of the field from all other directions",
        "Q = (1/N) Σ χ λ²/(α(r + ε) + Λλ)²",
        |found| found.q.into(),
    ),
    Field::new(
        "v",
        "V",
        "response of a sample's field",
        "V = (1/N) Σ λ/(α(r + ε) + Λλ)",
        |found| found.v.into(),
    ),
    Field::new(
        "rho",
        "ρ",
        "squared norm of the weights",
        "ρ = m² + (1/N) Σ χ λ/(α(r + ε) + Λλ)²",
        |found| found.rho.into(),
    ),
    Field::one(words::OVERLAP_SQUARED, |found| {
        found.overlap_squared().into()
    }),
    Field::in_nats(
        "train_loglik",
        "ln p_{train}",
        "log-likelihood per training sample above that of uniform units, the penalty not counted",
        "E φ(h* + c) + B − η²ρ/2 − F(c − ηρ)",
        |found| found.train_log_likelihood.into(),
    ),
    Field::in_nats(
        "test_loglik",
        "ln p_{test}",
        "log-likelihood per fresh sample above that of uniform units",
        "E φ(ω + c) − B − η²ρ/2 − F(c − ηρ)",
        |found| found.test_log_likelihood.into(),
    ),
    Field::new(
        "at_stability",
        "AT",
        "replica symmetry holds below 1",
        "α E(dg/dω)² (1/N) Σ λ²/(α(r + ε) + Λλ)²",
        |found| found.at_stability.into(),
    ),
    Field::one(words::STABLE, |found| found.is_stable().into()),
];

impl Record for Row {
    const NAME: &'static str = "learn";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::HIDDEN, |row| row.hidden.to_string().into()),
        Field::one(words::BIASES, |row| row.biases.name().into()),
        Field::one(words::L2, |row| row.l2.into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| row.learned.as_ref(), LEARNED)),
        Field::one(words::ASSUMPTION, |row| {
            Assumption::of_gaussian_fields(row.data.model).name().into()
        }),
        Field::in_nats(
            "infinite_loglik",
            "L",
            "what the spins of the ring themselves teach a spin or a binary unit in infinitely many samples, where the row is about Gaussian data with their covariance",
            "",
            |row| row.spins_log_likelihood.into(),
        ),
        Field::group(&lift(|row: &Row| Some(&row.outcome), Outcome::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha", "signal", "spike", "beta", "units"],
            keys: &[
                "hidden", "biases", "l2", "signal", "spike", "beta", "units", "branch",
            ],
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

    fn leaves_out(&self) -> Vec<&'static str> {
        let has_spins = self.data.iter().any(|data| ring_of(&data.point).is_some());
        if has_spins {
            Vec::new()
        } else {
            vec!["infinite_loglik"]
        }
    }

    /// Over the data, the kinds of hidden units, the penalties and α.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for data in &self.data {
            let (planted, point) = (data.planted()?, data.sized(&data.population()?));
            let of_spins = self.hidden.iter().any(|hidden| hidden.is_discrete());
            let spins = if of_spins {
                spins_log_likelihood(&point)?
            } else {
                None
            };
            for hidden in &self.hidden {
                for &l2 in &self.l2 {
                    let training = self.biases.training(l2);
                    let unit = OneUnit::trained(hidden.prior()?, &planted, training)?;
                    for &alpha in &self.alpha {
                        if !monitor.begins()? {
                            continue;
                        }
                        for solution in self.solutions(&unit, alpha) {
                            let outcome = solution.as_ref().map_or(Outcome::FAILED, Outcome::of);
                            row(Row {
                                data: point.clone(),
                                hidden: *hidden,
                                biases: self.biases,
                                l2,
                                alpha,
                                spins_log_likelihood: spins.filter(|_| hidden.is_discrete()),
                                learned: solution.map(|found| found.state),
                                outcome,
                            })?;
                        }
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
        } else {
            unit.learn(alpha).map(|best| vec![best])
        };
        let found: Option<Vec<_>> = found.ok();
        found.map_or(vec![None], |found| found.into_iter().map(Some).collect())
    }
}

/// Size and coupling of a ring of spins.
fn ring_of(point: &DataPoint) -> Option<(usize, f64)> {
    match (point.model, point.units, point.beta) {
        (DataModel::IsingRing, Some(Units::Finite(units)), Some(beta)) => Some((units, beta)),
        _ => None,
    }
}

/// What a spin learns from infinitely many configurations of the ring itself; a binary unit of twice the weights learns the same.
fn spins_log_likelihood(point: &DataPoint) -> Result<Option<f64>> {
    let Some((units, beta)) =
        ring_of(point).filter(|(units, _)| (3..=LARGEST_RING).contains(units))
    else {
        return Ok(None);
    };
    let found = RingFlow::new(units, beta)?.optimum(1, &Search::default())?;
    Ok(Some(found.log_likelihood))
}
