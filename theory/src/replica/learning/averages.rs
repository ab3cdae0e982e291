//! Averages over the field on the hidden unit, before and after learning.

use super::data::Planted;
use super::maximiser::{Jump, Potential};
use crate::error::Result;
use crate::quadrature::gaussian_averages;

/// A binary unit that is always on responds as little as exp(−1/α), which must not underflow: it is divided by.
const SMALLEST_RESPONSE: f64 = 1e-100;

/// Law of the cavity field ω = m x + √Q z: two Gaussians of weight one half at ±`mean`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CavityField {
    mean: f64,
    variance: f64,
    /// Centre of the planted law, with the sign of m.
    centre: f64,
}

impl CavityField {
    pub(super) fn new(planted: Option<Planted>, m: f64, q: f64) -> Self {
        let law = planted.unwrap_or(Planted {
            centre: 0.0,
            variance: 0.0,
        });
        Self {
            mean: m.abs() * law.centre,
            variance: q + m * m * law.variance,
            centre: law.centre.copysign(m),
        }
    }

    /// Standard deviation of ω.
    fn spread(&self) -> f64 {
        self.mean.hypot(self.variance.sqrt())
    }

    /// ln p(ω) but for ½ ln 2π.
    fn log_density(&self, omega: f64) -> f64 {
        let distance = omega.abs() - self.mean;
        let other = (-2.0 * self.mean * omega.abs() / self.variance).exp();
        -0.5 * (distance * distance / self.variance + self.variance.ln())
            + (0.5 * (1.0 + other)).ln()
    }

    /// Mean of ±c, the centre of the cluster, given ω.
    fn cluster(&self, omega: f64) -> f64 {
        self.centre * (self.mean * omega / self.variance).tanh()
    }
}

/// The field after learning, h*(ω), at a response V.
#[derive(Debug)]
pub(super) struct LearntField<'a> {
    potential: &'a Potential<'a>,
    v: f64,
    cavity: CavityField,
    jumps: Vec<Jump>,
    pieces: Vec<Piece>,
}

/// One point of the field's law.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// h* and ω.
    pub(super) field: f64,
    /// φ'(h*) = g.
    pub(super) slope: f64,
    /// φ''(h*).
    pub(super) bend: f64,
    /// dω/dh* = 1 − V φ''.
    pub(super) stretch: f64,
    /// Mean of the cluster's centre, given ω.
    pub(super) cluster: f64,
}

/// What the saddle-point equations need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forces {
    /// E g².
    pub(super) squared: f64,
    /// E dg/dω, jumps included.
    pub(super) response: f64,
    /// E ±c g, with c the centre of the sample's cluster.
    pub(super) aligned: f64,
}

/// Between two jumps h is a linear function of the variable t of the quadrature, whose law is close to Gaussian.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where the next piece begins.
    end: f64,
    /// A point of the line.
    at: f64,
    field: f64,
    slope: f64,
}

impl<'a> LearntField<'a> {
    /// The law at a response V < 1/κ.
    ///
    /// # Errors
    /// As [`Potential::jumps`].
    pub(super) fn new(potential: &'a Potential<'a>, v: f64, cavity: CavityField) -> Result<Self> {
        let jumps = potential.jumps(v)?;
        let scale = cavity.spread();
        let slope = scale / (1.0 - v * potential.tail());
        let pieces = match (jumps.first(), jumps.last()) {
            (Some(first), Some(last)) => {
                let lowest = Piece::new(first.at / scale, first.at / scale, first.from, slope);
                let highest = Piece::new(f64::INFINITY, last.at / scale, last.to, slope);
                let between = jumps.windows(2).map(|pair| {
                    let [start, end] = [pair[0].at / scale, pair[1].at / scale];
                    let slope = (pair[1].from - pair[0].to) / (end - start);
                    Piece::new(end, start, pair[0].to, slope)
                });
                [lowest]
                    .into_iter()
                    .chain(between)
                    .chain([highest])
                    .collect()
            }
            // ω(V φ'(0)) is close to 0, the centre of the law of ω.
            _ => vec![Piece::new(
                f64::INFINITY,
                0.0,
                v * potential.slope(0.0),
                slope,
            )],
        };
        Ok(Self {
            potential,
            v,
            cavity,
            jumps,
            pieces,
        })
    }

