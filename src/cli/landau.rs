use super::args::CommonArgs;
use super::grid::{self, Grid};
use super::machine::MachineArgs;
use crate::input;
use crate::input::machine::epoch;
use crate::questions::landau::{
    Cascade, Composition, Densities, Hysteresis, LandauModes, LandauProfile, LogZ, Machines,
    Projection, Symmetry,
};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// Compute the landscape of a given machine in the singular modes of its weights
///
/// A machine of any size, units and biases. Modes and enumeration are exact; expansions and mean field are asymptotic for many
/// units at fixed singular values, off by the order of 1 over their number. The free energy is that of the bosons of the modes
/// on the real line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --biases none -o machine.npz\n  \
    saddlepoint landau --machine machine.npz --plot modes.svg\n  \
    saddlepoint landau --machine machine.npz --scale 0.5:2:4 --profile 0 --plot profile.svg\n  \
    saddlepoint landau --machine machine.npz --log-z --scale 0.25 --temperatures 5000\n  \
    saddlepoint landau --machine machine.npz --symmetry\n\n\
    Modes are numbered from 0, the largest singular value first. With biases, a mode orders where the singular value of \
    the weights between standardised units, effective_singular_value, reaches 1."
)]
pub(crate) struct LandauArgs {
    #[command(flatten)]
    pub(crate) machine: MachineArgs,

    /// Inverse temperature, which multiplies weights and biases [default: 1]
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true)]
    pub(crate) scale: Option<Grid>,

    /// Free energy along mode K, or on the surface of two modes K,L
    #[arg(long, value_name = "K[,L]", value_parser = one_or_two)]
    pub(crate) profile: Option<Modes>,

    /// Amplitudes of the profile [default: 101 or 41 x 41 that hold its minima]
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true, requires = "profile")]
    pub(crate) amplitude: Option<Grid>,

    /// Amplitude of mode K along a cycle of the field given by --field
    #[arg(long, value_name = "K", requires = "field", conflicts_with_all = ["profile", "log_z", "modes", "chains"])]
    pub(crate) hysteresis: Option<usize>,

    /// Fields on the mode, ascending: biases B u and C v along it make the field (B + C)/sqrt(s)
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true, requires = "hysteresis")]
    pub(crate) field: Option<Grid>,

    /// ln Z by Gaussian pairs, naive mean field, its one-loop correction, TAP, enumeration where possible, and annealing forth and back
    #[arg(long, group = "annealed", conflicts_with_all = ["profile", "modes", "rotations", "steps"])]
    pub(crate) log_z: bool,

    /// Chains of annealing or of --cascade, 2 or more
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u32).range(2..), default_value_t = 100, requires = "annealed")]
    pub(crate) chains: u32,

    /// Temperatures between free units and the machine, 1 or more; more of them make annealing slower and its error smaller
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..), default_value_t = 1000, requires = "log_z")]
    pub(crate) temperatures: u32,

    /// Samples, one per row, in the leading modes of the machine: x = u.v, y = v.<h|v>, and u, w measured from the mode's saddle
    #[arg(long, value_name = "FILE", group = "leading", conflicts_with_all = ["profile", "log_z", "hysteresis", "scale", "chains", "temperatures", "rotations", "steps"])]
    pub(crate) project: Option<PathBuf>,

    /// Leading modes of --project and --cascade [default: 2 and 5]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..), requires = "leading")]
    pub(crate) modes: Option<u32>,

    /// Do the weights have preferred units? Their entries against those of rotated weights
    #[arg(long, conflicts_with_all = ["profile", "log_z", "hysteresis", "project", "scale", "modes", "chains", "temperatures", "steps"])]
    pub(crate) symmetry: bool,

    /// Random rotations of --symmetry, 2 or more
    #[arg(long, value_name = "R", requires = "symmetry", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) rotations: u32,

    /// Density of the weights of each hidden unit; with FILE, samples one per row, how many hidden units each sample activates strongly
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with_all = ["profile", "log_z", "hysteresis", "project", "symmetry", "scale", "modes", "chains", "temperatures", "rotations", "steps"])]
    pub(crate) composition: Option<Vec<PathBuf>>,

    /// Leading modes near their transitions: susceptibility, Binder's cumulant and relaxation time as predicted and as chains of the machine show
    #[arg(long, groups = ["annealed", "leading"], conflicts_with_all = ["profile", "log_z", "hysteresis", "project", "symmetry", "scale", "composition", "temperatures", "rotations"])]
    pub(crate) cascade: bool,

    /// Machines of a training in order, which --cascade shows before that of --machine
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "cascade")]
    pub(crate) along: Vec<PathBuf>,

    /// Sweeps of each chain of --cascade that count; as many come before them
    #[arg(long, value_name = "T", requires = "cascade", default_value_t = 1000)]
    pub(crate) steps: u64,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// One mode, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Modes {
    first: usize,
    second: Option<usize>,
}

