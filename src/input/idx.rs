//! The IDX format of the MNIST files: two zero bytes, type, number of dimensions, dimensions, numbers; all big-endian.
//!
//! # References
//! `LeCun`, Cortes & Burges, The MNIST database of handwritten digits (1998).

use super::Raw;
use super::dtype::{Dtype, Kind};
use super::limit::Limit;
use anyhow::{Context, Result, bail};
use std::io::Read;

/// Reads a matrix: the first dimension counts rows, the others are flattened.
pub(super) fn read(mut source: impl Read, limit: Limit) -> Result<Raw> {
    let mut magic = [0; 4];
    source
        .read_exact(&mut magic)
        .context("ends within the 4 bytes at its start; copy it again")?;
    let [0, 0, code, dimensions] = magic else {
        bail!("byte 0: an IDX file starts with two zero bytes, not {magic:02x?}");
    };
    let (kind, size) = match code {
        0x08 => (Kind::Unsigned, 1),
        0x09 => (Kind::Signed, 1),
        0x0b => (Kind::Signed, 2),
        0x0c => (Kind::Signed, 4),
        0x0d => (Kind::Float, 4),
        0x0e => (Kind::Float, 8),
        _ => bail!("byte 2: {code:#04x} is no IDX type; expected 08, 09, 0b, 0c, 0d or 0e"),
    };
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        let mut size = [0; 4];
        source
            .read_exact(&mut size)
            .context("ends within its list of dimensions; copy it again")?;
        shape.push(u64::from(u32::from_be_bytes(size)));
    }
    let (rows, columns) = limit.rows_and_columns(&shape)?;
    let values = Dtype {
        kind,
        size,
        big_endian: true,
    }
    .read_all(source, rows * columns)?;
    Raw::new(shape, values, false)
}
