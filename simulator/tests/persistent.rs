//! Persistent chains: the law that they sample, and the step that they make.

use faer::Mat;
use proptest::prelude::*;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Algorithm, Trainer, Training};
use saddlepoint_simulator::{Samples, Unit, stream};

mod support;
use support::{boltzmann, chi_square_score, count_rows, spin, spin_digit};

const UNITS: usize = 6;
const CHAINS: usize = 500;

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
