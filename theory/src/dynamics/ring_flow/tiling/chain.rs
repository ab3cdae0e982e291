//! The negative phase of hidden units that reach a few sites each: transfer matrices over their states, around the ring.

use super::schedule::{Schedule, Step};

/// Change of a vector in a lap at which it is an eigenvector: rounding of some hundred products.
const SETTLED: f64 = 1e-14;

/// A change that has not become smaller by this factor in a lap is rounding, or an eigenvalue that is not far below.
const SHRINKS: f64 = 0.5;

/// Laps after which a vector is taken as it is.
const MOST_LAPS: usize = 60;

/// ln of an eigenvalue, in units of the largest one, that does not count.
const NEGLIGIBLE: f64 = -42.0;

/// The most units across the seam whose states are each followed around the ring.
const MOST_FOLLOWED: usize = 4;

/// What a sum over the hidden states gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NegativePhase {
    /// `ln 2^−M Σ_h Π_i cosh(Σ_μ w_iμ h_μ)`.
    pub(super) log_partition: f64,
    /// An estimate of the eigenvalues of a lap that were left out, in units of the largest.
    pub(super) neglected: f64,
}

/// `ln 2^−M Σ_h Π_i cosh(Σ_μ w_iμ h_μ)`; subtracts `⟨v_i h_μ⟩` from `gradient` at the sites that unit μ reaches.
///
/// ```text
/// Σ_h … = tr A,   A = Π_i T_i,   T_i = Σ_(h_μ that leave) cosh(Σ_μ w_iμ h_μ) ½^(units that enter)
/// ```
///
/// A is the operator of one lap on functions of the hidden units that reach across the seam. Its trace is a sum over their states,
/// each followed around the ring, as long as they are few. A does not change the parity of a function under h → −h, and its entries are
/// positive: of many units the largest eigenvalue is even, the next one odd, and the others, which measure correlations of higher
/// order around the whole ring, are neglected. With left and right eigenvectors l and r
///
/// ```text
/// ∂ tr A/∂w_iμ = Σ_(even, odd) l·(∂A/∂w_iμ) r/(l·r)
/// ```
pub(super) fn negative_phase(
    schedule: &Schedule,
    weights: &[f64],
    gradient: &mut [f64],
) -> NegativePhase {
    let units = schedule.steps.len();
    let sites: Vec<Site<'_>> = (0..units)
        .map(|site| Site::new(&schedule.steps[site], site, units, weights))
        .collect();
    let terms = if schedule.across <= MOST_FOLLOWED {
        followed(&sites, schedule.across)
    } else {
        eigenvalues(&sites, schedule.across)
    };
    let largest = terms
        .iter()
        .map(|term| term.log)
        .fold(f64::NEG_INFINITY, f64::max);
    let parts: Vec<f64> = terms
        .iter()
        .map(|term| term.sign * (term.log - largest).exp())
        .collect();
    let total: f64 = parts.iter().sum();
    let mut neglected = 0.0;
    for (term, part) in terms.iter().zip(&parts) {
        term.subtract_slopes(&sites, part / total, gradient);
        neglected += (part / total).abs() * term.neglected;
    }
    NegativePhase {
        log_partition: largest + total.ln(),
        neglected,
    }
}

