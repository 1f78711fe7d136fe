//! Whole patterns.

use proptest::prelude::*;

use super::*;
use crate::{
    event::{At, RawLine, SourceId, Speaker},
    facts::{Layer, Outcome},
    ids::{ClientAddr, UserName},
    rules::{RuleSet, cause::Cause},
    secret::Fingerprint,
    time::{SECOND, Stamp},
    verdict::{Confidence, Detail, Evidence, Quote, TokenDetail, Verdict},
};

/// 2026-11-22T14:00:00Z.
const START: i64 = 1_795_356_000;

/// An attempt `second` into the log, let in or failed for `cause`, from the address `host`, with the token `token` that was issued `age` seconds before.
fn attempt(second: i64, cause: Option<Cause>, host: i64, token: Option<(i64, i64)>) -> Verdict {
    let stamp = Stamp::exact((START + second) * SECOND, true);
    let quote = Quote {
        at: At { source: SourceId(0), line: 1 },
        stamp: Some(stamp),
        speaker: Speaker::Server,
        line: RawLine::default(),
        decisive: true,
    };
    Verdict {
        outcome: if cause.is_some() { Outcome::Rejected } else { Outcome::Accepted },
        cause,
        also: Vec::new(),
        confidence: Confidence::Stated,
        layer: Layer::Handler,
        started: Some(stamp),
        decided: Some(stamp),
        engine_sid: None,
        socket_sid: None,
        namespace: None,
        client: Some(ClientAddr::new(&format!("198.51.{}.{}", host / 256, host % 256))),
        user: None,
        stack: None,
        stacks: Vec::new(),
        of_library: None,
        steps: crate::facts::Steps::default(),
        findings: Vec::new(),
        evidence: Evidence::new(quote, Vec::new()),
        account: None,
        detail: Detail {
            token: token.map(|(token, age)| TokenDetail {
                fingerprint: Fingerprint::of(&format!("a token long enough to be told {token}")),
                issued_at: Some(START + second - age),
                shown: Some(stamp),
                ..TokenDetail::default()
            }),
            ..Detail::default()
        },
    }
}

fn watched<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>) -> Patterns {
    let mut watch = Watch::default();
    for verdict in verdicts {
        watch.add(verdict);
    }
    watch.finish(&[])
}

fn names(patterns: &Patterns) -> Vec<&'static str> {
    patterns.found.iter().map(Into::into).collect()
}

/// One attempt a second from many clients, `before` let in, then `failing` of which each `nth` fails, then `behind` let in.
fn spell(before: i64, failing: i64, nth: i64, behind: i64) -> Vec<Verdict> {
    (0..before + failing + behind)
        .map(|n| {
            let fails = (before..before + failing).contains(&n) && (n - before) % nth == 0;
            attempt(n, fails.then_some(Cause::GatewayError), n % 200, None)
        })
        .collect()
}

#[test]
fn failures_begin_where_chance_is_ruled_out() {
    // Ten in ten: fifteen attempts before them would have had fifteen.
    assert_eq!(names(&watched(&spell(15, 10, 1, 0))), ["failure-window"]);
    assert!(names(&watched(&spell(14, 10, 1, 0))).is_empty());
    assert!(names(&watched(&spell(50, 9, 1, 0))).is_empty());
    // Every third is enough, every fourth is not.
    assert_eq!(names(&watched(&spell(0, 60, 3, 60))), ["failure-window"]);
    assert!(names(&watched(&spell(200, 80, 4, 200))).is_empty());
}

#[test]
fn one_client_that_begins_to_fail_is_no_event() {
    let mut verdicts = spell(60, 20, 1, 0);
    for verdict in &mut verdicts[60..] {
        verdict.client = Some(ClientAddr::new("203.0.113.9"));
    }
    let found = watched(&verdicts);
    assert_eq!(names(&found), ["one-behind-most"]);
}

