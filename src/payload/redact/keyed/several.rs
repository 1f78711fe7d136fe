//! Values that hold several: dicts, lists and calls, and lists whose strings have no quotes.

use super::super::{Label, key::Class};
use super::{Keyed, Span};

impl Keyed<'_> {
    /// Whether a list goes on at `from` whose strings have no quotes, as Java prints them: `Authorization=[Bearer …]`.
    pub(super) fn is_bare_list(&self, from: usize) -> bool {
        self.quote(from).is_none() && self.byte(from).is_some_and(|b| !b"[]{}() ".contains(&b))
    }

    pub(super) fn bare_list(&mut self, class: Class, from: usize, sep: u8, spans: &mut Vec<Span>) {
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
    pub(super) fn container(&mut self, class: Class, from: usize, spans: &mut Vec<Span>) {
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
}
