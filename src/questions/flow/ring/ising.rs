//! Spins on a ring, by the exact flow or to leading order in the coupling.

use super::learnt::{HIDDEN_UNITS, MACHINES, PLACE, WIDTHS};
use super::{
    Arcs, Found, Learnt, MOST_ENUMERATED, Machine, Method, Point, Ring, Sites, State, TOLERANCE,
    Visible, ensure_enumerated, fields,
};
use crate::questions::flow::{Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_theory::dynamics::biased_flow::BiasedFlow;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Field as Place, RingFlow};
use saddlepoint_theory::dynamics::unit_flow::UnitFlow;
use saddlepoint_theory::units::Unit;

/// Where the field of each hidden unit is on a ring of spins, how wide, and how good the machine is.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The rings and the numbers of hidden units.
    pub rings: Rings,
    /// How the gradient is computed.
    pub method: Method,
    /// Kind of the hidden units.
    pub hidden: Unit,
    /// Starts and tolerance of the search.
    pub search: Search,
}

/// One hidden unit of a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Ring, kind of its sites and number of hidden units.
    pub machine: Machine,
    /// Number of the hidden unit.
    pub hidden_unit: usize,
    /// Centre, width, participation and sum of the weights of the unit.
    pub field: Place,
    /// Log-likelihood of the best uniform weights, in nats; none of more than 16 hidden units, whose states are not summed over, and of real
    /// ones.
    pub log_likelihood_symmetric: Option<f64>,
    /// Bias c of the hidden unit, and its least input, of those that need biases.
    pub biased: Option<[f64; 2]>,
    /// Starts that were given up since weights of rectified units grew without end.
    pub given_up: Option<usize>,
    /// Log-likelihood, curvature and arrangement of all hidden units together.
    pub learnt: Learnt,
    /// The arcs of more than 16 hidden units.
    pub arcs: Option<Arcs>,
}

/// Widths and log-likelihood of machines.
const SUMMARY: View = View {
    panels: &[
        WIDTHS,
        Panel {
            label: "log-likelihood (nats)",
            curves: &[
                Curve::line("log_likelihood").named("machine"),
                Curve::line("log_likelihood_symmetric").named("uniform weights"),
                Curve::line("log_likelihood_data").named("the data's own law"),
            ],
            ..Panel::EMPTY
        },
    ],
    ..MACHINES
};

impl Record for Row {
    const NAME: &'static str = "flow-ring-summary";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.machine), Machine::FIELDS)),
        Field::one(words::HIDDEN_UNIT, |row| row.hidden_unit.into()),
        Field::group(&lift(|row: &Row| Some(&row.field), PLACE)),
        Field::one(words::SUM_WEIGHTS, |row| row.field.sum_weights.into()),
        Field::one(words::HIDDEN_BIAS, |row| {
            row.biased.map(|[bias, _]| bias).into()
        }),
        Field::new(
            "limit",
            "limit",
            "gaussian where no input is below 5: the rectified unit is a gaussian one but for 1e-5 of its variance, and a larger bias gains nothing",
            "c − Σ_i |w_i| ≥ 5",
            |row| row.limit().into(),
        ),
        Field::new(
            "given_up",
            "",
            "starts that were given up since weights grew without end: a unit becomes a copy of a site or is seldom on, which on short cold rings may be better",
            "Σ_i |w_i| > 5 √N",
            |row| row.given_up.into(),
        ),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::LOG_LIKELIHOOD)),
        Field::in_nats(
            "log_likelihood_symmetric",
            "L_s",
            "log-likelihood of the best uniform weights; empty for more than 16 hidden units, whose states are not summed over, and for real ones",
            "",
            |row| row.log_likelihood_symmetric.into(),
        ),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::BOUNDS)),
        Field::new(
            "staggered",
            "staggered",
            "whether neighbouring weights differ in sign",
            "Σ w_i w_(i+1) < 0",
            |row| row.field.is_staggered.into(),
        ),
        Field::group(&lift(|row: &Row| row.arcs.as_ref(), Arcs::FIELDS)),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::ARRANGEMENT)),
    ];
    const FIGURE: Figure = Figure {
        views: &[SUMMARY, HIDDEN_UNITS, SUMMARY],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.learnt.shortfall()
    }
}

impl Question for Summary {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        let mut left_out = Arcs::leaves_out(&self.rings.hidden_units);
        left_out.extend(self.kind().leaves_out());
        left_out
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let kind = self.kind();
        let rings = self.rings.each(|at| kind.ring(at))?;
        for_each(monitor, &rings, |&(at, ref ring)| {
            let Found {
                optimum,
                biases,
                given_up,
                arcs,
            } = kind.optimum(ring.as_ref(), at, &self.search)?;
            let log_likelihood_symmetric = ring.symmetric_log_likelihood(at.hidden_units)?;
            let data = ring.data_log_likelihood();
            let learnt = Learnt::new(&optimum, data, &optimum.weights);
            for (hidden_unit, weights) in fields(&optimum.weights).enumerate() {
                let biased = biases.as_ref().map(|biases| {
                    let least_input = biases.least_input(&optimum.weights, hidden_unit);
                    [biases.hidden[hidden_unit], least_input]
                });
                row(Row {
                    machine: Machine { at, kind },
                    hidden_unit,
                    field: Place::new(&weights),
                    biased,
                    given_up,
                    log_likelihood_symmetric,
                    learnt,
                    arcs,
                })?;
            }
            Ok(())
        })
    }
}

