//! `simulate gibbs`: block Gibbs sampling of a given machine.

use super::{Pair, size};
use crate::cli::args::CommonArgs;
use crate::cli::simulate::gibbs::GibbsArgs;
use crate::commands::{Status, machine, thread_pool};
use crate::old::columns::{self, reciprocal, training};
use crate::old::matrix::MatrixOutput;
use crate::old::{Cell, Output, staged};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint::input;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::samples::Samples;
use saddlepoint_simulator::statistics::{autocorrelation, correlated_mean, independent_mean};
use saddlepoint_simulator::{Error, Unit, stream};

/// Samples a machine; writes the observables and the configurations.
pub(super) fn run(args: &GibbsArgs) -> Result<Status> {
    let array = args.samples.as_deref();
    let pair = Pair::new(args.common.output_file(), array, "npy", false);
    let common = CommonArgs {
        output: pair.table,
        ..args.common.clone()
    };
    let mut output = Output::open(&common, COLUMNS.to_vec())?;
    let files = pair
        .array
        .as_deref()
        .map(|file| MatrixOutput::open(Some(file), common.seed))
        .transpose()?;
    let machine = machine::simulated(&args.machine)?;
    let keep = files.is_some();
    let sampled = thread_pool(&common)?.install(|| sample(args, &machine, keep))?;
    let mut status = Status::Done;
    for (name, series) in &sampled.observables {
        let summary = Summary::new(series)?;
        if !summary.sufficient {
            status = Status::Incomplete;
        }
        output.push(cells(args, name, &summary))?;
    }
    if let Some(files) = files {
        let configurations = sampled.configurations(&machine)?;
        staged::commit(files.write(&configurations, &[columns::UNIT_VALUE])?)?;
    }
    output.finish()?;
    Ok(status)
}

const COLUMNS: [crate::old::Column; 10] = [
    reciprocal::VISIBLE_UNIT,
    reciprocal::HIDDEN_UNIT,
    training::CHAINS,
    training::STEPS,
    columns::OBSERVABLE,
    training::MEAN,
    columns::STANDARD_ERROR,
    training::AUTOCORRELATION_TIME,
    training::AUTOCORRELATION_ERROR,
    training::SUFFICIENT,
];

fn cells(args: &GibbsArgs, name: &str, summary: &Summary) -> Vec<Cell> {
    vec![
        args.machine.visible.name().into(),
        args.machine.hidden().name().into(),
        usize::try_from(args.chains).ok().into(),
        usize::try_from(args.steps).ok().into(),
        name.to_owned().into(),
        summary.mean.into(),
        summary.standard_error.into(),
        summary.time.into(),
        summary.time_error.into(),
        summary.sufficient.into(),
    ]
}

/// What was seen of a machine.
struct Sampled {
    /// Name, and the values in time of every chain.
    observables: Vec<(String, Vec<Vec<f64>>)>,
    /// Recorded visible units, one configuration after the other.
    visible: Vec<f64>,
}

impl Sampled {
    fn configurations(self, machine: &Rbm) -> Result<Samples> {
        let units = machine.visible().units();
        let rows = self.visible.len() / units;
        #[expect(clippy::cast_possible_truncation, reason = "-1, 0 or 1")]
        let samples = match machine.visible().unit() {
            Unit::Spin | Unit::Binary => {
                let values = self.visible.into_iter().map(|x| x as i8).collect();
                Samples::discrete(rows, units, values)
            }
            _ => Samples::real(rows, units, self.visible),
        };
        Ok(samples?)
    }
}

fn sample(args: &GibbsArgs, machine: &Rbm, keep: bool) -> Result<Sampled> {
    let rng = &mut stream(args.common.seed, "simulate gibbs", 0);
    let mut chains = match &args.start {
        Some(file) => {
            let start = input::read(file, None)?;
            let place = || file.display().to_string();
            Chains::new(machine, start.transpose().to_owned(), rng).with_context(place)?
        }
        None => Chains::random(machine, size("--chains", args.chains)?, rng)?,
    };
    ensure!(
        args.start.is_none() || chains.count() as u64 == args.chains,
        "--start holds {} configurations for --chains {}; give as many",
        chains.count(),
        args.chains
    );
    for _ in 0..args.burn_in.unwrap_or(args.steps / 10) {
        chains.sweep(rng);
    }
    let mut seen = Seen::new(args, machine, chains.count())?;
    let mut visible = Vec::new();
    for step in 1..=args.steps {
        chains.sweep(rng);
        seen.record(&chains);
        if keep && step.is_multiple_of(args.thin) {
            visible.extend(
                chains
                    .visible()
                    .col_iter()
                    .flat_map(|chain| chain.iter().copied()),
            );
        }
    }
    Ok(Sampled {
        observables: seen.finish(),
        visible,
    })
}

