//! Choosing columns: `3`, `0:784`, `:-1`, `label,age`.

use super::shown::{list, shorten};
use anyhow::{Result, bail, ensure};

/// The columns that `selection` names, in its order. An item is an index counted from 0, a half-open range `A:B` with
/// either end left out, or a name from the file's first line; a negative index counts from the end.
pub(super) fn select(
    selection: &str,
    columns: usize,
    names: Option<&[String]>,
) -> Result<Vec<usize>> {
    let mut chosen = Vec::new();
    for item in selection.split(',').map(str::trim) {
        let named = names.and_then(|names| names.iter().position(|name| name == item));
        if let Some(index) = named {
            chosen.push(index);
        } else if let Some((from, to)) = item.split_once(':') {
            let from = if from.is_empty() {
                0
            } else {
                index(from, columns, columns, names)?
            };
            let to = if to.is_empty() {
                columns
            } else {
                index(to, columns, columns, names)?
            };
            ensure!(from < to, "the range {item} holds no column");
            chosen.extend(from..to);
        } else {
            chosen.push(index(item, columns, columns.saturating_sub(1), names)?);
        }
        ensure!(chosen.len() <= columns, "names a column twice");
    }
    Ok(chosen)
}

fn index(text: &str, columns: usize, last: usize, names: Option<&[String]>) -> Result<usize> {
    let Ok(signed) = text.parse::<isize>() else {
        match names {
            Some(names) => {
                bail!(
                    "there is no column '{}'; the file has: {}",
                    shorten(text),
                    list(names)
                );
            }
            None => bail!(
                "'{}' is no index, and the file does not name its columns",
                shorten(text)
            ),
        }
    };
    let index = if signed < 0 {
        columns.checked_add_signed(signed)
    } else {
        Some(signed.unsigned_abs())
    };
    match index.filter(|index| *index <= last) {
        Some(index) => Ok(index),
        None => bail!("{text} is beyond the file's {columns} columns, counted from 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_ranges_and_names_choose_columns() {
        let names: Vec<String> = ["a", "b", "label"].map(String::from).to_vec();
        let chosen = |text| select(text, 3, Some(&names)).ok();
        assert_eq!(chosen("0:2"), Some(vec![0, 1]));
        assert_eq!(chosen(":-1"), Some(vec![0, 1]));
        assert_eq!(chosen("1:"), Some(vec![1, 2]));
        assert_eq!(chosen("-1"), Some(vec![2]));
        assert_eq!(chosen("label,a"), Some(vec![2, 0]));
        for bad in [
            "3",
            "-4",
            "0:4",
            "2:1",
            "1:1",
            "other",
            "",
            "a,a,b,label",
            "0:9999999999999",
        ] {
            assert_eq!(chosen(bad), None, "{bad}");
        }
        assert!(
            select("a", 3, None)
                .unwrap_err()
                .to_string()
                .contains("does not name")
        );
    }
}
