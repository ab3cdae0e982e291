use super::args::CommonArgs;
use super::grid::{self, Grid};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use saddlepoint::questions::infer::{Critical, Mismatched, MismatchedLines, Models, Solutions};
use saddlepoint_theory::replica::inference::Prior;

/// Compute the best possible inference of a receptive field, or a mismatched one
///
/// The data of --snr are P = alpha N samples v = sqrt(snr/N) s xi + noise, with one hidden value s per sample and the receptive
/// field xi of N weights, both of known law and unit variance. The data of --teacher-beta are drawn by an RBM with one spin hidden
/// unit and weights +-1, p(v) ~ cosh(beta* xi*.v/sqrt N); the student's posterior is the product of cosh(beta xi.v/sqrt N) over the
/// samples.
///
/// Many units and samples at a fixed ratio, then many iterations; replica symmetric, which is exact where inference knows the
/// true laws, and elsewhere as far as column stable is true.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint infer --weight-prior sparse-rademacher:0.02 --snr 1 --alpha 0.4:1.2:81 --plot overlap.svg\n  \
    saddlepoint infer --weight-prior sparse-rademacher:0.02,sparse-rademacher:0.05 --snr 1 --critical\n  \
    saddlepoint infer --student-beta 0.5:4:71 --teacher-beta 1.2 --alpha 0.6,1,2 --plot student.svg\n  \
    saddlepoint infer --student-beta 0.3:4:75 --teacher-beta 1.2 --critical --plot diagram.svg\n  \
    saddlepoint infer --teacher-beta 1 --patterns 2,5 --correlation 0:0.9:10 --critical"
)]
pub(crate) struct InferArgs {
    /// Laws of the weights, separated by commas: rademacher, gaussian, sparse-rademacher:RHO, sparse-gaussian:RHO, with RHO the
    /// fraction of weights that are not 0, 0.0001 to 1
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
    pub(crate) common: CommonArgs,
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
            patterns,
        })
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
    let (name, density) = match text.split_once(':') {
        Some((name, density)) => (name, Some(density)),
        None => (text, None),
    };
    let density = || -> Result<f64> {
        let text = density.with_context(|| {
            format!("needs the density of values that are not 0: write {name}:0.05")
        })?;
        let density: f64 = text
            .parse()
            .with_context(|| format!("the density '{text}' is not a number"))?;
        Ok(density)
    };
    Ok(match name {
        "rademacher" if !text.contains(':') => Prior::Rademacher,
        "gaussian" if !text.contains(':') => Prior::Gaussian,
        "sparse-rademacher" => Prior::sparse_rademacher(density()?)?,
        "sparse-gaussian" => Prior::sparse_gaussian(density()?)?,
        _ => bail!(
            "is no law; write rademacher, gaussian, sparse-rademacher:RHO or sparse-gaussian:RHO"
        ),
    })
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
            ("sparse-rademacher:0", "above 0 and at most 1"),
            ("sparse-rademacher:1.5", "above 0 and at most 1"),
            ("sparse-rademacher:nan", "above 0 and at most 1"),
        ] {
            let message = format!("{:#}", prior(text).unwrap_err());
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
