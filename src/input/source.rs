//! Bytes from a file, plain or compressed by gzip, or from stdin.

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

/// The most bytes that a file may hold after decompression.
const MAX_BYTES: u64 = 1 << 31;

/// A reader whose errors say what to do.
pub(super) struct Source {
    reader: Box<dyn Read>,
    left: u64,
    gzip: bool,
}

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(
        File::open(path).context("cannot be opened")?,
    ))
}

impl Source {
    /// A file.
    pub(super) fn open(path: &Path, gzip: bool) -> Result<Self> {
        Ok(Self::new(open(path)?, gzip))
    }

    /// Standard input, uncompressed.
    pub(super) fn stdin() -> Self {
        Self::new(io::stdin(), false)
    }

    /// Any reader.
    pub(super) fn new(reader: impl Read + 'static, gzip: bool) -> Self {
        let reader: Box<dyn Read> = if gzip {
            Box::new(MultiGzDecoder::new(reader))
        } else {
            Box::new(reader)
        };
        Self {
            reader,
            left: MAX_BYTES,
            gzip,
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            Err(_) if self.gzip => {
                let message = "the gzip stream is damaged or ends early; copy the file again";
                return Err(io::Error::other(message));
            }
            other => other?,
        };
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!(
                "more than the limit of {MAX_BYTES} bytes; split the file"
            ))
        })?;
        Ok(read)
    }
}
