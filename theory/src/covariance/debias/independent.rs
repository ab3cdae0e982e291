//! Noise of independent columns, whose law their variances alone determine.

use super::{Debiased, Outlier};
use crate::covariance::{Edge, Landing, tracy_widom_scale, upper_edge};
use crate::detection::tracy_widom_tail;
use crate::error::{Error, Result, check, positive};
use crate::numerics::count;
use crate::solver::root::find_root;
use crate::spectra::{Atoms, Population};

/// What shuffling every column of large data by itself leaves of their spectrum, without any shuffling: the law of independent columns.
///
/// ```text
/// t_i = v_i nP/((n − k)(P − k)),   H = (1/n) Σ_i δ(λ − t̂_i),   γ = (n − k)/(P − k)
/// t̂_i = t̄ + s (t_i − t̄),   s² = max(0, 1 − (2 + κ)/(P S²))
/// ```
///
/// where `v_i` are the variances of the n columns without their k leading directions, which take degrees of freedom along, and P those of the data. The
/// sample variances differ by chance alone by the relative variance (2 + κ)/P, κ their excess kurtosis: S² is the one that they have, and what chance accounts
/// for is taken out (own). The largest eigenvalue follows the Tracy–Widom law at the upper edge of this H, for entries of finite fourth moment and P, n → ∞ at
/// fixed γ; heavy tails reach it slowly, as κ (min(n, P))^(−2/3).
///
/// # References
/// Lee & Schnelli, Ann. Appl. Probab. 26, 3786 (2016) (Tracy–Widom law for a diagonal population); Dobriban & Owen, J. R. Stat. Soc. B 81, 163 (2019)
/// (deterministic parallel analysis, deflation).
#[derive(Debug, Clone)]
pub struct IndependentColumns {
    /// t̂, ascending.
    variances: Vec<f64>,
    law: Atoms,
    samples: f64,
    outliers: usize,
    edge: Edge,
    /// Of the edge, by the degrees of freedom that the outliers take.
    shrink: f64,
    edge_scale: f64,
}

impl IndependentColumns {
    /// The law of n columns with these variances, from which `outliers` leading directions are taken out; `samples` are the degrees of freedom P.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless the variances are finite, not negative and not all zero, there are more samples and columns than outliers, by 2 at
    /// least, and the kurtosis is finite.
    pub fn new(
        variances: &[f64],
        samples: f64,
        outliers: usize,
        excess_kurtosis: f64,
    ) -> Result<Self> {
        let (n, k) = (count(variances.len()), count(outliers));
        let least = "at least the number of outliers and 2";
        check("samples", least, samples, |p| p >= k + 2.0)?;
        check("number of columns", least, n, |n| n >= k + 2.0)?;
        check("excess_kurtosis", "finite", excess_kurtosis, |_| true)?;
        for &v in variances {
            check("variance of a column", "finite and not negative", v, |v| {
                v >= 0.0
            })?;
        }
        let entries = n * samples / ((n - k) * (samples - k));
        let mean = positive("mean variance", entries * variances.iter().sum::<f64>() / n)?;
        let spread = variances
            .iter()
            .map(|v| (entries * v / mean - 1.0).powi(2))
            .sum::<f64>()
            / n;
        let chance = (2.0 + excess_kurtosis).max(0.0) / samples;
        let kept = if spread > chance {
            (1.0 - chance / spread).sqrt()
        } else {
            0.0
        };
        let mut variances: Vec<f64> = (variances.iter())
            .map(|v| mean + kept * (entries * v - mean))
            .collect();
        variances.sort_by(f64::total_cmp);
        let law = Atoms::uniform(&variances)?;
        let free = samples - k;
        let edge = upper_edge(&Landing::new(&law, (n - k) / free)?)?;
        let shrink = free / samples;
        let edge_scale = positive("edge scale", shrink * tracy_widom_scale(&edge, free))?;
        Ok(Self {
            variances,
            law,
            samples,
            outliers,
            edge,
            shrink,
            edge_scale,
        })
    }

    /// Upper edge of the noise.
    pub fn edge(&self) -> f64 {
        self.edge.position * self.shrink
    }

    /// Tracy–Widom scale of the edge.
    pub fn edge_scale(&self) -> f64 {
        self.edge_scale
    }

    /// Probability that the noise exceeds a sample eigenvalue.
    ///
    /// # Errors
    /// Those of [`tracy_widom_tail`].
    pub fn p_value(&self, sample_eigenvalue: f64) -> Result<f64> {
        tracy_widom_tail((sample_eigenvalue - self.edge()) / self.edge_scale)
    }

