//! Words on stderr, and errors as one line.

use std::io::{self, Write};

/// Says something in one line.
pub(crate) fn say(words: &str) {
    // Nowhere is left to say that stderr is closed.
    let _ = writeln!(io::stderr(), "saddlepoint: {words}");
}

/// An error with its causes in one line.
pub(crate) fn line(error: &anyhow::Error) -> String {
    format!("{error:#}").replace('\n', " ")
}
