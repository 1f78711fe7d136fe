//! Where a structured logger's line says what, for who reads many lines that differ in nothing but numbers and ids.
//!
//! Not the job of this file: which object is an envelope at all, and what its other members mean.

use super::{Cow, MESSAGES, Stamp, TIMES, Value, WRITERS, find, message_text, scan, time};

/// The values of time and message as they stand in `line`, which is one object.
pub(in crate::envelope) fn of(line: &str, year: i32) -> Option<(&str, &str)> {
    let members = scan::object(line)?;
    let time = TIMES
        .iter()
        .filter_map(|key| find(&members, key))
        .find(|value| time(*value, year).is_some())?;
    let message = MESSAGES.iter().find_map(|key| find(&members, key))?;
    Some((time.raw(), message.raw()))
}

/// The time that a value tells.
pub(in crate::envelope) fn stamp(raw: &str, year: i32) -> Option<Stamp> {
    time(Value::of(raw), year)
}

/// The message that a value is.
pub(in crate::envelope) fn message(raw: &str) -> Option<Cow<'_, str>> {
    message_text(Value::of(raw))
}

/// The digest of the writer that `fields` name.
pub(in crate::envelope) fn writer(fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> u64 {
    let named = fields.iter().filter(|(key, text)| WRITERS.contains(&&**key) && text != "null");
    let mut writer = super::Writer::default();
    named.for_each(|(_, text)| writer.add(text));
    writer.digest()
}
