//! A spin in the field of one step: the averages that the equations are made of.

use std::f64::consts::{LN_2, PI, SQRT_2, TAU};
use std::sync::LazyLock;

use libm::erfc;

use crate::quadrature::gauss_legendre;

/// Standard deviation within a cluster, in units of T, from which on averages run over the field itself.
const WIDE: f64 = 2.0;
/// Gaussian weights beyond this many standard deviations are below rounding: `exp(−8.6²/2)` = 9e-17.
const REACH: f64 = 8.6;
/// Step of a narrow field in units of T, whose poles are at ±iπ/2: `exp(−2π (π/2)/0.24)` = 1e-18; at most [`GAUSSIAN_STEP`] in its own units.
const NARROW_STEP: f64 = 0.24;
/// Field in units of T beyond which ln 2cosh is the absolute value: `exp(−2 · 20)`.
const LARGE: f64 = 20.0;
/// Points of the rule on (0, 20): poles of tanh at ±iπ/2 leave ρ = 1.49, and 1.49^(−96) = 2e-17.
const POINTS: usize = 48;
/// Step in s. The poles are at ±iπ/2, but at iη the Gaussian is larger by `exp(m²t²/(2w²(1−t²)))`, t = tan η: for m = 2w and η = 0.6 by e²,
/// and `exp(2 − 2π 0.6/0.09)` = 5e-18.
const STEP: f64 = 0.09;
/// Step in h at the mean, in standard deviations, where the mean is many of them: the sum is one over h there.
const GAUSSIAN_STEP: f64 = 0.3;

/// Logarithm of what is below rounding beside 1.
const NEGLIGIBLE: f64 = -45.0;

static RULE: LazyLock<[(f64, f64); POINTS]> = LazyLock::new(gauss_legendre);

/// The field of a spin.
///
/// ```text
/// H = h + √Δ z₁,   h = mean + √between z₀
/// ```
///
/// with weight `(2cosh H/T)^(yT)` of z₁ at given z₀: Δ is the variance within a cluster of states, `between` that between clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Field {
    pub(super) mean: f64,
    pub(super) between: f64,
    pub(super) within: f64,
    /// T ≥ 0.
    pub(super) temperature: f64,
    /// y = x/T > 0, with x the size of the step.
    pub(super) y: f64,
}

/// Averages over a field, ⟨·⟩ over z₁ with its weight and E over z₀.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Averages {
    /// `E ln E₁ (2cosh H/T)^(yT)`.
    pub(super) log: f64,
    /// `E ⟨tanh H/T⟩`.
    pub(super) tanh: f64,
    /// `E ⟨tanh H/T⟩²`, the overlap of states of two clusters.
    pub(super) low: f64,
    /// `E ⟨sech² H/T⟩/T`, the susceptibility within a cluster; at T = 0 twice the density of fields at 0.
    pub(super) susceptibility: f64,
    /// `E ⟨tanh² H/T⟩`, the overlap of states of one cluster.
    pub(super) high: f64,
    /// `E [yT ⟨ln 2cosh H/T⟩ − ln E₁ (2cosh H/T)^(yT)]` ≥ 0, the relative entropy of the weight of `z₁`.
    pub(super) entropy: f64,
}

impl Averages {
    fn add(&mut self, weight: f64, other: &Self) {
        self.log += weight * other.log;
        self.tanh += weight * other.tanh;
        self.low += weight * other.low;
        self.susceptibility += weight * other.susceptibility;
        self.high += weight * other.high;
        self.entropy += weight * other.entropy;
    }

    /// Where there are none.
    pub(super) const NONE: Self = Self {
        log: f64::NAN,
        tanh: f64::NAN,
        low: f64::NAN,
        susceptibility: f64::NAN,
        high: f64::NAN,
        entropy: f64::NAN,
    };
}

impl Field {
    /// All averages, by a trapezoid sum over s with `h = a sinh s`.
    ///
    /// As functions of h they are analytic up to the zeros of E₁, at about iπ/(2y) where the field is wide, and never nearer than iπT/2. With a at
    /// this distance, which may be a small part of the field, the sum has as many nodes as decades.
    ///
    /// [`Averages::NONE`] where a cold field has no width within a cluster: then there is no step.
    pub(super) fn averages(&self) -> Averages {
        let width = self.between.max(0.0).sqrt();
        if self.temperature <= 0.0 && self.within <= 0.0 {
            return Averages::NONE;
        }
        let inner = self.inner();
        if width <= 0.0 {
            return self.at(self.mean, &inner);
        }
        let analytic = 0.5 * PI * self.temperature.max(self.y.recip().min(self.within.sqrt()));
        let a = analytic.min(width);
        let step = STEP.min(GAUSSIAN_STEP * width / a.hypot(self.mean));
        let end = |sign: f64| ((self.mean + sign * REACH * width) / a).asinh() / step;
        let (mut k, last) = (end(-1.0).floor(), end(1.0).ceil());
        let mut sum = Averages::default();
        while k <= last {
            let s = k * step;
            let h = a * s.sinh();
            let z = (h - self.mean) / width;
            let weight = step * a * s.cosh() / width * (-0.5 * z * z).exp() / TAU.sqrt();
            sum.add(weight, &self.at(h, &inner));
            k += 1.0;
        }
        sum
    }

