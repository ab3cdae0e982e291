//! States of the Hopfield model with one step.

use super::load::Load;
use super::{Found, LARGEST_Y, Model, NO_STEP, SMALLEST_Y, newton, residual, solve};
use crate::error::{Error, Result, check};
use crate::replica::hopfield::{Hopfield, Line, State};
use crate::solver::Stop;
use crate::solver::minimum::minimize;
use crate::solver::root::find_root;

/// A state of the Hopfield model with one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HopfieldStep {
    /// m, in [0, 1]: overlap with the recalled pattern.
    pub magnetization: f64,
    /// `q_low`, in [0, 1): overlap of two states of different clusters.
    pub q_low: f64,
    /// `q_high`, in (0, 1]: overlap of two states of one cluster.
    pub q_high: f64,
    /// C = (1 − `q_high`)/T.
    pub susceptibility: f64,
    /// y = x/T, x the size of the step.
    pub y: f64,
    /// f, free energy per spin.
    pub free_energy: f64,
    /// How the last search at a given y ended.
    pub stop: Stop,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// Largest difference of the two sides of the equations.
    pub residual: f64,
}

/// The retrieval state of load `alpha` at a temperature; `None` where there is none, or none with a step.
///
/// Where the replica-symmetric state exists the search begins at it, beyond along the retrieval states of rising load.
///
/// # Errors
/// [`Error::OutOfDomain`] unless `alpha` is positive and the temperature not negative, both finite.
pub fn retrieval_step(alpha: f64, temperature: f64) -> Result<Option<HopfieldStep>> {
    let model = Load::new(alpha, temperature, None)?;
    if temperature >= 1.0 {
        return Ok(None);
    }
    let found = match Hopfield::new(alpha, temperature)?.retrieval()? {
        Some(symmetric) => beside(&symmetric, model),
        None => Loads::new(temperature).and_then(|mut loads| loads.state_at(alpha)),
    };
    Ok(found)
}

/// The retrieval state with a step beside the replica-symmetric one.
fn beside(symmetric: &State, model: Load) -> Option<HopfieldStep> {
    let c = susceptibility(symmetric, model.temperature);
    let recalled = Some((symmetric.magnetization, c));
    let model = Load { recalled, ..model };
    let state = model.state(&solve(&model)?);
    // Without a fold the iterations may end in a glass.
    (state.magnetization > LEAST).then_some(state)
}

/// The spin glass (m = 0) of load `alpha` at a temperature; `None` from `T_g = 1 + √α` on.
///
/// # Errors
/// As [`retrieval_step`].
pub fn spin_glass_step(alpha: f64, temperature: f64) -> Result<Option<HopfieldStep>> {
    let model = Load::new(alpha, temperature, None)?;
    if temperature >= 1.0 + alpha.sqrt() {
        return Ok(None);
    }
    Ok(solve(&model).map(|found| model.state(&found)))
}

/// C of a replica-symmetric state, from r = q/(1 − C)².
fn susceptibility(state: &State, temperature: f64) -> f64 {
    if temperature > 0.0 {
        (1.0 - state.overlap) / temperature
    } else {
        1.0 - (state.overlap / state.noise).sqrt()
    }
}

/// The largest load with a retrieval state at a low temperature, where the replica-symmetric one is unstable, and the state there.
///
/// Symmetry holds up to the end of the retrieval states from T = 0.0250 on; from about T = 0.0242 on the step at this end is too small to be told.
///
/// The load of the retrieval states as a function of their m has a maximum.
///
/// ```
/// # use saddlepoint_theory::replica::one_step::retrieval_capacity;
/// let (alpha, state) = retrieval_capacity(0.0)?;
/// assert!((alpha - 0.138_186_5).abs() < 1e-7); // 0.137905566 without a step
/// assert!((state.magnetization - 0.966_8).abs() < 1e-4);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
///
/// # Errors
/// [`Error::OutOfDomain`] unless the temperature is not negative and finite; [`Error::NotConverged`] where no state has a step.
pub fn retrieval_capacity(temperature: f64) -> Result<(f64, HopfieldStep)> {
    check("temperature", "in [0, 1)", temperature, |t| {
        (0.0..1.0).contains(&t)
    })?;
    let found = Loads::new(temperature).and_then(|mut loads| loads.highest());
    found.ok_or(Error::NotConverged {
        iterations: 0,
        residual: f64::NAN,
    })
}

