//! ln Z by Gray code and by annealing against plain enumeration.

use approx::assert_relative_eq;
use faer::Mat;
use rand_distr::{Distribution, StandardNormal, StandardUniform};
use saddlepoint_simulator::exact_sampling::ExactSampler;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::log_partition::{
    Annealing, Bracket, exact, is_enumerable, log_likelihood, score,
};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::statistics::independent_mean;
use saddlepoint_simulator::{Samples, Unit, Xoshiro256PlusPlus, stream};

const UNITS: [Unit; 5] = [
    Unit::Spin,
    Unit::Binary,
    Unit::Gaussian,
    Unit::DoubleWell { theta: -1.0 },
    Unit::Rectified,
];

/// A machine of random weights and biases.
fn machine(sizes: [usize; 2], scale: f64, units: [Unit; 2], replica: u64) -> Rbm {
    let mut rng = stream(51, "machine", replica);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let weights = Mat::from_fn(sizes[0], sizes[1], |_, _| scale * normal());
    let mut layer = |k: usize| {
        let biases = (0..sizes[k]).map(|_| 0.3 * normal()).collect();
        Layer::new(units[k], biases).expect("valid biases")
    };
    let (visible, hidden) = (layer(0), layer(1));
    Rbm::new(weights, visible, hidden).expect("matching layers")
}

/// The machine with its layers exchanged.
fn transposed(machine: &Rbm) -> Rbm {
    let weights = machine.weights().transpose().to_owned();
    Rbm::new(weights, machine.hidden().clone(), machine.visible().clone()).expect("matching")
}

/// ln `Σ_v` exp(−F(v)), term by term.
fn plain_sum(machine: &Rbm) -> f64 {
    let (unit, units) = (machine.visible().unit(), machine.visible().units());
    let weight = |state: usize| {
        let v = configuration(unit, units, state);
        (-machine.free_energy(&v).expect("valid")).exp()
    };
    (0..1 << units).map(weight).sum::<f64>().ln()
}

#[test]
fn the_gray_code_agrees_with_the_plain_sum_for_every_unit() {
    for visible in [Unit::Spin, Unit::Binary] {
        for hidden in UNITS {
            for sizes in [[7, 5], [5, 7], [1, 1], [13, 3]] {
                let machine = machine(sizes, 0.4, [visible, hidden], 0);
                let expected = plain_sum(&machine);
                // Rounding of up to 2^13 terms.
                assert_relative_eq!(exact(&machine).unwrap(), expected, max_relative = 1e-12);
                let other = transposed(&machine);
                assert_relative_eq!(exact(&other).unwrap(), expected, max_relative = 1e-12);
            }
        }
    }
}

#[test]
fn independent_machines_add_their_log_partitions_beyond_one_block() {
    // 2 × 7 enumerated units: four blocks of 2^12 configurations.
    let parts = [0, 1].map(|replica| machine([9, 7], 0.5, [Unit::Spin, Unit::Binary], replica));
    let weights = Mat::from_fn(18, 14, |i, j| {
        let part = usize::from(i >= 9);
        if part == usize::from(j >= 7) {
            parts[part].weights()[(i - 9 * part, j - 7 * part)]
        } else {
            0.0
        }
    });
    let join = |layer: fn(&Rbm) -> &Layer| {
        let biases = parts.iter().flat_map(|part| layer(part).biases().to_vec());
        Layer::new(layer(&parts[0]).unit(), biases.collect()).unwrap()
    };
    let both = Rbm::new(weights, join(Rbm::visible), join(Rbm::hidden)).unwrap();
    let expected: f64 = parts.iter().map(|part| exact(part).unwrap()).sum();
    // Rounding of 2^14 terms.
    assert_relative_eq!(exact(&both).unwrap(), expected, max_relative = 1e-12);
}

#[test]
fn large_layers_are_not_enumerated() {
    let machine = machine([26, 26], 0.1, [Unit::Spin, Unit::Spin], 0);
    assert!(!is_enumerable(&machine));
    assert!(exact(&machine).is_err());
    let hidden = self::machine([26, 3], 0.1, [Unit::Spin, Unit::Gaussian], 0);
    // The three hidden units are real.
    assert!(!is_enumerable(&hidden));
}

/// Values of two-valued units, the bits of a number.
fn configuration(unit: Unit, units: usize, state: usize) -> Vec<f64> {
    let low = if unit == Unit::Spin { -1.0 } else { 0.0 };
    let bit = |i: usize| if state >> i & 1 == 1 { 1.0 } else { low };
    (0..units).map(bit).collect()
}

