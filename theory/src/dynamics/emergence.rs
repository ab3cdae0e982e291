//! When the modes of the data come out of the bulk of the initial weights.

use crate::covariance::{SampleLaw, Spike, spike};
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::solver::root::{expand_bracket, find_root};
use crate::spectra::Population;

/// The weights of a machine before saturation: linear growth of every mode of the data.
///
/// ```text
/// W(t) = exp(R t) W₀,   W₀ of independent entries N(0, σ²),   R = C − 1, or C/4 − 1/16 between binary units
/// ```
///
/// The columns of W are M independent Gaussian vectors of covariance `σ² exp(2Rt)`, so that `W Wᵀ/(M σ²)` is a sample
/// covariance matrix with population eigenvalues `λ_k(t) = exp(2 r_k t)` and M in place of the number of samples. All of the
/// theory of retarded learning holds, exactly (own): mode k leaves the bulk when
///
/// ```text
/// (1/M) Σ_rest (λ_j/(λ_k − λ_j))² = (1/M) Σ_rest (e^{2(r_k − r_j)t} − 1)⁻² = 1,
/// ```
///
/// strong modes first, and its singular value and the overlap of its vector with the data's are those of a spike. It holds
/// while all singular values are small against 1 (against 4 between binary units).
///
/// ```
/// # use saddlepoint_theory::dynamics::{EarlyTraining, gaussian_rate};
/// let mut rates = vec![gaussian_rate(1.0); 100];
/// rates[0] = gaussian_rate(3.0);
/// let training = EarlyTraining::new(&rates, 50, 0.001)?;
/// // One mode on white noise: (99/50) (e^{4t} − 1)⁻² = 1.
/// let expected = 0.25 * (1.0 + (99.0_f64 / 50.0).sqrt()).ln();
/// assert!((training.emergence(0)?.unwrap() - expected).abs() < 1e-12);
/// # Ok::<(), saddlepoint_theory::Error>(())
/// ```
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017), for the linear growth; [`crate::covariance::critical_alpha`] and [`spike`].
#[derive(Debug, Clone)]
pub struct EarlyTraining {
    /// Distinct rates, the fastest first, with their numbers of directions.
    groups: Vec<(f64, usize)>,
    visible_units: usize,
    hidden_units: f64,
    scale: f64,
}

/// What the weights show of one mode at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingularMode {
    /// Singular value of W.
    pub singular_value: f64,
    /// Squared overlap of its vector with the mode of the data; 0 in the bulk.
    pub overlap_squared: f64,
    /// Whether the mode has left the bulk.
    pub is_detached: bool,
}

impl EarlyTraining {
    /// Growth rates `r_k` of all N directions of the data, M hidden units, and the standard deviation σ of the initial weights.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if there is no rate, one is not finite, M is 0, or σ is not positive.
    pub fn new(rates: &[f64], hidden_units: usize, scale: f64) -> Result<Self> {
        check("number of rates", "at least 1", count(rates.len()), |n| {
            n >= 1.0
        })?;
        for &rate in rates {
            check("rate", "finite", rate, |_| true)?;
        }
        let mut sorted = rates.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let width = DEGENERATE * (sorted[0].abs() + sorted[sorted.len() - 1].abs());
        let mut groups: Vec<(f64, usize)> = Vec::new();
        for rate in sorted {
            match groups.last_mut() {
                Some(last) if last.0 - rate <= width => last.1 += 1,
                _ => groups.push((rate, 1)),
            }
        }
        Ok(Self {
            groups,
            visible_units: rates.len(),
            hidden_units: positive("hidden_units", count(hidden_units))?,
            scale: positive("scale", scale)?,
        })
    }

    /// The distinct growth rates, the fastest first, each with its number of directions.
    pub fn modes(&self) -> &[(f64, usize)] {
        &self.groups
    }

    /// Time at which a mode leaves the bulk; `None` if it never does, for want of hidden units.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if there is no such mode.
    pub fn emergence(&self, mode: usize) -> Result<Option<f64>> {
        let rate = self.rate(mode)?;
        let others = || {
            self.groups
                .iter()
                .enumerate()
                .filter(move |(k, _)| *k != mode)
        };
        // As t → ∞ each faster direction contributes 1/M and each slower one nothing.
        let faster: usize = self.groups[..mode].iter().map(|group| group.1).sum();
        if count(faster) >= self.hidden_units || others().next().is_none() {
            return Ok(others().next().is_none().then_some(0.0));
        }
        let excess = |log_time: f64| {
            let twice = 2.0 * log_time.exp();
            let term = |other: f64| (twice * (rate - other)).exp_m1().powi(-2);
            let sum: f64 = others()
                .map(|(_, &(other, g))| count(g) * term(other))
                .sum();
            (sum / self.hidden_units).ln()
        };
        let slowest = self.groups[self.groups.len() - 1].0;
        let start = -(self.groups[0].0 - slowest).ln();
        let limits = [start - 80.0, start + 80.0];
        let [a, b] = expand_bracket("emergence", excess, [start - 1.0, start + 1.0], limits)?;
        Ok(Some(find_root("emergence", excess, a, b, 0.0)?.x.exp()))
    }

