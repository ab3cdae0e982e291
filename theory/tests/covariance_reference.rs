//! The covariance family against values computed with 60 digits by other methods (`scripts/reference_values.py`).
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use approx::assert_relative_eq;
use saddlepoint_theory::covariance::{
    Interval, SampleLaw, alpha_for_overlap, critical_alpha, crossing_alpha,
    crossing_published_alpha, overlap_profile, population_eigenvalue, solve_parameter, spike,
};
use saddlepoint_theory::quadrature::integrate_pieces;
use saddlepoint_theory::spectra::{Atoms, Population};

/// A table of `tests/reference`.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// One row of it, by the names of its columns.
#[derive(Clone, Copy)]
struct Row<'a> {
    table: &'a Table,
    index: usize,
}

impl Table {
    fn read(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/reference")
            .join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        // No field of these tables holds a comma or a quote.
        let split = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = text.lines().map(split);
        let header = lines.next().expect("a header");
        let rows: Vec<_> = lines.collect();
        assert!(!rows.is_empty(), "{name} has no rows");
        assert!(
            rows.iter().all(|row| row.len() == header.len()),
            "{name} is torn"
        );
        Self { header, rows }
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|index| Row { table: self, index })
    }
}

impl<'a> Row<'a> {
    fn text(self, column: &str) -> &'a str {
        let position = self.table.header.iter().position(|name| name == column);
        &self.table.rows[self.index][position.unwrap_or_else(|| panic!("no column {column}"))]
    }

    fn number(self, column: &str) -> f64 {
        let text = self.text(column);
        text.parse()
            .unwrap_or_else(|_| panic!("{column} is {text:?}"))
    }

    fn optional(self, column: &str) -> Option<f64> {
        (!self.text(column).is_empty()).then(|| self.number(column))
    }

    fn count(self, column: &str) -> usize {
        self.text(column).parse().expect("a count")
    }

    fn units(self) -> Option<usize> {
        (self.text("units") != "inf").then(|| self.count("units"))
    }

    fn law_key(self) -> (String, String) {
        (
            self.text("population").to_owned(),
            self.text("gamma").to_owned(),
        )
    }
}

fn listed() -> BTreeMap<String, Vec<(f64, f64)>> {
    let mut populations: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in Table::read("covariance_populations").rows() {
        let atom = (row.number("eigenvalue"), row.number("weight"));
        populations
            .entry(row.text("population").to_owned())
            .or_default()
            .push(atom);
    }
    populations
}

/// Calls `check` with every law of a table and its rows.
fn each_law(name: &str, mut check: impl FnMut(&SampleLaw, &[Row], &str)) {
    let (populations, table) = (listed(), Table::read(name));
    let mut laws: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in table.rows() {
        laws.entry(row.law_key()).or_default().push(row);
    }
    for ((population, gamma), rows) in laws {
        let atoms = Atoms::new(&populations[&population]).unwrap();
        let law = SampleLaw::new(&atoms, gamma.parse().unwrap()).unwrap();
        check(&law, &rows, &format!("{population} at {gamma}"));
    }
}

fn model(row: Row) -> Population {
    let units = row.units();
    let built = match row.text("data") {
        "ising-ring" => Population::ising_ring(units, row.number("beta")),
        "clock-ring" => Population::clock_ring(units, row.count("states"), row.number("beta")),
        "spiked" => {
            let spikes: Vec<f64> = row
                .text("spike")
                .split(';')
                .map(|s| s.parse().unwrap())
                .collect();
            Population::spiked(units, &spikes)
        }
        "two-cluster" => Population::two_cluster(units, row.number("signal")),
        other => {
            let name = other.strip_prefix("spectrum:").expect("a known data model");
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "weights of these populations count eigenvalues"
            )]
            let groups: Vec<_> = listed()[name]
                .iter()
                .map(|&(l, weight)| (l, weight as usize))
                .collect();
            Population::finite(units.expect("a finite list"), &groups)
        }
    };
    built.unwrap()
}

/// Relative error of sums over 1/(ℓ−λ): the eigenvalues are known to a few rounding errors, of which cancellation in the
/// difference from the nearest neighbour makes more; sums of squares double them.
fn rounding(population: &Population, rank: usize) -> f64 {
    let l = population.modes()[rank].eigenvalue;
    let others = population
        .modes()
        .iter()
        .enumerate()
        .filter(|(k, _)| *k != rank);
    let nearest = others
        .map(|(_, mode)| (l - mode.eigenvalue).abs())
        .fold(f64::INFINITY, f64::min);
    1e-13 + 20.0 * f64::EPSILON * l / nearest
}

