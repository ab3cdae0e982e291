//! Means and covariances of large systems against their closed forms.

use std::f64::consts::PI;

use approx::assert_abs_diff_eq;
use saddlepoint_simulator::data::{ClockRing, DataModel, Iid, IsingRing, Law, Spiked, TwoCluster};
use saddlepoint_simulator::stream;

/// Average of v(i) v(i + d) over the sites of a row.
fn ring_correlation(row: &[i8], d: usize) -> f64 {
    let n = row.len();
    let sum: i32 = (0..n).map(|i| i32::from(row[i] * row[(i + d) % n])).sum();
    f64::from(sum) / f64::from(u32::try_from(n).expect("a small ring"))
}

#[test]
fn ring_correlations_have_their_closed_form_for_any_number_of_words() {
    for (replica, (units, beta)) in (0..).zip([
        (63, 0.5),
        (64, 1.0),
        (65, -0.7),
        (100, 1.0),
        (128, 0.3),
        (129, 1.5),
        (200, 2.0),
    ]) {
        let rows = 20_000;
        let model = IsingRing::new(units, beta).unwrap();
        let samples = model
            .draw(rows, &mut stream(1, "correlation", replica))
            .unwrap();
        let t = beta.tanh();
        let power = |d: usize| t.powi(i32::try_from(d).unwrap());
        for d in [1, 2, 3, 10, 31, 62] {
            let values = samples.as_discrete().unwrap().chunks_exact(units);
            let measured = saddlepoint_simulator::statistics::independent_mean(
                &values
                    .map(|row| ring_correlation(row, d))
                    .collect::<Vec<_>>(),
            )
            .unwrap();
            let exact = (power(d) + power(units - d)) / (1.0 + power(units));
            // Four standard errors: 42 comparisons at fixed seeds.
            let epsilon = 4.0 * measured.standard_error;
            assert_abs_diff_eq!(measured.mean, exact, epsilon = epsilon);
        }
    }
}

#[test]
fn clock_ring_correlations_come_from_all_eigenvalues_of_the_transfer_matrix() {
    let (units, states, beta) = (40, 10, 1.5_f64);
    let rows = 40_000;
    let model = ClockRing::new(units, states, beta).unwrap();
    let samples = model.draw_states(rows, &mut stream(2, "clock", 0)).unwrap();
    let angle = |d: usize| 2.0 * PI * f64::from(u32::try_from(d).unwrap()) / 10.0;
    let weight = |d: usize| (beta * angle(d).cos()).exp();
    let moment = |m: usize| {
        (0..states)
            .map(|d| weight(d) * angle(d * m % 10).cos())
            .sum::<f64>()
    };
    let t: Vec<f64> = (0..states).map(|m| moment(m) / moment(0)).collect();
    let norm: f64 = t.iter().map(|t| t.powi(40)).sum();
    for d in [1_usize, 2, 5, 20] {
        // ⟨cos(θ_i − θ_{i+d})⟩ = Σ_m t_m^{N−d} t_{m+1}^d / Σ_m t_m^N
        let (near, far) = (i32::try_from(d).unwrap(), i32::try_from(units - d).unwrap());
        let exact: f64 = (0..states)
            .map(|m| t[m].powi(far) * t[(m + 1) % states].powi(near))
            .sum::<f64>()
            / norm;
        let values: Vec<f64> = samples
            .as_discrete()
            .unwrap()
            .chunks_exact(units)
            .map(|row| {
                let difference = |i: usize| row[i].abs_diff(row[(i + d) % units]);
                (0..units)
                    .map(|i| angle(usize::from(difference(i))).cos())
                    .sum::<f64>()
                    / 40.0
            })
            .collect();
        let measured = saddlepoint_simulator::statistics::independent_mean(&values).unwrap();
        assert_abs_diff_eq!(
            measured.mean,
            exact,
            epsilon = 4.0 * measured.standard_error
        );
    }
}

#[test]
fn one_hot_units_are_the_states_and_standardize_to_unit_variance() {
    let model = ClockRing::new(12, 5, 0.8).unwrap();
    let states = model.draw_states(50, &mut stream(3, "one-hot", 0)).unwrap();
    let one_hot = model.draw(50, &mut stream(3, "one-hot", 0)).unwrap();
    assert_eq!((one_hot.rows(), one_hot.columns()), (50, 60));
    for (row, units) in one_hot
        .as_discrete()
        .unwrap()
        .chunks_exact(60)
        .zip(states.as_discrete().unwrap().chunks_exact(12))
    {
        for (unit, &state) in row.chunks_exact(5).zip(units) {
            for (a, &x) in (0..).zip(unit) {
                assert_eq!(x == 1, a == state);
            }
        }
    }
    let standardized = model
        .draw_standardized(50, &mut stream(3, "one-hot", 0))
        .unwrap();
    for row in standardized.as_real().unwrap().chunks_exact(5) {
        // One entry is √(p − 1), the others −1/√(p − 1): mean 0 and mean square 1 for every unit. Rounding only.
        assert_abs_diff_eq!(row.iter().sum::<f64>(), 0.0, epsilon = 1e-14);
        assert_abs_diff_eq!(row.iter().map(|x| x * x).sum::<f64>(), 5.0, epsilon = 1e-13);
    }
}

