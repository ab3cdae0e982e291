//! `landau`, `flow modes` and `spectrum --machine` as typed: numbers, real files, refusals.

use crate::support::{assert_answers, number, refusal, rows, run};
use approx::assert_relative_eq;
use faer::Mat;
use saddlepoint::questions::landau::{Hysteresis, LandauModes, LandauProfile, LogZ, Machines};
use saddlepoint_theory::reciprocal::{Machine, Unit};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A folder of its own for one test, removed with its files.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("saddlepoint-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn csv(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
        entry: impl Fn(usize, usize) -> f64,
    ) -> String {
        let mut text = String::new();
        for i in 0..rows {
            let line: Vec<String> = (0..columns).map(|j| format!("{:?}", entry(i, j))).collect();
            writeln!(text, "{}", line.join(",")).unwrap();
        }
        self.file(name, text.as_bytes())
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// An archive as `numpy.savez` writes it.
    pub(crate) fn npz(&self, name: &str, arrays: &[(&str, &[usize], Vec<f64>)]) -> String {
        let path = self.0.join(name);
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, shape, values) in arrays {
            archive
                .start_file(
                    format!("{name}.npy"),
                    zip::write::SimpleFileOptions::default(),
                )
                .unwrap();
            archive.write_all(&npy(shape, values)).unwrap();
        }
        archive.finish().unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An array in C order, f8.
fn npy(shape: &[usize], values: &[f64]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(|n| format!("{n},")).collect();
    let mut header = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}",
        sizes.join(" ")
    );
    while !(header.len() + 11).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

/// An irregular function of the indices, between −1/2 and 1/2.
#[expect(clippy::cast_precision_loss, reason = "small indices")]
pub(crate) fn entry(i: usize, j: usize) -> f64 {
    let x = (1.0 + 12.9898 * i as f64 + 78.233 * j as f64).sin() * 43_758.545_3;
    x - x.floor() - 0.5
}

#[test]
fn a_rank_one_machine_orders_at_one_with_the_amplitude_of_its_couplings() {
    let folder = Folder::new("rank-one");
    let weights = folder.csv("W.csv", 20, 20, |_, _| 0.05);
    let table = rows(&format!("landau --machine {weights} --scale 0.5,1.5"));
    assert_eq!(table.len(), 40);
    let (below, above) = (&table[0], &table[20]);
    assert_relative_eq!(number(below, "singular_value"), 0.5, max_relative = 1e-12);
    assert_eq!(below["converges"], "true");
    assert_relative_eq!(number(below, "amplitude"), 0.0);
    assert_eq!(above["converges"], "false");
    assert_relative_eq!(
        number(above, "curvature_unstable"),
        -0.5,
        max_relative = 1e-12
    );
    assert_relative_eq!(number(above, "curvature_stable"), 2.5, max_relative = 1e-12);
    // G = 1/20 + 1/20, a² = 6 (s − 1)/(s² G).
    assert_relative_eq!(number(above, "quartic"), 0.1, max_relative = 1e-10);
    assert_relative_eq!(
        number(above, "amplitude").powi(2),
        3.0 / 0.225,
        max_relative = 1e-10
    );
    // Equal components: all 20 units take part, and there is no kurtosis about the mean.
    assert_relative_eq!(
        number(above, "participation_visible"),
        20.0,
        max_relative = 1e-10
    );
    assert_eq!(above["kurtosis_visible"], "");
    // m = tanh(1.5 m) has m = 0.8585535; a = √(1.5 · 20) m.
    let m = (0..100).fold(0.8_f64, |m, _| (1.5 * m).tanh());
    assert_relative_eq!(
        number(above, "amplitude_mean_field"),
        30.0_f64.sqrt() * m,
        max_relative = 1e-10
    );
    // The other modes are degenerate zeros.
    assert_eq!(table[1]["degeneracy"], "19");
    assert_eq!(table[1]["edge"], "");
}

