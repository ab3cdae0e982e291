//! Learning with biases and a weight penalty: reference values, identities, limits.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::assert_relative_eq;
use saddlepoint_theory::covariance::{critical_alpha, spike};
use saddlepoint_theory::replica::Transition;
use saddlepoint_theory::replica::learning::{
    Biases, Branch, Learned, OneUnit, PlantedData, Training,
};
use saddlepoint_theory::spectra::Population;
use saddlepoint_theory::units::Unit;

fn unit(name: &str) -> Unit {
    name.parse().unwrap()
}

fn two_cluster(signal: f64) -> PlantedData {
    PlantedData::two_cluster(None, signal).unwrap()
}

fn spiked(spike: f64) -> PlantedData {
    PlantedData::gaussian(&Population::spiked(None, &[spike]).unwrap()).unwrap()
}

const fn with_penalty(penalty: f64) -> Training {
    Training {
        biases: Biases::Learned,
        penalty,
    }
}

/// Solutions of one branch, finite c first.
fn solutions(
    name: &str,
    data: &PlantedData,
    penalty: f64,
    alpha: f64,
    branch: Branch,
) -> Vec<Learned> {
    let unit = unit(name);
    let unit = OneUnit::trained(unit.prior(), data, with_penalty(penalty)).unwrap();
    let found = unit.branches(alpha).unwrap();
    let states = found.into_iter().map(|one| one.converged().unwrap().state);
    let mut states: Vec<Learned> = states.filter(|state| state.branch == branch).collect();
    states.sort_by(|a, b| a.c.abs().total_cmp(&b.c.abs()));
    states
}

fn learned(name: &str, data: &PlantedData, penalty: f64, alpha: f64) -> Learned {
    let unit = unit(name);
    let unit = OneUnit::trained(unit.prior(), data, with_penalty(penalty)).unwrap();
    unit.learn(alpha).unwrap().converged().unwrap().state
}

/// Half of the last of the digits of an independent calculation, by a damped iteration on other quadratures.
const DIGITS: f64 = 6e-6;

#[test]
fn signals_are_those_of_an_independent_calculation() {
    for line in include_str!("reference/learning_with_biases.csv")
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers: Vec<f64> = cells[1..].iter().map(|x| x.parse().unwrap()).collect();
        let (data, alpha) = (two_cluster(numbers[0]), numbers[1]);
        let found = learned(cells[0], &data, 0.0, alpha);
        let values = [
            found.c,
            found.eta,
            found.m,
            found.q,
            found.v,
            found.rho,
            found.overlap_squared(),
            found.train_log_likelihood,
            found.test_log_likelihood,
            found.at_stability,
        ];
        for (value, &expected) in values.into_iter().zip(&numbers[2..]) {
            assert_relative_eq!(value, expected, epsilon = DIGITS);
        }
        let all = solutions(cells[0], &data, 0.0, alpha, Branch::Signal);
        assert!(all.contains(&found), "{line}");
    }
}

#[test]
fn spikes_and_penalties_have_the_printed_values() {
    let spin = learned("spin", &spiked(2.0), 0.0, 4.0);
    let values = [spin.m, spin.q, spin.v, spin.overlap_squared()];
    for (value, expected) in values.into_iter().zip([1.27005, 0.42318, 0.37500, 0.79217]) {
        assert_relative_eq!(value, expected, epsilon = DIGITS);
    }
    assert_relative_eq!(spin.train_log_likelihood, 0.65510, epsilon = DIGITS);
    assert_relative_eq!(spin.test_log_likelihood, 0.13022, epsilon = DIGITS);
    let relu = learned("relu", &spiked(2.0), 0.0, 4.0);
    assert!(relu.c.is_infinite());
    assert_relative_eq!(relu.rho, 0.70370, epsilon = DIGITS);
    let data = two_cluster(1.5);
    let spin = learned("spin", &data, 0.1, 4.0);
    let values = [spin.m, spin.q, spin.v, spin.rho, spin.overlap_squared()];
    let expected = [1.34954, 0.26589, 0.28513, 2.08716, 0.87261];
    for (value, expected) in values.into_iter().zip(expected) {
        assert_relative_eq!(value, expected, epsilon = DIGITS);
    }
    let relu = learned("relu", &data, 0.1, 4.0);
    let values = [relu.c, relu.eta, relu.m, relu.q, relu.v, relu.rho];
    let expected = [3.65152, 3.69596, 0.80272, 0.10672, 0.10340, 0.75108];
    for (value, expected) in values.into_iter().zip(expected) {
        assert_relative_eq!(value, expected, epsilon = DIGITS);
    }
    assert_relative_eq!(relu.train_log_likelihood, 0.79585, epsilon = DIGITS);
    assert_relative_eq!(relu.test_log_likelihood, 0.29967, epsilon = DIGITS);
}

