//! Records that go on in indented lines: an object printed over several lines, and the fields that pretty-printers put below a message.
//!
//! Text in, text out: which lines there are is the caller's business, who has them peeled. What is not surely such a record gives `None`,
//! and its lines are then read one by one.

use std::borrow::Cow;

use super::json;

/// How the lines of an object, given one by one without their wrappers, come to one line.
#[derive(Debug)]
pub struct Object {
    whole: String,
    depth: usize,
}

/// What one more line did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// More must come.
    Open,
    /// That was the last line.
    Closed,
    /// The line is none of the object's.
    Foreign,
}

impl Object {
    /// Begins with the message in which an object opens: `connection_error {`, `{`, `headers: [`.
    #[must_use]
    pub fn open(message: &str) -> Option<Self> {
        let message = message.trim_end();
        // A bracket behind a letter ends a name in a sentence, or a line of somebody's code.
        let (before, bracket) = message.split_at_checked(message.len().checked_sub(1)?)?;
        let apart = before.is_empty() || before.ends_with([' ', ':', '=', '(', '[', '{', ',']);
        (matches!(bracket, "{" | "[") && apart)
            .then(|| Self { whole: message.to_owned(), depth: 1 })
    }

    /// Adds a line.
    pub fn add(&mut self, line: &str) -> Next {
        let text = line.trim();
        if !line.starts_with([' ', '\t', '}', ']']) || text.is_empty() {
            return Next::Foreign;
        }
        if !self.whole.ends_with(['{', '[']) || !text.starts_with(['}', ']']) {
            self.whole.push(' ');
        }
        self.whole.push_str(text);
        match depth_after(text, self.depth) {
            0 => Next::Closed,
            depth => {
                self.depth = depth;
                Next::Open
            }
        }
    }

    /// The object in one line, with what stood before it.
    #[must_use]
    pub fn into_line(self) -> String {
        self.whole
    }

    /// How long it is by now.
    #[must_use]
    pub fn length(&self) -> usize {
        self.whole.len()
    }
}

/// Whether a line may be a member of an object that an earlier line opened: `  message: 'x',`, `    "sid": "…"`.
#[must_use]
pub fn is_member(line: &str) -> bool {
    line.starts_with([' ', '\t'])
        && key(line.trim_start()).is_some_and(|(_, value)| !value.is_empty())
}

/// A field's name and value.
type Field = (Cow<'static, str>, Cow<'static, str>);

/// The fields that lines below a message hold, one `key: value` each, as pino-pretty and bunyan print them; `None` when they don't.
#[must_use]
pub fn fields(lines: &[String]) -> Option<Vec<Field>> {
    object_fields(&as_json(lines)?)
}

/// The fields of a JSON object that stands behind a message.
#[must_use]
pub fn object_fields(text: &str) -> Option<Vec<Field>> {
    let fields = json::fields_of(text)?.into_iter();
    Some(
        fields
            .map(|(key, value)| (Cow::Owned(key.into_owned()), Cow::Owned(value.into_owned())))
            .collect(),
    )
}

/// The lines as one JSON object.
fn as_json(lines: &[String]) -> Option<String> {
    let margin = indentation(lines.first()?);
    let mut out = String::from("{");
    let mut open: Vec<char> = Vec::new();
    // Deeper than this stands a text of several lines, such as a stack.
    let mut text_below: Option<usize> = None;
    let mut awaits_text = false;
    for line in lines {
        let depth = indentation(line);
        let text = line.trim();
        if let Some(limit) = text_below {
            if depth > limit || text.is_empty() {
                if awaits_text {
                    out.push_str(&serde_json::to_string(text).ok()?);
                    awaits_text = false;
                }
                continue;
            }
            if awaits_text {
                out.push_str("null");
                awaits_text = false;
            }
            text_below = None;
        }
        let bare = text.trim_end_matches(',');
        if let [bracket @ ('}' | ']')] = bare.chars().collect::<Vec<_>>()[..] {
            if open.pop()? != bracket {
                return None;
            }
            out.push(bracket);
            continue;
        }
        if open.is_empty() && depth != margin {
            return None;
        }
        if !out.ends_with(['{', '[']) {
            out.push(',');
        }
        let value = if open.last() == Some(&']') {
            bare
        } else {
            let (name, value) = key(bare)?;
            out.push_str(&serde_json::to_string(name).ok()?);
            out.push(':');
            value
        };
        match value {
            "{" | "[" => {
                open.push(if value == "{" { '}' } else { ']' });
                out.push_str(value);
            }
            "" => {
                text_below = Some(depth);
                awaits_text = true;
            }
            _ => push_value(value, &mut out)?,
        }
    }
    if awaits_text {
        out.push_str("null");
    }
    // A record that was cut has open brackets.
    out.extend(open.into_iter().rev());
    out.push('}');
    Some(out)
}

