//! The thresholds of a data model in plain words: which criterion speaks of what, with the numbers of the case.

use super::{Criterion, Detection};
use crate::questions::{Biases, Data, DataModel, DataPoint, Kind, Monitor, Question, Units};
use crate::table::figure::{Curve, Figure, Panel, View};
use crate::table::{Field, Record, lift, vocabulary as words};
use anyhow::Result;
use saddlepoint_theory::covariance::Groups;
use saddlepoint_theory::detection::{Crossover, leading_overlaps, samples_for_power};
use saddlepoint_theory::dynamics::diffusion::PlaceCell;
use saddlepoint_theory::dynamics::ring_flow::RingFlow;
use saddlepoint_theory::replica::inference::Prior;
use saddlepoint_theory::spectra::Population;

/// How many samples it takes, in words: a row for each question that one may mean.
#[derive(Debug, Clone)]
pub struct Explain {
    /// Data models with their parameters.
    pub data: Vec<Data>,
    /// The test whose power is spoken of.
    pub detection: Detection,
}

/// One question with its answer.
#[derive(Debug, Clone)]
pub struct Row {
    /// Data model with the parameters that it has.
    pub data: DataPoint,
    /// The question, in words.
    pub question: String,
    /// Who answers: a criterion of `threshold`, the profile of the top sample eigenvector, or the linear response of a trained unit.
    pub criterion: &'static str,
    /// Number of samples that the answer is about, where there is one.
    pub samples: Option<f64>,
    /// The answer, in words.
    pub meaning: String,
    /// The command that tells more.
    pub command: String,
}