#[test]
fn every_edge_of_every_law_is_right_to_ten_digits() {
    each_law("covariance_edges", |law, rows, name| {
        let found: Vec<f64> = law
            .support()
            .iter()
            .flat_map(|interval| [interval.lower.position, interval.upper.position])
            .collect();
        assert_eq!(found.len(), rows.len(), "number of edges of {name}");
        for (x, row) in found.iter().zip(rows) {
            let expected = row.number("x");
            // A hard edge is exactly 0.
            assert!(
                (x - expected).abs() <= 1e-10 * expected,
                "{name}: {x} for {expected}"
            );
        }
    });
}

#[test]
fn densities_and_cumulative_distributions_are_the_references() {
    // The one table that takes an hour to make: without it there is nothing to compare, with it every row counts.
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    if !folder.join("covariance_density.csv").exists() {
        return;
    }
    each_law("covariance_density", |law, rows, name| {
        for row in rows {
            let x = row.number("x");
            let point = law.point(x).unwrap();
            let expected = row.number("density");
            // The condition number |x f'/f| says what the rounding of x and of the sums over it does to the density.
            let tolerance = 1e-11 + 100.0 * f64::EPSILON * row.number("condition");
            assert!(
                (point.density - expected).abs() <= tolerance * expected,
                "{name}: density {} for {expected} at {x}",
                point.density
            );
            if let Some(cumulative) = row.optional("cumulative") {
                // Reference quadrature: 1e-19; here a sum of arcs of order 1.
                assert!(
                    (point.cumulative - cumulative).abs() <= 1e-12,
                    "{name}: cumulative {} for {cumulative} at {x}",
                    point.cumulative
                );
            }
        }
    });
}

/// ∫ xᵏ f dx over one interval for k = 2, 3, in units of its upper end.
fn moments(law: &SampleLaw, interval: &Interval) -> [f64; 2] {
    let high = interval.upper.position;
    let (low_root, high_root) = (interval.lower.position.sqrt(), high.sqrt());
    let width = high_root - low_root;
    let integrand = |theta: f64| {
        let y = low_root + width * (0.5 * theta).sin().powi(2);
        let x = (y * y).clamp(interval.lower.position, high);
        let density = law.density(x).unwrap();
        let value = if density.is_finite() {
            density * y * width * theta.sin()
        } else {
            0.0
        };
        [value * (x / high).powi(2), value * (x / high).powi(3)]
    };
    let ends = [0.0, std::f64::consts::PI];
    integrate_pieces(|node| integrand(node.x), &ends, 1e-9)
        .unwrap()
        .value
}

#[test]
fn moments_of_the_density_are_the_free_ones() {
    each_law("covariance_moments", |law, rows, name| {
        let row = rows[0];
        let (atom, mean) = (row.number("atom_at_zero"), row.number("mean"));
        assert_relative_eq!(
            law.atom_at_zero(),
            atom,
            epsilon = 1e-15,
            max_relative = 1e-13
        );
        assert_relative_eq!(law.mean(), mean, max_relative = 1e-13);
        // Hundreds of intervals take seconds.
        if law.support().len() > 30 {
            return;
        }
        let mut sums = [0.0; 2];
        for interval in law.support() {
            let [second, third] = moments(law, interval);
            sums[0] += second * interval.upper.position.powi(2);
            sums[1] += third * interval.upper.position.powi(3);
        }
        for (sum, column) in sums.iter().zip(["second_moment", "third_moment"]) {
            let expected = row.number(column);
            // The quadrature is asked for 1e-9.
            assert!(
                (sum - expected).abs() <= 1e-8 * expected,
                "{name}: {column} {sum}, {expected}"
            );
        }
    });
}

#[test]
fn infinite_rings_have_the_edges_and_densities_of_their_closed_form() {
    for row in Table::read("infinite_ring").rows() {
        let ring = Population::ising_ring(None, row.number("beta")).unwrap();
        let law = SampleLaw::new(ring.spectrum(), row.number("gamma")).unwrap();
        let [only] = law.support() else {
            panic!("one interval")
        };
        for (edge, column) in [(only.lower, "lower"), (only.upper, "upper")] {
            let expected = row.number(column);
            assert!(
                (edge.position - expected).abs() <= 1e-10 * expected,
                "{column}: {expected}"
            );
        }
    }
    for row in Table::read("infinite_ring_density").rows() {
        let ring = Population::ising_ring(None, row.number("beta")).unwrap();
        let law = SampleLaw::new(ring.spectrum(), row.number("gamma")).unwrap();
        let density = law.density(row.number("x")).unwrap();
        // At 1e-3 of the width from an edge x/(x − x₊) costs up to four digits of sixteen.
        assert_relative_eq!(density, row.number("density"), max_relative = 1e-11);
    }
}

