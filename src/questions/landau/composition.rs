//! Of how many parts samples are composed: the density of a machine's weights, and how many hidden units a sample activates.

use crate::questions::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::Result;
use faer::Mat;
use saddlepoint_theory::reciprocal::participation_ratio;

/// The density of the weights of each hidden unit.
#[derive(Debug, Clone)]
pub struct Densities {
    /// The machine.
    pub machine: GivenMachine,
}

/// One hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitRow {
    /// Number of the hidden unit.
    pub hidden_unit: usize,
    /// Part of its weights that are not zero; `None` without a weight.
    pub density: Option<f64>,
    /// Σ W².
    pub square: f64,
}

impl Record for UnitRow {
    const NAME: &'static str = "landau-densities";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::HIDDEN_UNIT, |row| row.hidden_unit.into()),
        Field::new(
            "density",
            "p",
            "participation ratio of the unit's weights per visible unit: their density where all that are not zero have one size, a third of it where they are Gaussian",
            "p_μ = (Σ W²)²/(N Σ W⁴)",
            |row| row.density.into(),
        ),
        Field::new(
            "square_weights",
            "ΣW²",
            "sum of the squares of the unit's weights",
            "Σ_i W_iμ²",
            |row| row.square.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["hidden_unit"],
            scale: Scale::Linear,
            panels: &[Panel {
                scale: Scale::Linear,
                curves: &[Curve::points("density", "")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

/// The number of hidden units that each sample activates strongly.
#[derive(Debug, Clone)]
pub struct Composition {
    /// The machine.
    pub machine: GivenMachine,
    /// What messages call the samples.
    pub name: String,
    /// One sample per row, one column per visible unit.
    pub samples: Mat<f64>,
}

/// One sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleRow {
    /// Number of the sample.
    pub sample: usize,
    /// Its strongly active hidden units; `None` where no unit is active.
    pub active: Option<Active>,
}

/// The strongly active hidden units of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Active {
    /// Their number L.
    pub count: f64,
    /// Their strength m, in units of √N.
    pub strength: f64,
    /// The density of their weights, over units that have some; `None` where none has.
    pub density: Option<f64>,
}

impl Record for SampleRow {
    const NAME: &'static str = "landau-composition";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "sample",
            "sample",
            "number of the sample, from 0",
            "",
            |row| row.sample.into(),
        ),
        Field::new(
            "active_units",
            "L",
            "participation ratio of the hidden means: the number of strongly active units where these are equal and the others are silent, more where there are many others",
            "L = (Σ h²)²/Σ h⁴",
            |row| row.active.map(|active| active.count).into(),
        ),
        Field::new(
            "m",
            "m",
            "strength of the active hidden units in units of √N",
            "m = √(Σ h⁴/Σ h²)/√N",
            |row| row.active.map(|active| active.strength).into(),
        ),
        Field::new(
            "active_density",
            "p",
            "density of the weights of the active hidden units, without units that have none",
            "Σ h² p_μ/Σ h², over units with weights",
            |row| row.active.and_then(|active| active.density).into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["active_units"],
            scale: Scale::Linear,
            panels: &[
                Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("m", "")],
                    ..Panel::EMPTY
                },
                Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("active_density", "")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl GivenMachine {
    /// `p_μ` of each hidden unit.
    fn densities(&self) -> Vec<Option<f64>> {
        let columns = self.weights.col_iter();
        let density = |column: faer::ColRef<'_, f64>| {
            let weights: Vec<f64> = column.iter().copied().collect();
            participation_ratio(&weights).map(|ratio| ratio / as_float(weights.len()))
        };
        columns.map(density).collect()
    }
}

impl Question for Densities {
    type Row = UnitRow;

    /// Over the hidden units.
    fn ask(&self, _: &Monitor<'_>, row: &mut dyn FnMut(UnitRow) -> Result<()>) -> Result<()> {
        let densities = self.machine.densities().into_iter().enumerate();
        for (hidden_unit, density) in densities {
            let weights = self.machine.weights.col(hidden_unit);
            row(UnitRow {
                hidden_unit,
                density,
                square: weights.iter().map(|w| w * w).sum(),
            })?;
        }
        Ok(())
    }
}

impl Question for Composition {
    type Row = SampleRow;

    /// Over the samples.
    fn ask(
        &self,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(SampleRow) -> Result<()>,
    ) -> Result<()> {
        let machine = self.machine.in_theory()?;
        let units = machine.visible_units();
        self.machine.check_samples(&self.name, &self.samples)?;
        let densities = self.machine.densities();
        for sample in 0..self.samples.nrows() {
            monitor.check()?;
            let visible: Vec<f64> = self.samples.row(sample).iter().copied().collect();
            let inputs = machine.inputs_h_from_v(&visible);
            let hidden: Vec<f64> = inputs
                .into_iter()
                .map(|field| machine.hidden().mean(field))
                .collect();
            row(SampleRow {
                sample,
                active: active(&hidden, &densities, units),
            })?;
        }
        Ok(())
    }
}

/// Number, strength and density of weights of the strongly active among hidden units of these means.
fn active(hidden: &[f64], densities: &[Option<f64>], units: usize) -> Option<Active> {
    let count = participation_ratio(hidden)?;
    let total: f64 = hidden.iter().map(|h| h * h).sum();
    let with_weights = hidden
        .iter()
        .zip(densities)
        .filter_map(|(h, p)| p.map(|p| (h * h, p)));
    let (weight, density) = with_weights.fold((0.0, 0.0), |(weight, density), (square, p)| {
        (weight + square, density + square * p)
    });
    Some(Active {
        count,
        strength: (total / count / as_float(units)).sqrt(),
        density: (weight > 0.0).then(|| density / weight),
    })
}

/// A number of units as a real number.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn as_float(count: usize) -> f64 {
    count as f64
}
