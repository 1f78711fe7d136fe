//! How well two views agree, if they can be of one attempt.

use super::{Look, Match, SAME_SOURCE, against::differ};
use crate::{
    event::Fault,
    time::SECOND,
    trace::{fault::odd_form, join::SURE, session::Session},
};

/// A cache buster that is a clock is read by the client within this of the moment it logs its start.
const CLOCK_SLACK: i64 = SECOND / 20;

/// More lines than this between two are as far apart as can be.
const MOST_LINES: i64 = 1_000_000;

/// How far two views of one attempt may be apart when only time tells; whole-second stamps add one second.
const WINDOW: i64 = 2 * SECOND;

impl Look {
    /// Whether time alone tells that [`Self::agrees`] would find nothing: cheaper to ask than to look at the candidate.
    pub(in crate::trace) fn is_too_far(&self, own: &Session, candidate: &Session) -> bool {
        self.clock.is_none()
            && self.started.is_none()
            && self.distance(own, candidate) > WINDOW + SECOND
            && !is_unstamped(candidate)
    }

    fn distance(&self, own: &Session, candidate: &Session) -> i64 {
        if self.unstamped {
            // Only the earliest possible moment is known.
            (own.first - candidate.last).max(0)
        } else {
            gap((own.first, own.last), (candidate.first, candidate.last))
        }
    }

    /// How well two views agree; `None` when they cannot be views of one attempt, or nothing speaks for it.
    pub(in crate::trace) fn agrees(
        &self,
        own: &Session,
        other: &Look,
        candidate: &Session,
    ) -> Option<Match> {
        let shared = own.records.iter().any(|r| candidate.has_source(r.stream));
        if shared && !self.completes(other) || self.contradicts(own, other, candidate) {
            return None;
        }
        for (clock, started) in [(self.clock, other.started), (other.clock, self.started)] {
            if let (Some(clock), Some(started)) = (clock, started) {
                let apart = (clock - started).abs();
                return (apart <= CLOCK_SLACK).then_some((0, apart));
            }
        }
        let window = WINDOW + if self.coarse || other.coarse { SECOND } else { 0 };
        // Of a view without stamps only the earliest possible moment is known.
        let apart = if other.unstamped && !self.unstamped {
            (candidate.first - own.last).max(0)
        } else {
            self.distance(own, candidate)
        };
        if apart > window {
            return None;
        }
        if shared && !self.client && !other.client {
            if follows(self, other) || follows(other, self) {
                return Some((5, 0));
            }
            // In one source the handler's lines and the requests alternate: the order tells, and the time only roughly.
            let timed = !self.unstamped && !other.unstamped;
            let apart = if timed { gap(self.span, other.span) / SAME_SOURCE } else { 0 };
            return Some((5, 1 + apart * MOST_LINES + lines_between(own, candidate)));
        }
        let rank = self.rank(own, other, candidate)?;
        // Applications tell their clients less, or something else, than they log.
        let rank = if differ(self.reason, other.reason) { rank.max(6) } else { rank };
        // A transport of another name, or an upgrade that is none, may have been refused for this; better a request for which there is no other reason.
        let strained = strained(self, other) || strained(other, self);
        let rank = if strained { rank.max(SURE) } else { rank };
        Some((rank, self.apart(own, other, candidate)))
    }

    /// Whether of two views in one source one is the transport's and the other the handler's.
    fn completes(&self, other: &Look) -> bool {
        let halves = |transport: &Look, handler: &Look| {
            transport.transported
                && !transport.handled
                && transport.was_answered()
                && handler.handled
                && !handler.transported
        };
        halves(self, other)
            || halves(other, self)
            || self.is_handshake_of(other)
            || other.is_handshake_of(self)
    }

    /// Whether this is the answered handshake request of a session that the engine logged and whose own request is missing.
    fn is_handshake_of(&self, other: &Look) -> bool {
        self.only_handshake && self.was_answered() && other.opened && other.url.is_none()
    }

    fn rank(&self, own: &Session, other: &Look, candidate: &Session) -> Option<u8> {
        let same = |a: Option<u64>, b: Option<u64>| a.is_some() && a == b;
        let refused_handshake =
            self.status.is_some() || own.progress.reasoned && !own.progress.entered;
        let other_refused = other.status.is_some() || candidate.progress.reasoned;
        if same(self.credential, other.credential) {
            Some(0)
        } else if same(self.url, other.url) && !(self.client && other.client && !self.unique)
            || self.reason.is_some() && self.reason == other.reason
        {
            Some(1)
        } else if self.admitted.is_some() && self.admitted == other.admitted {
            Some(2)
        } else if refused_handshake && (other_refused || other.client && candidate.engine.is_none())
            // The one says that it knows no such session, the other which it was.
            || self.fault == Some(Fault::SidUnknown) && other.sid_refused
            || self.earned(other)
            || other.earned(self)
        {
            Some(3)
        } else if self.handled
            && candidate.engine.is_some()
            && !other.handled
            && (candidate.progress.asked || other.client)
        {
            Some(4)
        } else if self.handled
            // A WebSocket from the beginning shows no id in the log of who passed it on.
            && (candidate.engine.is_some() || other.sent.is_some())
            && !other.handled
            && other.transported
            && other.was_answered()
        {
            // Else only time speaks for it: what nothing better has claimed.
            Some(if self.measures_up(other) { 5 } else { 7 })
        } else {
            None
        }
    }

    /// How far apart in time two views are, by the finest that both tell.
    fn apart(&self, own: &Session, other: &Look, candidate: &Session) -> i64 {
        if self.unstamped || self.coarse || other.coarse {
            // A whole second is all that a coarse stamp tells; within it, the order of appearance decides.
            return gap(self.span, other.span);
        }
        let pairs = [
            (self.entered, other.asked),
            (other.entered, self.asked),
            (self.decided, other.told),
            (other.decided, self.told),
        ];
        let told: Vec<i64> =
            pairs.iter().filter_map(|(a, b)| Some((((*a)?) - ((*b)?)).abs())).collect();
        match told.iter().max() {
            Some(apart) => *apart,
            None => (own.first - candidate.first).abs(),
        }
    }
}

/// Whether no line of a session has a stamp.
pub(super) fn is_unstamped(session: &Session) -> bool {
    session.records.iter().all(|r| r.stamp.is_none())
}

/// Lines between the first ones of two views in one source, as far as they count.
fn lines_between(a: &Session, b: &Session) -> i64 {
    let (Some(a), Some(b)) = (a.records.first(), b.records.first()) else { return 0 };
    i64::try_from(a.at.line.abs_diff(b.at.line)).unwrap_or(MOST_LINES).min(MOST_LINES - 1)
}

/// Whether one's complaint is not the one that the other's refused request earns by its own form.
fn strained(a: &Look, b: &Look) -> bool {
    match (a.fault, &b.refused) {
        (Some(fault), Some(request)) => odd_form(request).is_some_and(|odd| odd != fault),
        _ => false,
    }
}

/// Whether one's socket was given out right after the other's session, with none between them.
fn follows(a: &Look, b: &Look) -> bool {
    matches!((a.socket_number, b.engine_number), (Some(socket), Some(engine)) if socket == engine + 1)
}

/// Microseconds between two spans; 0 when they overlap, or when one is before the first stamp of its source.
fn gap(a: (i64, i64), b: (i64, i64)) -> i64 {
    if a.1 < SECOND || b.1 < SECOND {
        return 0;
    }
    (a.0 - b.1).max(b.0 - a.1).max(0)
}
