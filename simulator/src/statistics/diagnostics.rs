//! Do several chains agree, and how many independent values do they hold?

use rayon::prelude::*;
use realfft::RealFftPlanner;
use statrs::distribution::{ContinuousCDF, Normal};

use super::chain::check_finite;
use super::require;
use crate::error::{Result, same_size};
use crate::numbers::{as_float, wide_dot};

/// Whether chains of one observable agree, over all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// R̂, 1 for chains of one law and larger where they differ: the larger of that of the ranks and that of the ranks of the distance from the
    /// median.
    pub r_hat: f64,
    /// Effective number of independent values for the middle of the law.
    pub ess_bulk: f64,
    /// The same for its tails: the smaller one of the 5 % and 95 % quantiles.
    pub ess_tail: f64,
    /// Standard error of the mean over all chains: the larger one of `√(var⁺/N_eff)` of the values themselves, and of that by the spread of the
    /// means of their halves, which also sees a memory too weak and too long for the sum of autocorrelations.
    pub standard_error: f64,
}

/// Distances below which autocovariances are summed one by one, as long as they are needed; beyond them a transform has all at once. Even.
const NEAREST: usize = 8;

/// Rank-normalised split R̂ and effective sample sizes of chains of one length.
///
/// ```text
/// W = mean_c s_c²,   B/n = var_c mean_c,   var⁺ = (n−1)/n W + B/n,   R̂ = √(var⁺/W)
/// ρ_t = 1 − (W − mean_c s_c² ρ_{t,c})/var⁺,   N_eff = C n/(1 + 2 Σ_t ρ_t)
/// ```
///
/// over the halves of all chains, C of n values each, after the values are replaced by normal scores of their ranks, `z = Φ⁻¹((r − 3/8)/(S + 1/4))`; for the
/// tails by whether they lie at or beyond a quantile. The sum ends where pairs of neighbouring ρ are no longer positive, and they are made
/// to fall (Geyer). `None` where all values are equal: chains that never move tell nothing.
///
/// # Errors
/// [`Error::TooFew`](crate::Error::TooFew) below 8 values per chain; [`Error::Size`](crate::Error::Size) for chains of different lengths;
/// [`Error::OutOfDomain`](crate::Error::OutOfDomain) for a value that is not finite.
///
/// # References
/// Vehtari, Gelman, Simpson, Carpenter & Bürkner, Bayesian Anal. 16, 667 (2021); Geyer, Stat. Sci. 7, 473 (1992).
pub fn agreement(chains: &[Vec<f64>]) -> Result<Option<Agreement>> {
    let length = chains.first().map_or(0, Vec::len);
    require("the agreement of chains", 8, length)?;
    for chain in chains {
        same_size("chain", length, chain.len())?;
        check_finite(chain)?;
    }
    let half = length / 2;
    // The middle value of an odd chain is left out.
    let halves: Vec<&[f64]> = chains
        .iter()
        .flat_map(|chain| [&chain[..half], &chain[length - half..]])
        .collect();
    let values: Vec<f64> = halves.concat();
    let sorted = sorted(&values);
    let quantile = |q: f64| sorted[position(q, sorted.len())].0;
    if quantile(0.0).total_cmp(&quantile(1.0)).is_eq() {
        return Ok(None);
    }
    let scores = Scores::new(values.len());
    let bulk = Halves::new(scores.of(&sorted), half);
    let folded = folded(&sorted, quantile(0.5));
    let spread = Halves::new(scores.of(&folded), half);
    let size = |beyond: &dyn Fn(f64) -> bool| {
        let is_beyond: Vec<bool> = values.iter().map(|&x| beyond(x)).collect();
        // A quantile that is the smallest or largest of all values tells nothing of a tail.
        if is_beyond.iter().all(|&is| is) {
            return as_float(values.len());
        }
        let is_beyond = is_beyond.into_iter().map(|is| f64::from(u8::from(is)));
        Halves::new(is_beyond.collect(), half).effective_size()
    };
    // The limits belong to the tails: of few values, a quantile is often the last one.
    let (low, high) = (quantile(0.05), quantile(0.95));
    let plain = Halves::new(values.clone(), half);
    let (_, total) = plain.within_and_total();
    let standard_error = (total / plain.effective_size())
        .max(plain.variance_of_mean())
        .sqrt();
    let tails = size(&|x| x <= low).min(size(&|x| x >= high));
    Ok(Some(Agreement {
        r_hat: bulk.r_hat().max(spread.r_hat()),
        ess_bulk: bulk.effective_size(),
        ess_tail: tails,
        standard_error,
    }))
}

