//! How good a machine is: the log-likelihood of every sample of some data.
//!
//! ```
//! use saddlepoint::questions::{DataPoint, Draw, Question, Score, Train};
//! # fn main() -> anyhow::Result<()> {
//! let ring = DataPoint::ising_ring(10, 0.8);
//! let train = Train { hidden_units: 2, epochs: 20, ..Train::on(ring.clone(), 500)? };
//! let fresh = Draw { seed: 1, ..Draw::new(ring, 200) }.replica(0)?.samples;
//! let rows = Score::new(train.given(&train.machine()?), fresh).answer()?;
//! let mean = rows.iter().map(|row| row.log_likelihood).sum::<f64>() / 200.0;
//! assert!(mean > 1.0); // nats above the uniform law
//! # Ok(())
//! # }
//! ```

use super::{GivenMachine, Kind, Monitor, Question};
use crate::table::figure::{Curve, Figure, Mark, Panel, Scale, View};
use crate::table::{Column, Field, Record, Shortfall, vocabulary as words};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::log_partition::{
    Annealing, Bracket, Scored, exact, hidden_means, is_enumerable, score,
};
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::{Samples, stream};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Samples for the visible units of a machine that are read by blocks.
pub trait SampleBlocks: fmt::Debug + Send + Sync {
    /// Number of samples.
    fn rows(&self) -> usize;

    /// Some of the samples.
    ///
    /// # Errors
    /// If they cannot be read.
    fn read(&self, rows: Range<usize>) -> Result<Samples>;

    /// Makes sure that the samples are those of before.
    ///
    /// # Errors
    /// If they are not.
    fn check_unchanged(&self) -> Result<()>;
}

/// The log-likelihood of every sample under a given machine.
#[derive(Debug, Clone)]
pub struct Score {
    /// Weights, biases and kinds of units.
    pub machine: GivenMachine,
    /// What messages call the data.
    pub name: String,
    /// One sample per row, of values that the visible units can take. Of samples that are read by blocks those that annealing begins with.
    pub samples: Samples,
    /// All samples where they are read by blocks.
    pub blocks: Option<Arc<dyn SampleBlocks>>,
    /// How ln Z is found; `None` for enumeration where it is possible and annealing elsewhere.
    pub method: Option<Method>,
    /// Chains of annealing in each direction, at least 2.
    pub chains: u32,
    /// Temperatures between free units and the machine, at least 1; as many sweeps go before the way back.
    pub temperatures: u32,
    /// Seed of annealing.
    pub seed: u64,
}

/// Numbers that are read at a time, and samples at the most.
const BLOCK: usize = 1 << 21;
const MOST_ROWS: usize = 1024;

/// How ln Z is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Enumeration of the smaller layer, up to 25 units of two values
    Exact,
    /// Annealed importance sampling from free units to the machine, and back from chains of the machine
    Ais,
}

/// ln Z as it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogZ {
    /// ln Z: exact, or annealed from free units to the machine.
    pub value: f64,
    /// Its standard error; no less than the gap between both directions where they disagree. `None` where it is exact.
    pub standard_error: Option<f64>,
    /// Both directions of annealing; `None` where it is exact.
    pub bracket: Option<Bracket>,
    /// Whether both directions agree.
    pub reliable: bool,
}

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the sample, from 0.
    pub sample: usize,
    /// F(v).
    pub free_energy: f64,
    /// ln p(v)/p₀(v).
    pub log_likelihood: f64,
    /// Fraction of the samples whose log-likelihood is no larger.
    pub cumulative: f64,
    /// ln Z.
    pub log_z: LogZ,
}

impl LogZ {
    fn method(&self) -> &'static str {
        match self.bracket {
            None => "exact",
            Some(_) => "ais",
        }
    }
}

impl Score {
    /// The best method, 100 chains and 1000 temperatures, seed 0.
    pub fn new(machine: GivenMachine, samples: Samples) -> Self {
        Self {
            machine,
            name: "the data".to_owned(),
            samples,
            blocks: None,
            method: None,
            chains: 100,
            temperatures: 1000,
            seed: 0,
        }
    }

    /// The machine, once the samples are known to be configurations of its visible units.
    ///
    /// # Errors
    /// If the simulator does not have such a machine, or a sample is none of its configurations.
    pub fn machine(&self) -> Result<Rbm> {
        let machine = self.machine.in_simulator()?;
        self.check().with_context(|| self.name.clone())?;
        Ok(machine)
    }

    /// Mean of every hidden unit given every sample: P × M, or one column per entry of categorical units.
    ///
    /// # Errors
    /// As [`Score::machine`].
    pub fn hidden_means(&self) -> Result<Samples> {
        Ok(hidden_means(&self.machine()?, &self.samples)?)
    }

