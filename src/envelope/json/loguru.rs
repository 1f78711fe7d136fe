//! loguru's `serialize=True`: the formatted line under `text`, everything that counts under `record`.

use super::{Cow, Kind, Layer, Level, Member, Writer, find, stamp, without_newline};

/// Reads `{"text": …, "record": {…}}`.
pub(super) fn read<'a>(members: &[Member<'a>]) -> Option<Layer<'a>> {
    find(members, "text")?;
    let record = find(members, "record")?.members()?;
    let inside = |name: &str, key: &str| find(&find(&record, name)?.members()?, key);
    let message = find(&record, "message")?.string()?;
    let level = inside("level", "name").and_then(|name| Level::named(&name.string()?));
    let time = inside("time", "timestamp").and_then(|at| stamp::epoch(at.raw()));
    let mut writer = Writer::default();
    for name in ["process", "thread"] {
        if let Some(id) = inside(name, "id") {
            writer.add(id.raw());
        }
    }
    let mut fields = Vec::new();
    if let Some(extra) = find(&record, "extra").and_then(super::Value::members) {
        fields.extend(super::nested::fields(extra));
    }
    for key in ["function", "line", "exception"] {
        if let Some(value) = find(&record, key).filter(|value| value.raw() != "null") {
            fields.push((Cow::Borrowed(key), value.text()));
        }
    }
    Some(Layer {
        kind: Kind::Json,
        layout: 254,
        stamp: time,
        level,
        logger: find(&record, "name").and_then(super::Value::string),
        writer,
        fields,
        rest: without_newline(message),
        ..Layer::default()
    })
}
