//! What a log line *said*, with the wording gone.
//!
//! One [`Kind`] per thing that can happen around a connection, not one per log message: every library has its
//! own words for a refusal, and all of them become [`Kind::Refused`] or [`Kind::ConnectRefused`]. `trace` and `facts` read events
//! only, so a new log source is a new file in `grammars/` and no new code.
//!
//! Not the job of this room: what an attempt amounts to (that is [`facts`](crate::facts)), and why (that is [`rules`](crate::rules)).

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::{
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    payload::{cookie::CookieHeader, jwt::Jwt, request::HttpRequest},
    secret::Secret,
    time::Stamp,
};

/// One line's message, understood.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// Who speaks: which side of the connection wrote the line.
    pub speaker: Speaker,
    /// The software whose wording it is.
    pub stack: Option<Stack>,
    /// Every id that the line shows.
    pub ids: Ids,
    /// The namespace that the line names.
    pub namespace: Option<Namespace>,
}

/// Which side of a connection wrote a line.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Speaker {
    /// The Socket.IO server: its libraries, its handlers, its access log.
    Server,
    /// The client library, or the program around it.
    Client,
    /// What stands between them.
    Proxy,
}

/// Software that writes the lines, and that a fix can be for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Stack {
    /// Flask-SocketIO on python-socketio.
    FlaskSocketio,
    /// python-socketio on its own, and python-engineio under it.
    PythonSocketio,
    /// Django, Channels.
    Django,
    /// `FastAPI`, Starlette and uvicorn.
    Fastapi,
    /// The servers socket.io and engine.io for Node.
    SocketioJs,
    /// `NestJS` gateways.
    Nestjs,
    /// netty-socketio.
    Netty,
    /// socketioxide.
    Socketioxide,
    /// Servers in Go.
    Go,
    /// The browser's or Node's socket.io-client.
    SocketioClient,
    /// python-socketio as a client.
    PythonClient,
    /// The Java and Android client.
    JavaClient,
    /// The Swift client.
    SwiftClient,
    /// The Dart client.
    DartClient,
    /// gunicorn.
    Gunicorn,
    /// nginx.
    Nginx,
    /// Apache httpd.
    Apache,
    /// `HAProxy`.
    Haproxy,
    /// Traefik.
    Traefik,
    /// Envoy.
    Envoy,
    /// AWS load balancers.
    Aws,
    /// Heroku's router.
    Heroku,
    /// Cloudflare.
    Cloudflare,
}

/// The ids a line shows. Two of them in one line tie them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// The Engine.IO session.
    pub engine: Option<EngineSid>,
    /// The socket of one namespace.
    pub socket: Option<SocketSid>,
    /// An id of which the line does not say whether it is the engine's or the socket's.
    pub either: Option<SocketSid>,
    /// The client's address.
    pub client: Option<ClientAddr>,
    /// Who the client says it is, or was found to be.
    pub user: Option<UserName>,
}

/// A sentence that the log quotes, and what it means when known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What the sentence means.
    pub reason: Reason,
    /// The sentence.
    pub text: Box<str>,
}

/// Something that happened to one connection, or to the process that serves it.
#[derive(Clone, Debug, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    // ---- the process
    /// A server process or worker came up; what it knew before is gone.
    WorkerStarted,
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
    /// The client sets out to connect, perhaps with a credential in its URL.
    ClientStarted(Option<Box<Offer>>),
    /// The client's library gave up an attempt.
    ClientFailed(Said),
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

