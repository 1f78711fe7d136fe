//! What an attempt's requests tell: which of them failed, whether that still counts, and whose fault it was.

use super::{handler, run::Run};
use crate::{
    event::{ClosedBy, Fault, Kind, Record, Speaker, Where},
    facts::{Handler, Outcome, Process, Status, access},
    payload::request::{Answerer, HttpRequest},
    trace::{Attempt, odd_form},
};

/// The first request that was answered with an error; the move to WebSocket counts only where nothing else did. A poll on a session that has ended is
/// answered with 400: behind a refusal in so many words it tells nothing.
pub(super) fn failing_request(records: &[Record], outcome: Outcome) -> Option<&HttpRequest> {
    let refused = records
        .iter()
        .position(|r| matches!(r.event.kind, Kind::ConnectRefused(_)))
        .unwrap_or(records.len());
    let consequence = |r: &&HttpRequest| r.status == Some(400) && r.sid.is_some();
    let failed = || {
        requests(&records[..refused])
            .chain(requests(&records[refused..]).filter(|r| !consequence(r)))
            .filter(|r| r.status.is_some_and(|s| s >= 400 || s == 0))
    };
    failed()
        .find(|r| !r.is_upgrade())
        .or_else(|| failed().next().filter(|_| outcome == Outcome::Rejected))
}

/// What the failed move to WebSocket of a session that polls shows: its way is barred, or another process got it.
pub(super) fn failed_upgrade(records: &[Record], process: Process) -> Option<Fault> {
    let failed = |r: &HttpRequest| r.is_upgrade() && r.status.is_some_and(|s| s >= 400);
    let fault = if process == Process::Many { Fault::SidUnknown } else { Fault::Upgrade };
    requests(records).any(failed).then_some(fault)
}

/// Why the engine or a proxy did not serve a request: the engine's word before the proxy's, the earliest first. Of requests only the one that failed tells.
pub(super) fn fault(records: &[Record], failed: Option<&HttpRequest>) -> Option<Fault> {
    // The line that announces a traceback tells less of the place than its frames do.
    let in_handler = handler(records) == Handler::Raised;
    // Whoever is sent away has requests under way, which find no session any more.
    let sent_away = records.iter().position(sends_away).unwrap_or(records.len());
    let engine = records.iter().enumerate().find_map(|(i, r)| match &r.event.kind {
        Kind::EngineRefused(fault) => Some(*fault).filter(|_| i < sent_away),
        Kind::Request(request) if r.event.speaker != Speaker::Proxy => request.fault,
        Kind::HandlerRaised(Where::Payload) if !in_handler => Some(Fault::BadRequest),
        Kind::Raised(exception) if exception.place == Where::Payload => Some(Fault::BadRequest),
        _ => None,
    });
    engine
        .or_else(|| {
            records.iter().find_map(|r| match r.event.kind {
                Kind::ProxyFailed { fault, .. } => Some(fault),
                _ => None,
            })
        })
        .or_else(|| failed.and_then(|r| r.fault))
}

/// Whether the server itself tells that it ends the connection.
fn sends_away(record: &Record) -> bool {
    record.event.speaker == Speaker::Server
        && matches!(record.event.kind, Kind::Disconnected(_) | Kind::Closed(ClosedBy::Server))
}

/// The protocol, where a client tells that its handshake was answered with 400, and asked for a version before 4: servers of today serve none of them
/// unless told to.
pub(super) fn old_client(records: &[Record]) -> Option<Fault> {
    let failure = records.iter().find_map(|r| match &r.event.kind {
        Kind::ClientFailed(failure) if failure.status == Some(400) => Some(failure),
        _ => None,
    })?;
    let mut asked = failure.request.as_deref().into_iter().chain(requests(records)).peekable();
    asked.peek()?;
    asked
        .all(|r| r.eio.is_some_and(|version| version < 4) && odd_form(r) == Some(Fault::Protocol))
        .then_some(Fault::Protocol)
}

