//! Phases of an ensemble of RBMs of spins whose weights are several modes and noise.

use super::rbm::{HIDDEN_FIELD, M_HIDDEN, M_VISIBLE, OF_ALL_MODES, VISIBLE_FIELD, components_name};
use super::{Ranked, outcome, recalled_order, scan, shortfall};
use crate::questions::assumption::Assumption;
use crate::questions::{Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Column, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Result, ensure};
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, State};

/// The phase at each point, replica symmetric: which of several modes are recalled, and whether at once.
#[derive(Debug, Clone)]
pub struct RbmModes {
    /// Laws of the components: one for all modes of a point, or one for each.
    pub components: Vec<Vec<ComponentLaw>>,
    /// Singular values of the modes of each point, at least 0.
    pub w: Vec<Vec<f64>>,
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
}

/// A point of the diagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Laws of the components: one for all modes, or one for each.
    pub components: Vec<ComponentLaw>,
    /// Singular values of the modes.
    pub w: Vec<f64>,
    /// Noise of the weights.
    pub sigma: f64,
    /// Hidden units per visible unit.
    pub kappa: f64,
    /// Uniform fields on the visible and on the hidden units.
    pub fields: [f64; 2],
    /// Largest number of modes of a point of the table: columns of each magnetization.
    pub columns: usize,
}

/// A state at a point; `None` where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Parameters of the ensemble.
    pub point: Point,
    /// Order parameters, free energy and rank of the state.
    pub found: Option<Ranked<State>>,
    /// Whether every set of modes was looked for.
    pub has_all_sets: bool,
}

/// Numbers or words, with a plus between any two.
fn sum<T>(parts: impl IntoIterator<Item = T>, text: impl Fn(T) -> String) -> String {
    let texts: Vec<String> = parts.into_iter().map(text).collect();
    texts.join("+")
}

impl Point {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::COMPONENTS, |point| {
            sum(&point.components, |law| components_name(*law)).into()
        }),
        Field::new(
            "w",
            "w",
            "singular values of the modes of the weights",
            "W = Σ w_a u_a v_aᵀ + noise",
            |point| sum(&point.w, f64::to_string).into(),
        ),
        Field::one(words::SIGMA, |point| point.sigma.into()),
        Field::one(words::KAPPA, |point| point.kappa.into()),
        Field::one(VISIBLE_FIELD, |point| point.fields[0].into()),
        Field::one(HIDDEN_FIELD, |point| point.fields[1].into()),
    ];

    /// The law of the components of each mode.
    fn laws(&self) -> impl Iterator<Item = ComponentLaw> {
        self.components.iter().copied().cycle().take(self.w.len())
    }

    fn ensemble(&self) -> saddlepoint_theory::Result<Ensemble> {
        let modes: Vec<_> = self.w.iter().copied().zip(self.laws()).collect();
        let [visible, hidden] = self.fields;
        Ensemble::new(self.sigma, self.kappa, &modes)?.with_fields(visible, hidden)
    }

    /// As many cells as the table has columns.
    fn cells(&self, values: impl IntoIterator<Item = f64>) -> Vec<Cell> {
        let mut cells: Vec<Cell> = values.into_iter().map(Into::into).collect();
        cells.resize(self.columns, Cell::Missing);
        cells
    }
}

impl Row {
    fn magnetizations(&self, of: fn(&State) -> &[f64]) -> Vec<Cell> {
        let state = self.found.as_ref().map(|found| of(&found.state));
        self.point.cells(state.into_iter().flatten().copied())
    }

    /// Why the phase is empty, or may be another.
    fn reason(&self) -> Option<&'static str> {
        let found = self.found.as_ref()?;
        if found.phase.is_none() {
            return Some("the lowest state found is no minimum");
        }
        (!self.has_all_sets).then_some("not every set of modes was looked for")
    }
}

const FOUND: &[Field<Ranked<State>>] = &[
    Field::group(&lift(
        |found: &Ranked<State>| Some(&found.state),
        OF_ALL_MODES,
    )),
    Field::new(
        "at_mixing",
        "Λ",
        "no mode is taken up or dropped below 1",
        "largest eigenvalue, squared, of a round of disturbed magnetizations through both layers",
        |found| found.state.at_mixing.into(),
    ),
    Field::one(words::STABLE, |found| found.state.is_stable().into()),
    Field::new(
        "minimum",
        "minimum",
        "whether f is a minimum in the magnetizations of all modes",
        "at_mixing ≤ 1",
        |found| found.state.is_minimum().into(),
    ),
    Field::group(&lift(|found: &Ranked<State>| Some(found), Ranked::FIELDS)),
];

const BRANCH: &[Field<Ranked<State>>] = &[
    Field::one(words::BRANCH, |found| found.state.branch().into()),
    Field::new(
        "recalled",
        "recalled",
        "modes that are recalled, by their place in w, from 0",
        "m_a > 0",
        |found| {
            let modes = sum(found.state.recalled(), |mode| mode.to_string());
            (!modes.is_empty()).then_some(modes).into()
        },
    ),
];

