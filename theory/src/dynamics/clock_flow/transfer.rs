//! The positive phase: averages over the data of functions of one hidden unit's input.

use super::ClockFlow;
use crate::dynamics::ring_flow::nodes::{LANES, Lanes, Waves};

/// `⟨∫ f(S)⟩` over the data, f being a sum of waves; adds `⟨1(a_i = a) f(S)⟩` to `means`.
pub(super) fn positive_phase(
    ring: &ClockFlow,
    w: &[f64],
    waves: &impl Waves,
    means: &mut [f64],
) -> f64 {
    let mut block = Block::new(ring);
    let mut integral = waves.at_zero();
    for first in (0..waves.count()).step_by(LANES) {
        let wave_numbers: Lanes = std::array::from_fn(|lane| waves.wave_number(first + lane));
        let amplitudes: Lanes = std::array::from_fn(|lane| waves.amplitude(first + lane));
        let cosines = block.characteristic_function(w, &wave_numbers);
        for lane in 0..LANES {
            let cosine = cosines[lane] / ring.closing;
            integral += amplitudes[lane] / wave_numbers[lane] * (1.0 - cosine);
        }
        block.add_imaginary_parts(&amplitudes.map(|a| a / ring.closing), means);
    }
    integral
}

/// A complex number for each of the wave numbers that are treated together.
#[derive(Clone, Copy)]
struct Complex {
    re: Lanes,
    im: Lanes,
}

const ZERO: Complex = Complex {
    re: [0.0; LANES],
    im: [0.0; LANES],
};

const ONE: Complex = Complex {
    re: [1.0; LANES],
    im: [0.0; LANES],
};

impl Complex {
    #[inline]
    fn times(&self, other: &Self) -> Self {
        let mut product = ZERO;
        for l in 0..LANES {
            product.re[l] = self.re[l] * other.re[l] - self.im[l] * other.im[l];
            product.im[l] = self.re[l] * other.im[l] + self.im[l] * other.re[l];
        }
        product
    }

    /// Σ factor · wave.
    #[inline]
    fn sum(waves: &[Self], factors: &[f64]) -> Self {
        let mut sum = ZERO;
        for (wave, factor) in waves.iter().zip(factors) {
            for l in 0..LANES {
                sum.re[l] += factor * wave.re[l];
                sum.im[l] += factor * wave.im[l];
            }
        }
        sum
    }
}

/// The products of the transfer matrices at some wave numbers, p × p each, row by row.
struct Block<'a> {
    ring: &'a ClockFlow,
    /// `exp(ik w_ia)`.
    phases: Vec<Complex>,
    /// B up to each site.
    left: Vec<Complex>,
    /// B after the site, transposed.
    right: Vec<Complex>,
    /// A row before its product with T.
    row: Vec<Complex>,
}

impl<'a> Block<'a> {
    fn new(ring: &'a ClockFlow) -> Self {
        let p = ring.states;
        Self {
            ring,
            phases: vec![ONE; ring.sites * p],
            left: vec![ZERO; ring.sites * p * p],
            right: vec![ZERO; p * p],
            row: vec![ZERO; p],
        }
    }

    /// Re tr Π B.
    fn characteristic_function(&mut self, w: &[f64], wave_numbers: &Lanes) -> Lanes {
        for (phase, w) in self.phases.iter_mut().zip(w) {
            let pairs = wave_numbers.map(|k| (w * k).sin_cos());
            phase.re = pairs.map(|(_, cos)| cos);
            phase.im = pairs.map(|(sin, _)| sin);
        }
        let p = self.ring.states;
        let mut before = identity(p);
        for (phases, left) in self.phases.chunks(p).zip(self.left.chunks_mut(p * p)) {
            for (row, out) in before.chunks(p).zip(left.chunks_mut(p)) {
                let columns = self.ring.transfer.chunks(p).zip(phases);
                for (out, (transfer, phase)) in out.iter_mut().zip(columns) {
                    // T is symmetric: its rows are its columns.
                    *out = Complex::sum(row, transfer).times(phase);
                }
            }
            before.copy_from_slice(left);
        }
        let mut trace = [0.0; LANES];
        for diagonal in before.iter().step_by(p + 1) {
            for (sum, re) in trace.iter_mut().zip(diagonal.re) {
                *sum += re;
            }
        }
        trace
    }

    /// Adds weight · Im of the part of the trace with state a at site i to `means`, after [`Self::characteristic_function`].
    fn add_imaginary_parts(&mut self, weights: &Lanes, means: &mut [f64]) {
        let p = self.ring.states;
        self.right = identity(p);
        let sites = means.chunks_mut(p).zip(self.left.chunks(p * p));
        for ((means, left), phases) in sites.zip(self.phases.chunks(p)).rev() {
            for (from, to) in self.right.chunks(p).zip(left.chunks(p)) {
                for (mean, (x, y)) in means.iter_mut().zip(from.iter().zip(to)) {
                    let parts = weights.iter().zip(x.times(y).im);
                    *mean += parts.map(|(weight, im)| weight * im).sum::<f64>();
                }
            }
            // (T D P)ᵀ = Pᵀ D T.
            for row in self.right.chunks_mut(p) {
                for (to, (x, phase)) in self.row.iter_mut().zip(row.iter().zip(phases)) {
                    *to = x.times(phase);
                }
                for (out, transfer) in row.iter_mut().zip(self.ring.transfer.chunks(p)) {
                    *out = Complex::sum(&self.row, transfer);
                }
            }
        }
    }
}

fn identity(p: usize) -> Vec<Complex> {
    let entry = |ab: usize| if ab / p == ab % p { ONE } else { ZERO };
    (0..p * p).map(entry).collect()
}
