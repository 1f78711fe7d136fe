//! Verdicts, rules and reports made by hand, for the renderers' tests.

use super::{
    AttemptRecord, Credentials, Dropped, FindingCount, Input, Report, ReportBuilder, Rulebook,
    Summary, Template, Unmatched,
};
use crate::{
    event::{At, RawLine, SourceId, Speaker, Stack},
    facts::{Layer, Outcome, Step, Steps},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    rules::{
        cause::{Cause, Finding},
        file::{FindingFile, RuleFile},
        next_log::NextLog,
    },
    secret::Fingerprint,
    time::{SECOND, Stamp},
    verdict::{Confidence, Detail, Evidence, Quote, TokenDetail, Verdict},
};

/// 2026-11-22T14:52:22Z.
const NOON: i64 = 1_795_359_142;

/// Rules whose texts do not change when the real ones do.
pub(super) struct Rules {
    expired: RuleFile,
    left: RuleFile,
    logged: FindingFile,
    next: NextLog,
}

impl Rules {
    pub(super) fn new() -> Self {
        Self {
            expired: toml::from_str(EXPIRED).unwrap(),
            left: toml::from_str(LEFT).unwrap(),
            logged: toml::from_str(LOGGED).unwrap(),
            next: NextLog::default(),
        }
    }
}

impl Rulebook for Rules {
    fn cause(&self, cause: Cause) -> Option<&RuleFile> {
        [&self.expired, &self.left].into_iter().find(|rule| rule.cause == cause)
    }

    fn finding(&self, finding: Finding) -> Option<&FindingFile> {
        Some(&self.logged).filter(|rule| rule.finding == finding)
    }

    fn next_log(&self) -> &NextLog {
        &self.next
    }
}

const EXPIRED: &str = r#"
cause = "jwt-expired"
title = "The token was already expired when it was presented"
severity = "high"
when = [{ said = "token-expired", outcome = "rejected" }]
yields-to = ["stale-token-retry"]
why = """
The server checked `exp` and the moment had passed. The client is holding a token longer than it lives:
it read the token once, at start, and sends the same one at every reconnect.

Two clocks that differ look the same when the token is short-lived.
"""
check = ["Compare `exp` with the line's time.", "Compare the clocks of server and issuer: `date -u` on both."]
[[fix]]
side = "server"
stack = "socketio-js"
text = "Say which error it was."
[[fix]]
side = "server"
text = "Allow a few seconds for clocks that differ."
[[fix]]
side = "client"
stack = "socketio-client"
text = "Give `auth` as a function, so that each attempt fetches a token that is still good."
code = '''
const socket = io(url, {
  auth: async (cb) => cb({ token: await freshToken() }),
});
'''
[[fix]]
side = "server"
stack = "flask-socketio"
text = "Pass a leeway to the check."
code = 'jwt.decode(token, key, algorithms=["HS256"], leeway=10)'
"#;

const LEFT: &str = r#"
cause = "client-left"
title = "The client went away before it was decided"
severity = "low"
when = [{ outcome = "abandoned" }]
why = "A page was closed or reloaded."
"#;

const LOGGED: &str = r#"
finding = "token-logged"
title = "A token stands in the log"
severity = "medium"
why = "Whoever reads the log can use it."
[[fix]]
side = "server"
text = "Log the token's `jti` or its last four characters instead."
"#;

/// The names of the sources.
const NAMES: [&str; 2] = ["server.log", "client \u{1b}[31m.log"];

/// The record of `verdict`.
pub(super) fn record(verdict: &Verdict) -> AttemptRecord<'_> {
    AttemptRecord::new(verdict, |n| NAMES.get(n).copied())
}

pub(super) fn at(source: u16, line: u64) -> At {
    At { source: SourceId(source), line }
}

fn stamp(seconds: i64) -> Stamp {
    Stamp::exact((NOON + seconds) * SECOND + 188_000, true)
}