#[test]
fn estimates_of_the_partition_function_close_in_on_the_exact_one() {
    let folder = Folder::new("log-z");
    let weights = folder.csv("W.csv", 14, 10, |i, j| 0.3 * entry(i, j));
    let table = rows(&format!("landau --machine {weights} --log-z"));
    let methods: Vec<&str> = table.iter().map(|row| row["method"].as_str()).collect();
    assert_eq!(
        methods,
        [
            "gaussian",
            "naive",
            "one-loop",
            "tap",
            "exact",
            "ais",
            "reverse-ais"
        ]
    );
    let values: Vec<f64> = table.iter().map(|row| number(row, "log_z")).collect();
    let error = |k: usize| (values[k] - values[4]).abs();
    assert!(values[1] < values[4], "naive mean field is a lower bound");
    assert!(
        error(0) < 0.2 * error(1) && error(3) < 0.1 * error(1),
        "{values:?}"
    );
    // Without biases the Gaussian pairs are the fluctuations about the paramagnet.
    assert_relative_eq!(values[0], values[2], max_relative = 1e-12);
    // Where the Gaussian measure does not exist its cell is empty, and a solver that fails costs the exit status only.
    let unstable = run(&format!("landau --machine {weights} --log-z --scale 20"));
    assert!(matches!(unstable.status.code(), Some(0 | 1)));
    let text = String::from_utf8(unstable.stdout).unwrap();
    assert!(text.contains(",gaussian,,,,,,"));
    assert_eq!(text.lines().count(), 8);
}

#[test]
fn annealing_finds_the_exact_partition_function_within_its_error() {
    let folder = Folder::new("ais");
    let arrays = |scale: f64| {
        let weights: Vec<f64> = (0..120).map(|k| scale * entry(k / 10, k % 10)).collect();
        let bias = |units: usize, at: usize| (0..units).map(|k| entry(at, k)).collect();
        folder.npz(
            "machine.npz",
            &[
                ("W", &[12, 10], weights),
                ("b", &[12], bias(12, 40)),
                ("c", &[10], bias(10, 41)),
            ],
        )
    };
    let file = arrays(1.5);
    let flags = "--log-z --temperatures 300 --chains 200 --seed 4";
    for kinds in [
        "--visible binary",
        "--visible spin",
        "--visible spin --hidden gaussian --scale 0.3",
    ] {
        let command = format!("landau --machine {file} {kinds} {flags}");
        let table = rows(&command);
        let again = rows(&command);
        for place in [5, 6] {
            let (exact, ais) = (&table[4], &table[place]);
            let error = number(ais, "log_z") - number(exact, "log_z");
            // Four of its own error bars, which are those of 200 chains.
            let bar = number(ais, "standard_error");
            assert!(
                error.abs() < 4.0 * bar && bar < 0.2,
                "{kinds}: {error} +- {bar}"
            );
            assert!(number(ais, "effective_chains") > 50.0);
            assert_eq!(again[place], *ais, "the seed fixes the result");
        }
    }
    let other = rows(&format!(
        "landau --machine {file} --log-z --temperatures 300 --chains 200"
    ));
    let seeded = rows(&format!("landau --machine {file} {flags}"));
    assert_ne!(other[5]["log_z"], seeded[5]["log_z"]);
    // Five temperatures for strong weights: one chain carries the mean, and the program says so.
    let strong = run(&format!(
        "landau --machine {} --log-z --temperatures 5 --chains 50",
        arrays(30.0)
    ));
    assert_eq!(strong.status.code(), Some(1));
    let words = String::from_utf8(strong.stderr).unwrap();
    assert!(
        words.contains("--temperatures") && words.contains("effective_chains"),
        "{words}"
    );
    assert!(refusal(&format!("landau --machine {file} --log-z --chains 1")).contains("--chains"));
}

