use super::args::GridArgs;
use super::chains::{FlowPersistentChainsArgs, FlowShortChainsArgs};
use super::data_args::CorrelationLength;
use super::grid::{self, Grid, UnitsGrid};
use super::localisation::FlowLocalisationArgs;
use crate::input;
use crate::questions::Units;
use crate::questions::flow::Rings;
use crate::questions::flow::diffusion::Diffusion;
use crate::questions::flow::landscape::Landscape;
use crate::questions::flow::modes::Modes;
use crate::questions::flow::noise::{self, Emergence, Growth, Noise};
use crate::questions::flow::ring::{Method, Sites, Trajectory, Visible, Weights, clock, ising};
use crate::questions::flow::stability::Stability;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use saddlepoint_theory::dynamics::flow::Search;
use saddlepoint_theory::units::Unit;
use std::path::{Path, PathBuf};

/// Compute learning without noise, and how noise moves a place cell
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow modes --eigenvalues 0.8,1.5,2,4 --time 0:8:81 --plot flow.svg\n  \
    saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 4 --plot fields.svg"
)]
pub(crate) struct FlowArgs {
    #[command(subcommand)]
    pub(crate) what: Flow,
}

/// What learns.
#[derive(Debug, Subcommand)]
pub(crate) enum Flow {
    Modes(FlowModesArgs),
    ShortChains(FlowShortChainsArgs),
    PersistentChains(FlowPersistentChainsArgs),
    Ring(FlowRingArgs),
    Stability(FlowStabilityArgs),
    Localisation(FlowLocalisationArgs),
    Diffusion(FlowDiffusionArgs),
}

/// Compute the singular values of the weights while a machine learns data of given covariance
///
/// A machine of Gaussian units, or of any units while weights are small; learning rate to zero. When modes leave the bulk: many
/// units of both layers at a fixed ratio, before saturation.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow modes --eigenvalues 0.8,1.5,2,4 --time 0:8:81 --plot flow.svg\n  \
    echo 0.8,1.5,2,4 > eigenvalues.csv\n  \
    saddlepoint flow modes --file eigenvalues.csv --hidden-units 64 --init-scale 0.01 --emergence\n\n\
    Without --hidden-units each mode starts alone from --initial-singular-value and saturates. With it, the weights start as independent \
    entries of standard deviation --init-scale and grow without saturation, and the modes leave the bulk of these, strong ones first."
)]
pub(crate) struct FlowModesArgs {
    /// Eigenvalues of the data's covariance, one per direction, 0 or above
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true,
        required_unless_present = "file", conflicts_with = "file")]
    pub(crate) eigenvalues: Option<Grid>,

    /// The same from a file: .csv, .npy, FILE.npz:NAME, one column or row
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Times, 0 or above, in updates times learning rate
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true,
        required_unless_present = "emergence")]
    pub(crate) time: Option<Grid>,

    /// Singular value at time 0, above 0 and below 1
    #[arg(
        long,
        value_name = "S",
        default_value_t = 0.001,
        conflicts_with = "hidden_units"
    )]
    pub(crate) initial_singular_value: f64,

    /// Number of hidden units M, 1 or more: start from random weights
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) hidden_units: Option<u32>,

    /// Standard deviation of the initial weights, above 0
    #[arg(
        long,
        value_name = "SIGMA",
        default_value_t = 0.01,
        requires = "hidden_units"
    )]
    pub(crate) init_scale: f64,

    /// Units, which fix the growth rate of small weights on a mode of eigenvalue lambda: gaussian (spins too): rate lambda - 1; binary of
    /// mean 1/2: lambda/4 - 1/16
    #[arg(long, value_enum, value_name = "KIND", default_value_t = noise::Rate::Gaussian, requires = "hidden_units")]
    pub(crate) growth: noise::Rate,

    /// The time at which each mode leaves the bulk of the initial weights, and the singular value it then has
    #[arg(long, requires = "hidden_units", conflicts_with = "time")]
    pub(crate) emergence: bool,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl FlowModesArgs {
    fn eigenvalues(&self) -> Result<Vec<f64>> {
        match (&self.eigenvalues, &self.file) {
            (Some(grid), _) => Ok(grid.values().to_vec()),
            (None, Some(file)) => listed(file),
            (None, None) => bail!("--eigenvalues or --file is missing"),
        }
    }

    fn time(&self) -> Result<Vec<f64>> {
        let time = self.time.as_ref().context("--time is missing")?;
        Ok(time.values().to_vec())
    }

    /// Each mode alone.
    pub(crate) fn saturating(&self) -> Result<Modes> {
        Ok(Modes {
            eigenvalues: self.eigenvalues()?,
            initial_singular_value: self.initial_singular_value,
            time: self.time()?,
        })
    }

    /// Weights that start at random, at given times.
    pub(crate) fn growth(&self) -> Result<Growth> {
        Ok(Growth {
            noise: self.noise()?,
            time: self.time()?,
        })
    }

    /// When each mode leaves the bulk.
    pub(crate) fn emergence(&self) -> Result<Emergence> {
        let noise = self.noise()?;
        Ok(Emergence { noise })
    }

    fn noise(&self) -> Result<Noise> {
        let hidden_units = self.hidden_units.context("--hidden-units is missing")?;
        Ok(Noise {
            eigenvalues: self.eigenvalues()?,
            hidden_units: usize::try_from(hidden_units)?,
            init_scale: self.init_scale,
            kind: self.growth,
        })
    }
}

