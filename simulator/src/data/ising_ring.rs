//! Ising spins on a ring, drawn exactly by their bonds.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::DataModel;
use crate::bits::{BernoulliWord, low_bits, prefix_parity, uniform, write_spins};
use crate::error::{Result, at_least, check};
use crate::numbers::as_float;
use crate::samples::{Samples, allocate};

/// N Ising spins on a ring.
///
/// ```text
/// p(v) ∝ exp(β Σ_i v_i v_{i+1}),   v_{N+1} = v_1,   ⟨v_i v_{i+d}⟩ = (t^d + t^(N−d))/(1 + t^N),   t = tanh β
/// ```
///
/// Any finite β, any N ≥ 1 (N = 2 has two bonds between the same spins; N = 1 a bond from the spin to itself).
///
/// # Method
/// The sampler is exact and draws independent configurations; there is no Markov chain. Count the bonds that are broken,
/// `v_i` v_{i+1} = −1 for β > 0 and +1 for β < 0. They are independent with probability (1 − |t|)/2, conditioned on an
/// even number of them, or an odd one for β < 0 and N odd (the frustrated ring). Such a bond is "open" with probability
/// 1 − |t| and an open bond is broken by a fair coin (Fortuin & Kasteleyn). Once a bond is open the parity of fair coins
/// is even and odd alike, hence under the condition all bonds are closed with probability 2|t|^N/(1 + |t|^N), 0 for the
/// frustrated ring; otherwise some are open and the last coin is set by the parity. No configuration is rejected.
/// Everything is done on words of 64 bonds. The probability 1 − |t| is used to the last digit of its f64 value; the
/// choice that all bonds are closed is exact to 2⁻⁵³.
///
/// # References
/// Fortuin & Kasteleyn, Physica 57, 536 (1972).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IsingRing {
    units: usize,
    inverse_temperature: f64,
    /// 1 − |tanh β|.
    open_probability: f64,
    open: BernoulliWord,
    /// Probability that no bond is open.
    all_closed: f64,
    /// Probability that an unconditioned draw opens at least one bond.
    any_open: f64,
    /// Parity of the number of broken bonds.
    parity: u32,
}

impl IsingRing {
    /// A ring of `units` ≥ 1 spins at the coupling β = `inverse_temperature`, of either sign.
    ///
    /// # Errors
    /// [`Error::OutOfDomain`](crate::Error::OutOfDomain) unless `units` ≥ 1 and β is finite.
    pub fn new(units: usize, inverse_temperature: f64) -> Result<Self> {
        at_least("units", "at least 1", units, 1)?;
        let beta = check("inverse_temperature", "finite", inverse_temperature, |_| {
            true
        })?;
        // 1 − tanh|β| without cancellation at large β.
        let open_probability = 2.0 / ((2.0 * beta.abs()).exp() + 1.0);
        let log_closed = as_float(units) * (-open_probability).ln_1p(); // ln |t|^N
        let frustrated = beta < 0.0 && units % 2 == 1;
        Ok(Self {
            units,
            inverse_temperature,
            open_probability,
            open: BernoulliWord::new(open_probability),
            all_closed: if frustrated {
                0.0
            } else {
                2.0 / (1.0 + (-log_closed).exp())
            },
            any_open: -log_closed.exp_m1(),
            parity: u32::from(frustrated),
        })
    }

    /// The coupling β.
    pub fn inverse_temperature(&self) -> f64 {
        self.inverse_temperature
    }

    /// Fills `spins` with one configuration as bits (1 for −1); `open` is scratch space of the same length.
    fn draw_words(&self, spins: &mut [u64], open: &mut [u64], rng: &mut Xoshiro256PlusPlus) {
        let word = rng.next_u64();
        if uniform(word) < self.all_closed {
            spins.fill(0);
        } else {
            self.draw_open(open, rng);
            self.draw_broken(spins, open, rng);
        }
        // The bits below the 53 of `uniform` are independent of it.
        let first = word & 1;
        let antiferromagnetic = if self.inverse_temperature < 0.0 {
            u64::MAX
        } else {
            0
        };
        let mut carry = 0_u64.wrapping_sub(first);
        for word in spins {
            *word = prefix_parity(*word ^ antiferromagnetic) ^ carry;
            carry = 0_u64.wrapping_sub(*word >> 63);
        }
    }

    /// Open bonds, conditioned on at least one.
    fn draw_open(&self, open: &mut [u64], rng: &mut Xoshiro256PlusPlus) {
        if self.any_open < 0.5 {
            // Rejection would take 1/any_open draws, without end for the frustrated ring at low temperature.
            return self.draw_open_after_first(open, rng);
        }
        let end = open.len() - 1;
        let last = low_bits(self.units - 64 * end);
        loop {
            open.fill_with(|| self.open.draw(rng));
            open[end] &= last; // bits beyond the ring are not bonds
            if open.iter().any(|&word| word != 0) {
                return;
            }
        }
    }

    /// The same by the law of the first open bond, P(first = i) ∝ |t|^i for i < N; those after it are independent.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position below the number of units"
    )]
    fn draw_open_after_first(&self, open: &mut [u64], rng: &mut Xoshiro256PlusPlus) {
        let u = uniform(rng.next_u64());
        let log_t = (-self.open_probability).ln_1p();
        let position = if self.any_open > 0.0 {
            (-u * self.any_open).ln_1p() / log_t
        } else {
            u * as_float(self.units) // all positions are equally likely where 1 − |t| underflows
        };
        let first = (position as usize).min(self.units - 1);
        for (i, word) in open.iter_mut().enumerate() {
            let inside = low_bits(self.units - 64 * i);
            let (before, at) = match first.checked_sub(64 * i) {
                None => (0, 0),
                Some(bit) if bit < 64 => (low_bits(bit), 1 << bit),
                Some(_) => (u64::MAX, 0),
            };
            *word = (self.open.draw(rng) & !before & inside) | at;
        }
    }

    /// Open bonds broken by fair coins, the last one by the parity.
    fn draw_broken(&self, broken: &mut [u64], open: &[u64], rng: &mut Xoshiro256PlusPlus) {
        let mut parity = 0;
        for (broken, &open) in broken.iter_mut().zip(open) {
            *broken = open & rng.next_u64();
            parity ^= *broken;
        }
        if parity.count_ones() & 1 != self.parity {
            let at = open
                .iter()
                .position(|&word| word != 0)
                .expect("at least one bond is open");
            broken[at] ^= open[at] & open[at].wrapping_neg();
        }
    }
}

impl DataModel for IsingRing {
    fn units(&self) -> usize {
        self.units
    }

    fn draw(&self, samples: usize, rng: &mut Xoshiro256PlusPlus) -> Result<Samples> {
        let mut values = allocate(samples, self.units)?;
        let words = self.units.div_ceil(64);
        let (mut spins, mut open) = (vec![0; words], vec![0; words]);
        for row in values.chunks_exact_mut(self.units) {
            self.draw_words(&mut spins, &mut open, rng);
            write_spins(&spins, row);
        }
        Samples::discrete(samples, self.units, values)
    }
}
