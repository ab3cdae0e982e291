//! A text as it streams by: lines that are too long and bytes that no text has are refused before a table is built from them.

use super::text::Delimiter;
use std::io::{self, Read};

/// The most bytes of one line: a row of a million numbers fits.
const MAX_LINE: usize = 1 << 25;

/// The most columns of a line.
const MAX_COLUMNS: usize = 2_000_000;

/// A reader of lines.
pub(super) struct Lines<R> {
    text: R,
    delimiter: Delimiter,
    /// Number of the line, counted from 1
    line: u64,
    bytes: usize,
    separators: usize,
    last: u8,
}

impl<R: Read> Lines<R> {
    /// Lines of a text with this separator.
    pub(super) fn new(text: R, delimiter: Delimiter) -> Self {
        Self {
            text,
            delimiter,
            line: 1,
            bytes: 0,
            separators: 0,
            last: b'\n',
        }
    }

    fn pass(&mut self, byte: u8) -> Result<(), String> {
        if byte == b'\n' || byte == b'\r' {
            // The two of Windows end one line.
            self.line += u64::from(!(byte == b'\n' && self.last == b'\r'));
            (self.bytes, self.separators) = (0, 0);
        } else {
            self.bytes += 1;
            self.separators += usize::from(match self.delimiter {
                Delimiter::Byte(separator) => byte == separator,
                Delimiter::Blanks => byte.is_ascii_whitespace() && !self.last.is_ascii_whitespace(),
            });
        }
        self.last = byte;
        let line = self.line;
        match () {
            () if byte == 0 => Err(format!(
                "line {line}, byte {}: is a NUL, which no text of numbers has; save it as UTF-8, or name the file by its format (.npy, .npz, .h5)",
                self.bytes
            )),
            () if self.bytes > MAX_LINE => Err(format!(
                "line {line} has more than the limit of {MAX_LINE} bytes; put one sample on a line"
            )),
            () if self.separators >= MAX_COLUMNS => Err(format!(
                "line {line} has more than the limit of {MAX_COLUMNS} columns; put one sample on a line"
            )),
            () => Ok(()),
        }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        for &byte in &buffer[..read] {
            self.pass(byte).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets a text stream by.
    fn pass(text: &[u8]) -> io::Result<u64> {
        let mut lines = Lines::new(text, Delimiter::Byte(b','));
        io::copy(&mut lines, &mut io::sink())
    }

    #[test]
    fn the_separators_of_a_line_count_its_columns() {
        let commas = vec![b','; MAX_COLUMNS];
        let error = pass(&commas).unwrap_err().to_string();
        assert!(
            error.contains("line 1 has more than the limit of 2000000 columns"),
            "{error}"
        );
        let half = &commas[MAX_COLUMNS / 2 - 1..];
        assert!(pass(&[half, b"\n", half].concat()).is_ok());
        assert!(pass(&vec![b'1'; MAX_COLUMNS]).is_ok());
    }
}
