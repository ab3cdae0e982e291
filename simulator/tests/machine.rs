//! Machines, Gibbs chains and ensembles against enumeration.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::{Mat, MatRef};
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::ensemble::{Components, Ensemble, Schedule, Start};
use saddlepoint_simulator::gibbs::{Chains, TimeAverages, pair_overlaps};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_simulator::statistics::{correlated_mean, independent_mean};
use saddlepoint_simulator::{Samples, Unit, stream};

use crate::support::{boltzmann, chi_square_score, count_rows, spin, spin_digit};

const HIDDEN: [Unit; 5] = [
    Unit::Spin,
    Unit::Binary,
    Unit::Gaussian,
    Unit::DoubleWell { theta: -1.0 },
    Unit::Rectified,
];

/// A machine of random weights and biases.
fn machine(units: usize, hidden_units: usize, scale: f64, visible: Unit, hidden: Unit) -> Rbm {
    let mut rng = stream(31, "machine", 0);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let mut biases = |n| (0..n).map(|_| 0.3 * normal()).collect::<Vec<_>>();
    let visible = Layer::new(visible, biases(units)).expect("valid biases");
    let hidden = Layer::new(hidden, biases(hidden_units)).expect("valid biases");
    let weights = Mat::from_fn(units, hidden_units, |_, _| scale * normal());
    Rbm::new(weights, visible, hidden).expect("matching layers")
}

/// Two-valued chains, the columns, as rows of integers.
fn rows(visible: MatRef<'_, f64>) -> Samples {
    let digits = visible
        .col_iter()
        .flat_map(|v| v.iter().map(|&v| if v > 0.5 { 1 } else { -1 }));
    Samples::discrete(visible.ncols(), visible.nrows(), digits.collect()).expect("all entries")
}

/// Value of a two-valued unit from a binary digit.
fn value(unit: Unit, digit: usize) -> f64 {
    if unit == Unit::Spin {
        spin(digit)
    } else {
        1.0 - f64::from(u8::from(digit == 1))
    }
}

fn values(unit: Unit, digits: &[usize]) -> Vec<f64> {
    digits.iter().map(|&d| value(unit, d)).collect()
}

#[test]
fn the_free_energy_sums_out_the_hidden_units() {
    for hidden in [Unit::Spin, Unit::Binary] {
        let machine = machine(4, 5, 0.7, Unit::Spin, hidden);
        let v = [1.0, -1.0, -1.0, 1.0];
        let energies = (0..32_usize).map(|state| {
            let digits: Vec<_> = (0..5).map(|i| state >> i & 1).collect();
            machine.energy(&v, &values(hidden, &digits)).unwrap()
        });
        let z: f64 = energies.map(|e| (-e).exp()).sum();
        // Rounding of 32 terms.
        assert_relative_eq!(
            machine.free_energy(&v).unwrap(),
            -z.ln(),
            max_relative = 1e-13
        );
    }
}

#[test]
fn real_hidden_units_are_integrated_out() {
    // One hidden unit: the integral over h of exp(−E) by the trapezoidal rule.
    for hidden in HIDDEN.into_iter().skip(2) {
        let machine = machine(3, 1, 0.7, Unit::Spin, hidden);
        let v = [1.0, -1.0, 1.0];
        let least = if hidden == Unit::Rectified {
            0
        } else {
            -150_000
        };
        let step = 1e-4;
        let weight = |k: i32| {
            let half = if k == 0 && hidden == Unit::Rectified {
                0.5
            } else {
                1.0
            };
            half * step * (-machine.energy(&v, &[step * f64::from(k)]).unwrap()).exp()
        };
        let z: f64 = (least..=150_000).map(weight).sum();
        // Error of the rule at the kink in 0: step²/12 times the jump of the slope.
        assert_relative_eq!(machine.free_energy(&v).unwrap(), -z.ln(), epsilon = 1e-8);
    }
}

