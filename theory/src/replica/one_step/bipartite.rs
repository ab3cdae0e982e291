//! Two layers of spins with independent Gaussian couplings.

use super::spin::{Averages, Field};
use super::{Found, Model, SMALLEST_Y, solve};
use crate::error::{Result, check, positive};
use crate::solver::Stop;

/// The machine of [`super::super::ensemble`] without modes and fields: spins, κ = M/N, weights N(0, σ²/√(NM)).
///
/// With T = 1/σ and fields in units of σ, per visible unit,
///
/// ```text
/// −f = (√κ/2) [T C C̄ − y (q_high q̄_high − q_low q̄_low)] + (1/y) E ln E₁ (2cosh H/T)^(yT) + (κ/y) E ln E₁ (2cosh H̄/T)^(yT)
/// between = √κ q̄_low,   within = √κ (q̄_high − q̄_low)   (visible);   q_low/√κ,   (q_high − q_low)/√κ   (hidden)
/// ```
///
/// At κ = 1 both layers are alike, and f is twice that of the model of Sherrington and Kirkpatrick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BipartiteGlass {
    aspect: f64,
    temperature: f64,
}

/// The glass with one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlassStep {
    /// `q_low`, in [0, 1): overlap of two states of different clusters, visible and hidden.
    pub q_low: [f64; 2],
    /// `q_high`, in (0, 1]: overlap of two states of one cluster, visible and hidden.
    pub q_high: [f64; 2],
    /// C = (1 − `q_high`)/T, visible and hidden.
    pub susceptibility: [f64; 2],
    /// y = x/T, x the size of the step.
    pub y: f64,
    /// f per visible unit in units of σ.
    pub free_energy: f64,
    /// How the last search at a given y ended.
    pub stop: Stop,
    /// Evaluations of the equations.
    pub iterations: usize,
    /// Largest difference of the two sides of the equations.
    pub residual: f64,
}

impl BipartiteGlass {
    /// The glass of `aspect` = κ = M/N at `temperature` = 1/σ.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless κ is positive and T not negative, both finite.
    pub fn new(aspect: f64, temperature: f64) -> Result<Self> {
        Ok(Self {
            aspect: positive("kappa", aspect)?,
            temperature: check(
                "temperature",
                "zero or positive, and finite",
                temperature,
                |t| t >= 0.0,
            )?,
        })
    }

    /// The state with one step; `None` for T ≥ 1, where there is no glass.
    ///
    /// ```
    /// # use saddlepoint_theory::replica::one_step::BipartiteGlass;
    /// let glass = BipartiteGlass::new(1.0, 0.0)?.step().expect("a glass at T = 0");
    /// // Twice the energy of the model of Sherrington and Kirkpatrick with one step.
    /// assert!((glass.free_energy + 2.0 * 0.765_259_434_67).abs() < 1e-10);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn step(&self) -> Option<GlassStep> {
        if self.temperature >= 1.0 {
            return None;
        }
        solve(self).map(|found| self.state(&found))
    }

    fn state(&self, found: &Found) -> GlassStep {
        let [low, c, other_low, other_c] = four(&found.order);
        let high = |c: f64| 1.0 - self.temperature * c;
        GlassStep {
            q_low: [low, other_low],
            q_high: [high(c), high(other_c)],
            susceptibility: [c, other_c],
            y: found.y,
            free_energy: self.free_energy(found.y, &found.order),
            stop: found.stop,
            iterations: found.iterations,
            residual: found.residual,
        }
    }

    /// Both layers in the fields that the overlaps of the other one make.
    fn both(&self, y: f64, order: &[f64]) -> [Averages; 2] {
        let [low, c, other_low, other_c] = four(order);
        let root = self.aspect.sqrt();
        let field = |scale: f64, low: f64, c: f64| {
            let field = Field {
                mean: 0.0,
                between: scale * low,
                within: scale * (1.0 - self.temperature * c - low),
                temperature: self.temperature,
                y,
            };
            field.averages()
        };
        [field(root, other_low, other_c), field(root.recip(), low, c)]
    }
}

impl Model for BipartiteGlass {
    fn temperature(&self) -> f64 {
        self.temperature
    }

    fn map(&self, y: f64, order: &[f64]) -> Vec<f64> {
        let [visible, hidden] = self.both(y, order);
        vec![
            visible.low,
            visible.susceptibility,
            hidden.low,
            hidden.susceptibility,
        ]
    }

    fn free_energy(&self, y: f64, order: &[f64]) -> f64 {
        let [low, c, other_low, other_c] = four(order);
        let [visible, hidden] = self.both(y, order);
        let t = self.temperature;
        let overlaps = (1.0 - t * c) * (1.0 - t * other_c) - low * other_low;
        0.5 * self.aspect.sqrt() * (y * overlaps - t * c * other_c)
            - (visible.log + self.aspect * hidden.log) / y
    }

    fn start(&self, _: f64, _: Option<&[f64]>) -> Vec<f64> {
        // q near T = 1 is of the order 1 − T, and C = 1 there.
        let high = 1.0 - self.temperature;
        let c = 1.0 - 0.5 * high;
        vec![0.8 * high, c, 0.8 * high, c]
    }

    fn smallest_y(&self) -> f64 {
        SMALLEST_Y * (1.0 - self.temperature)
    }

    fn stride(&self) -> f64 {
        1.25
    }

    fn damping(&self) -> f64 {
        0.0
    }

    fn slope(&self, y: f64, order: &[f64]) -> f64 {
        let [low, c, other_low, other_c] = four(order);
        let [visible, hidden] = self.both(y, order);
        let t = self.temperature;
        let overlaps = (1.0 - t * c) * (1.0 - t * other_c) - low * other_low;
        let part = |layer: &Averages| (layer.log / y - layer.log_cosh) / y;
        0.5 * self.aspect.sqrt() * overlaps + part(&visible) + self.aspect * part(&hidden)
    }

    fn step(&self, order: &[f64]) -> f64 {
        let [low, c, other_low, other_c] = four(order);
        let step = |low: f64, c: f64| 1.0 - self.temperature * c - low;
        step(low, c).max(step(other_low, other_c))
    }
}

fn four(order: &[f64]) -> [f64; 4] {
    std::array::from_fn(|k| order[k])
}
