//! What the theories of early training and of random weights say beside the measurements.

use saddlepoint_theory::dynamics::EarlyTraining;
use saddlepoint_theory::solver::root::find_root;

use super::symmetry::untrained_divergence;
use super::{GROWTH, LAST, MODES, Point, SCALE, Values};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Parameters, Prediction, Row};

/// Times of the first stage at which the weights are looked at, in units of the fastest mode's 1/rate.
const TIMES: [f64; 3] = [1.0, 1.4, 1.8];
/// Largest singular value up to which early training is judged: the first nonlinearity, (s/4)², is then below one percent.
const SMALL: f64 = 0.35;
/// Factor on the growth rates in the controls.
const WRONG_RATES: f64 = 1.1;
/// Whether a mode shows: its squared overlap with the weights' own.
const HALF: f64 = 0.5;

/// Theory beside the measurements at one number of hidden units.
pub(super) struct Comparison<'a> {
    pub(super) measured: &'a Measured<Point>,
    pub(super) data: &'static str,
    /// Growth rates of the data's modes.
    pub(super) rates: &'a [f64],
}

impl Comparison<'_> {
    fn parameters(&self) -> Parameters {
        let point = &self.measured.point;
        Parameters {
            experiment: "hierarchical-learning",
            data: self.data,
            kappa: Some(as_float(point.hidden_units) / as_float(point.units)),
            ..Parameters::default()
        }
    }

    /// Early training in units of the fastest mode, with rates that are wrong by a factor; those of discrete updates, (1 + ηr)ⁿ.
    fn theory(&self, factor: f64) -> Result<EarlyTraining> {
        let point = &self.measured.point;
        let discrete = |rate: &f64| factor * (point.slow() * rate).ln_1p() / GROWTH;
        let rates: Vec<f64> = self.rates.iter().map(discrete).collect();
        Ok(EarlyTraining::new(&rates, point.hidden_units, SCALE)?)
    }

    /// Singular values and overlaps of the modes that have left the bulk, and the times of half an overlap.
    pub(super) fn first_stage(&self) -> Result<Vec<Row>> {
        let (right, wrong) = (self.theory(1.0)?, self.theory(WRONG_RATES)?);
        let mut rows = Vec::new();
        for mode in 0..MODES {
            for time in TIMES {
                rows.extend(self.mode_at(mode, time, &right, &wrong)?);
            }
            rows.extend(self.half_overlap(mode, &right)?);
        }
        Ok(rows)
    }

    /// One mode at one time.
    fn mode_at(
        &self,
        mode: usize,
        time: f64,
        right: &EarlyTraining,
        wrong: &EarlyTraining,
    ) -> Result<Vec<Row>> {
        let (seen, control) = (right.at(mode, time)?, wrong.at(mode, time)?);
        if !seen.is_detached {
            return Ok(Vec::new());
        }
        let index = self.measured.point.epochs_until(time) - 1;
        let value = |column: usize| {
            let column = move |flat: &[f64]| Values::of(flat).stage[index][column];
            self.measured.estimate_of(column)
        };
        let parameters = self.at(mode, time, right)?;
        let is_judged = parameters.unjudged.is_none();
        let singular = Prediction {
            observable: "singular_value",
            limit_observable: None,
            theory: seen.singular_value,
            wrong: (mode == 0 && is_judged && is_last(time)).then_some(control.singular_value),
        };
        let overlap = Prediction {
            observable: "overlap_squared",
            theory: seen.overlap_squared,
            wrong: None,
            ..singular
        };
        let mut rows = self.pair(&parameters, &singular, &value(mode)?);
        if seen.overlap_squared > HALF {
            rows.extend(self.pair(&parameters, &overlap, &value(MODES + mode)?));
        }
        Ok(rows)
    }

    /// The parameters of a row of early training, not judged where the largest singular value is no longer small.
    fn at(&self, mode: usize, time: f64, theory: &EarlyTraining) -> Result<Parameters> {
        let largest = theory.at(0, time)?.singular_value;
        Ok(Parameters {
            mode: Some(mode),
            x: Some(time),
            unjudged: (largest > SMALL).then_some("weights-not-small"),
            ..self.parameters()
        })
    }

    /// The time at which a mode has half an overlap, where that is within the first stage.
    fn half_overlap(&self, mode: usize, theory: &EarlyTraining) -> Result<Vec<Row>> {
        let Some(time) = time_of_half(theory, mode)?.filter(|time| *time < 0.9 * LAST) else {
            return Ok(Vec::new());
        };
        let step = LAST / as_float(self.measured.point.epochs_until(LAST));
        let crossing = |flat: &[f64]| first_crossing(&Values::of(flat).stage, mode, step);
        let prediction = Prediction {
            observable: "time_of_half_overlap",
            limit_observable: None,
            theory: time,
            wrong: None,
        };
        let parameters = Parameters {
            x: None,
            ..self.at(mode, time, theory)?
        };
        Ok(self.pair(
            &parameters,
            &prediction,
            &self.measured.estimate_of(crossing)?,
        ))
    }

    /// Rotational symmetry before training, and the control that training breaks it.
    pub(super) fn symmetry(&self) -> Result<Vec<Row>> {
        let point = &self.measured.point;
        let parameters = self.parameters();
        let divergence = Prediction {
            observable: "jensen_shannon",
            limit_observable: None,
            theory: untrained_divergence(point.units, point.hidden_units),
            wrong: None,
        };
        let kurtosis = Prediction {
            observable: "excess_kurtosis",
            // Singular vectors of Gaussian weights are uniform on the sphere: ⟨u⁴⟩ = 3/(N(N + 2)).
            theory: -6.0 / (as_float(point.units) + 2.0),
            ..divergence
        };
        let mut rows = self.pair(&parameters, &divergence, &self.measured.estimate(0)?);
        let trained = self.pair(&parameters, &divergence, &self.measured.estimate(1)?);
        rows.extend(trained.into_iter().map(|row| Row {
            control: true,
            ..row
        }));
        rows.extend(self.pair(&parameters, &kurtosis, &self.measured.estimate(2)?));
        Ok(rows)
    }

    /// The trained machine beside the theory of small weights, which does not hold there.
    pub(super) fn end(&self) -> Result<Vec<Row>> {
        let parameters = Parameters {
            unjudged: Some("weights-not-small"),
            ..self.parameters()
        };
        let independent = self.measured.estimate(4)?.mean;
        let growing = as_float(self.rates.iter().filter(|rate| **rate > 0.0).count());
        let symmetric = -6.0 / (as_float(self.measured.point.units) + 2.0);
        let shown = [
            ("excess_kurtosis_trained", symmetric, 3),
            ("log_likelihood", independent, 5),
            ("largest_singular_value", 4.0, 6),
            (
                "unstable_modes",
                growing.min(as_float(self.measured.point.hidden_units)),
                7,
            ),
        ];
        let mut rows = Vec::new();
        for (observable, theory, index) in shown {
            let Ok(measured) = self.measured.estimate(index) else {
                continue;
            };
            let units = Some(self.measured.point.units);
            rows.push(Row::compare(
                &parameters,
                units,
                observable,
                theory,
                &measured,
            ));
        }
        Ok(rows)
    }

    fn pair(
        &self,
        parameters: &Parameters,
        prediction: &Prediction,
        measured: &Estimate,
    ) -> Vec<Row> {
        Row::pair(
            parameters,
            Some(self.measured.point.units),
            prediction,
            measured,
        )
    }
}

