//! ln Z of given machines: annealing against enumeration, and the estimates of theory in their domains.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::log_partition::{Annealing, LogPartition, exact};
use saddlepoint_theory::reciprocal::{
    Landscape, Modes, exact_log_partition, gaussian_log_partition, naive_solutions,
    one_loop_log_partition, tap,
};

use super::ensemble::sizes;
use super::machines::{FewModes, Given, Kind, independent};
use super::own::{UNITS, words};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{AtSize, COMPARISON, Parameters, Prediction, Row};

/// Standard deviations of their weights and biases: leading singular values near 1 in units where a mode orders there.
const WEIGHTS: [(Kind, f64); 2] = [(Kind::Spin, 0.15), (Kind::Binary, 0.6)];
const BIASES: f64 = 0.5;

/// Factor of all weights and biases in the control of the enumerations.
const WRONG_SCALE: f64 = 1.01;
/// Factor of the singular values in the control of the Gaussian law.
const WRONG_S: f64 = 1.15;

/// Share of a Gaussian within 1.96 standard errors, and within half as many.
const COVERAGE: (f64, f64) = (0.95, 0.672_9);
const QUANTILE: f64 = 1.959_964;

/// Rounding of ln Z ≈ 30 after sums over 2¹⁶ states in two orders, as one standard error.
const ROUNDING: f64 = 1e-12;

/// Sweeps after which chains of a machine whose modes do not order have forgotten their start.
const SWEEPS: usize = 100;

/// Temperatures and chains where ln Z is only annealed.
const TEMPERATURES: usize = 100;
const CHAINS: usize = 100;

/// ln Z by annealing in both directions, by enumeration in both crates, and by the estimates of theory.
///
/// Random spin and binary machines of 16 + 16 units (quick: 12 + 12) with biases: annealing has to hold the exact value within its own error bars
/// in 95 % of them, and must not be biased beyond the `∓σ²/2` of a logarithm. Estimates of theory are looked at where they are
/// exact for infinitely many units, with the difference to annealing extrapolated in 1/N:
///
/// * the Gaussian law in machines of two modes with s < 1, spins or binary units with biases of order N^(−1/2);
/// * its one-loop form about a mean-field state of biases of order 1;
/// * TAP, per unit, in machines of independent weights with biases.
///
/// # Method
/// The corrections are powers of 1/N: the quartic couplings of the modes are 3/(N + 2) on average, and every further order of the
/// expansion brings one more power.
///
/// # References
/// Neal, Stat. Comput. 11, 125 (2001); the estimates are those of [`saddlepoint_theory::reciprocal`].
#[derive(Debug, Clone, Copy)]
pub struct LogPartitionFunction;

/// What is asked of a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    /// Annealing and theory's enumeration against enumeration.
    Exact { kind: Kind, scale: f64 },
    /// An estimate of theory against annealing.
    Estimate(Domain),
}

/// Where an estimate holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Domain {
    /// Few modes, biases of order N^(−1/2) at most.
    Gaussian {
        kind: Kind,
        modes: [f64; 2],
        bias: f64,
    },
    /// Few modes, biases of order 1.
    OneLoop {
        kind: Kind,
        modes: [f64; 2],
        bias: f64,
    },
    /// Independent weights of variance σ²/N.
    Tap { kind: Kind, sigma: f64, bias: f64 },
}

const DOMAINS: [Domain; 6] = [
    Domain::Gaussian {
        kind: Kind::Spin,
        modes: [0.5, 0.3],
        bias: 0.0,
    },
    Domain::Gaussian {
        kind: Kind::Binary,
        modes: [2.0, 1.2],
        bias: 0.5,
    },
    Domain::OneLoop {
        kind: Kind::Spin,
        modes: [0.6, 0.4],
        bias: 0.5,
    },
    Domain::OneLoop {
        kind: Kind::Binary,
        modes: [2.0, 1.2],
        bias: 0.5,
    },
    Domain::Tap {
        kind: Kind::Spin,
        sigma: 0.4,
        bias: 0.3,
    },
    Domain::Tap {
        kind: Kind::Binary,
        sigma: 1.6,
        bias: 0.3,
    },
];

