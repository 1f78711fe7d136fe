//! What stands between the level and the message. Everything here may be the message's own first word, so it must be sure.

use super::{
    BRACKETED, COLON, Head, MODULE, NUMBERED, STRONG, WORDS, bunyan, is_writers, span,
    token::{Token, one_space, past_blanks, separator, token, unpad},
};
use crate::envelope::{
    layer::Writer,
    words::{is_logger, is_module, is_name, is_number, is_place, is_thread},
};

/// Reads what stands between the level and the message.
pub(in crate::envelope) fn behind<'a>(head: Head<'a>, text: &'a str, zulu: bool) -> Head<'a> {
    bunyan::read(parts(head, text, zulu))
}

/// The parts that most formats have.
fn parts<'a>(mut head: Head<'a>, text: &'a str, zulu: bool) -> Head<'a> {
    // How the part before `rest` ended: a separator is followed by exactly one space, padding by any number.
    let mut text = text;
    for step in 0..WORDS {
        if let Some(after) = text.strip_prefix(':') {
            return behind_colon(head, after);
        }
        let (strong, after) = separator(text);
        let start = past_blanks(after);
        head.rest = if strong { after } else { unpad(text, start) };
        if strong && step == 0 {
            head.layout |= STRONG;
        }
        let padded =
            step == 0 && !strong && head.layout & BRACKETED == 0 && after.len() > start.len() + 1;
        if !strong
            && step == 0
            && let Some((module, rest)) = in_module(start)
        {
            head.logger = Some(module);
            head.layout |= MODULE;
            head.rest = rest;
            return head;
        }
        if let Some((process, thread, after)) = process_and_thread(text) {
            head.writer.add(process);
            head.writer.add(thread);
            head.rest = one_space(after);
            text = after;
            continue;
        }
        // `{events.py:12} - M`
        if let Some((place, after)) = start.strip_prefix('{').and_then(|s| s.split_once('}'))
            && is_place(place)
        {
            text = after;
            continue;
        }
        let Some((token, next)) = token(start) else { return head };
        match token {
            Token::Bracket(inside) => {
                let word = inside.trim_matches(' ');
                if is_thread(word) || (is_writers(word) && word.len() >= 3) {
                    head.writer.add(word);
                } else if head.logger.is_none()
                    && (is_logger(word)
                        || (padded || process_and_thread(next).is_some()) && is_name(word))
                {
                    head.logger = Some(word);
                } else {
                    return head;
                }
            }
            // A bare number in parentheses is eventlet's message, unless pino's colon follows.
            Token::Paren(inside)
                if is_writers(inside) && (next.starts_with(':') || !is_number(inside)) =>
            {
                head.writer.add(inside);
            }
            // pino-pretty: `(chat/8879 on vm): M`.
            Token::Paren(inside) if next.starts_with(':') && bunyan::named(&mut head, inside) => {}
            Token::Paren(_) => return head,
            // Spring: `1 --- [thread] logger : M`.
            Token::Word(word) if is_number(word) && next.starts_with(" --- [") => {
                head.writer.add(word);
                let (rest, logger) = spring(&mut head.writer, next.get(5..).unwrap_or_default());
                head.logger = logger.or(head.logger);
                head.rest = rest;
                return head;
            }
            Token::Word(word) => {
                match name_behind(&mut head, start, word, next, Place { strong, zulu }) {
                    Behind::Message => return head,
                    Behind::Name(next) => {
                        text = next;
                        continue;
                    }
                    Behind::Last(rest) => {
                        head.rest = rest;
                        return head;
                    }
                }
            }
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
    let in_module = separated
        && name.rsplit_once(':').is_some_and(|(module, line)| is_module(module) && is_number(line));
    if in_module && head.logger.is_none() {
        head.logger = name.split(':').next();
        return Behind::Name(next);
    }
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
    // Which of its threads wrote a line says nothing of a task, which moves from one to the other.
    if zulu && head.logger.is_none() && is_runtimes(word, next) {
        return Behind::Name(next);
    }
    // tracing's spans, `on_connect{sid=abc}: `, stand before the target.
    if zulu
        && head.logger.is_none()
        && let Some((mut fields, rest)) = span::read(start)
    {
        head.fields.append(&mut fields);
        return Behind::Name(rest);
    }
    // Spans without fields, then the target.
    if zulu && colon && head.logger.is_none() && name.split(':').all(is_module) && is_target(next) {
        return Behind::Name(next);
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

/// Whether `word` is a thread of Rust's, as tracing shows its name and number in front of the target: `tokio-runtime-worker ThreadId(02) `.
fn is_runtimes(word: &str, next: &str) -> bool {
    let is_number = |text: &str| {
        text.strip_prefix("ThreadId(")
            .and_then(|t| t.split_once(')'))
            .is_some_and(|(n, _)| is_number(n))
    };
    is_number(word)
        || word.starts_with("tokio-r") && word.ends_with("-worker")
        || word == "main" && is_number(next.trim_start_matches(' '))
}

/// `8840 MainThread`: neither is a message's word where both stand together.
fn process_and_thread(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start_matches(' ');
    let (process, text) = text.split_once(' ')?;
    let (thread, _) = text.split_once(' ')?;
    (is_number(process) && is_thread(thread)).then(|| (process, thread, &text[thread.len()..]))
}

/// Whether a path of Rust's modules and a colon follow.
fn is_target(text: &str) -> bool {
    let word = text.trim_start_matches(' ').split(' ').next().unwrap_or_default();
    word.strip_suffix(':').is_some_and(|path| path.contains("::") && is_logger(path))
}

/// `LEVEL:name:M` and `LEVEL: M`, from behind the first colon.
pub(super) fn behind_colon<'a>(mut head: Head<'a>, text: &'a str) -> Head<'a> {
    head.layout |= COLON;
    if text.starts_with([' ', '\t']) || text.is_empty() {
        head.rest = unpad(text, text.trim_start_matches([' ', '\t']));
        return head;
    }
    head.rest = text;
    if head.logger.is_none()
        && let Some((name, rest)) = text.split_once(':')
    {
        // With a space behind, the name may be the message's own first word: `SocketIO: Entering …`.
        let sure = if rest.starts_with(' ') && !rest.starts_with(" * ") {
            is_logger(name) || is_module(name)
        } else {
            is_name(name)
                && !rest.starts_with("//")
                && !name.as_bytes().first().is_some_and(u8::is_ascii_digit)
        };
        if sure {
            head.logger = Some(name);
            head.rest = if rest.starts_with(" * ") { rest } else { one_space(rest) };
        }
    }
    head
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
        Some((name, rest)) if is_name(name.trim_end_matches(' ')) => {
            (rest, Some(name.trim_end_matches(' ')))
        }
        _ => (text, None),
    }
}

/// Flask's `in module: M`.
fn in_module(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("in ")?;
    let mut colons = memchr::memchr_iter(b':', text.as_bytes());
    let (module, rest) =
        colons.find_map(|at| Some((text.get(..at)?, text.get(at + 1..)?.strip_prefix(' ')?)))?;
    is_name(module).then_some((module, rest))
}
