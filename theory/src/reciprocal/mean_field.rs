//! The free energy of the modes without expansion.

use faer::Mat;
use faer::linalg::solvers::Solve;

use super::paramagnet::paramagnet_or_beyond;
use super::side::{Generator, Side, directions};
use super::{AlongMode, Landau, Layer, Machine, Modes};
use crate::error::{Error, Result, check};
use crate::numerics::{count, dot};
use crate::solver::Stop;

/// Newton steps for the conjugate amplitudes; they converge in less than ten.
const NEWTON_STEPS: usize = 100;

/// The landscape of a machine around a mean-field state, in the modes that order at s = 1.
///
/// With m, n the means and D the variances of the units in that state, `δv = v − m` and `δh = h − n`, the coupling is
///
/// ```text
/// δvᵀ W δh = Σ_k s_k x_k y_k,   D_v^½ W D_h^½ = Σ_k s_k u_k v_kᵀ,
/// x_k = Σ_i u_ik δv_i/√D_i,   y_k = Σ_j v_jk δh_j/√D_j
/// ```
///
/// so that `x_k` and `y_k` have variance 1 without coupling, and every kind of unit is in one convention: spins without biases
/// keep their own singular values and vectors, unbiased binary units have s/4. Each pair is decoupled exactly,
///
/// ```text
/// exp(s x y) = (1/π) ∫ d²a exp(−|a|² + √s (x a + y a*)),   Z = Z₀ ∫ Π_k d²a_k/π exp(−A)
/// A = Σ_k |a_k|² − Φ_v(a) − Φ_h(a*),   Φ_v(a) = Σ_i [φ(I_i + δ_i) − φ(I_i) − m_i δ_i],   δ_i = Σ_k √(s_k/D_i) u_ik a_k
/// ```
///
/// with I the fields of the state. The free energy at the real amplitudes `p = Re a` is A at its saddle in the imaginary
/// direction, `a = p + q, a* = p − q` (A is concave in q):
///
/// ```text
/// F(p) = max_q [Σ_k (p_k² − q_k²) − Φ_v(p + q) − Φ_h(p − q)]
/// ```
///
/// Its stationary points are the solutions of naive mean field within the chosen modes, at `a = √s y`, `a* = √s x`.
///
/// # References
/// Toledo-Marin, Maiti, Fox & Melko, Mach. Learn. Sci. Technol. 6, 035030 (2025), for the bosons; the general state, own.
#[derive(Debug, Clone)]
pub struct Landscape {
    modes: Modes,
    pub(super) visible: Side,
    pub(super) hidden: Side,
    reference: Reference,
    stop: Stop,
    iterations: usize,
    residual: f64,
    log_partition: f64,
}

/// The mean-field state about which a landscape is expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The state that continues the one of infinite temperature.
    Paramagnet,
    /// That state ends in a fold at a higher temperature: the solution to which iteration of the equations leads from there.
    BeyondFold,
    /// A state given from outside.
    Given,
}

impl Reference {
    /// Its name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paramagnet => "paramagnet",
            Self::BeyondFold => "beyond-fold",
            Self::Given => "given",
        }
    }
}

/// F and its derivatives at one point.
#[derive(Debug, Clone)]
pub struct FreeEnergy {
    /// F(p).
    pub value: f64,
    /// `∂F/∂p_k`.
    pub gradient: Vec<f64>,
    /// `∂²F/∂p_k∂p_l`.
    pub hessian: Mat<f64>,
    /// q, half of a − a*.
    pub conjugate: Vec<f64>,
}

impl Landscape {
    /// The landscape around the state that continues the one of infinite temperature ([`paramagnet`](super::paramagnet())), or around the one that lies beyond the fold in which
    /// that state ends.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the equations overflow.
    pub fn new(machine: &Machine) -> Result<Self> {
        let (solution, has_ended) = paramagnet_or_beyond(machine)?;
        let landscape = Self::about(machine, &solution.state)?;
        Ok(Self {
            reference: if has_ended {
                Reference::BeyondFold
            } else {
                Reference::Paramagnet
            },
            stop: solution.stop,
            iterations: solution.iterations,
            residual: solution.residual,
            ..landscape
        })
    }

