//! Lines that are one JSON object: Docker's files, the journal, and every structured logger.
//!
//! An object is an envelope only when it says so: by a message beside a time or a level. What applications and
//! the protocol themselves write as JSON (`{"code":1,"message":"Session ID unknown"}`) stays a message.

mod loguru;
mod nested;
mod scan;
pub(super) mod values;

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
};
use crate::time::Stamp;
use scan::Value;

/// A member's key and value.
type Member<'a> = (Cow<'a, str>, Value<'a>);

/// Where messages stand, the surest first.
const MESSAGES: [&str; 8] =
    ["message", "msg", "event", "MESSAGE", "log", "text", "textPayload", "short_message"];
const TIMES: [&str; 16] = [
    "time",
    "timestamp",
    "ts",
    "@timestamp",
    "asctime",
    "datetime",
    "date",
    "eventTime",
    "__REALTIME_TIMESTAMP",
    "StartUTC",
    "@t",
    "_SOURCE_REALTIME_TIMESTAMP",
    "start_time",
    "time_iso8601",
    "time_local",
    "msec",
];
const LEVELS: [&str; 12] = [
    "level",
    "levelname",
    "severity",
    "log.level",
    "lvl",
    "sev",
    "loglevel",
    "log_level",
    "level_name",
    "levelno",
    "PRIORITY",
    "@l",
];
const LOGGERS: [&str; 8] =
    ["logger", "logger_name", "loggerName", "log.logger", "name", "target", "context", "channel"];
/// What tells sequential writers apart.
const WRITERS: [&str; 23] = [
    "pid",
    "process",
    "processName",
    "process_id",
    "process_name",
    "hostname",
    "thread",
    "threadName",
    "thread_name",
    "thread_id",
    "threadId",
    "taskName",
    "task_name",
    "_PID",
    "_HOSTNAME",
    "SYSLOG_IDENTIFIER",
    "container_id",
    "container_name",
    "podName",
    "containerName",
    "app_name",
    "kubernetes",
    "worker",
];

/// Members by which one sees that the message is a line of another program's.
const SHIPPERS: [&str; 8] = [
    "ingestionTime",
    "app_name",
    "podName",
    "agent",
    "container",
    "kubernetes",
    "short_message",
    "docker",
];

/// Reads a JSON object; `transport` says that it stands where a line of a log begins.
pub(super) fn read(text: &str, transport: bool, year: i32) -> Option<Layer<'_>> {
    let members = scan::object(text)?;
    docker(&members)
        .or_else(|| loguru::read(&members))
        .or_else(|| logged(text, members, transport, year))
}

/// Docker's json-file: `{"log":"M\n","stream":"stderr","time":"…Z"}`, without a final newline when the line was cut at 16 KiB.
fn docker<'a>(members: &[Member<'a>]) -> Option<Layer<'a>> {
    if !(3..=4).contains(&members.len())
        || !members.iter().all(|(key, _)| matches!(&**key, "log" | "stream" | "time" | "attrs"))
    {
        return None;
    }
    let log = find(members, "log")?.string()?;
    find(members, "stream")?;
    let (stamp, _) = stamp::read(&find(members, "time")?.string()?, 1970)?;
    let partial = !log.ends_with('\n');
    Some(Layer {
        kind: Kind::Docker,
        stamp: Some(stamp),
        rest: without_newline(log),
        partial,
        ..Layer::default()
    })
}

/// Any logger's object.
fn logged<'a>(
    text: &'a str,
    mut members: Vec<Member<'a>>,
    transport: bool,
    year: i32,
) -> Option<Layer<'a>> {
    let mut layer = Layer { kind: Kind::Json, ..Layer::default() };
    flatten(&mut members);
    take(&mut members, &TIMES, |_, value| {
        layer.stamp = time(value, year);
        layer.stamp.is_some()
    });
    take(&mut members, &LEVELS, |key, value| {
        layer.level = level(key, value);
        layer.level.is_some()
    });
    let believable =
        layer.stamp.is_some() || layer.level.is_some() || transport && is_lone_message(&members);
    if !believable {
        return None;
    }
    take(&mut members, &LOGGERS, |_, value| {
        layer.logger = value.string();
        layer.logger.is_some()
    });
    let shipped = members.iter().any(|(key, _)| SHIPPERS.contains(&&**key));
    let mut message = None;
    take(&mut members, &MESSAGES, |key, value| {
        layer.layout = u8::try_from(MESSAGES.iter().position(|m| *m == key).unwrap_or_default())
            .unwrap_or_default();
        // The journal and the shippers carry lines of others.
        if matches!(key, "MESSAGE" | "log" | "textPayload" | "short_message") || shipped {
            layer.kind = Kind::Docker;
        }
        message = message_text(value);
        message.is_some()
    });
    let message = message.or_else(|| lone_error(&mut members));
    layer.rest = match message {
        Some(message) => message,
        // Access lines in JSON have no message: the object is it.
        None if layer.stamp.is_some() => {
            layer.last = true;
            layer.layout = 255;
            Cow::Borrowed(text)
        }
        None => return None,
    };
    for (key, value) in &members {
        if WRITERS.contains(&key.as_ref()) && value.raw() != "null" {
            layer.writer.add(&value.text());
        }
    }
    layer.stack = nested::frames(&members);
    let stack = nested::of_stack(&mut members, &layer.rest);
    layer.fields = nested::fields(members);
    layer.fields.extend(stack);
    Some(layer)
}

