//! Which side of a matrix of weights belongs to the visible units.

use super::{Bias, Found};
use anyhow::{Result, ensure};
use faer::Mat;

/// W with one row per visible unit: as its format says, else as its biases tell, else as the user does.
pub(super) fn settle(found: Found, transpose: bool) -> Result<Found> {
    let (rows, columns) = (found.weights.nrows(), found.weights.ncols());
    let fits = |visible: usize, hidden: usize| {
        let is_as_long =
            |bias: &Bias, units| bias.as_ref().is_none_or(|bias| bias.0.len() == units);
        is_as_long(&found.visible_bias, visible) && is_as_long(&found.hidden_bias, hidden)
    };
    let (as_is, turned) = (fits(rows, columns), fits(columns, rows));
    ensure!(
        !(transpose && found.is_oriented),
        "--transpose: this file ({}) says itself which units its rows belong to; leave --transpose out",
        found.format.as_deref().unwrap_or("with kinds of units")
    );
    ensure!(
        !(transpose && as_is && !turned),
        "--transpose: the biases fit the matrix as it is, {rows} visible and {columns} hidden units; leave --transpose out"
    );
    if found.is_oriented || !(transpose || (turned && !as_is)) {
        return Ok(found);
    }
    let mut found = found;
    let why = if transpose {
        "--transpose"
    } else {
        "its biases say so"
    };
    found
        .notes
        .push(format!("turned from {rows} x {columns}, {why}"));
    found.weights = turn(&found.weights);
    Ok(found)
}

/// The transposed matrix.
pub(super) fn turn(matrix: &Mat<f64>) -> Mat<f64> {
    matrix.transpose().to_owned()
}
