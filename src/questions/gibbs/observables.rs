//! Observables of chains, and what their values in time say of the mean.

use super::super::Kind;
use super::tempering::Tempered;
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Cell, Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use faer::{ColRef, Mat, MatRef};
use saddlepoint_simulator::Error;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::statistics::{Agreement, agreement, autocorrelation, independent_mean};

/// An observable in time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    /// The values of each chain, one per recorded sweep.
    pub(super) chains: Vec<Vec<f64>>,
}

/// Records energy, means of both layers, and amplitudes of the leading modes.
#[derive(Debug, Clone)]
pub(super) struct Observer {
    /// Left singular vectors of the leading modes, the columns.
    modes: Mat<f64>,
    pub(super) series: Vec<Series>,
}

impl Observer {
    /// The same observables of other chains.
    pub(super) fn of(&self, chains: usize) -> Self {
        let empty = |series: &Series| Series {
            name: series.name.clone(),
            chains: vec![Vec::new(); chains],
        };
        Self {
            modes: self.modes.clone(),
            series: self.series.iter().map(empty).collect(),
        }
    }

    /// What was seen of the chains of all observers, in order.
    pub(super) fn joined(observers: impl Iterator<Item = Self>) -> Vec<Series> {
        let all = observers.map(|observer| observer.series);
        all.reduce(|mut joined, more| {
            for (series, more) in joined.iter_mut().zip(more) {
                series.chains.extend(more.chains);
            }
            joined
        })
        .unwrap_or_default()
    }

    pub(super) fn new(machine: &Rbm, modes: usize, chains: usize) -> Result<Self> {
        let weights = machine.weights();
        let count = modes.min(weights.nrows()).min(weights.ncols());
        let svd = weights.thin_svd().ok();
        let svd = svd.context("the singular values of the weights were not found")?;
        let names = ["energy", "mean_visible", "mean_hidden"].map(str::to_owned);
        let amplitudes = (0..count).map(|k| format!("amplitude_{k}"));
        let series = names.into_iter().chain(amplitudes).map(|name| Series {
            name,
            chains: vec![Vec::new(); chains],
        });
        Ok(Self {
            modes: svd.U().subcols(0, count).to_owned(),
            series: series.collect(),
        })
    }

    /// Takes one configuration of each chain into account: the energies, and the units of both layers in the columns.
    pub(super) fn record(
        &mut self,
        energies: Vec<f64>,
        visible: MatRef<'_, f64>,
        hidden: MatRef<'_, f64>,
    ) {
        for (chain, energy) in energies.into_iter().enumerate() {
            let (v, h) = (visible.col(chain), hidden.col(chain));
            let fixed = [energy, mean(v), mean(h)];
            let amplitude = |u: ColRef<'_, f64>| u.iter().zip(v.iter()).map(|(u, v)| u * v).sum();
            let values = fixed
                .into_iter()
                .chain(self.modes.col_iter().map(amplitude));
            for (series, value) in self.series.iter_mut().zip(values) {
                series.chains[chain].push(value);
            }
        }
    }
}

