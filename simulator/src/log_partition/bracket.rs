//! ln Z from both sides.

use super::weights::LogPartition;

/// Effective chains below which annealing has not met the weights that carry its mean.
const FEWEST_CHAINS: f64 = 10.0;

/// Standard errors by which the two directions may differ.
const LARGEST_GAP: f64 = 3.0;

/// ln Z by annealing forward, too small on average, and by the way back, too large on average where its starts follow the machine's law.
///
/// # References
/// Burda, Grosse & Salakhutdinov, AISTATS (2015).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bracket {
    /// From free units to the machine: [`Annealing::forward`](super::Annealing::forward).
    pub forward: LogPartition,
    /// From configurations of the machine to free units: [`Annealing::reverse`](super::Annealing::reverse).
    pub reverse: LogPartition,
}

impl Bracket {
    /// Whether both directions say the same, by as much as they can know: they differ by at most three standard errors, and ten chains or half of
    /// them carry either mean.
    ///
    /// ```text
    /// |ln Z_f − ln Z_r| ≤ 3 √(σ_f² + σ_r²),   C_eff ≥ min(10, C/2)
    /// ```
    ///
    /// Where the machine has a mode that neither the starts of the way back nor the forward chains met, both miss it alike: no sampling can tell.
    pub fn agrees(&self, chains: usize) -> bool {
        let error = self
            .forward
            .standard_error
            .hypot(self.reverse.standard_error);
        // Rounding, where weights are all alike.
        let rounding = 1e-12 * (1.0 + self.forward.value.abs());
        let least = FEWEST_CHAINS.min(0.5 * crate::numbers::as_float(chains));
        let carried = [self.forward, self.reverse]
            .iter()
            .all(|one| one.effective_chains >= least);
        carried && self.gap().abs() <= LARGEST_GAP * error + rounding
    }

    /// Standard error of the forward estimate: its own one where both directions agree, else no less than the gap between them.
    pub fn standard_error(&self, chains: usize) -> f64 {
        let own = self.forward.standard_error;
        if self.agrees(chains) {
            own
        } else {
            own.max(self.gap().abs())
        }
    }

    fn gap(&self) -> f64 {
        self.reverse.value - self.forward.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, standard_error: f64, effective_chains: f64) -> LogPartition {
        LogPartition {
            value,
            standard_error,
            effective_chains,
        }
    }

    #[test]
    fn a_gap_beyond_three_errors_widens_the_error() {
        let both = |high| Bracket {
            forward: estimate(10.0, 0.3, 50.0),
            reverse: estimate(high, 0.4, 50.0),
        };
        // Three times 0.5.
        assert!(both(11.4).agrees(100) && !both(11.6).agrees(100) && !both(8.4).agrees(100));
        approx::assert_relative_eq!(both(11.4).standard_error(100), 0.3);
        approx::assert_relative_eq!(both(7.0).standard_error(100), 3.0);
    }

    #[test]
    fn a_mean_of_a_few_chains_is_not_relied_on() {
        let both = |effective| Bracket {
            forward: estimate(1.0, 0.1, effective),
            reverse: estimate(1.0, 0.1, 90.0),
        };
        assert!(both(10.5).agrees(100) && !both(9.5).agrees(100) && both(9.5).agrees(12));
    }
}
