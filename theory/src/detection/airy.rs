//! The Airy function of a real argument.

use std::f64::consts::PI;

/// Ai(x) for x ≥ −20.
///
/// ```text
/// Ai(x) = (1/2π) ∫ exp(i t³/3 + i x t) dt,   t = τ + i c,  c = max(1, √x)
/// ```
///
/// The line is moved into the upper half plane, for x > 1 through the saddle, where the integrand falls as `exp(−cτ²)`; the
/// trapezoid rule then has an error below rounding. Relative accuracy 1e-13 for x ≥ 0; absolute accuracy 1e-16 e^|x| for x < 0, where
/// the terms cancel.
///
/// # References
/// NIST Digital Library of Mathematical Functions, 9.5.4.
pub(super) fn airy(x: f64) -> f64 {
    let c = x.max(1.0).sqrt();
    // exp(−c τ²) is below 1e-18 at the end, and an eighth of the width 1/√c is fine enough for the same error.
    let step = 0.125 / c.sqrt();
    let at = |k: f64| {
        let tau = k * step;
        (-c * tau * tau).exp() * (tau * tau * tau / 3.0 + (x - c * c) * tau).cos()
    };
    let sum: f64 = (1..=52).map(|k| at(f64::from(k))).sum();
    (c * c * c / 3.0 - x * c).exp() * step * (at(0.0) + 2.0 * sum) / (2.0 * PI)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Thirty digits of mpmath, `airyai`, rounded.
    #[test]
    fn values_are_those_of_the_tables() {
        for (x, expected) in REFERENCE {
            assert_relative_eq!(airy(x), expected, max_relative = 1e-12);
        }
        for (x, expected) in OSCILLATING {
            assert_relative_eq!(airy(x), expected, epsilon = 1e-16 * f64::exp(-x) + 1e-14);
        }
    }

    const REFERENCE: [(f64, f64); 8] = [
        (0.0, 0.355_028_053_887_817_2),
        (0.5, 0.231_693_606_480_833_48),
        (1.0, 0.135_292_416_312_881_41),
        (2.0, 0.034_924_130_423_274_38),
        (5.0, 0.000_108_344_428_136_074_42),
        (10.0, 1.104_753_255_289_868_6e-10),
        (20.0, 1.691_672_868_670_540_4e-27),
        (40.0, 6.365_742_658_552_915e-75),
    ];

    const OSCILLATING: [(f64, f64); 5] = [
        (-0.5, 0.475_728_091_610_539_6),
        (-2.0, 0.227_407_428_201_685_58),
        (-5.0, 0.350_761_009_024_114_33),
        (-8.0, -0.052_705_050_356_386_2),
        (-10.0, 0.040_241_238_486_443_19),
    ];
}
