//! `phase` as typed: the published numbers, branches, lines, refusals.

use crate::support::{assert_answers, number, refusal, rows, run, table};
use approx::assert_relative_eq;
use saddlepoint::questions::Question as _;
use saddlepoint::questions::phase::{HopfieldLines, HopfieldPhases, RbmLines, RbmPhases};
use saddlepoint::table::Record as _;
use saddlepoint_theory::replica::ensemble::ComponentLaw;

#[test]
fn the_capacity_of_the_hopfield_model_has_twelve_digits() {
    let table = rows("phase --model hopfield --temperature 0 --boundary");
    assert_eq!(table[0]["line"], "retrieval");
    // The twelve digits of the reference value.
    assert_relative_eq!(
        number(&table[0], "alpha"),
        0.137_905_566_495,
        epsilon = 5e-13
    );
    assert_relative_eq!(
        number(&table[0], "m"),
        0.967_417_115_685,
        max_relative = 1e-10
    );
    assert_eq!(table[1]["line"], "coexistence");
    assert_relative_eq!(
        number(&table[1], "alpha"),
        0.051_854_330_9,
        max_relative = 1e-9
    );
}

#[test]
fn the_glass_temperature_is_one_plus_the_root_of_the_load() {
    let table = rows("phase --model hopfield --alpha 0.01:1:5 --boundary");
    let glass: Vec<_> = table.iter().filter(|row| row["line"] == "glass").collect();
    assert_eq!(glass.len(), 5);
    for row in glass {
        let expected = 1.0 + number(row, "alpha").sqrt();
        assert_relative_eq!(number(row, "temperature"), expected, max_relative = 1e-14);
        assert_eq!(row["order"], "continuous");
    }
}

#[test]
fn every_branch_is_listed_and_one_of_them_is_lowest() {
    let table =
        rows("phase --model hopfield --alpha 0.03 --temperature 0.3,0.6,0.9,1.3 --all-branches");
    let phases: Vec<&str> = table.iter().map(|row| row["phase"].as_str()).collect();
    let expected = [
        "retrieval",
        "retrieval",
        "metastable-retrieval",
        "metastable-retrieval",
        "spin-glass",
        "paramagnet",
    ];
    assert_eq!(phases, expected);
    let lowest: Vec<&str> = table
        .iter()
        .filter(|row| row["lowest"] == "true")
        .map(|row| row["branch"].as_str())
        .collect();
    assert_eq!(
        lowest,
        ["retrieval", "spin-glass", "spin-glass", "paramagnet"]
    );
    assert!(
        table
            .iter()
            .all(|row| row["stop"] == "converged" && number(row, "residual") < 1e-10)
    );
}

#[test]
fn a_mode_without_noise_obeys_the_curie_weiss_equation() {
    let table = rows("phase --w 2 --sigma 0 --components rademacher");
    assert_relative_eq!(
        number(&table[0], "m_visible"),
        0.957_504_024_077,
        max_relative = 1e-11
    );
    assert_eq!(table[0]["phase"], "ferromagnet");
    assert_eq!(table[0]["stable"], "true");
}

#[test]
fn questions_asked_from_rust_have_the_answers_of_the_command() {
    let points = RbmPhases {
        components: vec![ComponentLaw::sparse(0.1).unwrap()],
        w: vec![0.5, 1e200, 2.0],
        sigma: vec![1.5],
        kappa: vec![0.5],
        visible_field: 0.1,
        hidden_field: 0.0,
        all_branches: true,
        one_step: false,
    };
    let failed = &points.answer().unwrap()[1];
    assert!(failed.found.is_none() && failed.shortfall().is_some());
    let w = vec![0.5, 2.0];
    assert_answers(
        &RbmPhases { w, ..points },
        "phase --w 0.5,2 --sigma 1.5 --kappa 0.5 --components sparse:0.1 --visible-field 0.1 --all-branches",
    );
    let lines = RbmLines {
        components: vec![ComponentLaw::Gaussian],
        sigma: vec![0.5, 1.5],
        kappa: vec![1.0],
    };
    assert_answers(&lines, "phase --sigma 0.5,1.5 --boundary");
    let memory = HopfieldPhases {
        alpha: vec![0.03],
        temperature: vec![0.3, 1.3],
        all_branches: false,
        one_step: false,
    };
    assert_answers(
        &memory,
        "phase --model hopfield --alpha 0.03 --temperature 0.3,1.3",
    );
    assert_answers(
        &HopfieldLines::AtTemperature {
            temperature: vec![0.0, 0.5],
            one_step: false,
        },
        "phase --model hopfield --temperature 0,0.5 --boundary",
    );
}

