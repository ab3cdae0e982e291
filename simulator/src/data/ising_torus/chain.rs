//! Swendsen–Wang sweeps of an Ising torus on words of 64 spins.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::bits::{BernoulliWord, low_bits, prefix_parity, write_spins};
use crate::numbers::as_float;

/// A Markov chain of spin configurations on an L × L torus.
///
/// # Method
/// A row is ⌈L/64⌉ words of up to 64 spins. A sweep (Swendsen & Wang 1987)
/// 1. closes every satisfied bond with probability 1 − e^(−2β), 64 at a time;
/// 2. joins clusters. The nodes are the runs of horizontally connected spins within a word, named by their last spin. Of
///    the vertical bonds between two runs only the first is used, found for all runs of a word by one addition. The first
///    bond of each run to the row above makes it a child of that run's parent, without a search; the few others join
///    clusters by Rem's union-find. A parent always lies in front of its child;
/// 3. flips each cluster with probability 1/2: one pass in order gives each run the coin of its parent, and a prefix
///    parity spreads the changes of coin along the word.
///
/// # References
/// Swendsen & Wang, Phys. Rev. Lett. 58, 86 (1987); Patwary, Blair & Manne, SEA (2010) (Rem's union-find).
#[derive(Debug, Clone, PartialEq)]
pub struct TorusChain {
    side: usize,
    /// Words of a row.
    width: usize,
    /// Probability that a satisfied bond is closed.
    closed: BernoulliWord,
    /// Spins row by row, 1 for −1; unused bits are 0.
    spins: Vec<u64>,
    /// Closed bonds to the right.
    horizontal: Vec<u64>,
    /// Closed bonds to the row below.
    vertical: Vec<u64>,
    /// A node in the same cluster that is not behind, for each node.
    parents: Vec<u32>,
    /// The coin of each node, ±1.
    coins: Vec<i8>,
}

impl TorusChain {
    /// All spins up; 2 ≤ `side` ≤ 32768 and β ≥ 0 are checked by the caller.
    pub(super) fn new(side: usize, inverse_temperature: f64) -> Self {
        let width = side.div_ceil(64);
        let words = width * side;
        Self {
            side,
            width,
            closed: BernoulliWord::new(-(-2.0 * inverse_temperature).exp_m1()),
            spins: vec![0; words],
            horizontal: vec![0; words],
            vertical: vec![0; words],
            parents: vec![0; 64 * words],
            coins: vec![0; 64 * words],
        }
    }

    /// One Swendsen–Wang update of all N spins.
    pub fn sweep(&mut self, rng: &mut Xoshiro256PlusPlus) {
        for (node, parent) in (0_u32..).zip(&mut self.parents) {
            *parent = node;
        }
        self.close_bonds(rng);
        self.attach_rows();
        self.join_clusters();
        self.flip(rng);
    }

    /// Energy per site, −(1/N) Σ_⟨ij⟩ `v_i` `v_j`, between −2 and 2.
    pub fn energy(&self) -> f64 {
        let mut broken = 0;
        for at in 0..self.spins.len() {
            broken += (self.spins[at] ^ self.right(at)).count_ones() as usize;
            broken += (self.spins[at] ^ self.spins[self.below(at)]).count_ones() as usize;
        }
        2.0 * as_float(broken) / as_float(self.side * self.side) - 2.0
    }

    /// Magnetization per site, (1/N) `Σ_i` `v_i`.
    pub fn magnetization(&self) -> f64 {
        let down: usize = self
            .spins
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum();
        1.0 - 2.0 * as_float(down) / as_float(self.side * self.side)
    }

    /// Writes the spins, site (x, y) at y L + x.
    ///
    /// # Panics
    /// Where `spins` does not have N entries: an error of this crate, not of a caller.
    pub(super) fn write_spins(&self, spins: &mut [i8]) {
        assert_eq!(spins.len(), self.side * self.side);
        for (words, row) in self
            .spins
            .chunks_exact(self.width)
            .zip(spins.chunks_mut(self.side))
        {
            write_spins(words, row);
        }
    }

    /// The configuration as ±1, site (x, y) at y L + x.
    pub fn spins(&self) -> Vec<i8> {
        let mut spins = vec![0; self.side * self.side];
        self.write_spins(&mut spins);
        spins
    }

    /// Number of spins in the word `at`.
    fn length(&self, at: usize) -> usize {
        (self.side - 64 * (at % self.width)).min(64)
    }

    /// The word below.
    fn below(&self, at: usize) -> usize {
        if at + self.width < self.spins.len() {
            at + self.width
        } else {
            at + self.width - self.spins.len()
        }
    }

    /// The word to the right, in the same row.
    fn next(&self, at: usize) -> usize {
        if (at + 1).is_multiple_of(self.width) {
            at + 1 - self.width
        } else {
            at + 1
        }
    }

    /// Right neighbours of the spins of a word.
    fn right(&self, at: usize) -> u64 {
        let first = self.spins[self.next(at)] & 1;
        self.spins[at] >> 1 | first << (self.length(at) - 1)
    }

    /// Last spins of the runs of a word; that of the word always is one.
    fn ends(&self, at: usize) -> u64 {
        let length = self.length(at);
        (!self.horizontal[at] & low_bits(length)) | 1 << (length - 1)
    }

