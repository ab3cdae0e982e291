//! The saddle-point equations as a map of (m, Q, V) to itself.
//!
//! ```text
//! u = r/G,   V = (1/αG) (1/N) Σ λ/(u − λ),   Q = (E g²/αG²) (1/N) Σ λ²/(u − λ)²,
//! ρ = m² + (E g²/αG²) (1/N) Σ λ/(u − λ)²,   r = r(ρ),   r m = E[x g]
//! ```
//!
//! where G = E dg/dω. The sums exist for u above all eigenvalues across the planted direction, and the iteration has to keep them
//! there; nor does it help to iterate on ρ, since r(ρ) may diverge. On the signal branch `r m = E[x g]` gives u as it should be,
//! `v + E[c g]/(mG)`; on the noise branch the equation of Q does. What then is missing in r(ρ) = uG is made up by rescaling the
//! weights, the whole of m or Q.

use super::averages::{CavityField, Forces, LearntField};
use super::data::{PlantedData, Sums};
use super::maximiser::Potential;
use crate::error::{Error, Result};
use crate::quadrature::gaussian_average;
use crate::solver::root::{expand_bracket, find_root};

/// Accuracy of the averages at a solution.
pub(super) const TOLERANCE: f64 = 1e-12;

/// What is added to a logarithm that is searched for, so that an accuracy relative to the sum is one of the logarithm.
const SHIFT: f64 = 100.0;

/// Limits of ln(ρ/(1 − κρ)), shifted: beyond the upper one 1 − κρ is rounding.
const NORMS: [f64; 2] = [SHIFT - 80.0, SHIFT + 30.0];

/// Limits of the logarithm of the relative distance between u and the largest eigenvalue, shifted.
const DISTANCES: [f64; 2] = [SHIFT - 30.0, SHIFT + 300.0];

/// Smallest 1 − κV: below it ω(h) = h − V φ'(h) is the rounding error of h.
const ROOM: f64 = 1e-12;

/// Where the search for the weights after infinitely many samples begins and ends, in ln(m²/(1 − κm²)), shifted.
const WEIGHTS: [f64; 2] = [SHIFT - 8.0, SHIFT + 16.0];

/// The unknowns, as the iteration sees them: m, ln Q and ln(V/(1 − κV)).
pub(super) type Unknowns = [f64; 3];

/// A point of the space of order parameters, with what follows from it.
#[derive(Debug)]
pub(super) struct Saddle<'a> {
    pub(super) m: f64,
    pub(super) q: f64,
    pub(super) v: f64,
    pub(super) rho: f64,
    /// u, which is r/G at a solution.
    pub(super) point: f64,
    pub(super) forces: Forces,
    pub(super) sums: Sums,
    pub(super) field: LearntField<'a>,
}

/// The equations of one unit that learns from given data.
#[derive(Debug)]
pub(super) struct Equations<'a> {
    pub(super) potential: Potential<'a>,
    pub(super) data: &'a PlantedData,
}

