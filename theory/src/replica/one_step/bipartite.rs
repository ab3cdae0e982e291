//! Two layers of spins with independent Gaussian couplings.

use super::cooling::Transition;
use super::spin::{Averages, Field};
use super::{Found, Model, SMALLEST_Y, of_cluster, solve, unknown_of};
use crate::error::{Result, not_negative, positive};
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

#[derive(Debug, Clone, Copy)]
enum Layer {
    Visible,
    Hidden,
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

impl GlassStep {
    /// With the names of the layers exchanged, f per unit of a layer that is smaller by the factor `aspect`.
    fn swapped(mut self, aspect: f64) -> Self {
        let layers = [&mut self.q_low, &mut self.q_high, &mut self.susceptibility];
        for layer in layers {
            layer.reverse();
        }
        self.free_energy *= aspect;
        self
    }
}

impl BipartiteGlass {
    /// The glass of `aspect` = κ = M/N at `temperature` = 1/σ.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless κ is positive and T not negative, both finite.
    pub fn new(aspect: f64, temperature: f64) -> Result<Self> {
        Ok(Self {
            aspect: positive("kappa", aspect)?,
            temperature: not_negative("temperature", temperature)?,
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
        if self.aspect > 1.0 {
            // The larger layer has the smaller overlaps, and is the visible one in what follows.
            let swapped = Self {
                aspect: self.aspect.recip(),
                ..*self
            };
            return swapped.step().map(|state| state.swapped(self.aspect));
        }
        solve(self).map(|found| self.state(&found))
    }

    fn state(&self, found: &Found) -> GlassStep {
        let Overlaps { low, high, c } = self.overlaps(&found.order);
        GlassStep {
            q_low: low,
            q_high: high,
            susceptibility: c,
            y: found.y,
            free_energy: self.free_energy(found.y, &found.order),
            stop: found.stop,
            iterations: found.iterations,
            residual: found.residual,
        }
    }

    fn overlaps(&self, order: &[f64]) -> Overlaps {
        let clusters = [order[1], order[3]].map(|unknown| of_cluster(unknown, self.temperature));
        Overlaps {
            low: [order[0], order[2]],
            high: clusters.map(|[high, _]| high),
            c: clusters.map(|[_, c]| c),
        }
    }

    /// Both layers in the fields that the overlaps of the other one make.
    fn both(&self, y: f64, order: &[f64]) -> [Averages; 2] {
        [Layer::Visible, Layer::Hidden].map(|layer| self.layer(y, layer, order))
    }

    /// One of them.
    fn layer(&self, y: f64, layer: Layer, order: &[f64]) -> Averages {
        let Overlaps { low, high, .. } = self.overlaps(order);
        let root = self.aspect.sqrt();
        let (scale, other) = match layer {
            Layer::Visible => (root, 1),
            Layer::Hidden => (root.recip(), 0),
        };
        let field = Field {
            mean: 0.0,
            between: scale * low[other],
            within: scale * (high[other] - low[other]),
            temperature: self.temperature,
            y,
        };
        field.averages()
    }
}

impl Model for BipartiteGlass {
    fn temperature(&self) -> f64 {
        self.temperature
    }

    fn map(&self, y: f64, order: &[f64]) -> Vec<f64> {
        let visible = self.layer(y, Layer::Visible, order);
        let pair = |layer: &Averages| {
            let cluster = [layer.high, layer.susceptibility];
            [layer.low, unknown_of(cluster, self.temperature)]
        };
        let [low, unknown] = pair(&visible);
        let hidden = self.layer(y, Layer::Hidden, &[low, unknown, order[2], order[3]]);
        let [other_low, other_unknown] = pair(&hidden);
        vec![low, unknown, other_low, other_unknown]
    }

    fn free_energy(&self, y: f64, order: &[f64]) -> f64 {
        let overlaps = self.overlaps(order);
        let [visible, hidden] = self.both(y, order);
        let [c, other_c] = overlaps.c;
        0.5 * self.aspect.sqrt() * (y * overlaps.step() - self.temperature * c * other_c)
            - (visible.log + self.aspect * hidden.log) / y
    }

    fn start(&self, _: f64, _: Option<&[f64]>) -> Vec<f64> {
        // q near T = 1 is of the order 1 − T, and C = 1 there.
        let high = 1.0 - self.temperature;
        let c = 1.0 - 0.5 * high;
        let unknown = unknown_of([1.0 - self.temperature * c, c], self.temperature);
        vec![0.8 * high, unknown, 0.8 * high, unknown]
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
        let [visible, hidden] = self.both(y, order);
        0.5 * self.aspect.sqrt() * self.overlaps(order).step()
            - (visible.entropy + self.aspect * hidden.entropy) / (y * y)
    }

    fn step(&self, order: &[f64]) -> f64 {
        let Overlaps { low, high, .. } = self.overlaps(order);
        (high[0] - low[0]).max(high[1] - low[1])
    }

    /// With τ = 1 − T to leading order `q_high` = 2τ√κ/(1 + √κ) and q̄ = q/√κ.
    ///
    /// Terms of fourth order in the overlaps, against those of third order, give x, as for the model of Sherrington and Kirkpatrick:
    ///
    /// ```text
    /// x = (4/3) (q⁴ + κq̄⁴)/(q³ + κq̄³) = (8/3) τ (1 + κ)/(1 + √κ)²
    /// ```
    fn transition(&self) -> Option<Transition> {
        let root = self.aspect.sqrt();
        let hidden = 2.0 / (1.0 + root);
        Some(Transition {
            temperature: 1.0,
            overlaps: vec![hidden * root, hidden],
            step: 4.0 / 3.0 * hidden * (1.0 + self.aspect) / (1.0 + root),
            reach: 0.1,
        })
    }

    fn at_temperature(&self, temperature: f64) -> Self {
        Self {
            temperature,
            ..*self
        }
    }
}

/// Of both layers.
struct Overlaps {
    low: [f64; 2],
    high: [f64; 2],
    c: [f64; 2],
}

impl Overlaps {
    /// The difference of the products.
    fn step(&self) -> f64 {
        self.high[0] * self.high[1] - self.low[0] * self.low[1]
    }
}
