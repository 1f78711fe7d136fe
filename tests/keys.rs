//! With the user's keys, tokens and session cookies in the log tell why a server refused that says nothing.

// Clippy knows tests by their attribute, not what they call.
#![allow(clippy::unwrap_used)]

mod support;

use serde::Deserialize;
use siotrace::{Analyzer, keys::Keys, rules::cause::Cause, verdict::Confidence};
use support::run_with;

#[derive(Deserialize)]
struct Made {
    vector: Vec<Vector>,
    set: Set,
}

#[derive(Deserialize)]
struct Vector {
    of: String,
    token: String,
    key: String,
}

#[derive(Deserialize)]
struct Set {
    keys: String,
    unknown: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cookies {
    flask_keys: Vec<String>,
    flask: Vec<Cookie>,
    django_keys: Vec<String>,
    django: Vec<Cookie>,
}

#[derive(Deserialize)]
struct Cookie {
    of: String,
    cookie: String,
}

fn made() -> Made {
    toml::from_str(include_str!("fixtures/tokens/made.toml")).unwrap()
}

fn vector(of: &str) -> Vector {
    made().vector.into_iter().find(|vector| vector.of == of).unwrap()
}

fn cookies() -> Cookies {
    toml::from_str(include_str!("fixtures/tokens/cookies.toml")).unwrap()
}

/// A client that offers `token`, and what the server answers.
fn attempt(number: u32, token: &str, answer: &str) -> String {
    let sid =
        format!("Xk2mQ9pLr7TzWb5c{}AA{}", 'A', char::from(b'A' + u8::try_from(number).unwrap()));
    let at = |millis: u32| {
        format!("2026-11-22T14:{:02}:00.{millis:03}Z INFO engineio.server", 10 + number)
    };
    format!(
        "{} {sid}: Sending packet OPEN data {{\"sid\":\"{sid}\",\"upgrades\":[],\"pingTimeout\":20000,\"pingInterval\":25000}}\n\
         {} {sid}: Received packet MESSAGE data 0{{\"token\":\"{token}\"}}\n\
         {} {sid}: Sending packet MESSAGE data {answer}\n",
        at(100),
        at(150),
        at(200),
    )
}

const REFUSED: &str = r#"4{"message":"unauthorized"}"#;
const INVALID: &str = r#"4{"message":"Invalid token"}"#;
const ACCEPTED: &str = r#"0{"sid":"J7UGiJt4z1ZA7DLpAAAB"}"#;

fn causes(keys: Keys, log: &str) -> Vec<(Option<Cause>, Confidence)> {
    let analyzer = Analyzer::builder().jobs(Some(1)).keys(keys).build().unwrap();
    let run = run_with(&analyzer, &[("server.log".to_owned(), log.as_bytes().to_vec())]);
    run.verdicts.iter().map(|verdict| (verdict.cause, verdict.confidence)).collect()
}

fn with(key: &str) -> Keys {
    let mut keys = Keys::default();
    keys.add_jwt("key", key.as_bytes()).unwrap();
    keys
}

#[test]
fn a_key_tells_why_a_token_was_refused_by_a_server_that_says_nothing() {
    let right = vector("a secret");
    let other = vector("another secret");
    let confused = vector("HS256 with the public key as secret");
    let kind = vector("RS256 with the key of ES256");
    let set = made().set;
    for answer in [REFUSED, INVALID] {
        for (keys, token, want) in [
            (with(&other.key), &other.token, Cause::JwtSignatureInvalid),
            (with(&confused.key), &confused.token, Cause::JwtAlgorithmRejected),
            (with(&kind.key), &kind.token, Cause::JwtAlgorithmRejected),
            (with(&set.keys), &set.unknown, Cause::JwtKeyUnavailable),
        ] {
            let log = attempt(0, token, answer);
            assert_eq!(causes(keys, &log), [(Some(want), Confidence::Derived)], "{want} {answer}");
            let without = causes(Keys::default(), &log)[0].0;
            assert_ne!(without, Some(want), "without a key nobody can know");
        }
        let log = attempt(0, &right.token, answer);
        let good = causes(with(&right.key), &log)[0].0;
        assert_eq!(good, causes(Keys::default(), &log)[0].0, "a good signature explains nothing");
    }
}

#[test]
fn expectations_tell_whom_a_token_is_for_and_from() {
    let right = vector("a secret");
    for (set, want) in [
        (
            (|keys: &mut Keys| keys.expected.audiences = vec!["web".into()]) as fn(&mut Keys),
            Cause::JwtAudienceMismatch,
        ),
        (
            |keys| keys.expected.issuers = vec!["https://id.example.test".into()],
            Cause::JwtIssuerMismatch,
        ),
        (|keys| keys.expected.algorithms = vec!["RS256".into()], Cause::JwtAlgorithmRejected),
    ] {
        let mut keys = with(&right.key);
        set(&mut keys);
        let log = attempt(0, &right.token, INVALID);
        assert_eq!(causes(keys, &log), [(Some(want), Confidence::Derived)]);
    }
}

#[test]
fn what_the_log_states_outweighs_the_key() {
    let other = vector("another secret");
    let log = attempt(0, &other.token, r#"4{"message":"Token has been revoked"}"#);
    assert_eq!(causes(with(&other.key), &log), [(Some(Cause::JwtRevoked), Confidence::Stated)]);
}

#[test]
fn a_key_that_does_not_fit_those_who_were_let_in_is_not_the_servers() {
    let other = vector("another secret");
    let refused = attempt(1, &other.token, REFUSED);
    let log = attempt(0, &other.token, ACCEPTED) + &refused;
    let with_key = causes(with(&other.key), &log);
    assert_eq!(with_key, causes(Keys::default(), &log));
    assert_eq!(with_key[0].0, None);
}

#[test]
fn a_session_cookie_is_held_against_flasks_keys_and_the_lifetime() {
    let cookies = cookies();
    let user = cookies.flask.iter().find(|cookie| cookie.of == "logged in").unwrap();
    let log = |cookie: &str| {
        format!(
            "2026-11-22T14:45:32.101Z DEBUG app: SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: Xk2mQ9pLr7TzWb5cAAAA, Namespace: /, Headers: {{'Host': 'app.example.test', 'Cookie': 'session={cookie}'}}\n\
             2026-11-22T14:45:32.103Z DEBUG app: SocketIO: handle_connect - Auth kwarg received: None\n\
             2026-11-22T14:45:32.104Z DEBUG app: SocketIO: Session Auth - Session contents: {{}}\n\
             2026-11-22T14:45:32.105Z WARNING app: SocketIO: handle_connect - Authentication failed. No JWT, session user, or other method succeeded. Emitting 'auth_error'.\n"
        )
    };
    let keys = |key: &str, lifetime| {
        let mut keys = Keys::default();
        keys.add_flask(key.as_bytes()).unwrap();
        keys.set_session_lifetime(Some(lifetime));
        keys
    };
    let cause = |keys, cookie: &str| causes(keys, &log(cookie))[0].0;
    let key = &cookies.flask_keys[0];
    // Signed 45 minutes before.
    assert_eq!(
        cause(keys("another key", 86_400), &user.cookie),
        Some(Cause::SessionCookieRejected)
    );
    assert_eq!(cause(keys(key, 60), &user.cookie), Some(Cause::SessionExpired));
    let empty = cookies.flask.iter().find(|cookie| cookie.of == "an empty session").unwrap();
    assert_eq!(cause(keys(key, 86_400), &empty.cookie), Some(Cause::SessionEmpty));
}

#[test]
fn a_session_cookie_is_held_against_djangos_keys_and_the_lifetime() {
    let cookies = cookies();
    let cookie = |of: &str| {
        let found = cookies.django.iter().find(|cookie| cookie.of == of);
        found.map(|found| found.cookie.as_str()).unwrap()
    };
    let log = |day: u32, cookie: &str, session: &str| {
        let session = match session {
            "" => String::new(),
            shown => format!(
                "2026-12-{day:02}T14:45:32.104Z DEBUG app: SocketIO: Session Auth - Session contents: {shown}\n"
            ),
        };
        format!(
            "2026-12-{day:02}T14:45:32.101Z DEBUG app: SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: Xk2mQ9pLr7TzWb5cAAAA, Namespace: /, Headers: {{'Host': 'app.example.test', 'Cookie': 'csrftoken=x; sessionid={cookie}'}}\n\
             2026-12-{day:02}T14:45:32.103Z DEBUG app: SocketIO: handle_connect - Auth kwarg received: None\n\
             {session}2026-12-{day:02}T14:45:32.105Z WARNING app: SocketIO: handle_connect - Authentication failed. No JWT, session user, or other method succeeded. Emitting 'auth_error'.\n"
        )
    };
    let keys = |key: &str| {
        let mut keys = Keys::default();
        keys.add_django(key.as_bytes()).unwrap();
        keys
    };
    let key = &cookies.django_keys[0];
    for (keys, day, of, session, want) in [
        (keys("another key"), 1, "logged in", "{}", Cause::SessionCookieRejected),
        // Two weeks are Django's default.
        (keys(key), 7, "logged in", "{}", Cause::SessionExpired),
        (Keys::default(), 7, "logged in", "{}", Cause::SessionExpired),
        (Keys::default(), 1, "an empty session", "", Cause::SessionEmpty),
        (Keys::default(), 1, "compressed", "", Cause::SessionAnonymous),
    ] {
        assert_eq!(causes(keys, &log(day, cookie(of), session))[0].0, Some(want), "{of} {day}");
    }
    let good = causes(keys(key), &log(1, cookie("logged in"), "{}"))[0].0;
    let without = causes(Keys::default(), &log(1, cookie("logged in"), "{}"))[0].0;
    assert_eq!(good, without, "a good signature explains nothing");
    // The id of a session that the server keeps tells nothing.
    let opaque = causes(keys(key), &log(7, "k3v9x2m5p8q1w4e7r6t0y3u2i5o8a1s4", ""))[0].0;
    assert!(!matches!(opaque, Some(Cause::SessionExpired | Cause::SessionEmpty)), "{opaque:?}");
}
