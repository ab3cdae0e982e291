//! Exact sums over a small layer.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::{Landscape, Layer, Machine, Unit};
use crate::error::{Error, Result, check};
use crate::numerics::{count, dot};

/// The most units whose states are enumerated: 33 million of them.
const MOST_UNITS: usize = 25;

/// The most units where each state costs a characteristic function.
pub(super) const MOST_UNITS_OF_PROFILE: usize = 18;

/// The most points of a characteristic function times the units behind it: 160 MB.
const MOST_POINTS: f64 = 1e7;

/// States between two computations of the fields from scratch, which end the growth of rounding errors.
const REFRESH: u64 = 1 << 10;

/// Where the characteristic function of the noise, exp(−t²/4), is below rounding.
const CUTOFF: f64 = 12.5;

/// A density below this fraction of its largest value is made of rounding errors.
const RELIABLE: f64 = 1e-11;

/// True where [`exact_log_partition`] can be computed.
pub fn is_enumerable(machine: &Machine) -> bool {
    smaller_layer(machine, MOST_UNITS).is_some()
}

/// ln Z by enumeration of the smaller discrete layer, 25 units at most, in the order of a Gray code.
///
/// ```text
/// Z = Σ_h exp(c·h) Π_i exp φ_v(b_i + Σ_j W_ij h_j)
/// ```
///
/// Each state differs from the one before in one unit, so that it costs one column of W.
///
/// # Errors
/// [`Error::OutOfDomain`] if no discrete layer is that small, [`Error::Unit`] if no layer is discrete.
pub fn exact_log_partition(machine: &Machine) -> Result<f64> {
    let machine = enumerable(machine, MOST_UNITS)?.0;
    let mut sum = LogSum::default();
    visit(&machine, |_, fields, bias| {
        sum.add(bias + machine.visible().log_partition_of_layer(fields));
    });
    Ok(sum.value())
}

/// −ln P(a) along one mode, relative to a = 0: the exact counterpart of the mean-field profile.
///
/// ```text
/// P(a) = ⟨ N(a; √s (x + y)/2, 1/2) ⟩ = ∫ Π d(Im a) Π_rest d²a exp(−A)/Z
/// ```
///
/// the law of the real part of the mode's boson, all other modes summed over. Along the imaginary direction the mean-field
/// profile takes the saddle, so that the two agree to leading order in the number of units. Each state of the smaller layer
/// contributes its characteristic function, a product over the other layer; `None` where P is below rounding.
///
/// # Errors
/// [`Error::OutOfDomain`] if no discrete layer has 18 units or fewer, or an amplitude is not finite; [`Error::Unit`] if no layer is
/// discrete, or the other one is of double-well or rectified units.
pub fn exact_profile(
    machine: &Machine,
    landscape: &Landscape,
    mode: usize,
    amplitudes: &[f64],
) -> Result<Vec<Option<f64>>> {
    for &a in amplitudes {
        check("amplitude", "finite", a, |_| true)?;
    }
    check("mode", "below the number of modes", count(mode), |_| {
        mode < landscape.modes().len()
    })?;
    let (machine, layers) = enumerable(machine, MOST_UNITS_OF_PROFILE)?;
    let [outer, inner] = layers.map(|layer| landscape.direction(layer, mode));
    let width = width(&machine, outer.1, inner.1);
    // Beyond, the law is below rounding.
    let reach = width + 2.0 * CUTOFF;
    let within = amplitudes.iter().map(|a| a.abs()).filter(|a| *a <= reach);
    let furthest = within.fold(0.0, f64::max);
    let step = 2.0 * PI / (width + furthest + 2.0 * CUTOFF);
    let mut law = CharacteristicFunction::new(step, machine.visible(), outer.1)?;
    visit(&machine, |hidden, fields, bias| {
        let terms = hidden.iter().zip(inner.0).zip(inner.1);
        let shift: f64 = terms.map(|((h, mean), w)| 0.5 * w * (h - mean)).sum();
        let log_weight = bias + machine.visible().log_partition_of_layer(fields);
        law.add(log_weight, shift, fields);
    });
    let centre: f64 = outer
        .0
        .iter()
        .zip(outer.1)
        .map(|(mean, w)| 0.5 * mean * w)
        .sum();
    let density = |a: f64| law.density(a + centre);
    let origin = density(0.0);
    let at = |&a: &f64| if a.abs() <= reach { density(a) } else { 0.0 };
    let densities: Vec<f64> = amplitudes.iter().map(at).collect();
    let least = RELIABLE * densities.iter().copied().fold(origin, f64::max);
    Ok(densities
        .into_iter()
        .map(|p| (p > least && origin > least).then(|| (origin / p).ln()))
        .collect())
}

