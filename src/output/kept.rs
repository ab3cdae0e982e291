//! What outlives an interruption: rows that were handed over, and checkpoints.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

struct Kept {
    /// Whether anything of a table leaves the program or has left it.
    has_begun: bool,
    rows: usize,
    checkpoints: Option<PathBuf>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    has_begun: false,
    rows: 0,
    checkpoints: None,
});

fn kept() -> MutexGuard<'static, Kept> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that a part of a table leaves the program, perhaps within a row.
pub(super) fn begun() {
    kept().has_begun = true;
}

/// Notes how many rows of a table have left the program for good.
pub(super) fn rows(count: usize) {
    kept().rows = count;
}

/// Notes where checkpoints are written, from which the same command goes on.
pub fn checkpoints(place: &Path) {
    kept().checkpoints = Some(place.to_owned());
}

/// What there is, in words.
pub fn describe() -> String {
    let kept = kept();
    let mut words = Vec::new();
    if kept.rows > 0 {
        let plural = if kept.rows == 1 { "" } else { "s" };
        words.push(format!("{} row{plural} went to stdout", kept.rows));
    } else if kept.has_begun {
        words.push("the first rows went to stdout".to_owned());
    }
    if let Some(place) = kept.checkpoints.as_deref().filter(|place| place.exists()) {
        let place = place.display();
        words.push(format!(
            "what is done is kept in {place}: --resume with the same flags goes on from it"
        ));
    }
    if words.is_empty() {
        words.push("nothing was written".to_owned());
    }
    words.join("; ")
}
