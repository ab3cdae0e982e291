//! How many samples it takes to see the structure of a ring.

mod spectral;
mod trained;

use std::fmt;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_theory::covariance::spike;

use super::ensemble::Ensemble;
use super::own::{BETA, UNITS, words};
use crate::comparison::{Estimate, rounded};
use crate::error::{Error, Result};
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Curve, Law, Panel, Scale, View};
use crate::table::{COMPARISON, Row, compared};

/// The overlap at which a sample size is read off.
const LEVEL: f64 = 0.5;

/// The overlap of the top sample eigenvector with the uniform mode of the Ising ring, and with the two-fold uniform mode of
/// the clock ring (cosine and sine in angle), against the number of samples; spins, and Gaussian data of the same covariance.
///
/// *Far above* the spectral threshold `P_c` the overlap is `1 − P_c/P`: the critical sample size `P (1 − overlap)` measured
/// there is extrapolated to `P_c` in 1/N. For spins, to first order in 1/P, the overlap is
/// `1 − (1/P) Σ_k ⟨x_0² x_k²⟩/(λ_0 − λ_k)²`, which differs from that of Gaussian data by fourth cumulants, of relative order
/// (correlation length)/N. On the Ising ring at β = 0.5 a further term 1/N² takes care of them; clock rings within reach are
/// too short for it, so that spins on them serve the controls only.
///
/// *Around* `P_c` the ring has no sharp transition: the nearest modes compete with the uniform one, the overlap is a function of
/// `P/P_c` alone and passes one half near `P_c`. So the number of samples at half overlap grows as N⁴, up to corrections that
/// are fitted with the exponent (with few samples the ratio to `P_c` still drifts: at β = 1 and N = 40, `P_c` is 20); the
/// formula of an isolated outlier, 0 at `P_c`, is shown there as a control that fails. The crossing criteria do not know N: they stand as controls at the size where they differ most from `P_c`.
///
/// *Trained machines*: the overlap of one hidden unit, after exact training on P samples of the Ising ring, with the place cell of
/// infinitely many, wherever it is on the ring. For many samples the overlap is 1 − A/P, by linear response, with a coefficient A that grows as
/// N, for it is the noise on each site that costs it: `P (1 − overlap)` is extrapolated to A in P^(-1/2), the order of what the choice of the
/// place adds. A is no threshold: half overlap is reached below it. The number of samples at half overlap is beside the criteria, of which the
/// spectral one and the crossing one stand as controls on the longest ring, and the spectral one for many samples; `2 A`, where 1 − A/P is one
/// half, is shown there and not judged.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020), figure 12 and the crossing criteria.
#[derive(Debug, Clone, Copy)]
pub struct RetardedLearningRing;

/// What is looked at.
#[derive(Clone, PartialEq)]
pub enum Point {
    /// The leading mode of the sample covariance.
    Spectral(spectral::Point),
    /// The weights of a hidden unit.
    Trained(trained::Point),
}

/// The text that names the random streams: that of a spectrum is the point's own.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spectral(point) => point.fmt(f),
            Self::Trained(point) => f.debug_tuple("Trained").field(point).finish(),
        }
    }
}

/// The overlap of an isolated outlier at any α.
const OVERLAP: Law = Law {
    x: "alpha",
    of: &["data", "beta", "units"],
    value: |of, alpha| {
        let beta = of[1].number()?;
        let ring = match of[0].to_csv().as_ref() {
            "ising-ring" => Ensemble::IsingRing { beta },
            _ => return None,
        };
        let population = ring.population(Some(rounded(of[2].number()?))).ok()?;
        Some(spike(&population, 0, alpha).ok()?.overlap_squared())
    },
};

/// The theory of a criterion, the simulation of its rows, and the controls.
const fn of(criterion: &'static str) -> [Curve; 3] {
    let [_, simulation, control] = compared(Curve::line("theory"));
    [
        Curve::line("theory").only("criterion", criterion),
        simulation.only("criterion", criterion),
        control,
    ]
}

const EIGENVECTOR: Panel = Panel {
    title: "leading eigenvector",
    scale: Scale::Log,
    ..Panel::EMPTY
};

