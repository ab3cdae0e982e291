//! The top sample eigenvector of a finite population, across the threshold of its leading mode.

use super::largest::mean_of_largest;
use crate::covariance::{Place, place_of};
use crate::error::{Result, positive};
use crate::numerics::count;
use crate::solver::root::find_root;
use crate::spectra::Population;

/// Eigenvalues at the edge of the bulk from which on they are many: the distance of the edge from the modes, in units of the width of Airy's
/// function there, cubed. Simulated overlaps agree within 0.01 from 5 on (20 to 400 units); on rings near their threshold, where a few modes compete,
/// it is 2.
const MANY: f64 = 5.0;

/// The mean top sample eigenvalue of a finite population and the mean overlaps of its eigenvector with all modes, for `alpha` = samples/units (own).
///
/// ```text
/// c_k² = ∂ ln λ_max/∂ ln λ_k,   E λ_max = x₊ + Δ M(w)
/// above the threshold, ℓ > u₊ :  w = −√((ψ(ℓ) − x₊)/Δ),      below:  w = u₊ (u₊/ℓ − 1) √(ψ″(u₊)/2Δ)
/// ```
///
/// The first equation is exact for every sample: `λ_max` is the largest eigenvalue of `Zᵀ Σ Z/P` with noise Z, and its derivative in `λ_k` is
/// the squared projection of the sample eigenvector on mode k, times `λ_max/λ_k`. So mean overlaps are slopes of the mean of ln `λ_max`, which is taken
/// as the logarithm of the mean. The other equations are for one leading direction ℓ on the bulk of all others, whose edge `x₊ = ψ(u₊)` has the
/// scale Δ of [`tracy_widom_scale`](crate::covariance::tracy_widom_scale), with P − ½ in place of P: M is the mean of the largest eigenvalue of noise with one spike of
/// strength w, which far above the threshold is w², so that the outlier lies at ψ(ℓ), and far below it E TW₁ + 1/w, from which the overlap of the edge follows.
///
/// This supposes many eigenvalues at the edge of the bulk. Where they are few, or the leading mode is degenerate or among them, the answer is that of [`place_of`] at
/// half an eigenvalue, whose overlaps are the slopes of the median place: on rings simulated to 0.02 up to the threshold, and up to
/// 0.05 too large at twice to four times its samples.
///
/// Limits: far above the threshold [`spike`](crate::covariance::spike), far below it [`overlap_profile`](crate::covariance::overlap_profile).
///
/// # Errors
/// As [`place_of`].
///
/// # References
/// Bloemendal & Virág, Probab. Theory Relat. Fields 156, 795 (2013), for the law; Ma, Bernoulli 18, 322 (2012), for P − ½.
pub fn leading_overlaps(population: &Population, alpha: f64) -> Result<Place> {
    positive("alpha", alpha)?;
    let isolated = population
        .units()
        .and_then(|units| Isolated::new(population, alpha * count(units) - 0.5));
    match isolated {
        Some(isolated) => Ok(isolated.place(population)),
        None => place_of(population, alpha, 0.5),
    }
}

/// One leading direction on a bulk with many eigenvalues at its edge.
struct Isolated {
    /// The leading eigenvalue ℓ.
    leading: f64,
    /// Eigenvalue and number of directions of the others.
    rest: Vec<[f64; 2]>,
    /// P − ½.
    samples: f64,
    edge: Edge,
}

/// The edge of the bulk, and how far the leading mode is from it.
struct Edge {
    /// u₊, the population point of the edge.
    point: f64,
    /// x₊.
    position: f64,
    /// ψ″(u₊).
    curvature: f64,
    /// ψ‴(u₊).
    third: f64,
    /// Δ.
    scale: f64,
    /// R = (ψ(ℓ) − x₊)/(ℓ − u₊)².
    rise: f64,
    /// Slopes of R in u₊ and ℓ.
    rise_slopes: [f64; 2],
}

impl Isolated {
    /// `None` where it is none.
    fn new(population: &Population, samples: f64) -> Option<Self> {
        let (first, others) = population.modes().split_first()?;
        let rest: Vec<[f64; 2]> = others
            .iter()
            .map(|mode| Some([mode.eigenvalue, count(mode.degeneracy?)]))
            .collect::<Option<_>>()?;
        let largest = rest.first()?[0];
        if first.degeneracy != Some(1) || samples <= 1.0 || largest <= 0.0 {
            return None;
        }
        let edge = Edge::new(&rest, samples, first.eigenvalue)?;
        let airy = (2.0 * edge.scale / edge.curvature).sqrt();
        let many = ((edge.point - largest) / airy).powi(3);
        // Else it is one of those at the edge.
        let is_apart = first.eigenvalue - largest >= 0.5 * (edge.point - largest);
        (many >= MANY && is_apart).then_some(Self {
            leading: first.eigenvalue,
            rest,
            samples,
            edge,
        })
    }

