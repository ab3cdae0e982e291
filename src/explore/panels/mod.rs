//! The questions of the explorer. Bounds and grids are such that each answers in well below a second.

mod flow;
mod learning;
mod phases;
mod samples;
mod spectra;

use super::panel::{Choice, Control, Menu, Panel, Scale, Slider};
use serde::Serialize;

/// Panels that stand together.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Group {
    title: &'static str,
    panels: &'static [Panel],
}

/// All panels, in the order of the page.
pub(super) const GROUPS: &[Group] = &[
    samples::GROUP,
    spectra::GROUP,
    learning::GROUP,
    phases::GROUP,
    flow::GROUP,
];

/// Every panel.
pub(super) fn all() -> impl Iterator<Item = &'static Panel> {
    GROUPS.iter().flat_map(|group| group.panels)
}

const fn slider(
    name: &'static str,
    symbol: &'static str,
    meaning: &'static str,
    [low, high]: [f64; 2],
    default: f64,
    scale: Scale,
) -> Control {
    Control::Slider(Slider {
        name,
        symbol,
        meaning,
        low,
        high,
        default,
        scale,
    })
}

const fn menu(name: &'static str, meaning: &'static str, options: &'static [Choice]) -> Control {
    Control::Menu(Menu {
        name,
        meaning,
        options,
    })
}

const fn option(name: &'static str, label: &'static str, text: &'static str) -> Choice {
    Choice { name, label, text }
}

/// The coupling of a ring.
const fn coupling(low: f64, high: f64, default: f64) -> Control {
    let meaning = "coupling of neighbouring units";
    slider(
        "beta",
        "β",
        meaning,
        [low, high],
        default,
        Scale::Step(0.01),
    )
}

const fn units(low: f64, high: f64, default: f64) -> Control {
    slider(
        "units",
        "N",
        "number of units",
        [low, high],
        default,
        Scale::Whole,
    )
}

const fn spike(default: f64) -> Control {
    let meaning = "excess eigenvalue of the spike";
    slider("spike", "ℓ", meaning, [0.05, 20.0], default, Scale::Log)
}

const fn alpha(low: f64, high: f64, default: f64) -> Control {
    slider(
        "alpha",
        "α",
        "samples per unit",
        [low, high],
        default,
        Scale::Log,
    )
}

/// The end of a grid of samples per unit.
const fn up_to_alpha(low: f64, high: f64, default: f64) -> Control {
    let meaning = "most samples per unit, the end of the axis";
    slider("alpha", "α", meaning, [low, high], default, Scale::Log)
}

const WEIGHT_PRIOR: Control = menu(
    "weights",
    "law of the weights",
    &[
        option(
            "sparse",
            "±1 on 2 % of the units, else 0",
            "sparse-rademacher:0.02",
        ),
        option(
            "sparse-gaussian",
            "Gaussian on 10 % of the units, else 0",
            "sparse-gaussian:0.1",
        ),
        option("rademacher", "±1", "rademacher"),
        option("gaussian", "Gaussian", "gaussian"),
    ],
);
