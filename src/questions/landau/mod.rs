//! The landscape of a given machine in the singular modes of its weights: modes, free energies along them, a cycle in a field, ln Z.

pub mod cascade;
pub mod composition;
pub mod hysteresis;
pub mod log_z;
pub mod modes;
pub mod profile;
pub mod project;
pub mod symmetry;

pub use cascade::Cascade;
pub use composition::{Composition, Densities};
pub use hysteresis::Hysteresis;
pub use log_z::LogZ;
pub use modes::LandauModes;
pub use profile::LandauProfile;
pub use project::Projection;
pub use symmetry::Symmetry;

use super::{Monitor, Outcome};
use crate::table::{Column, Field, Shortfall, vocabulary as words};
use anyhow::{Context, Result, ensure};
use saddlepoint_theory::reciprocal::{Landscape, Machine, Reference, Unit};
use saddlepoint_theory::solver::Stop;

/// The state about which the landscape is expanded.
const REFERENCE: Column = Column::new(
    "reference_state",
    "state",
    "mean-field state about which free energies are expanded",
    "paramagnet: continued from β = 0; beyond-fold: it ends below this β, and iteration leads from its end to this state",
);

/// A machine at several inverse temperatures.
#[derive(Debug, Clone)]
pub struct Machines {
    /// The machine at inverse temperature 1.
    pub machine: Machine,
    /// Inverse temperatures, which multiply weights and biases.
    pub scale: Vec<f64>,
}

/// A machine at one inverse temperature, and the mean-field state about which its free energies are expanded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    /// Kind of the visible units.
    pub visible: Unit,
    /// Kind of the hidden units.
    pub hidden: Unit,
    /// Inverse temperature β, which multiplies weights and biases.
    pub scale: f64,
    /// Which state that is.
    pub reference: Reference,
    /// How the search for it ended.
    pub search: Outcome,
}

impl At {
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::VISIBLE, |at| at.visible.to_string().into()),
        Field::one(words::HIDDEN, |at| at.hidden.to_string().into()),
        Field::new(
            "scale",
            "β",
            "inverse temperature",
            "W → βW, b → βb, c → βc",
            |at| at.scale.into(),
        ),
        Field::one(REFERENCE, |at| at.reference.name().into()),
    ];

    /// That free energies are expanded about no solution.
    fn shortfall(&self) -> Option<Shortfall> {
        (self.search.stop != Some(Stop::Converged)).then_some(Shortfall {
            what: "the mean-field state about which the landscape is expanded was not found",
            remedy: "lower --scale",
        })
    }
}

impl Machines {
    /// Visits the machine and its landscape at every scale. All scales are checked before the first visit.
    fn visit(
        &self,
        monitor: &Monitor<'_>,
        mut visit: impl FnMut(At, &Machine, &Landscape) -> Result<()>,
    ) -> Result<()> {
        let scaled = |&scale: &f64| {
            let machine = self.machine.scaled(scale);
            Ok((
                scale,
                machine.with_context(|| format!("--scale {scale:?}"))?,
            ))
        };
        let machines: Vec<(f64, Machine)> = self.scale.iter().map(scaled).collect::<Result<_>>()?;
        for (scale, machine) in &machines {
            monitor.check()?;
            let landscape = Landscape::new(machine)?;
            let (stop, iterations) = (landscape.stop(), landscape.iterations());
            let at = At {
                visible: machine.visible(),
                hidden: machine.hidden(),
                scale: *scale,
                reference: landscape.reference(),
                search: Outcome::new(stop, iterations, landscape.residual()),
            };
            visit(at, machine, &landscape)?;
        }
        Ok(())
    }
}

fn check_mode(flag: &str, mode: usize, landscape: &Landscape) -> Result<()> {
    let modes = landscape.modes().len();
    ensure!(
        mode < modes,
        "{flag} {mode}: the machine has {modes} modes, numbered from 0"
    );
    Ok(())
}