    /// The landscape around given means of the hidden units; those of the visible units follow from them.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if a mean is not finite or their number is wrong, [`Error::NotFinite`] on overflow.
    pub fn about(machine: &Machine, hidden: &[f64]) -> Result<Self> {
        let length = count(hidden.len());
        let expected = count(machine.hidden_units());
        check("number of means", "that of the hidden units", length, |n| {
            (n - expected).abs() < 0.5
        })?;
        let mut visible = Side::new(machine.visible(), machine.inputs_v_from_h(hidden));
        let inputs = machine.inputs_h_from_v(&visible.means);
        let mut hidden_side = Side::new(machine.hidden(), inputs);
        let (left, right) = (visible.deviations(), hidden_side.deviations());
        let weights = machine.weights();
        let standardised = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
            left[i] * weights[(i, j)] * right[j]
        });
        let modes = Modes::new(&standardised)?;
        visible.directions = directions(weights, &right, &modes, Layer::Hidden);
        let turned = weights.transpose().to_owned();
        hidden_side.directions = directions(&turned, &left, &modes, Layer::Visible);
        let log_partition = visible.free() + hidden_side.free()
            - interaction(machine, &visible.means, &hidden_side.means);
        let pairs = hidden.iter().zip(&hidden_side.means);
        let residual = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        Ok(Self {
            modes,
            visible,
            hidden: hidden_side,
            reference: Reference::Given,
            stop: Stop::Converged,
            iterations: 0,
            residual,
            log_partition,
        })
    }

    /// The modes of `D_v^½ W D_h^½`.
    pub fn modes(&self) -> &Modes {
        &self.modes
    }

    /// Means m of the visible units.
    pub fn visible_means(&self) -> &[f64] {
        &self.visible.means
    }

    /// Standard deviations √D of the visible units in the state.
    pub fn visible_deviations(&self) -> Vec<f64> {
        self.visible.deviations()
    }

    /// Means n of the hidden units.
    pub fn hidden_means(&self) -> &[f64] {
        &self.hidden.means
    }

    /// Which state this is.
    pub fn reference(&self) -> Reference {
        self.reference
    }

    /// How the search for the state ended.
    pub fn stop(&self) -> Stop {
        self.stop
    }

    /// Evaluations of the equations in that search.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Largest deviation of a mean from its equation.
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// Naive mean-field ln Z of the state, `Σ φ_v(I) + Σ φ_h(J) − mᵀ W n`.
    pub fn log_partition(&self) -> f64 {
        self.log_partition
    }

    /// [`Landscape::log_partition`] with the Gaussian fluctuations of all modes; `None` unless the state is stable.
    ///
    /// ```text
    /// ln Z ≈ ln Z_naive − ½ Σ_k ln(1 − s_k²)
    /// ```
    pub fn one_loop_log_partition(&self) -> Option<f64> {
        let s = self.modes.singular_values();
        let fluctuations = |s: &f64| -0.5 * (-s * s).ln_1p();
        (self.is_stable()).then(|| self.log_partition + s.iter().map(fluctuations).sum::<f64>())
    }

    /// True where the state is a local minimum of the free energy: `s_1` < 1.
    pub fn is_stable(&self) -> bool {
        self.modes.singular_values()[0] < 1.0
    }

    /// The expansion of F along one mode to fourth order.
    ///
    /// ```text
    /// r = 1 − s,   t = −(T_v + T_h)/6,   g = −(Q_v + Q_h)/24 + (T_v − T_h)²/(16 (1 + s))
    /// T = Σ_i φ'''(I_i) (s/D_i)^{3/2} u_i³,   Q = Σ_i φ''''(I_i) (s/D_i)² u_i⁴
    /// ```
    ///
    /// the last term of g being what the saddle in the imaginary direction adds. Spins without biases: `φ'''' = −2`.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if there is no such mode.
    pub fn landau(&self, mode: usize) -> Result<Landau> {
        self.check_mode(mode)?;
        let s = self.modes.singular_values()[mode];
        let [third_v, fourth_v] = self.visible.couplings(mode);
        let [third_h, fourth_h] = self.hidden.couplings(mode);
        let imaginary = (third_v - third_h).powi(2) / (16.0 * (1.0 + s));
        Landau::new(
            1.0 - s,
            // A difference, so that no coupling is not −0.
            0.0 - (third_v + third_h) / 6.0,
            imaginary - (fourth_v + fourth_h) / 24.0,
        )
    }

    /// F and its derivatives at real amplitudes of the given modes, all other amplitudes being zero.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if a mode does not exist, is named twice, or an amplitude is missing or not finite;
    /// [`Error::NotFinite`] on overflow.
    pub fn free_energy(&self, modes: &[usize], amplitudes: &[f64]) -> Result<FreeEnergy> {
        self.check_amplitudes(modes, amplitudes)?;
        self.saddle(modes, amplitudes)
    }

    fn check_amplitudes(&self, modes: &[usize], amplitudes: &[f64]) -> Result<()> {
        for (index, &mode) in modes.iter().enumerate() {
            self.check_mode(mode)?;
            let first = modes.iter().position(|&other| other == mode);
            check("mode", "named once", count(mode), |_| first == Some(index))?;
        }
        let given = count(amplitudes.len());
        check("number of amplitudes", "that of the modes", given, |n| {
            (n - count(modes.len())).abs() < 0.5
        })?;
        for &a in amplitudes {
            check("amplitude", "finite", a, |_| true)?;
        }
        Ok(())
    }

    /// F to fourth order at real amplitudes of the given modes: [`Landscape::landau`] with the couplings between the modes.
    ///
    /// ```text
    /// Σ_k (1 − s_k) p_k² − Σ_units [φ‴ δ³/6 + φ⁗ δ⁴/24] + Σ_k t_k²/(4 (1 + s_k)),
    /// t_k = ½ ∂/∂p_k [Σ_visible φ‴ δ³/3 − Σ_hidden φ‴ δ³/3]
    /// ```
    ///
    /// with `δ_i` as in [`Landscape`].
    ///
    /// # Errors
    /// As [`Landscape::free_energy`].
    pub fn expansion(&self, modes: &[usize], amplitudes: &[f64]) -> Result<f64> {
        self.check_amplitudes(modes, amplitudes)?;
        let (visible, first) = self.visible.expansion(modes, amplitudes);
        let (hidden, second) = self.hidden.expansion(modes, amplitudes);
        let mut total = visible + hidden;
        for (k, (&mode, &p)) in modes.iter().zip(amplitudes).enumerate() {
            let s = self.modes.singular_values()[mode];
            let imaginary = 0.5 * (first[k] - second[k]);
            total += (1.0 - s) * p * p + imaginary * imaginary / (4.0 * (1.0 + s));
        }
        Ok(total)
    }

    /// F along one mode.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`] if there is no such mode.
    pub fn along(&self, mode: usize) -> Result<AlongMode<'_>> {
        self.check_mode(mode)?;
        Ok(AlongMode {
            landscape: self,
            mode,
        })
    }

    /// Means of one layer's units, and the direction of one mode there, `√(s_k/D_i) u_ik`.
    pub(super) fn direction(&self, layer: Layer, mode: usize) -> (&[f64], &[f64]) {
        let side = match layer {
            Layer::Visible => &self.visible,
            Layer::Hidden => &self.hidden,
        };
        (&side.means, side.directions.col_as_slice(mode))
    }

    /// Means of the hidden units at an amplitude of one mode, the start of a search for a state ordered along it.
    pub(super) fn hidden_along(&self, mode: usize, amplitude: f64) -> Vec<f64> {
        let column = self.hidden.directions.col_as_slice(mode);
        let pairs = self.hidden.fields.iter().zip(column);
        pairs
            .map(|(field, w)| self.hidden.unit.mean(field + amplitude * w))
            .collect()
    }

    fn check_mode(&self, mode: usize) -> Result<()> {
        let modes = self.modes.len();
        check("mode", "below the number of modes", count(mode), |_| {
            mode < modes
        })
        .map(|_| ())
    }

    /// Newton's ascent in q, in which A is concave with a curvature of −2 or stronger.
    ///
    /// The value guards the steps: where units saturate, slopes far from the maximum do not fall along a step that leads to it, so that
    /// [`Newton`](crate::solver::newton::Newton), which watches them, would lose its way at strong couplings.
    pub(super) fn saddle(&self, modes: &[usize], p: &[f64]) -> Result<FreeEnergy> {
        let mut q = vec![0.0; p.len()];
        let mut here = self.action(modes, p, &q);
        for _ in 0..NEWTON_STEPS {
            let (gradient, curvature) = here.along_q(&q);
            let goal = Mat::from_fn(q.len(), 1, |k, _| gradient[k]);
            let step = curvature.partial_piv_lu().solve(&goal);
            let step: Vec<f64> = (0..q.len()).map(|k| step[(k, 0)]).collect();
            let gain = dot(&gradient, &step);
            let size = step.iter().fold(0.0, |most: f64, d| most.max(d.abs()));
            // The gain is second-order in the step: below rounding of the value nothing more can be won.
            let largest = q.iter().fold(1.0, |most: f64, q| most.max(q.abs()));
            if gain <= 1e-26 * (1.0 + here.value.abs()) || size <= 1e-15 * largest {
                break;
            }
            (q, here) = self.ascend(modes, p, (&q, &here), &step);
        }
        if !here.value.is_finite() {
            return Err(Error::NotFinite {
                name: "the free energy",
            });
        }
        Ok(here.reduced(p, q))
    }

    /// The first state along the step, halved from the whole of it on, whose value is not lower.
    fn ascend(
        &self,
        modes: &[usize],
        p: &[f64],
        (q, here): (&[f64], &Action),
        step: &[f64],
    ) -> (Vec<f64>, Action) {
        let mut fraction = 1.0;
        loop {
            let pairs = q.iter().zip(step);
            let tried: Vec<f64> = pairs.map(|(q, d)| q + fraction * d).collect();
            let next = self.action(modes, p, &tried);
            if next.value >= here.value - 1e-14 * here.value.abs() || fraction < 1e-6 {
                return (tried, next);
            }
            fraction *= 0.5;
        }
    }

    fn action(&self, modes: &[usize], p: &[f64], q: &[f64]) -> Action {
        let sum: Vec<f64> = p.iter().zip(q).map(|(p, q)| p + q).collect();
        let difference: Vec<f64> = p.iter().zip(q).map(|(p, q)| p - q).collect();
        let visible = self.visible.generator(modes, &sum);
        let hidden = self.hidden.generator(modes, &difference);
        let squares: f64 = dot(&sum, &difference);
        Action {
            value: squares - visible.value - hidden.value,
            visible,
            hidden,
        }
    }
}

