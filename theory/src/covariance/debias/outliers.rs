//! The population eigenvalue and the overlap behind a sample eigenvalue above the bulk.

/// A sample eigenvalue above the bulk and the mode behind it.
///
/// ```text
/// ℓ = −1/s(λ̂),   s(x) = (1/P) [Σ_bulk 1/(λ̂_i − x) + Σ_out Δ_j/(Δ_j² + δ²) − zeros/x],   Δ_j = λ̂_j − x
/// c² = (ℓ/λ̂) / (1/ψ' + Σ_out ℓ_jℓ/(P ((ℓ−ℓ_j)² + δ²))),   1/ψ' = s_b'/s_b² over the bulk alone,   var ℓ = 2 ℓ²/(P ψ')
/// ```
///
/// where δ is λ̂/√P in the first line and ℓ/√P in the second, λ̂ is the sample eigenvalue, the sums run over all others, `zeros` makes them P in number, and `s_b` is s without
/// the outliers. This is ψ(ℓ) = λ̂ solved with the sample eigenvalues themselves in place of a fitted law. The terms of the other outliers are the
/// exact ones where these are further away than their standard errors; δ (own) keeps them finite where sample eigenvalues
/// nearly coincide, such that g modes of one ℓ get c² = 1/g each and ℓ moves by less than its standard error. The c² of
/// close modes tells how much they share; the projection on all of them together is larger.
///
/// # References
/// Bai & Ding, Random Matrices: Theory Appl. 1, 1150011 (2012); Lawley, Biometrika 43, 128 (1956) (sum over outliers);
/// Paul, Stat. Sinica 17, 1617 (2007) (variance, overlap).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// Sample eigenvalue λ̂.
    pub sample_eigenvalue: f64,
    /// Population eigenvalue ℓ.
    pub population_eigenvalue: f64,
    /// Standard error of ℓ for Gaussian samples.
    pub standard_error: f64,
    /// Squared cosine between the sample eigenvector and the population's, c² ∈ (0, 1].
    pub overlap_squared: f64,
}

/// What lies behind the first `outliers` of the positive sample eigenvalues.
pub(super) fn invert(positive: &[f64], outliers: usize, samples: f64) -> Vec<Outlier> {
    let modes: Vec<Bare> = (0..outliers)
        .map(|rank| Bare::new(positive, outliers, rank, samples))
        .collect();
    modes
        .iter()
        .enumerate()
        .map(|(rank, mode)| mode.dressed(&modes, rank, samples))
        .collect()
}

/// An outlier before the overlap that it loses to the other ones.
struct Bare {
    sample_eigenvalue: f64,
    population_eigenvalue: f64,
    /// 1/ψ' of the bulk.
    inverse_slope: f64,
}

impl Bare {
    fn new(positive: &[f64], outliers: usize, rank: usize, samples: f64) -> Self {
        let x = positive[rank];
        #[expect(clippy::cast_precision_loss, reason = "a number of eigenvalues")]
        let zeros = (samples - (positive.len() - 1) as f64).max(0.0);
        let (mut sum, mut slope) = (-zeros / x, zeros / (x * x));
        for bulk in &positive[outliers..] {
            let term = 1.0 / (bulk - x);
            sum += term;
            slope += term * term;
        }
        // The other outliers, as if they were far below: their part of the normalisation.
        #[expect(clippy::cast_precision_loss, reason = "a number of eigenvalues")]
        let others = (outliers - 1) as f64;
        let (alone, rise) = (
            (sum - others / x) / samples,
            (slope + others / (x * x)) / samples,
        );
        let soft = |other: f64| {
            let gap = other - x;
            gap / (gap * gap + x * x / samples)
        };
        let near: f64 = (0..outliers)
            .filter(|&j| j != rank)
            .map(|j| soft(positive[j]))
            .sum();
        Self {
            sample_eigenvalue: x,
            population_eigenvalue: -samples / (sum + near),
            inverse_slope: rise / (alone * alone),
        }
    }

    fn dressed(&self, all: &[Self], rank: usize, samples: f64) -> Outlier {
        let l = self.population_eigenvalue;
        let lost = |other: &Self| {
            let gap = l - other.population_eigenvalue;
            l * other.population_eigenvalue / (gap * gap * samples + l * l)
        };
        let others = all.iter().enumerate().filter(|(j, _)| *j != rank);
        let lost: f64 = others.map(|(_, other)| lost(other)).sum();
        let whole = (l / self.sample_eigenvalue) / (self.inverse_slope + lost);
        Outlier {
            sample_eigenvalue: self.sample_eigenvalue,
            population_eigenvalue: l,
            standard_error: l * (2.0 * self.inverse_slope / samples).sqrt(),
            overlap_squared: whole.min(1.0),
        }
    }
}
