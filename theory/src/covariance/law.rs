//! The limiting law of the sample eigenvalues: density, cumulative distribution, quantiles, moments.

use std::f64::consts::PI;

use num_complex::Complex64;

use super::edges::{Interval, support};
use super::landing::Landing;
use super::locate::Located;
use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::root::{Slope, newton_monotone};
use crate::spectra::PopulationSpectrum;

/// Fewest points that a grid puts on one interval of the support.
const FEWEST_POINTS: usize = 9;

/// Law of the eigenvalues of `Ĉ = (1/P) Σ x xᵀ` for P samples of a population with law H, both large at fixed γ.
///
/// ```text
/// f(x) = Im(−1/u)/(πγ),   u in the upper half plane with ψ(u) = x
/// F(x) = 1 − (1/π) ∫ [arg(u−λ) − arg u] dH + [x Im(−1/u) − arg u]/(πγ)
/// ```
///
/// with ψ of [`Landing`] and γ = variables/samples. The second line (own) is the imaginary part of the primitive
/// `∫ s dz = s z + ln s − γ ∫ ln(1+λs) dH` on the real axis. The point u is unique, so an iteration that ends on one has
/// ended on the right one; it works on the real axis itself and needs no imaginary offset. The law has an atom of
/// mass `max(H(0), 1 − 1/γ)` at zero.
///
/// # References
/// Marchenko & Pastur, Math. USSR Sb. 1, 457 (1967); Silverstein, J. Multivariate Anal. 55, 331 (1995).
#[derive(Debug, Clone)]
pub struct SampleLaw<'a> {
    landing: Landing<'a>,
    intervals: Vec<Interval>,
}

/// One point of a [`SampleLaw`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LawPoint {
    /// Sample eigenvalue.
    pub x: f64,
    /// Density of the continuous part; +∞ at a hard edge (x = 0 with as many samples as directions).
    pub density: f64,
    /// Fraction of the sample eigenvalues at or below x, the atom at zero included.
    pub cumulative: f64,
}

impl<'a> SampleLaw<'a> {
    /// The law for a population and an aspect ratio γ = variables/samples; its support is found here.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `aspect_ratio` is positive and finite; [`Error::NotFinite`] if the population's sums
    /// are not finite off its support.
    pub fn new(spectrum: &'a dyn PopulationSpectrum, aspect_ratio: f64) -> Result<Self> {
        let landing = Landing::new(spectrum, aspect_ratio)?;
        let intervals = support(&landing)?;
        Ok(Self { landing, intervals })
    }

