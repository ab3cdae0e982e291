//! A free energy along one amplitude: its minima and its hysteresis in a field.

use crate::error::Result;
use crate::solver::root::find_root;

/// Points at which the curvature is looked at for changes of sign, on each side of the origin.
const SCAN: u16 = 64;

/// Doublings of the range in search of walls.
const DOUBLINGS: usize = 40;

/// A free energy F(a) along one amplitude, in a field that tilts it.
///
/// ```text
/// F_f(a) = F(a) − f a
/// ```
///
/// A visible bias `B u_k` and a hidden bias `C v_k` along the mode make the field `f = (B + C)/√s_k`.
pub trait Profile {
    /// F(a).
    ///
    /// # Errors
    /// If it cannot be computed.
    fn value(&self, amplitude: f64) -> Result<f64>;

    /// dF/da.
    ///
    /// # Errors
    /// If it cannot be computed.
    fn slope(&self, amplitude: f64) -> Result<f64>;

    /// d²F/da².
    ///
    /// # Errors
    /// If it cannot be computed.
    fn curvature(&self, amplitude: f64) -> Result<f64>;
}

/// A point where the slope of a tilted free energy vanishes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stationary {
    /// Amplitude a.
    pub amplitude: f64,
    /// F(a) − f a.
    pub free_energy: f64,
    /// F''(a): positive at a minimum.
    pub curvature: f64,
}

/// One step of a cycle in the field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HysteresisPoint {
    /// Field.
    pub field: f64,
    /// Amplitude while the field rises.
    pub rising: f64,
    /// Amplitude while the field falls.
    pub falling: f64,
}

/// All stationary points in a field, from the most negative amplitude to the most positive; empty if F has no walls.
///
/// Between two neighbouring roots of F'' the slope is monotone, so that each such interval holds one root of F' at most.
///
/// # Errors
/// What the profile returns.
pub fn stationary_points(profile: &dyn Profile, field: f64) -> Result<Vec<Stationary>> {
    let Some(reach) = reach(profile, field)? else {
        return Ok(Vec::new());
    };
    let mut marks = vec![-reach, 0.0];
    marks.extend(inflections(profile, reach)?);
    marks.push(reach);
    marks.sort_by(f64::total_cmp);
    let slope = |a: f64| profile.slope(a).map_or(f64::NAN, |slope| slope - field);
    let mut points = Vec::new();
    for pair in marks.windows(2) {
        let (left, right) = (
            profile.slope(pair[0])? - field,
            profile.slope(pair[1])? - field,
        );
        if left.abs() <= 0.0 {
            points.push(pair[0]);
        } else if left * right < 0.0 {
            points.push(find_root("slope of the free energy", slope, pair[0], pair[1], 0.0)?.x);
        }
    }
    points.dedup_by(|a, b| (*a - *b).abs() <= 0.0);
    points
        .into_iter()
        .map(|amplitude| {
            Ok(Stationary {
                amplitude,
                free_energy: profile.value(amplitude)? - field * amplitude,
                curvature: profile.curvature(amplitude)?,
            })
        })
        .collect()
}

/// The minimum of lowest free energy in a field; of two equal ones that with the positive amplitude.
///
/// # Errors
/// What the profile returns.
pub fn lowest_minimum(profile: &dyn Profile, field: f64) -> Result<Option<Stationary>> {
    Ok(lowest(stationary_points(profile, field)?))
}

/// The lowest minimum among stationary points in ascending order.
pub(super) fn lowest(points: Vec<Stationary>) -> Option<Stationary> {
    let minima = points.into_iter().filter(|point| point.curvature >= 0.0);
    // A tie up to rounding belongs to the later one, which has the larger amplitude.
    minima.reduce(|best, next| {
        let rounding = 1e-12 * (1.0 + best.free_energy.abs());
        if next.free_energy <= best.free_energy + rounding {
            next
        } else {
            best
        }
    })
}