/// A at one point, by its two halves.
struct Action {
    value: f64,
    visible: Generator,
    hidden: Generator,
}

impl Action {
    /// Gradient in q, and minus the Hessian, which is positive definite.
    fn along_q(&self, q: &[f64]) -> (Vec<f64>, Mat<f64>) {
        let (visible, hidden) = (&self.visible, &self.hidden);
        let gradient = |k: usize| -2.0 * q[k] - visible.gradient[k] + hidden.gradient[k];
        let gradient = (0..q.len()).map(gradient).collect();
        (gradient, self.combined(2.0, 1.0, 1.0))
    }

    /// `diagonal + a ∂²Φ_v + b ∂²Φ_h`.
    fn combined(&self, diagonal: f64, a: f64, b: f64) -> Mat<f64> {
        let size = self.visible.gradient.len();
        Mat::from_fn(size, size, |k, l| {
            let identity = if k == l { diagonal } else { 0.0 };
            identity + a * self.visible.hessian[(k, l)] + b * self.hidden.hessian[(k, l)]
        })
    }

    /// F and its derivatives in p, q being the saddle: `F_pp + F_pq (−F_qq)⁻¹ F_qp`.
    fn reduced(self, p: &[f64], conjugate: Vec<f64>) -> FreeEnergy {
        let gradient = (0..p.len())
            .map(|k| 2.0 * p[k] - self.visible.gradient[k] - self.hidden.gradient[k])
            .collect();
        let mixed = self.combined(0.0, -1.0, 1.0);
        let response = self.combined(2.0, 1.0, 1.0).partial_piv_lu().solve(&mixed);
        let hessian = self.combined(2.0, -1.0, -1.0) + &mixed * &response;
        FreeEnergy {
            value: self.value,
            gradient,
            hessian,
            conjugate,
        }
    }
}

/// mᵀ W n.
fn interaction(machine: &Machine, visible: &[f64], hidden: &[f64]) -> f64 {
    let biases = dot(machine.visible_bias(), visible) + dot(machine.hidden_bias(), hidden);
    machine.alignment(visible, hidden) - biases
}
