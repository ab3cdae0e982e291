//! `flow modes`, `flow ring`, `flow stability` and `flow diffusion` as typed, and asked from Rust.

use crate::support::{Row, number, refusal, rows, run};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::questions::Question;
use saddlepoint::questions::flow::diffusion::Diffusion;
use saddlepoint::questions::flow::modes::Modes;
use saddlepoint::questions::flow::noise::{Emergence, Growth, Noise, Rate};
use saddlepoint::questions::flow::ring::{self, Method, Trajectory, Weights, ising};
use saddlepoint::questions::flow::stability::Stability;
use saddlepoint::questions::flow::{Rings, landscape::Landscape};
use saddlepoint::table::Table;
use saddlepoint_theory::dynamics::flow::Search;
use saddlepoint_theory::units::Unit;

/// The weights of one hidden unit in the order of the sites.
fn field(table: &[Row], unit: &str) -> Vec<f64> {
    let rows = table.iter().filter(|row| row["hidden_unit"] == unit);
    rows.map(|row| number(row, "weight")).collect()
}

#[test]
fn weights_and_their_summary_tell_one_story() {
    let table = rows("flow ring --units 40 --beta 0.5 --hidden-units 2");
    assert_eq!(table.len(), 80);
    let summary = rows("flow ring --units 40 --beta 0.5 --hidden-units 2 --summary");
    assert_eq!(summary.len(), 2);
    for (unit, row) in ["0", "1"].into_iter().zip(&summary) {
        let w = field(&table, unit);
        assert_relative_eq!(
            w.iter().sum::<f64>(),
            number(row, "sum_weights"),
            max_relative = 1e-12
        );
        assert_abs_diff_eq!(number(row, "log_likelihood"), 0.712_848, epsilon = 1e-6);
        assert!(number(row, "log_likelihood") > number(row, "log_likelihood_symmetric"));
        assert!(number(row, "log_likelihood") < number(row, "log_likelihood_data"));
        assert!(number(row, "residual") <= 1e-9 && number(row, "curvature") < 0.0);
        assert_eq!(
            [&row["places"], &row["equidistant"], &row["staggered"]],
            ["2", "true", "false"]
        );
        // The half maximum lies between the last site above it and the next.
        let half = 0.5 * w.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        let above = w.iter().filter(|w| w.abs() >= half).count();
        let width = number(row, "width");
        assert!((width - f64::from(u32::try_from(above).unwrap())).abs() <= 1.0);
    }
    let centres = [0, 1].map(|unit| number(&summary[unit], "centre"));
    assert_abs_diff_eq!((centres[0] - centres[1]).abs(), 20.0, epsilon = 1e-6);
}

#[test]
fn grids_make_their_product_and_seeds_change_the_starts_only() {
    let table =
        rows("flow ring --units 12,30 --beta 0.2,0.5 --hidden-units 1,2 --summary --starts 2");
    assert_eq!(table.len(), 2 * 2 * 3);
    assert_eq!(table[0]["units"], "12");
    assert_eq!(table[11]["hidden_units"], "2");
    let seeds = ["0", "5"].map(|seed| {
        rows(&format!(
            "flow ring --units 30 --beta 0.5 --summary --seed {seed}"
        ))
    });
    assert_abs_diff_eq!(
        number(&seeds[0][0], "log_likelihood"),
        number(&seeds[1][0], "log_likelihood"),
        epsilon = 1e-12
    );
}

#[test]
fn the_small_coupling_method_is_the_limit_of_the_exact_one() {
    let width = |arguments: &str| {
        let table = rows(&format!(
            "flow ring --units 40 --starts 1 --summary {arguments}"
        ));
        [
            number(&table[0], "width"),
            number(&table[0], "log_likelihood"),
        ]
    };
    let limit = width("--beta 0.5 --method small-beta");
    assert_abs_diff_eq!(limit[0], 3.795_39, epsilon = 1e-4);
    let [exact, scaled] =
        ["exact", "small-beta"].map(|method| width(&format!("--beta 0.001 --method {method}")));
    // The next order is β.
    assert_relative_eq!(exact[0], scaled[0], max_relative = 5e-3);
    assert_relative_eq!(exact[1], scaled[1], max_relative = 1e-2);
    assert_abs_diff_eq!(scaled[0], limit[0], epsilon = 1e-9);
}

#[test]
fn a_negative_coupling_makes_staggered_fields() {
    let table = rows("flow ring --units 30 --beta -0.5 --summary");
    assert_eq!(table[0]["staggered"], "true");
}

