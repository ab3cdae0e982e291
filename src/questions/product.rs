//! The product of several lists of values.

use anyhow::{Result, ensure};

/// The most points that one list of values, or a product of several, may have.
pub const MAX_POINTS: usize = 10_000_000;

/// Every combination of one value of each axis, the last axis varying fastest. No axis: one empty combination.
///
/// # Errors
/// If there are more than ten million combinations.
///
/// # Panics
/// Never: the number of combinations is checked first.
pub fn product<T: Clone>(axes: &[&[T]]) -> Result<impl Iterator<Item = Vec<T>> + use<T>> {
    let size = axes
        .iter()
        .map(|axis| axis.len() as u128)
        .try_fold(1u128, u128::checked_mul);
    let size = size.unwrap_or(u128::MAX);
    ensure!(
        size <= MAX_POINTS as u128,
        "the grids together have {size} points, more than the limit of {MAX_POINTS}; choose fewer"
    );
    let axes: Vec<Vec<T>> = axes.iter().map(|axis| axis.to_vec()).collect();
    let size = usize::try_from(size).expect("checked against MAX_POINTS");
    Ok((0..size).map(move |index| {
        let mut rest = index;
        let mut point: Vec<T> = Vec::with_capacity(axes.len());
        for axis in axes.iter().rev() {
            point.push(axis[rest % axis.len()].clone());
            rest /= axis.len();
        }
        point.reverse();
        point
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_axis_varies_fastest() {
        let points: Vec<_> = product(&[&[1, 2][..], &[3, 4, 5]]).unwrap().collect();
        assert_eq!(points, [[1, 3], [1, 4], [1, 5], [2, 3], [2, 4], [2, 5]]);
        assert_eq!(product::<f64>(&[]).unwrap().count(), 1);
        let axis = vec![0.0; 10_000];
        assert!(product(&[&axis, &axis]).is_err());
    }
}
