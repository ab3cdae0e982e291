mod samples;

use super::data::draw;
use super::replicas::Replicas;
use crate::cli::args::GridArgs;
use crate::cli::data_args::DataArgs;
use crate::cli::grid::{self, Counts};
use crate::notice::say;
use crate::questions::train::{Log, Redraw, Train, Trainings, states};
use crate::questions::{DataModel, DataPoint, Kind, Units, product};
use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::training::{Algorithm, Training};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Train a Restricted Boltzmann Machine
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint simulate train --data ising-ring --units 100 --beta 0.5 --samples 10000 \
    --hidden-units 1 --biases none --gibbs-steps 20 --learning-rate 0.01 --batch 10 --epochs 50 -o ring.npz\n  \
    saddlepoint simulate train --data samples --file digits.npy --threshold 127.5 --hidden-units 64 -o digits.npz\n\n\
    digits.npy stands for a file of yours: images as rows of grey values from 0 to 255.\n\n\
    FILE.npz holds the weights W, the biases b and c and the kinds of units, FILE.csv beside it the log; naming FILE.csv does the \
    same. On stdout there is the log alone, row by row as epochs pass, unless --save names a file. Several replicas write FILE-0.npz, FILE-1.npz, ...; of a \
    data model each draws its own samples.\n\nThe state is saved about twice a minute, or every N epochs, in FILE.npz.checkpoints \
    unless --checkpoint names a folder; --resume goes on from it and ends with the same bytes.\n\n\
    Several values of a data model's parameters or of --samples are as many trainings, whose log is all that is kept; --shard does a part of them, and sweep \
    writes a machine for each setting."
)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Numbers of samples P that a data model draws
    #[arg(long, value_name = "GRID", value_parser = grid::from_one, allow_hyphen_values = true)]
    pub(crate) samples: Option<Counts>,

    /// Samples that are held out from the training, one per row, read as --file is; the log has their log-likelihood
    #[arg(long, value_name = "FILE", conflicts_with = "test_samples")]
    pub(crate) test: Option<PathBuf>,

    /// Number of fresh samples of the data model that are held out from the training
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) test_samples: Option<u64>,

    /// Turn the file's numbers into two values: the upper one above X, the lower one up to X
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,

    #[command(flatten)]
    pub(crate) layers: LayerArgs,

    #[command(flatten)]
    pub(crate) ascent: AscentArgs,

    #[command(flatten)]
    pub(crate) log: LogArgs,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

/// The machine to train.
#[derive(Debug, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct LayerArgs {
    #[arg(
        long,
        help = format!(
            "Kind of the visible units: categorical:P, {}; a kind whose biases the data's means do not give needs --biases none \
            [default: the kind that takes the data's values]",
            Kind::NAMES
        ),
        value_name = "KIND",
        allow_hyphen_values = true
    )]
    pub(crate) visible: Option<Kind>,

    #[arg(
        long,
        help = format!(
            "Kind of the hidden units: categorical:P, {} [default: binary for visible units of 0 and 1, spin otherwise]",
            Kind::NAMES
        ),
        value_name = "KIND",
        allow_hyphen_values = true
    )]
    pub(crate) hidden: Option<Kind>,

    /// Number of hidden units M
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) hidden_units: u64,

    /// Biases: learned from the start that gives the data's means, or none at all
    #[arg(long, value_enum, default_value_t = Biases::Learned)]
    pub(crate) biases: Biases,

    /// Standard deviation of the initial weights
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.01,
        allow_hyphen_values = true
    )]
    pub(crate) init_scale: f64,
}

/// How the machine is trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub(crate) struct AscentArgs {
    /// Averages over the machine: by enumeration of its smaller layer, contrastive divergence, persistent chains, or chains that begin anew
    /// at independent units in each update (rdm)
    #[arg(long, value_enum, default_value_t = AlgorithmName::Pcd)]
    pub(crate) algorithm: AlgorithmName,

    /// Gibbs sweeps per update of cd, pcd and rdm
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) gibbs_steps: u32,

    /// Learning rate
    #[arg(
        long,
        value_name = "ETA",
        default_value_t = 0.05,
        allow_hyphen_values = true
    )]
    pub(crate) learning_rate: f64,

    /// Samples per update
    #[arg(long, value_name = "B", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) batch: u64,

    /// Chains of pcd and rdm [default: as many as --batch]
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) chains: Option<u64>,

    /// Passes through the samples
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) epochs: u64,

    /// Weight decay: the slope of the penalty (L/2) sum of W^2
    #[arg(
        long,
        value_name = "L",
        default_value_t = 0.0,
        allow_hyphen_values = true
    )]
    pub(crate) l2: f64,

    /// Independent trainings: R of them, or those of numbers A to B - 1, up to 10000; merge puts their logs together
    #[arg(long, value_name = "R|A:B", default_value = "1", value_parser = Replicas::from_str, allow_hyphen_values = true)]
    pub(crate) replicas: Replicas,
}

