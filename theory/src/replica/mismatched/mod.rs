//! Inference off the Nishimori line: a student that believes in another temperature than that of the teacher.
//!
//! ```text
//! teacher  p(v) ∝ cosh(β* ξ*·v/√N),   student  p(ξ | v₁ … v_P) ∝ ∏_a cosh(β ξ·v_a/√N),   ξ, ξ* ∈ {±1}^N,   P = αN
//! ```
//!
//! The teacher is an RBM with one spin hidden unit and draws the P samples; the student is one too, and its normalisation
//! `Σ_v cosh(β ξ·v/√N)` is the same for every ξ, so that its posterior needs no more than the product. With β = β* the student is
//! the best that there is ([`inference`](super::inference) with Rademacher laws at snr = β²); with another β the overlap m of ξ
//! with ξ* differs from the overlap q of two students. For N → ∞, first, and any α, replica symmetry gives
//!
//! ```text
//! u = ββ*m + β√q z,                     H = m̂ + √q̂ z
//! m̂ = αββ* E tanh u,   q̂ = αβ² E tanh² u,   m = E tanh H,   q = E tanh² H
//! ```
//!
//! Public code of Theriault, Tosello & Tantari has β²m in the place of ββ*m in the equation of q̂, which is the same on the Nishimori
//! line only; [`Mismatched::published`] keeps that version.
//!
//! Three kinds of states solve the equations ([`Phase`]). At a given m > 0 the equation of q has one solution; what is left
//! of the equation of m then falls with m, so that there is a learned state exactly where the state with m = 0 is unstable, every
//! transition is continuous, and both starts end in one state. [`Line`] lists where these states begin.
//!
//! # References
//! Theriault, Tosello & Tantari, "Modelling structured data learning with restricted Boltzmann machines in the teacher-student
//! setting", Neural Networks (2025), arXiv:2410.16150; Barra, Genovese, Sollich & Tantari, Phys. Rev. E 96, 042156 (2017), for
//! β = β*. The equations, energy and entropy are derived anew in the handbook.

mod energy;
mod lines;
mod patterns;
mod saddle;
pub mod soft;

pub use lines::{Line, LinePoint};
pub use patterns::TeacherPatterns;

use crate::error::{Result, check};
use crate::numerics::ln_cosh;
use crate::replica::field::log_cosh_average;
use crate::replica::inference::Start;
use crate::solver::Stop;
use saddle::{Saddle, Side};
use std::f64::consts::LN_2;

/// Bounds of β and β*, beyond which squares and fourth powers lose digits.
const COUPLINGS: [f64; 2] = [1e-3, 1e5];
/// Largest α: the entropy, a difference of terms of order αβ², has no digits beyond.
const MOST_SAMPLES: f64 = 1e9;
/// Residual of a solution that rounding explains: that of the equation of m is 1e-15 of the largest coefficient.
const ACCEPTED: f64 = 1e-10;

/// A number of samples, a student and a teacher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mismatched {
    alpha: f64,
    student_beta: f64,
    teacher_beta: f64,
    /// The coefficient of m in the field of the equation of q̂: ββ*, or β² as published.
    of_variance: f64,
}

/// Kinds of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// m = q = 0: two students have nothing in common.
    Paramagnet,
    /// m = 0, q > 0: students agree with each other on noise. Replica symmetry is broken in it.
    Glass,
    /// m > 0: the student knows something of the teacher.
    Learned,
}

impl Phase {
    /// The kind of a state of these overlaps.
    fn of(m: f64, q: f64) -> Self {
        match (m > 0.0, q > 0.0) {
            (true, _) => Self::Learned,
            (false, true) => Self::Glass,
            (false, false) => Self::Paramagnet,
        }
    }

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::Glass => "glass",
            Self::Learned => "learned",
        }
    }
}

/// A solution of the equations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Its kind.
    pub phase: Phase,
    /// m = ξ·ξ*/N, in [0, 1]: overlap of student and teacher.
    pub overlap_teacher: f64,
    /// q, in [0, 1]: overlap of two students of the same samples.
    pub overlap_students: f64,
    /// m̂ ≥ 0: mean of the field of a weight along the teacher's.
    pub field_mean: f64,
    /// q̂ ≥ 0: variance of that field.
    pub field_variance: f64,
    /// Φ = lim (1/N) E ln `Σ_ξ ∏_a cosh(β ξ·v_a/√N)`, in nats.
    pub free_entropy: f64,
    /// Φ − ln 2 − αβ²/2: logarithm of the probability that the student gives to the samples, its weights averaged over the prior,
    /// per unit and relative to uniform spins. 0 in the paramagnet.
    pub log_evidence: f64,
    /// U = (1/N) `Σ_a ln cosh(β ξ·v_a/√N)` ≥ 0, averaged over the posterior.
    pub energy: f64,
    /// S = Φ − U: logarithm of the number of weights that the posterior spreads over, per unit. Below 0 nothing is counted: replica
    /// symmetry is broken there.
    pub entropy: f64,
    /// `αβ⁴ E[sech⁴ u] E[sech⁴ H]`.
    pub at_stability: f64,
    /// Evaluations of the Gaussian averages behind it.
    pub iterations: usize,
    /// What is left of the equations of m and q, the larger of the two.
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

