//! The population behind a bulk of many more directions than samples, of which the sample spectrum shows the first moments alone.

use super::bulk::Level;
use super::transform::Sampled;

/// Directions per sample from which on this file is asked. The sample eigenvalues then fill a narrow interval around γ times the mean, and the
/// equations at points above it differ by less than their rounding.
pub(super) const FROM: f64 = 4.0;

/// Standard errors by which the second moment must exceed that of white noise: chance does so in one of 200.
const SIGNIFICANT: f64 = 2.6;

/// The law behind a bulk, and how well its upper edge is known.
#[derive(Debug)]
pub(super) struct Fitted {
    /// One eigenvalue where white noise will do, else two.
    pub(super) levels: Vec<Level>,
    /// Standard error of the upper edge in its Tracy–Widom scales, 0 for white noise.
    pub(super) edge_error: f64,
}

/// One eigenvalue, or two of which the first three moments are those of the bulk (own).
///
/// ```text
/// edge = γ m₁ + 2√(γ m₂) + m₃/m₂ + O(γ^{−1/2}),   scale = √(γ m₂) P^{−2/3},   m_k = ∫ λ^k dH
/// ```
///
/// for γ ≫ 1: more of the law is not seen in the edge. The second moment is known to the fraction 2/P and the third to √6 √γ m₂^{3/2}/P,
/// since pairs and triples of samples are what they are made of, so that the edge has the error √10 P^{−1/3} scales unless the noise is
/// white: then m₁, known to √(2/NP), is all.
pub(super) fn fit(sampled: &Sampled) -> Fitted {
    let (p, n) = (sampled.samples, sampled.directions);
    let [first, second, third] = moments(&sampled.eigenvalues, p).map(|sum| sum / n);
    let variance = second - first * first;
    if variance <= SIGNIFICANT * 2.0 / p * first * first {
        return Fitted {
            levels: vec![level(first, 1.0)],
            edge_error: 0.0,
        };
    }
    let deviation = variance.sqrt();
    let third_central = third - 3.0 * first * variance - first.powi(3);
    // The lower eigenvalue is not negative, and the upper one is at least one direction's.
    let least = deviation / first - first / deviation;
    let most = (n - 2.0) / (n - 1.0).max(1.0).sqrt();
    let skewness = (third_central / deviation.powi(3)).clamp(least, most.max(least));
    let root = (skewness * skewness + 4.0).sqrt();
    let above = 0.5 * (1.0 - skewness / root);
    let lower = (first + 0.5 * deviation * (skewness - root)).max(1e-6 * first);
    let upper = first + 0.5 * deviation * (skewness + root);
    Fitted {
        levels: vec![level(lower, 1.0 - above), level(upper, above)],
        edge_error: 10.0_f64.sqrt() / p.cbrt(),
    }
}

fn level(position: f64, weight: f64) -> Level {
    Level {
        position,
        weight,
        half_width: 0.0,
    }
}

/// Unbiased estimates of tr Σ, tr Σ² and tr Σ³ from the eigenvalues of the covariance Ĉ of P Gaussian samples.
///
/// ```text
/// W = P Ĉ,   p_k = tr Σ^k
/// E tr W²      = P(P+1) p₂ + P p₁²                          E (tr W)² = 2P p₂ + P² p₁²
/// E tr W³      = P(P²+3P+4) p₃ + 3P(P+1) p₂p₁ + P p₁³
/// E tr W² tr W = 4P(P+1) p₃ + P(P²+P+4) p₂p₁ + P² p₁³       E (tr W)³ = 8P p₃ + 6P² p₂p₁ + P³ p₁³
/// ```
///
/// # References
/// Letac & Massam, Scand. J. Stat. 31, 295 (2004) (moments of the real Wishart law).
fn moments(eigenvalues: &[f64], samples: f64) -> [f64; 3] {
    let p = samples;
    let sum = |k: i32| eigenvalues.iter().map(|x| (p * x).powi(k)).sum::<f64>();
    let (one, two, three) = (sum(1), sum(2), sum(3));
    let second = (p * two - one * one) / (p * (p - 1.0) * (p + 2.0));
    // Of the three equations the third is eliminated first: p₁³ = one³/P³ − 8 p₃/P² − 6 p₂p₁/P.
    let cube = (one / p).powi(3);
    let rows = [
        [
            p * (p * p + 3.0 * p + 4.0) - 8.0 / p,
            3.0 * p * (p + 1.0) - 6.0,
            three - p * cube,
        ],
        [
            4.0 * p * (p + 1.0) - 8.0,
            p * (p * p + p + 4.0) - 6.0 * p,
            two * one - p * p * cube,
        ],
    ];
    let [[a, b, x], [c, d, y]] = rows;
    let third = (x * d - b * y) / (a * d - b * c);
    [one / p, second, third]
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn moments_are_unbiased_for_chi_squared_eigenvalues() {
        // One direction: W is σ χ²_P, whose moments are known, so that the estimates average to σ, σ², σ³. The integral over
        // the density is a plain sum.
        let (p, sigma) = (7.0, 1.7);
        let (mut weight, mut mean) = (0.0, [0.0; 3]);
        for k in 1..60_000 {
            let w = 0.001 * f64::from(k);
            let density = w.powf(0.5 * p - 1.0) * (-0.5 * w).exp();
            weight += density;
            for (sum, x) in mean.iter_mut().zip(moments(&[sigma * w / p], p)) {
                *sum += density * x;
            }
        }
        for (k, sum) in (1..).zip(mean) {
            assert_relative_eq!(sum / weight, f64::powi(sigma, k), max_relative = 1e-6);
        }
    }

    #[test]
    fn two_eigenvalues_have_the_moments_of_the_bulk() {
        let sampled = |eigenvalues: Vec<f64>| Sampled {
            eigenvalues,
            directions: 400.0,
            samples: 20.0,
            range: 1e-2,
        };
        // Of white noise: one eigenvalue, the trace per direction.
        let flat = fit(&sampled(vec![20.0; 20]));
        assert_eq!(flat.levels.len(), 1);
        assert_relative_eq!(flat.levels[0].position, 1.0);
        // Far from white: two, whose moments come back.
        let spread: Vec<f64> = (1..=20)
            .rev()
            .map(|k| 20.0 + 0.2 * f64::from(k * k))
            .collect();
        let found = fit(&sampled(spread.clone()));
        assert_eq!(found.levels.len(), 2);
        let expected = moments(&spread, 20.0).map(|sum| sum / 400.0);
        for (k, moment) in (1..).zip(expected) {
            let sum: f64 = found
                .levels
                .iter()
                .map(|level| level.weight * level.position.powi(k))
                .sum();
            assert_relative_eq!(sum, moment, max_relative = 1e-9);
        }
    }
}
