//! How often a test sees a mode, how many samples that takes, and what can hide from it.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use super::crossover::Crossover;
use super::tracy_widom::TRACY_WIDOM_MEAN;
use crate::covariance::{Edge, Landed, Landing, critical_alpha, tracy_widom_scale, upper_edge};
use crate::error::{Error, Result, check};
use crate::numerics::count;
use crate::solver::root::find_root;
use crate::spectra::{Atoms, Mode, Population, PopulationSpectrum};

/// Numbers of samples between which one is sought.
const FEWEST_SAMPLES: f64 = 2.0;
const MOST_SAMPLES: f64 = 1e15;

/// The upper edge of a bulk as a test of its largest eigenvalue sees it.
#[derive(Debug)]
pub struct Test<'a> {
    crossover: &'a Crossover,
    /// Where a mode lands on the bulk that it leaves.
    rest: Landing<'a>,
    samples: f64,
    /// Population point, position and curvature of the edge.
    edge: Edge,
    scale: f64,
    directions: f64,
    /// Mean population eigenvalue of the bulk.
    mean: f64,
}

impl<'a> Test<'a> {
    /// The test of P = `samples` samples of a bulk of n = `directions` variables with the population law `bulk`.
    ///
    /// ```text
    /// an eigenvalue counts as seen if it exceeds c = x₊ + t · scale,   P(TW₁ > t) = level
    /// ```
    ///
    /// with the edge x₊ of γ = n/P. A mode that is there takes one of the n directions, and n − 1 are left to the bulk; the bulk that it
    /// leaves is taken for n − 3/2 directions and P − 1/2 samples, which is the edge of finite matrices to the next order.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `samples` ≥ 1 and `directions` ≥ 2 are finite and the bulk has variance, and where its
    /// edge is not found.
    ///
    /// # References
    /// Johnstone, Ann. Stat. 29, 295 (2001); Ma, Bernoulli 18, 322 (2012) (next order).
    pub fn new(
        crossover: &'a Crossover,
        bulk: &'a dyn PopulationSpectrum,
        directions: f64,
        samples: f64,
    ) -> Result<Self> {
        check("samples", "finite and at least 1", samples, |p| p >= 1.0)?;
        check("directions", "finite and at least 2", directions, |n| {
            n >= 2.0
        })?;
        let edge = upper_edge(&Landing::new(bulk, directions / samples)?)?;
        let scale = tracy_widom_scale(&edge, samples);
        // One direction less, and half a degree of freedom less on both sides, as the edge of finite matrices has it (Ma 2012).
        let rest = Landing::new(bulk, (directions - 1.5) / (samples - 0.5))?;
        Ok(Self {
            crossover,
            scale,
            rest,
            samples,
            directions,
            mean: bulk.moment(1) / bulk.positive_mass(),
            edge,
        })
    }

    /// The sample eigenvalue above which a mode counts as seen.
    pub fn critical(&self) -> f64 {
        self.edge.position + self.crossover.critical() * self.scale
    }

    /// The population eigenvalue u₊ from which on a mode leaves the bulk as N → ∞.
    pub fn threshold(&self) -> f64 {
        self.edge.population
    }

    /// Mean ψ(ℓ) and standard deviation `ℓ √(2ψ'(ℓ)/P)` of the sample eigenvalue of a mode ℓ > u₊, for Gaussian samples.
    ///
    /// # References
    /// Paul, Stat. Sinica 17, 1617 (2007); Bai & Yao, Ann. Inst. H. Poincaré 44, 447 (2008).
    fn outlier(&self, eigenvalue: f64) -> (f64, f64) {
        let Landed {
            position, slope, ..
        } = self.rest.on_axis(eigenvalue);
        (
            position,
            eigenvalue * (2.0 * slope.max(0.0) / self.samples).sqrt(),
        )
    }

