//! Diffusion and pinning of a place cell.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Regime, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

const TRAINING: Training = Training {
    learning_rate: 0.05,
    batch: 400.0,
    is_negative_phase_sampled: false,
};

fn cell(units: usize, beta: f64) -> PlaceCell {
    PlaceCell::new(&RingFlow::new(units, beta).unwrap()).unwrap()
}

#[test]
fn the_bump_on_sixty_sites_diffuses_as_known() {
    let cell = cell(60, 0.5);
    // A NumPy program: 3.5455e-5 on a site, 3.5682e-5 between two; L-BFGS-B ends at log-likelihoods that differ by 9.76e-6.
    assert_relative_eq!(
        cell.diffusion(&TRAINING).unwrap(),
        3.5568e-5,
        max_relative = 1e-4
    );
    assert_abs_diff_eq!(cell.lattice_barrier(), 9.76e-6, epsilon = 2e-8);
    // D = T η/|e|², and |e|² = 0.1019 on a site, 0.1012 between two.
    let temperature = cell.temperature(&TRAINING).unwrap();
    assert_relative_eq!(temperature, 3.5568e-5 * 0.1016 / 0.05, max_relative = 2e-3);
}

#[test]
fn diffusion_grows_with_the_square_of_the_rate_and_falls_with_the_batch() {
    let cell = cell(40, 0.5);
    let one = cell.diffusion(&TRAINING).unwrap();
    let faster = Training {
        learning_rate: 0.1,
        batch: 100.0,
        ..TRAINING
    };
    assert_relative_eq!(
        cell.diffusion(&faster).unwrap(),
        16.0 * one,
        max_relative = 1e-12
    );
    let sampled = Training {
        is_negative_phase_sampled: true,
        ..TRAINING
    };
    let ratio = cell.diffusion(&sampled).unwrap() / one;
    // The ratio is taken on a site, D averages over both.
    assert_relative_eq!(
        ratio,
        1.0 + cell.negative_phase_noise(),
        max_relative = 2e-2
    );
    assert!(cell.negative_phase_noise() > 0.1);
    assert!(
        cell.diffusion(&Training {
            batch: 0.0,
            ..TRAINING
        })
        .is_err()
    );
    assert!(
        cell.temperature(&Training {
            learning_rate: f64::NAN,
            ..TRAINING
        })
        .is_err()
    );
}

#[test]
fn the_landscape_of_few_samples_traps_what_many_let_go() {
    let cell = cell(30, 0.5);
    let [few, many] = [1e2, 1e11].map(|samples| cell.pinning(samples).unwrap());
    assert_relative_eq!(few.variance() / many.variance(), 1e9, max_relative = 1e-12);
    // The uniform part is taken out.
    let around: f64 = (0..30_usize).map(|d| few.covariance[d.min(30 - d)]).sum();
    assert_abs_diff_eq!(around, 0.0, epsilon = 1e-12 * few.variance());
    // The curvature of K at d = 0 is the noise of the gradient, 0.1178 on a site and 0.1170 between two, but for structure of the
    // landscape between the sites: differences of fourth, sixth and eighth order give 0.1154, 0.1159 and 0.1161.
    let [first, second] = [1, 2].map(|d| few.covariance[0] - few.covariance[d]);
    let curvature = 1e2 * (16.0 * first - second) / 6.0;
    assert_relative_eq!(curvature, 0.1174, max_relative = 0.02);
    let temperature = cell.temperature(&TRAINING).unwrap();
    assert_eq!(Regime::of(few.barrier, temperature), Regime::Trapped);
    assert_eq!(Regime::of(many.barrier, temperature), Regime::Diffusing);
    let free = cell.diffusion(&TRAINING).unwrap();
    let pinned = cell.pinned_diffusion(&TRAINING, &many).unwrap();
    assert!(pinned < free && pinned > 0.9 * free);
    assert!(cell.pinned_diffusion(&TRAINING, &few).unwrap() < 1e-6 * free);
    assert!(cell.pinning(0.0).is_err());
}

#[test]
fn a_ring_too_short_for_a_place_has_none() {
    assert!(PlaceCell::new(&RingFlow::new(12, 0.5).unwrap()).is_err());
}
