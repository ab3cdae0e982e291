//! Samples or a spectrum of one's own: how many samples the leading direction takes.

use rand_distr::{Distribution, Uniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::covariance::{Columns, SampleCovariance};
use saddlepoint_simulator::data::{DataModel, Diagonal};
use saddlepoint_simulator::observables::squared_overlap;
use saddlepoint_theory::covariance::critical_alpha;
use saddlepoint_theory::spectra::Population;

use super::super::ensemble::{dense_cost, samples_at, sizes};
use super::super::overlap_profile::across::{PLACE_FLUCTUATES, Ring};
use super::super::own::ALPHA;
use super::ring::GAUSSIAN_THEORY;
use super::{RetardedLearning, VIEW};
use crate::comparison::as_float;
use crate::error::{Error, Result};
use crate::journal::digest_of_numbers;
use crate::parameters::{Asked, Given, Parameter};
use crate::runner::{Experiment, Measured, Preset};
use crate::table::figure::View;
use crate::table::{Parameters, Row};

/// α over the critical one where no α is given.
const RATIOS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// The overlap of the top eigenvector of few samples with that of the population, which a user gives.
///
/// A data set is a population itself: P rows are drawn from it with replacement, so that its covariance is theirs on average, exactly. Theory
/// knows no more of it than its eigenvalues, and takes data with this covariance for Gaussian: the rows are shown and not judged.
///
/// Of a list of population eigenvalues, Gaussian vectors with this covariance are drawn, in the basis of its modes. The theory of that size is right to 0.01 below half
/// the critical number of samples and to 0.05 beyond; the rows are shown and not judged.
#[derive(Debug, Clone)]
pub struct GivenData {
    source: Source,
    digest: u64,
    population: Population,
    direction: Vec<f64>,
}

/// Where samples come from.
#[derive(Debug, Clone)]
enum Source {
    /// A data set, of zero mean in every column.
    Rows(Samples),
    /// Gaussian vectors, the leading mode first.
    Gaussian(Diagonal),
}

impl Source {
    /// Draws samples.
    fn draw(&self, count: usize, random: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let rows = match self {
            Self::Gaussian(model) => return Ok(model.draw(count, random)?),
            Self::Rows(rows) => rows,
        };
        let columns = rows.columns();
        let any = Uniform::new(0, rows.rows()).expect("the data set is not empty");
        let mut values = vec![0.0; count * columns];
        for to in values.chunks_exact_mut(columns) {
            rows.write_row(any.sample(random), to);
        }
        Ok(Samples::real(count, columns, values)?)
    }
}

/// One number of samples per unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    digest: u64,
    units: usize,
    ratio: f64,
    alpha: f64,
}

impl GivenData {
    /// On samples, one per row.
    ///
    /// # Errors
    /// If they have no covariance, or no spectrum whose leading mode has a threshold.
    pub fn on(samples: &Samples) -> Result<Self> {
        let centred = centred(samples)?;
        let covariance = SampleCovariance::new(&centred, Columns::Raw)?;
        let mut eigenvalues = covariance.eigenvalues()?;
        let direction = covariance.leading(1)?.vector(0);
        eigenvalues.resize(centred.columns(), 0.0);
        // What rounding leaves of zero.
        let groups = eigenvalues.iter().map(|x| (x.max(0.0), 1));
        let population = Population::finite(centred.columns(), &groups.collect::<Vec<_>>())?;
        Ok(Self {
            digest: digest_of_numbers(&centred.to_reals()),
            source: Source::Rows(centred),
            population,
            direction,
        })
    }

    /// On Gaussian samples with these population eigenvalues.
    ///
    /// # Errors
    /// If an eigenvalue is negative or not finite, the largest one has more than one mode, or it has no threshold.
    pub fn of_spectrum(eigenvalues: &[f64]) -> Result<Self> {
        let mut eigenvalues = eigenvalues.to_vec();
        eigenvalues.sort_by(|a, b| b.total_cmp(a));
        let groups: Vec<(f64, usize)> = eigenvalues.iter().map(|&x| (x, 1)).collect();
        let population = Population::finite(eigenvalues.len(), &groups)?;
        if population.mode(0)?.degeneracy != Some(1) {
            return Err(Error::parameter(
                "data",
                "spectrum",
                "a spectrum whose largest eigenvalue has one mode",
            ));
        }
        let mut direction = vec![0.0; eigenvalues.len()];
        direction[0] = 1.0;
        Ok(Self {
            digest: digest_of_numbers(&eigenvalues),
            source: Source::Gaussian(Diagonal::new(&eigenvalues)?),
            population,
            direction,
        })
    }

    /// Its name as a data model, and why its rows are not judged.
    fn model(&self) -> (&'static str, &'static str) {
        match self.source {
            Source::Rows(_) => ("samples", GAUSSIAN_THEORY),
            Source::Gaussian(_) => ("spectrum", PLACE_FLUCTUATES),
        }
    }
}

/// The samples without the mean of each column.
fn centred(samples: &Samples) -> Result<Samples> {
    let (rows, columns) = (samples.rows(), samples.columns());
    let mut values = samples.to_reals();
    for column in 0..columns {
        let mean = (0..rows)
            .map(|row| values[row * columns + column])
            .sum::<f64>()
            / as_float(rows);
        (0..rows).for_each(|row| values[row * columns + column] -= mean);
    }
    Ok(Samples::real(rows, columns, values)?)
}

