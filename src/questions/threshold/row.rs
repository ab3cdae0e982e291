//! The threshold of one mode, and what a sample shows of it.

use super::{Criterion, Detection, Grouped};
use crate::questions::DataPoint;
use crate::questions::assumption::Assumption;
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Column, Field, Record, Shortfall, lift, vocabulary as words};
use saddlepoint_theory::covariance::Spike;
use saddlepoint_theory::replica::learning::Onset;
use saddlepoint_theory::spectra::Mode;

/// The threshold of one mode by one criterion.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// What decides that learning has begun.
    pub criterion: Criterion,
    /// The mode and its threshold.
    pub critical: Critical,
    /// How a hidden unit that is trained begins to learn.
    pub onset: Option<Onset>,
    /// Samples per unit, where a sample is asked about.
    pub alpha: Option<f64>,
    /// What the sample shows of the mode.
    pub seen: Option<Sighting>,
    /// The close modes that stand out with it, where they were asked for.
    pub grouped: Option<Grouped>,
    /// How well a test sees the mode.
    pub tested: Option<Tested>,
    /// Why there is no threshold, in words.
    pub reason: Option<String>,
    /// Whether the criterion's equations failed, as opposed to nothing standing out.
    pub is_failed: bool,
}

/// How well a test of the largest sample eigenvalues sees a mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// The test and the power asked for.
    pub test: Detection,
    /// Samples at which the test has that power.
    pub samples: Option<f64>,
    /// Its power at the number of samples asked about.
    pub power: Option<f64>,
}

impl Tested {
    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::LEVEL, |tested| tested.test.level.into()),
        Field::one(words::DETECTION_POWER, |tested| tested.test.power.into()),
        Field::one(words::DETECTION_SAMPLES, |tested| tested.samples.into()),
        Field::new(
            "detection_power_at_alpha",
            "power(α)",
            "probability that the test sees the mode in α samples per unit",
            "",
            |tested| tested.power.into(),
        ),
    ];
}

/// A mode of the population and its threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// Number of the mode, 0 for the largest eigenvalue.
    pub rank: usize,
    /// Population eigenvalue of the mode, and its degeneracy.
    pub mode: Mode,
    /// Critical number `α_c` of samples per unit; `None` where nothing stands out or the criterion has no answer.
    pub alpha: Option<f64>,
    /// Number of units N of the population, where it is finite.
    pub units: Option<usize>,
}

impl Critical {
    /// Critical number of samples, `P_c = N α_c`.
    pub fn samples(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "numbers of units stay far below 2^53"
        )]
        Some(self.units? as f64 * self.alpha?)
    }

    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::MODE, |at| at.rank.into()),
        Field::group(&lift(|at: &Critical| Some(at), Self::MODELESS)),
    ];

    /// All but the number of the mode.
    pub(super) const MODELESS: &'static [Field<Self>] = &[
        Field::one(words::DEGENERACY, |at| at.mode.degeneracy.into()),
        Field::one(words::EIGENVALUE, |at| at.mode.eigenvalue.into()),
        Field::new(
            "alpha_c",
            "α_c",
            "critical number of samples per unit",
            "α_c = (1/N) Σ_rest λ² / (ℓ − λ)²",
            |at| at.alpha.into(),
        ),
        Field::new(
            "samples_c",
            "P_c",
            "critical number of samples",
            "P_c = N α_c",
            |at| at.samples().into(),
        ),
        Field::one(words::GAMMA_C, |at| {
            at.alpha.map(|alpha| 1.0 / alpha).into()
        }),
    ];
}

/// What a sample shows of one mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Sample eigenvalue; the edge of the bulk where it is not detached.
    pub eigenvalue: f64,
    /// Whether it leaves the bulk.
    pub is_detached: bool,
    /// Squared overlap of its eigenvector with the mode.
    pub overlap_squared: f64,
}

impl From<Spike> for Sighting {
    fn from(spike: Spike) -> Self {
        Self {
            eigenvalue: spike.eigenvalue(),
            is_detached: spike.is_detached(),
            overlap_squared: spike.overlap_squared(),
        }
    }
}

