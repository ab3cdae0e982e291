//! A row as a type: its columns, how it fills them, and its figure, in one place.
//!
//! ```text
//! impl Record for Row {
//!     const NAME: &'static str = "learn";
//!     const FIELDS: &'static [Field<Self>] = &[
//!         Field::group(&lift(|row| Some(&row.data), DataPoint::FIELDS)),
//!         Field::one(ALPHA, |row| row.alpha.into()),
//!     ];
//!     const FIGURE: Figure = …;
//! }
//! ```

use super::figure::{Figure, View};
use super::{Cell, Column};

/// A column, or several, and how a row fills them: the only place where the two meet.
pub enum Field<R: 'static> {
    /// One column.
    One {
        /// What the column means.
        column: Column,
        /// Its value in a row.
        cell: fn(&R) -> Cell,
    },
    /// Columns of one kind, numbered from 0: as many as the first row of a table has.
    Many {
        /// What the columns mean; [`Column::numbered`] gives each its name.
        column: Column,
        /// Their values in a row.
        cells: fn(&R) -> Vec<Cell>,
    },
    /// The fields of a part of the row.
    Group(&'static (dyn Part<R> + Sync)),
}

impl<R: 'static> Field<R> {
    /// A dimensionless column that only this table has: name, symbol, meaning, equation, and its value in a row.
    pub const fn new(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
        cell: fn(&R) -> Cell,
    ) -> Self {
        Self::one(Column::new(name, symbol, meaning, equation), cell)
    }

    /// A column in units of natural logarithms that only this table has.
    pub const fn in_nats(
        name: &'static str,
        symbol: &'static str,
        meaning: &'static str,
        equation: &'static str,
        cell: fn(&R) -> Cell,
    ) -> Self {
        Self::one(Column::in_nats(name, symbol, meaning, equation), cell)
    }

    /// One column.
    pub const fn one(column: Column, cell: fn(&R) -> Cell) -> Self {
        Self::One { column, cell }
    }

    /// Columns of one kind, numbered from 0.
    pub const fn many(column: Column, cells: fn(&R) -> Vec<Cell>) -> Self {
        Self::Many { column, cells }
    }

    /// The fields of a part of the row.
    pub const fn group(part: &'static (dyn Part<R> + Sync)) -> Self {
        Self::Group(part)
    }
}

/// A list of fields that rows of type `R` have in common with others.
pub trait Part<R> {
    /// Adds the columns, those that are numbered once and without a number.
    fn known(&self, to: &mut Vec<Column>);

    /// Adds the columns; `row` tells how many there are of those that are numbered.
    fn columns(&self, row: Option<&R>, to: &mut Vec<Column>);

    /// Adds the cells of a row; all are missing without one.
    fn cells(&self, row: Option<&R>, to: &mut Vec<Cell>);
}

/// The fields of a part `G` of a row `R`; where the projection gives `None`, because a solve failed, say, they are missing.
pub struct Lift<R: 'static, G: 'static> {
    project: fn(&R) -> Option<&G>,
    fields: &'static [Field<G>],
}

/// The fields of a part of a row, as fields of the row.
pub const fn lift<R, G>(project: fn(&R) -> Option<&G>, fields: &'static [Field<G>]) -> Lift<R, G> {
    Lift { project, fields }
}

impl<R, G> Part<R> for Lift<R, G> {
    fn known(&self, to: &mut Vec<Column>) {
        self.fields.known(to);
    }

    fn columns(&self, row: Option<&R>, to: &mut Vec<Column>) {
        self.fields.columns(row.and_then(self.project), to);
    }

    fn cells(&self, row: Option<&R>, to: &mut Vec<Cell>) {
        self.fields.cells(row.and_then(self.project), to);
    }
}