#[test]
fn the_last_grid_varies_fastest_and_rows_repeat_their_parameters() {
    let table =
        rows("phase --w 0.5,2 --sigma 0.5,1.5 --kappa 0.5,2 --components gaussian,sparse:0.3");
    assert_eq!(table.len(), 16);
    let parameters: Vec<[f64; 3]> = table
        .iter()
        .take(3)
        .map(|row| ["w", "sigma", "kappa"].map(|name| number(row, name)))
        .collect();
    assert_eq!(
        parameters,
        [[0.5, 0.5, 0.5], [0.5, 0.5, 2.0], [0.5, 1.5, 0.5]]
    );
    assert_eq!(table[15]["components"], "sparse:0.3");
    assert_eq!(table[2]["phase"], "spin-glass");
    assert_eq!(table[2]["stable"], "false");
    assert_eq!(table[0]["phase"], "paramagnet");
}

#[test]
fn a_diagram_does_not_depend_on_the_number_of_threads() {
    let grid = "phase --w 0:3:40 --sigma 0:2:40 --quiet --threads";
    assert_eq!(
        run(&format!("{grid} 1")).stdout,
        run(&format!("{grid} 3")).stdout
    );
}

#[test]
fn lines_of_the_ensemble_carry_their_order() {
    let table = rows("phase --sigma 0.5,1.5 --kappa 0.5,2 --boundary");
    let lines: Vec<&str> = table.iter().map(|row| row["line"].as_str()).collect();
    let one = ["glass", "recall", "recall", "almeida-thouless"];
    assert_eq!(lines, [one, one].concat());
    assert!(table.iter().all(|row| row["order"] == "continuous"));
    assert_relative_eq!(number(&table[1], "w"), 1.0, max_relative = 1e-14);
    assert_relative_eq!(number(&table[3], "at_stability"), 1.0, max_relative = 1e-10);
    // Swapping the layers changes no line.
    assert_relative_eq!(
        number(&table[3], "w"),
        number(&table[7], "w"),
        max_relative = 1e-10
    );
}

#[test]
fn a_scan_that_fails_at_a_point_goes_on_and_says_so() {
    // A field of 1e200 has no finite square: the theory refuses it.
    let output = run("phase --w 1,1e200,2 --sigma 0.5 --components gaussian");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 4);
    assert!(text.lines().nth(2).unwrap().ends_with("failed,,"));
    assert!(text.lines().nth(3).unwrap().contains("converged"));
}

