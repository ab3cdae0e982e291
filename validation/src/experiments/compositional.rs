//! Block Gibbs sampling of machines of random sparse weights that recall several patterns at once.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit as Simulated;
use saddlepoint_simulator::patterns::{Schedule, SparsePatterns};
use saddlepoint_theory::replica::patterns::{Patterns, State};
use saddlepoint_theory::units::Unit;

use super::ensemble::{samples_at, sizes};
use super::own::{UNITS, words};
use crate::comparison::as_float;
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, AtSize, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Why there is nothing to compare with.
const NO_STATE: saddlepoint_theory::Error = saddlepoint_theory::Error::NotFinite {
    name: "the state of the recalled patterns",
};

/// Chains of one machine: their pairs give the overlaps.
const CHAINS: usize = 4;

/// Machines that are drawn again, at most, where the chains have left the state: a pattern was lost, or a further one was found.
const MOST_REDRAWN: usize = 20;

/// What is compared, in the order of the values of a replica.
const OBSERVABLES: [&str; 4] = [
    "magnetization_hidden",
    "activity_visible",
    "overlap_visible",
    "overlap_hidden",
];

/// An ensemble of machines without their size, and the state that chains begin in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Model {
    name: &'static str,
    alpha: f64,
    density: f64,
    scale: f64,
    visible: Simulated,
    hidden: Simulated,
    field: f64,
    threshold: f64,
    recalled: usize,
}

/// Machines whose replica-symmetric states are stable.
const MODELS: [Model; 4] = [
    Model {
        name: "sparse",
        alpha: 0.1,
        density: 0.1,
        scale: 6.6,
        visible: Simulated::Binary,
        hidden: Simulated::Rectified,
        field: -6.0,
        threshold: 12.0,
        recalled: 4,
    },
    Model {
        name: "medium",
        alpha: 0.1,
        density: 0.3,
        scale: 5.4,
        visible: Simulated::Binary,
        hidden: Simulated::Rectified,
        field: -6.0,
        threshold: 8.0,
        recalled: 2,
    },
    Model {
        name: "dense",
        alpha: 0.1,
        density: 1.0,
        scale: 1.8,
        visible: Simulated::Spin,
        hidden: Simulated::Rectified,
        field: 0.0,
        threshold: 1.0,
        recalled: 1,
    },
    Model {
        name: "nearly-dense",
        alpha: 0.05,
        density: 0.95,
        scale: 1.7,
        visible: Simulated::Spin,
        hidden: Simulated::Gaussian,
        field: 0.0,
        threshold: 0.0,
        recalled: 1,
    },
];

impl Model {
    fn theory(&self) -> Patterns {
        let kind = |unit| match unit {
            Simulated::Binary => Unit::Binary,
            Simulated::Gaussian => Unit::Gaussian,
            Simulated::Rectified => Unit::Rectified,
            _ => Unit::Spin,
        };
        Patterns {
            alpha: self.alpha,
            density: self.density,
            scale: self.scale,
            visible: kind(self.visible),
            hidden: kind(self.hidden),
            field: self.field,
            threshold: self.threshold,
        }
    }

    /// What theories show that must be refused, as far as they have a state: one more pattern, another density of weights of this
    /// variance, and stronger weights.
    fn wrong(&self) -> Result<[Option<[f64; 4]>; 3]> {
        let (right, recalled) = (self.theory(), self.recalled);
        let other = Patterns {
            density: if self.density < 0.5 { 1.0 } else { 0.7 },
            ..right
        };
        let stronger = Patterns {
            scale: 1.5 * self.scale,
            ..right
        };
        let of = |theory: Patterns, recalled: usize| -> Result<_> {
            let states = theory.states_of(recalled)?;
            Ok(states.first().map(values))
        };
        Ok([
            of(right, recalled + 1)?,
            of(other, recalled)?,
            of(stronger, recalled)?,
        ])
    }

    fn parameters(&self, experiment: &'static str) -> Parameters {
        Parameters {
            experiment,
            data: self.name,
            law: Some(match self.hidden {
                Simulated::Gaussian => "gaussian",
                _ => "relu",
            }),
            x: Some(Argument::new("recalled", as_float(self.recalled))),
            kappa: Some(self.alpha),
            ..Parameters::default()
        }
    }
}

