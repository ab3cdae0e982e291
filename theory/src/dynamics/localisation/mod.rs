//! Whether a hidden unit localises on translation-invariant data.
//!
//! One spin hidden unit with weights w on visible units of zero mean and unit variance, infinitely many samples x, translation invariant, with the covariance C and the third
//! and fourth cumulants `κ₃(i, j, k)` and `κ₄(i, j, k, l)`. The log-likelihood of a sample relative to the visible units alone is
//!
//! ```text
//! F(w) = E ln cosh(w·x) − Σ_i φ(w_i) = G(s) + κ(w) D(s)/24 + τ(w)² B(s)/72 − Σ_i φ(w_i) + …
//! s = wᵀ C w,   κ(w) = Σ κ₄(i, j, k, l) w_i w_j w_k w_l,   τ(w) = Σ κ₃(i, j, k) w_i w_j w_k
//! G(s) = E_z ln cosh(√s z),   D(s) = E_z (ln cosh)''''(√s z) = 4 G''(s),   B(s) = E_z (ln cosh)^(6)(√s z) = 2 D'(s)
//! ```
//!
//! where φ is the visible units' cumulant generating function, w²/2 of a Gaussian and ln cosh w of a spin. This is Edgeworth's expansion of the law of w·x: it is right where the
//! weights are spread over many correlation lengths, with the excess kurtosis of w·x, ε = κ(w)/s², and its squared skewness, γ² = τ(w)²/s³, as the small numbers, and where s is
//! small, when it is Taylor's. The skewness itself does nothing, since ln cosh is even; its square is of the order of the kurtosis, 1/N.
//!
//! At uniform weights a, `s = N a² λ_0`, `κ = N a⁴ K_0` with `K_0 = Σ_jkl κ₄(0, j, k, l)`, `τ = N a³ T_0` with `T_0 = Σ_jk κ₃(0, j, k)`, the gradient vanishes where
//!
//! ```text
//! λ_0 R + (D/6) a² K_0 + (B/12) N a⁴ T_0² = φ'(a)/a,   R = 2G' + κ D'/12 + τ² B'/36
//! ```
//!
//! and a wave of wave number q grows at the rate
//!
//! ```text
//! H_q = λ_q R + (D/2) a² K_q + (B/6) N a⁴ T_0 T_q − φ''(a),   K_q = Σ_jkl κ₄(0, j, k, l) cos(q x_j),   T_q = Σ_jk κ₃(0, j, k) cos(q x_j)
//! ```
//!
//! For Gaussian visible units on a long ring, where `K_q → K_0`, `T_q → T_0` and `λ_q → λ_0 (1 − ξ₂² q²)`, that is `−ξ₂² q² + D a² K/3` with
//!
//! ```text
//! K = K_0 − T_0² s B/(4 λ_0 |D|)
//! ```
//!
//! D is negative and B positive: the uniform state of a long ring is unstable if and only if the *integrated* fourth cumulant, lowered by the skewness of the data, is negative, from the size
//!
//! ```text
//! N_c = 12 π² ξ₂² λ_0/(|D| s |K|),   E sech²(√s z) = 1/λ_0
//! ```
//!
//! on.
//!
//! Learned biases of Gaussian visible units and of the hidden unit raise F by `τ² Q/72`,
//!
//! ```text
//! Q(s, W) = D² (1 + W)/(1 − (1 + W) E sech²(√s z)),   W = |w|² = s/λ_0 at uniform weights
//! ```
//!
//! so that B becomes B + Q, B' becomes B' + ∂Q/∂s, and `τ² ∂Q/∂W/36` is added to the left side of the first equation and to `H_q`; the squared tilt
//! `y² = τ² (D/6)²/(1 − (1 + W) E sech²)²` of the hidden unit makes another small number, `p y²`: what the next orders of the biases are of their effect. Data of symmetric law make no biases.
//!
//! On a torus both terms fall as 1/N: whether the unit localises does not depend on the size. Elliptical data have κ(w) = κ s² for all weights, which rewards no place:
//! F is a function of s, `H_q = λ_q/λ_0 − 1 < 0`, at any kurtosis.
//!
//! # References
//! Ingrosso & Goldt, PNAS 119, e2201854119 (2022), and Lufkin, Saxe & Grant (2025), for localisation in networks trained on such data; Harsh, Tubiana, Cocco &
//! Monasson, J. Phys. A 53, 174002 (2020), for the Ising ring; the expansion: own.

mod averages;
mod biases;
mod critical;
mod diagrams;
mod gaps;
mod machine;
mod nonlinearity;
mod plackett;
mod process;
mod signs;
mod thresholds;
mod uniform;

pub use critical::{CriticalSize, LONGEST_RING};
pub use machine::Machine;
pub use nonlinearity::{Nonlinearity, ParseNonlinearityError};
pub use process::{LARGEST_TORUS, LONGEST_CORRELATION, Lattice, Law, MOST_SITES, Process};
pub use uniform::{Cumulants, TRUSTED, UniformState};
