//! The parameters of a machine from files: an `.npz` with the arrays W, b and c and the kinds of its units, or one file each.

use super::{array, members, place, read_matrix, read_vector, vector, word};
use crate::questions::{GivenMachine, Kind, Scaling};
use anyhow::{Context, Result, anyhow, bail, ensure};
use faer::Mat;
use std::path::Path;

/// Names of the arrays that hold the scaling of the data.
pub const SCALING: [&str; 2] = ["data_mean", "data_scale"];

/// Where the parameters are.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The matrix, or an `.npz` with W and, if there, b, c and the kinds
    pub machine: &'a Path,
    /// Instead of b of the `.npz`.
    pub visible_bias: Option<&'a Path>,
    /// Instead of c of the `.npz`.
    pub hidden_bias: Option<&'a Path>,
}

/// W, one row per visible unit, with the biases b of the rows and c of the columns, and the kinds of units where the file names them.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// W.
    pub weights: Mat<f64>,
    /// b, zero where there is none.
    pub visible_bias: Vec<f64>,
    /// c, zero where there is none.
    pub hidden_bias: Vec<f64>,
    /// Kind of the visible units.
    pub visible: Option<Kind>,
    /// Kind of the hidden units.
    pub hidden: Option<Kind>,
    /// Arrays or files that the biases are from.
    pub biases: Vec<String>,
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
        _ if names.iter().any(|name| name == "W") => array(path, "W"),
        _ => bail!(
            "{}: holds no array W among: {}; save it with numpy.savez(FILE, W=, b=, c=), or name the matrix as FILE.npz:NAME",
            path.display(),
            names.join(", ")
        ),
    }
}

/// A bias and where it is from.
type Bias = Option<(Vec<f64>, String)>;

/// Reads all parameters; a bias that is nowhere is zero.
///
/// # Errors
/// If a file cannot be read, a bias does not fit the matrix, or a kind has no known name.
pub fn read(files: Files<'_>) -> Result<Machine> {
    let weights = weights(files.machine)?;
    // FILE.npz:NAME is the matrix alone, without biases; the kinds beside it hold all the same.
    let names = members(files.machine)?.unwrap_or_default();
    let (file, _) = place::split(files.machine);
    let beside = members(&file)?.unwrap_or_default();
    let visible = bias(files, files.visible_bias, &names, "b")?;
    let hidden = bias(files, files.hidden_bias, &names, "c")?;
    let shape = (weights.nrows(), weights.ncols());
    check_orientation(files.machine, shape, &visible, &hidden)?;
    let from = [&visible, &hidden].into_iter().flatten();
    Ok(Machine {
        biases: from.map(|(_, place)| place.clone()).collect(),
        visible_bias: fitting(visible, shape, (shape.0, "rows"))?,
        hidden_bias: fitting(hidden, shape, (shape.1, "columns"))?,
        visible: kind(&file, &beside, "visible")?,
        hidden: kind(&file, &beside, "hidden")?,
        weights,
    })
}

/// How the data of the training were scaled, where the `.npz` of a machine says so: its arrays `data_mean` and `data_scale`.
///
/// # Errors
/// If the file cannot be read, has one of them only, or a scale that is not positive.
pub fn scaling(machine: &Path) -> Result<Option<Scaling>> {
    let (file, _) = place::split(machine);
    let names = members(&file)?.unwrap_or_default();
    let named = |name: &str| names.iter().any(|known| known == name);
    let member = |name: &str| vector(&array(&file, name)?, &format!("{}:{name}", file.display()));
    let [mean, scale] = SCALING;
    if !named(mean) && !named(scale) {
        return Ok(None);
    }
    let found = Scaling {
        mean: member(mean)?,
        scale: member(scale)?,
    };
    ensure!(
        found.mean.len() == found.scale.len() && found.scale.iter().all(|&x| x > 0.0),
        "{}: '{scale}' needs one positive number for each of the {} entries of '{mean}'",
        file.display(),
        found.mean.len()
    );
    Ok(Some(found))
}

/// The bias of a file, or else of the array `name` of the machine's.
fn bias(files: Files<'_>, file: Option<&Path>, names: &[String], name: &str) -> Result<Bias> {
    if let Some(file) = file {
        return Ok(Some((read_vector(file, None)?, file.display().to_string())));
    }
    if !names.iter().any(|known| known == name) {
        return Ok(None);
    }
    let place = format!("{}:{name}", files.machine.display());
    let bias = vector(&array(files.machine, name)?, &place)?;
    Ok(Some((bias, name.to_owned())))
}