    fn is_narrow(&self) -> bool {
        self.within.sqrt() < WIDE * self.temperature
    }

    /// What the averages at all h have in common.
    fn inner(&self) -> Inner {
        if self.is_narrow() {
            Inner::Narrow(self.nodes())
        } else {
            Inner::Wide(self.warm())
        }
    }

    /// The averages at a given h.
    fn at(&self, h: f64, inner: &Inner) -> Averages {
        match inner {
            Inner::Narrow(nodes) => self.narrow(h, nodes),
            Inner::Wide(warm) => self.wide(h, warm),
        }
    }

    /// What a temperature changes about a wide field, which does not depend on h: with u = |H|/T and a = exp(−2u), `(2cosh u)^x = e^(xu) (1 + a)^x`.
    fn warm(&self) -> Vec<Warm> {
        let t = self.temperature;
        if t <= 0.0 {
            return Vec::new();
        }
        let node = |&(node, weight): &(f64, f64)| {
            let u = LARGE * node;
            let tail = (-2.0 * u).exp();
            let log = self.y * t * tail.ln_1p();
            let grown = log.exp();
            Warm {
                field: t * u,
                weight: t * LARGE * weight,
                more: log.exp_m1(),
                tanh: grown * u.tanh() - 1.0,
                susceptibility: grown * 4.0 * tail / ((1.0 + tail) * (1.0 + tail)) / t,
                log_cosh: t * (grown * (u + tail.ln_1p()) - u),
            }
        };
        RULE.iter().map(node).collect()
    }

    /// Of a narrow field: the part of H within the cluster in units of T, and the weight of a standard Gaussian.
    fn nodes(&self) -> Vec<(f64, f64)> {
        let x = self.y * self.temperature;
        let width = self.within.max(0.0).sqrt() / self.temperature;
        // The weight moves the sum by at most y √Δ, which is below 2x.
        let step = GAUSSIAN_STEP.min(NARROW_STEP / width.max(f64::MIN_POSITIVE));
        let last = ((REACH + WIDE * x.max(1.0)) / step).ceil();
        let mut nodes = Vec::new();
        let mut k = -last;
        while k <= last {
            let z = k * step;
            nodes.push((width * z, step / TAU.sqrt() * (-0.5 * z * z).exp()));
            k += 1.0;
        }
        nodes
    }

    /// A trapezoid sum over z₁, without differences of large terms: near the transition of a glass f hangs on the fifth power of the distance from it.
    ///
    /// With δ = ln cosh H/T − E₁ ln cosh H/T and s = E₁ [exp(xδ) − 1 − xδ]
    ///
    /// ```text
    /// ln E₁ (2cosh H/T)^x = x (ln 2 + E₁ ln cosh H/T) + ln(1 + s)
    /// relative entropy = E₁ [xδ (exp(xδ) − 1)]/(1 + s) − ln(1 + s)
    /// ```
    fn narrow(&self, h: f64, nodes: &[(f64, f64)]) -> Averages {
        let x = self.y * self.temperature;
        let at = h / self.temperature;
        let mut spins: Vec<(f64, Hyperbolic)> = Vec::with_capacity(nodes.len());
        spins.extend(
            nodes
                .iter()
                .map(|&(u, weight)| (weight, Hyperbolic::of(at + u))),
        );
        let mean: f64 = spins
            .iter()
            .map(|(weight, spin)| weight * spin.ln_cosh)
            .sum();
        let (mut excess, mut moved) = (0.0, 0.0);
        let mut sums = Averages::default();
        let mut norm = 0.0;
        for (weight, spin) in spins {
            let log = x * (spin.ln_cosh - mean);
            let more = exp_m1_less(log);
            excess += weight * more;
            moved += weight * log * (more + log);
            let weight = weight * (1.0 + log + more);
            norm += weight;
            sums.tanh += weight * spin.tanh;
            sums.high += weight * spin.tanh * spin.tanh;
            sums.susceptibility += weight * spin.sech2 / self.temperature;
        }
        let tanh = sums.tanh / norm;
        Averages {
            log: x * (LN_2 + mean) + excess.ln_1p(),
            tanh,
            low: tanh * tanh,
            susceptibility: sums.susceptibility / norm,
            high: sums.high / norm,
            entropy: moved / (1.0 + excess) - excess.ln_1p(),
        }
    }

