//! `score`: the log-likelihood of every sample, and the means of the hidden units given it.

use super::Status;
use super::ask::{monitored, report, share_work};
use crate::cli::score::ScoreArgs;
use crate::notice::say;
use crate::output::matrix::MatrixOutput;
use crate::output::{Writer, staged};
use crate::questions::Question;
use crate::questions::score::{HIDDEN_MEAN, Row, Total};
use anyhow::{Result, ensure};

/// Scores the samples of a file; writes the table, and the hidden means where they are wanted.
pub(super) fn run(args: &ScoreArgs) -> Result<Status> {
    let common = &args.common;
    let destination = common.destination()?;
    destination.check()?;
    let means = args.hidden_means.as_deref();
    ensure!(
        means.is_none() || means != common.output_file(),
        "--hidden-means: the table has this name; choose two"
    );
    let means = means.map(|path| match common.output_file() {
        // Beside a table whose sidecar has this name already.
        Some(table) if table.with_extension("") == path.with_extension("") => {
            MatrixOutput::beside(path)
        }
        _ => MatrixOutput::open(Some(path), common.seed),
    });
    let means = means.transpose()?;
    share_work(common)?;
    let question = args.question()?;
    let mut table = Writer::<Row>::open(&destination, &[])?;
    let mut total = Total::default();
    monitored(common, |monitor| {
        question.ask(monitor, &mut |row| {
            total.add(&row);
            table.push(&row)
        })
    })?;
    if let Some(means) = means {
        staged::commit(means.write(&question.hidden_means()?, &[HIDDEN_MEAN])?)?;
    }
    let summary = table.finish()?;
    if !common.quiet {
        say(&total.words());
    }
    Ok(report(&summary, common.quiet))
}
