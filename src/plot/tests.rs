//! What small tables become.

use super::palette::{Colour, GREY, INK};
use super::picture::{Picture, Series};
use super::plan::Plan;
use super::resolve::planned;
use crate::table::figure::{Curve, Law, Mark, Order, Panel, View};
use crate::table::{COMPARISON, Cell, Column, Table, vocabulary};

/// A table of some columns, `x` being of numbers and `-` a missing value.
fn table(header: &str, rows: &[&str]) -> Table {
    let cell = |word: &str| Cell::from_csv(if word == "-" { "" } else { word });
    let column = |name: &str| match name {
        "units" => vocabulary::UNITS,
        "alpha" => vocabulary::ALPHA,
        _ => Column::unknown(name),
    };
    Table {
        name: String::new(),
        columns: header.split(' ').map(column).collect(),
        rows: rows
            .iter()
            .map(|row| row.split(' ').map(cell).collect())
            .collect(),
    }
}

fn picture(view: View, header: &str, rows: &[&str]) -> Picture {
    let table = table(header, rows);
    let plan = Plan::declared(&table, &[view]).expect("the view fits");
    planned(&table, &plan)
}

const ONE: View = View {
    x: &["x"],
    keys: &["key", "other"],
    panels: &[Panel {
        curves: &[Curve::line("y")],
        ..Panel::EMPTY
    }],
    ..View::EMPTY
};

fn names(picture: &Picture) -> Vec<&str> {
    let entries = picture.legend.entries.iter();
    entries.map(|entry| entry.text.as_str()).collect()
}

fn of_mark(picture: &Picture, mark: Mark) -> Vec<&Series> {
    let series = picture.panels.iter().flat_map(|panel| &panel.series);
    series.filter(|series| series.mark == mark).collect()
}

#[test]
fn a_comparison_has_lines_points_and_one_kind_of_control() {
    let rows = [
        "1 24 a 0.5 0.4 0.1 false",
        "2 24 a 0.6 0.7 0.1 false",
        "1 - a 0.5 0.5 0.1 false",
        "2 - a 0.7 0.7 0.1 false",
        "2 24 a 0.9 0.7 0.1 true",
        "1 - a 0.9 0.5 0.1 true",
    ];
    let header = "alpha units observable theory simulation standard_error control";
    let picture = picture(COMPARISON, header, &rows);
    assert_eq!(names(&picture), ["N = 24", "N = ∞"]);
    assert_eq!(picture.legend.entries[1].look.colour, INK);
    assert_eq!(of_mark(&picture, Mark::Line).len(), 2);
    let controls = of_mark(&picture, Mark::Crosses);
    assert!(controls.len() == 1 && controls[0].points.len() == 2);
    assert_eq!(controls[0].look.colour, GREY);
    let marks: Vec<_> = picture
        .marks
        .iter()
        .map(|entry| entry.text.as_str())
        .collect();
    assert_eq!(marks, ["theory", "simulation", "control: a wrong theory"]);
}

#[test]
fn a_value_has_one_colour_in_all_panels() {
    let view = View {
        split: &["panel"],
        ..ONE
    };
    // The first panel lacks the first key.
    let rows = [
        "1 2 p 1", "2 2 p 2", "1 3 p 1", "2 3 p 2", "1 1 q 1", "2 1 q 2", "1 3 q 1", "2 3 q 2",
    ];
    let picture = picture(view, "x key panel y", &rows);
    let colour = |panel: usize, name: &str| {
        let mut series = picture.panels[panel].series.iter();
        series
            .find(|series| series.name.ends_with(name))
            .map(|series| series.look.colour)
    };
    assert_eq!(colour(0, "key = 3"), colour(1, "key = 3"));
    assert_ne!(colour(0, "key = 2"), colour(1, "key = 3"));
    assert_eq!(names(&picture), ["key = 1", "key = 2", "key = 3"]);
}

#[test]
fn a_value_that_has_a_panel_alone_has_its_own_colour() {
    let view = View {
        split: &["panel"],
        ..ONE
    };
    for keys in [["a", "b", "c"], ["1", "2", "3"]] {
        let [first, second, alone] = keys;
        for (last, place) in [(alone, 2), (second, 1)] {
            let rows: Vec<String> = [(first, "p"), (second, "p"), (last, "q")]
                .iter()
                .flat_map(|(key, panel)| (1..3).map(move |x| format!("{x} {key} {panel} {x}")))
                .collect();
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let picture = picture(view, "x key panel y", &rows);
            let [series] = &picture.panels[1].series[..] else {
                panic!("{keys:?}")
            };
            assert_eq!(series.look.colour, Colour::of(place));
            assert_eq!(names(&picture).len(), place + 1);
        }
    }
}

#[test]
fn many_numbers_are_a_bar_and_many_words_are_panels() {
    let rows = |word: &str| -> Vec<String> {
        let rows = (0..8).flat_map(|key| (0..3).map(move |x| (key, x)));
        rows.map(|(key, x)| format!("{x} {word}{key} {x}"))
            .collect()
    };
    let of = |word: &str| {
        let rows = rows(word);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        picture(ONE, "x key y", &rows)
    };
    let numbers = of("");
    assert!(numbers.legend.bar.is_some() && numbers.legend.entries.is_empty());
    let words = of("word-");
    assert_eq!(
        (words.panels.len(), words.panels[7].title.as_str()),
        (8, "word-7")
    );
}

