//! Phases of an ensemble of RBMs of spins whose weights are a mode and noise.

use super::glass_step::{GLASS, Glass, ONE_STEP};
use super::{Ranked, SYMMETRIC, outcome, recalled_order, scan, shortfall};
use crate::questions::assumption::Assumption;
use crate::questions::{Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Column, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, State};

/// The phase at each point, replica symmetric, and for a glass with one step of broken symmetry beside it.
#[derive(Debug, Clone)]
pub struct RbmPhases {
    /// Laws of the components of the mode.
    pub components: Vec<ComponentLaw>,
    /// Singular values of the mode, at least 0.
    pub w: Vec<f64>,
    /// Noises of the weights, at least 0.
    pub sigma: Vec<f64>,
    /// Hidden units per visible unit, above 0.
    pub kappa: Vec<f64>,
    /// Uniform field on the visible units.
    pub visible_field: f64,
    /// Uniform field on the hidden units.
    pub hidden_field: f64,
    /// Whether every state has a row, and not only that of lowest free energy.
    pub all_branches: bool,
    /// Whether one step of broken replica symmetry is wanted.
    pub one_step: bool,
}

/// A point of the diagram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Law of the components of the mode.
    pub components: ComponentLaw,
    /// Singular value of the mode.
    pub w: f64,
    /// Noise of the weights.
    pub sigma: f64,
    /// Hidden units per visible unit.
    pub kappa: f64,
    /// Uniform field on the visible units.
    pub visible_field: f64,
    /// Uniform field on the hidden units.
    pub hidden_field: f64,
}

/// A state at a point; `None` where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Parameters of the ensemble: law of the components, w, σ, κ and the fields.
    pub point: Point,
    /// Order parameters, free energy and rank of the state.
    pub found: Option<Ranked<State>>,
    /// The glass with one step, where that was wanted, beside a state that recalls nothing and is unstable.
    pub step: Option<Glass>,
}

/// The name of a law as typed.
pub fn components_name(law: ComponentLaw) -> String {
    match law {
        ComponentLaw::Sparse { density } => format!("sparse:{density}"),
        law => law.name().to_owned(),
    }
}

/// Uniform field on the visible units.
pub(super) const VISIBLE_FIELD: Column = Column::new(
    "visible_field",
    "θ_v",
    "uniform field on the visible units",
    "",
);

/// Uniform field on the hidden units.
pub(super) const HIDDEN_FIELD: Column = Column::new(
    "hidden_field",
    "θ_h",
    "uniform field on the hidden units",
    "",
);

impl Point {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::COMPONENTS, |point| {
            components_name(point.components).into()
        }),
        Field::one(words::W, |point| point.w.into()),
        Field::one(words::SIGMA, |point| point.sigma.into()),
        Field::one(words::KAPPA, |point| point.kappa.into()),
        Field::one(VISIBLE_FIELD, |point| point.visible_field.into()),
        Field::one(HIDDEN_FIELD, |point| point.hidden_field.into()),
    ];

    fn ensemble(&self) -> saddlepoint_theory::Result<Ensemble> {
        let modes = [(self.w, self.components)];
        Ensemble::new(self.sigma, self.kappa, &modes)?
            .with_fields(self.visible_field, self.hidden_field)
    }
}

/// Magnetization of the visible units.
pub(super) const M_VISIBLE: Column = Column::new(
    "m_visible",
    "m",
    "magnetization of the visible units along the mode",
    "m = E u tanh H",
);

/// Magnetization of the hidden units.
pub(super) const M_HIDDEN: Column = Column::new(
    "m_hidden",
    "m̄",
    "magnetization of the hidden units along the mode",
    "m̄ = E v tanh H̄",
);

/// The order parameters of a state.
pub(super) const STATE: &[Field<State>] = &[
    Field::one(M_VISIBLE, |state| state.m_visible[0].into()),
    Field::one(M_HIDDEN, |state| state.m_hidden[0].into()),
    Field::group(&lift(|state: &State| Some(state), OF_ALL_MODES)),
];

