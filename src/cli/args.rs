//! Flags that several commands share.

use super::threads::{VARIABLES, granted};
use crate::output::{Destination, Format};
use crate::plot::FigureFile;
use anyhow::{Result, ensure};
use clap::Args;
use saddlepoint_validation::journal::Shard;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Flags of every command that draws random numbers, or might, and writes a table.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct CommonArgs {
    #[command(flatten)]
    pub(crate) table: TableArgs,

    /// Seed of the random numbers, 0 to 2^64 - 1
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// The flags of tables are common flags, too.
impl Deref for CommonArgs {
    type Target = TableArgs;

    fn deref(&self) -> &TableArgs {
        &self.table
    }
}

impl CommonArgs {
    /// Where the table goes, and how.
    ///
    /// # Errors
    /// If the width of the figure is out of range.
    pub(crate) fn destination(&self) -> Result<Destination> {
        self.table.destination_of_seed(self.seed)
    }
}

/// Flags of every command whose table is about the points of a grid.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct GridArgs {
    #[command(flatten)]
    pub(crate) common: CommonArgs,

    /// Compute every N-th point of the grid only, from the K-th on; merge puts the tables of all N parts together
    #[arg(long, value_name = "K/N", value_parser = Shard::from_str)]
    pub(crate) shard: Option<Shard>,
}

/// The flags of a table are flags of a grid's, too.
impl Deref for GridArgs {
    type Target = CommonArgs;

    fn deref(&self) -> &CommonArgs {
        &self.common
    }
}

impl GridArgs {
    /// The flags of a table that is no grid's.
    ///
    /// # Errors
    /// If a part of a grid is asked for.
    pub(crate) fn of_one(&self) -> Result<&CommonArgs> {
        ensure!(
            self.shard.is_none(),
            "--shard is for grids of points, and what is asked has none; leave it out"
        );
        Ok(&self.common)
    }
}

/// Flags of every command that writes a table.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct TableArgs {
    /// Write the table to FILE, with FILE's .meta.json beside it [default: -, stdout]
    #[arg(short, long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) output: Option<PathBuf>,

    /// How the table is written [default: as FILE's name says; on a terminal, a table for a reader; in a pipe, CSV]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Columns to write, by name, separated by commas [default: all]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,

    #[arg(
        long,
        help = format!(
            "Threads to use, 1 to 1024; the result does not depend on it [default: the cores that the process may use, and no more than {} say]",
            VARIABLES.join(" and ")
        ),
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    threads: Option<u16>,

    /// Show no progress on stderr
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// A note for the table's .meta.json, which has it among the arguments: the sweep that the run belongs to
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Draw the table as a figure, in FILE.svg, FILE.pdf or FILE.png
    #[arg(long, value_name = "FILE", value_parser = FigureFile::parse)]
    pub(crate) plot: Option<FigureFile>,

    /// Width of the figure in millimetres, 40 to 1000; a column of a journal has 86 [default: what its panels need]
    #[arg(long, value_name = "MM", requires = "plot")]
    pub(crate) width: Option<f64>,
}

impl TableArgs {
    /// The file to write, or `None` for stdout.
    pub(crate) fn output_file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| *path != Path::new("-"))
    }

    /// How many threads compute.
    pub(crate) fn threads(&self) -> usize {
        self.threads.map_or_else(granted, usize::from)
    }

    /// Where a table goes whose random numbers are of this seed, and how.
    ///
    /// # Errors
    /// If the width of the figure is out of range.
    pub(crate) fn destination_of_seed(&self, seed: u64) -> Result<Destination> {
        let figure = self.plot.clone();
        Ok(Destination {
            file: self.output_file().map(Path::to_owned),
            format: self.format,
            fields: self.fields.clone(),
            figure: figure
                .map(|figure| figure.with_width(self.width))
                .transpose()?,
            seed,
            run: None,
        })
    }
}
