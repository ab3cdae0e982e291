//! How Gaussian the reciprocal variables are: free units, and units that interact below the transition.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_theory::reciprocal::{Layer, Modes, pair_covariance, pair_excess_kurtosis};

use super::ensemble::sizes;
use super::machines::{FewModes, Given, Kind, project};
use super::own::{UNITS, words};
use crate::comparison::{as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{AtSize, COMPARISON, Parameters, Prediction, Row};

/// Factor by which the kurtosis of free units and the singular value of coupled ones are wrong in the controls.
const WRONG_KURTOSIS: f64 = 1.5;
const WRONG_S: f64 = 1.1;

/// Singular values of the interacting machines, in units where a mode orders at 1.
const MODES: [f64; 2] = [0.4, 0.2];

/// Sums of u⁴ of random vectors times their number of units, 3N/(N + 2), for many units.
const COUPLINGS: [f64; 2] = [3.0, 3.0];

/// Free configurations that are drawn at once.
const BLOCK: usize = 2000;
/// Chains of an interacting machine, and sweeps until they have forgotten their start: a sweep leaves ŝ² of it.
const CHAINS: usize = 500;
const BURN_IN: usize = 30;

/// Excess kurtosis and covariance of the reciprocal variables x = u·v and y.
///
/// Without weights the excess kurtosis of x is `−2 Σ u⁴`, exactly, in every machine, and −6/(N + 2) on average over random vectors. With
/// weights below the transition the covariance tends to that of the Gaussian pair, and N times the excess kurtosis of x and of the
/// unstable direction (x + y)/√2 to a limit that grows with s; both are expansions in 1/N, as the couplings are.
///
/// # References
/// The theory is that of [`saddlepoint_theory::reciprocal`]; Toledo-Marin, Maiti, Fox & Melko, Mach. Learn. Sci. Technol. 6, 035030
/// (2025), for the fall of the kurtosis.
#[derive(Debug, Clone, Copy)]
pub struct Gaussianity;

/// One law of units at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    kind: Kind,
    /// Without weights?
    free: bool,
    units: usize,
    /// Configurations, or sweeps of all chains.
    steps: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["law", "data"],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words("kind", &["spin", "binary"], "Kind of all units", "spin"),
    words(
        "weights",
        &["free", "coupled"],
        "Units without weights, or with modes below the transition",
        "coupled",
    ),
    UNITS,
];

/// Sizes of a preset.
fn units(is_free: bool, preset: Preset) -> &'static [usize] {
    if is_free {
        preset.choose(&[16, 32], &[16, 32, 64], &[16, 32, 64, 128])
    } else {
        preset.choose(
            &[12, 24, 48, 96],
            &[16, 32, 64, 128],
            &[16, 32, 64, 128, 256],
        )
    }
}

/// One law of units at several sizes.
fn points(kind: Kind, free: bool, units: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let (most, decline, steps) = if free {
        (
            preset.choose(64, 256, 1000),
            0.0,
            preset.choose(20_000, 40_000, 40_000),
        )
    } else {
        let (most, decline) = preset.choose((64, 0.3), (200, 0.0), (2000, 0.0));
        (most, decline, preset.choose(40, 100, 100))
    };
    let point = |(units, replicas)| {
        let point = Point {
            kind,
            free,
            units,
            steps,
        };
        (point, replicas)
    };
    sizes(units, most, decline).into_iter().map(point).collect()
}

impl Experiment for Gaussianity {
    type Point = Point;

