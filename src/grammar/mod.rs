//! From messages to events: loads, proves and compiles grammars, finds the lines that can matter, and says what they mean.
//!
//! All wording of log sources lives in the files under `grammars/`; this room knows how to use them and knows none of it by heart.
//! Not its job: envelopes before it, and which connection an event belongs to after it.

mod access;
mod anchors;
mod beginnings;
mod callers;
mod candidates;
mod capture;
mod code;
mod compile;
mod denial;
pub mod file;
mod first_letters;
mod free;
mod gist;
mod grams;
mod ids;
mod interpret;
mod matcher;
mod meanings;
mod names;
mod phrase;
mod read;
mod refusal;
mod remembered;
pub mod scanner;
mod sides;
mod sockets;
mod sources;
mod topic;
mod unknown;
mod wide;

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

pub(crate) use ids::NamedId;
pub use read::Understood;
pub(crate) use read::{Pattern, Standing};
pub use sources::sources;
pub use unknown::template;

use rayon::prelude::*;

use self::{
    beginnings::Beginnings,
    candidates::Candidates,
    compile::Line,
    file::{GrammarFile, LibraryFile},
    gist::Gists,
    grams::Grams,
    names::Names,
    phrase::Phrases,
    scanner::{Hits, Scanner},
    sides::Sides,
    topic::Topics,
};
use crate::{diag::Complaint, error::Error};

/// All grammars, compiled.
#[derive(Debug)]
pub struct Grammar {
    /// No two of a process have the same.
    number: u64,
    lines: Vec<Line>,
    /// Finds the lines that begin as a message does.
    beginnings: Beginnings,
    /// Finds which literals of the other lines a message holds.
    literals: Grams,
    /// `owners[i]`: the lines that are found by literal `i`.
    owners: Vec<Candidates>,
    phrases: Phrases,
    libraries: Vec<LibraryFile>,
    gists: Gists,
    formats: access::Formats,
    sides: Sides,
    finders: ids::Finders,
    id_words: ids::loose::Words,
    scanner: Scanner,
    titles: Vec<String>,
}

/// How many grammars were made ready.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl Grammar {
    /// The grammars that come with siotrace, and those in `more` (path and text), which are proved before they are used.
    ///
    /// # Errors
    /// [`Error::Grammar`] when a file of `more` cannot be used.
    pub fn load(more: &[(&Path, &str)]) -> Result<Self, Error> {
        let mut files = Vec::new();
        // A person's own grammar comes first: it knows their application better.
        for (path, text) in more {
            let file = parse(path, text)?;
            compile::prove(path, &file)?;
            files.push(file);
        }
        files.extend(builtin()?);
        // Free wording is tried last, whatever its file is called.
        files.sort_by_key(|f| f.name == "free-wording");
        Self::compile(&files, more.is_empty().then_some(crate::embedded::ANCHORS))
    }

    /// Makes `files` ready; `anchors` are theirs, if they have been chosen already.
    fn compile(files: &[GrammarFile], anchors: Option<&[&str]>) -> Result<Self, Error> {
        // What two processors can do at a time; a pasted line is answered in the time that this takes.
        let ((phrases, topics), lines) = rayon::join(
            || {
                rayon::join(
                    || Phrases::new(files.iter().flat_map(|f| &f.phrase), Names::of(files)),
                    || Topics::of(files),
                )
            },
            || compile::lines(files),
        );
        let libraries = files.iter().filter_map(|f| f.of_library.clone()).collect();
        let titles = files.iter().map(|f| f.title.clone()).collect();
        let formats = access::Formats::new(files);
        let sides = Sides::of(files);
        let gists = Gists::new(files.iter().map(|f| &f.gist));
        let mut literals: Vec<&str> = Vec::new();
        let mut owners: Vec<Candidates> = Vec::new();
        let mut beginnings = Vec::new();
        for (line, i) in lines.iter().zip(0..) {
            if let Some(beginning) = &line.beginning {
                beginnings.push((&**beginning, i));
                continue;
            }
            let at = literals.iter().position(|l| **l == *line.has).unwrap_or_else(|| {
                literals.push(&line.has);
                owners.push(Candidates::default());
                literals.len() - 1
            });
            owners[at].add(i);
        }
        let (literals, scanner) = rayon::join(
            || Grams::new(literals.into_iter(), false),
            || match anchors {
                Some(anchors) => Scanner::new(anchors),
                None => Scanner::new(&anchors::all(&found_by(&lines), &searched_for(files))),
            },
        );
        let beginnings = Beginnings::new(beginnings);
        Ok(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            titles,
            beginnings,
            literals,
            owners,
            phrases: phrases.with_topics(topics),
            libraries,
            gists,
            formats,
            sides,
            finders: ids::Finders::new(),
            id_words: ids::loose::Words::of(files),
            scanner: scanner?,
            lines,
        })
    }

    /// What each grammar is of, in the order of their numbers.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    /// Where lines that can matter may stand.
    pub fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    /// The first place at or after `from` where a connection is shown by an id or a short name alone; see [`wide`].
    pub(crate) fn wide_hit(&self, bytes: &[u8], from: usize) -> Option<usize> {
        wide::find(bytes, from, self.phrases.sockets())
    }

    /// The places of both searches.
    pub(crate) fn all_hits<'g, 'b>(&'g self, bytes: &'b [u8]) -> Hits<'g, 'b> {
        self.scanner.hits(bytes).widened(self.phrases.sockets())
    }

    /// Whether `bytes`, the beginning of a log, hold words that only clients have and none that they do not: its own sentences may be a client's.
    pub(crate) fn may_be_of_clients(&self, bytes: &[u8]) -> bool {
        self.sides.may_be_of_clients(bytes)
    }

    /// Whether it is the one of free wording, which stands last: what it knows may be said by either side.
    pub(crate) fn is_free_wording(&self, grammar: u16) -> bool {
        usize::from(grammar) + 1 == self.titles.len()
    }

    /// What tells it from others of this process.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

