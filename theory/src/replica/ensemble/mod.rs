//! Phases of an RBM of spins whose weights are a few modes and noise.
//!
//! ```text
//! W = Σ_a w_a u_a v_aᵀ + r,   r_iμ ~ N(0, σ²/L),   L = √(NM),   κ = M/N
//! ```
//!
//! with unit vectors `u_a`, `v_a` of independent components ([`ComponentLaw`]). The energy is `−vᵀWh − θ_v Σ v_i − θ_h Σ h_μ`. In
//! the limit N → ∞, with replica symmetry, each unit feels a Gaussian field,
//!
//! ```text
//! H  = √(σ²√κ q̄) z + √κ Σ_a w_a u_a m̄_a + θ_v,      q = E tanh² H,   m_a = E u_a tanh H
//! H̄  = √(σ² q/√κ) z + Σ_a w_a v_a m_a/√κ + θ_h,      q̄ = E tanh² H̄,   m̄_a = E v_a tanh H̄
//! ```
//!
//! with `u_a`, `v_a` scaled to unit variance, and the free energy per visible unit
//!
//! ```text
//! −f = σ²√κ (1−q)(1−q̄)/2 − √κ Σ_a w_a m_a m̄_a + E ln 2cosh H + κ E ln 2cosh H̄
//! ```
//!
//! is stationary there. A state is stable against replica-symmetry breaking iff `σ⁴ E[sech⁴ H] E[sech⁴ H̄] < 1`, and a minimum in the
//! space of the magnetizations iff the eigenvalue [`State::at_mixing`] is below 1.
//!
//! Several modes are averaged over the product of their laws. Gaussian components cost nothing: they add to the variance of the
//! field. Each further mode that is recalled multiplies the cost, by 2 (Rademacher), 3 (sparse) or 60 (Laplace).
//!
//! # References
//! Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); J. Stat. Phys. 172, 1576 (2018). Stability: de Almeida & Thouless, J. Phys. A 11,
//! 983 (1978). Without modes this is the bipartite model of Korenblit & Shender, Sov. Phys. JETP 62, 1030 (1985).

mod boundary;
mod components;
mod layer;
mod mixing;
mod newton;
mod sets;
mod state;

pub use boundary::{Line, LinePoint, lines};
pub use components::ComponentLaw;
pub use state::{Phase, State};

use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::{Solution, Stop};
use components::{Term, joint_law};
use layer::{Input, Response};
use newton::Image;

/// Magnetizations below this one are zero: a state that has lost a mode shrinks along it by [`newton`]'s steps.
const ZERO: f64 = 1e-9;

/// Largest parameter: variances of fields are products of two, the stability is a fourth power.
const LARGEST: f64 = 1e50;

/// Largest ratio of the layers' sizes, either way: free energies are of the order of the larger layer and their differences of that of the smaller
/// one, of which 1e-4 are left here.
const MOST_UNLIKE: f64 = 1e12;

/// An ensemble of RBMs.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    noise: f64,
    aspect: f64,
    modes: Vec<(f64, ComponentLaw)>,
    fields: [f64; 2],
}

impl Ensemble {
    /// Weights of noise `noise` = σ, `aspect` = κ = M/N and modes of singular value `w` and given law; no fields.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless σ and w are in [0, 1e50], κ in [1e-12, 1e12] and the density of a sparse law in (0, 1].
    pub fn new(noise: f64, aspect: f64, modes: &[(f64, ComponentLaw)]) -> Result<Self> {
        let domain = "in [0, 1e50]";
        for (w, law) in modes {
            check("w", domain, *w, |w| (0.0..=LARGEST).contains(&w))?;
            if let ComponentLaw::Sparse { density } = law {
                ComponentLaw::sparse(*density)?;
            }
        }
        Ok(Self {
            noise: check("sigma", domain, noise, |sigma| {
                (0.0..=LARGEST).contains(&sigma)
            })?,
            aspect: check("kappa", "in [1e-12, 1e12]", aspect, |kappa| {
                (MOST_UNLIKE.recip()..=MOST_UNLIKE).contains(&kappa)
            })?,
            modes: modes.to_vec(),
            fields: [0.0; 2],
        })
    }

