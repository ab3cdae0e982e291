//! The modes that a data matrix shows.

use super::{Criterion, Critical, Modes, Sighting};
use crate::questions::{Data, DataPoint, Monitor, Question};
use crate::table::figure::{Curve, Figure, Mark, Panel, Scale, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_theory::covariance::{Debiased, critical_alpha};

/// The modes that a data matrix shows, and the next one that it does not show yet.
#[derive(Debug, Clone)]
pub struct ThresholdSamples {
    /// Data matrices, each with its sample spectrum.
    pub data: Vec<Data>,
    /// The modes to list; `None` for those that the sample shows, and the next.
    pub modes: Option<Modes>,
}

/// One mode, with the sample eigenvalue of the same place.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// The mode and its threshold.
    pub critical: Critical,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// What the sample shows of the mode.
    pub seen: Sighting,
    /// Upper edge of the bulk of sample eigenvalues.
    pub bulk_edge: f64,
    /// Distance of the sample eigenvalue from it, in Tracy–Widom scales.
    pub distance: f64,
    /// Standard error of the population eigenvalue, where the sample shows it.
    pub eigenvalue_error: Option<f64>,
}

impl Record for Row {
    const NAME: &'static str = "threshold-samples";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::CRITERION, |_| Criterion::Spectral.name().into()),
        Field::group(&lift(|row: &Row| Some(&row.critical), Critical::FIELDS)),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::group(&lift(|row: &Row| Some(&row.seen), Sighting::FIELDS)),
        Field::new(
            "bulk_edge",
            "x_+",
            "upper edge of the bulk of sample eigenvalues",
            "",
            |row| row.bulk_edge.into(),
        ),
        Field::new(
            "distance",
            "d",
            "distance from the edge of the bulk in Tracy–Widom scales",
            "d = (x − x_+) / scale; outliers have d > 2.0234",
            |row| row.distance.into(),
        ),
        Field::new(
            "eigenvalue_error",
            "σ_λ",
            "standard error of the population eigenvalue",
            "",
            |row| row.eigenvalue_error.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["mode"],
            scale: Scale::Linear,
            panels: &[
                Panel {
                    label: "eigenvalue",
                    curves: &[
                        Curve::points("sample_eigenvalue", "").named("sample"),
                        Curve::points("eigenvalue", "eigenvalue_error").named("population"),
                        Curve::line("bulk_edge")
                            .marked(Mark::Level)
                            .named("edge of the bulk"),
                    ],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "c²  squared overlap with the mode",
                    curves: &[Curve::points("overlap_squared", "")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "samples per unit",
                    curves: &[
                        Curve::line("alpha_c").named("α_c  critical"),
                        Curve::line("alpha")
                            .marked(Mark::Level)
                            .named("α  of the data"),
                    ],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for ThresholdSamples {
    type Row = Row;

    /// Over the data, then the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for data in &self.data {
            monitor.check()?;
            let seen = data.debiased().context("no samples to look at")?;
            let point = data.sized(&seen.population);
            let shown = self
                .modes
                .unwrap_or(Modes::Leading(seen.outliers.len() + 1));
            let mut place = 0;
            for rank in shown.ranks(seen.population.modes().len()) {
                let found = mode_row(&point, seen, rank, place)?;
                place += found.critical.mode.degeneracy.unwrap_or(1);
                row(found)?;
            }
        }
        Ok(())
    }
}

/// One mode, with the sample eigenvalue of the same place (`place` eigenvalues are larger).
fn mode_row(point: &DataPoint, data: &Debiased, rank: usize, place: usize) -> Result<Row> {
    let population = &data.population;
    let outlier = data.outliers.get(place);
    let eigenvalue = data.eigenvalues.get(place).copied().unwrap_or(0.0);
    Ok(Row {
        data: point.clone(),
        critical: Critical {
            rank,
            mode: population.mode(rank)?,
            alpha: critical_alpha(population, rank)?,
            units: population.units(),
        },
        alpha: data.alpha(),
        seen: Sighting {
            eigenvalue,
            is_detached: outlier.is_some(),
            overlap_squared: outlier.map_or(0.0, |seen| seen.overlap_squared),
        },
        bulk_edge: data.edge,
        distance: data.distance(eigenvalue),
        eigenvalue_error: outlier.map(|seen| seen.standard_error),
    })
}
