//! Persistent chains: the law that they sample, and the step that they make.

use faer::Mat;
use proptest::prelude::*;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Trainer, Training};
use saddlepoint_simulator::{Samples, Unit, stream};

use crate::support::{boltzmann, chi_square_score, count_rows, spin, spin_digit};

const UNITS: usize = 6;
const CHAINS: usize = 500;
/// Updates of restarted chains.
const UPDATES: u32 = 20;

/// A value of a unit for a spin.
fn value(unit: Unit, spin: f64) -> f64 {
    if unit == Unit::Spin {
        spin
    } else {
        0.5 * (1.0 + spin)
    }
}

/// Counts of all visible configurations of persistent chains, by the updates of a training that is too slow to change the
/// machine.
fn counts(machine: &Rbm, steps: usize, updates: usize) -> Vec<f64> {
    let unit = machine.visible().unit();
    let settings = Training {
        algorithm: Algorithm::Persistent { steps },
        learning_rate: 1e-12,
        batch: 1,
        chains: CHAINS,
        ..Training::default()
    };
    let samples = Samples::real(1, UNITS, vec![value(unit, 1.0); UNITS]).expect("finite");
    let mut rng = stream(88, "law", 0);
    let mut trainer = Trainer::new(settings, machine.clone(), &samples, &mut rng).expect("valid");
    let mut total = vec![0.0; 1 << UNITS];
    for _ in 0..updates {
        trainer.epoch().expect("finite");
        let chains = trainer.checkpoint().chains;
        let spins = chains.iter().map(|&x| if x > 0.5 { 1 } else { -1 });
        let chains = Samples::discrete(CHAINS, UNITS, spins.collect()).expect("all entries");
        for (sum, count) in total.iter_mut().zip(count_rows(&chains, 2, spin_digit)) {
            *sum += count;
        }
    }
    total
}

#[test]
fn chains_of_few_hidden_units_have_the_law_of_the_machine() {
    for visible in [Unit::Spin, Unit::Binary] {
        for hidden in [Unit::Spin, Unit::Binary] {
            let layer = |unit, biases: &[f64]| Layer::new(unit, biases.to_vec()).unwrap();
            let visible_layer = layer(visible, &[0.4, -0.2, 0.1, 0.0, -0.5, 0.3]);
            let hidden_layer = layer(hidden, &[-0.3, 0.2, 0.5]);
            let mut rng = stream(88, "few", 0);
            let machine = Rbm::random(visible_layer, hidden_layer, 0.7, &mut rng).unwrap();
            let probabilities = boltzmann(2, UNITS, |digits| {
                let values = digits.iter().map(|&digit| value(visible, spin(digit)));
                -machine.free_energy(&values.collect::<Vec<_>>()).unwrap()
            });
            // Four scores; what thirty sweeps remember is far below the noise of 20,000 configurations.
            let score = chi_square_score(&counts(&machine, 30, 40), &probabilities);
            assert!(score < 4.0, "{visible:?} {hidden:?} {score}");
        }
    }
}

/// (1/C) Σ `v_i h_μ` over the C columns, h the means of the hidden units given the visible ones.
fn products(machine: &Rbm, visible: &Mat<f64>) -> Mat<f64> {
    let mut means = machine.inputs_h_from_v(visible.as_ref()).expect("sizes");
    for column in means.as_mut().col_iter_mut() {
        let unit = machine.hidden().unit();
        column.iter_mut().for_each(|x| *x = unit.mean(*x));
    }
    let count = visible.col_iter().map(|_| 1.0).sum::<f64>();
    visible * means.transpose() * faer::Scale(1.0 / count)
}

proptest! {
    #[test]
    fn a_step_is_the_difference_of_averages_over_data_and_over_the_new_chains(
        kinds in 0_usize..4,
        sizes in (1_usize..40, 1_usize..12),
        rows in 1_usize..30,
        chains in 1_usize..40,
        steps in 1_usize..3,
        seed in 0_u64..1000,
    ) {
        // Few hidden units, many in few chains and many in many chains are computed in three ways.
        let pick = |k| if k == 0 { Unit::Spin } else { Unit::Binary };
        let units = [pick(kinds % 2), pick(kinds / 2)];
        let mut rng = stream(seed, "one step", 0);
        let visible = Layer::unbiased(units[0], sizes.0).unwrap();
        let hidden = Layer::unbiased(units[1], sizes.1).unwrap();
        let machine = Rbm::random(visible, hidden, 0.5, &mut rng).unwrap();
        let data = Mat::from_fn(sizes.0, rows, |_, _| units[0].draw(0.3, &mut rng));
        let samples = Samples::from_mat(data.transpose()).unwrap();
        let settings = Training {
            algorithm: Algorithm::Persistent { steps },
            learning_rate: 0.1,
            batch: rows,
            chains,
            l2: 0.01,
            ..Training::default()
        };
        let mut trainer = Trainer::new(settings, machine.clone(), &samples, &mut rng).unwrap();
        trainer.epoch().unwrap();
        let after = trainer.checkpoint().chains;
        let after = Mat::from_fn(sizes.0, chains, |i, c| after[c * sizes.0 + i]);
        let (data, model) = (products(&machine, &data), products(&machine, &after));
        for (i, k) in (0..sizes.0).flat_map(|i| (0..sizes.1).map(move |k| (i, k))) {
            let old = machine.weights()[(i, k)];
            let expected = old + 0.1 * (data[(i, k)] - model[(i, k)] - 0.01 * old);
            // Inputs of up to 40 terms in single precision are right to 1e-5, of which the step is a tenth.
            prop_assert!((trainer.machine().weights()[(i, k)] - expected).abs() < 1e-6);
        }
    }
}

