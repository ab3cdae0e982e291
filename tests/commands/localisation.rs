//! `flow localisation` as typed.

use crate::support::{number, refusal, rows, run};
use approx::assert_relative_eq;

const RING: &str = "flow localisation --data nlgp-ring --correlation-length 3";

#[test]
fn the_sign_of_the_integrated_cumulant_decides_on_long_rings_and_not_the_kurtosis_of_a_unit() {
    let table = rows(&format!(
        "{RING} --units 300 --nonlinearity cubic:-0.05,cubic:0.05,cubic:-0.3,erf:1,sign"
    ));
    assert_eq!(table.len(), 5);
    for row in &table {
        let is_negative = number(row, "integrated_cumulant") < 0.0;
        assert_eq!(row["localises"], is_negative.to_string());
        assert_eq!(row["valid"], "true");
        let size = row["units_critical"].parse::<f64>();
        assert!(size.is_ok_and(|n| n < 300.0) || !row["reason"].is_empty());
    }
    // Units of positive kurtosis whose sum with their neighbours has a negative one.
    assert_eq!(table[2]["nonlinearity"], "cubic:-0.3");
    assert!(number(&table[2], "kurtosis") > 1.0);
    assert_eq!(table[2]["localises"], "true");
}

#[test]
fn neurons_that_fire_often_localise_and_skewness_is_what_makes_those_of_a_fifth() {
    let table = rows(
        "flow localisation --data nlgp-ring --correlation-length 2 --units 300 --nonlinearity rate:0.8,rate:0.2,rate:0.1,rate:0.5 --biases none",
    );
    let [often, seldom, rare, half] = &table[..] else {
        panic!("{table:?}")
    };
    // Ones and zeros exchanged: third cumulants change their sign.
    let exchanged = |column: &str| (number(often, column), number(seldom, column));
    let (first, second) = exchanged("integrated_third_cumulant");
    assert_relative_eq!(first, -second, max_relative = 1e-9);
    let (first, second) = exchanged("growth_rate");
    assert_relative_eq!(first, second, max_relative = 1e-6);
    assert!(number(seldom, "integrated_cumulant") > 0.0);
    assert_eq!(seldom["localises"], "true");
    assert_eq!(rare["localises"], "false");
    // Neurons that fire half of the time are signs.
    let signs = &rows(
        "flow localisation --data nlgp-ring --correlation-length 2 --units 300 --nonlinearity sign",
    )[0];
    for column in ["integrated_cumulant", "growth_rate", "kurtosis"] {
        assert_relative_eq!(
            number(half, column),
            number(signs, column),
            max_relative = 1e-8
        );
    }
    assert!(!signs.contains_key("field_skewness") && !signs.contains_key("biases"));
}

#[test]
fn biases_make_neurons_localise_that_do_not_without() {
    let ring = "flow localisation --data nlgp-ring --correlation-length 2 --nonlinearity rate:0.1,rate:0.5";
    let at = |arguments: &str| rows(&format!("{ring} {arguments}"));
    let (without, with) = (at("--units 1000 --biases none"), at("--units 1000"));
    assert_eq!(without[0]["localises"], "false");
    assert_eq!(with[0]["localises"], "true");
    assert!(number(&with[0], "squared_tilt") > 0.0);
    // Symmetric data make none.
    assert_relative_eq!(
        number(&with[1], "growth_rate"),
        number(&without[1], "growth_rate"),
        max_relative = 1e-9
    );
    let short = &at("--units 100")[0];
    assert_eq!(short["growth_rate"], "");
    assert!(short["reason"].contains("no uniform state"));
}

#[test]
fn the_critical_size_is_the_first_ring_on_which_the_wave_grows() {
    let at = |units: &str| {
        let row = &rows(&format!(
            "{RING} --units {units} --nonlinearity cubic:-0.03"
        ))[0];
        (number(row, "units_critical"), number(row, "growth_rate"))
    };
    let (critical, rate) = at("90");
    assert_relative_eq!(critical, 90.0);
    assert!(rate > 0.0);
    assert!(at("89").1 <= 0.0);
}

#[test]
fn a_row_says_where_the_expansion_fails_and_where_its_sign_is_open() {
    let table = rows(&format!("{RING} --units 20 --nonlinearity cubic:0.1"));
    assert_eq!(table[0]["valid"], "false");
    assert!(table[0]["reason"].contains("too large for the expansion"));
    let table = rows(&format!("{RING} --units 40 --nonlinearity cubic:-0.1"));
    assert_eq!(table[0]["localises"], "");
    assert!(table[0]["reason"].contains("not larger than its error"));
}

#[test]
fn elliptical_data_do_not_localise_at_any_kurtosis() {
    let table = rows(
        "flow localisation --data elliptical-ring --units 50,100 --correlation-length 3 --kurtosis 0,1,20",
    );
    assert_eq!(table.len(), 6);
    for row in &table {
        assert_eq!(row["localises"], "false");
        // A Gaussian spectrum on a long ring: exp(−q² ξ²/4) − 1.
        let q = std::f64::consts::TAU / number(row, "units");
        let rate = (-q * q * 9.0 / 4.0).exp_m1();
        assert_relative_eq!(number(row, "growth_rate"), rate, max_relative = 1e-9);
        assert_eq!(row["units_critical"], "");
    }
}