/// A term for each state of the units across the seam but for its negative, which is as large.
fn followed(sites: &[Site<'_>], across: usize) -> Vec<Term> {
    let half = (1_usize << across).div_ceil(2);
    let twice = if across == 0 {
        0.0
    } else {
        std::f64::consts::LN_2
    };
    let states = (0..half).map(|state| {
        let mut start = vec![0.0; 1 << across];
        start[state] = 1.0;
        let (mut right, mut left) = (vec![Vec::new(); sites.len()], vec![Vec::new(); sites.len()]);
        let mut end = start.clone();
        let log = forwards(sites, Symmetry::None, &mut end, &mut right);
        backwards(sites, Symmetry::None, &mut start, &mut left);
        Term {
            log: log + end[state].ln() + twice,
            sign: 1.0,
            neglected: 0.0,
            right,
            left,
        }
    });
    states.collect()
}

/// The terms of the largest even eigenvalue and of the largest odd one.
fn eigenvalues(sites: &[Site<'_>], across: usize) -> Vec<Term> {
    let even = Term::eigenvalue(sites, Symmetry::Even, vec![1.0; 1 << across]);
    let middle = across / 2;
    let sign = |state: usize| if state >> middle & 1 == 0 { 1.0 } else { -1.0 };
    let odd = Term::eigenvalue(sites, Symmetry::Odd, (0..1 << across).map(sign).collect());
    let counts = odd.log - even.log > NEGLIGIBLE;
    let mut terms = vec![even];
    terms.extend(counts.then_some(odd));
    terms
}

/// One site, with the factors of all states of the hidden units that reach it.
struct Site<'a> {
    step: &'a Step,
    number: usize,
    units: usize,
    /// cosh and sinh of the field.
    cosh: Vec<f64>,
    sinh: Vec<f64>,
}

impl<'a> Site<'a> {
    fn new(step: &'a Step, number: usize, units: usize, weights: &[f64]) -> Self {
        let weight = |unit: usize| weights[unit * units + number];
        let sum: f64 = step.active.iter().map(|&unit| weight(unit)).sum();
        let size = 1 << step.active.len();
        let (mut up, mut down) = (Vec::with_capacity(size), Vec::with_capacity(size));
        up.push(0.5 * sum.exp());
        down.push(0.5 * (-sum).exp());
        for &unit in &step.active {
            let turn = (2.0 * weight(unit)).exp();
            let back = 1.0 / turn;
            for state in 0..up.len() {
                up.push(up[state] * back);
                down.push(down[state] * turn);
            }
        }
        let pairs = || up.iter().zip(&down);
        Self {
            step,
            number,
            units,
            cosh: pairs().map(|(up, down)| up + down).collect(),
            sinh: pairs().map(|(up, down)| up - down).collect(),
        }
    }

    /// From a function of the units across the bond before this site to one of all that reach it.
    fn enter(&self, vector: &mut Vec<f64>) {
        for _ in 0..self.step.entering {
            for x in vector.iter_mut() {
                *x *= 0.5;
            }
            vector.extend_from_within(..);
        }
    }

    /// The transposed of [`Self::enter`].
    fn enter_back(&self, vector: &mut Vec<f64>) {
        for _ in 0..self.step.entering {
            let half = vector.len() / 2;
            let (low, high) = vector.split_at_mut(half);
            low.iter_mut()
                .zip(high)
                .for_each(|(x, y)| *x = 0.5 * (*x + *y));
            vector.truncate(half);
        }
    }

    /// Sums over the states of the units that leave.
    fn leave(&self, vector: &mut Vec<f64>) {
        for &bit in &self.step.leaving {
            let block = 1 << bit;
            let half = vector.len() / 2;
            for state in 0..half {
                let first = (state / block) * 2 * block + state % block;
                vector[state] = vector[first] + vector[first + block];
            }
            vector.truncate(half);
        }
    }

    /// The transposed of [`Self::leave`].
    fn leave_back(&self, vector: &mut Vec<f64>) {
        for &bit in self.step.leaving.iter().rev() {
            let block = 1 << bit;
            let twice = |state: usize| (state / (2 * block)) * block + state % block;
            *vector = (0..2 * vector.len())
                .map(|state| vector[twice(state)])
                .collect();
        }
    }

    fn multiply(&self, vector: &mut [f64]) {
        vector
            .iter_mut()
            .zip(&self.cosh)
            .for_each(|(x, factor)| *x *= factor);
    }
}

/// What becomes of a function of hidden spins when all of them are turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symmetry {
    Even,
    Odd,
    None,
}

impl Symmetry {
    /// Divides by the largest component, and returns its logarithm; first takes off what rounding has of the other parity.
    fn normalise(self, vector: &mut [f64]) -> f64 {
        let last = vector.len() - 1;
        let mut symmetrise = |sign: f64| {
            for state in 0..=last / 2 {
                let mean = 0.5 * (vector[state] + sign * vector[last - state]);
                vector[state] = mean;
                vector[last - state] = sign * mean;
            }
        };
        match self {
            Self::Even => symmetrise(1.0),
            Self::Odd => symmetrise(-1.0),
            Self::None => {}
        }
        let largest = vector.iter().fold(0.0, |top: f64, x| top.max(x.abs()));
        if largest > 0.0 {
            for x in vector.iter_mut() {
                *x /= largest;
            }
        }
        largest.ln()
    }
}

