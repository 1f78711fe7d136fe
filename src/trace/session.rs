//! An open Engine.IO session, or a handshake that was refused before it became one, with the lines that belong to it.

use crate::{
    event::{Kind, RawLine, Record, SourceId, Speaker},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid},
};

/// Most records that one session keeps. A long-lived connection is judged by its beginning; what comes later is counted.
const MOST_RECORDS: usize = 160;

/// One session while it is open.
#[derive(Debug)]
pub(super) struct Session {
    /// Order of appearance.
    pub(super) serial: u64,
    pub(super) engine: Option<EngineSid>,
    pub(super) sockets: Vec<(Option<Namespace>, SocketSid)>,
    pub(super) client: Option<ClientAddr>,
    pub(super) records: Vec<Record>,
    /// Records that came after the bound was reached.
    pub(super) dropped: u32,
    /// How many records had their lines set apart from those of their blocks.
    apart: usize,
    pub(super) progress: Progress,
    /// Log time of its first and last record, in microseconds, on the tracker's clock.
    pub(super) first: i64,
    pub(super) last: i64,
    /// When the sources of a session without stamps were first seen to have gone on: it was over by then.
    pub(super) before: Option<i64>,
    /// Whether a line without an id was put here by its neighbourhood.
    pub(super) by_neighbourhood: bool,
    /// Whether what its client asked for may be another's: two came at once with nothing to tell them apart.
    pub(super) doubtful: bool,
}

/// How far a session got, as far as it matters for the lines to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "lines go missing, so that no order of these can be relied upon"
)]
pub(super) struct Progress {
    /// A handshake request was answered, or the engine gave out a session.
    pub(super) opened: bool,
    /// An HTTP request of the handshake was seen.
    pub(super) requested: bool,
    /// The engine itself logged that it opened.
    pub(super) engine_opened: bool,
    /// The server logged that the client asked for a namespace.
    pub(super) asked: bool,
    /// The connect handler was entered, or wrote anything.
    pub(super) entered: bool,
    /// How far the handler's own lines got; see [`stage`].
    pub(super) stage: u8,
    /// The server logged its decision.
    pub(super) decided: bool,
    /// The refusal told so far is a complaint that a more general decision follows.
    pub(super) complained: bool,
    /// The engine or a proxy refused a request.
    pub(super) refused: bool,
    /// The engine said why.
    pub(super) reasoned: bool,
    /// The client's library has given up or hung up.
    pub(super) client_done: bool,
    /// The server's side says that the transport is gone.
    pub(super) closed: bool,
    /// A handshake that came later has its handler already: this one's client has probably left.
    pub(super) passed_over: bool,
    /// Lines of a client were seen that are more than its setting out.
    pub(super) client_busy: bool,
}

impl Session {
    pub(super) fn new(serial: u64, now: i64) -> Self {
        Self {
            serial,
            engine: None,
            sockets: Vec::new(),
            client: None,
            records: Vec::new(),
            dropped: 0,
            apart: 0,
            progress: Progress::default(),
            first: now,
            last: now,
            before: None,
            by_neighbourhood: false,
            doubtful: false,
        }
    }

    /// Takes `record` in.
    #[inline]
    pub(super) fn push(&mut self, record: Record, now: i64) {
        self.progress.take(&record.event.kind, record.event.speaker);
        if (record.event.speaker != Speaker::Client || self.client.is_none())
            && let Some(client) = &record.event.ids.client
        {
            // An address with a port says more, and the first request's is the client's own.
            if self.client.as_ref().is_none_or(|c| !c.has_port() && client.has_port()) {
                self.client = Some(client.clone());
            }
        }
        self.last = self.last.max(now);
        if self.first == 0 {
            self.first = now;
        }
        if self.records.len() < MOST_RECORDS
            || matters_late(&record.event.kind) && self.records.len() < MOST_RECORDS * 2
        {
            self.make_room();
            self.records.push(record);
        } else {
            self.dropped += 1;
        }
    }

    /// Lets the records grow in few steps, for each copies them all: a session that only asks has a few, one that is decided two dozen.
    fn make_room(&mut self) {
        if self.records.len() == self.records.capacity() {
            let more = match self.records.len() {
                0 => 6,
                1..=6 => 18,
                many => many,
            };
            self.records.reserve_exact(more);
        }
    }

    /// Takes over all of `other`.
    pub(super) fn absorb(&mut self, other: Session) {
        self.engine = self.engine.take().or(other.engine);
        for socket in other.sockets {
            if !self.sockets.contains(&socket) {
                self.sockets.push(socket);
            }
        }
        self.client = self.client.take().or(other.client);
        self.progress.absorb(other.progress);
        self.dropped += other.dropped;
        // 0 stands for no time.
        self.first = if self.first == 0 || other.first == 0 {
            self.first.max(other.first)
        } else {
            self.first.min(other.first)
        };
        self.last = self.last.max(other.last);
        self.serial = self.serial.min(other.serial);
        self.by_neighbourhood |= other.by_neighbourhood;
        self.doubtful |= other.doubtful;
        self.records.extend(other.records);
        let over = self.records.len().saturating_sub(MOST_RECORDS * 2);
        self.dropped += u32::try_from(over).unwrap_or(u32::MAX);
        self.records.truncate(MOST_RECORDS * 2);
    }

