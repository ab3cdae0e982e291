//! Machines with double-well and rectified units against integrals, finite differences and limits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use approx::assert_relative_eq;
use faer::Mat;
use proptest::prelude::*;
use saddlepoint_theory::quadrature::integrate;
use saddlepoint_theory::reciprocal::{
    Landscape, Machine, Profile, Unit, exact_log_partition, exact_profile, naive_solutions, tap,
};

/// A machine with weights and biases that have no structure.
fn machine(seed: u32, shape: [usize; 2], scale: f64, units: [&str; 2], bias: f64) -> Machine {
    let mut phase = 1.7 * f64::from(seed);
    let mut next = || {
        phase += 0.618_033_988_75;
        2.0 * (23.0 * phase.sin()).sin()
    };
    let weights = Mat::from_fn(shape[0], shape[1], |_, _| scale * next());
    let [b, c] = shape.map(|units| (0..units).map(|_| bias * next()).collect());
    let [visible, hidden] = units.map(|name| name.parse().unwrap());
    Machine::new(weights, b, c, visible, hidden).unwrap()
}

const PAIRS: [[&str; 2]; 6] = [
    ["spin", "relu"],
    ["binary", "relu"],
    ["spin", "double-well:-1.5"],
    ["double-well:-0.5", "binary"],
    ["relu", "spin"],
    ["double-well:-1", "relu"],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn landau_is_the_expansion_of_the_free_energy(seed in 0_u32..1000, pair in 0_usize..6, mode in 0_usize..4) {
        let machine = machine(seed, [8, 5], 0.1, PAIRS[pair], 0.5);
        let landscape = Landscape::new(&machine).unwrap();
        let landau = landscape.landau(mode).unwrap();
        let along = landscape.along(mode).unwrap();
        let a = 0.03;
        let even = 0.5 * (along.value(a).unwrap() + along.value(-a).unwrap());
        let odd = 0.5 * (along.value(a).unwrap() - along.value(-a).unwrap());
        // The next orders: a⁶ ~ 7e-10 and a⁵ ~ 2e-8 times coefficients of order one.
        assert_relative_eq!(even, a * a * landau.quadratic + a.powi(4) * landau.quartic, epsilon = 2e-9);
        assert_relative_eq!(odd, a.powi(3) * landau.cubic, epsilon = 2e-8);
        assert_relative_eq!(along.curvature(0.0).unwrap(), 2.0 * landau.quadratic, epsilon = 1e-10);
    }

    #[test]
    fn naive_mean_field_is_a_lower_bound(seed in 0_u32..1000, pair in 0_usize..5) {
        let machine = machine(seed, [7, 5], 0.12, PAIRS[pair], 0.5);
        let landscape = Landscape::new(&machine).unwrap();
        let exact = exact_log_partition(&machine).unwrap();
        for solution in naive_solutions(&machine, &landscape).unwrap() {
            prop_assert!(solution.log_partition <= exact + 1e-9 * exact.abs());
        }
        if let Some(loops) = landscape.one_loop_log_partition() {
            // The fluctuations are most of what mean field leaves out.
            let missing = exact - landscape.log_partition();
            prop_assert!((exact - loops).abs() <= 0.5 * missing + 1e-9, "{exact} {loops} {missing}");
        }
    }
}

#[test]
fn enumeration_over_the_spins_is_the_integral_over_a_hidden_unit() {
    for (name, theta, lower) in [("relu", 0.0, 0.0), ("double-well:-1.5", -1.5, -15.0)] {
        let machine = machine(3, [4, 1], 0.3, ["spin", name], 0.4);
        let weight = |h: f64| {
            let potential = 0.5 * h * h + theta * h.abs() - machine.hidden_bias()[0] * h;
            let inputs = machine.inputs_v_from_h(&[h]);
            inputs.iter().map(|x| 2.0 * x.cosh()).product::<f64>() * (-potential).exp()
        };
        // The cusp at 0 is an end of the interval.
        let parts = [(lower, 0.0), (0.0, 15.0)].map(|(a, b)| integrate(weight, a, b, 1e-12));
        let total: f64 = parts.into_iter().map(|part| part.unwrap().value).sum();
        let exact = exact_log_partition(&machine).unwrap();
        // Beyond |h| = 15 the weight is below exp(−112 + 36 + 23): weights of at most 0.6, and θ.
        assert_relative_eq!(exact, total.ln(), epsilon = 1e-11);
    }
}

#[test]
fn wells_without_depth_are_gaussian_units() {
    let landscapes = ["gaussian", "double-well:0"].map(|name| {
        let machine = machine(5, [9, 6], 0.1, ["spin", name], 0.4);
        Landscape::new(&machine).unwrap()
    });
    let [gaussian, wells] = &landscapes;
    assert_relative_eq!(
        gaussian.log_partition(),
        wells.log_partition(),
        epsilon = 1e-12
    );
    for mode in 0..3 {
        let [one, other] = [gaussian, wells].map(|landscape| landscape.landau(mode).unwrap());
        assert_relative_eq!(one.quadratic, other.quadratic, epsilon = 1e-12);
        assert_relative_eq!(one.cubic, other.cubic, epsilon = 1e-12);
        assert_relative_eq!(one.quartic, other.quartic, epsilon = 1e-12);
    }
}

#[test]
fn deep_wells_are_spins() {
    let theta = -200.0;
    let spins = machine(7, [8, 5], 0.2, ["spin", "spin"], 0.3);
    let weights = Mat::from_fn(8, 5, |i, j| spins.weights()[(i, j)] / -theta);
    let bias = spins.hidden_bias().iter().map(|c| c / -theta).collect();
    let unit: Unit = "double-well:-200".parse().unwrap();
    let wells = Machine::new(
        weights,
        spins.visible_bias().to_vec(),
        bias,
        Unit::Spin,
        unit,
    )
    .unwrap();
    let [one, other] = [&spins, &wells].map(|machine| Landscape::new(machine).unwrap());
    for mode in 0..3 {
        let [one, other] = [&one, &other].map(|landscape| landscape.landau(mode).unwrap());
        // The width of a well against its distance: θ⁻² = 2.5e-5.
        assert_relative_eq!(one.quadratic, other.quadratic, epsilon = 1e-4);
        assert_relative_eq!(one.quartic, other.quartic, epsilon = 1e-4);
    }
}

#[test]
fn what_has_no_theory_names_the_unit_and_the_reason() {
    let spins = machine(2, [6, 4], 0.1, ["spin", "relu"], 0.2);
    let landscape = Landscape::new(&spins).unwrap();
    let starts = naive_solutions(&spins, &landscape).unwrap();
    let message = tap(&spins, &starts).unwrap_err().to_string();
    assert_eq!(
        message,
        "no TAP equations for relu units: their variance is no closed function of the mean"
    );
    let message = exact_profile(&spins, &landscape, 0, &[0.5])
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("no exact profile for relu units: "),
        "{message}"
    );
    let real = machine(2, [6, 4], 0.1, ["gaussian", "double-well:-1"], 0.2);
    let message = exact_log_partition(&real).unwrap_err().to_string();
    assert!(
        message.starts_with("no enumeration for double-well:-1 units: "),
        "{message}"
    );
}
