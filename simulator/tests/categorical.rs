//! Categorical visible units against enumeration.

use approx::assert_relative_eq;
use faer::Mat;
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::data::{ClockRing, DataModel};
use saddlepoint_simulator::gibbs::{Chains, TimeAverages};
use saddlepoint_simulator::langevin::Modes;
use saddlepoint_simulator::log_partition::{Annealing, exact, is_enumerable, log_likelihood};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Evaluation, Trainer, Training, exact_gradient};
use saddlepoint_simulator::{Samples, Unit, stream};

/// Three sites of three states.
const SITES: usize = 3;
const STATES: usize = 3;

/// A machine of random weights and biases with three hidden units, one weight changed.
fn machine(hidden: Unit, change: f64) -> Rbm {
    let mut rng = stream(91, "machine", 0);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let entries = SITES * STATES;
    let mut biases = |n| (0..n).map(|_| 0.3 * normal()).collect::<Vec<_>>();
    let visible = Layer::categorical(STATES, biases(entries)).expect("valid");
    let hidden = Layer::new(hidden, biases(3)).expect("valid");
    let mut weights = Mat::from_fn(entries, 3, |_, _| 0.5 * normal());
    weights[(4, 1)] += change;
    Rbm::new(weights, visible, hidden).expect("valid")
}

/// One-hot entries of the sites' states, the digits of a number in base three.
fn one_hot(mut index: usize) -> Vec<f64> {
    let mut values = vec![0.0; SITES * STATES];
    for site in 0..SITES {
        values[site * STATES + index % STATES] = 1.0;
        index /= STATES;
    }
    values
}

/// exp(−F) of all 27 configurations.
fn weights(machine: &Rbm) -> Vec<f64> {
    let weight = |index| (-machine.free_energy(&one_hot(index)).expect("valid")).exp();
    (0..27).map(weight).collect()
}

#[test]
fn enumeration_and_annealing_agree_with_the_sum_over_states() {
    for hidden in [Unit::Spin, Unit::Binary, Unit::Gaussian] {
        let machine = machine(hidden, 0.0);
        let expected = weights(&machine).iter().sum::<f64>().ln();
        assert_eq!(is_enumerable(&machine), hidden.is_two_valued());
        match exact(&machine) {
            // Rounding of 27 terms.
            Ok(found) => assert_relative_eq!(found, expected, max_relative = 1e-13),
            Err(_) => assert_eq!(hidden, Unit::Gaussian),
        }
        let annealing = Annealing::linear(100).unwrap();
        let mut rng = stream(92, "annealing", 0);
        let found = annealing.forward(&machine, 200, &mut rng).unwrap();
        let found = found.log_partition().unwrap();
        let score = (found.value - expected) / found.standard_error;
        assert!(score.abs() < 4.0, "{hidden:?}: {score}");
    }
}

#[test]
fn chains_have_the_frequencies_of_the_boltzmann_law() {
    let machine = machine(Unit::Spin, 0.0);
    let weights = weights(&machine);
    let total: f64 = weights.iter().sum();
    let mut rng = stream(93, "chains", 0);
    let count = 20_000_u32;
    let mut chains = Chains::random(&machine, 20_000, &mut rng).unwrap();
    (0..20).for_each(|_| chains.sweep(&mut rng));
    let mut averages = TimeAverages::new(&chains);
    averages.record(&chains).unwrap();
    let means = averages.visible();
    for entry in 0..SITES * STATES {
        let states = (0..27).filter(|&index| one_hot(index)[entry] > 0.5);
        let expected = states.map(|index| weights[index]).sum::<f64>() / total;
        let row = chains.visible().row(entry).iter().sum::<f64>() / f64::from(count);
        // 4σ of a frequency.
        let allowed = 4.0 * (expected / f64::from(count)).sqrt();
        assert!(
            (row - expected).abs() < allowed,
            "{entry}: {row} {expected}"
        );
        let mean = means.row(entry).iter().sum::<f64>() / f64::from(count);
        assert!(
            (mean - expected).abs() < allowed,
            "{entry}: {mean} {expected}"
        );
    }
    for chain in chains.visible().col_iter() {
        assert_relative_eq!(chain.iter().sum::<f64>(), 3.0);
    }
}

#[test]
fn the_exact_gradient_is_the_slope_of_the_likelihood() {
    let values = [0, 5, 14, 26, 14].into_iter().flat_map(one_hot).collect();
    let samples = Samples::real(5, 9, values).unwrap();
    let value = |change| {
        let machine = machine(Unit::Spin, change);
        log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap()
    };
    let h = 1e-5;
    let slope = (value(h) - value(-h)) / (2.0 * h);
    let gradient = exact_gradient(&machine(Unit::Spin, 0.0), &samples).unwrap();
    // Rounding of L ≈ 3 over h, and the third derivative times h².
    assert!((gradient.weights[(4, 1)] - slope).abs() < 1e-9);
}

#[test]
fn a_clock_ring_is_learned() {
    let mut rng = stream(94, "clock", 0);
    let samples = ClockRing::new(6, 4, 1.0)
        .unwrap()
        .draw(500, &mut rng)
        .unwrap();
    let visible = Layer::of_frequencies(4, &samples).unwrap();
    let hidden = Layer::unbiased(Unit::Spin, 4).unwrap();
    let start = Rbm::random(visible, hidden, 0.1, &mut rng).unwrap();
    let mut trainer = Trainer::new(Training::default(), start, &samples, &mut rng).unwrap();
    let value = |t: &Trainer<'_>| t.log_likelihood(&Evaluation::default()).unwrap().value;
    let before = value(&trainer);
    // Independent units of the data's frequencies, four states nearly alike: little more likely than the uniform law makes the data.
    assert!(before.abs() < 0.1, "{before}");
    (0..200).for_each(|_| trainer.epoch().unwrap());
    assert!(value(&trainer) > before + 0.5, "{}", value(&trainer));
}

#[test]
fn a_mode_of_categorical_units_has_their_covariance() {
    // One site of two states: x = (v₁ − v₂)/√2 has the variance 1/2, one spin the variance 1; W = s u.
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let weights = Mat::from_fn(2, 1, |i, _| if i == 0 { half } else { -half });
    let visible = Layer::categorical(2, vec![0.0; 2]).unwrap();
    let machine = Rbm::new(weights, visible, Layer::unbiased(Unit::Spin, 1).unwrap()).unwrap();
    let modes = Modes::of_machine(&machine).unwrap();
    // Rounding.
    assert_relative_eq!(modes.slow_curvatures()[0], 1.0 - half, max_relative = 1e-12);
}

#[test]
fn layers_and_configurations_that_are_not_one_hot_are_refused() {
    assert!(Layer::categorical(1, vec![0.0; 2]).is_err());
    assert!(Layer::categorical(3, vec![0.0; 4]).is_err());
    let machine = machine(Unit::Spin, 0.0);
    let mut rng = stream(0, "bad", 0);
    for bad in [vec![0.0; 9], vec![1.0; 9], vec![0.5; 9]] {
        let visible = Mat::from_fn(9, 1, |i, _| bad[i]);
        assert!(Chains::new(&machine, visible, &mut rng).is_err());
    }
    let samples = Samples::discrete(1, 4, vec![1, 1, 0, 0]).unwrap();
    assert!(Layer::of_frequencies(2, &samples).is_err());
}
