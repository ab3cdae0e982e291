//! Questions about learning in Restricted Boltzmann Machines, and their answers as tables: the library behind the command line.
//!
//! A [`Question`](questions::Question) is a type with its arguments as meant; its answer is a table of a type, a row of which is a
//! [`Record`](table::Record); a record says what its columns mean and how the table is drawn. The command line, an example and a test ask
//! the same questions and get the same rows.
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
