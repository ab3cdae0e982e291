//! How predictions and measurements become rows: at one size, two values at a time, and extrapolated to infinite size.

use super::row::{Parameters, Row};
use crate::comparison::Estimate;
use crate::error::Result;
use crate::finite_size::{Extrapolation, is_acceptable};

/// Why the rows of single sizes are shown and not judged where an extrapolation runs through them: amplitudes of the line are
/// fitted to these same measurements.
const FITTED: &str = "fitted";

/// Why the rows of single sizes are shown and not judged where there are too few of them for an extrapolation: the theory is the
/// limit, with those of its corrections that are predicted.
const TOO_FEW_SIZES: &str = "too-few-sizes";

/// Why a row is shown and not judged where theory has no value.
const NO_THEORY: &str = "no-theory";

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
        let mut parameters = parameters.clone();
        if !theory.is_finite() {
            parameters.unjudged.get_or_insert(NO_THEORY);
        }
        Self {
            parameters,
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
        let mut parameters = parameters.clone();
        if !prediction.theory.is_finite() {
            // Its control is worth nothing either.
            parameters.unjudged.get_or_insert(NO_THEORY);
        }
        let row = |theory| Self::compare(&parameters, units, observable, theory, measured);
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
    /// The row of a size shows the fit of [`Extrapolation::law_towards`] that ends at the predicted limit, and is not judged
    /// unless there is nothing to fit (no `powers`); the row of the limit compares the free extrapolation with the prediction,
    /// no number of which is fitted, and agrees only if the fit is acceptable. Finite-size terms that are predicted are not
    /// fitted again. Fewer than two sizes more than powers stand beside the limit and are not judged.
    ///
    /// # Errors
    /// Those of [`Extrapolation::fit`].
    pub fn extrapolate(
        parameters: &Parameters,
        prediction: &Prediction,
        sizes: &[AtSize],
        powers: &[f64],
    ) -> Result<Vec<Self>> {
        if sizes.len() < powers.len() + 2 {
            return Ok(Self::beside_limit(parameters, prediction, sizes));
        }
        let remainder = |at: &AtSize| (at.units, at.measured.rescaled(at.factor, -at.finite_size));
        let points: Vec<(usize, Estimate)> = sizes.iter().map(remainder).collect();
        let fit = Extrapolation::fit(&points, powers)?;
        let law = fit.law_towards(prediction.theory);
        let at_sizes = sizes.iter().zip(law).map(|(at, remainder)| {
            let row = Self::at_size(parameters, prediction, at, remainder);
            if powers.is_empty() { row } else { row.fitted() }
        });
        let at_limit = Self::limit_rows(parameters, prediction, &fit);
        let annotate = |row| Self {
            power: powers.first().copied(),
            ..row
        };
        Ok(at_sizes.chain(at_limit).map(annotate).collect())
    }

    /// Each size beside the limit and what theory knows of its corrections.
    fn beside_limit(
        parameters: &Parameters,
        prediction: &Prediction,
        sizes: &[AtSize],
    ) -> Vec<Self> {
        let row = |at: &AtSize| {
            Self::at_size(parameters, prediction, at, prediction.theory).at(|parameters| {
                parameters.unjudged.get_or_insert(TOO_FEW_SIZES);
            })
        };
        sizes.iter().map(row).collect()
    }

    /// One size beside the law of what is not predicted of its corrections, with the limit.
    fn at_size(parameters: &Parameters, prediction: &Prediction, at: &AtSize, law: f64) -> Self {
        let theory = (law + at.finite_size) / at.factor;
        let units = Some(at.units);
        Self {
            limit: Some(prediction.theory / at.factor),
            ..Self::compare(
                parameters,
                units,
                prediction.observable,
                theory,
                &at.measured,
            )
        }
    }

    /// Compares the exponent with which a positive quantity depends on N: one row per size, one for the exponent, one for
    /// its control.
    ///
    /// The row of a size shows the power law of the predicted exponent, whose amplitude is fitted, and is not judged. Fewer than
    /// three sizes more than powers say nothing of an exponent and have no rows.
    ///
    /// # Errors
    /// Those of [`Extrapolation::exponent`].
    pub fn exponent(
        parameters: &Parameters,
        prediction: &Prediction,
        points: &[(usize, Estimate)],
        powers: &[f64],
    ) -> Result<Vec<Self>> {
        if points.len() < powers.len() + 3 {
            return Ok(Vec::new());
        }
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
            .fitted()
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

    /// Whether the row is extrapolated from sizes that do not lie on the powers of the fit.
    pub(super) fn leaves_the_series(&self) -> bool {
        let fit = self.chi_squared.zip(self.degrees_of_freedom);
        fit.is_some_and(|(chi_squared, freedom)| !is_acceptable(chi_squared, freedom))
    }

    /// The row with other parameters.
    #[must_use]
    pub(crate) fn at(mut self, change: impl FnOnce(&mut Parameters)) -> Self {
        change(&mut self.parameters);
        self
    }

    /// The row as one whose theory has numbers fitted to its own measurement; an earlier reason stays.
    #[must_use]
    pub(crate) fn fitted(self) -> Self {
        self.at(|parameters| {
            parameters.unjudged.get_or_insert(FITTED);
        })
    }

    /// Whether the row is as it must be: a comparison agrees, a control does not. Where the theory is known not to hold exactly,
    /// nothing is judged.
    pub fn passes(&self) -> bool {
        self.parameters.unjudged.is_some() || self.agrees != self.control
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Record;

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
    fn rows_without_theory_are_not_judged_nor_are_their_controls() {
        let prediction = Prediction {
            observable: "rate",
            limit_observable: None,
            theory: f64::NAN,
            wrong: Some(1.0),
        };
        let rows = Row::pair(&parameters(), Some(50), &prediction, &measured(1.0));
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert_eq!(row.parameters.unjudged, Some(NO_THEORY));
            assert!(row.passes());
        }
    }

    #[test]
    fn a_bad_fit_is_told_from_a_bad_theory() {
        let row = Row::compare(&parameters(), None, "mean", 1.0, &measured(1.0));
        assert!(!row.leaves_the_series());
        let with = |chi_squared| Row {
            chi_squared: Some(chi_squared),
            degrees_of_freedom: Some(1),
            ..row.clone()
        };
        // One degree of freedom: chance exceeds 16 once in 16,000 rows.
        assert!(!with(15.0).leaves_the_series());
        assert!(with(17.0).leaves_the_series());
    }

    #[test]
    fn parameters_lead_a_row() {
        let row = Row::compare(&parameters(), Some(50), "mean", 1.0, &measured(1.01));
        let cells = row.cells();
        let words: Vec<_> = cells.iter().map(|cell| cell.to_csv()).collect();
        assert!(
            words
                .join(",")
                .starts_with("x,iid,,,,,,0.5,,,,,,,,,50,64,mean,1.0,1.01,")
        );
        assert_eq!(cells.len(), Row::columns(None).len());
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
        let reasons: Vec<_> = rows.iter().map(|row| row.parameters.unjudged).collect();
        assert_eq!(reasons[..4], [Some(FITTED); 4]);
        assert_eq!(reasons[4..], [None; 2]);
        assert!(rows[5].control && !rows[5].agrees && rows[4].units.is_none());
        assert_eq!(rows.iter().filter(|r| r.chi_squared.is_some()).count(), 2);
    }

    #[test]
    fn too_few_sizes_stand_beside_the_limit_and_are_not_judged() {
        let prediction = Prediction {
            observable: "edge",
            limit_observable: None,
            theory: 2.0,
            wrong: Some(2.5),
        };
        let at = |units| AtSize {
            finite_size: 0.1,
            ..AtSize::new(units, measured(2.3))
        };
        let rows = Row::extrapolate(&parameters(), &prediction, &[50, 100].map(at), &[1.0]);
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 2);
        assert!(
            rows.iter()
                .all(|row| row.parameters.unjudged == Some(TOO_FEW_SIZES))
        );
        assert!(rows.iter().all(|row| (row.theory - 2.1).abs() < 1e-14));
    }

    #[test]
    fn sizes_without_anything_fitted_are_judged_one_by_one() {
        let prediction = Prediction {
            observable: "edge",
            limit_observable: None,
            theory: 2.0,
            wrong: None,
        };
        let at = |units| AtSize::new(units, measured(2.001));
        let rows = Row::extrapolate(&parameters(), &prediction, &[50, 100].map(at), &[]).unwrap();
        assert!(rows.iter().all(|row| row.parameters.unjudged.is_none()));
        // Nothing fitted: the theory of a size is the limit itself.
        assert!(rows.iter().all(|row| (row.theory - 2.0).abs() < 1e-14));
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
