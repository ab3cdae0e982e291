//! What a browser asks: the first lines of a connection, checked before anything else is done.

use super::reply::{Refusal, Status};
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// Bytes of the longest address, of which the longest of a panel has about 400.
const MAX_ADDRESS: usize = 2048;
/// Bytes of the longest head of a request; browsers send about one thousand.
const MAX_HEAD: usize = 16 * 1024;
/// Header lines of a request; browsers send about fifteen.
const MAX_HEADERS: usize = 64;
/// How long a head may take to arrive, and its answer to be fetched.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A request of who knows the token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// What stands before the question mark.
    pub(super) path: String,
    /// Parameters without the token, in their order, each once.
    pub(super) parameters: Vec<(String, String)>,
}

/// What a request must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gate {
    /// The port on which the server listens.
    pub(super) port: u16,
    /// The secret of this run.
    pub(super) token: String,
}

impl Request {
    /// Reads a request; `None` if the other side closes the connection without one, as browsers do with those that they opened in advance.
    ///
    /// # Errors
    /// If it is too long or too slow, no HTTP, not for this server, no GET, or does not know the token.
    pub(super) fn read(stream: &mut impl Read, gate: &Gate) -> Result<Option<Self>, Refusal> {
        match head(stream)? {
            Some(head) => parse(&head, gate).map(Some),
            None => Ok(None),
        }
    }
}

/// Everything up to the empty line, and perhaps more.
fn head(stream: &mut impl Read) -> Result<Option<Vec<u8>>, Refusal> {
    let begun = Instant::now();
    let mut head = Vec::new();
    let mut part = [0; 1024];
    loop {
        let count = match stream.read(&mut part) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) if head.is_empty() => return Ok(None),
            Err(_) => return Err(Refusal::new(Status::TIMEOUT, "the request is incomplete")),
        };
        if count == 0 && head.is_empty() {
            return Ok(None);
        }
        head.extend_from_slice(&part[..count]);
        check_length(&head)?;
        if head.windows(4).any(|end| end == b"\r\n\r\n") {
            return Ok(Some(head));
        }
        if count == 0 || begun.elapsed() > PATIENCE {
            return Err(Refusal::new(Status::TIMEOUT, "the request is incomplete"));
        }
    }
}

fn check_length(head: &[u8]) -> Result<(), Refusal> {
    // "GET " before the address, " HTTP/1.1" behind it.
    let first_line = head.iter().position(|&byte| byte == b'\n');
    if first_line.unwrap_or(head.len()) > MAX_ADDRESS + 16 {
        let words = format!("the address is longer than {MAX_ADDRESS} bytes");
        return Err(Refusal::new(Status::LONG_ADDRESS, words));
    }
    if head.len() > MAX_HEAD {
        let words = format!("the request is longer than {MAX_HEAD} bytes");
        return Err(Refusal::new(Status::LONG_HEAD, words));
    }
    Ok(())
}

fn parse(head: &[u8], gate: &Gate) -> Result<Request, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Err(httparse::Error::TooManyHeaders) => {
            let words = format!("the request has more than {MAX_HEADERS} headers");
            return Err(Refusal::new(Status::LONG_HEAD, words));
        }
        _ => return Err(Refusal::new(Status::BAD, "this is no HTTP request")),
    }
    gate.check_host(request.headers)?;
    let method = request.method.unwrap_or_default();
    if method != "GET" {
        let words = format!("{method}: the explorer answers GET only");
        return Err(Refusal::new(Status::METHOD, words));
    }
    let target = request.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut parameters = parameters(query)?;
    gate.take_token(&mut parameters)?;
    Ok(Request {
        path: path.to_owned(),
        parameters,
    })
}

/// The parameters of an address. Values are numbers and plain words, so that nothing is percent-encoded.
fn parameters(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-+._".contains(&byte);
        if !name.bytes().chain(value.bytes()).all(is_plain) {
            let words =
                "parameters are plain words and numbers, without blanks and signs but - + . _";
            return Err(Refusal::new(Status::BAD, words));
        }
        if parameters.iter().any(|(known, _)| known == name) {
            let words = format!("{name}: is given twice; give it once");
            return Err(Refusal::new(Status::BAD, words));
        }
        parameters.push((name.to_owned(), value.to_owned()));
    }
    Ok(parameters)
}

