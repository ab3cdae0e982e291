//! The uniform state of a hidden unit, and waves on top of it.

use super::averages::{Averages, variance_at};
use super::biases::Tilt;
use super::machine::{Machine, checked};
use super::{Law, Process};
use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::root::find_root;
use crate::units::Unit;

/// Largest size of the expansion's small number at which its next order changes the effect of the cumulants by less than about a fifth.
pub const TRUSTED: f64 = 0.2;

/// Steps, each by a factor 2^(1/8), in which the uniform state is looked for around that of Gaussian data.
const STEPS: i32 = 16;

/// What uniform weights, and a wave on top of them, feel of translation-invariant data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cumulants {
    /// Number of sites N.
    pub units: usize,
    /// Eigenvalue `λ_0` of the covariance for the uniform mode.
    pub uniform_eigenvalue: f64,
    /// Eigenvalue `λ_q` for the wave.
    pub wave_eigenvalue: f64,
    /// Integrated fourth cumulant `K_0 = Σ_jkl κ₄(0, j, k, l)`.
    pub integrated: f64,
    /// `K_q = Σ_jkl κ₄(0, j, k, l) cos(q x_j)`, the wave on two of the four sites.
    pub along_wave: f64,
    /// Integrated third cumulant `T_0 = Σ_jk κ₃(0, j, k)`.
    pub third: f64,
    /// `T_q = Σ_jk κ₃(0, j, k) cos(q x_j)`, the wave on two of the three sites.
    pub third_along_wave: f64,
}

/// Uniform weights at which the gradient of the likelihood vanishes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UniformState {
    /// The weight a > 0 of every site.
    pub weight: f64,
    /// Variance s of the field w·x.
    pub field_variance: f64,
    /// Excess kurtosis ε of the field w·x, which fourth cumulants add to it.
    pub field_kurtosis: f64,
    /// Skewness γ of the field w·x, from third cumulants.
    pub field_skewness: f64,
    /// Square of the mean y of the hidden unit that learned biases make; 0 without.
    pub squared_tilt: f64,
    /// Growth rate `H_q` of the wave: the eigenvalue of the Hessian of the log-likelihood.
    pub growth_rate: f64,
    /// What third and fourth cumulants add to the growth rate, by the expansion.
    pub effect: f64,
    /// Size of what the expansion leaves out of the growth rate, about; 0 where the rate is exact.
    pub error: f64,
    /// Whether the expansion's small number is at most [`TRUSTED`].
    pub is_trusted: bool,
}

impl UniformState {
    /// Whether the wave grows; `None` where the growth rate is no larger than its error.
    pub fn localises(&self) -> Option<bool> {
        (self.growth_rate.abs() > self.error).then_some(self.growth_rate > 0.0)
    }
}

impl Cumulants {
    /// The uniform state of a machine of one spin hidden unit, and the growth rate of the wave; `None` where there is none: `λ_0` ≤ 1, or the
    /// equation of the expansion has no solution near that of Gaussian data.
    ///
    /// See [the module](super) for the equations.
    ///
    /// # Errors
    /// [`Error::Unit`] for visible units that are neither gaussian nor spin, and for spins that learn biases from third cumulants; [`Error::OutOfDomain`] unless
    /// the eigenvalues are positive and the sums are finite.
    pub fn uniform_state(&self, machine: impl Into<Machine>) -> Result<Option<UniformState>> {
        let machine = self.checked(machine.into())?;
        if self.uniform_eigenvalue <= 1.0 {
            return Ok(None);
        }
        let gaussian = variance_at(self.uniform_eigenvalue.recip())?;
        let slope = |s: f64| Ok::<_, Error>(self.slope(s, &Averages::at(s)?, machine));
        let Some((lower, upper)) = bracket(gaussian, slope)? else {
            return Ok(None);
        };
        let root = find_root(
            "slope of the likelihood along uniform weights",
            |s| slope(s).unwrap_or(f64::NAN),
            lower,
            upper,
            1e-13,
        )?;
        Ok(Some(self.state(root.x, &Averages::at(root.x)?, machine)))
    }

