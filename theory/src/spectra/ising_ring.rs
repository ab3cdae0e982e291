//! The one-dimensional Ising model on a ring.

use super::{PoissonBands, Population, check_ring};
use crate::error::{Result, check};
use crate::numerics::count;

impl Population {
    /// Spins on a ring, `p(v) ∝ exp(β Σ_i v_i v_{i+1})`.
    ///
    /// ```text
    /// C_d = (tᵈ + t^{N−d})/(1 + tᴺ),   t = tanh β
    /// λ_k = (1−tᴺ)/(1+tᴺ) · (1−t²)/(1+t²−2t cos(2πk/N)),   k = 0..N−1
    /// ```
    ///
    /// where `beta` is any finite coupling and k and N−k form one mode. Infinite rings (`units` `None`) have the continuous law of
    /// [`PoissonBands::ising_ring`], whose upper end e^{2|β|} is listed as the leading mode.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) if `beta` is not finite, `units` is below 3 (no ring) or above 2²⁵, or the ring is infinite and |β| ≥ 18.
    ///
    /// # References
    /// Baxter, *Exactly Solved Models in Statistical Mechanics* (1982), chapter 2; the sum over d is geometric.
    pub fn ising_ring(units: Option<usize>, beta: f64) -> Result<Self> {
        check("beta", "finite", beta, |_| true)?;
        let Some(units) = units else {
            return Ok(Self::continuum(PoissonBands::ising_ring(beta)?, 1.0, 1));
        };
        check_ring(units, 1)?;
        let groups: Vec<_> = (0..=units / 2)
            .map(|k| {
                let alone = k == 0 || 2 * k == units;
                (
                    ising_ring_eigenvalue(units, beta, k),
                    if alone { 1 } else { 2 },
                )
            })
            .collect();
        Self::finite(units, &groups)
    }
}

/// Shortest correlation length that a coupling is given for, in sites: its tanh β = e^−500 is still an ordinary number.
const SHORTEST: f64 = 0.002;

/// Strongest coupling that a correlation length is given for.
const STRONGEST: f64 = 350.0;

/// The coupling β > 0 at which the correlations of an infinite Ising ring fall by e over `correlation_length` sites.
///
/// ```text
/// C_d = tanhᵈ β = e^{−d/ξ}   ⇒   tanh β = e^{−1/ξ},   β = ½ ln[(1 + e^{−1/ξ})/(1 − e^{−1/ξ})]
/// ```
///
/// where ξ ≥ 0.002 is the correlation length in sites.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `correlation_length` is 0.002 or more and finite.
///
/// # References
/// Baxter, *Exactly Solved Models in Statistical Mechanics* (1982), equation 2.2.15.
pub fn ising_coupling(correlation_length: f64) -> Result<f64> {
    let domain = "at least 0.002 sites and finite";
    check("correlation_length", domain, correlation_length, |x| {
        x >= SHORTEST
    })?;
    let decay = -correlation_length.recip();
    let t = decay.exp();
    if t < 0.5 {
        return Ok(t.atanh());
    }
    // 1 − e^{−1/ξ} without the cancellation at large ξ.
    Ok(0.5 * (t.ln_1p() - (-decay.exp_m1()).ln()))
}

/// The correlation length ξ, in sites, over which the correlations of an infinite Ising ring of coupling `beta` fall by e; 0 without coupling.
///
/// ```text
/// |C_d| = e^{−d/ξ},   ξ = −1/ln tanh|β|
/// ```
///
/// where |β| ≤ 350: e^{2·350}/2 = 5·10³⁰³ sites are still an ordinary number. The inverse of [`ising_coupling`] for β > 0.
///
/// # Errors
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a stronger coupling, or one that is not finite.
///
/// # References
/// Baxter, *Exactly Solved Models in Statistical Mechanics* (1982), equation 2.2.15.
pub fn ising_correlation_length(beta: f64) -> Result<f64> {
    check("beta", "from -350 to 350", beta, |beta| {
        beta.abs() <= STRONGEST
    })?;
    Ok(-ln_tanh(beta.abs()).recip())
}

/// ln tanh β for β ≥ 0, without the cancellation of tanh β = 1 − 2/(e^{2β} + 1) at strong coupling.
pub(crate) fn ln_tanh(beta: f64) -> f64 {
    if beta < 1.0 {
        beta.tanh().ln()
    } else {
        (-2.0 / ((2.0 * beta).exp() + 1.0)).ln_1p()
    }
}

