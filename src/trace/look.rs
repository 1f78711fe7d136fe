//! What a session looks like from outside: how two views of one attempt are told to be one.
//!
//! Each source sees a part. The client knows its token and when it set out; the server knows what it checked and what it found; access lines
//! know the URL and the status. Two views contradict each other in what both know, or agree in some of it; how well they agree is a [`Match`].

mod against;
mod agree;

use super::{
    fault::odd_form,
    http::request_of,
    session::{Session, stage},
    tracker::Tracker,
};
use crate::{
    event::{At, Failure, Fault, Form, Kind, Offer, Place, Reason, Speaker},
    ids::Namespace,
    payload::{packet, request::HttpRequest},
    time::SECOND,
};

/// Within this, the order in one source counts for more than the time.
const SAME_SOURCE: i64 = SECOND / 2;

/// How well two views agree: the kind of evidence first (0 is the surest), then microseconds between them.
pub(super) type Match = (u8, i64);

/// The second in which a client asked, the line of the request, and the order of appearance: who asks first is decided on first, as a rule.
pub(super) type Turn = (i64, Option<At>, u64);

/// One view of an attempt.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are seen independently of each other")]
pub(super) struct Look {
    /// Status of a refused handshake request.
    status: Option<u16>,
    /// The length of the answer to the CONNECT as a poll's body, and of the refusals that a client was told, as such a body would be.
    answer: Option<u64>,
    refusals: Vec<u64>,
    /// The refused handshake request, and what the engine said of it.
    refused: Option<HttpRequest>,
    fault: Option<Fault>,
    /// The path that the client calls, and whether no engine answers there.
    calls: Option<Box<str>>,
    astray: bool,
    /// Whether a request for a WebSocket ended without an answer that its access line could show, and whether a client read the body of one that was refused.
    taken_over: Option<HttpRequest>,
    read: bool,
    /// The client heard that nothing is mounted at that path.
    nothing_there: bool,
    /// Digest of its URL, and whether that is one of its kind.
    url: Option<u64>,
    unique: bool,
    /// The client's clock in the URL.
    clock: Option<i64>,
    /// When a client log says that it set out.
    started: Option<i64>,
    /// When the client sent its CONNECT, and when the handler began to write.
    asked: Option<i64>,
    entered: Option<i64>,
    /// The first line of its handler.
    wrote: Option<At>,
    /// The line by which its transport was opened, where no handler can have written before: a handshake by polling, a WebSocket logged when it was accepted.
    began: Option<At>,
    /// Its first request that could carry a question.
    sent: Option<(i64, At)>,
    /// When the server decided, and when the client was told.
    decided: Option<i64>,
    told: Option<i64>,
    /// Whether a handshake request was answered well.
    answered: bool,
    /// Whether a request was refused for the session that it names.
    sid_refused: bool,
    /// When the server's side logged the end of the transport.
    closed: Option<i64>,
    /// Whether a client says that its handshake request failed.
    failed_early: bool,
    /// Whether its browser kept an answer from it.
    blocked: bool,
    /// What was decided: in or not.
    admitted: Option<bool>,
    /// The most particular meaning of a refusal that it tells.
    reason: Option<Reason>,
    /// What was in the auth payload, and a digest of the credential.
    payload: Option<Form>,
    credential: Option<u64>,
    namespace: Option<Namespace>,
    /// Sequence numbers of its ids: a socket's is higher than that of the session it is on.
    engine_number: Option<u32>,
    socket_number: Option<u32>,
    /// Whether a handler raised.
    crashed: bool,
    /// Whether no line has a stamp: it was written at some time after the line before it.
    pub(super) unstamped: bool,
    /// Whether all stamps are of whole seconds.
    coarse: bool,
    /// When it was, as finely as its stamps tell.
    span: (i64, i64),
    /// Whether a handler wrote of it.
    handled: bool,
    /// Whether a client wrote of it.
    client: bool,
    /// Whether an answered handshake request is all that is known of it, and whether the engine logged that it opened.
    only_handshake: bool,
    opened: bool,
    /// Whether requests were logged of it, and whether the engine wrote of it.
    transported: bool,
}

