//! Files of weights as people have them: archives of `NumPy`, degenerate matrices, and what is refused.

use crate::landau::{Folder, entry};
use crate::support::{number, refusal, rows, run};
use approx::assert_relative_eq;
use std::fs::File;
use std::io::Write as _;

#[test]
fn archives_of_numpy_go_in_as_they_are() {
    let folder = Folder::new("npz");
    let weights: Vec<f64> = (0..5)
        .flat_map(|i| (0..3).map(move |j| entry(i, j)))
        .collect();
    let b = vec![0.1, -0.2, 0.3, 0.0, 0.5];
    let c = vec![-0.4, 0.2, 0.1];
    let all = folder.npz(
        "all.npz",
        &[
            ("W", &[5, 3], weights.clone()),
            ("b", &[5], b.clone()),
            ("c", &[3], c.clone()),
        ],
    );
    let only = folder.npz("only.npz", &[("W", &[5, 3], weights.clone())]);
    let visible = folder.csv("b.csv", 5, 1, |i, _| b[i]);
    let hidden = folder.csv("c.csv", 1, 3, |_, j| c[j]);
    let exact = |arguments: &str| {
        let table = rows(&format!("landau --log-z --visible binary {arguments}"));
        number(
            table.iter().find(|row| row["method"] == "exact").unwrap(),
            "log_z",
        )
    };
    let mut plain = 0.0;
    for v in 0..32_usize {
        for h in 0..8_usize {
            let mut exponent = 0.0;
            for i in (0..5).filter(|i| v >> i & 1 == 1) {
                exponent += b[i]
                    + (0..3)
                        .filter(|j| h >> j & 1 == 1)
                        .map(|j| weights[3 * i + j])
                        .sum::<f64>();
            }
            exponent += (0..3)
                .filter(|j| h >> j & 1 == 1)
                .map(|j| c[j])
                .sum::<f64>();
            plain += f64::exp(exponent);
        }
    }
    let together = exact(&format!("--machine {all}"));
    assert_relative_eq!(together, plain.ln(), max_relative = 1e-12);
    let apart = exact(&format!(
        "--machine {only} --visible-bias {visible} --hidden-bias {hidden}"
    ));
    assert_relative_eq!(together, apart, max_relative = 1e-14);
    let without = exact(&format!("--machine {only}"));
    let named = exact(&format!("--machine {all}:W"));
    assert_relative_eq!(without, named, max_relative = 1e-14);
    assert!((without - together).abs() > 0.1);
}

#[test]
fn files_that_are_no_machine_are_refused_with_a_remedy() {
    let folder = Folder::new("refused");
    let weights: Vec<f64> = (0..15).map(|k| entry(k, 0)).collect();
    let wrong = folder.npz(
        "wrong.npz",
        &[("W", &[3, 5], weights.clone()), ("b", &[4], vec![0.0; 4])],
    );
    let words = refusal(&format!("landau --machine {wrong}"));
    assert!(
        words.contains("4 entries") && words.contains("3 rows"),
        "{words}"
    );
    let unnamed = folder.npz(
        "unnamed.npz",
        &[
            ("weights", &[3, 5], weights.clone()),
            ("bias", &[3], vec![0.0; 3]),
        ],
    );
    assert!(refusal(&format!("landau --machine {unnamed}")).contains("numpy.savez"));
    let hole = folder.npz("hole.npz", &[("W", &[1, 2], vec![1.0, f64::NAN])]);
    assert!(refusal(&format!("landau --machine {hole}")).contains("NaN at [0, 1]"));
    let empty = folder.npz("empty.npz", &[("W", &[0, 3], vec![])]);
    assert!(refusal(&format!("landau --machine {empty}")).contains("empty"));
    assert!(refusal("landau --machine missing.npz").contains("missing.npz"));
    let fine = folder.csv("fine.csv", 3, 3, entry);
    assert!(refusal(&format!("landau -q --machine {fine} --profile 3")).contains("3 modes"));
    assert!(refusal(&format!("landau -q --machine {fine} --profile 1,1")).contains("--profile"));
    assert!(
        refusal(&format!(
            "landau -q --machine {fine} --hysteresis 0 --field 1,0"
        ))
        .contains("ascend")
    );
    let left = folder.0.join("out.csv");
    refusal(&format!("landau --machine {wrong} -o {}", left.display()));
    assert!(!left.exists());
}

#[test]
fn arrays_that_are_no_matrix_are_refused_by_every_command_that_reads_weights() {
    let folder = Folder::new("no-matrix");
    let weights: Vec<f64> = (0..15).map(|k| entry(k, 0)).collect();
    let hole = folder.npz("hole.npz", &[("W", &[1, 2], vec![1.0, f64::NAN])]);
    let empty = folder.npz("empty.npz", &[("W", &[0, 3], vec![])]);
    let unnamed = folder.npz(
        "unnamed.npz",
        &[
            ("weights", &[3, 5], weights.clone()),
            ("bias", &[3], vec![0.0; 3]),
        ],
    );
    let cube = folder.npz("cube.npz", &[("W", &[1, 3, 5], weights)]);
    for command in ["landau --machine", "spectrum --machine"] {
        let words = refusal(&format!("{command} {cube}"));
        assert!(
            words.contains("3 dimensions") && words.contains("cube.npz"),
            "{words}"
        );
    }
    let square = folder.npz(
        "square.npz",
        &[("W", &[3, 5], vec![0.1; 15]), ("b", &[3, 5], vec![0.0; 15])],
    );
    assert!(refusal(&format!("landau --machine {square}")).contains("one column or row"));
    let single = folder.npz("single.npz", &[("W", &[], vec![1.0])]);
    assert!(refusal(&format!("landau --machine {single}")).contains("single number"));
    for (file, words) in [(&hole, "NaN at [0, 1]"), (&empty, "empty"), (&unnamed, "W")] {
        assert!(refusal(&format!("spectrum --machine {file}")).contains(words));
    }
}

