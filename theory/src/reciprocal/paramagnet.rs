//! The mean-field state that continues the one of high temperature.

use faer::Mat;

use super::{Machine, Unit};
use crate::error::{Error, Result};
use crate::numerics::dot;
use crate::solver::newton::{Newton, Tangent};
use crate::solver::{Solution, Stop};

/// Iterations between two attempts of Newton's method.
const PER_ROUND: usize = 50;

/// Attempts of Newton's method beyond a fold.
const ROUNDS: usize = 60;

/// Steps of the power iteration that tells a state from a saddle.
const POWERS: usize = 100;

/// Steps in temperature that the way down starts with.
const FIRST_STEP: f64 = 1.0 / 8.0;

/// A step in temperature below this one ends the branch: a fold.
const LAST_STEP: f64 = 1e-4;

/// Largest change of a mean between guess and solution that surely stays on the branch.
const ALLOWED_CHANGE: f64 = 0.25;

/// Residual of a solution: rounding of the sums over a layer.
const TOLERANCE: f64 = 1e-12;

/// Evaluations of the equations after which a guess counts as bad.
const NEWTON_STEPS: usize = 8;

/// Means of the hidden units in the state that is connected to the one of infinite temperature.
///
/// ```text
/// m = φ_v'(β(b + W n)),   n = φ_h'(β(c + Wᵀ m)),   followed from β = 0 to β = 1
/// ```
///
/// Newton's method in n, so that the state is found where it is unstable as well: without biases it stays at zero field. A
/// branch that ends in a fold before β = 1 gives [`Stop::MaxIterations`] with the means at the fold.
///
/// # Errors
/// [`Error::NotFinite`] if the equations overflow.
pub fn paramagnet(machine: &Machine) -> Result<Solution<Vec<f64>>> {
    in_smaller_layer(machine, follow)
}

/// Means of the hidden units in the paramagnet or, where it ends in a fold, in the stable state to which iteration leads from there; and whether it ended.
///
/// Iterating the mean-field equations raises ln Z at every step; Newton's method ends the way once it is close.
///
/// # Errors
/// [`Error::NotFinite`] if the equations overflow.
pub(super) fn paramagnet_or_beyond(machine: &Machine) -> Result<(Solution<Vec<f64>>, bool)> {
    let mut has_ended = false;
    let solution = in_smaller_layer(machine, |machine| {
        let solution = follow(machine)?;
        has_ended = solution.stop != Stop::Converged;
        if has_ended {
            beyond(machine, solution)
        } else {
            Ok(solution)
        }
    })?;
    Ok((solution, has_ended))
}

/// Solves with the layers named such that the unknown means, those of the hidden units, are the fewer ones: the size of Newton's systems.
fn in_smaller_layer(
    machine: &Machine,
    solve: impl FnOnce(&Machine) -> Result<Solution<Vec<f64>>>,
) -> Result<Solution<Vec<f64>>> {
    if machine.hidden_units() <= machine.visible_units() {
        return solve(machine);
    }
    let solution = solve(&machine.transposed())?;
    let inputs = machine.inputs_h_from_v(&solution.state);
    let state = inputs.iter().map(|&x| machine.hidden().mean(x)).collect();
    Ok(Solution { state, ..solution })
}

/// From the end of the branch to the state that iteration leads to.
fn beyond(machine: &Machine, end: Solution<Vec<f64>>) -> Result<Solution<Vec<f64>>> {
    let mut state = end.state;
    let mut iterations = end.iterations;
    for _ in 0..ROUNDS {
        for _ in 0..PER_ROUND {
            let (change, ..) = residual(machine, 1.0, &state);
            state.iter_mut().zip(change).for_each(|(n, r)| *n -= r);
        }
        let (found, steps) = newton(machine, 1.0, &state)?;
        iterations += PER_ROUND + steps;
        if let Some(found) = found.filter(|found| is_stable(machine, found)) {
            return Ok(Solution {
                residual: norm(&residual(machine, 1.0, &found).0),
                state: found,
                stop: Stop::Converged,
                iterations,
            });
        }
    }
    Ok(Solution {
        residual: norm(&residual(machine, 1.0, &state).0),
        state,
        stop: Stop::MaxIterations,
        iterations,
    })
}

/// Whether iteration stays at a solution: `D_h Wᵀ D_v W` pulls every deviation in.
fn is_stable(machine: &Machine, hidden: &[f64]) -> bool {
    let mut deviation = vec![1.0; hidden.len()];
    let (_, outer, inner) = residual(machine, 1.0, hidden);
    let mut growth = f64::INFINITY;
    // Power iteration of a matrix with positive eigenvalues: its estimates rise to the largest one.
    for _ in 0..POWERS {
        let length = dot(&deviation, &deviation).sqrt();
        let mut there = vec![0.0; outer.len()];
        for (j, x) in deviation.iter().enumerate() {
            let column = machine.weights().col_as_slice(j);
            there
                .iter_mut()
                .zip(column)
                .for_each(|(sum, w)| *sum += w * x / length);
        }
        there.iter_mut().zip(&outer).for_each(|(x, d)| *x *= d);
        for (j, (x, d)) in deviation.iter_mut().zip(&inner).enumerate() {
            *x = d * dot(machine.weights().col_as_slice(j), &there);
        }
        growth = dot(&deviation, &deviation).sqrt();
    }
    growth < 1.0
}

