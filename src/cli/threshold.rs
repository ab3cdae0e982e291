use super::args::GridArgs;
use super::data_args::DataArgs;
use super::grid::{self, Grid};
use super::infer::prior;
use crate::input::sums;
use crate::questions::threshold::{
    Criterion, Detection, Explain, ExplainSamples, Inverse, Judge, Modes, Null, Task, Threshold,
    ThresholdSamples, Unknown,
};
use crate::questions::{Biases, DataModel, Kind, LargeTable, Observed};
use anyhow::{Result, bail, ensure};
use clap::{Args, ValueEnum};
use saddlepoint_theory::replica::inference::Prior;
use std::path::PathBuf;
use std::str::FromStr;

/// Compute critical sample sizes
///
/// Principal components of the data, which a machine of small weights follows, or by --criterion a trained hidden unit or the
/// best inference. Data enter by the eigenvalues of their covariance, Gaussian to leading order. Many units and samples at a
/// fixed ratio; on a ring the coupling is fixed while the ring grows.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint threshold --data ising-ring --units 50 --beta 0.5\n  \
    saddlepoint threshold --data spiked --spike 0.5,1,2 --alpha 0.1:10:50:log --plot overlap.svg\n  \
    saddlepoint threshold --data two-cluster --signal 0.5:2:16 --criterion spectral,maximum-likelihood --hidden spin,relu\n  \
    saddlepoint threshold --data spiked --spike 1 --criterion spectral,bayes --weight-prior gaussian,sparse-rademacher:0.02\n  \
    saddlepoint threshold --data ising-ring --units 100 --solve-for beta --alpha 10\n  \
    saddlepoint threshold --data ising-ring --units 200 --correlation-length 4 --explain\n  \
    saddlepoint threshold --data spiked --spike 0.2 --units 120 --power 0.9 --alpha 25:200:8\n  \
    saddlepoint threshold --data samples --file data.csv --null permutation\n  \
    saddlepoint threshold --data samples --file large.npy --memory 1G\n  \
    saddlepoint threshold --data samples --file large.npy --shard 1/4 --save-sums part1.npz\n  \
    saddlepoint threshold --data samples --sums part1.npz,part2.npz,part3.npz,part4.npz"
)]
pub(crate) struct ThresholdArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Criteria, separated by commas: spectral (the eigenvector appears), crossing (signal and noise have equal
    /// eigenvalues), crossing-published (the same with the published noise edge of one-hot units), maximum-likelihood (a
    /// hidden unit trained by maximum likelihood with its biases learns the leading mode: noise becomes unstable), bayes (the best possible inference learns it: the
    /// information-theoretic threshold, for --data spiked and two-cluster)
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Name::Spectral])]
    pub(crate) criterion: Vec<Name>,

    #[arg(
        long,
        help = format!(
            "Kinds of the hidden unit, separated by commas (maximum-likelihood criterion): {} [default: spin]",
            Kind::NAMES
        ),
        value_name = "UNIT",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(crate) hidden: Vec<Kind>,

    /// Biases of the visible units and of the hidden unit (maximum-likelihood criterion) [default: learned]
    #[arg(long, value_enum, hide_possible_values = false)]
    pub(crate) biases: Option<Biases>,

    /// Weight penalties, at least 0 (maximum-likelihood criterion) [default: 0]
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) l2: Option<Grid>,

    /// Laws of the direction's components that the best inference knows, separated by commas (bayes criterion): rademacher,
    /// gaussian, soft:OMEGA, sparse-rademacher:RHO, sparse-gaussian:RHO [default: gaussian for spiked, rademacher for two-cluster]
    #[arg(long, value_name = "PRIOR", value_delimiter = ',', value_parser = prior)]
    pub(crate) weight_prior: Vec<Prior>,

    /// How many modes, from the leading one down, or all (spectral criterion) [default: 1; of --data samples those that
    /// the sample shows, and the next]
    #[arg(long, value_name = "K|all", value_parser = Modes::from_str)]
    pub(crate) modes: Option<Modes>,

    /// Take close modes together that stand out as a group while each alone would not, and say what a sample of finite size shows of
    /// them: where their eigenvalues lie, and how their eigenvectors mix (spectral criterion, with --alpha)
    #[arg(long, requires = "alpha", conflicts_with_all = ["solve_for", "observed"])]
    pub(crate) groups: bool,

    /// Answer in words: which criterion speaks of what, what a few samples show, and when a machine learns, with the command that tells more
    #[arg(long, conflicts_with_all = ["solve_for", "observed", "groups", "alpha", "criterion", "modes", "hidden", "biases", "l2", "weight_prior"])]
    pub(crate) explain: bool,

    /// Samples per unit, above 0: what the sample then shows of each mode
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Option<Grid>,

    /// Solve for a parameter: beta, spike or signal at the given --alpha, or alpha at the given --overlap
    #[arg(long, value_enum, value_name = "PARAMETER")]
    pub(crate) solve_for: Option<Unknown>,

    /// Squared overlap to reach, at least 0 and below 1; 0 is the threshold itself [default: 0]
    #[arg(long, value_name = "X", value_parser = grid::non_negative, requires = "solve_for", allow_hyphen_values = true)]
    pub(crate) overlap: Option<Grid>,

    /// Observed sample eigenvalues outside the bulk, whose population eigenvalues are wanted (with --alpha)
    #[arg(long, value_name = "GRID", value_parser = grid::positive, requires = "alpha",
        conflicts_with_all = ["solve_for", "modes"], allow_hyphen_values = true)]
    pub(crate) observed: Option<Grid>,

    /// Also the samples at which a test sees the mode with this probability, above twice the level and below 1 (spectral criterion, N
    /// finite); with --alpha also the probability there [default: 0.9 for --data samples]
    #[arg(long, value_name = "X", value_parser = probability, allow_hyphen_values = true)]
    pub(crate) power: Option<f64>,

    /// Probability that the test sees a mode in noise alone, 1e-10 to 0.1
    #[arg(long, value_name = "X", value_parser = probability, default_value_t = 0.01, allow_hyphen_values = true)]
    pub(crate) level: f64,

    /// What the sample eigenvalues are compared with (--data samples) [default: auto]
    #[arg(long, value_enum, value_name = "NULL", hide_possible_values = false)]
    pub(crate) null: Option<Null>,

    /// Shuffled data sets of the permutation null, 5 or more; below 1/level - 1 of them the Tracy-Widom law is fitted to their
    /// largest eigenvalues [default: 99]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(5..=1_000_000))]
    pub(crate) permutations: Option<u64>,

    /// Write sums over the samples of FILE, or of a part of them, to an .npz in place of a table: what --sums takes (--data samples, .npy or HDF5)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sums", "output", "plot", "explain", "standardize"])]
    pub(crate) save_sums: Option<PathBuf>,

    /// Files of sums, separated by commas, in place of --file: all the parts of one table
    #[arg(long, value_name = "FILE", value_delimiter = ',', conflicts_with_all = ["file", "columns", "transpose", "memory", "delimiter", "header"])]
    pub(crate) sums: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

