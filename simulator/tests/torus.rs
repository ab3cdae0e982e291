//! The torus against Kaufman's exact partition function.

use approx::assert_abs_diff_eq;
use saddlepoint_simulator::data::{DataModel, IsingTorus};
use saddlepoint_simulator::statistics::correlated_mean;
use saddlepoint_simulator::stream;

/// ln(1 + √2)/2.
const CRITICAL: f64 = 0.440_686_793_509_771_5;

/// ln Z of the L × L torus.
///
/// ```text
/// Z = ½ (2 sinh 2K)^(L²/2) [Π 2cosh(Lγ_{2r+1}/2) + Π 2sinh(Lγ_{2r+1}/2) + Π 2cosh(Lγ_{2r}/2) + Π 2sinh(Lγ_{2r}/2)]
/// cosh γ_l = cosh 2K coth 2K − cos(lπ/L),   γ_0 = 2K + ln tanh K
/// ```
///
/// Kaufman, Phys. Rev. 76, 1232 (1949).
fn log_partition(side: u32, k: f64) -> f64 {
    let l = f64::from(side);
    let gamma = |j: u32| {
        if j == 0 {
            return 2.0 * k + k.tanh().ln();
        }
        let angle = std::f64::consts::PI * f64::from(j) / l;
        ((2.0 * k).cosh() / (2.0 * k).tanh() - angle.cos()).acosh()
    };
    let logs = [(1, 1.0), (1, -1.0), (0, 1.0), (0, -1.0)].map(|(odd, sign)| {
        let factor = |r: u32| l * gamma(2 * r + odd) / 2.0;
        let mut product = (0.0, 1.0);
        for x in (0..side).map(factor) {
            // e^x ± e^−x with its sign
            let value: f64 = 1.0 + sign * (-2.0 * x.abs()).exp();
            product.0 += x.abs() + value.ln();
            product.1 *= if sign < 0.0 && x < 0.0 { -1.0 } else { 1.0 };
        }
        product
    });
    let largest = logs.iter().map(|x| x.0).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs
        .iter()
        .map(|(log, sign)| sign * (log - largest).exp())
        .sum();
    0.5 * l * l * (2.0 * (2.0 * k).sinh()).ln() + largest + sum.ln() - 2.0_f64.ln()
}

/// −(1/N) d ln Z/dK by a five-point rule, right to about 1e-9 (rounding of ln Z over the step; the rule itself h⁴).
fn exact_energy(side: u32, k: f64) -> f64 {
    let h = 1e-3;
    let z = |j: f64| log_partition(side, k + j * h);
    let slope = (8.0 * (z(1.0) - z(-1.0)) - (z(2.0) - z(-2.0))) / (12.0 * h);
    -slope / f64::from(side * side)
}

/// ln Z of a small torus by enumeration.
fn enumerated(side: usize, k: f64) -> f64 {
    let sites = side * side;
    let energy = |state: u32| -> f64 {
        let spin =
            |x: usize, y: usize| 1.0 - 2.0 * f64::from(state >> ((y % side) * side + x % side) & 1);
        let bonds = |i: usize| {
            let (x, y) = (i % side, i / side);
            spin(x, y) * (spin(x + 1, y) + spin(x, y + 1))
        };
        (0..sites).map(bonds).sum()
    };
    (0..1_u32 << sites)
        .map(|state| (k * energy(state)).exp())
        .sum::<f64>()
        .ln()
}

#[test]
fn kaufmans_formula_agrees_with_enumeration() {
    for k in [0.1, 0.3, CRITICAL, 0.7] {
        for side in [2, 3, 4] {
            let exact = enumerated(usize::try_from(side).unwrap(), k);
            // Rounding of 2^16 terms.
            assert_abs_diff_eq!(log_partition(side, k), exact, epsilon = 1e-10);
        }
    }
}

