//! Keyed lines: to the session that owns the id. Everything else is passed on to the room that knows its kind of neighbourhood.

use super::{session::stage, sessions::Slot, task::writes_in_tasks, tracker::Tracker};
use crate::{
    event::{Kind, Record, Speaker},
    ids::{EngineSid, SocketSid},
};

impl Tracker {
    #[inline]
    pub(super) fn route(&mut self, mut record: Record, at: i64) {
        self.resolve_either(&mut record);
        let slot = match (&record.event.ids.engine, &record.event.ids.socket) {
            (None, None) => return self.route_unkeyed(record, at),
            (Some(engine), None) => self.by_engine_or_new(engine, &record, at),
            (None, Some(socket)) => self.by_socket_or_new(socket, &record, at),
            (Some(engine), Some(socket)) => self.by_both(engine, socket, &record, at),
        };
        let Some(slot) = slot else {
            self.counts.unclaimed += 1;
            return;
        };
        if record.event.speaker == Speaker::Client {
            self.follow_client(slot, &record);
        } else if stage(&record.event.kind).is_some() {
            self.note_run(slot, &record);
        }
        self.settle_held(slot, &record, at);
        self.shown_out(slot, &record);
        self.follow_announced(slot, &record);
        self.attach(slot, record, at);
    }

    fn route_unkeyed(&mut self, record: Record, at: i64) {
        if record.event.speaker == Speaker::Client {
            return self.client_line(record, at);
        }
        if writes_in_tasks(&record) {
            return self.hold(record, at);
        }
        if self.is_in_turns(&record) && !matches!(record.event.kind, Kind::Request(_)) {
            return self.turn_line(record, at);
        }
        if let Some(slot) = self.refused_by_own_line(&record, at) {
            return self.attach(slot, record, at);
        }
        match &record.event.kind {
            Kind::Request(_) | Kind::EngineRefused(_) | Kind::ProxyFailed { .. } => {
                self.request_line(record, at);
            }
            Kind::Opened => {
                let slot = self.open(at);
                self.attach(slot, record, at);
            }
            Kind::HandlerRaised(_) | Kind::Raised(_) => self.raised_line(record, at),
            Kind::ConnectAsked(_) | Kind::ConnectAccepted | Kind::ConnectRefused(_) => {
                self.handler_line(record, at);
            }
            kind if stage(kind).is_some() => self.handler_line(record, at),
            _ => self.counts.unclaimed += 1,
        }
    }

    /// An id of unknown sort is the engine's when it is known as such, else a socket's.
    fn resolve_either(&self, record: &mut Record) {
        let ids = &mut record.event.ids;
        let Some(id) = ids.either.take() else { return };
        if ids.socket.is_some() || ids.engine.as_ref().is_some_and(|e| e.as_str() == id.as_str()) {
            return;
        }
        // Beside an id of the engine's it can only be a socket's.
        if ids.engine.is_none() {
            let engine = EngineSid::new(id.as_str());
            if self.by_engine.contains_key(&engine) && !self.by_socket.contains_key(&id) {
                ids.engine = Some(engine);
                return;
            }
        }
        ids.socket = Some(id);
    }

    fn by_engine_or_new(&mut self, engine: &EngineSid, record: &Record, at: i64) -> Option<Slot> {
        // Where a connection has one id only, it may have been taken for a socket's before.
        if !self.by_engine.contains_key(engine)
            && let Some(&slot) = self.by_socket.get(&SocketSid::new(engine.as_str()))
            && self.session(slot).is_some_and(|s| s.engine.is_none())
        {
            return Some(slot);
        }
        if let Some(&slot) = self.by_engine.get(engine) {
            if matches!(record.event.kind, Kind::Request(_))
                && record.event.speaker != Speaker::Client
            {
                self.settle_handshake(slot, record, at);
                return Some(slot);
            }
            // Known from another source; what this one has begun without an id is the same session.
            let first_here = self.session(slot).is_some_and(|s| !s.has_source(record.stream));
            if first_here
                && record.event.speaker != Speaker::Client
                && let Some(begun) = self.adopt(record, at)
            {
                self.merge(slot, begun);
            }
            return Some(slot);
        }
        if self.is_closed(engine.as_str()) {
            return None;
        }
        if let Some(slot) = self.adopt(record, at).filter(|slot| self.is_prompt(*slot, record)) {
            if record.event.speaker == Speaker::Server && record.event.ids.client.is_none() {
                self.guess(slot, record);
            }
            return Some(slot);
        }
        Some(self.open(at))
    }