impl Equations<'_> {
    /// r(ρ) = ⟨h²⟩ under the model: `E_z exp φ(0, √ρ z) = exp φ(−ρ, 0)` is the law of h in a field that fluctuates.
    pub(super) fn restoring(&self, rho: f64) -> f64 {
        let unit = self.potential.unit();
        let [mean, variance] = unit.mean_and_variance(-rho, 0.0);
        mean * mean + variance
    }

    /// Everything at the given order parameters, with averages of the given relative accuracy.
    ///
    /// # Errors
    /// As [`LearntField::new`] and [`LearntField::forces`]; [`Error::NotFinite`] where no u is above all eigenvalues and
    /// where 1 − κV is rounding.
    pub(super) fn saddle(
        &self,
        alpha: f64,
        unknowns: Unknowns,
        tolerance: f64,
    ) -> Result<Saddle<'_>> {
        let [m, log_q, log_v] = unknowns;
        let (q, v) = (log_q.exp(), from_log(log_v, self.potential.tail()));
        if self.potential.tail() * v > 1.0 - ROOM {
            return Err(Error::NotFinite { name: "the field" });
        }
        let cavity = CavityField::new(self.data.planted(), m, q);
        let field = LearntField::new(&self.potential, v, cavity)?;
        let forces = field.forces(tolerance)?;
        let point = match self.data.planted() {
            Some(law) if m.abs() > 0.0 => law.variance + forces.aligned / (m * forces.response),
            _ => self.point_of_field(q / noise(alpha, forces))?,
        };
        if point.is_nan() || point <= self.data.largest() {
            return Err(Error::NotFinite {
                name: "sum over modes",
            });
        }
        let sums = self.data.sums(point);
        let rho = m * m + noise(alpha, forces) * sums.norm;
        Ok(Saddle {
            m,
            q,
            v,
            rho,
            point,
            forces,
            sums,
            field,
        })
    }

    /// The map.
    ///
    /// # Errors
    /// As [`Equations::saddle`].
    pub(super) fn image(
        &self,
        alpha: f64,
        unknowns: &Unknowns,
        tolerance: f64,
    ) -> Result<Unknowns> {
        let saddle = self.saddle(alpha, *unknowns, tolerance)?;
        let forces = saddle.forces;
        // With the present V under the root, so that a step beyond V = 1/κ stays a number.
        let room = 1.0 - self.potential.tail() * saddle.v;
        let v = saddle.sums.response / (alpha * forces.response) / room;
        let factor = self.rescaling(saddle.rho, saddle.point * forces.response)?;
        let q = if saddle.m.abs() > 0.0 {
            noise(alpha, forces) * saddle.sums.field
        } else {
            factor * saddle.q
        };
        Ok([factor.sqrt() * saddle.m, q.ln(), v.ln()])
    }

    /// The factor f of ρ, and so √f of the weights, at which `√f r(f ρ)` is the given pull.
    fn rescaling(&self, rho: f64, pull: f64) -> Result<f64> {
        let tail = self.potential.tail();
        let excess = |shifted: f64| {
            let scaled = from_log(shifted - SHIFT, tail);
            (self.restoring(scaled) / pull).ln() + 0.5 * (scaled / rho).ln()
        };
        let name = "norm of the weights";
        let start = [SHIFT - 1.0, SHIFT + 1.0];
        let [lower, upper] = expand_bracket(name, excess, start, NORMS)?;
        let root = find_root(name, excess, lower, upper, 0.0)?;
        Ok(from_log(root.x - SHIFT, tail) / rho)
    }

    /// u at which `(1/N) Σ λ²/(u − λ)²` has the given value.
    fn point_of_field(&self, field: f64) -> Result<f64> {
        let top = self.data.largest();
        let excess = |shifted: f64| {
            let point = top + top * (shifted - SHIFT).exp();
            (self.data.sums(point).field / field).ln()
        };
        let name = "field of the noise";
        let start = [SHIFT - 1.0, SHIFT + 1.0];
        let [lower, upper] = expand_bracket(name, excess, start, DISTANCES)?;
        let root = find_root(name, excess, lower, upper, 0.0)?;
        Ok(top + top * (root.x - SHIFT).exp())
    }

    /// The weight m on the planted direction after infinitely many samples, `r(m²) m = E[x φ'(m x)]`, the largest solution.
    ///
    /// # Errors
    /// As [`gaussian_average`].
    pub(super) fn infinite_data(&self) -> Result<Option<f64>> {
        let Some(law) = self.data.planted() else {
            return Ok(None);
        };
        let tail = self.potential.tail();
        let deviation = law.variance.sqrt();
        let mut failure: Option<Error> = None;
        let mut pull = |shifted: f64| {
            let m = from_log(shifted - SHIFT, tail).sqrt();
            let force = |z: f64| {
                let x = law.centre + deviation * z;
                0.5 * x * (self.potential.slope(m * x) - self.potential.slope(-m * x))
            };
            match gaussian_average(force, &[], 1e-6) {
                Ok(force) => force.value / m - self.restoring(m * m),
                Err(error) => {
                    failure = Some(error);
                    f64::NAN
                }
            }
        };
        // From the strongest weights down, in steps of a factor of e in m².
        let mut upper = WEIGHTS[1];
        while upper > WEIGHTS[0] && pull(upper - 1.0) <= 0.0 {
            upper -= 1.0;
        }
        let found = (upper > WEIGHTS[0])
            .then(|| find_root("pull on the weights", &mut pull, upper - 1.0, upper, 1e-5))
            .transpose();
        match (found, failure) {
            (_, Some(error)) | (Err(error), None) => Err(error),
            (Ok(root), None) => Ok(root.map(|root| from_log(root.x - SHIFT, tail).sqrt())),
        }
    }
}

/// E g²/(αG²).
fn noise(alpha: f64, forces: Forces) -> f64 {
    forces.squared / (alpha * forces.response * forces.response)
}

/// x with ln(x/(1 − κx)) = `log`.
pub(super) fn from_log(log: f64, tail: f64) -> f64 {
    let odds = log.exp();
    odds / (1.0 + tail * odds)
}
