//! Machines of random sparse weights: which number of patterns is recalled together.
//!
//! ```text
//! E(v, h) = −Σ_iμ v_i W_iμ h_μ + Σ_μ [U(h_μ) + θ h_μ] − g Σ_i v_i,   W_iμ = w ξ_iμ/√N,   w = s/√p
//! ```
//!
//! with N visible units of two values, M = αN hidden ones and independent ξ = −1, 0, 1 with probabilities p/2, 1 − p, p/2: s is the
//! standard deviation of √N W. In a state of L recalled patterns L hidden units, whose potential must be quadratic far away, have
//! h = √N m, and the others are of order 1. In replica symmetry
//!
//! ```text
//! visible unit: precision −α s² (R − r), field √(α s² r) z + w m S + g,   S = Σ_{k ≤ L} ξ_k
//! hidden unit:  precision −s² (Q − q),   field √(s² q) z − θ
//! Q = E⟨v²⟩,   q = E⟨v⟩²,   R = E⟨h²⟩,   r = E⟨h⟩²,   m = w E S⟨v⟩/L
//! −f = −½ α s² (Q R − q r) − ½ L m² + E φ_v + α E φ_h
//! ```
//!
//! with φ(a, b) the generating function of a unit at precision a and field b ([`units`](crate::units)). The L magnetizations are
//! equal: S is a sum of independent signs, whose law costs nothing. Gaussian hidden units, spins and p = 1 make the
//! [Hopfield model](super::hopfield) at β = s² with its retrieval state (L = 1) and its symmetric mixtures.
//!
//! # References
//! Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017); for mixtures Amit, Gutfreund & Sompolinsky, Phys. Rev. A 32, 1007
//! (1985). The free energy for units of any kind is derived in the handbook.

mod equations;
mod layer;
mod search;
mod sum;

use crate::error::{Error, Result, check, positive};
use crate::solver::{Solution, Stop};
use crate::units::Unit;
use equations::{Equations, Unknowns};
use layer::TwoValued;
use sum::SumOfSigns;

/// Most patterns that can be recalled together here.
pub const MOST_RECALLED: usize = 1000;

/// An ensemble of machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patterns {
    /// α = M/N, hidden units per visible unit, above 0.
    pub alpha: f64,
    /// p, the part of the weights that is not zero, in (0, 1].
    pub density: f64,
    /// s, the standard deviation of the weights in units of 1/√N, above 0; those that are not zero are ±s/√(pN).
    pub scale: f64,
    /// Kind of the visible units: of two values.
    pub visible: Unit,
    /// Kind of the hidden units.
    pub hidden: Unit,
    /// g, the field on each visible unit.
    pub field: f64,
    /// θ, the slope that each hidden unit's potential has besides.
    pub threshold: f64,
}

/// Order parameters of a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderParameters {
    /// m, strength of each recalled hidden unit in units of √N; 0 if there is none.
    pub magnetization: f64,
    /// Q = E⟨v²⟩.
    pub square_visible: f64,
    /// q = E⟨v⟩², overlap of two replicas of the visible units.
    pub overlap_visible: f64,
    /// R = E⟨h²⟩ of the hidden units that are not recalled.
    pub square_hidden: f64,
    /// r = E⟨h⟩² of these.
    pub overlap_hidden: f64,
}

/// A state of L recalled patterns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// L.
    pub recalled: usize,
    /// Its order parameters.
    pub order: OrderParameters,
    /// f, free energy per visible unit, −ln Z/N.
    pub free_energy: f64,
    /// `α s⁴ E(var v)² E(var h)²`: replica symmetry is stable below 1.
    pub at_stability: f64,
    /// `1 − w² E(ξ_1² − ξ_1 ξ_2) var v`, the curvature of f when one recalled pattern grows and another one shrinks: unstable below
    /// 0. `None` if fewer than two are recalled.
    pub curvature_apart: Option<f64>,
    /// `1 − s² E var v`, the curvature of f when one more pattern begins to be recalled; positive wherever hidden units that are
    /// not recalled stay finite. `None` for hidden units of two values, which recall nothing.
    pub curvature_new: Option<f64>,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// What is left of the equations.
    pub residual: f64,
    /// How the search ended.
    pub stop: Stop,
}

/// What the state of lowest free energy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing recalled, replica symmetry stable.
    Paramagnet,
    /// One pattern recalled.
    Ferromagnet,
    /// Several patterns recalled together.
    Compositional,
    /// Nothing recalled, replica symmetry broken.
    SpinGlass,
}

impl Phase {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::Ferromagnet => "ferromagnet",
            Self::Compositional => "compositional",
            Self::SpinGlass => "spin-glass",
        }
    }
}

