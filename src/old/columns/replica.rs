//! Columns of the replica theories.

use crate::old::Column;

/// Why the solver stopped.
pub(crate) const STOP: Column = Column::new("stop", "stop", "why the solver stopped", "");
/// Evaluations of the equations.
pub(crate) const ITERATIONS: Column = Column::new(
    "iterations",
    "iterations",
    "evaluations of the equations",
    "",
);
/// Change in one more iteration.
pub(crate) const RESIDUAL: Column =
    Column::new("residual", "|F(x) − x|", "change in one more iteration", "");
/// Law of the weights.
pub(crate) const WEIGHTS: Column = Column::new("weights", "P_w", "law of the weights", "");
/// Law of the hidden units.
pub(crate) const HIDDEN: Column = Column::new("hidden", "P_h", "law of the hidden units", "");
/// Signal-to-noise ratio.
pub(crate) const SNR: Column = Column::new(
    "snr",
    "snr",
    "signal-to-noise ratio",
    "v = √(snr/N) s ξ + z",
);
/// Where the iteration starts.
pub(crate) const START: Column = Column::new("start", "start", "where state evolution starts", "");
/// Overlap of the weights with their estimate.
pub(crate) const Q_WEIGHTS: Column = Column::new(
    "q_weights",
    "q_w",
    "overlap of weights and estimate",
    "q_w = f_w(α snr q_s)",
);
/// Overlap of the hidden values with their estimate.
pub(crate) const Q_HIDDEN: Column = Column::new(
    "q_hidden",
    "q_s",
    "overlap of hidden values and estimate",
    "q_s = f_h(snr q_w)",
);
/// Mean-square error of a weight.
pub(crate) const MSE_WEIGHTS: Column = Column::new(
    "mse_weights",
    "1 − q_w",
    "mean-square error of a weight",
    "1 − q_w",
);
/// Mean-square error of a hidden value.
pub(crate) const MSE_HIDDEN: Column = Column::new(
    "mse_hidden",
    "1 − q_s",
    "mean-square error of a hidden value",
    "1 − q_s",
);
/// Free entropy per unit.
pub(crate) const FREE_ENTROPY: Column = Column::in_nats(
    "free_entropy",
    "Φ",
    "free entropy per unit",
    "Φ = α ψ_h(snr q_w) + ψ_w(α snr q_s) − α snr q_s q_w/2",
);
/// Mutual information of the data with weights and hidden values, per unit.
pub(crate) const MUTUAL_INFORMATION: Column = Column::in_nats(
    "mutual_information",
    "I/N",
    "mutual information of data and parameters per unit",
    "I/N = α snr/2 − Φ",
);
/// Whether no other solution has a larger free entropy.
pub(crate) const OPTIMAL: Column = Column::new(
    "optimal",
    "optimal",
    "whether the solution is that of the best inference",
    "largest Φ",
);
/// Samples per unit at which the sample eigenvector appears.
pub(crate) const ALPHA_SPECTRAL: Column = Column::new(
    "alpha_spectral",
    "α_spectral",
    "samples per unit at which the eigenvector appears",
    "α_spectral = 1/snr²",
);
/// Samples per unit at which the informed branch appears.
pub(crate) const ALPHA_SPINODAL: Column = Column::new(
    "alpha_spinodal",
    "α_spinodal",
    "samples per unit at which the informed branch appears",
    "dα/dr = 0",
);
/// Samples per unit at which inference becomes possible.
pub(crate) const ALPHA_IT: Column = Column::new(
    "alpha_it",
    "α_IT",
    "samples per unit at which inference becomes possible",
    "Φ of both branches equal",
);
/// Samples per unit at which inference becomes easy.
pub(crate) const ALPHA_ALG: Column = Column::new(
    "alpha_alg",
    "α_alg",
    "samples per unit at which inference becomes easy",
    "dα/dr = 0",
);
/// Order of the transition.
pub(crate) const TRANSITION: Column =
    Column::new("transition", "transition", "order of the transition", "");

/// Every column above whose name has this one meaning in all tables.
pub(super) const DICTIONARY: [Column; 17] = [
    STOP,
    ITERATIONS,
    RESIDUAL,
    WEIGHTS,
    SNR,
    START,
    Q_WEIGHTS,
    MSE_WEIGHTS,
    MSE_HIDDEN,
    FREE_ENTROPY,
    MUTUAL_INFORMATION,
    OPTIMAL,
    ALPHA_SPECTRAL,
    ALPHA_SPINODAL,
    ALPHA_IT,
    ALPHA_ALG,
    TRANSITION,
];
