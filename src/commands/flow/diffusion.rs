//! `flow diffusion`: noise moves a place cell, a finite data set pins it.

use super::Status;
use crate::cli::flow::FlowDiffusionArgs;
use crate::old::columns::{self, place_cells, reciprocal};
use crate::old::{Cell, Column, Output};
use anyhow::{Context, Result};
use saddlepoint::questions::Units;
use saddlepoint_theory::dynamics::diffusion::{Distances, Pinning, PlaceCell, Regime, Training};
use saddlepoint_theory::dynamics::ring_flow::RingFlow;

/// The columns that lead every row.
const PARAMETERS: [Column; 3] = [columns::UNITS, columns::BETA, reciprocal::HIDDEN_SIZE];

const TABLE: [Column; 13] = [
    place_cells::LEARNING_RATE,
    place_cells::BATCH,
    place_cells::SAMPLES,
    place_cells::DIFFUSION,
    place_cells::TEMPERATURE,
    place_cells::LATTICE_BARRIER,
    place_cells::BARRIER,
    place_cells::LANDSCAPE_DEVIATION,
    place_cells::PINNED_DIFFUSION,
    place_cells::SAMPLES_DIFFUSING,
    place_cells::NEGATIVE_PHASE_NOISE,
    place_cells::REGIME,
    place_cells::DISTANCE_DEVIATION,
];

/// A place cell, or several, with the landscapes that data sets make for it.
struct Case {
    cell: PlaceCell,
    /// How far its distance from the next ones fluctuates.
    distances: Option<Distances>,
    /// The landscape of a single sample.
    of_one: Pinning,
    pinnings: Vec<Option<Pinning>>,
    leading: [Cell; 3],
}

/// Diffusion for every training, or the landscape itself.
pub(super) fn run(args: &FlowDiffusionArgs) -> Result<Status> {
    let table = if args.landscape {
        vec![
            place_cells::SAMPLES,
            place_cells::LAG,
            place_cells::COVARIANCE,
        ]
    } else {
        TABLE.to_vec()
    };
    let mut output = Output::open(&args.common, [PARAMETERS.to_vec(), table].concat())?;
    for units in args.units.values() {
        let Units::Finite(n) = *units else {
            anyhow::bail!("--units inf: the flow wants a ring of a number of sites, 3 or more");
        };
        for &beta in args.beta.values() {
            for &hidden in &args.hidden_units {
                Case::new(args, n, beta, hidden)
                    .and_then(|case| case.write(args, &mut output))
                    .with_context(|| {
                        format!("--units {n} --beta {beta:?} --hidden-units {hidden}")
                    })?;
            }
        }
    }
    output.finish()?;
    Ok(Status::Done)
}

impl Case {
    fn new(args: &FlowDiffusionArgs, units: usize, beta: f64, hidden: u16) -> Result<Self> {
        let cell = PlaceCell::several(&RingFlow::new(units, beta)?, hidden.into())?;
        // The landscape scales as 1/√P: one computation is enough.
        let of_one = cell.pinning(1.0)?;
        let samples = args.samples.as_ref().map_or(&[][..], |grid| grid.values());
        let mut pinnings: Vec<Option<Pinning>> = samples
            .iter()
            .map(|&samples| of_one.with_samples(samples).map(Some))
            .collect::<Result<_, _>>()?;
        if pinnings.is_empty() {
            pinnings.push(None);
        }
        Ok(Self {
            distances: cell.distances()?,
            cell,
            of_one,
            pinnings,
            leading: [units.into(), beta.into(), usize::from(hidden).into()],
        })
    }

    fn write(&self, args: &FlowDiffusionArgs, output: &mut Output) -> Result<()> {
        if args.landscape {
            self.landscape(output)
        } else {
            self.rows(args, output)
        }
    }

    /// A row for each learning rate, batch and number of samples.
    fn rows(&self, args: &FlowDiffusionArgs, output: &mut Output) -> Result<()> {
        for &learning_rate in args.learning_rate.values() {
            for &batch in args.batch.values() {
                let training = Training {
                    learning_rate,
                    batch,
                    is_negative_phase_sampled: args.sampled_negative_phase,
                };
                for pinning in &self.pinnings {
                    let row = self.row(&training, pinning.as_ref())?;
                    output.push([&self.leading[..], &row].concat())?;
                }
            }
        }
        Ok(())
    }

    fn row(&self, training: &Training, pinning: Option<&Pinning>) -> Result<[Cell; 13]> {
        let temperature = self.cell.temperature(training)?;
        let lattice = self.cell.lattice_barrier();
        let barrier = pinning.map_or(lattice, |pinning| pinning.barrier);
        let pinned = pinning.map(|pinning| self.cell.pinned_diffusion(training, pinning));
        let distances = self.distances.as_ref();
        let variance = distances.map(|distances| distances.variance(training));
        let regime = match Regime::of(barrier, temperature) {
            Regime::Diffusing => "diffusing",
            Regime::Trapped => "trapped",
        };
        Ok([
            training.learning_rate.into(),
            training.batch.into(),
            pinning.map(|pinning| pinning.samples).into(),
            self.cell.diffusion(training)?.into(),
            temperature.into(),
            lattice.into(),
            barrier.into(),
            pinning.map(|pinning| pinning.variance().sqrt()).into(),
            pinned.transpose()?.into(),
            self.of_one.samples_diffusing(temperature)?.into(),
            self.cell.negative_phase_noise().into(),
            regime.into(),
            variance.transpose()?.map(f64::sqrt).into(),
        ])
    }

    /// A row for each number of samples and distance of two places.
    fn landscape(&self, output: &mut Output) -> Result<()> {
        for pinning in self.pinnings.iter().flatten() {
            for (distance, &covariance) in pinning.covariance.iter().enumerate() {
                let row = [pinning.samples.into(), distance.into(), covariance.into()];
                output.push([&self.leading[..], &row].concat())?;
            }
        }
        Ok(())
    }
}
