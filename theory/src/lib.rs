//! Predictions about learning in Restricted Boltzmann Machines: pure functions of a model's parameters, with no randomness,
//! no files and no printing.
//!
//! # The machine
//!
//! ```text
//! E(v, h) = − Σ_iμ v_i W_iμ h_μ − Σ_i b_i v_i − Σ_μ c_μ h_μ + Σ_μ U(h_μ),   p(v, h) = exp(−E)/Z
//! ```
//!
//! where v are the N visible units (spins ±1, binary 0/1, or one-hot with p states) and h the M hidden ones, W is the N × M
//! matrix of weights, b and c are the biases and U is the potential of a hidden unit. The temperature is 1: a coupling β
//! multiplies W, b and c. The machine learns from P samples. Before it can learn a direction of the data, that direction must
//! show in the covariance of the samples; what shows, and how many samples that takes, is what this crate computes.
//!
//! # Notation
//!
//! Everything is dimensionless. One word means one thing in all crates, and in the tables and flags of the program:
//!
//! | symbol | name in code | definition | range | scaling with N |
//! | --- | --- | --- | --- | --- |
//! | N | `units` | number of visible units (sites); `None` is the limit N → ∞ | ≥ 1, rings ≥ 3 | N |
//! | P | `samples` | number of samples | ≥ 1 | N |
//! | α | `alpha` | samples per unit, P/N | > 0 | 1 |
//! | γ | `aspect_ratio` | variables per sample; 1/α, for one-hot units p/α | > 0 | 1 |
//! | β | `beta` | coupling of neighbouring units in the data | finite | 1 |
//! | p | `states` | states of a one-hot unit | ≥ 2 | 1 |
//! | l | `spike` | excess population eigenvalue, λ = 1 + l | > 0 | 1 |
//! | b | `signal` | field of the hidden unit of two clusters, `p(v) ∝ cosh(b ξ·v/√N)` | ≥ 0 | 1 |
//! | C | | population covariance `⟨x xᵀ⟩`, unit diagonal except for spikes | | N × N |
//! | Ĉ | | sample covariance `(1/P) Σ_a x_a x_aᵀ` | | N × N |
//! | λ, ℓ | `eigenvalue` | population eigenvalue; ℓ is the one in question | ≥ 0 | 1 |
//! | g | `degeneracy` | directions that share an eigenvalue; `weight` is g/N | ≥ 1 | 1 |
//! | k | `mode`, `rank` | index of a mode, 0 for the largest eigenvalue | ≥ 0 | |
//! | H | `spectrum` | law of the population eigenvalues over the variables, ∫ dH = 1 | | |
//! | x | `x`, `position` | sample eigenvalue | ≥ 0 | 1 |
//! | f, F | `density`, `cumulative` | law of the sample eigenvalues and its integral | | 1 |
//! | s | | companion Stieltjes transform `∫ dF_(y)/(y − z)`, F_ that of the P × P matrix | | 1 |
//! | u | `population` | −1/s: a population eigenvalue continued to the complex plane | Im u ≥ 0 | 1 |
//! | ψ | `Landing` | the sample eigenvalue on which u lands, `u (1 + γ ∫ λ/(u−λ) dH)` | | 1 |
//! | `α_c` | `critical_alpha` | samples per unit above which a mode shows | > 0, +∞ on infinite rings | 1; N³ on a ring |
//! | c² | `overlap_squared` | squared cosine of a sample eigenvector and a mode | 0 to 1 | 1 above `α_c`, else 1/N |
//! | x* | `resonance` | point on which the overlap profile depends | above the largest λ | 1 |
//! | snr | `snr` | strength of the one direction in rank-one data, the excess eigenvalue | > 0 | 1 |
//! | ξ, s | `weights`, `hidden` | receptive field, one value per unit; hidden values, one per sample | unit variance | 1 |
//! | `q_w`, `q_s` | `overlap_weights`, `overlap_hidden` | overlaps of ξ and s with their best estimates | 0 to 1 | 1 |
//! | β, β* | `student_beta`, `teacher_beta` | inverse temperatures in which a student believes and at which a teacher draws | > 0 | 1 |
//! | m, q | `overlap_teacher`, `overlap_students` | overlaps of a student with its teacher and with another student | 0 to 1, to √D and D | 1 |
//! | D | `norm` | of a student: squared norm of its weights per unit | > 0 | 1 |
//! | Ω | `gaussian_variance` | variance of the Gaussian part of a law between spin and Gaussian | 0 to 1 | 1 |
//! | r | `precision` | signal-to-noise ratio of the scalar channel y = √r x + z | ≥ 0 | 1 |
//! | Φ | `free_entropy` | relative entropy of rank-one data to noise, per unit | nats | 1 |
//! | φ(a, b) | `log_partition` | cumulant generating function of a unit in the field b at precision a ([`units`]) | finite or +∞ | 1 |
//! | θ | `threshold` | slope of a double well's potential at 0+ | ≤ 0 | 1 |
//! | m, Q | `m`, `q` | of a trained hidden unit: weight on the planted direction, variance of its field from all others | ≥ 0 | 1 |
//! | V, ρ | `v`, `rho` | of a trained hidden unit: response of a sample's field, squared norm of the weights | ≥ 0 | 1 |
//! | M, κ | `aspect` | number of hidden units and hidden units per visible unit, M/N | > 0 | N; 1 |
//! | w | `w` | singular value of a mode of the weights | ≥ 0 | 1 |
//! | σ | `noise` | noise of the weights, entries `N(0, σ²/√(NM))` | ≥ 0 | 1 |
//! | m, m̄ | `magnetization`, `m_visible`, `m_hidden` | order along a mode or pattern | 0 to 1 | 1 |
//! | q, q̄ | `overlap`, `q_visible`, `q_hidden` | overlap of two replicas | 0 to 1 | 1 |
//! | f | `free_energy` | free energy per visible unit in a phase | | 1 |
//! | T | `temperature` | temperature of the Hopfield model, 1/β; there α is patterns per spin | ≥ 0 | 1 |
//! | W | `weights` | weights, one row per visible unit | | N × M |
//! | s | `singular_value` | singular value of W; ŝ between standardised units, where a mode orders at 1 | ≥ 0 | 1 |
//! | `u_k`, `v_k` | `Modes::vector` | left and right singular vector | unit length | |
//! | x, y | `Modes::project` | reciprocal variables `u_k·v`, `v_k·h` | | 1, √N where ordered |
//! | a | `amplitude` | real part of a mode's boson, √ŝ (x + y)/2 up to noise | | 1, √N where ordered |
//! | m, n | `visible_means`, `hidden_means` | means of the units | | 1 |
//! | t, r | `time`, `rate` | time of training (updates × learning rate), growth rate of small weights | ≥ 0 | 1 |
//! | i, w | `site`, `w` | site of a ring, weights of one hidden unit from it | | 1 |
//! | t | `correlation` | tanh β, correlation of neighbours on the infinite Ising ring | −1 to 1 | 1 |
//! | S | | input w·v of a hidden unit | | 1 |
//! | L | `log_likelihood` | log-likelihood per sample relative to independent spins, in nats | | 1 |
//! | `H_k` | `growth_rates` | growth rate of a wave on the symmetric state, eigenvalue of the Hessian of L | | 1 |
//! | η, B | `learning_rate`, `batch` | learning rate, samples per update | > 0, ≥ 1 | 1 |
//! | e | | dw/dx, change of the weights when a place cell moves by a site | | 1 |
//! | D, T | `diffusion`, `temperature` | sites² per update by which a place cell diffuses, temperature of the noise in nats | > 0 | 1 |
//!
//! A sample eigenvector's overlap with a degenerate mode is the squared norm of its projection on the eigenspace. Sums over
//! modes run over all variables with 1/N in front, N counting sites.
//!
//! # Modules
//!
//! | module | what |
//! | --- | --- |
//! | [`spectra`] | eigenvalue laws of the population covariance, one file per data model |
//! | [`covariance`] | what P samples show of a population: bulk, edges, outliers, overlaps, critical sample sizes |
//! | [`replica`] | replica-symmetric theories: what is learnt, what could be, and the phases |
//! | [`reciprocal`] | a given machine in the singular modes of its weights: stability, landscape, ln Z |
//! | [`dynamics`] | learning without noise: singular values in time, when modes leave the bulk of the initial weights and when they order, place cells on the Ising ring; and the noise that moves those |
//! | [`quadrature`] | integrals and Gaussian averages that adapt and say how accurate they are |
//! | [`solver`] | fixed points, systems of equations, roots and minima; knows iterations, not physics |
//! | [`units`] | one unit in a field: its cumulant generating function and cumulants |
//! | [`error`] | what can go wrong |
//!
//! Solvers report how they ended instead of pretending; what cannot be computed is an [`Error`], never NaN. Matrices are
//! `faer::Mat` and complex numbers `num_complex::Complex64`; no other foreign type appears in a signature.
//!
//! # Examples
//!
//! The leading mode of an Ising ring, and what a hundred samples per unit show of it:
//!
//! ```
//! use saddlepoint_theory::covariance::{critical_alpha, spike};
//! use saddlepoint_theory::spectra::Population;
//! # fn main() -> saddlepoint_theory::Result<()> {
//! let ring = Population::ising_ring(Some(50), 0.5)?;
//! let critical = critical_alpha(&ring, 0)?;
//! assert!((critical - 68.321_445_7).abs() < 1e-6);
//! assert!(spike(&ring, 0, 100.0)?.is_detached());
//! # Ok(())
//! # }
//! ```

pub mod covariance;
pub mod detection;
pub mod dynamics;
pub mod error;
mod numerics;
pub mod quadrature;
pub mod reciprocal;
pub mod replica;
pub mod solver;
pub mod spectra;
pub mod units;

pub use error::{Error, Result};
