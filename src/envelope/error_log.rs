//! The error logs of nginx and Apache: time, level and process go, the client's `*5 …` or `[client …]` stays.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
};
use crate::time::Stamp;

/// nginx, behind the time: ` [error] 1#1: *5 message …`. The writer is the process: requests of one worker are told apart by `*5`.
pub(super) fn nginx(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (level, rest) = rest
        .get(..rest.floor_char_boundary(24))?
        .strip_prefix(" [")?
        .split_once("] ")
        .map(|(level, _)| (level, rest))?;
    let rest = rest.get(level.len() + 4..)?;
    let level = Level::named(level)?;
    let (writer, rest) = rest
        .get(..rest.floor_char_boundary(48))?
        .split_once(": ")
        .map(|(writer, _)| (writer, rest))?;
    let (pid, tid) = writer.split_once('#')?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !number(pid) || !number(tid) {
        return None;
    }
    Some(Layer {
        kind: Kind::ErrorLog,
        stamp: Some(stamp),
        level: Some(level),
        writer: Writer::of(pid),
        rest: Cow::Borrowed(rest.get(writer.len() + 2..)?),
        ..Layer::default()
    })
}

/// Apache 2.4, behind `[time]`: ` [proxy:error] [pid 123:tid 456] (111)Connection refused: [client …] AH00957: …`.
pub(super) fn apache(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let rest = rest.strip_prefix(" [")?;
    let end = rest.bytes().take(48).position(|b| b == b']')?;
    let (name, level) = rest.get(..end)?.rsplit_once(':')?;
    let rest = rest.get(end..)?.strip_prefix("] [pid ")?;
    let (pid, rest) = rest.split_once(']')?;
    Some(Layer {
        kind: Kind::ErrorLog,
        layout: 1,
        stamp: Some(stamp),
        level: Some(Level::named(level)?),
        logger: Some(Cow::Borrowed(name)).filter(|name| !name.is_empty()),
        writer: Writer::of(pid),
        rest: Cow::Borrowed(rest.strip_prefix(' ').unwrap_or(rest)),
        ..Layer::default()
    })
}