    /// The machine, if it and the cumulants are in their domains.
    fn checked(&self, machine: Machine) -> Result<Machine> {
        for value in [self.uniform_eigenvalue, self.wave_eigenvalue] {
            check("eigenvalue", "finite and not negative", value, |x| x >= 0.0)?;
        }
        for value in [self.integrated, self.along_wave] {
            check("fourth cumulant", "finite", value, |_| true)?;
        }
        for value in [self.third, self.third_along_wave] {
            check("third cumulant", "finite", value, |_| true)?;
        }
        let is_skewed = self.third.abs().max(self.third_along_wave.abs()) > 0.0;
        let visible = checked(machine.visible)?;
        if machine.has_biases && is_skewed && visible != Unit::Gaussian {
            return Err(Error::Unit {
                quantity: "biases learned from skewed data",
                unit: visible.to_string(),
                reason: "visible units must be gaussian",
            });
        }
        Ok(machine)
    }

    /// What biases add at the variance s of the field.
    pub(super) fn tilt(&self, variance: f64, averages: &Averages, machine: Machine) -> Tilt {
        if machine.has_biases && self.third.abs() > 0.0 {
            Tilt::learned(averages, variance / self.uniform_eigenvalue)
        } else {
            Tilt::NONE
        }
    }

    /// a² at the variance s of the field.
    fn squared_weight(&self, variance: f64) -> f64 {
        variance / (count(self.units) * self.uniform_eigenvalue)
    }

    /// ε = κ/s² = `K_0/(N λ_0²)`.
    fn field_kurtosis(&self) -> f64 {
        self.integrated / (count(self.units) * self.uniform_eigenvalue.powi(2))
    }

    /// γ = τ/s^(3/2) = `T_0/√(N λ_0³)`.
    fn field_skewness(&self) -> f64 {
        self.third / (count(self.units) * self.uniform_eigenvalue.powi(3)).sqrt()
    }

    /// τ².
    fn squared_third(&self, variance: f64) -> f64 {
        self.field_skewness().powi(2) * variance.powi(3)
    }

    /// R = 2G' + κ D'/12 + τ² (B' + ∂Q/∂s)/36.
    fn response(&self, variance: f64, averages: &Averages, tilt: &Tilt) -> f64 {
        let fourth = self.field_kurtosis() * variance * variance;
        averages.response
            + fourth * averages.sixth / 24.0
            + self.squared_third(variance) * (averages.sixth_slope + tilt.along_variance) / 36.0
    }

    /// The gradient at uniform weights, over a.
    fn slope(&self, variance: f64, averages: &Averages, machine: Machine) -> f64 {
        let square = self.squared_weight(variance);
        let weight = square.sqrt();
        let tilt = self.tilt(variance, averages, machine);
        let skewed = count(self.units) * square * square * self.third;
        self.uniform_eigenvalue * self.response(variance, averages, &tilt)
            + averages.fourth / 6.0 * square * self.integrated
            + (averages.sixth + tilt.gain) / 12.0 * skewed * self.third
            + self.squared_third(variance) * tilt.along_norm / 36.0
            - machine.visible.mean(weight) / weight
    }

    fn state(&self, variance: f64, averages: &Averages, machine: Machine) -> UniformState {
        let square = self.squared_weight(variance);
        let tilt = self.tilt(variance, averages, machine);
        let skewed =
            (averages.sixth + tilt.gain) * count(self.units) * square * square * self.third;
        let of_norm = self.squared_third(variance) * tilt.along_norm / 36.0;
        let growth_rate = self.wave_eigenvalue * self.response(variance, averages, &tilt)
            + averages.fourth / 2.0 * square * self.along_wave
            + skewed / 6.0 * self.third_along_wave
            + of_norm
            - machine.visible.variance(square.sqrt());
        let ratio = self.wave_eigenvalue / self.uniform_eigenvalue;
        // Apart, since they may cancel.
        let of_fourth =
            averages.fourth * square * (self.along_wave / 2.0 - ratio * self.integrated / 6.0);
        let of_third = skewed * (self.third_along_wave / 6.0 - ratio * self.third / 12.0)
            + (1.0 - ratio) * of_norm;
        let squared_tilt = tilt.square * self.squared_third(variance);
        let small = [self.field_skewness().powi(2), squared_tilt * tilt.next];
        let small = small
            .into_iter()
            .fold(self.field_kurtosis().abs(), f64::max);
        let small = small.min(variance);
        UniformState {
            weight: square.sqrt(),
            field_variance: variance,
            field_kurtosis: self.field_kurtosis(),
            field_skewness: self.field_skewness(),
            squared_tilt,
            growth_rate,
            effect: of_fourth + of_third,
            error: small * (of_fourth.abs() + of_third.abs()),
            is_trusted: small <= TRUSTED,
        }
    }
}

