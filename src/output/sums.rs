//! Sums over the samples of a table, written as an `.npz`.

use super::npz::Archive;
use super::staged::Staged;
use crate::questions::large::Summed;
use anyhow::{Context, Result};
use saddlepoint_simulator::covariance::Doubled;
use std::io::Write;

/// The name of the array of a format, and what it says.
pub const FORMAT: (&str, &str) = ("format", "saddlepoint sums 1");

/// Writes sums into a file that was opened for them.
///
/// # Errors
/// If it cannot be written.
pub fn write(mut file: Staged, summed: &Summed) -> Result<Staged> {
    let bytes = archive(summed)?;
    file.write_all(&bytes)
        .with_context(|| file.cannot_write())?;
    Ok(file)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of samples stay far below 2^53"
)]
fn archive(summed: &Summed) -> Result<Vec<u8>> {
    let (moments, products) = summed.sums.parts();
    let mut archive = Archive::new();
    archive.word(FORMAT.0, FORMAT.1)?;
    let range = &summed.range;
    let samples = [range.start, range.end, summed.table_rows].map(|n| n as f64);
    archive.vector("samples", &samples)?;
    archive.vector("origin", &moments.origin)?;
    archive.vector("least", &moments.ranges[0])?;
    archive.vector("most", &moments.ranges[1])?;
    for (name, sums) in [("powers", &moments.powers), ("products", products)] {
        let [high, low] = Doubled::parts(sums);
        archive.vector(name, high)?;
        archive.vector(&format!("{name}_low"), low)?;
    }
    archive.finish()
}
