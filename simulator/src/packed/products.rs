//! Products of bits and weights by table.

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::{Bits, Block, LANES, WORD};

/// Bits that are looked up together.
const GROUP: usize = 4;
/// Units that are looked up at a time.
const STEP: usize = GROUP * PARTS;
/// Sums of all subsets of the groups of a word, in whole lines of the cache.
#[repr(align(64))]
struct Tables([[[f32; LANES]; 1 << GROUP]; WORD / GROUP]);
/// Partial sums: they hide the latency of an addition. As many groups are looked up at a time.
const PARTS: usize = 4;
/// Configurations that share a table: enough to pay for it.
const ROWS: usize = 512;
/// Products below which a second thread costs more than it saves.
const LARGE: usize = 1 << 22;

/// sums += configurations · weights, or sums = configurations · weights + biases where they are given.
///
/// Units have the two `values`; blocks of `weights` belong to the units of the configurations, those of `sums` to the
/// configurations, in both cases for 64 columns after another. There is one block of biases for 64 columns.
pub(crate) fn add_products(
    bits: &Bits,
    values: [f32; 2],
    weights: &[Block],
    biases: Option<&[Block]>,
    sums: &mut [Block],
) {
    let (units, rows) = (bits.units(), bits.rows());
    let task = |word, first, sums: &mut [Block]| {
        let task = Task {
            bits,
            values,
            weights: &weights[word * units..][..units],
            start: biases.map(|biases| &biases[word]),
            first,
            sums,
        };
        pulp::Arch::new().dispatch(task);
    };
    if sums.len() * WORD * units < LARGE {
        let words = sums.chunks_exact_mut(rows).enumerate();
        words.for_each(|(word, sums)| task(word, 0, sums));
    } else {
        let words = sums.par_chunks_exact_mut(rows).enumerate();
        words.for_each(|(word, sums)| {
            let pieces = sums.par_chunks_mut(ROWS).enumerate();
            pieces.for_each(|(i, sums)| task(word, i * ROWS, sums));
        });
    }
}

/// The products of some configurations with 64 columns of weights.
struct Task<'a> {
    bits: &'a Bits,
    values: [f32; 2],
    weights: &'a [Block],
    /// From where sums start, if not from what they are.
    start: Option<&'a Block>,
    /// The first configuration.
    first: usize,
    sums: &'a mut [Block],
}

impl NullaryFnOnce for Task<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let mut tables = Tables([[[0.0; LANES]; 1 << GROUP]; WORD / GROUP]);
        let rows = self.first..self.first + self.sums.len();
        let mut start = self.start;
        for (words, weights) in self.bits.groups().zip(self.weights.chunks(WORD)) {
            for column in 0..WORD / LANES {
                fill(&mut tables, weights, column, self.values);
                let words = &words[rows.clone()];
                let start = start.map(|start| start.0[column]);
                // The last units of a layer need not fill a word.
                match weights.len().div_ceil(STEP) {
                    1 => look_up::<1>(words, &tables, start, self.sums, column),
                    2 => look_up::<2>(words, &tables, start, self.sums, column),
                    3 => look_up::<3>(words, &tables, start, self.sums, column),
                    _ => look_up::<{ WORD / STEP }>(words, &tables, start, self.sums, column),
                }
            }
            start = None;
        }
    }
}

/// Tables of the sums of 64 units or fewer.
#[inline(always)]
fn fill(tables: &mut Tables, weights: &[Block], column: usize, [low, high]: [f32; 2]) {
    let used = weights.len().div_ceil(STEP) * PARTS;
    for (g, table) in tables.0[..used].iter_mut().enumerate() {
        let mut some = [[0.0; LANES]; GROUP];
        for (to, weights) in some.iter_mut().zip(weights.iter().skip(GROUP * g)) {
            *to = weights.0[column];
        }
        table[0] = [0.0; LANES];
        for weights in &some {
            add(&mut table[0], low, weights);
        }
        for (k, weights) in some.iter().enumerate() {
            let (without, with) = table[..2 << k].split_at_mut(1 << k);
            for (with, without) in with.iter_mut().zip(without) {
                let mut sum = *without;
                add(&mut sum, high - low, weights);
                *with = sum;
            }
        }
    }
}