    /// ln p(v) Z/p₀(v) of every sample: its log-likelihood but for ln Z, which is not looked for.
    ///
    /// # Errors
    /// As [`Score::machine`].
    pub fn log_weights(&self) -> Result<Vec<f64>> {
        let scored = self.scored(&self.machine()?, &Monitor::silent())?;
        Ok(scored.into_iter().map(|sample| sample.log_weight).collect())
    }

    /// Free energies and weights of all samples.
    fn scored(&self, machine: &Rbm, monitor: &Monitor<'_>) -> Result<Vec<Scored>> {
        let Some(blocks) = &self.blocks else {
            return Ok(score(machine, &self.samples)?);
        };
        let rows = blocks.rows();
        let step = (BLOCK / self.samples.columns()).clamp(1, MOST_ROWS);
        let mut scored = Vec::with_capacity(rows);
        for first in (0..rows).step_by(step) {
            monitor.check()?;
            let next = (first + step).min(rows);
            let samples = blocks.read(first..next)?;
            self.machine.visible.check(&samples, first)?;
            scored.extend(score(machine, &samples)?);
            (monitor.progress)(next as u64, rows as u64);
        }
        blocks.check_unchanged()?;
        Ok(scored)
    }

    fn check(&self) -> Result<()> {
        let (units, kind) = (self.machine.weights.nrows(), self.machine.visible);
        let columns = self.samples.columns();
        ensure!(
            columns == units,
            "has {columns} columns, where the machine has {units} {}; choose them by --columns, or --transpose",
            match kind {
                Kind::Categorical(_) => "entries of visible units",
                Kind::Unit(_) => "visible units",
            }
        );
        kind.check(&self.samples, 0)
    }

    /// ln Z of the machine.
    ///
    /// # Errors
    /// If the layers are too large for the method, or an interruption.
    pub fn log_z(&self, machine: &Rbm, monitor: &Monitor<'_>) -> Result<LogZ> {
        let annealed = match self.method {
            Some(method) => method == Method::Ais,
            None => !is_enumerable(machine),
        };
        if !annealed {
            return Ok(LogZ {
                value: exact(machine)
                    .with_context(|| format!("{}: --method exact", self.machine.name))?,
                standard_error: None,
                bracket: None,
                reliable: true,
            });
        }
        let bracket = self.bracket(machine, monitor)?;
        let chains = usize::try_from(self.chains)?;
        Ok(LogZ {
            value: bracket.forward.value,
            standard_error: Some(bracket.standard_error(chains)),
            bracket: Some(bracket),
            reliable: bracket.agrees(chains),
        })
    }

    /// Annealing from units of the data's means, where these determine biases, and back from chains of the machine.
    fn bracket(&self, machine: &Rbm, monitor: &Monitor<'_>) -> Result<Bracket> {
        let chains = usize::try_from(self.chains)?;
        let sweeps = u64::from(self.temperatures);
        let path = Annealing::linear(usize::try_from(self.temperatures)?)?;
        let path = match self.machine.visible.layer_of_means(&self.samples) {
            Ok(layer) => path.from_base(layer.biases().to_vec())?,
            // No kind of unit that means determine: from the machine's own biases.
            Err(_) => path,
        };
        let random = |direction| stream(self.seed, "score", direction);
        let mut rng = random(0);
        let forward = path.forward(machine, chains, &mut rng)?;
        (monitor.progress)(sweeps, 3 * sweeps);
        let mut rng = random(1);
        let mut ends = Chains::around(machine, &self.samples, chains, &mut rng)?;
        for done in 1..=sweeps {
            monitor.check()?;
            ends.sweep(&mut rng);
            (monitor.progress)(sweeps + done, 3 * sweeps);
        }
        let reverse = path.reverse(machine, ends.visible().to_owned(), &mut rng)?;
        (monitor.progress)(3 * sweeps, 3 * sweeps);
        Ok(Bracket {
            forward: forward.log_partition().context("annealing")?,
            reverse: reverse.log_partition().context("annealing back")?,
        })
    }
}

/// Fractions of values that are no larger than each.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn cumulative(values: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.clone().collect();
    sorted.sort_by(f64::total_cmp);
    let share = |x| sorted.partition_point(|y| *y <= x) as f64 / sorted.len() as f64;
    values.map(share).collect()
}

impl Question for Score {
    type Row = Row;

