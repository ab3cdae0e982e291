use super::args::CommonArgs;
use super::grid;
use crate::input;
use crate::input::machine::{self, Files};
use crate::notice::say;
use crate::output::nearest;
use crate::questions::validate::{Experiment, FileData, Share, Validate};
use anyhow::{Context, Result, bail, ensure};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Subcommand, ValueEnum};
use saddlepoint_simulator::Samples;
use saddlepoint_validation::experiments;
use saddlepoint_validation::journal::Shard;
use saddlepoint_validation::parameters::{self, Domain, Given, Parameter, Values};
use saddlepoint_validation::runner::{Preset, Settings};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The data models that are a file.
const SAMPLES: &str = "samples";
pub(super) const SPECTRUM: &str = "spectrum";
/// Columns of the pixels of 28 x 28 digits; a label may follow.
const DIGITS: &str = "0:784";
/// How the name of a journal ends.
const JOURNAL: &str = "journal";
/// Half of the largest grey value.
const HALF_WHITE: f64 = 127.5;

/// Compare predictions with finite-size simulations
///
/// Each experiment has sizes and replicas of its own at each preset. Its parameters ask it at other points: those that are not
/// given then have the default that its help says.
#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "NAME",
    subcommand_help_heading = "Experiments",
    disable_help_subcommand = true,
    after_help = "Examples:\n  saddlepoint validate retarded-learning --preset quick -o retarded-learning.csv \
    --plot retarded-learning.svg\n  saddlepoint validate mismatched-inference --alpha 1,2,3 --teacher-beta 1.2 --student-beta 1 \
    --target-error 0.005\n\nExit status 1 if a row disagrees or a control, whose theory is wrong on purpose, \
    passes. A run that was killed continues with --resume and ends with the same bytes.\n\n\
    On several machines, or as jobs of a cluster, each does its share, and merge makes the table, of the same bytes as that of one run:\n  \
    saddlepoint validate retarded-learning --shard 1/2 -o one.journal\n  \
    saddlepoint validate retarded-learning --shard 2/2 -o two.journal\n  \
    saddlepoint merge one.journal two.journal -o retarded-learning.csv"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ValidateArgs {
    #[command(subcommand)]
    pub(crate) experiment: Option<Named>,

    /// Run every experiment
    #[arg(long)]
    pub(crate) all: bool,

    /// List the experiments; with --format or -o, a table of what their controls are expected to score at each preset
    #[arg(long, conflicts_with = "all")]
    pub(crate) list: bool,

    /// Sizes and replicas: each experiment takes seconds, minutes or an hour on two cores
    #[arg(long, value_enum, default_value_t = PresetName::Quick)]
    pub(crate) preset: PresetName,

    /// Replicas of each point, 16 to 10000000 [default: those of the preset, fewer at larger sizes]
    #[arg(long, value_name = "COUNT", value_parser = replicas, conflicts_with = "target_error")]
    pub(crate) replicas: Option<usize>,

    /// Standard error of every measured mean, relative to the mean where that is larger than 1, 0.000001 to 1: as many replicas as it
    /// takes, by the scatter of the first 16
    #[arg(long, value_name = "ERROR", value_parser = target_error, allow_hyphen_values = true)]
    pub(crate) target_error: Option<f64>,

    /// Say what the run, or with --shard a part of it, will cost in time and memory, by a few of its tasks, and do no more
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Continue a run that was stopped, from its checkpoints
    #[arg(long)]
    pub(crate) resume: bool,

    /// Folder of the checkpoints [default: FILE.checkpoints beside the output, none for stdout]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// Do the K-th of N shares of the tasks, and write a journal to --output FILE.journal instead of a table; merge makes the table of all
    #[arg(long, value_name = "K/N", value_parser = Shard::from_str, allow_hyphen_values = true, conflicts_with = "checkpoint")]
    pub(crate) shard: Option<Shard>,

    /// Data of your own: for hierarchical-learning images, 784 grey values from 0 to 255 per row, labels may follow [default: synthetic
    /// data]; for retarded-learning --data samples any samples, one per row, from which smaller sets are drawn, and --data spectrum population eigenvalues
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// For landau: a machine of your own, as for the command landau --machine, whose leading modes are sampled
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) machine: Option<PathBuf>,

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
        let chosen = match &self.experiment {
            Some(named) => vec![find(&named.name)?],
            None if self.all => Experiment::all(),
            None => bail!("needs the NAME of an experiment, or --all; --list prints the names"),
        };
        let experiments = match (&self.file, &self.machine) {
            (Some(file), _) => self.on_data(chosen, file)?,
            (None, Some(file)) => vec![self.on_machine(file)?],
            (None, None) => chosen,
        };
        Ok(Validate {
            experiments,
            settings: Settings {
                preset: self.preset.into(),
                given: self.given()?,
                seed: self.common.seed,
                threads: self.common.threads(),
                checkpoints: self.checkpoints(),
                resume: self.resume,
            },
        })
    }

    /// `landau` on the machine of a file.
    fn on_machine(&self, file: &Path) -> Result<Experiment> {
        let named = self.experiment.as_ref();
        ensure!(
            named.is_some_and(|named| named.name == LANDAU && named.given.is_empty()),
            "--machine is for {LANDAU}, without parameters of its own"
        );
        ensure!(
            self.shard.is_none(),
            "--machine is one point, whose replicas take seconds; leave --shard out"
        );
        let found = machine::read(Files {
            machine: file,
            visible_bias: None,
            hidden_bias: None,
            transpose: false,
        })?;
        let (given, words) = found.with_kinds(file, None, None)?;
        if !self.common.quiet {
            say(&words);
        }
        Experiment::of_machine(&given)
    }

    /// The experiments on the data of a file.
    fn on_data(&self, chosen: Vec<Experiment>, file: &Path) -> Result<Vec<Experiment>> {
        let of_file = if self.all {
            // The samples are images.
            HIERARCHICAL_LEARNING
        } else {
            let name = self.experiment.as_ref().map_or("", |named| &named.name);
            ensure!(
                [HIERARCHICAL_LEARNING, RETARDED_LEARNING].contains(&name),
                "--file is for {HIERARCHICAL_LEARNING}, and for {RETARDED_LEARNING} with --data samples or spectrum"
            );
            name
        };
        let given = given_data(of_file, self.is_data(SPECTRUM), file)?;
        let on = |experiment: Experiment| {
            if experiment.validation().name() == of_file {
                experiment.on(&given)
            } else {
                Ok(experiment)
            }
        };
        let on: Result<_> = chosen.into_iter().map(on).collect();
        on.with_context(|| file.display().to_string())
    }

    /// The parameters that are set.
    fn given(&self) -> Result<Given> {
        let mut given = Given::new(self.replicas, self.target_error);
        for (parameter, values) in self.experiment.iter().flat_map(|named| &named.given) {
            given.set(parameter, values.clone())?;
        }
        for (model, what) in [(SAMPLES, "samples"), (SPECTRUM, "eigenvalues")] {
            ensure!(
                !self.is_data(model) || self.file.is_some(),
                "--data {model} needs the {what}; name their file with --file"
            );
        }
        let is_named = |named: &Named| named.name == RETARDED_LEARNING;
        ensure!(
            self.file.is_none()
                || !self.experiment.as_ref().is_some_and(is_named)
                || self.is_data(SAMPLES)
                || self.is_data(SPECTRUM),
            "--file holds samples or eigenvalues; say --data samples or --data spectrum"
        );
        Ok(given)
    }

    /// Whether the data are of this model alone.
    fn is_data(&self, model: &str) -> bool {
        let given = self.experiment.iter().flat_map(|named| &named.given);
        let mut given = given.filter(|(parameter, _)| parameter.name == "data");
        given.any(|(_, values)| *values == Values::Words(vec![model.to_owned()]))
    }

    /// The share of a shard.
    pub(crate) fn share(&self, shard: Shard) -> Result<Share> {
        let common = &self.common;
        ensure!(
            self.experiment.is_some(),
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

/// An experiment with the parameters that are set in it; each is a subcommand with a help of its own.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) given: Vec<(Parameter, Values)>,
}

impl FromArgMatches for Named {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, inner) = matches.subcommand().ok_or_else(missing)?;
        let known = experiments::find(name);
        let parameters = known.map_or(&[][..], |known| known.parameters());
        let given = parameters.iter().filter_map(|parameter| {
            let values = inner.get_one::<Values>(parameter.name)?;
            Some((*parameter, values.clone()))
        });
        Ok(Self {
            name: name.to_owned(),
            given: given.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Named {
    fn augment_subcommands(command: Command) -> Command {
        let all = experiments::all().into_iter().map(|experiment| {
            let parameters = experiment.parameters().iter().map(flag);
            Command::new(experiment.name())
                .about(experiment.description())
                .next_help_heading("Parameters")
                .args(parameters)
        });
        // Any other name gets a line of ours.
        command.subcommands(all).allow_external_subcommands(true)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(_name: &str) -> bool {
        true
    }
}

/// The command `validate`, whose flags stand before or after the name of the experiment.
pub(crate) fn with_flags_anywhere(command: Command) -> Command {
    let is_of_no_experiment = |arg: &Arg| ["all", "list"].contains(&arg.get_id().as_str());
    command.mut_args(|arg| {
        if is_of_no_experiment(&arg) {
            arg
        } else {
            arg.global(true)
        }
    })
}

/// The flag of a parameter.
fn flag(parameter: &'static Parameter) -> Arg {
    let name = match parameter.domain {
        Domain::Words(_) => "NAMES",
        Domain::Numbers { .. } | Domain::Counts { .. } => "GRID",
    };
    let Parameter {
        meaning,
        domain,
        default,
        ..
    } = parameter;
    Arg::new(parameter.name)
        .long(parameter.name)
        .value_name(name)
        .allow_hyphen_values(true)
        .help(format!("{meaning}: {domain} [default: {default}]"))
        .value_parser(move |text: &str| values(text, parameter))
}

/// The values of a parameter, within its domain.
fn values(text: &str, parameter: &Parameter) -> Result<Values> {
    let values = match parameter.domain {
        Domain::Numbers { .. } => Values::Numbers(grid::finite(text)?.values().to_vec()),
        Domain::Counts { .. } => Values::Counts(grid::counts(text)?),
        Domain::Words(_) => {
            Values::Words(text.split(',').map(|word| word.trim().to_owned()).collect())
        }
    };
    Given::default().set(parameter, values.clone())?;
    Ok(values)
}

/// A number of replicas; for clap's `value_parser`.
fn replicas(text: &str) -> Result<usize> {
    let count = text.parse().ok().context("must be a whole number")?;
    Ok(parameters::replicas(count)?)
}

/// A standard error; for clap's `value_parser`.
fn target_error(text: &str) -> Result<f64> {
    let error: f64 = text.parse().ok().context("must be a number")?;
    ensure!(
        (1e-6..=1.0).contains(&error),
        "must be 0.000001 to 1, got {error:?}"
    );
    Ok(error)
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

/// Experiments that can be on data of a file.
const HIERARCHICAL_LEARNING: &str = "hierarchical-learning";
const RETARDED_LEARNING: &str = "retarded-learning";
const LANDAU: &str = "landau";

/// Data of a file: images for hierarchical learning, and for retarded learning samples or population eigenvalues.
pub(super) fn given_data(experiment: &str, is_spectrum: bool, file: &Path) -> Result<FileData> {
    if experiment == HIERARCHICAL_LEARNING {
        return Ok(FileData::Samples(digits(file)?));
    }
    if is_spectrum {
        return Ok(FileData::Spectrum(input::read_vector(file, None)?));
    }
    let matrix = input::read(file, None)?;
    let samples = Samples::from_mat(matrix.as_ref());
    Ok(FileData::Samples(
        samples.with_context(|| file.display().to_string())?,
    ))
}

/// Grey values from 0 to 255, white above half of it.
fn digits(file: &Path) -> Result<Samples> {
    let matrix = input::read(file, Some(DIGITS))?;
    let white = |(i, j)| i8::from(matrix[(i, j)] > HALF_WHITE);
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let at = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
    Ok(Samples::discrete(rows, columns, at.map(white).collect())?)
}
