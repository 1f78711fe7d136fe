//! From an attempt's events to its facts.
//!
//! What a line states outweighs what is computed, and that outweighs what is concluded from absence or neighbourhood; the verdict says which it was.

mod layer;
mod requests;
mod run;

pub use self::run::course;
use self::{
    layer::layer,
    requests::{
        failed_upgrade, failing_request, fault, is_over, old_client, process, requests, went_on,
    },
    run::Run,
};
use super::{
    Cookie, Found, Handler, Key, Layer, Offered, Outcome, Session, Status, Way,
    credentials::Credentials,
};
use crate::{
    event::{Exception, Fault, Kind, Reason, Record, Said, SessionContents, Speaker, Where},
    keys::Keys,
    payload::request::{Answerer, HttpRequest},
    trace::{Attempt, odd_form},
    verdict::{ClockSample, Confidence, Contrast, LostSid, TokenDetail},
};

/// What is known of an attempt: its facts, and what rides along for the text.
#[derive(Debug)]
pub struct Known {
    /// The facts.
    pub key: Key,
    /// How sure the decisive one is.
    pub confidence: Confidence,
    /// Index of the record that decided, among the attempt's.
    pub decisive: Option<usize>,
    /// The sentence of the refusal.
    pub said: Option<Said>,
    /// The exception that was raised.
    pub exception: Option<String>,
    /// The status that ended it.
    pub status: Option<u16>,
    /// EIO version asked for.
    pub eio: Option<u8>,
    /// The version that the engine is seen to speak: it has given an id to one who asked for it, and served it.
    pub eio_served: Option<u8>,
    /// The Origin header.
    pub origin: Option<Box<str>>,
    /// The client's user agent, masked.
    pub agent: Option<Box<str>>,
    /// The token, as far as it could be read.
    pub token: Option<TokenDetail>,
    /// In what alone it differs from tokens that were let in; known when those are.
    pub contrast: Option<Contrast>,
    /// Whether a line says why the engine or a proxy refused; otherwise the fault was concluded from the request's form.
    pub fault_is_stated: bool,
    /// Why a session id may not be known.
    pub lost_sid: Option<LostSid>,
    /// The handshake request that was refused before there was a session.
    pub refused_handshake: Option<HttpRequest>,
    /// Whether the server ended the connection, long after it had let the client in, because its token had run out.
    pub token_ran_out: bool,
    /// What the attempt shows of two clocks.
    pub clocks: Option<ClockSample>,
    /// Digest of the token, for recognising it when it comes again.
    pub token_digest: Option<u64>,
    /// Every credential that the client brought, for comparing it with what others brought.
    pub ways: Vec<Way>,
    /// Whether the log shows that it brought none, not even a cookie.
    pub empty_hands: bool,
}

impl Known {
    /// Whether it was refused, and nobody says what for.
    pub fn is_unexplained(&self) -> bool {
        let said = [self.key.said, self.key.client_said];
        self.key.outcome == Outcome::Rejected && said.into_iter().flatten().all(Reason::is_vague)
    }
}

