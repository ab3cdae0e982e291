//! `--fields`: columns chosen by name, and the nearest name to one that does not exist.

use crate::table::Column;
use anyhow::{Result, bail};

/// Places of the columns named, in the order named; all of them where none is.
///
/// # Errors
/// If there is no such column, with the nearest one.
pub(crate) fn places(fields: &[String], columns: &[Column]) -> Result<Vec<usize>> {
    if fields.is_empty() {
        return Ok((0..columns.len()).collect());
    }
    if let Some(twice) = (1..fields.len()).find(|&k| fields[..k].contains(&fields[k])) {
        bail!("--fields: names {} twice", fields[twice]);
    }
    let place = |field: &String| match columns.iter().position(|column| column.name == *field) {
        Some(place) => Ok(place),
        None => unknown(field, columns),
    };
    fields.iter().map(place).collect()
}

/// Refuses a name that no table of this kind can have; a numbered one, such as `centre_3`, is judged when the rows are known.
///
/// # Errors
/// If there is no such column, with the nearest one.
pub(crate) fn check(fields: &[String], columns: &[Column]) -> Result<()> {
    for field in fields {
        let plain = field.trim_end_matches(|c: char| c.is_ascii_digit());
        let plain = plain.strip_suffix('_').unwrap_or(field);
        if !columns
            .iter()
            .any(|column| column.name == *field || column.name == plain)
        {
            return unknown(field, columns);
        }
    }
    Ok(())
}

fn unknown<T>(field: &str, columns: &[Column]) -> Result<T> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_ref()).collect();
    let hint = nearest(field, names.iter().copied())
        .map_or(String::new(), |name| format!(" (did you mean {name}?)"));
    bail!(
        "--fields: there is no column '{field}'{hint}; the table has: {}",
        names.join(", ")
    )
}

/// The name nearest to a mistyped one, if one is near.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |name: &'a str| (strsim::jaro_winkler(word, name), name);
    let best = names.into_iter().map(score);
    let (score, name) = best.max_by(|a, b| a.0.total_cmp(&b.0))?;
    // Below it, words share little more than a letter or two.
    (score > 0.75).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_by_name_in_the_order_named() {
        let columns = ["alpha", "beta", "gamma"].map(Column::unknown);
        let fields = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            places(&fields(&["gamma", "alpha"]), &columns).unwrap(),
            [2, 0]
        );
        assert_eq!(places(&[], &columns).unwrap(), [0, 1, 2]);
        let message = places(&fields(&["alfa"]), &columns)
            .unwrap_err()
            .to_string();
        assert!(message.contains("did you mean alpha?"), "{message}");
        assert!(places(&fields(&["beta", "beta"]), &columns).is_err());
        assert!(check(&fields(&["beta_3"]), &columns).is_ok());
        assert!(check(&fields(&["delta_3"]), &columns).is_err());
    }
}
