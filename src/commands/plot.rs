use super::Status;
use crate::cli::plot::{LogAxes, PlotArgs};
use anyhow::{Context, Result};
use saddlepoint::output::staged;
use saddlepoint::plot::{self, Choice};

/// Draws a table from a file.
pub(crate) fn run(args: &PlotArgs) -> Result<Status> {
    let figure = args.output.clone().with_width(args.width)?;
    let mut file = staged::Staged::open(&figure.path)?;
    let table = saddlepoint::output::read_table(&args.table)
        .with_context(|| args.table.display().to_string())?;
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
    plot::draw(&table, &choice, &figure, &mut file)
        .with_context(|| args.table.display().to_string())?;
    staged::commit(vec![file])?;
    Ok(Status::Done)
}
