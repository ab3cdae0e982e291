//! The distributions between independent units and a machine.

use crate::error::{Error, Result, at_least, check, same_size};
use crate::machine::{Layer, Rbm};
use crate::numbers::add_scaled;
use crate::packed::{self, Block, Couplings, Values, WORD, write_blocks};

/// From independent units through one machine or several ones, in order.
///
/// ```text
/// p_t(v) ∝ exp(−F_t(v)),   F_t = −((1 − t) b⁰ + t b)·v + Σ_i U_v(v_i) − Σ_μ φ(t I_μ(v))   for 0 ≤ t ≤ 1
/// ```
///
/// where I = Wᵀv + c are the inputs of the hidden units of the first machine, and b⁰ the biases of independent units at t = 0. From t = j on, weights
/// and biases go in a straight line from those of machine j, counted from 1, to those of machine j + 1.
///
/// b⁰ is the field of the hidden units at rest,
///
/// ```text
/// b⁰ = b + W φ′(0)
/// ```
///
/// to which the fields tend for small weights, and which does not depend on whether units are written as ±1 or as 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    base: Vec<f64>,
    machines: Vec<Rbm>,
}

impl Path {
    /// The path to one machine.
    pub fn to(machine: Rbm) -> Self {
        Self {
            base: fields_at_rest(&machine),
            machines: vec![machine],
        }
    }

    /// The path through several machines of the same layers, those of a training in order.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without machines; [`Error::Size`] and [`Error::Unsupported`] unless all have the same numbers and kinds of units.
    pub fn through(machines: Vec<Rbm>) -> Result<Self> {
        at_least("machines", "at least 1", machines.len(), 1)?;
        let first = &machines[0];
        for other in &machines[1..] {
            for (a, b) in [
                (first.visible(), other.visible()),
                (first.hidden(), other.hidden()),
            ] {
                same_size("a layer of a later machine", a.units(), b.units())?;
                if a.kind() != b.kind() {
                    return Err(Error::Unsupported {
                        name: "a path between machines of different kinds of units",
                        remedy: "machines of one training",
                    });
                }
            }
        }
        Ok(Self {
            base: fields_at_rest(first),
            machines,
        })
    }

    /// The path from other biases b⁰ of the independent units.
    ///
    /// # Errors
    /// [`Error::Size`] unless there is one for each visible unit; [`Error::OutOfDomain`] for one that is not finite.
    pub fn from_base(mut self, biases: Vec<f64>) -> Result<Self> {
        same_size("base biases", self.base.len(), biases.len())?;
        for &bias in &biases {
            check("bias", "finite", bias, |_| true)?;
        }
        self.base = biases;
        Ok(self)
    }

    /// b⁰.
    pub fn base(&self) -> &[f64] {
        &self.base
    }

    /// The machine at the end.
    pub fn target(&self) -> &Rbm {
        &self.machines[self.machines.len() - 1]
    }

    /// The machines that the path goes through.
    pub fn machines(&self) -> &[Rbm] {
        &self.machines
    }

    /// ln Z of the independent units at t = 0.
    pub(super) fn base_log_partition(&self) -> f64 {
        let hidden = self.machines[0].hidden();
        self.machines[0].visible().cumulant_sum(&self.base, 1.0)
            + hidden.cumulant_sum(hidden.biases(), 0.0)
    }

    /// The visible units at t = 0.
    pub(super) fn base_layer(&self) -> Layer {
        self.machines[0].visible().with_biases(self.base.clone())
    }

    /// Whether as many configurations are better kept as bits.
    pub(super) fn is_packed(&self, configurations: usize) -> bool {
        let mut machines = self.machines.iter();
        machines.all(|machine| packed::suits(machine, configurations))
            && packed::are_small(&self.base)
    }

