//! How a solver ended, as the last cells of its row.

use crate::table::{Field, Shortfall, vocabulary as words};
use saddlepoint_theory::solver::{Solution, Stop};

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Why it stopped; `None` where the point could not be computed.
    pub stop: Option<Stop>,
    /// Evaluations of the equations.
    pub iterations: Option<usize>,
    /// Residual of the equations: |F(x) − x|, or the largest component of a gradient.
    pub residual: Option<f64>,
}

impl Outcome {
    /// A point that could not be computed: the scan goes on.
    pub(crate) const FAILED: Self = Self {
        stop: None,
        iterations: None,
        residual: None,
    };

    /// How a solution was found.
    pub(crate) fn of<S>(solution: &Solution<S>) -> Self {
        Self::new(solution.stop, solution.iterations, solution.residual)
    }

    /// How a solver ended whose state comes in parts.
    pub(crate) fn new(stop: Stop, iterations: usize, residual: f64) -> Self {
        Self {
            stop: Some(stop),
            iterations: Some(iterations),
            residual: Some(residual),
        }
    }

    /// stop, iterations, residual.
    pub(crate) const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::STOP, |outcome| outcome.name().into()),
        Field::one(words::ITERATIONS, |outcome| outcome.iterations.into()),
        Field::one(words::RESIDUAL, |outcome| outcome.residual.into()),
    ];

    fn name(&self) -> &'static str {
        match self.stop {
            Some(Stop::Converged) => "converged",
            Some(Stop::MaxIterations) => "max-iterations",
            Some(Stop::Diverged) => "diverged",
            None => "failed",
        }
    }

    /// Marks the row incomplete unless the solver converged.
    pub(crate) fn shortfall(&self, remedy: &'static str) -> Option<Shortfall> {
        (self.stop != Some(Stop::Converged)).then_some(Shortfall {
            what: "stop is not converged",
            remedy,
        })
    }
}
