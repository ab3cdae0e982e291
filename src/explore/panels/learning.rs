//! What one hidden unit learns, and what could be learnt.

use super::{Group, WEIGHT_PRIOR, alpha, menu, option, slider, up_to_alpha};
use crate::explore::panel::{Control, Panel, Scale};

const SNR: Control = slider(
    "snr",
    "λ",
    "signal-to-noise ratio",
    [0.1, 10.0],
    1.0,
    Scale::Log,
);

const HIDDEN_PRIOR: Control = menu(
    "hidden",
    "law of the hidden values",
    &[
        option("gaussian", "Gaussian", "gaussian"),
        option("rademacher", "±1", "rademacher"),
    ],
);

pub(super) const GROUP: Group = Group {
    title: "Learning and inference",
    panels: &[
        Panel {
            name: "learn",
            title: "Learning curves",
            about: "What one hidden unit learns of spins in two clusters by maximum likelihood, and how well it predicts new samples.",
            page: "learning-curve.md",
            command: "learn --data two-cluster --signal {signal} --hidden {hidden} --l2 {l2} --alpha 0.25:{alpha}:24:log",
            python: ("learn", &[]),
            controls: &[
                slider(
                    "signal",
                    "b",
                    "signal: distance of the clusters",
                    [0.5, 3.0],
                    1.5,
                    Scale::Step(0.05),
                ),
                menu(
                    "hidden",
                    "kind of the hidden unit",
                    &[
                        option("spin", "spin", "spin"),
                        option("binary", "binary, 0 or 1", "binary"),
                        option("gaussian", "Gaussian", "gaussian"),
                    ],
                ),
                slider(
                    "l2",
                    "λ",
                    "weight penalty",
                    [0.0, 1.0],
                    0.0,
                    Scale::Step(0.01),
                ),
                up_to_alpha(0.5, 100.0, 16.0),
            ],
        },
        Panel {
            name: "infer",
            title: "Best inference",
            about: "What the best possible inference learns of the weights of one hidden unit; two rows where it depends on the start.",
            page: "bayes-optimal.md",
            command: "infer --weight-prior {weights} --hidden-prior {hidden} --snr {snr} --alpha 0.05:{alpha}:50",
            python: ("infer", &[]),
            controls: &[WEIGHT_PRIOR, HIDDEN_PRIOR, SNR, up_to_alpha(0.2, 10.0, 2.0)],
        },
        Panel {
            name: "infer-critical",
            title: "Thresholds of inference",
            about: "From how many samples on inference is possible, easy, or still hard, against the signal-to-noise ratio.",
            page: "bayes-optimal.md",
            command: "infer --weight-prior {weights} --hidden-prior {hidden} --snr 0.2:{snr}:30:log --critical",
            python: ("infer_critical", &["--critical"]),
            controls: &[
                WEIGHT_PRIOR,
                HIDDEN_PRIOR,
                slider(
                    "snr",
                    "λ",
                    "largest signal-to-noise ratio, the end of the axis",
                    [0.5, 20.0],
                    5.0,
                    Scale::Log,
                ),
            ],
        },
        Panel {
            name: "student",
            title: "Student and teacher",
            about: "What a student learns who believes in another temperature than that of the teacher, against the belief.",
            page: "bayes-optimal.md",
            command: "infer --student-beta 0.3:{student}:40 --teacher-beta {teacher} --alpha {alpha}",
            python: ("infer", &[]),
            controls: &[
                slider(
                    "student",
                    "β",
                    "largest inverse temperature of the student, the end of the axis",
                    [0.5, 6.0],
                    4.0,
                    Scale::Step(0.1),
                ),
                slider(
                    "teacher",
                    "β*",
                    "inverse temperature of the teacher",
                    [0.3, 3.0],
                    1.2,
                    Scale::Step(0.01),
                ),
                alpha(0.1, 20.0, 1.0),
            ],
        },
    ],
};
