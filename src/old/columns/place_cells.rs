//! Columns of learning on rings of spins and of angles.

use crate::old::Column;

/// Number of the hidden unit. Elsewhere this name is its kind.
pub(crate) const HIDDEN: Column = Column::new("hidden", "μ", "number of the hidden unit", "");
/// Site of the ring.
pub(crate) const SITE: Column = Column::new("site", "i", "site of the ring", "");
/// State of a site.
pub(crate) const STATE: Column = Column::new("state", "a", "state of the site", "angle 2πa/p");
/// Weight between site and hidden unit.
pub(crate) const WEIGHT: Column = Column::new("weight", "w_i", "weight", "");
/// Centre of a field.
pub(crate) const CENTRE: Column = Column::new(
    "centre",
    "x",
    "site at the centre of the field",
    "circular mean of i with weight w²",
);
/// Width of a field.
pub(crate) const WIDTH: Column = Column::new(
    "width",
    "FWHM",
    "full width at half maximum, in sites",
    "of |w|, linear between sites",
);
/// Sites that take part in a field.
pub(crate) const PARTICIPATION: Column = Column::new(
    "participation",
    "1/IPR",
    "number of sites that take part",
    "(Σ w²)²/Σ w⁴",
);
/// Angle of a field.
pub(crate) const ANGLE: Column = Column::new(
    "angle",
    "θ/2π",
    "angle towards which the field points, in full turns; half a turn on is its negative",
    "phase of Σ_i z_i |z_i|, z_i = Σ_a w_ia exp(2πia/p)",
);
/// How much of a field is a cosine.
pub(crate) const COSINE_FRACTION: Column = Column::new(
    "cosine_fraction",
    "f",
    "fraction of the weights' variance over angles that is a cosine",
    "(2/p) Σ_i |z_i|²/Σ_ia (w_ia − mean_a w_ia)²",
);
/// Sum of the weights.
pub(crate) const SUM_WEIGHTS: Column = Column::new("sum_weights", "Σ w", "sum of the weights", "");
/// Log-likelihood of the whole machine.
pub(crate) const LOG_LIKELIHOOD: Column = Column::in_nats(
    "log_likelihood",
    "L",
    "log-likelihood of the machine",
    "Σ_μ ⟨ln cosh w_μ·v⟩ − ln 2^−M Σ_h Π_i cosh Σ_μ w_iμ h_μ",
);
/// Log-likelihood of the machine with uniform weights.
pub(crate) const LOG_LIKELIHOOD_SYMMETRIC: Column = Column::in_nats(
    "log_likelihood_symmetric",
    "L_s",
    "log-likelihood of the best uniform weights",
    "",
);
/// Log-likelihood of the data's own law.
pub(crate) const LOG_LIKELIHOOD_DATA: Column = Column::in_nats(
    "log_likelihood_data",
    "L_d",
    "log-likelihood of the data's own law",
    "⟨ln 2^N p(v)⟩",
);
/// Largest eigenvalue of the Hessian.
pub(crate) const CURVATURE: Column = Column::new(
    "curvature",
    "H",
    "largest eigenvalue of the Hessian of the log-likelihood",
    "a maximum has none above 0",
);
/// Whether neighbouring weights differ in sign.
pub(crate) const STAGGERED: Column = Column::new(
    "staggered",
    "staggered",
    "whether neighbouring weights differ in sign",
    "Σ w_i w_(i+1) < 0",
);
/// Number of places.
pub(crate) const PLACES: Column = Column::new(
    "places",
    "places",
    "number of places that the fields of the machine share",
    "",
);
/// Whether places are equidistant.
pub(crate) const EQUIDISTANT: Column = Column::new(
    "equidistant",
    "equidistant",
    "whether the places are equally far apart, to within a site",
    "",
);
/// Largest component of the gradient.
pub(crate) const RESIDUAL: Column = Column::new(
    "residual",
    "|∂L/∂w|",
    "largest component of the gradient",
    "",
);
/// Size from which on the symmetric state is unstable.
pub(crate) const N_UNSTABLE: Column = Column::new(
    "n_unstable",
    "N_c",
    "smallest ring with an unstable symmetric state",
    "H_1 = Σ_d cos(2πd/N) ⟨v_0 v_d sech²(w Σ v)⟩ − sech² w > 0",
);
/// Size from which on a bump is the better optimum.
pub(crate) const N_COEXISTENCE: Column = Column::new(
    "n_coexistence",
    "N_x",
    "smallest ring on which a bump is the better optimum",
    "L > L_s",
);
/// Size from which on a bump exists.
pub(crate) const N_LOCALIZED: Column = Column::new(
    "n_localized",
    "N_b",
    "smallest ring on which a bump is an optimum",
    "",
);
/// Correlation length of the data.
pub(crate) const CORRELATION_LENGTH: Column = Column::new(
    "correlation_length",
    "ξ",
    "correlation length of the data, in sites",
    "1/ln coth β",
);

