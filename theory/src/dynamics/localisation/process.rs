//! Translation-invariant data: their covariance and fourth cumulants, summed over sites.

use std::f64::consts::TAU;

use super::Cumulants;
use super::diagrams::{DIAGRAMS, Diagram};
use super::nonlinearity::Nonlinearity;
use crate::error::{Error, Result, check};
use crate::numerics::count;

/// Exponents beyond which exp(−x) adds nothing to a sum.
pub(super) const NEGLIGIBLE: f64 = 32.0;

/// Longest ring: correlations are kept for all distances.
pub const MOST_SITES: usize = 1_000_000;

/// Largest side of a torus: the sums over three sites of a line take its cube.
pub const LARGEST_TORUS: usize = 200;

/// Largest correlation length in sites: the sums over a ring take its cube, and rings of longer ones depend on N/ξ alone.
pub const LONGEST_CORRELATION: f64 = 20.0;

/// Where the sites are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lattice {
    /// A ring of N sites.
    Ring,
    /// An L × L torus.
    Torus,
}

/// What stands on the sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// A Gaussian process through a nonlinearity at each site, divided by its standard deviation.
    Nonlinear(Nonlinearity),
    /// The Gaussian process times one random number √τ for all sites, τ = 1/p with probability p = 1/(1 + κ/3), else 0.
    Elliptical {
        /// Excess kurtosis κ ≥ 0 of every unit.
        kurtosis: f64,
    },
}

/// Stationary data of zero mean and unit variance on a ring or torus.
///
/// The Gaussian process below has the correlation
///
/// ```text
/// ρ(d) = Σ_m exp(−(d + m L)²/ξ²) / Σ_m exp(−(m L)²/ξ²) along an axis of L sites;   ρ(x) ρ(y) on a torus
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    lattice: Lattice,
    law: Law,
    pub(super) length: f64,
    /// ρ at the distances 0 to L − 1 along an axis.
    pub(super) correlation: Vec<f64>,
}

impl Process {
    /// Sites on a ring of `side` = N ≥ 3, or a torus of side L, with the correlation length ξ = `correlation_length` in sites.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless ξ > 0 is at most the side and at most 20, the side is from 3 to 10⁶, on a torus at most 200, and the parameters of the law are
    /// in their domains; a torus of `erf`, `sign` or `rate`, whose fourth cumulants do not factorise.
    pub fn new(lattice: Lattice, side: usize, correlation_length: f64, law: Law) -> Result<Self> {
        let n = check("side", "from 3 to 1e6", count(side), |n| {
            n >= 3.0 && side <= MOST_SITES
        })?;
        let domain = "above 0, at most 20 sites and at most the side of the ring or torus";
        let length = check("correlation_length", domain, correlation_length, |xi| {
            xi > 0.0 && xi <= n.min(LONGEST_CORRELATION)
        })?;
        match law {
            Law::Nonlinear(nonlinearity) => {
                nonlinearity.checked()?;
            }
            Law::Elliptical { kurtosis } => {
                let domain = "finite and not negative for elliptical data";
                check("kurtosis", domain, kurtosis, |k| k >= 0.0)?;
            }
        }
        if lattice == Lattice::Torus {
            check("side of a torus", "at most 200", n, |_| {
                side <= LARGEST_TORUS
            })?;
            let is_cubic = |psi: Nonlinearity| matches!(psi, Nonlinearity::Cubic { .. });
            if matches!(law, Law::Nonlinear(psi) if !is_cubic(psi)) {
                return Err(Error::Unit {
                    quantity: "integrated fourth cumulant on a torus",
                    unit: "erf, sign and rate".to_owned(),
                    reason: "their cumulants do not factorise into the two axes; take cubic:C, or a ring",
                });
            }
        }
        Ok(Self {
            lattice,
            law,
            length,
            correlation: correlation(side, length),
        })
    }

    /// The same on a ring or torus of another side.
    pub(super) fn resized(&self, side: usize) -> Result<Self> {
        Self::new(self.lattice, side, self.length, self.law)
    }

