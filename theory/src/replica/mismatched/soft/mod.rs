//! Students and teachers of soft priors: every law between a spin and a Gaussian, for weights and hidden unit of either side.
//!
//! ```text
//! teacher  p(v) ∝ g*(β* ξ*·v/√N),   student  p(ξ | v₁ … v_P) ∝ P(ξ) ∏_a g(β ξ·v_a/√N)/Z(ξ),   g(x) = E exp(τ x)
//! g(x) = exp(Ω x²/2) cosh(√(1 − Ω) x),   Z(ξ) = E_v g(β ξ·v/√N),   v ∈ {±1}^N,   P = αN
//! ```
//!
//! Weights and hidden values τ have laws of unit variance ([`SoftSpin`]), each with its own Ω. With a hidden unit of Ω > 0 the
//! normalisation Z of the student's likelihood depends on its norm D = |ξ|²/N, which joins m and q as an order parameter. To leading order
//! in N any law of the visible units that is symmetric and of unit variance gives the same. For N → ∞ replica symmetry gives, with φ the
//! log-partition function of a law at a precision and in a field,
//!
//! ```text
//! data     b = ββ*m τ* + β√q z,   precision −β²(D − q),   τ* of the teacher's hidden law at precision −β*²
//!          m̂ = αββ* E τ*⟨τ⟩,   q̂ = αβ² E⟨τ⟩²,   A = αβ²(T(D) − E var τ),   T(D) = ⟨τ²⟩ at precision −β²D, no field
//! weights  h = m̂ ξ* + √q̂ z,   precision A
//!          m = E ξ*⟨ξ⟩,   q = E⟨ξ⟩²,   D = E⟨ξ²⟩
//! ```
//!
//! Both sides are one function, as a Gaussian field of variance β²(D − q) is a precision of −β²(D − q). A ≥ 0, since a soft law has its
//! largest variance without a field; for a spin A = q̂, and for spin weights D = 1: with spins everywhere these are the equations of
//! [`mismatched`](super).
//!
//! With `c = β²T(1)`, and c* that of the teacher, the paramagnet ends at α = 1/(c max(c, c*)): the critical number of samples depends on
//! the hidden units, and at best, α = c*⁻², on the teacher's alone; on the law of the weights it never depends.
//!
//! # References
//! Manzan & Tantari, "The effect of priors on learning with restricted Boltzmann machines", arXiv:2412.02623 (2024); Barra, Genovese,
//! Sollich & Tantari, Phys. Rev. E 97, 022310 (2018), for the laws. The equations with the student's normalisation are derived in the
//! handbook.

mod lines;
mod saddle;
mod search;

pub use lines::LinePoint;

use super::energy::tilted_log_cosh;
use super::saddle::Side;
use super::{ACCEPTED, MOST_SAMPLES, Phase, coupling};
use crate::error::{Error, Result, check};
use crate::replica::field::field_averages;
use crate::replica::inference::Start;
use crate::replica::soft_channel::{Field, Planted, field_law, log_partition};
use crate::solver::Stop;
use crate::units::{SoftSpin, UnitPrior};
use saddle::{Place, Saddle};
use search::Search;
use std::f64::consts::LN_2;

/// Largest β²Ω of a hidden unit: the spread 1/(1 − β²Ω) of its values loses as many digits.
const NEAREST: f64 = 0.99;
/// Rounding of a stability that is 1: in the glass of a student of Gaussian weights and a Gaussian hidden unit.
const MARGINAL: f64 = 1e-9;

/// The laws of a student and its teacher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Laws {
    /// Of the student's weights.
    pub student_weights: SoftSpin,
    /// Of the teacher's weights.
    pub teacher_weights: SoftSpin,
    /// Of the student's hidden unit.
    pub student_hidden: SoftSpin,
    /// Of the teacher's hidden unit.
    pub teacher_hidden: SoftSpin,
}

