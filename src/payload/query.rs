//! URLs and query strings.
//!
//! Not the job of this file: which parameter means what ([`request`](super::request)).

use std::borrow::Cow;

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag_no_case, take_till},
};

/// A URL as it stands in a request line or in a client's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// Host and port of an absolute URL.
    pub host: Option<&'a str>,
    /// The path; `/` when an absolute URL has none.
    pub path: &'a str,
    /// The query without its question mark; empty when there is none.
    pub query: &'a str,
}

/// Takes a URL apart: absolute (`http`, `https`, `ws`, `wss`) or beginning with its path.
pub fn target(text: &str) -> Option<Target<'_>> {
    let text = text.split('#').next().unwrap_or_default();
    let (rest, host) = match authority(text) {
        Ok((rest, host)) => (rest, Some(host)),
        Err(_) => (text, None),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    match (host, path) {
        (Some(_), "") => Some(Target { host, path: "/", query }),
        _ if path.starts_with('/') => Some(Target { host, path, query }),
        _ => None,
    }
}

/// `https://host:port` before the path.
fn authority(input: &str) -> IResult<&str, &str> {
    let scheme = alt((
        tag_no_case("https://"),
        tag_no_case("http://"),
        tag_no_case("wss://"),
        tag_no_case("ws://"),
    ));
    (scheme, take_till(|c| c == '/' || c == '?')).map(|(_, host)| host).parse(input)
}

/// The parameters of a query, decoded, in order.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        // Some loggers write the query as HTML.
        let part = part.strip_prefix("amp;").unwrap_or(part);
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

/// Resolves `%20` and `+`. What is no valid escape stays as it stands.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        match (first, rest) {
            (b'%', [high, low, after @ ..]) if let (Some(h), Some(l)) = (hex(*high), hex(*low)) => {
                out.push(h << 4 | l);
                bytes = after;
            }
            (b'+', _) => {
                out.push(b' ');
                bytes = rest;
            }
            _ => {
                out.push(*first);
                bytes = rest;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_a_path_and_may_have_a_host() {
        for (text, want) in [
            ("/socket.io/?EIO=4", Some((None, "/socket.io/", "EIO=4"))),
            (
                "https://app.example.test:8443/socket.io/?a=b#x",
                Some((Some("app.example.test:8443"), "/socket.io/", "a=b")),
            ),
            ("ws://app.example.test?EIO=4", Some((Some("app.example.test"), "/", "EIO=4"))),
            ("/", Some((None, "/", ""))),
            ("socket.io", None),
            ("", None),
            ("ftp://app.example.test/", None),
        ] {
            assert_eq!(target(text).map(|t| (t.host, t.path, t.query)), want, "{text}");
        }
    }

    #[test]
    fn parameters_are_decoded() {
        let query = "EIO=4&amp;token=Bearer%20x+y&&flag&bad=%zz%4&u=%C3%A4";
        let want =
            [("EIO", "4"), ("token", "Bearer x y"), ("flag", ""), ("bad", "%zz%4"), ("u", "ä")];
        let have: Vec<_> = pairs(query).collect();
        assert_eq!(have.iter().map(|(n, v)| (&**n, &**v)).collect::<Vec<_>>(), want);
    }
}
