//! A command at many settings: the runs that a file in TOML describes.
//!
//! ```toml
//! command = "learn --data two-cluster --signal 1.5 --alpha 1:8:8"
//! output = "curves/{hidden}-{l2}.csv"
//!
//! [grid]
//! hidden = ["spin", "relu"]
//! l2 = [0, 0.1]
//! ```

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

use crate::output::sidecar;

/// Most runs of a sweep.
const MOST: usize = 1_000_000;

/// All runs of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// In the order of the grid, the last flag varying fastest.
    pub runs: Vec<Run>,
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The arguments of the program.
    pub arguments: Vec<String>,
    /// The file that it writes.
    pub output: PathBuf,
}

/// What a file may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    command: String,
    output: String,
    #[serde(default)]
    grid: Table,
}

impl Sweep {
    /// Reads the file of a sweep.
    ///
    /// # Errors
    /// If it cannot be read, is no TOML, has an unknown key or a value that is no flag's, or two of its runs would write one file.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let name = file.file_name().unwrap_or(file.as_os_str());
        Self::parse(&text, &name.to_string_lossy()).with_context(|| file.display().to_string())
    }

    fn parse(text: &str, name: &str) -> Result<Self> {
        let description: Description =
            toml::from_str(text).map_err(|error| one_line(text, &error))?;
        let words = shlex::split(&description.command);
        let words = words.context("command has a quote that does not end")?;
        ensure!(
            !words.is_empty(),
            "command is empty; write what every run does"
        );
        let taken = |word: &&String| ["-o", "--output", "--note"].contains(&word.as_str());
        if let Some(word) = words.iter().find(taken) {
            bail!(
                "command has {word}, which the sweep sets; write the name of the files as output"
            );
        }
        let settings = settings(&description.grid)?;
        let total = settings.len();
        let mut runs = Vec::new();
        let mut outputs = HashSet::new();
        for (index, setting) in settings.iter().enumerate() {
            let output = placed(&description.output, setting)?;
            ensure!(
                outputs.insert(output.clone()),
                "two runs would write {output}; name every flag of the grid in output, as {{NAME}}"
            );
            let mut arguments = words.clone();
            for (flag, value) in setting {
                arguments.extend(flag_of(flag, value));
            }
            let note = format!("sweep {name}, run {} of {total}", index + 1);
            arguments.extend(["--note".to_owned(), note, "-o".to_owned(), output.clone()]);
            runs.push(Run {
                arguments,
                output: output.into(),
            });
        }
        Ok(Self { runs })
    }
}

impl Run {
    /// The command as a shell reads it.
    ///
    /// # Errors
    /// If an argument has a zero byte.
    pub fn line(&self) -> Result<String> {
        let words = self.arguments.iter().map(String::as_str);
        Ok(format!("saddlepoint {}", shlex::try_join(words)?))
    }

    /// Whether its file is there, made by these arguments.
    ///
    /// # Errors
    /// If the file was made by others, or nothing says by which.
    pub fn is_done(&self) -> Result<bool> {
        if !self.output.exists() {
            return Ok(false);
        }
        let output = self.output.display();
        let described = sidecar::path(&self.output);
        let text = fs::read_to_string(&described).with_context(|| {
            format!(
                "{output} is there, and no {} that says what made it; move it away",
                described.display()
            )
        })?;
        let sidecar: Json = serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; remove it and {output}", described.display())
        })?;
        let made_by: Option<Vec<&str>> = sidecar["arguments"]
            .as_array()
            .map(|words| words.iter().filter_map(Json::as_str).collect());
        ensure!(
            made_by.is_some_and(|words| same(&words, &self.arguments)),
            "{output} was made by other arguments; move it away or change output"
        );
        Ok(true)
    }
}

/// Whether two lists of arguments ask the same: the number of threads changes nothing, and the note no result.
fn same(made_by: &[&str], arguments: &[String]) -> bool {
    let telling = |words: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let mut kept = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "--note" | "--threads" => drop(words.next()),
                "-q" | "--quiet" => {}
                _ => kept.push(word.to_owned()),
            }
        }
        kept
    };
    let arguments = telling(&mut arguments.iter().map(String::as_str));
    telling(&mut made_by.iter().copied()) == arguments
}

/// An error of a file in one line, with the number of the line that it is in.
fn one_line(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let message = error.message().replace('\n', "; ");
    let line = error
        .span()
        .map(|span| text[..span.start].matches('\n').count() + 1);
    match line {
        Some(line) => anyhow::anyhow!("line {line}: {message}"),
        None => anyhow::anyhow!("{message}"),
    }
}

/// A flag of the grid and one of its values.
type Setting = Vec<(String, Value)>;