/// The line in a record of a shipper.
pub(super) fn line_of(text: &str) -> Option<Cow<'_, str>> {
    let members = scan::object(text)?;
    ["log", "message", "MESSAGE"].iter().find_map(|key| find(&members, key)).and_then(Value::string)
}

/// The JSON string that `text` begins with.
pub(super) fn string_at(text: &str) -> Option<Cow<'_, str>> {
    scan::first_string(text)?.string()
}

/// The fields of an object that stands beside a message.
pub(super) fn fields_of(text: &str) -> Option<Vec<nested::Field<'_>>> {
    Some(nested::fields(scan::object(text)?))
}

/// What an error says that was logged without a message beside it.
fn lone_error<'a>(members: &mut Vec<Member<'a>>) -> Option<Cow<'a, str>> {
    let at = members.iter().position(|(key, _)| matches!(&**key, "err" | "error" | "exception"))?;
    let said = nested::sentence(&members.get(at)?.1.members()?)?;
    members.remove(at);
    Some(said)
}

/// A message without time and level: python-json-logger's default, and hand-made logs.
///
/// Error bodies (`code`) and refusal packets (`data`, `sid`) have a `message` too.
fn is_lone_message(members: &[Member<'_>]) -> bool {
    members
        .iter()
        .any(|(key, value)| matches!(&**key, "message" | "msg") && value.raw().starts_with('"'))
        && !members
            .iter()
            .any(|(key, _)| matches!(&**key, "code" | "data" | "status" | "statusCode" | "type"))
}

/// Puts the members of tracing's `fields` and Google's `jsonPayload` in their place, and those of ECS's `log`.
fn flatten(members: &mut Vec<Member<'_>>) {
    for name in ["fields", "jsonPayload"] {
        let Some(at) =
            members.iter().position(|(key, value)| key == name && value.raw().starts_with('{'))
        else {
            continue;
        };
        let inside = members.get(at).and_then(|(_, value)| value.members());
        if let Some(inside) =
            inside.filter(|inside| inside.iter().any(|(key, _)| MESSAGES.contains(&&**key)))
        {
            members.splice(at..=at, inside);
        }
    }
    if let Some(log) =
        find(members, "log").filter(|log| log.raw().starts_with('{')).and_then(Value::members)
    {
        members.retain(|(key, _)| key != "log");
        members
            .extend(log.into_iter().map(|(key, value)| (Cow::Owned(format!("log.{key}")), value)));
    }
}

/// Removes the first of `keys` whose value `read` accepts.
fn take<'a>(
    members: &mut Vec<Member<'a>>,
    keys: &[&str],
    mut read: impl FnMut(&str, Value<'a>) -> bool,
) {
    for wanted in keys {
        if let Some(at) = members.iter().position(|(key, _)| key == wanted)
            && members.get(at).is_some_and(|(_, value)| read(wanted, *value))
        {
            members.remove(at);
            return;
        }
    }
}

fn find<'a>(members: &[Member<'a>], wanted: &str) -> Option<Value<'a>> {
    members.iter().find(|(key, _)| key == wanted).map(|(_, value)| *value)
}

fn time(value: Value<'_>, year: i32) -> Option<Stamp> {
    match value.string() {
        Some(text) => {
            let written = stamp::read(&text, year).or_else(|| stamp::clf(&text));
            written.map(|(stamp, _)| stamp).or_else(|| stamp::epoch(&text))
        }
        None => stamp::epoch(value.raw()),
    }
}

fn level(key: &str, value: Value<'_>) -> Option<Level> {
    if let Some(number) = value.number() {
        return match key {
            "PRIORITY" => Level::syslog(number),
            "levelno" => Level::python(number),
            _ => Level::node(number),
        };
    }
    Level::named(super::strip_ansi(&value.string()?).trim())
}

fn message_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value.raw().as_bytes().first()? {
        b'"' => value.string().map(without_newline),
        b'[' => match value.bytes() {
            Some(bytes) if !bytes.is_empty() => {
                Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ => Some(value.text()),
        },
        b'{' => {
            let error = value.members().and_then(|members| nested::sentence(&members));
            Some(error.unwrap_or_else(|| value.text()))
        }
        _ => None,
    }
}

/// The text without the newline at its end.
fn without_newline(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\n', '\r'])),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
            Cow::Owned(text)
        }
    }
}
