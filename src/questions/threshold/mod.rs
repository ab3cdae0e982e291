//! Critical sample sizes, and what a sample shows.

mod columns;
mod criterion;
mod explain;
mod explain_samples;
mod groups;
mod inverse;
mod judge;
mod judge_large;
mod row;
mod samples;

pub use criterion::Criterion;
pub use explain::{Explain, Row as ExplainRow};
pub use explain_samples::ExplainSamples;
pub use groups::Grouped;
pub use inverse::{Inverse, Unknown};
pub use judge::{Judge, Judged, Null};
pub use row::{Critical, Row, Sighting, Tested};
pub use samples::{Row as SamplesRow, ThresholdSamples};

use super::{Data, Monitor, Question};
use anyhow::{Context, Error, Result, bail, ensure};
use groups::Descent;
use saddlepoint_theory::covariance::{Landing, population_eigenvalue, spike};
use saddlepoint_theory::detection::{Crossover, detection_power, samples_for_power};
use saddlepoint_theory::replica::learning::Onset;
use saddlepoint_theory::spectra::{Mode, Population};
use std::ops::Range;
use std::str::FromStr;

/// Modes from which on their number is told to whoever waits.
const LONG: usize = 1000;

/// Modes up to which a lone mode is looked at for the close ones it stands out with, unasked.
const MOST_HINTED: usize = 4096;

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
    /// Whether close modes are taken together: what a finite sample shows of them, of the spectral criterion at given α.
    pub groups: bool,
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
            groups: false,
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
fn leaves_out(
    criteria: &[Criterion],
    [with_sample, with_test, with_groups]: [bool; 3],
) -> Vec<&'static str> {
    let none = |known: &dyn Fn(&Criterion) -> bool| !criteria.iter().any(known);
    let sample = ["alpha", "sample_eigenvalue", "detached", "overlap_squared"];
    let test = ["level", "detection_power", "detection_samples"];
    let groups = [
        "group",
        "group_directions",
        "group_alpha_c",
        "group_overlap_squared",
    ];
    [
        (
            none(&|c| c.hidden().is_some()),
            &[
                "hidden",
                "biases",
                "l2",
                "alpha_equal",
                "transition",
                "assumption",
            ][..],
        ),
        (none(&|c| c.weight_prior().is_some()), &["weight_prior"]),
        (!with_sample, &sample),
        (!with_test, &test),
        (!with_groups, &groups),
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
        let shown = [with_sample, self.detection.is_some(), self.groups];
        leaves_out(&self.criteria, shown)
    }

    /// Over the data, what is asked of them, the criteria, and the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let crossover = match self.detection {
            Some(test) => Some((test, Crossover::new(test.level)?)),
            None => None,
        };
        let steps = self.data.len() * self.tasks.len();
        let mut done = 0;
        for data in &self.data {
            let population = data.population().with_context(|| data.point.describe())?;
            for &task in &self.tasks {
                if !monitor.begins()? {
                    continue;
                }
                let mut tested_row = |mut found: Row| {
                    if let Some((test, crossover)) = &crossover {
                        found.tested = tested(&found, &population, *test, crossover);
                    }
                    row(found)
                };
                let rows = Rows {
                    data,
                    population: &population,
                    criteria: &self.criteria,
                    modes: self.modes,
                    groups: self.groups,
                    steps: (done, steps),
                };
                rows.of(task, monitor, &mut tested_row)?;
                done += 1;
                (monitor.progress)(done as u64, steps as u64);
            }
        }
        Ok(())
    }
}

/// The rows of one population.
struct Rows<'a> {
    data: &'a Data,
    population: &'a Population,
    criteria: &'a [Criterion],
    modes: Modes,
    groups: bool,
    /// Populations and tasks done, and all of them.
    steps: (usize, usize),
}

