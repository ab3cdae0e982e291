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
use saddlepoint_theory::dynamics::biased_flow::{BiasedOptimum, Biases};
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::units::Unit;

/// What stands on the sites of a ring, and which hidden units learn from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sites {
    /// Spins or angles.
    pub visible: Visible,
    /// Kind of the hidden units; relu on a ring of spins only.
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
    /// Of hidden units that need them.
    biases: Option<Biases>,
    /// Starts of rectified units that were given up.
    given_up: Option<usize>,
    /// Of a machine of more than 16 hidden units: the arcs outside of which weights are 0.
    arcs: Option<Arcs>,
}

impl From<Optimum> for Found {
    fn from(optimum: Optimum) -> Self {
        Self {
            optimum,
            biases: None,
            given_up: None,
            arcs: None,
        }
    }
}

impl From<BiasedOptimum> for Found {
    fn from(found: BiasedOptimum) -> Self {
        Self {
            biases: Some(found.biases),
            given_up: Some(found.given_up),
            ..found.optimum.into()
        }
    }
}

/// A machine at one time of its learning.
struct State {
    weights: Mat<f64>,
    /// Of hidden units that need them.
    biases: Option<Biases>,
}

impl From<Mat<f64>> for State {
    fn from(weights: Mat<f64>) -> Self {
        Self {
            weights,
            biases: None,
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

impl Found {
    /// The machine of binary units that does what this one of spins does: `h w·v = s w·v/2 + w·v/2` for weights that are twice as large, where the
    /// visible biases `b_i = −½ Σ_μ w_iμ` cancel the last term.
    fn of_binary_units(self) -> Self {
        let of_spins = &self.optimum.weights;
        let (n, hidden) = (of_spins.nrows(), of_spins.ncols());
        let weights = Mat::from_fn(n, hidden, |i, m| 2.0 * of_spins[(i, m)]);
        let visible = (0..n).map(|i| -(0..hidden).map(|m| of_spins[(i, m)]).sum::<f64>());
        Self {
            biases: Some(Biases {
                hidden: vec![0.0; hidden],
                visible: visible.collect(),
            }),
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
    /// Irregular weights of `hidden` units, of any size.
    fn irregular(&self, hidden: usize, seed: u64) -> Mat<f64>;

    /// Log-likelihood of the data's own law, in nats.
    fn data_log_likelihood(&self) -> f64;

    /// Log-likelihood of the best uniform weights, in nats; none where it is not known.
    fn symmetric_log_likelihood(&self, _hidden: usize) -> Result<Option<f64>> {
        Ok(None)
    }

    /// The best optimum of `hidden` units that the search finds.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Found>;

    /// The machine at some times, learning from the weights `start`.
    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<State>>;
}

impl Sites {
    /// The ring of these sites with the size and coupling of `at`.
    fn ring(self, at: Point) -> Result<Box<dyn Ring>> {
        match self.hidden {
            Unit::Binary => self.ring_of(at, Unit::Spin),
            hidden => self.ring_of(at, hidden),
        }
    }

    /// The ring of these sites from which hidden units of some kind learn.
    fn ring_of(self, at: Point, hidden: Unit) -> Result<Box<dyn Ring>> {
        ensure!(
            hidden.states().is_some() || at.hidden_units <= MOST_REAL,
            "--hidden-units {}: at most {MOST_REAL} of {hidden} units, for each of which the machine's part sums over hundreds of points",
            at.hidden_units
        );
        Ok(match self.visible {
            Visible::Ising(method) => Box::new(Ising::new(at, method, hidden)?),
            Visible::Clock { states } => {
                ensure!(
                    !matches!(hidden, Unit::Binary | Unit::Rectified),
                    "--hidden {hidden}: its biases are known on a ring of spins only; leave out --states, or give spin, gaussian or double-well:THETA"
                );
                Box::new(Clock::new(at, states, hidden)?)
            }
        })
    }

    /// The best optimum of the machines at `at`.
    fn optimum(self, ring: &dyn Ring, at: Point, search: &Search) -> Result<Found> {
        let found = ring.optimum(at.hidden_units, search)?;
        Ok(match self.hidden {
            Unit::Binary => found.of_binary_units(),
            _ => found,
        })
    }

    /// The ring of a trajectory.
    fn ring_in_time(self, at: Point) -> Result<Box<dyn Ring>> {
        ensure_enumerated(at, "--trajectory")?;
        self.ring_of(at, self.hidden)
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

    /// Columns without a meaning: those of angles for spins, the kind of hidden spins, and biases that are 0 by symmetry.
    fn leaves_out(self) -> Vec<&'static str> {
        let mut left_out = match self.visible {
            Visible::Ising(_) => vec!["states", "state"],
            Visible::Clock { .. } => vec![],
        };
        if self.hidden == Unit::Spin {
            left_out.push("hidden");
        }
        if self.hidden != Unit::Rectified {
            left_out.extend(["limit", "given_up"]);
        }
        if !matches!(self.hidden, Unit::Rectified | Unit::Binary) {
            left_out.extend(["hidden_bias", "visible_bias"]);
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

/// Irregular weights of a flow.
fn irregular(flow: &dyn Flow, hidden: usize, seed: u64) -> Mat<f64> {
    let n = flow.units();
    let start = flow.start(hidden, 1, seed);
    Mat::from_fn(n, hidden, |i, m| start[m * n + i])
}
