//! Reading a message: which pattern knows it, and what it says.
//!
//! A message is tried with the patterns whose literals it holds, in the order of the files; what none knows is read by habit: as an access line, by its
//! fields, in free wording. Not the job of this file: making grammars ready, and what captures mean ([`interpret`]).

use std::cell::Cell;

use super::{
    Grammar, access,
    candidates::Candidates,
    capture::{Capture, Captured},
    compile::{Line, Span},
    free,
    ids::{self, NamedId},
    interpret,
    matcher::Room,
    refusal, unknown,
};
use crate::{
    envelope::Peeled,
    event::{Event, Ids, Kind, Reason, Speaker},
    ids::{EngineSid, SocketSid, UserName},
};

/// One of a grammar's patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(u16);

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

thread_local! {
    /// Kept from one message to the next.
    static ROOM: Cell<Option<Box<ReadingRoom>>> = const { Cell::new(None) };
}

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
            && let Some(understood) = self.by_pattern(
                &format!("sid={id} {}", free::sentence(peeled, self.phrases.names())),
                peeled,
                |_| true,
            )
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

    /// Why somebody is refused, as a line tells it that shows no connection and stands right above a refusal; `of_same` when one logger wrote both.
    pub(crate) fn aside(&self, peeled: &Peeled<'_>, of_same: bool) -> Option<Reason> {
        let ids = self.ids(peeled);
        if ids.engine.is_some() || ids.socket.is_some() || ids.either.is_some() {
            return None;
        }
        free::aside(peeled, of_same, &self.phrases, &self.gists)
    }

    /// Why somebody is refused, as a sentence tells it right below the refusal that says by its first word that it does.
    pub(crate) fn because(&self, sentence: &str) -> Option<Reason> {
        let reason = self.gists.because(sentence)?;
        self.phrases.of_own_refusal(reason).filter(|reason| !reason.is_vague())
    }

    /// Why somebody is refused, as the error tells it that was thrown for it.
    pub(crate) fn thrown(&self, error: &str) -> Option<Reason> {
        self.phrases.of_own_refusal(error).filter(|reason| !reason.is_vague())
    }

    /// Whether only its beginning says that a line in free words and without an id is about a client: such sentences count in logs that tell of Socket.IO otherwise.
    pub(crate) fn is_of_any_trade(&self, event: &Event, peeled: &Peeled<'_>) -> bool {
        let ids = &event.ids;
        ids.engine.is_none()
            && ids.socket.is_none()
            && ids.either.is_none()
            && self.begins_with_a_client(peeled)
            && !self.names_sockets(peeled)
    }

    /// Whether a line begins as sentences do that tell of a client and name no socket.
    pub(crate) fn begins_with_a_client(&self, peeled: &Peeled<'_>) -> bool {
        self.phrases.sockets().callers().begin(&peeled.message)
    }

    /// Whether a line says that it is about sockets, by a word of its own or of its logger.
    pub(crate) fn names_sockets(&self, peeled: &Peeled<'_>) -> bool {
        free::names_sockets(peeled, &self.phrases)
    }

    /// Every id that a line shows which no pattern knows.
    pub fn ids(&self, peeled: &Peeled<'_>) -> Ids {
        let mut ids = Ids::default();
        ids::add(&peeled.message, self.named(&peeled.message), &mut ids);
        ids::add_fields(&peeled.fields, &mut ids);
        ids::add_bare(&peeled.message, &mut ids);
        self.id_words.add(peeled, &mut ids);
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
            event = free::by_client(event, message, &self.phrases.names().about);
        }
        let agent = captured.get(Capture::Agent);
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
}

/// The message with its fields behind it, as the logger prints them in text.
fn with_fields(peeled: &Peeled<'_>) -> String {
    let mut text = peeled.message.clone().into_owned();
    for (name, value) in &peeled.fields {
        text.extend([" ", name, "=", value]);
    }
    text
}
