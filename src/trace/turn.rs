//! Lines without an id of a server that does one thing after the other: Node's debug output.
//!
//! One process serves its sessions in turns. Within a turn its lines stand together, so a line goes to the session of the line before it, as long as that session can have said it.
//! What begins a turn of its own (a middleware that has come back from its database, a frame of a WebSocket) goes to the session that has waited longest for such a line: they mostly
//! take equally long.

use super::{
    clock::near,
    fit::{Fit, fit},
    route::NEAR,
    session::Session,
    sessions::Slot,
    tracker::{Tracker, remember},
};
use crate::{
    event::{Fault, Kind, Reason, Record, Speaker, Stack},
    ids::Namespace,
    payload::request::HttpRequest,
    time::SECOND,
};

/// Lines of one turn are written within this.
const TURN: i64 = SECOND / 500;

/// Clients that asked within this of each other may be answered in any order.
const TOGETHER: i64 = SECOND / 10;

/// Lines of which nothing is known may stand between two lines of one turn; without stamps only their number tells.
const APART: u64 = 12;

/// The refusal of a request stands right behind it.
const RIGHT_AFTER: u64 = 2;

/// What a process was doing when it wrote its last line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    slot: Slot,
    at: i64,
    line: u64,
}

/// Whether the software writes its lines in turns and leaves the ids out.
pub(super) fn writes_in_turns(record: &Record) -> bool {
    record.event.speaker == Speaker::Server && record.event.stack == Some(Stack::SocketioJs)
}

impl Tracker {
    /// Notes that `slot` has had a line of its server.
    pub(super) fn note_turn(&mut self, slot: Slot, record: &Record, at: i64) {
        if record.event.speaker != Speaker::Server {
            return;
        }
        let gone = matches!(record.event.kind, Kind::Closed(_) | Kind::HeartbeatLost);
        let opens = matches!(record.event.kind, Kind::Opened) && writes_in_turns(record);
        let turn = Turn { slot, at, line: record.at.line };
        // Of a writer that shows no request and no session there are no turns to be told.
        let lane = if opens || is_served(record) && writes_in_turns(record) {
            self.lanes.entry(record.lane).or_default()
        } else if let Some(lane) = self.lanes.get_mut(&record.lane).filter(|l| l.turn.is_some()) {
            lane
        } else {
            return;
        };
        lane.turn = Some(turn);
        if gone {
            lane.live.retain(|&s| s != slot);
        } else if opens {
            remember(&mut lane.live, slot);
        }
    }

    /// Whether a line without an id is one of a writer whose turns are known.
    pub(super) fn is_in_turns(&self, record: &Record) -> bool {
        writes_in_turns(record) && self.lanes.get(&record.lane).is_some_and(|l| l.turn.is_some())
    }

    /// A line without an id.
    pub(super) fn turn_line(&mut self, record: Record, at: i64) {
        let announced = self.lanes.get_mut(&record.lane).and_then(|l| l.announced.take());
        match &record.event.kind {
            // Whose it is, its packet will tell better.
            Kind::Refused(said) if said.reason == Reason::Refused => {
                self.place_announced(announced);
                if let Some(lane) = self.lanes.get_mut(&record.lane) {
                    lane.announced = Some((record, at));
                }
                return;
            }
            Kind::ConnectRefused(_) => {
                if let Some((announcement, before)) = announced {
                    match self.decided_in_turn(&announcement, &record, before) {
                        Some(slot) => {
                            self.attach(slot, announcement, before);
                            return self.attach(slot, record, at);
                        }
                        None => self.counts.unclaimed += 1,
                    }
                }
            }
            _ => self.place_announced(announced),
        }
        let slot = match &record.event.kind {
            Kind::EngineRefused(_) => self.refused_in_turn(&record, at),
            _ => self.said_in_turn(&record, at),
        };
        match slot {
            Some(slot) => {
                self.attach(slot, record, at);
            }
            // Told outside a turn: by an application's own listener.
            None if matches!(record.event.kind, Kind::EngineRefused(_)) => {
                self.request_line(record, at);
            }
            // Pings and the like: nothing is lost.
            None => self.counts.unclaimed += 1,
        }
    }

    /// Gives what was announced, and never explained, to the session that has waited longest.
    fn place_announced(&mut self, announced: Option<(Record, i64)>) {
        let Some((record, at)) = announced else { return };
        match self.decided_in_turn(&record, &record, at) {
            Some(slot) => self.attach(slot, record, at),
            None => self.counts.unclaimed += 1,
        }
    }

