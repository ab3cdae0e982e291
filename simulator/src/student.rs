//! The posterior of a student: weights ±1 of one spin hidden unit, given samples.
//!
//! ```text
//! p(ξ | v₁ … v_P) ∝ ∏_a cosh(β ξ·v_a/√N),   ξ ∈ {±1}^N
//! ```
//!
//! With one hidden value `s_a` = ±1 per sample the posterior is the marginal of `p(ξ, s) ∝ exp(β Σ_a s_a ξ·v_a/√N)`, in which all
//! weights are independent given the hidden values, and all hidden values given the weights: a machine whose weights are the samples. A
//! sweep of block Gibbs sampling draws all of one kind and then all of the other, from 2NP products of bits.

use pulp::NullaryFnOnce;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bits::uniform;
use crate::error::{Error, Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// Samples, and the inverse temperature in which the student believes.
#[derive(Debug, Clone)]
pub struct Student {
    units: usize,
    samples: usize,
    /// One row of bits per sample, 1 for −1.
    by_sample: Rows,
    /// One row of bits per unit.
    by_unit: Rows,
    /// Probability of a bit 1 given the number of bits in which a row differs from the state, for hidden values and for weights.
    flips: [Vec<f64>; 2],
    /// ln cosh(β ξ·v/√N) given the number of bits in which ξ and v differ.
    energies: Vec<f64>,
}

/// Weights of a student at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    units: usize,
    /// Bits, 1 for −1.
    words: Vec<u64>,
}

/// How long students are sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Sweeps before anything is recorded.
    pub burn_in: usize,
    /// Recorded sweeps, ≥ 1.
    pub sweeps: usize,
}

/// What two independent students of the same samples showed, averaged over both and over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// |m|: overlap |ξ·ξ*|/N with the teacher.
    pub overlap_teacher: f64,
    /// |q|: overlap |ξ·ξ'|/N of the two.
    pub overlap_students: f64,
    /// (1/N) `Σ_a ln cosh(β ξ·v_a/√N)`.
    pub energy: f64,
}

impl Student {
    /// A student of inverse temperature `beta` who has seen `samples` of spins ±1.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless there is a sample, all entries are ±1 and β is finite and not negative;
    /// [`Error::TooLarge`] where the bits do not fit into memory.
    pub fn new(samples: &Samples, beta: f64) -> Result<Self> {
        let beta = check("beta", "finite and not negative", beta, |beta| beta >= 0.0)?;
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
        let field = beta / as_float(units).sqrt();
        // Of n products d are −1: their sum is n − 2d. A bit is 1 with the probability of the value −1.
        let sum = |n: usize, d: usize| as_float(n) - 2.0 * as_float(d);
        let flip = |n: usize| {
            let of = |d| 1.0 / (1.0 + (2.0 * field * sum(n, d)).exp());
            (0..=n).map(of).collect()
        };
        let log_cosh = |d| {
            let x: f64 = (field * sum(units, d)).abs();
            x + (0.5 * (1.0 + (-2.0 * x).exp())).ln()
        };
        Ok(Self {
            units,
            samples: count,
            by_sample: Rows::new(count, units, |a, i| spins[a * units + i] < 0)?,
            by_unit: Rows::new(units, count, |i, a| spins[a * units + i] < 0)?,
            flips: [flip(units), flip(count)],
            energies: (0..=units).map(log_cosh).collect(),
        })
    }