/// The order parameters that are not of a mode, free energy and stability.
pub(super) const OF_ALL_MODES: &[Field<State>] = &[
    Field::new(
        "q_visible",
        "q",
        "overlap of two replicas, visible units",
        "q = E tanh² H",
        |state| state.q_visible.into(),
    ),
    Field::new(
        "q_hidden",
        "q̄",
        "overlap of two replicas, hidden units",
        "q̄ = E tanh² H̄",
        |state| state.q_hidden.into(),
    ),
    Field::new(
        "free_energy",
        "f",
        "free energy per visible unit",
        "",
        |state| state.free_energy.into(),
    ),
    Field::new(
        "at_stability",
        "AT",
        "replica symmetry holds below 1",
        "σ⁴ E sech⁴ H E sech⁴ H̄",
        |state| state.at_stability.into(),
    ),
];

const FOUND: &[Field<Ranked<State>>] = &[
    Field::one(words::BRANCH, |found| found.state.phase().name().into()),
    Field::group(&lift(|found: &Ranked<State>| Some(&found.state), STATE)),
    Field::one(words::STABLE, |found| found.state.is_stable().into()),
    Field::group(&lift(|found: &Ranked<State>| Some(found), Ranked::FIELDS)),
];

impl Record for Row {
    const NAME: &'static str = "phase-rbm";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.point), Point::FIELDS)),
        Field::group(&lift(|row: &Row| row.found.as_ref(), FOUND)),
        Field::one(words::ASSUMPTION, |row| {
            row.assumption().map(Assumption::name).into()
        }),
        Field::group(&lift(|row: &Row| row.step.as_ref(), GLASS)),
        Field::group(&lift(
            |row: &Row| Some(outcome(row.found.as_ref())),
            Outcome::FIELDS,
        )),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["w", "sigma", "kappa", "components"],
            keys: &["sigma", "components", "kappa", "branch"],
            breaks: "branch",
            panels: &[
                Panel {
                    label: "magnetization along the mode  m",
                    curves: &[Curve::line("m_visible")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "overlap of two replicas  q",
                    curves: &[
                        Curve::line("q_visible").named(SYMMETRIC),
                        Curve::line(ONE_STEP[1]).named("one step, of one cluster"),
                        Curve::line(ONE_STEP[0]).named("one step, of different clusters"),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        shortfall(self.found.as_ref())
    }
}

impl Row {
    /// What the row takes for true.
    fn assumption(&self) -> Option<Assumption> {
        let state = &self.found.as_ref()?.state;
        Some(match self.step {
            Some(_) => Assumption::OneStep,
            None => Assumption::of_stability(state.is_stable()),
        })
    }
}

impl Question for RbmPhases {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        if self.one_step {
            Vec::new()
        } else {
            ONE_STEP.to_vec()
        }
    }

    /// Over the laws of the components, w, σ and κ.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut points = Vec::new();
        for &components in &self.components {
            let grid = product(&[&self.w, &self.sigma, &self.kappa])?;
            points.extend(grid.map(|point| Point {
                components,
                w: point[0],
                sigma: point[1],
                kappa: point[2],
                visible_field: self.visible_field,
                hidden_field: self.hidden_field,
            }));
        }
        // Refuses a field that is not finite before anything is written.
        points.first().map(Point::ensemble).transpose()?;
        scan(&points, monitor, row, |point| {
            rows(point, self.all_branches, self.one_step)
        })
    }
}

/// The rows of a point: the lowest branch, or all.
fn rows(point: &Point, all_branches: bool, one_step: bool) -> Vec<Row> {
    let row = |found: Option<Ranked<State>>| {
        let unstable = found.as_ref().filter(|_| one_step);
        Row {
            point: *point,
            step: unstable.and_then(|found| Glass::beside(&found.state, point)),
            found,
        }
    };
    let states = point.ensemble().and_then(|ensemble| ensemble.branches());
    states.map_or_else(
        |_| vec![row(None)],
        |states| {
            let ranked = Ranked::of(
                states,
                all_branches,
                |state| state.free_energy,
                recalled_order,
                |state| Outcome::new(state.stop, state.iterations, state.residual),
                |state| Some(state.phase().name()),
            );
            ranked.into_iter().map(|found| row(Some(found))).collect()
        },
    )
}
