//! A request as it went over the wire: its first line, its headers, and below them the answer's status. `curl -v` prints it so, with `>` and `<` in front, and so do captures
//! and services that dump what came to them.
//!
//! Asked of lines that nothing else knows; what was answered well is no refusal and is left to other lines.

use super::cursor::{Cursor, decode};
use crate::{
    envelope::Peeler,
    event::{Event, Fault, Ids, Kind, Speaker},
    payload::request::{HttpRequest, request_line},
};

/// Headers of a request and lines about the connection that may stand before the answer.
const LONGEST: usize = 64;

/// The refusal of the request that `first` begins, when the lines ahead show it, and the line that does.
pub(super) fn refused(by: &Peeler, first: &str, ahead: Cursor<'_>) -> Option<(Event, String)> {
    let mut request = begun(bare(first))?;
    let mut behind = ahead;
    let (mut headers, mut upgrade, mut answer) = (0, false, None);
    for _ in 0..LONGEST {
        if behind.is_at_end() {
            break;
        }
        let line = decode(behind.take());
        let peeled = by.peel(&line);
        let line = bare(&peeled.message);
        if begun(line).is_some() {
            break;
        }
        if let Some(status) = answered(line) {
            answer = Some((status, line.to_owned()));
            break;
        }
        let Some((name, _)) = line.split_once(": ") else { continue };
        headers += 1;
        upgrade |= name.eq_ignore_ascii_case("upgrade");
    }
    let (refused, line) = answer.filter(|(status, _)| *status >= 400)?;
    request.status = Some(refused);
    // Somebody between the client and the server has taken the header off.
    let stripped = refused == 400 && headers > 0 && !upgrade;
    if stripped && request.transport.as_deref() == Some("websocket") {
        request.fault = Some(Fault::Upgrade);
    }
    let ids = Ids { engine: request.sid.clone(), ..Ids::default() };
    let kind = Kind::Request(Box::new(request));
    let speaker = Speaker::Server;
    Some((Event { kind, speaker, stack: None, ids, namespace: None }, line))
}

/// The request that a line begins.
fn begun(line: &str) -> Option<HttpRequest> {
    line.strip_suffix("HTTP/1.1").or_else(|| line.strip_suffix("HTTP/1.0"))?;
    request_line(line).filter(HttpRequest::is_socketio)
}

/// The status that a line begins an answer with.
fn answered(line: &str) -> Option<u16> {
    let (version, rest) = line.strip_prefix("HTTP/")?.split_once(' ')?;
    let is_version = version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    rest.get(..3)?.parse().ok().filter(|_| is_version)
}

/// The line without the direction that `curl -v` puts in front.
fn bare(line: &str) -> &str {
    line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")).unwrap_or(line).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u16, Option<Fault>)> {
        let mut cursor = Cursor::new(text.as_bytes(), 1);
        let first = decode(cursor.take()).into_owned();
        match refused(&Peeler::with_year(2026), &first, cursor)?.0.kind {
            Kind::Request(request) => Some((request.status?, request.fault)),
            _ => None,
        }
    }

    #[test]
    fn the_answer_stands_below_the_headers_of_the_request() {
        let text = "> GET /socket.io/?EIO=4&transport=polling HTTP/1.1\n> Host: chat.example.com\n> \n< HTTP/1.1 404 Not Found\n";
        assert_eq!(read(text), Some((404, None)));
        assert_eq!(read(&text.replace("404 Not Found", "200 OK")), None);
        assert_eq!(read("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\nHost: x\n"), None);
        assert_eq!(read("GET /api/orders HTTP/1.1\nHost: x\nHTTP/1.1 400 Bad Request\n"), None);
    }

    #[test]
    fn an_answer_to_the_next_request_is_not_this_ones() {
        let text = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\nHost: x\nGET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHTTP/1.1 400 Bad Request\n";
        assert_eq!(read(text), None);
    }

    #[test]
    fn a_websocket_that_comes_without_its_header_was_stripped_of_it() {
        let text = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: x\nConnection: close\nHTTP/1.1 400 Bad Request\n";
        assert_eq!(read(text), Some((400, Some(Fault::Upgrade))));
        assert_eq!(read(&text.replace("Host: x", "Upgrade: websocket")), Some((400, None)));
    }
}
