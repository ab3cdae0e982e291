//! What is measured: the points of a preset or of a user, their replicas, and the table of what was measured.

use rayon::prelude::*;
use saddlepoint_simulator::stream;

use crate::comparison::FEWEST_REPLICAS;
use crate::error::Result;
use crate::journal::{Header, Shard, VERSION, digest};
use crate::parameters::{self, Asked, Given};
use crate::runner::{Experiment, Measured, Settings};
use crate::table::Row;

/// What an experiment measures: its design, whose tasks are numbered replica by replica and point by point.
pub(crate) struct Plan<'a, E: Experiment> {
    pub(crate) experiment: &'a E,
    pub(crate) settings: &'a Settings,
    pub(crate) design: Vec<(E::Point, usize)>,
    /// Point of each task, and replica.
    pub(crate) tasks: Vec<(usize, usize)>,
}

impl<'a, E: Experiment> Plan<'a, E> {
    /// The points of the preset or the user's own, with the replicas asked for.
    pub(crate) fn new(experiment: &'a E, settings: &'a Settings) -> Result<Self> {
        let design = design(experiment, settings)?;
        let replicas = design.iter().map(|(_, replicas)| *replicas).enumerate();
        let tasks = replicas
            .flat_map(|(point, replicas)| (0..replicas).map(move |replica| (point, replica)));
        Ok(Self {
            tasks: tasks.collect(),
            experiment,
            settings,
            design,
        })
    }

    /// What the journal of a run of this plan begins with.
    pub(crate) fn header(&self, shard: Option<Shard>) -> Header {
        Header {
            program: VERSION.to_owned(),
            experiment: self.experiment.name().to_owned(),
            preset: self.settings.preset.name().to_owned(),
            parameters: self.settings.given.texts(),
            data: self.experiment.data(),
            seed: self.settings.seed,
            tasks: self.tasks.len(),
            design: digest(format!("{:?}", self.design).as_bytes()),
            shard,
        }
    }

    /// All tasks, the dearest first.
    pub(crate) fn by_cost(&self) -> Vec<usize> {
        let costs: Vec<f64> = self
            .design
            .iter()
            .map(|(point, _)| self.experiment.cost(point))
            .collect();
        let mut order: Vec<usize> = (0..self.tasks.len()).collect();
        let cost = |task: usize| costs[self.tasks[task].0];
        order.sort_by(|&a, &b| cost(b).total_cmp(&cost(a)));
        order
    }

    /// The tasks of a shard, or all of them, the dearest first.
    pub(crate) fn share(&self, shard: Option<Shard>) -> Vec<usize> {
        let order = self.by_cost();
        match shard {
            Some(shard) => shard.ranks(order.len()).map(|rank| order[rank]).collect(),
            None => order,
        }
    }

    /// The table of the values of all tasks, in their order.
    pub(crate) fn rows(self, values: impl IntoIterator<Item = Vec<f64>>) -> Result<Vec<Row>> {
        let mut values = values.into_iter();
        let point = |(point, replicas)| Measured {
            point,
            replicas: values.by_ref().take(replicas).collect(),
        };
        let measured: Vec<Measured<E::Point>> = self.design.into_iter().map(point).collect();
        let rows = self.experiment.rows(&measured)?;
        let is_of_preset = self.settings.given == Given::default();
        Ok(if is_of_preset && self.experiment.data().is_none() {
            rows
        } else {
            without_weak_controls(rows)
        })
    }
}

/// Smallest score that a control must be expected to have, so as to be rejected with a probability of 0.999.
const STRONG: f64 = 7.0;

/// Why a control says nothing: its theory is too close to the right one to be told apart at this precision.
const WEAK_CONTROL: &str = "weak-control";

/// The rows, in which no control is judged that could pass by chance: at points and on data that are not of a preset nobody has made them strong.
///
/// A control follows the comparison that it belongs to.
fn without_weak_controls(rows: Vec<Row>) -> Vec<Row> {
    let mut theory = f64::NAN;
    let mark = |row: Row| {
        if !row.control {
            theory = row.theory;
            return row;
        }
        let expected = (row.theory - theory).abs() / row.standard_error;
        if expected >= STRONG {
            return row;
        }
        row.at(|parameters| {
            parameters.unjudged.get_or_insert(WEAK_CONTROL);
        })
    };
    rows.into_iter().map(mark).collect()
}

fn design<E: Experiment>(experiment: &E, settings: &Settings) -> Result<Vec<(E::Point, usize)>> {
    let asked = Asked::new(settings.preset, &settings.given);
    let mut design = if asked.is_own() {
        experiment.own_design(&asked)?
    } else {
        experiment.design(settings.preset)?
    };
    if let Some(replicas) = settings.given.replicas {
        for point in &mut design {
            point.1 = replicas;
        }
    }
    if let Some(error) = settings.given.target_error {
        planned(experiment, &mut design, settings, error)?;
    }
    Ok(design)
}

/// Chooses the replicas that give every mean the standard error asked for, from the scatter among the first of them.
///
/// These are drawn from the streams of the run and are measured again in it, so that a table depends on no more than what is asked.
fn planned<E: Experiment>(
    experiment: &E,
    design: &mut [(E::Point, usize)],
    settings: &Settings,
    error: f64,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()?;
    let name = experiment.name();
    let needed = |point: &E::Point| -> Result<usize> {
        let first = (0..FEWEST_REPLICAS).map(|replica| {
            let mut random = stream(settings.seed, &format!("{name} {point:?}"), replica as u64);
            experiment.measure(point, &mut random)
        });
        parameters::needed(&first.collect::<Result<Vec<_>>>()?, error)
    };
    let replicas: Vec<usize> = pool.install(|| {
        let points = design.par_iter().with_max_len(1);
        points
            .map(|(point, _)| needed(point))
            .collect::<Result<_>>()
    })?;
    for (point, replicas) in design.iter_mut().zip(replicas) {
        point.1 = replicas;
    }
    Ok(())
}
