use super::args::GridArgs;
use super::grid::{self, Grid, Sums};
use crate::questions::phase::{HopfieldLines, HopfieldPhases, RbmLines, RbmModes, RbmPhases};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use saddlepoint_theory::replica::ensemble::ComponentLaw;

/// Compute the phases of an RBM ensemble or of the Hopfield model
///
/// The RBM has spins and weights W = w u v' + noise, or several modes such as --w 1.5+1.2+1. A row is the branch of lowest free energy, replica
/// symmetric, with its stability.
///
/// No data: the weights are given. Many units of both layers at a fixed ratio, with a fixed number of modes; zero temperature is
/// the last limit. A line where one phase is a glass says replica-symmetric in column assumption.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint phase --w 0:3:31 --sigma 0.5,0.8 --kappa 0.5 --plot recall.svg\n  \
    saddlepoint phase --w 1.5+1.2+1,2+2 --sigma 0.5 --components laplace --all-branches\n  \
    saddlepoint phase --sigma 0:3:61 --boundary -o lines.csv\n  \
    saddlepoint phase --model hopfield --temperature 0 --boundary --one-step"
)]
pub(crate) struct PhaseArgs {
    /// An RBM of spins whose weights are a mode and noise, or the Hopfield model
    #[arg(long, value_enum, default_value_t = Model::Rbm)]
    pub(crate) model: Model,

    /// Singular value w of the mode, at least 0; several modes as a sum, 1.5+1.2+1 or 2+0:2:41 (rbm)
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative_sums, allow_hyphen_values = true)]
    pub(crate) w: Option<Sums>,

    /// Noise sigma of the weights, at least 0: entries N(0, sigma^2/sqrt(NM)) (rbm)
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) sigma: Option<Grid>,

    /// Hidden units per visible unit, above 0 (rbm) [default: 1]
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) kappa: Option<Grid>,

    /// Laws of the components of all modes, separated by commas: gaussian, rademacher, laplace, sparse:RHO; or one of each mode as a sum, laplace+gaussian (rbm) [default: gaussian]
    #[arg(long, value_name = "LAW", value_delimiter = ',', value_parser = laws)]
    pub(crate) components: Vec<Laws>,

    /// Uniform field on the visible units (rbm) [default: 0]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) visible_field: Option<f64>,

    /// Uniform field on the hidden units (rbm) [default: 0]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) hidden_field: Option<f64>,

    /// Patterns per spin, above 0 (hopfield)
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Option<Grid>,

    /// Temperature, at least 0 (hopfield)
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) temperature: Option<Grid>,

    /// Every branch found, not only the one of lowest free energy
    #[arg(long, conflicts_with = "boundary")]
    pub(crate) all_branches: bool,

    /// One step of replica-symmetry breaking beside the replica-symmetric state where that is unstable: every such state (hopfield), the
    /// glass of one mode at zero fields (rbm); with --boundary and --temperature the line of the retrieval states (hopfield)
    #[arg(long)]
    pub(crate) one_step: bool,

    /// The lines of the diagram: w of each at --sigma and --kappa (rbm), alpha at --temperature or temperature at --alpha (hopfield)
    #[arg(long)]
    pub(crate) boundary: bool,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Model {
    Rbm,
    Hopfield,
}

/// The law of the components of all modes, or of each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Laws(Vec<ComponentLaw>);

/// Reads laws with a plus between any two.
fn laws(text: &str) -> Result<Laws> {
    let laws = grid::terms(text)?.into_iter().map(components);
    laws.collect::<Result<_>>().map(Laws)
}

/// Reads `gaussian`, `rademacher`, `laplace` or `sparse:RHO`.
fn components(text: &str) -> Result<ComponentLaw> {
    Ok(match text.split_once(':') {
        None if text == "gaussian" => ComponentLaw::Gaussian,
        None if text == "rademacher" => ComponentLaw::Rademacher,
        None if text == "laplace" => ComponentLaw::Laplace,
        None if text == "sparse" => {
            bail!("needs the density of components that are not 0: write sparse:0.1")
        }
        Some(("sparse", density)) => {
            let number: f64 = density
                .parse()
                .with_context(|| format!("the density '{density}' is not a number"))?;
            ComponentLaw::sparse(number)?
        }
        _ => bail!("is no law; write gaussian, rademacher, laplace or sparse:RHO"),
    })
}

impl PhaseArgs {
    /// Refuses flags of the other model.
    fn check_flags(&self) -> Result<()> {
        let rbm = [
            ("--w", self.w.is_some()),
            ("--sigma", self.sigma.is_some()),
            ("--kappa", self.kappa.is_some()),
            ("--components", !self.components.is_empty()),
            ("--visible-field", self.visible_field.is_some()),
            ("--hidden-field", self.hidden_field.is_some()),
        ];
        let hopfield = [
            ("--alpha", self.alpha.is_some()),
            ("--temperature", self.temperature.is_some()),
        ];
        let (foreign, model): (&[_], _) = match self.model {
            Model::Rbm => (&hopfield, "rbm"),
            Model::Hopfield => (&rbm, "hopfield"),
        };
        for (flag, given) in foreign {
            ensure!(
                !given,
                "{flag} has no meaning for --model {model}; leave it out"
            );
        }
        if self.model == Model::Rbm && self.boundary {
            let zero_fields = [("--w", self.w.is_some())]
                .into_iter()
                .chain(rbm[4..].iter().copied());
            for (flag, given) in zero_fields {
                ensure!(
                    !given,
                    "--boundary computes the lines at zero fields for every w; leave {flag} out"
                );
            }
        }
        Ok(())
    }

