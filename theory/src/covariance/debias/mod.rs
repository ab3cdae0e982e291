//! From sample eigenvalues back to the population: the bulk law fitted to them, the outliers, what is behind them.

mod bulk;
mod few_samples;
mod hull;
mod independent;
mod outliers;
mod transform;

pub use independent::IndependentColumns;
pub use outliers::Outlier;

use super::{Landing, tracy_widom_scale, upper_edge};
use crate::detection::{
    Crossover, TRACY_WIDOM_MEAN, TRACY_WIDOM_VARIANCE, Test, samples_above, tracy_widom_quantile,
    tracy_widom_tail,
};
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::spectra::{Atoms, Population};
use bulk::Level;
use few_samples::Fitted;
use transform::Sampled;

/// Gap below a group of outliers, in Tracy–Widom scales, that its members must have in order to be looked for behind one that is none:
/// equal modes do not exceed one another's edge. The gaps of noise are 2 on average after the largest eigenvalue and fall from
/// there; one of 5 below the second is a chance of about 1e-5.
const GROUP_GAP: f64 = 5.0;

/// So many eigenvalues, or more, for each one that is looked for at a time.
const BLOCK: usize = 64;

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
    /// Number n of variables.
    pub variables: usize,
    /// All n sample eigenvalues, from the largest down, or the leading ones where [`IndependentColumns`] is all that is known of the rest.
    pub eigenvalues: Vec<f64>,
    /// The eigenvalues above the bulk, from the largest down.
    pub outliers: Vec<Outlier>,
    /// Population law of the bulk, scaled such that [`SampleLaw::new`](super::SampleLaw::new) of it and of `bulk_aspect_ratio` is the law of the
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
    most_outliers: usize,
}

impl Debiased {
    /// Distance of a sample eigenvalue from the upper edge of the bulk, in Tracy–Widom scales of that edge.
    pub fn distance(&self, sample_eigenvalue: f64) -> f64 {
        (sample_eigenvalue - self.edge) / self.edge_scale
    }

    /// Probability that noise alone exceeds a sample eigenvalue, by the Tracy–Widom law of that edge.
    ///
    /// # Errors
    /// Those of [`tracy_widom_tail`].
    pub fn p_value(&self, sample_eigenvalue: f64) -> Result<f64> {
        tracy_widom_tail(self.distance(sample_eigenvalue))
    }

    /// The largest population eigenvalue that could still hide in the bulk: a test at the level of `crossover` sees it with probability
    /// `power` ([`Test::hidden`]).
    ///
    /// # Errors
    /// Those of [`Test::hidden`].
    pub fn hiding(&self, crossover: &Crossover, power: f64) -> Result<f64> {
        let (shrink, test) = self.test(crossover)?;
        Ok(test.hidden(power)? / shrink)
    }

    /// The population eigenvalue of an outlier after the selection by a test at the level of `crossover` is taken out
    /// ([`Test::selection`]).
    ///
    /// # Errors
    /// Those of [`Test::selection`].
    pub fn unselected(&self, crossover: &Crossover, outlier: &Outlier) -> Result<Option<f64>> {
        let (_, test) = self.test(crossover)?;
        let factor = test.selection(outlier.sample_eigenvalue)?;
        Ok(factor.map(|factor| factor * outlier.population_eigenvalue))
    }

    /// Samples at which a test at the level of `crossover` sees a population eigenvalue above the bulk with probability `power`, the other
    /// outliers being seen already ([`samples_above`]).
    ///
    /// # Errors
    /// Those of [`samples_above`].
    pub fn samples_for_power(
        &self,
        crossover: &Crossover,
        eigenvalue: f64,
        power: f64,
    ) -> Result<f64> {
        let seen = count(self.outliers.len());
        let free = (self.samples - seen).max(1.0);
        let directions = (self.bulk_aspect_ratio * free).max(2.0);
        let shrink = free / self.samples;
        let samples = samples_above(
            crossover,
            &self.bulk,
            directions,
            eigenvalue * shrink,
            power,
        )?;
        Ok(samples + (seen - 1.0).max(0.0))
    }

