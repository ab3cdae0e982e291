//! The rank-one machine of spins near its transition: static and dynamic scaling.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::gibbs::Chains;
use saddlepoint_theory::reciprocal::{CriticalMode, RankOne, Unit, pair_covariance};

use super::super::machines::{Given, Kind, project};
use super::{Point, WRONG_S, binder};
use crate::comparison::{Estimate, as_float, rounded};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// Where a machine is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum At {
    /// At a singular value w < 1.
    Below(f64),
    /// At the scaled distance ρ from the transition.
    Near(f64),
}

pub(super) const SPOTS: [At; 5] = [
    At::Below(0.6),
    At::Near(2.0),
    At::Near(1.0),
    At::Near(0.0),
    At::Near(-0.5),
];

/// Sweeps over which the autocorrelation is summed, in units of a bound on its time: e⁻⁸ or less is left out.
const WINDOW: f64 = 8.0;

impl At {
    /// n = 2NM/(N + M).
    fn size(units: usize) -> f64 {
        let [n, m] = [units, hidden(units)].map(as_float);
        2.0 * n * m / (n + m)
    }

    /// w.
    fn singular_value(self, units: usize) -> f64 {
        match self {
            Self::Below(w) => w,
            Self::Near(rho) => 1.0 - rho / Self::size(units).sqrt(),
        }
    }

    /// What susceptibility and time are divided by.
    fn scale(self, units: usize) -> f64 {
        match self {
            Self::Below(_) => 1.0,
            Self::Near(_) => Self::size(units).sqrt(),
        }
    }

    /// Sweeps after which a mode is forgotten; its time is below 2 sweeps, √n and 2√n.
    fn window(self, units: usize) -> usize {
        let time = match self {
            Self::Below(_) => 2.0,
            Self::Near(rho) if rho < 0.0 => 2.0 * Self::size(units).sqrt(),
            Self::Near(_) => Self::size(units).sqrt(),
        };
        rounded(WINDOW * time)
    }
}

fn hidden(units: usize) -> usize {
    units / 2
}

/// ⟨x²⟩, ⟨x⁴⟩ and `⟨x₀ Σ_d x_d⟩` over chains and sweeps.
pub(super) fn measure(point: &Point, at: At, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
    let [n, m] = [point.units, hidden(point.units)];
    let weight = at.singular_value(n) / as_float(n * m).sqrt();
    let machine = Given::unbiased(Kind::Spin, Mat::full(n, m, weight)).simulated()?;
    let mut chains = Chains::random(&machine, point.chains, random)?;
    let vector = vec![as_float(n).sqrt().recip(); n];
    let window = at.window(n);
    // ⟨x²⟩ forgets its start at the rate of the second eigenvalue, more than twice that of x.
    for _ in 0..window / 2 {
        chains.sweep(random);
    }
    let mut series = vec![Vec::with_capacity(point.sweeps + window); point.chains];
    for _ in 0..point.sweeps + window {
        chains.sweep(random);
        for (one, x) in series.iter_mut().zip(project(&vector, chains.visible())) {
            one.push(x);
        }
    }
    let mut sums = [0.0; 3];
    for one in &series {
        let mut ahead: f64 = one[1..=window].iter().sum();
        for (t, &x) in one[..point.sweeps].iter().enumerate() {
            let terms = [x * x, x.powi(4), x * ahead];
            sums.iter_mut()
                .zip(terms)
                .for_each(|(sum, term)| *sum += term);
            ahead += one.get(t + window + 1).unwrap_or(&0.0) - one[t + 1];
        }
    }
    let count = as_float(point.chains * point.sweeps);
    Ok(sums.map(|sum| sum / count).to_vec())
}

/// Susceptibility, autocorrelation time and Binder's cumulant, the first two in units of √n near the transition; and on the way to
/// their limits.
const NEAR: [[&str; 2]; 3] = [
    ["susceptibility", "susceptibility_towards_limit"],
    ["autocorrelation_time", "time_towards_limit"],
    ["binder", "binder_towards_limit"],
];
const BELOW: [[&str; 2]; 3] = [
    ["susceptibility_below", "susceptibility_below_towards_limit"],
    ["autocorrelation_time_below", "time_below_towards_limit"],
    ["binder_below", "binder_below_towards_limit"],
];

/// The three observables of one size.
fn observed(measured: &Measured<Point>, scale: f64) -> Result<[Estimate; 3]> {
    let [second, ahead] = [measured.estimate(0)?.mean, measured.estimate(2)?.mean];
    // The scatter of a ratio of means from its linear response to those of each replica.
    let time = |v: &[f64]| 0.5 + v[2] / second - ahead / second * (v[0] / second - 1.0);
    Ok([
        measured.estimate(0)?.rescaled(scale.recip(), 0.0),
        measured.estimate_of(time)?.rescaled(scale.recip(), 0.0),
        binder(measured, [0, 1])?,
    ])
}

