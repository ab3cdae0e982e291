//! Every experiment agrees with its theory, and every control is rejected.

use saddlepoint_validation::experiments::{all, find};
use saddlepoint_validation::runner::{Monitor, Preset, Settings};
use saddlepoint_validation::table::Row;
use std::sync::atomic::AtomicBool;

fn rows(name: &str, preset: Preset) -> Vec<Row> {
    let settings = Settings {
        preset,
        ..Settings::default()
    };
    let monitor = Monitor {
        progress: &|_| {},
        cancelled: &AtomicBool::new(false),
    };
    let experiment = find(name).expect("the experiment is registered");
    experiment
        .run(&settings, &monitor)
        .expect("the experiment runs")
}

fn assert_agreement(name: &str, preset: Preset) {
    let rows = rows(name, preset);
    let failed: Vec<&Row> = rows.iter().filter(|row| !row.passes()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let controls = rows.iter().filter(|row| row.control).count();
    assert!(controls > 0 && controls < rows.len());
    assert!(rows.iter().all(|row| row.parameters.experiment == name));
}

#[test]
fn marchenko_pastur_agrees() {
    assert_agreement("marchenko-pastur", Preset::Quick);
}

#[test]
fn sample_covariance_agrees() {
    assert_agreement("sample-covariance", Preset::Quick);
}

#[test]
#[ignore = "README's first command, which the checks run"]
fn retarded_learning_agrees() {
    assert_agreement("retarded-learning", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn outlier_detection_agrees() {
    assert_agreement("outlier-detection", Preset::Quick);
}

#[test]
fn overlap_profile_agrees() {
    assert_agreement("overlap-profile", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn retarded_learning_ring_agrees() {
    assert_agreement("retarded-learning-ring", Preset::Quick);
}

#[test]
fn learning_curve_agrees() {
    assert_agreement("learning-curve", Preset::Quick);
}

#[test]
fn bayes_optimal_agrees() {
    assert_agreement("bayes-optimal", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn mismatched_inference_agrees() {
    assert_agreement("mismatched-inference", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn soft_priors_agree() {
    assert_agreement("soft-priors", Preset::Quick);
}

#[test]
fn rbm_phases_agree() {
    assert_agreement("rbm-phases", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn several_modes_agree() {
    assert_agreement("several-modes", Preset::Quick);
}

#[test]
fn compositional_agrees() {
    assert_agreement("compositional", Preset::Quick);
}

#[test]
fn hopfield_retrieval_agrees() {
    assert_agreement("hopfield-retrieval", Preset::Quick);
}

#[test]
fn log_partition_agrees() {
    assert_agreement("log-partition", Preset::Quick);
}

#[test]
fn langevin_agrees() {
    assert_agreement("langevin", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn gaussianity_agrees() {
    assert_agreement("gaussianity", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn landau_agrees() {
    assert_agreement("landau", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn singular_value_flow_agrees() {
    assert_agreement("singular-value-flow", Preset::Quick);
}

#[test]
fn cascade_agrees() {
    assert_agreement("cascade", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn hierarchical_learning_agrees() {
    assert_agreement("hierarchical-learning", Preset::Quick);
}

#[test]
fn place_cell_agrees() {
    assert_agreement("place-cell", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn place_cell_wells_agree() {
    assert_agreement("place-cell-wells", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn place_cell_tiling_agrees() {
    assert_agreement("place-cell-tiling", Preset::Quick);
}

#[test]
fn place_cell_regimes_agree() {
    assert_agreement("place-cell-regimes", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn place_cell_training_agrees() {
    assert_agreement("place-cell-training", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn place_cell_pinning_agrees() {
    assert_agreement("place-cell-pinning", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn receptive_field_diffusion_agrees() {
    assert_agreement("receptive-field-diffusion", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn place_cell_walk_agrees() {
    assert_agreement("place-cell-walk", Preset::Quick);
}

#[test]
fn place_cells_together_agree() {
    assert_agreement("place-cells-together", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn localisation_agrees() {
    assert_agreement("localisation", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn short_chains_agree() {
    assert_agreement("short-chains", Preset::Quick);
}

#[test]
#[ignore = "long on two cores; run with --ignored, and by scripts/calibration.py"]
fn persistent_chains_agree() {
    assert_agreement("persistent-chains", Preset::Quick);
}

#[test]
fn xy_fields_agree() {
    assert_agreement("xy-fields", Preset::Quick);
}

#[test]
#[ignore = "minutes: sizes up to 2000"]
fn every_experiment_agrees_at_standard_size() {
    for experiment in all() {
        assert_agreement(experiment.name(), Preset::Standard);
    }
}

#[test]
fn names_are_unique_and_an_unknown_one_is_answered_with_all() {
    let mut names: Vec<&str> = all().iter().map(|experiment| experiment.name()).collect();
    let message = find("overlap").err().unwrap().to_string();
    assert!(names.iter().all(|name| message.contains(name)), "{message}");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len());
}