impl Laws {
    /// Spins, as in [`Mismatched`](super::Mismatched).
    pub const SPINS: Self = Self {
        student_weights: SoftSpin::SPIN,
        teacher_weights: SoftSpin::SPIN,
        student_hidden: SoftSpin::SPIN,
        teacher_hidden: SoftSpin::SPIN,
    };

    /// Whether every law is that of a spin.
    pub fn are_spins(&self) -> bool {
        *self == Self::SPINS
    }
}

/// A number of samples, a student and a teacher of soft laws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Soft {
    alpha: f64,
    student_beta: f64,
    teacher_beta: f64,
    laws: Laws,
}

/// A solution of the equations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Its kind.
    pub phase: Phase,
    /// m = ξ·ξ*/N ≥ 0, at most √D: overlap of student and teacher.
    pub overlap_teacher: f64,
    /// q, in [0, D]: overlap of two students of the same samples.
    pub overlap_students: f64,
    /// D = |ξ|²/N > 0: squared norm of the student's weights; 1 for spins.
    pub norm: f64,
    /// m̂ ≥ 0: mean of the field of a weight along the teacher's.
    pub field_mean: f64,
    /// q̂ ≥ 0: variance of that field.
    pub field_variance: f64,
    /// A ≥ 0: precision that the samples add to a weight's own.
    pub field_precision: f64,
    /// Logarithm of the probability that the student gives to the samples, its weights averaged over the prior, per unit and relative
    /// to uniform spins, in nats. 0 in the paramagnet.
    pub log_evidence: f64,
    /// U = (1/N) `Σ_a ln g(β ξ·v_a/√N)` ≥ 0, averaged over the posterior.
    pub energy: f64,
    /// Entropy of the posterior per unit; `None` unless the student's weights are spins, as continuous ones have no absolute entropy.
    pub entropy: Option<f64>,
    /// `αβ⁴ E (var τ)² E (var ξ)²`.
    pub at_stability: f64,
    /// Evaluations of the averages behind it.
    pub iterations: usize,
    /// What is left of the equations, the largest of m/√D, q/D and 1 − q/D.
    pub residual: f64,
    /// How the search ended: [`Stop::Converged`] unless the residual is larger than rounding explains.
    pub stop: Stop,
}

impl State {
    /// Whether replica symmetry holds (de Almeida & Thouless): `at_stability` < 1, or marginally 1 as in a spherical glass.
    pub fn is_stable(&self) -> bool {
        self.at_stability < 1.0 + MARGINAL
    }
}

impl From<super::State> for State {
    fn from(spins: super::State) -> Self {
        Self {
            phase: spins.phase,
            overlap_teacher: spins.overlap_teacher,
            overlap_students: spins.overlap_students,
            norm: 1.0,
            field_mean: spins.field_mean,
            field_variance: spins.field_variance,
            field_precision: spins.field_variance,
            log_evidence: spins.log_evidence,
            energy: spins.energy,
            entropy: Some(spins.entropy),
            at_stability: spins.at_stability,
            iterations: spins.iterations,
            residual: spins.residual,
            stop: spins.stop,
        }
    }
}

impl Soft {
    /// A student of inverse temperature `student_beta` who has `alpha` = P/N samples per unit of a teacher of `teacher_beta`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `alpha` is above 0 and at most 1e9, both inverse temperatures are between 0.001 and 100 000, and
    /// β²Ω ≤ 0.99 for the hidden unit of either side: at 1 its values have no law.
    pub fn new(alpha: f64, student_beta: f64, teacher_beta: f64, laws: Laws) -> Result<Self> {
        let alpha = check("alpha", "above 0 and at most 1e9", alpha, |alpha| {
            alpha > 0.0 && alpha <= MOST_SAMPLES
        })?;
        Ok(Self {
            alpha,
            student_beta: within("student_beta", student_beta, laws.student_hidden)?,
            teacher_beta: within("teacher_beta", teacher_beta, laws.teacher_hidden)?,
            laws,
        })
    }

