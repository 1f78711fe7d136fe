//! Client lines without an id: a client does one thing after the other, so they go to what its lane is in the middle of.

use super::{
    clock::{NEAR, near},
    http::request_of,
    session::Session,
    sessions::Slot,
    tracker::Tracker,
};
use crate::{
    event::{ClosedBy, Failure, Kind, Lane, Reason, Record, Speaker},
    time::SECOND,
};

/// A library tells its program of a failure this soon after the platform has complained of the request.
const AT_ONCE: i64 = SECOND;

/// As many lines at most may stand between the two; a page logs more than its socket, and rows of a stack.
const RIGHT_BEHIND: u64 = 40;

/// One who is thrown out this soon after it was let in never was: many applications refuse so.
const IN_DISGUISE: i64 = 5 * SECOND;

/// A program that prints one failure twice does so at once.
const ECHO: i64 = SECOND / 20;

/// How many lines are at once, where these show no time.
const NEXT_LINES: u64 = 6;

impl Tracker {
    pub(super) fn client_line(&mut self, record: Record, at: i64) {
        if matches!(record.event.kind, Kind::ClientNoted(_)) {
            let before = self.lanes.entry(record.lane).or_default().noted.replace(Box::new(record));
            self.counts.unclaimed += u64::from(before.is_some());
            return;
        }
        let noted = self.take_note(&record);
        let ends = matches!(record.event.kind, Kind::Closed(_) | Kind::Disconnected(_))
            && request_of(&record.event.kind).is_none();
        let current = self.client_current(&record).or_else(|| {
            // Whom the program's own words let in is told off in its library's.
            self.sources.get(&record.stream).and_then(|s| s.last).filter(|_| ends)
        });
        if ends && current.is_none() {
            self.counts.unclaimed += 1;
            return;
        }
        if let Some(slot) = self.same_url(&record, at) {
            self.lanes.entry(record.lane).or_default().current = Some(slot);
            return self.attach(slot, record, at);
        }
        let fresh =
            current.is_some_and(|s| self.session(s).is_some_and(|s| !s.progress.client_busy));
        let idle = current.is_none_or(|s| {
            self.session(s).is_none_or(|s| s.progress.client_done || s.progress.refused)
        });
        let over =
            current.is_some_and(|s| self.is_over(s, record.lane) && !self.is_echo(s, &record));
        let begins = match &record.event.kind {
            // The program and its library both say that they set out; a library that could not reach the server sets out again.
            Kind::ClientStarted(..) => !fresh && !current.is_some_and(|s| self.retries(s)),
            // A request of its own, outside what the library does.
            Kind::Request(_) => idle || !fresh || over,
            // The platform's word of another request than that of the try that is over.
            Kind::ClientFailed(failure) if failure.request.is_some() => {
                over || current.is_some_and(|s| self.asked_otherwise(s, &record))
            }
            // Whoever answers now did not before.
            kind if reached(kind) => {
                let unreached = current.and_then(|s| self.session(s)).is_some_and(is_unreached);
                over || unreached
            }
            kind => over && is_told(kind),
        };
        let slot = current.filter(|_| !begins).unwrap_or_else(|| self.open(at));
        self.lanes.entry(record.lane).or_default().current = Some(slot);
        if let Some(request) = request_of(&record.event.kind).filter(|r| r.unique) {
            self.complaints.insert(request.url_key, slot);
        }
        if let Some(noted) = noted {
            let when = noted.when;
            self.attach(slot, noted, when);
        }
        self.attach(slot, record, at);
    }

    /// What the platform complained of right before the library tells its program that the try failed: one request, and its failure.
    fn take_note(&mut self, record: &Record) -> Option<Record> {
        let mut noted = *self.lanes.get_mut(&record.lane)?.noted.take()?;
        let Kind::ClientFailed(told) = &record.event.kind else { return None };
        let Kind::ClientNoted(said) = &noted.event.kind else { return None };
        // The library's word, or a browser's that it may say of any failure.
        let fits = told.said.reason.vagueness() > 0
            && (told.told || told.request.is_some())
            && lines_between(&noted, record) <= RIGHT_BEHIND
            && near(record.when, noted.when, AT_ONCE);
        let failure = Failure { said: said.clone(), told: false, request: None, status: None };
        noted.event.kind = Kind::ClientFailed(failure);
        fits.then_some(noted)
    }

    /// The session of which another line of a client's, perhaps in another log, shows the same address, one of its kind.
    fn same_url(&self, record: &Record, at: i64) -> Option<Slot> {
        let request = request_of(&record.event.kind).filter(|r| r.unique)?;
        let slot = *self.complaints.get(&request.url_key)?;
        near(at, self.session(slot)?.last, NEAR).then_some(slot)
    }

    /// Whether the session's handshake, as this lane told it, went to another address than the one that `record` shows.
    fn asked_otherwise(&self, slot: Slot, record: &Record) -> bool {
        let Some(request) = request_of(&record.event.kind) else { return false };
        self.session(slot).is_some_and(|s| {
            let own = s.records.iter().filter(|r| r.lane == record.lane);
            let mut asked = own.filter_map(|r| request_of(&r.event.kind));
            // A WebSocket's address is always the same; each line is of another one.
            !is_unreached(s)
                && asked.any(|other| {
                    other.sid.is_none()
                        && (other.url_key != request.url_key
                            || request.transport.as_deref() == Some("websocket"))
                })
        })
    }

