//! Tables as types: what a row is, which columns it has, what fills them, and how the table is drawn.
//!
//! The tables of the whole program are made of these pieces, from the comparisons of this crate to the answers on the command line: a
//! column and what fills it stand in one place, the list of [`Field`]s of a [`Record`]. They live in this crate, the lowest one that
//! writes tables; theory and simulator know none.

mod cell;
mod column;
mod compare;
pub mod figure;
pub mod observables;
mod record;
mod row;
pub mod vocabulary;

pub use cell::Cell;
pub use column::Column;
pub use compare::{AtSize, Prediction};
pub use record::{Field, Lift, Part, Record, Schema, Shortfall, Table, lift};
pub use row::{
    Argument, COMPARED, COMPARISON, Parameters, REPLICA_SYMMETRY_BROKEN, Row, compared,
    compared_with_limit,
};
