//! ln Z of a given machine by several methods.

use super::{At, Machines};
use crate::questions::{Kind, Monitor, Outcome, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_simulator::log_partition::Annealing;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::stream;
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, MeanField, Modes, Unit, exact_log_partition, gaussian_log_partition,
    is_enumerable, naive_solutions, one_loop_log_partition, tap,
};

/// Effective chains below which annealing has not met the weights that carry its mean.
const FEWEST_CHAINS: f64 = 10.0;

/// ln Z by Gaussian pairs, naive mean field, its one-loop correction, TAP, enumeration where possible, and annealing.
#[derive(Debug, Clone)]
pub struct LogZ {
    /// The machine at several inverse temperatures.
    pub machines: Machines,
    /// Chains of annealing, at least 2.
    pub chains: u32,
    /// Temperatures between free units and the machine, at least 1.
    pub temperatures: u32,
    /// Seed of annealing.
    pub seed: u64,
}

/// ln Z by one method.
#[derive(Debug, Clone)]
pub struct Row {
    /// Kinds of units and inverse temperature of the machine.
    pub at: At,
    /// `gaussian`, `naive`, `one-loop`, `tap`, `exact` or `ais`.
    pub method: &'static str,
    /// ln Z; `None` where the method cannot give it.
    pub log_z: Option<f64>,
    /// Accuracy of annealed importance sampling; `None` for other methods.
    pub annealed: Option<Annealed>,
    /// How the solver ended, where there is one.
    pub outcome: Option<Outcome>,
}

/// Accuracy of annealed importance sampling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annealed {
    /// Standard error of ln Z.
    pub standard_error: f64,
    /// Effective number of chains behind it.
    pub effective_chains: f64,
    /// Number of chains.
    pub chains: u32,
}

const ANNEALED: &[Field<Annealed>] = &[
    Field::one(words::STANDARD_ERROR, |found| found.standard_error.into()),
    Field::new(
        "effective_chains",
        "C_{eff}",
        "effective number of chains of annealing: below ten, the error bar is a guess",
        "C_eff = (Σ w)²/Σ w²",
        |found| found.effective_chains.into(),
    ),
];

/// The line of a method.
const fn method(method: &'static str, name: &'static str) -> Curve {
    Curve {
        only: Some(("method", method)),
        name,
        ..Curve::line("log_z")
    }
}

impl Record for Row {
    const NAME: &'static str = "landau-log-z";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.at), At::FIELDS)),
        Field::one(words::METHOD, |row| row.method.into()),
        Field::one(words::LOG_Z, |row| row.log_z.into()),
        Field::group(&lift(|row: &Row| row.annealed.as_ref(), ANNEALED)),
        Field::group(&lift(|row: &Row| row.outcome.as_ref(), Outcome::FIELDS)),
    ];
    const FIGURE: Figure = Figure {
        views: &[
            View {
                x: &["scale"],
                panels: &[Panel {
                    curves: &[
                        method("gaussian", "Gaussian pairs"),
                        method("naive", "naive mean field"),
                        method("one-loop", "one loop"),
                        method("tap", "TAP"),
                        method("exact", "exact"),
                        Curve::points("log_z", "standard_error")
                            .only("method", "ais")
                            .named("annealing"),
                    ],
                    ..Panel::EMPTY
                }],
                ..View::EMPTY
            },
            View {
                x: &["method"],
                panels: &[Panel {
                    scale: Scale::Linear,
                    curves: &[Curve::points("log_z", "standard_error")],
                    ..Panel::EMPTY
                }],
                ..View::EMPTY
            },
        ],
    };

    fn shortfall(&self) -> Option<Shortfall> {
        let few = self.annealed.filter(|found| {
            found.effective_chains < FEWEST_CHAINS.min(0.5 * f64::from(found.chains))
        });
        let few = few.map(|_| Shortfall {
            what: "effective_chains is below 10",
            remedy: "raise --temperatures or --chains",
        });
        let unsolved = self
            .outcome
            .and_then(|outcome| outcome.shortfall("its log_z is not a solution: lower --scale"));
        few.or(unsolved).or_else(|| self.at.shortfall())
    }
}

impl Question for LogZ {
    type Row = Row;

    /// Over the inverse temperatures, and the methods.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let mut index = 0;
        self.machines.visit(monitor, |at, machine, landscape| {
            solved(at, machine, landscape)?
                .into_iter()
                .try_for_each(&mut *row)?;
            monitor.check()?;
            row(self.annealed(at, machine, index)?)?;
            index += 1;
            Ok(())
        })
    }
}

/// The methods of the theory.
fn solved(at: At, machine: &Machine, landscape: &Landscape) -> Result<Vec<Row>> {
    let solutions = naive_solutions(machine, landscape)?;
    let second = tap(machine, &solutions)?;
    let gaussian = gaussian_log_partition(machine, &Modes::new(machine.weights())?);
    let one_loop = one_loop_log_partition(machine, &solutions)?;
    let exact = is_enumerable(machine).then(|| exact_log_partition(machine));
    let row = |method, log_z| Row {
        at,
        method,
        log_z,
        annealed: None,
        outcome: None,
    };
    let solution = |method, found: &MeanField| Row {
        outcome: Some(Outcome::new(found.stop, found.iterations, found.residual)),
        ..row(method, Some(found.log_partition))
    };
    Ok(vec![
        row("gaussian", gaussian),
        solution("naive", &solutions[0]),
        row("one-loop", one_loop),
        solution("tap", &second),
        row("exact", exact.transpose()?),
    ])
}

impl LogZ {
    /// Annealing from free units to the machine.
    fn annealed(&self, at: At, machine: &Machine, index: u64) -> Result<Row> {
        let machine = simulated(machine)?;
        let mut random = stream(self.seed, "landau log-z", index);
        let annealing = Annealing::linear(usize::try_from(self.temperatures)?)?;
        let found = annealing
            .forward(&machine, usize::try_from(self.chains)?, &mut random)?
            .log_partition()
            .context("--log-z: annealing")?;
        Ok(Row {
            at,
            method: "ais",
            log_z: Some(found.value),
            annealed: Some(Annealed {
                standard_error: found.standard_error,
                effective_chains: found.effective_chains,
                chains: self.chains,
            }),
            outcome: None,
        })
    }
}

/// The same machine for the simulator.
fn simulated(machine: &Machine) -> Result<Rbm> {
    let layer = |unit: Unit, biases: &[f64]| Kind::from(unit).layer(biases.to_vec());
    Ok(Rbm::new(
        machine.weights().clone(),
        layer(machine.visible(), machine.visible_bias())?,
        layer(machine.hidden(), machine.hidden_bias())?,
    )?)
}