fn follow(machine: &Machine) -> Result<Solution<Vec<f64>>> {
    let mut before: Option<(f64, Vec<f64>)> = None;
    let mut here = (
        0.0,
        vec![machine.hidden().mean(0.0); machine.hidden_units()],
    );
    let (mut step, mut iterations) = (FIRST_STEP, 0);
    while here.0 < 1.0 && step > LAST_STEP {
        let beta = (here.0 + step).min(1.0);
        let guess = extrapolated(before.as_ref(), &here, beta);
        let (found, steps) = newton(machine, beta, &guess)?;
        iterations += steps;
        match found {
            Some(hidden) => {
                before = Some(std::mem::replace(&mut here, (beta, hidden)));
                step = (1.5 * step).min(FIRST_STEP);
            }
            None => step *= 0.5,
        }
    }
    let stop = if here.0 < 1.0 {
        Stop::MaxIterations
    } else {
        Stop::Converged
    };
    let residual = norm(&residual(machine, 1.0, &here.1).0);
    Ok(Solution {
        state: here.1,
        stop,
        iterations,
        residual,
    })
}

/// The straight line through the two latest states.
fn extrapolated(before: Option<&(f64, Vec<f64>)>, here: &(f64, Vec<f64>), beta: f64) -> Vec<f64> {
    let Some(before) = before else {
        return here.1.clone();
    };
    let ratio = (beta - here.0) / (here.0 - before.0);
    let pairs = here.1.iter().zip(&before.1);
    pairs.map(|(x, y)| x + ratio * (x - y)).collect()
}

/// Newton's method at one temperature, and its steps; `None` where it fails or strays from the guess.
fn newton(machine: &Machine, beta: f64, guess: &[f64]) -> Result<(Option<Vec<f64>>, usize)> {
    let settings = Newton {
        step: 0.0,
        residual: TOLERANCE,
        max_iterations: NEWTON_STEPS,
        smallest_part: None,
    };
    let equations = |state: &[f64]| residual_and_jacobian(machine, beta, state);
    let found = settings.solve(equations, guess.to_vec());
    match found.stop {
        Stop::Converged => {
            let is_near = is_near(&found.state, guess);
            Ok((is_near.then_some(found.state), found.iterations - 1))
        }
        Stop::MaxIterations => Ok((None, found.iterations)),
        Stop::Diverged if found.state.iter().all(|x| x.is_finite()) => Err(Error::NotFinite {
            name: "the mean-field equations",
        }),
        Stop::Diverged => Ok((None, found.iterations - 1)),
    }
}

/// Whether no mean moved further than surely stays on the branch.
fn is_near(state: &[f64], guess: &[f64]) -> bool {
    let moved = state.iter().zip(guess).map(|(x, y)| (x - y).abs());
    let scale = guess.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
    moved.fold(0.0, f64::max) <= ALLOWED_CHANGE * scale
}

/// `n − φ_h'(β(c + Wᵀ φ_v'(β(b + W n))))`, and the variances of both layers times β.
fn residual(machine: &Machine, beta: f64, hidden: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (visible, hidden_unit) = (machine.visible(), machine.hidden());
    let fields = machine.inputs_v_from_h(hidden);
    let means: Vec<f64> = fields.iter().map(|x| visible.mean(beta * x)).collect();
    let inputs = machine.inputs_h_from_v(&means);
    let pairs = hidden.iter().zip(&inputs);
    let residual = pairs.map(|(n, x)| n - hidden_unit.mean(beta * x)).collect();
    let spread = |unit: Unit, fields: &[f64]| {
        let variance = |x: &f64| beta * unit.variance(beta * x);
        fields.iter().map(variance).collect()
    };
    (
        residual,
        spread(visible, &fields),
        spread(hidden_unit, &inputs),
    )
}

/// The residual and `1 − D_h Wᵀ D_v W`.
fn residual_and_jacobian(machine: &Machine, beta: f64, hidden: &[f64]) -> Tangent {
    let (residual, visible, inner) = residual(machine, beta, hidden);
    let weights = machine.weights();
    let weighted = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
        visible[i] * weights[(i, j)]
    });
    let mut jacobian = weights.transpose() * &weighted;
    for j in 0..jacobian.ncols() {
        for i in 0..jacobian.nrows() {
            let identity = if i == j { 1.0 } else { 0.0 };
            jacobian[(i, j)] = identity - inner[i] * jacobian[(i, j)];
        }
    }
    Tangent { residual, jacobian }
}

/// Largest component.
fn norm(vector: &[f64]) -> f64 {
    let largest = vector.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    if vector.iter().any(|x| x.is_nan()) {
        f64::NAN
    } else {
        largest
    }
}
