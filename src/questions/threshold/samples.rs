//! The modes that a data matrix shows.

use super::{Criterion, Critical, Judge, Judged, Modes, Null, Sighting};
use crate::questions::{DataModel, DataPoint, Monitor, Observed, Question, Units};
use crate::table::figure::{Curve, Figure, Mark, Panel, Scale, View};
use crate::table::{Cell, Field, Record, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::{Outlier, critical_alpha};
use saddlepoint_theory::detection::Crossover;

/// The modes that a data matrix shows, and what could still hide in it.
#[derive(Debug, Clone)]
pub struct ThresholdSamples {
    /// Data matrix.
    pub data: Observed,
    /// How its modes are counted.
    pub judge: Judge,
    /// Probability to see a mode, for the numbers of samples and for what could hide: above twice the level and below 1.
    pub power: f64,
    /// The places to list; `None` for the modes that the sample shows, and the next.
    pub modes: Option<Modes>,
}

/// One place of the sample spectrum, with the mode behind it where there is one.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// Samples per unit α = P/N, above 0.
    pub alpha: f64,
    /// Place of the sample eigenvalue, 0 for the largest.
    pub place: usize,
    /// Sample eigenvalue.
    pub sample_eigenvalue: f64,
    /// The mode behind it, where it stands out.
    pub seen: Option<Seen>,
    /// Upper edge of the bulk of sample eigenvalues.
    pub bulk_edge: f64,
    /// Distance of the sample eigenvalue from it, in Tracy–Widom scales.
    pub distance: f64,
    /// The judge that decided.
    pub null: Null,
    /// Its p-value.
    pub p_value: Option<f64>,
    /// The p-value by shuffled columns, where they were asked.
    pub permuted: Option<f64>,
    /// The level of the test and the power asked for.
    pub test: [f64; 2],
    /// The largest eigenvalue that could still hide, where nothing stands out.
    pub hiding: Option<Hiding>,
    /// Where the judges differ, or nothing stands out.
    pub reason: Option<String>,
}

/// A mode that stands out.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The mode and its threshold.
    pub critical: Critical,
    /// Standard error of the population eigenvalue.
    pub eigenvalue_error: f64,
    /// The population eigenvalue without the selection by the test.
    pub unselected: Option<f64>,
    /// Squared overlap of its sample eigenvector with the mode.
    pub overlap_squared: f64,
    /// Samples that show it with the power asked for.
    pub detection_samples: Option<f64>,
}

/// A mode that the test would have seen with the power asked for.
#[derive(Debug, Clone, Copy)]
pub struct Hiding {
    /// Population eigenvalue ℓ.
    pub eigenvalue: f64,
    /// Its critical number of samples, the eigenvalues of the bulk as they are.
    pub samples_c: Option<f64>,
}

