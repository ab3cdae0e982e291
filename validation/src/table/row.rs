//! The one table of all experiments: theory beside simulation, a row each.

use super::figure::{Curve, Figure, Law, Mark, Panel, Scale, View};
use super::vocabulary as words;
use super::{Field, Record, Shortfall, lift};
use crate::comparison::Estimate;
use crate::error::Result;
use crate::finite_size::Extrapolation;

/// Why rows of a replica-symmetric theory are shown and not judged where it is unstable.
pub const REPLICA_SYMMETRY_BROKEN: &str = "replica-symmetry-broken";

/// Why the rows of single sizes are shown and not judged where an extrapolation runs through them: amplitudes of the line are
/// fitted to these same measurements.
pub(super) const FITTED: &str = "fitted";

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
    /// Why rows are shown and not judged: the theory is known not to hold exactly there. `None` where they are judged.
    pub unjudged: Option<&'static str>,
}

/// One comparison of theory and simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was looked at.
    pub parameters: Parameters,
    /// Number of units N; `None` for the limit of infinite size.
    pub units: Option<usize>,
    /// Independent replicas behind the mean.
    pub replicas: usize,
    /// What is compared.
    pub observable: &'static str,
    /// The prediction.
    pub theory: f64,
    /// The measured mean.
    pub simulation: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The difference on the scale of a standard Gaussian.
    pub z_score: f64,
    /// Whether the two agree.
    pub agrees: bool,
    /// Whether the theory is wrong on purpose.
    pub control: bool,
    /// The prediction for infinite size, free of any fitted number.
    pub limit: Option<f64>,
    /// Power of 1/N of the leading fitted correction.
    pub power: Option<f64>,
    /// χ² of the extrapolation.
    pub chi_squared: Option<f64>,
    /// Its degrees of freedom.
    pub degrees_of_freedom: Option<usize>,
}

impl Parameters {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::EXPERIMENT, |at| at.experiment.into()),
        Field::one(words::DATA, |at| at.data.into()),
        Field::new(
            "law",
            "law",
            "law of one unit, or of the components of a mode, where the data model leaves it open; kind of the units of a given machine; gaussian beside a spin model: Gaussian data with its covariance",
            "",
            |at| at.law.into(),
        ),
        Field::one(words::BETA, |at| at.beta.into()),
        Field::one(words::STATES, |at| at.states.into()),
        Field::one(words::SPIKE, |at| at.spike.into()),
        Field::one(words::SIGNAL, |at| at.signal.into()),
        Field::one(words::ALPHA, |at| at.alpha.into()),
        Field::one(words::CRITERION, |at| at.criterion.into()),
        Field::one(words::MODE, |at| at.mode.into()),
        Field::new(
            "x",
            "x",
            "argument of the observable: the position of a cumulative, an edge, an overlap level, a time, the singular value of the second of two modes, a weight penalty",
            "",
            |at| at.x.into(),
        ),
        Field::one(words::W, |at| at.w.into()),
        Field::one(words::SIGMA, |at| at.sigma.into()),
        Field::one(words::KAPPA, |at| at.kappa.into()),
        Field::one(words::TEMPERATURE, |at| at.temperature.into()),
    ];
}

/// Theory as a line, simulation as points with error bars, controls as crosses.
pub const COMPARED: Panel = Panel {
    curves: &compared(Curve::line("theory")),
    ..Panel::EMPTY
};

/// The curves of a comparison whose theory is drawn in some way.
pub const fn compared(theory: Curve) -> [Curve; 3] {
    [
        theory.only("control", "false"),
        Curve::points("simulation", "standard_error"),
        Curve::line("theory")
            .marked(Mark::Crosses)
            .only("control", "true")
            .named("control: a wrong theory"),
    ]
}

/// The curves of a comparison whose theory is a law of the limit of infinite size.
pub const fn compared_with_limit(law: Law) -> [Curve; 3] {
    compared(Curve::line("theory").named("theory, N → ∞").by(law))
}

/// The picture of a comparison; an experiment says what its axis and colours are.
pub const COMPARISON: View = View {
    x: &[
        "alpha",
        "x",
        "w",
        "sigma",
        "temperature",
        "kappa",
        "beta",
        "signal",
        "spike",
        "mode",
        "units",
    ],
    keys: &["units", "data", "law", "criterion", "mode", "kappa", "beta"],
    split: &["observable"],
    panels: &[COMPARED],
    ..View::EMPTY
};