/// Adds to the sums of each configuration, or to where they start, what as many steps of its bits select.
#[inline(always)]
fn look_up<const STEPS: usize>(
    words: &[u64],
    tables: &Tables,
    start: Option<[f32; LANES]>,
    sums: &mut [Block],
    column: usize,
) {
    for (&word, sums) in words.iter().zip(sums) {
        let sums = &mut sums.0[column];
        let mut parts = [[0.0; LANES]; PARTS];
        parts[0] = start.unwrap_or(*sums);
        for (g, table) in tables.0[..STEPS * PARTS].iter().enumerate() {
            let entry = &table[(word >> (GROUP * g) & 15) as usize];
            add(&mut parts[g % PARTS], 1.0, entry);
        }
        let [mut a, b, mut c, d] = parts;
        add(&mut a, 1.0, &b);
        add(&mut c, 1.0, &d);
        add(&mut a, 1.0, &c);
        *sums = a;
    }
}

/// to += factor · x.
#[inline(always)]
fn add(to: &mut [f32; LANES], factor: f32, x: &[f32; LANES]) {
    for lane in 0..LANES {
        to[lane] += factor * x[lane];
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::Rng;
    use rand_distr::{Distribution, StandardNormal};
    use rayon::ThreadPoolBuilder;

    use super::*;
    use crate::stream::stream;

    /// Random bits and weights of as many rows, units and columns of 64.
    fn random(rows: usize, units: usize, columns: usize) -> (Bits, Vec<Block>) {
        let mut rng = stream(6, "products", 0);
        let mut bits = Bits::zeros(rows, units);
        for row in 0..rows {
            bits.write_row(
                row,
                (0..units).map(|_| f64::from((rng.next_u64() >> 63) as u8)),
            );
        }
        let mut weights = vec![Block::default(); units * columns];
        for weight in weights.iter_mut().flat_map(Block::lanes_mut) {
            *weight = StandardNormal.sample(&mut rng);
        }
        (bits, weights)
    }

    #[test]
    fn tables_give_the_sums_of_plain_loops() {
        for (rows, units, columns) in [(1, 1, 1), (5, 66, 2), (70, 64, 1), (3, 131, 3)] {
            for [low, high] in [[0.0, 1.0], [-1.0, 1.0]] {
                let (bits, weights) = random(rows, units, columns);
                let values = bits.to_columns([f64::from(low), f64::from(high)]);
                let mut sums = vec![Block([[0.5; LANES]; WORD / LANES]); rows * columns];
                add_products(&bits, [low, high], &weights, None, &mut sums);
                for (at, sums) in sums.iter().enumerate() {
                    for (lane, &sum) in sums.lanes().iter().enumerate() {
                        let weight = |k: usize| weights[at / rows * units + k].lanes()[lane];
                        let terms =
                            (0..units).map(|k| values[(k, at % rows)] * f64::from(weight(k)));
                        let expected = 0.5 + terms.sum::<f64>();
                        // Rounding of sums of 131 terms of size 1.
                        assert_abs_diff_eq!(f64::from(sum), expected, epsilon = 1e-5);
                    }
                }
            }
        }
    }

    #[test]
    fn threads_and_processors_change_no_bit() {
        // Large enough for several threads, with an incomplete last piece.
        let (bits, weights) = random(1100, 70, 2);
        let sums = |threads| {
            let pool = ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let mut sums = vec![Block::default(); 2200];
            pool.install(|| add_products(&bits, [-1.0, 1.0], &weights, None, &mut sums));
            sums
        };
        let one = sums(1);
        assert!(one.len() * WORD * 70 > LARGE);
        assert_eq!(one, sums(2));
        let mut plain = vec![Block::default(); 2200];
        for (weights, sums) in weights.chunks(70).zip(plain.chunks_mut(1100)) {
            let (bits, values, start, first) = (&bits, [-1.0, 1.0], None, 0);
            // Without dispatch: the registers of any processor of this kind.
            Task {
                bits,
                values,
                weights,
                start,
                first,
                sums,
            }
            .call();
        }
        assert_eq!(one, plain);
    }
}