impl Record for Row {
    const NAME: &'static str = "threshold-samples";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::one(words::CRITERION, |_| Criterion::Spectral.name().into()),
        Field::one(words::MODE, |row| row.place.into()),
        Field::group(&lift(
            |row: &Row| row.seen.as_ref().map(|seen| &seen.critical),
            Critical::MODELESS,
        )),
        Field::one(words::ALPHA, |row| row.alpha.into()),
        Field::one(Sighting::SAMPLE_EIGENVALUE, |row| {
            row.sample_eigenvalue.into()
        }),
        Field::one(words::DETACHED, |row| row.seen.is_some().into()),
        Field::one(words::OVERLAP_SQUARED, |row| {
            row.seen.map(|seen| seen.overlap_squared).into()
        }),
        Field::new(
            "bulk_edge",
            "x_+",
            "upper edge of the bulk of sample eigenvalues",
            "",
            |row| row.bulk_edge.into(),
        ),
        Field::new(
            "distance",
            "d",
            "distance from the edge of the bulk in Tracy–Widom scales",
            "d = (x − x_+) / scale",
            |row| row.distance.into(),
        ),
        Field::new(
            "null",
            "null",
            "what the sample eigenvalue was compared with",
            "",
            |row| row.null.name().into(),
        ),
        Field::new(
            "p_value",
            "p",
            "probability that noise alone reaches the sample eigenvalue, by the null",
            "theory, columns: P(TW₁ > d); permutation: (1 + number of shuffled data sets that reach it)/(1 + their number)",
            |row| row.p_value.into(),
        ),
        Field::new(
            "p_permutation",
            "p_perm",
            "the same by shuffled columns, the modes above taken out",
            "",
            |row| row.permuted.into(),
        ),
        Field::new(
            "eigenvalue_error",
            "σ_λ",
            "standard error of the population eigenvalue",
            "",
            |row| row.seen.map(|seen| seen.eigenvalue_error).into(),
        ),
        Field::new(
            "eigenvalue_unselected",
            "λ_u",
            "population eigenvalue whose seen sample eigenvalues have the mean of this one; empty at the critical point of the test",
            "E[x | x > critical] = ψ(ℓ) + σ φ(a)/Φ(−a)",
            |row| row.seen.and_then(|seen| seen.unselected).into(),
        ),
        Field::one(words::LEVEL, |row| row.test[0].into()),
        Field::one(words::DETECTION_POWER, |row| row.test[1].into()),
        Field::one(words::DETECTION_SAMPLES, |row| {
            row.seen.and_then(|seen| seen.detection_samples).into()
        }),
        Field::new(
            "hiding_eigenvalue",
            "ℓ_h",
            "largest population eigenvalue that could still hide: the test sees it with the power",
            "",
            |row| row.hiding.map(|hiding| hiding.eigenvalue).into(),
        ),
        Field::new(
            "hiding_samples_c",
            "P_h",
            "critical number of samples of such a mode",
            "P_c = Σ_rest λ² / (ℓ_h − λ)²",
            |row| row.hiding.and_then(|hiding| hiding.samples_c).into(),
        ),
        Field::one(words::REASON, |row| {
            row.reason.clone().map_or(Cell::Missing, Cell::from)
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["mode"],
            scale: Scale::Linear,
            panels: &[
                Panel {
                    label: "eigenvalue",
                    scale: Scale::Log,
                    curves: &[
                        Curve::points("sample_eigenvalue", "").named("sample"),
                        Curve::points("eigenvalue", "eigenvalue_error").named("population"),
                        Curve::line("bulk_edge")
                            .marked(Mark::Level)
                            .named("edge of the bulk"),
                    ],
                    ..Panel::EMPTY
                },
                Panel {
                    label: "c²  squared overlap with the mode",
                    curves: &[Curve::points("overlap_squared", "")],
                    scale: Scale::Linear,
                    ..Panel::EMPTY
                },
                Panel {
                    label: "samples per unit",
                    curves: &[
                        Curve::line("alpha_c").named("α_c  critical"),
                        Curve::line("alpha")
                            .marked(Mark::Level)
                            .named("α  of the data"),
                    ],
                    ..Panel::EMPTY
                },
            ],
            ..View::EMPTY
        }],
    };
}

impl Question for ThresholdSamples {
    type Row = Row;

    /// Over the places of the sample spectrum.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let judged = self.judge.judge(&self.data, monitor)?;
        let crossover = Crossover::new(self.judge.level)?;
        let found = judged.debiased.outliers.len();
        let listed = self.modes.unwrap_or(Modes::Leading(found + 1));
        judged.check_knows(listed)?;
        for place in listed.ranks(judged.debiased.eigenvalues.len()) {
            monitor.check()?;
            row(self.place(&judged, &crossover, place)?)?;
        }
        Ok(())
    }
}

