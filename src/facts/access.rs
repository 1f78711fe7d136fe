//! What access lines alone say: whether a session went on after the answer to its CONNECT.
//!
//! A refusal travels inside a `200` or behind a `101`, so a status proves nothing. But a refused client has nothing more to say: it
//! sends its CONNECT, fetches the answer and is gone. A client that goes on posting, a WebSocket that carried more than a
//! refusal can be long, or an answer of the length of a new id was let in. That is an inference, and the verdict says so.

use crate::{
    event::{Kind, Record},
    payload::packet::ACCEPTANCE,
};

/// Posts of a polling session that was let in: the CONNECT, and at least one message. A refused client may still post its `1` (close).
const POSTS_OF_ACCEPTED: usize = 3;

/// What a refused WebSocket carries at most, in bytes: the probe's answer, an error event, a `CONNECT_ERROR` and the close, each with a sentence.
const LONGEST_REFUSAL: u64 = 200;

/// What a WebSocket without polling before it carries down when its client is let in and leaves again: the handshake as Engine.IO 4 servers send it unless they are told otherwise
/// (107 bytes), the answer to the CONNECT, and an empty close, with two bytes of framing each. A refusal would need a sentence of exactly 16 characters, or 18 without the close.
const WEBSOCKET_ACCEPTANCE: u64 = (107 + 2) + (ACCEPTANCE + 2) + 2;

/// A WebSocket that was open for so long, in microseconds, and carried an answer, was let in: refused clients hang up at once.
const LONG_WEBSOCKET: u64 = 30_000_000;

/// The shortest answer to a CONNECT that lets a client in: `40{"sid":"…"}` in its frame.
const SHORTEST_ANSWER: u64 = 34;

/// Whether the requests among `records` show that the session went on.
pub(super) fn went_on(records: &[Record]) -> bool {
    let mut posts = 0;
    for record in records {
        let Kind::Request(request) = &record.event.kind else { continue };
        if request.is_upgrade() && !request.websocket {
            continue;
        }
        if request.status.is_some_and(|s| s >= 400) {
            return false;
        }
        if request.websocket {
            let carried = request.bytes.unwrap_or(0);
            let long = request.took.unwrap_or(0) >= LONG_WEBSOCKET && carried >= SHORTEST_ANSWER;
            let accepted = request.sid.is_none() && carried == WEBSOCKET_ACCEPTANCE;
            if carried > LONGEST_REFUSAL || long || accepted {
                return true;
            }
        } else if request.sid.is_some() && request.method.as_deref() == Some("POST") {
            posts += 1;
        // A refusal of that length would have a sentence of exactly 16 characters.
        } else if posts > 0 && request.sid.is_some() && request.bytes == Some(ACCEPTANCE) {
            return true;
        }
    }
    posts >= POSTS_OF_ACCEPTED
}

/// Whether the client sent its CONNECT by polling and fetched the answer.
pub(super) fn was_answered(records: &[Record]) -> bool {
    let served = |method: &str| {
        records.iter().any(|record| match &record.event.kind {
            Kind::Request(request) => {
                request.sid.is_some()
                    && !request.is_upgrade()
                    && request.status == Some(200)
                    && request.method.as_deref() == Some(method)
            }
            _ => false,
        })
    };
    served("POST") && served("GET")
}
