//! Tables of every kind become figures of both kinds.

use super::kinds::{Choice, figure};
use super::{draw, figure as model};
use crate::cli::args::FigureKind;
use crate::output::{Cell, Column, Table, columns};
use model::Mark;

fn table(names: &[&'static str], rows: Vec<Vec<Cell>>) -> Table {
    let explain =
        |name: &&'static str| columns::find(name).unwrap_or(Column::new(name, name, "", ""));
    Table {
        columns: names.iter().map(explain).collect(),
        rows,
    }
}

fn threshold() -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for criterion in ["spectral", "crossing"] {
        for units in [10i64, 100, 1000] {
            let alpha = 1e-3 * f64::from(i32::try_from(units).unwrap()).powi(3);
            rows.push(vec![
                units.into(),
                criterion.into(),
                alpha.into(),
                (100.0 * alpha).into(),
            ]);
        }
    }
    table(&["units", "criterion", "alpha_c", "samples_c"], rows)
}

fn comparison() -> Table {
    let mut rows = Vec::new();
    for observable in ["overlap_squared", "sample_eigenvalue"] {
        for (units, alpha) in [(200i64, 1.0), (200, 2.0), (2000, 1.0), (2000, 2.0)] {
            for control in [false, true] {
                let cells: [Cell; 7] = [
                    observable.into(),
                    alpha.into(),
                    units.into(),
                    0.5.into(),
                    0.51.into(),
                    0.01.into(),
                    control.into(),
                ];
                rows.push(cells.to_vec());
            }
        }
    }
    let names = [
        "observable",
        "alpha",
        "units",
        "theory",
        "simulation",
        "standard_error",
        "control",
    ];
    table(&names, rows)
}

#[test]
fn thresholds_are_drawn_against_the_parameter_that_varies() {
    let figure = figure(&threshold(), &Choice::default()).unwrap();
    let panel = &figure.panels[0];
    assert!(panel.x.label.starts_with("number of units") && panel.x.log);
    assert!(panel.y.label.starts_with("critical number of samples") && panel.y.log);
    let names: Vec<_> = panel
        .series
        .iter()
        .map(|series| series.label.as_str())
        .collect();
    assert_eq!(names, ["spectral", "crossing"]);
}

#[test]
fn comparisons_have_a_panel_per_observable_and_no_controls() {
    let figure = figure(&comparison(), &Choice::default()).unwrap();
    let titles: Vec<_> = figure
        .panels
        .iter()
        .map(|panel| panel.title.as_str())
        .collect();
    assert_eq!(titles, ["overlap_squared", "sample_eigenvalue"]);
    let series = &figure.panels[0].series;
    let lines = series
        .iter()
        .filter(|series| series.mark == Mark::Line)
        .count();
    // The theory does not depend on the size, so that one line stands for both.
    assert_eq!((lines, series.len()), (1, 3));
    let measured = series
        .iter()
        .find(|series| series.mark == Mark::Points)
        .unwrap();
    assert_eq!(measured.points.len(), 2);
    assert!(measured.points.iter().all(|point| point.error.is_some()));
}

#[test]
fn chosen_columns_must_exist() {
    let choice = Choice {
        x: Some("units".into()),
        y: vec!["beta".into()],
        ..Choice::default()
    };
    let message = figure(&threshold(), &choice).unwrap_err().to_string();
    assert_eq!(
        message,
        "there is no column 'beta'; the table has: units, criterion, alpha_c, samples_c"
    );
    let unknown = table(&["a", "b"], vec![vec![1.0.into(), 2.0.into()]]);
    assert!(
        figure(&unknown, &Choice::default())
            .unwrap_err()
            .to_string()
            .contains("--x COLUMN")
    );
    let choice = Choice {
        x: Some("a".into()),
        y: vec!["b".into()],
        ..Choice::default()
    };
    assert_eq!(
        figure(&unknown, &choice).unwrap().panels[0].series[0]
            .points
            .len(),
        1
    );
}

#[test]
fn figures_are_the_files_that_they_say_they_are() {
    for table in [threshold(), comparison()] {
        let file = |kind| {
            let mut bytes = Vec::new();
            draw(&table, &Choice::default(), kind, &mut bytes).unwrap();
            bytes
        };
        assert!(file(FigureKind::Png).starts_with(b"\x89PNG\r\n\x1a\n"));
        let svg = String::from_utf8(file(FigureKind::Svg)).unwrap();
        assert!(svg.starts_with("<svg width=\"") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("spectral") || svg.contains("2000"));
        assert_eq!(svg.into_bytes(), file(FigureKind::Svg));
    }
}

#[test]
fn tables_without_numbers_are_refused_and_extreme_ones_drawn() {
    let drawn = |rows| {
        let table = table(&["units", "criterion", "alpha_c", "samples_c"], rows);
        draw(&table, &Choice::default(), FigureKind::Png, &mut Vec::new())
    };
    assert!(drawn(Vec::new()).is_err());
    assert!(
        drawn(vec![vec![
            10i64.into(),
            "spectral".into(),
            Cell::Missing,
            Cell::Missing
        ]])
        .is_err()
    );
    let extreme = |x: f64| vec![Cell::from(10i64), "spectral".into(), x.into(), x.into()];
    for values in [
        [0.0, 0.0],
        [1e-300, 1e300],
        [-1e308, 1e308],
        [f64::INFINITY, 1.0],
        [1.0, 1.0 + f64::EPSILON],
    ] {
        let rows = values.iter().zip([10i64, 20]).map(|(x, units)| {
            let mut row = extreme(*x);
            row[0] = units.into();
            row
        });
        drawn(rows.collect()).unwrap();
    }
}
