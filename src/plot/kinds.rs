//! Which columns of a table make its figure.

use super::comparison;
use super::figure::{Axis, Figure, Mark, Panel, Point, Series};
use super::{place_cells, reciprocal, simulation};
use crate::table::{Cell, Column, Table};
use anyhow::{Result, bail, ensure};

/// Parameters of a theory's table, in the order in which they are preferred along x.
const PARAMETERS: [&str; 19] = [
    "alpha",
    "snr",
    "w",
    "sigma",
    "kappa",
    "temperature",
    "units",
    "beta",
    "spike",
    "signal",
    "states",
    "mode",
    "criterion",
    "data",
    "weights",
    "hidden",
    "start",
    "components",
    "branch",
];
/// The critical numbers of samples of Bayes-optimal inference.
const CRITICAL: [&str; 4] = ["alpha_spectral", "alpha_spinodal", "alpha_it", "alpha_alg"];
/// A longer line has no dot at each of its points.
const MAX_DOTTED: usize = 40;

/// Columns and scales that the user chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Column along x
    pub x: Option<String>,
    /// Columns along y
    pub y: Vec<String>,
    /// Columns that tell lines apart
    pub series: Vec<String>,
    /// Whether x and y are logarithmic; chosen from the values where absent
    pub log: Option<(bool, bool)>,
}

/// The figure of a table.
///
/// # Errors
/// If a column does not exist, or nothing in the table tells what to draw.
pub(super) fn figure(table: &Table, choice: &Choice) -> Result<Figure> {
    ensure!(!table.rows.is_empty(), "the table has no rows");
    for name in choice.x.iter().chain(&choice.y).chain(&choice.series) {
        index(table, name)?;
    }
    let has = |names: &[&str]| names.iter().all(|name| index(table, name).is_ok());
    let mut figure = if let Some(x) = &choice.x {
        chosen(table, x, &choice.y, &choice.series)?
    } else if has(&["observable", "theory", "simulation", "standard_error"]) {
        comparison::figure(table)?
    } else if let Some(figure) = reciprocal::figure(table)? {
        figure
    } else if let Some(figure) = simulation::figure(table)? {
        figure
    } else if let Some(figure) = place_cells::figure(table)? {
        figure
    } else if has(&["x", "density"]) {
        spectrum(table)?
    } else if has(&["edge", "side", "x"]) {
        one(table, &varying(table, "edge"), "x", &["edge", "side"])?
    } else if has(&["alpha_c"]) {
        threshold(table)?
    } else if has(&["q_weights", "free_entropy"]) {
        stacked(table, &["q_weights", "free_entropy"])?
    } else if has(&CRITICAL) {
        Figure {
            panels: vec![panel(table, "snr", &CRITICAL, &["weights", "hidden"])?],
        }
    } else if has(&["line", "order"]) {
        lines_of_phases(table)?
    } else if has(&["m_visible", "phase"]) {
        stacked(table, &["m_visible", "q_visible"])?
    } else if has(&["m", "r", "phase"]) {
        stacked(table, &["m", "q"])?
    } else if has(&["train_loglik", "overlap_squared"]) {
        learning_curves(table)?
    } else if has(&["mode", "overlap_squared"]) {
        one(table, "mode", "overlap_squared", &[])?
    } else {
        bail!(
            "nothing tells what to draw; choose --x COLUMN --y COLUMN from: {}",
            names(table)
        );
    };
    let axes = figure
        .panels
        .iter_mut()
        .map(|panel| (&mut panel.x, &mut panel.y));
    if let Some((x, y)) = choice.log {
        axes.for_each(|axes| (axes.0.log, axes.1.log) = (x, y));
    }
    let empty = figure
        .panels
        .iter()
        .all(|panel| panel.series.iter().all(|s| s.points.is_empty()));
    ensure!(!empty, "the columns hold no finite numbers to draw");
    Ok(figure)
}

