//! Block Gibbs sampling of RBMs with a given singular value, against their replica-symmetric phases.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::ensemble::{
    Components, Ensemble as Machines, Observed, Schedule, Start,
};
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, State};

use super::ensemble::{samples_at, sizes};
use super::own::{UNITS, numbers, product, words};
use crate::comparison::{as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{
    AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
};

/// Factor by which the singular value is wrong in the controls: it moves magnetizations by a few per cent.
const WRONG_W: f64 = 1.15;

/// Fewest sweeps before anything is recorded; the slowest of the judged ensembles forgets its start in ten.
const BURN_IN: usize = 40;

/// Chains of one machine: their pairs give the overlaps.
const CHAINS: usize = 4;

/// What is compared, in the order of the values of a replica.
const OBSERVABLES: [&str; 5] = [
    "magnetization_visible",
    "magnetization_hidden",
    "overlap_visible",
    "overlap_hidden",
    "energy",
];

/// An ensemble of machines without their size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Model {
    w: f64,
    sigma: f64,
    kappa: f64,
    components: Components,
}

/// Recalled states with all laws of the components, where replica symmetry holds; the last is on the glassy side of the line of
/// de Almeida & Thouless.
const MODELS: [Model; 6] = [
    model(1.5, 0.5, 0.5, Components::Gaussian),
    model(2.0, 0.8, 2.0, Components::Gaussian),
    model(1.5, 0.5, 0.5, Components::Rademacher),
    model(1.5, 0.5, 1.0, Components::Laplace),
    model(1.6, 0.3, 1.0, Components::Sparse { density: 0.2 }),
    model(1.7, 1.5, 1.0, Components::Gaussian),
];

const fn model(w: f64, sigma: f64, kappa: f64, components: Components) -> Model {
    Model {
        w,
        sigma,
        kappa,
        components,
    }
}

impl Model {
    fn law(&self) -> ComponentLaw {
        match self.components {
            Components::Gaussian => ComponentLaw::Gaussian,
            Components::Rademacher => ComponentLaw::Rademacher,
            Components::Laplace => ComponentLaw::Laplace,
            Components::Sparse { density } => ComponentLaw::Sparse { density },
        }
    }

    /// The recalled state at `factor` times the singular value, and its order parameters in the order of [`OBSERVABLES`].
    fn theory(&self, factor: f64) -> Result<(State, [f64; 5])> {
        let modes = [(factor * self.w, self.law())];
        let ensemble = Ensemble::new(self.sigma, self.kappa, &modes)?;
        let state = ensemble.equilibrium()?;
        let values = [
            state.m_visible[0],
            state.m_hidden[0],
            state.q_visible,
            state.q_hidden,
            ensemble.energy(&state),
        ];
        Ok((state, values))
    }

    fn parameters(&self, experiment: &'static str, stable: bool) -> Parameters {
        Parameters {
            experiment,
            data: "rbm-ensemble",
            law: Some(self.law().name()),
            w: Some(self.w),
            sigma: Some(self.sigma),
            kappa: Some(self.kappa),
            unjudged: (!stable).then_some(REPLICA_SYMMETRY_BROKEN),
            ..Parameters::default()
        }
    }
}

/// Order parameters of RBMs with one mode and noise, from chains that begin along the mode.
///
/// Magnetizations along the mode, overlaps of pairs of chains in one machine and the energy are averaged over machines and
/// extrapolated in 1/N. Where replica symmetry is broken in the theory's state the rows are shown and not judged.
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); J. Stat. Phys. 172, 1576 (2018).
#[derive(Debug, Clone, Copy)]
pub struct RbmPhases;

/// One ensemble at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    model: Model,
    units: usize,
    sweeps: usize,
}

/// Energies of machines of spins.
pub(super) const ENERGY: Panel = Panel {
    label: "energy per visible unit  E/N",
    show: Some(("observable", &["energy"])),
    ..COMPARED
};

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["w", "law", "sigma", "kappa"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &[
                    "magnetization_visible",
                    "magnetization_hidden",
                    "overlap_visible",
                    "overlap_hidden",
                ],
            )),
            ..COMPARED
        },
        ENERGY,
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    numbers("w", [0.01, 10.0], "Singular value of the mode", "1.5"),
    numbers(
        "sigma",
        [0.0, 10.0],
        "Standard deviation of the noise in the weights",
        "0.5",
    ),
    numbers("kappa", [0.05, 20.0], "Hidden units per visible unit", "1"),
    words(
        "components",
        &["gaussian", "rademacher", "laplace", "sparse"],
        "Law of the components of the mode, sparse with a fifth of them not 0",
        "gaussian",
    ),
    Parameter {
        meaning: "Units of the smaller layer; extrapolated to infinitely many where there are enough of them",
        ..UNITS
    },
];