/// Neighbouring points, around that of Gaussian data, between which the slope changes from rising to falling.
fn bracket(start: f64, slope: impl Fn(f64) -> Result<f64>) -> Result<Option<(f64, f64)>> {
    let point = |step: i32| start * 2.0_f64.powf(0.125 * f64::from(step));
    let points: Vec<(f64, f64)> = (-STEPS..=STEPS)
        .map(|step| Ok((point(step), slope(point(step))?)))
        .collect::<Result<_>>()?;
    let changes = points
        .windows(2)
        .filter(|pair| pair[0].1 > 0.0 && pair[1].1 <= 0.0);
    let distance = |pair: &&[(f64, f64)]| {
        let far = |s: f64| (s / start).ln().abs();
        far(pair[0].0).min(far(pair[1].0))
    };
    let nearest = changes.min_by(|a, b| distance(a).total_cmp(&distance(b)));
    Ok(nearest.map(|pair| (pair[0].0, pair[1].0)))
}

impl Process {
    /// The uniform state of one spin hidden unit, and the growth rate of the longest wave; `None` where there is none by the expansion.
    ///
    /// Exact for elliptical data: with p the probability that a sample is not silent, `λ_0 E sech²(√(s/p) z) = φ'(a)/a` and `H_q = (λ_q/λ_0) φ'(a)/a − φ''(a)`.
    ///
    /// # Errors
    /// Those of [`Process::cumulants`] and [`Cumulants::uniform_state`].
    ///
    /// ```
    /// # use saddlepoint_theory::dynamics::localisation::{Lattice, Law, Nonlinearity, Process};
    /// # use saddlepoint_theory::units::Unit;
    /// let law = Law::Nonlinear(Nonlinearity::Cubic { coefficient: -0.1 });
    /// let grows = |units| {
    ///     let process = Process::new(Lattice::Ring, units, 3.0, law)?;
    ///     Ok::<_, saddlepoint_theory::Error>(process.uniform_state(Unit::Gaussian)?.unwrap().growth_rate > 0.0)
    /// };
    /// assert!(!grows(35)? && grows(60)?);
    /// # Ok::<(), saddlepoint_theory::Error>(())
    /// ```
    pub fn uniform_state(&self, machine: impl Into<Machine>) -> Result<Option<UniformState>> {
        self.wave_state(1, machine)
    }

    /// [`Process::uniform_state`] with the growth rate of the wave of wave number 2πk/L, 0 < k < L.
    ///
    /// # Errors
    /// As [`Process::uniform_state`].
    pub fn wave_state(
        &self,
        wave: usize,
        machine: impl Into<Machine>,
    ) -> Result<Option<UniformState>> {
        self.state_of(&self.cumulants(wave)?, machine)
    }

    /// [`Process::wave_state`] of given cumulants: those of [`Process::cumulants`], or changed ones.
    ///
    /// # Errors
    /// Those of [`Cumulants::uniform_state`].
    pub fn state_of(
        &self,
        cumulants: &Cumulants,
        machine: impl Into<Machine>,
    ) -> Result<Option<UniformState>> {
        let machine = machine.into();
        match self.law() {
            Law::Elliptical { kurtosis } => elliptical_state(cumulants, kurtosis, machine.visible),
            Law::Nonlinear(_) => cumulants.uniform_state(machine),
        }
    }
}

