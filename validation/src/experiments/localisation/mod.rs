//! Waves on the uniform weights of a hidden unit, and machines that localise, on translation-invariant data of any kurtosis.

mod data;
mod rates;

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Unit;
use saddlepoint_simulator::training::{Likelihood, Partition};
use saddlepoint_theory::dynamics::localisation::{Cumulants, Machine, UniformState};
use std::f64::consts::TAU;

use data::{FEWEST_SITES, Kind, Model, ring, torus};
use rates::Sums;

use super::one_unit::learnt;
use super::own::{SAMPLES, UNITS, numbers, words};
use crate::comparison::{Estimate, as_float, mean};
use crate::error::Result;
use crate::parameters::{Asked, Domain, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::{Panel, View};
use crate::table::{Argument, COMPARED, COMPARISON, Parameters, Prediction, Row};

/// Factor by which it is wrong in the controls of elliptical data.
const WRONG_LENGTH: f64 = 1.1;
/// Longest waves on a ring whose growth rates are averaged.
const WAVES: usize = 4;
/// First harmonic of the squared weights, over their sum, from which on weights are called localised; uniform weights have 0.
const LOCALISED: f64 = 0.5;
/// Why a rate is shown and not judged: what the expansion leaves out is larger than the standard error.
const LEADING_ORDER: &str = "leading-order";

/// The growth rate of long waves on uniform weights, and whether trained machines localise.
///
/// Uniform weights a at which the sampled gradient vanishes; the growth rate is the sampled `⟨|x_q|² sech²(a Σ x)⟩/N − φ''(a)`, where `x_q` is a harmonic of fresh samples, averaged over the
/// four longest waves of a ring and both longest ones of a torus. Cubic nonlinearities of both signs, erf, signs with spin visible units, neurons that are silent or fire, without biases and with them, and elliptical data. The
/// control has the fourth cumulants with the opposite sign; for neurons no third cumulants, and no biases where the machine has some; for elliptical data, which have no effect of them, a correlation length that is ten per cent too long. Trained
/// machines begin at small random weights; the share of those that localise is 0 below the critical size and above it 1, whatever the sign of the kurtosis of a unit.
///
/// # References
/// Ingrosso & Goldt, PNAS 119, e2201854119 (2022), for the data; own.
#[derive(Debug, Clone, Copy)]
pub struct Localisation;

/// Data of a size, and what is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    model: Model,
    side: usize,
    samples: usize,
    is_trained: bool,
}

/// Data whose growth rates are measured, with the side of each preset: what the expansion leaves out falls faster with it than the effect of the
/// cumulants. The quick preset has the first ones.
const RATES: [(Model, [usize; 3]); 14] = [
    (ring(Kind::Cubic, -0.06), [60, 90, 150]),
    (ring(Kind::Cubic, 0.03), [80, 120, 200]),
    (ring(Kind::Erf, 1.0), [90, 135, 225]),
    (ring(Kind::Sign, 0.0), [120, 180, 300]),
    (ring(Kind::Elliptical, 2.0), [40, 40, 60]),
    (torus(Kind::Cubic, -0.1), [10, 12, 16]),
    (ring(Kind::Rate, 0.25), [90, 135, 225]),
    (ring(Kind::RateWithBiases, 0.3), [200, 300, 450]),
    (ring(Kind::Cubic, -0.03), [80, 100, 160]),
    (ring(Kind::Cubic, -0.3), [120, 120, 200]),
    (ring(Kind::Erf, 3.0), [160, 160, 240]),
    (ring(Kind::Elliptical, 10.0), [40, 40, 60]),
    (torus(Kind::Cubic, 0.03), [12, 12, 16]),
    (torus(Kind::Elliptical, 1.0), [10, 10, 12]),
];

/// Samples of a replica from which a growth rate is measured.
const PER_REPLICA: usize = 16_000;
/// The same where it is small.
const PER_SMALL_RATE: usize = 96_000;

/// Data and sizes of machines that are trained: below and above the critical size of 31 sites, units of positive kurtosis with a negative integrated cumulant, and a positive one;
/// elliptical data, and neurons that fire often and seldom.
const TRAINED: [(Model, usize); 7] = [
    (ring(Kind::Cubic, -0.1), 14),
    (ring(Kind::Cubic, -0.1), 60),
    (ring(Kind::Cubic, -0.3), 40),
    (ring(Kind::Cubic, 0.1), 40),
    (ring(Kind::Elliptical, 2.0), 20),
    (ring(Kind::Rate, 0.3), 60),
    (ring(Kind::Rate, 0.1), 40),
];