/// Shuffled data sets where none are asked for: a p-value of 0.01 is the least that they give.
const PERMUTATIONS: u64 = 99;

/// Probability to see a mode where none is asked for.
const POWER: f64 = 0.9;

/// A probability between 0 and 1.
fn probability(text: &str) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(x) if x > 0.0 && x < 1.0 => Ok(x),
        _ => bail!("give a number between 0 and 1"),
    }
}

/// A criterion as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    Spectral,
    Crossing,
    CrossingPublished,
    MaximumLikelihood,
    Bayes,
    /// Gone: old scripts are told what to ask instead.
    #[value(hide = true)]
    PlaceCell,
}

impl ThresholdArgs {
    /// The thresholds of a model, and what samples show.
    pub(crate) fn question(&self) -> Result<Threshold> {
        self.check_samples_flags()?;
        Ok(Threshold {
            data: self.data.data(self.common.quiet)?,
            criteria: self.criteria()?,
            modes: self.modes.unwrap_or(Modes::Leading(1)),
            tasks: self.tasks(),
            detection: self.power.map(|power| Detection {
                level: self.level,
                power,
            }),
            groups: self.groups,
        })
    }

    /// The thresholds of a model in words.
    pub(crate) fn explain(&self) -> Result<Explain> {
        self.check_samples_flags()?;
        Ok(Explain {
            data: self.data.data(self.common.quiet)?,
            detection: Detection {
                level: self.level,
                power: self.power.unwrap_or(POWER),
            },
        })
    }

