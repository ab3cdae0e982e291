//! The Hopfield model: spins with P = αN patterns, an RBM with Gaussian hidden units.
//!
//! Integrating out the hidden units of `E = −Σ v_i ξ_iμ h_μ/√N + Σ h_μ²/2` at inverse temperature β = 1/T leaves the spins with Hebb's
//! couplings. With no pattern but one recalled, replica symmetry gives ([`Hopfield::residual`])
//!
//! ```text
//! m = E tanh β(m + √(αr) z),   q = E tanh² β(m + √(αr) z),   r = q/(1 − C)²,   C = β(1 − q)
//! ```
//!
//! Three kinds of states solve them: the paramagnet (m = q = 0), the spin glass (m = 0, q > 0) and retrieval states (m > 0).
//! None is found by iteration. In t = m/√(αr) and s = β√(αr) the load is explicit, `√α = s (T − 1 + q)/√q`, so that
//! each state is the root of a monotone function of one variable and each line of the diagram ([`Line`]) a root along a curve.
//!
//! # References
//! Amit, Gutfreund & Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985); Ann. Phys. 173, 30 (1987), section 4, and Appendix B for the stability.

mod lines;
mod saddle;

pub use lines::{Line, LinePoint};

use crate::error::{Result, not_negative, positive};
use crate::replica::field::field_averages;
use crate::solver::Stop;
use saddle::Saddle;
use std::f64::consts::{FRAC_2_PI, LN_2, SQRT_2};

use libm::erf;

/// A load and a temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hopfield {
    alpha: f64,
    temperature: f64,
}

/// Kinds of solutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// m = q = 0.
    Paramagnet,
    /// m = 0, q > 0.
    SpinGlass,
    /// m > 0: a pattern is recalled.
    Retrieval,
}

impl Branch {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::SpinGlass => "spin-glass",
            Self::Retrieval => "retrieval",
        }
    }
}

/// Regions of the diagram, in the order of falling temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Above `T_g = 1 + √α`.
    Paramagnet,
    /// Between `T_g` and `T_M`: no retrieval states.
    SpinGlass,
    /// Between `T_M` and `T_c`: retrieval states are local minima, the spin glass has the lower free energy.
    MetastableRetrieval,
    /// Below `T_c`: retrieval states have the lowest free energy.
    Retrieval,
}

impl Phase {
    /// Where the state of lowest free energy is of a branch, and there is a retrieval state or not.
    pub fn of(lowest: Branch, has_retrieval: bool) -> Self {
        match (lowest, has_retrieval) {
            (Branch::Retrieval, _) => Self::Retrieval,
            (_, true) => Self::MetastableRetrieval,
            (Branch::Paramagnet, false) => Self::Paramagnet,
            (Branch::SpinGlass, false) => Self::SpinGlass,
        }
    }

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::SpinGlass => "spin-glass",
            Self::MetastableRetrieval => "metastable-retrieval",
            Self::Retrieval => "retrieval",
        }
    }
}

/// A solution of the equations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Its kind.
    pub branch: Branch,
    /// m, in [0, 1]: overlap with the recalled pattern.
    pub magnetization: f64,
    /// q, in [0, 1]: overlap of two replicas.
    pub overlap: f64,
    /// r ≥ 0: mean squared overlap with the patterns that are not recalled, in units of 1/N.
    pub noise: f64,
    /// f, free energy per spin.
    pub free_energy: f64,
    /// `α β² E sech⁴/(1 − C)²`; +∞ at T = 0 for states with q > 0.
    pub at_stability: f64,
    /// Evaluations of the Gaussian averages behind it.
    pub iterations: usize,
    /// What is left of the equations ([`Hopfield::residual`]).
    pub residual: f64,
    /// How the search ended: [`Stop::Converged`] unless the residual is larger than rounding explains.
    pub stop: Stop,
}

impl State {
    /// Whether the state is stable against replica-symmetry breaking (de Almeida & Thouless): `at_stability` < 1.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0
    }
}

/// Residual, in units of max(1, order parameter), that rounding may leave: r = q/(1 − C)² magnifies that of C near the spin
/// glass's critical temperature.
const ACCEPTED: f64 = 1e-9;

/// Smallest load that is told from none: m, q and f depend on √α, which is below rounding here, while equations in α r would overflow.
const LEAST_LOAD: f64 = 1e-30;

impl Hopfield {
    /// The model with `alpha` = P/N patterns per spin at a temperature (in units of the coupling, so that `T_g = 1 + √α`).
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and `temperature` is not negative, both finite.
    /// Below 10⁻³⁰ it is the limit α → 0 that is taken.
    pub fn new(alpha: f64, temperature: f64) -> Result<Self> {
        Ok(Self {
            alpha: positive("alpha", alpha)?.max(LEAST_LOAD),
            temperature: not_negative("temperature", temperature)?,
        })
    }

    /// Every state but the unstable one that the retrieval state merges with: the retrieval state, if there is one, then the
    /// spin glass or, above `T_g`, the paramagnet.
    ///
    /// Below `T_g` the paramagnet still solves the equations, with the lower free energy; it is no phase there: the free energy of
    /// n replicas has, for n → 0, a negative number n(n−1)/2 of overlaps, so that fluctuations of q are stable about a
    /// *maximum*, and about q = 0 they are not.
    ///
    /// # Errors
    /// None for a value that exists, unless an equation cannot be evaluated at extreme arguments.
    pub fn states(&self) -> Result<Vec<State>> {
        Ok(self
            .retrieval()?
            .into_iter()
            .chain([self.disordered()?])
            .collect())
    }