fn names(table: &Table) -> String {
    table
        .columns
        .iter()
        .map(|column| column.name.as_ref())
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn index(table: &Table, name: &str) -> Result<usize> {
    match table.columns.iter().position(|column| column.name == name) {
        Some(index) => Ok(index),
        None => bail!(
            "there is no column '{name}'; the table has: {}",
            names(table)
        ),
    }
}

/// Values of a column that differ, in the order of their first row; missing ones are no value.
pub(super) fn distinct(table: &Table, column: usize) -> Vec<&Cell> {
    let mut seen = std::collections::HashSet::new();
    let cells = table.rows.iter().map(|row| &row[column]);
    cells
        .filter(|cell| **cell != Cell::Missing && seen.insert(cell.to_csv()))
        .collect()
}

/// The numeric parameter with most values, or `otherwise` if none has two.
pub(super) fn varying(table: &Table, otherwise: &str) -> String {
    let numbers = |name: &&&str| {
        let column = index(table, name).ok()?;
        let values = distinct(table, column);
        Some(
            values
                .iter()
                .filter_map(|cell| cell.number())
                .filter(|x| x.is_finite())
                .count(),
        )
    };
    let counts = PARAMETERS
        .iter()
        .filter_map(|name| Some((numbers(&name)?, *name)));
    // The first of those with most values: max_by_key would give the last.
    let most = counts.rev().max_by_key(|(count, _)| *count);
    most.filter(|(count, _)| *count > 1)
        .map_or(otherwise, |(_, name)| name)
        .to_owned()
}

/// The density of a law: linear axes, which make areas comparable, and an end to a density that diverges.
fn spectrum(table: &Table) -> Result<Figure> {
    let mut figure = one(table, "x", "density", &[])?;
    for panel in &mut figure.panels {
        panel.x.log = false;
        let mut values: Vec<f64> = panel.extent(false).filter(|y| y.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        // Points crowd at the edges, where it diverges: one in thirty may be cut off.
        let common = values.get(values.len() * 29 / 30).copied().unwrap_or(0.0);
        if values.last().is_some_and(|largest| *largest > 4.0 * common) {
            panel.y.end = Some(1.5 * common);
        }
    }
    Ok(figure)
}

fn threshold(table: &Table) -> Result<Figure> {
    let x = varying(table, "eigenvalue");
    let y = match x.as_str() {
        "alpha" => "overlap_squared",
        "units" => "samples_c",
        _ => "alpha_c",
    };
    one(table, &x, y, &["criterion"])
}

/// One panel of `y` against `x`, a series for each combination of the parameters that vary besides.
fn one(table: &Table, x: &str, y: &str, further: &[&str]) -> Result<Figure> {
    let keys: Vec<&str> = PARAMETERS
        .into_iter()
        .filter(|name| !further.contains(name))
        .chain(further.iter().copied())
        .collect();
    let panel = panel(table, x, &[y], &keys)?;
    Ok(Figure {
        panels: vec![panel],
    })
}

/// A panel for each of some quantities, against the parameter that varies most.
fn stacked(table: &Table, quantities: &[&str]) -> Result<Figure> {
    let x = varying(table, "alpha");
    let panels = quantities
        .iter()
        .map(|y| panel(table, &x, &[y], &PARAMETERS));
    Ok(Figure {
        panels: panels.collect::<Result<_>>()?,
    })
}

/// Learning curves: the overlap, and beside it how well training and fresh samples are explained. The branches are lines of their
/// own only where one point has several rows.
fn learning_curves(table: &Table) -> Result<Figure> {
    let x = varying(table, "alpha");
    let column = index(table, &x)?;
    let is_split = table
        .rows
        .windows(2)
        .any(|pair| pair[0][column] == pair[1][column]);
    let keys: Vec<&str> = PARAMETERS
        .into_iter()
        .filter(|name| is_split || *name != "branch")
        .collect();
    let panels = [&["overlap_squared"][..], &["train_loglik", "test_loglik"]]
        .map(|y| panel(table, &x, y, &keys));
    Ok(Figure {
        panels: panels.into_iter().collect::<Result<_>>()?,
    })
}

/// The lines of a phase diagram: w against σ, or temperature against load.
fn lines_of_phases(table: &Table) -> Result<Figure> {
    let (x, y) = match index(table, "temperature") {
        Ok(_) => ("alpha", "temperature"),
        Err(_) => ("sigma", "w"),
    };
    let panel = panel(table, x, &[y], &["line", "components", "kappa"])?;
    Ok(Figure {
        panels: vec![panel],
    })
}

fn chosen(table: &Table, x: &str, y: &[String], series: &[String]) -> Result<Figure> {
    let y: Vec<&str> = y.iter().map(String::as_str).collect();
    let series: Vec<&str> = series.iter().map(String::as_str).collect();
    let keys = if series.is_empty() {
        &PARAMETERS[..]
    } else {
        &series
    };
    Ok(Figure {
        panels: vec![panel(table, x, &y, keys)?],
    })
}

pub(super) fn panel(table: &Table, x: &str, y: &[&str], keys: &[&str]) -> Result<Panel> {
    let x = index(table, x)?;
    let y: Vec<usize> = y
        .iter()
        .map(|name| index(table, name))
        .collect::<Result<_>>()?;
    let keys = varying_keys(table, keys, &y, x);
    let mut series: Vec<Series> = Vec::new();
    for column in &y {
        for row in &table.rows {
            let mut words: Vec<String> = keys
                .iter()
                .map(|key| word(&table.columns[*key], &row[*key]))
                .collect();
            if y.len() > 1 {
                words.insert(0, legend_name(&table.columns[*column]));
            }
            add(&mut series, words.join(", "), row, x, *column);
        }
    }
    for one in &mut series {
        finish(one);
    }
    Ok(Panel {
        title: String::new(),
        x: axis(
            &table.columns[x],
            series.iter().flat_map(|s| &s.points).map(|p| p.x),
        ),
        y: y_axis(table, &y, &series),
        series,
    })
}

fn varying_keys(table: &Table, keys: &[&str], y: &[usize], x: usize) -> Vec<usize> {
    let keys = keys.iter().filter_map(|key| index(table, key).ok());
    keys.filter(|key| *key != x && !y.contains(key) && distinct(table, *key).len() > 1)
        .collect()
}

fn add(series: &mut Vec<Series>, label: String, row: &[Cell], x: usize, y: usize) {
    let (Some(x), Some(y)) = (row[x].number(), row[y].number()) else {
        return;
    };
    if !x.is_finite() {
        return;
    }
    let point = Point { x, y, error: None };
    match series.iter_mut().find(|series| series.label == label) {
        Some(series) => series.points.push(point),
        None => series.push(Series {
            label,
            mark: Mark::Line,
            points: vec![point],
        }),
    }
}

/// Sorts a line along x, and marks its points if they are few.
fn finish(series: &mut Series) {
    series.points.sort_by(|a, b| a.x.total_cmp(&b.x));
    if series.points.len() <= MAX_DOTTED {
        series.mark = Mark::LineAndPoints;
    }
}

fn word(column: &Column, cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.to_string(),
        Cell::Missing => String::new(),
        Cell::Number(x) if x.is_finite() => format!("{} = {x}", column.symbol),
        other => format!("{} = {}", column.symbol, other.to_csv().replace("inf", "∞")),
    }
}

fn legend_name(column: &Column) -> String {
    if column.symbol.is_empty() {
        column.name.to_string()
    } else {
        column.symbol.to_string()
    }
}

/// A label of meaning, symbol and unit; logarithmic if the values are positive and span decades.
pub(super) fn axis(column: &Column, values: impl Iterator<Item = f64>) -> Axis {
    let mut label = column.meaning.to_string();
    if column.symbol != column.meaning && !column.symbol.is_empty() {
        label = format!("{label}  {}", column.symbol);
    }
    if label.is_empty() {
        label = column.name.to_string();
    }
    if !column.unit.is_empty() {
        label = format!("{label} ({})", column.unit);
    }
    Axis {
        label,
        log: spans_decades(values),
        end: None,
    }
}

fn y_axis(table: &Table, y: &[usize], series: &[Series]) -> Axis {
    let values = series.iter().flat_map(|s| &s.points).map(|p| p.y);
    let mut axis = axis(&table.columns[y[0]], values);
    let bounded = ["density", "cumulative"].map(|name| index(table, name).ok());
    axis.log &= !y.iter().any(|column| bounded.contains(&Some(*column)));
    if y.len() > 1 {
        axis.label = y
            .iter()
            .map(|column| legend_name(&table.columns[*column]))
            .collect::<Vec<_>>()
            .join(", ");
    }
    axis
}

/// Whether positive values span two decades, or one with their median nearer to the middle of a logarithmic axis.
fn spans_decades(values: impl Iterator<Item = f64>) -> bool {
    let mut values: Vec<f64> = values.filter(|x| x.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (values.first(), values.last()) else {
        return false;
    };
    let median = values[values.len() / 2];
    let off_middle = |x: f64, low: f64, high: f64| ((x - low) / (high - low) - 0.5).abs();
    let ratio = high / low;
    *low > 0.0
        && (ratio >= 100.0
            || ratio >= 10.0
                && off_middle(median.ln(), low.ln(), high.ln()) < off_middle(median, *low, *high))
}
