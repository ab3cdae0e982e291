//! From sample eigenvalues back to the population: the bulk law fitted to them, the outliers, what is behind them.

mod bulk;
mod hull;
mod outliers;
mod transform;

pub use outliers::Outlier;

use super::threshold::critical_alpha;
use super::{SampleLaw, tracy_widom_scale};
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::spectra::{Atoms, Population};
use bulk::Level;
use transform::Sampled;

/// Tracy–Widom scales above the edge from which an eigenvalue counts as an outlier: TW₁ lies above with probability 0.01.
const CRITICAL_DISTANCE: f64 = 2.0234;

/// The search for outliers ends after so many eigenvalues in a row that are none: equal modes, which do not exceed one
/// another's edge, are found together up to this number.
const PATIENCE: usize = 16;

/// Eigenvalues below this fraction of the bulk's largest one are not told apart where only its upper edge is asked for, and
/// where its law is fitted.
const EDGE_RANGE: f64 = 1e-2;
const LAW_RANGE: f64 = 1e-4;

/// Rounding errors of a vanishing eigenvalue, in units of ε n λ₁.
const ROUNDING: f64 = 8.0;

/// What the eigenvalues of a sample covariance tell of the population.
#[derive(Debug, Clone)]
pub struct Debiased {
    /// The estimated population: the eigenvalue behind each outlier, the fitted bulk in whole directions, the null directions.
    /// Eigenvalues of the fit that cannot be told from bands are spread over the bands.
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
    /// sample eigenvalues that are neither outliers nor set apart as zeros. As in `population`, bands are spread.
    pub bulk: Atoms,
    /// γ = directions/samples of the bulk.
    pub bulk_aspect_ratio: f64,
    /// Upper edge of the bulk below the outliers, as the test of the next eigenvalue has it: that of a fit which sums up what
    /// lies below a hundredth of the edge, and knows no bands. It is that of `bulk` unless the bulk is wider than that or its
    /// highest eigenvalue is spread.
    pub edge: f64,
    /// Tracy–Widom scale of the edge ([`tracy_widom_scale`]).
    pub edge_scale: f64,
    /// The next mode to come out of the bulk; `None` if one eigenvalue describes the bulk: nothing hidden in it can be seen.
    pub next: Option<NextMode>,
}

/// The leading population eigenvalue of the fitted bulk, which is not visible yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextMode {
    /// Population eigenvalue.
    pub eigenvalue: f64,
    /// Number of directions that share it in [`Debiased::population`].
    pub degeneracy: usize,
    /// [`critical_alpha`] of the mode in [`Debiased::population`].
    pub alpha_c: f64,
    /// Number of samples at which it comes out, n `alpha_c`, to its order of magnitude. Below the present number it says that a
    /// group of directions already forms an interval of its own, or that the top of the bulk is not resolved.
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

