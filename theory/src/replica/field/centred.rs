//! A spin in a Gaussian field without mean: the averages are functions of its variance alone, and a table has them.

use std::sync::OnceLock;

use super::{FieldAverages, field_averages, log_cosh_average};

/// Bits of a number below the piece that it belongs to: four pieces between a power of two and the next.
const BELOW: u32 = 50;
/// The table runs from variance 2⁻⁶⁶ to 2⁵⁴; beyond it the averages are summed.
const FIRST: u64 = (1023 - 66) << 2;
const PIECES: usize = 120 << 2;
/// Terms of a piece. The functions are analytic but for S = 0, which is at least 9 times as far from the middle of a piece as its ends:
/// coefficients fall by 9 + √80 = 18 from one to the next, 14 of them to 3e-18.
const TERMS: usize = 14;
/// tanh², sech², sech⁴, 3 sech⁴ − 2 sech² and ln 2cosh.
const FUNCTIONS: usize = 5;

/// The averages between two variances, as Chebyshev polynomials of the variance.
struct Piece {
    coefficients: [[f64; FUNCTIONS]; TERMS],
}

/// A piece is made when it is first asked for.
static TABLE: [OnceLock<Piece>; PIECES] = [const { OnceLock::new() }; PIECES];

/// [`field_averages`] of a field of mean 0, to 1e-14 of each, some twenty times as fast.
///
/// For averages over the variance, which ask for many of them. Those of odd functions are 0.
pub fn centred_averages(variance: f64) -> FieldAverages {
    let Some([tanh2, sech2, sech4, overlap_slope, _]) = tabulated(variance) else {
        return field_averages(0.0, variance);
    };
    FieldAverages {
        tanh: 0.0,
        tanh2,
        sech2,
        tanh_sech2: 0.0,
        sech4,
        overlap_slope,
    }
}

/// [`log_cosh_average`] of a field of mean 0, from the same table.
pub fn centred_log_cosh(variance: f64) -> f64 {
    match tabulated(variance) {
        Some([.., log_cosh]) => log_cosh,
        None => log_cosh_average(0.0, variance),
    }
}

/// All functions at a variance; `None` outside of the table.
fn tabulated(variance: f64) -> Option<[f64; FUNCTIONS]> {
    let piece = variance.to_bits() >> BELOW;
    let index = usize::try_from(piece.checked_sub(FIRST)?).ok()?;
    let [from, to] = ends(piece);
    let x = (2.0 * variance - from - to) / (to - from);
    Some(TABLE.get(index)?.get_or_init(|| Piece::new(from, to)).at(x))
}

/// The variances where a piece begins and ends.
fn ends(piece: u64) -> [f64; 2] {
    [piece, piece + 1].map(|piece| f64::from_bits(piece << BELOW))
}

impl Piece {
    /// Interpolates at the zeros of the first polynomial that is left out.
    fn new(from: f64, to: f64) -> Self {
        let count = f64::from(u16::try_from(TERMS).unwrap_or(u16::MAX));
        let mut coefficients = [[0.0; FUNCTIONS]; TERMS];
        for node in 0..TERMS {
            let angle = std::f64::consts::PI * (index(node) + 0.5) / count;
            let values = summed(0.5 * (from + to + (to - from) * angle.cos()));
            for (k, coefficients) in coefficients.iter_mut().enumerate() {
                let weight = if k == 0 { 1.0 } else { 2.0 } / count;
                for (sum, value) in coefficients.iter_mut().zip(values) {
                    *sum += weight * value * (index(k) * angle).cos();
                }
            }
        }
        Self { coefficients }
    }

    /// Clenshaw's recurrence, for x in [−1, 1].
    fn at(&self, x: f64) -> [f64; FUNCTIONS] {
        let [first, higher @ ..] = &self.coefficients;
        let mut sums = [[0.0; FUNCTIONS]; 2];
        for coefficients in higher.iter().rev() {
            let next = std::array::from_fn(|f| coefficients[f] + 2.0 * x * sums[0][f] - sums[1][f]);
            sums = [next, sums[0]];
        }
        std::array::from_fn(|f| first[f] + x * sums[0][f] - sums[1][f])
    }
}

/// All functions at a variance, by their sums.
fn summed(variance: f64) -> [f64; FUNCTIONS] {
    let averages = field_averages(0.0, variance);
    [
        averages.tanh2,
        averages.sech2,
        averages.sech4,
        averages.overlap_slope,
        log_cosh_average(0.0, variance),
    ]
}

/// A small index as a number.
fn index(i: usize) -> f64 {
    f64::from(u16::try_from(i).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Variances over the whole table, at the ends of its pieces and inside of them.
    fn variances() -> impl Iterator<Item = f64> {
        (0..PIECES as u64).flat_map(|piece| {
            let [from, to] = ends(FIRST + piece);
            [0.0, 0.13, 0.5, 0.81, 0.999_999].map(|part| from + part * (to - from))
        })
    }

    #[test]
    fn the_table_has_the_sums() {
        for variance in variances() {
            let [table, sums] = [tabulated(variance).unwrap(), summed(variance)];
            // The narrow rule takes the slope as a difference of two averages of order one.
            let slope = if variance < 4.0 {
                1e-14 / sums[3]
            } else {
                1e-14
            };
            let tolerances = [1e-14, 1e-14, 1e-14, slope, 1e-14];
            for ((table, sum), tolerance) in table.into_iter().zip(sums).zip(tolerances) {
                assert_relative_eq!(table, sum, max_relative = tolerance);
            }
        }
    }

    #[test]
    fn beyond_the_table_the_averages_are_summed() {
        for variance in [0.0, 1e-300, 1e-21, 1e17, 1e200] {
            assert!(tabulated(variance).is_none());
            assert_eq!(centred_averages(variance), field_averages(0.0, variance));
        }
        assert!(centred_averages(f64::NAN).tanh2.is_nan());
    }

    #[test]
    fn slopes_of_the_table_are_its_own_slopes() {
        // ∂E tanh²/∂S = E[3 sech⁴ − 2 sech²] and ∂E ln 2cosh/∂S = E sech²/2, by central differences across pieces.
        for variance in variances().filter(|variance| (0.01..100.0).contains(variance)) {
            let step = 1e-5 * variance;
            let slope =
                |f: fn(f64) -> f64| (f(variance + step) - f(variance - step)) / (2.0 * step);
            let here = centred_averages(variance);
            let overlap = slope(|s| centred_averages(s).tanh2);
            assert_relative_eq!(
                overlap,
                here.overlap_slope,
                epsilon = 1e-9,
                max_relative = 1e-8
            );
            assert_relative_eq!(
                slope(centred_log_cosh),
                0.5 * here.sech2,
                epsilon = 1e-9,
                max_relative = 1e-8
            );
        }
    }
}