fn mean(units: ColRef<'_, f64>) -> f64 {
    units.iter().sum::<f64>() / as_float(units.nrows())
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / as_float(values.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn as_float(count: usize) -> f64 {
    count as f64
}

/// Length in autocorrelation times that a chain needs: below it they come out too small.
const LEAST_LENGTH: f64 = 100.0;

/// R̂ from which on chains disagree, and the independent values that an error needs (Vehtari et al. 2021).
const LARGEST_R_HAT: f64 = 1.01;
const LEAST_SIZE: f64 = 400.0;

/// Mean of an observable over chains and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Mean of the observable.
    pub mean: f64,
    /// Its standard error, by the effective number of independent values over all chains; `None` where no chain ever moved.
    pub standard_error: Option<f64>,
    /// Integrated autocorrelation time in sweeps, the mean over the chains.
    pub time: Option<f64>,
    /// Its standard error.
    pub time_error: Option<f64>,
    /// Whether all chains agree on the law, and how much they say; `None` where no chain ever moved, or they are too short to tell.
    pub agreement: Option<Agreement>,
    /// Whether the mean and its error can be relied on: the chains moved and agree, hold 400 independent values in bulk and tails, and are
    /// longer than 100 autocorrelation times, or made ten round trips each if they are ladders.
    pub sufficient: bool,
}

impl Summary {
    /// Of values at every `stride`-th sweep, from ladders of replicas or plain chains.
    pub(super) fn new(
        chains: &[Vec<f64>],
        stride: u64,
        tempered: Option<&Tempered>,
    ) -> Result<Self> {
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
        let only = times.first().copied().filter(|_| times.len() == 1);
        let time_error = time.map(|estimate| estimate.standard_error);
        let time = time.map(|estimate| estimate.mean).or(only);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let stride = stride as f64;
        let length = as_float(chains.first().map_or(0, Vec::len));
        let agreement = match agreement(chains) {
            Ok(found) => found,
            Err(Error::TooFew { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let agree = agreement.is_some_and(|all| {
            all.r_hat < LARGEST_R_HAT && all.ess_bulk.min(all.ess_tail) >= LEAST_SIZE
        });
        Ok(Self {
            mean: average(&means),
            standard_error: agreement.map(|all| all.standard_error),
            time: time.map(|time| stride * time),
            time_error: time_error.map(|error| stride * error),
            agreement,
            sufficient: agree
                && match tempered {
                    Some(ladders) => ladders.is_sufficient(),
                    None => time.is_some_and(|time| length >= LEAST_LENGTH * time),
                },
        })
    }

    const FIELDS: &'static [Field<Self>] = &[
        Field::new("mean", "mean", "mean over chains and time", "", |seen| {
            seen.mean.into()
        }),
        Field::one(words::STANDARD_ERROR, |seen| seen.standard_error.into()),
        Field::new(
            "autocorrelation_time",
            "τ",
            "integrated autocorrelation time in sweeps",
            "τ = 1/2 + Σ_d ρ_d, mean over the chains",
            |seen| seen.time.into(),
        ),
        Field::new(
            "autocorrelation_error",
            "σ_τ",
            "standard error of the autocorrelation time",
            "",
            |seen| seen.time_error.into(),
        ),
        Field::new(
            "r_hat",
            "R̂",
            "disagreement of the chains, 1 if they have one law; empty if none ever moved",
            "R̂ = √(var⁺/W) of ranks over the halves of all chains",
            |seen| seen.agreement.map(|all| all.r_hat).into(),
        ),
        Field::new(
            "ess",
            "N_eff",
            "effective number of independent values over all chains, for the middle of the law",
            "",
            |seen| seen.agreement.map(|all| all.ess_bulk).into(),
        ),
        Field::new(
            "ess_tail",
            "N_tail",
            "the same for its 5 % and 95 % quantiles, the smaller one",
            "",
            |seen| seen.agreement.map(|all| all.ess_tail).into(),
        ),
        Field::new(
            "sufficient",
            "sufficient",
            "whether the chains moved and agree (R̂ < 1.01), hold 400 independent values and are longer than 100 autocorrelation times, or made 10 round trips each",
            "",
            |seen| seen.sufficient.into(),
        ),
    ];
}

/// One observable of a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Kind of the visible units.
    pub visible: Kind,
    /// Kind of the hidden units.
    pub hidden: Kind,
    /// Independent chains.
    pub chains: usize,
    /// Sweeps of each that count.
    pub steps: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of the replica.
    pub replica: usize,
    /// Name of the observable.
    pub observable: String,
    /// Mean of the observable with its error and autocorrelation time.
    pub summary: Summary,
    /// How the ladders of parallel tempering did.
    pub tempered: Option<Tempered>,
}

impl Row {
    /// Columns of parallel tempering.
    pub const TEMPERED: [&'static str; 5] = [
        "temperatures",
        "exchange_rate",
        "round_trips",
        "log_z",
        "log_z_error",
    ];
}

impl Record for Row {
    const NAME: &'static str = "gibbs";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::VISIBLE, |row| row.visible.to_string().into()),
        Field::one(words::HIDDEN, |row| row.hidden.to_string().into()),
        Field::new("chains", "C", "independent chains", "", |row| {
            row.chains.into()
        }),
        Field::new("steps", "T", "sweeps of each chain that count", "", |row| {
            row.steps.into()
        }),
        Field::one(words::SEED, |row| Cell::all_digits(row.seed)),
        Field::one(words::REPLICA, |row| row.replica.into()),
        Field::one(words::OBSERVABLE, |row| row.observable.clone().into()),
        Field::group(&lift(|row: &Row| Some(&row.summary), Summary::FIELDS)),
        Field::group(&lift(|row: &Row| row.tempered.as_ref(), Tempered::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["observable"],
            keys: &["replica"],
            panels: &[
                Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("mean", "standard_error")],
                    ..Panel::EMPTY
                },
                Panel {
                    curves: &[Curve::points(
                        "autocorrelation_time",
                        "autocorrelation_error",
                    )],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        let shortfall = match &self.tempered {
            None => Shortfall {
                what: "sufficient is false: the chains are too short, never moved, or disagree",
                remedy: "raise --steps; columns r_hat and ess tell by how much; where Gibbs sampling cannot cross, --method tempering does, and --method exact up to 25 units in a layer",
            },
            Some(ladders) if !ladders.is_sufficient() => Shortfall {
                what: "sufficient is false: fewer than 10 round_trips per chain between independent units and the machine",
                remedy: "raise --steps, or --burn-in where exchange_rate is small",
            },
            Some(_) => Shortfall {
                what: "sufficient is false: the chains disagree, never moved, or hold too few independent values",
                remedy: "raise --steps or --chains; columns r_hat and ess tell by how much",
            },
        };
        (!self.summary.sufficient).then_some(shortfall)
    }
}
