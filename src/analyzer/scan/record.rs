//! Records that fill several lines, read as one: lines that a container cut, objects printed over several lines, fields below a message.
//!
//! Asked only of lines that were hit, and answered with a look at a few bytes for nearly all of them. A traceback is no business of this file.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::cursor::{Cursor, decode};
use crate::envelope::{
    Peeled, Peeler,
    indented::{self, Next, Object},
};

/// Most lines of one record, and most bytes.
const LINES: usize = 200;
const BYTES: usize = 32 * 1024;

/// How far back from a member the line is looked for that opened its object.
const BACK: usize = 40;

/// A record of several lines.
pub(super) struct Whole {
    /// The record as if it stood in one line.
    pub(super) peeled: Peeled<'static>,
    /// What to quote: its first line with the others behind it.
    pub(super) text: String,
    /// The number of its first line.
    pub(super) number: u64,
}

/// The record to which the line at `start` belongs, when it fills more lines than that one. The cursor, which stands behind the line, moves behind
/// the record.
pub(super) fn whole<'b>(
    by: &Peeler,
    first: &Peeled<'_>,
    start: Cursor<'b>,
    cursor: &mut Cursor<'b>,
) -> Option<Whole> {
    if first.partial {
        let whole = completed(by, first, cursor);
        let text = decode(start.peek()).into_owned();
        return Some(Whole { peeled: inside(by, first, &whole), text, number: start.number() });
    }
    if indented::is_member(&first.message) {
        return around(by, start, cursor);
    }
    let (whole, end) = from(by, first, start, *cursor)?;
    *cursor = end;
    Some(whole)
}

/// The record that begins in the line at `start`, before what is `behind` it, and where it ends.
fn from<'b>(
    by: &Peeler,
    first: &Peeled<'_>,
    start: Cursor<'b>,
    behind: Cursor<'b>,
) -> Option<(Whole, Cursor<'b>)> {
    let message = first.message.as_ref();
    let (peeled, rest, end) = if message.ends_with(['{', '[']) {
        let (object, end) = object(by, message, behind)?;
        let rest = object.get(message.trim_end().len()..).unwrap_or_default().to_owned();
        (inside(by, first, &object), rest, end)
    } else {
        below(by, first, behind)?
    };
    let text = decode(start.peek()).into_owned() + &rest;
    Some((Whole { peeled, text, number: start.number() }, end))
}

/// A line that its container cut in pieces, put together again.
fn completed(by: &Peeler, first: &Peeled<'_>, cursor: &mut Cursor<'_>) -> String {
    let mut whole = first.message.clone().into_owned();
    while whole.len() < crate::input::MAX_LINE && !cursor.is_at_end() {
        let text = decode(cursor.peek()).into_owned();
        let next = by.peel(&text);
        whole.push_str(&next.message);
        cursor.take();
        if !next.partial {
            break;
        }
    }
    whole
}

/// The object that opens in `message` and goes on under the cursor, in one line, and where it ends.
pub(super) fn object<'b>(
    by: &Peeler,
    message: &str,
    mut cursor: Cursor<'b>,
) -> Option<(String, Cursor<'b>)> {
    let mut object = Object::open(message)?;
    for _ in 0..LINES {
        if cursor.is_at_end() || object.length() > BYTES {
            return None;
        }
        let text = decode(cursor.take());
        match object.add(&by.peel(&text).message) {
            Next::Open => {}
            Next::Closed => return Some((object.into_line(), cursor)),
            Next::Foreign => return None,
        }
    }
    None
}

/// The record in which the line at `start` is a member or a field: a line above opened it.
fn around<'b>(by: &Peeler, start: Cursor<'b>, cursor: &mut Cursor<'b>) -> Option<Whole> {
    let mut head = start;
    for _ in 0..BACK {
        let text = decode(head.back()?);
        let peeled = by.peel(&text);
        if peeled.message.starts_with([' ', '\t', '}', ']']) || peeled.message.is_empty() {
            continue;
        }
        let mut behind = head;
        behind.take();
        let (whole, end) = from(by, &peeled, head, behind)?;
        // It must reach the line that was hit.
        if end.at() < cursor.at() {
            return None;
        }
        *cursor = end;
        return Some(whole);
    }
    None
}

/// A message with the fields that a pretty-printer put below it.
fn below<'b>(
    by: &Peeler,
    first: &Peeled<'_>,
    mut cursor: Cursor<'b>,
) -> Option<(Peeled<'static>, String, Cursor<'b>)> {
    // Only a logger's line has fields, and nearly every line ends here: below it stands another.
    if first.level.is_none() || !may_be_indented(cursor.glance()) {
        return None;
    }
    let mut lines = Vec::new();
    let mut bytes = 0;
    while lines.len() < LINES && bytes < BYTES && !cursor.is_at_end() {
        let text = decode(cursor.peek());
        let message = by.peel(&text).message;
        if !message.starts_with([' ', '\t']) {
            break;
        }
        bytes += message.len();
        lines.push(message.into_owned());
        cursor.take();
    }
    let fields = indented::fields(&lines)?;
    let mut whole = first.clone().into_owned();
    whole.fields.extend(fields);
    let rest = lines.iter().fold(String::new(), |rest, line| rest + " " + line.trim());
    Some((whole, rest, cursor))
}

/// Whether the line under the cursor may be a field below the message above it.
pub(super) fn may_go_on(cursor: Cursor<'_>) -> bool {
    may_be_indented(cursor.glance())
}

/// Whether a line is a field below a message, as far as its first bytes tell: blanks, a name, a colon, behind a container's prefix or not.
fn may_be_indented(line: &[u8]) -> bool {
    // Three blanks in a row are rare in front of a message.
    static BLANKS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("   "));
    BLANKS.find(line).is_some() && has_indented_name(line)
}

fn has_indented_name(line: &[u8]) -> bool {
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'"');
    // Where three blanks end and a name begins.
    let is_blank = |b: &&u8| **b == b' ';
    // Of three places in a row one is looked at.
    (2..line.len()).step_by(3).filter(|&at| line[at] == b' ').any(|at| {
        let before = line[..at].iter().rev().take_while(is_blank).count();
        let behind = line[at..].iter().take_while(is_blank).count();
        let rest = &line[at + behind..];
        let name = rest.iter().take_while(|b| is_of_name(b)).count();
        before + behind >= 3
            && name > 0
            && rest.get(name..).is_some_and(|rest| rest.starts_with(b": "))
    })
}

/// What is in a message that was put together, with what its first line's wrappers told.
fn inside(by: &Peeler, first: &Peeled<'_>, whole: &str) -> Peeled<'static> {
    let mut peeled = first.clone().into_owned();
    peeled.absorb_peeled(by.peel(whole).into_owned());
    peeled
}
