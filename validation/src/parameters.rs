//! What a user may set in an experiment, and what one has set.
//!
//! An experiment has points of its own at each preset. Once a value of a parameter is given, its points are the product of
//! the values given and of defaults for the other parameters.

use crate::comparison::{FEWEST_REPLICAS, as_float, rounded};
use crate::error::{Error, Result};
use crate::runner::Preset;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};
use std::str::FromStr;

/// Most replicas of a point.
const MOST_REPLICAS: usize = 10_000_000;

/// A parameter of an experiment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Its name, and that of its flag.
    pub name: &'static str,
    /// The values that it takes.
    pub domain: Domain,
    /// What it is.
    pub meaning: &'static str,
    /// Its values where others are given and it is not, in words.
    pub default: &'static str,
}

/// The values that a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// Numbers within bounds, both included.
    Numbers {
        /// The smallest.
        least: f64,
        /// The largest.
        most: f64,
    },
    /// Whole numbers within bounds, both included.
    Counts {
        /// The smallest.
        least: usize,
        /// The largest.
        most: usize,
    },
    /// Some words.
    Words(&'static [&'static str]),
}

impl Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Numbers { least, most } => write!(f, "{least} to {most}"),
            Self::Counts { least, most } => write!(f, "{least} to {most}, whole"),
            Self::Words(words) => f.write_str(&words.join(", ")),
        }
    }
}

/// Values of one parameter, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Of [`Domain::Numbers`].
    Numbers(Vec<f64>),
    /// Of [`Domain::Counts`].
    Counts(Vec<usize>),
    /// Of [`Domain::Words`].
    Words(Vec<String>),
}

impl Values {
    /// The values that [`Display`] wrote.
    fn read(parameter: &Parameter, text: &str) -> Result<Self> {
        let texts = text.split(',');
        Ok(match parameter.domain {
            Domain::Numbers { .. } => Self::Numbers(
                texts
                    .map(|text| number(parameter.name, text))
                    .collect::<Result<_>>()?,
            ),
            Domain::Counts { .. } => Self::Counts(
                texts
                    .map(|text| number(parameter.name, text))
                    .collect::<Result<_>>()?,
            ),
            Domain::Words(_) => Self::Words(texts.map(str::to_owned).collect()),
        })
    }
}

/// A number in the text of a parameter.
fn number<T: FromStr>(name: &str, text: &str) -> Result<T> {
    text.parse()
        .map_err(|_| Error::parameter(name, text, "a number"))
}

impl Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = match self {
            Self::Numbers(values) => values.iter().map(|x| format!("{x:?}")).collect(),
            Self::Counts(values) => values.iter().map(usize::to_string).collect(),
            Self::Words(values) => values.clone(),
        };
        f.write_str(&texts.join(","))
    }
}

/// The values that are given, and how precise the answer shall be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    values: BTreeMap<&'static str, Values>,
    /// Replicas of each point, in place of the experiment's.
    pub replicas: Option<usize>,
    /// Standard error of every measured mean, relative to it where it is larger than 1.
    pub target_error: Option<f64>,
}

impl Given {
    /// No values, and how precise the answer shall be.
    pub fn new(replicas: Option<usize>, target_error: Option<f64>) -> Self {
        Self {
            replicas,
            target_error,
            ..Self::default()
        }
    }

    /// What the texts of [`Given::texts`] say of an experiment with these parameters.
    ///
    /// # Errors
    /// [`Error::UnknownParameter`] for a name that is none of them, [`Error::BadParameter`] for a text that is no value.
    pub fn read(parameters: &[Parameter], texts: &BTreeMap<String, String>) -> Result<Self> {
        let mut given = Self::default();
        for (name, text) in texts {
            match name.as_str() {
                "replicas" => given.replicas = Some(number(name, text)?),
                "target-error" => given.target_error = Some(number(name, text)?),
                _ => {
                    let known = parameters.iter().find(|parameter| parameter.name == name);
                    let parameter = known.ok_or_else(|| Error::UnknownParameter {
                        parameter: name.clone(),
                    })?;
                    given.set(parameter, Values::read(parameter, text)?)?;
                }
            }
        }
        Ok(given)
    }

