//! Bytes from a file, plain or compressed by gzip, or from stdin.

use super::limit::Limit;
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
    limit: Limit,
}

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(
        File::open(path).context("cannot be opened")?,
    ))
}

/// Bytes of a file.
pub(super) fn length(path: &Path) -> Result<u64> {
    let data = std::fs::metadata(path).context("cannot be opened")?;
    Ok(data.len())
}

impl Source {
    /// A file.
    pub(super) fn open(path: &Path, gzip: bool) -> Result<Self> {
        let packed = if gzip { Some(length(path)?) } else { None };
        Ok(Self::new(open(path)?, packed))
    }

    /// Standard input, uncompressed.
    pub(super) fn stdin() -> Self {
        Self::new(io::stdin(), None)
    }

    /// Any reader, of this many bytes if it is compressed by gzip.
    pub(super) fn new(reader: impl Read + 'static, packed: Option<u64>) -> Self {
        let gzip = packed.is_some();
        let reader: Box<dyn Read> = if gzip {
            Box::new(MultiGzDecoder::new(reader))
        } else {
            Box::new(reader)
        };
        Self {
            reader,
            left: MAX_BYTES,
            gzip,
            limit: packed.map_or(Limit::PLAIN, Limit::packed),
        }
    }

    /// How many numbers the bytes may hold.
    pub(super) fn limit(&self) -> Limit {
        self.limit
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
