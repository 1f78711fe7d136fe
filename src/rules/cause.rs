//! The closed lists of causes and findings. Their kebab-case names are part of the output's contract: names are added,
//! never reused, and never change their meaning.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, EnumIter,
            EnumString, IntoStaticStr,
        )]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// The name used in output, files and on the command line.
            pub fn as_str(self) -> &'static str {
                self.into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

named! {
    /// The root reason why one attempt failed.
    ///
    /// The order is the order of precedence between explanations that no rule's `yields-to` settles: the more
    /// particular first.
    Cause {
        /// A good token of the same client was refused before, and came again.
        StaleTokenRetry,
        /// `exp` passed.
        JwtExpired,
        /// The signature does not verify.
        JwtSignatureInvalid,
        /// Not three base64url JSON parts.
        JwtMalformed,
        /// `nbf` or `iat` in the future.
        JwtNotYetValid,
        /// `alg` not allowed.
        JwtAlgorithmRejected,
        /// `aud` not the expected.
        JwtAudienceMismatch,
        /// `iss` not the expected.
        JwtIssuerMismatch,
        /// A required claim is absent.
        JwtClaimMissing,
        /// `sub` unusable.
        JwtSubjectInvalid,
        /// Token good, no such user.
        JwtUserUnknown,
        /// Blocklisted, logged out, rotated.
        JwtRevoked,
        /// A good token of the wrong kind.
        JwtWrongType,
        /// The server could not get the key.
        JwtKeyUnavailable,
        /// An opaque token that the server does not know.
        TokenUnknown,
        /// Offered, but null, undefined or blank.
        CredentialsEmpty,
        /// `Bearer` absent, doubled, or left in.
        CredentialsScheme,
        /// Offered where the server does not look.
        CredentialsMisplaced,
        /// CSRF token missing or wrong.
        CsrfFailed,
        /// The session names a user who does not exist.
        SessionUserUnknown,
        /// The store behind the session could not be reached.
        SessionStoreUnavailable,
        /// The session's age was the reason.
        SessionExpired,
        /// A cookie came and was not read.
        SessionCookieRejected,
        /// The session has content, nobody is logged in.
        SessionAnonymous,
        /// The request carried no session cookie.
        SessionCookieMissing,
        /// Nothing at all was offered.
        CredentialsMissing,
        /// Session is `{}`, and nothing is known of the cookie.
        SessionEmpty,
        /// A login over the socket was wrong.
        LoginFailed,
        /// Banned, deactivated.
        UserDisabled,
        /// Known who, not allowed there.
        AccessForbidden,
        /// Too many tries or connections.
        RateLimited,
        /// Refused before the server saw the request.
        BlockedByEdge,
        /// The service that knows the user could not be asked.
        AuthBackendUnavailable,
        /// The Origin header was refused.
        OriginRejected,
        /// Protocol versions do not fit.
        ProtocolUnsupported,
        /// No such namespace.
        NamespaceUnknown,
        /// Transport unknown or disabled.
        TransportRejected,
        /// The upgrade was refused or stripped.
        UpgradeFailed,
        /// The server does not know the Engine.IO sid.
        SidUnknown,
        /// The connect handler or middleware raised.
        HandlerCrashed,
        /// The handshake request or packet itself was wrong.
        BadHandshake,
        /// No Socket.IO at that path.
        PathNotFound,
        /// A proxy answered for the server.
        GatewayError,
        /// Nobody answered.
        ServerUnreachable,
        /// The browser refused the answer for want of CORS headers.
        CorsBlocked,
        /// An answer did not come in time.
        ConnectTimeout,
        /// Ping time-out before the decision.
        HeartbeatLost,
        /// The client's own auth function raised.
        ClientAuthProviderFailed,
        /// The client used a namespace before it was connected.
        EmitBeforeConnect,
        /// Many reconnects in a short time.
        ReconnectStorm,
        /// Gone before the decision.
        ClientLeft,
        /// Token refused as invalid, no more is said.
        JwtInvalid,
        /// Refused, and the log does not say why.
        RejectedUnexplained,
        /// The handler was entered and no decision was logged.
        AuthUndecided,
    }
}

named! {
    /// Something wrong that is no failure.
    Finding {
        /// A token stands in the log.
        TokenLogged,
        /// A cookie value stands in the log.
        CookieLogged,
        /// A password, key or `Authorization` value stands in the log.
        SecretLogged,
        /// A token travels in a URL.
        TokenInUrl,
        /// A password or key travels in a URL.
        SecretInUrl,
        /// A token was let in after its `exp`.
        ExpiredTokenAccepted,
        /// A token with `alg` none.
        UnsignedToken,
        /// A token without `exp`.
        TokenWithoutExpiry,
        /// Nobody was logged in, and the connection was let in.
        AnonymousAccepted,
        /// Each record was written twice.
        DuplicateLogRecords,
        /// Works on polling only.
        UpgradeDegraded,
    }
}