    /// Takes values of a parameter.
    ///
    /// # Errors
    /// [`Error::BadParameter`] if there are none, or one is outside of the parameter's domain.
    pub fn set(&mut self, parameter: &Parameter, values: Values) -> Result<()> {
        let wrong = match (&parameter.domain, &values) {
            (Domain::Numbers { least, most }, Values::Numbers(values)) => {
                first(values, |x| (least..=most).contains(&x))
            }
            (Domain::Counts { least, most }, Values::Counts(values)) => {
                first(values, |n| (least..=most).contains(&n))
            }
            (Domain::Words(words), Values::Words(values)) => {
                first(values, |word| words.contains(&word.as_str()))
            }
            _ => Some("values of another kind".to_owned()),
        };
        if let Some(value) = wrong {
            let domain = parameter.domain.to_string();
            return Err(Error::parameter(parameter.name, value, domain));
        }
        self.values.insert(parameter.name, values);
        Ok(())
    }

    /// Names and values as texts, in alphabetical order.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let values = self.values.iter();
        let mut texts: BTreeMap<String, String> = values
            .map(|(name, values)| ((*name).to_owned(), values.to_string()))
            .collect();
        if let Some(replicas) = self.replicas {
            texts.insert("replicas".to_owned(), replicas.to_string());
        }
        if let Some(error) = self.target_error {
            texts.insert("target-error".to_owned(), format!("{error:?}"));
        }
        texts
    }
}

impl Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.texts().into_iter().enumerate() {
            if i > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{name}={value}")?;
        }
        Ok(())
    }
}

/// The first value outside of a domain, as a text; an empty list is outside of any.
fn first<T: fmt::Debug>(values: &[T], is_inside: impl Fn(&T) -> bool) -> Option<String> {
    if values.is_empty() {
        return Some("nothing".to_owned());
    }
    let outside = values.iter().find(|value| !is_inside(value));
    outside.map(|value| format!("{value:?}"))
}

/// Checks a number of replicas: enough to judge by.
///
/// # Errors
/// [`Error::BadParameter`] outside of 16 to 10 000 000.
pub fn replicas(replicas: usize) -> Result<usize> {
    let range = FEWEST_REPLICAS..=MOST_REPLICAS;
    if range.contains(&replicas) {
        return Ok(replicas);
    }
    let domain = format!("{FEWEST_REPLICAS} to {MOST_REPLICAS}, whole");
    Err(Error::parameter("replicas", replicas, domain))
}

/// Replicas that give the mean of every value the standard error asked for, relative to the mean where that is larger than 1.
///
/// ```text
/// R = max_v s_v²/(error max(1, |x̄_v|))²
/// ```
///
/// with mean x̄ and standard deviation s of each value v over the replicas given.
///
/// # Errors
/// [`Error::TooPrecise`] beyond 10 000 000.
pub(crate) fn needed(replicas: &[Vec<f64>], error: f64) -> Result<usize> {
    let values = replicas.first().map_or(0, Vec::len);
    let count = as_float(replicas.len());
    let of_value = |value: usize| {
        let all = || replicas.iter().map(|replica| replica[value]);
        let mean = all().sum::<f64>() / count;
        let variance = all().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
        variance / (error * mean.abs().max(1.0)).powi(2)
    };
    let needed = (0..values).map(of_value).fold(0.0, f64::max).ceil();
    if needed > as_float(MOST_REPLICAS) {
        return Err(Error::TooPrecise {
            error,
            needed,
            most: MOST_REPLICAS,
        });
    }
    Ok(rounded(needed).max(FEWEST_REPLICAS))
}

/// What is asked of an experiment.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// How much is measured.
    pub preset: Preset,
    given: &'a Given,
}

