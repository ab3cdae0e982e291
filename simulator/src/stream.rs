//! Named random streams: the same (seed, experiment, replica) gives the same numbers everywhere.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// The independent random stream of one replica of one experiment.
///
/// ```text
/// x ← f(seed ⊕ K_i),   x ← f(x ⊕ h(experiment)),   x ← f(x ⊕ replica),   word i of the state = x
/// ```
///
/// for i = 0..3, where f(x) is one output of `SplitMix64` started at x (a bijection of 64-bit words), h the 64-bit
/// FNV-1a hash of the name's UTF-8 bytes and `K_i` = (i + 1)·0x9e3779b97f4a7c15 mod 2⁶⁴. The four words are the
/// state of xoshiro256++ in order. Nothing depends on the platform, the number of threads or the version of a
/// dependency: this derivation is part of the crate's contract, and changing it changes published numbers.
///
/// At fixed seed and experiment each word is a bijection of `replica`, so two replicas never share a state; that two
/// streams overlap anywhere is as unlikely as a collision of random states in a cycle of 2²⁵⁶ − 1.
///
/// # References
/// Blackman & Vigna, ACM Trans. Math. Softw. 47, 36 (2021) (xoshiro256++); Steele, Lea & Flood, OOPSLA (2014)
/// (`SplitMix64`); Fowler, Noll & Vo (FNV-1a).
///
/// # Examples
/// ```
/// use rand_xoshiro::rand_core::Rng;
/// use saddlepoint_simulator::stream;
/// let mut first = stream(0, "retarded-learning", 7);
/// let mut again = stream(0, "retarded-learning", 7);
/// assert_eq!(first.next_u64(), again.next_u64());
/// ```
pub fn stream(seed: u64, experiment: &str, replica: u64) -> Xoshiro256PlusPlus {
    let name = fnv_1a(experiment.as_bytes());
    let mut state = [0_u8; 32];
    for (word, i) in state.chunks_exact_mut(8).zip(1_u64..) {
        let key = GOLDEN_GAMMA.wrapping_mul(i);
        let mixed = split_mix(split_mix(split_mix(seed ^ key) ^ name) ^ replica);
        word.copy_from_slice(&mixed.to_le_bytes());
    }
    Xoshiro256PlusPlus::from_seed(state)
}

/// 2⁶⁴ divided by the golden ratio, odd.
pub(crate) const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// First output of `SplitMix64` from the state `x`.
pub(crate) fn split_mix(x: u64) -> u64 {
    let z = x.wrapping_add(GOLDEN_GAMMA);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// 64-bit FNV-1a hash.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn hashes_have_their_published_values() {
        // FNV-1a of "a" and "foobar": the authors' test vectors. SplitMix64 from 0: first output of Vigna's splitmix64.c.
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(split_mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn streams_differ_in_each_of_their_three_names() {
        let first = |mut rng: Xoshiro256PlusPlus| rng.next_u64();
        let words = [
            first(stream(0, "a", 0)),
            first(stream(1, "a", 0)),
            first(stream(0, "b", 0)),
            first(stream(0, "a", 1)),
            first(stream(1, "a", 1)),
        ];
        for (i, word) in words.iter().enumerate() {
            assert!(!words[..i].contains(word));
        }
    }
}