#[test]
fn energies_agree_with_kaufman() {
    // One word, part of a word, several words; hot, critical and cold. All chains start in the ordered state.
    let cases = [
        (5, 0.3, 20_000),
        (8, CRITICAL, 20_000),
        (20, 0.5, 10_000),
        (32, CRITICAL, 10_000),
        (63, 0.42, 6_000),
        (64, 0.2, 5_000),
        (64, CRITICAL, 10_000),
        (65, CRITICAL, 6_000),
        (64, 0.6, 5_000),
        (130, 0.43, 3_000),
    ];
    for (replica, (side, beta, sweeps)) in (0..).zip(cases) {
        let mut rng = stream(1, "kaufman", replica);
        let mut chain = IsingTorus::new(usize::try_from(side).unwrap(), beta)
            .unwrap()
            .chain();
        let mut energies = Vec::new();
        for sweep in 0..sweeps + 300 {
            chain.sweep(&mut rng);
            if sweep >= 300 {
                energies.push(chain.energy());
            }
        }
        let measured = correlated_mean(&energies).unwrap();
        let z = (measured.mean - exact_energy(side, beta)) / measured.standard_error;
        // Ten scores at fixed seeds, whose errors are themselves known to a few per cent.
        assert!(
            z.abs() < 3.5,
            "L = {side}, beta = {beta}: {z} ({measured:?})"
        );
    }
}

#[test]
fn spaced_samples_are_independent_and_carry_their_observables() {
    let model = IsingTorus::new(16, CRITICAL).unwrap();
    let draw = model.sample(4000, &mut stream(2, "spaced", 0)).unwrap();
    assert!(draw.spacing >= 5 && draw.burn_in >= 1024);
    assert!(draw.autocorrelation_time > 1.0 && draw.autocorrelation_time < 10.0);
    let measured = saddlepoint_simulator::statistics::independent_mean(&draw.energies).unwrap();
    let z = (measured.mean - exact_energy(16, CRITICAL)) / measured.standard_error;
    assert!(z.abs() < 4.0, "{z}");
    let row = &draw.samples.as_discrete().unwrap()[..256];
    let magnetization = f64::from(row.iter().map(|&x| i32::from(x)).sum::<i32>()) / 256.0;
    assert_abs_diff_eq!(magnetization, draw.magnetizations[0], epsilon = 1e-12);
    let bonds = |i: usize| {
        let (x, y) = (i % 16, i / 16);
        f64::from(row[i] * row[y * 16 + (x + 1) % 16] + row[i] * row[(y + 1) % 16 * 16 + x])
    };
    let energy = -(0..256).map(bonds).sum::<f64>() / 256.0;
    assert_abs_diff_eq!(energy, draw.energies[0], epsilon = 1e-12);
    // The sign of the magnetization is a fair coin: 4 standard deviations.
    let up = draw.magnetizations.iter().filter(|&&m| m > 0.0).count();
    let down = draw.magnetizations.iter().filter(|&&m| m < 0.0).count();
    assert!(up.abs_diff(down) < 4 * 64, "{up} up, {down} down");
}

#[test]
fn infinite_temperature_and_deep_cold_have_no_correlation_time() {
    let hot = IsingTorus::new(10, 0.0)
        .unwrap()
        .sample(500, &mut stream(3, "hot", 0))
        .unwrap();
    assert_abs_diff_eq!(hot.autocorrelation_time, 0.5, epsilon = 0.15); // its noise over 900 steps, 4σ
    let cold = IsingTorus::new(10, 30.0).unwrap();
    let frozen = cold.sample(50, &mut stream(3, "cold", 0)).unwrap();
    assert!(frozen.energies.iter().all(|e| (e + 2.0).abs() < 1e-12));
    assert_eq!(cold.units(), 100);
    assert!(IsingTorus::new(1, 0.1).is_err());
    assert!(IsingTorus::new(40_000, 0.1).is_err());
    assert!(IsingTorus::new(4, -0.1).is_err());
}
