use super::args::{CommonArgs, DataArgs};
use super::grid::{self, Grid};
use super::infer::prior;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use saddlepoint::questions::HiddenUnit;
use saddlepoint_theory::replica::inference::Prior;
use std::str::FromStr;

/// Compute critical sample sizes
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint threshold --data ising-ring --units 50 --beta 0.5\n  \
    saddlepoint threshold --data spiked --spike 0.5,1,2 --alpha 0.1:10:50:log --plot overlap.svg\n  \
    saddlepoint threshold --data two-cluster --signal 0.5:2:16 --criterion spectral,maximum-likelihood --hidden spin,relu\n  \
    saddlepoint threshold --data spiked --spike 1 --criterion spectral,bayes --weights gaussian,sparse-rademacher:0.02\n  \
    saddlepoint threshold --data ising-ring --units 100 --solve-for beta --alpha 10"
)]
pub(crate) struct ThresholdArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Criteria, separated by commas: spectral (the eigenvector appears), crossing (signal and noise have equal
    /// eigenvalues), crossing-published (the same with the published noise edge of one-hot units), maximum-likelihood (a
    /// hidden unit trained by maximum likelihood learns the leading mode), bayes (the best possible inference learns it: the
    /// information-theoretic threshold, for --data spiked and two-cluster), place-cell (a hidden unit
    /// trained on P samples of an Ising ring overlaps with the place cell of infinitely many up to the critical size over P)
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Criterion::Spectral])]
    pub(crate) criterion: Vec<Criterion>,

    /// Kinds of the hidden unit, separated by commas (maximum-likelihood criterion): spin, binary, gaussian,
    /// double-well:THETA (THETA at most 0), relu [default: spin]
    #[arg(long, value_name = "UNIT", value_delimiter = ',', value_parser = HiddenUnit::parse, allow_hyphen_values = true)]
    pub(crate) hidden: Vec<HiddenUnit>,

    /// Laws of the direction's components that the best inference knows, separated by commas (bayes criterion): rademacher,
    /// gaussian, sparse-rademacher:RHO, sparse-gaussian:RHO [default: gaussian for spiked, rademacher for two-cluster]
    #[arg(long, value_name = "PRIOR", value_delimiter = ',', value_parser = prior)]
    pub(crate) weights: Vec<Prior>,

    /// How many modes, from the leading one down, or all (spectral criterion) [default: 1; of --data samples those that
    /// the sample shows, and the next]
    #[arg(long, value_name = "K|all", value_parser = Modes::from_str)]
    pub(crate) modes: Option<Modes>,

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

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// What decides that learning has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Criterion {
    Spectral,
    Crossing,
    CrossingPublished,
    MaximumLikelihood,
    Bayes,
    PlaceCell,
}

impl Criterion {
    /// The name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Spectral => "spectral",
            Self::Crossing => "crossing",
            Self::CrossingPublished => "crossing-published",
            Self::MaximumLikelihood => "maximum-likelihood",
            Self::Bayes => "bayes",
            Self::PlaceCell => "place-cell",
        }
    }
}

/// The unknown of an inverse problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unknown {
    Beta,
    Spike,
    Signal,
    Alpha,
}

/// How many modes to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modes {
    Leading(usize),
    All,
}

impl FromStr for Modes {
    type Err = anyhow::Error;

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
    pub(crate) fn ranks(self, available: usize) -> std::ops::Range<usize> {
        match self {
            Self::Leading(count) => 0..count.min(available),
            Self::All => 0..available,
        }
    }
}
