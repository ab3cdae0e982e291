//! A declaration with its columns found in a table.

use super::Choice;
use crate::table::figure::{Curve, Law, Mark, Order, Panel, Scale, View};
use crate::table::{Cell, Table};
use crate::tables;
use anyhow::{Result, ensure};

/// A view whose columns are places in a table; those that the table lacks are left out.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) x: Vec<usize>,
    pub(super) scale: Scale,
    pub(super) keys: Vec<usize>,
    pub(super) split: Vec<usize>,
    pub(super) panels: Vec<PanelPlan>,
    pub(super) order: Order,
    pub(super) breaks: Option<usize>,
    pub(super) few: Option<(usize, usize)>,
}

/// A panel whose columns are places in a table.
#[derive(Debug, Clone)]
pub(super) struct PanelPlan {
    pub(super) declared: Panel,
    pub(super) show: Option<(usize, &'static [&'static str])>,
    pub(super) x: Vec<usize>,
    pub(super) curves: Vec<CurvePlan>,
    pub(super) map: Option<(usize, usize)>,
}

/// A curve whose columns are places in a table.
#[derive(Debug, Clone)]
pub(super) struct CurvePlan {
    pub(super) column: usize,
    pub(super) error: Option<usize>,
    pub(super) mark: Mark,
    pub(super) name: &'static str,
    /// Which of several numbered columns under that name
    pub(super) number: Option<String>,
    pub(super) only: Option<(usize, &'static str)>,
    /// A column at whose change it breaks instead of the plan's
    pub(super) breaks: Option<usize>,
    /// Its laws, with the column of x and those that each depends on
    pub(super) laws: Vec<(Law, usize, Vec<usize>)>,
    /// Which of several quantities of one mark in its panel
    pub(super) variant: usize,
}

impl Plan {
    /// What the user chose, or the first declared view that fits; `None` for a kind of table that is not drawn.
    pub(super) fn of(table: &Table, choice: &Choice) -> Result<Option<Self>> {
        let views = tables::find(&table.name).map_or(Vec::new(), |schema| schema.views);
        let declared = Self::declared(table, &views);
        let Some(x) = &choice.x else {
            ensure!(
                !table.name.is_empty(),
                "this kind of table is not known: say --x and --y; its columns are {}",
                names(table)
            );
            return Ok(declared.map(|plan| plan.scaled(choice.log)));
        };
        let mut plan = Self::chosen(table, x, choice)?;
        if let Some(declared) = declared {
            let taken: Vec<usize> = plan.x.iter().chain(&plan.keys).copied().collect();
            let curves = &plan.panels[0].curves;
            let is_free =
                |at: &usize| !taken.contains(at) && !curves.iter().any(|c| c.column == *at);
            let free = |columns: &[usize]| columns.iter().copied().filter(is_free).collect();
            if choice.series.is_empty() {
                plan.keys = free(&declared.keys);
            }
            plan.split = free(&declared.split);
            plan.breaks = declared.breaks;
            plan.order = declared.order;
        }
        Ok(Some(plan.scaled(choice.log)))
    }

    /// The first view that fits, else the last one that has anything to draw.
    pub(super) fn declared(table: &Table, views: &[View]) -> Option<Self> {
        let holds = |view: &&View| {
            view.when.is_none_or(|(name, value)| {
                let column = table.index(name);
                column.is_some_and(|at| table.rows.iter().all(|row| row[at].to_csv() == value))
            })
        };
        let plans = views.iter().filter(holds);
        let mut plans: Vec<Self> = plans.map(|view| Self::new(table, view)).collect();
        plans.retain(|plan| !plan.panels.is_empty());
        let fits = |plan: &Self| plan.x.iter().any(|at| varies(&table.rows, *at));
        let first = plans.iter().position(fits);
        first.map_or_else(|| plans.last().cloned(), |first| plans.get(first).cloned())
    }

    fn new(table: &Table, view: &View) -> Self {
        let x = places(table, view.x);
        let panels = view.panels.iter().map(|panel| PanelPlan::new(table, panel));
        let panels = panels.map(|panel| match panel.x[..] {
            [] => PanelPlan {
                x: x.clone(),
                ..panel
            },
            _ => panel,
        });
        Self {
            x: x.clone(),
            scale: view.scale,
            keys: places(table, view.keys),
            split: places(table, view.split),
            panels: panels
                .filter(|panel| !panel.curves.is_empty() || panel.map.is_some())
                .collect(),
            order: view.order,
            breaks: table.index(view.breaks),
            few: view
                .few
                .and_then(|(name, count)| Some((table.index(name)?, count))),
        }
    }

    fn chosen(table: &Table, x: &str, choice: &Choice) -> Result<Self> {
        let curve = |name: &String| {
            let column = column(table, name)?;
            let is_word = |row: &Vec<Cell>| matches!(row[column], Cell::Text(_));
            ensure!(
                !table.rows.iter().any(is_word),
                "column '{name}' holds words; --y takes columns of numbers"
            );
            Ok(CurvePlan::new(column, &Curve::line("")))
        };
        let mut curves = choice.y.iter().map(curve).collect::<Result<Vec<_>>>()?;
        number_variants(&mut curves);
        let keys = choice.series.iter().map(|name| column(table, name));
        let x = vec![column(table, x)?];
        Ok(Self {
            x: x.clone(),
            keys: keys.collect::<Result<_>>()?,
            panels: vec![PanelPlan {
                x,
                curves,
                ..PanelPlan::new(table, &Panel::EMPTY)
            }],
            ..Self::new(table, &View::EMPTY)
        })
    }