/// The spinodals, where one minimum of F − f a ends: the amplitudes at which F'' = 0, in ascending order.
///
/// # Errors
/// What the profile returns.
pub fn spinodals(profile: &dyn Profile) -> Result<Vec<f64>> {
    match reach(profile, 0.0)? {
        Some(reach) => inflections(profile, reach),
        None => Ok(Vec::new()),
    }
}

/// The amplitude along a cycle of the field, which starts in the lowest minimum of the first field.
///
/// `fields` ascend. In each step the amplitude goes downhill to the nearest minimum: it jumps where its minimum ends, at a
/// spinodal, and not where another minimum becomes lower.
///
/// # Errors
/// What the profile returns.
pub fn hysteresis(profile: &dyn Profile, fields: &[f64]) -> Result<Vec<HysteresisPoint>> {
    let mut rising = Vec::with_capacity(fields.len());
    let mut amplitude = match fields.first() {
        Some(&field) => lowest_minimum(profile, field)?.map_or(f64::NAN, |point| point.amplitude),
        None => return Ok(Vec::new()),
    };
    for &field in fields {
        amplitude = downhill(profile, field, amplitude)?;
        rising.push(amplitude);
    }
    let mut falling = Vec::with_capacity(fields.len());
    for &field in fields.iter().rev() {
        amplitude = downhill(profile, field, amplitude)?;
        falling.push(amplitude);
    }
    falling.reverse();
    let triples = fields.iter().zip(rising.into_iter().zip(falling));
    Ok(triples
        .map(|(&field, (rising, falling))| HysteresisPoint {
            field,
            rising,
            falling,
        })
        .collect())
}

/// The minimum at the foot of the slope on which an amplitude stands.
fn downhill(profile: &dyn Profile, field: f64, from: f64) -> Result<f64> {
    let points = stationary_points(profile, field)?;
    let minima = points.iter().filter(|point| point.curvature >= 0.0);
    let mut amplitudes = minima.map(|point| point.amplitude);
    let next = if profile.slope(from)? < field {
        amplitudes.clone().find(|&a| a >= from)
    } else {
        amplitudes.clone().rfind(|&a| a <= from)
    };
    Ok(next.or_else(|| amplitudes.next_back()).unwrap_or(f64::NAN))
}

/// An amplitude beyond which the tilted free energy rises on both sides; `None` if there is none.
fn reach(profile: &dyn Profile, field: f64) -> Result<Option<f64>> {
    walls(|a| Ok(profile.slope(a)? - field))
}

/// An amplitude beyond which a slope is positive, and negative on the other side; `None` if there is none.
pub(super) fn walls(slope: impl Fn(f64) -> Result<f64>) -> Result<Option<f64>> {
    let mut reach = 1.0;
    let mut walls = 0;
    for _ in 0..DOUBLINGS {
        let rises = slope(reach)? > 0.0 && slope(-reach)? < 0.0;
        // A wall may be followed by another well: ask for three doublings with walls.
        walls = if rises { walls + 1 } else { 0 };
        if walls == 3 {
            return Ok(Some(0.5 * reach));
        }
        reach *= 2.0;
    }
    Ok(None)
}

/// Amplitudes between two of opposite signs, both included, spaced cubically from the origin: wells near it are as well resolved as those far out.
pub(super) fn scan(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let last = i32::from(SCAN);
    (-last..=last).map(move |i| {
        let part = f64::from(i) / f64::from(SCAN);
        part * part * if i < 0 { -part * low } else { part * high }
    })
}

fn inflections(profile: &dyn Profile, reach: f64) -> Result<Vec<f64>> {
    let curvature = |a: f64| profile.curvature(a).unwrap_or(f64::NAN);
    let mut found = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for a in scan(-reach, reach) {
        let here = profile.curvature(a)?;
        if let Some((left, _)) = before.filter(|(_, other)| other * here < 0.0) {
            found.push(find_root("curvature of the free energy", curvature, left, a, 0.0)?.x);
        }
        before = Some((a, here));
    }
    Ok(found)
}
