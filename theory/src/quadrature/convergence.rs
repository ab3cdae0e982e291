//! What a sequence of sums with ever smaller steps says about its own error.

/// Rounding errors of a sum of up to a thousand terms, √1000 of them at random, relative to the sum of
/// absolute values.
pub(super) const ROUNDING: f64 = 32.0 * f64::EPSILON;

/// The latest sums of a quadrature rule whose step is halved from one to the next.
///
/// For an analytic integrand each halving squares the error, so that the ratio of two differences tells how
/// much smaller than the last difference the error of the last sum is. The estimate takes less than that
/// promises:
///
/// ```text
/// error ≈ 4 e min(1, s)^c,   s = max(e/e₁, (e₁/e₂)²),   e = max(e₀, e₁ (e₁/e₂)²)
/// ```
///
/// with e₀, e₁, e₂ the differences from the latest backwards and c the confidence. If they fall as q, q²,
/// q⁴, the error is of order q⁸ and the estimate of order q⁶ (c = 1) or q⁵ (c = 1/2); the room is for the
/// phases that come with the powers. A difference may be small by chance: e is what the older two predict
/// where that is larger (E tanh²(20 z + 0.7) on one side of its zero has errors 9e-4, 9e-10, 3e-10, and was
/// once believed to 2e-12). If the differences fall algebraically, s is of order one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Halvings<const D: usize> {
    last: [f64; D],
    differences: [[f64; 3]; D],
    count: usize,
    confidence: f64,
}

impl<const D: usize> Halvings<D> {
    pub(super) fn new(confidence: f64) -> Self {
        Self {
            last: [0.0; D],
            differences: [[f64::INFINITY; 3]; D],
            count: 0,
            confidence,
        }
    }

    /// Takes the sum with the next smaller step.
    pub(super) fn push(&mut self, sum: [f64; D]) {
        if self.count > 0 {
            for (history, (new, old)) in self
                .differences
                .iter_mut()
                .zip(sum.into_iter().zip(self.last))
            {
                *history = [(new - old).abs(), history[0], history[1]];
            }
        }
        self.last = sum;
        self.count += 1;
    }

    /// Estimated error of component `i` of the last sum: infinite before the fourth.
    pub(super) fn error(&self, i: usize) -> f64 {
        let [latest, before, oldest] = self.differences[i];
        if self.count < 4 {
            return f64::INFINITY;
        }
        // Equal sums are zero sums, or agree to rounding, which is counted elsewhere.
        if before <= 0.0 || oldest <= 0.0 {
            return 4.0 * latest;
        }
        let older_ratio = (before / oldest).min(1.0);
        let latest = latest.max(before * older_ratio.powi(2));
        let ratio = (latest / before).max(older_ratio.powi(2)).min(1.0);
        4.0 * latest * ratio.powf(self.confidence)
    }

    /// True where not even errors that square with each of the `left` halvings would reach `target`.
    ///
    /// Not judged while three or more are left: an analytic integrand may yet begin to converge.
    pub(super) fn is_hopeless(&self, i: usize, left: u32, target: f64) -> bool {
        let [latest, before, oldest] = self.differences[i];
        if left > 2 || self.count < 4 || latest <= target {
            return false;
        }
        let exponent = f64::from(2 * ((1_u32 << left) - 1));
        latest * (latest / before.max(oldest)).min(1.0).powf(exponent) > target
    }
}