    /// What the leading sample eigenvalues tell of the population, the first ones of which are its outliers; they are all that the answer knows of the
    /// sample spectrum. Population eigenvalues are those of ψ inverted over this noise.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] for fewer eigenvalues than outliers, or an outlier within the noise.
    pub fn debiased(&self, leading: &[f64]) -> Result<Debiased> {
        let (n, k) = (self.variances.len(), self.outliers);
        if leading.len() < k {
            return Err(Error::OutOfDomain {
                name: "number of leading eigenvalues",
                domain: "at least the number of outliers",
                value: count(leading.len()),
            });
        }
        let landing = Landing::new(&self.law, count(n - k) / self.samples)?;
        let outliers: Vec<Outlier> = leading[..k]
            .iter()
            .map(|&x| self.outlier(&landing, x))
            .collect::<Result<_>>()?;
        let mut groups: Vec<(f64, usize)> = outliers
            .iter()
            .map(|outlier| (outlier.population_eigenvalue, 1))
            .collect();
        // As many of the n variances as there are directions left, at equal distances in their order.
        let chosen = (0..n - k).map(|i| (2 * i + 1) * n / (2 * (n - k)));
        groups.extend(chosen.map(|i| (self.variances[i], 1)));
        let observed: Vec<f64> = self.variances.iter().map(|t| t * self.shrink).collect();
        Ok(Debiased {
            population: Population::finite(n, &groups)?,
            samples: self.samples,
            variables: n,
            eigenvalues: leading.to_vec(),
            outliers,
            bulk: Atoms::uniform(&observed)?,
            bulk_aspect_ratio: self.aspect_ratio(),
            edge: self.edge(),
            edge_scale: self.edge_scale,
            most_outliers: k,
        })
    }

    fn aspect_ratio(&self) -> f64 {
        let k = count(self.outliers);
        (count(self.variances.len()) - k) / (self.samples - k)
    }

    /// ψ(ℓ) = x, c² = ℓ ψ'(ℓ)/x, var ℓ = 2ℓ²/(P ψ').
    fn outlier(&self, landing: &Landing, x: f64) -> Result<Outlier> {
        let edge = upper_edge(landing)?;
        let missing = |u: f64| landing.on_axis(u).position - x;
        // ψ(u) ≥ u above the noise.
        let most = x.max(edge.population);
        let l = find_root("psi - observed", missing, edge.population, most, 0.0)?.x;
        let slope = landing.on_axis(l).slope;
        Ok(Outlier {
            sample_eigenvalue: x,
            population_eigenvalue: l,
            standard_error: l * (2.0 / (slope * self.samples)).sqrt(),
            overlap_squared: (l * slope / x).min(1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn equal_variances_are_white_noise() {
        let (n, p) = (400, 1600.0);
        let noise = IndependentColumns::new(&vec![2.0; n], p, 0, 0.0).unwrap();
        // Marchenko & Pastur, and Johnstone's scale.
        let root = (count(n) / p).sqrt();
        assert_relative_eq!(
            noise.edge(),
            2.0 * (1.0 + root).powi(2),
            max_relative = 1e-12
        );
        let scale = 2.0 * (1.0 + root) * (1.0 + 1.0 / root).cbrt() * p.powf(-2.0 / 3.0);
        assert_relative_eq!(noise.edge_scale, scale, max_relative = 1e-12);
        assert_relative_eq!(noise.p_value(noise.edge()).unwrap(), 0.168, epsilon = 1e-3);
    }

    #[test]
    fn an_outlier_is_the_textbook_spike() {
        let (n, p) = (300, 1200.0);
        let gamma = count(n - 1) / p;
        let excess = 1.5;
        // Variances that chance makes differ are those of white noise.
        let chance = (2.0_f64 / p).sqrt();
        let shrink = (count(n) - 1.0) * (p - 1.0) / (count(n) * p);
        let variances: Vec<f64> = (0..n)
            .map(|i| shrink * (1.0 + if i % 2 == 0 { chance } else { -chance }))
            .collect();
        let noise = IndependentColumns::new(&variances, p, 1, 0.0).unwrap();
        let x = (1.0 + excess) * (1.0 + gamma / excess);
        let found = noise.debiased(&[x, 2.0]).unwrap();
        let outlier = found.outliers[0];
        // Baik & Silverstein (2006), Paul (2007).
        assert_relative_eq!(
            outlier.population_eigenvalue,
            1.0 + excess,
            max_relative = 1e-10
        );
        let overlap = (1.0 - gamma / (excess * excess)) / (1.0 + gamma / excess);
        assert_relative_eq!(outlier.overlap_squared, overlap, max_relative = 1e-9);
        assert_relative_eq!(found.alpha(), p / count(n));
    }

    #[test]
    fn a_noisy_column_raises_the_edge() {
        let mut variances = vec![1.0; 200];
        variances[17] = 9.0;
        let noise = IndependentColumns::new(&variances, 800.0, 0, 0.0).unwrap();
        // Its own place in the sample: ℓ(1 + γ/(ℓ − 1)).
        assert!(noise.edge() > 9.0 * (1.0 + 0.25 / 8.0), "{}", noise.edge());
    }

    #[test]
    fn impossible_columns_are_refused() {
        let refused = |variances: &[f64], samples, outliers| {
            IndependentColumns::new(variances, samples, outliers, 0.0).is_err()
        };
        assert!(refused(&[], 10.0, 0));
        assert!(refused(&[0.0; 5], 10.0, 0));
        assert!(refused(&[1.0, f64::NAN, 1.0], 10.0, 0));
        assert!(refused(&[1.0; 5], 10.0, 4));
        assert!(refused(&[1.0; 50], 3.0, 2));
    }
}
