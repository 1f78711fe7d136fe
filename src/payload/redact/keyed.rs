//! Credentials that show by the key before them: `'token': '…'`, `password=…`, `Cookie: …`, `"Authorization":"…"`.
//!
//! Keys and values are found without a parser of any one notation, because a line may hold JSON in a Python dict in a query. Sentences use
//! the same words ("invalid token: Not enough segments"): for a key that sentences use, a value without quotes has to look like a credential.

use super::{
    Label, Span,
    key::{Class, MAX_KEY, class, is_attribute, is_scheme, says_nothing},
    shapes::{is_header_only, label, looks_secret},
};
use crate::{ids::looks_like_sid, payload::jwt};

/// Finds credentials by their keys, at the places that the triggers name. Goes from left to right.
pub(super) struct Keyed<'a> {
    text: &'a str,
    /// What lies before is settled.
    done: usize,
    /// Quotes, with the backslashes before them, of which no more come.
    missing: Vec<(u8, usize)>,
}

/// More backslashes before a quote than that are no nesting of notations: four deep.
const MAX_ESCAPES: usize = 7;

/// Quotes as URLs and HTML write them.
const WRITTEN_QUOTES: [&str; 3] = ["%22", "%27", "&quot;"];

/// Quotes as nginx and JSON write them, behind backslashes.
const ESCAPED_QUOTES: [&str; 3] = ["x22", "x27", "u0022"];

/// What ends a value in a query that stands inside another.
const WRITTEN_ENDS: [&str; 7] = ["%26", "%22", "%27", "%20", "%3B", "%7D", "%2C"];

