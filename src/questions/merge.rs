//! The table of a validation from the journals of its shards.

use super::validate::Experiment;
use super::{Monitor, Question};
use crate::table::Row;
use anyhow::{Result, ensure};
use saddlepoint_simulator::Samples;
use saddlepoint_validation::journal::Journals;

/// The rows of a validation whose tasks are in journals.
pub struct Merge {
    rows: Vec<Row>,
    /// What there is to say of the journals.
    pub notices: Vec<String>,
}

impl Merge {
    /// Reads the journals, and compares with the predictions; `samples` are those of a file that the validation was on.
    ///
    /// # Errors
    /// If the journals are not those of all tasks of one run of this program on these samples.
    pub fn new(journals: &Journals, samples: Option<&Samples>) -> Result<Self> {
        let header = journals.header();
        let name = &header.experiment;
        ensure!(
            header.data.is_none() || samples.is_some(),
            "{name} was validated on data of a file; name it with --file"
        );
        ensure!(
            header.data.is_some() || samples.is_none(),
            "{name} was not validated on data of a file; leave --file out"
        );
        let experiment = Experiment::find(name)?;
        let experiment = match samples {
            Some(samples) => experiment.on(samples)?,
            None => experiment,
        };
        let merged = experiment.validation().merge(journals)?;
        Ok(Self {
            rows: merged.rows,
            notices: merged.notices,
        })
    }
}

impl Question for Merge {
    type Row = Row;

    fn ask(&self, _: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        self.rows.iter().cloned().try_for_each(row)
    }
}
