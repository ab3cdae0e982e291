//! The saddle points of the Hopfield model as explicit functions of internal variables.

use std::f64::consts::{FRAC_2_PI, SQRT_2};

use libm::erf;

use crate::error::Result;
use crate::replica::field::{FieldAverages, field_averages, log_cosh_average};
use crate::solver::root::{Slope, find_root, newton_monotone};

/// Where the fold lies in t at every temperature: 2.0909 at T → 1, 2.1306 at T = 0.
const FOLD: [f64; 2] = [1.8, 2.4];
/// Relative accuracy of t at the fold, where α changes by its square.
const FOLD_TOLERANCE: f64 = 1e-12;

/// A solution of the equations at temperature T for the load α that it implies.
///
/// With Δ = √(α r) the width of the noise and t = m/Δ,
///
/// ```text
/// √α = Δ (1 − C)/√q,   C = (1 − q)/T,   stability Δ² E sech⁴/(T² q)
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Saddle {
    pub(super) temperature: f64,
    /// m, the overlap with the pattern.
    pub(super) magnetization: f64,
    /// Δ = √(α r).
    pub(super) noise_width: f64,
    /// q.
    pub(super) overlap: f64,
    /// C = β(1 − q).
    pub(super) susceptibility: f64,
    /// Left side of the condition of de Almeida and Thouless.
    pub(super) at_stability: f64,
    /// d ln√α/dt along the curve of one temperature (retrieval), d ln√α/ds in s = Δ/T (spin glass).
    pub(super) log_slope: f64,
    /// Evaluations of the averages.
    pub(super) iterations: usize,
}

impl Saddle {
    /// √α: with α = P/N the load.
    pub(super) fn root_alpha(&self) -> f64 {
        self.noise_width * (1.0 - self.susceptibility) / self.overlap.sqrt()
    }

    pub(super) fn alpha(&self) -> f64 {
        self.root_alpha().powi(2)
    }

    /// r = q/(1 − C)².
    pub(super) fn noise(&self) -> f64 {
        self.overlap / (1.0 - self.susceptibility).powi(2)
    }

    /// f, with the load that the saddle implies.
    pub(super) fn free_energy(&self) -> f64 {
        let (m, c, t) = (self.magnetization, self.susceptibility, self.temperature);
        let alpha = self.alpha();
        let spins = if t > 0.0 {
            t * log_cosh_average(m / t, (self.noise_width / t).powi(2))
        } else {
            let ratio = m / self.noise_width;
            m * erf(ratio / SQRT_2)
                + self.noise_width * FRAC_2_PI.sqrt() * (-0.5 * ratio * ratio).exp()
        };
        let modes = t * (-c).ln_1p() - self.overlap / (1.0 - c) + self.noise() * c;
        0.5 * (alpha + m * m + alpha * modes) - spins
    }

    /// The state of width Δ = sT with the averages over its field, T > 0.
    fn in_field(temperature: f64, s: f64, mean: f64, averages: &FieldAverages) -> Self {
        Self {
            temperature,
            magnetization: mean * temperature,
            noise_width: s * temperature,
            overlap: averages.tanh2,
            susceptibility: averages.sech2 / temperature,
            at_stability: s * s * averages.sech4 / averages.tanh2,
            log_slope: f64::NAN,
            iterations: 1,
        }
    }

    /// The retrieval state (m > 0) of the ratio t = m/Δ > 0 at a temperature in [0, 1).
    ///
    /// # Errors
    /// None in this domain.
    pub(super) fn retrieval(temperature: f64, t: f64) -> Result<Self> {
        if temperature > 0.0 {
            Self::warm_retrieval(temperature, t)
        } else {
            Ok(Self::cold_retrieval(t))
        }
    }

    /// At T = 0 everything is explicit: `√α = erf(t/√2)/t − √(2/π) exp(−t²/2)`.
    fn cold_retrieval(t: f64) -> Self {
        let density = FRAC_2_PI.sqrt() * (-0.5 * t * t).exp();
        let magnetization = erf(t / SQRT_2);
        let width = magnetization / t;
        let root_alpha = width - density;
        Self {
            temperature: 0.0,
            magnetization,
            noise_width: width,
            overlap: 1.0,
            susceptibility: density / width,
            at_stability: f64::INFINITY,
            log_slope: (density * (t + 1.0 / t) - width / t) / root_alpha,
            iterations: 1,
        }
    }

