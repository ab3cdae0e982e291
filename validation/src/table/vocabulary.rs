//! Columns that several tables share: one word, one meaning.
//!
//! A column that only one table has stands beside the row that fills it.

use super::Column;

/// Probability of a false alarm.
pub const LEVEL: Column = Column::new(
    "level",
    "level",
    "probability that the test sees a mode in noise alone",
    "P(TW₁ > t) = level",
);

/// Probability to see a mode.
pub const DETECTION_POWER: Column = Column::new(
    "detection_power",
    "p_d",
    "probability that the test sees the mode",
    "",
);

/// Samples for a power.
pub const DETECTION_SAMPLES: Column = Column::new(
    "detection_samples",
    "P_d",
    "number of samples at which the test sees the mode with the detection power",
    "",
);

/// Why a row is as it is.
pub const REASON: Column = Column::new("reason", "reason", "why the row is as it is, in words", "");

/// Experiment.
pub const EXPERIMENT: Column =
    Column::new("experiment", "experiment", "name of the experiment", "");
/// Data model.
pub const DATA: Column = Column::new("data", "data", "data model", "");
/// Number of units.
pub const UNITS: Column = Column::new(
    "units",
    "N",
    "number of units; inf, or empty in a comparison, for the limit of infinite size",
    "",
);
/// Coupling.
pub const BETA: Column = Column::new("beta", "β", "coupling", "p(v) ∝ exp(β Σ v_i v_(i+1))");
/// States of a unit.
pub const STATES: Column = Column::new("states", "p", "states of a unit", "");
/// Excess eigenvalue of the spike.
pub const SPIKE: Column = Column::new(
    "spike",
    "ℓ",
    "excess eigenvalue of the spike",
    "population eigenvalue 1 + ℓ",
);
/// Signal of the two clusters.
pub const SIGNAL: Column = Column::new(
    "signal",
    "b",
    "signal of the two clusters",
    "p(v) ∝ cosh(b ξ·v/√N), population eigenvalue 1 + b²",
);
/// Samples per unit.
pub const ALPHA: Column = Column::new("alpha", "α", "samples per unit", "α = P/N");
/// Patterns per spin of a Hopfield model.
pub const LOAD: Column = Column::new("alpha", "α", "patterns per spin", "α = P/N");
/// Number of samples.
pub const SAMPLES: Column = Column::new("samples", "P", "number of samples", "");
/// Criterion of a threshold.
pub const CRITERION: Column =
    Column::new("criterion", "criterion", "criterion of the threshold", "");
