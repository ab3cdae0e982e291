//! Parallel tempering: ladders from independent units, which are drawn anew at every step, to a machine that Gibbs sampling alone cannot cross.
//!
//! # Examples
//! Two wells between which Gibbs sampling would take some e²⁰ sweeps:
//! ```
//! use faer::Mat;
//! use saddlepoint_simulator::log_partition::exact;
//! use saddlepoint_simulator::machine::{Layer, Rbm};
//! use saddlepoint_simulator::tempering::{Path, Size, Tempering, rounds};
//! use saddlepoint_simulator::{Unit, stream};
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let layer = || Layer::unbiased(Unit::Spin, 2);
//! let path = Path::to(Rbm::new(Mat::full(2, 2, 3.0), layer()?, layer()?)?);
//! let mut ladders = Tempering::new(&path, 20, Size::Adapted, &mut stream(0, "wells", 0))?;
//! for (sweeps, then) in rounds(200) {
//!     ladders.sweep(sweeps);
//!     ladders.adapt(then);
//! }
//! ladders.sweep(1000);
//! assert!(ladders.round_trips() > 20.0);
//! let found = ladders.rungs().pop().expect("at least two");
//! let error = found.standard_error.expect("more than one ladder");
//! assert!((found.log_partition - exact(path.target())?).abs() < 4.0 * error);
//! # Ok(())
//! # }
//! ```

mod ladder;
mod packed;
mod path;
mod replicas;
mod tally;

use faer::{Mat, MatRef};
use rand::{Rng, RngExt};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

pub use self::ladder::Size;
use self::ladder::{interpolate, nearest, rearranged};
use self::packed::Packed;
pub use self::path::Path;
use self::path::Rungs;
use self::replicas::{General, Groups, Replicas};
use self::tally::Tally;
use crate::error::{Result, at_least};
use crate::gibbs::independent;
use crate::linear::column;
use crate::numbers::as_float;
use crate::statistics::Moments;
use crate::stream::stream;

/// Ladders that one thread advances, where all rungs share their weights and where they do not: enough configurations for tables.
const BLOCKS: [usize; 2] = [16, 64];

/// Independent ladders of replicas along a path, all with the same rungs.
///
/// Each step is one Gibbs sweep of every replica, after which neighbours exchange their visible units v and v′ with the probability
///
/// ```text
/// min(1, exp(F_k(v) + F_{k+1}(v′) − F_k(v′) − F_{k+1}(v)))
/// ```
///
/// the pairs (0, 1), (2, 3), … and (1, 2), (3, 4), … in turn, so that a configuration keeps its direction as long as it is accepted. The hidden
/// units are summed out, and the free energies need no further products within one segment of the path. At the first rung every sweep draws independent units.
///
/// The random numbers belong to some ladders at a time, whatever the number of threads, which changes nothing.
///
/// # References
/// Geyer, in *Computing Science and Statistics* 23, 156 (1991); Hukushima & Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996); Syed, Bouchard-Côté, Deligiannidis &
/// Doucet, J. R. Stat. Soc. B 84, 321 (2022) (the order of exchanges, the rungs); Béreux, Decelle, Furtlehner, Rosset & Seoane, ICLR (2025)
/// (the machines of a training as rungs).
pub struct Tempering<'a> {
    path: &'a Path,
    size: Size,
    ladders: usize,
    is_packed: bool,
    rungs: Rungs,
    /// What ln Z rises by from each rung to the next, as far as it is known: it makes Bennett's estimate precise and not right.
    rises: Vec<f64>,
    blocks: Vec<Block>,
}

/// Ladders with random numbers of their own.
struct Block {
    replicas: Box<dyn Replicas>,
    tally: Tally,
    rng: Xoshiro256PlusPlus,
    /// Steps so far.
    steps: u64,
    up: Vec<f64>,
    down: Vec<f64>,
    chances: Vec<f64>,
}

/// What is done at the end of a part of the burn-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Rungs are moved to where exchanges are rejected, and their number fits the barrier.
    Rearrange,
    /// The rungs stay from then on.
    Count,
}

