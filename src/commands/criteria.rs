//! What decides that learning has begun, as meant.

use super::population::learning_data;
use crate::cli::threshold::{Criterion, ThresholdArgs};
use crate::old::{Cell, Column, columns};
use anyhow::{Result, bail, ensure};
use saddlepoint::questions::HiddenUnit;
use saddlepoint::questions::Units;
use saddlepoint::questions::{DataModel, DataPoint};
use saddlepoint_theory::covariance::{critical_alpha, crossing_alpha, crossing_published_alpha};
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::replica::inference::{Prior, StateEvolution};
use saddlepoint_theory::replica::learning::OneUnit;
use saddlepoint_theory::spectra::Population;

/// A criterion, with the kind of hidden unit or the law of the weights that it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measure {
    pub(super) criterion: Criterion,
    hidden: Option<HiddenUnit>,
    weights: Option<Prior>,
}

/// Which columns about a learner the table has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    hidden: bool,
    weights: bool,
}

impl Known {
    pub(super) fn of(args: &ThresholdArgs) -> Self {
        Self {
            hidden: args.criterion.contains(&Criterion::MaximumLikelihood),
            weights: args.criterion.contains(&Criterion::Bayes),
        }
    }

    /// The columns, which follow the criterion.
    pub(super) fn columns(self) -> Vec<Column> {
        let hidden = self.hidden.then_some(columns::learning::HIDDEN);
        let weights = self.weights.then_some(columns::replica::WEIGHTS);
        hidden.into_iter().chain(weights).collect()
    }

    /// Their cells.
    pub(super) fn cells(self, measure: &Measure) -> Vec<Cell> {
        let hidden = measure.hidden.map(|unit| unit.to_string());
        let weights = measure.weights.map(|law| law.to_string());
        let hidden = self.hidden.then_some(hidden.into());
        hidden
            .into_iter()
            .chain(self.weights.then_some(weights.into()))
            .collect()
    }
}

/// The criteria as typed, those about a hidden unit once for each kind.
pub(super) fn criteria(args: &ThresholdArgs) -> Result<Vec<Measure>> {
    let learnt = args.criterion.contains(&Criterion::MaximumLikelihood);
    ensure!(
        learnt || args.hidden.is_empty(),
        "--hidden has a meaning for --criterion maximum-likelihood only; leave it out"
    );
    ensure!(
        !learnt || args.observed.is_none(),
        "--observed has a meaning for --criterion spectral only; leave it out"
    );
    let hidden = match args.hidden.as_slice() {
        [] => &[HiddenUnit::Spin],
        given => given,
    };
    let weights = known_laws(args)?;
    let expanded = args.criterion.iter().flat_map(|&criterion| {
        let plain = Measure {
            criterion,
            ..Measure::SPECTRAL
        };
        match criterion {
            Criterion::MaximumLikelihood => {
                let kind = |&unit| Measure {
                    hidden: Some(unit),
                    ..plain
                };
                hidden.iter().map(kind).collect()
            }
            Criterion::Bayes => {
                let law = |&law| Measure {
                    weights: Some(law),
                    ..plain
                };
                weights.iter().map(law).collect()
            }
            _ => vec![plain],
        }
    });
    Ok(expanded.collect())
}

/// The laws of the weights that the bayes criterion is about, if it is asked for: by default that of the data model.
fn known_laws(args: &ThresholdArgs) -> Result<Vec<Prior>> {
    let is_bayes = args.criterion.contains(&Criterion::Bayes);
    ensure!(
        is_bayes || args.weights.is_empty(),
        "--weights has a meaning for --criterion bayes only; leave it out"
    );
    ensure!(
        !is_bayes || args.observed.is_none(),
        "--observed has a meaning for --criterion spectral only; leave it out"
    );
    let default = match args.data.data {
        _ if !is_bayes => return Ok(Vec::new()),
        DataModel::Spiked => Prior::Gaussian,
        DataModel::TwoCluster => Prior::Rademacher,
        model => bail!(
            "--criterion bayes has a meaning for --data spiked and two-cluster; {} has no one direction to infer",
            model.name()
        ),
    };
    Ok(if args.weights.is_empty() {
        vec![default]
    } else {
        args.weights.clone()
    })
}

/// The information-theoretic threshold of a direction whose components have the law `weights`.
///
/// The hidden value is Gaussian for a spike, snr = ℓ, and ±1 for two clusters, snr = b²: the fields on their spins are weak, so
/// that a spin tells as much of its field as a Gaussian variable does.
fn bayes_alpha(point: &DataPoint, weights: Prior) -> Result<f64> {
    let (hidden, snr) = match (point.spike, point.signal) {
        (Some(spike), _) => (Prior::Gaussian, spike),
        (None, Some(signal)) => (Prior::Rademacher, signal * signal),
        (None, None) => bail!("--criterion bayes needs --spike or --signal"),
    };
    Ok(StateEvolution::new(weights, hidden, snr)?
        .critical()?
        .information)
}

/// The samples per unit from which one hidden unit learns its place cell.
fn place_cell_alpha(model: DataModel, point: &DataPoint) -> Result<f64> {
    let (DataModel::IsingRing, Some(Units::Finite(units)), Some(beta)) =
        (model, point.units, point.beta)
    else {
        bail!(
            "--criterion place-cell has a meaning for --data ising-ring of a number of --units only"
        );
    };
    // Every second spin of an even ring can be reversed: only the size of the coupling counts.
    let beta = if units.is_multiple_of(2) {
        beta.abs()
    } else {
        beta
    };
    let cell = PlaceCell::new(&RingFlow::new(units, beta)?)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of units stay far below 2^53"
    )]
    Ok(cell.critical_samples()? / units as f64)
}

impl Measure {
    /// The spectral criterion.
    pub(super) const SPECTRAL: Self = Self {
        criterion: Criterion::Spectral,
        hidden: None,
        weights: None,
    };

    /// The critical number of samples per unit for the mode of the given rank.
    pub(super) fn critical(
        self,
        args: &ThresholdArgs,
        point: &DataPoint,
        population: &Population,
        rank: usize,
    ) -> Result<f64> {
        Ok(match self.criterion {
            Criterion::Spectral => critical_alpha(population, rank)?,
            Criterion::Crossing => crossing_alpha(population)?,
            Criterion::CrossingPublished => crossing_published_alpha(population)?,
            Criterion::MaximumLikelihood => {
                let data = learning_data(&args.data, point)?;
                let hidden = self.hidden.unwrap_or(HiddenUnit::Spin);
                OneUnit::new(hidden.prior(), &data)?.threshold()?
            }
            Criterion::Bayes => bayes_alpha(point, self.weights.unwrap_or(Prior::Gaussian))?,
            Criterion::PlaceCell => place_cell_alpha(args.data.data, point)?,
        })
    }
}
