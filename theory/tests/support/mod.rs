//! Small machines and their states, shared by the tests of the reciprocal space.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use faer::Mat;
use saddlepoint_theory::reciprocal::{Machine, Unit};

/// Entries between −1 and 1 from a linear congruence: no randomness, no structure.
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "31 bits")]
        let unit = (state >> 33) as f64 / f64::from(1_u32 << 31);
        2.0 * unit - 1.0
    }
}

pub(crate) fn machine(
    seed: u64,
    shape: [usize; 2],
    scale: f64,
    units: [Unit; 2],
    bias: f64,
) -> Machine {
    let mut next = numbers(seed);
    let weights = Mat::from_fn(shape[0], shape[1], |_, _| scale * next());
    let b = (0..shape[0]).map(|_| bias * next()).collect();
    let c = (0..shape[1]).map(|_| bias * next()).collect();
    Machine::new(weights, b, c, units[0], units[1]).unwrap()
}

/// Every state of some units.
pub(crate) fn states(unit: Unit, count: usize) -> impl Iterator<Item = Vec<f64>> {
    let values = unit.states().unwrap();
    (0..1_usize << count).map(move |index| (0..count).map(|i| values[index >> i & 1]).collect())
}

/// −E of a state, term by term.
pub(crate) fn alignment(machine: &Machine, v: &[f64], h: &[f64]) -> f64 {
    let mut total = 0.0;
    for (i, x) in v.iter().enumerate() {
        total += x * machine.visible_bias()[i];
        for (j, y) in h.iter().enumerate() {
            total += x * machine.weights()[(i, j)] * y;
        }
    }
    total
        + h.iter()
            .zip(machine.hidden_bias())
            .map(|(h, c)| h * c)
            .sum::<f64>()
}

/// Every discrete machine's states with −E.
pub(crate) fn all_states(machine: &Machine) -> Vec<(Vec<f64>, Vec<f64>, f64)> {
    let mut all = Vec::new();
    for v in states(machine.visible(), machine.visible_units()) {
        for h in states(machine.hidden(), machine.hidden_units()) {
            let weight = alignment(machine, &v, &h);
            all.push((v.clone(), h, weight));
        }
    }
    all
}

pub(crate) const PAIRS: [[Unit; 2]; 6] = [
    [Unit::Spin, Unit::Spin],
    [Unit::Spin, Unit::Binary],
    [Unit::Spin, Unit::Gaussian],
    [Unit::Binary, Unit::Spin],
    [Unit::Binary, Unit::Binary],
    [Unit::Binary, Unit::Gaussian],
];
