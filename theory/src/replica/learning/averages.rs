//! Averages over the field on the hidden unit, before and after learning.

use std::f64::consts::TAU;

use super::data::Planted;
use super::maximiser::{Jump, Potential};
use crate::error::Result;
use crate::quadrature::{Ordinate, Total, conclude_sum, integrate_between, integrate_line};

/// A binary unit that is always on responds as little as exp(−1/α), which must not underflow: it is divided by.
const SMALLEST_RESPONSE: f64 = 1e-100;

/// Standard deviations around the centre of a cluster within which nothing is cut off however small it is: beyond them the density
/// only falls. A cluster farther than that inside a range divides it.
const BULK: f64 = 6.0;

/// Share of a jump's position below which distances from it are rounding errors.
const RESOLUTION: f64 = 1e-10;

/// How errors call the integrand.
const NAME: &str = "the average over the field";

/// Law of the cavity field ω + C with ω = m x + √Q z: two Gaussians of weight one half at C ± `mean`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CavityField {
    mean: f64,
    variance: f64,
    /// Centre of the planted law, with the sign of m.
    centre: f64,
    /// What the biases add, C.
    shift: f64,
}

impl CavityField {
    pub(super) fn new(planted: Option<Planted>, m: f64, q: f64, shift: f64) -> Self {
        let law = planted.unwrap_or(Planted {
            centre: 0.0,
            variance: 0.0,
        });
        Self {
            mean: m.abs() * law.centre,
            variance: q + m * m * law.variance,
            centre: law.centre.copysign(m),
            shift,
        }
    }

    /// The same law at another shift.
    fn shifted(self, shift: f64) -> Self {
        Self { shift, ..self }
    }

    /// p(ω), and the mean of ±c, the centre of the cluster, given ω, here with the shift in it.
    fn law(&self, omega: f64) -> [f64; 2] {
        let omega = omega - self.shift;
        let distance = omega.abs() - self.mean;
        let near = (-0.5 * distance * distance / self.variance).exp();
        // The odds of the farther cluster, less 1, which for tiny m must keep their digits.
        let odds = (-2.0 * self.mean * omega.abs() / self.variance).exp_m1();
        let density = near * (1.0 + 0.5 * odds) / (TAU * self.variance).sqrt();
        [
            density,
            self.centre * (-odds / (2.0 + odds)).copysign(omega),
        ]
    }

    /// How far out ω is from the centre of the cluster on the side of the sign of `side`, in its standard deviations.
    fn distance(&self, omega: f64, side: f64) -> f64 {
        (side.signum() * (omega - self.shift) - self.mean) / self.variance.sqrt()
    }

    /// Centre of the cluster on the side of the sign of `side`.
    fn cluster(&self, side: f64) -> f64 {
        self.shift + side.signum() * self.mean
    }
}

/// The field after learning, k = h*(ω) + c, at a response V: the maximiser without biases at ω + C, with C = c − Vη.
#[derive(Debug)]
pub(super) struct LearntField<'a> {
    potential: &'a Potential<'a>,
    v: f64,
    cavity: CavityField,
    jumps: Vec<Jump>,
}

/// One point of the field's law.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// k = h* + c.
    pub(super) field: f64,
    /// φ'(k).
    pub(super) slope: f64,
    /// φ''(k).
    pub(super) bend: f64,
    /// dω/dk = 1 − V φ''.
    pub(super) stretch: f64,
    /// Mean of the cluster's centre, given ω.
    pub(super) cluster: f64,
}

/// What the saddle-point equations need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forces {
    /// η = E φ', with biases the mean that makes E g vanish; else 0.
    pub(super) mean: f64,
    /// E g² with g = φ' − η.
    pub(super) squared: f64,
    /// E dg/dω, jumps included.
    pub(super) response: f64,
    /// E ±c g, with c the centre of the sample's cluster.
    pub(super) aligned: f64,
}

/// A range of h without a jump, as an image of the line of u.
///
/// The map is linear over the narrower of the widths of the unit's functions and of the field's law, and exponential beyond.
#[derive(Debug, Clone, Copy)]
enum Piece {
    /// h = h₀ + s sinh u.
    Whole { centre: f64, scale: f64 },
    /// h = e ± s exp(u − exp(−u)), on the side of the end e that s has the sign of.
    Half { end: f64, scale: f64 },
    /// From one jump to the next.
    Between { lower: f64, upper: f64 },
}

