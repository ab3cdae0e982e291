use super::args::CommonArgs;
use super::data_args::{MemoryArgs, ReadingArgs};
use super::machine::MachineArgs;
use crate::input::machine;
use crate::input::samples::{self, MachineBlocks, Threshold};
use crate::notice::say;
use crate::questions::score::{Method, SampleBlocks};
use crate::questions::{Blocks, GivenMachine, Kind, Scaling, Score};
use anyhow::{Context, Result, ensure};
use clap::Args;
use saddlepoint_simulator::Samples;
use std::path::PathBuf;
use std::sync::Arc;

/// Compute the log-likelihood of each sample under a given machine
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 -o machine.npz\n  \
    saddlepoint simulate data --data ising-ring --units 12 --beta 0.8 --samples 1000 --seed 1 -o fresh.npy\n  \
    saddlepoint score --machine machine.npz --file fresh.npy -o score.csv --plot score.svg\n\n\
    Log-likelihoods are in nats, relative to the uniform law of units of few values, to the standard Gaussian law of Gaussian units: 0 is a machine that \
    knows nothing. Where neither layer can be enumerated, ln Z is annealed from free units to the machine and back from its chains; where the two \
    disagree, log_z_reliable is false and the exit status is 1."
)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) machine: MachineArgs,

    #[command(flatten)]
    pub(crate) data: ScoredArgs,

    /// How ln Z is found [default: exact where it is possible, else ais]
    #[arg(long, value_enum, value_name = "METHOD", hide_possible_values = false)]
    pub(crate) method: Option<Method>,

    /// Chains of annealing in each direction, 2 or more
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u32).range(2..=100_000), default_value_t = 100)]
    pub(crate) chains: u32,

    /// Temperatures between free units and the machine, 1 to 10000000; more of them make annealing slower and its error smaller
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=10_000_000), default_value_t = 1000)]
    pub(crate) temperatures: u32,

    /// The mean of each hidden unit given each sample, .npy or .csv: one row per sample
    #[arg(long, value_name = "FILE")]
    pub(crate) hidden_means: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// The samples.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct ScoredArgs {
    /// Samples, one per row: text (.csv, .tsv, .txt, .dat), .npy, FILE.npz:NAME or IDX, plain or .gz, or - for text on stdin
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// FILE has one sample per column
    #[arg(long)]
    pub(crate) transpose_file: bool,

    /// Turn the file's numbers into two values: the upper one above X, the lower one up to X
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,

    #[command(flatten)]
    pub(crate) memory: MemoryArgs,
}

/// Samples as a machine takes them: those in memory, and all of them where they are read by blocks.
type Given = (Samples, Option<Arc<dyn SampleBlocks>>);

impl ScoreArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Score> {
        let machine = self.machine.given(self.common.quiet)?;
        let (samples, blocks) = self.samples(&machine)?;
        ensure!(
            blocks.is_none() || self.hidden_means.is_none(),
            "--hidden-means keeps the means of all samples in memory; raise --memory, or give the samples in parts"
        );
        Ok(Score {
            samples,
            blocks,
            name: self.data.file.display().to_string(),
            method: self.method,
            chains: self.chains,
            temperatures: self.temperatures,
            seed: self.common.seed,
            machine,
        })
    }

    /// The samples of the file, scaled as those from which the machine has learnt.
    fn samples(&self, machine: &GivenMachine) -> Result<Given> {
        let data = &self.data;
        let low = match (self.data.threshold, machine.visible) {
            (_, Kind::SPIN) => -1.0,
            (None, _) | (_, Kind::BINARY) => 0.0,
            (Some(_), kind) => {
                anyhow::bail!("--threshold: {kind} units have no two values; leave it out")
            }
        };
        let reading = data.reading.given();
        let threshold = data.threshold.map(|at| Threshold { at, low });
        let scaling = self.scaling(machine)?;
        let scaled = if scaling.is_some() {
            "; scaled by data_mean and data_scale of the machine"
        } else {
            ""
        };
        let say_so = |words: &str| {
            if !self.common.quiet {
                say(&format!("{words}{scaled}"));
            }
        };
        let transpose = data.transpose_file;
        let memory = data.memory.bytes();
        if let Some(blocks) = samples::by_blocks(&data.file, reading, transpose, memory)? {
            say_so(&format!(
                "{}: {} samples of {} variables, {}; read by blocks, and annealing begins with samples spread over them",
                data.file.display(),
                blocks.rows(),
                blocks.columns(),
                blocks.numbers()
            ));
            let blocks = MachineBlocks {
                blocks,
                threshold,
                scaling,
            };
            return Ok((blocks.spread()?, Some(Arc::new(blocks))));
        }
        let (samples, words) = samples::for_machine(&data.file, reading, transpose, threshold)?;
        say_so(&words);
        let scaled = match &scaling {
            Some(scaling) => scaling.apply(&samples),
            None => return Ok((samples, None)),
        };
        let scaled = scaled.with_context(|| data.file.display().to_string())?;
        Ok((scaled, None))
    }

    /// How the data that the machine learnt from were scaled, where its file says so.
    fn scaling(&self, machine: &GivenMachine) -> Result<Option<Scaling>> {
        let scaling = machine::scaling(&self.machine.machine)?;
        if let Some(scaling) = &scaling {
            ensure!(
                scaling.mean.len() == machine.weights.nrows(),
                "{}: data_mean has {} entries for {} visible units",
                machine.name,
                scaling.mean.len(),
                machine.weights.nrows()
            );
        }
        Ok(scaling)
    }
}