/// The load at which the retrieval state and the spin glass with one step have one free energy at a temperature, and the glass there; `None` where the glass has
/// no step, or the retrieval states end before.
///
/// The step raises f of the glass, and retrieval is the phase up to larger loads than without it. A step of the retrieval state, where it has one,
/// counts too.
///
/// # Errors
/// [`Error::OutOfDomain`] unless the temperature is not negative and finite.
pub fn coexistence(temperature: f64) -> Result<Option<(f64, HopfieldStep)>> {
    let symmetric = Line::Coexistence.at_temperature(temperature)?;
    let end = Line::Retrieval.at_temperature(temperature)?;
    let (Some(symmetric), Some(end)) = (symmetric, end) else {
        return Ok(None);
    };
    let excess = |alpha: f64| {
        let glass = spin_glass_step(alpha, temperature).ok().flatten();
        let retrieval = lowest_retrieval(alpha, temperature);
        match (retrieval, glass) {
            (Some(retrieval), Some(glass)) => retrieval - glass.free_energy,
            _ => f64::NAN,
        }
    };
    // At the symmetric theory's load retrieval is lower than the glass with its step; the fold itself has no state beyond it.
    let ends = [symmetric.alpha, end.alpha * (1.0 - END)];
    let name = "difference of free energies";
    let Ok(root) = find_root(name, excess, ends[0], ends[1], COEXISTENCE_TOLERANCE) else {
        return Ok(None);
    };
    Ok(spin_glass_step(root.x, temperature)?.map(|glass| (root.x, glass)))
}

/// f of the retrieval state, with its step if it has one.
fn lowest_retrieval(alpha: f64, temperature: f64) -> Option<f64> {
    let symmetric = Hopfield::new(alpha, temperature).ok()?.retrieval().ok()??;
    if symmetric.is_stable() {
        return Some(symmetric.free_energy);
    }
    let step = retrieval_step(alpha, temperature).ok()?;
    Some(step.map_or(symmetric.free_energy, |step| step.free_energy))
}

/// Relative accuracy of a load of coexistence.
const COEXISTENCE_TOLERANCE: f64 = 1e-10;
/// Relative distance from the end of the retrieval states.
const END: f64 = 1e-9;

/// The least load from which the retrieval states of highest load are looked for: there is none of these far below it.
const LEAST_LOAD: f64 = 0.135;
/// Step in m along the retrieval states.
const ALONG: f64 = 0.001;
/// The shortest stretch in m.
const SHORTEST: f64 = 1e-5;
/// Retrieval states have a larger m.
const LEAST: f64 = 0.5;

/// The loads of retrieval states with a step as a function of their m, which has a maximum.
struct Loads {
    temperature: f64,
    /// m and α of a state that the replica-symmetric theory has, too.
    first: [f64; 2],
    /// m of the latest state.
    m: f64,
    /// Its `q_low`, C, α and ln y.
    unknowns: Vec<f64>,
    /// Its `q_high` − `q_low`.
    step: f64,
}

impl Loads {
    fn new(temperature: f64) -> Option<Self> {
        let load = |line: Line| Some(line.at_temperature(temperature).ok()??.alpha);
        // Near the load at which replica-symmetric retrieval states end, beyond that from which on they are unstable: there the step is largest.
        let near_end = |broken: f64, end: f64| LEAST_LOAD.max(0.1 * broken + 0.9 * end);
        let alpha = match load(Line::AlmeidaThouless) {
            Some(broken) => near_end(broken, load(Line::Retrieval)?),
            None => LEAST_LOAD,
        };
        let symmetric = Hopfield::new(alpha, temperature).ok()?.retrieval().ok()??;
        let start = beside(&symmetric, Load::new(alpha, temperature, None).ok()?)?;
        Some(Self {
            temperature,
            first: [start.magnetization, alpha],
            m: start.magnetization,
            unknowns: vec![start.q_low, start.susceptibility, alpha, start.y.ln()],
            step: start.q_high - start.q_low,
        })
    }

