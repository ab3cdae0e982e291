//! Random machines with given singular values: a few modes in a matrix of noise.

use faer::{Mat, MatRef};
use rand_distr::{Distribution, Exp1, StandardNormal, StandardUniform};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::amp::Prior;
use crate::error::{Error, Result, at_least, check, same_size};
use crate::gibbs::{Chains, TimeAverages, pair_overlaps};
use crate::linear::product;
use crate::machine::{Layer, Rbm};
use crate::numbers::{as_float, norm};
use crate::unit::Unit;

/// Law of the components of a mode, up to the norm of its vector.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Components {
    /// Standard Gaussian.
    #[default]
    Gaussian,
    /// ±1.
    Rademacher,
    /// exp(−√2 |x|)/√2.
    Laplace,
    /// ±1/√ρ with probability ρ/2 each, otherwise 0.
    Sparse {
        /// ρ, in (0, 1].
        density: f64,
    },
}

impl Components {
    fn draw(self, rng: &mut Xoshiro256PlusPlus) -> f64 {
        match self {
            Self::Gaussian => Prior::Gaussian.draw(rng),
            Self::Rademacher => Prior::Rademacher.draw(rng),
            Self::Sparse { density } => Prior::SparseRademacher { density }.draw(rng),
            Self::Laplace => {
                let size: f64 = Exp1.sample(rng);
                Prior::Rademacher.draw(rng) * size * std::f64::consts::FRAC_1_SQRT_2
            }
        }
    }

    /// A unit vector; a sparse one has at least one component that is not zero.
    fn draw_vector(self, size: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f64> {
        let mut vector: Vec<_> = (0..size).map(|_| self.draw(rng)).collect();
        let mut norm = norm(&vector);
        if norm <= 0.0 {
            let uniform: f64 = StandardUniform.sample(rng);
            vector[place(uniform, size)] = Prior::Rademacher.draw(rng);
            norm = 1.0;
        }
        vector.into_iter().map(|x| x / norm).collect()
    }
}

/// One of `size` places from a uniform number in [0, 1).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below the size"
)]
fn place(uniform: f64, size: usize) -> usize {
    ((uniform * as_float(size)) as usize).min(size - 1)
}

/// Spin machines without biases whose weights are modes and noise.
///
/// ```text
/// W = Σ_a w_a u_a v_aᵀ + r,   r_iμ ~ N(0, σ²/√(N M))
/// ```
///
/// where the unit vectors `u_a` and `v_a` have independent components of one law, scaled to unit norm. Different modes have
/// overlaps of order N^(−1/2).
///
/// # References
/// Decelle, Fissore & Furtlehner, EPL 119, 60001 (2017); J. Stat. Phys. 172, 1576 (2018).
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    /// Number of visible units N.
    pub units: usize,
    /// Number of hidden units M = κN.
    pub hidden_units: usize,
    /// Singular values `w_a` of the modes.
    pub strengths: Vec<f64>,
    /// σ ≥ 0.
    pub noise: f64,
    /// Law of the components of `u_a` and `v_a`.
    pub components: Components,
}

/// A machine of an [`Ensemble`] with its modes.
#[derive(Debug, Clone, PartialEq)]
pub struct ModeMachine {
    machine: Rbm,
    visible_modes: Mat<f64>,
    hidden_modes: Mat<f64>,
}

impl Ensemble {
    /// Draws the modes one by one, visible side first, and then the noise.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless both layers have at least one unit, the strengths are finite, the noise is finite and not
    /// negative and the density of sparse components is in (0, 1].
    pub fn draw(&self, rng: &mut Xoshiro256PlusPlus) -> Result<ModeMachine> {
        self.check()?;
        let (visible_modes, hidden_modes) = self.draw_modes(rng);
        let weights = self.draw_weights(&visible_modes, &hidden_modes, rng);
        let visible = Layer::unbiased(Unit::Spin, self.units)?;
        let hidden = Layer::unbiased(Unit::Spin, self.hidden_units)?;
        Ok(ModeMachine {
            machine: Rbm::new(weights, visible, hidden)?,
            visible_modes,
            hidden_modes,
        })
    }