    /// True where the maximiser jumps.
    pub(super) fn has_jumps(&self) -> bool {
        !self.jumps.is_empty()
    }

    /// ∫ f(h) p(ω(h)) dh over the h that are maxima: an average over ω where f holds the factor `stretch`.
    ///
    /// # Errors
    /// As [`gaussian_averages`].
    pub(super) fn average<const D: usize>(
        &self,
        f: impl Fn(&Point) -> [f64; D],
        tolerance: f64,
    ) -> Result<[f64; D]> {
        let breaks: Vec<f64> = self.pieces[1..].iter().map(|piece| piece.at).collect();
        let mut integrand = |t: f64| {
            let piece = self.pieces.iter().find(|piece| t < piece.end);
            let piece = piece.unwrap_or(&self.pieces[self.pieces.len() - 1]);
            let field = piece.field + piece.slope * (t - piece.at);
            let (slope, bend) = (self.potential.slope(field), self.potential.bend(field));
            let omega = field - self.v * slope;
            let stretch = 1.0 - self.v * bend;
            // The law of ω in units of the Gaussian weight of the rule.
            let weight = piece.slope * (self.cavity.log_density(omega) + 0.5 * t * t).exp();
            let point = Point {
                field,
                slope,
                bend,
                stretch,
                cluster: self.cavity.cluster(omega),
            };
            f(&point).map(|value| weight * value)
        };
        Ok(gaussian_averages(&mut integrand, &breaks, tolerance)?.value)
    }

    /// The averages of the saddle-point equations.
    ///
    /// ```text
    /// E dg/dω = ∫ φ''(h) p(ω(h)) dh + Σ_jumps p(ω_j) Δg
    /// ```
    ///
    /// # Errors
    /// As [`gaussian_averages`].
    pub(super) fn forces(&self, tolerance: f64) -> Result<Forces> {
        let [squared, smooth, aligned] = self.average(
            |point| {
                [
                    point.stretch * point.slope * point.slope,
                    point.bend,
                    point.stretch * point.cluster * point.slope,
                ]
            },
            tolerance,
        )?;
        let steps = self.jumps.iter().map(|jump| {
            let density = self.cavity.log_density(jump.at).exp() / std::f64::consts::TAU.sqrt();
            density * (self.potential.slope(jump.to) - self.potential.slope(jump.from))
        });
        Ok(Forces {
            squared,
            response: (smooth + steps.sum::<f64>()).max(SMALLEST_RESPONSE),
            aligned,
        })
    }

    /// E φ(h*).
    ///
    /// # Errors
    /// As [`gaussian_averages`].
    pub(super) fn trained(&self, tolerance: f64) -> Result<f64> {
        let potential = |point: &Point| [point.stretch * self.potential.value(point.field)];
        Ok(self.average(potential, tolerance)?[0])
    }

    /// E (dg/dω)²: +∞ with a jump.
    ///
    /// # Errors
    /// As [`gaussian_averages`].
    pub(super) fn response_squared(&self, tolerance: f64) -> Result<f64> {
        if self.has_jumps() {
            return Ok(f64::INFINITY);
        }
        let squared = |point: &Point| [point.bend * point.bend / point.stretch];
        Ok(self.average(squared, tolerance)?[0])
    }

    /// E φ(ω): the field of a fresh sample.
    ///
    /// # Errors
    /// As [`gaussian_averages`].
    pub(super) fn fresh(&self, tolerance: f64) -> Result<f64> {
        let deviation = self.cavity.variance.sqrt();
        let both = |z: f64| {
            let [one, other] = [self.cavity.mean, -self.cavity.mean]
                .map(|mean| self.potential.value(mean + deviation * z));
            [0.5 * (one + other)]
        };
        Ok(gaussian_averages(both, &[], tolerance)?.value[0])
    }
}

impl Piece {
    fn new(end: f64, at: f64, field: f64, slope: f64) -> Self {
        Self {
            end,
            at,
            field,
            slope,
        }
    }
}
