//! The companion Stieltjes transform of sample eigenvalues on a curve above the real axis, and its noise.

use faer::{Mat, Side};
use num_complex::Complex64;

use crate::error::{Error, Result};
use crate::numerics::count;

/// Most points of the curve.
const MOST_POINTS: usize = 60;

/// Distance of neighbouring points in units of their height.
const SPACING: f64 = 0.7;

/// Largest noise of a point in units of its height: what is quadratic in the noise is then below a hundredth.
const NOISE: f64 = 0.1;

/// Combinations of points whose noise is this much smaller than that of the noisiest, after each point is scaled to
/// unit noise, carry rounding errors rather than information (variances: the square root is the ratio of the noises).
const NEGLIGIBLE: f64 = 1e-5;

/// Sample eigenvalues that are taken for a bulk without outliers.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    /// The positive ones, from the largest down.
    pub(super) eigenvalues: Vec<f64>,
    /// Number of directions that they stand for; more than eigenvalues if there are fewer samples than directions.
    pub(super) directions: f64,
    /// Number of samples.
    pub(super) samples: f64,
    /// What lies below this fraction of the largest eigenvalue is not told apart.
    pub(super) range: f64,
}

/// A point z of the upper half plane with the empirical u(z) = −1/s(z).
#[derive(Debug, Clone, Copy)]
struct Point {
    z: Complex64,
    u: Complex64,
    /// Standard deviation of ψ(u) − z.
    noise: f64,
}

/// Silverstein's equation at all points, `γ Σ_k w_k t_k u/(u − t_k) = z − u`, in combinations of unit, independent noise.
#[derive(Debug)]
pub(super) struct Equations {
    aspect_ratio: f64,
    u: Vec<Complex64>,
    whitener: Mat<f64>,
    target: Vec<f64>,
}

impl Sampled {
    pub(super) fn aspect_ratio(&self) -> f64 {
        self.directions / self.samples
    }

    /// The smallest eigenvalue that is told apart.
    pub(super) fn lowest(&self) -> f64 {
        self.eigenvalues[self.eigenvalues.len() - 1].max(self.eigenvalues[0] * self.range)
    }

    /// s(z) and s'(z) of the P × P companion matrix, whose other eigenvalues are zero.
    fn companion(&self, z: Complex64) -> (Complex64, Complex64) {
        let zeros = (self.samples - count(self.eigenvalues.len())).max(0.0);
        let first = -z.inv() * zeros;
        let start = (first, -first * z.inv());
        let sums = self.eigenvalues.iter().fold(start, |(value, slope), &x| {
            let term = (Complex64::from(x) - z).inv();
            (value + term, slope + term * term)
        });
        (sums.0 / self.samples, sums.1 / self.samples)
    }

    /// The point at height `height`·x above x.
    fn point(&self, x: f64, height: f64) -> Point {
        let z = Complex64::new(x, x * height);
        let (s, slope) = self.companion(z);
        let spread = 1.0 / (slope.norm_sqr() * z.im * z.im) - 1.0 / (s.im * s.im);
        let noise = (0.5 * spread.max(0.0)).sqrt() / self.samples;
        Point {
            z,
            u: -s.inv(),
            noise: noise.max(1e-9 * x),
        }
    }