/// What a refusal, a complaint or an error text means, whoever worded it.
///
/// The order is from the specific to the vague: when one refusal is told in several sentences, the first named here wins.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// `exp` passed.
    TokenExpired,
    /// The signature does not verify.
    TokenSignature,
    /// `nbf` or `iat` lies in the future.
    TokenImmature,
    /// The algorithm is not allowed.
    TokenAlgorithm,
    /// `aud` is not the expected one.
    TokenAudience,
    /// `iss` is not the expected one.
    TokenIssuer,
    /// A required claim is absent.
    TokenClaim,
    /// `sub` cannot be used.
    TokenSubject,
    /// Revoked, blocklisted, logged out.
    TokenRevoked,
    /// A good token of the wrong kind.
    TokenKind,
    /// No key to check it with.
    TokenKey,
    /// Token good, no such user.
    UserUnknown,
    /// The user that the session names does not exist.
    SessionUserUnknown,
    /// Banned, deactivated.
    UserDisabled,
    /// Known who, not allowed there.
    Forbidden,
    /// Too many tries or connections.
    RateLimited,
    /// User and password, code or key are wrong.
    LoginFailed,
    /// CSRF token missing or wrong.
    Csrf,
    /// The session is too old.
    SessionExpired,
    /// A cookie came and could not be read.
    SessionCookieBad,
    /// No session cookie came.
    SessionCookieMissing,
    /// Nobody is logged in in that session.
    SessionAnonymous,
    /// The session is empty or absent.
    SessionEmpty,
    /// The store behind the session could not be reached.
    SessionStoreDown,
    /// The service that knows the user could not be asked.
    BackendDown,
    /// `Bearer` is missing, doubled, or not wanted.
    TokenScheme,
    /// Offered, but null, undefined or blank.
    TokenEmpty,
    /// Offered in a place where the server does not look.
    TokenMisplaced,
    /// Nothing was offered.
    TokenMissing,
    /// Not three base64url parts.
    TokenMalformed,
    /// An opaque token or key that the server does not know.
    TokenUnknown,
    /// Invalid, and the text does not say how.
    TokenInvalid,
    /// The Origin header was refused.
    Origin,
    /// The browser refused the answer for want of CORS headers.
    Cors,
    /// A session id that the server does not know.
    SidUnknown,
    /// Engine.IO or Socket.IO versions do not fit.
    Protocol,
    /// No such namespace.
    NamespaceUnknown,
    /// Transport unknown or disabled.
    Transport,
    /// The WebSocket upgrade was refused or stripped.
    Upgrade,
    /// The request or packet itself was wrong.
    BadRequest,
    /// Nothing is mounted at that path.
    PathUnknown,
    /// A proxy answered for the server.
    Gateway,
    /// Nobody answered the call.
    Unreachable,
    /// An answer did not come in time.
    Timeout,
    /// Refused before the server saw the request: WAF, CDN, bot filter, auth proxy.
    Edge,
    /// A handler raised.
    Crashed,
    /// The client went away.
    ClientLeft,
    /// The client's own auth function raised.
    ClientAuthFailed,
    /// The client used a namespace before it was connected to it.
    EmitBeforeConnect,
    /// None of the ways to prove who is there succeeded; which were tried is not said.
    NothingValid,
    /// Refused, without saying why.
    Refused,
}

impl Reason {
    /// Whether it only says that something was refused, so that any particular sentence beside it says more.
    pub fn is_vague(self) -> bool {
        self.vagueness() >= 2
    }

    /// How little it says: 0 for a particular reason, more for sentences that often stand in front of one.
    pub fn vagueness(self) -> u8 {
        match self {
            Self::Refused => 4,
            Self::NothingValid => 3,
            Self::TokenInvalid => 2,
            Self::Forbidden | Self::Crashed | Self::BackendDown => 1,
            _ => 0,
        }
    }
}

/// Why the engine or a proxy did not serve a request.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Fault {
    /// The session id is not known to this process.
    SidUnknown,
    /// The Origin is not on the list.
    Origin,
    /// EIO version missing or not served.
    Protocol,
    /// Transport unknown or not enabled.
    Transport,
    /// WebSocket asked for without an upgrade, or stripped of it.
    Upgrade,
    /// Method, body or parameters are wrong.
    BadRequest,
    /// The application's engine-level hook said no.
    Application,
    /// No file or route at that path.
    Path,
    /// The upstream refused, reset or did not exist.
    UpstreamDown,
    /// The upstream did not answer in time.
    UpstreamTimeout,
    /// The client closed first.
    ClientGone,
    /// A limit of requests or connections.
    RateLimited,
    /// Denied by a rule.
    Forbidden,
}

impl Fault {
    /// The reason that says the same, for the places where a client or a sentence tells of it.
    pub fn meaning(self) -> Reason {
        match self {
            Self::SidUnknown => Reason::SidUnknown,
            Self::Origin => Reason::Origin,
            Self::Protocol => Reason::Protocol,
            Self::Transport => Reason::Transport,
            Self::Upgrade => Reason::Upgrade,
            Self::BadRequest => Reason::BadRequest,
            Self::Application => Reason::Refused,
            Self::Path => Reason::PathUnknown,
            Self::UpstreamDown | Self::UpstreamTimeout => Reason::Gateway,
            Self::ClientGone => Reason::ClientLeft,
            Self::RateLimited => Reason::RateLimited,
            Self::Forbidden => Reason::Forbidden,
        }
    }

