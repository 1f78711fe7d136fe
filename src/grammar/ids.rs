//! Finds session ids wherever a message shows them as `EIO_SID: x`, `SID x`, `sid=x`, `"sid": "x"`, `[sid x]`.
//!
//! Applications print the id in a place of their own choice; patterns need not capture what this finds.

pub(super) mod loose;

use memchr::memmem::Finder;

use super::compile::Span;
use crate::{
    event::Ids,
    ids::{ClientAddr, EngineSid, SID_LENGTHS, SocketSid, looks_like_sid, sequence},
};

/// An id that a message names, and where it stands in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedId {
    whose: Whose,
    /// Where it stands.
    pub(crate) at: Span,
}

impl NamedId {
    /// The one that stands at this place of another message, and is called the same.
    pub(crate) fn of_another(self, at: Span) -> Self {
        Self { at, ..self }
    }
}

/// Whose id it is.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Engine,
    Socket,
    Either,
}

/// The ids that `message` names.
pub(super) fn named<'m>(
    message: &'m str,
    finders: &'m Finders,
) -> impl Iterator<Item = NamedId> + 'm {
    let bytes = message.as_bytes();
    [&finders.upper, &finders.lower].into_iter().flat_map(move |finder| {
        finder.find_iter(bytes).filter_map(move |at| {
            let whose = whose(&bytes[..at])?;
            if matches!(bytes[at - usize::from(at > 0)], b'&' | b'?') && !is_of_engine(bytes, at) {
                return None;
            }
            Some(NamedId { whose, at: value(message, at + 3)? })
        })
    })
}

/// Adds ids that `message` names to `ids`. An id that a pattern captured is not overwritten.
pub(super) fn add(message: &str, named: impl Iterator<Item = NamedId>, ids: &mut Ids) {
    for NamedId { whose, at: (from, to) } in named {
        let Some(id) = message.get(from..to) else { continue };
        match whose {
            Whose::Engine => {
                ids.engine.get_or_insert_with(|| EngineSid::new(id));
            }
            Whose::Socket => {
                ids.socket.get_or_insert_with(|| SocketSid::new(id));
            }
            Whose::Either => {
                ids.either.get_or_insert_with(|| SocketSid::new(id));
            }
        }
    }
}

/// Whose id is called `sid`, by what stands before that word; `None` for a word that only ends so, such as `inside`.
fn whose(before: &[u8]) -> Option<Whose> {
    let Some((last, rest)) = before.split_last() else { return Some(Whose::Either) };
    let behind = |word: &[u8]| {
        rest.len().checked_sub(word.len()).is_some_and(|at| rest[at..].eq_ignore_ascii_case(word))
    };
    match last {
        b'&' | b'?' => Some(Whose::Engine),
        b'_' if behind(b"eio") || behind(b"engine") => Some(Whose::Engine),
        b'.' if behind(b"engine") => Some(Whose::Engine),
        b'_' if behind(b"socket") => Some(Whose::Socket),
        b' ' | b'(' | b'[' | b'{' | b',' | b'"' | b'\'' | b'_' | b'=' | b'.' => Some(Whose::Either),
        _ => None,
    }
}

/// Whether the URL around `at` is one of Engine.IO's: forums have a `sid` in theirs, too. What is no URL, a query by itself, may be.
fn is_of_engine(bytes: &[u8], at: usize) -> bool {
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>');
    let from = bytes[..at].iter().rposition(ends).map_or(0, |before| before + 1);
    let to = bytes[at..].iter().position(ends).map_or(bytes.len(), |n| at + n);
    let url = &bytes[from..to];
    let has = |mark: &[u8]| memchr::memmem::find(url, mark).is_some();
    !has(b"/") || [b"EIO=".as_slice(), b"transport=", b".io", b"sock", b"/ws"].into_iter().any(has)
}

