//! Tables that are written when all rows are known: Markdown, LaTeX, and columns for a terminal.

use super::format::Format;
use crate::table::{Cell, Table};

/// Significant digits of a number for a reader.
const DIGITS: usize = 6;
/// Rows of a long table on a terminal, half of them from its start and half from its end.
const ROWS: usize = 40;

/// The text of a table in a format that is not streamed.
pub(super) fn text(table: &Table, format: Format) -> String {
    match format {
        Format::Markdown => markdown(table),
        Format::Latex => latex(table),
        _ => terminal(table),
    }
}

fn words(row: &[Cell]) -> impl Iterator<Item = String> + '_ {
    row.iter().map(|cell| cell.to_text(DIGITS).into_owned())
}

fn markdown(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let escape = |word: String| word.replace('|', "\\|");
    let names = table.columns.iter().map(|column| column.name.to_string());
    let rule = numeric(table).into_iter().map(|is_number| {
        if is_number {
            "---:".to_owned()
        } else {
            "---".to_owned()
        }
    });
    let mut text = line(names.collect()) + &line(rule.collect());
    for row in &table.rows {
        text += &line(words(row).map(escape).collect());
    }
    text
}

/// Columns none of whose cells is a word.
fn numeric(table: &Table) -> Vec<bool> {
    (0..table.columns.len())
        .map(|place| {
            let mut cells = table.rows.iter().map(|row| &row[place]);
            cells.all(|cell| !matches!(cell, Cell::Text(_) | Cell::Bool(_)))
        })
        .collect()
}

fn latex(table: &Table) -> String {
    let layout: String = numeric(table)
        .into_iter()
        .map(|is_number| if is_number { 'r' } else { 'l' })
        .collect();
    let line = |cells: Vec<String>| format!("  {} \\\\\n", cells.join(" & "));
    let names = table.columns.iter().map(|column| escaped(&column.name));
    let mut text = format!("\\begin{{tabular}}{{{layout}}}\n  \\hline\n");
    text += &line(names.collect());
    text += "  \\hline\n";
    for row in &table.rows {
        text += &line(row.iter().map(latex_cell).collect());
    }
    text + "  \\hline\n\\end{tabular}\n"
}

fn latex_cell(cell: &Cell) -> String {
    let word = cell.to_text(DIGITS);
    match (cell, word.split_once('e')) {
        (Cell::Number(x), _) if x.is_infinite() => {
            format!("${}\\infty$", if *x < 0.0 { "-" } else { "" })
        }
        (Cell::Number(_), Some((mantissa, power))) => {
            format!("${mantissa} \\times 10^{{{power}}}$")
        }
        (Cell::Number(_) | Cell::Integer(_), None) => format!("${word}$"),
        _ => escaped(&word),
    }
}

fn escaped(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        match c {
            '_' | '&' | '%' | '#' | '$' | '{' | '}' => {
                text.push('\\');
                text.push(c);
            }
            '\\' => text += "\\textbackslash{}",
            '^' => text += "\\^{}",
            '~' => text += "\\~{}",
            _ => text.push(c),
        }
    }
    text
}

/// Aligned columns; those that are the same in all rows stand in a caption, empty ones nowhere.
fn terminal(table: &Table) -> String {
    let constant = |place: &usize| {
        let first = table.rows.first().map(|row| &row[*place]);
        table.rows.len() > 1 && table.rows.iter().all(|row| Some(&row[*place]) == first)
    };
    let is_empty = |place: &usize| table.rows.iter().all(|row| row[*place] == Cell::Missing);
    let places: Vec<usize> = (0..table.columns.len())
        .filter(|place| table.rows.is_empty() || !is_empty(place))
        .collect();
    let (caption, shown): (Vec<usize>, Vec<usize>) = places.into_iter().partition(constant);
    let prose = shown.iter().any(|&place| is_prose(table, place));
    let mut text = String::new();
    let said = caption.iter().map(|&place| {
        let word = table.rows[0][place].to_text(DIGITS);
        format!("{} = {word}", table.columns[place].name)
    });
    let said: Vec<String> = said.collect();
    if !said.is_empty() {
        text += &said.join(", ");
        text.push('\n');
    }
    if prose {
        return text + &paragraphs(table, &shown);
    }
    text + &aligned(table, &shown)
}

/// Characters of a line of prose.
const LINE: usize = 80;

