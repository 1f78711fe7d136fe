//! tracing's spans: `on_connect{sid="x"}:upgrade{n=1}: `, which stand before the target.

use std::borrow::Cow;

use crate::envelope::{pairs, words::is_name};

/// How far spans are looked at, in bytes.
const LONGEST: usize = 1024;

/// A field's name and value.
type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The fields of the spans that `text` begins with, and what follows them; `None` unless a span shows fields.
pub(super) fn read(text: &str) -> Option<(Vec<Field<'_>>, &str)> {
    let bounded = text.get(..text.floor_char_boundary(LONGEST))?;
    let mut fields = Vec::new();
    let mut found = false;
    let mut at = 0;
    loop {
        let rest = bounded.get(at..)?;
        let end = rest.find(['{', ':', ' '])?;
        let name = rest.get(..end)?;
        if !is_name(name) {
            return None;
        }
        match rest.as_bytes().get(end)? {
            b'{' => {
                let inside = rest.get(end + 1..)?;
                let close = closing(inside)?;
                found = true;
                // From `text`, whose pieces live as long as the line.
                let from = at + end + 1;
                fields.extend(pairs::loose(text.get(from..from + close)?).into_iter().map(bare));
                at = from + close + 1;
                if text.as_bytes().get(at) != Some(&b':') {
                    return None;
                }
            }
            // A span without fields in front of another, or the target.
            b':' if found && text.as_bytes().get(at + end + 1) == Some(&b':') => return None,
            b':' => at += end,
            _ => return None,
        }
        at += 1;
        if text.as_bytes().get(at) == Some(&b' ') {
            return found.then(|| (fields, text.get(at..).unwrap_or_default()));
        }
    }
}

/// Where the brace closes that stands before `inside`; braces in quotes don't count.
fn closing(inside: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (1_usize, false, false);
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A value without the `Some(…)` of Rust's `Debug`.
fn bare((key, value): Field<'_>) -> Field<'_> {
    let value = match value {
        Cow::Borrowed(text) => Cow::Borrowed(
            text.strip_prefix("Some(").and_then(|t| t.strip_suffix(')')).unwrap_or(text),
        ),
        owned @ Cow::Owned(_) => owned,
    };
    (key, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_give_their_fields_and_leave_the_rest() {
        for (text, want, rest) in [
            (
                "on_connect{sid=\"x1\"}: socketioxide::client: a",
                "sid=x1",
                " socketioxide::client: a",
            ),
            (
                "init_websocket{protocol=V4 sid=Some(x1)}:upgrade: engineioxide::ws: a",
                "protocol=V4;sid=x1",
                " engineioxide::ws: a",
            ),
            ("a{x=1}:b{y=\"{\"}: t: m", "x=1;y={", " t: m"),
            ("outer:inner{x=1}: t: m", "x=1", " t: m"),
        ] {
            let (fields, left) = read(text).unwrap();
            let have: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
            assert_eq!((have.join(";").as_str(), left), (want, rest), "{text}");
        }
    }

    #[test]
    fn what_shows_no_fields_is_no_span() {
        for text in ["socketioxide::client: m", "a: b: c", "reply {x=1}: m", "a{x=1: m", "{}: x"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
