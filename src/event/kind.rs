//! Everything that can happen around a connection: the closed list of events.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::{Fault, Handshake, Offer, Said, SessionContents};
use crate::payload::request::HttpRequest;

/// A failure, as the client's side tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is said of it.
    pub said: Said,
    /// Whether it is the word that the library has for its program, of which there is one a try: `connect_error`. What a browser or the platform
    /// prints of single requests stands before it.
    pub told: bool,
    /// The request that failed, when the line shows its address.
    pub request: Option<Box<HttpRequest>>,
    /// With what it was answered.
    pub status: Option<u16>,
}

/// Something that happened to one connection, or to the process that serves it.
#[derive(Clone, Debug, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    // ---- the process
    /// A server process or worker came up, with its number; what it knew before is gone.
    WorkerStarted(Option<u32>),
    /// A worker was killed or left; the sessions it held are lost.
    WorkerLost,

    // ---- engine: transport
    /// A session was given out (server) or received (client).
    Opened,
    /// An HTTP request was answered.
    Request(Box<HttpRequest>),
    /// The engine refused a request before any namespace was asked for.
    EngineRefused(Fault),
    /// The client asked to move to WebSocket, or came with it.
    UpgradeAsked,
    /// The transport is WebSocket now.
    Upgraded,
    /// The move to WebSocket failed; polling may go on.
    UpgradeFailed,
    /// Ping or pong.
    Heartbeat,
    /// The other side did not answer in time.
    HeartbeatLost,
    /// The transport is gone.
    Closed(ClosedBy),

    // ---- namespace
    /// The client asked for a namespace, with this in its hands.
    ConnectAsked(Box<Offer>),
    /// The server answered that the namespace is connected.
    ConnectAccepted,
    /// The server answered that it is not.
    ConnectRefused(Said),
    /// The namespace's socket was disconnected by the server after it had been accepted, with what was said.
    Disconnected(Option<Said>),
    /// A message of the application went through: the namespace is connected.
    Active,
    /// The client sent an event by which it proves who it is: applications that let everybody connect decide by it.
    LoginAsked(Option<Box<Offer>>),

    // ---- handler
    /// The connect handler began to run.
    HandlerEntered(Box<Handshake>),
    /// The handler shows what credentials came.
    Offered(Box<Offer>),
    /// The handler looked for a token and found none.
    TokenNotFound,
    /// The handler is about to check a token.
    TokenTried(Box<Offer>),
    /// The token passed its check.
    TokenAccepted,
    /// Whether the session's user is logged in.
    SessionChecked {
        /// The answer.
        logged_in: bool,
    },
    /// What the session holds.
    SessionShown(SessionContents),
    /// Whether the user that token or session name exists.
    UserLooked {
        /// The answer.
        found: bool,
    },
    /// The application says no, or a check failed that makes it say no.
    Refused(Said),
    /// Something about the client was found wrong; whether it is refused for that is not said.
    Complained(Said),
    /// Something was seen of the client that may be why it is refused, if it is.
    Noticed(Said),
    /// The application says yes.
    Admitted {
        /// To somebody who has not proved who it is.
        anonymous: bool,
    },
    /// The handler ended; whether it let the client in, when the line tells.
    HandlerLeft {
        /// `Some(false)`: it returned a refusal.
        admitted: Option<bool>,
    },
    /// The application sent an event whose name is one of refusal (`auth_error`, `unauthorized`), with its text.
    ErrorEmitted(Option<Said>),
    /// A handler raised: the line that announces it.
    HandlerRaised(Where),
    /// An exception with its traceback.
    Raised(Box<Exception>),

    // ---- client
    /// The client sets out to connect, perhaps with a credential in its URL or options, to an endpoint at this path.
    ClientStarted(Option<Box<Offer>>, Option<Box<str>>),
    /// The client's side says that a try failed: its library, its browser, or the program around it.
    ClientFailed(Failure),
    /// The client's platform says that some request failed, and not which: a browser's console without addresses.
    ClientNoted(Said),
    /// The client will try again.
    ClientRetries,

    // ---- proxy
    /// The proxy could not, or would not, pass a request on.
    ProxyFailed {
        /// What it complains of.
        fault: Fault,
        /// The request, when the line shows it.
        request: Option<Box<HttpRequest>>,
    },
}

impl Kind {
    /// The sentence that says what is wrong, if it tells one.
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::Refused(said)
            | Self::Complained(said)
            | Self::Noticed(said)
            | Self::ConnectRefused(said) => Some(said),
            Self::ClientFailed(failure) => Some(&failure.said),
            Self::ErrorEmitted(said) | Self::Disconnected(said) => said.as_ref(),
            Self::Raised(exception) => Some(&exception.said),
            _ => None,
        }
    }
}

/// Who ended a transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ClosedBy {
    /// The client.
    Client,
    /// The server.
    Server,
    /// The line does not say.
    Unknown,
}

/// In which code a handler raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Where {
    /// The connect handler or a middleware.
    Connect,
    /// A handler of another event, after the client was let in.
    Event,
    /// Reading a packet or a payload.
    Payload,
    /// The client's own code.
    ClientCode,
    /// The line does not say.
    Unknown,
}

/// An exception as a traceback shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Class name as printed, with its module. Of a chain, the one that [`Exception::said`] was read from.
    pub class: Box<str>,
    /// What it says and means.
    pub said: Said,
    /// Where it was raised, by the frames.
    pub place: Where,
}
