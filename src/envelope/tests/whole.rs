//! Messages that come out as they went in.

use super::*;

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

#[test]
fn messages_come_out_whole() {
    for message in MESSAGES {
        let peeled = peeler().peel(message);
        assert_eq!(peeled.message, *message, "{peeled:?}");
        assert!(peeled.shape.is_bare(), "{peeled:?}");
        for carrier in carriers().filter(|form| is_clear(form, message)) {
            let line = carrier.wrap(message);
            assert_eq!(peeler().peel(&line).message, *message, "{line}");
        }
        for form in forms_of(Role::Logger).filter(|form| !form.escapes) {
            let format = form.example;
            // structlog pads the message itself, and a pair in the message is a pair of the line.
            // `DEBUG:engine:socket …` reads as a logger called `engine`.
            if format.contains("  sid=")
                || format.contains(" [seedapp] sid")
                || format == "DEBUG:{}"
            {
                continue;
            }
            // Behind a padded level, a word in brackets is the logger.
            if message.starts_with('[') && format.contains("INFO     {}") {
                continue;
            }
            let line = form.wrap(message);
            let have = peeler().peel(&line).message.into_owned();
            assert_eq!(have.trim_start(), message.trim_start(), "{line}");
        }
    }
}