impl Piece {
    /// h and dh/du.
    fn image(self, u: f64) -> [f64; 2] {
        let exponential = u.exp();
        match self {
            Self::Whole { centre, scale } => {
                let (grown, shrunk) = (0.5 * scale * exponential, 0.5 * scale / exponential);
                [centre + (grown - shrunk), grown + shrunk]
            }
            Self::Half { end, scale } => {
                let distance = scale * (u - exponential.recip()).exp();
                [end + distance, distance.abs() * (1.0 + exponential.recip())]
            }
            Self::Between { .. } => [u, 1.0],
        }
    }
}

impl<'a> LearntField<'a> {
    /// The law at a response V < 1/κ.
    ///
    /// # Errors
    /// As [`Potential::jumps`].
    pub(super) fn new(potential: &'a Potential<'a>, v: f64, cavity: CavityField) -> Result<Self> {
        let jumps = potential.jumps(v)?;
        Ok(Self {
            potential,
            v,
            cavity,
            jumps,
        })
    }

    /// The ranges of h that are maxima; of an even unit only those above the middle, if they do not meet there.
    fn pieces(&self) -> Result<Vec<Piece>> {
        let room = 1.0 - self.v * self.potential.tail();
        let spread = self.cavity.variance.sqrt() / room;
        let scale = 2.0 * self.potential.width().min(spread);
        let ends = self.jumps.first().zip(self.jumps.last());
        let [lower, upper] = if let Some((first, last)) = ends {
            [(first.at, first.from), (last.at, last.to)]
        } else {
            let limits = [f64::NEG_INFINITY, f64::INFINITY];
            let middle = self.cavity.shift;
            let centre = self.field_at(middle, middle, 1.0, limits)?;
            if self.cavity.distance(middle, 1.0) >= -BULK {
                return Ok(vec![Piece::Whole { centre, scale }]);
            }
            [(middle, centre); 2]
        };
        let mut pieces = self.outermost(upper, scale)?;
        if !self.is_mirrored() {
            pieces.extend(self.outermost(lower, -scale)?);
        }
        pieces.extend(self.jumps.windows(2).map(|pair| Piece::Between {
            lower: pair[0].to,
            upper: pair[1].from,
        }));
        Ok(pieces)
    }

    /// The range from the field `end` at ω = `at` to infinity, on the side of the sign of `scale`.
    ///
    /// Where the cluster lies far inside, the range is divided there: seen from the end it would be too narrow.
    fn outermost(&self, (at, end): (f64, f64), scale: f64) -> Result<Vec<Piece>> {
        let half = |end: f64| Piece::Half {
            end,
            scale: scale.signum() * scale.abs().max(RESOLUTION * end.abs()),
        };
        let side = scale.signum();
        if self.cavity.distance(at, side) >= -BULK {
            return Ok(vec![half(end)]);
        }
        let limits = if side > 0.0 {
            [end, f64::INFINITY]
        } else {
            [f64::NEG_INFINITY, end]
        };
        let centre = self.field_at(self.cavity.cluster(side), end, side, limits)?;
        let between = Piece::Between {
            lower: end.min(centre),
            upper: end.max(centre),
        };
        Ok(vec![between, half(centre)])
    }

    /// h at the given ω inside limits without a jump, sought from `start` to the side of the sign of `side`.
    fn field_at(&self, omega: f64, start: f64, side: f64, limits: [f64; 2]) -> Result<f64> {
        let missing = omega + self.v * self.potential.slope(start) - start;
        if missing.abs() <= 0.0 {
            return Ok(start);
        }
        let next = start + side * missing.abs().max(self.v);
        let start = [start.min(next), start.max(next)];
        self.potential.maximum(self.v, omega, start, limits)
    }

    /// True for an even unit in an even law, of which one half is enough.
    fn is_mirrored(&self) -> bool {
        self.potential.is_even() && self.cavity.shift.abs() <= 0.0 && self.jumps.len() <= 1
    }

    /// True where the maximiser jumps.
    pub(super) fn has_jumps(&self) -> bool {
        !self.jumps.is_empty()
    }