/// Whether the request that failed came when the session was over: its CONNECT had been sent and the answer fetched, and what the answer was the
/// requests don't tell. A library polls until it learns that the server has closed the session, and that last poll is answered with 400; one whose page is
/// closed leaves its poll unanswered.
pub(super) fn is_over(run: &Run<'_>, records: &[Record], process: Process) -> bool {
    let Some(failing) = run.failing.or(run.deciding) else { return false };
    let (request, hung_up) = match &records[failing].event.kind {
        Kind::Request(request) => (request, matches!(request.status, Some(0 | 460 | 499))),
        Kind::ProxyFailed { fault: Fault::ClientGone, request: Some(request) } => (request, true),
        _ => return false,
    };
    let too_late = request.status == Some(400)
        && request.answered_by != Some(Answerer::Proxy)
        && process == Process::Steady;
    let explained = |r: &Record| match r.event.kind {
        Kind::EngineRefused(fault) => fault != Fault::Upgrade,
        Kind::ProxyFailed { fault, .. } => fault != Fault::ClientGone,
        _ => false,
    };
    // A proxy that finds no server behind a session which had its answer tells how that session ended.
    let outage = matches!(request.status, Some(502..=504)) && !request.is_upgrade();
    (hung_up || too_late || outage)
        && request.sid.is_some()
        && access::was_answered(&records[..failing])
        && !records.iter().any(explained)
        || was_waiting(request) && !records.iter().any(explained)
}

/// Whether the server held a poll before it answered with 400: whom it does not know it tells at once, so the session ended while its client waited.
fn was_waiting(request: &HttpRequest) -> bool {
    request.status == Some(400)
        && request.sid.is_some()
        && !request.is_upgrade()
        && request.answered_by != Some(Answerer::Proxy)
        && request.method.as_deref() == Some("GET")
        && request.took.is_some_and(|took| took >= HELD)
}

/// So long a server takes for no refusal of an id that it does not know, in microseconds.
const HELD: u64 = 5_000_000;

/// Whether the requests alone show that a session without a decision in the log, or one that broke later, was let in.
pub(super) fn went_on(run: &Run<'_>, records: &[Record]) -> bool {
    match (run.state.outcome(), run.failing) {
        (Outcome::Undecided, _) => access::went_on(records),
        (Outcome::Rejected, Some(i)) => {
            matches!(records[i].event.kind, Kind::Request(_) | Kind::ProxyFailed { .. })
                && access::went_on(&records[..i])
        }
        _ => false,
    }
}

/// The server's processes: as other lines tell of them, or as the addresses show to which a proxy passed the requests of this one session.
pub(super) fn process(attempt: &Attempt) -> Process {
    let mut servers = requests(&attempt.records).filter_map(|r| r.upstream.as_ref());
    let several = servers.next().is_some_and(|first| servers.any(|other| other != first));
    if several && attempt.workers.process == Process::Steady {
        Process::Many
    } else {
        attempt.workers.process
    }
}

pub(super) fn requests(records: &[Record]) -> impl Iterator<Item = &HttpRequest> {
    records.iter().filter_map(|r| match &r.event.kind {
        Kind::Request(request) => Some(request.as_ref()),
        Kind::ProxyFailed { request, .. } => request.as_deref(),
        _ => None,
    })
}

impl Status {
    pub(super) fn of(status: u16) -> Self {
        match status {
            400 => Self::BadRequest,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 | 411 | 413..=415 => Self::Unacceptable,
            429 => Self::TooMany,
            0 | 460 | 499 => Self::ClientClosed,
            500 | 501 => Self::ServerError,
            // Cloudflare answers 520 to 527 and 530 for a server that it can't reach or understand.
            502..=504 | 520..=527 | 530 => Self::Gateway,
            1..400 => Self::None,
            _ => Self::Other,
        }
    }
}
