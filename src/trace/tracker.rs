//! The tracker: open sessions, the indexes by which lines find them, and the lines' way in.

use std::collections::{BTreeSet, VecDeque};

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    answers::Answers,
    attempt::Attempt,
    clock::Clock,
    counters::Counters,
    held::Held,
    numbers::Numbers,
    pending::{Order, Pending},
    process::Processes,
    session::{Session, stage},
    sessions::{Sessions, Slot},
    turn::{Turn, writes_in_turns},
};
use crate::{
    event::{Kind, Lane, Record, SourceId, Speaker},
    ids::{EngineSid, SocketSid},
    recent::{Recent, filling},
};

/// Ids of closed sessions that are remembered at least. A line comes later than its session's end by seconds, and a server gives out far fewer ids within those.
const CLOSED: usize = filling(17);

/// What bounds dropped, and what else must be said in the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrackerCounts {
    /// Sessions closed before their time because too many were open, or held too many records.
    pub evicted: u64,
    /// Sessions of before a restart that died out: their clients were let in again right after.
    pub leftover: u64,
    /// Lines that came for a session that had been closed already, or that no session expected.
    pub unclaimed: u64,
}

/// Correlates records. See the [module](super).
#[derive(Debug, Default)]
pub struct Tracker {
    pub(super) sessions: Sessions,
    pub(super) by_engine: FxHashMap<EngineSid, Slot>,
    pub(super) by_socket: FxHashMap<SocketSid, Slot>,
    pub(super) by_url: FxHashMap<u64, Slot>,
    /// By client, the latest session of which a proxy could not pass a request on, and when that request was logged.
    pub(super) unpassed: FxHashMap<CompactString, (Slot, i64)>,
    /// By the addresses that clients complain of; a server's lines of the same request are joined when all is known.
    pub(super) complaints: FxHashMap<u64, Slot>,
    pub(super) lanes: FxHashMap<Lane, LaneState>,
    pub(super) sources: FxHashMap<SourceId, SourceState>,
    /// The sources of which requests or reasons may wait for the other half.
    pub(super) halved: BTreeSet<SourceId>,
    /// Digests of the ids of closed sessions, so that a late line of one begins nothing new.
    pub(super) closed: Recent<CLOSED>,
    pub(super) held: Held,
    /// Sessions by the time at which they are to be looked at for closing.
    pub(super) due: VecDeque<(i64, Slot)>,
    pub(super) clock: Clock,
    /// When the next look at what is due is due itself, in log time.
    pub(super) next_look: i64,
    pub(super) processes: Processes,
    /// Sources that pass the words of the library that checks tokens on as they are.
    pub(super) verbatim: FxHashSet<SourceId>,
    pub(super) counters: Counters,
    /// Paths at which handshakes were answered.
    pub(super) served: Vec<CompactString>,
    pub(super) counts: TrackerCounts,
    pub(super) ready: Vec<Attempt>,
}

/// What one writer is in the middle of.
#[derive(Debug, Default)]
pub(super) struct LaneState {
    /// The session that its last line without an id went to.
    pub(super) current: Option<Slot>,
    /// Sessions whose handler writes in this lane and has not ended, oldest first.
    pub(super) runs: Vec<Slot>,
    /// What it was doing when it wrote its last line, of a writer whose lines leave the ids out.
    pub(super) turn: Option<Turn>,
    /// An answer that such a writer has announced, until the line comes that says what it is.
    pub(super) announced: Option<(Record, i64)>,
    /// The sessions that such a writer has open, oldest first.
    pub(super) live: Vec<Slot>,
    /// Refusals of which it is still open whose they are, oldest first.
    pub(super) pending: Vec<Pending>,
    pub(super) order: Order,
    /// Whether it decides on a client at once, or later.
    pub(super) answers: Answers,
    /// Whether it opens a session right behind the request for one.
    pub(super) prompt: bool,
    /// What the numbers of its ids tell.
    pub(super) numbers: Numbers,
    /// The last line of a client's platform about a request that it does not name, until the next line shows whether it matters.
    pub(super) noted: Option<Box<Record>>,
}