/// All combinations of the values of the flags.
fn settings(grid: &Table) -> Result<Vec<Setting>> {
    let mut settings: Vec<Setting> = vec![Vec::new()];
    for (flag, values) in grid {
        let values = match values {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        };
        ensure!(!values.is_empty(), "grid: {flag} has no values");
        let is_flag = |value: &&Value| {
            !matches!(
                value,
                Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_)
            )
        };
        if let Some(value) = values.iter().find(is_flag) {
            bail!("grid: {flag} has {value}; a value is a number, a word, true or false");
        }
        ensure!(
            settings.len() * values.len() <= MOST,
            "the grid has more than {MOST} runs; choose fewer"
        );
        let with = |setting: &Setting| -> Vec<Setting> {
            let with_value = |value: &Value| {
                let mut setting = setting.clone();
                setting.push((flag.clone(), value.clone()));
                setting
            };
            values.iter().map(with_value).collect()
        };
        settings = settings.iter().flat_map(with).collect();
    }
    Ok(settings)
}

/// The flag as typed; false is no flag.
fn flag_of(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Boolean(false) => Vec::new(),
        Value::Boolean(true) => vec![format!("--{name}")],
        value => vec![format!("--{name}"), word(value)],
    }
}

/// A value as typed.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A name with the values of the flags in the places of {NAME}.
fn placed(template: &str, setting: &Setting) -> Result<String> {
    let mut name = template.to_owned();
    for (flag, value) in setting {
        name = name.replace(
            &format!("{{{flag}}}"),
            &word(value).replace(['/', ':'], "_"),
        );
    }
    if let (Some(open), Some(close)) = (name.find('{'), name.find('}')) {
        let unknown = name.get(open..=close).unwrap_or(&name);
        bail!("output: {unknown} is no flag of the grid");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_BY_TWO: &str = "command = \"learn --data 'two cluster'\"\noutput = \"{hidden}-{l2}.csv\"\n\
        [grid]\nhidden = [\"spin\", \"relu\"]\nl2 = [0, 0.1]\n";

    #[test]
    fn all_combinations_run_with_the_last_flag_varying_fastest() {
        let sweep = Sweep::parse(TWO_BY_TWO, "s.toml").unwrap();
        let outputs: Vec<_> = sweep
            .runs
            .iter()
            .map(|run| run.output.display().to_string())
            .collect();
        assert_eq!(
            outputs,
            ["spin-0.csv", "spin-0.1.csv", "relu-0.csv", "relu-0.1.csv"]
        );
        assert_eq!(
            sweep.runs[1].line().unwrap(),
            "saddlepoint learn --data 'two cluster' --hidden spin --l2 0.1 --note 'sweep s.toml, run 2 of 4' -o spin-0.1.csv"
        );
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        for (text, words) in [
            ("command = \"learn\"", "missing field `output`"),
            (
                "command = \"learn\"\noutput = \"x\"\ngird = 1",
                "line 3: unknown field `gird`",
            ),
            ("command = \"learn -o x\"\noutput = \"x\"", "command has -o"),
            ("command = \"\"\noutput = \"x\"", "command is empty"),
            ("command = \"learn 'x\"\noutput = \"x\"", "quote"),
            (
                "command = \"learn\"\noutput = \"x\"\n[grid]\na = []",
                "a has no values",
            ),
            (
                "command = \"learn\"\noutput = \"x\"\n[grid]\na = [[1]]",
                "a has [1]",
            ),
            (
                "command = \"learn\"\noutput = \"x\"\n[grid]\na = [1, 2]",
                "two runs would write x",
            ),
            (
                "command = \"learn\"\noutput = \"{b}\"\n[grid]\na = [1]",
                "{b} is no flag",
            ),
            ("command = ", "line 1: "),
        ] {
            let error = format!("{:#}", Sweep::parse(text, "s.toml").unwrap_err());
            assert!(
                error.contains(words) && !error.contains('\n'),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn a_flag_without_a_value_is_there_or_not() {
        let text = "command = \"learn\"\noutput = \"{all-branches}\"\n[grid]\nall-branches = [true, false]";
        let sweep = Sweep::parse(text, "s.toml").unwrap();
        assert!(
            sweep.runs[0]
                .arguments
                .contains(&"--all-branches".to_owned())
        );
        assert!(
            !sweep.runs[1]
                .arguments
                .contains(&"--all-branches".to_owned())
        );
    }

    #[test]
    fn threads_and_notes_are_not_told_apart() {
        let arguments = ["learn", "--note", "a", "-o", "x"].map(str::to_owned);
        assert!(same(&["learn", "-o", "x", "--threads", "2"], &arguments));
        assert!(!same(&["learn", "-o", "y"], &arguments));
    }
}