    /// Against the field at T = 0, whose averages are closed, the difference being within 20 T of 0.
    ///
    /// ```text
    /// E₁ exp(y|H|) [±H > 0] = exp(±y h + y²Δ/2) Φ((±h + yΔ)/√Δ)
    /// ```
    fn wide(&self, h: f64, warm: &[Warm]) -> Averages {
        let (y, within) = (self.y, self.within);
        let width = within.sqrt();
        let density = (-0.5 * h * h / within).exp() / (TAU.sqrt() * width);
        let sides = [1.0, -1.0].map(|sign| {
            let moved = sign * h + y * within;
            (sign, moved, log_half(h, moved, width))
        });
        // In units of exp(shift).
        let shift = sides[0].2.max(sides[1].2);
        let at_zero = density * (-shift).exp();
        let mut sums = Sums::default();
        for (sign, moved, log) in sides {
            let half = (log - shift).exp();
            sums.weight += half;
            sums.tanh += sign * half;
            sums.log_cosh += half * moved + within * at_zero;
        }
        sums.susceptibility = 2.0 * at_zero;
        if !warm.is_empty() {
            sums.susceptibility = 0.0;
            sums.add_warm(self, warm, h, shift);
        }
        sums.averages(shift, self)
    }
}

/// `ln exp(±y h + y²Δ/2) Φ(moved/√Δ)`, with `(moved² − h²)/(2Δ)` for the exponent.
fn log_half(h: f64, moved: f64, width: f64) -> f64 {
    let (a, b) = (moved / width, h / width);
    if a > -5.0 {
        return 0.5 * (a - b) * (a + b) + (0.5 * erfc(-a / SQRT_2)).ln();
    }
    // Φ(a) = φ(a)/(−a − 1/(−a − 2/(−a − …))), a fraction that has converged to rounding after 60 terms from 5 on.
    let fraction = (1..=60)
        .rev()
        .fold(-a, |below, k| -a + f64::from(k) / below);
    -0.5 * (b * b + TAU.ln()) - fraction.ln()
}

/// What the averages at all h have in common.
#[derive(Debug)]
enum Inner {
    /// Nodes of z₁ and their weights.
    Narrow(Vec<(f64, f64)>),
    Wide(Vec<Warm>),
}

/// Functions of a field u that are right relative to their size, which is u² for some.
#[derive(Debug, Clone, Copy)]
struct Hyperbolic {
    tanh: f64,
    /// 1 − tanh².
    sech2: f64,
    ln_cosh: f64,
}

impl Hyperbolic {
    fn of(u: f64) -> Self {
        let (size, less) = (u.abs(), (-2.0 * u.abs()).exp_m1());
        let tail = 1.0 + less;
        let tanh = -less / (1.0 + tail);
        let ln_cosh = if size < 1.0 {
            -0.5 * (-tanh * tanh).ln_1p()
        } else {
            size + tail.ln_1p() - LN_2
        };
        Self {
            tanh: tanh.copysign(u),
            sech2: 4.0 * tail / ((1.0 + tail) * (1.0 + tail)),
            ln_cosh,
        }
    }
}

/// eᵗ − 1 − t.
fn exp_m1_less(t: f64) -> f64 {
    if t.abs() > 0.5 {
        return t.exp_m1() - t;
    }
    // t²/2 (1 + t/3 (1 + t/4 (…))): 0.5¹⁴/16! is 3e-18.
    let series = (3..=16)
        .rev()
        .fold(1.0, |sum, k| 1.0 + t / f64::from(k) * sum);
    0.5 * t * t * series
}

/// A node of the rule in |H| for the difference to T = 0.
#[derive(Debug, Clone, Copy)]
struct Warm {
    /// |H|.
    field: f64,
    weight: f64,
    /// `(1 + a)^x − 1`.
    more: f64,
    /// `(1 + a)^x tanh u − 1`.
    tanh: f64,
    /// `(1 + a)^x sech² u/T`.
    susceptibility: f64,
    /// `T [(1 + a)^x ln 2cosh u − u]`.
    log_cosh: f64,
}

/// Sums over z₁ before they are divided by that of the weight.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weight: f64,
    tanh: f64,
    susceptibility: f64,
    /// T ln 2cosh H/T.
    log_cosh: f64,
}

