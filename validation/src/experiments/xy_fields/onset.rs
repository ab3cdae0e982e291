//! From few samples to many: when weights learn that angles are angles, and that sites have neighbours.

use std::f64::consts::TAU;

use saddlepoint_theory::covariance::{critical_alpha, crossing_alpha, crossing_published_alpha};
use saddlepoint_theory::replica::learning::{Learned, OneUnit, PlantedData};
use saddlepoint_theory::solver::root::find_root;
use saddlepoint_theory::spectra::{Population, transfer_eigenvalues};
use saddlepoint_theory::units::Spin;

use super::field::{AngularField, overlap_squared};
use super::{BETA, Point, STATES, bump, parameters};
use crate::comparison::{Estimate, as_float};
use crate::error::Result;
use crate::runner::Measured;
use crate::table::{Parameters, Row};

/// Structure at which an onset is said to be: half of what there can be.
const HALF: f64 = 0.5;

/// What is measured: the fraction of the weights that is a cosine, and the wave of each site.
pub(super) fn observables(weights: &[f64]) -> Vec<f64> {
    let field = AngularField::new(weights, STATES);
    let waves = field.waves.iter().flat_map(|(re, im)| [*re, *im]);
    std::iter::once(field.cosine_fraction)
        .chain(waves)
        .collect()
}

/// Both structures of each replica at one number of samples: the fraction that is a cosine, and the squared overlap with the bump.
type Structures = [Vec<f64>; 2];

fn structures(measured: &Measured<Point>, bump: &[f64]) -> Structures {
    let overlap = |values: &Vec<f64>| {
        let waves: Vec<(f64, f64)> = values[1..].chunks_exact(2).map(|z| (z[0], z[1])).collect();
        overlap_squared(&waves, bump)
    };
    let replicas = &measured.replicas;
    [
        replicas.iter().map(|values| values[0]).collect(),
        replicas.iter().map(overlap).collect(),
    ]
}

/// The rows of one ring at several numbers of samples, in ascending order, none of which is judged.
pub(super) fn rows(measured: &[Measured<Point>]) -> Result<Vec<Row>> {
    let units = measured[0].point.units;
    let shown = Parameters {
        unjudged: Some("asymptotic"),
        ..parameters(units, 1)
    };
    let fractions: Vec<f64> = measured
        .iter()
        .map(|m| cosine_fraction(units, m.point.samples))
        .collect::<Result<_>>()?;
    let bump = bump(units, BETA)?.0.profile();
    let seen: Vec<Structures> = measured.iter().map(|m| structures(m, &bump)).collect();
    let mut rows = Vec::new();
    for (index, observable) in ["cosine_fraction", "bump_overlap"].into_iter().enumerate() {
        for ((m, fraction), seen) in measured.iter().zip(&fractions).zip(&seen) {
            // The bump of infinitely many samples overlaps with itself.
            let theory = if index == 0 { *fraction } else { 1.0 };
            let at = Parameters {
                alpha: Some(as_float(m.point.samples) / as_float(units)),
                ..shown
            };
            let estimate = Estimate::from_replicas(&seen[index])?;
            rows.push(Row::compare(
                &at,
                Some(units),
                observable,
                theory,
                &estimate,
            ));
        }
    }
    rows.extend(onsets(measured, &shown, &fractions, &seen)?);
    Ok(rows)
}

/// γ = N/P at which half of the weights is a cosine, and half of the amplitudes is the bump, beside every threshold of the theory.
fn onsets(
    measured: &[Measured<Point>],
    shown: &Parameters,
    fractions: &[f64],
    structures: &[Structures],
) -> Result<Vec<Row>> {
    let units = measured[0].point.units;
    let population = Population::clock_ring(Some(units), STATES, BETA)?;
    let gammas: Vec<f64> = measured
        .iter()
        .map(|m| as_float(units) / as_float(m.point.samples))
        .collect();
    let criteria = [
        (0, "crossing", Some(crossing_alpha(&population)?.recip())),
        (
            0,
            "crossing-published",
            Some(crossing_published_alpha(&population)?.recip()),
        ),
        (0, "maximum-likelihood", passing(&gammas, fractions)),
        (1, "spectral", Some(critical_alpha(&population, 0)?.recip())),
    ];
    let names = ["gamma_of_cosines", "gamma_of_bumps"];
    let mut rows = Vec::new();
    for (index, criterion, theory) in criteria {
        if let (Some(theory), Some(seen)) = (theory, seen(structures, &gammas, index)) {
            let parameters = Parameters {
                criterion: Some(criterion),
                ..*shown
            };
            let estimate = Estimate::from_replicas(&seen)?;
            let row = Row::compare(&parameters, Some(units), names[index], theory, &estimate);
            rows.push(row);
        }
    }
    Ok(rows)
}