    /// The unknown parameter at which they are reached.
    pub(crate) fn inverse(&self, unknown: Unknown) -> Result<Inverse> {
        let (name, flag) = match unknown {
            Unknown::Beta => ("beta", Some("--beta")),
            Unknown::Spike => ("spike", Some("--spike")),
            Unknown::Signal => ("signal", Some("--signal")),
            Unknown::Alpha => ("alpha", None),
        };
        self.check_samples_flags()?;
        ensure!(
            self.power.is_none(),
            "--power has a meaning without --solve-for only; leave it out"
        );
        let data = self.data.data_solving(flag, self.common.quiet)?;
        ensure!(
            flag.is_none() || self.alpha.is_some(),
            "--solve-for {name} needs --alpha"
        );
        ensure!(
            flag.is_some() || self.alpha.is_none(),
            "--solve-for alpha computes alpha; leave --alpha out"
        );
        let overlap = values(self.overlap.as_ref());
        Ok(Inverse {
            data,
            criteria: self.criteria()?,
            modes: self.modes.unwrap_or(Modes::Leading(1)),
            unknown,
            alpha: values(self.alpha.as_ref()),
            overlap: if overlap.is_empty() {
                vec![0.0]
            } else {
                overlap
            },
        })
    }

    /// The modes that a data matrix shows.
    pub(crate) fn samples(&self) -> Result<ThresholdSamples> {
        ensure!(
            self.alpha.is_none() && self.solve_for.is_none() && self.observed.is_none(),
            "--data samples: alpha is that of the file; leave --alpha, --observed and --solve-for out"
        );
        ensure!(
            self.criterion == [Name::Spectral],
            "--data samples knows the spectral criterion only; leave --criterion out"
        );
        Ok(ThresholdSamples {
            data: self.observed()?,
            judge: Judge {
                level: self.level,
                null: self.null.unwrap_or(Null::Auto),
                permutations: self.permutations.unwrap_or(PERMUTATIONS),
                seed: self.common.seed,
            },
            power: self.power.unwrap_or(POWER),
            modes: self.modes,
        })
    }

    /// The data matrix, by its file or by sums.
    fn observed(&self) -> Result<Observed> {
        if self.sums.is_empty() {
            return self.data.observed(self.common.quiet);
        }
        self.data.check_summed()?;
        let summed = sums::read(&self.sums, self.data.standardize)?;
        Ok(Observed::Summed(summed))
    }

    /// The table of which sums are wanted.
    pub(crate) fn summed_table(&self) -> Result<LargeTable> {
        let table = self.data.large_table(self.common.quiet)?;
        let (rows, columns) = (table.blocks.rows(), table.blocks.columns());
        ensure!(
            rows >= columns,
            "{}: {rows} samples of {columns} variables: sums are of use where there are more samples than variables; ask without --save-sums",
            table.blocks.name()
        );
        Ok(table)
    }

    /// The modes that a data matrix shows in words.
    pub(crate) fn explain_samples(&self) -> Result<ExplainSamples> {
        let of = self.samples()?;
        Ok(ExplainSamples { of })
    }

    /// What has a meaning for a data matrix only.
    fn check_samples_flags(&self) -> Result<()> {
        for (given, flag) in [
            (self.null.is_some(), "--null"),
            (self.permutations.is_some(), "--permutations"),
            (self.save_sums.is_some(), "--save-sums"),
            (!self.sums.is_empty(), "--sums"),
        ] {
            ensure!(
                !given,
                "{flag} has a meaning for --data samples only; leave it out"
            );
        }
        Ok(())
    }

