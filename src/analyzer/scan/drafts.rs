//! What a block gave so far: records whose lines are put into one text when it is read, and second copies of them, which are left out.

use super::{digest, forms::Forms};
use crate::{
    envelope::{Peeled, Shape},
    event::{At, Kind, RawLines, Record},
};

/// How many records back a second copy of a line is looked for: a traceback may stand between the two.
const COPY_DISTANCE: usize = 4;

/// Records, and for each what tells copies of it; and the forms of the lines that gave them.
#[derive(Default)]
pub(super) struct Drafts {
    records: Vec<Record>,
    marks: Vec<Mark>,
    lines: RawLines,
    pub(super) forms: Forms,
}

/// What tells copies of a record: a digest of its message, and how it was wrapped.
struct Mark {
    message: u64,
    shape: Shape,
    /// Whether it is a traceback.
    raised: bool,
}

impl Drafts {
    /// Adds `record`, which the line `text` gave, with what was left when that was `peeled`.
    #[inline]
    pub(super) fn push(&mut self, record: Record, peeled: &Peeled<'_>, text: &str) {
        self.marks.push(Mark {
            message: digest(&peeled.message),
            shape: peeled.shape,
            raised: matches!(record.event.kind, Kind::Raised(_)),
        });
        self.records.push(record);
        self.lines.push(text);
    }

    /// The number of the line that gave the last record.
    pub(super) fn last_line(&self) -> Option<u64> {
        self.records.last().map(|record| record.at.line)
    }

    /// The records with their lines, without second copies: a library's own handler and the root logger both write the line, once bare and once with
    /// a format, or twice in two formats. The copy with the stamp stays. A traceback is a copy when the line that announced it was one.
    pub(super) fn take_records(&mut self, copies: &mut Vec<At>) -> Vec<Record> {
        let count = self.records.len();
        let mut dropped = vec![false; count];
        let mut twin: Vec<Option<usize>> = vec![None; count];
        for i in 0..count {
            for j in (i.saturating_sub(COPY_DISTANCE)..i).rev() {
                if twin[j].is_some() || !self.is_copy(&twin, j, i) {
                    continue;
                }
                let gone = if self.records[j].stamp.is_none() && self.records[i].stamp.is_some() {
                    j
                } else {
                    i
                };
                dropped[gone] = true;
                twin[i] = Some(j);
                copies.push(self.records[gone].at);
                break;
            }
        }
        self.marks.clear();
        for (record, line) in self.records.iter_mut().zip(self.lines.take()) {
            record.line = line;
        }
        // The next block will give about as many.
        let mut records =
            std::mem::replace(&mut self.records, Vec::with_capacity(count + count / 16));
        if dropped.contains(&true) {
            let mut dropped = dropped.into_iter();
            records.retain(|_| dropped.next() != Some(true));
        }
        records
    }

    fn is_copy(&self, twin: &[Option<usize>], earlier: usize, later: usize) -> bool {
        let (x, y) = (&self.marks[earlier], &self.marks[later]);
        if x.raised && y.raised {
            let (a, b) = (&self.records[earlier].event.kind, &self.records[later].event.kind);
            let same = matches!((a, b), (Kind::Raised(a), Kind::Raised(b)) if a == b);
            return same && later > 0 && earlier > 0 && twin[later - 1] == Some(earlier - 1);
        }
        if x.message != y.message || x.shape == y.shape {
            return false;
        }
        match (self.records[earlier].stamp, self.records[later].stamp) {
            (Some(a), Some(b)) => (a.micros - b.micros).abs() <= crate::time::SECOND / 20,
            _ => true,
        }
    }
}
