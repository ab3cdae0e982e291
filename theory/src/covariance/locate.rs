//! The search for the point u of the population plane that lands on a point x inside the support.

use num_complex::Complex64;

use super::edges::{Edge, Interval};
use super::landing::{Landed, Landing};
use crate::error::{Error, Result};
use crate::solver::root::{Slope, newton_monotone};

/// Steps after which the fast iteration gives way to the bracketed one; from a fair start it needs 2 to 6.
const FAST_STEPS: usize = 30;

/// Halvings of a bracket, at worst, before its ends are neighbouring doubles.
const MOST_HALVINGS: usize = 1100;

/// A step that takes the height above the real axis down by more than this is bound for a root on the axis itself.
const COLLAPSE: f64 = 1e-4;

/// ln of the smallest b² that is told from zero, relative to the largest possible one: e^−138 = 1e-60.
const LOWEST: f64 = -138.0;

/// A point of the upper half plane with ψ and its derivatives there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located {
    pub(super) u: Complex64,
    landed: Landed<Complex64>,
}

impl Located {
    /// An edge, from which the points next to it are found.
    pub(super) fn at_edge(edge: &Edge) -> Self {
        let real = |x: f64| Complex64::new(x, 0.0);
        let landed = Landed {
            position: real(edge.position),
            slope: real(0.0),
            curvature: real(edge.curvature),
        };
        Self {
            u: real(edge.population),
            landed,
        }
    }

    /// The point one step on, with ψ by its own quadratic: the next search starts from it without another evaluation.
    fn moved(&self, u: Complex64, step: Complex64) -> Self {
        let Landed {
            position,
            slope,
            curvature,
        } = self.landed;
        let landed = Landed {
            position: position + step * (slope + curvature * step * 0.5),
            slope: slope + curvature * step,
            curvature,
        };
        Self { u, landed }
    }
}

impl Landing<'_> {
    /// u with ψ(u) = x, from the nearer edge of the interval that contains x.
    pub(super) fn locate(&self, interval: &Interval, x: f64) -> Result<Located> {
        let is_high = x - interval.lower.position > interval.upper.position - x;
        let edge = if is_high {
            &interval.upper
        } else {
            &interval.lower
        };
        self.locate_from(&Located::at_edge(edge), interval, x)
    }

    /// u with ψ(u) = x, from a point in the same interval.
    pub(super) fn locate_from(
        &self,
        start: &Located,
        interval: &Interval,
        x: f64,
    ) -> Result<Located> {
        self.follow(*start, x)
            .map_or_else(|| self.bracketed(interval, x), Ok)
    }

    /// Iterates to ψ(u) = x from a neighbouring point by solving ψ's local quadratic, which is exact at an edge.
    ///
    /// ```text
    /// δ = 2 (x − ψ) / (ψ' ± √(ψ'² + 2ψ''(x − ψ))),   the sign of the larger denominator
    /// ```
    ///
    /// Convergence is of third order. `None` if it has not settled in the upper half plane: ψ takes the value x also on the
    /// real axis, once between any two poles, and an iteration drawn there never ends on a point of the bulk.
    fn follow(&self, start: Located, x: f64) -> Option<Located> {
        let Located { mut u, mut landed } = start;
        for _ in 0..FAST_STEPS {
            let missing = x - landed.position;
            let root = square_root(landed.slope * landed.slope + landed.curvature * missing * 2.0);
            let (plus, minus) = (landed.slope + root, landed.slope - root);
            let larger = if plus.norm_sqr() >= minus.norm_sqr() {
                plus
            } else {
                minus
            };
            let step = missing * 2.0 / larger;
            // The mirror image of a point solves the same equation.
            let next = Complex64::new(u.re + step.re, (u.im + step.im).abs());
            if !next.is_finite() || next.im <= COLLAPSE * u.im {
                return None;
            }
            let here = Located { u, landed };
            u = next;
            // Third order: what remains is (|δ|/b)² of this step, b the distance to the nearest singular point. Where x
            // itself is the limit, ψ cannot come closer than its rounding.
            let is_small = step.norm() <= 1e-5 * u.im;
            let is_exact = missing.norm() <= 4.0 * f64::EPSILON * x && step.norm() <= u.im;
            if is_small || is_exact {
                return Some(here.moved(u, step));
            }
            landed = self.at(u);
        }
        None
    }

    /// The safe way: x increases with a = Re u along the curve, and b = Im u is unique for each a.
    ///
    /// Halves a bracket of a until the iteration from its middle, a point on the curve, arrives.
    fn bracketed(&self, interval: &Interval, x: f64) -> Result<Located> {
        let (mut lower, mut upper) = (interval.lower.population, interval.upper.population);
        let mut best = None;
        for _ in 0..MOST_HALVINGS {
            let a = middle(lower, upper);
            if a <= lower || a >= upper {
                break;
            }
            let here = self.on_curve(a)?;
            if here.u.im > 0.0 {
                if let Some(located) = self.follow(here, x) {
                    return Ok(located);
                }
                best = Some(here);
            }
            if here.landed.position.re < x {
                lower = a;
            } else {
                upper = a;
            }
        }
        // Neighbouring doubles enclose it: within the rounding of a cusp no step of the iteration is small.
        best.ok_or(Error::NotFinite {
            name: "point of the bulk",
        })
    }

    /// The point u of the curve with Re u = a, and its position x; in a gap the point of the axis.
    pub(super) fn on_curve_at(&self, a: f64) -> Result<(Complex64, f64)> {
        let here = self.on_curve(a)?;
        Ok((here.u, here.landed.position.re))
    }

    /// The point of the curve above a.
    fn on_curve(&self, a: f64) -> Result<Located> {
        let u = Complex64::new(a, self.height(a)?);
        let landed = if u.im > 0.0 {
            self.at(u)
        } else {
            let real = self.on_axis(a);
            let complex = |x: f64| Complex64::new(x, 0.0);
            Landed {
                position: complex(real.position),
                slope: complex(real.slope),
                curvature: complex(real.curvature),
            }
        };
        Ok(Located { u, landed })
    }

    /// b > 0 with `γ ∫ λ²/((a−λ)²+b²) dH = 1`, 0 if there is none: the height of the curve above a.
    ///
    /// The unknown is ln b²: near a gap that has nearly opened b² is many orders of magnitude below its bound.
    pub(super) fn height(&self, a: f64) -> Result<f64> {
        // Inside a band ψ' falls to −∞ at the axis.
        if !self.spectrum().has_band_at(a) && self.on_axis(a).slope >= 0.0 {
            return Ok(0.0);
        }
        let highest = (self.aspect_ratio() * self.spectrum().moment(2)).ln() + 1e-9;
        let excess = |log_square: f64| {
            let b = (0.5 * log_square).exp();
            let landed = self.at(Complex64::new(a, b));
            let sum = 1.0 - landed.position.im / b;
            let slope = landed.position.im / b - landed.slope.re;
            (1.0 / sum - 1.0, -slope / (sum * sum * 2.0))
        };
        let ends = [highest + LOWEST, highest];
        match newton_monotone("height of the curve", excess, ends, f64::NAN, Slope::Rising) {
            Ok(root) => Ok((0.5 * root.x).exp()),
            Err(Error::NotBracketed { .. }) => Ok(0.0),
            Err(other) => Err(other),
        }
    }
}