/// One question at one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    question: Question,
    units: usize,
    temperatures: usize,
    chains: usize,
}

/// How its table is drawn.
const VIEW: View = View {
    x: &["units", "law"],
    keys: &["law", "w", "sigma"],
    ..COMPARISON
};

impl Domain {
    /// The name on the command line.
    fn name(&self) -> &'static str {
        match self {
            Self::Gaussian { .. } => "gaussian",
            Self::OneLoop { .. } => "one-loop",
            Self::Tap { .. } => "tap",
        }
    }
}

/// What a user may set: of the estimates of theory.
const PARAMETERS: &[Parameter] = &[
    words(
        "estimate",
        &["gaussian", "one-loop", "tap"],
        "Estimate of theory, each in machines where it holds",
        "gaussian, one-loop, tap",
    ),
    UNITS,
];

/// Sizes of a preset.
fn sizes_of(preset: Preset) -> &'static [usize] {
    preset.choose(
        &[16, 24, 32, 48],
        &[16, 32, 64, 128],
        &[16, 32, 64, 128, 256],
    )
}

/// Estimates at all sizes.
fn estimates(domains: &[Domain], units: &[usize], preset: Preset) -> Vec<(Point, usize)> {
    let sizes = sizes(units, preset.choose(80, 400, 6000), 1.0);
    let of = |&domain: &Domain| {
        sizes.iter().map(move |&(units, replicas)| {
            let point = Point {
                question: Question::Estimate(domain),
                units,
                temperatures: TEMPERATURES,
                chains: preset.choose(40, CHAINS, CHAINS),
            };
            (point, replicas)
        })
    };
    domains.iter().flat_map(of).collect()
}

impl Experiment for LogPartitionFunction {
    type Point = Point;

    fn name(&self) -> &'static str {
        "log-partition"
    }

    fn description(&self) -> &'static str {
        "ln Z of random machines: annealing and enumeration, and theory where it holds."
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let (units, machines, temperatures) =
            preset.choose((12, 100, 100), (16, 100, 1000), (16, 1000, 1000));
        let exact = WEIGHTS.into_iter().map(|(kind, scale)| {
            let point = Point {
                question: Question::Exact { kind, scale },
                units,
                temperatures,
                chains: CHAINS,
            };
            (point, machines)
        });
        let estimates = estimates(&DOMAINS, sizes_of(preset), preset);
        Ok(exact.chain(estimates).collect())
    }

    fn parameters(&self) -> &'static [Parameter] {
        PARAMETERS
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let all = ["gaussian", "one-loop", "tap"];
        let domains = asked.chosen("estimate", &all, DOMAINS, Domain::name);
        let units = asked.counts("units", sizes_of(asked.preset));
        Ok(estimates(&domains, &units, asked.preset))
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(point.units * point.units * point.temperatures * point.chains)
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        match point.question {
            Question::Exact { kind, scale } => {
                let weights = independent([point.units; 2], scale, random)?;
                let given = Given::biased(kind, weights, BIASES, random)?;
                against_enumeration(&given, point, random)
            }
            Question::Estimate(domain) => {
                let given = domain.draw(point.units, random)?;
                let annealed = forward(&given, point, random)?;
                // The mean of a logarithm lies below by half of its variance.
                let log_z = annealed.value + 0.5 * annealed.standard_error.powi(2);
                let [estimate, wrong] = domain.estimates(&given)?;
                let scale = domain.per_unit(point.units);
                Ok(vec![(log_z - estimate) / scale, (wrong - estimate) / scale])
            }
        }
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for sizes in measured.chunk_by(|a, b| a.point.question == b.point.question) {
            rows.extend(match sizes[0].point.question {
                Question::Exact { kind, .. } => enumerated(self.name(), kind, &sizes[0])?,
                Question::Estimate(domain) => extrapolated(self.name(), domain, sizes)?,
            });
        }
        Ok(rows)
    }
}

