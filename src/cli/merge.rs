use super::args::TableArgs;
use super::validate::digits;
use anyhow::{Context, Result};
use clap::Args;
use saddlepoint::questions::merge::Merge;
use saddlepoint_validation::journal::Journals;
use std::path::PathBuf;

/// Put the journals of the shards of a validation together into its table
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  saddlepoint validate marchenko-pastur --shard 1/2 -o one.journal\n  \
    saddlepoint validate marchenko-pastur --shard 2/2 -o two.journal\n  \
    saddlepoint merge one.journal two.journal -o marchenko-pastur.csv --plot marchenko-pastur.svg\n\n\
    The order of the journals is of no importance; those of --checkpoint are taken, too. The table has the same bytes as that of one run, and the exit status is \
    the same: 1 if a row disagrees or a control passes."
)]
pub(crate) struct MergeArgs {
    /// Journals of one validation, which hold all of its tasks together
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Images that hierarchical-learning was validated on, as for validate
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) table: TableArgs,
}

impl MergeArgs {
    /// The question that is asked.
    pub(crate) fn question(&self, journals: &Journals) -> Result<Merge> {
        let samples = self.file.as_deref().map(digits).transpose()?;
        let merge = Merge::new(journals, samples.as_ref());
        match &self.file {
            Some(file) => merge.with_context(|| format!("--file {}", file.display())),
            None => merge,
        }
    }
}
