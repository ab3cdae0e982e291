use crate::cli::args::DataArgs;
use crate::cli::simulate::data::{Encoding, SimulateDataArgs, UnitLaw};
use crate::commands::Status;
use crate::old::matrix::MatrixOutput;
use crate::old::{Column, columns, staged};
use anyhow::{Context, Result, anyhow, bail, ensure};
use saddlepoint::input;
use saddlepoint::output::Format;
use saddlepoint::questions::{DataModel as Model, DataPoint};
use saddlepoint_simulator::data::{
    ClockRing, DataModel, Diagonal, Iid, IsingRing, IsingTorus, Law, Spiked, TwoCluster,
};
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};

/// Samples, and the planted directions of the model that they were drawn from, one per column.
pub(super) struct Draw {
    pub(super) samples: Samples,
    directions: Option<Samples>,
}

/// Draws samples of a data model into a file.
pub(crate) fn run(args: &SimulateDataArgs) -> Result<Status> {
    let common = &args.common;
    ensure!(
        common.plot.is_none(),
        "--plot draws tables, not samples; leave it out"
    );
    ensure!(
        matches!(common.format, None | Some(Format::Csv)),
        "--format does not apply to samples; name FILE.npy or FILE.csv"
    );
    let point = &single_point(&args.data)?;
    let planted = matches!(args.data.data, Model::Spiked | Model::TwoCluster);
    ensure!(
        planted || args.directions.is_none(),
        "--data {} plants no directions; leave out --directions",
        args.data.data.name()
    );
    let output = MatrixOutput::open(common.output_file(), common.seed)?;
    let directions = args.directions.as_deref();
    let directions = directions
        .map(|path| MatrixOutput::open(Some(path), common.seed))
        .transpose()?;
    let samples = usize::try_from(args.samples).context("--samples is too large")?;
    let rng = &mut stream(common.seed, STREAM, 0);
    let draw = draw(&args.data, point, samples, (args.law, args.encoding), rng)?;
    let mut files = output.write(&draw.samples, &[UNIT])?;
    if let (Some(output), Some(matrix)) = (directions, draw.directions) {
        files.extend(output.write(&matrix, &[columns::DIRECTION])?);
    }
    staged::commit(files)?;
    Ok(Status::Done)
}

/// What a column of the samples is.
const UNIT: Column = columns::UNIT_VALUE;

/// Name of the random numbers of drawn samples; replica r has those numbered r.
pub(super) const STREAM: &str = "simulate data";

/// The one set of parameters at which samples are drawn.
pub(super) fn single_point(data: &DataArgs) -> Result<DataPoint> {
    let points = data.points()?;
    let count = points.len();
    let [point] = <[DataPoint; 1]>::try_from(points).map_err(|_| {
        anyhow!("samples are drawn at one set of parameters, not at {count}; give one value each")
    })?;
    Ok(point)
}

/// Draws samples of a model.
pub(super) fn draw(
    data: &DataArgs,
    point: &DataPoint,
    samples: usize,
    (law, encoding): (UnitLaw, Encoding),
    rng: &mut Xoshiro256PlusPlus,
) -> Result<Draw> {
    let plain = |samples| {
        Ok(Draw {
            samples,
            directions: None,
        })
    };
    let beta = || point.beta.context("--beta is missing");
    match data.data {
        Model::Iid => {
            let law = match law {
                UnitLaw::Spin => Law::Spin,
                UnitLaw::Gaussian => Law::Gaussian,
            };
            plain(Iid::new(units(point)?, law)?.draw(samples, rng)?)
        }
        Model::Spiked => spiked(point, samples, rng),
        Model::TwoCluster => two_cluster(point, samples, rng),
        Model::IsingRing => plain(IsingRing::new(units(point)?, beta()?)?.draw(samples, rng)?),
        Model::IsingTorus => plain(IsingTorus::new(side(point)?, beta()?)?.draw(samples, rng)?),
        Model::ClockRing => {
            let states = point.states.context("--states is missing")?;
            let ring = ClockRing::new(units(point)?, states.into(), beta()?)?;
            plain(match encoding {
                Encoding::OneHot => ring.draw(samples, rng)?,
                Encoding::States => ring.draw_states(samples, rng)?,
                Encoding::Standardised => ring.draw_standardized(samples, rng)?,
            })
        }
        Model::Spectrum => {
            let file = data.file.as_deref().context("--file is missing")?;
            let variances = input::read_vector(file, data.columns.as_deref())?;
            plain(Diagonal::new(&variances)?.draw(samples, rng)?)
        }
        Model::Samples => bail!("--data samples is data already; choose a model to draw from"),
    }
}

fn units(point: &DataPoint) -> Result<usize> {
    let units = point.units.and_then(saddlepoint::questions::Units::finite);
    units.context("samples need a finite number of units; give --units N")
}

fn side(point: &DataPoint) -> Result<usize> {
    let units = units(point)?;
    let side = units.isqrt();
    ensure!(
        side * side == units,
        "--units {units} is no L x L torus; the nearest squares are {} and {}",
        side * side,
        (side + 1) * (side + 1)
    );
    Ok(side)
}

fn spiked(point: &DataPoint, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Draw> {
    let spike = point.spike.context("--spike is missing")?;
    let model = Spiked::random(units(point)?, &[spike], rng)?;
    let u = model.directions();
    let direction = (0..u.nrows()).map(|i| u[(i, 0)]).collect();
    let directions = Some(Samples::real(u.nrows(), 1, direction)?);
    Ok(Draw {
        samples: model.draw(samples, rng)?,
        directions,
    })
}

fn two_cluster(point: &DataPoint, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Draw> {
    let signal = point.signal.context("--signal is missing")?;
    let model = TwoCluster::random(units(point)?, signal, rng)?;
    let direction = model.direction();
    let directions = Some(Samples::real(direction.len(), 1, direction)?);
    Ok(Draw {
        samples: model.draw(samples, rng)?,
        directions,
    })
}
