//! What guides to failed Socket.IO logins advise, and where siotrace says it: each piece of advice stands on the page of a cause, a finding or a
//! topic, as `siotrace explain` prints it.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use std::str::FromStr;

use siotrace::{
    report::{Options, explain},
    rules::cause::{Cause, Finding},
};
use support::analyzer;

/// Advice in a few words, the page that gives it, and what stands there.
const ADVICE: &[(&str, &str, &str)] = &[
    // Why logins fail.
    ("nothing was offered", "credentials-missing", "The server looked for a token, found none"),
    ("the server looks for a token first, then for a session", "session-empty", "no cookie came"),
    ("the token is past its time", "jwt-expired", "its `exp` lies before the moment"),
    (
        "the token was changed, or signed by somebody else",
        "jwt-signature-invalid",
        "it was not signed with the key that this server checks with",
    ),
    ("the token is no token", "jwt-malformed", "three parts"),
    ("server and issuer have different secrets", "jwt", "The key must be the same on both sides"),
    ("the session has expired", "session-expired", "PERMANENT_SESSION_LIFETIME"),
    ("the session's cookie does not arrive", "session-cookie-missing", "came without the cookie"),
    ("the session is empty", "session", "When the session is empty in the handler"),
    (
        "a proxy takes headers away",
        "credentials-misplaced",
        "Pass `Authorization` and the query on untouched",
    ),
    ("the network, or a proxy, is in the way", "diagnosis", "or something in front"),
    // One step after the other.
    ("is the server there at all", "diagnosis", "Was the server reached?"),
    ("does the client send its credentials", "diagnosis", "Did the client send its credentials?"),
    (
        "in the payload, a header, the query",
        "diagnosis",
        "in the Authorization header, as a cookie, in the query",
    ),
    ("decode the token and look at its contents", "diagnosis", "Decode it on your own machine"),
    ("does the server look where the client puts it", "diagnosis", "Does the server look there?"),
    ("verify with the server's own key", "diagnosis", "verify with the server's own key"),
    (
        "is the session managed, is its middleware there",
        "session",
        "io.engine.use(sessionMiddleware)",
    ),
    (
        "read the server's log for what it says of the refusal",
        "logging",
        "Most refusals leave no trace by default",
    ),
    (
        "take checks away, one at a time, to find the place",
        "diagnosis",
        "make it simple, one step at a time",
    ),
    (
        "check the user's cookies in the browser",
        "diagnosis",
        "look at the cookie of the handshake request",
    ),
    // Sending it.
    ("the token as `auth` of the client", "credentials-missing", "auth:"),
    (
        "or in a header, and what that costs",
        "jwt",
        "A header works too (extraHeaders: { Authorization",
    ),
    (
        "headers are not for WebSocket in browsers",
        "diagnosis",
        "does not exist for WebSocket in browsers",
    ),
    // Checking it.
    ("verify in Node", "jwt", "Verifying it in Node (jsonwebtoken)"),
    ("verify in Python, with the algorithms named", "jwt", "algorithms=[\"HS256\"]"),
    ("catch what has expired before what is invalid", "jwt", "so it comes first"),
    ("check `exp` and `iss`, and who it is for", "jwt", "issuer=\"https://login.example.com/\""),
    ("three parts, and what the signature proves", "jwt", "A JWT has three parts"),
    (
        "a private key where issuer and server are apart",
        "jwt",
        "only the issuer holds the private key",
    ),
    ("refuse when the check fails", "jwt", "and refuses otherwise"),
    (
        "tell the client that it has expired, so that it renews",
        "jwt",
        "the server says so in words",
    ),
    (
        "check before the connection stands",
        "jwt",
        "The connect handler verifies it, before anything else",
    ),
    ("expiry, subject and user in the token", "jwt", "short-lived, with sub (a string), iat, exp"),
    // Sessions.
    ("how a session goes from login to handshake", "session", "The way of a session"),
    (
        "one session store for all: Redis or Memcached",
        "session",
        "A store on the server (Redis, Memcached)",
    ),
    ("limits of time", "session", "A limit of idleness"),
    ("end the session at logout", "session", "Logout and change of password"),
    ("an id planted before is worth nothing", "session", "Make a new session id at login"),
    // Other origins.
    (
        "what an origin is, and what a browser keeps back",
        "cors",
        "An origin is scheme, host and port",
    ),
    ("the header that names who may read", "cors", "Access-Control-Allow-Origin"),
    ("Express and Socket.IO each need it", "cors", "app.use(cors({ origin, credentials: true }))"),
    ("Flask and Flask-SocketIO each need it", "cors", "cors_allowed_origins=origins"),
    ("not every origin where cookies decide", "cors", "Why not simply `*`?"),
    // Keeping tokens.
    ("no token in localStorage", "token-storage", "Avoid localStorage for tokens"),
    ("a cookie that scripts cannot read", "token-storage", "HttpOnly; Secure; SameSite=Strict"),
    ("only over HTTPS", "token-storage", "Secure means HTTPS only"),
    // Renewing them.
    ("two tokens at the login", "refresh-tokens", "refresh token"),
    ("a new pair at each use", "refresh-tokens", "access token AND a new refresh token"),
    ("the client replaces both", "refresh-tokens", "The client replaces both"),
    ("hashes in a table of their own", "refresh-tokens", "with hashes only"),
    ("one that comes twice was stolen", "refresh-tokens", "Reuse detection"),
    ("bound to a device", "refresh-tokens", "Binding a family to a device"),
    ("taken back at logout", "refresh-tokens", "Logout revokes the family"),
    ("the client connects again with the new one", "jwt-expired", "refresh once and connect again"),
    // Good practice.
    ("strong keys, changed on a schedule", "jwt", "Rotate on a schedule"),
    ("a key is changed without throwing everybody out", "jwt", "accept old and new until"),
    ("short lives", "audit", "access tokens 5 to 15 minutes"),
    ("a token without an end", "token-without-expiry", "exp"),
    ("errors that help and tell no secrets", "audit", "Error texts"),
    ("no secrets in the log", "logging", "Not to be logged"),
    ("reviews at intervals", "audit", "Look at it regularly"),
    ("tools that look for holes", "audit", "npm audit"),
    ("injection, scripts and forged requests", "audit", "(injection, XSS), CSRF protection"),
    ("keep libraries current", "audit", "Keep Flask-SocketIO, python-socketio"),
    ("hear of holes, and have a plan", "audit", "Subscribe to the projects' advisories"),
    ("test what must not work", "audit", "Test what must not work"),
];

/// What `siotrace explain` prints of a name, its line breaks taken out.
fn page(name: &str) -> String {
    let rules = analyzer().rules();
    let options = Options { width: Some(100), ..Options::default() };
    let mut out = Vec::new();
    if let Some(rule) = Cause::from_str(name).ok().and_then(|cause| rules.rule(cause)) {
        explain::cause(rule, &options, &mut out).unwrap();
    } else if let Some(rule) = Finding::from_str(name).ok().and_then(|f| rules.finding(f)) {
        explain::finding(rule, &options, &mut out).unwrap();
    } else {
        let topic = rules.topics().iter().find(|topic| topic.topic == name);
        let topic = topic.unwrap_or_else(|| panic!("no page is called {name}"));
        let topic =
            explain::Topic { name, title: &topic.title, text: &topic.text, see: &topic.see };
        explain::topic(&topic, &options, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_guides_advise_stands_on_a_page() {
    let missing: Vec<String> = ADVICE
        .iter()
        .filter(|(_, name, says)| !page(name).contains(says))
        .map(|(advice, name, says)| format!("{name}: {advice} ({says})"))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