/// The state of Gaussian samples of random strength, without an expansion.
fn elliptical_state(
    cumulants: &Cumulants,
    kurtosis: f64,
    visible: Unit,
) -> Result<Option<UniformState>> {
    let visible = checked(visible)?;
    let loud = 1.0 / (1.0 + kurtosis / 3.0);
    let eigenvalue = cumulants.uniform_eigenvalue;
    if eigenvalue <= 1.0 {
        return Ok(None);
    }
    let restoring = |variance: f64| {
        let weight = cumulants.squared_weight(variance).sqrt();
        visible.mean(weight) / weight
    };
    let slope = |variance: f64| {
        let averages = Averages::at(variance / loud)?;
        Ok::<_, Error>(eigenvalue * averages.response - restoring(variance))
    };
    let Some((lower, upper)) = bracket(loud * variance_at(eigenvalue.recip())?, slope)? else {
        return Ok(None);
    };
    let name = "slope of the likelihood along uniform weights";
    let root = find_root(name, |s| slope(s).unwrap_or(f64::NAN), lower, upper, 1e-13)?;
    let weight = cumulants.squared_weight(root.x).sqrt();
    Ok(Some(UniformState {
        weight,
        field_variance: root.x,
        field_kurtosis: kurtosis,
        field_skewness: 0.0,
        squared_tilt: 0.0,
        growth_rate: cumulants.wave_eigenvalue / eigenvalue * restoring(root.x)
            - visible.variance(weight),
        effect: 0.0,
        error: 0.0,
        is_trusted: true,
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::dynamics::lattice_field::LatticeField;
    use crate::dynamics::localisation::{Lattice, Nonlinearity};
    use crate::numerics::ln_cosh;
    use crate::quadrature::gaussian_average;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use std::f64::consts::TAU;

    pub(in crate::dynamics::localisation) fn cubic(
        side: usize,
        length: f64,
        coefficient: f64,
    ) -> Process {
        let law = Law::Nonlinear(Nonlinearity::Cubic { coefficient });
        Process::new(Lattice::Ring, side, length, law).unwrap()
    }

    pub(in crate::dynamics::localisation) fn rate(process: &Process) -> f64 {
        let state = process.uniform_state(Unit::Gaussian).unwrap();
        state.unwrap().growth_rate
    }

    /// F(w) term by term, on a ring of the length of the weights.
    fn expanded(nonlinearity: Nonlinearity, length: f64, machine: Machine, w: &[f64]) -> f64 {
        let (n, visible) = (w.len(), machine.visible);
        let image = |d: f64| (-(d / length).powi(2)).exp();
        let sum = |d: usize| {
            (-9..=9)
                .map(|m| image(count(d) + f64::from(m) * count(n)))
                .sum::<f64>()
        };
        let rho = |i: usize, j: usize| sum((i + n - j) % n) / sum(0);
        let (mut variance, mut third, mut fourth) = (0.0, 0.0, 0.0);
        for i in 0..n {
            for j in 0..n {
                variance += w[i] * w[j] * nonlinearity.covariance(rho(i, j));
                for k in 0..n {
                    let triple = [rho(i, j), rho(i, k), rho(j, k)];
                    third += w[i] * w[j] * w[k] * nonlinearity.third_cumulant(triple);
                    for l in 0..n {
                        let pairs = [
                            rho(i, j),
                            rho(i, k),
                            rho(i, l),
                            rho(j, k),
                            rho(j, l),
                            rho(k, l),
                        ];
                        fourth += w[i] * w[j] * w[k] * w[l] * nonlinearity.fourth_cumulant(pairs);
                    }
                }
            }
        }
        let scale = variance.sqrt();
        let even = gaussian_average(|z| ln_cosh(scale * z), &[], 1e-14).unwrap();
        let prior: f64 = w
            .iter()
            .map(|&w| visible.log_partition(w) - visible.log_partition(0.0))
            .sum();
        let averages = Averages::at(variance).unwrap();
        let cumulants = fourth * averages.fourth / 24.0 + third * third * averages.sixth / 72.0;
        let tilt = if machine.has_biases {
            let norm = w.iter().map(|w| w * w).sum();
            third * third * Tilt::learned(&averages, norm).gain / 72.0
        } else {
            0.0
        };
        even.value + cumulants + tilt - prior
    }

    #[test]
    fn slope_and_growth_rate_are_derivatives_of_the_expanded_likelihood() {
        let gaussian = Machine::from(Unit::Gaussian);
        let biased = Machine {
            has_biases: true,
            ..gaussian
        };
        // Where biases are learnt the expansion of a short ring has no uniform state but for data that are nearly symmetric.
        for (n, nonlinearity, machine) in [
            (5, Nonlinearity::Cubic { coefficient: -0.05 }, gaussian),
            (5, Nonlinearity::Erf { gain: 0.7 }, biased),
            (5, Nonlinearity::Sign, Unit::Spin.into()),
            (5, Nonlinearity::Rate { rate: 0.2 }, gaussian),
            (9, Nonlinearity::Rate { rate: 0.49 }, biased),
        ] {
            let length = 1.1;
            let process = Process::new(Lattice::Ring, n, length, Law::Nonlinear(nonlinearity));
            let state = process.unwrap().uniform_state(machine).unwrap().unwrap();
            let at = |uniform: f64, wave: f64| {
                let angle = |i| TAU * count(i) / count(n);
                let w: Vec<f64> = (0..n)
                    .map(|i| state.weight + uniform + wave * angle(i).cos())
                    .collect();
                expanded(nonlinearity, length, machine, &w)
            };
            // Truncation h² and rounding 1e-16/h.
            let h = 1e-5;
            let slope = (at(h, 0.0) - at(-h, 0.0)) / (2.0 * h);
            assert_abs_diff_eq!(slope, 0.0, epsilon = 1e-9);
            // Σ cos² = N/2; truncation h² and rounding 1e-15/h².
            let h = 1e-3;
            let curvature = (at(0.0, h) - 2.0 * at(0.0, 0.0) + at(0.0, -h)) / (h * h);
            assert_abs_diff_eq!(
                2.0 * curvature / count(n),
                state.growth_rate,
                epsilon = 1e-5
            );
        }
    }

    #[test]
    fn weakly_coupled_spins_have_the_growth_rate_of_the_lattice_field() {
        let (units, beta) = (12, 1e-6);
        // To leading order each spin has the kurtosis −2 by itself, and neighbours the covariance β.
        let angle = TAU / count(units);
        let spins = Cumulants {
            units,
            uniform_eigenvalue: 1.0 + 2.0 * beta,
            wave_eigenvalue: 1.0 + 2.0 * beta * angle.cos(),
            integrated: -2.0,
            along_wave: -2.0,
            third: 0.0,
            third_along_wave: 0.0,
        };
        let state = spins.uniform_state(Unit::Spin).unwrap().unwrap();
        let field = LatticeField::new(units).unwrap();
        let weight = field.symmetric_weight() * f64::sqrt(beta);
        // The next order is β.
        assert_relative_eq!(state.weight, weight, max_relative = 1e-5);
        let rate = field.symmetric_growth_rate(1).unwrap();
        assert_relative_eq!(state.growth_rate / beta, rate, epsilon = 1e-4);
        assert!(state.is_trusted);
    }

    #[test]
    fn gaussian_data_grow_by_their_covariance_alone() {
        let process = cubic(40, 3.0, 0.0);
        let wanted = process.eigenvalue(1) / process.eigenvalue(0) - 1.0;
        let state = process.uniform_state(Unit::Gaussian).unwrap().unwrap();
        assert_relative_eq!(state.growth_rate, wanted, max_relative = 1e-11);
        assert_eq!(state.localises(), Some(false));
    }

    #[test]
    fn elliptical_data_never_localise_whatever_their_kurtosis() {
        for lattice in [Lattice::Ring, Lattice::Torus] {
            for kurtosis in [0.0, 0.5, 3.0, 50.0] {
                let law = Law::Elliptical { kurtosis };
                let process = Process::new(lattice, 60, 2.0, law).unwrap();
                let wanted = process.eigenvalue(1) / process.eigenvalue(0) - 1.0;
                assert_relative_eq!(rate(&process), wanted, max_relative = 1e-11);
                assert!(wanted < 0.0);
            }
        }
        // The expansion has the same growth rate to its order.
        let law = Law::Elliptical { kurtosis: 0.02 };
        let process = Process::new(Lattice::Ring, 60, 2.0, law).unwrap();
        let expansion = process.cumulants(1).unwrap().uniform_state(Unit::Gaussian);
        assert_relative_eq!(
            expansion.unwrap().unwrap().growth_rate,
            rate(&process),
            max_relative = 1e-9
        );
    }

    #[test]
    fn strong_positive_kurtosis_is_not_trusted() {
        let state = cubic(20, 3.0, 0.1).uniform_state(Unit::Gaussian).unwrap();
        assert!(!state.unwrap().is_trusted);
        assert!(cubic(20, 3.0, 0.1).uniform_state(Unit::Binary).is_err());
    }
}
