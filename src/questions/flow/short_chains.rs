//! Where learning with short chains ends, and what samples remember of it.

use crate::questions::{Monitor, Question};
use crate::table::figure::{Curve, Figure, Law, Panel, Scale, View};
use crate::table::{Cell, Field, Record, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::dynamics::{self, final_singular_value};

/// Modes that a Gaussian machine learns with chains from independent units in each update, and samples from such units.
#[derive(Debug, Clone)]
pub struct ShortChains {
    /// Eigenvalues of the data's covariance, 0 or above.
    pub eigenvalues: Vec<f64>,
    /// Sweeps of the chains in an update, 1 or more.
    pub gibbs_steps: Vec<u32>,
    /// Sweeps after which samples are looked at, 1 or more.
    pub sample_steps: Vec<u32>,
}

/// Samples after a number of sweeps.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Eigenvalue of the data's covariance along the mode, 0 or above.
    pub eigenvalue: f64,
    /// Sweeps of the chains in an update.
    pub gibbs_steps: u32,
    /// Singular value to which learning converges.
    pub singular_value: f64,
    /// Singular value of the likelihood's maximum, at which chains in equilibrium end.
    pub likelihood_singular_value: f64,
    /// Sweeps of the samples.
    pub sample_steps: u32,
    /// Variance of the samples along the mode.
    pub variance: f64,
    /// The same after infinitely many sweeps; `None` where there is no equilibrium.
    pub equilibrium_variance: Option<f64>,
}

/// Where learning with short chains ends, against the eigenvalue.
const LEARNT: Law = Law {
    x: "eigenvalue",
    of: &["gibbs_steps"],
    value: |of, eigenvalue| {
        let Cell::Integer(sweeps) = of[0] else {
            return None;
        };
        let chains = dynamics::ShortChains::new(u32::try_from(*sweeps).ok()?).ok()?;
        chains.fixed_point(eigenvalue).ok()
    },
};

/// Where the likelihood is largest, against the eigenvalue, whatever the sweeps.
const LIKELIEST: Law = Law {
    x: "eigenvalue",
    of: &[],
    value: |_, eigenvalue| final_singular_value(eigenvalue).ok(),
};

impl Record for Row {
    const NAME: &'static str = "flow-short-chains";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::EIGENVALUE, |row| row.eigenvalue.into()),
        Field::one(words::GIBBS_STEPS, |row| u64::from(row.gibbs_steps).into()),
        Field::new(
            "singular_value",
            "s",
            "singular value at which learning with these chains ends",
            "V = λ at k′ = k",
            |row| row.singular_value.into(),
        ),
        Field::new(
            "likelihood_singular_value",
            "s_∞",
            "singular value at which the likelihood is largest, and learning with chains in equilibrium ends",
            "s² = 1 − 1/λ",
            |row| row.likelihood_singular_value.into(),
        ),
        Field::new(
            "sample_steps",
            "k′",
            "sweeps of samples that begin at independent units",
            "",
            |row| u64::from(row.sample_steps).into(),
        ),
        Field::new(
            "variance",
            "V",
            "variance of these samples along the mode; that of the data at k′ = k",
            "V = 1 + s² (1 + s²) (1 + s⁴ + … + s^{4(k′−1)})",
            |row| row.variance.into(),
        ),
        Field::new(
            "equilibrium_variance",
            "V*",
            "variance after infinitely many sweeps; empty where there is no equilibrium",
            "V* = 1/(1 − s²)",
            |row| row.equilibrium_variance.into(),
        ),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["sample_steps", "eigenvalue", "gibbs_steps"],
            keys: &["gibbs_steps", "eigenvalue"],
            panels: &[
                Panel {
                    label: "variance of the samples along the mode  V",
                    curves: &[Curve::line("variance")],
                    scale: Scale::Log,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "singular value after learning  s",
                    x: &["eigenvalue", "gibbs_steps"],
                    curves: &[
                        Curve::line("singular_value")
                            .named("with short chains")
                            .by(&[LEARNT]),
                        Curve::line("likelihood_singular_value")
                            .named("largest likelihood")
                            .by(&[LIKELIEST]),
                    ],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for ShortChains {
    type Row = Row;

    /// Over the eigenvalues, the sweeps of learning and those of samples.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        for &eigenvalue in &self.eigenvalues {
            for &gibbs_steps in &self.gibbs_steps {
                if !monitor.begins()? {
                    continue;
                }
                let chains = dynamics::ShortChains::new(gibbs_steps)?;
                let singular_value = chains.fixed_point(eigenvalue)?;
                let square = singular_value * singular_value;
                for &sample_steps in &self.sample_steps {
                    let samples = dynamics::ShortChains::new(sample_steps)?;
                    row(Row {
                        eigenvalue,
                        gibbs_steps,
                        singular_value,
                        likelihood_singular_value: final_singular_value(eigenvalue)?,
                        sample_steps,
                        variance: samples.variance(singular_value)?,
                        equilibrium_variance: (square < 1.0).then(|| (1.0 - square).recip()),
                    })?;
                }
            }
        }
        Ok(())
    }
}