    /// ∫ f(h) p(ω(h)) dh over the h that are maxima: an average over ω where f holds the factor `stretch`.
    ///
    /// For an even unit f has to be even, too.
    ///
    /// # Errors
    /// [`Error::Quadrature`](crate::Error::Quadrature) where the tolerance was not reached, what the unit's functions cause otherwise.
    pub(super) fn average<const D: usize>(
        &self,
        f: impl Fn(&Point) -> [f64; D],
        tolerance: f64,
    ) -> Result<[f64; D]> {
        let mut total = Total::new();
        let mut factor = 1.0;
        for piece in self.pieces()? {
            let integrand = |u: f64| self.ordinate(piece, u, &f);
            let is_mirrored = self.is_mirrored();
            let part = match piece {
                Piece::Whole { .. } => integrate_line(NAME, integrand, is_mirrored, tolerance)?,
                Piece::Half { .. } => integrate_line(NAME, integrand, false, tolerance)?,
                Piece::Between { lower, upper } => {
                    let inside = |h: f64| integrand(h).values;
                    integrate_between(NAME, inside, [lower, upper], tolerance)?
                }
            };
            if is_mirrored && !matches!(piece, Piece::Whole { .. }) {
                factor = 2.0;
            }
            total.add(&part);
        }
        let values = conclude_sum(NAME, total, tolerance)?;
        Ok(values.map(|value| factor * value))
    }

    /// The integrand at the image of u.
    fn ordinate<const D: usize>(
        &self,
        piece: Piece,
        u: f64,
        f: impl Fn(&Point) -> [f64; D],
    ) -> Ordinate<D> {
        let [field, width] = piece.image(u);
        let [slope, bend] = self.potential.slope_and_bend(field);
        let omega = field - self.v * slope;
        let [density, cluster] = self.cavity.law(omega);
        let point = Point {
            field,
            slope,
            bend,
            stretch: 1.0 - self.v * bend,
            cluster,
        };
        let weight = width * density;
        let (is_towards_the_end, side) = match piece {
            Piece::Half { scale, .. } => (u < 0.0, scale),
            _ => (false, u),
        };
        Ordinate {
            // Where the weight underflows f may already overflow.
            values: if weight > 0.0 {
                f(&point).map(|value| weight * value)
            } else {
                [0.0; D]
            },
            is_beyond: is_towards_the_end || self.cavity.distance(omega, side) > BULK,
        }
    }

    /// The averages of the saddle-point equations.
    ///
    /// ```text
    /// E dg/dω = ∫ φ''(k) p(ω(k)) dk + Σ_jumps p(ω_j) Δg
    /// ```
    ///
    /// With `is_centred` the mean of φ' is taken away from it, as biases do.
    ///
    /// # Errors
    /// As [`LearntField::average`].
    pub(super) fn forces(&self, is_centred: bool, tolerance: f64) -> Result<Forces> {
        // By symmetry 0, and not even.
        let with_mean = is_centred && !self.is_mirrored();
        let [squared, smooth, aligned, mean] = self.average(
            |point| {
                [
                    point.stretch * point.slope * point.slope,
                    point.bend,
                    point.stretch * point.cluster * point.slope,
                    if with_mean {
                        point.stretch * point.slope
                    } else {
                        0.0
                    },
                ]
            },
            tolerance,
        )?;
        let steps = self.jumps.iter().map(|jump| {
            let [density, _] = self.cavity.law(jump.at);
            density * (self.potential.slope(jump.to) - self.potential.slope(jump.from))
        });
        Ok(Forces {
            mean,
            squared: squared - mean * mean,
            response: (smooth + steps.sum::<f64>()).max(SMALLEST_RESPONSE),
            aligned,
        })
    }

    /// E φ(k).
    ///
    /// # Errors
    /// As [`LearntField::average`].
    pub(super) fn trained(&self, tolerance: f64) -> Result<f64> {
        let potential = |point: &Point| [point.stretch * self.potential.value(point.field)];
        Ok(self.average(potential, tolerance)?[0])
    }

    /// E (dg/dω)²: +∞ with a jump, to which it tends as one opens.
    ///
    /// # Errors
    /// As [`LearntField::average`].
    pub(super) fn response_squared(&self, tolerance: f64) -> Result<f64> {
        if self.has_jumps() || self.potential.is_opening(self.v) {
            return Ok(f64::INFINITY);
        }
        let squared = |point: &Point| [point.bend * point.bend / point.stretch];
        Ok(self.average(squared, tolerance)?[0])
    }

    /// E φ(ω + c): the field of a fresh sample, which is as one that learning leaves alone.
    ///
    /// # Errors
    /// As [`LearntField::average`].
    pub(super) fn fresh(&self, c: f64, tolerance: f64) -> Result<f64> {
        Self::new(self.potential, 0.0, self.cavity.shifted(c))?.trained(tolerance)
    }
}