    /// The same ensemble in uniform fields `θ_v` on the visible and `θ_h` on the hidden units.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless both are in [−1e50, 1e50].
    pub fn with_fields(self, visible: f64, hidden: f64) -> Result<Self> {
        let fields = [
            check("visible field", "in [-1e50, 1e50]", visible, |x| {
                x.abs() <= LARGEST
            })?,
            check("hidden field", "in [-1e50, 1e50]", hidden, |x| {
                x.abs() <= LARGEST
            })?,
        ];
        Ok(Self { fields, ..self })
    }

    /// The state with nothing recalled: the paramagnet or, at zero fields and σ > 1, the spin glass.
    ///
    /// At σ > 1 the paramagnet still solves the equations. It is no phase there: the free energy of n replicas has, for
    /// n → 0, a negative number n(n−1)/2 of overlaps, so that the saddle that is stable against q is the one with q > 0, where f
    /// as a function of q is at its *maximum*.
    pub fn disordered(&self) -> State {
        self.search(&[])
    }

    /// The state that recalls a set of modes, by index; `None` where there is none.
    ///
    /// None can be recalled with w ≤ 1, since `|m_a| ≤ w_a² |m_a|` follows from |d tanh| ≤ 1. From a start at full magnetization
    /// along the set; a state that has lost some of its modes on the way is the state of the others.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] where there is no such mode.
    pub fn recall(&self, set: &[usize]) -> Result<Option<State>> {
        let out_of_range = |mode: usize| Error::OutOfDomain {
            name: "mode",
            domain: "one of the ensemble's modes",
            value: count(mode),
        };
        if let Some(&mode) = set.iter().find(|mode| **mode >= self.modes.len()) {
            return Err(out_of_range(mode));
        }
        let strong: Vec<usize> = set
            .iter()
            .copied()
            .filter(|a| self.modes[*a].0 > 1.0)
            .collect();
        if strong.is_empty() {
            return Ok(None);
        }
        let state = self.search(&strong);
        Ok(if state.is_magnetized() {
            Some(state)
        } else {
            None
        })
    }

    /// Every branch found: nothing recalled, and each set of modes recalled together; each state once.
    ///
    /// Signs of modes are a symmetry, since the laws of the components are symmetric: each state stands for those with other signs
    /// of its magnetizations, and those with interchangeable modes exchanged. Of at most six modes with w > 1 every set is looked for;
    /// of more each alone, the two, three, … strongest together, and the lowest state with a mode that it would take up
    /// ([`Ensemble::looks_for_all_sets`]).
    ///
    /// # Errors
    /// None for a value that exists.
    pub fn branches(&self) -> Result<Vec<State>> {
        let mut states = vec![self.disordered()];
        for set in self.sets().sets {
            self.add(&set, &mut states)?;
        }
        while let Some(set) = lowest(&states).and_then(|state| self.extended(state)) {
            if !self.add(&set, &mut states)? {
                break;
            }
        }
        Ok(states)
    }

    /// Adds the state that recalls a set, unless there is none or it is known; whether it was added.
    fn add(&self, set: &[usize], states: &mut Vec<State>) -> Result<bool> {
        let new = self
            .recall(set)?
            .filter(|state| !states.iter().any(|other| state.is_like(other)));
        let is_new = new.is_some();
        states.extend(new);
        Ok(is_new)
    }

    /// The branch of lowest free energy among [`Ensemble::branches`]: the phase.
    ///
    /// # Errors
    /// As [`Ensemble::branches`].
    pub fn equilibrium(&self) -> Result<State> {
        lowest(&self.branches()?).cloned().ok_or(Error::NotFinite {
            name: "free energy",
        })
    }