#[test]
fn what_has_no_meaning_is_refused_with_what_to_write() {
    for (arguments, words) in [
        ("--units 30", "--data nlgp-ring needs --nonlinearity"),
        (
            "--units 30 --nonlinearity sign --kurtosis 1",
            "--kurtosis has no meaning",
        ),
        (
            "--units 30 --nonlinearity tanh",
            "erf:G with a gain G from 1e-4 to 1e6, cubic:C, sign, or rate:F",
        ),
        (
            "--units 30 --nonlinearity erf:1 --visible spin",
            "give --nonlinearity sign",
        ),
        (
            "--units 30 --nonlinearity sign --visible relu",
            "write gaussian or spin",
        ),
        ("--units inf --nonlinearity sign", "give a number of sites"),
        (
            "--units 2 --nonlinearity sign",
            "side must be from 3 to 1e6, got 2",
        ),
        (
            "--units 1e9 --nonlinearity sign",
            "side must be from 3 to 1e6",
        ),
    ] {
        let said = refusal(&format!("{RING} {arguments}"));
        assert!(said.contains(words), "{said}");
    }
    let torus = "flow localisation --data nlgp-torus --correlation-length 2";
    for (arguments, words) in [
        (
            "--units 30 --nonlinearity cubic:0.1",
            "the nearest squares are 25 and 36",
        ),
        ("--units 36 --nonlinearity erf:1", "take cubic:C, or a ring"),
    ] {
        let said = refusal(&format!("{torus} {arguments}"));
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn samples_of_the_data_are_drawn_and_the_same_with_the_same_seed() {
    let drawn = |arguments: &str| {
        let output = run(&format!("simulate data {arguments}"));
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let ring = "--data nlgp-ring --units 7 --correlation-length 2 --samples 5";
    let signs = drawn(&format!("{ring} --nonlinearity sign"));
    assert_eq!(signs.lines().count(), 5);
    let is_spin = |value: &str| value == "1" || value == "-1";
    assert!(
        signs
            .lines()
            .all(|row| row.split(',').count() == 7 && row.split(',').all(is_spin))
    );
    let neurons = drawn(&format!("{ring} --nonlinearity rate:0.3"));
    let is_silent_or_fires = |value: &str| value == "0" || value == "1";
    assert!(
        neurons
            .lines()
            .all(|row| row.split(',').all(is_silent_or_fires))
    );
    let torus = drawn(
        "--data nlgp-torus --units 9 --correlation-length 2 --samples 2 --nonlinearity cubic:-0.1",
    );
    assert!(torus.lines().all(|row| row.split(',').count() == 9));
    let elliptical =
        "--data elliptical-ring --units 5 --correlation-length 1.5 --samples 40 --kurtosis 3";
    let samples = drawn(elliptical);
    // Half of the samples are silent.
    let silent = samples
        .lines()
        .filter(|row| row.split(',').all(|x| x.parse() == Ok(0.0)));
    assert!((5..=35).contains(&silent.count()));
    assert_eq!(samples, drawn(elliptical));
}

#[test]
fn tables_without_columns_for_the_data_refuse_them() {
    let ring = "--data nlgp-ring --units 20 --correlation-length 2 --nonlinearity sign";
    for command in [
        "threshold",
        "spectrum --edges --alpha 2",
        "learn --alpha 2",
        "simulate train --samples 50 --hidden-units 1",
    ] {
        let said = refusal(&format!("{command} {ring}"));
        assert!(
            said.contains("only simulate data and flow localisation know it"),
            "{said}"
        );
    }
    for (arguments, words) in [
        (
            "--data nlgp-ring --units 20 --nonlinearity sign",
            "needs --correlation-length",
        ),
        (
            "--data nlgp-ring --units 20 --correlation-length 2 --nonlinearity cos",
            "write erf:G",
        ),
        (
            "--data nlgp-ring --units 20 --correlation-length 2 --nonlinearity rate:1",
            "rate must be from 1e-4 to 0.9999",
        ),
        (
            "--data nlgp-torus --units 20 --correlation-length 2 --nonlinearity sign",
            "nearest squares are 16 and 25",
        ),
        (
            "--data elliptical-ring --units 20 --correlation-length 2 --kurtosis -1",
            "not negative for elliptical data",
        ),
        (
            "--data iid --units 20 --correlation-length 2",
            "--correlation-length has no meaning for --data iid",
        ),
        (
            "--data ising-ring --units 20 --beta 1 --kurtosis 2",
            "--kurtosis has no meaning for --data ising-ring",
        ),
    ] {
        let said = refusal(&format!("simulate data --samples 3 {arguments}"));
        assert!(said.contains(words), "{said}");
    }
}