#[test]
fn figures_of_tables_and_of_lines_are_drawn() {
    let folder = std::env::temp_dir().join(format!("saddlepoint-phase-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, arguments) in [
        ("recall", "phase --w 0.5:2:9 --sigma 0.5,1.5"),
        ("lines", "phase --sigma 0.5:2:9 --boundary"),
        (
            "retrieval",
            "phase --model hopfield --alpha 0.02:0.2:5 --temperature 0.1 --all-branches",
        ),
        (
            "hopfield",
            "phase --model hopfield --temperature 0.1:1.5:9 --boundary",
        ),
    ] {
        let figure = folder.join(format!("{name}.svg"));
        let output = run(&format!("{arguments} --plot {}", figure.display()));
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(std::fs::read_to_string(figure).unwrap().contains("</svg>"));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_request_that_cannot_be_met_is_refused_in_one_line_and_leaves_stdout_empty() {
    for arguments in [
        "phase --w 1",
        "phase --sigma 1",
        "phase --w -1 --sigma 1",
        "phase --w 1 --sigma 1 --kappa 0",
        "phase --w 1 --sigma 1 --components cauchy",
        "phase --w 1 --sigma 1 --components sparse:2",
        "phase --w 1 --sigma 1 --visible-field nan",
        "phase --w 1 --sigma 1 --alpha 0.1",
        "phase --w 1 --sigma 1 --boundary",
        "phase --boundary",
        "phase --model hopfield --alpha 0.1",
        "phase --model hopfield --alpha 0 --temperature 1",
        "phase --model hopfield --alpha 0.1 --temperature 1 --boundary",
        "phase --model hopfield --alpha 0.1 --temperature 1 --kappa 2",
    ] {
        refusal(arguments);
    }
}

#[test]
fn a_hopfield_model_of_hardly_any_pattern_has_the_limit_of_none() {
    // The spin glass beside it has no solution within rounding at such loads, which the exit status says.
    let output = run("phase --model hopfield --alpha 1e-300,1e-30,1e-6 --temperature 0,0.5");
    let table = table(&String::from_utf8(output.stdout).unwrap());
    for pair in [[0, 4], [1, 5], [2, 4], [3, 5]] {
        let [tiny, small] = pair.map(|row| &table[row]);
        assert_relative_eq!(number(tiny, "m"), number(small, "m"), max_relative = 1e-5);
    }
    assert!(table.iter().all(|row| row["phase"] == "retrieval"));
}

#[test]
fn a_line_that_meets_a_glass_says_that_it_is_replica_symmetric() {
    let table = rows("phase --sigma 0.5,1.5 --boundary");
    let of = |line: &str, sigma: &str| {
        let mut found = table.iter();
        let row = found.find(|row| row["line"] == line && row["sigma"] == sigma);
        row.map(|row| row["assumption"].clone())
    };
    assert_eq!(of("recall", "0.5").as_deref(), Some("exact"));
    assert_eq!(of("recall", "1.5").as_deref(), Some("replica-symmetric"));
    assert_eq!(of("glass", "1.0").as_deref(), Some("exact"));
    // A point inside says the same by its stability.
    let row = &rows("phase --w 0.5 --sigma 1.5")[0];
    assert!(number(row, "at_stability") > 1.0);
    assert_eq!(row["stable"], "false");
}

#[test]
fn one_step_stands_beside_unstable_states_alone() {
    let table = rows("phase --model hopfield --alpha 0.138 --temperature 0,0.3,1.5 --one-step");
    let assumptions: Vec<_> = table.iter().map(|row| row["assumption"].as_str()).collect();
    assert_eq!(assumptions, ["one-step", "one-step", "exact"]);
    for row in &table[..2] {
        assert!(number(row, "one_step_free_energy") > number(row, "free_energy"));
        assert!(number(row, "one_step_q_low") < number(row, "one_step_q_high"));
    }
    assert_eq!(table[2]["one_step_y"], "");
    let without = rows("phase --model hopfield --alpha 0.138 --temperature 0");
    assert_eq!(without[0]["assumption"], "replica-symmetric");
    assert!(!without[0].contains_key("one_step_y"));
    let lines = rows("phase --model hopfield --temperature 0,0.1 --boundary --one-step");
    let ends: Vec<_> = lines
        .iter()
        .filter(|row| row["line"] == "retrieval-one-step")
        .collect();
    // At T = 0.1 the replica-symmetric state is stable where it ends.
    assert_eq!(ends.len(), 1);
    assert!((number(ends[0], "alpha") - 0.138_186_5).abs() < 1e-7);
    // A glass of two like layers is twice the model of Sherrington and Kirkpatrick, near its energy of one step at σ = 50.
    let table = rows("phase --w 0 --sigma 0.5,50 --one-step");
    assert_eq!(
        [&table[0]["assumption"], &table[1]["assumption"]],
        ["exact", "one-step"]
    );
    assert!((number(&table[1], "one_step_free_energy") / 50.0 + 2.0 * 0.7652).abs() < 1e-3);
    assert!(number(&table[1], "one_step_free_energy") > number(&table[1], "free_energy"));
}

/// A recalled state just above its threshold is lower by less than rounding, and is the phase all the same.
#[test]
fn states_that_rounding_cannot_tell_apart_are_ranked_by_their_order() {
    for point in [
        "--w 1.00000001 --sigma 0",
        "--w 1.01 --sigma 0.5 --kappa 1e-12",
    ] {
        let table = rows(&format!("phase {point}"));
        assert_eq!(table.len(), 1, "{point}");
        assert_eq!(table[0]["phase"], "ferromagnet");
    }
    let table = rows("phase --w 1.001 --sigma 0.5 --kappa 1e-10 --all-branches");
    let lowest = table.iter().filter(|row| row["lowest"] == "true");
    assert_eq!(lowest.count(), 1);
}
