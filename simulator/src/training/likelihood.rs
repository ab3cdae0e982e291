//! The exact likelihood of a machine with one hidden unit.

use std::borrow::Cow;

use super::objective::{Line, Objective};
use super::partition::Partition;
use crate::error::{Result, at_least, check, same_size};
use crate::numbers::{add_scaled, as_float, dot, norm, wide_dot};
use crate::observables::squared_overlap;
use crate::samples::{Samples, Values};
use crate::two_valued::{TwoValued, sum};
use crate::unit::Unit;

/// Log-likelihood of a machine with one hidden unit, as a function of its weights.
///
/// ```text
/// L(w) = (1/P) Σ_a φ(w·v_a) − ln Z(w),   ∇L = (1/P) Σ_a φ′(w·v_a) v_a − r w
/// ```
///
/// per sample, in nats, relative to the uniform law on the visible units; φ is the cumulant generating function of the
/// hidden unit ([`Unit::cumulant`]) and r = ⟨h²⟩ its mean square under the model. Z is chosen by [`Partition`].
///
/// Data of two values, such as spins, are kept as bits and multiplied by table; others as they are.
#[derive(Debug, Clone)]
pub struct Likelihood<'a> {
    unit: Unit,
    partition: Partition,
    rows: usize,
    columns: usize,
    data: Data<'a>,
}

#[derive(Debug, Clone)]
enum Data<'a> {
    TwoValued(TwoValued),
    Real(Cow<'a, [f64]>),
}

/// A trained unit against a planted direction, on the samples that it was trained with and on fresh ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// m = w·u, the weight along the planted unit direction u, made positive by the symmetry w → −w of even units.
    pub magnetization: f64,
    /// Q, the variance of what is left of the field w·v of fresh samples without m u·v.
    pub field_variance: f64,
    /// ρ = |w|².
    pub squared_norm: f64,
    /// m²/ρ.
    pub overlap_squared: f64,
    /// Log-likelihood per training sample, in nats.
    pub train_log_likelihood: f64,
    /// Log-likelihood per fresh sample, in nats.
    pub test_log_likelihood: f64,
    /// Smallest |w·v| of a training sample: fields that would be smaller have jumped away from zero where replica
    /// symmetry is broken.
    pub smallest_field: f64,
}

/// Weights against a planted direction u.
pub(super) struct Alignment {
    /// Squared cosine between both.
    pub(super) overlap_squared: f64,
    /// |w·u|, u of norm one.
    pub(super) magnetization: f64,
    /// The weights without their part along u.
    pub(super) rest: Vec<f64>,
}

impl Alignment {
    /// That of weights to a direction of any norm but zero.
    pub(super) fn new(weights: &[f64], direction: &[f64]) -> Result<Self> {
        let overlap_squared = squared_overlap(weights, direction)?;
        let magnetization = (dot(weights, weights) * overlap_squared).sqrt();
        let along = magnetization / norm(direction) * dot(weights, direction).signum();
        let pairs = weights.iter().zip(direction);
        Ok(Self {
            overlap_squared,
            magnetization,
            rest: pairs.map(|(w, u)| w - along * u).collect(),
        })
    }
}

impl<'a> Likelihood<'a> {
    /// The likelihood of one hidden unit on these samples, one per row.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) without samples or variables, for a unit with parameters out of its
    /// domain, or for [`Partition::Spins`] with samples other than ±1 and [`Partition::Categorical`] with others than one-hot;
    /// [`Error::Unsupported`](crate::Error::Unsupported) for the latter with a hidden unit other than spin and binary;
    /// [`Error::Size`](crate::Error::Size) unless the number of states divides that of the variables.
    pub fn new(samples: &'a Samples, unit: Unit, partition: Partition) -> Result<Self> {
        let unit = unit.checked()?;
        let rows = at_least("samples", "at least 1", samples.rows(), 1)?;
        let columns = at_least("units", "at least 1", samples.columns(), 1)?;
        partition.check(samples, unit)?;
        let data = match samples.values() {
            Values::Real(values) => Data::Real(Cow::Borrowed(values)),
            Values::Discrete(values) => TwoValued::new(values, columns).map_or_else(
                || Data::Real(Cow::Owned(samples.to_reals())),
                Data::TwoValued,
            ),
        };
        Ok(Self {
            unit,
            partition,
            rows,
            columns,
            data,
        })
    }

