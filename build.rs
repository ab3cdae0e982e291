//! Tells the program which commit it was built from, if it was built in its own git repository.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Every commit and checkout appends to this file.
    let log = Path::new(".git/logs/HEAD");
    if !log.exists() {
        return;
    }
    println!("cargo::rerun-if-changed={}", log.display());
    let commit = Command::new("git").args(["rev-parse", "HEAD"]).output();
    if let Some(output) = commit.ok().filter(|output| output.status.success()) {
        let commit = String::from_utf8_lossy(&output.stdout);
        println!("cargo::rustc-env=SADDLEPOINT_COMMIT={}", commit.trim());
    }
}