/// Number of a mode.
pub const MODE: Column = Column::new(
    "mode",
    "k",
    "number of the mode, 0 for the largest eigenvalue or singular value",
    "",
);
/// Number of equal eigenvalues or singular values.
pub const DEGENERACY: Column = Column::new(
    "degeneracy",
    "g",
    "number of equal eigenvalues or singular values",
    "",
);
/// Population eigenvalue.
pub const EIGENVALUE: Column = Column::new("eigenvalue", "λ", "population eigenvalue", "");
/// Whether a sample eigenvalue or singular value leaves the bulk.
pub const DETACHED: Column = Column::new(
    "detached",
    "detached",
    "whether the sample's eigenvalue or singular value leaves the bulk",
    "ψ'(ℓ) > 0",
);
/// Squared overlap of what was learnt or sampled with the truth.
pub const OVERLAP_SQUARED: Column = Column::new(
    "overlap_squared",
    "c²",
    "squared overlap of what a sample shows, or a unit learns, with the population's mode",
    "squared cosine of the two directions",
);
/// Kind of the visible units.
pub const VISIBLE: Column = Column::new("visible", "visible", "kind of the visible units", "");
/// Kind of the hidden units.
pub const HIDDEN: Column = Column::new("hidden", "hidden", "kind of the hidden units", "");
/// Number of hidden units.
pub const HIDDEN_UNITS: Column = Column::new("hidden_units", "M", "number of hidden units", "");
/// Number of one hidden unit.
pub const HIDDEN_UNIT: Column = Column::new("hidden_unit", "μ", "number of the hidden unit", "");
/// Law of the weights in inference.
pub const WEIGHT_PRIOR: Column = Column::new("weight_prior", "P_w", "law of the weights", "");
/// Law of the hidden values in inference.
pub const HIDDEN_PRIOR: Column = Column::new("hidden_prior", "P_h", "law of the hidden values", "");
/// Singular value of a mode of random weights.
pub const W: Column = Column::new(
    "w",
    "w",
    "singular value of the leading mode of the weights",
    "W = w u vᵀ + noise",
);
/// Noise of the weights.
pub const SIGMA: Column = Column::new(
    "sigma",
    "σ",
    "noise of the weights",
    "entries N(0, σ²/√(NM))",
);
/// Hidden units per visible unit.
pub const KAPPA: Column = Column::new("kappa", "κ", "hidden units per visible unit", "κ = M/N");
/// Temperature.
pub const TEMPERATURE: Column = Column::new(
    "temperature",
    "T",
    "temperature of the Hopfield model, or of the noise of learning in nats",
    "",
);
/// Which solution of the equations.
pub const BRANCH: Column = Column::new(
    "branch",
    "branch",
    "which of the solutions of the equations the row is",
    "",
);
/// Stability against replica-symmetry breaking.
pub const STABLE: Column = Column::new(
    "stable",
    "stable",
    "whether replica symmetry holds",
    "at_stability < 1",
);
/// Biases of a machine.
pub const BIASES: Column = Column::new(
    "biases",
    "biases",
    "whether the biases of visible and hidden units are learnt with the weights, or there are none",
    "",
);
/// Weight penalty.
pub const L2: Column = Column::new(
    "l2",
    "ε",
    "weight penalty: half of it times the squared norm of the weights is taken from the mean log-likelihood",
    "L − (ε/2) |w|²",
);
/// What a theory takes for true that may not be so.
pub const ASSUMPTION: Column = Column::new(
    "assumption",
    "assumption",
    "exact: for infinitely many units, as far as replica symmetry holds; gaussian-equivalent: of Gaussian data with the same covariance, which the data are not; replica-symmetric: where replica symmetry is broken; one-step: there, with one step of broken symmetry beside it",
    "",
);
/// Singular value of the weights.
pub const SINGULAR_VALUE: Column = Column::new(
    "singular_value",
    "s",
    "singular value of the weights",
    "W = Σ s u vᵀ",
);
/// Singular value at the end of training.
pub const FINAL_SINGULAR_VALUE: Column = Column::new(
    "final_singular_value",
    "s_∞",
    "singular value at which the likelihood is largest",
    "s² = 1 − 1/λ",
);
/// Sweeps of an update.
pub const GIBBS_STEPS: Column =
    Column::new("gibbs_steps", "k", "sweeps of the chains in an update", "");
