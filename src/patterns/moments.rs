//! What began or ended at a moment: failures that were not there before, or are gone since; keys that were rotated.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    rules::cause::Cause,
    time::{SECOND, Stamp},
};

use super::{
    Change, Edge, Restart, Rotation, Window,
    crowd::Crowd,
    timeline::{Issued, Span, Timeline},
};

/// So many failures at least: fewer are a handful of people.
const LEAST_FAILED: u64 = 10;

/// From so many clients at least, where the log tells clients apart: one that begins to fail is no event.
const LEAST_CLIENTS: u64 = 3;

/// Of the attempts in between at least this part, in per cent: what fails now and then begins nowhere.
const LEAST_SHARE: u64 = 30;

/// So many failures would have been on the other side if they had come as often there: that there is none is no chance then (e^-15).
const EXPECTED: u64 = 15;

/// A process that came up or was lost explains what begins within this time behind it, and what ends: clients come back within a minute, and a balancer
/// takes about as long to see it.
const SHADOW: i64 = 120 * SECOND;

/// A change is logged a little after it happened, and clocks of two sources differ a little.
const EARLY: i64 = 5 * SECOND;

/// Refused tokens that make a rotation, at least; fewer may be a few clients of another environment.
const LEAST_REFUSED: u64 = 5;

/// All failures with one cause.
#[derive(Clone, Debug)]
struct Failures {
    count: u64,
    first: Stamp,
    last: Stamp,
    clients: Crowd,
    /// Failures of which the log does not show whose they are.
    nameless: u64,
}

/// What is kept of all attempts.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    line: Timeline,
    causes: BTreeMap<Cause, Failures>,
}

impl Moments {
    /// Notes an attempt: why it failed, whose it is, and when its token was issued.
    pub(super) fn add(
        &mut self,
        at: Stamp,
        let_in: bool,
        cause: Option<Cause>,
        whose: Option<u64>,
        issued: Option<i64>,
    ) {
        let span = self.line.at(at.micros);
        span.attempts += 1;
        if let Some(issued) = issued {
            if let_in {
                span.let_in.add(issued);
            } else if cause.is_some_and(is_of_key) {
                span.refused.add(issued);
            }
        }
        let Some(cause) = cause else { return };
        span.fail(cause, 1);
        let failures = self.causes.entry(cause).or_insert(Failures {
            count: 0,
            first: at,
            last: at,
            clients: Crowd::default(),
            nameless: 0,
        });
        failures.count += 1;
        failures.first = failures.first.min(at);
        failures.last = failures.last.max(at);
        match whose {
            Some(whose) => failures.clients.add(whose),
            None => failures.nameless += 1,
        }
    }

    /// Causes that began or ended at a moment, the most frequent first.
    pub(super) fn windows(&self, changes: &[Change]) -> Vec<Window> {
        let mut windows: Vec<Window> = self
            .causes
            .iter()
            .filter(|(cause, _)| !is_of_client(**cause))
            .filter_map(|(cause, failures)| self.window(*cause, failures, changes))
            .collect();
        windows.sort_by_key(|w| (std::cmp::Reverse(w.failed), w.cause));
        windows
    }

    fn window(&self, cause: Cause, failures: &Failures, changes: &[Change]) -> Option<Window> {
        let Failures { count: failed, first, last, .. } = *failures;
        let one = failures.nameless == 0 && failures.clients.count() < LEAST_CLIENTS;
        let attempts = attempts(self.line.between(first.micros, last.micros)).max(failed);
        if failed < LEAST_FAILED || one || failed * 100 < attempts * LEAST_SHARE {
            return None;
        }
        let edge = |at: Stamp, without: u64, near: Range<i64>| {
            (without * failed >= EXPECTED * attempts).then(|| Edge {
                at,
                without,
                restart: restart(at.micros, &near, changes),
            })
        };
        let begins =
            edge(first, self::attempts(self.line.before(first.micros)), shadow(first.micros));
        let ends = edge(
            last,
            self::attempts(self.line.behind(last.micros)),
            last.micros.saturating_sub(EARLY)..last.micros.saturating_add(SHADOW),
        );
        (begins.is_some() || ends.is_some()).then_some(Window {
            cause,
            failed,
            attempts,
            begins,
            ends,
        })
    }

    /// Whether tokens are told apart by when they were issued, from some moment on.
    pub(super) fn rotation(&self) -> Option<Rotation> {
        let of_key = || self.causes.iter().filter(|(cause, _)| is_of_key(**cause));
        let refused_from = of_key().map(|(_, f)| f.first).min()?;
        let (cause, failures) = of_key().max_by_key(|(_, f)| f.count)?;
        let sum = |issued: &mut dyn Iterator<Item = Issued>| {
            issued.fold(Issued::default(), |mut sum, one| {
                sum.merge(one);
                sum
            })
        };
        let refused = sum(&mut self.line.between(i64::MIN, i64::MAX).map(|s| s.refused));
        let before = sum(&mut self.line.before(refused_from.micros).map(|s| s.let_in));
        let since = sum(&mut self.line.behind(refused_from.micros).map(|s| s.let_in));
        let is_one = failures.nameless == 0 && failures.clients.count() < LEAST_CLIENTS;
        // Such tokens were good before, and no token as old is any more.
        let rotated = refused.count >= LEAST_REFUSED
            && !is_one
            && before.count >= LEAST_REFUSED
            && before.oldest <= refused.youngest
            && (since.count == 0 || since.oldest > refused.youngest);
        let issued = |seconds: i64| Stamp::exact(seconds.saturating_mul(SECOND), false);
        rotated.then(|| Rotation {
            cause: *cause,
            issued_until: issued(refused.youngest),
            issued_from: (since.count > 0).then(|| issued(since.oldest)),
            refused_from,
            refused: refused.count,
            accepted_before: before.count,
            accepted_since: since.count,
        })
    }
}

/// What happened to the processes in `near`; of several changes the one that is nearest to the moment.
pub(super) fn restart(at: i64, near: &Range<i64>, changes: &[Change]) -> Option<Restart> {
    let change = changes
        .iter()
        .filter(|change| near.contains(&change.at))
        .min_by_key(|change| (at.abs_diff(change.at), change.lost))?;
    Some(Restart {
        lost: change.lost,
        seconds_before: at.saturating_sub(change.at).div_euclid(SECOND),
    })
}

/// Where changes are looked for that explain what happened at a moment.
pub(super) fn shadow(at: i64) -> Range<i64> {
    at.saturating_sub(SHADOW)..at.saturating_add(EARLY)
}

fn attempts<'s>(spans: impl Iterator<Item = &'s Span>) -> u64 {
    spans.map(|span| span.attempts).sum()
}

/// Whether it is for its key, and not for what it says, that a token is refused.
fn is_of_key(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::JwtSignatureInvalid | Cause::JwtKeyUnavailable | Cause::JwtAlgorithmRejected
    )
}

/// Whether a client does it by itself, whatever the server does.
fn is_of_client(cause: Cause) -> bool {
    matches!(cause, Cause::ClientLeft | Cause::StaleTokenRetry | Cause::ReconnectStorm)
}
