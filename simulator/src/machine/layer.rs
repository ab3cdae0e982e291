//! A layer of units.

use rand_xoshiro::Xoshiro256PlusPlus;

use super::LayerKind;
use crate::error::{Error, Result, at_least, check, same_size};
use crate::numbers::{add_scaled, as_float, dot};
use crate::samples::Samples;
use crate::unit::{Unit, categorical};

/// Units of one kind, each with its bias.
///
/// Categorical (Potts) units of p states are groups of p binary entries, of which exactly one is 1. The layer then counts
/// entries, not groups: N p of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    kind: LayerKind,
    biases: Vec<f64>,
}

impl Layer {
    /// One unit per bias.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless there is at least one bias, all are finite and the unit's parameters are in their
    /// domain.
    pub fn new(unit: Unit, biases: Vec<f64>) -> Result<Self> {
        at_least("biases", "of at least one entry", biases.len(), 1)?;
        biases
            .iter()
            .try_for_each(|&b| check("bias", "finite", b, |_| true).map(drop))?;
        let kind = LayerKind::Units(unit.checked()?);
        Ok(Self { kind, biases })
    }

    /// Categorical units of `states` ≥ 2 states, one bias per entry of their one-hot groups.
    ///
    /// # Errors
    /// As [`new`](Self::new); [`Error::Size`] unless the number of biases is a multiple of that of the states.
    pub fn categorical(states: usize, biases: Vec<f64>) -> Result<Self> {
        at_least("states", "at least 2", states, 2)?;
        same_size("biases", biases.len() / states * states, biases.len())?;
        Ok(Self {
            kind: LayerKind::Categorical { states },
            ..Self::new(Unit::Binary, biases)?
        })
    }

    /// `units` ≥ 1 units without biases.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn unbiased(unit: Unit, units: usize) -> Result<Self> {
        Self::new(unit, vec![0.0; units])
    }

    /// One unit per variable, whose mean without further inputs is that of the samples.
    ///
    /// ```text
    /// spin: b = artanh(Σ_a v_a/(P + 1)),   binary: b = ln(p/(1 − p)), p = (Σ_a v_a + 1/2)/(P + 1),   gaussian: b = Σ_a v_a/P
    /// ```
    ///
    /// The half sample added for either value keeps the bias of a constant variable finite.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without samples or for a value that the units cannot take; [`Error::Unsupported`] for other
    /// units.
    pub fn of_means(unit: Unit, samples: &Samples) -> Result<Self> {
        let rows = as_float(at_least("samples", "at least 1", samples.rows(), 1)?);
        let bias = unit.law(|law| law.bias()).ok_or(Error::Unsupported {
            name: "the bias of given means",
            remedy: "spin, binary or Gaussian units",
        })?;
        let sums = sums(samples, |row| unit.check_values("samples", row))?;
        Self::new(unit, sums.into_iter().map(|sum| bias(sum, rows)).collect())
    }

    /// Categorical units whose states have, without further inputs, the frequencies of the samples.
    ///
    /// ```text
    /// b_a = ln((n_a + 1/p)/(P + 1))
    /// ```
    ///
    /// where `n_a` counts the state a of a unit in P samples; one more sample, spread over the p states, keeps the biases of
    /// states that do not occur finite.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without samples or unless they are one-hot; [`Error::Size`] as for
    /// [`categorical`](Self::categorical).
    pub fn of_frequencies(states: usize, samples: &Samples) -> Result<Self> {
        let rows = as_float(at_least("samples", "at least 1", samples.rows(), 1)?);
        let layer = Self::categorical(states, vec![0.0; samples.columns()])?;
        let sums = sums(samples, |row| layer.check_values("samples", row))?;
        let bias = |sum: f64| ((sum + 1.0 / as_float(states)) / (rows + 1.0)).ln();
        Ok(layer.with_biases(sums.into_iter().map(bias).collect()))
    }

    /// What the layer consists of.
    pub fn kind(&self) -> LayerKind {
        self.kind
    }

    /// The kind of the units; binary for the entries of categorical ones.
    pub fn unit(&self) -> Unit {
        match self.kind {
            LayerKind::Units(unit) => unit,
            LayerKind::Categorical { .. } => Unit::Binary,
        }
    }

    /// The biases.
    pub fn biases(&self) -> &[f64] {
        &self.biases
    }

    /// The sum of a value and its opposite: 0 for units that are symmetric about zero without a bias, 1 for binary ones; `None` for those
    /// that have no opposite.
    pub(crate) fn opposite_sum(&self) -> Option<f64> {
        match self.kind {
            LayerKind::Categorical { .. } | LayerKind::Units(Unit::Rectified) => None,
            LayerKind::Units(unit) => Some(unit.two_values().map_or(0.0, |[low, high]| low + high)),
        }
    }

    /// Number of states of categorical units.
    pub fn states(&self) -> Option<usize> {
        match self.kind {
            LayerKind::Units(_) => None,
            LayerKind::Categorical { states } => Some(states),
        }
    }

    /// Number of units, or of entries of categorical ones.
    pub fn units(&self) -> usize {
        self.biases.len()
    }
}

