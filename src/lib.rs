//! Questions about learning in Restricted Boltzmann Machines, and their answers as tables: the library behind the command line.
//!
//! A [`Question`](questions::Question) is a type with its arguments as meant; its answer is a table of a type, a row of which is a
//! [`Record`](table::Record); a record says what its columns mean and how the table is drawn. The command line, an example and a test ask
//! the same questions and get the same rows.
//!
//! From how many samples on the direction between two clusters shows, and a machine that learns it from more:
//!
//! ```
//! use saddlepoint::questions::{DataPoint, Question, Threshold, Train, Units};
//! use saddlepoint::table::Record;
//!
//! # fn main() -> anyhow::Result<()> {
//! let clusters = DataPoint::two_cluster(Units::Finite(100), 1.5);
//! let answer = Threshold::spectral(clusters.clone(), &[]).answer()?;
//! let critical = answer[0].critical.samples().expect("a hundred spins");
//! assert!((19.0..20.0).contains(&critical));
//!
//! let train = Train { hidden_units: 2, epochs: 20, ..Train::on(clusters, 400)? };
//! let log = train.answer()?;
//! assert_eq!(log.len(), 21); // the start, and every epoch
//! let machine = train.machine()?;
//! assert_eq!((machine.weights().nrows(), machine.weights().ncols()), (100, 2));
//!
//! // Rows know their columns: what the command line writes as CSV.
//! let columns = saddlepoint::questions::train::Row::columns(log.first());
//! assert_eq!(columns[0].name, "data");
//! # Ok(())
//! # }
//! ```
//!
//! | module | what |
//! | --- | --- |
//! | [`questions`] | one file per question: critical sample sizes, learning curves, phases, landscapes, training, … |
//! | [`table`] | what a row is: columns, what fills them, the figure; re-exported from `saddlepoint-validation` |
//! | [`tables`] | every kind of table by its name |
//! | [`output`] | a table as CSV, JSON, Markdown, LaTeX or for a terminal, with its sidecar; files that appear whole or not at all |
//! | [`input`] | matrices and machines from files |
//! | [`plot`] | the figure of a table |

pub mod input;
pub mod output;
pub mod plot;
pub mod questions;
pub mod tables;

pub use saddlepoint_validation::table;