impl Sighting {
    pub(super) const SAMPLE_EIGENVALUE: Column = Column::new(
        "sample_eigenvalue",
        "ψ",
        "sample eigenvalue",
        "ψ(ℓ) = ℓ (1 + γ (1/N) Σ_rest λ / (ℓ − λ))",
    );

    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::one(Self::SAMPLE_EIGENVALUE, |seen| seen.eigenvalue.into()),
        Field::one(words::DETACHED, |seen| seen.is_detached.into()),
        Field::one(words::OVERLAP_SQUARED, |seen| seen.overlap_squared.into()),
    ];
}

/// How a hidden unit that is trained begins to learn.
const ONSET: &[Field<Onset>] = &[
    Field::new(
        "alpha_equal",
        "α_{equal}",
        "samples per unit from which weights with a signal have the highest training likelihood; below alpha_c, from which noise is unstable, where the transition is of first order",
        "train(m > 0) = train(m = 0)",
        |onset| onset.equal.into(),
    ),
    Field::new(
        "transition",
        "transition",
        "order of the transition",
        "",
        |onset| onset.order.name().into(),
    ),
];

/// What tells one line of a threshold's figure from another.
const KEYS: &[&str] = &[
    "criterion",
    "hidden",
    "biases",
    "l2",
    "weight_prior",
    "spike",
    "signal",
    "beta",
    "units",
    "mode",
];

/// A view of thresholds against a parameter.
const fn against(x: &'static [&'static str], panels: &'static [Panel]) -> View {
    View {
        x,
        keys: KEYS,
        panels,
        ..View::EMPTY
    }
}

const OVERLAP: Panel = Panel {
    curves: &[Curve::line("overlap_squared").only("criterion", "spectral")],
    label: "c²  squared overlap with the mode",
    scale: Scale::Linear,
    ..Panel::EMPTY
};
const POWER: Panel = Panel {
    curves: &[Curve::line("detection_power_at_alpha").only("criterion", "spectral")],
    label: "probability that the test sees the mode",
    scale: Scale::Linear,
    ..Panel::EMPTY
};
const ALPHA_C: Panel = Panel {
    curves: &[Curve::line("alpha_c")],
    ..Panel::EMPTY
};
const SAMPLES_C: Panel = Panel {
    curves: &[Curve::line("samples_c")],
    ..Panel::EMPTY
};
const EIGENVALUE: Panel = Panel {
    curves: &[Curve::line("eigenvalue")],
    ..Panel::EMPTY
};

impl Record for Row {
    const NAME: &'static str = "threshold";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::CRITERION, |row| row.criterion.name().into()),
        Field::one(words::HIDDEN, |row| {
            row.criterion.hidden().map(|unit| unit.to_string()).into()
        }),
        Field::one(words::BIASES, |row| {
            let training = row.criterion.training();
            training.map(|(biases, _)| biases.name()).into()
        }),
        Field::one(words::L2, |row| {
            row.criterion.training().map(|(_, l2)| l2).into()
        }),
        Field::one(words::WEIGHT_PRIOR, |row| {
            let prior = row.criterion.weight_prior();
            prior.map(|prior| prior.to_string()).into()
        }),
        Field::group(&lift(|row: &Row| Some(&row.critical), Critical::FIELDS)),
        Field::group(&lift(|row: &Row| row.onset.as_ref(), ONSET)),
        Field::one(words::ASSUMPTION, |row| {
            let is_learnt = row.criterion.training().is_some();
            is_learnt
                .then(|| Assumption::of_gaussian_fields(row.data.model).name())
                .into()
        }),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| row.seen.as_ref(), Sighting::FIELDS)),
        Field::group(&lift(|row: &Row| row.grouped.as_ref(), Grouped::FIELDS)),
        Field::group(&lift(|row: &Row| row.tested.as_ref(), Tested::FIELDS)),
        Field::one(words::REASON, |row| {
            row.reason.clone().map_or(Cell::Missing, Cell::from)
        }),
    ];
    fn shortfall(&self) -> Option<Shortfall> {
        self.is_failed.then_some(Shortfall {
            what: "the criterion has no answer: alpha_c is empty",
            remedy: "column reason says why; leave that point out or choose another criterion",
        })
    }

    const FIGURE: Figure = Figure {
        views: &[
            against(&["alpha"], &[OVERLAP, POWER]),
            against(&["units"], &[SAMPLES_C]),
            against(&["beta", "spike", "signal"], &[ALPHA_C]),
            against(&["sample_eigenvalue"], &[EIGENVALUE, OVERLAP]),
            against(&["eigenvalue", "criterion"], &[ALPHA_C]),
        ],
    };
}
