//! What a row of the log costs, in epochs of the training.

use super::super::Kind;
use super::Train;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::training::{Algorithm, Evaluation};

/// Products of real numbers in the time of one of bits and weights by table.
const REAL: f64 = 4.0;
/// The same for a singular value decomposition, per weight and mode.
const DECOMPOSITION: f64 = 128.0;
/// The same for a configuration of an enumeration, per unit of the other layer: an addition and a logarithm.
const ENUMERATION: f64 = 8.0;
/// Products by table that take a few milliseconds.
const CHEAP: f64 = 2e7;

impl Train {
    /// Cost of a row of the log in epochs, from the numbers of products that either takes; 0 where it is a matter of milliseconds.
    ///
    /// It is the same on every machine and for any number of threads, so that a log has the same rows everywhere.
    pub(super) fn row_cost(&self) -> f64 {
        let row = self.row_products();
        if row < CHEAP {
            return 0.0;
        }
        row / self.epoch_products()
    }

    /// What the size of the log is due to, in words; none where there is a row of every epoch, or of every n-th as asked for.
    pub fn row_notice(&self) -> Option<String> {
        let cost = self.row_cost();
        let is_sparse = self.log.every.is_none() && cost > 1.0;
        is_sparse.then(|| {
            format!(
                "a row of the log costs as much as {cost:.0} epochs: there are rows at epochs 0 and {} and at powers of two from {:.0} on; \
                 --log-every N has one every N epochs",
                self.epochs,
                (2.0 * cost).max(1.0).log2().ceil().exp2()
            )
        })
    }

    fn sizes(&self) -> [f64; 2] {
        [float(self.samples.columns()), float(self.hidden_units)]
    }

    /// Units of the layer that is enumerated, and of the other one.
    fn enumerated(&self) -> Option<[f64; 2]> {
        let [n, m] = self.sizes();
        let two_valued = |kind: Kind| kind == Kind::SPIN || kind == Kind::BINARY;
        let layers = [(self.hidden, [m, n]), (self.visible, [n, m])];
        let small = layers.into_iter().filter(|(kind, _)| two_valued(*kind));
        small
            .map(|(_, sizes)| sizes)
            .min_by(|a, b| a[0].total_cmp(&b[0]))
    }

    fn enumeration(&self) -> Option<f64> {
        let [small, other] = self.enumerated()?;
        Some(ENUMERATION * small.exp2() * other)
    }

    /// Factor of the products of a sweep: many two-valued units are kept as bits.
    fn factor(&self) -> f64 {
        let is_bits = |kind: Kind| kind == Kind::SPIN || kind == Kind::BINARY;
        if is_bits(self.visible) && is_bits(self.hidden) {
            1.0
        } else {
            REAL
        }
    }

    fn row_products(&self) -> f64 {
        let [n, m] = self.sizes();
        let mut products = 0.0;
        if self.log.modes > 0 {
            products += DECOMPOSITION * n * m * n.min(m);
        }
        if self.log.likelihood {
            let test = self.test.as_ref().map_or(0, Samples::rows);
            products += REAL * n * m * float(self.samples.rows() + test);
            let evaluation = Evaluation::default();
            let is_small = |[small, _]: &[f64; 2]| *small <= float(evaluation.largest_layer);
            let exact = self.enumerated().filter(is_small).and(self.enumeration());
            let sweeps = float(evaluation.temperatures * evaluation.chains);
            products += exact.unwrap_or(self.factor() * 2.0 * n * m * sweeps);
        }
        products
    }

    fn epoch_products(&self) -> f64 {
        let [n, m] = self.sizes();
        let rows = self.samples.rows();
        let batch = self.training.batch.clamp(1, rows.max(1));
        let batches = float(rows.div_ceil(batch));
        let data = 2.0 * n * m * float(rows);
        let chains = |count: usize, steps: usize| {
            batches * float(count) * (1.0 + 2.0 * float(steps)) * n * m
        };
        match self.training.algorithm {
            Algorithm::Exact => REAL * data + 2.0 * batches * self.enumeration().unwrap_or(0.0),
            Algorithm::Contrastive { steps } => self.factor() * (data + chains(batch, steps)),
            Algorithm::Persistent { steps } | Algorithm::Restarted { steps } => {
                self.factor() * (data + chains(self.training.chains, steps))
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::super::Log;
    use super::*;
    use crate::questions::DataPoint;

    #[test]
    fn rows_that_cost_more_than_an_epoch_become_rare() {
        let small = Train::on(DataPoint::ising_ring(10, 0.5), 100).unwrap();
        assert!((0..=100).all(|epoch| small.logs(epoch)));
        let large = Train {
            hidden_units: 300,
            epochs: 3000,
            ..Train::on(DataPoint::ising_ring(300, 0.5), 1000).unwrap()
        };
        let cost = large.row_cost();
        assert!(cost > 1.0, "{cost}");
        let rows: Vec<u64> = (0..=3000).filter(|&epoch| large.logs(epoch)).collect();
        assert_eq!((rows[0], rows[rows.len() - 1]), (0, 3000));
        // But for the first and the last one, half of the training at most.
        assert!(
            float(rows.len() - 2) * cost <= 0.5 * 3000.0,
            "{rows:?} of {cost}"
        );
        let asked = Train {
            log: Log {
                every: Some(1000),
                ..large.log
            },
            ..large
        };
        let rows: Vec<u64> = (0..=3000).filter(|&epoch| asked.logs(epoch)).collect();
        assert_eq!(rows, [0, 1000, 2000, 3000]);
    }
}