#[test]
fn more_panels_than_a_figure_holds_are_counted_and_left_out() {
    let rows: Vec<String> = (0..40)
        .map(|i| format!("{} word-{} {i}", i % 2, i / 2))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let picture = picture(ONE, "x key y", &rows);
    assert_eq!(picture.panels.len(), 12);
    assert_eq!(picture.captions, ["8 more panels are left out"]);
}

#[test]
fn lines_follow_x_or_their_rows_and_break_where_they_jump_at_a_change_or_a_value_is_missing() {
    let rows = ["2 a 1", "1 a 2", "3 b 6", "4 b -", "5 b 5"];
    let view = View {
        breaks: "phase",
        ..ONE
    };
    let along = picture(view, "x phase y", &rows);
    let points = &of_mark(&along, Mark::Line)[0].points;
    let begins: Vec<bool> = points.iter().map(|point| point.begins).collect();
    assert_eq!(begins, [true, false, true, false, false]);
    assert!(points[0].x < points[1].x && points[3].y.is_nan());
    let view = View {
        order: Order::AsWritten,
        ..view
    };
    let written = picture(view, "x phase y", &rows);
    let points = &of_mark(&written, Mark::Line)[0].points;
    assert!(points[0].x > points[1].x);
}

#[test]
fn one_row_stands_at_a_named_place() {
    let picture = picture(ONE, "x key y", &["0.5 spin 3"]);
    assert_eq!(
        picture.panels[0].x.scale.ticks[0].label.as_deref(),
        Some("x = 0.5")
    );
    assert_eq!(picture.captions, ["spin, x = 0.5"]);
}

#[test]
fn a_key_that_goes_along_with_another_is_named_beside_it() {
    let rows = ["1 a 10 1", "2 a 10 2", "1 b 20 1", "2 b 20 2"];
    let picture = picture(ONE, "x key other y", &rows);
    assert_eq!(names(&picture), ["a, other = 10", "b, other = 20"]);
}

#[test]
fn a_map_has_heights_on_a_grid_and_a_bar() {
    let view = View {
        panels: &[Panel {
            map: Some(("y", "z")),
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let picture = picture(view, "x y z", &["0 0 1", "1 0 2", "0 1 3"]);
    let map = picture.panels[0].map.as_ref().unwrap();
    assert!(map.heights[1][0] > 2.5 && map.heights[1][1].is_nan());
    assert!(picture.legend.bar.is_some());
}

#[test]
fn numbered_columns_are_the_quantities_of_one_panel() {
    const VIEW: View = View {
        panels: &[Panel {
            curves: &[Curve::line("s")],
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let picture = picture(VIEW, "x s_0 s_1", &["0 1 2", "1 2 3"]);
    assert_eq!(names(&picture), ["s 0", "s 1"]);
}

#[test]
fn equal_lines_of_a_law_are_drawn_once_and_break_where_it_jumps() {
    const LAW: Law = Law {
        x: "x",
        of: &["key"],
        value: |_, x| Some(if x < 2.0 { x } else { x + 5.0 }),
    };
    const VIEW: View = View {
        panels: &[Panel {
            curves: &[Curve::line("y").by(&[LAW]), Curve::points("y", "")],
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let picture = picture(VIEW, "x key y", &["1 1 1", "3 1 8", "1 2 1", "3 2 8"]);
    let lines = of_mark(&picture, Mark::Line);
    assert!(lines.len() == 1 && lines[0].points.len() > 100);
    assert_eq!(lines[0].look.colour, INK);
    let begins = lines[0].points.iter().filter(|point| point.begins);
    assert_eq!(begins.count(), 1);
}

#[test]
fn a_legend_says_what_a_series_alone_has() {
    let rows = ["1 1 7 1", "2 1 7 2", "1 2 - 2", "2 2 - 3"];
    let picture = picture(ONE, "x key other y", &rows);
    assert_eq!(names(&picture), ["key = 1, other = 7", "key = 2"]);
}

#[test]
fn a_curve_without_rows_has_no_entry() {
    const VALID: View = View {
        panels: &[Panel {
            curves: &[
                Curve::line("y").only("valid", "true").named("good"),
                Curve::line("y").only("valid", "false").named("bad"),
            ],
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let of = |rows: &[&str]| picture(VALID, "x valid y", rows);
    assert!(names(&of(&["1 true 1", "2 true 2"])).is_empty());
    assert_eq!(names(&of(&["1 true 1", "2 false 2"])), ["good", "bad"]);
}

#[test]
fn numbered_curves_of_one_name_have_their_numbers() {
    const MODES: View = View {
        panels: &[Panel {
            curves: &[Curve::line("y").named("mode")],
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let picture = picture(MODES, "x y_0 y_1", &["1 1 2", "2 2 3"]);
    assert_eq!(names(&picture), ["mode 0", "mode 1"]);
}

#[test]
fn a_mark_of_one_colour_is_named_by_the_colour() {
    const LINES: View = View {
        panels: &[Panel {
            curves: &[
                Curve::line("y"),
                Curve::line("x")
                    .marked(Mark::Ticks)
                    .only("key", "a")
                    .named("a"),
            ],
            ..Panel::EMPTY
        }],
        ..ONE
    };
    let picture = picture(LINES, "x key y", &["1 a -", "1 b 1", "2 b 2"]);
    assert_eq!(names(&picture), ["a", "b"]);
    assert!(picture.marks.is_empty());
}