/// Index of a quantile among sorted values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of values"
)]
fn position(q: f64, count: usize) -> usize {
    ((q * as_float(count)) as usize).min(count - 1)
}

/// A value and its number.
type Numbered = (f64, u32);

/// Values in ascending order.
#[expect(
    clippy::cast_possible_truncation,
    reason = "fewer values than memory holds of them"
)]
fn sorted(values: &[f64]) -> Vec<Numbered> {
    let mut sorted: Vec<Numbered> = (0..values.len() as u32)
        .map(|k| (values[k as usize], k))
        .collect();
    // Ties stay in any order: they share their score.
    sorted.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    sorted
}

/// Distances from a value in ascending order, from the values in ascending order: those below it and those above it are merged.
fn folded(sorted: &[Numbered], middle: f64) -> Vec<Numbered> {
    let (below, above) = sorted.split_at(sorted.partition_point(|x| x.0 < middle));
    let distance = |x: &Numbered| ((x.0 - middle).abs(), x.1);
    let mut below = below.iter().rev().map(distance).peekable();
    let mut above = above.iter().map(distance).peekable();
    let next = || match (below.peek(), above.peek()) {
        (Some(a), Some(b)) if a.0 < b.0 => below.next(),
        (_, Some(_)) => above.next(),
        _ => below.next(),
    };
    std::iter::from_fn(next).collect()
}

/// Normal scores of the ranks of as many values.
struct Scores(Vec<f64>);

impl Scores {
    fn new(count: usize) -> Self {
        let (normal, total) = (Normal::standard(), as_float(count) + 0.25);
        let score = |half: usize| normal.inverse_cdf((0.5 * as_float(half) - 0.375) / total);
        // Of the ranks 1, 3/2, 2, … in the lower half: the upper one mirrors it.
        Self(
            (2..count + 2)
                .into_par_iter()
                .with_min_len(1 << 12)
                .map(score)
                .collect(),
        )
    }

    /// The scores of sorted values in the order of their numbers; equal values share the mean of their ranks.
    fn of(&self, sorted: &[Numbered]) -> Vec<f64> {
        let count = sorted.len();
        let mut scores = vec![0.0; count];
        let mut below = 0;
        for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            // Twice the rank, which counts from 1, without the least one.
            let at = 2 * below + tied.len() - 1;
            below += tied.len();
            let score = if at < count {
                self.0[at]
            } else {
                -self.0[2 * count - 2 - at]
            };
            for &(_, index) in tied {
                scores[index as usize] = score;
            }
        }
        scores
    }
}

/// Halves of chains, one after the other.
struct Halves {
    values: Vec<f64>,
    length: usize,
    means: Vec<f64>,
    variances: Vec<f64>,
}

impl Halves {
    fn new(values: Vec<f64>, length: usize) -> Self {
        // From the first value on, so that the variance of equal ones is zero and not rounding.
        let mean = |half: &[f64]| {
            half[0] + half.iter().map(|x| x - half[0]).sum::<f64>() / as_float(length)
        };
        let means: Vec<f64> = values.chunks_exact(length).map(mean).collect();
        let squares = values.chunks_exact(length).zip(&means).map(|(half, mean)| {
            half.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / as_float(length - 1)
        });
        Self {
            variances: squares.collect(),
            values,
            length,
            means,
        }
    }

    /// W and var⁺.
    fn within_and_total(&self) -> (f64, f64) {
        let within = self.variances.iter().sum::<f64>() / as_float(self.means.len());
        let length = as_float(self.length);
        (within, (length - 1.0) / length * within + self.between())
    }

    /// Squared standard error of the mean of all halves, as if they were independent.
    fn variance_of_mean(&self) -> f64 {
        self.between() / as_float(self.means.len())
    }

    /// Variance of the means, B/n.
    fn between(&self) -> f64 {
        let count = as_float(self.means.len());
        let mean = self.means.iter().sum::<f64>() / count;
        let squares = self.means.iter().map(|x| (x - mean).powi(2));
        squares.sum::<f64>() / (count - 1.0).max(1.0)
    }

