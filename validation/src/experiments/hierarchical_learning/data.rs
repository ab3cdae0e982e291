//! Binary data in a hierarchy: a tree of prototypes, each a noisy copy of the one above.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use saddlepoint_simulator::{Samples, stream};

use crate::error::Result;

/// Probability that an entry differs from the one above, from the root down; each level halves its groups.
const FLIPS: [f64; 4] = [0.25, 0.15, 0.08, 0.05];
/// Probability that an entry of a sample differs from its prototype.
const NOISE: f64 = 0.02;

/// Samples of the leaves of a binary tree, 0 or 1, in turn: `2⁴` prototypes, whose common ancestors make the strong modes.
///
/// # Errors
/// Those of [`Samples::discrete`].
pub(super) fn tree(units: usize, samples: usize) -> Result<Samples> {
    let mut random = stream(0, "hierarchical data", 0);
    let root = (0..units)
        .map(|_| i8::from(random.next_u64() >> 63 == 1))
        .collect();
    let mut prototypes: Vec<Vec<i8>> = vec![root];
    for flip in FLIPS {
        prototypes = prototypes
            .iter()
            .flat_map(|parent| [0, 1].map(|_| parent.clone()))
            .map(|copy| noisy(&copy, flip, &mut random))
            .collect();
    }
    let draw = |sample: usize| noisy(&prototypes[sample % prototypes.len()], NOISE, &mut random);
    let values = (0..samples).flat_map(draw).collect();
    Ok(Samples::discrete(samples, units, values)?)
}

/// A copy with each entry turned with a probability.
fn noisy(entries: &[i8], flip: f64, random: &mut Xoshiro256PlusPlus) -> Vec<i8> {
    let turned = |&entry: &i8| {
        // 53 bits, evenly in [0, 1).
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let uniform = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        if uniform < flip { 1 - entry } else { entry }
    };
    entries.iter().map(turned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_are_more_alike_than_strangers() {
        let samples = tree(400, 32).unwrap();
        let row = |a: usize| &samples.as_discrete().unwrap()[a * 400..(a + 1) * 400];
        let differing =
            |a: usize, b: usize| row(a).iter().zip(row(b)).filter(|(x, y)| x != y).count();
        // Samples 0 and 16 share their prototype, 0 and 1 its parent, 0 and 15 only the root.
        assert!(differing(0, 16) < differing(0, 1));
        assert!(differing(0, 1) < differing(0, 15));
        assert!(differing(0, 15) < 240, "strangers share the root");
    }
}
