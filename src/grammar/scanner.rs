//! Finds the places in a block where a line that can matter may stand.

use std::path::PathBuf;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};
use memchr::memmem;

use super::{anchors, sockets::SocketNames, wide};
use crate::error::Error;

/// How the ids end that a process gives out first: python-engineio ≥ 4 and engine.io ≥ 4 count in the last four characters, from `AAAA` on. Too short to be
/// one of the anchors, for the vector search looks at as many bytes of each as the shortest has; with three instead of four it took a fifth longer.
const COUNTING: &str = "AAA";

/// The search, ready to be used on any number of blocks.
#[derive(Debug)]
pub struct Scanner {
    anchors: Search,
    counting: memmem::Finder<'static>,
}

#[derive(Debug)]
enum Search {
    /// Vector search over few needles.
    Packed(packed::Searcher),
    /// The plain way, for processors without it or too many needles.
    Plain(AhoCorasick),
}

/// The search of one block. What each of the two searches found last is kept, or one that finds little would go over the block again and again.
#[derive(Debug)]
pub struct Hits<'s, 'b> {
    scanner: &'s Scanner,
    bytes: &'b [u8],
    anchor: Option<usize>,
    counting: Option<usize>,
    /// The third search, where it is asked for.
    wide: Option<Wide<'s>>,
}

#[derive(Debug)]
struct Wide<'s> {
    names: &'s SocketNames,
    place: Option<usize>,
}

impl Scanner {
    pub(super) fn new<A: AsRef<str>>(anchors: &[A]) -> Result<Self, Error> {
        let bytes = || anchors.iter().map(|a| a.as_ref().as_bytes());
        let packed =
            (anchors.len() <= anchors::MOST).then(|| packed::Searcher::new(bytes())).flatten();
        let search = match packed {
            Some(searcher) => Search::Packed(searcher),
            None => Search::Plain(
                AhoCorasick::builder()
                    .match_kind(MatchKind::LeftmostFirst)
                    .build(bytes())
                    .map_err(|e| Error::Grammar {
                        path: PathBuf::from("grammars"),
                        reason: e.to_string(),
                    })?,
            ),
        };
        Ok(Self { anchors: search, counting: memmem::Finder::new(COUNTING) })
    }

    /// Begins to search `bytes`.
    pub fn hits<'s, 'b>(&'s self, bytes: &'b [u8]) -> Hits<'s, 'b> {
        Hits {
            scanner: self,
            bytes,
            anchor: self.anchor(bytes, 0),
            counting: self.counting(bytes, 0),
            wide: None,
        }
    }

    /// Whether it finds anything in `line`.
    pub(crate) fn finds(&self, line: &[u8]) -> bool {
        self.anchor(line, 0).or_else(|| self.counting(line, 0)).is_some()
    }

    fn anchor(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match &self.anchors {
            Search::Packed(searcher) => {
                searcher.find_in(bytes, Span { start: from, end: bytes.len() }).map(|m| m.start())
            }
            Search::Plain(automaton) => {
                automaton.find(Input::new(bytes).range(from..)).map(|m| m.start())
            }
        }
    }

    fn counting(&self, bytes: &[u8], from: usize) -> Option<usize> {
        self.counting.find(bytes.get(from..)?).map(|at| from + at)
    }

    #[cfg(test)]
    pub(super) fn is_packed(&self) -> bool {
        matches!(self.anchors, Search::Packed(_))
    }
}

impl<'s> Hits<'s, '_> {
    /// The same with the places of the wide search.
    pub(super) fn widened(self, names: &'s SocketNames) -> Self {
        Self { wide: Some(Wide { names, place: wide::find(self.bytes, 0, names) }), ..self }
    }

    /// The first place at or after `from`, which never goes back.
    pub fn next(&mut self, from: usize) -> Option<usize> {
        if self.anchor.is_some_and(|at| at < from) {
            self.anchor = self.scanner.anchor(self.bytes, from);
        }
        if self.counting.is_some_and(|at| at < from) {
            self.counting = self.scanner.counting(self.bytes, from);
        }
        let wide = self.wide.as_mut().and_then(|wide| wide.next(self.bytes, from));
        self.anchor.into_iter().chain(self.counting).chain(wide).min()
    }
}

impl Wide<'_> {
    fn next(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        if self.place.is_some_and(|at| at < from) {
            self.place = wide::find(bytes, from, self.names);
        }
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_searches_give_their_places_in_order() {
        let scanner = Scanner::new(&["ocket", "sid="]).unwrap();
        let text = b"a socket, an id Xk2mQ9pLr7TzWb5cAAAB, sid=1, ..AAA";
        let mut hits = scanner.hits(text);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = hits.next(from) {
            found.push(at);
            from = at + 1;
        }
        assert_eq!(found, [3, 32, 38, 47]);
    }
}
