//! The parameters of a machine from files of several programs, or one file for each.
//!
//! | file | what it says |
//! | --- | --- |
//! | `.npz` of `simulate train` | W, b, c, the kinds of units |
//! | `.npz`, `.safetensors`, HDF5 with known names | W and biases; kinds where they are named as text |
//! | `.npz` with scikit-learn's names | a `BernoulliRBM`: W turned, biases, binary units |
//! | HDF5 of `rbms` | W, biases and kinds of one update |
//! | HDF5 of RestrictedBoltzmannMachines.jl | W turned, biases and kinds |
//! | any matrix | W |

mod julia;
mod named;
mod orientation;
mod rbms;
mod training;

pub use training::{EPOCH, SCALING, epoch, scaling};

use super::archive::Archive;
use super::hdf5::Hdf5;
use super::npz::Npz;
use super::raw::Raw;
use super::safetensors::SafeTensors;
use super::{Format, format, memory, place, read_file, read_vector};
use crate::output::staged;
use crate::questions::{GivenMachine, Kind};
use anyhow::{Context, Result, bail, ensure};
use faer::Mat;
use std::path::Path;
use std::sync::Arc;

/// Where the parameters are.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// A machine in one of the formats above
    pub machine: &'a Path,
    /// Instead of the file's own.
    pub visible_bias: Option<&'a Path>,
    /// Instead of the file's own.
    pub hidden_bias: Option<&'a Path>,
    /// Whether the rows of the matrix belong to the hidden units
    pub transpose: bool,
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
    /// Whose file it is, where that is known.
    pub format: Option<String>,
    /// What was done on reading, in words.
    pub notes: Vec<String>,
}

/// A bias and where it is from.
type Bias = Option<(Vec<f64>, String)>;

/// What a file says of a machine.
#[derive(Debug)]
struct Found {
    format: Option<String>,
    /// One row per visible unit if `is_oriented`, else perhaps one per hidden unit
    weights: Mat<f64>,
    is_oriented: bool,
    visible_bias: Bias,
    hidden_bias: Bias,
    visible: Option<Kind>,
    hidden: Option<Kind>,
    notes: Vec<String>,
}

impl Found {
    /// A matrix without anything beside it.
    fn matrix(raw: Raw) -> Result<Self> {
        let notes = raw.notes.clone();
        Ok(Self {
            format: None,
            weights: raw.into_plain_matrix()?,
            is_oriented: false,
            visible_bias: None,
            hidden_bias: None,
            visible: None,
            hidden: None,
            notes,
        })
    }
}

/// Reads all parameters; a bias that is nowhere is zero.
///
/// # Errors
/// If a file cannot be read, a bias does not fit the matrix, a kind has no known name, or `transpose` contradicts the file.
pub fn read(files: Files<'_>) -> Result<Machine> {
    if let Some((machine, _)) = memory::machine(files.machine) {
        return Ok(Arc::unwrap_or_clone(machine));
    }
    let place = || files.machine.display().to_string();
    let mut found = found(files.machine).with_context(place)?;
    for (bias, file) in [
        (&mut found.visible_bias, files.visible_bias),
        (&mut found.hidden_bias, files.hidden_bias),
    ] {
        if let Some(file) = file {
            *bias = Some((read_vector(file, None)?, file.display().to_string()));
        }
    }
    let found = orientation::settle(found, files.transpose).with_context(place)?;
    let shape = (found.weights.nrows(), found.weights.ncols());
    let from = [&found.visible_bias, &found.hidden_bias];
    Ok(Machine {
        biases: from
            .into_iter()
            .flatten()
            .map(|bias| bias.1.clone())
            .collect(),
        visible_bias: fitting(found.visible_bias, shape, (shape.0, "rows")).with_context(place)?,
        hidden_bias: fitting(found.hidden_bias, shape, (shape.1, "columns")).with_context(place)?,
        visible: found.visible,
        hidden: found.hidden,
        weights: found.weights,
        format: found.format,
        notes: found.notes,
    })
}

/// What the file of a machine says, by its format and by whose names it has.
fn found(machine: &Path) -> Result<Found> {
    let (file, member) = place::split(machine);
    let member = member.as_deref().filter(|member| !member.is_empty());
    let (format, _) = format(&file)?;
    staged::reading(&file)?;
    match format {
        Format::Npz => named::read(&Npz::open(&file)?, member),
        Format::SafeTensors => named::read(&SafeTensors::open(&file)?, member),
        Format::Hdf5 => {
            let hdf5 = Hdf5::open(&file)?;
            match member {
                _ if julia::is(&hdf5) => julia::read(&hdf5, member),
                _ if rbms::is(&hdf5) => rbms::read(hdf5, member),
                Some(group) if hdf5.has_group(group) => named::read(&hdf5.within(group)?, None),
                None if !named::has_weights(&hdf5) => Found::matrix(hdf5.matrix(None)?),
                _ => named::read(&hdf5, member),
            }
        }
        _ => Found::matrix(read_file(&file, member, super::TextFormat::default())?),
    }
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

/// The kind of a layer by its name in a file; none where there is no such text.
fn kind(archive: &impl Archive, layer: &str) -> Result<Option<Kind>> {
    let Some(name) = archive.word(layer)? else {
        return Ok(None);
    };
    let kind = name.parse();
    kind.map(Some)
        .with_context(|| format!("'{layer}' is '{}', which", super::shown::shorten(&name)))
}

impl Machine {
    /// Whose file it is, to stand in front of a line, and what was done on reading, to stand behind.
    fn source(&self) -> (String, String) {
        let format = self.format.as_ref().map(|format| format!("{format}, "));
        let notes = self.notes.iter().map(|note| format!("; {note}"));
        (format.unwrap_or_default(), notes.collect())
    }

    /// A line that says what weights were read from the file of this name, where nothing else matters.
    pub fn describe_weights(&self, file: &Path) -> String {
        let (format, notes) = self.source();
        let (rows, columns) = (self.weights.nrows(), self.weights.ncols());
        format!(
            "{}: {format}weights of {rows} visible and {columns} hidden units{notes}",
            file.display()
        )
    }

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
        let (format, notes) = self.source();
        let biases = match &self.biases[..] {
            [] => "no biases".to_owned(),
            some => format!("biases {}", some.join(" and ")),
        };
        let words = format!(
            "{name}: {format}{} {}, {} {}, {biases}{notes}{assumed}",
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
