//! The machine as independent Gaussian pairs.

use super::{Layer, Machine, Modes, Unit};
use crate::numerics::{count, dot};

/// ln Z with the reciprocal variables taken as Gaussian, with the mean and variance that they have in free units.
///
/// ```text
/// ln Z = Σ_units φ(0) + Σ_k ln E[exp(a_k x + b_k y + s_k x y)],   x ~ N((Uᵀμ_v)_k, D_v),   y ~ N((Vᵀμ_h)_k, D_h)
/// ```
///
/// where `a = Uᵀb`, `b = Vᵀc` are the rotated biases and μ, D the mean and variance of a free unit: 0 and 1 for spins, 1/2 and
/// 1/4 for binary units. Directions without a partner give `a μ + D a²/2`. The pairs are Gaussian in the limit of many units
/// at fixed `s_k`; without biases and for spins this is `(N+M) ln 2 − ½ Σ ln(1 − s_k²)`. `None` where the integral diverges,
/// that is unless all `s_k √(D_v D_h) < 1`: s < 1 for spins, s < 4 for binary units.
pub fn gaussian_log_partition(machine: &Machine, modes: &Modes) -> Option<f64> {
    let (visible, hidden) = (machine.visible(), machine.hidden());
    let first = Free::new(visible, Layer::Visible, machine.visible_bias(), modes);
    let second = Free::new(hidden, Layer::Hidden, machine.hidden_bias(), modes);
    let mut total = first.unpaired() + second.unpaired();
    for (k, &s) in modes.singular_values().iter().enumerate() {
        total += pair_log_integral(
            s,
            [first.fields[k], second.fields[k]],
            [first.means[k], second.means[k]],
            [first.variance, second.variance],
        )?;
    }
    Some(total)
}

/// What the leading terms beyond [`gaussian_log_partition`] add to it: how far units are from Gaussian ones; `None` where that diverges.
///
/// ```text
/// Σ_units [κ₃ (θ³ + 3 θ S)/6 + κ₄ (θ⁴ + 6 θ² S + 3 S²)/24],   θ = b + W⟨h⟩ (or c + Wᵀ⟨v⟩),   S_i = Σ_k u_ik² ŝ_k²/((1 − ŝ_k²) D)
/// ```
///
/// with κ the third and fourth cumulant of a free unit of variance D, and θ, S the mean and variance of its field under the Gaussian law, ŝ = s √(`D_v` `D_h`)
/// (own): the first order of `ln ⟨exp Σ [φ(θ) − φ to second order]⟩`.
pub fn gaussian_next_term(machine: &Machine, modes: &Modes) -> Option<f64> {
    let units = [machine.visible(), machine.hidden()];
    let first = Free::new(units[0], Layer::Visible, machine.visible_bias(), modes);
    let second = Free::new(units[1], Layer::Hidden, machine.hidden_bias(), modes);
    let product = first.variance * second.variance;
    let s = modes.singular_values();
    let spreads: Option<Vec<f64>> = s
        .iter()
        .map(|s| {
            let square = s * s * product;
            (square < 1.0).then(|| square / (1.0 - square))
        })
        .collect();
    let spreads = spreads?;
    // The mean of x (or y) of each pair, and what it adds to the fields of the other layer.
    let pulled = |here: &Free, there: &Free| -> Vec<f64> {
        let pair = |k: usize| {
            let alone = |free: &Free| free.means[k] + free.variance * free.fields[k];
            let mean = (alone(here) + here.variance * s[k] * alone(there)) * (1.0 + spreads[k]);
            s[k] * mean
        };
        (0..s.len()).map(pair).collect()
    };
    let mut total = 0.0;
    for (here, there, layer, bias) in [
        (&first, &second, Layer::Visible, machine.visible_bias()),
        (&second, &first, Layer::Hidden, machine.hidden_bias()),
    ] {
        let pulls = pulled(there, here);
        let mut fields = bias.to_vec();
        let mut variances = vec![0.0; bias.len()];
        for (k, (pull, spread)) in pulls.iter().zip(&spreads).enumerate() {
            for (i, u) in modes.vector(layer, k).iter().enumerate() {
                fields[i] += pull * u;
                variances[i] += spread * u * u / here.variance;
            }
        }
        let [third, fourth] = here.unit.third_and_fourth_cumulant(0.0);
        let terms = fields.iter().zip(variances).map(|(t, s)| {
            let cubic = t * (t * t + 3.0 * s);
            let quartic = t * t * (t * t + 6.0 * s) + 3.0 * s * s;
            third * cubic / 6.0 + fourth * quartic / 24.0
        });
        total += terms.sum::<f64>();
    }
    Some(total)
}

