//! The parameter at which a threshold or an overlap is reached.

use super::{Criterion, Modes, Row, Rows, leaves_out};
use crate::questions::{Data, DataPoint, Monitor, Question};
use anyhow::{Context, Error, Result};
use clap::ValueEnum;
use saddlepoint_theory::covariance::{alpha_for_overlap, solve_parameter};

/// Largest coupling that an inverse problem looks at: beyond it an Ising ring is frozen at double precision.
const STRONGEST_COUPLING: f64 = 17.0;

/// Largest spike or signal that an inverse problem looks at.
const STRONGEST_SIGNAL: f64 = 1e6;

/// The unknown of an inverse problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unknown {
    /// Coupling of neighbouring units
    Beta,
    /// Excess eigenvalue of the spike
    Spike,
    /// Signal of the two clusters
    Signal,
    /// Samples per unit
    Alpha,
}

/// The parameter of the data at which α samples per unit reach a threshold or an overlap, or the α at which given data do.
#[derive(Debug, Clone)]
pub struct Inverse {
    /// The data, without their unknown parameter.
    pub data: Vec<Data>,
    /// What decides that learning has begun; an overlap is asked of the spectral one only, and so is α.
    pub criteria: Vec<Criterion>,
    /// The modes that a row is written of, at the solution.
    pub modes: Modes,
    /// What is solved for.
    pub unknown: Unknown,
    /// Samples per unit; none if they are the unknown.
    pub alpha: Vec<f64>,
    /// Squared overlaps to reach, at least 0 and below 1; 0 is the threshold itself.
    pub overlap: Vec<f64>,
}

/// One equation to be solved.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// `None` if it is the unknown.
    alpha: Option<f64>,
    overlap: f64,
    criterion: Criterion,
}

impl Question for Inverse {
    type Row = Row;

    fn leaves_out(&self) -> Vec<&'static str> {
        leaves_out(&self.criteria, [true, false, false])
    }

    /// Over the data, α, the overlaps, the criteria, and the modes.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for data in &self.data {
            for case in self.cases() {
                if !monitor.begins()? {
                    continue;
                }
                let place = || data.point.describe();
                let (solved, alpha) = self.solved(data, case).with_context(place)?;
                let rows = Rows {
                    population: &solved.population().with_context(place)?,
                    data: &solved,
                    criteria: &[case.criterion],
                    modes: self.modes,
                    groups: false,
                    steps: (0, 1),
                };
                rows.modes(Some(alpha), monitor, row)?;
            }
        }
        Ok(())
    }
}

impl Inverse {
    fn cases(&self) -> Vec<Case> {
        let (alphas, criteria): (Vec<_>, _) = match self.unknown {
            Unknown::Alpha => (vec![None], &[Criterion::Spectral][..]),
            _ => (
                self.alpha.iter().copied().map(Some).collect(),
                &self.criteria[..],
            ),
        };
        let mut cases = Vec::new();
        for alpha in alphas {
            for &overlap in &self.overlap {
                cases.extend(criteria.iter().map(|&criterion| Case {
                    alpha,
                    overlap,
                    criterion,
                }));
            }
        }
        cases
    }

    /// The data with their unknown parameter, and the samples per unit.
    fn solved(&self, data: &Data, case: Case) -> Result<(Data, f64)> {
        if let Some(alpha) = case.alpha {
            return Ok((data.at(self.solve(data, case, alpha)?), alpha));
        }
        let alpha = alpha_for_overlap(&data.population()?, 0, case.overlap)?;
        Ok((data.clone(), alpha))
    }

    /// The data point with its unknown parameter filled in.
    fn solve(&self, data: &Data, case: Case, alpha: f64) -> Result<DataPoint> {
        let family = |value: f64| {
            let filled = data.at(self.filled(&data.point, value));
            let population = filled.population().map_err(theory_error)?;
            if case.criterion == Criterion::Spectral {
                return alpha_for_overlap(&population, 0, case.overlap);
            }
            let critical = case.criterion.critical(&filled, &population, 0);
            critical.map_err(theory_error)
        };
        let (name, most) = match self.unknown {
            Unknown::Beta => ("alpha_c at beta", STRONGEST_COUPLING),
            Unknown::Spike => ("alpha_c at spike", STRONGEST_SIGNAL),
            _ => ("alpha_c at signal", STRONGEST_SIGNAL),
        };
        let value = solve_parameter(name, alpha, most, &family)?;
        Ok(self.filled(&data.point, value))
    }

    fn filled(&self, point: &DataPoint, value: f64) -> DataPoint {
        let mut point = point.clone();
        match self.unknown {
            Unknown::Beta => point.beta = Some(value),
            Unknown::Spike => point.spike = Some(value),
            Unknown::Signal => point.signal = Some(value),
            Unknown::Alpha => {}
        }
        point
    }
}

/// The theory's own error where there is one.
fn theory_error(error: Error) -> saddlepoint_theory::Error {
    error
        .downcast()
        .unwrap_or(saddlepoint_theory::Error::NotFinite { name: "population" })
}
