//! Who can mend a cause, and that each of them is told how.
//!
//! A cause without a fix for software that can show it is unfinished. Every kind of server can show every cause, and for each side that can
//! mend one, all software of that side is served: by a fix of its own, by one for the library that it stands on, or by one for others.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use siotrace::{
    event::{Speaker, Stack},
    facts::Outcome,
    report::{Options, text},
    rules::{
        cause::{Cause, Finding},
        file::{Fix, Side},
    },
    verdict::Verdict,
};
use strum::IntoEnumIterator;
use support::{analyzer, read, run, samples};

/// What a proxy, or whoever runs it, can do something about.
const PROXY_TOO: &[Cause] = &[
    Cause::BadHandshake,
    Cause::BlockedByEdge,
    Cause::ClientLeft,
    Cause::ConnectTimeout,
    Cause::CorsBlocked,
    Cause::CredentialsMisplaced,
    Cause::GatewayError,
    Cause::HandlerCrashed,
    Cause::HeartbeatLost,
    Cause::OriginRejected,
    Cause::PathNotFound,
    Cause::RateLimited,
    Cause::ReconnectStorm,
    Cause::RejectedUnexplained,
    Cause::ServerUnreachable,
    Cause::SessionCookieMissing,
    Cause::SidUnknown,
    Cause::StaleTokenRetry,
    Cause::UpgradeFailed,
];

/// What only the server can mend: its handler never decided.
const SERVER_ALONE: &[Cause] = &[Cause::AuthUndecided];

fn menders(cause: Cause) -> Vec<Side> {
    let mut sides = vec![Side::Server];
    if !SERVER_ALONE.contains(&cause) {
        sides.push(Side::Client);
    }
    if PROXY_TOO.contains(&cause) {
        sides.push(Side::Proxy);
    }
    sides
}

fn side(stack: Stack) -> Side {
    match stack.speaker() {
        Speaker::Server => Side::Server,
        Speaker::Client => Side::Client,
        Speaker::Proxy => Side::Proxy,
    }
}

/// Whether a fix is for this software: for it, for what it stands on, or for all or all others of its side.
fn serves(fix: &Fix, stack: Stack) -> bool {
    fix.side == side(stack) && fix.stack.is_none_or(|own| own == stack || stack.base() == Some(own))
}

#[test]
fn every_cause_has_a_fix_for_all_software_of_each_side_that_can_mend_it() {
    let mut missing = Vec::new();
    for rule in analyzer().rules().rules() {
        let menders = menders(rule.cause);
        // gunicorn runs Python's libraries, and is no Socket.IO server itself.
        for stack in Stack::iter().filter(|stack| *stack != Stack::Gunicorn) {
            let served = rule.fix.iter().any(|fix| serves(fix, stack));
            if menders.contains(&side(stack)) && !served {
                missing.push(format!("{}: {}", rule.cause, <&str>::from(stack)));
            }
        }
        for fix in rule.fix.iter().filter(|fix| !menders.contains(&fix.side)) {
            missing.push(format!(
                "{}: the {} is said not to mend it",
                rule.cause,
                <&str>::from(fix.side)
            ));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_fix_for_others_is_for_no_one_software_and_shows_no_code_of_one_language() {
    for rule in analyzer().rules().rules() {
        for fix in rule.fix.iter().filter(|fix| fix.others) {
            assert!(fix.stack.is_none() && fix.code.is_none(), "{}: {}", rule.cause, fix.text);
        }
    }
}

#[test]
fn a_fix_says_what_it_is_though_no_other_stands_above_it() {
    // Their order is that of the software that the logs show.
    let rules = analyzer().rules();
    let causes = rules.rules().iter().flat_map(|rule| &rule.fix);
    let findings = Finding::iter().filter_map(|finding| rules.finding(finding));
    for fix in causes.chain(findings.flat_map(|rule| &rule.fix)) {
        let first = fix.text.split(|c: char| !c.is_alphanumeric()).take(2).collect::<Vec<_>>();
        assert!(
            !["The same", "Read it", "Do so", "Likewise"].contains(&first.join(" ").as_str()),
            "{}",
            fix.text
        );
    }
}

/// Every attempt of all samples and of all examples of rules.
fn attempts() -> Vec<(String, Verdict)> {
    let mut all = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        all.extend(run.verdicts.into_iter().map(|verdict| (sample.name.clone(), verdict)));
    }
    for rule in analyzer().rules().rules() {
        for example in &rule.example {
            let run = read(&example.log);
            let name = format!("an example of {}", rule.cause);
            all.extend(run.verdicts.into_iter().map(|verdict| (name.clone(), verdict)));
        }
    }
    all
}

#[test]
fn who_alone_shows_a_failure_is_told_what_can_be_done_on_that_side_or_on_the_servers() {
    let rules = analyzer().rules();
    let mut helpless = Vec::new();
    for (name, verdict) in attempts() {
        let Some(rule) = verdict.cause.and_then(|cause| rules.rule(cause)) else { continue };
        for stack in verdict.stacks.iter().filter(|stack| **stack != Stack::Gunicorn) {
            let mends = menders(rule.cause).contains(&side(*stack));
            let to_do = rule.fix.iter().any(|fix| serves(fix, *stack));
            let elsewhere = rule.fix.iter().any(|fix| fix.side == Side::Server);
            if mends && !to_do || !elsewhere {
                helpless.push(format!("{name}: {} shown by {stack:?}", rule.cause));
            }
        }
    }
    helpless.sort();
    helpless.dedup();
    assert!(helpless.is_empty(), "{}", helpless.join("\n"));
}

/// The report as a person reads it, its line breaks taken out.
fn told(log: &str) -> String {
    let mut out = Vec::new();
    text::write(&read(log).report, &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn where_no_line_shows_the_server_the_library_that_told_the_reason_orders_the_fixes() {
    for (said, first) in [
        ("TokenExpiredError: jwt expired", "server, socketio-js:"),
        ("jwt.exceptions.ExpiredSignatureError: Signature has expired", "server, python-socketio:"),
        (
            "io.jsonwebtoken.ExpiredJwtException: JWT expired 3600000 milliseconds ago",
            "server, netty:",
        ),
        ("token has invalid claims: token is expired", "server, go:"),
        ("Error(ExpiredSignature)", "server, socketioxide:"),
    ] {
        let log = format!(
            "2026-11-22T14:45:32.101Z [socket] auth failed for Xk2mQ9pLr7TzWb5cAAAB: {said}\n"
        );
        let run = read(&log);
        let verdict = &run.verdicts[0];
        assert_eq!((verdict.outcome, verdict.stack), (Outcome::Rejected, None), "{said}");
        let fixes = told(&log);
        let at = fixes.find("what to change").expect("advice");
        let head: String = fixes[at..].chars().take(60).collect();
        assert!(head.contains(&format!("1. {first}")), "{said}: {head}");
    }
}

#[test]
fn the_words_of_a_library_do_not_override_what_lines_show() {
    // Flask-SocketIO hands on what a service in Node said.
    let run = read(
        "[2026-11-22 14:45:32,101] DEBUG in app: SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A\n\
         [2026-11-22 14:45:32,103] WARNING in app: SocketIO: JWT Auth - Token expired. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A. Error: TokenExpiredError: jwt expired\n\
         [2026-11-22 14:45:32,104] DEBUG in app: SocketIO: Emitting 'auth_error' due to ExpiredSignatureError. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A\n",
    );
    assert_eq!(run.verdicts[0].stack, Some(Stack::FlaskSocketio));
    assert_eq!(run.verdicts[0].of_library, None);
}
