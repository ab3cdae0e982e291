//! Chains of two-valued units kept as bits against the same machines in double precision.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use rand_distr::{Distribution, StandardNormal};
use rayon::ThreadPoolBuilder;
use saddlepoint_simulator::gibbs::{Chains, TimeAverages};
use saddlepoint_simulator::log_partition::{Annealing, exact};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::statistics::independent_mean;
use saddlepoint_simulator::training::{Algorithm, Trainer, Training, exact_gradient};
use saddlepoint_simulator::{Samples, Unit, stream};

/// A machine of random weights and biases.
fn machine(sizes: [usize; 2], scale: f64, units: [Unit; 2]) -> Rbm {
    let mut rng = stream(81, "machine", 0);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let weights = Mat::from_fn(sizes[0], sizes[1], |_, _| scale * normal());
    let mut layer = |k: usize| {
        let biases = (0..sizes[k]).map(|_| 0.3 * normal()).collect();
        Layer::new(units[k], biases).expect("valid biases")
    };
    let (visible, hidden) = (layer(0), layer(1));
    Rbm::new(weights, visible, hidden).expect("matching layers")
}

const PAIRS: [[Unit; 2]; 4] = [
    [Unit::Spin, Unit::Spin],
    [Unit::Spin, Unit::Binary],
    [Unit::Binary, Unit::Spin],
    [Unit::Binary, Unit::Binary],
];

/// Runs with as many threads.
fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    let pool = ThreadPoolBuilder::new().num_threads(threads);
    pool.build().expect("threads").install(run)
}

#[test]
fn inputs_and_energies_are_those_of_the_configurations() {
    for units in PAIRS {
        let machine = machine([70, 131], 0.2, units);
        let mut rng = stream(82, "inputs", 0);
        let mut chains = Chains::random(&machine, 21, &mut rng).unwrap();
        let before = chains.visible().to_owned();
        (0..2).for_each(|_| chains.sweep(&mut rng));
        assert_ne!(chains.visible().to_owned(), before);
        let inputs = machine.inputs_v_from_h(chains.hidden()).unwrap();
        for c in 0..21 {
            for i in 0..70 {
                // Single precision of sums of 131 terms of size 0.2.
                assert_abs_diff_eq!(
                    chains.visible_inputs()[(i, c)],
                    inputs[(i, c)],
                    epsilon = 3e-6
                );
            }
            let v: Vec<_> = chains.visible().col(c).iter().copied().collect();
            let h: Vec<_> = chains.hidden().col(c).iter().copied().collect();
            assert!(v.iter().all(|&x| units[0].allows(x)) && h.iter().all(|&x| units[1].allows(x)));
            let energy = machine.energy(&v, &h).unwrap();
            assert_relative_eq!(chains.energies()[c], energy, max_relative = 1e-11);
        }
    }
}

