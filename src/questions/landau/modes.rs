//! The singular modes of a machine's weights, and Landau's expansion along each.

use super::{At, Machines};
use crate::questions::alive::Alive;
use crate::questions::{Monitor, Outcome, Question};
use crate::table::figure::{Curve, Figure, Mark, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::{FittedWeights, WeightLaw};
use saddlepoint_theory::reciprocal::{Landau, Landscape, Layer, Machine, Modes, Saddle};

/// Which modes order, and with what amplitude.
#[derive(Debug, Clone)]
pub struct LandauModes {
    /// The machine at several inverse temperatures.
    pub machines: Machines,
}

/// One mode of a machine at one inverse temperature.
#[derive(Debug, Clone)]
pub struct Row {
    /// Kinds of units and inverse temperature of the machine.
    pub at: At,
    /// Number of the mode.
    pub mode: usize,
    /// Number of equal singular values.
    pub degeneracy: usize,
    /// Singular value of the weights.
    pub singular_value: f64,
    /// Upper edge of the bulk of random weights; `None` where there is no bulk.
    pub edge: Option<f64>,
    /// Whether the singular value exceeds the bulk.
    pub outlier: Option<bool>,
    /// Singular value ŝ of the weights between standardised units.
    pub effective: f64,
    /// Landau's expansion along the mode.
    pub landau: Landau,
    /// Amplitude of the lowest minimum without expansion.
    pub amplitude_mean_field: Option<f64>,
    /// Kurtosis of the components of u and v.
    pub kurtosis: [Option<f64>; 2],
    /// Number of visible and hidden units that take part.
    pub participation: [f64; 2],
    /// Saddle of the mode under its biases.
    pub saddle: Option<Saddle>,
    /// Relaxation rate of Langevin dynamics.
    pub langevin_rate: f64,
}

impl Row {
    /// Quartic coupling G of the mode with itself.
    fn coupling(&self) -> Option<f64> {
        let s = self.effective;
        (s > 0.0).then(|| 12.0 * self.landau.quartic / (s * s))
    }
}

impl Record for Row {
    const NAME: &'static str = "landau-modes";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), At::FIELDS)),
        Field::one(words::MODE, |row| row.mode.into()),
        Field::one(words::DEGENERACY, |row| row.degeneracy.into()),
        Field::one(words::SINGULAR_VALUE, |row| row.singular_value.into()),
        Field::new(
            "edge",
            "s_{+}",
            "upper edge of the bulk of random weights",
            "s_+ = σ (√N + √M), σ fitted to the bulk; N and M without units that have no weight",
            |row| row.edge.into(),
        ),
        Field::new(
            "outlier",
            "outlier",
            "whether the singular value exceeds the bulk",
            "by more than chance does in one of a hundred matrices",
            |row| row.outlier.into(),
        ),
        Field::new(
            "effective_singular_value",
            "ŝ",
            "singular value of the weights between standardised units",
            "D_v^½ W D_h^½, D the variances in the reference state; orders at 1",
            |row| row.effective.into(),
        ),
        Field::new(
            "curvature_unstable",
            "1 − ŝ",
            "curvature along the real amplitude",
            "1 − ŝ",
            |row| row.landau.quadratic.into(),
        ),
        Field::new(
            "curvature_stable",
            "1 + ŝ",
            "curvature along the imaginary amplitude",
            "1 + ŝ",
            |row| (1.0 + row.effective).into(),
        ),
        Field::new(
            "cubic",
            "t",
            "cubic coefficient of the free energy",
            "F = (1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
            |row| row.landau.cubic.into(),
        ),
        Field::new(
            "quartic",
            "G",
            "quartic coupling of the mode with itself",
            "spins: G = Σ u⁴ + Σ v⁴; F = (1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
            |row| row.coupling().into(),
        ),
        Field::one(words::AMPLITUDE, |row| row.landau.amplitude().into()),
        Field::new(
            "amplitude_mean_field",
            "a_{MF}",
            "amplitude of the mode without expansion",
            "lowest minimum of F along the mode",
            |row| row.amplitude_mean_field.into(),
        ),
        Field::new(
            "kurtosis_visible",
            "K_u",
            "kurtosis of the components of u",
            "3 for many Gaussian components",
            |row| row.kurtosis[0].into(),
        ),
        Field::new(
            "kurtosis_hidden",
            "K_v",
            "kurtosis of the components of v",
            "3 for many Gaussian components",
            |row| row.kurtosis[1].into(),
        ),
        Field::new(
            "participation_visible",
            "1/IPR_{u}",
            "number of visible units that take part",
            "1/Σ u⁴; N/3 for random vectors",
            |row| row.participation[0].into(),
        ),
        Field::new(
            "participation_hidden",
            "1/IPR_{v}",
            "number of hidden units that take part",
            "1/Σ v⁴; M/3 for random vectors",
            |row| row.participation[1].into(),
        ),
        Field::new(
            "saddle_energy",
            "E_k",
            "energy of the mode's saddle under its biases",
            "(u·b)(v·c)/s, at x = −v·c/s, y = −u·b/s",
            |row| row.saddle.map(|saddle| saddle.energy).into(),
        ),
        Field::new(
            "langevin_rate",
            "1 − s/s_c",
            "relaxation rate of Langevin dynamics",
            "1 − s/s_c, s_c = 1 for spins, 4 for binary units",
            |row| row.langevin_rate.into(),
        ),
        Field::new(
            "converges",
            "converges",
            "whether Langevin dynamics of the mode has a stationary law",
            "s < s_c",
            |row| (row.langevin_rate > 0.0).into(),
        ),
        Field::group(&lift(|row: &Row| Some(&row.at.search), Outcome::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["mode"],
            scale: Scale::Linear,
            keys: &["scale"],
            panels: &[
                Panel {
                    label: "singular value of the weights  s",
                    curves: &[
                        Curve::points("singular_value", "").named("singular value"),
                        Curve::line("edge")
                            .marked(Mark::Level)
                            .named("edge of the bulk"),
                    ],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "curvature along the mode  1 − ŝ",
                    scale: Scale::Linear,
                    curves: &[Curve::points("curvature_unstable", "")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.at.shortfall()
    }
}

impl Question for LandauModes {
    type Row = Row;

    /// Over the inverse temperatures, and the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        self.machines.visit(monitor, |at, machine, landscape| {
            let weights = Weights::of(machine)?;
            for mode in 0..weights.modes.len() {
                monitor.check()?;
                row(weights.row(at, machine, landscape, mode)?)?;
            }
            Ok(())
        })
    }
}

/// What the weights say of all their modes at once.
struct Weights {
    modes: Modes,
    bulk: Option<FittedWeights>,
    saddles: Vec<Option<Saddle>>,
}

impl Weights {
    fn of(machine: &Machine) -> Result<Self> {
        let modes = Modes::new(machine.weights())?;
        let alive = Alive::of(machine.weights());
        let (visible, hidden) = (alive.weights.nrows(), alive.weights.ncols());
        // Modes come in descending order: what dead units add are the last ones.
        let values = &modes.singular_values()[..visible.min(hidden)];
        Ok(Self {
            bulk: match values {
                [] => None,
                _ => WeightLaw::fit(values, visible, hidden)?,
            },
            saddles: modes.saddles(machine.visible_bias(), machine.hidden_bias()),
            modes,
        })
    }

    fn row(&self, at: At, machine: &Machine, landscape: &Landscape, mode: usize) -> Result<Row> {
        let (modes, bulk) = (&self.modes, self.bulk.as_ref());
        let s = modes.singular_values()[mode];
        let minimum = landscape.along(mode)?.lowest_minimum(0.0)?;
        let layers = [Layer::Visible, Layer::Hidden];
        Ok(Row {
            at,
            mode,
            degeneracy: modes.degenerate_with(mode).len(),
            singular_value: s,
            edge: bulk.map(|fitted| fitted.law.edges().1),
            outlier: bulk.map(|fitted| s > fitted.threshold),
            effective: landscape.modes().singular_values()[mode],
            landau: landscape.landau(mode)?,
            amplitude_mean_field: minimum.map(|point| point.amplitude),
            kurtosis: layers.map(|layer| modes.kurtosis(layer, mode)),
            participation: layers.map(|layer| modes.participation(layer, mode)),
            saddle: self.saddles[mode],
            langevin_rate: modes.langevin_rate(mode, machine.visible(), machine.hidden()),
        })
    }
}
