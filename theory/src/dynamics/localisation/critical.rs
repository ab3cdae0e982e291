//! The size from which on a ring localises.

use std::f64::consts::PI;

use super::averages::{Averages, variance_at};
use super::machine::{Machine, checked};
use super::uniform::{TRUSTED, UniformState};
use super::{Lattice, Law, Process};
use crate::error::{Error, Result};
use crate::numerics::count;

/// Longest ring that is tried for a critical size; beyond it the limit of long rings is right to as many digits.
pub const LONGEST_RING: usize = 20_000;

/// The size of a ring from which on its uniform state is unstable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriticalSize {
    /// Number of sites, a whole number.
    pub units: f64,
    /// Whether the expansion's small number is at most [`TRUSTED`] there, and what it leaves out at most as large a part of what the cumulants do together.
    pub is_trusted: bool,
}

impl Process {
    /// The smallest ring on which the longest wave grows; `None` on a torus, where it is no matter of size, and where the uniform state of long rings is stable.
    ///
    /// Looked for around the limit of long rings,
    ///
    /// ```text
    /// N_c = 12 π² ξ₂² λ_0/(s (D K_0 + T_0² s (B + Q)/(4 λ_0) − κ_v))
    /// ```
    ///
    /// with `κ_v` the fourth cumulant of a visible unit, 0 or −2; the limit itself beyond [`LONGEST_RING`]. `tried` is called for every ring.
    ///
    /// # Errors
    /// Those of [`Process::uniform_state`].
    pub fn critical_size(
        &self,
        machine: impl Into<Machine>,
        tried: &mut dyn FnMut(),
    ) -> Result<Option<CriticalSize>> {
        let machine = machine.into();
        let Some(limit) = self.critical_limit(machine)? else {
            return Ok(None);
        };
        if limit > count(LONGEST_RING) {
            return Ok(Some(CriticalSize {
                units: limit.ceil(),
                is_trusted: true,
            }));
        }
        let mut unstable = |units: usize| {
            tried();
            let state = self.resized(units)?.uniform_state(machine)?;
            Ok::<_, Error>(state.filter(|state| state.growth_rate > 0.0))
        };
        let smallest = at_least(3, self.correlation_length());
        let start = at_least(smallest, limit);
        let Some((units, state)) = first(smallest, start, &mut unstable)? else {
            return Ok(None);
        };
        // Where the shorter ring has no uniform state by the expansion nothing is known of it.
        let has_shorter =
            units == smallest || self.resized(units - 1)?.uniform_state(machine)?.is_some();
        Ok(Some(CriticalSize {
            units: count(units),
            is_trusted: state.is_trusted
                && state.error <= TRUSTED * state.effect.abs()
                && has_shorter,
        }))
    }

    /// The critical size of a long ring.
    fn critical_limit(&self, machine: Machine) -> Result<Option<f64>> {
        let kurtosis = checked(machine.visible)?.third_and_fourth_cumulant(0.0)[1];
        let (Law::Nonlinear(_), Lattice::Ring) = (self.law(), self.lattice()) else {
            return Ok(None);
        };
        // Twenty correlation lengths have the sums of an infinite ring to rounding.
        let long = self.resized(at_least(10, 20.0 * self.correlation_length()))?;
        let cumulants = long.cumulants(1)?;
        if cumulants.uniform_eigenvalue <= 1.0 {
            return Ok(None);
        }
        let variance = variance_at(cumulants.uniform_eigenvalue.recip())?;
        let averages = Averages::at(variance)?;
        let skewed = cumulants.third.powi(2) * variance / (4.0 * cumulants.uniform_eigenvalue);
        let tilt = cumulants.tilt(variance, &averages, machine);
        let of_third = (averages.sixth + tilt.gain) * skewed;
        let cumulants_felt = averages.fourth * cumulants.integrated + of_third;
        let drive = variance * (cumulants_felt - kurtosis);
        let restoring = 12.0 * PI * PI * long.squared_length() * cumulants.uniform_eigenvalue;
        Ok((drive > 0.0).then(|| restoring / drive))
    }
}

/// The smallest number of sites that is at least both.
fn at_least(smallest: usize, size: f64) -> usize {
    (smallest..2 * LONGEST_RING)
        .find(|&n| count(n) >= size)
        .unwrap_or(2 * LONGEST_RING)
}

