//! Eigenvalues and eigenvectors of sample covariances.

use super::{Group, alpha, coupling, spike, units, up_to_alpha};
use crate::explore::panel::Panel;

pub(super) const GROUP: Group = Group {
    title: "Spectra",
    panels: &[
        Panel {
            name: "spectrum",
            title: "Spectrum of a ring",
            about: "Density of the eigenvalues of the sample covariance of a long Ising ring.",
            page: "sample-covariance.md",
            command: "spectrum --data ising-ring --units inf --beta {beta} --alpha {alpha} --points 256",
            python: ("spectrum", &[]),
            controls: &[coupling(-1.5, 1.5, 0.5), alpha(0.1, 1000.0, 10.0)],
        },
        Panel {
            name: "outlier",
            title: "Spectrum of spiked data",
            about: "Density of the eigenvalues of the sample covariance of N units of which one direction has a larger variance.",
            page: "sample-covariance.md",
            command: "spectrum --data spiked --spike {spike} --units {units} --alpha {alpha} --points 256",
            python: ("spectrum", &[]),
            controls: &[spike(4.0), units(4.0, 1000.0, 50.0), alpha(0.1, 100.0, 2.0)],
        },
        Panel {
            name: "edges",
            title: "Edges",
            about: "Where the spectrum of the sample covariance of a long Ising ring begins and ends, against the number of samples.",
            page: "sample-covariance.md",
            command: "spectrum --data ising-ring --units inf --beta {beta} --alpha 0.1:{alpha}:60:log --edges",
            python: ("edges", &["--edges"]),
            controls: &[coupling(-1.5, 1.5, 0.5), up_to_alpha(0.5, 1000.0, 100.0)],
        },
        Panel {
            name: "profile",
            title: "Top eigenvector",
            about: "What the leading eigenvector of the samples of an Ising ring is made of, mode by mode.",
            page: "retarded-learning.md",
            command: "spectrum --data ising-ring --units {units} --beta {beta} --alpha {alpha} --profile",
            python: ("profile", &["--profile"]),
            controls: &[
                units(4.0, 300.0, 60.0),
                coupling(0.05, 1.5, 0.5),
                alpha(0.1, 1000.0, 10.0),
            ],
        },
    ],
};
