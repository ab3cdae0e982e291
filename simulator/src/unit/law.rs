//! What every kind of unit says of itself.

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::Result;

/// What makes a kind of unit; the formulas of [`Unit`] say what each function is.
pub(crate) trait Law {
    /// Its name, without a parameter.
    fn name(&self) -> &'static str;

    /// The parameter behind its name.
    fn parameter(&self) -> Option<f64> {
        None
    }

    /// Errs for a parameter out of its domain.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// U(x).
    fn potential(&self, value: f64) -> f64;

    /// Whether x can have the value.
    fn allows(&self, value: f64) -> bool;

    /// The two values of a unit that has no others, the smaller one first.
    fn two_values(&self) -> Option<[f64; 2]> {
        None
    }

    /// φ(I).
    fn cumulant(&self, input: f64) -> f64;

    /// φ′(I).
    fn mean(&self, input: f64) -> f64;

    /// φ″(I).
    fn variance(&self, input: f64) -> f64;

    /// A(ρ).
    fn log_weight(&self, variance: f64) -> f64;

    /// 2 A′(ρ).
    fn mean_square(&self, variance: f64) -> f64;

    /// A random x given its input.
    fn draw(&self, input: f64, rng: &mut Xoshiro256PlusPlus) -> f64;

    /// The bias of a unit without other inputs, from the sum of its values in P samples and P; none where means do not
    /// determine it.
    fn bias(&self) -> Option<fn(f64, f64) -> f64> {
        None
    }

    /// Draws one unit per input, in order.
    fn draw_all(&self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        for (value, &input) in values.iter_mut().zip(inputs) {
            *value = self.draw(input, rng);
        }
    }

    /// Mean of one unit per input.
    fn mean_all(&self, inputs: &[f64], means: &mut [f64]) {
        for (mean, &input) in means.iter_mut().zip(inputs) {
            *mean = self.mean(input);
        }
    }

    /// Σ φ(scale · I) over the inputs.
    fn cumulant_sum(&self, inputs: &[f64], scale: f64) -> f64 {
        inputs.iter().map(|&i| self.cumulant(scale * i)).sum()
    }
}