/// Learning rate.
pub const LEARNING_RATE: Column = Column::new("learning_rate", "η", "learning rate", "");
/// Samples per update.
pub const BATCH: Column = Column::new("batch", "B", "samples per update", "");
/// Time of training.
pub const TIME: Column = Column::new(
    "time",
    "t",
    "time of training",
    "updates times learning rate",
);
/// Standard deviation of the initial weights.
pub const INIT_SCALE: Column = Column::new(
    "init_scale",
    "σ",
    "standard deviation of the initial weights",
    "W(0) of independent entries N(0, σ²)",
);
/// Method of a computation.
pub const METHOD: Column = Column::new("method", "method", "method of the computation", "");
/// Logarithm of the partition function.
pub const LOG_Z: Column = Column::in_nats(
    "log_z",
    "ln Z",
    "logarithm of the partition function",
    "Z = Σ exp(−E)",
);
/// Log-likelihood of samples.
pub const LOG_LIKELIHOOD: Column = Column::in_nats(
    "log_likelihood",
    "L",
    "log-likelihood per sample, relative to free visible units: to the uniform law of spins, binary and categorical units, to the standard Gaussian \
     one of Gaussian units, to exp(−U) of others",
    "L = ln p(v)/p₀(v), p = exp(−F)/Z, p₀(v) ∝ exp(−Σ U(v_i))",
);
/// Site of a ring.
pub const SITE: Column = Column::new("site", "i", "site of the ring", "");
/// Weight of a site.
pub const WEIGHT: Column = Column::new("weight", "w_i", "weight", "");
/// Centre of a field.
pub const CENTRE: Column = Column::new(
    "centre",
    "x",
    "site at the centre of the receptive field",
    "circular mean of i with weight w²",
);
/// Width of a field.
pub const WIDTH: Column = Column::new(
    "width",
    "FWHM",
    "full width of the receptive field at half maximum, in sites",
    "of |w|, linear between sites",
);
/// Sum of weights.
pub const SUM_WEIGHTS: Column = Column::new("sum_weights", "Σ w", "sum of the weights", "");
/// Bias of a hidden unit.
pub const HIDDEN_BIAS: Column = Column::new("hidden_bias", "c", "bias of the hidden unit", "");
/// Seed of the random numbers.
pub const SEED: Column = Column::new("seed", "", "seed of the random numbers", "");
/// Number of an independent training or run.
pub const REPLICA: Column = Column::new("replica", "replica", "number of the independent run", "");
/// Independent replicas.
pub const REPLICAS: Column =
    Column::new("replicas", "R", "independent replicas behind the mean", "");
/// Passes through the samples.
pub const EPOCH: Column = Column::new("epoch", "t", "passes through the samples", "");
/// What is compared or observed.
pub const OBSERVABLE: Column = Column::new(
    "observable",
    "observable",
    "what is compared or observed",
    "",
);
/// Standard error.
pub const STANDARD_ERROR: Column =
    Column::new("standard_error", "σ", "standard error of the mean", "");
/// Why a solver stopped.
pub const STOP: Column = Column::new("stop", "stop", "why the solver stopped", "");
/// Evaluations of the equations.
pub const ITERATIONS: Column = Column::new(
    "iterations",
    "iterations",
    "evaluations of the equations",
    "",
);
/// What is left of the equations.
pub const RESIDUAL: Column = Column::new(
    "residual",
    "residual",
    "what is left of the equations: change in one more iteration, or largest component of a gradient",
    "|F(x) − x| or |∂L/∂w|",
);
/// Critical number of units per sample.
pub const GAMMA_C: Column = Column::new(
    "gamma_c",
    "γ_c",
    "critical number of units per sample",
    "γ_c = 1/α_c",
);
/// Signal-to-noise ratio of inference.
pub const SNR: Column = Column::new(
    "snr",
    "snr",
    "signal-to-noise ratio",
    "v = √(snr/N) s ξ + z",
);
/// Law of the components of a mode of the weights.
pub const COMPONENTS: Column = Column::new(
    "components",
    "components",
    "law of the components of the modes",
    "",
);
/// Whether a state is the best of its point.
pub const LOWEST: Column = Column::new(
    "lowest",
    "lowest",
    "whether no other branch has a lower free energy",
    "",
);
/// Phase.
pub const PHASE: Column = Column::new(
    "phase",
    "phase",
    "phase of the diagram at this point",
    "branch of lowest free energy",
);
/// Line of a diagram.
pub const LINE: Column = Column::new("line", "line", "line of the diagram", "");
/// Order of a transition.
pub const ORDER: Column = Column::new("order", "order", "order of the transition", "");
/// Amplitude of a mode.
pub const AMPLITUDE: Column = Column::new(
    "amplitude",
    "a",
    "amplitude of the mode",
    "a² = 6 (ŝ − 1)/(ŝ² G) at Landau's minimum without biases",
);
