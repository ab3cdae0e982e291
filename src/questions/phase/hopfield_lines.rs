//! The lines of the diagram of the Hopfield model.

use super::hopfield::{ONE_STEP, STATE, STEP};
use super::scan;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Order, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::hopfield::{Line, LinePoint, State};
use saddlepoint_theory::replica::one_step::{HopfieldStep, coexistence, retrieval_capacity};

/// Where phases of the Hopfield model meet.
#[derive(Debug, Clone)]
pub enum HopfieldLines {
    /// The temperature of each line at every load, above 0.
    AtAlpha(Vec<f64>),
    /// The load of each line at every temperature, at least 0.
    AtTemperature {
        /// The temperatures.
        temperature: Vec<f64>,
        /// Whether those of the retrieval states and of coexistence with one step of broken replica symmetry are wanted, too.
        one_step: bool,
    },
}

/// A line of the diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Of the replica-symmetric theory.
    Symmetric(Line),
    /// Where the retrieval states with one step end.
    OneStep,
    /// Where the retrieval states and the spin glass with one step have one free energy.
    CoexistenceOneStep,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Symmetric(line) => line.name(),
            Self::OneStep => "retrieval-one-step",
            Self::CoexistenceOneStep => "coexistence-one-step",
        }
    }

    fn order(self) -> &'static str {
        match self {
            Self::Symmetric(line) => line.order().name(),
            Self::OneStep => Line::Retrieval.order().name(),
            Self::CoexistenceOneStep => Line::Coexistence.order().name(),
        }
    }
}

/// A point of a line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which line of the diagram the point is on.
    pub line: Which,
    /// Patterns per spin; `None` where the line was not found.
    pub alpha: Option<f64>,
    /// Temperature; `None` where the line was not found.
    pub temperature: Option<f64>,
    /// The state that appears, ends or changes its stability there; `None` where the line was not found.
    pub state: Option<State>,
    /// The state with one step that ends there, or the glass that takes over.
    pub step: Option<HopfieldStep>,
}

impl Record for Row {
    const NAME: &'static str = "phase-hopfield-boundary";
    /// On a line of marginal stability rounding decides: no column `stable`.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LINE, |row| row.line.name().into()),
        Field::one(words::LOAD, |row| row.alpha.into()),
        Field::one(words::TEMPERATURE, |row| row.temperature.into()),
        Field::group(&lift(|row: &Row| row.state.as_ref(), STATE)),
        Field::one(words::ORDER, |row| {
            row.is_found().then(|| row.line.order()).into()
        }),
        Field::group(&lift(|row: &Row| row.step.as_ref(), STEP)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["alpha"],
            scale: Scale::Linear,
            keys: &["line"],
            order: Order::AsWritten,
            panels: &[Panel {
                label: "temperature  T",
                across: "patterns per spin  α",
                scale: Scale::Linear,
                curves: &[Curve::line("temperature")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        (!self.is_found()).then_some(Shortfall {
            what: "m is empty",
            remedy: "the line was not found: move alpha or temperature a little",
        })
    }
}

impl Row {
    /// The row of a line that was not found.
    fn lost(line: Which, alpha: Option<f64>, temperature: Option<f64>) -> Self {
        Self {
            line,
            alpha,
            temperature,
            state: None,
            step: None,
        }
    }

    fn is_found(&self) -> bool {
        self.state.is_some() || self.step.is_some()
    }
}

impl Question for HopfieldLines {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        match self {
            Self::AtTemperature { one_step: true, .. } => Vec::new(),
            _ => ONE_STEP.to_vec(),
        }
    }

    /// Over the lines, and their load or temperature. A line that does not reach a value has no row there.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let (values, one_step) = match self {
            Self::AtAlpha(values) => (values, false),
            Self::AtTemperature {
                temperature,
                one_step,
            } => (temperature, *one_step),
        };
        let lines = Line::ALL.into_iter().map(Which::Symmetric);
        let points: Vec<(Which, f64)> = lines
            .chain(one_step.then_some(Which::OneStep))
            .chain(one_step.then_some(Which::CoexistenceOneStep))
            .flat_map(|line| values.iter().map(move |&x| (line, x)))
            .collect();
        scan(&points, monitor, row, |&(line, x)| match line {
            Which::Symmetric(line) => self.rows(line, x),
            Which::OneStep => capacity_rows(x),
            Which::CoexistenceOneStep => one_step_rows(line, x, coexistence(x).ok().flatten()),
        })
    }
}

impl HopfieldLines {
    /// The row of a line at a load or temperature, if it reaches it.
    fn rows(&self, line: Line, x: f64) -> Vec<Row> {
        let (found, alpha, temperature) = match self {
            Self::AtAlpha(_) => (line.at_alpha(x), Some(x), None),
            Self::AtTemperature { .. } => (line.at_temperature(x), None, Some(x)),
        };
        let line = Which::Symmetric(line);
        let lost = Row::lost(line, alpha, temperature);
        let row = |point: LinePoint| Row {
            line,
            alpha: Some(point.alpha),
            temperature: Some(point.temperature),
            state: Some(point.state),
            step: None,
        };
        found.map_or_else(|_| vec![lost], |point| point.map(row).into_iter().collect())
    }
}

/// The row of the largest load with a retrieval state, if symmetry is broken there.
fn capacity_rows(temperature: f64) -> Vec<Row> {
    if let Ok(found) = retrieval_capacity(temperature) {
        return one_step_rows(Which::OneStep, temperature, Some(found));
    }
    let symmetric = Line::Retrieval.at_temperature(temperature).ok().flatten();
    let broken = symmetric.filter(|end| !end.state.is_stable());
    broken
        .map(|_| Row::lost(Which::OneStep, None, Some(temperature)))
        .into_iter()
        .collect()
}

/// The row of a load and a state with one step, if there is one.
fn one_step_rows(line: Which, temperature: f64, point: Option<(f64, HopfieldStep)>) -> Vec<Row> {
    let row = |(alpha, step)| Row {
        line,
        alpha: Some(alpha),
        temperature: Some(temperature),
        state: None,
        step: Some(step),
    };
    point.map(row).into_iter().collect()
}
