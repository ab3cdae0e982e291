//! What a run will cost, from a few of its tasks.

use crate::clock;
use crate::comparison::as_float;
use crate::error::Result;
use crate::memory::Peak;
use crate::plan::{Design, Plan};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Shortest time from which the clock tells the cost of a task.
const SHORTEST: Duration = Duration::from_millis(3);
/// Most repetitions of a short task.
const MOST: usize = 32;

/// Growth of the memory from which on a task stands out from what the program takes anyway, in bytes.
const VISIBLE: f64 = 1e6;

/// Power of the stated cost with which memory grows where the tasks that were tried do not tell: a matrix of N² numbers is decomposed in N³ steps.
const GROWTH: f64 = 2.0 / 3.0;

/// Bytes of a replica that is kept to the end, beside those of its values: its number, the length and the place of its values.
const KEPT: f64 = 96.0;

/// Bytes that theory takes for the rows, as measured over all experiments: 2 to 30 MB.
const THEORY: f64 = 1e7;

/// What a run will cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Points of the design, or of a part of its tasks.
    pub points: usize,
    /// Replicas of all points.
    pub replicas: usize,
    /// Time of one core, in seconds.
    pub seconds: f64,
    /// Memory in bytes with the threads of the run; `None` where the system does not tell.
    pub bytes: Option<f64>,
}

/// A point whose tasks were tried.
struct Tried {
    /// Cost that the experiment states.
    stated: f64,
    /// Seconds of a task.
    seconds: f64,
    /// By how much the memory grew in bytes.
    growth: Option<f64>,
    /// Values that a replica leaves.
    values: usize,
}

/// Measures tasks from the cheapest point on until `budget` is spent, and takes the time of the others for proportional to the cost that the
/// experiment states.
///
/// # Errors
/// Those of a task.
pub(crate) fn estimate(plan: &Plan<'_>, tasks: &[usize], budget: Duration) -> Result<Cost> {
    let mut replicas = BTreeMap::new();
    for &task in tasks {
        *replicas.entry(plan.tasks[task].0).or_insert(0) += 1;
    }
    let counts = replicas.into_iter();
    let stated = counts.map(|(point, count)| (plan.design.cost(point), point, count));
    let mut order: Vec<(f64, usize, usize)> = stated.collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (begin, memory) = (Instant::now(), Peak::new());
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut tried: Vec<Tried> = Vec::new();
    let (mut seconds, mut kept, mut replicas) = (0.0, 0.0, 0);
    for &(stated, point, count) in &order {
        if begin.elapsed() < budget || tried.is_empty() {
            Peak::reset();
            // On this thread alone, whose time is taken.
            let measured = alone.install(|| measure(&*plan.design, point, plan.settings.seed));
            let (seconds, values) = measured?;
            tried.push(Tried {
                stated,
                seconds,
                growth: memory.growth(),
                values,
            });
        }
        if let Some(last) = tried.last() {
            seconds += as_float(count) * last.seconds * stated / last.stated;
            kept += as_float(count) * (KEPT + 8.0 * as_float(last.values));
        }
        replicas += count;
    }
    let dearest = order.last().map_or(0.0, |last| last.0);
    let of_tasks =
        growth(&tried, dearest).map(|bytes| bytes * as_float(plan.settings.threads.min(replicas)));
    let bytes = memory.base().zip(of_tasks);
    Ok(Cost {
        points: order.len(),
        replicas,
        seconds,
        bytes: bytes.map(|(base, of_tasks)| base + THEORY + kept + of_tasks),
    })
}

/// By how much the memory grows for one task of the dearest point, with a power of the stated cost: that of the cheapest and the dearest visible growth that
/// were tried, or [`GROWTH`].
fn growth(tried: &[Tried], dearest: f64) -> Option<f64> {
    let seen = tried
        .iter()
        .map(|tried| Some((tried.stated, tried.growth?)));
    let seen: Vec<(f64, f64)> = seen.collect::<Option<_>>()?;
    let most = seen.iter().map(|seen| seen.1).fold(0.0, f64::max);
    let mut visible = seen.iter().filter(|seen| seen.1 > VISIBLE);
    let Some(&(first_cost, first)) = visible.next() else {
        return Some(most);
    };
    let &(last_cost, last) = visible.next_back().unwrap_or(&(first_cost, first));
    let power = if last_cost > 2.0 * first_cost {
        ((last / first).ln() / (last_cost / first_cost).ln()).clamp(0.0, 1.0)
    } else {
        GROWTH
    };
    Some(most.max(last * (dearest / last_cost).powf(power)))
}

/// Seconds of one replica, the median of some, and the number of its values.
fn measure(design: &dyn Design, point: usize, seed: u64) -> Result<(f64, usize)> {
    let begin = Instant::now();
    let (mut seconds, mut values) = (Vec::new(), 0);
    while seconds.len() < MOST && (seconds.is_empty() || begin.elapsed() < SHORTEST) {
        let one = clock::seconds();
        values = design.measure(point, seconds.len(), seed)?.len();
        seconds.push(clock::seconds() - one);
    }
    seconds.sort_by(f64::total_cmp);
    Ok((seconds[seconds.len() / 2], values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn tried(pairs: &[(f64, f64)]) -> Vec<Tried> {
        let tried = pairs.iter().map(|&(stated, growth)| Tried {
            stated,
            seconds: 1.0,
            growth: Some(growth),
            values: 1,
        });
        tried.collect()
    }

    #[test]
    fn memory_grows_with_the_power_that_was_seen() {
        // The square root of the cost, seen twice.
        let found = growth(&tried(&[(1.0, 0.0), (4.0, 2e6), (16.0, 4e6)]), 64.0);
        assert_relative_eq!(found.unwrap(), 8e6, max_relative = 1e-12);
        // Seen once.
        let found = growth(&tried(&[(1.0, 0.0), (8.0, 2e6)]), 64.0);
        assert_relative_eq!(found.unwrap(), 8e6, max_relative = 1e-12);
        assert_eq!(growth(&tried(&[(1.0, 3e5)]), 64.0), Some(3e5));
        assert_eq!(growth(&[], 1.0), Some(0.0));
    }
}