/// Eigenvalues from a file.
fn listed(file: &Path) -> Result<Vec<f64>> {
    let eigenvalues = input::read_vector(file, None)?;
    let negative = eigenvalues.iter().find(|x| **x < 0.0);
    ensure!(
        negative.is_none(),
        "{}: holds the eigenvalue {:?}; those of a covariance are 0 or above",
        file.display(),
        negative.unwrap_or(&0.0)
    );
    Ok(eigenvalues)
}

/// Compute what hidden units learn from infinitely many configurations of a ring of spins or of angles
///
/// The best optimum of several starts, or with --trajectory learning in time, by the exact gradient. Data do not depend on where the
/// ring begins, and yet on a long ring each hidden unit learns a place.
///
/// Infinitely many samples, learning rate to zero: exact at any size of the ring. Units that symmetry leaves without biases have none.
/// Log-likelihoods are relative to the uniform distribution.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 1,3,4 --plot fields.svg\n  \
    saddlepoint flow ring --units 40 --beta 0.5 --hidden-units 6 --summary\n  \
    saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 25 --summary\n  \
    saddlepoint flow ring --units 20,40 --states 10 --beta 1.5 --summary\n  \
    saddlepoint flow ring --units 60 --beta 0.5 --trajectory --time 0:200:21 -o learning.csv\n\n\
    Exit status 1: a search ended neither at a maximum nor at the tolerance of its gradient, 1e-9, or 1e-6 \
    with --states, in units of beta^(3/2) at weak coupling. Stop is diverged where weights grow without end: the best machine has infinite ones."
)]
pub(crate) struct FlowRingArgs {
    /// Number of sites N, whole numbers from 3
    #[arg(long, value_name = "GRID", value_parser = grid::units)]
    pub(crate) units: UnitsGrid,

