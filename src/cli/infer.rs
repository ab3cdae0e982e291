use super::args::CommonArgs;
use super::grid::{self, Grid};
use anyhow::{Context, Result, bail};
use clap::Args;
use saddlepoint::questions::infer::{Critical, Models, Solutions};
use saddlepoint_theory::replica::inference::Prior;

/// Compute the best possible inference of a receptive field
///
/// The data are P = alpha N samples v = sqrt(snr/N) s xi + noise, with one hidden value s per sample and the receptive field xi of N
/// weights, both of known law and unit variance.
///
/// Many units and samples at a fixed ratio, then many iterations; replica symmetric, which is exact where inference knows the
/// true laws.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  saddlepoint infer --weight-prior sparse-rademacher:0.02 --snr 1 --alpha 0.4:1.2:81 --plot overlap.svg\n  \
    saddlepoint infer --weight-prior sparse-rademacher:0.02,sparse-rademacher:0.05 --snr 1 --critical"
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
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true)]
    pub(crate) snr: Grid,

    /// Samples per unit, above 0
    #[arg(long, value_name = "GRID", value_parser = grid::positive, allow_hyphen_values = true,
        required_unless_present = "critical", conflicts_with = "critical")]
    pub(crate) alpha: Option<Grid>,

    /// The critical samples per unit instead: spectral, spinodal, information-theoretic, algorithmic
    #[arg(long)]
    pub(crate) critical: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl InferArgs {
    /// The question of what can be learnt.
    pub(crate) fn solutions(&self) -> Result<Solutions> {
        let alpha = self.alpha.as_ref().context("--alpha is missing")?;
        Ok(Solutions {
            models: self.models(),
            alpha: alpha.values().to_vec(),
        })
    }

    /// The question of how many samples it takes.
    pub(crate) fn critical(&self) -> Critical {
        Critical {
            models: self.models(),
        }
    }

    fn models(&self) -> Models {
        Models {
            weight_prior: self.weight_prior.clone(),
            hidden_prior: self.hidden_prior.clone(),
            snr: self.snr.values().to_vec(),
        }
    }
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
