//! The saddle-point equations as a map of (m, Q, V, C) to itself.
//!
//! ```text
//! u = (r + ε)/G,   V = (1/αG) (1/N) Σ λ/(u − λ),   Q = (E g²/αG²) (1/N) Σ λ²/(u − λ)²,
//! ρ = m² + (E g²/αG²) (1/N) Σ λ/(u − λ)²,   r = r(ρ),   (r + ε) m = E[x g]
//! ```
//!
//! where G = E dg/dω and ε is the weight penalty. The sums exist for u above all eigenvalues across the planted direction, and the
//! iteration has to keep them there; nor does it help to iterate on ρ, since r(ρ) may diverge. On the signal branch `(r + ε) m = E[x g]`
//! gives u as it should be, `v + E[c g]/(mG)`; on the noise branch the equation of Q does. What then is missing in r(ρ) + ε = uG is
//! made up by rescaling the weights, the whole of m or Q.
//!
//! Biases shift the cavity field by C = c − Vη: the maximiser of `φ(h + c) − ηh − (h − ω)²/(2V)` is, with c, that of
//! `φ(k) − (k − ω − C)²/(2V)`. C gives η = E φ' and that, by `η = ⟨h⟩` under the model, the field `s = c − ηρ` there; the next C is
//! then `s + η(ρ − V)`.

use super::averages::{CavityField, Forces, LearntField};
use super::data::{Planted, PlantedData, Sums};
use super::maximiser::Potential;
use crate::error::{Error, Result};
use crate::quadrature::gaussian_averages;
use crate::solver::root::{expand_bracket, find_root, newton_bracketed};

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

/// Where the search for the field of a mean begins, in standard deviations of the unit without a field.
const FIELDS: [f64; 2] = [-1.0, 1.0];

/// The unknowns, as the iteration sees them: m, ln Q, ln(V/(1 − κV)) and C.
pub(super) type Unknowns = [f64; 4];

/// Fields between which that after infinitely many samples is sought: beyond them a rectified unit is Gaussian.
const MEAN_FIELDS: [f64; 2] = [-30.0, 30.0];

/// What the iteration may do with C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    /// Nothing: there are no biases, or C = 0 by symmetry, or C is given.
    Fixed,
    /// Move it.
    Free,
}

/// A point of the space of order parameters, with what follows from it.
#[derive(Debug)]
pub(super) struct Saddle<'a> {
    pub(super) m: f64,
    pub(super) q: f64,
    pub(super) v: f64,
    pub(super) rho: f64,
    /// C.
    pub(super) shift: f64,
    /// u, which is (r + ε)/G at a solution.
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
    /// Whether biases are learnt.
    pub(super) has_biases: bool,
    /// Weight penalty ε.
    pub(super) penalty: f64,
}

impl Saddle<'_> {
    /// The field c of the hidden unit on centred data.
    pub(super) fn hidden_field(&self) -> f64 {
        self.shift + self.v * self.forces.mean
    }

    /// The field s = c − ηρ in the model.
    pub(super) fn model_field(&self) -> f64 {
        self.hidden_field() - self.forces.mean * self.rho
    }
}

