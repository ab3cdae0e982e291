//! Tables that are read by blocks.

use super::data_matrix::Normal;
use super::landau::Folder;
use super::support::{Row, number, refusal, rows, run};

/// Samples: more than two stretches of 4096 that are summed by themselves.
pub(crate) const SAMPLES: usize = 9000;

/// A memory in which no table here fits, but each covariance does.
pub(crate) const LITTLE: &str = "--memory 90k";

/// An array as `numpy.save` writes it.
fn npy(
    descr: &str,
    fortran: bool,
    shape: [usize; 2],
    numbers: impl Iterator<Item = Vec<u8>>,
) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!(
        "{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({}, {}), }}",
        shape[0], shape[1]
    );
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(numbers.flatten());
    bytes
}

/// Noise of unit variance around 3 with one direction of variance 2, row by row.
pub(crate) fn planted(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
    let mut normal = Normal::new(seed);
    let mut values = Vec::with_capacity(rows * columns);
    for _ in 0..rows {
        let common = normal.next();
        for j in 0..columns {
            let noise = normal.next();
            let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
            let weight = sign / f64::from(u32::try_from(columns).unwrap()).sqrt();
            values.push(3.0 + noise + weight * common);
        }
    }
    values
}

pub(crate) fn doubles(folder: &Folder, name: &str, values: &[f64], columns: usize) -> String {
    let numbers = values.iter().map(|x| x.to_le_bytes().to_vec());
    let bytes = npy("<f8", false, [values.len() / columns, columns], numbers);
    folder.file(name, &bytes)
}

/// Columns that the eigenvalues alone determine, others than those of the fitted bulk.
const DIRECT: [&str; 6] = [
    "alpha",
    "sample_eigenvalue",
    "eigenvalue",
    "eigenvalue_error",
    "overlap_squared",
    "log_likelihood",
];

/// Asserts that two tables say the same. Eigenvalues are sums of up to 9000 terms in another order. The fit of the bulk chooses between numbers of
/// population eigenvalues: where two are nearly as good, rounding decides, and the edge moves by some 1e-4 of itself, a p-value within the bulk by a tenth,
/// as for the same samples in memory in another order.
fn assert_alike(first: &[Row], second: &[Row]) {
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(second) {
        for (column, cell) in a.iter().filter(|(column, _)| *column != "reason") {
            let other = &b[column];
            let is_direct = DIRECT.contains(&column.as_str());
            match (cell.parse::<f64>(), other.parse::<f64>()) {
                (Ok(x), Ok(y)) => {
                    let error = if is_direct {
                        1e-11 * x.abs()
                    } else {
                        0.2 * x.abs().max(1.0)
                    };
                    assert!((x - y).abs() <= error, "{column}: {x} {y}");
                }
                _ => assert_eq!(cell, other, "{column}"),
            }
        }
    }
}

