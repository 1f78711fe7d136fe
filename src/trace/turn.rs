//! Lines without an id of a server that does one thing after the other: Node's debug output.
//!
//! One process serves its sessions in turns. Within a turn its lines stand together, so a line goes to the session of the line before it, as long as that session can have said it.
//! What begins a turn of its own (a middleware that has come back from its database, a frame of a WebSocket) goes to the session that has waited longest for such a line: they mostly
//! take equally long.

pub(super) mod standing;
mod whose;

use self::standing::{is_in_middlewares, is_refusal, is_served, refused_by_application};
use self::whose::is_near;
use super::{
    pending::is_poll,
    session::Session,
    sessions::Slot,
    tracker::{Tracker, remember},
};
use crate::{
    event::{Fault, Kind, Lane, Record, Speaker, Stack},
    ids::{SocketSid, sequence},
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
            // The application has just told of it itself, and named whom it refused.
            Kind::Refused(_) if self.in_turn(&record, at, refused_by_application).is_some() => {
                self.place_announced(announced);
                if let Some(turn) = self.lanes.get(&record.lane).and_then(|l| l.turn) {
                    self.attach(turn.slot, record, at);
                }
                return;
            }
            // Whose it is, its packet will tell better.
            Kind::Refused(_) | Kind::ConnectAccepted => {
                self.place_announced(announced);
                if let Some(lane) = self.lanes.get_mut(&record.lane) {
                    lane.announced = Some((record, at));
                }
                return;
            }
            Kind::ConnectRefused(_) => {
                if let Some(announcement) = announced {
                    return self.refused_as_announced(announcement, record, at);
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
        self.place_in_turn(record, at);
    }

    /// A line that neither announces anything nor was announced.
    fn place_in_turn(&mut self, record: Record, at: i64) {
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
                self.sent_away(slot, &record);
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

    /// The refusal that was announced right before, now with what its client is told.
    fn refused_as_announced(
        &mut self,
        (announcement, before): (Record, i64),
        record: Record,
        at: i64,
    ) {
        self.note_answer(&announcement, &record, before);
        match self.decided_for_sure(&announcement, &record, before) {
            Some(slot) => {
                self.attach(slot, announcement, before);
                self.attach(slot, record, at);
            }
            None => self.keep_back((announcement, before), record, at),
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
        self.owner_of(socket, record.lane).or_else(|| {
            let (announced, before) = self.lanes.get(&record.lane)?.announced.as_ref()?;
            let accepted = matches!(announced.event.kind, Kind::ConnectAccepted);
            self.decided_in_turn(announced, announced, *before).filter(|_| accepted)
        })
    }

    /// The session in whose middlewares an application names `socket` for the first time: by the socket's number, or right behind the line that they begin.
    /// The library's own lines show no socket's id before it is accepted.
    pub(super) fn named_in_turn(
        &mut self,
        socket: &SocketSid,
        record: &Record,
        at: i64,
    ) -> Option<Slot> {
        let lane = self.lane_of_turns(record)?;
        let next = self.next_in_turn(lane, record, at, is_in_middlewares);
        let numbered = self.owner_of(socket, lane);
        let fits = |slot: &Slot| self.session(*slot).is_some_and(is_in_middlewares);
        numbered.filter(fits).or(next).or_else(|| self.named_behind(numbered, lane, record, at))
    }

    /// The writer whose turns tell of the session that `record` names, by its own lines or by those of its source: lines of a structured logger may name a process where
    /// those of the library name none.
    fn lane_of_turns(&self, record: &Record) -> Option<Lane> {
        let last = self.sources.get(&record.stream)?.last_lane;
        let turns = |lane: &Lane| self.lanes.get(lane).is_some_and(|l| l.turn.is_some());
        [Some(record.lane), last].into_iter().flatten().find(turns)
    }

    /// The session that was refused right before an application's own line on it: its two streams, the library's and the application's, are written in pieces, and either may come first.
    fn named_behind(
        &self,
        numbered: Option<Slot>,
        lane: Lane,
        record: &Record,
        at: i64,
    ) -> Option<Slot> {
        let refused = |s: &Session| {
            s.sockets.is_empty()
                && s.progress.entered
                && s.records
                    .iter()
                    .any(|r| is_refusal(&r.event.kind) && is_near(record, at, r.when, TOGETHER))
        };
        let fits = |slot: &Slot| self.session(*slot).is_some_and(refused);
        numbered.filter(fits).or_else(|| self.next_in_turn(lane, record, at, refused))
    }

    /// The session in whose middlewares an application says no without naming anybody: `[ws] token expired` between the library's lines.
    pub(super) fn refused_by_own_line(&self, record: &Record, at: i64) -> Option<Slot> {
        if !matches!(record.event.kind, Kind::Refused(_)) {
            return None;
        }
        let lane = self.lane_of_turns(record)?;
        let next = self.next_in_turn(lane, record, at, is_in_middlewares).or_else(|| {
            // A middleware that has asked somebody else says it later.
            let waiting = self.waiting_for(lane, record, record, at);
            let [(_, slot)] = waiting.as_slice() else { return None };
            self.session(*slot).is_some_and(is_in_middlewares).then_some(*slot)
        });
        next.or_else(|| self.named_behind(None, lane, record, at))
    }

    /// The session that waits for an answer and whose socket has the number of `socket`.
    fn owner_of(&mut self, socket: &SocketSid, lane: Lane) -> Option<Slot> {
        let number = sequence(socket.as_str())?;
        let Self { sessions, lanes, .. } = self;
        let waits = |slot: Slot| {
            sessions.get(&slot).is_none_or(|s| s.sockets.is_empty() || s.progress.asked)
        };
        lanes
            .get_mut(&lane)?
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
}