    /// f at any values of the order parameters; the equations say that it is stationary.
    ///
    /// `m_visible` and `m_hidden` have one value for each mode; further ones are not read, missing ones are zero.
    pub fn free_energy(
        &self,
        q_visible: f64,
        q_hidden: f64,
        m_visible: &[f64],
        m_hidden: &[f64],
    ) -> f64 {
        let value = |m: &[f64], a: usize| m.get(a).copied().unwrap_or(0.0);
        let is_used = |a: &usize| value(m_visible, *a).abs() + value(m_hidden, *a).abs() > 0.0;
        let set: Vec<usize> = (0..self.modes.len()).filter(is_used).collect();
        let used = |m: &[f64]| -> Vec<f64> { set.iter().map(|a| value(m, *a)).collect() };
        let (m, hidden_m) = (used(m_visible), used(m_hidden));
        let law = self.law(&set);
        let [visible, hidden] = [
            self.visible(q_hidden, &set, &hidden_m, |input| input.log_cosh(&law)),
            self.hidden(q_visible, &set, &m, |input| input.log_cosh(&law)),
        ];
        let pairs = set.iter().zip(m.iter().zip(&hidden_m));
        let modes: f64 = pairs
            .map(|(a, (m, hidden))| self.modes[*a].0 * m * hidden)
            .sum();
        let root = self.aspect.sqrt();
        let noise = 0.5 * self.noise * self.noise * (1.0 - q_visible) * (1.0 - q_hidden);
        root * (modes - noise) - visible - self.aspect * hidden
    }

    /// Energy per visible unit ⟨E⟩/N = ∂(βf)/∂β of a state, β scaling weights and fields.
    ///
    /// ```text
    /// e = −√κ Σ_a w_a m_a m̄_a − σ²√κ (1 − q q̄)
    /// ```
    ///
    /// without the energy in the uniform fields.
    pub fn energy(&self, state: &State) -> f64 {
        let pairs = self
            .modes
            .iter()
            .zip(state.m_visible.iter().zip(&state.m_hidden));
        let modes: f64 = pairs.map(|((w, _), (m, hidden))| w * m * hidden).sum();
        let noise = self.noise * self.noise * (1.0 - state.q_visible * state.q_hidden);
        -self.aspect.sqrt() * (modes + noise)
    }

    fn law(&self, set: &[usize]) -> Vec<Term> {
        let laws: Vec<ComponentLaw> = set.iter().map(|a| self.modes[*a].1).collect();
        let is_symmetric = self.fields.iter().all(|field| field.abs() <= 0.0);
        joint_law(&laws, is_symmetric)
    }

    /// The visible layer in the fields of the hidden one.
    fn visible<T>(
        &self,
        q_hidden: f64,
        set: &[usize],
        m_hidden: &[f64],
        f: impl Fn(&Input) -> T,
    ) -> T {
        let root = self.aspect.sqrt();
        let pairs = set.iter().zip(m_hidden);
        let couplings: Vec<f64> = pairs.map(|(a, m)| root * self.modes[*a].0 * m).collect();
        f(&Input {
            noise: self.noise * self.noise * root * q_hidden,
            couplings: &couplings,
            field: self.fields[0],
        })
    }

    /// The hidden layer in the fields of the visible one.
    fn hidden<T>(
        &self,
        q_visible: f64,
        set: &[usize],
        m_visible: &[f64],
        f: impl Fn(&Input) -> T,
    ) -> T {
        let root = self.aspect.sqrt();
        let pairs = set.iter().zip(m_visible);
        let couplings: Vec<f64> = pairs.map(|(a, m)| self.modes[*a].0 * m / root).collect();
        f(&Input {
            noise: self.noise * self.noise * q_visible / root,
            couplings: &couplings,
            field: self.fields[1],
        })
    }

