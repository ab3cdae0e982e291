//! The data of the experiment, as the simulator draws them and as theory knows them.

use rand_xoshiro::Xoshiro256PlusPlus;
use saddlepoint_simulator::Samples;
use saddlepoint_simulator::data::{
    self, DataModel, Elliptical, GaussianProcess, NonlinearGaussian,
};
use saddlepoint_theory::Error::OutOfDomain;
use saddlepoint_theory::dynamics::localisation::{Lattice, Law, Machine, Nonlinearity, Process};
use saddlepoint_theory::units::Unit as Visible;

use crate::error::{Error, Result};

/// The smallest ring.
pub(super) const FEWEST_SITES: usize = 8;
/// Correlation length of the Gaussian process, in sites, on a ring and on a torus.
const LENGTHS: [f64; 2] = [2.0, 1.2];

/// What stands on the sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Cubic,
    Erf,
    Sign,
    Rate,
    /// The same, learnt with biases
    RateWithBiases,
    Elliptical,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [
        Self::Cubic,
        Self::Erf,
        Self::Sign,
        Self::Rate,
        Self::RateWithBiases,
        Self::Elliptical,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cubic => "cubic",
            Self::Erf => "erf",
            Self::Sign => "sign",
            Self::Rate => "rate",
            Self::RateWithBiases => "rate-with-biases",
            Self::Elliptical => "elliptical",
        }
    }
}

/// Data with the coefficient, gain, rate or kurtosis that it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Model {
    pub(super) kind: Kind,
    pub(super) strength: f64,
    pub(super) is_torus: bool,
}

pub(super) const fn ring(kind: Kind, strength: f64) -> Model {
    Model {
        kind,
        strength,
        is_torus: false,
    }
}

pub(super) const fn torus(kind: Kind, strength: f64) -> Model {
    Model {
        is_torus: true,
        ..ring(kind, strength)
    }
}

impl Model {
    fn length(self) -> f64 {
        LENGTHS[usize::from(self.is_torus)]
    }

    pub(super) fn data(self) -> &'static str {
        match (self.kind, self.is_torus) {
            (Kind::Elliptical, false) => "elliptical-ring",
            (Kind::Elliptical, true) => "elliptical-torus",
            (_, false) => "nlgp-ring",
            (_, true) => "nlgp-torus",
        }
    }

    /// The machine that fits.
    pub(super) fn machine(self) -> Machine {
        Machine {
            visible: match self.kind {
                Kind::Sign => Visible::Spin,
                _ => Visible::Gaussian,
            },
            has_biases: self.kind == Kind::RateWithBiases,
        }
    }

    /// Itself, if there are such data.
    ///
    /// # Errors
    /// [`Error::BadParameter`] for a strength that data of the kind cannot have.
    pub(super) fn checked(self) -> Result<Self> {
        match self.process(FEWEST_SITES, 1.0) {
            Err(Error::Theory(OutOfDomain { domain, value, .. })) => {
                let domain = format!("{domain} for {}", self.kind.name());
                Err(Error::parameter("strength", value, domain))
            }
            other => other.map(|_| self),
        }
    }

    /// Whether units are silent or fire.
    pub(super) fn has_neurons(self) -> bool {
        matches!(self.kind, Kind::Rate | Kind::RateWithBiases)
    }

    /// Samples of mean 0 and variance 1.
    pub(super) fn draw(
        self,
        side: usize,
        samples: usize,
        random: &mut Xoshiro256PlusPlus,
    ) -> Result<Samples> {
        let drawn = self.source(side)?.draw(samples, random)?;
        if !self.has_neurons() {
            return Ok(drawn);
        }
        let units = drawn.columns();
        let deviation = (self.strength * (1.0 - self.strength)).sqrt();
        let mut values = vec![0.0; samples * units];
        for (index, row) in values.chunks_mut(units).enumerate() {
            drawn.write_row(index, row);
            for x in row {
                *x = (*x - self.strength) / deviation;
            }
        }
        Ok(Samples::real(samples, units, values)?)
    }

    /// What is drawn from.
    fn source(self, side: usize) -> Result<Box<dyn DataModel>> {
        let place = if self.is_torus {
            data::Place::Torus
        } else {
            data::Place::Ring
        };
        let process = GaussianProcess::new(place, side, self.length())?;
        let nonlinearity = match self.kind {
            Kind::Cubic => data::Nonlinearity::Cubic {
                coefficient: self.strength,
            },
            Kind::Erf => data::Nonlinearity::Erf {
                gain: self.strength,
            },
            Kind::Sign => data::Nonlinearity::Sign,
            Kind::Rate | Kind::RateWithBiases => data::Nonlinearity::Rate {
                rate: self.strength,
            },
            Kind::Elliptical => return Ok(Box::new(Elliptical::new(process, self.strength)?)),
        };
        Ok(Box::new(NonlinearGaussian::new(process, nonlinearity)?))
    }

    /// The same for theory, its correlation length too long by a factor.
    pub(super) fn process(self, side: usize, factor: f64) -> Result<Process> {
        let lattice = if self.is_torus {
            Lattice::Torus
        } else {
            Lattice::Ring
        };
        let law = match self.kind {
            Kind::Cubic => Law::Nonlinear(Nonlinearity::Cubic {
                coefficient: self.strength,
            }),
            Kind::Erf => Law::Nonlinear(Nonlinearity::Erf {
                gain: self.strength,
            }),
            Kind::Sign => Law::Nonlinear(Nonlinearity::Sign),
            Kind::Rate | Kind::RateWithBiases => Law::Nonlinear(Nonlinearity::Rate {
                rate: self.strength,
            }),
            Kind::Elliptical => Law::Elliptical {
                kurtosis: self.strength,
            },
        };
        Ok(Process::new(lattice, side, factor * self.length(), law)?)
    }
}