#[test]
fn a_binary_unit_is_a_spin_of_half_the_weight() {
    for (signal, penalty) in [(1.0, 0.0), (1.5, 0.0), (1.5, 0.1)] {
        let data = two_cluster(signal);
        for alpha in [0.3, 1.0, 2.5, 4.0, 30.0] {
            for branch in [Branch::Noise, Branch::Signal] {
                let spins = solutions("spin", &data, penalty, alpha, branch);
                let binaries = solutions("binary", &data, 0.25 * penalty, alpha, branch);
                assert_eq!(spins.len(), binaries.len(), "{signal} {penalty} {alpha}");
                for (spin, binary) in spins.into_iter().zip(binaries) {
                    for (one, other) in [
                        (2.0 * spin.m, binary.m),
                        (4.0 * spin.q, binary.q),
                        (4.0 * spin.v, binary.v),
                        (4.0 * spin.rho, binary.rho),
                        (2.0 * spin.c.abs(), binary.c.abs()),
                        (0.5 * (1.0 + spin.eta.abs()), 0.5 + (binary.eta - 0.5).abs()),
                        (spin.train_log_likelihood, binary.train_log_likelihood),
                        (spin.test_log_likelihood, binary.test_log_likelihood),
                    ] {
                        assert_relative_eq!(one, other, max_relative = 1e-10, epsilon = 1e-10);
                    }
                }
            }
        }
    }
}

#[test]
fn visible_biases_gain_on_samples_what_they_lose_on_fresh_ones() {
    let data = two_cluster(1.5);
    let spin = unit("spin");
    let plain = OneUnit::new(spin.prior(), &data).unwrap();
    for alpha in [3.0, 10.0] {
        let (without, with) = (
            plain.learn(alpha).unwrap().state,
            learned("spin", &data, 0.0, alpha),
        );
        let gains = [
            with.train_log_likelihood - without.train_log_likelihood,
            without.test_log_likelihood - with.test_log_likelihood,
        ];
        for gain in gains {
            assert_relative_eq!(gain, 0.5 / alpha, max_relative = 1e-10);
        }
    }
}

#[test]
fn skewed_noise_has_the_printed_values() {
    let data = two_cluster(1.0);
    for (alpha, c, eta, q, train, symmetric) in [
        (1.0, 3.6993, 0.6291, 4.7044, 1.44528, 1.42901),
        (2.0, 4.8691, 0.8038, 4.6774, 0.76022, 0.72220),
        (4.0, 5.5933, 0.8905, 4.6815, 0.40052, 0.36196),
        (8.0, 6.1353, 0.9376, 4.7110, 0.21121, 0.18167),
    ] {
        let found = solutions("spin", &data, 0.0, alpha, Branch::Noise);
        let [centred, skewed] = found[..] else {
            panic!("{found:?}");
        };
        assert_relative_eq!(centred.train_log_likelihood, symmetric, epsilon = DIGITS);
        assert_relative_eq!(skewed.train_log_likelihood, train, epsilon = DIGITS);
        for (value, expected) in [(skewed.c.abs(), c), (skewed.eta.abs(), eta), (skewed.q, q)] {
            assert_relative_eq!(value, expected, epsilon = 6e-5);
        }
        assert!(!skewed.is_stable() && skewed.at_stability.is_infinite());
    }
}

