//! From sample eigenvalues back to the population: the bulk law fitted to them, the outliers, what is behind them.

mod bulk;
mod hull;
mod outliers;
mod transform;

pub use outliers::Outlier;

use super::threshold::critical_alpha;
use super::{Edge, SampleLaw, tracy_widom_scale};
use crate::error::{Error, Result, check, positive};
use crate::spectra::{Atoms, Population};
use transform::Sampled;

/// Tracy–Widom scales above the edge from which an eigenvalue counts as an outlier: TW₁ lies above with probability 0.01.
const CRITICAL_DISTANCE: f64 = 2.0234;

/// The search for outliers ends after so many eigenvalues in a row that are none: equal modes, which do not exceed one
/// another's edge, are found together up to this number.
const PATIENCE: usize = 8;

/// Rounding errors of a vanishing eigenvalue, in units of ε n λ₁.
const ROUNDING: f64 = 8.0;

/// What the eigenvalues of a sample covariance tell of the population.
#[derive(Debug, Clone)]
pub struct Debiased {
    /// The estimated population: the eigenvalue behind each outlier, the fitted bulk in whole directions, the null directions.
    ///
    /// Its units are the n variables, so that `alpha = samples/n`.
    pub population: Population,
    /// Degrees of freedom P of the sample covariance.
    pub samples: f64,
    /// All n sample eigenvalues, from the largest down.
    pub eigenvalues: Vec<f64>,
    /// The eigenvalues above the bulk, from the largest down.
    pub outliers: Vec<Outlier>,
    /// Population law of the bulk, scaled such that [`SampleLaw::new`] of it and of `bulk_aspect_ratio` is the law of the
    /// sample eigenvalues that are neither outliers nor set apart as zeros.
    pub bulk: Atoms,
    /// γ = directions/samples of the bulk.
    pub bulk_aspect_ratio: f64,
    /// Upper edge of that law.
    pub edge: f64,
    /// Tracy–Widom scale of that edge ([`tracy_widom_scale`]).
    pub edge_scale: f64,
    /// The next mode to come out of the bulk; `None` if the bulk is white: nothing is hidden in it as far as one can see.
    pub next: Option<NextMode>,
}

/// The leading population eigenvalue of the fitted bulk, which is not visible yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextMode {
    /// Population eigenvalue.
    pub eigenvalue: f64,
    /// Number of directions that the fit gives to it.
    pub degeneracy: usize,
    /// [`critical_alpha`] of the mode in [`Debiased::population`].
    pub alpha_c: f64,
    /// Number of samples at which it comes out, n `alpha_c`.
    pub samples_c: f64,
}

impl Debiased {
    /// Distance of a sample eigenvalue from the upper edge of the bulk, in Tracy–Widom scales of that edge.
    pub fn distance(&self, sample_eigenvalue: f64) -> f64 {
        (sample_eigenvalue - self.edge) / self.edge_scale
    }

    /// `alpha` = samples/n.
    pub fn alpha(&self) -> f64 {
        self.samples / count(self.eigenvalues.len())
    }
}

/// A bulk law and its upper edge.
struct Fitted {
    law: Atoms,
    edge: Edge,
    scale: f64,
}

