//! What a data matrix shows, in plain words.

use super::explain::{Row, rounded};
use super::{Null, SamplesRow, ThresholdSamples};
use crate::questions::{Monitor, Question};
use anyhow::Result;

/// How many modes a data matrix shows, what could hide, and how many samples more it would take, in words.
#[derive(Debug, Clone)]
pub struct ExplainSamples {
    /// The question that is put into words.
    pub of: ThresholdSamples,
}

impl Question for ExplainSamples {
    type Row = Row;

    /// The count, then each mode, then what could hide.
    fn ask(
        &self,
        monitor: &Monitor<'_>,
        hand_over: &mut dyn FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let mut places = Vec::new();
        self.of.ask(monitor, &mut |place| {
            places.push(place);
            Ok(())
        })?;
        let seen = places.iter().filter(|place| place.seen.is_some()).count();
        let Some(first) = places.first() else {
            return Ok(());
        };
        hand_over(self.counted(first, seen))?;
        for place in &places {
            if let Some(found) = mode(place).or_else(|| hidden(place)) {
                hand_over(found)?;
            }
        }
        Ok(())
    }
}

impl ExplainSamples {
    #[expect(clippy::cast_precision_loss, reason = "a count far below 2^53")]
    fn samples(&self) -> f64 {
        self.of.data.rows() as f64
    }

    fn counted(&self, first: &SamplesRow, seen: usize) -> Row {
        let judge = match first.null {
            Null::Permutation => "data whose columns are shuffled one by one",
            Null::Columns => "independent columns of the same variances",
            _ => "the edge of the bulk fitted to the other eigenvalues",
        };
        let level = first.test[0];
        let meaning = match seen {
            0 => format!("no mode stands out of {judge} (level {level})"),
            1 => format!("one mode stands out of {judge} (level {level})"),
            _ => format!("{seen} modes stand out of {judge} (level {level})"),
        };
        let mut row = row(
            first,
            "How many modes do these samples show?".to_owned(),
            Some(self.samples()),
            meaning,
        );
        row.command += " --null permutation";
        row
    }
}

/// A mode that stands out.
fn mode(place: &SamplesRow) -> Option<Row> {
    let seen = place.seen?;
    let mut meaning = vec![format!(
        "its population eigenvalue is {} +- {} (sample: {}), and the squared overlap of its sample eigenvector with it {:.2}",
        rounded(seen.critical.mode.eigenvalue),
        rounded(seen.eigenvalue_error),
        rounded(place.sample_eigenvalue),
        seen.overlap_squared
    )];
    if let Some(samples) = seen.critical.samples() {
        meaning.push(format!(
            "its eigenvector appears from {} samples on",
            rounded(samples)
        ));
    }
    if let Some(samples) = seen.detection_samples {
        meaning.push(format!(
            "{} samples would have shown it with probability {}",
            rounded(samples),
            place.test[1]
        ));
    }
    if let Some(reason) = &place.reason {
        meaning.push(reason.clone());
    }
    let question = format!("What is mode {}?", place.place);
    Some(row(
        place,
        question,
        seen.critical.samples(),
        meaning.join("; "),
    ))
}

/// What could hide below those that stand out.
fn hidden(place: &SamplesRow) -> Option<Row> {
    let hiding = place.hiding?;
    let mut meaning = vec![format!(
        "a mode with an eigenvalue up to {} would be missed in more than {} of 100 such data sets",
        rounded(hiding.eigenvalue),
        rounded(100.0 * (1.0 - place.test[1]))
    )];
    if let Some(samples) = hiding.samples_c {
        meaning.push(format!("its eigenvector appears from {} samples on, and a weaker mode takes more: half the excess, four times as many",
                rounded(samples)
            ));
    }
    if let Some(reason) = place
        .reason
        .as_ref()
        .filter(|words| words.contains("judges differ"))
    {
        meaning.push(reason.clone());
    }
    let question = "What could hide, and how many samples would show it?".to_owned();
    Some(row(place, question, hiding.samples_c, meaning.join("; ")))
}

/// A row about one place of the sample spectrum.
fn row(place: &SamplesRow, question: String, samples: Option<f64>, meaning: String) -> Row {
    let null = match place.null {
        Null::Auto => "theory",
        null => null.name(),
    };
    Row {
        data: place.data.clone(),
        question,
        criterion: null,
        samples,
        meaning,
        command: "saddlepoint threshold --data samples --file FILE".to_owned(),
    }
}
