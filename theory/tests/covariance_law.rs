//! The law of the sample covariance: limits, identities and many random populations.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::assert_relative_eq;
use proptest::prelude::*;
use saddlepoint_theory::covariance::{LawPoint, SampleLaw};
use saddlepoint_theory::spectra::{Atoms, Population};

#[test]
fn three_atoms_have_mass_one_and_the_right_mean() {
    let atoms = Atoms::uniform(&[1.0, 3.0, 7.0]).unwrap();
    let law = SampleLaw::new(&atoms, 0.2).unwrap();
    // The quadrature is asked for 1e-9.
    assert!(law.self_check().unwrap().is_within(1e-9));
}

#[test]
fn the_infinite_ring_has_the_edges_of_its_closed_form() {
    for (beta, gamma, edge) in [
        (0.5, 0.1, 3.326_792_7),
        (0.5, 1.0, 5.731_729_6),
        (1.0, 0.5, 9.800_035_8),
    ] {
        let ring = Population::ising_ring(None, beta).unwrap();
        let law = SampleLaw::new(ring.spectrum(), gamma).unwrap();
        let top = law.support().last().unwrap().upper.position;
        // Eight digits were published.
        assert_relative_eq!(top, edge, max_relative = 2e-8);
        assert!(law.self_check().unwrap().is_within(1e-9));
    }
}

fn check_infinite_ring(beta: f64, gamma: f64) {
    let ring = Population::ising_ring(None, beta).unwrap();
    let law = SampleLaw::new(ring.spectrum(), gamma).unwrap();
    let check = law.self_check().unwrap();
    // The quadrature is asked for 1e-9 on each of two passes.
    assert!(
        check.is_within(1e-8),
        "beta {beta}, gamma {gamma}: {check:?}"
    );
    let is_law = |pair: &[LawPoint]| {
        pair[1].x >= pair[0].x
            && pair[1].cumulative >= pair[0].cumulative - 1e-12
            && pair[1].density >= 0.0
    };
    let grid = law.grid(64).unwrap();
    assert!(grid.windows(2).all(is_law), "beta {beta}, gamma {gamma}");
}

#[test]
fn the_infinite_ring_has_its_law_where_edges_lie_close_to_its_band() {
    // Points whose search from the edge fails start inside of the band.
    for (beta, gamma) in [(0.5, 1e-6), (1.0, 1e-5), (2.0, 1e-2), (4.0, 1e3)] {
        check_infinite_ring(beta, gamma);
    }
}

#[test]
fn the_infinite_ring_has_its_law_from_a_millionth_to_a_million_samples_per_unit() {
    for beta in [0.2, 0.5, 1.0, 2.0, 4.0] {
        for exponent in -6..=6 {
            check_infinite_ring(beta, 10_f64.powi(exponent));
        }
    }
}

/// Marsaglia's xorshift, to write down a population of many eigenvalues by its seed.
struct Xorshift(u64);

impl Xorshift {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(clippy::cast_precision_loss, reason = "32 bits")]
        let top = (self.0 >> 32) as f64;
        top / 4_294_967_296.0
    }

    /// `size` eigenvalues over six decades.
    fn population(&mut self, size: usize) -> Atoms {
        let pairs: Vec<_> = (0..size)
            .map(|_| {
                (
                    10_f64.powf(6.0 * self.uniform() - 3.0),
                    0.01 + self.uniform(),
                )
            })
            .collect();
        Atoms::new(&pairs).unwrap()
    }
}

