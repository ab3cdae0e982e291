//! Parallel tempering: ladders of replicas, how they exchange, and ln Z along them.

use super::observables::Observer;
use super::{Gibbs, GivenMachine, Monitor, Recorder, Seen};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_simulator::Xoshiro256PlusPlus;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::tempering::{Path, Size, Tempering, rounds};

/// The ladders of parallel tempering.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ladders {
    /// How many rungs they have.
    pub size: Size,
    /// Machines that the ladders go through before they reach the one that is sampled, those of its training in order.
    pub along: Vec<GivenMachine>,
}

/// How ladders of replicas did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tempered {
    /// Rungs from the independent units to the machine.
    pub temperatures: usize,
    /// Smallest mean probability of exchange between neighbours.
    pub exchange: f64,
    /// Round trips per ladder.
    pub round_trips: f64,
    /// ln Z of the machine.
    pub log_z: f64,
    /// Its standard error; `None` of one ladder.
    pub log_z_error: Option<f64>,
}

/// Round trips per ladder below which it may not have forgotten where it began.
const FEWEST_TRIPS: f64 = 10.0;

/// Steps between two looks at whether to go on.
const STEPS: usize = 16;

impl Tempered {
    /// Whether configurations came to the machine from independent units often enough.
    pub(super) fn is_sufficient(&self) -> bool {
        self.round_trips >= FEWEST_TRIPS
    }

    pub(super) const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "temperatures",
            "K",
            "rungs of the ladder, from independent units to the machine",
            "",
            |seen| seen.temperatures.into(),
        ),
        Field::new(
            "exchange_rate",
            "a_{min}",
            "smallest mean probability of exchange between neighbouring rungs",
            "a_k = ⟨min(1, exp(F_k(v) + F_{k+1}(v′) − F_k(v′) − F_{k+1}(v)))⟩",
            |seen| seen.exchange.into(),
        ),
        Field::new(
            "round_trips",
            "n_{trips}",
            "configurations that came from independent units up to the machine, per chain; 10 are needed",
            "",
            |seen| seen.round_trips.into(),
        ),
        Field::one(words::LOG_Z, |seen| seen.log_z.into()),
        Field::new(
            "log_z_error",
            "σ_{ln Z}",
            "standard error of ln Z by the spread of the chains",
            "σ² = Var_l x_l/C, x_l = Σ_k (a_kl/⟨a_k⟩ − b_kl/⟨b_k⟩) with Bennett's means a and b",
            |seen| seen.log_z_error.into(),
        ),
    ];
}

impl Ladders {
    /// The path to the machine.
    fn path(&self, machine: &Rbm) -> Result<Path> {
        if self.along.is_empty() {
            return Ok(Path::to(machine.clone()));
        }
        let earlier = self.along.iter().map(GivenMachine::in_simulator);
        let mut machines: Vec<Rbm> = earlier.collect::<Result<_>>()?;
        machines.push(machine.clone());
        Path::through(machines).context("--along")
    }
}

impl Gibbs {
    /// Lets the ladders move.
    pub(super) fn temper(
        &self,
        machine: &Rbm,
        recorder: &Recorder,
        monitor: &Monitor<'_>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Seen> {
        let path = self.ladders.path(machine)?;
        let mut tempering = Tempering::new(&path, self.chains(), self.ladders.size, rng)?;
        self.settle(&mut tempering, monitor)?;
        let blocks = tempering.blocks();
        let mut seen: Vec<Recorder> = blocks.iter().map(|&c| recorder.of(c)).collect();
        let mut counted = 0;
        while counted < self.steps {
            let some = STEPS.min(usize::try_from(self.steps - counted).unwrap_or(STEPS));
            tempering.advance(some, &mut seen, |seen, step, last| {
                let step = counted + step as u64 + 1;
                if seen.wants(step) {
                    let last = last();
                    let energies = || Ok(last.energies());
                    let recorded = seen.record(step, energies, last.visible(), last.hidden());
                    recorded.expect("energies of ladders are known");
                }
            });
            counted += some as u64;
            (monitor.progress)(self.burn_in + counted, self.burn_in + self.steps);
            monitor.check()?;
        }
        let ladder = self.ladder(&tempering);
        let last = ladder.last().context("a ladder has two rungs or more")?;
        let exchanges = ladder.iter().filter_map(|row| row.exchange);
        Ok(Seen {
            tempered: Some(Tempered {
                temperatures: ladder.len(),
                exchange: exchanges.fold(1.0, f64::min),
                round_trips: tempering.round_trips(),
                log_z: last.log_z,
                log_z_error: last.log_z_error,
            }),
            visible: interleaved(&blocks, &seen, machine.visible().units()),
            series: Observer::joined(seen.into_iter().map(|block| block.observer)),
            ladder,
        })
    }

