//! Naive mean field of a given machine: every solution that several starts lead to.

use super::enumeration::LogSum;
use super::{Landscape, Machine};
use crate::error::Result;
use crate::numerics::{count, dot};
use crate::solver::{FixedPoint, Stop};

/// Unstable modes along which the search starts, on both sides.
const STARTS: usize = 12;

/// Random starts of the search for other solutions.
const RANDOM_STARTS: u32 = 16;

/// Iterations after which a random start has led to nothing.
const FEW_ITERATIONS: usize = 500;

/// Solutions that differ by less than this in every mean are one: the tolerance of the solver and its safety.
const SAME: f64 = 1e-6;

/// A solution of mean-field equations: the means of all units and ln Z.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanField {
    /// ⟨`v_i`⟩.
    pub visible: Vec<f64>,
    /// ⟨`h_j`⟩.
    pub hidden: Vec<f64>,
    /// ln Z in this approximation.
    pub log_partition: f64,
    /// How the iteration ended.
    pub stop: Stop,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// Largest deviation of a mean from its equation.
    pub residual: f64,
}

/// Naive mean field from one start.
///
/// ```text
/// m_i = φ_v'(b_i + Σ_j W_ij n_j),   n_j = φ_h'(c_j + Σ_i W_ij m_i)
/// ln Z = Σ_i φ_v(I_i) + Σ_j φ_h(J_j) − mᵀ W n
/// ```
///
/// In the modes these are the saddle-point equations `x_k = Σ_i u_ik φ_v'(Σ_l s_l u_il y_l + b_i)` and the same for `y_k`.
/// ln Z is a lower bound (Gibbs, Bogoliubov & Feynman), and plain iteration raises it at every step.
///
/// # Errors
/// [`crate::Error::NotFinite`] if the equations overflow at the start.
pub fn naive_from(machine: &Machine, hidden: &[f64]) -> Result<MeanField> {
    searched(machine, hidden, FixedPoint::default().max_iterations)
}

fn searched(machine: &Machine, hidden: &[f64], max_iterations: usize) -> Result<MeanField> {
    let solver = FixedPoint {
        acceleration: 5,
        max_iterations,
        ..FixedPoint::default()
    };
    let map = |hidden: &Vec<f64>| Ok(hidden_means(machine, &visible_means(machine, hidden)));
    let solution = solver.solve(map, hidden.to_vec())?;
    let (stop, iterations, residual) = (solution.stop, solution.iterations, solution.residual);
    Ok(MeanField {
        stop,
        iterations,
        residual,
        ..at(machine, solution.state)
    })
}

/// The solutions reached from the paramagnetic state, from that state itself, and from both sides of each unstable mode.
///
/// The highest ln Z comes first; the bound makes it the best. A solution that is unstable is reached from itself only.
///
/// # Errors
/// As [`naive_from`].
pub fn naive_solutions(machine: &Machine, landscape: &Landscape) -> Result<Vec<MeanField>> {
    let origin = landscape.hidden_means();
    let paramagnet = MeanField {
        stop: landscape.stop(),
        iterations: landscape.iterations(),
        residual: landscape.residual(),
        ..at(machine, origin.to_vec())
    };
    let mut found = vec![paramagnet];
    let unstable = (landscape.modes().singular_values().iter()).take_while(|s| **s > 1.0);
    for mode in 0..unstable.count().min(STARTS) {
        let amplitude = landscape.along(mode)?.lowest_minimum(0.0)?;
        let amplitude = amplitude.map_or(1.0, |point| point.amplitude.abs());
        for side in [amplitude, -amplitude] {
            insert(
                &mut found,
                naive_from(machine, &landscape.hidden_along(mode, side))?,
            );
        }
    }
    if landscape.stop() != Stop::Converged {
        insert(&mut found, naive_from(machine, origin)?);
    }
    best_first(&mut found);
    Ok(found)
}

/// Sorts solutions: those that converged first, and among them the highest ln Z.
pub fn best_first(solutions: &mut [MeanField]) {
    solutions.sort_by(|a, b| {
        let order = (b.stop == Stop::Converged).cmp(&(a.stop == Stop::Converged));
        order.then(b.log_partition.total_cmp(&a.log_partition))
    });
}

/// What a search from random starts found beyond some known solutions.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherSolutions {
    /// Solutions that were not among the known ones.
    pub found: Vec<MeanField>,
    /// Fraction of the starts that led to a state to which no other start led and which was not known: as large as the chance that one more start
    /// would find another one (Good and Turing).
    pub unseen: f64,
}

