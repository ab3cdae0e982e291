//! Parts of a data set of HDF5.

use super::blocks::Store;
use super::dtype::{Dtype, Kind};
use super::hdf5::unreadable;
use super::shown::shorten;
use anyhow::{Context, Result, ensure};
use hdf5_reader::{Dataset, H5Type, SliceInfo, SliceInfoElem};
use std::ops::Range;

/// A data set of two dimensions.
pub(super) struct Part {
    data: Dataset,
    name: String,
    reader: PartReader,
}

impl Part {
    /// `None` where the library does not know numbers of this type.
    pub(super) fn new(data: Dataset, name: String, dtype: Dtype) -> Option<Self> {
        let reader = reader(dtype)?;
        Some(Self { data, name, reader })
    }
}

/// Reads a part of a data set, row by row.
type PartReader = fn(&Dataset, &SliceInfo) -> hdf5_reader::error::Result<Vec<f64>>;

impl Store for Part {
    fn read(&self, rows: Range<usize>, columns: Range<usize>, _: Vec<f64>) -> Result<Vec<f64>> {
        let slice = |range: &Range<usize>| SliceInfoElem::Slice {
            start: range.start as u64,
            end: range.end as u64,
            step: 1,
        };
        let part = SliceInfo {
            selections: vec![slice(&rows), slice(&columns)],
        };
        let read = || -> Result<Vec<f64>> {
            let values = (self.reader)(&self.data, &part).map_err(unreadable)?;
            ensure!(
                values.len() == rows.len() * columns.len(),
                "is damaged; copy it again"
            );
            Ok(values)
        };
        read().with_context(|| format!("data set '{}', row {}", shorten(&self.name), rows.start))
    }
}

/// How parts of numbers of this type are read, where the library knows them.
fn reader(dtype: Dtype) -> Option<PartReader> {
    fn part<T: H5Type + Copy>(
        data: &Dataset,
        part: &SliceInfo,
        float: impl Fn(T) -> f64,
    ) -> hdf5_reader::error::Result<Vec<f64>> {
        let values = data.read_slice::<T>(part)?;
        Ok(values.iter().map(|&x| float(x)).collect())
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers beyond 2^53 are rounded everywhere"
    )]
    Some(match (dtype.kind, dtype.size) {
        (Kind::Float, 4) => |data, slice| part::<f32>(data, slice, f64::from),
        (Kind::Float, 8) => |data, slice| part::<f64>(data, slice, |x| x),
        (Kind::Signed, 1) => |data, slice| part::<i8>(data, slice, f64::from),
        (Kind::Unsigned, 1) => |data, slice| part::<u8>(data, slice, f64::from),
        (Kind::Signed, 2) => |data, slice| part::<i16>(data, slice, f64::from),
        (Kind::Unsigned, 2) => |data, slice| part::<u16>(data, slice, f64::from),
        (Kind::Signed, 4) => |data, slice| part::<i32>(data, slice, f64::from),
        (Kind::Unsigned, 4) => |data, slice| part::<u32>(data, slice, f64::from),
        (Kind::Signed, 8) => |data, slice| part::<i64>(data, slice, |x| x as f64),
        (Kind::Unsigned, 8) => |data, slice| part::<u64>(data, slice, |x| x as f64),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_whole_numbers_and_floats_of_4_and_8_bytes_are_read_in_parts() {
        let is_read = |kind, size| {
            let big_endian = false;
            let dtype = Dtype {
                kind,
                size,
                big_endian,
            };
            reader(dtype).is_some()
        };
        for size in [1, 2, 4, 8] {
            assert!(is_read(Kind::Signed, size), "signed, {size} bytes");
            assert!(is_read(Kind::Unsigned, size), "unsigned, {size} bytes");
        }
        assert!(is_read(Kind::Float, 4) && is_read(Kind::Float, 8));
        // These the library does not know: such files are read whole.
        assert!(!is_read(Kind::Float, 2) && !is_read(Kind::Brain, 2));
    }
}
