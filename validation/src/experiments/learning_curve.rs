//! Gradient ascent of one hidden unit beside its replica theory: learning curves, and where the theory ends.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::data::{DataModel, Diagonal, TwoCluster};
use saddlepoint_simulator::training::{Ascent, Comparison, Likelihood, Partition, random_weights};
use saddlepoint_theory::replica::learning::{Learned, OneUnit, PlantedData};
use saddlepoint_theory::spectra::Population;

use super::ensemble::{samples_at, sizes};
use super::hidden_unit::{OBSERVABLES, predicted, predicted_unit, simulated_unit};
use super::own::{ALPHA, SIGNAL, UNITS, words};
use crate::comparison::{as_float, rounded};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Curve, Law, Panel, View};
use crate::table::{
    AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row, compared,
};

/// Factor by which α is wrong in the controls.
const WRONG_ALPHA: f64 = 1.3;

/// Squared norm of the random weights from which an ascent sets out: small, so that it knows no direction.
const SMALL: f64 = 0.01;

/// Number of units that stands for the limit N → ∞: it differs by 1/N.
const LARGE: usize = 10_000_000;

/// Fresh samples per unit, on which what was learnt is tried: enough that they add little to the scatter of the training.
const FRESH: usize = 4;

/// Learning curves of one hidden unit, from the memorisation of a few samples to the teacher.
///
/// What is climbed, from small random weights, is the likelihood of the machine itself: of spins for two clusters, with the sum over all
/// 2^N configurations, of Gaussian visible units for Gaussian data. For two clusters there are 1/2 to 16 samples per unit. Where the theory is
/// stable against replica-symmetry breaking it is extrapolated in 1/N (N^(−1/2) for units that are not even) and judged; where it is not, the deviation is shown. Other
/// hidden units than spins, and Gaussian data with a full spectrum, are looked at where they are stable.
///
/// # References
/// Own; the theory is that of [`saddlepoint_theory::replica::learning`].
#[derive(Debug, Clone, Copy)]
pub struct LearningCurve;

/// A kind of hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hidden {
    Spin,
    Binary,
    Gaussian,
    /// With θ = −2.
    DoubleWell,
    Rectified,
}

impl Hidden {
    /// The name in both crates.
    fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
            Self::Gaussian => "gaussian",
            Self::DoubleWell => "double-well:-2",
            Self::Rectified => "relu",
        }
    }

    /// Powers of 1/N of the corrections. A unit that is not even tells w from −w: where the numbers of samples in the two clusters
    /// differ by their √P, one of two maxima is the better by P^(−1/2), and the ascent finds it.
    fn powers(self) -> &'static [f64] {
        match self {
            Self::Spin | Self::Gaussian | Self::DoubleWell => &[1.0],
            Self::Binary | Self::Rectified => &[0.5, 1.0],
        }
    }
}

/// Where the samples come from.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Data {
    /// Spins in two clusters.
    TwoCluster { signal: f64 },
    /// Gaussian data with one eigenvalue 4 above thirds of 1/2, 1 and 3/2.
    Spectrum,
}

/// Eigenvalues of [`Data::Spectrum`]: the leading one, and the others in equal parts.
const LEADING: f64 = 4.0;
const OTHERS: [f64; 3] = [0.5, 1.0, 1.5];

impl Data {
    /// The data of the theory.
    fn predicted(self, units: usize) -> Result<PlantedData> {
        Ok(match self {
            Self::TwoCluster { signal } => PlantedData::two_cluster(Some(units), signal)?,
            Self::Spectrum => {
                let groups: Vec<_> = (0..3)
                    .map(|k| (OTHERS[k], (units - 1 + k) / 3))
                    .chain([(LEADING, 1)])
                    .collect();
                PlantedData::gaussian(&Population::finite(units, &groups)?)?
            }
        })
    }

    /// The sum over the configurations of the visible units.
    fn partition(self) -> Partition {
        match self {
            Self::TwoCluster { .. } => Partition::Spins,
            Self::Spectrum => Partition::Gaussian,
        }
    }

    /// Training samples, fresh samples, and the planted direction.
    fn draw(
        self,
        units: usize,
        samples: [usize; 2],
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<([Samples; 2], Vec<f64>)> {
        let (model, direction): (Box<dyn DataModel>, _) = match self {
            Self::TwoCluster { signal } => {
                let model = TwoCluster::random(units, signal, random)?;
                let direction = model.direction();
                (Box::new(model), direction)
            }
            Self::Spectrum => {
                let mut variances: Vec<f64> = (0..3)
                    .flat_map(|k| std::iter::repeat_n(OTHERS[k], (units - 1 + k) / 3))
                    .collect();
                variances.push(LEADING);
                let mut direction = vec![0.0; units];
                direction[units - 1] = 1.0;
                (Box::new(Diagonal::new(&variances)?), direction)
            }
        };
        let [training, fresh] = samples;
        Ok((
            [model.draw(training, random)?, model.draw(fresh, random)?],
            direction,
        ))
    }
}

/// One kind of unit before one kind of data, at one α and one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    hidden: Hidden,
    data: Data,
    alpha: f64,
    units: usize,
}

