//! Matrices from files: text, NPY, NPZ members and IDX, plain or compressed by gzip.
//!
//! Every failure names the file, the place in it, what is wrong and what to do about it. Nothing is allocated because a
//! header claims that it will be needed: memory grows with the bytes that are really there.

mod columns;
mod dtype;
mod idx;
pub mod machine;
mod npy;
mod npz;
pub mod samples;
mod source;
#[cfg(test)]
mod tests;
mod text;

use crate::output::staged;
use anyhow::{Context, Result, bail, ensure};
use faer::Mat;
use source::Source;
use std::path::{Path, PathBuf};
pub use text::{Delimiter, TextFormat};

/// The most numbers that a matrix may hold: 1.6 GB of memory.
const MAX_VALUES: usize = 200_000_000;

const FORMATS: &str = "a file must be .csv, .tsv, .txt, .dat, .npy, .npz, FILE.npz:NAME or IDX (such as train-images-idx3-ubyte), \
    all but .npz also with .gz";

/// A matrix as read: row by row, with the columns' names where the file has them.
#[derive(Debug, Clone, PartialEq)]
struct Raw {
    names: Option<Vec<String>>,
    rows: usize,
    columns: usize,
    /// Of the array in the file; all but the first are flattened.
    dimensions: usize,
    values: Vec<f64>,
    /// What was left out, in words.
    notes: Vec<String>,
}

/// How a matrix is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// Columns to take: `3`, `0:784`, `:-1`, `label,age`; `None` for all.
    pub columns: Option<&'a str>,
    /// How a text is read.
    pub text: TextFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Npy,
    Npz,
    Idx,
}

/// Reads a matrix, one sample per row; a vector is a matrix of one column, and arrays of more than two dimensions have
/// all but the first one flattened. `-` is CSV on stdin. `columns` selects columns: `3`, `0:784`, `:-1`, `label,age`.
///
/// # Errors
/// If the file cannot be read, is of another format, or holds anything but finite numbers.
pub fn read(path: &Path, columns: Option<&str>) -> Result<Mat<f64>> {
    read_raw(path)
        .and_then(|raw| raw.into_matrix(columns))
        .with_context(|| path.display().to_string())
}

/// Reads a matrix as [`read`] does, in a given way, and says what was left out.
///
/// # Errors
/// As [`read`].
pub fn read_with(path: &Path, reading: Reading<'_>) -> Result<(Mat<f64>, Vec<String>)> {
    let raw = read_as(path, reading.text);
    let matrix = raw.and_then(|mut raw| {
        let notes = std::mem::take(&mut raw.notes);
        Ok((raw.into_matrix(reading.columns)?, notes))
    });
    matrix.with_context(|| path.display().to_string())
}

/// Reads a matrix as [`read`] does, where an array of more dimensions would be a mistake.
///
/// # Errors
/// As [`read`], and for an array of more than two dimensions.
pub fn read_matrix(path: &Path) -> Result<Mat<f64>> {
    let raw = read_raw(path).and_then(Raw::into_plain_matrix);
    raw.with_context(|| path.display().to_string())
}

/// Reads one array of an `.npz` as [`read_matrix`] does.
fn array(path: &Path, name: &str) -> Result<Mat<f64>> {
    let raw = read_file(path, Some(name), TextFormat::default()).and_then(Raw::into_plain_matrix);
    raw.with_context(|| format!("{}:{name}", path.display()))
}

/// A text that an `.npz` holds as an array; none where the array holds numbers.
fn word(path: &Path, name: &str) -> Result<Option<String>> {
    let text = source::open(path).and_then(|file| npz::word(file, name));
    text.with_context(|| format!("{}:{name}", path.display()))
}

/// Names of the arrays in an `.npz`; `None` for any other file, and for one array of it.
///
/// # Errors
/// If the file cannot be read or is no `.npz`.
pub fn members(path: &Path) -> Result<Option<Vec<String>>> {
    let name = path.to_string_lossy().to_lowercase();
    if Path::new(&name).extension().is_none_or(|end| end != "npz") {
        return Ok(None);
    }
    let names = source::open(path).and_then(npz::members);
    names.map(Some).with_context(|| path.display().to_string())
}

/// The rows of one array of an `.npz`, which may hold NaN.
///
/// # Errors
/// If the file cannot be read or holds no such array.
pub fn read_member(path: &Path, name: &str) -> Result<Vec<Vec<f64>>> {
    let raw = npz::read(source::open(path)?, Some(name))?;
    Ok(raw
        .values
        .chunks(raw.columns)
        .map(<[f64]>::to_vec)
        .collect())
}

/// A text in an `.npz` beside its arrays.
///
/// # Errors
/// If the file cannot be read or holds no such text.
pub fn read_text(path: &Path, name: &str) -> Result<String> {
    npz::text(source::open(path)?, name)
}

/// Reads a vector: a matrix of one column or one row.
///
/// # Errors
/// As [`read`], and if the matrix has several rows and columns.
pub fn read_vector(path: &Path, columns: Option<&str>) -> Result<Vec<f64>> {
    vector(&read(path, columns)?, &path.display().to_string())
}

/// The entries of a matrix of one column or one row.
fn vector(matrix: &Mat<f64>, place: &str) -> Result<Vec<f64>> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    ensure!(
        rows == 1 || columns == 1,
        "{place}: has {rows} rows and {columns} columns where one column or row is expected; save one, or choose it by --columns if the command has that flag"
    );
    Ok((0..rows)
        .flat_map(|i| (0..columns).map(move |j| (i, j)))
        .map(|at| matrix[at])
        .collect())
}