impl Gate {
    /// Refuses requests that were meant for another name: a page of elsewhere whose name someone points at this machine.
    fn check_host(&self, headers: &[httparse::Header<'_>]) -> Result<(), Refusal> {
        let hosts = headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case("host"));
        let hosts: Vec<&[u8]> = hosts.map(|header| header.value).collect();
        let known = [self.address(), format!("localhost:{}", self.port)];
        match hosts[..] {
            [host] if known.iter().any(|known| known.as_bytes() == host) => Ok(()),
            _ => {
                let words = format!("this is the explorer at {}, and no other host", known[0]);
                Err(Refusal::new(Status::FORBIDDEN, words))
            }
        }
    }

    /// Name and port of this server.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn take_token(&self, parameters: &mut Vec<(String, String)>) -> Result<(), Refusal> {
        let place = parameters.iter().position(|(name, _)| name == "token");
        let given = place.map(|place| parameters.remove(place).1);
        // The time that this takes says nothing about where they differ.
        let is_same = |given: &String| {
            let pairs = given.bytes().zip(self.token.bytes());
            given.len() == self.token.len() && pairs.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
        };
        if given.as_ref().is_some_and(is_same) {
            return Ok(());
        }
        let words =
            "the token is missing or wrong; open the address that saddlepoint explore printed";
        Err(Refusal::new(Status::FORBIDDEN, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate {
            port: 8080,
            token: "secret".to_owned(),
        }
    }

    fn read(text: &str) -> Result<Option<Request>, u16> {
        Request::read(&mut text.as_bytes(), &gate()).map_err(|refusal| refusal.status.code)
    }

    fn get(target: &str) -> Result<Option<Request>, u16> {
        read(&format!(
            "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"
        ))
    }

    #[test]
    fn parameters_are_read_in_their_order_and_the_token_is_taken_out() {
        let request = get("/answer?panel=a&token=secret&x=-1.5e-3")
            .unwrap()
            .unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            request,
            Request {
                path: "/answer".to_owned(),
                parameters: vec![pair("panel", "a"), pair("x", "-1.5e-3")],
            }
        );
    }

    #[test]
    fn a_token_that_is_missing_or_differs_is_refused() {
        for target in [
            "/",
            "/?token=",
            "/?token=secres",
            "/?token=secretsecret",
            "/?TOKEN=secret",
        ] {
            assert_eq!(get(target), Err(403), "{target}");
        }
    }

    #[test]
    fn another_host_is_refused_also_with_the_token() {
        for hosts in [
            "",
            "Host: example.org\r\n",
            "Host: 127.0.0.1\r\n",
            "Host: 127.0.0.1:8081\r\n",
            "Host: 127.0.0.1:8080\r\nHost: example.org\r\n",
        ] {
            let text = format!("GET /?token=secret HTTP/1.1\r\n{hosts}\r\n");
            assert_eq!(read(&text), Err(403), "{hosts}");
        }
        let local = "GET /?token=secret HTTP/1.1\r\nhost: localhost:8080\r\n\r\n";
        assert!(read(local).unwrap().is_some());
    }

    #[test]
    fn what_is_no_plain_request_is_refused() {
        let other = "POST /?token=secret HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
        assert_eq!(read(other), Err(405));
        assert_eq!(read("nonsense\r\n\r\n"), Err(400));
        assert_eq!(read("GET / HTTP/1.1\r\n"), Err(408));
        assert_eq!(read(""), Ok(None));
        assert_eq!(get("/?token=secret&x=1&x=2"), Err(400));
        assert_eq!(get("/?token=secret&x=%20"), Err(400));
        assert_eq!(get(&format!("/?x={}", "1".repeat(3000))), Err(414));
        let many = "A: b\r\n".repeat(65);
        assert_eq!(read(&format!("GET / HTTP/1.1\r\n{many}\r\n")), Err(431));
        let long = "b".repeat(20_000);
        assert_eq!(
            read(&format!("GET / HTTP/1.1\r\nA: {long}\r\n\r\n")),
            Err(431)
        );
    }
}
