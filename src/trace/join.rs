//! Joins, across sources, what one source alone cannot tie together: sessions without an id.
//!
//! A server's handler lines may carry no id while the client's log of the same attempt does; a refused handshake has none anywhere. Two such are
//! one attempt when they come from different sources, happen at the same time, agree in what they tell, and
//! nothing fits better. A client's own clock in the URL (`t=` of Python clients) beats everything else.

use super::{
    http::request_of,
    session::{Session, Slot},
    tracker::Tracker,
};
use crate::{
    event::{Kind, Reason, Speaker},
    time::SECOND,
};

/// A cache buster that is a clock is read by the client within this of the moment it logs its start.
const CLOCK_SLACK: i64 = SECOND / 20;

/// How far two views of one attempt may be apart when only time tells; whole-second stamps add one second.
const WINDOW: i64 = 2 * SECOND;

/// What a session without an id looks like from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    /// Status of a refused handshake request.
    status: Option<u16>,
    /// Digest of its URL.
    url: Option<u64>,
    /// The client's clock in the URL.
    clock: Option<i64>,
    /// When a client log says that it set out.
    started: Option<i64>,
    /// What was decided: in or not.
    admitted: Option<bool>,
    /// The most particular meaning of a refusal that it tells.
    reason: Option<Reason>,
    /// Whether a handler raised.
    crashed: bool,
    /// Whether no line has a stamp: it was written at some time after the line before it.
    unstamped: bool,
    /// Whether a stamp is of whole seconds.
    coarse: bool,
    /// Whether a handler wrote of it.
    handled: bool,
    /// Whether a client wrote of it.
    client: bool,
}

impl Tracker {
    /// Joins all that is still open.
    pub(super) fn join_all(&mut self) {
        if self.sources.len() < 2 {
            return;
        }
        let mut slots: Vec<Slot> = self.sessions.iter().filter(|(_, s)| s.is_anonymous()).map(|(k, _)| *k).collect();
        slots.sort_by_key(|s| self.sessions.get(s).map(|s| (s.first, s.serial)));
        for slot in slots {
            self.join_one(slot);
        }
    }

    /// Joins one session without an id to the best that fits; gives back the slot that is left to be closed, if it is this one.
    pub(super) fn join_one(&mut self, slot: Slot) -> Option<Slot> {
        let session = self.sessions.get(&slot)?;
        if !session.is_anonymous() {
            return Some(slot);
        }
        let look = Look::of(session);
        let best = self
            .sessions
            .iter()
            .filter(|(other, _)| **other != slot)
            .filter_map(|(other, candidate)| {
                let distance = look.distance(session, &Look::of(candidate), candidate)?;
                Some((distance, candidate.serial, *other))
            })
            .min();
        match best {
            Some((_, _, other)) => {
                self.merge(other, slot);
                if let Some(session) = self.sessions.get_mut(&other) {
                    session.by_neighbourhood = true;
                }
                None
            }
            None => Some(slot),
        }
    }
}

impl Look {
    fn of(session: &Session) -> Self {
        let mut look = Self { unstamped: session.records.iter().all(|r| r.stamp.is_none()), ..Self::default() };
        for record in &session.records {
            look.coarse |= record.stamp.is_none_or(|s| !s.fraction);
            look.client |= record.event.speaker == Speaker::Client;
            if let Some(request) = request_of(&record.event.kind).filter(|r| r.sid.is_none()) {
                look.url = look.url.or(Some(request.url_key));
                look.clock = look.clock.or(request.clock);
                if request.status.is_some_and(|s| s >= 400) {
                    look.status = look.status.or(request.status);
                }
            }
            match &record.event.kind {
                Kind::ClientStarted => look.started = look.started.or(Some(record.when)),
                Kind::ConnectAccepted | Kind::Admitted => look.admitted = Some(true),
                Kind::ConnectRefused(_) | Kind::Refused(_) => look.admitted = Some(false),
                _ => {}
            }
            let said = match &record.event.kind {
                Kind::Refused(said) | Kind::ConnectRefused(said) | Kind::ErrorEmitted(Some(said)) => Some(said.reason),
                _ => None,
            };
            if let Some(reason) = said.filter(|r| !r.is_vague()) {
                look.reason = Some(look.reason.map_or(reason, |r| r.min(reason)));
            }
            let raised = matches!(record.event.kind, Kind::HandlerRaised(_) | Kind::Raised(_));
            look.crashed |= raised;
            look.handled |= raised;
            look.handled |= record.event.speaker == Speaker::Server && super::session::stage(&record.event.kind).is_some();
        }
        look
    }

    /// How far apart two views are, when they can be views of one attempt: how they were matched first, then microseconds.
    fn distance(&self, own: &Session, other: &Look, candidate: &Session) -> Option<(u8, i64)> {
        let shared = own.records.iter().any(|r| candidate.has_source(r.at.source));
        if shared {
            return None;
        }
        let contradicts = matches!((self.admitted, other.admitted), (Some(a), Some(b)) if a != b)
            || matches!((self.status, other.status), (Some(a), Some(b)) if a != b)
            || matches!((self.url, other.url), (Some(a), Some(b)) if a != b)
            || matches!((self.reason, other.reason), (Some(a), Some(b)) if a != b)
            || self.handled && other.handled
            // A handshake that was refused has given out no id; a handler that crashed has given no answer.
            || self.status.is_some() && candidate.engine.is_some()
            || self.crashed && other.admitted.is_some();
        if contradicts {
            return None;
        }
        for (clock, started) in [(self.clock, other.started), (other.clock, self.started)] {
            if let (Some(clock), Some(started)) = (clock, started) {
                let apart = (clock - started).abs();
                return (apart <= CLOCK_SLACK).then_some((0, apart));
            }
        }
        let window = WINDOW + if self.coarse || other.coarse { SECOND } else { 0 };
        let apart = if self.unstamped {
            // Only the earliest possible moment is known.
            (own.first - candidate.last).max(0)
        } else {
            gap(own, candidate)
        };
        if apart > window {
            return None;
        }
        let refused_handshake = self.status.is_some() || own.progress.reasoned && !own.progress.entered;
        let other_refused = other.status.is_some() || candidate.progress.reasoned;
        let rank = if self.url.is_some() && self.url == other.url || self.reason.is_some() && self.reason == other.reason {
            1
        } else if self.admitted.is_some() && self.admitted == other.admitted {
            2
        } else if refused_handshake && (other_refused || other.client && candidate.engine.is_none()) {
            3
        } else if self.handled && candidate.engine.is_some() && !other.handled && (candidate.progress.asked || other.client) {
            4
        } else {
            return None;
        };
        Some((rank, (own.first - candidate.first).abs()))
    }
}

/// Microseconds between two sessions' spans; 0 when they overlap.
fn gap(a: &Session, b: &Session) -> i64 {
    (a.first - b.last).max(b.first - a.last).max(0)
}
