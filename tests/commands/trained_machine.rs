//! `landau` of machines as people train them: where ln Z holds, data and chains in their modes, preferred units.

use crate::landau::{Folder, entry};
use crate::support::{number, refusal, rows, run, table};
use approx::assert_relative_eq;

#[test]
fn estimates_of_the_partition_function_say_where_they_do_not_hold() {
    let folder = Folder::new("log-z-valid");
    let table = |weights: &str, flags: &str| {
        // A solver that does not converge costs the exit status only.
        let output = run(&format!("landau --machine {weights} --log-z {flags}"));
        let answer = table(&String::from_utf8(output.stdout).unwrap());
        move |method: &str, column: &str| {
            let row = answer.iter().find(|row| row["method"] == method).unwrap();
            row[column].clone()
        }
    };
    // One hidden spin: ordered, in two states of equal weight.
    let star = folder.csv("star.csv", 20, 1, |i, _| 4.0 * entry(i, 3));
    let star = table(&star, "");
    let log_z = |method: &str| -> f64 { star(method, "log_z").parse().unwrap() };
    assert_relative_eq!(log_z("tap") + 2.0_f64.ln(), log_z("exact"), epsilon = 0.01);
    assert_relative_eq!(log_z("one-loop"), log_z("exact"), epsilon = 0.01);
    assert_eq!(star("one-loop", "valid"), "true");
    assert_eq!(
        (star("tap", "valid"), star("naive", "valid")),
        ("false".into(), "false".into())
    );
    assert!(
        star("tap", "plefka").parse::<f64>().unwrap() < 1.0,
        "each state is inside"
    );
    // Gaussian pairs below their transition, but in strong biases.
    let arrays: [(&str, &[usize], Vec<f64>); 3] = [
        (
            "W",
            &[11, 8],
            (0..88).map(|k| 0.55 * entry(k / 8, k % 8)).collect(),
        ),
        ("b", &[11], vec![0.7; 11]),
        ("c", &[8], vec![0.7; 8]),
    ];
    let biased = folder.npz("biased.npz", &arrays);
    let biased = table(&biased, "--visible spin --hidden gaussian");
    let error = |method: &str| -> f64 {
        let value = |method: &str| biased(method, "log_z").parse::<f64>().unwrap();
        value(method) - value("exact")
    };
    assert!(error("gaussian") > 1.0, "{}", error("gaussian"));
    assert_eq!(biased("gaussian", "valid"), "false");
    assert_eq!(biased("exact", "valid"), "true");
    assert!(error("one-loop").abs() < 0.1 && biased("one-loop", "valid") == "true");
    // Many states, most of which no search finds.
    let glass = folder.csv("glass.csv", 30, 20, |i, j| 2.0 * entry(i, j));
    let glass = table(&glass, "");
    for method in ["naive", "one-loop", "tap"] {
        assert_eq!(glass(method, "valid"), "false", "{method}");
    }
    assert!(glass("naive", "unseen").parse::<f64>().unwrap() > 0.1);
    // Units without TAP equations have an empty cell and no error.
    let real = folder.csv("real.csv", 8, 4, |i, j| 0.5 * entry(i, j));
    let real = table(&real, "--visible spin --hidden relu");
    assert_eq!(real("tap", "log_z"), "");
    assert_eq!(real("exact", "valid"), "true");
}

#[test]
fn data_are_projected_on_the_modes_of_a_machine() {
    let folder = Folder::new("project");
    let weights = folder.csv("W.csv", 6, 3, entry);
    let sign = |i: usize, j: usize| if entry(i + 7, j) > 0.0 { 1.0 } else { -1.0 };
    let data = folder.csv("data.csv", 5, 6, sign);
    let table = rows(&format!(
        "landau --machine {weights} --project {data} --modes 3"
    ));
    assert_eq!(table.len(), 15);
    for sample in 0..5 {
        let of = |column: &str| -> Vec<f64> {
            let rows = &table[3 * sample..3 * sample + 3];
            rows.iter().map(|row| number(row, column)).collect()
        };
        let (s, x, y) = (of("singular_value"), of("x"), of("y"));
        // Σ_k s_k x_k y_k = vᵀ W ⟨h|v⟩: the energy of the modes is that of the units.
        let modes: f64 = (0..3).map(|k| s[k] * x[k] * y[k]).sum();
        let field = |j: usize| -> f64 { (0..6).map(|i| sign(sample, i) * entry(i, j)).sum() };
        let units: f64 = (0..3).map(|j| field(j) * field(j).tanh()).sum();
        assert_relative_eq!(modes, units, max_relative = 1e-12);
        // Without biases the saddle is at the origin.
        for k in 0..3 {
            assert_relative_eq!(
                of("u")[k],
                (x[k] + y[k]) / 2.0_f64.sqrt(),
                max_relative = 1e-12
            );
            assert_relative_eq!(
                of("w")[k],
                (y[k] - x[k]) / 2.0_f64.sqrt(),
                max_relative = 1e-12
            );
        }
    }
    let wrong = folder.csv("wrong.csv", 2, 5, sign);
    let words = refusal(&format!("landau --machine {weights} --project {wrong} -q"));
    assert!(
        words.contains("5 columns") && words.contains("6 visible units"),
        "{words}"
    );
}