/// The first unstable ring and its state, downwards or upwards from a start in steps of an eighth, and then by bisection; `None` where there is none up to
/// twice [`LONGEST_RING`].
fn first(
    smallest: usize,
    start: usize,
    unstable: &mut impl FnMut(usize) -> Result<Option<UniformState>>,
) -> Result<Option<(usize, UniformState)>> {
    let (mut stable, mut found) = (smallest - 1, None);
    let mut next = start;
    loop {
        if let Some(state) = unstable(next)? {
            found = Some((next, state));
            if stable >= smallest || next == smallest {
                break;
            }
            next = smallest.max(next - next.div_ceil(8));
        } else {
            stable = next;
            if found.is_some() {
                break;
            }
            next += next.div_ceil(8);
            if next > 2 * LONGEST_RING {
                return Ok(None);
            }
        }
    }
    while let Some((units, _)) = found
        && units - stable > 1
    {
        let middle = usize::midpoint(stable, units);
        match unstable(middle)? {
            Some(state) => found = Some((middle, state)),
            None => stable = middle,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::localisation::Nonlinearity;
    use crate::dynamics::localisation::uniform::tests::{cubic, rate};
    use crate::units::Unit;
    use approx::assert_relative_eq;

    #[test]
    fn rings_localise_from_the_critical_size_on_if_the_integrated_cumulant_is_negative() {
        let critical =
            |process: &Process| process.critical_size(Unit::Gaussian, &mut || ()).unwrap();
        let found = critical(&cubic(20, 3.0, -0.03)).unwrap();
        assert!(found.is_trusted);
        let size = at_least(3, found.units);
        assert!(rate(&cubic(size, 3.0, -0.03)) > 0.0);
        assert!(rate(&cubic(size - 1, 3.0, -0.03)) <= 0.0);
        assert_eq!(critical(&cubic(20, 3.0, 0.03)), None);
        // Weak cumulants: the closed formula, with 24 C λ_0³ for the integrated cumulant.
        let (length, coefficient): (f64, f64) = (2.0, -0.001);
        let eigenvalue = PI.sqrt() * length;
        let variance = variance_at(eigenvalue.recip()).unwrap();
        let fourth = Averages::at(variance).unwrap().fourth;
        let integrated = 24.0 * coefficient * eigenvalue.powi(3);
        let squared_length = 0.25 * length * length;
        let formula =
            12.0 * PI * PI * squared_length * eigenvalue / (variance * fourth * integrated);
        let found = critical(&cubic(20, length, coefficient)).unwrap();
        // The next orders are C λ_0 and the square of the field's kurtosis.
        assert_relative_eq!(found.units, formula, max_relative = 2e-2);
    }

    #[test]
    fn third_cumulants_of_either_sign_make_a_critical_size() {
        for (mean, is_trusted) in [(0.3, true), (0.7, true), (0.2, false)] {
            let neurons = Law::Nonlinear(Nonlinearity::Rate { rate: mean });
            let ring = |n: usize| Process::new(Lattice::Ring, n, 2.0, neurons).unwrap();
            let found = ring(20).critical_size(Unit::Gaussian, &mut || ());
            let found = found.unwrap().unwrap();
            let size = at_least(3, found.units);
            assert!(rate(&ring(size)) > 0.0 && rate(&ring(size - 1)) <= 0.0);
            // Where fourth cumulants act against third ones the size is open.
            assert_eq!(found.is_trusted, is_trusted);
            let integrated = ring(size).cumulants(1).unwrap().integrated;
            assert_eq!(integrated < 0.0, is_trusted);
        }
    }

    #[test]
    fn elliptical_data_and_tori_have_no_critical_size() {
        let cubic = Law::Nonlinear(Nonlinearity::Cubic { coefficient: -0.1 });
        let elliptical = Law::Elliptical { kurtosis: 3.0 };
        for (lattice, law) in [(Lattice::Torus, cubic), (Lattice::Ring, elliptical)] {
            let process = Process::new(lattice, 20, 2.0, law).unwrap();
            let found = process.critical_size(Unit::Gaussian, &mut || ());
            assert_eq!(found.unwrap(), None);
        }
    }
}
