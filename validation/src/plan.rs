//! What is measured: the points of a preset or of a user, their replicas, and the table of what was measured.

use rayon::prelude::*;
use saddlepoint_simulator::stream;

use crate::comparison::FEWEST_REPLICAS;
use crate::error::Result;
use crate::journal::{Header, Shard, VERSION, digest};
use crate::parameters::{self, Asked, Given};
use crate::runner::{Experiment, Measured, Settings};
use crate::table::Row;

/// The points of an experiment, of whatever type: what runs them is compiled once for all.
pub(crate) trait Design: Sync {
    /// Name of the experiment.
    fn name(&self) -> &'static str;

    /// Digest of the data of a file, where it is on one.
    fn data(&self) -> Option<u64>;

    /// Cost of a replica of a point that the experiment states.
    fn cost(&self, point: usize) -> f64;

    /// One replica of a point, from its own random stream.
    fn measure(&self, point: usize, replica: usize, seed: u64) -> Result<Vec<f64>>;

    /// The points with the numbers of their replicas, as text.
    fn text(&self, replicas: &[usize]) -> String;

    /// The table of the values of each replica of each point.
    fn rows(self: Box<Self>, values: Vec<Vec<Vec<f64>>>) -> Result<Vec<Row>>;
}

/// The points of an experiment.
struct Points<'a, E: Experiment> {
    experiment: &'a E,
    points: Vec<E::Point>,
}

impl<E: Experiment> Design for Points<'_, E> {
    fn name(&self) -> &'static str {
        self.experiment.name()
    }

    fn data(&self) -> Option<u64> {
        self.experiment.data()
    }

    fn cost(&self, point: usize) -> f64 {
        self.experiment.cost(&self.points[point])
    }

    fn measure(&self, point: usize, replica: usize, seed: u64) -> Result<Vec<f64>> {
        let point = &self.points[point];
        let name = format!("{} {point:?}", self.experiment.name());
        let mut random = stream(seed, &name, replica as u64);
        self.experiment.measure(point, &mut random)
    }

    fn text(&self, replicas: &[usize]) -> String {
        let points: Vec<_> = self.points.iter().zip(replicas).collect();
        format!("{points:?}")
    }

    fn rows(self: Box<Self>, values: Vec<Vec<Vec<f64>>>) -> Result<Vec<Row>> {
        let pairs = self.points.into_iter().zip(values);
        let measured = pairs.map(|(point, replicas)| Measured { point, replicas });
        self.experiment.rows(&measured.collect::<Vec<_>>())
    }
}

/// What an experiment measures: its design, whose tasks are numbered replica by replica and point by point.
pub(crate) struct Plan<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) design: Box<dyn Design + 'a>,
    /// Replicas of each point.
    replicas: Vec<usize>,
    /// Point of each task, and replica.
    pub(crate) tasks: Vec<(usize, usize)>,
}

impl<'a> Plan<'a> {
    /// The points of the preset or the user's own, with the replicas asked for.
    pub(crate) fn new<E: Experiment>(experiment: &'a E, settings: &'a Settings) -> Result<Self> {
        let asked = Asked::new(settings.preset, &settings.given);
        let design = if asked.is_own() {
            experiment.own_design(&asked)?
        } else {
            experiment.design(settings.preset)?
        };
        let (points, replicas) = design.into_iter().unzip();
        Self::of(Box::new(Points { experiment, points }), replicas, settings)
    }

    fn of(
        design: Box<dyn Design + 'a>,
        mut replicas: Vec<usize>,
        settings: &'a Settings,
    ) -> Result<Self> {
        if let Some(wanted) = settings.given.replicas {
            replicas.fill(wanted);
        }
        if let Some(error) = settings.given.target_error {
            replicas = planned(&*design, replicas.len(), settings, error)?;
        }
        let points = replicas.iter().enumerate();
        let tasks = points
            .flat_map(|(point, &replicas)| (0..replicas).map(move |replica| (point, replica)));
        Ok(Self {
            tasks: tasks.collect(),
            settings,
            design,
            replicas,
        })
    }

    /// What the journal of a run of this plan begins with.
    pub(crate) fn header(&self, shard: Option<Shard>) -> Header {
        Header {
            program: VERSION.to_owned(),
            experiment: self.design.name().to_owned(),
            preset: self.settings.preset.name().to_owned(),
            parameters: self.settings.given.texts(),
            data: self.design.data(),
            seed: self.settings.seed,
            tasks: self.tasks.len(),
            design: digest(self.design.text(&self.replicas).as_bytes()),
            shard,
        }
    }

    /// All tasks, the dearest first.
    pub(crate) fn by_cost(&self) -> Vec<usize> {
        let points = 0..self.replicas.len();
        let costs: Vec<f64> = points.map(|point| self.design.cost(point)).collect();
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
        let replicas = self.replicas.iter();
        let values = replicas.map(|&replicas| values.by_ref().take(replicas).collect());
        let is_of_preset = self.settings.given == Given::default() && self.design.data().is_none();
        let rows = self.design.rows(values.collect())?;
        Ok(if is_of_preset {
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

/// Chooses the replicas that give every mean the standard error asked for, from the scatter among the first of them.
///
/// These are drawn from the streams of the run and are measured again in it, so that a table depends on no more than what is asked.
fn planned(
    design: &dyn Design,
    points: usize,
    settings: &Settings,
    error: f64,
) -> Result<Vec<usize>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()?;
    let needed = |point: usize| -> Result<usize> {
        let replicas = 0..FEWEST_REPLICAS;
        let first = replicas.map(|replica| design.measure(point, replica, settings.seed));
        parameters::needed(&first.collect::<Result<Vec<_>>>()?, error)
    };
    pool.install(|| {
        let points = (0..points).into_par_iter().with_max_len(1);
        points.map(needed).collect()
    })
}