/// Derives the facts of `attempt`; of its credentials also what the user's `keys` tell.
pub fn derive(attempt: &Attempt, keys: &Keys) -> Known {
    let records = &attempt.records;
    let run = Run::of(records);
    let mut credentials = Credentials::of(records, keys);
    let mut key = Key {
        outcome: run.state.outcome(),
        offered: credentials.offered(),
        shape: credentials.shape(),
        found: credentials.found(),
        token_time: credentials.token_time(),
        session: session(records),
        cookie: credentials.cookie(),
        checked: credentials.checked(),
        handler: handler(records),
        process: process(attempt),
        ..Key::default()
    };
    // What a cookie holds counts where nothing else was offered: beside a token the server may not have looked at it.
    if key.session == Session::Unknown && matches!(key.offered, Offered::Unknown | Offered::None) {
        key.session = credentials.session();
    }
    let mut confidence = Confidence::Stated;
    let sentence =
        sentence(records, |r| !matches!(r.event.kind, Kind::ClientFailed(_) | Kind::Noticed(_)));
    // What was seen beside it explains a refusal only where nobody says what for.
    let sentence = match sentence {
        Some(said) if !said.reason.is_vague() => Some(said),
        vague => self::sentence(records, |r| matches!(r.event.kind, Kind::Noticed(_))).or(vague),
    };
    let clients = self::sentence(records, |r| matches!(r.event.kind, Kind::ClientFailed(_)));
    let read = |said: &Said| match said.reason {
        Reason::TokenUnreadable if attempt.verbatim => Reason::TokenMalformed,
        Reason::TokenUnreadable => Reason::TokenInvalid,
        reason => reason,
    };
    key.said = sentence.as_ref().map(read);
    let went_silent = records.iter().any(|r| matches!(r.event.kind, Kind::HeartbeatLost));
    key.client_said = clients.as_ref().map(read);
    if key.said.is_none() && went_silent {
        key.said = Some(Reason::Timeout);
    }
    if key.found == Found::Unknown {
        key.found = match key.said {
            Some(Reason::TokenMissing) => Found::No,
            Some(reason) if reason.is_of_token() => Found::Yes,
            _ => Found::Unknown,
        };
    }
    let failing = run.failing.and_then(|i| records.get(i));
    let is_over = is_over(&run, records, key.process);
    let request = failing_request(records, key.outcome).filter(|_| !is_over);
    let stated = fault(records, request);
    let refused =
        request.filter(|r| r.status == Some(400) && r.answered_by != Some(Answerer::Proxy));
    let old = || old_client(records).filter(|_| key.outcome == Outcome::Rejected);
    key.fault = stated.or_else(|| refused.and_then(odd_form)).or_else(old);
    if key.fault.is_some() && stated.is_none() {
        confidence = Confidence::Derived;
    }
    if key.fault.is_none() && key.outcome == Outcome::Undecided {
        key.fault = failed_upgrade(records, key.process);
        confidence = confidence.min(Confidence::Derived);
    }
    key.status = request.and_then(|r| r.status).map_or(Status::None, Status::of);
    // A client that heard no more than that it failed.
    if attempt.astray
        && key.fault.is_none()
        && key.status == Status::None
        && key.client_said.is_some_and(Reason::is_vague)
    {
        key.fault = Some(Fault::Path);
        confidence = confidence.min(Confidence::Inferred);
    }
    key.layer = match (key.outcome, failing) {
        (Outcome::Rejected, Some(record)) => match layer(record, &run, key.said) {
            // What the client tells of is the engine's answer.
            Layer::Client if key.fault == Some(Fault::Protocol) => Layer::Engine,
            layer => layer,
        },
        (Outcome::Abandoned, _) => Layer::Client,
        _ => Layer::None,
    };
    if is_over {
        key.outcome = Outcome::Undecided;
        key.layer = Layer::None;
    }
    if went_on(&run, records) {
        key.outcome = Outcome::Accepted;
        key.layer = Layer::None;
        confidence = Confidence::Inferred;
    }
    let decisive = decisive(records, sentence.as_ref(), run.failing.or(run.deciding));
    // What a line with an id says is stated, whatever else was put beside it by neighbourhood.
    let ids = decisive.and_then(|i| records.get(i)).map(|r| &r.event.ids);
    if attempt.by_neighbourhood && !ids.is_some_and(|i| i.engine.is_some() || i.socket.is_some()) {
        confidence = confidence.min(Confidence::Inferred);
    }
    Known {
        key,
        confidence,
        decisive,
        said: sentence.or(clients),
        exception: exception(records).map(|e| format!("{}: {}", e.class, e.said.text)),
        status: request.and_then(|r| r.status),
        eio: requests(records).find_map(|r| r.eio),
        eio_served: requests(records)
            .find(|r| r.sid.is_some() && matches!(r.status, Some(101 | 200)))
            .and_then(|r| r.eio),
        origin: records.iter().find_map(|r| match &r.event.kind {
            Kind::HandlerEntered(handshake) => handshake.origin.clone(),
            _ => None,
        }),
        agent: agent(records),
        token: credentials.detail(),
        contrast: None,
        fault_is_stated: stated.is_some(),
        lost_sid: super::lost::of(records, process(attempt)),
        refused_handshake: request.filter(|r| r.sid.is_none() && attempt.engine.is_none()).cloned(),
        token_ran_out: key.outcome == Outcome::Accepted && run.ran_out,
        clocks: super::clocks::sample(records),
        token_digest: credentials.digest(),
        ways: credentials.ways(),
        empty_hands: key.offered == Offered::None && key.cookie == Cookie::Absent,
    }
}

