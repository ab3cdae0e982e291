//! Spins on a ring, by the exact flow or to leading order in the coupling.

use super::learnt::{PLACE, SUMMARY, WIDTHS};
use super::{Learnt, Machine, Method, Point, Ring, Sites, fields};
use crate::questions::flow::{Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Field as Place, RingFlow};

/// Where the field of each hidden unit is on a ring of spins, how wide, and how good the machine is.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The rings and the numbers of hidden units.
    pub rings: Rings,
    /// How the gradient is computed.
    pub method: Method,
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
    /// Log-likelihood of the best uniform weights, in nats.
    pub log_likelihood_symmetric: f64,
    /// Log-likelihood, curvature and arrangement of all hidden units together.
    pub learnt: Learnt,
}

impl Record for Row {
    const NAME: &'static str = "flow-ring-summary";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.machine), Machine::FIELDS)),
        Field::one(words::HIDDEN_UNIT, |row| row.hidden_unit.into()),
        Field::group(&lift(|row: &Row| Some(&row.field), PLACE)),
        Field::one(words::SUM_WEIGHTS, |row| row.field.sum_weights.into()),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::LOG_LIKELIHOOD)),
        Field::in_nats(
            "log_likelihood_symmetric",
            "L_s",
            "log-likelihood of the best uniform weights",
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
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::ARRANGEMENT)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
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
            ..SUMMARY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.learnt.shortfall()
    }
}

impl Question for Summary {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        vec!["states"]
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let rings = self.rings.each(|at| Ising::new(at, self.method))?;
        for_each(monitor, &rings, |&(at, ref ising)| {
            let found = ising.optimum(at.hidden_units, &self.search)?;
            let log_likelihood_symmetric = ising.symmetric_log_likelihood(at.hidden_units)?;
            let learnt = Learnt::new(&found, ising.ring.data_log_likelihood(), &found.weights);
            for (hidden_unit, weights) in fields(&found.weights).enumerate() {
                row(Row {
                    machine: Machine {
                        at,
                        kind: Sites::Ising(self.method),
                    },
                    hidden_unit,
                    field: Place::new(&weights),
                    log_likelihood_symmetric,
                    learnt,
                })?;
            }
            Ok(())
        })
    }
}

/// An Ising ring of spins, with the method of its gradient.
pub(super) struct Ising {
    ring: RingFlow,
    method: Method,
}

impl Ising {
    pub(super) fn new(at: Point, method: Method) -> Result<Self> {
        let Point { units, beta, .. } = at;
        let ring = RingFlow::new(units, beta)
            .with_context(|| format!("--units {units} --beta {beta:?}"))?;
        ensure!(
            method == Method::Exact || beta > 0.0,
            "--beta {beta:?}: --method small-beta wants a positive one"
        );
        Ok(Self { ring, method })
    }

    fn lattice(&self) -> Result<LatticeField> {
        Ok(LatticeField::new(self.ring.units())?)
    }

    fn symmetric_log_likelihood(&self, hidden: usize) -> Result<f64> {
        match self.method {
            Method::Exact => Ok(self.ring.symmetric_log_likelihood(hidden)?),
            Method::SmallBeta => {
                Ok(self.ring.beta().powi(2) * self.lattice()?.symmetric_potential())
            }
        }
    }
}

impl Ring for Ising {
    fn flow(&self) -> &dyn Flow {
        &self.ring
    }

    /// Weights of the lattice equations times √β.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Optimum> {
        match self.method {
            Method::Exact => Ok(self.ring.optimum(hidden, search)?),
            Method::SmallBeta => {
                let beta = self.ring.beta();
                let found = self.lattice()?.optimum(hidden, search)?;
                Ok(Optimum {
                    weights: scaled(&found.weights, beta.sqrt()),
                    log_likelihood: beta.powi(2) * found.log_likelihood,
                    curvature: beta * found.curvature,
                    residual: beta.powf(1.5) * found.residual,
                    ..found
                })
            }
        }
    }

    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        match self.method {
            Method::Exact => Ok(self.ring.trajectory(start, times)?),
            Method::SmallBeta => {
                let beta = self.ring.beta();
                let times: Vec<f64> = times.iter().map(|t| beta * t).collect();
                let start = scaled(start, beta.sqrt().recip());
                let found = self.lattice()?.trajectory(&start, &times)?;
                Ok(found.iter().map(|w| scaled(w, beta.sqrt())).collect())
            }
        }
    }
}

fn scaled(weights: &Mat<f64>, factor: f64) -> Mat<f64> {
    Mat::from_fn(weights.nrows(), weights.ncols(), |i, m| {
        factor * weights[(i, m)]
    })
}