/// What the eigenvalues of a sample covariance matrix tell of the population behind it.
///
/// `eigenvalues` are those of `Ĉ = (1/P) Σ x xᵀ`, all n of them from the largest down, zeros included; `samples` is the
/// number P of degrees of freedom, one less than the number of samples if the columns were centred. What is below rounding is
/// zero; zeros beyond the n − P that any data have are directions without variance and are set apart.
///
/// # Method
/// 1. **Bulk.** The population law `H = Σ w_k δ(t_k)` of a bulk is fitted through Silverstein's equation, which is linear in the
///    weights, at points z on a curve above the sample eigenvalues:
///
///    ```text
///    γ Σ_k w_k t_k u/(u − t_k) = z − u,   u = −1/s(z),   s(z) = (1/P) [Σ_i 1/(λ̂_i − z) − (P − rank)/z]
///    ```
///
///    The points are taken with their joint noise and their bias of order 1/P, both known for Gaussian samples, which makes χ²
///    a true one. Non-negative least squares finds the lowest χ²; of the populations with fewer eigenvalues, K of them, that
///    with the lowest χ² + 2 K ln n is kept. White noise comes out as one eigenvalue. The lowest χ² alone
///    often puts part of a direction above the bulk and misses its edge by several Tracy–Widom scales.
/// 2. **Outliers.** An eigenvalue is one if it exceeds the upper edge of the bulk fitted to those below it by 2.0234
///    Tracy–Widom scales of that edge, which chance does in about 1 of 100 white samples (2 of 100 for n = 10) and in up
///    to 10 of 100 where few eigenvalues only approximate a broad bulk. In the fit it is replaced by the eigenvalue below
///    it: left out, it would lower the edge by about one scale when it belongs to the bulk. It must exceed the
///    edge of the fit without it, too, which is the one that is returned. All eigenvalues above an outlier are outliers, so
///    that equal modes, which hide one another, are seen, up to 16 of them. At most half of the positive
///    eigenvalues are outliers, and with r of them the bulk has P − r degrees of freedom.
/// 3. **Modes.** The population eigenvalue and the overlap behind an outlier come from ψ inverted ([`Outlier`]). Near the
///    threshold those modes pass whose noise lifts them: their eigenvalues and overlaps are overestimated.
/// 4. **What comes next.** The fit has as few eigenvalues as the data allow. Each is spread over a band up to half way to its
///    neighbour unless that raises χ² by more than 2 ln n; the highest direction that results is the [`NextMode`].
///
/// # What it cannot tell
/// Inside a bulk, directions that differ by less than their smearing √γ λ are not resolved, and a single direction
/// below the threshold hardly changes the sample spectrum at all. So the next mode is what the fitted bulk implies, not
/// a measurement: its threshold follows from the spacing at the top of the bulk, is good for the order of magnitude, and can
/// fall below the present number of samples. Where population eigenvalues thin out gradually, as in images, outliers and
/// bulk do so too, and the number of outliers depends on the draw. Test and fit suppose Gaussian samples: heavy tails
/// make more outliers than there are modes.
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
    let bulk = sample.bulk(outliers, LAW_RANGE);
    let levels = bulk::fit(&bulk)?;
    let (edge, edge_scale) = sample.edge(&sample.bulk(outliers, EDGE_RANGE))?;
    let modes = outliers::invert(&sample.positive, outliers, samples);
    let shrink = bulk.samples / samples;
    let population = sample.population(&modes, &levels)?;
    let next = next_mode(&population, &levels)?;
    let observed: Vec<_> = levels
        .iter()
        .flat_map(|level| level.spread())
        .map(|(position, weight)| (position * shrink, weight))
        .collect();
    Ok(Debiased {
        population,
        samples,
        eigenvalues: eigenvalues.to_vec(),
        outliers: modes,
        bulk: Atoms::new(&observed)?,
        bulk_aspect_ratio: bulk.aspect_ratio(),
        edge,
        edge_scale,
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

    /// The bulk below `above` outliers.
    fn bulk(&self, above: usize, range: f64) -> Sampled {
        let samples = (self.samples - count(above)).max(1.0);
        let factor = self.samples / samples;
        Sampled {
            eigenvalues: self.positive[above..].iter().map(|x| x * factor).collect(),
            directions: count(self.directions - above),
            samples,
            range,
        }
    }

    /// Upper edge of a bulk and its Tracy–Widom scale, in units of the eigenvalues as given.
    fn edge(&self, bulk: &Sampled) -> Result<(f64, f64)> {
        let law = law(&bulk::fit(bulk)?)?;
        let sample_law = SampleLaw::new(&law, bulk.aspect_ratio())?;
        let top = sample_law.support().last().map(|interval| interval.upper);
        let edge = top.ok_or(Error::NotFinite {
            name: "upper edge of the bulk",
        })?;
        let scale = positive("edge scale", tracy_widom_scale(&edge, bulk.samples))?;
        let shrink = bulk.samples / self.samples;
        Ok((edge.position * shrink, scale * shrink))
    }

    /// Number of eigenvalues above the bulk, at most half of all: the last one that is an outlier, where none is further than
    /// [`PATIENCE`] from the one before. Each question is a fit, so that the furthest is asked about first.
    fn outlier_count(&self) -> Result<usize> {
        let most = self.positive.len() / 2;
        let mut found = 0;
        let mut rank = most.min(PATIENCE);
        while rank > found {
            rank -= 1;
            if self.is_outlier(rank)? {
                found = rank + 1;
                rank = most.min(found + PATIENCE);
            }
        }
        Ok(found)
    }

    /// Does the eigenvalue of this rank exceed the edge of the bulk below it, whether or not that bulk has one more member?
    fn is_outlier(&self, rank: usize) -> Result<bool> {
        let without = self.bulk(rank + 1, EDGE_RANGE);
        let mut with = self.bulk(rank, EDGE_RANGE);
        with.eigenvalues[0] = with.eigenvalues[1];
        let exceeds =
            |(edge, scale): (f64, f64)| self.positive[rank] - edge > CRITICAL_DISTANCE * scale;
        Ok(exceeds(self.edge(&with)?) && exceeds(self.edge(&without)?))
    }

    fn population(&self, outliers: &[Outlier], bulk: &[Level]) -> Result<Population> {
        let mut groups: Vec<_> = outliers
            .iter()
            .map(|o| (o.population_eigenvalue, 1))
            .collect();
        for (level, directions) in whole(bulk, self.directions - outliers.len()) {
            groups.extend(level.quantiles(directions).into_iter().map(|x| (x, 1)));
        }
        groups.push((0.0, self.null));
        Population::finite(self.directions + self.null, &groups)
    }
}

/// Numbers of directions nearest to the weights, `total` in all.
fn whole(levels: &[Level], total: usize) -> Vec<(Level, usize)> {
    let (mut below, mut given) = (0.0, 0);
    let mut groups = Vec::with_capacity(levels.len());
    for &level in levels {
        below += level.weight;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and total"
        )]
        let upto = ((below * count(total)).round() as usize).min(total);
        groups.push((level, upto - given));
        given = upto;
    }
    groups
}

fn law(levels: &[Level]) -> Result<Atoms> {
    let atoms: Vec<_> = levels
        .iter()
        .map(|level| (level.position, level.weight))
        .collect();
    Atoms::new(&atoms)
}

/// The leading eigenvalue of the bulk as a mode of the whole population.
fn next_mode(population: &Population, bulk: &[Level]) -> Result<Option<NextMode>> {
    let Some(top) = bulk.last().filter(|_| bulk.len() > 1) else {
        return Ok(None);
    };
    // Rounding, in case the highest level is one eigenvalue.
    let highest = top.position * top.half_width.exp() * (1.0 + 1e-9);
    let modes = population.modes();
    let rank = modes.iter().position(|mode| mode.eigenvalue <= highest);
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