    fn by_socket_or_new(&mut self, socket: &SocketSid, record: &Record, at: i64) -> Option<Slot> {
        if let Some(&slot) = self.by_socket.get(socket) {
            // Whose a socket is, its client knows; the server's line may have been given to another by turn.
            let own = self.client_current(record).filter(|&own| {
                own != slot
                    && !self.is_past(own, record.lane)
                    && record.event.speaker == Speaker::Client
                    && matches!(record.event.kind, Kind::ConnectAccepted)
                    && [own, slot]
                        .into_iter()
                        .all(|s| self.session(s).is_some_and(|s| s.engine.is_some()))
            });
            if let Some(own) = own {
                self.move_socket(socket, slot, own);
                return Some(own);
            }
            if let Some(begun) = self.begun_by_server(slot, socket, record, at) {
                self.merge(begun, slot);
                return Some(begun);
            }
            return Some(slot);
        }
        if let Some(&slot) = self.by_engine.get(&EngineSid::new(socket.as_str())) {
            return Some(slot);
        }
        if self.is_closed(socket.as_str()) {
            return None;
        }
        if record.event.speaker == Speaker::Client {
            // A client does one thing after the other.
            let current = self.client_current(record).filter(|s| !self.is_past(*s, record.lane));
            return Some(current.unwrap_or_else(|| self.open(at)));
        }
        if let Some(slot) = self.accepted_in_turn(socket, record) {
            return Some(slot);
        }
        let begins = stage(&record.event.kind).is_some()
            || matches!(record.event.kind, Kind::ConnectAccepted);
        if begins && let Some(slot) = self.named_in_turn(socket, record, at) {
            return Some(slot);
        }
        if begins && let Some(slot) = self.waiting_for_handler(record, Some(socket), at) {
            if let Some(session) = self.sessions.get_mut(&slot) {
                session.by_neighbourhood = true;
            }
            return Some(slot);
        }
        Some(self.open(at))
    }

    /// The session that the server had begun before it named `socket`, where only the client has told of that socket so far: its clock is ahead, or both wrote in
    /// one moment.
    fn begun_by_server(
        &mut self,
        told: Slot,
        socket: &SocketSid,
        record: &Record,
        at: i64,
    ) -> Option<Slot> {
        let by_client = |r: &Record| r.event.speaker == Speaker::Client;
        let only_told = self
            .session(told)
            .is_some_and(|s| s.engine.is_none() && s.records.iter().all(by_client));
        if !only_told || record.event.speaker == Speaker::Client {
            return None;
        }
        let begins = stage(&record.event.kind).is_some()
            || matches!(record.event.kind, Kind::ConnectAccepted);
        let named = self.accepted_in_turn(socket, record);
        let named = named.or_else(|| self.named_in_turn(socket, record, at).filter(|_| begins));
        named.filter(|slot| {
            *slot != told
                && self.session(*slot).is_some_and(|s| s.engine.is_some() && s.sockets.is_empty())
        })
    }

    /// A line that shows both ids ties them together, whatever the neighbourhood had suggested before.
    fn by_both(
        &mut self,
        engine: &EngineSid,
        socket: &SocketSid,
        record: &Record,
        at: i64,
    ) -> Option<Slot> {
        match (self.by_engine.get(engine).copied(), self.by_socket.get(socket).copied()) {
            (Some(e), Some(s)) if e == s => Some(e),
            (Some(e), Some(s)) => {
                let other = self.session(s).and_then(|session| session.engine.clone());
                if other.is_some() && other.as_ref() != Some(engine) {
                    self.move_socket(socket, s, e);
                } else {
                    self.merge(e, s);
                }
                Some(e)
            }
            (Some(e), None) => Some(e),
            (None, Some(s)) if self.session(s).is_some_and(|session| session.engine.is_none()) => {
                Some(s)
            }
            (None, Some(s)) => {
                let slot = self.open(at);
                self.move_socket(socket, s, slot);
                Some(slot)
            }
            (None, None) => self.by_engine_or_new(engine, record, at),
        }
    }

    /// Takes the lines of `socket` away from where the neighbourhood had put them.
    fn move_socket(&mut self, socket: &SocketSid, from: Slot, to: Slot) {
        let Some(source) = self.sessions.get_mut(&from) else { return };
        source.sockets.retain(|(_, s)| s != socket);
        let is_its = |r: &mut Record| r.event.ids.socket.as_ref() == Some(socket);
        let moved: Vec<Record> = source.records.extract_if(.., is_its).collect();
        self.by_socket.remove(socket);
        let now = self.clock.now();
        if let Some(target) = self.sessions.get_mut(&to) {
            for record in moved {
                let at = record.stamp.map_or(now, |s| s.micros);
                target.push(record, at);
            }
        }
        if let Some(target) = self.sessions.get_mut(&to) {
            target.sockets.push((None, socket.clone()));
            self.by_socket.insert(socket.clone(), to);
        }
    }
}
