//! Ascent of the one-unit likelihood against enumeration, eigenvectors and finite differences.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{ClockRing, DataModel, Spiked, TwoCluster};
use saddlepoint_simulator::log_partition::{exact, log_likelihood};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_simulator::training::{
    Ascent, Likelihood, Partition, Stop, random_weights, weights_along,
};
use saddlepoint_simulator::{Samples, Unit, stream};

const UNITS: [Unit; 5] = [
    Unit::Spin,
    Unit::Binary,
    Unit::Gaussian,
    Unit::DoubleWell { theta: -1.0 },
    Unit::Rectified,
];

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn clusters(units: usize, samples: usize, signal: f64, replica: u64) -> (TwoCluster, Samples) {
    let mut rng = stream(11, "one unit", replica);
    let model = TwoCluster::random(units, signal, &mut rng).expect("valid");
    let samples = model.draw(samples, &mut rng).expect("a small matrix");
    (model, samples)
}

#[test]
fn the_gradient_is_the_slope_of_the_likelihood() {
    let (_, spins) = clusters(13, 40, 1.5, 0);
    let reals = Samples::real(40, 13, spins.to_reals()).unwrap();
    let mut rng = stream(12, "gradient", 0);
    let weights = random_weights(13, 0.6, &mut rng).unwrap();
    let steps = random_weights(13, 1.0, &mut rng).unwrap();
    let at = |h: f64| -> Vec<f64> { weights.iter().zip(&steps).map(|(w, s)| w + h * s).collect() };
    let forms = UNITS.map(|unit| (unit, Partition::Gaussian));
    let wells = Unit::DoubleWell { theta: -1.5 };
    let exact = [
        Unit::Spin,
        Unit::Binary,
        Unit::Gaussian,
        Unit::Rectified,
        wells,
    ]
    .map(|unit| (unit, Partition::Spins));
    for (unit, partition) in forms.into_iter().chain(exact) {
        for samples in [&spins, &reals] {
            let likelihood = Likelihood::new(samples, unit, partition).unwrap();
            let h = 1e-5;
            let value = |h| likelihood.value(&at(h)).unwrap();
            let slope = (value(h) - value(-h)) / (2.0 * h);
            let gradient = likelihood.gradient(&weights).unwrap();
            // The third derivative times h²/6 and rounding of values of order one over h.
            assert_abs_diff_eq!(dot(&gradient, &steps), slope, epsilon = 1e-8);
        }
    }
}

#[test]
fn the_partition_function_of_spins_is_exact() {
    let (_, samples) = clusters(10, 3, 1.0, 1);
    let weights = random_weights(10, 2.0, &mut stream(13, "partition", 0)).unwrap();
    let wells = [-0.5, -4.0].map(|theta| Unit::DoubleWell { theta });
    let plain = [Unit::Spin, Unit::Binary, Unit::Gaussian, Unit::Rectified];
    for unit in plain.into_iter().chain(wells) {
        let likelihood = Likelihood::new(&samples, unit, Partition::Spins).unwrap();
        let fields = likelihood.fields(&weights).unwrap();
        let energy = fields
            .iter()
            .map(|&field| unit.cumulant(field))
            .sum::<f64>()
            / 3.0;
        let field = |state: u32| -> f64 {
            (0..10)
                .map(|i| {
                    if state >> i & 1 == 1 {
                        -weights[i]
                    } else {
                        weights[i]
                    }
                })
                .sum()
        };
        let z = (0..1024)
            .map(|state| unit.cumulant(field(state)).exp())
            .sum::<f64>()
            / 1024.0;
        // Rounding of a sum of 1024 terms; Simpson's rule for real units, whose error is the step's fourth power times some 1e-4 here.
        assert_relative_eq!(
            likelihood.value(&weights).unwrap(),
            energy - z.ln(),
            epsilon = 1e-8
        );
    }
}