    /// Where the critical point lies in data with a mode ℓ: the scale of the bulk is estimated from what is below the largest
    /// eigenvalue, to which the mode adds (own).
    ///
    /// ```text
    /// c(ℓ) = c (1 + (ℓ − m − (t − E TW₁) scale)/(n m)),   m the mean of the bulk
    /// ```
    ///
    /// The largest eigenvalue, at c itself when it matters, is replaced by the next one, which is the largest of the noise.
    fn critical_with(&self, eigenvalue: f64) -> f64 {
        let replaced = (self.crossover.critical() - TRACY_WIDOM_MEAN) * self.scale;
        let added = (eigenvalue - self.mean - replaced).max(0.0);
        self.critical() * (1.0 + added / (self.directions * self.mean))
    }

    /// Probability that one mode with population eigenvalue ℓ = `eigenvalue` is seen (own).
    ///
    /// ```text
    /// seen  ⟺  h(c) > 1/ℓ,   h(c) = (1/P) Σ_i z_i²/(c − μ_i),   mean −s(c) = 1/u_c,   variance 2s'(c)/P = 2/(P u_c² ψ'(u_c))
    /// ```
    ///
    /// where c is the critical point in the presence of the mode, `μ_i` are the P eigenvalues of the bulk's companion matrix, `z_i` independent
    /// standard normals and `ψ(u_c) = c`: h falls above the bulk, and the sample eigenvalue of the mode is where it passes 1/ℓ. The excess of the
    /// mean over 1/ℓ in standard deviations, z, gives the strength at which [`Crossover`], whose bulk fluctuates too, has the same:
    ///
    /// ```text
    /// z = (1/u_c − 1/ℓ) √(P u_c² ψ'(u_c)/2),   w = −(√t + z t^{−1/4}),   P(TW₁ > t) = level
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `eigenvalue` is finite and not negative.
    pub fn power(&self, eigenvalue: f64) -> Result<f64> {
        check("eigenvalue", "finite and not negative", eigenvalue, |l| {
            l >= 0.0
        })?;
        let critical = self.critical_with(eigenvalue);
        let finite = (self.samples - 0.5) / self.samples;
        let missing = |u: f64| self.rest.on_axis(u).position * finite - critical;
        // ψ(u) ≥ u above the bulk.
        let u = find_root(
            "psi - critical",
            missing,
            self.edge.population,
            critical / finite,
            0.0,
        )?
        .x;
        let slope = self.rest.on_axis(u).slope;
        let excess =
            (1.0 / u - 1.0 / eigenvalue) * u * (0.5 * self.samples * slope.max(0.0)).sqrt();
        let root = self.crossover.critical().sqrt();
        Ok(self.crossover.tail(-(root + excess / root.sqrt())))
    }

    /// The largest population eigenvalue that the test misses with probability 1 − `power`: what could still hide.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `power` is between twice the level and 1 − 1e-6.
    pub fn hidden(&self, power: f64) -> Result<f64> {
        let least = 2.0 * self.crossover.tail(f64::INFINITY);
        check(
            "power",
            "above twice the level and at most 1 - 1e-6",
            power,
            |p| p > least && p <= 1.0 - 1e-6,
        )?;
        let mut failure = None;
        let mut missing = |logarithm: f64| match self.power(logarithm.exp()) {
            Ok(seen) => seen - power,
            Err(error) => {
                failure = Some(error);
                f64::NAN
            }
        };
        let start = self.edge.population;
        let mut upper = 2.0 * start;
        while missing(upper.ln()) < 0.0 && upper < 1e12 * start {
            upper *= 2.0;
        }
        let found = find_root("power", &mut missing, (1e-9 * start).ln(), upper.ln(), 0.0);
        match failure {
            Some(error) => Err(error),
            None => Ok(found?.x.exp()),
        }
    }

