//! Parameters that several experiments have in common, and their products.

use super::ensemble::Ensemble;
use crate::parameters::{Asked, Domain, Parameter};

/// Samples per unit.
pub(super) const ALPHA: Parameter = Parameter {
    name: "alpha",
    domain: Domain::Numbers {
        least: 0.01,
        most: 1000.0,
    },
    meaning: "Samples per unit P/N",
    default: "2",
};

/// Numbers of units.
pub(super) const UNITS: Parameter = Parameter {
    name: "units",
    domain: Domain::Counts {
        least: 8,
        most: 100_000,
    },
    meaning: "Numbers of units N; extrapolated to infinitely many where there are enough of them",
    default: "those of the preset",
};

/// Coupling of a ring.
pub(super) const BETA: Parameter = Parameter {
    name: "beta",
    domain: Domain::Numbers {
        least: 0.01,
        most: 3.0,
    },
    meaning: "Coupling of neighbours on a ring, in units of the temperature",
    default: "0.5",
};

/// Excess of a leading eigenvalue.
pub(super) const SPIKE: Parameter = Parameter {
    name: "spike",
    domain: Domain::Numbers {
        least: 0.01,
        most: 100.0,
    },
    meaning: "Excess of the leading population eigenvalue over 1, of spiked data",
    default: "1",
};

/// Signal of two clusters.
pub(super) const SIGNAL: Parameter = Parameter {
    name: "signal",
    domain: Domain::Numbers {
        least: 0.01,
        most: 10.0,
    },
    meaning: "Signal b of two-cluster data",
    default: "1",
};

/// Numbers of samples.
pub(super) const SAMPLES: Parameter = Parameter {
    name: "samples",
    domain: Domain::Counts {
        least: 100,
        most: 1_000_000,
    },
    meaning: "Numbers of samples P; extrapolated to infinitely many where there are enough of them",
    default: "those of the preset",
};

/// Samples of a batch.
pub(super) const BATCH: Parameter = Parameter {
    name: "batch",
    domain: Domain::Counts {
        least: 10,
        most: 10_000,
    },
    meaning: "Samples of a batch",
    default: "100",
};

/// What a student believes.
pub(super) const STUDENT_BETA: Parameter = numbers(
    "student-beta",
    [0.01, 20.0],
    "Inverse temperature in which the student believes",
    "1.2",
);

/// What the teacher has.
pub(super) const TEACHER_BETA: Parameter = numbers(
    "teacher-beta",
    [0.01, 20.0],
    "Inverse temperature at which the teacher draws samples",
    "1.2",
);

/// A parameter with numbers in other bounds or with another default.
pub(super) const fn numbers(
    name: &'static str,
    [least, most]: [f64; 2],
    meaning: &'static str,
    default: &'static str,
) -> Parameter {
    Parameter {
        name,
        domain: Domain::Numbers { least, most },
        meaning,
        default,
    }
}

/// A parameter with words.
pub(super) const fn words(
    name: &'static str,
    words: &'static [&'static str],
    meaning: &'static str,
    default: &'static str,
) -> Parameter {
    Parameter {
        name,
        domain: Domain::Words(words),
        meaning,
        default,
    }
}

/// All tuples of numbers of several parameters, the last varying fastest.
pub(super) fn product<const K: usize>(
    asked: &Asked<'_>,
    defaults: [(&'static str, f64); K],
) -> Vec<[f64; K]> {
    let start = vec![defaults.map(|(_, default)| default)];
    let extend = |tuples: Vec<[f64; K]>, (index, (name, default)): (usize, (&str, f64))| {
        let values = asked.numbers(name, &[default]);
        let with = |tuple: [f64; K]| {
            values.clone().into_iter().map(move |value| {
                let mut tuple = tuple;
                tuple[index] = value;
                tuple
            })
        };
        tuples.into_iter().flat_map(with).collect()
    };
    defaults.into_iter().enumerate().fold(start, extend)
}

/// The data models named by `data`, or `default`, each with all values of its own parameter.
pub(super) fn ensembles(asked: &Asked<'_>, default: &'static str) -> Vec<Ensemble> {
    let models = asked.words("data", &[default]);
    let of = |word: String| -> Vec<Ensemble> {
        let with = |name: &str, default, model: fn(f64) -> Ensemble| {
            let values = asked.numbers(name, &[default]);
            values.into_iter().map(model).collect()
        };
        match word.as_str() {
            "iid-spin" => vec![Ensemble::IidSpin],
            "iid-gaussian" => vec![Ensemble::IidGaussian],
            "three-atoms" => vec![Ensemble::ThreeAtoms],
            "two-cluster" => with("signal", 1.0, |signal| Ensemble::TwoCluster { signal }),
            "ising-ring" => with("beta", 0.5, |beta| Ensemble::IsingRing { beta }),
            "gaussian-ring" => with("beta", 0.5, |beta| Ensemble::GaussianIsingRing { beta }),
            _ => with("spike", 1.0, |spike| Ensemble::Spiked { spike }),
        }
    };
    models.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{Given, Values};
    use crate::runner::Preset;

    #[test]
    fn the_last_parameter_varies_fastest() {
        let mut given = Given::default();
        given.set(&ALPHA, Values::Numbers(vec![1.0, 2.0])).unwrap();
        given.set(&BETA, Values::Numbers(vec![0.3, 0.4])).unwrap();
        let asked = Asked::new(Preset::Quick, &given);
        let tuples = product(&asked, [("alpha", 5.0), ("spike", 7.0), ("beta", 5.0)]);
        let expected = [
            [1.0, 7.0, 0.3],
            [1.0, 7.0, 0.4],
            [2.0, 7.0, 0.3],
            [2.0, 7.0, 0.4],
        ];
        assert_eq!(tuples, expected);
    }
}
