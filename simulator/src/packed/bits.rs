//! Configurations of two-valued units as bits.

use faer::{Mat, MatRef};

use super::WORD;
use crate::samples::Samples;

/// Configurations, one per row, of two-valued units, one bit each; 1 for the larger value.
///
/// Words of the first 64 units of all rows come before those of the next 64. Bits beyond the last unit are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    rows: usize,
    units: usize,
    words: Vec<u64>,
}

impl Bits {
    /// All units at their smaller value.
    pub(crate) fn zeros(rows: usize, units: usize) -> Self {
        let words = vec![0; rows * units.div_ceil(WORD)];
        Self { rows, units, words }
    }

    /// Configurations of spins or binary units, the columns of a matrix.
    pub(crate) fn from_columns(values: MatRef<'_, f64>) -> Self {
        let mut bits = Self::zeros(values.ncols(), values.nrows());
        for (row, column) in values.col_iter().enumerate() {
            bits.write_row(row, column.iter().copied());
        }
        bits
    }

    /// Samples of spins or binary units.
    pub(crate) fn from_samples(samples: &Samples) -> Self {
        let units = samples.columns();
        let mut bits = Self::zeros(samples.rows(), units);
        let mut values = vec![0.0; units];
        for row in 0..samples.rows() {
            samples.write_row(row, &mut values);
            bits.write_row(row, values.iter().copied());
        }
        bits
    }

    /// Writes one configuration.
    pub(crate) fn write_row(&mut self, row: usize, values: impl Iterator<Item = f64>) {
        for (i, value) in values.enumerate() {
            self.words[i / WORD * self.rows + row] |= u64::from(value > 0.5) << (i % WORD);
        }
    }