/// By what those of `lines` that say anything are found, each once.
fn found_by(lines: &[Line]) -> Vec<&str> {
    lines
        .iter()
        .filter(|line| line.is_searched_for())
        .map(|line| &*line.found_by)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// By what the lines in free wording of `files` are found.
fn searched_for(files: &[GrammarFile]) -> Vec<&str> {
    files.iter().flat_map(|file| &file.searched_for).map(String::as_str).collect()
}

/// The grammars that come with siotrace.
fn builtin() -> Result<Vec<GrammarFile>, Error> {
    let read = |text: &&str| {
        serde_json::from_str(text)
            .map_err(|e| Error::Grammar { path: "grammars".into(), reason: e.to_string() })
    };
    crate::embedded::GRAMMARS_DIGEST.par_iter().map(read).collect()
}

fn parse(path: &Path, text: &str) -> Result<GrammarFile, Error> {
    toml::from_str(text).map_err(|e| {
        let reason = Complaint::of_toml(&e).show(&path.to_string_lossy(), text, false);
        Error::Grammar { path: path.to_owned(), reason }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_of_every_grammar_is_what_its_file_says() {
        for (path, text) in crate::embedded::GRAMMARS {
            let file = parse(Path::new(path), text).unwrap_or_else(|e| panic!("{path}: {e}"));
            compile::prove(Path::new(path), &file).unwrap_or_else(|e| panic!("{e}"));
        }
    }

    #[test]
    fn the_digest_is_the_files_without_their_samples() {
        let digest = builtin().unwrap();
        let files = crate::embedded::GRAMMARS.iter().map(|(path, text)| {
            let mut file = parse(Path::new(path), text).unwrap();
            file.line.iter_mut().for_each(|l| l.sample.clear());
            file
        });
        assert_eq!(format!("{digest:?}"), format!("{:?}", files.collect::<Vec<_>>()));
    }

    #[test]
    fn the_anchors_chosen_when_it_was_built_are_those_of_the_grammars() {
        let lines = Grammar::load(&[]).unwrap().lines;
        let files = builtin().unwrap();
        let chosen = anchors::all(&found_by(&lines), &searched_for(&files));
        assert_eq!(chosen, crate::embedded::ANCHORS);
    }

    #[test]
    fn the_scan_finds_every_line_that_a_pattern_matches() {
        let grammar = Grammar::load(&[]).unwrap();
        for line in grammar.lines.iter().filter(|line| line.is_searched_for()) {
            assert!(
                grammar.scanner.hits(line.found_by.as_bytes()).next(0).is_some(),
                "no anchor in `{}`",
                line.found_by
            );
        }
        assert!(grammar.scanner.is_packed(), "too many anchors for the vector search");
    }
}