/// The lines of a table on stdout; reasons hold commas.
fn lines(arguments: &str) -> Vec<String> {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The table in memory and by blocks.
fn both(file: &str, flags: &str) -> [Vec<Row>; 2] {
    let ask = |memory: &str| {
        rows(&format!(
            "threshold --data samples --file {file} -q {flags} {memory}"
        ))
    };
    let read = run(&format!(
        "threshold --data samples --file {file} {flags} {LITTLE}"
    ));
    let words = String::from_utf8(read.stderr).unwrap();
    assert!(words.contains("read by blocks"), "{words}");
    [ask(""), ask(LITTLE)]
}

#[test]
fn blocks_answer_as_the_whole_table() {
    let folder = Folder::new("blocks-types");
    let columns = 20;
    let values = planted(SAMPLES, columns, 1);
    let shape = [SAMPLES, columns];
    // Whole numbers around 30, and 20 when they have no sign.
    let whole = |x: f64, shift: f64| (10.0 * x + shift).clamp(0.0, 127.0);
    #[expect(clippy::cast_possible_truncation, reason = "as the types ask")]
    #[expect(clippy::cast_sign_loss, reason = "clamped")]
    let files = [
        npy(
            "<f8",
            false,
            shape,
            values.iter().map(|x| x.to_le_bytes().to_vec()),
        ),
        npy(
            "<f4",
            false,
            shape,
            values.iter().map(|x| (*x as f32).to_le_bytes().to_vec()),
        ),
        npy(
            ">f4",
            false,
            shape,
            values.iter().map(|x| (*x as f32).to_be_bytes().to_vec()),
        ),
        npy(
            "|i1",
            false,
            shape,
            values.iter().map(|x| vec![whole(*x, 0.0) as u8]),
        ),
        npy(
            "|u1",
            false,
            shape,
            values.iter().map(|x| vec![whole(*x, 20.0) as u8]),
        ),
        npy(
            "<f8",
            true,
            shape,
            (0..columns).flat_map(|j| {
                let column = values.iter().skip(j).step_by(columns);
                column.map(|x| x.to_le_bytes().to_vec())
            }),
        ),
    ];
    for (index, bytes) in files.iter().enumerate() {
        let file = folder.file("table.npy", bytes);
        let flags =
            ["", "--standardize", "--columns 3:19"][index % 3].to_owned() + " --null theory";
        let [whole, blocks] = both(&file, &flags);
        assert_eq!(whole[0]["detached"], "true", "{index}");
        assert_alike(&whole, &blocks);
    }
}

#[test]
fn few_samples_of_many_variables_are_read_by_columns() {
    let folder = Folder::new("blocks-wide");
    let (samples, columns) = (40, 3000);
    let values = planted(samples, columns, 2);
    let values: Vec<f64> = (values.iter().enumerate())
        // A constant column, and a strong direction.
        .map(|(k, x)| {
            if k % columns == 7 {
                4.0
            } else if k / columns % 2 == 0 {
                0.3 + x
            } else {
                *x
            }
        })
        .collect();
    let file = doubles(&folder, "wide.npy", &values, columns);
    for flags in ["", "--standardize"] {
        let [whole, blocks] = both(&file, flags);
        assert_alike(&whole, &blocks);
        let said = lines(&format!(
            "threshold --data samples --file {file} -q {flags} {LITTLE}"
        ));
        assert!(said[said.len() - 1].contains("1 constant columns left out"));
        // Each column a sample.
        let turned: Vec<f64> = (0..columns)
            .flat_map(|j| values.iter().skip(j).step_by(columns).copied())
            .collect();
        let turned = doubles(&folder, "turned.npy", &turned, samples);
        let by_columns = rows(&format!(
            "threshold --data samples --file {turned} -q --transpose {flags} {LITTLE}"
        ));
        assert_alike(&by_columns, &blocks);
    }
}

#[test]
fn data_sets_of_hdf5_are_read_by_blocks() {
    for file in ["tests/files/chunked.h5", "tests/files/matlab.mat"] {
        let ask = |memory: &str| {
            rows(&format!(
                "threshold --data samples --file {file} -q --null theory {memory}"
            ))
        };
        assert_alike(&ask(""), &ask("--memory 4k"));
    }
}

#[test]
fn a_bad_table_is_refused_with_its_place() {
    let folder = Folder::new("bad-tables");
    let columns = 12;
    let mut values = planted(SAMPLES, columns, 5);
    let ask = |file: &str, flags: &str| {
        refusal(&format!(
            "threshold --data samples --file {file} -q {LITTLE} {flags}"
        ))
    };
    values[8999 * columns + 5] = f64::NAN;
    let file = doubles(&folder, "nan.npy", &values, columns);
    for flags in ["", "--null columns", "--columns 2,5,9"] {
        let said = ask(&file, flags);
        assert!(
            said.contains("nan.npy") && said.contains("NaN at [8999, 5]"),
            "{said}"
        );
    }
    // A column that is not asked for does no harm.
    let without = rows(&format!(
        "threshold --data samples --file {file} -q {LITTLE} --columns 0:5"
    ));
    assert_eq!(without[0]["units"], "5");
    values[8999 * columns + 5] = 0.0;
    let mut bytes = std::fs::read(doubles(&folder, "long.npy", &values, columns)).unwrap();
    bytes.push(0);
    let said = ask(&folder.file("long.npy", &bytes), "");
    assert!(said.contains("goes on after"), "{said}");
    bytes.truncate(bytes.len() - 2);
    let said = ask(&folder.file("short.npy", &bytes), "");
    assert!(
        said.contains("ends after 863999 of the 864000 bytes"),
        "{said}"
    );
    let constant = doubles(
        &folder,
        "constant.npy",
        &vec![1.5; SAMPLES * columns],
        columns,
    );
    assert!(ask(&constant, "").contains("0 of 12 columns vary"));
    assert!(ask(&constant, "--null columns").contains("0 of 12 columns vary"));
    let said = ask(&file, "--columns 0:99");
    assert!(said.contains("--columns 0:99"), "{said}");
    let short = std::fs::read("tests/files/chunked.h5").unwrap();
    let file = folder.file("short.h5", &short[..short.len() - 700]);
    assert!(
        refusal(&format!(
            "threshold --data samples --file {file} --memory 4k"
        ))
        .contains("short.h5")
    );
}

#[test]
fn independent_columns_are_what_shuffling_leads_to() {
    let folder = Folder::new("columns");
    let (samples, columns) = (1500, 60);
    let mut normal = Normal::new(6);
    let common: Vec<f64> = (0..samples).map(|_| normal.next()).collect();
    // Standard deviations from 1 to 3; the second table has a direction besides.
    for weight in [0.0, 0.5] {
        let values: Vec<f64> = (0..samples * columns)
            .map(|k| {
                let x = normal.next();
                let scale = 1.0 + 2.0 * f64::from(u32::try_from(k % columns).unwrap()) / 59.0;
                x * scale + weight * common[k / columns]
            })
            .collect();
        let file = doubles(&folder, "unequal.npy", &values, columns);
        let ask = |null: &str| {
            rows(&format!(
                "threshold --data samples --file {file} -q --null {null}"
            ))
        };
        let (shuffled, law) = (ask("permutation --permutations 400"), ask("columns"));
        let found = usize::from(weight > 0.0);
        assert_eq!((shuffled.len(), law.len()), (found + 1, found + 1));
        let [p, q] = [&shuffled, &law].map(|rows| number(&rows[found], "p_value"));
        // A rank among as few as are drawn has an error of 0.03 to 0.1; the law of infinite size as much.
        assert!((p - q).abs() < 0.25, "{p} {q}");
        assert_eq!(law[found]["null"], "columns");
        if found == 1 {
            // The population eigenvalue and the overlap by the law and by the spectrum itself.
            let [a, b] = [&shuffled, &law].map(|rows| number(&rows[0], "eigenvalue"));
            assert!(
                (a - b).abs() < number(&law[0], "eigenvalue_error"),
                "{a} {b}"
            );
            let [a, b] = [&shuffled, &law].map(|rows| number(&rows[0], "overlap_squared"));
            assert!((a - b).abs() < 0.05, "{a} {b}");
        }
    }
}

#[test]
fn what_fits_nowhere_is_approached_by_passes() {
    let folder = Folder::new("passes");
    let columns = 150;
    let file = doubles(&folder, "table.npy", &planted(2000, columns, 7), columns);
    let ask = |flags: &str| {
        rows(&format!(
            "threshold --data samples --file {file} -q {flags}"
        ))
    };
    let whole = ask("--null columns");
    let passes = ask("--memory 500k");
    assert_eq!(passes.len(), whole.len());
    assert_eq!(passes[0]["null"], "columns");
    let [a, b] = [&whole, &passes].map(|rows| number(&rows[0], "sample_eigenvalue"));
    // A hundredth of its standard error.
    assert!(
        (a - b).abs() < 0.01 * number(&whole[0], "eigenvalue_error"),
        "{a} {b}"
    );
    let said = lines(&format!(
        "threshold --data samples --file {file} -q --memory 500k"
    ));
    for words in ["larger than the memory", "passes", "scales of the edge"] {
        assert!(said[2].contains(words), "{said:?}");
    }
    let typed =
        format!("threshold --data samples --file {file} -q --memory 500k --null columns --threads");
    assert_eq!(lines(&format!("{typed} 1")), lines(&format!("{typed} 3")));
    for (flags, words) in [
        ("--memory 500k --null theory", "raise --memory"),
        ("--memory 500k --modes all", "--modes 150"),
        ("--memory 90k", "leave no room"),
    ] {
        let said = refusal(&format!(
            "threshold --data samples --file {file} -q {flags}"
        ));
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn unequal_columns_in_blocks_are_judged_by_their_law() {
    let folder = Folder::new("unequal-blocks");
    let columns = 10;
    let values = planted(SAMPLES, columns, 8);
    let values: Vec<f64> = (values.iter().enumerate())
        .map(|(k, x)| (x - 3.0) * f64::from(u32::try_from(1 + k % columns).unwrap()))
        .collect();
    let file = doubles(&folder, "unequal.npy", &values, columns);
    let found = rows(&format!(
        "threshold --data samples --file {file} -q {LITTLE}"
    ));
    assert_eq!(found[0]["null"], "columns");
    let said = lines(&format!(
        "threshold --data samples --file {file} -q {LITTLE}"
    ));
    for words in ["could not be shuffled", "--standardize"] {
        assert!(said[said.len() - 1].contains(words), "{said:?}");
    }
    let shuffled = rows(&format!("threshold --data samples --file {file} -q"));
    assert_eq!(found.len(), shuffled.len());
}

#[test]
fn scores_of_blocks_are_those_of_memory() {
    let folder = Folder::new("score-blocks");
    let machine = folder.0.join("machine.npz").to_str().unwrap().to_owned();
    let data = folder.0.join("data.npy").to_str().unwrap().to_owned();
    for typed in [
        format!("simulate data --data ising-ring --units 8 --beta 0.6 --samples 3000 -o {data}"),
        format!(
            "simulate train --data samples --file {data} --hidden-units 2 --epochs 2 -o {machine}"
        ),
    ] {
        let output = run(&typed);
        assert!(output.status.success(), "{output:?}");
    }
    let ask = |flags: &str| {
        rows(&format!(
            "score --machine {machine} --file {data} -q {flags}"
        ))
    };
    let (whole, blocks) = (ask(""), ask("--memory 100k"));
    assert_alike(&whole, &blocks);
    let means = folder.0.join("means.npy");
    let said = refusal(&format!(
        "score --machine {machine} --file {data} -q --memory 100k --hidden-means {}",
        means.display()
    ));
    assert!(said.contains("--memory") && !means.exists(), "{said}");
    // Whatever is no spin is named by its number in the file.
    let mut bytes = std::fs::read(&data).unwrap();
    let at = bytes.len() - 3;
    bytes[at] = 5;
    let odd = folder.file("odd.npy", &bytes);
    let said = refusal(&format!(
        "score --machine {machine} --file {odd} -q --memory 100k"
    ));
    assert!(said.contains("sample 2999 has 5.0 in column 5"), "{said}");
}

#[test]
fn flags_of_large_data_are_refused_elsewhere() {
    for arguments in [
        "threshold --data iid --units 5 --memory 1G",
        "threshold --data iid --units 5 --save-sums a.npz",
        "threshold --data iid --units 5 --sums a.npz",
        "threshold --data samples --file tests/files/chunked.h5 --memory 0",
        "threshold --data samples --file tests/files/chunked.h5 --memory many",
        "threshold --data samples --file tests/files/chunked.h5 --shard 1/2",
        "threshold --data samples --file tests/files/chunked.h5 --sums a.npz",
        "threshold --data samples --file a.csv --save-sums a.npz",
    ] {
        refusal(arguments);
    }
}
