//! The critical numbers of samples of Bayes-optimal inference.

use super::Models;
use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::replica::inference::{self, Prior};

/// How many samples per unit inference needs: from the eigenvector, at best, and for an algorithm.
#[derive(Debug, Clone)]
pub struct Critical {
    /// Laws of weights and hidden values, and signal-to-noise ratios.
    pub models: Models,
}

/// The thresholds of one model.
#[derive(Debug, Clone)]
pub struct Row {
    /// Law of the weights.
    pub weight_prior: Prior,
    /// Law of the hidden values.
    pub hidden_prior: Prior,
    /// Signal-to-noise ratio of rank-one data, the excess eigenvalue, above 0.
    pub snr: f64,
    /// The thresholds; `None` where they were not found.
    pub critical: Option<inference::Critical>,
}

const CRITICAL: &[Field<inference::Critical>] = &[
    Field::new(
        "alpha_spectral",
        "α_{spectral}",
        "samples per unit at which the eigenvector appears",
        "α_spectral = 1/snr²",
        |found| found.spectral.into(),
    ),
    Field::new(
        "alpha_spinodal",
        "α_{spinodal}",
        "samples per unit at which the informed branch appears",
        "dα/dr = 0",
        |found| found.spinodal.into(),
    ),
    Field::new(
        "alpha_it",
        "α_{IT}",
        "samples per unit at which inference becomes possible",
        "Φ of both branches equal",
        |found| found.information.into(),
    ),
    Field::new(
        "alpha_alg",
        "α_{alg}",
        "samples per unit at which inference becomes easy",
        "dα/dr = 0",
        |found| found.algorithmic.into(),
    ),
    Field::new(
        "transition",
        "transition",
        "order of the transition",
        "",
        |found| found.transition.name().into(),
    ),
];

impl Record for Row {
    const NAME: &'static str = "infer-critical";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::WEIGHT_PRIOR, |row| {
            row.weight_prior.to_string().into()
        }),
        Field::one(words::HIDDEN_PRIOR, |row| {
            row.hidden_prior.to_string().into()
        }),
        Field::one(words::SNR, |row| row.snr.into()),
        Field::group(&lift(|row: &Row| row.critical.as_ref(), CRITICAL)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["snr", "weight_prior", "hidden_prior"],
            split: &["weight_prior", "hidden_prior"],
            panels: &[Panel {
                label: "critical number of samples per unit  α",
                curves: &[
                    Curve::line("alpha_spectral").named("the eigenvector appears"),
                    Curve::line("alpha_spinodal").named("a good solution exists"),
                    Curve::line("alpha_it").named("inference is possible"),
                    Curve::line("alpha_alg").named("inference is easy"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        self.critical.is_none().then_some(Shortfall {
            what: "alpha_it is empty",
            remedy: "the branches were not followed: move snr a little",
        })
    }
}

impl Question for Critical {
    type Row = Row;

    /// Over the laws of the weights, those of the hidden values, and snr.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for model in self.models.all()? {
            if !monitor.begins()? {
                continue;
            }
            row(Row {
                weight_prior: model.weights(),
                hidden_prior: model.hidden(),
                snr: model.snr(),
                critical: model.critical().ok(),
            })?;
        }
        Ok(())
    }
}
