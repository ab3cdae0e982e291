//! All panels, without a socket.

use super::answer;
use super::panel::{Control, Filled, Panel};
use super::panels::all;
use super::reply::{Reply, Status};
use super::request::Request;
use crate::call::Call;
use crate::questions::Monitor;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Parameters of a panel: all that it must answer.
type Parameters = Vec<(String, String)>;

/// The defaults, both ends of each slider and every option of each menu, the other controls at their defaults.
fn corners(panel: &Panel) -> Vec<Parameters> {
    let one = |name: &str, value: String| vec![(name.to_owned(), value)];
    let of = |control: &Control| -> Vec<Parameters> {
        match control {
            Control::Slider(slider) => [slider.low, slider.high]
                .iter()
                .map(|end| one(slider.name, end.to_string()))
                .collect(),
            Control::Menu(menu) => menu
                .options
                .iter()
                .map(|option| one(menu.name, option.name.to_owned()))
                .collect(),
        }
    };
    let moved = panel.controls.iter().flat_map(of);
    [Parameters::new()].into_iter().chain(moved).collect()
}

fn filled(panel: &Panel, parameters: &Parameters) -> Filled {
    panel.fill(parameters).unwrap()
}

fn reply(path: &str, panel: &Panel, parameters: &Parameters) -> Reply {
    let named = ("panel".to_owned(), panel.name.to_owned());
    let parameters = parameters.iter().cloned();
    let request = Request {
        path: path.to_owned(),
        parameters: [named].into_iter().chain(parameters).collect(),
    };
    answer::reply(&request, &|| false)
}

#[test]
fn every_panel_answers_at_its_defaults_and_at_both_ends_of_each_slider() {
    for panel in all() {
        for parameters in corners(panel) {
            let begun = Instant::now();
            let reply = reply("/answer", panel, &parameters);
            let text = String::from_utf8(reply.body).unwrap();
            let name = panel.name;
            assert_eq!(reply.status, Status::OK, "{name} {parameters:?}: {text}");
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let svg = value["svg"].as_str().unwrap();
            assert!(
                svg.starts_with("<svg") && svg.ends_with("</svg>\n"),
                "{name}"
            );
            assert!(value["rows"].as_u64().unwrap() > 0, "{name} {parameters:?}");
            // A few tens of milliseconds on an idle machine; a hundred times that is a grid without a bound.
            let took = begun.elapsed();
            assert!(
                took < Duration::from_secs(20),
                "{name} {parameters:?}: {took:?}"
            );
        }
    }
}

#[test]
fn every_control_stands_in_the_command_of_its_panel() {
    for panel in all() {
        for control in panel.controls {
            let place = format!("{{{}}}", control.name());
            assert!(panel.command.contains(&place), "{}: {place}", panel.name);
        }
        let arguments = filled(panel, &Vec::new()).arguments;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.:,+".contains(c);
        assert!(
            arguments.iter().all(|word| word.chars().all(is_plain)),
            "{arguments:?}"
        );
        let names: HashSet<_> = panel.controls.iter().map(Control::name).collect();
        assert_eq!(names.len(), panel.controls.len(), "{}", panel.name);
    }
    let names: HashSet<_> = all().map(|panel| panel.name).collect();
    assert_eq!(names.len(), all().count());
}

/// No request may name a file, whatever its parameters: values are numbers, or words of a list.
#[test]
fn no_panel_reads_a_file_or_simulates() {
    for panel in all() {
        for parameters in corners(panel) {
            let Filled { arguments, .. } = filled(panel, &parameters);
            for flag in [
                "--file",
                "--machine",
                "--output",
                "-o",
                "--plot",
                "--sums",
                "--project",
            ] {
                assert!(!arguments.iter().any(|word| word == flag), "{arguments:?}");
            }
            assert!(
                !["simulate", "validate", "sweep", "score", "merge"]
                    .contains(&arguments[0].as_str())
            );
        }
    }
}

/// The functions of the package are read as text, since it is not built here.
#[test]
fn the_lines_of_python_name_functions_and_arguments_that_exist() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/python/saddlepoint");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let modules = files.filter(|file| file.extension().is_some_and(|end| end == "py"));
    let source: String = modules
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    for panel in all() {
        let line = filled(panel, &Vec::new()).python;
        let call = line
            .strip_prefix("sp.")
            .and_then(|line| line.strip_suffix(')'));
        let (function, given) = call.unwrap().split_once('(').unwrap();
        let head = format!("\ndef {function}(");
        let (_, signature) = source.split_once(&head).expect(&line);
        let (signature, _) = signature.split_once("-> Table:").unwrap();
        for argument in given.split(", ").filter(|given| given.contains('=')) {
            let (name, _) = argument.split_once('=').unwrap();
            assert!(signature.contains(&format!("{name}: ")), "{line}: {name}");
        }
    }
}