    /// The state of the posterior: the solution of largest m, which is that reached from the teacher.
    ///
    /// ```
    /// # use saddlepoint_theory::replica::mismatched::soft::{Laws, Soft};
    /// # use saddlepoint_theory::units::SoftSpin;
    /// // A student of Gaussian weights who is too hot for the teacher makes them larger.
    /// let laws = Laws { student_weights: SoftSpin::GAUSSIAN, ..Laws::SPINS };
    /// let state = Soft::new(10.0, 0.8, 1.2, laws)?.equilibrium()?;
    /// assert!(state.norm > 1.5);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the root search, at extreme arguments.
    pub fn equilibrium(&self) -> Result<State> {
        self.solve(Start::Informed)
    }

    /// The state reached from `start`: the solution of smallest m that is stable in m, or the one of largest m.
    ///
    /// # Errors
    /// As [`Soft::equilibrium`].
    pub fn solve(&self, start: Start) -> Result<State> {
        let side = match start {
            Start::Uninformed => Side::Low,
            Start::Informed => Side::High,
        };
        let search = Search::new(self);
        let saddle = match search.learned(side)? {
            Some(saddle) => saddle,
            None => search.unlearned()?,
        };
        Ok(self.state(&saddle))
    }

    /// The log-evidence per unit at any order parameters, with m̂, q̂ and A from their equations; stationary at the solutions.
    ///
    /// ```text
    /// Φ = −m m̂ − q̂(D − q)/2 + A D/2 + E φ(A, h) + α E φ(−β²(D − q), b) − α φ(−β²D, 0)
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless m ≥ 0, 0 < D, β²Ω D < 1 and 0 < q < D.
    pub fn log_evidence(&self, m: f64, q: f64, norm: f64) -> Result<f64> {
        check("m", "not negative", m, |m| m >= 0.0)?;
        let domain = "above 0 and below 1/(beta^2 OMEGA)";
        check("norm", domain, norm, |norm| {
            norm > 0.0 && norm.ln() < self.largest_log_norm()
        })?;
        check("q", "above 0 and below the norm", q, |q| {
            q > 0.0 && q < norm
        })?;
        let place = Place {
            m,
            logit: (q / (norm - q)).ln(),
            log_norm: norm.ln(),
        };
        Ok(self.evidence(&Saddle::at(self, place)))
    }

    /// ββ* and β².
    fn couplings(&self) -> [f64; 2] {
        [self.teacher_beta, self.student_beta].map(|beta| self.student_beta * beta)
    }

    /// The law of the teacher's hidden values in its samples.
    fn planted_hidden(&self) -> Planted {
        Planted::of(self.laws.teacher_hidden, -self.teacher_beta.powi(2))
    }

    /// The excess eigenvalues c of the student's own data, and c* of the teacher's.
    fn spikes(&self) -> [f64; 2] {
        let of = |law, beta: f64| beta * beta * Planted::of(law, -beta * beta).square();
        [
            of(self.laws.student_hidden, self.student_beta),
            of(self.laws.teacher_hidden, self.teacher_beta),
        ]
    }

    /// The field b of a sample, given q and D − q.
    fn data_field(&self, m: f64, [q, rest]: [f64; 2]) -> Field {
        let [of_teacher, of_student] = self.couplings();
        Field {
            along: of_teacher * m,
            noise: of_student * q,
            precision: -of_student * rest,
        }
    }

    /// dT/dD = β²(Ω/S² + 2(1 − Ω)/S³), in units of β², with S = 1 − β²Ω D.
    fn square_slope(&self, norm: f64) -> f64 {
        let omega = self.laws.student_hidden.gaussian_variance();
        let [_, of_student] = self.couplings();
        let narrowing = 1.0 - of_student * omega * norm;
        let slope = omega * (omega + 2.0 * (1.0 - omega) / narrowing) / (narrowing * narrowing);
        of_student * slope
    }

    /// ln D where Z diverges.
    fn largest_log_norm(&self) -> f64 {
        let [_, of_student] = self.couplings();
        -(of_student * self.laws.student_hidden.gaussian_variance()).ln()
    }

