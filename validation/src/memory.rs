//! Memory that the program takes, where Linux tells.

use std::fs;

/// The most memory since a moment, and that at the start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peak {
    base: Option<f64>,
}

impl Peak {
    /// From now on.
    pub(crate) fn new() -> Self {
        Self {
            base: bytes("VmRSS:"),
        }
    }

    /// Memory at the start, in bytes.
    pub(crate) fn base(self) -> Option<f64> {
        self.base
    }

    /// Forgets the most that there was.
    pub(crate) fn reset() {
        // Where this is not allowed, the most since the program began counts: too much and never too little.
        let _ = fs::write("/proc/self/clear_refs", "5");
    }

    /// The most memory since the last reset beyond that at the start, in bytes.
    pub(crate) fn growth(self) -> Option<f64> {
        let most = bytes("VmHWM:")?;
        Some((most - self.base?).max(0.0))
    }
}

/// A line of the status of this process, in bytes.
fn bytes(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}