    /// The strength w.
    fn strength(&self) -> f64 {
        let (u, above) = (self.edge.point, self.edge.point - self.leading);
        if above > 0.0 {
            above * u / self.leading * self.edge.steepness(0.5 * self.edge.curvature)
        } else {
            above * self.edge.steepness(self.edge.rise)
        }
    }

    /// ℓ ∂w/∂ℓ.
    fn own_response(&self) -> f64 {
        let (u, above) = (self.edge.point, self.edge.point - self.leading);
        if above > 0.0 {
            -u * u / self.leading * self.edge.steepness(0.5 * self.edge.curvature)
        } else {
            let steeper = 0.5 * self.edge.rise_slopes[1] / self.edge.rise;
            self.leading * self.edge.steepness(self.edge.rise) * (above * steeper - 1.0)
        }
    }

    fn place(&self, population: &Population) -> Place {
        let edge = &self.edge;
        let (mean, slope) = mean_of_largest(self.strength());
        let eigenvalue = edge.position + edge.scale * mean;
        let first = edge.scale * slope * self.own_response() / eigenvalue;
        let others = self.rest.iter().map(|&[eigen, directions]| {
            let [position, scale, strength] = self.response(eigen, directions);
            (position + edge.scale * (scale * mean + slope * strength)) / eigenvalue
        });
        let overlaps = std::iter::once(first).chain(others);
        Place {
            eigenvalue,
            overlaps: population.modes().iter().copied().zip(overlaps).collect(),
        }
    }

    /// λ ∂/∂λ of x₊, ln Δ and w, for a mode of the bulk.
    fn response(&self, eigenvalue: f64, directions: f64) -> [f64; 3] {
        let (edge, share) = (&self.edge, directions / self.samples);
        let (u, gap) = (edge.point, edge.point - eigenvalue);
        let weight = share * eigenvalue * eigenvalue;
        let position = share * eigenvalue * (u / gap).powi(2);
        // Of u₊, from ψ′(u₊) = 0.
        let point = 2.0 * weight * u / gap.powi(3) / edge.curvature;
        let curvature = 2.0 * weight * (2.0 * u + eigenvalue) / gap.powi(4) + edge.third * point;
        let scale = curvature / edge.curvature / 3.0 + 4.0 / 3.0 * point / u;
        let above = u - self.leading;
        let strength = if above > 0.0 {
            edge.steepness(0.5 * edge.curvature)
                * (point * (2.0 * u / self.leading - 1.0)
                    + 0.5 * above * u / self.leading * (curvature / edge.curvature - scale))
        } else {
            let beyond = self.leading - eigenvalue;
            let own = weight / (gap * gap * beyond)
                * (2.0 + 2.0 * eigenvalue / gap + eigenvalue / beyond);
            let rise = (own + edge.rise_slopes[0] * point) / edge.rise;
            edge.steepness(edge.rise) * (point + 0.5 * above * (rise - scale))
        };
        [position, scale, strength]
    }
}

impl Edge {
    /// √(r/Δ).
    fn steepness(&self, r: f64) -> f64 {
        (r / self.scale).sqrt()
    }