    /// What the weights show of a mode at a time.
    ///
    /// A mode in the bulk is reported at the place of its rank in the spectrum.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if there is no such mode or the time is negative, [`crate::Error::NotFinite`] where
    /// the weights overflow.
    pub fn at(&self, mode: usize, time: f64) -> Result<SingularMode> {
        self.rate(mode)?;
        check("time", "not negative and finite", time, |t| t >= 0.0)?;
        let fastest = self.groups[0].0;
        // Ratios to the fastest mode cannot overflow.
        let scaled: Vec<_> = (self.groups.iter())
            .map(|&(rate, g)| ((2.0 * (rate - fastest) * time).exp(), g))
            .collect();
        let population = Population::finite(self.visible_units, &scaled)?;
        let modes = population.modes();
        let nearest = |k: &usize| (modes[*k].eigenvalue - scaled[mode].0).abs();
        let rank = (0..modes.len())
            .min_by(|a, b| nearest(a).total_cmp(&nearest(b)))
            .unwrap_or(0);
        let alpha = self.hidden_units / count(self.visible_units);
        let fate = if modes[rank].degeneracy == Some(self.groups[mode].1) {
            spike(&population, rank, alpha)?
        } else {
            // At early times different modes have merged into one, and none of them can be told from the others.
            Spike::Absorbed {
                eigenvalue: self.bulk_place(&population, mode, alpha)?,
            }
        };
        let growth = self.scale * (fastest * time).exp();
        let singular_value = growth * (self.hidden_units * fate.eigenvalue()).sqrt();
        if !singular_value.is_finite() {
            return Err(Error::NotFinite {
                name: "singular value of weights that grow without saturation",
            });
        }
        Ok(SingularMode {
            singular_value,
            overlap_squared: fate.overlap_squared(),
            is_detached: fate.is_detached(),
        })
    }

    /// Sample eigenvalue at the place of a mode's rank.
    fn bulk_place(&self, population: &Population, mode: usize, alpha: f64) -> Result<f64> {
        let faster: usize = self.groups[..mode].iter().map(|group| group.1).sum();
        let above = count(faster) + 0.5 * count(self.groups[mode].1);
        let law = SampleLaw::new(population.spectrum(), population.aspect_ratio(alpha)?)?;
        law.quantile(1.0 - above / count(self.visible_units))
    }

    fn rate(&self, mode: usize) -> Result<f64> {
        let modes = self.groups.len();
        check(
            "mode",
            "below the number of distinct rates",
            count(mode),
            |_| mode < modes,
        )?;
        Ok(self.groups[mode].0)
    }
}

/// Rates closer than this, relative to the largest, are one: symmetry makes them equal and only rounding tells them apart.
const DEGENERATE: f64 = 1e-11;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::gaussian_rate;
    use approx::assert_relative_eq;

    /// Sixty-four directions, four of which stand out.
    fn strong_modes() -> Vec<f64> {
        let mut eigenvalues = vec![1.0; 60];
        eigenvalues.extend([4.0, 3.0, 2.0, 1.5]);
        eigenvalues.into_iter().map(gaussian_rate).collect()
    }

    #[test]
    fn strong_modes_leave_first_and_each_at_its_threshold() {
        let training = EarlyTraining::new(&strong_modes(), 40, 0.01).unwrap();
        let mut before = 0.0;
        for mode in 0..4 {
            let time = training.emergence(mode).unwrap().unwrap();
            assert!(time > before);
            before = time;
            let just = |factor: f64| training.at(mode, time * factor).unwrap();
            assert!(!just(1.0 - 1e-6).is_detached);
            let after = just(1.0 + 1e-6);
            assert!(after.is_detached);
            // The squared overlap starts from zero with a finite slope.
            assert!(after.overlap_squared < 1e-4);
            assert!(just(3.0).overlap_squared > 0.3);
        }
    }

    #[test]
    fn one_mode_on_white_noise_has_the_closed_form() {
        let mut rates = vec![0.0; 200];
        rates[3] = 1.5;
        let training = EarlyTraining::new(&rates, 300, 0.02).unwrap();
        let gamma = 200.0 / 300.0_f64;
        let time = training.emergence(0).unwrap().unwrap();
        let expected = (1.0 + (199.0 / 300.0_f64).sqrt()).ln() / 3.0;
        assert_relative_eq!(time, expected, max_relative = 1e-12);
        let later = training.at(0, 1.0).unwrap();
        let l = 3.0_f64.exp();
        // One mode less in the bulk: gamma (1 − 1/200).
        let landed = l * (1.0 + gamma * 0.995 / (l - 1.0));
        assert_relative_eq!(
            later.singular_value,
            0.02 * (300.0 * landed).sqrt(),
            max_relative = 1e-12
        );
    }

    #[test]
    fn at_the_start_every_mode_is_in_the_bulk_of_random_weights() {
        let training = EarlyTraining::new(&strong_modes(), 100, 0.5).unwrap();
        // σ (√M ± √N) = 0.5 (10 ± 8).
        for mode in 0..5 {
            let start = training.at(mode, 0.0).unwrap();
            assert!(!start.is_detached && start.overlap_squared <= 0.0);
            assert!(start.singular_value > 1.0 && start.singular_value < 9.0);
        }
        let top = training.at(0, 0.0).unwrap().singular_value;
        assert!(top > 8.5 && training.at(1, 0.0).unwrap().singular_value < top);
    }

    #[test]
    fn a_mode_without_a_hidden_unit_of_its_own_never_leaves() {
        let training = EarlyTraining::new(&[3.0, 2.0, 1.0, 0.0, 0.0], 2, 0.01).unwrap();
        assert!(training.emergence(1).unwrap().is_some());
        assert!(training.emergence(2).unwrap().is_none());
        assert!(training.emergence(9).is_err());
        assert!(EarlyTraining::new(&[], 2, 0.01).is_err());
        assert!(EarlyTraining::new(&[f64::NAN], 2, 0.01).is_err());
    }
}
