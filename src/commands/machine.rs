//! A machine from files, for the theory and for the simulator.

use crate::cli::machine::{HiddenUnit, MachineArgs, VisibleUnit};
use anyhow::{Context, Result};
use saddlepoint::input::machine::{Files, Parameters, parameters};
use saddlepoint_simulator::machine::{Layer, Rbm};
use saddlepoint_theory::reciprocal;

fn read(args: &MachineArgs) -> Result<Parameters> {
    parameters(Files {
        weights: &args.weights,
        visible_bias: args.visible_bias.as_deref(),
        hidden_bias: args.hidden_bias.as_deref(),
    })
}

/// The machine whose landscape the theory computes.
pub(crate) fn landscape(args: &MachineArgs) -> Result<reciprocal::Machine> {
    use reciprocal::Unit;
    let found = read(args)?;
    let visible = match args.visible {
        VisibleUnit::Spin => Unit::Spin,
        VisibleUnit::Binary => Unit::Binary,
    };
    let hidden = match args.hidden() {
        HiddenUnit::Spin => Unit::Spin,
        HiddenUnit::Binary => Unit::Binary,
        HiddenUnit::Gaussian => Unit::Gaussian,
    };
    let (b, c) = (found.visible_bias, found.hidden_bias);
    reciprocal::Machine::new(found.weights, b, c, visible, hidden)
        .with_context(|| args.weights.display().to_string())
}

/// The machine that the simulator samples.
pub(super) fn simulated(args: &MachineArgs) -> Result<Rbm> {
    use saddlepoint_simulator::Unit;
    let found = read(args)?;
    let visible = match args.visible {
        VisibleUnit::Spin => Unit::Spin,
        VisibleUnit::Binary => Unit::Binary,
    };
    let hidden = match args.hidden() {
        HiddenUnit::Spin => Unit::Spin,
        HiddenUnit::Binary => Unit::Binary,
        HiddenUnit::Gaussian => Unit::Gaussian,
    };
    let machine = || {
        let visible = Layer::new(visible, found.visible_bias)?;
        Rbm::new(
            found.weights,
            visible,
            Layer::new(hidden, found.hidden_bias)?,
        )
    };
    machine().with_context(|| args.weights.display().to_string())
}
