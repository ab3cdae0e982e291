//! Growth rates of waves on uniform weights, from samples.

use saddlepoint_simulator::Samples;
use saddlepoint_theory::solver::root::find_root;
use saddlepoint_theory::units::Unit as Visible;

use crate::comparison::{as_float, mean};
use crate::error::Result;

/// Weights between which uniform ones are looked for: small ones grow, since the uniform mode has an eigenvalue above 1; at a = 3 the first term of the slope is ⟨|U|⟩/N, far below φ'(a).
const WEIGHTS: [f64; 2] = [1e-3, 3.0];

/// Factors of these weights between which those of a machine with biases are looked for: further up the hidden unit is polarised whatever the data.
const AROUND: [f64; 2] = [0.9, 1.12];

/// Steps of Newton's method for the hidden bias, which is small.
const STEPS: usize = 40;

/// What uniform weights see of samples x.
pub(super) struct Sums {
    units: f64,
    /// U = Σ x of each sample.
    fields: Vec<f64>,
    /// `|x_q|²/N` of each sample, averaged over waves.
    powers: Vec<f64>,
}

/// Weights, hidden bias and the hidden unit's mean at which the sampled gradient vanishes.
struct Biased {
    slope: f64,
    bias: f64,
    hidden: f64,
}

impl Sums {
    pub(super) fn of(samples: &Samples, power: impl Fn(&[f64]) -> f64) -> Self {
        let mut row = vec![0.0; samples.columns()];
        let (mut fields, mut powers) = (Vec::new(), Vec::new());
        for index in 0..samples.rows() {
            samples.write_row(index, &mut row);
            fields.push(row.iter().sum::<f64>());
            powers.push(power(&row));
        }
        Self {
            units: as_float(row.len()),
            fields,
            powers,
        }
    }

    /// `⟨|x_q|² sech²(a U)⟩/N − φ''(a)` where `⟨U tanh(a U)⟩/N = φ'(a)`.
    pub(super) fn rate(&self, visible: Visible) -> Result<f64> {
        let a = self.weight(visible)?;
        Ok(self.curvature(a, 0.0) - visible.variance(a))
    }

    /// The uniform weight at which the gradient vanishes.
    fn weight(&self, visible: Visible) -> Result<f64> {
        let slope = |a: f64| {
            let along = mean(self.fields.iter().map(|u| u * (a * u).tanh()));
            along / self.units - visible.mean(a)
        };
        Ok(find_root("sampled slope", slope, WEIGHTS[0], WEIGHTS[1], 1e-12)?.x)
    }

    /// The same of Gaussian visible units with learned biases.
    ///
    /// With the visible bias b of every unit, the hidden bias c and `t = ⟨tanh(a U + c)⟩`, the gradient vanishes where `b = ⟨U⟩/N − a t`, `t = tanh(c + N a b)`
    /// and `⟨U tanh(a U + c)⟩/N = a + b t`; a wave of visible biases goes along with one of weights, −t times as strong: the rate is
    /// `⟨|x_q|² sech²(a U + c)⟩/N − 1 + t²`.
    pub(super) fn rate_with_biases(&self) -> Result<f64> {
        let slope = |a: f64| self.with_biases(a).slope;
        let without = self.weight(Visible::Gaussian)?;
        let [lower, upper] = AROUND.map(|factor| factor * without);
        let a = find_root("sampled slope with biases", slope, lower, upper, 1e-12)?.x;
        let Biased { bias, hidden, .. } = self.with_biases(a);
        Ok(self.curvature(a, bias) - 1.0 + hidden * hidden)
    }

    fn curvature(&self, a: f64, bias: f64) -> f64 {
        let terms = self.fields.iter().zip(&self.powers);
        mean(terms.map(|(u, power)| power * (a * u + bias).cosh().recip().powi(2)))
    }

    /// The slope along uniform weights where the gradient of the biases vanishes.
    fn with_biases(&self, a: f64) -> Biased {
        let along = mean(self.fields.iter().copied());
        let norm = self.units * a * a;
        let (mut bias, mut hidden) = (0.0, 0.0);
        for _ in 0..STEPS {
            let fields = self.fields.iter();
            let means: Vec<f64> = fields.map(|u| (a * u + bias).tanh()).collect();
            hidden = mean(&means);
            let response = mean(means.iter().map(|t| 1.0 - t.powi(2)));
            let machine = (bias + a * along - norm * hidden).tanh();
            let change = (1.0 - machine * machine) * (1.0 - norm * response);
            let step = (hidden - machine) / (response - change);
            bias -= step;
            if step.abs() < 1e-13 {
                break;
            }
        }
        let visible = along / self.units - a * hidden;
        let data = mean(self.fields.iter().map(|u| u * (a * u + bias).tanh()));
        Biased {
            slope: data / self.units - a - visible * hidden,
            bias,
            hidden,
        }
    }
}
