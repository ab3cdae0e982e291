//! Machines that learn from samples.
//!
//! [`Trainer`] trains a machine by stochastic gradient ascent of its log-likelihood per sample,
//!
//! ```text
//! ∂L/∂W_iμ = ⟨v_i h_μ⟩_data − ⟨v_i h_μ⟩_model,   ∂L/∂b_i = ⟨v_i⟩_data − ⟨v_i⟩_model,   ∂L/∂c_μ alike
//! ```
//!
//! with the averages over the model exact ([`exact_gradient`]) or over chains ([`Algorithm`]). [`Likelihood`] is the exact
//! log-likelihood of a machine with one hidden unit, [`Ascent`] climbs it.
//!
//! To read how a machine learns, begin with `step.rs`: one step of CD-k, PCD-k and the exact gradient.
//!
//! # Examples
//! Two hidden units learn an Ising ring; the likelihood rises towards the negative entropy of the data:
//! ```
//! use saddlepoint_simulator::data::{DataModel, IsingRing};
//! use saddlepoint_simulator::machine::{Layer, Rbm};
//! use saddlepoint_simulator::training::{Algorithm, Evaluation, Trainer, Training};
//! use saddlepoint_simulator::{Unit, stream};
//! # fn main() -> saddlepoint_simulator::Result<()> {
//! let mut rng = stream(0, "training", 0);
//! let samples = IsingRing::new(10, 0.8)?.draw(2000, &mut rng)?;
//! let visible = Layer::of_means(Unit::Spin, &samples)?;
//! let start = Rbm::random(visible, Layer::unbiased(Unit::Spin, 2)?, 0.05, &mut rng)?;
//! let training = Training {
//!     algorithm: Algorithm::Persistent { steps: 1 },
//!     ..Training::default()
//! };
//! let mut trainer = Trainer::new(training, start, &samples, &mut rng)?;
//! let before = trainer.log_likelihood(&Evaluation::default())?;
//! for _ in 0..10 {
//!     trainer.epoch()?;
//! }
//! let after = trainer.log_likelihood(&Evaluation::default())?;
//! assert!(after.value > before.value + 1.0);
//! # Ok(())
//! # }
//! ```
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
mod biased;
mod checkpoint;
mod engine;
mod exact;
mod few;
mod gaussian;
mod gradient;
mod likelihood;
mod objective;
mod packed;
mod partition;
mod real;
mod record;
mod settings;
mod step;
mod trainer;

pub use ascent::{Ascent, Optimum, Stop, random_weights, weights_along};
pub use biased::{BiasedComparison, BiasedLikelihood};
pub use checkpoint::Checkpoint;
pub use exact::exact_gradient;
pub use gaussian::GaussianFlow;
pub use gradient::Gradient;
pub use likelihood::{Comparison, Likelihood};
pub use objective::{Line, Objective};
pub use partition::Partition;
pub use record::{Evaluation, LogLikelihood, squared_overlaps};
pub use settings::{Algorithm, Training};
pub use trainer::Trainer;
