//! A machine of one's own: the variances of its modes.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::exact_sampling::ExactSampler;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_simulator::machine::Rbm;
use saddlepoint_theory::reciprocal::{
    Layer, Machine, Modes, exact_mode_variances, free_mode_deviations,
};

use super::super::machines::project;
use super::{BURN_IN, RankOneTransition, VIEW};
use crate::comparison::{Estimate, as_float};
use crate::error::{Error, Result};
use crate::journal::digest_of_numbers;
use crate::parameters::{Asked, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{Parameters, Prediction, Row};

/// Modes that are looked at, the leading ones.
const MOST_MODES: usize = 4;
/// Chains of a replica.
const CHAINS: usize = 32;
/// Factor of weights and biases in the control.
const WRONG_SCALE: f64 = 1.15;
/// Why rows of machines that are too large to enumerate are shown only.
const GAUSSIAN_PAIRS: &str = "gaussian-pairs";

/// Variances of the slow and the fast variable of the leading modes of a given machine, (`x/√χ_v` ± `y/√χ_h`)/√2.
///
/// A machine with a small layer is enumerated by the theory and drawn from exactly by the simulation, and its rows are judged. Of a larger one
/// the theory is that of Gaussian pairs, 1/(1 ∓ ŝ) for ŝ < 1, and chains are Gibbs sampled. It is exact for few modes of infinitely many units; a bulk of
/// weak modes lowers the variance by more: the rows are shown.
#[derive(Debug, Clone)]
pub struct OwnMachine {
    predicted: Machine,
    simulated: Rbm,
    modes: Modes,
    /// √χ of each mode in both layers.
    deviations: Vec<[f64; 2]>,
    /// Slow and fast variances of the leading modes.
    variances: Vec<[f64; 2]>,
    /// Whether these are of this machine, and not of Gaussian pairs.
    is_exact: bool,
    digest: u64,
}

/// The machine, and how long it is sampled.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    digest: u64,
    sweeps: usize,
}

impl OwnMachine {
    /// A machine by the same numbers on both sides.
    ///
    /// # Errors
    /// If its weights have no singular values; [`Error::OrderedMode`] for a machine that is too large to enumerate and has a leading mode
    /// with s ≥ 1.
    pub fn new(predicted: Machine, simulated: Rbm) -> Result<Self> {
        let modes = Modes::new(predicted.weights())?;
        let weights = predicted.weights();
        let numbers = weights.col_iter().flat_map(faer::ColRef::iter);
        let numbers = numbers.chain(predicted.visible_bias());
        let numbers = numbers.chain(predicted.hidden_bias());
        let digest = digest_of_numbers(numbers);
        let deviations = free_mode_deviations(&predicted, &modes);
        let exact = exact_mode_variances(&predicted, &modes).ok();
        let is_exact = exact.is_some();
        let variances = match exact {
            Some(exact) => exact,
            None => of_pairs(&modes, &deviations)?,
        };
        Ok(Self {
            predicted,
            simulated,
            modes,
            deviations,
            variances,
            is_exact,
            digest,
        })
    }

    fn count(&self) -> usize {
        self.modes.len().min(MOST_MODES)
    }

    /// Slow and fast variables of the leading modes in each column of states, one pair of lists per mode.
    fn variables(
        &self,
        visible: faer::MatRef<'_, f64>,
        hidden: faer::MatRef<'_, f64>,
    ) -> Vec<[Vec<f64>; 2]> {
        let of = |k: usize| {
            let scaled = |values: Vec<f64>, deviation: f64| {
                let scale = deviation * std::f64::consts::SQRT_2;
                values.into_iter().map(move |x| x / scale)
            };
            let x = project(self.modes.vector(Layer::Visible, k), visible);
            let y = project(self.modes.vector(Layer::Hidden, k), hidden);
            let [of_visible, of_hidden] = self.deviations[k];
            let pairs = scaled(x, of_visible).zip(scaled(y, of_hidden));
            let (slow, fast) = pairs.map(|(x, y)| (x + y, x - y)).unzip();
            [slow, fast]
        };
        (0..self.count()).map(of).collect()
    }
}

/// Slow and fast variances of the leading modes as Gaussian pairs.
fn of_pairs(modes: &Modes, deviations: &[[f64; 2]]) -> Result<Vec<[f64; 2]>> {
    let leading = modes
        .singular_values()
        .iter()
        .zip(deviations)
        .take(MOST_MODES);
    let pair = |(mode, (w, [visible, hidden])): (usize, (&f64, &[f64; 2]))| {
        let s = w * visible * hidden;
        if s >= 1.0 {
            return Err(Error::OrderedMode { mode, s });
        }
        Ok([1.0 / (1.0 - s), 1.0 / (1.0 + s)])
    };
    leading.enumerate().map(pair).collect()
}

impl Experiment for OwnMachine {
    type Point = Point;

