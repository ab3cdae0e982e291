//! Samples of a file, and the kind of unit that takes their values.

use super::TrainArgs;
use anyhow::{Context, Result, ensure};
use saddlepoint::input;
use saddlepoint::questions::{Kind, compact};
use saddlepoint_simulator::Samples;

/// The samples of the file that the flags name, in two values where a threshold is given.
pub(super) fn read(args: &TrainArgs) -> Result<Samples> {
    ensure!(
        args.samples.is_none(),
        "--samples is the number that a model draws; the rows of a file are all used"
    );
    ensure!(
        !args.data.standardize,
        "--standardize has no meaning for training; leave it out"
    );
    let path = args.data.file.as_deref().context("--file is missing")?;
    let (matrix, _) = input::read_with(path, args.data.reading())?;
    let matrix = if args.data.transpose {
        matrix.transpose()
    } else {
        matrix.as_ref()
    };
    let lower = match args.layers.visible {
        Some(Kind::SPIN) => -1.0,
        _ => 0.0,
    };
    let entry = |x: f64| match args.threshold {
        Some(threshold) if x > threshold => 1.0,
        Some(_) => lower,
        None => x,
    };
    let mut values = Vec::with_capacity(matrix.nrows() * matrix.ncols());
    for row in matrix.row_iter() {
        values.extend(row.iter().map(|&x| entry(x)));
    }
    compact(matrix.nrows(), matrix.ncols(), values).with_context(|| path.display().to_string())
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
