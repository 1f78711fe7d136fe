//! Wrappers inside wrappers.

use super::*;

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
fn a_cut_line_says_so() {
    assert!(peeler().peel("2026-11-22T14:45:34Z stdout P half").partial);
    assert!(
        peeler()
            .peel("{\"log\":\"half\",\"stream\":\"stdout\",\"time\":\"2026-11-22T14:45:34Z\"}")
            .partial
    );
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