impl Look {
    pub(super) fn of(session: &Session, tracker: &Tracker) -> Self {
        let mut look = Self {
            unstamped: agree::is_unstamped(session),
            coarse: session.records.iter().all(|r| r.stamp.is_none_or(|s| !s.fraction)),
            span: span(session),
            engine_number: session.engine.as_ref().and_then(|e| tracker.counters.engine(e)),
            socket_number: session.sockets.first().and_then(|(_, s)| tracker.counters.socket(s)),
            only_handshake: session
                .records
                .iter()
                .all(|r| matches!(&r.event.kind, Kind::Request(q) if q.sid.is_none())),
            ..Self::default()
        };
        for record in &session.records {
            let server = record.event.speaker == Speaker::Server;
            look.client |= record.event.speaker == Speaker::Client;
            if let Some(request) = request_of(&record.event.kind).filter(|r| r.sid.is_none()) {
                look.unique |= look.url.is_none() && request.unique;
                look.url = look.url.or(Some(request.url_key));
                look.clock = look.clock.or(request.clock);
                let polls = request.transport.as_deref() == Some("polling");
                if server && (polls || request.is_accepted_websocket()) {
                    look.began.get_or_insert(record.at);
                }
                match request.status {
                    Some(status) if status >= 400 => {
                        look.status = look.status.or(Some(status));
                        let refused = look.refused.get_or_insert_with(|| request.clone());
                        refused.fault = refused.fault.or(request.fault);
                        look.read |= request.body.is_some();
                    }
                    Some(_) => look.answered = true,
                    None if request.websocket => {}
                    // Whoever logs a client's address logs an answer, unless the socket was taken out of its hands.
                    None => {
                        let taken = record.event.ids.client.is_some()
                            && record.event.speaker != Speaker::Client
                            && request.transport.as_deref() == Some("websocket");
                        if taken {
                            look.taken_over.get_or_insert_with(|| request.clone());
                        }
                    }
                }
            }
            // Told when the socket was opened, by a client that had polled or not, and nothing of how it went on.
            look.answered |=
                request_of(&record.event.kind).is_some_and(HttpRequest::is_accepted_websocket);
            if matches!(
                record.event.kind,
                Kind::ConnectAsked(_) | Kind::ConnectRefused(_) | Kind::HandlerEntered(_)
            ) {
                look.namespace = look.namespace.take().or_else(|| record.event.namespace.clone());
            }
            look.transported |= !matches!(record.event.speaker, Speaker::Client)
                && matches!(
                    record.event.kind,
                    Kind::Request(_)
                        | Kind::ProxyFailed { .. }
                        | Kind::Opened
                        | Kind::ConnectAsked(_)
                );
            if server && stage(&record.event.kind).is_some() {
                look.handled = true;
                look.entered.get_or_insert(record.when);
                look.wrote.get_or_insert(record.at);
            }
            if carries_question(&record.event.kind) {
                look.sent.get_or_insert((record.when, record.at));
            }
            look.take(&record.event.kind, server, record.when, session.engine.is_some());
            look.measure(&record.event.kind);
            if let Kind::ClientStarted(_, Some(path)) = &record.event.kind {
                look.astray = tracker.is_nowhere(path);
                look.calls.get_or_insert_with(|| path.clone());
            }
        }
        look.astray &= !look.answered && session.engine.is_none();
        look.failed_early &= !look.blocked;
        look
    }

    /// Its place among equals: the second in which its client asked, by the request that carried the question or by its own clock, or else began; within it the order in which the
    /// requests were logged.
    pub(super) fn turn(&self, session: &Session) -> Turn {
        let sent = self.sent.map(|(when, _)| when);
        let asked = sent.or(self.asked).unwrap_or(session.first);
        (asked - asked.rem_euclid(SECOND), self.sent.map(|(_, at)| at), session.serial)
    }

