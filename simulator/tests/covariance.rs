//! Leading eigenpairs against full decompositions, and the treatment of columns.

use std::f64::consts::PI;

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{ClockRing, DataModel, Iid, IsingRing, Law, Spiked, TwoCluster};
use saddlepoint_simulator::observables::{ring_modes, squared_overlap};
use saddlepoint_simulator::{Samples, stream};

/// |Ĉv − λv|/λ₁ that the iterative solver promises.
const RESIDUAL: f64 = 1e-9;

/// Rows and columns of a covariance that is formed entry by entry.
fn slow_covariance(samples: &Samples, treat: impl Fn(usize, f64) -> f64) -> Mat<f64> {
    let (rows, n) = (samples.rows(), samples.columns());
    let x = samples.to_mat();
    let entry = |i: usize, j: usize| {
        (0..rows)
            .map(|a| treat(i, x[(a, i)]) * treat(j, x[(a, j)]))
            .sum::<f64>()
    };
    Mat::from_fn(n, n, |i, j| {
        entry(i, j) / f64::from(u32::try_from(rows).expect("few rows"))
    })
}

/// Compares the iterative with the full solution.
#[expect(clippy::unwrap_used, reason = "part of a test")]
fn compare(samples: &Samples, columns: Columns, count: usize) {
    let covariance = SampleCovariance::new(samples, columns).unwrap();
    let all = covariance.eigenvalues().unwrap();
    assert_eq!(all.len(), samples.columns());
    assert!(all.is_sorted_by(|a, b| a >= b));
    let leading = covariance.leading(count).unwrap();
    assert!(leading.iterations > 0, "the iterative solver was not used");
    for (k, &exact) in all.iter().enumerate().take(count) {
        // A residual r moves an eigenvalue by r² over its gap, at most by r.
        assert_relative_eq!(leading.eigenvalues[k], exact, max_relative = RESIDUAL);
        assert!(leading.residuals[k] < 2.0 * RESIDUAL);
        for j in 0..k {
            let dot: f64 = leading
                .vector(k)
                .iter()
                .zip(leading.vector(j))
                .map(|(x, y)| x * y)
                .sum();
            assert_abs_diff_eq!(dot, 0.0, epsilon = 1e-12); // rounding
        }
    }
}

#[test]
fn leading_pairs_agree_with_the_full_decomposition() {
    let mut rng = stream(1, "leading", 0);
    let clusters = TwoCluster::random(300, 1.5, &mut rng).unwrap();
    let spiked = Spiked::random(300, &[1.5], &mut rng).unwrap();
    let ring = IsingRing::new(333, 0.5).unwrap();
    let noise = Iid::new(300, Law::Spin).unwrap();
    let models: [(&dyn DataModel, usize); 5] = [
        (&clusters, 600),
        (&spiked, 600),
        (&ring, 3000),
        (&noise, 450),
        (&spiked, 280),
    ];
    for (model, rows) in models {
        let samples = model.draw(rows, &mut rng).unwrap();
        compare(&samples, Columns::Raw, 1);
        compare(&samples, Columns::Centred, 4);
        compare(&samples, Columns::Standardized, 3);
    }
}

#[test]
fn one_hot_data_are_treated_in_the_product() {
    let model = ClockRing::new(40, 10, 1.5).unwrap();
    let samples = model.draw(1000, &mut stream(2, "clock", 0)).unwrap();
    let (shift, scale) = model.standardization();
    compare(&samples, Columns::Affine { shift, scale }, 6);
    let real = samples.transformed(shift, scale);
    let by_bits = SampleCovariance::new(&samples, Columns::Affine { shift, scale }).unwrap();
    let by_reals = SampleCovariance::new(&real, Columns::Raw).unwrap();
    let (by_bits, by_reals) = (by_bits.leading(2).unwrap(), by_reals.leading(2).unwrap());
    for k in 0..2 {
        assert_relative_eq!(
            by_bits.eigenvalues[k],
            by_reals.eigenvalues[k],
            max_relative = RESIDUAL
        );
        // The residual over the distance of the two, a few per cent here, squared: far below rounding of the overlap.
        let overlap = squared_overlap(&by_bits.vector(k), &by_reals.vector(k)).unwrap();
        assert_abs_diff_eq!(overlap, 1.0, epsilon = 1e-12);
    }
}

#[test]
fn a_pair_of_equal_eigenvalues_is_found_whole() {
    // Rows √N √λ_k u_k for the Fourier modes u_k of a ring: eigenvalues exactly λ_k, in pairs, from N = 300 samples.
    let n = 300_u32;
    let size = usize::try_from(n).unwrap();
    let mut values = Vec::new();
    for k in 0..n {
        let lambda = 1.0 / (1.05 - (2.0 * PI * f64::from(k.min(n - k)) / f64::from(n)).cos());
        for j in 0..n {
            let angle = 2.0 * PI * f64::from(k * j % n) / f64::from(n);
            // cos + sin (Hartley) modes are real, orthogonal and as degenerate as complex ones.
            values.push(lambda.sqrt() * (angle.cos() + angle.sin()));
        }
    }
    let samples = Samples::real(size, size, values).unwrap();
    let leading = SampleCovariance::new(&samples, Columns::Raw)
        .unwrap()
        .leading(5)
        .unwrap();
    assert!(leading.iterations > 0);
    for (k, eigenvalue) in [0_u32, 1, 1, 2, 2].into_iter().zip(&leading.eigenvalues) {
        let exact = 1.0 / (1.05 - (2.0 * PI * f64::from(k) / 300.0).cos());
        assert_relative_eq!(*eigenvalue, exact, max_relative = RESIDUAL);
    }
    let cosine: Vec<f64> = (0..n)
        .map(|j| (2.0 * PI * f64::from(j) / 300.0 + 0.4).cos())
        .collect();
    let overlap = |mode| squared_overlap(&cosine, &leading.vector(mode)).unwrap();
    assert_abs_diff_eq!(overlap(1) + overlap(2), 1.0, epsilon = 1e-9);
    assert_abs_diff_eq!(
        ring_modes(&leading.vector(1)).unwrap()[1],
        1.0,
        epsilon = 1e-9
    );
}