#[test]
fn the_line_of_python_says_what_the_command_says() {
    let panel = all().find(|panel| panel.name == "hopfield-lines").unwrap();
    let filled = filled(panel, &vec![("low".to_owned(), "0.10".to_owned())]);
    assert_eq!(
        filled.command(),
        "saddlepoint phase --model hopfield --temperature 0.1:1:24 --boundary"
    );
    assert_eq!(
        filled.python,
        "sp.phase_hopfield(temperature=\"0.1:1:24\", boundary=True)"
    );
    let panel = all().find(|panel| panel.name == "profile").unwrap();
    let filled = self::filled(panel, &Vec::new());
    assert_eq!(
        filled.python,
        "sp.profile(\"ising-ring\", units=60, beta=0.5, alpha=10)"
    );
}

#[test]
fn values_out_of_range_are_refused_in_one_line() {
    let panel = all().find(|panel| panel.name == "place-cell").unwrap();
    for (name, value, words) in [
        ("units", "41", "units: '41' is no number from 3 to 40"),
        ("units", "nan", "units: 'nan' is no number from 3 to 40"),
        ("units", "inf", "units: 'inf' is no number from 3 to 40"),
        ("units", "10.5", "units: '10.5' is no whole number"),
        ("beta", "", "beta: '' is no number from 0.1 to 0.8"),
        (
            "file",
            "x",
            "file: is no parameter of place-cell, which has units, beta, hidden",
        ),
    ] {
        let refusal = panel
            .fill(&[(name.to_owned(), value.to_owned())])
            .unwrap_err();
        assert_eq!(
            (refusal.status, refusal.line.as_str()),
            (Status::BAD, words)
        );
    }
}

#[test]
fn an_error_of_a_question_is_the_line_of_the_command_line() {
    let panel = all().find(|panel| panel.name == "overlap").unwrap();
    let parameters = [("alpha".to_owned(), "0.5".to_owned())];
    let request = |width: &str| {
        let more = ("width".to_owned(), width.to_owned());
        let parameters: Parameters = parameters.iter().cloned().chain([more]).collect();
        reply("/answer", panel, &parameters)
    };
    assert_eq!(request("40").status, Status::OK);
    let refused = request("39");
    assert_eq!(refused.status, Status::BAD);
    let value: serde_json::Value = serde_json::from_slice(&refused.body).unwrap();
    assert!(value["error"].as_str().unwrap().starts_with("--width 39: "));
    assert!(
        value["command"]
            .as_str()
            .unwrap()
            .starts_with("saddlepoint threshold ")
    );
}

#[test]
fn a_question_whose_asker_has_gone_is_not_answered() {
    let request = Request {
        path: "/answer".to_owned(),
        parameters: vec![("panel".to_owned(), "place-cell".to_owned())],
    };
    let begun = Instant::now();
    let reply = answer::reply(&request, &|| true);
    let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(value["error"], "interrupted");
    // Another test may have its turn before.
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_table_has_the_bytes_of_the_command_line_and_a_pdf_is_one() {
    let panel = all().next().unwrap();
    let csv = reply("/table.csv", panel, &Vec::new());
    let answer = Call::parse(filled(panel, &Vec::new()).arguments).unwrap();
    let rows = answer.table(&Monitor::silent()).unwrap().table.rows.len();
    let text = String::from_utf8(csv.body).unwrap();
    assert!(text.starts_with("data,") && text.lines().count() == rows + 1);
    assert!(
        reply("/figure.pdf", panel, &Vec::new())
            .body
            .starts_with(b"%PDF-")
    );
    assert!(
        reply("/figure.svg", panel, &Vec::new())
            .body
            .starts_with(b"<svg ")
    );
}

#[test]
fn the_page_holds_its_styles_its_script_and_the_panels() {
    let request = Request {
        path: "/".to_owned(),
        parameters: Vec::new(),
    };
    let text = String::from_utf8(answer::reply(&request, &|| false).body).unwrap();
    assert!(!text.contains("{{") && text.contains("prefers-color-scheme"));
    for panel in all() {
        assert!(text.contains(panel.title), "{}", panel.name);
    }
    // Nothing of elsewhere.
    assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("src="));
}