    /// The machine at t ≥ 1.
    fn at(&self, t: f64) -> Rbm {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 ≤ t ≤ number of machines"
        )]
        let before = (t.floor() as usize).clamp(1, self.machines.len()) - 1;
        let mut machine = self.machines[before].clone();
        let rest = t - t.floor();
        if let Some(next) = self.machines.get(before + 1).filter(|_| rest > 0.0) {
            let (weights, visible, hidden) = machine.parameters_mut();
            let columns = weights.col_iter_mut().zip(next.weights().col_iter());
            for (to, other) in columns {
                to.iter_mut()
                    .zip(other.iter())
                    .for_each(|(w, other)| *w += rest * (other - *w));
            }
            let layers = [(visible, next.visible()), (hidden, next.hidden())];
            for (biases, layer) in layers {
                for (bias, other) in biases.iter_mut().zip(layer.biases()) {
                    *bias += rest * (other - *bias);
                }
            }
        }
        machine
    }
}

/// b + W φ′(0).
fn fields_at_rest(machine: &Rbm) -> Vec<f64> {
    let hidden = machine.hidden();
    let mut means = vec![0.0; hidden.units()];
    hidden.write_means(&vec![0.0; hidden.units()], &mut means);
    let mut fields = machine.visible().biases().to_vec();
    for (weights, mean) in machine.weights().col_iter().zip(means) {
        add_column(&mut fields, mean, weights);
    }
    fields
}

fn add_column(sums: &mut [f64], factor: f64, column: faer::ColRef<'_, f64>) {
    let column = column.try_as_col_major().expect("columns are contiguous");
    add_scaled(sums, factor, column.as_slice());
}

/// Neighbouring rungs that share their weights: F = −(b⁰ + β a)·v − Σ φ(β I) but for the potentials of the visible units.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// The weights, c, and a as biases of the visible units.
    pub(super) machine: Rbm,
    /// b⁰; 0 where every β is 1.
    pub(super) base: Vec<f64>,
    pub(super) betas: Vec<f64>,
    pub(super) packed: Option<PackedModel>,
}

/// What packed configurations need besides.
#[derive(Debug, Clone)]
pub(super) struct PackedModel {
    pub(super) couplings: Couplings,
    /// b⁰ as fields.
    pub(super) offsets: Vec<Block>,
    /// a where it is not all 0.
    pub(super) slopes: Option<Vec<f64>>,
}

impl Model {
    fn new(mut machine: Rbm, base: Vec<f64>, betas: Vec<f64>, is_packed: bool) -> Self {
        let (_, visible, _) = machine.parameters_mut();
        add_scaled(visible, -1.0, &base);
        let packed = is_packed.then(|| PackedModel::new(&machine, &base));
        Self {
            machine,
            base,
            betas,
            packed,
        }
    }

    /// a.
    pub(super) fn slopes(&self) -> &[f64] {
        self.machine.visible().biases()
    }
}

impl PackedModel {
    fn new(machine: &Rbm, base: &[f64]) -> Self {
        let mut offsets = vec![Block::default(); base.len().div_ceil(WORD)];
        let slope = f64::from(Values::of(machine.visible()).slope);
        write_blocks(&mut offsets, base.iter().map(|b0| slope * b0));
        let slopes = machine.visible().biases();
        Self {
            couplings: Couplings::new(machine),
            offsets,
            slopes: slopes
                .iter()
                .any(|x| x.abs() > 0.0)
                .then(|| slopes.to_vec()),
        }
    }
}

/// The rungs of a ladder, from t = 0 upwards.
#[derive(Debug, Clone)]
pub(super) struct Rungs {
    pub(super) positions: Vec<f64>,
    pub(super) models: Vec<Model>,
    /// The model of each rung, and its number in it.
    pub(super) places: Vec<(usize, usize)>,
}

impl Rungs {
    /// At rising positions from 0 to the number of machines.
    pub(super) fn new(path: &Path, positions: Vec<f64>, is_packed: bool) -> Self {
        let scaled = positions.partition_point(|&t| t <= 1.0);
        let (betas, later) = positions.split_at(scaled);
        let first = path.machines[0].clone();
        let mut models = vec![Model::new(
            first,
            path.base.clone(),
            betas.to_vec(),
            is_packed,
        )];
        models.extend(later.iter().map(|&t| {
            let machine = path.at(t);
            let base = vec![0.0; path.base.len()];
            Model::new(machine, base, vec![1.0], is_packed)
        }));
        let places = models.iter().enumerate();
        let places = places.flat_map(|(m, model)| (0..model.betas.len()).map(move |r| (m, r)));
        Self {
            places: places.collect(),
            positions,
            models,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.positions.len()
    }
}