    /// At T > 0 the width s = Δ/T solves `E tanh(s (t + z)) = T t s`, whose left side is concave in s.
    fn warm_retrieval(temperature: f64, t: f64) -> Result<Self> {
        let equation = |s: f64| {
            let averages = field_averages(t * s, s * s);
            let slope = averages.sech2 - 2.0 * s * averages.tanh_sech2 / t;
            (averages.tanh / t - temperature * s, slope - temperature)
        };
        // tanh < sgn bounds the root from above, where Newton's method on a concave function starts well.
        let bound = erf(t / SQRT_2) / (t * temperature);
        let ends = [0.0, 1.01 * bound];
        let root = newton_monotone("width of the field", equation, ends, bound, Slope::Falling)?;
        let s = root.x;
        let averages = field_averages(t * s, s * s);
        let (e, q, k) = (averages.sech2, averages.tanh2, averages.tanh_sech2);
        let room = temperature - e;
        let ds = -s * room / (t * room + 2.0 * s * k);
        let de = -2.0 * k * (s + t * ds) - 2.0 * s * averages.overlap_slope * ds;
        Ok(Self {
            log_slope: ds / s + de / (2.0 * q) - de / room,
            iterations: root.iterations + 1,
            ..Self::in_field(temperature, s, t * s, &averages)
        })
    }

    /// The retrieval state of highest load at a temperature in [0, 1): there it merges with an unstable one and ends.
    ///
    /// # Errors
    /// None in this domain.
    pub(super) fn fold(temperature: f64) -> Result<Self> {
        let mut iterations = 0;
        let slope = |t: f64| {
            let saddle = Self::retrieval(temperature, t);
            iterations += saddle.as_ref().map_or(0, |saddle| saddle.iterations);
            saddle.map_or(f64::NAN, |saddle| saddle.log_slope)
        };
        let root = find_root("slope of alpha", slope, FOLD[0], FOLD[1], FOLD_TOLERANCE)?;
        Ok(Self {
            iterations,
            ..Self::retrieval(temperature, root.x)?
        })
    }

    /// t = m/Δ.
    pub(super) fn ratio(&self) -> f64 {
        self.magnetization / self.noise_width
    }

    /// The stable retrieval state at the load `root_alpha`², which must be below that of `fold`.
    ///
    /// # Errors
    /// None in this domain.
    pub(super) fn retrieval_at(fold: &Self, root_alpha: f64) -> Result<Self> {
        let temperature = fold.temperature;
        let equation = |t: f64| match Self::retrieval(temperature, t) {
            Ok(saddle) => ((saddle.root_alpha() / root_alpha).ln(), saddle.log_slope),
            Err(_) => (f64::NAN, f64::NAN),
        };
        // √α ≤ 1/t, as m ≤ √q and C > 0: with equality to rounding where the noise turns no spin.
        let ends = [fold.ratio(), 1.01 / root_alpha];
        let start = 0.95 / root_alpha;
        let root = newton_monotone(
            "load of a retrieval state",
            equation,
            ends,
            start,
            Slope::Falling,
        )?;
        Ok(Self {
            iterations: root.iterations,
            ..Self::retrieval(temperature, root.x)?
        })
    }

    /// The spin-glass state at the load `root_alpha`² and a temperature in [0, 1 + `root_alpha`).
    ///
    /// s = Δ/T solves `s (T − E sech²(s z)) = √(α q)`; divided by √q its left side grows with s.
    ///
    /// # Errors
    /// None in this domain.
    pub(super) fn spin_glass(temperature: f64, root_alpha: f64) -> Result<Self> {
        // s E sech²(s z) ≤ √(2/π), with equality at T = 0.
        let width = root_alpha + FRAC_2_PI.sqrt();
        if temperature <= 0.0 {
            return Ok(Self {
                temperature,
                magnetization: 0.0,
                noise_width: width,
                overlap: 1.0,
                susceptibility: FRAC_2_PI.sqrt() / width,
                at_stability: f64::INFINITY,
                log_slope: 1.0 / root_alpha,
                iterations: 1,
            });
        }
        let equation = |s: f64| {
            let averages = field_averages(0.0, s * s);
            let (q, room) = (averages.tanh2, temperature - averages.sech2);
            let dq = 2.0 * s * averages.overlap_slope;
            let value = s * room / q.sqrt();
            (
                value - root_alpha,
                value / s - 0.5 * value * dq / q + s * dq / q.sqrt(),
            )
        };
        let bound = width / temperature;
        let ends = [0.0, 1.01 * bound];
        let root = newton_monotone("width of the glass", equation, ends, bound, Slope::Rising)?;
        let averages = field_averages(0.0, root.x * root.x);
        Ok(Self {
            iterations: root.iterations,
            ..Self::in_field(temperature, root.x, 0.0, &averages)
        })
    }
}
