//! Cumulants of the sites of a ring, summed over the gaps between them.

use super::Process;
use super::nonlinearity::Nonlinearity;
use super::process::NEGLIGIBLE;
use crate::numerics::count;

impl Process {
    /// `K_0` and `K_q` on a ring.
    ///
    /// Four sites that follow one another at the gaps g₁ … g₄, Σ g = N, stand for 4!/Π m! orders, m the numbers of sites that coincide, and for the N places of
    /// the first one over the four that could be first; each pair may be the one with the wave.
    pub(super) fn over_three_gaps(&self, nonlinearity: Nonlinearity, wave: usize) -> [f64; 2] {
        let n = self.side();
        let largest_square = NEGLIGIBLE * self.length * self.length;
        let square = |gap: usize| count(gap * gap);
        let cosines = self.cosines(wave);
        let within = |gap: &usize| square(*gap) <= largest_square;
        let reach = (0..=n / 2).take_while(within).count();
        let mut sums = [0.0; 2];
        for first in 0..reach {
            for middle in 0..reach.min(n - first) {
                // The mirror image exchanges the first gap with the third.
                for third in first..=n - first - middle {
                    let last = n.saturating_sub(first + middle + third);
                    let squares = square(first) + square(middle) + square(third);
                    if last < first.max(middle).max(third) || squares > largest_square {
                        break;
                    }
                    let gaps = [first, middle, third, last];
                    let weight = orders(&gaps) * if third > first { 2.0 } else { 1.0 };
                    let pairs = distances(gaps);
                    let cumulant = nonlinearity.fourth_cumulant(pairs.map(|d| self.correlation[d]));
                    sums[0] += 6.0 * weight * cumulant;
                    sums[1] += weight * cumulant * pairs.iter().map(|&d| cosines[d]).sum::<f64>();
                }
            }
        }
        sums
    }

    /// `T_0` and `T_q` on a ring, of the gaps between three sites.
    pub(super) fn over_two_gaps(&self, nonlinearity: Nonlinearity, wave: usize) -> [f64; 2] {
        let n = self.side();
        let largest_square = NEGLIGIBLE * self.length * self.length;
        let cosines = self.cosines(wave);
        let mut sums = [0.0; 2];
        for first in 0..n {
            for second in 0..n - first {
                let last = n - first - second;
                let squares = count(first * first) + count(second * second);
                if last < first.max(second) || squares > largest_square {
                    break;
                }
                let weight = orders(&[first, second, last]);
                let pairs = [first, first + second, second];
                let cumulant = nonlinearity.third_cumulant(pairs.map(|d| self.correlation[d]));
                sums[0] += 2.0 * weight * cumulant;
                let along: f64 = pairs.iter().map(|&d| cosines[d]).sum();
                sums[1] += 2.0 / 3.0 * weight * cumulant * along;
            }
        }
        sums
    }
}

/// Orders of n sites that follow one another at these gaps, over n!, times n over the number of gaps that are as large as the last.
fn orders(gaps: &[usize]) -> f64 {
    let last = gaps.len() - 1;
    let ties = gaps.iter().filter(|gap| **gap == gaps[last]).count();
    let mut coincident = 1;
    let mut factor = count(gaps.len()) / count(ties);
    for gap in &gaps[..last] {
        coincident = if *gap == 0 { coincident + 1 } else { 1 };
        factor /= count(coincident);
    }
    factor
}

/// Distances of the pairs 01, 02, 03, 12, 13, 23.
fn distances([first, middle, third, _]: [usize; 4]) -> [usize; 6] {
    [
        first,
        first + middle,
        first + middle + third,
        middle,
        middle + third,
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Lattice;
    use super::super::process::tests::{nonlinear, summed};
    use super::*;
    use approx::assert_relative_eq;
    use std::f64::consts::TAU;

    #[test]
    fn gaps_are_every_four_sites_once() {
        for nonlinearity in [
            Nonlinearity::Rate { rate: 0.2 },
            Nonlinearity::Cubic { coefficient: -0.2 },
            Nonlinearity::Erf { gain: 1.5 },
            Nonlinearity::Sign,
        ] {
            for (side, length, wave) in [(3, 0.8, 1), (8, 1.5, 1), (9, 1.0, 2), (12, 3.0, 1)] {
                let process = nonlinear(Lattice::Ring, side, length, nonlinearity);
                let found = process.cumulants(wave).unwrap();
                let [integrated, along_wave] = summed(&process, nonlinearity, wave);
                assert_relative_eq!(found.integrated, integrated, max_relative = 1e-10);
                assert_relative_eq!(found.along_wave, along_wave, max_relative = 1e-10);
            }
        }
    }

    #[test]
    fn gaps_are_every_three_sites_once() {
        let nonlinearity = Nonlinearity::Rate { rate: 0.3 };
        for (n, length, wave) in [(3, 0.8, 1), (8, 1.5, 1), (9, 1.0, 2), (12, 3.0, 1)] {
            let process = nonlinear(Lattice::Ring, n, length, nonlinearity);
            let found = process.cumulants(wave).unwrap();
            let mut sums = [0.0; 2];
            for j in 0..n {
                let cosine = (TAU * count(wave * j) / count(n)).cos();
                for k in 0..n {
                    let pairs = [j, k, (k + n - j) % n].map(|d| process.correlation[d]);
                    let cumulant = nonlinearity.third_cumulant(pairs);
                    sums[0] += cumulant;
                    sums[1] += cumulant * cosine;
                }
            }
            assert_relative_eq!(found.third, sums[0], max_relative = 1e-10);
            assert_relative_eq!(found.third_along_wave, sums[1], max_relative = 1e-10);
        }
    }
}
