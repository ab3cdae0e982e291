//! Inference of a receptive field: what can be learnt from a number of samples, at best or by a student that believes in another
//! temperature, and how many samples it takes.

pub mod critical;
mod laws;
pub mod mismatched;
pub mod mismatched_lines;
pub mod solutions;

pub use critical::Critical;
pub use laws::SoftLaws;
pub use mismatched::Mismatched;
pub use mismatched_lines::MismatchedLines;
pub use solutions::Solutions;

use anyhow::{Context, Result};
use saddlepoint_theory::replica::inference::{Prior, StateEvolution};

/// Models v = √(snr/N) s ξ + z of data: one hidden value s per sample, a receptive field ξ of N weights, unit noise z.
#[derive(Debug, Clone)]
pub struct Models {
    /// Laws of the weights.
    pub weight_prior: Vec<Prior>,
    /// Laws of the hidden values.
    pub hidden_prior: Vec<Prior>,
    /// Signal-to-noise ratios, above 0.
    pub snr: Vec<f64>,
}

impl Models {
    /// Every combination, the signal-to-noise ratio varying fastest.
    fn all(&self) -> Result<Vec<StateEvolution>> {
        let mut models = Vec::new();
        for &weights in &self.weight_prior {
            for &hidden in &self.hidden_prior {
                for &snr in &self.snr {
                    let name =
                        || format!("--weight-prior {weights} --hidden-prior {hidden} --snr {snr}");
                    let model = StateEvolution::new(weights, hidden, snr);
                    models.push(model.with_context(name)?);
                }
            }
        }
        Ok(models)
    }
}
