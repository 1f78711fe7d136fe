//! What people and their tools put around lines on the way into a ticket, a mail or a chat: quotes, list markers, line numbers, file names,
//! prompts, fences, tags.
//!
//! Only in front of what else a line may be wrapped in: inside a logger's line the same signs are the message's own.

mod grep;
mod plain;
mod prompt;
mod wrapped;

use std::borrow::Cow;

pub use plain::plain;
pub use wrapped::{Joined, unwrapped};

use super::{
    layer::{Kind, Layer},
    platform,
};
pub(super) use grep::{numbered, searched};
pub(super) use plain::without_entities;
use prompt::typed;

/// Takes off what pasting put around a line; `inside` reads what a logger or a carrier wraps.
pub(super) fn read<'a>(
    text: &'a str,
    inside: impl FnOnce(&'a str) -> Option<Layer<'a>>,
) -> Option<Layer<'a>> {
    match text.as_bytes().first()? {
        b'>' => quoted(text),
        b'`' => fenced(text),
        b'<' => tagged(text),
        b' ' | b'\t' => indented(text, inside),
        b'[' => chatted(text).or_else(|| marked(text)).or_else(|| typed(text)),
        b'/' | b'~' => searched(text),
        b'.' => searched(text).or_else(|| marked(text)),
        b'-' | b'*' | b'+' => marked(text),
        b'#' => platform::command(text).or_else(|| typed(text)),
        b'$' | b'%' => typed(text),
        b'A'..=b'Z' | b'a'..=b'z' => {
            searched(text).or_else(|| failed(text)).or_else(|| typed(text))
        }
        0xc2.. => marked(text).or_else(|| typed(text)),
        _ => None,
    }
}

/// `> M`, as mails and issues quote; `>> M` is quoted twice.
fn quoted(text: &str) -> Option<Layer<'_>> {
    let rest = text.strip_prefix('>')?;
    if rest.starts_with('>') {
        return Some(layer(rest, 1));
    }
    (rest.is_empty() || rest.starts_with(' ')).then(|| layer(rest.get(1..).unwrap_or_default(), 1))
}

/// `E       M`, as pytest shows what a failed test printed or raised.
fn failed(text: &str) -> Option<Layer<'_>> {
    let rest = text.strip_prefix("E   ")?;
    let blanks = rest.bytes().take(4).take_while(|b| *b == b' ').count();
    Some(layer(rest.get(blanks..)?, 10))
}

/// A fence of Markdown in front of the first line.
fn fenced(text: &str) -> Option<Layer<'_>> {
    let rest = text.strip_prefix("```")?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
    Some(layer(rest.strip_prefix(' ').unwrap_or(rest), 2))
}

/// `<pre>M`, `<code>M</code>`, `<li>M`.
fn tagged(text: &str) -> Option<Layer<'_>> {
    let end = text.bytes().take(16).position(|b| b == b'>')?;
    let name = text.get(1..end)?;
    let rest = text.get(end + 1..)?;
    matches!(
        name,
        "pre" | "code" | "p" | "br" | "br/" | "br /" | "li" | "td" | "div" | "span" | "samp"
    )
    .then(|| layer(rest, 3))
}

/// The line without the tag that closes it.
pub(super) fn untagged(line: &str) -> &str {
    let mut line = line;
    while line.ends_with('>') {
        let rest = [
            "<br>", "<br/>", "<br />", "</pre>", "</code>", "</p>", "</li>", "</td>", "</div>",
            "</span>",
        ]
        .iter()
        .find_map(|tag| line.strip_suffix(tag));
        match rest {
            Some(rest) => line = rest,
            None => break,
        }
    }
    line
}

/// `- M`, `* M`, `• M`, `… M`, `[...] M`: markers of lists, and of what was left out.
pub(super) fn marked(text: &str) -> Option<Layer<'_>> {
    let marker = ["- ", "* ", "+ ", "• ", "· ", "– ", "... ", "...", "… ", "…", "[...] ", "[…] "]
        .iter()
        .find(|marker| text.starts_with(**marker))?;
    let rest = text.get(marker.len()..)?;
    // Rulers, and the dashes of an access line, are no markers.
    let ruler = ["- ", "--", "* ", "**", "+ ", "++", ".", "…"].iter().any(|r| rest.starts_with(r));
    (!rest.is_empty() && !ruler && rest != "-").then(|| layer(rest, 4))
}

/// A line that stands farther right than it was written, as code does in Markdown; only where a wrapper follows that can't be a continuation's.
fn indented<'a>(
    text: &'a str,
    read: impl FnOnce(&'a str) -> Option<Layer<'a>>,
) -> Option<Layer<'a>> {
    let rest = text.trim_start_matches([' ', '\t']);
    let first = *rest.as_bytes().first()?;
    if !(first.is_ascii_digit() || first.is_ascii_uppercase() || matches!(first, b'[' | b'{')) {
        return None;
    }
    if first.is_ascii_digit()
        && let Some(line) = numbered(rest).filter(|_| rest.bytes().take(8).any(|b| b == b'\t'))
    {
        return Some(line);
    }
    let inside = read(rest)?;
    let sure = match inside.kind {
        Kind::Timed | Kind::Nest | Kind::Docker | Kind::Cri | Kind::Access | Kind::Syslog => {
            inside.stamp.is_some()
        }
        Kind::Json => inside.stamp.is_some() && inside.level.is_some(),
        Kind::Levelled => inside.logger.is_some() && inside.level.is_some(),
        _ => false,
    };
    sure.then(|| layer(rest, 9))
}

fn layer(rest: &str, layout: u8) -> Layer<'_> {
    Layer { kind: Kind::Paste, layout, rest: Cow::Borrowed(rest), ..Layer::default() }
}

/// `[10:12, 22/11/2026] alice: M` and `[10:12 AM] alice: M`, as messengers copy. The time is that of the chat, so it is not the line's.
fn chatted(text: &str) -> Option<Layer<'_>> {
    let (inside, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let bytes = inside.as_bytes();
    let colon = bytes.iter().take(3).position(|b| *b == b':')?;
    let minutes = bytes.get(colon + 1..colon + 3)?;
    let after = inside.get(colon + 3..)?;
    let clock = colon > 0 && bytes.iter().take(colon).chain(minutes).all(u8::is_ascii_digit);
    let spoken = after.starts_with(", ") || matches!(after.trim(), "AM" | "PM" | "am" | "pm");
    let (name, message) = rest
        .get(..rest.floor_char_boundary(48))?
        .split_once(": ")
        .map(|(name, _)| (name, rest.get(name.len() + 2..).unwrap_or_default()))?;
    (clock && spoken && inside.len() <= 24 && !name.is_empty()).then(|| layer(message, 8))
}

#[cfg(test)]
mod tests {
    use crate::envelope::Peeler;

    fn message(line: &str) -> String {
        Peeler::with_year(2026).peel(line).message.into_owned()
    }

    #[test]
    fn a_line_of_a_traceback_keeps_its_indentation() {
        for line in [
            "    raise KeyError('x')",
            "  File \"a.py\", line 3, in f",
            "    at f (x.js:1:2)",
            "    INFO: x",
        ] {
            assert_eq!(message(line), line);
        }
        assert_eq!(message("    2026-11-22 14:45:34,231 - app - INFO - x"), "x");
    }
}
