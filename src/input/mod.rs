//! Matrices from files: text, NPY, NPZ members, IDX, HDF5 data sets and safetensors, text, NPY and IDX also compressed by gzip.
//!
//! Every failure names the file, the place in it, what is wrong and what to do about it. Nothing is allocated because a
//! header claims that it will be needed: memory grows with the bytes that are really there.

mod archive;
mod blocks;
mod columns;
#[cfg(test)]
mod damaged;
mod dtype;
mod hdf5;
mod hdf5_part;
mod idx;
mod limit;
mod lines;
pub mod machine;
pub mod memory;
mod npy;
mod npz;
mod place;
mod raw;
mod safetensors;
pub mod samples;
mod shown;
mod source;
pub mod sums;
#[cfg(test)]
mod tests;
mod text;

use crate::output::staged;
use anyhow::{Context, Result, bail, ensure};
use archive::Archive;
pub use blocks::FileBlocks;
use faer::Mat;
use hdf5::Hdf5;
use npz::Npz;
use raw::Raw;
use safetensors::SafeTensors;
use source::Source;
use std::path::Path;
pub use text::{Delimiter, TextFormat};

const FORMATS: &str = "a file must be .csv, .tsv, .txt, .dat, .npy, IDX (such as train-images-idx3-ubyte), all of these also with .gz, \
    or FILE.npz:NAME, HDF5 as FILE.h5:PATH, or FILE.safetensors:NAME";

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
    Hdf5,
    SafeTensors,
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

/// Names of the arrays in an `.npz`; `None` for any other file, and for one array of it.
///
/// # Errors
/// If the file cannot be read or is no `.npz`.
pub fn members(path: &Path) -> Result<Option<Vec<String>>> {
    if memory::holds(path) {
        return Ok(None);
    }
    if Path::new(&place::name(path))
        .extension()
        .is_none_or(|end| end != "npz")
    {
        return Ok(None);
    }
    let names = Npz::open(path).map(|archive| archive.names().to_vec());
    names.map(Some).with_context(|| path.display().to_string())
}

/// The rows of one array of an `.npz`, which may hold NaN.
///
/// # Errors
/// If the file cannot be read or holds no such array.
pub fn read_member(path: &Path, name: &str) -> Result<Vec<Vec<f64>>> {
    let raw = Npz::open(path)?.read(name)?;
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
    Npz::open(path)?.text(name)
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
    if let Some(raw) = memory::raw(path) {
        return raw;
    }
    if path == Path::new("-") {
        return text::read(Source::stdin(), text);
    }
    let (file, member) = place::split(path);
    read_file(&file, member.as_deref(), text)
}

fn read_file(file: &Path, member: Option<&str>, text: TextFormat) -> Result<Raw> {
    let (format, gzip) = format(file)?;
    staged::reading(file)?;
    let open = || Source::open(file, gzip);
    let is_archive = matches!(format, Format::Npz | Format::Hdf5 | Format::SafeTensors);
    if let (false, Some(member)) = (is_archive, member) {
        bail!("holds one matrix; leave ':{}' out", shown::shorten(member));
    }
    match format {
        Format::Text => text::read(open()?, text),
        Format::Npy => {
            let source = open()?;
            let limit = source.limit();
            npy::read(source, limit)
        }
        Format::Idx => {
            let source = open()?;
            let limit = source.limit();
            idx::read(source, limit)
        }
        Format::Npz => Npz::open(file)?.matrix(member),
        Format::Hdf5 => Hdf5::open(file)?.matrix(member),
        Format::SafeTensors => SafeTensors::open(file)?.matrix(member),
    }
}

/// The format of a file, and whether it is compressed by gzip: HDF5 by its content, others by their names.
fn format(file: &Path) -> Result<(Format, bool)> {
    ensure!(!file.is_dir(), "is a folder; name a file in it");
    let name = place::name(file);
    if hdf5::is_hdf5(file) {
        return Ok((Format::Hdf5, false));
    }
    let (stem, gzip) = name
        .strip_suffix(".gz")
        .map_or((name.as_str(), false), |stem| (stem, true));
    let format = named(stem, file)?;
    ensure!(
        !(gzip && format == Format::Npz),
        "an .npz is compressed already; remove the .gz around it"
    );
    ensure!(
        !gzip || !matches!(format, Format::Hdf5 | Format::SafeTensors),
        "is read by places, which gzip does not keep; unpack it: gunzip FILE"
    );
    Ok((format, gzip))
}

fn named(name: &str, file: &Path) -> Result<Format> {
    let extension = Path::new(name)
        .extension()
        .map(|e| e.to_string_lossy().into_owned());
    match extension.as_deref() {
        Some("csv" | "tsv" | "txt" | "dat") => Ok(Format::Text),
        Some("npy") => Ok(Format::Npy),
        Some("npz") => Ok(Format::Npz),
        Some("safetensors") => Ok(Format::SafeTensors),
        Some("h5" | "hdf5" | "h5ad" | "nwb") if name != place::name(file) => Ok(Format::Hdf5),
        Some("h5" | "hdf5" | "h5ad" | "nwb") if file.exists() => {
            bail!("does not begin as HDF5 does; copy it again, or name it by its format: {FORMATS}")
        }
        Some("h5" | "hdf5" | "h5ad" | "nwb") => Ok(Format::Hdf5),
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
        "pt" | "pth" => {
            "import numpy, torch; numpy.save('data.npy', torch.load(FILE).numpy()), or safetensors.torch.save_file(torch.load(FILE), 'state.safetensors') for a state"
        }
        "mat" => {
            "import numpy, scipy.io; numpy.save('data.npy', scipy.io.loadmat(FILE)[NAME]) (a .mat that MATLAB saves with -v7.3 is read as it is)"
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