    /// Lets go of the blocks that its lines stand in, and of room for more: a session that stays open for long must not keep them in memory.
    pub(super) fn settle(&mut self) {
        if self.apart != self.records.len() {
            RawLine::set_apart(&mut self.records);
            self.records.shrink_to_fit();
            self.apart = self.records.len();
        }
    }

    /// Whether a line of the stream `source` is among its records.
    pub(super) fn has_source(&self, source: SourceId) -> bool {
        self.records.iter().any(|r| r.stream == source)
    }

    /// Whether its handshake was a WebSocket's.
    pub(super) fn came_with_websocket(&self) -> bool {
        self.records
            .iter()
            .find_map(|r| super::http::request_of(&r.event.kind))
            .is_some_and(|r| r.sid.is_none() && r.transport.as_deref() == Some("websocket"))
    }

    /// Whether the application has said no.
    pub(super) fn was_refused(&self) -> bool {
        self.records.iter().any(|r| matches!(r.event.kind, Kind::Refused(_)))
    }

    /// Whether no id is known by which later lines could find it.
    pub(super) fn is_anonymous(&self) -> bool {
        self.engine.is_none() && self.sockets.is_empty()
    }
}

impl Progress {
    fn take(&mut self, kind: &Kind, speaker: Speaker) {
        if speaker == Speaker::Client && !matches!(kind, Kind::ClientStarted(..)) {
            self.client_busy = true;
        }
        if let Some(stage) = stage(kind).filter(|_| speaker != Speaker::Client) {
            self.entered = true;
            self.stage = self.stage.max(stage);
        }
        match kind {
            Kind::Opened => {
                self.opened = true;
                self.engine_opened |= speaker == Speaker::Server;
            }
            Kind::Request(request) => {
                let refused = request.status.is_some_and(|s| s >= 400);
                self.refused |= refused;
                self.opened |= !refused;
                self.requested |= request.sid.is_none() && speaker != Speaker::Client;
            }
            Kind::EngineRefused(_) => {
                self.refused = true;
                self.reasoned = true;
            }
            Kind::ProxyFailed { .. } => self.refused = true,
            Kind::ConnectAsked(_) if speaker != Speaker::Client => self.asked = true,
            Kind::ConnectAccepted | Kind::ConnectRefused(_) | Kind::Admitted { .. }
                if speaker != Speaker::Client =>
            {
                self.decided = true;
                self.complained = false;
            }
            Kind::Refused(said) => {
                self.decided = true;
                self.complained = is_complaint(said.reason);
            }
            Kind::ClientFailed(_) | Kind::Closed(_) if speaker == Speaker::Client => {
                self.client_done = true;
            }
            Kind::Closed(_) => self.closed = true,
            Kind::HandlerRaised(_) | Kind::Raised(_) => self.entered = true,
            _ => {}
        }
    }

    fn absorb(&mut self, other: Progress) {
        self.opened |= other.opened;
        self.requested |= other.requested;
        self.engine_opened |= other.engine_opened;
        self.asked |= other.asked;
        self.entered |= other.entered;
        self.stage = self.stage.max(other.stage);
        self.decided |= other.decided;
        self.complained |= other.complained;
        self.refused |= other.refused;
        self.reasoned |= other.reasoned;
        self.client_done |= other.client_done;
        self.client_busy |= other.client_busy;
        self.closed |= other.closed;
        self.passed_over &= other.passed_over;
    }
}

/// Where in a connect handler's run a line stands: credentials first, then the session, then the decision and what follows it.
/// A later stage never comes before an earlier one of the same run.
pub(super) fn stage(kind: &Kind) -> Option<u8> {
    Some(match kind {
        Kind::HandlerEntered(_) => 1,
        Kind::Offered(_) => 2,
        Kind::TokenTried(_) | Kind::TokenNotFound => 3,
        Kind::TokenAccepted => 4,
        Kind::SessionChecked { .. } => 5,
        Kind::SessionShown(_) | Kind::Noticed(_) => 6,
        Kind::UserLooked { .. } => 7,
        Kind::Refused(_) | Kind::Complained(_) | Kind::Admitted { .. } => DECISION,
        Kind::ErrorEmitted(_) => 9,
        Kind::HandlerLeft { .. } => 10,
        _ => return None,
    })
}

/// The stage of a decision.
pub(super) const DECISION: u8 = 8;

/// Whether a refusal of this meaning is usually followed by the decision it leads to, in a line of its own.
fn is_complaint(reason: crate::event::Reason) -> bool {
    use crate::event::Reason;
    matches!(
        reason,
        Reason::SessionUserUnknown
            | Reason::SessionCookieBad
            | Reason::SessionExpired
            | Reason::SessionStoreDown
    )
}

/// Whether a record is worth keeping even when a session has many.
fn matters_late(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::ConnectRefused(_)
            | Kind::ConnectAccepted
            | Kind::Refused(_)
            | Kind::Admitted { .. }
            | Kind::EngineRefused(_)
    )
}
