//! Training of a machine: the log, the weights on the way, and the machine at the end.
//!
//! [`Train::ask`] answers with the log. [`Train::replica`] trains one replica, from the start or from a checkpoint, and returns its machine:
//!
//! ```
//! use saddlepoint::questions::train::Train;
//! use saddlepoint::questions::{DataPoint, Monitor};
//! # fn main() -> anyhow::Result<()> {
//! let train = Train { hidden_units: 2, epochs: 5, ..Train::on(DataPoint::ising_ring(10, 0.8), 500)? };
//! let mut rows = Vec::new();
//! let monitor = Monitor::silent();
//! let sets = train.sets(0)?;
//! let machine = train.replica(0, &sets, None, &train.watch(&monitor), &mut |_, seen| {
//!     rows.extend(seen);
//!     Ok(())
//! })?;
//! assert_eq!((rows.len(), machine.weights().ncols()), (6, 2));
//! # Ok(())
//! # }
//! ```

mod cost;
mod grid;
mod learnable;
mod log;
mod observer;
mod sets;
pub mod trajectory;

pub use grid::Trainings;
pub use learnable::nothing_to_learn;
pub use log::{FieldSeen, Log, ModeSeen, Row, Seen};
pub use sets::{Redraw, Sets};

use super::{DataModel, DataPoint, Draw, GivenMachine, Kind, Monitor, Question, Scaling, in_order};
use anyhow::{Context, Result};
use observer::Observer;
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_simulator::training::{Checkpoint, Trainer, Training};
use saddlepoint_simulator::{Samples, Xoshiro256PlusPlus, stream};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Name of the random numbers of initial weights and of the training; replica r has those numbered r.
const STREAM: &str = "simulate train";

/// Independent trainings of one kind of machine.
#[derive(Debug, Clone)]
pub struct Train {
    /// Data model of the samples; `units` counts sites.
    pub data: DataPoint,
    /// Samples of the replica of number 0.
    pub samples: Samples,
    /// Samples that are held out from its training, if any.
    pub test: Option<Samples>,
    /// The leading mode of the population that its samples are from, where it is known.
    pub leading_mode: Option<Vec<f64>>,
    /// How each further replica draws samples of its own; `None` if all learn from the same samples.
    pub redraw: Option<Redraw>,
    /// How the samples were scaled, where they were.
    pub scaling: Option<Scaling>,
    /// Kind of the visible units.
    pub visible: Kind,
    /// Kind of the hidden units.
    pub hidden: Kind,
    /// Number of hidden units M.
    pub hidden_units: usize,
    /// Standard deviation of the initial weights.
    pub init_scale: f64,
    /// How the machine learns.
    pub training: Training,
    /// Passes through the samples.
    pub epochs: u64,
    /// Numbers of the independent trainings, one or more: each number has random numbers of its own.
    pub replicas: Range<usize>,
    /// Seed of the random numbers.
    pub seed: u64,
    /// What the log tells.
    pub log: Log,
}

/// What a replica says.
enum Said {
    Row(Row),
    Machine(Rbm),
}

/// Epochs that are done in all replicas together, and whether to go on.
pub struct Watch<'a> {
    monitor: &'a Monitor<'a>,
    done: AtomicU64,
    total: u64,
}

impl Watch<'_> {
    fn advance(&self, epochs: u64) {
        let done = self.done.fetch_add(epochs, Ordering::Relaxed) + epochs;
        (self.monitor.progress)(done, self.total);
    }
}

/// Hears of a training at its start and after each epoch, with what the log tells of it where it has a row.
pub type Listener<'a> = dyn FnMut(&Trainer<'_>, Option<Seen>) -> Result<()> + 'a;