#[test]
fn thresholds_are_the_sums_over_all_other_modes() {
    let table = Table::read("thresholds");
    for row in table.rows() {
        let population = model(row);
        let rank = row.count("mode");
        let mode = population.mode(rank).unwrap();
        assert_relative_eq!(
            mode.eigenvalue,
            row.number("eigenvalue"),
            max_relative = 1e-12
        );
        assert_eq!(
            mode.degeneracy,
            Some(row.count("degeneracy")),
            "row {}",
            row.index
        );
        let (alpha, tolerance) = match row.text("criterion") {
            "spectral" => (
                critical_alpha(&population, rank),
                rounding(&population, rank),
            ),
            // λ₁ − 1 near zero loses digits of λ₁.
            "crossing" => (crossing_alpha(&population), 1e-12),
            "crossing-published" => (crossing_published_alpha(&population), 1e-12),
            other => panic!("criterion {other}"),
        };
        let expected = row.optional("alpha_c").unwrap_or(f64::INFINITY);
        assert_relative_eq!(alpha.unwrap(), expected, max_relative = tolerance);
    }
}

#[test]
fn critical_sample_sizes_of_rings_follow_their_closed_form() {
    for row in Table::read("ring_law").rows() {
        let ring = Population::ising_ring(row.units(), row.number("beta")).unwrap();
        let samples = row.number("units") * critical_alpha(&ring, 0).unwrap();
        assert_relative_eq!(
            samples,
            row.number("closed_form"),
            max_relative = rounding(&ring, 0)
        );
    }
}

#[test]
fn modes_detach_where_and_as_the_references_say() {
    for row in Table::read("outliers").rows() {
        let population = model(row);
        let rank = row.count("mode");
        let fate = spike(&population, rank, row.number("alpha")).unwrap();
        assert_eq!(
            fate.is_detached(),
            row.text("detached") == "true",
            "row {}",
            row.index
        );
        let tolerance = rounding(&population, rank);
        if let Some(expected) = row.optional("sample_eigenvalue") {
            assert_relative_eq!(fate.eigenvalue(), expected, max_relative = tolerance);
        }
        // Below the threshold the formula means nothing (and may exceed 1); above, it is a difference of numbers of order 1.
        let expected = if fate.is_detached() {
            row.number("overlap_squared")
        } else {
            0.0
        };
        assert_relative_eq!(fate.overlap_squared(), expected, epsilon = tolerance);
    }
}

#[test]
fn overlap_profiles_are_the_references() {
    let table = Table::read("profile");
    let mut known: Option<(Vec<String>, _)> = None;
    for row in table.rows() {
        let key = table.rows[row.index][..7].to_vec();
        if known.as_ref().is_none_or(|(name, _)| *name != key) {
            let profile = overlap_profile(&model(row), row.number("alpha")).unwrap();
            known = Some((key, profile));
        }
        let (_, profile) = known.as_ref().unwrap();
        assert_relative_eq!(
            profile.resonance,
            row.number("x_star"),
            max_relative = 1e-12
        );
        let (mode, overlap) = profile.overlaps[row.count("mode")];
        let expected = row.number("eigenvalue");
        assert_relative_eq!(
            mode.eigenvalue,
            expected,
            epsilon = 1e-13,
            max_relative = 1e-12
        );
        // x* − λ is a small difference near the threshold: x* has 1e-16, it 1e-13 and its square 1e-12.
        let overlap_squared = row.number("overlap_squared");
        assert_relative_eq!(
            overlap,
            overlap_squared,
            epsilon = 1e-15,
            max_relative = 1e-11
        );
    }
}

#[test]
fn inverse_problems_have_the_solutions_of_the_references() {
    for row in Table::read("inverse").rows() {
        let (units, target) = (row.units(), row.number("target"));
        let solve = |most: f64, family: &dyn Fn(f64) -> saddlepoint_theory::Result<Population>| {
            solve_parameter("parameter", target, most, &|p| {
                critical_alpha(&family(p)?, 0)
            })
            .unwrap()
        };
        let solution = match row.text("solve_for") {
            "beta" => solve(10.0, &|beta| Population::ising_ring(units, beta)),
            "spike" => solve(1e6, &|l| Population::spiked(units, &[l])),
            "signal" => solve(1e3, &|b| Population::two_cluster(units, b)),
            "alpha" => {
                let given = row.number("given");
                let population = match row.text("data") {
                    "ising-ring" => Population::ising_ring(units, given),
                    "spiked" => Population::spiked(units, &[given]),
                    _ => Population::two_cluster(units, given),
                };
                alpha_for_overlap(&population.unwrap(), 0, target).unwrap()
            }
            _ => {
                let noise = Population::iid(None).unwrap();
                population_eigenvalue(noise.spectrum(), row.number("given"), target).unwrap()
            }
        };
        // Thresholds carry 1e-12 from differences of eigenvalues; their logarithm in the parameter has a slope above 1.
        assert_relative_eq!(solution, row.number("solution"), max_relative = 1e-11);
    }
}
