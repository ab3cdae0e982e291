//! The histogram of data of which a table holds the cumulative distribution.

use super::picture::Point;
use super::{float, whole};

/// The outline of the bars of a density, from values with the share of the data up to each, in about as many bins as the root of
/// their number.
pub(super) fn outline(law: &[(f64, f64)]) -> Vec<Point> {
    let finite = |at: &&(f64, f64)| at.0.is_finite() && at.1.is_finite();
    let law: Vec<_> = law.iter().filter(finite).collect();
    let (Some(first), Some(last)) = (law.first(), law.last()) else {
        return Vec::new();
    };
    let bins = whole(float(law.len()).sqrt()).clamp(1, 60);
    // All values equal: one bar of some width.
    let width = ((last.0 - first.0) / float(bins)).max(1e-3 * last.0.abs().max(1e-9));
    let mut shares = vec![0.0; bins];
    let mut before = 0.0;
    for (x, cumulative) in &law {
        let bin = whole(((x - first.0) / width).floor()).min(bins - 1);
        shares[bin] += cumulative - before;
        before = *cumulative;
    }
    let corner = |x: f64, y: f64| Point {
        x,
        y,
        ..Point::default()
    };
    let mut points = vec![corner(first.0, 0.0)];
    for (bin, share) in shares.into_iter().enumerate() {
        let left = first.0 + float(bin) * width;
        let density = share / width;
        points.extend([corner(left, density), corner(left + width, density)]);
    }
    points.push(corner(first.0 + float(bins) * width, 0.0));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_the_area_of_the_data() {
        let law: Vec<_> = (1..=100)
            .map(|i| (f64::from(i) / 50.0, f64::from(i) / 100.0))
            .collect();
        let points = outline(&law);
        let area: f64 = points
            .windows(2)
            .map(|pair| (pair[1].x - pair[0].x) * pair[0].y)
            .sum();
        assert!((area - 1.0).abs() < 1e-9);
        assert_eq!(points.len(), 2 * 10 + 2);
    }
}