/// `λ_k` of a ring of `units` spins, in a form without cancellation at strong coupling.
///
/// Negative β shifts the wave number by π: `1+t²−2t cos q = (1−|t|)² + 4|t| sin²(q'/2)` with q' = q or π − q.
fn ising_ring_eigenvalue(units: usize, beta: f64, k: usize) -> f64 {
    let n = count(units);
    let t = beta.abs().tanh();
    // 1 − tanh β, which cancels for large β.
    let complement = 2.0 / ((2.0 * beta.abs()).exp() + 1.0);
    let power = if t > 0.0 {
        n * (-complement).ln_1p()
    } else {
        f64::NEG_INFINITY
    };
    let even = beta >= 0.0 || units.is_multiple_of(2);
    // (1−tᴺ)/(1+tᴺ), with tᴺ of the sign of βᴺ.
    let closing = if even {
        -(0.5 * power).tanh()
    } else {
        -1.0 / (0.5 * power).tanh()
    };
    // Half of q or of π − q: the cosine of q/2 would lose the digits of a small one.
    let turns = if beta >= 0.0 {
        count(2 * k)
    } else {
        n - count(2 * k)
    };
    let sine = (0.5 * std::f64::consts::PI * turns / n).sin();
    let band = complement * (1.0 + t) / (complement * complement + 4.0 * t * sine * sine);
    closing * band
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small counts")]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Eigenvalues of the circulant covariance by its definition.
    fn direct(n: usize, beta: f64, k: usize) -> f64 {
        let t = beta.tanh();
        let size = i32::try_from(n).unwrap();
        (0..size)
            .map(|d| {
                let c = (t.powi(d) + t.powi(size - d)) / (1.0 + t.powi(size));
                let angle = std::f64::consts::TAU * f64::from(d) * k as f64 / n as f64;
                c * angle.cos()
            })
            .sum()
    }

    #[test]
    fn eigenvalues_are_the_fourier_transform_of_the_correlations() {
        for (n, beta) in [
            (3, 0.4),
            (8, 0.7),
            (9, -0.6),
            (12, -1.1),
            (50, 0.5),
            (7, 0.0),
        ] {
            for k in 0..=n / 2 {
                assert_relative_eq!(
                    ising_ring_eigenvalue(n, beta, k),
                    direct(n, beta, k),
                    max_relative = 1e-12
                );
            }
        }
    }

    #[test]
    fn the_leading_mode_of_a_strong_antiferromagnet_is_that_of_the_ferromagnet() {
        for beta in [1.0, 17.0, 18.0, 20.0, 40.0] {
            let leading = |beta| {
                let ring = Population::ising_ring(Some(50), beta).unwrap();
                ring.mode(0).unwrap().eigenvalue
            };
            assert_relative_eq!(leading(-beta), leading(beta), max_relative = 1e-12);
        }
        assert_relative_eq!(
            Population::ising_ring(Some(50), -40.0)
                .unwrap()
                .mode(0)
                .unwrap()
                .eigenvalue,
            50.0,
            max_relative = 1e-12
        );
        assert!(Population::ising_ring(Some(1_000_000_000_000), 0.5).is_err());
    }

    #[test]
    fn correlations_fall_by_e_over_the_correlation_length() {
        for length in [0.002, 0.5, 4.0, 37.0, 1e9] {
            let beta = ising_coupling(length).unwrap();
            assert_relative_eq!(
                ising_correlation_length(beta).unwrap(),
                length,
                max_relative = 1e-12
            );
            assert_relative_eq!(
                ising_correlation_length(-beta).unwrap(),
                length,
                max_relative = 1e-12
            );
        }
        assert_relative_eq!(ising_coupling(4.0).unwrap(), 1.0423, epsilon = 5e-5);
        assert!(ising_coupling(0.0).is_err() && ising_coupling(f64::INFINITY).is_err());
        assert!(ising_correlation_length(0.0).unwrap().abs() < f64::MIN_POSITIVE);
        // ξ → e^{2β}/2, where tanh β rounds to 1.
        assert_relative_eq!(
            ising_correlation_length(30.0).unwrap(),
            0.5 * 60.0_f64.exp(),
            max_relative = 1e-12
        );
        assert!(
            ising_correlation_length(400.0).is_err() && ising_correlation_length(f64::NAN).is_err()
        );
    }

    #[test]
    fn the_trace_is_the_number_of_units() {
        for (n, beta) in [(10, 0.3), (11, -2.0), (64, 3.0), (100, 8.0)] {
            let population = Population::ising_ring(Some(n), beta).unwrap();
            assert_relative_eq!(population.spectrum().moment(1), 1.0, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_long_ring_has_the_law_of_the_infinite_one() {
        let finite = Population::ising_ring(Some(400), 0.6).unwrap();
        let infinite = Population::ising_ring(None, 0.6).unwrap();
        // tanh(0.6)^400 is below rounding, and so is the trapezoid error of these moments.
        for k in 1..5 {
            assert_relative_eq!(
                finite.spectrum().moment(k),
                infinite.spectrum().moment(k),
                max_relative = 1e-12
            );
        }
    }
}