#[test]
fn rotations_tell_preferred_units_from_none() {
    let folder = Folder::new("symmetry");
    // Sums of many irregular numbers are nearly Gaussian.
    let gaussian = |i: usize, j: usize| (0..12).map(|k| entry(i + 40 * k, j + 7 * k)).sum();
    let flat = folder.csv("flat.csv", 30, 20, gaussian);
    let flat = &rows(&format!("landau --machine {flat} --symmetry"))[0];
    assert_eq!(flat["symmetric"], "true");
    let local = folder.csv("local.csv", 30, 20, |i, j| {
        if i % 20 == j {
            1.0 + 0.1 * entry(i, j)
        } else {
            0.0
        }
    });
    let local = &rows(&format!("landau --machine {local} --symmetry"))[0];
    assert_eq!(local["symmetric"], "false");
    assert!(number(local, "coupling_hidden") > 3.0 * number(local, "coupling_hidden_symmetric"));
}

#[test]
fn chains_show_of_a_mode_what_small_fluctuations_predict() {
    let folder = Folder::new("cascade");
    // One mode of equal components: corrections of order 1/N.
    let weights = folder.csv("W.csv", 400, 400, |_, _| 0.8 / 400.0);
    let row = &rows(&format!(
        "landau --machine {weights} --cascade --modes 1 --chains 64"
    ))[0];
    assert_relative_eq!(
        number(row, "effective_singular_value"),
        0.8,
        max_relative = 1e-12
    );
    for (predicted, seen) in [
        ("variance_predicted", "variance"),
        ("relaxation_time_predicted", "relaxation_time"),
    ] {
        let error = number(row, &format!("{seen}_error"));
        let deviation = number(row, seen) - number(row, predicted);
        // Five standard errors, and the corrections: 1 − s is 80 times as large as 1/N.
        assert!(
            deviation.abs() < 5.0 * error + 0.03 * number(row, predicted),
            "{seen}: {deviation}"
        );
        assert!(error < 0.05 * number(row, seen));
    }
    assert_eq!(row["minima"], "1");
    assert_eq!(row["epoch"], "");
    let words = refusal(&format!(
        "landau --machine {weights} --cascade --chains 5 -q"
    ));
    assert!(words.contains("--chains 5"), "{words}");
}

#[test]
fn a_training_keeps_its_machines_and_their_epochs() {
    let folder = Folder::new("history");
    let place = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let (machine, history) = (place("machine.npz"), place("history"));
    let train = format!(
        "simulate train --data two-cluster --units 20 --signal 2 --samples 200 --hidden-units 2 --epochs 8 --log-every 4 -o {machine} --history {history}"
    );
    assert!(run(&train).status.success());
    let files = ["00000000", "00000004", "00000008"].map(|n| format!("{history}/epoch-{n}.npz"));
    let table = rows(&format!(
        "landau --machine {machine} --cascade --modes 2 --chains 20 --steps 200 --along {}",
        files.join(" ")
    ));
    let epochs: Vec<&str> = table.iter().map(|row| row["epoch"].as_str()).collect();
    assert_eq!(epochs, ["0", "0", "4", "4", "8", "8", "8", "8"]);
    // The last machine of the history is the machine itself.
    assert_eq!(
        std::fs::read(&machine).unwrap(),
        std::fs::read(&files[2]).unwrap()
    );
    let leading = |row: usize| number(&table[row], "effective_singular_value");
    assert!(leading(0) < leading(2) && leading(2) < leading(4));
    let words = refusal(&format!("{train} --replicas 2"));
    assert!(words.contains("--history"), "{words}");
}
