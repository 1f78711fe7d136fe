//! Which handshake request a session began with.
//!
//! A handshake is answered before the session has an id, so its access line shows none. In one source the engine's own line stands near it; as long as
//! only one session waits for its request, that one is taken, provisionally. The session's next request shows id and address together and settles it: a request that had been
//! taken for the wrong session goes back and finds its own.

use super::{
    clock::near,
    http::{SAME_REQUEST, request_of},
    sessions::Slot,
    tracker::{Tracker, remember},
};
use crate::{
    event::{Kind, Record, SourceId},
    ids::ClientAddr,
};

impl Tracker {
    /// The only session of the source whose engine has logged that it opened and whose request has not been seen.
    pub(super) fn opened_without_request(&self, record: &Record, at: i64) -> Option<Slot> {
        let state = self.sources.get(&record.stream)?;
        let mut waiting = state.waiting.iter().filter(|s| {
            self.session(**s).is_some_and(|s| {
                s.progress.engine_opened && !s.progress.requested && near(at, s.first, SAME_REQUEST)
            })
        });
        waiting.next().copied().filter(|_| waiting.next().is_none())
    }

    /// Notes that the handshake of `slot` was taken by its neighbourhood.
    pub(super) fn guess(&mut self, slot: Slot, record: &Record) {
        if self.session(slot).is_some_and(|s| s.progress.requested || s.engine.is_some()) {
            remember(&mut self.source(record.stream).guessed, slot);
        }
    }

    /// A request that shows the session's id and its client's address: puts right what was guessed of the handshake.
    pub(super) fn settle_handshake(&mut self, slot: Slot, record: &Record, at: i64) {
        let Some(host) = record.event.ids.client.as_ref().map(ClientAddr::host) else { return };
        let is_of = |tracker: &Self, slot: Slot| {
            tracker
                .session(slot)
                .is_some_and(|s| s.client.as_ref().is_some_and(|c| c.host() == host))
        };
        if self.guessed(record.stream).contains(&slot) {
            if is_of(self, slot) {
                self.source(record.stream).guessed.retain(|&s| s != slot);
                return;
            }
            self.give_back(slot, record, at);
        }
        if self.session(slot).is_some_and(|s| s.progress.requested) {
            return;
        }
        // A request that was refused for its id may never have had a handshake here; it takes none away from another.
        let refused = matches!(&record.event.kind, Kind::Request(request) if request.status.is_some_and(|s| s >= 400));
        let taken = self.guessed(record.stream).iter().copied().find(|&other| {
            !refused
                && other != slot
                && is_of(self, other)
                && self.session(other).is_some_and(|s| near(at, s.first, SAME_REQUEST))
        });
        let own = self.adopt(record, at).or_else(|| self.give_back(taken?, record, at));
        if let Some(own) = own {
            self.merge(slot, own);
        }
    }

    /// The sessions of a source whose handshake request was taken by its neighbourhood.
    fn guessed(&self, source: SourceId) -> &[Slot] {
        self.sources.get(&source).map_or(&[], |state| &state.guessed)
    }

    /// Takes the handshake request away from `slot` again; it waits for its own session.
    pub(super) fn give_back(&mut self, slot: Slot, record: &Record, at: i64) -> Option<Slot> {
        let source = record.stream;
        let session = self.sessions.get_mut(&slot)?;
        let is_handshake = |r: &mut Record| {
            r.stream == source
                && matches!(&r.event.kind, Kind::Request(request) if request.sid.is_none())
        };
        let handshake = session.records.extract_if(.., is_handshake).last();
        session.progress.requested = false;
        let times = session.records.iter().map(|r| r.when).filter(|when| *when != 0);
        session.first = times.min().unwrap_or(session.first);
        session.client = session.records.iter().find_map(|r| r.event.ids.client.clone());
        self.source(source).guessed.retain(|&s| s != slot);
        let handshake = handshake?;
        let back = self.open(at);
        if let Some(request) = request_of(&handshake.event.kind).filter(|r| r.unique) {
            self.by_url.insert(request.url_key, back);
        }
        let when = handshake.when;
        self.sessions.get_mut(&back)?.push(handshake, when);
        remember(&mut self.source(source).unbound, back);
        Some(back)
    }
}
