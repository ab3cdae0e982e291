//! Columns of simulated machines: training, Gibbs sampling and Langevin dynamics.

use crate::old::Column;

/// Number of training samples.
pub(crate) const SAMPLES: Column = Column::new("samples", "P", "number of training samples", "");
/// Number of the replica.
pub(crate) const REPLICA: Column = Column::new("replica", "r", "independent training", "");
/// Passes through the samples.
pub(crate) const EPOCH: Column = Column::new("epoch", "t", "passes through the samples", "");
/// Log-likelihood.
pub(crate) const LOG_LIKELIHOOD: Column = Column::in_nats(
    "log_likelihood",
    "L",
    "log-likelihood per training sample",
    "L = (1/P) Σ ln p(v)",
);
/// Logarithm of the partition function.
pub(crate) const LOG_PARTITION: Column = Column::in_nats(
    "log_partition",
    "ln Z",
    "logarithm of the partition function",
    "Z = Σ exp(−E)",
);
/// Overlap of a mode of the weights with the data.
pub(crate) const DATA_OVERLAP: Column = Column::new(
    "overlap_squared",
    "c²",
    "squared overlap of a left singular vector of the weights with the principal direction of the data of the same number",
    "c_k² = (u_k·e_k)²",
);
/// Centre of a receptive field.
pub(crate) const CENTRE: Column = Column::new(
    "centre",
    "x",
    "centre of the receptive field in sites",
    "phase of Σ r_j² exp(2πi j/N), r_j the size of the weights of site j",
);
/// Width of a receptive field.
pub(crate) const WIDTH: Column = Column::new(
    "width",
    "FWHM",
    "full width of the receptive field at half of its largest weight, in sites",
    "",
);
/// Sum of weights.
pub(crate) const SUM_WEIGHTS: Column = Column::new(
    "sum_weights",
    "Σw",
    "sum of the weights of a hidden unit",
    "Σ_j w_j",
);
/// Number of chains.
pub(crate) const CHAINS: Column = Column::new("chains", "C", "independent chains", "");
/// Number of sweeps.
pub(crate) const STEPS: Column = Column::new("steps", "T", "sweeps of each chain that count", "");
/// Mean over chains and time.
pub(crate) const MEAN: Column = Column::new("mean", "mean", "mean over chains and time", "");
/// Autocorrelation time.
pub(crate) const AUTOCORRELATION_TIME: Column = Column::new(
    "autocorrelation_time",
    "τ",
    "integrated autocorrelation time in sweeps",
    "τ = 1/2 + Σ_d ρ_d, mean over the chains",
);
/// Error of the autocorrelation time.
pub(crate) const AUTOCORRELATION_ERROR: Column = Column::new(
    "autocorrelation_error",
    "σ_τ",
    "standard error of the autocorrelation time",
    "",
);
/// Whether the chains are long enough.
pub(crate) const SUFFICIENT: Column = Column::new(
    "sufficient",
    "sufficient",
    "whether the chains are longer than 100 autocorrelation times",
    "",
);
/// Slow or fast variable.
pub(crate) const VARIABLE: Column = Column::new(
    "variable",
    "variable",
    "slow (x + y)/√2 or fast (x − y)/√2 variable of the mode",
    "",
);
/// Variance.
pub(crate) const VARIANCE: Column =
    Column::new("variance", "var", "stationary variance of the variable", "");
/// Its error.
pub(crate) const VARIANCE_ERROR: Column = Column::new(
    "variance_error",
    "σ_var",
    "standard error of the variance",
    "",
);
/// Relaxation rate.
pub(crate) const RATE: Column = Column::new(
    "rate",
    "rate",
    "relaxation rate of the variable, negative where it grows",
    "−ln ρ/Δt, ρ the regression of a record on the last",
);
/// Its error.
pub(crate) const RATE_ERROR: Column =
    Column::new("rate_error", "σ_rate", "standard error of the rate", "");
/// Whether the variable diverged.
pub(crate) const DIVERGED: Column = Column::new(
    "diverged",
    "diverged",
    "whether the variable exceeded the limit",
    "",
);
