//! Random machines of sparse weights, in which several hidden units are strongly active together.

use faer::Mat;
use rand_distr::{Distribution, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::{Result, at_least, check};
use crate::gibbs::{Chains, TimeAverages, pair_overlaps};
use crate::machine::{Layer, Rbm};
use crate::numbers::as_float;
use crate::unit::Unit;

/// Machines of independent weights, most of which may be zero.
///
/// ```text
/// W_iμ = s ξ_iμ/√(p N),   ξ_iμ = −1, 0, 1 with probabilities p/2, 1 − p, p/2
/// ```
///
/// with a field g on each visible unit and a threshold θ, the bias −θ, of each hidden unit but the first ones, at whose patterns chains
/// begin. Those have inputs of order √N: their threshold would be a correction of relative order 1/√N, which these machines do without.
///
/// # References
/// Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017).
#[derive(Debug, Clone, PartialEq)]
pub struct SparsePatterns {
    /// Number of visible units N.
    pub units: usize,
    /// Number of hidden units at whose patterns no chain begins.
    pub hidden_units: usize,
    /// Number L of hidden units at whose patterns chains begin.
    pub recalled: usize,
    /// p, in (0, 1].
    pub density: f64,
    /// s ≥ 0.
    pub scale: f64,
    /// Kind of the visible units.
    pub visible: Unit,
    /// Kind of the hidden units.
    pub hidden: Unit,
    /// g.
    pub field: f64,
    /// θ.
    pub threshold: f64,
}

/// How long chains run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Chains of one machine, at least 2.
    pub chains: usize,
    /// Sweeps before anything is recorded.
    pub burn_in: usize,
    /// Recorded sweeps, at least 1.
    pub sweeps: usize,
}

/// What the chains of one machine showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// m = ⟨h⟩/√N, mean over the hidden units at whose patterns the chains began.
    pub magnetization: f64,
    /// Q = (1/N) Σ ⟨v²⟩: the mean of v for binary units, 1 for spins.
    pub square_visible: f64,
    /// q = (1/N) Σ ⟨v⟩⟨v⟩′ of pairs of chains.
    pub overlap_visible: f64,
    /// r, the same of the other hidden units.
    pub overlap_hidden: f64,
    /// The smallest ⟨h⟩/√N of a hidden unit at whose pattern the chains began, in any chain.
    pub weakest: f64,
    /// The largest ⟨h⟩/√N of another hidden unit, in any chain.
    pub strongest_other: f64,
}

impl Observed {
    /// Whether the chains have stayed in the state in which they began: no unit at whose pattern they began has lost half of the
    /// common strength, and no other has gained that.
    pub fn has_stayed(&self) -> bool {
        let half = 0.5 * self.magnetization;
        self.weakest > half && self.strongest_other < half
    }
}

impl SparsePatterns {
    /// Draws a machine, and chains in it, whose visible units follow the sign of the sum of the patterns at which they begin.
    ///
    /// Where that is 0 binary units begin at 0 and spins at random.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a parameter out of its range,
    /// [`Error::Unsupported`](crate::Error::Unsupported) for two layers of real units.
    pub fn observe(&self, schedule: Schedule, rng: &mut Xoshiro256PlusPlus) -> Result<Observed> {
        at_least("recalled", "at least 1", self.recalled, 1)?;
        at_least("chains", "at least 2", schedule.chains, 2)?;
        at_least("sweeps", "at least 1", schedule.sweeps, 1)?;
        let machine = self.draw(rng)?;
        let start = self.start(&machine, schedule.chains, rng);
        let mut chains = Chains::new(&machine, start, rng)?;
        (0..schedule.burn_in).for_each(|_| chains.sweep(rng));
        let mut averages = TimeAverages::new(&chains);
        for _ in 0..schedule.sweeps {
            chains.sweep(rng);
            averages.record(&chains)?;
        }
        Ok(self.values(&averages))
    }

    /// The machine; the first `recalled` hidden units have no threshold.
    ///
    /// # Errors
    /// As [`observe`](Self::observe).
    pub fn draw(&self, rng: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
        at_least("units", "at least 1", self.units, 1)?;
        check("density", "in (0, 1]", self.density, |p| {
            p > 0.0 && p <= 1.0
        })?;
        check("scale", "finite and not negative", self.scale, |s| s >= 0.0)?;
        let weight = self.scale / (self.density * as_float(self.units)).sqrt();
        let count = self.recalled + self.hidden_units;
        let mut draw = |_, _| weight * sign(self.density, rng);
        let weights = Mat::from_fn(self.units, count, &mut draw);
        let biases = (0..count).map(|mu| {
            if mu < self.recalled {
                0.0
            } else {
                -self.threshold
            }
        });
        Rbm::new(
            weights,
            Layer::new(self.visible, vec![self.field; self.units])?,
            Layer::new(self.hidden, biases.collect())?,
        )
    }

    fn start(&self, machine: &Rbm, chains: usize, rng: &mut Xoshiro256PlusPlus) -> Mat<f64> {
        let weights = machine.weights();
        let low = if self.visible == Unit::Spin {
            -1.0
        } else {
            0.0
        };
        Mat::from_fn(self.units, chains, |i, _| {
            let sum: f64 = (0..self.recalled).map(|mu| weights[(i, mu)]).sum();
            // Rounding: sums of equal sizes vanish exactly or are at least one weight.
            if sum.abs() > 1e-9 {
                if sum > 0.0 { 1.0 } else { low }
            } else if self.visible == Unit::Spin {
                sign(1.0, rng)
            } else {
                low
            }
        })
    }