/// ln E[exp(a x + b y + s x y)] over independent Gaussian x and y; `None` where it diverges.
///
/// ```text
/// a μ + b ν + s μ ν + (D p² + 2 s D E p q + E q²)/(2 (1 − s² D E)) − ½ ln(1 − s² D E),   p = a + s ν,   q = b + s μ
/// ```
///
/// for `fields` (a, b), `means` (μ, ν) and `variances` (D, E).
pub fn pair_log_integral(
    singular_value: f64,
    fields: [f64; 2],
    means: [f64; 2],
    variances: [f64; 2],
) -> Option<f64> {
    let s = singular_value;
    let [d, e] = variances;
    let rest = 1.0 - s * s * d * e;
    if rest <= 0.0 {
        return None;
    }
    let (p, q) = (fields[0] + s * means[1], fields[1] + s * means[0]);
    let linear = fields[0] * means[0] + fields[1] * means[1] + s * means[0] * means[1];
    let quadratic = (d * p * p + 2.0 * s * d * e * p * q + e * q * q) / (2.0 * rest);
    Some(linear + quadratic - 0.5 * rest.ln())
}

/// Covariance of the reciprocal variables (x, y) of one unbiased Gaussian pair; `None` where s √(D E) ≥ 1.
///
/// ```text
/// [[1/D, −s], [−s, 1/E]]⁻¹ = [[D, s D E], [s D E, E]]/(1 − s² D E)
/// ```
pub fn pair_covariance(singular_value: f64, visible: Unit, hidden: Unit) -> Option<[[f64; 2]; 2]> {
    let (d, e) = (visible.variance(0.0), hidden.variance(0.0));
    let rest = 1.0 - singular_value * singular_value * d * e;
    let mixed = singular_value * d * e / rest;
    (rest > 0.0).then(|| [[d / rest, mixed], [mixed, e / rest]])
}

/// Excess kurtoses of x, of y and of the unstable direction of one unbiased pair, to leading order in the number of units; `None`
/// where ŝ = s √(D E) ≥ 1.
///
/// ```text
/// x: (κ_v G_u + κ_h G_v ŝ⁴)/(1 − ŝ²)²,   y: (κ_v G_u ŝ⁴ + κ_h G_v)/(1 − ŝ²)²,   φ: (κ_v G_u + κ_h G_v)/(4 (1 − ŝ)²)
/// ```
///
/// with `couplings` (`G_u`, `G_v`) = (Σ u⁴, Σ v⁴), κ the excess kurtosis of a free unit, −2 for spin and binary units and 0 for
/// Gaussian ones, and φ = (x/√D + y/√E)/√2 (own). G is 3/(n + 2) on average over random vectors: all three fall as 1/N, at a rate
/// that diverges at the transition, where the expansion ends. The next order is `O(1/N²)`; at ŝ = 0 the first two are exact.
pub fn pair_excess_kurtosis(
    singular_value: f64,
    couplings: [f64; 2],
    visible: Unit,
    hidden: Unit,
) -> Option<[f64; 3]> {
    let free = |unit: Unit| unit.third_and_fourth_cumulant(0.0)[1] / unit.variance(0.0).powi(2);
    let (u, v) = (free(visible) * couplings[0], free(hidden) * couplings[1]);
    let s = singular_value * (visible.variance(0.0) * hidden.variance(0.0)).sqrt();
    let rest = (1.0 - s * s).powi(2);
    let slow = 4.0 * (1.0 - s).powi(2);
    let fourth = s.powi(4);
    (s.abs() < 1.0).then(|| {
        [
            (u + v * fourth) / rest,
            (u * fourth + v) / rest,
            (u + v) / slow,
        ]
    })
}

/// One layer's free units, projected on the modes.
struct Free {
    unit: Unit,
    units: f64,
    log_partition: f64,
    variance: f64,
    fields: Vec<f64>,
    means: Vec<f64>,
    /// |b|² and b·μ over all units.
    square: f64,
    product: f64,
}

impl Free {
    fn new(unit: Unit, layer: Layer, bias: &[f64], modes: &Modes) -> Self {
        let mean = vec![unit.mean(0.0); bias.len()];
        Self {
            unit,
            units: count(bias.len()),
            log_partition: unit.log_partition(0.0),
            variance: unit.variance(0.0),
            fields: modes.project(layer, bias),
            means: modes.project(layer, &mean),
            square: dot(bias, bias),
            product: dot(bias, &mean),
        }
    }

    /// φ(0) of all units, and the directions without a partner.
    fn unpaired(&self) -> f64 {
        let square = self.square - dot(&self.fields, &self.fields);
        let product = self.product - dot(&self.fields, &self.means);
        self.units * self.log_partition + product + 0.5 * self.variance * square
    }
}
