//! When an attempt closes: its decision plus a short grace in log time, an idle time-out, or the end of input.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::{
    attempt::Attempt, clock::Clock, namespaces::attempts, session::Session, sessions::Slot,
    tracker::Tracker,
};
use crate::{
    event::{Kind, Lane, Record, SourceId},
    time::SECOND,
};

/// How long after its last line a decided attempt waits for what other sources say of it.
const GRACE: i64 = 60 * SECOND;

/// How long an undecided one waits. A poll is answered within ping interval plus time-out (45 s by default); clients give up sooner.
const IDLE: i64 = 300 * SECOND;

/// A client that was thrown out by a restart connects again within its library's longest pause, and some.
const AT_ONCE: i64 = 10 * SECOND;

/// Most sessions open at once. A session of a dozen lines is about 6 KiB.
const MOST_OPEN: usize = 16_384;

impl Tracker {
    /// Closes everything that is open. Call it at the end of input.
    pub fn finish(&mut self) {
        self.place_all_announced();
        self.settle_all_pending();
        self.give_up_holding();
        self.join_all();
        let mut open: Vec<(i64, u64, Slot)> =
            self.sessions.iter().map(|(slot, s)| (s.first, s.serial, slot)).collect();
        open.sort_unstable();
        let slots: Vec<Slot> = open.into_iter().map(|(.., slot)| slot).collect();
        self.close_all(&slots);
    }

    pub(super) fn schedule(&mut self, slot: Slot, at: i64) {
        self.due.push_back((at.max(self.clock.now()) + GRACE, slot));
    }

    /// Closes what is due. Sessions are looked at in the order in which they were opened or looked at last, so the queue is in order of time.
    pub(super) fn close_due(&mut self) {
        let now = self.clock.now();
        let crowded = self.sessions.len() > MOST_OPEN;
        let full = self.held.may_be_full();
        // Closing in batches: what is joined is compared with all that is near, once a second of log time and not once a line.
        if now < self.next_look && !crowded && !full {
            return;
        }
        if full {
            let held = self.sessions.iter().map(|(_, session)| session.records.len()).sum();
            self.held.counted(held);
        }
        self.next_look = now + SECOND;
        let mut closing = Vec::new();
        while let Some(&(due, slot)) = self.due.front() {
            let open = self.sessions.len() - closing.len();
            let excess =
                crowded && open > MOST_OPEN - MOST_OPEN / 8 || full && self.held.is_crowded();
            if due > now && !excess {
                break;
            }
            self.due.pop_front();
            let Some(session) = self.sessions.get_mut(&slot) else { continue };
            let rests = rests_until(session, &self.clock);
            if rests > now && !excess {
                session.settle();
                self.due.push_back((now + GRACE, slot));
                continue;
            }
            self.counts.evicted += u64::from(rests > now);
            self.held.let_go(session.records.len());
            closing.push(slot);
        }
        self.join(&closing);
        self.close_all(&closing);
    }

    /// Closes `slots`, but for what is left of sessions of before a restart: they are counted and were no attempts.
    fn close_all(&mut self, slots: &[Slot]) {
        // Decided before the first is closed, since it depends on what else is open.
        let leftover = self.leftover(slots);
        for &slot in slots {
            if leftover.contains(&slot) {
                self.counts.leftover += 1;
                self.forget(slot);
            } else {
                self.close(slot);
            }
        }
    }

    /// Those of `slots` that the server did not know after its start, and whose client got through with a new session at once.
    fn leftover(&self, slots: &[Slot]) -> FxHashSet<Slot> {
        let polls_on: Vec<(Slot, &Session, &str)> = slots
            .iter()
            .filter_map(|slot| {
                let session = self.sessions.get(slot).filter(|session| self.polls_on(session))?;
                Some((*slot, session, session.client.as_ref()?.host()))
            })
            .collect();
        if polls_on.is_empty() {
            return FxHashSet::default();
        }
        // A restart throws out all clients at once, perhaps all behind one proxy: each must not be compared with each.
        let mut hosts: FxHashMap<&str, (u64, Option<i64>)> = FxHashMap::default();
        for (_, session) in self.sessions.iter() {
            let Some(client) = &session.client else { continue };
            let (oldest, through) = hosts.entry(client.host()).or_insert((session.serial, None));
            *oldest = session.serial.min(*oldest);
            if session.progress.opened && !session.progress.refused {
                *through = Some(through.map_or(session.first, |first| first.min(session.first)));
            }
        }
        polls_on
            .into_iter()
            .filter(|(_, session, host)| {
                hosts.get(host).is_some_and(|&(oldest, through)| {
                    oldest == session.serial
                        && through.is_some_and(|first| first - session.last <= AT_ONCE)
                })
            })
            .map(|(slot, ..)| slot)
            .collect()
    }