impl Domain {
    fn draw(self, units: usize, random: &mut Xoshiro256PlusPlus) -> Result<Given> {
        let root = as_float(units).sqrt();
        match self {
            Self::Gaussian { kind, modes, bias } => {
                let weights = FewModes::draw(units, &modes, random)?.weights;
                Given::biased(kind, weights, bias / root, random)
            }
            Self::OneLoop { kind, modes, bias } => {
                let weights = FewModes::draw(units, &modes, random)?.weights;
                Given::biased(kind, weights, bias, random)
            }
            Self::Tap { kind, sigma, bias } => {
                let weights = independent([units; 2], sigma / root, random)?;
                Given::biased(kind, weights, bias, random)
            }
        }
    }

    /// The estimate of ln Z, and a wrong one: singular values that are wrong, or naive mean field.
    fn estimates(self, given: &Given) -> Result<[f64; 2]> {
        let machine = given.predicted()?;
        if let Self::Gaussian { .. } = self {
            let law = |scale: f64| -> Result<f64> {
                let scaled = Given {
                    weights: faer::Scale(scale) * &given.weights,
                    ..given.clone()
                };
                let machine = scaled.predicted()?;
                let modes = Modes::new(machine.weights())?;
                found(gaussian_log_partition(&machine, &modes))
            };
            return Ok([law(1.0)?, law(WRONG_S)?]);
        }
        let solutions = naive_solutions(&machine, &Landscape::new(&machine)?)?;
        let estimate = match self {
            Self::Tap { .. } => tap(&machine, &solutions)?.0.log_partition,
            _ => found(
                one_loop_log_partition(&machine, &solutions)?.map(|found| found.log_partition),
            )?,
        };
        Ok([estimate, solutions[0].log_partition])
    }

    /// What the error is divided by: TAP is exact per unit only.
    fn per_unit(self, units: usize) -> f64 {
        match self {
            Self::Tap { .. } => as_float(units),
            _ => 1.0,
        }
    }

    fn observable(self) -> &'static str {
        match self {
            Self::Gaussian { .. } => "error_gaussian",
            Self::OneLoop { .. } => "error_one_loop",
            Self::Tap { .. } => "error_tap_per_unit",
        }
    }

    fn parameters(self, experiment: &'static str) -> Parameters {
        let (kind, w, sigma) = match self {
            Self::Gaussian { kind, modes, .. } | Self::OneLoop { kind, modes, .. } => {
                (kind, Some(modes[0]), None)
            }
            Self::Tap { kind, sigma, .. } => (kind, None, Some(sigma)),
        };
        Parameters {
            w,
            sigma,
            ..parameters(experiment, kind)
        }
    }
}

/// An estimate that has to exist in its domain.
fn found(estimate: Option<f64>) -> Result<f64> {
    Ok(estimate.ok_or(saddlepoint_theory::Error::NotFinite {
        name: "an estimate of ln Z in its domain",
    })?)
}