#[test]
fn a_gaussian_unit_learns_the_leading_principal_component() {
    // ∇L = Ĉw − w/(1 − ρ): the maximum is the leading eigenvector with ρ = 1 − 1/λ.
    let mut rng = stream(14, "principal component", 0);
    let samples = Spiked::random(150, &[3.0], &mut rng)
        .unwrap()
        .draw(300, &mut rng)
        .unwrap();
    let top = SampleCovariance::new(&samples, Columns::Raw)
        .unwrap()
        .leading(1)
        .unwrap();
    let likelihood = Likelihood::new(&samples, Unit::Gaussian, Partition::Gaussian).unwrap();
    let start = random_weights(150, 0.01, &mut rng).unwrap();
    let optimum = Ascent::default().run(&likelihood, start).unwrap();
    assert_eq!(optimum.stop, Stop::Converged);
    // A gradient of 1e-7 against curvatures of order one.
    assert_abs_diff_eq!(
        dot(&optimum.weights, &optimum.weights),
        1.0 - 1.0 / top.eigenvalues[0],
        epsilon = 1e-6
    );
    let overlap = squared_overlap(&optimum.weights, &top.vector(0)).unwrap();
    assert_abs_diff_eq!(overlap, 1.0, epsilon = 1e-9);
}

#[test]
fn every_unit_reaches_a_stationary_point_that_is_better_than_its_start() {
    let (model, samples) = clusters(200, 800, 1.5, 2);
    for (replica, unit) in (0..).zip(UNITS) {
        let likelihood = Likelihood::new(&samples, unit, Partition::Gaussian).unwrap();
        let mut rng = stream(15, "start", replica);
        let random = random_weights(200, 0.01, &mut rng).unwrap();
        let informed = weights_along(&model.direction(), 0.5).unwrap();
        for start in [random, informed] {
            let before = likelihood.value(&start).unwrap();
            let optimum = Ascent::default().run(&likelihood, start).unwrap();
            assert_eq!(optimum.stop, Stop::Converged, "{unit:?}");
            assert!(
                optimum.gradient_norm <= 1.01e-7,
                "{unit:?}: {}",
                optimum.gradient_norm
            );
            assert!(optimum.log_likelihood > before);
            assert!(
                optimum.iterations < 100,
                "{unit:?}: {} steps",
                optimum.iterations
            );
        }
    }
}

#[test]
fn spins_and_equal_real_numbers_give_one_result() {
    let (model, spins) = clusters(70, 210, 2.0, 3);
    let reals = Samples::real(210, 70, spins.to_reals()).unwrap();
    let start = random_weights(70, 0.01, &mut stream(16, "start", 0)).unwrap();
    let run = |samples: &Samples| {
        let likelihood = Likelihood::new(samples, Unit::Spin, Partition::Spins).unwrap();
        let optimum = Ascent::default().run(&likelihood, start.clone()).unwrap();
        likelihood
            .compare(&optimum.weights, &model.direction(), &reals)
            .unwrap()
    };
    let (bits, plain) = (run(&spins), run(&reals));
    // Two ascents that differ by rounding stop within 1e-7 of the same maximum.
    assert_abs_diff_eq!(bits.squared_norm, plain.squared_norm, epsilon = 1e-6);
    assert_abs_diff_eq!(bits.magnetization, plain.magnetization, epsilon = 1e-6);
    // The "fresh" samples are those of the training.
    assert_abs_diff_eq!(
        bits.train_log_likelihood,
        bits.test_log_likelihood,
        epsilon = 1e-12
    );
    assert!(bits.overlap_squared > 0.5 && bits.overlap_squared < 1.0);
}

#[test]
fn a_batch_is_its_rows_as_often_as_they_are_named() {
    // More than one block of 32 columns.
    let (_, spins) = clusters(41, 12, 1.5, 3);
    let reals = Samples::real(12, 41, spins.to_reals()).unwrap();
    let weights = random_weights(41, 0.6, &mut stream(18, "batch", 0)).unwrap();
    let rows = [3, 11, 3, 0, 7];
    let named = rows.map(|row| spins.as_discrete().unwrap()[41 * row..41 * (row + 1)].to_vec());
    let named = Samples::discrete(5, 41, named.concat()).unwrap();
    let expected = Likelihood::new(&named, Unit::Spin, Partition::Spins).unwrap();
    for samples in [&spins, &reals] {
        let likelihood = Likelihood::new(samples, Unit::Spin, Partition::Spins).unwrap();
        let batch = likelihood.batch(&rows).unwrap();
        let pairs = batch.gradient(&weights).unwrap();
        for (g, expected) in pairs.iter().zip(expected.gradient(&weights).unwrap()) {
            // The same sums in another order.
            assert_abs_diff_eq!(*g, expected, epsilon = 1e-13);
        }
        assert!(likelihood.batch(&[]).is_err() && likelihood.batch(&[12]).is_err());
    }
}