#[test]
fn learning_in_time_begins_small_and_ends_at_the_optimum() {
    let table =
        rows("flow ring --units 30 --beta 0.5 --trajectory --time 0,20,2000 --init-scale 0.02");
    assert_eq!(table.len(), 90);
    let at = |time: &str| -> f64 {
        let rows = table.iter().filter(|row| row["time"] == time);
        rows.map(|row| number(row, "weight").powi(2)).sum()
    };
    assert_relative_eq!(at("0.0"), 30.0 * 0.02_f64.powi(2), max_relative = 1e-12);
    let end = rows("flow ring --units 30 --beta 0.5");
    let expected: f64 = end.iter().map(|row| number(row, "weight").powi(2)).sum();
    // By then only the translation of the field is under way.
    assert_relative_eq!(at("2000.0"), expected, max_relative = 0.02);
    let weak =
        rows("flow ring --units 20 --beta 0.1 --trajectory --time 0:400:3 --method small-beta");
    assert_eq!(weak.len(), 60);
    assert_eq!(
        rows("flow ring --units 5 --beta 0.5 --trajectory").len(),
        41 * 5
    );
}

#[test]
fn symmetry_is_lost_on_rings_of_10_15_and_37_sites() {
    let table = rows("flow stability --beta 0.2,0.5,1");
    let sizes: Vec<&str> = table.iter().map(|row| row["n_unstable"].as_str()).collect();
    assert_eq!(sizes, ["10", "15", "37"]);
    for row in &table {
        assert!(number(row, "n_coexistence") <= number(row, "n_unstable"));
        assert!(number(row, "n_localized") <= number(row, "n_coexistence"));
        let decay = (-1.0 / number(row, "correlation_length")).exp();
        assert_relative_eq!(decay, number(row, "beta").tanh(), max_relative = 1e-12);
    }
}

#[test]
fn a_place_cell_diffuses_and_few_samples_trap_it() {
    let common = "flow diffusion --units 40 --beta 0.5 --learning-rate 0.05";
    let free = rows(&format!("{common} --batch 100,400"));
    assert_eq!(free.len(), 2);
    assert_eq!(
        [&free[1]["samples"], &free[1]["pinned_diffusion"]],
        ["", ""]
    );
    assert_eq!(free[1]["regime"], "diffusing");
    assert_relative_eq!(
        number(&free[0], "diffusion"),
        4.0 * number(&free[1], "diffusion"),
        max_relative = 1e-12
    );
    // On 60 sites 3.557e-5; the ring hardly matters.
    assert_relative_eq!(number(&free[1], "diffusion"), 3.557e-5, max_relative = 1e-2);
    let pinned = rows(&format!(
        "{common} --batch 400 --samples 100,1e9 --sampled-negative-phase"
    ));
    assert_eq!(
        [&pinned[0]["regime"], &pinned[1]["regime"]],
        ["trapped", "diffusing"]
    );
    let added = 1.0 + number(&pinned[0], "negative_phase_noise");
    let ratio = number(&pinned[0], "diffusion") / number(&free[1], "diffusion");
    assert_relative_eq!(ratio, added, max_relative = 2e-2);
    let turning = &free[1]["samples_diffusing"];
    let between = rows(&format!("{common} --batch 400 --samples {turning}"));
    assert_relative_eq!(
        number(&between[0], "barrier"),
        number(&between[0], "temperature"),
        max_relative = 1e-12
    );
    let landscape = rows(&format!("{common} --batch 400 --samples 100 --landscape"));
    assert_eq!(landscape.len(), 21);
    let deviation = number(&pinned[0], "landscape_deviation");
    assert_relative_eq!(
        number(&landscape[0], "covariance"),
        deviation.powi(2),
        max_relative = 1e-12
    );
}

#[test]
fn several_place_cells_move_as_one() {
    let found = rows(
        "flow diffusion --units 24 --beta 0.5 --hidden-units 1,3 --learning-rate 0.2 --batch 200",
    );
    let [one, three] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!([&one["hidden_units"], &three["hidden_units"]], ["1", "3"]);
    // A NumPy program: 1.8836 and 150.48 times η²/2B and η/B.
    assert_relative_eq!(number(three, "diffusion"), 1.8836e-4, max_relative = 1e-4);
    let deviation = number(three, "distance_deviation");
    assert_relative_eq!(deviation, 0.15048_f64.sqrt(), max_relative = 1e-4);
    assert_eq!(
        [&one["distance_deviation"], &three["negative_phase_noise"]],
        ["", ""]
    );
    assert!(3.0 * number(three, "diffusion") < number(one, "diffusion"));
}

