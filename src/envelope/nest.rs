//! `NestJS`'s console logger: `[Nest] 8840  - 11/22/2026, 2:45:33 PM    WARN [EventsGateway] M +12ms`.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
};

/// Reads a line of `NestJS` 7 to 12. Before version 8 three spaces stood before the time and the level was absent.
pub(super) fn read(text: &str, year: i32) -> Option<Layer<'_>> {
    let rest = text.strip_prefix("[Nest] ")?;
    let (pid, rest) = rest.split_once(' ')?;
    if pid.is_empty() || !pid.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_start_matches(' ');
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(' ');
    let (stamp, rest) = stamp::read(rest, year)?;
    let mut rest = rest.trim_start_matches(' ');
    let mut level = None;
    if let Some((word, after)) = rest.split_once(' ') {
        level = Level::named(word);
        if level.is_some() {
            rest = after;
        }
    }
    let mut logger = None;
    if let Some((context, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        logger = Some(Cow::Borrowed(context));
        rest = after;
    }
    Some(Layer {
        kind: Kind::Nest,
        stamp: Some(stamp),
        level,
        logger,
        writer: Writer::of(pid),
        rest: Cow::Borrowed(without_delta(rest)),
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
