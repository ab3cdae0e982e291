//! Phases of the RBM ensemble: reference values, limits and identities.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a failure is a failed test"
)]

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use saddlepoint_theory::replica::Transition;
use saddlepoint_theory::replica::ensemble::{ComponentLaw, Ensemble, Line, Phase, State, lines};
use saddlepoint_theory::replica::field::field_averages;
use saddlepoint_theory::replica::hopfield::Hopfield;
use saddlepoint_theory::solver::Stop;

const LAWS: [ComponentLaw; 4] = [
    ComponentLaw::Gaussian,
    ComponentLaw::Rademacher,
    ComponentLaw::Laplace,
    ComponentLaw::Sparse { density: 0.1 },
];

fn one_mode(w: f64, sigma: f64, kappa: f64, law: ComponentLaw) -> Ensemble {
    Ensemble::new(sigma, kappa, &[(w, law)]).unwrap()
}

fn recalled(ensemble: &Ensemble) -> State {
    ensemble.recall(&[0]).unwrap().expect("a recalled mode")
}

#[test]
fn states_are_those_of_fine_grids() {
    let path = format!(
        "{}/tests/reference/ensemble.csv",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let law = LAWS
            .into_iter()
            .find(|law| cells[0].starts_with(law.name()))
            .unwrap();
        let numbers: Vec<f64> = cells[1..]
            .iter()
            .map(|cell| cell.parse().unwrap())
            .collect();
        let [sigma, w, kappa, visible, hidden] = numbers[..5] else {
            panic!("{line}")
        };
        let ensemble = one_mode(w, sigma, kappa, law)
            .with_fields(visible, hidden)
            .unwrap();
        let state = recalled(&ensemble);
        let values = [
            state.m_visible[0],
            state.m_hidden[0],
            state.q_visible,
            state.q_hidden,
            state.free_energy,
            state.at_stability,
        ];
        for (value, expected) in values.into_iter().zip(&numbers[5..]) {
            // Thirteen digits are written, and the grids are right to 1e-12.
            assert_relative_eq!(value, *expected, max_relative = 3e-12);
        }
    }
}

#[test]
fn without_noise_a_mode_is_the_single_mode_mean_field() {
    // x = E u tanh(s u y √κ), y = E v tanh(s v x/√κ): with ±1 components the Curie–Weiss equation at κ = 1.
    let curie_weiss = recalled(&one_mode(2.0, 0.0, 1.0, ComponentLaw::Rademacher));
    assert_relative_eq!(
        curie_weiss.m_visible[0],
        0.957_504_024_077,
        max_relative = 1e-11
    );
    assert_abs_diff_eq!(curie_weiss.at_stability, 0.0);
    // f per spin of the Curie–Weiss model, of which there are two layers.
    let m = curie_weiss.m_visible[0];
    let f = m * m - (2.0 * (2.0 * m).cosh()).ln();
    assert_relative_eq!(curie_weiss.free_energy, 2.0 * f, max_relative = 1e-12);
    for law in LAWS {
        assert!(
            one_mode(0.999, 0.0, 1.0, law)
                .recall(&[0])
                .unwrap()
                .is_none()
        );
        // Landau: m² = 6 (w − 1)/(E u⁴ + E v⁴) at κ = 1, with corrections of the order of w − 1.
        let m = recalled(&one_mode(1.0 + 1e-4, 0.0, 1.0, law)).m_visible[0];
        let landau = 6.0e-4 / (2.0 * law.kurtosis());
        assert_relative_eq!(m * m, landau, max_relative = 2e-3 * law.kurtosis());
    }
}

#[test]
fn swapping_the_layers_swaps_their_order_parameters() {
    for law in LAWS {
        let [here, there] = [0.4, 2.5].map(|kappa| recalled(&one_mode(2.0, 0.8, kappa, law)));
        assert_relative_eq!(here.q_visible, there.q_hidden, max_relative = 1e-10);
        assert_relative_eq!(here.m_visible[0], there.m_hidden[0], max_relative = 1e-10);
        // f is per visible unit.
        assert_relative_eq!(
            here.free_energy,
            0.4 * there.free_energy,
            max_relative = 1e-12
        );
        assert_relative_eq!(here.at_stability, there.at_stability, max_relative = 1e-9);
    }
}