/// Order parameters of machines of random sparse weights, from chains that begin at L patterns.
///
/// The strength of the L hidden units, the activity and the overlap of pairs of chains of the visible units and that of the other
/// hidden ones are averaged over machines and extrapolated in 1/N. Controls are the state of one more pattern, machines of another
/// density with the same variance of the weights, and stronger weights. A state of L patterns is metastable: in small machines chains lose a
/// pattern or find a further one. Such machines are drawn again; for N → ∞ there are none.
///
/// # References
/// Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017).
#[derive(Debug, Clone, Copy)]
pub struct Compositional;

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
    keys: &["data", "law"],
    panels: &[Panel {
        show: Some(("observable", &OBSERVABLES)),
        ..COMPARED
    }],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "model",
        &["sparse", "medium", "dense", "nearly-dense"],
        "Which of the ensembles, as `phase --model patterns` asks for it: sparse (--alpha 0.1 --density 0.1 --scale 6.6 --visible binary --visible-field -6 --threshold 12, 4 patterns), \
         medium (0.1, 0.3, 5.4, -6, 8, 2 patterns), dense (0.1, 1, 1.8, spin, 0, 1, one), all of relu units, or nearly-dense (0.05, 0.95, 1.7, spin, gaussian, 0, 0, one)",
        "sparse",
    ),
    UNITS,
];

/// Numbers of visible units at a preset.
fn units(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[400, 800, 1600],
        &[400, 800, 1600, 3200],
        &[400, 800, 1600, 3200, 6400],
    )
}

/// Ensembles at all sizes.
fn points(models: &[Model], units: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    // The scatter is that of the machines: few sweeps will do, once the start is forgotten.
    let sweeps = preset.choose(40, 100, 300);
    let sizes = sizes(units, preset.choose(80, 400, 2000), 0.5);
    let at = |&model: &Model| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                model,
                units,
                sweeps,
            };
            (point, replicas)
        })
    };
    models.iter().flat_map(at).collect()
}

impl Experiment for Compositional {
    type Point = Point;

    fn name(&self) -> &'static str {
        "compositional"
    }

    fn description(&self) -> &'static str {
        "Machines of random sparse weights that recall several patterns at once, by Gibbs sampling."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        Ok(points(&MODELS, units(preset), preset))
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let names = asked.words("model", &["sparse"]);
        let is_asked = |model: &&Model| names.iter().any(|name| name == model.name);
        let models: Vec<Model> = MODELS.iter().filter(is_asked).copied().collect();
        let units = asked.counts("units", units(asked.preset));
        Ok(points(&models, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        let hidden = samples_at(point.model.alpha, point.units);
        as_float(point.units * hidden * point.sweeps)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let model = &point.model;
        let ensemble = SparsePatterns {
            units: point.units,
            hidden_units: samples_at(model.alpha, point.units),
            recalled: model.recalled,
            density: model.density,
            scale: model.scale,
            visible: model.visible,
            hidden: model.hidden,
            field: model.field,
            threshold: model.threshold,
        };
        let schedule = Schedule {
            chains: CHAINS,
            burn_in: point.sweeps,
            sweeps: point.sweeps,
        };
        let mut observed = ensemble.observe(schedule, random)?;
        for _ in 0..MOST_REDRAWN {
            if observed.has_stayed() {
                break;
            }
            observed = ensemble.observe(schedule, random)?;
        }
        Ok(vec![
            observed.magnetization,
            observed.square_visible,
            observed.overlap_visible,
            observed.overlap_hidden,
        ])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| a.point.model == b.point.model) {
            rows.extend(compare(self.name(), sizes)?);
        }
        Ok(rows)
    }
}

/// What a state shows, in the order of [`OBSERVABLES`].
fn values(state: &State) -> [f64; 4] {
    let order = &state.order;
    [
        order.magnetization,
        order.square_visible,
        order.overlap_visible,
        order.overlap_hidden,
    ]
}

/// The rows of one ensemble.
fn compare(experiment: &'static str, sizes: &[Measured<Point>]) -> Result<Vec<Row>> {
    let model = sizes[0].point.model;
    let states = model.theory().states_of(model.recalled)?;
    let theory = states.first().map(values).ok_or(NO_STATE)?;
    let wrong = model.wrong()?;
    let parameters = model.parameters(experiment);
    let mut rows = Vec::new();
    for (i, observable) in OBSERVABLES.into_iter().enumerate() {
        if i == 1 && model.visible == Simulated::Spin {
            continue;
        }
        let [more, other, stronger] = wrong.map(|values| values.map(|values| values[i]));
        let control = match observable {
            "activity_visible" => more,
            "overlap_hidden" => stronger,
            _ => other.or(stronger),
        };
        let prediction = Prediction {
            observable,
            limit_observable: None,
            theory: theory[i],
            wrong: control,
        };
        let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(i)?));
        let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
        let powers: &[f64] = if sizes.len() > 3 { &[1.0, 2.0] } else { &[1.0] };
        rows.extend(Row::extrapolate(&parameters, &prediction, &sizes, powers)?);
    }
    Ok(rows)
}
