//! Tables that are read by blocks: some rows and columns at a time, as often as they are wanted.

use super::dtype::{Dtype, Kind};
use super::hdf5::Hdf5;
use super::{Format, Reading, columns, format, memory, npy, place};
use crate::output::staged;
use crate::questions::Blocks;
use anyhow::{Context, Result, anyhow, ensure};
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

/// Where the numbers are.
pub(super) trait Store: Send + Sync {
    /// Numbers of a range of rows and of columns of the stored array, row by row, in `room` if that is of use, whatever it holds.
    fn read(&self, rows: Range<usize>, columns: Range<usize>, room: Vec<f64>) -> Result<Vec<f64>>;
}

/// A matrix in a store.
pub(super) struct Stored {
    pub(super) store: Box<dyn Store>,
    pub(super) dtype: Dtype,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Whether the rows of the array are the columns of the matrix: Fortran order.
    pub(super) is_turned: bool,
}

/// A table in a file, whose samples are its rows or its columns.
pub struct FileBlocks {
    path: PathBuf,
    /// The file without the name of an array.
    file: PathBuf,
    stored: Stored,
    stamp: Stamp,
    /// Chosen columns of the matrix in the file.
    chosen: Option<Vec<usize>>,
    /// Whether each sample is a column of the matrix in the file.
    transpose: bool,
}

/// By what a file that was written again is known.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> Result<Self> {
        let data = fs::metadata(path).context("cannot be opened")?;
        Ok(Self {
            bytes: data.len(),
            modified: data.modified().ok(),
        })
    }
}

impl FileBlocks {
    /// Opens a table; `None` where its format is not read by blocks: text, compressed files, archives, arrays of other than two dimensions.
    ///
    /// # Errors
    /// If the file cannot be read, ends before its last row, or has no such columns.
    pub fn open(path: &Path, reading: Reading<'_>, transpose: bool) -> Result<Option<Self>> {
        if path == Path::new("-") || memory::holds(path) {
            return Ok(None);
        }
        let (file, member) = place::split(path);
        let open = || -> Result<Option<Self>> {
            let stamp = match fs::metadata(&file) {
                Ok(data) if data.is_file() => Stamp::of(&file)?,
                _ => return Ok(None),
            };
            let stored = match (format(&file)?, member) {
                ((Format::Npy, false), None) => open_npy(&file, &stamp)?,
                ((Format::Hdf5, _), member) => {
                    Hdf5::open_for_parts(&file)?.by_blocks(member.as_deref())?
                }
                _ => None,
            };
            let Some(stored) = stored else {
                return Ok(None);
            };
            staged::reading(&file)?;
            let width = stored.matrix_size().1;
            let choose = |selection| {
                columns::select(selection, width, None)
                    .with_context(|| format!("--columns {selection}"))
            };
            let chosen = reading.columns.map(choose).transpose()?;
            Ok(Some(Self {
                path: path.to_owned(),
                file,
                stored,
                stamp,
                chosen,
                transpose,
            }))
        };
        open().with_context(|| path.display().to_string())
    }

    /// How many numbers it has.
    pub fn values(&self) -> usize {
        self.rows().saturating_mul(self.columns())
    }

    /// Numbers of the chosen columns of the matrix in the file, row by row.
    fn chosen(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        room: Vec<f64>,
    ) -> Result<Vec<f64>> {
        let Some(chosen) = &self.chosen else {
            return self.stored.matrix(rows, columns, room);
        };
        let chosen = &chosen[columns];
        let least = chosen.iter().copied().min().unwrap_or_default();
        let most = chosen.iter().copied().max().unwrap_or_default();
        let all = self.stored.matrix(rows, least..most + 1, room)?;
        // A column that is named twice is as good as one that is left out in between.
        if chosen.len() == most + 1 - least && chosen.is_sorted_by(|a, b| a < b) {
            return Ok(all);
        }
        let pick = |row: &[f64]| chosen.iter().map(|&at| row[at - least]).collect::<Vec<_>>();
        Ok(all.chunks_exact(most + 1 - least).flat_map(pick).collect())
    }

    fn refuse(&self, rows: &Range<usize>, columns: &Range<usize>, values: &[f64]) -> Result<()> {
        if values.par_chunks(1 << 16).all(are_finite) {
            return Ok(());
        }
        let at = values
            .iter()
            .position(|x| !x.is_finite())
            .unwrap_or_default();
        let (row, column) = (
            at / columns.len() + rows.start,
            at % columns.len() + columns.start,
        );
        let column = self.chosen.as_ref().map_or(column, |chosen| chosen[column]);
        Err(anyhow!(
            "holds {:?} at [{row}, {column}] (counted from 0); remove that row or fill in a number",
            values[at]
        ))
    }
}

