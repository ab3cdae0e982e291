//! Machines with known parameters, as both sides see them.

use faer::Mat;
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::data::{DataModel, Iid, Law, Spiked};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_theory::reciprocal::{Machine, Unit};

use crate::error::Result;

/// Kind of the units of both layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Spin,
    Binary,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Spin => "spin",
            Self::Binary => "binary",
        }
    }

    pub(super) fn predicted(self) -> Unit {
        match self {
            Self::Spin => Unit::Spin,
            Self::Binary => Unit::Binary,
        }
    }

    pub(super) fn simulated(self) -> saddlepoint_simulator::Unit {
        match self {
            Self::Spin => saddlepoint_simulator::Unit::Spin,
            Self::Binary => saddlepoint_simulator::Unit::Binary,
        }
    }
}

/// Weights and biases of a machine, the same numbers for theory and simulation.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) kind: Kind,
    pub(super) weights: Mat<f64>,
    pub(super) biases: [Vec<f64>; 2],
}

impl Given {
    /// A machine without biases.
    pub(super) fn unbiased(kind: Kind, weights: Mat<f64>) -> Self {
        let biases = [weights.nrows(), weights.ncols()].map(|units| vec![0.0; units]);
        Self {
            kind,
            weights,
            biases,
        }
    }

    /// A machine with independent Gaussian biases of the given standard deviation.
    pub(super) fn biased(
        kind: Kind,
        weights: Mat<f64>,
        scale: f64,
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        let mut draw = |units| -> Result<Vec<f64>> {
            let drawn = Iid::new(units, Law::Gaussian)?.draw(1, random)?;
            Ok(drawn.transformed(0.0, scale).to_reals())
        };
        let biases = [draw(weights.nrows())?, draw(weights.ncols())?];
        Ok(Self {
            kind,
            weights,
            biases,
        })
    }

    pub(super) fn predicted(&self) -> Result<Machine> {
        let [visible, hidden] = self.biases.clone();
        let unit = self.kind.predicted();
        Ok(Machine::new(
            self.weights.clone(),
            visible,
            hidden,
            unit,
            unit,
        )?)
    }

    pub(super) fn simulated(&self) -> Result<Rbm> {
        let [visible, hidden] = self.biases.clone();
        let unit = self.kind.simulated();
        Ok(Rbm::new(
            self.weights.clone(),
            Layer::new(unit, visible)?,
            Layer::new(unit, hidden)?,
        )?)
    }
}

/// Square weights of a few modes.
#[derive(Debug, Clone)]
pub(super) struct FewModes {
    pub(super) weights: Mat<f64>,
    /// Left and right vectors, one column per mode.
    pub(super) vectors: [Mat<f64>; 2],
}

impl FewModes {
    /// The given singular values along random orthonormal vectors.
    pub(super) fn draw(
        units: usize,
        singular_values: &[f64],
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Self> {
        let left = frame(units, singular_values.len(), random)?;
        let right = frame(units, singular_values.len(), random)?;
        let scaled = Mat::from_fn(units, singular_values.len(), |i, k| {
            singular_values[k] * left[(i, k)]
        });
        Ok(Self {
            weights: &scaled * right.transpose(),
            vectors: [left, right],
        })
    }
}

/// Orthonormal columns that are uniform over all frames.
fn frame(units: usize, columns: usize, random: &mut Xoshiro256PlusPlus) -> Result<Mat<f64>> {
    let drawn = Spiked::random(units, &vec![0.0; columns], random)?;
    Ok(drawn.directions().to_owned())
}

/// Independent Gaussian weights of the given standard deviation.
pub(super) fn independent(
    shape: [usize; 2],
    scale: f64,
    random: &mut Xoshiro256PlusPlus,
) -> Result<Mat<f64>> {
    let drawn = Iid::new(shape[1], Law::Gaussian)?.draw(shape[0], random)?;
    Ok(drawn.transformed(0.0, scale).to_mat())
}

/// Reciprocal variables of one mode, u·v of each column of `states`.
pub(super) fn project(vector: &[f64], states: faer::MatRef<'_, f64>) -> Vec<f64> {
    let dot = |column: faer::ColRef<'_, f64>| column.iter().zip(vector).map(|(x, u)| x * u).sum();
    states.col_iter().map(dot).collect()
}

/// Spins and a Gaussian hidden unit with one mode.
pub(super) fn one_mode(mode: &[f64], singular_value: f64) -> Result<Rbm> {
    let visible = Layer::new(saddlepoint_simulator::Unit::Spin, vec![0.0; mode.len()])?;
    let hidden = Layer::new(saddlepoint_simulator::Unit::Gaussian, vec![0.0])?;
    let weights = Mat::from_fn(mode.len(), 1, |i, _| singular_value * mode[i]);
    Ok(Rbm::new(weights, visible, hidden)?)
}