impl Point {
    /// What theory says at a size, with α wrong by a factor.
    fn predict(&self, units: usize, factor: f64) -> Result<Learned> {
        let unit = predicted_unit(self.hidden.name());
        let data = self.data.predicted(units)?;
        let solution = OneUnit::new(unit.prior(), &data)?.learn(factor * self.alpha)?;
        Ok(solution.converged()?.state)
    }
}

/// The observables of a replica, in the order of [`OBSERVABLES`].
fn measured(seen: &Comparison) -> [f64; 5] {
    [
        seen.overlap_squared,
        seen.magnetization,
        seen.field_variance,
        seen.train_log_likelihood,
        seen.test_log_likelihood,
    ]
}

/// α of the curves of two clusters: for b = 1 the theory is unstable up to 2, for b = 1.5 up to 1.
fn curve(preset: Preset) -> &'static [f64] {
    preset.choose(
        &[1.0, 4.0],
        &[0.5, 1.0, 2.0, 4.0, 8.0, 16.0],
        &[0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.7, 8.0, 11.3, 16.0],
    )
}

/// Units and data away from the curves, with α in the stable range; units of more than two values learn Gaussian data, of which their
/// partition function is known in closed form. The last two approach the limit as N^(−1/2) and want large sizes.
const OTHER: [(Hidden, Data, f64); 5] = [
    (Hidden::Spin, Data::Spectrum, 4.0),
    (Hidden::DoubleWell, Data::Spectrum, 2.0),
    (Hidden::Gaussian, Data::Spectrum, 4.0),
    (Hidden::Binary, Data::TwoCluster { signal: 1.5 }, 4.0),
    (Hidden::Rectified, Data::Spectrum, 4.0),
];

/// The first few of [`OTHER`].
fn others(preset: Preset) -> &'static [(Hidden, Data, f64)] {
    let count = preset.choose(2, OTHER.len(), OTHER.len());
    &OTHER[..count]
}

/// Sizes and replicas at one α: the time of one grows as α N².
fn plan(preset: Preset, alpha: f64) -> Vec<(usize, usize)> {
    let all: &[usize] = &[125, 250, 500, 1000, 2000];
    let many_samples = alpha > 5.0;
    match preset {
        Preset::Quick => sizes(&[60, 120, 240], 600, 1.3),
        Preset::Standard if many_samples => sizes(&all[..4], 1500, 1.6),
        Preset::Standard => sizes(all, 3000, 1.6),
        Preset::Paper => sizes(all, 20_000, 1.6),
    }
}

/// The theory at any α, at the size of its row.
const AT_SIZE: Law = Law {
    x: "alpha",
    of: &["observable", "law", "data", "signal", "units"],
    value: |of, alpha| {
        let [observable, hidden, data] = [0, 1, 2].map(|at| of[at].to_csv());
        let index = OBSERVABLES.iter().position(|name| *name == observable)?;
        let data = match data.as_ref() {
            "two-cluster" => Data::TwoCluster {
                signal: of[3].number()?,
            },
            _ => Data::Spectrum,
        };
        let hidden = ALL.into_iter().find(|kind| kind.name() == hidden)?;
        let units = of[4].number().map_or(LARGE, rounded);
        let point = Point {
            hidden,
            data,
            alpha,
            units,
        };
        Some(predicted(&point.predict(units, 1.0).ok()?)[index])
    },
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["units", "alpha"],
    keys: &["alpha", "signal", "data", "law"],
    panels: &[Panel {
        show: Some((
            "observable",
            &["overlap_squared", "train_loglik", "test_loglik", "m", "q"],
        )),
        curves: &compared(Curve::line("theory").by(&[AT_SIZE])),
        ..COMPARED
    }],
    ..COMPARISON
};

/// All kinds of hidden units.
const ALL: [Hidden; 5] = [
    Hidden::Spin,
    Hidden::Binary,
    Hidden::Gaussian,
    Hidden::DoubleWell,
    Hidden::Rectified,
];

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "hidden",
        &["spin", "binary", "gaussian", "double-well:-2", "relu"],
        "Kind of the hidden unit",
        "spin",
    ),
    words(
        "data",
        &["two-cluster", "spectrum"],
        "Spins in two clusters, or Gaussian data with one eigenvalue 4 above thirds of 1/2, 1 and 3/2",
        "two-cluster",
    ),
    Parameter {
        default: "1.5",
        ..SIGNAL
    },
    Parameter {
        default: "4",
        ..ALPHA
    },
    UNITS,
];

