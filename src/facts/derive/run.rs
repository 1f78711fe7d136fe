//! The state machine's way through an attempt, and what an end right behind a complaint, or a word long after the beginning, counts for.

use crate::{
    event::{ClosedBy, Kind, Reason, Record, Said, Speaker},
    facts::Outcome,
    trace::machine::State,
};

/// The state behind each of `records`.
pub fn course(records: &[Record]) -> Vec<State> {
    let mut run = Run::default();
    let step = |(i, record)| {
        run.take(i, record);
        run.state
    };
    records.iter().enumerate().map(step).collect()
}

/// The state machine's way through the records.
#[derive(Default)]
pub(super) struct Run<'r> {
    pub(super) state: State,
    /// The record that made the outcome a failure.
    pub(super) failing: Option<usize>,
    /// The record that made the outcome what it is.
    pub(super) deciding: Option<usize>,
    /// Whether the server had let the client in before it failed.
    pub(super) was_in: bool,
    /// Whether it was told off, long after, because its token had run out.
    pub(super) ran_out: bool,
    /// When it was let in.
    let_in: Option<i64>,
    /// The last complaint.
    accused: Option<&'r Record>,
}

impl<'r> Run<'r> {
    pub(super) fn of(records: &'r [Record]) -> Self {
        let mut run = Self::default();
        for (i, record) in records.iter().enumerate() {
            run.take(i, record);
        }
        run
    }

    /// Takes the next step.
    fn take(&mut self, i: usize, record: &'r Record) {
        if self.let_in.is_some_and(|at| record.when - at > LATE) && told_off(&record.event.kind) {
            self.ran_out |= ran_out(&record.event.kind);
            return;
        }
        let mut next = self.state.next(&record.event.kind, record.event.speaker);
        match record.event.kind {
            Kind::Complained(_) => self.accused = Some(record),
            // A client may speak before the server has looked at it.
            Kind::Refused(_) if self.state == State::Established && self.is_new(record) => {
                self.accused = Some(record);
            }
            Kind::Closed(ClosedBy::Server)
                if self.state == State::Established
                    && self.accused.is_some_and(|a| is_refusal(a) && at_once(a, record)) =>
            {
                next = State::Rejected;
            }
            // Whoever ends it right behind a complaint, it was for that.
            Kind::Closed(_)
                if next == State::Accused && self.accused.is_some_and(|a| soon(a, record)) =>
            {
                next = State::Rejected;
            }
            _ => {}
        }
        if next.outcome() != self.state.outcome() {
            self.deciding = Some(i);
            self.let_in = (next.outcome() == Outcome::Accepted).then_some(record.when);
            self.was_in |= self.state.outcome() == Outcome::Accepted;
            self.failing = (next.outcome() == Outcome::Rejected).then_some(i);
        }
        self.state = next;
    }

    /// Whether its client was let in just before `record`.
    fn is_new(&self, record: &Record) -> bool {
        record.stamp.is_some() && self.let_in.is_some_and(|at| record.when - at <= SOON)
    }
}

fn is_refusal(record: &Record) -> bool {
    matches!(record.event.kind, Kind::Refused(_)) && record.event.speaker == Speaker::Server
}

/// Whether `b` is the consequence of `a`, as close as it stands behind.
fn at_once(a: &Record, b: &Record) -> bool {
    b.stamp.is_some() && (0..=AT_ONCE).contains(&(b.when - a.when))
}

/// A server that refuses somebody hangs up within this.
const AT_ONCE: i64 = crate::time::SECOND / 2;

/// What an application says of a client that it let in this long ago is no answer to its connecting any more: sessions end for reasons too.
const LATE: i64 = 120 * crate::time::SECOND;

/// An end that comes so soon behind a complaint is its consequence.
const SOON: i64 = 5 * crate::time::SECOND;

/// Whether `b` was written soon behind `a`: without stamps, in the next few lines.
fn soon(a: &Record, b: &Record) -> bool {
    match (a.stamp, b.stamp) {
        (Some(_), Some(_)) => b.when - a.when <= SOON,
        _ => a.stream == b.stream && b.at.line.abs_diff(a.at.line) <= 2,
    }
}

/// Whether it is a word against somebody who may be in.
fn told_off(kind: &Kind) -> bool {
    let login = |said: &Said| said.reason == Reason::LoginFailed;
    if matches!(kind, Kind::Refused(said) if login(said)) {
        // People may take their time to type a password.
        return false;
    }
    matches!(
        kind,
        Kind::Refused(_)
            | Kind::Complained(_)
            | Kind::ErrorEmitted(_)
            | Kind::Disconnected(_)
            | Kind::ClientFailed(_)
    )
}

/// Whether what is told is that the token has run out.
fn ran_out(kind: &Kind) -> bool {
    let said = match kind {
        Kind::Refused(said) | Kind::Complained(said) => Some(said),
        Kind::ErrorEmitted(said) | Kind::Disconnected(said) => said.as_ref(),
        Kind::ClientFailed(failure) => Some(&failure.said),
        _ => None,
    };
    said.is_some_and(|said| said.reason == Reason::TokenExpired)
}