    fn scaled(mut self, log: Option<(bool, bool)>) -> Self {
        let scale = |log| if log { Scale::Log } else { Scale::Linear };
        if let Some((x, y)) = log {
            self.scale = scale(x);
            self.panels
                .iter_mut()
                .for_each(|panel| panel.declared.scale = scale(y));
        }
        self
    }
}

impl PanelPlan {
    fn new(table: &Table, panel: &Panel) -> Self {
        let curves = panel.curves.iter();
        let mut curves: Vec<_> = curves.flat_map(|curve| placed(table, curve)).collect();
        // What no row knows is not drawn beside what some do, and has no entry in the legend.
        let is_known = |curve: &CurvePlan| {
            let mut rows = table.rows.iter();
            rows.any(|row| curve.takes(row) && row[curve.column].number().is_some())
        };
        if curves.iter().any(is_known) {
            curves.retain(is_known);
        }
        number_variants(&mut curves);
        let show = panel.show;
        let map = panel.map;
        Self {
            declared: *panel,
            show: show.and_then(|(name, values)| Some((table.index(name)?, values))),
            x: places(table, panel.x),
            curves,
            map: map.and_then(|(y, height)| Some((table.index(y)?, table.index(height)?))),
        }
    }
}

/// The columns of some names, as far as the table has them.
fn places(table: &Table, names: &[&str]) -> Vec<usize> {
    names.iter().filter_map(|name| table.index(name)).collect()
}

impl CurvePlan {
    fn new(column: usize, curve: &Curve) -> Self {
        Self {
            column,
            error: None,
            mark: curve.mark,
            name: curve.name,
            number: None,
            only: None,
            breaks: None,
            laws: Vec::new(),
            variant: 0,
        }
    }

    /// The law whose x this is, with the columns that it depends on.
    pub(super) fn law(&self, x: Option<usize>) -> Option<(&Law, &[usize])> {
        let law = self.laws.iter().find(|law| Some(law.1) == x)?;
        Some((&law.0, &law.2))
    }

    /// Whether the curve against this x is a law's and not that of its rows.
    pub(super) fn has_law(&self, x: Option<usize>) -> bool {
        self.law(x).is_some()
    }

    /// Whether the curve goes through a row.
    pub(super) fn takes(&self, row: &[Cell]) -> bool {
        self.only
            .is_none_or(|(column, value)| row[column].to_csv() == value)
    }
}

/// The curve of a column, or those of all its numbered columns.
fn placed(table: &Table, curve: &Curve) -> Vec<CurvePlan> {
    let only = match curve.only {
        Some((name, value)) => match table.index(name) {
            Some(column) => Some((column, value)),
            // A table without the mark of a control has none to show.
            None if curve.mark == Mark::Crosses => return Vec::new(),
            None => None,
        },
        None => None,
    };
    let laws = curve.laws.iter().filter_map(|law| {
        let of: Option<_> = law.of.iter().map(|name| table.index(name)).collect();
        Some((*law, table.index(law.x)?, of?))
    });
    let laws: Vec<_> = laws.collect();
    let of = |column| CurvePlan {
        error: table.index(curve.error),
        only,
        breaks: table.index(curve.breaks),
        laws: laws.clone(),
        ..CurvePlan::new(column, curve)
    };
    if let Some(column) = table.index(curve.column) {
        return vec![of(column)];
    }
    let numbered = numbered(table, curve.column);
    let numbered = numbered.map(|(column, number)| CurvePlan {
        number: Some(number.to_owned()),
        ..of(column)
    });
    numbered.collect()
}

/// The columns `name_0`, `name_1`, … with their numbers.
fn numbered<'a>(table: &'a Table, name: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let is_number = |n: &&str| !n.is_empty() && n.bytes().all(|c| c.is_ascii_digit());
    let columns = table.columns.iter().enumerate();
    columns.filter_map(move |(at, column)| {
        let rest = column.name.strip_prefix(name)?;
        let number = rest.strip_prefix('_').filter(is_number)?;
        Some((at, number))
    })
}

/// Counts the different quantities among the curves of each mark: only these need looks of their own.
fn number_variants(curves: &mut [CurvePlan]) {
    for index in 0..curves.len() {
        let mark = curves[index].mark;
        let before = curves[..index].iter();
        curves[index].variant = before.filter(|curve| curve.mark == mark).count();
    }
}

/// Whether a column has more than one value, missing ones apart.
pub(super) fn varies(rows: &[impl AsRef<[Cell]>], column: usize) -> bool {
    let mut values = rows.iter().map(|row| &row.as_ref()[column]);
    let first = values.find(|cell| **cell != Cell::Missing);
    values.any(|cell| *cell != Cell::Missing && Some(cell) != first)
}

fn column(table: &Table, name: &str) -> Result<usize> {
    let place = table.index(name);
    ensure!(
        place.is_some(),
        "there is no column '{name}'; there are {}",
        names(table)
    );
    Ok(place.unwrap_or_default())
}

fn names(table: &Table) -> String {
    let names: Vec<_> = table.columns.iter().map(|c| c.name.as_ref()).collect();
    names.join(", ")
}