impl Record for Row {
    const NAME: &'static str = "threshold-explain";
    const FIELDS: &'static [Field<Self>] = &[
        Field::group(&lift(|row: &Row| Some(&row.data), DataPoint::FIELDS)),
        Field::new("question", "question", "question, in words", "", |row| {
            row.question.clone().into()
        }),
        Field::one(words::CRITERION, |row| row.criterion.into()),
        Field::one(words::SAMPLES, |row| row.samples.into()),
        Field::new("meaning", "meaning", "answer, in words", "", |row| {
            row.meaning.clone().into()
        }),
        Field::new("command", "command", "command that tells more", "", |row| {
            row.command.clone().into()
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["criterion"],
            panels: &[Panel {
                curves: &[Curve::points("samples", "")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}

impl Question for Explain {
    type Row = Row;

    /// Over the data, then what one may ask of them.
    fn ask(&self, monitor: &Monitor<'_>, row: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let crossover = Crossover::new(self.detection.level)?;
        for (done, data) in (1..).zip(&self.data) {
            if !monitor.begins()? {
                continue;
            }
            let population = data.population()?;
            let case = Case {
                point: data.sized(&population),
                data,
                population: &population,
            };
            let test = case.detection(self.detection, &crossover);
            let answers = [case.spectral()?, case.crossing()?, test];
            for found in case
                .profiles()?
                .into_iter()
                .chain(answers.into_iter().flatten())
            {
                row(found)?;
            }
            for found in case.learning() {
                row(found)?;
            }
            (monitor.progress)(done, self.data.len() as u64);
        }
        Ok(())
    }
}

/// Numbers of samples that the top sample eigenvector is looked at for, where they are below the threshold.
const LOOKED_AT: [f64; 3] = [20.0, 100.0, 1000.0];

/// The leading modes of a ring that are taken together: wave numbers up to this one.
const LONG_WAVES: usize = 3;

/// One population.
struct Case<'a> {
    point: DataPoint,
    data: &'a Data,
    population: &'a Population,
}

impl Case<'_> {
    fn row(&self, question: &str, criterion: &'static str, alpha: f64, meaning: String) -> Row {
        Row {
            data: self.point.clone(),
            question: question.to_owned(),
            criterion,
            samples: self.samples(alpha),
            meaning,
            command: format!(
                "saddlepoint threshold {} --criterion {criterion}",
                self.flags()
            ),
        }
    }

    /// P = α N, where N is finite.
    fn samples(&self, alpha: f64) -> Option<f64> {
        self.units()
            .map(|units| alpha * units)
            .filter(|samples| samples.is_finite())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn units(&self) -> Option<f64> {
        self.population.units().map(|units| units as f64)
    }

    fn flags(&self) -> String {
        let file = match self.point.model {
            DataModel::Spectrum => " --file FILE",
            _ => "",
        };
        let size = match self.point.units {
            Some(Units::Infinite) => " --units inf",
            _ => "",
        };
        self.point.describe() + size + file
    }

    /// A number of samples in words: α N, or per unit.
    fn count(&self, alpha: f64) -> String {
        match self.samples(alpha) {
            Some(samples) => format!("{} samples", rounded(samples)),
            None => format!("{} samples per unit", rounded(alpha)),
        }
    }

    /// The leading mode in words.
    fn mode(&self) -> &'static str {
        match (self.point.model, self.point.beta) {
            (DataModel::IsingRing, Some(beta)) if beta > 0.0 => "uniform mode",
            (DataModel::TwoCluster, _) => "direction between the clusters",
            (DataModel::Spiked, _) => "spike",
            _ => "leading mode",
        }
    }

    fn is_ring(&self) -> bool {
        matches!(
            self.point.model,
            DataModel::IsingRing | DataModel::ClockRing
        )
    }

    /// Where the leading eigenvector stands apart.
    fn spectral(&self) -> Result<Option<Row>> {
        let question = "From how many samples on is the leading mode itself seen?";
        if self.population.mode(0)?.weight >= 1.0 {
            let words = "never: all directions have one eigenvalue, and nothing stands out";
            return Ok(Some(self.row(
                question,
                "spectral",
                f64::INFINITY,
                words.to_owned(),
            )));
        }
        let alpha = Criterion::Spectral.critical(self.data, self.population, 0)?;
        if !alpha.is_finite() {
            let words = "never at a fixed number of samples per unit: the eigenvalues are continuous up to the largest one";
            return Ok(Some(self.row(
                question,
                "spectral",
                alpha,
                words.to_owned(),
            )));
        }
        let mut meaning = vec![format!(
            "from {} on, the top sample eigenvector turns to the {} and its squared overlap with it tends to 1",
            self.count(alpha),
            self.mode()
        )];
        if let Some(place) = self
            .units()
            .and_then(|_| leading_overlaps(self.population, alpha).ok())
        {
            meaning.push(format!("at this number it is {:.2}", place.overlaps[0].1));
        }
        if self.is_ring() {
            meaning.push("on a ring it takes so many to tell the mode from its neighbours, and sight begins long before".to_owned());
        }
        let mut row = self.row(question, "spectral", alpha, meaning.join("; "));
        let together = self.units().map_or("", |_| " --groups --modes 4");
        row.command = format!(
            "saddlepoint threshold {} --alpha {}{together}",
            self.flags(),
            rounded(alpha)
        );
        Ok(Some(row))
    }

    /// Number of directions of a mode.
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn directions(&self, rank: usize) -> f64 {
        let mode = self.population.modes().get(rank);
        mode.and_then(|mode| mode.degeneracy).unwrap_or(1) as f64
    }

    /// What the top sample eigenvector shows below the threshold.
    fn profiles(&self) -> Result<Vec<Row>> {
        let Some(units) = self.units() else {
            return Ok(Vec::new());
        };
        if self.population.mode(0)?.weight >= 1.0 {
            return Ok(Vec::new());
        }
        let critical = units * Criterion::Spectral.critical(self.data, self.population, 0)?;
        let samples = LOOKED_AT.into_iter().filter(|samples| *samples < critical);
        samples
            .map(|samples| self.profile(samples, units))
            .collect()
    }

    fn profile(&self, samples: f64, units: f64) -> Result<Row> {
        let alpha = samples / units;
        let last = if self.is_ring() { LONG_WAVES } else { 0 };
        let last = last.min(self.population.modes().len() - 1);
        let place = leading_overlaps(self.population, alpha)?;
        let share: f64 = place.overlaps[..=last]
            .iter()
            .map(|overlap| overlap.1)
            .sum();
        let directions: f64 = (0..=last).map(|rank| self.directions(rank)).sum();
        let where_ = match last {
            0 => format!("the {}", self.mode()),
            _ => format!("the {} leading modes (wave numbers up to {last})", last + 1),
        };
        let by_chance = directions / (units * self.population.variables_per_unit());
        let mut meaning = vec![format!(
            "{} of the top sample eigenvector lies in {where_}; by chance it would be {}",
            percent(share),
            percent(by_chance)
        )];
        meaning.push(
            match Groups::new(self.population, alpha)?.next().transpose()? {
                Some(group) if group.modes.start == 0 => format!(
                    "the {} leading directions stand out together",
                    rounded(group.weight * units)
                ),
                _ => "no mode stands out, alone or together with its neighbours".to_owned(),
            },
        );
        let question = format!("What does PCA of {samples} samples show?");
        Ok(Row {
            command: format!(
                "saddlepoint spectrum {} --alpha {} --profile",
                self.flags(),
                rounded(alpha)
            ),
            ..self.row(&question, "profile", alpha, meaning.join("; "))
        })
    }

    /// Where signal and noise have equal eigenvalues.
    fn crossing(&self) -> Result<Option<Row>> {
        let alpha = Criterion::Crossing.critical(self.data, self.population, 0)?;
        if !alpha.is_finite() {
            return Ok(None);
        }
        let meaning = format!(
            "from {} on, the largest population eigenvalue exceeds the largest one that a sample of independent units has: that there is \
             structure shows; which mode it is does not follow",
            self.count(alpha)
        );
        Ok(Some(self.row(
            "When do signal and noise have equal eigenvalues?",
            "crossing",
            alpha,
            meaning,
        )))
    }

    /// Where a test sees the leading mode with the power asked for.
    fn detection(&self, test: Detection, crossover: &Crossover) -> Option<Row> {
        let units = self.units()?;
        let samples = samples_for_power(crossover, self.population, 0, test.power).ok()?;
        let meaning = format!(
            "with {} a test that is wrong in {} of data without the mode sees it in {} of data sets",
            self.count(samples / units),
            percent(test.level),
            percent(test.power)
        );
        let mut row = self.row(
            "When does a test find the leading mode?",
            "spectral",
            samples / units,
            meaning,
        );
        row.command = format!(
            "saddlepoint threshold {} --power {} --level {}",
            self.flags(),
            test.power,
            test.level
        );
        Some(row)
    }

    /// Where a machine learns: the criteria that have a meaning for the data and an answer.
    fn learning(&self) -> Vec<Row> {
        let prior = match self.point.model {
            DataModel::Spiked => Some(Prior::Gaussian),
            DataModel::TwoCluster => Some(Prior::Rademacher),
            _ => None,
        };
        let criteria = [
            Some(Criterion::MaximumLikelihood {
                hidden: Kind::SPIN,
                biases: Biases::Learned,
                l2: 0.0,
            }),
            prior.map(Criterion::Bayes),
        ];
        let answered = criteria.into_iter().flatten().filter_map(|criterion| {
            let alpha = match criterion.onset(self.data).ok()? {
                Some(onset) => onset.equal,
                None => criterion.critical(self.data, self.population, 0).ok()?,
            };
            alpha.is_finite().then(|| self.learnt(criterion, alpha))
        });
        self.place_cell().into_iter().chain(answered).collect()
    }

    /// How near a trained hidden unit is to its place cell: a question of many samples, without a threshold.
    fn place_cell(&self) -> Option<Row> {
        let (DataModel::IsingRing, Some(Units::Finite(units)), Some(beta)) =
            (self.point.model, self.point.units, self.point.beta)
        else {
            return None;
        };
        let cell = PlaceCell::new(&RingFlow::new(units, beta).ok()?).ok()?;
        let coefficient = cell.linear_response().ok()?.overlap_coefficient;
        let meaning = format!(
            "at no threshold: the squared overlap with the place cell of infinitely many samples rises gradually and is 1 - A/P for P far above A = {}",
            rounded(coefficient)
        );
        let question = "From how many samples on has a trained hidden unit its place cell?";
        Some(Row {
            samples: None,
            command: format!(
                "saddlepoint learn {} --alpha {} --method linear-response",
                self.flags(),
                rounded(10.0 * coefficient / self.units()?)
            ),
            ..self.row(question, "linear-response", coefficient, meaning)
        })
    }

    fn learnt(&self, criterion: Criterion, alpha: f64) -> Row {
        let count = self.count(alpha);
        if let Criterion::Bayes(_) = criterion {
            let question = "From how many samples on can anyone learn the direction?";
            let meaning = format!(
                "below {count} not even the best inference, which knows the law of the data, learns of it"
            );
            return self.row(question, criterion.name(), alpha, meaning);
        }
        let gaussian = match self.point.model {
            DataModel::TwoCluster => "",
            _ => ", if the data were Gaussian of this covariance",
        };
        let question = "From how many samples on does one hidden unit learn the leading mode?";
        let meaning = format!(
            "trained by maximum likelihood with its biases a spin hidden unit turns to the {} from {count} on{gaussian}; below, it fits noise",
            self.mode()
        );
        self.row(question, criterion.name(), alpha, meaning)
    }
}

/// A number with four significant digits, whole where it is large.
pub(super) fn rounded(x: f64) -> String {
    if x.abs() >= 100.0 {
        return format!("{x:.0}");
    }
    let text = format!("{x:.3e}");
    text.parse::<f64>().map_or(text, |x| x.to_string())
}

/// A share in per cent, two digits.
fn percent(share: f64) -> String {
    let per_cent = 100.0 * share;
    if per_cent >= 10.0 {
        format!("{per_cent:.0} %")
    } else {
        let text = format!("{per_cent:.1e}");
        text.parse::<f64>().map_or(text, |x| format!("{x} %"))
    }
}
