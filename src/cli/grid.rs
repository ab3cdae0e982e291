//! The GRID syntax: `0.5`, `0.2,0.5,1`, `0.1:1.0:10` (ten values, both ends included), `1:1e4:9:log`.

use crate::questions::{MAX_POINTS, Units, product};
use anyhow::{Context, Result, anyhow, bail, ensure};
use saddlepoint_theory::spectra::ising_coupling;

const SYNTAX: &str = "write 0.5, or 0.2,0.5,1, or 0.1:1.0:10 (from:to:count), or 1:1e4:9:log";

/// Values of one parameter, in the order in which they were typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    values: Vec<f64>,
}

impl Grid {
    /// The values; never empty, never NaN or infinite.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }
}

/// A GRID of any finite numbers; for clap's `value_parser`.
pub(crate) fn finite(text: &str) -> Result<Grid> {
    parse(text).map(|values| Grid { values })
}

/// A GRID of numbers x > 0; for clap's `value_parser`.
pub(crate) fn positive(text: &str) -> Result<Grid> {
    within(finite(text)?, "positive", |x| x > 0.0)
}

/// A GRID of numbers x ≥ 0; for clap's `value_parser`.
pub(crate) fn non_negative(text: &str) -> Result<Grid> {
    within(finite(text)?, "zero or positive", |x| x >= 0.0)
}

/// Correlation lengths, and the couplings of the Ising rings that have them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lengths {
    pub(crate) lengths: Grid,
    pub(crate) couplings: Grid,
}

/// A GRID of correlation lengths, with the couplings of an Ising ring that they belong to; for clap's `value_parser`.
pub(crate) fn correlation_lengths(text: &str) -> Result<Lengths> {
    let lengths = finite(text)?;
    let couplings = lengths.values.iter().map(|&length| ising_coupling(length));
    let values = couplings.collect::<Result<_, _>>()?;
    Ok(Lengths {
        lengths,
        couplings: Grid { values },
    })
}

fn within(grid: Grid, domain: &str, holds: impl Fn(f64) -> bool) -> Result<Grid> {
    match grid.values.iter().find(|&&x| !holds(x)) {
        Some(x) => bail!("must be {domain}, got {x:?}"),
        None => Ok(grid),
    }
}

/// Values that may be sums of numbers, in the order in which they were typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    values: Vec<Vec<f64>>,
}

impl Sums {
    /// The terms of each value; no list is empty.
    pub(crate) fn values(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// The values, if none is a sum.
    pub(crate) fn plain(&self) -> Option<Vec<f64>> {
        let one = |terms: &Vec<f64>| (terms.len() == 1).then(|| terms[0]);
        self.values.iter().map(one).collect()
    }
}

/// A GRID of numbers x ≥ 0, or of sums of them such as `1.5+1.2`; for clap's `value_parser`. A term may be a range: the sums are the product of
/// their terms.
pub(crate) fn non_negative_sums(text: &str) -> Result<Sums> {
    let mut values = Vec::new();
    for item in items(text)? {
        let terms = terms(item)?.into_iter().map(non_negative);
        let grids: Vec<Grid> = terms.collect::<Result<_>>()?;
        let axes: Vec<&[f64]> = grids.iter().map(Grid::values).collect();
        values.extend(product(&axes)?);
        within_limit(values.len() as u128)?;
    }
    Ok(Sums { values })
}

/// The terms of a sum: what stands between plus signs, those of a number such as +1 or 1e+5 aside.
pub(crate) fn terms(text: &str) -> Result<Vec<&str>> {
    let bytes = text.as_bytes();
    let is_exponent = |at: usize| {
        at >= 2
            && bytes[at - 1].eq_ignore_ascii_case(&b'e')
            && matches!(bytes[at - 2], b'0'..=b'9' | b'.')
    };
    let mut terms = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices('+') {
        if at > 0 && !is_exponent(at) {
            terms.push(text[start..at].trim());
            start = at + 1;
        }
    }
    terms.push(text[start..].trim());
    ensure!(
        terms.iter().all(|term| !term.is_empty()),
        "'{text}' has a plus with no term beside it; write 1.5+1.2"
    );
    Ok(terms)
}

/// Numbers of units, in the order in which they were typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnitsGrid {
    values: Vec<Units>,
}

