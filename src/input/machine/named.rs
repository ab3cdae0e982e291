//! Machines whose arrays have the names that people give them: `W` or `weight`, `b` and `c`, `vbias` and `hbias`, or those of scikit-learn.

use super::orientation::turn;
use super::{Bias, Found, kind};
use crate::input::archive::Archive;
use crate::input::shown::{list, shorten};
use crate::input::vector;
use crate::questions::Kind;
use anyhow::{Result, bail, ensure};

const WEIGHTS: [&str; 4] = ["W", "weight", "weights", "weight_matrix"];

/// What scikit-learn calls the weights, one row per hidden unit, and the biases.
const COMPONENTS: &str = "components_";
const INTERCEPTS: [&str; 2] = ["intercept_visible_", "intercept_hidden_"];

const VISIBLE: [&str; 10] = [
    "b",
    "vbias",
    "v_bias",
    "bias_v",
    "visible_bias",
    "bias_visible",
    "bv",
    "b_v",
    "a",
    "b_visible",
];
const HIDDEN: [&str; 9] = [
    "c",
    "hbias",
    "h_bias",
    "bias_h",
    "hidden_bias",
    "bias_hidden",
    "bh",
    "b_h",
    "b_hidden",
];

/// Reads a machine, or with a name of an array that array as its weights alone.
pub(super) fn read(archive: &impl Archive, member: Option<&str>) -> Result<Found> {
    let is_sklearn = archive.names().iter().any(|name| last(name) == COMPONENTS);
    if is_sklearn && member.is_none_or(|member| last(member) == COMPONENTS) {
        return sklearn(archive);
    }
    let weights = match member {
        Some(member) => member,
        None => weights(archive)?,
    };
    let mut found = Found::matrix(archive.read(weights)?)?;
    let (visible, hidden) = biases(archive, weights);
    if member.is_none() {
        refuse_unknown_bias(archive, weights, [visible, hidden])?;
        found.visible_bias = bias(archive, visible)?;
        found.hidden_bias = bias(archive, hidden)?;
        if !WEIGHTS.contains(&weights) {
            found.notes.insert(0, format!("W is {}", shorten(weights)));
        }
    } else if let Some(left) = visible.or(hidden) {
        found.notes.push(format!(
            "the biases beside it, such as {}, are not taken: leave ':{}' out to take them",
            shorten(left),
            shorten(weights)
        ));
    }
    found.visible = kind(archive, "visible")?;
    found.hidden = kind(archive, "hidden")?;
    let has_both = found.visible_bias.is_some() || found.hidden_bias.is_some();
    let is_square = found.weights.nrows() == found.weights.ncols();
    if weights != "W" && (is_square || !has_both) {
        found.notes.push(
            "its rows are taken as the visible units (--transpose, if they are the hidden ones)"
                .to_owned(),
        );
    }
    Ok(found)
}

/// Whether a file has an array of weights that can be told by its name.
pub(super) fn has_weights(archive: &impl Archive) -> bool {
    let mut names = archive.names().iter().map(|name| last(name));
    names.any(|name| name == COMPONENTS || WEIGHTS.contains(&name))
}

/// The part of a name behind its last dot: `rbm.W` is a `W`.
fn last(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or(name)
}

/// The name of the array of weights: the only one, or the one with a known name.
fn weights(archive: &impl Archive) -> Result<&str> {
    let names = archive.names();
    if let [only] = names {
        return Ok(only);
    }
    let is_known = |name: &&String| WEIGHTS.contains(&last(name));
    let known: Vec<&String> = names.iter().filter(is_known).collect();
    match &known[..] {
        [only] => Ok(only),
        _ if names.iter().any(|name| name == "W") => Ok("W"),
        [] => bail!(
            "holds no array W among: {}; save it with numpy.savez(FILE, W=, b=, c=), or name the matrix as FILE:NAME",
            list(names)
        ),
        several => bail!(
            "holds several matrices of weights: {}; name one as FILE:NAME",
            list(several)
        ),
    }
}

/// Names of the biases that belong to these weights.
fn biases<'a>(archive: &'a impl Archive, weights: &str) -> (Option<&'a str>, Option<&'a str>) {
    let prefix = &weights[..weights.len() - last(weights).len()];
    let named = |known: &[&str]| {
        let is = |name: &&String| {
            name.strip_prefix(prefix)
                .is_some_and(|name| known.contains(&name))
        };
        archive.names().iter().find(is).map(String::as_str)
    };
    // Where there is an a, b is the bias of the hidden units.
    match (named(&["a"]), named(&["b"]), named(&["c"])) {
        (Some(a), Some(b), None) => (Some(a), Some(b)),
        _ => (named(&VISIBLE), named(&HIDDEN)),
    }
}

/// Refuses a bias that does not say whose it is: it would be left out.
fn refuse_unknown_bias(
    archive: &impl Archive,
    weights: &str,
    known: [Option<&str>; 2],
) -> Result<()> {
    let mut names = archive.names().iter().map(String::as_str);
    let other = names
        .find(|name| last(name).to_lowercase().contains("bias") && !known.contains(&Some(name)));
    let Some(other) = other.map(shorten) else {
        return Ok(());
    };
    let weights = shorten(weights);
    bail!(
        "holds '{other}', which does not say whose bias it is: save it with numpy.savez(FILE, W=, b=, c=), b of the visible and c of the hidden units, or \
         give --machine FILE:{weights} with --visible-bias FILE:{other} or --hidden-bias FILE:{other}"
    )
}

fn bias(archive: &impl Archive, name: Option<&str>) -> Result<Bias> {
    let Some(name) = name else {
        return Ok(None);
    };
    let matrix = archive.read(name)?.into_matrix(None)?;
    Ok(Some((vector(&matrix, name)?, name.to_owned())))
}

/// A `BernoulliRBM`.
fn sklearn(archive: &impl Archive) -> Result<Found> {
    let find = |wanted: &str| {
        let mut names = archive.names().iter();
        names.find(|name| last(name) == wanted).map(String::as_str)
    };
    let [visible, hidden] = INTERCEPTS.map(find);
    let Some(components) = find(COMPONENTS) else {
        bail!("holds no array {COMPONENTS}");
    };
    ensure!(
        visible.is_some() && hidden.is_some(),
        "has {COMPONENTS} of scikit-learn without {}; save all of a BernoulliRBM: numpy.savez(FILE, components_=rbm.components_, \
         intercept_visible_=rbm.intercept_visible_, intercept_hidden_=rbm.intercept_hidden_)",
        INTERCEPTS.join(" and ")
    );
    let matrix = archive.read(components)?.into_plain_matrix()?;
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    Ok(Found {
        format: Some("BernoulliRBM of scikit-learn".to_owned()),
        weights: turn(&matrix),
        is_oriented: true,
        visible_bias: bias(archive, visible)?,
        hidden_bias: bias(archive, hidden)?,
        visible: Some(Kind::BINARY),
        hidden: Some(Kind::BINARY),
        notes: vec![format!("{COMPONENTS} ({rows} x {columns}) turned")],
    })
}
