//! Pure functions of a model's parameters: no randomness, no files, no printing.

pub mod covariance;
pub mod error;
pub mod quadrature;
pub mod solver;
pub mod spectra;

pub use error::{Error, Result};