impl Equations<'_> {
    /// r(ρ) under the model: without biases ⟨h²⟩, with them the variance of h, of which η is the mean.
    ///
    /// # Errors
    /// As [`Equations::field_of_mean`].
    pub(super) fn restoring(&self, rho: f64, eta: f64) -> Result<f64> {
        if self.has_biases {
            let s = self.field_of_mean(rho, eta)?;
            return Ok(self.potential.in_model(rho, s)[1]);
        }
        let [mean, variance] = self.potential.in_model(rho, 0.0);
        Ok(mean * mean + variance)
    }

    /// The field s in which the unit has the mean η under the model.
    ///
    /// # Errors
    /// As [`find_root`] where there is none.
    pub(super) fn field_of_mean(&self, rho: f64, eta: f64) -> Result<f64> {
        if self.potential.is_even() && eta.abs() <= 0.0 {
            return Ok(0.0);
        }
        let name = "field of a mean";
        let excess = |s: f64| self.potential.in_model(rho, s)[0] - eta;
        let width = self.potential.in_model(rho, 0.0)[1].sqrt().recip();
        let start = FIELDS.map(|deviations| deviations * width);
        let [lower, upper] =
            expand_bracket(name, excess, start, [f64::NEG_INFINITY, f64::INFINITY])?;
        let with_slope = |s: f64| {
            let [mean, variance] = self.potential.in_model(rho, s);
            (mean - eta, variance)
        };
        Ok(newton_bracketed(name, with_slope, lower, upper)?.x)
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
        let [m, log_q, log_v, shift] = unknowns;
        let (q, v) = (log_q.exp(), from_log(log_v, self.potential.tail()));
        if self.potential.tail() * v > 1.0 - ROOM {
            return Err(Error::NotFinite { name: "the field" });
        }
        let cavity = CavityField::new(self.data.planted(), m, q, shift);
        let field = LearntField::new(&self.potential, v, cavity)?;
        let forces = field.forces(self.has_biases, tolerance)?;
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
            shift,
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
        shift: Shift,
        tolerance: f64,
    ) -> Result<Unknowns> {
        let saddle = self.saddle(alpha, *unknowns, tolerance)?;
        let forces = saddle.forces;
        // With the present V under the root, so that a step beyond V = 1/κ stays a number.
        let room = 1.0 - self.potential.tail() * saddle.v;
        let v = saddle.sums.response / (alpha * forces.response) / room;
        let pull = saddle.point * forces.response;
        let factor = self.rescaling(saddle.rho, forces.mean, pull)?;
        let q = if saddle.m.abs() > 0.0 {
            noise(alpha, forces) * saddle.sums.field
        } else {
            factor * saddle.q
        };
        let next_shift = match shift {
            Shift::Fixed => saddle.shift,
            Shift::Free => self.next_shift(&saddle, factor * saddle.rho)?,
        };
        Ok([factor.sqrt() * saddle.m, q.ln(), v.ln(), next_shift])
    }

    /// `s + η(ρ − V)`, the shift that belongs to η.
    ///
    /// # Errors
    /// As [`Equations::field_of_mean`].
    pub(super) fn next_shift(&self, saddle: &Saddle<'_>, rho: f64) -> Result<f64> {
        let eta = saddle.forces.mean;
        Ok(self.field_of_mean(rho, eta)? + eta * (rho - saddle.v))
    }

    /// The factor f of ρ, and so √f of the weights, at which `√f (r(f ρ) + ε)` is the given pull.
    fn rescaling(&self, rho: f64, eta: f64, pull: f64) -> Result<f64> {
        let tail = self.potential.tail();
        let excess = |shifted: f64| {
            let scaled = from_log(shifted - SHIFT, tail);
            let restoring = self.restoring(scaled, eta).unwrap_or(f64::NAN) + self.penalty;
            (restoring / pull).ln() + 0.5 * (scaled / rho).ln()
        };
        let name = "norm of the weights";
        let start = [SHIFT - 1.0, SHIFT + 1.0];
        let found = expand_bracket(name, excess, start, NORMS)
            .and_then(|[lower, upper]| find_root(name, excess, lower, upper, 0.0));
        match found {
            Ok(root) => Ok(from_log(root.x - SHIFT, tail) / rho),
            // A unit of given mean may be too weak for the pull, however large its weights: they grow as far as they may.
            Err(Error::NotBracketed { at_upper, .. }) if at_upper < 0.0 && tail > 0.0 => {
                Ok(2.0 / (1.0 + tail * rho))
            }
            Err(error) => Err(error),
        }
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

    /// The weight m on the planted direction after infinitely many samples, and the field c with it.
    ///
    /// ```text
    /// (r(m²) + ε) m = E[x φ'(m x + c)],   E φ'(m x + c) = η = ⟨h⟩   at s = c − η m²
    /// ```
    ///
    /// The largest solution m; c = 0 for an even unit and without biases.
    ///
    /// # Errors
    /// As [`gaussian_average`].
    pub(super) fn infinite_data(&self) -> Result<Option<[f64; 2]>> {
        let Some(law) = self.data.planted() else {
            return Ok(None);
        };
        let tail = self.potential.tail();
        let mut failure: Option<Error> = None;
        let mut pull = |shifted: f64| {
            let m = from_log(shifted - SHIFT, tail).sqrt();
            self.infinite_pull(law, m).unwrap_or_else(|error| {
                failure = Some(error);
                f64::NAN
            })
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
            (Ok(None), None) => Ok(None),
            (Ok(Some(root)), None) => {
                let m = from_log(root.x - SHIFT, tail).sqrt();
                Ok(Some([m, self.infinite_field(law, m)?]))
            }
        }
    }

    /// `E[x φ'(m x + c)]/m − r(m²) − ε`.
    fn infinite_pull(&self, law: Planted, m: f64) -> Result<f64> {
        let c = self.infinite_field(law, m)?;
        let [mean, force] = self.infinite_forces(law, m, c)?;
        let eta = if self.has_biases { mean } else { 0.0 };
        Ok(force / m - self.restoring(m * m, eta)? - self.penalty)
    }

    /// c at the weight m.
    fn infinite_field(&self, law: Planted, m: f64) -> Result<f64> {
        if !self.has_biases || self.potential.is_even() {
            return Ok(0.0);
        }
        let mut failure = None;
        let mut excess = |c: f64| {
            let next = self
                .infinite_forces(law, m, c)
                .and_then(|[eta, _]| Ok(self.field_of_mean(m * m, eta)? + eta * m * m - c));
            next.unwrap_or_else(|error| {
                failure = Some(error);
                f64::NAN
            })
        };
        let start = FIELDS.map(|deviations| deviations * self.potential.width());
        let name = "field after infinitely many samples";
        let found = expand_bracket(name, &mut excess, start, MEAN_FIELDS)
            .and_then(|[lower, upper]| find_root(name, &mut excess, lower, upper, 1e-5));
        match (found, failure) {
            (_, Some(error)) => Err(error),
            // The field grows beyond all bounds: the unit becomes Gaussian.
            (Err(Error::NotBracketed { .. }), None) => Ok(MEAN_FIELDS[1]),
            (found, None) => Ok(found?.x),
        }
    }

    /// `E φ'(m x + c)` and `E[x φ'(m x + c)]`.
    fn infinite_forces(&self, law: Planted, m: f64, c: f64) -> Result<[f64; 2]> {
        let deviation = law.variance.sqrt();
        let is_even = self.potential.is_even() && c.abs() <= 0.0;
        let slopes = |z: f64| {
            let x = law.centre + deviation * z;
            let [along, against] = [m * x, -m * x].map(|field| self.potential.slope(field + c));
            // Of an even unit the mean is 0, of which rounding errors have no accuracy.
            let mean = if is_even { 0.0 } else { along + against };
            [0.5 * mean, 0.5 * x * (along - against)]
        };
        Ok(gaussian_averages(slopes, &[], 1e-6)?.value)
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
