//! Machines and matrices in the files of other programs, what contradicts them, and files that unpack to more than they are worth.

use crate::landau::Folder;
use crate::support::{number, refusal, rows, run};
use approx::assert_relative_eq;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::f64::consts::TAU;
use std::io::Write as _;
use std::process::{Command, Stdio};

const VISIBLE: usize = 5;
const HIDDEN: usize = 3;

/// A small whole number as a number.
fn real(k: usize) -> f64 {
    f64::from(u32::try_from(k).unwrap())
}

/// The weights of the files in `tests/files`.
fn weight(i: usize, j: usize) -> f64 {
    (real((7 * i + 3 * j) % 11) - 5.0) / 8.0
}

fn visible_bias(i: usize) -> f64 {
    (real(i % 3) - 1.0) / 4.0
}

fn hidden_bias(j: usize) -> f64 {
    (real(j % 2) - 0.5) / 2.0
}

/// A file of `tests/files`, which `scripts/check_peers.py --fixtures` writes.
fn given(name: &str) -> String {
    format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// ln Z by a sum over all visible configurations of these two values; `hidden` is the sum over a hidden unit j in a field.
fn log_z(values: [f64; 2], scale: f64, hidden: impl Fn(usize, f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for bits in 0..1_usize << VISIBLE {
        let v: Vec<f64> = (0..VISIBLE).map(|i| values[bits >> i & 1]).collect();
        let field = |j: usize| {
            let weighted = v.iter().enumerate().map(|(i, v)| scale * weight(i, j) * v);
            scale * hidden_bias(j) + weighted.sum::<f64>()
        };
        let bias: f64 = (0..VISIBLE).map(|i| scale * visible_bias(i) * v[i]).sum();
        sum += bias.exp() * (0..HIDDEN).map(|j| hidden(j, field(j))).product::<f64>();
    }
    sum.ln()
}

fn binary(scale: f64) -> f64 {
    log_z([0.0, 1.0], scale, |_, field| 1.0 + field.exp())
}

/// The program's ln Z.
fn found(arguments: &str) -> f64 {
    let table = rows(&format!(
        "landau --log-z --chains 2 --temperatures 1 {arguments}"
    ));
    let exact = table.iter().find(|row| row["method"] == "exact").unwrap();
    number(exact, "log_z")
}

/// What was said of a machine.
fn words(arguments: &str) -> String {
    let output = run(&format!("landau {arguments}"));
    assert!(output.status.success(), "{arguments}");
    String::from_utf8(output.stderr).unwrap()
}

/// The matrix row by row, or one row per hidden unit.
fn entries(is_turned: bool) -> Vec<f64> {
    if is_turned {
        (0..HIDDEN)
            .flat_map(|j| (0..VISIBLE).map(move |i| weight(i, j)))
            .collect()
    } else {
        (0..VISIBLE)
            .flat_map(|i| (0..HIDDEN).map(move |j| weight(i, j)))
            .collect()
    }
}

fn biases() -> [Vec<f64>; 2] {
    [
        (0..VISIBLE).map(visible_bias).collect(),
        (0..HIDDEN).map(hidden_bias).collect(),
    ]
}

/// A safetensors file of single precision.
fn safetensors(tensors: &[(&str, &[usize], Vec<f64>)], metadata: &str) -> Vec<u8> {
    let (mut header, mut data) = (vec![format!("\"__metadata__\":{{{metadata}}}")], Vec::new());
    for (name, shape, values) in tensors {
        let from = data.len();
        #[expect(clippy::cast_possible_truncation, reason = "exact in single precision")]
        data.extend(values.iter().flat_map(|&x| (x as f32).to_le_bytes()));
        header.push(format!(
            "\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{from},{}]}}",
            data.len()
        ));
    }
    let header = format!("{{{}}}", header.join(","));
    let mut file = u64::try_from(header.len()).unwrap().to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

#[test]
fn one_machine_has_one_log_z_in_the_files_of_every_program() {
    let folder = Folder::new("peers");
    let [b, c] = biases();
    let sklearn = folder.npz(
        "sklearn.npz",
        &[
            ("components_", &[HIDDEN, VISIBLE], entries(true)),
            ("intercept_visible_", &[VISIBLE], b.clone()),
            ("intercept_hidden_", &[HIDDEN], c.clone()),
        ],
    );
    let kinds = "\"visible\":\"binary\",\"hidden\":\"binary\"";
    let state = |name: &str, is_turned: bool| {
        let shape = if is_turned {
            [HIDDEN, VISIBLE]
        } else {
            [VISIBLE, HIDDEN]
        };
        let tensors: [(&str, &[usize], Vec<f64>); 3] = [
            ("rbm.weight", &shape, entries(is_turned)),
            ("rbm.vbias", &[VISIBLE], b.clone()),
            ("rbm.hbias", &[HIDDEN], c.clone()),
        ];
        folder.file(name, &safetensors(&tensors, kinds))
    };
    let expected = binary(1.0);
    for (file, said) in [
        (given("rbms.h5"), "rbms, update 10 (2 saved, 2 to 10)"),
        (given("rbms.h5:update_10"), "rbms, update 10"),
        (given("julia.h5"), "RestrictedBoltzmannMachines.jl"),
        (sklearn.clone(), "scikit-learn"),
        (format!("{sklearn}:components_"), "(3 x 5) turned"),
        (state("as_is.safetensors", false), "rbm.weight"),
        (state("turned.safetensors", true), "turned from 3 x 5"),
    ] {
        assert_relative_eq!(
            found(&format!("--machine {file}")),
            expected,
            max_relative = 1e-12
        );
        let words = words(&format!("--machine {file}"));
        assert!(words.contains(said), "{words}");
        assert!(
            words.contains("5 visible binary units, 3 hidden binary units, biases "),
            "{words}"
        );
        assert_eq!(words.lines().count(), 1, "{words}");
    }
}

#[test]
fn an_update_of_a_checkpoint_is_chosen_by_its_name() {
    let file = given("rbms.h5");
    // The numbers of update 2 are twice those of update 10.
    let second = found(&format!("--machine {file}:update_2"));
    assert_relative_eq!(second, binary(2.0), max_relative = 1e-12);
    let words = refusal(&format!("landau --machine {file}:update_3"));
    assert!(
        words.contains("'update_3'; it has: update_2, update_10"),
        "{words}"
    );
}

#[test]
fn gaussian_units_of_any_curvature_become_those_of_curvature_one() {
    let file = given("julia_gaussian.h5");
    let gamma = [1.0, 4.0, 0.25_f64];
    let expected = log_z([-1.0, 1.0], 1.0, |j, field| {
        (TAU / gamma[j]).sqrt() * (field * field / (2.0 * gamma[j])).exp()
    });
    let shift = 0.5 * gamma.iter().map(|gamma| gamma.ln()).sum::<f64>();
    let found = found(&format!("--machine {file}"));
    assert_relative_eq!(found - shift, expected, max_relative = 1e-12);
    let words = words(&format!("--machine {file}"));
    assert!(
        words.contains("rescaled") && words.contains("5 visible spin units, 3 hidden gaussian"),
        "{words}"
    );
}

#[test]
fn flags_and_files_that_contradict_each_other_are_refused() {
    let folder = Folder::new("contradict");
    let [b, c] = biases();
    let whole: [(&str, &[usize], Vec<f64>); 3] = [
        ("W", &[VISIBLE, HIDDEN], entries(false)),
        ("b", &[VISIBLE], b.clone()),
        ("c", &[HIDDEN], c.clone()),
    ];
    let own = folder.npz("own.npz", &whole);
    let part = folder.npz(
        "part.npz",
        &[
            ("components_", &[HIDDEN, VISIBLE], entries(true)),
            ("intercept_hidden_", &[HIDDEN], c.clone()),
        ],
    );
    let two = folder.npz(
        "two.npz",
        &[
            ("first.W", &[VISIBLE, HIDDEN], entries(false)),
            ("second.W", &[VISIBLE, HIDDEN], entries(false)),
        ],
    );
    for (arguments, expected) in [
        (format!("{} --visible spin", given("rbms.h5")), "are binary"),
        (format!("{} --hidden spin", given("julia.h5")), "are binary"),
        (
            format!("{} --transpose", given("rbms.h5")),
            "leave --transpose out",
        ),
        (format!("{own} --transpose"), "fit the matrix as it is"),
        (given("julia_xrelu.h5"), "hidden units 'xReLU'"),
        (
            format!("{}:weights", given("julia.h5")),
            "leave ':weights' out",
        ),
        (part, "intercept_visible_=rbm.intercept_visible_"),
        (two, "several matrices of weights: first.W, second.W"),
        (format!("{own}:d"), "no array 'd'; it has: W, b, c"),
        (given("chunked.h5:labels/x"), "no data set"),
    ] {
        let words = refusal(&format!("landau --machine {arguments}"));
        assert!(words.contains(expected), "{arguments}: {words}");
    }
}

#[test]
fn the_rows_of_a_matrix_are_turned_by_its_biases_or_by_a_flag() {
    let folder = Folder::new("turned");
    let [b, c] = biases();
    let turned = folder.npz(
        "turned.npz",
        &[
            ("W", &[HIDDEN, VISIBLE], entries(true)),
            ("b", &[VISIBLE], b),
            ("c", &[HIDDEN], c),
        ],
    );
    let kinds = "--visible binary --hidden binary";
    let told = found(&format!("--machine {turned} {kinds}"));
    assert_relative_eq!(told, binary(1.0), max_relative = 1e-12);
    let alone = folder.csv("w.csv", HIDDEN, VISIBLE, |j, i| weight(i, j));
    let biases = format!(
        "--visible-bias {} --hidden-bias {}",
        folder.csv("b.csv", VISIBLE, 1, |i, _| visible_bias(i)),
        folder.csv("c.csv", HIDDEN, 1, |j, _| hidden_bias(j))
    );
    for flag in ["", "--transpose"] {
        let said = found(&format!("--machine {alone} {kinds} {biases} {flag}"));
        assert_relative_eq!(said, binary(1.0), max_relative = 1e-12);
    }
    let words = words(&format!("--machine {alone} --transpose -q"));
    assert_eq!(words, "");
}

#[test]
fn every_command_reads_machines_by_one_reader() {
    let file = given("rbms.h5");
    for command in [
        "spectrum --edges",
        "simulate gibbs --method exact --steps 100",
        "simulate langevin --modes 1 --records 10",
    ] {
        let output = run(&format!("{command} --machine {file}"));
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains("rbms, update 10"), "{command}: {words}");
    }
}

#[test]
fn the_only_matrix_of_a_file_is_taken_and_named() {
    let read = |file: &str| {
        let output = run(&format!("threshold --data samples --file {file}"));
        let words = String::from_utf8(output.stderr).unwrap();
        (String::from_utf8(output.stdout).unwrap(), words)
    };
    let [chunked, matlab] = [given("chunked.h5"), given("matlab.mat")].map(|file| read(&file));
    assert!(
        chunked.1.contains("40 samples of 6 variables"),
        "{}",
        chunked.1
    );
    assert!(chunked.1.contains("data set data/X"), "{}", chunked.1);
    assert!(matlab.1.contains("MATLAB"), "{}", matlab.1);
    assert!(!chunked.0.is_empty() && chunked.0 == matlab.0);
    let folder = Folder::new("matrix");
    // The content says that it is HDF5, whatever the name.
    let renamed = folder.file("table", &std::fs::read(given("chunked.h5")).unwrap());
    assert_eq!(read(&format!("{renamed}:data/X")).0, chunked.0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn files_that_unpack_to_more_than_the_limit_are_refused_by_its_name() {
    let folder = Folder::new("bombs");
    let line = folder.file("line.csv.gz", &gzip("1,".repeat(2_500_000).as_bytes()));
    let nul = folder.file("nul.csv.gz", &gzip(&vec![0; 1 << 20]));
    let rows = folder.file("rows.csv.gz", &gzip("0\n".repeat(9_000_000).as_bytes()));
    let header = format!(
        "{{'descr': '|i1', 'fortran_order': False, 'shape': (20000000, 1), }}{}\n",
        " ".repeat(10)
    );
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    npy.extend(header.as_bytes());
    npy.resize(npy.len() + 20_000_000, 0);
    let packed = folder.file("packed.npy.gz", &gzip(&npy));
    for (file, expected) in [
        (line, "line 1 has more than the limit of 2000000 columns"),
        (nul, "line 1, byte 1: is a NUL"),
        (rows, "limit of 8388608 values"),
        (packed, "limit of 8388608 values"),
    ] {
        let words = refusal(&format!("threshold --data samples --file {file}"));
        assert!(words.contains(expected), "{words}");
    }
}

#[test]
fn what_is_shown_of_a_file_is_cut_and_escaped() {
    let folder = Folder::new("shown");
    let long = format!("{},{}\n1,2\n3,4\n5,7\n", "x".repeat(100_000), "y\u{1b}[31m");
    let file = folder.file("long.csv", long.as_bytes());
    let words = refusal(&format!(
        "threshold --data samples --file {file} --columns z,y"
    ));
    assert!(
        words.len() < 400 && words.contains("y\\u{1b}[31m"),
        "{words}"
    );
}

#[test]
#[cfg(unix)]
fn names_of_files_are_whatever_the_system_allows() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("names");
    let [b, c] = biases();
    let whole: [(&str, &[usize], Vec<f64>); 3] = [
        ("W", &[VISIBLE, HIDDEN], entries(false)),
        ("b", &[VISIBLE], b),
        ("c", &[HIDDEN], c),
    ];
    let capital = folder.npz("W.NPZ", &whole);
    let kinds = "--visible binary --hidden binary";
    let whole = found(&format!("--machine {capital} {kinds}"));
    assert_relative_eq!(whole, binary(1.0), max_relative = 1e-12);
    assert!(found(&format!("--machine {capital}:W {kinds}")).is_finite());
    let odd = folder.0.join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir_all(&odd).unwrap();
    std::fs::copy(&capital, odd.join("w.npz")).unwrap();
    let long = odd.join("a".repeat(236) + ".csv");
    for member in ["", ":W"] {
        let mut name = odd.join("w.npz").into_os_string();
        name.push(member);
        let output = Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
            .stdin(Stdio::null())
            .args(["landau", "--machine"])
            .arg(name)
            .arg("-o")
            .arg(&long)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}");
        assert!(long.exists());
    }
}
