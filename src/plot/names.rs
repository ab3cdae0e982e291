//! Words for columns and values: labels of axes, entries of legends.

use crate::table::{Cell, Column, Record, Row, Table, observables};
use crate::tables;
use std::borrow::Cow;

/// The place of a limit other than that of infinite size.
pub(super) const LIMIT: &str = "limit";
/// The longest text of a legend.
const LONGEST: usize = 40;
/// The longest meaning in the label of an axis.
const LONGEST_MEANING: usize = 60;

/// Short meaning, symbol, unit.
pub(super) fn axis(column: &Column) -> String {
    let (meaning, symbol) = (short_meaning(column), symbol(column));
    let label = match meaning {
        "" => symbol,
        _ if meaning.chars().count() > LONGEST_MEANING => symbol,
        _ if symbol.is_empty() || symbol == meaning || is_word(&symbol) => meaning.to_owned(),
        _ => format!("{meaning}  {symbol}"),
    };
    match column.unit.as_ref() {
        "" => label,
        unit => format!("{label} ({unit})"),
    }
}

/// The label of several numbered columns, from that of the first.
pub(super) fn axis_of_all(column: &Column) -> String {
    axis(column).replace("_{0}", "")
}

/// The label of an axis of one column, of several numbered ones, or of different ones by their symbols.
pub(super) fn quantities<'a>(mut columns: impl Iterator<Item = &'a Column>) -> String {
    let Some(first) = columns.next() else {
        return String::new();
    };
    let mut others: Vec<&Column> = columns.filter(|column| *column != first).collect();
    others.dedup();
    if others.is_empty() {
        return axis(first);
    }
    if !first.meaning.is_empty() && others.iter().all(|other| other.meaning == first.meaning) {
        return axis_of_all(first);
    }
    let symbols = std::iter::once(first).chain(others).map(symbol);
    limited(&symbols.collect::<Vec<_>>().join(", "))
}

/// The meaning up to its first aside.
fn short_meaning(column: &Column) -> &str {
    let meaning = column.meaning.as_ref();
    let end = meaning.find([',', ';', ':', '(']).unwrap_or(meaning.len());
    meaning[..end].trim_end()
}

/// The symbol; words for a column of which only the name is known.
pub(super) fn symbol(column: &Column) -> String {
    if column.symbol == column.name {
        column.symbol.replace('_', " ")
    } else {
        column.symbol.to_string()
    }
}

/// Whether a symbol is a word of English, and not one of an equation.
fn is_word(symbol: &str) -> bool {
    symbol.chars().count() > 3 && symbol.chars().all(|c| c.is_ascii_lowercase() || c == ' ')
}

/// The name of a series by its column: its symbol, or its short meaning.
pub(super) fn series(column: &Column) -> String {
    limited(&symbol(column))
}

/// `N = 48`, `spin`, `not stable`.
pub(super) fn key(column: &Column, cell: &Cell) -> String {
    let symbol = symbol(column);
    let text = match cell {
        Cell::Missing if ["units", "alpha"].contains(&column.name.as_ref()) => {
            format!("{symbol} = ∞")
        }
        Cell::Missing if column.name == "law" => "the model's own law".to_owned(),
        Cell::Missing if column.name == "recalled" => "nothing recalled".to_owned(),
        Cell::Text(modes) if column.name == "recalled" => format!("{modes} recalled"),
        Cell::Missing => format!("no {symbol}"),
        Cell::Bool(true) => symbol,
        Cell::Bool(false) => format!("not {symbol}"),
        Cell::Text(word) => words(word),
        _ => format!("{symbol} = {}", number(cell)),
    };
    limited(&text)
}

/// A word of a table for a reader.
pub(super) fn words(word: &str) -> String {
    match word {
        "almeida-thouless" => "de Almeida–Thouless".to_owned(),
        _ => word.replace('_', " "),
    }
}