/// That a question has the rows of a command.
pub(crate) fn assert_asks(question: &impl Question, arguments: &str) {
    let answer = Table::of(&question.answer().unwrap());
    let typed = rows(arguments);
    assert_eq!(answer.rows.len(), typed.len(), "{arguments}");
    for (cells, row) in answer.rows.iter().zip(&typed) {
        for (column, cell) in answer.columns.iter().zip(cells) {
            let left_out = question.leaves_out().contains(&column.name.as_ref());
            let expected = (!left_out).then(|| cell.to_csv().into_owned());
            assert_eq!(
                row.get(column.name.as_ref()),
                expected.as_ref(),
                "{arguments}"
            );
        }
    }
}

#[test]
fn modes_asked_from_rust_have_the_numbers_of_the_command() {
    let eigenvalues = vec![0.5, 2.0, 4.0];
    let modes = Modes {
        eigenvalues: eigenvalues.clone(),
        initial_singular_value: 0.01,
        time: vec![0.0, 4.0],
    };
    let typed = "flow modes --eigenvalues 0.5,2,4";
    assert_asks(
        &modes,
        &format!("{typed} --time 0,4 --initial-singular-value 0.01"),
    );
    let end = &rows(&format!("{typed} --time 100"))[2];
    assert_relative_eq!(number(end, "final_singular_value"), 0.75_f64.sqrt());
    assert_relative_eq!(number(end, "singular_value"), 0.75_f64.sqrt());
    let noise = Noise {
        eigenvalues,
        hidden_units: 5,
        init_scale: 0.01,
        kind: Rate::Binary,
    };
    let typed = format!("{typed} --hidden-units 5 --growth binary");
    let growth = Growth {
        noise: noise.clone(),
        time: vec![0.5],
    };
    assert_asks(&growth, &format!("{typed} --time 0.5"));
    assert_asks(&Emergence { noise }, &format!("{typed} --emergence"));
    let first = &rows(&format!("{typed} --emergence"))[0];
    assert_eq!([&first["mode"], &first["growth_rate"]], ["0", "0.9375"]);
    assert!(
        refusal("flow modes --eigenvalues 2 --time 1 --initial-singular-value 1")
            .contains("below 1")
    );
}

#[test]
fn rings_asked_from_rust_have_the_numbers_of_the_command() {
    let rings = Rings {
        units: vec![20],
        beta: vec![0.5],
        hidden_units: vec![1, 2],
    };
    let typed = "--units 20 --beta 0.5 --hidden-units 1,2";
    let kind = ring::Sites {
        visible: ring::Visible::Ising(Method::Exact),
        hidden: Unit::Spin,
    };
    let search = Search::default();
    let weights = Weights {
        rings: rings.clone(),
        kind,
        search,
    };
    assert_asks(&weights, &format!("flow ring {typed}"));
    let trajectory = Trajectory {
        rings: rings.clone(),
        kind,
        time: vec![0.0, 30.0],
        init_scale: 0.01,
        seed: 0,
    };
    assert_asks(
        &trajectory,
        &format!("flow ring {typed} --trajectory --time 0,30"),
    );
    let summary = ising::Summary {
        rings: rings.clone(),
        method: Method::Exact,
        hidden: Unit::Spin,
        search,
    };
    assert_asks(&summary, &format!("flow ring {typed} --summary"));
    let beta = vec![0.5];
    assert_asks(&Stability { beta }, "flow stability --beta 0.5");
    let samples = vec![1e3, 1e5];
    let landscape = Landscape {
        rings: rings.clone(),
        samples: samples.clone(),
    };
    let typed = format!("flow diffusion {typed} --learning-rate 0.1 --batch 10 --samples 1e3,1e5");
    assert_asks(&landscape, &format!("{typed} --landscape"));
    let diffusion = Diffusion {
        rings,
        learning_rate: vec![0.1],
        batch: vec![10.0],
        samples,
        is_negative_phase_sampled: false,
    };
    assert_asks(&diffusion, &typed);
}

#[test]
fn a_coupling_without_a_critical_ring_has_a_row_without_sizes() {
    let output = run("flow stability --beta 1e-14,9,0.2");
    assert_eq!(output.status.code(), Some(1));
    let table = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = table.lines().skip(1).collect();
    let starts = ["1e-14,9,9,9,", "9.0,,,,", "0.2,10,10,10,"];
    assert_eq!(lines.len(), starts.len());
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("1 of 3 rows") && words.contains("5000 sites"));
}

