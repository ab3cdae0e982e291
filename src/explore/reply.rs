//! What the server says: status, headers and bytes of an answer.

use std::io::{self, Write};

/// A status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) code: u16,
    reason: &'static str,
}

impl Status {
    pub(super) const OK: Self = Self::new(200, "OK");
    pub(super) const BAD: Self = Self::new(400, "Bad Request");
    pub(super) const FORBIDDEN: Self = Self::new(403, "Forbidden");
    pub(super) const NOT_FOUND: Self = Self::new(404, "Not Found");
    pub(super) const METHOD: Self = Self::new(405, "Method Not Allowed");
    pub(super) const TIMEOUT: Self = Self::new(408, "Request Timeout");
    pub(super) const LONG_ADDRESS: Self = Self::new(414, "URI Too Long");
    pub(super) const LONG_HEAD: Self = Self::new(431, "Request Header Fields Too Large");
    pub(super) const BUG: Self = Self::new(500, "Internal Server Error");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}

/// Why there is no answer, in one line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: Status,
    pub(super) line: String,
}

impl Refusal {
    pub(super) fn new(status: Status, line: impl Into<String>) -> Self {
        let line = line.into();
        Self { status, line }
    }
}

/// Headers of every answer.
const GUARDS: [&str; 7] = [
    "Connection: close",
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Referrer-Policy: no-referrer",
    "Cross-Origin-Opener-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
];
const POLICY: &str = "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: Status,
    /// What the bytes are.
    kind: &'static str,
    /// What the browser is to call the file that it saves; `None` for what it shows.
    file: Option<String>,
    /// What marks the scripts and styles that the page may run; `None` for all other answers.
    nonce: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    fn new(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: Status::OK,
            kind,
            file: None,
            nonce: None,
            body: body.into(),
        }
    }

    /// The page, whose own scripts and styles bear a mark.
    pub(super) fn page(text: String, nonce: String) -> Self {
        Self {
            nonce: Some(nonce),
            ..Self::new("text/html; charset=utf-8", text)
        }
    }

    /// Data for the page.
    pub(super) fn json(status: Status, value: &serde_json::Value) -> Self {
        Self {
            status,
            ..Self::new("application/json", value.to_string())
        }
    }

    /// A file to save.
    pub(super) fn file(name: String, kind: &'static str, body: Vec<u8>) -> Self {
        Self {
            file: Some(name),
            ..Self::new(kind, body)
        }
    }

    /// Status and headers. Nothing of elsewhere is loaded, no other page shows this one, and no browser keeps an answer or guesses what it is.
    fn head(&self) -> Vec<String> {
        let Status { code, reason } = self.status;
        let mut lines = vec![
            format!("HTTP/1.1 {code} {reason}"),
            format!("Content-Type: {}", self.kind),
            format!("Content-Length: {}", self.body.len()),
        ];
        lines.extend(GUARDS.map(str::to_owned));
        lines.push(match &self.nonce {
            None => POLICY.to_owned(),
            Some(nonce) => format!(
                "{POLICY}; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:"
            ),
        });
        if self.status == Status::METHOD {
            lines.push("Allow: GET".to_owned());
        }
        let file = self.file.iter();
        lines.extend(
            file.map(|file| format!("Content-Disposition: attachment; filename=\"{file}\"")),
        );
        lines
    }

    /// Writes status, headers and body.
    ///
    /// # Errors
    /// If the other side has gone.
    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let head = self.head().join("\r\n");
        stream.write_all(format!("{head}\r\n\r\n").as_bytes())?;
        stream.write_all(&self.body)?;
        stream.flush()
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: refusal.status,
            ..Self::new("text/plain; charset=utf-8", refusal.line + "\n")
        }
    }
}
