//! The scale of an axis from the values on it and what is declared of it.

use super::plan::PanelPlan;
use super::scale::Scale;
use crate::table::figure;

/// How far beyond the bulk of the values an axis with a cut goes, in units of the bulk's width.
const BEYOND: f64 = 1.5;

impl Scale {
    /// The horizontal axis; one that counts things is logarithmic sooner.
    pub(super) fn along(values: &[f64], scale: figure::Scale, counts: bool) -> Self {
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let log = is_log(scale, || {
            spans(&finite, if counts { 4.0 } else { 100.0 }) || is_geometric(&finite)
        });
        let are_whole = finite.iter().all(|x| (x - x.round()).abs() < 1e-9);
        let made = Self::new(finite.iter().copied(), log);
        let made = match log {
            true => made.at_values(&finite),
            false if are_whole => made.of_integers(),
            false => made,
        };
        let has_infinity = values.iter().any(|x| x.is_infinite() && *x > 0.0);
        if has_infinity {
            made.with_infinity()
        } else {
            made
        }
    }

    /// The vertical axis of values with their errors.
    pub(super) fn up(values: &[(f64, f64)], panel: &PanelPlan) -> Self {
        let alone: Vec<f64> = values.iter().map(|value| value.0).collect();
        let log = is_log(panel.declared.scale, || spans(&alone, 100.0));
        let (low, high) = Self::ends(values, panel);
        let bars = values
            .iter()
            .flat_map(|(y, error)| [y - error, *y, y + error]);
        let shown = bars.filter(|y| (low..=high).contains(y) && (!log || *y > 0.0));
        let lowest = match panel.declared.decades {
            0 => f64::NEG_INFINITY,
            decades => high * 10f64.powi(-i32::from(decades)),
        };
        let shown: Vec<f64> = shown.filter(|y| !log || *y >= lowest).collect();
        // Where bars reach down to zero, they do not make the decades.
        let smallest = super::ends(alone.iter().copied().filter(|y| *y > 0.0)).0;
        let floor = if log {
            0.3 * smallest.max(lowest)
        } else {
            f64::NEG_INFINITY
        };
        let mut made = Self::new(shown.into_iter().filter(|y| *y >= floor), log);
        // A line along zero is seen above the frame.
        if !log && alone.contains(&0.0) && made.low >= 0.0 {
            made.low = -0.03 * made.high;
        }
        made
    }

    /// The smallest and the largest value that is shown, where a few very large ones are cut off.
    pub(super) fn ends(values: &[(f64, f64)], panel: &PanelPlan) -> (f64, f64) {
        let mut sorted: Vec<f64> = values.iter().map(|value| value.0).collect();
        sorted.sort_by(f64::total_cmp);
        let bars = values.iter().flat_map(|(y, error)| [y - error, y + error]);
        let (low, high) = super::ends(bars);
        if !panel.declared.cut || sorted.len() < 10 {
            return (low, high);
        }
        let (tenth, ninetieth) = (sorted[sorted.len() / 10], sorted[9 * sorted.len() / 10]);
        let width = ninetieth - tenth;
        (
            low.max(tenth - BEYOND * width),
            high.min(ninetieth + BEYOND * width),
        )
    }
}

/// Whether an axis is logarithmic as declared, or since its values are so.
fn is_log(scale: figure::Scale, values_are: impl Fn() -> bool) -> bool {
    match scale {
        figure::Scale::Auto => values_are(),
        _ => scale == figure::Scale::Log,
    }
}

/// Whether values are positive, and the largest is some multiple of the smallest.
fn spans(values: &[f64], ratio: f64) -> bool {
    let (low, high) = super::ends(values.iter().copied());
    low > 0.0 && high / low >= ratio
}

/// Whether three values or more are positive, and their ratios are more alike than their differences.
fn is_geometric(values: &[f64]) -> bool {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let spread = |step: fn(f64, f64) -> f64| {
        let steps = values.windows(2).map(|pair| step(pair[0], pair[1]));
        let (low, high) = super::ends(steps);
        high / low
    };
    let ratios = spread(|a, b| (b / a).ln());
    values.len() > 2 && spans(&values, 3.9) && ratios < 2.5 && ratios < 0.8 * spread(|a, b| b - a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_logarithmic_and_grids_are_not() {
        let log = |values: &[f64]| Scale::along(values, figure::Scale::Auto, false).log;
        assert!(log(&[24.0, 48.0, 96.0, 192.0]));
        assert!(log(&[0.25, 1.0, 4.0]));
        assert!(!log(&[0.5, 1.0, 1.5, 2.0]));
        assert!(!log(&[1.0, 2.0, 3.0, 5.0, 8.0, 0.0]));
    }

    #[test]
    fn infinity_has_a_place_beyond_the_largest_number() {
        let scale = Scale::along(&[24.0, 48.0, f64::INFINITY], figure::Scale::Auto, true);
        assert!(scale.place(f64::INFINITY) > scale.place(48.0));
        assert_eq!(
            scale.ticks.last().and_then(|tick| tick.label.as_deref()),
            Some("∞")
        );
    }
}
