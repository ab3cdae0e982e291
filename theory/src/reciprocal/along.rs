//! The mean-field free energy along one mode.

use super::profile::{Profile, Stationary, lowest, scan, walls};
use super::side::Side;
use super::{FreeEnergy, Landscape};
use crate::error::{Error, Result};
use crate::solver::root::find_root;

/// Applications of the map that narrow the interval of its fixed points.
const NARROWING: usize = 3;

/// Narrowest interval in units of the widest: closer to the origin, rounding decides which way the map moves.
const NARROWEST: f64 = 1e-3;

/// The free energy along one mode, the others at zero.
#[derive(Debug, Clone, Copy)]
pub struct AlongMode<'a> {
    pub(super) landscape: &'a Landscape,
    pub(super) mode: usize,
}

/// The round trip from a to a* and back at one amplitude, with the slopes of both halves.
#[derive(Debug, Clone, Copy)]
struct RoundTrip {
    /// a.
    from: f64,
    /// a* = `Φ_v`'(a) + f/2.
    conjugate: f64,
    /// `Φ_h`'(a*) + f/2.
    to: f64,
    /// `Φ_v`''(a) and `Φ_h`''(a*).
    slopes: [f64; 2],
}

impl RoundTrip {
    /// Slope of the round trip in a: below 1 at a minimum of F, above it at a maximum.
    fn slope(&self) -> f64 {
        self.slopes[0] * self.slopes[1]
    }
}

impl AlongMode<'_> {
    fn sides(&self) -> [&Side; 2] {
        [&self.landscape.visible, &self.landscape.hidden]
    }

    fn at(&self, amplitude: f64) -> Result<FreeEnergy> {
        self.landscape.saddle(&[self.mode], &[amplitude])
    }

    fn round_trip(&self, field: f64, from: f64) -> RoundTrip {
        let [visible, hidden] = self.sides();
        let half = 0.5 * field;
        let [there, first] = visible.slope_and_curvature(self.mode, from);
        let conjugate = there + half;
        let [back, second] = hidden.slope_and_curvature(self.mode, conjugate);
        RoundTrip {
            from,
            conjugate,
            to: back + half,
            slopes: [first, second],
        }
    }

    /// F − f p with its curvature at a fixed point of the round trip.
    fn stationary(&self, field: f64, trip: RoundTrip) -> Stationary {
        let [visible, hidden] = self.sides();
        let (a, conjugate) = (trip.from, trip.conjugate);
        let amplitude = 0.5 * (a + conjugate);
        let generators = visible.along(self.mode, a) + hidden.along(self.mode, conjugate);
        Stationary {
            amplitude,
            free_energy: a * conjugate - generators - field * amplitude,
            curvature: 4.0 * (1.0 - trip.slope()) / (2.0 + trip.slopes[0] + trip.slopes[1]),
        }
    }

    /// True where the free energy is surely convex, so that zero amplitude is its only stationary point without a field.
    ///
    /// ```text
    /// F'' = 4 (1 − Φ_v'' Φ_h'')/(2 + Φ_v'' + Φ_h'') > 0   if  max Φ_v'' max Φ_h'' < 1
    /// ```
    ///
    /// Spins without biases: s < 1.
    pub fn is_surely_convex(&self) -> bool {
        let [visible, hidden] = self.sides();
        visible.largest_curvature(self.mode) * hidden.largest_curvature(self.mode) < 1.0
    }

    /// All stationary points in a field, from the most negative amplitude to the most positive; empty if F has no walls.
    ///
    /// ```text
    /// a* = Φ_v'(a) + f/2,   a = Φ_h'(a*) + f/2,   p = (a + a*)/2
    /// ```
    ///
    /// the saddles of `A − f p` in both directions. Φ is convex, so that the round trip from a over a* back to a rises with a: its fixed points lie
    /// between any two amplitudes that it moves towards each other, and between two neighbouring amplitudes at which its slope is 1 there is one at most.
    ///
    /// # Errors
    /// [`Error::NotFinite`] on overflow.
    pub fn stationary_points(&self, field: f64) -> Result<Vec<Stationary>> {
        // The field of a biased machine is in its landscape already: most modes of most machines end here.
        if field.abs() <= 0.0 && self.is_surely_convex() {
            return Ok(vec![self.stationary(field, self.round_trip(field, 0.0))]);
        }
        let Some(reach) = walls(|a| Ok(a - self.round_trip(field, a).to))? else {
            return Ok(Vec::new());
        };
        let (mut low, mut high) = (-reach, reach);
        for _ in 0..NARROWING {
            low = self.round_trip(field, low).to.min(-NARROWEST * reach);
            high = self.round_trip(field, high).to.max(NARROWEST * reach);
        }
        if !(low.is_finite() && high.is_finite()) {
            return Err(Error::NotFinite {
                name: "the free energy",
            });
        }
        let trips = scan(low, high).map(|a| self.round_trip(field, a));
        self.fixed_points(field, &trips.collect::<Vec<_>>())
    }

    /// The fixed points between the first and the last of some round trips.
    fn fixed_points(&self, field: f64, trips: &[RoundTrip]) -> Result<Vec<Stationary>> {
        let excess = |a: f64| {
            let trip = self.round_trip(field, a);
            trip.to - trip.from
        };
        let steepness = |a: f64| self.round_trip(field, a).slope() - 1.0;
        let mut found = Vec::new();
        let mut between = |left: RoundTrip, right: RoundTrip| -> Result<()> {
            let ends = [left.to - left.from, right.to - right.from];
            if ends[0].abs() <= 0.0 {
                found.push(left);
            } else if ends[0] * ends[1] < 0.0 {
                let root = find_root("saddle of a mode", excess, left.from, right.from, 0.0)?;
                found.push(self.round_trip(field, root.x));
            }
            Ok(())
        };
        for pair in trips.windows(2) {
            let (left, right) = (pair[0], pair[1]);
            if (left.slope() - 1.0) * (right.slope() - 1.0) < 0.0 {
                let fold = find_root("slope of a mode", steepness, left.from, right.from, 0.0)?;
                let fold = self.round_trip(field, fold.x);
                between(left, fold)?;
                between(fold, right)?;
            } else {
                between(left, right)?;
            }
        }
        // The narrowing may have reached the last fixed point.
        if let Some(last) = trips
            .last()
            .filter(|trip| (trip.to - trip.from).abs() <= 0.0)
        {
            found.push(*last);
        }
        found.dedup_by(|a, b| (a.from - b.from).abs() <= 0.0);
        Ok(found
            .into_iter()
            .map(|trip| self.stationary(field, trip))
            .collect())
    }

    /// The lowest minimum, of two equal ones that with the positive amplitude; `None` where the free energy has no lower bound.
    ///
    /// # Errors
    /// [`Error::NotFinite`] on overflow.
    pub fn lowest_minimum(&self, field: f64) -> Result<Option<Stationary>> {
        Ok(lowest(self.stationary_points(field)?))
    }
}

impl Profile for AlongMode<'_> {
    fn value(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.value)
    }

    fn slope(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.gradient[0])
    }

    fn curvature(&self, amplitude: f64) -> Result<f64> {
        Ok(self.at(amplitude)?.hessian[(0, 0)])
    }
}
