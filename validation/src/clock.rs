//! Time that a computation takes of its processor, which other programs do not lengthen.

/// Seconds of processor time that this thread has taken.
#[cfg(unix)]
pub(crate) fn seconds() -> f64 {
    use rustix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::ThreadCPUTime);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds and nanoseconds far below 2^53"
    )]
    let (seconds, nanoseconds) = (now.tv_sec as f64, now.tv_nsec as f64);
    seconds + 1e-9 * nanoseconds
}

/// Seconds since the first call: other systems do not tell of threads.
#[cfg(not(unix))]
pub(crate) fn seconds() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGIN.elapsed().as_secs_f64()
}
