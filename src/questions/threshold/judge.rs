//! How many directions of a data matrix are real: two judges.

use super::Modes;
use super::columns::{ColumnsTest, Counted as InColumns};
use crate::questions::{DataMatrix, Monitor, Observed, Shape};
use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use saddlepoint_simulator::covariance::Shuffled;
use saddlepoint_theory::covariance::{Debiased, debias, debias_with};
use saddlepoint_theory::detection::{TRACY_WIDOM_MEAN, TRACY_WIDOM_VARIANCE, tracy_widom_tail};

/// What a sample eigenvalue is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Null {
    /// Theory; where its assumptions do not hold, what stands out by both
    Auto,
    /// The edge of the fitted bulk and the Tracy-Widom law
    Theory,
    /// The same data with every column shuffled by itself
    Permutation,
    /// The law of independent columns of the same variances: what shuffling leads to in large data, which it need not have in memory
    Columns,
}

impl Null {
    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Theory => "theory",
            Self::Permutation => "permutation",
            Self::Columns => "columns",
        }
    }
}

/// How a data matrix is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judge {
    /// Probability that noise alone shows a direction, 1e-10 to 0.1.
    pub level: f64,
    /// What an eigenvalue is compared with.
    pub null: Null,
    /// Shuffled data sets, 5 or more. From 1/level − 1 on p-values are ranks; with fewer the Tracy–Widom law is fitted to them.
    pub permutations: u64,
    /// Seed of the shuffling.
    pub seed: u64,
}

impl Default for Judge {
    /// Level 0.01, the judge by the data, 99 permutations, seed 0.
    fn default() -> Self {
        Self {
            level: 0.01,
            null: Null::Auto,
            permutations: 99,
            seed: 0,
        }
    }
}

/// A data matrix with its directions counted.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What the eigenvalues tell, with the outliers of the judge that decided.
    pub debiased: Debiased,
    /// The judge that decided.
    pub null: Null,
    /// Outliers by the edge of the fitted bulk, where it was looked at.
    pub by_theory: Option<usize>,
    /// The p-value of each place by permutation or by independent columns, where it was asked: place k with k directions taken out.
    pub(super) by_columns: Vec<Option<f64>>,
    /// What was left out or not looked at, in words.
    pub notes: Vec<String>,
}

impl Judged {
    /// The p-value of an eigenvalue by its place, 0 for the largest, from the judge that decided.
    ///
    /// # Errors
    /// Those of the Tracy–Widom law.
    pub fn p_value(&self, place: usize) -> Result<Option<f64>> {
        match self.null {
            Null::Permutation | Null::Columns => Ok(self.by_columns.get(place).copied().flatten()),
            _ => self.by_theory(place).map(Some),
        }
    }

    /// The p-value by permutation, where it was computed.
    pub fn by_permutation(&self, place: usize) -> Option<f64> {
        let is_shuffled = self.null == Null::Permutation;
        let known = self.by_columns.get(place).copied().flatten();
        known.filter(|_| is_shuffled)
    }

    /// The p-value by the edge of the bulk below the outliers.
    ///
    /// # Errors
    /// Those of the Tracy–Widom law.
    pub fn by_theory(&self, place: usize) -> Result<f64> {
        let eigenvalue = self.debiased.eigenvalues.get(place).copied();
        Ok(self.debiased.p_value(eigenvalue.unwrap_or(0.0))?)
    }
}

/// Above this effect of the kurtosis the Tracy–Widom law is no longer that of the largest eigenvalue: the variance that rare large entries
/// add to it, in units of its own, 3κ m^{−2/3}/1.6 for a smaller side of m.
const KURTOSIS_EFFECT: f64 = 0.06;

/// Below this smaller side of the data the law of infinite size is no guide: of 100 tables of noise of 10 x 10 it has 17 alarms at 0.01.
const SMALL: f64 = 20.0;

