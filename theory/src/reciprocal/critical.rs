//! A mode of many units near its transition: the scaling functions of finite size.

use std::f64::consts::PI;

use libm::erfc;

use crate::error::{Result, check};
use crate::quadrature::integrate_pieces;

/// Relative error of the integrals.
const TOLERANCE: f64 = 1e-12;

/// The law of one mode near its transition, with all sizes on one curve.
///
/// ```text
/// P(t) ∝ exp(−ρ t²/2 − t⁴/24),   φ = n^(1/4) t,   ρ = (1 − s) √n,   2/n = Σ_i u_i⁴ + Σ_μ v_μ⁴
/// ```
///
/// where `φ = (x + y)/√2` is the unstable direction of a mode of singular value s between spins, u and v are its vectors, and ρ is held
/// while the number of units grows. The rank-one machine has `n = 2NM/(N + M)`, the harmonic mean of its layers. Corrections are
/// of relative order `n^(−1/2)`: the stable direction, the term φ⁶, and in [`relaxation_time`](Self::relaxation_time) the length of a sweep.
/// As `φ = √2 x` to leading order, `⟨x²⟩ = √n ⟨t²⟩/2`.
///
/// Gaussian hidden units have no quartic term, so that `2/n = Σ_i u_i⁴`.
///
/// Derivation: the uniform law of `x = u·v` has `−ln P = x²/2 + Σ u⁴ x⁴/12 + …`, and that of y likewise. The coupling −s x y leaves
/// `(1 − s) φ²/2` along φ and the curvature 1 + s across it, so that `x ≈ y ≈ φ/√2` and both quartic terms add up to `φ⁴/24n`.
///
/// # References
/// Own; the Landau expansion is that of [`Landscape::landau`](super::Landscape::landau) with `a = √s φ/√2`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriticalMode {
    distance: f64,
    /// ∫ P, ∫ t² P, ∫ t⁴ P and ∫ exp(z²) erfc² z, up to one factor.
    integrals: [f64; 4],
}

impl CriticalMode {
    /// The law at the scaled distance ρ from the transition, positive below it.
    ///
    /// # Errors
    /// [`crate::Error::OutOfDomain`] unless ρ is finite and at least −10: beyond, the two wells are separate machines.
    pub fn new(distance: f64) -> Result<Self> {
        let rho = check("distance", "at least -10 and finite", distance, |rho| {
            rho >= -10.0
        })?;
        // Wells at t² = −6ρ, of the depth 3ρ²/2.
        let well = (-6.0 * rho).max(0.0).sqrt();
        let lowest = 1.5 * rho.min(0.0).powi(2);
        let integrand = |t: f64| {
            let weight = (-(0.5 * rho + t * t / 24.0) * t * t - lowest).exp();
            let tail = scaled_tail((t * t + 6.0 * rho) / 24.0_f64.sqrt()).powi(2);
            [weight, t * t * weight, t.powi(4) * weight, tail * weight]
        };
        let limits: &[f64] = if well > 0.0 {
            &[0.0, well, f64::INFINITY]
        } else {
            &[0.0, f64::INFINITY]
        };
        let integrals = integrate_pieces(|node| integrand(node.x), limits, TOLERANCE)?.value;
        Ok(Self {
            distance,
            integrals,
        })
    }

    /// ρ.
    pub fn distance(&self) -> f64 {
        self.distance
    }

    /// ⟨t²⟩: the susceptibility of the mode is `⟨φ²⟩ = √n ⟨t²⟩`. At ρ = 0 it is `√24 Γ(3/4)/Γ(1/4)`, far below the transition 1/ρ.
    pub fn mean_square(&self) -> f64 {
        self.integrals[1] / self.integrals[0]
    }

    /// Binder's cumulant `1 − ⟨t⁴⟩/3⟨t²⟩²`, at ρ = 0 `1 − Γ(1/4)⁴/24π² = 0.270520`.
    pub fn binder(&self) -> f64 {
        let fourth = self.integrals[2] / self.integrals[0];
        1.0 - fourth / (3.0 * self.mean_square().powi(2))
    }

    /// Integrated autocorrelation time of the mode under block Gibbs sampling, in units of √n sweeps.
    ///
    /// ```text
    /// τ = ∫₀^∞ ⟨t(0) t(θ)⟩ dθ/⟨t²⟩ = ∫ dt [∫_t^∞ t′P(t′) dt′]²/P(t) / 2⟨t²⟩,   dt = −2 V′(t) dθ + 2 dB,   V = ρ t²/2 + t⁴/24
    /// ```
    ///
    /// A sweep of both layers takes x to `s² x − (Σ u⁴ + Σ v⁴) x³/3` and adds noise of variance 2; over √n sweeps that is the Langevin
    /// equation above. Far below the transition τ is 1/2ρ, half of `1/(1 − s)` sweeps; at the transition 0.883250, so that sampling slows
    /// down as √n; beyond it as exp(3ρ²/2), the barrier between the wells.
    ///
    /// # References
    /// Jung & Risken, Z. Phys. B 59, 469 (1985), for the integral; the scaling is own.
    pub fn relaxation_time(&self) -> f64 {
        // ∫_t^∞ t′ exp(−V) dt′ = √(3π/2) exp(3ρ²/2) erfc z,   z = (t² + 6ρ)/√24,   and V = z² − 3ρ²/2.
        0.75 * PI * self.integrals[3] / self.integrals[1]
    }
}

