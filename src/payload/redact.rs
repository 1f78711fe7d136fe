//! Masks for credentials in text that is quoted.
//!
//! A quoted line is evidence, so it stays readable: keys, schemes, ids, names and ports stand as they were, and so do the words that show a
//! fault (`undefined`, `null`, `''`, `Bearer` alone). What could be used to log in is replaced: `‹jwt#1a2b3c4d›`, `‹cookie#…›`,
//! `‹token#…›` with the [`Fingerprint`] of the whole value, `‹secret›` for passwords and short values. When in doubt, mask.
//!
//! Finding is in two files: `shapes` knows credentials by what they look like, `keyed` by the key before them.

mod keyed;
mod shapes;

use std::{borrow::Cow, fmt::Write as _};

use crate::secret::Fingerprint;

/// What a masked text is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    Jwt,
    Cookie,
    Token,
    /// No fingerprint, however long: passwords and keys can be guessed from one.
    Secret,
}

/// A piece of text to mask: byte offsets on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
    label: Label,
}

/// Every credential of which `shapes` or `keyed` knows holds one of these, or has it before it.
const TRIGGERS: [&str; 20] = [
    "eyj",
    ".ej",
    "s%3a",
    "-----begin",
    "://",
    "bearer",
    "basic",
    "digest",
    "token",
    "pass",
    "pwd",
    "secret",
    "key",
    "auth",
    "cookie",
    "sess",
    "csrf",
    "xsrf",
    "jwt",
    ".sid",
];

/// A bit for each digest of three bytes with which a trigger begins, in small letters. Every quoted line is walked through, and hardly a place of it
/// gets past this.
const BEGINNINGS: [u64; 64] = {
    let mut bits = [0; 64];
    let mut i = 0;
    while i < TRIGGERS.len() {
        let trigger = TRIGGERS[i].as_bytes();
        let (word, bit) = place([trigger[0], trigger[1], trigger[2]]);
        bits[word] |= 1 << bit;
        i += 1;
    }
    bits
};

/// The place in [`BEGINNINGS`] of three bytes, whatever the case of their letters.
#[inline]
const fn place([a, b, c]: [u8; 3]) -> (usize, u32) {
    let key = u32::from_le_bytes([a, b, c, 0]) | 0x20_2020;
    let digest = key.wrapping_mul(0x9e37_79b1) >> 20;
    ((digest >> 6) as usize, digest & 63)
}

/// Calls `found` with the place, the end and the number of every trigger in `text`, from left to right.
fn triggers(text: &str, mut found: impl FnMut(usize, usize, usize)) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = beginning(bytes, from) {
        for (number, trigger) in TRIGGERS.iter().enumerate() {
            let end = start + trigger.len();
            if bytes
                .get(start..end)
                .is_some_and(|here| here.eq_ignore_ascii_case(trigger.as_bytes()))
            {
                found(start, end, number);
            }
        }
        from = start + 1;
    }
}

/// The first place at or after `from` where a trigger may begin.
// A function of its own, so that the loop over all bytes of a line has the registers for itself.
#[inline(never)]
fn beginning(bytes: &[u8], from: usize) -> Option<usize> {
    let mut rest = bytes.get(from..)?;
    while let [a, b, c, ..] = *rest {
        let (word, bit) = place([a, b, c]);
        if BEGINNINGS[word] >> bit & 1 == 1 {
            return Some(bytes.len() - rest.len());
        }
        rest = &rest[1..];
    }
    None
}

/// `text` with every credential masked and control characters shown, fit for a terminal.
pub fn quote(text: &str) -> String {
    let masked = redact(text);
    // Most lines hold nothing to show; to look for the bytes with which it begins takes a tenth of going through characters.
    if !shows_nothing_hidden(masked.as_bytes()) {
        return shown(&masked);
    }
    masked.into_owned()
}

/// Whether there is neither a control character nor a byte with which a hidden one may begin.
fn shows_nothing_hidden(bytes: &[u8]) -> bool {
    // In pieces without a way out in the middle, so that each is done in a few wide steps. `‹` and `›` of the masks begin as hidden characters do.
    bytes.chunks(64).all(|piece| {
        piece
            .iter()
            .fold(true, |plain, b| plain & !matches!(b, 0..0x20 | 0x7f | 0xc2 | 0xd8 | 0xef))
    }) && memchr::memchr_iter(0xe2, bytes).all(|at| {
        bytes[at..].starts_with("‹".as_bytes()) || bytes[at..].starts_with("›".as_bytes())
    })
}

/// `text` with control and hidden characters shown.
fn shown(masked: &str) -> String {
    let mut out = String::with_capacity(masked.len());
    for c in masked.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// C1 controls, and characters that reorder or hide text.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `text` with every credential masked.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut spans = find(text);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    // The longer of two that start together first, and of equal ones what `shapes` called by its name.
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), span.label == Label::Token));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut spans = spans.into_iter().peekable();
    while let Some(mut span) = spans.next() {
        while let Some(next) = spans.next_if(|next| next.start < span.end) {
            span.end = span.end.max(next.end);
        }
        out.push_str(text.get(at..span.start).unwrap_or_default());
        mask(text.get(span.start..span.end).unwrap_or_default(), span.label, &mut out);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

fn mask(value: &str, label: Label, out: &mut String) {
    let (name, print) = match label {
        Label::Jwt => ("jwt", Fingerprint::of(value)),
        Label::Cookie => ("cookie", Fingerprint::of(value)),
        Label::Token => ("token", Fingerprint::of(value)),
        Label::Secret => ("secret", None),
    };
    // Writing to a `String` cannot fail.
    let _ = match print {
        Some(print) => write!(out, "‹{name}#{print}›"),
        None if label == Label::Cookie => write!(out, "‹cookie›"),
        None => write!(out, "‹secret›"),
    };
}

fn find(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut shapes = shapes::Shapes::new(text);
    let mut keyed = keyed::Keyed::new(text);
    // All, even where they overlap: the `key` of `keyJhb…` must not hide the `eyJ`.
    triggers(text, |start, end, number| {
        if number <= 8 {
            shapes.at(start, end, &mut spans);
        }
        if number >= 8 {
            keyed.at(start, end, &mut spans);
        }
    });
    spans
}

#[cfg(test)]
mod tests;
