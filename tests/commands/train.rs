//! `simulate train`: what is held out, what the log costs, scaled data, and who may write where.

use super::support::{number, refusal, rows, run, table};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("train")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

const CLUSTERS: &str = "simulate train --data two-cluster --units 40 --signal 2 --hidden-units 1 --algorithm exact --epochs 60 --learning-rate 0.2 --batch 80";

#[test]
fn held_out_samples_do_not_change_the_training() {
    let plain = rows(&format!("{CLUSTERS} --samples 80"));
    let tested = rows(&format!("{CLUSTERS} --samples 80 --test-samples 4000"));
    assert_eq!(plain.len(), tested.len());
    for (plain, tested) in plain.iter().zip(&tested) {
        for column in [
            "log_likelihood",
            "singular_value_0",
            "overlap_squared",
            "data_overlap_squared_0",
        ] {
            assert_eq!(plain[column], tested[column], "{column}");
        }
        assert!(
            plain["test_log_likelihood"].is_empty() && !tested["test_log_likelihood"].is_empty()
        );
    }
    // Learnt by heart: the training samples are likelier than fresh ones, and the direction is nearer to theirs than to the population's.
    let last = tested.last().unwrap();
    assert!(number(last, "log_likelihood") > number(last, "test_log_likelihood") + 0.1);
    assert!(number(last, "data_overlap_squared_0") > number(last, "overlap_squared") + 0.05);
}

#[test]
fn many_samples_show_the_planted_direction() {
    for model in [
        "two-cluster --signal 2",
        "spiked --spike 4",
        "ising-ring --beta 0.7",
    ] {
        let log = rows(&format!(
            "simulate train --data {model} --units 20 --samples 4000 --hidden-units 1 --algorithm exact --epochs 60 --learning-rate 0.1 --batch 400"
        ));
        let overlap = number(log.last().unwrap(), "overlap_squared");
        // 200 samples per unit; a place cell on a ring is no uniform mode.
        let expected = if model.starts_with("ising") {
            0.3
        } else {
            0.95
        };
        assert!(
            overlap > expected && overlap <= 1.0 + 1e-12,
            "{model}: {overlap}"
        );
    }
    let antiferromagnet = rows(
        "simulate train --data ising-ring --beta -0.7 --units 20 --samples 50 --hidden-units 1 --epochs 1",
    );
    assert!(antiferromagnet[1]["overlap_squared"].is_empty());
}

#[test]
fn a_file_can_be_held_out() {
    let folder = folder("file");
    let [seen, fresh] = ["seen.npy", "fresh.npy"].map(|name| folder.join(name));
    for (seed, file) in [(0, &seen), (1, &fresh)] {
        let data = "simulate data --data ising-ring --units 8 --beta 0.8 --samples 400";
        assert!(
            run(&format!("{data} --seed {seed} -o {}", file.display()))
                .status
                .success()
        );
    }
    let train = format!(
        "simulate train -q --data samples --file {} --hidden-units 2 --epochs 5",
        seen.display()
    );
    let log = rows(&format!("{train} --test {}", fresh.display()));
    let own = rows(&format!("{train} --test {}", seen.display()));
    assert!(
        log.iter()
            .all(|row| row["test_log_likelihood"] != row["log_likelihood"])
    );
    assert!(
        own.iter()
            .all(|row| row["test_log_likelihood"] == row["log_likelihood"])
    );
    assert!(refusal(&format!("{train} --test-samples 5")).contains("--test FILE"));
    let narrow = refusal(&format!(
        "{train} --columns 0:4 --test {}",
        folder.join("none.npy").display()
    ));
    assert!(narrow.contains("none.npy"), "{narrow}");
    let bits = folder.join("bits.csv");
    fs::write(&bits, "1,0,1,1,0,0,1,1\n").unwrap();
    let words = refusal(&format!("{train} --test {}", bits.display()));
    assert!(
        words.contains("bits.csv: sample 0 has 0.0 in column 1"),
        "{words}"
    );
}

#[test]
fn rows_that_cost_more_than_the_training_become_rare() {
    let large = "simulate train --data ising-ring --units 200 --beta 0.5 --samples 200 --hidden-units 60 --epochs 40 --modes 2";
    let done = run(large);
    let words = String::from_utf8(done.stderr).unwrap();
    let log = table(&String::from_utf8(done.stdout).unwrap());
    assert!(
        words.contains("--log-every N has one every N epochs"),
        "{words}"
    );
    let epochs: Vec<&str> = log.iter().map(|row| row["epoch"].as_str()).collect();
    assert_eq!((epochs[0], epochs[epochs.len() - 1]), ("0", "40"));
    assert!(epochs.len() < 10, "{epochs:?}");
    let asked = rows(&format!("{large} --log-every 20 --likelihood none"));
    assert_eq!(
        asked
            .iter()
            .map(|row| row["epoch"].as_str())
            .collect::<Vec<_>>(),
        ["0", "20", "40"]
    );
}

