//! Attempts of which one shard has one half and another the other: the proxy's log on one machine, the server's on another.
//!
//! A run over both logs would have put their lines together and judged them once. Here both are judged already, so the clearer verdict stands and takes over
//! what only the other knows.

use std::collections::HashMap;

use crate::{
    facts::{Layer, Outcome},
    ids::{EngineSid, Namespace, SocketSid},
    rules::cause::Cause,
    verdict::{Evidence, Quote, Verdict},
};

/// Most lines quoted of an attempt, as in a run.
const MOST_QUOTES: usize = 12;

/// The attempts of all `parts`, those with the same session once; and how many were joined.
pub(super) fn parts(parts: Vec<Vec<Verdict>>) -> (Vec<Verdict>, u64) {
    let mut all: Vec<Verdict> = Vec::new();
    let mut joined = 0;
    // By session, those of earlier shards.
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for part in parts {
        let before = all.len();
        for verdict in part {
            let other = sid(&verdict)
                .and_then(|sid| known.get(sid))
                .and_then(|places| places.iter().find(|&&place| fits(&all[place], &verdict)));
            match other {
                Some(&place) => {
                    joined += 1;
                    join(&mut all[place], verdict);
                }
                None => all.push(verdict),
            }
        }
        for (place, verdict) in all.iter().enumerate().skip(before) {
            if let Some(sid) = sid(verdict) {
                known.entry(sid.to_owned()).or_default().push(place);
            }
        }
    }
    (all, joined)
}

fn sid(verdict: &Verdict) -> Option<&str> {
    let engine = verdict.engine_sid.as_ref().map(EngineSid::as_str);
    engine.or(verdict.socket_sid.as_ref().map(SocketSid::as_str))
}

/// Whether they are about the same namespace, as far as both say.
fn fits(a: &Verdict, b: &Verdict) -> bool {
    let name =
        |verdict: &Verdict| verdict.namespace.as_ref().map(Namespace::as_str).map(str::to_owned);
    match (name(a), name(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// How much a verdict tells.
fn clarity(verdict: &Verdict) -> u8 {
    match (verdict.outcome, verdict.cause) {
        (Outcome::Undecided, _) => 0,
        (
            Outcome::Rejected | Outcome::Abandoned,
            None | Some(Cause::RejectedUnexplained | Cause::AuthUndecided | Cause::ClientLeft),
        ) => 1,
        (Outcome::Accepted, _) => 2,
        (Outcome::Rejected | Outcome::Abandoned, Some(_)) => 3,
    }
}

/// Whether the second tells more than the first. Of one that was let in and one that was refused the earlier decision stands: what breaks later was let in.
fn is_clearer(first: &Verdict, second: &Verdict) -> bool {
    let let_in = |verdict: &Verdict| verdict.outcome == Outcome::Accepted;
    let explained = clarity(first).min(clarity(second)) >= 2;
    if explained
        && let_in(first) != let_in(second)
        && let (Some(a), Some(b)) = (first.decided, second.decided)
    {
        return b.micros < a.micros;
    }
    (clarity(second), second.confidence) > (clarity(first), first.confidence)
}

fn join(into: &mut Verdict, mut other: Verdict) {
    if is_clearer(into, &other) {
        std::mem::swap(into, &mut other);
    }
    into.started = match (into.started, other.started) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    into.decided = into.decided.or(other.decided.filter(|_| into.outcome == other.outcome));
    into.engine_sid = into.engine_sid.take().or(other.engine_sid);
    into.socket_sid = into.socket_sid.take().or(other.socket_sid);
    into.namespace = into.namespace.take().or(other.namespace);
    into.client = into.client.take().or(other.client);
    into.user = into.user.take().or(other.user);
    into.stack = into.stack.or(other.stack);
    if into.layer == Layer::None && into.outcome == other.outcome {
        into.layer = other.layer;
    }
    into.stacks.extend(other.stacks);
    into.stacks.sort_unstable();
    into.stacks.dedup();
    into.findings.extend(other.findings);
    into.findings.sort_unstable();
    into.findings.dedup();
    into.steps = into.steps.and(other.steps);
    let (detail, more) = (&mut into.detail, other.detail);
    detail.token = detail.token.take().or(more.token);
    detail.origin = detail.origin.take().or(more.origin);
    detail.agent = detail.agent.take().or(more.agent);
    detail.eio = detail.eio.or(more.eio);
    detail.status = detail.status.or(more.status);
    detail.clocks = detail.clocks.or(more.clocks);
    detail.token_ran_out |= more.token_ran_out;
    detail.events_dropped += more.events_dropped;
    into.evidence = quotes(&into.evidence, &other.evidence);
}

/// The lines of both, in the order of their time where all show one; the decisive one is that of the verdict that stands.
fn quotes(stands: &Evidence, other: &Evidence) -> Evidence {
    let mut all: Vec<Quote> = stands.iter().cloned().collect();
    let room = MOST_QUOTES.saturating_sub(all.len());
    all.extend(other.iter().take(room).cloned().map(|quote| Quote { decisive: false, ..quote }));
    if all.iter().all(|quote| quote.stamp.is_some()) {
        all.sort_by_key(|quote| quote.stamp.map(|stamp| stamp.micros));
    }
    let mut all = all.into_iter();
    match all.next() {
        Some(first) => Evidence::new(first, all.collect()),
        // Evidence is never empty.
        None => stands.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{accepted, expired, nameless};

    fn with_sid(sid: &str, verdict: Verdict) -> Verdict {
        Verdict { engine_sid: Some(EngineSid::new(sid)), namespace: None, ..verdict }
    }

    const SID: &str = "Xk2mQ9pLr7TzWb5cAAAA";

    #[test]
    fn two_halves_of_one_session_are_one_attempt_and_the_clearer_stands() {
        for (a, b) in [(nameless(), expired(0)), (expired(0), nameless())] {
            let (all, joined) = parts(vec![vec![with_sid(SID, a)], vec![with_sid(SID, b)]]);
            assert_eq!((all.len(), joined), (1, 1));
            assert_eq!(all[0].cause, Some(Cause::JwtExpired));
            let decisive = all[0].evidence.iter().filter(|quote| quote.decisive).count();
            assert_eq!(decisive, 1);
            assert!(all[0].evidence.len() > expired(0).evidence.len());
        }
    }

    #[test]
    fn what_broke_after_it_was_let_in_was_let_in() {
        let mut accepted = with_sid(SID, accepted());
        accepted.decided = expired(0).decided;
        let (all, _) = parts(vec![vec![with_sid(SID, expired(60))], vec![accepted]]);
        assert_eq!(all[0].outcome, Outcome::Accepted);
    }

    #[test]
    fn attempts_of_one_shard_and_of_different_namespaces_stay_apart() {
        let named = |name: &str| Verdict {
            namespace: Some(Namespace::new(name)),
            ..with_sid(SID, expired(0))
        };
        let (all, joined) = parts(vec![vec![named("/"), named("/admin")], vec![named("/admin")]]);
        assert_eq!((all.len(), joined), (2, 1));
    }

    #[test]
    fn attempts_without_a_session_are_not_joined() {
        let nobody = || Verdict { engine_sid: None, socket_sid: None, ..nameless() };
        assert_eq!(parts(vec![vec![nobody()], vec![nobody()]]).0.len(), 2);
    }
}
