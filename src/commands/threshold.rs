use super::Status;
use super::criteria::{Known, Measure, criteria};
use super::population::{DATA_COLUMNS, data_cells, population};
use crate::cli::threshold::{Criterion, Modes, ThresholdArgs, Unknown};
use crate::old::{Cell, Column, Output, columns};
use anyhow::{Context, Result, bail, ensure};
use saddlepoint::questions::Units;
use saddlepoint::questions::{DataModel, DataPoint};
use saddlepoint_theory::covariance::{
    Landing, Spike, alpha_for_overlap, population_eigenvalue, solve_parameter, spike,
};
use saddlepoint_theory::spectra::{Mode, Population};

/// Largest coupling that an inverse problem looks at: beyond it an Ising ring is frozen at double precision.
const STRONGEST_COUPLING: f64 = 17.0;

/// Largest spike or signal that an inverse problem looks at.
const STRONGEST_SIGNAL: f64 = 1e6;

/// Critical sample sizes, and what a sample shows.
pub(super) fn run(args: &ThresholdArgs) -> Result<Status> {
    if args.data.data == DataModel::Samples {
        return super::observed::threshold(args);
    }
    let with_sample = args.alpha.is_some() || args.solve_for.is_some();
    let points = args
        .data
        .points_solving(args.solve_for.and_then(Unknown::flag))?;
    check_unknown(args)?;
    let criteria = criteria(args)?;
    let known = Known::of(args);
    let mut output = Output::open(&args.common, threshold_columns(with_sample, known))?;
    for point in &points {
        for rows in rows(args, &criteria, point).with_context(|| describe(args, point))? {
            output.push(rows)?;
        }
    }
    output.finish()?;
    Ok(Status::Done)
}

/// The columns of the table; those about a sample or a learner only if there is one.
pub(super) fn threshold_columns(with_sample: bool, known: Known) -> Vec<Column> {
    let mut table = DATA_COLUMNS.to_vec();
    table.push(columns::CRITERION);
    table.extend(known.columns());
    table.extend([
        columns::MODE,
        columns::DEGENERACY,
        columns::EIGENVALUE,
        columns::ALPHA_C,
        columns::SAMPLES_C,
        columns::GAMMA_C,
    ]);
    if with_sample {
        table.extend([
            columns::ALPHA,
            columns::SAMPLE_EIGENVALUE,
            columns::DETACHED,
            columns::OVERLAP_SQUARED,
        ]);
    }
    table
}

impl Unknown {
    /// The data flag that is solved for, and so must not be given.
    fn flag(self) -> Option<&'static str> {
        match self {
            Self::Beta => Some("--beta"),
            Self::Spike => Some("--spike"),
            Self::Signal => Some("--signal"),
            Self::Alpha => None,
        }
    }
}

fn check_unknown(args: &ThresholdArgs) -> Result<()> {
    match args.solve_for {
        Some(Unknown::Alpha) => ensure!(
            args.alpha.is_none(),
            "--solve-for alpha computes alpha; leave --alpha out"
        ),
        Some(unknown) => ensure!(
            args.alpha.is_some(),
            "--solve-for {} needs --alpha",
            unknown.flag().unwrap_or_default().trim_start_matches('-')
        ),
        None => {}
    }
    Ok(())
}

/// The flags of a data point, to say where something went wrong.
fn describe(args: &ThresholdArgs, point: &DataPoint) -> String {
    let flags = [
        ("--data", Some(args.data.data.name().to_owned())),
        (
            "--units",
            point.units.and_then(Units::finite).map(|n| n.to_string()),
        ),
        ("--beta", point.beta.map(|x| x.to_string())),
        ("--spike", point.spike.map(|x| x.to_string())),
        ("--signal", point.signal.map(|x| x.to_string())),
    ];
    let given = flags
        .into_iter()
        .filter_map(|(flag, value)| Some(format!("{flag} {}", value?)));
    given.collect::<Vec<_>>().join(" ")
}

