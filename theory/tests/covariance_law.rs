//! The law of the sample covariance: limits, identities and many random populations.

use approx::assert_relative_eq;
use proptest::prelude::*;
use saddlepoint_theory::covariance::SampleLaw;
use saddlepoint_theory::spectra::{Atoms, Population};

#[test]
fn three_atoms_have_mass_one_and_the_right_mean() {
    let atoms = Atoms::uniform(&[1.0, 3.0, 7.0]).unwrap();
    let law = SampleLaw::new(&atoms, 0.2).unwrap();
    println!("{:#?}", law.support());
    let check = law.self_check().unwrap();
    println!("{check:?}");
    assert!(check.is_within(1e-9));
    let grid = law.grid(40).unwrap();
    for p in grid {
        println!("{p:?}");
    }
}

#[test]
fn the_infinite_ring_has_the_edges_of_its_closed_form() {
    for (beta, gamma, edge) in [
        (0.5, 0.1, 3.3267927),
        (0.5, 1.0, 5.7317296),
        (1.0, 0.5, 9.8000358),
    ] {
        let ring = Population::ising_ring(None, beta).unwrap();
        let law = SampleLaw::new(ring.spectrum(), gamma).unwrap();
        let top = law.support().last().unwrap().upper.position;
        // Eight digits were published.
        assert_relative_eq!(top, edge, max_relative = 2e-8);
        let check = law.self_check().unwrap();
        println!("{check:?}");
        assert!(check.is_within(1e-9));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_populations_have_mass_one_and_the_right_mean(
        eigenvalues in prop::collection::vec((-3.0_f64..3.0, 0.01_f64..1.0), 1..200),
        log_gamma in -3.0_f64..3.0,
    ) {
        let pairs: Vec<_> = eigenvalues.iter().map(|&(l, w)| (10_f64.powf(l), w)).collect();
        let atoms = Atoms::new(&pairs).unwrap();
        let gamma = 10_f64.powf(log_gamma);
        let law = SampleLaw::new(&atoms, gamma).unwrap();
        let check = law.self_check().unwrap();
        if !check.is_within(1e-11) { println!("WORSE {check:?} {gamma} n={}", eigenvalues.len()); } prop_assert!(check.is_within(1e-8), "{check:?} gamma {gamma}");
    }
}