    /// Places what is still announced at the end of the input.
    pub(super) fn place_all_announced(&mut self) {
        let mut announced: Vec<(Record, i64)> =
            self.lanes.values_mut().filter_map(|lane| lane.announced.take()).collect();
        announced.sort_by_key(|(record, _)| record.at);
        for announced in announced {
            self.place_announced(Some(announced));
        }
    }

    /// The session whose request is being refused.
    fn refused_in_turn(&self, record: &Record, at: i64) -> Option<Slot> {
        // An upgrade may be refused in the middle of a session; anything else is, with the handshake.
        let within = matches!(record.event.kind, Kind::EngineRefused(Fault::Upgrade));
        self.in_turn(record, at, |s| {
            s.records.last().is_some_and(|r| {
                is_served(r)
                    && r.lane == record.lane
                    && record.at.line <= r.at.line + RIGHT_AFTER
                    && (within || s.engine.is_none())
            })
        })
    }

    /// The session that a socket's first line is of, when the line before it has decided.
    pub(super) fn accepted_in_turn(&self, record: &Record, at: i64) -> Option<Slot> {
        self.in_turn(record, at, |s| {
            s.sockets.is_empty()
                && s.records
                    .iter()
                    .rev()
                    .take(2)
                    .any(|r| matches!(r.event.kind, Kind::ConnectAccepted))
        })
    }

    fn said_in_turn(&self, record: &Record, at: i64) -> Option<Slot> {
        match &record.event.kind {
            Kind::ConnectAsked(_) => self
                .in_turn(record, at, |s| is_sending(s) || just_asked(s))
                .or_else(|| self.oldest(record, at, is_sending))
                .or_else(|| self.oldest(record, at, |s| !s.progress.asked))
                .or_else(|| self.in_turn(record, at, |_| true)),
            Kind::HandlerEntered(_) => self
                .in_turn(record, at, |s| s.progress.asked && !s.progress.decided)
                .or_else(|| self.oldest(record, at, |s| s.progress.asked && !s.progress.entered)),
            Kind::Refused(_)
            | Kind::ConnectAccepted
            | Kind::ConnectRefused(_)
            | Kind::ErrorEmitted(_)
            | Kind::Disconnected(_)
            | Kind::LoginAsked(_) => self.decided_in_turn(record, record, at),
            // A session is fetched before the client is asked anything.
            Kind::Noticed(_) => self
                .in_turn(record, at, |s| !s.progress.decided)
                .or_else(|| self.oldest(record, at, |s| !s.progress.decided)),
            Kind::Closed(_) | Kind::HeartbeatLost => self
                .oldest(record, at, |s| s.progress.refused || is_refused(s))
                .or_else(|| self.only(record, at))
                .or_else(|| self.oldest(record, at, |s| s.progress.decided)),
            Kind::Active | Kind::UpgradeAsked | Kind::Upgraded | Kind::UpgradeFailed => {
                self.in_turn(record, at, |_| true).or_else(|| self.only(record, at))
            }
            _ => None,
        }
    }

    /// The session that the line `record` is of, by the decision that `told` tells: that of the line before if it goes on with it; else, of those that wait for one, that whose credential the
    /// decision suits best, and of equals the one that has waited longest.
    fn decided_in_turn(&self, record: &Record, told: &Record, at: i64) -> Option<Slot> {
        let kind = &told.event.kind;
        let waits = |s: &Session| {
            (s.progress.asked || s.progress.entered)
                && told.event.namespace.as_ref().map_or(!s.progress.decided, |n| awaits(s, n))
        };
        let goes_on = self.in_turn(record, at, |s| goes_on(s, kind));
        goes_on.or_else(|| self.at_once(record)).or_else(|| {
            let live = &self.lanes.get(&record.lane)?.live;
            let waiting = live.iter().rev().filter_map(|slot| {
                let session = self.session(*slot).filter(|s| near(at, s.last, NEAR) && waits(s))?;
                Some((fit(session, kind, at), *slot))
            });
            let waiting: Vec<(Fit, Slot)> = waiting.collect();
            let best = waiting.iter().map(|(fit, _)| *fit).max()?;
            // Where none of several can be meant, it is one of which too little was logged.
            if best == Fit::Against && waiting.len() > 1 {
                return None;
            }
            // The newest come first.
            let mut equal = waiting.iter().rev().filter(|(fit, _)| *fit == best).map(|(_, s)| *s);
            let oldest = equal.next()?;
            let asked = |slot| self.session(slot).and_then(asked_at);
            // Which of several that asked together is meant, nothing tells; a wrong answer is worse than none.
            let together = equal.any(|other| {
                asked(other).zip(asked(oldest)).is_some_and(|(a, b)| (a - b).abs() < TOGETHER)
            });
            (!together).then_some(oldest)
        })
    }

