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
use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use clock::Clock;
use faer::Mat;
use ising::Ising;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::units::Unit;

/// What stands on the sites of a ring, and which hidden units learn from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sites {
    /// Spins or angles.
    pub visible: Visible,
    /// Kind of the hidden units: spin, binary, gaussian or double-well.
    pub hidden: Unit,
}

/// What stands on the sites of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visible {
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

/// The most real hidden units, for each of which the machine's part sums over hundreds of points.
const MOST_REAL: usize = 3;

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

/// Hidden units of which the flow knows the machines, and the factor by which weights are larger than those.
///
/// Binary units with biases are spins of half the weights: `h w·v = s w·v/2 + w·v/2`, where the visible biases `b_i = −½ Σ_μ w_iμ` cancel the
/// last term.
fn known(hidden: Unit) -> Result<(Unit, f64)> {
    match hidden {
        Unit::Binary => Ok((Unit::Spin, 2.0)),
        Unit::Rectified => bail!(
            "--hidden relu: not known, since its biases do not follow from a symmetry; give spin, binary, gaussian or double-well:THETA"
        ),
        Unit::Spin | Unit::Gaussian | Unit::DoubleWell(_) => Ok((hidden, 1.0)),
    }
}

impl Found {
    /// The same machine in weights that are larger by a factor.
    fn scaled(self, factor: f64) -> Self {
        let weights = &self.optimum.weights;
        let weights = Mat::from_fn(weights.nrows(), weights.ncols(), |i, m| {
            factor * weights[(i, m)]
        });
        Self {
            optimum: Optimum {
                weights,
                ..self.optimum
            },
            ..self
        }
    }
}

/// A ring, and how machines learn from it.
trait Ring {
    /// The flow of weights along the exact gradient of the log-likelihood.
    fn flow(&self) -> &dyn Flow;

    /// Log-likelihood of the data's own law, in nats.
    fn data_log_likelihood(&self) -> f64;

    /// Log-likelihood of the best uniform weights, in nats; none where it is not known.
    fn symmetric_log_likelihood(&self, _hidden: usize) -> Result<Option<f64>> {
        Ok(None)
    }

    /// The best optimum of `hidden` units that the search finds.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Found>;

    /// The weights at some times, learning from `start`.
    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>>;
}

impl Sites {
    /// The ring of these sites with the size and coupling of `at`.
    fn ring(self, at: Point) -> Result<Box<dyn Ring>> {
        let (hidden, _) = known(self.hidden)?;
        ensure!(
            hidden == Unit::Spin || at.hidden_units <= MOST_REAL,
            "--hidden-units {}: at most {MOST_REAL} of {hidden} units, for each of which the machine's part sums over hundreds of points",
            at.hidden_units
        );
        Ok(match self.visible {
            Visible::Ising(method) => Box::new(Ising::new(at, method, hidden)?),
            Visible::Clock { states } => Box::new(Clock::new(at, states, hidden)?),
        })
    }

    /// The best optimum of the machines at `at`.
    fn optimum(self, ring: &dyn Ring, at: Point, search: &Search) -> Result<Found> {
        let (_, factor) = known(self.hidden)?;
        Ok(ring.optimum(at.hidden_units, search)?.scaled(factor))
    }

    /// The ring of a trajectory.
    fn ring_in_time(self, at: Point) -> Result<Box<dyn Ring>> {
        ensure_enumerated(at, "--trajectory")?;
        ensure!(
            self.hidden != Unit::Binary,
            "--hidden binary: with --trajectory its biases would have to be learnt as well; give spin"
        );
        self.ring(at)
    }

    /// Angles of a site; none of spins.
    fn states(self) -> Option<usize> {
        match self.visible {
            Visible::Ising(_) => None,
            Visible::Clock { states } => Some(states),
        }
    }

    fn method(self) -> &'static str {
        match self.visible {
            Visible::Ising(Method::SmallBeta) => "small-beta",
            Visible::Ising(Method::Exact) | Visible::Clock { .. } => "exact",
        }
    }

    /// Columns without a meaning: those of angles for spins, and the kind of hidden spins.
    fn leaves_out(self) -> Vec<&'static str> {
        let mut left_out = match self.visible {
            Visible::Ising(_) => vec!["states", "state"],
            Visible::Clock { .. } => vec![],
        };
        if self.hidden == Unit::Spin {
            left_out.push("hidden");
        }
        left_out
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
        Field::one(words::HIDDEN, |machine| {
            machine.kind.hidden.to_string().into()
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