impl<'a> Asked<'a> {
    /// A preset, and what is given beside it.
    pub fn new(preset: Preset, given: &'a Given) -> Self {
        Self { preset, given }
    }

    /// Whether the points are the user's own, and not those of the preset.
    pub fn is_own(&self) -> bool {
        !self.given.values.is_empty()
    }

    /// The numbers given as `name`, or the default.
    pub(crate) fn numbers(&self, name: &str, default: &[f64]) -> Vec<f64> {
        match self.given.values.get(name) {
            Some(Values::Numbers(values)) => values.clone(),
            _ => default.to_vec(),
        }
    }

    /// The whole numbers given as `name`, or the default.
    pub(crate) fn counts(&self, name: &str, default: &[usize]) -> Vec<usize> {
        match self.given.values.get(name) {
            Some(Values::Counts(values)) => values.clone(),
            _ => default.to_vec(),
        }
    }

    /// Those of `all` whose names are given as `parameter`, or the default ones, in the order of `all`.
    pub(crate) fn chosen<T>(
        &self,
        parameter: &str,
        default: &[&'static str],
        all: impl IntoIterator<Item = T>,
        name: impl Fn(&T) -> &'static str,
    ) -> Vec<T> {
        let words = self.words(parameter, default);
        let is_named = |one: &T| words.iter().any(|word| word == name(one));
        all.into_iter().filter(is_named).collect()
    }

    /// The words given as `name`, or the default.
    pub(crate) fn words(&self, name: &str, default: &[&'static str]) -> Vec<String> {
        match self.given.values.get(name) {
            Some(Values::Words(values)) => values.clone(),
            _ => default.iter().map(|&word| word.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BETA: Parameter = Parameter {
        name: "beta",
        domain: Domain::Numbers {
            least: 0.0,
            most: 3.0,
        },
        meaning: "Inverse temperature",
        default: "0.5",
    };

    #[test]
    fn values_outside_of_a_domain_are_refused_by_name_and_value() {
        let mut given = Given::default();
        let message = |result: Result<()>| result.unwrap_err().to_string();
        let large = given.set(&BETA, Values::Numbers(vec![0.5, 4.0]));
        assert_eq!(message(large), "beta must be 0 to 3, got 4.0");
        let none = given.set(&BETA, Values::Numbers(vec![]));
        assert!(message(none).contains("nothing"));
        let other = given.set(&BETA, Values::Counts(vec![1]));
        assert!(message(other).contains("another kind"));
        assert_eq!(given, Given::default());
    }

    #[test]
    fn texts_are_read_back_to_the_last_bit() {
        let units = Parameter {
            name: "units",
            domain: Domain::Counts { least: 1, most: 9 },
            ..BETA
        };
        let data = Parameter {
            name: "data",
            domain: Domain::Words(&["a", "b"]),
            ..BETA
        };
        let mut given = Given::new(Some(20), Some(0.1 + 0.2));
        given
            .set(&BETA, Values::Numbers(vec![0.1 + 0.2, 1e-300]))
            .unwrap();
        given.set(&units, Values::Counts(vec![3, 4])).unwrap();
        given.set(&data, Values::Words(vec!["b".into()])).unwrap();
        let read = |parameters: &[Parameter]| Given::read(parameters, &given.texts());
        assert_eq!(read(&[BETA, units, data]).unwrap(), given);
        let unknown = read(&[BETA, units]).unwrap_err().to_string();
        assert!(unknown.contains("data"), "{unknown}");
    }

    #[test]
    fn what_is_given_stands_for_the_default() {
        let mut given = Given::default();
        given.set(&BETA, Values::Numbers(vec![0.5, 1.0])).unwrap();
        let asked = Asked::new(Preset::Quick, &given);
        assert!(asked.is_own());
        assert_eq!(asked.numbers("beta", &[2.0]), [0.5, 1.0]);
        assert_eq!(asked.numbers("alpha", &[2.0]), [2.0]);
        assert_eq!(given.to_string(), "beta=0.5,1.0");
    }
}
