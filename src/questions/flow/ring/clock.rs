//! Angles on a ring, by the exact flow.

use super::learnt::{HIDDEN_UNITS, MACHINES, PLACE, WIDTHS};
use super::{
    Found, Learnt, Machine, Point, Ring, Sites, State, TOLERANCE, Visible, ensure_enumerated,
    fields,
};
use crate::questions::flow::{Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use faer::Mat;
use saddlepoint_theory::dynamics::clock_flow::{ClockField, ClockFlow};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::ring_flow::Field as Place;
use saddlepoint_theory::units::Unit;

/// Where the field of each hidden unit is on a ring of angles, how wide, and how good the machine is.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The rings and the numbers of hidden units.
    pub rings: Rings,
    /// Angles p of a site, 2 to 12.
    pub states: usize,
    /// Kind of the hidden units.
    pub hidden: Unit,
    /// Starts of the search; its tolerance is 1e-6 or more.
    pub search: Search,
}

/// One hidden unit of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Ring, kind of its sites and number of hidden units.
    pub machine: Machine,
    /// Number of the hidden unit.
    pub hidden_unit: usize,
    /// Its field over sites and angles.
    pub field: ClockField,
    /// The field of its amplitudes.
    pub place: Place,
    /// Log-likelihood, curvature and arrangement of all hidden units together.
    pub learnt: Learnt,
}

/// Widths and log-likelihood of machines.
const SUMMARY: View = View {
    panels: &[
        WIDTHS,
        Panel {
            label: "log-likelihood (nats)",
            curves: &[
                Curve::line("log_likelihood").named("machine"),
                Curve::line("log_likelihood_data").named("the data's own law"),
            ],
            ..Panel::EMPTY
        },
    ],
    ..MACHINES
};

impl Record for Row {
    const NAME: &'static str = "flow-ring-clock-summary";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.machine), Machine::FIELDS)),
        Field::one(words::HIDDEN_UNIT, |row| row.hidden_unit.into()),
        Field::group(&lift(|row: &Row| Some(&row.place), PLACE)),
        Field::new(
            "angle",
            "θ/2π",
            "angle towards which the field points, in full turns; half a turn on is its negative",
            "phase of Σ_i z_i |z_i|, z_i = Σ_a w_ia exp(2πia/p)",
            |row| row.field.angle.into(),
        ),
        Field::new(
            "cosine_fraction",
            "f",
            "fraction of the weights' variance over angles that is a cosine",
            "(2/p) Σ_i |z_i|²/Σ_ia (w_ia − mean_a w_ia)²",
            |row| row.field.cosine_fraction.into(),
        ),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::LOG_LIKELIHOOD)),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::BOUNDS)),
        Field::group(&lift(|row: &Row| Some(&row.learnt), Learnt::ARRANGEMENT)),
    ];
    const FIGURE: Figure = Figure {
        views: &[SUMMARY, HIDDEN_UNITS, SUMMARY],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.learnt.shortfall()
    }
}

impl Summary {
    fn kind(&self) -> Sites {
        Sites {
            visible: Visible::Clock {
                states: self.states,
            },
            hidden: self.hidden,
        }
    }
}

impl Question for Summary {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        self.kind().leaves_out()
    }

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let kind = self.kind();
        let rings = self.rings.each(|at| kind.ring(at))?;
        for_each(monitor, &rings, |&(at, ref ring)| {
            let found = kind.optimum(ring.as_ref(), at, &self.search)?.optimum;
            let fields: Vec<ClockField> = fields(&found.weights)
                .map(|weights| ClockField::new(&weights, self.states))
                .collect();
            let amplitudes = Mat::from_fn(at.units, fields.len(), |i, m| fields[m].amplitudes[i]);
            let learnt = Learnt::new(&found, ring.data_log_likelihood(), &amplitudes);
            for (hidden_unit, field) in fields.into_iter().enumerate() {
                row(Row {
                    machine: Machine { at, kind },
                    hidden_unit,
                    place: Place::new(&field.amplitudes),
                    field,
                    learnt,
                })?;
            }
            Ok(())
        })
    }
}

/// A clock ring of one-hot sites with p angles each.
pub(super) struct Clock(ClockFlow);

impl Clock {
    pub(super) fn new(at: Point, states: usize, hidden: Unit) -> Result<Self> {
        ensure_enumerated(at, "a clock ring")?;
        let Point { units, beta, .. } = at;
        let ring = ClockFlow::new(units, states, beta)
            .with_context(|| format!("--units {units} --states {states} --beta {beta:?}"))?;
        let ring = ring.with_hidden(hidden);
        Ok(Self(ring.with_context(|| format!("--hidden {hidden}"))?))
    }
}

impl Ring for Clock {
    fn irregular(&self, hidden: usize, seed: u64) -> Mat<f64> {
        super::irregular(&self.0, hidden, seed)
    }

    fn data_log_likelihood(&self) -> f64 {
        self.0.data_log_likelihood()
    }

    /// Joint turns of several fields leave the log-likelihood alone to 1e-10, and slopes of 1e-7 along them do not point anywhere.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Found> {
        let search = Search {
            tolerance: search.tolerance.max(TOLERANCE),
            ..*search
        };
        Ok(self.0.optimum(hidden, &search)?.into())
    }

    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<State>> {
        let states = self.0.trajectory(start, times)?.into_iter();
        Ok(states.map(State::from).collect())
    }
}
