//! Eigenvectors of finite samples, drawn and diagonalised, against the law at their places.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{DataModel, Diagonal};
use saddlepoint_simulator::stream::stream;
use saddlepoint_theory::covariance::{Groups, overlap_profile, place_of};
use saddlepoint_theory::spectra::Population;

/// Data sets that are drawn.
const REPLICAS: u16 = 400;

/// Mean of something over data sets of Gaussian samples with these variances, and its standard error.
fn simulated(
    variances: &[f64],
    samples: usize,
    place: usize,
    measured: impl Fn(f64, &[f64]) -> f64,
) -> (f64, f64) {
    let model = Diagonal::new(variances).unwrap();
    let values: Vec<f64> = (0..REPLICAS)
        .map(|replica| {
            let mut random = stream(1, "finite-samples", replica.into());
            let drawn = model.draw(samples, &mut random).unwrap();
            let covariance = SampleCovariance::new(&drawn, Columns::Raw).unwrap();
            let found = covariance.leading(place + 1).unwrap();
            measured(found.eigenvalues[place], &found.vector(place))
        })
        .collect();
    let count = f64::from(REPLICAS);
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

fn squares(vector: &[f64], count: usize) -> f64 {
    vector[..count].iter().map(|x| x * x).sum()
}

#[test]
fn the_top_eigenvector_across_the_threshold_is_that_of_its_place() {
    for units in [50_u16, 100] {
        let mut variances = vec![1.0; units.into()];
        variances[0] = 2.0;
        let population = Population::from_eigenvalues(&variances).unwrap();
        // Below, at and above the threshold P = N. Corrections to the place are the eigenvalue's fluctuation about it, largest above the
        // threshold, where the band of one eigenvalue begins to part: 0.034 there with 1500 data sets of 50 units, 0.005 elsewhere.
        for (halves, bias) in [(1_u16, 0.01), (2, 0.01), (4, 0.045), (8, 0.035)] {
            let alpha = 0.5 * f64::from(halves);
            let samples = usize::from(units * halves / 2);
            let overlap = |_: f64, vector: &[f64]| squares(vector, 1);
            let (mean, error) = simulated(&variances, samples, 0, overlap);
            let theory = place_of(&population, alpha, 0.5).unwrap().overlaps[0].1;
            assert!(
                (theory - mean).abs() < bias + 4.0 * error,
                "{units} {alpha}: {theory} {mean} {error}"
            );
            // The form of the edge is a control that must fail.
            let edge = overlap_profile(&population, alpha).unwrap().overlaps[0].1;
            assert!(
                edge - mean > bias + 4.0 * error,
                "{units} {alpha}: {edge} {mean} {error}"
            );
        }
    }
}

#[test]
fn four_close_modes_stand_out_together() {
    let levels = [(3.0, 1), (2.9, 1), (2.7, 2), (1.5, 30), (0.4, 66)];
    let variances: Vec<f64> = levels
        .iter()
        .flat_map(|&(x, count)| vec![x; count])
        .collect();
    let population = Population::from_eigenvalues(&variances).unwrap();
    let group = Groups::new(&population, 2.0)
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(group.modes, 0..3);
    for (place, above) in [(0, 0.5), (1, 1.5), (2, 2.5)] {
        let theory = place_of(&population, 2.0, above).unwrap();
        let together: f64 = theory.overlaps[..3].iter().map(|overlap| overlap.1).sum();
        let (mean, error) = simulated(&variances, 200, place, |_, vector| squares(vector, 4));
        // At most 0.022 with 1500 data sets, growing towards the bulk.
        assert!(
            (together - mean).abs() < 0.025 + 4.0 * error,
            "{place}: {together} {mean} {error}"
        );
        let (mean, error) = simulated(&variances, 200, place, |eigenvalue, _| eigenvalue);
        // One per cent: a median against a mean, and corrections of 1/N.
        assert!(
            (theory.eigenvalue - mean).abs() < 0.015 * mean + 4.0 * error,
            "{place}: {mean}"
        );
    }
}
