//! Training against finite differences, enumeration and itself.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::data::{DataModel, IsingRing};
use saddlepoint_simulator::log_partition::{exact, log_likelihood};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{
    Algorithm, Checkpoint, Evaluation, Trainer, Training, exact_gradient,
};
use saddlepoint_simulator::{Samples, Unit, stream};

const UNITS: [Unit; 5] = [
    Unit::Spin,
    Unit::Binary,
    Unit::Gaussian,
    Unit::DoubleWell { theta: -1.0 },
    Unit::Rectified,
];
const ALGORITHMS: [Algorithm; 3] = [
    Algorithm::Exact,
    Algorithm::Contrastive { steps: 2 },
    Algorithm::Persistent { steps: 2 },
];

/// A state of random weights and biases.
fn parameters(sizes: [usize; 2], scale: f64) -> Checkpoint {
    let mut rng = stream(61, "parameters", 0);
    let mut normal = |count: usize, scale: f64| {
        let draw = |_| {
            let z: f64 = StandardNormal.sample(&mut rng);
            scale * z
        };
        (0..count).map(draw).collect::<Vec<_>>()
    };
    Checkpoint {
        weights: normal(sizes[0] * sizes[1], scale),
        visible_biases: normal(sizes[0], 0.3),
        hidden_biases: normal(sizes[1], 0.3),
        chains: Vec::new(),
        key: 0,
        epoch: 0,
    }
}

/// A machine of zeros.
fn blank(units: [Unit; 2], sizes: [usize; 2]) -> Rbm {
    let layer = |k: usize| Layer::unbiased(units[k], sizes[k]).expect("valid");
    Rbm::new(Mat::zeros(sizes[0], sizes[1]), layer(0), layer(1)).expect("matching layers")
}

/// Random samples that the units can take.
fn random_samples(unit: Unit, rows: usize, columns: usize) -> Samples {
    let mut rng = stream(62, "samples", 0);
    let values = (0..rows * columns).map(|_| unit.draw(0.4, &mut rng));
    Samples::real(rows, columns, values.collect()).expect("finite")
}

fn ring(units: usize, beta: f64, rows: usize) -> Samples {
    let model = IsingRing::new(units, beta).expect("valid");
    model
        .draw(rows, &mut stream(63, "ring", 0))
        .expect("a small matrix")
}

/// A machine of small random weights for spins.
fn start(samples: &Samples, hidden: Unit, hidden_units: usize) -> Rbm {
    let visible = Layer::of_means(Unit::Spin, samples).expect("spins");
    let hidden = Layer::unbiased(hidden, hidden_units).expect("valid");
    Rbm::random(visible, hidden, 0.1, &mut stream(64, "start", 0)).expect("valid")
}

#[test]
fn the_exact_gradient_is_the_slope_of_the_exact_likelihood_for_every_unit() {
    let two_valued = [Unit::Spin, Unit::Binary];
    let pairs = two_valued
        .into_iter()
        .flat_map(|a| UNITS.into_iter().flat_map(move |b| [[a, b], [b, a]]));
    for units in pairs {
        for sizes in [[5, 3], [3, 5]] {
            let samples = random_samples(units[0], 7, sizes[0]);
            let at = parameters(sizes, 0.35);
            let like = blank(units, sizes);
            let value = |change: &dyn Fn(&mut Checkpoint, f64)| {
                let h = 1e-5;
                let [up, down] = [h, -h].map(|h| {
                    let mut moved = at.clone();
                    change(&mut moved, h);
                    let machine = moved.machine(&like).unwrap();
                    log_likelihood(&machine, &samples, exact(&machine).unwrap()).unwrap()
                });
                (up - down) / (2.0 * h)
            };
            let machine = at.machine(&like).unwrap();
            let gradient = exact_gradient(&machine, &samples).unwrap();
            let check = |slope: f64, expected: f64| {
                // Rounding of L ≈ 10 over h, and third derivatives of order ten times h².
                assert!(
                    (slope - expected).abs() < 1e-8,
                    "{units:?} {slope} {expected}"
                );
            };
            for i in 0..sizes[0] {
                check(
                    gradient.visible_biases[i],
                    value(&|p, h| p.visible_biases[i] += h),
                );
                for j in 0..sizes[1] {
                    let at = i + sizes[0] * j;
                    check(gradient.weights[(i, j)], value(&|p, h| p.weights[at] += h));
                }
            }
            for j in 0..sizes[1] {
                check(
                    gradient.hidden_biases[j],
                    value(&|p, h| p.hidden_biases[j] += h),
                );
            }
        }
    }
}