    /// Errs for parameters out of their domain.
    fn check(&self) -> Result<()> {
        at_least("units", "at least 1", self.units, 1)?;
        at_least("hidden_units", "at least 1", self.hidden_units, 1)?;
        check("noise", "finite and not negative", self.noise, |x| x >= 0.0)?;
        for &strength in &self.strengths {
            check("strength", "finite", strength, |_| true)?;
        }
        if let Components::Sparse { density } = self.components {
            check("density", "in (0, 1]", density, |d| d > 0.0 && d <= 1.0)?;
        }
        Ok(())
    }

    /// The unit vectors u and v, one per column.
    fn draw_modes(&self, rng: &mut Xoshiro256PlusPlus) -> (Mat<f64>, Mat<f64>) {
        let mut visible = Mat::zeros(self.units, self.strengths.len());
        let mut hidden = Mat::zeros(self.hidden_units, self.strengths.len());
        for a in 0..self.strengths.len() {
            let u = self.components.draw_vector(self.units, rng);
            visible.col_as_slice_mut(a).copy_from_slice(&u);
            let v = self.components.draw_vector(self.hidden_units, rng);
            hidden.col_as_slice_mut(a).copy_from_slice(&v);
        }
        (visible, hidden)
    }

    /// The modes with their strengths, and noise.
    fn draw_weights(
        &self,
        visible: &Mat<f64>,
        hidden: &Mat<f64>,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Mat<f64> {
        let scaled = Mat::from_fn(self.units, self.strengths.len(), |i, a| {
            visible[(i, a)] * self.strengths[a]
        });
        let mut weights = product(scaled.as_ref(), hidden.transpose());
        let deviation =
            self.noise / (as_float(self.units) * as_float(self.hidden_units)).powf(0.25);
        for j in 0..self.hidden_units {
            for weight in weights.col_as_slice_mut(j) {
                let noise: f64 = StandardNormal.sample(rng);
                *weight += deviation * noise;
            }
        }
        weights
    }
}

/// Where the chains begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Independent random spins.
    Random,
    /// `v_i = sign u_i` along one of the modes, at random where `u_i` = 0.
    Planted {
        /// Index of the mode, from 0.
        mode: usize,
    },
    /// `v_i = sign Σ_a u_ia` over the first modes, at random where the sum is 0.
    Mixture {
        /// How many modes, at least 1.
        modes: usize,
    },
}

impl Start {
    /// The modes along which the chains begin.
    fn modes(self) -> std::ops::Range<usize> {
        match self {
            Self::Random => 0..0,
            Self::Planted { mode } => mode..mode + 1,
            Self::Mixture { modes } => 0..modes,
        }
    }
}

/// How long chains run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Chains of one machine, ≥ 2 for overlaps. The weights are read from memory once for all of them: in large machines
    /// more chains cost little.
    pub chains: usize,
    /// Sweeps before anything is recorded.
    pub burn_in: usize,
    /// Recorded sweeps, ≥ 1.
    pub sweeps: usize,
}

/// What the chains of one machine showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// `m_a` = (1/√N) `Σ_i u_ia ⟨v_i⟩` per mode (row) and chain (column), averaged over time.
    pub magnetizations_visible: Mat<f64>,
    /// `m̄_a` = (1/√M) `Σ_μ v_μa ⟨h_μ⟩`.
    pub magnetizations_hidden: Mat<f64>,
    /// q = (1/N) `Σ_i ⟨v_i⟩⟨v_i⟩′` of each pair of chains, means over time.
    pub overlaps_visible: Vec<f64>,
    /// q̄ = (1/M) `Σ_μ ⟨h_μ⟩⟨h_μ⟩′`.
    pub overlaps_hidden: Vec<f64>,
    /// E/N of each recorded sweep, averaged over the chains.
    pub energies: Vec<f64>,
    /// m of the planted mode (the first of several, and for random starts) in each recorded sweep, averaged over the chains; empty without
    /// modes. Its autocorrelation time tells whether the chains were long enough.
    pub magnetizations: Vec<f64>,
}

