use super::Status;
use super::population::{DATA_COLUMNS, data_cells, population};
use crate::cli::spectrum::SpectrumArgs;
use crate::old::{Cell, Column, Output, columns};
use anyhow::{Context, Result};
use saddlepoint::questions::DataModel;
use saddlepoint_theory::covariance::{Interval, SampleLaw, overlap_profile};
use saddlepoint_theory::spectra::Population;

/// Relative error of mass or mean above which a law is reported as not converged.
const SELF_CHECK: f64 = 1e-8;

/// The law of the sample eigenvalues.
pub(super) fn run(args: &SpectrumArgs) -> Result<Status> {
    if let Some(weights) = &args.weights {
        return super::weights::spectrum(args, weights);
    }
    if args.data.data == DataModel::Samples {
        return super::observed::spectrum(args);
    }
    let alphas = args
        .alpha
        .as_ref()
        .context("--alpha is missing: give samples per unit")?;
    let points = args.data.points()?;
    let mut output = Output::open(&args.common, spectrum_columns(args))?;
    let mut status = Status::Done;
    for point in &points {
        let population = population(&args.data, point)?;
        for &alpha in alphas.values() {
            let mut parameters = data_cells(args.data.data, point, population.units());
            parameters.push(alpha.into());
            let mut push = |cells: Vec<Cell>| output.push([parameters.clone(), cells].concat());
            if args.profile {
                profile_rows(&population, alpha, &mut push)?;
                continue;
            }
            let law = SampleLaw::new(population.spectrum(), population.aspect_ratio(alpha)?)?;
            law_rows(args, &law, &mut push)?;
            if !args.edges && !law.self_check()?.is_within(SELF_CHECK) {
                status = Status::Incomplete;
            }
        }
    }
    output.finish()?;
    Ok(status)
}

/// The columns of the kind of table that is asked for.
pub(super) fn spectrum_columns(args: &SpectrumArgs) -> Vec<Column> {
    let mut table = DATA_COLUMNS.to_vec();
    table.push(columns::ALPHA);
    if args.profile {
        table.extend([
            columns::MODE,
            columns::DEGENERACY,
            columns::EIGENVALUE,
            columns::PROFILE_OVERLAP,
        ]);
    } else if args.edges {
        table.extend([columns::EDGE, columns::SIDE, columns::X, columns::MASS]);
    } else {
        table.extend([columns::X, columns::DENSITY, columns::CUMULATIVE]);
    }
    table
}

/// Edges or density of one law, through `push`.
pub(super) fn law_rows(
    args: &SpectrumArgs,
    law: &SampleLaw,
    push: &mut impl FnMut(Vec<Cell>) -> Result<()>,
) -> Result<()> {
    if args.edges {
        return edge_rows(law.support(), push);
    }
    if law.atom_at_zero() > 0.0 {
        // A point mass has no density; its weight is the first step of the cumulative.
        push(vec![0.0.into(), Cell::Missing, law.atom_at_zero().into()])?;
    }
    let points = usize::try_from(args.points)?;
    for point in law.grid(points)? {
        push(vec![
            point.x.into(),
            point.density.into(),
            point.cumulative.into(),
        ])?;
    }
    Ok(())
}

fn edge_rows(intervals: &[Interval], push: &mut impl FnMut(Vec<Cell>) -> Result<()>) -> Result<()> {
    for (index, interval) in intervals.iter().enumerate() {
        for (offset, side, edge) in [(0, "lower", interval.lower), (1, "upper", interval.upper)] {
            let mass: Cell = interval.mass.into();
            push(vec![
                (2 * index + offset).into(),
                side.into(),
                edge.position.into(),
                mass,
            ])?;
        }
    }
    Ok(())
}

fn profile_rows(
    population: &Population,
    alpha: f64,
    push: &mut impl FnMut(Vec<Cell>) -> Result<()>,
) -> Result<()> {
    for (rank, (mode, overlap)) in overlap_profile(population, alpha)?
        .overlaps
        .iter()
        .enumerate()
    {
        let degeneracy: Cell = mode.degeneracy.into();
        push(vec![
            rank.into(),
            degeneracy,
            mode.eigenvalue.into(),
            (*overlap).into(),
        ])?;
    }
    Ok(())
}
