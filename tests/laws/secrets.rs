//! Law 2: no output contains a credential that was in the input, wherever it stood.

use proptest::prelude::*;
use siotrace::report::Options;

use crate::{
    forms::gzip,
    support::{read, read_closely},
};

/// A credential: how it is called in messages, and its text.
type Credential = (&'static str, &'static str);

/// `{"alg":"HS256","typ":"JWT"}` with `{"sub":"7","name":"hidden","iat":1772000000,"exp":1772000900}`.
const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwibmFtZSI6ImhpZGRlbiIsImlhdCI6MTc3MjAwMDAwMCwiZXhwIjoxNzcyMDAwOTAwfQ.r9y8cnltyglRM5x3kBnMoCiXy7ACOTG3UIDyXxolc2E";
const OPAQUE: &str = "q7Zt0pLxV3nR8sKd2mYbHc5fJw9eUa4G";
const COOKIE: &str = ".eJwNyLEKgDAMBcBqydwhzUsT7cfITV5BEBzaTfx3HWz8pezZxr1ao9Qhxp0t1Ag.aQ9XyA.c2lnbmF0dXJlLW9mLW5vYm9keTEyMzQ";
const PASSWORD: &str = "correct-Horse7battery!staple";

/// Every way in which a credential gets into a log. `{}` is where it stands.
const PLACES: &[(&str, &[Credential])] = &[
    (
        "SocketIO: Entering 'handle_connect'.\nSocketIO: handle_connect - Auth kwarg received: {'token': '{}'}\nSocketIO: JWT Auth - Invalid token. Error: InvalidSignatureError - Signature verification failed",
        TOKENS,
    ),
    (
        "SocketIO: Connect attempt with JWT. Token: {}. SID: Xk2mQ9pLr7TzWb5cAAAB\nSocketIO: JWT connection failed: Token expired. SID: Xk2mQ9pLr7TzWb5cAAAB",
        TOKENS,
    ),
    ("SocketIO: handle_connect - JWT Auth: Attempting to decode token. Token: {}", TOKENS),
    (
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{\"token\":\"{}\"}\nXk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"jwt expired\"}",
        TOKENS,
    ),
    (
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{\"auth\":{\"access_token\":\"{}\"}}",
        TOKENS,
    ),
    (
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{\"headers\":{\"Authorization\":\"Bearer {}\"}}",
        TOKENS,
    ),
    (
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\nXk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 0{\"sid\":\"Xk2mQ9pLr7TzWb5cAAAB\"}\nXk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 2[\"login\",{\"user\":\"alice\",\"password\":\"{}\"}]\nXk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 2[\"unauthorized\",{\"message\":\"wrong password\"}]",
        SECRETS,
    ),
    ("Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"invalid token {}\"}", JWTS),
    (
        "2026-03-14T09:30:00.402Z engineio.client INFO Sending packet MESSAGE data 0{\"token\":\"{}\"}",
        TOKENS,
    ),
    (
        "203.0.113.5 - - [14/Mar/2026:18:00:02 +0000] \"GET /socket.io/?token={}&EIO=4&transport=polling HTTP/1.1\" 401 33 \"-\" \"curl/8\"",
        TOKENS,
    ),
    (
        "203.0.113.5 - - [14/Mar/2026:18:00:02 +0000] \"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\" 401 33 \"https://app.example.com/?access_token={}\" \"curl/8\"",
        TOKENS,
    ),
    (
        "203.0.113.5 - - [14/Mar/2026 18:00:02] \"GET /socket.io/?EIO=4&transport=polling&password={} HTTP/1.1\" 400 -",
        SECRETS,
    ),
    (
        "INFO:     203.0.113.5:50110 - \"WebSocket /socket.io/?EIO=4&transport=websocket&jwt={}\" 403",
        TOKENS,
    ),
    (
        "INFO:     203.0.113.5:50110 - \"GET /socket.io/?EIO=4&transport=polling&api_key={} HTTP/1.1\" 400 Bad Request",
        TOKENS,
    ),
    (
        "2026/03/14 18:10:59 [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.80, server: app.example.com, request: \"GET /socket.io/?EIO=4&transport=polling&token={} HTTP/1.1\", upstream: \"http://10.0.0.12:5000/socket.io/?EIO=4&transport=polling&token={}\", host: \"app.example.com\"",
        TOKENS,
    ),
    (
        "SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A, Namespace: /, Headers: {'Host': 'app.example.com', 'Authorization': 'Bearer {}'}, Cookies: ImmutableMultiDict([])",
        TOKENS,
    ),
    (
        "SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A, Namespace: /, Headers: {'Host': 'app.example.com', 'Cookie': 'theme=dark; session={}'}, Cookies: ImmutableMultiDict([('theme', 'dark'), ('session', '{}')])",
        COOKIES,
    ),
    ("SocketIO: Connect attempt. SID: Xk2mQ9pLr7TzWb5cAAAB. Cookies: {}", COOKIES),
    (
        "SocketIO: No JWT in auth header or JWT auth failed, attempting session authentication. SID: Xk2mQ9pLr7TzWb5cAAAB. Cookies: {}",
        COOKIES,
    ),
    ("socketio handshake headers: Cookie: session={}; theme=dark", COOKIES),
    ("[socket] Xk2mQ9pLr7TzWb5cAAAA auth failed: jwt expired, token={}", TOKENS),
    ("socket auth failed for alice, password={}", SECRETS),
    ("socket.io: cannot verify Bearer {}: invalid signature", JWTS),
    ("socket.io something that no grammar knows, token: {} and so on", TOKENS),
    ("socketio unheard-of wording authorization={}", TOKENS),
    (
        "{\"level\":\"warning\",\"event\":\"socket auth failed\",\"token\":\"{}\",\"sid\":\"Xk2mQ9pLr7TzWb5cAAAA\"}",
        TOKENS,
    ),
    (
        "{\"level\":\"warning\",\"message\":\"socket auth failed\",\"ctx\":{\"password\":\"{}\"}}",
        SECRETS,
    ),
    (
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\nmessage handler error\nTraceback (most recent call last):\n  File \"/srv/app/events.py\", line 3, in connect\n    check('{}')\njwt.exceptions.DecodeError: cannot read {}",
        JWTS,
    ),
];

/// Where a name belongs and a credential stands. What is kept of such a line is masked when it goes out.
const NAMES: &[&str] = &[
    "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0/{},",
    "SocketIO: handle_connect - User {} (ID: 7) connected via jwt. Emitting 'confirm_namespace_connected'.",
    "SocketIO: handle_connect - JWT Auth: Token decoded. Decoded sub: {}",
    "{} - - [14/Mar/2026:18:00:02 +0000] \"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\" 502 33 \"-\" \"curl/8\"",
    "https://{} is not an accepted origin.",
];

const JWTS: &[Credential] = &[("JWT", JWT)];
const TOKENS: &[Credential] = &[("JWT", JWT), ("opaque token", OPAQUE)];
const COOKIES: &[Credential] = &[("cookie", COOKIE)];
const SECRETS: &[Credential] = &[("password", PASSWORD), ("JWT", JWT)];

/// The pieces of a credential that give it away. A JWT's header is the same for everybody.
fn pieces(secret: &str) -> Vec<&str> {
    const PIECE: usize = 12;
    let from = if secret == JWT { JWT.find('.').unwrap() + 1 } else { 0 };
    let tail = &secret[from..];
    (0..=tail.len() - PIECE).map(|i| &tail[i..i + PIECE]).collect()
}

#[test]
fn no_output_contains_a_credential_whatever_its_place() {
    let mut leaks = Vec::new();
    for (place, credentials) in PLACES {
        for (kind, secret) in *credentials {
            for (form, log) in wrappings(&place.replace("{}", secret)) {
                let run = read_closely(log);
                let seen = run.verdicts.len() as u64 + run.report.summary.unmatched.lines;
                assert!(seen > 0, "nothing is written of {place}");
                let everything = run.everything();
                if let Some(piece) =
                    pieces(secret).into_iter().find(|piece| everything.contains(piece))
                {
                    leaks.push(format!("{kind} ({piece}), {form}, in {place}"));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "\n{}\n", leaks.join("\n"));
}

#[test]
fn a_credential_in_place_of_a_name_is_not_written() {
    for place in NAMES {
        let run = read(place.replace("{}", JWT));
        let written = [run.text(Options::default()), run.json(), run.ndjson()].join("\n");
        for piece in pieces(JWT) {
            assert!(!written.contains(piece), "{place}: {piece}");
        }
    }
}

/// A log as it stands, as Docker keeps it, and with its last line cut off.
fn wrappings(log: &str) -> Vec<(&'static str, String)> {
    let docker =
        siotrace::envelope::forms::all().find(|form| form.title.starts_with("Docker")).unwrap();
    let docker = log.lines().map(|line| docker.wrap(line) + "\n").collect();
    vec![
        ("bare", log.to_owned() + "\n"),
        ("in docker's JSON", docker),
        ("without its end", log[..log.len() - 1].to_owned()),
    ]
}

#[test]
fn an_error_about_a_log_does_not_quote_its_credentials() {
    let mut packed =
        gzip(format!("SocketIO: Connect attempt with JWT. Token: {JWT}.\n").repeat(50).as_bytes());
    packed.truncate(packed.len() / 2);
    let run = read_closely(packed);
    assert!(run.report.summary.inputs[0].problem.is_some(), "a broken archive is told of");
    let everything = run.everything();
    assert!(pieces(JWT).into_iter().all(|piece| !everything.contains(piece)), "{everything}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_token_does_not_come_out(token in "[A-Za-z0-9_-]{24,60}", place in 0..PLACES.len()) {
        // Only a place that says what stands in it can tell an opaque token from a word.
        prop_assume!(PLACES[place].1.iter().any(|(kind, _)| *kind == "opaque token"));
        let log = PLACES[place].0.replace("{}", &token);
        prop_assert!(!read_closely(&log).everything().contains(&token), "{}", log);
    }
}
