//! The equations of the Hopfield model with one step.

use super::cooling::Transition;
use super::hopfield::HopfieldStep;
use super::spin::{Averages, Field};
use super::{Found, Model, SMALLEST_Y, of_cluster, unknown_of};
use crate::error::{Result, not_negative, positive};
use std::f64::consts::FRAC_2_PI;

/// The equations at a load, with or without a recalled pattern: order parameters (m,) `q_low`, C.
///
/// ```text
/// D = 1 − C − y (q_high − q_low),   r_low = q_low/D²,   r_high − r_low = (q_high − q_low)/((1 − C) D)
/// h of mean m and variance α r_low,   Δ = α (r_high − r_low)
/// f = α/2 + m²/2 + (α/2) [(T − 1/y) ln(1 − C) + (1/y) ln D − q_low/D + r_high C + y (r_high q_high − r_low q_low)] − (1/y) E ln E₁ (2cosh H/T)^(yT)
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) alpha: f64,
    pub(super) temperature: f64,
    /// m and C from which a retrieval state is looked for; `None` without a recalled pattern.
    pub(super) recalled: Option<(f64, f64)>,
}

/// Order parameters and what follows from them at once.
struct Point {
    m: f64,
    low: f64,
    high: f64,
    c: f64,
    d: f64,
    r_low: f64,
    r_high: f64,
}

impl Load {
    pub(super) fn new(alpha: f64, temperature: f64, recalled: Option<(f64, f64)>) -> Result<Self> {
        Ok(Self {
            alpha: positive("alpha", alpha)?,
            temperature: not_negative("temperature", temperature)?,
            recalled,
        })
    }

    /// `1 − T/T_g`, the distance from the transition of the glass.
    fn distance(&self) -> f64 {
        1.0 - self.temperature / (1.0 + self.alpha.sqrt())
    }

    fn point(&self, y: f64, order: &[f64]) -> Point {
        let (m, rest) = if self.recalled.is_some() {
            (order[0], &order[1..])
        } else {
            (0.0, order)
        };
        let low = rest[0];
        let [high, c] = of_cluster(rest[1], self.temperature);
        let d = 1.0 - c - y * (high - low);
        let r_low = low / (d * d);
        Point {
            m,
            low,
            high,
            c,
            d,
            r_low,
            r_high: r_low + (high - low) / ((1.0 - c) * d),
        }
    }

    fn averages(&self, y: f64, point: &Point) -> Averages {
        if point.d <= 0.0 || point.c >= 1.0 {
            // No Gaussian hidden unit has a finite variance there.
            return Averages::NONE;
        }
        let field = Field {
            mean: point.m,
            between: self.alpha * point.r_low,
            within: self.alpha * (point.r_high - point.r_low),
            temperature: self.temperature,
            y,
        };
        field.averages()
    }

    pub(super) fn state(&self, found: &Found) -> HopfieldStep {
        let point = self.point(found.y, &found.order);
        HopfieldStep {
            magnetization: point.m,
            q_low: point.low,
            q_high: point.high,
            susceptibility: point.c,
            y: found.y,
            free_energy: self.free_energy(found.y, &found.order),
            stop: found.stop,
            iterations: found.iterations,
            residual: found.residual,
        }
    }
}

impl Model for Load {
    fn temperature(&self) -> f64 {
        self.temperature
    }

    fn map(&self, y: f64, order: &[f64]) -> Vec<f64> {
        let averages = self.averages(y, &self.point(y, order));
        let cluster = [averages.high, averages.susceptibility];
        let image = [
            averages.tanh,
            averages.low,
            unknown_of(cluster, self.temperature),
        ];
        image[usize::from(self.recalled.is_none())..].to_vec()
    }

