//! The posterior of a student whose weights and hidden unit have laws between a spin and a Gaussian.
//!
//! ```text
//! p(ξ | v₁ … v_P) ∝ ∏_i P(ξ_i) ∏_a g(β ξ·v_a/√N)/Z(ξ),   g(x) = E exp(τ x),   Z(ξ) = E_v g(β ξ·v/√N)
//! ```
//!
//! With one hidden value `τ_a` per sample the posterior is the marginal of `p(ξ, τ) ∝ ∏ P(ξ_i) ∏ P(τ_a) exp(β Σ_a τ_a ξ·v_a/√N) Z^(−P)`. A
//! sweep draws all hidden values given the weights, each from two Gaussians, and then all weights given the hidden values. For spin
//! weights Z is a constant; for a spin hidden unit it is a product over the weights, each of which is proposed from two
//! Gaussians and accepted by itself; else a fourth of all weights is proposed at once with ln Z replaced by its tangent in |ξ|², and
//! accepted with the exact Z.

mod field;
mod law;
mod teacher;

pub use law::SoftLaw;
pub use teacher::SoftTeacher;

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bits::uniform;
use crate::error::{Error, Result, at_least, check};
use crate::numbers::{as_float, dot, wide_dot};
use crate::samples::Samples;
use crate::student::Schedule;
use field::{log_cosh_excess, log_normalisation, slope};
use law::Tilted;

/// Parts in which weights are proposed where Z is not a product of theirs: of all at once fewer are accepted.
const PARTS: usize = 4;
/// Share of the latest norm in the one at which the tangent is taken.
const LATEST: f64 = 0.3;

/// Samples, and what the student believes.
#[derive(Debug, Clone)]
pub struct SoftStudent {
    units: usize,
    samples: usize,
    /// One row of spins per sample.
    by_sample: Vec<f64>,
    /// One row of spins per unit.
    by_unit: Vec<f64>,
    beta: f64,
    weights: SoftLaw,
    hidden: SoftLaw,
}

/// What two independent students of the same samples showed, averaged over both and over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// |m|: overlap |ξ·ξ*|/N with the teacher.
    pub overlap_teacher: f64,
    /// |q|: overlap |ξ·ξ'|/N of the two.
    pub overlap_students: f64,
    /// D = |ξ|²/N.
    pub norm: f64,
    /// Fraction of proposed weights that was accepted; 1 where they are drawn directly.
    pub acceptance: f64,
}

impl SoftStudent {
    /// A student of inverse temperature `beta` and these laws of its weights and its hidden unit, who has seen `samples` of spins ±1.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless there is a sample, all entries are ±1, β is finite and not negative, and β²Ω < 1 for the hidden unit.
    pub fn new(samples: &Samples, beta: f64, [weights, hidden]: [SoftLaw; 2]) -> Result<Self> {
        let beta = check("beta", "finite and not negative", beta, |beta| beta >= 0.0)?;
        let spread = beta * beta * hidden.gaussian_variance();
        check("beta^2 OMEGA", "below 1", spread, |spread| spread < 1.0)?;
        let (count, units) = (samples.rows(), samples.columns());
        at_least("samples", "at least 1", count, 1)?;
        at_least("units", "at least 1", units, 1)?;
        let spins = samples.as_discrete().unwrap_or_default();
        if spins.len() != count * units || spins.iter().any(|x| x.unsigned_abs() != 1) {
            return Err(Error::OutOfDomain {
                name: "samples",
                domain: "of entries +1 and -1",
                value: f64::NAN,
            });
        }
        let by_unit = (0..units).flat_map(|i| spins.iter().skip(i).step_by(units));
        Ok(Self {
            units,
            samples: count,
            by_sample: spins.iter().map(|&x| f64::from(x)).collect(),
            by_unit: by_unit.map(|&x| f64::from(x)).collect(),
            beta,
            weights,
            hidden,
        })
    }

