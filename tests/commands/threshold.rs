//! `threshold` and `spectrum` as typed: the published numbers, inverse problems, real data, refusals.

use crate::landau::{Folder, entry};
use crate::support::{Row, number, refusal, rows, run, table};
use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint::input::Reading;
use saddlepoint::questions::spectrum::{
    Machine, MachineEdges, MachineSpectrum, Profile, SpectrumEdges,
};
use saddlepoint::questions::threshold::{
    Criterion, Inverse, Judge, Modes, Task, ThresholdSamples, Unknown,
};
use saddlepoint::questions::{
    Data, DataModel, DataPoint, Observed, Question, Spectrum, Threshold, Units,
};
use saddlepoint::table::Record;
use std::path::Path;

#[test]
fn rings_have_their_published_critical_sample_sizes() {
    // Nine and eight printed digits of the reference values.
    for (units, beta, alpha) in [(50.0, "0.5", 68.321_445_7), (100.0, "1.0", 7.743_225_7)] {
        let table = rows(&format!(
            "threshold --data ising-ring --units {units} --beta {beta}"
        ));
        assert_relative_eq!(number(&table[0], "alpha_c"), alpha, max_relative = 1e-8);
        assert_relative_eq!(
            number(&table[0], "samples_c"),
            units * alpha,
            max_relative = 1e-8
        );
    }
}

#[test]
fn all_criteria_stand_side_by_side() {
    let table = rows(
        "threshold --data clock-ring --units inf --states 10 --beta 1.5 \
         --criterion spectral,crossing,crossing-published",
    );
    let gamma: Vec<f64> = table.iter().map(|row| number(row, "gamma_c")).collect();
    assert_relative_eq!(
        number(&table[0], "eigenvalue"),
        4.391_255_3,
        max_relative = 1e-8
    );
    assert_relative_eq!(gamma[1], 0.108_459_7, max_relative = 1e-6);
    assert_relative_eq!(gamma[2], 0.065_791_1, max_relative = 1e-6);
    assert_eq!(table[0]["alpha_c"], "inf");
}

#[test]
fn infinite_rings_have_their_published_edges() {
    for (beta, alpha, edge) in [
        ("0.5", "10", 3.326_792_7),
        ("0.5", "1", 5.731_729_6),
        ("1", "2", 9.800_035_8),
    ] {
        let table = rows(&format!(
            "spectrum --data ising-ring --units inf --beta {beta} --alpha {alpha} --edges"
        ));
        assert_eq!(table[1]["side"], "upper");
        assert_relative_eq!(number(&table[1], "x"), edge, max_relative = 1e-8);
    }
}

#[test]
fn inverse_problems_come_back_to_their_start() {
    let beta = rows("threshold --data ising-ring --units 40 --solve-for beta --alpha 12");
    let forth = rows(&format!(
        "threshold --data ising-ring --units 40 --beta {}",
        beta[0]["beta"]
    ));
    assert_relative_eq!(number(&forth[0], "alpha_c"), 12.0, max_relative = 1e-10);
    let alpha = rows("threshold --data two-cluster --signal 1.5 --solve-for alpha --overlap 0.5");
    assert_relative_eq!(
        number(&alpha[0], "overlap_squared"),
        0.5,
        max_relative = 1e-12
    );
    let landed = rows("threshold --data spiked --units 300 --spike 2 --alpha 3");
    let back = rows(&format!(
        "threshold --data spiked --units 300 --spike 2 --alpha 3 --observed {}",
        landed[0]["sample_eigenvalue"]
    ));
    assert_relative_eq!(number(&back[0], "eigenvalue"), 3.0, max_relative = 1e-12);
}

#[test]
fn the_profile_of_the_top_eigenvector_sums_to_one() {
    let table = rows("spectrum --data ising-ring --units 50 --beta 0.5 --alpha 2 --profile");
    let total: f64 = table.iter().map(|row| number(row, "overlap_squared")).sum();
    assert_relative_eq!(total, 1.0, max_relative = 1e-12);
}