impl Rows<'_> {
    fn of(
        &self,
        task: Task,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let alpha = match task {
            Task::Critical => None,
            Task::Sample(alpha) => Some(alpha),
            Task::Observed { alpha, eigenvalue } => {
                return row(observed_row(self.data, self.population, alpha, eigenvalue)?);
            }
        };
        self.modes(alpha, monitor, row)
    }

    /// Over the criteria, then the modes.
    fn modes(
        &self,
        alpha: Option<f64>,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let population = self.population;
        ensure!(
            !self.groups || population.units().is_some(),
            "--groups takes the modes of a finite population together; give a finite --units, or a spectrum of one eigenvalue per unit"
        );
        let is_short = population.modes().len() <= MOST_HINTED;
        let mut descent = match alpha {
            Some(alpha) if population.units().is_some() && (self.groups || is_short) => {
                Some(Descent::new(population, alpha)?)
            }
            _ => None,
        };
        for &criterion in self.criteria {
            let ranks = match criterion {
                Criterion::Spectral => self.modes.ranks(population.modes().len()),
                _ => 0..1,
            };
            let count = ranks.len();
            for rank in ranks {
                monitor.check()?;
                let mut found = self.row(criterion, rank, alpha)?;
                if let (Criterion::Spectral, Some(descent)) = (criterion, &mut descent) {
                    self.among_close_modes(&mut found, descent)?;
                }
                row(found)?;
                if count >= LONG {
                    let (done, steps) = self.steps;
                    let done = done * count + rank + 1;
                    (monitor.progress)(done as u64, (steps * count) as u64);
                }
            }
        }
        Ok(())
    }

    /// The critical number of samples per unit and, of a hidden unit that is trained, how it begins to learn.
    fn critical(&self, criterion: Criterion, rank: usize) -> Result<(f64, Option<Onset>)> {
        let onset = criterion.onset(self.data)?;
        let alpha = match onset {
            Some(onset) => onset.unstable,
            None => criterion.critical(self.data, self.population, rank)?,
        };
        Ok((alpha, onset))
    }

    /// The mode by itself.
    fn row(&self, criterion: Criterion, rank: usize, alpha: Option<f64>) -> Result<Row> {
        let (data, population) = (self.data, self.population);
        let mode = population.mode(rank)?;
        let is_weak = criterion::weak_coupling(&data.point).is_some();
        let (critical, onset, reason, is_failed) = if mode.weight >= 1.0 && !is_weak {
            let words = "all directions have one eigenvalue: nothing stands out";
            (None, None, Some(words.to_owned()), false)
        } else {
            match self.critical(criterion, rank) {
                Ok((alpha, onset)) => (Some(alpha), onset, None, false),
                // The equations of one point fail: its row says so, and the table goes on.
                Err(error) if error.is::<saddlepoint_theory::Error>() => {
                    (None, None, Some(error.to_string()), true)
                }
                Err(error) => return Err(error.context(data.point.describe())),
            }
        };
        let seen = match (criterion, alpha) {
            (Criterion::Spectral, Some(alpha)) if alpha.is_finite() && critical.is_some() => {
                Some(spike(population, rank, alpha)?.into())
            }
            _ => None,
        };
        Ok(Row {
            data: data.sized(population),
            criterion,
            critical: Critical {
                rank,
                mode,
                alpha: critical,
                units: population.units(),
            },
            onset,
            alpha,
            seen,
            grouped: None,
            tested: None,
            reason,
            is_failed,
        })
    }

    /// What close modes change: everything the sample shows where groups are asked for, otherwise a word.
    fn among_close_modes(&self, row: &mut Row, descent: &mut Descent<'_>) -> Result<()> {
        let rank = row.critical.rank;
        if self.groups {
            let shown = descent.shown(rank)?;
            if row.critical.alpha.is_none() {
                return Ok(());
            }
            row.grouped = shown.grouped;
            row.seen = shown.seen;
            row.reason = shown.reason.map(str::to_owned);
        } else if row.seen.is_some_and(|seen| !seen.is_detached)
            && descent.group_of(rank)?.is_some()
        {
            let words = "it stands out together with its close modes: see --groups";
            row.reason = Some(words.to_owned());
        }
        Ok(())
    }
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
        onset: None,
        alpha: Some(alpha),
        seen: Some(Sighting {
            eigenvalue: observed,
            is_detached: true,
            overlap_squared: eigenvalue * landed.slope / landed.position,
        }),
        grouped: None,
        tested: None,
        reason: None,
        is_failed: false,
    })
}
