//! From a request to its answer, by the questions and figures of the library.

use super::panel::Filled;
use super::panels;
use super::reply::{Refusal, Reply, Status};
use super::request::Request;
use super::secret;
use crate::call::{Answer, Call};
use crate::notice;
use crate::output::{self, Format};
use crate::plot::{self, Choice, FigureFile};
use crate::questions::Monitor;
use crate::table::Table;
use anyhow::{Result, bail};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Whose turn it is: questions share the cores, and one at a time is answered sooner than several.
static TURN: Mutex<()> = Mutex::new(());

/// Whether the one who asks has gone.
type Gone<'a> = &'a (dyn Fn() -> bool + Sync);

/// The answer of a request.
pub(super) fn reply(request: &Request, has_gone: Gone<'_>) -> Reply {
    let reply = match request.path.as_str() {
        "/" => page(),
        "/answer" => asked(request, has_gone),
        "/table.csv" | "/figure.svg" | "/figure.pdf" => file(request, has_gone),
        path => {
            let words = format!("{path}: there is no such page");
            Err(Refusal::new(Status::NOT_FOUND, words))
        }
    };
    reply.unwrap_or_else(Reply::from)
}

/// The page with its styles, its script and the panels.
fn page() -> Result<Reply, Refusal> {
    let bug = |error: anyhow::Error| Refusal::new(Status::BUG, notice::line(&error));
    let nonce = secret().map_err(bug)?;
    // No text of a panel can end the element that holds it.
    let groups = json!(panels::GROUPS).to_string().replace('<', "\\u003c");
    let text = PAGE
        .replace("{{nonce}}", &nonce)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{groups}}", &groups);
    Ok(Reply::page(text, nonce))
}

/// What a request is about.
struct Asked {
    panel: &'static str,
    filled: Filled,
    /// Width of the figure in millimetres.
    width: Option<f64>,
}

impl Asked {
    /// Reads the parameters.
    fn of(request: &Request) -> Result<Self, Refusal> {
        let mut parameters = request.parameters.clone();
        let mut take = |name: &str| {
            let place = parameters.iter().position(|(known, _)| known == name);
            place.map(|place| parameters.remove(place).1)
        };
        let (name, width) = (take("panel"), take("width"));
        let name = name.unwrap_or_default();
        let Some(panel) = panels::all().find(|panel| panel.name == name) else {
            let words = format!("{name}: there is no such panel");
            return Err(Refusal::new(Status::NOT_FOUND, words));
        };
        let number = |text: String| {
            let words = || format!("width: '{text}' is no number of millimetres");
            text.parse().map_err(|_| Refusal::new(Status::BAD, words()))
        };
        Ok(Self {
            panel: panel.name,
            filled: panel.fill(&parameters)?,
            width: width.map(number).transpose()?,
        })
    }

    /// The table, unless the one who asks has gone.
    fn table(&self, has_gone: Gone<'_>) -> Result<Answer> {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let cancelled = AtomicBool::new(has_gone());
        let progress = |_, _| {
            if has_gone() {
                cancelled.store(true, Ordering::Relaxed);
            }
        };
        let monitor = Monitor {
            progress: &progress,
            cancelled: &cancelled,
            ..Monitor::silent()
        };
        monitor.check()?;
        Call::parse(&self.filled.arguments)?.table(&monitor)
    }

    /// The figure of a table in a format that the name says.
    fn figure(&self, table: &Table, name: &str) -> Result<Vec<u8>> {
        let file = FigureFile::parse(name)?.with_width(self.width)?;
        let mut bytes = Vec::new();
        plot::draw(table, &Choice::default(), &file, &mut bytes)?;
        Ok(bytes)
    }

    /// What the page shows of an answer.
    fn shown(&self, has_gone: Gone<'_>) -> Result<serde_json::Value> {
        let answer = self.table(has_gone)?;
        let svg = self.figure(&answer.table, "figure.svg")?;
        Ok(json!({
            "svg": String::from_utf8(svg)?,
            "rows": answer.table.rows.len(),
            "notes": answer.shortfalls(),
        }))
    }
}

/// Figure, command and line of Python for the page; for a question without an answer the line that says why.
fn asked(request: &Request, has_gone: Gone<'_>) -> Result<Reply, Refusal> {
    let asked = Asked::of(request)?;
    let (status, mut value) = match asked.shown(has_gone) {
        Ok(value) => (Status::OK, value),
        Err(error) => (Status::BAD, json!({ "error": notice::line(&error) })),
    };
    value["command"] = json!(asked.filled.command());
    value["python"] = json!(asked.filled.python);
    Ok(Reply::json(status, &value))
}

/// A table or a figure to save.
fn file(request: &Request, has_gone: Gone<'_>) -> Result<Reply, Refusal> {
    let asked = Asked::of(request)?;
    let bytes = || -> Result<(&'static str, &'static str, Vec<u8>)> {
        let table = asked.table(has_gone)?.table;
        Ok(match request.path.as_str() {
            "/table.csv" => (
                "csv",
                "text/csv; charset=utf-8",
                output::bytes(&table, Format::Csv)?,
            ),
            "/figure.svg" => ("svg", "image/svg+xml", asked.figure(&table, "figure.svg")?),
            "/figure.pdf" => (
                "pdf",
                "application/pdf",
                asked.figure(&table, "figure.pdf")?,
            ),
            path => bail!("{path}: is no file"),
        })
    };
    match bytes() {
        Ok((suffix, kind, bytes)) => {
            let name = format!("{}.{suffix}", asked.panel);
            Ok(Reply::file(name, kind, bytes))
        }
        Err(error) => Err(Refusal::new(Status::BAD, notice::line(&error))),
    }
}