    fn name(&self) -> &'static str {
        "gaussianity"
    }

    fn description(&self) -> &'static str {
        "Kurtosis and covariance of the reciprocal variables of free and of coupled units."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let mut design = Vec::new();
        for kind in [Kind::Spin, Kind::Binary] {
            for is_free in [true, false] {
                if preset == Preset::Quick && kind == Kind::Binary && !is_free {
                    continue;
                }
                design.extend(points(kind, is_free, units(is_free, preset), preset));
            }
        }
        Ok(design)
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let kinds = asked.words("kind", &["spin"]);
        let weights = asked.words("weights", &["coupled"]);
        let mut design = Vec::new();
        for kind in kinds {
            let kind = if kind == "spin" {
                Kind::Spin
            } else {
                Kind::Binary
            };
            for word in &weights {
                let is_free = word == "free";
                let units = asked.counts("units", units(is_free, asked.preset));
                design.extend(points(kind, is_free, &units, asked.preset));
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        let configurations = if point.free {
            1
        } else {
            CHAINS * point.units / 8
        };
        as_float(point.units * point.steps * configurations)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        if point.free {
            free(point, random)
        } else {
            coupled(point, random)
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            a.point.kind == b.point.kind && a.point.free == b.point.free
        };
        let mut rows = Vec::new();
        for group in measured.chunk_by(same) {
            if group[0].point.free {
                for (place, measured) in group.iter().enumerate() {
                    rows.extend(free_rows(self.name(), measured, place == 0)?);
                }
            } else {
                rows.extend(coupled_rows(self.name(), group)?);
            }
        }
        Ok(rows)
    }
}

impl Kind {
    fn variance(self) -> f64 {
        self.predicted().variance(0.0)
    }

    /// A singular value of the weights from one in units where a mode orders at 1.
    fn singular_value(self, standardised: f64) -> f64 {
        standardised / self.variance()
    }
}

/// Excess kurtosis of x in free units about its known mean and variance, and what the vector says.
fn free(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let FewModes { weights, vectors } = FewModes::draw(point.units, &[1.0], random)?;
    let predicted = Modes::new(&weights)?.variable_kurtosis(Layer::Visible, 0) - 3.0;
    let vector = vectors[0].col_as_slice(0);
    let machine = Given::unbiased(point.kind, Mat::zeros(point.units, 1)).simulated()?;
    let (unit, variance) = (point.kind.predicted(), point.kind.variance());
    let centre = unit.mean(0.0) * vector.iter().sum::<f64>();
    let mut sum = 0.0;
    for _ in 0..point.steps / BLOCK {
        let drawn = Chains::random(&machine, BLOCK, random)?;
        let x = project(vector, drawn.visible());
        sum += x.iter().map(|x| (x - centre).powi(4)).sum::<f64>();
    }
    let count = as_float(point.steps / BLOCK * BLOCK);
    Ok(vec![sum / count / variance.powi(2) - 3.0, predicted])
}

/// Variance of x and covariance with y, and N times the excess kurtoses of x and of the unstable direction, less what theory says of
/// the machine's own couplings: these scatter far more than the rest.
fn coupled(point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let modes = MODES.map(|s| point.kind.singular_value(s));
    let FewModes { weights, vectors } = FewModes::draw(point.units, &modes, random)?;
    let machine = Given::unbiased(point.kind, weights).simulated()?;
    let mut chains = Chains::random(&machine, CHAINS, random)?;
    (0..BURN_IN).for_each(|_| chains.sweep(random));
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for _ in 0..point.steps {
        chains.sweep(random);
        x.extend(project(vectors[0].col_as_slice(0), chains.visible()));
        y.extend(project(vectors[1].col_as_slice(0), chains.hidden()));
    }
    let slow: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
    let [(second, fourth), (_, fourth_slow)] = [&x, &slow].map(|values| moments(values));
    let products: Vec<f64> = centred(&x).zip(centred(&y)).map(|(x, y)| x * y).collect();
    let couplings = vectors.each_ref().map(|vectors| {
        let vector = vectors.col_as_slice(0);
        vector.iter().map(|u| u.powi(4)).sum::<f64>()
    });
    let [own, own_slow] = excess(point.kind, MODES[0], couplings);
    let units = as_float(point.units);
    Ok(vec![
        second,
        mean(&products),
        units * (fourth - own),
        units * (fourth_slow - own_slow),
    ])
}

