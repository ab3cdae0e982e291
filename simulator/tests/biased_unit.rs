//! The likelihood of one hidden unit with biases against enumeration and finite differences.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_simulator::data::{DataModel, TwoCluster};
use saddlepoint_simulator::log_partition::{exact, log_likelihood};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{
    Ascent, BiasedLikelihood, Likelihood, Partition, Stop, random_weights,
};
use saddlepoint_simulator::{Samples, Unit, stream};

const UNITS: [Unit; 5] = [
    Unit::Spin,
    Unit::Binary,
    Unit::Gaussian,
    Unit::DoubleWell { theta: -1.0 },
    Unit::Rectified,
];

const SIZE: usize = 9;

fn samples(count: usize) -> Samples {
    let mut rng = stream(3, "biased unit", 0);
    let model = TwoCluster::random(SIZE, 1.2, &mut rng).expect("valid");
    model.draw(count, &mut rng).expect("a small matrix")
}

/// Parameters (w, b, c) of no symmetry.
fn parameters(norm: f64) -> Vec<f64> {
    let mut rng = stream(4, "parameters", 0);
    let weights = random_weights(SIZE, norm, &mut rng).expect("valid");
    let biases = random_weights(SIZE, 0.3, &mut rng).expect("valid");
    weights.into_iter().chain(biases).chain([0.4]).collect()
}

#[test]
fn the_likelihood_is_that_of_the_enumerated_machine() {
    let samples = samples(20);
    for unit in UNITS {
        let parameters = parameters(0.7);
        let likelihood = BiasedLikelihood::new(&samples, unit, 0.0).unwrap();
        let weights = Mat::from_fn(SIZE, 1, |i, _| parameters[i]);
        let visible = Layer::new(Unit::Spin, parameters[SIZE..2 * SIZE].to_vec()).unwrap();
        let hidden = Layer::new(unit, vec![parameters[2 * SIZE]]).unwrap();
        let machine = Rbm::new(weights, visible, hidden).unwrap();
        let expected = log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap();
        // What the rule of eight points per two units of h leaves of a density of width one.
        assert_relative_eq!(
            likelihood.value(&parameters).unwrap(),
            expected,
            epsilon = 1e-8
        );
    }
}

#[test]
fn the_gradient_is_the_slope_of_the_likelihood() {
    let samples = samples(20);
    for unit in UNITS {
        let likelihood = BiasedLikelihood::new(&samples, unit, 0.2).unwrap();
        let at = parameters(0.7);
        let gradient = likelihood.gradient(&at).unwrap();
        for k in [0, 3, SIZE, SIZE + 5, 2 * SIZE] {
            let h = 1e-5;
            let value = |step: f64| {
                let mut moved = at.clone();
                moved[k] += step;
                likelihood.value(&moved).unwrap()
            };
            let slope = (value(h) - value(-h)) / (2.0 * h);
            // The third derivative times h²/6 and rounding of values of order one over h.
            assert_abs_diff_eq!(gradient[k], slope, epsilon = 1e-8);
        }
    }
}

#[test]
fn without_biases_it_is_the_likelihood_of_the_weights() {
    let samples = samples(30);
    let weights = random_weights(SIZE, 0.8, &mut stream(5, "weights", 0)).unwrap();
    for unit in [Unit::Spin, Unit::Binary] {
        let plain = Likelihood::new(&samples, unit, Partition::Spins).unwrap();
        let biased = BiasedLikelihood::new(&samples, unit, 0.0).unwrap();
        let value = biased.value(&biased.start(&weights)).unwrap();
        assert_relative_eq!(value, plain.value(&weights).unwrap(), epsilon = 1e-12);
    }
}

#[test]
fn at_the_maximum_the_visible_biases_balance_the_weights() {
    // b = v̄ − η w up to the cubic terms of weights of 1/√N; here the exact condition ⟨v_i⟩ = v̄_i is in the gradient.
    let samples = samples(200);
    for unit in UNITS {
        let likelihood = BiasedLikelihood::new(&samples, unit, 0.1).unwrap();
        let weights = random_weights(SIZE, 0.1, &mut stream(6, "start", 0)).unwrap();
        let start = likelihood.start(&weights);
        let before = likelihood.value(&start).unwrap();
        let optimum = Ascent::default().run(&likelihood, start).unwrap();
        assert_ne!(optimum.stop, Stop::MaxIterations, "{unit:?}");
        assert!(optimum.gradient_norm < 1e-6, "{unit:?}");
        assert!(optimum.log_likelihood > before);
    }
}

#[test]
fn samples_that_are_no_spins_and_wrong_sizes_are_refused() {
    let binary = Samples::discrete(2, 2, vec![0, 1, 1, 0]).unwrap();
    assert!(BiasedLikelihood::new(&binary, Unit::Spin, 0.0).is_err());
    let samples = samples(5);
    assert!(BiasedLikelihood::new(&samples, Unit::Spin, -1.0).is_err());
    let likelihood = BiasedLikelihood::new(&samples, Unit::Spin, 0.0).unwrap();
    assert!(likelihood.value(&[0.0; SIZE]).is_err());
}