impl<'a> Keyed<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, done: 0, missing: Vec::new() }
    }

    /// Looks at the trigger in `start..end`.
    pub(super) fn at(&mut self, start: usize, end: usize, spans: &mut Vec<Span>) {
        if start < self.done {
            return;
        }
        let key_start = self.back(start);
        let key_end = end + self.run(end, is_key);
        self.done = key_end;
        let key = || self.slice(key_start.max(key_end.saturating_sub(MAX_KEY)), key_end);
        // Asked first: most words that look like a key stand in a sentence, and nothing is separated from them.
        let Some((from, sep)) = self.separator(key_end) else {
            self.unseparated(key(), key_start, key_end, spans);
            return;
        };
        let class = match class(key()) {
            None if self.is_second_word(key(), key_start) => Some(Class::Secret),
            class => class,
        };
        let Some(class) = class else { return };
        if sep == b',' && !self.is_pair(key(), key_start, class) {
            return;
        }
        self.value(class, from, sep, spans);
    }

    /// `<password>…</password>`, and `--password …` of a command.
    fn unseparated(&mut self, key: &str, start: usize, end: usize, spans: &mut Vec<Span>) {
        let tag = self.byte(end) == Some(b'>') && start > 0 && self.byte(start - 1) == Some(b'<');
        let option = key.starts_with("--") && self.byte(end) == Some(b' ');
        if !tag && !option {
            return;
        }
        let Some(class) = class(key) else { return };
        let label = match class {
            Class::Secret => Label::Secret,
            Class::Cookies | Class::Session => Label::Cookie,
            Class::Authorization | Class::Token | Class::Weak(_) => Label::Token,
        };
        if tag {
            let value = end + 1 + self.run(end + 1, |b| b != b'<');
            if self.slice(value, value + 2) != "</" {
                return;
            }
            self.mask(end + 1, value, label, spans);
            self.done = value;
        } else {
            self.bare(end + self.spaces(end), label, spans);
        }
    }

    /// `API key: …`: the word before says what key it is.
    fn is_second_word(&self, key: &str, start: usize) -> bool {
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        key.eq_ignore_ascii_case("key")
            && ["api ", "secret ", "access ", "private ", "signing "].iter().any(|word| {
                before.len() >= word.len()
                    && before[before.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
            })
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn run(&self, at: usize, fits: impl Fn(u8) -> bool) -> usize {
        self.text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|b| fits(**b)).count()
    }

    fn spaces(&self, at: usize) -> usize {
        self.run(at, |b| b == b' ' || b == b'\t')
    }

    /// Where the key begins of which a trigger stands at `start`.
    fn back(&self, start: usize) -> usize {
        let before = self.text.as_bytes().get(self.done..start).unwrap_or_default();
        start - before.iter().rev().take_while(|b| is_key(**b)).count()
    }

    /// A quote with its backslashes at `at`: the quote, how many backslashes, and the place behind.
    fn quote(&self, at: usize) -> Option<(u8, usize, usize)> {
        let escapes = self.run(at, |b| b == b'\\');
        match self.byte(at + escapes) {
            Some(quote @ (b'\'' | b'"' | b'`')) if escapes <= MAX_ESCAPES => {
                Some((quote, escapes, at + escapes + 1))
            }
            _ => None,
        }
    }

    /// The place behind the separator, and the separator.
    fn separator(&self, key_end: usize) -> Option<(usize, u8)> {
        let mut at = key_end;
        if self.byte(at) == Some(b']') {
            at += 1;
        } else if self.text.get(at..at + 3).is_some_and(|t| t.eq_ignore_ascii_case("%5d")) {
            at += 3;
        }
        let quoted = self.quote(at);
        if let Some((_, _, behind)) = quoted {
            at = behind;
        } else if let Some(quote) = self.written_quote(at) {
            at += quote.len();
        }
        at += self.spaces(at);
        if let Some(sep) = self.written(at, &["%3A", "%3D"]) {
            return Some((at + sep.len(), if sep == "%3D" { b'=' } else { b':' }));
        }
        let sep = self.byte(at)?;
        let next = self.byte(at + 1);
        let at = match (sep, next) {
            (b':', Some(b':')) => return None,
            (b'=', Some(b'>' | b'=')) => at + 2,
            (b'=' | b':', _) => at + 1,
            // `('session', '…')`, `(b'cookie', b'…')`, and Node's `rawHeaders`.
            (b',', _) if quoted.is_some() => at + 1,
            _ => return None,
        };
        let from = at + self.spaces(at);
        Some((self.next_line(from).unwrap_or(from), sep))
    }

    /// Where the next line's text begins, if nothing more stands in this one and the next is indented.
    fn next_line(&self, at: usize) -> Option<usize> {
        let end = at + usize::from(self.byte(at) == Some(b'\r'));
        let indent = (self.byte(end)? == b'\n').then(|| self.spaces(end + 1))?;
        (indent > 0).then_some(end + 1 + indent)
    }

    /// A quote that is not written as one.
    fn written_quote(&self, at: usize) -> Option<&'a str> {
        let escapes = self.run(at, |b| b == b'\\').min(MAX_ESCAPES);
        if escapes == 0 {
            return self.written(at, &WRITTEN_QUOTES);
        }
        let from = at + escapes;
        let quote = ESCAPED_QUOTES.iter().find(|q| self.slice(from, from + q.len()) == **q)?;
        Some(self.slice(at, from + quote.len()))
    }

    /// Which of `words` stands at `at`, in whatever case.
    fn written(&self, at: usize, words: &[&'static str]) -> Option<&'static str> {
        if !matches!(self.byte(at)?, b'%' | b'&') {
            return None;
        }
        words.iter().copied().find(|word| {
            self.text.get(at..at + word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word))
        })
    }

    /// Whether the key is the first of a tuple. Headers come as flat lists, too.
    fn is_pair(&self, key: &str, key_start: usize, class: Class) -> bool {
        let before =
            self.text.as_bytes().get(key_start.saturating_sub(4)..key_start).unwrap_or_default();
        // A sentence that ends in the word, `… and no session cookie", "level": …`, is no key.
        if !before.ends_with(b"'") && !before.ends_with(b"\"") {
            return false;
        }
        let mut outer =
            before.iter().rev().skip_while(|b| matches!(b, b'\'' | b'"' | b'\\' | b'b' | b'u'));
        outer.next() == Some(&b'(')
            || matches!(class, Class::Authorization | Class::Cookies)
            || key.contains('-')
    }

    fn value(&mut self, class: Class, from: usize, sep: u8, spans: &mut Vec<Span>) {
        let literal = match self.byte(from) {
            Some(b'b' | b'u' | b'r' | b'B' | b'U' | b'R') if self.quote(from + 1).is_some() => {
                from + 1
            }
            _ => from,
        };
        if let Some((quote, escapes, inner)) = self.quote(literal) {
            let end = self.closing(quote, escapes, inner);
            self.quoted(class, inner, end, spans);
            return;
        }
        if let Some(quote) = self.written_quote(from) {
            let inner = from + quote.len();
            let end = self.slice(inner, self.text.len()).find(quote).map(|at| inner + at);
            let end = end.unwrap_or_else(|| inner + self.run(inner, in_value));
            self.quoted(class, inner, end, spans);
            return;
        }
        // Java's `Authorization=[…]`, and Go's `map[Authorization:[…]]`.
        let close = sep == b'=' || self.byte(from - 1) == Some(b':');
        if close && self.byte(from) == Some(b'[') && self.is_bare_list(from + 1) {
            self.bare_list(class, from + 1, sep, spans);
            return;
        }
        let name = self.run(from, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
        match self.byte(from + name) {
            Some(b'{' | b'[') if name == 0 => self.container(class, from, spans),
            // `Some("…")`
            Some(b'(') if matches!(class, Class::Weak(_)) => {
                if let Some((quote, escapes, inner)) = self.quote(from + name + 1) {
                    let end = self.closing(quote, escapes, inner);
                    self.quoted(class, inner, end, spans);
                }
            }
            Some(b'(') => self.container(class, from + name, spans),
            _ => self.unquoted(class, from, sep, spans),
        }
    }

    /// Where the string ends that began with `escapes` backslashes and `quote`; the text's end when nothing closes it.
    fn closing(&mut self, quote: u8, escapes: usize, from: usize) -> usize {
        if self.missing.contains(&(quote, escapes)) {
            return self.text.len();
        }
        let bytes = self.text.as_bytes();
        let mut slashes = 0;
        for (at, byte) in bytes.iter().enumerate().skip(from) {
            match *byte {
                b'\\' => slashes += 1,
                b if b == quote
                    && (slashes == escapes
                        || escapes == 0 && slashes % 2 == 0
                        || escapes > 0 && slashes < escapes) =>
                {
                    return at - slashes.min(escapes);
                }
                _ => slashes = 0,
            }
        }
        self.missing.push((quote, escapes));
        self.text.len()
    }

    fn quoted(&mut self, class: Class, start: usize, end: usize, spans: &mut Vec<Span>) {
        match class {
            Class::Secret => self.mask(start, end, Label::Secret, spans),
            Class::Cookies => self.cookies(start, end, spans),
            Class::Session => self.words(start, end, true, Label::Cookie, spans),
            Class::Authorization | Class::Token => {
                self.words(start, end, true, Label::Token, spans);
            }
            Class::Weak(label) => {
                self.words(start, end, false, label, spans);
                // Sentences and `key=value` may stand inside: the next trigger is looked at.
                return;
            }
        }
        self.done = self.done.max(end);
    }

    fn unquoted(&mut self, class: Class, from: usize, sep: u8, spans: &mut Vec<Span>) {
        // In a line of its own, it is a value only when it looks like one.
        let above = self.text.as_bytes().get(..from).unwrap_or_default().trim_ascii_end();
        if self.text.as_bytes()[above.len()..from].contains(&b'\n')
            && !matches!(class, Class::Authorization | Class::Cookies)
            && !looks_secret(self.slice(from, from + self.run(from, in_value)), 8)
        {
            return;
        }
        match class {
            Class::Authorization => self.authorization(from, spans),
            Class::Cookies => self.cookie_line(from, spans),
            Class::Secret => self.bare(from, Label::Secret, spans),
            Class::Token => self.bare(from, Label::Token, spans),
            Class::Session => {
                let value = self.slice(from, from + self.run(from, in_value));
                let value = value.trim_end_matches([':', '.']);
                // Engine.IO servers call their ids so, too: netty-socketio's are UUIDs.
                let engine = looks_like_sid(value)
                    && (sep == b':' || value.bytes().filter(|b| *b == b'-').count() == 4);
                if !engine {
                    self.bare(from, Label::Cookie, spans);
                }
            }
            Class::Weak(label) if sep == b'=' => self.bare(from, label, spans),
            Class::Weak(label) => {
                let end = from + self.run(from, |b| in_value(b) && b != b':');
                let value = self.slice(from, end).trim_end_matches('.');
                let sid = label == Label::Cookie && value.len() == 20 && looks_like_sid(value);
                if looks_secret(value, 16) && !sid {
                    self.mask(from, from + value.len(), label, spans);
                }
            }
        }
    }

    fn bare(&mut self, from: usize, label: Label, spans: &mut Vec<Span>) {
        let mut end = from + self.run(from, in_value);
        // A query inside another: what ends the value is written with percent signs, as what began it.
        if self
            .text
            .get(from.saturating_sub(3)..from)
            .is_some_and(|t| t.eq_ignore_ascii_case("%3D") || t.eq_ignore_ascii_case("%3A"))
            && let Some(at) = (from..end).find(|&at| self.written(at, &WRITTEN_ENDS).is_some())
        {
            end = at;
        }
        // `SecretStr('…')`: the value goes on in quotes.
        if self.slice(from, end).ends_with(['(', '=', ':'])
            && let Some((quote, escapes, inner)) = self.quote(end)
        {
            end = self.closing(quote, escapes, inner);
        }
        self.mask(from, end, label, spans);
        self.done = self.done.max(end);
    }

    /// Whether a list goes on at `from` whose strings have no quotes, as Java prints them: `Authorization=[Bearer …]`.
    fn is_bare_list(&self, from: usize) -> bool {
        self.quote(from).is_none() && self.byte(from).is_some_and(|b| !b"[]{}() ".contains(&b))
    }

    fn bare_list(&mut self, class: Class, from: usize, sep: u8, spans: &mut Vec<Span>) {
        let bytes = self.text.as_bytes();
        // A value may hold a bracket; the list's own is followed by the next key or the end.
        let end = (from..bytes.len())
            .find(|&at| {
                bytes[at] == b']'
                    && matches!(bytes.get(at + 1), None | Some(b',' | b'}' | b']' | b' '))
            })
            .unwrap_or(bytes.len());
        match class {
            Class::Weak(label) if sep == b'=' => {
                self.mask(from, end, label, spans);
                self.done = self.done.max(end);
            }
            class => self.quoted(class, from, end, spans),
        }
    }

    /// Masks the strings of a dict, list or call; of its pairs, the values.
    fn container(&mut self, class: Class, from: usize, spans: &mut Vec<Span>) {
        let label = match class {
            Class::Weak(_) => return,
            Class::Secret => Label::Secret,
            Class::Cookies | Class::Session => Label::Cookie,
            Class::Authorization | Class::Token => Label::Token,
        };
        let mut open: Vec<u8> = Vec::new();
        let mut before = b' ';
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            if let Some((quote, escapes, inner)) = self.quote(at) {
                let end = self.closing(quote, escapes, inner);
                let is_value = match open.last() {
                    Some(b'{') => before == b':',
                    Some(b'(') => before == b',' || open.len() == 1,
                    _ => true,
                };
                if is_value {
                    self.mask(inner, end, label, spans);
                }
                before = b'"';
                at = (end + escapes + 1).max(at + 1);
                continue;
            }
            match byte {
                b'{' | b'[' | b'(' => open.push(byte),
                b'}' | b']' | b')' => {
                    open.pop();
                    if open.is_empty() {
                        break;
                    }
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
            at += 1;
        }
        self.done = self.done.max(at);
    }

    /// Masks the words of a string: all of them, or those behind a scheme and those that look like credentials.
    fn words(&self, start: usize, end: usize, all: bool, kind: Label, spans: &mut Vec<Span>) {
        let text = self.slice(start, end);
        let lone = text.split_whitespace().nth(1).is_none();
        let mut behind_scheme = false;
        for word in text.split_whitespace() {
            // Both point into the same text, so the difference is the word's place.
            let at = start + (word.as_ptr() as usize - text.as_ptr() as usize);
            if is_scheme(word) {
                behind_scheme = true;
                continue;
            }
            if all || lone || behind_scheme || looks_secret(word, 16) {
                self.mask(at, at + word.len(), kind, spans);
            }
            behind_scheme = false;
        }
    }

    fn authorization(&mut self, from: usize, spans: &mut Vec<Span>) {
        let text = self.slice(from, self.text.len());
        if ["digest ", "hawk ", "aws4-"]
            .iter()
            .any(|s| text.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)))
        {
            let line = from + self.run(from, |b| b != b'\n' && b != b'\r');
            self.mask(from, line, Label::Secret, spans);
            self.done = self.done.max(line);
            return;
        }
        let mut at = from;
        let mut first = true;
        loop {
            let end = at + self.run(at, in_value);
            let word = self.slice(at, end);
            if word.is_empty() {
                return;
            }
            if !is_scheme(word) {
                // An unknown scheme is masked with the credential behind it.
                let wordlike = word.bytes().all(|b| b.is_ascii_alphabetic());
                if first || looks_secret(word, 6) || !wordlike {
                    self.mask(at, end, Label::Token, spans);
                    self.done = self.done.max(end);
                }
                if !(first && wordlike) {
                    return;
                }
                first = false;
            }
            at = end + self.spaces(end);
        }
    }

    /// The parts of a `Cookie` or `Set-Cookie` value in quotes.
    fn cookies(&self, start: usize, end: usize, spans: &mut Vec<Span>) {
        let mut at = start;
        for part in self.slice(start, end).split(';') {
            let from = at + (part.len() - part.trim_start().len());
            let to = at + part.trim_end().len();
            match part.find('=') {
                Some(eq)
                    if part
                        .get(eq..)
                        .is_some_and(|v| v.bytes().any(|b| b != b'=' && b != b' ')) =>
                {
                    if !is_attribute(part.get(..eq).unwrap_or_default()) {
                        self.mask(at + eq + 1, to, Label::Cookie, spans);
                    }
                }
                _ if is_attribute(part) => {}
                _ => self.mask(from, to.max(from), Label::Cookie, spans),
            }
            at += part.len() + 1;
        }
    }

    /// `a=b; c=d` without quotes, or one value.
    fn cookie_line(&mut self, from: usize, spans: &mut Vec<Span>) {
        let mut at = from;
        loop {
            let name = self.run(at, |b| in_value(b) && b != b'=');
            if self.byte(at + name) != Some(b'=') || name == 0 {
                break;
            }
            let value = at + name + 1;
            let end = match self.byte(value) {
                Some(b'"') => self.closing(b'"', 0, value + 1),
                _ => value + self.run(value, |b| in_value(b) || b == b'|'),
            };
            let padding = self.slice(value, end).bytes().all(|b| b == b'=');
            if padding {
                break;
            }
            if !is_attribute(self.slice(at, at + name)) {
                self.mask(value, end, Label::Cookie, spans);
            }
            self.done = self.done.max(end);
            let gap = self.run(end, |b| matches!(b, b';' | b',' | b' ' | b'"'));
            if gap == 0 {
                return;
            }
            at = end + gap;
        }
        if at == from {
            let end = from + self.run(from, in_value);
            let value = self.slice(from, end).trim_end_matches('.');
            if looks_secret(value, 16) {
                self.mask(from, from + value.len(), Label::Cookie, spans);
            }
        }
    }

    fn mask(&self, start: usize, end: usize, kind: Label, spans: &mut Vec<Span>) {
        let value = self.slice(start, end);
        if value.is_empty()
            || says_nothing(value)
            || (kind != Label::Secret && is_header_only(value))
        {
            return;
        }
        let label = match kind {
            Label::Token => label(value),
            kind => kind,
        };
        // A JWT is called by its name wherever it stands.
        let label =
            if label == Label::Cookie && jwt::looks_like(value) { Label::Jwt } else { label };
        spans.push(Span { start, end, label });
    }
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Bytes of a value without quotes.
fn in_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !byte.is_ascii_control()
        && !matches!(
            byte,
            b',' | b';' | b'&' | b'}' | b']' | b')' | b'"' | b'\'' | b'`' | b'<' | b'>'
        )
}