/// After one sweep from independent units, whose law is listed: all visible configurations, each with that of what it becomes.
#[test]
fn restarted_chains_have_the_law_of_a_sweep_from_independent_units() {
    // The engines of few hidden units, of many two-valued ones, and of real numbers.
    for (hidden, unit) in [(3, Unit::Spin), (16, Unit::Spin), (2, Unit::Gaussian)] {
        let mut rng = stream(88, "restarted", hidden);
        let hidden = usize::try_from(hidden).expect("small");
        let visible = Layer::new(Unit::Spin, vec![0.4, -0.2, 0.1]).unwrap();
        let machine = Rbm::random(
            visible,
            Layer::new(unit, vec![0.2; hidden]).unwrap(),
            0.8,
            &mut rng,
        );
        let machine = machine.unwrap();
        let settings = Training {
            algorithm: Algorithm::Restarted { steps: 1 },
            learning_rate: 1e-12,
            batch: 1,
            chains: 40_000,
            ..Training::default()
        };
        let samples = Samples::real(1, 3, vec![1.0; 3]).expect("finite");
        let mut trainer = Trainer::new(settings, machine.clone(), &samples, &mut rng).unwrap();
        let mut found = [0.0; 3];
        for _ in 0..UPDATES {
            trainer.epoch().expect("finite");
            let chains = trainer.checkpoint().chains;
            for (i, sum) in found.iter_mut().enumerate() {
                *sum += chains.iter().skip(i).step_by(3).sum::<f64>();
            }
        }
        let count = f64::from(UPDATES) * 40_000.0;
        for (found, expected) in found.iter().zip(means_after_a_sweep(&machine)) {
            let found = found / count;
            // Were the chains to go on they would have another law after the first update, off by many standard errors.
            let error = 1.0 / count.sqrt();
            assert!(
                (found - expected).abs() < 4.0 * error,
                "{unit:?} {hidden}: {found} {expected}"
            );
        }
    }
}

/// Means of the visible units after a sweep from independent ones: a sum over these, and over spins or, for Gaussian hidden units, over the field that
/// they make.
fn means_after_a_sweep(machine: &Rbm) -> Vec<f64> {
    let (visible, hidden) = (machine.visible(), machine.hidden());
    let units = visible.units();
    let spins = |bits: usize, count: usize| -> Vec<f64> {
        (0..count)
            .map(|k| if bits >> k & 1 == 1 { 1.0 } else { -1.0 })
            .collect()
    };
    let weight = |fields: &[f64], spins: &[f64]| -> f64 {
        let pairs = fields.iter().zip(spins);
        pairs
            .map(|(b, s)| 1.0 / (1.0 + (-2.0 * b * s).exp()))
            .product()
    };
    let mut means = vec![0.0; units];
    for bits in 0..1 << units {
        let v = spins(bits, units);
        let probability = weight(visible.biases(), &v);
        let column = Mat::from_fn(units, 1, |i, _| v[i]);
        let inputs = machine.inputs_h_from_v(column.as_ref()).expect("sizes");
        let inputs: Vec<f64> = inputs.col(0).iter().copied().collect();
        for (i, mean) in means.iter_mut().enumerate() {
            let row: Vec<f64> = machine.weights().row(i).iter().copied().collect();
            let field = |h: &[f64]| -> f64 {
                visible.biases()[i] + row.iter().zip(h).map(|(w, h)| w * h).sum::<f64>()
            };
            *mean += probability
                * if hidden.unit() == Unit::Spin {
                    let all = (0..1 << inputs.len()).map(|bits| spins(bits, inputs.len()));
                    all.map(|h| weight(&inputs, &h) * field(&h).tanh())
                        .sum::<f64>()
                } else {
                    let width = row.iter().map(|w| w * w).sum::<f64>().sqrt();
                    let grid = (-600..=600).map(|k| 0.01 * f64::from(k));
                    let density =
                        |z: f64| 0.01 * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
                    grid.map(|z| density(z) * (field(&inputs) + width * z).tanh())
                        .sum::<f64>()
                };
        }
    }
    means
}
