//! `simulate train`, `simulate gibbs` and `simulate langevin`.

use super::support::{assert_answers, number, refusal, rows, run, table};
use saddlepoint::questions::gibbs::{Ladders, Method, Start};
use saddlepoint::questions::train::{Log, Train};
use saddlepoint::questions::{
    DataModel, DataPoint, Draw, Encoding, Gibbs, GivenMachine, Kind, Question, UnitLaw, Units,
};
use saddlepoint::table::Record;
use saddlepoint_simulator::training::{Algorithm, Training};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("simulate")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

const RING: &str = "simulate train --data ising-ring --units 12 --beta 0.8 --samples 2000 --hidden-units 2 --epochs 20 --batch 20";

const SHORT: &str = "simulate train --data ising-ring --units 12 --beta 0.8 --samples 200 --hidden-units 2 --epochs 2";

#[test]
fn a_trained_machine_is_logged_and_goes_into_the_other_commands() {
    let folder = folder("chain");
    let npz = folder.join("ring.npz");
    let done = run(&format!("{RING} --biases none -o {}", npz.display()));
    assert!(done.status.success() && done.stdout.is_empty(), "{done:?}");
    let log = fs::read_to_string(folder.join("ring.csv")).unwrap();
    assert_eq!(log.lines().count(), 22, "a header and epochs 0 to 20");
    assert!(log.lines().next().unwrap().contains("centre_1"));
    assert!(folder.join("ring.meta.json").exists());
    assert!(!folder.join("ring.npz.checkpoints").exists());
    // A folder of that name that is not ours keeps what is in it.
    let other = folder.join("ring.npz.checkpoints/notes.txt");
    fs::create_dir(other.parent().unwrap()).unwrap();
    fs::write(&other, "mine").unwrap();
    assert!(
        run(&format!("{SHORT} -o {}", npz.display()))
            .status
            .success()
    );
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    assert_eq!(fs::read_dir(other.parent().unwrap()).unwrap().count(), 1);
    let done = run(&format!("{RING} --biases none -o {}", npz.display()));
    assert!(done.status.success());
    let modes = rows(&format!("landau --machine {}", npz.display()));
    assert_eq!(modes.len(), 2);
    let sampled = rows(&format!(
        "simulate gibbs --machine {} --steps 5000 --modes 1",
        npz.display()
    ));
    // Without biases a configuration and its reverse are alike: no magnetisation, within 5 standard errors.
    let mean = sampled
        .iter()
        .find(|row| row["observable"] == "mean_visible")
        .unwrap();
    assert!(number(mean, "mean").abs() < 5.0 * number(mean, "standard_error"));
}

#[test]
fn the_log_likelihood_rises_to_that_of_the_ring() {
    let log = rows(&format!("{RING} --algorithm exact --learning-rate 0.2"));
    let value = |row: usize| number(&log[row], "log_likelihood");
    // The information of the ring, N (β tanh β − ln cosh β) up to tanh^N β, 4 % here; two units cannot reach it.
    let beta: f64 = 0.8;
    let best = 12.0 * (beta * beta.tanh() - beta.cosh().ln());
    // Twelve visible and two hidden spins, nearly free.
    let free = 14.0 * 2.0_f64.ln();
    assert!((number(&log[0], "log_z") - free).abs() < 0.05);
    // Little is known before training.
    assert!(value(0).abs() < 0.05, "{}", value(0));
    assert!(
        value(20) > value(0) + 1.0 && value(20) < 0.96 * best,
        "{} of {best}",
        value(20)
    );
}

