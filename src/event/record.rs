//! An event with its place in the log.

use std::sync::Arc;

use super::Event;
use crate::time::Stamp;

/// Where in the log something stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct At {
    /// Which source, by its place among the inputs.
    pub source: SourceId,
    /// Line number, from 1.
    pub line: u64,
}

/// A source's place among the inputs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SourceId(pub u16);

/// One sequential writer inside a source, as far as the envelope shows it: a digest of source, container, process and
/// thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(pub u64);

/// An event with its place in the log: what `trace` is fed with.
#[derive(Clone, Debug)]
pub struct Record {
    /// What was said.
    pub event: Event,
    /// Where.
    pub at: At,
    /// When; of a line without a stamp, `None`.
    pub stamp: Option<Stamp>,
    /// The moment it counts as written, in microseconds on the common clock: its stamp, or that of the line before it in its source.
    pub when: i64,
    /// The source, or the first of a family of rotated files: one writer's lines go on from one file to the next.
    pub stream: SourceId,
    /// By which writer.
    pub lane: Lane,
    /// Whether it gives a reason in the words of the library that checks tokens, which shows that the writer passes them on as they are.
    pub verbatim: bool,
    /// The line as it stands, cut to a bound; still with its secrets.
    pub line: RawLine,
}

/// A line of the input, which may hold secrets: it can be quoted only through [`RawLine::quote`].
///
/// The lines of a block stand in one text, for a text of its own for each would cost more than reading the line.
#[derive(Clone, Default)]
pub struct RawLine {
    /// `None` while it is not known where its text will stand.
    text: Option<Arc<Box<str>>>,
    from: u32,
    to: u32,
}

/// The lines of one block while it is read, in one text.
#[derive(Debug, Default)]
pub struct RawLines {
    text: String,
    ends: Vec<u32>,
}

impl RawLines {
    /// Keeps the beginning of `line`.
    pub fn push(&mut self, line: &str) {
        self.text.push_str(&line[..line.floor_char_boundary(RawLine::MAX)]);
        // A block, and so what is kept of it, is far shorter than this.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// The lines, in their order; none is left here.
    pub fn take(&mut self) -> impl Iterator<Item = RawLine> {
        // What was written to keeps its room for the next block's lines, and what is kept has no room to spare.
        let text: Arc<Box<str>> = Arc::new(self.text.as_str().into());
        self.text.clear();
        let mut from = 0;
        self.ends.drain(..).map(move |to| {
            let line = RawLine { text: Some(Arc::clone(&text)), from, to };
            from = to;
            line
        })
    }
}

/// Most words in which two lines of one sentence differ: who it is, and how that was shown.
const MOST_NAMES: usize = 2;

impl RawLine {
    /// Longest part of a line that is kept for quoting, in bytes.
    pub const MAX: usize = 600;

    /// Keeps the beginning of `line`.
    pub fn new(line: &str) -> Self {
        let mut lines = RawLines::default();
        lines.push(line);
        lines.take().next().unwrap_or_default()
    }

    /// Copies of `lines` in a text of their own, so that they keep those of their blocks in memory no longer.
    pub(crate) fn apart<'l>(lines: impl Iterator<Item = &'l Self>) -> Vec<Self> {
        let mut copies = RawLines::default();
        lines.for_each(|line| copies.push(line.text()));
        copies.take().collect()
    }

    /// Puts the lines of `records` into a text of their own.
    pub(crate) fn set_apart(records: &mut [Record]) {
        let lines = Self::apart(records.iter().map(|record| &record.line));
        for (record, line) in records.iter_mut().zip(lines) {
            record.line = line;
        }
    }

    fn text(&self) -> &str {
        let text = self.text.as_deref().map_or("", |text| text);
        text.get(self.from as usize..self.to as usize).unwrap_or_default()
    }

    /// Longest quotation, in bytes.
    pub const MAX_QUOTED: usize = 300;

    /// Whether both lines begin with the same words and differ in a few at the end, as lines that one statement writes do. Words with digits (times, ids)
    /// are none.
    pub fn begins_like(&self, other: &Self) -> bool {
        fn words(line: &RawLine) -> impl Iterator<Item = &str> {
            line.text().split_whitespace().filter(|w| !w.bytes().any(|b| b.is_ascii_digit()))
        }
        let same = words(self).zip(words(other)).take_while(|(a, b)| a == b).count();
        let rest = words(self).count().min(words(other).count()) - same;
        same > 0 && rest < 3
    }

    /// Whether two lines are one sentence of two clients: word for word the same but for numbers and a name.
    pub fn is_worded_like(&self, other: &Self) -> bool {
        let (mut ours, mut theirs) =
            (self.text().split_whitespace(), other.text().split_whitespace());
        let mut names = 0;
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) => {
                    let counts = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
                    names += usize::from(a != b && !(counts(a) && counts(b)));
                }
                _ => return false,
            }
            if names > MOST_NAMES {
                return false;
            }
        }
    }

    /// The user agent that the line quotes, masked.
    pub fn agent(&self) -> Option<Box<str>> {
        crate::payload::agent::quoted(self.text()).map(crate::payload::agent::masked)
    }

    /// The line with every credential masked and control characters shown; a long one is cut, after its masking.
    pub fn quote(&self) -> String {
        let mut text = crate::payload::redact::quote(self.text());
        if text.len() > Self::MAX_QUOTED {
            text.truncate(text.floor_char_boundary(Self::MAX_QUOTED));
            text.push('…');
        }
        text
    }
}

impl PartialEq for RawLine {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for RawLine {}

/// Written as it is quoted: what is read again has no secrets.
impl serde::Serialize for RawLine {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.quote())
    }
}

impl<'de> serde::Deserialize<'de> for RawLine {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'_, str>>::deserialize(from).map(|line| Self::new(&line))
    }
}

impl std::fmt::Debug for RawLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.quote())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_statement_begin_alike() {
        let like = |a: &str, b: &str| RawLine::new(a).begins_like(&RawLine::new(b));
        assert!(like(
            "12:00:01 WARN ws: refused: token expired",
            "12:00:07 WARN ws: refused: unauthorized"
        ));
        assert!(!like(
            "failed connection to socket.io: No session found",
            "   info  - handshake unauthorized"
        ));
        assert!(!like(
            "12:00:01 WARN ws: connection was turned down",
            "12:00:01 WARN ws: the token of bob expired"
        ));
    }

    #[test]
    fn a_sentence_of_two_clients_differs_in_names_and_numbers() {
        let like = |a: &str, b: &str| RawLine::new(a).is_worded_like(&RawLine::new(b));
        assert!(like(
            "12:00:01 ws: bob let in (id 5) by jwt",
            "12:00:02 ws: eve let in (id 16) by cookie"
        ));
        assert!(!like(
            "12:00:01 ws: token verified for user 5",
            "12:00:01 ws: user 5 is authenticated now"
        ));
        assert!(!like("ws: alice authenticated", "ws: alice authenticated, 3 rooms"));
    }
}
