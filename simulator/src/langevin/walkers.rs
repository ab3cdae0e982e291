//! Walkers in the modes of a machine, and what they show.

use faer::Mat;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::drift::Drift;
use super::{FiniteLayer, Modes};
use crate::error::{Result, at_least, check};
use crate::numbers::as_float;
use crate::statistics::{Estimate, jackknife};

/// How walkers move and are recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Langevin {
    /// Time Δ of a step. Infinite machines are followed exactly at any Δ, finite ones to an error of order Δ².
    pub step: f64,
    /// Steps between two records: the time over which relaxation is seen.
    pub interval: usize,
    /// Records that are dropped, until the walkers are stationary.
    pub burn_in: usize,
    /// Records that count, ≥ 2.
    pub records: usize,
    /// Independent walkers, ≥ 2, all from φ = 0.
    pub walkers: usize,
    /// Size of a variable at which its mode has diverged.
    pub limit: f64,
}

impl Default for Langevin {
    fn default() -> Self {
        Self {
            step: 0.05,
            interval: 10,
            burn_in: 100,
            records: 1000,
            walkers: 100,
            limit: 1e6,
        }
    }
}

/// Motion of one variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relaxation {
    /// Its variance; none where it diverged.
    pub variance: Option<Estimate>,
    /// Rate −ln ρ/τ from its regression ρ over the time τ between two records, negative where it grows; none where ρ is not
    /// positive or there were too few records.
    pub rate: Option<Estimate>,
    /// Whether it exceeded the limit, after which it is no longer followed.
    pub diverged: bool,
}

/// Motion of one mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeRecord {
    /// Singular value s.
    pub singular_value: f64,
    /// (x + y)/√2.
    pub slow: Relaxation,
    /// (x − y)/√2.
    pub fast: Relaxation,
}

impl Langevin {
    /// Lets walkers move and measures variance and relaxation of every mode.
    ///
    /// # Method
    /// The linear part of the drift with its noise is exact (an Ornstein–Uhlenbeck process, also where it grows). The rest
    /// of a finite machine acts between two halves of it.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a setting out of its domain.
    ///
    /// # References
    /// Uhlenbeck & Ornstein, Phys. Rev. 36, 823 (1930); Strang, SIAM J. Numer. Anal. 5, 506 (1968) (splitting).
    pub fn run(&self, modes: &Modes, rng: &mut Xoshiro256PlusPlus) -> Result<Vec<ModeRecord>> {
        self.check()?;
        let mut slow = Walkers::new(self, modes.slow_curvatures(), modes.layers.as_ref());
        let mut fast = Walkers::new(self, modes.fast_curvatures(), None);
        for record in 0..=self.burn_in + self.records {
            for walkers in [&mut slow, &mut fast] {
                if record > 0 {
                    (0..self.interval).for_each(|_| walkers.step(rng));
                }
                if record == self.burn_in {
                    walkers.forget();
                }
                walkers.record();
            }
        }
        let interval = as_float(self.interval) * self.step;
        let records = modes.couplings.iter().enumerate();
        Ok(records
            .map(|(k, &singular_value)| ModeRecord {
                singular_value,
                slow: slow.relaxation(k, interval),
                fast: fast.relaxation(k, interval),
            })
            .collect())
    }

    fn check(&self) -> Result<()> {
        let positive = "positive and finite";
        check("step", positive, self.step, |x| x > 0.0)?;
        check("limit", positive, self.limit, |x| x > 0.0)?;
        at_least("interval", "at least 1", self.interval, 1)?;
        at_least("records", "at least 2", self.records, 2)?;
        at_least("walkers", "at least 2", self.walkers, 2)?;
        Ok(())
    }
}

/// Exact motion over a time t at the rate λ: x → decay·x + deviation·z.
#[derive(Debug, Clone, Copy)]
struct Linear {
    decay: f64,
    deviation: f64,
}

impl Linear {
    fn new(rate: f64, time: f64) -> Self {
        let exponent = rate * time;
        // (1 − e^{−2λt})/λ, with its limit 2t.
        let variance = if exponent.abs() < f64::MIN_POSITIVE {
            2.0 * time
        } else {
            -(-2.0 * exponent).exp_m1() / rate
        };
        Self {
            decay: (-exponent).exp(),
            deviation: variance.sqrt(),
        }
    }
}

/// Sums over the records of one variable of one walker: n, x, x², and of pairs of successive records n, x, x′, x², x x′.
type Sums = [f64; 8];

