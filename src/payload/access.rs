//! A line of an access log in a format that nobody has written down: the request, and what stands around it.
//!
//! Administrators compose their own formats, and nearly all of them keep to a few habits: the client comes first, the request stands in one piece,
//! the status right behind it (or right before), and what was added has a name (`rt=0.004`) or quotes. This file finds the pieces by those habits.
//! Not its job: what a name means (the `[access]` tables of the grammars), and formats with a pattern of their own.

use std::net::IpAddr;

/// Methods by which a Socket.IO endpoint is spoken to, and that scanners and probes try.
const METHODS: [&str; 7] = ["GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH"];

/// How many words before the request are looked at for the client's address.
const WORDS_BEFORE: usize = 12;

/// The pieces of one access line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessLine<'t> {
    /// `GET`, `POST`, ….
    pub method: &'t str,
    /// Path and query.
    pub target: &'t str,
    /// The addresses before the request: the client's, perhaps behind those that forwarded it.
    pub clients: Vec<&'t str>,
    /// The number behind the request, or before it.
    pub status: Option<u16>,
    /// The number behind the status.
    pub bytes: Option<u64>,
    /// A number with a unit, in microseconds.
    pub took: Option<u64>,
    /// The user agent: what stands in quotes and is neither an address nor a page.
    pub agent: Option<&'t str>,
    /// What stands in quotes and is a list of addresses.
    pub forwarded: Option<&'t str>,
    /// What was written with a name, in order.
    pub named: Vec<(&'t str, &'t str)>,
}

/// Reads `line`; `None` when it is no access line.
pub fn read(line: &str) -> Option<AccessLine<'_>> {
    let (before, method, rest, quoted) = request(line)?;
    let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
    let (target, mut rest) = rest.split_at_checked(end)?;
    let mut access = AccessLine { method, target, ..AccessLine::default() };
    if quoted {
        rest = rest.split_once('"')?.1;
    } else if let Some(after) = rest.strip_prefix(" HTTP/") {
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    access.clients = addresses(before)?;
    let mut words = words(rest);
    // The status stands right behind the request. In quotes it may also stand right before, or have a name; without them nothing else shows that the line
    // is an answered request and no sentence about one.
    match words.first().and_then(|word| Answered::of(word.text)) {
        Some(answered) => {
            access.status = answered.status();
            words.remove(0);
            if let Some(bytes) = words.first().filter(|w| !w.quoted && w.name.is_none()) {
                access.bytes = bytes.text.parse().ok();
                if access.bytes.is_some() || bytes.text == "-" {
                    words.remove(0);
                }
            }
        }
        None if quoted => {
            let last = before.split_ascii_whitespace().next_back();
            access.status = last.and_then(Answered::of).and_then(Answered::status);
        }
        None => return None,
    }
    access.take(&words);
    (access.status.is_some() || quoted && !access.named.is_empty() || words_are_blank(rest))
        .then_some(access)
}

/// `… - -`: an answer of which nothing is known, as morgan writes for a request that was taken over as a WebSocket.
fn words_are_blank(rest: &str) -> bool {
    rest.trim_start().starts_with("- -")
}

/// What stands before a request, its method, what follows the method, and whether all that stands in quotes.
fn request(line: &str) -> Option<(&str, &str, &str, bool)> {
    let mut found = None;
    for method in METHODS {
        for (at, _) in line.match_indices(method) {
            let (before, after) = (line.get(..at)?, line.get(at + method.len()..)?);
            let Some(after) = after.strip_prefix(' ') else { continue };
            let begins = after.starts_with('/') || after.starts_with("http");
            let quoted = before.ends_with('"');
            if begins && (quoted || before.is_empty() || before.ends_with([' ', '\t'])) {
                let before = before.strip_suffix('"').unwrap_or(before);
                if found.is_none_or(|(b, ..): (&str, &str, &str, bool)| before.len() < b.len()) {
                    found = Some((before, method, after, quoted));
                }
                break;
            }
        }
    }
    found
}

