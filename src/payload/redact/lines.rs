//! The credentials of many lines, line by line.
//!
//! One search goes over the whole text, and only lines with a trigger are looked at: most lines of most logs cost the search and nothing else.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::{Span, at, keyed::Keyed, merge, next_trigger, shapes::Shapes};

/// What is made once and used for every text.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The text in small letters.
    small: Vec<u8>,
    spans: Vec<Span>,
}

/// Goes over the lines of a text that may hold a credential.
pub(crate) struct Lines<'a> {
    text: &'a str,
    scratch: &'a mut Scratch,
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str, scratch: &'a mut Scratch) -> Self {
        scratch.small.clear();
        scratch.small.extend_from_slice(text.as_bytes());
        scratch.small.make_ascii_lowercase();
        Self { text, scratch, at: 0 }
    }

    /// The next line with credentials (two, where the second is the value of the first), without its line feed, and where they are in it: in order, and none in another.
    pub(crate) fn next(&mut self) -> Option<(Range<usize>, &[Span])> {
        let Scratch { small, spans } = &mut *self.scratch;
        loop {
            let mut found = next_trigger(small, self.at)?;
            let start =
                memrchr(b'\n', &small[self.at..found.0]).map_or(self.at, |n| self.at + n + 1);
            let mut end = memchr(b'\n', &small[found.1..]).map_or(small.len(), |n| found.1 + n);
            if goes_on(&small[start..end], &small[end..]) {
                end += 1;
                end += memchr(b'\n', &small[end..]).unwrap_or(small.len() - end);
            }
            let line = self.text.get(start..end).unwrap_or_default();
            spans.clear();
            let (mut shapes, mut keyed) = (Shapes::new(line), Keyed::new(line));
            loop {
                at(&mut shapes, &mut keyed, (found.0 - start, found.1 - start, found.2), spans);
                match next_trigger(&small[..end], found.0 + 1) {
                    Some(next) => found = next,
                    None => break,
                }
            }
            self.at = end;
            if !spans.is_empty() {
                merge(spans);
                break Some((start..end, &self.scratch.spans));
            }
        }
    }

    /// Goes on at the line that begins at `place`, which is not before the end of the last one.
    pub(crate) fn resume(&mut self, place: usize) {
        self.at = place;
    }
}

/// Whether the last thing in a line is a key whose value stands in the next.
fn goes_on(line: &[u8], rest: &[u8]) -> bool {
    matches!(line.trim_ascii_end(), [.., b':' | b'=']) && matches!(rest, [b'\n', b' ' | b'\t', ..])
}
