//! Observables in time, for a look at a few chains.

use super::Sampled;
use crate::table::figure::{Curve, Figure, Panel, Scale, View};
use crate::table::{Field, Record, vocabulary as words};

/// Chains that a trace shows.
const CHAINS: usize = 5;

/// One observable of one chain after one sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Sweeps that count so far.
    pub step: u64,
    /// Number of the chain.
    pub chain: usize,
    /// Name of the observable.
    pub observable: String,
    /// Value of the observable after that sweep.
    pub value: f64,
}

impl Sampled {
    /// The observables of the first five chains at every record.
    pub fn trace(&self) -> impl Iterator<Item = Row> + '_ {
        self.series.iter().flat_map(move |series| {
            let chains = series.chains.iter().enumerate().take(CHAINS);
            chains.flat_map(move |(chain, values)| {
                let steps = (1..).map(move |record| record * self.stride).zip(values);
                let recorded = steps.filter(|(step, _)| u64::is_multiple_of(*step, self.thin));
                recorded.map(move |(step, &value)| Row {
                    step,
                    chain,
                    observable: series.name.clone(),
                    value,
                })
            })
        })
    }
}

impl Record for Row {
    const NAME: &'static str = "trace";
    const FIELDS: &'static [Field<Self>] = &[
        Field::new("step", "t", "sweeps that count so far", "", |row| {
            row.step.into()
        }),
        Field::new("chain", "chain", "number of the chain", "", |row| {
            row.chain.into()
        }),
        Field::one(words::OBSERVABLE, |row| row.observable.clone().into()),
        Field::new("value", "value", "value of the observable", "", |row| {
            row.value.into()
        }),
    ];
    const FIGURE: Figure = Figure {
        views: &[View {
            x: &["step"],
            scale: Scale::Linear,
            keys: &["chain"],
            split: &["observable"],
            panels: &[Panel {
                curves: &[Curve::line("value")],
                ..Panel::EMPTY
            }],
            ..View::EMPTY
        }],
    };
}