impl Train {
    /// One training of a spin hidden unit on samples of spins.
    pub fn new(data: DataPoint, samples: Samples) -> Self {
        Self {
            data,
            samples,
            test: None,
            leading_mode: None,
            redraw: None,
            scaling: None,
            visible: Kind::SPIN,
            hidden: Kind::SPIN,
            hidden_units: 1,
            init_scale: 0.01,
            training: Training::default(),
            epochs: 100,
            replicas: 0..1,
            seed: 0,
            log: Log::default(),
        }
    }

    /// One training of a spin hidden unit on `samples` samples of a model of spins.
    ///
    /// # Errors
    /// If they cannot be drawn.
    pub fn on(data: DataPoint, samples: usize) -> Result<Self> {
        let draw = Draw::new(data.clone(), samples);
        let drawn = draw.replica(0)?;
        Ok(Self {
            leading_mode: draw.leading_mode(&drawn),
            ..Self::new(data, drawn.samples)
        })
    }

    /// The machine of the first replica at its end.
    ///
    /// # Errors
    /// Those of [`Train::replica`].
    pub fn machine(&self) -> Result<Rbm> {
        let (monitor, first) = (Monitor::silent(), self.replicas.start);
        self.replica(
            first,
            &self.sets(first)?,
            None,
            &self.watch(&monitor),
            &mut |_, _| Ok(()),
        )
    }

    /// A machine of this training, with the kinds of its units.
    pub fn given(&self, machine: &Rbm) -> GivenMachine {
        GivenMachine {
            name: "the trained machine".to_owned(),
            weights: machine.weights().to_owned(),
            visible_bias: machine.visible().biases().to_vec(),
            hidden_bias: machine.hidden().biases().to_vec(),
            visible: self.visible,
            hidden: self.hidden,
        }
    }

    /// Every epoch of all replicas, told to `monitor`.
    pub fn watch<'a>(&self, monitor: &'a Monitor<'a>) -> Watch<'a> {
        Watch {
            monitor,
            done: AtomicU64::new(0),
            total: self.epochs.saturating_mul(self.replicas.len() as u64),
        }
    }

    /// Trains a replica on its samples, from its start or from a state that was kept, and gives the machine at the end: after as many
    /// epochs as are asked for, or as the state has.
    ///
    /// # Errors
    /// If a setting is out of its domain, the units cannot take the samples' values, the weights grow beyond all bounds, or the state
    /// has another size; what `listener` says; an interruption.
    pub fn replica(
        &self,
        replica: usize,
        sets: &Sets<'_>,
        from: Option<&Checkpoint>,
        watch: &Watch<'_>,
        listener: &mut Listener<'_>,
    ) -> Result<Rbm> {
        let samples = sets.samples.as_ref();
        let mut rng = stream(self.seed, STREAM, replica as u64);
        let start = self.start(samples, &mut rng)?;
        let observer = Observer::new(self, sets)?;
        let mut trainer = match from {
            Some(state) => Trainer::resume(self.training, &start, samples, state)?,
            None => Trainer::new(self.training, start, samples, &mut rng)?,
        };
        if from.is_none() {
            listener(&trainer, Some(observer.look(&trainer)?))?;
        }
        watch.advance(trainer.epochs());
        while trainer.epochs() < self.epochs {
            watch.monitor.check()?;
            trainer.epoch()?;
            let seen = self
                .logs(trainer.epochs())
                .then(|| observer.look(&trainer))
                .transpose()?;
            listener(&trainer, seen)?;
            watch.advance(1);
        }
        Ok(trainer.machine().clone())
    }

