//! The solutions of the equations.

use super::Soft;
use super::saddle::{Place, Saddle};
use crate::error::{Error, Result};
use crate::replica::mismatched::saddle::Side;
use crate::solver::Stop;
use crate::solver::newton::Newton;
use crate::solver::root::{expand_bracket, find_root};
use std::cell::Cell;

/// Smallest m/√D that is told from 0: the equation of m, divided by m, is right to 1e-16 of that and changes by its square.
const SMALLEST: f64 = 1e-5;
/// Largest m that is tried: it is below √D, and D below (β*/β)² or so.
const LARGEST: f64 = 1e9;
/// Steps of the search for m: down from above the largest solution, and up from the smallest.
const STEPS: [f64; 2] = [0.5, 4.0];
/// Bounds of ln(q/(D − q)) and of ln D.
const LOGITS: [f64; 2] = [-700.0, 700.0];
const LOG_NORMS: [f64; 2] = [-60.0, 60.0];
/// Relative accuracy of a root m.
const TOLERANCE: f64 = 1e-12;
/// What is added to logarithms, whose roots may be 0 and are searched to a relative accuracy: 1e-12 of themselves.
const SHIFT: f64 = 1000.0;
/// Part of the way to the end of the domain that one step may take.
const PART: f64 = 0.9;

