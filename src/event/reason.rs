//! What a refusal means, and why a request was not served.

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr};

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
    /// Known who, not allowed there. Behind what could not be asked: a client is told `access denied` for either.
    Forbidden,
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
    /// Invalid, in the words that a library has for a token that it cannot read, and an application perhaps for any.
    TokenUnreadable,
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

    /// What a client may conclude from a bare status of HTTP.
    pub fn of_status(status: u16) -> Self {
        match status {
            404 => Self::PathUnknown,
            429 => Self::RateLimited,
            502..=504 | 520..=527 | 530 => Self::Gateway,
            // 400, 401, 403 and 500 have many causes; the body would tell.
            _ => Self::Refused,
        }
    }

    /// Whether it is about a token that was there to be checked.
    pub fn is_of_token(self) -> bool {
        matches!(
            self,
            Self::TokenExpired
                | Self::TokenSignature
                | Self::TokenImmature
                | Self::TokenAlgorithm
                | Self::TokenAudience
                | Self::TokenIssuer
                | Self::TokenClaim
                | Self::TokenSubject
                | Self::TokenRevoked
                | Self::TokenKind
                | Self::TokenKey
                | Self::TokenMalformed
                | Self::TokenUnknown
                | Self::TokenUnreadable
                | Self::TokenInvalid
        )
    }

    /// How little it says: 0 for a particular reason, more for sentences that often stand in front of one.
    pub fn vagueness(self) -> u8 {
        match self {
            Self::Refused => 4,
            Self::NothingValid => 3,
            Self::TokenUnreadable | Self::TokenInvalid => 2,
            // A browser says CORS of every answer without the headers, and errors have none. That nobody answered is what became of a call; whom it was for tells more.
            Self::Forbidden
            | Self::Crashed
            | Self::BackendDown
            | Self::Unreachable
            | Self::Cors => 1,
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
