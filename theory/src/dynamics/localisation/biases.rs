//! What biases learn from skewed data.

use super::averages::Averages;

/// What the biases of a machine with Gaussian visible units add to the expanded log-likelihood.
///
/// With visible biases b and a hidden bias c it is, relative to the visible units alone and to the order of τ²,
///
/// ```text
/// E ln cosh(w·x + c) − |b|²/2 − W/2 − ln cosh(c + b·w),   W = |w|²
/// E ln cosh(w·x + c) = E ln cosh(w·x) + c τ D/6 + c² E sech²/2
/// ```
///
/// whose maximum has b = −y w and c = (1 + W) y with the tilt
///
/// ```text
/// y = τ (D/6)/(1 − (1 + W) E sech²)
/// ```
///
/// and is higher than without biases by τ² Q/72:
///
/// ```text
/// Q(s, W) = D² (1 + W)/(1 − (1 + W) E sech²)
/// ```
///
/// The next orders, `c³ τ B/36 + c⁴ D/24 + y⁴/12 + c² τ² E₈/144` with `E₈ = E (ln cosh)^(8) = 2B'`, are about the part
///
/// ```text
/// y² (m² B/(3|D|) + 2|m⁴ D/24 + 1/12|/(m r) + m r |E₈|/(2 D²)),   m = 1 + W, r = 1 − m E sech²
/// ```
///
/// of it, sizes added.
///
/// # References
/// Own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tilt {
    /// Q.
    pub(super) gain: f64,
    /// ∂Q/∂s.
    pub(super) along_variance: f64,
    /// ∂Q/∂W.
    pub(super) along_norm: f64,
    /// (y/τ)².
    pub(super) square: f64,
    /// The next orders as a part of the gain, over y².
    pub(super) next: f64,
}

impl Tilt {
    /// Of a machine without biases.
    pub(super) const NONE: Self = Self {
        gain: 0.0,
        along_variance: 0.0,
        along_norm: 0.0,
        square: 0.0,
        next: 0.0,
    };

    /// Of learned biases at the squared norm W; not numbers where the hidden unit would be polarised even by data without skewness, (1 + W) E sech² ≥ 1.
    pub(super) fn learned(averages: &Averages, norm: f64) -> Self {
        let scale = 1.0 + norm;
        let rest = 1.0 - scale * averages.response;
        let rest = if rest > 0.0 { rest } else { f64::NAN };
        let fourth = averages.fourth;
        // D' = B/2, and E sech² = 2G' changes by D/2.
        let along_variance =
            fourth * averages.sixth * scale / rest + 0.5 * fourth.powi(3) * (scale / rest).powi(2);
        Self {
            gain: fourth * fourth * scale / rest,
            along_variance,
            along_norm: (fourth / rest).powi(2),
            square: (fourth / (6.0 * rest)).powi(2),
            next: scale * scale * averages.sixth / (3.0 * fourth.abs())
                + 2.0 * (scale.powi(4) * fourth / 24.0 + 1.0 / 12.0).abs() / (scale * rest)
                + scale * rest * averages.sixth_slope.abs() / (fourth * fourth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::localisation::{Lattice, Law, Machine, Nonlinearity, Process};
    use crate::units::Unit;
    use approx::assert_relative_eq;

    #[test]
    fn the_gain_has_these_derivatives() {
        let (variance, norm) = (2.0, 0.7);
        let gain = |s: f64, norm: f64| Tilt::learned(&Averages::at(s).unwrap(), norm).gain;
        let tilt = Tilt::learned(&Averages::at(variance).unwrap(), norm);
        // Truncation h² and rounding 1e-13/h.
        let h = 1e-4;
        let along = (gain(variance + h, norm) - gain(variance - h, norm)) / (2.0 * h);
        assert_relative_eq!(tilt.along_variance, along, max_relative = 1e-6);
        let along = (gain(variance, norm + h) - gain(variance, norm - h)) / (2.0 * h);
        assert_relative_eq!(tilt.along_norm, along, max_relative = 1e-6);
    }

    #[test]
    fn where_the_tilt_is_large_the_expansion_is_not_trusted() {
        let machine = Machine {
            visible: Unit::Gaussian,
            has_biases: true,
        };
        let neurons = Law::Nonlinear(Nonlinearity::Rate { rate: 0.25 });
        let state = |units: usize| {
            let process = Process::new(Lattice::Ring, units, 2.0, neurons).unwrap();
            process.uniform_state(machine).unwrap().unwrap()
        };
        // The mean rate of four waves on 90 sites is twice what samples give; the tilt alone, y² = 0.1, is small.
        assert!(!state(90).is_trusted && state(90).squared_tilt < 0.2);
        assert!(state(300).is_trusted);
    }

    #[test]
    fn the_gain_is_the_maximum_over_biases() {
        let (variance, norm, third) = (2.0, 0.7, 0.01);
        let averages = Averages::at(variance).unwrap();
        let tilt = Tilt::learned(&averages, norm);
        // By differences around the maximum: b along w, so that b·w = −y W.
        let above = |y: f64, c: f64| {
            let data = c * third * averages.fourth / 6.0 + 0.5 * c * c * averages.response;
            let machine = 0.5 * y * y * norm + (c - y * norm).cosh().ln();
            data - machine
        };
        let y = -tilt.square.sqrt() * third;
        let c = (1.0 + norm) * y;
        // The next order is y⁴/12.
        assert_relative_eq!(
            above(y, c),
            third * third * tilt.gain / 72.0,
            max_relative = 1e-3
        );
        for (dy, dc) in [(0.1 * y, 0.0), (0.0, 0.1 * c), (-0.1 * y, 0.1 * c)] {
            assert!(above(y + dy, c + dc) < above(y, c));
        }
    }
}