/// Adds an id that stands in `message` without a name, when the line shows none with one.
pub(super) fn add_bare(message: &str, ids: &mut Ids) {
    if ids.engine.is_none() && ids.socket.is_none() && ids.either.is_none() {
        let bytes = message.as_bytes();
        let is_of_id = |b: &u8| is_of_word(*b);
        // Few words have a capital A in their seventeenth place, and `memchr` finds those letters faster than words are found.
        let id = memchr::memchr_iter(b'A', bytes).filter(|at| *at >= 16).find_map(|at| {
            let (from, to) = (at - 16, at + 4);
            let goes_on =
                from > 0 && is_of_id(&bytes[from - 1]) || bytes.get(to).is_some_and(is_of_id);
            message.get(from..to).filter(|word| !goes_on && counts_on(word))
        });
        ids.either = id.map(SocketSid::new);
    }
}

/// A byte of an id.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether `word` can hardly be anything but an id of python-engineio ≥ 4 or engine.io ≥ 4: twenty random characters of base64url, but for the
/// last four, which count from `AAAA` on.
pub(super) fn counts_on(word: &str) -> bool {
    if is_compound(word) || !word.bytes().all(is_of_word) {
        return false;
    }
    let of = |class: fn(&u8) -> bool| word.bytes().any(|b| class(&b));
    sequence(word).is_some_and(|n| n < 1 << 18) && of(u8::is_ascii_lowercase) && of(|b| !b.is_ascii_alphabetic() || b.is_ascii_uppercase())
        // A word of letters, all small behind a first capital, is a name.
        && word.bytes().take(16).filter(u8::is_ascii_uppercase).count() + word.bytes().filter(u8::is_ascii_digit).count() > 2
}

/// Whether `word` is made of words of three letters or more, each with a large letter in front: the name of a class, hardly chance.
fn is_compound(word: &str) -> bool {
    let mut letters = 3;
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' => letters += 1,
            b'A'..=b'Z' if letters >= 3 => letters = 1,
            _ => return false,
        }
    }
    letters >= 3
}

/// Adds the ids that stand in fields of their own in a structured log.
pub(super) fn add_fields(
    fields: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)],
    ids: &mut Ids,
) {
    let mut conn = None;
    for (name, value) in fields {
        if ids.client.is_none() && is_address(name) && value.parse::<std::net::IpAddr>().is_ok() {
            ids.client = Some(ClientAddr::new(value));
            continue;
        }
        if value.len() < 12 || !looks_like_sid(value) {
            continue;
        }
        // Of `socket.conn.id` the last two words tell whose it is.
        let mut words = name.rsplit('.');
        let (last, owner) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match if last == "id" && !owner.is_empty() { owner } else { last } {
            "eio" | "eio_sid" | "eioSid" | "eio_id" | "eioId" | "engine" | "engine_sid"
            | "engineSid" | "engine_id" | "engineId" => {
                ids.engine.get_or_insert_with(|| EngineSid::new(value));
            }
            // `socket.conn.id` is the engine's; a field that an application calls so holds what it has in hand, and that is the socket's as a rule.
            "conn" | "conn_id" | "connId" if last == "id" && !owner.is_empty() => {
                ids.engine.get_or_insert_with(|| EngineSid::new(value));
            }
            "conn" | "conn_id" | "connId" => conn = Some(value),
            "sid" | "socket_id" | "socketId" | "socketID" | "socket" | "socket_sid" => {
                ids.either.get_or_insert_with(|| SocketSid::new(value));
            }
            // Under whatever name: a second id would only be the client's own.
            _ if counts_on(value) => {
                ids.either.get_or_insert_with(|| SocketSid::new(value));
            }
            _ => {}
        }
    }
    if let Some(conn) = conn {
        // Beside a socket's id it is the other one.
        if ids.either.is_some() || ids.socket.is_some() {
            ids.engine.get_or_insert_with(|| EngineSid::new(conn));
        } else {
            ids.either = Some(SocketSid::new(conn));
        }
    }
}