/// Reads `K` or `K,L`.
fn one_or_two(text: &str) -> Result<Modes> {
    let modes: Option<Vec<usize>> = text
        .split(',')
        .map(|mode| mode.trim().parse().ok())
        .collect();
    let (first, second) = match modes.as_deref() {
        Some(&[k]) => (k, None),
        Some(&[k, l]) if k != l => (k, Some(l)),
        _ => bail!("give the number of a mode, from 0, or of two different ones, such as 0,1"),
    };
    Ok(Modes { first, second })
}

impl LandauArgs {
    fn machines(&self) -> Result<Machines> {
        let scale = self.scale.as_ref();
        Ok(Machines {
            machine: self.machine.given(self.common.quiet)?.in_theory()?,
            scale: scale.map_or(vec![1.0], |grid| grid.values().to_vec()),
        })
    }

    /// The question of the modes.
    pub(crate) fn modes(&self) -> Result<LandauModes> {
        Ok(LandauModes {
            machines: self.machines()?,
        })
    }

    /// The question of the free energy along some modes.
    pub(crate) fn profile(&self, modes: Modes) -> Result<LandauProfile> {
        let amplitude = self.amplitude.as_ref();
        Ok(LandauProfile {
            machines: self.machines()?,
            mode: modes.first,
            second_mode: modes.second,
            amplitude: amplitude.map(|grid| grid.values().to_vec()),
        })
    }

    /// The question of a cycle in a field.
    pub(crate) fn hysteresis(&self, mode: usize) -> Result<Hysteresis> {
        let field = self.field.as_ref().context("--field is missing")?;
        Ok(Hysteresis {
            machines: self.machines()?,
            mode,
            field: field.values().to_vec(),
        })
    }

    /// The question of data in the machine's modes.
    pub(crate) fn projection(&self, file: &Path) -> Result<Projection> {
        let machine = self.machine.given(self.common.quiet)?;
        let smaller = machine.weights.nrows().min(machine.weights.ncols());
        Ok(Projection {
            machine,
            name: file.display().to_string(),
            samples: input::read(file, None)?,
            modes: match self.modes {
                Some(modes) => usize::try_from(modes)?,
                None => smaller.min(2),
            },
        })
    }

    /// The question of the density of the weights.
    pub(crate) fn densities(&self) -> Result<Densities> {
        let machine = self.machine.given(self.common.quiet)?;
        Ok(Densities { machine })
    }

    /// The question of how many hidden units samples activate.
    pub(crate) fn composition(&self, file: &Path) -> Result<Composition> {
        Ok(Composition {
            machine: self.machine.given(self.common.quiet)?,
            name: file.display().to_string(),
            samples: input::read(file, None)?,
        })
    }

    /// The question of the modes along a training.
    pub(crate) fn cascade(&self) -> Result<Cascade> {
        let read = |args: &MachineArgs| -> Result<_> {
            Ok((epoch(&args.machine)?, args.given(self.common.quiet)?))
        };
        let along = self.along.iter().map(|file| read(&self.machine.of(file)));
        let last = std::iter::once_with(|| read(&self.machine));
        Ok(Cascade {
            machines: along.chain(last).collect::<Result<_>>()?,
            modes: usize::try_from(self.modes.unwrap_or(5))?,
            chains: usize::try_from(self.chains)?,
            steps: self.steps,
            seed: self.common.seed,
        })
    }

    /// The question of rotational symmetry.
    pub(crate) fn symmetry(&self) -> Result<Symmetry> {
        Ok(Symmetry {
            machine: self.machine.given(self.common.quiet)?,
            rotations: self.rotations,
            seed: self.common.seed,
        })
    }

    /// The question of ln Z.
    pub(crate) fn log_z(&self) -> Result<LogZ> {
        Ok(LogZ {
            machines: self.machines()?,
            chains: self.chains,
            temperatures: self.temperatures,
            seed: self.common.seed,
        })
    }
}
