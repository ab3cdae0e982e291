//! Where the weights of a hidden unit are, and how those of several are arranged.

use std::f64::consts::TAU;

use faer::Mat;

use crate::numerics::count;

/// Weights whose squares differ by less than this fraction are uniform.
const UNIFORM: f64 = 1e-6;

/// The receptive field of one hidden unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Circular mean of the sites, weighted by w², in [0, N); none where the weights are uniform.
    pub centre: Option<f64>,
    /// Full width of |w| at half its maximum, in sites, linear between sites; none where it never falls to the half.
    pub width: Option<f64>,
    /// Number of sites that take part, (Σ w²)²/Σ w⁴.
    pub participation: f64,
    /// Σ w.
    pub sum_weights: f64,
    /// Whether neighbours differ in sign: `Σ w_i w_(i+1) < 0`.
    pub is_staggered: bool,
}

impl Field {
    /// Describes weights in the order of the sites of a ring.
    pub fn new(w: &[f64]) -> Self {
        let squares: Vec<f64> = w.iter().map(|w| w * w).collect();
        let [square, fourth] = [1, 2].map(|p| squares.iter().map(|x| x.powi(p)).sum::<f64>());
        let neighbours = w.iter().zip(w.iter().cycle().skip(1));
        Self {
            centre: centre(&squares),
            width: width(w),
            participation: square * square / fourth,
            sum_weights: w.iter().sum(),
            is_staggered: neighbours.map(|(a, b)| a * b).sum::<f64>() < 0.0,
        }
    }

    /// Whether the weights have a place.
    pub fn is_localized(&self) -> bool {
        self.centre.is_some()
    }
}

/// Circular mean with the given masses; none if they are equal.
fn centre(masses: &[f64]) -> Option<f64> {
    let n = count(masses.len());
    let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
    for (site, mass) in masses.iter().enumerate() {
        let (sin, cos) = (TAU * count(site) / n).sin_cos();
        x += mass * cos;
        y += mass * sin;
        total += mass;
    }
    let mean = total / n;
    let spread = masses
        .iter()
        .map(|mass| (mass - mean).abs())
        .fold(0.0, f64::max);
    // Written so that weights of zero, whose spread is 0 > 0, have no place either.
    (spread > UNIFORM * mean).then(|| {
        let position = y.atan2(x).rem_euclid(TAU) / TAU * n;
        if position < n { position } else { 0.0 }
    })
}

/// Distance of the two points around the peak of |w| where it falls to the half.
fn width(w: &[f64]) -> Option<f64> {
    let n = w.len();
    let at = |site: usize| w[site % n].abs();
    let peak = (0..n).max_by(|a, b| at(*a).total_cmp(&at(*b)))?;
    let half = 0.5 * at(peak);
    let side = |forward: bool| {
        let nth = |d: usize| at(if forward { peak + d } else { peak + n - d });
        let d = (1..n).find(|d| nth(*d) <= half)?;
        let (before, after) = (nth(d - 1), nth(d));
        Some(count(d - 1) + (before - half) / (before - after))
    };
    let whole = side(true)? + side(false)?;
    (half > 0.0 && whole < count(n)).then_some(whole)
}

/// How the receptive fields of a machine share the ring.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrangement {
    /// Distances from each place to the next one around the ring, in sites; empty unless every field has a place.
    pub gaps: Vec<f64>,
    /// Number of hidden units at each place.
    pub units_per_place: Vec<usize>,
    /// Whether all gaps are equal to within one site.
    pub is_equidistant: bool,
}

impl Arrangement {
    /// Describes the columns of `weights`. Fields whose centres are less than a quarter of N/M apart share a place.
    pub fn new(weights: &Mat<f64>) -> Self {
        let units = count(weights.nrows());
        let fields = weights
            .col_iter()
            .map(|column| Field::new(&column.iter().copied().collect::<Vec<f64>>()));
        let mut centres: Vec<f64> = fields.filter_map(|field| field.centre).collect();
        if centres.len() < weights.ncols() || centres.is_empty() {
            return Self {
                gaps: Vec::new(),
                units_per_place: Vec::new(),
                is_equidistant: false,
            };
        }
        centres.sort_by(f64::total_cmp);
        let next = |index: usize| match centres.get(index + 1) {
            Some(next) => *next,
            None => centres[0] + units,
        };
        let near = 0.25 * units / count(centres.len());
        let (mut gaps, mut units_per_place) = (Vec::new(), Vec::new());
        let (mut sharing, mut since) = (1, 0.0);
        for (index, centre) in centres.iter().enumerate() {
            let gap = next(index) - centre;
            since += gap;
            if gap < near && index + 1 < centres.len() {
                sharing += 1;
            } else {
                gaps.push(since);
                units_per_place.push(sharing);
                (sharing, since) = (1, 0.0);
            }
        }
        // The first and the last place may be one.
        if gaps.len() > 1 && gaps[gaps.len() - 1] < near {
            let (gap, shared) = (gaps.pop(), units_per_place.pop());
            gaps[0] += gap.unwrap_or(0.0);
            units_per_place[0] += shared.unwrap_or(0);
        }
        let [least, most] =
            [f64::min, f64::max].map(|pick| gaps.iter().copied().fold(gaps[0], pick));
        Self {
            is_equidistant: most - least <= 1.0,
            gaps,
            units_per_place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// A triangle of half width `reach` around `centre` on a ring of n sites.
    fn triangle(n: usize, centre: f64, reach: f64) -> Vec<f64> {
        let distance = |site: usize| {
            let d = (count(site) - centre).rem_euclid(count(n));
            d.min(count(n) - d)
        };
        (0..n)
            .map(|i| (1.0 - distance(i) / reach).max(0.0))
            .collect()
    }

    #[test]
    fn a_triangle_across_the_seam_has_its_centre_and_width() {
        let field = Field::new(&triangle(30, 29.0, 6.0));
        assert_relative_eq!(field.centre.unwrap(), 29.0, max_relative = 1e-12);
        assert_relative_eq!(field.width.unwrap(), 6.0, max_relative = 1e-12);
        assert_relative_eq!(field.sum_weights, 6.0, max_relative = 1e-12);
        assert!(field.is_localized() && !field.is_staggered);
    }

    #[test]
    fn uniform_weights_have_no_place() {
        for weight in [0.0, 0.3] {
            let field = Field::new(&[weight; 10]);
            assert!(field.centre.is_none() && field.width.is_none());
        }
        let staggered: Vec<f64> = (0..10).map(|i| f64::from(1 - 2 * (i % 2))).collect();
        assert!(Field::new(&staggered).is_staggered);
        assert!(!Field::new(&staggered).is_localized());
    }

    #[test]
    fn fields_at_one_place_are_counted_together() {
        let columns = |centres: &[f64]| {
            let fields: Vec<_> = centres.iter().map(|c| triangle(40, *c, 5.0)).collect();
            Mat::from_fn(40, centres.len(), |i, m| fields[m][i])
        };
        let tiling = Arrangement::new(&columns(&[35.0, 5.0, 15.0, 25.0]));
        assert_eq!(tiling.units_per_place, [1; 4]);
        assert!(tiling.is_equidistant);
        let sharing = Arrangement::new(&columns(&[39.5, 0.5, 20.0, 20.0]));
        assert_eq!(sharing.units_per_place, [2, 2]);
        assert!(!Arrangement::new(&columns(&[1.0, 14.0, 20.0])).is_equidistant);
        assert!(Arrangement::new(&Mat::zeros(10, 2)).gaps.is_empty());
    }
}
