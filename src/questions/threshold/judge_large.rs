//! How many directions of a table that is not in memory are real.

use super::columns::{ColumnsTest, Counted};
use super::judge::{Judge, Judged, Null, breaks_theory, has_heavy_tails, heavy_tails, to_float};
use crate::questions::large::{Approached, Facts, Whole};
use crate::questions::{LargeTable, Monitor};
use anyhow::{Result, ensure};
use faer::Mat;
use saddlepoint_simulator::covariance::{ByProducts, Leading};
use saddlepoint_theory::covariance::{debias, debias_with};
use std::cell::Cell;

/// An eigenvalue of which a pass changes this fraction of a Tracy–Widom scale is known well enough.
const SETTLED: f64 = 0.02;

/// Multiplications of a covariance in memory for its leading eigenpairs, and vectors of each.
const IN_MEMORY: [usize; 2] = [40, 16];

impl Judge {
    /// Counts the directions of a table that is read by blocks.
    pub(super) fn in_blocks(&self, table: &LargeTable, monitor: &Monitor<'_>) -> Result<Judged> {
        let name = table.blocks.name();
        self.refuse_permutation(&name)?;
        if self.null == Null::Columns {
            return self.approached(table, monitor);
        }
        if table.is_exact() {
            let whole = table.whole(monitor)?;
            return self.of_whole(whole, &mut |count| {
                let before = Cell::default();
                let found = table.approach(monitor, &mut |facts, leading| {
                    let settled = self.is_settled(facts, leading, &before)?;
                    Ok(settled && leading.eigenvalues.len() >= count)
                })?;
                Ok(found.leading)
            });
        }
        ensure!(
            self.null == Null::Auto,
            "{name}: --null theory needs the covariance of {} variables or samples, more than {} bytes of memory; raise --memory, or ask --null columns",
            table.blocks.rows().min(table.blocks.columns()),
            table.memory
        );
        let mut judged = self.approached(table, monitor)?;
        judged.notes.insert(
            0,
            "the covariance is larger than the memory, so that the law of independent columns decides in place of the fitted bulk".to_owned(),
        );
        Ok(judged)
    }

    /// Shuffling needs the table in memory.
    pub(super) fn refuse_permutation(&self, name: &str) -> Result<()> {
        ensure!(
            self.null != Null::Permutation,
            "{name}: --null permutation shuffles a table in memory; raise --memory, or ask --null columns, which shuffling leads to in large data"
        );
        Ok(())
    }

    /// By the whole spectrum, where theory is a guide alone, else as many as stand out of independent columns, too; `leading` finds eigenvectors of the variables where the covariance is that of the samples.
    pub(super) fn of_whole(
        &self,
        whole: Whole,
        leading: &mut dyn FnMut(usize) -> Result<Leading>,
    ) -> Result<Judged> {
        let eigenvalues = whole.eigenvalues()?;
        let facts = whole.facts.clone();
        let debiased = debias(&eigenvalues, facts.free(), self.level)?;
        let by_theory = debiased.outliers.len();
        let is_broken = breaks_theory(
            [facts.rows, facts.variables],
            &facts.shape,
            facts.standardized,
        );
        if self.null == Null::Theory || self.null == Null::Auto && !is_broken {
            let mut judged = Judged::by_fit(debiased);
            judged.notes = facts.notes;
            return Ok(judged);
        }
        let test = ColumnsTest::new(&facts, self.level);
        let covariance = whole.into_covariance();
        if let (Null::Columns, Some(covariance)) = (self.null, &covariance) {
            let (counted, _) = test.count_all(&mut |wanted| {
                let pairs = pairs_of(covariance, wanted)?;
                Ok((eigenvalues[..wanted].to_vec(), pairs.vectors))
            })?;
            let mut judged = Judged::in_columns(&counted, &eigenvalues, &facts.shape)?;
            judged.notes.extend(facts.notes);
            return Ok(judged);
        }
        let wanted = by_theory.max(1);
        let pairs = match &covariance {
            Some(covariance) => pairs_of(covariance, wanted)?,
            None => leading(wanted)?,
        };
        let most = wanted.min(pairs.eigenvalues.len());
        let counted = test.count(&eigenvalues, pairs.vectors.as_ref(), most)?;
        let count = counted.count.min(by_theory);
        let mut notes = facts.notes.clone();
        notes.push("the columns could not be shuffled, since the table is not in memory: the law of independent columns is what shuffling leads to".to_owned());
        if has_heavy_tails(
            debiased.samples.min(to_float(facts.variables)),
            &facts.shape,
        ) {
            notes.push(heavy_tails(&facts.shape));
        }
        Ok(Judged {
            debiased: debias_with(&eigenvalues, facts.free(), count)?,
            null: Null::Columns,
            by_theory: Some(by_theory),
            by_columns: counted.p_values,
            notes,
        })
    }