#[test]
fn the_glass_is_that_of_sherrington_and_kirkpatrick() {
    // At κ = 1 both layers are alike: q = E tanh²(σ√q z), the SK model at β = σ; f at σ = 2 by its own formula.
    let sigma: f64 = 2.0;
    let glass = one_mode(0.0, sigma, 1.0, ComponentLaw::Gaussian).disordered();
    let averages = field_averages(0.0, sigma * sigma * glass.q_visible);
    assert_relative_eq!(glass.q_visible, glass.q_hidden, max_relative = 1e-12);
    assert_relative_eq!(glass.q_visible, averages.tanh2, max_relative = 1e-12);
    let stability = sigma.powi(4) * averages.sech4.powi(2);
    assert_relative_eq!(glass.at_stability, stability, max_relative = 1e-11);
    assert_eq!(glass.phase(), Phase::SpinGlass);
}

#[test]
fn gaussian_hidden_units_give_the_hopfield_model() {
    // The visible layer of the ensemble, with hidden units that answer linearly: their overlap is (σ²/√κ) q/(1 − σ²(1−q)/√κ)²,
    // and σ² = β√κ is the noise of patterns ±1. A pattern is the weights of one hidden unit: its field is β m ξ.
    let (alpha, temperature) = (0.08_f64, 0.3_f64);
    let beta = temperature.recip();
    let noise = beta * alpha.sqrt();
    let [mut m, mut q] = [1.0, 1.0];
    for _ in 0..2000 {
        let hidden = noise / alpha.sqrt() * q / (1.0 - noise / alpha.sqrt() * (1.0 - q)).powi(2);
        let averages = field_averages(beta * m, noise * alpha.sqrt() * hidden);
        (m, q) = (averages.tanh, averages.tanh2);
    }
    let state = Hopfield::new(alpha, temperature)
        .unwrap()
        .retrieval()
        .unwrap()
        .unwrap();
    assert_relative_eq!(state.magnetization, m, max_relative = 1e-11);
    assert_relative_eq!(state.overlap, q, max_relative = 1e-11);
}

#[test]
fn the_energy_is_a_derivative_of_the_free_energy() {
    // β scales σ and w: e = ∂(βf)/∂β, and f of the machine at β is β times its own.
    for (law, sigma) in LAWS.into_iter().zip([0.5, 0.8, 0.6, 1.5]) {
        let free = |beta: f64| recalled(&one_mode(2.5 * beta, sigma * beta, 0.7, law)).free_energy;
        let step = 1e-4;
        let slope = (free(1.0 + step) - free(1.0 - step)) / (2.0 * step);
        let ensemble = one_mode(2.5, sigma, 0.7, law);
        // Central differences: step² times a third derivative of order ten.
        assert_relative_eq!(
            ensemble.energy(&recalled(&ensemble)),
            slope,
            max_relative = 1e-6
        );
    }
}

#[test]
fn phases_have_their_names() {
    let phase = |w: f64, sigma: f64| {
        one_mode(w, sigma, 1.0, ComponentLaw::Rademacher)
            .equilibrium()
            .unwrap()
            .phase()
    };
    assert_eq!(phase(0.9, 0.9), Phase::Paramagnet);
    assert_eq!(phase(1.1, 0.9), Phase::Ferromagnet);
    assert_eq!(phase(0.9, 1.1), Phase::SpinGlass);
    assert_eq!(phase(1.6, 1.5), Phase::Mixed);
    assert_eq!(phase(3.0, 1.5), Phase::Ferromagnet);
}

#[test]
fn a_mode_is_recalled_from_the_line_on() {
    for law in LAWS {
        for (sigma, kappa) in [(0.0, 1.0), (0.9, 0.3), (1.5, 1.0), (3.0, 2.0)] {
            let found = lines(sigma, kappa, law).unwrap();
            let recall = found
                .iter()
                .find(|point| point.line == Line::Recall)
                .unwrap();
            assert_eq!(recall.order, Transition::Continuous);
            let w = recall.w.unwrap();
            if sigma <= 1.0 {
                assert_relative_eq!(w, 1.0, max_relative = 1e-14);
            }
            let above = recalled(&one_mode(w * (1.0 + 1e-6), sigma, kappa, law));
            assert!(above.m_visible[0] < 0.01);
            assert!(
                one_mode(w * (1.0 - 1e-6), sigma, kappa, law)
                    .recall(&[0])
                    .unwrap()
                    .is_none()
            );
        }
    }
}

