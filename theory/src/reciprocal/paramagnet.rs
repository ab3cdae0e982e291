//! The mean-field state that continues the one of high temperature.

use faer::Mat;

use super::{Machine, Unit};
use crate::error::{Error, Result};
use crate::solver::newton::{Newton, Tangent};
use crate::solver::{Solution, Stop};

/// Steps in temperature that the way down starts with.
const FIRST_STEP: f64 = 1.0 / 8.0;

/// A step in temperature below this one ends the branch: a fold.
const LAST_STEP: f64 = 1e-5;

/// Largest change of a mean between guess and solution that surely stays on the branch.
const ALLOWED_CHANGE: f64 = 0.25;

/// Residual of a solution: rounding of the sums over a layer.
const TOLERANCE: f64 = 1e-12;

/// Evaluations of the equations after which a guess counts as bad.
const NEWTON_STEPS: usize = 12;

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
    // The system of Newton's method has the size of the smaller layer.
    if machine.hidden_units() > machine.visible_units() {
        let turned = machine.transposed();
        let solution = follow(&turned)?;
        let visible = solution.state;
        let inputs = machine.inputs_h_from_v(&visible);
        let state = inputs.iter().map(|&x| machine.hidden().mean(x)).collect();
        return Ok(Solution { state, ..solution });
    }
    follow(machine)
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
