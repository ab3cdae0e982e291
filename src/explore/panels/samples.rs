//! From how many samples on something can be learnt.

use super::{Group, WEIGHT_PRIOR, coupling, menu, option, slider, spike, units, up_to_alpha};
use crate::explore::panel::{Panel, Scale};

pub(super) const GROUP: Group = Group {
    title: "How many samples",
    panels: &[
        Panel {
            name: "overlap",
            title: "Overlap of a spike",
            about: "How much the leading eigenvector of the samples shows of one direction of larger variance.",
            page: "retarded-learning.md",
            command: "threshold --data spiked --spike {spike} --alpha 0.05:{alpha}:80:log",
            python: ("threshold", &[]),
            controls: &[spike(1.0), up_to_alpha(0.5, 1000.0, 10.0)],
        },
        Panel {
            name: "clusters",
            title: "Two clusters",
            about: "Critical samples per unit of spins in two clusters, against the strength of the signal.",
            page: "retarded-learning.md",
            command: "threshold --data two-cluster --signal 0.2:{signal}:40 --criterion {criterion}",
            python: ("threshold", &[]),
            controls: &[
                slider(
                    "signal",
                    "b",
                    "largest signal, the end of the axis",
                    [0.5, 5.0],
                    2.0,
                    Scale::Step(0.05),
                ),
                menu(
                    "criterion",
                    "criterion",
                    &[
                        option(
                            "both",
                            "principal component, best inference of ±1 and of sparse weights",
                            "spectral,bayes --weight-prior rademacher,sparse-rademacher:0.02",
                        ),
                        option("spectral", "principal component", "spectral"),
                        option("bayes", "best inference of ±1", "bayes"),
                    ],
                ),
            ],
        },
        Panel {
            name: "spike",
            title: "Best inference of a spike",
            about: "Critical samples per unit of a spike: for the principal component, and for the best inference that knows the law of the components.",
            page: "retarded-learning.md",
            command: "threshold --data spiked --spike 0.1:{spike}:40:log --criterion spectral,bayes --weight-prior {weights}",
            python: ("threshold", &[]),
            controls: &[
                slider(
                    "spike",
                    "ℓ",
                    "largest excess eigenvalue, the end of the axis",
                    [0.5, 20.0],
                    5.0,
                    Scale::Log,
                ),
                WEIGHT_PRIOR,
            ],
        },
        Panel {
            name: "ring",
            title: "Ising ring",
            about: "Critical sample size of a ring of spins against their coupling.",
            page: "retarded-learning.md",
            command: "threshold --data ising-ring --units {units} --beta 0.1:{beta}:40 --criterion {criterion}",
            python: ("threshold", &[]),
            controls: &[
                units(3.0, 1000.0, 50.0),
                slider(
                    "beta",
                    "β",
                    "largest coupling, the end of the axis",
                    [0.2, 2.0],
                    1.0,
                    Scale::Step(0.01),
                ),
                menu(
                    "criterion",
                    "criterion",
                    &[
                        option(
                            "both",
                            "eigenvector, and crossing of eigenvalues",
                            "spectral,crossing",
                        ),
                        option("spectral", "the eigenvector appears", "spectral"),
                        option(
                            "crossing",
                            "signal and noise have equal eigenvalues",
                            "crossing",
                        ),
                    ],
                ),
            ],
        },
        Panel {
            name: "ring-modes",
            title: "Modes of a ring",
            about: "How much samples show of the leading modes of an Ising ring, each taken as isolated.",
            page: "retarded-learning.md",
            command: "threshold --data ising-ring --units {units} --beta {beta} --modes {modes} --alpha 0.1:{alpha}:40:log",
            python: ("threshold", &[]),
            controls: &[
                units(3.0, 200.0, 30.0),
                coupling(0.05, 1.5, 0.5),
                slider("modes", "K", "leading modes", [1.0, 6.0], 3.0, Scale::Whole),
                up_to_alpha(1.0, 1e6, 1000.0),
            ],
        },
    ],
};