/// A burn-in in parts: sweeps, and what is done with the rungs then. Each part is about as long as all before it.
pub fn rounds(sweeps: usize) -> Vec<(usize, Then)> {
    let mut rounds = vec![(sweeps - sweeps / 2, Then::Count)];
    let mut rest = sweeps / 2;
    // A few exchanges of every pair.
    while rest >= 8 {
        let some = if rest >= 16 { rest - rest / 2 } else { rest };
        rounds.push((some, Then::Rearrange));
        rest -= some;
    }
    rounds.reverse();
    rounds
}

/// What is known of a rung.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// Position t on the path.
    pub position: f64,
    /// Mean probability of exchange with the next rung; `None` for the last, and before any attempt.
    pub exchange: Option<f64>,
    /// ln Z.
    pub log_partition: f64,
    /// Its standard error by the spread of the ladders, `None` of one ladder.
    pub standard_error: Option<f64>,
}

/// The configurations at the last rung of some ladders, both layers drawn together.
pub struct Last<'a> {
    path: &'a Path,
    visible: Mat<f64>,
    hidden: Mat<f64>,
}

impl Last<'_> {
    /// The visible units, one ladder per column.
    pub fn visible(&self) -> MatRef<'_, f64> {
        self.visible.as_ref()
    }

    /// The hidden units.
    pub fn hidden(&self) -> MatRef<'_, f64> {
        self.hidden.as_ref()
    }

    /// Energy E(v, h) of each ladder.
    pub fn energies(&self) -> Vec<f64> {
        let machine = self.path.target();
        let inputs = machine.exact_inputs_v_from_h(self.hidden.as_ref());
        let energy = |c| {
            let (v, h) = (column(self.visible(), c), column(self.hidden(), c));
            machine.energy_given_inputs(v, h, inputs.col_as_slice(c))
        };
        (0..self.visible.ncols()).map(energy).collect()
    }
}

impl<'a> Tempering<'a> {
    /// `ladders` ≥ 1 ladders, all of whose replicas are drawn as independent units of the biases b⁰.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without ladders, or for fewer than two rungs.
    pub fn new(
        path: &'a Path,
        ladders: usize,
        size: Size,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        at_least("ladders", "at least 1", ladders, 1)?;
        if let Size::Given(rungs) = size {
            at_least("rungs", "at least 2", rungs, 2)?;
        }
        let segments = path.machines().len();
        let intervals = size.first(segments);
        let end = as_float(segments);
        let position = |k| as_float(k) / as_float(intervals) * end;
        let positions: Vec<f64> = (0..=intervals).map(position).collect();
        let blocks = ladders.div_ceil(BLOCKS[usize::from(segments > 1)]);
        let together = if segments > 1 { 1 } else { positions.len() };
        let fewest = ladders / blocks * together;
        let is_packed = path.is_packed(fewest);
        let rungs = Rungs::new(path, positions, is_packed);
        let (key, layer) = (rng.next_u64(), path.base_layer());
        let blocks = (0..blocks).map(|b| {
            let count = ladders * (b + 1) / blocks - ladders * b / blocks;
            let mut rng = stream(key, "tempering", b as u64);
            let visible: Vec<_> = (0..rungs.count())
                .map(|_| independent(&layer, count, &mut rng))
                .collect();
            Block::new(&rungs, is_packed, &visible, rng)
        });
        Ok(Self {
            path,
            size,
            ladders,
            is_packed,
            rises: vec![0.0; rungs.count() - 1],
            blocks: blocks.collect(),
            rungs,
        })
    }

    /// Steps of every ladder.
    pub fn sweep(&mut self, steps: usize) {
        let mut nobody = vec![(); self.blocks.len()];
        self.advance(steps, &mut nobody, |(), _, _| ());
    }