    /// Coupling of neighbouring sites
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true,
        required_unless_present = "couplings")]
    pub(crate) beta: Option<Grid>,

    #[command(flatten)]
    pub(crate) length: CorrelationLength,

    /// A clock ring: sites with P angles each, 2 to 12, in one-hot units [default: an Ising ring]
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(2..=12))]
    pub(crate) states: Option<u16>,

    /// Numbers of hidden units M, separated by commas: 1 to 16; on an Ising ring, but for --trajectory, up to N, where those beyond 16
    /// reach arcs of the ring, outside of which their weights are 0
    #[arg(long, value_name = "M", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=1000),
        default_value = "1")]
    pub(crate) hidden_units: Vec<u16>,

    /// Kind of the hidden units: spin, gaussian, double-well:THETA, THETA from -100 to 0, or relu, of all but spins at most 3; or binary, which with biases is a
    /// spin of half the weights. Relu and binary units learn biases, relu on an Ising ring only
    #[arg(long, value_name = "KIND", default_value = "spin")]
    pub(crate) hidden: Unit,

    /// Gradient of the log-likelihood: exact, or to leading order in a small coupling (Ising ring only)
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = Method::Exact)]
    pub(crate) method: Method,

    /// One row per hidden unit: where its field is, how wide, and how good the machine is
    #[arg(long, conflicts_with = "trajectory")]
    pub(crate) summary: bool,

    /// Rows in time: gradient flow from small irregular weights, which --seed changes
    #[arg(long)]
    pub(crate) trajectory: bool,

    /// Times of the trajectory, 0 or above, in updates times learning rate [default: 0:400:41]
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true, requires = "trajectory")]
    pub(crate) time: Option<Grid>,

    /// Standard deviation of the weights at time 0, above 0 and at most 1
    #[arg(
        long,
        value_name = "SIGMA",
        default_value_t = 0.01,
        requires = "trajectory"
    )]
    pub(crate) init_scale: f64,

    /// Starts of the search, 1 to 1000: fields at equal distances, small irregular weights, fields in scattered places, and so on
    #[arg(long, value_name = "K", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) starts: u16,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl FlowRingArgs {
    /// What stands on the sites.
    pub(crate) fn kind(&self) -> Result<Sites> {
        ensure!(
            self.states.is_none() || self.beta.is_some(),
            "--correlation-length has a meaning for an Ising ring only, not for --states; give --beta"
        );
        let visible = match (self.states, self.method) {
            (None, method) => Visible::Ising(method),
            (Some(states), Method::Exact) => Visible::Clock {
                states: states.into(),
            },
            (Some(_), Method::SmallBeta) => {
                bail!("--method small-beta: not known for --states; leave out one of them")
            }
        };
        Ok(Sites {
            visible,
            hidden: self.hidden,
        })
    }

    fn rings(&self) -> Result<Rings> {
        let beta = self.length.or(self.beta.as_ref());
        rings(&self.units, beta, &self.hidden_units)
    }

    fn search(&self) -> Search {
        Search {
            starts: self.starts.into(),
            seed: self.common.seed,
            ..Search::default()
        }
    }

    /// The weights of the best optimum.
    pub(crate) fn weights(&self, kind: Sites) -> Result<Weights> {
        Ok(Weights {
            rings: self.rings()?,
            kind,
            search: self.search(),
        })
    }

    /// The weights in time.
    pub(crate) fn trajectory(&self, kind: Sites) -> Result<Trajectory> {
        let default = || (0..=40).map(|k| 10.0 * f64::from(k)).collect();
        let time = self.time.as_ref();
        Ok(Trajectory {
            rings: self.rings()?,
            kind,
            time: time.map_or_else(default, |grid| grid.values().to_vec()),
            init_scale: self.init_scale,
            seed: self.common.seed,
        })
    }

    /// Fields of spins.
    pub(crate) fn ising(&self, method: Method) -> Result<ising::Summary> {
        Ok(ising::Summary {
            rings: self.rings()?,
            method,
            hidden: self.hidden,
            search: self.search(),
        })
    }

    /// Fields of angles.
    pub(crate) fn clock(&self, states: usize) -> Result<clock::Summary> {
        Ok(clock::Summary {
            rings: self.rings()?,
            states,
            hidden: self.hidden,
            search: self.search(),
        })
    }
}

/// Rings of a finite number of sites, and machines.
fn rings(units: &UnitsGrid, beta: Option<&Grid>, hidden_units: &[u16]) -> Result<Rings> {
    let finite = |units: &Units| {
        let inf = "--units inf: the flow wants a ring of a number of sites, 3 or more";
        units.finite().context(inf)
    };
    Ok(Rings {
        units: units.values().iter().map(finite).collect::<Result<_>>()?,
        beta: couplings(beta)?,
        hidden_units: hidden_units.iter().map(|&m| m.into()).collect(),
    })
}