    fn tasks(&self) -> Vec<Task> {
        let alphas = values(self.alpha.as_ref());
        let observed = values(self.observed.as_ref());
        if alphas.is_empty() {
            return vec![Task::Critical];
        }
        if observed.is_empty() {
            return alphas.into_iter().map(Task::Sample).collect();
        }
        let at = |alpha| {
            let seen = observed.iter();
            seen.map(move |&eigenvalue| Task::Observed { alpha, eigenvalue })
        };
        alphas.into_iter().flat_map(at).collect()
    }

    /// The criteria as typed, each once for every kind of hidden unit or law of the weights that it is about.
    fn criteria(&self) -> Result<Vec<Criterion>> {
        let asks = |name| self.criterion.contains(&name);
        ensure!(
            !asks(Name::PlaceCell),
            "--criterion place-cell is no threshold and has left this command; ask: saddlepoint learn --data ising-ring --units N --beta B \
             --alpha GRID --method linear-response"
        );
        let (learnt, inferred) = (asks(Name::MaximumLikelihood), asks(Name::Bayes));
        for (only, flag, criterion) in [
            (
                learnt || self.hidden.is_empty(),
                "--hidden",
                "maximum-likelihood",
            ),
            (
                learnt || self.biases.is_none(),
                "--biases",
                "maximum-likelihood",
            ),
            (learnt || self.l2.is_none(), "--l2", "maximum-likelihood"),
            (
                inferred || self.weight_prior.is_empty(),
                "--weight-prior",
                "bayes",
            ),
            (
                !(learnt || inferred) || self.observed.is_none(),
                "--observed",
                "spectral",
            ),
        ] {
            ensure!(
                only,
                "{flag} has a meaning for --criterion {criterion} only; leave it out"
            );
        }
        let priors = self.priors(inferred)?;
        let expanded = self.criterion.iter().flat_map(|name| match name {
            Name::Spectral => vec![Criterion::Spectral],
            Name::Crossing => vec![Criterion::Crossing],
            Name::CrossingPublished => vec![Criterion::CrossingPublished],
            Name::MaximumLikelihood => self.trained(),
            Name::Bayes => priors.iter().copied().map(Criterion::Bayes).collect(),
            // Refused above.
            Name::PlaceCell => Vec::new(),
        });
        Ok(expanded.collect())
    }

    /// The hidden units that the maximum-likelihood criterion is about.
    fn trained(&self) -> Vec<Criterion> {
        let hidden = match &self.hidden[..] {
            [] => &[Kind::SPIN],
            given => given,
        };
        let penalties = self
            .l2
            .as_ref()
            .map_or(vec![0.0], |grid| grid.values().to_vec());
        let biases = self.biases.unwrap_or(Biases::Learned);
        let of = |&hidden: &Kind| {
            let penalties = penalties.iter();
            penalties.map(move |&l2| Criterion::MaximumLikelihood { hidden, biases, l2 })
        };
        hidden.iter().flat_map(of).collect()
    }

    /// The laws of the weights that the bayes criterion is about, if it is asked for: by default that of the data model.
    fn priors(&self, inferred: bool) -> Result<Vec<Prior>> {
        let default = match self.data.data {
            _ if !inferred => return Ok(Vec::new()),
            DataModel::Spiked => Prior::Gaussian,
            DataModel::TwoCluster => Prior::Rademacher,
            model => bail!(
                "--criterion bayes has a meaning for --data spiked and two-cluster; {} has no one direction to infer",
                model.name()
            ),
        };
        Ok(if self.weight_prior.is_empty() {
            vec![default]
        } else {
            self.weight_prior.clone()
        })
    }
}

/// The values of a grid, none where it is not given.
fn values(grid: Option<&Grid>) -> Vec<f64> {
    grid.map_or(Vec::new(), |grid| grid.values().to_vec())
}