    /// Whether the lane has told how the session's try ended, in words of which there is one a try, and the library's own lines don't show where
    /// the next begins. A library that reached nobody goes on trying.
    fn is_over(&self, slot: Slot, lane: Lane) -> bool {
        !self.is_led(slot)
            && self.session(slot).is_some_and(|s| {
                // Programs say in words of their own that they were let in, and these may be a server's too.
                let told = |r: &Record| {
                    is_told(&r.event.kind) || matches!(r.event.kind, Kind::Admitted { .. })
                };
                !is_unreached(s) && s.records.iter().any(|r| r.lane == lane && told(r))
            })
    }

    /// Whether a program prints the failure that it was just told of once more, in other words.
    fn is_echo(&self, slot: Slot, record: &Record) -> bool {
        let Some(text) = told(&record.event.kind) else { return false };
        self.session(slot).is_some_and(|s| {
            s.records.iter().rev().filter(|r| r.lane == record.lane).take(3).any(|before| {
                let at_once = if before.stamp.is_some() || record.stamp.is_some() {
                    (before.when - record.when).abs() <= ECHO
                } else {
                    before.line != record.line && lines_between(before, record) <= NEXT_LINES
                };
                at_once && told(&before.event.kind) == Some(text)
            })
        })
    }

    /// Whether an answer that names a socket can't be of the lane's session.
    pub(super) fn is_past(&self, slot: Slot, lane: Lane) -> bool {
        self.is_over(slot, lane)
            || self.session(slot).is_none_or(|s| {
                let left = |r: &Record| matches!(&r.event.kind, Kind::ClientFailed(f) if f.said.reason == Reason::ClientLeft);
                // What the page itself closed it opens again.
                s.progress.client_done && !s.records.iter().all(left)
            })
    }

    /// Whether the library's own lines lead through the session: they show where a try begins.
    fn is_led(&self, slot: Slot) -> bool {
        self.session(slot).is_some_and(|s| {
            s.records.iter().any(|r| {
                r.event.speaker == Speaker::Client
                    && matches!(r.event.kind, Kind::Opened | Kind::ConnectAsked(_))
            })
        })
    }

    /// What ends a connection says nothing of how it began, unless it had only just been let in: many applications refuse by throwing out, and where several
    /// processes share the work, the next request goes to one that does not know it.
    pub(super) fn thrown_out(&self, slot: Slot, record: &mut Record) {
        let end = match &record.event.kind {
            Kind::Disconnected(Some(_)) => Kind::Disconnected(None),
            Kind::ClientFailed(_) => Kind::Closed(ClosedBy::Unknown),
            _ => return,
        };
        let Some(session) = self.session(slot) else { return };
        let accepted = session
            .records
            .iter()
            .rev()
            .find(|r| matches!(r.event.kind, Kind::ConnectAccepted | Kind::Admitted { .. }));
        let lately = match accepted.map(|a| (a, a.stamp, record.stamp)) {
            Some((_, Some(a), Some(r))) => (r.micros - a.micros).abs() <= IN_DISGUISE,
            Some((a, ..)) => lines_between(a, record) <= NEXT_LINES,
            // Of one that was never let in a failure is a failure.
            None => matches!(record.event.kind, Kind::ClientFailed(_)),
        };
        if !lately {
            record.event.kind = end;
        }
    }

    /// A client line with an id: from now on the lane's lines without one belong there too, and what the lane had begun gets the id.
    pub(super) fn follow_client(&mut self, slot: Slot, record: &Record) {
        let lane = record.lane;
        let before = self.lanes.get(&lane).and_then(|l| l.current);
        if let Some(before) = before.filter(|&b| b != slot) {
            let over = self.is_over(before, lane);
            let begun = self.session(before).is_some_and(|s| {
                s.is_anonymous()
                    && !over
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
                && is_unreached(s)
        })
    }

    pub(super) fn client_current(&self, record: &Record) -> Option<Slot> {
        self.lanes.get(&record.lane)?.current.filter(|s| self.sessions.contains_key(s))
    }
}

/// How far apart two lines of one writer stand; at the beginning of the file that goes on with the one before, at least.
fn lines_between(before: &Record, record: &Record) -> u64 {
    if before.at.source == record.at.source {
        record.at.line.saturating_sub(before.at.line)
    } else {
        record.at.line
    }
}

/// Whether a server answered, by what the library tells.
fn reached(kind: &Kind) -> bool {
    match kind {
        Kind::ConnectRefused(_) | Kind::ConnectAccepted => true,
        Kind::ClientFailed(Failure { said, told: true, .. }) => {
            !said.reason.is_vague() && said.reason != Reason::Unreachable
        }
        _ => false,
    }
}

/// The first words of what a client's library tells, without what the program adds.
fn told(kind: &Kind) -> Option<&str> {
    let text = match kind {
        Kind::ClientFailed(failure) if failure.told => &failure.said.text,
        Kind::ConnectRefused(said) => &said.text,
        _ => return None,
    };
    let first = text.split([';', ':', '(', '{']).map(str::trim).find(|part| !part.is_empty());
    Some(first.unwrap_or(text))
}

/// Whether a client's library says it once a try.
fn is_told(kind: &Kind) -> bool {
    match kind {
        Kind::ClientFailed(failure) => failure.told,
        Kind::ConnectRefused(_) | Kind::ConnectAccepted => true,
        _ => false,
    }
}

/// Whether no server was reached so far: what the library tells of it says next to nothing by itself.
fn is_unreached(session: &Session) -> bool {
    let failed = |r: &Record, wanted: fn(Reason) -> bool| matches!(&r.event.kind, Kind::ClientFailed(failure) if wanted(failure.said.reason));
    let last = session.records.iter().rev().find(|r| is_told(&r.event.kind));
    session.records.iter().any(|r| failed(r, |reason| reason == Reason::Unreachable))
        && last
            .is_none_or(|r| failed(r, |reason| reason == Reason::Unreachable || reason.is_vague()))
}