/// What is kept of a training.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log and checkpoints")]
pub(crate) struct LogArgs {
    /// Machine at the end, .npz [default: beside the log, if that is a file]
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Table of the weights in every epoch that the log has a row of: one row for each visible and hidden unit
    #[arg(long, value_name = "FILE")]
    pub(crate) trajectory: Option<PathBuf>,

    /// Folder for the machine of every epoch that the log has a row of, epoch-N.npz: a training for --along of landau and simulate gibbs
    #[arg(long, value_name = "DIR", conflicts_with = "replicas")]
    pub(crate) history: Option<PathBuf>,

    /// Epochs between two rows of the log; the first and the last epoch have one in any case [default: a row of every epoch, or of 1, 2, 4, 8, ... from where
    /// all of them together cost less than the training]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) log_every: Option<u64>,

    /// Modes in the log: leading singular values and their overlaps with the data's principal directions
    #[arg(long, value_name = "K", default_value_t = 5)]
    pub(crate) modes: u16,

    /// Log-likelihood in the log, relative to free visible units (the uniform law of spins, binary and categorical ones): exact
    /// for up to 20 units in the smaller layer and otherwise annealed, or none
    #[arg(long, value_enum, default_value_t = Likelihood::Best)]
    pub(crate) likelihood: Likelihood,

    /// Folder of the checkpoints
    #[arg(long, value_name = "DIR")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// Epochs between two checkpoints [default: as many as take half a minute]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every: Option<u64>,

    /// Go on from the checkpoints of a run with the same flags that was stopped
    #[arg(long)]
    pub(crate) resume: bool,
}

/// What becomes of the biases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Biases {
    Learned,
    None,
}

/// Where the averages over the machine come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlgorithmName {
    Exact,
    Cd,
    Pcd,
    Rdm,
}

/// How the log-likelihood is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Likelihood {
    Best,
    None,
}

/// One setting of a training.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    point: DataPoint,
    /// Samples that a data model draws.
    samples: Option<usize>,
}

impl TrainArgs {
    /// Every combination of the data's parameters and of the number of samples, which varies fastest.
    pub(crate) fn settings(&self) -> Result<Vec<Setting>> {
        let points = self.data.points()?;
        let samples = self.samples.as_ref().map_or(vec![None], |counts| {
            counts.values().iter().copied().map(Some).collect()
        });
        let index = |length: usize| (0..length).collect::<Vec<usize>>();
        let settings = product(&[&index(points.len()), &index(samples.len())])?;
        let setting = |at: Vec<usize>| Setting {
            point: points[at[0]].clone(),
            samples: samples[at[1]],
        };
        Ok(settings.map(setting).collect())
    }

