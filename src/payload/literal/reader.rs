//! One value after the other, and those inside it.

use std::borrow::Cow;

use super::{
    MAX_DEPTH, Value,
    escape::escape,
    words::{bare_text, date, keyword, name, separator, signed_run},
};

/// What Node prints in brackets that is no array.
const INSPECT_TAGS: [&str; 9] = [
    "[Object",
    "[Array",
    "[Circular",
    "[Function",
    "[AsyncFunction",
    "[Getter",
    "[Setter",
    "[class ",
    "[Symbol",
];

/// Reads from the left; what is left of the text stands in `rest`.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
    pub(super) truncated: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        self.skip_space();
        let first = self.rest.chars().next()?;
        if depth >= MAX_DEPTH {
            self.truncated = true;
            return Some(Value::Opaque(self.take_all()));
        }
        match first {
            '\'' | '"' | '`' => Some(Value::Text(self.text(first))),
            '{' => Some(self.map(depth)),
            '[' if INSPECT_TAGS.iter().any(|t| self.rest.starts_with(t)) => {
                Some(self.inspect_tag(depth))
            }
            '[' => Some(Value::List(self.items(']', depth))),
            '(' => Some(Value::List(self.items(')', depth))),
            '<' => Some(self.angle()),
            '0'..='9' | '-' | '+' => self.number(),
            c if c.is_alphabetic() || c == '_' || c == '$' => self.word(depth),
            _ => None,
        }
    }

    /// A value inside a container: there, text that is no literal counts up to the next delimiter.
    fn element(&mut self, depth: usize) -> Option<Value<'a>> {
        if let Some(value) = self.value(depth) {
            return Some(value);
        }
        let (rest, bare) = bare_text(self.rest).ok()?;
        self.rest = rest;
        let bare = bare.trim();
        (!bare.is_empty()).then_some(Value::Opaque(bare))
    }

    fn items(&mut self, close: char, depth: usize) -> Vec<Value<'a>> {
        self.bump(1);
        let mut items = Vec::new();
        while self.goes_on(close) {
            if let Some((rest, name)) = (close == ')').then(|| keyword(self.rest).ok()).flatten() {
                self.rest = rest;
                let value = self.element(depth + 1).unwrap_or(Value::Null);
                items.push(Value::Map(vec![(Cow::Borrowed(name), value)]));
                continue;
            }
            let Some(item) = self.element(depth + 1) else { break };
            items.push(item);
        }
        items
    }

    fn map(&mut self, depth: usize) -> Value<'a> {
        self.bump(1);
        let mut pairs = Vec::new();
        // A Python set opens like a dict.
        let mut members = Vec::new();
        while self.goes_on('}') {
            let before = self.rest;
            let key = match self.rest.chars().next() {
                Some(q @ ('\'' | '"' | '`')) => self.text(q),
                _ => Cow::Borrowed(self.bare_key()),
            };
            self.skip_space();
            let Ok((rest, sep)) = separator(self.rest) else {
                // No key after all: a set's member, or text that was cut behind the key.
                self.rest = before;
                match self.element(depth + 1) {
                    Some(member) => members.push(member),
                    None => break,
                }
                continue;
            };
            self.rest = rest;
            let value =
                if sep == "=" { self.java_value(depth + 1) } else { self.element(depth + 1) };
            match value {
                Some(value) => pairs.push((key, value)),
                None if self.rest.is_empty() => self.truncated = true,
                None => {}
            }
        }
        if pairs.is_empty() && !members.is_empty() && !self.truncated {
            return Value::List(members);
        }
        Value::Map(pairs)
    }

    /// Whether another item follows; eats commas, and the closing bracket when there is none.
    fn goes_on(&mut self, close: char) -> bool {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        match self.rest.chars().next() {
            None => {
                self.truncated = true;
                false
            }
            Some(c) if c == close => {
                self.bump(1);
                false
            }
            // Brackets that do not match end everything that is open: nothing sure follows.
            Some(')' | ']' | '}') => false,
            Some(_) => true,
        }
    }

    fn bare_key(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || ":=,{}[]()'\"".contains(c))
            .unwrap_or(self.rest.len());
        self.split(end)
    }

    /// `{token=abc}`, as Java prints maps: strings have no quotes.
    fn java_value(&mut self, depth: usize) -> Option<Value<'a>> {
        if self.rest.starts_with(['\'', '"', '{', '[']) {
            return self.element(depth);
        }
        let (rest, bare) = bare_text(self.rest).ok()?;
        self.rest = rest;
        Some(match bare.trim() {
            "null" => Value::Null,
            bare => Value::Text(Cow::Borrowed(bare)),
        })
    }

    /// A string whose opening quote is next.
    fn text(&mut self, quote: char) -> Cow<'a, str> {
        self.bump(1);
        let body = self.rest;
        let bytes = body.as_bytes();
        let quote = u8::try_from(quote).unwrap_or(b'"');
        let mut owned: Option<String> = None;
        let mut from = 0;
        loop {
            let Some(found) = bytes.get(from..).and_then(|b| memchr::memchr2(quote, b'\\', b))
            else {
                self.truncated = true;
                self.rest = "";
                let tail = body.get(from..).unwrap_or_default();
                return match owned {
                    None => Cow::Borrowed(tail),
                    Some(text) => Cow::Owned(text + tail),
                };
            };
            let at = from + found;
            let chunk = body.get(from..at).unwrap_or_default();
            if bytes.get(at) == Some(&quote) {
                self.rest = body.get(at + 1..).unwrap_or_default();
                return match owned {
                    None => Cow::Borrowed(chunk),
                    Some(text) => Cow::Owned(text + chunk),
                };
            }
            let text = owned.get_or_insert_default();
            text.push_str(chunk);
            let tail = body.get(at + 1..).unwrap_or_default();
            from = at + 1 + escape(tail, text);
        }
    }

    fn angle(&mut self) -> Value<'a> {
        let mut open = 0usize;
        let end = self.rest.bytes().position(|b| {
            match b {
                b'<' => open += 1,
                b'>' => open -= 1,
                _ => {}
            }
            open == 0
        });
        let Some(end) = end else {
            self.truncated = true;
            return Value::Opaque(self.take_all());
        };
        Value::Opaque(self.split(end + 1))
    }

    /// `[Object: null prototype] { a: 1 }`, `[Function: f]`.
    fn inspect_tag(&mut self, depth: usize) -> Value<'a> {
        let Some(end) = self.rest.find(']') else {
            self.truncated = true;
            return Value::Opaque(self.take_all());
        };
        let name = self.split(end + 1);
        self.object_after().map_or(Value::Opaque(name), |()| self.map(depth))
    }

    /// Whether an object's brace is next: then the reader stands before it.
    fn object_after(&mut self) -> Option<()> {
        let rest = self.rest.trim_start();
        rest.starts_with('{').then(|| self.rest = rest)
    }

    fn number(&mut self) -> Option<Value<'a>> {
        let (rest, run) = signed_run(self.rest).ok()?;
        // `2026-11-22T14:45:00.000Z`: Node prints dates without quotes.
        if rest.starts_with(':') && run.contains('T') && run.len() >= 13 {
            let (rest, run) = date(self.rest).ok()?;
            self.rest = rest;
            return Some(Value::Opaque(run));
        }
        self.rest = rest;
        let plain = run.trim_end_matches('n');
        let numeric = plain.parse::<f64>().is_ok() || plain.starts_with("0x");
        Some(if numeric { Value::Number(run) } else { Value::Opaque(run) })
    }

    fn word(&mut self, depth: usize) -> Option<Value<'a>> {
        let (rest, word) = name(self.rest).ok()?;
        if let Some(quote @ ('\'' | '"')) = rest.chars().next()
            && matches!(word, "b" | "u" | "r" | "f" | "rb" | "br" | "B" | "U" | "R")
        {
            self.rest = rest;
            return Some(Value::Text(self.text(quote)));
        }
        let known = match word {
            "None" | "null" | "nil" => Some(Value::Null),
            "undefined" => Some(Value::Undefined),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            "NaN" | "Infinity" | "nan" | "inf" => Some(Value::Number(word)),
            _ => None,
        };
        if known.is_some() {
            self.rest = rest;
            return known;
        }
        if rest.starts_with('(') {
            self.rest = rest;
            let args = self.items(')', depth);
            // `Map(1) { 'a' => 'b' }`
            if matches!(word, "Map" | "Set") && self.object_after().is_some() {
                return Some(self.map(depth));
            }
            return Some(Value::Call { name: word, args });
        }
        // `Socket { id: 'x' }`
        if word.starts_with(char::is_uppercase) && rest.trim_start().starts_with('{') {
            self.rest = rest.trim_start();
            return Some(self.map(depth));
        }
        None
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Steps over `n` bytes of ASCII.
    fn bump(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or_default();
    }

    fn split(&mut self, at: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = tail;
        head
    }

    fn take_all(&mut self) -> &'a str {
        std::mem::take(&mut self.rest)
    }
}
