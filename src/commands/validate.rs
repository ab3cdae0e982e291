use super::Status;
use crate::cli::validate::{PresetName, ValidateArgs};
use crate::progress::Progress;
use anyhow::{Context, Result};
use saddlepoint::input;
use saddlepoint::output::Writer;
use saddlepoint_simulator::Samples;
use saddlepoint_validation::experiments::{self, HierarchicalLearning};
use saddlepoint_validation::runner::{Monitor, Preset, Settings, Validation};
use saddlepoint_validation::table::Row;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Columns of the pixels of 28 x 28 digits; a label may follow.
const DIGITS: &str = "0:784";
/// Half of the largest grey value.
const HALF_WHITE: f64 = 127.5;

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Quick => Self::Quick,
            PresetName::Standard => Self::Standard,
            PresetName::Paper => Self::Paper,
        }
    }
}

/// Runs experiments and writes their rows into one table.
pub(super) fn run(args: &ValidateArgs) -> Result<Status> {
    if args.list {
        return list();
    }
    let chosen = chosen(args)?;
    let checkpoints = checkpoints(args);
    let mut output = Writer::<Row>::open(&args.common.destination()?, &[])?;
    let settings = Settings {
        preset: args.preset.into(),
        seed: args.common.seed,
        threads: args.common.threads.map_or(0, usize::from),
        checkpoints: checkpoints.clone(),
        resume: args.resume,
    };
    let mut status = Status::Done;
    let digits = args.digits.as_deref().map(digits).transpose()?;
    for experiment in chosen {
        let on_digits = digits
            .as_ref()
            .filter(|on| experiment.name() == Validation::name(*on));
        let experiment = on_digits.map_or(experiment, |on| on as &dyn Validation);
        for row in measured(experiment, &settings, args.common.quiet)? {
            if !row.passes() {
                status = Status::Incomplete;
            }
            output.push(&row)?;
        }
    }
    output.finish()?;
    if let Some(folder) = checkpoints.filter(|_| args.checkpoints.is_none()) {
        // The table is in place: the default folder has done its work. One that the user named is kept.
        fs::remove_dir_all(&folder)
            .or_else(|error| {
                if error.kind() == io::ErrorKind::NotFound {
                    Ok(())
                } else {
                    Err(error)
                }
            })
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(status)
}

/// Hierarchical learning on the digits of a file: grey values from 0 to 255, white above half of it.
fn digits(file: &Path) -> Result<HierarchicalLearning> {
    let matrix = input::read(file, Some(DIGITS))?;
    let white = |(i, j)| i8::from(matrix[(i, j)] > HALF_WHITE);
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let at = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
    let samples = Samples::discrete(rows, columns, at.map(white).collect())?;
    HierarchicalLearning::on(samples).with_context(|| file.display().to_string())
}

fn list() -> Result<Status> {
    let mut stdout = io::stdout().lock();
    for experiment in experiments::all() {
        writeln!(
            stdout,
            "{:24}{}",
            experiment.name(),
            experiment.description()
        )?;
    }
    Ok(Status::Done)
}

fn chosen(args: &ValidateArgs) -> Result<Vec<&'static dyn Validation>> {
    if args.all {
        return Ok(experiments::all().to_vec());
    }
    let found = args.names.iter().map(|name| experiments::find(name));
    Ok(found.collect::<Result<_, _>>()?)
}

/// Where finished tasks are kept: beside the output, unless it is stdout.
fn checkpoints(args: &ValidateArgs) -> Option<PathBuf> {
    args.checkpoints.clone().or_else(|| {
        args.common.output_file().map(|file| {
            let mut name = file.as_os_str().to_owned();
            name.push(".checkpoints");
            PathBuf::from(name)
        })
    })
}

fn measured(experiment: &dyn Validation, settings: &Settings, quiet: bool) -> Result<Vec<Row>> {
    let bar = std::sync::OnceLock::new();
    let progress = |progress: saddlepoint_validation::runner::Progress| {
        bar.get_or_init(|| Progress::new(progress.total as u64, quiet))
            .set(progress.done as u64);
    };
    let cancelled = AtomicBool::new(false);
    let monitor = Monitor {
        progress: &progress,
        cancelled: &cancelled,
    };
    experiment
        .run(settings, &monitor)
        .with_context(|| format!("validate {}", experiment.name()))
}
