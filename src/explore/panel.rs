//! What a panel is: a command with places for the values of its controls, and the same as a line of Python.

use super::reply::{Refusal, Status};
use serde::Serialize;

/// A question with sliders.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Panel {
    /// Its name in addresses.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What it is about, in one sentence.
    pub(super) about: &'static str,
    /// Page of the handbook.
    pub(super) page: &'static str,
    /// The command, in which `{name}` stands for the value of a control.
    #[serde(skip)]
    pub(super) command: &'static str,
    /// The function of the Python package, and the flags of the command that it implies.
    #[serde(skip)]
    pub(super) python: (&'static str, &'static [&'static str]),
    pub(super) controls: &'static [Control],
}

/// What a user moves.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Control {
    Slider(Slider),
    Menu(Menu),
}

/// A number between bounds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Slider {
    pub(super) name: &'static str,
    pub(super) symbol: &'static str,
    pub(super) meaning: &'static str,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) default: f64,
    pub(super) scale: Scale,
}

/// How a slider moves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scale {
    /// By equal steps.
    Step(f64),
    /// By equal factors.
    Log,
    /// By whole numbers.
    Whole,
}

/// A choice among words.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Menu {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    /// The first is the default.
    pub(super) options: &'static [Choice],
}

/// A word of a menu.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// What it is in the command.
    #[serde(skip)]
    pub(super) text: &'static str,
}

/// A command that a panel asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    /// The arguments behind the name of the program.
    pub(super) arguments: Vec<String>,
    /// The same for Python.
    pub(super) python: String,
}

impl Filled {
    /// The command as typed: its words are letters, digits and signs that no shell minds.
    pub(super) fn command(&self) -> String {
        format!("saddlepoint {}", self.arguments.join(" "))
    }
}

impl Panel {
    /// The command with the values of the controls; those that are not given have their defaults.
    ///
    /// # Errors
    /// If a parameter is none of the panel's, or its value is out of range: one line.
    pub(super) fn fill(&self, parameters: &[(String, String)]) -> Result<Filled, Refusal> {
        let bad = |line: String| Refusal::new(Status::BAD, line);
        let names = || self.controls.iter().map(Control::name);
        if let Some((name, _)) = parameters
            .iter()
            .find(|(name, _)| !names().any(|known| known == name))
        {
            let known: Vec<_> = names().collect();
            return Err(bad(format!(
                "{name}: is no parameter of {}, which has {}",
                self.name,
                known.join(", ")
            )));
        }
        let mut command = self.command.to_owned();
        for control in self.controls {
            let given = parameters.iter().find(|(name, _)| name == control.name());
            let text = control.text(given.map(|(_, value)| value.as_str()));
            let text = text.map_err(|why| bad(format!("{}: {why}", control.name())))?;
            command = command.replace(&format!("{{{}}}", control.name()), &text);
        }
        let arguments: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        let python = self.python(&arguments);
        Ok(Filled { arguments, python })
    }

    /// The call of the Python package that asks what these arguments ask.
    fn python(&self, arguments: &[String]) -> String {
        let (function, implied) = self.python;
        let is_flag = |word: &String| word.starts_with("--");
        let mut words = arguments
            .iter()
            .skip_while(|word| !is_flag(word))
            .peekable();
        let mut given = Vec::new();
        while let Some(flag) = words.next() {
            let value = words.next_if(|word| !is_flag(word));
            if implied.contains(&flag.as_str()) {
                continue;
            }
            let name = flag.trim_start_matches('-').replace('-', "_");
            given.push(match value {
                Some(value) if name == "data" => quoted(value),
                Some(value) if value.parse::<f64>().is_ok_and(f64::is_finite) => {
                    format!("{name}={value}")
                }
                Some(value) => format!("{name}={}", quoted(value)),
                None => format!("{name}=True"),
            });
        }
        format!("sp.{function}({})", given.join(", "))
    }
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

impl Control {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Slider(slider) => slider.name,
            Self::Menu(menu) => menu.name,
        }
    }

    /// The text of a value in the command, or why it cannot be one.
    fn text(&self, value: Option<&str>) -> Result<String, String> {
        match self {
            Self::Slider(slider) => slider.text(value),
            Self::Menu(menu) => menu.text(value).map(str::to_owned),
        }
    }
}

impl Slider {
    fn text(&self, value: Option<&str>) -> Result<String, String> {
        let Some(value) = value else {
            return Ok(self.default.to_string());
        };
        let (low, high) = (self.low, self.high);
        let number = value.parse().ok();
        match number.filter(|number| (low..=high).contains(number)) {
            Some(number) if self.scale == Scale::Whole && number.fract().abs() > 0.0 => {
                Err(format!("'{value}' is no whole number"))
            }
            Some(number) => Ok(number.to_string()),
            None => Err(format!("'{value}' is no number from {low} to {high}")),
        }
    }
}

impl Menu {
    fn text(&self, value: Option<&str>) -> Result<&'static str, String> {
        let mut options = self.options.iter();
        let chosen = value.map_or(self.options.first(), |value| {
            options.find(|option| option.name == value)
        });
        chosen.map(|option| option.text).ok_or_else(|| {
            let names: Vec<_> = self.options.iter().map(|option| option.name).collect();
            let value = value.unwrap_or_default();
            format!("'{value}' is none of {}", names.join(", "))
        })
    }
}