#[test]
fn profiles_agree_near_the_origin_and_surfaces_on_their_axes() {
    let folder = Folder::new("profile");
    let weights = folder.csv("W.csv", 9, 7, |i, j| 0.6 * entry(i, j));
    let line = rows(&format!(
        "landau --machine {weights} --profile 0 --amplitude -0.4:0.4:9"
    ));
    assert_eq!(line.len(), 9);
    for row in &line {
        // Sixth order of a.
        assert_relative_eq!(
            number(row, "landau"),
            number(row, "mean_field"),
            epsilon = 5e-3
        );
        assert!(number(row, "exact").is_finite());
    }
    let surface = rows(&format!(
        "landau --machine {weights} --profile 0,1 --amplitude -0.4:0.4:9"
    ));
    assert_eq!(surface.len(), 81);
    for (point, row) in surface
        .iter()
        .filter(|row| number(row, "second_amplitude").abs() < 1e-12)
        .zip(&line)
    {
        assert_relative_eq!(
            number(point, "mean_field"),
            number(row, "mean_field"),
            // On the surface the conjugate of the second mode is free.
            epsilon = 1e-4
        );
        assert_relative_eq!(
            number(point, "landau"),
            number(row, "landau"),
            epsilon = 1e-12
        );
    }
    let default = rows(&format!("landau --machine {weights} --profile 2"));
    assert_eq!(default.len(), 101);
}

#[test]
fn a_field_drives_an_ordered_mode_around_a_loop() {
    let folder = Folder::new("hysteresis");
    let weights = folder.csv("W.csv", 30, 30, |_, _| 1.5 / 30.0);
    let table = rows(&format!(
        "landau --machine {weights} --hysteresis 0 --field -3:3:61"
    ));
    let middle = &table[30];
    assert!(number(middle, "rising") < -1.0 && number(middle, "falling") > 1.0);
    // Each amplitude is on a branch of its own until it jumps.
    assert_eq!(middle["rising_branch"], "0");
    assert_eq!(middle["falling_branch"], "1");
    for row in [&table[0], &table[60]] {
        assert_eq!(row["rising_branch"], row["falling_branch"]);
        assert_relative_eq!(
            number(row, "rising"),
            number(row, "falling"),
            max_relative = 1e-9
        );
    }
}

#[test]
fn questions_asked_from_rust_have_the_answers_of_the_command() {
    let folder = Folder::new("questions");
    let file = folder.csv("W.csv", 6, 5, |i, j| 2.0 * entry(i, j));
    let weights = Mat::from_fn(6, 5, |i, j| 2.0 * entry(i, j));
    let machines = Machines {
        machine: Machine::unbiased(weights, Unit::Binary, Unit::Gaussian).unwrap(),
        scale: vec![0.5, 1.0],
    };
    let flags = format!("landau --machine {file} --visible binary --hidden gaussian --scale 0.5,1");
    let modes = LandauModes {
        machines: machines.clone(),
    };
    assert_answers(&modes, &flags);
    let profile = LandauProfile {
        machines: machines.clone(),
        mode: 1,
        second_mode: None,
        amplitude: Some(vec![-0.5, 0.0, 0.5]),
    };
    assert_answers(
        &profile,
        &format!("{flags} --profile 1 --amplitude -0.5:0.5:3"),
    );
    let second_mode = Some(0);
    let surface = LandauProfile {
        second_mode,
        ..profile
    };
    assert_answers(
        &surface,
        &format!("{flags} --profile 1,0 --amplitude -0.5:0.5:3"),
    );
    let cycle = Hysteresis {
        machines: machines.clone(),
        mode: 0,
        field: vec![-1.0, 0.0, 1.0],
    };
    assert_answers(&cycle, &format!("{flags} --hysteresis 0 --field -1,0,1"));
    let log_z = LogZ {
        machines,
        chains: 20,
        temperatures: 30,
        seed: 7,
    };
    assert_answers(
        &log_z,
        &format!("{flags} --log-z --chains 20 --temperatures 30 --seed 7"),
    );
}

