//! What hidden units learn from infinitely many configurations of a ring of spins or of angles.

pub mod clock;
pub mod ising;
mod learnt;
pub mod trajectory;
pub mod weights;

pub use learnt::{Arcs, Learnt};
pub use trajectory::Trajectory;
pub use weights::{Weight, Weights};

use super::Point;
use crate::table::{Field, vocabulary as words};
use anyhow::{Result, ensure};
use clap::ValueEnum;
use clock::Clock;
use faer::Mat;
use ising::Ising;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};

/// What stands on the sites of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sites {
    /// Spins ±1, with the method of the gradient.
    Ising(Method),
    /// Angles of a clock ring, in one-hot units.
    Clock {
        /// Angles p of a site, 2 to 12.
        states: usize,
    },
}

/// How the gradient of the log-likelihood is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Exactly
    Exact,
    /// To leading order in a small coupling
    SmallBeta,
}

/// A machine, and the ring from which it learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    /// Size and coupling of the ring, and the number of hidden units.
    pub at: Point,
    /// What stands on the sites.
    pub kind: Sites,
}

/// The most hidden units of a machine whose hidden states are summed over one by one.
const MOST_ENUMERATED: usize = 16;

/// Largest slope with which a search ends where some directions are all but flat.
const TOLERANCE: f64 = 1e-6;

/// The best optimum that a search finds.
struct Found {
    optimum: Optimum,
    /// Of a machine of more than 16 hidden units: the arcs outside of which weights are 0.
    arcs: Option<Arcs>,
}

impl From<Optimum> for Found {
    fn from(optimum: Optimum) -> Self {
        Self {
            optimum,
            arcs: None,
        }
    }
}

/// That a machine has few enough hidden units to sum over their states one by one.
fn ensure_enumerated(at: Point, what: &str) -> Result<()> {
    ensure!(
        at.hidden_units <= MOST_ENUMERATED,
        "--hidden-units {}: {what} sums over all states of at most {MOST_ENUMERATED} hidden units; more of them want the optimum of an \
        Ising ring by --method exact",
        at.hidden_units
    );
    Ok(())
}

/// A ring, and how machines learn from it.
trait Ring {
    /// The flow of weights along the exact gradient of the log-likelihood.
    fn flow(&self) -> &dyn Flow;

    /// The best optimum of `hidden` units that the search finds.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Found>;

    /// The weights at some times, learning from `start`.
    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>>;
}

impl Sites {
    /// The ring of these sites with the size and coupling of `at`.
    fn ring(self, at: Point) -> Result<Box<dyn Ring>> {
        Ok(match self {
            Self::Ising(method) => Box::new(Ising::new(at, method)?),
            Self::Clock { states } => Box::new(Clock::new(at, states)?),
        })
    }

    /// The ring of a trajectory.
    fn ring_in_time(self, at: Point) -> Result<Box<dyn Ring>> {
        ensure_enumerated(at, "--trajectory")?;
        self.ring(at)
    }

    /// Angles of a site; none of spins.
    fn states(self) -> Option<usize> {
        match self {
            Self::Ising(_) => None,
            Self::Clock { states } => Some(states),
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Ising(Method::SmallBeta) => "small-beta",
            Self::Ising(Method::Exact) | Self::Clock { .. } => "exact",
        }
    }

    /// Columns that spins do not have.
    fn leaves_out(self) -> Vec<&'static str> {
        match self {
            Self::Ising(_) => vec!["states", "state"],
            Self::Clock { .. } => vec![],
        }
    }
}

impl Machine {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::UNITS, |machine| machine.at.units.into()),
        Field::one(words::BETA, |machine| machine.at.beta.into()),
        Field::one(words::STATES, |machine| machine.kind.states().into()),
        Field::one(words::HIDDEN_UNITS, |machine| {
            machine.at.hidden_units.into()
        }),
        Field::one(words::METHOD, |machine| machine.kind.method().into()),
    ];
}

/// The weights of each hidden unit.
fn fields(weights: &Mat<f64>) -> impl Iterator<Item = Vec<f64>> + '_ {
    weights
        .col_iter()
        .map(|column| column.iter().copied().collect())
}
