//! Clock (discrete XY) spins on a ring, drawn exactly by the transfer matrix.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::alias::AliasTable;
use crate::error::{Error, Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// Closing weights, relative to the largest, below this one lose digits to underflow on the way.
const LEAST_CLOSURE: f64 = 1e-290;

/// N clock spins of p states on a ring.
///
/// ```text
/// P(a) ∝ exp(β Σ_i cos(2π (a_i − a_{i+1})/p)),   a_i = 0..p−1,   a_{N+1} = a_1
/// ```
///
/// Any finite β, N ≥ 1, 2 ≤ p ≤ 127. p = 2 is the Ising ring and p → ∞ the XY ring.
///
/// # Method
/// The first state is uniform; the differences `d_i = a_{i+1} − a_i` are independent with the weights
/// w(d) = exp(β cos(2π d/p)), conditioned on a sum of 0 mod p. They are drawn one after the other,
///
/// ```text
/// P(d_i | n bonds left, which must sum to r) = w(d_i) wⁿ⁻¹(r − d_i)/wⁿ(r)
/// ```
///
/// where wⁿ is the n-fold cyclic convolution of w: the first row of the n-th power of the (circulant) transfer matrix.
/// It is tabulated by repeated convolution, whose terms are all positive, rather than from the eigenvalues of the
/// matrix, whose alternating sum loses every digit of the rare closures of a frustrated ring (β < 0, N odd). Samples are
/// independent and exact up to rounding of the probabilities.
///
/// # References
/// Harsh, Tubiana, Cocco & Monasson, J. Phys. A 53, 174002 (2020) (the data model).
#[derive(Debug, Clone, PartialEq)]
pub struct ClockRing {
    units: usize,
    states: usize,
    inverse_temperature: f64,
    /// Differences 0..p−1 with their weights.
    steps: Vec<(usize, f64)>,
    /// Draws a difference by its weight.
    proposals: AliasTable,
    /// wⁿ(r) for n = 0..N, row by row, each row scaled to a largest entry of 1.
    closures: Vec<f64>,
}

impl ClockRing {
    /// A ring of `units` ≥ 1 spins with 2 ≤ `states` ≤ 127 at the coupling β = `inverse_temperature`, of either sign.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] outside of these ranges, and where a frustrated ring (β < 0) is so cold that the weight of
    /// its closure underflows; [`Error::TooLarge`] where the table of (N + 1) p closing weights
    /// does not fit into memory.
    pub fn new(units: usize, states: usize, inverse_temperature: f64) -> Result<Self> {
        at_least("units", "at least 1", units, 1)?;
        at_least("states", "between 2 and 127", states, 2)?;
        let beta = check("inverse_temperature", "finite", inverse_temperature, |_| {
            true
        })?;
        if states > 127 {
            return Err(Error::OutOfDomain {
                name: "states",
                domain: "between 2 and 127",
                value: as_float(states),
            });
        }
        let steps = weights(states, beta);
        let closures = closing_weights(units, &steps)?;
        if closures[units * states] < LEAST_CLOSURE {
            let domain = "so small that a frustrated ring can close";
            return Err(Error::OutOfDomain {
                name: "inverse_temperature",
                domain,
                value: beta,
            });
        }
        let proposals = AliasTable::new(&steps.iter().map(|step| step.1).collect::<Vec<_>>());
        Ok(Self {
            units,
            states,
            inverse_temperature,
            steps,
            proposals,
            closures,
        })
    }

    /// Number of states p of a unit.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The coupling β.
    pub fn inverse_temperature(&self) -> f64 {
        self.inverse_temperature
    }

    /// Draws configurations as states 0..p−1, N columns instead of the N p of the one-hot form.
    ///
    /// Equal states of `rng` give the configurations that [`DataModel::draw`] returns one-hot.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the samples do not fit into memory.
    pub fn draw_states(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values = allocate(samples, self.units)?;
        for row in values.chunks_exact_mut(self.units) {
            self.draw_row(row, rng);
        }
        Samples::discrete(samples, self.units, values)
    }

    /// Draws standardized one-hot units, `(x − 1/p)/√((1/p)(1 − 1/p))`, whose population covariance has unit diagonal.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the samples do not fit into memory.
    pub fn draw_standardized(
        &self,
        samples: usize,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Samples> {
        let (shift, scale) = self.standardization();
        Ok(self.draw(samples, rng)?.transformed(shift, scale))
    }

    /// One configuration of states.
    fn draw_row(&self, row: &mut [i8], rng: &mut Xoshiro256PlusPlus) {
        let p = self.states;
        let mut state = rng.random_range(0..p);
        let mut closure = 0; // what the bonds left must sum to
        for (value, rest) in row
            .iter_mut()
            .zip(self.closures.chunks_exact(p).rev().skip(1))
        {
            *value = i8::try_from(state).expect("a state lies below 127");
            let step = self.draw_step(rest, closure, rng);
            state += step;
            state -= if state < p { 0 } else { p };
            closure = cyclic_difference(closure, step, p);
        }
    }

    /// The difference across a bond where it and the bonds left, of the weights `rest`, must sum to `closure`.
    ///
    /// A difference proposed by its own weight is accepted with the probability `rest` ≤ 1 of the closure that it leaves,
    /// which is close to 1 far from the end. After one refusal the difference is drawn from the conditional law itself,
    /// which is therefore the law of the result in either case.
    fn draw_step(&self, rest: &[f64], closure: usize, rng: &mut Xoshiro256PlusPlus) -> usize {
        let p = self.states;
        let proposal = self.proposals.draw(rng);
        if rng.random::<f64>() < rest[cyclic_difference(closure, proposal, p)] {
            return proposal;
        }
        let weight = |&(d, w): &(usize, f64)| w * rest[cyclic_difference(closure, d, p)];
        let mut remaining = rng.random::<f64>() * self.steps.iter().map(weight).sum::<f64>();
        let mut chosen = 0;
        for step in &self.steps {
            let weight = weight(step);
            if weight > 0.0 {
                chosen = step.0;
                if remaining < weight {
                    break;
                }
                remaining -= weight;
            }
        }
        chosen // the last possible one where rounding leaves a remainder
    }
}

impl DataModel for ClockRing {
    fn units(&self) -> usize {
        self.units
    }

    fn variables(&self) -> usize {
        self.units * self.states
    }

    /// One-hot configurations: column i p + a is 1 where unit i is in state a, otherwise 0.
    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values = allocate(samples, self.variables())?;
        let mut states = vec![0; self.units];
        for row in values.chunks_exact_mut(self.variables()) {
            self.draw_row(&mut states, rng);
            for (unit, &state) in row.chunks_exact_mut(self.states).zip(&states) {
                unit[usize::from(state.unsigned_abs())] = 1;
            }
        }
        Samples::discrete(samples, self.variables(), values)
    }

    fn standardization(&self) -> (f64, f64) {
        let mean = 1.0 / as_float(self.states);
        (mean, 1.0 / (mean * (1.0 - mean)).sqrt())
    }
}

/// w(d) = exp(β cos(2π d/p)) over the largest of them, so that no coupling overflows.
fn weights(states: usize, beta: f64) -> Vec<(usize, f64)> {
    let energy = |d: usize| {
        // d and p − d must have bitwise the same weight, hence the smaller of the two.
        let angle = 2.0 * std::f64::consts::PI * as_float(d.min(states - d)) / as_float(states);
        beta * angle.cos()
    };
    let largest = (0..states).map(energy).fold(f64::NEG_INFINITY, f64::max);
    (0..states)
        .map(|d| (d, (energy(d) - largest).exp()))
        .collect()
}

/// a − b mod p for a, b < p.
fn cyclic_difference(a: usize, b: usize, p: usize) -> usize {
    if a < b { a + p - b } else { a - b }
}

/// wⁿ(r) for n = 0..N, row by row, each row scaled to a largest entry of 1.
fn closing_weights(units: usize, steps: &[(usize, f64)]) -> Result<Vec<f64>> {
    let p = steps.len();
    let mut table: Vec<f64> = allocate(units + 1, p)?;
    table[0] = 1.0;
    for n in 1..=units {
        let (done, next) = table.split_at_mut(n * p);
        let last = &done[(n - 1) * p..];
        let next = &mut next[..p];
        for (r, value) in next.iter_mut().enumerate() {
            *value = steps.iter().map(|&(d, w)| w * last[(r + p - d) % p]).sum();
        }
        let largest = next.iter().fold(0.0_f64, |a, &b| a.max(b));
        for value in next {
            *value /= largest;
        }
    }
    Ok(table)
}
