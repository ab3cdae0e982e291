//! Trainings at several settings: their logs one after the other.

use super::{Row, Train};
use crate::questions::{Monitor, Question, in_order};
use anyhow::{Result, ensure};
use std::sync::atomic::{AtomicU64, Ordering};

/// Trainings at several settings, each made when its turn has come.
pub struct Trainings<F> {
    /// The number of settings.
    pub count: usize,
    /// The training at a setting.
    pub train: F,
}

impl<F: Fn(usize) -> Result<Train> + Sync> Question for Trainings<F> {
    type Row = Row;

    /// Over the settings, the replicas and the epochs.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let own: Vec<usize> = (0..self.count).filter(|_| monitor.has_next()).collect();
        let done = AtomicU64::new(0);
        let run = |turn: usize, say: &mut dyn FnMut((usize, Row)) -> Result<()>| {
            let silent = Monitor {
                progress: &|_, _| {},
                ..*monitor
            };
            (self.train)(own[turn])?.ask(&silent, &mut |row| say((turn, row)))?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            (monitor.progress)(done, own.len() as u64);
            Ok(())
        };
        let (mut last, mut modes) = (None, None);
        in_order(0..own.len(), run, &mut |(turn, said)| {
            if last.replace(turn) != Some(turn) {
                monitor.begin();
            }
            let own: usize = said.seen.modes.len();
            let first = *modes.get_or_insert(own);
            ensure!(
                own == first,
                "--modes: the log would have {first} modes of one training and {own} of another; give --modes {} or less",
                first.min(own)
            );
            row(said)
        })
    }
}
