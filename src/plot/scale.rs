//! Ranges and ticks of an axis, linear or logarithmic.

use crate::table::Cell;
use serde::Serialize;

/// The most values that label the ticks of an axis themselves.
const MOST_LABELS: usize = 6;

/// Values that differ by less than this share of their size are one value and its rounding errors: no search or sum is more exact.
const ROUNDING: f64 = 1e-6;

/// An axis in the coordinate that is drawn: x itself, or its decimal logarithm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Scale {
    pub(super) log: bool,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<Tick>,
    /// Where an infinite value stands, on an axis that has room for one
    pub(super) infinity: Option<f64>,
    /// Whether the ticks are names and no numbers
    pub(super) words: bool,
}

/// A mark on an axis; a minor one has no label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: Option<String>,
}

impl Scale {
    /// A scale that holds all finite `values`, with some air around them. Without any, 0 to 1.
    pub(super) fn new(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let drawn = values
            .map(|x| if log { x.log10() } else { x })
            .filter(|x| x.is_finite());
        let (mut low, mut high) = super::ends(drawn);
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let air = if is_range(low, high, log) {
            0.04 * (high - low)
        } else if log {
            0.3
        } else {
            0.5 * low
                .abs()
                .max(1e-300)
                .max(if low.abs() > 0.0 { 0.0 } else { 1.0 })
        };
        let touches_zero = !log && low >= 0.0 && low <= 0.1 * high;
        let low = if touches_zero { 0.0 } else { low - air };
        let high = high + air;
        let ticks = if log {
            log_ticks(low, high)
        } else {
            linear_ticks(low, high)
        };
        Self {
            log,
            low,
            high,
            ticks,
            infinity: None,
            words: false,
        }
    }

    /// An axis of named places, at 0, 1, 2, ….
    pub(super) fn of_words(names: &[String]) -> Self {
        let tick = |(index, name): (usize, &String)| Tick {
            at: super::float(index),
            label: Some(name.clone()),
        };
        Self {
            log: false,
            low: -0.5,
            high: super::float(names.len().max(1)) - 0.5,
            ticks: names.iter().enumerate().map(tick).collect(),
            infinity: None,
            words: true,
        }
    }

    /// The axis with a place for infinity beyond its end.
    pub(super) fn with_infinity(mut self) -> Self {
        let at = self.high + 0.08 * (self.high - self.low);
        self.ticks.push(Tick {
            at,
            label: Some("∞".into()),
        });
        self.high = at + 0.06 * (self.high - self.low);
        self.infinity = Some(at);
        self
    }

    /// Another name for the place of infinity, if there is one.
    pub(super) fn name_infinity(&mut self, name: &str) {
        if let (Some(_), Some(tick)) = (self.infinity, self.ticks.last_mut()) {
            tick.label = Some(name.to_owned());
        }
    }

    /// The axis without ticks between whole numbers.
    pub(super) fn of_integers(mut self) -> Self {
        self.ticks
            .retain(|tick| (tick.at - tick.at.round()).abs() < 1e-9);
        for tick in &mut self.ticks {
            tick.label = tick.label.take().map(|label| match label.split_once('.') {
                Some((whole, rest)) if rest.bytes().all(|c| c == b'0') => whole.to_owned(),
                _ => label,
            });
        }
        self
    }

    /// A logarithmic axis whose ticks have their labels at a few values, instead of at round numbers.
    pub(super) fn at_values(mut self, values: &[f64]) -> Self {
        let mut values: Vec<f64> = values.iter().copied().filter(|x| *x > 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        if (2..=MOST_LABELS).contains(&values.len()) {
            self.ticks.iter_mut().for_each(|tick| tick.label = None);
            self.ticks.extend(values.iter().map(|x| Tick {
                at: x.log10(),
                label: Some(super::names::number(&Cell::Number(*x))),
            }));
        }
        self
    }

    /// An axis that ends where the values do, without air around them.
    pub(super) fn tight(values: &[f64], log: bool) -> Self {
        let mut scale = Self::new(values.iter().copied(), log);
        let (low, high) = super::ends(values.iter().filter_map(|x| scale.place(*x)));
        if is_range(low, high, log) {
            (scale.low, scale.high) = (low, high);
            let slack = 1e-9 * (high - low);
            scale
                .ticks
                .retain(|tick| (low - slack..=high + slack).contains(&tick.at));
        }
        scale
    }

    /// The share of the axis at which a value stands.
    pub(super) fn share(&self, value: f64) -> Option<f64> {
        Some((self.place(value)? - self.low) / (self.high - self.low))
    }

    /// Where a value is drawn; `None` if it has no place on the axis.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        if value.is_infinite() && value > 0.0 {
            return self.infinity;
        }
        let drawn = if self.log { value.log10() } else { value };
        drawn.is_finite().then_some(drawn)
    }
}

/// Whether the ends of some values, in the coordinate that is drawn, are further apart than rounding errors.
fn is_range(low: f64, high: f64, log: bool) -> bool {
    let size = if log { 1.0 } else { low.abs().max(high.abs()) };
    high - low > ROUNDING * size
}

