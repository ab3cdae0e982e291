use super::Status;
use crate::cli::plot::{LogAxes, PlotArgs};
use crate::notice::say;
use crate::output::{ReadTable, read_table, staged};
use crate::plot::{self, Choice};
use anyhow::{Context, Result, ensure};

/// Draws a table from a file.
pub(crate) fn run(args: &PlotArgs) -> Result<Status> {
    let figure = args.output.clone().with_width(args.width)?;
    let mut file = staged::Staged::open(&figure.path)?;
    let place = || args.table.display().to_string();
    let ReadTable { table, notices } = read_table(&args.table).with_context(place)?;
    ensure!(!table.rows.is_empty(), "{}: the table has no rows", place());
    for notice in notices {
        say(&format!("{}: {notice}", place()));
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
