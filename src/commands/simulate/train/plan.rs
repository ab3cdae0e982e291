//! What is trained on what.

use super::size;
use crate::cli::simulate::data::{Encoding, UnitLaw};
use crate::cli::simulate::train::{AlgorithmName, Biases, Likelihood, TrainArgs, VisibleKind};
use crate::commands::simulate::data;
use anyhow::{Context, Result, ensure};
use saddlepoint::input;
use saddlepoint::questions::HiddenUnit;
use saddlepoint::questions::{DataModel, DataPoint};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Training};
use saddlepoint_simulator::{Samples, Unit, Xoshiro256PlusPlus, stream};
use std::borrow::Cow;

/// Everything about a training but its random numbers.
pub(super) struct Plan<'a> {
    args: &'a TrainArgs,
    pub(super) point: DataPoint,
    /// The samples of the first replica; of a file, those of all.
    first: Samples,
    pub(super) visible: VisibleKind,
    pub(super) hidden: HiddenUnit,
    /// Variables N, or sites of a ring
    pub(super) units: usize,
    pub(super) rows: usize,
    pub(super) hidden_units: usize,
    pub(super) modes: usize,
}

impl<'a> Plan<'a> {
    pub(super) fn new(args: &'a TrainArgs) -> Result<Self> {
        let point = data::single_point(&args.data)?;
        let first = match file(args)? {
            Some(samples) => samples,
            None => draw(args, &point, 0)?,
        };
        let visible = visible(args, &first)?;
        let hidden = args.layers.hidden.unwrap_or(match visible {
            VisibleKind::Binary => HiddenUnit::Binary,
            _ => HiddenUnit::Spin,
        });
        let hidden_units = size("--hidden-units", args.layers.hidden_units)?;
        let (rows, columns) = (first.rows(), first.columns());
        let modes = usize::from(args.log.modes)
            .min(hidden_units)
            .min(columns)
            .min(rows);
        let plan = Self {
            args,
            units: columns / states(args.data.data, &point),
            point,
            visible,
            hidden,
            rows,
            hidden_units,
            modes,
            first,
        };
        plan.layer(&plan.first).with_context(|| plan.place())?;
        Ok(plan)
    }

    fn place(&self) -> String {
        let file = self.args.data.file.as_deref();
        file.map_or_else(
            || format!("--data {}", self.args.data.data.name()),
            |file| file.display().to_string(),
        )
    }

    pub(super) fn data_name(&self) -> &'static str {
        self.args.data.data.name()
    }

    /// States per site where the data are on a ring.
    pub(super) fn ring(&self) -> Option<usize> {
        matches!(
            self.args.data.data,
            DataModel::IsingRing | DataModel::ClockRing
        )
        .then(|| states(self.args.data.data, &self.point))
    }

    pub(super) fn has_likelihood(&self) -> bool {
        self.args.log.likelihood == Likelihood::Best
    }

    /// Whether every row of the log holds the weights.
    pub(super) fn keeps_weights(&self) -> bool {
        self.args.log.trajectory.is_some()
    }

    /// Visible units of the machine, one per state where they are categorical.
    pub(super) fn visible_units(&self) -> usize {
        self.first.columns()
    }

    /// The samples of a replica.
    pub(super) fn samples(&self, replica: u64) -> Result<Cow<'_, Samples>> {
        if replica == 0 || self.args.data.data == DataModel::Samples {
            return Ok(Cow::Borrowed(&self.first));
        }
        Ok(Cow::Owned(draw(self.args, &self.point, replica)?))
    }

    /// The machine before training.
    pub(super) fn start(&self, samples: &Samples, rng: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
        let hidden = match self.hidden {
            HiddenUnit::Spin => Unit::Spin,
            HiddenUnit::Binary => Unit::Binary,
            HiddenUnit::Gaussian => Unit::Gaussian,
            HiddenUnit::DoubleWell(unit) => Unit::DoubleWell {
                theta: unit.threshold(),
            },
            HiddenUnit::Rectified => Unit::Rectified,
        };
        let hidden = Layer::unbiased(hidden, self.hidden_units)?;
        let scale = self.args.layers.init_scale;
        Rbm::random(self.layer(samples)?, hidden, scale, rng)
            .context("--init-scale, --hidden or --visible")
    }

    /// The visible layer before training.
    fn layer(&self, samples: &Samples) -> Result<Layer> {
        let learned = self.args.layers.biases == Biases::Learned;
        let plain = |unit| {
            if learned {
                Layer::of_means(unit, samples)
            } else {
                Layer::unbiased(unit, samples.columns())
            }
        };
        let layer = match self.visible {
            VisibleKind::Spin => plain(Unit::Spin),
            VisibleKind::Binary => plain(Unit::Binary),
            VisibleKind::Gaussian => plain(Unit::Gaussian),
            VisibleKind::Categorical(states) if learned => {
                Layer::of_frequencies(states.into(), samples)
            }
            VisibleKind::Categorical(states) => {
                Layer::categorical(states.into(), vec![0.0; samples.columns()])
            }
        };
        Ok(layer?)
    }

    pub(super) fn training(&self) -> Training {
        let ascent = &self.args.ascent;
        // Clamped where no machine has as much memory.
        let count = |x: u64| usize::try_from(x).unwrap_or(usize::MAX);
        let steps = count(ascent.gibbs_steps.into());
        Training {
            algorithm: match ascent.algorithm {
                AlgorithmName::Exact => Algorithm::Exact,
                AlgorithmName::Cd => Algorithm::Contrastive { steps },
                AlgorithmName::Pcd => Algorithm::Persistent { steps },
            },
            learning_rate: ascent.learning_rate,
            batch: count(ascent.batch),
            chains: count(ascent.chains.unwrap_or(ascent.batch)),
            l2: ascent.l2,
            biases: self.args.layers.biases == Biases::Learned,
        }
    }
}

