//! Training on infinitely many samples.

use super::{Group, coupling, slider, units};
use crate::explore::panel::{Panel, Scale};

pub(super) const GROUP: Group = Group {
    title: "Learning without noise",
    panels: &[
        Panel {
            name: "place-cell",
            title: "Place cells",
            about: "Weights that spin hidden units learn from infinitely many configurations of an Ising ring.",
            page: "place-cells.md",
            command: "flow ring --units {units} --beta {beta} --hidden-units {hidden} --starts 2",
            python: ("flow_ring", &[]),
            controls: &[
                units(3.0, 40.0, 24.0),
                coupling(0.1, 0.8, 0.5),
                slider("hidden", "M", "hidden units", [1.0, 3.0], 1.0, Scale::Whole),
            ],
        },
        Panel {
            name: "stability",
            title: "When place cells appear",
            about: "Smallest rings on which uniform weights are unstable, and on which a place cell is better, against the coupling.",
            page: "place-cells.md",
            command: "flow stability --beta {low}:{high}:7",
            python: ("flow_stability", &[]),
            controls: &[
                slider(
                    "low",
                    "β",
                    "lowest coupling, the start of the axis",
                    [0.1, 0.5],
                    0.2,
                    Scale::Step(0.01),
                ),
                slider(
                    "high",
                    "β",
                    "highest coupling, the end of the axis",
                    [0.6, 1.2],
                    0.9,
                    Scale::Step(0.01),
                ),
            ],
        },
        Panel {
            name: "modes",
            title: "Singular values in training",
            about: "How the singular values of the weights grow and saturate, one for each eigenvalue of the covariance of the data.",
            page: "singular-values.md",
            command: "flow modes --eigenvalues {first},{second},{third} --time 0:{time}:81 --initial-singular-value {start}",
            python: ("flow_modes", &[]),
            controls: &[
                slider(
                    "first",
                    "λ₁",
                    "first eigenvalue of the covariance",
                    [0.1, 10.0],
                    4.0,
                    Scale::Log,
                ),
                slider(
                    "second",
                    "λ₂",
                    "second eigenvalue",
                    [0.1, 10.0],
                    2.0,
                    Scale::Log,
                ),
                slider(
                    "third",
                    "λ₃",
                    "third eigenvalue",
                    [0.1, 10.0],
                    1.5,
                    Scale::Log,
                ),
                slider(
                    "time",
                    "t",
                    "end of the axis, updates times learning rate",
                    [1.0, 50.0],
                    12.0,
                    Scale::Step(0.5),
                ),
                slider(
                    "start",
                    "s",
                    "singular value at time 0",
                    [1e-6, 0.1],
                    0.001,
                    Scale::Log,
                ),
            ],
        },
    ],
};