    /// Points along the bulk at the height to which a single population eigenvalue is smeared, or higher where noise or
    /// their number demands it.
    fn points(&self) -> Vec<Point> {
        let highest = self.eigenvalues[0];
        let lowest = self.lowest();
        let root = self.aspect_ratio().sqrt();
        // Points that coincide would be one equation many times.
        let width = (highest / lowest).ln().max(root / (1.0 + root));
        let height = (root / (1.0 + root)).max(width / (SPACING * count(MOST_POINTS)));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive and at most MOST_POINTS"
        )]
        let steps = (width / (SPACING * height)).ceil().max(6.0) as usize;
        let inner = (0..=steps).map(|i| lowest * (width * count(i) / count(steps)).exp());
        let outer = [
            lowest / (1.0 + 2.0 * height),
            highest * (1.0 + height),
            highest * (1.0 + 3.0 * height),
        ];
        inner.chain(outer).map(|x| self.raised(x, height)).collect()
    }

    fn raised(&self, x: f64, mut height: f64) -> Point {
        let mut point = self.point(x, height);
        // The noise falls as the inverse height: the bound is for infinities alone.
        while point.noise > NOISE * point.z.im && height < 1e6 {
            height *= 1.4;
            point = self.point(x, height);
        }
        point
    }

    /// The equations with a first estimate of their noise, each point by itself.
    pub(super) fn rough_equations(&self) -> Equations {
        let points = self.points();
        let weights: Vec<f64> = points
            .iter()
            .map(|p| std::f64::consts::SQRT_2 / p.noise)
            .collect();
        let count = points.len();
        let whitener = Mat::from_fn(2 * count, 2 * count, |i, j| {
            if i == j { weights[i % count] } else { 0.0 }
        });
        Equations::new(self.aspect_ratio(), &points, |p| p.z - p.u, whitener)
    }

    /// The equations with the joint noise of all points that a pilot estimate of the population (atoms t, w) implies.
    ///
    /// ```text
    /// cov(ε₁, ε₂) = (2/P²) [1/(s₁−s₂)² − z'(s₁) z'(s₂)/(z₁−z₂)²],   E ε = −u² ψ''(u)/(2 P ψ'(u)),   ε = ψ(u) − z
    /// ```
    ///
    /// # References
    /// Bai & Silverstein, Ann. Probab. 32, 553 (2004), theorem 1.1, for real Gaussian samples.
    pub(super) fn equations(&self, pilot: &[(f64, f64)]) -> Result<Equations> {
        let points = self.points();
        let local: Vec<Local> = points
            .iter()
            .map(|p| Local::solve(pilot, self.aspect_ratio(), p.z, p.u))
            .collect();
        let whitener = whitener(&local, self.samples)?;
        let bias: Vec<Complex64> = local.iter().map(|l| l.bias(self.samples)).collect();
        let mut index = 0;
        let target = |p: &Point| {
            index += 1;
            p.z - p.u + bias[index - 1]
        };
        Ok(Equations::new(
            self.aspect_ratio(),
            &points,
            target,
            whitener,
        ))
    }
}

/// ψ and its derivatives for the pilot at the u where ψ(u) = z.
#[derive(Debug, Clone, Copy)]
struct Local {
    z: Complex64,
    u: Complex64,
    slope: Complex64,
    curvature: Complex64,
    third: Complex64,
}

impl Local {
    fn at(pilot: &[(f64, f64)], aspect_ratio: f64, u: Complex64) -> Self {
        let mut local = Self {
            z: u,
            u,
            slope: 1.0.into(),
            curvature: 0.0.into(),
            third: 0.0.into(),
        };
        for &(t, w) in pilot {
            let inverse = (u - t).inv();
            let ratio = inverse * t;
            let term = ratio * ratio * (aspect_ratio * w);
            local.z += u * ratio * (aspect_ratio * w);
            local.slope -= term;
            local.curvature += term * inverse * 2.0;
            local.third -= term * inverse * inverse * 6.0;
        }
        local
    }

    /// Newton's method within the upper half plane, where the solution is unique.
    fn solve(pilot: &[(f64, f64)], aspect_ratio: f64, z: Complex64, start: Complex64) -> Self {
        let mut local = Self::at(pilot, aspect_ratio, start);
        for _ in 0..100 {
            let mut step = (z - local.z) / local.slope;
            while (local.u + step).im <= 0.1 * local.u.im {
                step *= 0.5;
            }
            local = Self::at(pilot, aspect_ratio, local.u + step);
            // The covariance that is made of it is an estimate itself.
            if step.norm() <= 1e-12 * local.u.norm() {
                break;
            }
        }
        local
    }

    fn bias(&self, samples: f64) -> Complex64 {
        -self.u * self.u * self.curvature / (self.slope * (2.0 * samples))
    }

    fn s(&self) -> Complex64 {
        -self.u.inv()
    }

    /// dz/ds = ψ'(u) u².
    fn rise(&self) -> Complex64 {
        self.slope * self.u * self.u
    }

    fn conj(&self) -> Self {
        Self {
            z: self.z.conj(),
            u: self.u.conj(),
            slope: self.slope.conj(),
            curvature: self.curvature.conj(),
            third: self.third.conj(),
        }
    }

    /// E ε₁ε₂ without the factor 2/P².
    fn covariance(&self, other: &Self) -> Complex64 {
        let (s, z) = (self.s() - other.s(), self.z - other.z);
        (s * s).inv() - self.rise() * other.rise() / (z * z)
    }