/// The addresses among the words before the request; `None` when those words are no beginning of an access line.
fn addresses(before: &str) -> Option<Vec<&str>> {
    let mut clients = Vec::new();
    let mut blank = true;
    for word in before.split([' ', '\t', ',', '"']).filter(|w| !w.is_empty()).take(WORDS_BEFORE) {
        let word = word.split_once('=').map_or(word, |(_, value)| value);
        if is_address(word) {
            clients.push(word);
        }
        // A time stands in brackets and may have blanks.
        blank &= word == "-"
            || word.starts_with('[')
            || word.ends_with(']')
            || Answered::of(word).is_some();
    }
    (!clients.is_empty() || blank).then_some(clients)
}

/// Whether `text` is an address of the Internet protocol, perhaps with a port.
pub fn is_address(text: &str) -> bool {
    host(text).is_some()
}

/// Whether `text` is the address of somebody outside: not of this machine, of a private network, or of a provider's inside.
pub fn is_public(text: &str) -> bool {
    match host(text) {
        Some(IpAddr::V4(ip)) => is_outside(ip),
        Some(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_outside(ip),
            None => !ip.is_loopback() && !matches!(ip.segments()[0] >> 8, 0 | 0xfc..=0xfe),
        },
        None => false,
    }
}

fn is_outside(ip: std::net::Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || shared)
}

fn host(text: &str) -> Option<IpAddr> {
    // Most words begin with no digit of an address.
    if !text.starts_with(|c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '[')) {
        return None;
    }
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let (host, port) = text.rsplit_once(':')?;
    if port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Of those who forwarded a request, the first from outside; failing that, the first with an address.
pub fn client_of<'t>(forwarded: impl Iterator<Item = &'t str> + Clone) -> Option<&'t str> {
    let mut hops = forwarded.map(str::trim).filter(|hop| is_address(hop));
    let mut again = hops.clone();
    again.find(|hop| is_public(hop)).or_else(|| hops.next())
}

/// What stands where a status belongs.
#[derive(Clone, Copy, Debug)]
enum Answered {
    With(u16),
    /// A dash.
    Untold,
}

impl Answered {
    fn of(word: &str) -> Option<Self> {
        match word {
            "-" => Some(Self::Untold),
            "000" | "0" | "-1" => Some(Self::With(0)),
            _ if word.len() == 3 => {
                word.parse().ok().filter(|s| (100..600).contains(s)).map(Self::With)
            }
            _ => None,
        }
    }

    fn status(self) -> Option<u16> {
        match self {
            Self::With(status) => Some(status),
            Self::Untold => None,
        }
    }
}

/// One word behind the request.
#[derive(Clone, Copy, Debug)]
struct Word<'t> {
    name: Option<&'t str>,
    text: &'t str,
    quoted: bool,
}

