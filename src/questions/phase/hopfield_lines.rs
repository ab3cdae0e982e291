//! The lines of the diagram of the Hopfield model.

use super::hopfield::STATE;
use super::scan;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Order, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::hopfield::{Line, LinePoint, State};

/// Where phases of the Hopfield model meet.
#[derive(Debug, Clone)]
pub enum HopfieldLines {
    /// The temperature of each line at every load, above 0.
    AtAlpha(Vec<f64>),
    /// The load of each line at every temperature, at least 0.
    AtTemperature(Vec<f64>),
}

/// A point of a line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which line of the diagram the point is on.
    pub line: Line,
    /// Patterns per spin; `None` where the line was not found.
    pub alpha: Option<f64>,
    /// Temperature; `None` where the line was not found.
    pub temperature: Option<f64>,
    /// The state that appears, ends or changes its stability there; `None` where the line was not found.
    pub state: Option<State>,
}

impl Record for Row {
    const NAME: &'static str = "phase-hopfield-boundary";
    /// On a line of marginal stability rounding decides: no column `stable`.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LINE, |row| row.line.name().into()),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(words::TEMPERATURE, |row| row.temperature.into()),
        Field::group(&lift(|row: &Row| row.state.as_ref(), STATE)),
        Field::one(words::ORDER, |row| {
            row.state.map(|_| row.line.order().name()).into()
        }),
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
        self.state.is_none().then_some(Shortfall {
            what: "m is empty",
            remedy: "the line was not found: move alpha or temperature a little",
        })
    }
}

impl Question for HopfieldLines {
    type Row = Row;

    /// Over the lines, and their load or temperature. A line that does not reach a value has no row there.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let (Self::AtAlpha(values) | Self::AtTemperature(values)) = self;
        let points: Vec<(Line, f64)> = Line::ALL
            .into_iter()
            .flat_map(|line| values.iter().map(move |&x| (line, x)))
            .collect();
        scan(&points, monitor, row, |&(line, x)| self.rows(line, x))
    }
}

impl HopfieldLines {
    /// The row of a line at a load or temperature, if it reaches it.
    fn rows(&self, line: Line, x: f64) -> Vec<Row> {
        let (found, alpha, temperature) = match self {
            Self::AtAlpha(_) => (line.at_alpha(x), Some(x), None),
            Self::AtTemperature(_) => (line.at_temperature(x), None, Some(x)),
        };
        let lost = Row {
            line,
            alpha,
            temperature,
            state: None,
        };
        let row = |point: LinePoint| Row {
            line,
            alpha: Some(point.alpha),
            temperature: Some(point.temperature),
            state: Some(point.state),
        };
        found.map_or_else(|_| vec![lost], |point| point.map(row).into_iter().collect())
    }
}