#[test]
fn a_resumed_training_is_the_uninterrupted_one_bit_for_bit() {
    // 130 samples in batches of 40: the last batch of each epoch holds 10.
    let samples = ring(9, 0.6, 130);
    // Few chains of many hidden units are kept as numbers, more as bits. In that case the last batch is an incomplete word.
    let cases = ALGORITHMS.map(|a| [(a, 7, 10), (a, 20, 10), (a, 7, 4), (a, 20, 4)]);
    for (algorithm, chains, hidden_units) in cases.into_iter().flatten() {
        let settings = Training {
            algorithm,
            batch: 40,
            chains,
            l2: 0.01,
            ..Training::default()
        };
        let mut rng = stream(65, "resume", 0);
        let machine = start(&samples, Unit::Binary, hidden_units);
        let mut whole = Trainer::new(settings, machine, &samples, &mut rng).unwrap();
        (0..3).for_each(|_| whole.epoch().unwrap());
        let checkpoint = whole.checkpoint();
        (0..4).for_each(|_| whole.epoch().unwrap());
        let like = blank([Unit::Spin, Unit::Binary], [9, hidden_units]);
        let mut resumed = Trainer::resume(settings, &like, &samples, &checkpoint).unwrap();
        assert_eq!(resumed.checkpoint(), checkpoint);
        (0..4).for_each(|_| resumed.epoch().unwrap());
        assert_eq!(resumed.epochs(), 7);
        let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let (a, b) = (whole.checkpoint(), resumed.checkpoint());
        assert_eq!(bits(&a.weights), bits(&b.weights), "{algorithm:?}");
        assert_eq!(bits(&a.chains), bits(&b.chains), "{algorithm:?}");
        assert_eq!(a, b);
        assert_ne!(a.weights, checkpoint.weights);
    }
}

#[test]
fn chains_raise_the_likelihood_to_its_optimum() {
    let samples = ring(8, 0.5, 500);
    let train = |settings, epochs| {
        let mut rng = stream(66, "optimum", 0);
        let machine = start(&samples, Unit::Spin, 3);
        let mut trainer = Trainer::new(settings, machine, &samples, &mut rng).unwrap();
        let before = trainer.log_likelihood(&Evaluation::default()).unwrap();
        (0..epochs).for_each(|_| trainer.epoch().unwrap());
        let after = trainer.log_likelihood(&Evaluation::default()).unwrap();
        assert!(after.standard_error.is_none());
        (before.value, after.value)
    };
    let with = |algorithm, learning_rate| Training {
        algorithm,
        learning_rate,
        batch: 500,
        chains: 500,
        ..Training::default()
    };
    let (before, optimum) = train(with(Algorithm::Exact, 0.2), 1500);
    let (_, persistent) = train(with(Algorithm::Persistent { steps: 5 }, 0.05), 2500);
    let (_, contrastive) = train(with(Algorithm::Contrastive { steps: 1 }, 0.05), 2500);
    assert!(optimum > before + 0.2, "{before} {optimum}");
    // The noise of 500 chains at this rate costs about η × parameters/(4 chains) = 1e-3.
    assert!(
        (persistent - optimum).abs() < 0.01,
        "{persistent} {optimum}"
    );
    assert!(
        contrastive > before + 0.1 && contrastive < optimum + 1e-3,
        "{contrastive}"
    );
}