/// Adds a value as JSON; what is none goes in as a string.
fn push_value(value: &str, out: &mut String) -> Option<()> {
    if serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok() {
        out.push_str(value);
    } else {
        let bare = value
            .strip_prefix('\'')
            .and_then(|value| value.strip_suffix('\''))
            .unwrap_or_else(|| value.trim_matches('"'));
        out.push_str(&serde_json::to_string(bare).ok()?);
    }
    Some(())
}

/// The name before a colon and the value behind it; the name may be quoted.
fn key(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = if let quote @ (b'"' | b'\'') = text.as_bytes().first()? {
        let end = 1 + text.get(1..)?.bytes().take(64).position(|b| b == *quote)?;
        (text.get(1..end)?, text.get(end + 1..)?)
    } else {
        let is_of_name =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.' | b'-' | b'@');
        text.split_at_checked(text.bytes().take(64).position(|b| !is_of_name(b))?)?
    };
    let value = rest.strip_prefix(':')?;
    (!name.is_empty() && (value.is_empty() || value.starts_with(' '))).then(|| (name, value.trim()))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// How many brackets are open behind `text`; those in quotes don't count.
fn depth_after(text: &str, depth: usize) -> usize {
    let mut depth = depth;
    let mut quote = None;
    let mut escaped = false;
    for byte in text.bytes() {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => {
                depth -= 1;
                if depth == 0 {
                    return 0;
                }
            }
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &str) -> Option<String> {
        let mut lines = lines.lines();
        let mut object = Object::open(lines.next()?)?;
        loop {
            match object.add(lines.next()?) {
                Next::Open => {}
                Next::Closed => return Some(object.into_line()),
                Next::Foreign => return None,
            }
        }
    }

    #[test]
    fn an_object_over_several_lines_is_one_line() {
        for (lines, want) in [
            (
                "connection_error {\n  code: 1,\n  message: 'Session ID unknown',\n  context: { sid: 'a}b' }\n}",
                Some(
                    "connection_error { code: 1, message: 'Session ID unknown', context: { sid: 'a}b' } }",
                ),
            ),
            ("{\n  \"a\": [\n    1\n  ]\n}", Some("{ \"a\": [ 1 ] }")),
            ("x: [\n]", Some("x: []")),
            ("while (x) {\nnext", None),
            ("f(x){\n}", None),
            ("no bracket\n  a: 1\n}", None),
            ("never closed {\n  a: 1", None),
        ] {
            assert_eq!(joined(lines).as_deref(), want, "{lines}");
        }
    }

    #[test]
    fn the_lines_below_a_message_are_its_fields() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let shown = |text: &str| {
            fields(&lines(text)).map(|fields| {
                fields
                    .iter()
                    .map(|(key, value)| format!("{key}={value}"))
                    .collect::<Vec<_>>()
                    .join(";")
            })
        };
        assert_eq!(
            shown("    sid: \"abc\"\n    err: {\n      \"type\": \"AuthError\",\n      \"message\": \"no token\",\n      \"stack\":\n          AuthError: no token\n              at f (x.js:1:2)\n      \"code\": \"E1\"\n    }\n    n: 3").as_deref(),
            Some("sid=abc;err=AuthError: no token (E1);err.code=E1;n=3")
        );
        assert_eq!(shown("    a: 'b c'\n    d: e f").as_deref(), Some("a=b c;d=e f"));
        assert_eq!(shown("    at f (x.js:1:2)"), None);
        assert_eq!(shown("    return x"), None);
    }

    #[test]
    fn a_frame_of_a_stack_is_no_member() {
        assert!(is_member("  message: 'x',"));
        assert!(is_member("\t\"sid\": \"abc\""));
        for line in [
            "    at f (x.js:1:2)",
            "  File \"a.py\", line 3",
            "message: 'x'",
            "  socket.io:server incoming",
            "  raise X",
        ] {
            assert!(!is_member(line), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_lines_are_read_without_panic(lines in proptest::collection::vec("[ ]{0,6}[\"'a-c{}\\[\\]:, é]{0,12}", 0..12)) {
            let _ = fields(&lines);
            if let Some(mut object) = lines.first().and_then(|line| Object::open(line)) {
                for line in &lines {
                    if object.add(line) == Next::Closed {
                        break;
                    }
                }
            }
            let _ = lines.iter().filter(|line| is_member(line)).count();
        }
    }
}
