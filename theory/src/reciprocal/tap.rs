//! The Thouless–Anderson–Palmer equations of a given machine.

use super::{Machine, MeanField, Unit};
use crate::error::{Error, Result};
use crate::numerics::dot;
use crate::solver::{FixedPoint, Stop};

/// Starts that are tried: naive mean field gives the best ones first.
const STARTS: usize = 4;

/// The second-order expansion in the weights at fixed means, from one start.
///
/// ```text
/// m_i = φ_v'(b_i + Σ_j W_ij n_j + ½ V_v'(m_i) Σ_j W_ij² V_h(n_j)),   n_j alike
/// ln Z = Σ_i [φ_v(θ_i) − (θ_i − b_i) m_i] + Σ_j [φ_h(θ_j) − (θ_j − c_j) n_j] + mᵀ W n + ½ Σ_ij W_ij² V_v(m_i) V_h(n_j)
/// ```
///
/// where θ is the argument of φ' and V the variance of a unit as a function of its mean: `1 − m²` for a spin, which makes
/// Onsager's term `−m_i Σ_j W_ij² (1 − n_j²)`; `m − m²` for a binary unit, `(½ − m_i) Σ_j W_ij² (n_j − n_j²)`; 1 for a
/// Gaussian one. Exact to second order in W, and for infinitely many weak independent weights.
///
/// # Errors
/// [`Error::Unit`] for double-well and rectified units, [`Error::NotFinite`] if the equations overflow at the start.
///
/// # References
/// Thouless, Anderson & Palmer, Philos. Mag. 35, 593 (1977); Plefka, J. Phys. A 15, 1971 (1982); Gabrié, Tramel & Krzakala,
/// NIPS 28, 640 (2015), for machines of binary units.
pub fn tap_from(machine: &Machine, start: &MeanField) -> Result<MeanField> {
    for unit in [machine.visible(), machine.hidden()] {
        check_unit(unit)?;
    }
    let units = machine.visible_units();
    let solver = FixedPoint {
        damping: 0.5,
        acceleration: 5,
        ..FixedPoint::default()
    };
    let map = |state: &Vec<f64>| Ok(means(machine, &fields(machine, state)));
    let state = [start.visible.clone(), start.hidden.clone()].concat();
    let solution = solver.solve(map, state)?;
    let state = solution.state;
    Ok(MeanField {
        log_partition: log_partition(machine, &state),
        visible: state[..units].to_vec(),
        hidden: state[units..].to_vec(),
        stop: solution.stop,
        iterations: solution.iterations,
        residual: solution.residual,
    })
}

/// The solution of highest ln Z that converged, from the first four of the given starts.
///
/// If none did, the one of highest ln Z.
///
/// # Errors
/// As [`tap_from`], and [`Error::OutOfDomain`] without a start.
pub fn tap(machine: &Machine, starts: &[MeanField]) -> Result<MeanField> {
    let mut best: Option<MeanField> = None;
    for start in &starts[..starts.len().min(STARTS)] {
        let next = tap_from(machine, start)?;
        let is_better = best.as_ref().is_none_or(|best| {
            let (new, old) = (next.stop == Stop::Converged, best.stop == Stop::Converged);
            (new && !old) || (new == old && next.log_partition > best.log_partition)
        });
        if is_better {
            best = Some(next);
        }
    }
    best.ok_or(Error::OutOfDomain {
        name: "number of starts",
        domain: "at least 1",
        value: 0.0,
    })
}

fn check_unit(unit: Unit) -> Result<()> {
    match unit.variance_at_mean(unit.mean(0.0)) {
        Some(_) => Ok(()),
        None => Err(Error::Unit {
            quantity: "TAP equations",
            unit: unit.to_string(),
            reason: "their variance is no closed function of the mean",
        }),
    }
}

/// V and V'/2 at a mean, of a unit that passed [`check_unit`].
fn at_mean(unit: Unit, mean: f64) -> [f64; 2] {
    unit.variance_at_mean(mean).unwrap_or([f64::NAN; 2])
}

/// Variances of both layers, and the sums `Σ_j W_ij² V_j` over the other layer.
fn variances(machine: &Machine, state: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let spread = |unit: Unit, means: &[f64]| -> Vec<f64> {
        means.iter().map(|&m| at_mean(unit, m)[0]).collect()
    };
    let first = spread(machine.visible(), visible);
    let second = spread(machine.hidden(), hidden);
    let mut onsager = vec![0.0; state.len()];
    let (above, below) = onsager.split_at_mut(visible.len());
    for (j, (sum, v)) in below.iter_mut().zip(&second).enumerate() {
        let column = machine.weights().col_as_slice(j);
        for (i, &w) in column.iter().enumerate() {
            above[i] += w * w * v;
            *sum += w * w * first[i];
        }
    }
    ([first, second].concat(), onsager)
}

/// θ of both layers.
fn fields(machine: &Machine, state: &[f64]) -> Vec<f64> {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let (_, onsager) = variances(machine, state);
    let naive = [
        machine.inputs_v_from_h(hidden),
        machine.inputs_h_from_v(visible),
    ]
    .concat();
    let units = units(machine);
    let terms = naive.iter().zip(&onsager).zip(state).zip(units);
    terms
        .map(|(((field, sum), &mean), unit)| field + at_mean(unit, mean)[1] * sum)
        .collect()
}

fn means(machine: &Machine, fields: &[f64]) -> Vec<f64> {
    let pairs = fields.iter().zip(units(machine));
    pairs.map(|(&field, unit)| unit.mean(field)).collect()
}

/// The kind of each unit, visible ones first.
fn units(machine: &Machine) -> impl Iterator<Item = Unit> {
    let first = std::iter::repeat_n(machine.visible(), machine.visible_units());
    first.chain(std::iter::repeat_n(
        machine.hidden(),
        machine.hidden_units(),
    ))
}

fn log_partition(machine: &Machine, state: &[f64]) -> f64 {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let theta = fields(machine, state);
    let terms = theta.iter().zip(state).zip(units(machine));
    let free: f64 = terms
        .map(|((&field, mean), unit)| unit.log_partition(field) - field * mean)
        .sum();
    let (spread, onsager) = variances(machine, state);
    // Every pair is counted from both of its ends.
    free + machine.alignment(visible, hidden) + 0.25 * dot(&spread, &onsager)
}
