//! What Fluentd and Fluent Bit print to standard output: a tag, and the record in JSON or as Ruby writes a hash.

use std::borrow::Cow;

use super::{
    json,
    layer::{Kind, Layer, Writer},
    stamp,
};
use crate::time::Stamp;

/// Fluentd, behind the time: ` kubernetes.var.log: {"log":"M"}`. A logger's message may look the same, so the time must be written as Fluentd does, in
/// nanoseconds and with its offset.
pub(super) fn after_time<'a>(stamp: Stamp, written: &str, rest: &'a str) -> Option<Layer<'a>> {
    let nanoseconds = written.len() == 35 && written.as_bytes().get(29) == Some(&b' ');
    let (tag, record) = rest.strip_prefix(' ')?.split_once(": {\"")?;
    let record = rest.get(rest.len() - record.len() - 2..)?;
    if !nanoseconds || !is_tag(tag) || !record.ends_with('}') {
        return None;
    }
    Some(Layer { stamp: Some(stamp), ..layer(tag, json::line_of(record)?, 32) })
}

/// Fluent Bit: `[0] kube.web: [[1795358735.123, {}], {"log"=>"M"}]`, before version 2 without the inner brackets.
pub(super) fn bit(text: &str) -> Option<Layer<'_>> {
    let (number, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let (tag, rest) = rest.split_once(": [")?;
    let number = (1..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if !number || !is_tag(tag) {
        return None;
    }
    let (time, record) = rest.trim_start_matches('[').split_once(", {")?;
    let stamp = stamp::epoch(time)?;
    let start = ["\"log\"=>\"", "\"message\"=>\"", "\"MESSAGE\"=>\""]
        .iter()
        .find_map(|key| Some(record.find(key)? + key.len() - 1))?;
    let line = json::string_at(record.get(start..)?)?;
    Some(Layer { stamp: Some(stamp), ..layer(tag, line, 33) })
}

fn is_tag(tag: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'*');
    (1..=300).contains(&tag.len()) && tag.bytes().all(known)
}

fn layer<'a>(tag: &str, line: Cow<'a, str>, layout: u8) -> Layer<'a> {
    let rest = match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.trim_end_matches('\n')),
        Cow::Owned(line) => Cow::Owned(line.trim_end_matches('\n').to_owned()),
    };
    Layer { kind: Kind::Platform, layout, writer: Writer::of(tag), rest, ..Layer::default() }
}
