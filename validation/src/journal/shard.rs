//! Which tasks of a run a shard does.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display};
use std::str::FromStr;

/// The K-th of N parts of a run, 1 ≤ K ≤ N.
///
/// The tasks in order of their cost, the dearest first, are dealt out forth and back:
///
/// ```text
/// rank        0 1 … N−1   N … 2N−2 2N−1   2N 2N+1 …
/// shard       1 2 … N     N … 2    1      1  2    …
/// ```
///
/// so that shards differ by no more than one task in number, and in cost by no more than that of the dearest task. The order depends on the
/// design alone, not on what is done already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(usize, usize)", into = "(usize, usize)")]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// Part `number`, counted from 1, of `of` parts; `None` if there is no such part.
    pub fn new(number: usize, of: usize) -> Option<Self> {
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// Its number K, counted from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// The number of parts N.
    pub fn of(self) -> usize {
        self.of
    }

    /// The tasks of this part of `tasks` tasks, as ranks in the order of cost.
    pub(crate) fn ranks(self, tasks: usize) -> impl Iterator<Item = usize> {
        let place = move |round: usize| {
            if round.is_multiple_of(2) {
                self.number - 1
            } else {
                self.of - self.number
            }
        };
        let rounds = 0..tasks.div_ceil(self.of);
        let ranks = rounds.map(move |round| round * self.of + place(round));
        ranks.filter(move |&rank| rank < tasks)
    }
}

impl Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<usize>().ok();
        let pair = text
            .split_once('/')
            .and_then(|(k, n)| number(k).zip(number(n)));
        let (k, n) =
            pair.ok_or("write K/N, two whole numbers: 2/8 is the second of eight shards")?;
        Self::new(k, n).ok_or_else(|| match n {
            0 => "there is no part of 0 shards; write K/N with N from 1".to_owned(),
            _ => format!("shards are counted from 1: K is 1 to {n} for N = {n}"),
        })
    }
}

impl TryFrom<(usize, usize)> for Shard {
    type Error = String;

    fn try_from((number, of): (usize, usize)) -> Result<Self, String> {
        Self::new(number, of).ok_or_else(|| format!("there is no shard {number}/{of}"))
    }
}

impl From<Shard> for (usize, usize) {
    fn from(shard: Shard) -> Self {
        (shard.number, shard.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_in_one_shard_and_no_shard_has_two_tasks_more_than_another() {
        for (tasks, of) in [(0, 3), (1, 3), (7, 3), (9, 3), (53, 7), (5, 8)] {
            let shards =
                (1..=of).map(|k| Shard::new(k, of).unwrap().ranks(tasks).collect::<Vec<_>>());
            let shards: Vec<Vec<usize>> = shards.collect();
            let sizes = shards.iter().map(Vec::len);
            assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1);
            let mut all = shards.concat();
            all.sort_unstable();
            assert_eq!(all, (0..tasks).collect::<Vec<_>>());
        }
    }

    #[test]
    fn costs_of_shards_differ_by_no_more_than_the_dearest_task() {
        let costs: Vec<f64> = (0..40).map(|k| 0.8_f64.powi(k)).collect();
        for of in [2, 3, 7] {
            let cost = |k| {
                Shard::new(k, of)
                    .unwrap()
                    .ranks(40)
                    .map(|rank| costs[rank])
                    .sum::<f64>()
            };
            let sums: Vec<f64> = (1..=of).map(cost).collect();
            let most = sums.iter().copied().fold(0.0, f64::max);
            let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
            assert!(most - least <= costs[0], "{sums:?}");
        }
    }

    #[test]
    fn a_shard_is_written_as_it_is_read() {
        assert_eq!("2/8".parse::<Shard>().unwrap().to_string(), "2/8");
        for wrong in [
            "0/3", "4/3", "x/3", "1/0", "3", "1/2/3", "-1/3", "1.5/3", "",
        ] {
            let reason = wrong.parse::<Shard>().unwrap_err();
            assert!(reason.contains('K'), "{reason}");
        }
    }
}