/// How its table is drawn.
const VIEW: View = View {
    x: &["units"],
    keys: &["law", "data"],
    breaks: "theory",
    panels: &[
        Panel {
            label: "mean growth rate of the longest waves",
            show: Some(("observable", &["growth_rate"])),
            ..COMPARED
        },
        Panel {
            label: "share of machines that localise",
            show: Some(("observable", &["localised"])),
            ..COMPARED
        },
    ],
    ..COMPARISON
};

/// What a user may set.
const PARAMETERS: &[Parameter] = &[
    words(
        "law",
        &[
            "cubic",
            "erf",
            "sign",
            "rate",
            "rate-with-biases",
            "elliptical",
        ],
        "What stands on the sites of a ring",
        "cubic",
    ),
    numbers(
        "strength",
        [-10.0, 100.0],
        "Coefficient of cubic, gain of erf, mean of rate (0 to 1), kurtosis of elliptical",
        "-0.06",
    ),
    Parameter {
        meaning: "Sites of the ring",
        domain: Domain::Counts {
            least: FEWEST_SITES,
            most: 400,
        },
        default: "60",
        ..UNITS
    },
    Parameter {
        meaning: "Samples of a replica",
        ..SAMPLES
    },
];

/// Samples of a replica.
fn per_replica(model: Model) -> usize {
    if model.has_neurons() {
        PER_SMALL_RATE
    } else {
        PER_REPLICA
    }
}

impl Point {
    fn units(&self) -> usize {
        if self.model.is_torus {
            self.side * self.side
        } else {
            self.side
        }
    }

    /// Wave numbers of the longest waves, in units of 2π over the side, along either axis.
    fn waves(&self) -> Vec<[usize; 2]> {
        if self.model.is_torus {
            vec![[1, 0], [0, 1]]
        } else {
            (1..=WAVES).map(|k| [k, 0]).collect()
        }
    }

    /// The sampled growth rate of long waves at the sampled uniform state.
    fn rate(&self, random: &mut Xoshiro256PlusPlus) -> Result<f64> {
        let samples = self.model.draw(self.side, self.samples, random)?;
        let waves = self.waves();
        let harmonics: Vec<_> = waves.iter().map(|&wave| self.harmonic(wave)).collect();
        let sums = Sums::of(&samples, |row| {
            mean(harmonics.iter().map(|wave| power(wave, row)))
        });
        let machine = self.model.machine();
        if machine.has_biases {
            // Without a number where the hidden unit is polarised, for which there is no theory either.
            return Ok(sums.rate_with_biases().unwrap_or(f64::NAN));
        }
        sums.rate(machine.visible)
    }

    /// Cosine and sine of a wave at each site.
    fn harmonic(&self, [across, along]: [usize; 2]) -> Vec<[f64; 2]> {
        let site = |i: usize| {
            let phase = across * (i % self.side) + along * (i / self.side);
            let (sine, cosine) = (TAU * as_float(phase) / as_float(self.side)).sin_cos();
            [cosine, sine]
        };
        (0..self.units()).map(site).collect()
    }

    /// 1 if a trained machine has localised, else 0.
    fn localised(&self, random: &mut Xoshiro256PlusPlus) -> Result<f64> {
        let samples = self.model.draw(self.side, self.samples, random)?;
        let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Gaussian)?;
        let weights = learnt(&likelihood, random)?.weights;
        let squares: Vec<f64> = weights.iter().map(|w| w * w).collect();
        let wave = self.harmonic([1, 0]);
        let harmonic = (power(&wave, &squares) * as_float(self.units())).sqrt();
        let is_localised = harmonic > LOCALISED * squares.iter().sum::<f64>();
        Ok(f64::from(u8::from(is_localised)))
    }
}

/// `|Σ x e^(iq)|²/N`.
fn power(wave: &[[f64; 2]], x: &[f64]) -> f64 {
    let sums = wave
        .iter()
        .zip(x)
        .fold([0.0, 0.0], |[c, s], (w, x)| [c + w[0] * x, s + w[1] * x]);
    (sums[0] * sums[0] + sums[1] * sums[1]) / as_float(x.len())
}

impl Experiment for Localisation {
    type Point = Point;

