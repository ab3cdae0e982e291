use super::args::GridArgs;
use super::grid::{self, Grid};
use crate::questions::infer::{Critical, Mismatched, MismatchedLines, Models, SoftLaws, Solutions};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use saddlepoint_theory::replica::inference::Prior;
use saddlepoint_theory::units::SoftSpin;

/// Compute the best possible inference of a receptive field, or a mismatched one
///
/// The data of --snr are P = alpha N samples v = sqrt(snr/N) s xi + noise, with one hidden value s per sample and the receptive
/// field xi of N weights, both of known law and unit variance. The data of --teacher-beta are drawn by an RBM with one hidden unit, a
/// spin with weights +-1 unless laws are given, p(v) ~ cosh(beta* xi*.v/sqrt N); the student's posterior is the prior of its weights
/// times the product over the samples of its own such probability, of inverse temperature beta and its own laws.
///
/// Many units and samples at a fixed ratio, then many iterations; replica symmetric, which is exact where inference knows the
/// true laws, and elsewhere as far as column stable is true.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint infer --weight-prior sparse-rademacher:0.02 --snr 1 --alpha 0.4:1.2:81 --plot overlap.svg\n  \
    saddlepoint infer --weight-prior sparse-rademacher:0.02,sparse-rademacher:0.05 --snr 1 --critical\n  \
    saddlepoint infer --student-beta 0.5:4:71 --teacher-beta 1.2 --alpha 0.6,1,2 --plot student.svg\n  \
    saddlepoint infer --student-beta 0.3:4:75 --teacher-beta 1.2 --critical --plot diagram.svg\n  \
    saddlepoint infer --student-beta 0.3:3:55 --teacher-beta 1.2 --student-weights rademacher,soft:0.5,gaussian --alpha 1.5 --plot soft.svg\n  \
    saddlepoint infer --teacher-beta 1 --patterns 2,5 --correlation 0:0.9:10 --critical"
)]
pub(crate) struct InferArgs {
    /// Laws of the weights, separated by commas: rademacher, gaussian, soft:OMEGA, sparse-rademacher:RHO, sparse-gaussian:RHO, with OMEGA
    /// the variance of the Gaussian part, 0 (rademacher) to 1 (gaussian), and RHO the fraction of weights that are not 0, 0.0001 to 1
    #[arg(long, value_name = "PRIOR", value_delimiter = ',', value_parser = prior, default_value = "rademacher")]
    pub(crate) weight_prior: Vec<Prior>,

    /// Laws of the hidden values, separated by commas: as for --weight-prior
    #[arg(long, value_name = "PRIOR", value_delimiter = ',', value_parser = prior, default_value = "gaussian")]
    pub(crate) hidden_prior: Vec<Prior>,

    /// Signal-to-noise ratio, above 0: the excess eigenvalue of the population
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true,
        required_unless_present_any = ["student_beta", "teacher_beta"])]
    pub(crate) snr: Option<Grid>,

    /// Inverse temperature in which a student believes, 0.001 to 100000; with --teacher-beta, instead of --snr
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true, requires = "teacher_beta",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior"])]
    pub(crate) student_beta: Option<Grid>,

    /// Inverse temperature at which the teacher draws the samples, 0.001 to 100000
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true,
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior"])]
    pub(crate) teacher_beta: Option<Grid>,

    /// Laws of the student's weights, separated by commas: rademacher (+-1), gaussian, or between them soft:OMEGA, with OMEGA the variance of
    /// the Gaussian part, 0 to 1; with --teacher-beta
    #[arg(long, value_name = "LAW", value_delimiter = ',', value_parser = soft, default_value = "rademacher", requires = "teacher_beta",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "patterns"])]
    pub(crate) student_weights: Vec<SoftSpin>,

    /// Laws of the teacher's weights: as for --student-weights
    #[arg(long, value_name = "LAW", value_delimiter = ',', value_parser = soft, default_value = "rademacher", requires = "teacher_beta",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "patterns"])]
    pub(crate) teacher_weights: Vec<SoftSpin>,

    /// Laws of the student's hidden unit: as for --student-weights, with beta^2 OMEGA at most 0.99
    #[arg(long, value_name = "LAW", value_delimiter = ',', value_parser = soft, default_value = "rademacher", requires = "teacher_beta",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "patterns"])]
    pub(crate) student_hidden: Vec<SoftSpin>,

    /// Laws of the teacher's hidden unit: as for --student-hidden
    #[arg(long, value_name = "LAW", value_delimiter = ',', value_parser = soft, default_value = "rademacher", requires = "teacher_beta",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "patterns"])]
    pub(crate) teacher_hidden: Vec<SoftSpin>,

    /// Numbers of patterns of the teacher, separated by commas; with --critical and --correlation: the lines that are closed forms, for
    /// students of --student-beta or, without it, of the teacher's temperature
    #[arg(long, value_name = "P", value_delimiter = ',', requires_all = ["teacher_beta", "critical", "correlation"],
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "alpha"])]
    pub(crate) patterns: Vec<usize>,

    /// Overlap of any two of these patterns, -1/(P - 1) to 1
    #[arg(long, value_name = "GRID", value_parser = grid::finite, allow_hyphen_values = true, requires = "patterns",
        conflicts_with_all = ["snr", "weight_prior", "hidden_prior", "alpha"])]
    pub(crate) correlation: Option<Grid>,

    /// Samples per unit, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true,
        required_unless_present = "critical", conflicts_with = "critical")]
    pub(crate) alpha: Option<Grid>,

    /// The critical samples per unit instead: spectral, spinodal, information-theoretic, algorithmic; of a student and a teacher the
    /// lines between what is learnt, what is agreed on and what is not known
    #[arg(long)]
    pub(crate) critical: bool,

    #[command(flatten)]
    pub(crate) common: GridArgs,
}

