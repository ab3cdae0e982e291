//! Waves on uniform weights against sums over all sites.

use approx::assert_relative_eq;
use saddlepoint_theory::dynamics::localisation::{Lattice, Law, Nonlinearity, Process};
use saddlepoint_theory::units::Unit;

/// `scripts/reference/localisation.py`: N, ξ, C, `λ_0`, `K_0`, a, `H_1`.
const REFERENCE: &str = include_str!("reference/localisation.csv");

#[test]
fn cubic_data_have_the_growth_rates_of_direct_sums() {
    for line in REFERENCE.lines().skip(1) {
        let (units, numbers) = line.split_once(',').unwrap();
        let units: usize = units.parse().unwrap();
        let numbers: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
        let [length, coefficient, eigenvalue, integrated, weight, rate] = numbers[..] else {
            panic!("{line}")
        };
        let law = Law::Nonlinear(Nonlinearity::Cubic { coefficient });
        let process = Process::new(Lattice::Ring, units, length, law).unwrap();
        let cumulants = process.cumulants(1).unwrap();
        let state = process.uniform_state(Unit::Gaussian).unwrap().unwrap();
        // Nine digits after the first; a rate of 1e-3 is a difference of numbers near 1.
        assert_relative_eq!(
            cumulants.uniform_eigenvalue,
            eigenvalue,
            max_relative = 5e-9
        );
        assert_relative_eq!(cumulants.integrated, integrated, max_relative = 5e-9);
        assert_relative_eq!(state.weight, weight, max_relative = 5e-9);
        assert_relative_eq!(
            state.growth_rate,
            rate,
            epsilon = 1e-10,
            max_relative = 5e-9
        );
    }
}
