//! Credentials that show by the key before them: `'token': '…'`, `password=…`, `Cookie: …`, `"Authorization":"…"`.
//!
//! Keys and values are found without a parser of any one notation, because a line may hold JSON in a Python dict in a query. Sentences use
//! the same words ("invalid token: Not enough segments"): for a key that sentences use, a value without quotes has to look like a credential.

mod headers;
mod marks;
mod several;

use self::marks::{in_value, is_key};
use super::{
    Label, Span,
    key::{Class, MAX_KEY, class, says_nothing},
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