/// What one source waits for.
#[derive(Debug, Default)]
pub(super) struct SourceState {
    /// Sessions that were begun by a request and have no id yet, oldest first.
    pub(super) unbound: Vec<Slot>,
    /// Sessions whose engine opened or whose client asked, and whose handler has not written yet, oldest first.
    pub(super) waiting: Vec<Slot>,
    /// Sessions that a request gave an id, and whose handler has not written yet, oldest first.
    pub(super) requested: Vec<Slot>,
    /// Sessions whose handshake request was taken by its neighbourhood, oldest first.
    pub(super) guessed: Vec<Slot>,
    /// Refused requests without a reason, and reasons without a request, oldest first.
    pub(super) half: Vec<Slot>,
    /// The lane that wrote last, and the session it wrote of.
    pub(super) last_lane: Option<Lane>,
    pub(super) last: Option<Slot>,
    /// Whether its engine says when it opens a session.
    pub(super) engine_opens: bool,
    /// Whether the lines of its handlers show their sessions' ids.
    pub(super) shows_ids: bool,
    /// Lines without an id that wait for the next line of their task, and when they were written.
    pub(super) held: Vec<(Record, i64)>,
}

impl SourceState {
    /// All lists in which a session may stand.
    pub(super) fn lists(&mut self) -> [&mut Vec<Slot>; 5] {
        [
            &mut self.unbound,
            &mut self.waiting,
            &mut self.requested,
            &mut self.guessed,
            &mut self.half,
        ]
    }
}

/// Most entries of each of a source's lists; what is older has been waiting for something that is not in the log.
const MOST_WAITING: usize = 256;

impl Tracker {
    /// Takes one record in. Records of one source come in their order; sources are read in step by time.
    // A record is larger than what is done to it here: each call that is none saves a copy of it.
    #[inline]
    pub fn feed(&mut self, mut record: Record) {
        let at = self.clock.advance(record.stream, record.stamp);
        record.when = at;
        match record.event.kind {
            Kind::WorkerStarted(number) => {
                if writes_in_turns(&record) {
                    self.lanes.entry(record.lane).or_default().numbers.started();
                }
                return self.processes.started(at, record.at, number);
            }
            Kind::WorkerLost => return self.processes.lost(at, record.at),
            _ => {}
        }
        if record.verbatim {
            self.verbatim.insert(record.stream);
        }
        self.held.fed();
        self.route(record, at);
        self.close_due();
    }

