//! Approximate message passing beside its state evolution: what can be inferred, and what can be found.

mod curve;
mod model;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::amp::{Amp, RankOne, Start};

use curve::Curve;
use model::{DENSE, FIVE_PER_CENT, MODELS, Model, NORMAL, SLAB, SPINS, TWO_PER_CENT};

use super::ensemble::{samples_at, sizes};
use super::own::{ALPHA, UNITS, numbers, product, words};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{COMPARED, COMPARISON, Row};

/// snr of the scalar channel from which an informed run learns about the weights beforehand.
const HINT: f64 = 1.0;

/// snr of the channel behind a start from nothing: ŵ is noise of standard deviation 0.001 whose overlap with the truth is that of
/// chance, N^(−1/2). Noise of standard deviation 0.1 would leave the linear regime of a sparse law before the signal has
/// outgrown it: at 2 % density, α = 2 and N = 1500 one run in seven then fails.
const NOTHING: f64 = 1e-6;

/// Iterations of a run from nothing in the easy phase, which begins at an overlap of order 0.001 N^(−1/2).
const LONG: usize = 30;
/// Iterations of a run from nothing in the hard phase.
const SHORT: usize = 16;

/// Approximate message passing on rank-one spiked data, from three starts.
///
/// *Iteration by iteration*, from a hint about the weights, the overlaps of weights and hidden values are extrapolated in 1/N to
/// the course of state evolution, below and above the spectral threshold, for several laws. *From nothing*, above the threshold,
/// the run ends at the fixed point: there the cosine of weights and estimate is √`q_w`. *In the hard phase* of a sparse receptive
/// field, between the information-theoretic and the algorithmic threshold, the cosine of a run from nothing is that of chance,
/// N^(−1/2), while a run from the truth keeps the overlap of the best inference; above, both find it.
///
/// A sparse receptive field is drawn with the expected number of weights that are not 0, exactly: at 2 % density their
/// scatter would move snr by 10 % at N = 5000. This changes no limit.
///
/// # References
/// Rangan & Fletcher, ISIT (2012); Deshpande & Montanari, ISIT (2014); Lesieur, Krzakala & Zdeborová, J. Stat. Mech. 073403
/// (2017).
#[derive(Debug, Clone, Copy)]
pub struct BayesOptimal;

/// What a run begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    /// Nothing.
    Nothing,
    /// A hint about each weight.
    Hint,
    /// The weights.
    Truth,
}

impl Given {
    /// The name on the command line.
    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Hint => "hint",
            Self::Truth => "truth",
        }
    }

    fn start(self) -> Start {
        match self {
            Self::Nothing => Start::Channel { snr: NOTHING },
            Self::Hint => Start::Channel { snr: HINT },
            Self::Truth => Start::Informed,
        }
    }
}

/// One model at one α, one start and one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    model: Model,
    alpha: f64,
    given: Given,
    units: usize,
}

/// A model at one α from one start, with its sizes and replicas.
type Plan = (Model, f64, Given, Vec<(usize, usize)>);

/// α in the hard phase at 2 % density, of which the thresholds are 0.547 and 1.003.
const HARD: f64 = 0.7;
/// α below the spinodal there, 0.521.
const HOPELESS: f64 = 0.4;

fn plan(preset: Preset) -> Vec<Plan> {
    let (small, large): (&[usize], &[usize]) = preset.choose(
        (&[100, 200, 400], &[500, 1000, 1500]),
        (&[200, 400, 800, 1600], &[500, 1000, 2000, 4000]),
        (&[200, 400, 800, 1600, 3200], &[500, 1000, 2000, 4000]),
    );
    let (many, some) = preset.choose((500, 60), (3000, 300), (20_000, 4000));
    let dense = || sizes(small, many, 1.5);
    // Where a run from nothing ends, the second order in 1/N is a percent at N = 100: a quick preset has too few sizes to fit it.
    let ends: &[usize] = preset.choose(&[200, 400, 800], small, small);
    let sparse = || sizes(large, some, 1.0);
    let mut plan = vec![
        (DENSE, 0.7, Given::Hint, dense()),
        (DENSE, 2.0, Given::Hint, dense()),
        (DENSE, 3.0, Given::Nothing, sizes(ends, many, 1.5)),
        (SPINS, 1.5, Given::Hint, dense()),
        (TWO_PER_CENT, HARD, Given::Nothing, sparse()),
        (TWO_PER_CENT, HARD, Given::Truth, sparse()),
        (TWO_PER_CENT, 2.0, Given::Nothing, sparse()),
    ];
    if preset != Preset::Quick {
        plan.extend([
            (SPINS, 3.0, Given::Nothing, dense()),
            (NORMAL, 0.7, Given::Hint, dense()),
            (NORMAL, 2.0, Given::Hint, dense()),
            (SLAB, 0.7, Given::Hint, dense()),
            (SLAB, 1.5, Given::Hint, dense()),
            (SLAB, 3.0, Given::Nothing, dense()),
            (FIVE_PER_CENT, 0.7, Given::Hint, sparse()),
            (FIVE_PER_CENT, 2.0, Given::Hint, sparse()),
            (TWO_PER_CENT, HOPELESS, Given::Truth, sparse()),
        ]);
    }
    plan
}