    /// Whether a point has several modes, or several laws.
    pub(crate) fn has_several_modes(&self) -> bool {
        let is_sum = |w: &Sums| w.plain().is_none();
        self.w.as_ref().is_some_and(is_sum) || self.components.iter().any(|laws| laws.0.len() > 1)
    }

    /// The question of the phases of the ensemble.
    pub(crate) fn rbm(&self) -> Result<RbmPhases> {
        self.check_flags()?;
        let w = self.w.as_ref().and_then(Sums::plain);
        Ok(RbmPhases {
            components: self.laws_of_one_mode()?,
            w: w.context("--w is missing: give singular values")?,
            sigma: self.noise()?,
            kappa: self.kappas(),
            visible_field: self.visible_field.unwrap_or_default(),
            hidden_field: self.hidden_field.unwrap_or_default(),
            all_branches: self.all_branches,
            one_step: self.one_step,
        })
    }

    /// The question of the phases of the ensemble with several modes.
    pub(crate) fn rbm_modes(&self) -> Result<RbmModes> {
        self.check_flags()?;
        ensure!(
            !self.one_step,
            "--one-step is for one mode; its glass recalls none, so give --w 0"
        );
        let w = self
            .w
            .as_ref()
            .context("--w is missing: give singular values")?;
        Ok(RbmModes {
            components: self.laws(),
            w: w.values().to_vec(),
            sigma: self.noise()?,
            kappa: self.kappas(),
            visible_field: self.visible_field.unwrap_or_default(),
            hidden_field: self.hidden_field.unwrap_or_default(),
            all_branches: self.all_branches,
        })
    }

    /// The question of where they meet.
    pub(crate) fn rbm_lines(&self) -> Result<RbmLines> {
        self.check_flags()?;
        ensure!(
            !self.one_step,
            "--one-step with --boundary is for --model hopfield; leave it out"
        );
        Ok(RbmLines {
            components: self.laws_of_one_mode()?,
            sigma: self.noise()?,
            kappa: self.kappas(),
        })
    }

    /// The question of the phases of the Hopfield model.
    pub(crate) fn hopfield(&self) -> Result<HopfieldPhases> {
        self.check_flags()?;
        let alpha = values(self.alpha.as_ref());
        Ok(HopfieldPhases {
            alpha: alpha.context("--alpha is missing: give patterns per spin")?,
            temperature: values(self.temperature.as_ref()).context("--temperature is missing")?,
            all_branches: self.all_branches,
            one_step: self.one_step,
        })
    }

    /// The question of where they meet.
    pub(crate) fn hopfield_lines(&self) -> Result<HopfieldLines> {
        self.check_flags()?;
        match (
            values(self.alpha.as_ref()),
            values(self.temperature.as_ref()),
        ) {
            (Some(_), None) if self.one_step => bail!(
                "--one-step with --boundary computes the load at given temperatures; give --temperature in place of --alpha"
            ),
            (Some(alpha), None) => Ok(HopfieldLines::AtAlpha(alpha)),
            (None, Some(temperature)) => Ok(HopfieldLines::AtTemperature {
                temperature,
                one_step: self.one_step,
            }),
            _ => bail!("--boundary needs either --alpha or --temperature"),
        }
    }

    fn laws(&self) -> Vec<Vec<ComponentLaw>> {
        if self.components.is_empty() {
            return vec![vec![ComponentLaw::Gaussian]];
        }
        self.components.iter().map(|laws| laws.0.clone()).collect()
    }

    fn laws_of_one_mode(&self) -> Result<Vec<ComponentLaw>> {
        let one = |laws: Vec<ComponentLaw>| match laws[..] {
            [law] => Ok(law),
            _ => bail!(
                "--boundary computes the lines of one mode; name one law at a time in --components"
            ),
        };
        self.laws().into_iter().map(one).collect()
    }

    fn noise(&self) -> Result<Vec<f64>> {
        values(self.sigma.as_ref()).context("--sigma is missing: give the noise of the weights")
    }

    fn kappas(&self) -> Vec<f64> {
        values(self.kappa.as_ref()).unwrap_or_else(|| vec![1.0])
    }
}

fn values(grid: Option<&Grid>) -> Option<Vec<f64>> {
    grid.map(|grid| grid.values().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::phase::rbm::components_name;

    #[test]
    fn a_law_is_read_back_from_its_name() {
        for name in [
            "gaussian",
            "rademacher",
            "laplace",
            "sparse:0.1",
            "sparse:1",
        ] {
            assert_eq!(components_name(components(name).unwrap()), name);
        }
    }

    #[test]
    fn a_bad_law_says_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("", "is no law"),
            ("laplace:1", "is no law"),
            ("sparse", "write sparse:0.1"),
            ("sparse:x", "'x' is not a number"),
            ("sparse:0", "in (0, 1]"),
            ("sparse:nan", "in (0, 1]"),
        ] {
            let message = format!("{:#}", components(text).unwrap_err());
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
