//! Which complaint can be of which refused request, by the request's own form.
//!
//! Only compares two lines; which of many are compared is for `http.rs` and `look.rs`.

use crate::{
    event::{Fault, Kind},
    payload::request::HttpRequest,
};

/// Whether one is the reason and the other the request that it explains. Between two sources only a reason that the request's own form bears out will do.
pub(super) fn completes(a: &Kind, b: &Kind, own: bool) -> bool {
    let (fault, request) = match (a, b) {
        (Kind::EngineRefused(fault), Kind::Request(request))
        | (Kind::Request(request), Kind::EngineRefused(fault)) => (*fault, request),
        (Kind::ProxyFailed { request: Some(x), .. }, Kind::Request(y))
        | (Kind::Request(y), Kind::ProxyFailed { request: Some(x), .. }) => {
            return x.url_key == y.url_key;
        }
        _ => return false,
    };
    // What was refused is known already.
    if request.fault.is_some_and(|told| told != fault) {
        return false;
    }
    let odd = odd_form(request);
    match fault {
        Fault::Protocol => odd == Some(Fault::Protocol) || own && odd.is_none(),
        Fault::Transport => {
            // A server without WebSocket knows no transport of that name; of two sources' lines a better pair may come.
            odd == Some(Fault::Transport) || own && matches!(odd, None | Some(Fault::Upgrade))
        }
        Fault::Upgrade => odd == Some(Fault::Upgrade) || own && odd.is_none(),
        Fault::Origin => {
            matches!(request.status, Some(400 | 403))
                && (odd.is_none() || own || odd == Some(Fault::Upgrade))
        }
        _ => own,
    }
}

/// Whether a refusal for `fault` can be the answer to a handshake request that was refused with this status, by the request's own form.
pub(super) fn may_answer(fault: Fault, request: &HttpRequest, status: u16) -> bool {
    if request.fault.is_some_and(|told| told != fault) {
        return false;
    }
    let odd = odd_form(request);
    let forbids = matches!(status, 401 | 403);
    match fault {
        Fault::SidUnknown | Fault::Protocol => !forbids && odd == Some(fault),
        Fault::Transport => !forbids && matches!(odd, Some(Fault::Transport | Fault::Upgrade)),
        Fault::Upgrade => !forbids && request.transport.as_deref() == Some("websocket"),
        // Node's engine calls an upgrade that is none a bad request.
        Fault::BadRequest => {
            !forbids && matches!(odd, None | Some(Fault::BadRequest | Fault::Upgrade))
        }
        Fault::Origin | Fault::Application => {
            status != 404 && matches!(odd, None | Some(Fault::Upgrade))
        }
        _ => true,
    }
}

/// The length of python-engineio's answer to a handshake for a WebSocket that came without the headers of an upgrade: `"Invalid websocket upgrade"`.
const NO_UPGRADE: u64 = 27;

/// What is odd about a refused handshake request, by its own form.
pub(crate) fn odd_form(request: &HttpRequest) -> Option<Fault> {
    if request.sid.is_some() {
        return Some(Fault::SidUnknown);
    }
    // A session is asked for with GET; servers refuse any other method before they look at the rest.
    if request.method.as_deref().is_some_and(|m| !matches!(m, "GET" | "OPTIONS")) {
        return Some(Fault::BadRequest);
    }
    match request.transport.as_deref() {
        Some("websocket") if request.status == Some(400) && request.bytes == Some(NO_UPGRADE) => {
            return Some(Fault::Upgrade);
        }
        // Of a client that stamps its requests the upgrade is intact as a rule, and its refusal has other reasons: origin, or WebSocket switched off.
        Some("websocket") if request.eio == Some(4) && !request.unique => {
            return Some(Fault::Upgrade);
        }
        Some("polling" | "websocket" | "webtransport") | None => {}
        Some(_) => return Some(Fault::Transport),
    }
    // Engine.IO 4 is the only version served by python-engineio 4; Node's engine.io 4+ needs `allowEIO3` for 3.
    (request.eio != Some(4)).then_some(Fault::Protocol)
}