    fn values(&self, averages: &TimeAverages) -> Observed {
        let (visible, hidden) = (averages.visible(), averages.hidden());
        let mean = |values: &[f64]| values.iter().sum::<f64>() / as_float(values.len());
        let recalled: Vec<f64> = hidden
            .col_iter()
            .flat_map(|column| (0..self.recalled).map(move |mu| column[mu]))
            .collect();
        let others = hidden.subrows(self.recalled, self.hidden_units);
        let units: Vec<f64> = visible
            .col_iter()
            .flat_map(|column| column.iter().copied().collect::<Vec<_>>())
            .collect();
        let root = as_float(self.units).sqrt();
        let others_of = |column: faer::ColRef<'_, f64>| column.iter().copied().fold(0.0, f64::max);
        Observed {
            weakest: recalled.iter().copied().fold(f64::INFINITY, f64::min) / root,
            strongest_other: others.col_iter().map(others_of).fold(0.0, f64::max) / root,
            magnetization: mean(&recalled) / root,
            square_visible: if self.visible == Unit::Spin {
                1.0
            } else {
                mean(&units)
            },
            overlap_visible: mean(&pair_overlaps(visible.as_ref())),
            overlap_hidden: mean(&pair_overlaps(others)),
        }
    }
}

/// −1 or 1 with probability `density`/2 each, otherwise 0.
fn sign(density: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    let uniform: f64 = StandardUniform.sample(rng);
    if uniform < 0.5 * density {
        -1.0
    } else if uniform < density {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::stream;
    use approx::assert_abs_diff_eq;

    fn ensemble() -> SparsePatterns {
        SparsePatterns {
            units: 300,
            hidden_units: 60,
            recalled: 3,
            density: 0.2,
            scale: 3.0,
            visible: Unit::Binary,
            hidden: Unit::Rectified,
            field: -2.0,
            threshold: 4.0,
        }
    }

    #[test]
    fn weights_have_the_density_and_the_variance_asked_for() {
        let machine = ensemble()
            .draw(&mut stream(1, "sparse patterns", 0))
            .unwrap();
        let entries: Vec<f64> = machine
            .weights()
            .col_iter()
            .flat_map(|column| column.iter().copied().collect::<Vec<_>>())
            .collect();
        let count = as_float(entries.len());
        let part = as_float(entries.iter().filter(|w| w.abs() > 0.0).count()) / count;
        let variance = entries.iter().map(|w| w * w).sum::<f64>() / count;
        let mean = entries.iter().sum::<f64>() / count;
        // Four standard errors of 18,900 draws: 0.003 each for the part, relative to its 0.2 for the variance s²/N.
        assert_abs_diff_eq!(part, 0.2, epsilon = 0.012);
        assert_abs_diff_eq!(variance, 0.03, epsilon = 0.002);
        assert_abs_diff_eq!(mean, 0.0, epsilon = 0.006);
        assert_eq!(machine.hidden().biases()[2..4], [0.0, -4.0]);
    }

    #[test]
    fn chains_begin_at_the_patterns_asked_for() {
        let patterns = ensemble();
        let mut rng = stream(2, "sparse patterns", 0);
        let machine = patterns.draw(&mut rng).unwrap();
        let start = patterns.start(&machine, 2, &mut rng);
        let inputs = machine.inputs_h_from_v(start.as_ref()).unwrap();
        let typical = |mu: usize| inputs[(mu, 0)] + if mu < 3 { 0.0 } else { 4.0 };
        // √N w E S⁺/L = 9.5 for the recalled and 0 for the others, with standard deviations of 1.5 each: 0.9 and 0.2 of the means.
        let mean = |units: std::ops::Range<usize>| {
            let count = as_float(units.len());
            units.map(typical).sum::<f64>() / count
        };
        assert_abs_diff_eq!(mean(0..3), 9.5, epsilon = 3.6);
        assert_abs_diff_eq!(mean(3..63), 0.0, epsilon = 0.8);
    }

    #[test]
    fn a_state_that_loses_or_gains_a_unit_is_left() {
        let observed = |weakest: f64, strongest_other: f64| Observed {
            magnetization: 1.0,
            square_visible: 0.3,
            overlap_visible: 0.2,
            overlap_hidden: 0.1,
            weakest,
            strongest_other,
        };
        assert!(observed(0.8, 0.1).has_stayed());
        assert!(!observed(0.1, 0.1).has_stayed());
        assert!(!observed(0.8, 0.9).has_stayed());
    }

    #[test]
    fn bad_parameters_are_refused() {
        let mut rng = stream(3, "sparse patterns", 0);
        let schedule = Schedule {
            chains: 2,
            burn_in: 0,
            sweeps: 1,
        };
        for (bad, word) in [
            (
                SparsePatterns {
                    density: 0.0,
                    ..ensemble()
                },
                "density",
            ),
            (
                SparsePatterns {
                    recalled: 0,
                    ..ensemble()
                },
                "recalled",
            ),
            (
                SparsePatterns {
                    visible: Unit::Gaussian,
                    ..ensemble()
                },
                "two layers",
            ),
        ] {
            let message = bad.observe(schedule, &mut rng).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
        }
    }
}
