//! Diffusion and pinning of a place cell.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::{Mat, Side};
use saddlepoint_theory::dynamics::diffusion::{PlaceCell, Regime, Training};
use saddlepoint_theory::dynamics::flow::{Flow, Search};
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
        1.0 + cell.negative_phase_noise().unwrap(),
        max_relative = 2e-2
    );
    assert!(cell.negative_phase_noise().unwrap() > 0.1);
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
fn a_negative_coupling_is_a_positive_one_in_alternating_signs() {
    // The Fourier sum through the sites once took the derivative of the alternating weights, and D was eighty times too small.
    let [plus, minus] = [0.5, -0.5].map(|beta| cell(40, beta).diffusion(&TRAINING).unwrap());
    assert_relative_eq!(plus, minus, max_relative = 1e-12);
    assert!(PlaceCell::new(&RingFlow::new(41, -0.5).unwrap()).is_err());
}

#[test]
fn crowded_units_that_the_lattice_does_not_feel_are_found() {
    // A NumPy program; on 20 sites the barrier is 2e-9 nats, and no search finds the place to the last digit.
    let found = cells(20, 3).diffusion(&OF_ONE).unwrap();
    assert_relative_eq!(found, 0.5 * 1.06398, max_relative = 1e-4);
}

fn cells(units: usize, hidden: usize) -> PlaceCell {
    PlaceCell::several(&RingFlow::new(units, 0.5).unwrap(), hidden).unwrap()
}

/// η²/2B and η/2B of one.
const OF_ONE: Training = Training {
    learning_rate: 1.0,
    batch: 1.0,
    is_negative_phase_sampled: false,
};

#[test]
fn three_units_on_twenty_four_sites_move_and_breathe_as_known() {
    // A NumPy program: dense Hessians, and the covariance of the gradient from sums over pairs of wave numbers.
    for (units, diffusion, temperature, barrier, variance) in [
        (24, 1.883_613, 0.699_887, 4.1542e-5, 150.4762),
        (30, 2.893_046, 0.961_361, 3.7837e-5, 647.7619),
    ] {
        let cells = cells(units, 3);
        let found = cells.diffusion(&OF_ONE).unwrap();
        assert_relative_eq!(found, 0.5 * diffusion, max_relative = 1e-5);
        let found = cells.temperature(&OF_ONE).unwrap();
        assert_relative_eq!(found, 0.5 * temperature, max_relative = 1e-5);
        assert_abs_diff_eq!(cells.lattice_barrier(), barrier, epsilon = 1e-9);
        let distances = cells.distances().unwrap().unwrap();
        let training = Training {
            learning_rate: 0.2,
            batch: 0.2e6,
            ..OF_ONE
        };
        let found = distances.variance(&training).unwrap();
        // The Hessian is known to 1e-8 or 1e-6 of its softest mode.
        assert_relative_eq!(found, 1e-6 * variance, max_relative = 1e-5);
        let unstable = Training {
            learning_rate: 0.7,
            ..training
        };
        assert!(distances.variance(&unstable).is_err());
    }
}

#[test]
fn units_far_apart_diffuse_by_their_number_less_than_one() {
    let one = cell(40, 0.5).diffusion(&OF_ONE).unwrap();
    let [near, far] = [24, 80].map(|units| cells(units, 2).diffusion(&OF_ONE).unwrap());
    assert_relative_eq!(far, 0.5 * one, max_relative = 5e-3);
    assert!(near < 0.95 * far, "{near} {far}");
    // Nothing but the lattice keeps their distance.
    assert!(cells(80, 2).distances().unwrap().is_none());
    assert!(cells(24, 1).distances().unwrap().is_none());
}

#[test]
fn what_is_known_of_one_unit_only_is_refused_for_several() {
    let cells = cells(24, 3);
    let sampled = Training {
        is_negative_phase_sampled: true,
        ..OF_ONE
    };
    assert!(cells.diffusion(&sampled).is_err());
    assert!(cells.temperature(&sampled).is_err());
    assert!(cells.linear_response().is_err());
    assert!(cells.negative_phase_noise().is_none());
    let distances = cells.distances().unwrap().unwrap();
    assert!(distances.variance(&sampled).is_err());
    assert!(PlaceCell::several(&RingFlow::new(24, 0.5).unwrap(), 0).is_err());
}

