//! Training of machines of few hidden units.

use faer::Mat;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::trainer::Training;
use crate::linear::as_float;
use crate::machine::Rbm;
use crate::packed::few::{FewConfigurations, FewCouplings, Sums};
use crate::packed::{Bits, single};
use crate::samples::Samples;

/// What a training needs beyond the machine, whose parameters stay in double precision.
#[derive(Debug, Clone)]
pub(super) struct FewTraining {
    samples: Bits,
    couplings: FewCouplings,
    /// Of the chains between two steps.
    sweeps: usize,
    batch: FewConfigurations,
    /// None where chains start from the data.
    chains: Option<FewConfigurations>,
    /// Over the data minus over the chains.
    sums: Sums,
}

impl FewTraining {
    pub(super) fn new(
        machine: &Rbm,
        samples: &Samples,
        chains: Option<&Mat<f64>>,
        sweeps: usize,
    ) -> Self {
        let (units, hidden_units) = (samples.columns(), machine.hidden().units());
        let configurations =
            |visible: &Mat<f64>| FewConfigurations::from_columns(visible.as_ref(), hidden_units);
        Self {
            samples: Bits::from_samples(samples),
            couplings: FewCouplings::new(machine),
            sweeps,
            batch: FewConfigurations::new(units, hidden_units),
            chains: chains.map(configurations),
            sums: Sums::zeros(machine),
        }
    }

    /// The visible units of the chains.
    pub(super) fn chains(&self, machine: &Rbm) -> Option<Mat<f64>> {
        let values = machine.visible().unit().two_values();
        let chains = self.chains.as_ref()?;
        Some(chains.to_columns(values.expect("two values")))
    }

    /// One step up with some of the samples.
    pub(super) fn update(
        &mut self,
        machine: &mut Rbm,
        settings: &Training,
        rows: &[usize],
        rng: &mut Xoshiro256PlusPlus,
    ) {
        let (couplings, sums) = (&self.couplings, &mut self.sums);
        sums.clear();
        self.batch.gather(&self.samples, rows);
        self.batch.write_inputs(couplings);
        sums.add(&self.batch, couplings, single(1.0 / as_float(rows.len())));
        let chains = self.chains.as_mut().unwrap_or(&mut self.batch);
        chains.sweep(couplings, self.sweeps, rng.next_u64());
        sums.add(chains, couplings, single(-1.0 / as_float(chains.rows())));
        ascend(sums, machine, settings);
        self.couplings.update(machine);
    }
}

/// W → W + η (∂L/∂W − λ W), and the same without λ for biases that learn.
fn ascend(sums: &Sums, machine: &mut Rbm, settings: &Training) {
    let (rate, decay) = (settings.learning_rate, settings.l2);
    let (mut weights, visible, hidden) = machine.parameters_mut();
    for (k, column) in weights.as_mut().col_iter_mut().enumerate() {
        let column = column.try_as_col_major_mut().expect("contiguous");
        let column = column.as_slice_mut();
        for (w, slope) in column.iter_mut().zip(sums.products(k)) {
            *w += rate * (slope - decay * *w);
        }
    }
    if settings.biases {
        for (k, c) in hidden.iter_mut().enumerate() {
            *c += rate * sums.mean(k);
        }
        for (b, slope) in visible.iter_mut().zip(sums.products(hidden.len())) {
            *b += rate * slope;
        }
    }
}