impl ModeMachine {
    /// The machine.
    pub fn machine(&self) -> &Rbm {
        &self.machine
    }

    /// The unit vectors `u_a`, one per column.
    pub fn visible_modes(&self) -> MatRef<'_, f64> {
        self.visible_modes.as_ref()
    }

    /// The unit vectors `v_a`, one per column.
    pub fn hidden_modes(&self) -> MatRef<'_, f64> {
        self.hidden_modes.as_ref()
    }

    /// Chains of this machine.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] without chains or for a mode that does not exist.
    pub fn chains(
        &self,
        chains: usize,
        start: Start,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Chains<'_>> {
        if start == Start::Random {
            return Chains::random(&self.machine, chains, rng);
        }
        let modes = start.modes();
        if modes.is_empty() || modes.end > self.visible_modes.ncols() {
            return Err(Error::OutOfDomain {
                name: "mode",
                domain: "the index of a mode",
                value: as_float(modes.end.saturating_sub(1)),
            });
        }
        let visible = Mat::from_fn(self.machine.visible().units(), chains, |i, _| {
            let component: f64 = modes.clone().map(|a| self.visible_modes[(i, a)]).sum();
            if component.abs() > 0.0 {
                component.signum()
            } else {
                Prior::Rademacher.draw(rng)
            }
        });
        Chains::new(&self.machine, visible, rng)
    }

    /// Runs chains and measures their order parameters.
    ///
    /// # Errors
    /// As [`chains`](Self::chains); [`Error::OutOfDomain`] unless there is at least one sweep.
    pub fn observe(
        &self,
        schedule: Schedule,
        start: Start,
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<Observed> {
        at_least("sweeps", "at least 1", schedule.sweeps, 1)?;
        let mut chains = self.chains(schedule.chains, start, rng)?;
        (0..schedule.burn_in).for_each(|_| chains.sweep(rng));
        let mode = start.modes().start;
        let mut averages = TimeAverages::new(&chains);
        let (mut energies, mut magnetizations) = (Vec::new(), Vec::new());
        let norm = as_float(schedule.chains);
        for _ in 0..schedule.sweeps {
            chains.sweep(rng);
            averages.record(&chains)?;
            let energy: f64 = chains.energies().iter().sum();
            energies.push(energy / norm / as_float(self.visible_modes.nrows()));
            if mode < self.visible_modes.ncols() {
                let m = self.visible_magnetizations(chains.visible())?;
                magnetizations.push(m.row(mode).iter().sum::<f64>() / norm);
            }
        }
        let (visible, hidden) = (averages.visible(), averages.hidden());
        Ok(Observed {
            magnetizations_visible: self.visible_magnetizations(visible.as_ref())?,
            magnetizations_hidden: self.hidden_magnetizations(hidden.as_ref())?,
            overlaps_visible: pair_overlaps(visible.as_ref()),
            overlaps_hidden: pair_overlaps(hidden.as_ref()),
            energies,
            magnetizations,
        })
    }

    /// `u_a·v/√N` per mode (row) and column of `visible`.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have N entries.
    pub fn visible_magnetizations(&self, visible: MatRef<'_, f64>) -> Result<Mat<f64>> {
        magnetizations(&self.visible_modes, visible)
    }

    /// `v_a·h/√M` per mode (row) and column of `hidden`.
    ///
    /// # Errors
    /// [`Error::Size`] unless the columns have M entries.
    pub fn hidden_magnetizations(&self, hidden: MatRef<'_, f64>) -> Result<Mat<f64>> {
        magnetizations(&self.hidden_modes, hidden)
    }
}

fn magnetizations(modes: &Mat<f64>, values: MatRef<'_, f64>) -> Result<Mat<f64>> {
    same_size("rows of values", modes.nrows(), values.nrows())?;
    let norm = as_float(modes.nrows()).sqrt();
    let mut m = product(modes.transpose(), values);
    for column in m.as_mut().col_iter_mut() {
        column.iter_mut().for_each(|m| *m /= norm);
    }
    Ok(m)
}
