//! The rows of one model at one α: its sizes extrapolated beside state evolution.

use saddlepoint_theory::replica::inference::{Inference, Start as Branch, StateEvolution};

use super::{COSINE, Given, HINT, Point, VALUES};
use crate::comparison::as_float;
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Argument, AtSize, Parameters, Prediction, Row};

/// Factor by which snr is wrong in the controls of dense laws; in those of sparse laws it is the branch that is wrong.
const WRONG_SNR: f64 = 1.25;

/// All sizes of one model at one α from one start.
pub(super) struct Curve<'a> {
    parameters: Parameters,
    point: &'a Point,
    right: StateEvolution,
    wrong: StateEvolution,
    sizes: &'a [Measured<Point>],
}

impl<'a> Curve<'a> {
    pub(super) fn new(experiment: &'static str, sizes: &'a [Measured<Point>]) -> Result<Self> {
        let point = &sizes[0].point;
        Ok(Self {
            parameters: Parameters {
                experiment,
                data: "spiked",
                law: Some(point.model.name),
                spike: Some(point.model.snr),
                alpha: Some(point.alpha),
                ..Parameters::default()
            },
            point,
            right: point.model.evolution(1.0)?,
            wrong: point.model.evolution(WRONG_SNR)?,
            sizes,
        })
    }

    pub(super) fn rows(&self) -> Result<Vec<Row>> {
        match self.point.given {
            Given::Nothing => self.unaided(),
            Given::Truth => self.course(["q_weights_informed", "q_hidden_informed"], 1.0),
            Given::Hint => {
                let start = self.right.weights().channel(HINT)?.overlap;
                self.course(["q_weights", "q_hidden"], start)
            }
        }
    }

    /// Every iteration that is watched; its number is the argument `x`. The last one carries the controls: a wrong snr, or no
    /// overlap where the weights are sparse and known at the start.
    fn course(&self, names: [&'static str; 2], overlap: f64) -> Result<Vec<Row>> {
        let watched = self.point.watched();
        let last = watched.last().copied().unwrap_or(0);
        let right = self.right.course(self.point.alpha, overlap, last)?;
        let wrong = self.wrong.course(self.point.alpha, overlap, last)?;
        let is_sparse = self.point.model.weights.density().is_some();
        let mut rows = Vec::new();
        for (index, &iteration) in watched.iter().enumerate() {
            let parameters = Parameters {
                x: Some(Argument::new("iteration", as_float(iteration))),
                ..self.parameters.clone()
            };
            let [right, wrong] = [&right, &wrong].map(|course| overlaps(course[iteration]));
            for side in 0..2 {
                let control = match self.point.given {
                    _ if iteration != last => None,
                    Given::Truth => Some(0.0),
                    _ => (!is_sparse).then_some(wrong[side]),
                };
                let prediction = Prediction {
                    observable: names[side],
                    limit_observable: None,
                    theory: right[side],
                    wrong: control,
                };
                let value = VALUES * index + side;
                rows.extend(self.extrapolate(&parameters, &prediction, value, self.powers())?);
            }
        }
        Ok(rows)
    }

    /// The end of a run from nothing: the smallest fixed point, whose cosine is √`q_w`.
    ///
    /// The controls: a wrong snr for dense weights, the other branch for sparse ones, that of the best inference where the phase is
    /// hard and nothing where it is easy.
    fn unaided(&self) -> Result<Vec<Row>> {
        let end = |model: &StateEvolution, start| -> Result<f64> {
            let solution = model.solve(self.point.alpha, start)?.converged()?;
            Ok(solution.state.overlap_weights.sqrt())
        };
        let found = end(&self.right, Branch::Uninformed)?;
        let is_hard = found <= 0.0;
        let wrong = if is_hard {
            end(&self.right, Branch::Informed)?
        } else if self.point.model.weights.density().is_some() {
            0.0
        } else {
            end(&self.wrong, Branch::Uninformed)?
        };
        let prediction = Prediction {
            observable: "cosine_uninformed",
            limit_observable: None,
            theory: found,
            wrong: Some(wrong),
        };
        let powers = if is_hard { &[0.5] } else { self.powers() };
        self.extrapolate(&self.parameters, &prediction, COSINE, powers)
    }

    /// Powers of 1/N of the corrections: the second counts near the threshold, and takes four sizes to tell.
    fn powers(&self) -> &'static [f64] {
        if self.sizes.len() > 3 {
            &[1.0, 2.0]
        } else {
            &[1.0]
        }
    }

    fn extrapolate(
        &self,
        parameters: &Parameters,
        prediction: &Prediction,
        index: usize,
        powers: &[f64],
    ) -> Result<Vec<Row>> {
        let at_size = |m: &Measured<Point>| Ok(AtSize::new(m.point.units, m.estimate(index)?));
        let sizes: Vec<AtSize> = self.sizes.iter().map(at_size).collect::<Result<_>>()?;
        Row::extrapolate(parameters, prediction, &sizes, powers)
    }
}

/// Both overlaps.
fn overlaps(at: Inference) -> [f64; 2] {
    [at.overlap_weights, at.overlap_hidden]
}