    /// By leading eigenpairs from passes and the law of independent columns.
    fn approached(&self, table: &LargeTable, monitor: &Monitor<'_>) -> Result<Judged> {
        let before = Cell::default();
        let Approached { facts, leading } = table.approach(monitor, &mut |facts, leading| {
            self.is_settled(facts, leading, &before)
        })?;
        let counted = self.counted(&facts, &leading)?;
        let mut judged = Judged::in_columns(&counted, &leading.eigenvalues, &facts.shape)?;
        judged.notes.extend(facts.notes);
        judged.notes.push(precision(&counted, &leading));
        Ok(judged)
    }

    fn counted(&self, facts: &Facts, leading: &Leading) -> Result<Counted> {
        let known = leading.eigenvalues.len();
        ColumnsTest::new(facts, self.level).count(
            &leading.eigenvalues,
            leading.vectors.as_ref(),
            known,
        )
    }

    /// Whether the eigenvalues that stand out and the next hardly change any more: by their residuals, and by what the last pass has changed.
    fn is_settled(
        &self,
        facts: &Facts,
        leading: &Leading,
        before: &Cell<Option<(usize, f64)>>,
    ) -> Result<bool> {
        let counted = self.counted(facts, leading)?;
        let count = counted.count;
        let Some(&next) = leading.eigenvalues.get(count) else {
            return Ok(false);
        };
        let scale = counted.noise().edge_scale();
        let last = before.replace(Some((count, next)));
        let is_next_known = last.is_some_and(|(number, value)| {
            number == count && (next - value).abs() <= SETTLED * scale
        });
        let edge = counted.noise().edge();
        let seen = leading.eigenvalues.iter().zip(&leading.residuals);
        let are_known = seen.take(count).all(|(value, residual)| {
            let error = residual * leading.eigenvalues[0];
            error * error <= SETTLED * scale * (value - edge)
        });
        Ok(are_known && is_next_known)
    }
}

/// Leading eigenpairs of a covariance in memory, one more than are wanted.
fn pairs_of(covariance: &Mat<f64>, wanted: usize) -> Result<Leading> {
    let n = covariance.nrows();
    let [most, least] = IN_MEMORY;
    let block = least.max(wanted.div_ceil(8)).min(n.div_ceil(2));
    let search = ByProducts {
        block,
        most: most.min(n / block),
    };
    search.leading::<anyhow::Error>(
        n,
        (wanted + 1).min(n),
        &mut |vectors| Ok(covariance * vectors),
        &mut |found| Ok(found.residuals.iter().take(wanted).all(|r| *r < 1e-6)),
    )
}

/// How well the eigenvalues are known, in words.
fn precision(counted: &Counted, leading: &Leading) -> String {
    let count = counted.count;
    let edge = counted.noise().edge();
    let seen = leading.eigenvalues.iter().zip(&leading.residuals);
    let error = seen.take(count).map(|(value, residual)| {
        let error = residual * leading.eigenvalues[0];
        (error * error / (value - edge)).min(error) / value
    });
    let error = error.fold(f64::EPSILON, f64::max);
    let known = if count > 0 {
        format!(", known to {error:.0e} of themselves")
    } else {
        String::new()
    };
    let next = match leading.residuals.get(count) {
        Some(residual) => {
            let scales = residual * leading.eigenvalues[0] / counted.noise().edge_scale();
            format!("the next to {scales:.1} scales of the edge")
        }
        None => "all that were looked at stand out, and more may".to_owned(),
    };
    let passes = leading.iterations + 1;
    format!("leading eigenpairs by {passes} passes{known}; {next}")
}