/// A number to three digits.
pub(super) fn number(cell: &Cell) -> String {
    let text = match cell {
        Cell::Integer(_) => cell.to_csv(),
        _ => cell.to_text(3),
    };
    let text = text.replace("inf", "∞").replace('-', "−");
    match text.split_once('e') {
        Some((mantissa, power)) => format!("{mantissa}×10^{{{power}}}"),
        None => text,
    }
}

/// What a table of this name compares or observes: the label of a comparison's entry, of the column of that name in any kind of table, or its words.
pub(super) fn observable(table: &str, name: &str) -> String {
    if let Some(known) = observables::find(name).filter(|_| table == Row::NAME) {
        return axis(known);
    }
    let mut columns = tables::all().into_iter().flat_map(|schema| schema.columns);
    let known = columns.find(|column| column.name == name);
    known.map_or_else(|| words(name), |column| axis(&column))
}

/// The table with its column x called by what `x_name` says that it is, where that is the same in all rows.
pub(super) fn with_argument(table: &Table) -> Cow<'_, Table> {
    let (Some(x), Some(name)) = (table.index("x"), table.index("x_name")) else {
        return Cow::Borrowed(table);
    };
    let mut said = table.rows.iter().filter_map(|row| match &row[name] {
        Cell::Text(word) => Some(word),
        _ => None,
    });
    let Some(first) = said.next().filter(|first| said.all(|word| word == *first)) else {
        return Cow::Borrowed(table);
    };
    let words = words(first);
    let mut table = table.clone();
    table.columns[x].symbol = words.clone().into();
    table.columns[x].meaning = words.into();
    Cow::Owned(table)
}

/// A text no longer than a legend's line.
pub(super) fn limited(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let short: String = text.chars().take(LONGEST - 1).collect();
    format!("{short}…")
}

/// Whether two texts fit into one line of a legend; together if they do.
pub(super) fn joined(a: &str, b: &str) -> Option<String> {
    let text = format!("{a}, {b}");
    (text.chars().count() <= LONGEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::vocabulary::{ALPHA, OBSERVABLE, OVERLAP_SQUARED, UNITS};

    #[test]
    fn labels_are_short() {
        assert_eq!(axis(&ALPHA), "samples per unit  α");
        assert_eq!(
            axis(&OVERLAP_SQUARED),
            "squared overlap of what a sample shows  c²"
        );
        assert_eq!(axis(&OBSERVABLE), "what is compared or observed");
        assert_eq!(axis(&Column::unknown("sample_edge")), "sample edge");
        assert_eq!(observable("simulate-gibbs", "mean_of_all"), "mean of all");
        assert_eq!(
            observable("validate", "overlap_squared_over_profile"),
            "squared overlap over the profile of the bulk's edge"
        );
    }

    #[test]
    fn an_argument_is_called_by_its_name_where_it_has_one() {
        let columns = ["x", "x_name"].map(Column::unknown).to_vec();
        let row = |name: &'static str| vec![Cell::Number(0.2), Cell::from(name)];
        let table = |rows| Table {
            name: "validate".to_owned(),
            columns: columns.clone(),
            rows,
        };
        let label = |rows| axis(&with_argument(&table(rows)).columns[0]);
        let missing = vec![Cell::Missing, Cell::Missing];
        assert_eq!(label(vec![row("learning_rate"), missing]), "learning rate");
        assert_eq!(label(vec![row("time"), row("l2")]), "x");
    }

    #[test]
    fn keys_are_named_to_three_digits() {
        assert_eq!(key(&UNITS, &Cell::Missing), "N = ∞");
        assert_eq!(key(&ALPHA, &Cell::Number(2.0 / 3.0)), "α = 0.667");
        assert_eq!(key(&ALPHA, &Cell::Number(3.1e-7)), "α = 3.1×10^{−7}");
        assert_eq!(
            key(&OBSERVABLE, &Cell::from("train_loglik")),
            "train loglik"
        );
    }
}
