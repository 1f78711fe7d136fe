//! Where the logs leave open why, the report says which log to fetch and what to switch on, for the software that the log shows.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use siotrace::report::{Options, text};
use support::read;

/// The report as a person reads it, its line breaks taken out.
fn told(log: &str) -> String {
    let mut out = Vec::new();
    text::write(&read(log).report, &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_refusal_without_a_reason_is_answered_with_what_would_show_it() {
    for (log, wants) in [
        (
            // python-socketio
            "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}\n\
             Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"Connection rejected by server\"}\n",
            &["logger=True, engineio_logger=True", "The server's log is here"][..],
        ),
        (
            // The client alone.
            "2026-11-22 14:45:01,020 INFO socketio.client Attempting polling connection to http://127.0.0.1:5000/socket.io/?transport=polling&EIO=4\n\
             2026-11-22 14:45:01,099 INFO socketio.client Connection to namespace / was rejected by the server: Connection rejected by server\n",
            &["Only the client's log is here", "socketio.Client(logger=True"],
        ),
        (
            // HAProxy alone.
            "Nov 22 14:45:18 lb haproxy[2201]: 203.0.113.9:51234 [22/Nov/2026:14:45:18.101] www sio/web1 0/0/1/4/5 401 210 - - ---- 3/3/1/1/0 0/0 \"GET /socket.io/?EIO=4&transport=polling&t=pm3k01 HTTP/1.1\"\n",
            &["Only an access log is here", "HAProxy: `option httplog`"],
        ),
    ] {
        let told = told(log);
        for want in wants {
            assert!(told.contains(want), "no {want:?} in {told}");
        }
    }
}