impl Experiment for GivenData {
    type Point = Point;

    fn name(&self) -> &'static str {
        Experiment::name(&RetardedLearning)
    }

    fn description(&self) -> &'static str {
        Experiment::description(&RetardedLearning)
    }

    fn view(&self) -> View {
        VIEW
    }

    fn design(&self, preset: Preset) -> Result<Vec<(Point, usize)>> {
        self.own_design(&Asked::new(preset, &Given::default()))
    }

    fn parameters(&self) -> &'static [Parameter] {
        Experiment::parameters(&RetardedLearning)
    }

    fn own_design(&self, asked: &Asked<'_>) -> Result<Vec<(Point, usize)>> {
        let critical = critical_alpha(&self.population, 0)?;
        let units = self.direction.len();
        let most = asked.preset.choose(100, 1000, 10_000);
        let (_, replicas) = sizes(&[units], most, 0.0)[0];
        let alphas = asked.numbers(ALPHA.name, &RATIOS.map(|ratio| ratio * critical));
        let point = |alpha| Point {
            digest: self.digest,
            units,
            ratio: alpha / critical,
            alpha,
        };
        Ok(alphas
            .into_iter()
            .map(|alpha| (point(alpha), replicas))
            .collect())
    }

    fn data(&self) -> Option<u64> {
        Some(self.digest)
    }

    fn cost(&self, point: &Point) -> f64 {
        dense_cost(point.units, samples_at(point.alpha, point.units))
    }

    fn measure(&self, point: &Point, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        let count = samples_at(point.alpha, point.units).max(1);
        let samples = self.source.draw(count, random)?;
        let top = SampleCovariance::new(&samples, Columns::Raw)?.leading(1)?;
        Ok(vec![squared_overlap(&top.vector(0), &self.direction)?])
    }

    fn rows(&self, measured: &[Measured<Point>]) -> Result<Vec<Row>> {
        let (data, reason) = self.model();
        let mut rows = Vec::new();
        for m in measured {
            let Point {
                units,
                ratio,
                alpha,
                ..
            } = m.point;
            let alpha = as_float(samples_at(alpha, units).max(1)) / as_float(units);
            let at = Ring {
                population: self.population.clone(),
                units,
                alpha,
                ratio,
            };
            let parameters = Parameters {
                experiment: self.name(),
                data,
                alpha: Some(alpha),
                mode: Some(0),
                unjudged: Some(reason),
                ..Parameters::default()
            };
            rows.extend(at.rows(&parameters, "overlap_squared", &m.estimate(0)?)?);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::{Monitor, Settings, Validation};
    use saddlepoint_simulator::data::Spiked;
    use saddlepoint_simulator::stream;
    use std::sync::atomic::AtomicBool;

    /// Eigenvalues that fall off slowly, and a single one on a flat bulk: the theory of their size within what it claims.
    #[test]
    fn gaussian_samples_of_a_spectrum_have_the_learning_curve_of_its_size() {
        let power = (1..=60).map(|k| 8.0 * f64::from(k).powf(-0.7));
        let flat = [3.0].into_iter().chain([1.0; 59]);
        for eigenvalues in [power.collect::<Vec<_>>(), flat.collect()] {
            let rows = rows_of(&GivenData::of_spectrum(&eigenvalues).unwrap());
            for row in rows.iter().filter(|row| !row.control) {
                let error = 4.0 * row.standard_error + 0.05;
                assert!((row.simulation - row.theory).abs() < error, "{row:?}");
                assert_eq!(row.parameters.unjudged, Some(PLACE_FLUCTUATES));
            }
            // The formula of an isolated outlier has no overlap below the threshold, and theory has.
            let control = rows.iter().find(|row| row.control).unwrap();
            assert!(control.z_score > 10.0, "{control:?}");
        }
        assert!(GivenData::of_spectrum(&[2.0, 2.0, 1.0]).is_err());
        assert!(GivenData::of_spectrum(&[2.0, -1.0]).is_err());
    }

    fn rows_of(experiment: &GivenData) -> Vec<Row> {
        let monitor = Monitor {
            progress: &|_| (),
            cancelled: &AtomicBool::new(false),
        };
        let settings = Settings {
            given: Given::new(Some(400), None),
            ..Settings::default()
        };
        experiment.run(&settings, &monitor).unwrap()
    }

    /// Many Gaussian samples with a spike are as good as their population: the learning curve is that of fresh samples.
    #[test]
    fn resampling_many_samples_gives_the_learning_curve_of_their_population() {
        let mut random = stream(0, "resampled data", 0);
        let model = Spiked::random(30, &[3.0], &mut random).unwrap();
        let samples = model.draw(6000, &mut random).unwrap();
        let experiment = GivenData::on(&samples).unwrap();
        let rows = rows_of(&experiment);
        let compared: Vec<&Row> = rows.iter().filter(|row| !row.control).collect();
        assert_eq!(compared.len(), RATIOS.len());
        let rises = |pair: &[&Row]| pair[1].simulation > pair[0].simulation + 0.02;
        assert!(compared.windows(2).all(rises), "{compared:?}");
        for row in compared {
            // The law of a spike at N = 30 is right to a few hundredths.
            assert!((row.simulation - row.theory).abs() < 0.06, "{row:?}");
        }
    }
}