fn read_raw(path: &Path) -> Result<Raw> {
    read_as(path, TextFormat::default())
}

fn read_as(path: &Path, text: TextFormat) -> Result<Raw> {
    if path == Path::new("-") {
        return text::read(Source::stdin(), text);
    }
    let (file, member) = split_member(path);
    read_file(&file, member.as_deref(), text)
}

fn read_file(file: &Path, member: Option<&str>, text: TextFormat) -> Result<Raw> {
    ensure!(!file.is_dir(), "is a folder; name a file in it");
    staged::reading(file)?;
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let (stem, gzip) = name
        .strip_suffix(".gz")
        .map_or((name.as_str(), false), |stem| (stem, true));
    let format = format(stem)?;
    ensure!(
        !(gzip && format == Format::Npz),
        "an .npz is compressed already; remove the .gz around it"
    );
    let open = || Source::open(file, gzip);
    match format {
        Format::Text => text::read(open()?, text),
        Format::Npy => npy::read(open()?),
        Format::Idx => idx::read(open()?),
        Format::Npz => npz::read(source::open(file)?, member),
    }
}

/// Splits `FILE.npz:NAME`.
fn split_member(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    match text.to_ascii_lowercase().rfind(".npz:") {
        Some(at) if !path.exists() => (text[..at + 4].into(), Some(text[at + 5..].to_owned())),
        _ => (path.to_owned(), None),
    }
}

fn format(name: &str) -> Result<Format> {
    let extension = Path::new(name)
        .extension()
        .map(|e| e.to_string_lossy().into_owned());
    match extension.as_deref() {
        Some("csv" | "tsv" | "txt" | "dat") => Ok(Format::Text),
        Some("npy") => Ok(Format::Npy),
        Some("npz") => Ok(Format::Npz),
        Some(idx) if idx.starts_with("idx") => Ok(Format::Idx),
        _ if name.ends_with("ubyte") || name.contains("-idx") => Ok(Format::Idx),
        other => match other.and_then(foreign) {
            Some(call) => bail!("is of a format of another program; convert it in Python: {call}"),
            None => bail!("is of no known format; {FORMATS}"),
        },
    }
}

/// The line of Python that makes an .npy of a format that is not read.
fn foreign(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "pkl" | "pickle" | "joblib" => {
            "import numpy, pandas; numpy.save('data.npy', numpy.asarray(pandas.read_pickle(FILE), float))"
        }
        "pt" | "pth" => "import numpy, torch; numpy.save('data.npy', torch.load(FILE).numpy())",
        "mat" => {
            "import numpy, scipy.io; numpy.save('data.npy', scipy.io.loadmat(FILE)[NAME]) (a .mat of version 7.3 by h5py.File(FILE)[NAME][()].T)"
        }
        "parquet" | "feather" => {
            "import numpy, pandas; numpy.save('data.npy', pandas.read_parquet(FILE).to_numpy(float))"
        }
        "xlsx" | "xls" | "ods" => {
            "import numpy, pandas; numpy.save('data.npy', pandas.read_excel(FILE).to_numpy(float))"
        }
        "mtx" => "import numpy, scipy.io; numpy.save('data.npy', scipy.io.mmread(FILE).toarray())",
        _ => return None,
    })
}

/// Checks that `shape` is neither empty nor too large, and gives its number of rows and of values per row.
fn rows_and_columns(shape: &[u64]) -> Result<(usize, usize)> {
    ensure!(!shape.is_empty(), "holds a single number, not a matrix");
    ensure!(!shape.contains(&0), "is empty: its shape is {shape:?}");
    let values = shape
        .iter()
        .try_fold(1u64, |product, n| product.checked_mul(*n));
    let values = values
        .and_then(|n| usize::try_from(n).ok())
        .filter(|n| *n <= MAX_VALUES);
    let Some(values) = values else {
        bail!("its header claims the shape {shape:?}, more than the limit of {MAX_VALUES} values");
    };
    let rows = usize::try_from(shape[0]).expect("no larger than the number of values");
    Ok((rows, values / rows))
}

impl Raw {
    /// A matrix where an array of more dimensions would be a mistake.
    fn into_plain_matrix(self) -> Result<Mat<f64>> {
        ensure!(
            self.dimensions <= 2,
            "has {} dimensions where a matrix has two; save it reshaped, one row per visible unit",
            self.dimensions
        );
        self.into_matrix(None)
    }

    fn into_matrix(self, selection: Option<&str>) -> Result<Mat<f64>> {
        if let Some(at) = self.values.iter().position(|x| !x.is_finite()) {
            let (row, column, x) = (at / self.columns, at % self.columns, self.values[at]);
            bail!(
                "holds {x:?} at [{row}, {column}] (counted from 0); remove that row or fill in a number"
            );
        }
        let Some(selection) = selection else {
            return Ok(Mat::from_fn(self.rows, self.columns, |i, j| {
                self.values[i * self.columns + j]
            }));
        };
        let chosen = columns::select(selection, self.columns, self.names.as_deref())
            .with_context(|| format!("--columns {selection}"))?;
        Ok(Mat::from_fn(self.rows, chosen.len(), |i, j| {
            self.values[i * self.columns + chosen[j]]
        }))
    }
}
