//! What a client was told corrects what its server's lines were guessed to say.
//!
//! Lines without an id are given to their sessions by turn ([`super::turn`]), which is a guess where several clients connect at once. A client's own lines know what it asked
//! for and what it was told; what contradicts them was of somebody else.

use super::turn::writes_in_turns;
use crate::{
    event::{Kind, Record, Speaker},
    ids::Namespace,
};

/// `records` without the decisions that were given to their session by turn and that the client's own lines contradict: what the client was told is known, the rest was a guess.
pub(super) fn without_contradicted(mut records: Vec<Record>) -> Vec<Record> {
    let told: Vec<(Option<Namespace>, Kind)> = records
        .iter()
        .filter(|r| r.event.speaker == Speaker::Client)
        .filter(|r| matches!(r.event.kind, Kind::ConnectAccepted | Kind::ConnectRefused(_)))
        .map(|r| (r.event.namespace.clone(), r.event.kind.clone()))
        .collect();
    let asked: Vec<Namespace> = records
        .iter()
        .filter(|r| r.event.speaker == Speaker::Client)
        .filter(|r| matches!(r.event.kind, Kind::ConnectAsked(_)))
        .filter_map(|r| r.event.namespace.clone())
        .collect();
    if told.is_empty() && asked.is_empty() {
        return records;
    }
    records.retain(|r| {
        let by_turn =
            writes_in_turns(r) && r.event.ids.engine.is_none() && r.event.ids.socket.is_none();
        let of_another = r.event.namespace.as_ref().is_some_and(|n| !asked.contains(n));
        if by_turn && !asked.is_empty() && of_another {
            return false;
        }
        let guessed = by_turn
            && matches!(
                r.event.kind,
                Kind::ConnectAccepted | Kind::ConnectRefused(_) | Kind::Refused(_)
            );
        let mut of_it = told
            .iter()
            .filter(|(n, _)| n.is_none() || r.event.namespace.is_none() || *n == r.event.namespace)
            .peekable();
        !guessed || of_it.peek().is_none() || of_it.any(|(_, kind)| agree(&r.event.kind, kind))
    });
    records
}

/// Whether a server's decision is the one that a client was told.
fn agree(server: &Kind, client: &Kind) -> bool {
    match (server, client) {
        (Kind::ConnectRefused(a), Kind::ConnectRefused(b)) => a.text == b.text,
        (Kind::ConnectAccepted, Kind::ConnectAccepted)
        | (Kind::Refused(_), Kind::ConnectRefused(_)) => true,
        _ => false,
    }
}
