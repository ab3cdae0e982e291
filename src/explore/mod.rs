//! One page on the loopback address, with sliders for questions that answer at once.
//!
//! | module | what |
//! | --- | --- |
//! | `panels` | the questions: commands with places for the values of sliders and menus, each with its bounds |
//! | `panel` | from a panel and values to the arguments of a command, and to a line of Python |
//! | `request` | what a browser asks, and who may |
//! | `answer` | from a request to the page, a table or a figure, which the library makes in memory |
//! | `reply` | status, headers and bytes |
//!
//! A request names a panel and values within its bounds, and nothing else: none reads a file or writes one.

mod answer;
mod panel;
mod panels;
mod reply;
mod request;
#[cfg(test)]
mod tests;

use crate::interrupt::STACK_BYTES;
use anyhow::{Context, Result};
use reply::{Refusal, Reply, Status};
use request::{Gate, PATIENCE, Request};
use std::io::{self, ErrorKind, Read};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Connections at a time; a browser opens six, and some of them in advance.
const MAX_CONNECTIONS: usize = 32;
/// How often to look whether there is room for one more.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a request that was refused before its end is read on, so that its sender gets to know why.
const REST: Duration = Duration::from_secs(1);

/// A server that waits on the loopback address.
#[derive(Debug)]
pub(crate) struct Explorer {
    listener: TcpListener,
    gate: Gate,
}

impl Explorer {
    /// Takes a port; 0 for one that is free.
    ///
    /// # Errors
    /// If the port is taken or not allowed, or the operating system has no random numbers.
    pub(crate) fn open(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
            format!("--port {port}: cannot listen there; choose another, or leave --port out for one that is free")
        })?;
        let port = listener.local_addr().context("the port is unknown")?.port();
        let token = secret()?;
        Ok(Self {
            listener,
            gate: Gate { port, token },
        })
    }

    /// What to open in a browser.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/?token={}", self.gate.address(), self.gate.token)
    }

    /// Answers requests for ever.
    pub(crate) fn serve(self) {
        let gate = Arc::new(self.gate);
        for connection in self.listener.incoming() {
            // Every connection holds the gate, and so does this function. Others wait in the operating system meanwhile.
            while Arc::strong_count(&gate) > MAX_CONNECTIONS {
                thread::sleep(PAUSE);
            }
            let Ok(mut stream) = connection else {
                // Too many open files, as a rule: some close soon.
                thread::sleep(PAUSE);
                continue;
            };
            let gate = Arc::clone(&gate);
            let attend = move || {
                // Whoever has gone is not told so.
                let _ = attend(&mut stream, &gate);
            };
            let worker = thread::Builder::new().stack_size(STACK_BYTES);
            // Without a thread the connection closes.
            let _ = worker.spawn(attend);
        }
    }
}

/// A word that nobody guesses, 128 bits of the operating system in hexadecimal digits.
fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the operating system has no random numbers")?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Answers the one request of a connection.
fn attend(stream: &mut TcpStream, gate: &Gate) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let reply = match Request::read(stream, gate) {
        Ok(None) => return Ok(()),
        Ok(Some(request)) => answered(stream, &request)?,
        Err(refusal) => refusal.into(),
    };
    reply.write(stream)?;
    // Closing with bytes unread would take the answer away from the other side.
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(REST))?;
    let (begun, mut rest) = (Instant::now(), [0; 4096]);
    while begun.elapsed() < REST && stream.read(&mut rest)? > 0 {}
    Ok(())
}

/// The answer of a request, which stops when the other side goes.
fn answered(stream: &TcpStream, request: &Request) -> io::Result<Reply> {
    stream.set_nonblocking(true)?;
    let reply = catch_unwind(AssertUnwindSafe(|| {
        answer::reply(request, &|| has_gone(stream))
    }));
    stream.set_nonblocking(false)?;
    Ok(reply.unwrap_or_else(|_| {
        let words = "a bug stopped the question; please report the message on the terminal";
        Refusal::new(Status::BUG, words).into()
    }))
}

/// Whether the other side of a connection that does not block has closed it.
fn has_gone(stream: &TcpStream) -> bool {
    match stream.peek(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}