    /// Whether a library still polls with an id that the server, lately started, did not know.
    fn polls_on(&self, session: &Session) -> bool {
        // A library's poll carries a cache buster; a request made by hand is somebody's question and gets its answer.
        let polls =
            |r: &Record| matches!(&r.event.kind, Kind::Request(q) if q.unique && q.sid.is_some());
        session.progress.refused
            && !session.progress.opened
            && session.engine.is_some()
            && session.records.iter().any(polls)
            && self.processes.started_before(session.last)
    }

    fn close(&mut self, slot: Slot) {
        let Some(session) = self.forget(slot) else { return };
        let astray = self.is_astray(&session);
        let workers = self.processes.at(session.last, session.records.last().map(|r| r.at));
        let verbatim = session.records.iter().any(|r| self.verbatim.contains(&r.stream));
        let known = |attempt| Attempt { verbatim, astray, workers, ..attempt };
        self.ready.extend(attempts(session).map(known));
    }

    /// Takes `slot` out of all indexes and lists.
    fn forget(&mut self, slot: Slot) -> Option<Session> {
        let session = self.sessions.remove(&slot)?;
        if let Some(engine) = &session.engine {
            self.by_engine.remove(engine);
            self.closed.insert(digest(engine.as_str()));
        }
        for (_, socket) in &session.sockets {
            self.by_socket.remove(socket);
            self.closed.insert(digest(socket.as_str()));
        }
        self.forget_requests(slot, &session.records);
        let (mut lane_done, mut source_done) = (None, None);
        for record in &session.records {
            // Most records stand behind one of the same lane and source, where there is nothing left to take out.
            if lane_done.replace(record.lane) != Some(record.lane) {
                self.forget_in_lane(slot, record.lane);
            }
            if source_done.replace(record.stream) != Some(record.stream) {
                self.forget_in_source(slot, record.stream);
            }
        }
        Some(session)
    }

    /// Takes `slot` out of the indexes of requests.
    fn forget_requests(&mut self, slot: Slot, records: &[Record]) {
        for request in records.iter().filter_map(|r| super::http::request_of(&r.event.kind)) {
            for index in [&mut self.by_url, &mut self.complaints] {
                if index.get(&request.url_key) == Some(&slot) {
                    index.remove(&request.url_key);
                }
            }
        }
    }

    fn forget_in_lane(&mut self, slot: Slot, number: Lane) {
        let Some(lane) = self.lanes.get_mut(&number) else { return };
        lane.runs.retain(|&s| s != slot);
        if lane.current == Some(slot) {
            lane.current = None;
        }
        // A server with a thread a request has as many lanes as requests.
        if lane.current.is_none() && lane.runs.is_empty() {
            self.lanes.remove(&number);
        }
    }

    fn forget_in_source(&mut self, slot: Slot, source: SourceId) {
        let Some(state) = self.sources.get_mut(&source) else { return };
        for list in state.lists() {
            if let Some(at) = list.iter().position(|&s| s == slot) {
                list.remove(at);
            }
        }
        if state.half.is_empty() {
            self.halved.remove(&source);
        }
    }

    pub(super) fn is_closed(&self, id: &str) -> bool {
        self.closed.contains(digest(id))
    }
}

/// Until when `session` waits for more lines.
fn rests_until(session: &mut Session, clock: &Clock) -> i64 {
    let wait = if session.progress.decided || session.progress.refused { GRACE } else { IDLE };
    // When a line without a stamp was written nobody knows but that it was after the stamp before it, perhaps long after, and before the next one of its source.
    let timeless = session.records.iter().all(|r| r.stamp.is_none());
    if timeless
        && session.before.is_none()
        && session.records.iter().all(|r| clock.has_gone_on(r.stream, session.last))
    {
        session.before = Some(clock.now());
    }
    match session.before {
        Some(before) => before + wait,
        None if timeless => i64::MAX,
        // Lines before the first stamp of their source have no time; they are as old as the clock says now.
        None if session.last == 0 => clock.now() + wait,
        None => session.last + wait,
    }
}

fn digest(id: &str) -> u64 {
    FxBuildHasher.hash_one(id)
}
