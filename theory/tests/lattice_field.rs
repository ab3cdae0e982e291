//! Place cells at weak coupling.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use faer::Mat;
use saddlepoint_theory::dynamics::flow::{Flow, Search};
use saddlepoint_theory::dynamics::lattice_field::LatticeField;
use saddlepoint_theory::dynamics::ring_flow::{Field, RingFlow};

fn column(weights: &Mat<f64>) -> Vec<f64> {
    weights.col(0).iter().copied().collect()
}

#[test]
fn the_bump_on_the_lattice_has_its_known_numbers() {
    let lattice = LatticeField::new(100).unwrap();
    let optimum = lattice.optimum(1, &Search::default()).unwrap();
    assert!(optimum.is_maximum());
    let w = column(&optimum.weights);
    let field = Field::new(&w);
    // Seven and six printed digits of a solution by Newton's method.
    assert_abs_diff_eq!(
        w.iter().copied().fold(0.0, f64::max),
        0.919_592_7,
        epsilon = 5e-8
    );
    assert_abs_diff_eq!(
        w.iter().map(|w| w * w).sum::<f64>(),
        2.400_120_7,
        epsilon = 5e-8
    );
    assert_abs_diff_eq!(field.sum_weights.abs(), 4.249_389_6, epsilon = 5e-8);
    assert_abs_diff_eq!(field.width.unwrap(), 3.795_39, epsilon = 5e-6);
    assert!(optimum.log_likelihood > lattice.symmetric_potential());
}

#[test]
fn the_symmetric_state_is_unstable_from_nine_sites_on() {
    for units in 3..60 {
        let lattice = LatticeField::new(units).unwrap();
        let weight = lattice.symmetric_weight();
        let uniform = Mat::from_fn(units, 1, |_, _| weight);
        let slope = lattice.slope(&uniform).unwrap();
        assert_abs_diff_eq!(slope.gradient[(0, 0)], 0.0, epsilon = 1e-14);
        assert_relative_eq!(
            slope.log_likelihood,
            lattice.symmetric_potential(),
            max_relative = 1e-13
        );
        let rate = lattice.symmetric_growth_rate(1).unwrap();
        assert_eq!(rate > 0.0, units >= 9);
        let step = 1e-5;
        let wave = |i: usize| {
            (std::f64::consts::TAU * f64::from(u32::try_from(i).unwrap())
                / f64::from(u32::try_from(units).unwrap()))
            .cos()
        };
        let beside = |sign: f64| {
            let weights = Mat::from_fn(units, 1, |i, _| weight + sign * step * wave(i));
            lattice.slope(&weights).unwrap().gradient[(0, 0)]
        };
        // Third derivatives, up to N, times step².
        assert_abs_diff_eq!(
            (beside(1.0) - beside(-1.0)) / (2.0 * step),
            rate,
            epsilon = 1e-7
        );
    }
    assert!(
        LatticeField::new(9)
            .unwrap()
            .symmetric_growth_rate(9)
            .is_err()
    );
}

#[test]
fn two_units_follow_the_published_equations_and_turn_into_each_other() {
    let lattice = LatticeField::new(11).unwrap();
    let w = Mat::from_fn(11, 2, |i, m| {
        f64::from(u32::try_from((7 * i + 5 * m) % 11).unwrap()) / 11.0 - 0.3
    });
    let slope = lattice.slope(&w).unwrap();
    let sum = |a: usize, b: usize| (0..11).map(|k| w[(k, a)] * w[(k, b)]).sum::<f64>();
    for (a, b) in [(0, 1), (1, 0)] {
        for i in 0..11 {
            let x = w[(i, a)];
            let published = w[((i + 1) % 11, a)] + w[((i + 10) % 11, a)] - x * sum(a, a)
                + x.powi(3)
                + x * w[(i, b)].powi(2)
                - w[(i, b)] * sum(a, b);
            assert_abs_diff_eq!(slope.gradient[(i, a)], published, epsilon = 1e-13);
        }
    }
    let (sin, cos) = 0.7_f64.sin_cos();
    let turned = Mat::from_fn(11, 2, |i, m| match m {
        0 => cos * w[(i, 0)] - sin * w[(i, 1)],
        _ => sin * w[(i, 0)] + cos * w[(i, 1)],
    });
    let potential = lattice.slope(&turned).unwrap().log_likelihood;
    assert_relative_eq!(potential, slope.log_likelihood, max_relative = 1e-13);
}

#[test]
fn the_exact_bump_tends_to_the_one_of_weak_coupling() {
    let search = Search {
        starts: 1,
        tolerance: 1e-12,
        ..Search::default()
    };
    // Both begin with a bump in the middle, on the same site.
    let lattice = LatticeField::new(30).unwrap();
    let limit = column(&lattice.optimum(1, &search).unwrap().weights);
    let difference = |beta: f64| {
        let ring = RingFlow::new(30, beta).unwrap();
        let w = column(&ring.optimum(1, &search).unwrap().weights);
        let pairs = w.iter().zip(&limit);
        pairs.fold(0.0, |m: f64, (w, l)| m.max((w / beta.sqrt() - l).abs()))
    };
    let [first, second] = [0.01, 0.001].map(difference);
    // The next order is β.
    assert!(first < 0.05, "{first}");
    assert!((second / first - 0.1).abs() < 0.02, "{first} {second}");
}
