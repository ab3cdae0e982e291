use super::args::TableArgs;
use super::validate::{SPECTRUM, given_data};
use crate::questions::merge::Merge;
use anyhow::{Context, Result};
use clap::Args;
use saddlepoint_validation::journal::Journals;
use std::path::PathBuf;

/// Put journals of shards, tables of replicas or parts of a grid together
///
/// The journals of a validation's shards make its table, the tables of replicas of simulate train or gibbs one table, and the parts of a theory's grid the table
/// of all of its points.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint validate marchenko-pastur --shard 1/2 -o one.journal\n  \
    saddlepoint validate marchenko-pastur --shard 2/2 -o two.journal\n  \
    saddlepoint merge one.journal two.journal -o marchenko-pastur.csv --plot marchenko-pastur.svg\n\n  \
    saddlepoint simulate train --data two-cluster --units 50 --signal 2 --samples 100 --hidden-units 1 --replicas 0:8 -o a.csv\n  \
    saddlepoint simulate train --data two-cluster --units 50 --signal 2 --samples 100 --hidden-units 1 --replicas 8:16 -o b.csv\n  \
    saddlepoint merge a.csv b.csv --mean\n\n  \
    saddlepoint phase --model hopfield --alpha 0.01:0.2:20 --temperature 0.1:1:10 --shard 1/2 -o 1.csv\n  \
    saddlepoint phase --model hopfield --alpha 0.01:0.2:20 --temperature 0.1:1:10 --shard 2/2 -o 2.csv\n  \
    saddlepoint merge 1.csv 2.csv -o diagram.csv --plot diagram.svg\n\n\
    The order of the files is of no importance. The table has the bytes of that of one run. Journals of --checkpoint are taken, too; the exit status is 1 if a row \
    disagrees or a control passes."
)]
pub(crate) struct MergeArgs {
    /// Journals of one validation, which hold all of its tasks together; or tables of replicas or of parts of a grid, .csv with their sidecars
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Data that hierarchical-learning or retarded-learning was validated on, as for validate
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Means over the replicas at each epoch of a training or of each observable, with their standard errors
    #[arg(long)]
    pub(crate) mean: bool,

    #[command(flatten)]
    pub(crate) table: TableArgs,
}

impl MergeArgs {
    /// The question that is asked.
    pub(crate) fn question(&self, journals: &Journals) -> Result<Merge> {
        Merge::check_given(journals, self.file.is_some())?;
        let header = journals.header();
        let is_spectrum = header
            .parameters
            .get("data")
            .is_some_and(|model| model == SPECTRUM);
        let read = |file| given_data(&header.experiment, is_spectrum, file);
        let given = self.file.as_deref().map(read).transpose()?;
        let merge = Merge::new(journals, given.as_ref());
        match &self.file {
            Some(file) => merge.with_context(|| format!("--file {}", file.display())),
            None => merge,
        }
    }
}
