//! One piece of a log: whole lines in, the same lines with pseudonyms out.
//!
//! What no line of it needs changed is copied as it is: line ends, bytes that are no UTF-8, everything.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    Redactor,
    credential::Maker,
    names::Hole,
    personal::{self, Found},
};
use crate::payload::redact::{Label, Lines, Scratch, Span};

/// Longest PEM block, with what is around it in its lines: chains of certificates in a container's log are shorter.
pub(super) const MAX_PEM: usize = 64 * 1024;

/// A run of base64 in a PEM block is at least so long, but for the last.
const PEM_RUN: usize = 4;

/// Pseudonyms that are kept for when they are asked for again.
const KEPT: usize = 256;

/// Longest text whose pseudonym is kept.
const LONGEST_KEPT: usize = 4096;

/// What one thread works with.
#[derive(Debug)]
pub(super) struct Worker<'r> {
    redactor: &'r Redactor,
    maker: Maker,
    scratch: Scratch,
    /// The piece with what is no UTF-8 made plain, where there is such.
    plain: Vec<u8>,
    kept: FxHashMap<Box<str>, Box<[u8]>>,
    found: Vec<Found>,
}

/// What was made of a piece.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    /// In the order of their places.
    pub(super) holes: Vec<Hole>,
}

impl<'r> Worker<'r> {
    pub(super) fn new(redactor: &'r Redactor) -> Self {
        Self {
            redactor,
            maker: Maker::new(redactor.key.clone(), redactor.salted),
            scratch: Scratch::default(),
            plain: Vec::new(),
            kept: FxHashMap::default(),
            found: Vec::new(),
        }
    }