/// Searches for further solutions from 16 states in which every hidden unit is random: the known ones are all only if these lead to them.
///
/// # Errors
/// As [`naive_from`].
///
/// # References
/// Good, Biometrika 40, 237 (1953).
pub fn other_solutions(machine: &Machine, known: &[MeanField]) -> Result<OtherSolutions> {
    let mut found: Vec<(MeanField, u32)> = Vec::new();
    let mut lost = 0;
    for start in 1..=RANDOM_STARTS {
        let hidden: Vec<f64> = (1..=machine.hidden_units())
            .map(|j| {
                machine
                    .hidden()
                    .mean(if coin(start, count(j)) { 3.0 } else { -3.0 })
            })
            .collect();
        let next = searched(machine, &hidden, FEW_ITERATIONS)?;
        if next.stop != Stop::Converged {
            lost += 1;
        } else if let Some((_, times)) = found.iter_mut().find(|(other, _)| is_same(other, &next)) {
            *times += 1;
        } else if !known.iter().any(|other| is_same(other, &next)) {
            found.push((next, 1));
        }
    }
    let once = found.iter().filter(|(_, times)| *times == 1).count() + lost;
    Ok(OtherSolutions {
        found: found.into_iter().map(|(solution, _)| solution).collect(),
        unseen: count(once) / f64::from(RANDOM_STARTS),
    })
}

/// A fair coin for each pair of numbers: the fractional part of a product with irrational numbers, scattered by a sine.
fn coin(start: u32, unit: f64) -> bool {
    let phase = (12.9898 * f64::from(start) + 78.233 * unit).sin() * 43_758.545_3;
    phase - phase.floor() < 0.5
}

/// ln Z by Gaussian fluctuations about some states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneLoop {
    /// ln Z.
    pub log_partition: f64,
    /// What the next order adds to it, averaged over the states by their weights ([`Landscape::two_loop_term`]).
    pub next_term: f64,
}

/// ln Z with the Gaussian fluctuations of all modes, summed over the stable ones of some solutions.
///
/// ```text
/// Z ≈ Σ_states exp[ln Z_naive − ½ Σ_k ln(1 − s_k²)]
/// ```
///
/// with `s_k` the modes of each state ([`Landscape::about`]); `None` if no state is stable. Exact for many units at a fixed
/// number of modes, away from the transition, provided that every state is among the solutions.
///
/// # Errors
/// As [`Landscape::about`].
pub fn one_loop_log_partition(
    machine: &Machine,
    solutions: &[MeanField],
) -> Result<Option<OneLoop>> {
    let mut sum = LogSum::default();
    let mut states = Vec::new();
    let converged = solutions
        .iter()
        .filter(|solution| solution.stop == Stop::Converged);
    for solution in converged {
        let landscape = Landscape::about(machine, &solution.hidden)?;
        let order = (
            landscape.one_loop_log_partition(),
            landscape.two_loop_term(),
        );
        if let (Some(log_partition), Some(next_term)) = order {
            sum.add(log_partition);
            states.push((log_partition, next_term));
        }
    }
    if states.is_empty() {
        return Ok(None);
    }
    let total = sum.value();
    let share = |(log_partition, next_term): (f64, f64)| (log_partition - total).exp() * next_term;
    Ok(Some(OneLoop {
        log_partition: total,
        next_term: states.into_iter().map(share).sum(),
    }))
}

fn insert(found: &mut Vec<MeanField>, next: MeanField) {
    if !found.iter().any(|other| is_same(other, &next)) {
        found.push(next);
    }
}

fn is_same(one: &MeanField, other: &MeanField) -> bool {
    let mut pairs = one.hidden.iter().zip(&other.hidden);
    pairs.all(|(a, b)| (a - b).abs() <= SAME * a.abs().max(1.0))
}

/// The mean-field state of given hidden means, whether or not they solve the equations.
fn at(machine: &Machine, hidden: Vec<f64>) -> MeanField {
    let fields = machine.inputs_v_from_h(&hidden);
    let visible: Vec<f64> = fields.iter().map(|&x| machine.visible().mean(x)).collect();
    let inputs = machine.inputs_h_from_v(&visible);
    let (first, second) = (machine.visible(), machine.hidden());
    let free = first.log_partition_of_layer(&fields) + second.log_partition_of_layer(&inputs);
    let biases = dot(machine.visible_bias(), &visible) + dot(machine.hidden_bias(), &hidden);
    let coupled = machine.alignment(&visible, &hidden) - biases;
    MeanField {
        visible,
        hidden,
        log_partition: free - coupled,
        stop: Stop::Converged,
        iterations: 0,
        residual: 0.0,
    }
}

fn visible_means(machine: &Machine, hidden: &[f64]) -> Vec<f64> {
    let fields = machine.inputs_v_from_h(hidden);
    fields.iter().map(|&x| machine.visible().mean(x)).collect()
}

fn hidden_means(machine: &Machine, visible: &[f64]) -> Vec<f64> {
    let fields = machine.inputs_h_from_v(visible);
    fields.iter().map(|&x| machine.hidden().mean(x)).collect()
}
