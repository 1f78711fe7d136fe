//! Client lines without an id: a client does one thing after the other, so they go to what its lane is in the middle of.

use super::{session::Slot, tracker::Tracker};
use crate::event::{Kind, Record};

impl Tracker {
    pub(super) fn client_line(&mut self, record: Record, at: i64) {
        let current = self.client_current(&record);
        let fresh =
            current.is_some_and(|s| self.session(s).is_some_and(|s| !s.progress.client_busy));
        let idle = current.is_none_or(|s| {
            self.session(s).is_none_or(|s| s.progress.client_done || s.progress.refused)
        });
        let begins = match &record.event.kind {
            // The program and its library both say that they set out; a library that could not reach the server sets out again.
            Kind::ClientStarted(_) => !fresh && !current.is_some_and(|s| self.retries(s)),
            // A request of its own, outside what the library does.
            Kind::Request(_) => idle || !fresh,
            _ => false,
        };
        let slot = current.filter(|_| !begins).unwrap_or_else(|| self.open(at));
        self.lanes.entry(record.lane).or_default().current = Some(slot);
        self.attach(slot, record, at);
    }

    /// A client line with an id: from now on the lane's lines without one belong there too, and what the lane had begun gets the id.
    pub(super) fn follow_client(&mut self, slot: Slot, record: &Record) {
        let lane = record.lane;
        let before = self.lanes.get(&lane).and_then(|l| l.current);
        if let Some(before) = before.filter(|&b| b != slot) {
            let begun = self.session(before).is_some_and(|s| {
                s.is_anonymous()
                    && !s.progress.client_done
                    && !s.progress.refused
                    && s.records.iter().all(|r| r.lane == lane)
            });
            // The answer names the socket; the lane's session is the one that it is on.
            let answered = matches!(record.event.kind, Kind::ConnectAccepted)
                && self.session(slot).is_some_and(|s| s.engine.is_none())
                && self.session(before).is_some_and(|s| {
                    s.engine.is_some() && s.sockets.is_empty() && !s.progress.client_done
                });
            if begun || answered {
                self.merge(slot, before);
            }
        }
        self.lanes.entry(lane).or_default().current = Some(slot);
    }

    /// What the lane has begun and not given an id yet.
    pub(super) fn client_session(&self, record: &Record) -> Option<Slot> {
        let slot = self.client_current(record)?;
        let session = self.session(slot)?;
        let opens = matches!(record.event.kind, Kind::Opened | Kind::Request(_));
        (opens
            && session.is_anonymous()
            && !session.progress.client_done
            && !session.progress.refused
            && !session.progress.client_busy)
            .then_some(slot)
    }

    /// Whether the session's last word is that the library will try again, and no server was reached so far.
    fn retries(&self, slot: Slot) -> bool {
        self.session(slot).is_some_and(|s| {
            s.is_anonymous()
                && s.records.last().is_some_and(|r| matches!(r.event.kind, Kind::ClientRetries))
                && s.records.iter().any(|r| matches!(&r.event.kind, Kind::ClientFailed(said) if said.reason == crate::event::Reason::Unreachable))
        })
    }

    pub(super) fn client_current(&self, record: &Record) -> Option<Slot> {
        self.lanes.get(&record.lane)?.current.filter(|s| self.sessions.contains_key(s))
    }
}
