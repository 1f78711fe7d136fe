//! engine.io's `connection_error` in a structured log: code, context and URL stand in fields of their own.
//!
//! The codes are part of the protocol that engine.io speaks with its clients (`{"code":1,"message":…}`, engine.io 4 to 6), so they decide here, not the words beside them.

use super::{phrase::Phrases, unknown};
use crate::{
    envelope::Peeled,
    event::{Event, Fault, Ids, Kind, Speaker, Stack},
    ids::EngineSid,
    payload::request::HttpRequest,
};

/// Fields under which loggers put the URL of a request.
const URLS: [&str; 6] = ["url", "req.url", "originalUrl", "req.originalUrl", "path", "uri"];

/// The refusal that the fields tell of, if they do.
pub(super) fn event(peeled: &Peeled<'_>, ids: &Ids, phrases: &Phrases) -> Option<Event> {
    let code = field(peeled, "code").or_else(|| field(peeled, "err.code"))?.parse().ok()?;
    let request = request(peeled);
    let has_context = peeled.fields.iter().any(|(name, _)| name.starts_with("context"));
    if !has_context && request.is_none() && !unknown::speaks_of_socketio(peeled) {
        return None;
    }
    let fault = match code {
        0 => Fault::Transport,
        1 => Fault::SidUnknown,
        2 => Fault::BadRequest,
        3 => match field(peeled, "context.name") {
            Some("TRANSPORT_HANDSHAKE_ERROR" | "TRANSPORT_MISMATCH") => Fault::Upgrade,
            Some("PROTOCOL_MISMATCH") => Fault::Protocol,
            Some("MIDDLEWARE_FAILURE") => Fault::Application,
            _ => Fault::BadRequest,
        },
        4 => field(peeled, "context.message")
            .and_then(|text| phrases.meaning(text))
            .and_then(Fault::of)
            .unwrap_or(Fault::Application),
        5_u8 => Fault::Protocol,
        _ => return None,
    };
    let mut ids = ids.clone();
    ids.either = None;
    let kind = if let Some(request) = request {
        ids.engine.clone_from(&request.sid);
        let status = Some(if fault == Fault::Application { 403 } else { 400 });
        Kind::Request(Box::new(HttpRequest { status, fault: Some(fault), ..request }))
    } else {
        ids.engine = field(peeled, "context.sid").map(EngineSid::new);
        Kind::EngineRefused(fault)
    };
    Some(Event {
        kind,
        speaker: Speaker::Server,
        stack: Some(Stack::SocketioJs),
        ids,
        namespace: None,
    })
}

/// The request that was refused.
fn request(peeled: &Peeled<'_>) -> Option<HttpRequest> {
    let target =
        URLS.iter().find_map(|name| field(peeled, name)).filter(|url| url.contains("EIO="))?;
    let method = field(peeled, "method").or_else(|| field(peeled, "req.method"));
    HttpRequest::from_target(method, target)
}

fn field<'p>(peeled: &'p Peeled<'_>, name: &str) -> Option<&'p str> {
    peeled.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
}

#[cfg(test)]
mod tests {
    use crate::{
        envelope::Peeler,
        event::{Fault, Kind},
        grammar::{Grammar, Understood},
    };

    fn fault(line: &str) -> Option<Fault> {
        match Grammar::load(&[]).unwrap().read(&Peeler::default().peel(line)) {
            Understood::Event(event, _) => match event.kind {
                Kind::EngineRefused(fault) => Some(fault),
                Kind::Request(request) => request.fault,
                _ => None,
            },
            _ => None,
        }
    }

    #[test]
    fn the_code_tells_whatever_the_words() {
        for (line, want) in [
            (
                r#"{"level":50,"code":5,"context":{"protocol":3},"req":{"method":"GET","url":"/socket.io/?EIO=3&transport=polling"},"msg":"no good"}"#,
                Some(Fault::Protocol),
            ),
            (
                r#"{"level":"error","code":1,"context":{"sid":"85rwddXf5qzlW0vzAAAA"},"message":"engine trouble"}"#,
                Some(Fault::SidUnknown),
            ),
            (
                r#"{"level":"error","code":4,"context":{"message":"origin not allowed"},"error":"Forbidden","message":"engine connection_error"}"#,
                Some(Fault::Origin),
            ),
            (
                r#"{"level":"error","code":3,"context":{"name":"TRANSPORT_MISMATCH"},"message":"Bad request"}"#,
                Some(Fault::Upgrade),
            ),
            (r#"{"level":"error","code":1,"message":"job failed"}"#, None),
            (r#"{"level":"error","code":7,"context":{},"message":"engine.io"}"#, None),
        ] {
            assert_eq!(fault(line), want, "{line}");
        }
    }
}
