//! Questions about learning in Restricted Boltzmann Machines, and their answers as tables: the library behind the command line.
//!
//! A [`Question`](questions::Question) is a type that holds physical arguments; each question type answers with rows of one type, which
//! implements [`Record`](table::Record): it says what the columns mean and how the table is drawn. The command line, an example and a test
//! ask the same questions and get the same rows.
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
//! | [`questions`] | one type per question, listed below |
//! | [`table`] | what a row is: columns, what fills them, the figure; re-exported from `saddlepoint-validation` |
//! | [`tables`] | every kind of table by its name |
//! | [`output`] | a table as CSV, JSON, Markdown, LaTeX or for a terminal, with its sidecar; files that appear whole or not at all |
//! | [`input`] | matrices and machines from files |
//! | [`plot`] | the figure of a table |
//! | [`sweep`] | a command at many settings |
//! | [`call`] | commands with arrays in place of files, and their answers in memory |
//! | [`program`] | the command line |
//!
//! | command | questions |
//! | --- | --- |
//! | `threshold` | [`Threshold`](questions::threshold::Threshold), [`Inverse`](questions::threshold::Inverse) (`--solve-for`), [`ThresholdSamples`](questions::threshold::ThresholdSamples) (`--data samples`) |
//! | `spectrum` | [`Spectrum`](questions::spectrum::Spectrum), [`SpectrumEdges`](questions::spectrum::SpectrumEdges) (`--edges`), [`Profile`](questions::spectrum::Profile) (`--profile`), [`MachineSpectrum`](questions::spectrum::MachineSpectrum) and [`MachineEdges`](questions::spectrum::MachineEdges) (`--machine`) |
//! | `learn` | [`Learn`](questions::learn::Learn) |
//! | `infer` | [`Solutions`](questions::infer::Solutions), [`Critical`](questions::infer::Critical) (`--critical`) |
//! | `phase` | [`RbmPhases`](questions::phase::RbmPhases), [`RbmModes`](questions::phase::RbmModes), [`HopfieldPhases`](questions::phase::HopfieldPhases), [`PatternPhases`](questions::phase::PatternPhases); with `--boundary` [`RbmLines`](questions::phase::RbmLines), [`HopfieldLines`](questions::phase::HopfieldLines) |
//! | `landau` | [`LandauModes`](questions::landau::LandauModes), [`LandauProfile`](questions::landau::LandauProfile) (`--profile`), [`Hysteresis`](questions::landau::Hysteresis) (`--hysteresis`), [`LogZ`](questions::landau::LogZ) (`--log-z`), [`Projection`](questions::landau::Projection) (`--project`), [`Cascade`](questions::landau::Cascade) (`--cascade`), [`Symmetry`](questions::landau::Symmetry) (`--symmetry`) |
//! | `flow modes` | [`Modes`](questions::flow::modes::Modes), [`Growth`](questions::flow::noise::Growth) (`--hidden-units`), [`Emergence`](questions::flow::noise::Emergence) (`--emergence`) |
//! | `flow short-chains` | [`ShortChains`](questions::flow::short_chains::ShortChains) |
//! | `flow persistent-chains` | [`Updates`](questions::flow::persistent_chains::Updates), [`Summaries`](questions::flow::persistent_chains::Summaries) |
//! | `flow ring` | [`Weights`](questions::flow::ring::Weights), [`Trajectory`](questions::flow::ring::Trajectory) (`--trajectory`); with `--summary` [`ising::Summary`](questions::flow::ring::ising::Summary), [`clock::Summary`](questions::flow::ring::clock::Summary) |
//! | `flow stability` | [`Stability`](questions::flow::stability::Stability) |
//! | `flow localisation` | [`Localisation`](questions::flow::localisation::Localisation) |
//! | `flow diffusion` | [`Diffusion`](questions::flow::diffusion::Diffusion), [`Landscape`](questions::flow::landscape::Landscape) (`--landscape`) |
//! | `simulate data` | [`Draw`](questions::Draw), which is no `Question`: its answer is a matrix |
//! | `simulate train` | [`Train`](questions::train::Train); at several settings [`Trainings`](questions::train::Trainings) |
//! | `simulate gibbs` | [`Gibbs`](questions::gibbs::Gibbs) |
//! | `simulate langevin` | [`Langevin`](questions::langevin::Langevin) |
//! | `score` | [`Score`](questions::score::Score) |
//! | `validate` | [`Validate`](questions::validate::Validate), [`Controls`](questions::controls::Controls) (`--list` as a table), [`Share`](questions::validate::Share) (`--shard`), which is no `Question`: its answer is a journal |
//! | `merge` | [`Merge`](questions::merge::Merge); of tables [`joined`](questions::joined), which is no `Question`: its answer has the columns of its parts |
//! | `sweep` | [`Sweep`](sweep::Sweep), which is no `Question`: its runs write files |

pub mod call;
mod cli;
mod commands;
mod explore;
pub mod input;
mod interrupt;
mod notice;
pub mod output;
pub mod plot;
pub mod program;
mod progress;
pub mod questions;
pub mod sweep;
pub mod tables;

pub use saddlepoint_validation::table;