    /// Trainings at several settings, of which the log is kept and nothing else.
    pub(crate) fn grid<'a>(
        &'a self,
        settings: &'a [Setting],
    ) -> Result<Trainings<impl Fn(usize) -> Result<Train> + Sync + 'a>> {
        for (flag, is_given) in [
            ("--save", self.log.save.is_some()),
            ("--trajectory", self.log.trajectory.is_some()),
            ("--history", self.log.history.is_some()),
            ("--checkpoint", self.log.checkpoint.is_some()),
            ("--every", self.log.every.is_some()),
            ("--resume", self.log.resume),
        ] {
            ensure!(
                !is_given,
                "{flag} is for one training; give one value of each flag, or have sweep run one command for each setting"
            );
        }
        Ok(Trainings {
            count: settings.len(),
            train: move |number| self.question(&settings[number]),
        })
    }

    /// The question that is asked.
    pub(crate) fn question(&self, setting: &Setting) -> Result<Train> {
        let mut words = Vec::new();
        let train = match self.draw(setting)? {
            Some(redraw) => self.drawn(redraw)?,
            None => self.read(setting, &mut words)?,
        };
        let train = match self.test.as_deref() {
            Some(path) => Train {
                test: Some(self.held_out(path, &train, &mut words)?),
                ..train
            },
            None => train,
        };
        let place = || match &self.data.file {
            Some(file) => file.display().to_string(),
            None => format!("--data {}", self.data.data.name()),
        };
        train.visible_layer(&train.samples).with_context(place)?;
        if !self.common.quiet {
            for words in words {
                say(&words);
            }
        }
        Ok(train)
    }

    /// What a data model draws: the samples of `simulate data` for the first replica, and those that are held out.
    fn draw(&self, setting: &Setting) -> Result<Option<Redraw>> {
        if self.data.data == DataModel::Samples {
            ensure!(
                self.test_samples.is_none(),
                "--test-samples is the number that a model draws; name held-out samples by --test FILE"
            );
            return Ok(None);
        }
        ensure!(
            self.threshold.is_none(),
            "--threshold is for the numbers of a file; leave it out"
        );
        let samples = setting
            .samples
            .with_context(|| format!("--data {} needs --samples P", self.data.data.name()))?;
        Ok(Some(Redraw {
            draw: draw(&self.data, setting.point.clone(), samples, self.common.seed)?,
            test_samples: size("--test-samples", self.test_samples.unwrap_or(0))?,
        }))
    }

    /// The training on samples that a model draws.
    fn drawn(&self, redraw: Redraw) -> Result<Train> {
        let (drawn, fresh) = redraw.draw.replica_and_fresh(0, redraw.test_samples)?;
        let leading_mode = redraw.draw.leading_mode(&drawn);
        let train = self.on(&redraw.draw.point, drawn.samples)?;
        Ok(Train {
            test: fresh,
            leading_mode,
            redraw: Some(redraw),
            ..train
        })
    }

    /// The training on the samples of a file.
    fn read(&self, setting: &Setting, words: &mut Vec<String>) -> Result<Train> {
        let (samples, read) = samples::read(self)?;
        words.push(read);
        let scaling = samples::scaling(self, &samples)?;
        let samples = match &scaling {
            Some(scaling) => scaling.apply(&samples)?,
            None => samples,
        };
        Ok(Train {
            scaling,
            ..self.on(&setting.point, samples)?
        })
    }

    /// The samples of a file that are held out, of values that the units of the training can take.
    fn held_out(&self, path: &Path, train: &Train, words: &mut Vec<String>) -> Result<Samples> {
        let (samples, read) = samples::of_file(self, path)?;
        words.push(read);
        let place = || format!("--test {}", path.display());
        let (columns, units) = (samples.columns(), train.samples.columns());
        ensure!(
            columns == units,
            "{}: has {columns} columns, where the training has {units}",
            place()
        );
        let samples = match &train.scaling {
            Some(scaling) => scaling.apply(&samples).with_context(place)?,
            None => samples,
        };
        train.visible.check(&samples, 0).with_context(place)?;
        Ok(samples)
    }

    /// The training on these samples.
    fn on(&self, point: &DataPoint, samples: Samples) -> Result<Train> {
        let units = Some(Units::Finite(samples.columns() / states(point)));
        let visible = match (self.layers.visible, point.states) {
            (Some(kind), _) => kind,
            (None, Some(states)) => Kind::Categorical(states),
            (None, None) => samples::kind(&samples)?,
        };
        let beside = match visible {
            Kind::BINARY => Kind::BINARY,
            _ => Kind::SPIN,
        };
        let data = DataPoint {
            units,
            ..point.clone()
        };
        Ok(Train {
            visible,
            hidden: self.layers.hidden.unwrap_or(beside),
            hidden_units: size("--hidden-units", self.layers.hidden_units)?,
            init_scale: self.layers.init_scale,
            training: self.ascent.training(self.layers.biases),
            epochs: self.ascent.epochs,
            replicas: self.ascent.replicas.numbers(),
            seed: self.common.seed,
            log: Log {
                every: self.log.log_every,
                modes: self.log.modes.into(),
                likelihood: self.log.likelihood == Likelihood::Best,
                weights: self.log.trajectory.is_some(),
            },
            ..Train::new(data, samples)
        })
    }
}

impl AscentArgs {
    /// The flags on which the machine depends, with their values: a training goes on only with the same ones.
    pub(crate) fn settings(&self) -> [(&'static str, String); 6] {
        let chains = self.chains.unwrap_or(self.batch);
        [
            ("--algorithm", format!("{:?}", self.algorithm)),
            ("--gibbs-steps", self.gibbs_steps.to_string()),
            ("--learning-rate", self.learning_rate.to_string()),
            ("--batch", self.batch.to_string()),
            ("--chains", chains.to_string()),
            ("--l2", self.l2.to_string()),
        ]
    }

    fn training(&self, biases: Biases) -> Training {
        // Clamped where no machine has as much memory.
        let count = |x: u64| usize::try_from(x).unwrap_or(usize::MAX);
        let steps = count(self.gibbs_steps.into());
        Training {
            algorithm: match self.algorithm {
                AlgorithmName::Exact => Algorithm::Exact,
                AlgorithmName::Cd => Algorithm::Contrastive { steps },
                AlgorithmName::Pcd => Algorithm::Persistent { steps },
                AlgorithmName::Rdm => Algorithm::Restarted { steps },
            },
            learning_rate: self.learning_rate,
            batch: count(self.batch),
            chains: count(self.chains.unwrap_or(self.batch)),
            l2: self.l2,
            biases: biases == Biases::Learned,
        }
    }
}

/// A count as typed.
fn size(flag: &str, count: u64) -> Result<usize> {
    usize::try_from(count).with_context(|| format!("{flag} {count} is too large"))
}
