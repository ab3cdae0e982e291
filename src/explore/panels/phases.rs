//! Machines whose weights are given.

use super::{Group, menu, option, slider};
use crate::explore::panel::{Control, Panel, Scale};

const KAPPA: Control = slider(
    "kappa",
    "κ",
    "hidden units per visible unit",
    [0.05, 20.0],
    1.0,
    Scale::Log,
);

const COMPONENTS: Control = menu(
    "components",
    "law of the components of the mode",
    &[
        option("gaussian", "Gaussian", "gaussian"),
        option("rademacher", "±1", "rademacher"),
        option("laplace", "Laplace", "laplace"),
        option("sparse", "±1 on 10 % of the units, else 0", "sparse:0.1"),
    ],
);

/// Lines, and several modes, take a second where components have long tails.
const SHORT_TAILED_COMPONENTS: Control = menu(
    "components",
    "law of the components of the mode",
    &[
        option("gaussian", "Gaussian", "gaussian"),
        option("rademacher", "±1", "rademacher"),
        option("sparse", "±1 on 10 % of the units, else 0", "sparse:0.1"),
    ],
);

/// The end of a grid of noise.
const fn up_to_sigma(high: f64, default: f64) -> Control {
    let meaning = "largest noise, the end of the axis";
    slider(
        "sigma",
        "σ",
        meaning,
        [0.5, high],
        default,
        Scale::Step(0.1),
    )
}

pub(super) const GROUP: Group = Group {
    title: "Phases of given weights",
    panels: &[
        Panel {
            name: "recall",
            title: "Recall of a mode",
            about: "Order parameters of a machine whose weights are one mode and noise, against the singular value of the mode.",
            page: "phases.md",
            command: "phase --w 0:{w}:40 --sigma {sigma} --kappa {kappa} --components {components}",
            python: ("phase_rbm", &[]),
            controls: &[
                slider(
                    "w",
                    "w",
                    "largest singular value, the end of the axis",
                    [0.5, 6.0],
                    3.0,
                    Scale::Step(0.1),
                ),
                slider(
                    "sigma",
                    "σ",
                    "noise of the weights",
                    [0.0, 2.0],
                    0.5,
                    Scale::Step(0.01),
                ),
                KAPPA,
                COMPONENTS,
            ],
        },
        Panel {
            name: "several-modes",
            title: "Several modes",
            about: "Which of two modes a machine recalls, alone or together, against the noise of its weights.",
            page: "phases.md",
            command: "phase --w {first}+{second} --sigma 0:{sigma}:24 --kappa {kappa} --components {components}",
            python: ("phase_rbm", &[]),
            controls: &[
                slider(
                    "first",
                    "w",
                    "singular value of the first mode",
                    [0.5, 4.0],
                    1.5,
                    Scale::Step(0.05),
                ),
                slider(
                    "second",
                    "w",
                    "singular value of the second mode",
                    [0.5, 4.0],
                    1.45,
                    Scale::Step(0.05),
                ),
                up_to_sigma(3.0, 1.5),
                KAPPA,
                SHORT_TAILED_COMPONENTS,
            ],
        },
        Panel {
            name: "rbm-lines",
            title: "Phases of a machine",
            about: "The lines between paramagnet, recall and spin glass of a machine whose weights are one mode and noise.",
            page: "phases.md",
            command: "phase --sigma 0:{sigma}:30 --kappa {kappa} --components {components} --boundary",
            python: ("phase_rbm", &[]),
            controls: &[up_to_sigma(4.0, 3.0), KAPPA, SHORT_TAILED_COMPONENTS],
        },
        Panel {
            name: "hopfield",
            title: "Hopfield model",
            about: "Order parameters of the Hopfield model against the temperature.",
            page: "phases.md",
            command: "phase --model hopfield --alpha {alpha} --temperature 0:{temperature}:40",
            python: ("phase_hopfield", &["--model"]),
            controls: &[
                slider(
                    "alpha",
                    "α",
                    "patterns per spin",
                    [0.001, 0.3],
                    0.05,
                    Scale::Step(0.001),
                ),
                slider(
                    "temperature",
                    "T",
                    "highest temperature, the end of the axis",
                    [0.2, 2.0],
                    1.2,
                    Scale::Step(0.05),
                ),
            ],
        },
        Panel {
            name: "hopfield-lines",
            title: "Phases of the Hopfield model",
            about: "Up to how many patterns per spin the Hopfield model retrieves, and up to how many retrieval has the lowest free energy, at each temperature.",
            page: "phases.md",
            command: "phase --model hopfield --temperature {low}:{high}:24 --boundary",
            python: ("phase_hopfield", &["--model"]),
            controls: &[
                slider(
                    "low",
                    "T",
                    "lowest temperature, the start of the axis",
                    [0.0, 0.4],
                    0.0,
                    Scale::Step(0.01),
                ),
                slider(
                    "high",
                    "T",
                    "highest temperature, the end of the axis",
                    [0.5, 1.0],
                    1.0,
                    Scale::Step(0.01),
                ),
            ],
        },
    ],
};
