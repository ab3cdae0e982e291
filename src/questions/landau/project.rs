//! Data in the modes of a machine.

use crate::questions::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::{Result, ensure};
use faer::Mat;
use saddlepoint_theory::reciprocal::{Layer, Modes, Saddle};
use std::f64::consts::FRAC_1_SQRT_2;

/// Samples in the reciprocal variables of a machine.
#[derive(Debug, Clone)]
pub struct Projection {
    /// The machine.
    pub machine: GivenMachine,
    /// What messages call the samples.
    pub name: String,
    /// One sample per row, one column per visible unit.
    pub samples: Mat<f64>,
    /// Leading modes that have rows.
    pub modes: usize,
}

/// One sample in one mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Number of the sample.
    pub sample: usize,
    /// Number of the mode.
    pub mode: usize,
    /// Singular value of the mode.
    pub singular_value: f64,
    /// Reciprocal variables of the sample and of the hidden means that it causes.
    pub variables: [f64; 2],
    /// The saddle of the mode under the machine's biases; `None` without a singular value.
    pub saddle: Option<Saddle>,
}

impl Row {
    /// The unstable and the stable direction, measured from the saddle.
    fn measured_from_saddle(&self) -> Option<[f64; 2]> {
        let [x, y] = self.variables;
        self.saddle.map(|saddle| {
            let (x, y) = (x - saddle.x, y - saddle.y);
            [x + y, y - x].map(|sum| sum * FRAC_1_SQRT_2)
        })
    }
}

impl Record for Row {
    const NAME: &'static str = "landau-projection";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "sample",
            "sample",
            "number of the sample, from 0",
            "",
            |row| row.sample.into(),
        ),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::one(words::SINGULAR_VALUE, |row| row.singular_value.into()),
        Field::new(
            "x",
            "x",
            "the sample along the mode's visible vector",
            "x_k = u_k·v",
            |row| row.variables[0].into(),
        ),
        Field::new(
            "y",
            "y",
            "the means of the hidden units under the sample along the mode's hidden vector",
            "y_k = v_k·⟨h|v⟩",
            |row| row.variables[1].into(),
        ),
        Field::new(
            "u",
            "u",
            "unstable direction of the mode's saddle",
            "u = (x − x₀ + y − y₀)/√2, x₀ = −v·c/s, y₀ = −u·b/s",
            |row| row.measured_from_saddle().map(|[u, _]| u).into(),
        ),
        Field::new(
            "w",
            "w",
            "stable direction of the mode's saddle",
            "w = (y − y₀ − x + x₀)/√2",
            |row| row.measured_from_saddle().map(|[_, w]| w).into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["x"],
            scale: Scale::Linear,
            keys: &["mode"],
            panels: &[Panel {
                label: "hidden means along the mode  y",
                scale: Scale::Linear,
                curves: &[Curve::points("y", "")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Projection {
    type Row = Row;

    /// Over the samples, and the leading modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let machine = self.machine.in_theory()?;
        self.machine.check_samples(&self.name, &self.samples)?;
        let modes = Modes::new(machine.weights())?;
        ensure!(
            (1..=modes.len()).contains(&self.modes),
            "--modes {}: the machine has {} modes",
            self.modes,
            modes.len()
        );
        let saddles = modes.saddles(machine.visible_bias(), machine.hidden_bias());
        let unit = machine.hidden();
        for sample in 0..self.samples.nrows() {
            monitor.check()?;
            let visible: Vec<f64> = self.samples.row(sample).iter().copied().collect();
            let inputs = machine.inputs_h_from_v(&visible);
            let hidden: Vec<f64> = inputs.into_iter().map(|field| unit.mean(field)).collect();
            let [x, y] = [(Layer::Visible, &visible), (Layer::Hidden, &hidden)]
                .map(|(layer, state)| modes.project(layer, state));
            for mode in 0..self.modes {
                row(Row {
                    sample,
                    mode,
                    singular_value: modes.singular_values()[mode],
                    variables: [x[mode], y[mode]],
                    saddle: saddles[mode],
                })?;
            }
        }
        Ok(())
    }
}
