//! Columns of the landscape in reciprocal space, and of the singular values in training.

use crate::old::Column;

/// Kind of the visible units.
pub(crate) const VISIBLE_UNIT: Column =
    Column::new("visible_unit", "visible", "kind of the visible units", "");
/// Kind of the hidden units.
pub(crate) const HIDDEN_UNIT: Column =
    Column::new("hidden_unit", "hidden", "kind of the hidden units", "");
/// Inverse temperature.
pub(crate) const SCALE: Column = Column::new(
    "scale",
    "β",
    "inverse temperature",
    "W → βW, b → βb, c → βc",
);
/// Mode of the weights; a table of modes calls it `mode`.
pub(crate) const MODE: Column = Column::new("mode", "k", "mode of the weights", "W = Σ s u vᵀ");
/// The second mode of a surface.
pub(crate) const SECOND_MODE: Column =
    Column::new("second_mode", "l", "second mode of the surface", "");
/// Number of equal singular values.
pub(crate) const DEGENERACY: Column =
    Column::new("degeneracy", "g", "number of equal singular values", "");
/// Singular value of the weights.
pub(crate) const SINGULAR_VALUE: Column = Column::new(
    "singular_value",
    "s",
    "singular value of the weights",
    "W = Σ s u vᵀ",
);
/// Upper edge of the bulk.
pub(crate) const BULK_EDGE: Column = Column::new(
    "edge",
    "s_{+}",
    "upper edge of the bulk of random weights",
    "s_+ = σ (√N + √M), σ fitted to the bulk",
);
/// Whether the singular value exceeds the bulk.
pub(crate) const OUTLIER: Column = Column::new(
    "outlier",
    "outlier",
    "whether the singular value exceeds the bulk",
    "by more than chance does in one of a hundred matrices",
);
/// Singular value between standardised units.
pub(crate) const EFFECTIVE: Column = Column::new(
    "effective_singular_value",
    "ŝ",
    "singular value of the weights between standardised units",
    "D_v^½ W D_h^½, D the variances in the mean-field paramagnet; orders at 1",
);
/// Curvature of the unstable direction.
pub(crate) const CURVATURE_UNSTABLE: Column = Column::new(
    "curvature_unstable",
    "1 − ŝ",
    "curvature along the real amplitude",
    "1 − ŝ",
);
/// Curvature of the stable direction.
pub(crate) const CURVATURE_STABLE: Column = Column::new(
    "curvature_stable",
    "1 + ŝ",
    "curvature along the imaginary amplitude",
    "1 + ŝ",
);
/// Cubic coupling.
pub(crate) const CUBIC: Column = Column::new(
    "cubic",
    "t",
    "cubic coefficient of the free energy",
    "F = (1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
);
/// Quartic coupling.
pub(crate) const QUARTIC: Column = Column::new(
    "quartic",
    "G",
    "quartic coupling of the mode with itself",
    "spins: G = Σ u⁴ + Σ v⁴; F = (1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
);
/// Amplitude by Landau's expansion.
pub(crate) const AMPLITUDE: Column = Column::new(
    "amplitude",
    "a",
    "amplitude of the mode",
    "a² = 6 (ŝ − 1)/(ŝ² G) without biases",
);
/// Amplitude by mean field.
pub(crate) const AMPLITUDE_MEAN_FIELD: Column = Column::new(
    "amplitude_mean_field",
    "a_{MF}",
    "amplitude of the mode without expansion",
    "lowest minimum of F along the mode",
);
/// Amplitude of the second mode.
pub(crate) const SECOND_AMPLITUDE: Column = Column::new(
    "second_amplitude",
    "a_l",
    "amplitude of the second mode",
    "",
);
/// Kurtosis of the components of u.
pub(crate) const KURTOSIS_VISIBLE: Column = Column::new(
    "kurtosis_visible",
    "K_u",
    "kurtosis of the components of u",
    "3 for many Gaussian components",
);
/// Kurtosis of the components of v.
pub(crate) const KURTOSIS_HIDDEN: Column = Column::new(
    "kurtosis_hidden",
    "K_v",
    "kurtosis of the components of v",
    "3 for many Gaussian components",
);
/// Participation of the visible units.
pub(crate) const PARTICIPATION_VISIBLE: Column = Column::new(
    "participation_visible",
    "1/IPR_{u}",
    "number of visible units that take part",
    "1/Σ u⁴; N/3 for random vectors",
);
/// Participation of the hidden units.
pub(crate) const PARTICIPATION_HIDDEN: Column = Column::new(
    "participation_hidden",
    "1/IPR_{v}",
    "number of hidden units that take part",
    "1/Σ v⁴; M/3 for random vectors",
);
/// Energy of the saddle.
pub(crate) const SADDLE_ENERGY: Column = Column::new(
    "saddle_energy",
    "E_k",
    "energy of the mode's saddle under its biases",
    "(u·b)(v·c)/s, at x = −v·c/s, y = −u·b/s",
);
/// Relaxation rate of Langevin dynamics.
pub(crate) const LANGEVIN_RATE: Column = Column::new(
    "langevin_rate",
    "1 − s/s_c",
    "relaxation rate of Langevin dynamics",
    "1 − s/s_c, s_c = 1 for spins, 4 for binary units",
);
/// Whether Langevin dynamics converges.
pub(crate) const CONVERGES: Column = Column::new(
    "converges",
    "converges",
    "whether Langevin dynamics of the mode has a stationary law",
    "s < s_c",
);
/// Landau's free energy.
pub(crate) const LANDAU: Column = Column::new(
    "landau",
    "F_{Landau}",
    "free energy to fourth order",
    "(1 − ŝ) a² + t a³ + (ŝ²/12) G a⁴",
);
/// Mean-field free energy.
pub(crate) const MEAN_FIELD: Column = Column::new(
    "mean_field",
    "F_{MF}",
    "mean-field free energy",
    "max_q [a² − q² − Φ_v(a + q) − Φ_h(a − q)]",
);
/// Exact free energy.
pub(crate) const EXACT: Column = Column::new(
    "exact",
    "−ln P(a)/P(0)",
    "exact free energy, all other modes summed over",
    "P(a) = ⟨N(a; √s (x + y)/2, 1/2)⟩",
);
/// Field on a mode.
pub(crate) const FIELD: Column = Column::new(
    "field",
    "f",
    "field on the mode",
    "f = (B + C)/√s for biases B u and C v",
);
/// Amplitude while the field rises.
pub(crate) const RISING: Column = Column::new(
    "rising",
    "a ↑",
    "amplitude while the field rises",
    "nearest minimum of F − f a downhill",
);
/// Amplitude while the field falls.
pub(crate) const FALLING: Column = Column::new(
    "falling",
    "a ↓",
    "amplitude while the field falls",
    "nearest minimum of F − f a downhill",
);
/// Lowest minimum in the field.
pub(crate) const LOWEST_AMPLITUDE: Column = Column::new(
    "lowest_amplitude",
    "a",
    "amplitude of the lowest minimum",
    "minimum of F − f a",
);
/// Method for ln Z.
pub(crate) const METHOD: Column = Column::new("method", "method", "method", "");
/// ln Z.
pub(crate) const LOG_Z: Column = Column::new(
    "log_z",
    "ln Z",
    "logarithm of the partition function",
    "Z = Σ exp(−E)",
);
/// Effective number of chains of annealing.
pub(crate) const EFFECTIVE_CHAINS: Column = Column::new(
    "effective_chains",
    "C_eff",
    "effective number of chains of annealing: below ten, the error bar is a guess",
    "C_eff = (Σ w)²/Σ w²",
);
/// Scale of the entries of the bulk.
pub(crate) const WEIGHT_SCALE: Column = Column::new(
    "weight_scale",
    "σ",
    "standard deviation of the weights, fitted to the bulk",
    "σ² = Σ s²/((N − r)(M − r)) over the bulk below r outliers",
);
/// Singular values above the bulk.
pub(crate) const OUTLIERS: Column = Column::new(
    "outliers",
    "r",
    "number of singular values above the bulk",
    "",
);
/// Number of hidden units.
pub(crate) const HIDDEN_SIZE: Column =
    Column::new("hidden_size", "M", "number of hidden units", "");