#[test]
fn a_spike_hidden_in_a_file_is_found_with_its_strength() {
    let folder = std::env::temp_dir().join(format!("saddlepoint-spike-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("spiked.npy");
    let drawn = run(&format!(
        "simulate data --data spiked --units 100 --spike 4 --samples 1000 --seed 3 -o {}",
        file.display()
    ));
    assert!(drawn.status.success());
    let table = rows(&format!(
        "threshold --data samples --file {}",
        file.display()
    ));
    let law = rows(&format!(
        "spectrum --data samples --file {}",
        file.display()
    ));
    let data =
        saddlepoint::input::samples::matrix(&file, Reading::default(), false, false).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let asked = ThresholdSamples {
        data: Observed::InMemory(data),
        judge: Judge::default(),
        power: 0.9,
        modes: None,
    };
    assert_eq!(answered(&asked), table);
    assert_eq!(table[0]["detached"], "true");
    // The spike is in the table of the law, too: above the bulk, which the edge ends.
    let (outlier, bulk) = law.split_last().unwrap();
    assert_eq!(outlier["x"], table[0]["sample_eigenvalue"]);
    assert_eq!(
        [
            &outlier["outlier"],
            &outlier["density"],
            &outlier["cumulative"]
        ],
        ["true", "0.0", "1.0"]
    );
    assert!(bulk.iter().all(|row| row["outlier"] == "false"));
    assert!(number(&table[0], "bulk_edge") < number(outlier, "x"));
    assert!(
        table
            .iter()
            .skip(1)
            .all(|row| number(row, "distance") < 2.0234)
    );
    assert!(table.iter().skip(1).all(|row| row["detached"] == "false"));
    // Four standard errors √(2/P) ℓ of the eigenvalue ℓ = 5.
    assert_relative_eq!(
        number(&table[0], "eigenvalue"),
        5.0,
        epsilon = 4.0 * 5.0 * 0.045
    );
}

#[test]
fn a_request_that_cannot_be_met_is_refused_in_one_line_and_leaves_stdout_empty() {
    for arguments in [
        "threshold --data ising-ring --units 2 --beta 1",
        "threshold --data ising-torus --units 64 --beta 0.3",
        "threshold --data ising-ring --units 50 --beta 0.5 --solve-for beta --alpha 2",
        "threshold --data ising-ring --units 50 --solve-for beta",
        "threshold --data spiked --spike 1 --solve-for alpha --overlap 1",
        "threshold --data spiked --spike 1 --alpha 2 --observed 1.5",
        "spectrum --data iid --alpha 0",
        "spectrum --data iid",
        "spectrum --data ising-ring --units inf --beta 0.5 --alpha 1 --profile",
        "spectrum --data clock-ring --units 2 --states 3 --beta 1 --alpha 1",
        "threshold --data samples --file missing.npy",
        "validate no-such-experiment",
    ] {
        refusal(arguments);
    }
}

/// The answer to a question asked from Rust, as a command would print it.
fn answered<Q: Question>(question: &Q) -> Vec<Row> {
    let answer = question.answer().unwrap();
    let columns = Q::Row::columns(answer.first());
    let left_out = question.leaves_out();
    let cells = |row: &Q::Row| {
        let named = columns.iter().zip(row.cells());
        let kept = named.filter(|(column, _)| !left_out.contains(&column.name.as_ref()));
        kept.map(|(column, cell)| (column.name.to_string(), cell.to_csv().into_owned()))
            .collect()
    };
    answer.iter().map(cells).collect()
}

fn ring(beta: Option<f64>) -> Vec<Data> {
    vec![Data::from(DataPoint {
        units: Some(Units::Finite(40)),
        beta,
        ..DataPoint::new(DataModel::IsingRing)
    })]
}

#[test]
fn thresholds_asked_from_rust_are_those_of_the_command() {
    let criteria = vec![Criterion::Spectral, Criterion::Crossing];
    let threshold = Threshold {
        data: ring(Some(0.5)),
        criteria: criteria.clone(),
        modes: Modes::Leading(2),
        tasks: vec![Task::Sample(20.0), Task::Sample(100.0)],
        detection: None,
        groups: false,
    };
    let typed = "threshold --data ising-ring --units 40 --criterion spectral,crossing";
    assert_eq!(
        answered(&threshold),
        rows(&format!("{typed} --beta 0.5 --alpha 20,100 --modes 2"))
    );
    let inverse = Inverse {
        data: ring(None),
        criteria,
        modes: Modes::Leading(1),
        unknown: Unknown::Beta,
        alpha: vec![12.0],
        overlap: vec![0.0],
    };
    assert_eq!(
        answered(&inverse),
        rows(&format!("{typed} --solve-for beta --alpha 12"))
    );
}

#[test]
fn spectra_asked_from_rust_are_those_of_the_command() {
    let (data, alpha) = (ring(Some(0.5)), vec![0.5, 4.0]);
    let typed = "spectrum --data ising-ring --units 40 --beta 0.5 --alpha 0.5,4";
    let spectrum = Spectrum {
        data: data.clone(),
        alpha: alpha.clone(),
        points: 16,
    };
    assert_eq!(answered(&spectrum), rows(&format!("{typed} --points 16")));
    let edges = SpectrumEdges {
        data: data.clone(),
        alpha: alpha.clone(),
    };
    assert_eq!(answered(&edges), rows(&format!("{typed} --edges")));
    let profile = Profile { data, alpha };
    assert_eq!(answered(&profile), rows(&format!("{typed} --profile")));
}

#[test]
fn a_mode_of_a_machine_stands_behind_its_bulk() {
    let folder = Folder::new("planted");
    let planted = |i, j| entry(i, j) + if (i, j) == (0, 0) { 9.0 } else { 0.0 };
    let file = folder.csv("planted.csv", 12, 9, planted);
    let weights = saddlepoint::input::read_matrix(Path::new(&file)).unwrap();
    let machine = Machine::new(&weights).unwrap();
    let typed = format!("spectrum --machine {file}");
    let table = rows(&format!("{typed} --points 16"));
    let spectrum = MachineSpectrum {
        machine: machine.clone(),
        points: 16,
    };
    assert_eq!(answered(&spectrum), table);
    let edges = rows(&format!("{typed} --edges"));
    assert_eq!(answered(&MachineEdges { machine }), edges);
    let outliers: Vec<_> = table.iter().filter(|r| r["outlier"] == "true").collect();
    assert_eq!(outliers.len(), 1);
    assert_eq!(table[0]["outliers"], "1");
    assert!(number(outliers[0], "x") > number(&edges[1], "x"));
}

/// A file of the eigenvalues of the population {3, 2.9, 2.7 x2, 1.5 x30, 0.4 x66}.
fn close_modes(folder: &Folder) -> String {
    let listed = [(3.0, 1), (2.9, 1), (2.7, 2), (1.5, 30), (0.4, 66)];
    let lines = listed
        .iter()
        .flat_map(|(x, count)| vec![format!("{x}\n"); *count]);
    let lines = lines.collect::<String>();
    let file = folder.file("close.csv", lines.as_bytes());
    format!("--data spectrum --file {file}")
}

#[test]
fn close_modes_are_found_together_where_none_is_found_alone() {
    let folder = Folder::new("close-modes");
    let data = close_modes(&folder);
    let alone = rows(&format!("threshold {data} --alpha 2 --modes 3"));
    assert!(alone.iter().all(|row| row["detached"] == "false"));
    assert!(alone.iter().all(|row| row["reason"].contains("--groups")));
    let groups = rows(&format!("threshold {data} --alpha 2 --modes 3 --groups"));
    for row in &groups {
        assert_eq!(
            [&row["group"], &row["group_directions"], &row["detached"]],
            ["0", "4", "true"]
        );
        assert!(row["reason"].contains("spreads"));
    }
    // 1500 Gaussian data sets of 200 samples, numpy: eigenvalues 3.996 and 3.592, overlaps 0.751(6) and 0.690 with the group, 0.275(6)
    // and 0.191 with the mode. The theory is at the median of each place, in the limit of many directions: corrections of 1/g of the spread.
    let simulated = [(3.996, 0.751, 0.275), (3.592, 0.690, 0.191)];
    for (row, (eigenvalue, together, single)) in groups.iter().zip(simulated) {
        assert_abs_diff_eq!(number(row, "sample_eigenvalue"), eigenvalue, epsilon = 0.06);
        assert_abs_diff_eq!(
            number(row, "group_overlap_squared"),
            together,
            epsilon = 0.02
        );
        assert_abs_diff_eq!(number(row, "overlap_squared"), single, epsilon = 0.025);
    }
}

#[test]
fn a_continuum_has_no_groups_and_says_so() {
    let ring = "threshold --data ising-ring --units 200 --correlation-length 4";
    let row = &rows(&format!("{ring} --alpha 0.1 --groups"))[0];
    assert_eq!([&row["group"], &row["detached"]], ["", "false"]);
    assert!(row["reason"].starts_with("no set of modes"));
    assert!(refusal("threshold --data spiked --spike 2 --alpha 3 --groups").contains("--units"));
}

#[test]
fn a_correlation_length_is_a_coupling() {
    for command in [
        "threshold --data ising-ring --units 200",
        "spectrum --data ising-ring --units 40 --alpha 2 --profile",
        "learn --data ising-ring --units 40 --alpha 2",
        "flow stability",
    ] {
        let row = &rows(&format!("{command} --correlation-length 4"))[0];
        // tanh β = e^{−1/4}.
        assert_relative_eq!(number(row, "beta").tanh().ln(), -0.25, max_relative = 1e-12);
        let words = run(&format!("{command} --correlation-length 4 --beta 1"));
        assert_eq!(words.status.code(), Some(2));
    }
    let clock = "threshold --data clock-ring --units 20 --states 5 --correlation-length 4";
    assert!(refusal(clock).contains("--correlation-length has no meaning for --data clock-ring"));
    let none = refusal("threshold --data ising-ring --units 20");
    assert!(none.contains("--beta or --correlation-length"), "{none}");
    assert_eq!(
        run("flow ring --units 20 --correlation-length 0")
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_profile_at_the_threshold_is_that_of_a_finite_ring() {
    // 200 Gaussian data sets each with the covariance of the ring, numpy: leading mode at P_c 0.510(21), at 2 P_c 0.601(20). At the edge of
    // the bulk, the limit of infinite size, it would be 0.665 and 0.773. Theory is at the median of the top eigenvalue's place.
    let ring = "spectrum --data ising-ring --units 200 --correlation-length 4 --profile";
    for (samples, simulated, tolerance) in [(8774.0, 0.510, 0.065), (17549.0, 0.601, 0.065)] {
        let row = &rows(&format!("{ring} --alpha {}", samples / 200.0))[0];
        assert_abs_diff_eq!(
            number(row, "overlap_squared"),
            simulated,
            epsilon = tolerance
        );
    }
    // From 20 samples the top eigenvector is spread over long waves: no one mode, but not noise either, which has 7/200.
    let first = rows(&format!("{ring} --alpha 0.1"));
    let sum: f64 = first[..4]
        .iter()
        .map(|row| number(row, "overlap_squared"))
        .sum();
    assert!(sum > 0.25 && sum < 0.65, "{sum}");
}

/// The rows of an explanation, by its JSON lines.
fn explained(arguments: &str) -> Vec<serde_json::Value> {
    let output = run(&format!("threshold {arguments} --explain --format json"));
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_thresholds_of_a_ring_are_explained_with_their_numbers() {
    let table = explained("--data ising-ring --units 200 --correlation-length 4");
    let find = |criterion: &str| {
        let of = |row: &&serde_json::Value| row["criterion"] == criterion;
        table.iter().filter(of).collect::<Vec<_>>()
    };
    for (criterion, samples) in [
        ("spectral", 8774.0),
        ("crossing", 59.0),
        ("maximum-likelihood", 12431.0),
    ] {
        let found = find(criterion)[0]["samples"].as_f64().unwrap();
        assert_abs_diff_eq!(found, samples, epsilon = 0.5);
    }
    let response = find("linear-response")[0];
    assert!(response["samples"].is_null());
    let meaning = response["meaning"].as_str().unwrap();
    assert!(meaning.contains("A = 190"), "{meaning}");
    let profiles = find("profile");
    let samples: Vec<f64> = profiles
        .iter()
        .filter_map(|row| row["samples"].as_f64())
        .collect();
    assert_eq!(samples, [20.0, 100.0, 1000.0]);
    assert!(
        profiles[0]["meaning"]
            .as_str()
            .unwrap()
            .contains("by chance it would be 3.5 %")
    );
    // Every command that is named runs.
    for row in &table {
        let command = row["command"].as_str().unwrap();
        let output = run(command.strip_prefix("saddlepoint ").unwrap());
        assert!(output.status.success(), "{command}: {output:?}");
    }
}

#[test]
fn every_data_model_is_explained() {
    for data in [
        "--data spiked --spike 1 --units 200",
        "--data spiked --spike 1",
        "--data two-cluster --signal 1 --units 100",
        "--data clock-ring --units 20 --states 5 --beta 1",
        "--data ising-ring --units inf --beta 1",
        "--data iid --units 50",
    ] {
        let table = explained(data);
        assert!(!table.is_empty());
        for row in &table {
            let meaning = row["meaning"].as_str().unwrap();
            assert!(
                !meaning.contains("NaN") && !meaning.contains("inf "),
                "{meaning}"
            );
            // Every command that is named runs.
            let command = row["command"].as_str().unwrap();
            let output = run(command.strip_prefix("saddlepoint ").unwrap());
            assert!(output.status.success(), "{command}: {output:?}");
        }
    }
}

#[test]
fn samples_are_explained_by_what_stands_out_and_what_could_hide() {
    let folder = Folder::new("explain-samples");
    let noise = folder.csv("noise.csv", 300, 20, |i, j| {
        let strength = if j < 2 { 2.0 * entry(i, 100) } else { 0.0 };
        entry(i, j) + strength
    });
    let table = explained(&format!("--data samples --file {noise}"));
    let words: Vec<&str> = table
        .iter()
        .filter_map(|row| row["meaning"].as_str())
        .collect();
    assert!(words[0].starts_with("one mode stands out"), "{words:?}");
    assert!(words[1].contains("population eigenvalue"), "{words:?}");
    assert!(
        words.last().unwrap().contains("would be missed"),
        "{words:?}"
    );
}

#[test]
fn extreme_signals_are_refused_and_not_infinite() {
    assert!(refusal("threshold --data two-cluster --signal 1e200").contains("signal must be"));
    assert!(refusal("threshold --data spiked --spike 1e300").contains("spike must be"));
    let row = &rows("threshold --data spiked --spike 1e140")[0];
    assert!(number(row, "alpha_c") > 0.0 && number(row, "gamma_c").is_finite());
}

#[test]
fn infinite_rings_have_a_law_of_few_samples_at_once() {
    // γ = 10⁵ variables per sample: the law is that of 1 + O(γ^−1/2) around γ, and its mass and mean are checked to 1e-8 within the command.
    let started = std::time::Instant::now();
    let table = rows("spectrum --data ising-ring --units inf --beta 1 --alpha 1e-5 --points 64");
    assert!(started.elapsed().as_secs() < 5);
    assert_relative_eq!(number(table.last().unwrap(), "cumulative"), 1.0);
    assert_relative_eq!(
        number(&table[0], "cumulative"),
        1.0 - 1e-5,
        max_relative = 1e-12
    );
}

#[test]
fn one_size_without_an_answer_leaves_the_others_theirs() {
    let output = run(
        "learn --data ising-ring --units 4,40,inf --beta 0.5 --alpha 100 --method linear-response",
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
    let table = table(&String::from_utf8(output.stdout).unwrap());
    let answered: Vec<bool> = table
        .iter()
        .map(|row| !row["coefficient"].is_empty())
        .collect();
    assert_eq!(answered, [false, true, false]);
    assert!(table[0]["reason"].contains("place cell"));
    assert!(table[2]["reason"].contains("units must be finite"));
}

#[test]
fn the_coefficient_of_linear_response_is_refused_as_a_threshold() {
    let old = "threshold --data ising-ring --units 40 --beta 0.5 --criterion spectral,place-cell";
    assert!(refusal(old).contains("learn --data ising-ring"));
}