impl UnitsGrid {
    /// The numbers of units; never empty.
    pub(crate) fn values(&self) -> &[Units] {
        &self.values
    }
}

/// A GRID of whole numbers N ≥ 2, or `inf`; for clap's `value_parser`. Inner points of a range are rounded to whole
/// numbers, and a value that repeats the one before it is dropped.
pub(crate) fn units(text: &str) -> Result<UnitsGrid> {
    let mut values = Vec::new();
    for item in items(text)? {
        if item == "inf" {
            values.push(Units::Infinite);
        } else {
            values.extend(whole(item, 2.0, ", or inf")?.into_iter().map(Units::Finite));
        }
        within_limit(values.len() as u128)?;
    }
    Ok(UnitsGrid { values })
}

/// Whole numbers from 1 on, in the order in which they were typed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counts {
    values: Vec<usize>,
}

impl Counts {
    /// The numbers; never empty.
    pub(crate) fn values(&self) -> &[usize] {
        &self.values
    }
}

/// A GRID of whole numbers from 1 on; for clap's `value_parser`. Inner points of a range are rounded.
pub(crate) fn from_one(text: &str) -> Result<Counts> {
    let mut values = Vec::new();
    for item in items(text)? {
        values.extend(whole(item, 1.0, "")?);
    }
    within_limit(values.len() as u128)?;
    Ok(Counts { values })
}

/// A GRID of whole numbers; for clap's `value_parser`. Inner points of a range are rounded.
pub(crate) fn counts(text: &str) -> Result<Vec<usize>> {
    let mut values = Vec::new();
    for item in items(text)? {
        values.extend(whole(item, 0.0, "")?);
    }
    Ok(values)
}

/// Whole numbers from `least` on; `alternative` is what else may be written.
fn whole(item: &str, least: f64, alternative: &str) -> Result<Vec<usize>> {
    let ranged = item.contains(':');
    let mut numbers = Vec::new();
    for x in parse(item)? {
        ensure!(
            x >= least,
            "must be a whole number of at least {least}{alternative}; got {x}"
        );
        ensure!(x <= 1e15, "must be at most 1e15{alternative}; got {x:e}");
        ensure!(
            ranged || x.fract() <= 0.0,
            "must be a whole number, got {x}"
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 ≤ x ≤ 1e15"
        )]
        numbers.push(x.round() as usize);
    }
    numbers.dedup();
    Ok(numbers)
}

fn parse(text: &str) -> Result<Vec<f64>> {
    let mut values = Vec::new();
    for item in items(text)? {
        match item.split(':').collect::<Vec<_>>()[..] {
            [one] => values.push(number(one)?),
            [from, to, count] => range(&mut values, number(from)?, number(to)?, count, false)?,
            [from, to, count, "log"] => {
                range(&mut values, number(from)?, number(to)?, count, true)?;
            }
            [_, _, _, scale] => {
                bail!("'{scale}' is no scale; the only word after the count is log")
            }
            _ => bail!("'{item}' is no range; {SYNTAX}"),
        }
        within_limit(values.len() as u128)?;
    }
    Ok(values)
}

fn items(text: &str) -> Result<Vec<&str>> {
    ensure!(!text.trim().is_empty(), "is empty; {SYNTAX}");
    let items: Vec<_> = text.split(',').map(str::trim).collect();
    ensure!(
        items.iter().all(|item| !item.is_empty()),
        "has a comma with no value beside it; remove the comma"
    );
    Ok(items)
}

