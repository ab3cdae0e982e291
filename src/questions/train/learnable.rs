//! Whether there is anything to learn.

use super::super::threshold::Judge;
use super::super::{DataMatrix, DataModel, Kind, Monitor};
use super::Train;
use anyhow::Result;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};

/// Products of an eigenvalue problem that is not worth a word.
const LARGEST: usize = 20_000_000_000;

/// That no mode of somebody's real-valued data exceeds its threshold, in a line: none has an eigenvalue above 1, the variance of a Gaussian unit, from which
/// on weights grow, dW/dt ∝ (C − 1) W; or none stands out of what noise shows with as many samples. `None` for other data, and where nobody asks for so much
/// work.
///
/// # Errors
/// If the eigenvalues are not found.
pub fn nothing_to_learn(train: &Train) -> Result<Option<String>> {
    let samples = &train.samples;
    let (rows, columns) = (samples.rows(), samples.columns());
    let work = rows
        .saturating_mul(columns)
        .saturating_mul(rows.min(columns));
    let is_real = train.visible == Kind::GAUSSIAN && train.data.model == DataModel::Samples;
    if !is_real || work > LARGEST {
        return Ok(None);
    }
    let leading = SampleCovariance::new(samples, Columns::Centred)?.leading(1)?;
    let largest = leading.eigenvalues[0];
    if largest <= 1.0 {
        return Ok(Some(format!(
            "no mode exceeds its threshold: the largest eigenvalue of the covariance is {largest:.3}, and Gaussian units learn a mode from 1 on; \
             --standardize scales every column to unit variance"
        )));
    }
    // Fewer than three samples, or one column that varies: nothing to judge.
    let Ok(data) = DataMatrix::new(samples.to_mat().as_ref(), false) else {
        return Ok(None);
    };
    let judged = Judge::default().in_memory(&data, &Monitor::silent())?;
    Ok(judged.debiased.outliers.is_empty().then(|| {
        format!(
            "no mode exceeds its threshold: {rows} samples of {columns} variables show nothing but noise, and nothing else can be learnt yet; \
             'saddlepoint threshold --data samples' tells what could hide in it"
        )
    }))
}