fn centred(values: &[f64]) -> impl Iterator<Item = f64> {
    let centre = mean(values);
    values.iter().map(move |x| x - centre)
}

/// Variance and excess kurtosis.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = as_float(values.len());
    let moment = |k: i32| centred(values).map(|x| x.powi(k)).sum::<f64>() / count;
    let second = moment(2);
    (second, moment(4) / (second * second) - 3.0)
}

fn parameters(experiment: &'static str, point: &Point) -> Parameters {
    Parameters {
        experiment,
        data: if point.free {
            "free-units"
        } else {
            "two-modes"
        },
        law: Some(point.kind.name()),
        w: (!point.free).then(|| point.kind.singular_value(MODES[0])),
        ..Parameters::default()
    }
}

/// Each vector against its own kurtosis, and the mean over vectors; with a control at the smallest size, where the kurtosis is large.
fn free_rows(
    experiment: &'static str,
    measured: &Measured<Point>,
    is_telling: bool,
) -> Result<Vec<Row>> {
    let parameters = parameters(experiment, &measured.point);
    let units = Some(measured.point.units);
    let theory = measured.estimate(1)?.mean;
    let own = Prediction {
        observable: "excess_kurtosis",
        limit_observable: None,
        theory,
        wrong: is_telling.then_some(WRONG_KURTOSIS * theory),
    };
    // The vectors scatter on both sides alike: their difference is what is judged.
    let difference = measured.estimate_of(|v| v[0] - v[1])?.rescaled(1.0, theory);
    let mut rows = Row::pair(&parameters, units, &own, &difference);
    let haar = -6.0 / (as_float(measured.point.units) + 2.0);
    let average = Prediction {
        observable: "excess_kurtosis_haar",
        limit_observable: None,
        theory: haar,
        wrong: is_telling.then_some(WRONG_KURTOSIS * haar),
    };
    rows.extend(Row::pair(
        &parameters,
        units,
        &average,
        &measured.estimate(0)?,
    ));
    Ok(rows)
}

/// Excess kurtoses of x and of the unstable direction.
fn excess(kind: Kind, standardised: f64, couplings: [f64; 2]) -> [f64; 2] {
    let unit = kind.predicted();
    let s = kind.singular_value(standardised);
    let [x, _, slow] = pair_excess_kurtosis(s, couplings, unit, unit).unwrap_or([f64::NAN; 3]);
    [x, slow]
}

/// The Gaussian pair's covariance, and N times the excess kurtoses, at given singular values.
fn predicted(kind: Kind, standardised: f64, coupled: f64) -> [f64; 4] {
    let unit = kind.predicted();
    let s = kind.singular_value(standardised);
    let covariance = pair_covariance(s, unit, unit).unwrap_or([[f64::NAN; 2]; 2]);
    let [x, slow] = excess(kind, coupled, COUPLINGS);
    [covariance[0][0], covariance[0][1], x, slow]
}

fn coupled_rows(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let point = &sizes[0].point;
    let right = predicted(point.kind, MODES[0], MODES[0]);
    // The kurtosis of free units for the control: what the weights add is at stake.
    let wrong = predicted(point.kind, WRONG_S * MODES[0], 0.0);
    let observables = [
        "variance",
        "covariance",
        "units_times_excess_kurtosis",
        "units_times_excess_kurtosis_slow",
    ];
    let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
    let mut rows = Vec::new();
    for (index, observable) in observables.into_iter().enumerate() {
        let own = if index < 2 { 0.0 } else { right[index] };
        let at = |m: &Measured<Point>| {
            let measured = m.estimate(index)?.rescaled(1.0, own);
            Ok(AtSize::new(m.point.units, measured))
        };
        let at_sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: right[index],
            // x itself feels the weights little: 9 against 6.
            wrong: (index != 2).then_some(wrong[index]),
        };
        let parameters = parameters(experiment, point);
        rows.extend(Row::extrapolate(
            &parameters,
            &prediction,
            &at_sizes,
            powers,
        )?);
    }
    Ok(rows)
}
