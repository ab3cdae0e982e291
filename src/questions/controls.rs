//! What can be validated, and what its controls are expected to score.

use super::{Monitor, Question};
use anyhow::Result;
use saddlepoint_validation::controls::{self, Control};

/// All experiments with their controls, at every preset.
pub struct Controls;

impl Question for Controls {
    type Row = Control;

    fn ask(
        &self,
        _monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Self::Row) -> Result<()>,
    ) -> Result<()> {
        controls::all().into_iter().try_for_each(row)
    }
}
