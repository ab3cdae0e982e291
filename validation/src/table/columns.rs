//! The dictionary of the columns, for the sidecar of a table.

use serde::Serialize;

/// What a column of the table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name in the header.
    pub name: &'static str,
    /// Meaning in words.
    pub meaning: &'static str,
    /// Unit; `1` where dimensionless, empty for text.
    pub unit: &'static str,
    /// Defining equation, empty where there is none.
    pub equation: &'static str,
}

const fn column(
    name: &'static str,
    meaning: &'static str,
    unit: &'static str,
    equation: &'static str,
) -> Column {
    Column {
        name,
        meaning,
        unit,
        equation,
    }
}

/// The columns of [`Row`](super::Row) in the order of the CSV file.
pub fn columns() -> &'static [Column] {
    &COLUMNS
}

const COLUMNS: [Column; 29] = [
    column("experiment", "name of the experiment", "", ""),
    column("data", "data model", "", ""),
    column(
        "law",
        "law of one unit, or of the components of a mode, where the data model leaves it open; kind of the units of a given machine; gaussian beside a spin model: Gaussian data with its covariance",
        "",
        "",
    ),
    column(
        "beta",
        "coupling of ring data",
        "1",
        "p(v) ∝ exp(β Σ v_i v_(i+1))",
    ),
    column("states", "states of a clock unit", "states", "p"),
    column(
        "spike",
        "excess population eigenvalue of spiked data",
        "1",
        "λ = 1 + ℓ",
    ),
    column(
        "signal",
        "signal of two-cluster data",
        "1",
        "p(v) ∝ cosh(b ξ·v/√N)",
    ),
    column("alpha", "samples per unit", "samples/unit", "α = P/N"),
    column("criterion", "criterion whose threshold is compared", "", ""),
    column(
        "mode",
        "index of the mode, 0 for the largest eigenvalue",
        "1",
        "k",
    ),
    column(
        "x",
        "argument of the observable: the position of a cumulative, an edge, an overlap level, a time, the singular value of the second of two modes",
        "1",
        "x",
    ),
    column(
        "w",
        "singular value of the leading mode of the weights",
        "1",
        "w",
    ),
    column(
        "sigma",
        "noise of the weights, independent entries",
        "1",
        "entries N(0, σ²/√(NM))",
    ),
    column("kappa", "hidden units per visible unit", "1", "κ = M/N"),
    column(
        "temperature",
        "temperature of the Hopfield model, or of the noise of learning in nats",
        "1",
        "T",
    ),
    column(
        "units",
        "number of units; empty for the limit of infinite size",
        "units",
        "N",
    ),
    column(
        "replicas",
        "independent replicas behind the mean",
        "replicas",
        "R",
    ),
    column("observable", "what is compared", "", ""),
    column(
        "theory",
        "prediction compared with; at finite units beside a power: the limit, plus the predicted finite-size term if there is one, plus corrections from this power on whose amplitudes are fitted to all sizes",
        "1",
        "limit + f(N) + Σ_j c_j N^(−p_j)",
    ),
    column(
        "simulation",
        "mean over replicas; without units: extrapolated to infinite size",
        "1",
        "x̄",
    ),
    column("standard_error", "standard error of simulation", "1", "e"),
    column(
        "z_score",
        "difference on the scale of a standard Gaussian: Gaussian quantile of the Student tail of t",
        "1",
        "t = (x̄ − theory)/e",
    ),
    column(
        "agrees",
        "theory and simulation agree, and the extrapolation, if any, has an acceptable fit",
        "",
        "|z| ≤ 4",
    ),
    column(
        "control",
        "the theory is deliberately wrong and must not agree",
        "",
        "",
    ),
    column(
        "limit",
        "prediction that is exact for infinite size and free of any fitted number",
        "1",
        "",
    ),
    column(
        "power",
        "power of 1/N of the leading fitted finite-size correction",
        "1",
        "p_1",
    ),
    column("chi_squared", "goodness of the extrapolation", "1", "χ²"),
    column(
        "degrees_of_freedom",
        "sizes minus fitted coefficients of the extrapolation",
        "1",
        "",
    ),
    column(
        "stable",
        "the theory is stable against replica-symmetry breaking; where it is not, rows are shown and not judged",
        "",
        "",
    ),
];