    /// `None` where it is not found.
    fn new(rest: &[[f64; 2]], samples: f64, leading: f64) -> Option<Self> {
        let largest = rest[0][0];
        let sum = |f: &dyn Fn(f64) -> f64| {
            let terms = rest
                .iter()
                .map(|&[eigen, directions]| directions * f(eigen));
            terms.sum::<f64>() / samples
        };
        let missing = |u: f64| 1.0 - sum(&|eigen| (eigen / (u - eigen)).powi(2));
        // One direction at the largest eigenvalue would have its edge below, all of them theirs above.
        let least = largest * (1.0 + 0.99 * samples.recip().sqrt());
        let most = largest * (1.0 + 1.01 * sum(&|_| 1.0).sqrt());
        let point = find_root("edge of the bulk", missing, least, most, 0.0)
            .ok()?
            .x;
        let power = |n: i32| sum(&|eigen| eigen * eigen / (point - eigen).powi(n));
        let beyond = |f: &dyn Fn(f64, f64) -> f64| {
            sum(&|eigen| eigen * eigen * f(point - eigen, leading - eigen))
        };
        let curvature = 2.0 * power(3);
        Some(Self {
            point,
            position: point * (1.0 + sum(&|eigen| eigen / (point - eigen))),
            curvature,
            third: -6.0 * power(4),
            scale: (0.5 * curvature).cbrt() * point.powf(4.0 / 3.0) * samples.powf(-2.0 / 3.0),
            rise: beyond(&|gap, beyond| 1.0 / (gap * gap * beyond)),
            rise_slopes: [
                beyond(&|gap, beyond| -2.0 / (gap.powi(3) * beyond)),
                beyond(&|gap, beyond| -1.0 / (gap * beyond).powi(2)),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::{overlap_profile, spike};
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    fn spread(leading: f64) -> Population {
        let groups = [(leading, 1), (2.0, 20), (1.5, 40), (1.0, 80), (0.5, 100)];
        Population::finite(241, &groups).unwrap()
    }

    #[test]
    fn overlaps_are_the_slopes_of_the_logarithm_of_the_mean() {
        let groups = |factor: f64, at: usize| {
            let mut groups = [(3.0, 1), (1.2, 40), (1.0, 80), (0.5, 79)];
            groups[at].0 *= factor;
            Population::finite(200, &groups).unwrap()
        };
        for alpha in [0.5, 1.0, 2.0, 8.0] {
            let place = leading_overlaps(&groups(1.0, 0), alpha).unwrap();
            for at in 0..4 {
                let [low, high] = [0.99, 1.01].map(|factor| {
                    let place = leading_overlaps(&groups(factor, at), alpha).unwrap();
                    place.eigenvalue.ln()
                });
                // Second order in 0.01, and the interpolation of the mean, whose slope is another.
                let slope = (high - low) / (1.01_f64 / 0.99).ln();
                assert_abs_diff_eq!(place.overlaps[at].1, slope, epsilon = 2e-3);
            }
        }
    }

    #[test]
    fn the_overlaps_sum_to_one() {
        let ring = Population::ising_ring(Some(400), 0.5).unwrap();
        for alpha in [0.2, 1.0, 3.0, 100.0] {
            for population in [spread(3.0), spread(2.0001), ring.clone()] {
                let place = leading_overlaps(&population, alpha).unwrap();
                let sum: f64 = place.overlaps.iter().map(|overlap| overlap.1).sum();
                assert_relative_eq!(sum, 1.0, max_relative = 1e-9);
                assert!(place.overlaps.iter().all(|overlap| overlap.1 >= 0.0));
            }
        }
    }

    #[test]
    fn far_from_the_threshold_the_limits_are_reached() {
        let population = Population::spiked(Some(1_000_000), &[1.0]).unwrap();
        let above = leading_overlaps(&population, 3.0).unwrap();
        let outlier = spike(&population, 0, 3.0).unwrap();
        assert_relative_eq!(above.eigenvalue, outlier.eigenvalue(), max_relative = 1e-4);
        assert_relative_eq!(
            above.overlaps[0].1,
            outlier.overlap_squared(),
            max_relative = 1e-3
        );
        // The mean place of the largest eigenvalue, behind the edge by N^(−2/3), adds N^(−1/3).
        let below = leading_overlaps(&population, 0.3).unwrap();
        let edge = overlap_profile(&population, 0.3).unwrap();
        assert_relative_eq!(below.overlaps[0].1, edge.overlaps[0].1, max_relative = 0.06);
        // Johnstone's centre and scale, and E TW₁ = −1.2065.
        let root = (1.0_f64 / 0.3).sqrt();
        let scale = (1.0 + root) * (1.0 + 1.0 / root).cbrt() * 3e5_f64.powf(-2.0 / 3.0);
        assert_relative_eq!(
            below.eigenvalue,
            (1.0 + root).powi(2) - 1.2065 * scale,
            max_relative = 1e-5
        );
    }

    #[test]
    fn few_modes_at_the_edge_are_left_to_the_place() {
        let ring = Population::ising_ring(Some(50), 0.5).unwrap();
        let place = place_of(&ring, 68.0, 0.5).unwrap();
        assert_eq!(leading_overlaps(&ring, 68.0).unwrap(), place);
        assert!(leading_overlaps(&Population::iid(None).unwrap(), 1.0).is_err());
    }
}
