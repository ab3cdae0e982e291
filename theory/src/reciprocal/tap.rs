//! The Thouless–Anderson–Palmer equations of a given machine.

use faer::Mat;

use super::{Machine, MeanField, Unit};
use crate::error::{Error, Result};
use crate::numerics::dot;
use crate::solver::{FixedPoint, Stop};

/// Starts that are tried: naive mean field gives the best ones first.
const STARTS: usize = 4;

/// The second-order expansion in the weights at fixed means, from one start.
///
/// ```text
/// m_i = φ_v'(b_i + Σ_j W_ij n_j + ½ V_v'(m_i) Σ_j W_ij² V_h(n_j)),   n_j alike
/// ln Z = Σ_i [φ_v(θ_i) − (θ_i − b_i) m_i] + Σ_j [φ_h(θ_j) − (θ_j − c_j) n_j] + mᵀ W n + ½ Σ_ij W_ij² V_v(m_i) V_h(n_j)
/// ```
///
/// where θ is the argument of φ' and V the variance of a unit as a function of its mean: `1 − m²` for a spin, which makes
/// Onsager's term `−m_i Σ_j W_ij² (1 − n_j²)`; `m − m²` for a binary unit, `(½ − m_i) Σ_j W_ij² (n_j − n_j²)`; 1 for a
/// Gaussian one. Exact to second order in W, and for infinitely many weak independent weights.
///
/// # Errors
/// [`Error::Unit`] for double-well and rectified units, [`Error::NotFinite`] if the equations overflow at the start.
///
/// # References
/// Thouless, Anderson & Palmer, Philos. Mag. 35, 593 (1977); Plefka, J. Phys. A 15, 1971 (1982); Gabrié, Tramel & Krzakala,
/// NIPS 28, 640 (2015), for machines of binary units.
pub fn tap_from(machine: &Machine, start: &MeanField) -> Result<MeanField> {
    for unit in [machine.visible(), machine.hidden()] {
        check_unit(unit)?;
    }
    let units = machine.visible_units();
    let solver = FixedPoint {
        damping: 0.5,
        acceleration: 5,
        ..FixedPoint::default()
    };
    let map = |state: &Vec<f64>| Ok(means(machine, &fields(machine, state)));
    let state = [start.visible.clone(), start.hidden.clone()].concat();
    let solution = solver.solve(map, state)?;
    let state = solution.state;
    Ok(MeanField {
        log_partition: log_partition(machine, &state),
        visible: state[..units].to_vec(),
        hidden: state[units..].to_vec(),
        stop: solution.stop,
        iterations: solution.iterations,
        residual: solution.residual,
    })
}

/// Whether a solution of the TAP equations is inside of what the expansion holds for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plefka {
    /// Largest singular value of `V_v(m_i) W_ij² V_h(n_j)`: the expansion converges below 1 for many weak independent weights.
    pub largest: f64,
    /// Whether ln Z of the means is at a maximum, so that the solution is a state and not a saddle.
    pub is_stable: bool,
    /// What the third order and the rings of four and more weights add to ln Z; `None` where the sum of the rings diverges.
    ///
    /// ```text
    /// ⅙ Σ_ij W_ij³ κ₃ᵢ κ₃ⱼ − ½ Σ_k [ln(1 − s_k²) + s_k²],   s_k the singular values of √V_i W_ij √V_j
    /// ```
    ///
    /// with κ₃ the third cumulants at the means: V V'.
    pub next_term: Option<f64>,
}