#[test]
fn replica_symmetry_returns_on_the_line_of_de_almeida_and_thouless() {
    for law in LAWS {
        let found = lines(1.5, 0.5, law).unwrap();
        let line = found
            .iter()
            .find(|point| point.line == Line::AlmeidaThouless)
            .unwrap();
        assert_relative_eq!(line.state.at_stability, 1.0, max_relative = 1e-10);
        let state = recalled(&one_mode(line.w.unwrap(), 1.5, 0.5, law));
        assert_relative_eq!(state.at_stability, 1.0, max_relative = 1e-8);
        assert_relative_eq!(
            state.m_visible[0],
            line.state.m_visible[0],
            max_relative = 1e-8
        );
        assert_relative_eq!(
            state.free_energy,
            line.state.free_energy,
            max_relative = 1e-10
        );
    }
    // Strong noise saturates all units, m = √(2/π): 1 = σ⁴ (E sech⁴)² with E sech⁴ = (4/3)/(√(2π) w m), the density of the field at 0, is w = (2/3) σ². Corrections
    // go with 1/σ⁴: 4e-6 at σ = 22.
    for sigma in [22.0, 30.0, 100.0] {
        let found = lines(sigma, 1.0, ComponentLaw::Gaussian).unwrap();
        let line = found
            .iter()
            .find(|point| point.line == Line::AlmeidaThouless);
        let w = line.unwrap().w.unwrap();
        assert_relative_eq!(w, 2.0 / 3.0 * sigma * sigma, max_relative = 1e-5);
    }
    // Units that a sparse mode does not reach stay a glass, however strong it is.
    let sparse = lines(2.0, 1.0, ComponentLaw::Sparse { density: 0.1 }).unwrap();
    assert!(
        sparse
            .iter()
            .all(|point| point.line != Line::AlmeidaThouless)
    );
}

/// Layers exchanged: the same lines, with f per unit of the other layer.
#[test]
fn lines_are_those_of_exchanged_layers() {
    for (sigma, kappa) in [(1.1, 1e-4), (1.5, 0.01), (3.0, 0.5)] {
        let [small, large] =
            [kappa, 1.0 / kappa].map(|kappa| lines(sigma, kappa, ComponentLaw::Gaussian).unwrap());
        assert!(
            small
                .iter()
                .any(|point| point.line == Line::AlmeidaThouless)
        );
        for (small, large) in small.iter().zip(&large) {
            assert_eq!(small.line, large.line);
            // Against the machine itself, which knows nothing of the other one.
            let Some(w) = small.w.filter(|_| small.line == Line::AlmeidaThouless) else {
                continue;
            };
            let state = recalled(&one_mode(w, sigma, kappa, ComponentLaw::Gaussian));
            assert_relative_eq!(state.at_stability, 1.0, max_relative = 1e-7);
            assert_relative_eq!(
                state.m_hidden[0],
                small.state.m_hidden[0],
                max_relative = 1e-7
            );
            assert_relative_eq!(
                state.free_energy,
                small.state.free_energy,
                max_relative = 1e-9
            );
        }
    }
}

/// Beyond, the difference of free energies by which a phase is told is lost in rounding.
#[test]
fn layers_of_too_unlike_size_are_refused() {
    for (kappa, is_good) in [(1e-12, true), (1e12, true), (1e-13, false), (1e13, false)] {
        let ensemble = Ensemble::new(1.5, kappa, &[(3.0, ComponentLaw::Gaussian)]);
        assert_eq!(ensemble.is_ok(), is_good, "{kappa:e}");
        let Ok(ensemble) = ensemble else { continue };
        assert_eq!(ensemble.equilibrium().unwrap().phase(), Phase::Ferromagnet);
    }
}

