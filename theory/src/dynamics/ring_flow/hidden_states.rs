//! The negative phase: averages over the machine, by summing over the states of its hidden units.

/// States between two computations of the fields from scratch, which end the growth of rounding errors.
const REFRESH: usize = 1 << 10;

/// Factors between 1 and 2 whose product cannot overflow.
const CHUNK: usize = 512;

/// `ln 2^−M Σ_h Π_i cosh(Σ_μ w_iμ h_μ)` of spin hidden units; subtracts `⟨v_i h_μ⟩` from `gradient`.
///
/// Weights and gradient hold the N numbers of one hidden unit after those of another. The state −h counts as much as h, so that
/// the first hidden unit is kept at 1. The others follow a Gray code: each state differs from the one before in one unit.
pub(super) fn negative_phase(units: usize, weights: &[f64], gradient: &mut [f64]) -> f64 {
    let hidden = weights.len() / units;
    let mut states = States::new(units, weights);
    let mut sum = WeightedSum::new(weights.len());
    let count = 1_usize << (hidden - 1);
    for index in 1..=count {
        let log_weight = states.evaluate();
        sum.add(log_weight, &states);
        if index < count {
            // The unit that the Gray code flips next; the first one stays.
            let unit = index.trailing_zeros() as usize + 1;
            states.flip(weights, unit, index.is_multiple_of(REFRESH));
        }
    }
    for (gradient, mean) in gradient.iter_mut().zip(&sum.means) {
        *gradient -= mean / sum.total;
    }
    #[expect(clippy::cast_precision_loss, reason = "2^15 at most")]
    let uniform = (count as f64).ln();
    sum.largest + sum.total.ln() - uniform
}

/// One state of the hidden units, with the fields and means of the visible ones.
struct States {
    hidden: Vec<f64>,
    fields: Vec<f64>,
    means: Vec<f64>,
}

impl States {
    fn new(units: usize, weights: &[f64]) -> Self {
        let mut states = Self {
            hidden: vec![1.0; weights.len() / units],
            fields: vec![0.0; units],
            means: vec![0.0; units],
        };
        states.refresh(weights);
        states
    }

    fn refresh(&mut self, weights: &[f64]) {
        self.fields.fill(0.0);
        for (h, w) in self.hidden.iter().zip(weights.chunks(self.fields.len())) {
            self.fields.iter_mut().zip(w).for_each(|(x, w)| *x += h * w);
        }
    }

    fn flip(&mut self, weights: &[f64], unit: usize, afresh: bool) {
        let change = -2.0 * self.hidden[unit];
        self.hidden[unit] += change;
        if afresh {
            self.refresh(weights);
            return;
        }
        let units = self.fields.len();
        let column = &weights[unit * units..(unit + 1) * units];
        self.fields
            .iter_mut()
            .zip(column)
            .for_each(|(x, w)| *x += change * w);
    }

    /// Sets the means `tanh x_i` and returns `Σ_i ln cosh x_i`.
    fn evaluate(&mut self) -> f64 {
        self.means.copy_from_slice(&self.fields);
        layer_of_spins(&mut self.means)
    }
}

/// Turns the fields `x_i` of visible spins into their means `tanh x_i`, and returns `Σ_i ln cosh x_i`, with one exponential for each.
pub(in crate::dynamics) fn layer_of_spins(fields: &mut [f64]) -> f64 {
    let mut log = 0.0;
    for fields in fields.chunks_mut(CHUNK) {
        let mut product = 1.0;
        for x in fields {
            let decay = (-2.0 * x.abs()).exp();
            let sum = 1.0 + decay;
            product *= 0.5 * sum;
            log += x.abs();
            *x = ((1.0 - decay) / sum).copysign(*x);
        }
        log += product.ln();
    }
    log
}

/// `Σ_h weight · h_μ tanh x_i`, in units of the largest weight so far.
struct WeightedSum {
    largest: f64,
    total: f64,
    means: Vec<f64>,
}

impl WeightedSum {
    fn new(size: usize) -> Self {
        Self {
            largest: f64::NEG_INFINITY,
            total: 0.0,
            means: vec![0.0; size],
        }
    }

    fn add(&mut self, log_weight: f64, states: &States) {
        if log_weight > self.largest {
            let factor = (self.largest - log_weight).exp();
            self.total *= factor;
            self.means.iter_mut().for_each(|mean| *mean *= factor);
            self.largest = log_weight;
        }
        let weight = (log_weight - self.largest).exp();
        self.total += weight;
        let units = states.means.len();
        for (h, sums) in states.hidden.iter().zip(self.means.chunks_mut(units)) {
            let signed = weight * h;
            sums.iter_mut()
                .zip(&states.means)
                .for_each(|(sum, mean)| *sum += signed * mean);
        }
    }
}
