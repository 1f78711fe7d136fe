//! Where the borders run between one attempt and the next, and between a refusal and a complaint: logs of a few lines on either side of each.

mod support;

use siotrace::{
    ids::{EngineSid, SocketSid},
    rules::cause::Cause,
    verdict::{LostSid, Verdict},
};
use support::read;

/// What a log comes to, attempt by attempt: its cause or how it ended, and the last characters of the ids that it shows.
fn told(log: &str) -> Vec<String> {
    let end = |id: Option<&str>| id.map_or("-", |id| &id[id.len() - 4..]).to_owned();
    let one = |v: &Verdict| {
        let what = v.cause.map_or(v.outcome.into(), Cause::as_str);
        let engine = end(v.engine_sid.as_ref().map(EngineSid::as_str));
        format!("{what} {engine} {}", end(v.socket_sid.as_ref().map(SocketSid::as_str)))
    };
    read(log).verdicts.iter().map(one).collect()
}

/// `log`, an engine that gives out one session and another half a second later, with `line` behind.
fn two_opened(line: &str) -> String {
    let open = |second: &str, id: &str| {
        format!(
            "2026-11-22 14:45:{second} - engineio.server - INFO - {id}: Sending packet OPEN data {{\"sid\":\"{id}\",\"upgrades\":[\"websocket\"]}}\n"
        )
    };
    [
        open("30,000", "Xk2mQ9pLr7TzWb5cAAAA").as_str(),
        open("30,500", "Yb3nR8qMs6UaXc6dAAAC").as_str(),
        line,
    ]
    .concat()
}

#[test]
fn a_socket_is_of_no_session_that_was_given_out_after_it() {
    let refused = |id: &str| {
        two_opened(&format!(
            "2026-11-22 14:45:30,600 - events - WARNING - socket {id} refused: jwt expired\n"
        ))
    };
    assert_eq!(
        told(&refused("Zc4pS7rNt5VbYd7eAAAB")),
        ["jwt-expired AAAA AAAB", "undecided AAAC -"]
    );
    assert_eq!(
        told(&refused("Zc4pS7rNt5VbYd7eAAAD")),
        ["undecided AAAA -", "jwt-expired AAAC AAAD"]
    );
}

#[test]
fn who_is_let_in_is_not_the_one_who_was_just_refused() {
    let log = "\
2026-11-22 14:45:30,000 - events - INFO - SocketIO: Entering 'handle_connect'.
2026-11-22 14:45:30,010 - events - WARNING - SocketIO: handle_connect - Authentication failed. No JWT, session user, or other method succeeded. Emitting 'auth_error'.
2026-11-22 14:45:31,000 - events - INFO - SocketIO: handle_connect - User alice (ID: 7) connected via jwt. Emitting 'confirm_namespace_connected'. SID: Zc4pS7rNt5VbYd7eAAAD, EIO_SID: Yb3nR8qMs6UaXc6dAAAC
";
    assert_eq!(told(log), ["rejected-unexplained - -", "accepted AAAC AAAD"]);
}

#[test]
fn an_unknown_id_is_of_the_handshake_right_above_it_only() {
    let log = |second: u8| {
        format!(
            "192.0.2.7 - - [22/Nov/2026:14:45:30 +0000] \"GET /socket.io/?EIO=4&transport=polling&t=abc HTTP/1.1\" 200 118 \"-\" \"Mozilla/5.0\"\n\
             192.0.2.7 - - [22/Nov/2026:14:45:{second} +0000] \"GET /socket.io/?EIO=4&transport=polling&sid=Xk2mQ9pLr7TzWb5cAAAB HTTP/1.1\" 400 34 \"-\" \"Mozilla/5.0\"\n"
        )
    };
    assert_eq!(told(&log(31)), ["sid-unknown AAAB -"]);
    assert_eq!(told(&log(40)), ["undecided - -", "sid-unknown AAAB -"]);
}