#[test]
fn time_averages_of_many_chains_are_those_of_few() {
    // Few chains are kept in double precision.
    let machine = machine([6, 5], 0.4, [Unit::Binary, Unit::Spin]);
    let averages = |count, sweeps, replica| {
        let mut rng = stream(83, "averages", replica);
        let mut chains = Chains::random(&machine, count, &mut rng).unwrap();
        (0..20).for_each(|_| chains.sweep(&mut rng));
        let mut averages = TimeAverages::new(&chains);
        for _ in 0..sweeps {
            chains.sweep(&mut rng);
            averages.record(&chains).unwrap();
        }
        let (visible, hidden) = (averages.visible(), averages.hidden());
        let mean = |matrix: &Mat<f64>, i: usize| {
            independent_mean(&matrix.row(i).iter().copied().collect::<Vec<_>>()).unwrap()
        };
        let visible = (0..6).map(|i| mean(&visible, i)).collect::<Vec<_>>();
        let hidden = (0..5).map(|i| mean(&hidden, i)).collect::<Vec<_>>();
        [visible, hidden].concat()
    };
    let (few, many) = (averages(15, 4000, 0), averages(300, 400, 1));
    for (few, many) in few.iter().zip(&many) {
        let error = few.standard_error.hypot(many.standard_error);
        // Student's law with 14 degrees of freedom: eleven means exceed 5 together with probability 2e-3.
        assert!(
            (few.mean - many.mean).abs() < 5.0 * error,
            "{few:?} {many:?}"
        );
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    // Above the sizes from which several threads share the work, for many hidden units and for few.
    let run = |hidden_units| {
        let machine = machine([150, hidden_units], 0.1, [Unit::Binary, Unit::Spin]);
        let mut rng = stream(84, "threads", 0);
        let mut chains = Chains::random(&machine, 600, &mut rng).unwrap();
        (0..3).for_each(|_| chains.sweep(&mut rng));
        let path = Annealing::linear(5).unwrap();
        let weights = path.forward(&machine, 600, &mut rng).unwrap();
        let values = chains.visible().col_iter().take(300);
        let values: Vec<_> = values
            .flat_map(|v| v.iter().copied().collect::<Vec<_>>())
            .collect();
        let samples = Samples::real(300, 150, values).unwrap();
        let settings = Training {
            algorithm: Algorithm::Persistent { steps: 2 },
            batch: 250,
            chains: 600,
            ..Training::default()
        };
        let mut trainer = Trainer::new(settings, machine.clone(), &samples, &mut rng).unwrap();
        (0..2).for_each(|_| trainer.epoch().unwrap());
        (
            bits(weights.values()),
            trainer.checkpoint(),
            chains.visible().to_owned(),
        )
    };
    for hidden_units in [130, 5] {
        let [one, two] = [1, 2].map(|threads| with_threads(threads, || run(hidden_units)));
        assert_eq!(one, two);
    }
}

#[test]
fn a_persistent_step_has_the_mean_of_the_exact_gradient() {
    // Few hidden units have chains of their own; twenty visible units fill more than a block of these.
    let cases = PAIRS.map(|units| [[5, 9], [5, 4], [20, 3]].map(|sizes| (units, sizes)));
    for (units, sizes) in cases.into_iter().flatten() {
        let machine = machine(sizes, 0.3, units);
        let mut rng = stream(85, "gradient", 0);
        let mut chains = Chains::random(&machine, 64, &mut rng).unwrap();
        (0..30).for_each(|_| chains.sweep(&mut rng));
        let values = chains.visible().col_iter();
        let values: Vec<_> = values
            .flat_map(|v| v.iter().copied().collect::<Vec<_>>())
            .collect();
        let samples = Samples::real(64, sizes[0], values).unwrap();
        let gradient = exact_gradient(&machine, &samples).unwrap();
        let settings = Training {
            algorithm: Algorithm::Persistent { steps: 20 },
            learning_rate: 1.0,
            batch: 64,
            chains: 1000,
            ..Training::default()
        };
        let mut steps = [const { Vec::new() }; 3];
        for _ in 0..30 {
            // Twenty sweeps from independent units reach the law of weak couplings.
            let mut trainer = Trainer::new(settings, machine.clone(), &samples, &mut rng).unwrap();
            trainer.epoch().unwrap();
            let after = trainer.machine();
            let change = |of: fn(&Rbm) -> f64| of(after) - of(&machine);
            steps[0].push(change(|m| m.weights()[(2, 1)]));
            steps[1].push(change(|m| m.visible().biases()[3]));
            steps[2].push(change(|m| m.hidden().biases()[0]));
        }
        let expected = [
            gradient.weights[(2, 1)],
            gradient.visible_biases[3],
            gradient.hidden_biases[0],
        ];
        for (steps, expected) in steps.iter().zip(expected) {
            let found = independent_mean(steps).unwrap();
            let error = found.mean - expected;
            // 36 scores: 4.5σ is exceeded with probability 4e-3 (Student, 29 degrees of freedom).
            assert!(
                error.abs() < 4.5 * found.standard_error,
                "{units:?} {found:?} {expected}"
            );
        }
    }
}

#[test]
fn annealing_from_other_biases_and_back_agrees_with_enumeration() {
    for units in PAIRS {
        let machine = machine([9, 7], 0.4, units);
        let expected = exact(&machine).unwrap();
        let base = (0..9).map(|i| 0.1 * f64::from(i) - 0.5).collect();
        let path = Annealing::linear(300).unwrap().from_base(base).unwrap();
        let mut rng = stream(86, "annealing", 0);
        let forward = path.forward(&machine, 400, &mut rng).unwrap();
        let mut chains = Chains::random(&machine, 400, &mut rng).unwrap();
        (0..100).for_each(|_| chains.sweep(&mut rng));
        let starts = chains.visible().to_owned();
        let reverse = path.reverse(&machine, starts, &mut rng).unwrap();
        for weights in [forward, reverse] {
            let found = weights.log_partition().unwrap();
            let score = (found.value - expected) / found.standard_error;
            // Eight scores.
            assert!(score.abs() < 4.0, "{units:?} {score}");
            assert!(found.standard_error < 0.05);
        }
    }
}

#[test]
fn weights_beyond_single_precision_are_sampled_too() {
    let layer = |n| Layer::unbiased(Unit::Spin, n).unwrap();
    let machine = Rbm::new(Mat::full(3, 2, 1e200), layer(3), layer(2)).unwrap();
    let mut rng = stream(87, "large", 0);
    let mut chains = Chains::random(&machine, 50, &mut rng).unwrap();
    chains.sweep(&mut rng);
    // Every chain is in one of the two ground states.
    for energy in chains.energies() {
        assert_relative_eq!(energy, -6e200, max_relative = 1e-14);
    }
}
