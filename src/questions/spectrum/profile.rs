//! How the top sample eigenvector is spread over the population's modes.

use super::KEYS;
use crate::questions::{Data, DataPoint, Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::overlap_profile;
use saddlepoint_theory::detection::leading_overlaps;
use saddlepoint_theory::spectra::{Mode, Population};

/// The squared overlap of the top sample eigenvector with every mode of a finite population.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Data models with their parameters, or data matrices.
    pub data: Vec<Data>,
    /// Samples per unit, above 0.
    pub alpha: Vec<f64>,
}

/// The overlap with one mode.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Number of the mode, 0 for the largest eigenvalue.
    pub rank: usize,
    /// Population eigenvalue of the mode, and its degeneracy.
    pub mode: Mode,
    /// Squared overlap with the whole eigenspace.
    pub overlap_squared: f64,
}

impl Record for Row {
    const NAME: &'static str = "spectrum-profile";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(words::MODE, |row| row.rank.into()),
        Field::one(words::DEGENERACY, |row| row.mode.degeneracy.into()),
        Field::one(words::EIGENVALUE, |row| row.mode.eigenvalue.into()),
        Field::new(
            "overlap_squared",
            "c²",
            "squared overlap of the top sample eigenvector: its mean beside a bulk, at the median of its place among a few close modes, for N = inf at the edge of the bulk",
            "c_k² = ∂ E ln λ_max/∂ ln λ_k; close modes: g_k λ_k |u|² / (P x |u − λ_k|²), D (1 − F(x)) = 1/2; N = inf: c_k² ∝ g_k λ_k / (x* − λ_k)²",
            |row| row.overlap_squared.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["mode"],
            keys: KEYS,
            panels: &[Panel {
                label: "c²  overlap of the top sample eigenvector",
                curves: &[Curve::line("overlap_squared")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Profile {
    type Row = Row;

    /// Over the data, α, and the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for data in &self.data {
            let population = data.population()?;
            for &alpha in &self.alpha {
                if !monitor.begins()? {
                    continue;
                }
                let overlaps = overlaps(&population, alpha)?.into_iter();
                for (rank, (mode, overlap_squared)) in overlaps.enumerate() {
                    row(Row {
                        data: data.sized(&population),
                        alpha,
                        rank,
                        mode,
                        overlap_squared,
                    })?;
                }
            }
        }
        Ok(())
    }
}

/// Across the threshold of a finite population; at the edge of the bulk in the limit of infinite size, and of less than one sample.
fn overlaps(population: &Population, alpha: f64) -> Result<Vec<(Mode, f64)>> {
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let samples = population.units().map(|units| alpha * units as f64);
    Ok(match samples {
        Some(samples) if samples >= 1.0 => leading_overlaps(population, alpha)?.overlaps,
        _ => overlap_profile(population, alpha)?.overlaps,
    })
}
