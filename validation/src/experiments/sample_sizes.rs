//! Comparisons at several numbers of samples, in all or in a batch, extrapolated to infinitely many.

use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// What is compared: a prediction for infinitely many samples of N units.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfSamples {
    pub(super) observable: &'static str,
    pub(super) units: usize,
    pub(super) theory: f64,
    pub(super) wrong: Option<f64>,
}

/// The rows of measurements at several numbers of samples P, with corrections of the given powers of 1/P.
pub(super) fn rows(
    parameters: &Parameters,
    compared: &OfSamples,
    sizes: &[(usize, Estimate)],
    powers: &[f64],
) -> Result<Vec<Row>> {
    let prediction = Prediction {
        observable: compared.observable,
        limit_observable: None,
        theory: compared.theory,
        wrong: compared.wrong,
    };
    let sizes: Vec<AtSize> = sizes
        .iter()
        .map(|&(p, measured)| AtSize::new(p, measured))
        .collect();
    let rows = Row::extrapolate(parameters, &prediction, &sizes, powers)?;
    // The fit is in the number of samples; the table has the units, and samples per unit.
    Ok(rows
        .into_iter()
        .map(|row| {
            let alpha = row
                .units
                .map(|samples| as_float(samples) / as_float(compared.units));
            Row {
                units: row.units.map(|_| compared.units),
                ..row.at(|parameters| parameters.alpha = alpha)
            }
        })
        .collect())
}

/// Compares at several sizes of the batch B, with a correction of order 1/B.
///
/// The fit is in the size of the batch, which becomes the argument of the rows; the units of the table are the sites of the ring.
pub(super) fn against_batch(
    parameters: &Parameters,
    prediction: &Prediction,
    sizes: &[AtSize],
    sites: usize,
) -> Result<Vec<Row>> {
    let rows = Row::extrapolate(parameters, prediction, sizes, &[1.0])?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let batch = row
                .units
                .map(|batch| Argument::new("batch", as_float(batch)));
            Row {
                units: row.units.map(|_| sites),
                ..row.at(|parameters| parameters.x = batch)
            }
        })
        .collect())
}
