use crate::cli::args::CommonArgs;
use crate::cli::data_args::DataArgs;
use crate::input;
use crate::questions::{DataModel, DataPoint, Draw, Encoding, UnitLaw};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use std::path::PathBuf;

/// Draw samples of a data model, one per row
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint simulate data --data ising-ring --units 100 --beta 0.5 --samples 10000 \
    -o ring.npy\n\nThe format follows the name: FILE.npy (spins and states as i1, real numbers as f8) or FILE.csv \
    without a header, as on stdout. Each parameter takes one value.",
    mut_arg("nonlinearity", |flag| flag.hide(false)),
    mut_arg("kurtosis", |flag| flag.hide(false)),
    mut_arg("plot", |flag| flag.hide(true)),
    mut_arg("width", |flag| flag.hide(true)),
    mut_arg("fields", |flag| flag.hide(true))
)]
pub(crate) struct SimulateDataArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Number of samples P, 1 or more
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) samples: u64,

    /// Law of one unit of iid data
    #[arg(long, value_enum, default_value_t = UnitLaw::Spin)]
    pub(crate) law: UnitLaw,

    /// How a clock-ring unit is written: N p columns of 0 and 1, N columns of states 0 to p-1, or N p standardised columns
    #[arg(long, value_enum, default_value_t = Encoding::OneHot)]
    pub(crate) encoding: Encoding,

    /// Write the planted directions of spiked and two-cluster data too, one per column, as .npy or .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) directions: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl SimulateDataArgs {
    /// What is drawn.
    pub(crate) fn question(&self) -> Result<Draw> {
        let samples = usize::try_from(self.samples).context("--samples is too large")?;
        let draw = draw(
            &self.data,
            single_point(&self.data)?,
            samples,
            self.common.seed,
        )?;
        Ok(Draw {
            law: self.law,
            encoding: self.encoding,
            ..draw
        })
    }
}

/// Samples of the model that the flags name, at one set of its parameters.
pub(super) fn draw(data: &DataArgs, point: DataPoint, samples: usize, seed: u64) -> Result<Draw> {
    let file = data.file.as_deref();
    let variances = file
        .filter(|_| data.data == DataModel::Spectrum)
        .map(|file| input::read_vector(file, data.reading.columns.as_deref()));
    Ok(Draw {
        point,
        variances: variances.transpose()?,
        law: UnitLaw::Spin,
        encoding: Encoding::OneHot,
        samples,
        seed,
    })
}

/// The one set of parameters at which samples are drawn.
fn single_point(data: &DataArgs) -> Result<DataPoint> {
    let points = data.points_to_draw()?;
    let count = points.len();
    let [point] = <[DataPoint; 1]>::try_from(points).map_err(|_| {
        anyhow!("samples are drawn at one set of parameters, not at {count}; give one value each")
    })?;
    Ok(point)
}
