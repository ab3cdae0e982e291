//! Tables of theory against simulation.

use super::figure::{Figure, Mark, Panel};
use super::kinds::{axis, distinct, index, panel};
use crate::table::{Cell, Table};
use anyhow::Result;

/// Columns that are no parameters.
const COMPARISON: [&str; 11] = [
    "experiment",
    "units",
    "replicas",
    "observable",
    "theory",
    "simulation",
    "standard_error",
    "z_score",
    "agrees",
    "control",
    "seed",
];
/// Name of a theory that is the same for every series of the simulation.
pub(super) const THEORY: &str = "theory";

/// A panel for each experiment and observable: theory as lines, simulation as points with error bars, no controls.
pub(super) fn figure(table: &Table) -> Result<Figure> {
    let mut table = table.clone();
    if let Ok(control) = index(&table, "control") {
        table.rows.retain(|row| row[control] != Cell::Bool(true));
    }
    let titles: Vec<usize> = ["experiment", "observable"]
        .iter()
        .filter_map(|name| index(&table, name).ok())
        .collect();
    let titles: Vec<usize> = titles
        .into_iter()
        .filter(|column| distinct(&table, *column).len() > 1)
        .collect();
    let mut parts: Vec<(String, Table)> = Vec::new();
    for row in table.rows {
        let title = titles
            .iter()
            .map(|column| row[*column].to_csv())
            .collect::<Vec<_>>()
            .join(": ");
        match parts.iter_mut().find(|part| part.0 == title) {
            Some(part) => part.1.rows.push(row),
            None => parts.push((
                title,
                Table {
                    name: String::new(),
                    columns: table.columns.clone(),
                    rows: vec![row],
                },
            )),
        }
    }
    let panels: Result<_> = parts
        .into_iter()
        .map(|(title, part)| panel_of(title, &part))
        .collect();
    Ok(Figure { panels: panels? })
}

fn panel_of(title: String, table: &Table) -> Result<Panel> {
    let parameters: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_ref())
        .filter(|name| !COMPARISON.contains(name))
        .chain(["units"])
        .filter(|name| index(table, name).is_ok())
        .collect();
    let values = |name: &&str| {
        index(table, name).map_or(0, |column| {
            distinct(table, column)
                .iter()
                .filter(|cell| cell.number().is_some())
                .count()
        })
    };
    let most = parameters
        .iter()
        .rev()
        .max_by_key(|name| values(name))
        .copied()
        .unwrap_or("theory");
    let mut theory = panel(table, most, &["theory"], &parameters)?;
    let mut measured = panel(table, most, &["simulation"], &parameters)?;
    let bars = panel(table, most, &["standard_error"], &parameters)?;
    for (series, bars) in measured.series.iter_mut().zip(bars.series) {
        series.mark = Mark::Points;
        for (point, bar) in series.points.iter_mut().zip(bars.points) {
            point.error = Some(bar.y);
        }
    }
    for series in &mut theory.series {
        series.mark = Mark::Line;
    }
    if let [first, others @ ..] = &mut theory.series[..]
        && !others.is_empty()
        && others.iter().all(|other| other.points == first.points)
    {
        // A theory that knows no size, say: one line for all.
        theory.series.truncate(1);
        theory.series[0].label = THEORY.into();
    }
    theory.y.log &= measured.y.log;
    theory.y.label = observable(table);
    theory.series.append(&mut measured.series);
    Ok(Panel { title, ..theory })
}

fn observable(table: &Table) -> String {
    let name = index(table, "observable").map(|column| table.rows[0][column].to_csv().into_owned());
    let name = name.unwrap_or_default();
    crate::tables::all()
        .into_iter()
        .flat_map(|schema| schema.columns)
        .find(|column| column.name == name)
        .map_or(name, |column| axis(&column, std::iter::empty()).label)
}