    /// Trains every replica from its start, and hands over in their order the log of each and its machine at the end.
    ///
    /// # Errors
    /// Those of [`Train::replica`], and what `row` and `machine` say.
    pub fn train(
        &self,
        monitor: &Monitor<'_>,
        row: &mut dyn FnMut(Row) -> Result<()>,
        machine: &mut dyn FnMut(Rbm) -> Result<()>,
    ) -> Result<()> {
        let watch = self.watch(monitor);
        let train = |replica: usize, say: &mut dyn FnMut(Said) -> Result<()>| {
            let mut listener = |_: &Trainer<'_>, seen: Option<Seen>| {
                seen.map_or(Ok(()), |seen| say(Said::Row(self.row(replica, seen))))
            };
            let sets = self.sets(replica)?;
            let trained = self.replica(replica, &sets, None, &watch, &mut listener);
            say(Said::Machine(self.named(replica, trained)?))
        };
        in_order(self.replicas.clone(), train, &mut |said| match said {
            Said::Row(said) => row(said),
            Said::Machine(said) => machine(said),
        })
    }

    /// Whether the log has a row of an epoch: the first and the last one, every n-th where that is asked for, else as many as cost no more than the
    /// training: every one where a row costs less than an epoch, or those that are powers of two from twice its cost on.
    ///
    /// ```text
    /// Σ_k c ≤ E/2 over 2c ≤ 2^k ≤ E
    /// ```
    ///
    /// with c the cost of a row in epochs, estimated from numbers of products and not from time, and E the number of epochs.
    pub fn logs(&self, epoch: u64) -> bool {
        epoch == 0 || epoch == self.epochs || self.logs_within(epoch)
    }

    fn logs_within(&self, epoch: u64) -> bool {
        if let Some(every) = self.log.every {
            return epoch.is_multiple_of(every);
        }
        #[expect(clippy::cast_precision_loss, reason = "epochs far below 2^53")]
        let is_late = |cost: f64| epoch as f64 >= 2.0 * cost;
        let cost = self.row_cost();
        cost <= 1.0 || (epoch.is_power_of_two() && is_late(cost))
    }

    /// Adds the replica's number to the error of `outcome`, if there are several replicas.
    ///
    /// # Errors
    /// That of `outcome`.
    pub fn named<T>(&self, replica: usize, outcome: Result<T>) -> Result<T> {
        match self.replicas.len() {
            1 => outcome,
            _ => outcome.with_context(|| format!("replica {replica}")),
        }
    }

    /// A row of the log.
    pub fn row(&self, replica: usize, seen: Seen) -> Row {
        Row {
            data: self.data.clone(),
            samples: self.samples.rows(),
            visible: self.visible,
            hidden: self.hidden,
            hidden_units: self.hidden_units,
            seed: self.seed,
            replica,
            seen,
        }
    }

    /// Modes that the log tells of: no more than there are.
    pub fn modes(&self) -> usize {
        let layers = self.hidden_units.min(self.samples.columns());
        self.log.modes.min(layers).min(self.samples.rows())
    }

    /// Entries of a site, where the sites are on a ring.
    pub fn ring(&self) -> Option<usize> {
        let on_ring = matches!(self.data.model, DataModel::IsingRing | DataModel::ClockRing);
        on_ring.then(|| states(&self.data))
    }

    /// The visible layer before training.
    ///
    /// # Errors
    /// If the units cannot take the samples' values, or their means do not determine the biases.
    pub fn visible_layer(&self, samples: &Samples) -> Result<Layer> {
        if self.training.biases {
            self.visible.layer_of_means(samples)
        } else {
            self.visible.layer(vec![0.0; samples.columns()])
        }
    }

    fn start(&self, samples: &Samples, rng: &mut Xoshiro256PlusPlus) -> Result<Rbm> {
        let visible = self.visible_layer(samples)?;
        let hidden = self.hidden.layer(vec![0.0; self.hidden_units])?;
        Rbm::random(visible, hidden, self.init_scale, rng)
            .context("--init-scale, --hidden or --visible")
    }
}

/// Columns that a site of the data has.
pub fn states(data: &DataPoint) -> usize {
    match data.model {
        DataModel::ClockRing => data.states.map_or(1, usize::from),
        _ => 1,
    }
}

impl Question for Train {
    type Row = Row;

    /// The log of every replica, in their order.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        self.train(monitor, row, &mut |_| Ok(()))
    }
}