/// One kind of variables, slow or fast, of all modes (rows) and walkers (columns).
struct Walkers<'a> {
    rates: Vec<f64>,
    time: f64,
    motion: Vec<Linear>,
    values: Mat<f64>,
    limit: f64,
    diverged: Vec<bool>,
    /// At the last record, if there was one.
    previous: Option<Mat<f64>>,
    sums: Vec<Vec<Sums>>,
    drift: Option<Drift<'a>>,
}

impl<'a> Walkers<'a> {
    fn new(settings: &Langevin, rates: Vec<f64>, layers: Option<&'a [FiniteLayer; 2]>) -> Self {
        // Half of the linear motion before and half after the rest of the drift.
        let parts = if layers.is_some() { 0.5 } else { 1.0 };
        let time = settings.step * parts;
        let (modes, walkers) = (rates.len(), settings.walkers);
        Self {
            motion: rates.iter().map(|&rate| Linear::new(rate, time)).collect(),
            time: settings.step,
            values: Mat::zeros(modes, walkers),
            limit: settings.limit,
            diverged: vec![false; modes],
            previous: None,
            sums: vec![vec![[0.0; 8]; walkers]; modes],
            drift: layers.map(|layers| Drift::new(layers, modes, walkers)),
            rates,
        }
    }

    fn step(&mut self, rng: &mut Xoshiro256PlusPlus) {
        self.move_linearly(rng);
        if let Some(drift) = &mut self.drift {
            drift.kick(self.time, &self.rates, self.values.as_mut());
            self.move_linearly(rng);
        }
        self.stop_diverged();
    }

    fn move_linearly(&mut self, rng: &mut Xoshiro256PlusPlus) {
        for walker in self.values.as_mut().col_iter_mut() {
            for (x, motion) in walker.iter_mut().zip(&self.motion) {
                let noise: f64 = StandardNormal.sample(rng);
                *x = motion.decay * *x + motion.deviation * noise;
            }
        }
    }

    /// Holds a mode at 0 in all walkers once one of them has left the range; not a number has left it too.
    fn stop_diverged(&mut self) {
        for (k, diverged) in self.diverged.iter_mut().enumerate() {
            *diverged |= !self.values.row(k).iter().all(|x| x.abs() <= self.limit);
            if *diverged {
                self.values.row_mut(k).iter_mut().for_each(|x| *x = 0.0);
            }
        }
    }

    /// Drops what was recorded, but not of modes that have diverged.
    fn forget(&mut self) {
        self.previous = None;
        for (sums, _) in self
            .sums
            .iter_mut()
            .zip(&self.diverged)
            .filter(|(_, d)| !**d)
        {
            sums.fill([0.0; 8]);
        }
    }

    fn record(&mut self) {
        for (k, sums) in self.sums.iter_mut().enumerate() {
            if self.diverged[k] {
                continue;
            }
            for (walker, sums) in sums.iter_mut().enumerate() {
                let x = self.values[(k, walker)];
                add(&mut sums[..3], [1.0, x, x * x]);
                if let Some(previous) = &self.previous {
                    let y = previous[(k, walker)];
                    add(&mut sums[3..], [1.0, y, x, y * y, x * y]);
                }
            }
        }
        match &mut self.previous {
            Some(previous) => previous.copy_from(&self.values),
            None => self.previous = Some(self.values.clone()),
        }
    }

    /// Errors from leaving out each walker once: walkers are independent, records are not.
    fn relaxation(&self, k: usize, interval: f64) -> Relaxation {
        let rows: Vec<_> = self.sums[k].iter().map(|sums| sums.to_vec()).collect();
        let variance = |m: &[f64]| m[2] / m[0] - (m[1] / m[0]).powi(2);
        let rate = |m: &[f64]| {
            let covariance = m[7] / m[3] - m[4] / m[3] * (m[5] / m[3]);
            -(covariance / (m[6] / m[3] - (m[4] / m[3]).powi(2))).ln() / interval
        };
        let diverged = self.diverged[k];
        Relaxation {
            variance: jackknife(&rows, variance).ok().filter(|_| !diverged),
            rate: jackknife(&rows, rate).ok(),
            diverged,
        }
    }
}

fn add<const K: usize>(sums: &mut [f64], terms: [f64; K]) {
    sums.iter_mut().zip(terms).for_each(|(sum, x)| *sum += x);
}
