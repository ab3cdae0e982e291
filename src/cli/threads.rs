//! How many threads a command may use where no flag says so.

use std::env;
use std::num::NonZero;
use std::thread::available_parallelism;

/// Where schedulers and users say it. `OMP_NUM_THREADS` is not among them: many set it to 1 for other libraries, once and for all.
pub(crate) const VARIABLES: [&str; 2] = ["SLURM_CPUS_PER_TASK", "RAYON_NUM_THREADS"];

/// The cores that the process may use, by its affinity and the quota of its control group, and no more than the environment grants.
pub(crate) fn granted() -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    least(cores, VARIABLES.map(|name| env::var(name).ok()))
}

/// The least of the counts; what is no count from 1 grants nothing and forbids nothing.
fn least(cores: usize, granted: impl IntoIterator<Item = Option<String>>) -> usize {
    let counts = granted.into_iter().flatten();
    let counts = counts.filter_map(|text| text.trim().parse().ok());
    counts.filter(|&count| count > 0).fold(cores, usize::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_grant_counts_and_what_is_no_count_does_not() {
        let threads = |slurm: Option<&str>, rayon: Option<&str>| {
            least(8, [slurm, rayon].map(|text| text.map(str::to_owned)))
        };
        assert_eq!(threads(None, None), 8);
        assert_eq!(threads(Some("4"), None), 4);
        assert_eq!(threads(Some("4"), Some("2")), 2);
        assert_eq!(threads(Some("64"), Some(" 3 ")), 3);
        for text in ["", "0", "-1", "four", "2x", "1.5"] {
            assert_eq!(threads(Some(text), None), 8, "{text}");
        }
    }
}