    /// Draws all bonds.
    fn close_bonds(&mut self, rng: &mut Xoshiro256PlusPlus) {
        for at in 0..self.spins.len() {
            let inside = low_bits(self.length(at));
            let spins = self.spins[at];
            let below = self.spins[self.below(at)];
            self.horizontal[at] = !(spins ^ self.right(at)) & self.closed.draw(rng) & inside;
            self.vertical[at] = !(spins ^ below) & self.closed.draw(rng) & inside;
        }
    }

    /// Makes each run the child of the first run above it that it is connected to.
    fn attach_rows(&mut self) {
        for at in self.width..self.spins.len() {
            let above = at - self.width;
            let (ends, ends_above) = (self.ends(at), self.ends(above));
            let mut links = first_links(self.vertical[above], ends);
            while links != 0 {
                let bit = links.trailing_zeros();
                links &= links - 1;
                let upper = node(above, end_of(ends_above, bit));
                // So far this run is its own parent, and that of the run above is final for this pass.
                self.parents[node(at, end_of(ends, bit))] = self.parents[upper];
            }
        }
    }

    /// Joins clusters by the bonds that are left.
    fn join_clusters(&mut self) {
        for at in 0..self.spins.len() {
            let below = self.below(at);
            let (ends, ends_below) = (self.ends(at), self.ends(below));
            let mut links = first_links(self.vertical[at], ends | ends_below);
            if below > at {
                links &= !first_links(self.vertical[at], ends_below); // attached already
            }
            while links != 0 {
                let bit = links.trailing_zeros();
                links &= links - 1;
                let upper = node(at, end_of(ends, bit));
                union(
                    &mut self.parents,
                    upper,
                    node(below, end_of(ends_below, bit)),
                );
            }
            let last = self.length(at) - 1;
            if self.horizontal[at] >> last & 1 == 1 {
                let next = self.next(at);
                let first = node(next, end_of(self.ends(next), 0));
                union(&mut self.parents, 64 * at + last, first);
            }
        }
    }

    /// Flips every cluster by a fair coin.
    fn flip(&mut self, rng: &mut Xoshiro256PlusPlus) {
        for at in 0..self.spins.len() {
            let first = 64 * at;
            // A coin for each node; only those of the first nodes of clusters are used.
            write_spins(&[rng.next_u64()], &mut self.coins[first..first + 64]);
            let mut ends = self.ends(at);
            let (mut changes, mut start, mut last) = (0, 0, 1);
            while ends != 0 {
                let end = ends.trailing_zeros();
                ends &= ends - 1;
                // A parent lies in front and has the coin of its cluster already.
                let coin = self.coins[self.parents[node(at, end)] as usize];
                self.coins[node(at, end)] = coin;
                changes |= u64::from(coin != last) << start;
                (start, last) = ((end + 1) % 64, coin);
            }
            self.spins[at] ^= prefix_parity(changes) & low_bits(self.length(at));
        }
    }
}

/// Name of the run that ends at a bit of a word.
fn node(word: usize, end: u32) -> usize {
    64 * word + end as usize
}

/// End of the run that holds `bit`.
fn end_of(ends: u64, bit: u32) -> u32 {
    bit + (ends >> bit).trailing_zeros()
}

/// The first vertical bond of each run of a word.
///
/// Adding 1 at the start of each run to the word of open bonds ripples up to the first closed bond or, its last bit being
/// cleared, the end of the run.
fn first_links(vertical: u64, ends: u64) -> u64 {
    let starts = ends << 1 | 1;
    let open = !(vertical | ends);
    open.wrapping_add(starts) & !open & vertical
}

/// Joins two clusters by Rem's algorithm with splicing.
fn union(parents: &mut [u32], mut a: usize, mut b: usize) {
    loop {
        let (p, q) = (parents[a], parents[b]);
        if p == q {
            return;
        }
        if p < q {
            std::mem::swap(&mut a, &mut b);
        }
        // The parent of a is now the later one.
        let (late, early) = (p.max(q), p.min(q));
        parents[a] = early;
        if late as usize == a {
            return;
        }
        a = late as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bond_of_each_run_is_found() {
        let word = |bits: &str| u64::from_str_radix(bits, 2).unwrap();
        // Runs from the lowest bit: 3 spins, 1 spin, 4 spins.
        let ends = word("10001100") | 1 << 63;
        assert_eq!(first_links(word("11001110"), ends), word("01001010"));
        assert_eq!(first_links(0, ends), 0);
        assert_eq!(first_links(u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(first_links(u64::MAX, 1 << 63), 1);
        assert_eq!(end_of(ends, 4), 7);
    }

    #[test]
    fn unions_lead_to_one_first_node() {
        let mut parents: Vec<u32> = (0..10).collect();
        for (a, b) in [(8, 9), (1, 2), (9, 2), (7, 7), (4, 3), (3, 8)] {
            union(&mut parents, a, b);
        }
        let root = |mut node: u32| {
            while parents[node as usize] != node {
                node = parents[node as usize];
            }
            node
        };
        assert_eq!(
            (0..10).map(root).collect::<Vec<_>>(),
            [0, 1, 1, 1, 1, 5, 6, 7, 1, 1]
        );
    }
}
