//! The support of the sample spectrum: every interval, from the sign changes of ψ'.

use super::landing::Landing;
use crate::error::{Result, positive};
use crate::solver::root::{Slope, find_root, newton_monotone};

/// One end of an interval of the support.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The population point u with ψ'(u) = 0 that lands on the edge.
    pub population: f64,
    /// Position x = ψ(u) of the edge in the sample spectrum.
    pub position: f64,
    /// ψ''(u): negative at the lower end of an interval, positive at its upper end, zero where a gap just closes.
    pub curvature: f64,
}

/// One interval of the support and its share of the sample spectrum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lower: Edge,
    /// Upper end.
    pub upper: Edge,
    /// Fraction of the sample eigenvalues inside (exact separation: that of the population eigenvalues between the ends).
    pub mass: f64,
}

/// All intervals of the support of the continuous part, ascending; empty if every population eigenvalue is zero.
///
/// Between neighbouring population eigenvalues g = 1 − ψ' is convex with poles at both ends, so a gap opens there exactly
/// when its one minimum lies below 1, and the gap's two ends enclose that minimum. Outside, g falls monotonically from the
/// pole, and elementary bounds on g bracket the two outer edges:
///
/// ```text
/// u_top ∈ λ_max (1 + √(γ w)), w between 0 and 1;   u_bottom between λ_min (1 − √γ₊) and λ_max (1 − √γ₊),
/// ```
///
/// where γ₊ = γ H(λ>0), the latter negative when there are fewer samples than directions. At γ₊ = 1 the lower edge is 0.
///
/// # Errors
/// [`crate::Error::NotFinite`] if the population's sums are not finite off its support.
///
/// # References
/// Silverstein & Choi, J. Multivariate Anal. 54, 295 (1995); Bai & Silverstein, Ann. Probab. 27, 1536 (1999).
pub fn support(landing: &Landing) -> Result<Vec<Interval>> {
    let spectrum = landing.spectrum();
    if spectrum.positive_mass() <= 0.0 {
        return Ok(Vec::new());
    }
    let mut ends = vec![bottom(landing)?];
    for (lower, upper) in spectrum.gaps() {
        if !spectrum.surely_closed(landing.aspect_ratio(), lower, upper)
            && let Some(pair) = gap(landing, lower, upper)?
        {
            ends.extend(pair);
        }
    }
    ends.push(top(landing)?);
    Ok(pair_up(landing, &ends))
}

fn pair_up(landing: &Landing, ends: &[f64]) -> Vec<Interval> {
    let spectrum = landing.spectrum();
    let edge = |u: f64| edge(landing, u);
    let pairs: Vec<[f64; 2]> = ends
        .chunks_exact(2)
        .map(|pair| [pair[0], pair[1]])
        .collect();
    let mut intervals = Vec::with_capacity(pairs.len());
    for (index, &[a, b]) in pairs.iter().enumerate() {
        let above = if index + 1 == pairs.len() {
            0.0
        } else {
            spectrum.mass_above(b)
        };
        let mass = if index == 0 {
            // Fewer samples than directions: the surplus of the latter sits in the atom at zero.
            (spectrum.positive_mass() + landing.deficit().min(0.0) / landing.aspect_ratio()) - above
        } else {
            spectrum.mass_above(a) - above
        };
        let mut lower = edge(a);
        // Across a gap narrower than the rounding of x the two edges can change places.
        let previous = intervals.last().map(|last: &Interval| last.upper.position);
        lower.position = lower.position.max(previous.unwrap_or(0.0));
        intervals.push(Interval {
            lower,
            upper: edge(b),
            mass,
        });
    }
    intervals
}

/// The lower outer edge.
pub(super) fn bottom(landing: &Landing) -> Result<f64> {
    let spectrum = landing.spectrum();
    let (smallest, largest) = (spectrum.smallest_positive(), spectrum.support().1);
    let load = landing.aspect_ratio() * spectrum.positive_mass();
    // 1 − √γ₊ without cancellation near γ₊ = 1.
    let factor = landing.deficit() / (1.0 + load.sqrt());
    if factor.abs() <= 0.0 {
        return Ok(0.0);
    }
    // A single eigenvalue makes the two bounds one: leave room for rounding.
    let (near, far) = (
        smallest * factor * (1.0 - 1e-9),
        largest * factor * (1.0 + 1e-9),
    );
    let far = if factor > 0.0 { far.min(smallest) } else { far };
    search(landing, near.min(far), near.max(far), Slope::Falling)
}

fn edge(landing: &Landing, u: f64) -> Edge {
    let landed = landing.on_axis(u);
    Edge {
        population: u,
        position: landed.position,
        curvature: landed.curvature,
    }
}

/// The uppermost edge alone, of a population with a positive eigenvalue; the last of [`support`] without the search for gaps.
///
/// # Errors
/// [`crate::Error::OutOfDomain`] if every population eigenvalue is zero, and as [`support`].
pub fn upper_edge(landing: &Landing) -> Result<Edge> {
    positive(
        "largest eigenvalue of the bulk",
        landing.spectrum().support().1,
    )?;
    Ok(edge(landing, top(landing)?))
}

/// The upper outer edge.
pub(super) fn top(landing: &Landing) -> Result<f64> {
    let largest = landing.spectrum().support().1;
    // Not 1 − deficit, which has lost the digits of a small γ.
    let load = landing.aspect_ratio() * landing.spectrum().positive_mass();
    let furthest = largest * (1.0 + load.sqrt() * (1.0 + 1e-9));
    search(landing, largest, furthest, Slope::Rising)
}

/// The two ends of the gap of the sample spectrum inside a gap of the population, if it is open.
fn gap(landing: &Landing, lower: f64, upper: f64) -> Result<Option<[f64; 2]>> {
    let lowest = lowest_in_gap(landing, lower, upper)?;
    if lowest <= lower || lowest >= upper || landing.on_axis(lowest).slope <= 0.0 {
        return Ok(None);
    }
    let first = search(landing, lower, lowest, Slope::Rising)?;
    let second = search(landing, lowest, upper, Slope::Falling)?;
    Ok((first < second).then_some([first, second]))
}

/// Where g = 1 − ψ' has its one minimum between two neighbouring population eigenvalues.
pub(super) fn lowest_in_gap(landing: &Landing, lower: f64, upper: f64) -> Result<f64> {
    let rise = |u: f64| match u {
        // Both ends are poles; the sums there are inf − inf.
        u if u <= lower => f64::NEG_INFINITY,
        u if u >= upper => f64::INFINITY,
        u => -landing.on_axis(u).curvature,
    };
    Ok(find_root("slope of g in a gap", rise, lower, upper, 0.0)?.x)
}

fn search(landing: &Landing, lower: f64, upper: f64, slope: Slope) -> Result<f64> {
    let f = |u: f64| landing.straightened_slope(u);
    Ok(newton_monotone("slope of psi", f, [lower, upper], f64::NAN, slope)?.x)
}
