//! Machines of every pair of kinds of layers, sampled and moved.

use approx::assert_relative_eq;
use faer::{Mat, MatRef};
use rand_distr::{Distribution, StandardNormal};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::langevin::{Langevin, Modes};
use saddlepoint_simulator::machine::{Layer, LayerKind, Rbm};
use saddlepoint_simulator::statistics::independent_mean;
use saddlepoint_simulator::{Error, Unit, stream};

const VISIBLE: [&str; 4] = ["spin", "binary", "gaussian", "categorical:3"];
const HIDDEN: [&str; 5] = ["spin", "binary", "gaussian", "double-well:-1.5", "relu"];

/// Six visible units or entries, two hidden units, random weights and biases.
fn machine(visible: &str, hidden: &str, scale: f64) -> Option<Rbm> {
    let mut rng = stream(101, "machine", 0);
    let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
    let mut layer = |name: &str, units: usize| {
        let kind: LayerKind = name.parse().expect("a kind");
        let biases = (0..units).map(|_| 0.3 * normal()).collect();
        kind.layer(biases).expect("valid")
    };
    let layers = (layer(visible, 6), layer(hidden, 2));
    let weights = Mat::from_fn(6, 2, |_, _| scale * normal());
    Rbm::new(weights, layers.0, layers.1).ok()
}

/// Every pair of kinds that makes a machine: all but those of two layers of real units.
fn machines(scale: f64) -> impl Iterator<Item = (String, Rbm)> {
    let pairs = VISIBLE
        .iter()
        .flat_map(|v| HIDDEN.iter().map(move |h| (v, h)));
    pairs.filter_map(move |(v, h)| Some((format!("{v}, {h}"), machine(v, h, scale)?)))
}

/// All configurations of a layer of units that can be listed.
fn configurations(layer: &Layer) -> Vec<Vec<f64>> {
    let states = match layer.kind() {
        LayerKind::Units(Unit::Spin) => vec![vec![-1.0], vec![1.0]],
        LayerKind::Units(_) => vec![vec![0.0], vec![1.0]],
        LayerKind::Categorical { states } => {
            let entry = |a| move |b| if a == b { 1.0 } else { 0.0 };
            (0..states)
                .map(|a| (0..states).map(entry(a)).collect())
                .collect()
        }
    };
    let mut all = vec![vec![]];
    for _ in 0..layer.units() / states[0].len() {
        let longer = |start: &Vec<f64>| {
            states
                .iter()
                .map(|s| [start.as_slice(), s].concat())
                .collect()
        };
        all = all
            .iter()
            .flat_map(|start| -> Vec<_> { longer(start) })
            .collect();
    }
    all
}

/// Means of visible and hidden units, by a sum over all configurations of one layer.
fn exact_means(machine: &Rbm) -> [Vec<f64>; 2] {
    let from_hidden = machine.visible().unit() == Unit::Gaussian;
    let (listed, other) = if from_hidden {
        (machine.hidden(), machine.visible())
    } else {
        (machine.visible(), machine.hidden())
    };
    let mut total = 0.0;
    let mut sums = [vec![0.0; listed.units()], vec![0.0; other.units()]];
    for values in configurations(listed) {
        let column = MatRef::from_column_major_slice(&values, values.len(), 1);
        let inputs = if from_hidden {
            machine.inputs_v_from_h(column)
        } else {
            machine.inputs_h_from_v(column)
        };
        let inputs = inputs.expect("the size of the layer");
        let inputs = inputs.col_as_slice(0);
        let biases = values.iter().zip(listed.biases()).map(|(x, b)| x * b);
        let cumulants = inputs.iter().map(|&i| other.unit().cumulant(i));
        let weight = biases.chain(cumulants).sum::<f64>().exp();
        total += weight;
        let means = inputs.iter().map(|&i| other.unit().mean(i)).collect();
        for (sums, values) in sums.iter_mut().zip([values, means]) {
            sums.iter_mut()
                .zip(values)
                .for_each(|(sum, x)| *sum += weight * x);
        }
    }
    let mut means = sums.map(|sums| sums.into_iter().map(|sum| sum / total).collect());
    if from_hidden {
        means.reverse();
    }
    means
}

