//! Requests without a session id, and what engines and proxies complain of without one.
//!
//! A handshake that was answered begins a session that will get its id from a later line. One that was refused is an attempt by itself; the line
//! that says why and the line that shows the request find each other by order in one source, by fault and time between two.

use super::{
    clock::{NEAR, near},
    fault::completes,
    session::stage,
    sessions::Slot,
    tracker::{Tracker, each_source, remember},
    turn::writes_in_turns,
};
use crate::{
    event::{ClosedBy, Fault, Kind, Record},
    payload::request::HttpRequest,
    time::SECOND,
};

/// What the engine and the access log of one source say of one request is written within this; the access line comes when the request has ended.
pub(super) const SAME_REQUEST: i64 = 10 * SECOND;

/// Lines between a reason without a stamp and the request that it is of.
const RIGHT_BEHIND: u64 = 12;

/// A hook's own line and that of the answer stand no farther apart than this: in time, and in lines.
const RIGHT_AWAY: i64 = SECOND / 4;
const RIGHT_AFTER: u64 = 3;

/// Lines of a stack as Node prints it, and of the object that may follow it.
const STACK: u64 = 24;

/// So long a proxy waits for a server at most, unless it was told to wait longer than its own default.
const LONGEST_WAIT: i64 = 65 * SECOND;

/// Whole-second stamps of two sources may differ by this and mean the same moment.
const SAME_MOMENT: i64 = 2 * SECOND;

impl Tracker {
    pub(super) fn request_line(&mut self, record: Record, at: i64) {
        let refused = match &record.event.kind {
            Kind::Request(request) => {
                if request.method.as_deref() == Some("OPTIONS")
                    && request.status.is_none_or(|s| s < 400)
                {
                    self.counts.unclaimed += 1;
                    return;
                }
                // A format without queries shows every poll like this.
                if request.method.is_some()
                    && request.status.is_some_and(|s| s < 400)
                    && !request.websocket
                    && request.took.is_none()
                    && shows_no_query(request)
                {
                    self.counts.unclaimed += 1;
                    return;
                }
                request.status.is_some_and(|s| s >= 400)
            }
            _ => true,
        };
        if refused {
            self.refused(record, at);
        } else {
            self.handshake(record, at);
        }
    }

    fn handshake(&mut self, record: Record, at: i64) {
        let slot = self
            .same_request(&record, at)
            .or_else(|| {
                // Whoever writes down what a process does writes the request before what comes of it.
                if writes_in_turns(&record) {
                    return None;
                }
                self.opened_without_request(&record, at)
            })
            .or_else(|| self.ended_websocket(&record, at))
            .or_else(|| self.took_anothers_handshake(&record, at))
            .unwrap_or_else(|| self.open(at));
        self.index_url(slot, &record);
        self.note_served(&record);
        self.guess(slot, &record);
        let source = record.stream;
        self.attach(slot, record, at);
        if self.session(slot).is_some_and(|s| s.engine.is_none()) {
            remember(&mut self.source(source).unbound, slot);
        }
    }

    /// The session that a WebSocket without an id was of. Servers that log it when it has ended have logged its handler before.
    fn ended_websocket(&self, record: &Record, at: i64) -> Option<Slot> {
        let request =
            request_of(&record.event.kind).filter(|r| r.websocket && !r.is_accepted_websocket())?;
        let began = at - request.took.map_or(0, |took| i64::try_from(took).unwrap_or(i64::MAX));
        let unbound = &self.sources.get(&record.stream)?.unbound;
        let fits = |slot: &&Slot| {
            self.session(**slot).is_some_and(|s| {
                s.progress.entered
                    && !s.progress.requested
                    && s.engine.is_none()
                    && s.first >= began - SAME_MOMENT
                    && s.first <= at + SAME_MOMENT
            })
        };
        unbound.iter().rev().find(fits).copied()
    }

    /// The session whose handler wrote while a WebSocket was open that is logged at its end, and that had taken the handshake of another client for its own, who had asked
    /// for a session long before and never for more.
    fn took_anothers_handshake(&mut self, record: &Record, at: i64) -> Option<Slot> {
        let request = request_of(&record.event.kind).filter(|r| r.websocket)?;
        let took = i64::try_from(request.took?).ok()?;
        let began = at - took - SAME_MOMENT;
        let host = record.event.ids.client.as_ref()?.host();
        let source = record.stream;
        let fits = |slot: &&Slot| {
            self.session(**slot).is_some_and(|s| {
                let handled = s.records.iter().find(|r| stage(&r.event.kind).is_some());
                s.engine.is_none()
                    && s.progress.requested
                    && s.first < began
                    && s.client.as_ref().is_some_and(|c| c.host() != host)
                    && handled.is_some_and(|r| r.stream == source && r.when >= began)
            })
        };
        let slot = *self.sources.get(&source)?.unbound.iter().rev().find(fits)?;
        self.give_back(slot, record, at);
        Some(slot)
    }

