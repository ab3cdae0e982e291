//! The positive phase: averages over the data of functions of one hidden unit's input.

use super::RingFlow;
use super::nodes::{LANES, Lanes, Nodes, Waves};

/// Blocks of wave numbers after which the rotations are computed afresh, which ends the growth of rounding errors.
const REFRESH: usize = 64;

/// A product of matrices below this contributes nothing to any average; stopping there also avoids denormal numbers.
const NEGLIGIBLE: f64 = 1e-18;

/// Sites between two looks at the size of a product.
const LOOK: usize = 16;

/// `⟨ln cosh S⟩` of the input S = w·v; adds `⟨v_i tanh S⟩` to `means`.
///
/// ```text
/// tanh x = ∫₀^∞ sin(kx)/sinh(πk/2) dk,   ln cosh x = ∫₀^∞ (1 − cos kx)/(k sinh(πk/2)) dk
/// ⟨cos kS⟩ = tr Π_i A_i / (1 + t^N),   A_i = R(k w_i) diag(1, t),   ⟨v_i sin kS⟩ = −∂⟨cos kS⟩/∂(k w_i)
/// ```
///
/// with rotations R: the transfer matrices in the basis of their even and odd vectors, the odd one times i, which makes them
/// real. All N derivatives cost one product from the left and one from the right.
pub(in crate::dynamics) fn positive_phase(ring: &RingFlow, w: &[f64], means: &mut [f64]) -> f64 {
    positive_phase_at(ring, w, &Nodes::for_weights(ring, w), means)
}

/// The same for weights of consecutive sites, all others being 0; means of those sites alone.
pub(super) fn positive_phase_of_arc(ring: &RingFlow, w: &[f64], means: &mut [f64]) -> f64 {
    let largest = w.iter().map(|w| w.abs()).sum();
    positive_phase_at(ring, w, &Nodes::for_largest(largest), means)
}

/// `⟨∫ f(S)⟩` of the input S = w·v, f being a sum of waves; adds `⟨v_i f(S)⟩` to `means`.
pub(in crate::dynamics) fn positive_phase_at(
    ring: &RingFlow,
    w: &[f64],
    waves: &impl Waves,
    means: &mut [f64],
) -> f64 {
    let mut block = Block::new(ring, w.len());
    let mut integral = waves.at_zero();
    for first in (0..waves.count()).step_by(LANES) {
        if (first / LANES).is_multiple_of(REFRESH) {
            block.set(w, waves, first);
        } else {
            block.turn();
        }
        let amplitudes: Lanes = std::array::from_fn(|lane| waves.amplitude(first + lane));
        let cosines = block.characteristic_function();
        for lane in 0..LANES {
            let cosine = cosines[lane] / ring.closing;
            integral += amplitudes[lane] / waves.wave_number(first + lane) * (1.0 - cosine);
        }
        block.add_derivatives(amplitudes.map(|amplitude| amplitude / ring.closing));
    }
    for (mean, sum) in means.iter_mut().zip(&block.sums) {
        *mean += sum.iter().sum::<f64>();
    }
    integral
}

/// [[a, b], [c, d]] for each lane.
#[derive(Clone, Copy)]
struct Product {
    a: Lanes,
    b: Lanes,
    c: Lanes,
    d: Lanes,
}

const IDENTITY: Product = Product {
    a: [1.0; LANES],
    b: [0.0; LANES],
    c: [0.0; LANES],
    d: [1.0; LANES],
};

impl Product {
    /// P A with A = R diag(1, t).
    #[inline]
    fn then(&self, [cos, sin]: &[Lanes; 2], t: f64) -> Self {
        let mut next = IDENTITY;
        for l in 0..LANES {
            next.a[l] = self.a[l] * cos[l] + self.b[l] * sin[l];
            next.b[l] = t * (self.b[l] * cos[l] - self.a[l] * sin[l]);
            next.c[l] = self.c[l] * cos[l] + self.d[l] * sin[l];
            next.d[l] = t * (self.d[l] * cos[l] - self.c[l] * sin[l]);
        }
        next
    }

    /// A P.
    #[inline]
    fn after(&self, [cos, sin]: &[Lanes; 2], t: f64) -> Self {
        let mut next = IDENTITY;
        for l in 0..LANES {
            let (c, d) = (t * self.c[l], t * self.d[l]);
            next.a[l] = cos[l] * self.a[l] - sin[l] * c;
            next.b[l] = cos[l] * self.b[l] - sin[l] * d;
            next.c[l] = sin[l] * self.a[l] + cos[l] * c;
            next.d[l] = sin[l] * self.b[l] + cos[l] * d;
        }
        next
    }

    /// Adds weight · −tr(J X P), X being `self` and J = [[0, −1], [1, 0]] the derivative of a rotation.
    #[inline]
    fn add_slope(&self, left: &Self, weights: &Lanes, sum: &mut Lanes) {
        for l in 0..LANES {
            let up = self.c[l] * left.a[l] + self.d[l] * left.c[l];
            let down = self.a[l] * left.b[l] + self.b[l] * left.d[l];
            sum[l] += weights[l] * (up - down);
        }
    }

    fn is_negligible(&self) -> bool {
        let all = [self.a, self.b, self.c, self.d];
        all.as_flattened().iter().all(|x| x.abs() < NEGLIGIBLE)
    }
}