    /// The configurations as columns of two values.
    pub(crate) fn to_columns(&self, [low, high]: [f64; 2]) -> Mat<f64> {
        Mat::from_fn(self.units, self.rows, |i, row| {
            let bit = self.words[i / WORD * self.rows + row] >> (i % WORD) & 1;
            if bit == 1 { high } else { low }
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn units(&self) -> usize {
        self.units
    }

    /// Words of 64 units of all rows, one group of 64 after another.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.rows)
    }

    /// Units 64 · `group` and those after it of one row.
    pub(super) fn word(&self, row: usize, group: usize) -> u64 {
        self.words[group * self.rows + row]
    }

    /// The words to be written.
    pub(super) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Adds to a number per row, from the row `first` on, Σ `a_i x_i` over units of the values `low` and `high`.
    pub(crate) fn add_sums(
        &self,
        first: usize,
        factors: &[f64],
        [low, high]: [f64; 2],
        sums: &mut [f64],
    ) {
        for (words, factors) in self.groups().zip(factors.chunks(WORD)) {
            let least = low * factors.iter().sum::<f64>();
            for (&word, sum) in words[first..].iter().zip(&mut *sums) {
                let mut more = 0.0;
                let mut rest = word;
                while rest != 0 {
                    more += factors[rest.trailing_zeros() as usize];
                    rest &= rest - 1;
                }
                *sum += least + (high - low) * more;
            }
        }
    }

    /// Changes the number of rows, whose units are then to be written.
    pub(crate) fn resize(&mut self, rows: usize) {
        self.rows = rows;
        self.words.resize(rows * self.units.div_ceil(WORD), 0);
    }

    /// Takes over some rows of others of as many units.
    pub(crate) fn gather(&mut self, from: &Self, rows: &[usize]) {
        self.resize(rows.len());
        let groups = self.words.chunks_exact_mut(rows.len());
        for (to, from) in groups.zip(from.groups()) {
            for (to, &row) in to.iter_mut().zip(rows) {
                *to = from[row];
            }
        }
    }

    /// Takes over as many rows as there are of others of as many units, from their row `first` on.
    pub(crate) fn copy_rows(&mut self, from: &Self, first: usize) {
        let rows = self.rows;
        for (to, from) in self.words.chunks_exact_mut(rows).zip(from.groups()) {
            to.copy_from_slice(&from[first..first + rows]);
        }
    }

    /// Exchanges two rows.
    pub(crate) fn swap_rows(&mut self, a: usize, b: usize) {
        let groups = self.words.chunks_exact_mut(self.rows);
        groups.for_each(|words| words.swap(a, b));
    }

    /// Exchanges a row with that of others of as many units.
    pub(crate) fn swap_with(&mut self, row: usize, other: &mut Self, other_row: usize) {
        let mine = self.words.chunks_exact_mut(self.rows);
        for (mine, theirs) in mine.zip(other.words.chunks_exact_mut(other.rows)) {
            std::mem::swap(&mut mine[row], &mut theirs[other_row]);
        }
    }

    /// Exchanges rows and units of others.
    pub(crate) fn transpose(&mut self, from: &Self) {
        self.units = from.rows;
        self.resize(from.units);
        for (group, words) in from.groups().enumerate() {
            let first = group * WORD;
            let last = self.rows.min(first + WORD);
            for (some, words) in words.chunks(WORD).enumerate() {
                let mut square = [0; WORD];
                square[..words.len()].copy_from_slice(words);
                transpose_square(&mut square);
                let at = some * self.rows;
                self.words[at + first..at + last].copy_from_slice(&square[..last - first]);
            }
        }
    }
}

/// Exchanges rows and columns of 64 × 64 bits: halves, then quarters, down to single bits (Hacker's Delight, 7-3).
fn transpose_square(square: &mut [u64; WORD]) {
    let mut width = WORD / 2;
    let mut mask = u64::MAX >> width;
    while width > 0 {
        for pair in square.chunks_exact_mut(2 * width) {
            let (upper, lower) = pair.split_at_mut(width);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let change = ((*upper >> width) ^ *lower) & mask;
                *upper ^= change << width;
                *lower ^= change;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::stream::stream;

    fn random(rows: usize, units: usize) -> Mat<f64> {
        let mut rng = stream(5, "bits", 0);
        Mat::from_fn(units, rows, |_, _| f64::from((rng.next_u64() >> 63) as u8))
    }

    #[test]
    fn configurations_come_back() {
        for (rows, units) in [(1, 1), (3, 64), (70, 65), (200, 131)] {
            let values = random(rows, units);
            let bits = Bits::from_columns(values.as_ref());
            assert_eq!(bits.to_columns([0.0, 1.0]), values);
            let spins = Mat::from_fn(units, rows, |i, j| 2.0 * values[(i, j)] - 1.0);
            assert_eq!(Bits::from_columns(spins.as_ref()), bits);
            assert_eq!(bits.to_columns([-1.0, 1.0]), spins);
        }
    }

    #[test]
    fn the_transpose_exchanges_rows_and_units() {
        let mut transposed = Bits::zeros(0, 0);
        for (rows, units) in [(1, 1), (64, 64), (3, 130), (70, 65), (200, 131), (63, 1)] {
            let values = random(rows, units);
            transposed.transpose(&Bits::from_columns(values.as_ref()));
            let expected = values.transpose().to_owned();
            assert_eq!(transposed, Bits::from_columns(expected.as_ref()));
        }
    }

    #[test]
    fn sums_over_units_are_those_of_their_values() {
        let values = random(5, 131);
        let factors: Vec<_> = (0..131).map(|i| 0.1 * f64::from(i) - 3.0).collect();
        let mut sums = [2.0; 5];
        Bits::from_columns(values.as_ref()).add_sums(0, &factors, [-1.0, 3.0], &mut sums);
        for (row, sum) in sums.into_iter().enumerate() {
            let terms = (0..131).map(|i| factors[i] * (4.0 * values[(i, row)] - 1.0));
            // Rounding of 131 terms of size 30.
            approx::assert_relative_eq!(sum, 2.0 + terms.sum::<f64>(), epsilon = 1e-10);
        }
    }

    #[test]
    fn rows_are_gathered_in_order() {
        let values = random(20, 70);
        let mut some = Bits::zeros(1, 70);
        let rows = [7, 7, 0, 19];
        some.gather(&Bits::from_columns(values.as_ref()), &rows);
        let expected = Mat::from_fn(70, 4, |i, j| values[(i, rows[j])]);
        assert_eq!(some, Bits::from_columns(expected.as_ref()));
    }
}