/// Time of training.
pub(crate) const TIME: Column = Column::new(
    "time",
    "t",
    "time of training",
    "updates times learning rate",
);
/// Growth rate of small weights.
pub(crate) const GROWTH_RATE: Column = Column::new(
    "growth_rate",
    "r_k",
    "growth rate of small weights",
    "gaussian: c − 1; binary: c/4 − 1/16",
);
/// Time at which the mode leaves the bulk.
pub(crate) const EMERGENCE: Column = Column::new(
    "emergence",
    "t_k",
    "time at which the mode leaves the bulk",
    "(1/M) Σ_rest (λ/(λ_k − λ))² = 1, λ = exp(2rt)",
);

/// The columns of this chapter under names that no other table has.
pub(crate) const DICTIONARY: [Column; 38] = [
    VISIBLE_UNIT,
    HIDDEN_UNIT,
    SCALE,
    SECOND_MODE,
    SINGULAR_VALUE,
    OUTLIER,
    EFFECTIVE,
    CURVATURE_UNSTABLE,
    CURVATURE_STABLE,
    CUBIC,
    QUARTIC,
    AMPLITUDE,
    AMPLITUDE_MEAN_FIELD,
    SECOND_AMPLITUDE,
    KURTOSIS_VISIBLE,
    KURTOSIS_HIDDEN,
    PARTICIPATION_VISIBLE,
    PARTICIPATION_HIDDEN,
    SADDLE_ENERGY,
    LANGEVIN_RATE,
    CONVERGES,
    LANDAU,
    MEAN_FIELD,
    EXACT,
    FIELD,
    RISING,
    FALLING,
    LOWEST_AMPLITUDE,
    METHOD,
    LOG_Z,
    EFFECTIVE_CHAINS,
    WEIGHT_SCALE,
    OUTLIERS,
    HIDDEN_SIZE,
    TIME,
    GROWTH_RATE,
    EMERGENCE,
    INIT_SCALE,
];

/// Standard deviation of the initial weights.
pub(crate) const INIT_SCALE: Column = Column::new(
    "init_scale",
    "σ",
    "standard deviation of the initial weights",
    "W(0) of independent entries N(0, σ²)",
);