    /// The load of the state of given m, reached from the latest one in as many stretches as it takes.
    fn at(&mut self, m: f64) -> Option<f64> {
        let mut stretch = m - self.m;
        loop {
            let is_last = (m - self.m).abs() <= stretch.abs();
            let next = if is_last { m } else { self.m + stretch };
            match self.moved_to(next) {
                Some(load) if is_last => return Some(load),
                Some(_) => {}
                None if stretch.abs() < SHORTEST => return None,
                None => stretch *= 0.5,
            }
        }
    }

    /// The load of the state of given m, which must be near the latest one.
    fn moved_to(&mut self, m: f64) -> Option<f64> {
        let equations = |x: &[f64]| {
            let has_y = (SMALLEST_Y..LARGEST_Y).contains(&x[3].exp());
            match Load::new(x[2], self.temperature, Some((m, x[1]))) {
                Ok(model) if has_y => {
                    let unknowns = [m, x[0], x[1], x[3]];
                    let mut left = residual(&model, &unknowns);
                    // It vanishes as the square of the step, which must not be what solves the equations.
                    left[3] *= (self.step / model.step(&unknowns[..3])).powi(2);
                    left
                }
                _ => vec![f64::NAN; 4],
            }
        };
        let found = newton(equations, self.unknowns.clone());
        let [low, c, alpha, _] = std::array::from_fn(|k| found.state[k]);
        let step = 1.0 - self.temperature * c - low;
        if found.stop != Stop::Converged || step < NO_STEP {
            return None;
        }
        (self.m, self.step) = (m, step);
        self.unknowns.clone_from(&found.state);
        Some(alpha)
    }

    /// Neighbouring m, falling from the first state on, of which the load of the second one is below that of the first, or reaches a given one.
    fn bracket(&mut self, enough: f64) -> Option<[f64; 2]> {
        let [mut m, mut load] = self.first;
        loop {
            let next = self.at(m - ALONG)?;
            if next < load || next >= enough {
                return Some([m - ALONG, m]);
            }
            (m, load) = (m - ALONG, next);
        }
    }

    /// The state of a load, if the loads reach it.
    fn state_at(&mut self, alpha: f64) -> Option<HopfieldStep> {
        if alpha > self.highest()?.0 {
            return None;
        }
        *self = Self::new(self.temperature)?;
        let [lower, upper] = self.bracket(alpha)?;
        let above = |m: f64| self.at(m).map_or(f64::NAN, |load| load - alpha);
        // On the last stretch the maximum may lie between, but not beside the root.
        let root = find_root("load of a retrieval state", above, lower, upper, 1e-14).ok()?;
        self.at(root.x)?;
        Some(self.state(root.x))
    }

    /// The highest load, and its state.
    fn highest(&mut self) -> Option<(f64, HopfieldStep)> {
        let [lower, upper] = self.bracket(f64::INFINITY)?;
        let load = |m: f64| self.at(m).map_or(f64::NAN, |load| -load);
        let best = minimize("load", load, lower, upper + ALONG).ok()?;
        Some((self.at(best.x)?, self.state(best.x)))
    }

    /// The latest state, of this m.
    fn state(&self, m: f64) -> HopfieldStep {
        let [low, c, alpha, log_y] = std::array::from_fn(|k| self.unknowns[k]);
        let model = Load {
            alpha,
            temperature: self.temperature,
            recalled: Some((m, c)),
        };
        let left = residual(&model, &[m, low, c, log_y]);
        model.state(&Found {
            y: log_y.exp(),
            order: vec![m, low, c],
            stop: Stop::Converged,
            iterations: 0,
            residual: left.into_iter().map(f64::abs).fold(0.0, f64::max),
        })
    }
}