    fn take(&mut self, kind: &Kind, server: bool, when: i64, has_engine: bool) {
        match kind {
            Kind::Opened => {
                self.answered = true;
                self.opened |= server;
            }
            Kind::Request(request) => {
                self.sid_refused |= request.sid.is_some() && request.status == Some(400);
            }
            Kind::EngineRefused(fault) => {
                self.sid_refused |= *fault == Fault::SidUnknown;
                self.fault.get_or_insert(*fault);
            }
            Kind::Closed(_) if server => self.closed = Some(when),
            Kind::ClientFailed(failure) if !self.answered && !has_engine => {
                self.failed_early = true;
                self.nothing_there |= failure.said.reason == Reason::PathUnknown;
                self.blocked |= failure.said.reason == Reason::Cors;
            }
            Kind::ClientStarted(..) => {
                self.started.get_or_insert(when);
            }
            Kind::ConnectAsked(offer) => {
                if !server {
                    self.asked.get_or_insert(when);
                }
                self.offer(offer);
            }
            Kind::Offered(offer) => self.offer(offer),
            Kind::ConnectAccepted | Kind::Admitted { .. } => self.decision(true, server, when),
            Kind::ConnectRefused(_) | Kind::Refused(_) | Kind::ErrorEmitted(_) => {
                self.decision(false, server, when);
            }
            Kind::HandlerRaised(_) | Kind::Raised(_) => {
                self.crashed = true;
                self.handled = true;
            }
            _ => {}
        }
        let said = match kind {
            Kind::Refused(said)
            | Kind::Complained(said)
            | Kind::ConnectRefused(said)
            | Kind::ErrorEmitted(Some(said)) => Some(said.reason),
            _ => None,
        };
        if let Some(reason) = said.filter(|r| !r.is_vague()) {
            self.reason = Some(self.reason.map_or(reason, |r| r.min(reason)));
        }
    }

    /// Lengths by which an access line and what it carried find each other.
    fn measure(&mut self, kind: &Kind) {
        match kind {
            Kind::Request(request)
                if request.sid.is_some()
                    && self.answer.is_none()
                    && request.method.as_deref() == Some("GET")
                    && request.transport.as_deref() == Some("polling")
                    && request.status == Some(200) =>
            {
                self.answer = request.bytes;
            }
            Kind::ConnectRefused(said) | Kind::ClientFailed(Failure { said, .. }) => {
                self.refusals.push(said.text.len() as u64 + packet::BARE_REFUSAL);
            }
            _ => {}
        }
    }

    /// Whether the answer that one's access line shows is as long as a refusal that the other was told.
    fn measures_up(&self, other: &Look) -> bool {
        let fits = |a: &Look, b: &Look| a.answer.is_some_and(|n| b.refusals.contains(&n));
        fits(self, other) || fits(other, self)
    }

    fn offer(&mut self, offer: &Offer) {
        if offer.place == Place::Auth && offer.form != Form::Unknown {
            self.payload.get_or_insert(offer.form);
            if let Some(secret) = &offer.secret {
                self.credential.get_or_insert(secret.digest());
            }
        }
    }

    fn decision(&mut self, admitted: bool, server: bool, when: i64) {
        self.admitted.get_or_insert(admitted);
        if server { &mut self.decided } else { &mut self.told }.get_or_insert(when);
    }

    /// Whether the handshake was answered well, as far as the client could see: a server may have answered when the proxy had given up.
    fn was_answered(&self) -> bool {
        self.answered && self.status.is_none()
    }

    /// Whether its complaint is of the version that the other's WebSocket asked for; that one's access line shows no answer.
    fn earned(&self, other: &Look) -> bool {
        self.fault == Some(Fault::Protocol)
            && self.refused.is_none()
            && other.taken_over.as_ref().and_then(odd_form) == Some(Fault::Protocol)
    }

    /// Whether it can be half of an attempt whose other half is in the same source; see [`Self::completes`].
    pub(super) fn is_half(&self) -> bool {
        self.was_answered() && (self.only_handshake || self.transported && !self.handled)
            || self.handled && !self.transported
            || self.opened && self.url.is_none()
    }
}

/// Whether a client can have asked for its namespace by this request: a post, or a WebSocket that it came with.
fn carries_question(kind: &Kind) -> bool {
    matches!(kind, Kind::Request(r) if r.sid.is_some() && r.method.as_deref() == Some("POST") || r.is_served_websocket())
}

/// The span of a session as finely as its stamps tell: by those with a fraction if there are any, else by whole seconds.
fn span(session: &Session) -> (i64, i64) {
    let fine =
        session.records.iter().filter(|r| r.stamp.is_some_and(|s| s.fraction)).map(|r| r.when);
    match (fine.clone().min(), fine.max()) {
        (Some(first), Some(last)) => (first, last),
        _ => (session.first, session.last + SECOND - 1),
    }
}
