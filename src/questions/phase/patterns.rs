//! Phases of machines of random sparse weights: how many patterns are recalled together.

use super::{Ranked, outcome, scan, shortfall};
use crate::questions::assumption::Assumption;
use crate::questions::{Monitor, Outcome, Question, product};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::patterns::{Patterns, State};
use saddlepoint_theory::units::Unit;

/// The states of no, one, two, … recalled patterns at each point, replica symmetric.
#[derive(Debug, Clone)]
pub struct PatternPhases {
    /// Kind of the visible units, which have two values.
    pub visible: Unit,
    /// Kinds of the hidden units.
    pub hidden: Vec<Unit>,
    /// Hidden units per visible unit, above 0.
    pub alpha: Vec<f64>,
    /// Parts of the weights that are not zero, in (0, 1].
    pub density: Vec<f64>,
    /// Standard deviations of the weights in units of 1/√N, above 0.
    pub scale: Vec<f64>,
    /// Slopes that the hidden units' potential has besides.
    pub threshold: Vec<f64>,
    /// Field on the visible units.
    pub visible_field: f64,
    /// The largest number of patterns recalled together that is looked for.
    pub most: usize,
    /// Whether every state has a row, and not only that of lowest free energy.
    pub all_branches: bool,
}

/// A state at a point; `None` where the equations were not solved.
#[derive(Debug, Clone)]
pub struct Row {
    /// Parameters of the machines.
    pub machine: Patterns,
    /// The largest number of patterns that was looked for.
    pub most: usize,
    /// Order parameters, free energy and rank of the state.
    pub found: Option<Ranked<State>>,
    /// Why the phase of the point is not known, although its states are.
    pub doubt: Option<Doubt>,
}

/// Why the state of lowest free energy does not name the phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubt {
    /// Replica symmetry is broken in it, so that its f, given here, is a lower bound, and it holds in another one.
    Bound(f64),
    /// It is no minimum of f.
    NoMinimum,
}

impl Doubt {
    /// About the states of a point.
    fn of(states: &[State]) -> Option<Self> {
        let lowest = lowest(states.iter())?;
        if !lowest.is_minimum() {
            return Some(Self::NoMinimum);
        }
        let is_open = !lowest.is_stable() && states.iter().any(State::is_stable);
        is_open.then_some(Self::Bound(lowest.free_energy))
    }

    fn reason(self) -> String {
        match self {
            Self::Bound(f) => format!(
                "f of a state with broken replica symmetry is at least {f:.6} and may be higher or lower than that of the stable states (--all-branches)"
            ),
            Self::NoMinimum => {
                "the lowest state is no minimum of f: other patterns or strengths lower it"
                    .to_owned()
            }
        }
    }
}

/// The state of lowest free energy.
fn lowest<'a>(states: impl Iterator<Item = &'a State>) -> Option<&'a State> {
    states.min_by(|a, b| a.free_energy.total_cmp(&b.free_energy))
}

const MACHINE: &[Field<Patterns>] = &[
    Field::one(words::VISIBLE, |machine| machine.visible.to_string().into()),
    Field::one(words::HIDDEN, |machine| machine.hidden.to_string().into()),
    Field::new(
        "alpha",
        "α",
        "hidden units per visible unit",
        "α = M/N",
        |machine| machine.alpha.into(),
    ),
    Field::new(
        "density",
        "p",
        "part of the weights that is not zero",
        "",
        |machine| machine.density.into(),
    ),
    Field::new(
        "scale",
        "s",
        "standard deviation of the weights in units of 1/√N",
        "W = s ξ/√(pN)",
        |machine| machine.scale.into(),
    ),
    Field::new(
        "threshold",
        "θ",
        "slope that the hidden units' potential has besides",
        "U(h) + θh",
        |machine| machine.threshold.into(),
    ),
    Field::new(
        "visible_field",
        "g",
        "uniform field on the visible units",
        "",
        |machine| machine.field.into(),
    ),
];

