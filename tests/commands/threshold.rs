//! `threshold` and `spectrum` as typed: the published numbers, inverse problems, real data, refusals.

use crate::landau::{Folder, entry};
use crate::support::{Row, number, refusal, rows, run};
use approx::assert_relative_eq;
use saddlepoint::input::Reading;
use saddlepoint::questions::spectrum::{
    Machine, MachineEdges, MachineSpectrum, Profile, SpectrumEdges,
};
use saddlepoint::questions::threshold::{
    Criterion, Inverse, Judge, Modes, Task, ThresholdSamples, Unknown,
};
use saddlepoint::questions::{Data, DataModel, DataPoint, Question, Spectrum, Threshold, Units};
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
        data,
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
    let weights = saddlepoint::input::machine::weights(Path::new(&file)).unwrap();
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