/// Observables in time.
struct Seen {
    /// Left singular vectors of the leading modes, the columns.
    modes: Mat<f64>,
    series: Vec<(String, Vec<Vec<f64>>)>,
}

impl Seen {
    fn new(args: &GibbsArgs, machine: &Rbm, chains: usize) -> Result<Self> {
        let weights = machine.weights();
        let count = usize::from(args.modes)
            .min(weights.nrows())
            .min(weights.ncols());
        let svd = weights
            .thin_svd()
            .map_err(|_| anyhow::anyhow!("the singular values of the weights were not found"))?;
        let modes = svd.U().subcols(0, count).to_owned();
        let names = ["energy", "mean_visible", "mean_hidden"].map(str::to_owned);
        let amplitudes = (0..count).map(|k| format!("amplitude_{k}"));
        let series = names.into_iter().chain(amplitudes);
        Ok(Self {
            modes,
            series: series
                .map(|name| (name, vec![Vec::new(); chains]))
                .collect(),
        })
    }

    fn record(&mut self, chains: &Chains<'_>) {
        let energies = chains.energies();
        let (visible, hidden) = (chains.visible(), chains.hidden());
        for (chain, energy) in energies.into_iter().enumerate() {
            let (v, h) = (visible.col(chain), hidden.col(chain));
            let fixed = [energy, mean(v), mean(h)];
            let amplitudes = self
                .modes
                .col_iter()
                .map(|u| u.iter().zip(v.iter()).map(|(u, v)| u * v).sum::<f64>());
            let values = fixed.into_iter().chain(amplitudes);
            for ((_, series), value) in self.series.iter_mut().zip(values) {
                series[chain].push(value);
            }
        }
    }

    fn finish(self) -> Vec<(String, Vec<Vec<f64>>)> {
        self.series
    }
}

fn mean(units: faer::ColRef<'_, f64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^53")]
    let count = units.nrows() as f64;
    units.iter().sum::<f64>() / count
}

/// Length in autocorrelation times that a chain needs: below it they come out too small.
const LEAST_LENGTH: f64 = 100.0;

/// Mean of an observable over chains and time.
struct Summary {
    mean: f64,
    standard_error: Option<f64>,
    time: Option<f64>,
    time_error: Option<f64>,
    sufficient: bool,
}

impl Summary {
    /// Independent chains tell the error of the mean by their spread; one chain by its autocorrelation.
    fn new(chains: &[Vec<f64>]) -> Result<Self> {
        let means: Vec<f64> = chains.iter().map(|chain| average(chain)).collect();
        let mut times = Vec::new();
        for chain in chains {
            match autocorrelation(chain) {
                Ok(found) => times.push(found.time),
                Err(Error::TooShort { estimate, .. }) => times.push(estimate),
                Err(Error::TooFew { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let time = independent_mean(&times).ok();
        let error = match chains {
            [chain] => correlated_mean(chain).ok(),
            _ => independent_mean(&means).ok(),
        };
        let only = times.first().copied().filter(|_| times.len() == 1);
        let time_error = time.map(|estimate| estimate.standard_error);
        let time = time.map(|estimate| estimate.mean).or(only);
        let length = chains.first().map_or(0, Vec::len);
        #[expect(clippy::cast_precision_loss, reason = "lengths far below 2^53")]
        let sufficient = time.is_some_and(|time| length as f64 >= LEAST_LENGTH * time);
        Ok(Self {
            mean: average(&means),
            standard_error: error.map(|estimate| estimate.standard_error),
            time,
            time_error,
            sufficient,
        })
    }
}

fn average(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "lengths far below 2^53")]
    let count = values.len() as f64;
    values.iter().sum::<f64>() / count
}
