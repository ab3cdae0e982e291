//! Block Gibbs sampling of RBMs with several modes, against the states that recall one of them or several at once.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::ensemble::{
    Components, Ensemble as Machines, Observed, Schedule, Start,
};
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, State};

use super::ensemble::{samples_at, sizes};
use super::own::{UNITS, numbers, product, words};
use super::rbm_phases::{ENERGY, component};
use crate::comparison::{as_float, mean};
use crate::error::{Error, Result};
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{
    Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, REPLICA_SYMMETRY_BROKEN, Row,
};

/// Why rows are shown and not judged where the theory's state would take up a mode or drop one.
const NO_MINIMUM: &str = "no-minimum";
/// Why rows are shown and not judged where the theory has no state that recalls the modes along which chains begin.
const NOT_RECALLED: &str = "not-recalled";

/// Fewest sweeps before anything is recorded; the slowest of the judged ensembles forgets its start in twenty.
const BURN_IN: usize = 80;

/// Chains of one machine: their pairs give the overlaps.
const CHAINS: usize = 4;

/// An ensemble of machines without their size, and the modes along which chains begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Model {
    /// Singular value of the first mode, and of each further one.
    w: [f64; 2],
    modes: usize,
    /// How many modes, from the first, the chains begin along.
    recalled: usize,
    sigma: f64,
    kappa: f64,
    components: Components,
}

/// Gaussian components, of which the stronger mode alone is recalled; heavier tails, with both at once. Three modes come near their limit beyond
/// the sizes of the presets only: their random overlaps lower the energy by a tenth at 100 units.
const MODELS: [Model; 3] = [
    model([2.0, 1.4], [2, 1], [0.5, 1.0], Components::Gaussian),
    model([2.5, 2.3], [2, 2], [0.5, 1.0], Components::Laplace),
    model(
        [2.2, 2.0],
        [2, 2],
        [0.4, 0.5],
        Components::Sparse { density: 0.2 },
    ),
];

/// Two modes at once on the glassy side of the line of de Almeida & Thouless.
const GLASSY: Model = model([2.5, 2.4], [2, 2], [2.0, 1.0], Components::Laplace);