/// The words of `text`, by blanks; what stands in quotes is one.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let name_end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
        let name =
            name_end.filter(|&end| end > 0 && rest[end..].starts_with('=')).map(|end| &rest[..end]);
        let value = name.map_or(rest, |name| &rest[name.len() + 1..]);
        let (word, after) = if let Some(inside) = value.strip_prefix('"') {
            let close = closing(inside);
            let word = Word { name, text: &inside[..close], quoted: true };
            (word, inside.get(close + 1..).unwrap_or_default())
        } else {
            let end = value.find([' ', '\t']).unwrap_or(value.len());
            let text = value[..end].trim_end_matches([',', ';', '|']);
            (Word { name, text, quoted: false }, &value[end..])
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// Where the quote closes that stood before `inside`.
fn closing(inside: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return at,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    inside.len()
}

impl<'t> AccessLine<'t> {
    fn take(&mut self, words: &[Word<'t>]) {
        for (i, word) in words.iter().enumerate() {
            match word.name {
                Some(name) => self.named.push((name, word.text)),
                None if word.quoted => self.take_quoted(word.text),
                None => {
                    // `0.062 ms`, `3ms`.
                    let unit = words.get(i + 1).filter(|w| matches!(w.text, "ms" | "s" | "us"));
                    let took = match unit {
                        Some(unit) => duration(word.text, unit.text),
                        None => with_unit(word.text),
                    };
                    self.took = self.took.or(took);
                }
            }
        }
    }

    fn take_quoted(&mut self, text: &'t str) {
        if text.is_empty()
            || text == "-"
            || text.starts_with("http") && text.contains("://") && !text.contains(' ')
        {
            return;
        }
        if text.split(',').all(|hop| is_address(hop.trim())) {
            self.forwarded.get_or_insert(text);
        } else {
            self.agent.get_or_insert(text);
        }
    }
}

/// `3ms`, `0.004s`, `250us` in microseconds.
pub fn with_unit(text: &str) -> Option<u64> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at_checked(split)?;
    duration(number, unit)
}

/// A number in a unit, in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn duration(number: &str, unit: &str) -> Option<u64> {
    let unit = match unit {
        "s" | "sec" => 1e6,
        "ms" => 1e3,
        "us" | "µs" => 1.0,
        "ns" => 1e-3,
        _ => return None,
    };
    let value: f64 = number.parse().ok()?;
    (value.is_finite() && value >= 0.0).then_some((value * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "/socket.io/?EIO=4&transport=polling";

    #[test]
    fn formats_that_people_compose_are_read_by_their_habits() {
        for (line, status, client, took) in [
            (
                r#"203.0.113.7 - - [2026-11-22T14:45:00+00:00] "GET URL HTTP/1.1" 400 45 "-" "-" rt=0.021 us=400"#,
                Some(400),
                Some("203.0.113.7"),
                None,
            ),
            (
                r#"198.51.100.4, 10.0.0.2 - alice [22/Nov/2026:14:45:00 +0000] "GET URL HTTP/2.0" 502 0"#,
                Some(502),
                Some("198.51.100.4"),
                None,
            ),
            (
                r#"10.0.0.2 [22/Nov/2026:14:45:00 +0000] app.example.com "GET URL HTTP/1.1" 200 118 3ms"#,
                Some(200),
                Some("10.0.0.2"),
                Some(3000),
            ),
            (
                r#"app.example.com:443 203.0.113.7 - - [22/Nov/2026:14:45:00 +0000] "GET URL HTTP/1.1" 404 196 "-" "curl/8.5.0""#,
                Some(404),
                Some("203.0.113.7"),
                None,
            ),
            (
                "::ffff:203.0.113.7 - GET URL HTTP/1.1 400 - - 0.062 ms",
                Some(400),
                Some("::ffff:203.0.113.7"),
                Some(62),
            ),
            ("GET URL 400 - - 0.035 ms", Some(400), None, Some(35)),
            (r#"203.0.113.7 499 "GET URL HTTP/1.1""#, Some(499), Some("203.0.113.7"), None),
            (
                r#"client=203.0.113.7:41234 "GET URL HTTP/1.1" status=400"#,
                Some(400),
                Some("203.0.113.7:41234"),
                None,
            ),
        ] {
            let line = line.replace("URL", URL);
            let read = read(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.method, read.target), ("GET", URL), "{line}");
            assert_eq!(
                (read.status, read.clients.first().copied(), read.took),
                (status, client, took),
                "{line}"
            );
        }
    }

    #[test]
    fn a_sentence_about_a_request_is_no_access_line() {
        for line in [
            r#"alice says "GET /socket.io/?EIO=4" gave her 400 once"#,
            "Error handling request GET /socket.io/?EIO=4&transport=polling",
            "intercepting GET /socket.io/?EIO=4 for 203.0.113.7",
            "GET is what /socket.io/ wants",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn quotes_hold_the_agent_and_the_forwarders() {
        let line = r#"10.0.0.2 - - [t] "GET /socket.io/ HTTP/1.1" 200 5 "https://app.example.com/" "Agent \"x\" 1" "203.0.113.7, 10.1.1.1" up="10.0.0.9:5000""#;
        let read = read(line).unwrap();
        assert_eq!(read.agent, Some(r#"Agent \"x\" 1"#));
        assert_eq!(read.forwarded, Some("203.0.113.7, 10.1.1.1"));
        assert_eq!(read.named, [("up", "10.0.0.9:5000")]);
    }

    #[test]
    fn the_client_is_the_first_hop_from_outside() {
        let client = |list: &'static str| client_of(list.split(','));
        assert_eq!(client("10.1.2.3, 203.0.113.7, 10.0.0.2"), Some("203.0.113.7"));
        assert_eq!(client("unknown, 192.168.1.4"), Some("192.168.1.4"));
        assert_eq!(client("[2001:db8::1]:443"), Some("[2001:db8::1]:443"));
        assert_eq!(client("fe80::1, ::ffff:198.51.100.4"), Some("::ffff:198.51.100.4"));
        assert_eq!(client("-"), None);
    }
}
