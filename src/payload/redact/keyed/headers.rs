//! What headers hold: a scheme with its credential, cookies with their attributes.

use super::super::{
    Label,
    key::{is_attribute, is_scheme},
    shapes::looks_secret,
};
use super::{Keyed, Span, marks::in_value};

impl Keyed<'_> {
    /// Masks the words of a string: all of them, or those behind a scheme and those that look like credentials.
    pub(super) fn words(
        &self,
        start: usize,
        end: usize,
        all: bool,
        kind: Label,
        spans: &mut Vec<Span>,
    ) {
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

    pub(super) fn authorization(&mut self, from: usize, spans: &mut Vec<Span>) {
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
    pub(super) fn cookies(&self, start: usize, end: usize, spans: &mut Vec<Span>) {
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
    pub(super) fn cookie_line(&mut self, from: usize, spans: &mut Vec<Span>) {
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
}