impl Point {
    /// The iterations that are compared. Below the threshold the overlap soon falls to the N^(−1/2) of chance.
    fn watched(&self) -> &'static [usize] {
        // In units of the spectral threshold 1/snr².
        let alpha = self.alpha * self.model.snr.powi(2);
        match self.given {
            Given::Nothing if alpha < 1.0 => &[SHORT],
            Given::Nothing => &[LONG],
            Given::Hint if alpha < 1.0 => &[1, 2],
            Given::Hint => &[1, 2, 3, 5, 8],
            Given::Truth if alpha <= HOPELESS => &[1, 2, 3],
            Given::Truth => &[1, 2, 5, 10],
        }
    }
}

/// The values of one iteration: both overlaps and the cosine.
const VALUES: usize = 3;
/// Place of the cosine among them.
const COSINE: usize = 2;

/// How its table is drawn.
const VIEW: View = View {
    x: &["x", "units"],
    keys: &["alpha", "law", "units"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &[
                    "q_weights",
                    "q_hidden",
                    "q_weights_informed",
                    "q_hidden_informed",
                ],
            )),
            across: "iterations",
            ..COMPARED
        },
        Panel {
            show: Some(("observable", &["cosine_uninformed"])),
            x: &["units"],
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "laws",
        &[
            DENSE.name,
            SPINS.name,
            NORMAL.name,
            SLAB.name,
            FIVE_PER_CENT.name,
            TWO_PER_CENT.name,
        ],
        "Laws of the weights and of the hidden values",
        DENSE.name,
    ),
    numbers(
        "snr",
        [0.05, 20.0],
        "Signal-to-noise ratio: the excess eigenvalue of the population",
        "1",
    ),
    words(
        "start",
        &["nothing", "hint", "truth"],
        "What a run begins with: nothing, a hint about each weight, or the weights",
        "nothing",
    ),
    Parameter {
        default: "3",
        ..ALPHA
    },
    UNITS,
];

/// The sizes of a user.
fn own_sizes(asked: &Asked<'_>, model: Model) -> Vec<(usize, usize)> {
    let is_sparse = model.weights.density().is_some();
    let (units, most, decline): (&[usize], usize, f64) = if is_sparse {
        let units = asked.preset.choose(
            &[500, 1000, 1500][..],
            &[500, 1000, 2000, 4000],
            &[500, 1000, 2000, 4000],
        );
        (units, asked.preset.choose(60, 300, 4000), 1.0)
    } else {
        let units = asked.preset.choose(
            &[200, 400, 800][..],
            &[200, 400, 800, 1600],
            &[200, 400, 800, 1600, 3200],
        );
        (units, asked.preset.choose(500, 3000, 20_000), 1.5)
    };
    sizes(&asked.counts("units", units), most, decline)
}

/// Models at all sizes of a plan.
fn points(plan: Vec<Plan>) -> Vec<(Point, usize)> {
    let at = |(model, alpha, given, sizes): Plan| {
        sizes.into_iter().map(move |(units, replicas)| {
            let point = Point {
                model,
                alpha,
                given,
                units,
            };
            (point, replicas)
        })
    };
    plan.into_iter().flat_map(at).collect()
}

impl Experiment for BayesOptimal {
    type Point = Point;

    fn name(&self) -> &'static str {
        "bayes-optimal"
    }

    fn description(&self) -> &'static str {
        "Approximate message passing against state evolution, iteration by iteration and in the hard phase."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(plan(preset)))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let models = asked.chosen("laws", &[DENSE.name], MODELS, |model| model.name);
        let all = [Given::Nothing, Given::Hint, Given::Truth];
        let starts = asked.chosen("start", &["nothing"], all, |given| given.name());
        let mut plan = Vec::new();
        for model in models {
            for &given in &starts {
                for [snr, alpha] in product(asked, [("snr", 1.0), ("alpha", 3.0)]) {
                    plan.push((
                        Model { snr, ..model },
                        alpha,
                        given,
                        own_sizes(asked, model),
                    ));
                }
            }
        }
        Ok(points(plan))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let model = RankOne {
            units: point.units,
            samples: samples_at(point.alpha, point.units),
            snr: point.model.snr,
            weights: point.model.weights.simulated(),
            hidden: point.model.hidden.simulated(),
        };
        if let Some(density) = point.model.weights.density() {
            skip_to_density(&model, density, random);
        }
        let planted = model.draw(random)?;
        let watched = point.watched();
        let amp = Amp {
            tolerance: 0.0,
            max_iterations: watched.iter().copied().max().unwrap_or(0),
        };
        let run = amp.run(&planted, point.given.start(), random)?;
        let values = watched.iter().flat_map(|&iteration| {
            let step = &run.steps[iteration];
            let cosine = step.overlap_weights / step.self_overlap_weights.sqrt();
            [step.overlap_weights, step.overlap_hidden, cosine]
        });
        Ok(values.collect())
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let same = |a: &Measured<Point>, b: &Measured<Point>| {
            let is_same_alpha = a.point.alpha.total_cmp(&b.point.alpha).is_eq();
            is_same_alpha && a.point.model == b.point.model && a.point.given == b.point.given
        };
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(same) {
            rows.extend(Curve::new(self.name(), sizes)?.rows()?);
        }
        Ok(rows)
    }
}

/// Moves `random` on to where the weights that are drawn next have exactly the expected number of values that are not 0.
fn skip_to_density(model: &RankOne, density: f64, random: &mut Xoshiro256PlusPlus) {
    let expected = (density * as_float(model.units)).round();
    loop {
        let mut probe = random.clone();
        let draws = (0..model.units).map(|_| model.weights.draw(&mut probe));
        let found = draws.filter(|value| value.abs() > 0.0).count();
        if (as_float(found) - expected).abs() < 0.5 {
            return;
        }
        *random = probe;
    }
}