#[test]
#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is what is tested"
)]
fn compressed_single_precision_archives_are_read_like_any_other() {
    let folder = Folder::new("torch");
    let weights: Vec<f64> = (0..15).map(|k| f64::from(entry(k, 1) as f32)).collect();
    let plain = folder.npz("plain.npz", &[("W", &[5, 3], weights.clone())]);
    // numpy.savez_compressed of float32 in Fortran order, and a bias of the shape (1, 5).
    let path = folder.0.join("torch.npz");
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    let deflated = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, fortran, shape, values) in [
        ("W.npy", "True", "(5, 3)", columns_first(&weights, 5, 3)),
        ("b.npy", "False", "(1, 5)", vec![0.0; 5]),
    ] {
        archive.start_file(name, deflated).unwrap();
        let mut header =
            format!("{{'descr': '<f4', 'fortran_order': {fortran}, 'shape': {shape}, }}");
        while !(header.len() + 11).is_multiple_of(64) {
            header.push(' ');
        }
        header.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(values.iter().flat_map(|&x| (x as f32).to_le_bytes()));
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap();
    let table = |file: &str| rows(&format!("landau --machine {file}"));
    assert_eq!(table(&plain), table(path.to_str().unwrap()));
}

/// The entries of a matrix given row by row, column by column.
fn columns_first(values: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let at = |k: usize| values[(k % rows) * columns + k / rows];
    (0..rows * columns).map(at).collect()
}

#[test]
fn repeated_and_vanishing_singular_values_are_told_as_such() {
    let folder = Folder::new("repeated");
    let identity = |i: usize, j: usize| if i == j { 0.5 } else { 0.0 };
    let repeated = folder.csv("repeated.csv", 4, 4, identity);
    let table = rows(&format!("landau --machine {repeated}"));
    for row in &table {
        assert_eq!(row["degeneracy"], "4");
        // Any basis will do: 3/(4 · 6) Σ_i 1 on average over directions.
        assert_relative_eq!(
            number(row, "participation_visible"),
            2.0,
            max_relative = 1e-12
        );
    }
    let zero = folder.csv("zero.csv", 3, 5, |_, _| 0.0);
    let table = rows(&format!("landau --machine {zero} --visible binary"));
    assert_eq!(table.len(), 3);
    for row in &table {
        assert_relative_eq!(number(row, "singular_value"), 0.0);
        assert_eq!(
            (row["edge"].as_str(), row["converges"].as_str()),
            ("", "true")
        );
    }
    let log_z = rows(&format!("landau --machine {zero} --visible binary --log-z"));
    for row in &log_z {
        let exact = 8.0 * std::f64::consts::LN_2;
        assert_relative_eq!(number(row, "log_z"), exact, max_relative = 1e-12);
    }
    let words = refusal(&format!("spectrum --machine {zero}"));
    assert!(
        words.contains("zero.csv") && words.contains("no bulk"),
        "{words}"
    );
    let one = folder.csv("one.csv", 1, 1, |_, _| 0.5);
    let single = run(&format!("spectrum --machine {one} --edges"));
    assert!(matches!(single.status.code(), Some(0 | 2)));
}

#[test]
fn the_smallest_machine_is_one_weight() {
    let folder = Folder::new("one");
    for weight in [0.0, 0.5, 2.0] {
        let file = folder.csv("one.csv", 1, 1, |_, _| weight);
        let table = rows(&format!("landau --machine {file}"));
        assert_relative_eq!(number(&table[0], "singular_value"), weight);
        let log_z = rows(&format!("landau --machine {file} --log-z"));
        let exact = (4.0 * f64::cosh(weight)).ln();
        assert_relative_eq!(number(&log_z[4], "log_z"), exact, max_relative = 1e-14);
    }
}

#[test]
fn units_without_weights_are_left_out_of_the_bulk() {
    let folder = Folder::new("dead");
    let entry = |i: usize, j: usize| {
        // Numbers without order, of unit variance or so.
        let [a, b] = [i, j].map(|k| f64::from(u32::try_from(k).unwrap()));
        let x = (12.9898 * a + 78.233 * b).sin() * 43_758.545_3;
        if j < 60 {
            0.0346 * (x - x.floor() - 0.5)
        } else {
            0.0
        }
    };
    let file = folder.csv("dead.csv", 300, 100, entry);
    let table = rows(&format!("spectrum --machine {file} --points 16"));
    assert_eq!(
        (
            table[0]["dead_units"].as_str(),
            table[0]["outliers"].as_str()
        ),
        ("40", "0")
    );
    // Uniform weights of width 0.0346 have the standard deviation 0.01.
    assert!((number(&table[0], "weight_scale") - 0.01).abs() < 2e-4);
}
