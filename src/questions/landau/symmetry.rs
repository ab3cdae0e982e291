//! Whether a machine's weights have preferred units: rotational symmetry.

use crate::questions::alive::Alive;
use crate::questions::{GivenMachine, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, vocabulary as words};
use anyhow::{Context, Result, ensure};
use saddlepoint_simulator::rotation::RotationalSymmetry;
use saddlepoint_simulator::statistics::{Estimate, Moments};
use saddlepoint_simulator::stream;
use saddlepoint_theory::reciprocal::{Layer, Modes, haar_coupling};

/// Bins of the histograms of entries.
const BINS: usize = 64;

/// Standard deviations of what symmetric weights show above which weights are not symmetric: by chance in one of a thousand.
const ABOVE: f64 = 3.1;

/// The entries of a machine's weights against those of rotated weights.
#[derive(Debug, Clone)]
pub struct Symmetry {
    /// The machine.
    pub machine: GivenMachine,
    /// Number of rotations, at least 2.
    pub rotations: u32,
    /// Seed of the rotations.
    pub seed: u64,
}

/// What rotations show.
#[derive(Debug, Clone)]
pub struct Row {
    /// Number of visible units N.
    pub units: usize,
    /// Number of hidden units M.
    pub hidden_units: usize,
    /// Number of units without a weight, which are left out.
    pub dead: usize,
    /// Number of rotations.
    pub rotations: u32,
    /// Divergence between the weights and rotated ones, in nats.
    pub divergence: Estimate,
    /// Divergence between two rotations of the weights, in nats, and its standard deviation.
    pub symmetric: [f64; 2],
    /// Couplings of the modes on either layer.
    pub couplings: [Coupling; 2],
}

/// The quartic couplings Σ u⁴ of all modes on one layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupling {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation over the modes.
    pub spread: f64,
    /// Mean and standard deviation for vectors that point anywhere.
    pub haar: [f64; 2],
}

impl Record for Row {
    const NAME: &'static str = "landau-symmetry";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::UNITS, |row| row.units.into()),
        Field::one(words::HIDDEN_UNITS, |row| row.hidden_units.into()),
        Field::new(
            "dead_units",
            "dead",
            "units of both layers without a weight, left out",
            "",
            |row| row.dead.into(),
        ),
        Field::new("rotations", "R", "number of rotations", "", |row| {
            row.rotations.into()
        }),
        Field::in_nats(
            "divergence",
            "JS",
            "Jensen–Shannon divergence between the entries of the weights and of rotated ones",
            "histograms of W and R₁ W R₂ᵀ, 64 bins over 8 standard deviations; mean over the rotations",
            |row| row.divergence.mean.into(),
        ),
        Field::in_nats(
            "divergence_error",
            "σ_{JS}",
            "standard error of the divergence over the rotations",
            "",
            |row| row.divergence.standard_error.into(),
        ),
        Field::in_nats(
            "symmetric_divergence",
            "JS_{0}",
            "the same between two rotations of the weights: the value of weights without preferred units",
            "histograms of R₁ W R₂ᵀ and R₃ W R₄ᵀ; mean over pairs",
            |row| row.symmetric[0].into(),
        ),
        Field::in_nats(
            "symmetric_deviation",
            "σ_{0}",
            "standard deviation of the divergence between two rotations",
            "",
            |row| row.symmetric[1].into(),
        ),
        Field::new(
            "symmetric",
            "symmetric",
            "whether the weights look like rotated ones",
            "JS < JS_0 + 3.1 σ_0",
            |row| row.is_symmetric().into(),
        ),
        Field::new(
            "coupling_visible",
            "⟨G_{u}⟩",
            "mean quartic coupling of the modes on the visible layer",
            "mean over k of Σ_i u_ik⁴",
            |row| row.couplings[0].mean.into(),
        ),
        Field::new(
            "coupling_visible_spread",
            "σ(G_{u})",
            "standard deviation of the coupling over the modes",
            "",
            |row| row.couplings[0].spread.into(),
        ),
        Field::new(
            "coupling_visible_symmetric",
            "3/(N+2)",
            "coupling of vectors that point anywhere",
            "3/(N + 2), N without dead units",
            |row| row.couplings[0].haar[0].into(),
        ),
        Field::new(
            "coupling_hidden",
            "⟨G_{v}⟩",
            "mean quartic coupling of the modes on the hidden layer",
            "mean over k of Σ_j v_jk⁴",
            |row| row.couplings[1].mean.into(),
        ),
        Field::new(
            "coupling_hidden_spread",
            "σ(G_{v})",
            "standard deviation of the coupling over the modes",
            "",
            |row| row.couplings[1].spread.into(),
        ),
        Field::new(
            "coupling_hidden_symmetric",
            "3/(M+2)",
            "coupling of vectors that point anywhere",
            "3/(M + 2), M without dead units",
            |row| row.couplings[1].haar[0].into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["rotations"],
            panels: &[Panel {
                label: "divergence of the weights from rotated ones",
                scale: Scale::Log,
                curves: &[
                    Curve::points("divergence", "divergence_error").named("the machine"),
                    Curve::points("symmetric_divergence", "symmetric_deviation")
                        .named("without preferred units"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Row {
    /// Whether chance explains the divergence.
    pub fn is_symmetric(&self) -> bool {
        let [mean, deviation] = self.symmetric;
        self.divergence.mean < mean + ABOVE * deviation
    }
}

impl Question for Symmetry {
    type Row = Row;

    fn ask(&self, _: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let weights = &self.machine.weights;
        let alive = Alive::of(weights);
        let (units, hidden_units) = (alive.weights.nrows(), alive.weights.ncols());
        ensure!(
            units > 0,
            "{}: all weights are zero: they have no directions",
            self.machine.name
        );
        let mut random = stream(self.seed, "landau symmetry", 0);
        let rotations = usize::try_from(self.rotations)?;
        let found = RotationalSymmetry::of(alive.weights.as_ref(), rotations, BINS, &mut random);
        let found = found.with_context(|| format!("--rotations {}", self.rotations))?;
        let symmetric = moments(&found.symmetric);
        let modes = Modes::new(&alive.weights)?;
        let coupling = |layer: Layer, components: usize| {
            let all: Vec<f64> = (0..modes.len()).map(|k| modes.coupling(layer, k)).collect();
            let all = moments(&all);
            Coupling {
                mean: all.mean(),
                spread: deviation(&all),
                haar: haar_coupling(components),
            }
        };
        row(Row {
            units: weights.nrows(),
            hidden_units: weights.ncols(),
            dead: alive.dead,
            rotations: self.rotations,
            divergence: moments(&found.divergences).estimate()?,
            symmetric: [symmetric.mean(), deviation(&symmetric)],
            couplings: [
                coupling(Layer::Visible, units),
                coupling(Layer::Hidden, hidden_units),
            ],
        })
    }
}

/// Standard deviation, 0 of a single value.
fn deviation(moments: &Moments) -> f64 {
    moments.variance().unwrap_or(0.0).sqrt()
}

fn moments(values: &[f64]) -> Moments {
    let mut moments = Moments::new();
    for &value in values {
        moments.push(value);
    }
    moments
}
