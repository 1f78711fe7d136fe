//! What loggers print between the time and the message, in whatever order and with whatever separators the format
//! string has: level, logger, process, thread, place in the code.
//!
//! The level is the anchor. Words in front of it are taken only if a level comes; words behind it only if they can't be
//! the message's own. Without a level nothing is taken but the time.

use std::borrow::Cow;

use super::{
    Level,
    layer::Writer,
    pairs,
    words::{is_logger, is_module, is_name, is_number, is_place, is_thread},
};

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

const BRACKETED: u8 = 1;
const STRONG: u8 = 2;
const COLON: u8 = 4;
const NUMBERED: u8 = 8;
const MODULE: u8 = 16;
const PADDED: u8 = 32;

/// How many words there may be on each side of the level.
const WORDS: usize = 6;

/// One piece of a head.
enum Token<'a> {
    /// `[…]`
    Bracket(&'a str),
    /// `(…)`
    Paren(&'a str),
    Word(&'a str),
}

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
        let start = after.trim_start_matches(' ');
        let (token, after) = token(start)?;
        match token {
            Token::Bracket(inside) => {
                let word = inside.trim_matches(' ');
                if let Some(level) = Level::named(word) {
                    head.level = Some(level);
                    head.layout |= BRACKETED;
                    name_label(&mut head, label);
                    // structlog pads its level, in small letters, to nine.
                    if inside.len() == 9 && inside.ends_with(' ') && inside.starts_with(|c: char| c.is_ascii_lowercase()) {
                        console(&mut head, after);
                        return Some(head);
                    }
                    return Some(behind(head, after, zulu));
                }
                if is_writers(word) {
                    head.writer.add(word);
                    head.layout |= NUMBERED;
                } else if label.is_none() && is_name(word) && !word.starts_with(|c: char| c.is_ascii_digit()) {
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
                if let Some((level, after)) = level_word(start, word, after, strong, head.logger.is_none()) {
                    head.level = Some(level);
                    name_label(&mut head, label);
                    return Some(behind(head, after, zulu));
                }
                if is_number(word) || is_thread(word) {
                    head.writer.add(word);
                } else if is_place(word) {
                    // Says where, not who.
                } else if head.logger.is_none() && is_name(word) && !word.ends_with(':') && !word.starts_with(|c: char| c.is_ascii_digit()) {
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

/// Reads what stands between the level and the message.
pub(super) fn behind<'a>(mut head: Head<'a>, text: &'a str, zulu: bool) -> Head<'a> {
    // How the part before `rest` ended: a separator is followed by exactly one space, padding by any number.
    let mut text = text;
    for step in 0..WORDS {
        if let Some(after) = text.strip_prefix(':') {
            return behind_colon(head, after);
        }
        let (strong, after) = separator(text);
        let start = after.trim_start_matches(' ');
        head.rest = if strong { after } else { unpad(text, start) };
        if strong && step == 0 {
            head.layout |= STRONG;
        }
        let padded = step == 0 && after.len() > start.len();
        if !strong && step == 0 && let Some((module, rest)) = in_module(start) {
            head.logger = Some(module);
            head.layout |= MODULE;
            head.rest = rest;
            return head;
        }
        let Some((token, next)) = token(start) else { return head };
        match token {
            Token::Bracket(inside) => {
                let word = inside.trim_matches(' ');
                if is_thread(word) || (is_writers(word) && word.len() >= 3) {
                    head.writer.add(word);
                } else if head.logger.is_none() && (is_logger(word) || padded && is_name(word)) {
                    head.logger = Some(word);
                } else {
                    return head;
                }
            }
            // A bare number in parentheses is eventlet's message, unless pino's colon follows.
            Token::Paren(inside) if is_writers(inside) && (next.starts_with(':') || !is_number(inside)) => head.writer.add(inside),
            Token::Paren(_) => return head,
            // Spring: `1 --- [thread] logger : M`.
            Token::Word(word) if is_number(word) && next.starts_with(" --- [") => {
                head.writer.add(word);
                let (rest, logger) = spring(&mut head.writer, next.get(5..).unwrap_or_default());
                head.logger = logger.or(head.logger);
                head.rest = rest;
                return head;
            }
            Token::Word(word) => match name_behind(&mut head, start, word, next, Place { strong, zulu }) {
                Behind::Message => return head,
                Behind::Name(next) => {
                    text = next;
                    continue;
                }
                Behind::Last(rest) => {
                    head.rest = rest;
                    return head;
                }
            },
        }
        text = next;
    }
    head
}

/// Where a word stands.
#[derive(Clone, Copy)]
struct Place {
    /// Behind a separator.
    strong: bool,
    /// In a line that began with an RFC 3339 time.
    zulu: bool,
}

/// What a word behind the level turned out to be.
enum Behind<'a> {
    /// The message's first.
    Message,
    /// A name; go on behind it.
    Name(&'a str),
    /// The last name; this is the message.
    Last(&'a str),
}

fn name_behind<'a>(
    head: &mut Head<'a>,
    start: &'a str,
    word: &'a str,
    next: &'a str,
    Place { strong, zulu }: Place,
) -> Behind<'a> {
    let name = word.strip_suffix(':').unwrap_or(word);
    let colon = name.len() < word.len();
    let separated = separator(next).0;
    if is_place(name) {
        // `file.py:12` says where, not who.
        if head.logger.is_none() && name.bytes().filter(|b| *b == b':').count() == 2 {
            head.logger = name.split(':').next();
        }
        return if colon { Behind::Last(one_space(next)) } else { Behind::Name(next) };
    }
    if is_thread(name) && separated {
        head.writer.add(name);
        return Behind::Name(next);
    }
    // tracing's spans, `on_connect{sid=abc}: `, stand before the target.
    if zulu && head.logger.is_none() && let Some((inside, rest)) = span(start) {
        head.fields.append(&mut pairs::loose(inside));
        return Behind::Name(rest);
    }
    // The host of an access line looks like a logger.
    if head.logger.is_some() || next.starts_with(" - - [") {
        return Behind::Message;
    }
    let bracketed = head.layout & BRACKETED != 0;
    // gunicorn's `[pid] [LEVEL]` has no logger.
    let numbered = bracketed && head.layout & NUMBERED != 0;
    let sure = is_logger(name) && (colon || separated || name.contains('.') || name.contains("::"));
    let named = (sure && !numbered)
        || (strong && separated && is_module(name))
        || (separated && bracketed && !numbered && is_module(name))
        || (colon && is_module(name) && (zulu && !bracketed || bracketed && !numbered));
    if !named || next.is_empty() {
        return Behind::Message;
    }
    head.logger = Some(name);
    if colon { Behind::Last(one_space(next)) } else { Behind::Name(next) }
}

/// `LEVEL:name:M` and `LEVEL: M`, from behind the first colon.
fn behind_colon<'a>(mut head: Head<'a>, text: &'a str) -> Head<'a> {
    head.layout |= COLON;
    if text.starts_with([' ', '\t']) || text.is_empty() {
        head.rest = unpad(text, text.trim_start_matches([' ', '\t']));
        return head;
    }
    head.rest = text;
    if head.logger.is_none() && let Some((name, rest)) = text.split_once(':') {
        // With a space behind, the name may be the message's own first word: `SocketIO: Entering …`.
        let sure = if rest.starts_with(' ') && !rest.starts_with(" * ") {
            is_logger(name) || is_module(name)
        } else {
            is_name(name) && !rest.starts_with("//") && !name.as_bytes().first().is_some_and(u8::is_ascii_digit)
        };
        if sure {
            head.logger = Some(name);
            head.rest = if rest.starts_with(" * ") { rest } else { one_space(rest) };
        }
    }
    head
}

/// `LEVEL:name:M` or `name:LEVEL:M` behind `asctime:`.
fn colons(text: &str) -> Option<Head<'_>> {
    let (first, rest) = text.split_once(':')?;
    if let Some(level) = Level::shouted(first) {
        return Some(behind_colon(Head { level: Some(level), ..Head::default() }, rest));
    }
    let (second, rest) = rest.split_once(':')?;
    let level = Level::shouted(second)?;
    is_name(first).then_some(Head { level: Some(level), logger: Some(first), rest, layout: COLON, ..Head::default() })
}

/// `1 --- [app] [thread] logger : M`, from behind the dashes.
fn spring<'a>(writer: &mut Writer, text: &'a str) -> (&'a str, Option<&'a str>) {
    let mut text = text.trim_start_matches(' ');
    for _ in 0..3 {
        let Some((Token::Bracket(inside), next)) = token(text) else { break };
        writer.add(inside.trim_matches(' '));
        text = next.trim_start_matches(' ');
    }
    match text.split_once(" : ").or_else(|| text.split_once(": ")) {
        Some((name, rest)) if is_name(name.trim_end_matches(' ')) => (rest, Some(name.trim_end_matches(' '))),
        _ => (text, None),
    }
}

/// structlog's console: the event padded to thirty, then perhaps `[logger]`, then `key=value`.
fn console<'a>(head: &mut Head<'a>, text: &'a str) {
    let text = one_space(text);
    let (message, fields) = pairs::tail(text);
    head.fields = fields;
    head.rest = message;
    head.layout |= PADDED;
    if let Some((event, name)) = message.strip_suffix(']').and_then(|m| m.rsplit_once(" [")) && is_name(name) && !event.is_empty() {
        head.logger = Some(name);
        head.rest = event.trim_end_matches(' ');
    }
}

/// A level that stands as a word, and what follows it.
///
/// Capitals are believed anywhere, small letters only between separators or right before a colon.
fn level_word<'a>(start: &'a str, word: &str, after: &'a str, strong: bool, first: bool) -> Option<(Level, &'a str)> {
    if let Some(level) = Level::shouted(word) {
        return Some((level, after));
    }
    if strong && separator(after).0 && let Some(level) = Level::printed(word) {
        return Some((level, after));
    }
    let colon = word.bytes().take(10).position(|b| b == b':')?;
    let (name, tail) = word.split_at_checked(colon)?;
    let small = first && tail.len() == 1 && name.starts_with(|c: char| c.is_ascii_lowercase());
    let level = Level::shouted(name).or_else(|| small.then(|| Level::printed(name))?)?;
    Some((level, start.get(colon..)?))
}

/// A `-`, `|`, `::`, `:` or tab that stands alone; gives what follows it and its one space.
fn separator(text: &str) -> (bool, &str) {
    let start = text.trim_start_matches(' ');
    let after = match start.as_bytes() {
        [b'\t', ..] => return (true, start.get(1..).unwrap_or_default()),
        [b'-' | b'|', b' ', ..] => start.get(2..),
        [b':', b':', b' ', ..] => start.get(3..),
        // A colon right behind a word belongs to it.
        [b':', b' ', ..] if start.len() < text.len() => start.get(2..),
        [0xe2, ..] => start.strip_prefix("\u{2013} ").or_else(|| start.strip_prefix("\u{2502} ")),
        _ => None,
    };
    after.map_or((false, text), |after| (true, after))
}

/// The next piece and what follows it.
fn token(text: &str) -> Option<(Token<'_>, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => b']',
        b'(' => b')',
        _ => {
            let end = text.bytes().take(130).position(|b| b == b' ' || b == b'\t').unwrap_or(text.len());
            let (word, rest) = text.split_at_checked(end)?;
            return Some((Token::Word(word), rest));
        }
    };
    let end = text.bytes().take(80).position(|b| b == close)?;
    let (inside, rest) = (text.get(1..end)?, text.get(end + 1..)?);
    Some((if close == b']' { Token::Bracket(inside) } else { Token::Paren(inside) }, rest))
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

/// Flask's `in module: M`.
fn in_module(text: &str) -> Option<(&str, &str)> {
    let (module, rest) = text.strip_prefix("in ")?.split_once(": ")?;
    is_name(module).then_some((module, rest))
}

/// The inside of tracing's `name{…}: ` and what follows it.
fn span(start: &str) -> Option<(&str, &str)> {
    let bounded = start.get(..start.floor_char_boundary(512))?;
    let (name, inside) = bounded.split_once('{')?;
    let end = inside.find("}:")?;
    if !is_name(name) {
        return None;
    }
    Some((inside.get(..end)?, start.get(name.len() + 1 + end + 2..)?))
}

/// `text` without its first space.
fn one_space(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

/// `start`, which is `text` without its padding; Flask's banner (` * Running on …`) keeps the space that is its own.
fn unpad<'a>(text: &'a str, start: &'a str) -> &'a str {
    if start.starts_with("* ") && text.len() > start.len() + 1 {
        return text.get(text.len() - start.len() - 1..).unwrap_or(start);
    }
    start
}