#[test]
fn fewer_samples_than_variables_leave_zeros() {
    let samples = Iid::new(60, Law::Gaussian)
        .unwrap()
        .draw(20, &mut stream(3, "few", 0))
        .unwrap();
    let covariance = SampleCovariance::new(&samples, Columns::Raw).unwrap();
    let values = covariance.eigenvalues().unwrap();
    assert_eq!(values.iter().filter(|&&x| x > 0.0).count(), 20);
    let pairs = covariance.leading(60).unwrap();
    let gram = pairs.vectors.transpose() * &pairs.vectors;
    for i in 0..60 {
        assert!(pairs.residuals[i] < 1e-12); // rounding
        for j in 0..60 {
            let exact = f64::from(u8::from(i == j));
            assert_abs_diff_eq!(gram[(i, j)], exact, epsilon = 1e-12);
        }
    }
    let trace: f64 = covariance.matrix().diagonal().column_vector().iter().sum();
    assert_relative_eq!(values.iter().sum::<f64>(), trace, max_relative = 1e-12);
}

#[test]
fn columns_are_centred_and_standardized() {
    let mut rng = stream(4, "columns", 0);
    let samples = Iid::new(7, Law::Gaussian)
        .unwrap()
        .draw(600, &mut rng)
        .unwrap();
    let shifted = samples.transformed(-3.0, 2.0);
    let mean = |j: usize| shifted.to_mat().col(j).iter().sum::<f64>() / 600.0;
    let means: Vec<f64> = (0..7).map(mean).collect();
    let cases = [
        (Columns::Raw, slow_covariance(&shifted, |_, x| x)),
        (
            Columns::Centred,
            slow_covariance(&shifted, |j, x| x - means[j]),
        ),
        (
            Columns::Affine {
                shift: 6.0,
                scale: 0.5,
            },
            slow_covariance(&shifted, |_, x| 0.5 * (x - 6.0)),
        ),
    ];
    for (columns, slow) in cases {
        let matrix = SampleCovariance::new(&shifted, columns).unwrap().matrix();
        for i in 0..7 {
            for j in 0..7 {
                assert_abs_diff_eq!(matrix[(i, j)], slow[(i, j)], epsilon = 1e-11); // rounding
            }
        }
    }
    let correlation = SampleCovariance::new(&shifted, Columns::Standardized)
        .unwrap()
        .matrix();
    (0..7).for_each(|i| assert_abs_diff_eq!(correlation[(i, i)], 1.0, epsilon = 1e-12));
}

#[test]
fn signs_are_fixed_and_results_repeat_bit_for_bit() {
    let model = IsingRing::new(300, 0.8).unwrap();
    let samples = model.draw(400, &mut stream(5, "repeat", 0)).unwrap();
    let covariance = SampleCovariance::new(&samples, Columns::Raw).unwrap();
    let (first, again) = (
        covariance.leading(3).unwrap(),
        covariance.leading(3).unwrap(),
    );
    assert_eq!(first, again);
    for k in 0..3 {
        let largest = first
            .vector(k)
            .into_iter()
            .max_by(|a, b| a.abs().total_cmp(&b.abs()));
        assert!(largest.unwrap() > 0.0);
    }
}

#[test]
fn degenerate_matrices_do_not_trip_the_solver() {
    // Rank one, every entry equal: λ₁ = n and the rest 0.
    let ones = Samples::discrete(300, 400, vec![1; 120_000]).unwrap();
    let leading = SampleCovariance::new(&ones, Columns::Raw)
        .unwrap()
        .leading(3)
        .unwrap();
    assert_relative_eq!(leading.eigenvalues[0], 400.0, max_relative = 1e-12);
    assert_abs_diff_eq!(leading.eigenvalues[1], 0.0, epsilon = 1e-10);
    // All zero.
    let zero = Samples::discrete(300, 400, vec![0; 120_000]).unwrap();
    let leading = SampleCovariance::new(&zero, Columns::Raw)
        .unwrap()
        .leading(2)
        .unwrap();
    assert_abs_diff_eq!(leading.eigenvalues[0], 0.0, epsilon = 1e-300);
    // The identity: every vector is an eigenvector.
    let mut identity = vec![0.0; 300 * 300];
    (0..300).for_each(|i| identity[301 * i] = 300.0_f64.sqrt());
    let identity = Samples::real(300, 300, identity).unwrap();
    let leading = SampleCovariance::new(&identity, Columns::Raw)
        .unwrap()
        .leading(4)
        .unwrap();
    leading
        .eigenvalues
        .iter()
        .for_each(|x| assert_relative_eq!(*x, 1.0, max_relative = 1e-12));
    assert!(SampleCovariance::new(&ones, Columns::Standardized).is_err());
    assert!(
        SampleCovariance::new(
            &ones,
            Columns::Affine {
                shift: 0.0,
                scale: 0.0
            }
        )
        .is_err()
    );
    let covariance = SampleCovariance::new(&ones, Columns::Raw).unwrap();
    assert!(covariance.leading(0).is_err() && covariance.leading(401).is_err());
    let none = Samples::discrete(0, 5, vec![]).unwrap();
    assert!(SampleCovariance::new(&none, Columns::Raw).is_err());
}
