//! Masks for credentials in text that is quoted.
//!
//! A quoted line is evidence, so it stays readable: keys, schemes, ids, names and ports stand as they were, and so do the words that show a
//! fault (`undefined`, `null`, `''`, `Bearer` alone). What could be used to log in is replaced: `‹jwt#1a2b3c4d›`, `‹cookie#…›`,
//! `‹token#…›` with the [`Fingerprint`] of the whole value, `‹secret›` for passwords and short values. When in doubt, mask.
//!
//! Finding is in two files: `shapes` knows credentials by what they look like, `keyed` by the key before them. `lines` goes over many lines
//! at once, for those who write whole logs.

mod key;
mod keyed;
mod lines;
mod shapes;

pub(crate) use self::lines::{Lines, Scratch};

use std::{borrow::Cow, cell::RefCell, fmt::Write as _, sync::LazyLock};

use aho_corasick::packed;

use crate::secret::Fingerprint;

/// What a masked text is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Jwt,
    Cookie,
    Token,
    /// No fingerprint, however long: passwords and keys can be guessed from one.
    Secret,
}

/// A piece of text to mask: byte offsets on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) label: Label,
}

/// Every credential of which `shapes` or `keyed` knows holds one of these, or has it before it.
const TRIGGERS: [&str; 21] = [
    "eyj",
    ".ej",
    "s%3a",
    "-----begin",
    "://",
    " -u ",
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

/// Finds triggers in text of small letters. `None` on processors without the vector search.
static SEARCH: LazyLock<Option<packed::Searcher>> =
    LazyLock::new(|| packed::Searcher::new(TRIGGERS));

thread_local! {
    /// A text in small letters: every quoted line passes through here.
    static SMALL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Calls `found` with the place, the end and the number of every trigger in `text`, from left to right.
fn triggers(text: &str, mut found: impl FnMut(usize, usize, usize)) {
    SMALL.with_borrow_mut(|small| {
        small.clear();
        small.extend_from_slice(text.as_bytes());
        small.make_ascii_lowercase();
        let mut from = 0;
        while let Some((start, end, number)) = next_trigger(small, from) {
            found(start, end, number);
            // No trigger is the beginning of another: there is at most one at a place.
            from = start + 1;
        }
    });
}

/// The first trigger that begins at or after `from`.
fn next_trigger(small: &[u8], from: usize) -> Option<(usize, usize, usize)> {
    if let Some(search) = SEARCH.as_ref() {
        let found = search.find_in(small, (from..small.len()).into())?;
        return Some((found.start(), found.end(), found.pattern().as_usize()));
    }
    (from..small.len()).find_map(|start| {
        let rest = &small[start..];
        let number = TRIGGERS.iter().position(|trigger| rest.starts_with(trigger.as_bytes()))?;
        Some((start, start + TRIGGERS[number].len(), number))
    })
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

/// As [`quote`], for words that somebody pasted without what stood before them: those that look like a key are masked, too.
pub fn quote_pasted(text: &str) -> String {
    /// Names of errors with a number in them are shorter, or have no small letters.
    const KEY: usize = 16;
    let is_key = |word: &str| {
        word.len() >= KEY
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_lowercase())
            && !word.contains("://")
            && !word.starts_with(['/', '‹'])
    };
    let masked = redact(text);
    let words = masked.split(' ').map(|word| if is_key(word) { "‹secret›" } else { word });
    shown(&words.collect::<Vec<_>>().join(" "))
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
    merge(&mut spans);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(text.get(at..span.start).unwrap_or_default());
        mask(text.get(span.start..span.end).unwrap_or_default(), span.label, &mut out);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Puts spans in order, and makes one of those that overlap.
pub(crate) fn merge(spans: &mut Vec<Span>) {
    // The longer of two that start together first, and of equal ones what `shapes` called by its name.
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), span.label == Label::Token));
    spans.dedup_by(|next, kept| {
        let inside = next.start < kept.end;
        if inside {
            kept.end = kept.end.max(next.end);
        }
        inside
    });
}

fn mask(value: &str, label: Label, out: &mut String) {
    let (name, print) = match label {
        Label::Jwt => ("jwt", Fingerprint::of_repeated(value)),
        Label::Cookie => ("cookie", Fingerprint::of_repeated(value)),
        Label::Token => ("token", Fingerprint::of_repeated(value)),
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
        at(&mut shapes, &mut keyed, (start, end, number), &mut spans);
    });
    spans
}

/// Has a trigger looked at by whom it concerns.
fn at(
    shapes: &mut shapes::Shapes<'_>,
    keyed: &mut keyed::Keyed<'_>,
    (start, end, number): (usize, usize, usize),
    spans: &mut Vec<Span>,
) {
    // `Token …` is a scheme, and `token: …` a key.
    const BOTH: usize = 9;
    if number <= BOTH {
        shapes.at(start, end, spans);
    }
    if number >= BOTH {
        keyed.at(start, end, spans);
    }
}

#[cfg(test)]
mod tests;