/// Learning rate.
pub(crate) const LEARNING_RATE: Column = Column::new("learning_rate", "η", "learning rate", "");
/// Samples per update.
pub(crate) const BATCH: Column = Column::new("batch", "B", "samples per update", "");
/// Samples of the data set.
pub(crate) const SAMPLES: Column = Column::new("samples", "P", "samples of the data set", "");
/// Diffusion of a place cell.
pub(crate) const DIFFUSION: Column = Column::new(
    "diffusion",
    "D",
    "diffusion of the place cell, or of several that move as one, in sites² per update",
    "D = η² Var(Σ_μ e_μ·v tanh w_μ·v)/(2 B |e|⁴), e = dw/dx, |e|² = Σ_μ |e_μ|²",
);
/// Temperature of the noise. Elsewhere this name is the temperature of a model.
pub(crate) const TEMPERATURE: Column = Column::in_nats(
    "temperature",
    "T",
    "temperature of the noise",
    "T = η Var(e·v tanh w·v)/(2 B |e|²)",
);
/// Pinning by the lattice.
pub(crate) const LATTICE_BARRIER: Column = Column::in_nats(
    "lattice_barrier",
    "Δ_0",
    "log-likelihood on a site minus that between two",
    "",
);
/// Typical barrier.
pub(crate) const BARRIER: Column = Column::in_nats(
    "barrier",
    "Δ",
    "typical barrier of the log-likelihood around the ring",
    "Δ = Δ_0 + √2 σ",
);
/// Deviation of the landscape.
pub(crate) const LANDSCAPE_DEVIATION: Column = Column::in_nats(
    "landscape_deviation",
    "σ",
    "standard deviation of the samples' log-likelihood around the ring",
    "σ² = (K(0) − mean K)/P, K(d) = Cov(ln cosh w·v, ln cosh w_d·v)",
);
/// Diffusion in the landscape.
pub(crate) const PINNED_DIFFUSION: Column = Column::new(
    "pinned_diffusion",
    "D_P",
    "diffusion in the landscape of the samples, in sites² per update",
    "D exp(−σ²/T²)",
);
/// Samples at which trapping turns to diffusion.
pub(crate) const SAMPLES_DIFFUSING: Column = Column::new(
    "samples_diffusing",
    "P_d",
    "number of samples at which trapping turns to diffusion; empty where the lattice alone traps",
    "Δ = T: P_d = 2 P σ²/(T − Δ_0)²",
);
/// Noise of a sampled negative phase.
pub(crate) const NEGATIVE_PHASE_NOISE: Column = Column::new(
    "negative_phase_noise",
    "Var_m/Var",
    "variance that a sampled negative phase adds, in units of the data's",
    "variances of e·v tanh w·v over machine and data",
);
/// Whether the place cell moves.
pub(crate) const REGIME: Column = Column::new(
    "regime",
    "regime",
    "whether the place cell moves",
    "trapped: Δ > T",
);
/// Fluctuation of the distance between two place cells.
pub(crate) const DISTANCE_DEVIATION: Column = Column::new(
    "distance_deviation",
    "σ_d",
    "standard deviation of the distance between neighbouring place cells, in sites; empty for one, and where the lattice keeps them",
    "σ_d² = (η/B) d·X d, X_ab = Σ_ab/(λ_a + λ_b − η λ_a λ_b)",
);
/// Distance of two places.
pub(crate) const LAG: Column = Column::new("lag", "d", "distance of two places, in sites", "");
/// Covariance of the landscape.
pub(crate) const COVARIANCE: Column = Column::new(
    "covariance",
    "K(d)/P",
    "covariance of the log-likelihoods at two places, nats²",
    "K(d) − mean K, over P",
);

/// The columns of this chapter under names that no other table has.
pub(crate) const DICTIONARY: [Column; 34] = [
    SITE,
    STATE,
    WEIGHT,
    CENTRE,
    WIDTH,
    PARTICIPATION,
    ANGLE,
    COSINE_FRACTION,
    SUM_WEIGHTS,
    LOG_LIKELIHOOD,
    LOG_LIKELIHOOD_SYMMETRIC,
    LOG_LIKELIHOOD_DATA,
    CURVATURE,
    STAGGERED,
    PLACES,
    EQUIDISTANT,
    N_UNSTABLE,
    N_COEXISTENCE,
    N_LOCALIZED,
    CORRELATION_LENGTH,
    LEARNING_RATE,
    BATCH,
    SAMPLES,
    DIFFUSION,
    LATTICE_BARRIER,
    DISTANCE_DEVIATION,
    BARRIER,
    LANDSCAPE_DEVIATION,
    PINNED_DIFFUSION,
    SAMPLES_DIFFUSING,
    NEGATIVE_PHASE_NOISE,
    REGIME,
    LAG,
    COVARIANCE,
];