/// The same from the exact sums, with the singular value off by a factor.
fn exact(at: At, units: usize, factor: f64) -> Result<[f64; 3]> {
    let [n, m] = [units, hidden(units)].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let machine = RankOne::new(n, m, factor * at.singular_value(units), [0.0; 2])?;
    let covariance = machine.autocovariance(at.window(units));
    let [second, fourth] = [2, 4].map(|power| machine.expect(&|x, _| x.powi(power)));
    let time = 0.5 + covariance[1..].iter().sum::<f64>() / covariance[0];
    Ok([
        second / at.scale(units),
        time / at.scale(units),
        1.0 - fourth / (3.0 * second * second),
    ])
}

/// The limits of the three observables, each with a wrong one where that is far enough from it.
fn limits(at: At) -> Result<[(f64, Option<f64>); 3]> {
    Ok(match at {
        At::Below(w) => {
            let square = |w: f64| {
                let covariance = pair_covariance(w, Unit::Spin, Unit::Spin);
                covariance.map_or(f64::NAN, |matrix| matrix[0][0])
            };
            let time = (1.0 + w * w) / (2.0 * (1.0 - w * w));
            [
                (square(w), Some(square(WRONG_S * w))),
                (time, None),
                (0.0, None),
            ]
        }
        At::Near(rho) => {
            let mode = CriticalMode::new(rho)?;
            // N + M = 9n/4 units in place of n, and a mode without a quartic term, which is Gaussian.
            let wrong = [0.75 * CriticalMode::new(1.5 * rho)?.mean_square(), 0.0];
            let wrong = wrong.map(|wrong| (rho <= 0.0).then_some(wrong));
            [
                (0.5 * mode.mean_square(), wrong[0]),
                (mode.relaxation_time(), None),
                (mode.binder(), wrong[1]),
            ]
        }
    })
}

/// One spot at all sizes.
pub(super) struct Spot<'a> {
    at: At,
    group: &'a [Measured<Point>],
    observed: Vec<[Estimate; 3]>,
}

impl<'a> Spot<'a> {
    pub(super) fn new(at: At, group: &'a [Measured<Point>]) -> Result<Self> {
        let observed = (group.iter())
            .map(|measured| observed(measured, at.scale(measured.point.units)))
            .collect::<Result<_>>()?;
        Ok(Self {
            at,
            group,
            observed,
        })
    }

    /// w below the transition, ρ near it.
    fn parameters(&self) -> Parameters {
        let (w, x) = match self.at {
            At::Below(w) => (Some(w), None),
            At::Near(rho) => (None, Some(Argument::new("rho", rho))),
        };
        Parameters {
            experiment: "cascade",
            data: "rank-one",
            kappa: Some(0.5),
            w,
            x,
            ..Parameters::default()
        }
    }

    /// Every size against the exact sums, and all of them against the limit.
    pub(super) fn rows(&self) -> Result<Vec<Row>> {
        let mut rows = self.at_sizes()?;
        rows.extend(self.towards_limit()?);
        Ok(rows)
    }

    fn names(&self) -> [[&'static str; 2]; 3] {
        match self.at {
            At::Below(_) => BELOW,
            At::Near(_) => NEAR,
        }
    }

    fn at_sizes(&self) -> Result<Vec<Row>> {
        // Far below the transition the time is too noisy to tell a wrong s.
        let telling = match self.at {
            At::Near(rho) if rho <= 0.0 => [true, true, false],
            _ => [true, false, false],
        };
        let mut rows = Vec::new();
        for (place, (measured, found)) in self.group.iter().zip(&self.observed).enumerate() {
            let units = measured.point.units;
            let right = exact(self.at, units, 1.0)?;
            let wrong = exact(self.at, units, WRONG_S)?;
            // Larger machines feel a wrong s more.
            let is_largest = place + 1 == self.group.len();
            for (k, names) in self.names().into_iter().enumerate() {
                let prediction = Prediction {
                    observable: names[0],
                    limit_observable: None,
                    theory: right[k],
                    wrong: (is_largest && telling[k]).then_some(wrong[k]),
                };
                rows.extend(Row::pair(
                    &self.parameters(),
                    Some(units),
                    &prediction,
                    &found[k],
                ));
            }
        }
        Ok(rows)
    }

    fn towards_limit(&self) -> Result<Vec<Row>> {
        // Expansions in 1/N below the transition, in n^(−1/2) near it.
        let powers = match self.at {
            At::Below(_) => [1.0, 2.0],
            At::Near(_) => [0.5, 1.0],
        };
        let limits = limits(self.at)?.into_iter().zip(self.names());
        let mut rows = Vec::new();
        for (k, ((theory, wrong), names)) in limits.enumerate() {
            let prediction = Prediction {
                observable: names[1],
                limit_observable: Some(names[0]),
                theory,
                wrong,
            };
            let at = |(measured, found): (&Measured<Point>, &[Estimate; 3])| {
                AtSize::new(measured.point.units, found[k])
            };
            let sizes: Vec<AtSize> = self.group.iter().zip(&self.observed).map(at).collect();
            let extrapolated = Row::extrapolate(&self.parameters(), &prediction, &sizes, &powers)?;
            rows.extend(extrapolated);
        }
        Ok(rows)
    }
}
