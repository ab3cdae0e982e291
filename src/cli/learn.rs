use super::args::GridArgs;
use super::data_args::DataArgs;
use super::grid::{self, Grid};
use crate::questions::{Biases, Kind, Learn, LinearResponse};
use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

/// Compute learning curves of one hidden unit
///
/// Maximum-likelihood learning of weights and biases from P = alpha N samples, in the limit of many units: the weight m on the leading
/// direction of the data, the variance q of the field from all others, the bias c of the hidden unit, log-likelihoods of training and
/// fresh samples above that of uniform units, and whether the theory is stable against replica-symmetry breaking. A row is the
/// solution of the highest training likelihood. It is about spins in two clusters and about Gaussian data; of a ring, a torus or a
/// list of eigenvalues it takes Gaussian data with that covariance (column assumption), and shows beside it what the ring's own spins
/// teach in infinitely many samples.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint learn --data two-cluster --signal 1.5 --alpha 0.25:16:60:log --plot learning.svg\n  \
    saddlepoint learn --data spiked --spike 2 --hidden spin,gaussian,relu,double-well:-2 --alpha 4\n  \
    saddlepoint learn --data two-cluster --signal 1.5 --hidden spin,relu --l2 0,0.1 --alpha 4 --all-branches\n  \
    saddlepoint learn --data ising-ring --units 50 --beta 0.5 --alpha 20:1000:10:log --all-branches\n  \
    saddlepoint learn --data ising-ring --units 40,100 --beta 0.5 --alpha 5:500:10:log --method linear-response"
)]
pub(crate) struct LearnArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    #[arg(
        long,
        help = format!("Kinds of the hidden unit, separated by commas: {}", Kind::NAMES),
        value_name = "UNIT",
        value_delimiter = ',',
        default_value = "spin",
        allow_hyphen_values = true
    )]
    pub(crate) hidden: Vec<Kind>,

    /// Biases of the visible units and of the hidden unit [default: learned; none for linear response, which has none]
    #[arg(long, value_enum, hide_possible_values = false)]
    pub(crate) biases: Option<Biases>,

    /// Weight penalties, at least 0: half of it times the squared norm of the weights is taken from the mean log-likelihood, as --l2 of
    /// simulate train does
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, default_value = "0", allow_hyphen_values = true)]
    pub(crate) l2: Grid,

    /// Samples per unit, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Grid,

    /// A row for each solution: weights of noise (m = 0), symmetric or skewed, and weights with a signal where they exist, those of a
    /// unit that becomes Gaussian (c = inf) among them
    #[arg(long)]
    pub(crate) all_branches: bool,

    /// Theory of learning
    #[arg(long, value_enum, default_value_t = Method::Replica, hide_possible_values = false)]
    pub(crate) method: Method,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

/// Theory of learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Many units and samples at a fixed ratio
    Replica,
    /// Many samples of an Ising ring of given size: how near the weights are to the place cell
    LinearResponse,
}

impl LearnArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Learn> {
        Ok(Learn {
            data: self.data.data(self.common.quiet)?,
            hidden: self.hidden.clone(),
            biases: self.biases.unwrap_or(Biases::Learned),
            l2: self.l2.values().to_vec(),
            alpha: self.alpha.values().to_vec(),
            all_branches: self.all_branches,
        })
    }

    /// The same of many samples of a ring, about its place cell.
    pub(crate) fn linear_response(&self) -> Result<LinearResponse> {
        ensure!(
            self.hidden == [Kind::SPIN] && !self.all_branches,
            "--method linear-response has one spin hidden unit and one solution; leave --hidden and --all-branches out"
        );
        ensure!(
            self.biases != Some(Biases::Learned) && self.l2.values().iter().all(|&l2| l2 <= 0.0),
            "--method linear-response is about a machine without biases and penalty; leave --biases and --l2 out"
        );
        Ok(LinearResponse {
            data: self.data.data(self.common.quiet)?,
            alpha: self.alpha.values().to_vec(),
        })
    }
}
