//! The sample spectrum of independent units against the law of Marchenko and Pastur.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_theory::covariance;

use super::bulk::{self, BulkPoint};
use super::ensemble::Ensemble;
use super::own::{ALPHA, UNITS, words};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Law, Panel, View};
use crate::table::{COMPARED, COMPARISON, Row, compared_with_limit};

/// Moments, cumulative distribution and edges of the sample spectrum of independent units, Gaussian and ±1, with fewer,
/// as many and more samples than units, against the law of Marchenko & Pastur.
///
/// Everything is extrapolated to infinite N: moments and cumulatives in 1/N, the mean extreme eigenvalues in N^(−2/3)
/// (the mean of the law of Tracy & Widom) and 1/N.
///
/// # References
/// Marchenko & Pastur, Math. USSR Sb. 1, 457 (1967); Johnstone, Ann. Stat. 29, 295 (2001).
#[derive(Debug, Clone, Copy)]
pub struct MarchenkoPastur;

/// The cumulative distribution at any eigenvalue.
const CUMULATIVE: Law = Law {
    x: "x",
    of: &["alpha"],
    value: |of, x| {
        let law = covariance::MarchenkoPastur::new(1.0, of[0].number()?.recip());
        Some(law.ok()?.cumulative(x))
    },
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["units", "alpha", "law"],
    panels: &[
        Panel {
            show: Some(("observable", &["cumulative"])),
            x: &["x"],
            across: "eigenvalue  λ",
            curves: &compared_with_limit(&[CUMULATIVE]),
            ..COMPARED
        },
        Panel {
            show: bulk::MOMENTS_AND_EDGES,
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "data",
        &["iid-gaussian", "iid-spin"],
        "Law of the independent units",
        "iid-gaussian",
    ),
    ALPHA,
    UNITS,
];

impl Experiment for MarchenkoPastur {
    type Point = BulkPoint;

    fn name(&self) -> &'static str {
        "marchenko-pastur"
    }

    fn description(&self) -> &'static str {
        "Sample spectrum of independent units: moments, cumulative distribution and edges."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(BulkPoint, usize)>> {
        let alphas: &[f64] =
            preset.choose(&[0.5, 2.0], &[0.5, 1.0, 4.0], &[0.25, 0.5, 1.0, 2.0, 8.0]);
        let mut design = Vec::new();
        for ensemble in [Ensemble::IidGaussian, Ensemble::IidSpin] {
            for &alpha in alphas {
                design.extend(bulk::points(ensemble, alpha, preset)?);
            }
        }
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(BulkPoint, usize)>> {
        bulk::own_points(asked, "iid-gaussian")
    }

    fn cost(&self, point: &BulkPoint) -> f64 {
        point.cost()
    }

    fn measure(&self, point: &BulkPoint, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        point.measure(random)
    }

    fn rows(&self, measured: &[Measured<BulkPoint>]) -> Result<Vec<Row>> {
        bulk::rows(self.name(), measured)
    }
}
