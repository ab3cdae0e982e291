//! Langevin dynamics of a machine in the singular modes of its weights.
//!
//! A mode k has the reciprocal variables `x_k = u_k·v` and `y_k = v_k·h`. Of infinitely many units with the singular value
//! s < 1 they are Gaussian, and
//!
//! ```text
//! dx = −(x − s y) dt + √2 dB,   dy = −(y − s x) dt + √2 dB
//! ```
//!
//! is their Langevin dynamics. Its combinations (x + y)/√2, the slow one, and (x − y)/√2, the fast one, are independent and
//! relax at the rates 1 − s and 1 + s with the variances 1/(1 − s) and 1/(1 + s). For s > 1 the slow one diverges.
//!
//! A finite machine has a free energy in the slow variables φ that bounds them:
//!
//! ```text
//! A(φ) = Σ_k φ_k²/2 − Σ_i φ_v(b_i + Σ_k g_k u_ik φ_k) − Σ_μ φ_h(c_μ + Σ_k g̃_k v_μk φ_k),   g_k g̃_k = s_k/2
//! ```
//!
//! where `φ_v` and `φ_h` are the cumulant generating functions of the units. It is the exponent of the exact integral
//!
//! ```text
//! Z = ∫ Π_k (d²a_k/π) exp(−Σ_k |a_k|² + Σ_i φ_v(b_i + Σ_k √2 g_k u_ik a_k) + Σ_μ φ_h(c_μ + Σ_k √2 g̃_k v_μk a_k*))
//! ```
//!
//! on the real line a = φ/√2, which holds its minima. The part that g and g̃ have of `s_k` is free, and chosen so that both
//! layers contribute alike to the curvature at φ = 0,
//!
//! ```text
//! λ_k = 1 − s_k √(χ_v χ_h),   χ_v = Σ_i u_ik² φ_v″(b_i),   χ_h = Σ_μ v_μk² φ_h″(c_μ)
//! ```
//!
//! which vanishes where the mode orders (s = 1 for spins, s = 4 for binary units). The imaginary direction has the
//! curvature 1 + `s_k` √(`χ_v` `χ_h`), and is kept to this order: it stays Gaussian. Then dφ = −∇A dt + √2 dB has the
//! stationary law exp(−A), relaxes at the rate 1 − s for infinitely many spins at s < 1, and beyond s = 1 settles in the
//! minima of A, the mean-field saddle points of the machine, instead of diverging.
//!
//! The cumulants of real units (Gaussian, double well, rectified) grow like the square of their input: A has a lower bound
//! only where their part of every coupling, `g_k` or `g̃_k`, is below 1 (s < 2 for Gaussian units and unbiased spins). Machines
//! beyond are refused.

mod drift;
mod walkers;

use faer::Mat;

use crate::error::{Error, Result, at_least, check};
use crate::linear::svd;
use crate::machine::{Layer, Rbm};

pub use walkers::{Langevin, ModeRecord, Relaxation};

/// Largest ratio between the parts that the layers have of a coupling.
const EXTREME: f64 = 1e3;

/// Modes in which a machine moves.
#[derive(Debug, Clone)]
pub struct Modes {
    couplings: Vec<f64>,
    /// √(`χ_v` `χ_h`) of each mode.
    susceptibilities: Vec<f64>,
    /// The two layers of a finite machine.
    layers: Option<[FiniteLayer; 2]>,
}

/// A layer with the vectors of the modes, the columns, each times its part of the coupling.
#[derive(Debug, Clone)]
struct FiniteLayer {
    layer: Layer,
    vectors: Mat<f64>,
}

impl Modes {
    /// Modes of infinitely many spins, one for each singular value s ≥ 0.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without modes or for a singular value that is negative or not
    /// finite.
    pub fn infinite(singular_values: Vec<f64>) -> Result<Self> {
        at_least("number of modes", "at least 1", singular_values.len(), 1)?;
        for &s in &singular_values {
            check("singular value", "finite and not negative", s, |s| s >= 0.0)?;
        }
        Ok(Self {
            susceptibilities: vec![1.0; singular_values.len()],
            couplings: singular_values,
            layers: None,
        })
    }

    /// All modes of a machine, from the largest singular value down.
    ///
    /// # Errors
    /// [`Error::NotConverged`] where the singular value decomposition fails; [`Error::Unbounded`] for a layer of real units
    /// whose part of a coupling, g or g̃, is 1 or more: the potentials x²/2 then do not hold φ. (Of rectified units, which
    /// are half as strong, some such layers would be held.)
    pub fn of_machine(machine: &Rbm) -> Result<Self> {
        let svd = svd(machine.weights())?;
        let couplings: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        let mut layers =
            [(machine.visible(), svd.U()), (machine.hidden(), svd.V())].map(|(layer, vectors)| {
                FiniteLayer {
                    layer: layer.clone(),
                    vectors: vectors.to_owned(),
                }
            });
        let mut susceptibilities = Vec::with_capacity(couplings.len());
        for (k, s) in couplings.iter().enumerate() {
            let [visible, hidden] = [0, 1].map(|side: usize| layers[side].susceptibility(k));
            // The part is free: kept in range where all units of a layer are held by their biases.
            let balance = (hidden / visible).powf(0.25).clamp(1.0 / EXTREME, EXTREME);
            let part = (0.5 * s).sqrt();
            layers[0].check_singular_value(*s, 2.0 / balance.powi(2))?;
            layers[1].check_singular_value(*s, 2.0 * balance.powi(2))?;
            layers[0].scale(k, part * balance);
            layers[1].scale(k, part / balance);
            susceptibilities.push(0.5 * (visible * balance.powi(2) + hidden / balance.powi(2)));
        }
        Ok(Self {
            couplings,
            susceptibilities,
            layers: Some(layers),
        })
    }

    /// Singular values `s_k`.
    pub fn singular_values(&self) -> &[f64] {
        &self.couplings
    }

    /// Curvatures `λ_k` of the free energy along the slow variables at φ = 0.
    pub fn slow_curvatures(&self) -> Vec<f64> {
        self.curvatures(-1.0)
    }

    /// Curvatures along the fast variables.
    pub fn fast_curvatures(&self) -> Vec<f64> {
        self.curvatures(1.0)
    }

    fn curvatures(&self, sign: f64) -> Vec<f64> {
        let pairs = self.couplings.iter().zip(&self.susceptibilities);
        pairs.map(|(s, chi)| 1.0 + sign * s * chi).collect()
    }
}

impl FiniteLayer {
    /// Variance of vector k times the units without other inputs than their bias.
    fn susceptibility(&self, k: usize) -> f64 {
        let variance = self.layer.variance_along(self.vectors.col_as_slice(k));
        variance.max(f64::MIN_POSITIVE)
    }

    fn scale(&mut self, k: usize, factor: f64) {
        self.vectors
            .col_mut(k)
            .iter_mut()
            .for_each(|u| *u *= factor);
    }

    /// Errs unless the singular value is below the bound, where the part of the coupling is 1: there φ²/2 no longer outgrows
    /// the cumulants of real units, of the size (g u φ)²/2, while it always outgrows those of others, of the size |g u φ|.
    fn check_singular_value(&self, value: f64, bound: f64) -> Result<()> {
        let unit = self.layer.unit();
        if unit.is_two_valued() || value < bound {
            return Ok(());
        }
        let unit = unit.to_string();
        Err(Error::Unbounded { unit, bound, value })
    }
}