/// Whether all numbers are finite: 0·x is 0 for those that are, and the sums of eight of every eight are taken side by side.
fn are_finite(values: &[f64]) -> bool {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, x) in sums.iter_mut().zip(eight) {
            *sum += 0.0 * x;
        }
    }
    sums.iter().chain(rest).all(|x| x.is_finite())
}

impl std::fmt::Debug for FileBlocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileBlocks")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Blocks for FileBlocks {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn numbers(&self) -> &'static str {
        self.stored.dtype.words()
    }

    fn rows(&self) -> usize {
        let (rows, columns) = self.stored.matrix_size();
        let columns = self.chosen.as_ref().map_or(columns, Vec::len);
        if self.transpose { columns } else { rows }
    }

    fn columns(&self) -> usize {
        let (rows, columns) = self.stored.matrix_size();
        let columns = self.chosen.as_ref().map_or(columns, Vec::len);
        if self.transpose { rows } else { columns }
    }

    fn read(&self, rows: Range<usize>, columns: Range<usize>, room: Vec<f64>) -> Result<Vec<f64>> {
        let (across, down) = if self.transpose {
            (&rows, &columns)
        } else {
            (&columns, &rows)
        };
        let read = || -> Result<Vec<f64>> {
            let values = self.chosen(down.clone(), across.clone(), room)?;
            self.refuse(down, across, &values)?;
            Ok(values)
        };
        let values = read().with_context(|| self.name())?;
        Ok(if self.transpose {
            turned(&values, across.len())
        } else {
            values
        })
    }

    fn check_unchanged(&self) -> Result<()> {
        let now = Stamp::of(&self.file).with_context(|| self.name())?;
        ensure!(
            now == self.stamp,
            "{}: has changed while it was read; wait until it is complete and run again",
            self.name()
        );
        Ok(())
    }
}

impl Stored {
    /// Rows and columns of the matrix.
    fn matrix_size(&self) -> (usize, usize) {
        if self.is_turned {
            (self.columns, self.rows)
        } else {
            (self.rows, self.columns)
        }
    }

    /// Numbers of the matrix, row by row.
    fn matrix(
        &self,
        rows: Range<usize>,
        columns: Range<usize>,
        room: Vec<f64>,
    ) -> Result<Vec<f64>> {
        if !self.is_turned {
            return self.store.read(rows, columns, room);
        }
        let width = rows.len();
        Ok(turned(&self.store.read(columns, rows, room)?, width))
    }
}

/// The transpose of a matrix of this many columns, row by row.
fn turned(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns;
    let mut to = vec![0.0; values.len()];
    to.par_chunks_mut(rows)
        .enumerate()
        .for_each(|(column, to)| {
            for (to, row) in to.iter_mut().zip(values.chunks_exact(columns)) {
                *to = row[column];
            }
        });
    to
}

/// An NPY file of two dimensions.
struct Npy {
    /// The file, and room for what is read of it.
    source: Mutex<(File, Vec<u8>)>,
    start: u64,
    dtype: Dtype,
    columns: usize,
}

fn open_npy(path: &Path, stamp: &Stamp) -> Result<Option<Stored>> {
    let mut source = BufReader::new(File::open(path).context("cannot be opened")?);
    let layout = npy::layout(&mut source)?;
    let [rows, columns] = layout.shape[..] else {
        return Ok(None);
    };
    let start = source.stream_position().context("cannot be read")?;
    let size = |n: u64| usize::try_from(n).ok().filter(|n| *n > 0);
    let (Some(rows), Some(columns)) = (size(rows), size(columns)) else {
        return Ok(None);
    };
    let needed = (rows as u64)
        .checked_mul(columns as u64)
        .and_then(|n| n.checked_mul(layout.dtype.size as u64))
        .context("its header claims a shape that is no file's; copy it again")?;
    let there = stamp.bytes.saturating_sub(start);
    ensure!(
        there >= needed,
        "ends after {there} of the {needed} bytes of numbers that its header announces; copy it again"
    );
    ensure!(
        there == needed,
        "goes on after the {needed} bytes of numbers that its header announces"
    );
    let (rows, columns) = if layout.fortran {
        (columns, rows)
    } else {
        (rows, columns)
    };
    Ok(Some(Stored {
        store: Box::new(Npy {
            source: Mutex::new((source.into_inner(), Vec::new())),
            start,
            dtype: layout.dtype,
            columns,
        }),
        dtype: layout.dtype,
        rows,
        columns,
        is_turned: layout.fortran,
    }))
}

