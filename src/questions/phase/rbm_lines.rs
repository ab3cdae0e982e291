//! The lines of the diagram of an ensemble of RBMs.

use super::rbm::{STATE, components_name};
use super::scan;
use crate::questions::assumption::Assumption;
use crate::questions::{Monitor, Question, product};
use crate::table::figure::{Curve, Figure, Mark, Order, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::ensemble::{self, ComponentLaw, Line, LinePoint};

/// Where phases of the ensemble meet: w of each line at every σ and κ, at zero fields.
#[derive(Debug, Clone)]
pub struct RbmLines {
    /// Laws of the components of the mode.
    pub components: Vec<ComponentLaw>,
    /// Noises of the weights, at least 0.
    pub sigma: Vec<f64>,
    /// Hidden units per visible unit, above 0.
    pub kappa: Vec<f64>,
}

/// A point of a line; `None` where the lines were lost.
#[derive(Debug, Clone)]
pub struct Row {
    /// Law of the components of the mode.
    pub components: ComponentLaw,
    /// Noise of the weights at which the lines were asked for.
    pub sigma: f64,
    /// Hidden units per visible unit.
    pub kappa: f64,
    /// Line, w, σ, order parameters and order of the transition; `None` where the lines were lost.
    pub point: Option<LinePoint>,
}

impl Row {
    /// What the line rests on: for σ > 1 the phase without recall is a glass, whose replica-symmetric state is unstable. Where the glass forms and
    /// where replica symmetry ends, the line bounds a stable state.
    fn assumption(&self) -> Option<Assumption> {
        let point = self.point.as_ref()?;
        let meets_glass = match point.line {
            Line::Glass | Line::AlmeidaThouless => false,
            Line::Recall | Line::Spinodal => point.noise > 1.0 || !point.state.is_stable(),
        };
        Some(Assumption::of_stability(!meets_glass))
    }
}

impl Record for Row {
    const NAME: &'static str = "phase-rbm-boundary";
    /// On a line of marginal stability rounding decides: no column `stable`.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LINE, |row| {
            row.point.as_ref().map(|point| point.line.name()).into()
        }),
        Field::one(words::COMPONENTS, |row| {
            components_name(row.components).into()
        }),
        Field::one(words::SIGMA, |row| {
            row.point
                .as_ref()
                .map_or(row.sigma, |point| point.noise)
                .into()
        }),
        Field::one(words::KAPPA, |row| row.kappa.into()),
        Field::one(words::W, |row| {
            row.point.as_ref().and_then(|point| point.w).into()
        }),
        Field::group(&lift(
            |row: &Row| row.point.as_ref().map(|point| &point.state),
            STATE,
        )),
        Field::one(words::ORDER, |row| {
            row.point.as_ref().map(|point| point.order.name()).into()
        }),
        Field::one(words::ASSUMPTION, |row| {
            row.assumption().map(Assumption::name).into()
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["sigma", "kappa"],
            scale: Scale::Linear,
            keys: &["line", "components", "kappa"],
            order: Order::AsWritten,
            panels: &[Panel {
                scale: Scale::Linear,
                curves: &[
                    Curve::line("w"),
                    // It has no w: it stands at σ = 1 for every w < 1.
                    Curve::line("sigma")
                        .marked(Mark::Ticks)
                        .only("line", "glass")
                        .named("glass"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.point.is_none().then_some(Shortfall {
            what: "line is empty",
            remedy: "the curve of recalled states was lost: move sigma a little",
        })
    }
}

impl Question for RbmLines {
    type Row = Row;

    /// Over the laws of the components, κ and σ.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut points = Vec::new();
        for &law in &self.components {
            let grid = product(&[&self.kappa, &self.sigma])?;
            points.extend(grid.map(|point| (law, point[0], point[1])));
        }
        let first = self.sigma.first().copied().unwrap_or_default();
        scan(&points, monitor, row, |&(law, kappa, sigma)| {
            // The glass line is the same at every sigma.
            rows(law, kappa, sigma, sigma <= first)
        })
    }
}

/// The lines at one σ and κ.
fn rows(components: ComponentLaw, kappa: f64, sigma: f64, with_glass: bool) -> Vec<Row> {
    let row = |point| Row {
        components,
        sigma,
        kappa,
        point,
    };
    let Ok(found) = ensemble::lines(sigma, kappa, components) else {
        return vec![row(None)];
    };
    let shown = found
        .into_iter()
        .filter(|point| with_glass || point.line != Line::Glass);
    shown.map(|point| row(Some(point))).collect()
}