fn quote(source: u16, line: u64, text: &str, decisive: bool) -> Quote {
    Quote {
        at: at(source, line),
        stamp: None,
        speaker: Speaker::Server,
        line: RawLine::new(text),
        decisive,
    }
}

/// An attempt of which only one line is known.
pub(super) fn nameless() -> Verdict {
    Verdict {
        outcome: Outcome::Undecided,
        cause: None,
        also: Vec::new(),
        confidence: Confidence::Inferred,
        layer: Layer::None,
        started: None,
        decided: None,
        engine_sid: None,
        socket_sid: None,
        namespace: None,
        client: None,
        user: None,
        stack: None,
        stacks: Vec::new(),
        of_library: None,
        steps: Steps::default(),
        findings: Vec::new(),
        evidence: Evidence::new(
            quote(0, 1, "SocketIO: Entering 'handle_connect'.", false),
            Vec::new(),
        ),
        account: None,
        detail: Detail::default(),
    }
}

/// An attempt of which everything is known, `seconds` into the log, with seven lines.
pub(super) fn expired(seconds: i64) -> Verdict {
    let token = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
    let first = quote(
        0,
        4,
        "[2026-11-22 14:52:22,188] DEBUG in events: SocketIO: Entering 'handle_connect'. SID: J7UGiJt4z1ZA7DLpAAAA, EIO_SID: qP0nuaKpy7AHHR5SAAAA",
        false,
    );
    let more = vec![
        quote(
            0,
            5,
            "[2026-11-22 14:52:22,190] DEBUG in events: SocketIO: Auth payload: {'token': '‹jwt#5f3c2a10›'}",
            false,
        ),
        quote(
            0,
            6,
            "[2026-11-22 14:52:22,191] DEBUG in events: SocketIO: Attempting token authentication.",
            false,
        ),
        quote(
            0,
            7,
            "[2026-11-22 14:52:22,270] ERROR in events: SocketIO: JWT validation failed: Signature has expired",
            true,
        ),
        quote(
            0,
            8,
            "[2026-11-22 14:52:22,274] WARNING in events: SocketIO: Connection rejected.",
            false,
        ),
        quote(
            0,
            9,
            "127.0.0.1 - - [22/Nov/2026:14:52:22 +0000] \"POST /socket.io/?EIO=4&transport=polling&t=PjQ8x1a&sid=qP0nuaKpy7AHHR5SAAAA HTTP/1.1\" 200 219 \"-\" \"Mozilla/5.0\"",
            false,
        ),
        quote(1, 3, "connect_error: {\"message\": \"Signature has expired\"}", false),
    ];
    Verdict {
        account: None,
        outcome: Outcome::Rejected,
        cause: Some(Cause::JwtExpired),
        also: vec![Cause::SessionEmpty],
        confidence: Confidence::Stated,
        layer: Layer::Handler,
        started: Some(stamp(seconds)),
        decided: Some(Stamp { micros: stamp(seconds).micros + 86_000, ..stamp(seconds) }),
        engine_sid: Some(EngineSid::new("qP0nuaKpy7AHHR5SAAAA")),
        socket_sid: Some(SocketSid::new("J7UGiJt4z1ZA7DLpAAAA")),
        namespace: Some(Namespace::root()),
        client: Some(ClientAddr::new("127.0.0.1:38898")),
        user: Some(UserName::new("alice")),
        stack: Some(Stack::FlaskSocketio),
        stacks: vec![Stack::FlaskSocketio],
        of_library: None,
        steps: [Step::Handshake, Step::Connect, Step::Credentials, Step::Decided]
            .into_iter()
            .collect(),
        findings: vec![Finding::TokenLogged],
        evidence: Evidence::new(first, more),
        detail: Detail {
            token: Some(TokenDetail {
                fingerprint: Fingerprint::of(token),
                alg: Some("HS256".into()),
                issued_at: Some(NOON - 6740),
                expires_at: Some(NOON - 3140),
                expired_for: Some(3140),
                early_by: None,
                ..TokenDetail::default()
            }),
            said: Some("Signature has expired".to_owned()),
            ..Detail::default()
        },
    }
}