    /// The test of the bulk, in units of the sample eigenvalues, and by what its population eigenvalues are smaller than those of
    /// `population`.
    fn test<'a>(&'a self, crossover: &'a Crossover) -> Result<(f64, Test<'a>)> {
        let free = (self.samples - count(self.outliers.len())).max(1.0);
        let directions = (self.bulk_aspect_ratio * free).max(2.0);
        let test = Test::new(crossover, &self.bulk, directions, free)?;
        Ok((free / self.samples, test))
    }

    /// `alpha` = samples/n.
    pub fn alpha(&self) -> f64 {
        self.samples / count(self.variables)
    }

    /// The most outliers that these eigenvalues can have: half of the positive ones.
    pub fn most_outliers(&self) -> usize {
        self.most_outliers
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
///    From four directions per sample on the moments of the bulk take the place of the curve: one eigenvalue if the second moment is that
///    of white noise, else two with the first three moments.
/// 2. **Outliers.** An eigenvalue is one if it exceeds the upper edge of the bulk fitted to those below it by as many Tracy–Widom scales
///    as TW₁ exceeds with probability `level`. Chance does so in that fraction of white samples, up to twice that for n = 10, and in up to
///    10 of 100 where few eigenvalues only approximate a broad bulk. In the fit it is replaced by the eigenvalue below
///    it: left out, it would lower the edge by about one scale when it belongs to the bulk. It must exceed the
///    edge of the fit without it, too, which is the one that is returned. Equal modes hide one another: the
///    eigenvalues above a gap of 5 scales that ends with an outlier are outliers all. At most half of the positive
///    eigenvalues are outliers, and with r of them the bulk has P − r degrees of freedom.
/// 3. **Modes.** The population eigenvalue and the overlap behind an outlier come from ψ inverted ([`Outlier`]). Near the
///    threshold those modes pass whose noise lifts them: their eigenvalues and overlaps are overestimated ([`Debiased::unselected`] takes
///    that out).
/// 4. **Bulk as a law.** The fit has as few eigenvalues as the data allow. Each is spread over a band up to half way to its
///    neighbour unless that raises χ² by more than 2 ln n.
///
/// # What it cannot tell
/// Inside a bulk, directions that differ by less than their smearing √γ λ are not resolved, and a single direction
/// below the threshold hardly changes the sample spectrum at all: what could hide there is [`Debiased::hiding`]. Where population eigenvalues thin out gradually, as in images, outliers and
/// bulk do so too, and the number of outliers depends on the draw. Test and fit suppose Gaussian samples: heavy tails
/// make more outliers than there are modes, and columns of unequal noise are modes of their own to it.
///
/// # Errors
/// [`Error::OutOfDomain`] unless the eigenvalues are finite, not negative and descending, two of them positive, and `samples`
/// finite and at least 2, `level` between 1e-100 and 1 − 1e-6; [`Error::NotFinite`] if the fit overflows.
///
/// # References
/// Silverstein & Bai, J. Multivariate Anal. 54, 175 (1995); El Karoui, Ann. Stat. 36, 2757 (2008) and Li, Chen, Qin, Bai & Yao,
/// J. Stat. Plan. Inference 143, 1887 (2013) (population from Silverstein's equation); Bai & Silverstein, Ann. Probab. 32, 553
/// (2004) (noise); Schwarz, Ann. Stat. 6, 461 (1978) (ln n); Johnstone, Ann. Stat. 29, 295 (2001) (test of the largest
/// eigenvalue); Kritchman & Nadler, IEEE Trans. Signal Process. 57, 3930 (2009) (one after the other).
pub fn debias(eigenvalues: &[f64], samples: f64, level: f64) -> Result<Debiased> {
    let sample = Sample::new(eigenvalues, samples)?;
    let outliers = sample.outlier_count(tracy_widom_quantile(level)?)?;
    sample.debiased(eigenvalues, outliers)
}

/// [`debias`] with a number of outliers that another test found, at most half of the positive eigenvalues.
///
/// # Errors
/// As [`debias`], and [`Error::OutOfDomain`] for more outliers than that.
pub fn debias_with(eigenvalues: &[f64], samples: f64, outliers: usize) -> Result<Debiased> {
    let sample = Sample::new(eigenvalues, samples)?;
    let most = sample.most_outliers();
    check(
        "outliers",
        "at most half of the positive eigenvalues",
        count(outliers),
        |k| k <= count(most),
    )?;
    sample.debiased(eigenvalues, outliers)
}

/// The population behind a bulk, by the method for its shape.
fn fit(sampled: &Sampled) -> Result<Fitted> {
    if sampled.aspect_ratio() >= few_samples::FROM {
        return Ok(few_samples::fit(sampled));
    }
    Ok(Fitted {
        levels: bulk::fit(sampled)?,
        edge_error: 0.0,
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
        check("samples", "finite and at least 2", samples, |p| p >= 2.0)?;
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

    /// What the eigenvalues tell if so many of them are outliers.
    fn debiased(&self, eigenvalues: &[f64], outliers: usize) -> Result<Debiased> {
        let bulk = self.bulk(outliers, LAW_RANGE);
        let levels = fit(&bulk)?.levels;
        let (edge, edge_scale) = self.edge(&self.bulk(outliers, EDGE_RANGE))?;
        let modes = outliers::invert(&self.positive, outliers, self.samples);
        let shrink = bulk.samples / self.samples;
        let observed: Vec<_> = levels
            .iter()
            .flat_map(|level| level.spread())
            .map(|(position, weight)| (position * shrink, weight))
            .collect();
        Ok(Debiased {
            population: self.population(&modes, &levels)?,
            samples: self.samples,
            variables: eigenvalues.len(),
            eigenvalues: eigenvalues.to_vec(),
            outliers: modes,
            bulk: Atoms::new(&observed)?,
            bulk_aspect_ratio: bulk.aspect_ratio(),
            edge,
            edge_scale,
            most_outliers: self.most_outliers(),
        })
    }

    /// At most half of the positive eigenvalues are outliers.
    fn most_outliers(&self) -> usize {
        self.positive.len() / 2
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
    ///
    /// Where the edge itself is uncertain by ε scales, they are those of the Tracy–Widom law with the mean and the variance of the sum
    /// of both.
    fn edge(&self, bulk: &Sampled) -> Result<(f64, f64)> {
        let Fitted { levels, edge_error } = fit(bulk)?;
        let law = law(&levels)?;
        let edge = upper_edge(&Landing::new(&law, bulk.aspect_ratio())?)?;
        let scale = positive("edge scale", tracy_widom_scale(&edge, bulk.samples))?;
        let wider = scale * (1.0 + edge_error * edge_error / TRACY_WIDOM_VARIANCE).sqrt();
        let position = edge.position + TRACY_WIDOM_MEAN * (scale - wider);
        let shrink = bulk.samples / self.samples;
        Ok((position * shrink, wider * shrink))
    }

    /// Number of eigenvalues above the bulk, at most half of all: one after the other, then the furthest group that ends in a gap, and
    /// those behind it.
    fn outlier_count(&self, critical: f64) -> Result<usize> {
        let found = self.count_from(0, critical)?;
        let most = self.most_outliers();
        for rank in (found + 1..most).rev().filter(|&k| self.may_end_group(k)) {
            if self.is_outlier(rank, critical, GROUP_GAP)? {
                return self.count_from(rank + 1, critical);
            }
        }
        Ok(found)
    }

    /// One outlier after the other from a rank on. Of many eigenvalues a few are taken at a time, one of [`BLOCK`], so that the bulk below
    /// them is still a whole one.
    fn count_from(&self, mut found: usize, critical: f64) -> Result<usize> {
        let most = self.most_outliers();
        let mut block = (self.positive.len() / BLOCK).max(1);
        while block > 0 && found < most {
            let last = (found + block).min(most) - 1;
            if self.is_outlier(last, critical, 0.0)? {
                found = last + 1;
            } else {
                block /= 2;
            }
        }
        Ok(found)
    }

    /// Is the gap below the eigenvalue of this rank one of [`GROUP_GAP`] scales of white noise, or half of that? Other bulks are wider.
    fn may_end_group(&self, rank: usize) -> bool {
        let (x, below) = (self.positive[rank], self.positive[rank + 1]);
        let root = (count(self.directions) / self.samples).sqrt();
        let scale = (1.0 + 1.0 / root).cbrt() / (1.0 + root) * self.samples.powf(-2.0 / 3.0);
        x - below > 0.5 * GROUP_GAP * scale * below
    }

    /// Does the eigenvalue of this rank exceed the edge of the bulk below it by `critical` scales, whether or not that bulk has one more
    /// member, and the eigenvalue below it by `gap` scales?
    fn is_outlier(&self, rank: usize, critical: f64, gap: f64) -> Result<bool> {
        let without = self.bulk(rank + 1, EDGE_RANGE);
        let mut with = self.bulk(rank, EDGE_RANGE);
        with.eigenvalues[0] = with.eigenvalues[1];
        let x = self.positive[rank];
        let exceeds = |(edge, scale): (f64, f64)| {
            x - edge > critical * scale && x - self.positive[rank + 1] >= gap * scale
        };
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
