//! A row of the log as the numbers of a checkpoint: the epoch, log-likelihood, its standard error and ln Z, that of held-out samples, overlap with the
//! population's mode, singular value and overlap of each mode, centre, width and sum of weights of each receptive field, and the weights. What is missing is NaN.

use crate::questions::train::{FieldSeen, ModeSeen, Seen, Train};
use anyhow::{Result, ensure};
use saddlepoint_simulator::training::LogLikelihood;

/// Numbers of the epoch, of the likelihoods and of the population's mode.
const LEADING: usize = 6;

/// The numbers of a row.
pub(super) fn of(seen: &Seen) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "epochs far below 2^53")]
    let mut numbers = vec![seen.epoch as f64];
    numbers.extend(seen.likelihood.map_or([f64::NAN; 3], |found| {
        [
            found.value,
            found.standard_error.unwrap_or(f64::NAN),
            found.log_partition,
        ]
    }));
    numbers.extend([seen.test, seen.overlap_squared].map(|x| x.unwrap_or(f64::NAN)));
    let modes = seen.modes.iter();
    numbers.extend(modes.flat_map(|mode| [mode.singular_value, mode.overlap_squared]));
    let field = |field: &FieldSeen| [field.centre, field.width, field.sum_weights];
    let fields = seen.fields.iter();
    numbers.extend(fields.flat_map(|seen| seen.as_ref().map_or([f64::NAN; 3], field)));
    numbers.extend(seen.weights.iter().flatten());
    numbers
}

/// The row of some numbers.
pub(super) fn seen(numbers: &[f64], train: &Train) -> Result<Seen> {
    let modes = 2 * train.modes();
    let fields = 3 * train.ring().map_or(0, |_| train.hidden_units);
    let weights = if train.log.weights {
        train.samples.columns() * train.hidden_units
    } else {
        0
    };
    let expected = LEADING + modes + fields + weights;
    ensure!(
        numbers.len() == expected,
        "a row of its log has {} numbers, not {expected}; start anew without --resume",
        numbers.len()
    );
    let (leading, rest) = numbers.split_at(LEADING);
    let (modes, rest) = rest.split_at(modes);
    let (fields, weights) = rest.split_at(fields);
    let known = |x: f64| (!x.is_nan()).then_some(x);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count below 2^53"
    )]
    let epoch = leading[0] as u64;
    let mode = |pair: &[f64]| ModeSeen {
        singular_value: pair[0],
        overlap_squared: pair[1],
    };
    let field = |triple: &[f64]| {
        known(triple[0]).map(|centre| FieldSeen {
            centre,
            width: triple[1],
            sum_weights: triple[2],
        })
    };
    Ok(Seen {
        epoch,
        likelihood: known(leading[1]).map(|value| LogLikelihood {
            value,
            standard_error: known(leading[2]),
            log_partition: leading[3],
        }),
        test: known(leading[4]),
        overlap_squared: known(leading[5]),
        modes: modes.chunks_exact(2).map(mode).collect(),
        fields: fields.chunks_exact(3).map(field).collect(),
        weights: train.log.weights.then(|| weights.to_vec()),
    })
}