    fn free_energy(&self, y: f64, order: &[f64]) -> f64 {
        let p = self.point(y, order);
        let modes = (self.temperature - 1.0 / y) * (-p.c).ln_1p() + p.d.ln() / y - p.low / p.d
            + p.r_high * p.c
            + y * (p.r_high * p.high - p.r_low * p.low);
        0.5 * (self.alpha + p.m * p.m + self.alpha * modes) - self.averages(y, &p).log / y
    }

    /// A retrieval state has a small basin, in which the next one begins; `q_low` = 0 of a glass would stay for ever.
    fn start(&self, y: f64, near: Option<&[f64]>) -> Vec<f64> {
        if let (Some(_), Some(near)) = (self.recalled, near) {
            return near.to_vec();
        }
        let glass = self.distance();
        let (m, c) = self.recalled.unwrap_or((0.0, 0.5));
        let high = if self.recalled.is_some() {
            1.0 - self.temperature * c
        } else {
            glass
        };
        // Far enough from D = 0.
        let low = high - (0.2 * high).min(0.3 * (1.0 - c) / y);
        if self.recalled.is_some() {
            return vec![m, low, unknown_of([high, c], self.temperature)];
        }
        let c = c.min((1.0 - high) / self.temperature);
        let cluster = [1.0 - self.temperature * c, c];
        vec![low, unknown_of(cluster, self.temperature)]
    }

    fn smallest_y(&self) -> f64 {
        if self.recalled.is_some() {
            return SMALLEST_Y;
        }
        // As x at the transition, which is small at small loads.
        let root = self.alpha.sqrt();
        SMALLEST_Y * self.distance() * root / (1.0 + root)
    }

    fn stride(&self) -> f64 {
        if self.recalled.is_some() { 1.6 } else { 1.25 }
    }

    /// Without a pattern and at T = 0, C follows from `C' = √(2/π) (1 − C)/√α`, which overshoots for small α.
    fn damping(&self) -> f64 {
        let steep = FRAC_2_PI.sqrt();
        match self.recalled {
            Some(_) => 0.0,
            None => steep / (steep + self.alpha.sqrt()),
        }
    }

    fn slope(&self, y: f64, order: &[f64]) -> f64 {
        let p = self.point(y, order);
        let averages = self.averages(y, &p);
        let step = p.high - p.low;
        let modes = ln_1p_less(y * step / p.d) / (y * y) + p.high * step / ((1.0 - p.c) * p.d);
        0.5 * self.alpha * modes - averages.entropy / (y * y)
    }

    fn step(&self, order: &[f64]) -> f64 {
        let point = self.point(1.0, order);
        point.high - point.low
    }

    /// Of the glass `q_high` = τ to leading order, and x as in [`super::BipartiteGlass`]: Gaussian hidden units have no terms of fourth order, and those of
    /// third order as spins, in the overlap q/√α.
    ///
    /// ```text
    /// x = (4/3) q⁴/(q³ + α (q/√α)³) = (4/3) τ √α/(1 + √α)
    /// ```
    fn transition(&self) -> Option<Transition> {
        let root = self.alpha.sqrt();
        let part = root / (1.0 + root);
        self.recalled.is_none().then(|| Transition {
            temperature: 1.0 + root,
            overlaps: vec![1.0],
            step: 4.0 / 3.0 * part,
            // T − 1 is √α − τ T_g.
            reach: 0.1 * part,
        })
    }

    fn at_temperature(&self, temperature: f64) -> Self {
        Self {
            temperature,
            ..*self
        }
    }
}

/// ln(1 + v) − v for v ≥ 0.
fn ln_1p_less(v: f64) -> f64 {
    if v > 0.25 {
        return v.ln_1p() - v;
    }
    // With r = v/(2 + v), at most 1/9: ln(1 + v) = 2 artanh r and v = 2r/(1 − r).
    let r = v / (2.0 + v);
    let artanh = (0..8)
        .rev()
        .fold(0.0, |sum, k| 1.0 / f64::from(2 * k + 3) + r * r * sum);
    2.0 * r * r * (r * artanh - 1.0 / (1.0 - r))
}
