//! What loggers print between the time and the message, in whatever order and with whatever separators the format
//! string has: level, logger, process, thread, place in the code.
//!
//! The level is the anchor. Words in front of it are taken only if a level comes; words behind it only if they can't be
//! the message's own. Without a level nothing is taken but the time.

mod behind;
mod bunyan;
mod span;
mod token;

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    pairs, stamp,
    words::{is_name, is_number, is_place, is_thread},
};
pub(super) use behind::behind;
use behind::behind_colon;
use token::{Token, one_space, past_blanks, separator, token};

/// What the head told, and the message behind it.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub(super) level: Option<Level>,
    pub(super) logger: Option<&'a str>,
    pub(super) writer: Writer,
    pub(super) fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) rest: &'a str,
    pub(super) layout: u8,
}

impl<'a> Head<'a> {
    /// The layer of this `kind` that it is, with the bits of `layout` beside its own.
    #[inline]
    pub(super) fn into_layer(self, kind: Kind, layout: u8) -> Layer<'a> {
        Layer {
            kind,
            layout: self.layout | layout,
            level: self.level,
            logger: self.logger.map(Cow::Borrowed),
            writer: self.writer,
            fields: self.fields,
            rest: Cow::Borrowed(self.rest),
            ..Layer::default()
        }
    }
}

const BRACKETED: u8 = 1;
const STRONG: u8 = 2;
const COLON: u8 = 4;
const NUMBERED: u8 = 8;
const MODULE: u8 = 16;
const PADDED: u8 = 32;

/// How many words there may be on each side of the level.
const WORDS: usize = 6;

/// Reads the head that begins behind a time; `None` when no level comes.
///
/// `zulu` tells that the time was RFC 3339, as tracing prints it.
pub(super) fn read(text: &str, zulu: bool) -> Option<Head<'_>> {
    if let Some(joined) = text.strip_prefix(':') {
        return colons(joined);
    }
    let mut head = Head::default();
    let mut text = text;
    let mut label = None;
    for _ in 0..WORDS {
        let (strong, after) = separator(text);
        if strong {
            head.layout |= STRONG;
        }
        let start = past_blanks(after);
        let (token, after) = token(start)?;
        match token {
            Token::Bracket(inside) => {
                let word = inside.trim_matches(' ');
                // A second time: what stands behind the first one is a line of its own.
                let millis = word.len() == 13 && stamp::epoch(word).is_some();
                if millis || word.len() >= 14 && stamp::read(word, 1970).is_some() {
                    return None;
                }
                if let Some(level) = Level::named(word) {
                    head.level = Some(level);
                    head.layout |= BRACKETED;
                    name_label(&mut head, label);
                    // structlog pads its level, in small letters, to nine.
                    if inside.len() == 9
                        && inside.ends_with(' ')
                        && inside.starts_with(|c: char| c.is_ascii_lowercase())
                    {
                        console(&mut head, after);
                        return Some(head);
                    }
                    return Some(behind(head, after, zulu));
                }
                if is_writers(word) {
                    head.writer.add(word);
                    head.layout |= NUMBERED;
                } else if label.is_none()
                    && is_name(word)
                    && !word.starts_with(|c: char| c.is_ascii_digit())
                {
                    label = Some(word);
                } else {
                    return None;
                }
            }
            Token::Paren(inside) => {
                if !is_writers(inside) {
                    return None;
                }
                head.writer.add(inside);
            }
            Token::Word(word) => {
                if let Some((level, after)) =
                    level_word(start, word, after, strong, head.logger.is_none())
                {
                    head.level = Some(level);
                    name_label(&mut head, label);
                    return Some(behind(head, after, zulu));
                }
                // `name:LEVEL:`
                if let Some((name, level)) = word.strip_suffix(':').and_then(|w| w.split_once(':'))
                    && let Some(level) = Level::shouted(level)
                    && is_name(name)
                {
                    head.level = Some(level);
                    head.logger = Some(name);
                    return Some(behind(head, after, zulu));
                }
                if is_number(word) || is_thread(word) {
                    head.writer.add(word);
                } else if is_place(word) {
                    // Says where, not who.
                } else if head.logger.is_none()
                    && is_name(word)
                    && !word.ends_with(':')
                    && !word.starts_with(|c: char| c.is_ascii_digit())
                {
                    head.logger = Some(word);
                } else {
                    return None;
                }
            }
        }
        text = after;
    }
    None
}

/// `LEVEL:name:M` or `name:LEVEL:M` behind `asctime:`.
fn colons(text: &str) -> Option<Head<'_>> {
    let (first, rest) = text.split_once(':')?;
    if let Some(level) = Level::shouted(first) {
        return Some(behind_colon(Head { level: Some(level), ..Head::default() }, rest));
    }
    let (second, rest) = rest.split_once(':')?;
    let level = Level::shouted(second)?;
    is_name(first).then_some(Head {
        level: Some(level),
        logger: Some(first),
        rest,
        layout: COLON,
        ..Head::default()
    })
}

/// structlog's console: the event padded to thirty, then perhaps `[logger]`, then `key=value`.
fn console<'a>(head: &mut Head<'a>, text: &'a str) {
    let text = one_space(text);
    let (message, fields) = pairs::tail(text);
    head.fields = fields;
    head.rest = message;
    head.layout |= PADDED;
    if let Some((event, name)) = message.strip_suffix(']').and_then(|m| m.rsplit_once(" ["))
        && is_name(name)
        && !event.is_empty()
    {
        head.logger = Some(name);
        head.rest = event.trim_end_matches(' ');
    }
}

/// A level that stands as a word, and what follows it.
///
/// Capitals are believed anywhere, small letters only between separators or right before a colon.
fn level_word<'a>(
    start: &'a str,
    word: &str,
    after: &'a str,
    strong: bool,
    first: bool,
) -> Option<(Level, &'a str)> {
    if let Some(level) = Level::shouted(word) {
        return Some((level, after));
    }
    if strong
        && separator(after).0
        && let Some(level) = Level::printed(word)
    {
        return Some((level, after));
    }
    let colon = word.bytes().take(10).position(|b| b == b':')?;
    let (name, tail) = word.split_at_checked(colon)?;
    let small = first && tail.len() == 1 && name.starts_with(|c: char| c.is_ascii_lowercase());
    let level = Level::shouted(name).or_else(|| small.then(|| Level::printed(name))?)?;
    Some((level, start.get(colon..)?))
}

/// A bracket without a name of its own is the logger, unless another one was found: then it was the thread.
fn name_label<'a>(head: &mut Head<'a>, label: Option<&'a str>) {
    let Some(label) = label else { return };
    if head.logger.is_none() && !label.bytes().any(|b| b.is_ascii_digit() && !label.contains('.')) {
        head.logger = Some(label);
    } else {
        head.writer.add(label);
    }
}

/// `8908`, `MainThread`, `140233 MainThread`, `8908:140233`.
fn is_writers(text: &str) -> bool {
    text.len() <= 64 && !text.is_empty() && text.split([' ', ':', '/']).all(|w| is_number(w) || is_thread(w))
        || text.starts_with("Thread-")
        // CPython names a thread after its target: `Thread-3 (process_request_thread)`.
        || text == "process_request_thread"
        || text == "_worker"
}
