//! The `saddlepoint` command: theory, simulation and validation of learning in Restricted Boltzmann Machines.

use std::process::ExitCode;

fn main() -> ExitCode {
    saddlepoint::program::run()
}