impl Layer {
    /// A layer of this kind and size with other finite biases.
    pub(crate) fn with_biases(&self, biases: Vec<f64>) -> Self {
        Self {
            biases,
            ..self.clone()
        }
    }

    /// The biases, for rules that keep them finite.
    pub(super) fn biases_mut(&mut self) -> &mut [f64] {
        &mut self.biases
    }

    /// The layer of the means of samples, where they determine its biases.
    pub(crate) fn refitted(&self, samples: &Samples) -> Result<Self> {
        self.kind.of_samples(samples)
    }

    /// Whether every unit has two values whatever the others are.
    pub(crate) fn is_two_valued(&self) -> bool {
        matches!(self.kind, LayerKind::Units(unit) if unit.is_two_valued())
    }

    /// Errs for values that the units cannot take.
    pub(crate) fn check_values(&self, name: &'static str, values: &[f64]) -> Result<()> {
        self.unit().check_values(name, values)?;
        let groups = self.states().map(|states| values.chunks_exact(states));
        match groups.and_then(|mut groups| groups.find(|group| !categorical::is_one_hot(group))) {
            Some(group) => Err(Error::OutOfDomain {
                name,
                domain: "one-hot: exactly one entry of each group 1, the others 0",
                value: group.iter().sum(),
            }),
            None => Ok(()),
        }
    }

    /// Draws every unit given its input.
    pub(crate) fn draw(&self, inputs: &[f64], values: &mut [f64], rng: &mut Xoshiro256PlusPlus) {
        match self.kind {
            LayerKind::Units(unit) => unit.draw_all(inputs, values, rng),
            LayerKind::Categorical { states } => {
                groups(states, inputs, values, |i, v| categorical::draw(i, v, rng));
            }
        }
    }

    /// Mean of every unit given its input.
    pub(crate) fn write_means(&self, inputs: &[f64], means: &mut [f64]) {
        match self.kind {
            LayerKind::Units(unit) => unit.mean_all(inputs, means),
            LayerKind::Categorical { states } => groups(states, inputs, means, categorical::means),
        }
    }

    /// Σ φ(scale · I), over groups for categorical units.
    pub(crate) fn cumulant_sum(&self, inputs: &[f64], scale: f64) -> f64 {
        match self.kind {
            LayerKind::Units(unit) => unit.cumulant_sum(inputs, scale),
            LayerKind::Categorical { states } => {
                let groups = inputs.chunks_exact(states);
                groups.map(|i| categorical::cumulant(i, scale)).sum()
            }
        }
    }

    /// Variance of Σ `u_i x_i` of units without other inputs than their biases.
    pub(crate) fn variance_along(&self, vector: &[f64]) -> f64 {
        let mut means = vec![0.0; self.units()];
        self.write_means(&self.biases, &mut means);
        let square = |m: f64, u: f64| m * u * u;
        match self.kind {
            LayerKind::Units(unit) => {
                let pairs = self.biases.iter().zip(vector);
                pairs.map(|(&b, &u)| square(unit.variance(b), u)).sum()
            }
            LayerKind::Categorical { states } => {
                let groups = means.chunks_exact(states).zip(vector.chunks_exact(states));
                let variance = |(m, u): (&[f64], &[f64])| {
                    let mean = dot(m, u);
                    m.iter()
                        .zip(u)
                        .map(|(&m, &u)| square(m, u - mean))
                        .sum::<f64>()
                };
                groups.map(variance).sum()
            }
        }
    }

    /// ln Z₀ = Σ φ(0) of units without inputs and biases: N ln 2 of spins.
    pub fn free_log_partition(&self) -> f64 {
        self.cumulant_sum(&self.biases, 0.0)
    }

    /// Energy of the potentials.
    pub(crate) fn potential_energy(&self, values: &[f64]) -> f64 {
        let unit = self.unit();
        values.iter().map(|&x| unit.potential(x)).sum()
    }

    /// Energy of the biases and potentials.
    pub(crate) fn own_energy(&self, values: &[f64]) -> f64 {
        self.potential_energy(values) - dot(&self.biases, values)
    }
}

/// Applies a rule to the inputs and values of each group.
fn groups(
    states: usize,
    inputs: &[f64],
    values: &mut [f64],
    mut rule: impl FnMut(&[f64], &mut [f64]),
) {
    let inputs = inputs.chunks_exact(states);
    for (inputs, values) in inputs.zip(values.chunks_exact_mut(states)) {
        rule(inputs, values);
    }
}

/// Sums of all variables over samples that pass a check.
fn sums(samples: &Samples, check: impl Fn(&[f64]) -> Result<()>) -> Result<Vec<f64>> {
    let mut sums = vec![0.0; samples.columns()];
    let mut row = sums.clone();
    for a in 0..samples.rows() {
        samples.write_row(a, &mut row);
        check(&row)?;
        add_scaled(&mut sums, 1.0, &row);
    }
    Ok(sums)
}
