//! Requests as access logs show them.

use super::super::{access::Answer, capture::Capture};
use super::{Reading, sid_of};
use crate::{
    event::{Fault, Ids},
    payload::{java_map, request::HttpRequest},
};

impl Reading<'_, '_> {
    pub(super) fn target(&self) -> Option<HttpRequest> {
        let target = self.get(Capture::Target).or_else(|| self.get(Capture::Url))?;
        let method = self.get(Capture::Method);
        match self.get(Capture::Query).filter(|query| *query != "-") {
            Some(query) => HttpRequest::from_target(method, &format!("{target}?{query}")),
            None => HttpRequest::from_target(method, target),
        }
    }

    pub(super) fn request(&self, ids: &mut Ids) -> Option<HttpRequest> {
        let of_java = || java_map::handshake(self.get(Capture::Query)?, self.get(Capture::Headers));
        let mut request = self.target().or_else(of_java)?;
        // A proxy writes -1 when it sent no answer.
        let status = self.get(Capture::Status).and_then(|s| match s {
            "-1" => Some(0),
            status => status.parse().ok(),
        });
        request.status = status.or(self.line.with.status);
        request.bytes = self.get(Capture::Bytes).and_then(|s| s.parse().ok());
        request.took = self
            .get(Capture::Took)
            .and_then(|s| micros(s, 1_000_000.0))
            .or_else(|| self.get(Capture::TookMs).and_then(|s| micros(s, 1_000.0)));
        request.body = self.get(Capture::Body).map(Into::into);
        if request.status.is_some_and(|s| s >= 400) {
            request.fault =
                request.body.as_deref().and_then(|b| self.phrases.meaning(b)).and_then(Fault::of);
        }
        let answer = Answer {
            upstream: self.get(Capture::Upstream),
            upstream_status: self.get(Capture::Upstatus),
            flags: self.get(Capture::Flags),
        };
        answer.add_to(&mut request, &self.line.flags);
        request.websocket = self.line.with.websocket.unwrap_or(request.status == Some(101));
        // eventlet 0.41: a finished WebSocket is a `200` of 0 bytes.
        if request.transport.as_deref() == Some("websocket")
            && request.status == Some(200)
            && request.bytes == Some(0)
        {
            request.websocket = true;
        }
        if ids.engine.is_none() {
            ids.engine = request
                .sid
                .clone()
                .or_else(|| request.body.as_deref().and_then(|b| sid_of(b.strip_prefix('0')?)));
        }
        Some(request)
    }
}

/// A duration in text, in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn micros(text: &str, unit: f64) -> Option<u64> {
    let value: f64 = text.parse().ok()?;
    (value.is_finite() && value >= 0.0).then_some((value * unit) as u64)
}