fn number(text: &str) -> Result<f64> {
    let text = text.trim();
    let x: f64 = text
        .parse()
        .map_err(|_| anyhow!("'{text}' is not a number; {SYNTAX}"))?;
    ensure!(x.is_finite(), "'{text}' is not a finite number here");
    Ok(x)
}

fn within_limit(points: u128) -> Result<()> {
    ensure!(
        points <= MAX_POINTS as u128,
        "has {points} points, more than the limit of {MAX_POINTS}; choose fewer"
    );
    Ok(())
}

/// Appends `count` values from `from` to `to`, both exact. Inner values are rounded to 15 significant digits, so that
/// `0.1:1:10` holds 0.3 and not 0.30000000000000004.
fn range(values: &mut Vec<f64>, from: f64, to: f64, count: &str, log: bool) -> Result<()> {
    let count = count.trim();
    let points: u128 = count
        .parse()
        .with_context(|| format!("the count '{count}' is not a whole number"))
        .map_err(|error| anyhow!("{error}"))?;
    ensure!(
        points >= 2,
        "a range has at least 2 points, got {points}; write a single value alone"
    );
    within_limit(points + values.len() as u128)?;
    ensure!(
        from <= to,
        "the range runs backwards; write {to:?}:{from:?}:{count}"
    );
    ensure!(from < to, "the range has no width; write {from:?} alone");
    ensure!(
        !log || from > 0.0,
        "a log range must start above 0, got {from:?}"
    );
    #[expect(clippy::cast_precision_loss, reason = "at most ten million points")]
    let last = (points - 1) as f64;
    let mut inner = 1.0;
    values.push(from);
    while inner < last {
        let t = inner / last;
        let x = if log {
            ((1.0 - t) * from.ln() + t * to.ln()).exp()
        } else {
            (1.0 - t) * from + t * to
        };
        values.push(to_15_digits(x).clamp(from, to));
        inner += 1.0;
    }
    values.push(to);
    Ok(())
}

