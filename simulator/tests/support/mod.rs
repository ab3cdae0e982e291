//! Help for the tests of samplers: counts of configurations against their exact law.

use saddlepoint_simulator::Samples;

/// Standard score of χ² between counts and probabilities (Wilson–Hilferty); classes expected less than ten times are
/// pooled.
pub(crate) fn chi_square_score(counts: &[f64], probabilities: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let (mut chi_square, mut classes) = (0.0, 0.0);
    let (mut rare, mut rare_expected) = (0.0, 0.0);
    for (count, probability) in counts.iter().zip(probabilities) {
        let expected = total * probability;
        if expected < 10.0 {
            rare += count;
            rare_expected += expected;
        } else {
            chi_square += (count - expected).powi(2) / expected;
            classes += 1.0;
        }
    }
    if rare_expected >= 1.0 {
        chi_square += (rare - rare_expected).powi(2) / rare_expected;
        classes += 1.0;
    } else {
        assert!(
            rare <= 8.0,
            "{rare} events where {rare_expected} were expected"
        );
    }
    if classes < 2.0 {
        return 0.0;
    }
    let freedom: f64 = classes - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    ((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Counts of the rows read as numbers in base `base`, after `digit` of each entry.
pub(crate) fn count_rows(samples: &Samples, base: usize, digit: impl Fn(i8) -> usize) -> Vec<f64> {
    let columns = samples.columns();
    let power = u32::try_from(columns).expect("a small system");
    let mut counts = vec![0.0; base.pow(power)];
    for row in samples
        .as_discrete()
        .expect("discrete samples")
        .chunks_exact(columns)
    {
        counts[row
            .iter()
            .rev()
            .fold(0, |index, &x| index * base + digit(x))] += 1.0;
    }
    counts
}

/// Probabilities proportional to exp(−energy) of all `base^units` configurations, digits lowest first.
pub(crate) fn boltzmann(
    base: usize,
    units: usize,
    log_weight: impl Fn(&[usize]) -> f64,
) -> Vec<f64> {
    let power = u32::try_from(units).expect("a small system");
    let logs: Vec<f64> = (0..base.pow(power))
        .map(|mut index| {
            let mut digits = Vec::new();
            for _ in 0..units {
                digits.push(index % base);
                index /= base;
            }
            log_weight(&digits)
        })
        .collect();
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// The digit of a spin: +1 → 0, −1 → 1.
pub(crate) fn spin_digit(spin: i8) -> usize {
    usize::from(spin < 0)
}

/// ±1 of a digit.
pub(crate) fn spin(digit: usize) -> f64 {
    if digit == 0 { 1.0 } else { -1.0 }
}
