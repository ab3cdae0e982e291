//! From a table and its declaration to a picture.

use super::looks::Looks;
use super::parts::{self, Part};
use super::picture::{Axis, Legend, Map, Panel, Picture, Series};
use super::plan::Plan;
use super::roles::{Row, distinct};
use super::scale::Scale;
use super::series::{self, Across};
use super::{Choice, few, keys, law, names};
use crate::table::figure::Mark;
use crate::table::{Cell, Table};
use anyhow::Result;

/// What a table shows.
///
/// # Errors
/// If a chosen column does not exist or holds no numbers, or the kind of table is not known and nothing is chosen.
pub(super) fn picture(table: &Table, choice: &Choice) -> Result<Picture> {
    let table = &names::with_argument(table);
    let Some(plan) = Plan::of(table, choice)? else {
        return Ok(words(
            "this kind of table has no figure: choose columns with saddlepoint plot --x --y",
        ));
    };
    Ok(planned(table, &plan))
}

/// What a table shows by a plan.
pub(super) fn planned(table: &Table, plan: &Plan) -> Picture {
    if table.rows.is_empty() {
        return words("the table has no rows");
    }
    let rows: Vec<&Row> = table.rows.iter().map(Vec::as_slice).collect();
    let rows = few::rows(plan, rows);
    let (parts, more) = parts::parts(table, plan, &rows);
    if parts.is_empty() {
        return words("no row has a value to draw");
    }
    let looks = Looks::of(table, &parts);
    let panels: Vec<Panel> = parts
        .iter()
        .map(|part| panel(table, plan, part, &looks))
        .collect();
    let marks = keys::marks(table, &parts, &panels);
    let captions = captions(table, plan, &rows, more);
    Picture {
        panels,
        marks,
        captions,
        ..Picture::default()
    }
    .with_one_legend()
}

/// An empty frame with a line of words.
fn words(words: &str) -> Picture {
    let panel = Panel {
        title: String::new(),
        x: Axis::of_words(&[]),
        y: Axis::of_words(&[]),
        series: Vec::new(),
        map: None,
        legend: Legend::default(),
        words: words.to_owned(),
    };
    Picture {
        panels: vec![panel],
        ..Picture::default()
    }
}

impl Picture {
    /// The legends of the panels as one, if they do not contradict each other.
    fn with_one_legend(mut self) -> Self {
        let mut legends = self.panels.iter().map(|panel| &panel.legend);
        let one = legends.try_fold(Legend::default(), Legend::with);
        if let Some(one) = one {
            self.panels
                .iter_mut()
                .for_each(|panel| panel.legend = Legend::default());
            self.legend = one;
        }
        self
    }
}

fn panel(table: &Table, plan: &Plan, part: &Part, looks: &Looks) -> Panel {
    let across = Across::of(table, part);
    let map = part.panel.map.map(|of| map(part, of));
    let mut series = match map {
        Some(_) => Vec::new(),
        None => series::series(table, plan, part, &across, looks),
    };
    let x = x_axis(table, plan, part, &across, &series, map.as_ref());
    series.extend(law::series(table, part, looks, &x.scale));
    series.sort_by_key(|series| series::depth(series.mark));
    let titles = part.titles.iter().map(String::as_str);
    let title = std::iter::once(part.panel.declared.title)
        .chain(titles)
        .filter(|t| !t.is_empty());
    let mut legend = keys::legend(table, plan, part, looks, &series);
    if let (Some(map), Some((_, z))) = (&map, part.panel.map) {
        legend.bar = Some(Axis::new(names::axis(&table.columns[z]), map.scale.clone()));
    }
    Panel {
        title: title.collect::<Vec<_>>().join(", "),
        x,
        y: y_axis(table, part, &series, map.as_ref()),
        series,
        map,
        legend,
        words: String::new(),
    }
}