#[test]
fn the_landscape_of_units_far_apart_is_the_sum_of_theirs() {
    let (one, two) = (cell(40, 0.5), cells(40, 2));
    let [one, two] = [one, two].map(|cells| cells.pinning(1.0).unwrap());
    // Two independent landscapes half a ring apart: at their distance 20 each sees the other's place.
    let around = |d: usize| one.covariance[d.min(40 - d)] + one.covariance[20 - d.min(20)];
    for d in [0, 2, 5, 10, 20] {
        assert_abs_diff_eq!(
            two.covariance[d],
            2.0 * around(d),
            epsilon = 0.01 * two.covariance[0]
        );
    }
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
fn trapping_turns_to_diffusion_where_the_barrier_is_the_temperature() {
    let cell = cell(30, 0.5);
    let temperature = cell.temperature(&TRAINING).unwrap();
    let some = cell.pinning(1e5).unwrap();
    let turning = some.samples_diffusing(temperature).unwrap().unwrap();
    // Rounding alone: the barrier is a closed form of P.
    let barrier = cell.pinning(turning).unwrap().barrier;
    assert_relative_eq!(barrier, temperature, max_relative = 1e-12);
    let far = some.with_samples(1e9).unwrap();
    assert_relative_eq!(
        far.samples_diffusing(temperature).unwrap().unwrap(),
        turning,
        max_relative = 1e-12
    );
    // Below the step of the lattice no number of samples sets the bump free.
    let cold = 0.99 * cell.lattice_barrier();
    assert_eq!(some.samples_diffusing(cold).unwrap(), None);
    assert!(some.samples_diffusing(f64::NAN).is_err());
}

#[test]
fn a_ring_too_short_for_a_place_has_none() {
    assert!(PlaceCell::new(&RingFlow::new(12, 0.5).unwrap()).is_err());
}

/// `⟨v vᵀ f(w·v)⟩` over a ring, by the plain sum.
fn pairs(units: usize, beta: f64, w: &[f64], f: impl Fn(f64) -> f64) -> Mat<f64> {
    let (mut z, mut sum) = (0.0, Mat::<f64>::zeros(units, units));
    for state in 0..1_usize << units {
        let v: Vec<f64> = (0..units).map(|i| [1.0, -1.0][state >> i & 1]).collect();
        let bonds: f64 = (0..units).map(|i| v[i] * v[(i + 1) % units]).sum();
        let weight = (beta * bonds).exp();
        let input: f64 = w.iter().zip(&v).map(|(w, v)| w * v).sum();
        z += weight;
        sum += Mat::from_fn(units, units, |i, j| weight * f(input) * v[i] * v[j]);
    }
    sum * faer::Scale(z.recip())
}

#[test]
fn what_a_place_cell_lacks_is_the_linear_response_of_the_plain_sums() {
    let (units, beta) = (12, 0.2);
    let ring = RingFlow::new(units, beta).unwrap();
    let optimum = ring.optimum(1, &Search::default()).unwrap();
    let w: Vec<f64> = optimum.weights.col(0).iter().copied().collect();
    let m: Vec<f64> = w.iter().map(|w| w.tanh()).collect();
    let curved = pairs(units, beta, &w, |x| x.cosh().powi(-2));
    let hessian = Mat::from_fn(units, units, |i, j| {
        curved[(i, j)] - if i == j { 1.0 - m[i] * m[i] } else { 0.0 }
    });
    let noise = pairs(units, beta, &w, |x| x.tanh().powi(2));
    let noise = Mat::from_fn(units, units, |i, j| noise[(i, j)] - m[i] * m[j]);
    // In the basis of the Hessian, whose flattest direction is the motion of the bump.
    let modes = hessian.self_adjoint_eigen(Side::Lower).unwrap();
    let (u, h) = (modes.U(), modes.S().column_vector());
    let flattest = units - 1;
    let noise = u.transpose() * noise * u;
    let along = u.transpose() * optimum.weights.col(0);
    let square: f64 = w.iter().map(|w| w * w).sum();
    let (mut overlap, mut test) = (0.0, 0.0);
    for a in 0..flattest {
        test -= 0.5 * noise[(a, a)] / h[a];
        for b in 0..flattest {
            let turned = if a == b { 1.0 } else { 0.0 } - along[a] * along[b] / square;
            overlap += turned * noise[(a, b)] / (h[a] * h[b]) / square;
        }
    }
    // The lattice pins the bump a little: its flattest direction is not quite dw/dx.
    let found = cell(units, beta).linear_response().unwrap();
    assert_relative_eq!(found.overlap_coefficient, overlap, max_relative = 0.01);
    assert_relative_eq!(found.test_coefficient, test, max_relative = 0.01);
    let gain = ring.evaluate(&w, &mut vec![0.0; units]);
    assert_relative_eq!(found.log_likelihood, gain, max_relative = 1e-9);
}

#[test]
fn sites_away_from_the_bump_need_their_own_samples_each() {
    let beta: f64 = 0.5;
    let [short, long] = [100, 140].map(|units| {
        let found = cell(units, beta).linear_response().unwrap();
        found.overlap_coefficient
    });
    let ring = RingFlow::new(100, beta).unwrap();
    let optimum = ring.optimum(1, &Search::default()).unwrap();
    let square = optimum.weights.squared_norm_l2();
    // The gradient at w = 0 but for one weak site far from the bump: m_j = ⟨v_j tanh S⟩ = s Σ_d C_d δ.
    let slope = |shift: f64| {
        let mut w = optimum.weights.clone();
        let peak = (0..100).max_by(|&a, &b| w[(a, 0)].abs().total_cmp(&w[(b, 0)].abs()));
        let far = (peak.unwrap() + 50) % 100;
        w[(far, 0)] += shift;
        let slope = ring.slope(&w).unwrap().gradient[(far, 0)];
        slope + w[(far, 0)].tanh()
    };
    let s = (slope(1e-4) - slope(-1e-4)) / 2e-4;
    let density = |q: f64| {
        let eigenvalue = 1.0 / ((2.0 * beta).cosh() - (2.0 * beta).sinh() * q.cos());
        (1.0 - s) * eigenvalue / (1.0 - s * eigenvalue).powi(2)
    };
    let mean = (0..1000)
        .map(|k| density(std::f64::consts::TAU * f64::from(k) / 1000.0))
        .sum::<f64>()
        / 1000.0;
    // What is left is the bump's tail, half a ring of 100 sites away.
    assert_relative_eq!((long - short) / 40.0, mean / square, max_relative = 1e-5);
}