impl State {
    /// Whether replica symmetry is stable.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0
    }

    /// Whether f is a minimum in the strengths of the hidden units: no recalled pattern grows at the cost of another, no further one
    /// begins.
    pub fn is_minimum(&self) -> bool {
        let is_positive =
            |curvature: Option<f64>| curvature.is_none_or(|curvature| curvature > 0.0);
        is_positive(self.curvature_new) && is_positive(self.curvature_apart)
    }

    /// The phase, if no other state has a lower free energy.
    pub fn phase(&self) -> Phase {
        match self.recalled {
            0 if self.is_stable() => Phase::Paramagnet,
            0 => Phase::SpinGlass,
            1 => Phase::Ferromagnet,
            _ => Phase::Compositional,
        }
    }
}

impl Patterns {
    /// s², the variance of √N W.
    fn weight_variance(&self) -> f64 {
        self.scale * self.scale
    }

    /// w = s/√p, the size of √N W where it is not 0.
    fn weight(&self) -> f64 {
        self.scale / self.density.sqrt()
    }

    /// Whether a hidden unit can have a value of order √N.
    pub fn can_recall(&self) -> bool {
        TwoValued::of(self.hidden).is_none()
    }

    /// The states of 0, 1, …, `recalled` patterns, as far as they exist.
    ///
    /// Each is looked for from full order and kept to its branch. Hidden units of two values recall nothing.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for a parameter out of its range or `recalled` above [`MOST_RECALLED`], [`Error::Unit`] for visible
    /// units that have not two values, or where an average cannot be computed.
    pub fn states(&self, recalled: usize) -> Result<Vec<State>> {
        let visible = self.check()?;
        let most = check_recalled(recalled)?;
        let mut states = Vec::new();
        let mut sum = SumOfSigns::empty(self.density);
        loop {
            let equations = Equations {
                machine: self,
                visible,
                sum: &sum,
            };
            states.extend(equations.states()?);
            if sum.terms >= most || !self.can_recall() {
                return Ok(states);
            }
            sum = sum.with_one_more();
        }
    }

    /// The states of exactly `recalled` patterns.
    ///
    /// There is none or one, but for several without a recalled pattern, where binary units are either quiet or frozen.
    ///
    /// # Errors
    /// As [`Patterns::states`].
    pub fn states_of(&self, recalled: usize) -> Result<Vec<State>> {
        let visible = self.check()?;
        if recalled > 0 && !self.can_recall() {
            return Ok(Vec::new());
        }
        let sum = self.sum(check_recalled(recalled)?);
        let equations = Equations {
            machine: self,
            visible,
            sum: &sum,
        };
        equations.states()
    }

    /// f at any order parameters, of which the states are stationary points.
    ///
    /// # Errors
    /// As [`Patterns::states`]; [`Error::NotFinite`] where s² (Q − q) ≥ 1 for real hidden units.
    pub fn free_energy(&self, recalled: usize, order: &OrderParameters) -> Result<f64> {
        let equations = Equations {
            machine: self,
            visible: self.check()?,
            sum: &self.sum(check_recalled(recalled)?),
        };
        equations.free_energy(order)
    }

    fn sum(&self, recalled: usize) -> SumOfSigns {
        (0..recalled).fold(SumOfSigns::empty(self.density), |sum, _| {
            sum.with_one_more()
        })
    }

    /// Checks the parameters.
    fn check(&self) -> Result<TwoValued> {
        positive("alpha", self.alpha)?;
        positive("scale", self.scale)?;
        check("density", "in (0, 1]", self.density, |p| {
            p > 0.0 && p <= 1.0
        })?;
        check("field", "finite", self.field, |_| true)?;
        check("threshold", "finite", self.threshold, |_| true)?;
        TwoValued::of(self.visible).ok_or_else(|| Error::Unit {
            quantity: "phases of random patterns",
            unit: self.visible.to_string(),
            reason: "visible units must be spin or binary",
        })
    }
}

fn check_recalled(recalled: usize) -> Result<usize> {
    if recalled <= MOST_RECALLED {
        return Ok(recalled);
    }
    Err(Error::OutOfDomain {
        name: "recalled",
        domain: "at most 1000",
        value: crate::numerics::count(recalled),
    })
}

impl Equations<'_> {
    fn states(&self) -> Result<Vec<State>> {
        let found = self.search()?;
        found.into_iter().map(|found| self.state(found)).collect()
    }

    /// All that is known of a solution.
    fn state(&self, found: Solution<Unknowns>) -> Result<State> {
        let image = self.image(found.state)?;
        let [square, overlap, aligned] = found.state;
        let machine = self.machine;
        let order = OrderParameters {
            magnetization: machine.weight() * machine.density * aligned,
            square_visible: square,
            overlap_visible: overlap,
            square_hidden: image.hidden.square,
            overlap_hidden: image.hidden.overlap,
        };
        Ok(State {
            recalled: self.sum.terms,
            order,
            free_energy: self.free_energy(&order)?,
            at_stability: image.at_stability(machine),
            curvature_apart: image.curvature_apart(machine, self.sum.terms),
            curvature_new: image.curvature_new(machine),
            iterations: found.iterations,
            residual: found.residual,
            stop: found.stop,
        })
    }
}