    /// The map ψ of this law.
    pub fn landing(&self) -> &Landing<'a> {
        &self.landing
    }

    /// Intervals of the continuous part, ascending.
    pub fn support(&self) -> &[Interval] {
        &self.intervals
    }

    /// Mass of the atom at zero, `max(H(0), 1 − 1/γ)`.
    pub fn atom_at_zero(&self) -> f64 {
        let null = 1.0 - self.landing.spectrum().positive_mass();
        null - self.landing.deficit().min(0.0) / self.landing.aspect_ratio()
    }

    /// ∫ x dF(x), which is the mean population eigenvalue.
    pub fn mean(&self) -> f64 {
        self.landing.spectrum().moment(1)
    }

    /// Density of the continuous part at `x`; 0 outside the support.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if `x` is not finite; [`Error::NotBracketed`] if rounding leaves no solution (not seen).
    pub fn density(&self, x: f64) -> Result<f64> {
        Ok(self.point(x)?.density)
    }

    /// Fraction of the sample eigenvalues at or below `x`.
    ///
    /// # Errors
    /// As [`SampleLaw::density`].
    pub fn cumulative(&self, x: f64) -> Result<f64> {
        Ok(self.point(x)?.cumulative)
    }

    /// Density and cumulative distribution at `x`.
    ///
    /// # Errors
    /// As [`SampleLaw::density`].
    pub fn point(&self, x: f64) -> Result<LawPoint> {
        check("x", "finite", x, |_| true)?;
        match self.interval_of(x) {
            Some(interval) => {
                let u = self.landing.locate(interval, x)?.u;
                Ok(self.point_at(x, u))
            }
            None => Ok(self.outside(x)),
        }
    }

    /// The eigenvalue below which a fraction `probability` of the sample spectrum lies; in a gap its lower end.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 0 ≤ `probability` ≤ 1.
    pub fn quantile(&self, probability: f64) -> Result<f64> {
        let p = check("probability", "between 0 and 1", probability, |p| {
            (0.0..=1.0).contains(&p)
        })?;
        let mut below = self.atom_at_zero();
        if p <= below {
            return Ok(if below > 0.0 { 0.0 } else { self.lowest() });
        }
        for interval in &self.intervals {
            if p < below + interval.mass {
                return self.quantile_in(interval, p);
            }
            below += interval.mass;
        }
        Ok(self
            .intervals
            .last()
            .map_or(0.0, |interval| interval.upper.position))
    }

    /// Points of the law on a grid that crowds at every edge, each interval's two ends included, ascending.
    ///
    /// The nodes are `√x = (√x₊+√x₋)/2 − (√x₊−√x₋)/2 cos θ`, θ equidistant, which resolves square-root edges. Intervals share
    /// `points` by their mass, at least 9 each (so there can be more than `points` in all).
    ///
    /// # Errors
    /// As [`SampleLaw::density`].
    pub fn grid(&self, points: usize) -> Result<Vec<LawPoint>> {
        let counts = self.share(points);
        let mut grid = Vec::with_capacity(counts.iter().sum());
        for (interval, count) in self.intervals.iter().zip(counts) {
            self.trace(interval, count, |x, u| grid.push(self.point_at(x, u)))?;
        }
        Ok(grid)
    }

    fn lowest(&self) -> f64 {
        self.intervals
            .first()
            .map_or(0.0, |interval| interval.lower.position)
    }

    fn interval_of(&self, x: f64) -> Option<&Interval> {
        let after = self
            .intervals
            .partition_point(|interval| interval.upper.position <= x);
        self.intervals
            .get(after)
            .filter(|interval| x > interval.lower.position)
    }

    fn outside(&self, x: f64) -> LawPoint {
        let below = self.intervals.iter().take_while(|i| i.upper.position <= x);
        let mass: f64 = below.map(|interval| interval.mass).sum();
        let is_past_all = self
            .intervals
            .last()
            .is_none_or(|last| x >= last.upper.position);
        let cumulative = match x {
            x if x < 0.0 => 0.0,
            _ if is_past_all => 1.0,
            _ => self.atom_at_zero() + mass,
        };
        let hard = x.abs() <= 0.0
            && self
                .intervals
                .first()
                .is_some_and(|i| i.lower.position <= 0.0);
        LawPoint {
            x,
            density: if hard { f64::INFINITY } else { 0.0 },
            cumulative,
        }
    }

    fn density_at(&self, u: Complex64) -> f64 {
        u.im / (u.norm_sqr() * PI * self.landing.aspect_ratio())
    }

    fn point_at(&self, x: f64, u: Complex64) -> LawPoint {
        if u.im <= 0.0 {
            return self.outside(x);
        }
        let cumulative = (1.0 - self.landing.share_above(u, x)).clamp(0.0, 1.0);
        LawPoint {
            x,
            density: self.density_at(u),
            cumulative,
        }
    }

    fn quantile_in(&self, interval: &Interval, p: f64) -> Result<f64> {
        let distance = |theta: f64| {
            let (x, slope) = chebyshev(interval, theta);
            let point = self.point(x);
            point.map_or((f64::NAN, 0.0), |at| {
                (at.cumulative - p, at.density * slope)
            })
        };
        let root = newton_monotone("cumulative", distance, [0.0, PI], 0.5 * PI, Slope::Rising);
        match root {
            Ok(root) => Ok(chebyshev(interval, root.x).0),
            // Rounding of the cumulative at an end of the interval.
            Err(Error::NotBracketed { at_lower, .. }) if at_lower >= 0.0 => {
                Ok(interval.lower.position)
            }
            Err(Error::NotBracketed { .. }) => Ok(interval.upper.position),
            Err(other) => Err(other),
        }
    }

    /// Number of grid points on each interval.
    fn share(&self, points: usize) -> Vec<usize> {
        let total: f64 = self.intervals.iter().map(|interval| interval.mass).sum();
        let quota = |mass: f64| mass / total * count(points);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 ≤ quota"
        )]
        let mut counts: Vec<usize> = self
            .intervals
            .iter()
            .map(|i| (quota(i.mass) as usize).max(FEWEST_POINTS))
            .collect();
        let spare = points.saturating_sub(counts.iter().sum());
        if let Some(largest) = counts.iter_mut().max() {
            *largest += spare;
        }
        counts
    }

    /// Walks along one interval from its lower to its upper edge and hands each grid point with its u to `visit`.
    fn trace(
        &self,
        interval: &Interval,
        count: usize,
        mut visit: impl FnMut(f64, Complex64),
    ) -> Result<()> {
        visit(
            interval.lower.position,
            Complex64::new(interval.lower.population, 0.0),
        );
        let mut last = Located::at_edge(&interval.lower);
        for index in 1..count - 1 {
            #[expect(clippy::cast_precision_loss, reason = "a count of points")]
            let theta = PI * index as f64 / (count - 1) as f64;
            let x = chebyshev(interval, theta).0;
            last = self.landing.locate_from(&last, interval, x)?;
            visit(x, last.u);
        }
        visit(
            interval.upper.position,
            Complex64::new(interval.upper.population, 0.0),
        );
        Ok(())
    }
}

/// x and dx/dθ at the angle θ of an interval: `√x` runs as −cos θ from the lower to the upper edge.
pub(super) fn chebyshev(interval: &Interval, theta: f64) -> (f64, f64) {
    let (low, high) = (
        interval.lower.position.sqrt(),
        interval.upper.position.sqrt(),
    );
    // (1 − cos θ)/2 without cancellation near the lower edge.
    let half = (0.5 * theta).sin();
    let y = low + (high - low) * half * half;
    let x = (y * y).clamp(interval.lower.position, interval.upper.position);
    (x, y * (high - low) * theta.sin())
}
