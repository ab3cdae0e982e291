//! The lines of the Hopfield model's diagram.

use super::saddle::Saddle;
use super::{Branch, Hopfield, State};
use crate::error::{Result, not_negative, positive};
use crate::replica::Transition;
use crate::solver::minimum::minimize;
use crate::solver::root::{expand_bracket, find_root};

/// Relative accuracy of a point on a line.
const TOLERANCE: f64 = 1e-13;
/// Temperatures below this one count as 0, where no state with q > 0 is stable; s² = αr/T² would overflow at 1e-150.
const COLDEST: f64 = 1e-100;
/// The lines reach their highest load below this temperature.
const WARMEST_PEAK: f64 = 0.2;
/// Largest t = m/√(αr) that is searched: α is below 1/t².
const LARGEST_RATIO: f64 = 1e3;

/// A line in the plane of load and temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// `T_g = 1 + √α`: the spin glass forms from the paramagnet.
    Glass,
    /// `T_M`: the retrieval states end in a fold. At T = 0 that is the capacity, α = 0.137905566495.
    Retrieval,
    /// `T_c`: the retrieval states and the spin glass have one free energy; α = 0.051854 at T = 0.
    Coexistence,
    /// `T_R`: below it replica symmetry is broken in the retrieval states.
    AlmeidaThouless,
}

/// A point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinePoint {
    /// The load α.
    pub alpha: f64,
    /// The temperature T.
    pub temperature: f64,
    /// The state that appears, ends or changes its stability there.
    pub state: State,
}

impl Line {
    /// All lines.
    pub const ALL: [Self; 4] = [
        Self::Glass,
        Self::Retrieval,
        Self::Coexistence,
        Self::AlmeidaThouless,
    ];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glass => "glass",
            Self::Retrieval => "retrieval",
            Self::Coexistence => "coexistence",
            Self::AlmeidaThouless => "almeida-thouless",
        }
    }

    /// The order of the transition: m jumps on the retrieval line and where phases coexist.
    pub fn order(self) -> Transition {
        match self {
            Self::Glass | Self::AlmeidaThouless => Transition::Continuous,
            Self::Retrieval | Self::Coexistence => Transition::FirstOrder,
        }
    }
}

impl Line {
    /// The point of the line at a temperature ≥ 0, if it reaches it.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a negative temperature or one that is not finite.
    pub fn at_temperature(self, temperature: f64) -> Result<Option<LinePoint>> {
        let temperature = not_negative("temperature", temperature)?;
        if self == Self::Glass {
            return if temperature > 1.0 {
                glass((temperature - 1.0).powi(2)).map(Some)
            } else {
                Ok(None)
            };
        }
        if temperature >= 1.0 {
            return Ok(None);
        }
        let fold = Saddle::fold(temperature)?;
        let saddle = match self {
            Self::Coexistence => Some(coexistence(&fold)?),
            Self::AlmeidaThouless => almeida_thouless(&fold)?,
            Self::Glass | Self::Retrieval => Some(fold),
        };
        saddle.map(|saddle| retrieval_point(&saddle)).transpose()
    }

    /// The point of the line at a load, if it reaches it: the one of highest temperature where there are two.
    ///
    /// The lines `T_M` and `T_c` turn back near T = 0, where replica symmetry is broken (Naef & Canning, J. Phys. I 2, 247 (1992)):
    /// they reach α = 0.138189 at T = 0.0229 and α = 0.053132 at T = 0.085.
    ///
    /// The line `T_R` falls as `√(8α/9π) exp(−1/2α)` and is followed down to T = 1e-100.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `alpha` is positive and finite.
    pub fn at_alpha(self, alpha: f64) -> Result<Option<LinePoint>> {
        let alpha = positive("alpha", alpha)?;
        if self == Self::Glass {
            return glass(alpha).map(Some);
        }
        let (ends, temperature): ([f64; 2], fn(f64) -> f64) = match self {
            Self::AlmeidaThouless => ([COLDEST.ln(), warmest_instability()?.ln()], f64::exp),
            _ => ([self.peak()?, 1.0], |t| t),
        };
        let excess = |x: f64| match self.at_temperature(temperature(x)) {
            Ok(point) => point.map_or(0.0, |point| point.alpha) - alpha,
            Err(_) => f64::NAN,
        };
        let [lower, upper] = ends.map(excess);
        if lower.is_sign_negative() == upper.is_sign_negative() {
            return Ok(None);
        }
        let root = find_root("load of a line", excess, ends[0], ends[1], TOLERANCE)?;
        let point = self.at_temperature(temperature(root.x))?;
        Ok(point.map(|point| LinePoint { alpha, ..point }))
    }

    /// The temperature at which the line reaches its highest load.
    ///
    /// # Errors
    /// None in this domain.
    fn peak(self) -> Result<f64> {
        let load = |t: f64| match self.at_temperature(t) {
            Ok(Some(point)) => -point.alpha,
            _ => f64::NAN,
        };
        Ok(minimize("load of a line", load, 0.0, WARMEST_PEAK)?.x)
    }
}

/// The spin glass forms, at q = 0.
fn glass(alpha: f64) -> Result<LinePoint> {
    let temperature = 1.0 + alpha.sqrt();
    let state = Hopfield::new(alpha, temperature)?.paramagnet();
    Ok(LinePoint {
        alpha,
        temperature,
        state,
    })
}

fn retrieval_point(saddle: &Saddle) -> Result<LinePoint> {
    let (alpha, temperature) = (saddle.alpha(), saddle.temperature);
    let state = Hopfield::new(alpha, temperature)?.state(Branch::Retrieval, saddle);
    Ok(LinePoint {
        alpha,
        temperature,
        state,
    })
}

/// Root in t > `fold.ratio()` of a function of the retrieval state that changes sign there.
fn along_the_curve(
    name: &'static str,
    fold: &Saddle,
    value: impl Fn(&Saddle) -> Result<f64>,
) -> Result<Saddle> {
    let temperature = fold.temperature;
    let at = |t: f64| {
        let value = Saddle::retrieval(temperature, t).and_then(|saddle| value(&saddle));
        value.unwrap_or(f64::NAN)
    };
    let start = fold.ratio();
    let [lower, upper] = expand_bracket(name, at, [start, 1.5 * start], [start, LARGEST_RATIO])?;
    let root = find_root(name, at, lower, upper, TOLERANCE)?;
    Saddle::retrieval(temperature, root.x)
}

/// The retrieval state with the free energy of the spin glass.
fn coexistence(fold: &Saddle) -> Result<Saddle> {
    along_the_curve("free-energy difference", fold, |saddle| {
        let glass = Saddle::spin_glass(saddle.temperature, saddle.root_alpha())?;
        Ok(saddle.free_energy() - glass.free_energy())
    })
}

/// The retrieval state at which replica symmetry breaks; `None` where all are stable, or, at T = 0, none.
fn almeida_thouless(fold: &Saddle) -> Result<Option<Saddle>> {
    if fold.at_stability <= 1.0 || fold.temperature < COLDEST {
        return Ok(None);
    }
    along_the_curve("stability", fold, |saddle| Ok(saddle.at_stability.ln())).map(Some)
}

/// Temperature at which `T_R` meets `T_M`: above it all retrieval states are stable.
fn warmest_instability() -> Result<f64> {
    let excess = |t: f64| Saddle::fold(t).map_or(f64::NAN, |fold| fold.at_stability.ln());
    // Just below, so that rounding cannot turn an end of the line into a point beyond it.
    Ok((1.0 - 1e-9) * find_root("stability at the fold", excess, 0.01, 0.9, TOLERANCE)?.x)
}