/// The data of a user.
fn own_data(asked: &Asked<'_>) -> Vec<Data> {
    let of = |word: String| {
        if word == "spectrum" {
            return vec![Data::Spectrum];
        }
        let signals = asked.numbers("signal", &[1.5]).into_iter();
        signals.map(|signal| Data::TwoCluster { signal }).collect()
    };
    let words = asked.words("data", &["two-cluster"]);
    words.into_iter().flat_map(of).collect()
}

/// Units before data at α, each at its sizes.
fn points(
    all: impl IntoIterator<Item = (Hidden, Data, f64)>,
    sizes: impl Fn(f64) -> Vec<(usize, usize)>,
) -> Vec<(Point, usize)> {
    let at = |(hidden, data, alpha)| {
        let point = move |(units, replicas)| {
            let point = Point {
                hidden,
                data,
                alpha,
                units,
            };
            (point, replicas)
        };
        sizes(alpha).into_iter().map(point)
    };
    all.into_iter().flat_map(at).collect()
}

impl Experiment for LearningCurve {
    type Point = Point;

    fn name(&self) -> &'static str {
        "learning-curve"
    }

    fn description(&self) -> &'static str {
        "Likelihood ascent of one hidden unit against its replica theory, stable and not."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let curves = [1.0, 1.5].into_iter().flat_map(|signal| {
            let data = Data::TwoCluster { signal };
            let alphas = curve(preset).iter();
            alphas.map(move |&alpha| (Hidden::Spin, data, alpha))
        });
        let all = curves.chain(others(preset).iter().copied());
        Ok(points(all, |alpha| plan(preset, alpha)))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let kinds = asked.chosen("hidden", &["spin"], ALL, |hidden| hidden.name());
        let alphas = asked.numbers("alpha", &[4.0]);
        let mut all = Vec::new();
        for hidden in kinds {
            for data in own_data(asked) {
                all.extend(alphas.iter().map(|&alpha| (hidden, data, alpha)));
            }
        }
        let preset = asked.preset;
        let sizes = |alpha| {
            let preset = plan(preset, alpha);
            let units: Vec<usize> = preset.iter().map(|size| size.0).collect();
            sizes(&asked.counts("units", &units), preset[0].1, 1.6)
        };
        Ok(points(all, sizes))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let samples = samples_at(point.alpha, point.units);
        let fresh = FRESH * point.units;
        let ([training, fresh], direction) =
            point.data.draw(point.units, [samples, fresh], random)?;
        let partition = point.data.partition();
        let likelihood =
            Likelihood::new(&training, simulated_unit(point.hidden.name())?, partition)?;
        let start = random_weights(point.units, SMALL, random)?;
        let optimum = Ascent::default().run(&likelihood, start)?;
        let seen = likelihood.compare(&optimum.weights, &direction, &fresh)?;
        Ok(measured(&seen).to_vec())
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            let alike = a.point.hidden == b.point.hidden && a.point.data == b.point.data;
            alike && a.point.alpha.total_cmp(&b.point.alpha).is_eq()
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// All observables at one α, extrapolated in 1/N.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let point = &sizes[0].point;
    let limit = point.predict(LARGE, 1.0)?;
    let wrong = predicted(&point.predict(LARGE, WRONG_ALPHA)?);
    let parameters = parameters(experiment, point, &limit);
    let mut rows = Vec::new();
    for (index, observable) in OBSERVABLES.into_iter().enumerate() {
        let theory = predicted(&limit)[index];
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory,
            wrong: is_telling(observable, &limit).then_some(wrong[index]),
        };
        let at_sizes: Vec<_> = sizes
            .iter()
            .map(|size| {
                let finite = size.point.predict(size.point.units, 1.0)?;
                Ok(AtSize {
                    finite_size: predicted(&finite)[index] - theory,
                    ..AtSize::new(size.point.units, size.estimate(index)?)
                })
            })
            .collect::<Result<_>>()?;
        rows.extend(Row::extrapolate(
            &parameters,
            &prediction,
            &at_sizes,
            point.hidden.powers(),
        )?);
    }
    Ok(rows)
}

/// Whether the observable carries a control. A wrong α moves Q in proportion, whereas m and the overlap saturate; and only a stable
/// theory is worth a control.
fn is_telling(observable: &str, limit: &Learned) -> bool {
    limit.is_stable() && observable == "q"
}

fn parameters(experiment: &'static str, point: &Point, limit: &Learned) -> Parameters {
    let (data, signal) = match point.data {
        Data::TwoCluster { signal } => ("two-cluster", Some(signal)),
        Data::Spectrum => ("spectrum", None),
    };
    Parameters {
        experiment,
        data,
        law: Some(point.hidden.name()),
        signal,
        alpha: Some(point.alpha),
        unjudged: (!limit.is_stable()).then_some(REPLICA_SYMMETRY_BROKEN),
        ..Parameters::default()
    }
}
