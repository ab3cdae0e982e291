//! Critical sample sizes, and what a sample shows.

mod criterion;
mod inverse;
mod judge;
mod row;
mod samples;

pub use criterion::Criterion;
pub use inverse::{Inverse, Unknown};
pub use judge::{Judge, Judged, Null};
pub use row::{Critical, Row, Sighting, Tested};
pub use samples::{Row as SamplesRow, ThresholdSamples};

use super::{Data, Monitor, Question};
use anyhow::{Context, Error, Result, bail};
use saddlepoint_theory::covariance::{Landing, population_eigenvalue, spike};
use saddlepoint_theory::detection::{Crossover, detection_power, samples_for_power};
use saddlepoint_theory::spectra::{Mode, Population};
use std::ops::Range;
use std::str::FromStr;

/// How many samples it takes to learn a mode of the population, and what a sample of a given size shows of it.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// Data models with their parameters, or data matrices.
    pub data: Vec<Data>,
    /// What decides that learning has begun.
    pub criteria: Vec<Criterion>,
    /// The modes that the spectral criterion is asked about; the others are about the leading one.
    pub modes: Modes,
    /// What is asked of each population.
    pub tasks: Vec<Task>,
    /// A test whose power is asked, of the spectral criterion.
    pub detection: Option<Detection>,
}

/// A test of the largest sample eigenvalues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Probability that it sees a mode in noise alone, 1e-10 to 0.1.
    pub level: f64,
    /// Probability to see a mode that the number of samples is wanted for, above twice the level and below 1.
    pub power: f64,
}

impl Threshold {
    /// The critical sample size of the leading mode by the spectral criterion, and what each of `alphas` samples per unit shows of it.
    pub fn spectral(data: impl Into<Data>, alphas: &[f64]) -> Self {
        let tasks = match alphas {
            [] => vec![Task::Critical],
            _ => alphas.iter().copied().map(Task::Sample).collect(),
        };
        Self {
            data: vec![data.into()],
            criteria: vec![Criterion::Spectral],
            modes: Modes::Leading(1),
            tasks,
            detection: None,
        }
    }
}

/// What is asked of a population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Task {
    /// The critical sample sizes alone.
    Critical,
    /// Also what α = P/N > 0 samples per unit show.
    Sample(f64),
    /// The population eigenvalue behind a sample eigenvalue outside the bulk, taken as a lone mode on the population without its
    /// leading mode.
    Observed {
        /// Samples per unit α = P/N, above 0.
        alpha: f64,
        /// Sample eigenvalue, above the bulk.
        eigenvalue: f64,
    },
}

/// How many modes to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modes {
    /// So many, from the largest eigenvalue down.
    Leading(usize),
    /// All modes of the population.
    All,
}

impl FromStr for Modes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse::<usize>() {
            Ok(count) if count >= 1 => Ok(Self::Leading(count)),
            _ if text == "all" => Ok(Self::All),
            _ => bail!("give a number of modes, 1 or more, or all"),
        }
    }
}

impl Modes {
    /// The ranks of the modes to list among `available` ones.
    fn ranks(self, available: usize) -> Range<usize> {
        match self {
            Self::Leading(count) => 0..count.min(available),
            Self::All => 0..available,
        }
    }
}

/// The columns without a meaning for some criteria, and for tables without samples or a test.
fn leaves_out(criteria: &[Criterion], with_sample: bool, with_test: bool) -> Vec<&'static str> {
    let none = |known: &dyn Fn(&Criterion) -> bool| !criteria.iter().any(known);
    let sample = ["alpha", "sample_eigenvalue", "detached", "overlap_squared"];
    let test = ["level", "detection_power", "detection_samples"];
    [
        (none(&|c| c.hidden().is_some()), &["hidden"][..]),
        (none(&|c| c.weight_prior().is_some()), &["weight_prior"]),
        (!with_sample, &sample),
        (!with_test, &test),
        (!(with_test && with_sample), &["detection_power_at_alpha"]),
    ]
    .into_iter()
    .filter(|(is_out, _)| *is_out)
    .flat_map(|(_, names)| names.iter().copied())
    .collect()
}