/// Least input from which on a rectified unit is a Gaussian one: its variance there is 1 − 8e-6.
const GAUSSIAN: f64 = 5.0;

impl Row {
    fn limit(&self) -> Option<&'static str> {
        let [_, least_input] = self.biased?;
        (least_input >= GAUSSIAN).then_some("gaussian")
    }
}

impl Summary {
    fn kind(&self) -> Sites {
        Sites {
            visible: Visible::Ising(self.method),
            hidden: self.hidden,
        }
    }
}

/// An Ising ring of spins, with the method of its gradient.
pub(super) struct Ising {
    ring: RingFlow,
    method: Method,
    learner: Learner,
}

/// The flow of hidden units of some kind.
enum Learner {
    /// Spins, by the ring's own flow.
    Spins,
    /// Those of even potential.
    Even(UnitFlow),
    /// Those that need biases.
    Biased(BiasedFlow),
}

impl Ising {
    pub(super) fn new(at: Point, method: Method, hidden: Unit) -> Result<Self> {
        let Point { units, beta, .. } = at;
        let ring = RingFlow::new(units, beta)
            .with_context(|| format!("--units {units} --beta {beta:?}"))?;
        ensure!(
            method == Method::Exact || beta > 0.0,
            "--beta {beta:?}: --method small-beta wants a positive one"
        );
        if method == Method::SmallBeta {
            ensure_enumerated(at, "--method small-beta")?;
        }
        ensure!(
            at.hidden_units <= units.max(MOST_ENUMERATED),
            "--hidden-units {}: at most as many as sites, here {units}; half of them can represent the data's law",
            at.hidden_units
        );
        ensure!(
            method == Method::Exact || hidden == Unit::Spin,
            "--method small-beta: known for hidden spins only, not for --hidden {hidden}"
        );
        let learner = match hidden {
            Unit::Spin => Learner::Spins,
            Unit::Binary | Unit::Rectified => {
                Learner::Biased(BiasedFlow::new(ring.clone(), hidden))
            }
            Unit::Gaussian | Unit::DoubleWell(_) => {
                let flow = UnitFlow::new(ring.clone(), hidden);
                Learner::Even(flow.with_context(|| format!("--hidden {hidden}"))?)
            }
        };
        Ok(Self {
            ring,
            method,
            learner,
        })
    }

    fn lattice(&self) -> Result<LatticeField> {
        Ok(LatticeField::new(self.ring.units())?)
    }

    /// Many units, some of which can be pushed sideways at hardly any cost.
    fn tiling(&self, hidden: usize, search: &Search) -> Result<Found> {
        let search = Search {
            tolerance: search.tolerance.max(TOLERANCE),
            ..*search
        };
        let tiling = self.ring.tiling(hidden, &search)?;
        Ok(Found {
            arcs: Some(Arcs {
                reach: tiling.reach,
                last_gain: tiling.last_gain,
            }),
            ..tiling.optimum.into()
        })
    }
}

impl Ring for Ising {
    fn irregular(&self, hidden: usize, seed: u64) -> Mat<f64> {
        super::irregular(&self.ring, hidden, seed)
    }

    fn data_log_likelihood(&self) -> f64 {
        self.ring.data_log_likelihood()
    }

    fn symmetric_log_likelihood(&self, hidden: usize) -> Result<Option<f64>> {
        Ok(match self.method {
            Method::Exact => match self.learner {
                Learner::Spins if hidden <= MOST_ENUMERATED => {
                    Some(self.ring.symmetric_log_likelihood(hidden)?)
                }
                _ => None,
            },
            Method::SmallBeta => {
                Some(self.ring.beta().powi(2) * self.lattice()?.symmetric_potential())
            }
        })
    }

    /// Weights of the lattice equations times √β.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Found> {
        match self.method {
            Method::Exact if hidden > MOST_ENUMERATED => self.tiling(hidden, search),
            Method::Exact => Ok(match &self.learner {
                Learner::Spins => self.ring.optimum(hidden, search)?.into(),
                Learner::Even(flow) => flow.optimum(hidden, search)?.into(),
                Learner::Biased(flow) => flow.machine(hidden, search)?.into(),
            }),
            Method::SmallBeta => {
                let beta = self.ring.beta();
                let found = self.lattice()?.optimum(hidden, search)?;
                Ok(LatticeField::at_coupling(found, beta).into())
            }
        }
    }

    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<State>> {
        let without = |states: Vec<Mat<f64>>| states.into_iter().map(State::from).collect();
        match self.method {
            Method::Exact => Ok(match &self.learner {
                Learner::Spins => without(self.ring.trajectory(start, times)?),
                Learner::Even(flow) => without(flow.trajectory(start, times)?),
                Learner::Biased(flow) => flow
                    .learning(start, times)?
                    .into_iter()
                    .map(|(weights, biases)| State {
                        weights,
                        biases: Some(biases),
                    })
                    .collect(),
            }),
            Method::SmallBeta => {
                let beta = self.ring.beta();
                let times: Vec<f64> = times.iter().map(|t| beta * t).collect();
                let start = scaled(start, beta.sqrt().recip());
                let found = self.lattice()?.trajectory(&start, &times)?;
                Ok(without(
                    found.iter().map(|w| scaled(w, beta.sqrt())).collect(),
                ))
            }
        }
    }
}

fn scaled(weights: &Mat<f64>, factor: f64) -> Mat<f64> {
    Mat::from_fn(weights.nrows(), weights.ncols(), |i, m| {
        factor * weights[(i, m)]
    })
}
