//! Weights that start at random: when the modes of the data leave the bulk, and what the weights show of them until then and after.

use super::for_each;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use clap::ValueEnum;
use saddlepoint_theory::Error;
use saddlepoint_theory::dynamics::{EarlyTraining, SingularMode, binary_rate, gaussian_rate};

/// A machine whose weights start as independent entries and grow without saturation.
#[derive(Debug, Clone)]
pub struct Noise {
    /// Eigenvalues of the data's covariance, one per direction, 0 or above.
    pub eigenvalues: Vec<f64>,
    /// Number of hidden units M, 1 or more.
    pub hidden_units: usize,
    /// Standard deviation of the initial weights, above 0.
    pub init_scale: f64,
    /// Units, which fix how fast small weights grow.
    pub kind: Rate,
}

/// Units between which small weights grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rate {
    /// Gaussian units or spins: rate lambda - 1
    Gaussian,
    /// Binary units of mean 1/2: rate lambda/4 - 1/16
    Binary,
}

/// One mode of the data.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    /// Number of hidden units M.
    pub hidden_units: usize,
    /// Standard deviation of the initial weights.
    pub init_scale: f64,
    /// Number of the mode, 0 for the fastest.
    pub mode: usize,
    /// Number of equal eigenvalues.
    pub degeneracy: usize,
    /// Eigenvalue of the data's covariance.
    pub eigenvalue: f64,
    /// Growth rate of small weights.
    pub growth_rate: f64,
}

impl Noise {
    /// The growth of the weights, and the modes of the data.
    fn modes(&self) -> Result<(EarlyTraining, Vec<Mode>)> {
        let rate = match self.kind {
            Rate::Gaussian => gaussian_rate,
            Rate::Binary => binary_rate,
        };
        let rates: Vec<f64> = self.eigenvalues.iter().map(|&c| rate(c)).collect();
        let training = EarlyTraining::new(&rates, self.hidden_units, self.init_scale)
            .with_context(|| format!("--init-scale {:?}", self.init_scale))?;
        let groups = training.modes().iter().enumerate();
        let modes = groups.map(|(mode, &(growth_rate, degeneracy))| Mode {
            hidden_units: self.hidden_units,
            init_scale: self.init_scale,
            mode,
            degeneracy,
            eigenvalue: self.kind.eigenvalue(growth_rate),
            growth_rate,
        });
        let modes = modes.collect();
        Ok((training, modes))
    }
}

impl Rate {
    /// The eigenvalue that makes weights grow at a rate.
    fn eigenvalue(self, rate: f64) -> f64 {
        match self {
            Self::Gaussian => rate + 1.0,
            Self::Binary => 4.0 * rate + 0.25,
        }
    }
}

impl Mode {
    /// `hidden_units`, `init_scale`.
    const START: &'static [Field<Self>] = &[
        Field::one(words::HIDDEN_UNITS, |mode| mode.hidden_units.into()),
        Field::one(words::INIT_SCALE, |mode| mode.init_scale.into()),
    ];

    /// mode, degeneracy, eigenvalue, `growth_rate`.
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::MODE, |mode| mode.mode.into()),
        Field::one(words::DEGENERACY, |mode| mode.degeneracy.into()),
        Field::one(words::EIGENVALUE, |mode| mode.eigenvalue.into()),
        Field::new(
            "growth_rate",
            "r_k",
            "growth rate of small weights",
            "gaussian: λ − 1; binary: λ/4 − 1/16",
            |mode| mode.growth_rate.into(),
        ),
    ];
}

/// Singular values and overlaps with the data's modes at given times.
#[derive(Debug, Clone)]
pub struct Growth {
    /// Eigenvalues of the data, number and kind of the units, initial weights.
    pub noise: Noise,
    /// Times, 0 or above, in updates times learning rate.
    pub time: Vec<f64>,
}

/// One mode at one time.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Time of training, updates times learning rate, 0 or above.
    pub time: f64,
    /// The mode of the data.
    pub mode: Mode,
    /// What the weights show of it; `None` where they overflow.
    pub shown: Option<SingularMode>,
}

/// `singular_value`, detached, `overlap_squared`.
const SHOWN: &[Field<SingularMode>] = &[
    Field::one(words::SINGULAR_VALUE, |shown| shown.singular_value.into()),
    Field::one(words::DETACHED, |shown| shown.is_detached.into()),
    Field::one(words::OVERLAP_SQUARED, |shown| shown.overlap_squared.into()),
];

impl Record for Shown {
    const NAME: &'static str = "flow-modes-growth";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Shown| Some(&row.mode), Mode::START)),
        Field::one(words::TIME, |row| row.time.into()),
        Field::group(&lift(|row: &Shown| Some(&row.mode), Mode::FIELDS)),
        Field::group(&lift(|row: &Shown| row.shown.as_ref(), SHOWN)),
    ];

    fn shortfall(&self) -> Option<Shortfall> {
        self.shown.is_none().then_some(Shortfall {
            what: "singular_value is empty: weights that grow without saturation overflow",
            remedy: "ask for earlier times, at which all singular values are small against 1",
        })
    }

    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["time", "eigenvalue"],
            keys: &["eigenvalue"],
            panels: &[
                Panel {
                    curves: &[Curve::line("singular_value")],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "squared overlap with the data's mode  c²",
                    curves: &[Curve::line("overlap_squared")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for Growth {
    type Row = Shown;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Shown) -> Result<()>) -> Result<()> {
        let (training, modes) = self.noise.modes()?;
        for_each(monitor, &self.time, |&time| {
            modes.iter().try_for_each(|&mode| {
                let shown = match training.at(mode.mode, time) {
                    Err(Error::NotFinite { .. }) => None,
                    shown => Some(shown?),
                };
                row(Shown { time, mode, shown })
            })
        })
    }
}

/// The time at which each mode leaves the bulk, strong modes first.
#[derive(Debug, Clone)]
pub struct Emergence {
    /// Eigenvalues of the data, number and kind of the units, initial weights.
    pub noise: Noise,
}

/// One mode, and when it leaves the bulk.
#[derive(Debug, Clone, Copy)]
pub struct Emerging {
    /// The mode of the data.
    pub mode: Mode,
    /// The time; `None` if it stays in the bulk for want of hidden units.
    pub time: Option<f64>,
    /// What the weights show of the mode at that time.
    pub shown: Option<SingularMode>,
}

impl Record for Emerging {
    const NAME: &'static str = "flow-modes-emergence";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Emerging| Some(&row.mode), Mode::START)),
        Field::group(&lift(|row: &Emerging| Some(&row.mode), Mode::FIELDS)),
        Field::new(
            "emergence",
            "t_k",
            "time at which the mode leaves the bulk",
            "(1/M) Σ_rest (λ/(λ_k − λ))² = 1, λ = exp(2rt)",
            |row| row.time.into(),
        ),
        Field::one(words::SINGULAR_VALUE, |row| {
            row.shown.map(|shown| shown.singular_value).into()
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["eigenvalue"],
            panels: &[Panel {
                curves: &[Curve::line("emergence")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Emergence {
    type Row = Emerging;

    fn ask(
        &self,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Emerging) -> Result<()>,
    ) -> Result<()> {
        let (training, modes) = self.noise.modes()?;
        for_each(monitor, &modes, |&mode| {
            let time = training.emergence(mode.mode)?;
            let shown = time.map(|time| training.at(mode.mode, time)).transpose()?;
            row(Emerging { mode, time, shown })
        })
    }
}