    /// Two students who both start from the teacher's weights, sampled one after the other in each sweep.
    ///
    /// The truth is a fair start: where students and teacher believe in one temperature it is itself a draw from the posterior.
    ///
    /// # Errors
    /// [`Error::Size`] unless the teacher has as many weights as there are units; [`Error::OutOfDomain`] for a weight that is not
    /// ±1 or without sweeps.
    pub fn observe(
        &self,
        teacher: &[i8],
        schedule: Schedule,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Observed> {
        at_least("sweeps", "at least 1", schedule.sweeps, 1)?;
        let teacher = Weights::new(teacher, self.units)?;
        let mut students = [teacher.clone(), teacher.clone()];
        let mut workspace = Workspace::new(self);
        for _ in 0..schedule.burn_in {
            for student in &mut students {
                self.sweep(student, &mut workspace, rng);
            }
        }
        let [mut m, mut q, mut energy] = [0.0; 3];
        for _ in 0..schedule.sweeps {
            for student in &mut students {
                energy += self.sweep(student, &mut workspace, rng);
                m += student.overlap(&teacher).abs();
            }
            q += students[0].overlap(&students[1]).abs();
        }
        let sweeps = as_float(schedule.sweeps);
        Ok(Observed {
            overlap_teacher: 0.5 * m / sweeps,
            overlap_students: q / sweeps,
            energy: 0.5 * energy / sweeps,
        })
    }

    /// Draws the hidden values given the weights and the weights given the hidden values; returns the energy per unit of the weights before.
    fn sweep(
        &self,
        student: &mut Weights,
        workspace: &mut Workspace,
        rng: &mut Xoshiro256PlusPlus,
    ) -> f64 {
        let [of_samples, of_units] = &mut workspace.differences;
        self.by_sample.differences(&student.words, of_samples);
        draw(of_samples, &self.flips[0], &mut workspace.hidden, rng);
        let energy: f64 = of_samples.iter().map(|&d| self.energies[d as usize]).sum();
        self.by_unit.differences(&workspace.hidden, of_units);
        draw(of_units, &self.flips[1], &mut student.words, rng);
        energy / as_float(self.units)
    }
}

impl Weights {
    /// Weights ±1 as bits.
    fn new(spins: &[i8], units: usize) -> Result<Self> {
        if spins.len() != units {
            return Err(Error::Size {
                name: "teacher",
                expected: units,
                actual: spins.len(),
            });
        }
        if let Some(&spin) = spins.iter().find(|x| x.unsigned_abs() != 1) {
            return Err(Error::OutOfDomain {
                name: "teacher",
                domain: "of entries +1 and -1",
                value: f64::from(spin),
            });
        }
        let words = Rows::new(1, units, |_, i| spins[i] < 0)?.words;
        Ok(Self { units, words })
    }

    /// ξ·ξ'/N.
    fn overlap(&self, other: &Self) -> f64 {
        let pairs = self.words.iter().zip(&other.words);
        let different: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
        1.0 - 2.0 * f64::from(different) / as_float(self.units)
    }
}

/// Numbers of bits and the hidden values of one sweep.
struct Workspace {
    differences: [Vec<u32>; 2],
    hidden: Vec<u64>,
}

impl Workspace {
    fn new(student: &Student) -> Self {
        Self {
            differences: [vec![0; student.samples], vec![0; student.units]],
            hidden: vec![0; student.samples.div_ceil(64)],
        }
    }
}

/// Draws a bit for each number of differences.
fn draw(differences: &[u32], probability: &[f64], words: &mut [u64], rng: &mut Xoshiro256PlusPlus) {
    for (word, differences) in words.iter_mut().zip(differences.chunks(64)) {
        let bits = differences.iter().enumerate();
        *word = bits.fold(0, |word, (k, &d)| {
            let bit = uniform(rng.next_u64()) < probability[d as usize];
            word | u64::from(bit) << k
        });
    }
}

/// A matrix of bits, row by row in whole words; bits beyond the last column are 0.
#[derive(Debug, Clone)]
struct Rows {
    words: Vec<u64>,
    /// Words of a row.
    width: usize,
}

impl Rows {
    fn new(rows: usize, columns: usize, bit: impl Fn(usize, usize) -> bool) -> Result<Self> {
        let width = columns.div_ceil(64);
        let mut words: Vec<u64> = allocate(rows, width)?;
        for (row, words) in words.chunks_exact_mut(width).enumerate() {
            for column in 0..columns {
                words[column / 64] |= u64::from(bit(row, column)) << (column % 64);
            }
        }
        Ok(Self { words, width })
    }

    /// The number of bits in which each row differs from a state.
    fn differences(&self, state: &[u64], numbers: &mut [u32]) {
        pulp::Arch::new().dispatch(Differences {
            rows: self,
            state,
            numbers,
        });
    }
}

/// Counts bits with the instruction that the processor has for it.
struct Differences<'a> {
    rows: &'a Rows,
    state: &'a [u64],
    numbers: &'a mut [u32],
}