    /// By what factor the population eigenvalue behind a sample eigenvalue falls when the selection by this test is taken into account
    /// (own): of the mode whose seen eigenvalues have the mean `observed`, over the one that lands on it.
    ///
    /// ```text
    /// ψ(ℓ) + σ φ(a)/Φ(−a) = λ̂,   σ = ℓ√(2ψ'(ℓ)/P),   a = (critical − ψ(ℓ))/σ
    /// ```
    ///
    /// Near the threshold only those eigenvalues are reported that noise lifts above the critical point. `None` if `observed` lies so
    /// close to it that a mode at the threshold itself would be seen there.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] unless `observed` is finite, and where the root is not found.
    pub fn selection(&self, observed: f64) -> Result<Option<f64>> {
        check("observed", "finite", observed, |_| true)?;
        let critical = self.critical();
        let normal = Normal::standard();
        let missing = |l: f64| {
            let (mean, deviation) = self.outlier(l);
            if deviation <= 0.0 {
                return mean.max(critical) - observed;
            }
            let a = (critical - mean) / deviation;
            // Mills' ratio: its limit a + 1/a far out, where both sides vanish.
            let lift = if a > 30.0 {
                a + 1.0 / a
            } else {
                normal.pdf(a) / normal.cdf(-a)
            };
            mean + deviation * lift - observed
        };
        let least = self.edge.population * (1.0 + 1e-6);
        let most = observed.max(self.edge.population * (1.0 + 1e-5));
        if observed <= critical || missing(least) >= 0.0 {
            return Ok(None);
        }
        let selected = find_root("selected eigenvalue", missing, least, most, 0.0)?.x;
        let beside = |l: f64| self.outlier(l).0 - observed;
        let alone = find_root("psi - observed", beside, self.edge.population, most, 0.0)?.x;
        Ok(Some(selected / alone))
    }
}

/// Probability that `alpha` = samples/units shows the mode of rank `mode` of a population of finite size to a test at the level of
/// `crossover`.
///
/// The bulk is what lies below the mode; the modes above it are taken for seen, and use up a direction and a sample each. Of equal modes
/// this is the power for one of them ([`Test::power`]).
///
/// # Errors
/// [`Error::OutOfDomain`] without such a mode, without a number of units, unless `alpha` is positive, and for a mode with no bulk below or
/// too few samples.
pub fn detection_power(
    crossover: &Crossover,
    population: &Population,
    mode: usize,
    alpha: f64,
) -> Result<f64> {
    let (bulk, directions, seen) = below(population, mode)?;
    let samples = alpha * units(population)? - seen;
    let eigenvalue = population.mode(mode)?.eigenvalue;
    Test::new(crossover, &bulk, directions, samples)?.power(eigenvalue)
}

/// Samples P at which [`detection_power`] reaches `power`, for a mode that at infinitely many samples stands out.
///
/// +∞ for a mode that never leaves the bulk of the others.
///
/// # Errors
/// As [`detection_power`], and unless `power` exceeds twice the level.
pub fn samples_for_power(
    crossover: &Crossover,
    population: &Population,
    mode: usize,
    power: f64,
) -> Result<f64> {
    let (bulk, directions, seen) = below(population, mode)?;
    if !critical_alpha(population, mode)?.is_finite() {
        return Ok(f64::INFINITY);
    }
    let eigenvalue = population.mode(mode)?.eigenvalue;
    Ok(seen + samples_above(crossover, &bulk, directions, eigenvalue, power)?)
}

/// Samples P at which a test of a bulk with the population law `bulk` in n = `directions` variables sees a mode ℓ = `eigenvalue` above it
/// with probability `power`; those that other modes use up are not counted.
///
/// # Errors
/// [`Error::OutOfDomain`] unless `power` exceeds twice the level and is below 1, and as [`Test::new`].
pub fn samples_above(
    crossover: &Crossover,
    bulk: &dyn PopulationSpectrum,
    directions: f64,
    eigenvalue: f64,
    power: f64,
) -> Result<f64> {
    let least = 2.0 * crossover.tail(f64::INFINITY);
    check("power", "above twice the level and below 1", power, |p| {
        p > least && p < 1.0
    })?;
    let mut failure = None;
    let mut missing = |logarithm: f64| {
        let power_at = |samples| Test::new(crossover, bulk, directions, samples)?.power(eigenvalue);
        match power_at(logarithm.exp()) {
            Ok(seen) => seen - power,
            Err(error) => {
                failure = Some(error);
                f64::NAN
            }
        }
    };
    let (mut lower, mut upper) = (FEWEST_SAMPLES, 2.0 * FEWEST_SAMPLES);
    if missing(lower.ln()) >= 0.0 {
        return Ok(lower);
    }
    while missing(upper.ln()) < 0.0 && upper < MOST_SAMPLES {
        lower = upper;
        upper *= 2.0;
    }
    let found = find_root("power", &mut missing, lower.ln(), upper.ln(), 0.0);
    match failure {
        Some(error) => Err(error),
        None => Ok(found?.x.exp()),
    }
}

