//! Machines of few hidden units, whose configurations can be listed.
//!
//! Given the hidden units, the visible ones are independent: their probabilities are tabulated for each of the 2^M
//! configurations whenever the weights change. A sweep then takes one random word and one comparison per visible unit.
//! Visible units lie side by side, sixteen at a time; in the words of 64 hidden units that the products by table need, almost
//! all would be empty.

mod configurations;
mod couplings;
mod sums;

pub(crate) use configurations::FewConfigurations;
pub(crate) use couplings::FewCouplings;
pub(crate) use sums::Sums;

use super::{LANES, fits};
use crate::exponential::{SINGLE_ROUND, exp_single};
use crate::machine::{Layer, Rbm};

/// One number for each of sixteen units or configurations, in a line of the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(align(64))]
pub(crate) struct Lanes<T>(pub(crate) [T; LANES]);

/// Hidden units above which the products by table are faster.
const LARGEST_HIDDEN: usize = 8;

/// Entries of the largest table.
const LARGEST_TABLE: usize = 1 << 20;

/// Rows of the table that cost less than one configuration drawn without it.
const FREE: usize = 4;

/// Numbers per step below which a second thread costs more than it saves.
const LARGE: usize = 1 << 18;

/// Whether a machine of two-valued units has few hidden ones, and weights of single precision, and enough configurations are
/// drawn between two changes of the weights to pay for the table.
pub(crate) fn suits(machine: &Rbm, drawn: usize) -> bool {
    let layers = [machine.visible(), machine.hidden()];
    let [units, hidden_units] = layers.map(Layer::units);
    layers.iter().all(|layer| layer.is_two_valued())
        && hidden_units <= LARGEST_HIDDEN
        && units <= LARGEST_TABLE >> hidden_units
        && 1 << hidden_units <= drawn.saturating_mul(FREE)
        && fits(machine)
}

/// The law of a unit in a field: it has its larger value iff 31 random bits exceed this number.
///
/// As [`draw`](super::draw()) does, the less likely value gets the probability 1/(1 + `e^|field|`), rounded to 2⁻³¹; −1 stands
/// for certainty of the larger value.
#[inline(always)]
fn threshold(field: f32) -> i32 {
    let weight = exp_single(-field.abs());
    let rare = integer(weight / (1.0 + weight) * TWO_31);
    if field < 0.0 {
        i32::MAX - rare
    } else {
        rare - 1
    }
}

const TWO_31: f32 = 2_147_483_648.0;

/// The nearest integer to a number between 0 and 2³⁰.
///
/// Numbers below 2²² stand in the lowest bits when 1.5·2²³ is added. Two such parts are vectorized, other than the
/// conversion of the language, which looks after numbers out of range.
#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "below 2^31")]
fn integer(x: f32) -> i32 {
    const PART: f32 = 65_536.0;
    let upper = x / PART + SINGLE_ROUND;
    let lower = (x - (upper - SINGLE_ROUND) * PART) + SINGLE_ROUND;
    let upper = upper.to_bits().wrapping_sub(SINGLE_ROUND.to_bits());
    let lower = lower.to_bits().wrapping_sub(SINGLE_ROUND.to_bits());
    (upper << 16).wrapping_add(lower) as i32
}

/// All bits if a unit of this law has its larger value for a random word, otherwise none.
///
/// The difference of 31 bits and a threshold has 32 bits; its sign is spread over all of them.
#[inline(always)]
#[expect(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "31 bits have no sign; bits are meant"
)]
fn larger(word: u32, threshold: i32) -> u32 {
    ((threshold - (word >> 1) as i32) >> 31) as u32
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use faer::Mat;
    use rand::Rng;

    use super::*;
    use crate::stream::stream;
    use crate::unit::Unit;

    pub(super) const PAIRS: [[Unit; 2]; 4] = [
        [Unit::Spin, Unit::Spin],
        [Unit::Spin, Unit::Binary],
        [Unit::Binary, Unit::Spin],
        [Unit::Binary, Unit::Binary],
    ];

    /// A machine of random weights, its biases in steps.
    pub(super) fn machine(sizes: [usize; 2], units: [Unit; 2]) -> Rbm {
        let layer = |k: usize| {
            let biases = (0_u8..).map(|i| 0.1 * f64::from(i % 7) - 0.3);
            Layer::new(units[k], biases.take(sizes[k]).collect()).expect("valid")
        };
        Rbm::random(layer(0), layer(1), 0.3, &mut stream(8, "few", 0)).expect("valid")
    }

    /// Random configurations of 0 and 1, the columns.
    pub(super) fn random(units: usize, rows: usize) -> Mat<f64> {
        let mut rng = stream(8, "few", 1);
        Mat::from_fn(units, rows, |_, _| f64::from((rng.next_u64() >> 63) as u8))
    }

    #[test]
    fn the_law_of_a_unit_is_that_of_its_field() {
        for i in -300..=300 {
            let field = 0.1 * f64::from(i);
            let threshold = f64::from(threshold(crate::packed::single(field)));
            let larger = (f64::from(i32::MAX) - threshold) / 2.0_f64.powi(31);
            let p = 1.0 / (1.0 + (-field).exp());
            // Rounding of the less likely value's probability, in single precision and to 31 bits.
            let error = 1e-6 * p.min(1.0 - p) + 2.0_f64.powi(-32);
            assert_abs_diff_eq!(larger, p, epsilon = error);
        }
    }

    #[test]
    fn integers_are_the_nearest() {
        for (x, expected) in [
            (0.0, 0),
            (0.4, 0),
            (0.6, 1),
            (32_767.0, 32_767),
            (32_769.0, 32_769),
            (98_303.0, 98_303),
            (8_388_609.0, 8_388_609),
            (1_073_741_760.0, 1_073_741_760),
            (1_073_741_824.0, 1 << 30),
        ] {
            assert_eq!(integer(x), expected);
        }
    }

    #[test]
    fn extreme_fields_are_certain() {
        for word in [0, 1, u32::MAX] {
            assert_eq!(larger(word, threshold(f32::INFINITY)), u32::MAX);
            assert_eq!(larger(word, threshold(f32::NEG_INFINITY)), 0);
        }
    }
}