/// Between two poles ψ takes each x of the bulk once more, on the real axis. The iteration was drawn there near a gap that has
/// nearly opened, Im u shrank by sixteen digits a step, and among subnormal numbers, whose rounding is of their own size, it
/// looked settled: the density at isolated points was 1e-322, and the mass of one law in a hundred did not settle.
#[test]
fn no_point_of_the_bulk_is_found_on_the_real_axis() {
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    for _ in 0..30 {
        let atoms = random.population(120);
        let law = SampleLaw::new(&atoms, 0.15).unwrap();
        for interval in law.support() {
            let (lower, upper) = (interval.lower.position, interval.upper.position);
            let width = upper - lower;
            let mean = interval.mass / width;
            for _ in 0..200 {
                let share = random.uniform();
                let x = lower + share * width;
                if x <= lower || x >= upper {
                    continue;
                }
                // Even at a cusp, met to 1e-9 of the width, the cube root leaves 1e-3 of the mean.
                let density = law.density(x).unwrap();
                assert!(
                    density > 1e-6 * share.min(1.0 - share).sqrt() * mean,
                    "{density} at {x}"
                );
            }
        }
    }
}

/// A population as a list of atoms: fresh, zero, equal to the one before or nearly so.
fn populations() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let atom = (-3.0_f64..3.0, 0.01_f64..1.0, 0_u8..12);
    prop::collection::vec(atom, 1..200).prop_map(|atoms| {
        let mut before = 1.0;
        let mut population = Vec::with_capacity(atoms.len());
        for (log, weight, kind) in atoms {
            let eigenvalue = match kind {
                0 => before,
                1 => before * (1.0 + 1e-7 * weight),
                2 if !population.is_empty() => 0.0,
                _ => 10_f64.powf(log),
            };
            if eigenvalue > 0.0 {
                before = eigenvalue;
            }
            population.push((eigenvalue, weight));
        }
        population
    })
}

/// Mass, mean, cumulative distribution and quantiles of one law.
fn check_law(law: &SampleLaw, probabilities: &[f64]) -> Result<(), TestCaseError> {
    let check = law.self_check().unwrap();
    // The quadrature is asked for 1e-9 on each of two passes.
    prop_assert!(check.is_within(1e-8), "{check:?}");
    let grid = law.grid(300).unwrap();
    for pair in grid.windows(2) {
        // Rounding of a sum of a few hundred angles; at the two sides of a gap of width ε the exact masses meet it.
        prop_assert!(
            pair[1].x >= pair[0].x * (1.0 - 1e-14)
                && pair[1].cumulative >= pair[0].cumulative - 1e-13,
            "{pair:?}"
        );
    }
    let mut below = law.atom_at_zero();
    for interval in law.support() {
        let (lower, upper) = (interval.lower.position, interval.upper.position);
        // At 1e-8 of the width from a square-root edge is 1e-12 of the mass, from a cusp 2e-11.
        let inside = 1e-8 * (upper - lower).min(lower);
        let start = law.cumulative(lower + inside).unwrap();
        prop_assert!(
            (start - below).abs() <= 1e-10,
            "{start} at {lower}, not {below}"
        );
        below += interval.mass;
        let end = law.cumulative(upper - inside).unwrap();
        prop_assert!(
            (end - below).abs() <= 1e-10,
            "{end} at {upper}, not {below}"
        );
    }
    for &p in probabilities {
        let x = law.quantile(p).unwrap();
        let back = law.cumulative(x).unwrap();
        // The same rounding as above; within the atom at zero the cumulative exceeds p.
        prop_assert!(
            (back.max(p) - p.max(law.atom_at_zero())).abs() <= 1e-12,
            "{back} for {p}"
        );
    }
    Ok(())
}

/// With fewer samples than variables a part of the eigenvalues is 0, and so are the quantiles up to it.
#[test]
fn quantiles_begin_at_zero_or_at_the_lower_edge() {
    let white = Atoms::new(&[(1.0, 1.0)]).unwrap();
    let few = SampleLaw::new(&white, 4.0).unwrap();
    assert_relative_eq!(few.atom_at_zero(), 0.75, max_relative = 1e-14);
    for p in [0.0, 0.5, 0.75] {
        assert!(few.quantile(p).unwrap().abs() <= 0.0, "{p}");
    }
    let many = SampleLaw::new(&white, 0.25).unwrap();
    // (1 − √γ)², by Marchenko and Pastur.
    assert_relative_eq!(many.quantile(0.0).unwrap(), 0.25, max_relative = 1e-12);
}

