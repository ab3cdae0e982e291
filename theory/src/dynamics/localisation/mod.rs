//! Whether a hidden unit localises on translation-invariant data.
//!
//! One spin hidden unit with weights w on visible units of zero mean and unit variance, infinitely many samples x, translation invariant, with the covariance C and the fourth
//! cumulants `κ₄(i, j, k, l)`. The log-likelihood of a sample relative to the visible units alone is
//!
//! ```text
//! F(w) = E ln cosh(w·x) − Σ_i φ(w_i) = G(s) + κ(w) D(s)/24 − Σ_i φ(w_i) + …
//! s = wᵀ C w,   κ(w) = Σ κ₄(i, j, k, l) w_i w_j w_k w_l,   G(s) = E_z ln cosh(√s z),   D(s) = E_z (ln cosh)''''(√s z) = 4 G''(s)
//! ```
//!
//! where φ is the visible units' cumulant generating function, w²/2 of a Gaussian and ln cosh w of a spin. This is Edgeworth's expansion of the law of w·x: it is right where the
//! weights are spread over many correlation lengths, with the excess kurtosis of w·x, ε = κ(w)/s², as the small number, and where s is small, when it is Taylor's.
//!
//! At uniform weights a, `s = N a² λ_0`, `κ = N a⁴ K_0` with `K_0 = Σ_jkl κ₄(0, j, k, l)`, the gradient vanishes where
//!
//! ```text
//! λ_0 (2G' + κ D'/12) + (D/6) a² K_0 = φ'(a)/a
//! ```
//!
//! and a wave of wave number q grows at the rate
//!
//! ```text
//! H_q = λ_q (2G' + κ D'/12) + (D/2) a² K_q − φ''(a),   K_q = Σ_jkl κ₄(0, j, k, l) cos(q x_j)
//! ```
//!
//! For Gaussian visible units on a long ring, where `K_q → K_0` and `λ_q → λ_0 (1 − ξ₂² q²)`, that is `−ξ₂² q² + D a² K_0/3`. D is negative: the uniform state of a long ring is unstable if and
//! only if the *integrated* fourth cumulant `K_0` is negative, from the size
//!
//! ```text
//! N_c = 12 π² ξ₂² λ_0/(|D| s |K_0|),   E sech²(√s z) = 1/λ_0
//! ```
//!
//! on. On a torus both terms fall as 1/N: whether the unit localises does not depend on the size. Elliptical data have κ(w) = κ s² for all weights, which rewards no place:
//! F is a function of s, `H_q = λ_q/λ_0 − 1 < 0`, at any kurtosis.
//!
//! # References
//! Ingrosso & Goldt, PNAS 119, e2201854119 (2022), and Lufkin, Saxe & Grant (2025), for localisation in networks trained on such data; Harsh, Tubiana, Cocco &
//! Monasson, J. Phys. A 53, 174002 (2020), for the Ising ring; the expansion: own.

mod critical;
mod diagrams;
mod nonlinearity;
mod process;
mod signs;
mod uniform;

pub use critical::{CriticalSize, LONGEST_RING};
pub use nonlinearity::{Nonlinearity, ParseNonlinearityError};
pub use process::{LARGEST_TORUS, LONGEST_CORRELATION, Lattice, Law, MOST_SITES, Process};
pub use uniform::{Cumulants, TRUSTED, UniformState};
