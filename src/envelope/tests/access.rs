//! Access lines and error logs: what names the client stays in the message.

use super::*;

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
        for carrier in carriers().filter(|form| is_clear(form, line)) {
            let outside = carrier.wrap(line);
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
