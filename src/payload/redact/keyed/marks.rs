//! What stands around a key and its value: quotes with their backslashes, separators, and both as URLs and HTML write them.

use super::Keyed;

/// More backslashes before a quote than that are no nesting of notations: four deep.
const MAX_ESCAPES: usize = 7;

/// Quotes as URLs and HTML write them.
const WRITTEN_QUOTES: [&str; 3] = ["%22", "%27", "&quot;"];

/// Quotes as nginx and JSON write them, behind backslashes.
const ESCAPED_QUOTES: [&str; 3] = ["x22", "x27", "u0022"];

impl<'a> Keyed<'a> {
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn run(&self, at: usize, fits: impl Fn(u8) -> bool) -> usize {
        self.text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|b| fits(**b)).count()
    }

    pub(super) fn spaces(&self, at: usize) -> usize {
        self.run(at, |b| b == b' ' || b == b'\t')
    }

    /// Where the key begins of which a trigger stands at `start`.
    pub(super) fn back(&self, start: usize) -> usize {
        let before = self.text.as_bytes().get(self.done..start).unwrap_or_default();
        start - before.iter().rev().take_while(|b| is_key(**b)).count()
    }

    /// A quote with its backslashes at `at`: the quote, how many backslashes, and the place behind.
    pub(super) fn quote(&self, at: usize) -> Option<(u8, usize, usize)> {
        let escapes = self.run(at, |b| b == b'\\');
        match self.byte(at + escapes) {
            Some(quote @ (b'\'' | b'"' | b'`')) if escapes <= MAX_ESCAPES => {
                Some((quote, escapes, at + escapes + 1))
            }
            _ => None,
        }
    }

    /// The place behind the separator, and the separator.
    pub(super) fn separator(&self, key_end: usize) -> Option<(usize, u8)> {
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
    pub(super) fn next_line(&self, at: usize) -> Option<usize> {
        let end = at + usize::from(self.byte(at) == Some(b'\r'));
        let indent = (self.byte(end)? == b'\n').then(|| self.spaces(end + 1))?;
        (indent > 0).then_some(end + 1 + indent)
    }

    /// A quote that is not written as one.
    pub(super) fn written_quote(&self, at: usize) -> Option<&'a str> {
        let escapes = self.run(at, |b| b == b'\\').min(MAX_ESCAPES);
        if escapes == 0 {
            return self.written(at, &WRITTEN_QUOTES);
        }
        let from = at + escapes;
        let quote = ESCAPED_QUOTES.iter().find(|q| self.slice(from, from + q.len()) == **q)?;
        Some(self.slice(at, from + quote.len()))
    }

    /// Which of `words` stands at `at`, in whatever case.
    pub(super) fn written(&self, at: usize, words: &[&'static str]) -> Option<&'static str> {
        if !matches!(self.byte(at)?, b'%' | b'&') {
            return None;
        }
        words.iter().copied().find(|word| {
            self.text.get(at..at + word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word))
        })
    }

    /// Where the string ends that began with `escapes` backslashes and `quote`; the text's end when nothing closes it.
    pub(super) fn closing(&mut self, quote: u8, escapes: usize, from: usize) -> usize {
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
}

pub(super) fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Bytes of a value without quotes.
pub(super) fn in_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !byte.is_ascii_control()
        && !matches!(
            byte,
            b',' | b';' | b'&' | b'}' | b']' | b')' | b'"' | b'\'' | b'`' | b'<' | b'>'
        )
}