impl Plefka {
    /// Judges a solution.
    ///
    /// ```text
    /// convergence:  σ₁(V_v(m_i) W_ij² V_h(n_j)) < 1
    /// stability:    ∂²Γ/∂m_i² = 1/V_i − ½ V_i'' Σ_j W_ij² V_j,   ∂²Γ/∂m_i∂n_j = −W_ij − ½ W_ij² V_i' V_j'   positive definite
    /// ```
    ///
    /// with Γ = −ln Z as a function of the means. For spins without biases the first is the line of de Almeida and Thouless of the two layers. V is at
    /// most quadratic in the mean, so that V'' is a constant.
    ///
    /// # Errors
    /// [`Error::Unit`] as [`tap_from`], [`Error::NotFinite`] if a decomposition fails.
    ///
    /// # References
    /// Plefka, J. Phys. A 15, 1971 (1982); de Almeida & Thouless, J. Phys. A 11, 983 (1978).
    pub fn of(machine: &Machine, solution: &MeanField) -> Result<Self> {
        for unit in [machine.visible(), machine.hidden()] {
            check_unit(unit)?;
        }
        let weights = machine.weights();
        let state = [solution.visible.clone(), solution.hidden.clone()].concat();
        let (mut spread, onsager) = variances(machine, &state);
        // The last step of the iteration may leave a mean beyond the values of its unit by rounding.
        for v in &mut spread {
            *v = v.max(0.0);
        }
        let units = machine.visible_units();
        let square = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
            spread[i] * weights[(i, j)].powi(2) * spread[units + j]
        });
        let slopes: Vec<f64> = (state.iter().zip(self::units(machine)))
            .map(|(&mean, unit)| 2.0 * at_mean(unit, mean)[1])
            .collect();
        // V times the curvature of Γ: what a vanishing variance leaves is 1.
        let stiffness: Vec<f64> = (spread.iter().zip(&onsager).zip(self::units(machine)))
            .map(|((v, sum), unit)| 1.0 - 0.5 * v * second_slope(unit) * sum)
            .collect();
        let is_stiff = stiffness.iter().all(|x| *x > 0.0);
        let coupled = |k: usize, stiffness: f64| (spread[k] / stiffness).sqrt();
        // Where a stiffness is not positive nothing else can make the solution a state.
        let force = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
            if !is_stiff {
                return 0.0;
            }
            let (w, h) = (weights[(i, j)], units + j);
            let force = w + 0.5 * w * w * slopes[i] * slopes[h];
            coupled(i, stiffness[i]) * force * coupled(h, stiffness[h])
        });
        let standardised = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
            coupled(i, 1.0) * weights[(i, j)] * coupled(units + j, 1.0)
        });
        let third: Vec<f64> = spread
            .iter()
            .zip(&slopes)
            .map(|(v, slope)| v * slope)
            .collect();
        let local = Mat::from_fn(weights.nrows(), weights.ncols(), |i, j| {
            weights[(i, j)].powi(3) * third[i] * third[units + j]
        });
        let rings = rings(&singular_values(&standardised)?);
        Ok(Self {
            largest: largest(&singular_values(&square)?),
            is_stable: is_stiff && largest(&singular_values(&force)?) < 1.0,
            next_term: rings.map(|rings| local.sum() / 6.0 + rings),
        })
    }

    /// Whether both conditions hold.
    pub fn holds(&self) -> bool {
        self.largest < 1.0 && self.is_stable
    }
}

fn singular_values(matrix: &Mat<f64>) -> Result<Vec<f64>> {
    let failed = Error::NotFinite {
        name: "the judgement of a TAP solution",
    };
    matrix.singular_values().map_err(|_| failed)
}

fn largest(values: &[f64]) -> f64 {
    values.first().copied().unwrap_or(0.0)
}

/// `−½ Σ_k [ln(1 − s_k²) + s_k²]`; `None` unless all `s_k` < 1.
fn rings(values: &[f64]) -> Option<f64> {
    let ring = |s: &f64| -0.5 * ((-s * s).ln_1p() + s * s);
    (largest(values) < 1.0).then(|| values.iter().map(ring).sum())
}

/// V'' of a unit whose variance is at most quadratic in the mean.
fn second_slope(unit: Unit) -> f64 {
    2.0 * (at_mean(unit, 1.0)[1] - at_mean(unit, 0.0)[1])
}

