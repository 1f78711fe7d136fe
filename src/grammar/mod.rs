//! From messages to events: loads, proves and compiles grammars, finds the lines that can matter, and says what they mean.
//!
//! All wording of log sources lives in the files under `grammars/`; this room knows how to use them and knows none of it by heart.
//! Not its job: envelopes before it, and which connection an event belongs to after it.

mod access;
mod anchors;
mod beginnings;
mod candidates;
mod compile;
pub mod file;
mod free;
mod gist;
mod grams;
mod ids;
mod interpret;
mod matcher;
mod phrase;
mod refusal;
mod remembered;
pub mod scanner;
mod sources;
mod topic;
mod unknown;

use std::{
    cell::Cell,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

pub(crate) use ids::NamedId;
pub use sources::sources;
pub use unknown::template;

use self::{
    beginnings::Beginnings,
    candidates::Candidates,
    compile::{Captured, Line, Span},
    file::GrammarFile,
    gist::Gists,
    grams::Grams,
    matcher::Room,
    phrase::{Names, Phrases},
    scanner::Scanner,
    topic::Topics,
};
use crate::{
    diag::{Complaint, holds},
    envelope::Peeled,
    error::Error,
    event::{Event, Fault, Ids, Kind, Reason, Speaker},
    ids::{EngineSid, SocketSid, UserName},
};

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
    gists: Gists,
    formats: access::Formats,
    finders: ids::Finders,
    scanner: Scanner,
    titles: Vec<String>,
}

/// One of a grammar's patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern(u16);

/// What stands in a message, and where.
pub(crate) struct Standing<C, I> {
    /// The captures of its pattern in the order of their numbers, as far as they take part.
    pub(crate) captures: C,
    /// The ids that it names.
    pub(crate) ids: I,
}

/// What reading a message takes.
#[derive(Debug, Default)]
struct ReadingRoom {
    candidates: Candidates,
    matching: Room,
}

/// How many grammars were made ready.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Kept from one message to the next.
    static ROOM: Cell<Option<Box<ReadingRoom>>> = const { Cell::new(None) };
}

/// Shortest piece of a sentence by which samples are looked up.
const SHORTEST_PIECE: usize = 6;

/// Most meanings of samples that hold one piece, for it to be an answer.
const MOST_MEANINGS: usize = 4;