#[test]
fn tables_and_figures_are_written_with_their_sidecar() {
    let folder = Folder::new("figures");
    let weights = folder.csv("W.csv", 12, 8, |i, j| 0.5 * entry(i, j));
    for (name, arguments) in [
        ("modes", String::new()),
        ("profile", " --profile 0".to_owned()),
        ("surface", " --profile 0,1".to_owned()),
        ("log_z", " --log-z --scale 0.2,0.5,1".to_owned()),
        ("cycle", " --hysteresis 0 --field -1:1:11".to_owned()),
    ] {
        let table = folder.0.join(format!("{name}.csv"));
        let figure = folder.0.join(format!("{name}.svg"));
        let command = format!(
            "landau --machine {weights}{arguments} -o {} --plot {}",
            table.display(),
            figure.display()
        );
        let output = run(&command);
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(Path::new(&figure).exists() && folder.0.join(format!("{name}.meta.json")).exists());
    }
}

#[test]
fn modes_saturate_where_their_eigenvalue_says() {
    let table =
        rows("flow modes --eigenvalues 0.5,1,4 --time 0,2,200 --initial-singular-value 0.01");
    assert_eq!(table.len(), 9);
    assert_relative_eq!(
        number(&table[2], "singular_value"),
        0.01,
        max_relative = 1e-12
    );
    assert_relative_eq!(
        number(&table[8], "singular_value").powi(2),
        0.75,
        max_relative = 1e-12
    );
    assert!(number(&table[6], "singular_value") < 1e-20);
    assert!(
        refusal("flow modes --eigenvalues 2 --time 1 --initial-singular-value 1.5")
            .contains("--initial-singular-value")
    );
    assert!(refusal("flow modes --eigenvalues -2 --time 1").contains("zero or positive"));
}

#[test]
fn modes_leave_the_bulk_of_the_initial_weights_one_after_another() {
    let mut list = vec!["1".to_owned(); 97];
    list.extend(["4", "3", "2"].map(str::to_owned));
    let list = list.join(",");
    let table = rows(&format!(
        "flow modes --eigenvalues {list} --hidden-units 50 --emergence"
    ));
    let times: Vec<f64> = (0..3).map(|k| number(&table[k], "emergence")).collect();
    assert!(times[0] < times[1] && times[1] < times[2]);
    let later = rows(&format!(
        "flow modes --eigenvalues {list} --hidden-units 50 --time {}",
        times[1] * 1.01
    ));
    assert_eq!(later[1]["detached"], "true");
    assert_eq!(later[2]["detached"], "false");
    assert_relative_eq!(
        number(&later[1], "singular_value"),
        number(&table[1], "singular_value"),
        max_relative = 0.1
    );
}

#[test]
fn the_bulk_of_random_weights_has_its_edges() {
    let folder = Folder::new("bulk");
    let noise = folder.0.join("noise.npy");
    let drawn = run(&format!(
        "simulate data --data iid --law gaussian --units 200 --samples 400 --seed 3 -o {}",
        noise.display()
    ));
    assert!(drawn.status.success());
    let edges = rows(&format!("spectrum --machine {} --edges", noise.display()));
    // Unit entries: σ = 1 within its error of 1/√(2 · 80000), four of them.
    assert_relative_eq!(number(&edges[0], "weight_scale"), 1.0, epsilon = 0.01);
    assert_relative_eq!(
        number(&edges[1], "x"),
        20.0 + 200.0_f64.sqrt(),
        max_relative = 0.01
    );
    assert_eq!(edges[0]["outliers"], "0");
    let law = rows(&format!(
        "spectrum --machine {} --points 64",
        noise.display()
    ));
    for row in &law {
        // Eigenvalues are rigid: the distributions differ by a few of 200.
        assert_relative_eq!(
            number(row, "cumulative"),
            number(row, "sample_cumulative"),
            epsilon = 0.03
        );
    }
    assert!(
        refusal(&format!("spectrum --machine {} --alpha 2", noise.display())).contains("--alpha")
    );
    assert!(refusal("spectrum --alpha 2").contains("--data"));
}
