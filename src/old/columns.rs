//! The dictionary of columns: one name, one meaning, in every table.

pub(crate) mod learning;
pub(crate) mod phase;
pub(crate) mod place_cells;
pub(crate) mod reciprocal;
pub(crate) mod replica;
pub(crate) mod training;

use super::Column;

/// Data model.
pub(crate) const DATA: Column = Column::new("data", "data", "data model", "");
/// Number of units.
pub(crate) const UNITS: Column = Column::new("units", "N", "number of units", "");
/// Coupling.
pub(crate) const BETA: Column = Column::new("beta", "β", "coupling", "");
/// States of a unit.
pub(crate) const STATES: Column = Column::new("states", "p", "states of a unit", "");
/// Excess eigenvalue of the spike.
pub(crate) const SPIKE: Column = Column::new(
    "spike",
    "ℓ",
    "excess eigenvalue of the spike",
    "population eigenvalue 1 + ℓ",
);
/// Signal of the two clusters.
pub(crate) const SIGNAL: Column = Column::new(
    "signal",
    "b",
    "signal of the two clusters",
    "population eigenvalue 1 + b²",
);
/// Criterion of the threshold.
pub(crate) const CRITERION: Column =
    Column::new("criterion", "criterion", "criterion of the threshold", "");
/// Mode of the population.
pub(crate) const MODE: Column = Column::new("mode", "k", "mode of the population", "");
/// Number of equal population eigenvalues.
pub(crate) const DEGENERACY: Column = Column::new(
    "degeneracy",
    "g",
    "number of equal population eigenvalues",
    "",
);
/// Population eigenvalue.
pub(crate) const EIGENVALUE: Column = Column::new("eigenvalue", "λ", "population eigenvalue", "");
/// Critical number of samples per unit.
pub(crate) const ALPHA_C: Column = Column::new(
    "alpha_c",
    "α_c",
    "critical number of samples per unit",
    "α_c = (1/N) Σ_rest λ² / (ℓ − λ)²",
);
/// Critical number of samples.
pub(crate) const SAMPLES_C: Column = Column::new(
    "samples_c",
    "P_c",
    "critical number of samples",
    "P_c = N α_c",
);
/// Critical number of units per sample.
pub(crate) const GAMMA_C: Column = Column::new(
    "gamma_c",
    "γ_c",
    "critical number of units per sample",
    "γ_c = 1/α_c",
);
/// Squared overlap of the top sample eigenvector with one mode.
pub(crate) const PROFILE_OVERLAP: Column = Column::new(
    "overlap_squared",
    "c²",
    "squared overlap of the top sample eigenvector",
    "c_k² ∝ g_k λ_k / (x* − λ_k)²",
);
/// Fraction of the sample eigenvalues in the interval that the edge bounds.
pub(crate) const MASS: Column = Column::new(
    "mass",
    "mass",
    "fraction of the sample eigenvalues in the interval that the edge bounds",
    "",
);
/// Distance of a sample eigenvalue from the edge of the bulk.
pub(crate) const DISTANCE: Column = Column::new(
    "distance",
    "d",
    "distance from the edge of the bulk in Tracy–Widom scales",
    "d = (x − x_+) / scale; outliers have d > 2.0234",
);
/// Standard error of a population eigenvalue.
pub(crate) const EIGENVALUE_ERROR: Column = Column::new(
    "eigenvalue_error",
    "σ_λ",
    "standard error of the population eigenvalue",
    "",
);
/// Fraction of the observed bulk eigenvalues at or below x.
pub(crate) const SAMPLE_CUMULATIVE: Column = Column::new(
    "sample_cumulative",
    "F_P",
    "fraction of the observed bulk eigenvalues at or below x",
    "",
);
/// Samples per unit.
pub(crate) const ALPHA: Column = Column::new("alpha", "α", "samples per unit", "α = P/N");
/// Sample eigenvalue.
pub(crate) const SAMPLE_EIGENVALUE: Column = Column::new(
    "sample_eigenvalue",
    "ψ",
    "sample eigenvalue",
    "ψ(ℓ) = ℓ (1 + γ (1/N) Σ_rest λ / (ℓ − λ))",
);
/// Whether the sample eigenvalue leaves the bulk.
pub(crate) const DETACHED: Column = Column::new(
    "detached",
    "detached",
    "whether the sample eigenvalue leaves the bulk",
    "ψ'(ℓ) > 0",
);
/// Squared overlap with the population mode.
pub(crate) const OVERLAP_SQUARED: Column = Column::new(
    "overlap_squared",
    "c²",
    "squared overlap with the population mode",
    "c² = ℓ ψ'(ℓ) / ψ(ℓ)",
);
/// Sample eigenvalue.
pub(crate) const X: Column = Column::new("x", "x", "sample eigenvalue", "");
/// Density of sample eigenvalues.
pub(crate) const DENSITY: Column = Column::new(
    "density",
    "f",
    "density of sample eigenvalues",
    "f(x) = Im m(x + i0) / π",
);
/// Fraction of sample eigenvalues below x.
pub(crate) const CUMULATIVE: Column = Column::new(
    "cumulative",
    "F",
    "fraction of sample eigenvalues below x",
    "F(x) = ∫ f(y) dy over y ≤ x",
);
/// Number of the edge, from below.
pub(crate) const EDGE: Column = Column::new("edge", "edge", "number of the edge, from below", "");
/// Lower or upper edge of an interval of the bulk.
pub(crate) const SIDE: Column = Column::new(
    "side",
    "side",
    "lower or upper edge of an interval of the bulk",
    "",
);
/// Experiment.
pub(crate) const EXPERIMENT: Column = Column::new("experiment", "experiment", "experiment", "");
/// Independent replicas.
pub(crate) const REPLICAS: Column = Column::new("replicas", "R", "independent replicas", "");
/// Quantity compared.
pub(crate) const OBSERVABLE: Column =
    Column::new("observable", "observable", "quantity compared", "");
