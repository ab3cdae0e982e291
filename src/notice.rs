//! Words on stderr, and errors as one line.

use std::cell::RefCell;
use std::io::{self, Write};

thread_local! {
    /// What this thread has said to whoever listens.
    static HEARD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs something, and gives back what it says on this thread in place of stderr.
pub(crate) fn hear<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    /// Puts back who listened before, also when `run` panics.
    struct Before(Option<Vec<String>>);

    impl Drop for Before {
        fn drop(&mut self) {
            HEARD.set(self.0.take());
        }
    }

    let _before = Before(HEARD.replace(Some(Vec::new())));
    let answer = run();
    (answer, HEARD.take().unwrap_or_default())
}

/// Says something in one line.
pub(crate) fn say(words: &str) {
    let is_heard = HEARD.with_borrow_mut(|heard| {
        heard
            .as_mut()
            .map(|heard| heard.push(words.to_owned()))
            .is_some()
    });
    if is_heard {
        return;
    }
    // Nowhere is left to say that stderr is closed.
    let _ = writeln!(io::stderr(), "saddlepoint: {words}");
}

/// An error with its causes in one line.
pub(crate) fn line(error: &anyhow::Error) -> String {
    format!("{error:#}").replace('\n', " ")
}