fn linear_ticks(low: f64, high: f64) -> Vec<Tick> {
    let step = nice_step((high - low) / 6.0);
    let exponent = low.abs().max(high.abs()).log10().floor();
    let power = if (-3.0..5.0).contains(&exponent) {
        0.0
    } else {
        exponent
    };
    let unit = 10f64.powf(power);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 17"
    )]
    let decimals = (-(step / unit).log10().floor()).clamp(0.0, 17.0) as usize;
    let mut ticks = Vec::new();
    let mut index = (low / step).ceil();
    while index * step <= high && ticks.len() < 20 {
        let at = index * step;
        // Adding 0 turns -0 into 0.
        let number = format!("{:.decimals$}", at / unit + 0.0);
        let zero = at.abs() < 0.5 * step;
        let label = if power.abs() > 0.0 && !zero {
            scientific(&number, power)
        } else {
            number
        };
        let label = if zero {
            "0".into()
        } else {
            label.replace('-', "−")
        };
        ticks.push(Tick {
            at,
            label: Some(label),
        });
        index += 1.0;
    }
    ticks
}

fn scientific(number: &str, power: f64) -> String {
    format!("{number}×10^{{{power}}}")
}

/// 1, 2 or 5 times a power of ten, no smaller than `step`.
fn nice_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= step * 0.999);
    factor.unwrap_or(10.0) * power
}

/// Powers of ten have labels, all or some; where they are fewer than two, small multiples of them too.
fn log_ticks(low: f64, high: f64) -> Vec<Tick> {
    let decades = high.floor() - low.ceil() + 1.0;
    let stride = (decades / 7.0).ceil();
    let mut ticks = Vec::new();
    let mut decade = low.floor();
    while decade <= high {
        for factor in 1..10 {
            let at = decade + f64::from(factor).log10();
            let shown = factor == 1 || stride < 2.0;
            if shown && (low..=high).contains(&at) {
                let label = if decades < 2.0 {
                    few_decades(factor, high - low).then(|| plain(factor, decade))
                } else {
                    let is_power = factor == 1 && (decade / stride).fract().abs() < 1e-9;
                    is_power.then(|| power_of_ten(decade))
                };
                ticks.push(Tick { at, label });
            }
        }
        decade += 1.0;
    }
    ticks
}

/// Whether a multiple of a power of ten has a label, on an axis of less than two whole decades.
fn few_decades(factor: i32, width: f64) -> bool {
    match factor {
        1 | 2 | 5 => true,
        3 => width < 1.5,
        _ => width < 0.5,
    }
}

fn power_of_ten(decade: f64) -> String {
    format!("10^{{{decade:.0}}}").replace('-', "−")
}

/// A number as it is where it is short.
fn plain(factor: i32, decade: f64) -> String {
    if (-3.0..5.0).contains(&decade) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 3"
        )]
        let decimals = (-decade).max(0.0) as usize;
        return format!("{:.decimals$}", f64::from(factor) * 10f64.powf(decade));
    }
    if factor == 1 {
        power_of_ten(decade)
    } else {
        format!("{factor}×{}", power_of_ten(decade))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(values: &[f64], log: bool) -> Vec<String> {
        let scale = Scale::new(values.iter().copied(), log);
        scale
            .ticks
            .into_iter()
            .filter_map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(
            labels(&[0.0, 1.0], false),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(&[-1.0, 1.0], false),
            ["−1.0", "−0.5", "0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(&[1.0, 1e4], true),
            ["10^{0}", "10^{1}", "10^{2}", "10^{3}", "10^{4}"]
        );
        assert_eq!(
            labels(&[0.15, 3.0], true),
            ["0.2", "0.3", "0.5", "1", "2", "3"]
        );
    }

    #[test]
    fn rounding_errors_do_not_fill_an_axis() {
        // Widths of the places of one machine, found by a search.
        let widths = [3.464_217_865, 3.464_217_875];
        let scale = Scale::new(widths.into_iter(), false);
        assert!(scale.high - scale.low > 1.0);
        assert_eq!(scale, Scale::tight(&widths, false));
        let changes = Scale::new([3.4642, 3.4643].into_iter(), false);
        assert!(changes.high - changes.low < 2e-4);
        let log = Scale::new([1.0, 1.0 + 1e-7].into_iter(), true);
        assert!(log.high - log.low > 0.5);
    }

    proptest! {
        #[test]
        fn every_range_has_a_few_ticks_inside_it(
            a in -1e9f64..1e9, b in -1e9f64..1e9, log in any::<bool>(), shrink in -12i32..1
        ) {
            let b = a + (b - a) * 10f64.powi(shrink);
            let values = if log { [a.abs().max(1e-12), b.abs().max(1e-12)] } else { [a, b] };
            let scale = Scale::new(values.into_iter(), log);
            prop_assert!(scale.low < scale.high);
            prop_assert!(scale.ticks.len() < 100);
            prop_assert!(scale.ticks.iter().all(|t| (scale.low..=scale.high).contains(&t.at)));
        }
    }
}