    fn refused(&mut self, record: Record, at: i64) {
        let same = self.same_request(&record, at);
        if let Some(slot) = same
            && let Some(reason) = self.reason_beside(slot, &record, at)
        {
            self.merge(slot, reason);
        }
        let slot = same
            .or_else(|| self.in_flight(&record))
            .or_else(|| self.failed_behind(&record, at))
            .or_else(|| self.refused_by_application(&record, at))
            .or_else(|| self.refused_by_hook(&record, at))
            .or_else(|| self.thrown_in_middleware(&record, at))
            .or_else(|| self.aftermath(&record, at))
            .or_else(|| self.other_half(&record, at));
        if slot.is_none() && asks_for_nothing(&record) {
            self.counts.unclaimed += 1;
            return;
        }
        let slot = slot.unwrap_or_else(|| self.open(at));
        self.index_url(slot, &record);
        let source = record.stream;
        self.attach(slot, record, at);
        let Some(session) = self.sessions.get(&slot) else { return };
        let whole = session.progress.reasoned && session.progress.requested;
        if whole {
            each_source(&mut self.sources, &session.records, |state| {
                state.half.retain(|&s| s != slot);
            });
        } else {
            remember(&mut self.source(source).half, slot);
            self.halved.insert(source);
        }
    }

    /// The reason that this source gave right before for a request that another source's log has shown already.
    fn reason_beside(&self, slot: Slot, record: &Record, at: i64) -> Option<Slot> {
        if self.session(slot).is_some_and(|s| s.progress.reasoned) {
            return None;
        }
        let reason = self.other_half(record, at)?;
        self.session(reason)
            .filter(|s| {
                let own = s.has_source(record.stream);
                reason != slot && own && s.progress.reasoned && !s.progress.requested
            })
            .map(|_| reason)
    }

    /// The session of the client whose request a proxy could not pass on, where its error log shows no more of it than the client: the access log has told of the
    /// request by then, with the time at which it came.
    fn failed_behind(&self, record: &Record, at: i64) -> Option<Slot> {
        let Kind::ProxyFailed { request, .. } = &record.event.kind else { return None };
        if !request.as_deref().is_none_or(shows_no_query) {
            return None;
        }
        let host = record.event.ids.client.as_ref()?.host();
        let (slot, began) = *self.unpassed.get(host)?;
        let session = self.session(slot)?;
        let its = session.client.as_ref().is_some_and(|client| client.host() == host);
        (its && near(at, began, LONGEST_WAIT)).then_some(slot)
    }

    /// The session whose request stands unanswered right before the engine's complaint: a server of one thread logs the two in one go.
    fn in_flight(&self, record: &Record) -> Option<Slot> {
        let Kind::EngineRefused(fault) = record.event.kind else { return None };
        let slot = self.sources.get(&record.stream)?.last?;
        let last = self.session(slot)?.records.last()?;
        let apart = record.at.line.abs_diff(last.at.line);
        let fits = match &last.event.kind {
            // The version of the protocol is looked at when there is no session yet.
            Kind::Request(request) => {
                let begun = fault == Fault::Protocol && request.sid.is_some();
                request.status.is_none() && apart <= RIGHT_BEHIND && !begun
            }
            // The packet that was sent, and the warning about it.
            Kind::EngineRefused(told) => {
                *told == fault && apart == 1 && !last.line.begins_like(&record.line)
            }
            _ => false,
        };
        fits.then_some(slot)
    }

    /// The session that the server has just thrown out, when an id that is not named is not known: its client had sent something before it knew.
    fn aftermath(&self, record: &Record, at: i64) -> Option<Slot> {
        if !matches!(record.event.kind, Kind::EngineRefused(Fault::SidUnknown)) {
            return None;
        }
        let slot = self.sources.get(&record.stream)?.last?;
        let last = self.session(slot)?.records.last()?;
        let thrown_out =
            matches!(last.event.kind, Kind::Closed(ClosedBy::Server) | Kind::Disconnected(_));
        let close = near(at, last.when, RIGHT_AWAY) && record.at.line <= last.at.line + RIGHT_AFTER;
        (thrown_out && close).then_some(slot)
    }

    /// The session that the application's own hook refused: in protocol 3 the connect handler runs inside the handshake, so that its refusal is the
    /// handshake's answer, and the engine's line about it shows no id.
    fn refused_by_application(&self, record: &Record, at: i64) -> Option<Slot> {
        match &record.event.kind {
            Kind::EngineRefused(Fault::Application) => {
                let slot = self.sources.get(&record.stream)?.last?;
                self.session(slot)
                    .filter(|s| s.progress.opened && near(at, s.last, SAME_REQUEST))
                    .map(|_| slot)
            }
            Kind::Request(request) if matches!(request.status, Some(401 | 403)) => {
                self.opened_without_request(record, at).or_else(|| {
                    let state = self.sources.get(&record.stream)?;
                    let fits = |s: &&Slot| {
                        self.session(**s).is_some_and(|s| {
                            s.progress.engine_opened
                                && s.progress.refused
                                && !s.progress.requested
                                && near(at, s.last, SAME_REQUEST)
                        })
                    };
                    state.half.iter().find(fits).copied()
                })
            }
            _ => None,
        }
    }

