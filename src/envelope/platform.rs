//! What platforms that run other people's programs put before a line, besides its time: Passenger, App Engine, AWS, Loki, Fly.io, GitHub.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
};
use crate::time::{Stamp, Zone};

/// Passenger: `App 8840 output: M`.
pub(super) fn passenger(text: &str) -> Option<Layer<'_>> {
    let (pid, rest) = text.strip_prefix("App ")?.split_once(' ')?;
    let rest = ["output: ", "stdout: ", "stderr: "].iter().find_map(|s| rest.strip_prefix(s))?;
    is_digits(pid).then(|| layer(None, Writer::of(pid), rest, 16))
}

/// What stands behind a bare time; `written` is the time as it stands.
pub(super) fn after_time<'a>(stamp: Stamp, written: &str, rest: &'a str) -> Option<Layer<'a>> {
    let rest = rest.strip_prefix(' ')?;
    logcli(stamp, rest)
        .or_else(|| engine(stamp, rest))
        .or_else(|| fly(stamp, rest))
        .or_else(|| tailed(stamp, written, rest))
}

/// GitHub's `gh run view --log`: job, step and line, with tabs between them.
pub(super) fn job(text: &str, year: i32) -> Option<Layer<'_>> {
    let mut parts = text.splitn(3, '\t');
    let (job, step, line) = (parts.next()?, parts.next()?, parts.next()?);
    let line = line.trim_start_matches('\u{feff}');
    let (stamp, rest) = stamp::read(line, year)?;
    let mut writer = Writer::of(job);
    writer.add(step);
    let known = stamp.zone == Zone::Known && step.len() <= 120;
    known.then(|| layer(Some(stamp), writer, rest.strip_prefix(' ').unwrap_or(rest), 17))
}

/// A command of GitHub's or Azure's log: `##[error]M`.
pub(super) fn command(text: &str) -> Option<Layer<'_>> {
    let (word, rest) = text.strip_prefix("##[")?.split_once(']')?;
    let level = Level::named(word);
    let known = level.is_some() || matches!(word, "group" | "command" | "section");
    known.then(|| Layer { level, ..layer(None, Writer::default(), rest, 18) })
}

/// A manager of several processes: `[web0] M`.
pub(super) fn managed(text: &str) -> Option<Layer<'_>> {
    let (name, rest) = text
        .get(1..text.floor_char_boundary(24))?
        .split_once("] ")
        .map(|(name, _)| (name, text))?;
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let word = letters.strip_suffix(['.', '-']).unwrap_or(letters);
    let numbered = letters.len() < name.len() && name.len() - letters.len() <= 2;
    let known =
        matches!(word, "web" | "app" | "api" | "server" | "worker" | "clock" | "ws" | "node");
    (numbered && known)
        .then(|| layer(None, Writer::of(name), rest.get(name.len() + 3..).unwrap_or_default(), 19))
}

/// Loki's `logcli`: `{app="web", pod="web-0"} M`.
fn logcli(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (labels, message) = rest.strip_prefix('{')?.split_once("\"} ")?;
    let first = labels.split_once("=\"")?.0;
    let label = first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (label && labels.len() <= 600).then(|| layer(Some(stamp), Writer::of(labels), message, 20))
}

/// App Engine's `gcloud app logs`: `default[20261122t144500]  M`.
fn engine(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (instance, message) =
        rest.get(..rest.floor_char_boundary(120))?.split_once("]  ").map(|(i, _)| (i, rest))?;
    let (service, version) = instance.split_once('[')?;
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (word(service) && word(version)).then(|| {
        layer(
            Some(stamp),
            Writer::of(instance),
            message.get(instance.len() + 3..).unwrap_or_default(),
            21,
        )
    })
}

/// Fly.io: `app[6f1c2d3e] iad [info]M`.
fn fly(stamp: Stamp, rest: &str) -> Option<Layer<'_>> {
    let (instance, after) = rest
        .get(..rest.floor_char_boundary(48))?
        .split_once("] ")
        .map(|(i, _)| (i, rest.get(i.len() + 2..).unwrap_or_default()))?;
    let (name, id) = instance.split_once('[')?;
    let (region, after) = after.split_once(" [")?;
    let (level, message) = after.split_once(']')?;
    let small = |w: &str| {
        !w.is_empty()
            && w.len() <= 32
            && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let known = small(name) && small(id) && region.len() == 3 && small(region);
    let level = Level::named(level).filter(|_| known)?;
    let mut writer = Writer::of(name);
    writer.add(id);
    Some(Layer { level: Some(level), ..layer(Some(stamp), writer, message, 22) })
}

/// `aws logs tail`: the stream's name between time and line, `ecs/web/0123456789abcdef M`.
fn tailed<'a>(stamp: Stamp, written: &str, rest: &'a str) -> Option<Layer<'a>> {
    if !written.ends_with("+00:00") || !written.contains('.') {
        return None;
    }
    let (stream, message) = rest.split_once(' ')?;
    let id = stream.rsplit(['/', ']']).next()?;
    let hex = id.len() >= 12 && id.bytes().all(|b| b.is_ascii_hexdigit());
    (stream.contains('/') && hex).then(|| layer(Some(stamp), Writer::of(stream), message, 23))
}

fn is_digits(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn layer(stamp: Option<Stamp>, writer: Writer, rest: &str, layout: u8) -> Layer<'_> {
    Layer {
        kind: Kind::Platform,
        layout,
        stamp,
        writer,
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    }
}
