//! Glasses followed from their transition to lower temperatures.
//!
//! The step is born with overlaps of the order of the distance τ = 1 − `T/T_g`; f with the step differs from that without one by a part τ⁵. Newton's method from
//! the state to leading order leads to it, and from there on to any temperature above 0.

use super::{Found, Model, newton, of_cluster, unknown_of};
use crate::solver::Stop;

/// Factor between distances from a transition at which a state is followed.
const COOLING: f64 = 1.4;
/// `q_low` is a larger part of `q_high`: a third at the transition, and half at T = 0.
const LEAST_PART: f64 = 0.1;
/// Part of the reach of a transition below which states are extrapolated. At the τ = 0.003 of two layers errors of rounding are some 1e-8, and increase as
/// 1/τ²; the parabola's are 1e-8, and decrease as τ³.
const NEAREST: f64 = 0.03;

/// The birth of a glass, to leading order in the distance τ = 1 − `T/T_g` from it.
#[derive(Debug, Clone)]
pub(super) struct Transition {
    /// `T_g`.
    pub(super) temperature: f64,
    /// `q_high/τ` of each layer; `q_low` is a third of it.
    pub(super) overlaps: Vec<f64>,
    /// x/τ.
    pub(super) step: f64,
    /// A small τ, up to which this is a start.
    pub(super) reach: f64,
}

impl Transition {
    /// The state to leading order, at a distance.
    fn start(&self, distance: f64) -> Cooled {
        let temperature = self.temperature * (1.0 - distance);
        let layer = |&overlap: &f64| {
            let c = (1.0 - distance * overlap) / temperature;
            [overlap / 3.0, overlap, c]
        };
        Cooled {
            distance,
            layers: self.overlaps.iter().map(layer).collect(),
            log_step: (self.step / temperature).ln(),
        }
    }
}

/// A glass in variables that change little from its transition to T = 0.
#[derive(Debug, Clone)]
struct Cooled {
    /// τ.
    distance: f64,
    /// `q_low/τ`, `q_high/τ` and C.
    layers: Vec<[f64; 3]>,
    /// ln y/τ.
    log_step: f64,
}

impl Cooled {
    fn of(found: &Found, distance: f64, temperature: f64) -> Self {
        let layer = |pair: &[f64]| {
            let [high, c] = of_cluster(pair[1], temperature);
            [pair[0] / distance, high / distance, c]
        };
        Self {
            distance,
            layers: found.order.chunks_exact(2).map(layer).collect(),
            log_step: (found.y / distance).ln(),
        }
    }

    /// On the parabola through this state, at τ = 0, one at a distance, and one at twice that.
    fn parabola(&self, near: &Self, far: &Self, distance: f64) -> Self {
        let t = distance / near.distance;
        let at = |limit: f64, near: f64, far: f64| {
            0.5 * (t - 1.0) * (t - 2.0) * limit + t * (2.0 - t) * near + 0.5 * t * (t - 1.0) * far
        };
        let of_layer = |m: usize| {
            let [limit, near, far] = [self, near, far].map(|state| state.layers[m]);
            std::array::from_fn(|k| at(limit[k], near[k], far[k]))
        };
        Self {
            distance,
            layers: (0..self.layers.len()).map(of_layer).collect(),
            log_step: at(self.log_step, near.log_step, far.log_step),
        }
    }

    /// Order parameters and y of a model.
    fn order(&self, temperature: f64) -> (Vec<f64>, f64) {
        let layer = |&[low, high, c]: &[f64; 3]| {
            let cluster = [self.distance * high, c];
            [self.distance * low, unknown_of(cluster, temperature)]
        };
        let order = self.layers.iter().flat_map(layer).collect();
        (order, self.distance * self.log_step.exp())
    }

    /// On the line through an earlier state and this one.
    fn ahead(&self, earlier: &Self, distance: f64) -> Self {
        let part = (distance - self.distance) / (self.distance - earlier.distance);
        let moved = |last: f64, before: f64| last + part * (last - before);
        let pairs = self.layers.iter().zip(&earlier.layers);
        Self {
            distance,
            layers: pairs
                .map(|(last, before)| std::array::from_fn(|k| moved(last[k], before[k])))
                .collect(),
            log_step: moved(self.log_step, earlier.log_step),
        }
    }
}

