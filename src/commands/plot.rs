use super::Status;
use crate::cli::plot::{LogAxes, PlotArgs};
use crate::notice::say;
use anyhow::{Context, Result, ensure};
use saddlepoint::output::{read_table, staged};
use saddlepoint::plot::{self, Choice};

/// Draws a table from a file.
pub(crate) fn run(args: &PlotArgs) -> Result<Status> {
    let figure = args.output.clone().with_width(args.width)?;
    let mut file = staged::Staged::open(&figure.path)?;
    let place = || args.table.display().to_string();
    let (table, is_told) = read_table(&args.table).with_context(place)?;
    ensure!(!table.rows.is_empty(), "{}: the table has no rows", place());
    if !is_told && !table.name.is_empty() {
        say(&format!(
            "{}: has no sidecar; by its columns it is taken for a table of {}",
            place(),
            table.name
        ));
    }
    let choice = Choice {
        x: args.x.clone(),
        y: args.y.clone(),
        series: args.series.clone(),
        log: args.log.map(|log| {
            (
                matches!(log, LogAxes::X | LogAxes::Xy),
                matches!(log, LogAxes::Y | LogAxes::Xy),
            )
        }),
    };
    plot::draw(&table, &choice, &figure, &mut file).with_context(place)?;
    staged::commit(vec![file])?;
    Ok(Status::Done)
}
