//! Questions and their answers: physical arguments, rows of one type. No flags, files or terminals.
//!
//! One file per question. A question is checked when it is asked, hands over each row when it is known, and can be interrupted between
//! two rows.

mod alive;
mod assumption;
pub mod controls;
mod data;
mod data_matrix;
pub mod draw;
pub mod flow;
pub mod gibbs;
mod grid_share;
mod in_order;
pub mod infer;
pub mod joined;
mod kind;
pub mod landau;
pub mod langevin;
pub mod large;
pub mod learn;
pub mod linear_response;
mod machine;
pub mod merge;
mod outcome;
pub mod phase;
mod product;
mod scaling;
mod scan;
pub mod score;
pub mod spectrum;
pub mod threshold;
pub mod train;
mod units;
pub mod validate;

pub use data::{Data, DataModel, DataPoint};
pub use data_matrix::{DataMatrix, Shape, compact, describe_samples};
pub use draw::{Draw, Encoding, UnitLaw};
pub use gibbs::Gibbs;
pub use grid_share::{GridPart, GridShare};
pub use in_order::in_order;
pub use kind::Kind;
pub use langevin::Langevin;
pub use large::{Blocks, LargeTable, Observed};
pub use learn::{Biases, Learn};
pub use linear_response::LinearResponse;
pub use machine::GivenMachine;
pub use outcome::Outcome;
pub use product::{MAX_POINTS, product};
pub use scaling::Scaling;
pub use score::Score;
pub use spectrum::Spectrum;
pub use threshold::Threshold;
pub use train::Train;
pub use units::Units;

use crate::table::Record;
use anyhow::{Result, ensure};
use std::sync::atomic::{AtomicBool, Ordering};

/// Progress callback and cancellation flag of a computation.
#[derive(Clone, Copy)]
pub struct Monitor<'a> {
    /// Called with the steps done and their number in all, from any thread.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Called with a word on which part of the computation has begun, where it has several.
    pub stage: &'a (dyn Fn(&str) + Sync),
    /// Once set, no further step is begun.
    pub cancelled: &'a AtomicBool,
    /// The part of a grid that is asked for; `None` for all of it.
    pub share: Option<&'a GridShare>,
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl Monitor<'_> {
    /// Nobody listens, and nobody interrupts.
    pub fn silent() -> Monitor<'static> {
        Monitor {
            progress: &|_, _| {},
            stage: &|_| {},
            cancelled: &NEVER,
            share: None,
        }
    }

    /// Goes on unless the caller asked to stop.
    ///
    /// # Errors
    /// If it did.
    pub fn check(&self) -> Result<()> {
        ensure!(!self.cancelled.load(Ordering::Relaxed), "interrupted");
        Ok(())
    }

    /// Passes the next point of a grid; false where it is not in the part that is asked for, and is to be left out.
    fn has_next(&self) -> bool {
        self.share.is_none_or(GridShare::has_next)
    }

    /// The rows that follow are of the next point of the part.
    fn begin(&self) {
        self.share.into_iter().for_each(GridShare::begin);
    }

    /// Passes the next point of a grid unless the caller asked to stop; false where the point is to be left out, and else its rows follow.
    ///
    /// # Errors
    /// If the caller asked to stop.
    fn begins(&self) -> Result<bool> {
        self.check()?;
        let begins = self.has_next();
        if begins {
            self.begin();
        }
        Ok(begins)
    }
}

/// A question: physical arguments, which [`ask`](Self::ask) validates. It knows no flags, files or terminals.
pub trait Question {
    /// Type of the answer's rows.
    type Row: Record;

    /// Columns that have no meaning for what is asked.
    fn leaves_out(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Finds the answer and hands over each row when it is known.
    ///
    /// # Errors
    /// If arguments are out of their domain, what `row` says, or an interruption. A point whose equations are not solved is no error: its
    /// row says so.
    fn ask(
        &self,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Self::Row) -> Result<()>,
    ) -> Result<()>;

    /// All rows at once.
    ///
    /// # Errors
    /// Those of [`Question::ask`].
    fn answer(&self) -> Result<Vec<Self::Row>> {
        let mut rows = Vec::new();
        self.ask(&Monitor::silent(), &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }
}