/// The state of a glass, by Newton's method from its transition on; `None` where that fails.
///
/// Very near to the transition, where rounding hides the step, the parabola through the limit and two states further away.
pub(super) fn cooled(model: &impl Model, transition: &Transition) -> Option<Found> {
    let target = 1.0 - model.temperature() / transition.temperature;
    let nearest = NEAREST * transition.reach;
    if target >= nearest {
        return followed(model, transition);
    }
    let at = |distance: f64| {
        let temperature = transition.temperature * (1.0 - distance);
        let found = followed(&model.at_temperature(temperature), transition)?;
        Some((found.iterations, Cooled::of(&found, distance, temperature)))
    };
    let ((near_count, near), (far_count, far)) = (at(nearest)?, at(2.0 * nearest)?);
    let (order, y) = transition
        .start(0.0)
        .parabola(&near, &far, target)
        .order(model.temperature());
    let image = model.map(y, &order);
    let differences = image.iter().zip(&order).map(|(image, x)| (image - x).abs());
    Some(Found {
        residual: differences.fold(0.0, f64::max),
        y,
        order,
        stop: Stop::Converged,
        iterations: near_count + far_count,
    })
}

/// The state by steps in the distance.
fn followed(model: &impl Model, transition: &Transition) -> Option<Found> {
    let target = 1.0 - model.temperature() / transition.temperature;
    let mut distance = target.min(transition.reach);
    let mut start = transition.start(distance);
    let mut before: Option<Cooled> = None;
    let mut iterations = 0;
    loop {
        let is_last = distance >= target;
        let temperature = if is_last {
            model.temperature()
        } else {
            transition.temperature * (1.0 - distance)
        };
        let found = polished(&model.at_temperature(temperature), &start)?;
        iterations += found.iterations;
        if is_last {
            return Some(Found {
                iterations,
                ..found
            });
        }
        let here = Cooled::of(&found, distance, temperature);
        distance = target.min(COOLING * distance);
        start = match &before {
            Some(before) => here.ahead(before, distance),
            None => Cooled {
                distance,
                ..here.clone()
            },
        };
        before = Some(here);
    }
}

/// The state of a glass by Newton's method, from one nearby.
///
/// What tells the step is a part τ² of the equations and a part τ⁴ of ∂f/∂y: order parameters are in units of τ.
fn polished(model: &impl Model, start: &Cooled) -> Option<Found> {
    let (temperature, distance) = (model.temperature(), start.distance);
    let size = 2 * start.layers.len();
    let raw = |scaled: &[f64]| -> (Vec<f64>, f64) {
        let order = scaled[..size].iter().map(|x| distance * x);
        (order.collect(), distance * scaled[size].exp())
    };
    let equations = |scaled: &[f64]| {
        let (order, y) = raw(scaled);
        let image = model.map(y, &order);
        let pairs = image.iter().zip(&order);
        let slope = y * model.slope(y, &order) / distance.powi(3);
        let differences = pairs.map(|(image, x)| (image - x) / distance);
        differences.chain([slope]).collect()
    };
    let unknowns = start.order(temperature).0.into_iter();
    let scaled = unknowns.map(|x| x / distance).chain([start.log_step]);
    let found = newton(equations, scaled.collect());
    let (order, y) = raw(&found.state);
    let is_broken = order.chunks_exact(2).all(|pair| {
        let [high, _] = of_cluster(pair[1], temperature);
        // Beside it is the state of q_low = 0, with a lower f.
        pair[0] > LEAST_PART * high && pair[0] < high
    });
    let is_one = found.stop == Stop::Converged && y * temperature < 1.0 && is_broken;
    is_one.then_some(Found {
        y,
        order,
        stop: found.stop,
        iterations: found.iterations,
        residual: distance * found.residual,
    })
}

#[cfg(test)]
mod tests {
    use super::super::bipartite::BipartiteGlass;
    use super::super::scanned;
    use super::*;
    use approx::assert_relative_eq;

    /// The two ways to a state meet: a path from the transition on, and a search over y at one temperature.
    #[test]
    fn a_search_over_y_finds_what_the_path_leads_to() {
        for (aspect, temperature) in [(1.0, 0.9), (0.3, 0.6), (0.01, 0.3), (1.0, 0.05)] {
            let glass = BipartiteGlass::new(aspect, temperature).unwrap();
            let path = followed(&glass, &glass.transition().unwrap()).unwrap();
            let search = scanned(&glass).unwrap();
            // The accuracy of the search, whose f is flat in y.
            assert_relative_eq!(path.y, search.y, max_relative = 1e-7);
            for (path, search) in path.order.iter().zip(&search.order) {
                assert_relative_eq!(path, search, max_relative = 1e-7);
            }
        }
    }
}