/// What the eigenvalues of a sample covariance matrix tell of the population behind it.
///
/// `eigenvalues` are those of `Ĉ = (1/P) Σ x xᵀ`, all n of them from the largest down, zeros included; `samples` is the
/// number P of degrees of freedom, one less than the number of samples if the columns were centred. What is below rounding is
/// zero; zeros beyond the n − P that any data have are directions without variance and are set apart.
///
/// # Method
/// 1. **Bulk.** The population law H = Σ w_k δ(t_k) of a bulk is fitted through Silverstein's equation, which is linear in the
///    weights, at points z on a curve above the sample eigenvalues:
///
///    ```text
///    γ Σ_k w_k t_k u/(u − t_k) = z − u,   u = −1/s(z),   s(z) = (1/P) [Σ_i 1/(λ̂_i − z) − (P − rank)/z]
///    ```
///
///    The points are taken with their joint noise and their bias of order 1/P, both known for Gaussian samples, which makes χ²
///    a true one. Non-negative least squares finds the lowest χ²; the fewest atoms that do as well
///    (χ² + 2 K ln n lowest) are kept. White noise comes out as one atom; without that step the
///    lowest χ² puts single directions above the bulk, and its edge is wrong by several Tracy–Widom scales.
/// 2. **Outliers.** Eigenvalue r is one if it exceeds the upper edge of the bulk fitted to those below it by 2.0234
///    Tracy–Widom scales of that edge, which chance does in 1 of 100 white samples. In the fit the eigenvalue that is asked
///    about is replaced by the one below it: left out, it would lower the edge by about one scale when it belongs to the bulk. All
///    eigenvalues above an outlier are outliers, so that equal modes, which hide one another, are seen (up to 8).
///    With r outliers the bulk has P − r degrees of freedom.
/// 3. **Modes.** The population eigenvalue and the overlap behind an outlier come from ψ inverted ([`Outlier`]).
/// 4. **What comes next.** The largest eigenvalue of the fitted bulk ([`NextMode`]).
///
/// # What it cannot tell
/// Inside a bulk, directions that differ by less than their smearing √γ t cannot be told apart: the fit joins them into few
/// atoms. The threshold of the next mode is that of the whole atom as a group; a lone direction on top of it that the samples
/// do not resolve comes out at more samples, and one of weight 1/n above it may come out earlier. It is
/// what the fitted bulk implies, not a measurement. The noise of the fit, and the edge, are those of Gaussian
/// samples; heavy tails make more outliers than there are modes.
///
/// # Errors
/// [`Error::OutOfDomain`] unless the eigenvalues are finite, not negative and descending, two of them positive, and `samples`
/// finite and at least 2; [`Error::NotFinite`] if the fit overflows.
///
/// # References
/// Silverstein & Bai, J. Multivariate Anal. 54, 175 (1995); El Karoui, Ann. Stat. 36, 2757 (2008) and Li, Chen, Qin, Bai & Yao,
/// J. Stat. Plan. Inference 143, 1887 (2013) (population from Silverstein's equation); Bai & Silverstein, Ann. Probab. 32, 553
/// (2004) (noise); Schwarz, Ann. Stat. 6, 461 (1978) (ln n); Johnstone, Ann. Stat. 29, 295 (2001) (test of the largest
/// eigenvalue); Bejan, *Largest eigenvalues and sample covariance matrices* (2005) (99 % point of TW₁).
pub fn debias(eigenvalues: &[f64], samples: f64) -> Result<Debiased> {
    check("samples", "finite and at least 2", samples, |p| p >= 2.0)?;
    let sample = Sample::new(eigenvalues, samples)?;
    let outliers = sample.outlier_count()?;
    let bulk = sample.bulk(outliers, false);
    let fitted = fitted(&bulk)?;
    let modes = outliers::invert(&sample.positive, outliers, samples);
    let shrink = bulk.samples / samples;
    let population = sample.population(&modes, &fitted.law)?;
    let next = next_mode(&population, &fitted.law)?;
    let scaled: Vec<_> = fitted.law.iter().map(|(t, w)| (t * shrink, w)).collect();
    Ok(Debiased {
        population,
        samples,
        eigenvalues: eigenvalues.to_vec(),
        outliers: modes,
        bulk: Atoms::new(&scaled)?,
        bulk_aspect_ratio: bulk.aspect_ratio(),
        edge: fitted.edge.position * shrink,
        edge_scale: fitted.scale * shrink,
        next,
    })
}

/// The eigenvalues as given, in their three kinds.
struct Sample {
    positive: Vec<f64>,
    /// Directions that are not set apart: the positive eigenvalues and the zeros that n > P leaves.
    directions: usize,
    null: usize,
    samples: f64,
}

impl Sample {
    fn new(eigenvalues: &[f64], samples: f64) -> Result<Self> {
        let n = eigenvalues.len();
        for &x in eigenvalues {
            check("eigenvalue", "finite and not negative", x, |x| x >= 0.0)?;
        }
        if let Some(pair) = eigenvalues.windows(2).find(|pair| pair[1] > pair[0]) {
            let domain = "at most the one before it";
            return Err(Error::OutOfDomain {
                name: "eigenvalue",
                domain,
                value: pair[1],
            });
        }
        let highest = eigenvalues.first().copied().unwrap_or(0.0);
        let least = ROUNDING * f64::EPSILON * count(n) * highest;
        let rank = eigenvalues.partition_point(|&x| x > least);
        check(
            "number of positive eigenvalues",
            "at least 2",
            count(rank),
            |r| r >= 2.0,
        )?;
        let is_full = count(rank) + 0.5 > samples;
        let null = if is_full { 0 } else { n - rank };
        let positive = eigenvalues[..rank].to_vec();
        Ok(Self {
            positive,
            directions: n - null,
            null,
            samples,
        })
    }