#[test]
fn a_search_that_is_no_maximum_has_exit_status_1_and_says_why() {
    // One unit can hold two of three sites apart, by one weight that is infinite and one that is 0.
    let typed = "flow ring --units 3 --beta -0.3 --hidden gaussian";
    for (arguments, count, column) in [
        (format!("{typed} --summary -q"), "1 of 1 rows", "diverged"),
        (typed.to_owned(), "3 of 3 rows", "weight"),
    ] {
        let output = run(&arguments);
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}");
        assert_eq!(words.lines().count(), 1, "{words}");
        let said = [count, column, "--starts"];
        assert!(said.iter().all(|part| words.contains(part)), "{words}");
    }
}

#[test]
fn what_is_no_ring_or_no_machine_is_refused() {
    for (arguments, words) in [
        ("flow ring --units 2 --beta 0.5", "at least 3"),
        ("flow ring --units inf --beta 0.5", "--units inf"),
        ("flow ring --units 10 --beta x", "--beta"),
        ("flow ring --units 11 --beta -9", "odd number"),
        (
            "flow ring --units 10 --beta 0.5 --hidden-units 17",
            "--hidden-units",
        ),
        (
            "flow ring --units 10 --beta 0.5 --hidden-units 0",
            "--hidden-units",
        ),
        (
            "flow ring --units 10 --beta -0.5 --method small-beta",
            "--beta -0.5",
        ),
        (
            "flow ring --units 10 --beta 0.5 --trajectory --time 3,1",
            "--time",
        ),
        (
            "flow ring --units 10 --beta 0.5 --trajectory --init-scale 0",
            "--init-scale",
        ),
        ("flow ring --units 10 --beta 0.5 --time 1", "--trajectory"),
        (
            "flow ring --units 10 --beta 0.5 --trajectory --summary",
            "--summary",
        ),
        ("flow ring --units 10 --beta 0.5 --starts 0", "--starts"),
        (
            "flow diffusion --units 12 --beta 0.5 --learning-rate 0.1 --batch 10",
            "place cell",
        ),
        (
            "flow diffusion --units 30 --beta 0.5 --learning-rate 0 --batch 10",
            "--learning-rate",
        ),
        (
            "flow diffusion --units 30 --beta 0.5 --learning-rate 0.1 --batch 0.5",
            "batch",
        ),
        (
            "flow diffusion --units 30 --beta 0.5 --learning-rate 0.1 --batch 10 --samples 0.5",
            "samples",
        ),
        (
            "flow diffusion --units 24 --beta 0.5 --learning-rate 0.1 --batch 10 --hidden-units 2 --sampled-negative-phase",
            "hidden units must be 1",
        ),
        ("flow stability --beta 0", "positive"),
    ] {
        let refused = refusal(arguments);
        assert!(refused.contains(words), "{arguments}: {refused}");
    }
}

#[test]
fn tables_and_figures_are_written_with_their_sidecar() {
    let folder = std::env::temp_dir().join(format!("saddlepoint-flow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, arguments) in [
        ("weights", "ring --units 20 --beta 0.5 --hidden-units 1,2"),
        ("summary", "ring --units 20,24,28 --beta 0.5 --summary"),
        ("angles", "ring --units 5 --states 3 --beta 1.5"),
        (
            "clock",
            "ring --units 20,24 --states 2 --beta 0.5 --summary",
        ),
        (
            "time",
            "ring --units 20 --beta 0.5 --trajectory --time 0:50:11",
        ),
        ("stability", "stability --beta 0.2:0.6:5"),
        (
            "diffusion",
            "diffusion --units 24 --beta 0.5 --learning-rate 0.1 --batch 10 --samples 1e3:1e7:5:log",
        ),
        (
            "landscape",
            "diffusion --units 24 --beta 0.5 --learning-rate 0.1 --batch 10 --samples 1e3 --landscape",
        ),
    ] {
        let [table, figure] = ["csv", "svg"].map(|end| folder.join(format!("{name}.{end}")));
        let output = run(&format!(
            "flow {arguments} -o {} --plot {}",
            table.display(),
            figure.display()
        ));
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(figure.exists() && folder.join(format!("{name}.meta.json")).exists());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn weights_that_overflow_leave_their_cells_empty_and_say_so() {
    let output = run("flow modes --eigenvalues 0.8,2 --hidden-units 4 --time 5,1000");
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("2 of 4 rows: singular_value is empty"),
        "{words}"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("inf") && !text.contains("NaN"), "{text}");
}