    fn r_hat(&self) -> f64 {
        let (within, total) = self.within_and_total();
        // Halves that never moved, and differ.
        if within > 0.0 {
            (total / within).sqrt()
        } else {
            f64::INFINITY
        }
    }

    fn effective_size(&self) -> f64 {
        let (within, total) = self.within_and_total();
        let size = as_float(self.values.len());
        if within <= 0.0 || total <= 0.0 {
            return as_float(self.means.len());
        }
        let deviations = self.deviations();
        let mut all = Vec::new();
        let mut rho = |t: usize| {
            if t == NEAREST {
                all = lagged_products(&deviations, self.length);
            }
            let products = match all.get(t) {
                Some(found) => *found,
                None => self.products_at(&deviations, t),
            };
            let covariance = products / (as_float(self.length - 1) * as_float(self.means.len()));
            1.0 - (within - covariance) / total
        };
        let (mut sum, mut least) = (0.0, f64::INFINITY);
        let mut t = 0;
        while t + 1 < self.length {
            let before = if t == 0 { 1.0 } else { rho(t) };
            let pair = before + rho(t + 1);
            if pair <= 0.0 {
                break;
            }
            least = pair.min(least);
            sum += least;
            t += 2;
        }
        // The first pair holds ρ₀ = 1.
        let time = (2.0 * sum - 1.0).max(1.0 / size.log10().max(1.0));
        size / time
    }

    /// Deviations from the means of the halves.
    fn deviations(&self) -> Vec<f64> {
        let halves = self.values.chunks_exact(self.length).zip(&self.means);
        let deviations = halves.flat_map(|(half, mean)| half.iter().map(move |x| x - mean));
        deviations.collect()
    }

    /// Σ `x_t x_{t+d}` at one distance, summed over the halves.
    fn products_at(&self, deviations: &[f64], distance: usize) -> f64 {
        let halves = deviations.chunks_exact(self.length);
        let sums = halves.map(|half| wide_dot(&half[..self.length - distance], &half[distance..]));
        sums.sum()
    }
}