/// Two-valued visible configurations drawn from the exact law.
fn draw_visible(machine: &Rbm, count: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<Vec<f64>> {
    let layer = machine.visible();
    let all = (0..1 << layer.units()).map(|s| configuration(layer.unit(), layer.units(), s));
    let all: Vec<_> = all.collect();
    let weights: Vec<_> = all
        .iter()
        .map(|v| (-machine.free_energy(v).expect("valid")).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let mut draw = |_| {
        let uniform: f64 = StandardUniform.sample(rng);
        let mut rest = total * uniform;
        let found = weights.iter().position(|w| {
            rest -= w;
            rest < 0.0
        });
        all[found.unwrap_or(0)].clone()
    };
    (0..count).map(&mut draw).collect()
}

/// Visible configurations drawn from the exact law, through the hidden ones where these have two values instead: chains would
/// have to cross barriers.
fn exact_starts(machine: &Rbm, count: usize) -> Mat<f64> {
    let mut rng = stream(52, "starts", 0);
    let units = machine.visible().units();
    if machine.visible().unit().is_two_valued() {
        let drawn = draw_visible(machine, count, &mut rng);
        return Mat::from_fn(units, count, |i, c| drawn[c][i]);
    }
    let drawn = draw_visible(&transposed(machine), count, &mut rng);
    let hidden = Mat::from_fn(machine.hidden().units(), count, |j, c| drawn[c][j]);
    let inputs = machine.inputs_v_from_h(hidden.as_ref()).expect("valid");
    let unit = machine.visible().unit();
    Mat::from_fn(units, count, |i, c| unit.draw(inputs[(i, c)], &mut rng))
}

#[test]
fn both_directions_agree_with_enumeration_for_every_unit() {
    let annealing = Annealing::linear(100).unwrap();
    for visible in [Unit::Spin, Unit::Binary] {
        for hidden in UNITS {
            let machine = machine([7, 5], 0.35, [visible, hidden], 2);
            for machine in [machine.clone(), transposed(&machine)] {
                let expected = exact(&machine).unwrap();
                let mut rng = stream(53, "directions", 0);
                let based = annealing
                    .clone()
                    .from_base(vec![0.1; machine.visible().units()])
                    .unwrap();
                let starts = exact_starts(&machine, 200);
                for weights in [
                    annealing.forward(&machine, 200, &mut rng).unwrap(),
                    based.forward(&machine, 200, &mut rng).unwrap(),
                    based.reverse(&machine, starts, &mut rng).unwrap(),
                ] {
                    let found = weights.log_partition().unwrap();
                    let score = (found.value - expected) / found.standard_error;
                    // 60 scores: 4σ is exceeded with probability 0.004; weights are narrow.
                    assert!(score.abs() < 4.0, "{visible:?} {hidden:?}: {score}");
                    assert!(found.standard_error < 0.1 && found.effective_chains > 30.0);
                }
            }
        }
    }
}

#[test]
fn hasty_annealing_is_too_low_and_its_way_back_too_high() {
    let machine = machine([8, 8], 0.8, [Unit::Spin, Unit::Spin], 3);
    let expected = exact(&machine).unwrap();
    let annealing = Annealing::linear(5).unwrap();
    let starts = exact_starts(&machine, 1500);
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for replica in 0..300 {
        let mut rng = stream(54, "hasty", replica);
        let forward = annealing.forward(&machine, 5, &mut rng).unwrap();
        low.push(forward.log_partition().unwrap().value - expected);
        let first = 5 * usize::try_from(replica).unwrap();
        let some = starts.subcols(first, 5).to_owned();
        let reverse = annealing.reverse(&machine, some, &mut rng).unwrap();
        high.push(reverse.log_partition().unwrap().value - expected);
    }
    let (low, high) = (
        independent_mean(&low).unwrap(),
        independent_mean(&high).unwrap(),
    );
    // Biases of some tenths, seen at many σ.
    assert!(low.mean < -3.0 * low.standard_error, "{low:?}");
    assert!(high.mean > 3.0 * high.standard_error, "{high:?}");
}

/// Number of `seeds` whose estimate lies within two standard errors, and the mean score.
fn coverage(seeds: u64, temperatures: usize, chains: usize) -> (usize, f64) {
    let annealing = Annealing::linear(temperatures).expect("valid");
    let scores: Vec<_> = (0..seeds)
        .map(|seed| {
            let machine = machine([16, 16], 0.3, [Unit::Binary, Unit::Binary], 100 + seed);
            let mut rng = stream(55, "coverage", seed);
            let weights = annealing
                .forward(&machine, chains, &mut rng)
                .expect("valid");
            let found = weights.log_partition().expect("valid");
            (found.value - exact(&machine).expect("valid")) / found.standard_error
        })
        .collect();
    let inside = scores.iter().filter(|score| score.abs() < 2.0).count();
    (inside, independent_mean(&scores).expect("valid").mean)
}

#[test]
fn annealing_keeps_its_error_bars() {
    let (inside, score) = coverage(30, 60, 50);
    // 95.4 % of 30, less three binomial deviations of 1.15; the mean of 30 scores has the deviation 0.18.
    assert!(inside >= 25, "{inside} of 30");
    assert!(score < 0.6, "{score}");
}

#[test]
#[ignore = "half a minute: 100 machines at 1000 temperatures"]
fn annealing_keeps_its_error_bars_at_1000_temperatures() {
    let (inside, score) = coverage(100, 1000, 100);
    // 95.4 of 100, less three binomial deviations of 2.1; the mean of 100 scores has the deviation 0.1.
    assert!(inside >= 90, "{inside} of 100");
    assert!(score < 0.3, "{score}");
}

/// Of machines with 12 to 16 hidden units, annealed forth and, from chains around samples of their own law, back: how many estimates of each direction lie
/// within two standard errors of ln Z, and how many pairs agree.
fn coverage_of_both(seeds: u64, temperatures: usize, chains: usize) -> [usize; 3] {
    let annealing = Annealing::linear(temperatures).expect("valid");
    let mut counts = [0; 3];
    for seed in 0..seeds {
        let hidden_units = 12 + usize::try_from(seed % 5).expect("small");
        let units = if seed % 2 == 0 {
            Unit::Spin
        } else {
            Unit::Binary
        };
        let machine = machine([24, hidden_units], 0.35, [units, units], 100 + seed);
        let expected = exact(&machine).expect("valid");
        let mut rng = stream(58, "both ways", seed);
        let (data, _) = ExactSampler::new(&machine)
            .expect("valid")
            .draw(200, &mut rng);
        let data = Samples::from_mat(data.transpose()).expect("finite");
        let mut starts = Chains::around(&machine, &data, chains, &mut rng).expect("valid");
        (0..temperatures).for_each(|_| starts.sweep(&mut rng));
        let forward = annealing
            .forward(&machine, chains, &mut rng)
            .expect("valid");
        let starts = starts.visible().to_owned();
        let reverse = annealing
            .reverse(&machine, starts, &mut rng)
            .expect("valid");
        let bracket = Bracket {
            forward: forward.log_partition().expect("valid"),
            reverse: reverse.log_partition().expect("valid"),
        };
        for (count, found) in counts.iter_mut().zip([bracket.forward, bracket.reverse]) {
            *count += usize::from((found.value - expected).abs() < 2.0 * found.standard_error);
        }
        counts[2] += usize::from(bracket.agrees(chains));
    }
    counts
}

#[test]
fn both_directions_keep_their_error_bars() {
    let [forward, reverse, agreeing] = coverage_of_both(30, 100, 50);
    // 95.4 % of 30, less three binomial deviations of 1.15.
    assert!(forward >= 25 && reverse >= 25, "{forward} {reverse} of 30");
    // Three standard errors of the difference: 99.7 %.
    assert!(agreeing >= 28, "{agreeing} of 30");
}

#[test]
#[ignore = "a minute: 200 machines at 1000 temperatures"]
fn both_directions_keep_their_error_bars_at_1000_temperatures() {
    let [forward, reverse, agreeing] = coverage_of_both(200, 1000, 100);
    // 95.4 % of 200, less three binomial deviations of 3.
    assert!(
        forward >= 182 && reverse >= 182,
        "{forward} {reverse} of 200"
    );
    assert!(agreeing >= 196, "{agreeing} of 200");
}

#[test]
fn the_way_back_from_samples_bounds_their_likelihood() {
    let machine = machine([8, 6], 0.5, [Unit::Spin, Unit::Spin], 4);
    let mut rng = stream(56, "samples", 0);
    let starts = exact_starts(&machine, 60);
    let values = (0..60).flat_map(|c| starts.col(c).iter().copied().collect::<Vec<_>>());
    let samples = Samples::real(60, 8, values.collect()).unwrap();
    let expected = log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap();
    let bound = |temperatures, chains, rng: &mut _| {
        let annealing = Annealing::linear(temperatures).unwrap();
        annealing
            .log_likelihood(&machine, &samples, chains, rng)
            .unwrap()
            .mean
    };
    let (hasty, patient) = (bound(3, 1, &mut rng), bound(300, 20, &mut rng));
    // The noise of 60 × 20 weights of width 0.2 or less; the hasty bound misses by more.
    assert!((patient - expected).abs() < 0.03, "{patient} {expected}");
    assert!(hasty < expected - 0.05, "{hasty} {expected}");
}

#[test]
fn biases_of_the_data_reproduce_their_means() {
    let samples = Samples::discrete(4, 3, vec![1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1]).unwrap();
    let layer = Layer::of_means(Unit::Binary, &samples).unwrap();
    for (bias, sum) in layer.biases().iter().zip([4.0, 0.0, 3.0]) {
        // Rounding.
        assert_relative_eq!(
            Unit::Binary.mean(*bias),
            (sum + 0.5) / 5.0,
            max_relative = 1e-13
        );
    }
    assert!(Layer::of_means(Unit::Spin, &samples).is_err());
    assert!(Layer::of_means(Unit::Rectified, &samples).is_err());
}

#[test]
fn paths_out_of_their_domain_are_refused() {
    assert!(Annealing::linear(0).is_err());
    assert!(Annealing::new(vec![0.0]).is_err());
    assert!(Annealing::new(vec![0.1, 1.0]).is_err());
    assert!(Annealing::new(vec![0.0, 0.5, 0.5, 1.0]).is_err());
    assert!(Annealing::new(vec![0.0, f64::NAN, 1.0]).is_err());
    let annealing = Annealing::linear(2).unwrap();
    assert!(annealing.clone().from_base(vec![f64::NAN]).is_err());
    let machine = machine([3, 2], 0.1, [Unit::Spin, Unit::Spin], 0);
    let mut rng = stream(0, "bad", 0);
    assert!(annealing.forward(&machine, 0, &mut rng).is_err());
    assert!(
        annealing
            .reverse(&machine, Mat::zeros(3, 1), &mut rng)
            .is_err()
    );
    let other = annealing.from_base(vec![0.0; 2]).unwrap();
    assert!(other.forward(&machine, 1, &mut rng).is_err());
}

#[test]
fn a_machine_that_knows_nothing_has_no_log_likelihood() {
    // Free units: p = p₀ whatever their kind. Values that every kind can take are 1 alone.
    for unit in UNITS {
        let visible = Layer::unbiased(unit, 4).unwrap();
        let hidden = Layer::unbiased(Unit::Spin, 2).unwrap();
        let machine = Rbm::new(Mat::zeros(4, 2), visible, hidden).unwrap();
        let samples = Samples::real(3, 4, vec![1.0; 12]).unwrap();
        let found = log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap();
        // Rounding of six terms of order one.
        assert!(found.abs() < 1e-14, "{unit:?}: {found}");
    }
}

#[test]
fn likelihoods_relative_to_free_units_have_the_mean_one_under_their_law() {
    // Σ_v p₀(v) exp(L(v)) = 1 with p₀ = 2^−N.
    for visible in [Unit::Spin, Unit::Binary] {
        for hidden in UNITS {
            let machine = machine([6, 3], 0.5, [visible, hidden], 5);
            let log_z = exact(&machine).unwrap();
            let all = (0..64).flat_map(|state| configuration(visible, 6, state));
            let samples = Samples::real(64, 6, all.collect()).unwrap();
            let scored = score(&machine, &samples).unwrap();
            let mean: f64 = scored
                .iter()
                .map(|v| (v.log_weight - log_z).exp() / 64.0)
                .sum();
            // Rounding of 64 terms.
            assert_relative_eq!(mean, 1.0, max_relative = 1e-12);
        }
    }
    // ∫ dv p₀(v) exp(L(v)) = 1 with p₀ = exp(−U)/∫ exp(−U), by the trapezoidal rule, which converges exponentially for smooth integrands that vanish at
    // both ends; one real unit and two spins.
    for visible in [Unit::Gaussian, Unit::DoubleWell { theta: 0.0 }] {
        let machine = machine([1, 2], 0.7, [visible, Unit::Spin], 6);
        let log_z = exact(&machine).unwrap();
        let grid: Vec<f64> = (-1200..=1200).map(|i| 0.01 * f64::from(i)).collect();
        let samples = Samples::real(grid.len(), 1, grid.clone()).unwrap();
        let scored = score(&machine, &samples).unwrap();
        let free = (-0.5 * (2.0 * std::f64::consts::PI).ln()).exp();
        let total: f64 = grid
            .iter()
            .zip(&scored)
            .map(|(v, at)| 0.01 * free * (at.log_weight - log_z - 0.5 * v * v).exp())
            .sum();
        // Rounding of 2400 terms.
        assert_relative_eq!(total, 1.0, max_relative = 1e-12);
    }
}
