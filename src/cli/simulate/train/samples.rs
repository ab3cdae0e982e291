//! Samples of a file, and the kind of unit that takes their values.

use super::TrainArgs;
use crate::input::samples::{self, Threshold};
use crate::questions::{Kind, Scaling};
use anyhow::{Context, Result, ensure};
use saddlepoint_simulator::Samples;
use std::path::Path;

/// The samples of the file that the flags name, in two values where a threshold is given.
pub(super) fn read(args: &TrainArgs) -> Result<(Samples, String)> {
    ensure!(
        args.samples.is_none(),
        "--samples is the number that a model draws; the rows of a file are all used"
    );
    ensure!(
        !(args.data.standardize && args.threshold.is_some()),
        "--standardize and --threshold: two values need no scale; leave one out"
    );
    let path = args.data.file.as_deref().context("--file is missing")?;
    of_file(args, path)
}

/// The samples of a file, read as the flags say, and a line that says what was read.
pub(super) fn of_file(args: &TrainArgs, path: &Path) -> Result<(Samples, String)> {
    let low = match args.layers.visible {
        Some(Kind::SPIN) => -1.0,
        _ => 0.0,
    };
    let threshold = args.threshold.map(|at| Threshold { at, low });
    samples::for_machine(
        path,
        args.data.reading.given(),
        args.data.transpose,
        threshold,
    )
}

/// How the samples are scaled, if they are to be: only numbers that are real have a scale of no meaning.
pub(super) fn scaling(args: &TrainArgs, samples: &Samples) -> Result<Option<Scaling>> {
    if !args.data.standardize {
        return Ok(None);
    }
    let is_two_valued = matches!(kind(samples), Ok(Kind::SPIN | Kind::BINARY));
    let is_real = match args.layers.visible {
        Some(asked) => asked == Kind::GAUSSIAN,
        None => !is_two_valued,
    };
    ensure!(
        is_real,
        "--standardize is for real-valued columns and Gaussian units; leave it out, or choose --visible gaussian"
    );
    Ok(Some(Scaling::of(samples)))
}

/// The kind of unit that takes the samples' values.
pub(super) fn kind(samples: &Samples) -> Result<Kind> {
    let values = samples.to_reals();
    let only = |allowed: [f64; 2]| {
        let is_one = |x: &f64| allowed.iter().any(|y| (x - y).abs() <= 0.0);
        values.iter().all(is_one)
    };
    if only([-1.0, 1.0]) {
        return Ok(Kind::SPIN);
    }
    if only([0.0, 1.0]) {
        return Ok(Kind::BINARY);
    }
    ensure!(
        values.iter().any(|x| x.fract().abs() > 0.0),
        "the data are whole numbers, but neither -1 and 1 nor 0 and 1; make two values of them with --threshold X, or choose \
         --visible gaussian"
    );
    Ok(Kind::GAUSSIAN)
}
