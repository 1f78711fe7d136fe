//! Lines without an id of a server that does one thing after the other: Node's debug output.
//!
//! One process serves its sessions in turns. Within a turn its lines stand together, so a line goes to the session of the line before it, as long as that session can have said it.
//! What begins a turn of its own (a middleware that has come back from its database, a frame of a WebSocket) goes to the session that has waited longest for such a line: they mostly
//! take equally long.

use super::{
    clock::near,
    fit::{Fit, fit},
    pending::is_poll,
    route::NEAR,
    session::Session,
    sessions::Slot,
    tracker::{Tracker, remember},
};
use crate::{
    event::{Fault, Kind, Lane, Record, Speaker, Stack},
    ids::{Namespace, SocketSid, sequence},
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
    /// Whether the session that `record` opens can be that of the handshake request in `slot`. A server that answers its handshakes at once does so right behind the request;
    /// what it opens elsewhere has come with a WebSocket, of which no request is logged.
    pub(super) fn is_prompt(&mut self, slot: Slot, record: &Record) -> bool {
        if !writes_in_turns(record) || !matches!(record.event.kind, Kind::Opened) {
            return true;
        }
        let served = self.session(slot).and_then(|s| s.records.last()).filter(|r| is_served(r));
        let Some(request) = served else { return true };
        let (lane, apart) = (request.lane, record.at.line.saturating_sub(request.at.line));
        let Some(lane) = self.lanes.get_mut(&lane) else { return true };
        lane.prompt |= apart <= RIGHT_AFTER;
        !lane.prompt || apart <= APART
    }

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
        if opens
            && !lane.live.contains(&slot)
            && let Some(number) =
                record.event.ids.engine.as_ref().and_then(|e| sequence(e.as_str()))
        {
            lane.numbers.session(number);
        }
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
        let Some(record) = self.goes_with_pending(record, at) else { return };
        self.settle_pending(record.lane, Some(at));
        let announced = self.lanes.get_mut(&record.lane).and_then(|l| l.announced.take());
        match &record.event.kind {
            // Whose it is, its packet will tell better.
            Kind::Refused(_) | Kind::ConnectAccepted => {
                self.place_announced(announced);
                if let Some(lane) = self.lanes.get_mut(&record.lane) {
                    lane.announced = Some((record, at));
                }
                return;
            }
            Kind::ConnectRefused(_) => {
                if let Some((announcement, before)) = announced {
                    self.note_answer(&announcement, &record, before);
                    match self.decided_for_sure(&announcement, &record, before) {
                        Some(slot) => {
                            self.attach(slot, announcement, before);
                            self.attach(slot, record, at);
                        }
                        None => self.keep_back((announcement, before), record, at),
                    }
                    return;
                }
                if let Some(slot) =
                    self.in_turn(&record, at, |s| s.records.last().is_some_and(is_poll))
                {
                    self.fetched(slot, &record);
                    return self.attach(slot, record, at);
                }
            }
            _ => self.place_announced(announced),
        }
        let slot = match &record.event.kind {
            Kind::EngineRefused(_) => self.refused_in_turn(&record, at),
            _ => self.said_in_turn(&record, at),
        };
        // Where the line that the middlewares begin is also that of the socket's birth.
        if matches!(record.event.kind, Kind::HandlerEntered(_))
            && let Some(lane) = self.lanes.get_mut(&record.lane)
        {
            lane.numbers.made(slot);
        }
        if matches!(&record.event.kind, Kind::ConnectAsked(offer) if offer.websocket == Some(true))
        {
            self.doubt(slot, &record, at);
        }
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

    /// The session that a socket's first line is of, by its number, or as one would say of the acceptance that was announced right before.
    pub(super) fn accepted_in_turn(&mut self, socket: &SocketSid, record: &Record) -> Option<Slot> {
        if !self.is_in_turns(record) || !matches!(record.event.kind, Kind::ConnectAccepted) {
            return None;
        }
        self.owner_of(socket, record).or_else(|| {
            let (announced, before) = self.lanes.get(&record.lane)?.announced.as_ref()?;
            let accepted = matches!(announced.event.kind, Kind::ConnectAccepted);
            self.decided_in_turn(announced, announced, *before).filter(|_| accepted)
        })
    }

    /// The session that waits for an answer and whose socket has the number of `socket`.
    fn owner_of(&mut self, socket: &SocketSid, record: &Record) -> Option<Slot> {
        let number = sequence(socket.as_str())?;
        let Self { sessions, lanes, .. } = self;
        let waits = |slot: Slot| {
            sessions.get(&slot).is_none_or(|s| s.sockets.is_empty() || s.progress.asked)
        };
        lanes
            .get_mut(&record.lane)?
            .numbers
            .owner(number, waits)
            .filter(|slot| sessions.contains_key(slot))
    }

    /// An answer that shows whose it is: what was announced right before is of the same session.
    pub(super) fn follow_announced(&mut self, slot: Slot, record: &Record) {
        if !matches!(record.event.kind, Kind::ConnectAccepted) || !writes_in_turns(record) {
            return;
        }
        let Some(lane) = self.lanes.get_mut(&record.lane) else { return };
        let of_it = lane.announced.take_if(|(announced, _)| {
            matches!(announced.event.kind, Kind::ConnectAccepted)
                && record.at.line.saturating_sub(announced.at.line) <= RIGHT_AFTER
        });
        if let Some((announced, at)) = of_it {
            self.settle_before(record.lane, slot, at);
            self.attach(slot, announced, at);
        }
    }

    fn said_in_turn(&self, record: &Record, at: i64) -> Option<Slot> {
        match &record.event.kind {
            Kind::ConnectAsked(offer) => self.asked_in_turn(offer.websocket, record, at),
            Kind::HandlerEntered(_) => self
                .in_line(record, at, just_asked)
                .or_else(|| self.in_turn(record, at, |s| s.progress.asked && !s.progress.decided))
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
            // Told by the transport, and then by each layer above it.
            Kind::Closed(_) | Kind::HeartbeatLost => self
                .in_turn(record, at, |s| is_sending(s) || is_closing(s, record))
                .or_else(|| self.oldest(record, at, |s| s.progress.refused || is_refused(s)))
                .or_else(|| self.only(record, at))
                .or_else(|| self.oldest(record, at, |s| s.progress.decided && !s.doubtful)),
            Kind::Active | Kind::UpgradeAsked | Kind::Upgraded | Kind::UpgradeFailed => {
                self.in_turn(record, at, |_| true).or_else(|| self.only(record, at))
            }
            _ => None,
        }
    }

    /// The session whose client asks, over a WebSocket or with a request.
    fn asked_in_turn(&self, websocket: Option<bool>, record: &Record, at: i64) -> Option<Slot> {
        // Who has come with a WebSocket has no request by which it could be told.
        let in_socket = || self.oldest(record, at, |s| !s.progress.requested && !s.progress.asked);
        let unasked = || self.oldest(record, at, |s| !s.progress.asked);
        let goes_on = || {
            let fits = |s: &Session| is_sending(s) || just_asked(s);
            self.in_line(record, at, fits).or_else(|| self.in_turn(record, at, fits))
        };
        let found = match websocket {
            Some(true) => in_socket().or_else(unasked),
            Some(false) => goes_on().or_else(|| self.first_to_send(record, at)).or_else(unasked),
            None => goes_on()
                .or_else(|| self.first_to_send(record, at))
                .or_else(in_socket)
                .or_else(unasked),
        };
        found.or_else(|| self.in_turn(record, at, |_| true))
    }

    /// Notes of those who came at once with a WebSocket each that what one of them asks for may be another's.
    fn doubt(&mut self, slot: Option<Slot>, record: &Record, at: i64) {
        let in_socket = |s: &&Session| {
            !s.progress.requested
                && !s.progress.asked
                && !s.progress.closed
                && near(at, s.last, NEAR)
        };
        let first = slot.and_then(|slot| self.session(slot)).filter(in_socket).map(|s| s.first);
        let (Some(first), Some(lane)) = (first, self.lanes.get(&record.lane)) else { return };
        let together = |slot: &&Slot| {
            let session = self.session(**slot).filter(in_socket);
            session.is_some_and(|s| (s.first - first).abs() < TOGETHER)
        };
        let together: Vec<Slot> = lane.live.iter().filter(together).copied().collect();
        if together.len() > 1 {
            for slot in together {
                if let Some(session) = self.sessions.get_mut(&slot) {
                    session.doubtful = true;
                }
            }
        }
    }

    /// Of the writer's sessions that have not asked yet, the one whose POST came first: a middleware of the engine may hold them all up.
    fn first_to_send(&self, record: &Record, at: i64) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        let sends = live.iter().filter_map(|slot| {
            let session = self.session(*slot)?;
            let waits = !session.progress.asked && near(at, session.last, NEAR);
            let post = session.records.iter().find(|r| is_post(r)).filter(|_| waits)?;
            Some((post.at, *slot))
        });
        sends.min().map(|(_, slot)| slot)
    }

    /// The session that the line `record` is of, by the decision that `told` tells: that of the line before if it goes on with it, or the only one that waits for one.
    fn decided_for_sure(&self, record: &Record, told: &Record, at: i64) -> Option<Slot> {
        let goes_on = self.in_turn(record, at, |s| goes_on(s, &told.event.kind));
        goes_on.or_else(|| {
            let waiting = self.waiting_for(record.lane, record, told, at);
            let waits = |slot: &Slot| waiting.iter().any(|(_, s)| s == slot);
            let at_once = self.at_once(record, at).filter(waits);
            at_once.or(match waiting.as_slice() {
                [(_, slot)] => Some(*slot),
                _ => None,
            })
        })
    }

    /// Notes how long after its question a refusal came, where only one client waited for one.
    fn note_answer(&mut self, record: &Record, told: &Record, at: i64) {
        let waiting = self.waiting_for(record.lane, record, told, at);
        let just_asked = self.at_once(record, at);
        let alone = match waiting.as_slice() {
            [(_, slot)] => just_asked.is_none_or(|asked| asked == *slot),
            _ => false,
        };
        if let Some(lane) = self.lanes.get_mut(&record.lane) {
            lane.answers.note(just_asked.is_some(), alone);
        }
    }

    /// The same; of several that wait the one whose credential the decision suits best, and of equals the one that has waited longest.
    fn decided_in_turn(&self, record: &Record, told: &Record, at: i64) -> Option<Slot> {
        self.decided_for_sure(record, told, at).or_else(|| {
            let waiting = self.waiting_for(record.lane, record, told, at);
            let best = waiting.iter().map(|(fit, _)| *fit).max()?;
            // Where none of several can be meant, it is one of which too little was logged.
            if best == Fit::Against {
                return None;
            }
            let equal = waiting.iter().filter(|(fit, _)| *fit == best).map(|(_, slot)| *slot);
            self.longest_waiting(&equal.collect::<Vec<_>>())
        })
    }

    /// The first of `slots`, if it asked clearly before the others: which of several that asked together is meant, nothing tells; a wrong answer is worse than none.
    pub(super) fn longest_waiting(&self, slots: &[Slot]) -> Option<Slot> {
        let (oldest, rest) = slots.split_first()?;
        let asked = |slot| self.session(slot).and_then(asked_at);
        let together = rest.iter().any(|other| {
            asked(*other).zip(asked(*oldest)).is_some_and(|(a, b)| (a - b).abs() < TOGETHER)
        });
        (!together).then_some(*oldest)
    }

    /// The writer's sessions that wait for a decision like `told` when the line `record` is written, oldest first, and how well it suits them.
    pub(super) fn waiting_for(
        &self,
        lane: Lane,
        record: &Record,
        told: &Record,
        at: i64,
    ) -> Vec<(Fit, Slot)> {
        let kind = &told.event.kind;
        let waits = |s: &Session| {
            (s.progress.asked || s.progress.entered)
                && told.event.namespace.as_ref().map_or(!s.progress.decided, |n| awaits(s, n))
                && s.records.iter().any(|r| r.at < record.at && has_asked(&r.event.kind))
        };
        let Some(lane) = self.lanes.get(&lane) else { return Vec::new() };
        let waiting = lane.live.iter().filter_map(|slot| {
            let session = self.session(*slot).filter(|s| near(at, s.last, NEAR) && waits(s))?;
            Some((fit(session, kind, at), *slot))
        });
        let mut waiting: Vec<(Fit, Slot)> = waiting.collect();
        if lane.answers.come_later() && waiting.len() > 1 {
            let asks_now = |slot: Slot| {
                let begins = |r: &Record| {
                    matches!(r.event.kind, Kind::HandlerEntered(_))
                        && r.stream == record.stream
                        && r.at.line + 1 == record.at.line
                };
                self.session(slot).is_some_and(|s| s.records.iter().any(begins))
            };
            waiting.retain(|(_, slot)| !asks_now(*slot));
        }
        waiting
    }

    /// The session of which the very line before told that its middlewares begin, for those that decide without waiting for anything.
    fn at_once(&self, record: &Record, at: i64) -> Option<Slot> {
        let turn = self.lanes.get(&record.lane)?.turn?;
        let begins = self.session(turn.slot)?.records.last().is_some_and(|r| {
            matches!(r.event.kind, Kind::HandlerEntered(_))
                && r.at.line + 1 == record.at.line
                && near(at, r.when, TURN)
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

    /// The session of the lines right before, when it can go on with this one in the same breath, however long the process drew it.
    fn in_line(&self, record: &Record, at: i64, fits: impl Fn(&Session) -> bool) -> Option<Slot> {
        let turn = self.lanes.get(&record.lane)?.turn?;
        let close = near(at, turn.at, SECOND)
            && record.at.line.saturating_sub(turn.line) <= RIGHT_AFTER + 1;
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
pub(super) fn asked_at(session: &Session) -> Option<i64> {
    session.records.iter().find_map(|r| has_asked(&r.event.kind).then_some(r.when))
}

fn has_asked(kind: &Kind) -> bool {
    matches!(kind, Kind::ConnectAsked(_) | Kind::HandlerEntered(_))
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
    session.records.last().is_some_and(is_post)
}

/// Whether the line before told in other words that its client has gone.
fn is_closing(session: &Session, record: &Record) -> bool {
    session.records.last().is_some_and(|r| {
        matches!(r.event.kind, Kind::Closed(_)) && !r.line.begins_like(&record.line)
    })
}

fn is_post(record: &Record) -> bool {
    matches!(&record.event.kind, Kind::Request(request)
        if request.status.is_none() && request.method.as_deref() == Some("POST"))
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
