//! Flags of data: a model with its parameters, or a file and how it is read.

use super::grid::{self, Grid, Lengths, UnitsGrid};
use crate::input::{Delimiter, Reading, TextFormat, samples};
use crate::notice::say;
use crate::questions::large::MEMORY;
use crate::questions::threshold::Judge;
use crate::questions::{Data, DataModel, DataPoint, LargeTable, Monitor, Observed, Units, product};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use saddlepoint_simulator::data::Nonlinearity;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The flags that a model needs.
fn required(model: DataModel) -> &'static [&'static str] {
    match model {
        DataModel::Iid => &[],
        DataModel::Spiked => &["--spike"],
        DataModel::TwoCluster => &["--signal"],
        DataModel::IsingRing | DataModel::IsingTorus => &["--units", "--beta"],
        DataModel::ClockRing => &["--units", "--beta", "--states"],
        DataModel::NlgpRing | DataModel::NlgpTorus => {
            &["--units", "--correlation-length", "--nonlinearity"]
        }
        DataModel::EllipticalRing => &["--units", "--correlation-length", "--kurtosis"],
        DataModel::Spectrum | DataModel::Samples => &["--file"],
    }
}

/// Further flags that have a meaning for a model.
fn optional(model: DataModel) -> &'static [&'static str] {
    match model {
        DataModel::Iid | DataModel::Spiked | DataModel::TwoCluster => &["--units"],
        DataModel::IsingRing => &["--correlation-length"],
        DataModel::IsingTorus
        | DataModel::ClockRing
        | DataModel::NlgpRing
        | DataModel::NlgpTorus
        | DataModel::EllipticalRing => &[],
        DataModel::Spectrum => &["--units", "--columns", "--delimiter", "--header"],
        DataModel::Samples => &[
            "--columns",
            "--delimiter",
            "--header",
            "--transpose",
            "--standardize",
            "--memory",
        ],
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

    #[command(flatten)]
    pub(crate) length: CorrelationLength,

    /// What is done to the Gaussian of a site of an nlgp model: erf:G, cubic:C for z + C (z^3 - 3 z), sign, or rate:F
    /// for neurons, 0 or 1 with the mean F; the Gaussian has the correlation exp(-d^2/XI^2), XI of --correlation-length
    // Shown where samples are drawn: other commands refuse it.
    #[arg(long, value_name = "PSI", allow_hyphen_values = true, hide = true)]
    pub(crate) nonlinearity: Option<Nonlinearity>,

    /// Excess kurtosis of a unit of an elliptical ring, 0 or above
    #[arg(long, value_name = "KURTOSIS", allow_hyphen_values = true, hide = true)]
    pub(crate) kurtosis: Option<f64>,

    /// States of a clock unit, 2 to 1000
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) states: Option<u16>,

    /// Excess eigenvalue l of the spike, above 0: the population eigenvalue is 1 + l
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) spike: Option<Grid>,

    /// Signal b of two-cluster data, above 0: the population eigenvalue is 1 + b^2
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) signal: Option<Grid>,

    /// Eigenvalues or data matrix: text (.csv, .tsv, .txt, .dat), .npy or IDX, plain or .gz; FILE.npz:NAME, HDF5 as FILE.h5:PATH,
    /// FILE.safetensors:NAME; or - for text on stdin
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// FILE has one sample per column
    #[arg(long)]
    pub(crate) transpose: bool,

    /// Scale every column of the samples to unit variance
    #[arg(long)]
    pub(crate) standardize: bool,

    #[command(flatten)]
    pub(crate) memory: MemoryArgs,
}

/// How much may be in memory.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MemoryArgs {
    /// Memory to take, about, in bytes or with k, M, G: .npy and HDF5 files that would take more are read by blocks of their rows [default: 6.4G]
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true)]
    pub(crate) memory: Option<u64>,
}

impl MemoryArgs {
    /// The same in bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.memory.unwrap_or(MEMORY)
    }
}

/// A number of bytes: 1000000, 500M, 1.5G.
fn bytes(text: &str) -> Result<u64> {
    const WHAT: &str = "give a number of bytes, 1 or more, such as 500M or 1.5G";
    let (number, factor) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'M')) => (&text[..at], 1e6),
        Some((at, 'G')) => (&text[..at], 1e9),
        Some((at, 'T')) => (&text[..at], 1e12),
        _ => (text, 1.0),
    };
    let bytes = number.parse::<f64>().map_or(f64::NAN, |x| x * factor);
    ensure!((1.0..=1e18).contains(&bytes), WHAT);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 1e18"
    )]
    Ok(bytes as u64)
}