const fn model(
    w: [f64; 2],
    [modes, recalled]: [usize; 2],
    [sigma, kappa]: [f64; 2],
    components: Components,
) -> Model {
    Model {
        w,
        modes,
        recalled,
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

    /// Singular values of all modes.
    fn strengths(&self) -> Vec<f64> {
        let [first, further] = self.w;
        (0..self.modes)
            .map(|a| if a == 0 { first } else { further })
            .collect()
    }

    /// The state that recalls some modes, or one that recalls fewer, and its values.
    fn theory(&self, law: ComponentLaw, recalled: usize) -> Result<(State, Vec<f64>)> {
        let modes: Vec<_> = self.strengths().into_iter().map(|w| (w, law)).collect();
        let ensemble = Ensemble::new(self.sigma, self.kappa, &modes)?;
        let set: Vec<usize> = (0..recalled).collect();
        let state = ensemble.recall(&set)?;
        let state = state.unwrap_or_else(|| ensemble.disordered());
        let values = self.values(&ensemble, &state);
        Ok((state, values))
    }

    /// What a theory says that ignores the kurtosis: Gaussian components, one mode alone, where several are recalled; where one is, two of equal
    /// strength with Laplace's heavy tails.
    fn wrong(&self) -> Result<Vec<f64>> {
        let (law, recalled, w) = if self.recalled > 1 {
            (ComponentLaw::Gaussian, 1, self.w)
        } else {
            (ComponentLaw::Laplace, self.modes, [self.w[0]; 2])
        };
        let values = Self { w, ..*self }.theory(law, recalled)?.1;
        Ok(values)
    }

    /// The values of a state in the order of [`observables`](Self::observables).
    fn values(&self, ensemble: &Ensemble, state: &State) -> Vec<f64> {
        let of_mode = |a: usize| {
            let power = self.power(a);
            [
                state.m_visible[a].powi(power),
                state.m_hidden[a].powi(power),
            ]
        };
        let modes = (0..self.modes).flat_map(of_mode);
        modes
            .chain([state.q_visible, state.q_hidden, ensemble.energy(state)])
            .collect()
    }

    /// Magnetizations along a mode that is not recalled are squared: their mean is 0 by symmetry, whatever happens.
    fn power(&self, mode: usize) -> i32 {
        if mode < self.recalled { 1 } else { 2 }
    }

    /// What is compared, in the order of the values of a replica, and the mode that it belongs to.
    fn observables(&self) -> Vec<(&'static str, Option<usize>)> {
        let of_mode = |a: usize| {
            let names = if self.power(a) == 1 {
                ["magnetization_visible", "magnetization_hidden"]
            } else {
                [
                    "magnetization_visible_squared",
                    "magnetization_hidden_squared",
                ]
            };
            names.map(|name| (name, Some(a)))
        };
        let of_all = ["overlap_visible", "overlap_hidden", "energy"];
        let modes = (0..self.modes).flat_map(of_mode);
        modes.chain(of_all.map(|name| (name, None))).collect()
    }

    fn parameters(&self, experiment: &'static str, state: &State) -> Parameters {
        let unjudged = match (state.is_stable(), state.is_minimum()) {
            _ if state.recalled().count() < self.recalled => Some(NOT_RECALLED),
            (false, _) => Some(REPLICA_SYMMETRY_BROKEN),
            (true, false) => Some(NO_MINIMUM),
            (true, true) => None,
        };
        Parameters {
            experiment,
            data: "rbm-ensemble",
            law: Some(self.law().name()),
            w: Some(self.w[0]),
            x: Some(Argument::new("further_w", self.w[1])),
            sigma: Some(self.sigma),
            kappa: Some(self.kappa),
            unjudged,
            ..Parameters::default()
        }
    }
}

/// Order parameters of RBMs with several modes and noise, from chains that begin along one mode or along several together.
///
/// Magnetizations along each mode, overlaps of pairs of chains in one machine and the energy are averaged over machines and
/// extrapolated in 1/N and 1/N². The control ignores the kurtosis: the theory of Gaussian components where several modes are recalled, and of heavy
/// tails where one is.
///
/// # References
/// Decelle, Fissore & Furtlehner, J. Stat. Phys. 172, 1576 (2018); mixtures: Amit, Gutfreund & Sompolinsky, Phys. Rev. A 32, 1007 (1985).
#[derive(Debug, Clone, Copy)]
pub struct SeveralModes;

/// One ensemble at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    model: Model,
    units: usize,
    sweeps: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["law", "mode", "w", "x", "sigma", "kappa"],
    panels: &[
        Panel {
            show: Some((
                "observable",
                &[
                    "magnetization_visible",
                    "magnetization_hidden",
                    "magnetization_visible_squared",
                    "overlap_visible",
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
    numbers("w", [0.01, 10.0], "Singular value of the first mode", "2"),
    numbers(
        "further-w",
        [0.01, 10.0],
        "Singular value of each further mode",
        "1.9",
    ),
    Parameter {
        name: "modes",
        domain: Domain::Counts { least: 1, most: 6 },
        meaning: "Number of modes",
        default: "2",
    },
    Parameter {
        name: "recalled",
        domain: Domain::Counts { least: 1, most: 6 },
        meaning: "Modes from the first on along which chains begin, at most all",
        default: "2",
    },
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
        "Law of the components of the modes, sparse with a fifth of them not 0",
        "laplace",
    ),
    Parameter {
        meaning: "Units of the smaller layer; extrapolated to infinitely many where there are enough of them",
        ..UNITS
    },
];

/// The largest number of modes with Laplace components.
const MOST_LAPLACE: usize = 3;

/// Sizes of the smaller layer at a preset.
fn layers(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[75, 150, 300, 600],
        &[100, 200, 400, 800],
        &[100, 200, 400, 800, 1600],
    )
}

/// Ensembles at all sizes of the smaller layer.
fn points(models: &[Model], layers: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    // The scatter is that of the machines: few sweeps will do, once the start is forgotten.
    let sweeps = preset.choose(60, 150, 400);
    let sizes = sizes(layers, preset.choose(400, 800, 6000), 1.0);
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

impl Experiment for SeveralModes {
    type Point = Point;

    fn name(&self) -> &'static str {
        "several-modes"
    }

    fn description(&self) -> &'static str {
        "Magnetizations along several modes, overlaps and energy of RBMs, by Gibbs sampling."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let mut models = MODELS.to_vec();
        if preset != Preset::Quick {
            models.push(GLASSY);
        }
        Ok(points(&models, layers(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut models = Vec::new();
        let defaults = [
            ("w", 2.0),
            ("further-w", 1.9),
            ("sigma", 0.5),
            ("kappa", 1.0),
        ];
        for law in asked.words("components", &["laplace"]) {
            for modes in asked.counts("modes", &[2]) {
                if law == "laplace" && modes > MOST_LAPLACE {
                    let domain = format!(
                        "at most {MOST_LAPLACE} with laplace components, whose averages take hours from 4 on"
                    );
                    return Err(Error::parameter("modes", modes, domain));
                }
                for recalled in asked.counts("recalled", &[2.min(modes)]) {
                    if recalled > modes {
                        return Err(Error::parameter(
                            "recalled",
                            recalled,
                            format!("at most the number of modes, {modes}"),
                        ));
                    }
                    let counts = [modes, recalled];
                    let at = |[first, further, sigma, kappa]: [f64; 4]| {
                        model([first, further], counts, [sigma, kappa], component(&law))
                    };
                    models.extend(product(asked, defaults).into_iter().map(at));
                }
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
        let model = &point.model;
        let machines = Machines {
            units: point.units,
            hidden_units: samples_at(model.kappa, point.units),
            strengths: model.strengths(),
            noise: model.sigma,
            components: model.components,
        };
        let schedule = Schedule {
            chains: CHAINS,
            burn_in: (point.sweeps / 2).max(BURN_IN),
            sweeps: point.sweeps,
        };
        let machine = machines.draw(random)?;
        let start = Start::Mixture {
            modes: model.recalled,
        };
        let observed = machine.observe(schedule, start, random)?;
        Ok(values(model, &observed))
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| a.point.model == b.point.model) {
            let model = sizes[0].point.model;
            let (state, theory) = model.theory(model.law(), model.recalled)?;
            let wrong = model.wrong()?;
            let shared = model.parameters(self.name(), &state);
            for (i, (observable, mode)) in model.observables().into_iter().enumerate() {
                let parameters = Parameters {
                    mode,
                    ..shared.clone()
                };
                let prediction = Prediction {
                    observable,
                    limit_observable: None,
                    theory: theory[i],
                    wrong: shared.unjudged.is_none().then_some(wrong[i]),
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

/// Means over chains, pairs of chains and time, in the order of [`Model::observables`].
///
/// Signs of modes are a symmetry: the sign of a magnetization is no observable.
fn values(model: &Model, observed: &Observed) -> Vec<f64> {
    let of_mode = |m: faer::MatRef<'_, f64>, a: usize| {
        let power = model.power(a);
        mean(
            m.row(a)
                .iter()
                .map(|m| m.abs().powi(power))
                .collect::<Vec<_>>(),
        )
    };
    let both = |a: usize| {
        [
            &observed.magnetizations_visible,
            &observed.magnetizations_hidden,
        ]
        .map(|m| of_mode(m.as_ref(), a))
    };
    let overlaps = |q: &[f64]| mean(q.iter().map(|q| q.abs()).collect::<Vec<_>>());
    let modes = (0..model.modes).flat_map(both);
    modes
        .chain([
            overlaps(&observed.overlaps_visible),
            overlaps(&observed.overlaps_hidden),
            mean(&observed.energies),
        ])
        .collect()
}
