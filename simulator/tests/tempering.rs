//! Parallel tempering against enumeration.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use faer::Mat;
use saddlepoint_simulator::log_partition::exact;
use saddlepoint_simulator::machine::{Layer, LayerKind, Rbm};
use saddlepoint_simulator::statistics::independent_mean;
use saddlepoint_simulator::tempering::{Path, Size, Tempering, Then, rounds};
use saddlepoint_simulator::{Unit, stream};

/// Means of all visible units at the last rung, one row per ladder, and the ladders.
fn temper(path: &Path, ladders: usize, steps: usize) -> (Vec<Vec<f64>>, Tempering<'_>) {
    let rng = &mut stream(1, "tempering test", 0);
    let mut tempering = Tempering::new(path, ladders, Size::Adapted, rng).unwrap();
    for (sweeps, then) in rounds(400) {
        tempering.sweep(sweeps);
        tempering.adapt(then);
    }
    let units = path.target().visible().units();
    let blocks = tempering.blocks();
    let mut sums: Vec<_> = blocks
        .iter()
        .map(|&c| Mat::<f64>::zeros(units, c))
        .collect();
    tempering.advance(steps, &mut sums, |sum, _, last| {
        *sum += last().visible();
    });
    let columns = sums.iter().flat_map(Mat::col_iter);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let steps = steps as f64;
    let means = columns.map(|sum| sum.iter().map(|x| x / steps).collect());
    (means.collect(), tempering)
}

/// Means of the visible units by differences of ln Z in their biases.
fn exact_means(machine: &Rbm) -> Vec<f64> {
    let log_z = |i: usize, step: f64| {
        let mut biases = machine.visible().biases().to_vec();
        biases[i] += step;
        let visible = machine.visible().kind().layer(biases).unwrap();
        let moved = Rbm::new(
            machine.weights().to_owned(),
            visible,
            machine.hidden().clone(),
        );
        exact(&moved.unwrap()).unwrap()
    };
    // The error h²/6 of the third cumulant is far below the noise of the chains.
    let slope = |i| (log_z(i, 1e-4) - log_z(i, -1e-4)) / 2e-4;
    (0..machine.visible().units()).map(slope).collect()
}

fn assert_right(path: &Path, ladders: usize, steps: usize) {
    let (rows, tempering) = temper(path, ladders, steps);
    let machine = path.target();
    for (i, expected) in exact_means(machine).into_iter().enumerate() {
        let means: Vec<f64> = rows.iter().map(|row| row[i]).collect();
        let found = independent_mean(&means).unwrap();
        // 4.5σ by the spread of the ladders, of some ten units in all.
        assert!(
            (found.mean - expected).abs() < 4.5 * found.standard_error,
            "unit {i}: {found:?} {expected}"
        );
    }
    let top = tempering.rungs().pop().unwrap();
    let (expected, error) = (exact(machine).unwrap(), top.standard_error.unwrap());
    assert!(
        (top.log_partition - expected).abs() < 4.5 * error,
        "{top:?} {expected}"
    );
    assert!(error < 0.05, "{error}");
}

/// Two wells along the columns of a matrix, of different weights.
fn wells(
    visible: LayerKind,
    hidden: LayerKind,
    [units, hidden_units]: [usize; 2],
    scale: f64,
) -> Rbm {
    let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    let weights = Mat::from_fn(units, hidden_units, |i, j| {
        scale * sign(i) * (1.0 + 0.2 * sign(j))
    });
    let bias = |i| 0.1 * sign(i) - 0.05;
    let visible = visible.layer((0..units).map(bias).collect()).unwrap();
    let hidden = hidden.layer((0..hidden_units).map(bias).collect()).unwrap();
    Rbm::new(weights, visible, hidden).unwrap()
}

#[test]
fn all_kinds_of_units_have_their_means_and_partition_function() {
    for (visible, hidden, scale) in [
        ("spin", "spin", 0.8),
        ("spin", "gaussian", 0.5),
        ("binary", "relu", 0.8),
        ("gaussian", "spin", 0.9),
        ("spin", "double-well:-0.5", 0.4),
        ("categorical:3", "binary", 1.5),
    ] {
        let machine = wells(
            visible.parse().unwrap(),
            hidden.parse().unwrap(),
            [6, 4],
            scale,
        );
        assert_right(&Path::to(machine), 32, 1500);
    }
}

