//! Values as Python's `repr`, JSON, and Node's `util.inspect` print them.
//!
//! One reader for all three, because a log shows the same auth payload as `{'token': None}`, `{"token":null}` or
//! `{ token: undefined }`, and which one it is changes nothing for whoever asks for `token`. Loggers cut long lines, so text
//! that ends in the middle yields what stood before the cut, with [`Read::truncated`] set.
//!
//! Not the job of this file: refusing text that no interpreter would accept. It reads what looks like a value and leaves the rest.

mod escape;
mod reader;
mod words;

use std::borrow::Cow;

use self::reader::Reader;

/// Deeper nesting than this is kept as [`Value::Opaque`] text.
pub const MAX_DEPTH: usize = 32;

/// A value as a log shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `None`, `null`, `nil`.
    Null,
    /// JavaScript's `undefined`.
    Undefined,
    /// `True`, `true`, …
    Bool(bool),
    /// A number, as printed.
    Number(&'a str),
    /// A string or bytes literal, with its escapes resolved.
    Text(Cow<'a, str>),
    /// A list, tuple or set.
    List(Vec<Value<'a>>),
    /// A dict or object, in the order printed.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
    /// `ImmutableMultiDict([…])`. A keyword argument is a map with one entry.
    Call {
        /// What is called.
        name: &'a str,
        /// With what.
        args: Vec<Value<'a>>,
    },
    /// `<Foo at 0x7f…>`, `[Function: f]`, a bare word: something that is no literal.
    Opaque(&'a str),
}

/// What was read from a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<'a> {
    /// The value.
    pub value: Value<'a>,
    /// The text behind it.
    pub rest: &'a str,
    /// Whether the text ended before the value did, or nested too deep.
    pub truncated: bool,
}

/// The value that `text` begins with, and the text behind it.
pub fn value(text: &str) -> Option<(Value<'_>, &str)> {
    read(text).map(|read| (read.value, read.rest))
}

/// The value that `text` begins with, and whether it was whole.
pub fn read(text: &str) -> Option<Read<'_>> {
    let mut reader = Reader { rest: text, truncated: false };
    let value = reader.value(0)?;
    Some(Read { value, rest: reader.rest, truncated: reader.truncated })
}

/// The entries of a JSON object, each value as it is written; what stands behind a cut is left out.
pub fn raw_entries(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text.trim_start().strip_prefix('{')?.trim_start();
    let mut entries = Vec::new();
    while let Some((key, after)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let Some(after) = after.trim_start().strip_prefix(':') else { break };
        let after = after.trim_start();
        let Some((_, behind)) = value(after) else { break };
        entries.push((key, after[..after.len() - behind.len()].trim_end()));
        let Some(next) = behind.trim_start().strip_prefix(',') else { break };
        rest = next.trim_start();
    }
    Some(entries)
}

impl<'a> Value<'a> {
    /// The value under `key` of a map, or of a list of pairs such as `ImmutableMultiDict([('a', 'b')])` holds.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.entries().into_iter().find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The entries of a map, or of a list of pairs, in the order printed.
    pub fn entries(&self) -> Vec<(&str, &Value<'a>)> {
        match self {
            Value::Map(pairs) => pairs.iter().map(|(name, value)| (&**name, value)).collect(),
            Value::List(items) => items.iter().filter_map(Value::as_pair).collect(),
            Value::Call { args, .. } => args.iter().flat_map(Value::entries).collect(),
            _ => Vec::new(),
        }
    }

    fn as_pair(&self) -> Option<(&str, &Value<'a>)> {
        match self {
            Value::List(items) => match items.as_slice() {
                [Value::Text(name), value] => Some((name, value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it says nothing: `None`, `undefined`, a blank, `{}`, `ImmutableMultiDict([])`.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null | Value::Undefined => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(pairs) => pairs.is_empty(),
            Value::Call { args, .. } => args.iter().all(Value::is_empty),
            Value::Bool(_) | Value::Number(_) | Value::Opaque(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