    /// Where the sites are.
    pub fn lattice(&self) -> Lattice {
        self.lattice
    }

    /// What stands on the sites.
    pub fn law(&self) -> Law {
        self.law
    }

    /// ξ.
    pub fn correlation_length(&self) -> f64 {
        self.length
    }

    /// Sites along an axis.
    pub fn side(&self) -> usize {
        self.correlation.len()
    }

    /// Number of sites N.
    pub fn units(&self) -> usize {
        match self.lattice {
            Lattice::Ring => self.side(),
            Lattice::Torus => self.side() * self.side(),
        }
    }

    /// Excess kurtosis of one unit.
    pub fn kurtosis(&self) -> f64 {
        match self.law {
            Law::Nonlinear(nonlinearity) => nonlinearity.kurtosis(),
            Law::Elliptical { kurtosis } => kurtosis,
        }
    }

    /// Covariance of two sites whose Gaussians have the correlation ρ.
    fn covariance(&self, correlation: f64) -> f64 {
        match self.law {
            Law::Nonlinear(nonlinearity) => nonlinearity.covariance(correlation),
            Law::Elliptical { .. } => correlation,
        }
    }

    /// Eigenvalue of the covariance for the wave of wave number 2πk/L along one axis.
    ///
    /// ```text
    /// λ_q = Σ_d C(d) cos(q x_d)
    /// ```
    pub fn eigenvalue(&self, wave: usize) -> f64 {
        let cosines = self.cosines(wave);
        self.transform(|x| cosines[x])
    }

    /// Squared length over which long waves lose strength, `λ_q = λ_0 (1 − ξ₂² q² + …)`, `ξ₂² = Σ_d x_d² C(d)/(2 λ_0)`.
    pub fn squared_length(&self) -> f64 {
        let square = |x: usize| {
            let distance = count(x.min(self.side() - x));
            distance * distance
        };
        0.5 * self.transform(square) / self.eigenvalue(0)
    }

    /// Σ over the sites of C(d) f(x), x the position along the first axis.
    fn transform(&self, f: impl Fn(usize) -> f64) -> f64 {
        let line = |across: f64| -> f64 {
            let terms = self.correlation.iter().enumerate();
            terms
                .map(|(x, rho)| self.covariance(rho * across) * f(x))
                .sum()
        };
        match self.lattice {
            Lattice::Ring => line(1.0),
            Lattice::Torus => self.correlation.iter().map(|&across| line(across)).sum(),
        }
    }

    /// Covariance, third and fourth cumulants as a uniform state and a wave of wave number 2πk/L, k > 0, on top of it feel them.
    ///
    /// ```text
    /// K_0 = Σ_jkl κ₄(0, j, k, l),   K_q = Σ_jkl κ₄(0, j, k, l) cos(q x_j),   T_0 = Σ_jk κ₃(0, j, k),   T_q = Σ_jk κ₃(0, j, k) cos(q x_j)
    /// ```
    ///
    /// On a ring the sums run over the gaps between the sites, the largest of which is last, by [`Nonlinearity::fourth_cumulant`]. On a torus every diagram
    /// of the cubic nonlinearity is the product of those along the axes. For an elliptical law `K_0 = κ N λ_0²` and `K_q = κ N λ_0 λ_q/3`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless 0 < k < L.
    pub fn cumulants(&self, wave: usize) -> Result<Cumulants> {
        let domain = "above 0 and below the side";
        check("wave", domain, count(wave), |k| {
            k > 0.0 && k < count(self.side())
        })?;
        let [uniform, modulated] = [0, wave].map(|k| self.eigenvalue(k));
        let [integrated, along_wave] = match (self.law, self.lattice) {
            (Law::Elliptical { kurtosis }, _) => {
                let pairs = kurtosis * count(self.units()) * uniform;
                [pairs * uniform, pairs * modulated / 3.0]
            }
            (Law::Nonlinear(nonlinearity), Lattice::Ring) => {
                self.over_three_gaps(nonlinearity, wave)
            }
            (Law::Nonlinear(nonlinearity), Lattice::Torus) => {
                self.over_diagrams(nonlinearity, wave)
            }
        };
        let [third, third_along_wave] = match self.law {
            Law::Nonlinear(nonlinearity) if !nonlinearity.is_odd() => {
                self.over_two_gaps(nonlinearity, wave)
            }
            _ => [0.0; 2],
        };
        Ok(Cumulants {
            units: self.units(),
            uniform_eigenvalue: uniform,
            wave_eigenvalue: modulated,
            integrated,
            along_wave,
            third,
            third_along_wave,
        })
    }

