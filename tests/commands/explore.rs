//! The explorer as a browser and as an intruder see it.

use super::support::run;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

/// An explorer that runs until it is dropped.
struct Explorer {
    child: Child,
    stderr: ChildStderr,
    host: String,
    token: String,
}

impl Explorer {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_saddlepoint"))
            .args(["explore", "--quiet"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let mut address = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut address).unwrap();
        let rest = address.trim_end().strip_prefix("http://").unwrap();
        let (host, token) = rest.split_once("/?token=").unwrap();
        Self {
            child,
            stderr,
            host: host.to_owned(),
            token: token.to_owned(),
        }
    }

    /// What comes back for these bytes: status, headers and body.
    fn send(&self, request: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|end| end == b"\r\n\r\n");
        let body = answer.split_off(end.unwrap() + 4);
        let head = String::from_utf8(answer).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, body)
    }

    fn request(&self, method: &str, target: &str, host: &str) -> (u16, String, String) {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let (status, head, body) = self.send(request.as_bytes());
        (status, head, String::from_utf8(body).unwrap())
    }

    /// The answer to who knows the token.
    fn get(&self, target: &str) -> (u16, String, String) {
        let join = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{join}token={}", self.token);
        self.request("GET", &target, &self.host)
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_page_is_for_who_has_the_token_and_the_right_host() {
    let explorer = Explorer::start();
    let (status, head, body) = explorer.get("/");
    assert_eq!(status, 200);
    assert!(body.starts_with("<!doctype html>"), "{body}");
    for header in [
        "Content-Security-Policy: default-src 'none'; ",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
    ] {
        assert!(head.contains(header), "{head}");
    }
    assert!(!body.contains(&explorer.token));
    let host = explorer.host.as_str();
    let (status, _, words) = explorer.request("GET", "/", host);
    assert_eq!((status, words.lines().count()), (403, 1), "{words}");
    assert!(
        words.starts_with("the token is missing or wrong"),
        "{words}"
    );
    let other = format!("/?token={}", explorer.token.replace(|_| true, "0"));
    assert_eq!(explorer.request("GET", &other, host).0, 403);
    let right = format!("/?token={}", explorer.token);
    assert_eq!(explorer.request("GET", &right, "example.org").0, 403);
    let (status, head, _) = explorer.request("POST", &right, host);
    assert_eq!(status, 405);
    assert!(head.contains("Allow: GET\r\n"), "{head}");
}

#[test]
fn what_is_not_known_or_out_of_range_is_refused_in_one_line() {
    let explorer = Explorer::start();
    for (target, status, words) in [
        ("/etc/passwd", 404, "/etc/passwd: there is no such page"),
        (
            "/../Cargo.toml",
            404,
            "/../Cargo.toml: there is no such page",
        ),
        ("/answer", 404, ": there is no such panel"),
        (
            "/answer?panel=place-cells",
            404,
            "place-cells: there is no such panel",
        ),
        (
            "/answer?panel=overlap&spike=21",
            400,
            "spike: '21' is no number from 0.05 to 20",
        ),
        (
            "/table.csv?panel=overlap&file=x",
            400,
            "file: is no parameter of overlap, which has spike, alpha",
        ),
        (
            "/figure.svg?panel=overlap&width=20",
            400,
            "--width 20: a figure is 40 to 1000 mm wide; one column of a journal is 86",
        ),
    ] {
        let (found, _, body) = explorer.get(target);
        assert_eq!((found, body.as_str()), (status, &*format!("{words}\n")));
    }
    let long = format!("/answer?panel={}", "a".repeat(100_000));
    assert_eq!(explorer.get(&long).0, 414);
}

#[test]
fn an_answer_has_the_figure_and_the_command_whose_table_is_the_one_to_save() {
    let explorer = Explorer::start();
    let parameters = "panel=ring&units=40&beta=0.70&criterion=both";
    let (status, _, body) = explorer.get(&format!("/answer?{parameters}&width=90"));
    assert_eq!(status, 200);
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    let svg = answer["svg"].as_str().unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("width=\"90mm\""));
    let command = answer["command"].as_str().unwrap();
    assert_eq!(
        command,
        "saddlepoint threshold --data ising-ring --units 40 --beta 0.1:0.7:40 --criterion spectral,crossing"
    );
    let (status, head, csv) = explorer.get(&format!("/table.csv?{parameters}"));
    assert_eq!(status, 200);
    assert!(head.contains("attachment; filename=\"ring.csv\""), "{head}");
    let typed = run(command.strip_prefix("saddlepoint ").unwrap());
    assert_eq!(csv.as_bytes(), typed.stdout);
    let (_, _, svg) = explorer.get(&format!("/figure.svg?{parameters}"));
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    let pdf = format!(
        "GET /figure.pdf?{parameters}&token={} HTTP/1.1\r\nHost: {}\r\n\r\n",
        explorer.token, explorer.host
    );
    let (status, _, pdf) = explorer.send(pdf.as_bytes());
    assert_eq!(status, 200);
    assert!(pdf.starts_with(b"%PDF-"));
}

#[test]
fn connections_without_a_request_leave_room_for_others() {
    let explorer = Explorer::start();
    // More than are attended to at a time would have to wait for the patience with them.
    let idle: Vec<_> = (0..24)
        .map(|_| TcpStream::connect(&explorer.host).unwrap())
        .collect();
    assert_eq!(explorer.get("/").0, 200);
    drop(idle);
    let closed = TcpStream::connect(&explorer.host).unwrap();
    closed.shutdown(Shutdown::Both).unwrap();
    assert_eq!(explorer.get("/").0, 200);
}

#[test]
fn a_port_that_is_taken_is_refused_in_one_line() {
    let explorer = Explorer::start();
    let (_, port) = explorer.host.split_once(':').unwrap();
    let words = super::support::refusal(&format!("explore --port {port}"));
    assert!(
        words.contains(&format!("--port {port}: cannot listen there")),
        "{words}"
    );
    assert!(super::support::refusal("explore --port 0").contains("--port '0'"));
}

#[test]
#[cfg(unix)]
fn an_interruption_ends_it_without_a_word() {
    let mut explorer = Explorer::start();
    assert_eq!(explorer.get("/").0, 200);
    let pid = explorer.child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    assert_eq!(explorer.child.wait().unwrap().code(), Some(0));
    let mut words = String::new();
    explorer.stderr.read_to_string(&mut words).unwrap();
    assert_eq!(words, "");
}