/// States of a site of the data.
fn states(data: DataModel, point: &DataPoint) -> usize {
    match data {
        DataModel::ClockRing => point.states.map_or(1, usize::from),
        _ => 1,
    }
}

/// The samples that a data model draws for a replica: those of `simulate data` for the first.
fn draw(args: &TrainArgs, point: &DataPoint, replica: u64) -> Result<Samples> {
    let samples = args
        .samples
        .with_context(|| format!("--data {} needs --samples P", args.data.data.name()))?;
    let rng = &mut stream(args.common.seed, data::STREAM, replica);
    let samples = size("--samples", samples)?;
    let kind = (UnitLaw::Spin, Encoding::OneHot);
    Ok(data::draw(&args.data, point, samples, kind, rng)?.samples)
}

/// The samples of a file.
fn file(args: &TrainArgs) -> Result<Option<Samples>> {
    if args.data.data != DataModel::Samples {
        ensure!(
            args.threshold.is_none(),
            "--threshold is for the numbers of a file; leave it out"
        );
        return Ok(None);
    }
    ensure!(
        args.samples.is_none(),
        "--samples is the number that a model draws; the rows of a file are all used"
    );
    ensure!(
        !args.data.standardize,
        "--standardize has no meaning for training; leave it out"
    );
    let path = args.data.file.as_deref().context("--file is missing")?;
    let matrix = input::read(path, args.data.columns.as_deref())?;
    let lower = match args.layers.visible {
        Some(VisibleKind::Spin) => -1.0,
        _ => 0.0,
    };
    let entry = |x: f64| match args.threshold {
        Some(threshold) => {
            if x > threshold {
                1.0
            } else {
                lower
            }
        }
        None => x,
    };
    let mut values = Vec::with_capacity(matrix.nrows() * matrix.ncols());
    for row in matrix.row_iter() {
        values.extend(row.iter().map(|&x| entry(x)));
    }
    let small: Option<Vec<i8>> = values.iter().map(|&x| small_integer(x)).collect();
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let samples = match small {
        Some(values) => Samples::discrete(rows, columns, values),
        None => Samples::real(rows, columns, values),
    };
    samples
        .map(Some)
        .with_context(|| path.display().to_string())
}

fn small_integer(x: f64) -> Option<i8> {
    #[expect(clippy::cast_possible_truncation, reason = "checked by the round trip")]
    let integer = x as i8;
    ((f64::from(integer) - x).abs() <= 0.0).then_some(integer)
}

/// The kind of unit that takes the data's values.
fn visible(args: &TrainArgs, samples: &Samples) -> Result<VisibleKind> {
    if let Some(kind) = args.layers.visible {
        return Ok(kind);
    }
    if let (DataModel::ClockRing, Some(states)) = (args.data.data, args.data.states) {
        return Ok(VisibleKind::Categorical(states));
    }
    let values = samples.to_reals();
    let only = |allowed: [f64; 2]| {
        values
            .iter()
            .all(|x| allowed.iter().any(|y| (x - y).abs() <= 0.0))
    };
    if only([-1.0, 1.0]) {
        return Ok(VisibleKind::Spin);
    }
    if only([0.0, 1.0]) {
        return Ok(VisibleKind::Binary);
    }
    ensure!(
        values.iter().any(|x| x.fract().abs() > 0.0),
        "the data are whole numbers, but neither -1 and 1 nor 0 and 1; make two values of them with --threshold X, or choose \
         --visible gaussian"
    );
    Ok(VisibleKind::Gaussian)
}