#[test]
fn noise_is_skewed_from_a_number_of_samples_on() {
    // Where C = 0 becomes unstable: alpha = 0.52055.
    let data = two_cluster(1.0);
    assert_eq!(solutions("spin", &data, 0.0, 0.519, Branch::Noise).len(), 1);
    let small = solutions("spin", &data, 0.0, 0.525, Branch::Noise);
    assert_eq!(small.len(), 2);
    let larger = solutions("spin", &data, 0.0, 0.54, Branch::Noise);
    assert!(small[1].c.abs() < larger[1].c.abs(), "{small:?} {larger:?}");
}

#[test]
fn a_rectified_unit_may_become_gaussian() {
    for (l, alpha) in [(2.25, 4.0), (1.0, 16.0), (2.0, 4.0)] {
        let population = Population::spiked(None, &[l]).unwrap();
        let seen = spike(&population, 0, alpha).unwrap();
        let (psi, overlap) = (seen.eigenvalue(), seen.overlap_squared());
        let data = spiked(l);
        let found = solutions("relu", &data, 0.0, alpha, Branch::Signal);
        let limit = found.last().unwrap();
        assert!(limit.c.is_infinite() && limit.eta.is_infinite());
        let (rho, b) = (1.0 - 1.0 / psi, 0.5 / alpha);
        assert_relative_eq!(limit.rho, rho, max_relative = 1e-9);
        assert_relative_eq!(limit.overlap_squared(), overlap, max_relative = 1e-8);
        let train = 0.5 * (psi - 1.0 - psi.ln()) + b;
        assert_relative_eq!(limit.train_log_likelihood, train, max_relative = 1e-9);
        let test = 0.5 * ((1.0 - rho).ln() + rho * (1.0 + l * overlap)) - b;
        assert_relative_eq!(limit.test_log_likelihood, test, epsilon = 1e-9);
    }
}

#[test]
fn a_tiny_gain_over_the_gaussian_unit_is_found() {
    let found = solutions("relu", &spiked(1.0), 0.0, 2.0, Branch::Signal);
    let [finite, limit] = found[..] else {
        panic!("{found:?}");
    };
    assert_relative_eq!(finite.c, 5.47, epsilon = 6e-3);
    let gain = finite.train_log_likelihood - limit.train_log_likelihood;
    assert!((2.5e-6..3.5e-6).contains(&gain), "{gain}");
    // From 8 samples per unit there is no finite c.
    assert_eq!(
        solutions("relu", &spiked(1.0), 0.0, 8.0, Branch::Signal).len(),
        1
    );
}

#[test]
fn thresholds_have_the_printed_values() {
    for (name, l, penalty, expected) in [
        ("relu", 1.0, 0.0, 1.20773),
        ("relu", 2.0, 0.0, 0.25246),
        ("double-well:-1", 1.0, 0.0, 1.06347),
        ("double-well:-1", 2.0, 0.0, 0.27923),
        ("spin", 1.0, 0.0, 4.39241),
        ("binary", 1.0, 0.0, 4.39241),
        ("spin", 2.0, 0.0, 0.39261),
        ("binary", 2.0, 0.0, 0.39261),
        ("relu", 2.0, 0.1, 0.25054),
        ("double-well:-1", 1.0, 0.1, 1.06336),
        ("double-well:-1", 2.0, 0.1, 0.27925),
        ("spin", 2.0, 0.1, 0.39250),
        ("binary", 2.0, 0.1, 0.39170),
        ("gaussian", 1.0, 0.0, 1.0),
        ("gaussian", 2.0, 0.1, 0.25),
        ("relu", 1.0, 0.1, 1.0),
    ] {
        let (unit, data) = (unit(name), spiked(l));
        let unit = OneUnit::trained(unit.prior(), &data, with_penalty(penalty)).unwrap();
        assert_relative_eq!(unit.threshold().unwrap(), expected, epsilon = DIGITS);
    }
}

