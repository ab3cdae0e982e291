//! The one table of all experiments: row type, columns and their meaning, CSV.

mod columns;

pub use columns::{Column, columns};

use serde::Serialize;
use std::io::Write;

use crate::comparison::Estimate;
use crate::error::Result;
use crate::finite_size::Extrapolation;

/// What an experiment looked at: one set of columns for all experiments, `None` where a column has no meaning.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// Name of the experiment, as on the command line.
    pub experiment: &'static str,
    /// Data model, as on the command line.
    pub data: &'static str,
    /// Law of one unit, where the data model leaves it open.
    pub law: Option<&'static str>,
    /// Coupling β of ring data.
    pub beta: Option<f64>,
    /// Number of states p of clock data.
    pub states: Option<usize>,
    /// Excess eigenvalue ℓ of spiked data.
    pub spike: Option<f64>,
    /// Signal b of two-cluster data.
    pub signal: Option<f64>,
    /// Samples per unit, α = P/N.
    pub alpha: Option<f64>,
    /// Criterion whose threshold is compared.
    pub criterion: Option<&'static str>,
    /// Index of the mode, 0 for the largest eigenvalue.
    pub mode: Option<usize>,
    /// Argument of the observable.
    pub x: Option<f64>,
    /// Singular value w of the leading mode of the weights.
    pub w: Option<f64>,
    /// Noise σ of independent weights.
    pub sigma: Option<f64>,
    /// Hidden units per visible unit, κ = M/N.
    pub kappa: Option<f64>,
    /// Temperature of the Hopfield model, or of the noise of learning in nats.
    pub temperature: Option<f64>,
    /// Whether the theory is stable against replica-symmetry breaking; where it is not, rows are shown and not judged.
    pub stable: Option<bool>,
}

/// One comparison of theory and simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "each field is a column, described by `columns`"
)]
pub struct Row {
    pub experiment: &'static str,
    pub data: &'static str,
    pub law: Option<&'static str>,
    pub beta: Option<f64>,
    pub states: Option<usize>,
    pub spike: Option<f64>,
    pub signal: Option<f64>,
    pub alpha: Option<f64>,
    pub criterion: Option<&'static str>,
    pub mode: Option<usize>,
    pub x: Option<f64>,
    pub w: Option<f64>,
    pub sigma: Option<f64>,
    pub kappa: Option<f64>,
    pub temperature: Option<f64>,
    pub units: Option<usize>,
    pub replicas: usize,
    pub observable: &'static str,
    pub theory: f64,
    pub simulation: f64,
    pub standard_error: f64,
    pub z_score: f64,
    pub agrees: bool,
    pub control: bool,
    pub limit: Option<f64>,
    pub power: Option<f64>,
    pub chi_squared: Option<f64>,
    pub degrees_of_freedom: Option<usize>,
    pub stable: Option<bool>,
}

/// Theory beside a deliberately wrong version of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// What is compared at each size.
    pub observable: &'static str,
    /// What is compared in the limit, where that is another quantity: a ratio, an exponent.
    pub limit_observable: Option<&'static str>,
    /// The prediction for infinite size.
    pub theory: f64,
    /// The prediction from wrong parameters, if this comparison carries a control.
    pub wrong: Option<f64>,
}

/// A measurement at one size of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtSize {
    /// Number of units N.
    pub units: usize,
    /// What was measured, y(N).
    pub measured: Estimate,
    /// Factor a(N) ≠ 0 by which a(N) y(N) has the predicted limit.
    pub factor: f64,
    /// Predicted difference of a(N) y(N) from the limit, 0 where theory knows the limit only.
    pub finite_size: f64,
}

impl AtSize {
    /// A measurement that tends to the limit itself.
    pub fn new(units: usize, measured: Estimate) -> Self {
        Self {
            units,
            measured,
            factor: 1.0,
            finite_size: 0.0,
        }
    }
}

