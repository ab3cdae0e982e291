//! Tables out: stdout or a file with its sidecar, and a figure of what the table holds.

mod fields;
mod format;
pub mod kept;
pub mod machine;
pub mod matrix;
mod npy;
pub mod npz;
mod read;
mod rows;
pub mod sidecar;
pub mod staged;
pub mod sums;
mod table_writer;
#[cfg(test)]
mod tests;
mod whole;
mod writer;

pub use fields::nearest;
pub use format::Format;
pub use read::{Origin, ReadTable, read_table};
pub use table_writer::{Destination, TableWriter, Written};
pub use writer::{Summary, Tally, Writer};

use crate::table::Table;
use anyhow::Result;
use std::io;

/// The bytes of a file with this table in this format.
///
/// # Errors
/// If a number has no place in the format.
pub fn bytes(table: &Table, format: Format) -> Result<Vec<u8>> {
    if format.is_streamed() {
        rows::RowWriter::bytes(table, format)
    } else {
        Ok(whole::text(table, format).into_bytes())
    }
}

/// Whether the reader of our stdout went away, as `head` does: no error to speak of.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
