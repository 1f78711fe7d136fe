//! What stays true of any log: the laws of the design, held by every sample, by made-up logs and by nonsense.

mod support;

use std::{collections::BTreeSet, io::Write};

use proptest::prelude::*;
use siotrace::{
    envelope::Peeler,
    facts::Outcome,
    input::{self, MAX_LINE},
    report::{Options, Totals},
};
use support::{
    Attempt, Input, Run, Sample, analyzer, essence, read, run, run_blocks, run_with, samples,
    with_jobs,
};

// ---- 1 Every verdict quotes a line ----

#[test]
fn every_verdict_quotes_lines_that_stand_in_the_log() {
    for sample in samples() {
        for verdict in run(&sample.inputs).verdicts {
            for quote in verdict.evidence.iter() {
                let (name, bytes) = &sample.inputs[usize::from(quote.at.source.0)];
                let text = String::from_utf8_lossy(bytes);
                let line = usize::try_from(quote.at.line).unwrap();
                let original = text.lines().nth(line - 1);
                let original = original
                    .unwrap_or_else(|| panic!("{}: {name}:{line} is not there", sample.name));
                // What stands before the first mask, or before a colour, is the line as it was.
                let end = quote.text.find('‹').unwrap_or(quote.text.len());
                let end = end.min(original.find('\u{1b}').unwrap_or(end));
                assert_eq!(
                    quote.text.get(..end),
                    original.get(..end),
                    "{}: {name}:{line}",
                    sample.name
                );
            }
        }
    }
}

// ---- 2 No output contains a credential of the input ----

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
        "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 42[\"login\",{\"user\":\"alice\",\"password\":\"{}\"}]",
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
    ("Handshake headers: Cookie: session={}; theme=dark for socket Xk2mQ9pLr7TzWb5cAAAA", COOKIES),
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
        "{\"level\":\"warning\",\"message\":\"socket login refused\",\"ctx\":{\"password\":\"{}\"}}",
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
                let everything = read(log).everything();
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
    let docker = log.lines().map(|line| carry(CARRIERS[0], line) + "\n").collect();
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
    let run = read(packed);
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
        prop_assert!(!read(&log).everything().contains(&token), "{}", log);
    }
}

// ---- 3 Noise between lines changes no verdict ----

/// Lines of ordinary web services.
const NOISE: &[&str] = &[
    "INFO:     192.0.2.200:50000 - \"GET /static/app.js HTTP/1.1\" 200 OK",
    "INFO:app:rendered the dashboard in 12 ms",
    "GET /favicon.ico 404 1.204 ms - 150",
    "SELECT id, name FROM users WHERE id = 7",
    "DEBUG:urllib3.connectionpool:https://api.example.com:443 \"GET /v1/prices HTTP/1.1\" 200 None",
    "cache warmed: 812 keys",
    "",
];

#[test]
fn noise_between_records_changes_no_verdict() {
    for sample in samples() {
        let quiet = run(&sample.inputs).essence();
        for (n, noise) in NOISE.iter().enumerate() {
            let noisy: Vec<Input> = sample
                .inputs
                .iter()
                .map(|(name, bytes)| {
                    (name.clone(), with_noise(bytes, |i| (i % 2 == n % 2).then_some(noise)))
                })
                .collect();
            assert_eq!(run(&noisy).essence(), quiet, "{} with {noise:?}", sample.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mixture_of_noise_changes_no_verdict(which in any::<prop::sample::Index>(), noise in prop::collection::vec(prop::option::of(0..NOISE.len()), 1..40)) {
        let samples = samples();
        let sample = which.get(&samples);
        let noisy: Vec<Input> = sample
            .inputs
            .iter()
            .map(|(name, bytes)| (name.clone(), with_noise(bytes, |i| noise[i % noise.len()].map(|n| &NOISE[n]))))
            .collect();
        prop_assert_eq!(run(&noisy).essence(), run(&sample.inputs).essence(), "{}", &sample.name);
    }
}

/// `bytes` with a line put before each line that begins a record, as `noise` says by its number. Inside a traceback nothing else is
/// written: a logger writes a record in one piece.
fn with_noise(bytes: &[u8], noise: impl Fn(usize) -> Option<&'static &'static str>) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut out = String::new();
    let mut inside = false;
    for (i, line) in text.lines().enumerate() {
        let indented = line.starts_with(' ') && !line.starts_with(" *");
        let continues = inside || indented || line.starts_with("Traceback");
        if !continues && let Some(noise) = noise(i) {
            out.push_str(noise);
            out.push('\n');
        }
        // A traceback ends with its first line that is not indented.
        inside = line.ends_with("handler error")
            || line.starts_with("Traceback")
            || (inside && indented);
        out.push_str(line);
        out.push('\n');
    }
    out.into_bytes()
}

// ---- 4 One file, two files, packed, CRLF, BOM, wrapped: the same verdicts ----

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    same_after("CRLF", |bytes| String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes());
    same_after("a byte order mark", |bytes| [b"\xef\xbb\xbf", bytes].concat());
    same_after("no end of the last line", |bytes| {
        bytes.strip_suffix(b"\n").unwrap_or(bytes).to_vec()
    });
    same_after("UTF-16", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    });
}

