//! The panels of a plan and the rows of each.

use super::names;
use super::plan::{PanelPlan, Plan, varies};
use super::roles::{Channel, Roles, Row, distinct};
use crate::table::figure::Mark;
use crate::table::{Cell, Table};

/// The most panels of a figure.
const MOST_PANELS: usize = 12;

/// A panel with its rows and what tells its series apart.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) panel: &'a PanelPlan,
    pub(super) rows: Vec<&'a Row>,
    /// Words above the panel
    pub(super) titles: Vec<String>,
    /// What is observed in it
    pub(super) observable: Option<String>,
    pub(super) x: Option<usize>,
    pub(super) roles: Roles,
}

/// The panels, and how many more there would be.
pub(super) fn parts<'a>(table: &Table, plan: &'a Plan, rows: &[&'a Row]) -> (Vec<Part<'a>>, usize) {
    let mut parts = Vec::new();
    for (titles, observable, rows) in groups(table, plan, rows) {
        for panel in &plan.panels {
            let first = Part {
                panel,
                rows: rows
                    .iter()
                    .copied()
                    .filter(|row| draws(panel, row))
                    .collect(),
                titles: titles.clone(),
                observable: observable.clone(),
                x: None,
                roles: Roles::default(),
            };
            if !first.rows.is_empty() {
                parts.extend(first.expanded(table, plan));
            }
        }
    }
    let count = parts.len();
    parts.truncate(MOST_PANELS);
    (parts, count.saturating_sub(MOST_PANELS))
}

type Group<'a> = (Vec<String>, Option<String>, Vec<&'a Row>);

/// The rows of each value of the columns that have panels of their own.
fn groups<'a>(table: &Table, plan: &Plan, rows: &[&'a Row]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = vec![(Vec::new(), None, rows.to_vec())];
    for column in &plan.split {
        let is_observable = table.columns[*column].name == "observable";
        let mut finer = Vec::new();
        for (titles, observable, rows) in groups {
            let values = values(plan, &rows, *column);
            let is_one = values.len() < 2;
            for value in values {
                let rows = rows.iter().copied().filter(|row| row[*column] == value);
                let mut group = (titles.clone(), observable.clone(), rows.collect());
                if is_observable {
                    group.1 = Some(names::observable(&value.to_csv()));
                } else if !is_one {
                    group.0.push(names::key(&table.columns[*column], &value));
                }
                finer.push(group);
            }
        }
        groups = finer;
    }
    groups
}

/// The values of a column in the order in which the plan shows them.
fn values(plan: &Plan, rows: &[&Row], column: usize) -> Vec<Cell> {
    let mut values = distinct(rows, column);
    if let Some((shown, order)) = &plan.show
        && *shown == column
    {
        values.sort_by_key(|cell| order.iter().position(|value| *value == cell.to_csv()));
    }
    values
}

/// Whether a panel draws anything of a row.
fn draws(panel: &PanelPlan, row: &Row) -> bool {
    let mapped = panel.map.is_some_and(|(_, z)| row[z].number().is_some());
    let mut curves = panel.curves.iter();
    mapped || curves.any(|curve| curve.takes(row) && row[curve.column].number().is_some())
}

impl<'a> Part<'a> {
    /// The part with its horizontal axis and roles, or its parts where a key has panels of its own.
    fn expanded(mut self, table: &Table, plan: &Plan) -> Vec<Self> {
        self.x = plan.x.iter().copied().find(|at| varies(&self.rows, *at));
        let judged: Vec<&Row> = self.without_controls();
        self.roles = Roles::of(plan, self.panel, &judged, self.x);
        let Some(key) = self.roles.panels else {
            return vec![self];
        };
        let part = |value: Cell| {
            let mut part = self.clone();
            part.rows.retain(|row| row[key] == value);
            part.titles.push(names::key(&table.columns[key], &value));
            part
        };
        let parts = distinct(&self.rows, key).into_iter().map(part);
        parts.flat_map(|part| part.expanded(table, plan)).collect()
    }

    /// The rows of any curve but a control's: a control has one look whatever its keys.
    fn without_controls(&self) -> Vec<&'a Row> {
        let curves = self.panel.curves.iter();
        let curves: Vec<_> = curves.filter(|curve| curve.mark != Mark::Crosses).collect();
        let judged = |row: &&&Row| curves.is_empty() || curves.iter().any(|curve| curve.takes(row));
        self.rows.iter().filter(judged).copied().collect()
    }

    /// The values that a column of the part's colours or dashes has in it.
    pub(super) fn values(&self, channel: Option<Channel>) -> Vec<Cell> {
        match channel {
            Some(Channel::Key(key)) => distinct(&self.without_controls(), key),
            _ => Vec::new(),
        }
    }
}
