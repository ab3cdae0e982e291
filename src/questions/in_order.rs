//! Independent runs in parallel, their outputs in order.

use anyhow::Result;
use rayon::prelude::*;
use std::ops::Range;

/// Calls `run(i, …)` for each i of `runs` in parallel and passes their outputs to `hear` in order of i.
///
/// One run streams; several are computed in blocks of one per thread and passed on block by block.
///
/// # Errors
/// The first error of a run or of `hear`.
pub fn in_order<T: Send>(
    runs: Range<usize>,
    run: impl Fn(usize, &mut dyn FnMut(T) -> Result<()>) -> Result<()> + Sync,
    hear: &mut dyn FnMut(T) -> Result<()>,
) -> Result<()> {
    if runs.len() == 1 {
        return run(runs.start, hear);
    }
    let block = rayon::current_num_threads();
    let all = |number| -> Result<Vec<T>> {
        let mut said = Vec::new();
        run(number, &mut |words| {
            said.push(words);
            Ok(())
        })?;
        Ok(said)
    };
    for first in runs.clone().step_by(block) {
        let last = runs.end.min(first + block);
        let said: Result<Vec<_>> = (first..last).into_par_iter().map(all).collect();
        said?.into_iter().flatten().try_for_each(&mut *hear)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::ensure;

    #[test]
    fn runs_are_heard_in_their_order_until_one_fails() {
        let run = |number: usize, say: &mut dyn FnMut(usize) -> Result<()>| {
            ensure!(number < 20, "too many");
            (0..3).try_for_each(|k| say(3 * number + k))
        };
        let mut heard = Vec::new();
        let mut hear = |k| {
            heard.push(k);
            Ok(())
        };
        in_order(0..20, run, &mut hear).unwrap();
        in_order(5..6, run, &mut hear).unwrap();
        in_order(4..9, run, &mut hear).unwrap();
        let expected = (0..60).chain(15..18).chain(12..27);
        assert_eq!(heard, expected.collect::<Vec<_>>());
        assert!(in_order(0..21, run, &mut |_| Ok(())).is_err());
        assert!(in_order(0..1, run, &mut |_| anyhow::bail!("deaf")).is_err());
    }
}