/// The best solution from the first four of the given starts, and whether the expansion holds there; `None` where the iteration did not converge.
///
/// First those that converged, among them those inside of the expansion's domain, and of these the highest ln Z.
///
/// # Errors
/// As [`tap_from`], and [`Error::OutOfDomain`] without a start.
pub fn tap(machine: &Machine, starts: &[MeanField]) -> Result<(MeanField, Option<Plefka>)> {
    let mut best: Option<(MeanField, Option<Plefka>)> = None;
    let rank = |(found, plefka): &(MeanField, Option<Plefka>)| {
        let holds = plefka.is_some_and(|plefka| plefka.holds());
        (found.stop == Stop::Converged, holds)
    };
    for start in &starts[..starts.len().min(STARTS)] {
        let found = tap_from(machine, start)?;
        let is_solution = found.stop == Stop::Converged;
        let plefka = is_solution
            .then(|| Plefka::of(machine, &found))
            .transpose()?;
        let next = (found, plefka);
        let is_better = best.as_ref().is_none_or(|best| {
            let higher = next.0.log_partition > best.0.log_partition;
            rank(&next) > rank(best) || (rank(&next) == rank(best) && higher)
        });
        if is_better {
            best = Some(next);
        }
    }
    best.ok_or(Error::OutOfDomain {
        name: "number of starts",
        domain: "at least 1",
        value: 0.0,
    })
}

fn check_unit(unit: Unit) -> Result<()> {
    match unit.variance_at_mean(unit.mean(0.0)) {
        Some(_) => Ok(()),
        None => Err(Error::Unit {
            quantity: "TAP equations",
            unit: unit.to_string(),
            reason: "their variance is no closed function of the mean",
        }),
    }
}

/// V and V'/2 at a mean, of a unit that passed [`check_unit`].
fn at_mean(unit: Unit, mean: f64) -> [f64; 2] {
    unit.variance_at_mean(mean).unwrap_or([f64::NAN; 2])
}

/// Variances of both layers, and the sums `Σ_j W_ij² V_j` over the other layer.
fn variances(machine: &Machine, state: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let spread = |unit: Unit, means: &[f64]| -> Vec<f64> {
        means.iter().map(|&m| at_mean(unit, m)[0]).collect()
    };
    let first = spread(machine.visible(), visible);
    let second = spread(machine.hidden(), hidden);
    let mut onsager = vec![0.0; state.len()];
    let (above, below) = onsager.split_at_mut(visible.len());
    for (j, (sum, v)) in below.iter_mut().zip(&second).enumerate() {
        let column = machine.weights().col_as_slice(j);
        for (i, &w) in column.iter().enumerate() {
            above[i] += w * w * v;
            *sum += w * w * first[i];
        }
    }
    ([first, second].concat(), onsager)
}

/// θ of both layers.
fn fields(machine: &Machine, state: &[f64]) -> Vec<f64> {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let (_, onsager) = variances(machine, state);
    let naive = [
        machine.inputs_v_from_h(hidden),
        machine.inputs_h_from_v(visible),
    ]
    .concat();
    let units = units(machine);
    let terms = naive.iter().zip(&onsager).zip(state).zip(units);
    terms
        .map(|(((field, sum), &mean), unit)| field + at_mean(unit, mean)[1] * sum)
        .collect()
}

fn means(machine: &Machine, fields: &[f64]) -> Vec<f64> {
    let pairs = fields.iter().zip(units(machine));
    pairs.map(|(&field, unit)| unit.mean(field)).collect()
}

/// The kind of each unit, visible ones first.
fn units(machine: &Machine) -> impl Iterator<Item = Unit> {
    let first = std::iter::repeat_n(machine.visible(), machine.visible_units());
    first.chain(std::iter::repeat_n(
        machine.hidden(),
        machine.hidden_units(),
    ))
}

