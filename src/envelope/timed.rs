//! Lines that begin with a time, bare or in brackets; the head behind it is [`head`]'s.

use std::borrow::Cow;

use super::{
    Level, android, apple, compose, cri, error_log, fluent,
    head::{self, Head},
    layer::{Kind, Layer, Writer},
    platform, stamp, syslog,
    words::{is_module, is_place, is_uuid},
};
use crate::time::{Stamp, Zone};

/// `2026-11-22 14:45:34,231 - engineio.server - INFO - M` and all its kin.
pub(super) fn bare(text: &str, year: i32) -> Option<Layer<'_>> {
    let (stamp, rest) = stamp::read(text, year)?;
    behind_time(text, stamp, rest, year)
}

/// `nov. 22 14:45:00 host ident[1]: M`: the month in another language.
pub(super) fn localized(text: &str, year: i32) -> Option<Layer<'_>> {
    let (stamp, rest) = stamp::localized(text, year)?;
    behind_time(text, stamp, rest, year)
}

/// What stands behind the time in `text`.
fn behind_time<'a>(text: &'a str, stamp: Stamp, rest: &'a str, year: i32) -> Option<Layer<'a>> {
    match rest.as_bytes().first() {
        None => return Some(only(stamp, rest)),
        // The commonest of all: `time - name - LEVEL - M`.
        Some(b' ') if rest.starts_with(" - ") => {}
        Some(b' ') => {
            if let Some(layer) = cri::after_time(stamp, rest)
                .or_else(|| error_log::nginx(stamp, rest))
                .or_else(|| compose::after_time(stamp, rest))
                .or_else(|| android::after_time(stamp, rest))
                .or_else(|| apple::after_time(stamp, rest))
            {
                return Some(layer);
            }
        }
        // pm2's `--time`; the message may have a head of its own.
        Some(b':') if rest.starts_with(": ") => return Some(only(stamp, rest.get(2..)?)),
        Some(b':' | b'\t' | b'|' | b',' | b';') => {}
        Some(_) => return None,
    }
    let written = text.get(..text.len() - rest.len())?;
    if !rest.starts_with(" - ")
        && let Some(layer) = platform::after_time(stamp, written, rest)
            .or_else(|| fluent::after_time(stamp, written, rest))
            .or_else(|| commas(stamp, rest))
    {
        return Some(layer);
    }
    // A second time behind the level is a line of Django's with a time put before it.
    let head =
        head::read(rest.trim_start_matches([',', ';']), is_zulu(written, stamp)).filter(|head| {
            !head.rest.starts_with(|c: char| c.is_ascii_digit())
                || stamp::read(head.rest, year).is_none()
        });
    if let Some(head) = head {
        return Some(with_head(stamp, head, 0));
    }
    syslog::after_time(stamp, written, rest).or_else(|| Some(only(stamp, after_mark(rest))))
}

/// `[2026-11-22 14:45:34,231] DEBUG in events: M`, `[… +0000] [8908] [INFO] M`, `[…: INFO/MainProcess] M`, `[…Z INFO  target] M`.
pub(super) fn bracketed(text: &str, year: i32) -> Option<Layer<'_>> {
    let inside = text.get(1..)?;
    let (stamp, rest) = stamp::read(inside, year).or_else(|| epoch(inside))?;
    if let Some(rest) = rest.strip_prefix(']') {
        // Django's runserver and Envoy begin their access lines so.
        if rest.starts_with(" \"") {
            return Some(Layer {
                kind: Kind::Access,
                layout: 1,
                stamp: Some(stamp),
                rest: Cow::Borrowed(text),
                last: true,
                ..Layer::default()
            });
        }
        if let Some(layer) = error_log::apache(stamp, rest) {
            return Some(layer);
        }
        return Some(match head::read(rest, false) {
            Some(head) => with_head(stamp, without_place(head), 128),
            None => Layer { layout: 128, ..only(stamp, after_mark(rest)) },
        });
    }
    let (inside, rest) = split_bracket(rest)?;
    if let Some(inside) = inside.strip_prefix(": ") {
        // Celery: `LEVEL/Process`.
        let (level, process) = inside.split_once('/')?;
        let mut head = Head {
            level: Some(Level::shouted(level)?),
            writer: Writer::of(process),
            rest,
            ..Head::default()
        };
        // A task's own logger: `name[id]: M`.
        if let Some((task, message)) = rest.split_once("]: ")
            && let Some((name, id)) = task.split_once('[')
            && is_uuid(id)
        {
            head.logger = Some(name);
            head.writer.add(id);
            head.rest = message;
        }
        return Some(with_head(stamp, head, 129));
    }
    // A server's own: `[14:45:34 websocket_server] M`.
    if stamp.is_time_of_day()
        && let Some(name) = inside.strip_prefix(' ').filter(|name| is_module(name))
    {
        return Some(Layer { logger: Some(Cow::Borrowed(name)), layout: 131, ..only(stamp, rest) });
    }
    // env_logger: `LEVEL target`, the level padded to five.
    let (level, target) = inside.strip_prefix(' ')?.split_once(' ')?;
    let logger = Some(target.trim_matches(' ')).filter(|target| !target.is_empty());
    let head = Head { level: Some(Level::shouted(level)?), logger, rest, ..Head::default() };
    Some(with_head(stamp, head, 130))
}