const STRENGTH: Column = Column::new(
    "singular_value",
    "w",
    "singular value of the mode",
    "W = Σ w_a u_a v_aᵀ + noise",
);

const KURTOSIS: Column = Column::new(
    "kurtosis",
    "kurtosis",
    "kurtosis of the components of the mode: above 3 modes of equal w begin to be recalled at once",
    "E u⁴",
);

impl Record for Row {
    const NAME: &'static str = "phase-rbm-modes";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.point), Point::FIELDS)),
        Field::many(STRENGTH, |row| row.point.cells(row.point.w.iter().copied())),
        Field::many(KURTOSIS, |row| {
            row.point
                .cells(row.point.laws().map(ComponentLaw::kurtosis))
        }),
        Field::group(&lift(|row: &Row| row.found.as_ref(), BRANCH)),
        Field::many(M_VISIBLE, |row| {
            row.magnetizations(|state| &state.m_visible)
        }),
        Field::many(M_HIDDEN, |row| row.magnetizations(|state| &state.m_hidden)),
        Field::group(&lift(|row: &Row| row.found.as_ref(), FOUND)),
        Field::one(words::ASSUMPTION, |row| {
            let state = row.found.as_ref().map(|found| &found.state);
            let assumption = state.map(|state| Assumption::of_stability(state.is_stable()));
            assumption.map(Assumption::name).into()
        }),
        Field::one(words::REASON, |row| row.reason().into()),
        Field::group(&lift(
            |row: &Row| Some(outcome(row.found.as_ref())),
            Outcome::FIELDS,
        )),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &[
                "sigma",
                "kappa",
                "singular_value_1",
                "singular_value_0",
                "singular_value_2",
                "singular_value_3",
                "components",
            ],
            keys: &[
                "components",
                "singular_value_0",
                "singular_value_1",
                "singular_value_2",
                "singular_value_3",
                "kappa",
                "recalled",
            ],
            breaks: "recalled",
            panels: &[Panel {
                label: "magnetizations along the modes  m",
                curves: &[Curve::line("m_visible")],
                scale: Scale::Linear,
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        let is_unknown = self
            .found
            .as_ref()
            .is_some_and(|found| found.phase.is_none());
        shortfall(self.found.as_ref()).or_else(|| {
            is_unknown.then_some(Shortfall {
                what: "phase is empty: the lowest state found is no minimum",
                remedy: "another set of modes lowers f: give fewer modes, or leave the row out",
            })
        })
    }
}

impl Question for RbmModes {
    type Row = Row;

    /// Over the laws of the components, w, σ and κ.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let points = self.points()?;
        // Refuses a field that is not finite before anything is written.
        points.first().map(Point::ensemble).transpose()?;
        scan(&points, monitor, row, |point| {
            rows(point, self.all_branches)
        })
    }
}

impl RbmModes {
    fn points(&self) -> Result<Vec<Point>> {
        let columns = self.w.iter().map(Vec::len).max().unwrap_or_default();
        let sizes = [
            self.components.len(),
            self.w.len(),
            self.sigma.len(),
            self.kappa.len(),
        ];
        let indices = sizes.map(|size| (0..size).collect::<Vec<_>>());
        let point = |index: Vec<usize>| {
            let (components, w) = (&self.components[index[0]], &self.w[index[1]]);
            ensure!(
                components.len() == 1 || components.len() == w.len(),
                "components {} are those of {} modes, w {} has {}: name one law, or one for each mode",
                sum(components, |law| components_name(*law)),
                components.len(),
                sum(w, f64::to_string),
                w.len()
            );
            Ok(Point {
                components: components.clone(),
                w: w.clone(),
                sigma: self.sigma[index[2]],
                kappa: self.kappa[index[3]],
                fields: [self.visible_field, self.hidden_field],
                columns,
            })
        };
        product(&indices.each_ref().map(Vec::as_slice))?
            .map(point)
            .collect()
    }
}

/// The rows of a point: the lowest branch, or all.
fn rows(point: &Point, all_branches: bool) -> Vec<Row> {
    let row = |found, has_all_sets| Row {
        point: point.clone(),
        found,
        has_all_sets,
    };
    let solved = point.ensemble().and_then(|ensemble| {
        let states = ensemble.branches()?;
        Ok((states, ensemble.looks_for_all_sets()))
    });
    let Ok((states, has_all_sets)) = solved else {
        return vec![row(None, true)];
    };
    let ranked = Ranked::of(
        states,
        all_branches,
        |state| state.free_energy,
        recalled_order,
        |state| Outcome::new(state.stop, state.iterations, state.residual),
        // Where replica symmetry is broken neither eigenvalue tells of the true state.
        |state| (state.is_minimum() || !state.is_stable()).then(|| state.phase().name()),
    );
    let found = ranked.into_iter();
    found.map(|found| row(Some(found), has_all_sets)).collect()
}