    fn name(&self) -> &'static str {
        "localisation"
    }

    fn description(&self) -> &'static str {
        "Growth of waves on uniform weights, and localisation, on translation-invariant data of any kurtosis."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let rates = preset.choose(&RATES[..8], &RATES[..], &RATES[..]);
        let trained = preset.choose(&TRAINED[..4], &TRAINED[..], &TRAINED[..]);
        let side = preset.choose(0, 1, 2);
        let rates = rates.iter().map(|(model, sides)| {
            let point = Point {
                model: *model,
                side: sides[side],
                samples: per_replica(*model),
                is_trained: false,
            };
            (point, preset.choose(32, 100, 400))
        });
        let trained = trained.iter().map(|&(model, side)| {
            let point = Point {
                model,
                side,
                samples: preset.choose(8000, 30_000, 60_000),
                is_trained: true,
            };
            (point, preset.choose(16, 24, 60))
        });
        Ok(rates.chain(trained).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let mut design = Vec::new();
        for kind in asked.chosen("law", &["cubic"], Kind::ALL, |kind| kind.name()) {
            for &strength in &asked.numbers("strength", &[-0.06]) {
                let model = ring(kind, strength).checked()?;
                for &side in &asked.counts("units", &[60]) {
                    for &samples in &asked.counts("samples", &[per_replica(model)]) {
                        let point = Point {
                            model,
                            side,
                            samples,
                            is_trained: false,
                        };
                        design.push((point, asked.preset.choose(32, 100, 400)));
                    }
                }
            }
        }
        Ok(design)
    }

    fn cost(&self, point: &Point) -> f64 {
        let each = if point.is_trained { 60.0 } else { 10.0 };
        each * as_float(point.units() * point.samples)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let measured = if point.is_trained {
            point.localised(random)?
        } else {
            point.rate(random)?
        };
        Ok(vec![measured])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for m in measured {
            let model = m.point.model;
            let parameters = Parameters {
                experiment: self.name(),
                data: model.data(),
                law: Some(model.kind.name()),
                x: (model.kind != Kind::Sign).then_some(Argument::new("strength", model.strength)),
                ..Parameters::default()
            };
            rows.extend(if m.point.is_trained {
                trained_rows(&parameters, m)?
            } else {
                rate_rows(&parameters, m)?
            });
        }
        Ok(rows)
    }
}

/// The mean growth rate beside theory, and the control.
fn rate_rows(parameters: &Parameters, measured: &Measured<Point>) -> Result<Vec<Row>> {
    let point = &measured.point;
    let machine = point.model.machine();
    let estimate = measured.estimate(0)?;
    let (theory, error) = predicted(point, 1.0, machine, |known| known)?;
    let (wrong, _) = match point.model.kind {
        Kind::Elliptical => predicted(point, WRONG_LENGTH, machine, |known| known)?,
        Kind::RateWithBiases => predicted(point, 1.0, machine.visible.into(), |known| known)?,
        Kind::Rate => predicted(point, 1.0, machine, |known| Cumulants {
            third: 0.0,
            third_along_wave: 0.0,
            ..known
        })?,
        Kind::Cubic | Kind::Erf | Kind::Sign => {
            predicted(point, 1.0, machine, |known| Cumulants {
                integrated: -known.integrated,
                along_wave: -known.along_wave,
                ..known
            })?
        }
    };
    let prediction = Prediction {
        observable: "growth_rate",
        limit_observable: None,
        theory,
        wrong: Some(wrong),
    };
    let unjudged = (error > estimate.standard_error).then_some(LEADING_ORDER);
    let parameters = Parameters {
        unjudged,
        ..parameters.clone()
    };
    let units = Some(point.units());
    Ok(Row::pair(&parameters, units, &prediction, &estimate))
}

/// The mean growth rate of the longest waves and its error, for a correlation length multiplied by a factor and changed cumulants.
fn predicted(
    point: &Point,
    length: f64,
    machine: Machine,
    change: impl Fn(Cumulants) -> Cumulants,
) -> Result<(f64, f64)> {
    let process = point.model.process(point.side, length)?;
    let mut states = Vec::new();
    for [across, along] in point.waves() {
        let known = process.cumulants(across.max(along))?;
        states.push(process.state_of(&change(known), machine)?);
    }
    let average = |of: fn(&UniformState) -> f64| {
        mean(
            states
                .iter()
                .map(|state| state.as_ref().map_or(f64::NAN, of)),
        )
    };
    Ok((average(|s| s.growth_rate), average(|s| s.error)))
}

/// The share of machines that localise, beside the sign of the growth rate.
fn trained_rows(parameters: &Parameters, measured: &Measured<Point>) -> Result<Vec<Row>> {
    let point = &measured.point;
    let process = point.model.process(point.side, 1.0)?;
    let grows = process
        .uniform_state(point.model.machine())?
        .is_some_and(|state| state.growth_rate > 0.0);
    let share = |is: bool| f64::from(u8::from(is));
    let prediction = Prediction {
        observable: "localised",
        limit_observable: None,
        theory: share(grows),
        wrong: Some(share(!grows)),
    };
    let localised = measured
        .replicas
        .iter()
        .filter(|values| values[0] > 0.5)
        .count();
    let estimate = Estimate::of_share(localised, measured.replicas.len());
    Ok(Row::pair(
        parameters,
        Some(point.units()),
        &prediction,
        &estimate,
    ))
}