/// Takes a function around the ring and returns ln of its factor; `kept` is the function at each site, before the site's factor.
fn forwards(
    sites: &[Site<'_>],
    symmetry: Symmetry,
    vector: &mut Vec<f64>,
    kept: &mut [Vec<f64>],
) -> f64 {
    let mut log = 0.0;
    for (site, kept) in sites.iter().zip(kept) {
        site.enter(vector);
        kept.clone_from(vector);
        site.multiply(vector);
        site.leave(vector);
        log += symmetry.normalise(vector);
    }
    log
}

/// The transposed of [`forwards`], from the last site to the first; `kept` is the function after each site's factor.
fn backwards(
    sites: &[Site<'_>],
    symmetry: Symmetry,
    vector: &mut Vec<f64>,
    kept: &mut [Vec<f64>],
) -> f64 {
    let mut log = 0.0;
    for (site, kept) in sites.iter().zip(kept).rev() {
        site.leave_back(vector);
        kept.clone_from(vector);
        site.multiply(vector);
        site.enter_back(vector);
        log += symmetry.normalise(vector);
    }
    log
}

/// A part of the trace, with the functions from the right and from the left whose product at any site is this part.
struct Term {
    /// ln of its size.
    log: f64,
    sign: f64,
    /// An estimate of what it leaves out, in units of its size.
    neglected: f64,
    /// The functions from the right, before the factor of each site.
    right: Vec<Vec<f64>>,
    /// Those from the left, after it.
    left: Vec<Vec<f64>>,
}

impl Term {
    /// The largest eigenvalue among functions of the symmetry of `start`.
    fn eigenvalue(sites: &[Site<'_>], symmetry: Symmetry, start: Vec<f64>) -> Self {
        let lap =
            |vector: &mut Vec<f64>, kept: &mut [Vec<f64>]| forwards(sites, symmetry, vector, kept);
        let back =
            |vector: &mut Vec<f64>, kept: &mut [Vec<f64>]| backwards(sites, symmetry, vector, kept);
        let right = Settled::new(sites.len(), start.clone(), lap);
        let left = Settled::new(sites.len(), start, back);
        Self {
            log: right.log,
            sign: right.sign,
            neglected: right.neglected,
            right: right.kept,
            left: left.kept,
        }
    }

    /// Subtracts `share` times the part of `⟨v_i h_μ⟩`.
    fn subtract_slopes(&self, sites: &[Site<'_>], share: f64, gradient: &mut [f64]) {
        for ((site, right), left) in sites.iter().zip(&self.right).zip(&self.left) {
            let pairs = || right.iter().zip(left);
            let total: f64 = pairs().zip(&site.cosh).map(|((r, l), c)| r * l * c).sum();
            let mut slopes: Vec<f64> = pairs()
                .zip(&site.sinh)
                .map(|((r, l), s)| r * l * s)
                .collect();
            for (bit, &unit) in site.step.active.iter().enumerate().rev() {
                let (up, down) = slopes.split_at_mut(1 << bit);
                let mut difference = 0.0;
                for (up, down) in up.iter_mut().zip(down) {
                    difference += *up - *down;
                    *up += *down;
                }
                slopes.truncate(1 << bit);
                gradient[unit * site.units + site.number] -= share * difference / total;
            }
        }
    }
}

/// A vector that a lap does not change but for a factor.
struct Settled {
    log: f64,
    sign: f64,
    neglected: f64,
    /// The vector at each site.
    kept: Vec<Vec<f64>>,
}

impl Settled {
    /// Laps until the vector is an eigenvector. A lap writes the vector at each site, and returns ln of the factor.
    fn new(
        sites: usize,
        mut vector: Vec<f64>,
        lap: impl Fn(&mut Vec<f64>, &mut [Vec<f64>]) -> f64,
    ) -> Self {
        let mut kept = vec![Vec::new(); sites];
        let mut changes = Vec::new();
        loop {
            let before = vector.clone();
            let log = lap(&mut vector, &mut kept);
            let product: f64 = before.iter().zip(&vector).map(|(x, y)| x * y).sum();
            let sign = if product < 0.0 { -1.0 } else { 1.0 };
            let pairs = before.iter().zip(&vector);
            let change = pairs.fold(0.0, |top: f64, (x, y)| top.max((x - sign * y).abs()));
            let stalls = changes.last().is_some_and(|last| change > SHRINKS * last);
            changes.push(change);
            if change < SETTLED || stalls || changes.len() == MOST_LAPS {
                return Self {
                    log,
                    sign,
                    // The first lap leaves the next eigenvalue's share of the start, the second lap's change is as large.
                    neglected: changes.get(1).copied().unwrap_or(0.0),
                    kept,
                };
            }
        }
    }
}