impl Row {
    /// Compares at one size, without any fit.
    pub fn compare(
        parameters: &Parameters,
        units: Option<usize>,
        observable: &'static str,
        theory: f64,
        measured: &Estimate,
    ) -> Self {
        Self {
            experiment: parameters.experiment,
            data: parameters.data,
            law: parameters.law,
            beta: parameters.beta,
            states: parameters.states,
            spike: parameters.spike,
            signal: parameters.signal,
            alpha: parameters.alpha,
            criterion: parameters.criterion,
            mode: parameters.mode,
            x: parameters.x,
            w: parameters.w,
            sigma: parameters.sigma,
            kappa: parameters.kappa,
            temperature: parameters.temperature,
            units,
            replicas: measured.replicas,
            observable,
            theory,
            simulation: measured.mean,
            standard_error: measured.standard_error,
            z_score: measured.score(theory),
            agrees: measured.agrees_with(theory),
            control: false,
            limit: None,
            power: None,
            chi_squared: None,
            degrees_of_freedom: None,
            stable: parameters.stable,
        }
    }

    /// The comparison of `prediction` without any fit, followed by its control.
    pub fn pair(
        parameters: &Parameters,
        units: Option<usize>,
        prediction: &Prediction,
        measured: &Estimate,
    ) -> Vec<Self> {
        let observable = prediction.limit_observable.unwrap_or(prediction.observable);
        let row = |theory| Self::compare(parameters, units, observable, theory, measured);
        let control = prediction.wrong.map(|wrong| Self {
            control: true,
            ..row(wrong)
        });
        std::iter::once(row(prediction.theory))
            .chain(control)
            .collect()
    }

    /// Compares at several sizes: one row per size, one for the limit, one for its control.
    ///
    /// The row of a size is compared with the fit of [`Extrapolation::law_towards`] that ends at the predicted limit;
    /// the row of the limit compares the free extrapolation with the prediction, no number of which is fitted, and
    /// agrees only if the fit is acceptable. Finite-size terms that are predicted are not fitted again.
    ///
    /// # Errors
    /// Those of [`Extrapolation::fit`].
    pub fn extrapolate(
        parameters: &Parameters,
        prediction: &Prediction,
        sizes: &[AtSize],
        powers: &[f64],
    ) -> Result<Vec<Self>> {
        let remainder = |at: &AtSize| (at.units, at.measured.rescaled(at.factor, -at.finite_size));
        let points: Vec<(usize, Estimate)> = sizes.iter().map(remainder).collect();
        let fit = Extrapolation::fit(&points, powers)?;
        let law = fit.law_towards(prediction.theory);
        let at_sizes = sizes.iter().zip(law).map(|(at, remainder)| {
            let theory = (remainder + at.finite_size) / at.factor;
            let units = Some(at.units);
            let row = Self::compare(
                parameters,
                units,
                prediction.observable,
                theory,
                &at.measured,
            );
            Self {
                limit: Some(prediction.theory / at.factor),
                ..row
            }
        });
        let at_limit = Self::limit_rows(parameters, prediction, &fit);
        let annotate = |row| Self {
            power: powers.first().copied(),
            ..row
        };
        Ok(at_sizes.chain(at_limit).map(annotate).collect())
    }

    /// Compares the exponent with which a positive quantity depends on N: one row per size, one for the exponent, one for
    /// its control.
    ///
    /// The row of a size is compared with the power law of the predicted exponent, whose amplitude is fitted.
    ///
    /// # Errors
    /// Those of [`Extrapolation::exponent`].
    pub fn exponent(
        parameters: &Parameters,
        prediction: &Prediction,
        points: &[(usize, Estimate)],
        powers: &[f64],
    ) -> Result<Vec<Self>> {
        let fit = Extrapolation::exponent(points, powers)?;
        let law = fit.law_towards(prediction.theory);
        let at_sizes = points.iter().zip(law).map(|((units, measured), law)| {
            let units = Some(*units);
            Self::compare(
                parameters,
                units,
                prediction.observable,
                law.exp(),
                measured,
            )
        });
        let at_limit = Self::limit_rows(parameters, prediction, &fit);
        let annotate = |row| Self {
            power: powers.first().copied(),
            ..row
        };
        Ok(at_sizes.chain(at_limit).map(annotate).collect())
    }