impl Question for Threshold {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        let with_sample = self.tasks != [Task::Critical];
        leaves_out(&self.criteria, with_sample, self.detection.is_some())
    }

    /// Over the data, what is asked of them, the criteria, and the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let crossover = match self.detection {
            Some(test) => Some((test, Crossover::new(test.level)?)),
            None => None,
        };
        for data in &self.data {
            let place = || data.point.describe();
            let population = data.population().with_context(place)?;
            for &task in &self.tasks {
                monitor.check()?;
                let mut found = self.rows(data, &population, task).with_context(place)?;
                if let Some((test, crossover)) = &crossover {
                    for row in &mut found {
                        row.tested = tested(row, &population, *test, crossover);
                    }
                }
                found.into_iter().try_for_each(&mut *row)?;
            }
        }
        Ok(())
    }
}

impl Threshold {
    fn rows(&self, data: &Data, population: &Population, task: Task) -> Result<Vec<Row>> {
        let modes = |alpha| mode_rows(data, population, &self.criteria, self.modes, alpha);
        match task {
            Task::Critical => modes(None),
            Task::Sample(alpha) => modes(Some(alpha)),
            Task::Observed { alpha, eigenvalue } => {
                Ok(vec![observed_row(data, population, alpha, eigenvalue)?])
            }
        }
    }
}

/// The rows of one population at one α: over the criteria, then the modes.
fn mode_rows(
    data: &Data,
    population: &Population,
    criteria: &[Criterion],
    modes: Modes,
    alpha: Option<f64>,
) -> Result<Vec<Row>> {
    let ranks = |criterion| match criterion {
        Criterion::Spectral => modes.ranks(population.modes().len()),
        _ => 0..1,
    };
    let point = data.sized(population);
    let row = |(criterion, rank): (Criterion, usize)| {
        let mode = population.mode(rank)?;
        let is_weak = criterion::weak_coupling(&data.point).is_some();
        let (critical, reason, is_failed) = if mode.weight >= 1.0 && !is_weak {
            let words = "all directions have one eigenvalue: nothing stands out";
            (None, Some(words.to_owned()), false)
        } else {
            match criterion.critical(data, population, rank) {
                Ok(alpha) => (Some(alpha), None, false),
                // The equations of one point fail: its row says so, and the table goes on.
                Err(error) if error.is::<saddlepoint_theory::Error>() => {
                    (None, Some(error.to_string()), true)
                }
                Err(error) => return Err(error),
            }
        };
        let seen = match (criterion, alpha) {
            (Criterion::Spectral, Some(alpha)) if alpha.is_finite() && critical.is_some() => {
                Some(spike(population, rank, alpha)?.into())
            }
            _ => None,
        };
        Ok(Row {
            data: point.clone(),
            criterion,
            critical: Critical {
                rank,
                mode,
                alpha: critical,
                units: population.units(),
            },
            alpha,
            seen,
            tested: None,
            reason,
            is_failed,
        })
    };
    let of = |&criterion| ranks(criterion).map(move |rank| (criterion, rank));
    criteria.iter().flat_map(of).map(row).collect()
}

/// How well a test sees the mode of a row: of the spectral criterion, where the population has a size and the mode stands out.
fn tested(
    row: &Row,
    population: &Population,
    test: Detection,
    crossover: &Crossover,
) -> Option<Tested> {
    if row.criterion != Criterion::Spectral || row.critical.alpha.is_none() {
        return None;
    }
    let rank = row.critical.rank;
    let power = |alpha| detection_power(crossover, population, rank, alpha).ok();
    Some(Tested {
        test,
        samples: samples_for_power(crossover, population, rank, test.power).ok(),
        power: row.alpha.and_then(power),
    })
}

/// The population eigenvalue behind an observed one.
fn observed_row(data: &Data, population: &Population, alpha: f64, observed: f64) -> Result<Row> {
    let Some((bulk, variables)) = population.without(0)? else {
        bail!("there is no bulk without the leading mode");
    };
    let aspect_ratio = variables / alpha;
    let eigenvalue = population_eigenvalue(bulk.as_ref(), aspect_ratio, observed)?;
    let landed = Landing::new(bulk.as_ref(), aspect_ratio)?.on_axis(eigenvalue);
    Ok(Row {
        data: data.sized(population),
        criterion: Criterion::Spectral,
        critical: Critical {
            rank: 0,
            mode: Mode {
                eigenvalue,
                weight: 0.0,
                degeneracy: Some(1),
            },
            alpha: Some(alpha * (1.0 - landed.slope)),
            units: population.units(),
        },
        alpha: Some(alpha),
        seen: Some(Sighting {
            eigenvalue: observed,
            is_detached: true,
            overlap_squared: eigenvalue * landed.slope / landed.position,
        }),
        tested: None,
        reason: None,
        is_failed: false,
    })
}