impl ThresholdSamples {
    fn place(&self, judged: &Judged, crossover: &Crossover, place: usize) -> Result<Row> {
        let data = &judged.debiased;
        let sample_eigenvalue = data.eigenvalues[place];
        let found = data.outliers.len();
        let seen = match data.outliers.get(place) {
            Some(outlier) => Some(self.seen(judged, crossover, place, outlier)?),
            None => None,
        };
        // Where the fitted bulk is so odd that this has no answer, the cell is empty and the table goes on.
        let hiding = if place == found {
            self.hiding(judged, crossover).ok()
        } else {
            None
        };
        Ok(Row {
            data: DataPoint {
                units: Some(Units::Finite(data.variables)),
                ..DataPoint::new(DataModel::Samples)
            },
            alpha: data.alpha(),
            place,
            sample_eigenvalue,
            bulk_edge: data.edge,
            distance: data.distance(sample_eigenvalue),
            null: judged.null,
            p_value: judged.p_value(place)?,
            permuted: judged.by_permutation(place),
            test: [self.judge.level, self.power],
            reason: reason(judged, place, hiding.as_ref()),
            seen,
            hiding,
        })
    }

    fn seen(
        &self,
        judged: &Judged,
        crossover: &Crossover,
        place: usize,
        outlier: &Outlier,
    ) -> Result<Seen> {
        let data = &judged.debiased;
        let population = &data.population;
        // Equal eigenvalues are one mode of the population.
        let mut before = 0;
        let rank = population.modes().iter().position(|mode| {
            before += mode.degeneracy.unwrap_or(1);
            place < before
        });
        let rank = rank.unwrap_or(0);
        Ok(Seen {
            critical: Critical {
                rank,
                mode: population.mode(rank)?,
                alpha: Some(critical_alpha(population, rank)?),
                units: population.units(),
            },
            eigenvalue_error: outlier.standard_error,
            unselected: data.unselected(crossover, outlier).ok().flatten(),
            overlap_squared: outlier.overlap_squared,
            detection_samples: data
                .samples_for_power(crossover, outlier.population_eigenvalue, self.power)
                .ok(),
        })
    }

    fn hiding(&self, judged: &Judged, crossover: &Crossover) -> Result<Hiding> {
        let data = &judged.debiased;
        let eigenvalue = data.hiding(crossover, self.power)?;
        let bulk = data.population.modes().iter();
        let rest = bulk.filter(|mode| mode.eigenvalue < eigenvalue);
        let sum = rest.map(|mode| {
            let ratio = mode.eigenvalue / (eigenvalue - mode.eigenvalue);
            #[expect(clippy::cast_precision_loss, reason = "a count far below 2^53")]
            let degeneracy = mode.degeneracy.unwrap_or(1) as f64;
            degeneracy * ratio * ratio
        });
        Ok(Hiding {
            eigenvalue,
            samples_c: Some(sum.sum::<f64>()).filter(|sum| sum.is_finite()),
        })
    }
}

/// Why the row is as it is, where its numbers do not say.
fn reason(judged: &Judged, place: usize, hiding: Option<&Hiding>) -> Option<String> {
    let found = judged.debiased.outliers.len();
    let mut words = Vec::new();
    if place == found {
        let none = if found == 0 {
            "nothing stands out"
        } else {
            "nothing more stands out"
        };
        words.push(none.to_owned());
        if let Some(hiding) = hiding {
            words.push(format!(
                "a mode of up to {:.4} could hide",
                hiding.eigenvalue
            ));
        }
    } else if place > found {
        words.push("within the bulk".to_owned());
    }
    let by_theory = judged.by_theory.unwrap_or(found);
    let [low, high] = [found.min(by_theory), found.max(by_theory)];
    if (low..high).contains(&place) {
        let columns = match judged.null {
            Null::Columns => "independent columns",
            _ => "shuffled columns",
        };
        let (yes, no) = if by_theory > found {
            ("the edge of the fitted bulk", columns)
        } else {
            (columns, "the edge of the fitted bulk")
        };
        words.push(format!(
            "the judges differ: by {yes} it stands out, by {no} it does not"
        ));
    }
    if place == found {
        words.extend(judged.notes.iter().cloned());
    }
    (!words.is_empty()).then(|| words.join("; "))
}
