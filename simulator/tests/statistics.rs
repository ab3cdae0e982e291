//! Errors of means where they are known: independent values and autoregressive chains.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::statistics::{
    Moments, autocorrelation, correlated_mean, independent_mean, jackknife,
};
use saddlepoint_simulator::{Error, stream};

/// x ← ρ x + √(1 − ρ²) z: unit variance, τ = (1 + ρ)/(2(1 − ρ)).
fn autoregressive(rho: f64, length: usize, replica: u64) -> Vec<f64> {
    let mut rng = stream(1, "autoregressive", replica);
    let mut x: f64 = StandardNormal.sample(&mut rng);
    (0..length)
        .map(|_| {
            let noise: f64 = StandardNormal.sample(&mut rng);
            x = rho * x + (1.0 - rho * rho).sqrt() * noise;
            x
        })
        .collect()
}

#[test]
fn autocorrelation_times_of_autoregressive_chains_are_known() {
    for (replica, rho) in (0..).zip([-0.5, 0.0, 0.5, 0.8, 0.95]) {
        let measured = autocorrelation(&autoregressive(rho, 200_000, replica)).unwrap();
        let exact = 0.5 * (1.0 + rho) / (1.0 - rho);
        // Four standard errors, and the tail of e⁻⁶ beyond the window.
        let allowed = 4.0 * measured.standard_error + 0.003 * exact;
        assert_abs_diff_eq!(measured.time, exact, epsilon = allowed);
    }
}

#[test]
fn the_error_of_a_correlated_mean_is_its_true_spread() {
    // The mean of n steps has variance 2τ/n (1 + O(τ/n)), τ = 4.5.
    let (replicas, length) = (200, 8192);
    let (mut means, mut errors) = (Moments::new(), Moments::new());
    for replica in 0..replicas {
        let chain = autoregressive(0.8, length, 100 + replica);
        let estimate = correlated_mean(&chain).unwrap();
        means.push(estimate.mean);
        errors.push(estimate.standard_error);
    }
    let exact = (9.0 / 8192.0_f64).sqrt();
    // A standard deviation from 200 values is known to 5 %: four of these.
    assert_relative_eq!(means.variance().unwrap().sqrt(), exact, max_relative = 0.2);
    // The windowed error is biased by −(2W + 1)/n, 1 %.
    assert_relative_eq!(errors.mean(), exact, max_relative = 0.03);
}

#[test]
fn the_error_of_an_autocorrelation_time_is_its_true_spread() {
    let (mut times, mut errors) = (Moments::new(), Moments::new());
    for replica in 0..200 {
        let measured = autocorrelation(&autoregressive(0.8, 8192, 400 + replica)).unwrap();
        times.push(measured.time);
        errors.push(measured.standard_error);
    }
    // A standard deviation from 200 values is known to 5 %: four of these.
    let spread = times.variance().unwrap().sqrt();
    assert_relative_eq!(errors.mean(), spread, max_relative = 0.2);
}

#[test]
fn a_short_chain_is_an_error_that_carries_its_estimate() {
    let chain = autoregressive(0.99, 2000, 7); // τ ≈ 100
    let Err(Error::TooShort {
        length: 2000,
        needed,
        estimate,
    }) = autocorrelation(&chain)
    else {
        panic!("20 autocorrelation times were accepted");
    };
    assert!(estimate > 15.0 && needed >= 4000);
    assert!(matches!(
        autocorrelation(&[1.0; 3]),
        Err(Error::TooFew { .. })
    ));
    assert!(correlated_mean(&[f64::NAN; 100]).is_err());
    let drift: Vec<f64> = (0..1000).map(f64::from).collect();
    assert!(matches!(
        autocorrelation(&drift),
        Err(Error::TooShort { .. })
    ));
}

#[test]
fn constant_chains_have_no_error() {
    let measured = autocorrelation(&[0.7; 100]).unwrap();
    assert_abs_diff_eq!(measured.time, 0.5);
    assert_abs_diff_eq!(correlated_mean(&[0.5; 100]).unwrap().standard_error, 0.0);
}

#[test]
fn the_jackknife_of_a_mean_is_the_mean_and_that_of_a_square_is_unbiased() {
    let values = autoregressive(0.0, 500, 9);
    let rows: Vec<Vec<f64>> = values.iter().map(|&x| vec![x]).collect();
    let plain = independent_mean(&values).unwrap();
    let mean = jackknife(&rows, |m| m[0]).unwrap();
    assert_abs_diff_eq!(mean.mean, plain.mean, epsilon = 1e-12);
    assert_abs_diff_eq!(mean.standard_error, plain.standard_error, epsilon = 1e-12);
    // Σ_{i≠j} x_i x_j/(n(n − 1)) is the unbiased estimate of the squared mean, and the jackknife finds it exactly.
    let square = jackknife(&rows, |m| m[0] * m[0]).unwrap();
    let unbiased = plain.mean.powi(2) - plain.standard_error.powi(2);
    assert_abs_diff_eq!(square.mean, unbiased, epsilon = 1e-12);
    assert!(jackknife(&rows[..1], |m| m[0]).is_err());
    assert!(jackknife(&[vec![1.0], vec![]], |_| 0.0).is_err());
}
