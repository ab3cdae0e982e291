//! The first line of a journal: which run it belongs to, and which part of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display};

use super::shard::Shard;

/// Everything that decides the bytes of a journal, and what is needed to make its experiment again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program. It stands first, since every journal begins with the name of this field.
    pub program: String,
    /// Name of the experiment, as on the command line.
    pub experiment: String,
    /// Name of the preset.
    pub preset: String,
    /// Parameters of the experiment that are not those of the preset, as typed.
    pub parameters: BTreeMap<String, String>,
    /// Digest of the data of a file, where the experiment is on one.
    pub data: Option<u64>,
    /// Seed of all random streams.
    pub seed: u64,
    /// Number of tasks of the whole run.
    pub tasks: usize,
    /// Digest of all points and their replicas.
    pub design: u64,
    /// The part of the run that the journal is about; `None` for all of it.
    pub shard: Option<Shard>,
}

/// Something in which two runs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// The value of the one run.
    pub this: String,
    /// The value of the other.
    pub other: String,
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} and {}", self.what, self.this, self.other)
    }
}

impl Header {
    /// In what two journals are of different runs, if they are: the first of version, experiment, preset, seed, parameters, data, number of
    /// tasks and design. Shards of one run do not differ.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        let both = |what: &str, value: &dyn Fn(&Self) -> String| Difference {
            what: what.to_owned(),
            this: value(self),
            other: value(other),
        };
        let digest = |digest: u64| format!("{digest:016x}");
        let or_not_given = |text: Option<String>| text.unwrap_or("not given".to_owned());
        let mut all = vec![
            both("version", &|run| run.program.clone()),
            both("experiment", &|run| run.experiment.clone()),
            both("preset", &|run| run.preset.clone()),
            both("seed", &|run| run.seed.to_string()),
        ];
        let names = self.parameters.keys().chain(other.parameters.keys());
        all.extend(names.map(|name| {
            let value = |run: &Self| or_not_given(run.parameters.get(name).cloned());
            both(&format!("parameter {name}"), &value)
        }));
        // What follows from the settings above comes behind them.
        all.extend([
            both("digest of the data", &|run| {
                or_not_given(run.data.map(digest))
            }),
            both("number of tasks", &|run| run.tasks.to_string()),
            both("digest of the design", &|run| digest(run.design)),
        ]);
        all.into_iter().find(|both| both.this != both.other)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn header() -> Header {
        Header {
            program: "0.1.0".into(),
            experiment: "x".into(),
            preset: "quick".into(),
            parameters: BTreeMap::new(),
            data: None,
            seed: 3,
            tasks: 5,
            design: 99,
            shard: None,
        }
    }

    #[test]
    fn what_differs_is_named_with_both_values_and_shards_of_one_run_do_not_differ() {
        let found = |change: fn(&mut Header)| {
            let mut other = header();
            change(&mut other);
            header().difference(&other).map(|found| found.to_string())
        };
        assert_eq!(found(|_| ()), None);
        assert_eq!(found(|other| other.shard = "2/3".parse().ok()), None);
        assert_eq!(
            found(|other| other.program = "0.2.0".into()).unwrap(),
            "version 0.1.0 and 0.2.0"
        );
        assert_eq!(
            found(|other| other.experiment = "y".into()).unwrap(),
            "experiment x and y"
        );
        assert_eq!(
            found(|other| other.preset = "paper".into()).unwrap(),
            "preset quick and paper"
        );
        assert_eq!(found(|other| other.seed = 4).unwrap(), "seed 3 and 4");
        assert_eq!(
            found(|other| other.tasks = 6).unwrap(),
            "number of tasks 5 and 6"
        );
        assert_eq!(
            found(|other| other.design = 255).unwrap(),
            "digest of the design 0000000000000063 and 00000000000000ff"
        );
        assert_eq!(
            found(|other| other.data = Some(255)).unwrap(),
            "digest of the data not given and 00000000000000ff"
        );
        // A parameter changes the design, too; it is the parameter that was chosen.
        let beta = |other: &mut Header| {
            other.design = 255;
            other.parameters.insert("beta".into(), "0.5".into());
        };
        assert_eq!(found(beta).unwrap(), "parameter beta not given and 0.5");
    }
}
