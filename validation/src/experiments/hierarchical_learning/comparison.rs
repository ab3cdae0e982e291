//! What the theories of early training and of random weights say beside the measurements.

use saddlepoint_theory::dynamics::{EarlyTraining, SingularMode};
use saddlepoint_theory::solver::root::find_root;

use super::symmetry::untrained_divergence;
use super::{GROWTH, LAST, MODES, Point, SCALE, Values};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// Times of the first stage at which the weights are looked at, in units of the fastest mode's 1/rate.
const TIMES: [f64; 3] = [1.0, 1.4, 1.8];
/// Largest singular value up to which early training is judged: the first nonlinearity, (s/4)², is then below one percent.
const SMALL: f64 = 0.35;
/// Factor on the growth rates in the controls.
const WRONG_RATES: f64 = 1.2;
/// Whether a mode shows: its squared overlap with the weights' own.
const HALF: f64 = 0.5;

/// Fewest numbers of hidden units through which a law in 1/M is fitted.
const FEWEST_SIZES: usize = 3;

/// Theory beside the measurements at one number of hidden units.
pub(super) struct Comparison<'a> {
    pub(super) measured: &'a Measured<Point>,
    pub(super) data: &'static str,
    /// Growth rates of the data's modes.
    pub(super) rates: &'a [f64],
    /// Log-likelihood of independent units, relative to the uniform law.
    pub(super) independent: f64,
}

/// What is looked at in the first stage: its name at a number of hidden units, and that of its ratio to the theory.
type Names = (&'static str, &'static str);

/// One quantity of the first stage at one number of hidden units.
struct Seen {
    measured: Estimate,
    theory: f64,
    /// What wrong rates say.
    wrong: f64,
}

/// Singular values and overlaps of the modes that have left the bulk, and the times of half an overlap, over the theory: it is that of many
/// hidden units, and the ratios are extrapolated in 1/M.
pub(super) fn first_stage(sizes: &[Comparison]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for mode in 0..MODES {
        for time in TIMES {
            let is_telling = mode == 0 && is_last(time);
            let names = ("singular_value", "singular_value_over_theory");
            let seen = sizes.iter().map(|at| at.singular_value(mode, time));
            let seen = seen.collect::<Result<_>>()?;
            rows.extend(over_theory(
                sizes,
                names,
                (mode, Some(time)),
                seen,
                is_telling,
            )?);
            let names = ("overlap_squared", "overlap_squared_over_theory");
            let seen = sizes.iter().map(|at| at.overlap(mode, time));
            let seen = seen.collect::<Result<_>>()?;
            rows.extend(over_theory(sizes, names, (mode, Some(time)), seen, false)?);
        }
        let names = ("time_of_half_overlap", "time_of_half_overlap_over_theory");
        let seen = sizes.iter().map(|at| at.half_overlap(mode));
        let seen = seen.collect::<Result<_>>()?;
        rows.extend(over_theory(sizes, names, (mode, None), seen, false)?);
    }
    Ok(rows)
}

