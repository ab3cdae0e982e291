//! Machines of RestrictedBoltzmannMachines.jl: HDF5 as its `save_rbm` writes it.
//!
//! `weights` has the sizes of the visible and then of the hidden layer, the first index varying fastest, which HDF5 shows in the opposite order: row by
//! row it is M x N. `visible_par` and `hidden_par` hold the parameters of each unit, and `visible_type` and `hidden_type` say which:
//!
//! ```text
//! Binary, Spin, Potts   E(x) = −θ x
//! Gaussian              E(x) = |γ| x²/2 − θ x
//! ReLU                  E(x) = |γ| x²/2 − θ x, x ≥ 0
//! ```
//!
//! Units of this program have γ = 1. A hidden unit h of another γ is `h' = h √|γ|` with the weights `w/√|γ|` and the bias `θ/√|γ|`, which leaves the
//! law of the visible units as it is and ln Z larger by `½ Σ ln |γ|`.
//!
//! # References
//! RestrictedBoltzmannMachines.jl, `ext/HDF5Ext.jl`, file format 1.0.0, and `src/layers/`.

use super::Found;
use super::orientation::turn;
use crate::input::archive::Archive;
use crate::input::hdf5::Hdf5;
use crate::input::raw::Raw;
use crate::input::shown::shorten;
use crate::questions::Kind;
use anyhow::{Context, Result, bail, ensure};
use faer::Mat;
use saddlepoint_theory::units::Unit;

const VERSION: &str = "rbm_hdf5_file_format_version";
const KNOWN: &str = "Binary, Spin, Potts, Gaussian and ReLU";

/// Whether a file is such a machine.
pub(super) fn is(hdf5: &Hdf5) -> bool {
    hdf5.has(VERSION)
}

/// Units of a layer: their kind, biases θ and, of Gaussian and rectified ones, |γ|.
struct Layer {
    kind: Kind,
    bias: Vec<f64>,
    curvature: Option<Vec<f64>>,
}

/// Reads the machine.
pub(super) fn read(hdf5: &Hdf5, member: Option<&str>) -> Result<Found> {
    if let Some(member) = member {
        bail!(
            "is one machine of RestrictedBoltzmannMachines.jl; leave ':{}' out",
            shorten(member)
        );
    }
    let version = hdf5.word(VERSION)?.unwrap_or_default();
    ensure!(
        version == "1.0.0",
        "has version '{}' of the file format of RestrictedBoltzmannMachines.jl; known is 1.0.0",
        shorten(&version)
    );
    let machine = hdf5.word("rbm_type")?.context(
        "has no rbm_type: an older version wrote it, which may name the wrong kind of hidden units; load it in Julia and save it again",
    )?;
    ensure!(
        machine == "RBM",
        "is a '{}' of RestrictedBoltzmannMachines.jl; save it as a plain RBM: save_rbm(FILE, RBM(rbm))",
        shorten(&machine)
    );
    let visible = layer(hdf5, "visible")?;
    let hidden = layer(hdf5, "hidden")?;
    let (n, m) = (visible.bias.len(), hidden.bias.len());
    let weights = hdf5.read("weights")?;
    ensure!(
        weights.values.len() == n * m,
        "its weights are {} numbers where {n} visible and {m} hidden units need {}",
        weights.values.len(),
        n * m
    );
    let weights = Raw::new(vec![m as u64, n as u64], weights.values, false)?;
    let mut found = Found {
        format: Some("RestrictedBoltzmannMachines.jl".to_owned()),
        weights: turn(&weights.into_plain_matrix()?),
        is_oriented: true,
        visible_bias: None,
        hidden_bias: None,
        visible: Some(visible.kind),
        hidden: Some(hidden.kind),
        notes: Vec::new(),
    };
    if let Some(curvature) = visible.curvature {
        ensure!(
            curvature.iter().all(|gamma| (gamma - 1.0).abs() < 1e-6),
            "its visible units have γ other than 1; train on data of unit variance with γ fixed to 1, or rescale v and w in Julia"
        );
    }
    found.visible_bias = Some((visible.bias, "visible_par".to_owned()));
    let mut bias = hidden.bias;
    if let Some(curvature) = hidden.curvature {
        rescale(&mut found, &mut bias, &curvature);
    }
    found.hidden_bias = Some((bias, "hidden_par".to_owned()));
    Ok(found)
}

/// Hidden units of γ = 1, and a word on what changed if another γ was there.
fn rescale(found: &mut Found, bias: &mut [f64], curvature: &[f64]) {
    let one = |gamma: &f64| (gamma - 1.0).abs() <= 0.0;
    if curvature.iter().all(one) {
        return;
    }
    let weights = &found.weights;
    found.weights = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
        weights[(i, j)] / curvature[j].sqrt()
    });
    for (bias, gamma) in bias.iter_mut().zip(curvature) {
        *bias /= gamma.sqrt();
    }
    let shift = 0.5 * curvature.iter().map(|gamma| gamma.ln()).sum::<f64>();
    found.notes.push(format!(
        "hidden units rescaled from their γ to 1: the file's ln Z is the one of this machine minus {shift:.6}"
    ));
}

fn layer(hdf5: &Hdf5, layer: &str) -> Result<Layer> {
    let name = format!("{layer}_type");
    let kind = hdf5.word(&name)?;
    let kind = kind.with_context(|| format!("has no text {name}"))?;
    let parameters = hdf5.read(&format!("{layer}_par"))?;
    // Row by row: one row per unit, its parameters in the columns.
    let shape = &parameters.shape;
    let count = shape.last().copied().unwrap_or_default();
    let (unit, expected) = match kind.as_str() {
        "Binary" => (Kind::BINARY, 1),
        "Spin" => (Kind::SPIN, 1),
        "Gaussian" => (Kind::GAUSSIAN, 2),
        "ReLU" => (Kind::Unit(Unit::Rectified), 2),
        "Potts" => {
            let states = shape.len().checked_sub(2).map_or(0, |at| shape[at]);
            (Kind::Categorical(u16::try_from(states)?), 1)
        }
        other => bail!(
            "has {layer} units '{}', which this program does not have; it has {KNOWN}",
            shorten(other)
        ),
    };
    ensure!(
        count == expected && parameters.values.iter().all(|x| x.is_finite()),
        "its {layer}_par has the sizes {shape:?} or numbers that are not finite; {kind} units have {expected} finite parameters each"
    );
    let step = usize::try_from(count)?;
    let column = |at: usize| parameters.values.iter().skip(at).step_by(step).copied();
    let curvature: Option<Vec<f64>> = (step == 2).then(|| column(1).map(f64::abs).collect());
    ensure!(
        curvature.iter().flatten().all(|gamma| *gamma > 0.0),
        "its {layer} units have γ = 0, so that no law is normalised"
    );
    Ok(Layer {
        kind: unit,
        bias: column(0).collect(),
        curvature,
    })
}
