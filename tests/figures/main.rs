//! Every kind of table has a figure that keeps the rules.

mod check;

use saddlepoint::plot::{self, Choice};
use saddlepoint::plot::{FigureFile, FigureKind};
use saddlepoint::table::figure::{Mark, View};
use saddlepoint::table::{Cell, Column, Schema, Table};
use saddlepoint::tables;

/// Columns of words.
const WORDS: [&str; 12] = [
    "experiment",
    "data",
    "law",
    "criterion",
    "observable",
    "visible",
    "hidden",
    "branch",
    "method",
    "stop",
    "weight_prior",
    "hidden_prior",
];

/// A table of a kind that a view fits: each key has three values, x has eight, curves are smooth.
fn made_up(schema: &Schema, view: &View, rows: usize) -> Table {
    let row = |index: usize| {
        let columns = schema.columns.iter();
        columns
            .map(|column| cell(view, &column.name, index))
            .collect()
    };
    Table {
        name: schema.name.to_owned(),
        columns: schema.columns.clone(),
        rows: (0..rows).map(row).collect(),
    }
}

fn cell(view: &View, name: &str, index: usize) -> Cell {
    let (x, key) = (index % 8, index / 8);
    let at = |names: &[&str]| names.iter().position(|other| *other == name);
    let curves = || view.panels.iter().flat_map(|panel| panel.curves);
    if let Some((column, value)) = view.when
        && column == name
    {
        return Cell::from_csv(value);
    }
    if let Some((_, value)) = curves()
        .filter_map(|curve| curve.only)
        .find(|only| only.0 == name)
    {
        // A condition holds in some rows and does not in others.
        return if key == 1 && value != "true" {
            Cell::from(index % 2 == 1)
        } else {
            Cell::from_csv(value)
        };
    }
    if let Some(place) = at(view.keys) {
        let varies = place < 2;
        let value = if varies { key % 3 } else { 0 };
        return if WORDS.contains(&name) {
            format!("word-{value}").into()
        } else {
            (value + 1).into()
        };
    }
    if at(view.x) == Some(0) {
        return if WORDS.contains(&name) {
            format!("word-{x}").into()
        } else {
            (0.25 * (number(x) + 1.0)).into()
        };
    }
    if let Some(panel) = view
        .panels
        .iter()
        .find(|panel| panel.show.is_some_and(|show| show.0 == name))
    {
        return panel.show.map_or(Cell::Missing, |show| show.1[0].into());
    }
    if WORDS.contains(&name) {
        return "a-word".into();
    }
    let height = 1.0 + number(key) + (number(x) / 3.0).sin();
    if curves().any(|curve| curve.error == name) {
        (0.1 * height).into()
    } else {
        height.into()
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

fn assert_keeps_rules(svg: &str, what: &str) {
    let faults = check::faults(svg);
    assert!(faults.is_empty(), "{what}: {faults:#?}");
}

fn draw(table: &Table, width: Option<f64>) -> String {
    plot::svg(table, &Choice::default(), width).expect("a declared table is drawn")
}

#[test]
fn every_view_of_every_table_keeps_the_rules_at_any_width() {
    for schema in tables::all() {
        for view in &schema.views {
            let table = made_up(&schema, view, 24);
            for width in [None, Some(86.0), Some(180.0)] {
                let what = format!("{} {:?} at {width:?}", schema.name, view.when);
                assert_keeps_rules(&draw(&table, width), &what);
            }
        }
    }
}

#[test]
fn one_row_is_drawn_as_what_it_is_and_none_as_a_line_of_words() {
    for schema in tables::all() {
        let view = schema.views.last().copied().unwrap_or(View::EMPTY);
        for rows in [0, 1] {
            let svg = draw(&made_up(&schema, &view, rows), Some(86.0));
            assert_keeps_rules(&svg, &format!("{} rows of {}", rows, schema.name));
        }
    }
}

#[test]
fn every_theory_row_is_drawn() {
    let schema = tables::find("learn").unwrap();
    let view = schema.views[0];
    let table = made_up(&schema, &view, 24);
    let lines = view.panels.iter().flat_map(|panel| panel.curves);
    let lines = lines.filter(|curve| curve.mark == Mark::Line).count();
    assert_eq!(
        check::drawn(&draw(&table, None), "Line"),
        lines * table.rows.len()
    );
}

fn unknown() -> Table {
    let row = |i: u8| {
        vec![
            Cell::from(f64::from(i)),
            Cell::from(f64::from(i).powi(2)),
            Cell::from("a"),
        ]
    };
    Table {
        name: String::new(),
        columns: ["a_long_name", "its_square", "word"]
            .map(Column::unknown)
            .to_vec(),
        rows: (1..9).map(row).collect(),
    }
}

#[test]
fn a_table_of_no_known_kind_needs_columns_and_says_which_it_has() {
    let error = plot::svg(&unknown(), &Choice::default(), None).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("--x") && text.contains("its_square"),
        "{text}"
    );
    let choice = |y: &str| Choice {
        x: Some("a_long_name".into()),
        y: vec![y.into()],
        ..Choice::default()
    };
    assert_keeps_rules(
        &plot::svg(&unknown(), &choice("its_square"), None).unwrap(),
        "chosen",
    );
    let error = plot::svg(&unknown(), &choice("word"), None).unwrap_err();
    assert!(error.to_string().contains("words"), "{error}");
}

#[test]
fn a_figure_is_written_as_svg_pdf_and_png_of_the_wanted_width() {
    let choice = Choice {
        x: Some("a_long_name".into()),
        y: vec!["its_square".into()],
        ..Choice::default()
    };
    let bytes = |kind| {
        let file = FigureFile {
            path: "figure".into(),
            kind,
            width: Some(86.0),
        };
        let mut bytes = Vec::new();
        plot::draw(&unknown(), &choice, &file, &mut bytes).unwrap();
        bytes
    };
    let svg = String::from_utf8(bytes(FigureKind::Svg)).unwrap();
    assert!(svg.contains("width=\"86mm\""));
    assert!(bytes(FigureKind::Pdf).starts_with(b"%PDF"));
    let png = bytes(FigureKind::Png);
    // Two pixels for each of 96 per inch: 86 mm are 650 pixels.
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert_eq!(width, 650);
}