/// From so many variables per sample on the spectrum tells the law of unequal variances.
const MANY_VARIABLES: f64 = 4.0;

/// Exceedances after which a p-value is known well enough.
const EXCEEDANCES: usize = 5;

impl Judge {
    /// Counts the directions of a data matrix that stand out.
    ///
    /// Theory ([`debias`]) supposes noise that is close to Gaussian, and takes columns of unequal noise for modes. Permutation supposes that
    /// the noise of different columns is independent, nothing else: the rank of an eigenvalue among the largest of shuffled data without the
    /// directions above it is its p-value ([`Shuffled`]), one after the other from the largest down. Where the kurtosis of the columns, their
    /// variances or a side below 20 break the assumption of the theory, [`Null::Auto`] counts as many as stand out by both.
    ///
    /// Of a table that is not in memory the spectrum is the same; in place of shuffled data is [`Null::Columns`], and where the spectrum would not fit into
    /// memory either, that alone decides.
    ///
    /// # Errors
    /// Unless the level and the number of permutations are within their domains, or on an interruption.
    pub fn judge(&self, data: &Observed, monitor: &Monitor<'_>) -> Result<Judged> {
        ensure!(
            (1e-10..=0.1).contains(&self.level),
            "the level of a test is 1e-10 to 0.1, got {}",
            self.level
        );
        ensure!(
            self.permutations >= 5,
            "{} permutations tell nothing; at least 5 are needed",
            self.permutations
        );
        match data {
            Observed::InMemory(data) => self.in_memory(data, monitor),
            Observed::InBlocks(table) => self.in_blocks(table, monitor),
            Observed::Summed(summed) => {
                self.refuse_permutation(&summed.name)?;
                self.of_whole(summed.clone().whole()?, &mut |_| {
                    bail!(
                        "{}: fewer samples than variables; sums are of use where there are more",
                        summed.name
                    )
                })
            }
        }
    }

    /// Counts the directions of a matrix in memory.
    ///
    /// # Errors
    /// As [`Judge::judge`].
    pub fn in_memory(&self, data: &DataMatrix, monitor: &Monitor<'_>) -> Result<Judged> {
        if self.null == Null::Columns {
            return self.columns_in_memory(data);
        }
        let eigenvalues = data.eigenvalues()?;
        let debiased = debias(&eigenvalues, data.free(), self.level)?;
        let by_theory = debiased.outliers.len();
        let is_broken = breaks_theory(
            [data.rows(), data.variables()],
            &data.shape(),
            data.is_standardized(),
        );
        let null = match self.null {
            Null::Auto if is_broken => Null::Permutation,
            Null::Auto => Null::Theory,
            asked => asked,
        };
        if null == Null::Theory {
            return Ok(Judged::by_fit(debiased));
        }
        let most = debiased.most_outliers();
        let test = Permutations {
            judge: self,
            data,
            eigenvalues: &eigenvalues,
            monitor,
        };
        let (count, by_columns) = if self.null == Null::Auto {
            test.confirm(by_theory)?
        } else {
            test.count(most)?
        };
        Ok(Judged {
            debiased: debias_with(&eigenvalues, data.free(), count)?,
            null,
            by_theory: Some(by_theory),
            by_columns,
            notes: Vec::new(),
        })
    }

    /// By the law of independent columns, of which the leading eigenpairs and the variances are all that is needed.
    fn columns_in_memory(&self, data: &DataMatrix) -> Result<Judged> {
        let covariance = data.covariance()?;
        let factor = (data.free() + 1.0) / data.free();
        let variances: Vec<f64> = data.variances()?;
        let test = ColumnsTest {
            variances: &variances,
            free: data.free(),
            excess_kurtosis: data.shape().excess_kurtosis,
            level: self.level,
        };
        let (counted, values) = test.count_all(&mut |wanted| {
            let leading = covariance.leading(wanted)?;
            let values = leading.eigenvalues.iter().map(|x| x * factor);
            Ok((values.collect(), leading.vectors))
        })?;
        Judged::in_columns(&counted, &values, &data.shape())
    }
}