    fn name(&self) -> &'static str {
        Experiment::name(&RankOneTransition)
    }

    fn description(&self) -> &'static str {
        Experiment::description(&RankOneTransition)
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        let point = Point {
            digest: self.digest,
            sweeps: preset.choose(200, 500, 2000),
        };
        Ok(vec![(point, preset.choose(32, 100, 1000))])
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        self.design(asked.preset)
    }

    fn data(&self) -> Option<u64> {
        Some(self.digest)
    }

    fn cost(&self, point: &Point) -> f64 {
        as_float(self.predicted.visible_units() * self.predicted.hidden_units() * point.sweeps)
    }

    /// Mean and mean square of both variables of each mode.
    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let count = point.sweeps * CHAINS;
        let mut sums = vec![0.0; 4 * self.count()];
        let mut add = |visible: faer::MatRef<'_, f64>, hidden: faer::MatRef<'_, f64>| {
            let all = self.variables(visible, hidden).into_iter().flatten();
            for (values, sums) in all.zip(sums.chunks_exact_mut(2)) {
                sums[0] += values.iter().sum::<f64>();
                sums[1] += values.iter().map(|x| x * x).sum::<f64>();
            }
        };
        if self.is_exact {
            let (visible, hidden) = ExactSampler::new(&self.simulated)?.draw(count, random);
            add(visible.as_ref(), hidden.as_ref());
        } else {
            let mut chains = Chains::dispersed(&self.simulated, CHAINS, random)?;
            (0..BURN_IN).for_each(|_| chains.sweep(random));
            for _ in 0..point.sweeps {
                chains.sweep(random);
                add(chains.visible(), chains.hidden());
            }
        }
        Ok(sums.into_iter().map(|sum| sum / as_float(count)).collect())
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let wrong = self.predicted.scaled(WRONG_SCALE)?;
        let wrong = exact_mode_variances(&wrong, &self.modes).ok();
        let mut rows = Vec::new();
        for m in measured {
            for mode in 0..self.count() {
                let parameters = Parameters {
                    experiment: self.name(),
                    data: "machine",
                    mode: Some(mode),
                    w: Some(self.modes.singular_values()[mode]),
                    unjudged: (!self.is_exact).then_some(GAUSSIAN_PAIRS),
                    ..Parameters::default()
                };
                for (side, observable) in ["variance_slow", "variance_fast"].into_iter().enumerate()
                {
                    let prediction = Prediction {
                        observable,
                        limit_observable: None,
                        theory: self.variances[mode][side],
                        wrong: wrong.as_ref().map(|wrong| wrong[mode][side]),
                    };
                    let units = Some(self.predicted.visible_units());
                    let estimate = variance(m, 4 * mode + 2 * side)?;
                    rows.extend(Row::pair(&parameters, units, &prediction, &estimate));
                }
            }
        }
        Ok(rows)
    }
}

/// The variance of a variable from its mean and mean square in each replica, about the mean over all of them.
fn variance(measured: &Measured<Point>, at: usize) -> Result<Estimate> {
    let mean = measured
        .replicas
        .iter()
        .map(|values| values[at])
        .sum::<f64>()
        / as_float(measured.replicas.len());
    measured.estimate_of(|values| values[at + 1] - 2.0 * mean * values[at] + mean * mean)
}

#[cfg(test)]
mod tests {
    use super::super::super::machines::{FewModes, Given, Kind, independent};
    use super::*;
    use crate::runner::{Monitor, Settings, Validation};
    use saddlepoint_simulator::stream;
    use std::sync::atomic::AtomicBool;

    fn machine(shape: [usize; 2], scale: f64) -> Result<OwnMachine> {
        let mut random = stream(0, "own machine", 0);
        let weights = independent(shape, scale, &mut random)?;
        let given = Given::biased(Kind::Binary, weights, 0.5, &mut random)?;
        OwnMachine::new(given.predicted()?, given.simulated()?)
    }

    fn rows(machine: &OwnMachine) -> Vec<Row> {
        let monitor = Monitor {
            progress: &|_| (),
            cancelled: &AtomicBool::new(false),
        };
        machine.run(&Settings::default(), &monitor).unwrap()
    }

    /// Modes far beyond their transition, too: both sides are exact.
    #[test]
    fn the_modes_of_a_small_machine_have_the_variances_of_its_enumeration() {
        let rows = rows(&machine([12, 7], 1.5).unwrap());
        let judged = rows.iter().filter(|row| !row.control);
        assert_eq!(judged.clone().count(), 2 * MOST_MODES);
        for row in judged {
            assert!(row.parameters.unjudged.is_none() && row.agrees, "{row:?}");
        }
    }

    #[test]
    fn a_large_machine_is_shown_beside_pairs_and_refused_where_a_mode_orders() {
        let mut random = stream(0, "own machine of two modes", 0);
        let few = FewModes::draw(80, &[0.5, 0.3], &mut random).unwrap();
        let given = Given::unbiased(Kind::Spin, few.weights);
        let weak = OwnMachine::new(given.predicted().unwrap(), given.simulated().unwrap());
        for row in rows(&weak.unwrap()) {
            assert_eq!(row.parameters.unjudged, Some(GAUSSIAN_PAIRS));
            // Corrections are of the order of a few per unit.
            assert!((row.simulation / row.theory - 1.0).abs() < 0.1, "{row:?}");
        }
        let strong = machine([60, 50], 1.0);
        assert!(matches!(strong, Err(Error::OrderedMode { mode: 0, .. })));
    }
}
