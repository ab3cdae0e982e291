//! Machines of one hidden unit as people train them, with biases and a weight penalty, beside their replica theory.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::training::{
    Ascent, BiasedComparison, BiasedLikelihood, random_weights, weights_along,
};
use saddlepoint_theory::replica::learning::{
    Biases, Branch, Learned, OneUnit, PlantedData, Training,
};

use super::ensemble::{samples_at, sizes};
use super::hidden_unit::{OBSERVABLES, predicted, predicted_unit, simulated_unit};
use super::own::{ALPHA, SIGNAL, UNITS, numbers, product, words};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{
    Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
};

/// Factor by which α is wrong in the controls of Q.
const WRONG_ALPHA: f64 = 1.25;

/// Squared norm of the weights from which an ascent sets out.
const SMALL: f64 = 0.01;

/// Number of units that stands for the limit N → ∞: it differs by 1/N.
const LARGE: usize = 10_000_000;

/// Fresh samples per unit, on which what was learnt is tried.
const FRESH: usize = 4;

/// Ascents from random weights, of which the best is taken for noise.
const STARTS: usize = 4;

/// Corrections are of order 1/N: an ascent begins beside the planted direction, so that no unit chooses among the two clusters.
const POWERS: [f64; 1] = [1.0];

/// Weights, visible biases and the bias of one hidden unit, trained to the maximum of the exact likelihood of spins in two clusters.
///
/// All kinds of hidden units, with and without a weight penalty, where the theory is stable against replica-symmetry breaking: judged
/// after extrapolation in 1/N. The controls are the theory of a machine without biases (log-likelihoods) and of a quarter more samples (Q).
/// Two points of a spin and a weak signal are shown and not judged, because replica symmetry is broken there: skewed noise, the best of
/// four ascents from random weights, and the gain of weights with the signal over it at the first-order transition.
///
/// # References
/// Own; the theory is that of [`saddlepoint_theory::replica::learning`].
#[derive(Debug, Clone, Copy)]
pub struct LearningWithBiases;

/// A kind of hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hidden {
    Spin,
    Binary,
    /// With θ = −1.
    DoubleWell,
    Rectified,
}

impl Hidden {
    /// The name in both crates.
    fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
            Self::DoubleWell => "double-well:-1",
            Self::Rectified => "relu",
        }
    }
}

/// What an ascent begins with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Start {
    /// Weights along the planted direction.
    Planted,
    /// The best of some random ones.
    Random,
    /// Both: what the planted one gains over the best random one.
    Both,
}

/// A machine and its data.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    hidden: Hidden,
    signal: f64,
    alpha: f64,
    penalty: f64,
    start: Start,
}

const fn planted(hidden: Hidden, signal: f64, alpha: f64, penalty: f64) -> Setting {
    Setting {
        hidden,
        signal,
        alpha,
        penalty,
        start: Start::Planted,
    }
}

/// Where noise and signal fit equally well, by theory: a spin, b = 1.
const EQUAL: f64 = 2.867_52;

/// All settings; the quick preset takes the first few.
const SETTINGS: [Setting; 12] = [
    planted(Hidden::Spin, 1.5, 4.0, 0.0),
    planted(Hidden::Rectified, 1.5, 4.0, 0.0),
    planted(Hidden::Binary, 1.0, 8.0, 0.0),
    planted(Hidden::DoubleWell, 1.5, 4.0, 0.1),
    Setting {
        start: Start::Random,
        ..planted(Hidden::Spin, 1.0, 2.0, 0.0)
    },
    planted(Hidden::Spin, 1.5, 4.0, 0.1),
    planted(Hidden::Rectified, 1.5, 4.0, 0.1),
    planted(Hidden::Rectified, 1.0, 16.0, 0.0),
    planted(Hidden::DoubleWell, 1.5, 4.0, 0.0),
    planted(Hidden::Spin, 1.0, 16.0, 0.0),
    planted(Hidden::Binary, 1.5, 4.0, 0.0),
    Setting {
        start: Start::Both,
        ..planted(Hidden::Spin, 1.0, EQUAL, 0.0)
    },
];

/// One setting at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    setting: Setting,
    units: usize,
}

/// The observables of a replica, in the order of [`OBSERVABLES`].
fn seen(found: &BiasedComparison) -> Vec<f64> {
    vec![
        found.overlap_squared,
        found.magnetization,
        found.field_variance,
        found.train_log_likelihood,
        found.test_log_likelihood,
    ]
}

impl Setting {
    /// The solutions at a size, with α wrong by a factor.
    fn solutions(&self, units: usize, factor: f64, biases: Biases) -> Result<Vec<Learned>> {
        let unit = predicted_unit(self.hidden.name());
        let data = PlantedData::two_cluster(Some(units), self.signal)?;
        let training = Training {
            biases,
            penalty: self.penalty,
        };
        let unit = OneUnit::trained(unit.prior(), &data, training)?;
        let found = unit.branches(factor * self.alpha)?;
        let states = found
            .into_iter()
            .map(|solution| Ok(solution.converged()?.state));
        states.collect()
    }

