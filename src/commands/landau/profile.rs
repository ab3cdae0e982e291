//! The free energy along one mode or two, and the amplitude along a cycle of a field.

use super::{Case, PARAMETERS, Status, check_mode, landscape};
use crate::cli::landau::LandauArgs;
use crate::old::columns::reciprocal;
use crate::old::{Cell, Output};
use anyhow::{Result, ensure};
use saddlepoint_theory::reciprocal::{Landscape, exact_profile, hysteresis as cycle};

/// Points of a profile, and of a surface along each of its axes.
const POINTS: i32 = 101;
const SURFACE_POINTS: i32 = 41;

/// Free energy, in units of the temperature, up to which the profile of a mode that is not ordered goes.
const HEIGHT: f64 = 5.0;

/// Free energies on a line or a grid of amplitudes.
pub(super) fn run(args: &LandauArgs, cases: &[Case], modes: &[usize]) -> Result<Status> {
    let mut table = PARAMETERS.to_vec();
    table.push(reciprocal::MODE);
    if modes.len() == 2 {
        table.push(reciprocal::SECOND_MODE);
    }
    table.push(reciprocal::AMPLITUDE);
    if modes.len() == 2 {
        table.push(reciprocal::SECOND_AMPLITUDE);
    }
    table.extend([
        reciprocal::LANDAU,
        reciprocal::MEAN_FIELD,
        reciprocal::EXACT,
    ]);
    let mut output = Output::open(&args.common, table)?;
    let mut status = Status::Done;
    for case in cases {
        let landscape = landscape(case, &mut status)?;
        for &mode in modes {
            check_mode("--profile", mode, &landscape)?;
        }
        let axes = axes(args, &landscape, modes)?;
        let exact = exact(case, &landscape, modes, &axes);
        let slices: Vec<&[f64]> = axes.iter().map(Vec::as_slice).collect();
        let numbers = modes.iter().map(|&mode| Cell::from(mode));
        let leading: Vec<Cell> = case.cells.iter().cloned().chain(numbers).collect();
        for (point, exact) in saddlepoint::questions::product(&slices)?.zip(exact) {
            let mut row = leading.clone();
            row.extend(point.iter().map(|&a| Cell::from(a)));
            row.push(landscape.expansion(modes, &point)?.into());
            row.push(landscape.free_energy(modes, &point)?.value.into());
            row.push(exact.into());
            output.push(row)?;
        }
    }
    output.finish()?;
    Ok(status)
}

/// The amplitudes of each mode: those given, or an even grid that holds the minima.
fn axes(args: &LandauArgs, landscape: &Landscape, modes: &[usize]) -> Result<Vec<Vec<f64>>> {
    if let Some(given) = &args.amplitude {
        return Ok(vec![given.values().to_vec(); modes.len()]);
    }
    let points = if modes.len() == 2 {
        SURFACE_POINTS
    } else {
        POINTS
    };
    let half = points / 2;
    let axis = |&mode: &usize| -> Result<Vec<f64>> {
        let reach = reach(landscape, mode)?;
        let at = |i: i32| reach * f64::from(i) / f64::from(half);
        Ok((-half..=half).map(at).collect())
    };
    modes.iter().map(axis).collect()
}

/// An amplitude beyond the minima of a mode.
fn reach(landscape: &Landscape, mode: usize) -> Result<f64> {
    let along = landscape.along(mode)?;
    let minima = along.stationary_points(0.0)?;
    let furthest = minima
        .iter()
        .map(|point| point.amplitude.abs())
        .fold(0.0, f64::max);
    if furthest > 0.0 {
        return Ok(1.6 * furthest);
    }
    let value = |a: f64| {
        landscape
            .free_energy(&[mode], &[a])
            .map(|found| found.value)
    };
    let mut reach = 1.0;
    // Twenty doublings: a mode that is nearly unstable has a flat, but never an endless bottom.
    for _ in 0..20 {
        if value(reach)? > HEIGHT {
            break;
        }
        reach *= 2.0;
    }
    Ok(reach)
}

/// The exact profile of one mode where it can be had, nothing otherwise.
fn exact(
    case: &Case,
    landscape: &Landscape,
    modes: &[usize],
    axes: &[Vec<f64>],
) -> Vec<Option<f64>> {
    let points = axes.iter().map(Vec::len).product();
    match (modes, axes) {
        ([mode], [axis]) => exact_profile(&case.machine, landscape, *mode, axis)
            .unwrap_or_else(|_| vec![None; points]),
        _ => vec![None; points],
    }
}

/// The amplitude of a mode along a cycle of the field, and that of the lowest minimum.
pub(super) fn hysteresis(
    args: &LandauArgs,
    cases: &[Case],
    mode: usize,
    fields: &[f64],
) -> Result<Status> {
    ensure!(fields.is_sorted(), "--field: the fields must ascend");
    let table = [
        &PARAMETERS[..],
        &[
            reciprocal::MODE,
            reciprocal::FIELD,
            reciprocal::RISING,
            reciprocal::FALLING,
            reciprocal::LOWEST_AMPLITUDE,
        ],
    ]
    .concat();
    let mut output = Output::open(&args.common, table)?;
    let mut status = Status::Done;
    for case in cases {
        let landscape = landscape(case, &mut status)?;
        check_mode("--hysteresis", mode, &landscape)?;
        let along = landscape.along(mode)?;
        for point in cycle(&along, fields)? {
            let lowest = along.lowest_minimum(point.field)?;
            let mut row = case.cells.clone();
            row.extend([
                mode.into(),
                point.field.into(),
                point.rising.into(),
                point.falling.into(),
                lowest.map(|minimum| minimum.amplitude).into(),
            ]);
            output.push(row)?;
        }
    }
    output.finish()?;
    Ok(status)
}