impl NullaryFnOnce for Differences<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "only what is inlined into a dispatched function uses the registers it was compiled for"
    )]
    #[inline(always)]
    fn call(self) {
        let rows = self.rows.words.chunks_exact(self.rows.width);
        for (number, row) in self.numbers.iter_mut().zip(rows) {
            let pairs = row.iter().zip(self.state);
            *number = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{DataModel, TwoCluster};
    use crate::stream::stream;

    /// Averages of |m|, |q| and the energy under the posterior, by enumeration.
    fn exact(samples: &Samples, beta: f64, teacher: &[i8]) -> [f64; 3] {
        let n = samples.columns();
        let spins = samples.as_discrete().unwrap();
        let weights = |state: usize| -> Vec<f64> {
            (0..n)
                .map(|i| if state >> i & 1 == 1 { -1.0 } else { 1.0 })
                .collect()
        };
        let energy = |xi: &[f64]| -> f64 {
            let field = |row: &[i8]| -> f64 {
                let sum: f64 = row.iter().zip(xi).map(|(&v, x)| f64::from(v) * x).sum();
                (beta * sum / as_float(n).sqrt()).cosh().ln()
            };
            spins.chunks(n).map(field).sum()
        };
        let overlap = |a: &[f64], b: &[f64]| {
            let sum: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
            (sum / as_float(n)).abs()
        };
        let teacher: Vec<f64> = teacher.iter().map(|&x| f64::from(x)).collect();
        let states: Vec<(Vec<f64>, f64)> = (0..1 << n)
            .map(|state| {
                let xi = weights(state);
                let e = energy(&xi);
                (xi, e)
            })
            .collect();
        let total: f64 = states.iter().map(|(_, e)| e.exp()).sum();
        let [mut m, mut q, mut u] = [0.0; 3];
        for (xi, e) in &states {
            let p = e.exp() / total;
            m += p * overlap(xi, &teacher);
            u += p * e / as_float(n);
            for (other, e) in &states {
                q += p * e.exp() / total * overlap(xi, other);
            }
        }
        [m, q, u]
    }

    #[test]
    fn long_runs_have_the_averages_of_an_enumeration() {
        let mut rng = stream(3, "student", 0);
        for (units, count, beta) in [(7, 9, 0.8), (8, 5, 2.0), (6, 70, 0.5)] {
            let model = TwoCluster::random(units, 1.2, &mut rng).unwrap();
            let samples = model.draw(count, &mut rng).unwrap();
            let student = Student::new(&samples, beta).unwrap();
            let schedule = Schedule {
                burn_in: 100,
                sweeps: 40_000,
            };
            let found = student
                .observe(model.pattern(), schedule, &mut rng)
                .unwrap();
            let expected = exact(&samples, beta, model.pattern());
            let found = [found.overlap_teacher, found.overlap_students, found.energy];
            for (found, expected) in found.into_iter().zip(expected) {
                // Scatter of order 0.3 over 40 000 sweeps whose memory is below 40: 0.01 is six standard errors or more.
                assert!((found - expected).abs() < 0.01, "{found} {expected}");
            }
        }
    }

    #[test]
    fn without_a_temperature_nothing_is_learnt() {
        let mut rng = stream(4, "student", 0);
        let model = TwoCluster::random(100, 2.0, &mut rng).unwrap();
        let samples = model.draw(300, &mut rng).unwrap();
        let student = Student::new(&samples, 0.0).unwrap();
        let schedule = Schedule {
            burn_in: 1,
            sweeps: 2000,
        };
        let found = student
            .observe(model.pattern(), schedule, &mut rng)
            .unwrap();
        assert!(found.energy.abs() < 1e-12);
        // E|m| = √(2/πN) = 0.080; its scatter 0.06 over 2000 sweeps is 0.0013.
        assert!((found.overlap_teacher - 0.0797).abs() < 0.006);
        assert!((found.overlap_students - 0.0797).abs() < 0.008);
    }

    #[test]
    fn what_is_no_spin_is_refused() {
        let samples = Samples::discrete(1, 3, vec![1, 0, -1]).unwrap();
        assert!(Student::new(&samples, 1.0).is_err());
        let samples = Samples::discrete(1, 3, vec![1, 1, -1]).unwrap();
        assert!(Student::new(&samples, f64::NAN).is_err());
        let student = Student::new(&samples, 1.0).unwrap();
        let schedule = Schedule {
            burn_in: 0,
            sweeps: 1,
        };
        let mut rng = stream(0, "student", 0);
        assert!(student.observe(&[1, 1], schedule, &mut rng).is_err());
        assert!(student.observe(&[1, 0, 1], schedule, &mut rng).is_err());
        let none = Schedule {
            sweeps: 0,
            ..schedule
        };
        assert!(student.observe(&[1, 1, 1], none, &mut rng).is_err());
    }
}
