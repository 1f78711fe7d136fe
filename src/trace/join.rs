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

/// How far apart two views may begin at most: a client's view of a long poll begins that much before the server's.
const WIDEST: i64 = 30 * SECOND;

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
    /// Whether a handshake request was answered well.
    answered: bool,
    /// Whether a client says that its handshake request failed.
    failed_early: bool,
    /// What was decided: in or not.
    admitted: Option<bool>,
    /// The most particular meaning of a refusal that it tells.
    reason: Option<Reason>,
    /// Whether a handler raised.
    crashed: bool,
    /// Whether no line has a stamp: it was written at some time after the line before it.
    unstamped: bool,
    /// Whether all stamps are of whole seconds.
    coarse: bool,
    /// When it was, as finely as its stamps tell.
    span: (i64, i64),
    /// Whether a handler wrote of it.
    handled: bool,
    /// Whether a client wrote of it.
    client: bool,
}

impl Tracker {
    /// Joins all that is still open, the surest pairs first.
    pub(super) fn join_all(&mut self) {
        if self.sources.len() < 2 {
            return;
        }
        let anonymous: Vec<Slot> = self.sessions.iter().filter(|(_, s)| s.is_anonymous()).map(|(k, _)| *k).collect();
        self.join(&anonymous);
    }

    /// Joins one session without an id to the best that fits; gives back the slot that is left to be closed, if it is this one.
    pub(super) fn join_one(&mut self, slot: Slot) -> Option<Slot> {
        self.join(&[slot]);
        self.sessions.contains_key(&slot).then_some(slot)
    }

    fn join(&mut self, slots: &[Slot]) {
        let mut by_time: Vec<(i64, u64, Slot, Look)> =
            self.sessions.iter().map(|(slot, s)| (s.first, s.serial, *slot, Look::of(s))).collect();
        by_time.sort_by_key(|(first, serial, ..)| (*first, *serial));
        let mut pairs: Vec<(u8, i64, u64, u64, Slot, Slot)> = Vec::new();
        for &slot in slots {
            let Some(own) = self.sessions.get(&slot).filter(|s| s.is_anonymous()) else { continue };
            let look = Look::of(own);
            // A view without a stamp may be of anything that came later; the others only of what is near.
            let from = by_time.partition_point(|(first, ..)| *first < own.first - WIDEST && *first != 0);
            let near = by_time[from..].iter().take_while(|(first, ..)| look.unstamped || *first <= own.last + WIDEST);
            for (_, serial, other, theirs) in near.filter(|(_, _, other, _)| *other != slot) {
                let Some(candidate) = self.sessions.get(other) else { continue };
                if let Some((rank, apart)) = look.distance(own, theirs, candidate) {
                    pairs.push((rank, apart, own.serial, *serial, slot, *other));
                }
            }
        }
        pairs.sort_unstable();
        for (.., slot, other) in pairs {
            // Either may have become part of something else, or have seen more, since the pair was found.
            let (Some(own), Some(candidate)) = (self.sessions.get(&slot), self.sessions.get(&other)) else { continue };
            if !own.is_anonymous() || Look::of(own).distance(own, &Look::of(candidate), candidate).is_none() {
                continue;
            }
            self.merge(other, slot);
            if let Some(session) = self.sessions.get_mut(&other) {
                session.by_neighbourhood = true;
            }
        }
    }
}

impl Look {
    fn of(session: &Session) -> Self {
        let mut look = Self { unstamped: session.records.iter().all(|r| r.stamp.is_none()), span: span(session), ..Self::default() };
        look.coarse = session.records.iter().all(|r| r.stamp.is_none_or(|s| !s.fraction));
        for record in &session.records {
            look.client |= record.event.speaker == Speaker::Client;
            if let Some(request) = request_of(&record.event.kind).filter(|r| r.sid.is_none()) {
                look.url = look.url.or(Some(request.url_key));
                look.clock = look.clock.or(request.clock);
                match request.status {
                    Some(status) if status >= 400 => look.status = look.status.or(Some(status)),
                    Some(_) => look.answered = true,
                    None => {}
                }
            }
            match &record.event.kind {
                Kind::Opened => look.answered = true,
                Kind::ClientFailed(_) if !look.answered && session.engine.is_none() => look.failed_early = true,
                Kind::ClientStarted(_) => look.started = look.started.or(Some(record.when)),
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

    /// Whether the handshake was answered well, as far as the client could see: a server may have answered when the proxy had given up.
    fn answered(&self) -> bool {
        self.answered && self.status.is_none()
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
            || self.answered() && other.failed_early
            || self.failed_early && other.answered()
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
            gap((own.first, own.last), (candidate.first, candidate.last))
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
        // A whole second is all that a coarse stamp tells; within it, the order of appearance decides.
        let near = if self.unstamped || self.coarse != other.coarse || self.coarse {
            gap(self.span, other.span)
        } else {
            (own.first - candidate.first).abs()
        };
        Some((rank, near))
    }
}

/// Microseconds between two spans; 0 when they overlap.
fn gap(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.0 - b.1).max(b.0 - a.1).max(0)
}

/// The span of a session as finely as its stamps tell: by those with a fraction if there are any, else by whole seconds.
fn span(session: &Session) -> (i64, i64) {
    let fine = session.records.iter().filter(|r| r.stamp.is_some_and(|s| s.fraction)).map(|r| r.when);
    match (fine.clone().min(), fine.max()) {
        (Some(first), Some(last)) => (first, last),
        _ => (session.first, session.last + SECOND - 1),
    }
}