    /// The attempts that have closed since the last call.
    pub fn take_closed(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.ready)
    }

    /// What was dropped so far.
    pub fn counts(&self) -> TrackerCounts {
        self.counts
    }

    /// When processes came up, or were lost (`true`), in microseconds and in the order of time.
    pub fn process_changes(&self) -> Vec<(i64, bool)> {
        self.processes.all()
    }

    /// A new session, not yet in any index.
    pub(super) fn open(&mut self, at: i64) -> Slot {
        let slot = self.sessions.open(at);
        self.schedule(slot, at);
        slot
    }

    /// Puts `record` into `slot`, and keeps the indexes and lists in step with what it shows.
    pub(super) fn attach(&mut self, slot: Slot, mut record: Record, at: i64) {
        if record.event.speaker == Speaker::Client {
            self.thrown_out(slot, &mut record);
            if matches!(record.event.kind, Kind::Opened) {
                self.note_called(slot);
            }
        }
        let (source, lane) = (record.stream, record.lane);
        self.note_turn(slot, &record, at);
        self.counters.learn(&record);
        if let Some(engine) = &record.event.ids.engine {
            self.bind_engine(slot, engine);
        }
        if let Some(socket) = &record.event.ids.socket {
            self.bind_socket(slot, socket, &record);
        }
        if let Kind::Request(request) = &record.event.kind
            && matches!(request.status, Some(502..=504))
            && let Some(client) = &record.event.ids.client
        {
            if self.unpassed.len() >= MOST_WAITING {
                self.unpassed.clear();
            }
            self.unpassed.insert(client.host().into(), (slot, at));
        }
        let Some(session) = self.sessions.get_mut(&slot) else { return };
        let before = session.progress;
        let is_request = matches!(&record.event.kind, Kind::Request(r) if r.sid.is_some());
        let ids = &record.event.ids;
        let shows_id =
            stage(&record.event.kind).is_some() && (ids.engine.is_some() || ids.socket.is_some());
        session.push(record, at);
        let after = session.progress;
        let state = self.sources.entry(source).or_default();
        state.last_lane = Some(lane);
        state.last = Some(slot);
        state.engine_opens |= after.engine_opened;
        state.shows_ids |= shows_id;
        if after.entered && !before.entered {
            state.requested.retain(|&s| s != slot);
        } else if !after.entered && is_request {
            remember(&mut state.requested, slot);
        }
        let waits = (after.asked || after.engine_opened) && !after.entered && !after.decided;
        let waited = (before.asked || before.engine_opened) && !before.entered && !before.decided;
        if waits && !waited {
            remember(&mut state.waiting, slot);
        } else if !waits && waited {
            state.waiting.retain(|&s| s != slot);
        }
    }

    /// Ties `slot` to an Engine.IO id.
    fn bind_engine(&mut self, slot: Slot, engine: &EngineSid) {
        if let Some(session) = self.sessions.get_mut(&slot)
            && session.engine.is_none()
        {
            session.engine = Some(engine.clone());
            self.by_engine.insert(engine.clone(), slot);
            each_source(&mut self.sources, &session.records, |state| {
                state.unbound.retain(|&s| s != slot);
            });
        }
    }

    /// Ties `slot` to a socket id.
    pub(super) fn bind_socket(&mut self, slot: Slot, socket: &SocketSid, record: &Record) {
        if self.by_socket.get(socket) == Some(&slot) {
            return;
        }
        if let Some(session) = self.sessions.get_mut(&slot) {
            session.sockets.push((record.event.namespace.clone(), socket.clone()));
            self.by_socket.insert(socket.clone(), slot);
        }
    }

    /// Makes one session of two.
    pub(super) fn merge(&mut self, into: Slot, from: Slot) {
        if into == from {
            return;
        }
        let Some(other) = self.sessions.remove(&from) else { return };
        if let Some(engine) = &other.engine {
            self.by_engine.insert(engine.clone(), into);
        }
        for (_, socket) in &other.sockets {
            self.by_socket.insert(socket.clone(), into);
        }
        // Only what its own lines show can lead to it: going through all URLs and lanes would take longer with every open session.
        for record in &other.records {
            if let Some(request) = super::http::request_of(&record.event.kind) {
                for index in [&mut self.by_url, &mut self.complaints] {
                    if let Some(slot) = index.get_mut(&request.url_key).filter(|s| **s == from) {
                        *slot = into;
                    }
                }
            }
            let Some(lane) = self.lanes.get_mut(&record.lane) else { continue };
            if lane.current == Some(from) {
                lane.current = Some(into);
            }
            for slot in lane.runs.iter_mut().chain(&mut lane.live) {
                if *slot == from {
                    *slot = into;
                }
            }
            lane.numbers.merged(into, from);
        }
        each_source(&mut self.sources, &other.records, |state| {
            for list in state.lists() {
                list.retain(|&s| s != from);
            }
            state.last = state.last.map(|s| if s == from { into } else { s });
        });
        if let Some(session) = self.sessions.get_mut(&into) {
            session.absorb(other);
            if !session.is_anonymous() {
                each_source(&mut self.sources, &session.records, |state| {
                    state.unbound.retain(|&s| s != into);
                });
            }
        }
    }

    pub(super) fn source(&mut self, source: SourceId) -> &mut SourceState {
        self.sources.entry(source).or_default()
    }

    pub(super) fn session(&self, slot: Slot) -> Option<&Session> {
        self.sessions.get(&slot)
    }
}

/// Does `change` to each source that wrote one of `records`: the lists of no other lead to their session, and to go through all takes the longer the more there are.
pub(super) fn each_source(
    sources: &mut FxHashMap<SourceId, SourceState>,
    records: &[Record],
    mut change: impl FnMut(&mut SourceState),
) {
    let mut done = None;
    for record in records {
        // Most stand behind one of the same source.
        if done.replace(record.stream) != Some(record.stream)
            && let Some(state) = sources.get_mut(&record.stream)
        {
            change(state);
        }
    }
}

/// Appends `slot` once, and forgets the oldest beyond the bound.
pub(super) fn remember(list: &mut Vec<Slot>, slot: Slot) {
    if list.contains(&slot) {
        return;
    }
    if list.len() >= MOST_WAITING {
        list.remove(0);
    }
    list.push(slot);
}