#[test]
fn chains_of_every_unit_follow_the_boltzmann_law() {
    for (replica, hidden) in (0..).zip(HIDDEN) {
        for visible in [Unit::Spin, Unit::Binary] {
            let machine = machine(5, 3, 0.35, visible, hidden);
            let law = boltzmann(2, 5, |digits| {
                -machine.free_energy(&values(visible, digits)).unwrap()
            });
            let mut rng = stream(32, "chains", replica);
            let mut chains = Chains::random(&machine, 20_000, &mut rng).unwrap();
            // Weak couplings: correlations fall at least by half each sweep.
            (0..15).for_each(|_| chains.sweep(&mut rng));
            let counts = count_rows(&rows(chains.visible()), 2, spin_digit);
            // Ten scores: a standard normal exceeds 4 with probability 6e-4.
            let score = chi_square_score(&counts, &law);
            assert!(score.abs() < 4.0, "{visible:?} {hidden:?}: {score}");
        }
    }
}

#[test]
fn an_exact_start_stays_exact() {
    // Chains that start from the Boltzmann law keep it from the first sweep on, also where they mix slowly.
    for (replica, hidden) in (0..).zip(HIDDEN) {
        let machine = machine(4, 4, 0.9, Unit::Spin, hidden);
        let law = boltzmann(2, 4, |digits| {
            -machine.free_energy(&values(Unit::Spin, digits)).unwrap()
        });
        let count = 100_000;
        let mut column = 0;
        let mut starts = Vec::new();
        let mut cumulative = 0.0;
        for (state, p) in law.iter().enumerate() {
            cumulative += p;
            // Stratified: the numbers of chains are exact up to one.
            while f64::from(column) < cumulative * f64::from(count) && column < count {
                starts.push(state);
                column += 1;
            }
        }
        starts.resize(100_000, 15);
        let visible = Mat::from_fn(4, starts.len(), |i, c| spin(starts[c] >> i & 1));
        let mut rng = stream(33, "stationary", replica);
        let mut chains = Chains::new(&machine, visible, &mut rng).unwrap();
        chains.sweep(&mut rng);
        let counts = count_rows(&rows(chains.visible()), 2, spin_digit);
        // Stratified starts make the score smaller than standard normal.
        let score = chi_square_score(&counts, &law);
        assert!(score < 4.0, "{hidden:?}: {score}");
    }
}

#[test]
fn energies_and_time_averages_are_those_of_the_configurations() {
    let machine = machine(6, 4, 0.5, Unit::Spin, Unit::Spin);
    let mut rng = stream(34, "averages", 0);
    let mut chains = Chains::random(&machine, 3, &mut rng).unwrap();
    let mut averages = TimeAverages::new(&chains);
    let mut raw = 0.0;
    let sweeps = 20_000;
    for _ in 0..sweeps {
        chains.sweep(&mut rng);
        averages.record(&chains).unwrap();
        raw += chains.visible()[(2, 1)] / f64::from(sweeps);
    }
    for (c, energy) in chains.energies().into_iter().enumerate() {
        let v: Vec<_> = chains.visible().col(c).iter().copied().collect();
        let h: Vec<_> = chains.hidden().col(c).iter().copied().collect();
        assert_relative_eq!(
            energy,
            machine.energy(&v, &h).unwrap(),
            max_relative = 1e-12
        );
    }
    let law = boltzmann(2, 6, |digits| {
        -machine.free_energy(&values(Unit::Spin, digits)).unwrap()
    });
    let exact: f64 = law
        .iter()
        .enumerate()
        .map(|(state, p)| p * spin(state >> 2 & 1))
        .sum();
    let mean = averages.visible()[(2, 1)];
    // 4σ with an autocorrelation time of a few sweeps.
    assert_abs_diff_eq!(
        mean,
        exact,
        epsilon = 4.0 * (6.0 / f64::from(sweeps)).sqrt()
    );
    assert_abs_diff_eq!(mean, raw, epsilon = 4.0 * (1.0 / f64::from(sweeps)).sqrt());
}

