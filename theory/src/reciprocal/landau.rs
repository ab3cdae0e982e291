//! The Landau expansion of the free energy along one mode.

use super::profile::Profile;
use crate::error::{Result, check};

/// Landau's free energy of one mode up to fourth order.
///
/// ```text
/// F(a) = r a² + t a³ + g a⁴,   r = 1 − s
/// ```
///
/// Without biases and for spins `t = 0` and `g = s² (Σ u⁴ + Σ v⁴)/12`. A mode orders continuously where r changes its sign;
/// a cubic term makes the transition first-order, at r = t²/(4g).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landau {
    /// r.
    pub quadratic: f64,
    /// t.
    pub cubic: f64,
    /// g.
    pub quartic: f64,
}

impl Landau {
    /// The free energy with the given coefficients.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] if one is not finite.
    pub fn new(quadratic: f64, cubic: f64, quartic: f64) -> Result<Self> {
        Ok(Self {
            quadratic: check("quadratic", "finite", quadratic, |_| true)?,
            cubic: check("cubic", "finite", cubic, |_| true)?,
            quartic: check("quartic", "finite", quartic, |_| true)?,
        })
    }

    /// Amplitude of the lowest minimum without a field, the positive one of two.
    ///
    /// ```text
    /// t = 0:  a*² = −r/(2g) = 6 (s − 1)/(s² (G_u + G_v)), exponent 1/2
    /// t ≠ 0:  a* = (−3t ± √(9t² − 32 g r))/(8g), of the sign of −t, where F(a*) < 0
    /// ```
    ///
    /// `None` where F is not bounded from below, so that its minimum lies beyond the expansion.
    pub fn amplitude(&self) -> Option<f64> {
        let Self {
            quadratic: r,
            cubic: t,
            quartic: g,
        } = *self;
        if g < 0.0 || (g <= 0.0 && (r < 0.0 || t.abs() > 0.0)) {
            return None;
        }
        if g <= 0.0 {
            return Some(0.0);
        }
        let square = 9.0 * t * t - 32.0 * g * r;
        if square <= 0.0 {
            return Some(0.0);
        }
        let side = if t > 0.0 { -1.0 } else { 1.0 };
        let a = side * (3.0 * t.abs() + square.sqrt()) / (8.0 * g);
        Some(if r + t * a + g * a * a < 0.0 { a } else { 0.0 })
    }

    /// The r below which the state of zero amplitude is not the lowest one, `t²/(4g)`: 0 and continuous without a cubic term,
    /// otherwise first-order with a jump to `a = −t/(2g)`.
    pub fn transition(&self) -> Option<f64> {
        (self.quartic > 0.0).then(|| self.cubic * self.cubic / (4.0 * self.quartic))
    }
}

impl Profile for Landau {
    fn value(&self, a: f64) -> Result<f64> {
        Ok(a * a * (self.quadratic + a * (self.cubic + a * self.quartic)))
    }

    fn slope(&self, a: f64) -> Result<f64> {
        Ok(a * (2.0 * self.quadratic + a * (3.0 * self.cubic + a * 4.0 * self.quartic)))
    }

    fn curvature(&self, a: f64) -> Result<f64> {
        Ok(2.0 * self.quadratic + a * (6.0 * self.cubic + a * 12.0 * self.quartic))
    }
}

#[cfg(test)]
mod tests {
    use super::super::profile::{hysteresis, lowest_minimum, stationary_points};
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    /// A mode of a machine of spins without biases: singular value s, couplings `Σ u⁴` and `Σ v⁴`.
    fn of_spins(s: f64, visible: f64, hidden: f64) -> Landau {
        Landau::new(1.0 - s, 0.0, s * s * (visible + hidden) / 12.0).unwrap()
    }

    #[test]
    fn the_amplitude_has_the_closed_form_and_the_exponent_one_half() {
        let (visible, hidden) = (0.03, 0.05);
        let amplitude = |s: f64| of_spins(s, visible, hidden).amplitude().unwrap();
        let s = 1.2;
        let squared = 6.0 * (s - 1.0) / (s * s * (visible + hidden));
        assert_relative_eq!(amplitude(s).powi(2), squared, max_relative = 1e-12);
        // The prefactor changes by 2 (s − 1) between the two points.
        let exponent = (amplitude(1.0 + 1e-6) / amplitude(1.0 + 1e-8)).ln() / 100.0_f64.ln();
        assert_relative_eq!(exponent, 0.5, epsilon = 1e-6);
        assert_relative_eq!(amplitude(0.9), 0.0);
        assert!(Landau::new(-0.1, 0.0, 0.0).unwrap().amplitude().is_none());
        assert!(Landau::new(0.1, 0.0, -1.0).unwrap().amplitude().is_none());
    }

    #[test]
    fn fields_make_a_loop_between_the_spinodals() {
        let landau = of_spins(1.5, 0.1, 0.2);
        // f = (4/3) |r| √(|r|/(6g)), at a = ∓√(|r|/(6g))
        let amplitude = (-landau.quadratic / (6.0 * landau.quartic)).sqrt();
        let expected = -4.0 / 3.0 * landau.quadratic * amplitude;
        assert_relative_eq!(
            landau.slope(-amplitude).unwrap(),
            expected,
            max_relative = 1e-12
        );
        assert_relative_eq!(landau.curvature(amplitude).unwrap(), 0.0, epsilon = 1e-12);
        let fields: Vec<f64> = (-20..=20).map(|i| 0.1 * expected * f64::from(i)).collect();
        let cycle = hysteresis(&landau, &fields).unwrap();
        for point in &cycle {
            let differ = (point.rising - point.falling).abs() > 1e-9;
            // At the spinodal itself, |f| = expected, rounding decides.
            if (point.field.abs() - expected).abs() > 1e-6 {
                assert_eq!(differ, point.field.abs() < expected);
            }
        }
        assert!(cycle[20].rising < 0.0 && cycle[20].falling > 0.0);
    }

    #[test]
    fn a_cubic_term_makes_the_transition_first_order() {
        let at = |r: f64| Landau::new(r, -0.4, 0.5).unwrap();
        let critical = at(0.0).transition().unwrap();
        assert_relative_eq!(critical, 0.08, max_relative = 1e-12);
        assert_relative_eq!(at(critical + 1e-9).amplitude().unwrap(), 0.0);
        // The jump of −t/(2g); its slope in r is 1/(t) of order one.
        assert_relative_eq!(
            at(critical - 1e-9).amplitude().unwrap(),
            0.4,
            epsilon = 1e-6
        );
    }

    proptest! {
        #[test]
        fn the_lowest_minimum_is_the_closed_form(
            r in -2.0_f64..2.0, t in -2.0_f64..2.0, g in 0.05_f64..3.0
        ) {
            let landau = Landau::new(r, t, g).unwrap();
            let closed = landau.amplitude().unwrap();
            let found = lowest_minimum(&landau, 0.0).unwrap().unwrap();
            // Values, not amplitudes: two minima may be equally low.
            assert_relative_eq!(found.free_energy, landau.value(closed).unwrap(), epsilon = 1e-10);
        }

        #[test]
        fn minima_and_maxima_alternate(r in -2.0_f64..2.0, t in -2.0_f64..2.0, g in 0.05_f64..3.0, f in -1.0_f64..1.0) {
            let landau = Landau::new(r, t, g).unwrap();
            let points = stationary_points(&landau, f).unwrap();
            prop_assert_eq!(points.len() % 2, 1);
            for (i, point) in points.iter().enumerate() {
                prop_assert_eq!(point.curvature >= 0.0, i % 2 == 0);
            }
        }
    }
}
