//! Flags that several commands share.

use super::grid::{self, Grid, Units, UnitsGrid};
use anyhow::{Result, bail, ensure};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Flags of every command that computes something.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct CommonArgs {
    /// Write the table to FILE, with FILE's .meta.json beside it [default: -, stdout]
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) output: Option<PathBuf>,

    /// Write the table as CSV, or as JSON with one object per line
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub(crate) format: Format,

    /// Seed of the random numbers, 0 to 2^64 - 1
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Threads to use, 1 to 1024; the result does not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    /// Show no progress on stderr
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Draw the table as a figure, in FILE.svg or FILE.png
    #[arg(long, value_name = "FILE", value_parser = FigureFile::parse)]
    pub(crate) plot: Option<FigureFile>,
}

impl CommonArgs {
    /// The file to write, or `None` for stdout.
    pub(crate) fn output_file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| *path != Path::new("-"))
    }
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated values under a header
    Csv,
    /// One JSON object per line
    Json,
}

/// A figure's file, whose name says its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FigureFile {
    pub(crate) path: PathBuf,
    pub(crate) kind: FigureKind,
}

/// Vectors or pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FigureKind {
    Svg,
    Png,
}

impl FigureFile {
    /// Reads the format off the name's end.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let path = PathBuf::from(text);
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let kind = match extension.as_deref() {
            Some("svg") => FigureKind::Svg,
            Some("png") => FigureKind::Png,
            _ => bail!("a figure's name must end in .svg or .png"),
        };
        Ok(Self { path, kind })
    }
}

/// Where data come from; `Display` gives the name typed on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataModel {
    /// Independent units of unit variance
    Iid,
    /// White noise with one direction of larger variance
    Spiked,
    /// Two clusters: an RBM teacher with one spin hidden unit
    TwoCluster,
    /// Ising chain closed to a ring
    IsingRing,
    /// Discrete XY chain (clock model) closed to a ring
    ClockRing,
    /// Ising model on an L x L torus, units = L^2
    IsingTorus,
    /// Eigenvalues of the population covariance listed in a file
    Spectrum,
    /// A data matrix in a file, one sample per row
    Samples,
}

impl DataModel {
    /// The name on the command line and in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Iid => "iid",
            Self::Spiked => "spiked",
            Self::TwoCluster => "two-cluster",
            Self::IsingRing => "ising-ring",
            Self::ClockRing => "clock-ring",
            Self::IsingTorus => "ising-torus",
            Self::Spectrum => "spectrum",
            Self::Samples => "samples",
        }
    }

    /// The flags that this model needs.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::Iid => &[],
            Self::Spiked => &["--spike"],
            Self::TwoCluster => &["--signal"],
            Self::IsingRing | Self::IsingTorus => &["--units", "--beta"],
            Self::ClockRing => &["--units", "--beta", "--states"],
            Self::Spectrum | Self::Samples => &["--file"],
        }
    }

    /// Further flags that have a meaning for this model.
    fn optional(self) -> &'static [&'static str] {
        match self {
            Self::Iid | Self::Spiked | Self::TwoCluster => &["--units"],
            Self::IsingRing | Self::IsingTorus | Self::ClockRing => &[],
            Self::Spectrum => &["--units", "--columns"],
            Self::Samples => &["--columns", "--standardize"],
        }
    }
}

