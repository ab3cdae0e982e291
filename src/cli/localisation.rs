//! Flags of `flow localisation`.

use super::args::GridArgs;
use super::grid::{self, Grid, UnitsGrid};
use crate::questions::flow::localisation::{Localisation, Stationary};
use crate::questions::learn::Biases;
use anyhow::{Context, Result, ensure};
use clap::Args;
use saddlepoint_theory::dynamics::localisation::{Law, Nonlinearity};
use saddlepoint_theory::units::Unit;
use std::str::FromStr;

/// Compute whether a hidden unit localises on translation-invariant data, and from which size on
///
/// One spin hidden unit, infinitely many samples. The growth rate of the longest wave on top of uniform weights, to first order in the
/// fourth cumulants of the data and to second order in the third ones: exact for elliptical data, right within about a fifth of the cumulants' effect where the row is valid.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint flow localisation --data nlgp-ring --units 20:200:19 --correlation-length 3 --nonlinearity cubic:-0.05,cubic:0.05,erf:1 --plot growth.svg\n  \
    saddlepoint flow localisation --data nlgp-ring --units 100 --correlation-length 2 --nonlinearity sign --visible spin\n  \
    saddlepoint flow localisation --data nlgp-ring --units 40:200:5 --correlation-length 3 --nonlinearity rate:0.1,rate:0.5 --biases none\n  \
    saddlepoint flow localisation --data elliptical-ring --units 100 --correlation-length 3 --kurtosis 0,1,5\n\n\
    On a long ring of data without skewness uniform weights are unstable if and only if integrated_cumulant is negative; the kurtosis of one unit does not decide.\n\
    Gaussian visible units see data of mean 0 and variance 1: subtract the mean of units that are 0 or 1, and divide by their standard deviation.\n\
    rate:F takes longer with the correlation length: seconds from 6 sites on, a minute at 20."
)]
pub(crate) struct FlowLocalisationArgs {
    /// Data model
    #[arg(long, value_enum, value_name = "MODEL")]
    pub(crate) data: Stationary,

    /// Number of sites N, whole numbers from 3; squares from 9 to 40000 on a torus
    #[arg(long, value_name = "GRID", value_parser = grid::units)]
    pub(crate) units: UnitsGrid,

    /// Correlation length XI of the Gaussian process in sites, above 0, at most 20 and the side: correlation exp(-d^2/XI^2)
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) correlation_length: Grid,

    /// What is done to the Gaussian of a site, of nlgp data, separated by commas: erf:G, cubic:C for z + C (z^3 - 3 z), sign, or rate:F for 0 or 1 with the mean F; cubic only on a torus
    #[arg(long, value_name = "PSI", value_delimiter = ',', value_parser = nonlinearity, allow_hyphen_values = true)]
    pub(crate) nonlinearity: Vec<Nonlinearity>,

    /// Excess kurtosis of one unit, 0 or above, of elliptical data
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) kurtosis: Option<Grid>,

    /// Visible units, gaussian or spin; spin for the nonlinearity sign only
    #[arg(long, value_name = "KIND", value_parser = visible, default_value = "gaussian")]
    pub(crate) visible: Unit,

    /// Biases of the visible units and of the hidden unit, which data that are not symmetric, rate:F, make
    #[arg(long, value_enum, default_value = "learned")]
    pub(crate) biases: Biases,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

fn nonlinearity(text: &str) -> Result<Nonlinearity> {
    Ok(Nonlinearity::from_str(text)?)
}

fn visible(text: &str) -> Result<Unit> {
    let unit = Unit::from_str(text)?;
    ensure!(
        matches!(unit, Unit::Gaussian | Unit::Spin),
        "is not known here; write gaussian or spin"
    );
    Ok(unit)
}

impl FlowLocalisationArgs {
    /// The question.
    pub(crate) fn question(&self) -> Result<Localisation> {
        let finite = |units: &crate::questions::Units| {
            let inf = "--units inf: give a number of sites; units_critical is that of any ring";
            units.finite().context(inf)
        };
        Ok(Localisation {
            data: self.data,
            units: self
                .units
                .values()
                .iter()
                .map(finite)
                .collect::<Result<_>>()?,
            correlation_length: self.correlation_length.values().to_vec(),
            laws: self.laws()?,
            visible: self.visible,
            biases: self.biases,
        })
    }

    /// What stands on the sites.
    fn laws(&self) -> Result<Vec<Law>> {
        let name = self.data.name();
        let is_elliptical = self.data == Stationary::EllipticalRing;
        let (needed, useless) = if is_elliptical {
            ("--kurtosis", "--nonlinearity")
        } else {
            ("--nonlinearity", "--kurtosis")
        };
        let given = [!self.nonlinearity.is_empty(), self.kurtosis.is_some()];
        let [has_needed, has_useless] = if is_elliptical {
            [given[1], given[0]]
        } else {
            given
        };
        ensure!(
            !has_useless,
            "{useless} has no meaning for --data {name}; leave it out"
        );
        ensure!(has_needed, "--data {name} needs {needed}");
        let kurtosis = self.kurtosis.as_ref().map_or(&[][..], Grid::values);
        let elliptical = kurtosis
            .iter()
            .map(|&kurtosis| Law::Elliptical { kurtosis });
        let nonlinear = self.nonlinearity.iter().copied().map(Law::Nonlinear);
        Ok(elliptical.chain(nonlinear).collect())
    }
}