fn left(seconds: i64) -> Verdict {
    Verdict {
        outcome: Outcome::Abandoned,
        cause: Some(Cause::ClientLeft),
        started: Some(stamp(seconds)),
        client: Some(ClientAddr::new("10.0.0.7")),
        ..nameless()
    }
}

fn refused(seconds: i64) -> Verdict {
    Verdict {
        outcome: Outcome::Rejected,
        cause: Some(Cause::RejectedUnexplained),
        layer: Layer::Engine,
        confidence: Confidence::Derived,
        started: Some(stamp(seconds)),
        detail: Detail {
            status: Some(400),
            origin: Some("https://evil.example.test/\u{1b}]0;x\u{7}".to_owned()),
            eio: Some(3),
            exception: Some("KeyError: 'user'".to_owned()),
            ..Detail::default()
        },
        ..nameless()
    }
}

pub(super) fn accepted() -> Verdict {
    Verdict { outcome: Outcome::Accepted, confidence: Confidence::Stated, ..nameless() }
}

fn input(name: &str, lines: u64) -> Input {
    Input {
        name: name.to_owned(),
        bytes: lines * 100,
        lines,
        matched: lines / 2,
        first: Some(stamp(-60)),
        last: Some(stamp(600)),
        formats: vec!["seed-app".to_owned(), "python-engineio".to_owned()],
        envelopes: vec!["logger".to_owned(), "access-log".to_owned()],
        ..Input::default()
    }
}

/// Twelve attempts, three causes.
pub(super) fn outage() -> Report {
    outage_of(&[])
}

/// The same, limited to some causes.
pub(super) fn outage_of(only: &[Cause]) -> Report {
    let rules = Rules::new();
    let mut builder = ReportBuilder::new(&rules).only(only);
    let mut verdicts = vec![left(3), refused(5), nameless()];
    verdicts.extend((0..6).map(|n| expired(n * 30)));
    verdicts.extend((0..3).map(|_| accepted()));
    for verdict in &verdicts {
        builder.add(verdict);
    }
    let [server, client] = NAMES.map(str::to_owned);
    builder.finish(Summary {
        unread: Vec::new(),
        inputs: vec![
            input(&server, 1200),
            Input {
                cut: 1,
                problem: Some("client.log is cut short".to_owned()),
                ..input(&client, 40)
            },
        ],
        findings: vec![FindingCount {
            finding: Finding::TokenLogged,
            count: 12,
            attempts: 6,
            first: Some(at(0, 5)),
            sources: vec![(SourceId(0), 10), (SourceId(1), 2)],
            credentials: Some(Credentials {
                different: 5,
                more: false,
                endless: 1,
                live: 2,
                dead: 2,
                live_for: Some(6 * 86_400 + 7_200),
            }),
        }],
        unmatched: Unmatched {
            lines: 17,
            templates: vec![Template {
                text: "socket <sid> took <num> ms to warm up".to_owned(),
                count: 15,
                example: at(0, 77),
            }],
            unlisted: 2,
        },
        changes: Vec::new(),
        foreign_requests: 4,
        dropped: Dropped { events: 3, attempts: 1, unclaimed: 2 },
        looked_for: vec!["python-engineio packet log".to_owned()],
    })
}

/// A log without Socket.IO.
pub(super) fn empty() -> Report {
    ReportBuilder::new(&Rules::new()).finish(Summary {
        inputs: vec![Input { name: "mail.log".to_owned(), lines: 1203, ..Input::default() }],
        looked_for: vec!["Flask-SocketIO".to_owned(), "python-engineio packet log".to_owned()],
        ..Summary::default()
    })
}

/// A log in which all is well.
pub(super) fn healthy() -> Report {
    let rules = Rules::new();
    let mut builder = ReportBuilder::new(&rules);
    builder.add(&accepted());
    builder.finish(Summary { inputs: vec![input("app.log", 10)], ..Summary::default() })
}
