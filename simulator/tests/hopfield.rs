//! The Hopfield network against enumeration, the equivalent machine and known limits.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::hopfield::{Hopfield, Schedule, Start};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::statistics::correlated_mean;
use saddlepoint_simulator::{Samples, Unit, stream};

use crate::support::{boltzmann, chi_square_score, count_rows, spin, spin_digit};

/// E/N of the definition, by overlaps.
fn energy(network: &Hopfield, spins: &[i8]) -> f64 {
    let (n, p) = (spins.len(), network.patterns());
    let size = f64::from(u32::try_from(n).expect("small"));
    let overlap = |mu| -> f64 {
        let pattern = network.pattern(mu).expect("small");
        pattern
            .iter()
            .zip(spins)
            .map(|(&x, &s)| f64::from(x) * f64::from(s))
            .sum::<f64>()
            / size
    };
    let squares: f64 = (0..p).map(|mu| overlap(mu).powi(2)).sum();
    -0.5 * squares + 0.5 * f64::from(u32::try_from(p).expect("small")) / size
}

#[test]
fn fields_and_energies_stay_exact_over_many_flips() {
    let mut rng = stream(41, "hopfield", 0);
    let network = Hopfield::random(150, 90, &mut rng).unwrap();
    let mut state = network.start_at_random(&mut rng).unwrap();
    for _ in 0..50 {
        state.sweep(0.8, &mut rng).unwrap();
    }
    assert_abs_diff_eq!(
        state.energy(),
        energy(&network, state.spins()),
        epsilon = 1e-12
    );
    let fresh = network.start(state.spins().to_vec()).unwrap();
    assert_eq!(state.fields(), fresh.fields());
    assert_abs_diff_eq!(
        state.overlaps()[3],
        state.overlap(network.pattern(3).unwrap()).unwrap()
    );
}

#[test]
fn heat_bath_sweeps_follow_the_boltzmann_law() {
    let mut rng = stream(42, "boltzmann", 0);
    let (units, beta) = (8, 0.7);
    let network = Hopfield::random(units, 3, &mut rng).unwrap();
    let law = boltzmann(2, units, |digits| {
        let spins: Vec<i8> = digits
            .iter()
            .map(|&d| if d == 0 { 1 } else { -1 })
            .collect();
        -beta * 8.0 * energy(&network, &spins)
    });
    let mut seen = Vec::new();
    let mut state = network.start_at_random(&mut rng).unwrap();
    for _ in 0..60_000 {
        // Ten sweeps between counts: correlations of a small system at this temperature are gone.
        for _ in 0..10 {
            state.sweep(beta, &mut rng).unwrap();
        }
        seen.extend_from_slice(state.spins());
    }
    let samples = Samples::discrete(60_000, units, seen).unwrap();
    let counts = count_rows(&samples, 2, spin_digit);
    let score = chi_square_score(&counts, &law);
    assert!(score.abs() < 4.0, "{score}");
}

#[test]
fn gaussian_hidden_units_give_the_same_network() {
    // The machine with weights √(β/N) ξ and Gaussian hidden units, sampled by blocks.
    let mut rng = stream(43, "equivalence", 0);
    let (units, beta) = (8, 0.7_f64);
    let network = Hopfield::random(units, 3, &mut rng).unwrap();
    let weights = Mat::from_fn(units, 3, |i, mu| {
        (beta / 8.0).sqrt() * f64::from(network.pattern(mu).unwrap()[i])
    });
    let machine = Rbm::new(
        weights,
        Layer::unbiased(Unit::Spin, units).unwrap(),
        Layer::unbiased(Unit::Gaussian, 3).unwrap(),
    )
    .unwrap();
    let at = |spins: &[i8]| {
        let v: Vec<_> = spins.iter().map(|&s| f64::from(s)).collect();
        machine.free_energy(&v).unwrap()
            - beta * 8.0 * network.start(spins.to_vec()).unwrap().energy()
    };
    let reference = at(&[1; 8]);
    for state in 0..256_usize {
        let spins: Vec<i8> = (0..8)
            .map(|i| if state >> i & 1 == 1 { -1 } else { 1 })
            .collect();
        assert_relative_eq!(at(&spins), reference, max_relative = 1e-12);
    }
    let law = boltzmann(2, units, |digits| {
        let v: Vec<_> = digits.iter().map(|&d| spin(d)).collect();
        -machine.free_energy(&v).unwrap()
    });
    let mut chains = Chains::random(&machine, 20_000, &mut rng).unwrap();
    (0..40).for_each(|_| chains.sweep(&mut rng));
    let visible = chains.visible();
    let spins = visible
        .col_iter()
        .flat_map(|v| v.iter().map(|&v| if v > 0.0 { 1 } else { -1 }));
    let samples = Samples::discrete(20_000, units, spins.collect()).unwrap();
    let counts = count_rows(&samples, 2, spin_digit);
    assert!(chi_square_score(&counts, &law).abs() < 4.0);
}

