//! A mode that learns through its own transition: equal weights on a block of spins, Gaussian hidden units.

use statrs::function::factorial::ln_binomial;

use crate::error::{Error, Result, check};

/// Steps of ascent after which a level counts as out of reach.
const MOST_STEPS: usize = 10_000_000;

/// One mode of a machine of spins and Gaussian hidden units, with equal components of either sign on a block of n spins and none elsewhere.
///
/// ```text
/// p(v) ∝ exp(s² x²/2),   x = Σ_i ξ_i v_i/√n,   ξ_i = ±1
/// ```
///
/// The hidden units are summed out exactly, and modes of different blocks are independent: each block is a Curie–Weiss magnet that orders at
/// s = 1. Where the data have no correlation between blocks, the gradient of the log-likelihood keeps the modes apart, so that each
/// singular value learns by itself,
///
/// ```text
/// ds/dt = s (c − ⟨x²⟩_s),
/// ```
///
/// where c is the eigenvalue of the data's covariance. Far below the transition `⟨x²⟩ = 1/(1 − s²)`, the flow of Gaussian units, which never
/// reaches s = 1. The average of n spins is bounded by n instead, and at s = 1 it is of order √n
/// ([`CriticalMode`](crate::reciprocal::CriticalMode) with 2n in place of n): data with c of order n, that is with clusters of
/// finite magnetization, take the mode through its transition.
///
/// # References
/// Bachtis, Biroli, Decelle & Seoane, Adv. Neural Inf. Process. Syst. 37 (2024), arXiv 2405.14689, for the cascade; the sums are own.
#[derive(Debug, Clone)]
pub struct BlockMode {
    /// Squares x² of the levels with x ≥ 0 and the logarithms of their numbers of states.
    levels: Vec<(f64, f64)>,
}

impl BlockMode {
    /// The mode of a block of spins.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for a block that is empty or larger than 100,000.
    pub fn new(units: u32) -> Result<Self> {
        let n = check(
            "units of a block",
            "between 1 and 100000",
            units.into(),
            |n| (1.0..=1e5).contains(&n),
        )?;
        let levels = (0..=units)
            .map(|up| {
                let x = (2.0 * f64::from(up) - n) / n.sqrt();
                (x * x, ln_binomial(units.into(), up.into()))
            })
            .collect();
        Ok(Self { levels })
    }

    /// ⟨x²⟩ and ⟨x⁴⟩ at a singular value.
    fn moments(&self, singular_value: f64) -> [f64; 2] {
        let half = 0.5 * singular_value * singular_value;
        let logarithm = |&(square, weight): &(f64, f64)| weight + half * square;
        let largest = (self.levels.iter().map(logarithm)).fold(f64::NEG_INFINITY, f64::max);
        let mut sums = [0.0; 3];
        for level in &self.levels {
            let weight = (logarithm(level) - largest).exp();
            sums[0] += weight;
            sums[1] += weight * level.0;
            sums[2] += weight * level.0 * level.0;
        }
        [sums[1] / sums[0], sums[2] / sums[0]]
    }

    /// ⟨x²⟩, the susceptibility of the mode.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for a singular value that is not finite.
    pub fn mean_square(&self, singular_value: f64) -> Result<f64> {
        let s = check("singular_value", "finite", singular_value, |_| true)?;
        Ok(self.moments(s)[0])
    }

    /// Binder's cumulant `1 − ⟨x⁴⟩/3⟨x²⟩²`.
    ///
    /// # Errors
    /// As [`mean_square`](Self::mean_square).
    pub fn binder(&self, singular_value: f64) -> Result<f64> {
        let s = check("singular_value", "finite", singular_value, |_| true)?;
        let [second, fourth] = self.moments(s);
        Ok(1.0 - fourth / (3.0 * second * second))
    }