/// Shrinking a population of hundreds of atoms takes minutes and tells no more than its first failure.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn random_populations_have_mass_one_and_the_right_mean(
        pairs in populations(),
        log_gamma in -3.0_f64..3.0,
        probabilities in prop::collection::vec(0.0_f64..1.0, 3),
    ) {
        let atoms = Atoms::new(&pairs).unwrap();
        let law = SampleLaw::new(&atoms, 10_f64.powf(log_gamma)).unwrap();
        check_law(&law, &probabilities)?;
    }

    #[test]
    fn edges_scale_with_the_population(
        pairs in populations(),
        log_gamma in -3.0_f64..3.0,
        scale in 1e-3_f64..1e3,
    ) {
        let gamma = 10_f64.powf(log_gamma);
        let scaled: Vec<_> = pairs.iter().map(|&(l, w)| (scale * l, w)).collect();
        let (one, other) = (Atoms::new(&pairs).unwrap(), Atoms::new(&scaled).unwrap());
        let (one, other) = (SampleLaw::new(&one, gamma).unwrap(), SampleLaw::new(&other, gamma).unwrap());
        prop_assert_eq!(one.support().len(), other.support().len());
        for (a, b) in one.support().iter().zip(other.support()) {
            for (a, b) in [(a.lower, b.lower), (a.upper, b.upper)] {
                // Rounded eigenvalues move an edge by a few units in the last place, a lower one by more where it is small.
                prop_assert!((scale * a.position - b.position).abs() <= 1e-10 * b.position);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(48))]

    /// Three groups of eigenvalues, the second moved until its interval all but touches the first's, on either side of contact.
    #[test]
    fn nearly_touching_intervals_keep_mass_and_mean(
        weights in prop::array::uniform3(0.05_f64..1.0),
        log_gamma in -2.5_f64..0.5,
        exponent in 1.0_f64..14.0,
        is_open in any::<bool>(),
        probabilities in prop::collection::vec(0.0_f64..1.0, 3),
    ) {
        let gamma = 10_f64.powf(log_gamma);
        let atoms = |log_ratio: f64| {
            let ratio = log_ratio.exp();
            Atoms::new(&[(1.0, weights[0]), (ratio, weights[1]), (30.0 * ratio, weights[2])]).unwrap()
        };
        let intervals = |log_ratio: f64| SampleLaw::new(&atoms(log_ratio), gamma).unwrap().support().len();
        let (mut closed, mut open) = (1e-3, 12.0);
        let most = intervals(open);
        while open - closed > 1e-15 * open {
            let middle = 0.5 * (open + closed);
            if middle <= closed || middle >= open {
                break;
            }
            if intervals(middle) == most {
                open = middle;
            } else {
                closed = middle;
            }
        }
        let offset = 10_f64.powf(-exponent);
        let atoms = atoms(if is_open { open + offset } else { closed - offset });
        let law = SampleLaw::new(&atoms, gamma).unwrap();
        check_law(&law, &probabilities)?;
    }

    #[test]
    fn one_eigenvalue_gives_the_law_of_marchenko_and_pastur(
        log_gamma in -3.0_f64..3.0,
        log_scale in -3.0_f64..3.0,
        share in 0.01_f64..0.99,
    ) {
        let (gamma, scale) = (10_f64.powf(log_gamma), 10_f64.powf(log_scale));
        let atoms = Atoms::uniform(&[scale]).unwrap();
        let law = SampleLaw::new(&atoms, gamma).unwrap();
        let (low, high) = (law.support()[0].lower.position, law.support()[0].upper.position);
        let x = low + share * (high - low);
        let expected = ((high - x) * (x - low)).sqrt() / (std::f64::consts::TAU * gamma * scale * x);
        // Close to an edge (1e-2 of the width) and with edges that cancel (γ near 1 or small) up to five digits of sixteen go.
        assert_relative_eq!(law.density(x).unwrap(), expected, max_relative = 1e-10);
        assert_relative_eq!(high, scale * (1.0 + gamma.sqrt()).powi(2), max_relative = 1e-13);
    }
}
