//! syslog (RFC 3164 and 5424), the journal's text forms, and Heroku's.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
};
use crate::time::{Stamp, Zone};

/// `<134>Nov 22 14:45:00 host tag[1]: M` and `<165>1 2026-11-22T14:45:00.003Z host app 1 msgid [sd] M`.
pub(super) fn with_priority(text: &str, year: i32) -> Option<Layer<'_>> {
    let (priority, rest) = text.strip_prefix('<')?.split_once('>')?;
    if priority.len() > 3 || !priority.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let severity = priority.parse::<u64>().ok()? % 8;
    // No application speaks of emergencies: 0 is what Heroku's drains send for everything.
    let level = Some(severity).filter(|severity| *severity != 0).and_then(Level::syslog);
    if let Some(rest) = rest.strip_prefix("1 ") {
        return Some(Layer { level, ..structured(rest, year)? });
    }
    let Some((stamp, after)) = stamp::read(rest, year) else {
        return without_stamp(priority, level, rest);
    };
    let rest = after.strip_prefix(' ')?;
    // HAProxy leaves the host out.
    let (writer, after) = host_and_tag(rest, true).or_else(|| platform(rest))?;
    Some(Layer { level, layout: 1, ..layer(stamp, writer, after) })
}

/// `<6>M`: what services print for the journal, and `HAProxy` for its standard output (`log stdout format short`); who keeps the time is the one who reads it.
fn without_stamp<'a>(priority: &str, level: Option<Level>, rest: &'a str) -> Option<Layer<'a>> {
    (!priority.is_empty() && !rest.starts_with([' ', '/', '<'])).then(|| Layer {
        kind: Kind::Syslog,
        layout: 2,
        level,
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}

/// A drain's octet count before the priority: `83 <40>1 …`.
pub(super) fn counted(text: &str, year: i32) -> Option<Layer<'_>> {
    let end = text.bytes().take(7).position(|b| b == b' ')?;
    let (count, rest) = text.split_at_checked(end)?;
    if !count.bytes().all(|b| b.is_ascii_digit()) || !rest.starts_with(" <") {
        return None;
    }
    with_priority(rest.get(1..)?, year)
}

/// Behind a bare time: ` host ident[pid]: M` or Heroku's ` app[web.1]: M`.
///
/// `written` is the time as it stands. Two words and a colon open many a sentence, so without a process
/// number they count only behind a time that loggers don't print.
pub(super) fn after_time<'a>(stamp: Stamp, written: &str, rest: &'a str) -> Option<Layer<'a>> {
    let rest = rest.strip_prefix(' ')?;
    if let Some((writer, rest)) = platform(rest) {
        return Some(Layer { kind: Kind::Platform, ..layer(stamp, writer, rest) });
    }
    let syslogs = written.starts_with(|c: char| c.is_ascii_alphabetic())
        || stamp.zone == Zone::Known && !written.ends_with('Z') && written.contains('T');
    let (writer, rest) = host_and_tag(rest, syslogs)?;
    Some(layer(stamp, writer, rest))
}