#[test]
fn real_hidden_units_learn_too() {
    let samples = ring(12, 0.5, 400);
    for hidden in UNITS {
        let mut rng = stream(67, "units", 0);
        let settings = Training {
            learning_rate: 0.02,
            ..Training::default()
        };
        let machine = start(&samples, hidden, 3);
        let mut trainer = Trainer::new(settings, machine, &samples, &mut rng).unwrap();
        let value = |trainer: &Trainer<'_>| {
            trainer
                .log_likelihood(&Evaluation::default())
                .unwrap()
                .value
        };
        let before = value(&trainer);
        (0..150).for_each(|_| trainer.epoch().unwrap());
        let after = value(&trainer);
        assert!(after > before + 0.05, "{hidden:?}: {before} {after}");
    }
}

#[test]
fn the_penalty_shrinks_weights_and_not_biases() {
    let samples = ring(6, 0.4, 50);
    let step = |l2| {
        let settings = Training {
            algorithm: Algorithm::Exact,
            batch: 50,
            learning_rate: 0.1,
            l2,
            ..Training::default()
        };
        let mut rng = stream(68, "penalty", 0);
        let machine = start(&samples, Unit::Spin, 3);
        let mut trainer = Trainer::new(settings, machine, &samples, &mut rng).unwrap();
        let before = trainer.checkpoint();
        trainer.epoch().unwrap();
        (before, trainer.checkpoint())
    };
    let ((before, without), (_, with)) = (step(0.0), step(0.5));
    for ((start, a), b) in before
        .weights
        .iter()
        .zip(&without.weights)
        .zip(&with.weights)
    {
        // Rounding.
        assert_abs_diff_eq!(a - b, 0.1 * 0.5 * start, epsilon = 1e-14);
    }
    assert_eq!(without.visible_biases, with.visible_biases);
}

#[test]
fn annealed_likelihoods_agree_with_exact_ones() {
    let samples = ring(10, 0.6, 300);
    let mut rng = stream(69, "annealed", 0);
    let machine = start(&samples, Unit::Spin, 5);
    let mut trainer = Trainer::new(Training::default(), machine, &samples, &mut rng).unwrap();
    (0..100).for_each(|_| trainer.epoch().unwrap());
    let exact = trainer.log_likelihood(&Evaluation::default()).unwrap();
    let evaluation = Evaluation {
        largest_layer: 0,
        temperatures: 300,
        chains: 100,
    };
    let annealed = trainer.log_likelihood(&evaluation).unwrap();
    let error = annealed.standard_error.unwrap();
    assert!(
        (annealed.value - exact.value).abs() < 4.0 * error,
        "{annealed:?} {exact:?}"
    );
    assert_eq!(annealed, trainer.log_likelihood(&evaluation).unwrap());
}

#[test]
fn singular_values_come_with_their_overlaps() {
    let samples = ring(6, 0.4, 50);
    let mut rng = stream(70, "modes", 0);
    let machine = start(&samples, Unit::Spin, 4);
    let trainer = Trainer::new(Training::default(), machine, &samples, &mut rng).unwrap();
    let (values, overlaps) = trainer
        .singular_values(Mat::<f64>::identity(6, 6).as_ref())
        .unwrap();
    let squares: f64 = values.iter().map(|s| s * s).sum();
    let norm = trainer.machine().weights().norm_l2();
    // Rounding of 24 terms.
    assert_relative_eq!(squares, norm * norm, max_relative = 1e-13);
    assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
    assert_eq!((overlaps.nrows(), overlaps.ncols()), (4, 6));
    for k in 0..4 {
        // A unit vector in a complete basis.
        assert_relative_eq!(
            overlaps.row(k).iter().sum::<f64>(),
            1.0,
            max_relative = 1e-13
        );
    }
    assert!(
        trainer
            .singular_values(Mat::<f64>::identity(5, 5).as_ref())
            .is_err()
    );
}