fn to_15_digits(x: f64) -> f64 {
    format!("{x:.14e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<f64> {
        finite(text).unwrap().values().to_vec()
    }

    fn message(text: &str) -> String {
        finite(text).unwrap_err().to_string()
    }

    #[test]
    fn the_four_forms_give_their_values() {
        let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(values("0.5")), bits(vec![0.5]));
        assert_eq!(bits(values("0.2,0.5,1")), bits(vec![0.2, 0.5, 1.0]));
        assert_eq!(
            bits(values("0.1:1.0:10")),
            bits(vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
        );
        assert_eq!(
            bits(values("1:1e4:9:log"))
                .into_iter()
                .step_by(2)
                .collect::<Vec<_>>(),
            bits(vec![1.0, 10.0, 100.0, 1000.0, 1e4])
        );
        assert_eq!(values("-1:1:3,7").len(), 4);
    }

    #[test]
    fn bad_grids_say_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("1,", "comma"),
            (",1", "comma"),
            ("1,,2", "comma"),
            ("1:0.1:5", "backwards; write 0.1:1.0:5"),
            ("1:1:5", "no width"),
            ("0:1:0", "at least 2"),
            ("0:1:1", "at least 2"),
            ("0:1:2.5", "not a whole number"),
            ("0:1:-3", "not a whole number"),
            ("0:1:1000000000000", "limit of 10000000"),
            (
                "0:1:340282366920938463463374607431768211457",
                "not a whole number",
            ),
            ("0:1:9:log", "above 0"),
            ("-1:1:9:log", "above 0"),
            ("1:2:9:ln", "only word"),
            ("1:2", "no range"),
            ("1:2:3:log:5", "no range"),
            ("NaN", "not a finite"),
            ("inf", "not a finite"),
            ("1e999", "not a finite"),
            ("one", "not a number"),
            ("0,5;1", "not a number"),
        ] {
            let got = message(text);
            assert!(got.contains(expected), "{text}: {got}");
            assert!(!got.contains('\n'), "{text}: {got}");
        }
        let many = "0:1:10,0:1:9999995";
        assert!(message(many).contains("limit"));
    }

    #[test]
    fn domains_are_enforced() {
        assert!(positive("0").is_err() && positive("1e-300").is_ok());
        assert!(non_negative("0").is_ok() && non_negative("-0.1").is_err());
        assert_eq!(
            positive("1,-2").unwrap_err().to_string(),
            "must be positive, got -2.0"
        );
    }

    #[test]
    fn a_value_may_be_a_sum_of_numbers_and_ranges() {
        let sums = |text: &str| non_negative_sums(text).unwrap();
        let written = |text: &str| format!("{:?}", sums(text).values());
        assert_eq!(written("1.5+1.2+1,2 + 2"), "[[1.5, 1.2, 1.0], [2.0, 2.0]]");
        assert_eq!(
            written("2+0:1:3,7"),
            "[[2.0, 0.0], [2.0, 0.5], [2.0, 1.0], [7.0]]"
        );
        assert_eq!(
            written("0:1:2+0:1:2"),
            "[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]"
        );
        // A sign and an exponent are no sums.
        let plain = "+1.5,1e+2,1.E+1,0.5:1:2";
        assert_eq!(sums(plain).plain(), Some(values(plain)));
        assert_eq!(sums("1e+2+1").plain(), None);
        for (text, expected) in [
            ("1+", "no term beside it"),
            ("1++2", "no term beside it"),
            ("1+x", "'x' is not a number"),
            ("1+-2", "zero or positive, got -2.0"),
            ("1,,2", "comma"),
            ("0:1:4000+0:1:4000", "limit"),
        ] {
            let got = non_negative_sums(text).unwrap_err().to_string();
            assert!(
                got.contains(expected) && !got.contains('\n'),
                "{text}: {got}"
            );
        }
    }

    #[test]
    fn numbers_of_units_are_whole_or_infinite() {
        let finite = |text| -> Vec<_> { units(text).unwrap().values().to_vec() };
        assert_eq!(finite("50,inf"), [Units::Finite(50), Units::Infinite]);
        assert_eq!(finite("10:20:4"), [10, 13, 17, 20].map(Units::Finite));
        assert_eq!(finite("2:4:100"), [2, 3, 4].map(Units::Finite));
        for bad in ["0", "1", "-5", "2.5", "1e30", "infinity", "nan"] {
            assert!(units(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_in_one_line(text in "[-+0-9.eE:,infaloga ]{0,40}|\\PC{0,40}") {
            match finite(&text) {
                Ok(grid) => prop_assert!(grid.values().iter().all(|x| x.is_finite())),
                Err(error) => prop_assert!(!error.to_string().contains('\n')),
            }
            if let Err(error) = non_negative_sums(&text) {
                prop_assert!(!error.to_string().contains('\n'));
            }
            let _ = units(&text);
        }

        #[test]
        fn ranges_are_sorted_exact_at_the_ends_and_evenly_spaced(
            from in -1e6f64..1e6, width in 1e-3..1e6, count in 2usize..200
        ) {
            let to: f64 = from + width;
            let grid = values(&format!("{from:?}:{to:?}:{count}"));
            prop_assert_eq!(grid.len(), count);
            prop_assert_eq!(grid[0].to_bits(), from.to_bits());
            prop_assert_eq!(grid[count - 1].to_bits(), to.to_bits());
            prop_assert!(grid.is_sorted());
            #[expect(clippy::cast_precision_loss, reason = "below 200")]
            let step = width / (count - 1) as f64;
            // both ends of a step, numbers of up to 2e6, are rounded by at most 0.5e-8
            for pair in grid.windows(2) {
                assert_relative_eq!(pair[1] - pair[0], step, epsilon = 2e-8);
            }
        }
    }
}