#[test]
fn an_ensemble_has_its_modes_and_its_noise() {
    for components in [
        Components::Gaussian,
        Components::Rademacher,
        Components::Laplace,
        Components::Sparse { density: 0.1 },
    ] {
        let ensemble = Ensemble {
            units: 120,
            hidden_units: 300,
            strengths: vec![2.0, 0.7],
            noise: 0.5,
            components,
        };
        let drawn = ensemble.draw(&mut stream(35, "ensemble", 0)).unwrap();
        for modes in [drawn.visible_modes(), drawn.hidden_modes()] {
            for mode in modes.col_iter() {
                assert_relative_eq!(mode.norm_l2(), 1.0, max_relative = 1e-12);
            }
        }
        let (u, v) = (drawn.visible_modes(), drawn.hidden_modes());
        let (mut square, mut along) = (0.0, 0.0);
        for j in 0..300 {
            for i in 0..120 {
                let signal: f64 = (0..2)
                    .map(|a| ensemble.strengths[a] * u[(i, a)] * v[(j, a)])
                    .sum();
                square += (drawn.machine().weights()[(i, j)] - signal).powi(2);
                along += drawn.machine().weights()[(i, j)] * u[(i, 0)] * v[(j, 0)];
            }
        }
        // Sum of NM squares of variance σ²/√(NM): σ²√(NM) with relative deviation √(2/NM).
        let expected = 0.25 * f64::from(120 * 300).sqrt();
        assert_relative_eq!(
            square,
            expected,
            max_relative = 4.0 * (2.0_f64 / 36_000.0).sqrt()
        );
        // u₁ᵀWv₁ = w₁ + w₂ (u₁·u₂)(v₁·v₂) + noise of deviation σ(NM)^(−1/4) = 0.036.
        assert_abs_diff_eq!(along, 2.0, epsilon = 4.0 * 0.04 + 0.7 * 0.1);
    }
}

#[test]
fn law_of_components_has_unit_variance_before_scaling() {
    // Kurtosis of the components of a unit vector times N: 3, 1, 6 and 1/ρ.
    let size = 40_000;
    for (components, kurtosis) in [
        (Components::Gaussian, 3.0),
        (Components::Rademacher, 1.0),
        (Components::Laplace, 6.0),
        (Components::Sparse { density: 0.25 }, 4.0),
    ] {
        let ensemble = Ensemble {
            units: size,
            hidden_units: 1,
            strengths: vec![1.0],
            noise: 0.0,
            components,
        };
        let drawn = ensemble.draw(&mut stream(36, "components", 0)).unwrap();
        let fourth: f64 = drawn.visible_modes().col(0).iter().map(|u| u.powi(4)).sum();
        // Laplace has the widest eighth moment, 2520: a standard error of 0.25 at 40 000 components.
        assert_abs_diff_eq!(4e4 * fourth, kurtosis, epsilon = 1.0);
    }
}

#[test]
fn a_strong_mode_is_recalled_and_a_weak_one_is_not() {
    let ensemble = |strength| Ensemble {
        units: 400,
        hidden_units: 400,
        strengths: vec![strength],
        noise: 0.0,
        components: Components::Rademacher,
    };
    let schedule = Schedule {
        chains: 4,
        burn_in: 30,
        sweeps: 400,
    };
    let mut rng = stream(37, "recall", 0);
    let drawn = ensemble(1.5).draw(&mut rng).unwrap();
    let observed = drawn
        .observe(schedule, Start::Planted { mode: 0 }, &mut rng)
        .unwrap();
    // Two coupled Curie–Weiss layers: m = tanh(1.5 m̄), m̄ = tanh(1.5 m), so m = 0.85856 (N → ∞).
    let expected = 0.858_56;
    let series = correlated_mean(&observed.magnetizations).unwrap();
    // 4σ, and a correction of order 1/N.
    assert_abs_diff_eq!(
        series.mean,
        expected,
        epsilon = 4.0 * series.standard_error + 0.003
    );
    for c in 0..4 {
        let (m, h) = (
            observed.magnetizations_visible[(0, c)],
            observed.magnetizations_hidden[(0, c)],
        );
        assert_abs_diff_eq!(m, expected, epsilon = 0.02);
        assert_abs_diff_eq!(h, expected, epsilon = 0.02);
    }
    let q = independent_mean(&observed.overlaps_visible).unwrap();
    assert_eq!(q.count, 6);
    assert_abs_diff_eq!(q.mean, expected * expected, epsilon = 0.02);
    // E/N = −w m m̄ for M = N.
    let energy = correlated_mean(&observed.energies).unwrap();
    assert_abs_diff_eq!(energy.mean, -1.5 * expected * expected, epsilon = 0.02);
    let drawn = ensemble(0.5).draw(&mut rng).unwrap();
    let observed = drawn
        .observe(schedule, Start::Planted { mode: 0 }, &mut rng)
        .unwrap();
    // Fluctuations of order N^(−1/2) = 0.05 with hundreds of independent sweeps.
    assert!(observed.magnetizations_visible[(0, 0)].abs() < 0.03);
}

