//! How many of several numbers matter.

/// Participation ratio of numbers x.
///
/// ```text
/// L = (Σ x²)²/Σ x⁴
/// ```
///
/// It is L where L of the numbers have one size and the others are 0, and between 1 and their number always. Gaussian numbers have a
/// third of their number. `None` where all are 0.
///
/// # References
/// Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017), for the weights and for the hidden units of a machine.
pub fn participation_ratio(numbers: &[f64]) -> Option<f64> {
    // In units of the largest, so that no power overflows or vanishes.
    let largest = numbers.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    if largest <= 0.0 {
        return None;
    }
    let square = |x: &f64| (x / largest).powi(2);
    let second: f64 = numbers.iter().map(square).sum();
    let fourth: f64 = numbers.iter().map(|x| square(x).powi(2)).sum();
    Some(second * second / fourth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn equal_numbers_are_counted_whatever_their_size() {
        for size in [1e-200, 1.0, 1e200] {
            let numbers = [size, 0.0, -size, size, 0.0];
            // Exact up to rounding.
            assert_relative_eq!(
                participation_ratio(&numbers).unwrap(),
                3.0,
                max_relative = 1e-15
            );
        }
        assert_eq!(participation_ratio(&[0.0, 0.0]), None);
        assert_eq!(participation_ratio(&[]), None);
    }
}
