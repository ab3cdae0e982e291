//! The table of a validation from the journals of its shards.

use super::validate::{Experiment, FileData};
use super::{Monitor, Question};
use crate::table::Row;
use anyhow::{Result, ensure};
use saddlepoint_validation::journal::{Header, Journals};

/// The rows of a validation whose tasks are in journals.
pub struct Merge {
    rows: Vec<Row>,
    /// What there is to say of the journals.
    pub notices: Vec<String>,
}

impl Merge {
    /// Errs if the journals need data of a file and have none, or the other way round.
    ///
    /// # Errors
    /// As said.
    pub fn check_given(journals: &Journals, are_given: bool) -> Result<()> {
        let Header {
            experiment, data, ..
        } = journals.header();
        ensure!(
            data.is_none() || are_given,
            "{experiment} was validated on data of a file; name it with --file"
        );
        ensure!(
            data.is_some() || !are_given,
            "{experiment} was not validated on data of a file; leave --file out"
        );
        Ok(())
    }

    /// Reads the journals, and compares with the predictions; `given` is the data of a file that the validation was on.
    ///
    /// # Errors
    /// If the journals are not those of all tasks of one run of this program on these data.
    pub fn new(journals: &Journals, given: Option<&FileData>) -> Result<Self> {
        Self::check_given(journals, given.is_some())?;
        let header = journals.header();
        let experiment = Experiment::find(&header.experiment)?;
        let experiment = match given {
            Some(given) => experiment.on(given)?,
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
