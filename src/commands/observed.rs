//! `threshold` and `spectrum` of a data matrix: what its own sample spectrum says.

use super::Status;
use super::criteria::Known;
use super::spectrum::{law_rows, spectrum_columns};
use super::threshold::{Sighting, mode_cells, threshold_columns};
use crate::cli::args::DataArgs;
use crate::cli::spectrum::SpectrumArgs;
use crate::cli::threshold::{Criterion, Modes, ThresholdArgs};
use crate::old::{Cell, Output, columns};
use anyhow::{Context, Result, ensure};
use saddlepoint::input::samples::debiased;
use saddlepoint::questions::DataModel;
use saddlepoint::questions::Units;
use saddlepoint_theory::covariance::{Debiased, SampleLaw, critical_alpha};

/// The modes that a data matrix shows, and the next one that it does not show yet.
pub(super) fn threshold(args: &ThresholdArgs) -> Result<Status> {
    args.data.points()?;
    ensure!(
        args.alpha.is_none() && args.solve_for.is_none() && args.observed.is_none(),
        "--data samples: alpha is that of the file; leave --alpha, --observed and --solve-for out"
    );
    ensure!(
        args.criterion == [Criterion::Spectral],
        "--data samples knows the spectral criterion only; leave --criterion out"
    );
    let mut table = threshold_columns(true, Known::default());
    table.extend([columns::DISTANCE, columns::EIGENVALUE_ERROR]);
    let mut output = Output::open(&args.common, table)?;
    let data = read(&args.data)?;
    let modes = data.population.modes().len();
    let shown = data.outliers.len();
    let ranks = args.modes.unwrap_or(Modes::Leading(shown + 1)).ranks(modes);
    let mut place = 0;
    for rank in ranks {
        output.push(mode_row(&data, rank, place)?)?;
        place += data.population.mode(rank)?.degeneracy.unwrap_or(1);
    }
    output.finish()?;
    Ok(Status::Done)
}

/// The law fitted to the bulk of a data matrix, beside the cumulative distribution of its eigenvalues.
pub(super) fn spectrum(args: &SpectrumArgs) -> Result<Status> {
    args.data.points()?;
    ensure!(
        args.alpha.is_none() && !args.profile,
        "--data samples: alpha is that of the file, and its modes are listed by 'saddlepoint threshold'; \
         leave --alpha and --profile out"
    );
    let mut table = spectrum_columns(args);
    if !args.edges {
        table.push(columns::SAMPLE_CUMULATIVE);
    }
    let mut output = Output::open(&args.common, table)?;
    let data = read(&args.data)?;
    let law = SampleLaw::new(&data.bulk, data.bulk_aspect_ratio)?;
    let bulk = &data.eigenvalues[data.outliers.len()..];
    let mut parameters = parameter_cells(&data);
    parameters.push(data.alpha().into());
    law_rows(args, &law, &mut |mut cells: Vec<Cell>| {
        if let (false, Cell::Number(x)) = (args.edges, &cells[0]) {
            cells.push(fraction_below(bulk, *x).into());
        }
        output.push([parameters.clone(), cells].concat())
    })?;
    output.finish()?;
    Ok(Status::Done)
}

fn read(args: &DataArgs) -> Result<Debiased> {
    let file = args.file.as_deref().context("--file is missing")?;
    debiased(file, args.columns.as_deref(), args.standardize)
}

fn parameter_cells(data: &Debiased) -> Vec<Cell> {
    let units = data.population.units().map(Units::Finite);
    let mut cells: Vec<Cell> = vec![DataModel::Samples.name().into(), units.into()];
    cells.extend([Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing]);
    cells
}

/// One mode, with the sample eigenvalue of the same place (`place` eigenvalues are larger).
fn mode_row(data: &Debiased, rank: usize, place: usize) -> Result<Vec<Cell>> {
    let population = &data.population;
    let critical = critical_alpha(population, rank)?;
    let mut row = parameter_cells(data);
    let mode = population.mode(rank)?;
    row.extend(mode_cells(
        Criterion::Spectral.name(),
        rank,
        mode,
        critical,
        population.units(),
    ));
    row.push(data.alpha().into());
    let outlier = data.outliers.get(place);
    let eigenvalue = data.eigenvalues.get(place).copied().unwrap_or(0.0);
    row.extend(Sighting {
        eigenvalue,
        is_detached: outlier.is_some(),
        overlap_squared: outlier.map_or(0.0, |seen| seen.overlap_squared),
    });
    row.push(data.distance(eigenvalue).into());
    row.push(outlier.map(|seen| seen.standard_error).into());
    Ok(row)
}

/// Fraction of eigenvalues, given in descending order, at or below x.
#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of variables stay far below 2^53"
)]
pub(super) fn fraction_below(descending: &[f64], x: f64) -> f64 {
    let above = descending.partition_point(|&eigenvalue| eigenvalue > x);
    (descending.len() - above) as f64 / descending.len().max(1) as f64
}