    /// ln Z per sample.
    fn log_normalisation(&self, norm: f64) -> f64 {
        let [_, of_student] = self.couplings();
        let hidden = self.laws.student_hidden;
        hidden.log_partition(-of_student * norm, 0.0)
    }

    fn evidence(&self, saddle: &Saddle) -> f64 {
        let Field {
            along,
            noise,
            precision,
        } = saddle.field;
        let [q, rest] = saddle.place.overlaps();
        let weights = log_partition(
            self.laws.student_weights,
            Planted::of(self.laws.teacher_weights, 0.0),
            saddle.field,
        );
        let data = log_partition(
            self.laws.student_hidden,
            self.planted_hidden(),
            self.data_field(saddle.place.m, [q, rest]),
        );
        let norm = q + rest;
        let conjugate = 0.5 * (precision * norm - noise * rest) - along * saddle.place.m;
        weights + conjugate + self.alpha * (data - self.log_normalisation(norm))
    }

    /// U/α, the average of ln g(x) = Ω x²/2 + ln cosh(√(1 − Ω) x) over the law of a sample's field under the posterior.
    ///
    /// Without its own factor the posterior gives a sample a field x of mean b and variance C = β²(D − q). With S = 1 − ΩC the factor
    /// tilts that to `x ~ Σ_s w_s N((b + s√(1 − Ω) C)/S, C/S)`, and √(1 − Ω) x to the law of a spin's field of mean u = √(1 − Ω) b/S
    /// and variance (1 − Ω)C/S.
    fn energy_per_sample(&self, place: Place) -> f64 {
        let [q, rest] = place.overlaps();
        let field = self.data_field(place.m, [q, rest]);
        let [mean, variance] = field_law(self.planted_hidden(), field);
        let hidden = self.laws.student_hidden;
        let (omega, size) = (hidden.gaussian_variance(), hidden.spin_size());
        let unit = Planted::of(hidden, field.precision);
        let spin = [unit.mean * mean, unit.mean.powi(2) * variance];
        let spread = -field.precision;
        let narrowing = 1.0 - omega * spread;
        let averages = field_averages(spin[0], spin[1]);
        let b_tanh = mean * averages.tanh + variance * unit.mean * averages.sech2;
        let shift = size * spread;
        let square = mean * mean + variance + shift * (2.0 * b_tanh + shift);
        let quadratic = 0.5 * omega * (spread + square / narrowing) / narrowing;
        quadratic + tilted_log_cosh(spin, size * shift / narrowing)
    }

    fn state(&self, saddle: &Saddle) -> State {
        let log_evidence = self.evidence(saddle);
        let energy = self.alpha * self.energy_per_sample(saddle.place);
        let [q, rest] = saddle.place.overlaps();
        let is_spin = self.laws.student_weights == SoftSpin::SPIN;
        let absolute = LN_2 + log_evidence + self.alpha * self.log_normalisation(1.0) - energy;
        let residual = saddle.residual();
        State {
            phase: Phase::of(saddle.place.m, q),
            overlap_teacher: saddle.place.m,
            overlap_students: q,
            norm: q + rest,
            field_mean: saddle.field.along,
            field_variance: saddle.field.noise,
            field_precision: saddle.field.precision,
            log_evidence,
            energy,
            entropy: is_spin.then_some(absolute),
            at_stability: saddle.at_stability,
            iterations: saddle.iterations,
            residual,
            stop: if residual <= ACCEPTED && log_evidence.is_finite() {
                Stop::Converged
            } else {
                Stop::MaxIterations
            },
        }
    }
}

/// An inverse temperature at which data of the hidden law exist.
fn within(name: &'static str, beta: f64, hidden: SoftSpin) -> Result<f64> {
    let beta = coupling(name, beta)?;
    if beta * beta * hidden.gaussian_variance() <= NEAREST {
        return Ok(beta);
    }
    Err(Error::OutOfDomain {
        name,
        domain: "at most sqrt(0.99/OMEGA), OMEGA that of the hidden unit, whose values diverge at 1/sqrt(OMEGA)",
        value: beta,
    })
}
