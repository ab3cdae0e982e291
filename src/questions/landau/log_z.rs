//! ln Z of a given machine by several methods.

use super::{At, Machines};
use crate::questions::{Kind, Monitor, Outcome, Question};
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, Shortfall, lift, vocabulary as words};
use anyhow::{Context, Result};
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::log_partition::{Annealing, Bracket, LogPartition};
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_simulator::stream;
use saddlepoint_theory::Error;
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, MeanField, Modes, Plefka, Unit, best_first, exact_log_partition,
    gaussian_log_partition, gaussian_next_term, is_enumerable, naive_solutions,
    one_loop_log_partition, other_solutions, tap,
};
use saddlepoint_theory::solver::Stop;

/// Effective chains below which annealing has not met the weights that carry its mean.
const FEWEST_CHAINS: f64 = 10.0;

/// Fraction of random starts that may lead to states of their own.
const FEW_UNSEEN: f64 = 0.1;

/// Nats below which what the next order adds is small: as much as two likelihoods per sample must differ by to tell machines apart.
const SMALL: f64 = 0.1;

/// ln Z by Gaussian pairs, naive mean field, its one-loop correction, TAP, enumeration where possible, and annealing forth and back.
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
    /// `gaussian`, `naive`, `one-loop`, `tap`, `exact`, `ais` or `reverse-ais`.
    pub method: &'static str,
    /// ln Z; `None` where the method cannot give it.
    pub log_z: Option<f64>,
    /// Accuracy of annealed importance sampling; `None` for other methods.
    pub annealed: Option<Annealed>,
    /// What the next order of the method's expansion adds; `None` for other methods.
    pub next_term: Option<f64>,
    /// Fraction of random starts that led to a state of their own; `None` for methods without states.
    pub unseen: Option<f64>,
    /// Whether the expansion of TAP converges; `None` for other methods.
    pub plefka: Option<Plefka>,
    /// How the solver ended, where there is one.
    pub outcome: Option<Outcome>,
}

impl Row {
    /// Whether the method's own condition holds; `None` where it gives no ln Z.
    fn is_valid(&self) -> Option<bool> {
        let is_converged = self
            .outcome
            .is_none_or(|outcome| outcome.stop == Some(Stop::Converged));
        let is_small = self.next_term.map(|term| term.abs() < SMALL);
        let holds = self.plefka.map(|plefka| plefka.holds());
        let is_met = self.annealed.map(|found| found.agrees);
        // Naive mean field at a saddle and pairs without a Gaussian law have no next term.
        let expands = matches!(self.method, "gaussian" | "naive" | "one-loop" | "tap");
        let is_complete = self.unseen.is_none_or(|share| share < FEW_UNSEEN);
        let own = holds.or(is_met).unwrap_or(true) && is_small.unwrap_or(!expands);
        self.log_z.map(|_| is_converged && is_complete && own)
    }
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
    /// Whether annealing forth and back say the same, by as much as they can know.
    pub agrees: bool,
}

impl Annealed {
    /// Whether so few chains carry the mean that its error is a guess.
    fn is_poor(&self) -> bool {
        self.effective_chains < FEWEST_CHAINS.min(0.5 * f64::from(self.chains))
    }
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
        Field::new(
            "valid",
            "valid",
            "whether the method's own condition holds",
            "|next term| < 0.1 and unseen < 0.1, tap: Plefka's value below 1 in a stable state besides; ais and reverse-ais: ten effective chains, and within three standard errors of each other; exact: always",
            |row| row.is_valid().into(),
        ),
        Field::in_nats(
            "next_term",
            "Δ",
            "what the next order of the expansion adds to ln Z",
            "gaussian: third and fourth cumulants of the units; naive: one loop about all states; one-loop: two loops; tap: third order, rings of weights, and what the other states add in one loop",
            |row| row.next_term.into(),
        ),
        Field::new(
            "unseen",
            "f_{1}/n",
            "fraction of random starts of mean field that led to a state of their own",
            "the chance that one more start finds a state that is missing",
            |row| row.unseen.into(),
        ),
        Field::new(
            "plefka",
            "σ_{1}",
            "what the expansion of TAP needs below 1",
            "largest singular value of V(m_i) W_ij² V(n_j), V the variances at the means",
            |row| row.plefka.map(|plefka| plefka.largest).into(),
        ),
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
        let few = self.annealed.filter(Annealed::is_poor);
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
            let machine = simulated(machine)?;
            let bracket = Bracket {
                forward: self.annealed(&machine, index)?,
                reverse: self.annealed_back(&machine, index, monitor)?,
            };
            let agrees = bracket.agrees(usize::try_from(self.chains)?);
            row(self.row(at, "ais", bracket.forward, agrees))?;
            row(self.row(at, "reverse-ais", bracket.reverse, agrees))?;
            index += 1;
            Ok(())
        })
    }
}

