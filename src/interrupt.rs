//! Ctrl-C and SIGTERM: the command stops at once and leaves no temporary file behind.

use crate::commands::Status;
use crate::output::{kept, staged};
use anyhow::{Context, Result, bail};
use std::sync::mpsc;
use std::thread;

/// As much as the main thread has on common systems, since this thread does its work.
pub(crate) const STACK_BYTES: usize = 8 << 20;

/// Runs `command` on a thread of its own, so that the caller can return as soon as a signal arrives: the end of a server, and an interruption
/// of anything else.
///
/// # Errors
/// Those of `command`, an interruption, and a bug that made `command` panic.
pub(crate) fn run(
    is_server: bool,
    command: impl FnOnce() -> Result<Status> + Send + 'static,
) -> Result<Status> {
    let (sender, receiver) = mpsc::channel();
    let interrupted = sender.clone();
    // A system without signals runs the command all the same.
    let _ = ctrlc::set_handler(move || {
        let _ = interrupted.send(None);
    });
    let worker = thread::Builder::new()
        .name("command".into())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(command));
            let _ = sender.send(Some(outcome));
        });
    worker.context("cannot start a thread")?;
    match receiver
        .recv()
        .context("the command ended without a result")?
    {
        Some(Ok(outcome)) => outcome,
        Some(Err(_)) => {
            staged::abandon();
            bail!(
                "a bug stopped the command, {}; please report the message above",
                kept::describe()
            );
        }
        None if is_server => Ok(Status::Done),
        None => {
            staged::abandon();
            bail!("interrupted, {}", kept::describe());
        }
    }
}
