//! What a replica learns from, and what it is compared with.

use super::super::Draw;
use super::Train;
use anyhow::Result;
use saddlepoint_simulator::Samples;
use std::borrow::Cow;

/// How each replica draws samples of its own.
#[derive(Debug, Clone)]
pub struct Redraw {
    /// The population and the number of samples.
    pub draw: Draw,
    /// Number of further samples of the same population that are held out; 0 for none.
    pub test_samples: usize,
}

/// The samples of a replica.
#[derive(Debug, Clone)]
pub struct Sets<'a> {
    /// Those that it learns from.
    pub samples: Cow<'a, Samples>,
    /// Those that are held out.
    pub test: Option<Cow<'a, Samples>>,
    /// The leading mode of the population, a unit vector, where it is known.
    pub leading_mode: Option<Cow<'a, [f64]>>,
}

impl Train {
    /// The samples of a replica.
    ///
    /// # Errors
    /// If they cannot be drawn.
    pub fn sets(&self, replica: usize) -> Result<Sets<'_>> {
        let given = self.test.as_ref().map(Cow::Borrowed);
        let Some(redraw) = self.redraw.as_ref().filter(|_| replica > 0) else {
            return Ok(Sets {
                samples: Cow::Borrowed(&self.samples),
                test: given,
                leading_mode: self.leading_mode.as_deref().map(Cow::Borrowed),
            });
        };
        let draw = &redraw.draw;
        let (drawn, fresh) = draw.replica_and_fresh(replica as u64, redraw.test_samples)?;
        Ok(Sets {
            leading_mode: draw.leading_mode(&drawn).map(Cow::Owned),
            samples: Cow::Owned(drawn.samples),
            test: fresh.map(Cow::Owned).or(given),
        })
    }
}
