//! Good files in every format, and bad files of every kind.

use super::archive::Archive;
use super::limit::Limit;
use super::npz::Npz;
use super::raw::Raw;
use super::source::Source;
use super::{TextFormat, idx, members, npy, read, text};
use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

/// A file in a folder of its own, removed at the end.
pub(super) struct TemporaryFile(pub(super) PathBuf);

impl TemporaryFile {
    pub(super) fn new(test: &str, name: &str, bytes: &[u8]) -> Self {
        let folder =
            std::env::temp_dir().join(format!("saddlepoint-{}-{test}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

pub(super) fn source(bytes: &[u8]) -> Source {
    Source::new(Cursor::new(bytes.to_vec()), None)
}

pub(super) fn read_text(source: Source) -> Result<Raw> {
    text::read(source, TextFormat::default())
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn npy_file(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

pub(super) fn npz_file(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in arrays {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(array).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn npz(bytes: &[u8]) -> Result<Npz<Cursor<&[u8]>>> {
    Npz::new(Cursor::new(bytes), Limit::PLAIN)
}

pub(super) fn idx_file(code: u8, shape: &[u32], data: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, code, u8::try_from(shape.len()).unwrap()];
    file.extend(shape.iter().flat_map(|n| n.to_be_bytes()));
    file.extend(data);
    file
}

fn values(raw: Result<Raw>) -> Vec<Vec<f64>> {
    let raw = raw.unwrap();
    raw.values
        .chunks(raw.columns)
        .map(<[f64]>::to_vec)
        .collect()
}

fn bits(rows: &[Vec<f64>]) -> Vec<Vec<u64>> {
    rows.iter()
        .map(|row| row.iter().map(|x| x.to_bits()).collect())
        .collect()
}

fn assert_rows(raw: Result<Raw>, expected: &[&[f64]]) {
    let expected: Vec<Vec<f64>> = expected.iter().map(|row| row.to_vec()).collect();
    assert_eq!(bits(&values(raw)), bits(&expected));
}

fn message(raw: Result<Raw>) -> String {
    let text = format!(
        "{:#}",
        raw.and_then(|raw| raw.into_matrix(None)).unwrap_err()
    );
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn csv_has_names_or_not() {
    assert_rows(
        read_text(source(b"1,2\n3, 4.5\r\n\n")),
        &[&[1.0, 2.0], &[3.0, 4.5]],
    );
    let named = read_text(source(b"\xef\xbb\xbfa,\"b, c\"\n1,-2e3\n")).unwrap();
    assert_eq!(named.names.as_deref().unwrap(), ["a", "b, c"]);
    assert_rows(Ok(named), &[&[1.0, -2e3]]);
}

#[test]
fn every_dtype_is_read_in_both_byte_orders() {
    let floats = [1.5f32, -2.0].map(f32::to_le_bytes).concat();
    assert_rows(
        npy::read(
            &npy_file("'<f4'", false, "(1, 2)", &floats)[..],
            Limit::PLAIN,
        ),
        &[&[1.5, -2.0]],
    );
    let floats = [1.5f64, -2.0].map(f64::to_be_bytes).concat();
    assert_rows(
        npy::read(
            &npy_file("'>f8'", false, "(1, 2)", &floats)[..],
            Limit::PLAIN,
        ),
        &[&[1.5, -2.0]],
    );
    for (descr, data) in [
        ("'|i1'", vec![255, 2]),
        ("'<i2'", [-1i16, 2].map(i16::to_le_bytes).concat()),
        ("'>i2'", [-1i16, 2].map(i16::to_be_bytes).concat()),
        ("'<i4'", [-1i32, 2].map(i32::to_le_bytes).concat()),
        ("\">i4\"", [-1i32, 2].map(i32::to_be_bytes).concat()),
        ("'<i8'", [-1i64, 2].map(i64::to_le_bytes).concat()),
    ] {
        assert_rows(
            npy::read(&npy_file(descr, false, "(1, 2)", &data)[..], Limit::PLAIN),
            &[&[-1.0, 2.0]],
        );
    }
    assert_rows(
        npy::read(
            &npy_file("'|u1'", false, "(2,)", &[255, 0])[..],
            Limit::PLAIN,
        ),
        &[&[255.0], &[0.0]],
    );
    assert_rows(
        npy::read(
            &npy_file("'|b1'", false, "(1, 2)", &[1, 0])[..],
            Limit::PLAIN,
        ),
        &[&[1.0, 0.0]],
    );
}

#[test]
fn fortran_order_and_more_dimensions_are_rearranged() {
    let data: Vec<u8> = (0..6).collect();
    let rows: [&[f64]; 2] = [&[0.0, 2.0, 4.0], &[1.0, 3.0, 5.0]];
    assert_rows(
        npy::read(&npy_file("'|u1'", true, "(2, 3)", &data)[..], Limit::PLAIN),
        &rows,
    );
    // numpy: asfortranarray(arange(12).reshape(2, 2, 3)) holds 0 6 3 9 1 7 4 10 2 8 5 11
    let data = [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11];
    let rows: [&[f64]; 2] = [
        &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        &[6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    ];
    assert_rows(
        npy::read(
            &npy_file("'|u1'", true, "(2, 2, 3)", &data)[..],
            Limit::PLAIN,
        ),
        &rows,
    );
}

#[test]
fn idx_images_are_rows() {
    let images = idx_file(0x08, &[2, 2, 2], &[1, 2, 3, 4, 5, 6, 7, 255]);
    assert_rows(
        idx::read(&images[..], Limit::PLAIN),
        &[&[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0, 255.0]],
    );
    for (code, number, expected) in [
        (0x09, vec![0x80], -128.0),
        (0x0b, (-300i16).to_be_bytes().to_vec(), -300.0),
        (0x0c, (-70_000i32).to_be_bytes().to_vec(), -70_000.0),
        (0x0d, 1.5f32.to_be_bytes().to_vec(), 1.5),
        (0x0e, (-0.1f64).to_be_bytes().to_vec(), -0.1),
    ] {
        let file = idx_file(code, &[1], &number);
        assert_rows(idx::read(&file[..], Limit::PLAIN), &[&[expected]]);
    }
}

#[test]
fn files_are_told_apart_by_name_and_unpacked() {
    let npy = npy_file("'|u1'", false, "(1, 2)", &[7, 8]);
    let idx = idx_file(0x08, &[1, 2], &[7, 8]);
    for (name, bytes) in [
        ("a.csv", b"7,8".to_vec()),
        ("a.CSV.gz", gzip(b"7,8")),
        ("a.npy", npy.clone()),
        ("a.npy.gz", gzip(&npy)),
        ("a.npz", npz_file(&[("only.npy", npy.clone())])),
        ("train-images-idx3-ubyte", idx.clone()),
        ("train-images.idx3-ubyte.gz", gzip(&idx)),
    ] {
        let file = TemporaryFile::new("formats", name, &bytes);
        let matrix = read(&file.0, None).unwrap();
        assert_eq!((matrix.nrows(), matrix.ncols()), (1, 2), "{name}");
        assert_eq!(matrix[(0, 1)].to_bits(), 8f64.to_bits(), "{name}");
        assert_eq!(read(&file.0, Some(":-1")).unwrap().ncols(), 1);
    }
}

#[test]
fn members_of_an_npz_are_named() {
    let array = npy_file("'|u1'", false, "(1,)", &[7]);
    let bytes = npz_file(&[("W.npy", array.clone()), ("b.npy", array)]);
    let file = TemporaryFile::new("npz", "rbm.npz", &bytes);
    let member = |name: &str| read(&PathBuf::from(format!("{}{name}", file.0.display())), None);
    assert!(member(":W").is_ok());
    let names = ["W", "b"].map(str::to_owned).to_vec();
    assert_eq!(members(&file.0).unwrap(), Some(names));
    assert_eq!(members(&file.0.with_extension("npy")).unwrap(), None);
    assert!(format!("{:#}", member("").unwrap_err()).contains("one of: W, b"));
    assert!(format!("{:#}", member(":c").unwrap_err()).contains("no array 'c'; it has: W, b"));
}

#[test]
fn a_text_of_an_npz_is_told_from_numbers() {
    let letters = |text: &str, big_endian: bool| -> Vec<u8> {
        let bytes = |c| {
            if big_endian {
                u32::from(c).to_be_bytes()
            } else {
                u32::from(c).to_le_bytes()
            }
        };
        text.chars().flat_map(bytes).collect()
    };
    let word = |descr: &str, shape: &str, data: &[u8]| {
        let array = npy_file(descr, false, shape, data);
        npz(&npz_file(&[("hidden.npy", array)]))
            .unwrap()
            .word("hidden")
    };
    let text = |found: Result<Option<String>>| found.unwrap();
    assert_eq!(
        text(word("'<U4'", "()", &letters("spin", false))).as_deref(),
        Some("spin")
    );
    // numpy.array("spin", dtype=">U6") is padded with zeros.
    let padded = letters("spin\0\0", true);
    assert_eq!(
        text(word("'>U6'", "(1,)", &padded)).as_deref(),
        Some("spin")
    );
    assert_eq!(text(word("'<f8'", "()", &[0; 8])), None);
    for (descr, shape, data) in [
        ("'<U4'", "(2,)", letters("spinspin", false)),
        ("'<U4'", "()", letters("spi", false)),
        ("'<U1'", "()", vec![0xff; 4]),
        ("'<U2000000000'", "()", vec![]),
    ] {
        assert!(word(descr, shape, &data).is_err(), "{descr} {shape}");
    }
}

#[test]
fn bad_csv_is_refused_with_its_place() {
    for (text, expected) in [
        ("", "holds no numbers"),
        ("\n\n", "holds no numbers"),
        ("a,b\n", "holds no numbers"),
        ("1,2\n3\n", "line 2 has 1 columns"),
        ("1,2\n3,x\n", "line 2, column 2: 'x'"),
        ("1,2\n3,\n", "line 2, column 2: ''"),
        ("1,2\n3,nan\n", "line 2, column 2: 'nan'"),
        ("1,2\n3,inf\n", "line 2, column 2: 'inf'"),
        (
            "1,x\n3,4\n",
            "mixes numbers with other text, 'x' in column 2",
        ),
        ("1,NA\n3,4\n", "line 1, column 2: 'NA' is a missing value"),
        (
            "1,2\n3,4,\n",
            "line 2 has 3 columns (nothing stands behind its last separator)",
        ),
        ("1,2\n3,\u{1b}[2J\n", "line 2, column 2: '\\u{1b}[2J'"),
        ("1,2\n3,\0\n", "line 2, byte 3: is a NUL"),
        ("1;2\n3;4\n5;x\n", "line 3, column 2: 'x'"),
        ("1,5;2,5\n", "decimal commas"),
        ("NA,NA\n1,2\n", "line 1, column 1: 'NA' is a missing value"),
        ("1,2\n3,\n", "a missing value"),
        ("1 2\n3\n", "line 2 has 1 columns"),
    ] {
        let got = message(read_text(source(text.as_bytes())));
        assert!(got.contains(expected), "{text:?}: {got}");
    }
}

#[test]
fn numbers_in_text_are_read_whatever_separates_them() {
    let plain = |text: &str| read_text(source(text.as_bytes())).unwrap();
    let expected = [1.0, 2.0, 3.0, 4.5];
    for text in [
        "1,2\n3,4.5\n",
        "1 2\n3 4.5\n",
        "  1.0e0   2\n3\t4.5",
        "1\t2\n3\t4.5\n",
        "1;2\r\n3;4.5\r\n",
        "# made by a program\n# twice\n1 2\n3 4.5\n",
        "1,2,\n3,4.5,\n",
        "\u{feff}1 2\n3 4.5\n",
        ",x,y\n0,1,2\n1,3,4.5\n",
    ] {
        assert_eq!(plain(text).values, expected, "{text:?}");
    }
    let index = plain(",x,y\n0,1,2\n1,3,4.5\n");
    assert_eq!(index.notes.len(), 1);
    assert_eq!(index.names.unwrap(), ["x", "y"]);
    // A first column that has a name, or does not count, is a column.
    assert_eq!(plain("n,x\n0,1\n1,3\n").columns, 2);
    assert_eq!(plain(",x\n5,1\n6,3\n").columns, 2);
    let format = TextFormat {
        delimiter: Some("|".parse().unwrap()),
        header: Some(true),
    };
    let named = text::read(source(b"1|2\n3|4\n"), format).unwrap();
    assert_eq!(
        (named.rows, named.names.unwrap()),
        (1, vec!["1".to_owned(), "2".to_owned()])
    );
}

#[test]
fn half_precision_is_read() {
    let file = npy_file("'<f2'", false, "(2,)", &[0x00, 0x3c, 0x00, 0xc0]);
    assert_eq!(
        npy::read(Cursor::new(file), Limit::PLAIN).unwrap().values,
        [1.0, -2.0]
    );
}

#[test]
fn formats_of_other_programs_are_named_with_their_conversion() {
    for (name, expected) in [
        ("a.pkl", "read_pickle"),
        ("a.pt", "torch.load"),
        ("a.mat", "scipy.io"),
        ("a.parquet", "read_parquet"),
    ] {
        let file = TemporaryFile::new(&format!("foreign-{name}"), name, b"x");
        let got = format!("{:#}", read(&file.0, None).unwrap_err());
        assert!(got.contains(expected), "{got}");
    }
    let arrays = ["indices", "indptr", "format", "shape", "data"];
    let arrays = arrays.map(|name| (name, npy_file("'<f8'", false, "(1,)", &[0; 8])));
    let named: Vec<(String, Vec<u8>)> = arrays
        .into_iter()
        .map(|(name, bytes)| (format!("{name}.npy"), bytes))
        .collect();
    let borrowed: Vec<(&str, Vec<u8>)> =
        named.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    let file = TemporaryFile::new("sparse", "a.npz", &npz_file(&borrowed));
    let got = format!("{:#}", read(&file.0, None).unwrap_err());
    assert!(got.contains("load_npz"), "{got}");
}

#[test]
fn bad_npy_is_refused_with_its_reason() {
    let good = npy_file("'<f8'", false, "(1, 2)", &[0; 16]);
    let nan = npy_file("'<f4'", false, "(1, 2)", &[0, 0, 0, 0, 0, 0, 0xc0, 0x7f]);
    let mut version = good.clone();
    version[6] = 9;
    let mut header = b"\x93NUMPY\x02\x00".to_vec();
    header.extend(u32::MAX.to_le_bytes());
    for (bytes, expected) in [
        (Vec::new(), "ends within its header"),
        (good[..40].to_vec(), "ends within its header"),
        (
            good[..good.len() - 1].to_vec(),
            "ends after 15 of the 16 bytes",
        ),
        ([&good[..], &[0]].concat(), "goes on after the 16 bytes"),
        (b"not a NumPy file at all".to_vec(), "is no NPY file"),
        (version, "version 9"),
        (header, "claims a header of 4294967295 bytes"),
        (nan, "holds NaN at [0, 1]"),
        (npy_file("'|O'", false, "(1,)", &[0; 8]), "Python objects"),
        (npy_file("'<c16'", false, "(1,)", &[0; 16]), "complex"),
        (npy_file("'<U4'", false, "(1,)", &[0; 16]), "dtype"),
        (npy_file("'=f8'", false, "(1,)", &[0; 8]), "byte order"),
        (
            npy_file("[('x', '<f8')]", false, "(1,)", &[0; 8]),
            "named fields",
        ),
        (npy_file("'<f8'", false, "()", &[0; 8]), "single number"),
        (npy_file("'<f8'", false, "(0, 5)", &[]), "is empty"),
        (npy_file("'<f8'", false, "(-1,)", &[]), "the size '-1'"),
        (npy_file("'<f8'", false, "[1]", &[]), "no tuple"),
        (
            npy_file("'<f8'", false, "(1000000, 1000000)", &[]),
            "more than the limit",
        ),
        (
            npy_file("'<f8'", false, "(18446744073709551615, 2)", &[]),
            "more than the limit",
        ),
        (
            npy_file("'<f8'", false, "(100000000,)", &[0; 8]),
            "ends after 8 of the 800000000",
        ),
    ] {
        let got = message(npy::read(&bytes[..], Limit::PLAIN));
        assert!(got.contains(expected), "{expected}: {got}");
    }
}

#[test]
fn bad_idx_is_refused_with_its_reason() {
    for (bytes, expected) in [
        (vec![0, 0], "ends within the 4 bytes"),
        (vec![1, 0, 8, 1, 0, 0, 0, 1, 0], "two zero bytes"),
        (vec![0, 0, 7, 1, 0, 0, 0, 1, 0], "no IDX type"),
        (vec![0, 0, 8, 0], "single number"),
        (vec![0, 0, 8, 2, 0, 0, 0, 1], "list of dimensions"),
        (idx_file(8, &[0, 28], &[]), "is empty"),
        (idx_file(8, &[2, 2], &[1, 2, 3]), "ends after 3 of the 4"),
        (idx_file(8, &[u32::MAX; 3], &[]), "more than the limit"),
    ] {
        let got = message(idx::read(&bytes[..], Limit::PLAIN));
        assert!(got.contains(expected), "{expected}: {got}");
    }
}

#[test]
fn damaged_gzip_and_wrong_names_are_refused() {
    let whole = gzip("1,2\n".repeat(1000).as_bytes());
    for (name, bytes, expected) in [
        (
            "a.csv.gz",
            &whole[..whole.len() / 2],
            "gzip stream is damaged or ends early",
        ),
        (
            "a.csv.gz",
            &whole[..whole.len() - 1],
            "gzip stream is damaged or ends early",
        ),
        ("a.csv.gz", b"1,2\n", "gzip stream is damaged or ends early"),
        ("a.npz.gz", &whole, "compressed already"),
        ("a.npz", b"PK", "is no .npz"),
        ("a.xyz", b"1", "no known format"),
        ("a", b"1", "no known format"),
    ] {
        let file = TemporaryFile::new("damaged", name, bytes);
        let got = format!("{:#}", read(&file.0, None).unwrap_err());
        assert!(got.contains(expected), "{name}: {got}");
        assert!(got.starts_with(&file.0.display().to_string()), "{got}");
    }
    assert!(
        format!(
            "{:#}",
            read(&PathBuf::from("/nowhere/a.csv"), None).unwrap_err()
        )
        .contains("cannot be opened")
    );
    assert!(
        format!("{:#}", read(&std::env::temp_dir(), None).unwrap_err()).contains("is a folder")
    );
}