const TRAINED: Panel = Panel {
    title: "one trained hidden unit",
    ..EIGENVECTOR
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["units", "law", "data"],
    panels: &[
        Panel {
            show: Some(("observable", &["overlap_squared"])),
            x: &["alpha"],
            label: "squared overlap  c²",
            scale: Scale::Linear,
            curves: &[
                of("spectral")[0].by(&[OVERLAP]),
                of("spectral")[1],
                of("spectral")[2],
            ],
            ..EIGENVECTOR
        },
        Panel {
            show: Some(("observable", &["samples_c"])),
            curves: &of("spectral"),
            ..EIGENVECTOR
        },
        Panel {
            show: Some(("observable", &["samples_at_overlap"])),
            curves: &[of("")[0], of("")[1]],
            ..EIGENVECTOR
        },
        Panel {
            show: Some(("observable", &["overlap_squared"])),
            x: &["alpha"],
            label: "squared overlap  c²",
            scale: Scale::Linear,
            cut: true,
            curves: &[of("linear-response")[0], of("linear-response")[1]],
            ..TRAINED
        },
        Panel {
            show: Some(("observable", &["coefficient"])),
            x: &["alpha"],
            curves: &[of("linear-response")[0], of("linear-response")[1]],
            ..TRAINED
        },
        Panel {
            show: Some(("observable", &["samples_at_overlap"])),
            curves: &of("linear-response"),
            ..TRAINED
        },
    ],
    ..COMPARISON
};

/// What a user may set: of the leading eigenvector around its threshold.
const PARAMETERS: &[Parameter] = &[
    words(
        "data",
        &["ising-ring", "gaussian-ring"],
        "Spins on a ring, or Gaussian data with their covariance",
        "ising-ring",
    ),
    BETA,
    UNITS,
];

impl Experiment for RetardedLearningRing {
    type Point = Point;

    fn name(&self) -> &'static str {
        "retarded-learning-ring"
    }

    fn description(&self) -> &'static str {
        "Samples needed to see the leading modes of Ising and clock rings, and to learn a place cell."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let spectral = spectral::design(preset)?.into_iter();
        let spectral = spectral.map(|(point, replicas)| (Point::Spectral(point), replicas));
        let trained = trained::design(preset).into_iter();
        let trained = trained.map(|(point, replicas)| (Point::Trained(point), replicas));
        Ok(spectral.chain(trained).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let points = spectral::own_design(asked)?.into_iter();
        let spectral = points.map(|(point, replicas)| (Point::Spectral(point), replicas));
        Ok(spectral.collect())
    }

    fn cost(&self, point: &Point) -> f64 {
        match point {
            Point::Spectral(point) => point.cost(),
            Point::Trained(point) => point.cost(),
        }
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match point {
            Point::Spectral(point) => Ok(vec![spectral::measure(point, random)?]),
            Point::Trained(point) => trained::measure(point, random),
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let (mut spectral, mut trained) = (Vec::new(), Vec::new());
        for Measured { point, replicas } in measured {
            let replicas = replicas.clone();
            match point.clone() {
                Point::Spectral(point) => spectral.push(Measured { point, replicas }),
                Point::Trained(point) => trained.push(Measured { point, replicas }),
            }
        }
        let mut rows = spectral::rows(self.name(), &spectral)?;
        rows.extend(trained::rows(self.name(), &trained)?);
        Ok(rows)
    }
}

/// The argument at which the overlap passes [`LEVEL`], by interpolation in its logarithm.
fn at_half_overlap(steps: &[(f64, Estimate)]) -> Result<Estimate> {
    let crossing = steps
        .windows(2)
        .find(|w| w[0].1.mean <= LEVEL && w[1].1.mean > LEVEL);
    let Some(&[(low, below), (high, above)]) = crossing else {
        let means = || steps.iter().map(|step| step.1.mean);
        return Err(Error::NoCrossing {
            observable: "overlap_squared",
            level: LEVEL,
            lowest: means().fold(f64::INFINITY, f64::min),
            highest: means().fold(f64::NEG_INFINITY, f64::max),
        });
    };
    let rise = above.mean - below.mean;
    let fraction = (LEVEL - below.mean) / rise;
    let mean = low * (high / low).powf(fraction);
    let error = (1.0 - fraction) * below.standard_error;
    let error = error.hypot(fraction * above.standard_error) / rise;
    Ok(Estimate {
        mean,
        standard_error: mean * (high / low).ln() * error,
        replicas: below.replicas + above.replicas,
        degrees_of_freedom: below.degrees_of_freedom.min(above.degrees_of_freedom),
    })
}