/// A bound of |√s (x + y)/2|, and of what a Gaussian layer adds to the width of the noise.
fn width(machine: &Machine, outer: &[f64], inner: &[f64]) -> f64 {
    // Discrete units stray from their mean by 2 at most.
    let enumerated: f64 = inner.iter().map(|w| w.abs()).sum();
    if machine.visible().states().is_some() {
        return enumerated + outer.iter().map(|w| w.abs()).sum::<f64>();
    }
    let square: f64 = outer.iter().map(|w| w * w).sum();
    let columns = machine.weights().col_iter();
    let reach = |column: faer::ColRef<'_, f64>| -> f64 {
        let pairs = column.iter().zip(outer);
        pairs.map(|(weight, w)| (weight * w).abs()).sum()
    };
    enumerated + columns.map(reach).sum::<f64>() + CUTOFF * square.sqrt()
}

/// The layer to enumerate: the smaller discrete one.
fn smaller_layer(machine: &Machine, most: usize) -> Option<Layer> {
    let fits = |unit: Unit, units: usize| unit.states().is_some() && units <= most;
    let visible = fits(machine.visible(), machine.visible_units());
    let hidden = fits(machine.hidden(), machine.hidden_units());
    let is_smaller = machine.hidden_units() <= machine.visible_units();
    match (visible, hidden) {
        (_, true) if is_smaller || !visible => Some(Layer::Hidden),
        (true, _) => Some(Layer::Visible),
        _ => None,
    }
}

/// The machine turned such that the hidden layer is the one to enumerate, and what its two layers were.
pub(super) fn enumerable(machine: &Machine, most: usize) -> Result<(Machine, [Layer; 2])> {
    match smaller_layer(machine, most) {
        Some(Layer::Hidden) => Ok((machine.clone(), [Layer::Visible, Layer::Hidden])),
        Some(Layer::Visible) => Ok((machine.transposed(), [Layer::Hidden, Layer::Visible])),
        None if machine
            .visible()
            .states()
            .or(machine.hidden().states())
            .is_none() =>
        {
            Err(Error::Unit {
                quantity: "enumeration",
                unit: machine.hidden().to_string(),
                reason: "neither they nor the visible units have finitely many states",
            })
        }
        None => Err(Error::OutOfDomain {
            name: "units of the smaller discrete layer",
            domain: if most == MOST_UNITS {
                "25 or fewer"
            } else {
                "18 or fewer"
            },
            value: count(machine.visible_units().min(machine.hidden_units())),
        }),
    }
}

/// Calls `state(h, b + W h, c·h)` for every state of the hidden layer.
pub(super) fn visit(machine: &Machine, mut state: impl FnMut(&[f64], &[f64], f64)) {
    let [low, high] = machine.hidden().states().unwrap_or_default();
    let mut hidden = vec![low; machine.hidden_units()];
    let mut fields = machine.inputs_v_from_h(&hidden);
    let mut bias = dot(machine.hidden_bias(), &hidden);
    let states = 1_u64 << machine.hidden_units();
    for index in 1..=states {
        state(&hidden, &fields, bias);
        // The unit that a Gray code flips next.
        let unit = index.trailing_zeros() as usize;
        if unit >= hidden.len() {
            break;
        }
        let change = low + high - 2.0 * hidden[unit];
        hidden[unit] += change;
        if index.is_multiple_of(REFRESH) {
            fields = machine.inputs_v_from_h(&hidden);
            bias = dot(machine.hidden_bias(), &hidden);
        } else {
            let column = machine.weights().col_as_slice(unit);
            fields
                .iter_mut()
                .zip(column)
                .for_each(|(field, w)| *field += change * w);
            bias += change * machine.hidden_bias()[unit];
        }
    }
}

/// ln Σ exp(x) over a stream of x.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogSum {
    largest: f64,
    sum: f64,
}