/// The methods of the theory.
fn solved(at: At, machine: &Machine, landscape: &Landscape) -> Result<Vec<Row>> {
    let mut solutions = naive_solutions(machine, landscape)?;
    let others = other_solutions(machine, &solutions)?;
    solutions.extend(others.found);
    best_first(&mut solutions);
    let second = second_order(machine, &solutions)?;
    let modes = Modes::new(machine.weights())?;
    let one_loop = one_loop_log_partition(machine, &solutions)?;
    let naive = &solutions[0];
    let alone = one_loop_log_partition(machine, &solutions[..1])?;
    let total = one_loop.map(|found| found.log_partition);
    let beyond = |one: f64| total.map(|total| total - one);
    let exact = is_enumerable(machine).then(|| exact_log_partition(machine));
    let row = |method, log_z| Row {
        at,
        method,
        log_z,
        annealed: None,
        next_term: None,
        plefka: None,
        unseen: None,
        outcome: None,
    };
    let state = |method, log_z| Row {
        unseen: Some(others.unseen),
        ..row(method, log_z)
    };
    let solution = |method, found: &MeanField| Row {
        outcome: Some(Outcome::new(found.stop, found.iterations, found.residual)),
        ..state(method, Some(found.log_partition))
    };
    Ok(vec![
        Row {
            next_term: gaussian_next_term(machine, &modes),
            ..row("gaussian", gaussian_log_partition(machine, &modes))
        },
        Row {
            next_term: beyond(naive.log_partition),
            ..solution("naive", naive)
        },
        Row {
            next_term: one_loop.map(|found| found.next_term),
            ..state("one-loop", one_loop.map(|found| found.log_partition))
        },
        second.map_or(row("tap", None), |(found, plefka)| Row {
            next_term: plefka
                .and_then(|plefka| plefka.next_term)
                .zip(alone.and_then(|alone| beyond(alone.log_partition)))
                .map(|(own, others)| own + others),
            plefka,
            ..solution("tap", &found)
        }),
        row("exact", exact.transpose()?),
    ])
}

/// TAP; `None` for units whose variance is no closed function of the mean.
fn second_order(
    machine: &Machine,
    starts: &[MeanField],
) -> Result<Option<(MeanField, Option<Plefka>)>> {
    match tap(machine, starts) {
        Err(Error::Unit { .. }) => Ok(None),
        found => Ok(Some(found?)),
    }
}

impl LogZ {
    /// Annealing from free units to the machine.
    fn annealed(&self, machine: &Rbm, index: u64) -> Result<LogPartition> {
        let mut random = stream(self.seed, "landau log-z", index);
        let annealing = Annealing::linear(usize::try_from(self.temperatures)?)?;
        annealing
            .forward(machine, usize::try_from(self.chains)?, &mut random)?
            .log_partition()
            .context("--log-z: annealing")
    }

    /// Annealing back to free units, from chains that have done as many sweeps of the machine as there are temperatures.
    fn annealed_back(
        &self,
        machine: &Rbm,
        index: u64,
        monitor: &Monitor<'_>,
    ) -> Result<LogPartition> {
        let mut random = stream(self.seed, "landau log-z back", index);
        let annealing = Annealing::linear(usize::try_from(self.temperatures)?)?;
        let chains = usize::try_from(self.chains)?;
        let mut chains = Chains::dispersed(machine, chains, &mut random)?;
        for _ in 0..self.temperatures {
            monitor.check()?;
            chains.sweep(&mut random);
        }
        annealing
            .reverse(machine, chains.visible().to_owned(), &mut random)?
            .log_partition()
            .context("--log-z: annealing back")
    }

    fn row(&self, at: At, method: &'static str, found: LogPartition, agrees: bool) -> Row {
        Row {
            at,
            method,
            log_z: Some(found.value),
            annealed: Some(Annealed {
                standard_error: found.standard_error,
                effective_chains: found.effective_chains,
                chains: self.chains,
                agrees,
            }),
            next_term: None,
            plefka: None,
            unseen: None,
            outcome: None,
        }
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