#[test]
fn a_traceback_without_an_announcement_is_of_the_session_that_was_last_told_of() {
    let log = "\
2026-11-22 14:45:30,000 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAA: Sending packet OPEN data {\"sid\":\"Xk2mQ9pLr7TzWb5cAAAA\"}
2026-11-22 14:45:30,100 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0
Traceback (most recent call last):
  File \"/app/auth.py\", line 12, in check
    jwt.decode(token)
jwt.exceptions.ExpiredSignatureError: Signature has expired
";
    assert_eq!(told(log), ["jwt-expired AAAA -"]);
}

#[test]
fn two_sentences_that_begin_alike_are_of_two_clients() {
    let log = |first: &str, second: &str| {
        format!(
            "2026-11-22 14:45:30,000 WARN ws: {first}\n2026-11-22 14:45:30,050 WARN ws: {second}\n"
        )
    };
    let alike = log("refused: unauthorized", "refused: token expired");
    assert_eq!(told(&alike), ["rejected-unexplained - -", "jwt-expired - -"]);
    let unlike = log("connection refused: unauthorized", "the token of bob expired");
    assert_eq!(told(&unlike), ["jwt-expired - -"]);
}

#[test]
fn a_complaint_of_somebody_who_has_been_in_for_a_while_is_no_refused_connection() {
    let log = |complaint: &str, end: &str| {
        format!(
            "2026-11-22 14:45:30,000 INFO ws: socket Zc4pS7rNt5VbYd7eAAAB connected as alice\n\
             2026-11-22 14:45:{complaint} WARN ws: socket Zc4pS7rNt5VbYd7eAAAB refused: token expired\n{end}"
        )
    };
    let end = |second: &str| {
        format!("2026-11-22 14:45:{second} INFO ws: socket Zc4pS7rNt5VbYd7eAAAB disconnected\n")
    };
    let (accepted, refused) = (["accepted - AAAB"], ["jwt-expired - AAAB"]);
    assert_eq!(told(&log("32,000", "")), refused, "as it came");
    assert_eq!(told(&log("40,000", "")), accepted, "and it stayed");
    assert_eq!(told(&log("40,000", &end("40,300"))), refused, "and was sent away with it");
    assert_eq!(told(&log("40,000", &end("40,700"))), accepted, "and left later");
}

#[test]
fn three_posts_show_that_a_client_was_let_in_and_two_may_be_a_refused_ones() {
    let handshake = "192.0.2.7 - - [22/Nov/2026:14:45:30 +0000] \"GET /socket.io/?EIO=4&transport=polling&t=abc HTTP/1.1\" 200 118 \"-\" \"Mozilla/5.0\"\n";
    let post = "192.0.2.7 - - [22/Nov/2026:14:45:31 +0000] \"POST /socket.io/?EIO=4&transport=polling&t=abd&sid=Xk2mQ9pLr7TzWb5cAAAB HTTP/1.1\" 200 2 \"-\" \"Mozilla/5.0\"\n";
    assert_eq!(told(&[handshake, post, post].concat()), ["undecided AAAB -"]);
    assert_eq!(told(&[handshake, post, post, post].concat()), ["accepted AAAB -"]);
}

#[test]
fn an_id_is_forgotten_when_its_client_was_silent_for_longer_than_servers_wait() {
    let lost = |minute_second: &str| {
        let log = format!(
            "2026-11-22 14:45:30,000 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAA: Sending packet OPEN data {{\"sid\":\"Xk2mQ9pLr7TzWb5cAAAA\"}}\n\
             2026-11-22 14:{minute_second},000 - engineio.server - WARNING - Invalid session Xk2mQ9pLr7TzWb5cAAAA\n"
        );
        read(&log).verdicts[0].detail.lost_sid
    };
    assert_eq!(lost("46:14"), Some(LostSid::GivenOutHere));
    assert_eq!(lost("46:15"), Some(LostSid::Silence { seconds: 45 }));
}