    /// The samples in their order.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let machine = self.machine()?;
        let log_z = self.log_z(&machine, monitor)?;
        let scored: Vec<Scored> = self
            .scored(&machine, monitor)
            .with_context(|| self.name.clone())?;
        let lost = scored
            .iter()
            .position(|sample| !sample.free_energy.is_finite() || !sample.log_weight.is_finite());
        ensure!(
            lost.is_none(),
            "{}: sample {} (counted from 0) has no finite free energy; its values or the weights are too large",
            self.name,
            lost.unwrap_or_default()
        );
        let below = cumulative(scored.iter().map(|sample| sample.log_weight));
        let rows = scored.iter().zip(below).enumerate();
        for (sample, (scored, cumulative)) in rows {
            row(Row {
                sample,
                free_energy: scored.free_energy,
                log_likelihood: scored.log_weight - log_z.value,
                cumulative,
                log_z,
            })?;
        }
        Ok(())
    }
}

impl Record for Row {
    const NAME: &'static str = "score";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "sample",
            "a",
            "number of the sample, counted from 0",
            "",
            |row| row.sample.into(),
        ),
        Field::in_nats(
            "free_energy",
            "F",
            "free energy of the sample, the hidden units summed out",
            "F(v) = −b·v + Σ U(v_i) − Σ φ(c_μ + Σ W_iμ v_i), ln p(v) = −F(v) − ln Z",
            |row| row.free_energy.into(),
        ),
        Field::one(words::LOG_LIKELIHOOD, |row| row.log_likelihood.into()),
        Field::one(words::STANDARD_ERROR, |row| row.log_z.standard_error.into()),
        Field::new(
            "cumulative",
            "F_P",
            "fraction of the samples whose log-likelihood is no larger",
            "",
            |row| row.cumulative.into(),
        ),
        Field::one(words::LOG_Z, |row| row.log_z.value.into()),
        Field::new(
            "log_z_method",
            "method",
            "how ln Z was found: exact, by enumeration, or ais, annealed from free units to the machine, which is too small on average",
            "",
            |row| row.log_z.method().into(),
        ),
        Field::in_nats(
            "log_z_reverse",
            "ln Z_r",
            "ln Z by reverse-ais, annealed from chains of the machine back to free units: too large on average where the chains follow its law",
            "",
            |row| row.log_z.bracket.map(|both| both.reverse.value).into(),
        ),
        Field::in_nats(
            "log_z_reverse_error",
            "σ_r",
            "standard error of ln Z by reverse-ais",
            "",
            |row| {
                let both = row.log_z.bracket;
                both.map(|both| both.reverse.standard_error).into()
            },
        ),
        Field::new(
            "log_z_reliable",
            "reliable",
            "whether ln Z is exact, or both directions of annealing agree; where they do not, the standard error is no less than their gap",
            "|ln Z − ln Z_r| ≤ 3 √(σ² + σ_r²), and ten effective chains each",
            |row| row.log_z.reliable.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["log_likelihood"],
            scale: Scale::Linear,
            panels: &[Panel {
                label: "density of the samples",
                curves: &[Curve::line("cumulative").marked(Mark::Histogram)],
                scale: Scale::Linear,
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        (!self.log_z.reliable).then_some(Shortfall {
            what: "log_z_reliable is false: annealing forth and back differ by more than their errors, or a few chains carry the mean",
            remedy: "raise --temperatures or --chains",
        })
    }
}

/// What a column of hidden means is.
pub const HIDDEN_MEAN: Column = Column::new(
    "h",
    "⟨h⟩",
    "mean of a hidden unit given the sample: one column per unit or entry, one row per sample",
    "⟨h_μ⟩ = φ′(c_μ + Σ W_iμ v_i)",
);

/// What a file of samples says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Total {
    count: f64,
    mean: f64,
    /// Σ (L − mean)².
    spread: f64,
    log_z: Option<LogZ>,
}

impl Total {
    /// Takes a sample into account.
    pub fn add(&mut self, row: &Row) {
        self.count += 1.0;
        let change = row.log_likelihood - self.mean;
        self.mean += change / self.count;
        self.spread += change * (row.log_likelihood - self.mean);
        self.log_z = Some(row.log_z);
    }

    /// In a line: the mean with the spread of the samples, and ln Z by each method.
    pub fn words(&self) -> String {
        let Some(log_z) = self.log_z else {
            return "no samples".to_owned();
        };
        let error = (self.spread / (self.count - 1.0) / self.count).sqrt();
        let error = if error.is_finite() {
            format!(" +- {error:.4} over the samples")
        } else {
            String::new()
        };
        let log_z = match log_z.bracket {
            None => format!("ln Z {:.6} exact", log_z.value),
            Some(Bracket { forward, reverse }) => format!(
                "ln Z {:.4} +- {:.4} by ais, {:.4} +- {:.4} by reverse-ais",
                forward.value, forward.standard_error, reverse.value, reverse.standard_error
            ),
        };
        format!(
            "log-likelihood {:.4}{error}, in nats relative to free visible units; {log_z}",
            self.mean
        )
    }
}
