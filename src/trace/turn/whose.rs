//! Whose a line of a turn is: the session that the process was busy with, or the one that has waited longest for such a line.
//!
//! Only asks; what a line does to its session is no business of this file.

use super::{
    APART, RIGHT_AFTER, TOGETHER, TURN,
    standing::{
        asked_at, awaits, goes_on, has_asked, is_closing, is_post, is_refused, is_sending,
        just_asked,
    },
};
use crate::{
    event::{Kind, Lane, Record},
    time::SECOND,
    trace::{
        clock::{NEAR, near},
        fit::{Fit, fit},
        session::Session,
        sessions::Slot,
        tracker::Tracker,
    },
};

impl Tracker {
    pub(super) fn said_in_turn(&self, record: &Record, at: i64) -> Option<Slot> {
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
            | Kind::LoginAsked(_) => self.decided_in_turn(record, record, at),
            // Whom the application looks at when it has been let in is sent away in the same turn, or when somebody else has been asked.
            Kind::Disconnected(_) => self
                .decided_in_turn(record, record, at)
                .or_else(|| self.in_turn(record, at, |s| s.progress.decided && !s.progress.closed))
                .or_else(|| self.only_one_in(record, at)),
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
    pub(super) fn asked_in_turn(
        &self,
        websocket: Option<bool>,
        record: &Record,
        at: i64,
    ) -> Option<Slot> {
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
    pub(super) fn doubt(&mut self, slot: Option<Slot>, record: &Record, at: i64) {
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
    pub(super) fn first_to_send(&self, record: &Record, at: i64) -> Option<Slot> {
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
    pub(super) fn decided_for_sure(&self, record: &Record, told: &Record, at: i64) -> Option<Slot> {
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
    pub(super) fn note_answer(&mut self, record: &Record, told: &Record, at: i64) {
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
    pub(super) fn decided_in_turn(&self, record: &Record, told: &Record, at: i64) -> Option<Slot> {
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
    pub(in crate::trace) fn longest_waiting(&self, slots: &[Slot]) -> Option<Slot> {
        let (oldest, rest) = slots.split_first()?;
        let asked = |slot| self.session(slot).and_then(asked_at);
        let together = rest.iter().any(|other| {
            asked(*other).zip(asked(*oldest)).is_some_and(|(a, b)| (a - b).abs() < TOGETHER)
        });
        (!together).then_some(*oldest)
    }

    /// The writer's sessions that wait for a decision like `told` when the line `record` is written, oldest first, and how well it suits them.
    pub(in crate::trace) fn waiting_for(
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
    pub(super) fn at_once(&self, record: &Record, at: i64) -> Option<Slot> {
        let turn = self.lanes.get(&record.lane)?.turn?;
        let begins = self.session(turn.slot)?.records.last().is_some_and(|r| {
            matches!(r.event.kind, Kind::HandlerEntered(_))
                && r.at.line + 1 == record.at.line
                && near(at, r.when, TURN)
        });
        begins.then_some(turn.slot)
    }

    /// The session of the line before, when it stands near enough and fits.
    pub(super) fn in_turn(
        &self,
        record: &Record,
        at: i64,
        fits: impl Fn(&Session) -> bool,
    ) -> Option<Slot> {
        self.of_turn(record.lane, record, at, (TURN, APART), fits)
    }

    /// The same, of the writer `lane`, for a line that another one wrote right behind.
    pub(super) fn next_in_turn(
        &self,
        lane: Lane,
        record: &Record,
        at: i64,
        fits: impl Fn(&Session) -> bool,
    ) -> Option<Slot> {
        self.of_turn(lane, record, at, (TURN, APART), fits)
    }

    /// The session of the lines right before, when it can go on with this one in the same breath, however long the process drew it.
    pub(super) fn in_line(
        &self,
        record: &Record,
        at: i64,
        fits: impl Fn(&Session) -> bool,
    ) -> Option<Slot> {
        self.of_turn(record.lane, record, at, (SECOND, RIGHT_AFTER + 1), fits)
    }

    /// The session of the turn of `lane`, if its last line stands at most `apart` lines and `within` microseconds before this one.
    fn of_turn(
        &self,
        lane: Lane,
        record: &Record,
        at: i64,
        (within, apart): (i64, u64),
        fits: impl Fn(&Session) -> bool,
    ) -> Option<Slot> {
        let turn = self.lanes.get(&lane)?.turn?;
        let close = is_near(record, at, turn.at, within)
            && record.at.line.saturating_sub(turn.line) <= apart;
        (close && self.session(turn.slot).is_some_and(fits)).then_some(turn.slot)
    }

    /// Of the writer's sessions that fit, the one that was opened first.
    pub(super) fn oldest(
        &self,
        record: &Record,
        at: i64,
        fits: impl Fn(&Session) -> bool,
    ) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        live.iter()
            .find(|slot| self.session(**slot).is_some_and(|s| near(at, s.last, NEAR) && fits(s)))
            .copied()
    }

    /// The only one of the writer's sessions that has been let in and goes on.
    fn only_one_in(&self, record: &Record, at: i64) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        let is_in = |slot: &&Slot| {
            self.session(**slot)
                .is_some_and(|s| near(at, s.last, NEAR) && s.progress.decided && !s.progress.closed)
        };
        let mut open = live.iter().filter(is_in);
        open.next().copied().filter(|_| open.next().is_none())
    }

    /// The writer's session, when it has one only.
    pub(super) fn only(&self, record: &Record, at: i64) -> Option<Slot> {
        let live = &self.lanes.get(&record.lane)?.live;
        let mut open =
            live.iter().filter(|slot| self.session(**slot).is_some_and(|s| near(at, s.last, NEAR)));
        open.next().copied().filter(|_| open.next().is_none())
    }
}

/// Whether `record`, of which the clock says that it was written at `at`, was written near `moment`: of a stamp in whole seconds, in that second.
pub(super) fn is_near(record: &Record, at: i64, moment: i64, within: i64) -> bool {
    let in_second = || {
        record.stamp.is_some_and(|stamp| !stamp.fraction)
            && (0..SECOND + within).contains(&(moment - at + within))
    };
    near(at, moment, within) || in_second()
}