fn x_axis(
    table: &Table,
    plan: &Plan,
    part: &Part,
    across: &Across,
    series: &[Series],
    map: Option<&Map>,
) -> Axis {
    let named = |at: usize, cell: &Cell| names::key(&table.columns[at], cell);
    let column = match across {
        Across::One => {
            let row = part.rows[0];
            let mut known = part.panel.x.iter().filter(|at| row[**at] != Cell::Missing);
            let name = known.next().map(|at| named(*at, &row[*at]));
            return Axis::of_words(&[name.unwrap_or_default()]);
        }
        Across::Words(column, cells) => {
            let names: Vec<String> = cells.iter().map(|cell| named(*column, cell)).collect();
            return Axis::of_words(&names);
        }
        Across::Numbers(column, _) => *column,
    };
    // The declared label is that of the first candidate.
    let is_declared = part.panel.x.first() == Some(&column);
    let asked = part.rows.iter().filter_map(|row| row[column].number());
    let column = &table.columns[column];
    let label = match part.panel.declared.across {
        label if is_declared && !label.is_empty() => label.to_owned(),
        _ => names::axis(column),
    };
    if let Some(map) = map {
        return Axis::new(label, Scale::tight(&map.x, false));
    }
    let drawn = series.iter().filter(|series| series.mark != Mark::Level);
    let points = drawn.flat_map(|series| &series.points);
    let mut values: Vec<f64> = points.map(|point| point.x).collect();
    if values.is_empty() {
        // Laws alone are drawn over what was asked.
        values = asked.collect();
    }
    let counts = ["units", "samples"].contains(&column.name.as_ref());
    let mut scale = Scale::along(&values, plan.scale, counts);
    if !counts && column.name != "alpha" {
        scale.name_infinity(names::LIMIT);
    }
    Axis::new(label, scale)
}

fn y_axis(table: &Table, part: &Part, series: &[Series], map: Option<&Map>) -> Axis {
    let panel = part.panel;
    if let (Some(map), Some((y, _))) = (map, panel.map) {
        let label = names::axis(&table.columns[y]);
        return Axis::new(label, Scale::tight(&map.y, false));
    }
    let label = match (panel.declared.label, &part.observable) {
        ("", Some(observable)) => observable.clone(),
        ("", None) => {
            // The first curve, and with it other quantities of its mark.
            let first = &panel.curves[0];
            let curves = panel.curves.iter().filter(|curve| curve.mark == first.mark);
            names::quantities(curves.map(|curve| &table.columns[curve.column]))
        }
        (label, _) => label.to_owned(),
    };
    let drawn = series.iter().filter(|series| series.mark != Mark::Ticks);
    let points = drawn.flat_map(|series| &series.points);
    let shown = points.filter(|point| point.y.is_finite());
    let values: Vec<(f64, f64)> = shown.map(|point| (point.y, point.error)).collect();
    Axis::new(label, Scale::up(&values, panel))
}

/// The grid of a map.
fn map(part: &Part, (y, z): (usize, usize)) -> Map {
    let numbers = |column| -> Vec<f64> {
        let cells = distinct(&part.rows, column);
        cells.iter().filter_map(Cell::number).collect()
    };
    let (across, up) = (part.x.map_or(Vec::new(), numbers), numbers(y));
    let mut heights = vec![vec![f64::NAN; across.len()]; up.len()];
    let place = |values: &[f64], cell: &Cell| {
        let value = cell.number()?;
        values.binary_search_by(|x| x.total_cmp(&value)).ok()
    };
    for row in &part.rows {
        let column = part.x.and_then(|x| place(&across, &row[x]));
        if let (Some(j), Some(i), Some(height)) = (column, place(&up, &row[y]), row[z].number()) {
            heights[i][j] = height;
        }
    }
    let all = heights.iter().flatten().filter(|z| z.is_finite());
    let all = all.map(|z| (*z, 0.0));
    let ends = Scale::ends(&all.collect::<Vec<_>>(), part.panel);
    let scale = Scale::tight(&[ends.0, ends.1], false);
    Map {
        x: across,
        y: up,
        heights,
        scale,
    }
}

/// What is constant, and what is left out.
fn captions(table: &Table, plan: &Plan, rows: &[&Row], more: usize) -> Vec<String> {
    let mut constants: Vec<String> = Vec::new();
    // The number of a run that is alone tells nothing.
    let of_runs = |at: &&usize| table.columns[**at].name == "replica";
    let columns = plan.keys.iter().chain(&plan.x);
    for column in columns.filter(|at| !of_runs(at)) {
        let text =
            keys::constant(rows, *column).map(|value| names::key(&table.columns[*column], &value));
        constants.extend(text.filter(|text| !constants.contains(text)));
    }
    let panels = &plan.panels;
    let curves = || panels.iter().flat_map(|panel| &panel.curves);
    let is_out = |row: &&&Row| !panels.iter().any(|panel| panel.draws(row));
    let has_values = |row: &&&Row| curves().any(|at| row[at.column].number().is_some());
    let left_out = rows.iter().filter(is_out).filter(has_values).count();
    let count = |count: usize, words: &str| match count {
        0 => String::new(),
        _ => format!("{count} {words}"),
    };
    let captions = [
        constants.join(", "),
        count(left_out, "rows of other observables are in the table only"),
        count(more, "more panels are left out"),
    ];
    let captions = captions.into_iter();
    captions.filter(|caption| !caption.is_empty()).collect()
}
