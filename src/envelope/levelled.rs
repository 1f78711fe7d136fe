//! Lines that begin with a level or a logger and show no time before it: `logging.basicConfig`, uvicorn, winston's simple format, pytest.

use super::{
    Level,
    head::{self, Head},
    layer::{Kind, Layer, Writer},
    stamp,
    words::{is_logger, is_module, is_number},
};

/// `INFO:engineio.server:M`, `INFO:     M`, `info: M`, `DEBUG    logger:file.py:12 M`, `engineio.server - INFO - M`.
pub(super) fn read(text: &str, year: i32) -> Option<Layer<'_>> {
    let end = text.bytes().take(10).position(|b| !b.is_ascii_alphabetic()).unwrap_or(10);
    let word = text.get(..end)?;
    match text.as_bytes().get(end) {
        Some(b':') => {
            let level = Level::shouted(word).or_else(|| small(text, word))?;
            let head = Head { level: Some(level), ..Head::default() };
            Some(layer(head::behind(head, text.get(end..)?, false), 0))
        }
        Some(b' ' | b'\t') if Level::shouted(word).is_some() => {
            let head = Head { level: Level::shouted(word), ..Head::default() };
            let rest = text.get(end..)?;
            // Django's verbose format has the time behind the level.
            if let Some((stamp, rest)) = stamp::read(rest.trim_start_matches([' ', '\t']), year) {
                let head = match numbered_module(rest) {
                    Some((module, writer, rest)) => {
                        Head { logger: Some(module), writer, rest, ..head }
                    }
                    None => head::behind(head, rest, false),
                };
                return Some(Layer { stamp: Some(stamp), ..layer(head, 64) });
            }
            Some(layer(head::behind(head, rest, false), 0))
        }
        _ => named(text),
    }
}

/// `[INFO] M`, `[warn] name: M`.
pub(super) fn bracketed(text: &str, year: i32) -> Option<Layer<'_>> {
    let end = text.bytes().take(14).position(|b| b == b']')?;
    let level = Level::named(text.get(1..end)?.trim_matches(' '))?;
    let rest = text.get(end + 1..)?;
    let head = Head { level: Some(level), layout: 1, ..Head::default() };
    // Lambda: `[INFO]\t2026-…Z\t‹request›\tM`.
    if let Some((stamp, rest)) = stamp::read(rest.trim_start_matches([' ', '\t']), year) {
        return Some(Layer { stamp: Some(stamp), ..layer(head::behind(head, rest, false), 65) });
    }
    Some(layer(head::behind(head, rest, false), 0))
}

/// `   info  - M`: the logger of socket.io 0.9 sets its lines in, and pads the level.
pub(super) fn set_in(text: &str) -> Option<Layer<'_>> {
    let word = text.strip_prefix("   ")?;
    let end = word.bytes().take(6).position(|b| !b.is_ascii_lowercase())?;
    let level = Level::named(word.get(..end)?)?;
    let rest = word.get(end..)?.trim_start_matches(' ').strip_prefix("- ")?;
    let head = Head { level: Some(level), layout: 2, rest, ..Head::default() };
    // What it was asked to print may be several values, and the last of them empty.
    Some(Layer { last: true, ..layer(head, 66) })
}

/// The rest of Django's verbose format: ` module process thread M`.
fn numbered_module(text: &str) -> Option<(&str, Writer, &str)> {
    let (module, rest) = text.strip_prefix(' ')?.split_once(' ')?;
    let (process, rest) = rest.split_once(' ')?;
    let (thread, rest) = rest.split_once(' ')?;
    if !is_module(module) || !is_number(process) || !is_number(thread) {
        return None;
    }
    let mut writer = Writer::of(process);
    writer.add(thread);
    Some((module, writer, rest))
}

/// A level in small letters counts only as `info: M`, which is how winston writes it.
fn small(text: &str, word: &str) -> Option<Level> {
    let spaced = text.as_bytes().get(word.len() + 1) == Some(&b' ');
    (spaced && word.starts_with(|c: char| c.is_ascii_lowercase())).then(|| Level::printed(word))?
}

/// `engineio.server - INFO - M`, `c01.engineio INFO M`: the level must follow at once.
fn named(text: &str) -> Option<Layer<'_>> {
    let end = text.bytes().take(97).position(|b| b == b' ')?;
    let (name, rest) = text.split_at_checked(end)?;
    if !matches!(rest.as_bytes().get(1)?, b'-' | b'|' | b':' | b'[' | b' ' | b'A'..=b'Z') {
        return None;
    }
    let separated = rest.starts_with(" - ") || rest.starts_with(" | ") || rest.starts_with(" :: ");
    if !(is_logger(name) || separated && is_module(name)) {
        return None;
    }
    let level = rest.trim_start_matches([' ', '-', '|', ':', '[']);
    let word = level.get(..level.bytes().take(10).position(|b| !b.is_ascii_alphabetic())?)?;
    Level::shouted(word)?;
    Some(layer(head::read(text, false)?, 0))
}

fn layer(head: Head<'_>, layout: u8) -> Layer<'_> {
    head.into_layer(Kind::Levelled, layout)
}