    /// The likelihood on the samples of the given rows, each as often as it is named: a batch.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for no rows or one that does not exist.
    pub fn batch(&self, rows: &[usize]) -> Result<Likelihood<'static>> {
        at_least("batch", "at least 1", rows.len(), 1)?;
        for &row in rows {
            check("row", "below the number of samples", as_float(row), |_| {
                row < self.rows
            })?;
        }
        let data = match &self.data {
            Data::TwoValued(data) => Data::TwoValued(data.selected(rows)),
            Data::Real(values) => {
                let columns = self.columns;
                let row = |&row: &usize| &values[row * columns..(row + 1) * columns];
                Data::Real(Cow::Owned(rows.iter().flat_map(row).copied().collect()))
            }
        };
        Ok(Likelihood {
            rows: rows.len(),
            data,
            ..*self
        })
    }

    /// Number P of samples.
    pub fn samples(&self) -> usize {
        self.rows
    }

    /// Number of visible units N.
    pub fn units(&self) -> usize {
        self.columns
    }

    /// The hidden unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Fields w·v of all samples.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless there is one weight per unit.
    pub fn fields(&self, weights: &[f64]) -> Result<Vec<f64>> {
        self.check_weights(weights)?;
        Ok(self.times(weights))
    }

    /// L(w); −∞ where Z diverges.
    ///
    /// # Errors
    /// [`Error::Size`](crate::Error::Size) unless there is one weight per unit;
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for one that is not finite.
    pub fn value(&self, weights: &[f64]) -> Result<f64> {
        let fields = self.fields(weights)?;
        Ok(self.mean_cumulant(&fields) - self.log_partition(weights))
    }

    /// ∇L(w).
    ///
    /// # Errors
    /// As [`value`](Self::value), and [`Error::OutOfDomain`](crate::Error::OutOfDomain) where Z diverges.
    pub fn gradient(&self, weights: &[f64]) -> Result<Vec<f64>> {
        let fields = self.fields(weights)?;
        let log_partition = self.log_partition(weights);
        check("log_partition", "finite", log_partition, |_| true)?;
        Ok(self.gradient_at(weights, &fields))
    }

    /// Compares trained weights with a planted `direction` (of any norm) and with `fresh` samples.
    ///
    /// # Errors
    /// As [`value`](Self::value), [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a direction of zero norm, and what
    /// [`Likelihood::new`] returns for the fresh samples.
    pub fn compare(
        &self,
        weights: &[f64],
        direction: &[f64],
        fresh: &Samples,
    ) -> Result<Comparison> {
        let Alignment {
            overlap_squared,
            magnetization,
            rest,
        } = Alignment::new(weights, direction)?;
        let squared_norm = dot(weights, weights);
        let test = Likelihood::new(fresh, self.unit, self.partition)?;
        let rest_fields = test.fields(&rest)?;
        let fields = self.fields(weights)?;
        Ok(Comparison {
            magnetization,
            field_variance: dot(&rest_fields, &rest_fields) / as_float(test.rows),
            squared_norm,
            overlap_squared,
            train_log_likelihood: self.mean_cumulant(&fields) - self.log_partition(weights),
            test_log_likelihood: test.value(weights)?,
            smallest_field: fields
                .iter()
                .fold(f64::INFINITY, |least, x| least.min(x.abs())),
        })
    }

    /// (1/P) Σ φ.
    pub(super) fn mean_cumulant(&self, fields: &[f64]) -> f64 {
        self.unit.cumulant_sum(fields, 1.0) / as_float(self.rows)
    }

    /// (1/P) Σ φ at a point of a line, and its slope there.
    pub(super) fn samples_along(&self, line: &Line<'_>, at: f64) -> [f64; 2] {
        let (mut value, mut slope) = (0.0, 0.0);
        for (field, step) in line.fields.iter().zip(line.field_steps) {
            let field = field + at * step;
            value += self.unit.cumulant(field);
            slope += self.unit.mean(field) * step;
        }
        let rows = as_float(self.rows);
        [value / rows, slope / rows]
    }

    /// ln Z relative to the uniform law.
    pub(super) fn log_partition(&self, weights: &[f64]) -> f64 {
        self.partition.log(self.unit, weights)
    }

    /// X w, of weights in the domain.
    pub(super) fn times(&self, weights: &[f64]) -> Vec<f64> {
        match &self.data {
            Data::TwoValued(data) => {
                let lanes: Vec<_> = weights.iter().map(|&w| [w]).collect();
                data.times(&lanes, [0.0]).into_flattened()
            }
            Data::Real(values) => {
                let rows = values.chunks_exact(self.columns);
                rows.map(|row| wide_dot(row, weights)).collect()
            }
        }
    }

    /// Xᵀ u.
    pub(super) fn transposed_times(&self, u: &[f64]) -> Vec<f64> {
        match &self.data {
            Data::TwoValued(data) => {
                let lanes: Vec<_> = u.iter().map(|&u| [u]).collect();
                data.transposed_times(&lanes, sum(&lanes)).into_flattened()
            }
            Data::Real(values) => {
                let mut y = vec![0.0; self.columns];
                for (row, &u) in values.chunks_exact(self.columns).zip(u) {
                    add_scaled(&mut y, u, row);
                }
                y
            }
        }
    }

    /// Errs unless there is one finite weight per unit.
    pub(super) fn check_weights(&self, weights: &[f64]) -> Result<()> {
        same_size("weights", self.columns, weights.len())?;
        weights
            .iter()
            .try_for_each(|&w| check("weight", "finite", w, |_| true).map(drop))
    }
}

impl Objective for Likelihood<'_> {
    fn fields_of(&self, parameters: &[f64]) -> Vec<f64> {
        self.times(parameters)
    }

    fn value_at(&self, weights: &[f64], fields: &[f64]) -> f64 {
        self.mean_cumulant(fields) - self.log_partition(weights)
    }

    fn gradient_at(&self, weights: &[f64], fields: &[f64]) -> Vec<f64> {
        let mut means = vec![0.0; fields.len()];
        self.unit.mean_all(fields, &mut means);
        let mut gradient = self.transposed_times(&means);
        let rows = as_float(self.rows);
        let slope = self.partition.slope(self.unit, weights);
        for (g, slope) in gradient.iter_mut().zip(slope) {
            *g = *g / rows - slope;
        }
        gradient
    }

    fn along_line(&self, line: &Line<'_>, at: f64) -> (f64, f64) {
        let [value, slope] = self.samples_along(line, at);
        let weights = line.at(at);
        let log_partition = self.log_partition(&weights);
        if log_partition.is_infinite() {
            return (f64::NEG_INFINITY, f64::NEG_INFINITY);
        }
        let partition_slope = self.partition.slope(self.unit, &weights);
        let pairs = partition_slope.iter().zip(line.steps);
        let model: f64 = pairs.map(|(slope, s)| slope * s).sum();
        (value - log_partition, slope - model)
    }

    fn check_parameters(&self, weights: &[f64]) -> Result<()> {
        self.check_weights(weights)
    }
}