/// A square root of z, |z| far from over- and underflow: a third of the cost of the polar form, which takes an arctangent.
fn square_root(z: Complex64) -> Complex64 {
    let larger = (0.5 * (z.norm_sqr().sqrt() + z.re.abs())).sqrt();
    if larger <= 0.0 {
        return Complex64::new(0.0, 0.0);
    }
    let smaller = 0.5 * z.im / larger;
    if z.re >= 0.0 {
        Complex64::new(larger, smaller)
    } else {
        Complex64::new(smaller, larger)
    }
}

/// A point inside an interval: the geometric mean of ends of one sign, which may lie decades apart.
fn middle(lower: f64, upper: f64) -> f64 {
    if lower > 0.0 {
        lower.sqrt() * upper.sqrt()
    } else if upper < 0.0 {
        -(-lower).sqrt() * (-upper).sqrt()
    } else {
        0.5 * (lower + upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariance::support;
    use crate::spectra::Atoms;
    use approx::assert_relative_eq;

    #[test]
    fn square_roots_square_to_their_argument() {
        for (re, im) in [
            (4.0, 0.0),
            (-4.0, 0.0),
            (3.0, -4.0),
            (-3.0, 1e-9),
            (-3.0, -2.0),
            (0.0, 5.0),
            (0.0, 0.0),
        ] {
            let root = square_root(Complex64::new(re, im));
            assert_relative_eq!((root * root).re, re, epsilon = 1e-15, max_relative = 1e-15);
            assert_relative_eq!((root * root).im, im, epsilon = 1e-15, max_relative = 1e-15);
        }
    }

    #[test]
    fn the_safe_way_and_the_fast_one_meet() {
        let atoms = Atoms::uniform(&[1e-3, 1.0, 3.0, 7.0, 900.0]).unwrap();
        // Fewer samples than directions: the lowest u is negative, and the bracket encloses zero.
        for gamma in [0.3, 1.0, 5.0] {
            let landing = Landing::new(&atoms, gamma).unwrap();
            for interval in support(&landing).unwrap() {
                for share in [1e-6, 0.01, 0.4, 0.99] {
                    let width = interval.upper.position - interval.lower.position;
                    let x = interval.lower.position + share * width;
                    let fast = landing.locate(&interval, x).unwrap().u;
                    let safe = landing.bracketed(&interval, x).unwrap().u;
                    assert_relative_eq!(fast.re, safe.re, max_relative = 1e-11);
                    assert_relative_eq!(fast.im, safe.im, max_relative = 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_curve_is_where_the_position_is_real() {
        let atoms = Atoms::uniform(&[1.0, 1.1, 3.0, 7.0]).unwrap();
        let landing = Landing::new(&atoms, 0.4).unwrap();
        for a in [0.7, 1.05, 3.0, 4.6, 8.0] {
            let b = landing.height(a).unwrap();
            assert!(b > 0.0);
            let position = landing.at(Complex64::new(a, b)).position;
            assert_relative_eq!(position.im, 0.0, epsilon = 1e-13 * position.re);
        }
        assert_relative_eq!(landing.height(100.0).unwrap(), 0.0);
    }
}