    /// Steps of every ladder, each with an observer of its [blocks](Self::blocks): `see` gets it, the number of the step from 0, and the last rung.
    pub fn advance<R: Send>(
        &mut self,
        steps: usize,
        observers: &mut [R],
        see: impl Fn(&mut R, usize, &dyn Fn() -> Last<'a>) + Sync,
    ) {
        let (path, rungs, rises) = (self.path, &self.rungs, &self.rises);
        let blocks = self.blocks.par_iter_mut().zip(observers);
        blocks.with_max_len(1).for_each(|(block, observer)| {
            for step in 0..steps {
                block.replicas.sweep(rungs, &mut block.rng);
                let replicas = &block.replicas;
                see(observer, step, &|| {
                    let [visible, hidden] = replicas.units(rungs, rungs.count() - 1);
                    Last {
                        path,
                        visible,
                        hidden,
                    }
                });
                block.replicas.look(rungs);
                block.exchange(rungs, rises);
            }
        });
    }

    /// Ladders of each block, in order.
    pub fn blocks(&self) -> Vec<usize> {
        self.blocks.iter().map(|block| block.up.len()).collect()
    }

    /// Takes what was counted for the rungs, and counts anew.
    pub fn adapt(&mut self, then: Then) {
        let ratios = self.rises();
        if then == Then::Rearrange {
            let rejections: Vec<f64> = (0..ratios.len())
                .map(|k| 1.0 - self.exchange_rate(k).unwrap_or(0.0))
                .collect();
            let before = std::mem::take(&mut self.rungs.positions);
            let positions = rearranged(&before, &rejections, self.size);
            let mut levels = vec![0.0];
            levels.extend(ratios.iter().scan(0.0, |sum, x| {
                *sum += x;
                Some(*sum)
            }));
            let level = |t: &f64| interpolate(&before, &levels, *t);
            let levels: Vec<f64> = positions.iter().map(level).collect();
            self.rises = levels.windows(2).map(|pair| pair[1] - pair[0]).collect();
            self.rungs.positions = before;
            self.move_to(positions);
        } else {
            self.rises = ratios;
            self.blocks.iter_mut().for_each(|block| block.tally.clear());
        }
    }

    /// Every new rung takes over the configurations of the one that was nearest.
    fn move_to(&mut self, positions: Vec<f64>) {
        let old = &self.rungs;
        let new = Rungs::new(self.path, positions, self.is_packed);
        let is_packed = self.is_packed;
        self.blocks.par_iter_mut().for_each(|block| {
            let units = |&t: &f64| {
                let [visible, _] = block.replicas.units(old, nearest(&old.positions, t));
                visible
            };
            let visible: Vec<_> = new.positions.iter().map(units).collect();
            let steps = block.steps;
            *block = Block::new(&new, is_packed, &visible, block.rng.clone());
            block.steps = steps;
        });
        self.rungs = new;
    }

    /// Mean probability of exchange of a pair, over all ladders.
    fn exchange_rate(&self, pair: usize) -> Option<f64> {
        let pairs = || self.blocks.iter().map(|block| &block.tally.pairs[pair]);
        let attempts: u64 = pairs().map(|pair| pair.attempts).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
        let attempts = attempts as f64;
        let exchanges: f64 = pairs().map(|pair| pair.exchanges).sum();
        (attempts > 0.0).then(|| exchanges / attempts)
    }

    /// Bennett's sums of all ladders at a pair.
    fn bennett(&self, pair: usize) -> [Vec<f64>; 2] {
        [0, 1].map(|side| {
            let blocks = self.blocks.iter();
            let sums = blocks.flat_map(|block| &block.tally.pairs[pair].bennett[side]);
            sums.copied().collect()
        })
    }

    /// ln `Z_{k+1}/Z_k` as far as it was counted.
    ///
    /// ```text
    /// Z_{k+1}/Z_k = e^{−C} ⟨1/(1 + e^{F_{k+1} − F_k − C})⟩_k/⟨1/(1 + e^{F_k − F_{k+1} + C})⟩_{k+1}
    /// ```
    ///
    /// for any C, with the smallest error where C is −ln of the left side (Bennett, J. Comput. Phys. 22, 245 (1976)).
    fn rises(&self) -> Vec<f64> {
        let rise = |(pair, &before): (usize, &f64)| {
            let [a, b] = self.bennett(pair).map(|sums| sums.iter().sum::<f64>());
            let found = before + (a / b).ln();
            // Before anything was counted, and where rungs are so far apart that the weights underflow.
            if found.is_finite() {
                found
            } else {
                self.slope(pair).unwrap_or(before)
            }
        };
        self.rises.iter().enumerate().map(rise).collect()
    }

    /// ln `Z_{k+1}/Z_k` by the mean changes of F at both ends.
    fn slope(&self, pair: usize) -> Option<f64> {
        let pairs = self.blocks.iter().map(|block| &block.tally.pairs[pair]);
        let (mut count, mut sum) = (0.0, 0.0);
        for pair in pairs {
            #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
            let attempts = pair.attempts as f64;
            count += attempts;
            sum += 0.5 * (pair.changes[1] - pair.changes[0]);
        }
        Some(sum / count).filter(|x| x.is_finite())
    }

    /// Round trips per ladder: how often a configuration that was drawn anew at the first rung arrived at the last one.
    pub fn round_trips(&self) -> f64 {
        let arrivals: u64 = self.arrivals().iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
        let arrivals = arrivals as f64;
        arrivals / as_float(self.ladders)
    }

    /// The same of every ladder.
    pub fn arrivals(&self) -> Vec<u64> {
        let blocks = self.blocks.iter();
        blocks
            .flat_map(|block| block.tally.arrivals.clone())
            .collect()
    }

    /// What is known of every rung since the rungs stay.
    ///
    /// ln Z is that of independent units plus [Bennett's](https://doi.org/10.1016/0021-9991(76)90078-4) ratios of neighbours; its error is the spread of what the ladders add to it,
    /// σ² = `Var_l` `x_l`/L with `x_l` = Σ (`a_l`/⟨a⟩ − `b_l`/⟨b⟩) over the pairs, a and b Bennett's two means.
    pub fn rungs(&self) -> Vec<Rung> {
        let rises = self.rises();
        let mut log_partition = self.path.base_log_partition();
        let mut deviations = vec![0.0; self.ladders];
        let last = self.rungs.count() - 1;
        let rung = |(k, &position): (usize, &f64)| {
            if k > 0 {
                log_partition += rises[k - 1];
                for (side, sums) in self.bennett(k - 1).into_iter().enumerate() {
                    let mean = sums.iter().sum::<f64>() / as_float(self.ladders);
                    let sign = if side == 0 { 1.0 } else { -1.0 };
                    let sums = deviations.iter_mut().zip(sums);
                    sums.for_each(|(x, sum)| *x += sign * sum / mean);
                }
            }
            let spread: Moments = deviations.iter().copied().collect();
            Rung {
                position,
                exchange: (k < last).then(|| self.exchange_rate(k)).flatten(),
                log_partition,
                standard_error: spread.estimate().ok().map(|found| found.standard_error),
            }
        };
        self.rungs.positions.iter().enumerate().map(rung).collect()
    }
}

impl Block {
    fn new(rungs: &Rungs, is_packed: bool, visible: &[Mat<f64>], rng: Xoshiro256PlusPlus) -> Self {
        let ladders = visible[0].ncols();
        let replicas: Box<dyn Replicas> = if is_packed {
            Box::new(Groups::<Packed>::new(rungs, visible))
        } else {
            Box::new(Groups::<General>::new(rungs, visible))
        };
        Self {
            replicas,
            tally: Tally::new(rungs.count(), ladders),
            rng,
            steps: 0,
            up: vec![0.0; ladders],
            down: vec![0.0; ladders],
            chances: vec![0.0; ladders],
        }
    }

    /// Exchanges of every second pair.
    fn exchange(&mut self, rungs: &Rungs, rises: &[f64]) {
        let first = usize::from(!self.steps.is_multiple_of(2));
        self.steps += 1;
        for lower in (first..rungs.count() - 1).step_by(2) {
            let (up, down) = (&mut self.up, &mut self.down);
            self.replicas.changes(rungs, lower, up, down);
            self.tally.pairs[lower].record(up, down, -rises[lower], &mut self.chances);
            for (ladder, &chance) in self.chances.iter().enumerate() {
                if self.rng.random::<f64>() < chance {
                    self.replicas.exchange(rungs, lower, ladder);
                    self.tally.exchange(lower, ladder);
                }
            }
        }
        self.tally.arrive();
    }
}