/// `, events, INFO, M`: commas between the parts.
fn commas(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (name, rest) = rest.strip_prefix(", ")?.split_once(", ")?;
    let (level, message) = rest.split_once(", ")?;
    let level = Level::shouted(level).filter(|_| is_module(name))?;
    let head = Head { level: Some(level), logger: Some(name), rest: message, ..Head::default() };
    Some(with_head(stamp, head, 133))
}

/// Thirteen digits: pino's time in milliseconds, as older versions of pino-pretty show it.
fn epoch(text: &str) -> Option<(Stamp, &str)> {
    let (digits, rest) = text.split_at_checked(13)?;
    Some((stamp::epoch(digits)?, rest)).filter(|_| rest.starts_with(']'))
}

/// An epoch and a tab: `1795358735123\tM`.
pub(super) fn ticks(text: &str) -> Option<Layer<'_>> {
    let (digits, rest) = text.split_at_checked(13)?;
    let rest = rest.strip_prefix('\t')?;
    Some(only(stamp::epoch(digits)?, rest))
}

/// The head without the place in the code that rich puts at the end of the line.
fn without_place(mut head: Head<'_>) -> Head<'_> {
    // A place ends with a number; asked first, for the search goes through the whole line.
    if head.rest.as_bytes().last().is_some_and(u8::is_ascii_digit)
        && let Some(at) = memchr::memmem::rfind(head.rest.as_bytes(), b"  ")
        && let Some((message, place)) = head.rest.split_at_checked(at)
        && is_place(place.trim_start())
    {
        head.rest = message.trim_end();
    }
    head
}

/// What stands before `]` and behind `] `.
fn split_bracket(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(130).position(|b| b == b']')?;
    let rest = text.get(end + 1..)?;
    Some((text.get(..end)?, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// A time and nothing else that is known: `docker logs -t`, GitHub Actions, the debug package.
fn only(stamp: Stamp, rest: &str) -> Layer<'_> {
    Layer { kind: Kind::Stamped, stamp: Some(stamp), rest: Cow::Borrowed(rest), ..Layer::default() }
}

fn with_head(stamp: Stamp, head: Head<'_>, layout: u8) -> Layer<'_> {
    Layer { stamp: Some(stamp), ..head.into_layer(Kind::Timed, layout) }
}

/// The text behind the time and what separates it. One space only: more of them are a continuation's own.
fn after_mark(rest: &str) -> &str {
    for mark in [" - ", " | ", " :: ", ": ", " ", "\t", ":", "|", ",", ";"] {
        if let Some(after) = rest.strip_prefix(mark) {
            return after;
        }
    }
    rest
}

/// Whether the time was written as tracing writes it.
fn is_zulu(written: &str, stamp: Stamp) -> bool {
    let dated = stamp.zone == Zone::Known && written.as_bytes().get(10) == Some(&b'T');
    written.ends_with('Z') && (dated || stamp.is_time_of_day())
}