/// A bias that has an entry per row or column of W.
fn fitting(bias: Bias, shape: (usize, usize), (units, layer): (usize, &str)) -> Result<Vec<f64>> {
    match bias {
        None => Ok(vec![0.0; units]),
        Some((vector, _)) if vector.len() == units => Ok(vector),
        Some((vector, place)) => bail!(
            "{place}: has {} entries where the {units} {layer} of W ({} x {}) need one each",
            vector.len(),
            shape.0,
            shape.1
        ),
    }
}

/// The kind of a layer by its name in an `.npz`; an array of numbers of that name is none.
fn kind(path: &Path, names: &[String], layer: &str) -> Result<Option<Kind>> {
    if !names.iter().any(|known| known == layer) {
        return Ok(None);
    }
    let Some(name) = word(path, layer)? else {
        return Ok(None);
    };
    let kind = name.parse();
    kind.map(Some)
        .with_context(|| format!("{}: '{layer}' is '{name}', which", path.display()))
}

/// Refuses a matrix whose biases fit it only when it is turned around.
fn check_orientation(
    file: &Path,
    shape: (usize, usize),
    visible: &Bias,
    hidden: &Bias,
) -> Result<()> {
    let fits = |bias: &Bias, units: usize| bias.as_ref().is_none_or(|bias| bias.0.len() == units);
    let is_turned = fits(visible, shape.1) && fits(hidden, shape.0);
    if is_turned && !(fits(visible, shape.0) && fits(hidden, shape.1)) {
        return Err(anyhow!(
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

impl Machine {
    /// The machine with its kinds: those of the file, or those given beside it; without either, spins, or binary hidden units beside
    /// binary visible ones. Gives also a line that says what was read from the file of this name.
    ///
    /// # Errors
    /// If a given kind contradicts the file.
    pub fn with_kinds(
        self,
        file: &Path,
        visible: Option<Kind>,
        hidden: Option<Kind>,
    ) -> Result<(GivenMachine, String)> {
        let name = file.display().to_string();
        let visible = settle(&name, "visible", self.visible, visible)?;
        let hidden = settle(&name, "hidden", self.hidden, hidden)?;
        let assumed = match (visible, hidden) {
            (Some(_), Some(_)) => "",
            (None, None) => {
                "; the file names no kinds of units: spins are assumed, --visible and --hidden say otherwise"
            }
            (None, _) => "; the kind of the visible units is assumed, --visible says otherwise",
            (_, None) => "; the kind of the hidden units is assumed, --hidden says otherwise",
        };
        let visible = visible.unwrap_or(Kind::SPIN);
        let beside = match visible {
            Kind::BINARY => Kind::BINARY,
            _ => Kind::SPIN,
        };
        let hidden = hidden.unwrap_or(beside);
        let biases = match &self.biases[..] {
            [] => "no biases".to_owned(),
            some => format!("biases {}", some.join(" and ")),
        };
        let words = format!(
            "{name}: {} {}, {} {}, {biases}{assumed}",
            self.weights.nrows(),
            layer(visible, "visible"),
            self.weights.ncols(),
            layer(hidden, "hidden")
        );
        let given = GivenMachine {
            name,
            weights: self.weights,
            visible_bias: self.visible_bias,
            hidden_bias: self.hidden_bias,
            visible,
            hidden,
        };
        Ok((given, words))
    }
}

/// What the file or the flag says, if either does.
fn settle(
    file: &str,
    layer: &str,
    found: Option<Kind>,
    given: Option<Kind>,
) -> Result<Option<Kind>> {
    if let (Some(found), Some(given)) = (found, given) {
        ensure!(
            found == given,
            "--{layer} {given}: {file} says that its {layer} units are {found}; leave --{layer} out, or name the file that it is meant for"
        );
    }
    Ok(found.or(given))
}

/// `visible spin units`, or `entries of visible categorical:3 units`.
fn layer(kind: Kind, layer: &str) -> String {
    match kind {
        Kind::Categorical(_) => format!("entries of {layer} {kind} units"),
        Kind::Unit(_) => format!("{layer} {kind} units"),
    }
}