#[test]
fn trainings_out_of_their_domain_are_refused() {
    let samples = ring(6, 0.4, 20);
    let machine = start(&samples, Unit::Spin, 2);
    let new = |settings, samples: &Samples| {
        let mut rng = stream(0, "bad", 0);
        Trainer::new(settings, machine.clone(), samples, &mut rng).map(drop)
    };
    let good = Training::default();
    assert!(new(good, &samples).is_ok());
    assert!(new(Training { batch: 0, ..good }, &samples).is_err());
    assert!(new(Training { chains: 0, ..good }, &samples).is_err());
    assert!(new(Training { l2: -1.0, ..good }, &samples).is_err());
    assert!(
        new(
            Training {
                learning_rate: f64::NAN,
                ..good
            },
            &samples
        )
        .is_err()
    );
    let algorithm = Algorithm::Contrastive { steps: 0 };
    assert!(new(Training { algorithm, ..good }, &samples).is_err());
    assert!(new(good, &ring(5, 0.4, 20)).is_err());
    assert!(new(good, &Samples::discrete(0, 6, vec![]).unwrap()).is_err());
    assert!(new(good, &Samples::discrete(1, 6, vec![0; 6]).unwrap()).is_err());
    let mut rng = stream(0, "bad", 0);
    let checkpoint = Trainer::new(good, machine.clone(), &samples, &mut rng)
        .unwrap()
        .checkpoint();
    let resume = |settings, checkpoint: &Checkpoint| {
        Trainer::resume(settings, &machine, &samples, checkpoint).map(drop)
    };
    assert!(resume(good, &checkpoint).is_ok());
    assert!(resume(Training { chains: 3, ..good }, &checkpoint).is_err());
    let mut short = checkpoint.clone();
    short.weights.pop();
    assert!(resume(good, &short).is_err());
    let mut torn = checkpoint;
    torn.chains.pop();
    assert!(resume(good, &torn).is_err());
}

#[test]
fn a_machine_that_runs_away_is_an_error() {
    let samples = ring(6, 0.4, 20);
    let settings = Training {
        learning_rate: 1e200,
        ..Training::default()
    };
    let mut rng = stream(71, "away", 0);
    let machine = start(&samples, Unit::Gaussian, 2);
    let mut trainer = Trainer::new(settings, machine, &samples, &mut rng).unwrap();
    assert!((0..5).any(|_| trainer.epoch().is_err()));
}

#[test]
fn held_biases_stay_and_weights_learn() {
    let mut rng = stream(0, "held biases", 0);
    let samples = IsingRing::new(8, 0.6).unwrap().draw(300, &mut rng).unwrap();
    let persistent = Algorithm::Persistent { steps: 1 };
    // Few chains of many hidden units take the general path, many the packed one; few hidden units have their own.
    for (algorithm, chains, hidden_units) in [
        (Algorithm::Exact, 0, 2),
        (persistent, 5, 9),
        (persistent, 100, 9),
        (persistent, 5, 2),
    ] {
        let visible = Layer::unbiased(Unit::Spin, 8).unwrap();
        let biases = [0.3, -0.1].into_iter().cycle().take(hidden_units);
        let hidden = Layer::new(Unit::Spin, biases.collect()).unwrap();
        let start = Rbm::random(visible, hidden, 0.1, &mut rng).unwrap();
        let settings = Training {
            algorithm,
            chains,
            biases: false,
            ..Training::default()
        };
        let mut trainer = Trainer::new(settings, start.clone(), &samples, &mut rng).unwrap();
        trainer.epoch().unwrap();
        assert_eq!(trainer.machine().visible(), start.visible());
        assert_eq!(trainer.machine().hidden(), start.hidden());
        assert_ne!(trainer.machine().weights(), start.weights());
    }
}
