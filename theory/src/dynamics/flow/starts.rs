//! Where the search for an optimum begins.

use super::count;

/// Scale of random initial weights in units of the bumps' height.
const NOISE: f64 = 0.3;

/// A number between 0 and 1 that depends on seed and index alone: Weyl's sequence, scrambled as in Steele, Lea & Flood's
/// `SplitMix64`. The starts are spread over the ring, not drawn.
pub(in crate::dynamics) fn scattered(seed: u64, index: u64) -> f64 {
    let mut z = seed
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(index.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    let unit = ((z ^ (z >> 31)) >> 11) as f64;
    unit / 9_007_199_254_740_992.0
}

/// Gaussian bumps from which place cells grow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::dynamics) struct Bumps {
    /// Sites of the ring.
    pub(in crate::dynamics) units: usize,
    pub(in crate::dynamics) height: f64,
    /// Standard deviation, in sites.
    pub(in crate::dynamics) width: f64,
    /// Whether the signs alternate.
    pub(in crate::dynamics) is_staggered: bool,
}

impl Bumps {
    /// The start of a given number: 0 has a bump for each hidden unit, equidistant around the ring; then, in turn, small weights
    /// everywhere and bumps in scattered places.
    pub(in crate::dynamics) fn start(&self, hidden: usize, number: u64, seed: u64) -> Vec<f64> {
        let n = count(self.units);
        let at = |index: usize| scattered(seed, number << 32 | index as u64);
        if number % 2 == 1 {
            let height = NOISE * self.height;
            let weights = (0..hidden * self.units).map(|index| height * (2.0 * at(index) - 1.0));
            return weights.collect();
        }
        let centre = |unit: usize| match number {
            0 => (n * (count(unit) + 0.5) / count(hidden)).floor(),
            _ => (n * at(unit)).floor(),
        };
        (0..hidden)
            .flat_map(|unit| self.bump(centre(unit)))
            .collect()
    }

    /// One bump, its centre anywhere on the ring.
    pub(in crate::dynamics) fn bump(&self, centre: f64) -> impl Iterator<Item = f64> {
        let (bumps, n) = (*self, count(self.units));
        (0..self.units).map(move |site| {
            let distance = (count(site) - centre + 0.5 * n).rem_euclid(n) - 0.5 * n;
            let is_odd = distance.round().rem_euclid(2.0) > 0.5;
            let sign = if bumps.is_staggered && is_odd {
                -1.0
            } else {
                1.0
            };
            sign * bumps.height * (-0.5 * (distance / bumps.width).powi(2)).exp()
        })
    }
}