#[test]
fn packing_changes_nothing() {
    same_after("gzip", gzip);
    same_after("gzip in two members", |bytes| {
        let (a, b) = bytes.split_at(bytes.len() / 2);
        [gzip(a), gzip(b)].concat()
    });
}

/// Asserts that every sample reads the same after a change of its bytes.
fn same_after(what: &str, change: impl Fn(&[u8]) -> Vec<u8>) {
    for sample in samples() {
        let changed: Vec<Input> =
            sample.inputs.iter().map(|(name, bytes)| (name.clone(), change(bytes))).collect();
        assert_eq!(
            run(&changed).essence(),
            run(&sample.inputs).essence(),
            "{} after {what}",
            sample.name
        );
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_log_with_ids_that_was_rotated_between_two_records_reads_as_one() {
    let has_ids = |attempt: &Attempt| attempt.engine_sid.is_some() || attempt.socket_sid.is_some();
    // A client's own log names no id before it has one, and its server's access lines name none for a handshake.
    let keyed = [
        "flask-socketio/",
        "python-socketio/namespace",
        "python-socketio/async",
        "python-socketio/quiet-heart",
        "uvicorn/connected",
    ];
    rotate_each(|s| {
        s.truth.attempt.iter().all(has_ids) && keyed.iter().any(|k| s.name.starts_with(k))
    });
}

#[test]
#[ignore = "the lanes of lines without ids end with their file"]
fn any_log_that_was_rotated_between_two_records_reads_as_one() {
    rotate_each(|_| true);
}

/// Cuts the log of each sample in two at every record, as `app.log.1` and `app.log`.
fn rotate_each(which: impl Fn(&Sample) -> bool) {
    let mut wrong = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("app.log.1"), folder.path().join("app.log"));
    for sample in samples().into_iter().filter(which) {
        let Some(log) = sample.only_log() else { continue };
        let whole = run(&sample.inputs).essence();
        for (i, _) in log.match_indices('\n') {
            let (first, rest) = log.split_at(i + 1);
            // A program rotates between two records.
            if rest.is_empty()
                || rest.starts_with(' ')
                || rest.starts_with("Traceback")
                || is_inside_traceback(first)
            {
                continue;
            }
            std::fs::write(&old, first).unwrap();
            std::fs::write(&new, rest).unwrap();
            let (locations, errors) = input::expand(&[folder.path()]);
            assert!(errors.is_empty() && locations.len() == 2, "{errors:?} {locations:?}");
            let inputs = locations.iter().map(|l| (l.name(), input::open(l).unwrap())).collect();
            let parts = run_blocks(analyzer(), inputs).essence();
            if parts != whole {
                wrong.push(format!(
                    "{} rotated before: {}\n  {parts:#?}",
                    sample.name,
                    rest.lines().next().unwrap()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn is_inside_traceback(before: &str) -> bool {
    before.ends_with("handler error\n")
        || before.lines().last().is_some_and(|line| line.starts_with("    "))
}

/// What only carries lines, as containers, collectors and supervisors write it; `{}` is the line, as it stands or escaped for JSON.
const CARRIERS: &[(&str, bool)] = &[
    ("{\"log\":\"{}\\n\",\"stream\":\"stderr\",\"time\":\"2026-03-14T14:45:35.123456789Z\"}", true),
    (
        "{\"__REALTIME_TIMESTAMP\":\"1773499535000000\",\"MESSAGE\":\"{}\",\"PRIORITY\":\"6\",\"_PID\":\"12\"}",
        true,
    ),
    (
        "{\"date\":1773499535.123456,\"log\":\"{}\",\"stream\":\"stderr\",\"kubernetes\":{\"pod_name\":\"web\"}}",
        true,
    ),
    ("2026-03-14T14:45:35.123456789Z {}", false),
    ("2026-03-14T14:45:35.123456789Z stderr F {}", false),
    ("2026-03-14T14:45:35.123456789+00:00 stdout F {}", false),
    ("web-1  | {}", false),
    ("project_web_1  | {}", false),
    ("web-1  | 2026-03-14T14:45:35.123456789Z {}", false),
    ("0|api  | {}", false),
    ("0|api  | 2026-03-14T14:45:35: {}", false),
    ("14:45:35 web.1  | {}", false),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] {}", false),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] 2026-03-14T14:45:35.123456789Z {}", false),
    ("web-7d9c6bd5b6-x2x7p web {}", false),
    ("shop web-7d9c6bd5b6-x2x7p web {}", false),
    ("Mar 14 14:45:35 app1 seedapp[21730]: {}", false),
    ("Mar 14 14:45:35.123456 app1 seedapp[21730]: {}", false),
    ("Mar  4 14:45:35 app1 seedapp: {}", false),
    ("2026-03-14T14:45:35+0000 app1 seedapp[21730]: {}", false),
    ("2026-03-14T14:45:35.123456+00:00 app1 seedapp[21730]: {}", false),
    ("<134>Mar 14 14:45:35 app1 seedapp[21730]: {}", false),
    (
        "<165>1 2026-03-14T14:45:35.003Z app1 seedapp 21730 ID47 [x@1 a=\"b\\\"]\" c=\"d\"][y] {}",
        false,
    ),
    ("<165>1 2026-03-14T14:45:35.003Z app1 seedapp 21730 - - \u{feff}{}", false),
    ("83 <40>1 2026-03-14T14:45:35+00:00 host app web.1 - {}", false),
    ("2026-03-14T14:45:35.123456+00:00 app[web.1]: {}", false),
];

/// Puts a line into a carrier.
fn carry((carrier, escaped): (&str, bool), line: &str) -> String {
    if !escaped {
        return carrier.replacen("{}", line, 1);
    }
    let quoted = serde_json::to_string(line).unwrap();
    carrier.replacen("{}", &quoted[1..quoted.len() - 1], 1)
}

#[test]
fn any_carrier_gives_the_same_verdicts() {
    let peeler = Peeler::with_year(2026);
    for sample in samples() {
        let Some(log) = sample.only_log() else { continue };
        let stamped = log.lines().filter(|line| peeler.peel(line).stamp.is_some()).count();
        // All carriers stamp one moment. Where some lines have stamps of their own, the others would be pulled away from them.
        let uniform = stamped == 0 || stamped == log.lines().count();
        let want = run(&sample.inputs).essence();
        for carrier in CARRIERS {
            if !uniform && peeler.peel(&carry(*carrier, "cache warmed")).stamp.is_some() {
                continue;
            }
            let carried: String = log.lines().map(|line| carry(*carrier, line) + "\n").collect();
            assert_eq!(read(&carried).essence(), want, "{} carried by {}", sample.name, carrier.0);
        }
    }
}

// ---- 5 One thread or many: the same bytes ----

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let mut inputs: Vec<Input> = samples()
        .into_iter()
        .flat_map(|s| {
            s.inputs.into_iter().map(move |(name, bytes)| (format!("{}/{name}", s.name), bytes))
        })
        .collect();
    // More than two blocks, so that there is something to divide.
    inputs.push(("busy.log".to_owned(), busy(1_200).into_bytes()));
    assert!(inputs.last().unwrap().1.len() > 2 * input::BLOCK_SIZE);

    let outputs: Vec<[String; 3]> = [1, 2, 8]
        .into_iter()
        .map(|jobs| {
            let run = run_with(&with_jobs(jobs), &inputs);
            [run.text(Options::default()), run.json(), run.ndjson()]
        })
        .collect();
    assert!(outputs[0][2].lines().count() > 1_200);
    for other in &outputs[1..] {
        for (one, many) in outputs[0].iter().zip(other) {
            assert!(one == many, "{}", first_difference(one, many));
        }
    }
}

fn first_difference(one: &str, many: &str) -> String {
    let pair = one.lines().zip(many.lines()).find(|(a, b)| a != b);
    pair.map_or_else(|| "one is longer".to_owned(), |(a, b)| format!("{a}\n{b}"))
}

/// A log of `n` clients, of which every third is refused.
fn busy(n: usize) -> String {
    (0..n)
        .map(|i| {
            let (engine, socket) = (sid("Busy", 2 * i), sid("Busy", 2 * i + 1));
            let at = |ms: usize| format!("2026-06-01 {:02}:{:02}:{:02},{ms:03} INFO     [engineio.server]", 8 + i / 3600, i / 60 % 60, i % 60);
            let answer = if i % 3 == 0 { "4{\"message\":\"Token has expired.\"}".to_owned() } else { format!("0{{\"sid\":\"{socket}\"}}") };
            format!(
                "{} {engine}: Sending packet OPEN data {{'sid': '{engine}', 'upgrades': ['websocket'], 'pingTimeout': 20000, 'pingInterval': 25000, 'maxPayload': 1000000}}\n\
                 {} {engine}: Received packet MESSAGE data 0{{}}\n{} {engine}: Sending packet MESSAGE data {answer}\n\
                 {} {engine}: Sending packet PING data None\n{} {engine}: Received packet PONG data \n{} {engine}: Received packet CLOSE data \n",
                at(0), at(10), at(20), at(100), at(130), at(900),
            ) + &format!("2026-06-01 {:02}:{:02}:{:02},950 INFO     [app] order {i} {}\n", 8 + i / 3600, i / 60 % 60, i % 60, "shipped ".repeat(50))
        })
        .collect()
}

/// A session id of the usual shape.
fn sid(seed: &str, n: usize) -> String {
    format!("{seed}{n:012}AAAA")
}

// ---- 7 A healthy log yields no failure ----

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_healthy_log_yields_no_failure(clients in 1..12_usize, beats in 0..4_usize, order in prop::collection::vec(any::<u16>(), 64), polling in any::<bool>()) {
        let mut scripts: Vec<Vec<String>> = (0..clients).map(|i| healthy(i, beats, polling)).collect();
        scripts.iter_mut().for_each(|script| script.reverse());
        let mut log = String::new();
        let mut turn = order.iter().cycle();
        while !scripts.is_empty() {
            let i = usize::from(*turn.next().unwrap()) % scripts.len();
            match scripts[i].pop() {
                Some(line) => log += &(line + "\n"),
                None => drop(scripts.remove(i)),
            }
        }
        let run = read(&log);
        prop_assert_eq!(run.report.totals, Totals { attempts: clients as u64, accepted: clients as u64, ..Totals::default() }, "{}", log);
        prop_assert!(run.report.causes.is_empty());
    }
}

/// What one client's connection looks like that works.
fn healthy(i: usize, beats: usize, polling: bool) -> Vec<String> {
    let (engine, socket) = (sid("Fine", 2 * i), sid("Fine", 2 * i + 1));
    let upgrades = if polling { "['websocket']" } else { "[]" };
    let mut lines = vec![
        format!(
            "{engine}: Sending packet OPEN data {{'sid': '{engine}', 'upgrades': {upgrades}, 'pingTimeout': 20000, 'pingInterval': 25000, 'maxPayload': 1000000}}"
        ),
        format!("{engine}: Received packet MESSAGE data 0{{}}"),
        format!("{engine}: Sending packet MESSAGE data 0{{\"sid\":\"{socket}\"}}"),
    ];
    if polling {
        lines.push(format!("{engine}: Received request to upgrade to websocket"));
        lines.push(format!("{engine}: Upgrade to websocket successful"));
    }
    for _ in 0..beats {
        lines.push(format!("{engine}: Sending packet PING data None"));
        lines.push(format!("{engine}: Received packet PONG data "));
    }
    lines.push(format!("{engine}: Received packet CLOSE data "));
    lines
}

// ---- 8 Outcomes add up ----

#[test]
fn outcomes_add_up_and_every_line_is_counted() {
    for sample in samples() {
        let run = run(&sample.inputs);
        adds_up(&run);
        for (input, (name, bytes)) in run.report.summary.inputs.iter().zip(&sample.inputs) {
            assert_eq!(
                input.lines,
                bytes.split_inclusive(|b| *b == b'\n').count() as u64,
                "{} {name}",
                sample.name
            );
            assert!(input.matched <= input.lines, "{} {name}", sample.name);
        }
    }
}

fn adds_up(run: &Run) {
    let totals = run.report.totals;
    assert_eq!(totals.attempts, run.verdicts.len() as u64);
    assert_eq!(
        totals.attempts,
        totals.accepted + totals.rejected + totals.abandoned + totals.undecided
    );
    assert_eq!(totals.failed, run.verdicts.iter().filter(|v| v.failed()).count() as u64);
    let with_cause = run.verdicts.iter().filter(|v| v.cause.is_some()).count() as u64;
    assert_eq!(with_cause, run.report.causes.iter().map(|c| c.count).sum::<u64>());
    for verdict in &run.verdicts {
        // A refusal has a cause, be it that none was given; an acceptance has none.
        assert!(verdict.cause.is_some() || !verdict.failed(), "{}", essence(verdict));
        assert!(
            verdict.cause.is_none() || verdict.outcome != Outcome::Accepted,
            "{}",
            essence(verdict)
        );
        assert!(
            !verdict
                .also
                .contains(&verdict.cause.unwrap_or(siotrace::rules::cause::Cause::AuthUndecided))
                || verdict.cause.is_none(),
            "{}",
            essence(verdict)
        );
    }
}

// ---- Any bytes are read ----

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(log in prop::collection::vec(any::<u8>(), 0..4000)) {
        adds_up(&read(&log));
    }

    #[test]
    fn a_damaged_log_is_read(which in any::<prop::sample::Index>(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..30)) {
        let samples = samples();
        let sample = which.get(&samples);
        let inputs: Vec<Input> = sample.inputs.iter().map(|(name, bytes)| (name.clone(), damaged(bytes, &damage))).collect();
        let run = run(&inputs);
        adds_up(&run);
        let lines: usize = inputs.iter().map(|(_, bytes)| bytes.split_inclusive(|b| *b == b'\n').count()).sum();
        prop_assert!(run.verdicts.len() <= lines, "an attempt needs a line");
        run.everything();
    }
}

/// `bytes` with some of them changed, left out, put in or cut short.
fn damaged(bytes: &[u8], damage: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte, kind) in damage {
        if bytes.is_empty() {
            break;
        }
        let i = place.index(bytes.len());
        match kind {
            0 => bytes[i] = *byte,
            1 => drop(bytes.remove(i)),
            2 => bytes.insert(i, *byte),
            // Most of the log is kept: what remains is to be read, too.
            _ => bytes.truncate(bytes.len() - bytes.len() / 16),
        }
    }
    bytes
}

#[test]
fn a_line_without_end_is_read_in_part_and_counted() {
    let mut log = b"Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0".to_vec();
    log.resize(3 * MAX_LINE, b'[');
    log.extend(
        b"\nXk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"jwt expired\"}\n",
    );
    let run = read(&log);
    assert_eq!(run.report.summary.inputs[0].cut, 1);
    assert_eq!(run.report.totals.rejected, 1, "{:?}", run.essence());
}

#[test]
fn sessions_that_never_end_are_bounded_and_what_is_dropped_is_counted() {
    // One session with a hundred thousand packets.
    let mut log = String::from("Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\n");
    for _ in 0..50_000 {
        log += "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\nXk2mQ9pLr7TzWb5cAAAA: Received request to upgrade to websocket\n";
    }
    let run = read(&log);
    adds_up(&run);
    let quoted: usize = run.verdicts.iter().map(|v| v.evidence.len()).sum();
    assert!(quoted < 10_000, "{quoted} quotes");
}

// ---- Lines of different attempts may stand in any order ----

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attempts_with_ids_may_be_interleaved_in_any_way(order in prop::collection::vec(0..3_usize, 40)) {
        let samples = samples();
        let sample = samples.iter().find(|s| s.name == "flask-socketio/ids-in-every-line").unwrap();
        let log = sample.only_log().unwrap();
        let ids: Vec<&str> = sample.truth.attempt.iter().map(|a| a.socket_sid.as_deref().unwrap()).collect();
        let mut scripts: Vec<Vec<&str>> = ids.iter().map(|id| log.lines().filter(|line| line.contains(id)).collect()).collect();
        prop_assert_eq!(scripts.iter().map(Vec::len).sum::<usize>(), log.lines().count());
        // The stamps go along with the lines' places, as if the handlers had run at the same time.
        let mut out = Vec::new();
        let mut take = |script: &mut Vec<&str>| {
            if !script.is_empty() {
                let line = script.remove(0);
                out.push(format!("[2026-03-14 09:12:07,{:03}]{}\n", 100 + out.len(), &line[25..]));
            }
        };
        order.iter().for_each(|i| take(&mut scripts[*i]));
        while scripts.iter().any(|script| !script.is_empty()) {
            scripts.iter_mut().for_each(&mut take);
        }
        prop_assert_eq!(read(out.concat()).essence(), run(&sample.inputs).essence(), "{}", out.concat());
    }
}

// ---- Samples are various ----

#[test]
fn the_samples_show_most_ways_to_fail() {
    let causes: BTreeSet<_> =
        samples().iter().flat_map(|s| run(&s.inputs).verdicts).filter_map(|v| v.cause).collect();
    assert!(causes.len() >= 15, "{causes:?}");
}
