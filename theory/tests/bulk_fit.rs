//! Populations recovered from the sample eigenvalues of simulated Gaussian data.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, and its counts are small"
)]

use approx::assert_relative_eq;
use faer::{Mat, Side};
use saddlepoint_theory::covariance::{Debiased, SampleLaw, critical_alpha, debias, spike};
use saddlepoint_theory::detection::{Crossover, samples_for_power};
use saddlepoint_theory::spectra::Population;

/// Standard normal numbers: splitmix64 and Box–Muller, so that this crate needs no generator.
struct Normal(u64);

impl Normal {
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Covariance of `samples` Gaussian samples whose variables are independent with the given variances.
fn covariance(population: &[f64], samples: u16, normal: &mut Normal) -> Mat<f64> {
    let scale = f64::from(samples).sqrt().recip();
    let data = Mat::from_fn(usize::from(samples), population.len(), |_, j| {
        population[j].sqrt() * normal.next() * scale
    });
    data.transpose() * &data
}

/// Its eigenvalues, descending.
fn draw(population: &[f64], samples: u16, normal: &mut Normal) -> Vec<f64> {
    let matrix = covariance(population, samples, normal);
    let mut values = matrix.self_adjoint_eigenvalues(Side::Lower).unwrap();
    for x in &mut values {
        *x = x.max(0.0);
    }
    values.reverse();
    values
}

/// Probability of a false alarm.
const LEVEL: f64 = 0.01;

fn estimate(population: &[f64], samples: u16, normal: &mut Normal) -> Debiased {
    debias(&draw(population, samples, normal), samples.into(), LEVEL).unwrap()
}

/// `n` eigenvalues 1, the first ones replaced.
fn spiked(n: usize, spikes: &[f64]) -> Vec<f64> {
    let mut population = vec![1.0; n];
    population[..spikes.len()].copy_from_slice(spikes);
    population
}

#[test]
fn white_noise_is_one_eigenvalue_without_outliers() {
    for (n, samples, seed) in [(60, 120, 1), (60, 30, 2), (30, 300, 3)] {
        let mut normal = Normal(seed);
        let draws = 60;
        let estimates: Vec<_> = (0..draws)
            .map(|_| estimate(&vec![1.0; n], samples, &mut normal))
            .collect();
        let false_alarms = estimates.iter().filter(|e| !e.outliers.is_empty()).count();
        // 0.6 are expected of 60; 4 or more have probability 0.003.
        assert!(false_alarms <= 3, "{false_alarms} of {draws}");
        let white = estimates
            .iter()
            .filter(|e| e.bulk.iter().count() == 1)
            .count();
        // Chance lowers χ² by 2 ln n with two parameters more in about 1/n of the draws; there are more ways to do so.
        assert!(white >= draws * 3 / 4, "{white} of {draws}");
        let ratio = n as f64 / f64::from(samples);
        let edge = (1.0 + ratio.sqrt()).powi(2);
        let exact = estimates
            .iter()
            .filter(|e| e.distance(edge).abs() < 1.5)
            .count();
        // The mean eigenvalue alone moves the edge by √(2/nP) (1+√γ)²: up to 0.6 scales here.
        assert!(exact >= draws * 9 / 10, "{exact} of {draws}");
    }
}

#[test]
fn spikes_are_found_and_their_eigenvalues_lie_within_the_stated_errors() {
    let spikes = [8.0, 5.5, 4.0];
    let mut normal = Normal(4);
    let draws = 40;
    let mut scores = Vec::new();
    for _ in 0..draws {
        let found = estimate(&spiked(100, &spikes), 200, &mut normal);
        assert_eq!(found.outliers.len(), 3);
        for (outlier, spike) in found.outliers.iter().zip(spikes) {
            scores.push((outlier.population_eigenvalue - spike) / outlier.standard_error);
            assert!(found.distance(outlier.sample_eigenvalue) > 2.0);
        }
    }
    let count = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / count;
    let spread = (scores.iter().map(|z| z * z).sum::<f64>() / count).sqrt();
    // 120 scores of unit variance: mean within 3.3 · 120^{−1/2}, root mean square within 3.3 · 240^{−1/2}, and corrections
    // of order 1/P.
    assert!(mean.abs() < 0.3, "{mean}");
    assert!((spread - 1.0).abs() < 0.25, "{spread}");
}

#[test]
fn overlaps_are_those_of_the_sample_eigenvectors() {
    let (n, samples, spikes) = (100, 200, [6.0, 3.5]);
    let mut normal = Normal(5);
    let draws = 40;
    let (mut stated, mut measured) = ([0.0; 2], [0.0; 2]);
    for _ in 0..draws {
        let matrix = covariance(&spiked(n, &spikes), samples, &mut normal);
        let parts = matrix.self_adjoint_eigen(Side::Lower).unwrap();
        let mut values: Vec<f64> = parts.S().column_vector().iter().copied().collect();
        values.reverse();
        let found = debias(&values, samples.into(), LEVEL).unwrap();
        for mode in 0..2 {
            stated[mode] += found.outliers[mode].overlap_squared / f64::from(draws);
            measured[mode] += parts.U()[(mode, n - 1 - mode)].powi(2) / f64::from(draws);
        }
    }
    // Single draws scatter by 0.03 and 0.07.
    assert_relative_eq!(stated[0], measured[0], epsilon = 0.02);
    assert_relative_eq!(stated[1], measured[1], epsilon = 0.04);
}

#[test]
fn equal_spikes_are_found_together() {
    let found = estimate(&spiked(150, &[6.0; 5]), 450, &mut Normal(6));
    assert_eq!(found.outliers.len(), 5);
    for outlier in &found.outliers {
        // Five equal modes repel one another by a few standard errors, of which the sum over outliers takes back a part.
        assert!((outlier.population_eigenvalue - 6.0).abs() < 3.5 * outlier.standard_error);
    }
}

#[test]
fn a_population_of_three_eigenvalues_comes_back() {
    let mut population = vec![1.0; 100];
    population.extend([3.0; 100]);
    population.extend([7.0; 100]);
    let found = estimate(&population, 1500, &mut Normal(7));
    assert!(found.outliers.is_empty());
    let atoms: Vec<_> = found.bulk.iter().collect();
    assert_eq!(atoms.len(), 3);
    for ((position, weight), expected) in atoms.iter().zip([1.0, 3.0, 7.0]) {
        // The mean of a hundred directions has the relative error √(2/(100 P)) = 0.0037; they compete with one another.
        assert_relative_eq!(*position, expected, max_relative = 0.02);
        assert_relative_eq!(*weight, 1.0 / 3.0, max_relative = 0.03);
    }
    let degeneracies: Vec<_> = found
        .population
        .modes()
        .iter()
        .map(|m| m.degeneracy)
        .collect();
    assert_eq!(degeneracies, [Some(100); 3]);
}

#[test]
fn two_spikes_on_a_correlated_bulk_are_told_from_it() {
    let ring = Population::ising_ring(Some(98), 0.3).unwrap();
    let mut population = vec![9.0, 6.0];
    for mode in ring.modes() {
        population.extend(vec![mode.eigenvalue; mode.degeneracy.unwrap()]);
    }
    let truth = Population::from_eigenvalues(&population).unwrap();
    let law = SampleLaw::new(ring.spectrum(), 0.5).unwrap();
    let edge = law.support().last().unwrap().upper.position;
    let mut normal = Normal(8);
    let estimates: Vec<_> = (0..20)
        .map(|_| estimate(&population, 200, &mut normal))
        .collect();
    assert!(estimates.iter().all(|found| found.outliers.len() >= 2));
    // A few eigenvalues in place of 50 put the edge too low at times: up to 6 of 100 see one outlier too many.
    let right: Vec<_> = estimates
        .iter()
        .filter(|found| found.outliers.len() == 2)
        .collect();
    assert!(right.len() >= 17, "{}", right.len());
    let close = right
        .iter()
        .filter(|found| found.distance(edge).abs() < 3.0)
        .count();
    assert!(close >= 15, "{close}");
    for found in right {
        for (mode, outlier) in found.outliers.iter().enumerate() {
            let expected = spike(&truth, mode, 2.0).unwrap().overlap_squared();
            // Relative errors of ℓ of 0.1 and γ/(ℓ−λ)² of about 0.1.
            assert_relative_eq!(outlier.overlap_squared, expected, epsilon = 0.15);
        }
    }
}

#[test]
fn fewer_samples_than_variables_are_enough_for_a_strong_mode() {
    let mut normal = Normal(9);
    for _ in 0..10 {
        let found = estimate(&spiked(150, &[12.0]), 60, &mut normal);
        assert_eq!(found.outliers.len(), 1);
        let outlier = found.outliers[0];
        assert!((outlier.population_eigenvalue - 12.0).abs() < 4.0 * outlier.standard_error);
        assert_relative_eq!(found.bulk_aspect_ratio, 149.0 / 59.0, max_relative = 1e-12);
    }
}

#[test]
fn the_mean_of_the_population_is_that_of_the_sample() {
    let population: Vec<f64> = (0..120).map(|k| (f64::from(k) / 40.0).exp()).collect();
    let eigenvalues = draw(&population, 360, &mut Normal(10));
    let found = debias(&eigenvalues, 360.0, LEVEL).unwrap();
    let mean = eigenvalues.iter().sum::<f64>() / 120.0;
    // The fit weighs many combinations, of which the mean, known to √(2 λ²/nP) = 0.9 %, is one; outliers add 1/P each.
    assert_relative_eq!(
        found.population.spectrum().moment(1),
        mean,
        max_relative = 0.02
    );
}

#[test]
fn the_estimate_has_the_units_of_the_data() {
    let eigenvalues = draw(&spiked(60, &[5.0]), 120, &mut Normal(12));
    let one = debias(&eigenvalues, 120.0, LEVEL).unwrap();
    let larger: Vec<f64> = eigenvalues.iter().map(|x| x * 1e6).collect();
    let other = debias(&larger, 120.0, LEVEL).unwrap();
    assert_eq!(one.outliers.len(), other.outliers.len());
    // The descent stops at a change of χ² by 0.05, at a place that rounding moves.
    assert_relative_eq!(one.edge * 1e6, other.edge, max_relative = 1e-4);
    let values = [&one, &other].map(|e| e.outliers[0].population_eigenvalue);
    assert_relative_eq!(values[0] * 1e6, values[1], max_relative = 1e-12);
}

#[test]
fn directions_without_variance_are_set_apart() {
    let mut eigenvalues = draw(&spiked(60, &[5.0]), 120, &mut Normal(13));
    let plain = debias(&eigenvalues, 120.0, LEVEL).unwrap();
    eigenvalues.extend([0.0; 40]);
    let padded = debias(&eigenvalues, 120.0, LEVEL).unwrap();
    assert_relative_eq!(plain.edge, padded.edge, max_relative = 1e-12);
    assert_eq!(padded.population.units(), Some(100));
    assert_eq!(
        padded.population.modes().last().unwrap().degeneracy,
        Some(40)
    );
    let samples = [&plain, &padded]
        .map(|e| critical_alpha(&e.population, 0).unwrap() * e.eigenvalues.len() as f64);
    assert_relative_eq!(samples[0], samples[1], max_relative = 1e-10);
}

#[test]
fn hardly_any_data_are_enough_for_an_answer() {
    for (eigenvalues, samples) in [
        (vec![1.0, 1.0], 2.0),
        (vec![7.0, 1.0], 1e6),
        (vec![3.0, 2.0, 0.0, 0.0, 0.0], 2.0),
        (vec![1e40, 1e37, 1e30], 50.0),
        (vec![5.0; 12], 12.0),
        (vec![5.0; 12], 1e6),
    ] {
        let found = debias(&eigenvalues, samples, LEVEL).unwrap();
        assert!(
            found.edge.is_finite() && found.edge_scale > 0.0,
            "{eigenvalues:?} {found:?}"
        );
        assert!(
            found
                .outliers
                .iter()
                .all(|o| (0.0..=1.0).contains(&o.overlap_squared))
        );
    }
}

/// In white data the fitted bulk is that of the theory but for its fluctuations, some per cent for 60 eigenvalues.
#[test]
fn samples_for_a_power_are_those_of_the_population() {
    let crossover = Crossover::new(LEVEL).unwrap();
    let fitted = estimate(&[1.0; 60], 600, &mut Normal(3));
    assert!(fitted.outliers.is_empty());
    for (spike, power) in [(1.0, 0.9), (0.7, 0.5)] {
        let population = Population::spiked(Some(60), &[spike]).unwrap();
        let exact = samples_for_power(&crossover, &population, 0, power).unwrap();
        let found = fitted
            .samples_for_power(&crossover, 1.0 + spike, power)
            .unwrap();
        assert_relative_eq!(found, exact, max_relative = 0.25);
    }
}

#[test]
fn what_is_no_sample_spectrum_is_refused() {
    for (eigenvalues, samples) in [
        (vec![], 10.0),
        (vec![1.0], 10.0),
        (vec![1.0, 0.0], 10.0),
        (vec![1.0, 2.0], 10.0),
        (vec![2.0, -1.0], 10.0),
        (vec![f64::NAN, 1.0], 10.0),
        (vec![2.0, 1.0], 1.0),
        (vec![2.0, 1.0], f64::NAN),
    ] {
        assert!(
            debias(&eigenvalues, samples, LEVEL).is_err(),
            "{eigenvalues:?} {samples}"
        );
    }
}