    /// Redacts `piece`, which is whole lines.
    pub(super) fn piece(&mut self, piece: &[u8], made: &mut Made) {
        made.bytes.clear();
        made.holes.clear();
        let mut plain = std::mem::take(&mut self.plain);
        let text = match std::str::from_utf8(piece) {
            Ok(text) => text,
            Err(_) => as_text(piece, &mut plain),
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut lines = Lines::new(text, &mut scratch);
        let mut done = 0;
        while let Some((range, spans)) = lines.next() {
            self.between(text, piece, done..range.start, made);
            let open = self.line(&text[range.clone()], &piece[range.clone()], spans, made);
            done = range.end;
            if open {
                done = self.pem(text, range, made);
                lines.resume(done);
            }
        }
        self.between(text, piece, done..piece.len(), made);
        (self.scratch, self.plain) = (scratch, plain);
    }

    /// Lines without a credential.
    fn between(&mut self, text: &str, piece: &[u8], range: Range<usize>, made: &mut Made) {
        if !self.redactor.emails && !self.redactor.addresses {
            made.bytes.extend_from_slice(&piece[range]);
            return;
        }
        let mut at = range.start;
        for line in text[range.clone()].split_inclusive('\n') {
            self.line(line, &piece[at..at + line.len()], &[], made);
            at += line.len();
        }
    }

    /// One line, with or without its end; whether it ends inside a PEM block.
    fn line(&mut self, line: &str, bytes: &[u8], spans: &[Span], made: &mut Made) -> bool {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        if self.redactor.emails {
            personal::emails(line, &mut found);
        }
        if self.redactor.addresses {
            personal::addresses(line, &mut found);
        }
        found.retain(|(at, _)| {
            spans.iter().all(|span| at.end <= span.start || span.end <= at.start)
        });
        found.sort_by_key(|(at, _)| at.start);
        found.dedup_by(|next, kept| next.0.start < kept.0.end);

        let mut open = false;
        let mut names = found.drain(..).peekable();
        let mut done = 0;
        for span in spans {
            while let Some((at, what)) = names.next_if(|(at, _)| at.start < span.start) {
                made.bytes.extend_from_slice(&bytes[done..at.start]);
                made.holes.push(Hole { at: made.bytes.len(), what });
                done = at.end;
            }
            made.bytes.extend_from_slice(&bytes[done..span.start]);
            let text = &line[span.start..span.end];
            open |= self.credential(text, span.label, made);
            done = span.end;
        }
        for (at, what) in names.by_ref() {
            made.bytes.extend_from_slice(&bytes[done..at.start]);
            made.holes.push(Hole { at: made.bytes.len(), what });
            done = at.end;
        }
        made.bytes.extend_from_slice(&bytes[done..]);
        drop(names);
        self.found = found;
        open
    }

    /// Writes what stands for a credential; whether it is a PEM block that goes on in the next line.
    fn credential(&mut self, text: &str, label: Label, made: &mut Made) -> bool {
        if is_pem(text) {
            return self.pem_line(text, made);
        }
        if let Some(known) = self.kept.get(text).filter(|_| label != Label::Secret) {
            made.bytes.extend_from_slice(known);
            return false;
        }
        let from = made.bytes.len();
        self.maker.write(text, label, &mut made.bytes);
        if label != Label::Secret && text.len() <= LONGEST_KEPT {
            if self.kept.len() >= KEPT {
                self.kept.clear();
            }
            self.kept.insert(text.into(), made.bytes[from..].into());
        }
        false
    }

    /// The inside of a PEM block that begins in the line `first`; gives back where its last line ends.
    fn pem(&mut self, text: &str, first: Range<usize>, made: &mut Made) -> usize {
        let mut at = first.end;
        for line in text[at..].split_inclusive('\n') {
            if at + line.len() - first.start >= MAX_PEM {
                break;
            }
            let open = self.pem_line(line, made);
            at += line.len();
            if !open {
                break;
            }
        }
        at
    }

    /// A line of a PEM block, or a whole block; whether more lines follow. What is between its marks is changed, and words around it stay.
    fn pem_line(&mut self, line: &str, made: &mut Made) -> bool {
        let mut rest = line;
        let mut inside = true;
        while !rest.is_empty() {
            let mark = rest.find("-----").unwrap_or(rest.len());
            if inside {
                self.base64(&rest[..mark], made);
            } else {
                made.bytes.extend_from_slice(&rest.as_bytes()[..mark]);
            }
            rest = &rest[mark..];
            if rest.is_empty() {
                break;
            }
            let end = rest[5..].find("-----").map_or(rest.len(), |at| at + 10);
            inside = !rest[5..].get(..3).is_some_and(|word| word.eq_ignore_ascii_case("end"));
            made.bytes.extend_from_slice(&rest.as_bytes()[..end]);
            rest = &rest[end..];
        }
        inside
    }

    fn base64(&mut self, text: &str, made: &mut Made) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let escape = usize::from(bytes[at] == b'\\') * 2;
            if escape > 0 {
                let end = (at + escape).min(bytes.len());
                made.bytes.extend_from_slice(&bytes[at..end]);
                at = end;
                continue;
            }
            let run = bytes[at..]
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
                .count();
            if run >= PEM_RUN {
                self.maker.write(&text[at..at + run], Label::Secret, &mut made.bytes);
            } else {
                made.bytes.extend_from_slice(&bytes[at..at + run.max(1)]);
            }
            at += run.max(1);
        }
    }
}

fn is_pem(text: &str) -> bool {
    text.get(..10).is_some_and(|head| head.eq_ignore_ascii_case("-----begin"))
}

/// `bytes` as text of the same length: each byte that is no UTF-8 becomes a question mark.
fn as_text<'p>(bytes: &[u8], plain: &'p mut Vec<u8>) -> &'p str {
    plain.clear();
    for chunk in bytes.utf8_chunks() {
        plain.extend_from_slice(chunk.valid().as_bytes());
        plain.extend(chunk.invalid().iter().map(|_| b'?'));
    }
    std::str::from_utf8(plain).unwrap_or_default()
}