    /// The state of lowest free energy.
    ///
    /// # Errors
    /// As [`Hopfield::states`].
    pub fn equilibrium(&self) -> Result<State> {
        let disordered = self.disordered()?;
        Ok(match self.retrieval()? {
            Some(state) if state.free_energy <= disordered.free_energy => state,
            _ => disordered,
        })
    }

    /// The region of the diagram in which the point lies.
    ///
    /// # Errors
    /// As [`Hopfield::states`].
    pub fn phase(&self) -> Result<Phase> {
        let has_retrieval = self.retrieval()?.is_some();
        Ok(Phase::of(self.equilibrium()?.branch, has_retrieval))
    }

    /// The retrieval state; `None` beyond the line `T_M`.
    ///
    /// # Errors
    /// As [`Hopfield::states`].
    pub fn retrieval(&self) -> Result<Option<State>> {
        if self.temperature >= 1.0 {
            return Ok(None);
        }
        let (fold, root_alpha) = (Saddle::fold(self.temperature)?, self.alpha.sqrt());
        if root_alpha > fold.root_alpha() {
            return Ok(None);
        }
        let saddle = Saddle::retrieval_at(&fold, root_alpha)?;
        Ok(Some(self.state(Branch::Retrieval, &saddle)))
    }

    /// The state with m = 0: the spin glass below `T_g = 1 + √α`, the paramagnet above.
    ///
    /// # Errors
    /// As [`Hopfield::states`].
    pub fn disordered(&self) -> Result<State> {
        let root_alpha = self.alpha.sqrt();
        if self.temperature < 1.0 + root_alpha {
            let saddle = Saddle::spin_glass(self.temperature, root_alpha)?;
            return Ok(self.state(Branch::SpinGlass, &saddle));
        }
        Ok(self.paramagnet())
    }

    fn paramagnet(&self) -> State {
        let root_alpha = self.alpha.sqrt();
        let beta = self.temperature.recip();
        let log = self.alpha * self.temperature * (-beta).ln_1p();
        State {
            branch: Branch::Paramagnet,
            magnetization: 0.0,
            overlap: 0.0,
            noise: 0.0,
            free_energy: 0.5 * (self.alpha + log) - self.temperature * LN_2,
            at_stability: (root_alpha / (self.temperature - 1.0)).powi(2),
            iterations: 0,
            residual: 0.0,
            stop: Stop::Converged,
        }
    }

    fn state(&self, branch: Branch, saddle: &Saddle) -> State {
        let (m, q, r) = (saddle.magnetization, saddle.overlap, saddle.noise());
        let residual = self.residual(m, q, r);
        State {
            branch,
            magnetization: m,
            overlap: q,
            noise: r,
            free_energy: saddle.free_energy(),
            at_stability: saddle.at_stability,
            iterations: saddle.iterations,
            residual,
            stop: if residual <= ACCEPTED {
                Stop::Converged
            } else {
                Stop::MaxIterations
            },
        }
    }

    /// Energy per spin ⟨H⟩/N = ∂(βf)/∂β of a state, for `H = −(1/2) Σ_{i≠j} J_ij s_i s_j`.
    ///
    /// ```text
    /// e = −m²/2 − (α/2) [(1 − q)/(1 − C) + r − 1]
    /// ```
    pub fn energy(&self, state: &State) -> f64 {
        let (m, q, r) = (state.magnetization, state.overlap, state.noise);
        // 1/(1 − C) = √(r/q); without overlap C = β.
        let thermal = if q > 0.0 {
            (1.0 - q) * (r / q).sqrt()
        } else {
            1.0 / (1.0 - self.temperature.recip())
        };
        -0.5 * (m * m + self.alpha * (thermal + r - 1.0))
    }

    /// What is left of the three equations at (m, q, r), the largest of the three in units of max(1, order parameter).
    ///
    /// At T = 0 they read `m = erf(m/√(2αr))`, `q = 1`, `r = 1/(1 − C)²` with `C = √(2/(π α r)) exp(−m²/(2αr))`.
    pub fn residual(&self, m: f64, q: f64, r: f64) -> f64 {
        let variance = self.alpha * r;
        let (tanh, tanh2, susceptibility) = if self.temperature > 0.0 {
            let beta = self.temperature.recip();
            let averages = field_averages(beta * m, beta * beta * variance);
            (averages.tanh, averages.tanh2, beta * averages.sech2)
        } else {
            let ratio = m / variance.sqrt();
            let density = (FRAC_2_PI / variance).sqrt() * (-0.5 * ratio * ratio).exp();
            (erf(ratio / SQRT_2), 1.0, density)
        };
        let noise = tanh2 / (1.0 - susceptibility).powi(2);
        let left = [m - tanh, q - tanh2, (r - noise) / r.max(1.0)];
        left.into_iter().map(f64::abs).fold(0.0, f64::max)
    }
}
