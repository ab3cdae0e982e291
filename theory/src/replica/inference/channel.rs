//! What a scalar Gaussian channel tells of a value.

/// What the scalar channel y = √r x + z tells of a value x.
///
/// ```text
/// f(r) = E[x ⟨x⟩] = E ⟨x⟩²,   1 − f = E (x − ⟨x⟩)²,   f'(r) = E (⟨x²⟩ − ⟨x⟩²)²
/// ```
///
/// where z is standard Gaussian noise and ⟨·⟩ the average over the posterior of x given y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channel {
    /// f(r), in [0, 1): overlap of the value with its estimate.
    pub overlap: f64,
    /// 1 − f(r), to full relative precision: minimum mean-square error.
    pub error: f64,
    /// f'(r), 1 at r = 0.
    pub slope: f64,
}

impl Channel {
    /// r = 0: nothing is known.
    pub(super) const SILENT: Self = Self {
        overlap: 0.0,
        error: 1.0,
        slope: 1.0,
    };
    /// r → ∞ for a law of discrete values.
    pub(super) const CERTAIN: Self = Self {
        overlap: 1.0,
        error: 0.0,
        slope: 0.0,
    };

    /// The channel of a standard normal law at signal-to-noise ratio r.
    pub(super) fn gaussian(precision: f64) -> Self {
        let error = 1.0 / (1.0 + precision);
        Self {
            overlap: precision * error,
            error,
            slope: error * error,
        }
    }
}