/// All rows of one data point: over alpha, then criteria, then modes.
fn rows(args: &ThresholdArgs, measures: &[Measure], point: &DataPoint) -> Result<Vec<Vec<Cell>>> {
    let overlaps = args
        .overlap
        .as_ref()
        .map_or(vec![0.0], |grid| grid.values().to_vec());
    let alphas = args
        .alpha
        .as_ref()
        .map_or(Vec::new(), |grid| grid.values().to_vec());
    let mut rows = Vec::new();
    match (args.solve_for, &args.observed) {
        (Some(Unknown::Alpha), _) => {
            let population = population(&args.data, point)?;
            for &overlap in &overlaps {
                let alpha = alpha_for_overlap(&population, 0, overlap)?;
                let spectral = &[Measure::SPECTRAL];
                mode_rows(args, point, &population, spectral, Some(alpha), &mut rows)?;
            }
        }
        (Some(unknown), _) => {
            for &alpha in &alphas {
                for &overlap in &overlaps {
                    for measure in measures {
                        let solved = solve(args, point, unknown, *measure, [alpha, overlap])?;
                        let population = population(&args.data, &solved)?;
                        let one = std::slice::from_ref(measure);
                        mode_rows(args, &solved, &population, one, Some(alpha), &mut rows)?;
                    }
                }
            }
        }
        (None, Some(observed)) => {
            let population = population(&args.data, point)?;
            for &alpha in &alphas {
                for &x in observed.values() {
                    rows.push(observed_row(args, point, &population, alpha, x)?);
                }
            }
        }
        (None, None) => {
            let population = population(&args.data, point)?;
            let grid: Vec<Option<f64>> = match args.alpha {
                Some(_) => alphas.into_iter().map(Some).collect(),
                None => vec![None],
            };
            for alpha in grid {
                mode_rows(args, point, &population, measures, alpha, &mut rows)?;
            }
        }
    }
    Ok(rows)
}

/// The data point with its unknown parameter filled in.
fn solve(
    args: &ThresholdArgs,
    point: &DataPoint,
    unknown: Unknown,
    measure: Measure,
    [alpha, overlap]: [f64; 2],
) -> Result<DataPoint> {
    let filled = |value: f64| {
        let mut point = point.clone();
        match unknown {
            Unknown::Beta => point.beta = Some(value),
            Unknown::Spike => point.spike = Some(value),
            Unknown::Signal => point.signal = Some(value),
            Unknown::Alpha => {}
        }
        point
    };
    let family = |value: f64| {
        let filled = filled(value);
        let population = population(&args.data, &filled).map_err(theory_error)?;
        if measure.criterion == Criterion::Spectral {
            return alpha_for_overlap(&population, 0, overlap);
        }
        measure
            .critical(args, &filled, &population, 0)
            .map_err(theory_error)
    };
    let (name, most) = match unknown {
        Unknown::Beta => ("alpha_c at beta", STRONGEST_COUPLING),
        Unknown::Spike => ("alpha_c at spike", STRONGEST_SIGNAL),
        _ => ("alpha_c at signal", STRONGEST_SIGNAL),
    };
    Ok(filled(solve_parameter(name, alpha, most, &family)?))
}

/// The theory's own error where there is one.
fn theory_error(error: anyhow::Error) -> saddlepoint_theory::Error {
    error
        .downcast()
        .unwrap_or(saddlepoint_theory::Error::NotFinite { name: "population" })
}