#[test]
fn spiked_data_have_their_variances() {
    let mut rng = stream(4, "spiked", 0);
    let model = Spiked::random(30, &[4.0, 0.5], &mut rng).unwrap();
    let rows = 20_000;
    let samples = model.draw(rows, &mut rng).unwrap().to_mat();
    let relative_error = 4.0 * (2.0 / 2e4_f64).sqrt(); // four standard errors of a Gaussian variance
    for (direction, variance) in model.directions().col_iter().zip([5.0, 1.5]) {
        let along = &samples * direction;
        let measured = along.squared_norm_l2() / 2e4;
        assert_abs_diff_eq!(measured, variance, epsilon = variance * relative_error);
    }
    let total = samples.squared_norm_l2() / 2e4;
    // tr C = 34.5; its variance is 2 tr C²/P.
    let error = 4.0 * (2.0 * (28.0 + 25.0 + 2.25) / 2e4_f64).sqrt();
    assert_abs_diff_eq!(total, 34.5, epsilon = error);
}

#[test]
fn two_clusters_have_their_eigenvalue_along_the_pattern() {
    let mut rng = stream(5, "clusters", 0);
    let model = TwoCluster::random(150, 1.5, &mut rng).unwrap();
    let samples = model.draw(20_000, &mut rng).unwrap().to_mat();
    let direction = faer::Col::from_fn(150, |i| model.direction()[i]);
    let along = &samples * &direction;
    let values: Vec<f64> = along.iter().map(|x| x * x).collect();
    let measured = saddlepoint_simulator::statistics::independent_mean(&values).unwrap();
    let mean = (1.5 / 150.0_f64.sqrt()).tanh();
    let exact = 1.0 + 149.0 * mean * mean;
    assert_abs_diff_eq!(
        measured.mean,
        exact,
        epsilon = 4.0 * measured.standard_error
    );
}

#[test]
fn independent_units_are_white() {
    for law in [Law::Spin, Law::Gaussian] {
        let model = Iid::new(70, law).unwrap();
        let samples = model
            .draw(20_000, &mut stream(6, "white", 0))
            .unwrap()
            .to_mat();
        for (i, j) in [(0, 0), (3, 3), (0, 1), (0, 64), (69, 12)] {
            let covariance: f64 = samples
                .col(i)
                .iter()
                .zip(samples.col(j).iter())
                .map(|(x, y)| x * y)
                .sum::<f64>()
                / 2e4;
            // Four standard errors, at most √(2/P) on the diagonal.
            let exact = f64::from(u8::from(i == j));
            assert_abs_diff_eq!(covariance, exact, epsilon = 4.0 * (2.0 / 2e4_f64).sqrt());
        }
    }
}

#[test]
fn drawing_in_parts_gives_the_same_rows() {
    let mut rng = stream(7, "parts", 0);
    let models: Vec<Box<dyn DataModel>> = vec![
        Box::new(Iid::new(70, Law::Spin).unwrap()),
        Box::new(Iid::new(7, Law::Gaussian).unwrap()),
        Box::new(Spiked::random(7, &[1.0], &mut rng).unwrap()),
        Box::new(TwoCluster::random(70, 1.0, &mut rng).unwrap()),
        Box::new(IsingRing::new(70, 0.5).unwrap()),
        Box::new(ClockRing::new(7, 4, 0.5).unwrap()),
    ];
    for model in models {
        let whole = model.draw(10, &mut stream(7, "parts", 1)).unwrap();
        let mut rng = stream(7, "parts", 1);
        let first = model.draw(4, &mut rng).unwrap();
        let second = model.draw(6, &mut rng).unwrap();
        let joined = [first.to_reals(), second.to_reals()].concat();
        assert!(
            joined
                .iter()
                .zip(whole.to_reals())
                .all(|(x, y)| x.to_bits() == y.to_bits())
        );
    }
}

#[test]
fn arguments_outside_their_domain_are_refused() {
    let mut rng = stream(8, "refused", 0);
    assert!(IsingRing::new(0, 1.0).is_err());
    assert!(IsingRing::new(10, f64::NAN).is_err());
    assert!(IsingRing::new(10, f64::INFINITY).is_err());
    assert!(ClockRing::new(10, 1, 1.0).is_err());
    assert!(ClockRing::new(10, 128, 1.0).is_err());
    assert!(ClockRing::new(101, 4, -1000.0).is_err());
    assert!(Iid::new(0, Law::Spin).is_err());
    assert!(Spiked::random(3, &[-1.0], &mut rng).is_err());
    assert!(Spiked::random(3, &[1.0; 4], &mut rng).is_err());
    assert!(Spiked::new(&[1.0], faer::Mat::from_fn(3, 1, |_, _| 1.0)).is_err());
    assert!(TwoCluster::new(1.0, vec![1, 0]).is_err());
    assert!(TwoCluster::new(1.0, vec![]).is_err());
    assert!(
        IsingRing::new(1000, 1.0)
            .unwrap()
            .draw(usize::MAX / 10, &mut rng)
            .is_err()
    );
    let message = IsingRing::new(10, f64::NAN).unwrap_err().to_string();
    assert_eq!(message, "inverse_temperature must be finite, got NaN");
}