/// One quantity over its theory at the numbers of hidden units at which it is seen, extrapolated in 1/M; beside the theory
/// and not judged where it is seen at too few.
fn over_theory(
    sizes: &[Comparison],
    (name, ratio): Names,
    (mode, time): (usize, Option<f64>),
    seen: Vec<Option<Seen>>,
    is_telling: bool,
) -> Result<Vec<Row>> {
    let seen: Vec<(&Comparison, Seen)> = sizes
        .iter()
        .zip(seen)
        .filter_map(|(of_size, seen)| Some((of_size, seen?)))
        .collect();
    let Some((largest, last)) = seen.last() else {
        return Ok(Vec::new());
    };
    let base = Parameters {
        mode: Some(mode),
        x: time.map(|time| Argument::new("time", time)),
        kappa: None,
        ..largest.parameters()
    };
    if seen.len() < FEWEST_SIZES {
        let row = |(of_size, seen): &(&Comparison, Seen)| {
            let parameters = Parameters {
                kappa: of_size.parameters().kappa,
                unjudged: Some("asymptotic"),
                ..base.clone()
            };
            let units = Some(of_size.measured.point.units);
            Row::compare(&parameters, units, name, seen.theory, &seen.measured)
        };
        return Ok(seen.iter().map(row).collect());
    }
    let prediction = Prediction {
        observable: name,
        limit_observable: Some(ratio),
        theory: 1.0,
        wrong: is_telling.then_some(last.wrong / last.theory),
    };
    let at = |(of_size, seen): &(&Comparison, Seen)| AtSize {
        factor: seen.theory.recip(),
        ..AtSize::new(of_size.measured.point.hidden_units, seen.measured)
    };
    let at_sizes: Vec<AtSize> = seen.iter().map(at).collect();
    let rows = Row::extrapolate(&base, &prediction, &at_sizes, &[1.0])?;
    // The fit is in the number of hidden units; the table has the visible ones, and hidden units per visible unit.
    let visible = largest.measured.point.units;
    let moved = |row: Row| {
        let kappa = row.units.map(|hidden| as_float(hidden) / as_float(visible));
        Row {
            units: row.units.map(|_| visible),
            ..row.at(|parameters| parameters.kappa = kappa)
        }
    };
    Ok(rows.into_iter().map(moved).collect())
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

    /// The singular value of a mode, if the mode has left the bulk and early training holds.
    fn singular_value(&self, mode: usize, time: f64) -> Result<Option<Seen>> {
        self.mode_at(mode, time, mode, |seen| seen.singular_value)
    }

    /// The squared overlap of a mode, if it shows and early training holds.
    fn overlap(&self, mode: usize, time: f64) -> Result<Option<Seen>> {
        let found = self.mode_at(mode, time, MODES + mode, |seen| seen.overlap_squared)?;
        Ok(found.filter(|seen| seen.theory > HALF))
    }

    /// A quantity of a mode at the last epoch before a time, against the theory at that epoch.
    fn mode_at(
        &self,
        mode: usize,
        time: f64,
        column: usize,
        quantity: fn(&SingularMode) -> f64,
    ) -> Result<Option<Seen>> {
        let epochs = self.measured.point.epochs_until(time);
        let time = as_float(epochs) * self.measured.point.epoch();
        let [right, wrong] = [1.0, WRONG_RATES].map(|factor| self.theory(factor));
        let (right, wrong) = (right?, wrong?);
        let seen = right.at(mode, time)?;
        if !seen.is_detached || right.at(0, time)?.singular_value > SMALL {
            return Ok(None);
        }
        let value = |flat: &[f64]| Values::of(flat).stage[epochs - 1][column];
        Ok(Some(Seen {
            measured: self.measured.estimate_of(value)?,
            theory: quantity(&seen),
            wrong: quantity(&wrong.at(mode, time)?),
        }))
    }

    /// The time at which a mode has half an overlap, where that is within the first stage and early training holds.
    fn half_overlap(&self, mode: usize) -> Result<Option<Seen>> {
        let theory = self.theory(1.0)?;
        let Some(time) = time_of_half(&theory, mode)?.filter(|time| *time < 0.9 * LAST) else {
            return Ok(None);
        };
        if theory.at(0, time)?.singular_value > SMALL {
            return Ok(None);
        }
        let step = self.measured.point.epoch();
        let crossing = |flat: &[f64]| first_crossing(&Values::of(flat).stage, mode, step);
        Ok(Some(Seen {
            measured: self.measured.estimate_of(crossing)?,
            theory: time,
            wrong: time / WRONG_RATES,
        }))
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
    pub(super) fn end(&self) -> Vec<Row> {
        let parameters = Parameters {
            unjudged: Some("weights-not-small"),
            ..self.parameters()
        };
        let growing = as_float(self.rates.iter().filter(|rate| **rate > 0.0).count());
        let symmetric = -6.0 / (as_float(self.measured.point.units) + 2.0);
        let shown = [
            ("excess_kurtosis_trained", symmetric, 3),
            ("log_likelihood", self.independent, 5),
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
        rows
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