    /// cos(2πkd/L) at the distances d = 0 to L − 1.
    pub(super) fn cosines(&self, wave: usize) -> Vec<f64> {
        let n = self.side();
        (0..n)
            .map(|d| (TAU * count(wave * d % n) / count(n)).cos())
            .collect()
    }

    /// `K_0` and `K_q` of the cubic nonlinearity on a torus, the wave along one axis.
    fn over_diagrams(&self, nonlinearity: Nonlinearity, wave: usize) -> [f64; 2] {
        let Nonlinearity::Cubic { coefficient } = nonlinearity else {
            return [f64::NAN; 2];
        };
        let variance = 1.0 + 6.0 * coefficient * coefficient;
        let mut sums = [0.0; 2];
        for diagram in DIAGRAMS.iter() {
            let factor = diagram.factor * coefficient.powi(diagram.cubes) / (variance * variance);
            let [uniform, modulated] = self.along_axis(diagram, wave);
            sums[0] += factor * uniform * uniform;
            sums[1] += factor * uniform * modulated;
        }
        sums
    }

    /// The lines of a diagram summed over the places of three of its sites along an axis; and with the wave between the first two.
    fn along_axis(&self, diagram: &Diagram, wave: usize) -> [f64; 2] {
        let n = self.side();
        let lines = diagram.lines;
        let power = |pair: usize, d: usize| {
            let exponent = i32::try_from(lines[pair]).unwrap_or(0);
            self.correlation[d % n].powi(exponent)
        };
        let between: Vec<f64> = (0..2 * n).map(|d| power(5, d)).collect();
        let mut sums = [0.0; 2];
        for j in 0..n {
            let to_both = |near, far| -> Vec<f64> {
                (0..n)
                    .map(|k| power(near, k) * power(far, n + k - j))
                    .collect()
            };
            let (second, third) = (to_both(1, 3), to_both(2, 4));
            let mut inner = 0.0;
            for (k, weight) in second.iter().enumerate() {
                // exp(−32) of the largest.
                if *weight > 1e-14 {
                    let rest = third.iter().zip(&between[n - k..]);
                    inner += weight * rest.map(|(a, b)| a * b).sum::<f64>();
                }
            }
            inner *= power(0, j);
            sums[0] += inner;
            sums[1] += inner * (TAU * count(wave * j % n) / count(n)).cos();
        }
        sums
    }
}