fn forward(given: &Given, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<LogPartition> {
    let annealing = Annealing::linear(point.temperatures)?;
    let weights = annealing.forward(&given.simulated()?, point.chains, random)?;
    Ok(weights.log_partition()?)
}

/// ln Z by enumeration in the simulator, in the theory, in the theory at wrong weights; errors of both directions of
/// annealing, each with its standard error.
fn against_enumeration(
    given: &Given,
    point: &Point,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Vec<f64>> {
    let machine = given.simulated()?;
    let enumerated = exact(&machine)?;
    let predicted = given.predicted()?;
    let theory = exact_log_partition(&predicted)?;
    let wrong = exact_log_partition(&predicted.scaled(WRONG_SCALE)?)?;
    let up = forward(given, point, random)?;
    let mut chains = Chains::random(&machine, point.chains, random)?;
    (0..SWEEPS).for_each(|_| chains.sweep(random));
    let starts = chains.visible().to_owned();
    let annealing = Annealing::linear(point.temperatures)?;
    let down = annealing
        .reverse(&machine, starts, random)?
        .log_partition()?;
    let mut values = vec![enumerated, theory, wrong];
    for found in [up, down] {
        values.extend([found.value - enumerated, found.standard_error]);
    }
    Ok(values)
}

fn parameters(experiment: &'static str, kind: Kind) -> Parameters {
    Parameters {
        experiment,
        data: "rbm",
        law: Some(kind.name()),
        ..Parameters::default()
    }
}

/// Enumeration in both crates, coverage of the error bars and bias.
fn enumerated(
    experiment: &'static str,
    kind: Kind,
    measured: &Measured<Point>,
) -> Result<Vec<Row>> {
    let parameters = parameters(experiment, kind);
    let units = Some(measured.point.units);
    let theory = measured.estimate(1)?.mean;
    let log_z = Estimate {
        standard_error: ROUNDING,
        ..measured.estimate(0)?
    };
    let prediction = Prediction {
        observable: "log_z",
        limit_observable: None,
        theory,
        wrong: Some(measured.estimate(2)?.mean),
    };
    let mut rows = Row::pair(&parameters, units, &prediction, &log_z);
    let directions = [
        ("coverage_forward", "bias_forward", 0.5),
        ("coverage_reverse", "bias_reverse", -0.5),
    ];
    for (index, (coverage, bias, curvature)) in (3..).step_by(2).zip(directions) {
        let covered = |values: &&Vec<f64>| values[index].abs() <= QUANTILE * values[index + 1];
        let prediction = Prediction {
            observable: coverage,
            limit_observable: None,
            theory: COVERAGE.0,
            wrong: Some(COVERAGE.1),
        };
        let share = binomial(measured.replicas.iter().filter(covered).count(), measured);
        rows.extend(Row::pair(&parameters, units, &prediction, &share));
        let prediction = Prediction {
            observable: bias,
            limit_observable: None,
            theory: 0.0,
            wrong: Some(1.0),
        };
        // In units of the error bar, the curvature of the logarithm removed.
        let error = measured.estimate_of(|v| v[index] / v[index + 1] + curvature * v[index + 1])?;
        rows.extend(Row::pair(&parameters, units, &prediction, &error));
    }
    Ok(rows)
}

/// A share of the replicas, with the standard error that the theory gives it.
fn binomial(count: usize, measured: &Measured<Point>) -> Estimate {
    let replicas = measured.replicas.len();
    let variance = COVERAGE.0 * (1.0 - COVERAGE.0) / as_float(replicas);
    Estimate {
        mean: as_float(count) / as_float(replicas),
        standard_error: variance.sqrt(),
        replicas,
        // It is known: no estimate.
        degrees_of_freedom: 1e9,
    }
}

/// The error of an estimate, which tends to zero.
fn extrapolated(
    experiment: &'static str,
    domain: Domain,
    sizes: &[Measured<Point>],
) -> Result<Vec<Row>> {
    let largest = &sizes[sizes.len() - 1];
    let replicas = as_float(largest.replicas.len());
    let prediction = Prediction {
        observable: domain.observable(),
        limit_observable: None,
        theory: 0.0,
        wrong: Some(largest.replicas.iter().map(|values| values[1]).sum::<f64>() / replicas),
    };
    let at = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(0)?));
    let sizes: Vec<AtSize> = sizes.iter().map(at).collect::<Result<_>>()?;
    Row::extrapolate(
        &domain.parameters(experiment),
        &prediction,
        &sizes,
        &[1.0, 2.0],
    )
}