impl InferArgs {
    /// Whether a student and a teacher are given.
    pub(crate) fn is_mismatched(&self) -> bool {
        self.teacher_beta.is_some()
    }

    /// The question of what can be learnt.
    pub(crate) fn solutions(&self) -> Result<Solutions> {
        Ok(Solutions {
            models: self.models()?,
            alpha: self.alphas()?,
        })
    }

    /// The question of how many samples it takes.
    pub(crate) fn critical(&self) -> Result<Critical> {
        Ok(Critical {
            models: self.models()?,
        })
    }

    /// The question of what a student learns.
    pub(crate) fn mismatched(&self) -> Result<Mismatched> {
        let missing =
            "--student-beta is missing: give the temperature in which the student believes";
        Ok(Mismatched {
            alpha: self.alphas()?,
            student_beta: values(self.student_beta.as_ref()).context(missing)?,
            teacher_beta: values(self.teacher_beta.as_ref()).unwrap_or_default(),
            laws: self.laws(),
        })
    }

    /// The question of how many samples it takes a student.
    pub(crate) fn mismatched_lines(&self) -> Result<MismatchedLines> {
        let correlations = values(self.correlation.as_ref());
        let patterns = correlations.map(|correlations| (self.patterns.clone(), correlations));
        ensure!(
            patterns.is_some() || self.student_beta.is_some(),
            "--student-beta is missing: give the temperature in which the student believes"
        );
        Ok(MismatchedLines {
            student_beta: values(self.student_beta.as_ref()).unwrap_or_default(),
            teacher_beta: values(self.teacher_beta.as_ref()).unwrap_or_default(),
            laws: self.laws(),
            patterns,
        })
    }

    fn laws(&self) -> SoftLaws {
        SoftLaws {
            student_weights: self.student_weights.clone(),
            teacher_weights: self.teacher_weights.clone(),
            student_hidden: self.student_hidden.clone(),
            teacher_hidden: self.teacher_hidden.clone(),
        }
    }

    fn alphas(&self) -> Result<Vec<f64>> {
        values(self.alpha.as_ref()).context("--alpha is missing: give samples per unit")
    }

    fn models(&self) -> Result<Models> {
        Ok(Models {
            weight_prior: self.weight_prior.clone(),
            hidden_prior: self.hidden_prior.clone(),
            snr: values(self.snr.as_ref()).context("--snr is missing")?,
        })
    }
}

fn values(grid: Option<&Grid>) -> Option<Vec<f64>> {
    grid.map(|grid| grid.values().to_vec())
}

/// A law by its name; for clap's `value_parser`.
pub(crate) fn prior(text: &str) -> Result<Prior> {
    let density = || parameter(text, DENSITY, "0.05");
    Ok(match text.split_once(':').map_or(text, |(name, _)| name) {
        "rademacher" if !text.contains(':') => Prior::Rademacher,
        "gaussian" if !text.contains(':') => Prior::Gaussian,
        "sparse-rademacher" => Prior::sparse_rademacher(density()?)?,
        "sparse-gaussian" => Prior::sparse_gaussian(density()?)?,
        "soft" => Prior::Soft(soft(text)?),
        _ => bail!(
            "is no law; write rademacher, gaussian, soft:OMEGA, sparse-rademacher:RHO or sparse-gaussian:RHO"
        ),
    })
}

/// A law between a spin and a Gaussian by its name.
fn soft(text: &str) -> Result<SoftSpin> {
    Ok(match text.split_once(':').map_or(text, |(name, _)| name) {
        "rademacher" if !text.contains(':') => SoftSpin::SPIN,
        "gaussian" if !text.contains(':') => SoftSpin::GAUSSIAN,
        "soft" => SoftSpin::new(parameter(text, "variance of the Gaussian part", "0.3")?)?,
        _ => bail!("is no law here; write rademacher, gaussian or soft:OMEGA"),
    })
}

const DENSITY: &str = "density of values that are not 0";

/// The number behind the colon.
fn parameter(text: &str, meaning: &str, example: &str) -> Result<f64> {
    let needs = || format!("needs the {meaning}: write {text}:{example}");
    let (_, number) = text.split_once(':').with_context(needs)?;
    let is_none = || format!("the {meaning} '{number}' is not a number");
    number.parse().with_context(is_none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_read_back_from_its_name() {
        for name in [
            "rademacher",
            "gaussian",
            "sparse-rademacher:0.05",
            "sparse-gaussian:1",
            "soft:0.3",
        ] {
            assert_eq!(prior(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn a_bad_law_says_what_is_wrong_and_what_to_do() {
        for (text, expected) in [
            ("", "is no law"),
            ("laplace", "is no law"),
            ("rademacher:0.5", "is no law"),
            ("sparse-gaussian", "write sparse-gaussian:0.05"),
            ("sparse-gaussian:x", "'x' is not a number"),
            ("soft", "write soft:0.3"),
            ("soft:x", "'x' is not a number"),
            ("soft:1.5", "in [0, 1], got 1.5"),
            ("sparse-rademacher:0", "above 0 and at most 1"),
            ("sparse-rademacher:1.5", "above 0 and at most 1"),
            ("sparse-rademacher:nan", "above 0 and at most 1"),
        ] {
            let message = format!("{:#}", prior(text).unwrap_err());
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
