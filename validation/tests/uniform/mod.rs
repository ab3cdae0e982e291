//! An experiment that takes no time, and where its journals go.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::Rng;
use saddlepoint_validation::Result;
use saddlepoint_validation::runner::{Experiment, Measured, Preset, Settings, journal_path};
use saddlepoint_validation::table::{Parameters, Row};
use std::path::{Path, PathBuf};

/// The mean of `point` uniform numbers against 1/2.
pub(crate) struct Uniform;

impl Experiment for Uniform {
    type Point = usize;

    fn name(&self) -> &'static str {
        "uniform"
    }

    fn description(&self) -> &'static str {
        "Means of uniform numbers against one half."
    }

    fn design(&self, _: Preset) -> Result<Vec<(usize, usize)>> {
        Ok(vec![(1, 20), (7, 17), (3, 16)])
    }

    #[expect(clippy::cast_precision_loss, reason = "below 10")]
    fn cost(&self, point: &usize) -> f64 {
        *point as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits of 64")]
    fn measure(&self, point: &usize, random: &mut Xoshiro256PlusPlus) -> Result<Vec<f64>> {
        Ok((0..*point)
            .map(|_| (random.next_u64() >> 11) as f64 * 2f64.powi(-53))
            .collect())
    }

    fn rows(&self, measured: &[Measured<usize>]) -> Result<Vec<Row>> {
        let parameters = Parameters {
            experiment: "uniform",
            data: "iid",
            ..Default::default()
        };
        let row = |m: &Measured<usize>| {
            Ok(Row::compare(
                &parameters,
                Some(m.point),
                "mean",
                0.5,
                &m.estimate(0)?,
            ))
        };
        measured.iter().map(row).collect()
    }
}

/// A folder of one test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn journal(&self) -> PathBuf {
        journal_path(&self.0, "uniform", Preset::Quick)
    }

    pub(crate) fn settings(&self, resume: bool) -> Settings {
        Settings {
            checkpoints: Some(self.0.clone()),
            resume,
            threads: 2,
            ..Default::default()
        }
    }
}
