//! Android's log: `logcat` in its formats, and what Android Studio shows of it. Whoever writes there is a client.
//!
//! ```text
//! 11-22 14:45:34.231  1234  5678 D Tag     : M              threadtime, the default
//! 11-22 14:45:34.231 D/Tag     ( 1234): M                   time
//! D/Tag     ( 1234): M                                      brief
//! 2026-11-22 14:45:34.231  1234-5678  Tag   com.example.app  D  M          Android Studio
//! 2026-11-22 14:45:34.231 1234-5678/com.example.app D/Tag: M               Android Studio until 2021
//! ```

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
    words::is_number,
};
use crate::time::Stamp;

/// What stands behind the time.
#[derive(Clone, Copy)]
struct Head<'a> {
    level: Option<Level>,
    tag: &'a str,
    process: &'a str,
    rest: &'a str,
}

/// A line of which the year is not shown.
pub(super) fn bare(text: &str, year: i32) -> Option<Layer<'_>> {
    let (stamp, rest) = stamp::dashed(text, year)?;
    let head = threadtime(rest).or_else(|| brief(rest.strip_prefix(' ')?))?;
    Some(layer(Some(stamp), head))
}

/// `D/Tag     ( 1234): M`.
pub(super) fn without_time(text: &str) -> Option<Layer<'_>> {
    brief(text).map(|head| layer(None, head))
}

/// Android Studio's two forms, behind a time with a year.
pub(super) fn after_time(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let text = rest.trim_start_matches(' ');
    if text.len() == rest.len() || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (ids, rest) = text.split_once([' ', '/'])?;
    let (process, thread) = ids.split_once('-')?;
    if !is_number(process) || !is_number(thread) {
        return None;
    }
    let head = if text.as_bytes().get(ids.len()) == Some(&b'/') {
        let (_, rest) = rest.split_once(' ')?;
        let level = level(rest.as_bytes())?;
        let (tag, rest) = rest.get(2..)?.split_once(": ")?;
        Head { level: Some(level), tag, process, rest }
    } else {
        let (tag, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let (_, rest) = rest.trim_start_matches(' ').split_once(' ')?;
        let rest = rest.trim_start_matches(' ');
        let level = letter(*rest.as_bytes().first()?)?;
        let rest = rest.get(1..)?.strip_prefix(' ')?;
        Head { level: Some(level), tag, process, rest: rest.strip_prefix(' ').unwrap_or(rest) }
    };
    Some(layer(Some(stamp), head))
}

/// `  1234  5678 D Tag     : M`.
fn threadtime(text: &str) -> Option<Head<'_>> {
    let (process, text) = padded(text)?;
    let (_, text) = padded(text)?;
    let text = text.trim_start_matches(' ');
    let level = letter(*text.as_bytes().first()?)?;
    let (tag, rest) = text.get(1..)?.strip_prefix(' ')?.split_once(": ")?;
    let tag = tag.trim_end_matches(' ');
    (!tag.is_empty()).then_some(Head { level: Some(level), tag, process, rest })
}

/// `D/Tag     ( 1234): M`.
fn brief(text: &str) -> Option<Head<'_>> {
    let level = level(text.as_bytes())?;
    let end = text.bytes().take(80).position(|b| b == b'(')?;
    let tag = text.get(2..end)?.trim_end_matches(' ');
    let (process, rest) = text.get(end + 1..)?.split_once("): ")?;
    let process = process.trim_start_matches(' ');
    (!tag.is_empty() && is_number(process)).then_some(Head {
        level: Some(level),
        tag,
        process,
        rest,
    })
}

/// `D/`.
fn level(text: &[u8]) -> Option<Level> {
    letter(*text.first()?).filter(|_| text.get(1) == Some(&b'/'))
}

fn letter(byte: u8) -> Option<Level> {
    Some(match byte {
        b'V' => Level::Trace,
        b'D' => Level::Debug,
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'F' | b'A' => Level::Critical,
        _ => return None,
    })
}

/// A number with spaces in front.
fn padded(text: &str) -> Option<(&str, &str)> {
    let trimmed = text.trim_start_matches(' ');
    let (number, rest) = trimmed.split_at_checked(trimmed.find(' ')?)?;
    (trimmed.len() < text.len() && is_number(number)).then_some((number, rest))
}

fn layer(stamp: Option<Stamp>, head: Head<'_>) -> Layer<'_> {
    Layer {
        kind: Kind::Android,
        layout: u8::from(stamp.is_some()),
        stamp,
        level: head.level,
        logger: Some(Cow::Borrowed(head.tag)),
        // A client's library has threads of its own for one connection.
        writer: Writer::of(head.process),
        rest: Cow::Borrowed(head.rest),
        client: true,
        ..Layer::default()
    }
}