/// Whether a column holds a sentence in every row.
fn is_prose(table: &Table, place: usize) -> bool {
    let is_sentence = |cell: &Cell| cell.to_text(DIGITS).chars().count() > LINE / 2;
    !table.rows.is_empty() && table.rows.iter().all(|row| is_sentence(&row[place]))
}

/// A paragraph for each row: its cells one below the other, long ones in several lines.
fn paragraphs(table: &Table, places: &[usize]) -> String {
    let name = |place: &usize| table.columns[*place].name.as_ref();
    let widest = places.iter().map(|place| name(place).chars().count()).max();
    let indent = widest.unwrap_or(0) + 2;
    let mut text = String::new();
    for row in &table.rows {
        text.push('\n');
        for place in places.iter().filter(|place| row[**place] != Cell::Missing) {
            let mut label = name(place);
            for line in wrapped(&row[*place].to_text(DIGITS), LINE - indent) {
                let padded = format!("{label:indent$}");
                text.extend([padded.as_str(), &line, "\n"]);
                label = "";
            }
        }
    }
    text
}

/// The lines of a text of at most `width` characters, longer words alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn aligned(table: &Table, places: &[usize]) -> String {
    let count = table.rows.len();
    let is_shown = |index: usize| count <= ROWS || index < ROWS / 2 || index >= count - ROWS / 2;
    let shown = (0..count).filter(|index| is_shown(*index));
    let cell = |index: usize, place: usize| table.rows[index][place].to_text(DIGITS).into_owned();
    let lines: Vec<(usize, Vec<String>)> = shown
        .map(|index| {
            (
                index,
                places.iter().map(|&place| cell(index, place)).collect(),
            )
        })
        .collect();
    let right = numeric(table);
    let width = |k: usize| {
        let name = table.columns[places[k]].name.chars().count();
        let cells = lines.iter().map(|(_, line)| line[k].chars().count());
        cells.max().unwrap_or(0).max(name)
    };
    let widths: Vec<usize> = (0..places.len()).map(width).collect();
    let padded = |cells: &[String]| {
        let padded = cells.iter().enumerate().map(|(k, word)| {
            let width = widths[k];
            if right[places[k]] {
                format!("{word:>width$}")
            } else {
                format!("{word:<width$}")
            }
        });
        let padded: Vec<String> = padded.collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let names: Vec<String> = places
        .iter()
        .map(|&place| table.columns[place].name.to_string())
        .collect();
    let mut text = padded(&names);
    let mut next = 0;
    for (index, cells) in &lines {
        if *index > next {
            let left_out = index - next;
            let cut = format!("… {left_out} more rows: -o FILE.csv or --format csv writes all …\n");
            text += &cut;
        }
        text += &padded(cells);
        next = index + 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    fn table(rows: usize) -> Table {
        let row = |k: usize| -> Vec<Cell> {
            let x = 1.0 / (3.0 + f64::from(u32::try_from(k).unwrap()));
            vec!["iid".into(), Cell::Missing, k.into(), x.into()]
        };
        Table {
            name: String::new(),
            columns: ["data", "beta", "mode_x", "x"]
                .map(Column::unknown)
                .to_vec(),
            rows: (0..rows).map(row).collect(),
        }
    }

    #[test]
    fn a_terminal_shows_what_differs() {
        assert_eq!(
            text(&table(2), Format::Table),
            "data = iid\nmode_x         x\n     0  0.333333\n     1      0.25\n"
        );
        // One row is no list of constants.
        assert_eq!(
            text(&table(1), Format::Table),
            "data  mode_x         x\niid        0  0.333333\n"
        );
    }

    #[test]
    fn a_long_table_is_cut_with_a_word() {
        let long = text(&table(100), Format::Table);
        assert_eq!(long.lines().count(), 2 + 40 + 1);
        assert!(long.contains("60 more rows"));
    }

    #[test]
    fn markdown_and_latex_are_tables() {
        let markdown = text(&table(1), Format::Markdown);
        assert_eq!(
            markdown,
            "| data | beta | mode_x | x |\n| --- | ---: | ---: | ---: |\n| iid |  | 0 | 0.333333 |\n"
        );
        let latex = text(&table(1), Format::Latex);
        assert!(latex.contains("data & beta & mode\\_x & x \\\\"), "{latex}");
        assert!(latex.contains("iid &  & $0$ & $0.333333$ \\\\"), "{latex}");
        assert_eq!(latex_cell(&1e-9.into()), "$1 \\times 10^{-9}$");
    }
}