    /// The fault that says the same as a reason, for refusals that a client quotes.
    pub fn of(reason: Reason) -> Option<Self> {
        Some(match reason {
            Reason::SidUnknown => Self::SidUnknown,
            Reason::Origin => Self::Origin,
            Reason::Protocol => Self::Protocol,
            Reason::Transport => Self::Transport,
            Reason::Upgrade => Self::Upgrade,
            Reason::BadRequest => Self::BadRequest,
            Reason::PathUnknown => Self::Path,
            _ => return None,
        })
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

/// Where a credential was put.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Place {
    /// The auth payload of the CONNECT packet.
    Auth,
    /// An HTTP header.
    Header,
    /// The query string.
    Query,
    /// A cookie.
    Cookie,
    /// The data of an event.
    Event,
}

/// What a credential looks like.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// Nothing at all: no payload, `{}`, no such key.
    Absent,
    /// `null`, `undefined`, `""`, a blank, `Bearer undefined`.
    Empty,
    /// Three base64url parts.
    Jwt,
    /// A JWT with `Bearer ` left in front of it.
    SchemeLeft,
    /// A JWT in an `Authorization` header without a scheme.
    SchemeMissing,
    /// `Bearer Bearer …`.
    SchemeDoubled,
    /// A string that is no JWT.
    Opaque,
    /// The payload is a bare string instead of an object.
    BareString,
    /// The line is cut or only names that something came.
    Unknown,
}

/// Credentials as one line shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where.
    pub place: Place,
    /// The key or header under which it came.
    pub key: Option<Box<str>>,
    /// What it looks like.
    pub form: Form,
    /// The credential, when the line shows the whole of it.
    pub secret: Option<Secret>,
    /// What the token says of itself, when it could be read.
    pub jwt: Option<Box<Jwt>>,
}

impl Offer {
    /// Something may have been offered at `place`, and the line does not show what.
    pub fn unknown(place: Place) -> Self {
        Self { form: Form::Unknown, ..Self::absent(place) }
    }

    /// Nothing was offered at `place`.
    pub fn absent(place: Place) -> Self {
        Self { place, key: None, form: Form::Absent, secret: None, jwt: None }
    }
}

/// What a handler's first line may show of the handshake request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handshake {
    /// Whether the line shows headers at all; without them nothing follows from their absence.
    pub headers_shown: bool,
    /// Whether the line shows cookies at all.
    pub cookies_shown: bool,
    /// Credentials in headers and query, without those in cookies.
    pub offers: Vec<Offer>,
    /// The cookies that came.
    pub cookies: CookieHeader,
    /// The Origin header.
    pub origin: Option<Box<str>>,
    /// The User-Agent header.
    pub user_agent: Option<Box<str>>,
}

/// What a web session holds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SessionContents {
    /// `{}`.
    Empty,
    /// Content, but no user in it.
    Anonymous,
    /// A user id.
    User,
}

/// Where in the log something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct At {
    /// Which source, by its place among the inputs.
    pub source: SourceId,
    /// Line number, from 1.
    pub line: u64,
}

/// A source's place among the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u16);

/// One sequential writer inside a source, as far as the envelope shows it: a digest of source, container, process and
/// thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(pub u64);

/// An event with its place in the log: what `trace` is fed with.
#[derive(Clone, Debug)]
pub struct Record {
    /// What was said.
    pub event: Event,
    /// Where.
    pub at: At,
    /// When; of a line without a stamp, `None`.
    pub stamp: Option<Stamp>,
    /// The moment it counts as written, in microseconds on the common clock: its stamp, or that of the line before it in its source.
    pub when: i64,
    /// The source, or the first of a family of rotated files: one writer's lines go on from one file to the next.
    pub stream: SourceId,
    /// By which writer.
    pub lane: Lane,
    /// The line as it stands, cut to a bound; still with its secrets.
    pub line: RawLine,
}

/// A line of the input, which may hold secrets: it can be quoted only through [`RawLine::quote`].
#[derive(Clone, PartialEq, Eq)]
pub struct RawLine(Box<str>);

impl RawLine {
    /// Longest part of a line that is kept for quoting, in bytes.
    pub const MAX: usize = 600;

    /// Keeps the beginning of `line`.
    pub fn new(line: &str) -> Self {
        let mut end = line.len().min(Self::MAX);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        Self(line[..end].into())
    }

    /// Longest quotation, in bytes.
    pub const MAX_QUOTED: usize = 300;

    /// The line with every credential masked and control characters shown; a long one is cut, after its masking.
    pub fn quote(&self) -> String {
        let mut text = crate::payload::redact::quote(&self.0);
        if text.len() > Self::MAX_QUOTED {
            text.truncate(text.floor_char_boundary(Self::MAX_QUOTED));
            text.push('…');
        }
        text
    }
}

impl std::fmt::Debug for RawLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.quote())
    }
}
