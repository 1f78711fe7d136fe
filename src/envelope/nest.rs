//! `NestJS`'s console logger, and nest-winston in its image: `[Nest] 8840  - 11/22/2026, 2:45:33 PM    WARN [EventsGateway] M +12ms`.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    split::split_once,
    stamp,
};

/// Longest name that an application gives itself.
const LONGEST_NAME: usize = 40;

/// Reads a line of `NestJS` 7 to 12. Before version 8 three spaces stood before the time and the level was absent. An application may have a
/// name of its own in the place of `Nest`; then the process id or nest-winston's level must follow.
pub(super) fn read(text: &str, year: i32) -> Option<Layer<'_>> {
    let (name, rest) = split_once(text.strip_prefix('[')?, *b"] ")?;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let end = memchr::memchr2(b' ', b'\t', rest.as_bytes())?;
    let (first, after) = (rest.get(..end)?, rest.get(end + 1..)?);
    let pid = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    let mut level = if pid { None } else { Level::named(first) };
    if !pid && level.is_none() || Level::named(name).is_some() {
        return None;
    }
    let rest = after.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(' ');
    let (stamp, rest) = stamp::read(rest, year)?;
    let mut rest = rest.trim_start_matches([' ', '\t']);
    if level.is_none()
        && let Some((word, after)) = rest.split_once([' ', '\t'])
    {
        level = Level::named(word);
        if level.is_some() {
            rest = after.trim_start_matches(' ');
        }
    }
    let mut logger = None;
    if let Some((context, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        logger = Some(Cow::Borrowed(context));
        rest = after;
    }
    // Whoever is not Nest shows its likeness by the context.
    if name != "Nest" && logger.is_none() {
        return None;
    }
    let rest = without_delta(rest);
    Some(Layer {
        kind: Kind::Nest,
        stamp: Some(stamp),
        level,
        logger,
        writer: if pid { Writer::of(first) } else { Writer::default() },
        rest: Cow::Borrowed(rest.strip_suffix(" - {}").unwrap_or(rest)),
        ..Layer::default()
    })
}

/// The text without the ` +12ms` since the line before.
fn without_delta(text: &str) -> &str {
    text.strip_suffix("ms")
        .map(|rest| (rest, rest.trim_end_matches(|c: char| c.is_ascii_digit())))
        .filter(|(all, cut)| all.len() > cut.len())
        .and_then(|(_, cut)| cut.strip_suffix(" +"))
        .unwrap_or(text)
}
