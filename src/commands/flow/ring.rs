//! `flow ring`: what hidden units learn from an Ising ring.

use super::Status;
use crate::cli::flow::{FlowRingArgs, RingMethod};
use crate::cli::grid::Units;
use crate::commands::outcome::stop_cells;
use crate::output::columns::{self, place_cells, reciprocal, replica};
use crate::output::{Cell, Column, Output};
use anyhow::{Context, Result, ensure};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Optimum, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Arrangement, Field, RingFlow};

/// The columns that lead every row.
const PARAMETERS: [Column; 4] = [
    columns::UNITS,
    columns::BETA,
    reciprocal::HIDDEN_SIZE,
    reciprocal::METHOD,
];

/// One ring and one machine.
struct Case {
    ring: RingFlow,
    hidden: usize,
    method: RingMethod,
    cells: Vec<Cell>,
}

/// Optima or trajectories of every machine on every ring.
pub(super) fn run(args: &FlowRingArgs) -> Result<Status> {
    let cases = cases(args)?;
    if args.trajectory {
        return trajectories(args, &cases);
    }
    let last = if args.summary {
        summary_columns()
    } else {
        vec![place_cells::HIDDEN, place_cells::SITE, place_cells::WEIGHT]
    };
    let mut output = Output::open(&args.common, [PARAMETERS.to_vec(), last].concat())?;
    let search = Search {
        starts: usize::from(args.starts),
        seed: args.common.seed,
        ..Search::default()
    };
    let mut status = Status::Done;
    for case in &cases {
        let optimum = case.optimum(&search)?;
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
    let mut cases = Vec::new();
    for units in args.units.values() {
        let Units::Finite(n) = *units else {
            anyhow::bail!("--units inf: the flow wants a ring of a number of sites, 3 or more");
        };
        for &beta in args.beta.values() {
            let ring =
                RingFlow::new(n, beta).with_context(|| format!("--units {n} --beta {beta:?}"))?;
            ensure!(
                args.method == RingMethod::Exact || beta > 0.0,
                "--beta {beta:?}: --method small-beta wants a positive one"
            );
            for &hidden in &args.hidden_units {
                cases.push(Case {
                    ring: ring.clone(),
                    hidden: usize::from(hidden),
                    method: args.method,
                    cells: vec![
                        n.into(),
                        beta.into(),
                        hidden.into(),
                        args.method.name().into(),
                    ],
                });
            }
        }
    }
    Ok(cases)
}

impl Case {
    /// Where the search ends, in the units of the ring: weights of the lattice equations times √β.
    fn optimum(&self, search: &Search) -> Result<Optimum> {
        match self.method {
            RingMethod::Exact => Ok(self.ring.optimum(self.hidden, search)?),
            RingMethod::SmallBeta => {
                let beta = self.ring.beta();
                let found = self.lattice()?.optimum(self.hidden, search)?;
                Ok(Optimum {
                    weights: scaled(&found.weights, beta.sqrt()),
                    log_likelihood: beta.powi(2) * found.log_likelihood,
                    curvature: beta * found.curvature,
                    residual: beta.powf(1.5) * found.residual,
                    ..found
                })
            }
        }
    }

    fn lattice(&self) -> Result<LatticeField> {
        Ok(LatticeField::new(self.ring.units())?)
    }

    fn symmetric_log_likelihood(&self) -> Result<f64> {
        match self.method {
            RingMethod::Exact => Ok(self.ring.symmetric_log_likelihood(self.hidden)?),
            RingMethod::SmallBeta => {
                Ok(self.ring.beta().powi(2) * self.lattice()?.symmetric_potential())
            }
        }
    }

    /// A row for each hidden unit and site.
    fn weights(&self, time: &[Cell], weights: &Mat<f64>, output: &mut Output) -> Result<()> {
        for (unit, column) in weights.col_iter().enumerate() {
            for (site, &weight) in column.iter().enumerate() {
                let last = [unit.into(), site.into(), weight.into()];
                output.push([&self.cells[..], time, &last].concat())?;
            }
        }
        Ok(())
    }

    /// A row for each hidden unit.
    fn summary(&self, optimum: &Optimum, output: &mut Output) -> Result<()> {
        let symmetric = self.symmetric_log_likelihood()?;
        let arrangement = Arrangement::new(&optimum.weights);
        let places = arrangement.units_per_place.len();
        for (unit, column) in optimum.weights.col_iter().enumerate() {
            let field = Field::new(&column.iter().copied().collect::<Vec<f64>>());
            let cells: [Cell; 12] = [
                unit.into(),
                field.centre.into(),
                field.width.into(),
                field.participation.into(),
                field.sum_weights.into(),
                optimum.log_likelihood.into(),
                symmetric.into(),
                self.ring.data_log_likelihood().into(),
                optimum.curvature.into(),
                field.is_staggered.into(),
                places.into(),
                (places > 0).then_some(arrangement.is_equidistant).into(),
            ];
            let end = stop_cells(optimum.stop, optimum.iterations, optimum.residual);
            output.push([&self.cells[..], &cells, &end].concat())?;
        }
        Ok(())
    }

    /// Weights at some times, from small irregular ones.
    fn trajectory(&self, args: &FlowRingArgs, times: &[f64]) -> Result<Vec<Mat<f64>>> {
        let n = self.ring.units();
        let start = self.ring.start(self.hidden, 1, args.common.seed);
        let square: f64 = start.iter().map(|w| w * w).sum();
        let size = u32::try_from(start.len())?;
        let factor = args.init_scale * (f64::from(size) / square).sqrt();
        let start = Mat::from_fn(n, self.hidden, |i, m| factor * start[m * n + i]);
        match self.method {
            RingMethod::Exact => Ok(self.ring.trajectory(&start, times)?),
            RingMethod::SmallBeta => {
                let beta = self.ring.beta();
                let times: Vec<f64> = times.iter().map(|t| beta * t).collect();
                let start = scaled(&start, beta.sqrt().recip());
                let found = self.lattice()?.trajectory(&start, &times)?;
                Ok(found.iter().map(|w| scaled(w, beta.sqrt())).collect())
            }
        }
    }
}

fn scaled(weights: &Mat<f64>, factor: f64) -> Mat<f64> {
    Mat::from_fn(weights.nrows(), weights.ncols(), |i, m| {
        factor * weights[(i, m)]
    })
}

fn summary_columns() -> Vec<Column> {
    vec![
        place_cells::HIDDEN,
        place_cells::CENTRE,
        place_cells::WIDTH,
        place_cells::PARTICIPATION,
        place_cells::SUM_WEIGHTS,
        place_cells::LOG_LIKELIHOOD,
        place_cells::LOG_LIKELIHOOD_SYMMETRIC,
        place_cells::LOG_LIKELIHOOD_DATA,
        place_cells::CURVATURE,
        place_cells::STAGGERED,
        place_cells::PLACES,
        place_cells::EQUIDISTANT,
        replica::STOP,
        replica::ITERATIONS,
        place_cells::RESIDUAL,
    ]
}

/// Rows in time.
fn trajectories(args: &FlowRingArgs, cases: &[Case]) -> Result<Status> {
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
    let last = [
        reciprocal::TIME,
        place_cells::HIDDEN,
        place_cells::SITE,
        place_cells::WEIGHT,
    ];
    let mut output = Output::open(&args.common, [&PARAMETERS[..], &last].concat())?;
    for case in cases {
        let states = case.trajectory(args, times)?;
        for (&time, weights) in times.iter().zip(&states) {
            case.weights(&[time.into()], weights, &mut output)?;
        }
    }
    output.finish()?;
    Ok(Status::Done)
}
