//! From an attempt's events to its facts.
//!
//! What a line states outweighs what is computed, and that outweighs what is concluded from absence or neighbourhood; the verdict says which it was.

use super::{
    Cookie, Found, Handler, Key, Layer, Offered, Outcome, Process, Session, Status, Way, access,
    credentials::Credentials,
};
use crate::{
    event::{Exception, Fault, Kind, Reason, Record, Said, SessionContents, Speaker, Where},
    keys::Keys,
    payload::request::{Answerer, HttpRequest},
    trace::{Attempt, machine::State, odd_form},
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
    key.fault = stated.or_else(|| {
        let request =
            request.filter(|r| r.status == Some(400) && r.answered_by != Some(Answerer::Proxy))?;
        let inferred = odd_form(request);
        if inferred.is_some() {
            confidence = Confidence::Derived;
        }
        inferred
    });
    if key.fault.is_none() && key.outcome == Outcome::Undecided {
        key.fault = failed_upgrade(records, key.process);
        confidence = confidence.min(Confidence::Derived);
    }
    key.status = request.and_then(|r| r.status).map_or(Status::None, Status::of);
    key.layer = match (key.outcome, failing) {
        (Outcome::Rejected, Some(record)) => layer(record, &run, key.said),
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

/// Whether the request that failed came when the session was over: its CONNECT had been sent and the answer fetched, and what the answer was the
/// requests don't tell. A library polls until it learns that the server has closed the session, and that last poll is answered with 400; one whose page is
/// closed leaves its poll unanswered.
fn is_over(run: &Run<'_>, records: &[Record], process: Process) -> bool {
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
    (hung_up || too_late)
        && request.sid.is_some()
        && access::was_answered(&records[..failing])
        && !records.iter().any(explained)
}

/// The server's processes: as other lines tell of them, or as the addresses show to which a proxy passed the requests of this one session.
fn process(attempt: &Attempt) -> Process {
    let mut servers = requests(&attempt.records).filter_map(|r| r.upstream.as_ref());
    let several = servers.next().is_some_and(|first| servers.any(|other| other != first));
    if several && attempt.workers.process == Process::Steady {
        Process::Many
    } else {
        attempt.workers.process
    }
}

/// Whether the requests alone show that a session without a decision in the log, or one that broke later, was let in.
fn went_on(run: &Run<'_>, records: &[Record]) -> bool {
    match (run.state.outcome(), run.failing) {
        (Outcome::Undecided, _) => access::went_on(records),
        (Outcome::Rejected, Some(i)) => {
            matches!(records[i].event.kind, Kind::Request(_) | Kind::ProxyFailed { .. })
                && access::went_on(&records[..i])
        }
        _ => false,
    }
}

/// The state behind each of `records`.
pub fn course(records: &[Record]) -> Vec<State> {
    let mut run = Run::default();
    let step = |(i, record)| {
        run.take(i, record);
        run.state
    };
    records.iter().enumerate().map(step).collect()
}

/// The state machine's way through the records.
#[derive(Default)]
struct Run<'r> {
    state: State,
    /// The record that made the outcome a failure.
    failing: Option<usize>,
    /// The record that made the outcome what it is.
    deciding: Option<usize>,
    /// Whether the server had let the client in before it failed.
    was_in: bool,
    /// Whether it was told off, long after, because its token had run out.
    ran_out: bool,
    /// When it was let in.
    let_in: Option<i64>,
    /// The last complaint.
    accused: Option<&'r Record>,
}

impl<'r> Run<'r> {
    fn of(records: &'r [Record]) -> Self {
        let mut run = Self::default();
        for (i, record) in records.iter().enumerate() {
            run.take(i, record);
        }
        run
    }

    /// Takes the next step.
    fn take(&mut self, i: usize, record: &'r Record) {
        if self.let_in.is_some_and(|at| record.when - at > LATE) && told_off(&record.event.kind) {
            self.ran_out |= ran_out(&record.event.kind);
            return;
        }
        let mut next = self.state.next(&record.event.kind, record.event.speaker);
        match record.event.kind {
            Kind::Complained(_) => self.accused = Some(record),
            // Whoever ends it right behind a complaint, it was for that.
            Kind::Closed(_)
                if next == State::Accused && self.accused.is_some_and(|a| soon(a, record)) =>
            {
                next = State::Rejected;
            }
            _ => {}
        }
        if next.outcome() != self.state.outcome() {
            self.deciding = Some(i);
            self.let_in = (next.outcome() == Outcome::Accepted).then_some(record.when);
            self.was_in |= self.state.outcome() == Outcome::Accepted;
            self.failing = (next.outcome() == Outcome::Rejected).then_some(i);
        }
        self.state = next;
    }
}

/// What an application says of a client that it let in this long ago is no answer to its connecting any more: sessions end for reasons too.
const LATE: i64 = 120 * crate::time::SECOND;

/// An end that comes so soon behind a complaint is its consequence.
const SOON: i64 = 5 * crate::time::SECOND;

/// Whether `b` was written soon behind `a`: without stamps, in the next few lines.
fn soon(a: &Record, b: &Record) -> bool {
    match (a.stamp, b.stamp) {
        (Some(_), Some(_)) => b.when - a.when <= SOON,
        _ => a.stream == b.stream && b.at.line.abs_diff(a.at.line) <= 2,
    }
}

/// Whether it is a word against somebody who may be in.
fn told_off(kind: &Kind) -> bool {
    let login = |said: &Said| said.reason == Reason::LoginFailed;
    if matches!(kind, Kind::Refused(said) if login(said)) {
        // People may take their time to type a password.
        return false;
    }
    matches!(
        kind,
        Kind::Refused(_)
            | Kind::Complained(_)
            | Kind::ErrorEmitted(_)
            | Kind::Disconnected(_)
            | Kind::ClientFailed(_)
    )
}

/// Whether what is told is that the token has run out.
fn ran_out(kind: &Kind) -> bool {
    let said = match kind {
        Kind::Refused(said) | Kind::Complained(said) => Some(said),
        Kind::ErrorEmitted(said) | Kind::Disconnected(said) => said.as_ref(),
        Kind::ClientFailed(failure) => Some(&failure.said),
        _ => None,
    };
    said.is_some_and(|said| said.reason == Reason::TokenExpired)
}

impl Status {
    fn of(status: u16) -> Self {
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

fn requests(records: &[Record]) -> impl Iterator<Item = &HttpRequest> {
    records.iter().filter_map(|r| match &r.event.kind {
        Kind::Request(request) => Some(request.as_ref()),
        Kind::ProxyFailed { request, .. } => request.as_deref(),
        _ => None,
    })
}

/// The first request that was answered with an error; the move to WebSocket counts only where nothing else did. A poll on a session that has ended is
/// answered with 400: behind a refusal in so many words it tells nothing.
fn failing_request(records: &[Record], outcome: Outcome) -> Option<&HttpRequest> {
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
fn failed_upgrade(records: &[Record], process: Process) -> Option<Fault> {
    let failed = |r: &HttpRequest| r.is_upgrade() && r.status.is_some_and(|s| s >= 400);
    let fault = if process == Process::Many { Fault::SidUnknown } else { Fault::Upgrade };
    requests(records).any(failed).then_some(fault)
}

/// Why the engine or a proxy did not serve a request: the engine's word before the proxy's, the earliest first. Of requests only the one that failed tells.
fn fault(records: &[Record], failed: Option<&HttpRequest>) -> Option<Fault> {
    // The line that announces a traceback tells less of the place than its frames do.
    let in_handler = handler(records) == Handler::Raised;
    let engine = records.iter().find_map(|r| match &r.event.kind {
        Kind::EngineRefused(fault) => Some(*fault),
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

fn layer(failing: &Record, run: &Run<'_>, said: Option<Reason>) -> Layer {
    match &failing.event.kind {
        Kind::EngineRefused(_) => Layer::Engine,
        Kind::ProxyFailed { .. } => Layer::Proxy,
        Kind::Request(request) => match request.status {
            Some(502..=504 | 520..=527 | 530) => Layer::Proxy,
            Some(401 | 403) if request.answered_by == Some(Answerer::Proxy) => Layer::Edge,
            Some(_) if request.answered_by == Some(Answerer::Proxy) => Layer::Proxy,
            // The server's own answer, or one of which the proxy's line does not tell whose it is.
            Some(401 | 403) => Layer::Engine,
            _ if request.answered_by == Some(Answerer::Upstream) => Layer::Engine,
            _ if failing.event.speaker == Speaker::Proxy && request.status != Some(400) => {
                Layer::Proxy
            }
            _ => Layer::Engine,
        },
        Kind::ConnectRefused(said) if said.reason == Reason::NamespaceUnknown => Layer::Namespace,
        Kind::ClientFailed(failure) => match failure.said.reason {
            Reason::NamespaceUnknown => Layer::Namespace,
            Reason::Gateway => Layer::Proxy,
            Reason::Origin
            | Reason::Protocol
            | Reason::Transport
            | Reason::Upgrade
            | Reason::SidUnknown
            | Reason::PathUnknown => Layer::Engine,
            _ if said.is_some() => Layer::Handler,
            _ => Layer::Client,
        },
        _ if run.was_in => Layer::Application,
        _ => Layer::Handler,
    }
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
