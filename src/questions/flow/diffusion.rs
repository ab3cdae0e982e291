//! How the noise of learning moves a place cell, and whether a finite data set pins it.

use super::{Point, Rings, for_each};
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_theory::dynamics::diffusion::{Distances, Pinning, PlaceCell, Regime, Training};

/// Diffusion of a place cell around its ring, or of several that move as one.
#[derive(Debug, Clone)]
pub struct Diffusion {
    /// Rings that are long enough for a place cell, and numbers of hidden units.
    pub rings: Rings,
    /// Learning rates, above 0.
    pub learning_rate: Vec<f64>,
    /// Samples per update, 1 or more.
    pub batch: Vec<f64>,
    /// Samples of the data set, 1 or more; empty for fresh ones in every update.
    pub samples: Vec<f64>,
    /// Whether persistent chains, as many as the batch has samples, sample the negative phase; of one hidden unit only.
    pub is_negative_phase_sampled: bool,
}

/// One training on one data set.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The ring and the machine.
    pub at: Point,
    /// Learning rate, samples per update, and whether chains sample the negative phase.
    pub training: Training,
    /// Diffusion constant D, in sites² per update.
    pub diffusion: f64,
    /// Temperature of the noise T = η Var(e·v tanh w·v)/(2 B |e|²), in nats.
    pub temperature: f64,
    /// Pinning by the lattice, in nats.
    pub lattice_barrier: f64,
    /// Barrier of lattice and samples, in nats.
    pub barrier: f64,
    /// Samples at which trapping turns to diffusion; `None` where the lattice alone traps.
    pub samples_diffusing: Option<f64>,
    /// Variance that a sampled negative phase adds, in units of the data's; `None` for several units.
    pub negative_phase_noise: Option<f64>,
    /// Whether the place cell moves.
    pub regime: Regime,
    /// Fluctuation of the distance between neighbouring place cells, in sites.
    pub distance_deviation: Option<f64>,
    /// What a finite data set does.
    pub pinned: Option<Pinned>,
}

/// A place cell in the landscape of a finite data set.
#[derive(Debug, Clone, Copy)]
pub struct Pinned {
    /// Samples of the data set.
    pub samples: f64,
    /// Standard deviation of their log-likelihood around the ring, in nats.
    pub landscape_deviation: f64,
    /// Diffusion constant D, in sites² per update.
    pub diffusion: f64,
}

