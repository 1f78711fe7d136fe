//! One HTTP request as an access line, a proxy's error line or a client shows it.

use compact_str::CompactString;
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_till1, take_while, take_while1},
    character::complete::{char, space1},
    combinator::value,
    multi::many0_count,
};

use super::{offer, query};
use crate::{
    event::{Fault, Offer},
    ids::EngineSid,
};

/// A request for the Socket.IO endpoint, or for what might be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, `OPTIONS`, …; `None` for access lines that do not show it.
    pub method: Option<CompactString>,
    /// The path, without the query.
    pub path: CompactString,
    /// Digest of path and query: the same request in two logs has the same one.
    pub url_key: u64,
    /// Whether a `t=` cache buster makes the URL one of its kind.
    pub unique: bool,
    /// `EIO`, when given.
    pub eio: Option<u8>,
    /// `transport`, when given.
    pub transport: Option<CompactString>,
    /// `sid`, when given.
    pub sid: Option<EngineSid>,
    /// The client's clock in microseconds since 1970, when `t` is one (Python clients).
    pub clock: Option<i64>,
    /// Credentials in the query.
    pub offer: Option<Box<Offer>>,
    /// Status of the answer; `None` while unanswered. 0 when the client left.
    pub status: Option<u16>,
    /// Bytes of the answer, when shown.
    pub bytes: Option<u64>,
    /// How long it took, in microseconds, when shown.
    pub took: Option<u64>,
    /// The body of the answer, when shown (clients).
    pub body: Option<Box<str>>,
    /// A protocol switch: `101`, `[accepted]`, or eventlet's `200 0` at the end of a WebSocket.
    pub websocket: bool,
    /// What the body of a refusal means, when a client printed it, or the code by which a proxy says why it ended the request.
    pub fault: Option<Fault>,
    /// The server to which a proxy passed it.
    pub upstream: Option<CompactString>,
    /// Who answered, where the line of a proxy shows it.
    pub answered_by: Option<Answerer>,
}

/// Who answered a request that a proxy has logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// The proxy itself.
    Proxy,
    /// The server behind it.
    Upstream,
}

impl HttpRequest {
    /// What a URL says of its request; `None` when it is none.
    pub fn from_target(method: Option<&str>, target: &str) -> Option<Self> {
        let target = query::target(target)?;
        let mut request = Self {
            method: method.map(Into::into),
            path: target.path.into(),
            url_key: url_key(target.path, target.query),
            ..Self::default()
        };
        for (name, value) in query::pairs(target.query) {
            match &*name {
                "EIO" => request.eio = value.parse().ok(),
                "transport" => request.transport = Some(CompactString::new(&value)),
                "sid" if !value.is_empty() => request.sid = Some(EngineSid::new(&value)),
                "t" => {
                    request.unique = !value.is_empty();
                    request.clock = clock(&value);
                }
                name => {
                    let better = offer::in_query(name, &value);
                    // The first key that holds something counts.
                    if better.is_some() && request.offer.as_ref().is_none_or(|o| o.secret.is_none())
                    {
                        request.offer = better.map(Box::new);
                    }
                }
            }
        }
        if request.sid.is_none() {
            request.first_generation();
        }
        Some(request)
    }

    /// Socket.IO 0.7 to 0.9 have transport and session in the path: `/socket.io/1/xhr-polling/‹sid›`.
    fn first_generation(&mut self) {
        let Some((_, rest)) = self.path.split_once("/socket.io/1/") else { return };
        let mut parts = rest.split('/');
        if let (Some(transport), Some(sid)) = (parts.next(), parts.next().filter(|s| !s.is_empty()))
        {
            self.sid = Some(EngineSid::new(sid));
            self.transport = Some(CompactString::new(transport));
        }
    }

    /// Whether it speaks to a Socket.IO endpoint: by a `socket.io` segment in its path (the bundle `socket.io.js` is a file and no
    /// endpoint), or by the Engine.IO parameters under any path.
    pub fn is_socketio(&self) -> bool {
        if self.eio.is_some() && self.transport.is_some() {
            return true;
        }
        let mut segments = self.path.split('/').skip_while(|segment| *segment != "socket.io");
        // Below the endpoint there are words and ids (protocol 0.9), and files.
        segments.next().is_some() && !segments.any(|segment| segment.contains('.'))
    }

    /// Whether it is a WebSocket that was logged when it was accepted, as uvicorn does: what its handler says stands below. Others are logged at their end.
    pub fn is_accepted_websocket(&self) -> bool {
        self.websocket && self.status.is_none()
    }

    /// Whether a client came with a WebSocket, and got it; whoever logs the status logs it at the end.
    pub fn is_served_websocket(&self) -> bool {
        self.sid.is_none()
            && self.status == Some(101)
            && self.transport.as_deref() == Some("websocket")
    }

    /// Whether it tries to take a session that polls over to WebSocket. When that fails, clients go on polling.
    pub fn is_upgrade(&self) -> bool {
        self.sid.is_some() && self.transport.as_deref() == Some("websocket")
    }

    /// Whether this request asks for a new Engine.IO session.
    pub fn is_handshake(&self) -> bool {
        self.sid.is_none()
    }
}

/// FNV-1a, because the digest has to be the same in every run and build.
fn url_key(path: &str, query: &str) -> u64 {
    let separator = if query.is_empty() { "" } else { "?" };
    [path, separator, query]
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// `t=1795360464.120196` of python-socketio's client. JavaScript's cache busters have no such shape.
fn clock(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 10 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let seconds: i64 = whole.parse().ok()?;
    let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some(seconds * 1_000_000 + micros)
}

/// Reads what stands in the quotes of an access line.
///
/// Besides `GET /path HTTP/1.1` that is: no version (daphne 4.2), `1.1` for a version (hypercorn 0.18), `WebSocket /path` (uvicorn 0.54),
/// `WSCONNECT /path` (daphne), `None /path HTTP/0.9` (werkzeug, when a WebSocket ended), with colour codes around it (werkzeug on a terminal).
/// [`HttpRequest::websocket`] is set only by daphne's `WSCONNECT`: of the others the status decides.
pub fn request_line(text: &str) -> Option<HttpRequest> {
    let (_, (_, method, _, target)) =
        (many0_count(colour), method, space1, target).parse(text.trim()).ok()?;
    let (method, by_websocket) = match method {
        "None" => (None, false),
        "WebSocket" | "WSCONNECTING" | "WSCONNECT" | "WSREJECT" | "WSDISCONNECT" => {
            (Some("GET"), true)
        }
        method => (Some(method), false),
    };
    let mut request = HttpRequest::from_target(method, target)?;
    if by_websocket && request.transport.is_none() {
        request.transport = Some("websocket".into());
    }
    request.websocket = text.contains("WSCONNECT /");
    Some(request)
}

/// A colour code: whole, with its escape character printed, or with it lost.
fn colour(input: &str) -> IResult<&str, ()> {
    let escape =
        alt((tag("\x1b"), tag("\\x1b"), tag("\\u001b"), tag("#033"), tag("^["), tag("␛"), tag("")));
    let codes = take_while(|c: char| c.is_ascii_digit() || c == ';');
    value((), (escape, char('['), codes, char('m'))).parse(input)
}

fn method(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphabetic()).parse(input)
}

fn target(input: &str) -> IResult<&str, &str> {
    take_till1(|c: char| c.is_whitespace() || c.is_control() || c == '"').parse(input)
}

#[cfg(test)]
mod tests;