/// What a message turned out to be.
// Most of what is read is an event, and it is taken apart at once: a box would be one more allocation for every line.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub enum Understood {
    /// It says this, in the wording of this grammar (its place in [`Grammar::titles`]; none for free wording).
    Event(Event, Option<u16>),
    /// A line that is known and says nothing of interest.
    Known,
    /// A request of a health check: no attempt of anybody's.
    Probe,
    /// A line that speaks of Socket.IO and that no grammar knows.
    Unknown,
    /// Not about Socket.IO.
    Foreign,
}

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
        let builtin: Vec<GrammarFile> = serde_json::from_str(crate::embedded::GRAMMARS_DIGEST)
            .map_err(|e| Error::Grammar { path: "grammars".into(), reason: e.to_string() })?;
        files.extend(builtin);
        // Free wording is tried last, whatever its file is called.
        files.sort_by_key(|f| f.name == "free-wording");
        Self::compile(&files, more.is_empty().then_some(crate::embedded::ANCHORS))
    }

    /// Makes `files` ready; `anchors` are theirs, if they have been chosen already.
    fn compile(files: &[GrammarFile], anchors: Option<&[&str]>) -> Result<Self, Error> {
        let lines: Vec<Line> =
            files.iter().zip(0..).flat_map(|(file, i)| compile::lines(file, i)).collect();
        let titles = files.iter().map(|f| f.title.clone()).collect();
        let names = Names {
            error_events: files.iter().flat_map(|f| f.error_events.iter().cloned()).collect(),
            login_events: files.iter().flat_map(|f| f.login_events.iter().cloned()).collect(),
            foreign_agents: files.iter().flat_map(|f| f.foreign_agents.iter().cloned()).collect(),
            socket_classes: files.iter().flat_map(|f| f.socket_classes.iter().cloned()).collect(),
        };
        let formats = access::Formats::new(files);
        let gists = Gists::new(files.iter().map(|f| &f.gist));
        let topics = Topics::new(files.iter().flat_map(|f| &f.topic));
        let phrases = Phrases::new(files.iter().flat_map(|f| &f.phrase), names).with_topics(topics);
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
        let scanner = match anchors {
            Some(anchors) => Scanner::new(anchors)?,
            None => Scanner::new(&anchors::all(&found_by(&lines)))?,
        };
        let literals = Grams::new(literals.into_iter(), false);
        let beginnings = Beginnings::new(beginnings);
        Ok(Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            titles,
            beginnings,
            literals,
            owners,
            phrases,
            gists,
            formats,
            finders: ids::Finders::new(),
            scanner,
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

    /// What tells it from others of this process.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// What a message says.
    pub fn read(&self, peeled: &Peeled<'_>) -> Understood {
        self.read_and_tell(peeled).0
    }

    /// What a message says, and the pattern that knows it as it stands, if that is none of free wording, which looks at the ids themselves.
    pub(crate) fn read_and_tell(&self, peeled: &Peeled<'_>) -> (Understood, Option<Pattern>) {
        let mut room = ROOM.take().unwrap_or_default();
        let matched = self.first_match(&peeled.message, peeled, |_| true, &mut room);
        ROOM.set(Some(room));
        let Some((understood, number)) = matched else {
            return (self.read_otherwise(peeled), None);
        };
        let free = |line: &Line| usize::from(line.grammar) + 1 == self.titles.len();
        let own = self.lines.get(usize::from(number)).is_some_and(|line| !free(line));
        (understood, own.then_some(Pattern(number)))
    }

    /// What a message says which this `pattern` knows, by a message that differs in numbers and ids only. What stands in it is `known`, or it is matched and
    /// searched once more.
    pub(crate) fn read_as(
        &self,
        peeled: &Peeled<'_>,
        Pattern(number): Pattern,
        known: Option<Standing<impl Iterator<Item = Option<Span>>, impl Iterator<Item = NamedId>>>,
    ) -> Option<Understood> {
        let line = self.lines.get(usize::from(number))?;
        let message = peeled.message.as_ref();
        let mut room = ROOM.take().unwrap_or_default();
        let understood = match known {
            Some(Standing { captures, ids }) => line
                .captured_at(message, captures, &mut room.matching)
                .map(|captured| self.said(line, captured, ids, peeled)),
            None => line
                .captures(message, message.is_ascii(), &mut room.matching)
                .map(|captured| self.said(line, captured, self.named(message), peeled)),
        };
        ROOM.set(Some(room));
        understood
    }

    /// What stands in a message of `pattern` that is ASCII, and where.
    pub(crate) fn standing(
        &self,
        Pattern(number): Pattern,
        message: &str,
    ) -> Option<Standing<Vec<Option<Span>>, Vec<NamedId>>> {
        let mut room = ROOM.take().unwrap_or_default();
        let captures = self.lines.get(usize::from(number))?.spans(message, &mut room.matching);
        ROOM.set(Some(room));
        Some(Standing { captures: captures?, ids: self.named(message).collect() })
    }

    fn named<'m>(&'m self, message: &'m str) -> impl Iterator<Item = NamedId> + 'm {
        ids::named(message, &self.finders)
    }

    /// What a message says that no pattern knows as it stands.
    fn read_otherwise(&self, peeled: &Peeled<'_>) -> Understood {
        if !peeled.fields.is_empty()
            && let Some(understood) = self.by_pattern(&with_fields(peeled), peeled, |l| l.fields)
        {
            return understood;
        }
        if let Some(found) = self.formats.by_habits(&peeled.message) {
            return self.access(found, peeled);
        }
        let ids = self.ids(peeled);
        if !peeled.fields.is_empty()
            && let Some(event) = refusal::event(peeled, &ids, &self.phrases)
        {
            return Understood::Event(event, None);
        }
        // An object without a message is an access line or nothing; of one with a message the sentence says more than the fields.
        let wordless = peeled.message.is_empty() || peeled.message.starts_with('{');
        if wordless && let Some(found) = self.formats.by_fields(peeled) {
            return self.access(found, peeled);
        }
        // A structured logger has taken the id out of the sentence; with it in front the sentence reads as people write it in text.
        if let Some(id) = ids.either.as_ref().filter(|_| !peeled.fields.is_empty())
            && let Some(understood) =
                self.by_pattern(&format!("sid={id} {}", free::sentence(peeled)), peeled, |_| true)
        {
            return understood;
        }
        if let Some(event) = free::event(peeled, ids, &self.phrases, &self.gists) {
            return Understood::Event(event, None);
        }
        if let Some(found) = self.formats.by_fields(peeled) {
            return self.access(found, peeled);
        }
        if unknown::speaks_of_socketio(peeled) { Understood::Unknown } else { Understood::Foreign }
    }

    /// Every id that a line shows which no pattern knows.
    pub fn ids(&self, peeled: &Peeled<'_>) -> Ids {
        let mut ids = Ids::default();
        ids::add(&peeled.message, self.named(&peeled.message), &mut ids);
        ids::add_fields(&peeled.fields, &mut ids);
        ids::add_bare(&peeled.message, &mut ids);
        ids::loose::add(peeled, &mut ids);
        ids
    }

    /// Whether a request is none of a Socket.IO client: of a health check, or for the client's bundle.
    fn is_foreign(&self, kind: &Kind, agent: Option<&str>) -> bool {
        let Kind::Request(request) = kind else { return false };
        agent.is_some_and(|agent| self.phrases.is_foreign_agent(agent))
            || !request.is_socketio()
            || request.method.as_deref() == Some("HEAD")
    }

    /// What an access line says.
    fn access(&self, found: access::Found<'_>, peeled: &Peeled<'_>) -> Understood {
        let mut event = found.event;
        if self.is_foreign(&event.kind, found.agent.as_deref()) {
            return Understood::Probe;
        }
        ids::add_fields(&peeled.fields, &mut event.ids);
        Understood::Event(event, Some(found.grammar))
    }

    /// What `message` says by the first pattern of those `asked` that matches it.
    fn by_pattern(
        &self,
        message: &str,
        peeled: &Peeled<'_>,
        asked: impl Fn(&Line) -> bool,
    ) -> Option<Understood> {
        let mut room = ROOM.take().unwrap_or_default();
        let understood = self.first_match(message, peeled, asked, &mut room);
        ROOM.set(Some(room));
        understood.map(|(understood, _)| understood)
    }

    #[inline]
    fn first_match(
        &self,
        message: &str,
        peeled: &Peeled<'_>,
        asked: impl Fn(&Line) -> bool,
        room: &mut ReadingRoom,
    ) -> Option<(Understood, u16)> {
        room.candidates.clear();
        self.beginnings.each(message, |line| room.candidates.add(line));
        self.literals.each(message, |hit| {
            room.candidates.add_all(&self.owners[hit.literal]);
        });
        let ascii = message.is_ascii();
        while let Some(candidate) = room.candidates.take_first() {
            let line = &self.lines[usize::from(candidate)];
            if asked(line)
                && line.is_by(peeled.logger.as_deref())
                && line.may_hold(message)
                && let Some(captured) = line.captures(message, ascii, &mut room.matching)
            {
                let understood = self.said(line, captured, self.named(message), peeled);
                return Some((understood, candidate));
            }
        }
        None
    }

    /// What a message of this `line` says.
    #[inline]
    fn said(
        &self,
        line: &Line,
        captured: Captured<'_, '_>,
        named: impl Iterator<Item = NamedId>,
        peeled: &Peeled<'_>,
    ) -> Understood {
        let message = captured.text();
        let Some(mut event) = interpret::event(line, captured, &self.phrases) else {
            return Understood::Known;
        };
        if peeled.client && event.speaker == Speaker::Server {
            event = free::by_client(event);
        }
        let agent = captured.get(compile::Capture::Agent);
        if self.is_foreign(&event.kind, agent) {
            return Understood::Probe;
        }
        ids::add(message, named, &mut event.ids);
        ids::add_fields(&peeled.fields, &mut event.ids);
        event.stack = event.stack.or_else(|| free::stack(peeled));
        // What the engine says of an id, it says of its own.
        if matches!(event.kind, Kind::Opened) && event.ids.engine.is_none() {
            event.ids.engine = event.ids.either.take().map(|id| EngineSid::new(id.as_str()));
        }
        // `connected as ‹id›` names nobody.
        let Ids { socket, either, user, .. } = &mut event.ids;
        let named = user.as_ref().map(UserName::as_str);
        if named.is_some()
            && [socket, either].iter().any(|id| id.as_ref().map(SocketSid::as_str) == named)
        {
            *user = None;
        }
        Understood::Event(event, Some(line.grammar))
    }

    /// What a sentence means.
    pub fn meaning(&self, text: &str) -> Option<Reason> {
        self.phrases.meaning(text)
    }

    /// Whether an event gives its reason in the words of a library that checks tokens.
    pub fn is_verbatim(&self, event: &Event) -> bool {
        event.kind.said().is_some_and(|said| {
            (said.reason.is_of_token() || said.reason == Reason::TokenEmpty)
                && self.phrases.is_librarys(&said.text)
        })
    }

    /// Every meaning a sentence, or a piece of one, could have, the best first.
    pub fn meanings(&self, text: &str) -> Vec<Reason> {
        let text = text.trim();
        let mut reasons = self.phrases.meanings(text);
        let peeled = Peeled::bare(text);
        if let Understood::Event(event, _) = self.read(&peeled) {
            let told = match event.kind {
                Kind::Refused(said) | Kind::ConnectRefused(said) | Kind::ClientNoted(said) => {
                    Some(said.reason)
                }
                Kind::ClientFailed(failure) => Some(failure.said.reason),
                Kind::EngineRefused(fault) | Kind::ProxyFailed { fault, .. } => {
                    Some(fault.meaning())
                }
                _ => None,
            };
            reasons.extend(told);
        }
        let quoted = self.meanings_of_samples(text);
        // A piece that stands in samples of many meanings is a phrase of everyday.
        if quoted.len() <= MOST_MEANINGS {
            reasons.extend(quoted);
        }
        let mut seen = Vec::new();
        reasons.retain(|reason| {
            !seen.contains(reason) && {
                seen.push(*reason);
                true
            }
        });
        reasons
    }

    /// The meanings of the samples in which `text` stands. People quote the piece of a line that they noticed, which need not be what a
    /// pattern wants. Reads all grammars again, for their samples are kept nowhere.
    fn meanings_of_samples(&self, text: &str) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if text.len() < SHORTEST_PIECE {
            return reasons;
        }
        for (path, grammar) in crate::embedded::GRAMMARS {
            let Ok(file) = parse(Path::new(path), grammar) else { continue };
            for (line, sample) in file
                .line
                .iter()
                .flat_map(|line| line.sample.iter().map(move |sample| (line, sample)))
            {
                if !holds(&sample.text, text) {
                    continue;
                }
                let implied = line.with.reason.or(line.with.fault.map(Fault::meaning));
                // Without one, the sentence that the line quotes has it, if the piece is of that sentence.
                let said = || sample.gives.get("said").filter(|said| holds(said, text));
                let reason = implied.or_else(|| self.phrases.meaning(said()?));
                reasons.extend(reason.filter(|r| !reasons.contains(r)));
            }
        }
        reasons
    }
}

/// The message with its fields behind it, as the logger prints them in text.
fn with_fields(peeled: &Peeled<'_>) -> String {
    let mut text = peeled.message.clone().into_owned();
    for (name, value) in &peeled.fields {
        text.extend([" ", name, "=", value]);
    }
    text
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
        let digest: Vec<GrammarFile> =
            serde_json::from_str(crate::embedded::GRAMMARS_DIGEST).unwrap();
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
        assert_eq!(anchors::all(&found_by(&lines)), crate::embedded::ANCHORS);
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
