//! A bar on stderr if someone is looking, or nothing.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

/// Progress of work whose steps are counted.
///
/// Libraries know no bars: give them `&|done| progress.set(done)` as a callback.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar of `steps` steps, unless `quiet` or stderr is no terminal.
    pub(crate) fn new(steps: u64, quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self {
                bar: ProgressBar::hidden(),
            };
        }
        // Ten updates a second: more flicker, and cost on a slow terminal.
        let target = ProgressDrawTarget::stderr_with_hz(10);
        let style = ProgressStyle::with_template(
            "{bar:40} {pos}/{len}, {elapsed} so far, {eta} to go {msg}",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self {
            bar: ProgressBar::with_draw_target(Some(steps), target).with_style(style),
        }
    }

    /// Tells that `done` of `total` steps are done.
    pub(crate) fn set(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Says what is being done.
    pub(crate) fn say(&self, words: &str) {
        self.bar.set_message(words.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