    /// The attempt that a hook of the application refused in the line before, in words of its own and without an id: it runs inside the handshake, whose answer this is.
    fn refused_by_hook(&self, record: &Record, at: i64) -> Option<Slot> {
        let Kind::Request(request) = &record.event.kind else { return None };
        if !matches!(request.status, Some(401 | 403)) || request.sid.is_some() {
            return None;
        }
        let slot = self.lanes.get(&record.lane)?.current?;
        let session = self.session(slot).filter(|s| {
            s.is_anonymous() && s.progress.decided && !s.progress.requested && !s.progress.opened
        })?;
        let last = session.records.last()?;
        (matches!(last.event.kind, Kind::Refused(_))
            && near(at, session.last, RIGHT_AWAY)
            && record.at.line.saturating_sub(last.at.line) <= RIGHT_AFTER)
            .then_some(slot)
    }

    /// The attempt in whose handshake an error was thrown right before the engine says that a middleware failed, which shows no id either.
    fn thrown_in_middleware(&self, record: &Record, at: i64) -> Option<Slot> {
        if !matches!(record.event.kind, Kind::EngineRefused(Fault::Application)) {
            return None;
        }
        let slot = self.sources.get(&record.stream)?.last?;
        let session = self.session(slot).filter(|s| s.is_anonymous() && !s.progress.reasoned)?;
        let last = session.records.last()?;
        let thrown = matches!(last.event.kind, Kind::Refused(_) | Kind::Raised(_));
        // A stack is known by its first line.
        let behind = record.at.line.saturating_sub(last.at.line);
        (thrown && near(at, session.last, RIGHT_AWAY) && behind <= STACK).then_some(slot)
    }

    /// The session whose request this is, logged by another source: the same URL, made unique by its cache buster.
    fn same_request(&self, record: &Record, at: i64) -> Option<Slot> {
        let request = request_of(&record.event.kind)?;
        if !request.unique {
            return None;
        }
        let slot = *self.by_url.get(&request.url_key)?;
        let session = self.session(slot)?;
        // One source logs a request once; a second line of it there is another client's with the same cache buster.
        let logged_here = session
            .records
            .iter()
            .any(|r| r.stream == record.stream && matches!(r.event.kind, Kind::Request(_)));
        let refused_here =
            !matches!(record.event.kind, Kind::Request(_)) && session.has_source(record.stream);
        if logged_here || refused_here {
            return None;
        }
        near(at, session.first, NEAR).then_some(slot)
    }

    fn index_url(&mut self, slot: Slot, record: &Record) {
        if let Some(request) = request_of(&record.event.kind)
            && request.unique
        {
            self.by_url.insert(request.url_key, slot);
        }
    }

    /// For a reason, the request that was refused; for a refused request, the reason.
    fn other_half(&self, record: &Record, at: i64) -> Option<Slot> {
        let others = self.halved.iter().copied().filter(|source| *source != record.stream);
        // The line's own source first: there the two stand next to each other.
        std::iter::once(record.stream).chain(others).find_map(|source| {
            let own = source == record.stream;
            let half = &self.sources.get(&source)?.half;
            let fits = |slot: &&Slot| {
                self.session(**slot).is_some_and(|s| {
                    let Some(last) = s.records.last() else { return false };
                    let near = if own {
                        let stamped = record.stamp.is_some() && last.stamp.is_some();
                        if stamped {
                            near(at, s.last, SAME_REQUEST)
                        } else {
                            record.at.line.saturating_sub(last.at.line) <= RIGHT_BEHIND
                        }
                    } else {
                        // A line without a stamp was written after the stamp before it, and nothing says how long after.
                        (at - s.last).abs() <= SAME_MOMENT
                            || record.stamp.is_none() && s.last >= at
                            || last.stamp.is_none() && at >= s.last
                    };
                    near && s.engine.is_none()
                        && !s.progress.client_busy
                        && s.records
                            .iter()
                            .all(|r| completes(&r.event.kind, &record.event.kind, own))
                })
            };
            // Without stamps the nearest is the likeliest; with them, what has waited longest.
            if own && record.stamp.is_none() {
                half.iter().rev().find(fits).copied()
            } else {
                half.iter().find(fits).copied()
            }
        })
    }
}

/// Whether a refused request shows no query at all: some formats leave it out (Hypercorn's), and then this may as well be the last poll of a session that has ended.
/// What asks for nothing in truth is no client.
fn asks_for_nothing(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request)
        if request.status == Some(400)
            && request.body.is_none()
            && request.fault.is_none()
            && request.method.as_deref().is_none_or(|method| method == "GET")
            && shows_no_query(request))
}

fn shows_no_query(request: &HttpRequest) -> bool {
    request.sid.is_none()
        && request.eio.is_none()
        && request.transport.is_none()
        && request.clock.is_none()
        && request.offer.is_none()
        && !request.unique
}

/// The request that a line shows.
pub(super) fn request_of(kind: &Kind) -> Option<&HttpRequest> {
    match kind {
        Kind::Request(request) => Some(request),
        Kind::ProxyFailed { request, .. } => request.as_deref(),
        Kind::ClientFailed(failure) => failure.request.as_deref(),
        _ => None,
    }
}