impl Mismatched {
    /// A student of inverse temperature `student_beta` who has `alpha` = P/N samples per unit of a teacher of `teacher_beta`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is above 0 and at most 1e9, and both inverse temperatures
    /// are between 0.001 and 100 000.
    pub fn new(alpha: f64, student_beta: f64, teacher_beta: f64) -> Result<Self> {
        Ok(Self {
            alpha: check("alpha", "above 0 and at most 1e9", alpha, |alpha| {
                alpha > 0.0 && alpha <= MOST_SAMPLES
            })?,
            student_beta: coupling("student_beta", student_beta)?,
            teacher_beta: coupling("teacher_beta", teacher_beta)?,
            of_variance: student_beta * teacher_beta,
        })
    }

    /// The equations as published, with β²m in that of q̂; off the Nishimori line they are wrong.
    ///
    /// # Errors
    /// As [`Mismatched::new`].
    ///
    /// # References
    /// Public code of Theriault, Tosello & Tantari (2025).
    pub fn published(alpha: f64, student_beta: f64, teacher_beta: f64) -> Result<Self> {
        Ok(Self {
            of_variance: student_beta * student_beta,
            ..Self::new(alpha, student_beta, teacher_beta)?
        })
    }

    /// The state of the posterior: the solution of largest m, which is that reached from the teacher.
    ///
    /// Among the solutions that are stable in q it has the largest Φ, as Φ, once stationary in q, grows with m wherever the image of m
    /// exceeds m. The paramagnet has a larger Φ than the glass at any temperature, but beyond αβ⁴ = 1 it is unstable in q and no
    /// phase: the number n(n − 1)/2 of overlaps of n → 0 replicas is negative, so that a stable Φ is a minimum in q.
    ///
    /// ```
    /// # use saddlepoint_theory::replica::mismatched::Mismatched;
    /// // On the Nishimori line the student resembles the teacher as much as another student.
    /// let state = Mismatched::new(1.5, 1.2, 1.2)?.equilibrium()?;
    /// assert!((state.overlap_teacher - 0.56662).abs() < 5e-6);
    /// assert!((state.overlap_students - state.overlap_teacher).abs() < 1e-12);
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
    /// As [`Mismatched::equilibrium`].
    pub fn solve(&self, start: Start) -> Result<State> {
        let side = match start {
            Start::Uninformed => Side::Low,
            Start::Informed => Side::High,
        };
        let saddle = match Saddle::learned(self, side)? {
            Some(saddle) => saddle,
            None => Saddle::unlearned(self)?,
        };
        Ok(self.state(&saddle))
    }

    /// Every solution: the learned state, if there is one, then the glass, if there is one, then the paramagnet.
    ///
    /// # Errors
    /// As [`Mismatched::equilibrium`].
    pub fn states(&self) -> Result<Vec<State>> {
        let learned = Saddle::learned(self, Side::High)?;
        let glass = Saddle::unlearned(self)?;
        let glass = (glass.q > 0.0).then_some(glass);
        let all = learned
            .into_iter()
            .chain(glass)
            .chain([Saddle::paramagnet(self)]);
        Ok(all.map(|saddle| self.state(&saddle)).collect())
    }

    /// Φ at any (m, q), with m̂ and q̂ from their equations; stationary in m and q at the solutions.
    ///
    /// ```text
    /// Φ = −m m̂ − q̂(1 − q)/2 + E ln 2cosh H + α E ln cosh u + αβ²(1 − q)/2
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless m and q are in [0, 1].
    pub fn free_entropy(&self, m: f64, q: f64) -> Result<f64> {
        for (name, overlap) in [("m", m), ("q", q)] {
            check(name, "in [0, 1]", overlap, |x| (0.0..=1.0).contains(&x))?;
        }
        Ok(self.annealed() + self.evidence(&Saddle::at(self, m, [q, 1.0 - q])))
    }

    /// Φ of the paramagnet, ln 2 + αβ²/2.
    fn annealed(&self) -> f64 {
        LN_2 + 0.5 * self.alpha * self.student_beta.powi(2)
    }

    /// Φ less its value in the paramagnet.
    fn evidence(&self, saddle: &Saddle) -> f64 {
        let [mean, variance] = self.data_field(saddle.m, saddle.q);
        let weights = log_cosh_average(saddle.field_mean, saddle.field_variance) - LN_2;
        let data = if variance > 0.0 {
            log_cosh_average(mean, variance) - LN_2
        } else {
            ln_cosh(mean)
        };
        let overlap = self.alpha * self.student_beta.powi(2) * saddle.q;
        let lost = 0.5 * (overlap + saddle.field_variance * saddle.p);
        weights - saddle.m * saddle.field_mean + self.alpha * data - lost
    }

    /// Mean and variance of u.
    fn data_field(&self, m: f64, q: f64) -> [f64; 2] {
        let beta = self.student_beta;
        [beta * self.teacher_beta * m, beta * beta * q]
    }

    fn state(&self, saddle: &Saddle) -> State {
        let log_evidence = self.evidence(saddle);
        let free_entropy = self.annealed() + log_evidence;
        let energy = self.alpha * self.energy_per_sample(saddle);
        let residual = saddle.residual();
        State {
            phase: Phase::of(saddle.m, saddle.q),
            overlap_teacher: saddle.m,
            overlap_students: saddle.q,
            field_mean: saddle.field_mean,
            field_variance: saddle.field_variance,
            free_entropy,
            log_evidence,
            energy,
            entropy: free_entropy - energy,
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
}

/// An inverse temperature within bounds.
fn coupling(name: &'static str, value: f64) -> Result<f64> {
    check(name, "between 0.001 and 100000", value, |beta| {
        (COUPLINGS[0]..=COUPLINGS[1]).contains(&beta)
    })
}