#[test]
fn heavy_tails_recall_two_modes_at_once() {
    for (law, together) in LAWS.into_iter().zip([false, false, true, true]) {
        let ensemble = Ensemble::new(0.5, 1.0, &[(2.0, law), (1.9, law)]).unwrap();
        let state = ensemble.equilibrium().unwrap();
        assert_eq!(
            state.recalled().count(),
            if together { 2 } else { 1 },
            "{law:?}"
        );
        assert_eq!(state.recalled().next(), Some(0));
    }
}

#[test]
fn a_field_polarizes_without_recalling() {
    let ensemble = one_mode(0.5, 0.5, 1.0, ComponentLaw::Gaussian)
        .with_fields(0.3, 0.0)
        .unwrap();
    let state = ensemble.equilibrium().unwrap();
    assert!(state.q_visible > 0.05 && state.m_visible[0].abs() <= 0.0);
    assert_eq!(state.phase(), Phase::Paramagnet);
}

#[test]
fn arguments_out_of_range_are_refused() {
    let law = ComponentLaw::Gaussian;
    for (sigma, kappa, w) in [
        (-1.0, 1.0, 1.0),
        (1.0, 0.0, 1.0),
        (1.0, 1.0, -1.0),
        (f64::NAN, 1.0, 1.0),
    ] {
        assert!(Ensemble::new(sigma, kappa, &[(w, law)]).is_err());
    }
    let sparse = ComponentLaw::Sparse { density: 2.0 };
    assert!(Ensemble::new(1.0, 1.0, &[(1.0, sparse)]).is_err());
    assert!(one_mode(1.0, 1.0, 1.0, law).recall(&[1]).is_err());
    assert!(
        one_mode(1.0, 1.0, 1.0, law)
            .with_fields(f64::NAN, 0.0)
            .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_branch_converges_and_is_stationary(
        w in 0.0..4.0_f64, sigma in 0.0..3.0_f64, kappa in 0.2..5.0_f64, which in 0_usize..4,
        visible in 0.0..0.5_f64
    ) {
        let ensemble = one_mode(w, sigma, kappa, LAWS[which]).with_fields(visible, 0.1).unwrap();
        for state in ensemble.branches().unwrap() {
            prop_assert_eq!(state.stop, Stop::Converged);
            prop_assert!(state.residual < 1e-11);
            let order = [state.q_visible, state.q_hidden, state.m_visible[0], state.m_hidden[0]];
            let at = |x: [f64; 4]| ensemble.free_energy(x[0], x[1], &x[2..3], &x[3..]);
            prop_assert!((at(order) - state.free_energy).abs() < 1e-13 * state.free_energy.abs());
            for i in 0..4 {
                // Without a recalled mode f is even in m, and q = 0 cannot be left downwards.
                if order[i] < 1e-3 { continue; }
                let step = 1e-4 * order[i];
                let moved = |d: f64| { let mut x = order; x[i] += d; at(x) };
                // ∂f from third-order differences; the terms that cancel are of order one.
                let slope = (moved(step) - moved(-step)) / (2.0 * step);
                prop_assert!(slope.abs() < 1e-6, "{i} {slope}");
            }
        }
    }
}

/// Just above σ = 1 a glass of few hidden units per visible one: `q_v = σ² √κ q_h` and `q_h = y − 2y²` with y = σ⁴ `q_h`, so that `q_h = (1 − σ⁻⁴)/2σ⁴`.
#[test]
fn glasses_of_unlike_layers_are_born_as_their_equations_say() {
    for kappa in [1e-12, 1e-8] {
        let sigma: f64 = 1.0 + 1e-6;
        let state = Ensemble::new(sigma, kappa, &[]).unwrap().disordered();
        let fourth = sigma.powi(4);
        let expected = (fourth - 1.0) / (2.0 * fourth * fourth);
        // The next term is of relative size q; κ counts as its root, times q.
        assert_relative_eq!(state.q_hidden, expected, max_relative = 1e-4);
        assert_relative_eq!(
            state.q_visible,
            sigma * sigma * kappa.sqrt() * expected,
            max_relative = 1e-4
        );
    }
}
