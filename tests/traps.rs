//! Lines that look like the cause and are not, and healthy lines that look like a failure: each trap has samples, whose truth `tests/samples.rs`
//! holds. This is which.
//!
//! | trap | samples |
//! | --- | --- |
//! | accept lines before a refusal are no proof | `traps/accept-before-origin` |
//! | a refusal inside a packet, status 200 | `traps/refusal-in-200` |
//! | a refusal behind 101 | `traps/refusal-after-101` |
//! | a CORS complaint over a killed worker | `incident-cors-over-killed-worker` |
//! | a browser's words for any 401 | `traps/http-authentication-failed` |
//! | `Client is gone` is the aftermath, mostly of another | `traps/gone-is-somebody-else` |
//! | `invalid session`, the engine's and the application's | `traps/invalid-session-is-two-things` |
//! | old ids die out behind a restart | `traps/quiet-old-tabs-after-restart`, `gunicorn/quiet-restart`, `python-socketio/quiet-restart` |
//! | a blocked health check | `traps/quiet-blocked-health-check` |
//! | 0.9 prints `authorized` for who is refused | `socket-io-0.9/authorized-is-no-proof` |
//! | a poller of somebody else's | `traps/foreign-poller`, `werkzeug/foreign-poller` |
//! | a reason that is given once | `traps/reason-once` |
//! | `Signature has expired`, and a secret for a key | `traps/expired-is-no-bad-signature`, `traps/secret-for-a-key` |
//! | warnings beside a connection that stands | `traps/quiet-warnings`, `traps/quiet-sails-cookie` |
//! | nothing behind the colon | `traps/nothing-behind-the-colon` |
//! | empty credentials where none are needed | `traps/quiet-user-none-is-allowed` |
//! | consequences that are louder than the root | `traps/louder-than-the-root` |
//! | success that is absent, and no failure | `traps/success-is-absent` |

mod support;

use support::samples;

/// The table of the header, by the number of the trap.
const TRAPS: [&[&str]; 18] = [
    &["traps/accept-before-origin"],
    &["traps/refusal-in-200"],
    &["traps/refusal-after-101"],
    &["incident-cors-over-killed-worker"],
    &["traps/http-authentication-failed"],
    &["traps/gone-is-somebody-else"],
    &["traps/invalid-session-is-two-things"],
    &[
        "traps/quiet-old-tabs-after-restart",
        "gunicorn/quiet-restart",
        "python-socketio/quiet-restart",
    ],
    &["traps/quiet-blocked-health-check"],
    &["socket-io-0.9/authorized-is-no-proof"],
    &["traps/foreign-poller", "werkzeug/foreign-poller"],
    &["traps/reason-once"],
    &["traps/expired-is-no-bad-signature", "traps/secret-for-a-key"],
    &["traps/quiet-warnings", "traps/quiet-sails-cookie"],
    &["traps/nothing-behind-the-colon"],
    &["traps/quiet-user-none-is-allowed"],
    &["traps/louder-than-the-root"],
    &["traps/success-is-absent"],
];

#[test]
fn every_trap_has_samples_and_nothing_about_them_is_known_to_be_wrong() {
    let samples = samples();
    for (trap, names) in (1..).zip(TRAPS) {
        for name in names {
            let sample = samples.iter().find(|sample| sample.name == *name);
            let wrong = sample.map(|sample| sample.truth.known_wrong.len());
            assert_eq!(wrong, Some(0), "trap {trap}: {name}");
        }
    }
}

#[test]
fn the_header_lists_each_of_them() {
    let header: Vec<&str> = include_str!("traps.rs")
        .lines()
        .filter(|line| line.starts_with("//! | "))
        .skip(2)
        .collect();
    assert_eq!(header.len(), TRAPS.len());
    for (row, names) in header.iter().zip(TRAPS) {
        for name in names {
            assert!(row.contains(&format!("`{name}`")), "{row}");
        }
    }
}
