//! `key=value`: logfmt, Go's slog and logrus, structlog's key-value and console renderers.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer},
    stamp,
};

/// A key with its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// As many fields as an access line has at least.
const LEAST: usize = 3;

/// How many places to try for the start of a tail; what is longer stays in the message.
const TRIES: usize = 16;

/// A line that is nothing but pairs, with a message among them or at least a time: without a message it is an access line and stays whole.
pub(super) fn read(text: &str, year: i32) -> Option<Layer<'_>> {
    // Nearly all messages end here: the first word is no key.
    let end = text.bytes().take(40).position(|b| !is_key(b))?;
    if text.as_bytes().get(end) != Some(&b'=') {
        return None;
    }
    let pairs = all(text)?;
    let mut layer = Layer { kind: Kind::Pairs, ..Layer::default() };
    let mut message = None;
    let many = pairs.len() > 1;
    for (key, value) in pairs {
        match key.as_ref() {
            "msg" | "message" | "event" if message.is_none() => message = Some(value),
            "time" | "ts" | "timestamp" | "t" if layer.stamp.is_none() => {
                layer.stamp = stamp::read(&value, year)
                    .map(|(stamp, _)| stamp)
                    .or_else(|| stamp::epoch(&value));
            }
            "level" | "lvl" | "severity" if layer.level.is_none() => {
                layer.level = Level::named(&value);
            }
            "logger" if layer.logger.is_none() => layer.logger = Some(value),
            _ => layer.fields.push((key, value)),
        }
    }
    layer.rest = match message.filter(|_| many) {
        Some(message) => message,
        None if layer.stamp.is_some() && layer.fields.len() >= LEAST => {
            layer.last = true;
            layer.layout = 255;
            Cow::Borrowed(text)
        }
        None => return None,
    };
    Some(layer)
}

/// A message and the pairs behind it.
pub(super) fn tail(text: &str) -> (&str, Vec<Pair<'_>>) {
    for (at, _) in text.match_indices('=').take(TRIES) {
        let before = text.get(..at).unwrap_or_default();
        let start = before.bytes().rposition(|b| !is_key(b)).map_or(0, |space| space + 1);
        if start < at
            && (start == 0 || before.as_bytes().get(start - 1) == Some(&b' '))
            && let Some(pairs) = text.get(start..).and_then(all)
        {
            return (before.get(..start).unwrap_or_default().trim_end_matches(' '), pairs);
        }
    }
    (text.trim_end_matches(' '), Vec::new())
}

/// As many pairs as there are.
pub(super) fn loose(text: &str) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    let mut text = text;
    while let Some((pair, rest)) = pair(text.trim_start_matches(' ')) {
        pairs.push(pair);
        text = rest;
    }
    pairs
}

/// Pairs to the end of the text, or `None`.
fn all(text: &str) -> Option<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    let mut text = text.trim_end_matches(' ');
    while !text.is_empty() {
        let (pair, rest) = pair(text)?;
        pairs.push(pair);
        text = rest.trim_start_matches(' ');
    }
    Some(pairs)
}

fn pair(text: &str) -> Option<(Pair<'_>, &str)> {
    let end = text.bytes().take(64).position(|b| !is_key(b))?;
    let (key, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix('=')?;
    if key.is_empty() {
        return None;
    }
    let (value, rest) = match rest.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => {
            let close = closing_quote(rest.as_bytes(), *quote)?;
            (unquote(rest.get(..=close)?, *quote), rest.get(close + 1..)?)
        }
        Some(b'{' | b'[' | b'(') => {
            let close = closing_bracket(rest.as_bytes())?;
            (Cow::Borrowed(rest.get(..=close)?), rest.get(close + 1..)?)
        }
        _ => {
            let (value, rest) = rest.split_at_checked(rest.find(' ').unwrap_or(rest.len()))?;
            (Cow::Borrowed(value), rest)
        }
    };
    (rest.is_empty() || rest.starts_with(' ')).then_some(((Cow::Borrowed(key), value), rest))
}

/// Where the quote that opens `text` closes.
fn closing_quote(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            b if *b == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// Where the bracket that opens `text` closes; brackets in quotes don't count.
fn closing_bracket(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' if depth == 1 => return Some(at),
            b'}' | b']' | b')' => depth -= 1,
            quote @ (b'"' | b'\'') => at += closing_quote(text.get(at..)?, *quote)?,
            _ => {}
        }
        at += 1;
    }
}

/// A quoted value without quotes and escapes.
fn unquote(quoted: &str, quote: u8) -> Cow<'_, str> {
    let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    if quote == b'"'
        && let Ok(text) = serde_json::from_str::<String>(quoted)
    {
        return Cow::Owned(text);
    }
    // Python's repr: one pass, so that an escaped backslash escapes nothing.
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c @ ('\\' | '\'' | '"')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}
