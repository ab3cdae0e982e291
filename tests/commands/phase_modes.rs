//! `phase` with several modes as typed: which are recalled, by which names, refusals.

use crate::support::{assert_answers, number, refusal, rows, run};
use approx::assert_relative_eq;
use saddlepoint::questions::phase::RbmModes;
use saddlepoint_theory::replica::ensemble::ComponentLaw;

#[test]
fn heavy_tails_make_a_compositional_phase_and_light_ones_a_ferromagnet() {
    let table = rows("phase --w 2+1.9 --sigma 0.5 --components gaussian,laplace");
    let words = |column: &str| {
        table
            .iter()
            .map(|row| row[column].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(words("w"), ["2+1.9", "2+1.9"]);
    assert_eq!(words("singular_value_1"), ["1.9", "1.9"]);
    assert_eq!(words("phase"), ["ferromagnet", "compositional"]);
    assert_eq!(words("branch"), ["ferromagnet", "mixture"]);
    assert_eq!(words("recalled"), ["0", "0+1"]);
    assert_eq!(words("kurtosis_1"), ["3.0", "6.0"]);
    // w² (1−q)(1−q̄) = 1 for the recalled Gaussian mode, times (1.9/2)² for the other.
    assert_relative_eq!(number(&table[0], "at_mixing"), 0.9025, max_relative = 1e-12);
    assert!(number(&table[1], "m_visible_0") > number(&table[1], "m_visible_1"));
    assert!(
        table
            .iter()
            .all(|row| row["minimum"] == "true" && row["stop"] == "converged")
    );
}

#[test]
fn a_mixture_that_is_not_lowest_is_no_phase() {
    let table = rows("phase --w 2.5+2.5+2.5 --sigma 0 --components rademacher --all-branches");
    let branches: Vec<&str> = table.iter().map(|row| row["branch"].as_str()).collect();
    assert_eq!(
        branches,
        ["paramagnet", "ferromagnet", "mixture", "mixture"]
    );
    assert!(table.iter().all(|row| row["phase"] == "ferromagnet"));
    // Three patterns are a minimum below T = 0.46 (Amit, Gutfreund & Sompolinsky), two are none.
    let minima: Vec<&str> = table.iter().map(|row| row["minimum"].as_str()).collect();
    assert_eq!(minima, ["false", "true", "false", "true"]);
    // By enumeration of the eight signs.
    assert_relative_eq!(
        number(&table[3], "m_visible_2"),
        0.452_240_864_050_726,
        max_relative = 1e-12
    );
}

#[test]
fn a_point_of_fewer_modes_leaves_the_columns_of_the_others_empty() {
    let table = rows("phase --w 1.5,2+1.2 --sigma 0.5 --components laplace");
    assert_eq!(table[0]["m_visible_1"], "");
    assert_eq!(table[0]["phase"], "ferromagnet");
    let alone = &rows("phase --w 1.5 --sigma 0.5 --components laplace")[0];
    for column in ["q_visible", "free_energy", "at_stability", "iterations"] {
        assert_eq!(table[0][column], alone[column]);
    }
    assert_eq!(table[0]["m_visible_0"], alone["m_visible"]);
    assert!(!alone.contains_key("recalled"));
}

#[test]
fn each_mode_may_have_its_own_law() {
    let row = &rows("phase --w 2+2 --sigma 0.3 --components laplace+rademacher")[0];
    assert_eq!(row["components"], "laplace+rademacher");
    assert_eq!([&row["kurtosis_0"], &row["kurtosis_1"]], ["6.0", "1.0"]);
    // The lighter tail alone has the lower free energy.
    assert_eq!(row["recalled"], "1");
}

#[test]
fn sets_that_are_not_looked_for_are_named() {
    let row = &rows("phase --w 2.7+2.6+2.5+2.4+2.3+2.2+2.1 --sigma 0.3 --components rademacher")[0];
    assert_eq!(row["reason"], "not every set of modes was looked for");
    assert_eq!(row["recalled"], "0");
    let few = &rows("phase --w 2.7+2.6 --sigma 0.3 --components rademacher")[0];
    assert_eq!(few["reason"], "");
}

#[test]
fn questions_of_several_modes_asked_from_rust_have_the_answers_of_the_command() {
    let sparse = ComponentLaw::sparse(0.2).unwrap();
    let question = RbmModes {
        components: vec![vec![sparse], vec![sparse, ComponentLaw::Gaussian]],
        w: vec![vec![2.0, 1.9], vec![2.0, 1.5]],
        sigma: vec![0.5, 1.4],
        kappa: vec![0.5],
        visible_field: 0.1,
        hidden_field: 0.0,
        all_branches: true,
    };
    assert_answers(
        &question,
        "phase --w 2+1.9,2+1.5 --sigma 0.5,1.4 --kappa 0.5 --components sparse:0.2,sparse:0.2+gaussian --visible-field 0.1 --all-branches",
    );
}

#[test]
fn a_diagram_of_several_modes_does_not_depend_on_the_number_of_threads() {
    let grid = "phase --w 2+0:3:9 --sigma 0:2:9 --components laplace --quiet --threads";
    assert_eq!(
        run(&format!("{grid} 1")).stdout,
        run(&format!("{grid} 3")).stdout
    );
}

#[test]
fn magnetizations_are_drawn_against_the_singular_value_that_varies() {
    let folder = std::env::temp_dir().join(format!("saddlepoint-modes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let figure = folder.join("recall.svg");
    let arguments = "phase --w 2+0:3:13 --sigma 0.5 --components gaussian,laplace --plot";
    let output = run(&format!("{arguments} {}", figure.display()));
    assert!(output.status.success());
    let drawn = std::fs::read_to_string(figure).unwrap();
    assert!(drawn.contains("singular value") && !drawn.contains("2+0.25"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_sum_that_has_no_meaning_is_refused_in_one_line() {
    for (arguments, expected) in [
        (
            "phase --w 1.5+ --sigma 1",
            "has a plus with no term beside it",
        ),
        ("phase --w 1.5+-1 --sigma 1", "must be zero or positive"),
        ("phase --w 1.5+x --sigma 1", "'x' is not a number"),
        (
            "phase --w 1.5+1 --sigma 1 --components laplace+gaussian+laplace",
            "of 3 modes, w 1.5+1 has 2",
        ),
        (
            "phase --w 1.5 --sigma 1 --components laplace+gaussian",
            "of 2 modes, w 1.5 has 1",
        ),
        (
            "phase --w 1.5+1 --sigma 1 --components laplace+cauchy",
            "is no law",
        ),
        (
            "phase --sigma 1 --boundary --components laplace+gaussian",
            "the lines of one mode",
        ),
        ("phase --w 1.5+1 --sigma 1 --boundary", "leave --w out"),
        (
            "phase --w 1.5+1 --model hopfield --alpha 0.1 --temperature 0",
            "--w has no meaning",
        ),
        (
            "phase --w 1.5+1 --sigma 1 --visible-field nan",
            "visible field",
        ),
    ] {
        let message = refusal(arguments);
        assert!(message.contains(expected), "{arguments}: {message}");
    }
}
