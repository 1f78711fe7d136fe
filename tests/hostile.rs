//! Tokens that somebody made to do harm: in a log and by themselves each gets a word, and none a panic.

// Clippy knows tests by their attribute, not what they call.
#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use siotrace::{
    Analyzer,
    facts::Outcome,
    rules::cause::{Cause, Finding},
    verdict::Verdict,
};
use support::run_with;

/// A token of these parts, with a signature as long as HS256 makes it.
fn token(header: &[u8], claims: &[u8]) -> String {
    let signature = "qZ7".repeat(14) + "q";
    format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

const HS256: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;

/// Claims nested 5,000 deep under `name`.
fn deep(name: &str) -> Vec<u8> {
    let nested = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
    format!(r#"{{"{name}":{nested},"exp":1795361400}}"#).into_bytes()
}

/// The places in which logs show tokens, with a refusal that says nothing behind them.
fn logs(token: &[u8]) -> Vec<Vec<u8>> {
    const SID: &str = "Xk2mQ9pLr7TzWb5cAAAA";
    let at = |ms: u32| format!("2026-11-22T14:10:00.{ms:03}Z INFO engineio.server {SID}: ");
    let opened = format!(
        "{}Sending packet OPEN data {{\"sid\":\"{SID}\",\"upgrades\":[],\"pingTimeout\":20000,\"pingInterval\":25000}}\n",
        at(100)
    );
    ["", "/admin,"]
        .map(|namespace| {
            let before = format!(
                "{opened}{}Received packet MESSAGE data 0{namespace}{{\"token\":\"",
                at(150)
            );
            let behind = format!(
                "\"}}\n{}Sending packet MESSAGE data 4{namespace}{{\"message\":\"unauthorized\"}}\n",
                at(200)
            );
            [before.as_bytes(), token, behind.as_bytes()].concat()
        })
        .into()
}

fn verdict(log: Vec<u8>) -> Verdict {
    let analyzer = Analyzer::builder().jobs(Some(1)).build().unwrap();
    let run = run_with(&analyzer, &[("server.log".to_owned(), log)]);
    assert_eq!(run.verdicts.len(), 1);
    run.verdicts.into_iter().next().unwrap()
}

#[test]
fn hostile_tokens_in_a_log_are_judged_by_what_can_be_read_of_them() {
    let long = format!(r#"{{"sub":"{}","exp":1795361400}}"#, "x".repeat(100_000));
    let huge = format!(r#"{{"sub":"{}","exp":1795361400}}"#, "x".repeat(1 << 20));
    let malformed = Some(Cause::JwtMalformed);
    let open = Some(Cause::RejectedUnexplained);
    for (what, token, want) in [
        ("claims nested deep where a name belongs", token(HS256, &deep("sub")), malformed),
        ("claims nested deep that nobody asks for", token(HS256, &deep("x")), open),
        // Of two of one name the last counts, as with most parsers.
        (
            "an end that stands twice, the last one past",
            token(HS256, br#"{"exp":1895361400,"exp":1795350000}"#),
            Some(Cause::JwtExpired),
        ),
        (
            "an end that stands twice, the first one past",
            token(HS256, br#"{"exp":1795350000,"exp":1895361400}"#),
            open,
        ),
        ("claims that are no UTF-8", token(HS256, b"{\"sub\":\"\xff\xfe\"}"), malformed),
        ("a header that is no UTF-8", token(b"{\"alg\":\"\xff\"}", br"{}"), malformed),
        ("claims that are no object", token(HS256, b"[1,2,3]"), malformed),
        // Too long for us to read: that is no reason to call it malformed.
        ("a token of 100 kB", token(HS256, long.as_bytes()), open),
        ("a token of 1 MiB", token(HS256, huge.as_bytes()), open),
    ] {
        for log in logs(token.as_bytes()) {
            let verdict = verdict(log);
            assert_eq!((verdict.outcome, verdict.cause), (Outcome::Rejected, want), "{what}");
        }
    }
}

#[test]
fn an_unsigned_token_in_a_log_is_told_of() {
    for alg in ["none", "None", "nOnE"] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        let signed = token(header.as_bytes(), br#"{"sub":"alice","exp":1795361400}"#);
        let bare = format!("{}.", signed.rsplit_once('.').unwrap().0);
        for token in [signed, bare] {
            for log in logs(token.as_bytes()) {
                let verdict = verdict(log);
                assert_eq!(verdict.outcome, Outcome::Rejected);
                assert!(verdict.findings.contains(&Finding::UnsignedToken), "{alg}");
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_where_a_token_stands_do_no_harm() {
    for bytes in
        [&b"\xff\xfe\x00\x80"[..], b"eyJhbGciOiJIUzI1NiJ9.\xff\xfe.\xc3\x28", b"eyJ\xf0\x9f"]
    {
        for log in logs(bytes) {
            assert_eq!(verdict(log).outcome, Outcome::Rejected);
        }
    }
}

/// What `siotrace token` answers, on which stream soever, and with which code.
fn look(bytes: &[u8]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siotrace"));
    command.args(["token", "--at", "2026-11-22T14:10:00Z"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Who has seen enough may hang up.
    let _ = child.stdin.take().unwrap().write_all(bytes);
    let done = child.wait_with_output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (String::from_utf8(said).unwrap(), done.status.code())
}

#[test]
fn hostile_tokens_by_themselves_get_a_clear_word() {
    let huge = format!(r#"{{"sub":"{}"}}"#, "x".repeat(1 << 20));
    for (bytes, word) in [
        (
            token(br#"{"alg":"none"}"#, br#"{"sub":"a","exp":1795361400}"#).into_bytes(),
            "not signed",
        ),
        (token(HS256, huge.as_bytes()).into_bytes(), "longer than 65536 bytes"),
        (token(HS256, &deep("sub")).into_bytes(), "nested deeper than parsers follow"),
        (token(HS256, &deep("x")).into_bytes(), "nested deeper than parsers follow"),
        (
            token(HS256, br#"{"sub":"a","exp":1,"exp":1795361400}"#).into_bytes(),
            "`exp` stands in it more than once",
        ),
        (token(HS256, b"{\"sub\":\"\xff\xfe\"}").into_bytes(), "not UTF-8"),
        (b"\x80\xc3\x28\xff".to_vec(), "no text"),
        ("eyJ.".repeat(10_000).into_bytes(), "jwt-malformed"),
        (vec![b'a'; 9 << 20], "longer than"),
    ] {
        let (said, code) = look(&bytes);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(word), "{word}: {said}");
        assert!(matches!(code, Some(0..=2)), "{word}: {code:?}");
    }
}
