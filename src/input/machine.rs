//! The parameters of a machine from files: an `.npz` with the arrays W, b and c, or one file each.

use super::{members, read_matrix, read_vector};
use anyhow::{Context, Result, bail};
use faer::Mat;
use std::path::{Path, PathBuf};

/// Where the parameters are.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The matrix, or an `.npz` with W and, if there, b and c
    pub weights: &'a Path,
    pub visible_bias: Option<&'a Path>,
    pub hidden_bias: Option<&'a Path>,
}

/// W, one row per visible unit, with the biases b of the rows and c of the columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    pub weights: Mat<f64>,
    pub visible_bias: Vec<f64>,
    pub hidden_bias: Vec<f64>,
}

/// Reads a matrix of weights: an `.npz` gives its array W, or its only one.
///
/// # Errors
/// If the file cannot be read, or has no such array.
pub fn weights(path: &Path) -> Result<Mat<f64>> {
    let Some(names) = members(path)? else {
        return read_matrix(path);
    };
    match &names[..] {
        [_] => read_matrix(path),
        _ if names.iter().any(|name| name == "W") => read_matrix(&member(path, "W")),
        _ => bail!(
            "{}: holds no array W among: {}; save it with numpy.savez(FILE, W=, b=, c=), or name the matrix as FILE.npz:NAME",
            path.display(),
            names.join(", ")
        ),
    }
}

/// Reads all parameters; a bias that is nowhere is zero.
///
/// # Errors
/// If a file cannot be read, or a bias does not fit the matrix.
pub fn parameters(files: Files<'_>) -> Result<Parameters> {
    let weights = weights(files.weights)?;
    let names = members(files.weights)?.unwrap_or_default();
    let bias = |file: Option<&Path>, name: &str| -> Result<Option<(Vec<f64>, String)>> {
        let inside = names.iter().any(|known| known == name);
        let path = match file {
            Some(path) => path.to_owned(),
            None if inside => member(files.weights, name),
            None => return Ok(None),
        };
        let vector = read_vector(&path, None)?;
        Ok(Some((vector, path.display().to_string())))
    };
    let visible = bias(files.visible_bias, "b")?;
    let hidden = bias(files.hidden_bias, "c")?;
    let shape = (weights.nrows(), weights.ncols());
    check_orientation(files.weights, shape, visible.as_ref(), hidden.as_ref())?;
    let fitting = |bias: Option<(Vec<f64>, String)>, units: usize, layer: &str| match bias {
        None => Ok(vec![0.0; units]),
        Some((vector, _)) if vector.len() == units => Ok(vector),
        Some((vector, place)) => bail!(
            "{place}: has {} entries where the {units} {layer} of W ({} x {}) need one each",
            vector.len(),
            shape.0,
            shape.1
        ),
    };
    Ok(Parameters {
        visible_bias: fitting(visible, shape.0, "rows")?,
        hidden_bias: fitting(hidden, shape.1, "columns")?,
        weights,
    })
}

fn member(path: &Path, name: &str) -> PathBuf {
    PathBuf::from(format!("{}:{name}", path.display()))
}

/// Refuses a matrix whose biases fit it only when it is turned around.
fn check_orientation(
    file: &Path,
    shape: (usize, usize),
    visible: Option<&(Vec<f64>, String)>,
    hidden: Option<&(Vec<f64>, String)>,
) -> Result<()> {
    let fits =
        |bias: Option<&(Vec<f64>, String)>, units: usize| bias.is_none_or(|b| b.0.len() == units);
    let is_turned = fits(visible, shape.1) && fits(hidden, shape.0);
    if is_turned && !(fits(visible, shape.0) && fits(hidden, shape.1)) {
        return Err(anyhow::anyhow!(
            "W is {} x {}, but the biases are those of {} visible and {} hidden units; it must have one row per visible \
             unit: save W.T",
            shape.0,
            shape.1,
            shape.1,
            shape.0
        ))
        .with_context(|| file.display().to_string());
    }
    Ok(())
}