/// exp(z²) erfc z.
fn scaled_tail(z: f64) -> f64 {
    if z < 10.0 {
        return (z * z).exp() * erfc(z);
    }
    // Continued fraction of the Mills ratio: from z = 10 on ten terms are rounding.
    let fraction = (1..=10)
        .rev()
        .fold(z, |below, k| z + 0.5 * f64::from(k) / below);
    1.0 / (PI.sqrt() * fraction)
}

#[cfg(test)]
mod tests {
    use super::super::{Landscape, Machine, Profile, RankOne, Unit};
    use super::*;
    use approx::assert_relative_eq;
    use faer::Mat;
    use statrs::function::gamma::gamma;

    #[test]
    fn scaling_functions_have_their_reference_digits() {
        // mpmath, 30 digits, the double integral of the relaxation time by nested quadrature.
        for (rho, square, binder, time) in [
            (
                -2.0,
                11.395_035_235_482_77,
                0.633_567_167_806_562_1,
                235.214_575_048_033_5,
            ),
            (
                -1.0,
                5.012_282_774_120_402,
                0.521_371_819_162_627,
                4.821_700_677_146_353,
            ),
            (
                0.0,
                1.655_801_765_389_439,
                0.270_520_128_257_841_1,
                0.883_249_742_673_218_8,
            ),
            (
                1.0,
                0.750_511_146_389_689_1,
                0.114_136_414_559_465_1,
                0.378_264_812_025_288_2,
            ),
            (
                20.0,
                0.049_937_707_266_430_72,
                0.000_828_167_971_057_573_5,
                0.024_968_862_206_479_28,
            ),
        ] {
            let mode = CriticalMode::new(rho).unwrap();
            assert_relative_eq!(mode.mean_square(), square, max_relative = 1e-10);
            // A difference of 1: at ρ = 20 three digits fewer.
            assert_relative_eq!(mode.binder(), binder, epsilon = 1e-11);
            assert_relative_eq!(mode.relaxation_time(), time, max_relative = 1e-10);
        }
        assert!(CriticalMode::new(-11.0).is_err() && CriticalMode::new(f64::NAN).is_err());
    }

    #[test]
    fn the_transition_and_the_gaussian_side_have_closed_forms() {
        let critical = CriticalMode::new(0.0).unwrap();
        let closed = 24.0_f64.sqrt() * gamma(0.75) / gamma(0.25);
        assert_relative_eq!(critical.mean_square(), closed, max_relative = 1e-10);
        let far = CriticalMode::new(1e4).unwrap();
        // The quartic term corrects by 1/2ρ².
        assert_relative_eq!(far.mean_square(), 1e-4, max_relative = 1e-7);
        assert_relative_eq!(far.relaxation_time(), 0.5e-4, max_relative = 1e-7);
    }

    #[test]
    fn the_quartic_well_is_landaus() {
        let (n, m, s) = (30, 12, 1.0);
        let weights = Mat::full(n, m, s / 360.0_f64.sqrt());
        let machine = Machine::unbiased(weights, Unit::Spin, Unit::Spin).unwrap();
        let landau = Landscape::new(&machine).unwrap().landau(0).unwrap();
        // a = √s φ/√2 with φ = n^(1/4) t.
        let units = 2.0 * 360.0 / 42.0;
        let t = 1.3_f64;
        let amplitude = (0.5 * s).sqrt() * f64::powf(units, 0.25) * t;
        assert_relative_eq!(
            landau.value(amplitude).unwrap(),
            t.powi(4) / 24.0,
            max_relative = 1e-10
        );
    }

    #[test]
    fn large_machines_follow_the_scaling_functions() {
        for rho in [2.0, 0.0, -0.5] {
            let mode = CriticalMode::new(rho).unwrap();
            // Corrections ∝ n^(−1/2): extrapolated from n and 4n, the next order is 1/n with coefficients of order one.
            let at = |n: u32, m: u32| {
                let units = 2.0 * f64::from(n * m) / f64::from(n + m);
                let machine = RankOne::new(n, m, 1.0 - rho / units.sqrt(), [0.0; 2]).unwrap();
                let square = machine.expect(&|x, _| x * x);
                let covariance = machine.autocovariance(300);
                let time = 0.5 + covariance[1..].iter().sum::<f64>() / covariance[0];
                [square, time].map(|value| value / units.sqrt())
            };
            let (small, large) = (at(100, 50), at(400, 200));
            let limits = [0.5 * mode.mean_square(), mode.relaxation_time()];
            for ((small, large), limit) in small.into_iter().zip(large).zip(limits) {
                let error = (2.0 * large - small) / limit - 1.0;
                assert!(error.abs() < 0.02, "{rho}: {error}");
            }
        }
    }
}