#[test]
fn a_spin_learns_a_weak_signal_at_once() {
    let (spin, data) = (unit("spin"), two_cluster(1.0));
    let unit = OneUnit::trained(spin.prior(), &data, with_penalty(0.0)).unwrap();
    let onset = unit.onset().unwrap();
    assert_eq!(onset.order, Transition::FirstOrder);
    assert_relative_eq!(onset.equal, 2.86752, epsilon = DIGITS);
    assert_relative_eq!(onset.unstable, 4.39241, epsilon = DIGITS);
    let signal = unit.signal(onset.equal).unwrap().unwrap().state;
    assert_relative_eq!(signal.m, 0.88483, epsilon = DIGITS);
    assert_relative_eq!(signal.overlap_squared(), 0.46302, epsilon = DIGITS);
    assert_relative_eq!(signal.train_log_likelihood, 0.54475, epsilon = DIGITS);
    // A strong signal is learnt before noise is skewed.
    let strong = two_cluster(1.5);
    let unit = OneUnit::trained(spin.prior(), &strong, with_penalty(0.0)).unwrap();
    let onset = unit.onset().unwrap();
    assert_eq!(onset.order, Transition::Continuous);
    assert_relative_eq!(onset.equal, onset.unstable);
}

#[test]
fn the_threshold_is_above_the_spectral_one_for_any_unit_and_penalty() {
    for name in ["spin", "binary", "relu", "double-well:-1", "double-well:-3"] {
        for l in [0.5, 3.0] {
            let spectral = critical_alpha(&Population::spiked(None, &[l]).unwrap(), 0).unwrap();
            for penalty in [0.0, 0.05, 0.5] {
                let (unit, data) = (unit(name), spiked(l));
                let unit = OneUnit::trained(unit.prior(), &data, with_penalty(penalty)).unwrap();
                let threshold = unit.threshold().unwrap();
                assert!(
                    threshold > spectral * (1.0 - 1e-9),
                    "{name} {l} {penalty}: {threshold}"
                );
            }
        }
    }
}

#[test]
fn the_likelihood_falls_with_samples_as_the_cavity_says() {
    // One more sample gains φ(h* + c) − ηh* − (h* − ω)²/2V, where c and η are stationary; B falls by itself.
    let data = two_cluster(1.5);
    for (name, penalty) in [
        ("spin", 0.0),
        ("binary", 0.0),
        ("relu", 0.0),
        ("double-well:-1", 0.0),
    ] {
        for branch in [Branch::Noise, Branch::Signal] {
            let alpha: f64 = 2.0;
            let step = 1e-4 * alpha;
            let at = |alpha: f64| solutions(name, &data, penalty, alpha, branch);
            for ((above, below), here) in
                at(alpha + step).iter().zip(at(alpha - step)).zip(at(alpha))
            {
                let slope = alpha * (above.train_log_likelihood - below.train_log_likelihood)
                    / (2.0 * step);
                let expected = -here.q / (2.0 * alpha * here.v) - 0.5 / alpha;
                // The differences err by 1e-8 of the third derivative and by 1e-11/1e-4 of the solver.
                assert_relative_eq!(slope, expected, max_relative = 1e-5);
            }
        }
    }
}

#[test]
fn a_penalty_that_is_too_strong_leaves_nothing() {
    // The top sample eigenvalue of the noise, (1 + 1/4)², gains less than 1 + penalty.
    let data = PlantedData::gaussian(&Population::iid(None).unwrap()).unwrap();
    let found = learned("spin", &data, 0.6, 16.0);
    assert!(found.rho.abs() <= 0.0 && found.is_stable());
    assert_relative_eq!(found.train_log_likelihood, 0.5 / 16.0, epsilon = 1e-12);
    assert!(learned("spin", &data, 0.5, 16.0).rho > 0.0);
    let spin = unit("spin");
    for penalty in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(OneUnit::trained(spin.prior(), &data, with_penalty(penalty)).is_err());
    }
}