/// Columns of noise, each of another scale, or all of the same one.
fn noise(file: &Path, rows: u32, columns: u32, scale: impl Fn(u32) -> f64) {
    let mut state = 12_345_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX) - 0.5
    };
    let mut text = String::new();
    for _ in 0..rows {
        for j in 0..columns {
            let sum: f64 = (0..6).map(|_| uniform()).sum();
            let comma = if j == 0 { "" } else { "," };
            write!(text, "{comma}{}", scale(j) * sum).unwrap();
        }
        text.push('\n');
    }
    fs::write(file, text).unwrap();
}

#[test]
fn that_nothing_can_be_learnt_yet_is_said() {
    let folder = folder("noise");
    let file = folder.join("noise.csv");
    let words = |flags: &str| {
        let train = "simulate train --data samples --hidden-units 1 --epochs 1 --likelihood none";
        let done = run(&format!("{train} --file {} {flags}", file.display()));
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    noise(&file, 40, 60, |_| 0.01);
    let small = words("");
    assert!(
        small.contains("no mode exceeds its threshold: the largest eigenvalue")
            && small.contains("--standardize"),
        "{small}"
    );
    noise(&file, 40, 60, |j| if j % 2 == 0 { 1e3 } else { 1e-3 });
    let scaled = words("--standardize");
    assert!(
        scaled.contains(
            "no mode exceeds its threshold: 40 samples of 60 variables show nothing but noise"
        ),
        "{scaled}"
    );
    assert!(words("-q --standardize").is_empty());
    let spins = folder.join("spins.csv");
    fs::write(&spins, "1,-1\n-1,1\n1,1\n").unwrap();
    let refused = refusal(&format!(
        "simulate train -q --data samples --hidden-units 1 --file {} --standardize",
        spins.display()
    ));
    assert!(refused.contains("--visible gaussian"), "{refused}");
}

/// A training that does not end by itself.
fn endless(flags: &str) -> Child {
    let train = "simulate train -q --data ising-ring --units 10 --beta 0.5 --samples 2000 --hidden-units 2 --epochs 100000000 --likelihood none";
    Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
        .args(format!("{train} {flags}").split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until a file is there whose name begins and ends so.
fn wait_for(folder: &Path, begin: &str, end: &str) {
    for _ in 0..600 {
        let found = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.starts_with(begin) && name.ends_with(end)
            });
        if found {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("nothing of that name in {}", folder.display());
}

#[cfg(unix)]
#[test]
fn two_trainings_do_not_write_one_machine_or_keep_one_state() {
    let folder = folder("lock");
    let (npz, kept) = (folder.join("m.npz"), folder.join("kept"));
    let short = "simulate train --data ising-ring --units 10 --beta 0.5 --samples 20 --hidden-units 2 --epochs 1";
    let mut first = endless(&format!(
        "-o {} --checkpoint {}",
        npz.display(),
        kept.display()
    ));
    wait_for(&folder, ".m.npz.", ".partial");
    wait_for(&kept, ".lock", "");
    // The lock follows the file by microseconds.
    sleep(Duration::from_millis(300));
    let taken = refusal(&format!("{short} -o {}", npz.display()));
    assert!(
        taken.contains("another run") && taken.contains("is writing it"),
        "{taken}"
    );
    let taken = refusal(&format!(
        "{short} -o {} --checkpoint {}",
        folder.join("n.npz").display(),
        kept.display()
    ));
    assert!(
        taken.contains("another training keeps its state there"),
        "{taken}"
    );
    // SIGKILL: the system takes its locks back.
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(
        run(&format!(
            "{short} -q -o {} --checkpoint {}",
            npz.display(),
            kept.display()
        ))
        .status
        .success()
    );
    let leftovers = fs::read_dir(&folder).unwrap().flatten();
    assert!(
        leftovers
            .map(|entry| entry.file_name())
            .all(|name| !name.to_string_lossy().ends_with(".partial"))
    );
}

#[cfg(unix)]
#[test]
fn a_machine_is_kept_where_only_the_head_of_a_long_log_is_read() {
    let folder = folder("head");
    let (npz, log) = (folder.join("m.npz"), folder.join("m.csv"));
    let train = "simulate train --data ising-ring --units 10 --beta 0.5 --samples 20 --hidden-units 2 --epochs 3000";
    // More than the buffers of a pipe hold: the log breaks in the middle of a row.
    let script = format!(
        "{} {train} --save {} | head -1",
        env!("CARGO_BIN_EXE_saddlepoint"),
        npz.display()
    );
    let done = Command::new("bash")
        .args(["-o", "pipefail", "-c", &script])
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("data,units"));
    let words = String::from_utf8(done.stderr).unwrap();
    assert!(
        words.lines().count() == 1 && words.contains("m.npz"),
        "{words}"
    );
    let whole = folder.join("whole.npz");
    assert!(
        run(&format!(
            "{train} -q --save {} -o {}",
            whole.display(),
            log.display()
        ))
        .status
        .success()
    );
    assert_eq!(fs::read(&npz).unwrap(), fs::read(&whole).unwrap());
}
