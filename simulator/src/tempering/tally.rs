//! What is counted of exchanges.

/// Counts of some ladders since they were cleared.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    ladders: usize,
    /// Of each pair of neighbouring rungs.
    pub(super) pairs: Vec<Pair>,
    /// Configurations that reached the last rung after they were drawn anew at the first, of each ladder.
    pub(super) arrivals: Vec<u64>,
    /// Whether the configuration of a rung and ladder was at the first rung after it was at the last.
    is_new: Vec<bool>,
}

/// Counts of one pair of rungs.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) attempts: u64,
    /// Σ of the probabilities of exchange.
    pub(super) exchanges: f64,
    /// Σ of the changes of F upwards and downwards.
    pub(super) changes: [f64; 2],
    /// Bennett's sums of each ladder, Σ 1/(1 + exp(up − C)) and Σ 1/(1 + exp(down + C)).
    pub(super) bennett: [Vec<f64>; 2],
}

impl Pair {
    fn new(ladders: usize) -> Self {
        Self {
            attempts: 0,
            exchanges: 0.0,
            changes: [0.0; 2],
            bennett: [vec![0.0; ladders], vec![0.0; ladders]],
        }
    }

    /// Takes note of the changes of F of all ladders, and writes their probabilities of exchange.
    pub(super) fn record(&mut self, up: &[f64], down: &[f64], shift: f64, chances: &mut [f64]) {
        self.attempts += up.len() as u64;
        let fermi = |x: f64| 1.0 / (1.0 + x.exp());
        for (l, (&up, &down)) in up.iter().zip(down).enumerate() {
            chances[l] = (-(up + down)).exp().min(1.0);
            self.exchanges += chances[l];
            self.changes[0] += up;
            self.changes[1] += down;
            self.bennett[0][l] += fermi(up - shift);
            self.bennett[1][l] += fermi(down + shift);
        }
    }
}

impl Tally {
    pub(super) fn new(rungs: usize, ladders: usize) -> Self {
        Self {
            ladders,
            pairs: vec![Pair::new(ladders); rungs - 1],
            arrivals: vec![0; ladders],
            is_new: vec![false; rungs * ladders],
        }
    }

    /// Forgets the counts, but not where configurations are from.
    pub(super) fn clear(&mut self) {
        self.pairs.fill(Pair::new(self.ladders));
        self.arrivals.fill(0);
    }

    /// Takes note of an exchange between a rung and the next.
    pub(super) fn exchange(&mut self, lower: usize, ladder: usize) {
        let a = lower * self.ladders + ladder;
        self.is_new.swap(a, a + self.ladders);
    }

    /// Takes note of what has arrived at the first and at the last rung.
    pub(super) fn arrive(&mut self) {
        let last = self.is_new.len() - self.ladders;
        for l in 0..self.ladders {
            self.is_new[l] = true;
            if std::mem::take(&mut self.is_new[last + l]) {
                self.arrivals[l] += 1;
            }
        }
    }
}