/// The journal's line from which the date was cut: `host ident[pid]: M`.
pub(super) fn undated(text: &str) -> Option<Layer<'_>> {
    let (writer, rest) = host_and_tag(text, false)?;
    Some(Layer {
        kind: Kind::Syslog,
        layout: 3,
        writer,
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}

/// `app[web.1]: M`, `heroku[router]: M`.
fn platform(text: &str) -> Option<(Writer, &str)> {
    let (source, rest) = text
        .get(..text.floor_char_boundary(64))?
        .split_once("]: ")
        .map(|(source, _)| (source, text))?;
    let (app, dyno) = source.split_once('[')?;
    let word = |w: &str| {
        !w.is_empty()
            && w.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    // `sshd[123]: ` without a host is syslog's tag with the host left out, and as good.
    if !word(app) || !word(dyno) {
        return None;
    }
    let mut writer = Writer::of(app);
    writer.add(dyno);
    Some((writer, rest.get(source.len() + 3..)?))
}

/// `host ident[pid]: M`; `loose` allows an ident without a pid.
fn host_and_tag(text: &str, loose: bool) -> Option<(Writer, &str)> {
    let (host, rest) = text.split_once(' ')?;
    let good = |w: &str| {
        !w.is_empty()
            && w.len() <= 255
            && w.bytes().all(|b| {
                b.is_ascii_alphanumeric()
                    || matches!(b, b'-' | b'_' | b'.' | b':' | b'/' | b'@' | b'(' | b')')
            })
    };
    let end = rest.bytes().take(160).position(|b| matches!(b, b' ' | b'['))?;
    let (tag, after) = rest.split_at_checked(end)?;
    let mut writer = Writer::of(host);
    if let Some(after) = after.strip_prefix('[') {
        let (pid, message) = after.split_once("]:")?;
        if pid.len() > 10 || !pid.bytes().all(|b| b.is_ascii_digit()) || !good(tag) || !good(host) {
            return None;
        }
        writer.add(tag);
        writer.add(pid);
        return Some((writer, message.strip_prefix(' ').unwrap_or(message)));
    }
    let tag = tag.strip_suffix(':')?;
    if !loose || !good(tag) || !good(host) || host.ends_with(':') || Level::named(host).is_some() {
        return None;
    }
    writer.add(tag);
    Some((writer, after.strip_prefix(' ')?))
}

/// RFC 5424 behind the version.
fn structured(text: &str, year: i32) -> Option<Layer<'_>> {
    let (stamp, rest) = if let Some(rest) = text.strip_prefix("- ") {
        (None, rest)
    } else {
        let (stamp, rest) = stamp::read(text, year)?;
        (Some(stamp), rest.strip_prefix(' ')?)
    };
    let mut writer = Writer::default();
    let mut rest = rest;
    // Host, application, process; the message id tells nothing about the writer.
    for part in 0..4 {
        let (word, after) = rest.split_once(' ')?;
        if part < 3 && word != "-" {
            writer.add(word);
        }
        rest = after;
    }
    let mut fields = Vec::new();
    let mut carried = true;
    if rest == "-" || rest.starts_with("- ") {
        rest = rest.get(1..)?;
    } else {
        // Heroku leaves the structured data out, so `[INFO] M` may stand here: the first element must have a parameter.
        while let Some((element, after)) =
            element(rest).filter(|(element, _)| !element.is_empty() || !fields.is_empty())
        {
            fields.extend(element);
            rest = after;
        }
        carried = !fields.is_empty();
    }
    // Without structured data the space was the message id's.
    let rest = rest.strip_prefix(' ').filter(|_| carried).unwrap_or(rest);
    let rest = rest.strip_prefix('\u{feff}').unwrap_or(rest);
    Some(Layer {
        kind: Kind::Syslog,
        layout: 2,
        stamp,
        writer,
        fields,
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}

/// A parameter's name and value.
type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// One `[id name="value" …]`.
fn element(text: &str) -> Option<(Vec<Field<'_>>, &str)> {
    let rest = text.strip_prefix('[')?;
    let end = rest.bytes().take(64).position(|b| matches!(b, b' ' | b']'))?;
    let mut rest = rest.get(end..)?;
    let mut fields = Vec::new();
    loop {
        if let Some(rest) = rest.strip_prefix(']') {
            return Some((fields, rest));
        }
        let (name, value) = rest.strip_prefix(' ')?.split_once("=\"")?;
        if name.len() > 32 || name.contains(' ') {
            return None;
        }
        let (value, after) = quoted(value)?;
        fields.push((Cow::Borrowed(name), value));
        rest = after;
    }
}

/// A parameter's value up to its closing quote; `\"`, `\\` and `\]` are escapes.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut escaped = false;
    let mut has_escape = false;
    let end = text.bytes().position(|b| {
        let closes = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        has_escape |= escaped;
        closes
    })?;
    let value = text.get(..end)?;
    let value = if has_escape {
        Cow::Owned(value.replace("\\\"", "\"").replace("\\]", "]").replace("\\\\", "\\"))
    } else {
        Cow::Borrowed(value)
    };
    Some((value, text.get(end + 1..)?))
}

fn layer(stamp: Stamp, writer: Writer, rest: &str) -> Layer<'_> {
    Layer {
        kind: Kind::Syslog,
        stamp: Some(stamp),
        writer,
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    }
}