#[test]
fn a_window_is_the_same_in_whatever_order_attempts_close() {
    let verdicts = spell(40, 20, 1, 40);
    let forwards = watched(&verdicts);
    let Some(Pattern::FailureWindow(window)) = forwards.found.first() else {
        panic!("{forwards:?}")
    };
    assert_eq!(window.begins.as_ref().map(|edge| edge.without), Some(40));
    assert_eq!(window.ends.as_ref().map(|edge| edge.without), Some(40));
    assert_eq!(forwards, watched(verdicts.iter().rev()));
}

#[test]
fn a_restart_shortly_before_is_named() {
    let mut watch = Watch::default();
    for verdict in &spell(40, 20, 1, 0) {
        watch.add(verdict);
    }
    let change = |second| Change { at: (START + second) * SECOND, lost: true };
    let found = watch.finish(&[change(-100), change(38), change(50)]);
    let Some(Pattern::FailureWindow(window)) = found.found.first() else { panic!("{found:?}") };
    let restart = window.begins.as_ref().and_then(|edge| edge.restart);
    assert_eq!(restart, Some(Restart { lost: true, seconds_before: 2 }));
}

/// Tokens of ten minutes; from second 300 on those issued before second 100 are refused, or of each `nth` let in all the same.
fn rotated(good: impl Fn(i64) -> bool) -> Vec<Verdict> {
    (0..400)
        .map(|n| {
            let age = n * 7 % 300;
            let refused = n >= 300 && n - age < 100 && !good(n);
            let cause = refused.then_some(Cause::JwtSignatureInvalid);
            attempt(n, cause, n, Some((n, age)))
        })
        .collect()
}

#[test]
fn a_key_was_rotated_when_issue_times_tell_refused_from_let_in() {
    let found = watched(&rotated(|_| false));
    let Some(Pattern::KeyRotation(rotation)) = found.found.first() else { panic!("{found:?}") };
    assert!(rotation.issued_until < rotation.issued_from.unwrap());
    assert_eq!(found.found.len(), 1);
    // One server that still takes the old key: it is not the time of issue that decides.
    assert!(!names(&watched(&rotated(|n| n == 340))).contains(&"key-rotation"));
}

/// Quiet traffic, then `many` clients within eight seconds of whom `failed` fail.
fn herd(many: i64, failed: i64) -> Vec<Verdict> {
    let quiet = (0..60).map(|n| attempt(n * 5, None, n % 40, None));
    let herd = (0..many).map(|n| {
        let cause = (n < failed).then_some(Cause::ConnectTimeout);
        attempt(300 + n * 8 / many, cause, n, None)
    });
    quiet.chain(herd).collect()
}

#[test]
fn a_herd_is_told_of_when_it_fails() {
    let is_told = |many, failed| names(&watched(&herd(many, failed))).contains(&"thundering-herd");
    assert!(is_told(30, 10));
    assert!(!is_told(29, 10));
    assert!(!is_told(30, 9));
    assert!(!is_told(200, 0));
}

#[test]
fn an_early_token_is_a_clock_unless_others_came_in_time() {
    let early = |n: i64, lead: i64| attempt(n, Some(Cause::JwtNotYetValid), n, Some((n, -lead)));
    let clock =
        |verdicts: &[Verdict]| watched(verdicts).clocks.first().map(|c| (c.seconds, c.samples));
    assert_eq!(clock(&[early(0, 2)]), Some((2, 1)));
    // Issue times are whole seconds.
    assert_eq!(clock(&[early(0, 1)]), None);
    assert_eq!(clock(&[early(0, 38), early(9, 40)]), Some((40, 2)));
    assert_eq!(clock(&[early(0, 40), attempt(3, None, 1, Some((7, 0)))]), None);
    assert_eq!(clock(&[early(0, 86_401)]), None);
    let let_in = |n| attempt(n, None, n, Some((n, -5)));
    assert_eq!(clock(&[let_in(0), let_in(1)]), None);
    assert_eq!(clock(&[let_in(0), let_in(1), let_in(2)]), Some((5, 3)));
}

