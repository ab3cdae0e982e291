//! The panels of a plan and the rows of each.

use super::keys::constant;
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
    /// These and rows that have nothing to draw in any panel: a line breaks there
    pub(super) all: Vec<&'a Row>,
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
    for panel in &plan.panels {
        let is_gap = |row: &Row| !plan.panels.iter().any(|panel| panel.draws(row));
        let shown = rows.iter().copied().filter(|row| panel.shows(row));
        let all: Vec<_> = shown
            .filter(|row| panel.draws(row) || is_gap(row))
            .collect();
        let first = Part {
            panel,
            rows: all.iter().copied().filter(|row| panel.draws(row)).collect(),
            all,
            titles: Vec::new(),
            observable: None,
            x: None,
            roles: Roles::default(),
        };
        for part in first.split(table, plan) {
            parts.extend(part.expanded(table, plan));
        }
    }
    parts.retain(|part| !part.rows.is_empty());
    let count = parts.len();
    parts.truncate(MOST_PANELS);
    share_colours(&mut parts);
    (parts, count.saturating_sub(MOST_PANELS))
}

/// Gives panels whose rows have one value of a key the colour that it has among others in another panel.
fn share_colours(parts: &mut [Part<'_>]) {
    let of_colours = |part: &Part<'_>| match part.roles.colour {
        Some(Channel::Key(key)) if !part.roles.is_bar => Some(key),
        _ => None,
    };
    let coloured: Vec<usize> = parts.iter().filter_map(of_colours).collect();
    let uncoloured = |part: &&mut Part<'_>| part.roles.colour.is_none() && part.panel.map.is_none();
    for part in parts.iter_mut().filter(uncoloured) {
        let rows = part.without_controls();
        let key = coloured.iter().find(|key| constant(&rows, **key).is_some());
        part.roles.colour = key.copied().map(Channel::Key);
    }
}

impl PanelPlan {
    /// Whether a row is of those that the panel shows.
    fn shows(&self, row: &Row) -> bool {
        self.show
            .is_none_or(|(column, values)| values.contains(&row[column].to_csv().as_ref()))
    }

    /// Whether anything of a row is drawn.
    pub(super) fn draws(&self, row: &Row) -> bool {
        let is_mapped = self.map.is_some_and(|(_, z)| row[z].number().is_some());
        let mut curves = self.curves.iter();
        let mut drawn = || curves.any(|at| at.takes(row) && row[at.column].number().is_some());
        self.shows(row) && (is_mapped || drawn())
    }

    /// The values of a column in the order in which the panel shows them.
    fn values(&self, rows: &[&Row], column: usize) -> Vec<Cell> {
        let mut values = distinct(rows, column);
        if let Some((shown, order)) = self.show
            && shown == column
        {
            values.sort_by_key(|cell| order.iter().position(|value| *value == cell.to_csv()));
        }
        values
    }
}

impl<'a> Part<'a> {
    /// The parts of the values of columns that have panels of their own.
    fn split(self, table: &Table, plan: &Plan) -> Vec<Self> {
        let columns = plan.split.iter();
        columns.fold(vec![self], |parts, column| {
            let finer = parts.iter().flat_map(|part| {
                let values = part.panel.values(&part.rows, *column);
                let is_one = values.len() < 2;
                values.into_iter().map(move |value| {
                    let mut finer = part.of_value(table, *column, &value);
                    if is_one {
                        finer.titles.clone_from(&part.titles);
                    }
                    finer
                })
            });
            finer.collect()
        })
    }

    /// The rows with a value, titled with it; what is observed stands at the axis.
    fn of_value(&self, table: &Table, column: usize, value: &Cell) -> Self {
        let mut part = self.clone();
        part.rows.retain(|row| row[column] == *value);
        part.all.retain(|row| row[column] == *value);
        if table.columns[column].name == "observable" {
            part.observable = Some(names::observable(&table.name, &value.to_csv()));
        } else {
            part.titles.push(names::key(&table.columns[column], value));
        }
        part
    }

    /// The part with its horizontal axis and roles, or its parts where a key has panels of its own.
    fn expanded(mut self, table: &Table, plan: &Plan) -> Vec<Self> {
        let mut candidates = self.panel.x.iter().copied();
        self.x = candidates.find(|at| varies(&self.rows, *at));
        self.roles = Roles::of(plan, self.panel, &self.without_controls(), self.x);
        let Some(key) = self.roles.panels else {
            return vec![self];
        };
        let values = distinct(&self.rows, key).into_iter();
        values
            .flat_map(|value| self.of_value(table, key, &value).expanded(table, plan))
            .collect()
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