    /// Time, in learning rate times steps, at which gradient ascent on data of the eigenvalue c brings the mode from one singular value to
    /// another; `None` if it ends before.
    ///
    /// ```text
    /// s → s + η s (c − ⟨x²⟩_s)
    /// ```
    ///
    /// Between the last two steps ln s is a straight line. For η → 0 it is the time of the flow.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 0 < `start` < `level`, η is positive and c not negative, all of them finite, and where c η is 1 or more,
    /// since a step may then jump over the end.
    pub fn time_of(
        &self,
        eigenvalue: f64,
        start: f64,
        level: f64,
        learning_rate: f64,
    ) -> Result<Option<f64>> {
        let c = check("eigenvalue", "not negative and finite", eigenvalue, |c| {
            c >= 0.0
        })?;
        let mut s = check("start", "positive and below the level", start, |s| {
            s > 0.0 && s < level
        })?;
        let level = check("level", "finite", level, |_| true)?;
        let eta = check(
            "learning_rate",
            "positive and below 1/eigenvalue",
            learning_rate,
            |eta| eta > 0.0 && eta * c < 1.0,
        )?;
        let mut steps = 0.0;
        for _ in 0..MOST_STEPS {
            let growth = eta * (c - self.moments(s)[0]);
            // An end is approached ever more slowly.
            if growth <= f64::EPSILON {
                return Ok(None);
            }
            let next = s * (1.0 + growth);
            if next >= level {
                return Ok(Some(eta * (steps + (level / s).ln() / growth.ln_1p())));
            }
            s = next;
            steps += 1.0;
        }
        Err(Error::OutOfDomain {
            name: "learning_rate",
            domain: "large enough to reach the level in ten million steps",
            value: eta,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::singular_value;
    use super::*;
    use crate::reciprocal::{CriticalMode, Machine, Unit, exact_log_partition};
    use approx::assert_relative_eq;
    use faer::Mat;

    /// ln Z of two blocks of 4 and 3 spins at the singular values s, with hidden units in a turned frame.
    fn log_partition(s: [f64; 2]) -> f64 {
        let (cos, sin) = (0.6, 0.8);
        let weights = Mat::from_fn(7, 2, |i, j| {
            let (block, n) = if i < 4 { (0, 4.0) } else { (1, 3.0) };
            let sign = if i % 3 == 1 { -1.0 } else { 1.0 };
            let turned = if block == j { cos } else { [sin, -sin][block] };
            sign * s[block] * turned / f64::sqrt(n)
        });
        let machine = Machine::unbiased(weights, Unit::Spin, Unit::Gaussian).unwrap();
        exact_log_partition(&machine).unwrap()
    }

    #[test]
    fn blocks_are_the_enumerated_machine_and_do_not_see_each_other() {
        let h = 1e-4;
        for s in [[0.7, 1.1], [1.3, 0.2]] {
            for (k, units) in [4, 3].into_iter().enumerate() {
                let at = |step: f64| {
                    let mut moved = s;
                    moved[k] += step;
                    log_partition(moved)
                };
                // ∂ ln Z/∂s = s ⟨x²⟩; differences of second order.
                let slope = (at(h) - at(-h)) / (2.0 * h);
                let square = BlockMode::new(units).unwrap().mean_square(s[k]).unwrap();
                assert_relative_eq!(slope, s[k] * square, max_relative = 1e-6);
            }
        }
    }

    #[test]
    fn early_growth_is_that_of_gaussian_units() {
        let mode = BlockMode::new(4000).unwrap();
        let (c, start) = (3.0, 0.01);
        let time = mode.time_of(c, start, 0.5, 1e-4).unwrap().unwrap();
        // Steps of 2e-4 each in ln s, and corrections of 1/N to ⟨x²⟩.
        assert_relative_eq!(
            singular_value(c, start, time).unwrap(),
            0.5,
            max_relative = 2e-3
        );
    }

    #[test]
    fn large_blocks_have_the_critical_susceptibility() {
        let critical = CriticalMode::new(0.0).unwrap();
        let scaled = |n: u32| {
            let mode = BlockMode::new(n).unwrap();
            let units = 2.0 * f64::from(n);
            [
                mode.mean_square(1.0).unwrap() / units.sqrt(),
                mode.binder(1.0).unwrap(),
            ]
        };
        let (small, large) = (scaled(10_000), scaled(40_000));
        let limits = [0.5 * critical.mean_square(), critical.binder()];
        for k in 0..2 {
            // The leading correction halves; the next one is 1/n.
            assert_relative_eq!(2.0 * large[k] - small[k], limits[k], max_relative = 1e-3);
        }
    }

    #[test]
    fn a_mode_ends_where_its_mean_square_is_that_of_the_data() {
        let mode = BlockMode::new(64).unwrap();
        let end = mode.mean_square(1.1).unwrap();
        assert!(mode.time_of(end, 0.1, 1.09, 1e-3).unwrap().is_some());
        assert!(mode.time_of(end, 0.1, 1.11, 1e-3).unwrap().is_none());
        assert!(mode.time_of(end, 0.1, 0.05, 1e-3).is_err());
        assert!(mode.time_of(end, 0.1, 0.5, 1.0).is_err());
        assert!(BlockMode::new(0).is_err());
    }
}