/// A search for solutions, each from the one before.
pub(super) struct Search<'a> {
    model: &'a Soft,
    /// Where the latest solution of the equations of q and D was.
    guess: Cell<Place>,
    iterations: Cell<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(model: &'a Soft) -> Self {
        Self {
            model,
            guess: Cell::new(Place {
                m: 0.0,
                logit: 0.0,
                log_norm: 0.0,
            }),
            iterations: Cell::new(0),
        }
    }

    /// m = q = 0 and D = 1.
    pub(super) fn paramagnet(&self) -> Saddle {
        self.evaluate(Place::PARAMAGNET)
    }

    /// The state of m = 0 that is stable in q: the glass where αc² > 1, else the paramagnet.
    pub(super) fn unlearned(&self) -> Result<Saddle> {
        let paramagnet = self.paramagnet();
        // Just above, the equation of q is below rounding at any q that is told from 0.
        if paramagnet.at_stability <= 1.0 + 4.0 * f64::EPSILON {
            return Ok(paramagnet);
        }
        self.at(0.0)
    }

    /// The learned state of smallest or largest m; `None` where there is none.
    pub(super) fn learned(&self, side: Side) -> Result<Option<Saddle>> {
        let bracket = match side {
            Side::Low if self.unlearned()?.rise <= 1.0 => None,
            Side::Low => self.upwards()?,
            Side::High => self.downwards()?,
        };
        let Some([lower, upper]) = bracket else {
            return Ok(None);
        };
        if lower >= upper {
            return self.at(lower).map(Some);
        }
        match self.all_at_once([lower, upper])? {
            Some(saddle) => Ok(Some(saddle)),
            None => self.one_by_one([lower, upper]).map(Some),
        }
    }

    fn evaluate(&self, place: Place) -> Saddle {
        self.iterations.set(self.iterations.get() + 1);
        Saddle {
            iterations: self.iterations.get(),
            ..Saddle::at(self.model, place)
        }
    }

    /// The solution of the equations of q and D at a given m; for m = 0 the glass.
    pub(super) fn at(&self, m: f64) -> Result<Saddle> {
        let saddle = match self.both(m) {
            Some(saddle) => saddle,
            None => self.nested(m)?,
        };
        self.guess.set(saddle.place);
        Ok(saddle)
    }

    /// The equations of q and D by Newton's method; `None` where that fails.
    fn both(&self, m: f64) -> Option<Saddle> {
        let Place {
            logit, log_norm, ..
        } = self.guess.get();
        let place = |x: &[f64]| Place {
            m,
            logit: x[0],
            log_norm: x[1],
        };
        self.newton(2, vec![logit, log_norm], place)
    }

    /// All three equations by Newton's method from the middle of a bracket of m; `None` where that leaves it.
    fn all_at_once(&self, [lower, upper]: [f64; 2]) -> Result<Option<Saddle>> {
        let middle = (lower * upper).sqrt();
        let start = self.at(middle)?.place;
        let place = |x: &[f64]| Place {
            m: x[0],
            logit: x[1],
            log_norm: x[2],
        };
        let found = self.newton(3, vec![middle, start.logit, start.log_norm], place);
        Ok(found.filter(|saddle| (lower..=upper).contains(&saddle.place.m)))
    }

    fn newton(
        &self,
        unknowns: usize,
        start: Vec<f64>,
        place: impl Fn(&[f64]) -> Place,
    ) -> Option<Saddle> {
        let end = self.model.largest_log_norm();
        let last = unknowns - 1;
        let inside = |x: &[f64], step: &[f64]| {
            let room = PART * (end - x[last]);
            if step[last] > room {
                room / step[last]
            } else {
                1.0
            }
        };
        let settings = Newton {
            max_iterations: 40,
            ..Newton::default()
        };
        let equations = |x: &[f64]| self.evaluate(place(x)).tangent(unknowns == 3);
        let found = settings.solve_within(equations, inside, start);
        (found.stop == Stop::Converged).then(|| self.evaluate(place(&found.state)))
    }

    /// The equations of q and D one inside the other, which have a root each: the equation of D is positive at D → 0 and negative where Z
    /// diverges, and that of q, in ln(q/(D − q)), is positive at −∞ in a glass or at m > 0 and negative at ∞.
    fn nested(&self, m: f64) -> Result<Saddle> {
        let at = |logit: f64| self.of_overlap(m, logit);
        let equation = |logit: f64| at(logit).map_or(f64::NAN, |saddle| saddle.of_logit());
        let name = "overlap of students";
        at(log_root(name, equation, [-1.0, 1.0], LOGITS)?)
    }

    /// The solution of the equation of D.
    fn of_overlap(&self, m: f64, logit: f64) -> Result<Saddle> {
        let place = |log_norm| Place { m, logit, log_norm };
        // Spins have their norm.
        if self.model.laws.student_weights.gaussian_variance() <= 0.0 {
            return Ok(self.evaluate(place(0.0)));
        }
        let end = self.model.largest_log_norm();
        let equation = |log_norm: f64| {
            if log_norm >= end {
                f64::NEG_INFINITY
            } else {
                self.evaluate(place(log_norm)).of_norm()
            }
        };
        let name = "norm of the student's weights";
        let limits = [LOG_NORMS[0], LOG_NORMS[1].min(end)];
        let log_norm = log_root(name, equation, [-0.5, 0.5_f64.min(end)], limits)?;
        Ok(self.evaluate(place(log_norm)))
    }

    /// The solution between two values of m, with q and D from their equations at each m.
    fn one_by_one(&self, [lower, upper]: [f64; 2]) -> Result<Saddle> {
        let name = "overlap with the teacher";
        let equation = |m: f64| self.excess(m).unwrap_or(f64::NAN);
        let root = find_root(name, equation, lower, upper, TOLERANCE)?;
        self.at(root.x)
    }

    /// The smallest m for the norm of the latest solution: that of a very cold student is small.
    fn smallest(&self) -> f64 {
        SMALLEST * (0.5 * self.guess.get().log_norm.min(0.0)).exp()
    }

    /// The equation of m, divided by m.
    fn excess(&self, m: f64) -> Result<f64> {
        Ok(self.at(m)?.images[0] / m - 1.0)
    }

    /// Two values of m between which the excess turns negative, the last such: down from where it is negative.
    fn downwards(&self) -> Result<Option<[f64; 2]>> {
        let mut m = 1.0;
        while self.excess(m)? > 0.0 {
            m *= 2.0;
            if m > LARGEST {
                return Err(Error::NotFinite {
                    name: "overlap with the teacher",
                });
            }
        }
        let mut above = m;
        while m >= self.smallest() {
            let excess = self.excess(m)?;
            // With very many samples the image of m = 1 is 1 to rounding.
            if excess >= 0.0 {
                return Ok(Some([m, above]));
            }
            above = m;
            m *= STEPS[0];
        }
        Ok(None)
    }

    /// The first such, up from 0.
    fn upwards(&self) -> Result<Option<[f64; 2]>> {
        let (mut m, mut below) = (self.smallest(), None);
        while m <= LARGEST {
            if self.excess(m)? <= 0.0 {
                return Ok(below.map(|below| [below, m]));
            }
            below = Some(m);
            m *= STEPS[1];
        }
        Err(Error::NotFinite {
            name: "overlap with the teacher",
        })
    }
}

/// The root of a function of a logarithm, searched from a first interval on.
fn log_root(
    name: &'static str,
    equation: impl Fn(f64) -> f64,
    start: [f64; 2],
    limits: [f64; 2],
) -> Result<f64> {
    let [lower, upper] = expand_bracket(name, &equation, start, limits)?;
    let shifted = |x: f64| equation(x - SHIFT);
    let root = find_root(name, shifted, lower + SHIFT, upper + SHIFT, 0.0)?;
    Ok(root.x - SHIFT)
}