impl<R: 'static> Part<R> for [Field<R>] {
    fn known(&self, to: &mut Vec<Column>) {
        for field in self {
            match field {
                Field::One { column, .. } | Field::Many { column, .. } => to.push(column.clone()),
                Field::Group(part) => part.known(to),
            }
        }
    }

    fn columns(&self, row: Option<&R>, to: &mut Vec<Column>) {
        for field in self {
            match field {
                Field::One { column, .. } => to.push(column.clone()),
                Field::Many { column, cells } => {
                    let count = row.map_or(0, |row| cells(row).len());
                    to.extend((0..count).map(|index| column.numbered(index)));
                }
                Field::Group(part) => part.columns(row, to),
            }
        }
    }

    fn cells(&self, row: Option<&R>, to: &mut Vec<Cell>) {
        for field in self {
            match field {
                Field::One { cell, .. } => to.push(row.map_or(Cell::Missing, cell)),
                Field::Many { cells, .. } => to.extend(row.map_or(Vec::new(), cells)),
                Field::Group(part) => part.cells(row, to),
            }
        }
    }
}

/// What a row is.
pub trait Record: Sized + 'static {
    /// Name of the table: it stands in the sidecar.
    const NAME: &'static str;
    /// Its columns, in their order, and what fills them.
    const FIELDS: &'static [Field<Self>];
    /// Its figure.
    const FIGURE: Figure;

    /// What keeps the row from being a full answer, if anything: the exit status is 1, and a line says so.
    fn shortfall(&self) -> Option<Shortfall> {
        None
    }

    /// What the row says of what it compares, in a word that is counted when a table ends: `"agree"`.
    fn verdict(&self) -> Option<&'static str> {
        None
    }

    /// The columns of every table of the kind, those that are numbered once and without a number.
    fn known() -> Vec<Column> {
        let mut columns = Vec::new();
        Self::FIELDS.known(&mut columns);
        columns
    }

    /// The columns of a table whose first row is `first`; of an empty one there are no numbered columns.
    fn columns(first: Option<&Self>) -> Vec<Column> {
        let mut columns = Vec::new();
        Self::FIELDS.columns(first, &mut columns);
        columns
    }

    /// The cells of the row, one per column.
    fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        Self::FIELDS.cells(Some(self), &mut cells);
        cells
    }
}

/// Why a row is no full answer, and what to do: `"stop is not converged"`, `"raise --starts"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortfall {
    /// Which column says what.
    pub what: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// A table without its type: what a reader of files and a figure need.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// [`Record::NAME`], empty where it is not known.
    pub name: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// One cell per column each.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The table of some records.
    pub fn of<R: Record>(records: &[R]) -> Self {
        Self {
            name: R::NAME.to_owned(),
            columns: R::columns(records.first()),
            rows: records.iter().map(Record::cells).collect(),
        }
    }

    /// The place of the column of a name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A kind of table: its name, columns and figure.
#[derive(Debug, Clone)]
pub struct Schema {
    /// [`Record::NAME`].
    pub name: &'static str,
    /// The columns, those that are numbered once and without a number.
    pub columns: Vec<Column>,
    /// Its pictures, in the order in which they are tried: those of [`Record::FIGURE`], and before them what depends on what a row
    /// is about.
    pub views: Vec<View>,
}

impl Schema {
    /// The kind of table whose rows are of type `R`.
    pub fn of<R: Record>() -> Self {
        Self {
            name: R::NAME,
            columns: R::known(),
            views: R::FIGURE.views.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Point {
        beta: f64,
    }

    const BETA: &[Field<Point>] = &[Field::new("beta", "β", "coupling", "", |point| {
        point.beta.into()
    })];

    struct Row {
        point: Option<Point>,
        values: Vec<f64>,
    }

    impl Record for Row {
        const NAME: &'static str = "row";
        const FIELDS: &'static [Field<Self>] = &[
            Field::group(&lift(|row: &Row| row.point.as_ref(), BETA)),
            Field::many(Column::new("value", "v", "a value", ""), |row| {
                row.values.iter().map(|&x| x.into()).collect()
            }),
        ];
        const FIGURE: Figure = Figure::NONE;
    }

    #[test]
    fn parts_are_lifted_and_numbered_columns_counted() {
        let row = |point| Row {
            point,
            values: vec![1.0, 2.0],
        };
        let rows = [row(Some(Point { beta: 0.5 })), row(None)];
        let table = Table::of(&rows);
        let names: Vec<_> = table.columns.iter().map(|c| c.name.as_ref()).collect();
        assert_eq!(names, ["beta", "value_0", "value_1"]);
        assert_eq!(table.rows[0], [0.5.into(), 1.0.into(), 2.0.into()]);
        assert_eq!(table.rows[1][0], Cell::Missing);
    }
}
