use super::args::GridArgs;
use super::data_args::DataArgs;
use super::grid::{self, Grid};
use crate::input::machine::{self, Files};
use crate::notice::say;
use crate::questions::spectrum::{
    Machine, MachineEdges, MachineSpectrum, Profile, Spectrum, SpectrumEdges,
};
use crate::questions::{Data, DataModel};
use anyhow::{Context, Result, ensure};
use clap::Args;
use clap::builder::ArgPredicate;
use std::path::{Path, PathBuf};

/// Compute the law of the sample eigenvalues
///
/// Of data by the eigenvalues of their covariance: many units and samples at a fixed ratio. --profile of a finite population
/// holds at that size. --machine: singular values of given weights against those of random ones.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint spectrum --data ising-ring --units inf --beta 0.5 --alpha 10 --edges\n  \
    (echo 1,0.9; echo 5,0.1) > atoms.csv\n  \
    saddlepoint spectrum --data spectrum --file atoms.csv --alpha 5 --plot density.svg\n  \
    saddlepoint spectrum --data ising-ring --units 200 --beta 0.5 --alpha 2,10,50 --profile\n  \
    saddlepoint simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --biases none -o machine.npz\n  \
    saddlepoint spectrum --machine machine.npz --plot bulk.svg",
    mut_arg("data", |data| data
        .required(false)
        .required_unless_present("machine")
        .default_value_if("machine", ArgPredicate::IsPresent, "samples"))
)]
pub(crate) struct SpectrumArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,

    /// Samples per unit, above 0; with --data samples it is that of the file
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Option<Grid>,

    /// Points of the density, 16 to 1000000, crowded at the edges
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(16..=1_000_000))]
    pub(crate) points: u32,

    /// The edges of the support only
    #[arg(long, conflicts_with = "profile")]
    pub(crate) edges: bool,

    /// The squared overlap of the top sample eigenvector with every mode of a finite population
    #[arg(long)]
    pub(crate) profile: bool,

    /// A machine, by its weights: their singular values against the law fitted to their bulk; any file that landau --machine
    /// takes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "units", "beta", "couplings", "states", "spike", "signal",
        "file", "columns", "standardize", "alpha", "profile"])]
    pub(crate) machine: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl SpectrumArgs {
    /// The law of sample eigenvalues.
    pub(crate) fn question(&self) -> Result<Spectrum> {
        Ok(Spectrum {
            data: self.data()?,
            alpha: self.alphas()?,
            points: usize::try_from(self.points)?,
        })
    }

    /// Its edges alone.
    pub(crate) fn edges(&self) -> Result<SpectrumEdges> {
        Ok(SpectrumEdges {
            data: self.data()?,
            alpha: self.alphas()?,
        })
    }

    /// The overlaps of the top sample eigenvector.
    pub(crate) fn profile(&self) -> Result<Profile> {
        Ok(Profile {
            data: self.data()?,
            alpha: self.alphas()?,
        })
    }

    /// The law of a machine's singular values.
    pub(crate) fn machine(&self, file: &Path) -> Result<MachineSpectrum> {
        Ok(MachineSpectrum {
            machine: self.weights(file)?,
            points: self.points,
        })
    }

    /// The edges of the law of a machine's singular values.
    pub(crate) fn machine_edges(&self, file: &Path) -> Result<MachineEdges> {
        Ok(MachineEdges {
            machine: self.weights(file)?,
        })
    }

    fn weights(&self, file: &Path) -> Result<Machine> {
        let found = machine::read(Files {
            machine: file,
            visible_bias: None,
            hidden_bias: None,
            transpose: self.data.transpose,
        })?;
        let machine = Machine::new(&found.weights).with_context(|| file.display().to_string())?;
        if !self.common.quiet {
            say(&found.describe_weights(file));
        }
        Ok(machine)
    }

    fn alphas(&self) -> Result<Vec<f64>> {
        if self.data.data == DataModel::Samples {
            return Ok(Vec::new());
        }
        let alpha = self.alpha.as_ref();
        let grid = alpha.context("--alpha is missing: give samples per unit")?;
        Ok(grid.values().to_vec())
    }

    fn data(&self) -> Result<Vec<Data>> {
        ensure!(
            self.data.data != DataModel::Samples || (self.alpha.is_none() && !self.profile),
            "--data samples: alpha is that of the file, and its modes are listed by 'saddlepoint threshold'; \
             leave --alpha and --profile out"
        );
        self.data.data(self.common.quiet)
    }
}
