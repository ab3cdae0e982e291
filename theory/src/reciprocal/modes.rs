//! A weight matrix in its singular modes.

use faer::Mat;

use super::Unit;
use super::machine::check_weights;
use crate::error::{Error, Result};
use crate::numerics::{count, dot};

/// Singular values closer than this, relative to the largest, are one: symmetry makes them equal and only rounding tells
/// them apart, so that their vectors are any basis of the space that they share.
const DEGENERATE: f64 = 1e-10;

/// Rounding errors of a vanishing singular value, in units of ε max(N, M) s₁.
const ROUNDING: f64 = 8.0;

/// The singular value decomposition `W = Σ_k s_k u_k v_kᵀ` of a weight matrix, the largest singular value first.
///
/// In the reciprocal variables `x_k = u_k·v` and `y_k = v_k·h` the machine is a set of coupled pairs,
///
/// ```text
/// E = − Σ_k s_k x_k y_k = − Σ_k s_k (φ_k² − η_k²)/2,   φ_k = (x_k + y_k)/√2,   η_k = (x_k − y_k)/√2
/// ```
///
/// a saddle with curvatures ∓s. There are min(N, M) modes; singular values below rounding are zero. The vectors of equal
/// singular values are one basis among many: what is reported of them is the average over all bases
/// ([`Modes::coupling`], [`Modes::participation`]).
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); Toledo-Marin, Maiti, Fox & Melko, Mach. Learn. Sci. Technol. 6,
/// 035030 (2025), for the idea of the reciprocal space.
#[derive(Debug, Clone)]
pub struct Modes {
    singular_values: Vec<f64>,
    /// N × min(N, M).
    left: Mat<f64>,
    /// M × min(N, M).
    right: Mat<f64>,
}

/// The layer on which a mode's vector lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// `u_k`.
    Visible,
    /// `v_k`.
    Hidden,
}

/// The saddle of one biased pair `E = −(a x + b y + s x y)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saddle {
    /// x = −b/s.
    pub x: f64,
    /// y = −a/s.
    pub y: f64,
    /// Energy there, a b/s.
    pub energy: f64,
}

impl Modes {
    /// Decomposes a matrix.
    ///
    /// The sign of a pair of vectors is chosen such that the largest component of `u_k` is positive.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if the matrix is empty or holds a number that is not finite, [`Error::NotFinite`] if the
    /// decomposition fails.
    pub fn new(weights: &Mat<f64>) -> Result<Self> {
        let (rows, columns) = (weights.nrows(), weights.ncols());
        check_weights(weights)?;
        let failed = |_| Error::NotFinite {
            name: "the singular value decomposition",
        };
        let svd = weights.thin_svd().map_err(failed)?;
        let (mut left, mut right) = (svd.U().to_owned(), svd.V().to_owned());
        let raw: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        let largest = raw.first().copied().unwrap_or(0.0);
        let rounding = ROUNDING * f64::EPSILON * count(rows.max(columns)) * largest;
        let singular_values = raw
            .into_iter()
            .map(|s| if s > rounding { s } else { 0.0 })
            .collect();
        orient(&mut left, &mut right);
        Ok(Self {
            singular_values,
            left,
            right,
        })
    }

    /// Number of modes, min(N, M).
    pub fn len(&self) -> usize {
        self.singular_values.len()
    }

    /// Never true: a decomposed matrix has at least one mode.
    pub fn is_empty(&self) -> bool {
        self.singular_values.is_empty()
    }

    /// `s_k`, descending, zeros included.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// `u_k` or `v_k`, of unit length.
    ///
    /// # Panics
    /// Never for `mode < len()`.
    pub fn vector(&self, layer: Layer, mode: usize) -> &[f64] {
        match layer {
            Layer::Visible => self.left.col_as_slice(mode),
            Layer::Hidden => self.right.col_as_slice(mode),
        }
    }

    /// Reciprocal variables of a state, `u_k·v` or `v_k·h`, one per mode.
    pub fn project(&self, layer: Layer, state: &[f64]) -> Vec<f64> {
        (0..self.len())
            .map(|k| dot(self.vector(layer, k), state))
            .collect()
    }

    /// The modes that share their singular value with the given one, itself included.
    pub fn degenerate_with(&self, mode: usize) -> std::ops::Range<usize> {
        let s = &self.singular_values;
        let width = DEGENERATE * s[0];
        let near = |pair: [usize; 2]| s[pair[0]] - s[pair[1]] <= width;
        let (mut first, mut last) = (mode, mode);
        while first > 0 && near([first - 1, first]) {
            first -= 1;
        }
        while last + 1 < s.len() && near([last, last + 1]) {
            last += 1;
        }
        first..last + 1
    }