/// The order parameters of a state.
const STATE: &[Field<State>] = &[
    Field::new(
        "recalled",
        "L",
        "number of patterns recalled together",
        "",
        |state| state.recalled.into(),
    ),
    Field::new(
        "m",
        "m",
        "strength of each recalled hidden unit in units of √N",
        "m = w E S⟨v⟩/L",
        |state| {
            (state.recalled > 0)
                .then_some(state.order.magnetization)
                .into()
        },
    ),
    Field::new(
        "square_visible",
        "Q",
        "mean square of the visible units",
        "Q = E⟨v²⟩",
        |state| state.order.square_visible.into(),
    ),
    Field::new(
        "q_visible",
        "q",
        "overlap of two replicas, visible units",
        "q = E⟨v⟩²",
        |state| state.order.overlap_visible.into(),
    ),
    Field::new(
        "square_hidden",
        "R",
        "mean square of the hidden units that are not recalled",
        "R = E⟨h²⟩",
        |state| state.order.square_hidden.into(),
    ),
    Field::new(
        "r",
        "r",
        "overlap of two replicas, hidden units that are not recalled",
        "r = E⟨h⟩²",
        |state| state.order.overlap_hidden.into(),
    ),
    Field::new(
        "free_energy",
        "f",
        "free energy per visible unit",
        "f = −ln Z/N",
        |state| state.free_energy.into(),
    ),
    Field::new(
        "curvature_apart",
        "λ_apart",
        "curvature of f when one recalled pattern grows and another one shrinks; the state is unstable below 0",
        "1 − w² E(ξ₁² − ξ₁ξ₂) var v",
        |state| state.curvature_apart.into(),
    ),
    Field::new(
        "curvature_new",
        "λ_new",
        "curvature of f when one more pattern begins to be recalled; empty for hidden units of two values, which recall nothing",
        "1 − s² E var v",
        |state| state.curvature_new.into(),
    ),
    Field::new(
        "minimum",
        "minimum",
        "whether the curvatures are positive",
        "",
        |state| state.is_minimum().into(),
    ),
    Field::new(
        "at_stability",
        "AT",
        "replica symmetry holds below 1",
        "α s⁴ E(var v)² E(var h)²",
        |state| state.at_stability.into(),
    ),
];

const FOUND: &[Field<Ranked<State>>] = &[
    Field::group(&lift(|found: &Ranked<State>| Some(&found.state), STATE)),
    Field::one(words::STABLE, |found| found.state.is_stable().into()),
    Field::group(&lift(|found: &Ranked<State>| Some(found), Ranked::FIELDS)),
];

impl Record for Row {
    const NAME: &'static str = "phase-patterns";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.machine), MACHINE)),
        Field::new(
            "most_recalled",
            "L_max",
            "largest number of patterns recalled together that was looked for: states of more may be lower where L = L_max",
            "",
            |row| row.most.into(),
        ),
        Field::group(&lift(|row: &Row| row.found.as_ref(), FOUND)),
        Field::one(words::ASSUMPTION, |row| {
            row.assumption().map(Assumption::name).into()
        }),
        Field::one(words::REASON, |row| row.doubt.map(Doubt::reason).into()),
        Field::group(&lift(
            |row: &Row| Some(outcome(row.found.as_ref())),
            Outcome::FIELDS,
        )),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["density", "alpha", "threshold", "scale", "recalled"],
            // Not density, which is across wherever it varies.
            keys: &["recalled", "hidden", "alpha", "threshold", "scale"],
            panels: &[
                Panel {
                    curves: &[Curve::line("free_energy")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    curves: &[Curve::line("m")],
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
        Some(Assumption::of_stability(state.is_stable()))
    }
}

impl Question for PatternPhases {
    type Row = Row;

    /// Over kinds of hidden units, loads, densities, scales and thresholds.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let axes = [&self.alpha, &self.density, &self.scale, &self.threshold];
        let numbers: Vec<_> = product(&axes.map(|axis| &axis[..]))?.collect();
        let machine = |hidden: Unit, point: &[f64]| Patterns {
            alpha: point[0],
            density: point[1],
            scale: point[2],
            threshold: point[3],
            visible: self.visible,
            hidden,
            field: self.visible_field,
        };
        let points: Vec<Patterns> = self
            .hidden
            .iter()
            .flat_map(|hidden| numbers.iter().map(move |point| machine(*hidden, point)))
            .collect();
        scan(&points, monitor, row, |machine| self.rows(machine))
    }
}

impl PatternPhases {
    /// The rows of a point: the state of lowest free energy, or all. Where that one is not known the lowest state with replica symmetry stands for it.
    fn rows(&self, machine: &Patterns) -> Vec<Row> {
        let states = machine.states(self.most).unwrap_or_default();
        let doubt = Doubt::of(&states);
        let stable = states.iter().filter(|state| state.is_stable());
        let shown = match doubt {
            Some(Doubt::Bound(_)) => lowest(stable),
            _ => lowest(states.iter()),
        }
        .copied();
        let ranked = Ranked::of(
            states,
            true,
            |state| state.free_energy,
            // Its states are told apart below.
            |_| 0.0,
            |state| Outcome::new(state.stop, state.iterations, state.residual),
            |state| doubt.is_none().then(|| state.phase().name()),
        );
        let is_shown = |ranked: &Ranked<State>| self.all_branches || Some(ranked.state) == shown;
        let mut found: Vec<_> = ranked.into_iter().filter(is_shown).map(Some).collect();
        if found.is_empty() {
            found.push(None);
        }
        let row = |found| Row {
            machine: *machine,
            most: self.most,
            found,
            doubt,
        };
        found.into_iter().map(row).collect()
    }
}