/// How a file of numbers is read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadingArgs {
    /// Columns of FILE to use: 3, 0:784, :-1 (all but the last), or names [default: all]
    #[arg(long, value_name = "A:B", allow_hyphen_values = true)]
    pub(crate) columns: Option<String>,

    /// What separates the numbers of a text: one character, tab or blanks [default: found out]
    #[arg(long, value_name = "CHAR", value_parser = Delimiter::from_str)]
    pub(crate) delimiter: Option<Delimiter>,

    /// Whether the first line of a text holds names [default: found out]
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub(crate) header: Option<bool>,
}

impl ReadingArgs {
    /// The same for the library.
    pub(crate) fn given(&self) -> Reading<'_> {
        Reading {
            columns: self.columns.as_deref(),
            text: TextFormat {
                delimiter: self.delimiter,
                header: self.header,
            },
        }
    }
}

/// The other name of an Ising ring's coupling, and a parameter of the models that have no coupling.
#[derive(Debug, Clone, Args)]
pub(crate) struct CorrelationLength {
    /// Instead of --beta: correlation length XI of an Ising ring, in sites, 0.002 or above: tanh beta = exp(-1/XI)
    #[arg(long = "correlation-length", value_name = "GRID", conflicts_with = "beta",
        value_parser = grid::correlation_lengths, allow_hyphen_values = true)]
    couplings: Option<Lengths>,
}

impl CorrelationLength {
    /// The couplings: those given as such, or by their correlation lengths.
    pub(crate) fn or<'a>(&'a self, beta: Option<&'a Grid>) -> Option<&'a Grid> {
        beta.or(self.couplings.as_ref().map(|given| &given.couplings))
    }
}

