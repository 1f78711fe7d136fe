//! Values as Python's `repr`, JSON, and Node's `util.inspect` print them.
//!
//! One reader for all three, because a log shows the same auth payload as `{'token': None}`, `{"token":null}` or
//! `{ token: undefined }`, and which one it is changes nothing for whoever asks for `token`. Loggers cut long lines, so text
//! that ends in the middle yields what stood before the cut, with [`Read::truncated`] set.
//!
//! Not the job of this file: refusing text that no interpreter would accept. It reads what looks like a value and leaves the rest.

use std::borrow::Cow;

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take, take_till, take_while, take_while1},
    character::complete::multispace0,
    combinator::{opt, recognize},
    sequence::pair,
};

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

struct Reader<'a> {
    rest: &'a str,
    truncated: bool,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
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

fn in_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+')
}

fn signed_run(input: &str) -> IResult<&str, &str> {
    let (_, run) =
        recognize(pair(opt(alt((tag("-"), tag("+")))), take_while1(in_number))).parse(input)?;
    take(run.trim_end_matches('.').len()).parse(input)
}

fn date(input: &str) -> IResult<&str, &str> {
    take_while(|c: char| in_number(c) || c == ':').parse(input)
}

fn name(input: &str) -> IResult<&str, &str> {
    let (_, run) =
        take_while1(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')).parse(input)?;
    // `received: None. SID: …`: the full stop belongs to the line.
    take(run.trim_end_matches('.').chars().count()).parse(input)
}

/// `name=` of a keyword argument.
fn keyword(input: &str) -> IResult<&str, &str> {
    let (rest, name) = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_').parse(input)?;
    let (rest, _) = tag("=").parse(rest)?;
    Ok((rest, name))
}

fn separator(input: &str) -> IResult<&str, &str> {
    let (rest, sep) = alt((tag("=>"), tag(":"), tag("="))).parse(input)?;
    let (rest, _) = multispace0(rest)?;
    Ok((rest, sep))
}

fn bare_text(input: &str) -> IResult<&str, &str> {
    take_till(|c: char| matches!(c, ',' | '}' | ']' | ')')).parse(input)
}

/// Resolves the escape whose backslash was eaten, and says how many bytes of `tail` it took.
fn escape(tail: &str, out: &mut String) -> usize {
    let Some(kind) = tail.chars().next() else { return 0 };
    let after = kind.len_utf8();
    let hex = |from: usize, digits: usize| {
        tail.get(from..from + digits).and_then(|h| u32::from_str_radix(h, 16).ok())
    };
    let (code, taken) = match kind {
        'n' => (Some(u32::from(b'\n')), after),
        't' => (Some(u32::from(b'\t')), after),
        'r' => (Some(u32::from(b'\r')), after),
        'b' => (Some(8), after),
        'f' => (Some(12), after),
        'v' => (Some(11), after),
        'a' => (Some(7), after),
        '0' => (Some(0), after),
        '\n' => return after,
        'x' => (hex(after, 2), after + 2),
        'U' => (hex(after, 8), after + 8),
        'u' => match hex(after, 4) {
            Some(high @ 0xd800..=0xdbff) if tail.get(after + 4..after + 6) == Some("\\u") => {
                match hex(after + 6, 4) {
                    Some(low @ 0xdc00..=0xdfff) => {
                        (Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), after + 10)
                    }
                    _ => (Some(0xfffd), after + 4),
                }
            }
            code => (code, after + 4),
        },
        other => (Some(u32::from(other)), after),
    };
    let Some(code) = code else {
        // No valid escape: keep it as it stands.
        out.push('\\');
        out.push(kind);
        return after;
    };
    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    taken
}

#[cfg(test)]
mod tests;