/// What lies below a mode: its law, the directions with one for the mode itself, and the directions above.
fn below(population: &Population, mode: usize) -> Result<(Atoms, f64, f64)> {
    units(population)?;
    population.mode(mode)?;
    let (above, below) = population.modes().split_at(mode);
    let directions_of = |mode: &Mode| count(mode.degeneracy.unwrap_or(1));
    let seen: f64 = above.iter().map(directions_of).sum();
    let bulk: Vec<(f64, f64)> = below[1..]
        .iter()
        .map(|mode| (mode.eigenvalue, directions_of(mode)))
        .collect();
    let directions = bulk.iter().map(|(_, n)| n).sum::<f64>() + 1.0;
    Ok((Atoms::new(&bulk)?, directions, seen))
}

fn units(population: &Population) -> Result<f64> {
    population.units().map(count).ok_or(Error::OutOfDomain {
        name: "units",
        domain: "finite, as fluctuations vanish with them",
        value: f64::INFINITY,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn spiked(units: usize, excess: f64) -> Population {
        Population::spiked(Some(units), &[excess]).unwrap()
    }

    #[test]
    fn power_grows_from_the_level_to_one() {
        let crossover = Crossover::new(0.01).unwrap();
        let mut last = 0.0;
        for l in [1e-6, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 5.0] {
            let power = detection_power(&crossover, &spiked(120, l), 0, 25.0).unwrap();
            assert!(power >= last, "{l}: {power} after {last}");
            last = power;
        }
        let none = detection_power(&crossover, &spiked(120, 1e-6), 0, 25.0).unwrap();
        // Twice the level is what the limit law gives a spike of strength zero at this size.
        assert!(none < 0.02, "{none}");
        assert_relative_eq!(last, 1.0, epsilon = 1e-9);
    }

    #[test]
    fn samples_for_a_power_invert_it() {
        let crossover = Crossover::new(0.01).unwrap();
        let population = spiked(200, 0.6);
        for power in [0.1, 0.5, 0.9, 0.999] {
            let samples = samples_for_power(&crossover, &population, 0, power).unwrap();
            let back = detection_power(&crossover, &population, 0, samples / 200.0).unwrap();
            assert_relative_eq!(back, power, epsilon = 1e-9);
        }
        assert!(samples_for_power(&crossover, &population, 0, 0.005).is_err());
    }

    #[test]
    fn what_hides_is_seen_with_the_power_asked_for() {
        let crossover = Crossover::new(0.01).unwrap();
        let white = crate::spectra::Atoms::uniform(&[1.0]).unwrap();
        let test = Test::new(&crossover, &white, 120.0, 400.0).unwrap();
        let hidden = test.hidden(0.9).unwrap();
        assert!(hidden > test.threshold());
        assert_relative_eq!(test.power(hidden).unwrap(), 0.9, epsilon = 1e-9);
        // Far above the threshold there is no selection; close to the critical point it is all there is.
        let far = test.rest.on_axis(10.0).position;
        assert_relative_eq!(
            test.selection(far).unwrap().unwrap(),
            1.0,
            max_relative = 1e-9
        );
        let near = test.selection(1.05 * test.critical()).unwrap().unwrap();
        assert!((0.8..0.99).contains(&near), "{near}");
        assert_eq!(test.selection(test.critical() * 1.000_001).unwrap(), None);
    }
}