fn yes_or_no(text: &str) -> Result<bool> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => bail!("say yes or no"),
    }
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
        let points = self.combinations(unknown)?;
        ensure!(
            !self.data.is_stationary(),
            "--data {}: only simulate data and flow localisation know it; draw samples and give them as --data samples --file FILE",
            self.data.name()
        );
        Ok(points)
    }

    /// [`DataArgs::points`] from which samples are drawn and no table is made.
    ///
    /// # Errors
    /// As [`DataArgs::points`].
    pub(crate) fn points_to_draw(&self) -> Result<Vec<DataPoint>> {
        self.combinations(None)
    }

    fn combinations(&self, unknown: Option<&str>) -> Result<Vec<DataPoint>> {
        self.check_flags(unknown)?;
        let units = self.units.as_ref().map_or(vec![None], |grid| {
            grid.values().iter().copied().map(Some).collect()
        });
        let lengths = self.length.couplings.as_ref();
        let lengths = lengths.filter(|_| self.data.is_stationary());
        let beta = match lengths {
            None => self.length.or(self.beta.as_ref()),
            Some(_) => None,
        };
        let length = lengths.map(|given| &given.lengths);
        let axes = [beta, self.spike.as_ref(), self.signal.as_ref(), length].map(optional_axis);
        let index: Vec<usize> = (0..units.len()).collect();
        let lengths: Vec<Vec<usize>> = axes.iter().map(|a| (0..a.len()).collect()).collect();
        let points = product(&[&index, &lengths[0], &lengths[1], &lengths[2], &lengths[3]])?;
        Ok(points
            .map(|i| DataPoint {
                model: self.data,
                units: units[i[0]],
                beta: axes[0][i[1]],
                states: self.states,
                spike: axes[1][i[2]],
                signal: axes[2][i[3]],
                correlation_length: axes[3][i[4]],
                nonlinearity: self.nonlinearity,
                kurtosis: self.kurtosis,
            })
            .collect())
    }

    /// Every combination of the parameters, with what the file says.
    ///
    /// # Errors
    /// As [`DataArgs::points`], and if the file cannot be read or does not hold what it should.
    pub(crate) fn data(&self, quiet: bool) -> Result<Vec<Data>> {
        self.data_solving(None, quiet)
    }

    /// The data matrix of `--data samples`, with a word on what was read, or is to be read by blocks, unless `quiet`.
    ///
    /// # Errors
    /// If a flag has no meaning for it, or the file cannot be read or is no data matrix.
    pub(crate) fn observed(&self, quiet: bool) -> Result<Observed> {
        let (file, observed) = self.opened(self.memory.bytes())?;
        if !quiet && let Some(words) = observed.describe() {
            say(&format!("{}: {words}", file.display()));
        }
        Ok(observed)
    }

    /// A table that can be read by blocks, with a word on what it is unless `quiet`.
    ///
    /// # Errors
    /// If a flag has no meaning for it, or the file cannot be read by blocks.
    pub(crate) fn large_table(&self, quiet: bool) -> Result<LargeTable> {
        let (file, observed) = self.opened(0)?;
        let Observed::InBlocks(table) = observed else {
            bail!(
                "{}: is not read by blocks; save it as .npy or as a matrix in HDF5",
                file.display()
            );
        };
        if !quiet {
            say(&format!("{}: {}", file.display(), table.describe()));
        }
        let memory = self.memory.bytes();
        Ok(LargeTable { memory, ..table })
    }

    /// The file of `--data samples` and what it holds, by blocks where it would take more than these bytes.
    fn opened(&self, memory: u64) -> Result<(&Path, Observed)> {
        self.check_flags(None)?;
        let file = self
            .file
            .as_deref()
            .context("--data samples needs --file")?;
        let observed = samples::observed(
            file,
            self.reading.given(),
            self.transpose,
            self.standardize,
            memory,
        )?;
        Ok((file, observed))
    }

    /// Makes sure that no flag is given that sums of samples leave no room for.
    ///
    /// # Errors
    /// If one is.
    pub(crate) fn check_summed(&self) -> Result<()> {
        self.check_flags(Some("--file"))
    }

    /// [`DataArgs::data`] where one flag of the model is an unknown to be solved for, and must not be given.
    ///
    /// # Errors
    /// As [`DataArgs::data`] and [`DataArgs::points_solving`].
    pub(crate) fn data_solving(&self, unknown: Option<&str>, quiet: bool) -> Result<Vec<Data>> {
        let points = self.points_solving(unknown)?;
        let Some(file) = self.file.as_deref() else {
            return Ok(points.into_iter().map(Data::from).collect());
        };
        let read = |point: DataPoint| {
            if self.data == DataModel::Samples {
                let observed = self.observed(quiet)?;
                if let Observed::InBlocks(table) = &observed {
                    ensure!(
                        table.is_exact(),
                        "{}: the covariance of its smaller side takes more memory than {} bytes; raise --memory",
                        file.display(),
                        table.memory
                    );
                }
                let judged = Judge::default().judge(&observed, &Monitor::silent());
                let judged = judged.with_context(|| file.display().to_string())?;
                Ok(Data::samples(judged.debiased))
            } else {
                let units = point.units.and_then(Units::finite);
                let population = samples::listed(file, self.reading.given(), units)?;
                Ok(Data::listed(point, population))
            }
        };
        points.into_iter().map(read).collect()
    }

    fn check_flags(&self, unknown: Option<&str>) -> Result<()> {
        let model = self.data;
        if let Some(flag) = unknown {
            ensure!(
                required(model).contains(&flag),
                "--data {} has no parameter {flag} to solve for",
                model.name()
            );
        }
        let has_length = self.length.couplings.is_some();
        let has_coupling = self.beta.is_some() || (has_length && model == DataModel::IsingRing);
        let given = [
            ("--units", self.units.is_some()),
            ("--correlation-length", has_length),
            ("--beta", has_coupling),
            ("--nonlinearity", self.nonlinearity.is_some()),
            ("--kurtosis", self.kurtosis.is_some()),
            ("--states", self.states.is_some()),
            ("--spike", self.spike.is_some()),
            ("--signal", self.signal.is_some()),
            ("--file", self.file.is_some()),
            ("--columns", self.reading.columns.is_some()),
            ("--delimiter", self.reading.delimiter.is_some()),
            ("--header", self.reading.header.is_some()),
            ("--transpose", self.transpose),
            ("--standardize", self.standardize),
            ("--memory", self.memory.memory.is_some()),
        ];
        for (flag, given) in given {
            if unknown == Some(flag) {
                ensure!(!given, "{flag} is solved for; leave it out");
                continue;
            }
            let required = required(model).contains(&flag);
            let or = match (flag, model) {
                ("--beta", DataModel::IsingRing) => " or --correlation-length",
                _ => "",
            };
            ensure!(
                given || !required,
                "--data {} needs {flag}{or}",
                model.name()
            );
            ensure!(
                !given || required || optional(model).contains(&flag),
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
