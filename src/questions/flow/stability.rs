//! The rings on which a hidden unit loses the symmetry of its data.

use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, vocabulary as words};
use anyhow::{Result, ensure};
use saddlepoint_theory::Error;
use saddlepoint_theory::dynamics::ring_flow::stability::{CriticalSizes, critical_sizes_watched};
use saddlepoint_theory::spectra::ising_correlation_length;

/// The smallest rings on which one spin hidden unit leaves its uniform weights.
#[derive(Debug, Clone)]
pub struct Stability {
    /// Couplings β of neighbouring sites, above 0.
    pub beta: Vec<f64>,
}

/// Rings that are tried for one coupling, about: the length doubles to some thousand sites and is then bisected.
const RINGS: u64 = 24;

/// The sizes for one coupling.
#[derive(Debug, Clone)]
pub struct Row {
    /// Coupling β of neighbouring sites.
    pub beta: f64,
    /// Smallest numbers of sites at which uniform weights are unstable, a place cell is better, and one exists; or why they are not known.
    pub sizes: saddlepoint_theory::Result<CriticalSizes>,
}

impl Row {
    fn size(&self, of: fn(&CriticalSizes) -> usize) -> Option<usize> {
        self.sizes.as_ref().ok().map(of)
    }
}

impl Record for Row {
    const NAME: &'static str = "flow-stability";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::BETA, |row| row.beta.into()),
        Field::new(
            "n_unstable",
            "N_c",
            "smallest ring with an unstable symmetric state",
            "H_1 = Σ_d cos(2πd/N) ⟨v_0 v_d sech²(w Σ v)⟩ − sech² w > 0",
            |row| row.size(|sizes| sizes.unstable).into(),
        ),
        Field::new(
            "n_coexistence",
            "N_x",
            "smallest ring on which a bump is the better optimum",
            "L > L_s",
            |row| row.size(|sizes| sizes.coexistence).into(),
        ),
        Field::new(
            "n_localized",
            "N_b",
            "smallest ring on which a bump is an optimum",
            "",
            |row| row.size(|sizes| sizes.localized).into(),
        ),
        Field::new(
            "correlation_length",
            "ξ",
            "correlation length of the data, in sites",
            "ξ = −1/ln tanh β",
            |row| ising_correlation_length(row.beta).ok().into(),
        ),
    ];
    fn shortfall(&self) -> Option<Shortfall> {
        self.sizes.as_ref().err().map(|error| Shortfall {
            what: match error {
                Error::NotConverged { .. } => {
                    "sizes are empty: the search for a place cell did not converge"
                }
                _ => "sizes are empty: uniform weights are stable on all rings of up to 5000 sites",
            },
            remedy: "lower --beta",
        })
    }

    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["correlation_length"],
            scale: Scale::Linear,
            panels: &[Panel {
                label: "smallest ring  N",
                curves: &[
                    Curve::line("n_unstable").named("N_c: uniform weights unstable"),
                    Curve::line("n_coexistence").named("N_x: a place cell is better"),
                    Curve::line("n_localized").named("N_b: a place cell exists"),
                ],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Stability {
    type Row = Row;

    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for &beta in &self.beta {
            ensure!(
                beta > 0.0 && beta.is_finite(),
                "--beta {beta:?}: must be positive and finite"
            );
        }
        let all = self.beta.len() as u64 * RINGS;
        for (done, &beta) in (0..).zip(&self.beta) {
            if !monitor.begins()? {
                continue;
            }
            let mut tried = 0;
            let mut count = || {
                tried += 1;
                (monitor.progress)(done * RINGS + RINGS.min(tried), all);
            };
            let sizes = critical_sizes_watched(beta, &mut count);
            row(Row { beta, sizes })?;
        }
        Ok(())
    }
}
