//! Sums over the samples of a table, of all or of parts of it, from the `.npz` files that the program writes.

use super::archive::Archive;
use super::npz::Npz;
use super::place;
use crate::output::{staged, sums::FORMAT};
use crate::questions::large::Summed;
use anyhow::{Context, Result, bail, ensure};
use saddlepoint_simulator::covariance::{Doubled, MomentParts, Sums};
use std::fs::File;
use std::io::BufReader;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file of sums with what is known before they are read.
struct Part<'a> {
    path: &'a Path,
    file: Npz<BufReader<File>>,
    range: Range<usize>,
    table_rows: usize,
    origin: Vec<f64>,
}

/// The sums of all the parts of one table.
///
/// # Errors
/// If a file cannot be read or holds no sums, or they are of different tables or columns, of samples twice, or not of all.
pub fn read(paths: &[PathBuf], standardized: bool) -> Result<Summed> {
    let mut parts: Vec<Part> = Vec::new();
    for path in paths {
        let part = Part::open(path).with_context(|| path.display().to_string())?;
        if let Some(first) = parts.first() {
            first.check_goes_with(&part)?;
        }
        parts.push(part);
    }
    parts.sort_by_key(|part| part.range.start);
    for pair in parts.windows(2) {
        let [before, after] = [&pair[0], &pair[1]];
        ensure!(
            before.range.end <= after.range.start,
            "{} and {}: the samples {} to {} are summed in both; give each part once",
            before.path.display(),
            after.path.display(),
            after.range.start,
            before.range.end.min(after.range.end)
        );
        ensure!(
            before.range.end == after.range.start,
            "the samples {} to {} between {} and {} are missing; give their sums, too",
            before.range.end,
            after.range.start,
            before.path.display(),
            after.path.display()
        );
    }
    let name = match paths {
        [only] => only.display().to_string(),
        _ => format!("sums of {} parts", paths.len()),
    };
    let mut parts = parts.iter();
    let first = parts.next().context("--sums names no file")?;
    let (mut sums, mut range) = (first.sums()?, first.range.clone());
    for part in parts {
        sums.merge(&part.sums()?);
        range.end = part.range.end;
    }
    Ok(Summed {
        name,
        table_rows: first.table_rows,
        range,
        sums,
        standardized,
    })
}

impl<'a> Part<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        staged::reading(path)?;
        ensure!(
            Path::new(&place::name(path))
                .extension()
                .is_some_and(|end| end == "npz"),
            "is no file of sums (.npz); --save-sums writes one"
        );
        let file = Npz::open(path)?;
        let format = file.word(FORMAT.0).ok().flatten();
        ensure!(
            format.as_deref() == Some(FORMAT.1),
            "holds no sums that this version knows; --save-sums writes them"
        );
        let samples = file.read("samples")?.values;
        let &[start, end, table_rows] = &samples[..] else {
            bail!("does not say of which samples it holds sums; write it again");
        };
        let origin = file.read("origin")?.values;
        let [start, end, table_rows] = [start, end, table_rows].map(whole);
        ensure!(
            start < end && end <= table_rows && table_rows < usize::MAX,
            "says that it holds the sums of the samples {start} to {end} of {table_rows}; write it again"
        );
        Ok(Self {
            path,
            file,
            range: start..end,
            table_rows,
            origin,
        })
    }

    /// Equal means of the first samples are taken for one table.
    fn check_goes_with(&self, other: &Self) -> Result<()> {
        let (ours, theirs) = (self.path.display(), other.path.display());
        ensure!(
            self.origin.len() == other.origin.len(),
            "{theirs}: has sums of {} columns, {ours} of {}; give parts of one table, with the same --columns",
            other.origin.len(),
            self.origin.len()
        );
        let bits = |origin: &[f64]| origin.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        ensure!(
            self.table_rows == other.table_rows && bits(&self.origin) == bits(&other.origin),
            "{theirs}: has sums of another table or of other columns than {ours}; give parts of one table, with the same --columns"
        );
        Ok(())
    }

    fn sums(&self) -> Result<Sums> {
        let read = || -> Result<Sums> {
            let numbers = |name: &str| Ok::<_, anyhow::Error>(self.file.read(name)?.values);
            let doubled = |name: &str| -> Result<Doubled> {
                let low = numbers(&format!("{name}_low"))?;
                Ok(Doubled::from_parts(numbers(name)?, low)?)
            };
            let moments = MomentParts {
                origin: self.origin.clone(),
                rows: self.range.len(),
                ranges: [numbers("least")?, numbers("most")?],
                powers: doubled("powers")?,
            };
            Ok(Sums::from_parts(moments, doubled("products")?)?)
        };
        read().with_context(|| self.path.display().to_string())
    }
}

/// A number of samples; what is none is larger than any.
fn whole(x: f64) -> usize {
    if !(0.0..9e15).contains(&x) {
        return usize::MAX;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 2^53"
    )]
    let n = x as usize;
    n
}
