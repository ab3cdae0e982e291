//! The population that `--data` and its parameters describe.

use crate::cli::args::DataArgs;
use crate::old::{Cell, Column, columns};
use anyhow::{Context, Result, bail};
use saddlepoint::questions::Units;
use saddlepoint::questions::{DataModel, DataPoint};
use saddlepoint_theory::replica::learning::PlantedData;
use saddlepoint_theory::spectra::Population;

/// The columns that name a data point, on every row.
pub(super) const DATA_COLUMNS: [Column; 6] = [
    columns::DATA,
    columns::UNITS,
    columns::BETA,
    columns::STATES,
    columns::SPIKE,
    columns::SIGNAL,
];

/// The cells of [`DATA_COLUMNS`]; `units` is the population's where the command line leaves it open.
pub(super) fn data_cells(model: DataModel, point: &DataPoint, units: Option<usize>) -> Vec<Cell> {
    let size = point
        .units
        .or(Some(units.map_or(Units::Infinite, Units::Finite)));
    vec![
        model.name().into(),
        size.into(),
        point.beta.into(),
        point.states.into(),
        point.spike.into(),
        point.signal.into(),
    ]
}

/// The population of one data point.
pub(super) fn population(data: &DataArgs, point: &DataPoint) -> Result<Population> {
    let units = point.units.and_then(Units::finite);
    let given =
        |value: Option<f64>, flag: &str| value.with_context(|| format!("{flag} is missing"));
    let built = match data.data {
        DataModel::Iid => Population::iid(units),
        DataModel::Spiked => Population::spiked(units, &[given(point.spike, "--spike")?]),
        DataModel::TwoCluster => Population::two_cluster(units, given(point.signal, "--signal")?),
        DataModel::IsingRing => Population::ising_ring(units, given(point.beta, "--beta")?),
        DataModel::ClockRing => {
            let states = point.states.context("--states is missing")?;
            Population::clock_ring(units, states.into(), given(point.beta, "--beta")?)
        }
        DataModel::Spectrum => {
            let file = data.file.as_deref().context("--file is missing")?;
            return saddlepoint::input::samples::listed(file, data.columns.as_deref(), units);
        }
        DataModel::IsingTorus => bail!(
            "--data ising-torus: its population spectrum has no closed form; draw samples with \
             'saddlepoint simulate data' and give them as --data samples --file FILE"
        ),
        DataModel::Samples => bail!("--data samples has no population of its own"),
    };
    Ok(built?)
}

/// The data of one point as a hidden unit meets them: Gaussian but for two clusters.
pub(super) fn learning_data(data: &DataArgs, point: &DataPoint) -> Result<PlantedData> {
    if let (DataModel::TwoCluster, Some(signal)) = (data.data, point.signal) {
        let units = point.units.and_then(Units::finite);
        return Ok(PlantedData::two_cluster(units, signal)?);
    }
    Ok(PlantedData::gaussian(&population(data, point)?)?)
}
