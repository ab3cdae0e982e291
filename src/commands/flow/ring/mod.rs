//! `flow ring`: what hidden units learn from a ring of spins or of angles.

mod clock;
mod ising;

use super::Status;
use crate::cli::flow::{FlowRingArgs, RingMethod};
use crate::old::columns::{self, place_cells, reciprocal};
use crate::old::{Cell, Column, Output};
use anyhow::{Result, ensure};
use clock::Clock;
use faer::Mat;
use ising::Ising;
use saddlepoint::questions::Units;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};

/// A ring, and how machines learn from it.
trait Ring {
    /// The exact flow.
    fn flow(&self) -> &dyn Flow;

    /// Site and, where a site has several weights, state of a weight.
    fn place(&self, weight: usize) -> Vec<Cell>;

    /// The best optimum of `hidden` units that the search finds.
    fn optimum(&self, hidden: usize, search: &Search) -> Result<Optimum>;

    /// Learning in time.
    fn trajectory(&self, start: &Mat<f64>, times: &[f64]) -> Result<Vec<Mat<f64>>>;

    /// The summary of each hidden unit, without its number.
    fn summaries(&self, optimum: &Optimum) -> Result<Vec<Vec<Cell>>>;
}

/// The columns of one kind of ring.
struct Columns {
    /// Those that lead every row.
    parameters: Vec<Column>,
    /// Place of a weight.
    place: Vec<Column>,
    /// [`Ring::summaries`].
    summary: Vec<Column>,
}

impl Columns {
    /// Columns of a ring of angles, or else of spins.
    fn new(is_clock: bool) -> Self {
        let (states, place, summary) = if is_clock {
            let place = vec![place_cells::SITE, place_cells::STATE];
            (vec![columns::STATES], place, clock::SUMMARY.to_vec())
        } else {
            (vec![], vec![place_cells::SITE], ising::SUMMARY.to_vec())
        };
        let size = vec![reciprocal::HIDDEN_SIZE, reciprocal::METHOD];
        Self {
            parameters: [vec![columns::UNITS, columns::BETA], states, size].concat(),
            place,
            summary,
        }
    }

    fn weights(&self) -> Vec<Column> {
        let weight = vec![place_cells::WEIGHT];
        [vec![place_cells::HIDDEN], self.place.clone(), weight].concat()
    }

    fn summary(&self) -> Vec<Column> {
        [vec![place_cells::HIDDEN], self.summary.clone()].concat()
    }
}

/// One ring and one machine.
struct Case {
    ring: Box<dyn Ring>,
    hidden: usize,
    cells: Vec<Cell>,
}

/// Optima or trajectories of every machine on every ring.
pub(super) fn run(args: &FlowRingArgs) -> Result<Status> {
    let cases = cases(args)?;
    let columns = Columns::new(args.states.is_some());
    if args.trajectory {
        return trajectories(args, &cases, &columns);
    }
    let last = if args.summary {
        columns.summary()
    } else {
        columns.weights()
    };
    let mut output = Output::open(&args.common, [columns.parameters, last].concat())?;
    let search = Search {
        starts: usize::from(args.starts),
        seed: args.common.seed,
        ..Search::default()
    };
    let mut status = Status::Done;
    for case in &cases {
        let optimum = case.ring.optimum(case.hidden, &search)?;
        if !optimum.is_maximum() {
            status = Status::Incomplete;
        }
        if args.summary {
            case.summary(&optimum, &mut output)?;
        } else {
            case.weights(&[], &optimum.weights, &mut output)?;
        }
    }
    output.finish()?;
    Ok(status)
}

/// The product of rings and machines.
fn cases(args: &FlowRingArgs) -> Result<Vec<Case>> {
    ensure!(
        args.states.is_none() || args.method == RingMethod::Exact,
        "--method small-beta: not known for --states; leave out one of them"
    );
    let mut cases = Vec::new();
    for units in args.units.values() {
        let Units::Finite(n) = *units else {
            anyhow::bail!("--units inf: the flow wants a ring of a number of sites, 3 or more");
        };
        for &beta in args.beta.values() {
            for &hidden in &args.hidden_units {
                let ring: Box<dyn Ring> = match args.states {
                    Some(states) => Box::new(Clock::new(n, usize::from(states), beta)?),
                    None => Box::new(Ising::new(n, beta, args.method)?),
                };
                let states = args.states.map(Cell::from);
                let leading = [n.into(), beta.into()].into_iter().chain(states);
                cases.push(Case {
                    ring,
                    hidden: usize::from(hidden),
                    cells: leading
                        .chain([hidden.into(), args.method.name().into()])
                        .collect(),
                });
            }
        }
    }
    Ok(cases)
}

impl Case {
    /// A row for each weight.
    fn weights(&self, time: &[Cell], weights: &Mat<f64>, output: &mut Output) -> Result<()> {
        for (unit, column) in weights.col_iter().enumerate() {
            for (index, &weight) in column.iter().enumerate() {
                let (hidden, place) = ([unit.into()], self.ring.place(index));
                let row = [&self.cells[..], time, &hidden, &place, &[weight.into()]];
                output.push(row.concat())?;
            }
        }
        Ok(())
    }

    /// A row for each hidden unit.
    fn summary(&self, optimum: &Optimum, output: &mut Output) -> Result<()> {
        for (unit, cells) in self.ring.summaries(optimum)?.iter().enumerate() {
            output.push([&self.cells[..], &[unit.into()], cells].concat())?;
        }
        Ok(())
    }

    /// Weights at some times, from small irregular ones.
    fn trajectory(&self, args: &FlowRingArgs, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        let n = self.ring.flow().units();
        let start = self.ring.flow().start(self.hidden, 1, args.common.seed);
        let square: f64 = start.iter().map(|w| w * w).sum();
        let size = u32::try_from(start.len())?;
        let factor = args.init_scale * (f64::from(size) / square).sqrt();
        let start = Mat::from_fn(n, self.hidden, |i, m| factor * start[m * n + i]);
        self.ring.trajectory(&start, times)
    }
}

/// Rows in time.
fn trajectories(args: &FlowRingArgs, cases: &[Case], columns: &Columns) -> Result<Status> {
    ensure!(
        args.init_scale > 0.0 && args.init_scale <= 1.0,
        "--init-scale {:?}: must be above 0 and at most 1",
        args.init_scale
    );
    let default: Vec<f64> = (0..=40).map(|k| 10.0 * f64::from(k)).collect();
    let times = args
        .time
        .as_ref()
        .map_or(&default[..], |grid| grid.values());
    ensure!(times.is_sorted(), "--time: the times must ascend");
    let table = [
        &columns.parameters[..],
        &[reciprocal::TIME],
        &columns.weights(),
    ]
    .concat();
    let mut output = Output::open(&args.common, table)?;
    for case in cases {
        let states = case.trajectory(args, times)?;
        for (&time, weights) in times.iter().zip(&states) {
            case.weights(&[time.into()], weights, &mut output)?;
        }
    }
    output.finish()?;
    Ok(Status::Done)
}

/// The weights of one hidden unit after another.
fn fields(weights: &Mat<f64>) -> impl Iterator<Item = Vec<f64>> + '_ {
    weights
        .col_iter()
        .map(|column| column.iter().copied().collect())
}