#[test]
fn packed_and_plain_replicas_follow_the_same_law() {
    let spin = LayerKind::Units(Unit::Spin);
    // With weights beyond single precision, bits are not used.
    let mut path = Path::to(wells(spin, spin, [8, 5], 0.7));
    assert_right(&path, 40, 1500);
    path = path.from_base(vec![0.3; 8]).unwrap();
    assert_right(&path, 40, 1500);
    // One ladder of a few rungs has too few configurations for tables.
    let rng = &mut stream(2, "tempering test", 0);
    let mut tempering = Tempering::new(&path, 1, Size::Given(5), rng).unwrap();
    tempering.sweep(200);
    tempering.adapt(Then::Rearrange);
    tempering.sweep(40_000);
    let top = tempering.rungs().pop().unwrap();
    let expected = exact(path.target()).unwrap();
    // 40 000 sweeps of an autocorrelation time below 20.
    assert!(
        (top.log_partition - expected).abs() < 0.1,
        "{top:?} {expected}"
    );
    assert!(top.standard_error.is_none());
    assert!(Tempering::new(&path, 0, Size::Adapted, rng).is_err());
    assert!(Tempering::new(&path, 1, Size::Given(1), rng).is_err());
}

#[test]
fn the_machines_of_a_training_are_rungs() {
    for kind in [Unit::Spin, Unit::Gaussian] {
        let visible = LayerKind::Units(kind);
        let spin = LayerKind::Units(Unit::Spin);
        let scales = [0.2, 0.5, 0.65];
        let machines = scales.map(|scale| wells(visible, spin, [6, 5], scale));
        let exacts = machines.each_ref().map(|machine| exact(machine).unwrap());
        let path = Path::through(machines.to_vec()).unwrap();
        assert_right(&path, 40, 2000);
        let (_, tempering) = temper(&path, 40, 2000);
        let rungs = tempering.rungs();
        for (t, expected) in [1.0, 2.0, 3.0].into_iter().zip(exacts) {
            let rung = rungs.iter().find(|rung| (rung.position - t).abs() <= 0.0);
            let rung = rung.unwrap();
            let error = rung.standard_error.unwrap();
            assert!(
                (rung.log_partition - expected).abs() < 4.5 * error,
                "{rung:?}"
            );
        }
        let other = wells(spin, visible, [6, 5], 0.1);
        let first = path.machines()[0].clone();
        assert_eq!(
            Path::through(vec![first, other]).is_ok(),
            kind == Unit::Spin
        );
    }
}

#[test]
fn threads_change_nothing() {
    let spin = LayerKind::Units(Unit::Spin);
    let path = Path::to(wells(spin, spin, [70, 70], 0.1));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            let (means, tempering) = temper(&path, 40, 50);
            (means, tempering.rungs())
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn energies_are_those_of_the_configurations_at_the_last_rung() {
    let kinds = ["spin", "binary"].map(|name| name.parse::<LayerKind>().unwrap());
    let path = Path::to(wells(kinds[0], kinds[1], [5, 3], 0.6));
    let rng = &mut stream(3, "tempering test", 0);
    let mut tempering = Tempering::new(&path, 6, Size::Adapted, rng).unwrap();
    let mut nobody = vec![(); tempering.blocks().len()];
    tempering.advance(5, &mut nobody, |(), _, last| {
        let last = last();
        let energies = last.energies();
        assert_eq!(energies.len(), last.visible().ncols());
        let columns = last.visible().col_iter().zip(last.hidden().col_iter());
        for (found, (v, h)) in energies.into_iter().zip(columns) {
            let [v, h] = [v, h].map(|column| column.iter().copied().collect::<Vec<_>>());
            let expected = path.target().energy(&v, &h).unwrap();
            // Rounding of a sum of some twenty terms.
            approx::assert_abs_diff_eq!(found, expected, epsilon = 1e-13);
        }
    });
}

#[test]
fn rungs_beyond_the_range_of_weights_are_joined_by_their_mean_change() {
    // Both states of the visible spin have one F, so that ln Z changes by what F does.
    let layer = || Layer::unbiased(Unit::Spin, 1).unwrap();
    let machine = Rbm::new(Mat::full(1, 1, 2000.0), layer(), layer()).unwrap();
    let expected = exact(&machine).unwrap();
    let path = Path::to(machine);
    let rng = &mut stream(4, "tempering test", 0);
    let mut tempering = Tempering::new(&path, 4, Size::Given(2), rng).unwrap();
    tempering.sweep(10);
    let top = tempering.rungs().pop().unwrap();
    approx::assert_relative_eq!(top.log_partition, expected, max_relative = 1e-12);
}
