use super::args::GridArgs;
use super::grid::{self, Grid, Sums};
use crate::questions::phase::{
    HopfieldLines, HopfieldPhases, PatternPhases, RbmLines, RbmModes, RbmPhases,
};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use saddlepoint_theory::replica::ensemble::ComponentLaw;
use saddlepoint_theory::replica::patterns::MOST_RECALLED;
use saddlepoint_theory::units::Unit;

/// Compute the phases of ensembles of RBMs, or of the Hopfield model
///
/// The RBM has spins and weights W = w u v' + noise, or several modes such as --w 1.5+1.2+1. A row is the branch of lowest free energy, replica
/// symmetric, with its stability. With --model patterns the weights are s xi/sqrt(pN), xi = -1, 0, 1 with probabilities p/2, 1 - p, p/2, and
/// states recall none, one or several of the patterns together.
///
/// No data: the weights are given. Many units of both layers at a fixed ratio, with a fixed number of modes; zero temperature is
/// the last limit. A line where one phase is a glass says replica-symmetric in column assumption.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint phase --w 0:3:31 --sigma 0.5,0.8 --kappa 0.5 --plot recall.svg\n  \
    saddlepoint phase --w 1.5+1.2+1,2+2 --sigma 0.5 --components laplace --all-branches\n  \
    saddlepoint phase --sigma 0:3:61 --boundary -o lines.csv\n  \
    saddlepoint phase --model hopfield --temperature 0 --boundary --one-step\n  \
    saddlepoint phase --model patterns --alpha 0.01 --density 0.1 --scale 3.8 --hidden relu --threshold 5 --visible binary --visible-field -3 --all-branches"
)]
pub(crate) struct PhaseArgs {
    /// An RBM of spins whose weights are a mode and noise, the Hopfield model, or an RBM of random sparse weights
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

    /// Uniform field on the visible units (rbm, patterns) [default: 0]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) visible_field: Option<f64>,

    /// Uniform field on the hidden units (rbm) [default: 0]
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(crate) hidden_field: Option<f64>,

    /// Patterns per spin (hopfield), hidden units per visible unit (patterns), above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) alpha: Option<Grid>,

    /// Temperature, at least 0 (hopfield)
    #[arg(long, value_name = "GRID", value_parser = grid::non_negative, allow_hyphen_values = true)]
    pub(crate) temperature: Option<Grid>,

    /// Part of the weights that is not zero, in (0, 1] (patterns)
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) density: Option<Grid>,

    /// Standard deviation s of the weights in units of 1/sqrt(N), above 0: those that are not zero are s/sqrt(pN) or minus that
    /// (patterns)
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) scale: Option<Grid>,

    /// Kind of the visible units: spin or binary (patterns) [default: spin]
    #[arg(long, value_name = "UNIT")]
    pub(crate) visible: Option<Unit>,

    /// Kinds of the hidden units, separated by commas: gaussian, relu, double-well:THETA; spin and binary units recall nothing
    /// (patterns) [default: gaussian]
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub(crate) hidden: Vec<Unit>,

    /// Threshold of the hidden units: their potential has the slope theta besides (patterns) [default: 0]
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true)]
    pub(crate) threshold: Option<Grid>,

    /// Largest number of patterns recalled together that is looked for, at most 1000 (patterns) [default: 10]
    #[arg(long, value_name = "L")]
    pub(crate) recalled: Option<usize>,

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
    Patterns,
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
    /// The flags that belong to some models only, whether they were given, and these models.
    fn flags_of_models(&self) -> [(&'static str, bool, &'static [Model]); 16] {
        use Model::{Hopfield, Patterns, Rbm};
        [
            ("--w", self.w.is_some(), &[Rbm]),
            ("--sigma", self.sigma.is_some(), &[Rbm]),
            ("--kappa", self.kappa.is_some(), &[Rbm]),
            ("--components", !self.components.is_empty(), &[Rbm]),
            (
                "--visible-field",
                self.visible_field.is_some(),
                &[Rbm, Patterns],
            ),
            ("--hidden-field", self.hidden_field.is_some(), &[Rbm]),
            ("--alpha", self.alpha.is_some(), &[Hopfield, Patterns]),
            ("--temperature", self.temperature.is_some(), &[Hopfield]),
            ("--one-step", self.one_step, &[Rbm, Hopfield]),
            ("--boundary", self.boundary, &[Rbm, Hopfield]),
            ("--density", self.density.is_some(), &[Patterns]),
            ("--scale", self.scale.is_some(), &[Patterns]),
            ("--visible", self.visible.is_some(), &[Patterns]),
            ("--hidden", !self.hidden.is_empty(), &[Patterns]),
            ("--threshold", self.threshold.is_some(), &[Patterns]),
            ("--recalled", self.recalled.is_some(), &[Patterns]),
        ]
    }

    /// Refuses flags of another model.
    fn check_flags(&self) -> Result<()> {
        let model = self.model.to_possible_value();
        let name = model.as_ref().map_or("", |value| value.get_name());
        for (flag, given, models) in self.flags_of_models() {
            ensure!(
                !given || models.contains(&self.model),
                "{flag} has no meaning for --model {name}; leave it out"
            );
        }
        if self.model == Model::Rbm && self.boundary {
            for (flag, given) in [
                ("--w", self.w.is_some()),
                ("--visible-field", self.visible_field.is_some()),
                ("--hidden-field", self.hidden_field.is_some()),
            ] {
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

    /// The question of how many patterns are recalled together.
    pub(crate) fn patterns(&self) -> Result<PatternPhases> {
        self.check_flags()?;
        let visible = self.visible.unwrap_or(Unit::Spin);
        ensure!(
            visible.states().is_some(),
            "--visible {visible} has more than two values; give spin or binary"
        );
        let density = values(self.density.as_ref())
            .context("--density is missing: give the part of the weights that is not zero")?;
        if let Some(p) = density.iter().find(|p| **p > 1.0) {
            bail!("--density {p} is above 1; it is the part of the weights that is not zero");
        }
        let most = self.recalled.unwrap_or(10);
        ensure!(
            most <= MOST_RECALLED,
            "--recalled {most} is above {MOST_RECALLED}, the most patterns recalled together here"
        );
        Ok(PatternPhases {
            visible,
            hidden: if self.hidden.is_empty() {
                vec![Unit::Gaussian]
            } else {
                self.hidden.clone()
            },
            alpha: values(self.alpha.as_ref())
                .context("--alpha is missing: give hidden units per visible unit")?,
            density,
            scale: values(self.scale.as_ref())
                .context("--scale is missing: give the standard deviation of the weights in units of 1/sqrt(N)")?,
            threshold: values(self.threshold.as_ref()).unwrap_or_else(|| vec![0.0]),
            visible_field: self.visible_field.unwrap_or_default(),
            most,
            all_branches: self.all_branches,
        })
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
