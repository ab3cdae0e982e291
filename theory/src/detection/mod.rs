//! Whether a sample shows a mode at all: the law of the largest eigenvalue with and without a spike, its mean and the overlaps that follow
//! from it, the power of a test, and the samples that a power takes.

mod airy;
mod crossover;
mod largest;
mod leading;
mod power;
mod tracy_widom;

pub use crossover::Crossover;
pub use leading::leading_overlaps;
pub use power::{Test, detection_power, samples_above, samples_for_power};
pub use tracy_widom::{
    TRACY_WIDOM_MEAN, TRACY_WIDOM_VARIANCE, tracy_widom_quantile, tracy_widom_tail,
};