    /// Both layers at the order parameters (q, m) of the visible one.
    fn both(&self, x: &[f64], set: &[usize], law: &[Term]) -> [Response; 2] {
        let hidden = self.hidden(x[0], set, &x[1..], |input| input.respond(law));
        let visible = self.visible(hidden.order[0], set, &hidden.order[1..], |input| {
            input.respond(law)
        });
        [visible, hidden]
    }

    /// The same machines with their layers exchanged.
    fn exchanged(&self) -> Self {
        let [visible, hidden] = self.fields;
        Self {
            aspect: self.aspect.recip(),
            fields: [hidden, visible],
            ..self.clone()
        }
    }

    /// Solves for (q, m) from full overlap and magnetization along a set of modes.
    ///
    /// The unknowns are those of the smaller layer, whose order is the larger one where it is small.
    fn search(&self, set: &[usize]) -> State {
        if self.aspect < 1.0 {
            let mut state = self.exchanged().search(set);
            state.swap_layers(self.aspect);
            return state;
        }
        let law = self.law(set);
        if set.is_empty() && self.noise <= 1.0 && self.fields.iter().all(|field| field.abs() <= 0.0)
        {
            // q = 0 is the only solution: q ≤ σ⁴ q, as tanh² x ≤ x².
            let found = Solution {
                state: vec![0.0],
                stop: Stop::Converged,
                iterations: 0,
                residual: 0.0,
            };
            return self.state(set, &law, &found);
        }
        let sizes = set.iter().map(|a| self.modes[*a].1.mean_size());
        let start: Vec<f64> = std::iter::once(1.0).chain(sizes).collect();
        let map = |x: &[f64]| self.image(x, set, &law);
        let found = newton::solve(map, start);
        let lost = found.state[1..].iter().any(|m| *m < ZERO);
        if lost {
            let kept: Vec<usize> = set
                .iter()
                .zip(&found.state[1..])
                .filter(|(_, m)| **m >= ZERO)
                .map(|(a, _)| *a)
                .collect();
            return self.search(&kept);
        }
        self.state(set, &law, &found)
    }

    /// One round from the visible to the hidden layer and back, with the chain rule.
    fn image(&self, x: &[f64], set: &[usize], law: &[Term]) -> Image {
        let [visible, hidden] = self.both(x, set, law);
        let noise = self.noise * self.noise;
        let root = self.aspect.sqrt();
        let slopes = &visible.slopes
            * faer::Mat::from_fn(x.len(), x.len(), |i, j| {
                let there = if i == 0 {
                    noise * root
                } else {
                    root * self.modes[set[i - 1]].0
                };
                let back = if j == 0 {
                    noise / root
                } else {
                    self.modes[set[j - 1]].0 / root
                };
                there * hidden.slopes[(i, j)] * back
            });
        Image {
            value: visible.order,
            slopes,
        }
    }

    fn state(&self, set: &[usize], law: &[Term], found: &Solution<Vec<f64>>) -> State {
        let x = &found.state;
        let layers = self.both(x, set, law);
        let at_mixing = self.at_mixing(set, &layers);
        let [visible, hidden] = layers;
        let (mut m_visible, mut m_hidden) =
            (vec![0.0; self.modes.len()], vec![0.0; self.modes.len()]);
        for (i, a) in set.iter().enumerate() {
            m_visible[*a] = x[1 + i];
            m_hidden[*a] = hidden.order[1 + i];
        }
        State {
            free_energy: self.free_energy(x[0], hidden.order[0], &m_visible, &m_hidden),
            q_visible: x[0],
            q_hidden: hidden.order[0],
            m_visible,
            m_hidden,
            at_stability: self.noise.powi(4) * visible.sech4 * hidden.sech4,
            at_mixing,
            stop: found.stop,
            iterations: found.iterations,
            residual: found.residual,
        }
    }
}

/// The state of lowest free energy.
fn lowest(states: &[State]) -> Option<&State> {
    let by_free_energy = |a: &&State, b: &&State| a.free_energy.total_cmp(&b.free_energy);
    states.iter().min_by(by_free_energy)
}