impl Record for Row {
    const NAME: &'static str = "flow-diffusion";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), Point::FIELDS)),
        Field::one(words::LEARNING_RATE, |row| {
            row.training.learning_rate.into()
        }),
        Field::one(words::BATCH, |row| row.training.batch.into()),
        Field::one(words::SAMPLES, |row| {
            row.pinned.map(|pinned| pinned.samples).into()
        }),
        Field::new(
            "diffusion",
            "D",
            "diffusion of the place cell, or of several that move as one, in sites² per update",
            "D = η² Var(Σ_μ e_μ·v tanh w_μ·v)/(2 B |e|⁴), e = dw/dx, |e|² = Σ_μ |e_μ|²",
            |row| row.diffusion.into(),
        ),
        Field::one(words::TEMPERATURE, |row| row.temperature.into()),
        Field::in_nats(
            "lattice_barrier",
            "Δ_0",
            "log-likelihood on a site minus that between two",
            "",
            |row| row.lattice_barrier.into(),
        ),
        Field::in_nats(
            "barrier",
            "Δ",
            "typical barrier of the log-likelihood around the ring",
            "Δ = Δ_0 + √2 σ",
            |row| row.barrier.into(),
        ),
        Field::in_nats(
            "landscape_deviation",
            "σ",
            "standard deviation of the samples' log-likelihood around the ring",
            "σ² = (K(0) − mean K)/P, K(d) = Cov(ln cosh w·v, ln cosh w_d·v)",
            |row| row.pinned.map(|pinned| pinned.landscape_deviation).into(),
        ),
        Field::new(
            "pinned_diffusion",
            "D_P",
            "diffusion in the landscape of the samples, in sites² per update",
            "D exp(−σ²/T²)",
            |row| row.pinned.map(|pinned| pinned.diffusion).into(),
        ),
        Field::new(
            "samples_diffusing",
            "P_d",
            "number of samples at which trapping turns to diffusion; empty where the lattice alone traps",
            "Δ = T: P_d = 2 P σ²/(T − Δ_0)²",
            |row| row.samples_diffusing.into(),
        ),
        Field::new(
            "negative_phase_noise",
            "Var_m/Var",
            "variance that a sampled negative phase adds, in units of the data's",
            "variances of e·v tanh w·v over machine and data",
            |row| row.negative_phase_noise.into(),
        ),
        Field::new(
            "regime",
            "regime",
            "whether the place cell moves",
            "trapped: Δ > T",
            |row| {
                let name = match row.regime {
                    Regime::Diffusing => "diffusing",
                    Regime::Trapped => "trapped",
                };
                name.into()
            },
        ),
        Field::new(
            "distance_deviation",
            "σ_d",
            "standard deviation of the distance between neighbouring place cells, in sites; empty for one, and where the lattice keeps them",
            "σ_d² = (η/B) d·X d, X_ab = Σ_ab/(λ_a + λ_b − η λ_a λ_b)",
            |row| row.distance_deviation.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: PARAMETERS,
            keys: PARAMETERS,
            panels: &[Panel {
                label: "diffusion (sites² per update)",
                curves: &[
                    Curve::line("diffusion").named("D: fresh samples"),
                    Curve::line("pinned_diffusion").named("D_P: in the landscape of the samples"),
                ],
                scale: Scale::Log,
                decades: 12,
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

/// What the diffusion is drawn against, and what tells its curves apart.
const PARAMETERS: &[&str] = &[
    "samples",
    "batch",
    "learning_rate",
    "beta",
    "units",
    "hidden_units",
];

impl Question for Diffusion {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for_each(monitor, &self.rings.points(), |&at| {
            Case::new(at, &self.samples)
                .and_then(|case| self.rows(&case, row))
                .with_context(|| at.describe())
        })
    }
}

impl Diffusion {
    /// A row for each learning rate, batch and number of samples.
    fn rows(&self, case: &Case, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for &learning_rate in &self.learning_rate {
            for &batch in &self.batch {
                let training = Training {
                    learning_rate,
                    batch,
                    is_negative_phase_sampled: self.is_negative_phase_sampled,
                };
                for pinning in &case.pinnings {
                    row(case.row(training, pinning.as_ref())?)?;
                }
            }
        }
        Ok(())
    }
}

/// A place cell, or several, with the landscapes that data sets make for it.
struct Case {
    at: Point,
    cell: PlaceCell,
    /// How far its distance from the next ones fluctuates.
    distances: Option<Distances>,
    /// Covariance K of one sample's log-likelihood; P samples have K/P.
    of_one: Pinning,
    pinnings: Vec<Option<Pinning>>,
}

impl Case {
    fn new(at: Point, samples: &[f64]) -> Result<Self> {
        let cell = at.place_cell()?;
        let of_one = cell.pinning(1.0)?;
        let pinned = |&samples: &f64| Ok(Some(of_one.with_samples(samples)?));
        let pinnings = match samples {
            [] => vec![None],
            _ => samples.iter().map(pinned).collect::<Result<_>>()?,
        };
        Ok(Self {
            at,
            distances: cell.distances()?,
            cell,
            of_one,
            pinnings,
        })
    }

    fn row(&self, training: Training, pinning: Option<&Pinning>) -> Result<Row> {
        let temperature = self.cell.temperature(&training)?;
        let lattice_barrier = self.cell.lattice_barrier();
        let barrier = pinning.map_or(lattice_barrier, |pinning| pinning.barrier);
        let distances = self.distances.as_ref();
        let variance = distances.map(|distances| distances.variance(&training));
        let pinned = pinning.map(|pinning| -> Result<Pinned> {
            Ok(Pinned {
                samples: pinning.samples,
                landscape_deviation: pinning.variance().sqrt(),
                diffusion: self.cell.pinned_diffusion(&training, pinning)?,
            })
        });
        Ok(Row {
            at: self.at,
            training,
            diffusion: self.cell.diffusion(&training)?,
            temperature,
            lattice_barrier,
            barrier,
            samples_diffusing: self.of_one.samples_diffusing(temperature)?,
            negative_phase_noise: self.cell.negative_phase_noise(),
            regime: Regime::of(barrier, temperature),
            distance_deviation: variance.transpose()?.map(f64::sqrt),
            pinned: pinned.transpose()?,
        })
    }
}