/// The rows of one population at one alpha.
fn mode_rows(
    args: &ThresholdArgs,
    point: &DataPoint,
    population: &Population,
    measures: &[Measure],
    alpha: Option<f64>,
    rows: &mut Vec<Vec<Cell>>,
) -> Result<()> {
    let with_sample = alpha.is_some();
    let known = Known::of(args);
    for &measure in measures {
        let criterion = measure.criterion;
        let ranks = match criterion {
            Criterion::Spectral => args
                .modes
                .unwrap_or(Modes::Leading(1))
                .ranks(population.modes().len()),
            _ => 0..1,
        };
        for rank in ranks {
            let critical = measure.critical(args, point, population, rank)?;
            let mut row = data_cells(args.data.data, point, population.units());
            let mode = population.mode(rank)?;
            row.extend(mode_cells(
                criterion.name(),
                rank,
                mode,
                critical,
                population.units(),
            ));
            // After the data and the criterion.
            let place = DATA_COLUMNS.len() + 1;
            row.splice(place..place, known.cells(&measure));
            let seen = match (criterion, alpha) {
                (Criterion::Spectral, Some(alpha)) if alpha.is_finite() => {
                    Some(spike(population, rank, alpha)?)
                }
                _ => None,
            };
            if with_sample {
                row.push(alpha.into());
                match seen {
                    Some(spike) => row.extend(Sighting::from(spike)),
                    None => row.extend([Cell::Missing, Cell::Missing, Cell::Missing]),
                }
            }
            rows.push(row);
        }
    }
    Ok(())
}

/// criterion, mode, degeneracy, eigenvalue, `alpha_c`, `samples_c`, `gamma_c`.
pub(super) fn mode_cells(
    criterion: &'static str,
    rank: usize,
    mode: Mode,
    critical: f64,
    units: Option<usize>,
) -> Vec<Cell> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of units stay far below 2^53"
    )]
    let samples = units.map(|n| n as f64 * critical);
    vec![
        criterion.into(),
        rank.into(),
        mode.degeneracy.into(),
        mode.eigenvalue.into(),
        critical.into(),
        samples.into(),
        (1.0 / critical).into(),
    ]
}

/// What a sample shows of one mode: the cells `sample_eigenvalue`, `detached`, `overlap_squared`.
pub(super) struct Sighting {
    pub(super) eigenvalue: f64,
    pub(super) is_detached: bool,
    pub(super) overlap_squared: f64,
}

impl From<Spike> for Sighting {
    fn from(spike: Spike) -> Self {
        Self {
            eigenvalue: spike.eigenvalue(),
            is_detached: spike.is_detached(),
            overlap_squared: spike.overlap_squared(),
        }
    }
}

impl IntoIterator for Sighting {
    type Item = Cell;
    type IntoIter = std::array::IntoIter<Cell, 3>;

    fn into_iter(self) -> Self::IntoIter {
        [
            self.eigenvalue.into(),
            self.is_detached.into(),
            self.overlap_squared.into(),
        ]
        .into_iter()
    }
}

/// The population eigenvalue behind an observed one, taken as a lone mode on the population without its leading mode.
fn observed_row(
    args: &ThresholdArgs,
    point: &DataPoint,
    population: &Population,
    alpha: f64,
    observed: f64,
) -> Result<Vec<Cell>> {
    let Some((bulk, variables)) = population.without(0)? else {
        bail!("there is no bulk without the leading mode");
    };
    let aspect_ratio = variables / alpha;
    let eigenvalue = population_eigenvalue(bulk.as_ref(), aspect_ratio, observed)?;
    let landed = Landing::new(bulk.as_ref(), aspect_ratio)?.on_axis(eigenvalue);
    let critical = alpha * (1.0 - landed.slope);
    let mode = Mode {
        eigenvalue,
        weight: 0.0,
        degeneracy: Some(1),
    };
    let mut row = data_cells(args.data.data, point, population.units());
    row.extend(mode_cells(
        Criterion::Spectral.name(),
        0,
        mode,
        critical,
        population.units(),
    ));
    row.push(alpha.into());
    row.extend(Sighting {
        eigenvalue: observed,
        is_detached: true,
        overlap_squared: eigenvalue * landed.slope / landed.position,
    });
    Ok(row)
}
