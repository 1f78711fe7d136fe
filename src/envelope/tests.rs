//! One table of lines for all wrappers, and the laws that hold between them.

use proptest::prelude::*;

use super::*;
use crate::time::{SECOND, Zone};

/// 2026-11-22T14:45:34Z, the time of every line in the table unless it says so.
const AT: i64 = 1_795_358_734;

/// What a stamp in the table must be.
#[derive(Clone, Copy, Debug)]
enum When {
    /// No time is shown.
    Never,
    /// `AT` without a zone, plus these milliseconds.
    Local(i64),
    /// `AT` in UTC, plus these milliseconds.
    Known(i64),
    /// 14:45:34 of no day.
    Clock(i64),
}
use When::{Clock, Known, Local, Never};

use Level::{Critical, Debug, Error, Info, Trace, Warning};

const HANDLE: &str = "SocketIO: Entering 'handle_connect'.";

/// Lines with the wrapper of one logger around [`HANDLE`].
const LOGGERS: &[(&str, When, Option<Level>, Option<&str>)] = &[
    ("{}", Never, None, None),
    ("INFO:engineio.server:{}", Never, Some(Info), Some("engineio.server")),
    ("WARNING:app:{}", Never, Some(Warning), Some("app")),
    ("DEBUG:{}", Never, Some(Debug), None),
    ("INFO:     {}", Never, Some(Info), None),
    ("WARNING:  {}", Never, Some(Warning), None),
    ("info: {}", Never, Some(Info), None),
    ("info:    {}", Never, Some(Info), None),
    ("   info  - {}", Never, Some(Info), None),
    ("   debug - {}", Never, Some(Debug), None),
    ("[INFO] {}", Never, Some(Info), None),
    ("[DEBUG] seedapp: {}", Never, Some(Debug), Some("seedapp")),
    ("DEBUG    seedapp:events.py:12 {}", Never, Some(Debug), Some("seedapp")),
    ("INFO     engineio.server:base_server.py:212 {}", Never, Some(Info), Some("engineio.server")),
    ("engineio.server - INFO - {}", Never, Some(Info), Some("engineio.server")),
    ("INFO - engineio.server - {}", Never, Some(Info), Some("engineio.server")),
    ("INFO 2026-11-22 14:45:34,231 events 8840 140233 {}", Local(231), Some(Info), Some("events")),
    (
        "2026-11-22 14:45:34,231 - engineio.server - INFO - {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("2026-11-22 14:45:34,231 - seedapp - DEBUG - {}", Local(231), Some(Debug), Some("seedapp")),
    (
        "2026-11-22 14:45:34,231 - INFO - engineio.server - {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("2026-11-22 14:45:34,231 - INFO - seedapp - {}", Local(231), Some(Info), Some("seedapp")),
    ("2026-11-22 14:45:34,231 - INFO - {}", Local(231), Some(Info), None),
    (
        "2026-11-22 14:45:34,231 - 8840 - MainThread - seedapp - INFO - {}",
        Local(231),
        Some(Info),
        Some("seedapp"),
    ),
    (
        "2026-11-22 14:45:34,231 - seedapp - INFO - MainThread - {}",
        Local(231),
        Some(Info),
        Some("seedapp"),
    ),
    (
        "2026-11-22 14:45:34,231 - seedapp - INFO - events.py:14 - {}",
        Local(231),
        Some(Info),
        Some("seedapp"),
    ),
    ("2026-11-22 14:45:34,231 - [INFO] - seedapp - {}", Local(231), Some(Info), Some("seedapp")),
    ("2026-11-22 14:45:34,231 | INFO | seedapp | {}", Local(231), Some(Info), Some("seedapp")),
    ("2026-11-22 14:45:34,231 :: seedapp :: INFO :: {}", Local(231), Some(Info), Some("seedapp")),
    ("2026-11-22 14:45:34,231\tINFO\tseedapp\t{}", Local(231), Some(Info), Some("seedapp")),
    (
        "2026-11-22 14:45:34,231:INFO:engineio.server:{}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("2026-11-22 14:45:34,231:seedapp:INFO:{}", Local(231), Some(Info), Some("seedapp")),
    (
        "2026-11-22 14:45:34,231 INFO     [engineio.server] {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("2026-11-22 14:45:34,231 DEBUG    [seedapp] {}", Local(231), Some(Debug), Some("seedapp")),
    (
        "2026-11-22 14:45:34,231 INFO engineio.server {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    (
        "2026-11-22 14:45:34,231 INFO engineio.server: {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    (
        "2026-11-22 14:45:34,231 engineio.server INFO {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("2026-11-22 14:45:34,231 [INFO] seedapp: {}", Local(231), Some(Info), Some("seedapp")),
    ("2026-11-22 14:45:34,231 [INFO] {}", Local(231), Some(Info), None),
    ("2026-11-22 14:45:34,231 INFO     {}", Local(231), Some(Info), None),
    (
        "2026-11-22 14:45:34,231 [8840] [MainThread] INFO engineio.server: {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    (
        "2026-11-22 14:45:34,231 INFO (MainThread) engineio.server: {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    (
        "2026-11-22 14:45:34,231 INFO [140233 MainThread] engineio.server - {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    (
        "2026-11-22 14:45:34,231 (MainThread) INFO engineio.server {}",
        Local(231),
        Some(Info),
        Some("engineio.server"),
    ),
    ("[2026-11-22 14:45:34,231] WARNING in events: {}", Local(231), Some(Warning), Some("events")),
    ("[2026-11-22 14:45:34 +0000] [8908] [INFO] {}", Known(0), Some(Info), None),
    ("[2026-11-22 14:45:34,231: INFO/MainProcess] {}", Local(231), Some(Info), None),
    ("2026-11-22T14:45:34.231Z c01.engineio INFO {}", Known(231), Some(Info), Some("c01.engineio")),
    (
        "2026-11-22 14:45:34.235 | WARNING  | __main__:<module>:14 - {}",
        Local(235),
        Some(Warning),
        Some("__main__"),
    ),
    (
        "2026-11-22 14:45:34 [info     ] {}           sid=abc user='alice b'",
        Local(0),
        Some(Info),
        None,
    ),
    (
        "2026-11-22T14:45:34.231185Z [warning  ] {}           [seedapp] sid=abc",
        Known(231),
        Some(Warning),
        Some("seedapp"),
    ),
    ("[14:45:34] INFO {}", Clock(0), Some(Info), None),
    ("[14:45:34.860] INFO (8879): {}", Clock(860), Some(Info), None),
    ("2026-11-22T14:45:34.172Z [warn]: {}", Known(172), Some(Warning), None),
    ("2026-11-22T14:45:34.172Z info: {}", Known(172), Some(Info), None),
    ("2026-11-22T14:45:34.172Z [chat] info: {}", Known(172), Some(Info), Some("chat")),
    ("[2026-11-22T14:45:34.268] [ERROR] app - {}", Local(268), Some(Error), Some("app")),
    (
        "[Nest] 8840  - 11/22/2026, 2:45:34 PM    WARN [EventsGateway] {}",
        Local(0),
        Some(Warning),
        Some("EventsGateway"),
    ),
    ("[W 261122 14:45:34 web:2271] {}", Local(0), Some(Warning), Some("web")),
    (
        "[Nest] 8840  - 11/22/2026, 2:45:34 PM     LOG [EventsGateway] {} +12ms",
        Local(0),
        Some(Info),
        Some("EventsGateway"),
    ),
    (
        "2026-11-22T14:45:34.123Z  INFO 1 --- [nioEventLoop-3-1] c.c.socketio.SocketIOServer : {}",
        Known(123),
        Some(Info),
        Some("c.c.socketio.SocketIOServer"),
    ),
    (
        "2026-11-22 14:45:34.123  INFO 1 --- [           main] c.c.socketio.SocketIOServer              : {}",
        Local(123),
        Some(Info),
        Some("c.c.socketio.SocketIOServer"),
    ),
    (
        "14:45:34.123 [main] INFO  c.c.s.SocketIOServer - {}",
        Clock(123),
        Some(Info),
        Some("c.c.s.SocketIOServer"),
    ),
    (
        "2026-11-22T14:45:34.673123Z DEBUG socketioxide::client: {}",
        Known(673),
        Some(Debug),
        Some("socketioxide::client"),
    ),
    (
        "2026-11-22T14:45:34.673123Z  WARN chat_server: {}",
        Known(673),
        Some(Warning),
        Some("chat_server"),
    ),
    (
        "2026-11-22T14:45:34.673123Z DEBUG on_connect{sid=abc reason=x}: socketioxide::ns: {}",
        Known(673),
        Some(Debug),
        Some("socketioxide::ns"),
    ),
    (
        "2026-11-22T14:45:34.673123Z DEBUG init_websocket{protocol=V4 sid=Some(abc)}:upgrade: engineioxide::transport::ws: {}",
        Known(673),
        Some(Debug),
        Some("engineioxide::transport::ws"),
    ),
    (
        "2026-11-22T14:45:34.673123Z DEBUG init_websocket:upgrade: engineioxide::transport::ws: {}",
        Known(673),
        Some(Debug),
        Some("engineioxide::transport::ws"),
    ),
    (
        "\u{1b}[2m2026-11-22T14:45:34.673123Z\u{1b}[0m \u{1b}[33m WARN\u{1b}[0m \u{1b}[2mchat_server\u{1b}[0m\u{1b}[2m:\u{1b}[0m {}",
        Known(673),
        Some(Warning),
        Some("chat_server"),
    ),
    ("[2026-11-22T14:45:34Z INFO  chat_server] {}", Known(0), Some(Info), Some("chat_server")),
    ("2026/11/22 14:45:34 {}", Local(0), None, None),
    ("time=2026-11-22T14:45:34.000Z level=INFO msg=\"{}\" sid=abc", Known(0), Some(Info), None),
    ("time=\"2026-11-22T14:45:34Z\" level=warning msg=\"{}\"", Known(0), Some(Warning), None),
    ("sid='abc' event=\"{}\"", Never, None, None),
    (
        "{\"level\":30,\"time\":1795358734011,\"pid\":8798,\"hostname\":\"vm\",\"msg\":\"{}\"}",
        Known(11),
        Some(Info),
        None,
    ),
    (
        "{\"level\":\"info\",\"message\":\"{}\",\"timestamp\":\"2026-11-22T14:45:34.168Z\"}",
        Known(168),
        Some(Info),
        None,
    ),
    (
        "{\"name\":\"chat\",\"pid\":8798,\"level\":40,\"msg\":\"{}\",\"time\":\"2026-11-22T14:45:34.197Z\",\"v\":0}",
        Known(197),
        Some(Warning),
        Some("chat"),
    ),
    (
        "{\"sid\": \"abc\", \"event\": \"{}\", \"level\": \"warning\", \"timestamp\": \"2026-11-22T14:45:34.232185Z\"}",
        Known(232),
        Some(Warning),
        None,
    ),
    (
        "{\"asctime\": \"2026-11-22 14:45:34,231\", \"levelname\": \"INFO\", \"name\": \"x\", \"message\": \"{}\"}",
        Local(231),
        Some(Info),
        Some("x"),
    ),
    ("{\"message\": \"{}\"}", Never, None, None),
    (
        "{\"text\": \"x\\n\", \"record\": {\"level\": {\"name\": \"WARNING\", \"no\": 30}, \"message\": \"{}\", \"name\": \"seedapp\", \"time\": {\"repr\": \"x\", \"timestamp\": 1795358734.23903}, \"extra\": {\"a\": 1}}}",
        Known(239),
        Some(Warning),
        Some("seedapp"),
    ),
    (
        "{\"level\":\"log\",\"pid\":8819,\"timestamp\":1795358734794,\"message\":\"{}\",\"context\":\"Ctx\"}",
        Known(794),
        Some(Info),
        Some("Ctx"),
    ),
    (
        "{\"timestamp\":\"2026-11-22T14:45:34.673123Z\",\"level\":\"TRACE\",\"fields\":{\"message\":\"{}\",\"sid\":\"abc\"},\"target\":\"socketioxide::ns\"}",
        Known(673),
        Some(Trace),
        Some("socketioxide::ns"),
    ),
    (
        "{\"jsonPayload\":{\"message\":\"{}\"},\"timestamp\":\"2026-11-22T14:45:34Z\",\"severity\":\"CRITICAL\"}",
        Known(0),
        Some(Critical),
        None,
    ),
    (
        "{\"@timestamp\":\"2026-11-22T14:45:34Z\",\"log.level\":\"error\",\"message\":\"{}\"}",
        Known(0),
        Some(Error),
        None,
    ),
    (
        "{\"@timestamp\":\"2026-11-22T14:45:34Z\",\"log\":{\"level\":\"error\",\"logger\":\"seedapp\"},\"message\":\"{}\"}",
        Known(0),
        Some(Error),
        Some("seedapp"),
    ),
    ("\u{1b}[32mINFO\u{1b}[0m:     {}", Never, Some(Info), None),
    ("\u{1b}[32minfo\u{1b}[39m:    {}", Never, Some(Info), None),
];

/// Wrappers that only carry lines; `{}` is the line, as it stands or (`json`) escaped.
pub(crate) const CARRIERS: &[(&str, Option<&str>)] = &[
    (
        "{\"log\":\"{}\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-22T14:45:35.123456789Z\"}",
        Some("json"),
    ),
    (
        "{\"__REALTIME_TIMESTAMP\":\"1795358735000000\",\"MESSAGE\":\"{}\",\"PRIORITY\":\"6\",\"_PID\":\"12\"}",
        Some("json"),
    ),
    (
        "{\"date\":1795358735.123456,\"log\":\"{}\",\"stream\":\"stderr\",\"kubernetes\":{\"pod_name\":\"web\"}}",
        Some("json"),
    ),
    ("2026-11-22T14:45:35.123456789Z {}", None),
    ("2026-11-22T14:45:35.1234567Z {}", None),
    ("2026-11-22T14:45:35.123456789Z stderr F {}", None),
    ("2026-11-22T14:45:35.123456789+00:00 stdout F {}", None),
    ("web-1  | {}", None),
    ("project_web_1  | {}", None),
    ("web-1  | 2026-11-22T14:45:35.123456789Z {}", None),
    ("0|api  | {}", None),
    ("0|api  | 2026-11-22T14:45:35: {}", None),
    ("14:45:35 web.1  | {}", None),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] {}", None),
    ("[pod/web-7d9c6bd5b6-x2x7p/web] 2026-11-22T14:45:35.123456789Z {}", None),
    ("web-7d9c6bd5b6-x2x7p web {}", None),
    ("shop web-7d9c6bd5b6-x2x7p web {}", None),
    ("Nov 22 14:45:35 app1 seedapp[21730]: {}", None),
    ("Nov 22 14:45:35.123456 app1 seedapp[21730]: {}", None),
    ("Nov  2 14:45:35 app1 seedapp: {}", None),
    ("2026-11-22T14:45:35+0000 app1 seedapp[21730]: {}", None),
    ("2026-11-22T14:45:35.123456+00:00 app1 seedapp[21730]: {}", None),
    ("<134>Nov 22 14:45:35 app1 seedapp[21730]: {}", None),
    (
        "<165>1 2026-11-22T14:45:35.003Z app1 seedapp 21730 ID47 [x@1 a=\"b\\\"]\" c=\"d\"][y] {}",
        None,
    ),
    ("<165>1 2026-11-22T14:45:35.003Z app1 seedapp 21730 - - \u{feff}{}", None),
    ("83 <40>1 2026-11-22T14:45:35+00:00 host app web.1 - {}", None),
    ("2026-11-22T14:45:35.123456+00:00 app[web.1]: {}", None),
];

/// Messages that must come out whole.
const MESSAGES: &[&str] = &[
    "85rwddXf5qzlW0vzAAAA: Sending packet OPEN data {'sid': '85rwddXf5qzlW0vzAAAA', 'upgrades': ['websocket']}",
    "abrwddXf5qzlW0vzAAAA: Received packet MESSAGE data 0{\"token\":\"x\"}",
    "-5rwddXf5qzlW0vzAAAA: Upgrade to websocket successful",
    "_5rwddXf5qzlW0vzAAAA: Upgrade to websocket successful",
    "SocketIO: Entering 'handle_connect'.",
    "SocketIO: Session Auth - Session contents: {}",
    "https://evil.example is not an accepted origin.",
    "KeyError: 'x'",
    "Error: jwt expired",
    "jwt.exceptions.ExpiredSignatureError: Signature has expired",
    "Traceback (most recent call last):",
    "(5570) accepted ('127.0.0.1', 46588)",
    " * Running on http://127.0.0.1:5000",
    "  File \"/srv/app/events.py\", line 3, in f",
    "engine:socket readyState updated from opening to open",
    "engine intercepting request for path \"/socket.io/\"",
    "socket.io-parser decoded 0{\"token\":\"x\"} as {\"type\":0}",
    "[socket] Xk2mQ9pLr7TzWb5cAAAB auth failed: jwt expired",
    "socket auth failed: jwt expired",
    "connection error: refused",
    "{\"code\":1,\"message\":\"Session ID unknown\"}",
    "{\"message\":\"jwt expired\",\"data\":{\"code\":401}}",
    "{\"sid\":\"abc\",\"upgrades\":[]}",
    "{'a': 1}",
    "42[\"login\",{\"user\":\"alice\"}]",
    "0{\"sid\":\"abc\"}",
    "at=info method=GET path=\"/socket.io/?EIO=4\" host=a.example.com status=101",
    "Handshake unauthorized, query params: {} headers: {}",
    "emitting event \"message\" to all [/]",
    "user alice | room 5",
    "a=b",
    "Listening at: http://127.0.0.1:5000 (25390)",
    "12 clients connected",
    "no token - disconnecting",
];

fn peeler() -> Peeler {
    Peeler::with_year(2026)
}

fn stamp(when: When) -> Option<Stamp> {
    let (whole, millis, zone) = match when {
        Never => return None,
        Local(millis) => (AT, millis, Zone::Unknown),
        Known(millis) => (AT, millis, Zone::Known),
        Clock(millis) => (AT % 86_400, millis, Zone::Unknown),
    };
    // The table's fractions are compared to the millisecond.
    Some(Stamp { micros: whole * SECOND + millis * 1000, zone, fraction: false })
}

fn rough(stamp: Option<Stamp>) -> Option<(i64, Zone)> {
    stamp.map(|stamp| (stamp.micros.div_euclid(1000), stamp.zone))
}

/// Puts a line into a carrier.
pub(crate) fn carry((carrier, escape): (&str, Option<&str>), line: &str) -> String {
    let escaped = serde_json::to_string(line).unwrap();
    let line = if escape.is_some() {
        escaped.trim_start_matches('"').strip_suffix('"').unwrap()
    } else {
        line
    };
    carrier.replacen("{}", line, 1)
}

#[test]
fn every_logger_is_peeled() {
    for (format, when, level, logger) in LOGGERS {
        let line = format.replacen("{}", HANDLE, 1);
        let peeled = peeler().peel(&line);
        assert_eq!(peeled.message, HANDLE, "{line}\n{peeled:?}");
        assert_eq!(rough(peeled.stamp), rough(stamp(*when)), "{line}");
        assert_eq!(peeled.level, *level, "{line}");
        assert_eq!(peeled.logger.as_deref(), *logger, "{line}");
        assert!(!peeled.partial, "{line}");
    }
}

#[test]
fn any_carrier_around_any_logger_gives_the_same_inside() {
    for (format, ..) in LOGGERS {
        let line = format.replacen("{}", HANDLE, 1);
        let inside = peeler().peel(&line);
        for carrier in CARRIERS {
            let outside = carry(*carrier, &line);
            let peeled = peeler().peel(&outside);
            assert_eq!(peeled.message, inside.message, "{outside}\n{peeled:?}");
            assert_eq!(peeled.logger, inside.logger, "{outside}");
            assert!(!peeled.shape.is_bare() && peeled.shape != inside.shape, "{outside}");
            if inside.level.is_some() {
                assert_eq!(peeled.level, inside.level, "{outside}");
            }
            if inside.stamp.is_some_and(|at| !is_time_of_day(at)) {
                assert_eq!(rough(peeled.stamp), rough(inside.stamp), "{outside}");
            }
        }
    }
}

#[test]
fn messages_come_out_whole() {
    for message in MESSAGES {
        let peeled = peeler().peel(message);
        assert_eq!(peeled.message, *message, "{peeled:?}");
        assert!(peeled.shape.is_bare(), "{peeled:?}");
        for carrier in CARRIERS {
            let line = carry(*carrier, message);
            assert_eq!(peeler().peel(&line).message, *message, "{line}");
        }
        for (format, ..) in LOGGERS.iter().filter(|(format, ..)| !format.contains('"')) {
            // structlog pads the message itself, and a pair in the message is a pair of the line.
            // `DEBUG:engine:socket …` reads as a logger called `engine`.
            if format.contains("  sid=")
                || format.contains(" [seedapp] sid")
                || *format == "DEBUG:{}"
            {
                continue;
            }
            // Behind a padded level, a word in brackets is the logger.
            if message.starts_with('[') && format.contains("INFO     {}") {
                continue;
            }
            let line = format.replacen("{}", message, 1);
            let have = peeler().peel(&line).message.into_owned();
            assert_eq!(have.trim_start(), message.trim_start(), "{line}");
        }
    }
}

#[test]
fn access_lines_stay_whole_and_give_their_time() {
    for (line, when) in [
        (
            "127.0.0.1 - - [22/Nov/2026:14:45:34 +0000] \"GET /socket.io/?EIO=4 HTTP/1.1\" 200 118 \"-\" \"x\"",
            Known(0),
        ),
        ("127.0.0.1 - - [22/Nov/2026 14:45:34] \"GET /socket.io/?EIO=4 HTTP/1.1\" 200 -", Local(0)),
        (
            "127.0.0.1 - - [2026-11-22 14:45:34] \"GET /socket.io/?EIO=4 HTTP/1.1\" 200 276 0.000627",
            Local(0),
        ),
        (
            "203.0.113.7, 10.0.0.1,127.0.0.1 - - [22/Nov/2026 14:45:34] \"GET /socket.io/?EIO=4 HTTP/1.1\" 200 295 0.000550",
            Local(0),
        ),
        (
            "::ffff:127.0.0.1 - alice [22/Nov/2026:14:45:34 +0000] \"GET / HTTP/1.1\" 400 -",
            Known(0),
        ),
        ("fe80::1 - - [22/Nov/2026:14:45:34 +0000] \"GET / HTTP/1.1\" 400 -", Known(0)),
        ("127.0.0.1 [22/Nov/2026:14:45:34 +0000] \"GET / HTTP/1.1\" 200 312 \"-\" \"x\"", Known(0)),
        (
            "10.0.0.7:5555 [22/Nov/2026:14:45:34.123] front back/s1 0/0/1/2/3 200 1 - - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\"",
            Local(123),
        ),
        ("[22/Nov/2026 14:45:34] \"GET /socket.io/?EIO=4 HTTP/1.1\" 404 2167", Local(0)),
        (
            "[2026-11-22T14:45:34.123Z] \"GET /socket.io/ HTTP/1.1\" 503 UC 0 95 3 - \"-\"",
            Known(123),
        ),
        (
            "wss 2026-11-22T14:45:34.123456Z app/lb/1 10.0.0.7:5 10.0.1.7:5 0.0 0.0 0.0 101 101 1 1 \"GET https://a.example.com:443/socket.io/ HTTP/1.1\"",
            Known(123),
        ),
        (
            "127.0.0.1 - - [22/Nov/2026 14:45:34] code 400, message Bad request version ('x')",
            Local(0),
        ),
        (
            "{\"time\":\"2026-11-22T14:45:34Z\",\"remote_addr\":\"10.0.0.7\",\"request\":\"GET /socket.io/ HTTP/1.1\",\"status\":400}",
            Known(0),
        ),
    ] {
        let peeled = peeler().peel(line);
        assert_eq!(peeled.message, line);
        assert_eq!(rough(peeled.stamp), rough(stamp(when)), "{line}");
        for carrier in CARRIERS {
            let outside = carry(*carrier, line);
            assert_eq!(peeler().peel(&outside).message, line, "{outside}");
        }
        let behind = format!("2026-11-22 14:45:34,000 - geventwebsocket.handler - INFO - {line}");
        assert_eq!(peeler().peel(&behind).message, line, "{behind}");
    }
    let uvicorn = peeler()
        .peel("INFO:     1.2.3.4:5 - \"GET /socket.io/ HTTP/1.1\" 200 OK")
        .message
        .into_owned();
    assert_eq!(uvicorn, "1.2.3.4:5 - \"GET /socket.io/ HTTP/1.1\" 200 OK");
}

#[test]
fn error_logs_keep_what_names_the_client() {
    let nginx = "2026/11/22 14:45:34 [error] 31#32: *5 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.7";
    let peeled = peeler().peel(nginx);
    assert!(peeled.message.starts_with("*5 connect() failed"));
    assert_eq!((peeled.level, rough(peeled.stamp)), (Some(Error), rough(stamp(Local(0)))));
    let other = peeler().peel("2026/11/22 14:45:34 [error] 31#33: *6 x").writer;
    assert_eq!(peeled.writer, other);
    let apache = "[Sun Nov 22 14:45:34.123456 2026] [proxy:error] [pid 123:tid 456] (111)Connection refused: [client 10.0.0.7:5555] AH00957: x";
    let peeled = peeler().peel(apache);
    assert!(peeled.message.starts_with("(111)Connection refused"));
    assert_eq!(
        (peeled.level, peeled.logger.as_deref(), rough(peeled.stamp)),
        (Some(Error), Some("proxy"), rough(stamp(Local(123))))
    );
}

#[test]
fn wrappers_nest() {
    for (line, when, level, message) in [
        (
            "{\"log\":\"[2026-11-22 14:45:34,231] DEBUG in events: SocketIO: x \\\"y\\\"\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-22T14:45:35Z\"}",
            Local(231),
            Debug,
            "SocketIO: x \"y\"",
        ),
        (
            "2026-11-22T14:45:35.1Z stdout F {\"event\": \"refused\", \"level\": \"warning\", \"timestamp\": \"2026-11-22T14:45:34.232185Z\"}",
            Known(232),
            Warning,
            "refused",
        ),
        (
            "web-1  | INFO:engineio.server:Server initialized for threading.",
            Never,
            Info,
            "Server initialized for threading.",
        ),
        (
            "[pod/web-0/web] 2026-11-22T14:45:35.123Z [2026-11-22 14:45:34 +0000] [8908] [INFO] Booting worker with pid: 8908",
            Known(0),
            Info,
            "Booting worker with pid: 8908",
        ),
        (
            "{\"MESSAGE\":\"2026-11-22 14:45:34,231 - app - ERROR - no\",\"PRIORITY\":\"6\",\"__REALTIME_TIMESTAMP\":\"1795358735000000\"}",
            Local(231),
            Error,
            "no",
        ),
        (
            "2026-11-22T14:45:35Z stderr F {\"level\":50,\"time\":1795358734011,\"msg\":\"info: x\"}",
            Known(11),
            Info,
            "x",
        ),
        (
            "{\"log\":\"\\u001b[31mERROR\\u001b[0m:    x\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-22T14:45:34Z\"}",
            Known(0),
            Error,
            "x",
        ),
        (
            "{\"MESSAGE\":[73,78,70,79,58,32,255],\"__REALTIME_TIMESTAMP\":\"1795358734000000\",\"PRIORITY\":\"4\"}",
            Known(0),
            Info,
            "\u{fffd}",
        ),
    ] {
        let peeled = peeler().peel(line);
        assert_eq!(
            (&*peeled.message, rough(peeled.stamp), peeled.level),
            (message, rough(stamp(when)), Some(level)),
            "{line}"
        );
    }
}

#[test]
fn an_outer_time_of_the_same_second_makes_whole_seconds_finer() {
    let line =
        "2026-11-22T14:45:34.514315843Z stderr F [2026-11-22 14:45:34 +0000] [21617] [DEBUG] x";
    assert_eq!(peeler().peel(line).stamp, Some(Stamp::exact(AT * SECOND + 514_315, true)));
}

#[test]
fn structured_values_become_fields() {
    let fields = |line: &'static str| {
        peeler()
            .peel(line)
            .fields
            .into_iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(";")
    };
    assert_eq!(
        fields(
            "{\"level\":30,\"time\":1795358734011,\"msg\":\"x\",\"sid\":\"a\\\"b\",\"err\": {\"type\": \"E\", \"n\": [1, 2]}}"
        ),
        "sid=a\"b;err.type=E;err.n=[1,2]"
    );
    assert_eq!(
        fields("ts=2026-11-22T14:45:34Z level=warn msg=\"x\" sid=abc err=\"a b\""),
        "sid=abc;err=a b"
    );
    assert_eq!(
        fields(
            "2026-11-22 14:45:34 [info     ] handler left                   auth={'token': 'a b'} sid=abc who='it\\'s'"
        ),
        "auth={'token': 'a b'};sid=abc;who=it's"
    );
    assert_eq!(
        fields("2026-11-22T14:45:34Z DEBUG on_connect{sid=abc}: socketioxide::ns: x y=1"),
        "sid=abc"
    );
}

#[test]
fn the_writer_is_process_and_thread_and_not_the_stream() {
    let writer = |line: &str| peeler().peel(line).writer;
    assert_eq!(
        writer("2026-11-22T14:45:34Z stdout F x"),
        writer("2026-11-22T14:45:34Z stderr F x")
    );
    assert_eq!(writer("INFO:app:x"), 0);
    let one = writer("[2026-11-22 14:45:34 +0000] [8908] [INFO] x");
    assert_eq!(one, writer("[2026-11-22 14:45:35 +0000] [8908] [ERROR] y"));
    assert_ne!(one, writer("[2026-11-22 14:45:34 +0000] [8909] [INFO] x"));
    assert_ne!(writer("web-1  | x"), writer("web-2  | x"));
    assert_ne!(
        writer("{\"pid\":1,\"level\":30,\"msg\":\"x\"}"),
        writer("{\"pid\":2,\"level\":30,\"msg\":\"x\"}")
    );
    assert_ne!(
        writer("2026-11-22 14:45:34,231 INFO (Thread-1) engineio.server: x"),
        writer("2026-11-22 14:45:34,231 INFO (Thread-2) engineio.server: x")
    );
}

#[test]
fn the_actor_comes_from_the_logger() {
    let line = "2026-11-22T15:14:56.376Z c01.engineio INFO Attempting polling connection";
    let peeled = peeler().peel(line);
    assert_eq!((peeled.actor.as_deref(), peeled.writer), (Some("c01"), 0));
    assert_eq!(peeler().peel("INFO:engineio.server:x").actor, None);
}

#[test]
fn a_cut_line_says_so() {
    assert!(peeler().peel("2026-11-22T14:45:34Z stdout P half").partial);
    assert!(
        peeler()
            .peel("{\"log\":\"half\",\"stream\":\"stdout\",\"time\":\"2026-11-22T14:45:34Z\"}")
            .partial
    );
}

#[test]
fn two_handlers_have_two_shapes_and_one_handler_has_one() {
    let shape = |line: &str| peeler().peel(line).shape;
    let flask = shape("[2026-11-22 14:45:34,231] DEBUG in events: x");
    assert_eq!(flask, shape("[2026-11-22 14:45:35,001] WARNING in admin: y"));
    assert_ne!(flask, shape("2026-11-22 14:45:34,231 - events - DEBUG - x"));
    assert_ne!(flask, shape("x"));
}

#[test]
fn nesting_is_bounded() {
    let line = format!("{}x", "INFO:app:".repeat(5000));
    assert!(peeler().peel(&line).message.len() > line.len() - 100);
    let deep = format!(
        "{{\"level\":\"info\",\"message\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(peeler().peel(&deep).level, Some(Info));
}

proptest! {
    #[test]
    fn any_text_is_peeled_without_panic_and_never_grows(line in "\\PC{0,120}") {
        let peeled = peeler().peel(&line);
        let shorter = peeled.message.len() <= line.len();
        prop_assert!(shorter);
    }

    #[test]
    fn any_pile_of_wrappers_is_peeled_without_panic(
        parts in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(LOGGERS).prop_map(|(format, ..)| (*format).to_owned()),
                proptest::sample::select(CARRIERS).prop_map(|(format, _)| (*format).to_owned()),
                "[\\[\\]{}()<>:|\"' =\\-0-9a-zA-Z.\u{e9}]{0,12}",
            ],
            0..8,
        ),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut line = String::from("{}");
        for part in &parts {
            line = if part.contains("{}") { part.replacen("{}", &line, 1) } else { format!("{part}{line}") };
        }
        let line = line.get(..line.floor_char_boundary(cut.index(line.len() + 1))).unwrap_or_default();
        let peeled = peeler().peel(line);
        prop_assert!(peeled.message.len() <= line.len());
        let _ = (starts_record(line), strip_ansi(line));
    }

    #[test]
    fn any_message_survives_any_carrier(
        message in "[A-Z][a-z]{1,8} [a-z0-9 .,:'/_-]{0,40}[a-z]",
        carrier in proptest::sample::select(CARRIERS),
    ) {
        let inside = peeler().peel(&message).message.into_owned();
        let line = carry(carrier, &message);
        prop_assert_eq!(peeler().peel(&line).message.into_owned(), inside);
    }
}
