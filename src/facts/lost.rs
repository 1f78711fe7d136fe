//! Why a session id may not be known, as far as the log shows it: for the text, and for nothing else.

use crate::{
    event::{Fault, Kind, Reason, Record},
    facts::Process,
    time::SECOND,
    verdict::LostSid,
};

/// A server gives a session up when it has heard nothing for so long: ping interval and timeout of the libraries' defaults together.
const GIVEN_UP: i64 = 45 * SECOND;

/// What these records tell of an id that the server did not know.
pub(super) fn of(records: &[Record], process: Process) -> Option<LostSid> {
    let failing = records.iter().position(|r| is_unknown(&r.event.kind))?;
    let before = &records[..failing];
    let last = before.iter().rev().find(|r| {
        // The handshake of the same id was answered, or the engine gave it out.
        matches!(&r.event.kind, Kind::Request(request) if request.status.is_some_and(|s| s < 400))
            || !matches!(r.event.kind, Kind::Request(_))
    });
    // The engine's own line may show no time; that of the request which it is about does.
    let mut refused = records[failing..].iter().filter(|r| is_unknown(&r.event.kind));
    let now = refused.find_map(|r| r.stamp);
    let silence = last.and_then(|last| {
        let (then, now) = (last.stamp?, now?);
        (then.zone == now.zone).then(|| now.micros - then.micros)
    });
    Some(match (process, last, silence) {
        (Process::Restarted, ..) => LostSid::Restart,
        (_, Some(_), Some(silence)) if silence >= GIVEN_UP => {
            LostSid::Silence { seconds: silence / SECOND }
        }
        (Process::Many, ..) => LostSid::Processes,
        (Process::Steady, Some(_), _) => LostSid::GivenOutHere,
        (Process::Steady, None, _) => LostSid::NeverSeen,
    })
}

fn is_unknown(kind: &Kind) -> bool {
    match kind {
        Kind::EngineRefused(fault) => *fault == Fault::SidUnknown,
        Kind::Request(request) => {
            request.fault == Some(Fault::SidUnknown)
                || request.sid.is_some() && request.status == Some(400)
        }
        Kind::ClientFailed(failure) => failure.said.reason == Reason::SidUnknown,
        _ => false,
    }
}