#[test]
fn the_field_of_fresh_samples_splits_along_the_planted_direction() {
    let (model, samples) = clusters(300, 1200, 1.5, 4);
    let fresh = model.draw(20_000, &mut stream(17, "fresh", 0)).unwrap();
    let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Gaussian).unwrap();
    let start = weights_along(&model.direction(), 1.0).unwrap();
    let optimum = Ascent::default().run(&likelihood, start).unwrap();
    let seen = likelihood
        .compare(&optimum.weights, &model.direction(), &fresh)
        .unwrap();
    assert_relative_eq!(
        seen.overlap_squared,
        seen.magnetization.powi(2) / seen.squared_norm,
        max_relative = 1e-12
    );
    // Across the direction the covariance is white but for tanh²(b/√N) = 0.0075; 4σ of a variance from 20 000 samples.
    let across = seen.squared_norm - seen.magnetization.powi(2);
    assert_relative_eq!(
        seen.field_variance,
        across,
        max_relative = 0.0075 + 4.0 * 0.01
    );
    assert!(seen.train_log_likelihood > seen.test_log_likelihood);
}

#[test]
fn the_likelihood_of_categorical_units_is_that_of_the_machine() {
    let (sites, states) = (4, 3);
    let mut rng = stream(18, "categorical", 0);
    let model = ClockRing::new(sites, states, 1.2).unwrap();
    let samples = model.draw(30, &mut rng).unwrap();
    let weights = random_weights(sites * states, 3.0, &mut rng).unwrap();
    let steps = random_weights(sites * states, 1.0, &mut rng).unwrap();
    for unit in [Unit::Spin, Unit::Binary] {
        let likelihood =
            Likelihood::new(&samples, unit, Partition::Categorical { states }).unwrap();
        let visible = Layer::categorical(states, vec![0.0; sites * states]).unwrap();
        let hidden = Layer::unbiased(unit, 1).unwrap();
        let column = Mat::from_fn(sites * states, 1, |i, _| weights[i]);
        let machine = Rbm::new(column, visible, hidden).unwrap();
        let expected = log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap();
        // Both relative to the uniform law; rounding of sums of 30 terms.
        assert_relative_eq!(
            likelihood.value(&weights).unwrap(),
            expected,
            epsilon = 1e-12
        );
        let h = 1e-5;
        let value = |h: f64| {
            let moved: Vec<f64> = weights.iter().zip(&steps).map(|(w, s)| w + h * s).collect();
            likelihood.value(&moved).unwrap()
        };
        let slope = (value(h) - value(-h)) / (2.0 * h);
        // The third derivative times h²/6 and rounding of values of order one over h.
        assert_abs_diff_eq!(
            dot(&likelihood.gradient(&weights).unwrap(), &steps),
            slope,
            epsilon = 1e-8
        );
    }
    let categorical = Partition::Categorical { states };
    assert!(Likelihood::new(&samples, Unit::Gaussian, categorical).is_err());
    for states in [1, 5, 6] {
        let wrong = Partition::Categorical { states };
        assert!(Likelihood::new(&samples, Unit::Spin, wrong).is_err());
    }
}

#[test]
fn arguments_out_of_their_domain_are_refused() {
    let (_, samples) = clusters(8, 20, 1.0, 5);
    assert!(Likelihood::new(&samples.transformed(0.0, 2.0), Unit::Spin, Partition::Spins).is_err());
    let well = Unit::DoubleWell { theta: 1.0 };
    assert!(Likelihood::new(&samples, well, Partition::Gaussian).is_err());
    let likelihood = Likelihood::new(&samples, Unit::Gaussian, Partition::Gaussian).unwrap();
    assert!(likelihood.value(&[0.1; 7]).is_err());
    assert!(likelihood.value(&[1.0; 8]).unwrap().is_infinite());
    assert!(likelihood.gradient(&[1.0; 8]).is_err());
    assert!(Ascent::default().run(&likelihood, vec![1.0; 8]).is_err());
    assert!(
        Ascent::default()
            .run(&likelihood, vec![f64::NAN; 8])
            .is_err()
    );
    assert!(weights_along(&[0.0; 3], 1.0).is_err());
}