    /// The session of which the very line before told that its middlewares begin, for those that decide without waiting for anything.
    fn at_once(&self, record: &Record) -> Option<Slot> {
        let turn = self.lanes.get(&record.lane)?.turn?;
        let begins = self.session(turn.slot)?.records.last().is_some_and(|r| {
            matches!(r.event.kind, Kind::HandlerEntered(_)) && r.at.line + 1 == record.at.line
        });
        begins.then_some(turn.slot)
    }

    /// The session of the line before, when it stands near enough and fits.
    fn in_turn(&self, record: &Record, at: i64, fits: impl Fn(&Session) -> bool) -> Option<Slot> {
        let turn = self.lanes.get(&record.lane)?.turn?;
        let close =
            (at - turn.at).abs() <= TURN && record.at.line.saturating_sub(turn.line) <= APART;
        (close && self.session(turn.slot).is_some_and(fits)).then_some(turn.slot)
    }

    /// Of the writer's sessions that fit, the one that was opened first.
    fn oldest(&self, record: &Record, at: i64, fits: impl Fn(&Session) -> bool) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        live.iter()
            .find(|slot| self.session(**slot).is_some_and(|s| near(at, s.last, NEAR) && fits(s)))
            .copied()
    }

    /// The writer's session, when it has one only.
    fn only(&self, record: &Record, at: i64) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        let mut open =
            live.iter().filter(|slot| self.session(**slot).is_some_and(|s| near(at, s.last, NEAR)));
        open.next().copied().filter(|_| open.next().is_none())
    }
}

/// When the client asked for its namespace.
fn asked_at(session: &Session) -> Option<i64> {
    session.records.iter().find_map(|r| {
        matches!(r.event.kind, Kind::ConnectAsked(_) | Kind::HandlerEntered(_)).then_some(r.when)
    })
}

/// Whether the client has asked for this namespace, and no answer has been told of it.
fn awaits(session: &Session, namespace: &Namespace) -> bool {
    let of_it = |r: &&Record| r.event.namespace.as_ref() == Some(namespace);
    let asked = session
        .records
        .iter()
        .filter(of_it)
        .any(|r| matches!(r.event.kind, Kind::ConnectAsked(_) | Kind::HandlerEntered(_)));
    let answered = session.records.iter().any(|r| {
        matches!(r.event.kind, Kind::ConnectAccepted | Kind::ConnectRefused(_) | Kind::Refused(_))
            && r.event.namespace.as_ref().is_none_or(|n| n == namespace)
    });
    // What names no namespace may have answered another one.
    asked && (!answered || !session.progress.decided)
}

/// Whether the line is of a request that has come and has not been answered.
fn is_served(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request) if request.status.is_none())
}

/// Whether a POST has come whose body has not been read yet.
fn is_sending(session: &Session) -> bool {
    session.records.last().is_some_and(
        |r| matches!(&r.event.kind, Kind::Request(request) if is_unanswered_post(request)),
    )
}

fn is_unanswered_post(request: &HttpRequest) -> bool {
    request.status.is_none() && request.method.as_deref() == Some("POST")
}

fn just_asked(session: &Session) -> bool {
    session.records.last().is_some_and(|r| matches!(r.event.kind, Kind::ConnectAsked(_)))
}

fn is_refused(session: &Session) -> bool {
    session
        .records
        .iter()
        .any(|r| matches!(r.event.kind, Kind::ConnectRefused(_) | Kind::Refused(_)))
}

/// Whether a session of which the last line told can go on with one of this kind in the same breath: a refusal with its packet, a packet with its encoding.
fn goes_on(session: &Session, kind: &Kind) -> bool {
    let Some(last) = session.records.last() else { return false };
    match (&last.event.kind, kind) {
        (Kind::ConnectRefused(a), Kind::ConnectRefused(b)) => {
            a.text == b.text || b.reason.is_vague()
        }
        (Kind::Refused(_) | Kind::ErrorEmitted(_), _)
        | (Kind::ConnectAccepted | Kind::Admitted { .. }, Kind::ConnectAccepted) => true,
        _ => false,
    }
}