/// Whether a field of this name holds the address of the client.
fn is_address(name: &str) -> bool {
    matches!(
        name.rsplit('.').next().unwrap_or_default(),
        "ip" | "client_ip"
            | "clientIp"
            | "remote_ip"
            | "remoteIp"
            | "remoteAddress"
            | "remote_addr"
            | "remoteAddr"
            | "remote_address"
            | "client_addr"
            | "clientAddress"
    ) || name == "handshake.address"
}

/// Searchers for the word, built once.
#[derive(Debug)]
pub(super) struct Finders {
    upper: Finder<'static>,
    lower: Finder<'static>,
}

impl Finders {
    pub(super) fn new() -> Self {
        Self { upper: Finder::new("SID"), lower: Finder::new("sid") }
    }
}

/// Where the id of `message` is that stands from `from` on, behind the usual separators.
fn value(message: &str, from: usize) -> Option<Span> {
    let bytes = message.as_bytes();
    let behind = |from: usize, skipped: fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|b| skipped(**b)).count()
    };
    let quote = |b| matches!(b, b'"' | b'\'');
    let separator = behind(from, quote);
    if !matches!(bytes.get(separator)?, b':' | b'=' | b' ') {
        return None;
    }
    let start = behind(behind(separator + 1, |b| b == b' '), quote);
    // `EIO_SID: N/A` and words of a sentence are no ids: an id has a digit or an upper-case letter in it and is long.
    let (mut end, mut telling) = (start, false);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' => telling = true,
            b'a'..=b'z' | b'-' | b'_' => {}
            _ => break,
        }
        end += 1;
    }
    (telling && end - start >= 12 && SID_LENGTHS.contains(&(end - start))).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> (Option<String>, Option<String>) {
        let mut ids = Ids::default();
        add(message, named(message, &Finders::new()), &mut ids);
        (ids.engine.map(|i| i.to_string()), ids.either.map(|i| i.to_string()))
    }

    #[test]
    fn ids_are_found_wherever_they_are_named() {
        const A: &str = "Xk2mQ9pLr7TzWb5cAAAB";
        const B: &str = "Yk2mQ9pLr7TzWb5cAAAA";
        let (a, b) = (Some(A.to_owned()), Some(B.to_owned()));
        for (text, want) in [
            (
                format!("JWT Auth - Token expired. SID: {A}, EIO_SID: {B}. Error: x"),
                (b.clone(), a.clone()),
            ),
            (
                format!("Exiting 'handle_connect' for SID {A}, EIO_SID: N/A. Outcome: y"),
                (None, a.clone()),
            ),
            (format!("sid={A} connect from 127.0.0.1"), (None, a.clone())),
            (format!("{{\"sid\": \"{A}\", \"event\": \"x\"}}"), (None, a.clone())),
            (format!("GET /socket.io/?EIO=4&sid={B} HTTP/1.1"), (b, None)),
            ("inside information, sid unknown".to_owned(), (None, None)),
            (format!("{A} wants in"), (None, None)),
            (
                format!("GET /a.png 200 \"http://forum.example.com/viewtopic.php?f=1&sid={B}\""),
                (None, None),
            ),
        ] {
            assert_eq!(found(&text), want, "{text}");
        }
    }

    #[test]
    fn an_id_without_a_name_is_known_by_its_counter() {
        for (text, want) in [
            ("Xk2mQ9pLr7TzWb5cAAAB wants in", Some("Xk2mQ9pLr7TzWb5cAAAB")),
            ("[-_dgyXz1aF7fWgtIACx9]: hello", Some("-_dgyXz1aF7fWgtIACx9")),
            ("release Xk2mQ9pLr7TzWb5cZ9aB is out", None),
            ("the InternationalizedAddr of it", None),
            ("passed: ClientModeClientAuth", None),
            ("sha 2fd4e1c67a2d28fced84", None),
            ("NAME:LDAPException REASON:bind failed", None),
            ("rejected; from=<ADMINISTRATOR@example.com>", None),
        ] {
            let mut ids = Ids::default();
            add_bare(text, &mut ids);
            assert_eq!(ids.either.map(|i| i.to_string()).as_deref(), want, "{text}");
        }
    }
}