impl Default for LogSum {
    fn default() -> Self {
        Self {
            largest: f64::NEG_INFINITY,
            sum: 0.0,
        }
    }
}

impl LogSum {
    pub(super) fn add(&mut self, x: f64) {
        if x > self.largest {
            self.sum *= (self.largest - x).exp();
            self.largest = x;
        }
        self.sum += (x - self.largest).exp();
    }

    /// Adds x; the share of exp(x) in the sum, and that of all before.
    pub(super) fn share_of_next(&mut self, x: f64) -> (f64, f64) {
        self.add(x);
        let share = (x - self.value()).exp();
        (share, 1.0 - share)
    }

    pub(super) fn value(&self) -> f64 {
        self.largest + self.sum.ln()
    }
}

/// ⟨exp(i k h)⟩ of a unit, from exp(i k), its mean and k.
type Wave = fn(Complex64, f64, f64) -> Complex64;

fn wave(unit: Unit) -> Result<Wave> {
    match unit {
        Unit::Spin => Ok(|phase, mean, _| Complex64::new(phase.re, mean * phase.im)),
        Unit::Binary => Ok(|phase, mean, _| 1.0 + mean * (phase - 1.0)),
        Unit::Gaussian => {
            Ok(|_, mean, k| Complex64::from_polar((-0.5 * k.powi(2)).exp(), k * mean))
        }
        _ => Err(Error::Unit {
            quantity: "exact profile",
            unit: unit.to_string(),
            reason: "their characteristic function is not computed",
        }),
    }
}

/// ⟨exp(i t (√s (x+y)/2 + noise))⟩ at equidistant t, summed over states.
struct CharacteristicFunction {
    step: f64,
    unit: Unit,
    wave: Wave,
    /// Half of each unit's direction.
    halves: Vec<f64>,
    /// cos and sin of t times that, all units for one t together.
    phases: Vec<Complex64>,
    largest: f64,
    weight: f64,
    values: Vec<Complex64>,
}

impl CharacteristicFunction {
    fn new(step: f64, unit: Unit, direction: &[f64]) -> Result<Self> {
        let halves: Vec<f64> = direction.iter().map(|w| 0.5 * w).collect();
        check(
            "width of the law along the mode",
            "such that its characteristic function has at most 10^7 points",
            CUTOFF / step * count(halves.len()),
            |points| points <= MOST_POINTS,
        )?;
        let mut phases = Vec::new();
        let mut nodes = 0;
        let mut t = 0.0;
        while t < CUTOFF {
            phases.extend(halves.iter().map(|w| Complex64::cis(t * w)));
            nodes += 1;
            t += step;
        }
        Ok(Self {
            step,
            wave: wave(unit)?,
            unit,
            halves,
            phases,
            largest: f64::NEG_INFINITY,
            weight: 0.0,
            values: vec![Complex64::ZERO; nodes],
        })
    }

    /// Adds one state of the enumerated layer.
    fn add(&mut self, log_weight: f64, shift: f64, fields: &[f64]) {
        if log_weight > self.largest {
            let factor = (self.largest - log_weight).exp();
            self.weight *= factor;
            self.values.iter_mut().for_each(|value| *value *= factor);
            self.largest = log_weight;
        }
        let weight = (log_weight - self.largest).exp();
        self.weight += weight;
        let means: Vec<f64> = fields.iter().map(|&x| self.unit.mean(x)).collect();
        let mut t = 0.0;
        let layers = self.phases.chunks(self.halves.len());
        for (value, phases) in self.values.iter_mut().zip(layers) {
            let mut product = Complex64::cis(t * shift) * weight;
            for ((phase, mean), w) in phases.iter().zip(&means).zip(&self.halves) {
                product *= (self.wave)(*phase, *mean, t * w);
            }
            *value += product;
            t += self.step;
        }
    }

    /// The density, by the trapezoidal rule, which is exact up to the tails beyond its period and the cut-off.
    fn density(&self, x: f64) -> f64 {
        let mut sum = 0.5;
        let mut t = 0.0;
        for value in self.values.iter().skip(1) {
            t += self.step;
            let wave = value * Complex64::cis(-t * x);
            sum += wave.re / self.weight * (-0.25 * t * t).exp();
        }
        sum * self.step / PI
    }
}