/// The user agent: as the handler was shown it, else as the first request that was logged with one.
fn agent(records: &[Record]) -> Option<Box<str>> {
    let shown = records.iter().find_map(|r| match &r.event.kind {
        Kind::HandlerEntered(handshake) => handshake.user_agent.as_deref(),
        _ => None,
    });
    if let Some(shown) = shown {
        return Some(crate::payload::agent::masked(shown));
    }
    let first = records
        .iter()
        .find(|r| matches!(r.event.kind, Kind::Request(_)) && r.event.speaker != Speaker::Client)?;
    first.line.agent()
}

/// The most particular sentence of refusal among the records that `wanted` lets through.
fn sentence(records: &[Record], wanted: impl Fn(&Record) -> bool) -> Option<Said> {
    records
        .iter()
        .filter(|r| wanted(r))
        .filter_map(|r| r.event.kind.said())
        .min_by_key(|said| (said.reason.vagueness(), said.reason))
        .cloned()
}

fn session(records: &[Record]) -> Session {
    let mut session = Session::Unknown;
    for record in records {
        match record.event.kind {
            Kind::SessionShown(SessionContents::Empty) => session = Session::Empty,
            Kind::SessionShown(SessionContents::Anonymous) => session = Session::Anonymous,
            Kind::SessionShown(SessionContents::User)
            | Kind::SessionChecked { logged_in: true } => session = Session::User,
            _ => {}
        }
    }
    session
}

fn handler(records: &[Record]) -> Handler {
    let mut handler = Handler::Unseen;
    for record in records.iter().filter(|r| r.event.speaker == Speaker::Server) {
        match &record.event.kind {
            Kind::HandlerRaised(Where::Connect | Where::Unknown) => handler = Handler::Raised,
            Kind::Raised(exception) => match exception.place {
                Where::Connect | Where::Unknown => handler = Handler::Raised,
                // What the announcing line left open, the frames decide.
                Where::Payload | Where::Event | Where::ClientCode => handler = Handler::Entered,
            },
            Kind::HandlerEntered(_)
            | Kind::Offered(_)
            | Kind::TokenTried(_)
            | Kind::TokenNotFound
            | Kind::TokenAccepted
                if handler == Handler::Unseen =>
            {
                handler = Handler::Entered;
            }
            _ => {}
        }
    }
    handler
}

fn exception(records: &[Record]) -> Option<&Exception> {
    records.iter().find_map(|r| match &r.event.kind {
        Kind::Raised(exception) => Some(exception.as_ref()),
        _ => None,
    })
}

/// The record that tells the reason; failing that, the one that made the outcome.
fn decisive(records: &[Record], said: Option<&Said>, fallback: Option<usize>) -> Option<usize> {
    let told = said.filter(|s| !s.reason.is_vague()).and_then(|said| {
        records.iter().position(|r| r.event.kind.said().is_some_and(|s| s.text == said.text))
    });
    told.or_else(|| {
        records.iter().position(|r| {
            matches!(
                r.event.kind,
                Kind::EngineRefused(_) | Kind::Raised(_) | Kind::ProxyFailed { .. }
            )
        })
    })
    .or(fallback)
}