#[test]
fn planted_starts_lie_along_their_mode() {
    let ensemble = Ensemble {
        units: 2000,
        hidden_units: 10,
        strengths: vec![1.0, 1.0],
        noise: 1.0,
        components: Components::Sparse { density: 0.2 },
    };
    let mut rng = stream(38, "planted", 0);
    let drawn = ensemble.draw(&mut rng).unwrap();
    let chains = drawn
        .chains(2, Start::Planted { mode: 1 }, &mut rng)
        .unwrap();
    let v: Vec<_> = chains.visible().col(0).iter().copied().collect();
    let u: Vec<_> = drawn.visible_modes().col(1).iter().copied().collect();
    // (Σ|u|)²/N = ρ; deviations of order N^(−1/2).
    assert_abs_diff_eq!(squared_overlap(&v, &u).unwrap(), 0.2, epsilon = 0.06);
    // Where the mode is zero two chains differ in half of the spins: q = ρ.
    assert_abs_diff_eq!(pair_overlaps(chains.visible())[0], 0.2, epsilon = 0.1);
    assert!(
        drawn
            .chains(2, Start::Planted { mode: 2 }, &mut rng)
            .is_err()
    );
    assert!(drawn.chains(0, Start::Random, &mut rng).is_err());
}

#[test]
fn a_mixture_lies_along_all_its_modes() {
    let ensemble = Ensemble {
        units: 4000,
        hidden_units: 10,
        strengths: vec![1.0; 4],
        noise: 1.0,
        components: Components::Rademacher,
    };
    let mut rng = stream(39, "mixture", 0);
    let drawn = ensemble.draw(&mut rng).unwrap();
    let start = |modes| Start::Mixture { modes };
    let chains = drawn.chains(2, start(3), &mut rng).unwrap();
    let m = drawn.visible_magnetizations(chains.visible()).unwrap();
    // E u₁ sign(u₁ + u₂ + u₃) = 1/2 for ±1; deviations of order N^(−1/2).
    for a in 0..3 {
        assert_abs_diff_eq!(m[(a, 0)], 0.5, epsilon = 0.06);
    }
    assert_abs_diff_eq!(m[(3, 0)], 0.0, epsilon = 0.06);
    assert!(drawn.chains(2, start(5), &mut rng).is_err());
    assert!(drawn.chains(2, start(0), &mut rng).is_err());
}

#[test]
fn arguments_out_of_their_domain_are_refused() {
    let spins = |n| Layer::unbiased(Unit::Spin, n).unwrap();
    assert!(Layer::new(Unit::Spin, vec![]).is_err());
    assert!(Layer::new(Unit::Spin, vec![f64::NAN]).is_err());
    assert!(Rbm::new(Mat::zeros(2, 3), spins(3), spins(2)).is_err());
    let real = |n| Layer::unbiased(Unit::Gaussian, n).unwrap();
    assert!(Rbm::new(Mat::zeros(2, 3), real(2), real(3)).is_err());
    let machine = Rbm::new(Mat::zeros(2, 3), spins(2), real(3)).unwrap();
    let mut rng = stream(0, "bad", 0);
    assert!(Chains::new(&machine, Mat::zeros(2, 1), &mut rng).is_err());
    assert!(Chains::new(&machine, Mat::full(3, 1, 1.0), &mut rng).is_err());
    assert!(machine.inputs_h_from_v(Mat::zeros(3, 1).as_ref()).is_err());
}