    /// Quartic coupling of one mode with itself, `G_kkkk = Σ_i u_ik⁴`.
    ///
    /// ```text
    /// g equal singular values:   3/(g(g+2)) Σ_i (Σ_k u_ik²)²
    /// ```
    ///
    /// the average of `Σ_i (u_i·e)⁴` over all directions e of the space that the modes share. A random vector of n
    /// components has 3/(n+2) on average: rotational symmetry. Between 1/n (all components equal) and 1 (one unit only).
    pub fn coupling(&self, layer: Layer, mode: usize) -> f64 {
        let group = self.degenerate_with(mode);
        let vectors: Vec<&[f64]> = group.map(|k| self.vector(layer, k)).collect();
        let g = count(vectors.len());
        let squared = |i: usize| vectors.iter().map(|v| v[i] * v[i]).sum::<f64>();
        let total: f64 = (0..vectors[0].len()).map(|i| squared(i).powi(2)).sum();
        3.0 / (g * (g + 2.0)) * total
    }

    /// Number of units that take part in a mode, `1/Σ_i u_ik⁴`: the inverse participation ratio.
    pub fn participation(&self, layer: Layer, mode: usize) -> f64 {
        self.coupling(layer, mode).recip()
    }

    /// Kurtosis of the components of `u_k` or `v_k` about their mean: 3 for many Gaussian ones; `None` if all are equal.
    pub fn kurtosis(&self, layer: Layer, mode: usize) -> Option<f64> {
        let vector = self.vector(layer, mode);
        let mean = vector.iter().sum::<f64>() / count(vector.len());
        let moment = |k: i32| vector.iter().map(|x| (x - mean).powi(k)).sum::<f64>();
        let second = moment(2);
        // The squares of the components sum to 1: what is left of equal ones is rounding.
        (second > 1e-20).then(|| count(vector.len()) * moment(4) / (second * second))
    }

    /// Kurtosis of the reciprocal variable `x_k` (or `y_k`) of independent units without a field, spin or binary.
    ///
    /// ```text
    /// ⟨(x−⟨x⟩)⁴⟩/⟨(x−⟨x⟩)²⟩² = 3 − 2 Σ_i u_ik⁴
    /// ```
    ///
    /// exactly; 3 − 6/(n+2) on average over random vectors.
    pub fn variable_kurtosis(&self, layer: Layer, mode: usize) -> f64 {
        3.0 - 2.0 * self.coupling(layer, mode)
    }

    /// The saddle of each pair under the biases of a machine: `a = Uᵀb`, `b = Vᵀc`; `None` where `s_k` = 0.
    ///
    /// Measured from it, `(x+y)/√2` is the unstable and `(y−x)/√2` the stable direction.
    pub fn saddles(&self, visible_bias: &[f64], hidden_bias: &[f64]) -> Vec<Option<Saddle>> {
        let a = self.project(Layer::Visible, visible_bias);
        let b = self.project(Layer::Hidden, hidden_bias);
        let pairs = self.singular_values.iter().zip(a.into_iter().zip(b));
        pairs
            .map(|(&s, (a, b))| {
                (s > 0.0).then(|| Saddle {
                    x: -b / s,
                    y: -a / s,
                    energy: a * b / s,
                })
            })
            .collect()
    }

    /// Relaxation rate of Langevin dynamics of one pair with the free units' Gaussian measure, in units of that of s = 0.
    ///
    /// ```text
    /// dx = −(x − s y) dt + √2 dB,   dy = −(y − s x) dt + √2 dB:   rate 1 − s √(D_v D_h)
    /// ```
    ///
    /// with D the variances of the free units, 1 for spins and Gaussian units and 1/4 for binary ones. At a rate of zero or
    /// below the dynamics diverges and never reaches a Boltzmann distribution.
    pub fn langevin_rate(&self, mode: usize, visible: Unit, hidden: Unit) -> f64 {
        let free = visible.variance(0.0) * hidden.variance(0.0);
        1.0 - self.singular_values[mode] * free.sqrt()
    }
}

/// Mean and standard deviation of the coupling `Σ_i u_i⁴` of a vector of n components that points anywhere: rotational symmetry.
///
/// ```text
/// mean 3/(n + 2),   mean square (9 n + 96)/((n + 2)(n + 4)(n + 6))
/// ```
///
/// from `E u_i⁸ = 105/(n(n+2)(n+4)(n+6))` and `E u_i⁴ u_j⁴ = 9/(n(n+2)(n+4)(n+6))` on the sphere. At n = 1 the coupling is 1.
pub fn haar_coupling(components: usize) -> [f64; 2] {
    let n = count(components);
    let mean = 3.0 / (n + 2.0);
    let square = (9.0 * n + 96.0) / ((n + 2.0) * (n + 4.0) * (n + 6.0));
    [mean, (square - mean * mean).max(0.0).sqrt()]
}

fn orient(left: &mut Mat<f64>, right: &mut Mat<f64>) {
    for k in 0..left.ncols() {
        let largest =
            left.col_as_slice(k).iter().fold(
                0.0_f64,
                |best, &x| if x.abs() > best.abs() { x } else { best },
            );
        if largest < 0.0 {
            for matrix in [&mut *left, &mut *right] {
                matrix.col_as_slice_mut(k).iter_mut().for_each(|x| *x = -*x);
            }
        }
    }
}