    fn limit_rows(
        parameters: &Parameters,
        prediction: &Prediction,
        fit: &Extrapolation,
    ) -> Vec<Self> {
        let mut rows = Self::pair(parameters, None, prediction, &fit.limit);
        for row in &mut rows {
            row.agrees = row.agrees && fit.is_acceptable();
            row.limit = Some(prediction.theory);
            row.chi_squared = Some(fit.chi_squared);
            row.degrees_of_freedom = Some(fit.degrees_of_freedom);
        }
        rows
    }

    /// Whether the row is as it must be: a comparison agrees, a control does not. Where the theory is known to be unstable
    /// nothing is judged.
    pub fn passes(&self) -> bool {
        self.stable == Some(false) || self.agrees != self.control
    }
}

/// Writes rows as CSV with a header.
///
/// # Errors
/// [`Error::Table`](crate::Error::Table) if `sink` refuses.
pub fn write_csv(rows: &[Row], sink: impl Write) -> Result<()> {
    let mut writer = csv::Writer::from_writer(sink);
    for row in rows {
        writer.serialize(row)?;
    }
    writer.flush().map_err(csv::Error::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(mean: f64) -> Estimate {
        Estimate {
            mean,
            standard_error: 0.01,
            replicas: 64,
            degrees_of_freedom: 63.0,
        }
    }

    fn parameters() -> Parameters {
        Parameters {
            experiment: "x",
            data: "iid",
            alpha: Some(0.5),
            ..Parameters::default()
        }
    }

    #[test]
    fn header_is_the_dictionary_in_order() {
        let row = Row::compare(&parameters(), Some(50), "mean", 1.0, &measured(1.01));
        let mut bytes = Vec::new();
        write_csv(&[row], &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let names: Vec<&str> = columns().iter().map(|c| c.name).collect();
        assert_eq!(text.lines().next().unwrap(), names.join(","));
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .starts_with("x,iid,,,,,,0.5,,,,,,,,50,64,mean,1.0,1.01,")
        );
    }

    #[test]
    fn a_prediction_yields_sizes_limit_and_control() {
        let prediction = Prediction {
            observable: "edge",
            limit_observable: None,
            theory: 2.0,
            wrong: Some(2.5),
        };
        let at = |(units, finite_size)| {
            let measured = measured(2.0 + finite_size);
            AtSize {
                units,
                measured,
                factor: 1.0,
                finite_size,
            }
        };
        let sizes = [(50, 0.8), (100, 0.4), (200, 0.2), (400, 0.1)].map(at);
        let rows = Row::extrapolate(&parameters(), &prediction, &sizes, &[1.0]).unwrap();
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(Row::passes));
        assert!(rows[5].control && !rows[5].agrees && rows[4].units.is_none());
        assert_eq!(rows.iter().filter(|r| r.chi_squared.is_some()).count(), 2);
    }

    #[test]
    fn a_limit_does_not_agree_when_its_fit_is_bad() {
        let prediction = Prediction {
            observable: "edge",
            limit_observable: None,
            theory: 2.0,
            wrong: None,
        };
        let at = |(units, y)| AtSize::new(units, measured(y));
        let sizes = [(50, 2.3), (100, 1.7), (200, 2.3), (400, 1.7), (800, 2.0)].map(at);
        let rows = Row::extrapolate(&parameters(), &prediction, &sizes, &[1.0]).unwrap();
        assert!(!rows.last().unwrap().agrees);
    }
}