/// Σ `x_t x_{t+d}` at the distances d from 0 to n − 1, summed over pieces of n numbers: by fast Fourier transform.
pub(super) fn lagged_products(numbers: &[f64], length: usize) -> Vec<f64> {
    let padded = (2 * length).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forth, back) = (
        planner.plan_fft_forward(padded),
        planner.plan_fft_inverse(padded),
    );
    let (mut input, mut spectrum) = (forth.make_input_vec(), forth.make_output_vec());
    let mut power = vec![0.0; spectrum.len()];
    for piece in numbers.chunks_exact(length) {
        input.fill(0.0);
        input[..length].copy_from_slice(piece);
        forth
            .process(&mut input, &mut spectrum)
            .expect("buffers of the planner's own lengths");
        for (power, z) in power.iter_mut().zip(&spectrum) {
            *power += z.norm_sqr();
        }
    }
    for (z, power) in spectrum.iter_mut().zip(&power) {
        *z = (*power).into();
    }
    back.process(&mut spectrum, &mut input)
        .expect("buffers of the planner's own lengths, and real ends");
    let scale = as_float(padded);
    input[..length].iter().map(|x| x / scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::stream;
    use approx::assert_relative_eq;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    /// Chains x ← φ x + √(1 − φ²) ξ, each around a mean of its own.
    fn chains(
        count: usize,
        length: usize,
        phi: f64,
        means: impl Fn(usize) -> f64,
    ) -> Vec<Vec<f64>> {
        let mut rng = stream(3, "agreement", 0);
        (0..count)
            .map(|c| {
                let mut x: f64 = rng.sample(StandardNormal);
                (0..length)
                    .map(|_| {
                        let noise: f64 = rng.sample(StandardNormal);
                        x = phi * x + (1.0 - phi * phi).sqrt() * noise;
                        x + means(c)
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn chains_of_one_law_agree_and_their_size_is_that_of_their_memory() {
        for phi in [0.0_f64, 0.5, 0.9] {
            let found = agreement(&chains(8, 4000, phi, |_| 0.0)).unwrap().unwrap();
            assert!(found.r_hat < 1.01, "{found:?}");
            // N (1 − φ)/(1 + φ) of an autoregression; the estimate scatters by some per cent.
            let expected = 32_000.0 * (1.0 - phi) / (1.0 + phi);
            assert_relative_eq!(found.ess_bulk, expected, max_relative = 0.15);
            assert!(found.ess_tail <= 1.2 * 32_000.0);
        }
    }

    #[test]
    fn the_error_of_the_mean_is_known_and_sees_chains_that_stay_apart() {
        for phi in [0.0_f64, 0.5, 0.9] {
            let found = agreement(&chains(8, 4000, phi, |_| 0.0)).unwrap().unwrap();
            let expected = ((1.0 + phi) / (1.0 - phi) / 32_000.0).sqrt();
            // The larger one of two estimates, of which that of 16 halves scatters by 18 %.
            let ratio = found.standard_error / expected;
            assert!((0.9..1.6).contains(&ratio), "{phi}: {ratio}");
        }
        // Means of 0 and 1/10 in turn: 16 halves have a variance of 1/2000 + 1/375, autocorrelations alone would give 0.0056.
        let apart = agreement(&chains(8, 4000, 0.0, |c| 0.1 * as_float(c % 2)));
        let found = apart.unwrap().unwrap().standard_error;
        assert_relative_eq!(found, (0.003_167_f64 / 16.0).sqrt(), max_relative = 0.25);
    }

    #[test]
    fn chains_of_different_laws_do_not() {
        let apart = agreement(&chains(4, 1000, 0.0, |c| 3.0 * as_float(c % 2)))
            .unwrap()
            .unwrap();
        assert!(apart.r_hat > 1.5 && apart.ess_bulk < 20.0, "{apart:?}");
        // One mean, two widths: the folded ranks see it.
        let mut wide = chains(4, 1000, 0.0, |_| 0.0);
        wide[0].iter_mut().for_each(|x| *x *= 4.0);
        assert!(agreement(&wide).unwrap().unwrap().r_hat > 1.05);
    }

    #[test]
    fn the_transform_has_the_products_of_plain_sums() {
        let numbers = chains(3, 50, 0.5, |_| 0.3).concat();
        let found = lagged_products(&numbers, 50);
        for (d, found) in found.into_iter().enumerate() {
            let pieces = numbers.chunks_exact(50);
            let expected = pieces.map(|x| wide_dot(&x[..50 - d], &x[d..])).sum::<f64>();
            // Rounding of sums of 150 terms of size one.
            assert_relative_eq!(found, expected, epsilon = 1e-11);
        }
    }

    #[test]
    fn a_value_that_is_nearly_always_taken_has_no_tail_beyond_it() {
        // 1 in 97 % of all values, and 2: at or above the 5 % and 95 % quantiles lie all, at or below them the ones.
        let mostly = |c: usize| {
            (0..200).map(move |t| f64::from(1 + u8::from((t + 13 * c).is_multiple_of(37))))
        };
        let chains: Vec<Vec<f64>> = (0..6).map(|c| mostly(c).collect()).collect();
        let found = agreement(&chains).unwrap().unwrap();
        assert!(found.ess_tail > 400.0, "{found:?}");
    }

    #[test]
    fn chains_that_never_move_tell_nothing_or_disagree() {
        assert_eq!(agreement(&[vec![1.0; 20], vec![1.0; 20]]).unwrap(), None);
        let stuck = agreement(&[vec![1.0; 20], vec![2.0; 20]]).unwrap().unwrap();
        assert!(stuck.r_hat.is_infinite());
        assert!(agreement(&[vec![1.0; 5]]).is_err());
        assert!(agreement(&[vec![f64::NAN; 20]]).is_err());
    }

    /// Values of an independent program (numpy, the formulas above) for `x_ct = sin(c + 1.7 t) + 0.1 c`, c < 3, t < 40.
    #[test]
    fn values_are_those_of_an_independent_program() {
        let x = |c: usize, t: usize| (as_float(c) + 1.7 * as_float(t)).sin() + 0.1 * as_float(c);
        let chains: Vec<Vec<f64>> = (0..3).map(|c| (0..40).map(|t| x(c, t)).collect()).collect();
        let found = agreement(&chains).unwrap().unwrap();
        assert_relative_eq!(found.r_hat, REFERENCE[0], max_relative = 1e-9);
        assert_relative_eq!(found.ess_bulk, REFERENCE[1], max_relative = 1e-9);
    }

    const REFERENCE: [f64; 2] = [0.998_791_333_592_148_7, 158.214_284_860_221_2];
}
