//! What a run will cost, from a few of its tasks.

use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::Experiment;
use saddlepoint_simulator::stream;
use std::time::{Duration, Instant};

/// Shortest time from which the clock tells the cost of a task.
const SHORTEST: Duration = Duration::from_millis(3);
/// Most repetitions of a short task.
const MOST: u64 = 16;

/// What a run will cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Points of the design.
    pub points: usize,
    /// Replicas of all points.
    pub replicas: usize,
    /// Time of one core, in seconds.
    pub seconds: f64,
}

/// Measures tasks from the cheapest point on until `budget` is spent, and takes the time of the others for proportional to the cost that the
/// experiment states.
///
/// # Errors
/// Those of a task.
pub(crate) fn estimate<E: Experiment>(
    experiment: &E,
    design: &[(E::Point, usize)],
    seed: u64,
    budget: Duration,
) -> Result<Cost> {
    let mut order: Vec<(f64, &(E::Point, usize))> = design
        .iter()
        .map(|point| (experiment.cost(&point.0), point))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let begin = Instant::now();
    let (mut seconds, mut rate) = (0.0, 0.0);
    for (stated, (point, replicas)) in order {
        let of_task = if begin.elapsed() < budget {
            time(experiment, point, seed)?
        } else {
            rate * stated
        };
        rate = of_task / stated;
        seconds += of_task * as_float(*replicas);
    }
    Ok(Cost {
        points: design.len(),
        replicas: design.iter().map(|point| point.1).sum(),
        seconds,
    })
}

/// Seconds of one replica.
fn time<E: Experiment>(experiment: &E, point: &E::Point, seed: u64) -> Result<f64> {
    let name = experiment.name();
    let begin = Instant::now();
    let mut count = 0;
    while count < MOST && (count == 0 || begin.elapsed() < SHORTEST) {
        let mut random = stream(seed, &format!("{name} {point:?}"), count);
        experiment.measure(point, &mut random)?;
        count += 1;
    }
    let repetitions = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(begin.elapsed().as_secs_f64() / f64::from(repetitions))
}