#[test]
fn descents_end_in_fixed_points_of_lower_energy() {
    let mut rng = stream(44, "descent", 0);
    let network = Hopfield::random(1000, 100, &mut rng).unwrap();
    for from_pattern in [true, false] {
        let mut state = if from_pattern {
            network.start_at_pattern(7).unwrap()
        } else {
            network.start_at_random(&mut rng).unwrap()
        };
        let before = state.energy();
        let descent = state.descend(1000);
        assert!(descent.fixed_point);
        assert!(state.energy() <= before);
        let fields = state.fields();
        assert!(
            state
                .spins()
                .iter()
                .zip(&fields)
                .all(|(&s, h)| f64::from(s) * h >= 0.0)
        );
        assert_eq!(state.descend(10).flips, 0);
    }
}

#[test]
fn patterns_are_stable_below_capacity_and_forgotten_above() {
    let mut rng = stream(45, "capacity", 0);
    let mut final_overlap = |patterns| {
        let network = Hopfield::random(2000, patterns, &mut rng).unwrap();
        let mut state = network.start_at_pattern(0).unwrap();
        assert!(state.descend(1000).fixed_point);
        state.overlaps()[0]
    };
    // α = 0.05: 1 − m of order 10⁻⁵ (Amit et al. 1985); α = 0.3, far above 0.138.
    assert!(final_overlap(100) > 0.995);
    assert!(final_overlap(600) < 0.7);
}

#[test]
fn one_pattern_is_the_curie_weiss_model() {
    let mut rng = stream(46, "curie weiss", 0);
    let network = Hopfield::random(1000, 1, &mut rng).unwrap();
    let schedule = Schedule {
        inverse_temperature: 2.0,
        replicas: 3,
        burn_in: 20,
        sweeps: 500,
    };
    let observed = network
        .observe(schedule, Start::Pattern { index: 0 }, &mut rng)
        .unwrap();
    // m = tanh 2m; corrections of order 1/N.
    let expected = 0.957_504_024_077_f64;
    for overlaps in &observed.overlaps {
        let estimate = correlated_mean(overlaps).unwrap();
        assert_abs_diff_eq!(
            estimate.mean,
            expected,
            epsilon = 4.0 * estimate.standard_error + 1e-3
        );
    }
    for q in observed.replica_overlaps {
        assert_abs_diff_eq!(q, expected * expected, epsilon = 0.005);
    }
    let hot = Schedule {
        inverse_temperature: 0.0,
        ..schedule
    };
    let observed = network.observe(hot, Start::Random, &mut rng).unwrap();
    // Independent spins: the mean of 500 overlaps of deviation N^(−1/2).
    let mean: f64 = observed.overlaps[0].iter().sum::<f64>() / 500.0;
    assert_abs_diff_eq!(mean, 0.0, epsilon = 4.0 / (500.0 * 1000.0_f64).sqrt());
}

#[test]
fn arguments_out_of_their_domain_are_refused() {
    let mut rng = stream(0, "bad", 0);
    assert!(Hopfield::random(0, 1, &mut rng).is_err());
    assert!(Hopfield::random(40_000, 1, &mut rng).is_err());
    assert!(Hopfield::random(10, 0, &mut rng).is_err());
    assert!(Hopfield::random(1, 70_000, &mut rng).is_err());
    assert!(Hopfield::new(&Samples::discrete(1, 2, vec![1, 0]).unwrap()).is_err());
    let network = Hopfield::random(10, 1, &mut rng).unwrap();
    assert!(network.start(vec![1; 9]).is_err());
    assert!(network.start_at_pattern(1).is_err());
    let mut state = network.start_at_pattern(0).unwrap();
    assert!(state.sweep(f64::NAN, &mut rng).is_err());
    assert!(state.sweep(-1.0, &mut rng).is_err());
}
