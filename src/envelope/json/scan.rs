//! Splits a JSON object into its members without building a tree.
//!
//! Every valid object is split as `serde_json` would; some invalid scalars pass, which does no harm to a log line. The work is
//! linear, nesting is counted and not recursed into, and nothing is copied but what has escapes.

use std::borrow::Cow;

/// A member's value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::envelope) struct Value<'a>(&'a str);

impl<'a> Value<'a> {
    /// The value that stands as `raw` in a text.
    pub(in crate::envelope) fn of(raw: &'a str) -> Self {
        Self(raw)
    }

    /// The text as it stands.
    pub(in crate::envelope) fn raw(self) -> &'a str {
        self.0
    }

    /// The text of a string.
    pub(in crate::envelope) fn string(self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        Some(unescape(self.0, inside))
    }

    /// A string's text, or the value as compact JSON.
    pub(in crate::envelope) fn text(self) -> Cow<'a, str> {
        self.string().unwrap_or_else(|| compact(self.0))
    }

    /// A whole number, also one in a string.
    pub(in crate::envelope) fn number(self) -> Option<u64> {
        self.0.trim_matches('"').parse().ok()
    }

    /// The members, when it is an object.
    pub(in crate::envelope) fn members(self) -> Option<Vec<(Cow<'a, str>, Value<'a>)>> {
        object(self.0)
    }

    /// The numbers of an array of bytes, as the journal prints what is not UTF-8.
    pub(in crate::envelope) fn bytes(self) -> Option<Vec<u8>> {
        let inside = self.0.strip_prefix('[')?.strip_suffix(']')?;
        inside.split(',').map(|n| n.trim().parse().ok()).collect()
    }
}

/// The members of an object that fills the whole text.
pub(in crate::envelope) fn object(text: &str) -> Option<Vec<(Cow<'_, str>, Value<'_>)>> {
    let bytes = text.as_bytes();
    let mut at = blank(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut members = Vec::with_capacity(8);
    at = blank(bytes, at + 1);
    if bytes.get(at) == Some(&b'}') {
        return (blank(bytes, at + 1) == bytes.len()).then_some(members);
    }
    loop {
        let end = string_end(bytes, at)?;
        let key = Value(text.get(at..end)?).string()?;
        at = blank(bytes, end);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        at = blank(bytes, at + 1);
        let end = value_end(bytes, at)?;
        members.push((key, Value(text.get(at..end)?)));
        at = blank(bytes, end);
        match bytes.get(at)? {
            b',' => at = blank(bytes, at + 1),
            b'}' => return (blank(bytes, at + 1) == bytes.len()).then_some(members),
            _ => return None,
        }
    }
}

/// The string that stands at the beginning of `text`.
pub(in crate::envelope) fn first_string(text: &str) -> Option<Value<'_>> {
    text.get(..string_end(text.as_bytes(), 0)?).map(Value)
}

/// The first byte from `at` on that is no white space.
fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Behind the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Behind the value that begins at `at`.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => {
            let (mut at, mut depth) = (at, 0_usize);
            loop {
                match bytes.get(at)? {
                    b'"' => {
                        at = string_end(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth == 1 => return Some(at + 1),
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
            }
        }
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'N' | b'I' => {
            let length = bytes
                .get(at..)?
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
                .count();
            Some(at + length)
        }
        _ => None,
    }
}

/// A string without its escapes; one whose escapes are wrong stays as it is.
fn unescape<'a>(quoted: &'a str, inside: &'a str) -> Cow<'a, str> {
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Cow::Borrowed(inside);
    }
    serde_json::from_str(quoted).map_or(Cow::Borrowed(inside), Cow::Owned)
}

/// The value without white space between its parts.
fn compact(raw: &str) -> Cow<'_, str> {
    if !raw.starts_with(['{', '[']) || !raw.bytes().any(|b| b.is_ascii_whitespace()) {
        return Cow::Borrowed(raw);
    }
    let bytes = raw.as_bytes();
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes.get(at) {
            Some(b'"') => string_end(bytes, at).unwrap_or(bytes.len()),
            Some(b) if b.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            // Up to the next string or blank.
            _ => bytes
                .iter()
                .skip(at + 1)
                .position(|b| *b == b'"' || b.is_ascii_whitespace())
                .map_or(bytes.len(), |n| at + 1 + n),
        };
        out.push_str(raw.get(at..end).unwrap_or_default());
        at = end;
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,12}".prop_map(Into::into),
            "[\"\\\\ \n{}\\[\\],:]{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::vec(("\\PC{0,6}", inner), 0..4)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn members_are_those_that_serde_json_sees(value in json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let want = value.as_object().map(|members| {
                members.iter().map(|(key, value)| {
                    (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                }).collect::<Vec<_>>()
            });
            let have = object(&text)
                .map(|members| members.into_iter().map(|(key, value)| (key.into_owned(), value.text().into_owned())).collect::<Vec<_>>());
            prop_assert_eq!(have, want);
        }

        #[test]
        fn any_text_is_split_without_panic(text in "[\\{\\}\\[\\]\":,a1\\\\ é]{0,40}") {
            let _ = object(&text).map(|members| members.into_iter().map(|(_, value)| value.text().len()).sum::<usize>());
        }
    }
}
