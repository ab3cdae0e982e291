//! What has been summed so far.

/// Sums over intervals.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Total<const D: usize> {
    pub(crate) value: [f64; D],
    pub(super) error: [f64; D],
    /// Integral of the absolute value.
    pub(super) absolute: [f64; D],
    pub(super) evaluations: usize,
}

impl<const D: usize> Total<D> {
    pub(crate) fn new() -> Self {
        Self {
            value: [0.0; D],
            error: [0.0; D],
            absolute: [0.0; D],
            evaluations: 0,
        }
    }

    /// True where every component is known to `tolerance` relative to the integral of its absolute value.
    pub(super) fn is_within(&self, tolerance: f64) -> bool {
        (0..D).all(|i| self.error[i] <= tolerance * self.absolute[i])
    }

    /// Adds the sums over other intervals, but not their evaluations, which the sums over parts of an interval share.
    pub(crate) fn add(&mut self, part: &Self) {
        for i in 0..D {
            self.value[i] += part.value[i];
            self.error[i] += part.error[i];
            self.absolute[i] += part.absolute[i];
        }
    }
}