impl Judged {
    /// Makes sure that the eigenvalues of these places are known.
    ///
    /// # Errors
    /// If only the leading ones are.
    pub(super) fn check_knows(&self, places: Modes) -> Result<()> {
        let (known, all) = (self.debiased.eigenvalues.len(), self.debiased.variables);
        let wanted = match places {
            Modes::Leading(count) => count.min(all),
            Modes::All => all,
        };
        ensure!(
            wanted <= known,
            "--modes {wanted}: --null columns looked for {known} of {all} eigenvalues; ask for no more, or for --null theory"
        );
        Ok(())
    }

    /// By the edge of the fitted bulk alone.
    pub(super) fn by_fit(debiased: Debiased) -> Self {
        Self {
            by_theory: Some(debiased.outliers.len()),
            debiased,
            null: Null::Theory,
            by_columns: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// By independent columns, from leading eigenvalues alone.
    pub(super) fn in_columns(
        counted: &InColumns,
        eigenvalues: &[f64],
        shape: &Shape,
    ) -> Result<Self> {
        let debiased = counted.debiased(eigenvalues)?;
        let side = debiased.samples.min(to_float(debiased.variables));
        let heavy = has_heavy_tails(side, shape).then(|| heavy_tails(shape));
        Ok(Self {
            debiased,
            null: Null::Columns,
            by_theory: None,
            by_columns: counted.p_values.clone(),
            notes: heavy.into_iter().collect(),
        })
    }
}

/// A data matrix compared with shuffled ones.
struct Permutations<'a> {
    judge: &'a Judge,
    data: &'a DataMatrix,
    eigenvalues: &'a [f64],
    monitor: &'a Monitor<'a>,
}

/// The number of directions that stand out, and the p-value of each place that was looked at.
type Counted = (usize, Vec<Option<f64>>);

impl Permutations<'_> {
    /// Counts one after the other from the largest eigenvalue down, at most `most`.
    fn count(&self, most: usize) -> Result<Counted> {
        let mut permuted = vec![None; most + 1];
        let mut count = 0;
        while count < most {
            let null = self.shuffled(count)?;
            let p = null.p_value(self.eigenvalues[count], self.judge.level)?;
            permuted[count] = Some(p);
            if p > self.judge.level {
                break;
            }
            count += 1;
            // What exceeds all of these exceeds those without more directions, which are smaller.
            while count < most && self.eigenvalues[count] > null.most() {
                permuted[count] = Some(p);
                count += 1;
            }
        }
        Ok((count, permuted))
    }

    /// How many of the directions that stand out of the fitted bulk do so here: all if the largest and the last do, else as many as
    /// [`Permutations::count`].
    fn confirm(&self, by_theory: usize) -> Result<Counted> {
        let Some(last) = by_theory.checked_sub(1) else {
            // Where even theory, which has more alarms for such data, sees nothing: the p-value of the largest.
            let null = self.shuffled(0)?;
            let p = null.p_value(self.eigenvalues[0], self.judge.level)?;
            return Ok((0, vec![Some(p)]));
        };
        let mut permuted = vec![None; by_theory + 1];
        for place in [0, last] {
            let p = self
                .shuffled(place)?
                .p_value(self.eigenvalues[place], self.judge.level)?;
            permuted[place] = Some(p);
            if p > self.judge.level {
                return if place == 0 {
                    Ok((0, permuted))
                } else {
                    self.count(by_theory)
                };
            }
        }
        Ok((by_theory, permuted))
    }