    /// Two students who both start from the teacher's weights, or their signs, sampled one after the other in each sweep.
    ///
    /// # Errors
    /// [`Error::Size`] unless the teacher has as many weights as there are units; [`Error::OutOfDomain`] without sweeps, or for a
    /// start at which Z diverges.
    pub fn observe(
        &self,
        teacher: &[f64],
        schedule: Schedule,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Observed> {
        at_least("sweeps", "at least 1", schedule.sweeps, 1)?;
        if teacher.len() != self.units {
            return Err(Error::Size {
                name: "teacher",
                expected: self.units,
                actual: teacher.len(),
            });
        }
        let start: Vec<f64> = if self.weights.is_spin() {
            teacher.iter().map(|xi| 1.0_f64.copysign(*xi)).collect()
        } else {
            teacher.to_vec()
        };
        let mut students = [self.walker(start.clone())?, self.walker(start)?];
        let mut about = students[0].norm(self.units);
        for _ in 0..schedule.burn_in {
            for student in &mut students {
                self.sweep(student, about, rng);
            }
            // The tangent follows the norm: from then on it is fixed, as a Markov chain must be.
            let now = students.iter().map(|student| student.norm(self.units));
            about += LATEST * (0.5 * now.sum::<f64>() - about);
        }
        for student in &mut students {
            student.accepted = 0;
        }
        let [mut m, mut q, mut norm] = [0.0; 3];
        let size = as_float(self.units);
        for _ in 0..schedule.sweeps {
            for student in &mut students {
                self.sweep(student, about, rng);
                m += dot(&student.weights, teacher).abs() / size;
                norm += student.norm(self.units);
            }
            q += dot(&students[0].weights, &students[1].weights).abs() / size;
        }
        let sweeps = as_float(schedule.sweeps);
        let accepted: usize = students.iter().map(|student| student.accepted).sum();
        Ok(Observed {
            overlap_teacher: 0.5 * m / sweeps,
            overlap_students: q / sweeps,
            norm: 0.5 * norm / sweeps,
            acceptance: 0.5 * as_float(accepted) / (sweeps * size),
        })
    }

    fn walker(&self, weights: Vec<f64>) -> Result<Walker> {
        let level = self.log_normalisation(&weights);
        check(
            "beta^2 OMEGA |xi|^2/N at the start",
            "below 1",
            level,
            |_| true,
        )?;
        Ok(Walker {
            weights,
            level,
            hidden: vec![0.0; self.samples],
            accepted: 0,
        })
    }

    fn log_normalisation(&self, weights: &[f64]) -> f64 {
        log_normalisation(weights, self.beta, self.hidden)
    }

    /// Draws the hidden values given the weights and the weights given the hidden values, with the tangent of ln Z at |ξ|²/N = `about`.
    fn sweep(&self, student: &mut Walker, about: f64, rng: &mut Xoshiro256PlusPlus) {
        let scale = self.beta / as_float(self.units).sqrt();
        let tilted = Tilted::new(self.hidden, 0.0);
        let rows = self.by_sample.chunks_exact(self.units);
        for (hidden, row) in student.hidden.iter_mut().zip(rows) {
            *hidden = tilted.draw(scale * wide_dot(row, &student.weights), rng);
        }
        let Walker {
            weights, hidden, ..
        } = student;
        let rows = self.by_unit.chunks_exact(self.samples);
        let fields = rows.map(|row| scale * wide_dot(row, hidden));
        if self.weights.is_spin() {
            let tilted = Tilted::new(self.weights, 0.0);
            for (xi, field) in weights.iter_mut().zip(fields) {
                *xi = tilted.draw(field, rng);
            }
            student.accepted += self.units;
        } else if self.hidden.is_spin() {
            student.accepted += self.draw_each(weights, fields, rng);
        } else {
            let fields: Vec<f64> = fields.collect();
            student.accepted += self.draw_together(student, &fields, about, rng);
        }
    }

    /// Proposes each weight with ln Z = Σ β²ξ²/2N and accepts it with ln Z = Σ ln cosh(βξ/√N); returns the number accepted.
    fn draw_each(
        &self,
        weights: &mut [f64],
        fields: impl Iterator<Item = f64>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> usize {
        let (units, samples) = (as_float(self.units), as_float(self.samples));
        let scale = self.beta / units.sqrt();
        let tilted = Tilted::new(self.weights, samples * scale * scale);
        let mut accepted = 0;
        for (xi, field) in weights.iter_mut().zip(fields) {
            let proposed = tilted.draw(field, rng);
            let gain = log_cosh_excess(scale * *xi) - log_cosh_excess(scale * proposed);
            if uniform(rng.next_u64()) < (samples * gain).exp() {
                *xi = proposed;
                accepted += 1;
            }
        }
        accepted
    }

    /// Proposes the weights, some at a time, with the tangent of ln Z, and accepts them with ln Z; returns the number accepted.
    fn draw_together(
        &self,
        student: &mut Walker,
        fields: &[f64],
        about: f64,
        rng: &mut Xoshiro256PlusPlus,
    ) -> usize {
        let (units, samples) = (as_float(self.units), as_float(self.samples));
        let precision = samples / units * slope(about, self.beta, self.hidden);
        let tilted = Tilted::new(self.weights, precision);
        let some = self.units.div_ceil(PARTS);
        let mut accepted = 0;
        for (part, fields) in fields.chunks(some).enumerate() {
            let place = part * some..part * some + fields.len();
            let before = student.weights[place.clone()].to_vec();
            for (xi, &field) in student.weights[place.clone()].iter_mut().zip(fields) {
                *xi = tilted.draw(field, rng);
            }
            let after = &student.weights[place.clone()];
            let change = dot(after, after) - dot(&before, &before);
            let level = self.log_normalisation(&student.weights);
            let gain = 0.5 * precision * change - samples * (level - student.level);
            if uniform(rng.next_u64()) < gain.exp() {
                student.level = level;
                accepted += fields.len();
            } else {
                student.weights[place].copy_from_slice(&before);
            }
        }
        accepted
    }
}

/// A student at one time.
struct Walker {
    weights: Vec<f64>,
    /// ln Z of the weights.
    level: f64,
    hidden: Vec<f64>,
    /// Weights accepted so far.
    accepted: usize,
}

impl Walker {
    fn norm(&self, units: usize) -> f64 {
        dot(&self.weights, &self.weights) / as_float(units)
    }
}