fn log_partition(machine: &Machine, state: &[f64]) -> f64 {
    let (visible, hidden) = state.split_at(machine.visible_units());
    let theta = fields(machine, state);
    let terms = theta.iter().zip(state).zip(units(machine));
    let free: f64 = terms
        .map(|((&field, mean), unit)| unit.log_partition(field) - field * mean)
        .sum();
    let (spread, onsager) = variances(machine, state);
    // Every pair is counted from both of its ends.
    free + machine.alignment(visible, hidden) + 0.25 * dot(&spread, &onsager)
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Side;

    const UNITS: [Unit; 3] = [Unit::Spin, Unit::Binary, Unit::Gaussian];

    /// Γ of the means up to the biases, which are linear in them: `Σ S(m) − mᵀ W n − ½ Σ_ij W_ij² V(m_i) V(n_j)`, S the negative entropy of a unit.
    fn free_energy(machine: &Machine, means: &[f64]) -> f64 {
        let kinds: Vec<Unit> = units(machine).collect();
        let parts = means.iter().zip(&kinds).map(|(&m, unit)| {
            let bits = |p: f64| p * p.ln() + (1.0 - p) * (1.0 - p).ln();
            match unit {
                Unit::Spin => (bits(0.5 * (1.0 + m)), 1.0 - m * m),
                Unit::Binary => (bits(m), m * (1.0 - m)),
                _ => (0.5 * m * m, 1.0),
            }
        });
        let (entropies, variances): (Vec<f64>, Vec<f64>) = parts.unzip();
        let mut total: f64 = entropies.iter().sum();
        for i in 0..machine.visible_units() {
            for h in machine.visible_units()..means.len() {
                let w = machine.weights()[(i, h - machine.visible_units())];
                total -= w * means[i] * means[h] + 0.5 * w * w * variances[i] * variances[h];
            }
        }
        total
    }

    /// Smallest eigenvalue of the second differences of Γ.
    fn smallest_curvature(machine: &Machine, means: &[f64]) -> f64 {
        const STEP: f64 = 1e-4;
        let moved = |k: usize, l: usize, signs: [f64; 2]| {
            let mut means = means.to_vec();
            means[k] += signs[0] * STEP;
            means[l] += signs[1] * STEP;
            free_energy(machine, &means)
        };
        let hessian = Mat::from_fn(means.len(), means.len(), |k, l| {
            let equal = moved(k, l, [1.0, 1.0]) + moved(k, l, [-1.0, -1.0]);
            let opposite = moved(k, l, [1.0, -1.0]) + moved(k, l, [-1.0, 1.0]);
            (equal - opposite) / (4.0 * STEP * STEP)
        });
        hessian.self_adjoint_eigenvalues(Side::Lower).unwrap()[0]
    }

    /// The lowest scale of the weights at which the curvature is no longer positive.
    fn loss_of_stability(curvature: impl Fn(f64) -> f64) -> f64 {
        let (mut below, mut above) = (0.0, 0.1);
        while curvature(above) > 0.0 {
            (below, above) = (above, above + 0.1);
            assert!(above < 50.0, "always stable");
        }
        for _ in 0..40 {
            let middle = 0.5 * (below + above);
            if curvature(middle) > 0.0 {
                below = middle;
            } else {
                above = middle;
            }
        }
        below
    }

    #[test]
    fn a_state_loses_its_stability_where_the_curvature_of_the_free_energy_vanishes() {
        for (visible, hidden) in UNITS.into_iter().flat_map(|v| UNITS.map(|h| (v, h))) {
            let means: Vec<f64> = [(visible, [0.9, 0.8, 0.85]), (hidden, [0.9, 0.85, 0.95])]
                .into_iter()
                .flat_map(|(unit, means)| {
                    means.map(|m| if unit == Unit::Spin { 2.0 * m - 1.0 } else { m })
                })
                .collect();
            let scaled = |scale: f64| {
                let weight = |i: usize, j: usize| {
                    [[0.8, -0.4, 0.3], [0.2, 0.9, -0.5], [-0.3, 0.6, 1.0]][i][j]
                };
                let weights = Mat::from_fn(3, 3, |i, j| scale * weight(i, j));
                Machine::unbiased(weights, visible, hidden).unwrap()
            };
            let is_stable = |scale: f64| {
                let given = MeanField {
                    visible: means[..3].to_vec(),
                    hidden: means[3..].to_vec(),
                    log_partition: 0.0,
                    stop: Stop::Converged,
                    iterations: 0,
                    residual: 0.0,
                };
                Plefka::of(&scaled(scale), &given).unwrap().is_stable
            };
            let edge = loss_of_stability(|scale| smallest_curvature(&scaled(scale), &means));
            // Of spins and binary units it is the third cumulants that end the stability. Second differences err by the square of their step times fourth derivatives of the entropy, some 10⁴.
            assert!(is_stable(edge * (1.0 - 1e-3)), "{visible} {hidden} {edge}");
            assert!(!is_stable(edge * (1.0 + 1e-3)), "{visible} {hidden} {edge}");
        }
    }
}