impl Sums {
    fn add_warm(&mut self, field: &Field, warm: &[Warm], h: f64, shift: f64) {
        let norm = (TAU * field.within).sqrt().recip();
        let precision = 0.5 / field.within;
        for node in warm {
            for sign in [1.0, -1.0] {
                let distance = sign * node.field - h;
                let log = field.y * node.field - precision * distance * distance - shift;
                if log < NEGLIGIBLE {
                    continue;
                }
                let density = node.weight * norm * log.exp();
                self.weight += density * node.more;
                self.tanh += sign * density * node.tanh;
                self.susceptibility += density * node.susceptibility;
                self.log_cosh += density * node.log_cosh;
            }
        }
    }

    fn averages(&self, shift: f64, field: &Field) -> Averages {
        let tanh = self.tanh / self.weight;
        let susceptibility = self.susceptibility / self.weight;
        let log = shift + self.weight.ln();
        Averages {
            log,
            tanh,
            low: tanh * tanh,
            susceptibility,
            high: 1.0 - field.temperature * susceptibility,
            entropy: field.y * self.log_cosh / self.weight - log,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::ln_2cosh;
    use approx::assert_relative_eq;

    const WARM: Field = Field {
        mean: 0.3,
        between: 0.2,
        within: 0.5,
        temperature: 0.4,
        y: 1.1,
    };

    /// Plain sums over a fine grid of both variables.
    #[test]
    fn averages_are_those_of_a_fine_grid() {
        let narrow = Field {
            within: 0.05,
            ..WARM
        };
        let wide = Field {
            temperature: 0.1,
            y: 4.0,
            ..WARM
        };
        let far = Field { mean: 4.0, ..wide };
        for field in [narrow, WARM, wide, far] {
            let (t, x) = (field.temperature, field.y * field.temperature);
            let inner = |h: f64| {
                let mut sums = [0.0; 4];
                for (z, weight) in grid() {
                    let u = (h + field.within.sqrt() * z) / t;
                    let weight = weight * (x * ln_2cosh(u)).exp();
                    let (tanh, log_cosh) = (u.tanh(), t * ln_2cosh(u));
                    sums[0] += weight;
                    sums[1] += weight * tanh;
                    sums[2] += weight * u.cosh().powi(-2) / t;
                    sums[3] += weight * log_cosh;
                }
                sums
            };
            let mut expected = [0.0; 6];
            for (z, weight) in grid() {
                let [w, m, c, l] = inner(field.mean + field.between.sqrt() * z);
                let entropy = field.y * l / w - w.ln();
                let one = [
                    w.ln(),
                    m / w,
                    (m / w).powi(2),
                    c / w,
                    1.0 - t * c / w,
                    entropy,
                ];
                for (sum, one) in expected.iter_mut().zip(one) {
                    *sum += weight * one;
                }
            }
            let found = field.averages();
            let found = [
                found.log,
                found.tanh,
                found.low,
                found.susceptibility,
                found.high,
                found.entropy,
            ];
            for (found, expected) in found.into_iter().zip(expected) {
                // Rounding of a thousand terms; a small susceptibility is a difference of none.
                assert_relative_eq!(found, expected, max_relative = 1e-12);
            }
        }
    }

    /// z from −11 to 11 with the weights of a standard Gaussian: poles of tanh u are at 0.22 or further, `exp(−2π 0.22/0.02)` = 1e-30.
    fn grid() -> impl Iterator<Item = (f64, f64)> {
        (-550..=550).map(|k| {
            let z = 0.02 * f64::from(k);
            (z, 0.02 * (-0.5 * z * z).exp() / TAU.sqrt())
        })
    }

    #[test]
    fn zero_temperature_is_the_limit_of_low_ones() {
        let at = |temperature| {
            let field = Field {
                temperature,
                y: 3.0,
                ..WARM
            };
            field.averages()
        };
        let (cold, cool) = (at(0.0), at(1e-6));
        // Corrections are of order T², from fields within T of zero.
        assert_relative_eq!(cold.log, cool.log, epsilon = 1e-11);
        assert_relative_eq!(cold.tanh, cool.tanh, epsilon = 1e-11);
        assert_relative_eq!(cold.low, cool.low, epsilon = 1e-11);
        assert_relative_eq!(cold.susceptibility, cool.susceptibility, epsilon = 1e-5);
        assert_relative_eq!(cold.entropy, cool.entropy, epsilon = 1e-11);
    }

    #[test]
    fn tails_of_the_error_function_are_continued_without_a_seam() {
        let [near, far] = [-4.999_999_999, -5.000_000_001].map(|a| log_half(0.0, a, 1.0));
        // Their difference is 2e-9 times the slope of a²/2 + ln Φ(a), which is below 0.2 there.
        assert_relative_eq!(near, far, max_relative = 1e-9);
        assert!(log_half(0.0, -300.0, 1.0).is_finite());
    }
}