    /// The limit of [`Local::covariance`] at coinciding points: −1/6 of the Schwarzian derivative of z(s).
    fn variance(&self) -> Complex64 {
        let ratio = self.curvature / self.slope;
        let schwarzian = self.third / self.slope - ratio * ratio * 1.5;
        -schwarzian * self.u.powu(4) / 6.0
    }
}

/// Rows that turn the real and imaginary parts of ε into independent numbers of unit variance.
fn whitener(local: &[Local], samples: f64) -> Result<Mat<f64>> {
    let count = local.len();
    let scale = 1.0 / (samples * samples);
    // E ε₁ε₂ and E ε₁ε₂* give the covariances of the parts.
    let entry = |i: usize, j: usize| {
        let (a, b) = (&local[i % count], &local[j % count]);
        let plain = if i % count == j % count {
            a.variance()
        } else {
            a.covariance(b)
        } * scale;
        let mixed = a.covariance(&b.conj()) * scale;
        match (i < count, j < count) {
            (true, true) => (mixed + plain).re,
            (false, false) => (mixed - plain).re,
            (true, false) => (plain - mixed).im,
            (false, true) => (plain + mixed).im,
        }
    };
    let variance: Vec<f64> = (0..2 * count).map(|i| entry(i, i)).collect();
    let largest = variance.iter().copied().fold(0.0, f64::max);
    // Rounding can leave a variance that is nothing beside the others below zero.
    let deviation: Vec<f64> = variance
        .iter()
        .map(|v| v.max(1e-12 * largest).sqrt())
        .collect();
    let correlation = Mat::from_fn(2 * count, 2 * count, |i, j| {
        0.5 * (entry(i, j) + entry(j, i)) / (deviation[i] * deviation[j])
    });
    let parts = correlation
        .self_adjoint_eigen(Side::Lower)
        .map_err(|_| Error::NotFinite {
            name: "noise of the companion transform",
        })?;
    let (vectors, values) = (parts.U(), parts.S().column_vector());
    let top = values.iter().copied().fold(0.0, f64::max);
    let kept: Vec<usize> = (0..2 * count)
        .filter(|&k| values[k] > NEGLIGIBLE * top)
        .collect();
    Ok(Mat::from_fn(kept.len(), 2 * count, |row, j| {
        vectors[(j, kept[row])] / (values[kept[row]].sqrt() * deviation[j])
    }))
}

impl Equations {
    fn new(
        aspect_ratio: f64,
        points: &[Point],
        target: impl FnMut(&Point) -> Complex64,
        whitener: Mat<f64>,
    ) -> Self {
        let values: Vec<Complex64> = points.iter().map(target).collect();
        let target = rotate(&whitener, &values);
        Self {
            aspect_ratio,
            u: points.iter().map(|p| p.u).collect(),
            whitener,
            target,
        }
    }

    /// By how much the population that has nothing but the eigenvalue t misses each equation.
    pub(super) fn misfit(&self, t: f64) -> Vec<f64> {
        let terms: Vec<Complex64> = self
            .u
            .iter()
            .map(|u| u * (self.aspect_ratio * t) / (u - t))
            .collect();
        let mut rows = rotate(&self.whitener, &terms);
        rows.iter_mut()
            .zip(&self.target)
            .for_each(|(row, target)| *row -= target);
        rows
    }

    /// Derivative of [`Equations::misfit`] with respect to ln t.
    pub(super) fn misfit_slope(&self, t: f64) -> Vec<f64> {
        let slope = |u: &Complex64| {
            let ratio = u / (u - t);
            ratio * ratio * (self.aspect_ratio * t)
        };
        rotate(
            &self.whitener,
            &self.u.iter().map(slope).collect::<Vec<_>>(),
        )
    }
}

/// The rows of the whitener times (real parts, imaginary parts).
fn rotate(whitener: &Mat<f64>, values: &[Complex64]) -> Vec<f64> {
    let mut rows = vec![0.0; whitener.nrows()];
    let parts = values
        .iter()
        .map(|v| v.re)
        .chain(values.iter().map(|v| v.im));
    for (column, part) in whitener.col_iter().zip(parts) {
        rows.iter_mut()
            .zip(column.iter())
            .for_each(|(row, entry)| *row += entry * part);
    }
    rows
}