    /// The burn-in, in which the rungs find their places.
    fn settle(&self, tempering: &mut Tempering<'_>, monitor: &Monitor<'_>) -> Result<()> {
        let total = self.burn_in.saturating_add(self.steps);
        let mut done = 0;
        for (steps, then) in rounds(usize::try_from(self.burn_in)?) {
            for first in (0..steps).step_by(STEPS) {
                let some = STEPS.min(steps - first);
                tempering.sweep(some);
                done += some as u64;
                (monitor.progress)(done, total);
                monitor.check()?;
            }
            tempering.adapt(then);
        }
        Ok(())
    }

    /// The rungs of a ladder.
    fn ladder(&self, tempering: &Tempering<'_>) -> Vec<Row> {
        let names = self
            .ladders
            .along
            .iter()
            .map(|machine| machine.name.clone());
        let names: Vec<String> = names.chain([self.machine.name.clone()]).collect();
        let name = |position: f64| {
            let index = (1_u32..).zip(&names);
            let mut found = index.filter(|(j, _)| (position - f64::from(*j)).abs() <= 0.0);
            found.next().map(|(_, name)| name.clone())
        };
        let rungs = tempering.rungs().into_iter().enumerate();
        let row = |(rung, found): (usize, saddlepoint_simulator::tempering::Rung)| Row {
            rung,
            position: found.position,
            machine: name(found.position),
            exchange: found.exchange,
            log_z: found.log_partition,
            log_z_error: found.standard_error,
        };
        rungs.map(row).collect()
    }
}

/// Recorded units chain by chain at each record, of records that blocks of chains kept one after another.
fn interleaved(blocks: &[usize], seen: &[Recorder], units: usize) -> Vec<f64> {
    let records = seen[0].visible.len() / (units * blocks[0]);
    let record = |r: usize| {
        let parts = blocks.iter().zip(seen);
        parts.flat_map(move |(chains, block)| {
            let length = units * chains;
            &block.visible[r * length..(r + 1) * length]
        })
    };
    (0..records).flat_map(record).copied().collect()
}

/// One rung of the ladders.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the rung from 0, the independent units.
    pub rung: usize,
    /// Position on the path from 0; each whole number is a machine.
    pub position: f64,
    /// Name of the machine, if it is one that was given.
    pub machine: Option<String>,
    /// Mean probability of exchange with the next rung.
    pub exchange: Option<f64>,
    /// ln Z.
    pub log_z: f64,
    /// Its standard error; `None` of one ladder.
    pub log_z_error: Option<f64>,
}

/// Mean probability of exchange below which ladders hardly pass.
const LEAST_RATE: f64 = 0.05;

impl Record for Row {
    const NAME: &'static str = "ladder";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new(
            "rung",
            "k",
            "number of the rung, from the independent units 0 up",
            "",
            |row| row.rung.into(),
        ),
        Field::new(
            "position",
            "t",
            "position on the path: weights are scaled by t up to the first machine, t = 1, and go in a straight line from each machine to the next",
            "F_t = −((1 − t) b⁰ + t b)·v + Σ_i U(v_i) − Σ_μ φ(t I_μ(v)), 0 ≤ t ≤ 1",
            |row| row.position.into(),
        ),
        Field::new(
            "machine",
            "machine",
            "file of the machine; empty between two of them",
            "",
            |row| row.machine.clone().into(),
        ),
        Field::new(
            "exchange_rate",
            "a_k",
            "mean probability of exchange with the next rung; empty for the last",
            "a_k = ⟨min(1, exp(F_k(v) + F_{k+1}(v′) − F_k(v′) − F_{k+1}(v)))⟩",
            |row| row.exchange.into(),
        ),
        Field::one(words::LOG_Z, |row| row.log_z.into()),
        Field::new(
            "log_z_error",
            "σ_{ln Z}",
            "standard error of ln Z by the spread of the chains",
            "σ² = Var_l x_l/C, x_l = Σ_k (a_kl/⟨a_k⟩ − b_kl/⟨b_k⟩) with Bennett's means a and b",
            |row| row.log_z_error.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["position"],
            scale: Scale::Linear,
            panels: &[
                Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("exchange_rate", "")],
                    ..Panel::EMPTY
                },
                Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("log_z", "log_z_error")],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        let is_low = self.exchange.is_some_and(|rate| rate < LEAST_RATE);
        is_low.then_some(Shortfall {
            what: "exchange_rate is below 0.05: ladders hardly pass",
            remedy: "raise --burn-in, in which rungs find their places, or --temperatures",
        })
    }
}