/// ρ at the distances 0 to L − 1.
fn correlation(side: usize, length: f64) -> Vec<f64> {
    let n = count(side);
    let weight = |distance: f64| {
        let gaussian = |x: f64| (-(x / length).powi(2)).exp();
        let beyond = 1.0 + (NEGLIGIBLE + 10.0).sqrt() * length / n;
        let images = std::iter::successors(Some(1.0), |m| Some(m + 1.0));
        let pairs = images
            .take_while(|m| *m <= beyond)
            .map(|m| gaussian(distance + m * n) + gaussian(distance - m * n));
        gaussian(distance) + pairs.sum::<f64>()
    };
    let at_zero = weight(0.0);
    (0..side).map(|d| weight(count(d)) / at_zero).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use approx::assert_relative_eq;

    pub(in crate::dynamics::localisation) fn nonlinear(
        lattice: Lattice,
        side: usize,
        length: f64,
        nonlinearity: Nonlinearity,
    ) -> Process {
        Process::new(lattice, side, length, Law::Nonlinear(nonlinearity)).unwrap()
    }

    /// `K_0` and `K_q` by a sum over all positions of three sites.
    pub(in crate::dynamics::localisation) fn summed(
        process: &Process,
        nonlinearity: Nonlinearity,
        wave: usize,
    ) -> [f64; 2] {
        let (n, side) = (process.units(), process.side());
        let rho = |i: usize, j: usize| {
            let axis = |a: usize, b: usize| process.correlation[(a + side - b) % side];
            match process.lattice {
                Lattice::Ring => axis(i, j),
                Lattice::Torus => axis(i / side, j / side) * axis(i % side, j % side),
            }
        };
        let mut sums = [0.0; 2];
        for j in 0..n {
            let cosine = (TAU * count(wave * (j % side)) / count(side)).cos();
            for k in 0..n {
                for l in 0..n {
                    let pairs = [
                        rho(0, j),
                        rho(0, k),
                        rho(0, l),
                        rho(j, k),
                        rho(j, l),
                        rho(k, l),
                    ];
                    let cumulant = nonlinearity.fourth_cumulant(pairs);
                    sums[0] += cumulant;
                    sums[1] += cumulant * cosine;
                }
            }
        }
        sums
    }

    #[test]
    fn diagrams_factorise_on_a_torus() {
        let cubic = Nonlinearity::Cubic { coefficient: 0.15 };
        let process = nonlinear(Lattice::Torus, 4, 1.2, cubic);
        let found = process.cumulants(1).unwrap();
        let [integrated, along_wave] = summed(&process, cubic, 1);
        assert_relative_eq!(found.integrated, integrated, max_relative = 1e-12);
        assert_relative_eq!(found.along_wave, along_wave, max_relative = 1e-12);
    }

    #[test]
    fn a_small_cubic_part_has_the_integrated_cumulant_of_its_stars() {
        let coefficient = 1e-7;
        let process = nonlinear(Lattice::Ring, 40, 2.0, Nonlinearity::Cubic { coefficient });
        let found = process.cumulants(1).unwrap();
        let stars = 24.0 * coefficient * found.uniform_eigenvalue.powi(3);
        // The next order is C².
        assert_relative_eq!(found.integrated, stars, max_relative = 1e-5);
        // A wave on two of four legs: half of the stars have it along one line, half along two.
        let ratio = found.wave_eigenvalue / found.uniform_eigenvalue;
        let wave = stars * 0.5 * (ratio + ratio * ratio);
        assert_relative_eq!(found.along_wave, wave, max_relative = 1e-5);
    }

    #[test]
    fn eigenvalues_are_those_of_the_covariance() {
        let sign = nonlinear(Lattice::Ring, 30, 2.0, Nonlinearity::Sign);
        let trace: f64 = (0..30).map(|k| sign.eigenvalue(k)).sum();
        assert_relative_eq!(trace, 30.0, max_relative = 1e-13);
        let cubic = Nonlinearity::Cubic { coefficient: 0.0 };
        let long = nonlinear(Lattice::Torus, 60, 3.0, cubic);
        // Poisson's sum of a Gaussian: π ξ² and ξ²/4 but for exp(−π² ξ²).
        let area = std::f64::consts::PI * 9.0;
        assert_relative_eq!(long.eigenvalue(0), area, max_relative = 1e-12);
        assert_relative_eq!(long.squared_length(), 2.25, max_relative = 1e-12);
    }

    #[test]
    fn processes_out_of_their_domains_are_refused() {
        let sign = Law::Nonlinear(Nonlinearity::Sign);
        assert!(Process::new(Lattice::Ring, 2, 1.0, sign).is_err());
        assert!(Process::new(Lattice::Ring, 10, 11.0, sign).is_err());
        assert!(Process::new(Lattice::Torus, 10, 2.0, sign).is_err());
        let bad = Law::Elliptical { kurtosis: -0.1 };
        assert!(Process::new(Lattice::Ring, 10, 2.0, bad).is_err());
        assert!(
            nonlinear(Lattice::Ring, 10, 2.0, Nonlinearity::Sign)
                .cumulants(10)
                .is_err()
        );
    }
}