/// The rotations of all sites at some wave numbers, and the products of their transfer matrices.
struct Block {
    t: f64,
    /// t to the power of the bonds from the last site back to the first.
    seam: f64,
    /// cos and sin of `k w_i`.
    rotations: Vec<[Lanes; 2]>,
    /// cos and sin of the angle from one block to the next.
    turns: Vec<[f64; 2]>,
    /// Product of the matrices of all sites before each, up to where it is negligible.
    left: Vec<Product>,
    /// Sites whose product from the left is not negligible.
    reached: usize,
    /// `⟨v_i tanh S⟩`, summed over blocks.
    sums: Vec<Lanes>,
}

impl Block {
    /// For weights of `units` consecutive sites.
    fn new(ring: &RingFlow, units: usize) -> Self {
        let bonds = ring.units - units + 1;
        Self {
            t: ring.correlation,
            seam: ring
                .correlation
                .powi(i32::try_from(bonds).unwrap_or(i32::MAX)),
            rotations: vec![[[0.0; LANES]; 2]; units],
            turns: vec![[0.0; 2]; units],
            left: vec![IDENTITY; units],
            reached: units,
            sums: vec![[0.0; LANES]; units],
        }
    }

    /// The rotations from wave `first` on.
    fn set(&mut self, w: &[f64], waves: &impl Waves, first: usize) {
        let sites = self.rotations.iter_mut().zip(&mut self.turns).zip(w);
        for (([cos, sin], turn), w) in sites {
            let (mut y, mut x) = (w * waves.wave_number(first)).sin_cos();
            let (s, c) = (w * waves.step()).sin_cos();
            for l in 0..LANES {
                (cos[l], sin[l]) = (x, y);
                (x, y) = (x * c - y * s, x * s + y * c);
            }
            // LANES = 4 steps: the square of the square.
            let (c, s) = (c * c - s * s, 2.0 * c * s);
            *turn = [c * c - s * s, 2.0 * c * s];
        }
    }

    /// The rotations of the next block.
    fn turn(&mut self) {
        for ([cos, sin], [c, s]) in self.rotations.iter_mut().zip(&self.turns) {
            for l in 0..LANES {
                (cos[l], sin[l]) = (cos[l] * c - sin[l] * s, cos[l] * s + sin[l] * c);
            }
        }
    }

    /// The correlation of a site's spin with that of the next site that has a weight.
    fn bond(&self, site: usize) -> f64 {
        if site + 1 == self.rotations.len() {
            self.seam
        } else {
            self.t
        }
    }

    /// The trace of the product of all matrices; 0 where it is negligible.
    fn characteristic_function(&mut self) -> Lanes {
        let mut product = IDENTITY;
        self.reached = self.rotations.len();
        for (site, rotation) in self.rotations.iter().enumerate() {
            self.left[site] = product;
            product = product.then(rotation, self.bond(site));
            if site % LOOK == LOOK - 1 && product.is_negligible() {
                self.reached = site + 1;
                return [0.0; LANES];
            }
        }
        std::array::from_fn(|l| product.a[l] + product.d[l])
    }

    /// Adds weight · `⟨v_i sin kS⟩` of every site, after [`Self::characteristic_function`].
    fn add_derivatives(&mut self, weights: Lanes) {
        let mut right = IDENTITY;
        for (site, rotation) in self.rotations.iter().enumerate().rev() {
            right = right.after(rotation, self.bond(site));
            if site < self.reached {
                right.add_slope(&self.left[site], &weights, &mut self.sums[site]);
            }
            // Every site before this one has the product as a factor.
            if site % LOOK == 0 && right.is_negligible() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    fn phase(ring: &RingFlow, w: &[f64], nodes: Nodes) -> Vec<f64> {
        let mut all = vec![0.0; w.len()];
        let log_cosh = positive_phase_at(ring, w, &nodes, &mut all);
        all.push(log_cosh);
        all
    }

    #[test]
    fn neither_the_step_nor_the_cutoff_matters() {
        for (units, beta, scale) in [
            (12, 0.5, 0.3),
            (40, 1.0, 2.0),
            (301, -0.4, 0.1),
            (50, 2.0, 0.0),
        ] {
            let ring = RingFlow::new(units, beta).unwrap();
            let w: Vec<f64> = (0..units)
                .map(|i| {
                    let i = f64::from(u32::try_from(i).unwrap());
                    scale * (1.7 * i * i).sin() + 1.5 * (-0.1 * (i - 6.0).powi(2)).exp()
                })
                .collect();
            let nodes = Nodes::for_weights(&ring, &w);
            let chosen = phase(&ring, &w, nodes);
            let cutoff = nodes.wave_number(nodes.count);
            for (step, further) in [(0.5, 1.0), (1.0, 1.5), (0.61, 1.3)] {
                let period = std::f64::consts::TAU / (step * nodes.step);
                let other = Nodes::new(period, further * cutoff);
                for (a, b) in chosen.iter().zip(phase(&ring, &w, other)) {
                    // Both rules are right to 1e-13, and rounding adds up over hundreds of nodes.
                    assert_abs_diff_eq!(*a, b, epsilon = 1e-12);
                }
            }
        }
    }
}