/// Prediction.
pub(crate) const THEORY: Column = Column::new("theory", "theory", "prediction", "");
/// Mean over the replicas.
pub(crate) const SIMULATION: Column =
    Column::new("simulation", "simulation", "mean over the replicas", "");
/// Standard error of the simulation.
pub(crate) const STANDARD_ERROR: Column = Column::new(
    "standard_error",
    "σ",
    "standard error of the simulation",
    "",
);
/// Difference in standard errors.
pub(crate) const Z_SCORE: Column = Column::new(
    "z_score",
    "z",
    "difference in standard errors",
    "z = (simulation − theory) / σ",
);
/// Whether theory and simulation agree.
pub(crate) const AGREES: Column = Column::new(
    "agrees",
    "agrees",
    "whether theory and simulation agree",
    "",
);
/// Whether the theory is wrong on purpose.
pub(crate) const CONTROL: Column = Column::new(
    "control",
    "control",
    "whether the theory is wrong on purpose",
    "",
);
/// Value of a unit: one column per unit, one row per sample.
pub(crate) const UNIT_VALUE: Column = Column::new(
    "v",
    "v",
    "value of a unit: one column per unit, one row per sample",
    "",
);
/// Planted unit vector: one column per direction, one row per unit.
pub(crate) const DIRECTION: Column = Column::new(
    "u",
    "u",
    "planted unit vector: one column per direction, one row per unit",
    "",
);

/// Every column above.
const DICTIONARY: [Column; 37] = [
    DISTANCE,
    EIGENVALUE_ERROR,
    SAMPLE_CUMULATIVE,
    GAMMA_C,
    MASS,
    DATA,
    UNITS,
    BETA,
    STATES,
    SPIKE,
    SIGNAL,
    CRITERION,
    MODE,
    DEGENERACY,
    EIGENVALUE,
    ALPHA_C,
    SAMPLES_C,
    ALPHA,
    SAMPLE_EIGENVALUE,
    DETACHED,
    OVERLAP_SQUARED,
    X,
    DENSITY,
    CUMULATIVE,
    EDGE,
    SIDE,
    EXPERIMENT,
    REPLICAS,
    OBSERVABLE,
    THEORY,
    SIMULATION,
    STANDARD_ERROR,
    Z_SCORE,
    AGREES,
    CONTROL,
    UNIT_VALUE,
    DIRECTION,
];

/// The columns of all tables.
fn all() -> impl Iterator<Item = Column> {
    let families = replica::DICTIONARY.into_iter().chain(phase::DICTIONARY);
    DICTIONARY
        .into_iter()
        .chain(learning::DICTIONARY)
        .chain(families)
        .chain(reciprocal::DICTIONARY)
        .chain(place_cells::DICTIONARY)
}

/// The column of a name, if a table of ours has it.
pub(crate) fn find(name: &str) -> Option<Column> {
    all().find(|column| column.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_snake_case() {
        let names: BTreeSet<_> = all().map(|column| column.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(
            names
                .iter()
                .flat_map(|name| name.chars())
                .all(|c| c == '_' || c.is_ascii_lowercase())
        );
    }
}