/// The law of this name.
pub(super) fn component(name: &str) -> Components {
    match name {
        "rademacher" => Components::Rademacher,
        "laplace" => Components::Laplace,
        "sparse" => Components::Sparse { density: 0.2 },
        _ => Components::Gaussian,
    }
}

/// Sizes of the smaller layer at a preset.
fn layers(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[100, 200, 400],
        &[100, 200, 400, 800],
        &[100, 200, 400, 800, 1600],
    )
}

/// Ensembles at all sizes of the smaller layer.
fn points(models: &[Model], layers: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    // The scatter is that of the machines: few sweeps will do, once the start is forgotten.
    let sweeps = preset.choose(60, 150, 400);
    let sizes = sizes(layers, preset.choose(256, 800, 6000), 1.0);
    let at = |&model: &Model| {
        sizes.iter().map(move |&(size, replicas)| {
            let point = Point {
                model,
                units: samples_at(model.kappa.min(1.0).recip(), size),
                sweeps,
            };
            (point, replicas)
        })
    };
    models.iter().flat_map(at).collect()
}

impl Experiment for RbmPhases {
    type Point = Point;

    fn name(&self) -> &'static str {
        "rbm-phases"
    }

    fn description(&self) -> &'static str {
        "Magnetizations, overlaps and energy of RBMs with one mode and noise, by Gibbs sampling."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(&MODELS, layers(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut models = Vec::new();
        for law in asked.words("components", &["gaussian"]) {
            let law = component(&law);
            for [w, sigma, kappa] in product(asked, [("w", 1.5), ("sigma", 0.5), ("kappa", 1.0)]) {
                models.push(model(w, sigma, kappa, law));
            }
        }
        let layers = asked.counts("units", layers(asked.preset));
        Ok(points(&models, &layers, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let hidden = samples_at(point.model.kappa, point.units);
        as_float(point.units * hidden * point.sweeps)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let machines = Machines {
            units: point.units,
            hidden_units: samples_at(point.model.kappa, point.units),
            strengths: vec![point.model.w],
            noise: point.model.sigma,
            components: point.model.components,
        };
        let schedule = Schedule {
            chains: CHAINS,
            burn_in: (point.sweeps / 2).max(BURN_IN),
            sweeps: point.sweeps,
        };
        let machine = machines.draw(random)?;
        let observed = machine.observe(schedule, Start::Planted { mode: 0 }, random)?;
        Ok(values(&observed))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| a.point.model == b.point.model) {
            let model = sizes[0].point.model;
            let (state, theory) = model.theory(1.0)?;
            let (_, wrong) = model.theory(WRONG_W)?;
            let is_stable = state.is_stable();
            let parameters = model.parameters(self.name(), is_stable);
            for (i, observable) in OBSERVABLES.into_iter().enumerate() {
                let prediction = Prediction {
                    observable,
                    limit_observable: None,
                    theory: theory[i],
                    wrong: is_stable.then_some(wrong[i]),
                };
                let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
                let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
                let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
                rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
            }
        }
        Ok(rows)
    }
}

/// Means over chains, pairs of chains and time, in the order of [`OBSERVABLES`].
///
/// Chains of a small machine turn over once in a while, all spins together: the sign of the mode's magnetization is no observable.
fn values(observed: &Observed) -> Vec<f64> {
    let sizes = |m: faer::MatRef<'_, f64>| m.row(0).iter().map(|m| m.abs()).collect::<Vec<_>>();
    let overlaps = |q: &[f64]| q.iter().map(|q| q.abs()).collect::<Vec<_>>();
    vec![
        mean(sizes(observed.magnetizations_visible.as_ref())),
        mean(sizes(observed.magnetizations_hidden.as_ref())),
        mean(overlaps(&observed.overlaps_visible)),
        mean(overlaps(&observed.overlaps_hidden)),
        mean(&observed.energies),
    ]
}