/// The picture of several experiments in one table: their scores.
const SCORES: View = View {
    x: &["experiment"],
    panels: &[Panel {
        label: "score of a comparison  z",
        scale: Scale::Linear,
        curves: &[Curve::points("z_score", "").only("control", "false")],
        ..Panel::EMPTY
    }],
    ..View::EMPTY
};

impl Record for Row {
    const NAME: &'static str = "validate";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.parameters), Parameters::FIELDS)),
        Field::one(words::UNITS, |row| row.units.into()),
        Field::one(words::REPLICAS, |row| row.replicas.into()),
        Field::one(words::OBSERVABLE, |row| row.observable.into()),
        Field::new(
            "theory",
            "theory",
            "prediction compared with; at finite units beside a power: the limit, plus the predicted finite-size term if there is one, plus corrections from this power on whose amplitudes are fitted to all sizes",
            "limit + f(N) + Σ_j c_j N^(−p_j)",
            |row| row.theory.into(),
        ),
        Field::new(
            "simulation",
            "simulation",
            "mean over replicas; without units: extrapolated to infinite size",
            "x̄",
            |row| row.simulation.into(),
        ),
        Field::one(words::STANDARD_ERROR, |row| row.standard_error.into()),
        Field::new(
            "z_score",
            "z",
            "difference on the scale of a standard Gaussian: Gaussian quantile of the Student tail of t",
            "t = (x̄ − theory)/σ",
            |row| row.z_score.into(),
        ),
        Field::new(
            "judged",
            "judged",
            "whether the row decides on the exit status",
            "",
            |row| row.parameters.unjudged.is_none().into(),
        ),
        Field::new(
            "reason",
            "reason",
            "why the row is shown and not judged",
            "",
            |row| row.parameters.unjudged.into(),
        ),
        Field::new(
            "agrees",
            "agrees",
            "theory and simulation agree, and the extrapolation, if any, has an acceptable fit",
            "|z| ≤ 4",
            |row| row.agrees.into(),
        ),
        Field::new(
            "control",
            "control",
            "whether the theory is wrong on purpose; it must not agree",
            "",
            |row| row.control.into(),
        ),
        Field::new(
            "limit",
            "limit",
            "prediction that is exact for infinite size and free of any fitted number",
            "",
            |row| row.limit.into(),
        ),
        Field::new(
            "power",
            "p_1",
            "power of 1/N of the leading fitted finite-size correction",
            "",
            |row| row.power.into(),
        ),
        Field::new(
            "chi_squared",
            "χ²",
            "goodness of the extrapolation",
            "Σ (y(N) − fit)²/e(N)²",
            |row| row.chi_squared.into(),
        ),
        Field::new(
            "degrees_of_freedom",
            "ν",
            "sizes minus fitted coefficients of the extrapolation",
            "",
            |row| row.degrees_of_freedom.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[SCORES, COMPARISON],
    };

    fn verdict(&self) -> Option<&'static str> {
        Some(
            match (self.parameters.unjudged, self.control, self.agrees) {
                (Some(_), _, _) => "shown and not judged",
                (None, false, true) => "agree",
                (None, false, false) => "disagree",
                (None, true, true) => "controls not rejected",
                (None, true, false) => "controls rejected",
            },
        )
    }

    fn shortfall(&self) -> Option<Shortfall> {
        let what = match self.control {
            _ if self.passes() => return None,
            true => "agrees is true for a control, whose theory is wrong on purpose",
            false => "agrees is false",
        };
        Some(Shortfall {
            what,
            remedy: "try another --seed or a larger --preset: chance exceeds |z| = 4 once in 16,000 rows",
        })
    }
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
            parameters: parameters.clone(),
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
    /// The row of a size shows the fit of [`Extrapolation::law_towards`] that ends at the predicted limit, and is not judged
    /// unless there is nothing to fit (no `powers`); the row of the limit compares the free extrapolation with the prediction,
    /// no number of which is fitted, and agrees only if the fit is acceptable. Finite-size terms that are predicted are not
    /// fitted again.
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
            let row = Self {
                limit: Some(prediction.theory / at.factor),
                ..row
            };
            if powers.is_empty() { row } else { row.fitted() }
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
    /// The row of a size shows the power law of the predicted exponent, whose amplitude is fitted, and is not judged.
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
    fn parameters_lead_a_row() {
        let row = Row::compare(&parameters(), Some(50), "mean", 1.0, &measured(1.01));
        let cells = row.cells();
        let words: Vec<_> = cells.iter().map(|cell| cell.to_csv()).collect();
        assert!(
            words
                .join(",")
                .starts_with("x,iid,,,,,,0.5,,,,,,,,50,64,mean,1.0,1.01,")
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