/// γ of every replica, if all of them pass one half within the numbers of samples.
fn seen(structures: &[Structures], gammas: &[f64], index: usize) -> Option<Vec<f64>> {
    let replicas = 0..structures[0][index].len();
    let curve = |r: usize| -> Vec<f64> { structures.iter().map(|at| at[index][r]).collect() };
    replicas.map(|r| passing(gammas, &curve(r))).collect()
}

/// Where values pass one half for the first time, linear in ln γ between two of them.
fn passing(gammas: &[f64], values: &[f64]) -> Option<f64> {
    let pairs = || values.iter().zip(values.iter().skip(1));
    let before = pairs().position(|(a, b)| *a < HALF && *b >= HALF)?;
    let part = (HALF - values[before]) / (values[before + 1] - values[before]);
    let [first, second] = [before, before + 1].map(|index| gammas[index].ln());
    Some((first + part * (second - first)).exp())
}

/// Fraction of the weights that is a cosine after learning P samples, by the replica theory of one hidden unit.
///
/// ```text
/// ⟨w_k²⟩ ∝ λ_k/(u − λ_k)²,   λ_k = (1 − t_n²)/(1 + t_n² − 2 t_n cos q),   u > λ_k from Q/(ρ − m²) = Σ λ_k ⟨w_k²⟩/Σ ⟨w_k²⟩
/// ```
///
/// over n = 1..p−1 and all q; cosines have n = 1 and p − 1. What has condensed on the leading mode, m², is a cosine as well. The
/// eigenvalues are those of a long ring, whose corrections `t_1^N` are below 1e-9 from 40 sites on.
fn cosine_fraction(units: usize, samples: usize) -> Result<f64> {
    let population = Population::clock_ring(Some(units), STATES, BETA)?;
    let data = PlantedData::gaussian(&population)?;
    let alpha = as_float(samples) / as_float(units);
    let learned = OneUnit::new(&Spin, &data)?.learn(alpha)?.state;
    let modes = modes(units, &learned)?;
    let noise = learned.rho - learned.m * learned.m;
    let sums = |u: f64| {
        modes.iter().fold([0.0; 3], |[all, cosine, field], mode| {
            let square = mode.eigenvalue / (u - mode.eigenvalue).powi(2);
            let share = if mode.is_cosine { square } else { 0.0 };
            [
                all + square,
                cosine + share,
                field + mode.eigenvalue * square,
            ]
        })
    };
    let largest = modes.iter().map(|mode| mode.eigenvalue).fold(0.0, f64::max);
    let excess = |u: f64| {
        let [all, _, field] = sums(u);
        field / all - learned.q / noise
    };
    // At the largest eigenvalue that mode alone counts; far above all, weights are as spread as the eigenvalues.
    let u = find_root(
        "mean eigenvalue of the noise",
        excess,
        largest * (1.0 + 1e-12),
        1e6 * largest,
        1e-12,
    )?
    .x;
    let [all, cosine, _] = sums(u);
    Ok((learned.m.powi(2) + noise * cosine / all) / learned.rho)
}

/// A direction of the weights.
struct WeightMode {
    eigenvalue: f64,
    is_cosine: bool,
}

/// All directions that are made of noise: without the leading one where the weights have condensed on it.
fn modes(units: usize, learned: &Learned) -> Result<Vec<WeightMode>> {
    let transfer = transfer_eigenvalues(STATES, BETA)?;
    let all = (1..STATES).flat_map(|n| {
        let t = transfer[n];
        (0..units).map(move |k| {
            let cos = (TAU * as_float(k) / as_float(units)).cos();
            WeightMode {
                eigenvalue: (1.0 - t * t) / (1.0 + t * t - 2.0 * t * cos),
                is_cosine: n == 1 || n == STATES - 1,
            }
        })
    });
    let condensed = usize::from(learned.m > 0.0);
    Ok(all.skip(condensed).collect())
}