impl Npy {
    /// The bytes of the numbers from this one on.
    fn fill(&self, file: &mut File, first: usize, bytes: &mut [u8]) -> Result<()> {
        let at = self.start + (first as u64) * (self.dtype.size as u64);
        let read = file
            .seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(bytes));
        read.with_context(|| {
            format!(
                "row {} cannot be read: the file has become shorter, or its disk fails",
                first / self.columns
            )
        })
    }
}

impl Store for Npy {
    fn read(&self, rows: Range<usize>, columns: Range<usize>, room: Vec<f64>) -> Result<Vec<f64>> {
        let width = columns.len();
        let line = width * self.dtype.size;
        let mut source = self.source.lock().map_err(|_| anyhow!("cannot be read"))?;
        let (file, bytes) = &mut *source;
        bytes.resize(rows.len() * line, 0);
        if width == self.columns {
            self.fill(file, rows.start * width, bytes)?;
        } else {
            for (row, bytes) in rows.clone().zip(bytes.chunks_exact_mut(line)) {
                self.fill(file, row * self.columns + columns.start, bytes)?;
            }
        }
        let mut values = room;
        values.resize(rows.len() * width, 0.0);
        let parts = values.par_chunks_mut(width).zip(bytes.par_chunks(line));
        parts.for_each(|(values, bytes)| self.dtype.decode_into(bytes, values));
        Ok(values)
    }
}

impl Dtype {
    /// What the numbers are, in words.
    fn words(self) -> &'static str {
        match (self.kind, self.size) {
            (Kind::Float, 2) => "float16",
            (Kind::Float, 4) => "float32",
            (Kind::Float, _) => "float64",
            (Kind::Brain, _) => "bfloat16",
            (Kind::Bool, _) => "bool",
            (Kind::Signed, 1) => "int8",
            (Kind::Unsigned, 1) => "uint8",
            (Kind::Signed | Kind::Unsigned, _) => "whole numbers",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of bytes as `numpy.save` writes it.
    fn table(rows: u8, columns: u8) -> Vec<u8> {
        let header =
            format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows}, {columns}), }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(0..rows * columns);
        bytes
    }

    fn open(name: &str, bytes: &[u8], columns: Option<&str>, transpose: bool) -> FileBlocks {
        let path = std::env::temp_dir().join(format!("{name}-{}.npy", std::process::id()));
        fs::write(&path, bytes).unwrap();
        let reading = Reading {
            columns,
            ..Reading::default()
        };
        FileBlocks::open(&path, reading, transpose)
            .unwrap()
            .unwrap()
    }

    #[test]
    fn one_number_that_is_not_finite_is_found_wherever_it_stands() {
        for count in [0, 1, 8, 21] {
            assert!(are_finite(&vec![f64::MAX; count]));
            for at in 0..count {
                for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    let mut values = vec![-1.5; count];
                    values[at] = bad;
                    assert!(!are_finite(&values));
                }
            }
        }
    }

    #[test]
    fn blocks_are_parts_of_the_matrix() {
        let bytes = table(5, 4);
        for (columns, transpose, rows, across, expected) in [
            (None, false, 1..3, 2..4, [6.0, 7.0, 10.0, 11.0]),
            (None, false, 3..4, 0..4, [12.0, 13.0, 14.0, 15.0]),
            (None, true, 2..4, 1..3, [6.0, 10.0, 7.0, 11.0]),
            (Some("3,0,2"), false, 4..5, 0..3, [19.0, 16.0, 18.0, 0.0]),
            (Some("0,0,2"), false, 4..5, 0..3, [16.0, 16.0, 18.0, 0.0]),
            (Some("1:3"), true, 0..2, 3..5, [13.0, 17.0, 14.0, 18.0]),
        ] {
            let blocks = open("blocks", &bytes, columns, transpose);
            assert_eq!(blocks.numbers(), "uint8");
            let values = blocks.read(rows, across, Vec::new()).unwrap();
            assert_eq!(values, expected[..values.len()]);
        }
        let _ = fs::remove_file(open("blocks", &bytes, None, false).path);
    }

    #[test]
    fn a_table_that_is_written_again_is_noticed() {
        let blocks = open("changing", &table(5, 4), None, false);
        blocks.check_unchanged().unwrap();
        fs::write(&blocks.path, table(6, 4)).unwrap();
        let words = blocks.check_unchanged().unwrap_err().to_string();
        assert!(words.contains("has changed while it was read"), "{words}");
        fs::write(&blocks.path, &table(5, 4)[..80]).unwrap();
        let words = format!("{:#}", blocks.read(0..5, 0..4, vec![1.0; 3]).unwrap_err());
        assert!(words.contains("has become shorter"), "{words}");
        fs::remove_file(&blocks.path).unwrap();
        assert!(blocks.check_unchanged().is_err());
    }
}
