//! `simulate data`: samples of a data model into a file.

use crate::cli::simulate::data::SimulateDataArgs;
use crate::commands::Status;
use crate::output::matrix::MatrixOutput;
use crate::output::{Format, sidecar, staged};
use crate::questions::draw::{DIRECTION, UNIT_VALUE};
use anyhow::{Result, ensure};

/// Draws samples of a data model into a file.
pub(super) fn run(args: &SimulateDataArgs) -> Result<Status> {
    let common = &args.common;
    ensure!(
        common.plot.is_none(),
        "--plot draws tables, not samples; leave it out"
    );
    ensure!(
        matches!(common.format, None | Some(Format::Csv)),
        "--format does not apply to samples; name FILE.npy or FILE.csv"
    );
    ensure!(
        common.fields.is_empty(),
        "--fields chooses columns of tables, not of samples; leave it out"
    );
    let draw = args.question()?;
    ensure!(
        draw.is_planted() || args.directions.is_none(),
        "--data {} plants no directions; leave out --directions",
        draw.point.model.name()
    );
    let output = MatrixOutput::open(common.output_file(), common.seed)?;
    let sidecar = common.output_file().map(sidecar::path);
    let directions = args.directions.as_deref();
    let directions = directions
        .map(|path| match &sidecar {
            Some(sidecar) if *sidecar == sidecar::path(path) => MatrixOutput::beside(path),
            _ => MatrixOutput::open(Some(path), common.seed),
        })
        .transpose()?;
    let drawn = draw.replica(0)?;
    let mut files = output.write(&drawn.samples, &[UNIT_VALUE])?;
    if let (Some(output), Some(matrix)) = (directions, drawn.directions) {
        files.extend(output.write(&matrix, &[DIRECTION])?);
    }
    staged::commit(files)?;
    Ok(Status::Done)
}
