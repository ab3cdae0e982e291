//! What the controls of each experiment are expected to score, from calibration runs.
//!
//! A control is a theory that is wrong on purpose. It tells something only if its score is far beyond [`LARGEST_SCORE`] whatever the
//! seed: the standard errors of a design are not known before it is run, so the scores come from runs of several seeds that
//! `scripts/calibration.py` makes and writes into `controls.csv` beside this file.
//!
//! [`LARGEST_SCORE`]: crate::comparison::LARGEST_SCORE

use crate::experiments;
use crate::runner::Preset;
use crate::table::figure::Figure;
use crate::table::vocabulary as words;
use crate::table::{Field, Record};

/// Lines `preset,experiment,control,expected_score` after a header.
const CALIBRATED: &str = include_str!("controls.csv");

/// Why an expected score is missing.
const NOT_CALIBRATED: &str = "not-calibrated";

/// The weakest control of one observable of an experiment at one preset.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Name of the experiment, as on the command line.
    pub experiment: &'static str,
    /// What it compares.
    pub description: &'static str,
    /// Sizes and replicas.
    pub preset: &'static str,
    /// Observable that carries the control; `None` where no calibration has been made.
    pub control: Option<&'static str>,
    /// Mean |z| over the seeds of the calibration, of the control that scores least.
    pub expected_score: Option<f64>,
}

/// All controls in the order of the experiments; a line without a control for each preset without a calibration.
pub fn all() -> Vec<Control> {
    let presets = [Preset::Quick, Preset::Standard, Preset::Paper].map(Preset::name);
    let mut controls = Vec::new();
    for experiment in experiments::all() {
        for preset in presets {
            let base = Control {
                experiment: experiment.name(),
                description: experiment.description(),
                preset,
                control: None,
                expected_score: None,
            };
            let before = controls.len();
            let of_preset = calibrated().filter(|known| known.0 == [preset, base.experiment]);
            controls.extend(of_preset.map(|(_, control, score)| Control {
                control: Some(control),
                expected_score: Some(score),
                ..base.clone()
            }));
            if controls.len() == before {
                controls.push(base);
            }
        }
    }
    controls
}

/// Preset and experiment, control, expected score of each line.
fn calibrated() -> impl Iterator<Item = ([&'static str; 2], &'static str, f64)> {
    CALIBRATED.lines().skip(1).filter_map(|line| {
        let mut words = line.split(',');
        let of = [words.next()?, words.next()?];
        Some((of, words.next()?, words.next()?.parse().ok()?))
    })
}

impl Record for Control {
    const NAME: &'static str = "validate-list";
    const FIELDS: &'static [Field<Self>] = &[
        Field::one(words::EXPERIMENT, |row| row.experiment.into()),
        Field::new(
            "description",
            "",
            "what the experiment compares",
            "",
            |row| row.description.into(),
        ),
        Field::new(
            "preset",
            "",
            "sizes and replicas: quick, standard or paper",
            "",
            |row| row.preset.into(),
        ),
        Field::new(
            "control",
            "",
            "observable that is compared with a theory wrong on purpose",
            "",
            |row| row.control.into(),
        ),
        Field::new(
            "expected_score",
            "z",
            "score that the weakest control of this observable is expected to have, a mean over the seeds of a calibration",
            "⟨|z|⟩",
            |row| row.expected_score.into(),
        ),
        Field::new("reason", "", "why there is no expected score", "", |row| {
            row.control.is_none().then_some(NOT_CALIBRATED).into()
        }),
    ];
    const FIGURE: Figure = Figure::NONE;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beyond the limit of 4 by three standard deviations of a score.
    const FEWEST: f64 = 7.0;

    #[test]
    fn every_experiment_has_controls_at_the_quick_preset_and_all_of_them_tell() {
        let quick: Vec<Control> = all().into_iter().filter(|c| c.preset == "quick").collect();
        for experiment in experiments::all() {
            let of = || quick.iter().filter(|c| c.experiment == experiment.name());
            assert!(of().count() > 0, "{}", experiment.name());
            for control in of().filter(|control| control.control.is_some()) {
                let score = control.expected_score.unwrap_or(0.0);
                assert!(score >= FEWEST, "{control:?}");
            }
        }
    }

    #[test]
    fn every_calibrated_line_belongs_to_an_experiment() {
        let lines = CALIBRATED.lines().skip(1).count();
        let known = all().iter().filter(|c| c.control.is_some()).count();
        assert_eq!(lines, known);
    }
}
