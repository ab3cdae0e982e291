use super::args::CommonArgs;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use saddlepoint::input;
use saddlepoint::output::nearest;
use saddlepoint::questions::validate::{Experiment, Share, Validate};
use saddlepoint_simulator::Samples;
use saddlepoint_validation::experiments;
use saddlepoint_validation::journal::Shard;
use saddlepoint_validation::runner::{Preset, Settings};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Columns of the pixels of 28 x 28 digits; a label may follow.
const DIGITS: &str = "0:784";
/// How the name of a journal ends.
const JOURNAL: &str = "journal";
/// Half of the largest grey value.
const HALF_WHITE: f64 = 127.5;

/// Compare predictions with finite-size simulations
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint validate retarded-learning --preset quick -o retarded-learning.csv \
    --plot retarded-learning.svg\n\nExit status 1 if a row disagrees or a control, whose theory is wrong on purpose, \
    passes. A run that was killed continues with --resume and ends with the same bytes.\n\n\
    On several machines, or as jobs of a cluster, each does its share, and merge makes the table, of the same bytes as that of one run:\n  \
    saddlepoint validate retarded-learning --shard 1/2 -o one.journal\n  \
    saddlepoint validate retarded-learning --shard 2/2 -o two.journal\n  \
    saddlepoint merge one.journal two.journal -o retarded-learning.csv"
)]
pub(crate) struct ValidateArgs {
    /// Experiments to run
    #[arg(value_name = "NAME", required_unless_present_any = ["all", "list"])]
    pub(crate) names: Vec<String>,

    /// Run every experiment
    #[arg(long, conflicts_with = "names")]
    pub(crate) all: bool,

    /// List the experiments; with --format or -o, a table of what their controls are expected to score at each preset
    #[arg(long, conflicts_with_all = ["names", "all"])]
    pub(crate) list: bool,

    /// Sizes and replicas: each experiment takes seconds, minutes or an hour on two cores
    #[arg(long, value_enum, default_value_t = PresetName::Quick)]
    pub(crate) preset: PresetName,

    /// Continue a run that was stopped, from its checkpoints
    #[arg(long)]
    pub(crate) resume: bool,

    /// Folder of the checkpoints [default: FILE.checkpoints beside the output, none for stdout]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// Do the K-th of N shares of the tasks, and write a journal to --output FILE.journal instead of a table; merge makes the table of all
    #[arg(long, value_name = "K/N", value_parser = Shard::from_str, allow_hyphen_values = true, conflicts_with_all = ["all", "list", "checkpoint"])]
    pub(crate) shard: Option<Shard>,

    /// Images for hierarchical-learning: 784 grey values from 0 to 255 per row, labels may follow [default: synthetic data]
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How large and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PresetName {
    Quick,
    Standard,
    Paper,
}

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Quick => Self::Quick,
            PresetName::Standard => Self::Standard,
            PresetName::Paper => Self::Paper,
        }
    }
}

impl ValidateArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Validate> {
        let chosen = if self.all {
            Experiment::all()
        } else {
            let found = self.names.iter().map(|name| find(name));
            found.collect::<Result<_>>()?
        };
        let experiments = match &self.file {
            Some(file) => {
                let samples = digits(file)?;
                let on = chosen.into_iter().map(|one| one.on(&samples));
                let on: Result<_> = on.collect();
                on.with_context(|| file.display().to_string())?
            }
            None => chosen,
        };
        Ok(Validate {
            experiments,
            settings: Settings {
                preset: self.preset.into(),
                seed: self.common.seed,
                threads: self.common.threads(),
                checkpoints: self.checkpoints(),
                resume: self.resume,
            },
        })
    }

    /// The share of a shard.
    pub(crate) fn share(&self, shard: Shard) -> Result<Share> {
        let common = &self.common;
        ensure!(
            self.names.len() == 1,
            "--shard is of one experiment; name one, and run the others by themselves"
        );
        ensure!(
            common.plot.is_none() && common.format.is_none() && common.fields.is_empty(),
            "--shard writes no table, and draws none; give --plot, --format and --fields to merge"
        );
        let journal = common.output_file();
        let journal =
            journal.context("--shard writes a journal; name its file with -o FILE.journal")?;
        ensure!(
            journal.extension().is_some_and(|end| end == JOURNAL),
            "--output {}: --shard writes a journal; name it FILE.{JOURNAL}",
            journal.display()
        );
        let Validate {
            experiments,
            settings,
        } = self.question()?;
        let experiment = experiments.into_iter().next();
        Ok(Share {
            experiment: experiment.context("there is no experiment")?,
            shard,
            journal: journal.to_owned(),
            settings,
        })
    }

    /// Where finished tasks are kept: beside the output, unless it is stdout.
    pub(crate) fn checkpoints(&self) -> Option<PathBuf> {
        self.checkpoint.clone().or_else(|| {
            self.common.output_file().map(|file| {
                let mut name = file.as_os_str().to_owned();
                name.push(".checkpoints");
                PathBuf::from(name)
            })
        })
    }
}

fn find(name: &str) -> Result<Experiment> {
    let Ok(found) = Experiment::find(name) else {
        let known: Vec<&str> = experiments::all()
            .iter()
            .map(|known| known.name())
            .collect();
        match nearest(name, known) {
            Some(near) => bail!("no experiment is called '{name}'; did you mean {near}?"),
            None => bail!("no experiment is called '{name}'; --list prints their names"),
        }
    };
    Ok(found)
}

/// Grey values from 0 to 255, white above half of it.
pub(super) fn digits(file: &Path) -> Result<Samples> {
    let matrix = input::read(file, Some(DIGITS))?;
    let white = |(i, j)| i8::from(matrix[(i, j)] > HALF_WHITE);
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let at = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
    Ok(Samples::discrete(rows, columns, at.map(white).collect())?)
}