#[test]
fn tokens_that_are_dead_at_one_age_are_a_clock_that_is_behind() {
    let dead = |n: i64, age| attempt(100 * n, Some(Cause::JwtExpired), n, Some((n, age)));
    let clock = |verdicts: &[Verdict]| {
        watched(verdicts).clocks.first().map(|c| (c.pair, c.seconds, c.explains))
    };
    let told = Some((Clocks::ServerIssuer, 905, 3));
    assert_eq!(clock(&[dead(0, 905), dead(1, 907), dead(2, 905)]), told);
    // Too few, too young, too far from one another, of one moment, of one client.
    assert_eq!(clock(&[dead(0, 905), dead(1, 907)]), None);
    assert_eq!(clock(&[dead(0, 25), dead(1, 25), dead(2, 25)]), None);
    assert_eq!(clock(&[dead(0, 905), dead(1, 911), dead(2, 905)]), None);
    let batch = |n: i64| attempt(n, Some(Cause::JwtExpired), n, Some((n, 905)));
    assert_eq!(clock(&[batch(0), batch(1), batch(2)]), None);
    let alone = |n: i64| attempt(100 * n, Some(Cause::JwtExpired), 1, Some((n, 905)));
    assert_eq!(clock(&[alone(0), alone(1), alone(2)]), None);
    // Somebody came with a younger one, or was let in with one as old.
    let let_in = |age| attempt(7, None, 7, Some((7, age)));
    assert_eq!(clock(&[dead(0, 905), dead(1, 907), dead(2, 905), let_in(12)]), None);
    assert_eq!(clock(&[let_in(906), dead(0, 905), dead(1, 907), dead(2, 905)]), None);
    assert_eq!(clock(&[let_in(3000), dead(0, 905), dead(1, 907), dead(2, 905)]), told);
}

#[test]
fn every_pattern_has_its_page() {
    let rules = RuleSet::builtin().unwrap();
    let found = [
        "failure-window",
        "key-rotation",
        "thundering-herd",
        "token-dies-connected",
        "one-behind-most",
    ];
    for name in found.into_iter().chain(["clocks"]) {
        assert!(rules.topics().iter().any(|topic| topic.topic == name), "{name}");
    }
    for name in ["reconnect-storm", "stale-token-retry"] {
        assert!(name.parse::<Cause>().is_ok(), "{name}");
    }
}

proptest! {
    #[test]
    fn over_a_healthy_log_all_are_silent(
        tries in prop::collection::vec((0..5000_i64, 0..40_i64, 0..900_i64), 0..400),
        changes in prop::collection::vec((0..5000_i64, any::<bool>()), 0..20),
    ) {
        let mut watch = Watch::default();
        for (n, (second, host, age)) in (0_i64..).zip(tries) {
            let mut verdict = attempt(second, None, host, Some((n, age)));
            verdict.user = (host % 3 == 0).then(|| UserName::new("alice"));
            watch.add(&verdict);
        }
        let changes: Vec<Change> = changes
            .into_iter()
            .map(|(second, lost)| Change { at: (START + second) * SECOND, lost })
            .collect();
        let found = watch.finish(&changes);
        prop_assert!(found.found.is_empty() && found.clocks.is_empty(), "{found:?}");
    }

    #[test]
    fn failures_that_come_evenly_begin_nowhere(
        seed in 0..1000_i64,
        nth in 2..9_i64,
        length in 100..600_i64,
    ) {
        let verdicts: Vec<Verdict> = (0..length)
            .map(|n| {
                let fails = (n * 7919 + seed) % nth == 0;
                let host = (n * 31 + seed) % 60;
                attempt(n * 3, fails.then_some(Cause::JwtExpired), host, None)
            })
            .collect();
        prop_assert_eq!(names(&watched(&verdicts)), Vec::<&str>::new());
    }
}