    /// The bulk below `above` outliers; `is_tested`: with its first eigenvalue replaced by the second.
    fn bulk(&self, above: usize, is_tested: bool) -> Sampled {
        let samples = (self.samples - count(above)).max(1.0);
        let factor = self.samples / samples;
        let mut eigenvalues: Vec<f64> = self.positive[above..].iter().map(|x| x * factor).collect();
        if is_tested {
            eigenvalues[0] = eigenvalues[1];
        }
        Sampled {
            eigenvalues,
            directions: count(self.directions - above),
            samples,
        }
    }

    /// Number of eigenvalues above the bulk: found in strides that double while they end on outliers and halve where they
    /// do not, since each test is a fit; then one by one, as far as [`PATIENCE`] goes.
    fn outlier_count(&self) -> Result<usize> {
        let last = self.positive.len() - 1;
        let (mut found, mut stride) = (0, 1);
        while stride > 0 {
            let above = found + stride - 1;
            if above < last && self.stands_out(above)? {
                found = above + 1;
                stride *= 2;
            } else {
                stride /= 2;
            }
        }
        let mut above = found;
        while above < last && above < found + PATIENCE {
            if self.stands_out(above)? {
                found = above + 1;
            }
            above += 1;
        }
        Ok(found)
    }

    /// Whether the eigenvalue below `above` others exceeds the edge of the bulk below it.
    fn stands_out(&self, above: usize) -> Result<bool> {
        let bulk = self.bulk(above, true);
        let fitted = fitted(&bulk)?;
        let tested = self.positive[above] * self.samples / bulk.samples;
        Ok(tested - fitted.edge.position > CRITICAL_DISTANCE * fitted.scale)
    }

    fn population(&self, outliers: &[Outlier], bulk: &Atoms) -> Result<Population> {
        let mut groups: Vec<_> = outliers
            .iter()
            .map(|o| (o.population_eigenvalue, 1))
            .collect();
        groups.extend(whole(bulk, self.directions - outliers.len()));
        groups.push((0.0, self.null));
        Population::finite(self.directions + self.null, &groups)
    }
}

/// Numbers of directions nearest to the weights, `total` in all.
fn whole(law: &Atoms, total: usize) -> Vec<(f64, usize)> {
    let (mut below, mut given) = (0.0, 0);
    let mut groups = Vec::new();
    for (eigenvalue, weight) in law.iter() {
        below += weight;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and total"
        )]
        let upto = ((below * count(total)).round() as usize).min(total);
        groups.push((eigenvalue, upto - given));
        given = upto;
    }
    groups
}

fn fitted(bulk: &Sampled) -> Result<Fitted> {
    let law = Atoms::new(&bulk::fit(bulk)?)?;
    let edge = {
        let sample_law = SampleLaw::new(&law, bulk.aspect_ratio())?;
        let top = sample_law.support().last().map(|interval| interval.upper);
        top.ok_or(Error::NotFinite {
            name: "upper edge of the bulk",
        })?
    };
    let scale = positive("edge scale", tracy_widom_scale(&edge, bulk.samples))?;
    Ok(Fitted { law, edge, scale })
}

/// The leading eigenvalue of the bulk as a mode of the whole population.
fn next_mode(population: &Population, bulk: &Atoms) -> Result<Option<NextMode>> {
    if bulk.iter().count() < 2 {
        return Ok(None);
    }
    let highest = bulk.iter().last().map_or(0.0, |atom| atom.0);
    let modes = population.modes();
    let rank = modes
        .iter()
        .position(|mode| mode.eigenvalue <= highest * (1.0 + 1e-9));
    let Some((rank, mode)) = rank.map(|rank| (rank, modes[rank])) else {
        return Ok(None);
    };
    let alpha_c = critical_alpha(population, rank)?;
    let samples_c = alpha_c * population.units().map_or(f64::NAN, count);
    let degeneracy = mode.degeneracy.unwrap_or(1);
    Ok(Some(NextMode {
        eigenvalue: mode.eigenvalue,
        degeneracy,
        alpha_c,
        samples_c,
    }))
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn count(n: usize) -> f64 {
    n as f64
}