    /// The best solution of one branch.
    fn best(&self, units: usize, factor: f64, biases: Biases, branch: Branch) -> Result<Learned> {
        let found = self.solutions(units, factor, biases)?;
        let of_branch = found.into_iter().filter(|state| state.branch == branch);
        let by_likelihood =
            |a: &Learned, b: &Learned| a.train_log_likelihood.total_cmp(&b.train_log_likelihood);
        Ok(of_branch.max_by(by_likelihood).ok_or(NO_BRANCH)?)
    }

    /// The branch that the start leads to.
    fn branch(&self) -> Branch {
        match self.start {
            Start::Random => Branch::Noise,
            Start::Planted | Start::Both => Branch::Signal,
        }
    }

    /// The gain of the signal over noise.
    fn gain(&self, units: usize) -> Result<f64> {
        let of = |branch| self.best(units, 1.0, Biases::Learned, branch);
        Ok(of(Branch::Signal)?.train_log_likelihood - of(Branch::Noise)?.train_log_likelihood)
    }

    fn parameters(&self, experiment: &'static str) -> Parameters {
        Parameters {
            experiment,
            data: "two-cluster",
            law: Some(self.hidden.name()),
            signal: Some(self.signal),
            alpha: Some(self.alpha),
            x: Some(Argument::new("l2", self.penalty)),
            unjudged: (self.start != Start::Planted).then_some(REPLICA_SYMMETRY_BROKEN),
            ..Parameters::default()
        }
    }
}

/// A branch that the theory does not have where it was looked for.
const NO_BRANCH: saddlepoint_theory::Error = saddlepoint_theory::Error::NotFinite {
    name: "the branch that an ascent is compared with",
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["law", "signal", "x"],
    panels: &[Panel {
        show: Some((
            "observable",
            &[
                "overlap_squared",
                "train_loglik",
                "test_loglik",
                "m",
                "q",
                "train_loglik_gain",
            ],
        )),
        ..COMPARED
    }],
    ..COMPARISON
};

/// All kinds of hidden units.
const ALL: [Hidden; 4] = [
    Hidden::Spin,
    Hidden::Binary,
    Hidden::DoubleWell,
    Hidden::Rectified,
];

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "hidden",
        &["spin", "binary", "double-well:-1", "relu"],
        "Kind of the hidden unit",
        "spin",
    ),
    Parameter {
        default: "1.5",
        ..SIGNAL
    },
    Parameter {
        default: "4",
        ..ALPHA
    },
    numbers("l2", [0.0, 10.0], "Weight penalty", "0"),
    UNITS,
];

/// Sizes of a preset, with the replicas of the smallest and the power of N with which they decline.
fn plan(preset: Preset) -> (&'static [usize], usize, f64) {
    preset.choose(
        (&[60, 120, 240], 200, 1.0),
        (&[125, 250, 500, 1000], 240, 1.0),
        (&[125, 250, 500, 1000, 2000], 3000, 1.4),
    )
}

/// All settings at all sizes.
fn points(settings: &[Setting], sizes: &[(usize, usize)]) -> Vec<(Point, usize)> {
    let of = |&setting: &Setting| {
        let point = move |&(units, replicas): &(usize, usize)| (Point { setting, units }, replicas);
        sizes.iter().map(point)
    };
    settings.iter().flat_map(of).collect()
}

impl Experiment for LearningWithBiases {
    type Point = Point;

