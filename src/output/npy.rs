//! `NumPy`'s NPY format, written.

use std::io::{self, Write};

/// Writes an array in C order with NPY version 1.0: magic, version, length of the header, header padded so that the numbers
/// start at a multiple of 64 bytes, the numbers.
pub(super) fn write<T: Copy, const BYTES: usize>(
    writer: &mut impl Write,
    descr: &str,
    shape: &[usize],
    values: &[T],
    bytes: impl Fn(T) -> [u8; BYTES],
) -> io::Result<()> {
    // A tuple of one size keeps its comma.
    let comma = if shape.len() == 1 { "," } else { "" };
    let shape = shape
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}{comma}), }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    writer.write_all(b"\x93NUMPY\x01\x00")?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    values
        .iter()
        .try_for_each(|&value| writer.write_all(&bytes(value)))
}