/// Whether wrong rates have had all the time to show.
fn is_last(time: f64) -> bool {
    time >= TIMES[TIMES.len() - 1]
}

/// The time at which theory gives a mode half an overlap, if it emerges.
fn time_of_half(theory: &EarlyTraining, mode: usize) -> Result<Option<f64>> {
    let Some(start) = theory.emergence(mode)? else {
        return Ok(None);
    };
    let excess = |time: f64| {
        theory
            .at(mode, time)
            .map_or(f64::NAN, |seen| seen.overlap_squared - HALF)
    };
    Ok(Some(
        find_root("overlap", excess, start, 20.0 * start, 1e-9)?.x,
    ))
}

/// The time at which the squared overlap of a mode first reaches one half, between two looks `step` apart; the end if never.
fn first_crossing(stage: &[[f64; 2 * MODES]], mode: usize, step: f64) -> f64 {
    let overlap = |look: usize| stage[look][MODES + mode];
    let crossing = (1..stage.len()).find(|&look| overlap(look) >= HALF);
    crossing.map_or(as_float(stage.len()) * step, |look| {
        let part = (HALF - overlap(look - 1)) / (overlap(look) - overlap(look - 1));
        // The first look is after one epoch.
        (as_float(look) + part.clamp(0.0, 1.0)) * step
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_is_between_its_looks() {
        let look = |overlap: f64| [0.0, 0.0, 0.0, overlap, 0.0, 0.0];
        let stage = [0.1, 0.3, 0.7, 0.2].map(look);
        // Looks at 0.5, 1, 1.5: half way between the second and the third.
        assert!((first_crossing(&stage, 0, 0.5) - 1.25).abs() < 1e-12);
        assert!((first_crossing(&stage, 1, 0.5) - 2.0).abs() < 1e-12);
    }
}
