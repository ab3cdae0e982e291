//! `flow modes`: the singular values of the weights in training.

use super::Status;
use crate::cli::flow::{FlowModesArgs, Growth};
use crate::old::columns::{self, reciprocal};
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result, ensure};
use saddlepoint::input;
use saddlepoint_theory::dynamics::{
    EarlyTraining, binary_rate, final_singular_value, gaussian_rate, singular_value,
};
use std::path::Path;

/// One mode at a time, or a matrix that starts at random.
pub(super) fn run(args: &FlowModesArgs) -> Result<Status> {
    let eigenvalues = match (&args.eigenvalues, &args.file) {
        (Some(grid), _) => grid.values().to_vec(),
        (None, Some(file)) => listed(file)?,
        (None, None) => anyhow::bail!("--eigenvalues or --file is missing"),
    };
    match args.hidden_units {
        None => saturating(args, &eigenvalues)?,
        Some(hidden) => from_noise(args, &eigenvalues, usize::try_from(hidden)?)?,
    }
    Ok(Status::Done)
}

fn listed(file: &Path) -> Result<Vec<f64>> {
    let eigenvalues = input::read_vector(file, None)?;
    let negative = eigenvalues.iter().find(|x| **x < 0.0);
    ensure!(
        negative.is_none(),
        "{}: holds the eigenvalue {:?}; those of a covariance are 0 or above",
        file.display(),
        negative.unwrap_or(&0.0)
    );
    Ok(eigenvalues)
}

/// The closed form of every mode at every time.
fn saturating(args: &FlowModesArgs, eigenvalues: &[f64]) -> Result<()> {
    ensure!(
        args.start > 0.0 && args.start < 1.0,
        "--start {:?}: must be above 0 and below 1",
        args.start
    );
    let times = args.time.as_ref().context("--time is missing")?;
    let table = vec![
        reciprocal::TIME,
        reciprocal::MODE,
        columns::EIGENVALUE,
        reciprocal::SINGULAR_VALUE,
        FINAL,
    ];
    let mut output = Output::open(&args.common, table)?;
    for &time in times.values() {
        for (mode, &eigenvalue) in eigenvalues.iter().enumerate() {
            output.push(vec![
                time.into(),
                mode.into(),
                eigenvalue.into(),
                singular_value(eigenvalue, args.start, time)?.into(),
                final_singular_value(eigenvalue)?.into(),
            ])?;
        }
    }
    output.finish()
}

/// Where a mode ends.
const FINAL: Column = Column::new(
    "final_singular_value",
    "s_∞",
    "singular value at which the mode ends",
    "s² = 1 − 1/c",
);

/// Growth out of random weights: emergence times, or what the weights show at given times.
fn from_noise(args: &FlowModesArgs, eigenvalues: &[f64], hidden: usize) -> Result<()> {
    let rate = match args.growth {
        Growth::Gaussian => gaussian_rate,
        Growth::Binary => binary_rate,
    };
    let rates: Vec<f64> = eigenvalues.iter().map(|&c| rate(c)).collect();
    let training = EarlyTraining::new(&rates, hidden, args.init_scale)
        .with_context(|| format!("--init-scale {:?}", args.init_scale))?;
    let leading = vec![hidden.into(), args.init_scale.into()];
    let noise = Noise {
        args,
        training,
        leading,
    };
    if args.emergence {
        noise.emergence()
    } else {
        noise.at_times()
    }
}

/// A matrix that starts at random, with the cells that lead its rows.
struct Noise<'a> {
    args: &'a FlowModesArgs,
    training: EarlyTraining,
    leading: Vec<Cell>,
}

/// The columns of [`Noise::leading`] and of [`Noise::mode_cells`].
const LEADING: [Column; 2] = [reciprocal::HIDDEN_SIZE, reciprocal::INIT_SCALE];
const MODE_COLUMNS: [Column; 4] = [
    reciprocal::MODE,
    columns::DEGENERACY,
    columns::EIGENVALUE,
    reciprocal::GROWTH_RATE,
];

impl Noise<'_> {
    /// One row per mode: when it leaves the bulk.
    fn emergence(&self) -> Result<()> {
        let last = [reciprocal::EMERGENCE, reciprocal::SINGULAR_VALUE];
        let table = [&LEADING[..], &MODE_COLUMNS, &last].concat();
        let mut output = Output::open(&self.args.common, table)?;
        for mode in 0..self.training.modes().len() {
            let time = self.training.emergence(mode)?;
            let shown = time.map(|time| self.training.at(mode, time)).transpose()?;
            let last = [time.into(), shown.map(|shown| shown.singular_value).into()];
            output.push([&self.leading[..], &self.mode_cells(mode), &last].concat())?;
        }
        output.finish()
    }

    /// One row per time and mode: what the weights show.
    fn at_times(&self) -> Result<()> {
        let times = self.args.time.as_ref().context("--time is missing")?;
        let last = [
            reciprocal::SINGULAR_VALUE,
            columns::DETACHED,
            columns::OVERLAP_SQUARED,
        ];
        let table = [&LEADING[..], &[reciprocal::TIME], &MODE_COLUMNS, &last].concat();
        let mut output = Output::open(&self.args.common, table)?;
        for &time in times.values() {
            for mode in 0..self.training.modes().len() {
                let shown = self.training.at(mode, time)?;
                let last = [
                    shown.singular_value.into(),
                    shown.is_detached.into(),
                    shown.overlap_squared.into(),
                ];
                let row = [
                    &self.leading[..],
                    &[time.into()],
                    &self.mode_cells(mode),
                    &last,
                ];
                output.push(row.concat())?;
            }
        }
        output.finish()
    }

    fn mode_cells(&self, mode: usize) -> [Cell; 4] {
        let (rate, degeneracy) = self.training.modes()[mode];
        let eigenvalue = match self.args.growth {
            Growth::Gaussian => rate + 1.0,
            Growth::Binary => 4.0 * rate + 0.25,
        };
        [
            mode.into(),
            degeneracy.into(),
            eigenvalue.into(),
            rate.into(),
        ]
    }
}
