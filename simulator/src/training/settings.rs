//! Settings of a training.

use crate::error::{Result, at_least, check};

/// Where the averages over the model come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Enumeration of the smaller layer.
    Exact,
    /// Chains that start from the data of each batch (CD-k, Hinton 2002).
    Contrastive {
        /// Sweeps k ≥ 1.
        steps: usize,
    },
    /// Chains that go on from one batch to the next (PCD-k, Tieleman 2008).
    Persistent {
        /// Sweeps k ≥ 1 per batch.
        steps: usize,
    },
    /// Chains that begin anew in each batch, from independent visible units of the machine's biases (Rdm-k, Decelle, Furtlehner & Seoane 2021).
    Restarted {
        /// Sweeps k ≥ 1.
        steps: usize,
    },
}

/// How a machine is trained.
///
/// ```text
/// W → W + η (∂L/∂W − λ W),   b → b + η ∂L/∂b,   c → c + η ∂L/∂c
/// ```
///
/// once per batch.
///
/// # References
/// Hinton, Neural Comput. 14, 1771 (2002); Tieleman, ICML (2008); Decelle, Furtlehner & Seoane, Adv. Neural Inf. Process. Syst. 34 (2021).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Training {
    /// Where the averages over the model come from.
    pub algorithm: Algorithm,
    /// η > 0.
    pub learning_rate: f64,
    /// Samples of a batch, ≥ 1; the last batch of an epoch holds what is left.
    pub batch: usize,
    /// Chains that do not begin at the data, ≥ 1, whatever the size of a batch.
    pub chains: usize,
    /// λ ≥ 0, the slope of a penalty (λ/2) Σ W².
    pub l2: f64,
    /// Whether the biases learn; they stay as they are otherwise.
    pub biases: bool,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::Persistent { steps: 1 },
            learning_rate: 0.05,
            batch: 100,
            chains: 100,
            l2: 0.0,
            biases: true,
        }
    }
}

impl Training {
    /// Errs for a setting out of its domain.
    pub(super) fn check(&self) -> Result<()> {
        check(
            "learning_rate",
            "positive and finite",
            self.learning_rate,
            |x| x > 0.0,
        )?;
        check("l2", "finite and not negative", self.l2, |x| x >= 0.0)?;
        at_least("batch", "at least 1", self.batch, 1)?;
        if let Some(steps) = self.sweeps() {
            at_least("steps", "at least 1", steps, 1)?;
        }
        if self.has_chains() {
            at_least("chains", "at least 1", self.chains, 1)?;
        }
        Ok(())
    }

    /// Sweeps of the chains in one step, where there are chains.
    pub(super) fn sweeps(&self) -> Option<usize> {
        match self.algorithm {
            Algorithm::Exact => None,
            Algorithm::Contrastive { steps }
            | Algorithm::Persistent { steps }
            | Algorithm::Restarted { steps } => Some(steps),
        }
    }

    /// Whether there are chains besides those of the batch.
    pub(super) fn has_chains(&self) -> bool {
        matches!(
            self.algorithm,
            Algorithm::Persistent { .. } | Algorithm::Restarted { .. }
        )
    }

    /// How weights climb.
    pub(super) fn rule(&self) -> Rule {
        Rule {
            rate: self.learning_rate,
            decay: self.l2,
        }
    }
}

/// How parameters climb: W → W + η (∂L/∂W − λ W).
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// η.
    rate: f64,
    /// λ.
    decay: f64,
}

impl Rule {
    /// The rule of parameters without a penalty.
    pub(super) fn without_decay(self) -> Self {
        Self { decay: 0.0, ..self }
    }

    /// Moves parameters, each with its slope.
    #[inline]
    pub(super) fn ascend<'a>(
        self,
        parameters: impl IntoIterator<Item = &'a mut f64>,
        slopes: impl IntoIterator<Item = f64>,
    ) {
        for (w, slope) in parameters.into_iter().zip(slopes) {
            *w += self.rate * (slope - self.decay * *w);
        }
    }
}
