//! Words on stderr.

use std::io::{self, Write};

/// Says something in one line.
pub(crate) fn say(words: &str) {
    // Nowhere is left to say that stderr is closed.
    let _ = writeln!(io::stderr(), "saddlepoint: {words}");
}