fn couplings(beta: Option<&Grid>) -> Result<Vec<f64>> {
    let grid = beta.context("--beta or --correlation-length is missing")?;
    Ok(grid.values().to_vec())
}

/// Compute the smallest rings on which the uniform weights of a hidden unit are unstable, and a place cell is better
///
/// One spin hidden unit without biases, infinitely many samples of an Ising ring.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint flow stability --beta 0.1:1.5:29 --plot stability.svg\n\n\
    On rings of an even number of sites, staggered weights turn a negative coupling into a positive one.\n\n\
    Exit status 1: at some couplings, which have rows without sizes, uniform weights are stable on all rings of up to 5000 sites."
)]
pub(crate) struct FlowStabilityArgs {
    /// Coupling of neighbouring sites, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true,
        required_unless_present = "couplings")]
    pub(crate) beta: Option<Grid>,

    #[command(flatten)]
    pub(crate) length: CorrelationLength,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl FlowStabilityArgs {
    /// The question that is asked.
    pub(crate) fn question(&self) -> Result<Stability> {
        Ok(Stability {
            beta: couplings(self.length.or(self.beta.as_ref()))?,
        })
    }
}

/// Compute how the noise of stochastic learning moves a place cell around the ring, and whether a finite data set pins it
///
/// Spin hidden units without biases on an Ising ring of given size; learning rate over batch size to zero, and many samples.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow diffusion --units 60 --beta 0.5 --learning-rate 0.05 --batch 400\n  \
    saddlepoint flow diffusion --units 60 --beta 0.5 --learning-rate 0.1 --batch 100 --samples 1e4:1e8:9:log --plot pinned.svg\n  \
    saddlepoint flow diffusion --units 30 --beta 0.5 --hidden-units 1,2,3 --learning-rate 0.05 --batch 400\n\n\
    Asymptotic for a small learning rate over batch, in sites and nats. Several hidden units repel each other and move as one."
)]
pub(crate) struct FlowDiffusionArgs {
    /// Number of sites N, whole numbers from 3, enough for a place cell: see flow stability
    #[arg(long, value_name = "GRID", value_parser = grid::units)]
    pub(crate) units: UnitsGrid,

    /// Coupling of neighbouring sites
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true,
        required_unless_present = "couplings")]
    pub(crate) beta: Option<Grid>,

    #[command(flatten)]
    pub(crate) length: CorrelationLength,

    /// Numbers of hidden units M, 1 to 16, separated by commas
    #[arg(long, value_name = "M", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=16),
        default_value = "1")]
    pub(crate) hidden_units: Vec<u16>,

    /// Learning rate, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) learning_rate: Grid,

    /// Samples per update, 1 or more
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) batch: Grid,

    /// Samples of the data set, 1 or more [default: fresh ones in every update]
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) samples: Option<Grid>,

    /// The negative phase is sampled as well, by as many persistent chains as the batch has samples; one hidden unit only
    #[arg(long)]
    pub(crate) sampled_negative_phase: bool,

    /// The landscape itself: covariance of the log-likelihoods at two places against their distance
    #[arg(long, requires = "samples")]
    pub(crate) landscape: bool,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl FlowDiffusionArgs {
    fn rings(&self) -> Result<Rings> {
        let beta = self.length.or(self.beta.as_ref());
        rings(&self.units, beta, &self.hidden_units)
    }

    fn samples(&self) -> Vec<f64> {
        let samples = self.samples.as_ref();
        samples.map_or_else(Vec::new, |grid| grid.values().to_vec())
    }

    /// Diffusion for every training.
    pub(crate) fn question(&self) -> Result<Diffusion> {
        Ok(Diffusion {
            rings: self.rings()?,
            learning_rate: self.learning_rate.values().to_vec(),
            batch: self.batch.values().to_vec(),
            samples: self.samples(),
            is_negative_phase_sampled: self.sampled_negative_phase,
        })
    }

    /// The landscape itself.
    pub(crate) fn landscape(&self) -> Result<Landscape> {
        Ok(Landscape {
            rings: self.rings()?,
            samples: self.samples(),
        })
    }
}