#[test]
fn a_killed_training_goes_on_to_the_same_bytes() {
    let folder = folder("kill");
    let train = |name: &str, flags: &str| {
        let [file, trajectory] =
            [name, &name.replace(".npz", "-trajectory.csv")].map(|name| folder.join(name));
        format!(
            "simulate train --data ising-ring --units 30 --beta 0.5 --samples 3000 --hidden-units 3 --hidden binary \
             --batch 10 --chains 7 --epochs 60 --replicas 2 --log-every 4 --test-samples 500 -o {} --trajectory {} {flags}",
            file.display(),
            trajectory.display()
        )
    };
    assert!(run(&train("whole.npz", "")).status.success());
    let mut interrupted = 0;
    for attempt in 0..3 {
        let resume = if attempt > 0 { "--resume" } else { "" };
        let arguments = train("killed.npz", &format!("--every 1 {resume}"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
            .args(arguments.split_whitespace())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(150));
        // SIGKILL: nothing can be tidied up.
        child.kill().unwrap();
        interrupted += u32::from(!child.wait().unwrap().success());
    }
    assert!(interrupted > 0, "every run was over before it was killed");
    assert!(
        run(&train("killed.npz", "--every 1 --resume --threads 1"))
            .status
            .success()
    );
    for end in ["-0.npz", "-1.npz", ".csv", "-trajectory.csv"] {
        let bytes = |name: &str| fs::read(folder.join(format!("{name}{end}"))).unwrap();
        assert!(bytes("whole") == bytes("killed"), "{end} differs");
    }
}

#[test]
fn a_trajectory_holds_the_weights_of_every_row_of_the_log() {
    let folder = folder("trajectory");
    let file = folder.join("weights.csv");
    let log = rows(&format!(
        "{RING} --log-every 10 --trajectory {}",
        file.display()
    ));
    let weights = table(&fs::read_to_string(&file).unwrap());
    assert_eq!(weights.len(), 3 * 12 * 2);
    for row in &log {
        for hidden in 0..2 {
            let of_unit = weights.iter().filter(|w| {
                w["epoch"] == row["epoch"]
                    && number(w, "hidden_unit")
                        .total_cmp(&f64::from(hidden))
                        .is_eq()
            });
            let sum: f64 = of_unit.map(|w| number(w, "weight")).sum();
            // A sum of twelve numbers below 10, in another order.
            assert!((sum - number(row, &format!("sum_weights_{hidden}"))).abs() < 1e-12);
        }
    }
    let taken = refusal(&format!("{RING} -o {0} --trajectory {0}", file.display()));
    assert!(taken.contains("--trajectory"), "{taken}");
}

#[test]
fn more_epochs_continue_a_training_and_other_flags_are_refused() {
    let folder = folder("continue");
    let flags = format!("--checkpoint {} --every 5", folder.display());
    let short = RING.replace("--epochs 20", "--epochs 7");
    assert!(run(&format!("{short} {flags}")).status.success());
    let continued = run(&format!("{RING} {flags} --resume"));
    let anew = run(RING);
    assert!(continued.status.success());
    assert_eq!(continued.stdout, anew.stdout);
    let other = refusal(&format!("{RING} {flags} --resume --l2 0.1"));
    assert!(other.contains("--l2: 0 then, 0.1 now"), "{other}");
    let shorter = refusal(&format!("{short} {flags} --resume"));
    assert!(shorter.contains("--epochs 20 or more"), "{shorter}");
}

#[test]
fn grey_levels_become_two_values_and_bad_data_are_refused() {
    let folder = folder("file");
    let file = folder.join("grey.csv");
    let lines: Vec<String> = (0..40)
        .map(|i| format!("{},{},{}", i % 2 * 200, i % 4 / 2 * 255, (i * 7) % 256))
        .collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let train = format!(
        "simulate train --data samples --file {} --hidden-units 2 --epochs 3",
        file.display()
    );
    let log = rows(&format!("{train} --threshold 127.5"));
    assert_eq!(
        (
            log.len(),
            log[0]["visible"].as_str(),
            log[0]["hidden"].as_str()
        ),
        (4, "binary", "binary")
    );
    assert!(refusal(&train).contains("--threshold"));
    assert!(refusal(&format!("{train} --visible binary")).contains("grey.csv"));
    assert!(
        refusal("simulate train --data ising-ring --units 5 --beta 1 --hidden-units 1")
            .contains("--samples")
    );
    assert!(refusal(&format!("{RING} --learning-rate -1")).contains("learning_rate"));
    assert!(refusal(&format!("{RING} --visible categorical:1")).contains("categorical:P"));
    assert!(refusal(&format!("{RING} --resume")).contains("--resume"));
}

#[test]
fn columns_of_the_log_are_chosen_by_name() {
    let log = rows(&format!("{SHORT} --fields epoch,data_overlap_squared_1"));
    assert_eq!((log.len(), log[0].len()), (3, 2));
    let words = refusal(&format!("{SHORT} --fields overlap_squared_1"));
    assert!(words.contains("no column 'overlap_squared_1'"), "{words}");
}

#[test]
fn clock_rings_are_categorical_and_their_fields_are_over_sites() {
    let log = rows(
        "simulate train --data clock-ring --units 8 --states 5 --beta 1 --samples 500 --hidden-units 1 --epochs 2",
    );
    assert_eq!(
        (log[0]["visible"].as_str(), log[0]["units"].as_str()),
        ("categorical:5", "8")
    );
    assert!(number(&log[2], "centre_0") < 8.0);
}

#[test]
fn chains_of_a_known_machine_have_its_means() {
    let folder = folder("gibbs");
    let weights = folder.join("w.csv");
    fs::write(&weights, "0\n0\n").unwrap();
    let bias = folder.join("b.csv");
    fs::write(&bias, "0.5\n-0.25\n").unwrap();
    let npy = folder.join("samples.npy");
    let arguments = format!(
        "simulate gibbs --machine {} --visible-bias {} --chains 50 --steps 400 --thin 4 -o {}",
        weights.display(),
        bias.display(),
        npy.display()
    );
    assert!(run(&arguments).status.success());
    // 50 chains of 100 records of two spins: a header of 128 bytes and one byte each.
    assert_eq!(fs::metadata(&npy).unwrap().len(), 128 + 50 * 100 * 2);
    let table = fs::read_to_string(folder.join("samples.csv")).unwrap();
    let line = table
        .lines()
        .find(|line| line.contains("mean_visible"))
        .unwrap();
    let cells: Vec<f64> = line
        .split(',')
        .skip(7)
        .take(2)
        .map(|x| x.parse().unwrap())
        .collect();
    let expected = 0.5 * (0.5_f64.tanh() - 0.25_f64.tanh());
    assert!(
        (cells[0] - expected).abs() < 5.0 * cells[1],
        "{cells:?}, not {expected}"
    );
    assert!(
        refusal(&format!(
            "simulate gibbs -q --machine {} --initial {}",
            weights.display(),
            bias.display()
        ))
        .contains("b.csv")
    );
}

#[test]
fn infinite_machines_relax_at_one_minus_s_and_diverge_beyond() {
    let table = rows("simulate langevin --singular-values 0.5,1.2 --records 300 --walkers 200");
    let slow = &table[0];
    let (rate, error) = (number(slow, "rate"), number(slow, "rate_error"));
    // Four standard errors: one false alarm in 16 000 seeds, and the seed is fixed.
    assert!((rate - 0.5).abs() < 4.0 * error, "{rate} ± {error}");
    assert_eq!(
        (slow["diverged"].as_str(), table[2]["diverged"].as_str()),
        ("false", "true")
    );
    assert!(refusal("simulate langevin").contains("--machine"));
    assert!(refusal("simulate langevin --singular-values 1 --machine none.csv").contains("either"));
}

/// A machine after one epoch, in `folder`.
fn trained(folder: &Path, name: &str, arguments: &str) -> String {
    let npz = folder.join(name);
    let done = run(&format!(
        "simulate train {arguments} --epochs 1 --likelihood none -q -o {}",
        npz.display()
    ));
    assert!(done.status.success(), "{done:?}");
    npz.display().to_string()
}

#[test]
fn a_machine_knows_its_kinds() {
    let folder = folder("kinds");
    // Zeros and ones: taken for spins by the commands that follow, unless the file says what they are.
    let file = folder.join("data.csv");
    fs::write(&file, "0,1,1\n1,0,1\n1,1,0\n0,0,1\n").unwrap();
    let data = format!("--data samples --file {} --hidden-units 2", file.display());
    let machine = trained(&folder, "binary.npz", &data);
    for row in rows(&format!("simulate gibbs --machine {machine} --steps 400")) {
        assert_eq!(
            (row["visible"].as_str(), row["hidden"].as_str()),
            ("binary", "binary")
        );
    }
    let words = run(&format!("simulate gibbs --machine {machine} --steps 400")).stderr;
    let words = String::from_utf8(words).unwrap();
    assert!(
        words.contains("3 visible binary units, 2 hidden binary units, biases b and c"),
        "{words}"
    );
    let words = refusal(&format!("landau --machine {machine} --visible spin"));
    assert!(words.contains("are binary; leave --visible out"), "{words}");
    // Bytes as numpy.save writes the text: 4 per character, no dimension.
    let bytes = fs::read(&machine).unwrap();
    let header = b"{'descr': '<U6', 'fortran_order': False, 'shape': (), }";
    assert!(bytes.windows(header.len()).any(|window| window == header));
}

#[test]
fn machines_of_every_kind_that_is_trained_are_sampled() {
    let folder = folder("every-kind");
    let ring =
        "--data clock-ring --units 4 --states 3 --beta 1 --samples 50 --hidden-units 2 --hidden";
    for (number, hidden) in ["relu", "double-well:-1", "gaussian", "categorical:2"]
        .iter()
        .enumerate()
    {
        let machine = trained(
            &folder,
            &format!("{number}.npz"),
            &format!("{ring} {hidden}"),
        );
        let sampled = run(&format!(
            "simulate gibbs --machine {machine} --steps 50 --chains 3"
        ));
        let words = String::from_utf8(sampled.stdout).unwrap();
        assert!(
            words.contains(&format!("categorical:3,{hidden},3,50,0,0,energy")),
            "{words}"
        );
        assert!(refusal(&format!("landau -q --machine {machine}")).contains("categorical:3 units"));
    }
    let capitals = folder.join("CAPITALS.NPZ");
    fs::copy(folder.join("0.npz"), &capitals).unwrap();
    assert!(
        run(&format!(
            "simulate langevin --machine {}",
            capitals.display()
        ))
        .status
        .success()
    );
}

#[test]
fn a_file_without_kinds_says_what_was_assumed() {
    let folder = folder("no-kinds");
    let weights = folder.join("w.csv");
    fs::write(&weights, "0.1,0.2\n0.3,0.1\n").unwrap();
    let words = |flags: &str| {
        let done = run(&format!("landau --machine {} {flags}", weights.display()));
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    assert!(words("").contains("the file names no kinds of units: spins are assumed"));
    assert!(
        words("--visible binary")
            .contains("2 hidden binary units, no biases; the kind of the hidden units is assumed")
    );
    assert!(!words("--visible binary --hidden gaussian").contains("assumed"));
    assert!(words("-q").is_empty());
}

#[test]
fn chains_that_are_too_short_are_said_to_be() {
    let folder = folder("short");
    let weights = folder.join("w.csv");
    fs::write(&weights, "3,3\n3,3\n").unwrap();
    let done = run(&format!(
        "simulate gibbs -q --machine {} --steps 10",
        weights.display()
    ));
    let words = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(words.lines().count(), 1);
    assert!(
        words.contains("sufficient is false") && words.contains("raise --steps"),
        "{words}"
    );
}

#[test]
fn a_trace_holds_the_first_chains_at_each_record() {
    let folder = folder("trace");
    let (weights, trace) = (folder.join("w.csv"), folder.join("trace.csv"));
    fs::write(&weights, "0.1\n0.1\n").unwrap();
    run(&format!(
        "simulate gibbs --machine {} --steps 40 --thin 10 --chains 20 --trace {}",
        weights.display(),
        trace.display()
    ));
    let seen = table(&fs::read_to_string(&trace).unwrap());
    // Energy, both means, and the amplitude of the only mode.
    assert_eq!(seen.len(), 4 * 5 * 4);
    assert_eq!(
        (seen[3]["step"].as_str(), seen[4]["chain"].as_str()),
        ("40", "1")
    );
}

#[cfg(unix)]
#[test]
fn a_machine_is_kept_where_nobody_reads_the_log() {
    let folder = folder("closed");
    let npz = folder.join("w.npz");
    let arguments = format!("{RING} --save {}", npz.display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
        .args(arguments.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let whole = trained_by(&folder, RING);
    assert_eq!(fs::read(&npz).unwrap(), fs::read(whole).unwrap());
    assert!(!folder.join("w.npz.checkpoints").exists());
}

/// The machine of a run that nothing disturbs.
fn trained_by(folder: &Path, arguments: &str) -> PathBuf {
    let npz = folder.join("whole.npz");
    let done = run(&format!("{arguments} --save {}", npz.display()));
    assert!(done.status.success());
    npz
}

#[test]
fn a_training_asked_from_rust_gives_the_rows_of_the_command() {
    let data = DataPoint {
        units: Some(Units::Finite(12)),
        beta: Some(0.8),
        ..DataPoint::new(DataModel::IsingRing)
    };
    let draw = Draw {
        point: data.clone(),
        variances: None,
        law: UnitLaw::Spin,
        encoding: Encoding::OneHot,
        samples: 2000,
        seed: 0,
    };
    let drawn = draw.replica(0).unwrap();
    let train = Train {
        hidden_units: 2,
        leading_mode: draw.leading_mode(&drawn),
        epochs: 20,
        training: Training {
            algorithm: Algorithm::Persistent { steps: 1 },
            batch: 20,
            chains: 20,
            ..Training::default()
        },
        log: Log {
            every: Some(10),
            ..Log::default()
        },
        ..Train::new(data, drawn.samples)
    };
    let asked = train.answer().unwrap();
    let typed = rows(&format!("{RING} --log-every 10"));
    assert_eq!(asked.len(), typed.len());
    for (asked, typed) in asked.iter().zip(&typed) {
        assert_rows(asked, typed);
        assert!(typed.contains_key("data_overlap_squared_1") && typed.contains_key("centre_1"));
    }
}

#[test]
fn a_sampled_machine_asked_from_rust_gives_the_rows_of_the_command() {
    let machine = GivenMachine {
        name: String::new(),
        weights: faer::Mat::from_fn(3, 2, |_, _| 0.1),
        visible_bias: vec![0.0; 3],
        hidden_bias: vec![0.0; 2],
        visible: Kind::SPIN,
        hidden: Kind::SPIN,
    };
    let gibbs = Gibbs {
        method: Method::Gibbs,
        ladders: Ladders::default(),
        machine,
        start: Start::Random(10),
        steps: 300,
        burn_in: 30,
        thin: 1,
        modes: 1,
        replicas: 0..1,
        seed: 0,
    };
    let folder = folder("rust");
    let weights = folder.join("w.csv");
    fs::write(&weights, "0.1,0.1\n0.1,0.1\n0.1,0.1\n").unwrap();
    assert_answers(
        &gibbs,
        &format!(
            "simulate gibbs --machine {} --chains 10 --steps 300 --modes 1",
            weights.display()
        ),
    );
}

/// That the columns of a row say the same as a line of CSV.
fn assert_rows<R: Record>(asked: &R, typed: &crate::support::Row) {
    for (column, cell) in R::columns(Some(asked)).iter().zip(asked.cells()) {
        assert_eq!(
            typed[column.name.as_ref()],
            cell.to_csv(),
            "{}",
            column.name
        );
    }
}