#[test]
fn chains_of_all_kinds_have_the_means_of_the_boltzmann_law() {
    let mut seen = 0;
    for (replica, (name, machine)) in (0..).zip(machines(0.25)) {
        let mut rng = stream(102, "chains", replica);
        let mut chains = Chains::random(&machine, 5_000, &mut rng).unwrap();
        // Chains forget their start within some ten sweeps, the slowest ones in a double well.
        (0..100).for_each(|_| chains.sweep(&mut rng));
        let [visible, hidden] = exact_means(&machine);
        for (rows, exact) in [(chains.visible(), visible), (chains.hidden(), hidden)] {
            for (i, exact) in exact.into_iter().enumerate() {
                let values: Vec<_> = rows.row(i).iter().copied().collect();
                let found = independent_mean(&values).unwrap();
                // 4σ: one of 136 means exceeds it with probability 0.01.
                let score = (found.mean - exact) / found.standard_error;
                assert!(score.abs() < 4.0, "{name}, unit {i}: {score}");
            }
        }
        seen += 1;
    }
    // Twenty pairs but three of two layers of real units.
    assert_eq!(seen, 17);
}

#[test]
fn energies_of_chains_are_those_of_their_configurations() {
    // One number of chains that are kept as real numbers, and one of those that may be kept as bits.
    for (count, (name, machine)) in [3, 40]
        .into_iter()
        .flat_map(|c| machines(0.25).map(move |m| (c, m)))
    {
        let mut rng = stream(103, "energies", 0);
        let mut chains = Chains::random(&machine, count, &mut rng).unwrap();
        chains.sweep(&mut rng);
        let energies = chains.energies();
        assert_eq!(energies.len(), count, "{name}");
        for (c, energy) in energies.into_iter().enumerate() {
            let column = |m: MatRef<'_, f64>| m.col(c).iter().copied().collect::<Vec<_>>();
            let (v, h) = (column(chains.visible()), column(chains.hidden()));
            // Rounding.
            assert_relative_eq!(energy, machine.energy(&v, &h).unwrap(), epsilon = 1e-12);
        }
    }
}

#[test]
fn modes_of_machines_of_all_kinds_move() {
    let langevin = Langevin {
        records: 50,
        walkers: 10,
        ..Langevin::default()
    };
    for (name, machine) in machines(0.1) {
        let modes = Modes::of_machine(&machine).unwrap();
        let records = langevin
            .run(&modes, &mut stream(104, "langevin", 0))
            .unwrap();
        for mode in records {
            assert!(!mode.slow.diverged && !mode.fast.diverged, "{name}");
            assert!(mode.slow.variance.is_some(), "{name}");
        }
    }
}

#[test]
fn real_units_with_large_singular_values_have_no_free_energy_on_the_real_line() {
    // One spin and one real unit, whose parts of the coupling are √(s/2) where both have the variance 1 at φ = 0.
    let machine = |hidden, s| {
        let layer = |unit| Layer::unbiased(unit, 1).unwrap();
        Rbm::new(Mat::full(1, 1, s), layer(Unit::Spin), layer(hidden)).unwrap()
    };
    assert!(Modes::of_machine(&machine(Unit::Gaussian, 1.99)).is_ok());
    assert!(Modes::of_machine(&machine(Unit::Spin, 20.0)).is_ok());
    let error = Modes::of_machine(&machine(Unit::Gaussian, 2.5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the free energy of gaussian units on the real line has no lower bound: singular values must be below 2, got 2.5"
    );
    for hidden in [Unit::DoubleWell { theta: -1.0 }, Unit::Rectified] {
        let error = Modes::of_machine(&machine(hidden, 20.0)).unwrap_err();
        assert!(matches!(error, Error::Unbounded { unit, .. } if unit == hidden.to_string()));
    }
}
