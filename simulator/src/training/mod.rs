//! Machines that learn from samples.
//!
//! [`Likelihood`] is the exact log-likelihood of a machine with one hidden unit, [`Ascent`] climbs it.
//!
//! # Examples
//! A spin hidden unit learns the direction of two clusters from a random start:
//! ```
//! use saddlepoint_simulator::data::{DataModel, TwoCluster};
//! use saddlepoint_simulator::training::{Ascent, Likelihood, Partition, random_weights};
//! use saddlepoint_simulator::{Unit, stream};
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let mut rng = stream(0, "one hidden unit", 0);
//! let model = TwoCluster::random(200, 1.5, &mut rng)?;
//! let (samples, fresh) = (model.draw(800, &mut rng)?, model.draw(800, &mut rng)?);
//! let likelihood = Likelihood::new(&samples, Unit::Spin, Partition::Gaussian)?;
//! let optimum = Ascent::default().run(&likelihood, random_weights(200, 0.01, &mut rng)?)?;
//! let seen = likelihood.compare(&optimum.weights, &model.direction(), &fresh)?;
//! assert!(seen.overlap_squared > 0.7);
//! assert!(seen.train_log_likelihood > seen.test_log_likelihood);
//! # Ok(())
//! # }
//! ```

mod ascent;
mod likelihood;

pub use ascent::{Ascent, Optimum, Stop, random_weights, weights_along};
pub use likelihood::{Comparison, Likelihood, Partition};