/// Flags of a data model.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct DataArgs {
    /// Data model
    #[arg(long, value_enum, value_name = "MODEL", hide_possible_values = false)]
    pub(crate) data: DataModel,

    /// Number of units N, whole numbers from 2 or inf [default: inf where there is no size]
    #[arg(long, value_name = "GRID", value_parser = grid::units, allow_hyphen_values = true)]
    pub(crate) units: Option<UnitsGrid>,

    /// Coupling of neighbouring units; negative is antiferromagnetic
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true)]
    pub(crate) beta: Option<Grid>,

    /// States of a clock unit, 2 to 1000
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) states: Option<u16>,

    /// Excess eigenvalue l of the spike, above 0: the population eigenvalue is 1 + l
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) spike: Option<Grid>,

    /// Signal b of two-cluster data, above 0: the population eigenvalue is 1 + b^2
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) signal: Option<Grid>,

    /// Eigenvalues or data matrix: .csv, .npy, FILE.npz:NAME or IDX, plain or .gz, or - for CSV on stdin
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) file: Option<PathBuf>,

    /// Columns of FILE to use: 3, 0:784, :-1 (all but the last), or names [default: all]
    #[arg(long, value_name = "A:B", allow_hyphen_values = true)]
    pub(crate) columns: Option<String>,

    /// Scale every column of the samples to unit variance
    #[arg(long)]
    pub(crate) standardize: bool,
}

/// One combination of a data model's parameters. What the model does not have is `None`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DataPoint {
    pub(crate) units: Option<Units>,
    pub(crate) beta: Option<f64>,
    pub(crate) states: Option<u16>,
    pub(crate) spike: Option<f64>,
    pub(crate) signal: Option<f64>,
}

impl DataArgs {
    /// Every combination of the parameters, `--signal` varying fastest, then `--spike`, `--beta`, `--units`.
    ///
    /// # Errors
    /// If a flag is missing for the model, or has no meaning for it, or there are too many combinations.
    pub(crate) fn points(&self) -> Result<Vec<DataPoint>> {
        self.points_solving(None)
    }

    /// [`DataArgs::points`] where one flag of the model is an unknown to be solved for, and must not be given.
    ///
    /// # Errors
    /// As [`DataArgs::points`], and if the unknown is given or is not a parameter of the model.
    pub(crate) fn points_solving(&self, unknown: Option<&str>) -> Result<Vec<DataPoint>> {
        self.check_flags(unknown)?;
        let units = self.units.as_ref().map_or(vec![None], |grid| {
            grid.values().iter().copied().map(Some).collect()
        });
        let axes = [&self.beta, &self.spike, &self.signal].map(|grid| optional_axis(grid.as_ref()));
        let index: Vec<usize> = (0..units.len()).collect();
        let lengths: Vec<Vec<usize>> = axes.iter().map(|a| (0..a.len()).collect()).collect();
        let points = grid::product(&[&index, &lengths[0], &lengths[1], &lengths[2]])?;
        Ok(points
            .map(|i| DataPoint {
                units: units[i[0]],
                beta: axes[0][i[1]],
                states: self.states,
                spike: axes[1][i[2]],
                signal: axes[2][i[3]],
            })
            .collect())
    }

    fn check_flags(&self, unknown: Option<&str>) -> Result<()> {
        let model = self.data;
        if let Some(flag) = unknown {
            ensure!(
                model.required().contains(&flag),
                "--data {} has no parameter {flag} to solve for",
                model.name()
            );
        }
        let given = [
            ("--units", self.units.is_some()),
            ("--beta", self.beta.is_some()),
            ("--states", self.states.is_some()),
            ("--spike", self.spike.is_some()),
            ("--signal", self.signal.is_some()),
            ("--file", self.file.is_some()),
            ("--columns", self.columns.is_some()),
            ("--standardize", self.standardize),
        ];
        for (flag, given) in given {
            if unknown == Some(flag) {
                ensure!(!given, "{flag} is solved for; leave it out");
                continue;
            }
            let required = model.required().contains(&flag);
            ensure!(given || !required, "--data {} needs {flag}", model.name());
            ensure!(
                !given || required || model.optional().contains(&flag),
                "{flag} has no meaning for --data {}; leave it out",
                model.name()
            );
        }
        Ok(())
    }
}

fn optional_axis(grid: Option<&Grid>) -> Vec<Option<f64>> {
    grid.map_or(vec![None], |grid| {
        grid.values().iter().copied().map(Some).collect()
    })
}