    fn name(&self) -> &'static str {
        "learning-with-biases"
    }

    fn description(&self) -> &'static str {
        "One hidden unit of any kind trained with biases and a weight penalty, against replica theory."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let count = preset.choose(4, SETTINGS.len(), SETTINGS.len());
        let (units, most, decline) = plan(preset);
        Ok(points(&SETTINGS[..count], &sizes(units, most, decline)))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut settings = Vec::new();
        for hidden in asked.chosen("hidden", &["spin"], ALL, |hidden| hidden.name()) {
            for [signal, alpha, l2] in
                product(asked, [("signal", 1.5), ("alpha", 4.0), ("l2", 0.0)])
            {
                let setting = planted(hidden, signal, alpha, l2);
                settings.push(setting);
            }
        }
        let (units, most, decline) = plan(asked.preset);
        let units = asked.counts("units", units);
        Ok(points(&settings, &sizes(&units, most, decline)))
    }

    fn cost(&self, point: &Point) -> f64 {
        let starts = match point.setting.start {
            Start::Planted => 1,
            Start::Random => STARTS,
            Start::Both => STARTS + 1,
        };
        // Real units have some hundred values to sum over beside the samples.
        let samples = samples_at(point.setting.alpha, point.units) + 400;
        as_float(starts * point.units * samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let (setting, units) = (point.setting, point.units);
        let model = TwoCluster::random(units, setting.signal, random)?;
        let direction = model.direction();
        let training = model.draw(samples_at(setting.alpha, units), random)?;
        let fresh = model.draw(FRESH * units, random)?;
        let unit = simulated_unit(setting.hidden.name())?;
        let likelihood = BiasedLikelihood::new(&training, unit, setting.penalty)?;
        let climb =
            |weights: Vec<f64>| Ascent::default().run(&likelihood, likelihood.start(&weights));
        let mut best = None;
        if setting.start != Start::Planted {
            for _ in 0..STARTS {
                let found = climb(random_weights(units, SMALL, random)?)?;
                let is_better = |best: &saddlepoint_simulator::training::Optimum| {
                    found.log_likelihood > best.log_likelihood
                };
                if best.as_ref().is_none_or(is_better) {
                    best = Some(found);
                }
            }
        }
        let planted = match (setting.start, best) {
            (Start::Random, Some(best)) => best,
            (_, best) => {
                let planted = climb(weights_along(&direction, SMALL)?)?;
                if let Some(best) = best {
                    return Ok(vec![planted.log_likelihood - best.log_likelihood]);
                }
                planted
            }
        };
        Ok(seen(&likelihood.compare(
            &planted.weights,
            &direction,
            &fresh,
        )?))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| a.point.setting == b.point.setting;
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            rows.extend(match sizes[0].point.setting.start {
                Start::Both => gain_rows(self.name(), sizes)?,
                _ => rows_of(self.name(), sizes)?,
            });
        }
        Ok(rows)
    }
}

/// All observables of one setting, extrapolated in 1/N.
fn rows_of(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let setting = sizes[0].point.setting;
    let branch = setting.branch();
    let limit = setting.best(LARGE, 1.0, Biases::Learned, branch)?;
    let is_broken = setting.start != Start::Planted || !limit.is_stable();
    let parameters = Parameters {
        unjudged: is_broken.then_some(REPLICA_SYMMETRY_BROKEN),
        ..setting.parameters(experiment)
    };
    let limit = predicted(&limit);
    let controls = match setting.start {
        Start::Planted => controls(&setting, branch)?,
        _ => [None; 5],
    };
    // Of noise that is fitted only the likelihoods have a size that the theory speaks of.
    let first = match setting.start {
        Start::Planted => 0,
        Start::Random | Start::Both => 3,
    };
    let mut rows = Vec::new();
    for (index, observable) in OBSERVABLES.into_iter().enumerate().skip(first) {
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: limit[index],
            wrong: controls[index],
        };
        let at_sizes: Vec<_> = sizes
            .iter()
            .map(|size| {
                let units = size.point.units;
                let finite = setting.best(units, 1.0, Biases::Learned, branch)?;
                Ok(AtSize {
                    finite_size: predicted(&finite)[index] - limit[index],
                    ..AtSize::new(units, size.estimate(index)?)
                })
            })
            .collect::<Result<_>>()?;
        rows.extend(Row::extrapolate(
            &parameters,
            &prediction,
            &at_sizes,
            &POWERS,
        )?);
    }
    Ok(rows)
}

/// Wrong values of the observables: a machine without biases fits samples by B less; a quarter more samples has a smaller Q.
fn controls(setting: &Setting, branch: Branch) -> Result<[Option<f64>; 5]> {
    let wrong_alpha = setting.best(LARGE, WRONG_ALPHA, Biases::Learned, branch)?;
    let mut wrong = [None, None, Some(wrong_alpha.q), None, None];
    // Without biases a rectified unit learns something else altogether, and a binary one nothing of a weak signal.
    if matches!(setting.hidden, Hidden::Spin | Hidden::DoubleWell) {
        let without = setting.best(LARGE, 1.0, Biases::None, branch)?;
        wrong[3] = Some(without.train_log_likelihood);
    }
    Ok(wrong)
}

/// What weights with a signal gain over the best noise.
fn gain_rows(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let setting = sizes[0].point.setting;
    let theory = setting.gain(LARGE)?;
    let prediction = Prediction {
        observable: "train_loglik_gain",
        limit_observable: None,
        theory,
        wrong: None,
    };
    let at_sizes: Vec<_> = sizes
        .iter()
        .map(|size| {
            let units = size.point.units;
            Ok(AtSize {
                finite_size: setting.gain(units)? - theory,
                ..AtSize::new(units, size.estimate(0)?)
            })
        })
        .collect::<Result<_>>()?;
    let parameters = setting.parameters(experiment);
    Row::extrapolate(&parameters, &prediction, &at_sizes, &POWERS)
}
