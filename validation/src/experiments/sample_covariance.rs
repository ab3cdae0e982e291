//! The sample spectrum of correlated data against its limiting law.

use rand_xoshiro::Xoshiro256PlusPlus;

use super::bulk::{self, BulkPoint};
use super::ensemble::Ensemble;
use super::own::{ALPHA, BETA, UNITS, words};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, Scale, View};
use crate::table::{COMPARED, COMPARISON, Row};

/// Moments, cumulative distribution and edges of the sample spectrum of the Ising ring and of a population with three
/// eigenvalues, 1, 3 and 7, all support edges included.
///
/// Everything is extrapolated to infinite N, as in [`MarchenkoPastur`](super::MarchenkoPastur). The ring's population law
/// converges exponentially in N, so its finite size needs no correction of its own.
///
/// # References
/// Silverstein & Choi, J. Multivariate Anal. 54, 295 (1995); Bai & Silverstein, Ann. Probab. 27, 1536 (1999).
#[derive(Debug, Clone, Copy)]
pub struct SampleCovariance;

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["units", "data", "law", "alpha", "mode"],
    panels: &[
        Panel {
            show: Some(("observable", &["cumulative"])),
            x: &["x"],
            across: "eigenvalue  λ",
            ..COMPARED
        },
        Panel {
            show: bulk::MOMENTS_AND_EDGES,
            scale: Scale::Log,
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "data",
        &["ising-ring", "three-atoms", "iid-spin", "iid-gaussian"],
        "Data model; three-atoms is Gaussian with eigenvalues 1, 3 and 7, a third of each",
        "ising-ring",
    ),
    BETA,
    ALPHA,
    UNITS,
];

impl Experiment for SampleCovariance {
    type Point = BulkPoint;

    fn name(&self) -> &'static str {
        "sample-covariance"
    }

    fn description(&self) -> &'static str {
        "Sample spectrum of the Ising ring and of a three-atom population: bulk and every edge."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(BulkPoint, usize)>> {
        let ring = Ensemble::IsingRing { beta: 0.5 };
        let all = [
            (ring, 1.0),
            (Ensemble::ThreeAtoms, 5.0),
            (ring, 4.0),
            (Ensemble::ThreeAtoms, 20.0),
            (Ensemble::IsingRing { beta: 1.0 }, 2.0),
            (ring, 0.5),
        ];
        let mut design = Vec::new();
        for &(ensemble, alpha) in &all[..preset.choose(2, 5, 6)] {
            design.extend(bulk::points(ensemble, alpha, preset)?);
        }
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(BulkPoint, usize)>> {
        bulk::own_points(asked, "ising-ring")
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