    /// The largest eigenvalues of shuffled data without the `place` leading directions; the drawing stops where the eigenvalue of that place
    /// is known to be none, or to be far above all of them.
    fn shuffled(&self, place: usize) -> Result<ShuffledLargest> {
        let (judge, observed) = (self.judge, self.eigenvalues[place]);
        let factor = (self.data.free() + 1.0) / self.data.free();
        let shuffled = Shuffled::new(&self.data.covariance()?, place)?;
        let mut drawn = ShuffledLargest(Vec::new());
        // A batch at a time, all of it used: the answer does not depend on the number of threads.
        let mut first = 0;
        while first < judge.permutations && !drawn.is_decided(observed, judge.level)? {
            self.monitor.check()?;
            let next = (first + BATCH).min(judge.permutations);
            let largest = shuffled.range(judge.seed, first..next)?;
            drawn.0.extend(largest.into_iter().map(|x| x * factor));
            (self.monitor.progress)(next, judge.permutations);
            first = next;
        }
        Ok(drawn)
    }
}

/// Shuffled data sets to whose largest eigenvalues a law can be fitted.
const FEW: usize = 20;

/// Shuffled data sets drawn at a time.
const BATCH: u64 = 10;

/// The largest eigenvalues of shuffled data sets, one or more.
struct ShuffledLargest(Vec<f64>);

impl ShuffledLargest {
    fn most(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    /// Whether more of them would change nothing: [`EXCEEDANCES`] exceed the eigenvalue, or it is so far above them that the fitted law gives it a
    /// hundredth of the level.
    fn is_decided(&self, observed: f64, level: f64) -> Result<bool> {
        let above = above(&self.0, observed);
        Ok(above >= EXCEEDANCES
            || above == 0 && self.0.len() >= FEW && self.fitted(observed)? < 0.01 * level)
    }

    /// The rank of an eigenvalue among them; where it exceeds all of too few for the level, by the Tracy–Widom law of their mean and
    /// variance.
    fn p_value(&self, observed: f64, level: f64) -> Result<f64> {
        let (above, drawn) = (to_float(above(&self.0, observed)), to_float(self.0.len()));
        if above > 0.0 || level * (drawn + 1.0) >= 1.0 {
            return Ok((above + 1.0) / (drawn + 1.0));
        }
        self.fitted(observed)
    }

    fn fitted(&self, observed: f64) -> Result<f64> {
        let drawn = to_float(self.0.len());
        let mean = self.0.iter().sum::<f64>() / drawn;
        let variance = self.0.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (drawn - 1.0);
        // The next one differs from their mean by this much, in standard deviations.
        let deviations = (observed - mean) / (variance * (1.0 + 1.0 / drawn)).sqrt();
        let position = TRACY_WIDOM_MEAN + TRACY_WIDOM_VARIANCE.sqrt() * deviations;
        Ok(tracy_widom_tail(position)?)
    }
}

fn above(largest: &[f64], observed: f64) -> usize {
    largest.iter().filter(|x| **x >= observed).count()
}

#[expect(clippy::cast_precision_loss, reason = "a count far below 2^53")]
pub(super) fn to_float(n: usize) -> f64 {
    n as f64
}

/// Whether the noise of samples and variables is not what the Tracy–Widom law supposes.
pub(super) fn breaks_theory(
    [samples, variables]: [usize; 2],
    shape: &Shape,
    standardized: bool,
) -> bool {
    let (p, n) = (to_float(samples), to_float(variables));
    let unequal = shape.is_unequal && !standardized && n < MANY_VARIABLES * p;
    p.min(n) < SMALL || has_heavy_tails(p.min(n), shape) || unequal
}

/// Whether rare large entries move the largest eigenvalue of a smaller side of m.
pub(super) fn has_heavy_tails(m: f64, shape: &Shape) -> bool {
    3.0 * shape.excess_kurtosis / m.powf(2.0 / 3.0) / 1.6 > KURTOSIS_EFFECT
}

/// What the row says of tails for which the law of independent columns is a rough one.
pub(super) fn heavy_tails(shape: &Shape) -> String {
    format!(
        "heavy tails (excess kurtosis {:.3}) widen the law of the noise, and its p-values are too small",
        shape.excess_kurtosis
    )
}
